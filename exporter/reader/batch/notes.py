"""All notes of a vault -> what they say and where their links lead: by threads of the core, or in Python, with the same result."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import NamedTuple

from exporter.errors import Finding
from exporter.reader.batch.cache import FEWEST, UNKNOWN, Cache, CachedNotes, match_notes, merge
from exporter.reader.batch.columns import Columns, Notes, Vocabulary
from exporter.reader.batch.core import find_core
from exporter.reader.batch.read import Files, read_columns, read_files
from exporter.reader.batch.resolve import Names, resolve
from exporter.reader.dialects import Dialect
from exporter.reader.vault.files import WINDOWS, Vault

BATCH = 250  # notes that Python reads between two looks at what else is to be done
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

    def read_all(
        self, numbers: Sequence[int], threads: int = 1, tick: Callable[[int], None] = lambda done: None
    ) -> Iterator[Batch]:
        """Read the notes of these numbers, batch by batch; `tick` is told of how many of a batch are read.

        Those that cannot be read are in `Batch.lost`.
        """
        core = find_core()
        if core and numbers and self._is_as_written():
            yield self._read_files(core, numbers, threads, tick)
            return
        for first in range(0, len(numbers), BATCH):
            yield self._read(numbers[first : first + BATCH])

    def _read(self, numbers: Sequence[int]) -> Batch:
        paths, lost = [self.vault.notes[number] for number in numbers], []

        def read(place: int) -> bytes:
            try:
                return self.vault.read(paths[place])
            except OSError as error:
                lost.append((numbers[place], error))
                return b""

        stamps = self.vault.stamps(paths)
        data = list(map(read, range(len(paths))))
        columns = read_columns(data, self.vocabulary, self.callouts)
        self.vault.dialect.amend(columns, paths, data)
        return Batch(paths, columns, lost, stamps)

    def _read_files(self, core: ModuleType, numbers: Sequence[int], threads: int, tick: Callable[[int], None]) -> Batch:
        """Have the core open the notes' files; what it leaves is read here."""
        every, lost = self.vault.notes, []
        paths = list(every) if len(numbers) == len(every) else [*map(every.__getitem__, numbers)]
        memory, settled = self.vault.memory, 0

        def show(done: int) -> None:
            nonlocal settled
            settled = done
            tick(done)

        def read(place: int) -> bytes:
            show(settled + 1)
            try:
                return self.vault.read(paths[place])
            except OSError as error:
                lost.append((numbers[place], error))
                return b""

        files = Files(self.names.index, numbers, self._places(numbers), self.vault.largest, memory.room)
        columns, stamps, data = read_files(core, files, threads, read, show, self.vocabulary, self.callouts)
        for place, note in data:
            if paths[place] not in memory.notes:  # else Python has read it, too
                memory.keep(paths[place], note)
        return Batch(paths, columns, lost, stamps)

    def stamps(self, threads: int) -> array[int]:
        """Those of all notes, as `Vault.stamps` has them."""
        core = find_core()
        if not core or WINDOWS:
            return self.vault.stamps(self.vault.notes)
        numbers = range(len(self.vault.notes))
        return array("q", core.stamps(self.names.index, numbers, self._places(numbers), threads, self.vault.listing))

    def _places(self, numbers: Sequence[int]) -> dict[str, str]:
        """The real folders of these notes, by path; without those of whose files `Vault.locate` raises an error."""
        return self.vault.locate_folders(self.names.index.folders(numbers))

    def _is_as_written(self) -> bool:
        """Whether notes are read as they stand in their files, so that the core may open these."""
        dialect = type(self.vault.dialect)
        own = dialect.rewrite is Dialect.rewrite and dialect.amend is Dialect.amend
        return own and not (self.vault.redact or self.vault.hidden or WINDOWS)


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
    if cached:
        stamps = work.stamps(threads)
        numbers = match_notes(cached, work.vault.notes, stamps)
    fresh = [index for index, number in enumerate(numbers) if number < 0] if cached else range(total)
    notes, findings = read_some(work, fresh, threads, tick)
    if cached:
        notes = merge(cached.notes, notes, numbers)
        if work.names.digest != cached.names:
            notes.files, notes.rivals = resolve(notes, range(total), work.names)
        notes.stamps = stamps  # as the notes were before any was read
    if cache:
        if cached:
            cache.suggested, cache.suggested_for = cached.suggested, cached.suggested_for
        for note in notes.lost:
            notes.stamps[3 * note : 3 * note + 3] = UNKNOWN
        cache.notes = CachedNotes(notes, work.names.digest, cache.suggested, cache.suggested_for)
        cache.changed = not cached or len(fresh) > FEW or work.names.digest != cached.names
    return notes, findings


def read_some(
    work: Work, numbers: Sequence[int], threads: int, tick: Callable[[int, int], None]
) -> tuple[Notes, list[Finding]]:
    """Read the notes of these numbers; those that cannot be read become findings and are left out."""
    vault = work.vault
    notes = Notes()
    findings: list[Finding] = []
    lost: set[int] = set()
    total = len(numbers)
    for paths, columns, unread, stamps in work.read_all(
        numbers, threads, lambda done: tick(len(notes.paths) + done, total)
    ):
        notes.add(columns, paths, stamps)
        lost.update(number for number, _ in unread)
        findings += (vault.leave_out(vault.notes[number], error) for number, error in unread)
        tick(len(notes.paths), total)
    notes.lost = frozenset(lost)
    notes.files, notes.rivals = resolve(notes, numbers, work.names)
    return notes, findings
