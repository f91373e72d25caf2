"""The text of ONE note -> what it says, with places. Pure: it runs in any process, and its result can be cached.

Two passes in linear time: lines into blocks (CommonMark 0.31, https://spec.commonmark.org/0.31.2/, and
Obsidian's comments and formulas), then each block's text into links, tags and fields. What stands in code,
HTML or a formula says nothing. Positions are offsets into `Note.text`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from exporter.errors import pluralize
from exporter.outline import Outline
from exporter.reader.markdown.blocks import Block, Item, blocks
from exporter.reader.markdown.front_matter import Properties, read_properties
from exporter.reader.markdown.inline import Field, Inline, Mention
from exporter.reader.markdown.lead import find_lead
from exporter.reader.markdown.patterns import BLOCK_ID


class Heading(NamedTuple):
    """A heading of a note, with its offsets."""

    start: int  # of its line
    end: int  # behind its line, an underline included
    level: int  # 1 to 6
    text: str  # as written


class BlockId(NamedTuple):
    """The offsets of a block that links can point to."""

    start: int
    end: int


@dataclass
class Note:
    """What one note says, each thing with its offsets in `text`."""

    text: str  # without a byte order mark, lines ended by "\\n"
    properties: Properties
    headings: list[Heading] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)  # in the body, in order
    tags: list[tuple[int, str]] = field(default_factory=list)  # in the body: offset, tag
    fields: list[Field] = field(default_factory=list)
    block_ids: dict[str, BlockId] = field(default_factory=dict)  # by lower-case id
    comments: list[tuple[int, int]] = field(default_factory=list)  # what no reader sees: %%...%%, <!--...-->, ^id
    footnotes: list[tuple[int, int]] = field(default_factory=list)  # labels, of marks and of definitions
    inline_footnotes: list[tuple[int, int]] = field(default_factory=list)  # ^[their words], brackets included
    problems: list[tuple[int, str, str]] = field(default_factory=list)  # line, code, message
    unclosed: int = 0  # the line of the first comment that has no end; 0: there is none

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def section(self, anchor: str) -> tuple[int, int] | None:
        """Start and end of what `anchor` names: "Heading", "Heading#Sub-heading" or "^block"; None: nothing."""
        if anchor.startswith("^"):
            block = self.block_ids.get(anchor[1:].lower())
            return block[:2] if block else None
        numbers = self._outline.find(anchor)
        if numbers is None:
            return None
        first, behind = numbers
        end = self.headings[behind].start if behind < len(self.headings) else len(self.text)
        return self.headings[first].start, end

    @cached_property
    def _outline(self) -> Outline:
        return Outline([heading.level for heading in self.headings], [heading.text for heading in self.headings])

    @cached_property
    def intro(self) -> str:
        """The first paragraph with a sentence, above every heading but the title's, as written: see `find_lead`."""
        return find_lead(self.text, self.properties.end)

    @property
    def opens(self) -> bool:
        """Whether the first heading names the note: of level 1, with nothing before it."""
        first = self.headings[0] if self.headings else None
        return bool(first and first.level == 1 and not self.text[self.properties.end : first.start].strip())

    def line(self, offset: int) -> int:
        """The line of an offset, counted from 1."""
        return bisect_right(self._lines, offset)


def parse(data: bytes) -> Note:
    """Read one note's bytes; whatever is wrong with them becomes a problem of the note, never an exception."""
    text, problems = decode(data)
    return read(text, read_properties(text), problems)


def read(text: str, properties: Properties, problems: list[tuple[int, str, str]]) -> Note:
    """Read a note's text, whose properties and `problems` up to here are known."""
    inline = Inline()
    note = Note(
        text,
        properties,
        mentions=inline.mentions,
        tags=inline.tags,
        fields=inline.fields,
        comments=inline.comments,
        footnotes=inline.footnotes,
        inline_footnotes=inline.inline_footnotes,
        problems=problems + properties.problems,
    )
    before = (properties.end, properties.end)
    for block in blocks(text, properties.end):
        if isinstance(block, Item):
            note.items.append(block)
            continue
        if block.kind == "heading":
            note.headings.append(Heading(block.start, block.end, block.level, block.content.strip()))
        elif block.kind != "text":
            note.comments.append((block.start, block.end))
            if not note.unclosed and _has_no_end(block):
                note.unclosed = note.line(block.start)
            if block.kind == "hidden":
                continue
        inline.read(block)
        if "^" in block.content:
            _add_block_id(note, block, before)
        before = (block.start, block.end)
    return note


def lead(data: bytes) -> str:
    """What a note says first, as `Note.intro` has it; the rest is not read."""
    text, _ = decode(data)
    return find_lead(text, read_properties(text).end)


def _add_block_id(note: Note, block: Block, before: tuple[int, int]) -> None:
    """Find the mark at the end of a block: `words ^id`; one on its own means the block before it."""
    last = block.content.rpartition("\n")[2]
    match = BLOCK_ID.search(last)
    if not match:
        return
    begin = len(block.content) - len(last) + match.start()
    start, end = block.start, block.end
    if not block.content[:begin].strip():
        start, end = before if block.before is None else block.before
    else:
        line = note.text.rfind("\n", 0, start) + 1
        if ">" in note.text[line:start]:  # the whole lines of a quote, with its marks
            start = line
    mark = block.offset(begin)
    note.comments.append((mark, block.end))
    note.block_ids.setdefault(match[1].lower(), BlockId(start, end))


def _of_nul_bytes(data: bytes) -> str:
    """What bytes with NUL among them are: a file that nobody has written to its end, or another encoding."""
    count, size = data.count(b"\0"), len(data)
    if count == size:
        return "holds nothing but NUL bytes, as where a sync or a disk broke off; restore it from a backup"
    if count * 3 > size and data.count(b"\0\0") * 10 < size:
        return "looks like UTF-16 without its mark, which Obsidian does not read; save it as UTF-8"
    return f"holds {pluralize(count, 'NUL byte')}, as where a sync or a disk broke off; restore it from a backup"


def _has_no_end(block: Block) -> bool:
    """Whether a comment, %% or <!--, is closed by nothing, so that it hides all that follows."""
    opener, closer = ("%%", "%%") if block.kind == "comment" else ("<!--", "-->")
    # "<!-->" is a whole comment: https://spec.commonmark.org/0.31.2/#html-comment
    return closer not in block.content[2:] and bool(block.content.removeprefix(opener).strip())


def decode(data: bytes) -> tuple[str, list[tuple[int, str, str]]]:
    """Bytes to text, and what is wrong with them: UTF-8, or UTF-16 with its mark; other bytes are replaced."""
    problems: list[tuple[int, str, str]] = []
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        problems.append((1, "not-utf8", "is UTF-16, which Obsidian does not read; save it as UTF-8"))
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            wrong = f"byte 0x{data[error.start]:02X} is not UTF-8; it is replaced; save the note as UTF-8"
            problems.append((line, "not-utf8", wrong))
            text = data.decode("utf-8", errors="replace")
        if b"\0" in data:
            problems.append((data.count(b"\n", 0, data.index(b"\0")) + 1, "nul-bytes", _of_nul_bytes(data)))
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n") if "\r" in text else text, problems
