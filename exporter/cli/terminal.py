"""Where a run is told: a bar and findings on standard error, what it made on standard output."""

from __future__ import annotations

import errno
import gc
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exporter import console, telling
from exporter.errors import Finding

if TYPE_CHECKING:
    from exporter.run import Report
    from exporter.views.structure import Structure

READER = ("all_notes", "any_folder")  # flags that set an entry of mappings/vault.toml for one run
OWN = (
    "vault",
    "no_cache",
    "quiet",
    "as_json",
    "form",
    "every",
    *READER,
)  # options of ours, that export_vault and load_vault do not take
MOST_PATHS = 50  # of a format that are printed one by one
CLOSED = (errno.EPIPE, errno.EINVAL)  # how a pipe says that nobody reads it any more; the second on Windows


class Terminal:
    """Where a run is told: a bar and findings on standard error, what it made on standard output."""

    def __init__(self, vault: Path, options: Mapping[str, Any] | None = None) -> None:
        """Take the vault, and the options that `findings_options` knows; `quiet` says nothing but results and errors."""
        options = options or {}
        self.vault, self.every = vault, bool(options.get("every"))
        self.remarks: list[str] = []  # that stand before the summary
        self.remark = ""  # that stands behind it
        self._quiet = bool(options.get("quiet"))
        self.form: str = "json" if options.get("as_json") else options.get("form") or "text"
        self.is_document = self.form in ("json", "sarif")  # standard output is one
        self._findings: list[Finding] = []
        self._start, self._progress = time.perf_counter(), console.Progress()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._progress.clear()
        if report := getattr(error, "report", None):  # that ended the run under --strict
            self.end(report, [*map(str, report.paths)])
        elif error:
            self._tell(self._findings)

    def arguments(self, shared: dict[str, Any]) -> dict[str, Any]:
        """The options that all commands share, as export_vault and load_vault take them."""
        from exporter.reader.batch.files import folder

        of_the_reader = [flag for flag in READER if shared[flag]]
        arguments = {name: value for name, value in shared.items() if name not in OWN}
        arguments["settings"] = [*shared["settings"], *(f"vault.{flag}=true" for flag in of_the_reader)]
        arguments["cache"] = None if shared["no_cache"] else folder()
        return {**arguments, "tell": self.tell, "tick": self.show, "warn": lambda warning: self.say([warning])}

    def show(self, stage: str, done: int, total: int) -> None:
        """Draw the bar."""
        if not (self.is_document or self._quiet):
            self._progress.show(stage, done, total)

    def tell(self, findings: Sequence[Finding]) -> None:
        """Keep findings until the end, when it is known in which formats they are; but some are urgent."""
        self._findings += findings
        urgent = [finding for finding in findings if finding.code in telling.URGENT]
        self.say(str(finding._replace(source=finding.source.below(self.vault))) for finding in urgent)

    def _tell(self, findings: Sequence[Finding]) -> None:
        """Print findings for GitHub, or for people, but what these were told already."""
        self._progress.clear()
        if self.form == "github":
            for line in telling.github(findings, self.vault, self.every):
                echo(line, err=True)  # they were asked for by name, so --quiet leaves them
        elif not (self.is_document or self._quiet):
            findings = [finding for finding in findings if finding.code not in telling.URGENT]
            for line in telling.lines(findings, self.vault, sys.stderr, self.every):
                write(f"{line}\n", err=True)  # it is safe, and may be coloured

    def end(self, report: Report, done: Sequence[str] | None = None, shape: Structure | None = None) -> None:
        """Tell what was found, then what was done; None: nothing was to be done, so what stands out may be told."""
        if self.form == "json":
            write(console.document(report.reading, self.vault, report.findings, shape, self.every, done))
        elif self.form == "sarif":
            write(telling.sarif(report.findings, self.vault))
        else:
            self._tell(report.findings)
            self.print(done or ())
            if done is None:
                others_read = self.form == "github" or bool(os.environ.get("CI"))  # a log of CI
                self.say(console.hidden(report.reading, None if self.every else 0 if others_read else console.SHOWN))
            if shape:
                from exporter.views.structure import wanted

                self.print(console.report(shape, wanted(report.reading.knowledge_map), self.vault, self.every))
            self.summary(report)
        _keep(report)

    def say(self, lines: Iterable[str]) -> None:
        """Print lines for people."""
        self._progress.clear()
        if not self._quiet:
            for line in lines:
                echo(line, err=True)

    def print(self, lines: Iterable[str]) -> None:
        """Print lines that are the result."""
        self._progress.clear()
        for line in lines:
            echo(line)

    def summary(self, report: Report) -> None:
        """Print what became of all notes and links, what was found, how long it took, and which mappings were obeyed."""
        reading, mappings = report.reading, report.mappings
        seconds = time.perf_counter() - self._start
        lines = (
            *self.remarks,
            reading.statistics.dialect,
            reading.statistics.part,
            console.order(reading),
            console.left_out(reading),
            console.doubts(reading) if self.every else "",
        )
        self.say(filter(None, lines))
        self.say(console.words_of_plugins(reading))
        counts = f"{console.summary(reading)}, {telling.count_levels(report.findings)}, {seconds:.2f} seconds"
        self.say([f"{counts}, mappings: {mappings}" if mappings else counts])
        if self.remark:
            self.say([self.remark])


def _keep(report: Report) -> None:
    """Let what was read live as long as the process, whose end frees it at once: one by one, records take long."""
    held: list[object] = [report]
    held.append(held)  # so that the garbage collector alone could free it
    gc.freeze()  # and does not


def gather(paths: Sequence[Path], out: Path) -> list[str]:
    """The paths that were written, for people; of a format of many files its folder alone."""
    by_format: dict[Path, list[str]] = {}
    for path in paths:
        by_format.setdefault(out / path.relative_to(out).parts[0], []).append(str(path))
    return [
        line
        for folder, files in by_format.items()
        for line in (files if len(files) <= MOST_PATHS else [f"{folder}{os.sep}"])
    ]


def open_made(paths: Sequence[Path], out: Path) -> None:
    """Open what was made with the system's program for it: one file itself, of one format its folder, else that of all."""
    if paths:
        folders = {path.relative_to(out).parts[0] for path in paths}
        what = paths[0] if len(paths) == 1 else out / folders.pop() if len(folders) == 1 else out
        if click.launch(str(what)):
            echo(f"{what}: no program was found to open it; open it yourself", err=True)


def echo(text: str, err: bool = False) -> None:
    """Print one line, whatever stands in the names of files."""
    write(console.terminal_safe(text, sys.stderr if err else sys.stdout) + "\n", err)


def write(text: str | bytes, err: bool = False) -> None:
    """Print text as it is; where nobody reads it any more, as behind `| head`, the work goes on in silence."""
    try:
        click.echo(text, err=err, nl=False)
    except OSError as error:
        if error.errno not in CLOSED:
            raise
        silence(sys.stderr if err else sys.stdout)


def silence(stream: Any) -> None:
    """Let a stream lead nowhere from now on, also what it still holds when the program ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
