"""The book as an EPUB wants it: what becomes of a note's tree, what the package says, and its pages once pandoc has made them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from exporter.model import Previous
from exporter.views.body.body import Body
from exporter.views.body.columns import columns_of
from exporter.views.body.nodes import Anchors, rows_of, stringify, to_inlines
from exporter.views.body.pandoc import Node
from exporter.views.body.picture import Pictures
from exporter.views.body.transformation import Transformation
from exporter.views.book.book import Book
from exporter.views.book.edition import Edition
from exporter.views.book.front import edition_in_words, license_in_words
from exporter.writers.epub.pages import Pages

PHONE = 40  # letters across the page of a telephone
HEADING = re.compile(rb"<h[12][^>]*>(.*?)</h[12]>", re.DOTALL)
LEFT_OUT = re.compile(rb"<annotation.*?</annotation>|<a[^>]* class=\"footnote-ref\".*?</a>|<[^>]*>", re.DOTALL)
TITLE = re.compile(rb"<title>[^<]*</title>")
BLANKS = re.compile(rb"\s+")
LANDMARKS = re.compile(r"(?<=<nav epub:type=\"landmarks\" id=\"landmarks\" hidden=\"hidden\">).*?(?=</nav>)", re.DOTALL)
ENTRY = re.compile(r'<a href="(text/[^"#]+#([^"]+))">(.*?)</a>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")
BEFORE = "id___how-to"  # as pandoc makes our names XML's
KINDS = {"id___glossary": "glossary"}


class EbookTree(Transformation):
    """A note: tables can be read on any page."""

    def table(self, columns: int, rows: int, table: Node) -> list[Node]:
        """As wide as its cells are; one that is too wide for a telephone has its rows below one another there."""
        content = table["c"]
        for column in content[2]:
            column[1] = {"t": "ColWidthDefault"}
        made = super().table(columns, rows, table)
        head = content[3][1]
        names = [stringify(to_inlines(cell[4])).strip() for _, cells in head[-1:] for cell in cells]
        if len(names) != columns or sum(column.word + 2 for column in columns_of(table)) <= PHONE:
            return made
        for cells in list(rows_of(table))[len(head) :]:
            if len(cells) == columns:
                for name, cell in zip(names, cells, strict=True):
                    cell[0] = [cell[0][0], cell[0][1], [["data-label", name]]] if name else cell[0]
        return [{"t": "Div", "c": [["", ["stack"], []], made]}]


class Ebook(Book):
    """An e-book on its way through pandoc."""

    page_level = 2

    def __init__(self, edition: Edition, file: str, previous: Previous, files: Mapping[str, bytes]) -> None:
        """Its style and its template are these files, which the arguments name."""
        super().__init__(edition, file, previous)
        self._pages = Pages(edition.map.store, self.page_level, files)

    def render(self, blocks: list[Node], folder: Path, arguments: Sequence[str]) -> tuple[bytes, set[str]]:
        """What pandoc makes of the pages that no earlier run has made, and these."""
        return self._pages.render(blocks, self.about(), folder, arguments, self.edition.timestamp)

    def tree(self, body: Body, anchors: Mapping[str, Anchors], pictures: Pictures) -> Transformation:
        """What becomes of a note."""
        return EbookTree(body, self.edition.map.topic, anchors, pictures, self.words)

    def about(self) -> dict[str, str | list[str]]:
        """What the package and the title page say."""
        edition = self.edition
        features = [
            "alternativeText",
            "readingOrder",
            "structuralNavigation",
            "tableOfContents",
            "displayTransformability",
        ]
        formulas = any(tree.formulas for tree in self.trees)
        return {
            **super().about(),
            "summary": edition.summary,
            "rights": edition.license,
            "license": license_in_words(edition),
            "address": edition.license_address,
            "edition": " · ".join(edition_in_words(edition)),
            "imprint": edition.imprint,
            "accessModes": ["textual", "visual"],
            "accessModesSufficient": ["textual"],
            "accessibilityFeatures": features + ["MathML"] * formulas,
            "accessibilityHazards": ["none"],
        }

    def change(self, name: str, data: bytes) -> bytes:
        """A file of the archive, mended where pandoc says too little."""
        if name == "EPUB/nav.xhtml":
            return self._with_landmarks(data.decode()).encode()
        heading = HEADING.search(data) if name.startswith("EPUB/text/ch") else None
        if not heading:
            return data
        title = BLANKS.sub(b" ", LEFT_OUT.sub(b"", heading[1])).strip()
        return TITLE.sub(lambda match: b"<title>%s</title>" % title, data, count=1) if title else data

    def _with_landmarks(self, page: str) -> str:
        """The contents, with what a reader's menu leads to."""
        places = [
            ("text/title_page.xhtml", "titlepage", escape(self.edition.title)),
            ("#toc", "toc", escape(self.words["contents"])),
        ]
        begun = False
        for place, name, title in ENTRY.findall(page):
            kind = KINDS.get(name, "" if begun or name == BEFORE else "bodymatter")
            begun = begun or kind == "bodymatter"
            if kind:
                places.append((place, kind, TAG.sub("", title)))
        lines = "".join(f'<li><a href="{place}" epub:type="{kind}">{words}</a></li>' for place, kind, words in places)
        return LANDMARKS.sub(lambda match: f"<ol>{lines}</ol>", page)
