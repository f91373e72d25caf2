"""The command line: arguments in, files and findings out, one exit code."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exporter import console
from exporter.errors import DoubtError, ExportError, Finding, UsageError, pluralize

if TYPE_CHECKING:
    from exporter.reader import Reading

FOLDER = click.Path(path_type=Path)
READER = ("all_notes", "any_folder")  # flags that set an entry of mappings/vault.toml for one run

EPILOG = """\b
Examples:
  mlk-export --format skos                     out/skos/*.ttl from vault/
  mlk-export --format canvas --format opml     two formats
  mlk-export --format all --vault ~/Notes --out ~/Export
  mlk-export --format skos --set 'skos.base="https://example.org/mine/"'
  mlk-export init --vault ~/Notes              write its mappings, all explained
  mlk-export check --vault ~/Notes --strict    tell the flaws, fail if there are any
  mlk-export explain "Tensor Languages"        why a note has its id, areas and links
  mlk-export wanted --limit 20                 what most notes ask for and nobody wrote
  mlk-export path "TPU Architecture"           what to read before it, in order
  mlk-export load --to neo4j://localhost       bring a Neo4j database up to date
  mlk-export load --to http://localhost:3030/ds/data   put it into a graph store

\b
Shell completion, for bash (zsh and fish alike):
  eval "$(_MLK_EXPORT_COMPLETE=bash_source mlk-export)"
"""


STRICT = click.option("--strict", is_flag=True, help="Write nothing and fail if the vault has a flaw.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output: docs/check.md.")
WITH_TEXT = click.option("--with-text", is_flag=True, help="Neo4j, JSON: each note's Markdown, too, as `text`.")


def _shared_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command takes which reads a vault."""
    for option in (
        click.option("--any-folder", is_flag=True, help="Read a folder that is hardly a vault, such as a whole disk."),
        click.option(
            "--all-notes", is_flag=True, help="Daily notes, templates, drawings and their like are topics, too."
        ),
        click.option("--no-cache", is_flag=True, help="Read every note, not only what has changed since the last run."),
        click.option(
            "--set",
            "settings",
            multiple=True,
            metavar="NAME.KEY=VALUE",
            help="One entry of mappings/NAME.toml for this run, the value in TOML. May be repeated.",
        ),
        click.option(
            "--only",
            multiple=True,
            metavar="RULE",
            help='Publish what fits alone: "Folder/", "#tag", "key: value" or "[[Area]]". May be repeated.',
        ),
        click.option(
            "--hide", multiple=True, metavar="RULE", help="Hide what fits, too, as [publish] of vault.toml does."
        ),
        click.option(
            "--mappings",
            type=FOLDER,
            help="Folder with vault.toml and NAME.toml.  [default: the vault's own, else mappings/]",
        ),
        click.option("--vault", type=FOLDER, help="Folder with the notes.  [default: vault/, else this folder]"),
    ):
        command = option(command)
    return command


def _nice_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Show what the user can fix without a traceback, and let bugs through with theirs: the one place for it."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except DoubtError as error:
            if not _ask(f"{error.doubt}. Read it?"):
                raise click.ClickException(console.terminal_safe(str(error), sys.stderr)) from error
            return wrapped(*args, **{**kwargs, "any_folder": True})
        except UsageError as error:
            raise click.UsageError(console.terminal_safe(str(error), sys.stderr)) from error
        except ExportError as error:
            raise click.ClickException(console.terminal_safe(str(error), sys.stderr)) from error

    return wrapped


def _end_in_order() -> None:
    """A run that is told to end takes its programs and temporary folders with it, as one that is interrupted does."""
    with contextlib.suppress(ValueError):  # not the main thread
        for name in {"SIGTERM", "SIGHUP"} & set(signal.Signals.__members__):
            if signal.getsignal(number := signal.Signals[name]) is signal.SIG_DFL:
                signal.signal(number, lambda which, _: sys.exit(128 + which))


def _ask(question: str) -> bool:
    """Ask who sits at a terminal; in a pipe nobody would answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return click.confirm(console.terminal_safe(question, sys.stderr), err=True)


class _Formats(click.ParamType[str]):
    name = "name"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        from exporter import writers

        return [CompletionItem(name) for name in [*writers.names(), "all"] if name.startswith(incomplete)]


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
@WITH_TEXT
@STRICT
@_shared_options
@click.version_option(package_name="mlk-export", prog_name="mlk-export")
@click.pass_context
@_nice_errors
def main(context: click.Context, formats: tuple[str, ...], out: Path, **shared: Any) -> None:
    """Read a vault of Markdown notes once; write its knowledge map in many formats.

    Paths written go to standard output, flaws as FILE:LINE to standard error. Exit code 0: done; 1: something
    is wrong, or the vault has a flaw and --strict is set; 2: wrong usage.
    """
    _end_in_order()
    if context.invoked_subcommand:
        if formats:
            raise click.UsageError(f"--format does not go with {context.invoked_subcommand!r}")
        return
    if not formats:
        raise click.UsageError("choose what to write with --format NAME; `mlk-export formats` lists the names")
    from exporter.export import export_vault

    with _Terminal(_vault(shared["vault"])) as terminal:
        report = export_vault(terminal.vault, formats, out, **terminal.arguments(shared))
        terminal.print(map(str, report.paths))
        terminal.summary(report.reading, report.mappings)


@main.command()
@click.option("--all", "every", is_flag=True, help="Tell each flaw, even if many are alike.")
@click.option("--report", is_flag=True, help="Tell hubs, bridges, orphans, dead ends and what is in no area, too.")
@AS_JSON
@STRICT
@_shared_options
@click.pass_context
@_nice_errors
def check(context: click.Context, every: bool, report: bool, as_json: bool, **options: Any) -> None:
    """Read the vault, tell its flaws and write nothing."""
    from exporter.export import Run, StrictError
    from exporter.views.structure import structure, wanted

    shared = _merge_options(context, options)
    strict = shared.pop("strict")
    with _Terminal(_vault(shared["vault"]), quiet=as_json) as terminal:
        run = Run(terminal.vault, **terminal.arguments(shared))
        reading = run.read()
        shape = structure(reading.knowledge_map) if report else None
        if as_json:
            click.echo(console.document(reading, terminal.vault, shape, every), nl=False)
        else:
            form = console.format_findings if every else console.condense
            terminal.say(form(reading.findings, terminal.vault))
            terminal.say(console.hidden(reading, every))
            if shape:
                terminal.print(console.report(shape, wanted(reading.knowledge_map), terminal.vault, every))
            terminal.count = len(reading.findings)
            terminal.summary(reading, run.obeyed)
    if strict and reading.findings:
        raise StrictError(reading, run.obeyed)


@main.command("wanted")
@click.option("--limit", type=click.IntRange(0), help="So many at most; without it as many as there are.")
@AS_JSON
@_shared_options
@click.pass_context
@_nice_errors
def wanted_(context: click.Context, limit: int | None, as_json: bool, **shared: Any) -> None:
    """List the notes that links lead to, or the map names, and that nobody has written.

    What most notes ask for comes first. Each line begins with the first place that does.
    """
    from exporter.export import Run
    from exporter.views.structure import wanted

    shared = _merge_options(context, shared)
    with _Terminal(_vault(shared["vault"]), quiet=as_json) as terminal:
        run = Run(terminal.vault, **terminal.arguments(shared))
        wants = wanted(run.read().knowledge_map)[:limit]
        if as_json:
            click.echo(console.wanted_document(wants, terminal.vault), nl=False)
        else:
            terminal.print(console.wanted(wants, terminal.vault))


@main.command("explain")
@click.argument("note")
@_shared_options
@click.pass_context
@_nice_errors
def explain_(context: click.Context, note: str, **shared: Any) -> None:
    """Tell why a note has this id, title, areas, tags and links.

    NOTE is a path, a note's name, an alias or a topic's id. Each line begins with the place that decides.
    """
    from exporter.reader.explain import explain

    _print_about(explain, note, context, shared)


@main.command("path")
@click.argument("topic")
@_shared_options
@click.pass_context
@_nice_errors
def path_(context: click.Context, topic: str, **shared: Any) -> None:
    """Tell what has to be known before a topic, in reading order, by the links of the kind `requires`.

    TOPIC is a path, a note's name, an alias or a topic's id; it stands last. Each line is a place and a title.
    """
    from exporter.reader.explain import way_to

    _print_about(way_to, topic, context, shared)


def _print_about(tell: Callable[..., list[str]], name: str, context: click.Context, shared: dict[str, Any]) -> None:
    """Print what a function of explain.py tells about the note or topic of this name."""
    from exporter.export import Run

    shared = _merge_options(context, shared)
    with _Terminal(_vault(shared["vault"])) as terminal:
        run = Run(terminal.vault, **terminal.arguments(shared))
        with run.file("vault").locate_errors():
            lines = tell(
                name, run.vault, run.read_options(), lambda *done: terminal.show("reading", *done), cache=run.cache
            )
        terminal.print(lines)


@main.command("load")
@click.option(
    "--to", "address", required=True, envvar="NEO4J_URI", metavar="URL", help="The database; without it NEO4J_URI."
)
@click.option("--dry-run", is_flag=True, help="Tell what would be written and removed, and change nothing.")
@click.option(
    "--max-delete",
    type=click.IntRange(0, 100),
    metavar="PERCENT",
    help="Neo4j: how much of what is there may be removed, 20 by default.",
)
@WITH_TEXT
@STRICT
@_shared_options
@click.pass_context
@_nice_errors
def load_(
    context: click.Context,
    address: str,
    dry_run: bool,
    max_delete: int | None,
    **options: Any,
) -> None:
    """Load the vault into a database; loading again updates it, and removes what has left the vault.

    \b
      --to neo4j://localhost               Neo4j: the graph of --format neo4j
      --to http://localhost:3030/ds/data   an RDF graph store (Fuseki, Oxigraph, ...): the
                                           vocabulary of --format skos, each scheme a named
                                           graph, replaced whole
      --to 'http://.../ds/data?graph=IRI'  the map's graph is named IRI

    What others have put there is left alone. mappings/neo4j.toml and mappings/skos.toml shape what is loaded.
    Credentials come from the environment: NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE, or GRAPH_STORE_USERNAME
    and GRAPH_STORE_PASSWORD, or GRAPH_STORE_TOKEN. A line for each thing done goes to standard output.
    """
    from exporter.export import load_vault

    shared = _merge_options(context, options)
    with _Terminal(_vault(shared["vault"])) as terminal:
        report = load_vault(
            terminal.vault,
            address,
            max_delete=max_delete,
            dry_run=dry_run,
            done=lambda line: terminal.print([line]),
            **terminal.arguments(shared),
        )
        terminal.summary(report.reading, report.mappings)


@main.command("init")
@click.option("--mappings", type=FOLDER, help="Folder to write to.  [default: the vault's own, .mlk-export/ in it]")
@click.option("--vault", type=FOLDER, help="Folder with the notes.  [default: vault/, else this folder]")
@click.pass_context
@_nice_errors
def init_(context: click.Context, **options: Any) -> None:
    """Write the mappings of a vault, each option with its default and its explanation.

    vault.toml tells besides what was found: the map, headings without a role, properties that could be the order or are
    links, folders and notes that look private. Nothing of it holds before you say so, and no file that is there is changed.
    """
    from exporter.init import begin
    from exporter.reader.batch.cache import folder

    shared = _merge_options(context, options)
    with _Terminal(_vault(shared["vault"])) as terminal:
        show = partial(terminal.show, "reading")
        made = begin(terminal.vault, shared["mappings"], show, cache=folder())
        terminal.print(map(str, made.written))
        terminal.say(f"{path}: is there already; left as it is" for path in made.kept)
        again = "".join(f" --{name} {value}" for name, value in shared.items() if value)
        terminal.say([f"Read {made.folder / 'vault.toml'}, change what you like, then: mlk-export check{again}"])


@main.group("cache", invoke_without_command=True)
@click.pass_context
@_nice_errors
def cache_(context: click.Context) -> None:
    """Tell where it is kept what was read of large vaults, and how much it is.

    A cache that was not used for 90 days goes by itself, and so does that of a vault that is gone; all together take
    1 GB at most.
    """
    if not context.invoked_subcommand:
        _tell_cache("")


@cache_.command("clear")
@_nice_errors
def clear_() -> None:
    """Remove what was kept; the next run reads every note."""
    _tell_cache(" removed", clear=True)


def _tell_cache(what: str, clear: bool = False) -> None:
    from exporter.reader.batch import cache

    folder = cache.folder()
    try:
        files = cache.clear(folder) if clear else cache.kept(folder)
    except OSError as error:
        raise ExportError(f"{error.filename or folder}: {error.strerror}; fix its permissions") from error
    size = sum(file.size for file in files) / 1_000_000
    _echo(f"{folder}: {pluralize(len(files), 'vault')}, {size:.1f} MB{what}")


@main.command()
@_nice_errors
def formats() -> None:
    """List the formats that can be written."""
    from exporter import writers

    for name in writers.names():
        try:
            about = (writers.find(name).__doc__ or "").strip().split("\n")[0]
        except ExportError as error:
            about = f"cannot be used: {error}"
        _echo(f"{name:10} {about}")


class _Terminal:
    """Where a run is told: a bar and findings on standard error, what it made on standard output."""

    def __init__(self, vault: Path, quiet: bool = False) -> None:
        self.vault, self.count = vault, 0
        self._start, self._quiet, self._progress = time.perf_counter(), quiet, console.Progress()

    def __enter__(self) -> _Terminal:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._progress.clear()
        if reading := getattr(error, "reading", None):  # that ended the run under --strict
            self.summary(reading, getattr(error, "mappings", None))

    def arguments(self, shared: dict[str, Any]) -> dict[str, Any]:
        """The options that all commands share, as the functions of export.py take them."""
        from exporter.reader.batch.cache import folder

        of_the_reader = [flag for flag in READER if shared[flag]]
        arguments = {name: value for name, value in shared.items() if name not in ("vault", "no_cache", *READER)}
        arguments["settings"] = [*shared["settings"], *(f"vault.{flag}=true" for flag in of_the_reader)]
        arguments["cache"] = None if shared["no_cache"] else folder()
        # where processes cannot be forked, a library must not start any by itself; a program may
        arguments["workers"] = 0 if sys.platform == "linux" else os.cpu_count() or 1
        return {**arguments, "tell": self.tell, "tick": self.show, "warn": lambda warning: self.say([warning])}

    def show(self, stage: str, done: int, total: int) -> None:
        """Draw the bar."""
        if not self._quiet:
            self._progress.show(stage, done, total)

    def tell(self, findings: Sequence[Finding]) -> None:
        """Print findings."""
        self.count += len(findings)
        self.say(console.format_findings(findings, self.vault))

    def say(self, lines: Iterable[str]) -> None:
        """Print lines for people."""
        self._progress.clear()
        for line in lines:
            _echo(line, err=True)

    def print(self, lines: Iterable[str]) -> None:
        """Print lines that are the result."""
        self._progress.clear()
        for line in lines:
            _echo(line)

    def summary(self, reading: Reading, mappings: Path | None) -> None:
        """Print what became of all notes and links, what was found, how long it took, and which mappings were obeyed."""
        seconds = time.perf_counter() - self._start
        lines = (reading.statistics.dialect, console.order(reading), console.left_out(reading))
        self.say(filter(None, lines))
        self.say(console.words_of_plugins(reading))
        counts = f"{console.summary(reading)}, {pluralize(self.count, 'finding')}, {seconds:.2f} seconds"
        self.say([f"{counts}, mappings: {mappings}" if mappings else counts])


def _echo(text: str, err: bool = False) -> None:
    """Print one line, whatever stands in the names of files."""
    click.echo(console.terminal_safe(text, sys.stderr if err else sys.stdout), err=err)


def _merge_options(context: click.Context, shared: dict[str, Any]) -> dict[str, Any]:
    """A command's options, which may stand before its name, too."""
    above = context.parent.params if context.parent else {}
    return {name: value or above.get(name) for name, value in shared.items()}


def _vault(named: Path | None) -> Path:
    """The vault that was named, else the one that is here.

    Raises:
        ExportError: there is none.
    """
    if named:
        return named
    if Path("vault").is_dir():
        return Path("vault")
    if Path(".obsidian").is_dir() or next(Path().glob("*.md"), None):
        return Path()
    raise ExportError(
        "no vault here: this folder has neither a folder vault/ nor notes (*.md); name yours with --vault FOLDER"
    )
