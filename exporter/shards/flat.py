"""The skeleton of a vault in one file: flat columns that every process of a machine maps, so that it is there once.

In it are the paths of all files; ids that are not their file's name; aliases; headings and block ids of notes of which
links of other shards name parts; and for each shard where its links lead, and what the whole vault has decided of its
topics: what files them, their typed links, tags' spellings.
"""

from __future__ import annotations

import mmap
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from exporter.errors import ExportError
from exporter.model import IN_AREA, Area, Link, Source
from exporter.reader.batch.files import folder as caches
from exporter.reader.options import AreaSource
from exporter.shards.store import Store
from exporter.shards.tidy import forget_old
from exporter.version import VERSION

MAGIC = b"mlk-export skeleton 4 "  # behind it the version, in a line, then the size of the table of sections
FOLDER = "skeleton"  # of the work folder
ALIGN = 8
KINDS = "BHIQ"  # of numbers, the narrowest first, as `array` names them
OUTLINE = "levels", "headings", "blocks"  # columns of a note of which links of other shards name parts


class Slice(msgspec.Struct, array_like=True, frozen=True):
    """What the whole vault has decided of the notes of one shard; a row is that of a link among all links of the shard."""

    notes: list[
        tuple[int, int]
    ]  # stretches of its notes that are topics or the map: the first, the one behind the last
    numbers: list[tuple[int, int]]  # the same notes by their numbers in the vault, in stretches
    kinds: list[tuple[int, str]]  # of the links that stand in properties or fields: "" where they file or are turned
    ends: list[tuple[int, str]]  # of links to topics without a note
    rivals: dict[int, tuple[int, ...]]  # of links that may as well mean other files: these
    said: list[list[Any]]  # who files topics, and where, not by folders: `Filing`s, column by column
    by_folder: list[tuple[str, str]]  # topic and area
    others: list[Link]  # that start at these topics and stand in other notes
    implied: list[Link]
    titles: list[tuple[int, str]]  # of notes in the slice that are called as their folder
    summaries: dict[str, str]  # by Topic.id
    tags: dict[str, str]  # a tag as written: its id, where that is something else
    areas: list[Area]  # the topics that are areas


class Filing(NamedTuple):
    """A link that files a topic of a shard, in lists of another one perhaps."""

    origin: AreaSource
    start: str
    end: str
    text: str
    file: str
    line: int
    sentence: str | None  # in which a list has it; None: it is the link's text

    @property
    def link(self) -> Link:
        """The link itself."""
        return Link(self.start, IN_AREA, self.end, self.text, "", Source(self.file, self.line))


class Head(msgspec.Struct, frozen=True):
    """What every shard needs to know of the whole."""

    vault: str  # what its folder is called
    title: str
    language: str
    source: Source  # of the map
    notes: int  # files of lower numbers are topics' notes or the map
    map_number: int  # -1: there is none
    origins: list[AreaSource]
    nameless: list[str]  # keys of names that are hidden


def to_utf8(text: str) -> bytes:
    """A text as it stands in a column."""
    return text.encode("utf-8", "surrogatepass")


def key_hash(name: str) -> int:
    """64 bits for the key of a name."""
    return int.from_bytes(blake2b(to_utf8(name), digest_size=8).digest(), "big")


class Writer:
    """Gathers the sections of a skeleton."""

    def __init__(self) -> None:
        self._sections: dict[str, tuple[bytes, str]] = {}  # with the kind of numbers, as `array` names it

    def add(self, name: str, data: bytes) -> None:
        """Add a section of bytes."""
        self._sections[name] = data, "B"

    def add_packed(self, name: str, data: bytes) -> None:
        """Add a section of bytes that is read as a whole: compressed."""
        self.add(name, zlib.compress(data, zlib.Z_BEST_SPEED))

    def add_numbers(self, name: str, numbers: Sequence[int]) -> None:
        """Add a section of numbers, as narrow as they may be."""
        kind = next(kind for kind in KINDS if max(numbers, default=0) < 1 << 8 * array(kind).itemsize)
        self._sections[name] = array(kind, numbers).tobytes(), kind

    def add_texts(self, name: str, texts: Iterable[str | bytes]) -> None:
        """Add a column of texts: their UTF-8, and where each begins and the last one ends."""
        parts = [text if isinstance(text, bytes) else to_utf8(text) for text in texts]
        offsets, at = [0], 0
        for part in parts:
            at += len(part)
            offsets.append(at)
        self.add_numbers(f"{name}.offsets", offsets)
        self.add(f"{name}.data", b"".join(parts))

    def add_some(self, name: str, texts: Iterable[tuple[int, str]]) -> None:
        """Add texts by the numbers of the few files that have one, in their order."""
        pairs = [*texts]
        self.add_numbers(f"{name}.of", [number for number, _ in pairs])
        self.add_texts(name, (text for _, text in pairs))

    def add_table(self, name: str, table: Mapping[str, str]) -> None:
        """Add texts by their names."""
        pairs = sorted((to_utf8(name), text) for name, text in table.items())
        self.add_texts(f"{name}.names", (name for name, _ in pairs))
        self.add_texts(f"{name}.texts", (text for _, text in pairs))

    def add_index(self, name: str, names: Iterable[tuple[int, int]]) -> None:
        """Add an index: hashes of names, each with a number."""
        pairs = sorted(names)
        self.add_numbers(f"{name}.hashes", [hash_ for hash_, _ in pairs])
        self.add_numbers(f"{name}.numbers", [number for _, number in pairs])

    def add_paths(self, paths: Sequence[str]) -> None:
        """Add the paths of files: each folder once."""
        ends = [path.rfind("/") + 1 for path in paths]
        folders: dict[str, int] = {}
        of = [folders.setdefault(path[:end], len(folders)) for path, end in zip(paths, ends, strict=True)]
        self.add_texts("folders", folders)
        self.add_numbers("folders.of", of)
        self.add_texts("names", (path[end:] for path, end in zip(paths, ends, strict=True)))

    @property
    def size(self) -> int:
        """About how many bytes the file will have."""
        return sum(len(data) for data, _ in self._sections.values())

    def parts(self) -> Iterator[bytes]:
        """The bytes of the file."""
        table, at = {}, 0
        for name, (data, kind) in self._sections.items():
            table[name] = at, len(data), kind
            at += len(data) + -len(data) % ALIGN
        head = msgspec.msgpack.encode(table)
        start = MAGIC + VERSION.encode() + b"\n" + len(head).to_bytes(8, "big") + head
        yield start + bytes(-len(start) % ALIGN)
        for data, _ in self._sections.values():
            yield data
            yield bytes(-len(data) % ALIGN)


class Skeleton:
    """A skeleton, mapped: pages of it that nobody asks for are not read, and those that are stand in memory once."""

    def __init__(self, path: Path) -> None:
        """Map the file.

        Raises:
            ExportError: it is none, or was made by another version.
        """
        try:
            with path.open("rb") as file:
                data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:
            raise ExportError(f"{path}: the skeleton cannot be read: {error}; start again") from error
        line = bytes(data[:100]).partition(b"\n")[0]
        if line != MAGIC + VERSION.encode():
            raise ExportError(f"{path}: was made by another version; remove it and start again")
        at = len(line) + 1
        size = int.from_bytes(data[at : at + 8], "big")
        start = at + 8 + size
        self._start, self._data = start + -start % ALIGN, data
        self._table = msgspec.msgpack.decode(data[at + 8 : start], type=dict[str, tuple[int, int, str]])

    def section(self, name: str) -> memoryview:
        """The bytes of a section, or its numbers."""
        at, size, kind = self._table[name]
        data: Any = self._data[self._start + at : self._start + at + size]
        return data.cast(kind)  # type: ignore[no-any-return]

    @cached_property
    def head(self) -> Head:
        """What all shards need."""
        return msgspec.msgpack.decode(self.section("head"), type=Head)

    def slice(self, number: int) -> Slice:
        """What was decided of a shard."""
        return msgspec.msgpack.decode(zlib.decompress(self.section(f"slice {number}")), type=Slice)

    @cached_property
    def odd(self) -> memoryview:
        """Of each note: 0 if its file's name alone makes the id of its topic; 1: that has another one, or there is none."""
        return self.section("odd")

    def files(self, number: int) -> array[int]:
        """The file that each link of a shard leads to; -1: none."""
        files = array("i")
        files.frombytes(zlib.decompress(self.section(f"files {number}")))
        return files

    def paths(self, numbers: Iterable[int]) -> list[str]:
        """The paths of files."""
        name, of, folders = self._names.text, self._folder_of, _Folders(self._folders)
        return [folders[of[number]] + name(number) for number in numbers]

    @cached_property
    def ghosts(self) -> Texts:
        """Topic.id by the key of a name that no note has."""
        return Texts(self, "ghosts")

    @cached_property
    def closed(self) -> Texts:
        """By path of a note whose text is not shown: why."""
        return Texts(self, "closed")

    def outline(self, number: int) -> tuple[str, str, str]:
        """The OUTLINE of a note: the levels and texts of its headings, and the ids of its blocks."""
        levels, blocks, headings = (self._outlines.of(number) or "\0\0").split("\0", 2)
        return levels, headings, blocks

    def id(self, number: int) -> str | None:
        """The id of the topic of a note that is `odd`; None: there is none."""
        return self._ids.of(number)

    def numbers_of(self, keys: Iterable[str]) -> list[int]:
        """The files whose names may have one of these keys; some may have another one."""
        return sorted({number for name in keys for number in self._by_name.find(name)})

    def alias_owner(self, name: str) -> str | None:
        """The path of the first note that has an alias, by the alias's key."""
        numbers = [*self._aliases.find(name)]
        return self.paths([min(numbers)])[0] if numbers else None

    @cached_property
    def _folders(self) -> _Column:
        return _Column(self, "folders")

    @cached_property
    def _folder_of(self) -> memoryview:
        return self.section("folders.of")

    @cached_property
    def _names(self) -> _Column:
        return _Column(self, "names")

    @cached_property
    def _outlines(self) -> _Some:
        return _Some(self, "outlines")

    @cached_property
    def _ids(self) -> _Some:
        return _Some(self, "ids")

    @cached_property
    def _by_name(self) -> _Index:
        return _Index(self, "by name")

    @cached_property
    def _aliases(self) -> _Index:
        return _Index(self, "aliases")


class _Column:
    """A column of texts, as their UTF-8."""

    def __init__(self, skeleton: Skeleton, name: str) -> None:
        self._data, self._offsets = skeleton.section(f"{name}.data"), skeleton.section(f"{name}.offsets")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> bytes:
        return bytes(self._data[self._offsets[number] : self._offsets[number + 1]])

    def text(self, number: int) -> str:
        return str(self._data[self._offsets[number] : self._offsets[number + 1]], "utf-8", "surrogatepass")


class _Folders(dict[int, str]):
    """Folders by their numbers, each read once."""

    def __init__(self, column: _Column) -> None:
        self._column = column

    def __missing__(self, number: int) -> str:
        self[number] = self._column.text(number)
        return self[number]


class _Some(_Column):
    """Texts by the numbers of the files that have one."""

    def __init__(self, skeleton: Skeleton, name: str) -> None:
        super().__init__(skeleton, name)
        self._numbers: Any = skeleton.section(f"{name}.of")

    def of(self, number: int) -> str | None:
        """The text of a file; None: it has none."""
        at = bisect_left(self._numbers, number)
        return self.text(at) if at < len(self) and self._numbers[at] == number else None


class Texts(Mapping[str, str]):
    """Texts by their names."""

    def __init__(self, skeleton: Skeleton, name: str) -> None:
        self._names, self._texts = (_Column(skeleton, f"{name}.{part}") for part in ("names", "texts"))

    def __getitem__(self, name: str) -> str:
        data: Any = self._names
        at = bisect_left(data, wanted := to_utf8(name))
        if at == len(data) or data[at] != wanted:
            raise KeyError(name)
        return self._texts.text(at)

    def __iter__(self) -> Iterator[str]:
        return map(self._names.text, range(len(self)))

    def __len__(self) -> int:
        return len(self._names)


class _Index:
    """Numbers by the hash of a name."""

    def __init__(self, skeleton: Skeleton, name: str) -> None:
        self._hashes: Any = skeleton.section(f"{name}.hashes")
        self._numbers = skeleton.section(f"{name}.numbers")

    def find(self, name: str) -> Iterator[int]:
        """All numbers that were given under the name."""
        hash_ = key_hash(name)
        at = bisect_left(self._hashes, hash_)
        while at < len(self._hashes) and self._hashes[at] == hash_:
            yield self._numbers[at]
            at += 1


class Owners(Mapping[str, str]):
    """The first note that has an alias, by the alias's key, as `Topics.alias_owners` has it."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton

    def __getitem__(self, name: str) -> str:
        if (path := self._skeleton.alias_owner(name)) is None:
            raise KeyError(name)
        return path

    def __iter__(self) -> Iterator[str]:
        raise TypeError("an index of hashes does not know its names")

    def __len__(self) -> int:
        raise TypeError("an index of hashes does not know its names")


@lru_cache(2)  # the skeleton, and what hides before it
def _map(path: str) -> Skeleton:
    return Skeleton(Path(path))


def mapped(work: Store, digest: str) -> Skeleton:
    """The skeleton of this digest, mapped once for a process; from elsewhere it is fetched once for a machine."""
    if work.folder:
        return _map(f"{work.folder}/{FOLDER}/{digest}")
    near = Store(str(caches() / "shards"))
    if not near.has(digest):
        near.write(digest, work.blocks(f"{FOLDER}/{digest}"))
        forget_old(near, digest)
    return _map(f"{near.folder}/{digest}")


def save(writer: Writer, work: Store) -> tuple[str, int]:
    """Write a skeleton; gives its digest, by which it is called, and how many bytes it has."""
    digest, size = blake2b(digest_size=16), 0
    for part in writer.parts():
        digest.update(part)
        size += len(part)
    name = digest.hexdigest()
    if not work.has(f"{FOLDER}/{name}"):
        work.write(f"{FOLDER}/{name}", writer.parts())
    return name, size
