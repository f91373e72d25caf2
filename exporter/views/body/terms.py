"""The terms that a note defines, where it surely does: what the index leads to and the glossary says again.

- A callout of the kind "definition" with a title, and a heading such as "Definition: exact sequence" or "Definition 2 (Filter)".
- A paragraph or an item that opens with a marked term: "A **vault** is a folder ...", in italics or highlighted, too.
- A marked term behind "is called" or "known as", which the index alone has.
- `term:: A sentence.` of Dataview, and a line below a term that begins with ": ", as pandoc has definition lists.
- In a note or below a heading called Glossary: its headings, and **term** before a colon or a dash.

Whatever else is bold is not: most of it is no term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from exporter.views.body.nodes import BLANKS, PARAGRAPHS, cut, mark_highlights, stringify
from exporter.views.body.pandoc import Node

MARKED = ("Strong", "Emph", "Span")  # **term**, *term*, ==term==
MOST_WORDS = 7  # of a term
LEAST_LETTERS, MOST_LETTERS = 12, 700  # of what the glossary says of one
ARTICLES = (
    "a an the ein eine der die das un una uno une le la les il lo i gli el los las um uma o os een de het".split()
)
ARTICLE = rf"(?:(?:{'|'.join(ARTICLES)})\s+|l['’]\s*)"
COPULA = r"(?:is|are|means|denotes|refers to|ist|sind|bezeichnet|est|sont|es|son|è|sono|é|são|is|zijn)"
# What stands behind a term that is being defined: "is a", "are the"
IS_A = re.compile(
    rf"\s*(?:\([^()]*\)\s*)?,?\s*{COPULA}\s+(?={ARTICLE}|any\b|one of\b|every\b|each\b|jede[rs]?\b)", re.IGNORECASE
)
NOT_SAME = re.compile(r"\s*(?:the same|der ?selbe|lo stesso|le même|el mismo)\b", re.IGNORECASE)
CALLED = re.compile(
    r"\b(?:called|termed|known as|genannt|heißt|heißen|appelée?s?|chiamat[oaie]|si chiama(?:no)?|dett[oaie]|llamad[oa]s?|chamad[oa]s?)"
    rf"\s+{ARTICLE}?\Z",
    re.IGNORECASE,
)
HAS_COPULA = re.compile(rf"\b{COPULA}\b", re.IGNORECASE)
OPENING_ARTICLE = re.compile(rf"\s*{ARTICLE}", re.IGNORECASE)
# Before a term it is no part of it; "a priori" and "Los Angeles" are whole
NO_NAME = re.compile(
    r"\s*(?:(?:the|an?(?! (?:priori|posteriori|fortiori)\b)|The|An?|das|der|eine?|el|il|l[aeo]s?|un[ae]?)\s+|l['’]\s*)"
)
OPENING = re.compile(rf"\s*{ARTICLE}?\s*\Z", re.IGNORECASE)  # all that may stand before the term
_WORD = r"(?:definitions?|defn?s?|definition(?:en)?|definizion[ei]|définitions?|definici(?:ón|ones)|definiç(?:ão|ões)|definities?)"
KIND = re.compile(rf"{_WORD}\.?\Z", re.IGNORECASE)  # of a callout
HEADING = re.compile(
    rf"(?:{_WORD})(?:\s*(?:,|and|&)\s*[a-z]+)?\.?(?:\s*[\d.]+\d)?\s*(?:[:–—]\s*|\s-\s+|(?P<bracket>\())(?P<terms>\S.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
GLOSSARY = re.compile(
    r"(?:glossary|glossar|glossaire|glossario|glosario|glossário|terminology|terminologie|terminologia|(?:key )?terms|definitions"
    r"|vocabulary|begriffe|definitionen)\Z",
    re.IGNORECASE,
)
SAID = re.compile(r"\s*(?:::?|[–—]|-(?=\s))\s*")  # between a term of a glossary and what it is
SENTENCE = re.compile(r"(?<![.\s][A-Za-z])(?<!\betc)(?<!\bcf)(?<!\bvs)[.!?…][\"'”’)\]]*(?=\s|\Z)")
# Names of what is no term before "::"
NO_TERMS = frozenset(
    "description summary abstract note notes source author title status comment quote question answer".split()
)
LETTER = re.compile(r"[^\W\d_]")
COMMA = re.compile(r",\s+(?![^()]*\))")


@dataclass
class Term:
    """A term that a note defines."""

    name: list[Node]  # as the note has it
    text: str  # the same, to be sorted by
    definition: list[Node] = field(
        default_factory=list
    )  # what it is, without its own name before it; none: no glossary can say it
    continues: bool = False  # the definition goes on where the name ends: "Theme" "changes the appearance"
    label: str = ""  # of its place


def mark_terms(blocks: list[Node], title: str) -> list[Node]:
    """The blocks with a node, `Term`, where each is defined; the title is the note's."""
    return _Finder(bool(GLOSSARY.match(title.strip()))).blocks(blocks)


def end_of_name(name: str, said: str) -> int:
    """Where words go on that open with a name, with an article before it or none; 0: they do not."""
    article = OPENING_ARTICLE.match(said)
    for start in {article.end() if article else 0, 0}:
        end = start + len(name)
        if said[start:end].casefold() == name.casefold() and not said[end : end + 1].isalnum():
            return end
    return 0


class _Finder:
    def __init__(self, in_glossary: bool) -> None:
        self.terms: list[Term] = []
        self.glossary = 0 if in_glossary else 99  # the level of the heading whose terms are those of a glossary

    def blocks(self, blocks: list[Node]) -> list[Node]:
        made: list[Node] = []
        marks: list[Node] = []  # of the heading above
        for number, block in enumerate(blocks):
            kind: str = block["t"]
            content: Any = block.get("c")
            if kind in PARAGRAPHS and content and content[0]["t"] != "Image":
                block = {**block, "c": [*marks, *self._paragraph(content)]}
                marks = []
            if marks:
                made.append({"t": "Plain", "c": marks})
                marks = []
            if kind == "Header":
                marks = self._heading(block, blocks[number + 1] if number + 1 < len(blocks) else None)
            elif kind == "BlockQuote":
                block = {**block, "c": self._quote(content)}
            elif kind == "Div":
                block = {**block, "c": [content[0], self.blocks(content[1])]}
            elif kind == "BulletList":
                block = {**block, "c": [self.blocks(item) for item in content]}
            elif kind == "OrderedList":
                block = {**block, "c": [content[0], [self.blocks(item) for item in content[1]]]}
            made.append(block)
        return made

    def _paragraph(self, inlines: list[Node]) -> list[Node]:
        """A paragraph or an item, with a mark behind the term that it defines."""
        inlines = mark_highlights(inlines)
        at = next((number for number, node in enumerate(inlines[:4]) if node["t"] in MARKED), -1)
        before = stringify(inlines[:at]) if at >= 0 else ""
        if at >= 0 and OPENING.match(before):
            rest = inlines[at + 1 :]
            text = stringify(rest)
            match = IS_A.match(text)
            if match and not NOT_SAME.match(text, match.end()):
                if term := self._add(_inner(inlines[at]), cut(rest, match.end(), len(text))):
                    return [*inlines[: at + 1], term, *self._called(rest)]
            elif self.glossary < 99 and not before.strip():
                name = stringify([inlines[at]])
                match = SAID.match(text)
                if (match or name.rstrip().endswith(":")) and (
                    term := self._add(_inner(inlines[at]), cut(rest, match.end() if match else 0, len(text)))
                ):
                    return [*inlines[: at + 1], term, *rest]
            return self._called(inlines)
        return self._called(self._listed(inlines))

    def _called(self, inlines: list[Node]) -> list[Node]:
        """The words of a paragraph, with a mark behind each marked term that somebody calls so."""
        made: list[Node] = []
        for number, node in enumerate(inlines):
            made.append(node)
            called = node["t"] in MARKED and CALLED.search(stringify(inlines[max(number - 6, 0) : number]))
            if called and (term := self._add(_inner(node), [])):
                made.append(term)
        return made

    def _listed(self, inlines: list[Node]) -> list[Node]:
        """`term:: words`, and a line that begins with a colon below a term."""
        line = next((number for number, node in enumerate(inlines) if node["t"] in BLANKS[1:]), -1)
        if 0 < line < len(inlines) - 2 and inlines[line + 1] == {"t": "Str", "c": ":"}:
            if term := self._add(inlines[:line], inlines[line + 2 :]):
                return [*inlines[:line], term, *inlines[line:]]
            return inlines
        at = next(
            (n for n, node in enumerate(inlines[: 2 * MOST_WORDS]) if node["t"] == "Str" and "::" in node["c"]), -1
        )
        if at < 0 or not inlines[at]["c"].endswith("::"):
            return inlines
        text = stringify(inlines)
        name, _, said = text.partition("::")
        if name.strip().casefold() in NO_TERMS or not name[:1].isupper() or not SENTENCE.search(said):
            return inlines
        if len(said.split()) >= 4 and (
            term := self._add(cut(inlines, 0, len(name)), cut(inlines, len(name) + 2, len(text)))
        ):
            return [*inlines[: at + 1], term, *inlines[at + 1 :]]
        return inlines

    def _heading(self, heading: Node, below: Node | None) -> list[Node]:
        """The marks that stand below a heading that names terms."""
        level, _, inlines = heading["c"]
        text = stringify(inlines)
        if GLOSSARY.match(text.strip()):
            self.glossary = level
            return []
        in_glossary = self.glossary < level
        if level <= self.glossary:
            self.glossary = 99
        paragraph = below["c"] if below and below["t"] in PARAGRAPHS else []
        if in_glossary and paragraph:
            own = stringify(paragraph)
            behind = end_of_name(text.strip(), own)
            match = IS_A.match(own, behind) if behind else None
            marked = self._is_marked(paragraph)
            term = None if marked else self._add(inlines, cut(paragraph, match.end() if match else 0, len(own)))
            return [term] if term else []
        match = HEADING.match(text)
        if not match or not below:
            return []
        start, end = _named(match)
        marks = []
        shown = "".join("x" * len(stringify([node])) if node["t"] == "Math" else stringify([node]) for node in inlines)
        for begin, stop in _parts(shown, start, end):
            if term := self._add(cut(inlines, begin, stop), []):
                marks.append(term)
        return marks

    def _is_marked(self, inlines: list[Node]) -> bool:
        """Whether a paragraph says itself what it defines."""
        terms, self.terms = self.terms, []
        self._paragraph(inlines)
        marked, self.terms = bool(self.terms), terms
        return marked

    def _quote(self, blocks: list[Node]) -> list[Node]:
        """A quote; a callout's title is the term where its kind says so."""
        blocks = _part_title(blocks)
        title = blocks[0]["c"] if blocks and blocks[0]["t"] in PARAGRAPHS else []
        text = stringify(title)
        kind, bracket, said = text.removeprefix("[!").partition("]") if text.startswith("[!") else ("", "", "")
        if not bracket:
            return self.blocks(blocks)
        term = None
        body = blocks[1] if len(blocks) > 1 else None
        if KIND.match(kind.partition("|")[0].strip()) and body and body["t"] in PARAGRAPHS:
            said = said.lstrip("+-")
            start = len(text) - len(said.lstrip())
            match = HEADING.match(text[start:])
            begin, stop = _named(match) if match else (0, len(text) - start)
            name = text[start + begin : start + stop].strip()
            if name and not KIND.match(name.rstrip(":.")):
                term = self._add(cut(title, start + begin, start + stop), body["c"])
        first = {**blocks[0], "c": [*title, term]} if term else blocks[0]
        return [first, *self.blocks(blocks[1:])]

    def _add(self, name: list[Node], said: list[Node]) -> Node | None:
        """A term, if it is one; what the glossary says of it is its first sentence."""
        if article := NO_NAME.match(stringify(name)):
            name = cut(name, article.end(), len(stringify(name)))
        text = " ".join(stringify(name).split()).rstrip(":.,; ")
        words = stringify(node for node in name if node["t"] != "Math")
        if not 0 < len(text.split()) <= MOST_WORDS or not LETTER.search(words) or HAS_COPULA.search(text):
            return None
        if len(stringify(name).strip()) != len(text) and stringify(name).rstrip().endswith(":") and self.glossary == 99:
            return None  # a heading within a line
        name = cut(name, 0, len(stringify(name).rstrip().rstrip(":.,; ")))
        own = stringify(said)
        behind = end_of_name(text, own)
        if behind:
            said = cut(said, behind, len(own))
        self.terms.append(Term(_plain(name), text, _sentence(said), behind > 0))
        return {"t": "Term", "c": self.terms[-1]}


def _part_title(quote: list[Node]) -> list[Node]:
    """The blocks of a quote, in which the title of a callout is a paragraph of its own."""
    inlines = quote[0]["c"] if quote and quote[0]["t"] in PARAGRAPHS else []
    if not inlines or inlines[0]["t"] != "Str" or not inlines[0]["c"].startswith("[!"):
        return quote
    line = next((number for number, node in enumerate(inlines) if node["t"] in BLANKS[1:]), len(inlines))
    rest = [{"t": "Para", "c": inlines[line + 1 :]}] if inlines[line + 1 :] else []
    return [{**quote[0], "c": inlines[:line]}, *rest, *quote[1:]]


def _inner(node: Node) -> list[Node]:
    content: Any = node["c"]
    return list(content[1] if node["t"] == "Span" else content)


def _named(heading: re.Match[str]) -> tuple[int, int]:
    """Where the terms stand in a heading that names some: without the brackets around them."""
    start, end = heading.span("terms")
    return start, end - (heading["bracket"] is not None and heading["terms"].endswith(")"))


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where each of the terms stands that commas part, which in brackets or in a formula part none."""
    begin = start
    for match in COMMA.finditer(text, start, end):
        yield begin, match.start()
        begin = match.end()
    yield begin, end


def _sentence(said: list[Node]) -> list[Node]:
    """The first sentence, as a glossary may say it; none where it is not whole."""
    text = stringify(said)
    match = next((m for m in SENTENCE.finditer(text) if m.end() >= LEAST_LETTERS), None)
    if not match or match.end() > MOST_LETTERS:
        return []
    return _plain(cut(said, len(text) - len(text.lstrip()), match.end()))


def _plain(inlines: list[Node]) -> list[Node]:
    """A copy that can stand a second time: without footnotes, pictures and places, links as their words."""
    made: list[Node] = []
    for node in inlines:
        kind: str = node["t"]
        content: Any = node.get("c")
        if kind == "Link":
            made += _plain(content[1])
        elif kind in BLANKS:
            made.append({"t": "Space"})
        elif kind == "Math":
            made.append({key: deepcopy(value) for key, value in node.items() if key != "anchor"})
        elif kind in ("Str", "Code"):
            made.append(deepcopy(node))
        elif kind == "Span":
            made.append({"t": kind, "c": [deepcopy(content[0]), _plain(content[1])]})
        elif isinstance(content, list) and kind != "Image" and kind != "Note":
            made.append({"t": kind, "c": _plain(content)})
    return made
