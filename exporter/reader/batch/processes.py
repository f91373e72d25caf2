"""All notes of a vault -> what they say and where their links lead: by one process or several, with the same result."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from exporter.errors import Finding
from exporter.reader.batch.cache import FEWEST, Cache, CachedNotes, digest, match_notes, merge
from exporter.reader.batch.columns import Columns, Notes, Vocabulary, read_columns
from exporter.reader.batch.resolve import Files, Names, resolve
from exporter.reader.vault.files import Vault

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

PIPE = 1 << 20  # bytes
BATCH = 250  # notes that are read, sent and counted together
MOST = 8  # processes that pay: putting together what they read is one's work
FEW = 200  # notes that are rather read again in each run than written down
START = "fork" if sys.platform == "linux" else "spawn"  # how a process is made
MANY = 2_000  # notes, from which on another process is repaid: it takes 20 ms to start, a note 0.1 ms to read


class Batch(NamedTuple):
    """What was read of some notes that follow one another."""

    columns: Columns
    files: Files
    lost: list[tuple[int, OSError]]  # notes that could not be read, by number


class Work(NamedTuple):
    """What a process needs to read any notes of a vault."""

    vault: Vault
    names: Names
    vocabulary: Vocabulary
    callouts: frozenset[str] = frozenset()  # kinds that are hidden

    def read(self, numbers: Sequence[int]) -> Batch:
        """Read the notes of these numbers; those that cannot be read are named in `Batch.lost`."""
        data: list[bytes] = []
        lost: list[tuple[int, OSError]] = []
        for number in numbers:
            try:
                data.append(self.vault.read(self.vault.notes[number]))
            except OSError as error:
                data.append(b"")
                lost.append((number, error))
        columns = read_columns(data, self.vocabulary, self.callouts)
        self.vault.dialect.amend(columns, [self.vault.notes[number] for number in numbers], data)
        return Batch(columns, resolve(columns, numbers, self.names), lost)


def read_notes(
    work: Work, workers: int, tick: Callable[[int, int], None], cache: Cache | None = None
) -> tuple[Notes, list[Finding]]:
    """Read all notes that `cache` does not know; those that cannot be read become findings and are left out.

    What the next run can use is handed to `cache`, whose `save` writes it.
    """
    total = len(work.vault.notes)
    cached = None
    if total < FEWEST:
        cache = None
    if cache:
        cached = cache.load()
        stamps = work.vault.stamps()
        numbers = match_notes(cached, work.vault.notes, stamps) if cached else [-1] * total
        names_digest = digest(work.names.paths)
    fresh = [index for index, number in enumerate(numbers) if number < 0] if cached else range(total)
    notes, findings = read_some(work, fresh, workers, tick)
    if cached:
        notes = merge(cached.notes, notes, numbers)
        if names_digest != cached.names:
            notes.files, notes.rivals = resolve(notes, range(total), work.names)
    if cache:
        if cached:
            cache.suggested, cache.suggested_for = cached.suggested, cached.suggested_for
        stamps = [None if note in notes.lost else stamp for note, stamp in enumerate(stamps)]
        cache.notes = CachedNotes(stamps, notes, names_digest, cache.suggested, cache.suggested_for)
        cache.changed = not cached or len(fresh) > FEW or names_digest != cached.names
    return notes, findings


def read_some(
    work: Work, numbers: Sequence[int], workers: int, tick: Callable[[int, int], None]
) -> tuple[Notes, list[Finding]]:
    """Read the notes of these numbers; those that cannot be read become findings and are left out."""
    vault = work.vault
    notes = Notes()
    findings: list[Finding] = []
    lost: set[int] = set()
    batches = [numbers[first : first + BATCH] for first in range(0, len(numbers), BATCH)]
    several = workers > 1 and len(numbers) >= MANY
    read = _read_in_parallel(work, batches, workers) if several else map(work.read, batches)
    for batch, (columns, files, unread) in zip(batches, read, strict=True):
        notes.add(columns, [vault.notes[number] for number in batch], files)
        lost.update(number for number, _ in unread)
        findings += (vault.leave_out(vault.notes[number], error) for number, error in unread)
        tick(len(notes.paths), len(numbers))
    notes.lost = frozenset(lost)
    return notes, findings


def processors() -> int:
    """How many processes may work at once without further ado: those of a program with threads are not forked."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return min(len(os.sched_getaffinity(0)), MOST)
    return 1


def _read_in_parallel(work: Work, batches: Sequence[Sequence[int]], workers: int) -> Iterator[Batch]:
    """Read batches by several processes, this one among them: whoever is free takes the next. They come in order."""
    import multiprocessing.connection

    context: Any = multiprocessing.get_context(START)
    turn = context.Value("l", 0)  # the next batch that nobody has taken
    read: dict[int, Batch] = {}  # what came before its turn
    connections: list[Connection] = []
    processes: list[BaseProcess] = []
    try:
        for _ in range(workers - 1):
            receiver, sender = context.Pipe(duplex=False)
            _widen(sender.fileno())
            process = context.Process(target=_serve, args=(work, batches, turn, sender), daemon=True)
            with _ignore_interrupts():
                process.start()
            sender.close()
            connections.append(receiver)
            processes.append(process)
        for number in range(len(batches)):
            while number not in read:
                for connection in [connection for connection in connections if connection.poll()]:
                    _receive(connection, connections, read)
                if number not in read:
                    next_number = _take(turn)
                    if next_number < len(batches):
                        read[next_number] = work.read(batches[next_number])
                    elif connections:
                        multiprocessing.connection.wait(connections)
                    else:  # who took it is gone
                        read[number] = work.read(batches[number])
            yield read.pop(number)
    finally:
        for process in processes:
            process.terminate()
            process.join()


@contextlib.contextmanager
def _ignore_interrupts() -> Iterator[None]:
    """Let what is started here not hear Ctrl+C: this process does, and ends the others."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _receive(connection: Connection, connections: list[Connection], read: dict[int, Batch]) -> None:
    try:
        number, batch = connection.recv()
        read[number] = batch
    except (EOFError, OSError):  # it is done, or gone
        connections.remove(connection)


def _take(turn: Any) -> int:
    with turn.get_lock():
        number: int = turn.value
        turn.value += 1
    return number


def _widen(descriptor: int) -> None:
    """Let a pipe hold some batches, so that who sends them need not wait."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):  # more than this user may have
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE)


def _serve(work: Work, batches: Sequence[Sequence[int]], turn: Any, connection: Connection) -> None:
    """Read batches in a process of its own, and send them, until nobody has one left."""
    gc.disable()
    try:
        while (number := _take(turn)) < len(batches):
            connection.send((number, work.read(batches[number])))
    except (KeyboardInterrupt, BrokenPipeError):
        pass
