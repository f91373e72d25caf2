"""What links mean that only all notes together tell: names beside those of files, and parts as a dialect names them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import compress, count

from exporter.outline import heading_key
from exporter.reader.batch.columns import Notes
from exporter.reader.batch.core import find_core
from exporter.reader.batch.full import parse
from exporter.reader.batch.resolve import Names
from exporter.reader.dialects import Dialect
from exporter.reader.markdown.record import EXTERNAL
from exporter.reader.names import key


def settle(notes: Notes, names: Names, read: Callable[[str], bytes]) -> Notes:
    """The notes with links that lead to further names, and with anchors as Obsidian would have them.

    `read` gives a note's bytes. What a cache holds is not changed: it stays what each note says by itself.
    """
    files, anchors = notes.files, notes.anchors
    if names.further:
        files = files[:]
        for row in compress(count(), map((-1).__eq__, files)):
            if not notes.flags[row] & EXTERNAL and (path := names.further.get(key(notes.targets[row]))):
                files[row] = names.at(path)
    if names.dialect.names_parts:
        parts = Parts(notes, names.dialect, read)
        meant = {row: parts.anchor(files[row], anchors[row]) for row in name_parts(anchors)}
        if meant := {row: anchor for row, anchor in meant.items() if anchor != anchors[row]}:
            anchors = [meant.get(row, anchor) for row, anchor in enumerate(anchors)]
    return replace(notes, files=files, anchors=anchors)


def name_parts(anchors: Sequence[str]) -> list[int]:
    """The anchors, by number, that a dialect may read otherwise: names of a word, and of no block."""
    if core := find_core():
        return core.name_parts(anchors)  # type: ignore[no-any-return]
    return [row for row in compress(count(), anchors) if " " not in anchors[row] and anchors[row][0] != "^"]


class Parts:
    """How links name parts of notes by the rules of a dialect."""

    def __init__(self, notes: Notes, dialect: Dialect, read: Callable[[str], bytes]) -> None:
        self._notes, self._dialect, self._read = notes, dialect, read
        self._names: dict[int, Mapping[str, str]] = {}  # by the note's number

    def anchor(self, number: int, anchor: str) -> str:
        """The anchor by which Obsidian finds in a note what this one means; what it finds already, or nobody, stays."""
        notes = self._notes
        if " " in anchor or "#" in anchor or anchor[:1] in ("", "^") or not 0 <= number < len(notes.paths):
            return anchor
        if f"\n{anchor}\n" in f"\n{notes.headings[number]}\n":
            return anchor
        names = self._names.get(number)
        if names is None:
            try:
                names = self._dialect.anchors(parse(self._read(notes.paths[number])))
            except OSError:  # a finding already
                names = {}
            self._names[number] = names
        from exporter.reader.dialects.slugs import github  # few vaults need it

        meant = names.get(anchor.lower(), names.get(github(anchor), anchor))
        return anchor if heading_key(meant) == heading_key(anchor) else meant
