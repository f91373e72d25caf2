"""Whether days of watching leave memory, and the cache on the disk, where they were: `mlk-export watch` over many changes.

One note after another gets another last line; the next one waits until the export of the last is told.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks import page, vaults
from benchmarks.commands import EXPORTER, OURS
from benchmarks.measure import PLAIN

CHANGES = 1_000
LOOK = (1, 10, 100, 250, 500, 750, 1_000)  # changes after which it is measured
NOTES = 300
FORMATS = (("html",), ("json", "skos", "opml", "svg"))
MARK = "\n\nChange number "


class Measure(NamedTuple):
    """What there is after some changes."""

    changes: int
    memory: float  # MB that the process holds
    cache: float  # MB on the disk
    seconds: float  # of an export since the last measure, by its own account


def lines() -> Iterator[str]:
    """The table, some formats in their turn."""
    yield f"{page.machine()}; a synthetic vault of {NOTES} notes, each change another one."
    yield ""
    yield "| formats | after changes | holds, MB | cache, MB | an export, s |"
    yield "|---|---:|---:|---:|---:|"
    for formats in FORMATS:
        with tempfile.TemporaryDirectory(prefix="mlk-export-benchmarks-") as folder:
            vault = vaults.Vault("", "", NOTES).make(Path(folder))
            title = ", ".join(formats)
            for each in watch(vault, Path(folder), formats, CHANGES):
                cells = f"{each.memory:.1f} | {each.cache:.1f} | {each.seconds:.2f}"
                yield f"| {title} | {each.changes:,} | {cells} |"
                title = ""


def watch(vault: Path, folder: Path, formats: tuple[str, ...], changes: int) -> Iterator[Measure]:
    """Change the vault, so that it is exported again and again."""
    cache = folder / "cache"
    command = [*EXPORTER, "watch", "--vault", str(vault), "--out", str(folder / "out")]
    command += [word for name in formats for word in ("--format", name)]
    environment = {**PLAIN, **OURS, "MLK_EXPORT_CACHE": str(cache), "PYTHONUNBUFFERED": "1"}
    notes = cycle(sorted(vault.rglob("*.md")))
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            _wait(process, " notes (")
            times = []
            for number in range(1, changes + 1):
                note = next(notes)
                text = note.read_text(encoding="utf-8").partition(MARK)[0]
                note.write_text(f"{text}{MARK}{number}.\n", encoding="utf-8")
                times.append(float(_wait(process, " changed: ").split()[-2]))
                if number in LOOK:
                    yield Measure(number, _memory(process.pid), _size(cache), median(times))
                    times = []
                    print(f"  {', '.join(formats)}: {number} changes", file=sys.stderr)
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[str], words: str) -> str:
    """The next line that says so."""
    assert process.stdout
    for line in process.stdout:
        if words in line.lower():
            return line
    raise SystemExit(f"`watch` has ended before it said {words!r}")


def _memory(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1e3


def _size(folder: Path) -> float:
    return sum(Path(place, name).stat().st_size for place, _, names in os.walk(folder) for name in names) / 1e6
