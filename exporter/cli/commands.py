"""The commands beside the export: each reads the vault, or what a run leaves, and tells or changes something else."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from exporter import console
from exporter.cli.places import default_vault
from exporter.cli.shared import (
    ANY_FOLDER,
    AS_JSON,
    FOLDERS,
    VAULT,
    WITH_TEXT,
    findings_options,
    merge_options,
    nice_errors,
    part_options,
    shared_options,
    take_apart,
)
from exporter.cli.terminal import Terminal, echo, write
from exporter.cli.words import Folder, NoteName, expand
from exporter.errors import ExportError, UsageError, pluralize
from exporter.model import no_collection


def _words(name: str) -> Callable[..., Any]:
    """The argument that names a note, with or without quotes, and may name the folder besides."""
    return click.argument(name, nargs=-1, required=True, type=NoteName(), metavar=f"{name.upper()} [FOLDER]")


@click.command("check")
@click.option("--baseline", type=Folder(), metavar="FILE", help="Tell only what is new: not in this file.")
@click.option("--write-baseline", type=Folder(), metavar="FILE", help="Write what is found to this file, as known.")
@click.option("--report", is_flag=True, help="Tell hubs, bridges, orphans, dead ends and what is in no area, too.")
@findings_options
@FOLDERS
@part_options
@shared_options
@click.pass_context
@nice_errors
@no_collection()
def check(
    context: click.Context, baseline: Path | None, write_baseline: Path | None, report: bool, **options: Any
) -> None:
    """Read the vault, tell its flaws and write nothing."""
    from exporter import baseline as baselines
    from exporter.findings import failing
    from exporter.run import Report, Run, StrictError

    shared = merge_options(context, options)
    strict = shared.pop("strict")
    if write_baseline and (shared["areas"] or shared["tags"]):
        raise UsageError("--write-baseline is of the whole vault; leave --area and --tag away")
    with Terminal(shared["vault"], shared) as terminal:
        run = Run(terminal.vault, **terminal.arguments(shared))
        reading = run.read()
        findings = reading.findings
        if baseline:
            findings, known, gone = baselines.compare(baseline, findings)
            told = gone and not run.is_part  # a part has not looked for the others
            anew = f"; entries that are no finding any more: {gone}, write it anew" if told else ""
            terminal.remark = f"{baseline}: {pluralize(known, 'finding')} known{anew}"
        if write_baseline:
            entries = baselines.write(write_baseline, reading.findings)
            terminal.remark = f"{write_baseline}: written; what it says is known from now on: {entries}"
        shape = None
        if report:
            from exporter.views.structure import structure

            shape = structure(reading.knowledge_map)
        terminal.end(Report(reading, [], findings, run.obeyed), shape=shape)
    if strict and not write_baseline and (failed := failing(findings, strict)):
        raise StrictError(failed)


@click.command("wanted")
@click.option("--limit", type=click.IntRange(0), help="So many at most; without it as many as there are.")
@AS_JSON
@FOLDERS
@part_options
@shared_options
@click.pass_context
@nice_errors
def wanted_(context: click.Context, limit: int | None, as_json: bool, **shared: Any) -> None:
    """List the notes that links lead to, or the map names, and that nobody has written.

    What most notes ask for comes first. Each line begins with the first place that does.
    """
    from exporter.run import Run
    from exporter.views.structure import wanted

    shared = merge_options(context, shared)
    with Terminal(shared["vault"], {**shared, "as_json": as_json}) as terminal:
        run = Run(terminal.vault, **terminal.arguments(shared))
        wants = wanted(run.read().knowledge_map)[:limit]
        if as_json:
            write(console.wanted_document(wants, terminal.vault))
        else:
            terminal.print(console.wanted(wants, terminal.vault))


@click.command("explain")
@_words("note")
@AS_JSON
@shared_options
@click.pass_context
@nice_errors
def explain_(context: click.Context, note: tuple[str, ...], as_json: bool, **shared: Any) -> None:
    """Tell why a note has this id, title, areas, tags and links.

    NOTE is a path, a note's name, an alias or a topic's id, or a link as it stands in a note: "[[Note]]". Each line begins
    with the place that decides.
    """
    _print_about(note, context, as_json, shared)


@click.command("path")
@_words("topic")
@AS_JSON
@shared_options
@click.pass_context
@nice_errors
def path_(context: click.Context, topic: tuple[str, ...], as_json: bool, **shared: Any) -> None:
    """Tell what has to be known before a topic, in reading order, by the links of the kind `requires`.

    TOPIC is named as the NOTE of `explain`; it stands last. Each line is a place and a title.
    """
    _print_about(topic, context, as_json, shared, before=True)


def _print_about(
    words: tuple[str, ...], context: click.Context, as_json: bool, shared: dict[str, Any], before: bool = False
) -> None:
    """Print what explain.py tells about the note or topic that is named, or about what comes before it."""
    from exporter.options import shorter
    from exporter.reader.explain import explain
    from exporter.reader.vault.doubt import vault_around
    from exporter.run import Run

    name, folder = take_apart(words)
    file = Path(expand(name))
    above = context.parent.params.get("vault") if context.parent else None
    if os.path.isfile(file):  # noqa: PTH113 - a long name is none
        name = str(file)
        if not (folder or shared["vault"] or above) and (around := vault_around(file)):
            folder = (shorter(around),)  # a note says in which vault it lies
    shared = merge_options(context, {**shared, "folders": folder})
    with Terminal(shared["vault"], {**shared, "as_json": as_json}) as terminal:
        run = Run(terminal.vault, **terminal.arguments(shared))
        with run.file("vault").locate_errors():
            show = partial(terminal.show, "reading")
            lines = explain(name, run.vault, run.read_options(), show, cache=run.cache, before=before)
        lines = [*dict.fromkeys(lines)]  # one link may stand in a line twice
        if as_json:
            write(console.lines_document(context.info_name or "", terminal.vault, lines))
        else:
            terminal.print(f"{source.below(terminal.vault)}: {text}" for source, text in lines)


@click.command("load")
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
@findings_options
@FOLDERS
@shared_options
@click.pass_context
@nice_errors
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
    from exporter.load import load_vault

    shared = merge_options(context, options)
    done: list[str] = []
    with Terminal(shared["vault"], shared) as terminal:
        report = load_vault(
            terminal.vault,
            address,
            max_delete=max_delete,
            dry_run=dry_run,
            done=done.append if terminal.is_document else lambda line: terminal.print([line]),
            **terminal.arguments(shared),
        )
        terminal.end(report, done)


@click.command("init")
@click.option("--mappings", type=Folder(), help="Folder to write to.  [default: the vault's own, .mlk-export/ in it]")
@ANY_FOLDER
@VAULT
@AS_JSON
@FOLDERS
@click.pass_context
@nice_errors
def init_(context: click.Context, as_json: bool, **options: Any) -> None:
    """Write the mappings of a vault, each option with its default and its explanation.

    vault.toml tells besides what was found: the map, headings without a role, properties that could be the order or are
    links, folders and notes that look private. Nothing of it holds before you say so, and no file that is there is changed.
    """
    from exporter.init import begin
    from exporter.options import typed
    from exporter.reader.batch.files import folder

    shared = merge_options(context, options)
    mappings = shared["mappings"]
    with Terminal(shared["vault"], {"as_json": as_json}) as terminal:
        show = partial(terminal.show, "reading")
        made = begin(terminal.vault, mappings, show, cache=folder(), any_folder=shared["any_folder"])
        if as_json:
            write(console.init_document(terminal.vault, **made._asdict()))
            return
        terminal.print(map(str, made.written))
        terminal.say(f"{path}: is there already; left as it is" for path in made.kept)
        words = [terminal.vault] if terminal.vault != default_vault() else []
        words += [Path("--mappings"), mappings] if mappings else []
        again = "".join(f" {typed(word)}" for word in words)
        terminal.say([f"Read {made.folder / 'vault.toml'}, change what you like, then: mlk-export check{again}"])


@click.group("cache", invoke_without_command=True)
@AS_JSON
@click.pass_context
@nice_errors
def cache_(context: click.Context, as_json: bool) -> None:
    """Tell where it is kept what was read of large vaults and made for books, and how much it is.

    A cache that was not used for 90 days goes by itself, and so does that of a vault that is gone; all together take
    1 GB at most.
    """
    if not context.invoked_subcommand:
        _tell_cache(as_json)


@cache_.command("clear")
@AS_JSON
@click.pass_context
@nice_errors
def clear_(context: click.Context, as_json: bool) -> None:
    """Remove what was kept; the next run reads and makes everything."""
    assert context.parent
    _tell_cache(as_json or context.parent.params["as_json"], clear=True)


def _tell_cache(as_json: bool, clear: bool = False) -> None:
    from exporter.reader.batch import files

    folder = files.folder()
    try:
        caches = files.clear(folder) if clear else files.kept(folder)
    except OSError as error:
        raise ExportError(f"{error.filename or folder}: {error.strerror}; fix its permissions") from error
    if as_json:
        write(console.cache_document(folder, caches, clear))
        return
    size, removed = sum(file.size for file in caches) / 1_000_000, " removed" if clear else ""
    echo(f"{folder}: {pluralize(len({file.vault or file.path for file in caches}), 'vault')}, {size:.1f} MB{removed}")


@click.command("formats")
@AS_JSON
@nice_errors
def formats(as_json: bool) -> None:
    """List the formats that can be written, and what else they may be called."""
    from exporter import writers

    told = []
    for name in writers.names():
        try:
            about = (writers.find(name).__doc__ or "").strip().split("\n")[0]
        except ExportError as error:
            about = f"cannot be used: {error}"
        told.append((name, about, [alias for alias, other in writers.ALIASES.items() if other == name]))
    if as_json:
        write(console.formats_document(told))
    else:
        for name, about, aliases in told:
            also = f" Also: {', '.join(aliases)}." if aliases else ""
            echo(f"{name:10} {about}{also}")


@click.command("help")
@click.argument("names", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
def help_(context: click.Context, names: tuple[str, ...]) -> None:
    """Tell what a command does, and its options."""
    assert context.parent
    above, command = context.parent, context.parent.command
    for name in names:
        inner = command.get_command(above, name) if isinstance(command, click.Group) else None
        if inner is None:
            known = ", ".join(command.list_commands(above)) if isinstance(command, click.Group) else "none below it"
            raise click.UsageError(f"no command {name!r}; known: {known}", context)
        above, command = click.Context(inner, info_name=name, parent=above), inner
    write(command.get_help(above) + "\n")


COMMANDS = (check, wanted_, explain_, path_, load_, init_, cache_, formats, help_)
