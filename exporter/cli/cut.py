"""A vault in shards: packing it, and what `--shards` does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from exporter.cli.shared import FOLDERS, merge_options, nice_errors, shared_options
from exporter.cli.terminal import Terminal, gather
from exporter.cli.words import Folder
from exporter.errors import UsageError, pluralize
from exporter.regex import regex

ADDRESS = regex(r"([A-Za-z][A-Za-z0-9+.-]+):/+")  # as a path has it, which takes two strokes for one


def place_of(path: Path) -> str:
    """A folder, or an address of an object store, as it was typed."""
    text = str(path)
    match = ADDRESS.match(text)
    return f"{match[1]}://{text[match.end() :]}" if match else text


@click.command("pack")
@click.option("--to", "place", type=Folder(), required=True, metavar="PLACE", help="A folder, or s3://bucket/folder.")
@click.option("--notes", type=click.IntRange(1), metavar="NUMBER", help="Notes in a shard.  [default: 20000]")
@FOLDERS
@shared_options
@click.pass_context
@nice_errors
def pack_(context: click.Context, place: Path, notes: int | None, **shared: Any) -> None:
    """Pack a vault into shards, Parquet files of paths and contents, which `--shards` reads.

    They are cut by the notes' sorted paths. Parquet with the columns `path` and `content` from elsewhere will do as well.
    """
    from exporter.run import Run
    from exporter.shards import pack
    from exporter.shards.pack import NOTES
    from exporter.shards.store import Store, find_pyarrow

    find_pyarrow()
    shared = merge_options(context, shared)
    with Terminal(shared["vault"], shared) as terminal:
        run = Run(terminal.vault, **terminal.arguments(shared))
        store = Store(place_of(place))
        names, findings = pack(terminal.vault, store, run.read_options(), notes or NOTES, terminal.show)
        run.tell(findings)
        terminal.print(f"{store.place}/{name}" for name in names)
        terminal.say(
            [f"{pluralize(len(names), 'shard')}; export them with: mlk-export --vault {place_of(place)} --shards"]
        )


def export_cut(
    terminal: Terminal, shared: dict[str, Any], formats: tuple[str, ...], out: Path, options: dict[str, Any]
) -> None:
    """Export a vault in shards.

    Raises:
        UsageError: an option that goes with no shards was named.
    """
    from exporter.run import Run
    from exporter.shards import export_shards

    for name, flag in (("areas", "--area"), ("tags", "--tag"), ("relayout", "--relayout"), ("open_", "--open")):
        if shared.get(name) or options.pop(name, None):
            raise UsageError(f"{flag} does not go with --shards; leave one of them away")
    if not formats:
        raise UsageError("--shards: name a format that can be cut: --format json, skos (as N-Triples) or neo4j-bulk")
    arguments = terminal.arguments(shared)
    call = {name: arguments.pop(name) for name in ("strict", "with_text") if name in arguments}
    run = Run(terminal.vault, **arguments)
    work = options.pop("work")
    report = export_shards(
        run, place_of(terminal.vault), formats, place_of(out), work=place_of(work) if work else "", **options, **call
    )
    paths = [*map(place_of, report.paths)]
    terminal.end(
        report, paths if terminal.is_document or paths != [*map(str, report.paths)] else gather(report.paths, out)
    )
