"""The commands that stay, `watch` and `serve`: they export again whenever something has changed, until they are told to end."""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exporter import console, telling
from exporter.cli.places import find_output
from exporter.cli.shared import (
    EVERY,
    FOLDERS,
    OUT,
    OVERWRITE,
    STRICT,
    WITH_TEXT,
    merge_options,
    nice_errors,
    part_options,
    shared_options,
)
from exporter.cli.terminal import Terminal, echo, write
from exporter.cli.words import Format
from exporter.errors import ExportError, Finding, UsageError, pluralize

if TYPE_CHECKING:
    from exporter.reader.batch.made import Made
    from exporter.run import Report
    from exporter.views.structure import Structure

MOST = 1 << 17  # findings whose identities are kept, as most are those of the last export
DEFAULT, PAGE, PORT = ("handbook",), ("html",), 8000  # what is written, and shown, where no format is named; and where
# What is wrong with a note that is saved in the middle of a line. It would lose its properties, and with them its id
TORN = ("bad-canvas", "bad-yaml", "unclosed-comment")
FORMATS = click.option(
    "--format", "-f", "formats", type=Format(), multiple=True, help="What to write, as an export does."
)
POLL = click.option(
    "--poll",
    is_flag=True,
    help="Look at every file now and then: for disks of other machines, which do not tell what changes on them.",
)


States = dict[Path, tuple[int, int]]  # when files were written, and their sizes in bytes


class TornError(ExportError):
    """A note was saved in the middle of a line."""


class Live(Terminal):
    """One export after another of the same formats; of each is told what is new to who has read on so far."""

    def __init__(self, formats: Sequence[str], out: Path, options: dict[str, Any]) -> None:
        """Take what `export_vault` takes, and the options of the command line."""
        super().__init__(options["vault"], options)
        self._is_made = False  # whether an export has come to its end
        self.mappings: Path | None = options["mappings"]
        self._formats, self._out, self._options = formats, out, options
        self._changes: Sequence[str] = ()  # for which this export is made
        self._error = ""  # that has ended the last one
        self._warned: set[str] = set()
        self._told: set[str] = set()  # findings that are not mended
        self._known: set[str] = set()  # findings of the last export that came to its end
        self.states: States = {}  # of the files that stand there
        self._made: Made | None = None
        self._identity = lru_cache(MOST)(telling.identity)
        self.tells_paths = True

    def build(self, changes: Sequence[str]) -> bool:
        """Export, and tell what is new; gives whether all could be written.

        Raises:
            UsageError: what was typed is wrong from the start, so no change of the vault would mend it.
        """
        from exporter.export import export_vault

        is_first = not (self._is_made or self._error)
        self._changes, self._findings, self._start = changes, [], time.perf_counter()
        try:
            with self:
                self.end(export_vault(self.vault, self._formats, self._out, **self.arguments(self._options)))
            self._is_made, self._error = True, ""
        except (ExportError, OSError) as error:
            if is_first or self.vault.is_dir():  # else whoever watches it tells that it is gone
                if isinstance(error, UsageError if is_first else OSError):
                    raise
                self._fail(error)
            self._error = str(error)
        gc.collect()  # records know one another; those of this export are to be gone before those of the next one come
        return not self._error

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._progress.clear()
        if error:
            report: Report | None = getattr(error, "report", None)  # some formats were left, or it ended under --strict
            states = _states(report.paths if report else ())
            self._tell(report.findings if report else self._findings)
            self._print_written(states)
            self.states |= states

    def arguments(self, shared: dict[str, Any]) -> dict[str, Any]:
        """The options as `export_vault` takes them; a warning is told once, and what was made of notes stays in memory."""
        from exporter.reader.batch.made import Made

        arguments = super().arguments(shared)
        if arguments["cache"] and not self._made:
            self._made = Made(arguments["cache"], self.vault)
        return {**arguments, "made": self._made, "warn": self._warn}

    def save(self) -> None:
        """Keep what was made of notes for other runs."""
        if self._made:
            self._made.save()

    def tell(self, findings: Sequence[Finding]) -> None:
        """Keep what is new; end the export where a note that was good has been saved in the middle of a line.

        Raises:
            TornError: this note alone has changed. Once another one does, somebody has gone on, and means it as it is.
        """
        super().tell(self._new(findings))
        if self._is_made and len(self._changes) == 1:
            for finding in findings:
                torn = finding.code in TORN and finding.level == "error" and finding.source.file == self._changes[0]
                if torn and self._identity(finding) not in self._known:
                    place = finding.source.below(self.vault)
                    raise TornError(f"{place}: all stays as it is until this is mended, or another note changes")

    def end(self, report: Report, done: Sequence[str] | None = None, shape: Structure | None = None) -> None:
        """Tell what is new: findings, files, what was mended."""
        states, found = _states(report.paths), {*map(self._identity, report.findings)}
        new = self._new(report.findings) if found - self._told else []
        news = self._news(states, len(new), found)
        self._told = found  # before it is printed: Ctrl+C in the middle would have it told twice
        super()._tell(new)
        if self.is_document:
            done = self._written(states)
            document = console.document(report.reading, self.vault, report.findings, None, self.every, done)
            write(document.replace(b"\n", b"") + b"\n")
        self._print_written(states)
        if self._is_made or self._error:
            self.say(filter(None, [news]))
        else:
            self.summary(report)
        self._known, self.states = found, states

    def _news(self, states: States, new: int, found: set[str]) -> str:
        """What has become of some changes, in a line; "": nothing of settings, as programs write them all the time."""
        first, *others = self._changes or (str(self.vault),)
        written, mended = len(self._written(states)), len(self._told - found)
        if not (written or new or mended) and all(name.startswith(".") for name in self._changes):
            return ""
        parts = [
            f"{pluralize(written, 'file')} written" if written else "nothing to write",
            pluralize(new, "new finding") if new else "",
            f"{pluralize(mended, 'finding')} mended, {len(found) or 'none'} left" if mended else "",
            f"{time.perf_counter() - self._start:.2f} seconds",
        ]
        more = f" and {len(others):,} more" if others else ""
        return f"{first}{more} changed: {', '.join(filter(None, parts))}"

    def _tell(self, findings: Sequence[Finding]) -> None:
        """Print those that are new."""
        super()._tell(self._new(findings))
        self._told = self._told | {*map(self._identity, findings)}

    def _new(self, findings: Sequence[Finding]) -> list[Finding]:
        return [finding for finding in findings if self._identity(finding) not in self._told]

    def _written(self, states: States) -> list[str]:
        """The files that are not as the last export has left them: where all bytes are the same, nothing is written."""
        return [str(path) for path, state in states.items() if self.states.get(path) != state]

    def _print_written(self, states: States) -> None:
        if self.tells_paths and not self.is_document:
            self.print(self._written(states))

    def _warn(self, warning: str) -> None:
        if warning not in self._warned:
            self._warned.add(warning)
            self.say([warning])

    def _fail(self, error: Exception) -> None:
        """Print why the export has ended, unless the last one has ended for the same."""
        if isinstance(error, TornError):
            self.say([str(error)] if str(error) != self._error else [])
        elif str(error) != self._error:
            self._progress.clear()
            for line in getattr(error, "lines", [f"{error}; what was made before stays"]):
                echo(f"Error: {line}", err=True)


def live_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of both commands."""
    for option in (EVERY, STRICT, WITH_TEXT, part_options, POLL, OVERWRITE, OUT, FOLDERS, shared_options):
        command = option(command)
    return command


@click.command("watch")
@click.option("--json", "as_json", is_flag=True, help="A JSON document a line, for each export: docs/watch.md.")
@live_options
@FORMATS
@click.pass_context
@nice_errors
def watch_(context: click.Context, poll: bool, **options: Any) -> None:
    """Export, and again whenever a note, a setting or a mapping has changed.

    Paths go to standard output where their bytes have changed, findings to standard error where they are new. What ends an
    export is told, and what was made before stays. Ctrl+C ends the command, with exit code 0.
    """
    shared = merge_options(context, options)
    with _until_stopped():
        for _ in _exports(*_live(shared, DEFAULT), poll):
            pass


@click.command("serve")
@click.option("--open", "open_", is_flag=True, help="Open it in the browser.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, help="Where to serve; 0: where it is free.  [default: 8000]"
)
@live_options
@FORMATS
@click.pass_context
@nice_errors
def serve_(context: click.Context, poll: bool, port: int, open_: bool, **options: Any) -> None:
    """Show the map in a browser on this machine, and again whenever a note, a setting or a mapping has changed.

    What is shown is `--format html`, unless another format with pages is named. The address goes to standard output; no
    other machine can see what is there. Ctrl+C ends the command, with exit code 0.
    """
    from exporter.serve import Server

    shared = merge_options(context, options)
    with _until_stopped(), Server(port) as server:
        live, folders = _live(shared, PAGE)
        if folders[1:]:
            raise UsageError("serve: one format at a time; name one")
        live.tells_paths = False
        for number, is_done in enumerate(_exports(live, folders, poll)):
            if is_done and not server.show(folders[0], live.states):
                raise UsageError(f"format {folders[0].name!r} has no page that a browser could show; name another one")
            if number == 0:
                echo(server.address)
                live.say(["Ctrl+C ends it."])
                if open_:
                    click.launch(server.address)


def _live(shared: dict[str, Any], default: Sequence[str]) -> tuple[Live, list[Path]]:
    """The exports that are asked for, and the folders that they write."""
    from exporter import writers

    formats, out = shared.pop("formats") or default, shared.pop("out")
    chosen = writers.choose(formats)
    names = [*writers.names()] if writers.ALL in chosen else chosen
    out, where = (out, "") if out else find_output(shared["vault"])
    live = Live(formats, out, shared)
    live.remarks = [where] if where else []
    return live, [out / name for name in names]


def _exports(live: Live, folders: Sequence[Path], poll: bool) -> Iterator[bool]:
    """Export now and after each change; yields whether all could be written."""
    from exporter.watch import watch

    begun = False
    try:
        for changes in watch(live.vault, live.mappings, folders, poll):
            if changes is None and begun:
                live.say([f"{live.vault}: is gone; it is watched again when it is back"])
            else:
                yield live.build(changes or [])
            if not begun:
                live.save()  # as it took long
            begun = True
    finally:
        live.save()


def _states(paths: Sequence[Path]) -> States:
    """What stands where an export has written; a file that somebody has taken away by now is left out."""
    states = {}
    for path in paths:
        with suppress(OSError):
            status = path.stat()
            states[path] = status.st_mtime_ns, status.st_size
    return states


@contextmanager
def _until_stopped() -> Iterator[None]:
    """End in order where somebody says so: that is how these commands are meant to end."""
    with suppress(ValueError):  # not the main thread
        for name in {"SIGINT", "SIGTERM", "SIGHUP"} & set(signal.Signals.__members__):
            if signal.getsignal(number := signal.Signals[name]) is not signal.SIG_IGN:
                signal.signal(number, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        echo("", err=True)  # ends the line with "^C"
        echo("Stopped.", err=True)


LIVE = (watch_, serve_)
