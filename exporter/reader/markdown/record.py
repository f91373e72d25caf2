"""What a note says, without where it stands in the text: what every note is asked for, and all that is kept of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from exporter.reader.markdown.inline import TAG, Field, Mention, shown_text
from exporter.reader.markdown.note import Note
from exporter.reader.markdown.patterns import AND
from exporter.reader.markdown.plain_text import to_text
from exporter.regex import regex

WORD = regex(r"\w")
EMBED, EXTERNAL = 1, 2  # flags of a link: it shows what it leads to; it leads out of the vault
TAGGED = 4  # it is a tag, which a dialect takes for a link where there is such a note
PLAIN = 8  # it is but a name, and a link if a note is called so
QUIET = 16  # a number, or the words of a field: nobody is told if it is none

# A link or an embed: its line, target, anchor, plain text shown, flags, and the key of the field in which it stands
LinkRow = tuple[int, str, str, str, int, str]


class NoteRecord(NamedTuple):
    """What a note's body says, each in the order of the text."""

    levels: str  # of the headings, a digit each: "122"
    headings: str  # their texts, as written, a line each
    opens: bool  # the first heading is the title: level 1, nothing before it
    links: list[LinkRow]
    tags: list[tuple[int, str]]  # line and tag
    blocks: list[str]  # ids that links can point to, in lower case
    fields: list[tuple[int, str, str]]  # line, key and plain value of those that hold no link of the vault
    unclosed: int = 0  # line of a comment that has no end


def record_of(note: Note) -> NoteRecord:
    """What a note says that was read in full."""
    links = [
        link_row(link, note.line(link.start), key)
        for link, key in pair_with_keys(note.text, note.mentions, note.fields)
    ]
    return NoteRecord(
        "".join([str(heading.level) for heading in note.headings]),
        "\n".join([heading.text.replace("\n", " ") for heading in note.headings]),
        note.opens,
        links,
        [(note.line(offset), tag) for offset, tag in note.tags],
        sorted(note.block_ids),
        [(note.line(offset), key, value) for offset, key, value in field_values(note.text, note.fields, note.mentions)],
        note.unclosed,
    )


def pair_with_keys(text: str, mentions: list[Mention], fields: list[Field]) -> list[tuple[Mention, str]]:
    """Each link with the key of the field whose value it is, or one of several; one within a sentence is a plain link."""
    if not fields:
        return [(link, "") for link in mentions]
    pairs = []
    rest = iter(sorted(fields))
    field = next(rest, None)
    lists: dict[Field, bool] = {}
    for link in mentions:
        while field and field.end <= link.start:
            field = next(rest, None)
        key = ""
        if field and field.start <= link.start:
            if field not in lists:
                lists[field] = _lists_links(text, field, mentions)
            key = field.key if lists[field] else ""
        pairs.append((link, key))
    return pairs


def _lists_links(text: str, field: Field, mentions: list[Mention]) -> bool:
    """Whether a field's value is links, what stands between such, and tags."""
    position, words = field.start, ""
    for number in range(bisect_left(mentions, (field.start,)), len(mentions)):
        link = mentions[number]
        if link.start >= field.end:
            break
        words += text[position : link.start] + " "
        position = max(position, link.end)
    return not WORD.search(AND.sub("", TAG.sub("", words + text[position : field.end])))


def field_values(text: str, fields: list[Field], mentions: Sequence[Mention]) -> list[tuple[int, str, str]]:
    """Offset, key and plain value of the fields of the note that hold no link of the vault."""
    if not fields:
        return []
    links = [link.start for link in mentions if not link.external]
    return [
        (field.start, field.key, to_text(text[field.start : field.end]))
        for field in sorted(fields)
        if not field.task and bisect_left(links, field.start) == bisect_left(links, field.end)
    ]


def link_row(link: Mention, line: int, key: str) -> LinkRow:
    """A link as a record keeps it, in plain text."""
    text = to_text(link.text) or link.target if link.external else to_text(shown_text(link))
    flags = link.embed * EMBED + link.external * EXTERNAL  # booleans as numbers: this runs for each link
    return line, link.target, link.anchor, text, flags, key
