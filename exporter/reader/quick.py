"""The body of ONE note -> what it says, at the speed of the regular expression engine; None: it must be read in full.

Most notes are plain: their headings, links and tags can be found by a few passes over the whole text, without
taking it apart into blocks. Lines that such passes cannot judge (code, formulas, HTML, escapes, fields) go through
the scanner of `inline.py`, one at a time. Where a line alone does not decide (code that may be indented, a fence
within a list, a span over several lines) the note is left to `note.parse`. The two agree on every text:
tests/reader/test_quick.py holds them to it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from exporter.reader import html
from exporter.reader.blocks import ATX, CLOSING_HASHES, Block
from exporter.reader.facts import Facts, keyed, mentioned, values
from exporter.reader.inline import TAG, TARGET, Inline, destination, mention, without_size
from exporter.reader.plain import plain

MARKERS = r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+(?:>[ \t>]*)*)*"  # what a line's text may stand behind
PREFIX = re.compile(rf"({MARKERS})((?:#{{1,6}}(?:[ \t]+|$))?)")
# A line that may open a block whose text is none: a fence, a comment, a formula, HTML
_COMMENT = r"<!--(?!-?>)(?:(?!-->)[^\n])*+-->[^\n]*+"
OPENER = re.compile(
    rf"\n(?=[ \t>`~%$<+*\-\d])({MARKERS})(?:(`{{3,}})[^`\n]*(?=\n|\Z)|(~{{3,}})|(%%)(?![^\n]*%%)|(\$\$)(?![^\n]*\$\$)"
    rf"|({_COMMENT}(?:\n++{_COMMENT})*+)|<)"
)
# A line that makes a heading of the one before it, or that may be code, as it is indented deep
_DEEP = (  # what stands within a quote or an item so deep that it may be code; and marks behind marks
    r"(?:>(?: {5}| {0,3}\t)|(?:[-+*]|\d{1,9}[.)])"
    r"(?: {5}| +\t|\t[ \t]|[ \t]+(?:\[[^\n]\][ \t]+)?(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t\n]|\Z))))"
)
DOUBTFUL = re.compile(rf"\n(?=[ \t>=+*\-\d])(?:([ \t>]*(?:-+|=+)[ \t]*(?=\n|\Z))|( {{4}}| {{0,3}}\t)|[ \t>]*{_DEEP})")
DEEP = re.compile(rf"[ \t]*(?:>|{_DEEP})")
_TAG = TAG.pattern.removeprefix("#(").removesuffix(")")
HASH = re.compile(  # a heading; one tag or more; and what may be a heading within a list or a quote
    rf"#(?:(?<=\n#)(#{{0,5}})(?=(?:[ \t]([^\n]*))?(?:\n|\Z))|(?<=[\s_|*~=\[#]#)({_TAG}(?:#{_TAG})*)"
    r"|(?<=[ \t>]#)#{0,5}(?=[ \t\n]|\Z)|(?<=>#))"
)
WIKILINK = re.compile(
    r"\[\[(?!\[)([^\[\]\n]*+(?:(?:(?<=#)\[\^[^\[\]\n|]++\](?=\]\])|\](?!\])|\[(?!\[))[^\[\]\n]*+)*+)\]\]"
)
BLOCK_ID = re.compile(r"\^(?<=[\s>]\^)([A-Za-z0-9-]+)[ \t]*(?=\n|\Z)")
HEADING_ID = re.compile(
    r"\n#{1,6}[ \t][^\n]*?\^[A-Za-z0-9-]++(?:[^\S\n]*+#++[^\S\n]*+|[ \t]*+[^\S\n \t][^\S\n]*+)(?=\n|\Z)"
)
DEFINITION = re.compile(rf"(?:{MARKERS}\[(?!\^))?(?:[^\[\]\\]|\\.)*+")  # up to its "]:"
NO_TEXT = re.compile(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]*)*$| {4}| {0,3}\t|#|(?:[-*_][ \t]*)+$|```|~~~|<|\$\$|%%")
NEXT = re.compile(r"\n(?:[ \t>]*(?:\n|\Z)| {0,3}[-+*][ \t]+\S|#{1,6} )|\Z")  # what a block's last line is followed by
BLANK = re.compile(r"\n[ \t]*(?=\n|\Z)")
MARKED_ONLY = re.compile(MARKERS)
NOTHING = "\0"
FAR = 5_000  # characters of a paragraph, to be looked at for each of its lines
CLOSERS = {"`": "`", "$": "$", "<": ">", "]": "]"}
HARMLESS = re.compile(  # a line in which nothing stands but words, code and HTML
    rf"[^`<$\\\[\]#]*+(?:(?:`[^`\n]++`(?!`)|{html.TAG.pattern})[^`<$\\\[\]#]*+)*+\Z"
)
SAYS = re.compile(r"[\\`$<\[\]#%^]|::")


class _Doubt(Exception):  # noqa: N818 - nothing is wrong
    """The note must be read in full."""


def quick(text: str, start: int) -> Facts | None:
    """Read the body that begins at `start`: at the beginning of the text, or behind a line break."""
    try:
        return _read(text, start)
    except _Doubt:
        return None


def _read(text: str, start: int) -> Facts:
    if start:
        start -= 1  # every line begins with the break before it
        first = 1
    else:
        text = "\n" + text
        first = 0
    links: list[tuple[int, str, str, str, int, str]] = []  # place, then as in Mentioned
    tags: list[tuple[int, str]] = []  # place, tag
    fields: list[tuple[int, str, str]] = []  # place, key, value
    headings: list[tuple[int, int, str]] = []  # place, level, text
    closer: dict[int, int] = {}  # start and end of the lines that need a closer look

    whole = text
    marks = [mark for mark in "`<$\\" if mark in text]
    if (
        "<" in marks
        or ("`" in marks and "```" in text)
        or ("$" in marks and "$$" in text)
        or ("%" in text and "%%" in text)
        or ("~" in text and "~~~" in text)
    ):
        text = _without_blocks(text, start, links, tags, fields)
    _doubt_indented(text, start)
    if "]:" in text:
        _doubt_definitions(text, start)
    blocks = _block_ids(text, start) if "^" in text else []
    if ":" in text:
        marks.append("::")
    for mark in marks:
        position = text.find(mark, start)
        while position >= 0:
            begin = text.rfind("\n", 0, position) + 1
            end = closer[begin] = closer.get(begin) or _end(text, position)
            position = text.find(mark, end)
    links += _markdown_links(text, start, closer)
    if closer:
        for begin, end in closer.items():
            _look_closer(text, begin, end, links, tags, headings, fields)
        text = _without(text, sorted(closer.items()))
    _wikilinks(text, start, links)
    _hashes(text, start, tags, headings)

    levels = titles = ""
    opens = False
    if headings:
        if closer:
            headings.sort()
        levels = "".join([str(heading[1]) for heading in headings])
        titles = "\n".join([heading[2] for heading in headings])
        opens = levels[0] == "1" and not whole[start : headings[0][0]].strip()
    links = _numbered(links, whole, first)
    return Facts(levels, titles, opens, links, _numbered(tags, whole, first), blocks, _numbered(fields, whole, first))


def _numbered(found: list[Any], text: str, line: int) -> list[Any]:
    """What was found, in the order of the text, each with its line instead of its place."""
    if len(found) > 1:
        found.sort()
    count = text.count
    last = 0
    numbered = []
    for row in found:
        place = row[0]
        line += count("\n", last, place)
        last = place
        numbered.append((line, *row[1:]))
    return numbered


def _wikilinks(text: str, start: int, links: list[tuple[int, str, str, str, int, str]]) -> None:
    for found in WIKILINK.finditer(text, start):
        inner = found[1]
        place = found.start()
        if "|" in inner or text[place - 1] == "!":
            if inner.strip():
                embed = text[place - 1] == "!"
                links.append(mentioned(mention(inner, 0, 0, embed), place - embed, ""))
        elif inner := inner.strip():
            if "#" not in inner and ":" not in inner:
                links.append((place, inner, "", plain(inner), 0, ""))
            else:
                links.append(mentioned(mention(inner, 0, 0, False), place, ""))


def _markdown_links(text: str, start: int, closer: dict[int, int]) -> list[tuple[int, str, str, str, int, str]]:
    """Links `[words](target)` with nothing else between the brackets; lines where it is not so simple go to `closer`."""
    links: list[tuple[int, str, str, str, int, str]] = []
    last = start  # behind the last link
    position = text.find("](", start)
    while position >= 0:
        opener = text.rfind("[", 0, position)
        words = text[opener + 1 : position]
        target = TARGET.match(text, position + 1)
        begin = text.rfind("\n", 0, position) + 1
        simple = opener >= begin and "]" not in words and words[:1] != "^" and text[opener - 1] != "["
        wiki = text.rfind("[[", max(begin, last), opener) if simple else -1
        if begin in closer:
            position = closer[begin]
        elif not simple or not target or "[[" in target[0] or (wiki >= 0 and text.find("]]", wiki, opener) < 0):
            while links and links[-1][0] >= begin:
                links.pop()  # of this line, which is read anew
            position = closer[begin] = _end(text, position)
        elif "\n" in target[0]:
            raise _Doubt
        else:
            if to := destination(target):
                image = text[opener - 1] == "!"
                path, anchor, external = to
                if image:
                    words = without_size(words)
                if not words and not external:
                    words = " > ".join([part for part in (path, *anchor.split("#")) if part and part[:2] != "[^"])
                text_shown = plain(words) or (path if external else "")
                links.append((opener - image, path, anchor, text_shown, image + 2 * external, ""))
            position = last = target.end()
        position = text.find("](", position)
    return links


def _hashes(text: str, start: int, tags: list[tuple[int, str]], headings: list[tuple[int, int, str]]) -> None:
    for found in HASH.finditer(text, start):
        place = found.start()
        if found[1] is not None:
            body = (found[2] or "").strip()
            if body.endswith("#"):
                body = CLOSING_HASHES.sub("", found[2].lstrip(" \t").rstrip()).strip()
            headings.append((place, len(found[1]) + 1, body))
        elif found[3] is None:
            if MARKED_ONLY.fullmatch(text, text.rfind("\n", 0, place) + 1, place):
                raise _Doubt
        elif not _within_link(text, place):
            before = text[place - 1]
            for tag in found[3].split("#"):
                body = tag.rstrip("/")
                if before in "_*~=" and body.endswith(before):  # the emphasis that began before it
                    body = body.rstrip(before)
                if body and not body.isdigit():
                    tags.append((place, body))
                place += len(tag) + 1
                before = tag[-1]


def _within_link(text: str, place: int) -> bool:
    """Whether a place lies in a `[[link]]` or in the target of a Markdown link."""
    begin = text.rfind("\n", 0, place) + 1
    opener = text.rfind("[[", begin, place)
    link = WIKILINK.match(text, opener) if opener >= 0 else None
    opener = text.rfind("](", begin, place)
    target = TARGET.match(text, opener + 1) if opener >= 0 else None
    return bool((link and link.end() > place) or (target and target.end() > place and (target[1] or target[2])))


def _look_closer(
    text: str,
    start: int,
    end: int,
    links: list[tuple[int, str, str, str, int, str]],
    tags: list[tuple[int, str]],
    headings: list[tuple[int, int, str]],
    fields: list[tuple[int, str, str]],
) -> None:
    """Read one line by the rules for a block's text; nothing of it may depend on the lines around it."""
    if HARMLESS.match(text, start, end) and text.find("::", start, end) < 0:
        return
    prefix = PREFIX.match(text, start, end)
    assert prefix
    content = text[prefix.end() : end]
    if prefix[2]:
        if prefix[1]:
            raise _Doubt
        content = CLOSING_HASHES.sub("", content.rstrip()).rstrip()
        headings.append((start, len(prefix[2].rstrip()), content.strip()))
    block = Block("text", prefix.end(), end, content, 0, None, [(prefix.end(), end)])
    inline = _inline(text, block, links, tags, fields)
    if inline.unclosed and not prefix[2]:
        above = text.rfind("\n\n", max(start - FAR, 0), start)
        below = text.find("\n\n", end, end + FAR)
        if (above < 0 and start > FAR) or (below < 0 and end + FAR < len(text)):
            raise _Doubt
        around = text[max(above, 0) : start] + text[end : below if below >= 0 else len(text)]
        if any(CLOSERS[mark] in around for mark in inline.unclosed) or ("]" in inline.unclosed and around.strip()):
            raise _Doubt


def _inline(
    text: str,
    block: Block,
    links: list[tuple[int, str, str, str, int, str]],
    tags: list[tuple[int, str]],
    fields: list[tuple[int, str, str]],
) -> Inline:
    inline = Inline()
    inline.read(block)
    for link, key in keyed(inline.mentions, inline.fields):
        links.append(mentioned(link, link.start, key))
    tags += inline.tags
    fields += values(text, inline.fields, inline.mentions)
    return inline


def _without_blocks(
    text: str,
    start: int,
    links: list[tuple[int, str, str, str, int, str]],
    tags: list[tuple[int, str]],
    fields: list[tuple[int, str, str]],
) -> str:
    """The text without its code, HTML and formula blocks, and without comment blocks, which are read on the way."""
    zones: list[tuple[int, int]] = []
    position = start
    while found := OPENER.search(text, position):
        place = found.end(1)
        position = _end(text, place)
        line = text[place:position]
        within = bool(found[1])  # a quote, a list, or indented: what it means depends on the lines above
        end = -1
        if fence := found[2] or found[3]:
            closing = _fence_end(fence).search(text, position)
            end = closing.end() if closing else len(text)
        elif found[4]:
            closing_at = text.find("%%", position)
            end = _end(text, closing_at) if closing_at >= 0 else len(text)
            if not within:
                _comment(text, place, end, links, tags, fields)
        elif found[5]:
            closing_at = text.find("$$", position)
            end = _end(text, closing_at) if closing_at >= 0 else -1
        else:
            end = found.end() if found[6] else _html_end(text, place, position, line, zones[-1][1] if zones else start)
        if end >= 0:
            if within:
                raise _Doubt
            zones.append((place, end))
            position = end
    return _without(text, zones) if zones else text


def _comment(
    text: str,
    start: int,
    end: int,
    links: list[tuple[int, str, str, str, int, str]],
    tags: list[tuple[int, str]],
    fields: list[tuple[int, str, str]],
) -> None:
    lines = []
    position = start
    while position <= end:
        stop = min(_end(text, position), end)
        while position < stop and text[position] in " \t":
            position += 1
        lines.append((position, stop))
        position = stop + 1
    content = "\n".join([text[begin:stop] for begin, stop in lines])
    if "^" in content:
        raise _Doubt
    _inline(text, Block("comment", start, end, content, 0, None, lines), links, tags, fields)


def _html_end(text: str, place: int, behind: int, line: str, start: int) -> int:
    """The end of the HTML block that a line begins; -1: it begins none."""
    known = next(pair for pair in html.BLOCKS if pair[0].match(line)) if html.BEGINS.match(line) else None
    if known and known[1]:
        if known[1].search(line, 2):
            return behind
        closing = known[1].search(text, behind)
        return _end(text, closing.end()) if closing else len(text)
    if not known:
        tag = html.TAG.match(line) if line.rstrip(" \t").endswith(">") else None
        if not tag or line[tag.end() :].strip(" \t"):
            return -1
        above = _above(text, place - 1, start)
        if above.strip(" \t>"):
            if NO_TEXT.match(above):
                raise _Doubt
            return -1  # it ends no paragraph
    blank = BLANK.search(text, behind)
    return blank.start() if blank else len(text)


def _doubt_indented(text: str, start: int) -> None:
    """Refuse lines whose meaning hangs on the columns of the lines above: code, or the underline of a heading."""
    last, doubtful = -1, False
    for found in DOUBTFUL.finditer(text, start):
        place = found.start()
        end = _end(text, place + 1)
        if found[1]:
            above = _above(text, place, start)
            if above.strip(" \t>") and not (above.startswith("#") and ATX.match(above)):
                raise _Doubt
            last, doubtful = end, True
            continue
        if found[2]:
            if place != last:
                doubtful = NO_TEXT.match(_above(text, place, start)) is not None
            last = end
            if text[place:end].isspace():
                doubtful = True
            elif DEEP.match(text, place + 1, end):
                raise _Doubt
            if not doubtful:
                continue
        if SAYS.search(text, place, end):
            raise _Doubt


def _doubt_definitions(text: str, start: int) -> None:
    """Refuse what may define the target of links: `[name]: target` at the beginning of a line."""
    position = text.find("]:", start)
    while position >= 0:
        if DEFINITION.fullmatch(text, text.rfind("\n", 0, position) + 1, position):
            raise _Doubt
        position = text.find("]:", position + 2)


def _block_ids(text: str, start: int) -> list[str]:
    if HEADING_ID.search(text, start):
        raise _Doubt
    found: dict[str, None] = {}
    for mark in BLOCK_ID.finditer(text, start):
        if text[mark.start() - 1] == ">" or not (NEXT.match(text, mark.end())):
            raise _Doubt
        found[mark[1].lower()] = None
    return sorted(found)


def _above(text: str, place: int, start: int) -> str:
    """The line that ends at this break; nothing above the first."""
    return text[text.rfind("\n", start, place) + 1 : place] if place > start else ""


def _end(text: str, place: int) -> int:
    """Where the line of a place ends."""
    end = text.find("\n", place)
    return end if end >= 0 else len(text)


def _without(text: str, ranges: list[tuple[int, int]]) -> str:
    """The text with nothing in these places, which are whole lines, but blank lines around what says nothing."""
    parts: list[str] = []
    last = 0
    for start, end in ranges:
        size = end - start
        parts += (text[last:start], f"\n{NOTHING * (size - 2)}\n" if size > 1 else "\n")
        last = end
    return "".join([*parts, text[last:]])


@cache
def _fence_end(fence: str) -> re.Pattern[str]:
    return re.compile(rf"\n {{0,3}}{re.escape(fence)}{re.escape(fence[0])}*[ \t]*(?=\n|\Z)")
