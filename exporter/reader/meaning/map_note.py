"""The map note's lists: which entry stands in which role. Knows headings, items and tables, nothing of topics or ids."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from itertools import groupby, repeat
from operator import attrgetter
from typing import NamedTuple

from exporter.outline import heading_key
from exporter.reader.batch.core import find_core
from exporter.reader.batch.full import to_text
from exporter.reader.markdown.inline import Mention, shown_text
from exporter.reader.markdown.note import Heading, Note
from exporter.reader.markdown.patterns import BOX
from exporter.reader.options import ReadOptions
from exporter.regex import regex

SEPARATOR = regex(r"[-–—:](?:(?<=\s.)|(?<=:))\s+")  # begins with what is rare, so it is found fast
COMMENT = regex(r"%%.*?(?:%%|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
QUOTE = regex(r"\n[ \t]*+>[ \t>]*+")  # the marks of quotes before a further line of an item
RULE = regex(r"^[ \t>]*+\|?(?:[ \t]*+:?-++:?[ \t]*+\|)++(?:[ \t]*+:?-++:?[ \t]*+)?$", re.MULTILINE)  # of a table
MAY_BE_RULE = regex(r"-:?[ \t]*\|")  # stands in each, and is found fast
BAR = regex(r"(?<!\\)\|")  # between cells


@dataclass
class Entry:
    """One list item of the map, or a cell of a table that holds links, taken apart."""

    line: int
    links: list[Mention]  # what it lists: the links before the " - "; without one, all
    head: str  # its words before the " - ", as written
    summary: str  # its words behind the " - "; "" where there is none
    parent: Entry | None = field(repr=False)
    words: Callable[[], str] = str  # see `text`
    all_links: list[Mention] = field(default_factory=list)  # those of nested items included; of such an entry, too
    ordered: bool = False  # whether it, or the item that it lies in, is numbered

    @cached_property
    def title(self) -> str:
        """Its words before the " - ", as plain text."""
        return _to_words(self.head)

    @property
    def text(self) -> str:
        """All its words, nested items included, as plain text; of an entry without a parent. Only paths ask for them."""
        return self.words()


class Listed(NamedTuple):
    """What an entry of a map lists, where its heading says nothing of it."""

    line: int
    targets: list[str] | None  # of links into the vault; None: it has no link at all
    text: str  # what its only link shows, else its title
    summary: str


@dataclass
class Section:
    """One list of the map: the entries under one heading."""

    role: str  # "areas", "path", "by area", "topics", or "" where nobody said
    heading: Heading | None  # the nearest one
    line: int
    entries: list[Entry] = field(default_factory=list)
    by_name: bool = False  # whether the heading's own words have the role, not those of one above it


def sections(note: Note, options: ReadOptions) -> list[Section]:
    """The map's lists in their order, each with the role of its heading or of one above it.

    A numbered list, at least half of whose items link to notes, is a path of its own, unless its heading's own words say
    otherwise: order is the meaning.
    """
    roles = _roles_of(options)
    lists: list[Section] = []
    above: list[tuple[int, str]] = []  # level and role of the headings that this one lies under
    starts = []
    for heading in note.headings:
        while above and above[-1][0] >= heading.level:
            above.pop()
        own = roles.get(heading_key(to_text(heading.text)))
        role = own or (above[-1][1] if above else "")
        above.append((heading.level, role))
        lists.append(Section(role, heading, note.line(heading.start), by_name=own is not None))
        starts.append(heading.start)
    lists.insert(0, Section("", None, 1))
    starts.insert(0, 0)
    number = 0
    for start, entry in _entries(note):
        while number + 1 < len(starts) and starts[number + 1] <= start:
            number += 1
        lists[number].entries.append(entry)
    return [part for section in lists for part in _without_paths(section) if part.entries or part.role == "path"]


def _roles_of(options: ReadOptions) -> Mapping[str, str]:
    return _roles(options.area_headings, options.path_headings, options.topics_by_area_headings, options.topic_headings)


@lru_cache(maxsize=1)
def _roles(
    areas: tuple[str, ...], path: tuple[str, ...], by_area: tuple[str, ...], topics: tuple[str, ...]
) -> Mapping[str, str]:
    """The roles of lists by the keys of their headings; asked for each map of a vault."""
    titles = {"areas": areas, "path": path, "by area": by_area, "topics": topics}
    return {heading_key(title): role for role, titles_of_role in titles.items() for title in titles_of_role}


def _without_paths(section: Section) -> Iterator[Section]:
    """A section without its numbered lists of links, and behind it each of these as a path."""
    if section.by_name or section.role == "path":
        yield section
        return
    entries, section.entries = section.entries, []
    paths: list[Section] = []
    for ordered, group in groupby(entries, key=attrgetter("ordered")):
        items = list(group)
        tops = [item for item in items if item.parent is None] if ordered else []
        steps = sum(any(not link.external for link in item.all_links) for item in tops)
        if ordered and 2 * steps >= len(tops):  # else it tells how to do something
            paths.append(Section("path", section.heading, items[0].line, items))
        else:
            section.entries += items
    yield section
    yield from paths


def listed(note: Note) -> list[list[Mention]]:
    """The links of each item and of each cell of a table that has any: what `sections` lists, and quicker."""
    links = [link for link in note.mentions if not (link.embed and link.external)]
    starts = [link.start for link in links]
    ends = [bisect_left(starts, item.end) for item in note.items]
    for k, item in enumerate(note.items[1:]):
        if item.parent == k:
            ends[k] = min(ends[k], bisect_left(starts, item.start))
    items = [links[bisect_left(starts, item.text) : end] for item, end in zip(note.items, ends, strict=True)]
    return items + [entry.links for _, entry in _rows(note, links, starts)]


def list_entries(maps: Sequence[bytes], options: ReadOptions) -> Iterator[list[Listed] | None]:
    """What the items of each map's lists list, whatever their headings; None: one is a path, or it is not sure, see `sections`.

    `native/src/map_note.rs` does it, and is the other half of what `sections` and `to_listed` say.
    """
    core = find_core()
    if not core:
        yield from repeat(None, len(maps))
        return
    roles = _roles_of(options)
    for said in core.list_entries(maps):
        headings, entries = said or ((), None)
        is_path = any(roles.get(heading_key(heading)) == "path" for heading in headings)
        yield None if is_path else entries


def to_listed(entry: Entry) -> Listed:
    """What an entry lists."""
    links = entry.links
    targets = [link.target for link in links if link.target and not link.external] if links else None
    text = to_text(shown_text(links[0])) if len(links) == 1 else entry.title
    return Listed(entry.line, targets, text, entry.summary)


def _entries(note: Note) -> list[tuple[int, Entry]]:
    """All entries by where they begin. A note that is embedded is linked; a picture from the web is not."""
    links = [link for link in note.mentions if not (link.embed and link.external)]
    starts = [link.start for link in links]
    entries = list(_items(note, links, starts))
    rows = list(_rows(note, links, starts))
    return sorted(entries + rows, key=lambda pair: pair[0]) if rows else entries


def _items(note: Note, links: list[Mention], starts: list[int]) -> Iterator[tuple[int, Entry]]:
    entries: list[Entry] = []
    text, items, last = note.text, note.items, len(note.items) - 1
    for k, item in enumerate(items):
        begin, end = item.text, item.end
        text_end = min(items[k + 1].start, end) if k < last and items[k + 1].parent == k else end
        first, behind = bisect_left(starts, begin), bisect_left(starts, text_end)
        own_links = links[first:behind]
        parent = entries[item.parent] if item.parent >= 0 else None
        ordered = parent.ordered if parent else item.ordered
        all_links: list[Mention] = []
        if parent is None:
            all_links = own_links if text_end == end else links[first : bisect_left(starts, end)]
        is_link = behind == first + 1 and starts[first] == begin and not text[own_links[0].end : text_end].strip()
        if is_link and text[begin + 2] != "]":  # a link and nothing more, as nearly all are; and no box
            listed, head, summary = own_links, text[begin:text_end], ""
        else:
            words = _without_box(text[begin:text_end])
            shift = text_end - len(words)
            cut = _find_separator(words, [(link.start - shift, link.end - shift) for link in own_links])
            listed = [link for link in own_links if link.start - shift < cut[0]] or own_links
            head, summary = words[: cut[0]], _to_words(words[cut[1] :])
        said = str if parent else partial(_text_of, note, k)
        entry = Entry(note.line(item.start), listed, head, summary, parent, said, all_links, ordered)
        entries.append(entry)
        yield item.start, entry


def _rows(note: Note, links: list[Mention], starts: list[int]) -> Iterator[tuple[int, Entry]]:
    """Each cell of a table that links to notes; beside the only one of a row stands its summary."""
    text = note.text
    if not MAY_BE_RULE.search(text):
        return
    tops = [item for item in note.items if item.parent < 0]
    top_starts = [item.start for item in tops]
    start = 1
    for rule in RULE.finditer(text):
        k = bisect_right(top_starts, rule.start()) - 1
        if rule.start() < start or (k >= 0 and rule.start() < tops[k].end):
            continue  # a row of this table, or within an item, whose links these are
        start = text.rfind("\n", 0, rule.start() - 1) + 1
        while start < len(text):
            end = text.find("\n", start)
            end = end if end >= 0 else len(text)
            bars = [bar.start() for bar in BAR.finditer(text, start, end)]
            if not bars:
                break
            row_links = links[bisect_left(starts, start) : bisect_left(starts, end)]
            cells: list[tuple[int, int, list[Mention]]] = []
            for begin, stop in zip([start, *(bar + 1 for bar in bars)], [*bars, end], strict=True):
                inside = [link for link in row_links if begin <= link.start < stop and not link.external]
                cells.append((begin, stop, inside))
            linked = [k for k, cell in enumerate(cells) if cell[2]]
            for k in linked:
                begin, stop, inside = cells[k]
                others = [to_text(text[b:e]) for b, e, _ in cells[k + 1 :]] if len(linked) == 1 else []
                summary = next(filter(None, others), "")
                yield (
                    begin,
                    Entry(
                        note.line(start),
                        inside,
                        text[begin:stop],
                        summary,
                        None,
                        partial(to_text, text[begin:stop]),
                        inside,
                    ),
                )
            start = end + 1


def _find_separator(words: str, links: list[tuple[int, int]]) -> tuple[int, int]:
    """Where the first " - " outside of a link and a comment stands: its start and end; the end of the words where there is none."""
    starts = [start for start, _ in links]
    comments = [match.span() for match in COMMENT.finditer(words)] if "%%" in words or "<!--" in words else ()
    for separator in SEPARATOR.finditer(words):
        begin, end = separator.span()
        colon = words[begin] == ":"
        while begin and words[begin - 1].isspace():
            begin -= 1
        k = bisect_right(starts, begin) - 1
        if (k >= 0 and begin < links[k][1]) or any(opening < begin < closing for opening, closing in comments):
            continue
        if not colon or k >= 0:  # a colon counts only behind a link
            return begin, end
    return len(words), len(words)


def _text_of(note: Note, k: int) -> str:
    """The words of an item and of those in it, without their markers, as plain text."""
    item = note.items[k]
    parts, position = [], item.text
    for number in range(k + 1, len(note.items)):
        inner = note.items[number]
        if inner.start >= item.end:
            break
        parts.append(note.text[position : inner.start])
        position = inner.text
    parts.append(note.text[position : item.end])
    return _to_words(_without_box(" ".join(parts)))


def _to_words(markdown: str) -> str:
    """Plain text of an item, which may lie in a quote."""
    return to_text(QUOTE.sub("\n", markdown) if ">" in markdown else markdown)


def _without_box(words: str) -> str:
    """The words of an item without the box of a task, "[x] ", before them."""
    box = BOX.match(words)
    return words[box.end() :] if box else words
