"""The book as Word wants it: a title page, contents that are filled in, styles, and what pandoc leaves out of its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from exporter.model import Previous
from exporter.views.body.body import Body
from exporter.views.body.nodes import Anchors, rows_of, string
from exporter.views.body.pandoc import Node
from exporter.views.body.picture import Pictures
from exporter.views.body.transformation import Transformation
from exporter.views.book.blocks import para, web
from exporter.views.book.book import Book
from exporter.views.book.edition import Edition
from exporter.views.book.front import edition_in_words, license_in_words
from exporter.writers.docx.page import Page
from exporter.writers.docx.word_tree import SIZES, WordTree, raw, styled

PARAGRAPHS = {  # styles by class
    "definition": "Definition Box", "summary": "Summary", "aliases": "Aliases", "links": "Links", "minor": "Minor Heading",
    "question": "Question",
}  # fmt: skip
WORDS = {"number": "Section Number", "missing": "Missing Note", "kind": "Callout Kind", "unwritten": "Unwritten"}
MAP = "map.png"
MAP_WIDTH = 440  # CSS pixels
CONTENTS = (
    '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr>'
    "<w:sdtContent>"
)
CONTENTS_END = "</w:sdtContent></w:sdt>"
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\o "1-{depth}" \\h \\z \\u '
    '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)
FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
ROW = re.compile(rb"<w:tr>(<w:trPr>)?(.*?)</w:tr>", re.DOTALL)
PATH = re.compile(rb'<pic:cNvPr descr="[^"]*"')  # of a picture's file; its words stand elsewhere
TABLE = re.compile(rb"<!--from the right-->(.*?<w:tbl><w:tblPr><w:tblStyle [^>]*>)", re.DOTALL)  # after its caption
COLUMN, GRID = re.compile(rb'<w:gridCol w:w="(\d+)" />'), 7920  # twentieths of a point across pandoc's page
INLINE = b"<wp:inline>"
NO_DISTANCE = b' distT="0" distB="0" distL="0" distR="0">'  # which some programs take for a few millimetres
TAG = re.compile(rb"<[^>]*>")
LONGEST_ROW = 900  # letters of a row that stays on a page: a high one has to break, whatever it says
MODE = b'<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'


class Document(Book):
    """A document on its way through pandoc."""

    drawn = "png"

    def __init__(self, edition: Edition, file: str, previous: Previous, page: Page, with_map: bool) -> None:
        """The map is a file of that name."""
        super().__init__(edition, file, previous)
        self.page, self.with_map = page, with_map

    def tree(self, body: Body, anchors: Mapping[str, Anchors], pictures: Pictures) -> Transformation:
        """What becomes of a note."""
        return WordTree(body, self.edition.map.topic, anchors, pictures, self.words, self.page, self.edition.language)

    def arrange(self, blocks: list[Node]) -> list[Node]:
        """With what stands before it, and styles."""
        _dress(blocks)
        return [*self._title_page(), *self._contents(blocks), *blocks]

    def change(self, name: str, data: bytes) -> bytes:
        """A file of the archive, mended where pandoc says too little."""
        match name:
            case "word/document.xml":
                data = TABLE.sub(rb"\1<w:bidiVisual/>", COLUMN.sub(self._column, ROW.sub(_row, data)))
                return PATH.sub(b"<pic:cNvPr", data).replace(INLINE, INLINE[:-1] + NO_DISTANCE)
            case "word/settings.xml":
                return data.replace(b"<w:rsids>", MODE + b"<w:rsids>") if MODE not in data else data
        return data

    def _column(self, match: re.Match[bytes]) -> bytes:
        """A column's width, which pandoc takes from a page of its own."""
        return b'<w:gridCol w:w="%d"/>' % (int(match[1]) * self.page.measure // GRID)

    def _title_page(self) -> Iterator[Node]:
        edition = self.edition
        yield styled("Title", [para([string(edition.title)])])
        if edition.summary:
            yield styled("Subtitle", [para([string(edition.summary)])])
        if self.with_map:
            picture = {
                "t": "Image",
                "c": [["", [], [["width", f"{MAP_WIDTH}px"]]], [string(self.words["cover"])], [MAP, ""]],
            }
            yield para([picture])
        if edition.author:
            yield styled("Author", [para([string(edition.author)])])
        for line in edition_in_words(edition):
            yield styled("Date", [para([string(line)])])
        license = license_in_words(edition)
        yield styled("Imprint", [para([string(edition.imprint)])])
        if license:
            address = edition.license_address
            yield styled("Imprint", [para([web(address, license) if address else string(license)])])

    def _contents(self, blocks: list[Node]) -> Iterator[Node]:
        """A field that Word can bring up to date; its pages are unknown before, and so none is printed."""
        depth = self.edition.options.contents_depth
        entries = [heading["c"] for heading in _headings(blocks) if heading["c"][0] <= depth]
        yield raw(CONTENTS)
        yield styled("TOC Heading", [para([string(self.words["contents"])])])
        for number, (level, (name, *_), title) in enumerate(entries):
            link = {"t": "Link", "c": [["", [], []], _without_links(title), [f"#{name}", ""]]}
            begin = [_raw_inline(FIELD.format(depth=depth))] if number == 0 else []
            end = [_raw_inline(FIELD_END)] if number == len(entries) - 1 else []
            yield styled(f"toc {level}", [para([*begin, link, *end])])
        yield raw(CONTENTS_END)
        section = self.page.section(self.direction, with_head_and_foot=False)
        yield raw(f'<w:p><w:pPr><w:pStyle w:val="Gap"/>{section}</w:pPr></w:p>')


def _headings(blocks: list[Node]) -> Iterator[Node]:
    for block in blocks:
        if block["t"] == "Header":
            yield block
        elif block["t"] == "Div":
            yield from _headings(block["c"][1])


def _without_links(inlines: list[Node]) -> list[Node]:
    """A heading's words as a link may hold them."""
    made: list[Node] = []
    for node in inlines:
        kind: str = node["t"]
        if kind == "Link":
            made += _without_links(node["c"][1])
        elif kind == "Span":
            inner = _without_links(node["c"][1])
            made += [{"t": "Span", "c": [["", *node["c"][0][1:]], inner]}] if inner else []
        elif kind in ("Emph", "Strong", "Underline", "Strikeout", "Superscript", "Subscript"):
            made.append({"t": kind, "c": _without_links(node["c"])})
        elif kind != "Note":
            made.append(node)
    return made


def _dress(blocks: list[Node], size: str = "") -> None:
    """Give the blocks, and all in them, the styles that their classes mean."""
    for block in blocks:
        kind: str = block["t"]
        content: Any = block.get("c")
        match kind:
            case "Para" | "Plain":
                _dress_words(content)
            case "Header":
                _dress_words(content[2])
            case "Div":
                (_, classes, attributes), inner = content
                _style(attributes, PARAGRAPHS.get(classes[0], "") if classes else "")
                _dress(inner, classes[0].capitalize() if classes and classes[0] in SIZES else size)
            case "BulletList" | "OrderedList":
                for item in content if kind == "BulletList" else content[1]:
                    _dress(item, size)
            case "BlockQuote":
                _dress(content, size)
            case "DefinitionList":
                for term, definitions in content:
                    _dress_words(term)
                    for definition in definitions:
                        _dress(definition, size)
            case "Table":
                head = len(content[3][1])
                for number, cells in enumerate(rows_of(block)):
                    style = f"Table {'Head' if number < head else 'Text'}{size and f' {size}'}"
                    for cell in cells:
                        _dress(cell[4], size)
                        cell[4] = [styled(style, _paragraphs(cell[4]))]


def _dress_words(inlines: list[Node]) -> None:
    for node in inlines:
        if node["t"] == "Span":
            (_, classes, attributes), _ = node["c"]
            _style(attributes, WORDS.get(classes[0], "") if classes else "")


def _style(attributes: list[list[str]], style: str) -> None:
    """Once, though a book that pandoc refuses is made again."""
    if style and ["custom-style", style] not in attributes:
        attributes.append(["custom-style", style])


def _paragraphs(blocks: list[Node]) -> list[Node]:
    """The blocks of a cell without what pandoc has a style of its own for."""
    made: list[Node] = []
    for block in blocks:
        kind: str = block["t"]
        content: Any = block.get("c")
        if kind == "Plain":
            block = {"t": "Para", "c": content}
        elif kind == "BulletList":
            block = {"t": kind, "c": [_paragraphs(item) for item in content]}
        elif kind == "OrderedList":
            block = {"t": kind, "c": [content[0], [_paragraphs(item) for item in content[1]]]}
        made.append(block)
    return made


def _raw_inline(xml: str) -> Node:
    return {"t": "RawInline", "c": ["openxml", xml]}


def _row(match: re.Match[bytes]) -> bytes:
    """A row, which stays on one page if it is low."""
    keep = b"" if len(TAG.sub(b"", match[2])) > LONGEST_ROW else b"<w:cantSplit/>"
    return b"<w:tr><w:trPr>" + keep + (b"" if match[1] else b"</w:trPr>") + match[2] + b"</w:tr>"
