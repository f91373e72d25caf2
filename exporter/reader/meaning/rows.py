"""Which links are odd: they lead nowhere, name a part that is not there, or are of a kind. All others need no look. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain, compress, count, repeat
from typing import NamedTuple

from exporter.outline import Outline
from exporter.reader.batch.columns import Notes
from exporter.reader.batch.core import find_core
from exporter.reader.markdown.record import EXTERNAL, PLAIN, TAGGED


class Rows(NamedTuple):
    """Links by their numbers, in order, and how many the others are."""

    size: int  # lead from a topic to another one
    external: int  # lead out of the vault
    references: int  # the same, without those of the map
    tagged: int  # lead nowhere and are tags, no links
    nowhere: dict[str, list[int]]  # lead nowhere, by what they name; without those that are but names
    lacking: list[tuple[int, str]]  # name a part that the note lacks, and which kind: "block" or "heading"
    keyed: list[int]  # stand in a property or a field
    to_map: list[int]  # lead to the map
    plain: list[int]  # are but names
    note_of: Sequence[int]  # by a link's number: the note's


def survey(notes: Notes, is_topic: Sequence[bool], map_number: int) -> Rows:
    """Look at the links of all notes; `is_topic` says it of each file, and False of none, in its last entry.

    The links of the map lead from no topic. `native/src/rows.rs` is the other half of this.
    """
    if core := find_core():
        columns = (notes.counts, notes.files, notes.flags, notes.keys, notes.anchors)
        counts, by_name, lists, note_numbers = core.survey(
            *columns, notes.targets, notes.levels, notes.headings, notes.blocks, bytes(is_topic), map_number
        )
        return Rows._make([*counts, dict(by_name), *lists, array("i", note_numbers)])
    files = notes.files
    note_of = array("i", chain.from_iterable(map(repeat, count(), notes.counts)))
    of_map = range_of(notes, map_number)
    size = sum(map(is_topic.__getitem__, files)) - sum(map(is_topic.__getitem__, files[of_map.start : of_map.stop]))
    size -= sum(is_topic[file] for file, note in zip(files, note_of, strict=True) if file == note)
    lost = [row for row in compress(count(), map((-1).__eq__, files)) if not notes.flags[row] & EXTERNAL]
    nowhere: dict[str, list[int]] = {}
    for row in lost:
        if not notes.flags[row] & (TAGGED | PLAIN):
            nowhere.setdefault(notes.targets[row], []).append(row)
    parts = Parts(notes)
    named = [row for row in compress(count(), notes.anchors) if files[row] >= 0]
    external = sum(flag & EXTERNAL != 0 for flag in notes.flags)
    return Rows(
        size,
        external,
        external - sum(flag & EXTERNAL != 0 for flag in notes.flags[of_map.start : of_map.stop]),
        sum(notes.flags[row] & TAGGED != 0 for row in lost),
        nowhere,
        [(row, part) for row in named if (part := parts.missing(files[row], notes.anchors[row]))],
        list(compress(count(), notes.keys)),
        list(compress(count(), map(map_number.__eq__, files))) if map_number >= 0 else [],
        [row for row, flag in enumerate(notes.flags) if flag & PLAIN],
        note_of,
    )


def range_of(notes: Notes, number: int) -> range:
    """The links of a note; none, where the number is -1."""
    last = sum(notes.counts[: number + 1])
    return range(last - notes.counts[number], last) if number >= 0 else range(0)


class Parts:
    """The parts of notes that links name."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._outlines: dict[int, Outline] = {}  # by the note's number

    def missing(self, number: int, anchor: str) -> str:
        """What an anchor names that the note has not: a "block" or a "heading"; "": it has it."""
        notes = self._notes
        if number >= len(notes.paths) or anchor.startswith("[^"):
            return ""
        if anchor.startswith("^"):
            return "" if f"\n{anchor[1:].lower()}\n" in f"\n{notes.blocks[number]}\n" else "block"
        if "#" not in anchor and f"\n{anchor}\n" in f"\n{notes.headings[number]}\n":
            return ""  # letter for letter: no need to compare by rule S2
        outline = self._outlines.get(number)
        if outline is None:
            levels = [int(level) for level in notes.levels[number]]
            outline = self._outlines[number] = Outline(levels, notes.headings[number].split("\n")[: len(levels)])
        return "" if outline.find(anchor) else "heading"
