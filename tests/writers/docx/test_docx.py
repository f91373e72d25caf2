"""The DOCX, read back with python-docx."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph
from hypothesis import given, settings
from marks import examples
from writers.books import FORMULAS, MAPS, PICTURES, contents, everything, german, is_embed, made
from writers.handbook.test_handbook import hostile, of, plain, png, topic

from exporter import KnowledgeMap
from exporter.model import MENTIONS, Source
from exporter.writers.docx import Options

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
make = partial(made, "docx")
LONGEST_NAME = 40  # characters of a bookmark, in Word


class Book:
    """A DOCX as a word processor sees it."""

    def __init__(self, data: bytes) -> None:
        self.document = Document(BytesIO(data))
        self.body = self.document.element.body
        self.parts = self.document.part.package.parts
        (notes,) = [part for part in self.parts if part.partname == "/word/footnotes.xml"]
        self.notes = parse_xml(notes.blob)
        self.names = [mark.get(qn("w:name")) for mark in self.body.iter(qn("w:bookmarkStart"))]

    def headings(self) -> list[tuple[str, list[str]]]:
        """Each part and its chapters."""
        parts: list[tuple[str, list[str]]] = []
        for paragraph in self.document.paragraphs:
            style = paragraph.style and paragraph.style.name
            if style == "Heading 1":
                parts.append((plain(paragraph.text), []))
            elif style == "Heading 2":
                parts[-1][1].append(plain(paragraph.text))
        return parts

    def links(self) -> Iterator[tuple[str, str, str]]:
        """Each link within the file: the bookmark in which it stands, that to which it leads, the words."""
        within: dict[str, str] = {}  # bookmarks that are open, the innermost last
        for root in (self.body, self.notes):
            for element in root.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd"), qn("w:hyperlink")):
                if element.tag == qn("w:bookmarkStart"):
                    within[element.get(qn("w:id"))] = element.get(qn("w:name"))
                elif element.tag == qn("w:bookmarkEnd"):
                    del within[element.get(qn("w:id"))]
                elif element.get(qn("w:anchor")):
                    yield ["", *within.values()][-1], element.get(qn("w:anchor")), text(element)

    def named_headings(self) -> Iterator[tuple[Paragraph, str]]:
        """Parts and chapters with the bookmark before each."""
        for paragraph in self.document.paragraphs:
            if paragraph.style and paragraph.style.name in ("Heading 1", "Heading 2"):
                before = paragraph._p.getprevious()
                assert before is not None and before.tag == qn("w:bookmarkStart")
                yield paragraph, str(before.get(qn("w:name")))

    def room(self) -> tuple[int, int]:
        """What a page of the text holds, in EMU."""
        page = self.document.sections[-1]
        width, height, left, right, top, bottom = (
            page.page_width, page.page_height, page.left_margin, page.right_margin, page.top_margin, page.bottom_margin,
        )  # fmt: skip
        assert None not in (width, height, left, right, top, bottom)
        return int(width - left - right), int(height - top - bottom)  # type: ignore[operator]

    def bullet(self, words: str) -> str:
        """What stands before an item of a list."""
        (item,) = [paragraph for paragraph in self.document.paragraphs if paragraph.text == words]
        numbering = self.document.part.numbering_part.element
        (number,) = item._p.xpath("w:pPr/w:numPr/w:numId/@w:val")
        kind = numbering.num_having_numId(int(number)).abstractNumId.val
        return str(numbering.xpath(f"w:abstractNum[@w:abstractNumId='{kind}']/w:lvl[1]/w:lvlText/@w:val")[0])

    def check(self) -> None:
        """Each link leads to something; nothing comes from elsewhere."""
        assert len(self.names) == len(set(self.names))
        assert all(len(name) <= LONGEST_NAME for name in self.names)
        assert {goal for _, goal, _ in self.links()} <= set(self.names)
        for part in self.parts:
            for relation in part.rels.values():
                assert not relation.is_external or relation.reltype.endswith("/hyperlink")


def text(element: BaseOxmlElement) -> str:
    return "".join(run.text or "" for run in element.iter(qn("w:t")))


@pytest.fixture(scope="module")
def book(bundled: KnowledgeMap) -> Book:
    data, findings = make(bundled)
    assert findings == []
    return Book(data)


def test_a_heading_for_each_part_and_chapter_in_the_maps_order(book: Book, bundled: KnowledgeMap) -> None:
    assert book.headings() == contents(bundled, glossary=True)


def test_a_link_of_a_note_leads_to_the_chapter_that_it_names(bundled: KnowledgeMap) -> None:
    book = Book(make(bundled, Options(backlinks=False))[0])
    mentioned = [link for link in bundled.links if link.kind == MENTIONS and bundled.topic[link.start].note]
    assert len(mentioned) > 50
    expected = Counter((link.start, link.end, link.text) for link in mentioned if not is_embed(link))
    expected.update(  # the list with which a part opens
        (area.id, each.id, each.title) for area in bundled.areas for each in bundled.topics_in(area.id) if each.note
    )
    assert expected <= Counter(
        (start.partition("__")[0], goal.partition("__")[0], words) for start, goal, words in book.links()
    )


@pytest.mark.parametrize("name", MAPS)
def test_each_link_leads_to_something_and_nothing_comes_from_elsewhere(name: str) -> None:
    Book(make(MAPS[name]())[0]).check()


def test_the_contents_are_filled_in_and_nothing_is_asked(book: Book) -> None:
    paragraphs = [Paragraph(each, book.document._body) for each in book.body.iter(qn("w:p"))]
    entries = [each for each in paragraphs if each.style and (each.style.name or "").startswith("toc ")]
    titles = [title for part, chapters in book.headings() for title in (part, *chapters)]
    assert [plain(paragraph.text) for paragraph in entries] == titles
    goals = {heading.text: name for heading, name in book.named_headings()}
    for paragraph in entries:
        (goal,) = paragraph._p.xpath("w:hyperlink/@w:anchor")
        assert goals[paragraph.text] == goal
    kinds = [str(each) for each in book.body.xpath(".//w:fldChar/@w:fldCharType")]
    assert kinds == ["begin", "separate", "end"]  # the contents' own; fields that cross would be damage to Word
    assert not book.body.xpath(".//w:fldChar[@w:dirty]")  # or Word asks whether to look for their pages
    (settings,) = [part for part in book.parts if part.partname == "/word/settings.xml"]
    assert b"updateFields" not in settings.blob


def test_the_title_page_says_who_made_what_and_when() -> None:
    options = Options(
        title="T & <t>", author="A. Ünal", date="2026-03-02", edition="2.1", license="https://spdx.org/licenses/MIT"
    )
    book = Book(make(replace(of({"a": "x"}), summary="Sum & more"), options)[0])
    said = {paragraph.text: paragraph.style.name for paragraph in book.document.paragraphs if paragraph.style}
    expected = {
        "T & <t>": "Title", "Sum & more": "Subtitle", "A. Ünal": "Author", "Edition 2.1": "Date", "2 March 2026": "Date",
        "Licence: MIT": "Imprint", "Contents": "TOC Heading",
    }  # fmt: skip
    assert [*said.items()][: len(expected)] == [
        *([*expected.items()][:5]), *[item for item in said.items() if item[0].startswith("Made from")], *([*expected.items()][5:]),
    ][: len(expected)]  # fmt: skip


def test_pages_have_head_and_foot_and_the_front_has_none(book: Book) -> None:
    front, body = book.document.sections
    fields = [
        str(code).strip()
        for place in (body.header, body.footer)
        for code in place._element.xpath(".//w:instrText/text()")
    ]
    assert fields == ["STYLEREF 1", "PAGE"]
    assert body.header.paragraphs[0].text == "ML Compilers Knowledge Map"  # for who does not know STYLEREF
    assert front.header.is_linked_to_previous and front.footer.is_linked_to_previous
    (number,) = body._sectPr.xpath("w:pgNumType/@w:start")
    assert number == "1"


def test_parts_begin_a_page_and_headings_stay_with_what_follows(book: Book) -> None:
    styles = book.document.styles
    assert styles["Heading 1"].paragraph_format.page_break_before
    for name in (
        *(f"Heading {level}" for level in range(1, 7)),
        "Minor Heading",
        "Definition Term",
        "Captioned Figure",
    ):
        assert styles[name].paragraph_format.keep_with_next, name
    said = {paragraph.text: paragraph.style.name for paragraph in book.document.paragraphs if paragraph.style}
    assert {said[words] for words in ("Review questions", "In this part")} == {"Minor Heading"}


def test_a_table_repeats_its_head_and_its_low_rows_stay_whole() -> None:
    high = " ".join(["word"] * 400)
    (table,) = Book(make(of({"a": f"| a | b |\n|---|---|\n| 1 | 2 |\n| {high} | 3 |"}))[0]).document.tables
    rows = [row._tr.trPr for row in table.rows]
    assert [bool(row.xpath("w:tblHeader")) for row in rows] == [True, False, False]
    assert [bool(row.xpath("w:cantSplit")) for row in rows] == [True, True, False]


@pytest.mark.parametrize("columns", [1, 2, 4, 8, 12])
def test_no_word_of_a_table_is_broken_where_there_is_room(columns: int) -> None:
    words = "temperature precipitation sunshine storms hurricanes earthquakes avalanches floods droughts heatwaves snowfall frost".split()
    rows = ("|".join(["x"] * columns), "|".join(["-"] * columns), "|".join(words[:columns]))
    (table,) = Book(make(of({"a": "\n".join(f"|{row}|" for row in rows)}))[0]).document.tables
    points = {"Table Text": 9.5, "Table Text Small": 8, "Table Text Tiny": 6.5}
    for cell, column in zip(table.rows[1].cells, table._tbl.tblGrid.gridCol_lst, strict=True):
        style = cell.paragraphs[0].style
        assert style is not None
        assert style.font.size is not None and style.font.size.pt == points[style.name or ""]
        sides = 4 if style.name == "Table Text Tiny" else 10  # points
        # letters of Cambria are half as wide as high, about
        assert int(column.get(qn("w:w"))) / 20 - sides >= 0.5 * style.font.size.pt * len(cell.text)


def test_what_a_style_is_based_on_is_there_and_each_is_there_once(book: Book) -> None:
    styles = book.document.styles.element
    ids = [str(id) for id in styles.xpath("w:style/@w:styleId")]
    names = [str(name).casefold() for name in styles.xpath("w:style/w:name/@w:val")]
    assert len(ids) == len(set(ids))
    assert len(names) == len(set(names))
    assert {
        str(id) for id in styles.xpath("w:style/w:basedOn/@w:val | w:style/w:next/@w:val | w:style/w:link/@w:val")
    } <= {*ids}
    used = {str(id) for id in book.body.xpath(".//w:pStyle/@w:val | .//w:rStyle/@w:val | .//w:tblStyle/@w:val")}
    assert used <= {*ids}


# The order of the schema, ECMA-376 part 1: Word calls a file damaged that has another
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs"
    " suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing"
    " ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr"
    " sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish"
    " webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders"
    " shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols"
    " formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked rsid pPr rPr"
    " tblPr trPr tcPr tblStylePr",
    "pBdr": "top left bottom right between bar",
    "tblBorders": "top left start bottom right end insideH insideV",
    "tblCellMar": "top left start bottom right end",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "settings": "zoom embedSystemFonts proofState stylePaneFormatFilter doNotTrackMoves defaultTabStop drawingGridHorizontalSpacing"
    " drawingGridVerticalSpacing displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery characterSpacingControl"
    " savePreviewPicture footnotePr compat rsids mathPr themeFontLang clrSchemeMapping decimalSymbol listSeparator",
}


@pytest.mark.parametrize("name", ["everything", "rich", "german"])
def test_elements_stand_in_the_order_of_the_schema(name: str) -> None:
    data, _ = make(MAPS[name]())
    seen: set[str] = set()
    with ZipFile(BytesIO(data)) as archive:
        for file in archive.namelist():
            if not file.startswith("word/") or not file.endswith(".xml"):
                continue
            for element in parse_xml(archive.read(file)).iter():
                kind = str(element.tag).removeprefix(W)
                if str(element.tag).startswith(W) and kind in ORDERS:
                    order = ORDERS[kind].split()
                    children = [str(child.tag).rpartition("}")[2] for child in element]
                    places = [order.index(child) for child in children]
                    assert places == sorted(places), (file, kind, children)
                    seen.add(kind)
    assert seen >= ORDERS.keys() - {"tblCellMar"}


def test_every_file_of_the_archive_has_a_type_and_every_relation_a_file(book: Book) -> None:
    data, _ = make(everything())
    with ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        assert len(names) == len(set(names))
        types = parse_xml(archive.read("[Content_Types].xml"))
        said = {str(each.get("PartName")) for each in types if each.get("PartName")}
        kinds = {str(each.get("Extension")) for each in types if each.get("Extension")}
        assert {name for name in said if name[1:] not in names} == set()
        assert not [name for name in names if f"/{name}" not in said and name.rpartition(".")[2] not in kinds]


def test_the_contents_are_those_of_the_options() -> None:
    book = Book(make(everything(), Options(contents_depth=3))[0])
    (field,) = book.body.iter(qn("w:instrText"))
    assert r'TOC \o "1-3"' in field.text


def test_pictures_have_their_words_and_are_in_the_file_once() -> None:
    data, _ = make(everything())
    book = Book(data)
    shown = [
        (picture.find(qn("wp:docPr")).get("descr"), next(picture.iter(qn("a:blip"))).get(qn("r:embed")))
        for picture in book.body.iter(qn("wp:inline"))
    ]
    related = book.document.part.related_parts
    assert [(words, related[name].content_type) for words, name in shown] == [
        (f"alt {name}", f"image/{kind}") for name, (_, kind) in PICTURES.items()
    ]
    with ZipFile(BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if b"evil.example" in archive.read(name)]
        assert b"data:image" not in archive.read("word/document.xml")


def test_formulas_are_omml_and_what_pandoc_does_not_know_is_told() -> None:
    data, (finding,) = make(of({"formulas": everything().text("formulas")}))
    book = Book(data)
    assert len(list(book.body.iter(MATH + "oMath"))) == len(FORMULAS)
    assert r"$\unknown{x}$" in text(book.body)
    assert (finding.code, finding.source) == ("formula-as-source", Source("formulas.md", 1))


def test_what_a_note_can_hold() -> None:
    book = Book(make(everything())[0])
    table, callout = book.document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["left", "right"], ["one", "two"]]
    said = [" ".join(paragraph.text.split()) for paragraph in book.document.paragraphs]
    for words in ("3.1 Why?", "3.1 Because."):
        assert words in said
    assert [paragraph.text for paragraph in callout.cell(0, 0).paragraphs] == ["Warning Mind the gap", "A callout."]
    assert 'print("<b>", 1 & 2)' in said
    assert (book.bullet("open"), book.bullet("done")) == ("☐", "☒")
    links = {words: goal for _, goal, words in book.links()}
    assert (links["topic"], links["me"], links["a link"], links["3.1"]) == ("other__0", "blocks", "other", "blocks__q1")
    assert [text(note).strip() for note in book.notes if text(note).strip()] == [
        "The first note's, with a link.",
        "The second note's.",
    ]


TABLE = """
| Stack | Usual input | Main representations | Typical targets |
|---|---|---|---|
| OpenXLA | JAX, TensorFlow, PyTorch/XLA, and whatever else there is that somebody may want to have compiled one day | StableHLO, HLO | CPU, GPU, TPU |
"""
CALLOUT = """> [!warning] Hot
> body
>
> - item
>
> ```python
> code
> ```
>
> | a |
> |---|
> | b |
>
> > [!tip] Within
> > inner

> [!mine] Own

after
"""


def test_callouts_are_boxes_with_all_that_is_in_them() -> None:
    book = Book(make(of({"a": CALLOUT}))[0])
    first, second = book.document.tables
    for box, style, words in (
        (first, "Callout Warning", ["Warning Hot", "body", "item", "code"]),
        (second, "Callout Note", ["Mine Own"]),
    ):
        assert box.style is not None and box.style.name == style
        (cell,) = box.rows[0].cells
        assert [paragraph.text for paragraph in cell.paragraphs if paragraph.text] == words
        assert cell._tc[-1].tag == qn("w:p")  # else Word calls the file damaged
        assert box.style.element.xpath("w:tblPr/w:tblBorders/w:left/@w:color")
        assert box.style.element.xpath("w:tcPr/w:shd/@w:fill")
    table, inner = first.cell(0, 0).tables
    assert [cell.text for row in table.rows for cell in row.cells] == ["a", "b"]
    assert inner.style is not None and inner.style.name == "Callout Tip"
    assert [paragraph.text for paragraph in inner.cell(0, 0).paragraphs] == ["Tip Within", "inner"]
    assert first._tbl.getnext().tag == qn("w:p")  # else Word takes both for one


@pytest.mark.parametrize(
    ("wide", "high", "asked", "drawn"),
    [
        (300, 3000, "", 87),
        (300, 3000, "#width=200", 87),
        (300, 30, "", None),
        (3000, 30, "", None),
        (300, 30, "#width=90", 90),
    ],
)
def test_a_picture_is_no_larger_than_the_page(wide: int, high: int, asked: str, drawn: int | None) -> None:
    book = Book(make(of({"a": f"![x](<file:p.png{asked}>)"}, {"p.png": png(wide, high)}))[0])
    (extent,) = book.body.iter(qn("wp:extent"))
    width, height = int(extent.get("cx")), int(extent.get("cy"))
    room = book.room()
    assert width <= room[0] and height <= room[1]
    assert abs(width / height - wide / high) < 0.05 * wide / high
    if drawn:
        assert width == drawn * 9525  # EMU in a pixel


@pytest.mark.parametrize(
    ("paper", "size"), [("a4", (210.0, 297.0)), ("a5", (148.0, 210.0)), ("us-letter", (215.9, 279.4))]
)
def test_the_paper_is_that_of_the_options_and_holds_what_is_on_it(paper: str, size: tuple[float, float]) -> None:
    texts = {"a": "![high](<file:high.png>) ![wide](<file:wide.png>)\n\n" + TABLE}
    files = {"high.png": png(300, 3000), "wide.png": png(3000, 300)}
    book = Book(make(of(texts, files), Options(paper=paper))[0])
    front, body = book.document.sections
    for section in (front, body):
        assert section.page_width is not None and section.page_height is not None
        assert (round(section.page_width.mm, 1), round(section.page_height.mm, 1)) == size
    room = book.room()
    for extent in book.body.iter(qn("wp:extent")):
        assert int(extent.get("cx")) <= room[0] and int(extent.get("cy")) <= room[1]
    (table,) = book.document.tables
    assert sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid.gridCol_lst) * 635 <= room[0]


def test_a_book_that_is_read_from_the_right_says_so() -> None:
    topics = [topic("a", title="א"), topic("b", properties={"lang": "en"})]
    book = Book(make(of({"a": "שלום\n\n    print(1)", "b": "english"}, topics=topics, language="he"))[0])
    directions = {paragraph.text: bool(paragraph._p.xpath("w:pPr/w:bidi")) for paragraph in book.document.paragraphs}
    assert [directions[words] for words in ("שלום", "english", "print(1)")] == [True, False, False]
    assert all(section._sectPr.xpath("w:bidi") for section in book.document.sections)
    (run,) = [run for run in book.body.iter(qn("w:r")) if text(run) == "שלום"]
    assert run.xpath("w:rPr/w:rtl")


@pytest.mark.parametrize(
    ("language", "note", "expected"), [("he", None, 1), ("en", "he", 1), ("he", "en", 0), ("en", None, 0)]
)
def test_tables_and_boxes_run_as_their_note_does(language: str, note: str | None, expected: int) -> None:
    body = "Table: Said\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> [!note] x\n> y"
    topics = [topic("a", properties={"lang": note} if note else {})]
    tables = Book(make(of({"a": body}, topics=topics, language=language))[0]).document.tables
    assert [len(table._tbl.tblPr.xpath("w:bidiVisual")) for table in tables] == [expected, expected]


def test_the_properties_say_what_the_book_is() -> None:
    about = Book(
        make(german(), Options(title="T & <t>", author="A. Ünal", date="2026-03-02"))[0]
    ).document.core_properties
    assert (about.title, about.author, about.language) == ("T & <t>", "A. Ünal", "de-AT")
    assert about.created.date().isoformat() == "2026-03-02"


def test_the_same_bytes_twice() -> None:
    data = make(everything())[0]
    assert make(everything())[0] == data
    with ZipFile(BytesIO(data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_notes_that_cannot_be_read_or_set_are_told_and_the_book_is_there() -> None:
    data, findings = make(of({"a": "> " * 5000 + "deep"}, topics=(topic("a"), topic("b"))))
    assert [(finding.code, finding.source.file) for finding in findings] == [
        ("unreadable-note", "b.md"),
        ("note-as-source", "a.md"),
    ]
    book = Book(data)
    assert book.headings() == [("How to use this book", []), ("Topics", ["A", "B"])]
    assert "> > > deep" in text(book.body)


@settings(max_examples=examples(25), deadline=None)
@given(body=hostile, title=hostile)
def test_any_text_makes_a_book(body: str, title: str) -> None:
    topics = (topic("a", title=title, aliases=(title,)), topic("b", title="Other"))
    texts = {"a": body, "b": "[up](<topic:a>)"}
    Book(make(of(texts, topics=topics, title=title, summary=title))[0]).check()
