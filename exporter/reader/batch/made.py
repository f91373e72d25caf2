"""What was made of a vault's notes, by key: one file beside the cache of the notes, with the same bounds.

Views see it as `KnowledgeMap.store`, and touch no disk themselves. Nothing in it is older than the program's own sources: those of
another version are as if there were none. What no run of the last ones has used goes.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from exporter.reader.batch import cache
from exporter.reader.batch.resolve import digest

MAGIC = cache.MADE + b"1\n"
OLDEST = 16  # runs that have put something and not used an entry; each format uses but its own
MOST = 200_000_000  # bytes of one vault's, of the 1 GB of all
PACKAGE = Path(__file__).parents[2]

Entries = dict[str, tuple[int, bytes]]  # by key: how many runs ago it was used, and what it is


class Made:
    """The store of one vault; nothing is read before somebody asks, nor written where nothing is new."""

    def __init__(self, directory: Path, root: Path) -> None:
        root = root.absolute()
        self.path = directory / f"{digest(b'made' + os.fsencode(root)).hex()}.msgpack"
        vault = os.fsencode(root)
        self._head = MAGIC + (b"" if b"\n" in vault else vault) + b"\n"
        self._used: dict[str, bytes] = {}
        self._new = False

    def get(self, key: str) -> bytes | None:
        """Give what an earlier run has put."""
        if key not in self._used:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._used[key] = entry[1]
        return self._used[key]

    def put(self, key: str, value: bytes) -> None:
        """Keep it for the next run."""
        self._used[key] = value
        self._new = True

    def save(self) -> None:
        """Write what the next run can use, if it is more than before."""
        import msgspec

        if not self._new:
            return
        entries: Entries = {key: (0, value) for key, value in self._used.items()}
        size = sum(map(len, self._used.values()))
        for key, (age, value) in sorted(self._entries.items(), key=lambda entry: entry[1][0]):
            if key not in entries and age < OLDEST and size + len(value) <= MOST:
                entries[key] = age + 1, value
                size += len(value)
        if size <= MOST:
            cache.write(self.path, self._whole_head, [msgspec.msgpack.encode(entries)])

    @cached_property
    def _whole_head(self) -> bytes:
        return self._head + cache.version([], PACKAGE)

    @cached_property
    def _entries(self) -> Entries:
        import msgspec

        body = cache.read(self.path, self._whole_head)
        try:
            return msgspec.msgpack.decode(body, type=Entries) if body else {}
        except (msgspec.DecodeError, ValueError):  # written by somebody else
            return {}
