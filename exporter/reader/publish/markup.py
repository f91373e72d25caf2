"""What is no link to Obsidian, but names or shows a file: addresses in HTML, definitions of targets, links in HTML. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from urllib.parse import quote

from exporter.reader.publish.edits import Edit, hole
from exporter.regex import regex

Called = Callable[[str], Collection[str] | None]  # what an address means is called, folded, if it is hidden; else None

ELEMENT = regex(
    r"<(?P<name>[a-z][a-z0-9]*)\b[^<>]*?\s(?:href|src|data|poster)\s*=\s*"
    r"(?:\"(?P<double>[^\"<>]*)\"|'(?P<single>[^'<>]*)'|(?P<bare>[^\s\"'<>]+))[^<>]*>",
    re.IGNORECASE,
)
DEFINITION = regex(
    r"^(?P<marks>[ \t>]*)\[(?P<label>(?!\^)[^\[\]\n]+)\]:[ \t]*(?:<(?P<angle>[^<>\n]+)>|(?P<url>[^\s<]\S*))[^\n]*$",
    re.MULTILINE,
)
USE = regex(r"(?<![-*+] )(?<!\[)(?P<image>!?)\[(?P<words>[^\[\]\n]*)\](?:\[(?P<label>[^\[\]\n]*)\])?(?![\[(:])")

HTML = regex(r"^[ \t>]*</?[a-z][^\n]*(?:\n[^\n]*\S[^\n]*)*", re.MULTILINE | re.IGNORECASE)  # up to a blank line
WIKILINK = regex(r"(?P<embed>!?)\[\[(?P<target>[^\[\]|\n]+)(?:\|(?P<words>[^\[\]\n]*))?\]\]")

OBSIDIAN = regex(r"\bobsidian://[^\s<>\"'()\[\]`]+", re.IGNORECASE)


def _unescape(text: str) -> str:
    if "&" not in text:
        return text
    from html import unescape  # with the names of all entities, and few addresses have one

    return unescape(text)


def edit_markup(text: str, position: int, called: Called) -> Iterator[Edit]:
    """Take addresses of what is hidden out of a note's body, which begins at `position`; of links the words stay."""
    yield from _edit_elements(text, position, called)
    yield from _edit_definitions(text, position, called)
    yield from _edit_html(text, position, called)
    for match in OBSIDIAN.finditer(text, position):
        if called(_unescape(match[0])) is not None:
            yield *hole(text, *match.span()), ""


def _edit_elements(text: str, position: int, called: Called) -> Iterator[Edit]:
    for match in ELEMENT.finditer(text, position):
        names = called(_unescape(match["double"] or match["single"] or match["bare"] or "").strip())
        if names is None:
            continue
        closer = re.compile(rf"</{match['name']}\s*>", re.IGNORECASE).search(text, match.end())
        if closer and match["name"].lower() == "a" and not _is_one(text[match.end() : closer.start()], names):
            yield match.start(), match.end(), ""
            yield closer.start(), closer.end(), ""
        elif closer:
            yield match.start(), closer.end(), "\n" * text.count("\n", match.start(), closer.end())
        else:
            yield *hole(text, *match.span()), "\n" * match[0].count("\n")


def _edit_definitions(text: str, position: int, called: Called) -> Iterator[Edit]:
    labels: dict[str, Collection[str]] = {}
    for match in DEFINITION.finditer(text, position):
        names = called((match["angle"] or match["url"]).strip())
        if names is not None:
            labels[_label(match["label"])] = names
            yield match.end("marks"), match.end(), ""
    for match in USE.finditer(text, position) if labels else ():
        hidden = labels.get(_label(match["label"] or match["words"]))
        if hidden is not None:
            gone = match["image"] or _is_one(match["words"], hidden)
            start, end = hole(text, *match.span()) if gone else match.span()
            yield start, end, "" if gone else match["words"]


def _edit_html(text: str, position: int, called: Called) -> Iterator[Edit]:
    """Take links out of blocks of HTML, where they are none."""
    for block in HTML.finditer(text, position):
        for link in WIKILINK.finditer(text, block.start(), block.end()):
            names = called(quote(link["target"].strip()))
            if names is not None:
                words = (link["words"] or "").strip()
                yield link.start(), link.end(), "" if link["embed"] or _is_one(words, names) else words


def _label(words: str) -> str:
    return " ".join(words.casefold().split())


def _is_one(words: str, names: Collection[str]) -> bool:
    """Whether these words are one of the names, or none."""
    return not words.strip() or _label(words) in {_label(name) for name in names}
