"""What was read before: one file for a vault, outside of it, so that a run reads no note that has not changed.

A note is the one that was read if its path, its time of change, its size and its inode are what they were. Where
that cannot be told for sure (it changed while it was read, or within the clock's grain), it is read again; a file that
is damaged, or was written by another version or for other options, is as if there were none.

Whoever saves one makes room for it: caches of vaults that are gone, those that nobody has used for long, and then the ones
that were used least lately. Other runs may do the same at the same time.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import time
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import accumulate, chain, count
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from exporter.reader.batch.columns import BY_LINK, BY_NOTE, Notes, choose
from exporter.reader.batch.core import VARIABLE as CORE
from exporter.reader.batch.core import find_core
from exporter.reader.batch.resolve import Names, digest
from exporter.regex import regex

T = TypeVar("T")
Checksum = Callable[[bytes, int], int]  # of bytes, going on from that of what stands before

KIND = b"mlk-export notes "  # how a cache begins, of whichever version
MADE = b"mlk-export made "  # and one of what was made of them: see made.py
MAGIC = KIND + b"6\n"  # behind it the folder of the vault in one line, then `version`
NAME = regex(r"[0-9a-f]{32}(?:\.msgpack|-\w+\.part)")  # of a cache, and of one that is being written
MOST = 1_000_000_000  # bytes of all caches together
LONGEST = 90 * 24 * 60 * 60  # seconds that one is kept without being used
UNFINISHED = 24 * 60 * 60  # seconds after which nobody is writing one any more
HEAD = 10_000  # bytes that are read to know whose it is
SIZE = 8  # bytes of the checksum, and of the number before each block that says how long it is
VERSION = 16  # bytes of what `version` gives
FIRST = 1  # with what a checksum begins
GRAIN = 2_000_000_000  # ns: a file that changed so shortly before it was read may change again and look the same
UNKNOWN = array("q", (0, 0, 0))  # the stamp of a note that must be read again
FEWEST = 1000  # notes; to read fewer takes no longer than to look into a cache


class Suggested(NamedTuple):
    """The nearest names to those that no file has, as they were found so far; both tables grow in a run."""

    notes: dict[str, tuple[str, ...]]  # by the missing name
    files: dict[str, tuple[str, ...]]


class CachedNotes(NamedTuple):
    """Notes as they were read by an earlier run."""

    notes: Notes  # those whose stamps are zeros must be read again
    names: bytes  # digest of the files' names, upon which the links' targets depend
    suggested: Suggested
    suggested_for: bytes  # digest of the names among which these were looked for: those that may be seen


class Stored(NamedTuple):
    """What stands in the file before the columns: which these are, and what is none."""

    kinds: dict[str, str]  # of the columns by name: the core's type, an array's letter, or LIST
    problems: list[tuple[int, int, str, str]]
    rivals: dict[int, tuple[int, ...]]
    names: bytes
    suggested: Suggested
    suggested_for: bytes


COLUMNS = (*BY_NOTE, *BY_LINK, "paths", "files")
LIST = "list"  # in one block, as msgpack has it
BLOCKS = {"TextColumn": 2, "WordColumn": 3, "TagColumn": 5, "PropertyColumn": 4}  # of the core's types; others have one
TYPES = {
    "ids": list[tuple[str, int] | None],
    "aliases": list[tuple[str, ...]],
    "tags": list[list[tuple[int, str]]],
    "properties": list[dict[str, Any]],
} | dict.fromkeys(("counts", "lines", "flags"), list[int])  # of lists; others are texts


class Kept(NamedTuple):
    """One file of the folder of caches."""

    path: Path
    size: int  # bytes
    used: float  # when it was used last, in seconds since 1970
    vault: str  # the vault's folder; "": not known


def folder() -> Path:
    """Where caches lie: the folder that MLK_EXPORT_CACHE names, else the user's own for such files."""
    if named := os.environ.get("MLK_EXPORT_CACHE"):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("mlk-export", appauthor=False))


def kept(directory: Path) -> list[Kept]:
    """The caches in a folder, those that were used least lately first; what else lies there is none of ours.

    Raises:
        OSError: the folder cannot be listed.
    """
    files: list[Kept] = []
    if not directory.is_dir():
        return files
    for path in directory.iterdir():
        if NAME.fullmatch(path.name):
            with contextlib.suppress(OSError):  # another run has removed it
                status = path.lstat()
                if not stat.S_ISREG(status.st_mode):
                    continue
                with path.open("rb") as stream:
                    head = stream.read(HEAD)
                if head.startswith((KIND, MADE)) or not (head or path.suffix == ".msgpack"):
                    vault = head.split(b"\n", 2)[1] if head.startswith((MAGIC, MADE)) else b""
                    files.append(Kept(path, status.st_size, status.st_mtime, os.fsdecode(vault)))
    return sorted(files, key=lambda file: (file.used, file.path))


def clear(directory: Path) -> list[Kept]:
    """Remove all caches in a folder; gives what was removed.

    Raises:
        OSError: the folder cannot be listed, or a file cannot be removed.
    """
    files = kept(directory)
    for file in files:
        file.path.unlink(missing_ok=True)
    return files


def make_room(directory: Path, own: Path) -> None:
    """Remove the caches that are too many, but never one's own.

    Raises:
        OSError: the folder cannot be listed.
    """
    files = kept(directory)
    total, now = sum(file.size for file in files), time.time()
    for file in files:
        longest = LONGEST if file.path.suffix == ".msgpack" else UNFINISHED
        gone = bool(file.vault) and not os.path.isdir(file.vault)  # noqa: PTH112 - no error, whatever it says
        if file.path != own and (total > MOST or now - file.used > longest or gone):
            with contextlib.suppress(OSError):  # another run has removed it, or is reading it
                file.path.unlink()
                total -= file.size


class Cache:
    """The file in which it is kept what was read of one vault."""

    def __init__(self, directory: Path, root: Path, start: int) -> None:
        """Take the folder of all caches, the vault's own, and the start of the reading, a time (ns) when no note was looked at.

        The core begins to read the file.
        """
        self.path = path_of(directory, root)
        vault = os.fsencode(root)
        self._head = MAGIC + (b"" if b"\n" in vault else vault) + b"\n"
        core = find_core()
        self._blocks = core.Blocks(self.path, len(self._head) + VERSION) if core else None
        self._checksum: Checksum = core.checksum if core else zlib.adler32
        self.start = start
        self.suggested = Suggested({}, {})  # grows in the run
        self.suggested_for = b""
        self.notes: CachedNotes | None = None  # what the next run can use
        self.changed = False  # so that `save` will write it

    def depend_on(self, options: Iterable[str]) -> None:
        """Take the options upon which the reading of a note depends, before anything is loaded or saved."""
        self._head += version(options, Path(__file__).parents[1])

    def load(self) -> CachedNotes | None:
        """What an earlier run has saved; None: nothing that could be used."""
        import msgspec

        body = None
        if self._blocks and (body := self._blocks.take(self._head)):
            _touch(self.path)
        elif not self._blocks and (data := read(self.path, self._head)):
            body = _blocks_of(data)
        if not body:
            return None
        try:
            stored, columns = _thaw_blocks(iter(body), Stored)
        except (msgspec.DecodeError, StopIteration, ValueError):  # written by somebody else
            return None
        notes = Notes(**columns, problems=stored.problems, rivals=stored.rivals)
        return CachedNotes(notes, stored.names, stored.suggested, stored.suggested_for)

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
        digests = self.notes.names, self.suggested, self.suggested_for
        with contextlib.suppress(OverflowError, TypeError, ValueError):  # a number beyond 64 bits stands in a property
            columns["paths"] = core.TextColumn(notes.paths) if core else notes.paths
            write(
                self.path,
                self._head,
                freeze(Stored(kinds_of(columns), notes.problems, notes.rivals, *digests), columns),
                self._checksum,
            )


def path_of(directory: Path, root: Path) -> Path:
    """The file of the vault in the folder `root`, a real path."""
    return directory / f"{digest(os.fsencode(root)).hex()}.msgpack"


def read(path: Path, head: bytes) -> memoryview | None:
    """What stands behind the head of a cache; None: it is not whole, or has another head."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    body = len(head) + SIZE
    if not data.startswith(head) or zlib.adler32(memoryview(data)[body:]) != _to_int(data[body - SIZE : body]):
        return None
    _touch(path)
    return memoryview(data)[body:]


def _touch(path: Path) -> None:
    """Note that a cache was used."""
    with contextlib.suppress(OSError):
        os.utime(path)


def write(path: Path, head: bytes, body: Iterable[bytes], add: Checksum = zlib.adler32) -> None:
    """Write a cache, whole or not at all, and make room for it; what is part of it is asked for one by one."""
    import tempfile

    checksum = FIRST
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(".part", f"{path.stem}-", path.parent)  # for this user's eyes alone
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(head + bytes(SIZE))
                for part in body:
                    checksum = add(part, checksum)
                    stream.write(part)
                stream.seek(len(head))
                stream.write(checksum.to_bytes(SIZE, "big"))
            os.replace(temporary, path)  # noqa: PTH105
        except BaseException:
            os.unlink(temporary)  # noqa: PTH108
            raise
        make_room(path.parent, path)


def kinds_of(columns: Mapping[str, Any]) -> dict[str, str]:
    """What each column is, for who reads them again: the first thing that `freeze` is given says it as `kinds`."""
    return {name: _kind_of(column) for name, column in columns.items()}


def freeze(stored: Any, columns: Mapping[str, Any]) -> Iterator[bytes]:
    """What stands before some columns and these, as blocks behind their sizes: only one column at a time is there twice."""
    import msgspec

    encode = msgspec.msgpack.encode
    for column in (stored, *columns.values()):
        kind = _kind_of(column)
        for block in column.buffers() if kind in BLOCKS else [encode(column) if kind == LIST else column.tobytes()]:
            yield len(block).to_bytes(SIZE, "big")
            yield block


def _kind_of(column: Any) -> str:
    """What a column is, as `Stored.kinds` has it."""
    return (
        column.typecode if isinstance(column, array) else type(column).__name__ if hasattr(column, "buffers") else LIST
    )


def thaw(body: memoryview, kind: type[T]) -> tuple[T, dict[str, Any]]:
    """What `freeze` gave the bytes of: what stands before the columns, of this kind, and these.

    Raises:
        msgspec.DecodeError, StopIteration, ValueError: it is something else.
    """
    return _thaw_blocks(_blocks_of(body), kind)


def _thaw_blocks(blocks: Iterator[Any], kind: type[T]) -> tuple[T, dict[str, Any]]:
    """What `thaw` gives, of blocks: bytes, or the core's."""
    import msgspec

    stored: Any = msgspec.msgpack.decode(bytes(next(blocks)), type=kind)
    return stored, {name: _thaw(name, its, blocks) for name, its in stored.kinds.items()}


def _blocks_of(body: memoryview) -> Iterator[memoryview]:
    """The blocks of which `freeze` gave the bytes."""
    at = 0
    while at < len(body):
        start = at + SIZE
        at = start + _to_int(body[at:start])
        yield body[start:at]


def _thaw(name: str, kind: str, blocks: Iterator[Any]) -> Any:
    """The column of the next blocks.

    Raises:
        StopIteration: there are too few.
        ValueError: they are none of one.
    """
    import msgspec

    if kind == LIST:
        return msgspec.msgpack.decode(bytes(next(blocks)), type=TYPES.get(name, list[str]))
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


def version(options: Iterable[str], package: Path) -> bytes:
    """Stamps what made a cache: the sources of a package of ours, the core, the YAML parser, Python, the options that it had."""
    parser = find_spec("yaml12")
    packages = [package, *map(Path, (parser and parser.submodule_search_locations) or ())]
    sources = sorted(
        [file for package in packages for kind in ("py", "so", "pyd") for file in package.rglob(f"*.{kind}")]
        + list(package.parent.glob("_native.*"))  # the compiled core
    )
    stamps = [f"{source} {(status := source.stat()).st_mtime_ns} {status.st_size}" for source in sources]
    chosen = os.environ.get(CORE, "")
    return digest("\n".join([sys.version, chosen, *stamps, "", *sorted(options)]).encode())


def _to_int(data: bytes | memoryview) -> int:
    return int.from_bytes(data, "big")
