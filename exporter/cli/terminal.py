"""Where a run is told: a bar and findings on standard error, what it made on standard output."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exporter import console
from exporter.errors import Finding, pluralize

if TYPE_CHECKING:
    from exporter.reader import Reading

READER = ("all_notes", "any_folder")  # flags that set an entry of mappings/vault.toml for one run
OWN = ("vault", "no_cache", "quiet", *READER)  # options of ours, that the functions of export.py do not take
CLOSED = (errno.EPIPE, errno.EINVAL)  # how a pipe says that nobody reads it any more; the second on Windows


class Terminal:
    """One run's bar, findings, warnings, results and summary."""

    def __init__(self, vault: Path, quiet: bool = False, results_only: bool = False) -> None:
        """Tell of this vault: `quiet` nothing but results and errors, `results_only` draws no bar beside one document."""
        self.vault, self.count = vault, 0
        self._start, self._progress = time.perf_counter(), console.Progress()
        self._quiet, self._no_bar = quiet, quiet or results_only

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._progress.clear()
        if reading := getattr(error, "reading", None):  # that ended the run under --strict
            self.summary(reading, getattr(error, "mappings", None))

    def arguments(self, shared: dict[str, Any]) -> dict[str, Any]:
        """The options that all commands share, as the functions of export.py take them."""
        from exporter.reader.batch.cache import folder

        of_the_reader = [flag for flag in READER if shared[flag]]
        arguments = {name: value for name, value in shared.items() if name not in OWN}
        arguments["settings"] = [*shared["settings"], *(f"vault.{flag}=true" for flag in of_the_reader)]
        arguments["cache"] = None if shared["no_cache"] else folder()
        # where processes cannot be forked, a library must not start any by itself; a program may
        arguments["workers"] = 0 if sys.platform == "linux" else os.cpu_count() or 1
        return {**arguments, "tell": self.tell, "tick": self.show, "warn": lambda warning: self.say([warning])}

    def show(self, stage: str, done: int, total: int) -> None:
        """Draw the bar."""
        if not self._no_bar:
            self._progress.show(stage, done, total)

    def tell(self, findings: Sequence[Finding]) -> None:
        """Print findings."""
        self.count += len(findings)
        self.say(console.format_findings(findings, self.vault))

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

    def summary(self, reading: Reading, mappings: Path | None) -> None:
        """Print what became of all notes and links, what was found, how long it took, and which mappings were obeyed."""
        seconds = time.perf_counter() - self._start
        lines = (reading.statistics.dialect, reading.statistics.part, console.order(reading), console.left_out(reading))
        self.say(filter(None, lines))
        self.say(console.words_of_plugins(reading))
        counts = f"{console.summary(reading)}, {pluralize(self.count, 'finding')}, {seconds:.2f} seconds"
        self.say([f"{counts}, mappings: {mappings}" if mappings else counts])


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
