"""What links mean that only all notes together tell: names beside those of files, and parts as a dialect names them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import compress, count

from exporter.reader.batch.columns import Notes
from exporter.reader.batch.resolve import Names
from exporter.reader.markdown.record import EXTERNAL
from exporter.reader.names import folder_of


def settle(notes: Notes, names: Names) -> Notes:
    """The notes with links that lead to further names, and with anchors as Obsidian would have them.

    What a cache holds is not changed: it stays what each note says by itself.
    """
    files, anchors = notes.files, notes.anchors
    if names.further:
        files = files.copy()
        nowhere = [row for row in compress(count(), map((-1).__eq__, files)) if not notes.flags[row] & EXTERNAL]
        for note, row in notes.rows(nowhere):
            files[row] = names.find(notes.targets[row], folder_of(notes.paths[note]))[0]
    if names.dialect.names_parts:
        anchors = anchors.copy()
        parts: dict[int, Mapping[str, str]] = {}  # of a note, by its number
        for row in compress(count(), anchors):
            file, anchor = files[row], anchors[row]
            if not 0 <= file < len(notes.paths) or " " in anchor or anchor[0] == "^":
                continue
            if f"\n{anchor}\n" not in f"\n{notes.headings[file]}\n":
                if file not in parts:
                    parts[file] = parts_of(notes, file, names)
                anchors[row] = parts[file].get(anchor.lower(), anchor)
    return replace(notes, files=files, anchors=anchors)


def parts_of(notes: Notes, number: int, names: Names) -> Mapping[str, str]:
    """How links may name parts of a note: see `Dialect.anchors`."""
    return names.dialect.anchors(notes.levels[number], notes.headings[number], notes.blocks[number])
