"""Links as the hub has them: from the body, from properties and from inline fields; wrong ones are told."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, islice
from typing import Any

from exporter.errors import Finding
from exporter.model import BROADER, IN_AREA, MENTIONS, Link, Reference, Source
from exporter.reader.areas import Areas
from exporter.reader.columns import Notes, canonical
from exporter.reader.inline import Mention
from exporter.reader.mapping import VaultMapping
from exporter.reader.note import Outline
from exporter.reader.resolve import EXTERNAL, Names, key
from exporter.reader.topics import Topics, name_of

ENDING = re.compile(r"\.\w{1,5}$")  # of a file that is no note
record: Callable[..., Any] = tuple.__new__  # a named tuple at a third of the cost; there are millions of these


class Links:
    """Reads the links of all notes."""

    def __init__(
        self,
        notes: Notes,
        names: Names,
        mapping: VaultMapping,
        map_number: int,
        topics: Topics,
        areas: Areas,
        findings: list[Finding],
    ) -> None:
        self.notes, self.names, self.mapping, self.map_number = notes, names, mapping, map_number
        self.topics, self.areas, self.findings = topics, areas, findings
        self.links: dict[str, list[Link]] = {}  # by their start, in the order of its text
        self.references: dict[str, list[Reference]] = {}  # likewise
        self.to_map: list[Source] = []  # links to the map itself, which is no topic
        self._outlines: dict[int, Outline] = {}  # by the note's number
        self._kinds: dict[str, str] = {}  # a property's or field's name: the kind of link that it makes

    def read(self) -> None:
        """Read the links of every note but the map."""
        notes, ids, ghosts = self.notes, self.topics.ids, self.topics.ghosts
        ends = [*ids, *[None] * (len(self.names.paths) - len(ids) + 1)]  # the last is found by -1: no file
        rows = zip(
            notes.lines, notes.targets, notes.anchors, notes.texts, notes.flags, notes.keys, notes.files, strict=True
        )
        for start, path, count in zip(ids, notes.paths, notes.counts, strict=True):
            made: list[Link] = []
            for line, target, anchor, text, flags, word, file in islice(rows, count):
                if start is None:  # the map, whose links have roles of their own
                    continue
                if flags & EXTERNAL:
                    reference = record(Reference, (start, text, target, record(Source, (path, line))))
                    self.references.setdefault(start, []).append(reference)
                    continue
                end = ends[file]
                if file < 0:
                    end = ghosts.get(key(target)) if ghosts else None
                    if end is None:
                        self._missing(target, Source(path, line))
                elif anchor:
                    self._anchor(file, anchor, Source(path, line))
                if end is None:  # to an attachment, to the map, to nowhere
                    if file >= 0 and file == self.map_number:
                        self.to_map.append(Source(path, line))
                elif word:
                    self._typed(made, Link(start, self._kind(word), end, text, anchor, Source(path, line)))
                elif end != start:
                    made.append(record(Link, (start, MENTIONS, end, text, anchor, record(Source, (path, line)))))
            if made:
                self.links[start or ""] = made
        self._ambiguous()

    def file(self, link: Mention, place: Source, remark: str) -> int:
        """The number of the file that a link of the map means; a missing, ambiguous or half-right one is told."""
        number, *rivals = self.names.find(link.target, "") if link.target else (self.map_number,)
        if number < 0:
            self._missing(link.target, place, remark)
        elif rivals:
            self._rivals(number, rivals, link.target, place)
        elif link.anchor:
            self._anchor(number, link.anchor, place)
        return number

    def _typed(self, made: list[Link], link: Link) -> None:
        """A link of a property or of a field."""
        if link.start == link.end:
            return
        # "up" makes an area of what it names only where no map says what the areas are
        filing = link.kind == IN_AREA or (
            link.kind == BROADER and (link.end in self.areas.areas or self.map_number < 0)
        )
        if filing and "properties" in self.areas.origins:
            self.areas.add(link.end, link.source)
            self.areas.file(link.start, link.end, "properties", link.source, link.text)
        else:
            made.append(link._replace(kind=BROADER) if link.kind == IN_AREA else link)

    def _kind(self, name: str) -> str:
        """The kind of link that a property or field makes."""
        kind = self._kinds.get(name)
        if kind is None:
            word = canonical(name)
            kind = self._kinds[name] = self.mapping.relations.get(word, word)
        return kind

    def _missing(self, name: str, place: Source, remark: str = "") -> None:
        code = "missing-note"
        if owner := self.topics.alias_owners.get(key(name)):
            message = f"{name!r} is an alias, and a link needs the note's name: [[{name_of(owner)}|{name}]]"
        elif ENDING.search(name):
            code, message = "missing-file", f"no file is named {name!r}; mend the link or add the file"
        else:
            message = f"no note is named {name!r}; write it or mend the link"
        self.findings.append(Finding(place, code, f"{message}; {remark}" if remark else message))

    def _ambiguous(self) -> None:
        if self.notes.rivals:
            ends = list(accumulate(self.notes.counts))
            for row, rivals in self.notes.rivals.items():
                note = bisect_right(ends, row)
                if note != self.map_number:
                    place = Source(self.notes.paths[note], self.notes.lines[row])
                    self._rivals(self.notes.files[row], rivals, self.notes.targets[row], place)

    def _rivals(self, number: int, rivals: Sequence[int], name: str, place: Source) -> None:
        path = self.names.paths[number]
        others = ", ".join([self.names.paths[rival] for rival in rivals[:3]])
        message = f"{name!r} may be {path} or {others}; {path} is taken; write the link with its folder"
        self.findings.append(Finding(place, "ambiguous-link", message))

    def _anchor(self, number: int, anchor: str, place: Source) -> None:
        """Tell an anchor that the note has not."""
        notes = self.notes
        if number >= len(notes.paths) or anchor.startswith("[^"):
            return
        if anchor.startswith("^"):
            if f"\n{anchor[1:].lower()}\n" in f"\n{notes.blocks[number]}\n":
                return
            what = "block"
        elif f"\n{anchor}\n" in f"\n{notes.headings[number]}\n":
            return  # letter for letter: no need to compare by rule S2
        else:
            outline = self._outlines.get(number)
            if outline is None:
                levels = [int(level) for level in notes.levels[number]]
                outline = self._outlines[number] = Outline(levels, notes.headings[number].split("\n")[: len(levels)])
            if outline.find(anchor):
                return
            what = "heading"
        message = f"{notes.paths[number]} has no {what} {anchor!r}; mend the link or the {what}"
        self.findings.append(Finding(place, f"missing-{what}", message))
