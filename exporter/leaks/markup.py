"""XML and HTML as text: tags that stand within a line join, all others end what stands before them; JSON in HTML as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from exporter.leaks.passage import Part, Passage
from exporter.leaks.words import BREAK, resolve, unquote_strings

TAG = re.compile(
    r"<!--(?P<comment>.*?)-->|<!\[CDATA\[(?P<data>.*?)\]\]>"
    r"|<(?P<name>[/?!]?[\w:.-]+)(?P<rest>[^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*)>",
    re.DOTALL,
)
# HTML has them without quotes, too: https://html.spec.whatwg.org/#unquoted
ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+))")
# Of HTML and SVG, and of Word's runs of text, which may part a word; a space for those that are one.
JOINING = frozenset(
    "a abbr b bdi bdo cite code del dfn em font i ins kbd mark q s samp small span strike strong u var wbr tspan"
    " w:r w:t w:rPr w:rStyle w:b w:bCs w:i w:iCs w:u w:strike w:vertAlign w:hyperlink w:lang w:noProof w:shd w:color"
    " w:proofErr w:bookmarkStart w:bookmarkEnd".split()
)
SPACE = frozenset("br w:br w:tab w:cr sup sub img".split())
SHOWN = frozenset("alt title descr aria-label summary label content".split())  # attributes that somebody reads


def passages(place: str, line: int, markup: str, all_shown: bool, part: Part = Part.TEXT) -> Iterator[Passage]:
    """What a piece of a document says: its text and, each by itself, attributes; `all_shown`: those are read too."""
    in_json = False  # within a script that is no program
    text: list[str] = []
    read: list[str] = []
    marks: list[str] = []
    end = 0
    for match in TAG.finditer(markup):
        if match.start() > end:
            piece = markup[end : match.start()]
            _add(text, (read, marks), unquote_strings(piece, '"') if in_json else piece)
        end = match.end()
        name = match["name"]
        if name is None:
            _add(
                text,
                (read, marks),
                f"{BREAK}{match['comment'] or ''}{BREAK}" if match["data"] is None else match["data"],
            )
            continue
        if name.lower().strip("/") == "script":
            in_json = name[0] != "/" and "json" in match["rest"].lower()
        name = name.strip("/")
        text.append("" if name in JOINING else " " if name in SPACE else BREAK)
        rest = match["rest"]
        if "=" in rest:
            for attribute, double, single, bare in ATTRIBUTE.findall(rest):
                shown = all_shown or attribute.rpartition(":")[2] in SHOWN
                (read if shown else marks).append(f"{BREAK}{double or single or bare}{BREAK}")
                if all_shown:
                    read.append(f"{attribute}{BREAK}")
        if "\n" in rest:
            _add(text, (read, marks), "\n" * rest.count("\n"))
    _add(text, (read, marks), unquote_strings(markup[end:], '"') if in_json else markup[end:])
    yield Passage(place, resolve("".join(text)), line, part, True)
    for said, kind in ((read, part), (marks, max(part, Part.MARK))):
        if any(not piece.isspace() for piece in said):
            yield Passage(place, resolve("".join(said)), line, kind)


def _add(text: list[str], others: Iterable[list[str]], piece: str) -> None:
    """Add a piece, and its lines to the others, so that all have the same ones."""
    text.append(piece)
    if "\n" in piece:
        for other in others:
            other.append("\n" * piece.count("\n"))
