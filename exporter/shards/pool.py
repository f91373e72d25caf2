"""Engines of this machine: this process, and processes beside it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from exporter.errors import ExportError

T = TypeVar("T")
R = TypeVar("R")

# Maps a stage over shards: each result, with the number of what it is of, in whatever order
Engine = Callable[[Callable[[T], R], Sequence[T]], Iterator[tuple[int, R]]]

TRIES = 3  # of a stage whose process was killed


def here(stage: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[int, R]]:
    """One shard after the other, in this process."""
    return enumerate(map(stage, items))


def pool(stage: Callable[[T], R], items: Sequence[T], workers: int = 0) -> Iterator[tuple[int, R]]:
    """Processes of this machine, as many as there are processors; what a killed one was at is done again.

    Raises:
        ExportError: they are killed again and again.
    """
    left = dict(enumerate(items))
    workers = min(workers or _processors(), max(len(items), 1))
    for _ in range(TRIES):
        with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as executor:
            waiting = {executor.submit(stage, item): number for number, item in left.items()}
            try:
                for done in as_completed(waiting):
                    number = waiting[done]
                    result = done.result()
                    del left[number]
                    yield number, result
                return
            except BrokenProcessPool:
                continue
            finally:
                executor.shutdown(cancel_futures=True)
    raise ExportError(
        "processes that read the shards were killed again and again, mostly for lack of memory; "
        "pack smaller shards (--notes), or close other programs, then start again: what is done is not done again"
    )


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory() -> int:
    """Half of what this machine has, in bytes: what a skeleton may take of it."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, ValueError, OSError):  # Windows
        return 1 << 33
