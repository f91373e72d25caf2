"""Measure and write docs/benchmarks.md: `python -m benchmarks [--runs N]`."""

import argparse
import os
import platform
import re
import resource
import sys
import tempfile
from pathlib import Path

from benchmarks import vaults

ROOT = Path(__file__).parent.parent
FLOOR = """
import os, sys
stack = [sys.argv[1]]
while stack:
    for entry in os.scandir(stack.pop()):
        if entry.is_dir(follow_symlinks=False):
            stack.append(entry.path)
        elif entry.name.endswith(".md"):
            descriptor = os.open(entry.path, os.O_RDONLY)
            while os.read(descriptor, 1 << 16):
                pass
            os.close(descriptor)
"""
# The book of a large vault takes minutes and gigabytes: that is measured where the handbook is worked on
BIG = ("json", "skos", "neo4j", "opml", "canvas")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=5)
    runs = arguments.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        rows = list(measure(Path(folder), runs))
    write(rows, runs)


def measure(folder: Path, runs: int):  # type: ignore[no-untyped-def]
    exporter = [sys.executable, "-m", "exporter"]
    yield "interpreter", "python -c pass", best([sys.executable, "-c", "pass"], folder, runs), None
    yield "program", "mlk-export --help", best([*exporter, "--help"], folder, runs), None
    known = [("bundled vault, 32 notes", ROOT / "vault", ("all",))]
    for number in (1_000, 10_000):
        made = folder / f"vault-{number}"
        vaults.make(made, number)
        known.append((f"synthetic vault, {number:,} notes", made, BIG if number == 10_000 else ("json",)))
    for name, vault, formats in known:
        floor = best([sys.executable, "-c", FLOOR, str(vault)], folder, runs)
        yield name, "floor: walk and read the same bytes", floor, floor
        common = ["--vault", str(vault), "--mappings", str(ROOT / "mappings")]
        yield name, "check", best([*exporter, "check", *common], folder, runs), floor
        for format_ in formats:
            command = [*exporter, "--format", format_, "--out", str(folder / "out"), *common]
            yield name, f"--format {format_}", best(command, folder, runs), floor


def best(command: list[str], folder: Path, runs: int) -> tuple[float, float, float]:
    """The run with the least CPU time: its wall seconds, CPU seconds and peak megabytes."""
    found = []
    for _ in range(runs + 1):  # the first warms the page cache and is not counted
        before = os.times()
        pid = os.posix_spawn(
            command[0], command, {**os.environ, "PYTHONPATH": str(ROOT)},
            file_actions=[(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)],
        )  # fmt: skip
        _, status, usage = os.wait4(pid, 0)
        after = os.times()
        assert status == 0, command
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        found.append((after.elapsed - before.elapsed, cpu, usage.ru_maxrss / 1024))
    return min(found[1:], key=lambda run: run[1])


def write(
    rows: list[tuple[str, str, tuple[float, float, float], tuple[float, float, float] | None]], runs: int
) -> None:
    """Put the table between the two marks of docs/benchmarks.md."""
    lines = [
        f"{processor()}, {os.cpu_count()} cores, {memory():.0f} GB, {platform.system()}, Python {platform.python_version()};"
        f" each command a process of its own, the run of {runs} with the least CPU time.",
        "",
        "| vault | command | wall s | CPU s | peak MB | CPU over floor |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for vault, command, (wall, cpu, peak), floor in rows:
        ratio = f"{cpu / max(floor[1], 0.01):.1f}" if floor else ""
        lines.append(f"| {vault} | `{command}` | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {ratio} |")
    page = ROOT / "docs" / "benchmarks.md"
    text = page.read_text(encoding="utf-8")
    table = "<!-- table -->\n" + "\n".join(lines) + "\n<!-- end -->"
    page.write_text(re.sub(r"(?s)<!-- table -->.*<!-- end -->", lambda _: table, text), encoding="utf-8")
    print("\n".join(lines))


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", cpuinfo.read_text()) if cpuinfo.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def memory() -> float:
    """Of the machine, in GB."""
    return os.sysconf("SC_PHYS_PAGES") * resource.getpagesize() / 1e9


if __name__ == "__main__":
    main()
