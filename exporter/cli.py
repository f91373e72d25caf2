"""The command line: arguments in, files and findings out, one exit code."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exporter import console, telling
from exporter.errors import DoubtError, ExportError, Finding, UsageError, pluralize

if TYPE_CHECKING:
    from exporter.export import Report
    from exporter.reader.explain import Line
    from exporter.views.structure import Structure

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


AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output: docs/check.md.")
WITH_TEXT = click.option("--with-text", is_flag=True, help="Neo4j, JSON: each note's Markdown, too, as `text`.")


def _findings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """How findings are told, and when they fail a run."""
    for option in (
        AS_JSON,
        click.option(
            "--output-format",
            "form",
            type=click.Choice(["text", "json", "github", "sarif"]),
            help="How findings are told: as annotations of GitHub, or as one document on standard output.  [default: text]",
        ),
        click.option("--all", "every", is_flag=True, help="Tell each finding, however many and alike they are."),
        click.option(
            "--strict",
            type=click.Choice(["warning", "error"]),
            metavar="[=error]",
            help="Write nothing and fail if there are errors or warnings; --strict=error: errors.",
        ),
    ):
        command = option(command)
    return command


class _Commands(click.Group):
    """All commands. `--strict` need not say of which level, and never takes the next word for it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Write `--strict` out."""
        return super().parse_args(ctx, ["--strict=warning" if word == "--strict" else word for word in args])


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
    cls=_Commands,
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
@_findings_options
@_shared_options
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
    from exporter.export import export_vault

    with _Terminal(_vault(shared["vault"]), shared) as terminal:
        report = export_vault(terminal.vault, formats, out, **terminal.arguments(shared))
        terminal.end(report, [*map(str, report.paths)])


@main.command()
@click.option("--baseline", type=FOLDER, metavar="FILE", help="Tell only what is new: not in this file.")
@click.option("--write-baseline", type=FOLDER, metavar="FILE", help="Write what is found to this file, as known.")
@click.option("--report", is_flag=True, help="Tell hubs, bridges, orphans, dead ends and what is in no area, too.")
@_findings_options
@_shared_options
@click.pass_context
@_nice_errors
def check(
    context: click.Context, baseline: Path | None, write_baseline: Path | None, report: bool, **options: Any
) -> None:
    """Read the vault, tell its flaws and write nothing."""
    from exporter import baseline as baselines
    from exporter.export import Report, Run, StrictError
    from exporter.findings import failing
    from exporter.views.structure import structure

    shared = _merge_options(context, options)
    strict = shared.pop("strict")
    with _Terminal(_vault(shared["vault"]), shared) as terminal:
        run = Run(terminal.vault, **terminal.arguments(shared))
        reading = run.read()
        findings = reading.findings
        if baseline:
            findings, known, gone = baselines.compare(baseline, findings)
            anew = f"; entries that are no finding any more: {gone}, write it anew" if gone else ""
            terminal.remark = f"{baseline}: {pluralize(known, 'finding')} known{anew}"
        if write_baseline:
            entries = baselines.write(write_baseline, reading.findings)
            terminal.remark = f"{write_baseline}: written; what it says is known from now on: {entries}"
        terminal.end(
            Report(reading, [], findings, run.obeyed), shape=structure(reading.knowledge_map) if report else None
        )
    if strict and not write_baseline and (failed := failing(findings, strict)):
        raise StrictError(failed)


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
    with _Terminal(_vault(shared["vault"]), {"as_json": as_json}) as terminal:
        run = Run(terminal.vault, **terminal.arguments(shared))
        wants = wanted(run.read().knowledge_map)[:limit]
        if as_json:
            click.echo(console.wanted_document(wants, terminal.vault), nl=False)
        else:
            terminal.print(console.wanted(wants, terminal.vault))


@main.command("explain")
@click.argument("note")
@AS_JSON
@_shared_options
@click.pass_context
@_nice_errors
def explain_(context: click.Context, note: str, as_json: bool, **shared: Any) -> None:
    """Tell why a note has this id, title, areas, tags and links.

    NOTE is a path, a note's name, an alias or a topic's id. Each line begins with the place that decides.
    """
    from exporter.reader.explain import explain

    _print_about(explain, note, context, as_json, shared)


@main.command("path")
@click.argument("topic")
@AS_JSON
@_shared_options
@click.pass_context
@_nice_errors
def path_(context: click.Context, topic: str, as_json: bool, **shared: Any) -> None:
    """Tell what has to be known before a topic, in reading order, by the links of the kind `requires`.

    TOPIC is a path, a note's name, an alias or a topic's id; it stands last. Each line is a place and a title.
    """
    from exporter.reader.explain import way_to

    _print_about(way_to, topic, context, as_json, shared)


def _print_about(
    tell: Callable[..., list[Line]], name: str, context: click.Context, as_json: bool, shared: dict[str, Any]
) -> None:
    """Print what a function of explain.py tells about the note or topic of this name."""
    from exporter.export import Run

    shared = _merge_options(context, shared)
    with _Terminal(_vault(shared["vault"]), {"as_json": as_json}) as terminal:
        run = Run(terminal.vault, **terminal.arguments(shared))
        with run.file("vault").locate_errors():
            lines = tell(
                name, run.vault, run.read_options(), lambda *done: terminal.show("reading", *done), cache=run.cache
            )
        if as_json:
            click.echo(console.lines_document(context.info_name or "", terminal.vault, lines), nl=False)
        else:
            terminal.print(f"{source.below(terminal.vault)}: {text}" for source, text in lines)


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
@_findings_options
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
    done: list[str] = []
    with _Terminal(_vault(shared["vault"]), shared) as terminal:
        report = load_vault(
            terminal.vault,
            address,
            max_delete=max_delete,
            dry_run=dry_run,
            done=done.append if terminal.quiet else lambda line: terminal.print([line]),
            **terminal.arguments(shared),
        )
        terminal.end(report, done)


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
@AS_JSON
@_nice_errors
def formats(as_json: bool) -> None:
    """List the formats that can be written."""
    from exporter import writers

    told = []
    for name in writers.names():
        try:
            about = (writers.find(name).__doc__ or "").strip().split("\n")[0]
        except ExportError as error:
            about = f"cannot be used: {error}"
        told.append((name, about))
    if as_json:
        click.echo(console.formats_document(told), nl=False)
    else:
        for name, about in told:
            _echo(f"{name:10} {about}")


class _Terminal:
    """Where a run is told: a bar and findings on standard error, what it made on standard output."""

    def __init__(self, vault: Path, options: Mapping[str, Any] | None = None) -> None:
        """Take the vault, and the options that `_findings_options` knows."""
        options = options or {}
        self.vault, self.every, self.remark = vault, bool(options.get("every")), ""
        self.form: str = "json" if options.get("as_json") else options.get("form") or "text"
        self.quiet = self.form in ("json", "sarif")  # standard output is one document
        self._findings: list[Finding] = []
        self._start, self._progress = time.perf_counter(), console.Progress()

    def __enter__(self) -> _Terminal:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._progress.clear()
        if report := getattr(error, "report", None):  # that ended the run under --strict
            self.end(report, [*map(str, report.paths)])
        elif error:
            self._tell(self._findings)

    def arguments(self, shared: dict[str, Any]) -> dict[str, Any]:
        """The options that all commands share, as the functions of export.py take them."""
        from exporter.reader.batch.cache import folder

        of_the_reader = [flag for flag in READER if shared[flag]]
        ours = ("vault", "no_cache", "as_json", "form", "every", *READER)
        arguments = {name: value for name, value in shared.items() if name not in ours}
        arguments["settings"] = [*shared["settings"], *(f"vault.{flag}=true" for flag in of_the_reader)]
        arguments["cache"] = None if shared["no_cache"] else folder()
        # where processes cannot be forked, a library must not start any by itself; a program may
        arguments["workers"] = 0 if sys.platform == "linux" else os.cpu_count() or 1
        return {**arguments, "tell": self.tell, "tick": self.show, "warn": lambda warning: self.say([warning])}

    def show(self, stage: str, done: int, total: int) -> None:
        """Draw the bar."""
        if not self.quiet:
            self._progress.show(stage, done, total)

    def tell(self, findings: Sequence[Finding]) -> None:
        """Keep findings until the end, when it is known in which formats they are; but some are urgent."""
        self._findings += findings
        urgent = [finding for finding in findings if finding.code in telling.URGENT]
        self.say(str(finding._replace(source=finding.source.below(self.vault))) for finding in urgent)

    def _tell(self, findings: Sequence[Finding]) -> None:
        """Print findings for people, or for GitHub, but what was told already."""
        self._progress.clear()
        findings = [finding for finding in findings if finding.code not in telling.URGENT]
        if self.form == "github":
            self.say(telling.github(findings, self.vault, self.every))
        elif not self.quiet:
            for line in telling.lines(findings, self.vault, sys.stderr, self.every):
                click.echo(line, err=True)  # it is safe, and may be coloured

    def end(self, report: Report, done: Sequence[str] | None = None, shape: Structure | None = None) -> None:
        """Tell what was found, then what was done; None: nothing was to be done, so what stands out may be told."""
        from exporter.views.structure import wanted

        if self.form == "json":
            click.echo(console.document(report.reading, self.vault, report.findings, shape, self.every, done), nl=False)
        elif self.form == "sarif":
            click.echo(telling.sarif(report.findings, self.vault), nl=False)
        else:
            self._tell(report.findings)
            self.print(done or ())
            if done is None:
                self.say(console.hidden(report.reading, self.every))
            if shape:
                self.print(console.report(shape, wanted(report.reading.knowledge_map), self.vault, self.every))
            self.summary(report)

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

    def summary(self, report: Report) -> None:
        """Print what became of all notes and links, what was found, how long it took, and which mappings were obeyed."""
        reading, mappings = report.reading, report.mappings
        seconds = time.perf_counter() - self._start
        lines = (reading.statistics.dialect, console.order(reading), console.left_out(reading))
        self.say(filter(None, lines))
        self.say(console.words_of_plugins(reading))
        counts = f"{console.summary(reading)}, {telling.count_levels(report.findings)}, {seconds:.2f} seconds"
        self.say([f"{counts}, mappings: {mappings}" if mappings else counts])
        if self.remark:
            self.say([self.remark])


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
