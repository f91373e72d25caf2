"""Where in the files of a text something stands that a view has a word to say about: its line, or nothing, never a wrong one."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote, unquote

from exporter.model import Locatable, Source
from exporter.reader.markdown.blocks import Item, blocks
from exporter.reader.markdown.inline import Inline, Mention
from exporter.reader.markdown.note import Note
from exporter.regex import regex

FENCE = regex(  # a block of code, whatever quotes and items it lies in
    r"^[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]++)*+(?P<fence>`{3,}|~{3,})[^\n]*"
    r"(?P<code>(?:\n(?![ \t>]*+(?P=fence))[^\n]*)*+)(?:\n[^\n]*)?",
    re.MULTILINE,
)
DASHES = regex(r"^[ \t>]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$", re.MULTILINE)  # of a table
MARKS = " \t>"  # of quotes, before a line
NEXT_LINE = r"[ \t]*\n[ \t>\n]*"
PREFIX = regex(r"\A\d+-")  # of the label of an embedded note's footnote


class Piece(NamedTuple):
    """What of a note a text shows."""

    path: str
    note: Note
    start: int
    end: int


class Places:
    """Where things stand in the notes that a text is made of: the topic's own, then those that are embedded."""

    def __init__(self, pieces: Sequence[Piece], target: Callable[[Mention, str], str | None]) -> None:
        """Take the pieces, and what finds the file that a link means."""
        self._files = [_File(piece, target) for piece in pieces]

    def find(self, kind: Locatable, words: str) -> Source | None:
        """The first place of something: see `KnowledgeMap.locate`."""
        for number, file in enumerate(self._files):
            label = PREFIX.sub("", words) if number and kind == "footnote" else words
            offset = next(file.offsets(kind, label), None)
            if offset is not None:
                return Source(file.path, file.note.line(offset))
        return None


class _File:
    def __init__(self, piece: Piece, target: Callable[[Mention, str], str | None]) -> None:
        self.path, self.note, self.start, self.end = piece
        self.target = target

    def offsets(self, kind: Locatable, words: str) -> Iterator[int]:
        """Where such a thing stands, in the note's order."""
        match kind:
            case "picture" | "wordless" | "link":
                yield from self._links(words, kind)
            case "footnote":
                yield from self._footnotes(words)
            case "code":
                yield from self._blocks_of_code(words)
            case "table":
                yield from self._tables(int(words))
            case "tag":
                yield from self._outside_code(rf"(?i)</?{re.escape(words)}(?![\w:-])")
            case "formula":
                tex = NEXT_LINE.join(re.escape(line.strip()) for line in words.split("\n") if line.strip())
                in_table = tex.replace(r"\|", r"\\?\|")
                yield from self._outside_code(rf"\$[\s>]*{in_table}[\s>]*\$")
            case "text":
                yield from self._outside_code(re.escape(words) + r"(?!\w)" * words[-1:].isalnum())
            case "words":
                yield from (match.start() for match in re.finditer(re.escape(words), self.note.text))

    def _links(self, words: str, kind: Locatable) -> Iterator[int]:
        plain = unquote(words)
        for link in self.note.mentions:
            if not self.start <= link.start < self.end or (kind != "link" and not link.embed):
                continue
            if kind == "wordless" and link.text:
                continue
            if unquote(link.target) == plain or (not link.external and self.target(link, self.path) == words):
                yield link.start
        either = "|".join(map(re.escape, dict.fromkeys((words, quote(words)))))
        attribute = "href" if kind == "link" else "src"
        yield from self._outside_code(rf"(?:\b{attribute}\s*=\s*[\"']?|\]:\s*<?)(?:{either})")  # or of a target below

    def _footnotes(self, label: str) -> Iterator[int]:
        for start, end in self.note.footnotes:
            if self.note.text[start:end].casefold() == label.casefold() and self.note.text.startswith("]:", end):
                yield start

    def _blocks_of_code(self, code: str) -> Iterator[int]:
        wanted = _lines(code)
        for match in FENCE.finditer(self.note.text, self.start, self.end):
            if _lines(match["code"]) == wanted:
                yield match.start("fence")
        for start, end in _code_spans(self.note):
            if _lines(self.note.text[start:end].strip("`")) == wanted:
                yield start

    def _tables(self, columns: int) -> Iterator[int]:
        for match in DASHES.finditer(self.note.text, self.start, self.end):
            if match[0].strip(MARKS).strip("|").count("|") + 1 == columns and not self._in_code(match.start()):
                yield self.note.text.rfind("\n", 0, max(match.start() - 1, 0)) + 1  # of its head

    def _outside_code(self, pattern: str) -> Iterator[int]:
        for match in re.compile(pattern).finditer(self.note.text, self.start, self.end):
            if not self._in_code(match.start()):
                yield match.start()

    def _in_code(self, offset: int) -> bool:
        return lies_in(self._unread, offset)

    @cached_property
    def _unread(self) -> list[tuple[int, int]]:
        return unread(self.note)


def lies_in(pieces: Sequence[tuple[int, int]], position: int) -> bool:
    """Whether a place lies in one of some pieces, which stand in their order."""
    number = bisect_right(pieces, (position, sys.maxsize)) - 1
    return number >= 0 and position < pieces[number][1]


def unread(note: Note) -> list[tuple[int, int]]:
    """Code and comments, in their order."""
    fences = (match.span() for match in FENCE.finditer(note.text, note.properties.end))
    made: list[tuple[int, int]] = []
    for start, end in sorted([*fences, *_code_spans(note), *note.comments]):
        if made and start < made[-1][1]:
            start, end = made[-1][0], max(end, made.pop()[1])
        made.append((start, end))
    return made


def _code_spans(note: Note) -> list[tuple[int, int]]:
    """The code within lines."""
    spans: list[tuple[int, int]] = []
    inline = Inline()
    for block in blocks(note.text, note.properties.end):
        if isinstance(block, Item) or "`" not in block.content:
            continue
        inline.read(block)
        spans += [(block.offset(a), block.offset(b)) for a, b in inline.masked if block.content[a] == "`"]
    return spans


def _lines(code: str) -> list[str]:
    """What code says, without the marks and blanks around its lines."""
    return [line.strip(MARKS) for line in code.split("\n") if line.strip(MARKS)]
