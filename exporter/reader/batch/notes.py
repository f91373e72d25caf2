"""All notes of a vault -> what they say and where their links lead: by threads of the core, or in Python, with the same result."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from exporter.errors import Finding
from exporter.reader.batch.cache import FEWEST, UNKNOWN, Cache, CachedNotes, digest, match_notes, merge
from exporter.reader.batch.columns import Columns, Notes, Vocabulary
from exporter.reader.batch.core import find_core
from exporter.reader.batch.read import read_columns, read_files
from exporter.reader.batch.resolve import Names, resolve
from exporter.reader.dialects import Dialect
from exporter.reader.vault.files import WINDOWS, Vault

BATCH = 250  # notes that Python reads between two looks at what else is to be done
MOST_NOTES = 2000  # that the core is asked for at once; it gives as many as it can read in a twentieth of a second
MOST_THREADS = 8  # that pay: putting together what they read is one's work
FEW = 200  # notes that are rather read again in each run than written down


class Batch(NamedTuple):
    """What was read of some notes that follow one another."""

    paths: list[str]
    columns: Columns
    lost: list[tuple[int, OSError]]  # notes that could not be read, by number
    stamps: array[int]  # of the notes, as `Vault.stamps` has them


class Work(NamedTuple):
    """What is needed to read any notes of a vault."""

    vault: Vault
    names: Names
    vocabulary: Vocabulary
    callouts: frozenset[str] = frozenset()  # kinds that are hidden

    def read(self, numbers: Sequence[int], threads: int = 1) -> Batch:
        """Read the first of the notes of these numbers, a short time long; those that cannot be read are in `Batch.lost`."""
        lost: list[tuple[int, OSError]] = []

        def read(number: int) -> bytes:
            try:
                return self.vault.read(paths[number])
            except OSError as error:
                lost.append((numbers[number], error))
                return b""

        core = find_core()
        if core and self._is_as_written():
            paths = [self.vault.notes[number] for number in numbers]
            columns, stamps, data = read_files(
                core,
                self.vault.locate_all(paths),
                self.vault.largest,
                self.vault.memory.room > 0,
                threads,
                read,
                self.vocabulary,
                self.callouts,
            )
            for number, note in enumerate(data):
                # else it is not known; or Python has read it, too
                if stamps[3 * number + 2] and paths[number] not in self.vault.memory.notes:
                    self.vault.memory.keep(paths[number], note)
        else:
            paths = [self.vault.notes[number] for number in numbers[:BATCH]]
            stamps = self.vault.stamps(paths)
            data = list(map(read, range(len(paths))))
            columns = read_columns(data, self.vocabulary, self.callouts)
            self.vault.dialect.amend(columns, paths, data)
        count = len(columns.counts)
        return Batch(paths[:count], columns, lost, stamps)

    def read_all(self, numbers: Sequence[int], threads: int = 1) -> Iterator[Batch]:
        """Read the notes of these numbers, batch by batch."""
        done = 0
        while done < len(numbers):
            yield (batch := self.read(numbers[done : done + MOST_NOTES], threads))
            done += len(batch.paths)

    def stamps(self, threads: int) -> array[int]:
        """Those of all notes, as `Vault.stamps` has them."""
        core = find_core()
        if not core or WINDOWS:
            return self.vault.stamps(self.vault.notes)
        return array("q", core.stamps(self.vault.locate_all(self.vault.notes), threads))

    def _is_as_written(self) -> bool:
        """Whether notes are read as they stand in their files, so that the core may open these."""
        dialect = type(self.vault.dialect)
        own = dialect.rewrite is Dialect.rewrite and dialect.amend is Dialect.amend
        return own and not self.vault.redact and not WINDOWS


def read_notes(
    work: Work, threads: int, tick: Callable[[int, int], None], cache: Cache | None = None
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
        names_digest = digest(work.names.paths)
    if cached:
        stamps = work.stamps(threads)
        numbers = match_notes(cached, work.vault.notes, stamps)
    fresh = [index for index, number in enumerate(numbers) if number < 0] if cached else range(total)
    notes, findings = read_some(work, fresh, threads, tick)
    if cached:
        notes = merge(cached.notes, notes, numbers)
        if names_digest != cached.names:
            notes.files, notes.rivals = resolve(notes, range(total), work.names)
        notes.stamps = stamps  # as the notes were before any was read
    if cache:
        if cached:
            cache.suggested, cache.suggested_for = cached.suggested, cached.suggested_for
        for note in notes.lost:
            notes.stamps[3 * note : 3 * note + 3] = UNKNOWN
        cache.notes = CachedNotes(notes, names_digest, cache.suggested, cache.suggested_for)
        cache.changed = not cached or len(fresh) > FEW or names_digest != cached.names
    return notes, findings


def read_some(
    work: Work, numbers: Sequence[int], threads: int, tick: Callable[[int, int], None]
) -> tuple[Notes, list[Finding]]:
    """Read the notes of these numbers; those that cannot be read become findings and are left out."""
    vault = work.vault
    notes = Notes()
    findings: list[Finding] = []
    lost: set[int] = set()
    for paths, columns, unread, stamps in work.read_all(numbers, threads):
        notes.add(columns, paths, stamps)
        lost.update(number for number, _ in unread)
        findings += (vault.leave_out(vault.notes[number], error) for number, error in unread)
        tick(len(notes.paths), len(numbers))
    notes.lost = frozenset(lost)
    notes.files, notes.rivals = resolve(notes, numbers, work.names)
    return notes, findings


def processors() -> int:
    """How many threads may work at once."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count, MOST_THREADS)
