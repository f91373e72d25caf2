"""Measure reading and writing, and write docs/benchmarks.md: see `python -m benchmarks --help`."""

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import commands, page, syntaxes, vaults
from benchmarks.measure import Row, measure
from benchmarks.page import Part
from benchmarks.peers import PEERS

FORMATS = {"bundled": ("all",), "1000": ("json",), "10000": commands.FORMATS}
ALL_PEERS = tuple(peer.name for peer in PEERS)
WITH_PEERS = {"hub": ALL_PEERS, "1000": ALL_PEERS, "100000": ("obsidian-parser",)}  # the others would take hours
PATIENT = ("1000000", "watching")  # what takes long, and is asked for
BESIDE_PEERS = ("layouts", "browsing")  # which are nothing without them


def main() -> None:
    """Measure what is asked for, print it, and write it if it is all that belongs into the table."""
    for number in (signal.SIGINT, signal.SIGTERM):  # end as any error does, so that temporary folders go
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    known = [
        "program",
        "skos",
        "neo4j",
        "handbook",
        "hiding",
        "shards",
        "layouts",
        "browsing",
        "instructions",
        "watching",
        *(vault.name for vault in vaults.KNOWN),
    ]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="of each command, after one that warms up; default 5")
    parser.add_argument("--peers", action="store_true", help="install other programs and measure ours against them")
    parser.add_argument(
        "--million",
        action="store_true",
        help="also a vault of a million notes, 4 GB of disk, a book of 1,280, and a thousand changes",
    )
    parser.add_argument(
        "--beside",
        metavar="FOLDER",
        type=Path,
        help="a checkout of another version, whose `check` is measured with ours",
    )
    parser.add_argument("--only", metavar="NAME", action="append", choices=known, help=f"one of {', '.join(known)}")
    parser.add_argument("--print", dest="printing", action="store_true", help="leave docs/benchmarks.md as it is")
    asked = parser.parse_args()
    only = asked.only or [name for name in known if name not in PATIENT or asked.million]
    chosen = [vault for vault in vaults.KNOWN if vault.name in only]
    with tempfile.TemporaryDirectory(prefix="mlk-export-benchmarks-") as folder:
        if asked.peers:
            chosen = [vault for vault in chosen if vault.name in WITH_PEERS]
            parts = list(_parts(chosen, Path(folder), asked.runs, asked.beside, peers=True))
        else:
            parts = _program(asked.runs) if "program" in only else []
            parts += _parts(chosen, Path(folder), asked.runs, asked.beside)
            parts += _syntaxes(asked.runs) if "skos" in only else []
    others = {
        name: list(measured(asked.runs, asked.million))
        for name, measured in OTHERS.items()
        if name in only and asked.peers == (name in BESIDE_PEERS)
    }
    lines = list(page.costs(parts, asked.runs)) if parts else []
    if asked.peers and parts:
        lines += ["", *(f"- {peer.name}: {peer.makes}" for peer in PEERS), "", *page.against(parts)]
    print("\n\n".join("\n".join(table) for table in (lines, *others.values()) if table))
    if asked.printing:
        return
    if not asked.only:  # a table is of one run
        page.write("peers" if asked.peers else "table", lines)
    for name, table in others.items():
        page.write(name, table)


def _program(runs: int) -> list[Part]:
    rows = commands.program()
    measure(rows, runs)
    return [Part("no vault", rows)]


def _syntaxes(runs: int) -> list[Part]:
    print("skos", file=sys.stderr)
    rows = syntaxes.rows()
    measure(rows, runs)
    return [Part(syntaxes.title(rows[0]), rows, rows[0])]


def _graphs(runs: int, million: bool) -> Iterator[str]:
    print("neo4j", file=sys.stderr)
    from benchmarks import graphs  # not for all, as it needs what the tests need

    return graphs.lines(runs, million)


def _handbooks(runs: int, million: bool) -> Iterator[str]:
    from benchmarks import handbooks

    return handbooks.lines(runs, million)


def _hiding(runs: int, _: bool) -> Iterator[str]:
    from benchmarks import hiding

    return hiding.lines(runs)


def _shards(runs: int, million: bool) -> Iterator[str]:
    from benchmarks import shards  # which needs Ray

    return shards.lines(runs, million)


def _layouts(runs: int, _: bool) -> Iterator[str]:
    from benchmarks import layouts

    return layouts.lines(runs)


def _browsing(runs: int, _: bool) -> Iterator[str]:
    from benchmarks import browsing  # which needs a browser

    return browsing.lines(runs)


def _watching(_runs: int, _million: bool) -> Iterator[str]:
    from benchmarks import watching

    return watching.lines()


def _instructions(_runs: int, _million: bool) -> Iterator[str]:
    from benchmarks import instructions

    return instructions.lines()


OTHERS = {
    "neo4j": _graphs,
    "handbook": _handbooks,
    "hiding": _hiding,
    "shards": _shards,
    "layouts": _layouts,
    "browsing": _browsing,
    "instructions": _instructions,
    "watching": _watching,
}


def _parts(
    chosen: list[vaults.Vault], folder: Path, runs: int, beside: Path | None, peers: bool = False
) -> Iterator[Part]:
    """Each vault in its turn: made, measured, removed."""
    failures = {peer.name: peer.install() for peer in PEERS} if peers and chosen else {}
    for vault in chosen:
        if not vault.here:
            print(f"{vault.title} is left out: its archive is not there (MLK_EXPORT_DATA)", file=sys.stderr)
            continue
        print(vault.title, file=sys.stderr)
        place = folder / vault.name
        place.mkdir()
        made = vault.make(place)
        floor = commands.floor(made)
        rows = [*floor, *commands.reading(made, place)]
        if beside:
            rows += commands.beside(made, place, beside.absolute())
        others: list[Row] = []
        if peers:
            for peer in PEERS:
                if peer.name in WITH_PEERS[vault.name]:
                    others.append(peer.row(made))
                    others[-1].failure = failures[peer.name]
        else:
            rows += commands.writing(made, place, FORMATS.get(vault.name, ()))
        rows += others
        measure(rows, runs)
        notes, size = floor[-1].said[2:] or (0, 0)
        title = f"{vault.title}, {notes:,.0f} notes, {size / 1e6:.{0 if size > 1e7 else 1}f} MB"
        yield Part(title, rows, floor[-1], tuple(row.name for row in others))
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
