"""The command line: arguments in, files and findings out, one exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exporter import console
from exporter.errors import ExportError
from exporter.run import Run, echo

if TYPE_CHECKING:
    from exporter.loaders import Step

FOLDER = click.Path(path_type=Path)

EPILOG = """\b
Examples:
  mlk-export --format skos                     out/skos/*.ttl from vault/
  mlk-export --format canvas --format opml     two formats
  mlk-export --format all --vault ~/Notes --out ~/Export
  mlk-export --format skos --set 'skos.base="https://example.org/mine/"'
  mlk-export check --vault ~/Notes --strict    tell the flaws, fail if there are any
  mlk-export explain "Tensor Languages"        why a note has its id, areas and links
  mlk-export load --to neo4j://localhost       bring a Neo4j database up to date
  mlk-export load --to http://localhost:3030/ds/data   put it into a graph store

\b
Shell completion, for bash (zsh and fish alike):
  eval "$(_MLK_EXPORT_COMPLETE=bash_source mlk-export)"
"""


STRICT = click.option("--strict", is_flag=True, help="Write nothing and fail if the vault has a flaw.")
WITH_TEXT = click.option("--with-text", is_flag=True, help="Neo4j: each note's Markdown, too, as the property text.")


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command takes which reads a vault."""
    for option in (
        click.option("--no-cache", is_flag=True, help="Read every note, not only what has changed since the last run."),
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
            raise click.ClickException(console.printable(str(error), sys.stderr)) from error

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
@WITH_TEXT
@STRICT
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
@click.option("--all", "every", is_flag=True, help="Tell each flaw, even if many are alike.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output: docs/check.md.")
@STRICT
@_shared
@click.pass_context
@_nice_errors
def check(context: click.Context, every: bool, as_json: bool, strict: bool, **shared: Any) -> None:
    """Read the vault, tell its flaws and write nothing."""
    run, above = _merged(context, shared)
    reading = run.read(quiet=as_json)
    run.found = len(reading.findings)
    if as_json:
        click.echo(console.document(reading, run.vault), nl=False)
    else:
        run.say(console.told(reading.findings, run.vault) if every else console.condensed(reading.findings, run.vault))
        run.end()
    if strict or above.get("strict"):
        run.fail_if_flawed()


@main.command("explain")
@click.argument("note")
@_shared
@click.pass_context
@_nice_errors
def explain_(context: click.Context, note: str, **shared: Any) -> None:
    """Tell why a note has this id, title, areas, tags and links.

    NOTE is a path, a note's name, an alias or a topic's id. Each line begins with the place that decides.
    """
    from exporter.reader import explain

    run, _ = _merged(context, shared)
    with console.Progress() as progress:
        lines = explain.explain(
            note, run.vault, run.mapping(), lambda *done: progress.show("reading", *done), cache=run.cache()
        )
    for line in lines:
        echo(line)


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
@_shared
@click.pass_context
@_nice_errors
def load_(
    context: click.Context,
    address: str,
    dry_run: bool,
    max_delete: int | None,
    with_text: bool,
    strict: bool,
    **shared: Any,
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
    from exporter import loaders, writer

    loader = loaders.find(address)
    with closing(loader.target(address, os.environ)) as target:
        run, above = _merged(context, shared)
        if max_delete is not None:
            run.add("--max-delete", f"max_delete={max_delete}", {loader.MAPPING: loader.Options})
        if with_text or above.get("with_text"):
            run.add("--with-text", "with_text=true", {loader.MAPPING: loader.Options})
        options = run.options(loader.MAPPING, loader.Options)
        run.all_used({"vault", loader.MAPPING})
        run.say(f"Warning: {warning}" for warning in target.warnings)
        target.connect()
        reading = run.read_and_tell(strict or bool(above.get("strict")))
        plan = target.plan(reading.knowledge_map, options)
        run.tell(plan.findings)
        if dry_run:
            for step in plan.steps:
                echo(step.tell())
        else:
            if plan.lock:
                try:
                    writer.keep(plan.lock, run.mappings, loader.MAPPING)
                except OSError as error:
                    told = f"{error.filename}: cannot be written: {error.strerror}; nothing was sent"
                    raise ExportError(told) from error
            _carry_out(plan.steps)
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
        echo(f"{name:10} {about}")


def _export(names: tuple[str, ...], out: Path, strict: bool, with_text: bool, **shared: Any) -> None:
    from exporter import writer

    run = Run(**shared)
    writers = {}  # all is known before any work is done
    asked = [name for name in names if name != "all"]
    for name in dict.fromkeys([*asked, *(writer.names() if "all" in names else ())]):
        try:
            writers[name] = writer.find(name)
        except ExportError as error:
            if name in asked:
                raise
            echo(f"left out: {error}", err=True)
    obeys = {name: getattr(module, "MAPPING", name) for name, module in writers.items()}
    if with_text:
        shapes = {obeys[name]: module.Options for name, module in writers.items()}
        run.add("--with-text", "with_text=true", shapes)
    options = {name: run.options(obeys[name], module.Options) for name, module in writers.items()}
    run.all_used({"vault", *obeys.values()})
    knowledge_map = run.read_and_tell(strict).knowledge_map
    with console.Progress() as progress:
        made: dict[str, Iterable[Any]] = {
            name: progress.over(
                f"writing {name}",
                k,
                len(writers),
                run.tell_at_once(module.write(knowledge_map, options[name]), progress),
            )
            for k, (name, module) in enumerate(writers.items())
        }
        paths, findings = writer.save(made, out, run.mappings)
    run.tell(findings)
    for path in paths:
        echo(str(path))
    run.end()


def _carry_out(steps: list[Step]) -> None:
    """Do what a loader has planned, and tell what was done, even where a later step fails."""
    done: list[str] = []
    try:
        with console.Progress() as progress:
            for step in steps:
                progress.show(step.name, 0, 1, at_once=True)
                done.append(step.do(partial(progress.show, step.name)))
    finally:
        for line in filter(None, done):
            echo(line)


def _merged(context: click.Context, shared: dict[str, Any]) -> tuple[Run, dict[str, Any]]:
    """A command's run, whose options may stand before its name, too; and all that stands there."""
    above = context.parent.params if context.parent else {}
    merged: dict[str, Any] = {name: value or above.get(name) for name, value in shared.items()}
    return Run(**merged), above
