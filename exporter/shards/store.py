"""Files of a folder or a bucket: read, listed, and written so that a name stands for a whole file or for none.

Through pyarrow's filesystems (https://arrow.apache.org/docs/python/filesystems.html): local folders, "s3://bucket/folder"
and its like, with credentials from the environment alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any, TypeVar

from exporter.errors import ExportError, UsageError

T = TypeVar("T")

WAITS = (0.2, 0.6, 1.8)  # seconds before a store is asked again, beside what its client does by itself
BLOCK = 1 << 22  # bytes that are read at once


def is_address(place: str) -> bool:
    """Whether a place is one of an object store, not a folder of this machine."""
    return "://" in place


def find_pyarrow() -> None:
    """Refuse before any work is done.

    Raises:
        UsageError: pyarrow is not installed.
    """
    try:
        import pyarrow.fs
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise UsageError("shards need pyarrow: pip install 'mlk-export[shards]'") from error


class Store:
    """A folder, of this machine or of an object store; names in it are relative, with "/"."""

    def __init__(self, place: str) -> None:
        """Take a path, or an address such as "s3://bucket/folder"; nothing is looked at yet."""
        self.place = place if is_address(place) else os.path.abspath(place)  # noqa: PTH100 - links stay as they are

    @property
    def folder(self) -> str | None:
        """The folder on this machine; None: it is elsewhere."""
        return None if is_address(self.place) else self.place

    @cached_property
    def _files(self) -> tuple[Any, str]:
        from pyarrow.fs import FileSystem, LocalFileSystem

        if not is_address(self.place):
            return LocalFileSystem(), self.place
        try:
            files, root = FileSystem.from_uri(self.place)
        except (OSError, ValueError) as error:
            raise UsageError(f"{self.place}: no address of an object store; write it as s3://bucket/folder") from error
        return files, root.rstrip("/")

    def _path(self, name: str) -> str:
        return f"{self._files[1]}/{name}" if name else self._files[1]

    def names(self, ending: str = "") -> list[str]:
        """The names of the files directly in the folder, sorted; none where there is no such folder."""
        return sorted(name for name in self.times() if name.endswith(ending))

    def times(self) -> dict[str, float]:
        """When each file directly in the folder was written, by name, in seconds since 1970; none where there is no such folder."""
        from pyarrow.fs import FileSelector, FileType

        with self._told("listed"):
            selector = FileSelector(self._path(""), allow_not_found=True)
            found = self._ask(lambda: self._files[0].get_file_info(selector))
        return {each.base_name: (each.mtime_ns or 0) / 1e9 for each in found if each.type == FileType.File}

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        from pyarrow.fs import FileType

        with self._told("looked at", name):
            return bool(self._ask(lambda: self._files[0].get_file_info(self._path(name))).type == FileType.File)

    def open(self, name: str) -> Any:
        """A file for pyarrow, to read parts of it."""
        with self._told("read", name):
            return self._ask(lambda: self._files[0].open_input_file(self._path(name)))

    def read(self, name: str) -> bytes:
        """A whole file.

        Raises:
            ExportError: it cannot be read.
        """

        def read() -> bytes:
            with self._files[0].open_input_file(self._path(name)) as stream:
                return bytes(stream.read())

        with self._told("read", name):
            return self._ask(read)

    def blocks(self, name: str) -> Iterator[bytes]:
        """A file, piece by piece."""
        with self._told("read", name), self._files[0].open_input_file(self._path(name)) as stream:
            while block := stream.read(BLOCK):
                yield bytes(block)

    def write(self, name: str, parts: Iterable[bytes]) -> int:
        """Write a file whole or not at all, whoever else writes the same; gives its size in bytes.

        On this machine it is written beside its place and renamed; an object of a store appears when it is whole.

        Raises:
            ExportError: it cannot be written.
        """
        files, path, size = self._files[0], self._path(name), 0
        there = path if not self.folder else f"{path}.{os.getpid()}-{os.urandom(4).hex()}.part"
        with self._told("written", name):
            if self.folder:
                files.create_dir(path.rpartition("/")[0], recursive=True)
            try:
                stream = files.open_output_stream(there)
                try:
                    for part in parts:
                        stream.write(part)
                        size += len(part)
                except BaseException:
                    if self.folder:
                        stream.close()
                    else:  # closing would make the object appear; the upload is left and cleaned up by the store
                        with suppress(Exception):
                            stream.abort()
                    raise
                stream.close()
                if there != path:
                    os.replace(there, path)  # noqa: PTH105 - strings
            except BaseException:
                if there != path:
                    with suppress(OSError):
                        os.unlink(there)  # noqa: PTH108
                raise
        return size

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with suppress(OSError):
            self._files[0].delete_file(self._path(name))

    def _ask(self, question: Callable[[], T]) -> T:
        """The answer to a question that may be asked again, as stores that are busy want it."""
        for wait in () if self.folder else WAITS:
            try:
                return question()
            except OSError:
                time.sleep(wait)
        return question()

    @contextmanager
    def _told(self, what: str, name: str = "") -> Iterator[None]:
        try:
            yield
        except OSError as error:
            place = f"{self.place}/{name}" if name else self.place
            reason = error.strerror or str(error).split("\n")[0][:300]
            hint = "look at its rights and at the room that is left, then start again: what is done is not done again"
            raise ExportError(f"{place}: cannot be {what}: {reason}; {hint}") from error
