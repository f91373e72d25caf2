"""What was measured, as tables in docs/benchmarks.md."""

import os
import platform
import re
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Row
from benchmarks.vaults import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Part:
    """What was measured together; the first row is the floor, `inside` its like for what times itself."""

    title: str
    rows: list[Row]
    inside: Row | None = None
    peers: tuple[str, ...] = ()  # names of the rows that are peers


def machine() -> str:
    """What was measured on."""
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{_processor()}, {os.cpu_count()} cores, {_memory():.0f} GB, {system}"


def costs(parts: list[Part], runs: int) -> Iterator[str]:
    """The machine, and a line for each command."""
    yield (
        f"{machine()}; each command a process of its own, in turns, medians of {runs} runs "
        "(of one, where it takes more than 20 s); the peak is that of the largest process."
    )
    yield ""
    yield "| vault | command | wall s | CPU s | least CPU s | peak MB | CPU over floor |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    for part in parts:
        for row in part.rows:
            title = part.title if row is part.rows[0] else ""
            if not row.runs:
                yield f"| {title} | {row.name}: {row.failure} | | | | | |"
                continue
            floor = part.inside if row.inside else part.rows[0]
            ratio = _times(row.cpu / max(floor.cpu, 1e-4)) if floor and floor.runs else ""
            times = " | ".join(_seconds(seconds) for seconds in (row.wall, row.cpu, row.best))
            yield f"| {title} | {row.name} | {times} | {row.peak:.0f} | {ratio} |"


def against(parts: list[Part]) -> Iterator[str]:
    """How many times faster ours are than each peer; a line for each of ours."""
    names = list(dict.fromkeys(name for part in parts for name in part.peers))
    yield "Times less CPU / times less waiting than the peer:"
    yield ""
    yield f"| vault | ours | {' | '.join(names)} |"
    yield f"|---|---|{'---:|' * len(names)}"
    for part in parts:
        peers = {row.name: row for row in part.rows if row.name in part.peers}
        for row in part.rows:
            if row.runs and row.name not in part.peers and not row.name.startswith("floor"):
                yield f"| {part.title} | {row.name} | {' | '.join(_against(row, peers.get(name)) for name in names)} |"


def write(mark: str, lines: list[str]) -> None:
    """Put the lines between `<!-- mark -->` and the next `<!-- end -->` of the page."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    table = "\n".join([f"<!-- {mark} -->", *lines, "<!-- end -->"])
    text, found = re.subn(rf"(?s)<!-- {mark} -->.*?<!-- end -->", lambda _: table, text)
    if not found:
        raise SystemExit(f"docs/benchmarks.md has no lines '<!-- {mark} -->' and '<!-- end -->' to write between")
    PAGE.write_text(text, encoding="utf-8")


def _against(ours: Row, peer: Row | None) -> str:
    if peer is None or not peer.runs:
        return ""
    return f"{_times(peer.cpu / ours.cpu)} / {_times(peer.wall / ours.wall)}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}" if seconds < 0.1 else f"{seconds:.2f}"


def _times(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 1 else f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", cpuinfo.read_text()) if cpuinfo.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def _memory() -> float:
    """Of the machine, in GB."""
    return os.sysconf("SC_PHYS_PAGES") * resource.getpagesize() / 1e9
