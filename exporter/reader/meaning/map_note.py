"""The map note's lists: which entry stands in which role. Knows headings and items, nothing of topics or ids."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from exporter.outline import heading_key
from exporter.reader.markdown.inline import Mention
from exporter.reader.markdown.note import Heading, Note
from exporter.reader.markdown.plain_text import to_text
from exporter.reader.options import ReadOptions

SEPARATOR = re.compile(r"\s+[-–—]\s+|\s*:\s+")
BOX = re.compile(r"^\[.\][ \t]+")  # of a task


@dataclass
class Entry:
    """One list item of the map."""

    line: int
    links: list[Mention]  # what it lists: the links before the " - "; without one, all
    title: str  # its words before the " - ", as plain text
    summary: str  # its words behind the " - "; "" where there is none
    parent: Entry | None = field(repr=False)
    text: str = ""  # all its words, nested items included, as plain text; of an entry without a parent
    all_links: list[Mention] = field(default_factory=list)  # likewise


@dataclass
class Section:
    """One list of the map: the entries under one heading."""

    role: str  # "areas", "path", "by area", "topics", or "" where nobody said
    heading: Heading | None  # the nearest one
    line: int
    entries: list[Entry] = field(default_factory=list)


def sections(note: Note, mapping: ReadOptions) -> list[Section]:
    """The map's lists in their order, each with the role of its heading or of one above it."""
    roles = {
        heading_key(title): role
        for role, titles in (
            ("areas", mapping.area_headings),
            ("path", mapping.path_headings),
            ("by area", mapping.topics_by_area_headings),
            ("topics", mapping.topic_headings),
        )
        for title in titles
    }
    found: list[Section] = []
    above: list[tuple[int, str]] = []  # level and role of the headings that this one lies under
    starts = []
    for heading in note.headings:
        while above and above[-1][0] >= heading.level:
            above.pop()
        role = roles.get(heading_key(to_text(heading.text)), above[-1][1] if above else "")
        above.append((heading.level, role))
        found.append(Section(role, heading, note.line(heading.start)))
        starts.append(heading.start)
    found.insert(0, Section("", None, 1))
    starts.insert(0, 0)
    entries = list(_entries(note))
    at = 0
    for item, entry in zip(note.items, entries, strict=True):
        while at + 1 < len(starts) and starts[at + 1] <= item.start:
            at += 1
        found[at].entries.append(entry)
    return [section for section in found if section.entries or section.role == "path"]


def _entries(note: Note) -> Iterator[Entry]:
    made: list[Entry] = []
    links = [link for link in note.mentions if not link.embed]
    starts = [link.start for link in links]
    for k, item in enumerate(note.items):
        child = note.items[k + 1] if k + 1 < len(note.items) and note.items[k + 1].parent == k else None
        own_end = min(child.start, item.end) if child else item.end
        first, behind = bisect_left(starts, item.text), bisect_left(starts, own_end)
        own = links[first:behind]
        words = BOX.sub("", note.text[item.text : own_end])
        shift = own_end - len(words)
        cut = _cut(words, [(link.start - shift, link.end - shift) for link in own])
        head = [link for link in own if link.start - shift < cut[0]]
        entry = Entry(
            note.line(item.start),
            head or own,
            to_text(words[: cut[0]]),
            to_text(words[cut[1] :]),
            parent=made[item.parent] if item.parent >= 0 else None,
        )
        if entry.parent is None:
            entry.text = to_text(_flat(note, k))
            entry.all_links = links[first : bisect_left(starts, item.end)]
        made.append(entry)
        yield entry


def _cut(words: str, links: list[tuple[int, int]]) -> tuple[int, int]:
    """Where the first " - " outside of a link stands: its start and end; the end of the words where there is none."""
    starts = [start for start, _ in links]
    for found in SEPARATOR.finditer(words):
        k = bisect_right(starts, found.start()) - 1
        if k >= 0 and found.start() < links[k][1]:
            continue  # within a link
        if ":" not in found[0] or k >= 0:  # a colon counts only behind a link
            return found.span()
    return len(words), len(words)


def _flat(note: Note, k: int) -> str:
    """The words of an item and of those in it, without their markers."""
    item = note.items[k]
    parts, position = [], item.text
    for inner in note.items[k + 1 :]:
        if inner.start >= item.end:
            break
        parts.append(note.text[position : inner.start])
        position = inner.text
    parts.append(note.text[position : item.end])
    return BOX.sub("", " ".join(parts))
