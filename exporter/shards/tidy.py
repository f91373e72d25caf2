"""The work folder, once a run has succeeded: what nobody needs any more goes, unless another run is at work there."""

from __future__ import annotations

import os
import time
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager

from exporter.shards.store import Store

RUNS = "runs"  # of the work folder: a file for each run that is at work
LONGEST = 24 * 60 * 60  # seconds that a run may take; one that is still said to be at work then was killed


@contextmanager
def at_work(work: Store) -> Iterator[None]:
    """Let others know that a run is at work."""
    name = f"{RUNS}/{os.getpid()}-{os.urandom(4).hex()}"
    work.write(name, [b""])
    try:
        yield
    finally:
        work.remove(name)


def tidy(work: Store, needed: Mapping[str, Container[str]]) -> None:
    """Remove what is in these folders and not needed: by its name, or by the part of it before a "-"."""
    start = time.time() - LONGEST
    if sum(written > start for written in Store(f"{work.place}/{RUNS}").times().values()) > 1:
        return
    for folder, names in needed.items():
        for name in Store(f"{work.place}/{folder}").names():
            if name.partition("-")[0] not in names or name.endswith(".part"):
                work.remove(f"{folder}/{name}")


def forget_old(store: Store, keep: str) -> None:
    """Remove the files of a folder that are older than a run may be, but for one."""
    for name, written in store.times().items():
        if name != keep and written < time.time() - LONGEST:
            store.remove(name)
