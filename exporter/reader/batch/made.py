"""What was made of a vault's notes, by key: one file beside the cache of the notes, with the same bounds.

Views see it as `KnowledgeMap.store`, and touch no disk themselves. Nothing in it is older than the program's own sources: those of
another version are as if there were none. What no run of the last ones has used goes.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from exporter.reader.batch import files
from exporter.reader.batch.resolve import digest

MAGIC = files.MADE + b"1\n"
OLDEST = 16  # runs that have put something and not used an entry; each format uses but its own
MOST = 200_000_000  # bytes of one vault's, of the 1 GB of all
PACKAGE = Path(__file__).parents[2]

Entries = dict[str, tuple[int, bytes]]  # by key: how many runs ago it was used, and what it is


class Made:
    """The store of one vault, for a run or several; nothing is read before somebody asks, nor written where nothing is new."""

    def __init__(self, directory: Path, root: Path) -> None:
        root = root.absolute()
        self.path = directory / f"{digest(b'made' + os.fsencode(root)).hex()}.msgpack"
        vault = os.fsencode(root)
        self._head = MAGIC + (b"" if b"\n" in vault else vault) + b"\n"
        self._used: set[str] = set()  # by this run
        self._has_new = False  # of this run
        self._is_saved = True

    def get(self, key: str) -> bytes | None:
        """Give what an earlier run has put."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._used.add(key)
        return entry[1]

    def put(self, key: str, value: bytes) -> None:
        """Keep it for the next run."""
        self._entries[key] = 0, value
        self._used.add(key)
        self._has_new = True

    def end_run(self) -> None:
        """Let go what no run uses any more, if this one has put something."""
        if self._has_new:
            self._is_saved = False
            used, self._has_new = self._used, False
            aged = {key: (0 if key in used else age + 1, value) for key, (age, value) in self._entries.items()}
            self._entries.clear()
            size = 0
            for key, (age, value) in sorted(aged.items(), key=lambda entry: entry[1][0]):
                size += len(value)
                if age <= OLDEST and (size <= MOST or not age):
                    self._entries[key] = age, value
        self._used = set()

    def save(self) -> None:
        """End the run, and write what the next one can use, if it is more than before."""
        import msgspec

        self.end_run()
        if not self._is_saved and sum(len(value) for _, value in self._entries.values()) <= MOST:
            files.write(self.path, self._whole_head, [msgspec.msgpack.encode(self._entries)])
        self._is_saved = True

    @cached_property
    def _whole_head(self) -> bytes:
        return self._head + files.version([], PACKAGE)

    @cached_property
    def _entries(self) -> Entries:
        import msgspec

        body = files.read(self.path, self._whole_head)
        try:
            return msgspec.msgpack.decode(body, type=Entries) if body else {}
        except (msgspec.DecodeError, ValueError):  # written by somebody else
            return {}
