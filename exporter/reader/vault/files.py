"""The files of a vault, and reading them: nothing outside it, whatever links and names say; the reader's only disk access
beside scan.py, which finds them.
"""

from __future__ import annotations

import math
import os
import stat
import sys
import time
from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

from exporter.errors import Finding
from exporter.model import Source
from exporter.reader.dialects import Dialect
from exporter.reader.names import is_note
from exporter.reader.vault.plugins import PluginWords

MEGABYTE = 1_000_000
BY_EXCLUDE = "excluded by"  # how the reason of an entry of `exclude` begins
DRAWING = "drawing"  # that of a note whose text is what a plugin draws from
ENTRY = 200  # bytes that a note takes in memory beside its own
GRAIN = 2_000_000_000  # ns: a file that changed so shortly before it was read may change again and look the same
INODE = 2**63 - 1  # the bits of an inode that are kept
WINDOWS = sys.platform == "win32"
# O_NONBLOCK: a named pipe must not hang the run; O_NOFOLLOW: a link may lead out of the vault
FLAGS = sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NONBLOCK", "O_NOFOLLOW", "O_BINARY", "O_NOINHERIT"))


class TooLargeError(OSError):
    """A file is larger than the limit."""


class Redact(Protocol):
    """Takes out of notes what nobody may see."""

    def __call__(self, path: str, data: bytes) -> bytes:
        """The note as it may be seen."""

    def changes(self, path: str) -> bool:
        """Whether anything of the note goes."""


class Memory:
    """The bytes of notes for who reads them again: of those that are read first, as many as there is room for."""

    def __init__(self, room: int = 0) -> None:
        self.room = room  # bytes
        self.notes: dict[str, bytes] = {}

    def keep(self, path: str, data: bytes) -> None:
        """Keep a note's bytes, if there is room."""
        size = len(data) + ENTRY
        if size <= self.room:
            self.room -= size
            self.notes[path] = data

    def forget(self, paths: Iterable[str]) -> None:
        """Drop what was kept of these notes."""
        for path in paths:
            if (data := self.notes.pop(path, None)) is not None:
                self.room += len(data) + ENTRY


class Seen:
    """What the files of notes were before these were read, so that nobody asks the disk again."""

    def __init__(self) -> None:
        self.paths: Sequence[str] = ()
        self.stamps: Sequence[int] = ()  # three numbers a note: see `Vault.stamps`

    def stamp(self, path: str) -> Sequence[int]:
        """That of a note; nothing if it was not read."""
        number = self._numbers.get(path)
        return () if number is None else self.stamps[3 * number : 3 * number + 3]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {path: number for number, path in enumerate(self.paths)}


@dataclass(frozen=True)
class Vault:
    """The files below a folder, as sorted paths relative to it with "/"."""

    root: Path
    notes: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    ignored: tuple[str, ...] = ()  # notes that a filter hides: no topics, but links may lead to them
    canvases: tuple[str, ...] = ()  # of the attachments, those whose links count
    excluded: dict[str, str] = field(default_factory=dict)  # what is not in `notes`, a folder with "/" at its end: why
    settings: dict[str, str] = field(
        default_factory=dict
    )  # note that a convention leaves out: the file that says so, or ""
    links: dict[str, str] = field(default_factory=dict)  # path of a link to a folder outside: that folder
    largest: float = math.inf  # bytes; a larger note is not read
    memory: Memory = field(default_factory=Memory, repr=False, compare=False)
    seen: Seen = field(default_factory=Seen, repr=False, compare=False)
    hidden: Mapping[str, str] = field(default_factory=dict)  # files that nobody may see: the rule that hides them
    redact: Redact | None = field(default=None, repr=False, compare=False)
    plugins: PluginWords = field(default=PluginWords({}, {}, [], [], []), compare=False)
    dialect: Dialect = field(default_factory=Dialect)  # the rules by which it is read
    listing: Any = field(default=None, repr=False, compare=False)  # the core's, with stamps; None: there is none
    _folders: dict[str, str] = field(default_factory=dict, repr=False, compare=False)  # seen to lie in the vault

    def read(self, path: str, largest: float | None = None) -> bytes:
        """Read a file of the vault, and nothing outside it; `largest` is in bytes, for a note the vault's own.

        Raises:
            TooLargeError: it is larger than that.
            OSError: it cannot be read, is no ordinary file, or lies outside the vault.
        """
        if (remembered := self.memory.notes.get(path)) is not None:
            return remembered
        real, note = self.locate(path), is_note(path)
        if largest is None:
            largest = self.largest if note else math.inf
        data = read_file(real, path, largest)
        if note:
            data = self.dialect.rewrite(path, data)
            data = self.redact(path, data) if self.redact else data
            self.memory.keep(path, data)
        return data

    def state(self, path: str) -> str:
        """What tells what a note says now from what it has said before, without reading it; "" where only its bytes do.

        That is so where it has changed so lately that it may change again unseen, or where it is not given as it was written.
        """
        is_changed = path in self.hidden or (self.redact and self.redact.changes(path))
        if is_changed or type(self.dialect).rewrite is not Dialect.rewrite:
            return ""
        changed, size, inode = self.seen.stamp(path) or self.stamps([path])
        return f"{path} {changed} {size} {inode}" if inode and changed < time.time_ns() - GRAIN else ""

    def locate(self, path: str) -> str:
        """The real path of a file of the vault.

        Raises:
            OSError: it lies outside the vault, or nobody may see it.
        """
        folder, _, name = path.rpartition("/")
        if path in self.hidden or name[:1] in ("", ".") or (WINDOWS and ("\\" in path or ":" in path)):
            raise PermissionError(f"{path!r} is not part of the vault")
        return (self._folders.get(folder) or self._enter(folder, path)) + name

    def locate_folders(self, folders: Iterable[str]) -> dict[str, str]:
        """The real path of each of these folders, with "/"; without those of whose files `locate` would raise an error."""
        places = {}
        for folder in folders:
            with suppress(OSError):
                places[folder] = self._folders.get(folder) or self._enter(folder, f"{folder}/")
        return places

    def in_order(self, paths: Iterable[str]) -> Iterable[str]:
        """Paths in the order in which their files are best read, one after the other."""
        return paths

    def may_show(self, path: str) -> bool:
        """Whether others may show a note's text: what `exclude` names is as good as private, a drawing's is no text."""
        return not self.excluded.get(path, "").startswith((BY_EXCLUDE, DRAWING))

    def leave_out(self, path: str, error: OSError) -> Finding:
        """Count a note that `read` could not give as excluded; returns the finding that says so."""
        if isinstance(error, TooLargeError):
            self.excluded[path] = "too large"
            message = f"{error} and is left out; split it, or raise `largest_note` in vault.toml"
            return Finding(Source(path, 1), "large-note", message)
        self.excluded[path] = "cannot be read"
        message = f"cannot be read and is left out; fix its permissions ({error.strerror or error})"
        return Finding(Source(path, 1), "unreadable-note", message)

    def stamps(self, paths: Iterable[str]) -> array[int]:
        """Time of change (ns), size (bytes) and inode of each file, for a cache; zeros where there is none now."""
        stamps = array("q")
        lstat = os.lstat
        for path in paths:
            try:
                status = lstat(self.locate(path))
                stamps.extend((status.st_mtime_ns, status.st_size, status.st_ino & INODE))
            except (OSError, OverflowError):  # a finding, once it is read
                stamps.extend((0,) * (-len(stamps) % 3 or 3))
        return stamps

    def _enter(self, folder: str, path: str) -> str:
        """The real path of a folder with "/", if it lies where the vault's files do and no link leads there unseen."""
        parts = folder.split("/") if folder else []
        if any(part[:1] in ("", ".") for part in parts):
            raise PermissionError(f"{path!r} is not part of the vault")
        real = self._folders.get("", "")  # any other folder may be a link by now
        for place in [*([] if real else [""]), *accumulate(parts, "{}/{}".format)]:
            expected = self.links.get(place) or f"{real}{place.rpartition('/')[2]}" or str(self.root)
            try:
                if real and place not in self.links and not WINDOWS:
                    is_elsewhere = stat.S_ISLNK(os.lstat(expected).st_mode)
                else:
                    is_elsewhere = Path(os.path.realpath(self.root / place, strict=True)) != Path(expected)
            except ValueError as error:  # NUL in the path, or what no file's name can hold
                raise FileNotFoundError(f"{path!r} is no path") from error
            if is_elsewhere:
                raise PermissionError(f"{path} lies outside the vault")
            real = f"{expected.rstrip('/')}/"
            if not place:
                self._folders[""] = real
        self._folders[folder] = real
        return real


def read_file(real: str, path: str, largest: float) -> bytes:
    """Read an ordinary file of at most `largest` bytes, however it changes meanwhile; messages call it `path`."""
    try:
        if WINDOWS and Path(real).is_symlink():  # elsewhere O_NOFOLLOW sees to it
            raise PermissionError(f"{path} is a symbolic link")
        file = os.open(real, FLAGS)
    except ValueError as error:  # NUL in the path, or what no file's name can hold
        raise FileNotFoundError(f"{path!r} is no path") from error
    try:
        status = os.fstat(file)
        size = status.st_size
        if status.st_mode & 0o170000 != 0o100000:  # stat.S_ISREG
            raise PermissionError(f"{path} is no ordinary file")
        if size > largest:
            raise _too_large(size)
        data = os.read(file, size + 1)
        if len(data) == size:
            return data
        content = bytearray(data)  # a short read, or it grows
        while data := os.read(file, MEGABYTE):
            content += data
            if len(content) > largest:
                raise _too_large(len(content))
        return bytes(content)
    finally:
        os.close(file)


def _too_large(size: int) -> TooLargeError:
    return TooLargeError(f"has {size / MEGABYTE:.3g} MB, too many,")
