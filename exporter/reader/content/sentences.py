"""The sentence in which a link stands, as plain text. Pure: the text of a note, a line and what the link shows.

Of a note only the lines around those that are asked for are taken apart, as links ask for few of its paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from types import ModuleType

from exporter.reader.content.paragraph import Paragraph
from exporter.reader.markdown.blocks import CLOSING_HASHES, FIRST, Item, blocks
from exporter.reader.markdown.front_matter import read_properties
from exporter.reader.markdown.inline import read_inline
from exporter.reader.markdown.note import decode
from exporter.reader.markdown.patterns import BLOCK_ID, BOX, CALLOUT, FOOTNOTE_DEFINITION, MARKERS
from exporter.regex import regex

COMMENT = regex(r"%%|<!--")
LINE_MARKS = " \t>+*-.)0123456789"  # of quotes and lists
ITEM = regex(r"( {4}|[ \t]*\t)?[ \t]*[-+*][ \t]+\S")
HEADING = regex(r"#{1,6}[ \t]+")
MARKED_BEFORE = regex(MARKERS)
LABEL = regex(r"[*_]*\w[^\n:.!?;,]{0,40}:[*_]*(?=\s|\Z)")  # "Author: [[X]]"
DELIMITERS = regex(r"[ \t]*+\|?+(?:[ \t]*+:?+-++:?+[ \t]*+(?:\||\Z))++[ \t]*+")  # the row below a table's head
EMBED = regex(r"[ \t]*!\[\[[^\[\]\n]+\]\][ \t]*")  # alone on a line: a block of its own
WORD = regex(r"\w")


class Sentences:
    """The sentences of one note, found when somebody asks."""

    def __init__(self, text: str) -> None:
        """Take the text of a note, with its front matter."""
        end = read_properties(text).end
        self._lines = text.split("\n")
        self._first = text.count("\n", 0, end) + 1  # line of the body; front matter is no sentence
        self._paragraphs: dict[int, Paragraph | None] = {}  # by line
        self._unsure = _in_comments(text) if "%%" in text or "<!--" in text else frozenset()
        self._all_read = False

    def of(self, line: int, words: str, anchor: str = "") -> str:
        """The sentence of the link on this line that shows these words; "" where there is none."""
        if not words or not self._first <= line <= len(self._lines):
            return ""
        if line not in self._paragraphs and not self._all_read and (line in self._unsure or not self._read_alone(line)):
            first, last = self._around(line)
            indented = self._lines[first - 1].startswith(("    ", "\t"))
            if not indented and self._unsure.isdisjoint(range(first, last + 1)):
                self._read(first, last)
            if line not in self._paragraphs:  # code, a comment or part of a list: the lines above decide
                self._read(self._first, len(self._lines))
                self._all_read = True
        paragraph = self._paragraphs.get(line)
        return paragraph.sentence(line, words, anchor) if paragraph else ""

    def _read_alone(self, line: int) -> bool:
        """Add the paragraph of a line that is one by itself, as nearly all are; gives whether it is.

        It holds a link, so it is no code, however deep it is indented.
        """
        lines = self._lines
        text = lines[line - 1]
        if text[:1] == "#" and (heading := HEADING.match(text)):
            self._add(CLOSING_HASHES.sub("", text[heading.end() :].rstrip()).rstrip(), line, "")
            return True
        if line > self._first and not _are_apart(lines[line - 2], text):
            return False
        if line < len(lines) and not _are_apart(text, lines[line]):
            return False
        marks = MARKED_BEFORE.match(text) if text[:1] in FIRST else None
        self._add(text[marks.end() :] if marks else text, line, marks[0] if marks else "")
        return True

    def _around(self, line: int) -> tuple[int, int]:
        """The lines up to the next blank one, before and behind."""
        lines, first, last = self._lines, line, line
        while first > self._first and not _blank(lines[first - 2]):
            first -= 1
        while last < len(lines) and not _blank(lines[last]):
            last += 1
        return first, last

    def _read(self, first: int, last: int) -> None:
        """Find the paragraphs of these lines."""
        text = "\n".join(self._lines[first - 1 : last])
        line, counted = first, 0
        for block in blocks(text, 0):
            if not isinstance(block, Item) and block.kind in ("text", "heading"):
                start = block.lines[0][0]
                line += text.count("\n", counted, start)
                counted = start
                self._add(block.content, line, text[text.rfind("\n", 0, start) + 1 : start])

    def _add(self, content: str, first: int, marks: str) -> None:
        """Add the paragraphs of a block that begins on this line, behind these marks."""
        content = _without_block_id(_without_label(content, marks))
        callout = CALLOUT.match(content) if ">" in marks else None
        begin = callout.end() if callout else 0
        if "\n" not in content and "::" not in content:  # as nearly all are
            self._paragraphs[first] = Paragraph(content[begin:], first, False)
            return
        lines = content.split("\n")
        lines[0] = lines[0][begin:]
        self._paragraphs.update(dict.fromkeys(range(first, first + len(lines))))  # None, unless what follows says more
        for begin, end, row in _split(lines, callout is not None):
            paragraph = Paragraph("\n".join(lines[begin:end]), first + begin, row)
            self._paragraphs.update(dict.fromkeys(range(first + begin, first + end), paragraph))


class CompiledSentences:
    """The same by the compiled core; from its first doubt on, `Sentences` says it."""

    def __init__(self, data: bytes, core: ModuleType) -> None:
        """Take the bytes of a note."""
        self._data = data
        self._compiled = core.Sentences(data)
        self._sentences: Sentences | None = None

    def of(self, line: int, words: str, anchor: str = "") -> str:
        """The sentence of the link on this line that shows these words; "" where there is none."""
        if self._sentences is None:
            said: str | None = self._compiled.of(line, words, anchor)
            if said is not None:
                return said
            self._sentences = Sentences(decode(self._data)[0])
        return self._sentences.of(line, words, anchor)


def _without_label(content: str, marks: str) -> str:
    """A block's text behind the label of a footnote, or the box of a task in a list."""
    if content[:1] != "[":
        return content
    label = FOOTNOTE_DEFINITION.match(content)
    if not label and marks.rstrip(" \t")[-1:] in tuple("-+*.)"):
        label = BOX.match(content)
    return content[label.end() :] if label else content


def _without_block_id(content: str) -> str:
    if "^" not in content:
        return content
    last = content.rfind("\n") + 1
    mark = BLOCK_ID.search(content[last:])
    return content[: last + mark.start()] if mark else content


def _in_comments(text: str) -> frozenset[int]:
    """The lines of comments that go over several, where the lines around do not tell what is one paragraph."""
    lines: set[int] = set()
    line, position = 1, 0
    while comment := COMMENT.search(text, position):
        start, begin = comment.span()
        line += text.count("\n", position, begin)
        if comment[0] == "%%":
            before = text.rfind("\n", position, start) + 1 or position
            if (position and before == position) or text[before:start].strip(LINE_MARKS):
                position = begin  # it begins no line: a comment within a paragraph
                continue
        closer = text.find("%%" if comment[0] == "%%" else "-->", begin)
        end = closer if closer >= 0 else len(text)
        more = text.count("\n", begin, end)
        if more:
            lines.update(range(line, line + more + 1))
        line, position = line + more, end + 2
    if lines and ("```" in text or "~~~" in text):  # in code they are none
        lines.update(range(1, text.count("\n") + 2))
    return frozenset(lines)


def _are_apart(above: str, below: str) -> bool:
    """Whether two lines, one below the other, are never of one paragraph; False: they may be."""
    if _blank(above) or _blank(below):
        return True
    if item := ITEM.match(below):
        return not item[1] or ITEM.match(above) is not None
    if "#" in (above[0], below[0]) and (HEADING.match(above) or HEADING.match(below)):
        return True
    return ":" in above and ":" in below and LABEL.match(above) is not None and LABEL.match(below) is not None


def _blank(line: str) -> bool:
    return not line or line.isspace()


def _split(lines: list[str], titled: bool) -> Iterator[tuple[int, int, bool]]:
    """What is one paragraph of the lines of a block, and whether it is a table's row.

    On their own are the title of a callout, a row of a table, an embed, and a line that begins with a label as the one
    before it does; a line that is but a field is in none.
    """
    table = len(lines)
    for k, line in enumerate(lines):
        if k and "|" in line and "|" in lines[k - 1] and DELIMITERS.fullmatch(line):
            table = k - 1
            break
    fields = {k for k, line in enumerate(lines[:table]) if "::" in line and _is_field(line)}
    labels = [k for k, line in enumerate(lines[:table]) if ":" in line and LABEL.match(line)]
    labelled = {k for before, k in pairwise(labels) if k == before + 1}
    embeds = {k for k, line in enumerate(lines[:table]) if "![[" in line and EMBED.fullmatch(line)}
    cuts = {0, *range(table, len(lines)), len(lines)} | labelled | ({1} if titled else set())
    for k in fields | embeds:
        cuts |= {k, k + 1}
    for begin, end in pairwise(sorted(cuts)):
        if begin not in fields and begin != table + 1:
            yield begin, end, begin >= table


def _is_field(line: str) -> bool:
    """Whether a line holds fields and no other words."""
    inline = read_inline(line)
    parts, position = [], 0
    for field in sorted(inline.fields):
        if line[field.end : field.end + 1] not in (")", "]"):
            return True  # the whole line is one
        opener = max(line.rfind(bracket, position, field.start) for bracket in "([")
        parts.append(line[position : max(opener, position)])
        position = max(field.end + 1, position)
    return bool(inline.fields) and not WORD.search("".join([*parts, line[position:]]))
