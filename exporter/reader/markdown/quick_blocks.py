"""Which blocks a note has whose text says nothing, found by passes over the whole text; what is not sure is refused.

One half of the quick reading (`quick.py`); a line stands with the break before it, so that patterns begin with one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from exporter.reader.markdown import html
from exporter.reader.markdown.blocks import ATX
from exporter.reader.markdown.patterns import BOX

NOTHING = ";"  # stands where nothing is said: ends a tag, begins none, and means nothing to any pattern here
# What a line's text may stand behind; nothing of it is given back, which would take time without end
MARKERS = r"[ \t>]*+(?:(?:[-+*]|\d{1,9}[.)])[ \t]++(?:>[ \t]*+)*+)*+"
# A line that may open a block whose text is none: a fence, a comment, a formula, HTML
_COMMENT = r"<!--(?!-?>)[^-]*+(?:-(?!->)[^-]*+)*+-->[^\n]*+"
OPENER = re.compile(
    rf"\n(?=[ \t>`~%$<+*\-\d])({MARKERS})(?:(`{{3,}})[^`\n]*(?=\n|\Z)|(~{{3,}})|(%%)(?![^\n]*%%)|(\$\$)(?![^\n]*\$\$)"
    rf"|({_COMMENT}(?:\n++{_COMMENT})*+)|<)"
)
# A line that makes a heading of the one before it, or that may be code, as it is indented deep
_DEEP = (  # what stands within a quote or an item so deep that it may be code; and marks behind marks
    r"(?:>(?: {5}| {0,3}\t)|(?:[-+*]|\d{1,9}[.)])"
    rf"(?: {{5}}| +\t|\t[ \t]|[ \t]+(?:{BOX.pattern})?(?:>|(?:[-+*]|\d{{1,9}}[.)])(?=[ \t\n]|\Z))))"
)
DOUBTFUL = re.compile(rf"\n(?=[ \t>=+*\-\d])(?:([ \t>]*(?:-+|=+)[ \t]*(?=\n|\Z))|( {{4}}| {{0,3}}\t)|[ \t>]*{_DEEP})")
DEEP = re.compile(rf"[ \t]*(?:>|{_DEEP})")
# as patterns.BLOCK_ID, but over the whole text, and a pattern that begins with its letter is searched for faster
BLOCK_ID = re.compile(r"\^(?<=[\s>]\^)([A-Za-z0-9-]+)[ \t]*(?=\n|\Z)")
HEADING_ID = re.compile(
    r"\n#{1,6}[ \t][^\n]*?\^[A-Za-z0-9-]++(?:[^\S\n]*+#++[^\S\n]*+|[ \t]*+[^\S\n \t][^\S\n]*+)(?=\n|\Z)"
)
DEFINITION = re.compile(rf"(?:{MARKERS}\[(?!\^))?(?:[^\[\]\\]|\\.)*+")  # up to its "]:"
NO_TEXT = re.compile(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t>]*)*$| {4}| {0,3}\t|#|(?:[-*_][ \t]*)+$|```|~~~|<|\$\$|%%")
NEXT = re.compile(r"\n(?:[ \t>]*(?:\n|\Z)| {0,3}[-+*][ \t]+\S|#{1,6} )|\Z")  # what a block's last line is followed by
BLANK = re.compile(r"\n[ \t]*(?=\n|\Z)")
SAYS = re.compile(r"[\\`$<\[\]#%^]|::")


class Unsure(Exception):  # noqa: N818 - nothing is wrong
    """Raised where a line alone does not decide: the note must be read in full."""


def without_blocks(text: str, start: int, comment: Callable[[int, int], None]) -> str:
    """The text without its code, HTML and formula blocks, and without %%comments%%; `comment` is called with their offsets."""
    zones: list[tuple[int, int]] = []
    position = start
    while match := OPENER.search(text, position):
        offset = match.end(1)
        position = line_end(text, offset)
        line = text[offset:position]
        within = bool(match[1])  # a quote, a list, or indented: what it means depends on the lines above
        end = -1
        if fence := match[2] or match[3]:
            closing = _fence_end(fence).search(text, position)
            end = closing.end() if closing else len(text)
        elif match[4]:
            closing_at = text.find("%%", position)
            if closing_at < 0:
                raise Unsure
            end = line_end(text, closing_at)
            if not within:
                comment(offset, end)
        elif match[5]:
            closing_at = text.find("$$", position)
            end = line_end(text, closing_at) if closing_at >= 0 else -1
        else:
            end = match.end() if match[6] else _html_end(text, offset, position, line, zones[-1][1] if zones else start)
        if end >= 0:
            if within:
                raise Unsure
            zones.append((offset, end))
            position = end
    return blank_out(text, zones) if zones else text


def _html_end(text: str, offset: int, behind: int, line: str, start: int) -> int:
    """The end of the HTML block that a line begins; -1: it begins none."""
    delimiters = next(pair for pair in html.BLOCKS if pair[0].match(line)) if html.BEGINS.match(line) else None
    if delimiters and delimiters[1]:
        if delimiters[1].search(line, 2):
            return behind
        closing = delimiters[1].search(text, behind)
        if not closing:
            raise Unsure
        return line_end(text, closing.end())
    if not delimiters:
        tag = html.TAG.match(line) if line.rstrip(" \t").endswith(">") else None
        if not tag or line[tag.end() :].strip(" \t"):
            return -1
        above = _line_above(text, offset - 1, start)
        if above.strip(" \t>"):
            if NO_TEXT.match(above):
                raise Unsure
            return -1  # it ends no paragraph
    blank = BLANK.search(text, behind)
    return blank.start() if blank else len(text)


def doubt_indented(text: str, start: int) -> None:
    """Refuse lines whose meaning hangs on the columns of the lines above: code, or the underline of a heading."""
    last, doubtful = -1, False
    for match in DOUBTFUL.finditer(text, start):
        offset = match.start()
        end = line_end(text, offset + 1)
        if match[1]:
            above = _line_above(text, offset, start)
            if above.strip(" \t>") and not (above.startswith("#") and ATX.match(above)):
                raise Unsure
            last, doubtful = end, True
            continue
        if match[2]:
            if offset != last:
                doubtful = NO_TEXT.match(_line_above(text, offset, start)) is not None
            last = end
            if text[offset:end].isspace():
                doubtful = True
            elif DEEP.match(text, offset + 1, end):
                raise Unsure
            if not doubtful:
                continue
        else:
            last, doubtful = end, True  # what follows may be more of the code
        if SAYS.search(text, offset, end):
            raise Unsure


def doubt_definitions(text: str, start: int) -> None:
    """Refuse what may define the target of links: `[name]: target` at the beginning of a line."""
    position = text.find("]:", start)
    while position >= 0:
        if DEFINITION.fullmatch(text, text.rfind("\n", 0, position) + 1, position):
            raise Unsure
        position = text.find("]:", position + 2)


def block_ids(text: str, start: int) -> list[str]:
    """The ids of the note's blocks, in lower case."""
    if HEADING_ID.search(text, start):
        raise Unsure
    ids: dict[str, None] = {}
    for mark in BLOCK_ID.finditer(text, start):
        if text[mark.start() - 1] == ">" or not (NEXT.match(text, mark.end())):
            raise Unsure
        ids[mark[1].lower()] = None
    return sorted(ids)


def _line_above(text: str, offset: int, start: int) -> str:
    """The line that ends at this break; nothing above the first."""
    return text[text.rfind("\n", start, offset) + 1 : offset] if offset > start else ""


def line_end(text: str, offset: int) -> int:
    """The offset at which the line of this offset ends."""
    end = text.find("\n", offset)
    return end if end >= 0 else len(text)


def blank_out(text: str, ranges: list[tuple[int, int]], edge: str = "\n") -> str:
    """The text with nothing in these ranges; where they are complete lines, blank lines stand around it."""
    parts: list[str] = []
    last = 0
    for start, end in ranges:
        size = end - start
        parts += (text[last:start], f"{edge}{NOTHING * (size - 2)}{edge}" if size > 1 else edge)
        last = end
    return "".join([*parts, text[last:]])


@cache
def _fence_end(fence: str) -> re.Pattern[str]:
    return re.compile(rf"\n {{0,3}}{re.escape(fence)}{re.escape(fence[0])}*[ \t]*(?=\n|\Z)")
