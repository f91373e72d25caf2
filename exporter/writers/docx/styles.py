"""The styles of the book in Word, which its readers may change there, and the document that pandoc takes them from.

It is pandoc's own (https://pandoc.org/MANUAL.html#option--reference-doc) with ours in it. Word wants the elements of a style
in the order of the schema: ECMA-376 part 1, 17.7 (styles), 17.3.1.26 (pPr), 17.3.2.28 (rPr).
"""

from __future__ import annotations

import re

from exporter.views.book.archive import rewrite
from exporter.writers.docx.page import Page, heads_and_feet, with_relations, with_types

ACCENT, MUTED = "1F4E79", "5F6B76"
HUES = {
    "note": "1F4E79", "abstract": "00697A", "info": "1F4E79", "todo": "1F4E79", "tip": "00697A", "success": "1A7F37", "question": "8A6100",
    "warning": "A85B00", "failure": "B3261E", "danger": "B3261E", "bug": "B3261E", "example": "6639BA", "quote": "707070",
}  # fmt: skip
PAPER, TINT = 0xFF, 0.93  # of white in what lies behind the words of a box
CODE = '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Courier New"/><w:noProof/>'
FONTS = ((b'typeface="Aptos Display"', b'typeface="Calibri"'), (b'typeface="Aptos"', b'typeface="Cambria"'))
PLAIN_TABLE = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>'
    '<w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
)
BUILT_IN = frozenset(  # in Word, which knows them by these names in whatever language it speaks
    "Normal|Body Text|Title|Subtitle|Date|TOC Heading|header|footer|Block Text|footnote text|caption|Hyperlink".split(
        "|"
    )
)
NUMBERED = ("toc ", "heading ")
KEEP = "<w:keepNext/><w:keepLines/>"
STYLE = re.compile(rb'<w:style [^>]*w:styleId="([^"]+)".*?</w:style>', re.DOTALL)
SECTION = re.compile(rb"<w:sectPr.*?</w:sectPr>|<w:sectPr ?/>", re.DOTALL)


def reference(document: bytes, page: Page, direction: str, title: str) -> bytes:
    """The document with our styles and pages, the same bytes each time."""
    ours = _styles(page)

    def change(name: str, data: bytes) -> bytes:
        match name:
            case "word/styles.xml":
                kept = STYLE.sub(lambda match: b"" if match[1].decode() in ours else match[0], data)
                return kept.replace(b"</w:styles>", "".join(ours.values()).encode() + b"</w:styles>")
            case "word/theme/theme1.xml":
                for theirs, font in FONTS:
                    data = data.replace(theirs, font)
                return data
            case "word/document.xml":
                section = page.section(direction, with_head_and_foot=True).encode()
                return SECTION.sub(b"", data).replace(b"</w:body>", section + b"</w:body>")
            case "[Content_Types].xml":
                return with_types(data)
            case "word/_rels/document.xml.rels":
                return with_relations(data)
        return data

    return rewrite(document, change, heads_and_feet(title))


def callout_style(kind: str) -> str:
    """The style of the box, a table of one cell."""
    return f"Callout{kind.capitalize()}"


def _styles(page: Page) -> dict[str, str]:
    """Each by its id."""
    heading = f'<w:rFonts w:asciiTheme="majorHAnsi" w:hAnsiTheme="majorHAnsi" w:eastAsiaTheme="majorEastAsia" w:cstheme="majorBidi"/><w:b/><w:bCs/>{_colour(ACCENT)}'
    tabs = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{page.measure}"/></w:tabs>'
    frame = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="5" w:color="D5DAE0"/>'
        for side in ("top", "left", "bottom", "right")
    )
    return dict(
        [
            _paragraph("Normal", "", _space(60, 70, 276), _size(21), base="", attributes='w:default="1"'),
            _paragraph("BodyText", "Body Text"),
            _paragraph("FirstParagraph", "First Paragraph", "", base="BodyText"),
            _paragraph("Compact", "", _space(20, 30, 264), base="BodyText"),
            _paragraph("Title", "", f'<w:pBdr><w:top w:val="single" w:sz="24" w:space="14" w:color="B5761C"/></w:pBdr>{_space(2600, 240, 240)}', f"{heading}{_size(64)}"),
            _paragraph("Subtitle", "", _space(0, 360, 288), f"{_colour(MUTED)}{_size(26)}"),
            _paragraph("Author", "", _space(480, 60), f"{_size(28)}"),
            _paragraph("Date", "", _space(0, 60), f"{_colour(MUTED)}{_size(21)}"),
            _paragraph("Imprint", "", _space(0, 40), f"{_colour(MUTED)}{_size(19)}"),
            _paragraph("TOCHeading", "TOC Heading", f"{KEEP}<w:pageBreakBefore/>{_space(0, 240)}", f"{heading}{_size(40)}"),
            _paragraph("TOC1", "toc 1", f"{tabs}{_space(120, 30)}", "<w:b/><w:bCs/>"),
            _paragraph("TOC2", "toc 2", f"{tabs}{_space(0, 20)}{_indent(280)}"),
            *(_paragraph(f"TOC{level}", f"toc {level}", f"{tabs}{_space(0, 10)}{_indent(280 * level - 280)}", _size(19)) for level in range(3, 7)),
            _heading(1, f"{KEEP}<w:pageBreakBefore/>{_space(480, 320, 240)}", f"{heading}{_size(48)}"),
            _heading(2, f"{KEEP}{_space(600, 160, 240)}", f"{heading}{_size(34)}"),
            _heading(3, f"{KEEP}{_space(320, 100, 240)}", f"{heading}{_size(26)}"),
            _heading(4, f"{KEEP}{_space(260, 80, 240)}", f"{heading}{_size(23)}"),
            _heading(5, f"{KEEP}{_space(220, 60, 240)}", f"{heading}{_size(21)}"),
            _heading(6, f"{KEEP}{_space(220, 60, 240)}", f"{_colour(ACCENT)}{_size(21)}"),
            _paragraph("MinorHeading", "Minor Heading", f"{KEEP}{_space(240, 80)}", "<w:b/><w:bCs/>", base="BodyText"),
            _paragraph("Header", "header", '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="BFC7CF"/></w:pBdr>' + _space(0, 0), f"<w:i/><w:iCs/>{_colour(MUTED)}{_size(18)}"),
            _paragraph("Footer", "footer", f'{_space(0, 0)}<w:jc w:val="center"/>', f"{_colour(MUTED)}{_size(18)}"),
            _paragraph("Summary", "", _space(0, 160), f"{_colour(MUTED)}{_size(24)}", base="BodyText"),
            _paragraph("Aliases", "", "", _colour(MUTED), base="BodyText"),
            _paragraph("Links", "", f"<w:keepLines/>{_space(0, 80)}", _size(19), base="BodyText"),
            _paragraph("DefinitionBox", "Definition Box", f'<w:keepLines/><w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="{ACCENT}"/></w:pBdr>{_space(80, 160)}{_indent(200)}', base="BodyText"),
            _paragraph("Question", "", f"<w:keepLines/>{_space(60, 100)}", base="BodyText"),
            _paragraph("CalloutTitle", "Callout Title", _space(0, 60), base="BodyText"),
            _paragraph("Gap", "", '<w:spacing w:before="0" w:after="0" w:line="110" w:lineRule="exact"/>', _size(2)),
            _paragraph("BlockText", "Block Text", f'<w:pBdr><w:left w:val="single" w:sz="12" w:space="10" w:color="BFC7CF"/></w:pBdr>{_space(60, 120)}{_indent(320, 320)}', _colour("3D464E"), base="BodyText"),
            _paragraph("SourceCode", "Source Code", f'<w:pBdr>{frame}</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="F5F6F8"/><w:wordWrap w:val="off"/>{_space(120, 180, 252)}{_indent(120, 120)}', f"{CODE}{_size(18)}"),
            _paragraph("FootnoteText", "footnote text", _space(0, 20), _size(18)),
            _paragraph("TableText", "Table Text", _space(20, 20, 252), _size(19)),
            _paragraph("TableTextSmall", "Table Text Small", "", _size(16), base="TableText"),
            _paragraph("TableTextTiny", "Table Text Tiny", "", _size(13), base="TableText"),
            _paragraph("TableHead", "Table Head", "<w:keepNext/>", "<w:b/><w:bCs/>", base="TableText"),
            _paragraph("TableHeadSmall", "Table Head Small", "", _size(16), base="TableHead"),
            _paragraph("TableHeadTiny", "Table Head Tiny", "", _size(13), base="TableHead"),
            _paragraph("Caption", "caption", f"<w:keepLines/>{_space(60, 200)}", f"{_colour(MUTED)}{_size(19)}"),
            _paragraph("TableCaption", "Table Caption", f"<w:keepNext/>{_space(160, 80)}", base="Caption"),
            _paragraph("ImageCaption", "Image Caption", '<w:jc w:val="center"/>', base="Caption"),
            _paragraph("CaptionedFigure", "Captioned Figure", f'<w:keepNext/>{_space(160, 60)}<w:jc w:val="center"/>'),
            _paragraph("DefinitionTerm", "Definition Term", f"{KEEP}{_space(120, 20)}", "<w:b/><w:bCs/>"),
            _paragraph("Definition", "", f"{_space(0, 80)}{_indent(280)}"),
            _character("VerbatimChar", "Verbatim Char", f"{CODE}{_size(19)}"),
            _character("Hyperlink", "", _colour("1F5C99")),
            _character("SectionNumber", "Section Number", _colour("7C8A97")),
            _character("MissingNote", "Missing Note", '<w:u w:val="dotted"/>'),
            _character("CalloutKind", "Callout Kind", f"<w:caps/>{_colour(MUTED)}{_size(17)}"),
            _character("Unwritten", "", _colour(MUTED)),
            *(_box(kind, hue) for kind, hue in HUES.items()),
            ("TableNormal", PLAIN_TABLE),
            _table("Table", "Table", 100),
            _table("NarrowTable", "Narrow Table", 40),
        ]
    )  # fmt: skip


def _paragraph(
    id: str, name: str, paragraph: str = "", run: str = "", base: str = "Normal", attributes: str = ""
) -> tuple[str, str]:
    based = f'<w:basedOn w:val="{base}"/>' if base else ""
    properties = f"<w:pPr>{paragraph}</w:pPr>" * bool(paragraph) + f"<w:rPr>{run}</w:rPr>" * bool(run)
    return id, (
        f'<w:style w:type="paragraph" {attributes or _custom(name or id)} w:styleId="{id}"><w:name w:val="{name or id}"/>{based}<w:qFormat/>'
        f"{properties}</w:style>"
    )


def _custom(name: str) -> str:
    return "" if name in BUILT_IN or name.startswith(NUMBERED) else 'w:customStyle="1"'


def _heading(level: int, paragraph: str, run: str) -> tuple[str, str]:
    id, style = _paragraph(
        f"Heading{level}", f"heading {level}", f'{paragraph}<w:outlineLvl w:val="{level - 1}"/>', run
    )
    return id, style.replace("<w:qFormat/>", '<w:next w:val="BodyText"/><w:qFormat/>')


def _character(id: str, name: str, run: str) -> tuple[str, str]:
    return id, (
        f'<w:style w:type="character" {_custom(name or id)} w:styleId="{id}"><w:name w:val="{name or id}"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:qFormat/><w:rPr>{run}</w:rPr></w:style>'
    )


def _box(kind: str, hue: str) -> tuple[str, str]:
    """A callout: a cell with a bar in its colour, and a tint of that behind the words."""
    colours = [int(hue[start : start + 2], 16) for start in (0, 2, 4)]
    fill = "".join(f"{round(colour + (PAPER - colour) * TINT):02X}" for colour in colours)
    id = callout_style(kind)
    return id, (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{id}"><w:name w:val="Callout {kind.capitalize()}"/>'
        '<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr>'
        f'<w:tblBorders><w:left w:val="single" w:sz="24" w:space="0" w:color="{hue}"/></w:tblBorders>'
        f'{_cell_margins(100, 180, 60)}</w:tblPr><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{fill}"/></w:tcPr></w:style>'
    )


def _table(id: str, name: str, side: int) -> tuple[str, str]:
    line = 'w:val="single" w:sz="{}" w:space="0" w:color="{}"'
    strong, weak = line.format(8, "8A97A3"), line.format(4, "D5DAE0")
    return id, (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{id}"><w:name w:val="{name}"/><w:basedOn w:val="TableNormal"/><w:qFormat/>'
        f"<w:tblPr><w:tblBorders><w:top {strong}/><w:bottom {strong}/><w:insideH {weak}/></w:tblBorders>"
        f'{_cell_margins(30, side, 30)}</w:tblPr><w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders><w:bottom {strong}/></w:tcBorders>'
        '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr></w:style>'
    )


def _cell_margins(top: int, side: int, bottom: int) -> str:
    sides = (("top", top), ("left", side), ("bottom", bottom), ("right", side))
    widths = "".join(f'<w:{name} w:w="{width}" w:type="dxa"/>' for name, width in sides)
    return f"<w:tblCellMar>{widths}</w:tblCellMar>"


def _space(before: int, after: int, line: int = 0) -> str:
    lines = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{lines}/>'


def _indent(left: int, right: int = 0) -> str:
    return f'<w:ind w:left="{left}" w:right="{right}"/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _colour(hue: str) -> str:
    return f'<w:color w:val="{hue}"/>'
