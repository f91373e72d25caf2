"""Engines of this machine: this process, and processes beside it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from math import isfinite
from typing import TypeVar

from exporter.errors import ExportError
from exporter.reader.batch.core import count_processors

T = TypeVar("T")
R = TypeVar("R")

# Maps a stage over shards: each result, with the number of what it is of, in whatever order
Engine = Callable[[Callable[[T], R], Sequence[T]], Iterator[tuple[int, R]]]

TRIES = 3  # of a stage whose process was killed


def here(stage: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[int, R]]:
    """One shard after the other, in this process."""
    return enumerate(map(stage, items))


class Pool:
    """Processes of this machine, as many as there are processors, kept from stage to stage; what a killed one was at is done again."""

    def __init__(self, workers: int = 0) -> None:
        self._workers = workers or count_processors()
        self._executor: ProcessPoolExecutor | None = None  # begun when there is work

    def __call__(self, stage: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[int, R]]:
        """Map a stage over shards.

        Raises:
            ExportError: processes are killed again and again.
        """
        left = dict(enumerate(items))
        for _ in range(TRIES):
            waiting: dict[Future[R], int] = {}
            try:
                for number, item in left.items():
                    waiting[self._processes().submit(stage, item)] = number
                for done in as_completed(waiting):
                    number = waiting[done]
                    result = done.result()
                    del left[number]
                    yield number, result
                return
            except BrokenProcessPool:
                self._executor = None
            finally:
                for future in waiting:
                    future.cancel()
        raise ExportError(
            "processes that read the shards were killed again and again, mostly for lack of memory; "
            "pack smaller shards (--notes), or close other programs, then start again: what is done is not done again"
        )

    def _processes(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(self._workers, multiprocessing.get_context("spawn"))
        return self._executor


def memory() -> int:
    """Half of what this machine has, in bytes: what a skeleton may take of it."""
    from exporter.views.body.limits import machine_memory  # no worker asks

    most = machine_memory() / 2
    return int(most) if isfinite(most) else 1 << 33
