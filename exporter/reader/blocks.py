"""Lines into blocks: CommonMark's block structure (https://spec.commonmark.org/0.31.2/#blocks-and-inlines).

With Obsidian's additions: %%comments%% and $$formulas$$ that fill lines, footnote definitions as containers.
One pass, line by line, without recursion; code, HTML and formulas yield nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

ATX = re.compile(r"(#{1,6})(?:[ \t]+|$)(.*)")
CLOSING_HASHES = re.compile(r"(?:^|[ \t])#+$")
SETEXT = re.compile(r"(=+|-+)[ \t]*$")
FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,}).*$")
THEMATIC_BREAK = re.compile(r"([-*_])(?:[ \t]*\1){2,}[ \t]*$")
MARKER = re.compile(r"([-+*]|(\d{1,9})[.)])(?=[ \t]|$)")
FOOTNOTE = re.compile(r"\[\^[^\s\]\[^]+\]:")
# HTML blocks, CommonMark 4.6: how one begins, and what ends it (a blank line where nothing else is said)
HTML = (
    (
        re.compile(r"<(?:script|pre|style|textarea)(?:[\s>]|$)", re.I),
        re.compile(r"</(?:script|pre|style|textarea)>", re.I),
    ),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<![A-Za-z]"), re.compile(r">")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
    (
        re.compile(
            r"</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div"
            r"|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link"
            r"|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th"
            r"|thead|title|tr|track|ul)(?:\s|/?>|$)",
            re.I,
        ),
        None,
    ),
)
LONE_TAG = re.compile(
    r"(?:<[A-Za-z][A-Za-z0-9-]*(?:\s+[^<>]{0,4096})?/?>|</[A-Za-z][A-Za-z0-9-]*\s*>)[ \t]*$"
)  # not within a paragraph


@dataclass(slots=True)
class Block:
    """The text of a paragraph, a heading or a comment, freed from the marks of quotes and lists."""

    kind: str  # "text", "heading", "comment" (%%), "hidden" (an HTML comment: nothing in it counts)
    start: int  # offset of its first character
    end: int  # offset behind its last line
    content: str  # its lines joined by "\n"
    level: int = 0  # 1 to 6, of a heading
    starts: list[int] = field(default_factory=list)  # offset of each line's text
    lengths: list[int] = field(default_factory=list)  # where each line begins within `content`

    def offset(self, position: int) -> int:
        """The offset in the note of a position in `content`."""
        line = bisect_right(self.lengths, position) - 1
        return self.starts[line] + position - self.lengths[line]


@dataclass(slots=True)
class Item:
    """A list item."""

    start: int  # offset of its marker
    text: int  # offset behind its marker
    end: int  # offset behind its last line, nested items included
    parent: int  # index of the item that it lies in, or -1
    ordered: bool


@dataclass(slots=True)
class _Container:
    indent: int  # columns that a line needs to belong to it; 0: a quote
    item: Item | None = None


def blocks(text: str, position: int) -> Iterator[Block | Item]:
    """The blocks of a note from this offset on, in order; an item comes when it begins, and learns its end later."""
    return _Reader(text).read(position)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.containers: list[_Container] = []
        self.items = 0
        self.numbers: dict[int, int] = {}  # id of an item: its index
        self.leaf = ""  # what is open: "paragraph", "fence", "html", "comment", "formula", or nothing
        self.closer: re.Pattern[str] | None = None  # what ends the open leaf; None: a blank line
        self.lines: list[tuple[int, int]] = []  # of the open paragraph or comment

    def read(self, position: int) -> Iterator[Block | Item]:
        text = self.text
        while position < len(text):
            end = text.find("\n", position)
            if end < 0:
                end = len(text)
            yield from self._line(position, end)
            position = end + 1
        yield from self._close(0, len(text))

    def _line(self, position: int, end: int) -> Iterator[Block | Item]:
        text = self.text
        base = 0  # the column from which indentation counts
        at, column = self._skip(position, 0, end)
        matched = 0
        for container in self.containers:
            if not container.indent:
                if at == end or text[at] != ">" or column - base > 3:
                    break
                at, column, base = self._quote(at, column, end)
            elif at < end and column - base < container.indent:
                break
            else:
                base += container.indent
            matched += 1
        inside = matched == len(self.containers)
        if inside and self.leaf in ("fence", "html", "comment", "formula"):
            yield from self._go_on(at, end)
            return
        if at == end:
            yield from self._close_leaf(position)
            if not inside:  # a quote ends at a blank line; a list may go on
                yield from self._close(matched, position)
            return
        while True:
            indent = column - base
            paragraph = self.leaf == "paragraph"
            if indent >= 4:
                if paragraph:
                    break
                yield from self._close(matched, position)
                return  # indented code
            character = text[at]
            if character == ">":
                yield from self._close(matched, position)
                at, column, base = self._quote(at, column, end)
                self.containers.append(_Container(0))
            elif found := self._marker(at, end, paragraph and inside):
                yield from self._close(matched, position)
                item, at, column, base = self._item(found, at, column, base, end)
                yield item
                if at == end:
                    return
            else:
                break
            matched = len(self.containers)
            inside = True
        started = yield from self._leaf(at, end, matched, position, indent, paragraph and inside)
        if started:
            return
        if not paragraph:
            yield from self._close(matched, position)
            self.leaf = "paragraph"
        self.lines.append((at, end))  # a paragraph's line, or a lazy one

    def _leaf(
        self, at: int, end: int, matched: int, position: int, indent: int, within: bool
    ) -> Generator[Block | Item, None, bool]:
        """Begin what is no paragraph; returns whether anything began."""
        text = self.text
        line = text[at:end]
        if indent >= 4:
            return False
        first = line[0]
        if within and first in "=-" and SETEXT.match(line):
            lines, self.lines, self.leaf = self.lines, [], ""
            yield self._block("heading", lines, end, level=1 if first == "=" else 2)
            return True
        if first == "#" and (found := ATX.match(line)):
            yield from self._close(matched, position)
            body = CLOSING_HASHES.sub("", found[2].rstrip())
            start = at + found.start(2)
            yield self._block("heading", [(start, start + len(body))], end, level=len(found[1]), start=at)
            return True
        if first in "`~" and (found := FENCE.match(line)):
            yield from self._close(matched, position)
            fence = found[1] or found[2]
            self.leaf, self.closer = "fence", re.compile(rf"{fence[0]}{{{min(len(fence), 999)},}}[ \t]*$")
            return True
        if first in "-*_" and THEMATIC_BREAK.match(line):
            yield from self._close(matched, position)
            return True
        if first == "%" and line.startswith("%%") and "%%" not in line[2:]:
            yield from self._close(matched, position)
            self.leaf, self.lines, self.closer = "comment", [(at, end)], re.compile("%%")
            return True
        if first == "$" and line.startswith("$$") and "$$" not in line[2:] and text.find("$$", end) >= 0:
            yield from self._close(matched, position)
            self.leaf, self.closer = "formula", re.compile(r"\$\$")
            return True
        if first == "<":
            for opener, closer in HTML:
                if opener.match(line):
                    yield from self._close(matched, position)
                    over = closer and closer.search(line, 2)
                    if not over:
                        self.leaf, self.closer = "html", closer
                    if line.startswith("<!--"):
                        self.lines = [(at, at + over.end() if over else end)]
                        if over:
                            yield self._block("hidden", self.lines, self.lines[-1][1])
                            self.lines = []
                    return True
            if not within and LONE_TAG.match(line):
                yield from self._close(matched, position)
                self.leaf, self.closer = "html", None
                return True
        if first == "[" and FOOTNOTE.match(line):
            yield from self._close(matched, position)
            self.containers.append(_Container(4))
            self.leaf, self.lines = "paragraph", [(at, end)]
            return True
        return False

    def _go_on(self, at: int, end: int) -> Iterator[Block | Item]:
        """A further line of a fence, an HTML block, a comment or a formula."""
        line = self.text[at:end]
        if self.leaf == "comment":
            self.lines.append((at, end))
        if self.closer is None:
            over = not line
        elif self.leaf == "fence":
            over = self.closer.match(line) is not None
        else:
            found = self.closer.search(line)
            over = found is not None
            if found and self.leaf == "html" and self.lines:
                self.lines.append((at, at + found.end()))
        if over:
            yield from self._close_leaf(end)

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
        character = self.text[at]
        if not (character in "-+*" or character.isdigit()):
            return None
        found = MARKER.match(self.text, at, end)
        if not found or THEMATIC_BREAK.match(self.text, at, end):
            return None
        if interrupts:  # a paragraph is interrupted only by an item with text, and by a number only if it is 1
            if (found[2] and int(found[2]) != 1) or not self.text[found.end() : end].strip():
                return None
            if SETEXT.match(self.text[at:end]):
                return None
        return found

    def _item(self, found: re.Match[str], at: int, column: int, base: int, end: int) -> tuple[Item, int, int, int]:
        width = found.end() - at
        after, after_column = self._skip(found.end(), column + width, end)
        space = after_column - column - width
        if after == end or space > 4:
            space = 1
        parent = next((self.numbers[id(c.item)] for c in reversed(self.containers) if c.item), -1)
        item = Item(at, after, end, parent, bool(found[2]))
        self.numbers[id(item)] = self.items
        self.items += 1
        self.containers.append(_Container(column - base + width + space, item))
        return item, after, after_column, column + width + space

    def _close(self, matched: int, position: int) -> Iterator[Block | Item]:
        """End the open leaf, and the containers that the line does not belong to."""
        yield from self._close_leaf(position)
        for container in self.containers[matched:]:
            if container.item:
                container.item.end = position
        del self.containers[matched:]

    def _close_leaf(self, position: int) -> Iterator[Block | Item]:
        leaf, lines = self.leaf, self.lines
        self.leaf, self.lines, self.closer = "", [], None
        if lines:
            yield self._block({"comment": "comment", "html": "hidden"}.get(leaf, "text"), lines, lines[-1][1])

    def _block(self, kind: str, lines: list[tuple[int, int]], end: int, level: int = 0, start: int = -1) -> Block:
        parts: list[str] = []
        lengths: list[int] = []
        length = 0
        for begin, stop in lines:
            part = self.text[begin:stop]
            parts.append(part)
            lengths.append(length)
            length += len(part) + 1
        first = lines[0][0] if start < 0 else start
        return Block(kind, first, end, "\n".join(parts), level, [begin for begin, _ in lines], lengths)
