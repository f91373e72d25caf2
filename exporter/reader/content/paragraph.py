"""The sentences of ONE paragraph, as plain text: made plain once, with private characters where a link begins and ends, so
that sentences are cut where no mark is in the way, and never within a link. Pure.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator

from exporter.reader.markdown.inline import Inline, mention, read_inline, shown_text
from exporter.reader.markdown.plain_text import to_text
from exporter.regex import regex

LONGEST = 500  # characters of a sentence; of a longer one what stands around the link is given
WORD_LENGTH = 40  # characters within which a word ends
FAR = 20_000  # characters of a paragraph in which words are looked for that are no link's
_WORDS = r"([^\[\]\n^][^\[\]\n]*)\]\([^()\s<>\x00-\x1f]+\)"  # [words](target), behind its first bracket
# [[Note]], [[Note#heading|words]] and [words](target), as nearly all links are; the groups are what is shown. A pattern
# that begins with a letter of its own is searched for several times as fast
LINK = regex(
    r"\[(?<!!\[)(?:\[(?:[ \t]*+[^\s\[\]|][^\[\]\n|]*+\|)?([^\s\[\]|#](?:[^\[\]\n|#]*[^\s\[\]|#])?)\]\]"
    rf"|{_WORDS})"
)
ANY_LINK = regex(rf"(!?)\[\[([^\[\]\n]+)\]\]|\[(?<!!\[){_WORDS}")
HIDDEN = regex(r"%%[^%]*+(?:%(?!%)[^%]*+)*+%%")
OTHER_MARKS = (*"\\`$<&*_~=\ue000", "%%")
BREAK = regex(r"<br\b", re.IGNORECASE)
BAR = regex(r"\\.|\|", re.DOTALL)  # between cells, unless escaped
CUT, BEGIN, END = "\ue001", "\ue002", "\ue003"  # private characters: between cells, before and behind a link
MARK = regex(f"([{CUT}{BEGIN}{END}])")
STOPS = ".!?…。！？｡"
STOP = regex(  # what ends a sentence: nothing of a run of stops is tried again
    r"[.!?…](?<![.!?…].)[.!?…]*+[\"'”’»›)\]}]*+ ++|[。！？｡](?<![。！？｡].)[。！？｡]*+[”’\"')\]」』】〉》）]*+ *+"
)
NO_BEGINNING = frozenset(",;:)]}»”’、，；：）」』-–—/|+&")  # with these no sentence begins
# Words before a ".": these end no sentence; these end none before a number; these end one before a capital letter alone
NEVER = frozenset(
    "e.g E.g eg i.e I.e ie cf Cf vs viz al approx ca resp incl esp aka Dr Mr Mrs Ms Prof St Mt Fig fig Figs figs Eq Eqs"
    " eq eqs Ed Eds eds bzw vgl".split()
)
NUMBERED = frozenset(
    "no nos nr vol ch chap sec sect art p pt pp v ver jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
OFTEN = frozenset("etc usw ff inc ltd co corp jr sr".split())
DOTTED = regex(r"[^\W\d_]{1,2}(?:\.[^\W\d_]{1,2})+")  # "a.k.a"
Span = tuple[int, int]


class Paragraph:
    """One paragraph, list item, heading or row of a table, made plain when somebody asks for a sentence of it."""

    __slots__ = ("_line", "_row", "_several", "_single", "_text")

    def __init__(self, text: str, line: int, row: bool) -> None:
        self._text = text
        self._line = line
        self._row = row
        self._single: str | None = None  # all of it, if that is one sentence; else ""; None: nobody knows yet
        self._several: _Several | None = None

    def sentence(self, line: int, words: str, anchor: str) -> str:
        """The sentence with the link of this line that shows these words; "" where there is none."""
        if self._single is None:
            text = self._text
            if "%%" in text and not HIDDEN.sub("", text).strip():
                text = self._text = ""  # nobody sees anything of it
            plain = "" if self._row or ("<" in text and BREAK.search(text)) else _to_plain(text)
            self._single = plain if len(plain) <= LONGEST and not _has_stop(plain) else ""
        if words in self._single or not self._text:
            return self._single
        if self._several is None:
            self._several = _Several(self._text, self._line, self._row)
        return self._several.sentence(line, words, anchor)


class _Several:
    """A paragraph of several sentences, or with marks in its links: as plain text, and where these stand in it."""

    def __init__(self, text: str, line: int, row: bool) -> None:
        text = MARK.sub("", text)
        inline = read_inline(text)
        marked, starts = _add_marks(text, inline, row)
        self._plain, cuts, spans = remove_marks(to_text(marked))
        if len(spans) != len(starts):  # a mark was lost where `to_text` reads otherwise; the words will be looked for
            spans, starts = [], []
        self._ends = sorted({0, len(self._plain), *cuts, *_stops(self._plain, spans)})
        self._spans: dict[tuple[int, str, str], Span | None] = {}  # of the links, by line, words and anchor
        span_of = dict(zip(starts, spans, strict=True))
        counted = 0
        for link in inline.mentions:
            if not link.external:
                line += text.count("\n", counted, link.start)
                counted = link.start
                key = (line, _to_plain(shown_text(link)), link.anchor)
                if self._spans.get(key) is None:  # a comment may hold the same link, which nobody sees
                    self._spans[key] = span_of.get(link.start)

    def sentence(self, line: int, words: str, anchor: str) -> str:
        """The sentence with the link of this line that shows these words; "" where there is none."""
        key = (line, words, anchor)
        if key not in self._spans:  # no link says so: an entry of the map does, or a dialect names the anchor otherwise
            alike = [span for (at, shown, _), span in self._spans.items() if (at, shown) == (line, words)]
            start = self._plain.find(words, 0, FAR)
            self._spans[key] = alike[0] if alike else (start, start + len(words)) if start >= 0 else None
        span = self._spans[key]
        return self._cut(*span) if span else ""

    def _cut(self, start: int, end: int) -> str:
        """The sentence around these offsets; of a long one what stands around them."""
        text = self._plain
        k = bisect_right(self._ends, start)
        first, last = self._ends[k - 1], max(self._ends[k] if k < len(self._ends) else len(text), end)
        while first < start and text[first] == " ":
            first += 1
        while last > end and text[last - 1] == " ":
            last -= 1
        if last - first <= LONGEST:
            return " ".join(text[first:last].split())
        room = LONGEST - 2  # for "…" on either side
        end = min(end, start + room)
        before, behind = start - first, last - end
        half = (room - (end - start)) // 2
        left = min(before, half + max(half - behind, 0))
        right = min(behind, room - (end - start) - left)
        begin, stop = start - left, end + right
        if begin > first and text[begin - 1] != " ":  # within a word
            space = text.find(" ", begin, min(begin + WORD_LENGTH, start + 1))
            begin = space + 1 if space >= 0 else begin
        if stop < last and text[stop] != " ":
            space = text.rfind(" ", max(stop - WORD_LENGTH, end), stop)
            stop = space if space >= 0 else stop
        words = " ".join(text[begin:stop].split())
        head, tail = "…" if begin > first else "", "…" if stop < last else ""
        return f"{head}{words}{tail}"


def _to_plain(text: str) -> str:
    """Markdown as plain text, like `to_text`, at a fraction of the cost where there are no marks but those of links."""
    for mark in OTHER_MARKS:  # several times as fast as one pattern
        if mark in text:
            return to_text(text)
    words = text
    if "[" in text:
        words = "".join(filter(None, LINK.split(text)))
        if "[" in words:
            words = ANY_LINK.sub(_words, text)
    return to_text(text) if "[" in words else " ".join(words.split())


def _words(link: re.Match[str]) -> str:
    """What a link shows that ANY_LINK found; a bracket where it is none."""
    inner: str | None = link[2]
    if inner is None:
        return link[3]
    return shown_text(mention(inner, 0, 0, embed=link[1] == "!")) if inner.strip() else "["


def _add_marks(text: str, inline: Inline, row: bool) -> tuple[str, list[int]]:
    """The text with marks around what its links show, and where these links begin, in the order of the marks.

    Code has marks, too, and what links outside the vault show, if there is a stop in it; and cells end at marks.
    """
    hidden, masked = _outermost(inline.comments), _outermost(inline.masked)
    edits: list[tuple[int, int, str]] = []
    starts: list[tuple[int, int]] = []  # where the mark stands; where the link begins
    for link in inline.mentions:
        if _within(link.start, hidden) or (link.external and not STOP.search(link.text)):
            continue
        if link.text_end and link.text:  # [text](target)
            begin = link.start + 1 + link.embed
            edits += [(begin, begin, BEGIN), (begin + len(link.text), begin + len(link.text), END)]
        else:
            begin, words = link.start, _to_plain(shown_text(link))
            if "[[" in words or "]]" in words:
                continue
            edits.append((begin, link.end, f"[[x|{BEGIN}{words}{END}]]"))
        starts.append((begin, link.start))
    for start, end in inline.masked:
        if text[start] == "`" and STOP.search(text, start, end) and not _within(start, hidden):
            edits += [(start, start, BEGIN), (end, end, END)]
            starts.append((start, start))
        elif text[start] == "<" and BREAK.match(text, start) and not _within(start, hidden):
            edits.append((start, end, f" {CUT} "))
    if row:
        for bar in BAR.finditer(text):
            if bar[0] == "|" and not _within(bar.start(), masked) and not _within(bar.start(), hidden):
                edits.append((bar.start(), bar.end(), f" {CUT} "))
    parts, position = [], 0
    for start, end, mark in sorted(edits):
        parts += [text[position:start], mark]
        position = end
    return "".join([*parts, text[position:]]), [start for _, start in sorted(starts)]


def remove_marks(text: str) -> tuple[str, list[int], list[Span]]:
    """The text without its marks, where cells end in it, and what stood between marks, by where it begins."""
    parts: list[str] = []
    cuts: list[int] = []
    spans: list[Span] = []
    open_spans: list[int] = []
    at = 0
    for part in MARK.split(text):
        if part == CUT:
            cuts.append(at)
        elif part == BEGIN:
            open_spans.append(len(spans))
            spans.append((at, at))
        elif part == END:
            if open_spans:
                k = open_spans.pop()
                spans[k] = (spans[k][0], at)
        else:
            parts.append(part)
            at += len(part)
    return "".join(parts), cuts, spans


def _stops(text: str, spans: list[Span]) -> Iterator[int]:
    """Where sentences begin, but for the first."""
    linked = _outermost(spans)
    begins = {start for start, _ in spans}
    last = 0
    for match in STOP.finditer(text):
        stop, end = match.span()
        if end == len(text) or _within(stop, linked):
            continue
        if text[stop] not in "。！？｡":
            following = text[end]
            if following.islower() and (end not in begins or match[0].rstrip().endswith(("...", "…"))):
                continue  # what is linked may be a name in lower case, with which a sentence begins
            if following in NO_BEGINNING:
                continue
            # what is linked is no abbreviation
            if match[0].rstrip() == "." and not _within(stop - 1, linked) and _goes_on(text, last, stop, following):
                continue
        yield end
        last = end


def _has_stop(text: str) -> bool:
    for stop in STOPS:  # several times as fast as the pattern, where there is none
        if stop in text:
            return STOP.search(text) is not None
    return False


def _goes_on(text: str, start: int, stop: int, following: str) -> bool:
    """Whether the "." ends but an abbreviation or a number, within a sentence that begins at `start`."""
    word = text[max(stop - WORD_LENGTH, start) : stop].rpartition(" ")[2].lstrip("([{\"'“‘«„")
    if word in NEVER or DOTTED.fullmatch(word) or (len(word) == 1 and word.isupper()):
        return True
    if word.isdigit() and not text[start : stop - len(word)].strip():
        return True  # "1. First"
    if following.isdigit():
        return word.lower() in NUMBERED
    return following.islower() and word.lower() in OFTEN


def _outermost(spans: list[Span]) -> list[Span]:
    """The spans in order, without those within others."""
    outermost: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not outermost or start >= outermost[-1][1]:
            outermost.append((start, end))
    return outermost


def _within(offset: int, spans: list[Span]) -> bool:
    k = bisect_right(spans, (offset, sys.maxsize)) - 1
    return k >= 0 and offset < spans[k][1]
