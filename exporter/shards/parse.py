"""The first stage: a shard -> what its notes say, in columns. Depends on nothing but the shard and the options."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from exporter.errors import ExportError
from exporter.reader.batch import cache
from exporter.reader.batch.columns import BY_LINK, BY_NOTE, Columns, Vocabulary
from exporter.reader.batch.core import find_core
from exporter.reader.batch.read import read_columns
from exporter.reader.content.text import read_lead
from exporter.shards.shard import BadShardError, Listing, read_notes
from exporter.shards.store import Store
from exporter.version import VERSION

FOLDER = "notes"  # of the work folder
AT_ONCE = 2000  # notes that are read at once


class Reading(NamedTuple):
    """How the notes of all shards are to be read."""

    shards: str  # the place of the shards
    work: str  # the place of what is made on the way
    vocabulary: Vocabulary
    callouts: frozenset[str]  # kinds that are hidden
    largest: float  # bytes; a larger note is not read
    compiled: bool  # by the core


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
    leads: bytes  # for each note 1 if it has a first paragraph


class Notes(NamedTuple):
    """What the notes of one shard say."""

    paths: list[str]
    columns: Columns
    lost: list[tuple[int, str]]
    leads: bytes


def digest_of(*parts: object) -> str:
    """The name of what was made of these parts, by this version."""
    digest = blake2b(VERSION.encode(), digest_size=16)
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def describe(reading: Reading) -> str:
    """What the reading of a note depends on, the same in each process."""
    words = reading.vocabulary
    kinds = sorted(words.kinds.items())
    return repr((kinds, sorted(words.told), words.words, sorted(reading.callouts), reading.largest, reading.compiled))


def parse(reading: Reading, listing: Listing) -> Parsed:
    """Read the notes of a shard, unless what would be made of it is there.

    Raises:
        ExportError: the work folder cannot be written, or this machine has another program than the one that asks.
    """
    if reading.compiled != bool(find_core()):
        raise ExportError("the compiled core is on one machine and not on another; install the same mlk-export on all")
    data = Store(reading.shards).read(listing.name)
    key = digest_of("parse", blake2b(data, digest_size=32).digest(), "\n".join(listing.paths), describe(reading))
    work = Store(reading.work)
    if work.has(f"{FOLDER}/{key}"):
        return Parsed(listing, key, was_done=True)
    try:
        table = read_notes(Store(reading.shards), listing, data)
    except BadShardError as error:
        return Parsed(listing, "", str(error))
    work.write(f"{FOLDER}/{key}", _made(reading, table.paths, table.contents))
    return Parsed(listing, key)


def _made(reading: Reading, paths: list[str], contents: list[bytes | None]) -> Iterator[bytes]:
    lost: list[tuple[int, str]] = []
    notes: list[bytes] = []
    for number, content in enumerate(contents):
        if content is None:
            lost.append((number, "it has no content"))
        elif len(content) > reading.largest:
            lost.append((number, f"has {len(content) / 1e6:.3g} MB, too many,"))
            content = None
        notes.append(content or b"")
    columns = Columns()
    for first in range(0, len(notes), AT_ONCE):
        more = read_columns(notes[first : first + AT_ONCE], reading.vocabulary, reading.callouts)
        _add(columns, more)
    leads = bytes(bool(read_lead(note)) for note in notes)
    by_name = {name: getattr(columns, name) for name in (*BY_NOTE, *BY_LINK)}
    return cache.freeze(Stored(cache.kinds_of(by_name), paths, columns.problems, lost, leads), by_name)


def _add(columns: Columns, more: Columns) -> None:
    first = len(columns.counts)
    for name in (*BY_NOTE, *BY_LINK):
        if column := getattr(columns, name):
            column.extend(getattr(more, name))
        else:  # it becomes of the kind that the reading makes
            setattr(columns, name, getattr(more, name))
    columns.problems.extend((number + first, line, code, text) for number, line, code, text in more.problems)


def load(work: Store, key: str) -> Notes:
    """What `parse` has made.

    Raises:
        ExportError: it is no longer there, or damaged.
    """
    try:
        stored, by_name = cache.thaw(memoryview(work.read(f"{FOLDER}/{key}")), Stored)
    except (msgspec.DecodeError, StopIteration, ValueError) as error:
        raise ExportError(f"{work.place}/{FOLDER}/{key}: is damaged; remove it and start again") from error
    columns: Any = Columns(**by_name, problems=stored.problems)
    return Notes(stored.paths, columns, stored.lost, stored.leads)
