"""A note's tree as the book's design sets it: calls of book.typ's functions around pandoc's Typst."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from exporter.views.body import pandoc
from exporter.views.body.body import Body
from exporter.views.body.nodes import PARAGRAPHS, Anchors, string, stringify
from exporter.views.body.pandoc import Node
from exporter.views.body.picture import Pictures
from exporter.views.body.transformation import Transformation
from exporter.views.book.edition import Edition
from exporter.writers.handbook.formula import tidy
from exporter.writers.handbook.text import breakable, code_literal, literal

PIXEL = 0.75  # points: https://www.w3.org/TR/css-values/#absolute-lengths
LONGEST_WORD = 60  # letters
LONGEST_ENDING = 700  # letters: some eight lines
AS_IS = "\"'\u200b"  # quotation marks, of which Typst knows those of the language, and places to break
References = dict[str, tuple[int, str]]  # by address: its number, and what it is called
PIECES = re.compile(f"([{AS_IS}])")


@dataclass
class Fragment:
    """A formula or a picture: its Typst, which may be refused, and what stands there then."""

    name: str  # as a finding says it
    code: str  # of that finding
    typst: str
    words: str  # that are printed where it is refused
    refused: bool = False

    def __str__(self) -> str:
        return self.words if self.refused else self.typst


class TypstTree(Transformation):
    """What a note's tree becomes; `fragments` are what Typst may refuse."""

    def __init__(
        self,
        body: Body,
        edition: Edition,
        anchors: Mapping[str, Anchors],
        pictures: Pictures,
        references: References,
        bibliography: bool,
    ) -> None:
        """Take what the tree is made fit with; `references` grows, and lists all addresses where a `bibliography` is wanted."""
        super().__init__(body, edition.map.topic, anchors, pictures, edition.words)
        self.followed, self.references, self.bibliography = edition.plan.followed, references, bibliography
        self.edge = pandoc.border(body.text)  # around the fragments; no note holds it
        self.fragments: list[Fragment] = []
        self.missing_targets: dict[str, None] = {}  # of links to what the vault does not have
        self.mentioned: set[str] = set()  # labels of topics
        self.cited: set[str] = set()  # addresses
        self.printed: set[str] = set()  # addresses in footnotes

    def ask(self) -> None:
        """Put questions at the end; and keep who links to the note on the page of its last words, unless they are many."""
        super().ask()
        blocks = self.body.blocks
        if self.body.topic.id not in self.followed or not blocks or blocks[-1]["t"] not in PARAGRAPHS:
            return
        if len(stringify(blocks[-1]["c"])) <= LONGEST_ENDING:
            indented = [block["t"] for block in blocks[-2:]] == ["Para", "Para"]
            blocks[-1:] = [raw_block(f"#ending({str(indented).lower()})["), blocks[-1], raw_block("]")]

    def section(self, level: int, name: str, title: list[Node]) -> Node:
        """Its level and label are the book's."""
        return {"t": "Plain", "c": [raw(f"#section({level}, {literal(name)})["), *title, raw("];")]}

    def code(self, language: str, code: str) -> list[Node]:
        """A block of code as a string of Typst's, in which long words can break."""
        return [
            raw_block(f"#raw(block: true, lang: {literal(language) if language else 'none'}, {code_literal(code)})")
        ]

    def code_span(self, code: str) -> Node:
        """Code within a line as a string of Typst's, in which a long word can break."""
        return raw(f"#raw({code_literal(code)});")

    def callout(self, kind: str, name: str, title: list[Node], body: list[Node]) -> list[Node]:
        """A box in the kind's colour, with its name, so that colour is not the only sign."""
        opening = [raw(f"#callout({literal(kind)}, {literal(name)}, ["), *title, raw("])[")]
        return [{"t": "Plain", "c": opening}, *body, raw_block("]")]

    def tasks(self, items: list[tuple[bool | None, list[Node]]]) -> list[Node]:
        """Boxes to tick, instead of bullets where all items have one."""
        for done, blocks in items:
            if done is not None:
                blocks[0]["c"][:0] = [raw(f"#task({str(done).lower()});")]
        tree = {"t": "BulletList", "c": [blocks for _, blocks in items]}
        return [tree] if any(done is None for done, _ in items) else [raw_block("#tasks["), tree, raw_block("]")]

    def table(self, columns: int, rows: int, table: Node) -> list[Node]:
        """A table as large as its columns and rows allow."""
        return [raw_block(f"#tabular({columns}, {rows})["), table, raw_block("]")]

    def words(self, text: str) -> list[Node]:
        """Quotation marks are those of the language; words longer than any language's can break."""
        text = breakable(text) if len(text) > LONGEST_WORD else text
        return [raw(piece) if piece in AS_IS else string(piece) for piece in PIECES.split(text) if piece]

    def highlight(self, body: list[Node]) -> list[Node]:
        """Highlighted text, as with a marker."""
        return [raw("#highlight["), *body, raw("];")]

    def formula(self, display: bool, tex: str) -> list[Node]:
        """With its TeX as the text for those who hear it."""
        opening = f"#formula({literal(' '.join(tex.split()))})["  # pandoc's formula follows
        code = f"#raw({'block: true, ' * display}{code_literal(tex)});"
        fragment = Fragment(f"the formula ${tex}$", "formula-as-source", opening, code)
        return self._add(fragment, super().formula(display, tidy(tex)))

    def mention(self, name: str, body: list[Node]) -> list[Node]:
        """With the page to turn to; a heading, which stands in the contents, too, goes without."""
        self.mentioned.add(name.partition("__")[0])
        call = "#goto" if "heading" in self.within else "#mention"
        return [raw(f"{call}({literal(name)})["), *body, raw("];")]

    def missing(self, target: str, body: list[Node]) -> list[Node]:
        """Marked, for the list at the end."""
        self.missing_targets.setdefault(target)
        return [raw(f"#missing({literal(target)})["), *body, raw("];")]

    def web(self, address: str, body: list[Node], text: str) -> list[Node]:
        """With its number in the list of addresses, or the address in a footnote: paper cannot be clicked."""
        link = [raw(f"#web({literal(address)})["), *body, raw("];")]
        within_heading = "heading" in self.within  # which stands in the contents and the page's head, too
        if text in (address, address.removeprefix("mailto:")):
            return link
        if self.bibliography:
            self.cited.add(address)
            number, _ = self.references.setdefault(address, (len(self.references) + 1, text))
            return link if within_heading else [*link, raw(f"#cited({number});")]
        if address in self.printed or within_heading:
            return link
        self.printed.add(address)
        if "footnote" in self.within:
            return [*link, raw(f" (#link({literal(address)}))")]
        return [*link, raw(f"#footnote(link({literal(address)}));")]

    def review(self, words: str) -> Node:
        """Kept together with the first question."""
        return raw_block("#review")

    def question(self, number: str, names: tuple[str, str], question: list[Node]) -> list[Node]:
        """With the page of its answer."""
        call = f"#question({literal(number)}, {literal(names[0])}, {literal(names[1])})["
        return [{"t": "Plain", "c": [raw(call), *question, raw("]")]}]

    def answer(self, number: str, names: tuple[str, str], answer: list[Node]) -> list[Node]:
        """Its number leads back."""
        return [
            raw_block(f"#answer({literal(number)}, {literal(names[1])}, {literal(names[0])})["), *answer, raw_block("]"),
        ]  # fmt: skip

    def picture(self, file: str, alt: str, caption: str, path: str, alone: bool, width: int) -> list[Node]:
        """A figure where it stands alone."""
        size = f"{width * PIXEL:g}pt" if width else "auto"
        drawn = f"size => image({literal(file)}, alt: {literal(alt)}, width: size)"
        typst = f"#picture({size}, {drawn}, {literal(caption)});" if alone else f"#box(fitted({size}, {drawn}));"
        return self._add(Fragment(f"the picture {path!r}", "missing-picture", typst, f"#emph({literal(alt)});"), [])

    def _add(self, fragment: Fragment, nodes: list[Node]) -> list[Node]:
        mark = raw(f"/*{self.edge}:{len(self.fragments)}*/")
        self.fragments.append(fragment)
        return [mark, *nodes, mark]


def raw(typst: str) -> Node:
    """Typst of ours, within a paragraph."""
    return {"t": "RawInline", "c": ["typst", typst]}


def raw_block(typst: str) -> Node:
    """Typst of ours, on lines of its own."""
    return {"t": "RawBlock", "c": ["typst", typst]}
