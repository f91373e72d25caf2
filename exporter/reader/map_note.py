"""The map note's lists: which entry stands in which role. Knows headings and items, nothing of topics or ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from exporter.reader.mapping import VaultMapping
from exporter.reader.note import Heading, Mention, Note
from exporter.reader.plain import plain
from exporter.reader.text import heading_key

SEPARATOR = re.compile(r"\s+[-–—]\s+|\s*:\s+")


@dataclass
class Entry:
    """One list item of the map."""

    line: int
    words: str  # its own words, nested items left out
    links: list[Mention]  # what it lists: the links before the " - "; without one, all
    title: str  # its words before the " - ", as plain text
    summary: str  # its words behind the " - "; "" where there is none
    text: str  # all its words, nested items included, as plain text
    all_links: list[Mention]  # all of its links, nested items included
    parent: Entry | None = field(repr=False)


@dataclass
class Section:
    """One list of the map: the entries under one heading."""

    role: str  # "areas", "path", "by area", "topics", or "" where nobody said
    heading: Heading | None  # the nearest one
    line: int
    entries: list[Entry] = field(default_factory=list)


def sections(note: Note, mapping: VaultMapping) -> list[Section]:
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
        role = roles.get(heading_key(plain(heading.text)), above[-1][1] if above else "")
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
    for k, item in enumerate(note.items):
        child = next((later.start for later in note.items[k + 1 : k + 2] if later.parent == k), item.end)
        own_end = min(child, item.end)
        links = [link for link in note.mentions if item.text <= link.start < item.end and not link.embed]
        own = [link for link in links if link.start < own_end]
        words = note.text[item.text : own_end]
        words = re.sub(r"^\[.\][ \t]+", "", words)  # a task's box
        shift = own_end - len(words)
        cut = _cut(words, [(link.start - shift, link.end - shift) for link in own])
        head = [link for link in own if link.start - shift < cut[0]]
        entry = Entry(
            note.line(item.start),
            words,
            head or own,
            plain(words[: cut[0]]),
            plain(words[cut[1] :]),
            plain(_flat(note, k)),
            links,
            made[item.parent] if item.parent >= 0 else None,
        )
        made.append(entry)
        yield entry


def _cut(words: str, links: list[tuple[int, int]]) -> tuple[int, int]:
    """Where the first " - " outside of a link stands: its start and end; the end of the words where there is none."""
    for found in SEPARATOR.finditer(words):
        if not any(start <= found.start() < end for start, end in links):
            if ":" in found[0] and not (links and links[0][1] <= found.start()):
                continue  # a colon counts only behind a link
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
    return re.sub(r"^\[.\][ \t]+", "", " ".join(parts))
