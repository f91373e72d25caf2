"""All notes of a vault -> what they say and where their links lead: by one process or several, with the same result."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from exporter.errors import Finding
from exporter.reader.columns import Columns, Notes, columns
from exporter.reader.resolve import Files, Names, resolve
from exporter.reader.scan import Vault

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

BATCH = 500  # notes that are read, sent and counted together
MOST = 8  # processes that pay: putting together what they read is one's work
MANY = 10_000  # notes, from which on starting processes is repaid


class Batch(NamedTuple):
    """What was read of some notes that follow one another."""

    said: Columns
    files: Files
    lost: list[tuple[int, OSError]]  # notes that could not be read, by number


class Work(NamedTuple):
    """What a process needs to read any notes of a vault."""

    vault: Vault
    names: Names
    relations: frozenset[str]

    def read(self, numbers: range) -> Batch:
        """Read the notes of these numbers."""
        data: list[bytes] = []
        lost: list[tuple[int, OSError]] = []
        for number in numbers:
            try:
                data.append(self.vault.read(self.vault.notes[number]))
            except OSError as error:
                data.append(b"")
                lost.append((number, error))
        said = columns(data, self.relations)
        return Batch(said, resolve(said.targets, said.flags, said.counts, numbers.start, self.names), lost)


def read_notes(work: Work, workers: int, tick: Callable[[int, int], None]) -> tuple[Notes, list[Finding]]:
    """Read all notes by so many processes; those that cannot be read are told and left out."""
    vault = work.vault
    total = len(vault.notes)
    notes = Notes(paths=list(vault.notes))
    findings: list[Finding] = []
    lost: set[int] = set()
    batches = [range(first, min(first + BATCH, total)) for first in range(0, total, BATCH)]
    read = _side_by_side(work, batches, workers) if workers > 1 and total >= MANY else map(work.read, batches)
    for numbers, batch in zip(batches, read, strict=True):
        row = len(notes.files)
        notes.extend(batch.said)
        notes.files += batch.files.files
        notes.rivals.update((row + link, rivals) for link, rivals in batch.files.rivals.items())
        lost.update(number for number, _ in batch.lost)
        findings += (vault.unread(vault.notes[number], error) for number, error in batch.lost)
        tick(numbers.stop, total)
    notes.lost = frozenset(lost)
    return notes, findings


def processors() -> int:
    """How many processes may work at once without further ado: those of a program with threads are not forked."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return min(len(os.sched_getaffinity(0)), MOST)
    return 1


def _side_by_side(work: Work, batches: Sequence[range], workers: int) -> Iterator[Batch]:
    """Read batches in turn: this process the first, another the second, and so on; they come in their order."""
    import multiprocessing

    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    processes: list[tuple[BaseProcess, Connection]] = []
    try:
        for k in range(1, workers):
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_serve, args=(work, batches[k::workers], theirs), daemon=True)
            process.start()
            theirs.close()
            processes.append((process, ours))
        for number, numbers in enumerate(batches):
            if number % workers == 0:
                yield work.read(numbers)
                continue
            try:
                yield processes[number % workers - 1][1].recv()
            except (EOFError, OSError):  # it is gone: this process does its work
                yield work.read(numbers)
    finally:
        for process, connection in processes:
            connection.close()
            process.terminate()
            process.join()


def _serve(work: Work, batches: Sequence[range], connection: Connection) -> None:
    """Be one of the processes."""
    gc.disable()
    try:
        for numbers in batches:
            connection.send(work.read(numbers))
    except (KeyboardInterrupt, BrokenPipeError):
        pass
