"""The body of ONE note -> what it says, at the speed of the regular expression engine; None: it must be read in full.

Most notes are plain: their headings, links and tags can be found by a few passes over the whole text, without
taking it apart into blocks. Lines that such passes cannot judge (formulas, escapes, fields, brackets within
brackets) go through the scanner of `inline.py`, one at a time. Where a line alone does not decide (code that may be
indented, a fence within a list, a span over several lines) the note is left to `note.parse`. The two agree on every
text: tests/reader/test_quick.py holds them to it.
"""

from __future__ import annotations

import re
from typing import Any

from exporter.reader.markdown import html
from exporter.reader.markdown.blocks import CLOSING_HASHES, Block
from exporter.reader.markdown.inline import (
    DEEPEST,
    MARKS_BEFORE,
    TAG,
    TARGET,
    Inline,
    destination,
    ends_token,
    mention,
    without_size,
)
from exporter.reader.markdown.patterns import FOOTNOTE
from exporter.reader.markdown.plain_text import to_text
from exporter.reader.markdown.quick_blocks import (
    MARKERS,
    NOTHING,
    Unsure,
    blank_out,
    block_ids,
    doubt_definitions,
    doubt_indented,
    line_end,
    without_blocks,
)
from exporter.reader.markdown.record import EMBED, EXTERNAL, NoteRecord, field_values, link_row, pair_with_keys

PREFIX = re.compile(rf"({MARKERS})((?:#{{1,6}}(?:[ \t]+|$))?)")
MARKED_ONLY = re.compile(MARKERS)
HEADING = re.compile(r"\n(#{1,6})(?=(?:[ \t]([^\n]*))?(?:\n|\Z))")
_TAG = TAG.pattern.removeprefix("#(").removesuffix(")")
HASH = re.compile(  # one tag or more; and what may be a heading within a list or a quote
    rf"#(?:(?<=[\s_|*~=\[#]#)({_TAG}(?:#{_TAG})*)|(?<=[ \t>]#)#{{0,5}}(?=[ \t\n]|\Z)|(?<=>#))"
)
WIKILINK = re.compile(
    r"\[\[(?!\[)([^\[\]\n]*+(?:(?:(?<=#)\[\^[^\[\]\n|]++\](?=\]\])|\](?!\])|\[(?!\[))[^\[\]\n]*+)*+)\]\]"
)
_WORDS = r"[^`<$\\\n]*+"
SPAN = rf"(?:`[^`\n]++`(?!`)|{html.TAG.pattern})"
SPANS = re.compile(rf"{_WORDS}(?:{SPAN}{_WORDS})*+")  # a line in which code and HTML end where they began
SPAN_ALONE = re.compile(SPAN)
CLOSERS = {"`": "`", "$": "$", "<": ">", "]": "]"}
FAR = 5_000  # characters, before and behind a line, within which its paragraph must end
WIDEST = 20_000  # characters of a line: what stands before it on its line is asked for each tag
Row = tuple[int, str, str, str, int, str]  # a link: its offset, then as in LinkRow


def read_quickly(text: str, start: int) -> NoteRecord | None:
    """Read the body that begins at `start`: at the beginning of the text, or behind a line break."""
    if len(text) > WIDEST and max(map(len, text.split("\n"))) > WIDEST:
        return None
    try:
        return _QuickReader(text, start).record()
    except Unsure:
        return None


class _QuickReader:
    """One note: what it says, by offset."""

    def __init__(self, text: str, start: int) -> None:
        self.line = 1
        if start:
            start -= 1  # every line begins with the break before it
        else:
            text = "\n" + text
            self.line = 0
        self.full_text = text
        self.start = start
        self.links: list[Row] = []
        self.tags: list[tuple[int, str]] = []
        self.fields: list[tuple[int, str, str]] = []  # offset, key, value
        self.headings: list[tuple[int, int, str]] = []  # offset, level, text

    def record(self) -> NoteRecord:
        """Read the note.

        Raises:
            Unsure: it must be read in full.
        """
        text, start = self.full_text, self.start
        marks = [mark for mark in "`<$\\" if mark in text]
        if (
            "<" in marks
            or ("`" in marks and "```" in text)
            or ("$" in marks and "$$" in text)
            or ("%" in text and "%%" in text)
            or ("~" in text and "~~~" in text)
        ):
            text = without_blocks(text, start, self._comment)
        doubt_indented(text, start)
        if "]:" in text:
            doubt_definitions(text, start)
        blocks = block_ids(text, start) if "^" in text else []
        clean, closer = self._without_spans(text, marks)
        self._markdown_links(text, clean, closer)
        for begin, end in closer.items():
            self._look_closer(text, begin, end)
        if closer:
            clean = blank_out(clean, sorted(closer.items()))
        self._wikilinks(clean)
        self._headings(clean)
        if "#" in clean:
            self._tags(clean)
        levels = titles = ""
        opens = False
        if self.headings:
            if closer:
                self.headings.sort()
            levels = "".join([str(heading[1]) for heading in self.headings])
            titles = "\n".join([heading[2] for heading in self.headings])
            opens = levels[0] == "1" and not self.full_text[start : self.headings[0][0]].strip()
        links = self._number_lines(self.links)
        return NoteRecord(
            levels, titles, opens, links, self._number_lines(self.tags), blocks, self._number_lines(self.fields)
        )

    def _number_lines(self, rows: list[Any]) -> list[Any]:
        """The rows in the order of the text, each with its line instead of its offset."""
        if not rows:
            return rows
        if len(rows) > 1:
            rows.sort()
        line, last, result = self.line, 0, []
        count = self.full_text.count
        for row in rows:
            offset = row[0]
            line += count("\n", last, offset)
            last = offset
            result.append((line, *row[1:]))
        return result

    def _without_spans(self, text: str, marks: list[str]) -> tuple[str, dict[int, int]]:
        """The text without the code and the HTML within its lines; and the lines that need a closer look."""
        closer: dict[int, int] = {}
        spans: list[tuple[int, int]] = []
        seen: dict[int, int] = {}
        for mark in (*marks, "::") if ":" in text else marks:
            position = text.find(mark, self.start)
            while position >= 0:
                begin = text.rfind("\n", 0, position) + 1
                end = closer.get(begin) or (seen.get(begin) if mark != "::" else None)
                if end is None:
                    end = line_end(text, position)
                    if mark in "`<" and SPANS.fullmatch(text, begin, end) and text.find("[[", begin, end) < 0:
                        seen[begin] = end
                        spans += [match.span() for match in SPAN_ALONE.finditer(text, begin, end)]
                    else:
                        closer[begin] = end
                position = text.find(mark, end)
        return blank_out(text, sorted(spans), NOTHING) if spans else text, closer

    def _wikilinks(self, text: str) -> None:
        links = self.links
        for match in WIKILINK.finditer(text, self.start):
            inner = match[1]
            offset = match.start()
            if text[offset - 1] == "!" or "|" in inner or "#" in inner or ":" in inner:
                if inner.strip():
                    embed = text[offset - 1] == "!"
                    links.append(link_row(mention(inner, 0, 0, embed), offset - embed, ""))
            elif inner := inner.strip():
                links.append((offset, inner, "", to_text(inner), 0, ""))

    def _markdown_links(self, text: str, clean: str, closer: dict[int, int]) -> None:
        """Links `[words](target)` with nothing else between the brackets; other lines go to `closer`."""
        links: list[Row] = []
        behind = 0  # the link before
        position = clean.find("](", self.start)
        while position >= 0:
            begin = clean.rfind("\n", 0, position) + 1
            if begin in closer:
                position = clean.find("](", closer[begin])
                continue
            opener = clean.rfind("[", begin, position)
            words = text[opener + 1 : position]
            target = TARGET.match(text, position + 1)
            simple = target and opener >= behind and "]" not in words and words[:1] != "^" and text[opener - 1] != "["
            if simple and (within := clean.rfind("[[", begin, opener)) >= 0:
                simple = "]]" in clean[within:opener]
            if simple and text[opener - 1] == "!":
                simple = text.count("[", begin, opener) < DEEPEST
            if not target or not simple or "[[" in target[0] or NOTHING in clean[position : target.end()]:
                while links and links[-1][0] >= begin:
                    links.pop()  # of this line, which is read anew
                position = closer[begin] = line_end(text, position)
            elif "\n" in target[0]:
                raise Unsure
            else:
                if to := destination(target):
                    image = text[opener - 1] == "!"
                    path, anchor, external = to
                    if image:
                        words = without_size(words)
                    if not words and not external:
                        words = " > ".join([part for part in (path, *anchor.split("#")) if part and part[:2] != "[^"])
                    shown_text = to_text(words) or (path if external else "")
                    links.append((opener - image, path, anchor, shown_text, image * EMBED + external * EXTERNAL, ""))
                position = behind = target.end()
            position = clean.find("](", position)
        self.links += links

    def _headings(self, text: str) -> None:
        for match in HEADING.finditer(text, self.start):
            written = self.full_text[match.start(2) : match.end(2)] if match[2] else ""
            body = written.strip()
            if body.endswith("#"):
                body = CLOSING_HASHES.sub("", written.lstrip(" \t").rstrip()).strip()
            self.headings.append((match.start() + 1, len(match[1]), body))

    def _tags(self, text: str) -> None:
        for match in HASH.finditer(text, self.start):
            offset = match.start()
            if match[1] is None:
                if MARKED_ONLY.fullmatch(text, text.rfind("\n", 0, offset) + 1, offset):
                    raise Unsure
            elif not _within_link(text, offset):
                before = text[offset - 1]
                begin = text.rfind("\n", 0, offset) + 1
                if (before == "|" and text[begin] != "|") or (text[begin] == "#" and text.find("{", begin, offset) > 0):
                    raise Unsure
                if before in MARKS_BEFORE and not ends_token(self.full_text, offset):
                    continue
                for tag in match[1].split("#"):
                    body = tag.rstrip("/")
                    if before in "_*~=" and body.endswith(before):  # the emphasis that began before it
                        body = body.rstrip(before)
                    if body and not body.isdigit():
                        self.tags.append((offset, body))
                    offset += len(tag) + 1
                    before = tag[-1]

    def _look_closer(self, text: str, start: int, end: int) -> None:
        """Read one line by the rules for a block's text; nothing of it may depend on the lines around it."""
        prefix = PREFIX.match(text, start, end)
        assert prefix
        content = text[prefix.end() : end]
        if "|#" in content and content[:1] != "|":  # whether it is the row of a table
            raise Unsure
        if prefix[2]:
            if prefix[1]:
                raise Unsure
            content = CLOSING_HASHES.sub("", content.rstrip()).rstrip()
            self.headings.append((start, len(prefix[2].rstrip()), content.strip()))
        kind = "heading" if prefix[2] else "text"
        unclosed = self._inline(Block(kind, prefix.end(), end, content, 0, None, [(prefix.end(), end)]))
        if unclosed and not prefix[2]:
            above = text.rfind("\n\n", max(start - FAR, 0), start)
            below = text.find("\n\n", end, end + FAR)
            if (above < 0 and start > FAR) or (below < 0 and end + FAR < len(text)):
                raise Unsure
            around = text[max(above, 0) : start] + text[end : below if below >= 0 else len(text)]
            if any(CLOSERS[mark] in around for mark in unclosed) or ("]" in unclosed and around.strip()):
                raise Unsure

    def _inline(self, block: Block) -> set[str]:
        """Read a block's text; returns what begins in it and would end behind it."""
        inline = Inline()
        inline.read(block)
        pairs = pair_with_keys(self.full_text, inline.mentions, inline.fields)
        self.links += [link_row(link, link.start, key) for link, key in pairs]
        self.tags += inline.tags
        self.fields += field_values(self.full_text, inline.fields, inline.mentions)
        return inline.unclosed

    def _comment(self, start: int, end: int) -> None:
        """Read a %%comment%% that fills lines: what it says counts."""
        text = self.full_text
        lines = []
        position = start
        while position <= end:
            stop = min(line_end(text, position), end)
            while position < stop and text[position] in " \t":
                position += 1
            lines.append((position, stop))
            position = stop + 1
        content = "\n".join([text[begin:stop] for begin, stop in lines])
        if "^" in content:
            raise Unsure
        self._inline(Block("comment", start, end, content, 0, None, lines))


def _within_link(text: str, offset: int) -> bool:
    """Whether an offset lies in a `[[link]]`, in the target of a Markdown link or in the mark of a footnote."""
    begin = text.rfind("\n", 0, offset) + 1
    opener = text.rfind("[[", begin, offset)
    link = WIKILINK.match(text, opener) if opener >= 0 else None
    opener = text.rfind("[^", begin, offset)
    mark = FOOTNOTE.match(text, opener) if opener >= 0 else None
    if (link and link.end() > offset) or (mark and mark.end() > offset):
        return True
    while (opener := text.find("](", begin, offset)) >= 0:
        target = TARGET.match(text, opener + 1)
        if target and target.end() > offset:
            return bool(target[1] or target[2])
        begin = target.end() if target else opener + 1
    return False
