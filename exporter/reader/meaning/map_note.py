"""The map note's lists: which entry stands in which role. Knows headings and items, nothing of topics or ids."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from exporter.outline import heading_key
from exporter.reader.markdown.inline import Mention
from exporter.reader.markdown.note import Heading, Note
from exporter.reader.markdown.patterns import BOX
from exporter.reader.markdown.plain_text import to_text
from exporter.reader.options import ReadOptions

SEPARATOR = re.compile(r"\s+[-–—]\s+|\s*:\s+")


@dataclass
class Entry:
    """One list item of the map, taken apart."""

    line: int
    links: list[Mention]  # what it lists: the links before the " - "; without one, all
    title: str  # its words before the " - ", as plain text
    summary: str  # its words behind the " - "; "" where there is none
    parent: Entry | None = field(repr=False)
    text: str = ""  # all its words, nested items included, as plain text; of an entry without a parent
    all_links: list[Mention] = field(default_factory=list)  # those of nested items included; of such an entry, too


@dataclass
class Section:
    """One list of the map: the entries under one heading."""

    role: str  # "areas", "path", "by area", "topics", or "" where nobody said
    heading: Heading | None  # the nearest one
    line: int
    entries: list[Entry] = field(default_factory=list)


def sections(note: Note, options: ReadOptions) -> list[Section]:
    """The map's lists in their order, each with the role of its heading or of one above it."""
    roles = {
        heading_key(title): role
        for role, titles in (
            ("areas", options.area_headings),
            ("path", options.path_headings),
            ("by area", options.topics_by_area_headings),
            ("topics", options.topic_headings),
        )
        for title in titles
    }
    lists: list[Section] = []
    above: list[tuple[int, str]] = []  # level and role of the headings that this one lies under
    starts = []
    for heading in note.headings:
        while above and above[-1][0] >= heading.level:
            above.pop()
        role = roles.get(heading_key(to_text(heading.text)), above[-1][1] if above else "")
        above.append((heading.level, role))
        lists.append(Section(role, heading, note.line(heading.start)))
        starts.append(heading.start)
    lists.insert(0, Section("", None, 1))
    starts.insert(0, 0)
    entries = list(_entries(note))
    number = 0
    for item, entry in zip(note.items, entries, strict=True):
        while number + 1 < len(starts) and starts[number + 1] <= item.start:
            number += 1
        lists[number].entries.append(entry)
    return [section for section in lists if section.entries or section.role == "path"]


def _entries(note: Note) -> Iterator[Entry]:
    entries: list[Entry] = []
    links = [link for link in note.mentions if not link.embed]
    starts = [link.start for link in links]
    for k, item in enumerate(note.items):
        child = note.items[k + 1] if k + 1 < len(note.items) and note.items[k + 1].parent == k else None
        text_end = min(child.start, item.end) if child else item.end
        first, behind = bisect_left(starts, item.text), bisect_left(starts, text_end)
        item_links = links[first:behind]
        words = _without_box(note.text[item.text : text_end])
        shift = text_end - len(words)
        cut = _find_separator(words, [(link.start - shift, link.end - shift) for link in item_links])
        head = [link for link in item_links if link.start - shift < cut[0]]
        entry = Entry(
            note.line(item.start),
            head or item_links,
            to_text(words[: cut[0]]),
            to_text(words[cut[1] :]),
            parent=entries[item.parent] if item.parent >= 0 else None,
        )
        if entry.parent is None:
            entry.text = to_text(_text_of(note, k))
            entry.all_links = links[first : bisect_left(starts, item.end)]
        entries.append(entry)
        yield entry


def _find_separator(words: str, links: list[tuple[int, int]]) -> tuple[int, int]:
    """Where the first " - " outside of a link stands: its start and end; the end of the words where there is none."""
    starts = [start for start, _ in links]
    for separator in SEPARATOR.finditer(words):
        k = bisect_right(starts, separator.start()) - 1
        if k >= 0 and separator.start() < links[k][1]:
            continue  # within a link
        if ":" not in separator[0] or k >= 0:  # a colon counts only behind a link
            return separator.span()
    return len(words), len(words)


def _text_of(note: Note, k: int) -> str:
    """The words of an item and of those in it, without their markers."""
    item = note.items[k]
    parts, position = [], item.text
    for inner in note.items[k + 1 :]:
        if inner.start >= item.end:
            break
        parts.append(note.text[position : inner.start])
        position = inner.text
    parts.append(note.text[position : item.end])
    return _without_box(" ".join(parts))


def _without_box(words: str) -> str:
    """The words of an item without the box of a task, "[x] ", before them."""
    box = BOX.match(words)
    return words[box.end() :] if box else words
