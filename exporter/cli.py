"""The command line: arguments in, files and findings out, one exit code."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from exporter.errors import ExportError, Finding

if TYPE_CHECKING:
    from exporter.model import KnowledgeMap

FOLDER = click.Path(path_type=Path)
# Control characters, line and paragraph separators, marks that reverse the order of letters, bytes that are no UTF-8
HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
PATIENCE = 1.0  # seconds before a progress bar appears

EPILOG = """\b
Examples:
  mlk-export --format skos                     out/skos/*.ttl from vault/
  mlk-export --format canvas --format opml     two formats
  mlk-export --format all --vault ~/Notes --out ~/Export
  mlk-export --format skos --set 'skos.base="https://example.org/mine/"'
  mlk-export check --vault ~/Notes --strict    tell the flaws, fail if there are any

\b
Shell completion, for bash (zsh and fish alike):
  eval "$(_MLK_EXPORT_COMPLETE=bash_source mlk-export)"
"""


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command takes which reads a vault."""
    for option in (
        click.option("--strict", is_flag=True, help="Write nothing and fail if the vault has a flaw."),
        click.option(
            "--set",
            "settings",
            multiple=True,
            metavar="NAME.KEY=VALUE",
            help="One entry of mappings/NAME.toml for this run, the value in TOML. May be repeated.",
        ),
        click.option("--mappings", type=FOLDER, help="Folder with vault.toml and NAME.toml.  [default: mappings]"),
        click.option("--vault", type=FOLDER, help="Folder with the notes.  [default: vault/, else this folder]"),
    ):
        command = option(command)
    return command


def _nice_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Show what the user can mend without a traceback, and let bugs through with theirs: the one place for it."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ExportError as error:
            raise click.ClickException(_printable(str(error), sys.stderr)) from error

    return wrapped


class _Formats(click.ParamType[str]):
    name = "name"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        from exporter import writer

        return [CompletionItem(name) for name in [*writer.names(), "all"] if name.startswith(incomplete)]


@click.group(
    invoke_without_command=True,
    no_args_is_help=True,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--format",
    "-f",
    "formats",
    type=_Formats(),
    multiple=True,
    help="What to write; may be repeated; `all` is every format.",
)
@click.option("--out", type=FOLDER, default=Path("out"), show_default=True, help="Folder to write below: OUT/NAME/.")
@_shared
@click.version_option(package_name="mlk-export", prog_name="mlk-export")
@click.pass_context
@_nice_errors
def main(context: click.Context, formats: tuple[str, ...], out: Path, **shared: Any) -> None:
    """Read a vault of Markdown notes once; write its knowledge map in many formats.

    Paths written go to standard output, flaws as FILE:LINE to standard error. Exit code 0: done; 1: something
    is wrong, or the vault has a flaw and --strict is set; 2: wrong usage.
    """
    if context.invoked_subcommand:
        if formats:
            raise click.UsageError(f"--format does not go with {context.invoked_subcommand!r}")
        return
    if not formats:
        raise click.UsageError("choose what to write with --format NAME; `mlk-export formats` lists the names")
    _export(formats, out, **shared)


@main.command()
@_shared
@click.pass_context
@_nice_errors
def check(context: click.Context, strict: bool, **shared: Any) -> None:
    """Read the vault, tell its flaws and write nothing."""
    above = context.parent.params if context.parent else {}
    merged: dict[str, Any] = {name: value or above.get(name) for name, value in shared.items()}
    run = _Run(**merged)
    run.read(strict or bool(above.get("strict")))
    run.end()


@main.command()
@_nice_errors
def formats() -> None:
    """List the formats that can be written."""
    from exporter import writer

    for name in writer.names():
        try:
            about = (writer.find(name).__doc__ or "").strip().split("\n")[0]
        except ExportError as error:
            about = f"cannot be used: {error}"
        _say(f"{name:10} {about}")


def _export(names: tuple[str, ...], out: Path, strict: bool, **shared: Any) -> None:
    from exporter import writer

    run = _Run(**shared)
    writers = {}  # all is known before any work is done
    asked = [name for name in names if name != "all"]
    for name in dict.fromkeys([*asked, *(writer.names() if "all" in names else ())]):
        try:
            writers[name] = writer.find(name)
        except ExportError as error:
            if name in asked:
                raise
            _say(f"left out: {error}", err=True)
    options = {name: run.options(name, module.Options) for name, module in writers.items()}
    run.all_used({"vault", *writers})
    knowledge_map = run.read(strict)
    with _Progress() as progress:
        made: dict[str, Iterable[Any]] = {
            name: progress.over(f"writing {name}", k, len(writers), module.write(knowledge_map, options[name]))
            for k, (name, module) in enumerate(writers.items())
        }
        paths, findings = writer.save(made, out)
    run.tell(findings)
    for path in paths:
        _say(str(path))
    run.end()


class _Run:
    """One run: where it reads, what it was told to change, what it found."""

    def __init__(self, vault: Path | None, mappings: Path | None, settings: tuple[str, ...]) -> None:
        self.start = time.perf_counter()
        self.vault = vault or _vault_here()
        self.mappings = mappings or Path("mappings")
        if mappings and not mappings.is_dir():
            raise ExportError(f"{mappings}: no such folder; name the one with vault.toml and NAME.toml with --mappings")
        self.settings: dict[str, list[str]] = {}
        for setting in settings:
            name, dot, entry = setting.partition(".")
            if not dot or "=" not in entry:
                raise click.BadParameter(
                    f"{setting!r} is not NAME.KEY=VALUE, as in skos.base='\"https://...\"'", param_hint="--set"
                )
            self.settings.setdefault(name, []).append(entry)
        self.found = 0
        self.counts = ""

    def options(self, name: str, shape: type[Any]) -> Any:
        """What mappings/NAME.toml and --set say."""
        from exporter import mapping

        return mapping.load(self.mappings, name, shape, self.settings.get(name, ()))

    def all_used(self, names: set[str]) -> None:
        """Refuse a --set for what this run does not read or write."""
        for name in self.settings:
            if name not in names:
                raise ExportError(
                    f"--set {name}.{self.settings[name][0]}: this run has no {name!r}; known: {', '.join(sorted(names))}"
                )

    def read(self, strict: bool) -> KnowledgeMap:
        """Read the vault and tell its flaws, which are a failure under --strict."""
        from exporter import reader

        mapping = self.options("vault", reader.VaultMapping)
        with _Progress() as progress:
            knowledge_map, findings = reader.read(
                self.vault, mapping, lambda done, total: progress.show("reading", done, total)
            )
        self.tell(findings)
        notes = sum(topic.note is not None for topic in knowledge_map.topics) + bool(knowledge_map.source.file)
        tables = {name: len(getattr(knowledge_map, name)) for name in ("topics", "areas", "tags", "links")}
        self.counts = ", ".join(f"{number} {name}" for name, number in {"notes": notes, **tables}.items())
        if strict and self.found:
            self.end()
            raise ExportError(f"{self.found} flaws in the vault, and --strict allows none; nothing was written")
        return knowledge_map

    def tell(self, findings: Iterable[Finding]) -> None:
        """Print findings, with paths that an editor can open."""
        for finding in findings:
            self.found += 1
            place = self.vault / finding.source.file
            _say(f"{place}:{finding.source.line}: {finding.message} [{finding.code}]", err=True)

    def end(self) -> None:
        """Print the summary."""
        seconds = time.perf_counter() - self.start
        _say(f"{self.counts}, {self.found} findings, {seconds:.2f} seconds", err=True)


class _Progress:
    """A bar on a terminal while the work goes on, gone when it is done; nothing in a pipe."""

    def __init__(self) -> None:
        self.next = time.perf_counter() + PATIENCE
        self.drawn = False

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self.drawn:
            self._draw("")

    def show(self, label: str, done: int, total: int, at_once: bool = False) -> None:
        """Draw the bar: after a second at the earliest, and ten times a second at most."""
        now = time.perf_counter()
        if (at_once or now >= self.next) and sys.stderr.isatty():
            self.next, self.drawn = now + 0.1, True
            bar = "#" * (30 * done // max(total, 1))
            self._draw(f"{label:20.20} [{bar:-<30}] {done} of {total}")

    def over(self, label: str, done: int, total: int, things: Iterable[Any]) -> Iterable[Any]:
        """Pass things on, and show that this part of the work goes on: at once, for it may be long until the first."""
        self.show(label, done, total, at_once=True)
        for thing in things:
            yield thing
            self.show(label, done, total)

    def _draw(self, line: str) -> None:
        sys.stderr.write(f"\r{line:<79}\r")
        sys.stderr.flush()


def _vault_here() -> Path:
    if Path("vault").is_dir():
        return Path("vault")
    if Path(".obsidian").is_dir() or next(Path().glob("*.md"), None):
        return Path()
    raise ExportError(
        "no vault here: this folder has neither a folder vault/ nor notes (*.md); name yours with --vault FOLDER"
    )


def _say(text: str, err: bool = False) -> None:
    """Print one line, whatever stands in the names of files."""
    click.echo(_printable(text, sys.stderr if err else sys.stdout), err=err)


def _printable(text: str, stream: TextIO) -> str:
    """The text without what would move, colour or turn round the terminal's, and as its encoding can say it."""
    text = HARMFUL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
