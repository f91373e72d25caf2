"""The page in Word: its size and margins, what stands at its head and foot, and the files of the document that say so.

https://ecma-international.org/publications-and-standards/standards/ecma-376/ part 1, 17.6 (sections) and 17.10 (heads, feet)
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PIXEL = 15  # twentieths of a point
CAPTION = 900  # twentieths of a point: room for the lines below a picture
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t xml:space="preserve">{said}</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
FIRST = '<w:pgNumType w:start="1"/>'  # page
HEAD, FOOT = "header", "footer"
STYLE = {HEAD: "Header", FOOT: "Footer"}
CODE = {HEAD: "STYLEREF 1", FOOT: "PAGE"}  # the title of the part, in whatever language Word speaks; the page's number
ID = {HEAD: "rIdTop", FOOT: "rIdEnd"}  # of their relations: pandoc counts its own
PREFIX = {HEAD: "hdr", FOOT: "ftr"}


@dataclass(frozen=True)
class Page:
    """A size of paper with its margins, in twentieths of a point."""

    width: int
    height: int
    margin: int

    @property
    def measure(self) -> int:
        """How wide the text is."""
        return self.width - 2 * self.margin

    @property
    def highest_picture(self) -> int:
        """In CSS pixels."""
        return (self.height - 2 * self.margin - CAPTION) // PIXEL

    def section(self, direction: str, with_head_and_foot: bool) -> str:
        """What ends a section of such pages; only the last one has head and foot."""
        references = "".join(f'<w:{kind}Reference w:type="default" r:id="{ID[kind]}"/>' for kind in (HEAD, FOOT))
        return (
            f"<w:sectPr>{references if with_head_and_foot else ''}"
            '<w:footnotePr><w:numRestart w:val="eachSect"/></w:footnotePr><w:type w:val="nextPage"/>'
            f'<w:pgSz w:w="{self.width}" w:h="{self.height}"/>'
            f'<w:pgMar w:top="{self.margin}" w:right="{self.margin}" w:bottom="{self.margin}" w:left="{self.margin}" '
            f'w:header="{self.margin // 2}" w:footer="{self.margin // 2}" w:gutter="0"/>'
            f"{FIRST if with_head_and_foot else ''}{'<w:bidi/>' if direction else ''}</w:sectPr>"
        )


PAPERS = {
    "a4": Page(11906, 16838, 1418),
    "a5": Page(8391, 11906, 1021),
    "us-letter": Page(12240, 15840, 1440),
}


def heads_and_feet(title: str) -> dict[str, bytes]:
    """The files of both; a program that does not look for the part's title says the book's."""
    made = {}
    for kind, said in ((HEAD, escape(title)), (FOOT, "1")):
        paragraph = (
            f'<w:p><w:pPr><w:pStyle w:val="{STYLE[kind]}"/></w:pPr>{FIELD.format(code=CODE[kind], said=said)}</w:p>'
        )
        xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:{PREFIX[kind]} {NAMES}>{paragraph}</w:{PREFIX[kind]}>'
        made[f"word/{kind}1.xml"] = xml.encode()
    return made


def with_types(types: bytes) -> bytes:
    """[Content_Types].xml, with what these files are."""
    more = "".join(
        f'<Override PartName="/word/{kind}1.xml" ContentType="{TYPES}.{kind}+xml"/>' for kind in (HEAD, FOOT)
    )
    return types.replace(b"</Types>", more.encode() + b"</Types>")


def with_relations(relations: bytes) -> bytes:
    """word/_rels/document.xml.rels, with both."""
    more = "".join(
        f'<Relationship Id="{ID[kind]}" Type="{RELATIONS}/{kind}" Target="{kind}1.xml"/>' for kind in (HEAD, FOOT)
    )
    return relations.replace(b"</Relationships>", more.encode() + b"</Relationships>")
