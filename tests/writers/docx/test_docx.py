"""The DOCX, read back with python-docx."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from hypothesis import given, settings
from marks import examples
from writers.books import FORMULAS, MAPS, PICTURES, contents, everything, german, made
from writers.handbook.test_handbook import hostile, of, plain, png, topic

from exporter import KnowledgeMap
from exporter.model import MENTIONS, Source
from exporter.writers.docx import Options

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
    assert book.headings() == contents(bundled)


def test_a_link_of_a_note_leads_to_the_chapter_that_it_names(bundled: KnowledgeMap) -> None:
    book = Book(make(bundled, Options(backlinks=False))[0])
    mentioned = [link for link in bundled.links if link.kind == MENTIONS and bundled.topic[link.start].note]
    assert len(mentioned) > 50
    expected = Counter((link.start, link.end, link.text) for link in mentioned)
    expected.update(  # the list with which a part opens
        (area.id, each.id, each.title) for area in bundled.areas for each in bundled.topics_in(area.id) if each.note
    )
    assert expected <= Counter(
        (start.partition("__")[0], goal.partition("__")[0], words) for start, goal, words in book.links()
    )


@pytest.mark.parametrize("name", MAPS)
def test_each_link_leads_to_something_and_nothing_comes_from_elsewhere(name: str) -> None:
    Book(make(MAPS[name]())[0]).check()


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
    (run,) = [run for run in book.body.iter(qn("w:r")) if text(run) == "שלום"]
    assert run.xpath("w:rPr/w:rtl")


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
