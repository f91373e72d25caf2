"""The first stage: a shard -> what its notes say, in columns. Depends on nothing but the shard and the options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from exporter.errors import ExportError
from exporter.model import digest_of
from exporter.reader.batch import cache, entries
from exporter.reader.batch.columns import BY_LINK, BY_NOTE, ODD_TAGS, Columns, Vocabulary
from exporter.reader.batch.columns import Notes as AllNotes
from exporter.reader.batch.core import find_core
from exporter.reader.batch.files import blocks_of
from exporter.reader.batch.read import read_columns
from exporter.reader.publish.redaction import Parts
from exporter.reader.publish.visible import as_judged, find_cut
from exporter.shards.shard import BadShardError, Listing, read_notes
from exporter.shards.store import Store

FOLDER = "notes"  # of the work folder
AT_ONCE = 2000  # notes that are read at once


class Reading(NamedTuple):
    """How the notes of all shards are to be read."""

    shards: str  # the place of the shards
    work: str  # the place of what is made on the way
    vocabulary: Vocabulary
    callouts: frozenset[str]  # kinds that are hidden
    parts: Parts  # of notes, that are hidden
    largest: float  # bytes; a larger note is not read
    compiled: bool  # by the core
    program: str  # names what reads and writes


class Parsed(NamedTuple):
    """What became of a shard."""

    listing: Listing
    key: str  # names what was made; "": the shard cannot be read
    why: str = ""  # it cannot
    was_done: bool = False


class Stored(msgspec.Struct, array_like=True):
    """What stands before the columns of a shard."""

    kinds: dict[str, str]
    paths: list[str]  # of the notes, sorted
    problems: list[tuple[int, int, str, str]]
    lost: list[tuple[int, str]]  # notes that could not be read, and why
    cut: list[str] = []  # paths of notes that have hidden parts
    # Notes of which the rules that hide judge by other tags and properties: those of no hidden part, guesses
    judged: list[tuple[int, list[tuple[int, str]], dict[str, Any]]] = []
    redacted: dict[str, bytes] = {}  # by path: notes of which something is hidden, as they may be seen


class Notes(NamedTuple):
    """What the notes of one shard say."""

    paths: list[str]
    columns: Columns
    stored: Stored


def work_key(*parts: object) -> str:
    """The name, in the work folder, of what was made of these parts."""
    return digest_of(*(part if isinstance(part, bytes) else str(part) for part in parts))


def describe(reading: Reading) -> str:
    """What the reading of a note depends on, the same in each process."""
    words = reading.vocabulary
    kinds = sorted(words.kinds.items())
    parts = [sorted(part) for part in reading.parts]
    rest = (
        sorted(words.told),
        words.words,
        sorted(reading.callouts),
        parts,
        reading.largest,
        reading.compiled,
        reading.program,
    )
    return repr((kinds, *rest))


def parse(reading: Reading, listing: Listing) -> Parsed:
    """Read the notes of a shard, unless what would be made of it is there.

    Raises:
        ExportError: the work folder cannot be written, or this machine has another program than the one that asks.
    """
    if reading.compiled != bool(find_core()):
        raise ExportError("the compiled core is on one machine and not on another; install the same mlk-export on all")
    data = Store(reading.shards).read(listing.name)
    key = work_key("parse", blake2b(data, digest_size=32).digest(), "\n".join(listing.paths), describe(reading))
    work = Store(reading.work)
    if work.has(f"{FOLDER}/{key}"):
        return Parsed(listing, key, was_done=True)
    try:
        notes = read_notes(Store(reading.shards), listing, data)
    except BadShardError as error:
        return Parsed(listing, "", str(error))
    work.write(f"{FOLDER}/{key}", _made(reading, notes))
    return Parsed(listing, key)


def _made(reading: Reading, there: Mapping[str, bytes | None]) -> Iterator[bytes]:
    lost: list[tuple[int, str]] = []
    notes: dict[str, bytes] = {}
    for number, (path, content) in enumerate(there.items()):
        if content is None:
            lost.append((number, "it has no content"))
        elif len(content) > reading.largest:
            lost.append((number, f"has {len(content) / 1e6:.3g} MB, too many,"))
            content = None
        notes[path] = content or b""
    columns, paths = Columns(), [*notes]
    for first in range(0, len(notes), AT_ONCE):
        some = islice(notes.values(), first, first + AT_ONCE)
        columns.extend(read_columns(some, reading.vocabulary, reading.callouts))
    said = AllNotes(**columns_of(columns), paths=paths)
    cut = find_cut(said, reading.parts, notes.__getitem__)
    judged = as_judged(said, cut, notes.__getitem__, reading.vocabulary)
    odd = sorted({*entries.find(said.traits, ODD_TAGS), *(number for number, path in enumerate(paths) if path in cut)})
    others = [(number, judged.tags[number], judged.properties[number]) for number in odd]
    return freeze(columns, Stored({}, paths, columns.problems, lost, sorted(cut), others))


def columns_of(columns: Columns) -> dict[str, Any]:
    """Columns by their names."""
    return {name: getattr(columns, name) for name in (*BY_NOTE, *BY_LINK)}


def freeze(columns: Columns, stored: Stored) -> Iterator[bytes]:
    """The bytes of what is kept of a shard."""
    by_name = columns_of(columns)
    stored.kinds = cache.kinds_of(by_name)
    return cache.freeze(msgspec.msgpack.encode(stored), by_name)


def load(work: Store, key: str) -> Notes:
    """What `parse` has made.

    Raises:
        ExportError: it is no longer there, or damaged.
    """
    try:
        blocks = blocks_of(memoryview(work.read(f"{FOLDER}/{key}")))
        stored = msgspec.msgpack.decode(next(blocks), type=Stored)
        by_name = cache.thaw(stored.kinds, blocks)
    except (msgspec.DecodeError, StopIteration, TypeError, ValueError) as error:
        raise ExportError(f"{work.place}/{FOLDER}/{key}: is damaged; remove it and start again") from error
    columns: Any = Columns(**by_name, problems=stored.problems)
    return Notes(stored.paths, columns, stored)
