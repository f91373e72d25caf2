"""Programs held to a limit of time and memory, which end when this process does, however it ends; hold.py holds them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path

WAITING = 10  # times the seconds of CPU that a program has may pass: it waits while others work
HEAP_EXHAUSTED = 251  # by a program in Haskell, whose runtime holds it to its limit of memory on any system
POSIX = os.name == "posix"
HOLD = Path(__file__).with_name("hold.py")


class RefusalError(Exception):
    """A program does not do what it is to do; the diagnostic is its own account of that, where it gives one."""

    def __init__(self, reason: str, diagnostic: str = "") -> None:
        super().__init__(reason)
        self.diagnostic = diagnostic


class LimitError(RefusalError):
    """It has taken more than it may, and is ended."""


@dataclass(frozen=True)
class Limit:
    """What a program may take."""

    seconds: int  # of CPU
    memory: int  # bytes, on systems that hold a process to it

    def __str__(self) -> str:
        return f"more than {self.seconds} seconds or {self.memory / 1e9:.1f} GB of memory"

    @property
    def patience(self) -> int:
        """Seconds on the clock after which it is ended in any case."""
        return self.seconds * WAITING

    def command(self, program: Sequence[str]) -> list[str]:
        """What starts the program, so that it is held."""
        if not POSIX:
            return [*program]
        own = [sys.executable, "-I", "-S", str(HOLD)]
        return [*own, str(os.getpid()), str(self.seconds), str(self.memory), *program]


def run(program: Sequence[str], limit: Limit, folder: str | Path, environment: Mapping[str, str]) -> bytes:
    """What the program says.

    Raises:
        LimitError: it has taken too much.
        RefusalError: it has failed.
    """
    command, own = limit.command(program), {**os.environ, **environment}
    overrun = [HEAP_EXHAUSTED, *([-signal.SIGXCPU] if POSIX else [])]
    try:
        done = subprocess.run(command, capture_output=True, cwd=folder, check=True, env=own, timeout=limit.patience)
    except subprocess.TimeoutExpired:
        raise LimitError(f"it takes {limit}") from None
    except subprocess.CalledProcessError as error:
        if error.returncode in overrun:
            raise LimitError(f"it takes {limit}") from None
        raise RefusalError(error.stderr.decode(errors="replace").strip()) from error
    return done.stdout


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder, with which what a program may take grows."""
    return sum(file.stat().st_size for file in folder.iterdir())


def machine_memory() -> float:
    """What this machine has in all, in bytes; infinite where it does not say."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):  # Windows has none of this
        return inf
