"""What kind of text a note has: whether it may hold a hidden callout or addresses beside its links, waits for words, is empty. Pure.

`native/src/traits.rs` is its other half.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from exporter.reader.batch.columns import HOLDS_ADDRESS, HOLDS_CALLOUT, PLACEHOLDERS
from exporter.reader.markdown.relations import Word, pattern
from exporter.regex import regex

ELEMENT = regex(r"<[a-z][a-z0-9]*\b[^<>]*?\s(?:href|src|data|poster)\s*=", re.IGNORECASE)
TAG_BEGIN = regex(r"</?[A-Za-z]")
OBSIDIAN_FILE = regex(r"obsidian:(?:///|//vault/|//[^\s<>\"'()\[\]`]*\b(?:file|filepath|path)=)")
WIDEST = 5000  # characters of a tag, or of the name of a target
PLACEHOLDER = regex(r"\{\{\s*(?:title|date|time)\b[^{}\n]*\}\}|<%[-_*+~]?\s*\S")  # of core Templates, of Templater
CODE = regex(r"`[^`\n]*`")
SHORTEST = 300  # characters: a longer body is not empty


def may_have(data: bytes, words: tuple[Word, ...], callouts: bool) -> bool:
    """Whether a note's text, in UTF-8, may give it a trait, or its links a kind, as few do: one pass; `callouts`: some are hidden."""
    return _trait_signs(words, callouts).search(data) is not None


def traits_of(text: str, end: int, headings: str, callout: re.Pattern[str] | None) -> str:
    """The traits that a note has by its text; its body begins at `end`."""
    traits = HOLDS_CALLOUT if callout and callout.search(text) else ""
    if holds_address(text):
        traits += HOLDS_ADDRESS
    if _has_placeholders(text, end, headings):
        traits += PLACEHOLDERS
    return traits


@cache
def _trait_signs(words: tuple[Word, ...], callouts: bool) -> Any:
    """What a note must have for its text to give it a trait, or links a kind: one pass, as few notes have any."""
    import re2

    options = re2.Options()
    options.case_sensitive, options.never_capture, options.log_errors = False, True, False
    line = "(?:^\ufeff?|\\n)[ \\t>]*".encode()  # a byte order mark may come before the first
    signs = (
        *([rb"\[!"] if callouts else ()),
        rb"\{\{|<%",  # placeholders
        rb"\d{18}",  # a number of many digits
        OBSIDIAN_FILE.pattern.encode(),
        rb"(?:href|src|data|poster)(?:[\s\v\x1c-\x1f\x{85}]|\pZ)*=",
        line + rb"\[[^\[]*\]:",  # a definition of a target
        line + rb"</?[a-z](?:[^\n]|\n[^\n])*\n?\[\[",  # HTML up to a blank line, and a link in it
        *([pattern(words).encode()] if words else ()),
    )
    return re2.compile(b"|".join(signs), options)


@cache
def callout_of(kinds: frozenset[str]) -> re.Pattern[str]:
    """How a callout of one of these kinds begins."""
    return re.compile(rf"\[!\s*(?:{'|'.join(map(re.escape, sorted(kinds)))})\s*[|\]]", re.IGNORECASE)


def holds_address(text: str) -> bool:
    """Whether addresses may stand in a note that are no links: in HTML, in definitions of targets, Obsidian's own."""
    return bool(
        ("obsidian:" in text and OBSIDIAN_FILE.search(text))
        or ("]:" in text and _defines_target(text))
        or ("<" in text and _html_holds_address(text))
    )


def _html_holds_address(text: str) -> bool:
    """Whether an element of HTML has an address, or a block that it begins, up to a blank line, what a link looks like."""
    behind = 0  # the last block
    for match in TAG_BEGIN.finditer(text):
        start = match.start()
        end = text.find(">", start, start + WIDEST)
        if text.find("=", start, end if end >= 0 else start + WIDEST) >= 0 and ELEMENT.match(text, start):
            return True
        if start >= behind and not text[text.rfind("\n", behind, start) + 1 : start].strip(" \t>"):
            behind = text.find("\n\n", start)
            behind = behind if behind >= 0 else len(text)
            if text.find("[[", start, behind) >= 0:
                return True
    return False


def _defines_target(text: str) -> bool:
    """Whether a line begins as the definition of a link's target does: "[name]: "."""
    at = -1
    while (at := text.find("]:", at + 1)) >= 0:
        begin = text.rfind("[", max(at - WIDEST, 0), at)
        if (
            begin >= 0
            and text[begin + 1] not in "^]"
            and not text[text.rfind("\n", 0, begin) + 1 : begin].strip(" \t>")
        ):
            return True
    return False


def _has_placeholders(text: str, end: int, headings: str) -> bool:
    """Whether a note waits for words: in its properties, a heading, or at the head of its body, which begins at `end`."""
    return ("{{" in text or "<%" in text) and bool(
        PLACEHOLDER.search(text, 0, end)
        or PLACEHOLDER.search(CODE.sub("", headings))
        or text[end : end + SHORTEST].lstrip().startswith("<%")
    )


def is_empty(body: str) -> bool:
    """Whether a note's body says nothing but what headings say."""
    return all(not line.strip() or line.startswith(("# ", "## ")) for line in body.split("\n"))
