"""How many instructions a command takes, counted by valgrind (https://valgrind.org/docs/manual/cg-manual.html).

Unlike seconds they are the same on a busy machine, and with any number of processors.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import commands
from benchmarks.commands import EXPORTER, OURS
from benchmarks.measure import PLAIN, Row
from benchmarks.peers import PEERS
from benchmarks.vaults import KNOWN, Vault

VALGRIND = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
COUNT = re.compile(r"I\s+refs:\s+([\d,]+)")
CHECK = "`check --no-cache`"


def lines() -> Iterator[str]:
    """The table: the start alone, a real vault and a synthetic one."""
    if not shutil.which("valgrind"):
        yield "Not counted: valgrind is not there."
        return
    yield "Instructions in user mode, start included, of one run each; the peer gives a graph's edges alone."
    yield ""
    yield "| vault | command | 10^9 instructions | of the floor's |"
    yield "|---|---|---:|---:|"
    with tempfile.TemporaryDirectory(prefix="mlk-export-benchmarks-") as folder:
        yield from _table("no vault", commands.program())
        vaults = [vault for vault in KNOWN if vault.name == "hub" and vault.here]
        for vault in (*vaults, Vault("20000", "synthetic vault, 20,000 notes", 20_000)):
            place = Path(folder, vault.name)
            place.mkdir()
            yield from _table(vault.title, _rows(vault.make(place), place))
            shutil.rmtree(place)


def _rows(vault: Path, place: Path) -> list[Row]:
    check = [*EXPORTER, "check", "--vault", str(vault)]
    compiled = {**OURS, "MLK_EXPORT_CORE": "compiled", "MLK_EXPORT_CACHE": str(place / "cache")}
    python = {**compiled, "MLK_EXPORT_CORE": "python"}

    def keep() -> None:
        subprocess.run(check, env={**PLAIN, **compiled}, check=True, capture_output=True)

    peer = next(peer for peer in PEERS if peer.name == "obsidian-parser")
    return [
        commands.floor(vault)[0],
        Row(f"{CHECK} in Python alone", [*check, "--no-cache"], python),
        Row(f"{CHECK} by the compiled core", [*check, "--no-cache"], compiled),
        Row("`check`, nothing changed, by the compiled core", check, compiled, keep),
        peer.row(vault),
    ]


def _table(title: str, rows: list[Row]) -> Iterator[str]:
    print(f"instructions: {title}", file=sys.stderr)
    counts = [_count(row) for row in rows]
    for row, number in zip(rows, counts, strict=True):
        floor = f"{number / counts[0]:.1f}" if number and counts[0] else ""
        told = f"{number / 1e9:.2f}" if number else "not counted: " + (row.failure or "it failed")
        yield f"| {title if row is rows[0] else ''} | {row.name} | {told} | {floor} |"


def _count(row: Row) -> int:
    """The instructions of a command, and of the processes that it starts; 0, and the row's failure, if it fails."""
    if not Path(row.command[0]).exists():
        row.failure = "it is not there; `make bench-peers` installs it"
        return 0
    row.before()
    done = subprocess.run(
        [*VALGRIND, *row.command],
        env={**PLAIN, **row.environment, "PYTHONHASHSEED": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        row.failure = f"exit code {done.returncode}"
        print(done.stderr[-2000:], file=sys.stderr)
        return 0
    number = sum(int(number.replace(",", "")) for number in COUNT.findall(done.stderr))
    print(f"  {row.name}: {number:,}", file=sys.stderr)
    return number
