"""Run commands, each in a process of its own and in turns, so that a busy machine slows all of them alike."""

import contextlib
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

SLOW = 20.0  # seconds; what takes longer is measured once, for there noise is small
PATIENCE = 1800.0  # seconds for a command of ours
# A user's settings: those of this machine may forbid Python to keep what it compiled, or to buffer
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@dataclass(frozen=True)
class Run:
    """One run of a command."""

    wall: float  # seconds
    cpu: float  # seconds, of it and the processes that it waited for
    peak: float  # megabytes, of the largest process


@dataclass
class Row:
    """A command, and what its runs cost; `inside` says that it times itself: "WALL CPU ..." is its last line."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    before: Callable[[], object] = lambda: None
    inside: bool = False
    tells_peak: bool = False  # and behind them the megabytes that count
    limit: float = PATIENCE  # seconds
    runs: list[Run] = field(default_factory=list)
    failure: str = ""
    said: list[float] = field(default_factory=list)

    @property
    def wall(self) -> float:
        """The median."""
        return _middle([run.wall for run in self.runs])

    @property
    def cpu(self) -> float:
        """The median."""
        return _middle([run.cpu for run in self.runs])

    @property
    def best(self) -> float:
        """The least CPU time."""
        return min(run.cpu for run in self.runs)

    @property
    def peak(self) -> float:
        return max(run.peak for run in self.runs)


def measure(rows: list[Row], runs: int, slow: float = SLOW) -> None:
    """Run each row once to warm up and then `runs` times, forwards and backwards in turn; fill in what it took."""
    left = [row for row in rows if not row.failure]
    for turn in range(runs + 1):
        for row in left if turn % 2 == 0 else left[::-1]:
            run = _run(row)
            if run and (turn or run.wall > slow):
                row.runs.append(run)
            if turn == 0:
                print(f"  {row.name}: {f'{run.wall:.2f} s' if run else row.failure}", file=sys.stderr)
        left = [row for row in left if not row.failure and (turn or not row.runs)]


def _run(row: Row) -> Run | None:
    """Run the command once; None, and the row's failure, if it does not end well."""
    row.before()
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        try:
            process = os.posix_spawn(
                row.command[0],
                row.command,
                {**PLAIN, **row.environment},
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_DUP2, said.fileno(), 2),
                ],
                setpgroup=0,  # so that what it starts can be ended with it
            )
        except OSError as error:
            row.failure = f"cannot be started: {error.strerror}"
            return None
        late = threading.Timer(row.limit, _kill, [process])
        late.start()
        status = None
        try:
            _, status, usage = os.wait4(process, 0)
        finally:
            late.cancel()
            if status is None:  # interrupted
                _kill(process)
                os.waitpid(process, 0)
        wall = time.perf_counter() - start
        said.seek(max(0, said.seek(0, os.SEEK_END) - 2000))
        last = said.read().decode(errors="replace")
    if status:
        code = os.waitstatus_to_exitcode(status)
        row.failure = f"not done after {row.limit:.0f} s" if wall > row.limit else f"failed with exit code {code}"
        print(last, file=sys.stderr)
        return None
    cpu = usage.ru_utime + usage.ru_stime
    if row.inside:
        row.said = [float(word) for word in last.splitlines()[-1].split()]
        wall, cpu = row.said[:2]
    return Run(wall, cpu, row.said[2] if row.tells_peak else usage.ru_maxrss / 1024)


def _kill(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)


def _middle(numbers: list[float]) -> float:
    ordered = sorted(numbers)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
