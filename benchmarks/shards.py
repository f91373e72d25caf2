"""What it costs to cut a vault into shards: one process, the pool, Ray; and the memory of a worker while the vault grows.

`python -m benchmarks.shards ENGINE SHARDS OUT` is one run, in a process of its own, and prints what it took as JSON.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import page, vaults
from benchmarks.commands import EXPORTER

NOTES, PACKED = 2_500, 20_000  # in a shard; of a million notes as many as `pack` puts there
SIZES = (5_000, 50_000)
MILLION = 1_000_000
ENGINES = ("here", "pool", "ray")
KB = 1024 if sys.platform != "darwin" else 1  # of ru_maxrss


class Weighed(NamedTuple):
    """A stage that leaves word of what its process has taken so far."""

    stage: Callable[[Any], Any]
    folder: str

    def __call__(self, item: Any) -> Any:
        result = self.stage(item)
        Path(self.folder, str(os.getpid())).write_text(json.dumps((peak(), time.process_time())))
        return result


def peak() -> int:
    """The most memory that this process has had, in bytes, without what it maps of the skeleton, which is there once for all.

    Linux counts that from the start of its program (`VmHWM`), and `ru_maxrss` from its parent's size.
    """
    try:
        most = int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0])
        mapped = re.findall(r"/skeleton/\w+\n(?:.*\n)*?Rss:\s+(\d+)", Path("/proc/self/smaps").read_text())
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KB
    return (most - sum(map(int, mapped))) * 1024


def lines(runs: int, million: bool) -> Iterator[str]:
    """The table: each size by each engine beside the ordinary export, the least of some runs in turns."""
    yield f"{page.machine()}; JSON as lines; shards of {NOTES:,} notes, of a million {PACKED:,}; the least of {runs} runs, of a million one, in turns"
    yield ""
    yield "| notes | who | wall s | CPU s | of the ordinary export's | MB of the process | MB of a worker | bytes of skeleton a note |"
    yield "|---:|---|---:|---:|---:|---:|---:|---:|"
    for size in (*SIZES, *((MILLION,) if million else ())):
        with tempfile.TemporaryDirectory(prefix="mlk-export-benchmarks-") as name:
            folder = Path(name)
            print(f"shards of {size} notes", file=sys.stderr)
            vault = vaults.Vault(str(size), "", size).make(folder)
            packed = ["--to", str(folder / "packed"), "--notes", str(PACKED if size == MILLION else NOTES)]
            subprocess.run([*EXPORTER, "pack", str(vault), *packed, "--quiet"], check=True, stdout=subprocess.DEVNULL)
            took: dict[str, list[dict[str, float]]] = {}
            for _ in range(1 if size > SIZES[-1] else runs):
                took.setdefault("the ordinary export", []).append(_ordinary(vault, folder))
                for engine in ENGINES:
                    took.setdefault(f"`{engine}`", []).append(_cut(engine, folder))
            for who, its in took.items():
                least = {key: min(one[key] for one in its) for key in its[0]}
                numbers = [f"{least[key]:.1f}" for key in ("wall", "cpu")]
                numbers.append(f"{least['cpu'] / min(one['cpu'] for one in took['the ordinary export']):.2f}")
                numbers += [f"{least[key]:.0f}" if key in least else "" for key in ("peak", "worker", "skeleton")]
                yield f"| {size:,} | {who} | {' | '.join(numbers)} |"


def _ordinary(vault: Path, folder: Path) -> dict[str, float]:
    command = [
        *EXPORTER,
        "--vault",
        str(vault),
        "--format",
        "json",
        "--set",
        "json.lines=true",
        "--no-cache",
        "--any-folder",
    ]
    start = time.perf_counter()
    process = subprocess.Popen([*command, "--out", str(folder / "whole"), "--quiet"], stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0
    return {
        "wall": time.perf_counter() - start,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss * KB / 1e6,
    }


def _cut(engine: str, folder: Path) -> dict[str, float]:
    for name in ("out", "work"):
        shutil.rmtree(folder / name, ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.shards", engine, str(folder / "packed"), str(folder / "out")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=vaults.ROOT)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def run(engine: str, shards: Path, out: Path) -> dict[str, float]:
    """One run of an engine; the seconds of its own daemons are not counted, those of its workers are."""
    from exporter.run import Run  # not for who measures, since what a child takes counts from its parent's size
    from exporter.shards import export_shards
    from exporter.shards.engines import find_engine

    start = time.perf_counter()
    work = out.with_name("work")
    map_over = find_engine(engine)
    with tempfile.TemporaryDirectory() as weights:

        def weighed(stage: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
            return map_over(Weighed(stage, weights), items)

        export_shards(Run(shards, shards), str(shards), ["json"], str(out), engine=weighed, work=str(work))
        wall = time.perf_counter() - start
        workers = [json.loads(file.read_text()) for file in Path(weights).iterdir() if file.name != str(os.getpid())]
    if engine == "ray":
        import ray

        ray.shutdown()
    notes = sum(1 for file in out.rglob("*.jsonl") for line in file.open() if line.startswith('{"table": "topics"'))
    (skeleton,) = (work / "skeleton").iterdir()
    measured = {"wall": wall, "peak": peak() / 1e6, "skeleton": skeleton.stat().st_size / notes}
    measured["cpu"] = time.process_time() + sum(seconds for _, seconds in workers)
    return measured | ({"worker": max(most for most, _ in workers) / 1e6} if workers else {})


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
