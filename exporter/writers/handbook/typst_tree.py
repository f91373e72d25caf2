"""A note's tree as the book's design sets it: with calls of book.typ's functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from exporter.views.body.body import Body
from exporter.views.body.nodes import PARAGRAPHS, Anchors, mark_bracketed, rows_of, string, stringify, with_columns
from exporter.views.body.omissions import Thing
from exporter.views.body.pandoc import Node
from exporter.views.body.picture import Pictures
from exporter.views.body.terms import Term
from exporter.views.body.transformation import BRACKETS, Transformation
from exporter.views.book.bibliography import Bibliography
from exporter.views.book.edition import Edition
from exporter.views.languages import RTL, direction_of
from exporter.writers.handbook.text import BREAK, breakable, code_literal, literal
from exporter.writers.handbook.typst_code import call, call_block, expression, expression_block, note

MOST_COLUMNS = 12  # of a table across the page
LINE, LOWEST = 75, 16  # letters across the page; lines of a table that may well be on the next page as a whole
PIXEL = 0.75  # points: https://www.w3.org/TR/css-values/#absolute-lengths
LONGEST_COLOURED = 5000  # letters of a line of code
LONGEST_ENDING = LONGEST_LEAD = 700  # letters: some eight lines
MOST_FORMULAS = 3  # of a sentence that stays on one page
CONTINUATION = re.compile(r"\s*[^\W\d_A-Z]|\s*[,;.:]")  # of a sentence
LED = ("BulletList", "OrderedList", "CallBlock")  # lists, code, tables, callouts
NOTHING: Node = {"t": ""}
QUOTES = {'"': "true", "'": "false"}  # which are the language's; by whether they are double
PIECES = re.compile("([\"'])")


@dataclass
class Fragment:
    """A formula or a picture: its Typst, which may be refused, and what stands there then."""

    name: str  # as a finding says it
    code: str  # of that finding
    typst: str
    words: str  # that are printed where it is refused
    thing: Thing  # what to look for, to know its line
    refused: bool = False

    def __str__(self) -> str:
        return self.words if self.refused else self.typst


@dataclass
class Formula(Fragment):
    """A formula, whose Typst is made of pandoc's MathML: see `note_source.compose`."""

    tex: str = ""
    alt: str = ""  # for those who hear it
    display: bool = False  # on a line of its own
    heading: bool = False  # in a heading, whose words bookmarks read


class TypstTree(Transformation):
    """What a note's tree becomes; `fragments` are what Typst may refuse."""

    def __init__(
        self,
        body: Body,
        edition: Edition,
        anchors: Mapping[str, Anchors],
        pictures: Pictures,
        references: Bibliography,
        bibliography: bool,
    ) -> None:
        """Take what the tree is made fit with; `references` grows, and has all addresses where a `bibliography` is wanted."""
        super().__init__(body, edition.map.topic, anchors, pictures, edition.words)
        self.language = edition.language
        self.followed, self.references, self.bibliography = edition.plan.followed, references, bibliography
        self.fragments: list[Fragment] = []
        self.mentioned: set[str] = set()  # labels of topics
        self.cited: set[int] = set()  # numbers of works
        self.printed: set[str] = set()  # addresses in footnotes

    def blocks(self, blocks: list[Node]) -> list[Node]:
        """What leads to a formula on a line of its own, or to a list, stands on its page."""
        made = super().blocks(blocks)
        for number, block in enumerate(made):
            if block["t"] in PARAGRAPHS:
                before = made[number - 1] if number else NOTHING
                behind = made[number + 1] if number + 1 < len(made) else NOTHING
                indented = block["t"] == "Para" == before["t"] and not any(map(_is_displayed, before["c"][-1:]))
                made[number] = _with_lead(block, indented, behind)
        return made

    def paragraph(self, kind: str, inlines: list[Node]) -> Node:
        """Links within brackets have none of their own; no line is stretched because a picture did not fit behind it."""
        mark_bracketed(inlines)
        made = super().paragraph(kind, inlines)
        if len(inlines) > 1 and any(node["t"] == "Image" for node in inlines):
            return {"t": kind, "c": [call("ragged", made["c"])]}
        return made

    def ask(self) -> None:
        """Put questions at the end; and keep who links to the note on the page of its last words, unless they are many."""
        super().ask()
        blocks = self.body.blocks
        if self.body.topic.id not in self.followed or not blocks or blocks[-1]["t"] not in PARAGRAPHS:
            return
        if len(stringify(blocks[-1]["c"])) <= LONGEST_ENDING:
            indented = [block["t"] for block in blocks[-2:]] == ["Para", "Para"]
            blocks[-1] = call_block("ending", str(indented).lower(), blocks[-1]["c"])

    def section(self, level: int, name: str, title: list[Node]) -> Node:
        """Its level and label are the book's."""
        return call_block("section", str(level), literal(name), title)

    def code(self, language: str, code: str) -> list[Node]:
        """A block of code as a string of Typst's, in which long words can break.

        With a line that is as long as a program's output it has no colours, which cost the square of its length.
        """
        if language and max(map(len, code.split("\n"))) > LONGEST_COLOURED:
            language = ""
        return [
            call_block("raw", "block: true", f"lang: {literal(language) if language else 'none'}", code_literal(code))
        ]

    def code_span(self, code: str) -> Node:
        """Code within a line as strings of Typst's, between which a long word can break."""
        return expression(";box();".join(f"raw({literal(piece)})" for piece in breakable(code).split(BREAK)))

    def callout(self, kind: str, name: str, title: list[Node], body: list[Node]) -> list[Node]:
        """A box in the kind's colour, with its name, so that colour is not the only sign."""
        language = self.body.language[0] if self.body.language else self.language
        side = "right" if direction_of(language) == RTL else "left"
        return [call_block("callout", literal(kind), literal(name), side, title, body)]

    def box(self, done: bool) -> list[Node]:
        """The box of a task, which may be ticked."""
        return [call("task", str(done).lower())]

    def tasks(self, items: list[list[Node]]) -> list[Node]:
        """Boxes to tick, instead of bullets."""
        return [call_block("tasks", [{"t": "BulletList", "c": items}])]

    def footnote(self, name: str, blocks: list[Node]) -> list[Node]:
        """In a heading it is no word of the bookmark."""
        return [note(blocks, name, opaque="heading" in self.within)]

    def footnote_again(self, name: str) -> list[Node]:
        """With the number of the first mark."""
        return [call("again", literal(name))]

    def aligned(self, side: str, direction: str, blocks: list[Node]) -> list[Node]:
        """Set from the other side, or in the middle."""
        made = [call_block("align", side, blocks)] if side else blocks
        return [call_block("text", f"dir: {direction}", made)] if direction else made

    def captioned(self, name: str, caption: list[Node], below: bool, blocks: list[Node]) -> list[Node]:
        """A figure, as PDF calls it, too."""
        words = [call("anchor", literal(name)), *caption] if name else caption
        return [call_block("captioned", "bottom" if below else "top", words, blocks)]

    def table(self, columns: int, rows: int, table: Node) -> list[Node]:
        """A table as large as its columns allow; one of more than a page holds in parts, each with the first column."""
        parts = -(-(columns - 1) // (MOST_COLUMNS - 1)) if columns > MOST_COLUMNS else 1
        if parts == 1 or any(cell[3] > 1 for row in rows_of(table) for cell in row):
            tables = [table]
        else:
            bounds = [1 + (columns - 1) * part // parts for part in range(parts + 1)]
            tables = [with_columns(table, [0, *range(start, end)]) for start, end in pairwise(bounds)]
        for further in tables[1:]:
            further["c"][:2] = [["", [], []], [None, []]]
        return [
            call_block("tabular", str(len(table["c"][2])), str(_is_low(table)).lower(), [table]) for table in tables
        ]

    def words(self, text: str) -> list[Node]:
        """Quotation marks are those of the language."""
        return [
            call("smartquote", f"double: {QUOTES[piece]}") if piece in QUOTES else string(piece)
            for piece in PIECES.split(text)
            if piece
        ]

    def defined(self, term: Term) -> list[Node]:
        """The place holds the words, too, for glossary and index: formulas are set where the note sets them."""
        return [call("defined", literal(term.label), term.name, term.definition)]

    def place(self, name: str) -> list[Node]:
        """Metadata with a label."""
        return [call("anchor", literal(name))]

    def highlight(self, body: list[Node]) -> list[Node]:
        """Highlighted text, as with a marker."""
        return [call("highlight", body)]

    def formula(self, display: bool, tex: str, source: str, anchor: str) -> list[Node]:
        """With its TeX as the text for those who hear it."""
        words = f"raw({'block: true, ' * display}{code_literal(source)})"
        alt = " ".join(source.split())
        formula = Formula(f"the formula ${alt}$", "formula-as-source", "", words, ("formula", source), tex=tex, alt=alt)
        formula.heading = "heading" in self.within
        formula.display = display and not formula.heading
        made = self._add(formula)
        return [call("anchor", literal(anchor)), *made] if anchor else made

    def mention(self, name: str, body: list[Node]) -> list[Node]:
        """With the page to turn to; a heading, which stands in the contents, too, goes without."""
        self.mentioned.add(name.partition("__")[0])
        if "heading" in self.within:
            return [call("goto", literal(name), body)]
        bracketed = ["bracketed: true"] if BRACKETS in self.within else []
        return [call("mention", literal(name), body, *bracketed)]

    def missing(self, target: str, body: list[Node]) -> list[Node]:
        """Marked, for the list at the end."""
        self.missing_targets.setdefault(target)
        return [call("missing", literal(target), body)]

    def web(self, address: str, body: list[Node], text: str) -> list[Node]:
        """With its number in the list of addresses, or the address in a footnote: paper cannot be clicked."""
        if text in (address, address.removeprefix("mailto:")):
            return [call("address", literal(address), body)]
        link = [call("web", literal(address), body)]
        within_heading = "heading" in self.within  # which stands in the contents and the page's head, too
        if self.bibliography:
            number = self.references.cite(address, text)
            self.cited.add(number)
            return link if within_heading else [*link, call("cited", str(number))]
        if address in self.printed or within_heading:
            return link
        self.printed.add(address)
        if "footnote" in self.within:
            return [*link, string(" ("), call("link", literal(address)), string(")")]
        return [*link, call("footnote", [call("link", literal(address))])]

    def review(self, words: str) -> Node:
        """Kept together with the first question."""
        return expression_block("review")

    def question(self, number: str, names: tuple[str, str], question: list[Node]) -> list[Node]:
        """With the page of its answer."""
        return [call_block("question", literal(number), *map(literal, names), question)]

    def answer(self, number: str, names: tuple[str, str], answer: list[Node]) -> list[Node]:
        """Its number leads back."""
        return [call_block("answer", literal(number), literal(names[1]), literal(names[0]), answer)]

    def picture(self, file: str, alt: str, caption: str, path: str, alone: bool, width: int) -> list[Node]:
        """A figure where it stands alone."""
        size = f"{width * PIXEL:g}pt" if width else "auto"
        drawn = f"size => image({literal(file)}, alt: {literal(alt)}, width: size)"
        typst = f"picture({size}, {drawn}, {literal(caption)})" if alone else f"box(fitted({size}, {drawn}))"
        words = f"emph({literal(alt)})"
        return self._add(Fragment(f"the picture {path!r}", "missing-picture", typst, words, ("picture", path)))

    def _add(self, fragment: Fragment) -> list[Node]:
        self.fragments.append(fragment)
        return [expression(fragment)]


def _with_lead(block: Node, indented: bool, behind: Node) -> Node:
    """The paragraph, of which no formula, and nothing that leads to what is behind, is parted at a page's end."""
    inlines = block["c"]
    formulas = [number for number, node in enumerate(inlines) if _is_displayed(node)]
    if behind["t"] in PARAGRAPHS:
        leads = any(map(_is_displayed, behind["c"][:1]))
    else:
        leads = behind["t"] in LED and stringify(inlines[-1:]).rstrip().endswith(":")
    if not formulas and not leads:
        return block
    whole = len(formulas) <= MOST_FORMULAS and len(stringify(inlines)) <= LONGEST_LEAD
    made: list[Node] = []
    start = 0
    for end in [*formulas, len(inlines)]:
        piece = inlines[start:end]
        if (end < len(inlines) or leads) and 0 < len(stringify(piece).strip()) <= LONGEST_LEAD:
            made.append(call("lead", str(indented and not start).lower(), piece))
        else:
            made += piece
        goes_on = CONTINUATION.match(stringify(inlines[end + 1 : end + 2]))
        made += [call("bound", inlines[end : end + 1])] if whole and goes_on else inlines[end : end + 1]
        start = end + 1
    return {"t": block["t"], "c": made}


def _is_displayed(node: Node) -> bool:
    """Whether it is a formula on a line of its own."""
    return isinstance(formula := node.get("c"), Formula) and formula.display


def _is_low(table: Node) -> bool:
    """Whether it takes a small part of a page at most, by its letters: to measure each would take a tenth of the memory."""
    return sum(max(LINE, _letters([cell[4] for cell in row])) for row in rows_of(table)) < LOWEST * LINE


def _letters(value: Any) -> int:
    """About how many letters as wide as high a value of the tree takes."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return LINE if value["t"] == "LineBreak" else _letters(value.get("c", ""))
    return sum(map(_letters, value)) if isinstance(value, list | tuple) else LOWEST * LINE  # a formula or a picture
