"""What becomes of a note's tree in Word: callouts are boxes, tables as wide as their words want, pictures fit the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from exporter.model import Topic
from exporter.views.body.body import Body
from exporter.views.body.columns import columns_of
from exporter.views.body.nodes import PARAGRAPHS, Anchors, string
from exporter.views.body.pandoc import Node
from exporter.views.body.picture import Pictures
from exporter.views.body.transformation import Transformation
from exporter.views.languages import RTL, direction_of
from exporter.views.translations import Translations
from exporter.writers.docx.page import Page
from exporter.writers.docx.styles import callout_style

# Of tables: twentieths of a point that a letter takes, about, and the sides of a cell.
SIZES = {"": (108, 300), "small": (92, 160), "tiny": (70, 130)}
NARROW = "NarrowTable"  # the style of those that are set smaller: pandoc wants its id
LONGEST_WORD = 28  # letters, for which a column is made wide
LONGEST_LINE = 70  # letters, which a column may wish for
BOX = (
    '<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>{bidi}<w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/>'
    '<w:tblLook w:val="0000"/><w:tblCaption w:val="{name}"/></w:tblPr><w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>'
    '<w:tr ><w:tc><w:tcPr><w:tcW w:w="5000" w:type="pct"/></w:tcPr>'
)
BIDI = "<w:bidiVisual/>"
FROM_THE_RIGHT = "<!--from the right-->"  # before a table, for who finds it again: pandoc cannot say it
END = "</w:tc></w:tr></w:tbl>"
GAP = '<w:p><w:pPr><w:pStyle w:val="Gap"/></w:pPr></w:p>'  # also: Word joins tables without a paragraph between


def raw(xml: str) -> Node:
    """Word's own."""
    return {"t": "RawBlock", "c": ["openxml", xml]}


def styled(style: str, blocks: list[Node]) -> Node:
    """Paragraphs of a style, by its name."""
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], blocks]}


class WordTree(Transformation):
    """A note."""

    def __init__(
        self,
        body: Body,
        topics: Mapping[str, Topic],
        anchors: Mapping[str, Anchors],
        pictures: Pictures,
        translations: Translations,
        page: Page,
        language: str,
    ) -> None:
        """As for every format; the page that it has to fit, and the book's language."""
        super().__init__(body, topics, anchors, pictures, translations)
        self.page, self.highest = page, page.highest_picture
        self.direction = RTL if direction_of(body.language[0] if body.language else language) == RTL else ""

    def callout(self, kind: str, name: str, title: list[Node], body: list[Node]) -> list[Node]:
        """A table of one cell, which alone holds lists, code and tables."""
        kind = kind or "note"
        said = [{"t": "Span", "c": [["", ["kind"], []], [string(name)]]}, {"t": "Space"}] if name else []
        opening = styled("Callout Title", [{"t": "Para", "c": [*said, {"t": "Strong", "c": title}]}])
        begin = BOX.format(
            style=callout_style(kind),
            bidi=BIDI if self.direction else "",
            name=escape(name or kind.capitalize()),
            width=self.page.measure,
        )
        ends = bool(body) and body[-1]["t"] in PARAGRAPHS  # as a cell must
        return [raw(GAP + begin), opening, *body, raw(END + GAP if ends else GAP + END + GAP)]

    def table(self, columns: int, rows: int, table: Node) -> list[Node]:
        """No word is broken where there is room for it, if need be in smaller letters."""
        wanted, room = columns_of(table), self.page.measure
        for size, (letter, beside) in SIZES.items():
            least = [min(column.word, LONGEST_WORD) * letter + beside for column in wanted]
            most = [
                max(min(each.line, LONGEST_LINE) * letter + beside, at) for each, at in zip(wanted, least, strict=True)
            ]
            style = size
            if sum(least) <= room:
                break
        for column, width in zip(table["c"][2], _widths(least, most, room), strict=True):
            column[1] = {"t": "ColWidth", "c": round(width, 4)}
        if style:
            table["c"][0][2].append(["custom-style", NARROW])
        before = GAP + FROM_THE_RIGHT if self.direction else GAP
        return [{"t": "Div", "c": [["", [style] if style else [], []], [raw(before), table, raw(GAP)]]}]


def _widths(least: Sequence[int], most: Sequence[int], room: int) -> list[float]:
    """Each column's share of the page: no wider than its lines, no narrower than its words, and between them by its wish."""
    if sum(most) <= room:
        return [width / room for width in most]
    free = room - sum(least)
    if free <= 0:
        return [width / sum(least) for width in least]
    wishes = [wish - need for wish, need in zip(most, least, strict=True)]
    return [(need + free * wish / sum(wishes)) / room for need, wish in zip(least, wishes, strict=True)]
