"""What was read before: one file for a vault, outside of it, so that a run reads no note that has not changed.

A note is the one that was read if its path, its time of change, its size and its inode are what they were. Where
that cannot be told for sure (it changed while it was read, or within the clock's grain), it is read again; a file that
is damaged, or was written by another version or for other options, is as if there were none.
"""

from __future__ import annotations

import contextlib
import json
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, count
from pathlib import Path
from typing import Any, NamedTuple

from exporter.reader.batch.columns import BY_LINK, BY_NOTE, Notes, choose
from exporter.reader.batch.core import find_core
from exporter.reader.batch.files import KeptNotes, to_blocks, version
from exporter.reader.batch.resolve import Names
from exporter.reader.vault.files import GRAIN

UNKNOWN = array("q", (0, 0, 0))  # the stamp of a note that must be read again
FEWEST = 1000  # notes; to read fewer takes no longer than to look into a cache


class Suggested(NamedTuple):
    """The nearest names to those that no file has, as they were found so far; both tables grow in a run."""

    notes: dict[str, Sequence[str]]  # by the missing name
    files: dict[str, Sequence[str]]


class CachedNotes(NamedTuple):
    """Notes as they were read by an earlier run."""

    notes: Notes  # those whose stamps are zeros must be read again
    names: bytes  # digest of the files' names, upon which the links' targets depend
    suggested: Suggested
    suggested_for: bytes  # digest of the names among which these were looked for: those that may be seen


COLUMNS = (*BY_NOTE, *BY_LINK, "paths", "files")
LIST = "list"  # in one block, as JSON
BLOCKS = {"TextColumn": 2, "WordColumn": 3, "TagColumn": 5, "PropertyColumn": 4}  # of the core's types; others have one
ENTRIES: dict[str, Callable[[Any], Any]] = {  # of lists: what JSON has instead of what the reader makes
    "ids": lambda id_: id_ and tuple(id_),
    "aliases": tuple,
    "tags": lambda tags: list(map(tuple, tags)),
}


class Cache:
    """What was read of the notes of one vault, for the next run."""

    def __init__(self, file: KeptNotes, options: Iterable[str], start: int) -> None:
        """Take the file, the options upon which the reading of a note depends, and its start, a time (ns) when no note was looked at."""
        self._file, self._version = file, version(options, Path(__file__).parents[1])
        self.start = start
        self.suggested = Suggested({}, {})  # grows in the run
        self.suggested_for = b""
        self.notes: CachedNotes | None = None  # what the next run can use
        self.changed = False  # so that `save` will write it

    def load(self) -> CachedNotes | None:
        """What an earlier run has saved; None: nothing that could be used."""
        blocks = self._file.blocks(self._version)
        try:
            kinds, problems, rivals, suggested, digests = json.loads(bytes(next(blocks)))
            notes = Notes(**thaw(kinds, blocks))
            notes.problems = list(map(tuple, problems))
            notes.rivals = {row: tuple(files) for row, files in rivals}
            names, suggested_for = map(bytes.fromhex, digests)
        except (AttributeError, StopIteration, TypeError, ValueError):  # there is none, or somebody else has written it
            return None
        return CachedNotes(notes, names, Suggested(*suggested), suggested_for)

    def suggestions(self, names: Names) -> Suggested:
        """What was suggested so far where these were the files that there are."""
        if names.digest != self.suggested_for:
            self.suggested, self.suggested_for, self.changed = Suggested({}, {}), names.digest, True
        return self.suggested

    def save(self) -> None:
        """Write what the next run can use; a folder that cannot be written is none of the user's worries."""
        if not (self.notes and self.changed):
            return

        notes, stamps = self.notes.notes, self.notes.notes.stamps[:]
        for note, changed in enumerate(stamps[::3]):
            if changed >= self.start - GRAIN:
                stamps[3 * note : 3 * note + 3] = UNKNOWN
        core = find_core()
        columns = {name: getattr(notes, name) for name in COLUMNS} | {"stamps": stamps}
        with contextlib.suppress(OverflowError, TypeError, ValueError):  # what JSON has not stands in a property
            columns["paths"] = core.TextColumn(notes.paths) if core else notes.paths
            digests = [digest.hex() for digest in (self.notes.names, self.suggested_for)]
            head = [kinds_of(columns), notes.problems, [*notes.rivals.items()], self.suggested, digests]
            self._file.write(self._version, freeze(json.dumps(head).encode(), columns))


def kinds_of(columns: Mapping[str, Any]) -> dict[str, str]:
    """What each column is, for who reads them again: what stands before them has to say it."""
    return {name: _kind_of(column) for name, column in columns.items()}


def freeze(head: bytes, columns: Mapping[str, Any]) -> Iterator[bytes]:
    """What stands before some columns and these, as blocks behind their sizes: only one column at a time is there twice."""
    return to_blocks(chain([head], chain.from_iterable(map(_freeze, columns.values()))))


def _freeze(column: Any) -> Sequence[bytes]:
    kind = _kind_of(column)
    if kind in BLOCKS:
        return column.buffers()  # type: ignore[no-any-return]
    return [json.dumps(column).encode() if kind == LIST else column.tobytes()]


def _kind_of(column: Any) -> str:
    """What a column is, as `Stored.kinds` has it."""
    return (
        column.typecode if isinstance(column, array) else type(column).__name__ if hasattr(column, "buffers") else LIST
    )


def thaw(kinds: Mapping[str, str], blocks: Iterator[Any]) -> dict[str, Any]:
    """The columns of the blocks behind the head, by what `kinds_of` has said of them.

    Raises:
        AttributeError, StopIteration, TypeError, ValueError: it is something else.
    """
    return {name: _thaw(name, kind, blocks) for name, kind in kinds.items()}


def _thaw(name: str, kind: str, blocks: Iterator[Any]) -> Any:
    """The column of the next blocks.

    Raises:
        StopIteration: there are too few.
        TypeError, ValueError: they are none of one.
    """
    if kind == LIST:
        entries = json.loads(bytes(next(blocks)))
        return list(map(ENTRIES[name], entries)) if name in ENTRIES else entries
    if len(kind) == 1:
        numbers: array[int] = array(kind)
        numbers.frombytes(bytes(next(blocks)))
        return numbers
    core = find_core()
    if not core or kind not in BLOCKS:
        raise ValueError(f"there is no core that knows a {kind}")
    return getattr(core, kind).of_buffers(*(next(blocks) for _ in range(BLOCKS[kind])))


def match_notes(cached: CachedNotes, paths: Sequence[str], stamps: array[int]) -> list[int]:
    """The number that each note has in the cache; -1: it is new, or has changed."""
    numbers = list(range(len(paths)))
    notes, is_same = cached.notes, cached.notes.paths == list(paths)
    notes.paths = [*(paths if is_same else notes.paths)]  # texts for all who ask for them
    if not is_same:
        number_of = {path: number for number, path in enumerate(notes.paths)}
        numbers = [number_of.get(path, -1) for path in paths]
    elif notes.stamps.tobytes() == stamps.tobytes() and all(stamps[2::3]):
        return numbers
    old, new = _triples(cached.notes.stamps), _triples(stamps)
    pairs = zip(numbers, new, strict=True)
    return [number if number >= 0 and stamp[2] and old[number] == stamp else -1 for number, stamp in pairs]


def _triples(numbers: Sequence[int]) -> list[tuple[int, ...]]:
    return list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))


def merge(cached: Notes, fresh: Notes, numbers: Sequence[int]) -> Notes:
    """All notes: the cached ones whose numbers are given, and the fresh ones where -1 is."""
    if numbers == list(range(len(cached.paths))):
        return cached
    fresh_numbers = count(len(cached.paths))  # the fresh ones are numbered on
    origins = [number if number >= 0 else next(fresh_numbers) for number in numbers]
    notes = Notes(
        **dict(choose(cached, fresh, origins, "paths", by_link=["files"])), lost=fresh.lost, doubts=fresh.doubts
    )
    rows = [0, *accumulate(chain(cached.counts, fresh.counts))]
    number_of = {origin: number for number, origin in enumerate(origins)}
    starts = [0, *accumulate(notes.counts)]
    for part, first in ((cached, 0), (fresh, len(cached.paths))):
        for note, line, code, message in part.problems:
            if note + first in number_of:
                notes.problems.append((number_of[note + first], line, code, message))
        for row, rivals in part.rivals.items():
            origin = bisect_right(rows, row + rows[first]) - 1
            if origin in number_of:
                notes.rivals[starts[number_of[origin]] + row + rows[first] - rows[origin]] = rivals
    notes.problems.sort()
    return notes
