"""The files of caches: where they lie, how one is read and written, and which of them are too many.

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
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from exporter.reader.batch.core import VARIABLE as CORE
from exporter.reader.batch.core import find_core
from exporter.reader.digests import blake2b
from exporter.regex import regex

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


class KeptNotes:
    """The file in which it is kept what the notes of one vault say; the core begins to read it at once."""

    def __init__(self, directory: Path, root: Path) -> None:
        """Take the folder of all caches, and the vault's own."""
        self.path = path_of(directory, root)
        vault = os.fsencode(root)
        self._head = MAGIC + (b"" if b"\n" in vault else vault) + b"\n"
        core = find_core()
        self._blocks = core.Blocks(self.path, len(self._head) + VERSION) if core else None
        self._checksum: Checksum = core.checksum if core else zlib.adler32

    @property
    def exists(self) -> bool:
        """Whether an earlier run has written it."""
        return self.path.exists()

    def blocks(self, version: bytes) -> Iterator[Any]:
        """What `write` was given for this version, in blocks: of the core, or bytes; nothing, if there is none that is whole."""
        if self._blocks is None:
            return blocks_of(read(self.path, self._head + version) or memoryview(b""))
        blocks = self._blocks.take(self._head + version)
        if blocks:
            _touch(self.path)
        return iter(blocks or ())

    def write(self, version: bytes, body: Iterable[bytes]) -> None:
        """Write it, whole or not at all."""
        write(self.path, self._head + version, body, self._checksum)


def path_of(directory: Path, root: Path) -> Path:
    """The file of the vault in the folder `root`, a real path."""
    return directory / f"{blake2b(os.fsencode(root), 16).hex()}.msgpack"


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


def to_blocks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Some bytes as blocks, each behind its size, for who takes them apart by `blocks_of`."""
    for part in parts:
        yield len(part).to_bytes(SIZE, "big")
        yield part


def blocks_of(body: memoryview) -> Iterator[memoryview]:
    """The blocks that stand in some bytes, each behind its size."""
    at = 0
    while at < len(body):
        start = at + SIZE
        at = start + _to_int(body[at:start])
        yield body[start:at]


def version(options: Iterable[str], package: Path) -> bytes:
    """Stamps what made a cache: the sources of a package of ours, the core, the YAML parser, Python, the options that it had."""
    parser = find_spec("yaml12")
    packages = [str(package), *((parser and parser.submodule_search_locations) or ())]
    sources = sorted(
        [
            f"{folder}{os.sep}{name}"
            for place in packages
            for folder, _, names in os.walk(place)
            for name in names
            if name.endswith((".py", ".so", ".pyd"))
        ]
        + [entry.path for entry in os.scandir(package.parent) if entry.name.startswith("_native.")]  # the compiled core
    )
    stamps = [f"{source} {(status := os.stat(source)).st_mtime_ns} {status.st_size}" for source in sources]  # noqa: PTH116
    chosen = os.environ.get(CORE, "")
    return blake2b("\n".join([sys.version, chosen, *stamps, "", *sorted(options)]).encode(), VERSION)


def _to_int(data: bytes | memoryview) -> int:
    return int.from_bytes(data, "big")
