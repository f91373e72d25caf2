"""What a note's text says that links are: `- requires [[X]]`, `Requires: [[X]]`, a list below `## Prerequisites`. Pure.

Only words that are known say so, where they are all that stands before or above the links. Few notes have any: one pass over
its bytes, with a pattern that has `pattern` in it, tells whether a note may.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from exporter.reader.markdown.patterns import AND, ATTRIBUTES, CALLOUT
from exporter.reader.markdown.record import EXTERNAL, LinkRow, NoteRecord
from exporter.regex import regex

BREAKS = regex(r"[\W_]+")  # between words, as these are compared
HEADING = regex(r"#{1,6}(?=[ \t])")
UNDERLINE = regex(r"[ \t>]*(?:=+|-+)[ \t]*\Z")
ITEM = regex(r"(?:[-+*]|\d{1,9}[.)])[ \t]+(\[[^\n]\][ \t]+)?")  # with the box of a task
LINK = r"!?(?:\[\[[^\[\]\n]+\]\]|\[[^\[\]\n]*\]\([^()\n]*\))"
MARKS = r"[ \t*_~=]*+"
RUN = regex(rf"{MARKS}{LINK}(?:{MARKS}(?:[,;/&+|·•、，；]|{AND.pattern})?{MARKS}{LINK})*", re.IGNORECASE)
LINKS = regex(LINK)
# Behind the links of an item: nothing, words in parentheses or behind a dash or a colon, tags, a block's id
BEHIND = regex(
    rf"{MARKS}[.,;]?{MARKS}(?:\([^\n]*\)\.?|[-–—:][ \t][^\n]*|(?:#\S++[ \t]*+)++)?(?:[ \t]*\^[A-Za-z0-9-]+)?[ \t]*\Z"
)
ANY = "*"  # the key of a heading below which the words before a link, whatever they are, say of which kind it is
MOST_WORDS = 4  # of such
LONGEST = 60  # characters of a line that is but such a word, with its marks


class Word(NamedTuple):
    """A word that says what links are."""

    said: str  # "see also": as `key_of` has it
    key: str  # what the links are then said to stand in: a word of `relations`, or a kind
    above: bool  # whether it may stand above a list, as a heading


class _Label(NamedTuple):
    """A line above a list."""

    key: str
    line: int
    indent: int
    depth: int  # of quotes
    kind: str  # "item", "callout" or "line"

    def ends(self, line: int, indent: int, depth: int, item: bool) -> bool:
        """Whether a line is not of its list: a callout's is all that it holds, another line's may be links right below."""
        if depth < self.depth:
            return True
        if self.kind == "callout" or indent > self.indent:
            return False
        return self.kind == "item" or not (item or line <= self.line + 2)


def key_of(words: str) -> str:
    """What such words are compared by: letters and digits alone, in lower case."""
    return " ".join(BREAKS.split(words.lower())).strip()


def pattern(words: tuple[Word, ...]) -> str:
    """A pattern of RE2 for a line in which one of these words may say what links are."""
    said = "|".join(sorted({r"[\s_-]+".join(map(re.escape, word.said.split())) for word in words}))
    return (
        r"(?m:^)[^\pL\pN\n\[]*(?:\[![^\[\]\n]*\][^\pL\pN\n\[]*)?(?:\d+[.)][^\pL\pN\n\[]*)?"
        rf"(?:{said})(?:[^\pL\pN\n\[]*(?:\[|(?m:$))|[ \t]*\{{)"
    )


@cache
def _lines_with(words: tuple[Word, ...]) -> Any:
    """Finds the lines in which one of these words may say what links are."""
    import re2

    options = re2.Options()
    options.case_sensitive, options.log_errors = False, False
    return re2.compile(pattern(words).encode(), options)


def find_lines(text: str, words: tuple[Word, ...]) -> Iterator[int]:
    """The lines, counted from 1, on which one of these words may say what links are."""
    data = text.encode(errors="replace")
    number, offset = 1, 0
    for match in _lines_with(words).finditer(data):
        number += data.count(b"\n", offset, match.start())
        offset = match.start()
        yield number


def name_links(
    text: str,
    start: int,
    record: NoteRecord,
    words: tuple[Word, ...],
    find: Callable[[str, tuple[Word, ...]], Iterable[int]] = find_lines,
) -> list[LinkRow]:
    """The links of a body, which begins at `start`, with the keys that the text before or above them gives."""
    return _Reading(text, start, record, words, find(text, words)).links if record.links else []


@cache
def _keys(words: tuple[Word, ...]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The keys by what is said, before links and above lists."""
    return {word.said: word.key for word in words if word.key != ANY}, {
        word.said: word.key for word in words if word.above
    }


class _Reading:
    """Goes through the lines with such words, and those of the lists below them, up to the last link."""

    def __init__(
        self, text: str, start: int, record: NoteRecord, words: tuple[Word, ...], lines: Iterable[int]
    ) -> None:
        self.links = list(record.links)
        self._before, self._above = _keys(words)
        self._headings = set(record.headings.split("\n"))
        self._lines = text.split("\n")
        rows: dict[int, list[int]] = {}
        for row, link in enumerate(self.links):
            rows.setdefault(link[0], []).append(row)
        self._section, self._level = "", 0
        self._label: _Label | None = None
        first, last = text.count("\n", 0, start) + 1, max(rows)
        filled = (number for number in range(first, last + 1) if self._lines[number - 1].strip())
        self._title = next(filled, 0) if record.opens else 0  # its line, where the first heading is the note's title
        number = first
        for line in lines:
            number = max(number, line)
            while number <= last:
                self._read(number, rows.get(number, []))
                number += 1
                if not (self._section or self._label):
                    break

    def _read(self, number: int, rows: list[int]) -> None:
        line = self._lines[number - 1]
        content = line.lstrip(" \t>")
        if not content:
            return
        if self._enter_section(number, content):
            if rows and ":" in content.partition("[")[0]:  # `###### up: [[X]]`
                self._name(content.lstrip("#").lstrip(), None, rows, goes_on=False)
            return
        indent = len(line) - len(content)
        depth = line.count(">", 0, indent)
        item = ITEM.match(content)
        if self._label and self._label.ends(number, indent, depth, item is not None):
            self._label = None
        body = content[item.end() :] if item else content
        if not rows:
            kind = "item" if item else "callout" if CALLOUT.match(body) else "line"
            if key := self._key_of_label(body, kind):
                self._label = _Label(key, number, indent, depth, kind)
        elif not any(self.links[row][5] for row in rows):  # those in a field have a key
            self._name(body, item, rows, goes_on=not item and indent >= 2 + 2 * depth)

    def _enter_section(self, number: int, content: str) -> bool:
        """Whether a line is a heading; what stands below it may be of a kind then."""
        heading = HEADING.match(content)
        text = content[heading.end() :].strip() if heading else content.strip()
        if heading:
            text = text if text in self._headings else text.rstrip("#").rstrip()
            level = len(heading[0])
        else:
            underline = UNDERLINE.match(self._lines[number]) if number < len(self._lines) else None
            if not underline:
                return False
            level = 1 if "=" in underline[0] else 2
        if text not in self._headings:  # but code
            return False
        key = "" if number == self._title else self._above.get(key_of(ATTRIBUTES.sub("", text)), "")
        if key or level <= self._level or not self._section:
            self._section, self._level = key, level
        self._label = None
        return True

    def _key_of_label(self, body: str, kind: str) -> str:
        """The key that a line without a link gives to the list below it."""
        if len(body) > LONGEST:
            return ""
        words = CALLOUT.sub("", body, count=1).strip() if kind == "callout" else body.strip()
        if kind == "line" and not (words.rstrip("*_").endswith((":", "：")) or words[:2] == words[-2:] == "**"):
            return ""
        return self._above.get(key_of(words), "")

    def _name(self, body: str, item: re.Match[str] | None, rows: list[int], goes_on: bool) -> None:
        """Give the links that a line lists their key; what it says that goes on with an item is said of the item alone."""
        at = body.find("[")
        at -= at > 0 and body[at - 1] == "!"
        before = body[:at]
        said = key_of(before)
        if said:
            colon = before.rstrip(" \t*_~=").endswith((":", "："))
            says = (item and not item[1]) or (colon and not goes_on)
            key = self._before.get(said, "") if says and "::" not in before else ""
            if not key and item and not item[1] and self._section == ANY and len(said.split()) <= MOST_WORDS:
                key = before.strip(" \t*_~=:")
        else:
            key = self._label.key if self._label else self._section
        run = RUN.match(body, at) if key not in ("", ANY) and "|" not in before else None
        if not run:
            return
        if not (BEHIND.match(body, run.end()) if said else item or not body[run.end() :].strip(" \t.,;*_")):
            return  # a sentence
        for row in rows[: len(LINKS.findall(run[0]))]:
            link = self.links[row]
            if not link[4] & EXTERNAL:
                self.links[row] = (*link[:5], key)
