"""Lines into blocks: CommonMark's block structure (https://spec.commonmark.org/0.31.2/#blocks-and-inlines).

With Obsidian's additions: %%comments%% and $$formulas$$ that fill lines, footnote definitions as containers.
One pass, line by line, without recursion; code, HTML and formulas yield nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from exporter.reader.markdown import html
from exporter.reader.markdown.patterns import BOX, CALLOUT, FOOTNOTE_DEFINITION
from exporter.regex import regex

FIRST = frozenset(" \t\n>#=-+*_`~<$%[0123456789")  # a line that begins otherwise is a paragraph's
ATX = regex(r"(#{1,6})(?:[ \t]+|$)(.*)")
CLOSING_HASHES = regex(r"(?:^|[ \t])#+$")
SETEXT = regex(r"(?:=+|-+)[ \t]*$")
FENCE = regex(r"(`{3,})[^`]*$|(~{3,})")
BREAK = {mark: regex(rf"(?:[{mark}][ \t]*+)++") for mark in "-*_"}
MARKER = regex(r"([-+*]|([0-9]{1,9})[.)])(?=[ \t]|$)")
KINDS = {
    "paragraph": "text",
    "fence": "code",
    "comment": "comment",
    "formula": "formula",
}  # of blocks, by what was open
RUNS = frozenset(["-", "+", "*", ".", ")", "code"])  # items of one list, and lines of indented code, are one block
DEFINITION = regex(  # [name]: target "title", CommonMark 4.7; nobody means one by [name]: [[Note]]
    r"\[(?!\^)(?!\s*\])(?:[^\[\]\\]|\\[\s\S]){1,999}+\]:[ \t]*+\n?+[ \t]*+(?:<(?:[^<>\n\\]|\\.)*+>|(?!<|\[\[)[^\s\x00-\x1f]++)"
    r"(?:(?:[ \t]++\n?+|\n)[ \t]*+(?:\"(?:[^\"\\]|\\[\s\S])*+\"|'(?:[^'\\]|\\[\s\S])*+'|\((?:[^()\\]|\\[\s\S])*+\)))?"
    r"[ \t]*+(?:\n|\Z)"
)


@dataclass(slots=True)
class Block:
    """The text of a paragraph, a heading or a comment, freed from the marks of quotes and lists."""

    kind: str  # "text", "heading", "comment" (%%), "hidden" (an HTML comment: nothing in it counts); if asked: see `blocks`
    start: int  # offset of its first character
    end: int  # offset behind its last line
    content: str  # its lines joined by "\n"
    level: int  # 1 to 6, of a heading
    before: tuple[int, int] | None  # the block before it (a whole list, table, code); None: it lies in another block
    lines: list[tuple[int, int]]  # offsets of each line's text
    begins: list[int] = field(default_factory=list)  # where each line begins within `content`, once somebody asks

    def offset(self, position: int) -> int:
        """The offset in the note of a position in `content`."""
        if len(self.lines) == 1:
            return self.lines[0][0] + position
        if not self.begins:
            self.begins = [0, *accumulate(end - start + 1 for start, end in self.lines[:-1])]
        line = bisect_right(self.begins, position) - 1
        return self.lines[line][0] + position - self.begins[line]


@dataclass(slots=True)
class Item:
    """A list item, with what lies in it."""

    start: int  # offset of its marker
    text: int  # offset behind its marker
    end: int  # offset behind its last line, nested items included
    parent: int  # index of the item that it lies in, or -1
    ordered: bool


@dataclass(slots=True)
class _Container:
    indent: int  # columns that a line needs to belong to it; 0: a quote
    item: Item | None = None
    number: int = -1  # the item's index


def blocks(text: str, position: int, whole: bool = False) -> Iterator[Block | Item]:
    """The blocks of a note from this offset on, in the order in which they end; an item comes when it begins.

    `whole` gives what says nothing, too, as written: "code" with the line that opens a fence, "html", "formula".
    """
    return _Reader(text, whole).read(position)


def find_closer(text: str) -> str:
    """What ends the code or HTML that is open where a text ends, and would take in what comes behind it; "": nothing is."""
    reader = _Reader(text)
    for _ in reader.read(0):
        pass
    return reader.closer_at_end


class _Reader:
    def __init__(self, text: str, whole: bool = False) -> None:
        self.text = text
        self.whole = whole
        self.finished: list[Block | Item] = []
        self.containers: list[_Container] = []
        self.quotes: list[int] = []  # which of the containers are quotes
        self.items = 0
        self.leaf = ""  # what is open: "paragraph", "fence", "html", "comment", "formula", or nothing
        self.fence = ""  # what opened the fence
        self.closer: re.Pattern[str] | None = None  # what ends the open leaf; None: a blank line
        self.lines: list[tuple[int, int]] = []  # of the open paragraph or comment
        self.bare = False  # the line before began an item, and nothing else stood there
        self.no_break = 0  # up to here, no thematic break begins on this line
        # Of the blocks that lie in no other: where the last one and the one before it begin
        self.last = self.before_last = 0
        self.last_kind = ""
        self.closer_at_end = ""

    def read(self, position: int) -> Iterator[Block | Item]:
        text = self.text
        self.last = self.before_last = position
        while position < len(text):
            end = text.find("\n", position)
            if end < 0:
                end = len(text)
            # Most lines: words begin or continue a paragraph, whatever that lies in; a blank line ends it
            if text[position] not in FIRST and (self.leaf == "paragraph" or not (self.leaf or self.containers)):
                if not self.leaf:
                    self._open(0, position, "paragraph")
                    self.leaf = "paragraph"
                self.lines.append((position, end))
            elif position == end and not self.containers and (self.leaf == "paragraph" or not self.leaf):
                self._close_leaf()
            else:
                self._line(position, end)
            if self.finished:
                yield from self.finished
                self.finished.clear()
            position = end + 1
        if self.leaf == "fence" and not self.containers:
            self.closer_at_end = self.fence
        elif self.leaf == "html" and self.closer and not self.containers:
            self.closer_at_end = next(mark for mark in html.CLOSERS if self.closer.search(mark))
        self._close(0, len(text))
        yield from self.finished

    def _line(self, position: int, end: int) -> None:
        text = self.text
        bare, self.bare = self.bare, False
        at, column = self._skip(position, 0, end)
        if at == end:
            self._blank(position, end, bare)
            return
        base = 0  # the column from which indentation counts
        matched = quotes = 0
        for container in self.containers:
            if container.indent:
                if column - base < container.indent:
                    break
                base += container.indent
            else:
                if text[at] != ">" or column - base > 3:
                    break
                at, column, base = self._quote(at, column, end)
                quotes += 1
                if at == end:  # blank behind its marks: the lists in the quote go on
                    matched = self.quotes[quotes] if quotes < len(self.quotes) else len(self.containers)
                    break
            matched += 1
        inside = matched == len(self.containers)
        if inside and self.leaf and self.leaf != "paragraph":
            self._go_on(at, end, column - base)
            return
        if at == end:  # nothing but the marks of quotes
            self._close(matched, position)
            return
        paragraph = self.leaf == "paragraph"
        while (indent := column - base) < 4:
            if text[at] == ">":
                self._begin(matched, position, ">")
                at, column, base = self._quote(at, column, end)
                self.quotes.append(matched)
                self.containers.append(_Container(0))
            elif match := self._marker(at, end, paragraph and inside):
                self._begin(matched, position, match[1][-1])
                at, column, base = self._item(match, at, column, base, end)
            else:
                break
            if at == end:
                self.bare = True
                return
            matched = len(self.containers)
            inside, paragraph = True, False
        if indent >= 4 and not paragraph:
            self._begin(matched, position, "code")
            if self.whole:
                self._block("code", [(self._indented(at, indent - 4), end)], end)
        elif indent >= 4 or not self._leaf(at, end, matched, position, paragraph and inside):
            if self.leaf != "paragraph":
                self._begin(matched, position, "paragraph")
                self.leaf = "paragraph"
            self.lines.append((at, end))  # a paragraph's line, or a lazy one

    def _blank(self, position: int, end: int, bare: bool) -> None:
        """A blank line: it ends quotes, but not lists."""
        matched = self.quotes[0] if self.quotes else len(self.containers)
        if matched < len(self.containers):
            self._close(matched, position)
        elif self.leaf and self.leaf != "paragraph":
            self._go_on(end, end, 0)
        else:
            self._close(matched - 1 if bare else matched, position)  # an item may begin with one blank line, not two

    def _leaf(self, at: int, end: int, matched: int, position: int, within: bool) -> bool:
        """Begin what is no paragraph; returns whether anything began."""
        text = self.text
        first = text[at]
        if first not in "#=-*_`~<$%[":
            return False
        line = text[at:end]
        if within and first in "=-" and SETEXT.match(line) and not self._is_callout():
            lines, self.lines, self.leaf = self._without_definitions(self.lines), [], ""
            if not lines:  # they are no heading
                return self._leaf(at, end, matched, position, within=False)
            self._block("heading", lines, end, level=1 if first == "=" else 2)
        elif first == "#" and (match := ATX.match(line)):
            self._begin(matched, position, "heading")
            body = CLOSING_HASHES.sub("", match[2].rstrip()).rstrip()
            start = at + match.start(2)
            self._block("heading", [(start, start + len(body))], end, level=len(match[1]), start=at)
        elif first in "`~" and (match := FENCE.match(line)):
            self._begin(matched, position, "fence")
            self.leaf, self.fence = "fence", match[1] or match[2]
            self.lines = [(at, end)] if self.whole else []
        elif self._is_break(at, end):
            self._begin(matched, position, "break")
        elif first == "%" and line.startswith("%%") and "%%" not in line[2:]:
            self._begin(matched, position, "comment")
            self.leaf, self.lines, self.closer = "comment", [(at, end)], re.compile("%%")
        elif first == "$" and line.startswith("$$") and "$$" not in line[2:] and text.find("$$", end) >= 0:
            self._begin(matched, position, "formula")
            self.leaf, self.closer = "formula", re.compile(r"\$\$")
            self.lines = [(at, end)] if self.whole else []
        elif first == "[" and FOOTNOTE_DEFINITION.match(line):
            self._begin(matched, position, "footnote")
            self.containers.append(_Container(4))
            self.leaf, self.lines = "paragraph", [(at, end)]
        else:
            return first == "<" and self._html(line, at, end, matched, position)
        return True

    def _is_callout(self) -> bool:
        """Whether the open paragraph is the title of a callout, which is no heading, whatever underlines it."""
        quoted = self.containers and not self.containers[-1].indent
        return bool(quoted and len(self.lines) == 1 and CALLOUT.match(self.text, *self.lines[0]))

    def _html(self, line: str, at: int, end: int, matched: int, position: int) -> bool:
        """Begin an HTML block; returns whether it is one."""
        delimiters = next((pair for pair in html.BLOCKS if pair[0].match(line)), None)
        if not delimiters:  # another tag must be alone, and ends no paragraph
            tag = None if self.leaf == "paragraph" else html.TAG.match(line)
            if not tag or line[tag.end() :].strip(" \t"):
                return False
        closer = delimiters[1] if delimiters else None
        self._begin(matched, position, "html")
        over = closer and closer.search(line, 2)
        if not over:
            self.leaf, self.closer = "html", closer
        if line.startswith("<!--"):
            self.lines = [(at, at + over.end() if over else end)]
            if over:
                self._block("hidden", self.lines, self.lines[0][1])
                self.lines = []
        elif self.whole:
            self.lines = [(at, end)]
            if over:
                self._block("html", self.lines, end)
                self.lines = []
        return True

    def _go_on(self, at: int, end: int, indent: int) -> None:
        """A further line of a fence, an HTML block, a comment or a formula."""
        line = self.text[at:end]
        stop = end
        if self.leaf == "fence":
            mark = line.rstrip(" \t")
            over = indent < 4 and len(mark) >= len(self.fence) and mark == self.fence[0] * len(mark)
        elif self.closer is None:
            over = not line
        else:
            match = self.closer.search(line)
            over = match is not None
            if match and self.leaf == "html":
                stop = at + match.end()
        if self.lines and not (over and self.leaf == "fence"):
            self.lines.append((self._indented(at, indent) if self.leaf == "fence" else at, stop))
        if over:
            self._close_leaf()

    def _indented(self, at: int, width: int) -> int:
        """Where a line of code begins whose first character is here, with so many of the blanks before it."""
        start = at - max(width, 0)
        return start if not self.text[start:at].strip(" \t") else at

    def _skip(self, at: int, column: int, end: int) -> tuple[int, int]:
        """The next character that is no space, and its column; a tab goes to the next multiple of four."""
        text = self.text
        while at < end:
            if text[at] == " ":
                column += 1
            elif text[at] == "\t":
                column += 4 - column % 4
            else:
                break
            at += 1
        return at, column

    def _quote(self, at: int, column: int, end: int) -> tuple[int, int, int]:
        at, base = at + 1, column + 1
        if at < end and self.text[at] in " \t":
            base += 1
        at, column = self._skip(at, column + 1, end)
        return at, column, base

    def _marker(self, at: int, end: int, interrupts: bool) -> re.Match[str] | None:
        if self.text[at] not in "-+*0123456789":
            return None
        match = MARKER.match(self.text, at, end)
        if not match or self._is_break(at, end):
            return None
        # a paragraph is interrupted only by an item with text, and by a number only if it is 1
        if interrupts and ((match[2] and int(match[2]) != 1) or not self.text[match.end() : end].strip()):
            return None
        return match

    def _is_break(self, at: int, end: int) -> bool:
        """Whether a thematic break stands here."""
        character = self.text[at]
        if character not in BREAK or at < self.no_break:
            return False
        match = BREAK[character].match(self.text, at, end)
        if match and match.end() == end and self.text.count(character, at, end) >= 3:
            return True
        self.no_break = match.end() if match else at  # "- - - x": neither at the second "-"; a line is read once
        return False

    def _item(self, match: re.Match[str], at: int, column: int, base: int, end: int) -> tuple[int, int, int]:
        """Begin a list item; returns where its text begins, in which column, and from which its indentation counts."""
        width = match.end() - at
        after, after_column = self._skip(match.end(), column + width, end)
        space = after_column - column - width
        if after == end or space > 4:
            space = 1
        parent = next((container.number for container in reversed(self.containers) if container.item), -1)
        item = Item(at, after, end, parent, bool(match[2]))
        self.finished.append(item)
        self.containers.append(_Container(column - base + width + space, item, self.items))
        self.items += 1
        base = column + width + space
        box = BOX.match(self.text, after, end)
        if box and box.end() < end and self._marker(box.end(), end, interrupts=False):
            after, after_column = self._skip(after + 3, after_column + 3, end)  # "- [ ] 1. x": an item within a task
            base = after_column
        return after, after_column, base

    def _begin(self, matched: int, position: int, kind: str) -> None:
        """End what the line does not belong to, as something new begins on it."""
        self._close(matched, position)
        self._open(matched, position, kind)

    def _open(self, matched: int, position: int, kind: str) -> None:
        if matched or (kind == self.last_kind and kind in RUNS):
            return  # within another block, or it goes on with the last one
        self.before_last, self.last, self.last_kind = self.last, position, kind

    def _close(self, matched: int, position: int) -> None:
        """End the open leaf, and the containers that the line does not belong to."""
        if self.leaf:
            self._close_leaf()
        if matched < len(self.containers):
            for container in self.containers[matched:]:
                if container.item:
                    container.item.end = position
            del self.containers[matched:]
            while self.quotes and self.quotes[-1] >= matched:
                self.quotes.pop()

    def _close_leaf(self) -> None:
        leaf, lines = self.leaf, self.lines
        self.leaf, self.closer = "", None
        if leaf == "paragraph":
            lines = self._without_definitions(lines)
        self.lines = []
        if lines:
            self._block(
                KINDS.get(leaf) or ("hidden" if self.text.startswith("<!--", lines[0][0]) else leaf),
                lines,
                lines[-1][1],
            )

    def _without_definitions(self, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """A paragraph's lines without the definitions of targets that it begins with."""
        begin = lines[0][0]
        if self.text[begin] != "[" or self.text[begin + 1 : begin + 2] == "[":
            return lines
        content = "\n".join([self.text[begin:stop] for begin, stop in lines])
        end = 0
        while match := DEFINITION.match(content, end):
            end = match.end()
        taken_out = content.count("\n", 0, end)
        if end == len(content) and content[-1] != "\n":  # the last line has no break
            taken_out += 1
        return lines[taken_out:]

    def _block(self, kind: str, lines: list[tuple[int, int]], end: int, level: int = 0, start: int = -1) -> None:
        before = None if self.containers else (self.before_last, self.last)
        begin, stop = lines[0]
        content = self.text[begin:stop]
        if len(lines) > 1:
            content = "\n".join([self.text[begin:stop] for begin, stop in lines])
        first = begin if start < 0 else start
        self.finished.append(Block(kind, first, end, content, level, before, lines))
