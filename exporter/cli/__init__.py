"""The command line: arguments in, files and findings out, one exit code.

This file has the group and the export, which is what happens without a command; live.py: `watch` and `serve`, which stay;
commands.py: all others; cut.py: `pack`, and a vault in shards; shared.py: what they have in common, and how a run ends; terminal.py: what is printed; words.py:
what stands on the command line, and how shells complete it; places.py: which folder is meant, and where what is made of it
goes.
"""

from __future__ import annotations

import gc

COLLECTS = gc.isenabled()
gc.disable()  # what is imported stays, and looking through it again and again is a tenth of the time

from pathlib import Path
from typing import Any

import click

from exporter.cli.commands import COMMANDS
from exporter.cli.cut import export_cut, pack_
from exporter.cli.live import DEFAULT, LIVE
from exporter.cli.places import find_output
from exporter.cli.shared import (
    OUT,
    OVERWRITE,
    WITH_TEXT,
    Commands,
    end_in_order,
    findings_options,
    merge_options,
    nice_errors,
    part_options,
    refuse_others,
    shared_options,
)
from exporter.cli.terminal import Terminal, gather, open_made
from exporter.cli.words import Folder, Format

EPILOG = """\b
Examples:
  mlk-export ~/Notes                           the handbook (PDF), to ~/Notes-export/
  mlk-export ~/Notes --format pdf,word --open  two formats, and look at them
  mlk-export ~/Notes --format all --out ~/Export
  mlk-export --format turtle --set skos.base=https://example.org/mine/
  mlk-export ~/Notes --format epub --area Recipes
  mlk-export init ~/Notes                      write its mappings, all explained
  mlk-export check ~/Notes --strict            tell the flaws, fail if there are any
  mlk-export explain "[[Tensor Languages]]"    why a note has its id, areas and links
  mlk-export wanted --limit 20                 what most notes ask for and nobody wrote
  mlk-export path "TPU Architecture"           what to read before it, in order
  mlk-export load --to neo4j://localhost       bring a Neo4j database up to date
  mlk-export watch --format skos --format json export again on every change
  mlk-export serve ~/Notes --open              see the map in a browser while you write
  mlk-export pack ~/Wiki --to s3://bucket/wiki  for `--vault s3://bucket/wiki --shards`
  mlk-export load --to http://localhost:3030/ds/data   put it into a graph store

\b
Shell completion, for bash (zsh and fish alike):
  eval "$(_MLK_EXPORT_COMPLETE=bash_source mlk-export)"
"""


def print_version(context: click.Context, parameter: click.Parameter, is_asked: bool) -> None:
    """Tell the version, and who reads the notes."""
    if is_asked and not context.resilient_parsing:
        from exporter.reader.batch.core import describe_core
        from exporter.version import VERSION

        click.echo(f"mlk-export, version {VERSION}\ncompiled core: {describe_core()}")
        context.exit()


@click.group(
    cls=Commands,
    invoke_without_command=True,
    no_args_is_help=True,
    epilog=EPILOG,
    subcommand_metavar="[FOLDER | COMMAND ...]",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--format",
    "-f",
    "formats",
    type=Format(),
    multiple=True,
    help="What to write, with commas or repeated: pdf, epub, word, turtle, ...; `all` is every format; without it the PDF.",
)
@OUT
@OVERWRITE
@click.option(
    "--relayout", is_flag=True, help="Canvas: lay it out anew; what you have moved or added is in the backup alone."
)
@click.option("--shards", is_flag=True, help="Read and write it shard by shard; FOLDER may hold shards of `pack`.")
@click.option(
    "--engine", metavar="NAME", help="Who does the work of --shards: pool (processes here), here, ray (a cluster)."
)
@click.option(
    "--work", type=Folder(), metavar="PLACE", help="Where --shards keeps what is done.  [default: with the caches]"
)
@click.option("--open", "open_", is_flag=True, help="Open what was made with the system's program for it.")
@part_options
@WITH_TEXT
@findings_options
@shared_options
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=print_version,
    help="Show the version, and whether the compiled core is there, and exit.",
)
@click.pass_context
@nice_errors
def main(
    context: click.Context,
    formats: tuple[str, ...],
    out: Path | None,
    overwrite: bool,
    relayout: bool,
    open_: bool,
    shards: bool,
    engine: str | None,
    work: Path | None,
    **options: Any,
) -> None:
    """Read a vault of Markdown notes once; write its knowledge map in many formats.

    FOLDER is the vault. Paths written go to standard output, flaws as FILE:LINE to standard error. Exit code 0: done; 1:
    something is wrong with the vault or the machine, or the vault has a flaw and --strict is set; 2: what was typed is wrong.
    """
    end_in_order()
    gc.freeze()  # what was imported stays, so nobody has to look through it
    if context.invoked_subcommand:
        refuse_others(context, main.commands[context.invoked_subcommand])
        return
    from exporter.export import export_vault
    from exporter.saving import LeftError

    shared = merge_options(context, options)
    with Terminal(shared["vault"], shared) as terminal:
        folder, where = (out, "") if out else find_output(terminal.vault)
        unasked = "" if formats else "format: the handbook (PDF), as none was named; `mlk-export formats` lists all"
        terminal.remarks = [remark for remark in (unasked, where) if remark]
        if shards or engine:
            flags = {"relayout": relayout, "open_": open_, "overwrite": overwrite}
            export_cut(terminal, shared, formats, folder, {**flags, "engine": engine or "", "work": work})
            return
        try:
            arguments = terminal.arguments(shared)
            arguments |= {"overwrite": overwrite, "relayout": relayout}
            report = export_vault(terminal.vault, formats or DEFAULT, folder, **arguments)
        except LeftError as error:
            open_made(error.paths if open_ else [], folder)
            raise
        whole = [*map(str, report.paths)]
        terminal.end(report, whole if terminal.is_document else gather(report.paths, folder))
    open_made(report.paths if open_ else [], folder)


for command in (*COMMANDS, pack_, *LIVE):
    main.add_command(command)
if COLLECTS:
    gc.enable()
