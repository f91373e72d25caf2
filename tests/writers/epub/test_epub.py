"""The EPUB, read back page by page."""

import pkgutil
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import PurePath
from posixpath import dirname, join, normpath
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zipfile import ZipFile

import imagesize
import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marks import examples
from writers.books import FORMULAS, MAPS, PICTURES, contents, everything, german, is_embed, made
from writers.handbook.test_handbook import hostile, of, plain, png, topic

from exporter import KnowledgeMap
from exporter.model import MENTIONS, Link, Source
from exporter.writers.epub import Options

HTML = "{http://www.w3.org/1999/xhtml}"
MATH = "{http://www.w3.org/1998/Math/MathML}"
OPF = "{http://www.idpf.org/2007/opf}"
TYPE = "{http://www.idpf.org/2007/ops}type"
DC = "{http://purl.org/dc/elements/1.1/}"
OUTSIDE = re.compile(r"\s*(https?:|ftp:|file:|data:|//)", re.IGNORECASE)
make = partial(made, "epub")


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


class Book:
    """An EPUB as a reader's device sees it."""

    def __init__(self, data: bytes) -> None:
        with ZipFile(BytesIO(data)) as archive:
            self.stamps = {entry.date_time for entry in archive.infolist()}
            self.files = {name: archive.read(name) for name in archive.namelist()}
        self.xml = {
            name: ElementTree.fromstring(data)
            for name, data in self.files.items()
            if name.endswith((".xhtml", ".opf", ".ncx", ".xml"))
        }
        self.package = self.xml["EPUB/content.opf"]
        self.ids = {
            (name, element.attrib["id"]): element
            for name, page in self.xml.items()
            for element in page.iter()
            if "id" in element.attrib
        }
        self.page = {id: name for name, id in self.ids if "/text/" in name}

    def about(self, name: str) -> list[str]:
        return [text(element) for element in self.package.iter(DC + name)]

    def links(self, name: str, element: Element | None = None) -> Iterator[tuple[str, str, str]]:
        """Each link of a page, or of an element in it, within the book: the file and id to which it leads, the words."""
        for link in (self.xml[name] if element is None else element).iter(HTML + "a"):
            path, _, id = link.attrib["href"].partition("#")
            if not OUTSIDE.match(path) and not path.startswith("mailto:"):
                yield (normpath(join(dirname(name), path)) if path else name), id, text(link)

    def contents(self) -> list[tuple[str, list[str]]]:
        """Each part and its chapters; each line leads to the heading that it names."""
        for path, id, title in self.links("EPUB/nav.xhtml", self.menu("toc")):
            assert text(self.ids[path, id][0]) == title
        (top, *_) = self.xml["EPUB/nav.xhtml"].iter(HTML + "ol")
        return [
            (
                plain(text(part[0])),
                [plain(text(chapter[0])) for chapter in part.iter(HTML + "li") if chapter is not part],
            )
            for part in top
        ]

    def menu(self, kind: str) -> Element:
        """The contents, or the landmarks."""
        (menu,) = [each for each in self.xml["EPUB/nav.xhtml"].iter(HTML + "nav") if each.get(TYPE) == kind]
        return menu

    def chapter(self, id: str) -> Element:
        """The chapter of a topic, without its footnotes."""
        return self.ids[self.page[id], id]

    def said_by(self, id: str) -> Counter[tuple[str, str, str]]:
        """The links of a topic's own text and of the answers to its questions."""
        name = self.page[id]
        links = Counter(self.links(name))
        for box in self.xml[name].iter(HTML + "div"):
            if box.get("class") == "links":  # what the chapter builds on and what mentions it
                links.subtract(self.links(name, box))
        for (name, answer), element in self.ids.items():
            if answer.startswith(f"{id}__a"):
                links.update(self.links(name, element))
        return links

    def check(self) -> None:
        """Each link leads to something; nothing comes from elsewhere, and nothing runs."""
        for name, page in self.xml.items():
            if name.endswith(".xhtml"):
                assert all(
                    (path, id) in self.ids or (path in self.files and not id) for path, id, _ in self.links(name)
                )
            for element in page.iter():
                assert element.tag not in {HTML + tag for tag in ("script", "iframe", "object", "embed")}
                words = {"aria-label", "alt", "title"}  # a note may be called "//"
                loaded = {key for key, value in element.attrib.items() if OUTSIDE.match(value)} - words
                assert loaded <= ({"href"} if element.tag == HTML + "a" else set())
                if element.tag == HTML + "img":
                    assert element.attrib["alt"]
                    assert normpath(join(dirname(name), element.attrib["src"])) in self.files
            styles = [style.text or "" for style in page.iter(HTML + "style")]
            assert not re.search(r"url\(|@import", " ".join(styles))
        for name, data in self.files.items():
            assert not name.endswith(".css") or not re.search(rb"url\(|@import", data)


@pytest.fixture(scope="module")
def book(bundled: KnowledgeMap) -> Book:
    data, findings = make(bundled)
    assert findings == []
    return Book(data)


def test_the_contents_lead_to_each_part_and_chapter_in_the_maps_order(book: Book, bundled: KnowledgeMap) -> None:
    assert book.contents() == contents(bundled, glossary=True)
    spine = [item.attrib["idref"].replace("_xhtml", ".xhtml") for item in book.package.iter(OPF + "itemref")]
    named = [path.rpartition("/")[2] for path, _, _ in book.links("EPUB/nav.xhtml", book.menu("toc"))]
    assert spine == ["cover.xhtml", "title_page.xhtml", "nav", *named]


def test_a_link_of_a_note_leads_to_the_chapter_that_it_names(book: Book, bundled: KnowledgeMap) -> None:
    written = [each.id for each in bundled.topics if each.note]
    mentioned = [link for link in bundled.links if link.kind == MENTIONS and link.start in written]
    assert len(mentioned) > 50
    expected = Counter((link.start, link.end, link.text) for link in mentioned if not is_embed(link))
    expected.update(  # the list with which a part opens
        (area.id, each.id, each.title) for area in bundled.areas for each in bundled.topics_in(area.id) if each.note
    )
    assert expected <= Counter(
        (start, end, words)
        for start in written
        for path, id, words in book.said_by(start).elements()
        if book.page[end := id.partition("__")[0]] == path
    )


@pytest.mark.parametrize("name", MAPS)
def test_each_link_leads_to_something_and_nothing_comes_from_elsewhere(name: str) -> None:
    Book(make(MAPS[name]())[0]).check()


def test_pictures_are_in_the_file_and_those_that_could_load_others_are_drawn() -> None:
    data, _ = make(everything())
    book = Book(data)
    shown = list(book.chapter("pictures").iter(HTML + "img"))
    types = {item.attrib["href"]: item.attrib["media-type"] for item in book.package.iter(OPF + "item")}
    assert [(picture.attrib["alt"], types[picture.attrib["src"].removeprefix("../")]) for picture in shown] == [
        (f"alt {name}", f"image/{kind}") for name, (_, kind) in PICTURES.items()
    ]
    assert not [name for name, data in book.files.items() if b"evil.example" in data]


def test_formulas_are_mathml_and_what_pandoc_does_not_know_is_told() -> None:
    data, (finding,) = make(everything())
    chapter = Book(data).chapter("formulas")
    assert [formula.text for formula in chapter.iter(MATH + "annotation")] == FORMULAS
    assert text(chapter).endswith(r"$\unknown{x}$")
    assert (finding.code, finding.source) == ("formula-as-source", Source("formulas.md", 1))
    assert r"\unknown{x}" in finding.message


def test_macros_hold_and_references_lead_to_their_formula() -> None:
    text = "$$\\newcommand{\\R}{\\mathbb{R}}$$\n\nBy $\\eqref{e}$.\n\n$$x \\in \\R \\label{e} \\tag{1.1}$$"
    data, findings = make(of({"a": text}))
    assert findings == []
    book = Book(data)
    page = book.page["a"]
    ((place, id),) = [(file, id) for file, id, words in book.links(page) if words == "(1.1)"]
    assert [formula.text for formula in book.ids[place, id].iter(MATH + "annotation")] == [
        r"x \in \mathbb{R}  {\qquad\text{(1.1)}}"
    ]
    assert len(list(book.chapter("a").iter(MATH + "annotation"))) == 1


def test_what_a_note_can_hold() -> None:
    book = Book(make(everything())[0])
    page, chapter = book.xml[book.page["blocks"]], book.chapter("blocks")
    assert [text(cell) for tag in ("th", "td") for cell in chapter.iter(HTML + tag)] == ["left", "right", "one", "two"]
    (callout,) = [box for box in chapter.iter(HTML + "div") if box.get("class") == "callout warning"]
    assert text(callout).endswith("Mind the gap A callout.")
    assert ["checked" in box.attrib for box in chapter.iter(HTML + "input")] == [False, True]
    assert [text(code) for code in chapter.iter(HTML + "pre")] == ['print("<b>", 1 & 2)']
    assert [text(words) for words in chapter.iter(HTML + "mark")] == ["marked"]
    assert [link.attrib["href"] for link in chapter.iter(HTML + "a") if text(link) == "site"] == [
        "https://example.org/a?b=1&c=2"
    ]
    goals = {words: id for _, id, words in book.links(book.page["blocks"])}
    assert (goals["topic"], goals["me"], goals["a link"], goals["3.1"]) == ("other__0", "blocks", "other", "blocks__a1")
    assert "nobody" in text(chapter)
    assert "nobody" not in goals
    assert text(book.chapter("blocks__a1")) == "3.1 Because."
    notes = [text(note) for one in (page, book.xml[book.page["other"]]) for note in one.iter(HTML + "aside")]
    assert notes == ["The first note's, with a link.", "The second note's."]


@pytest.mark.parametrize(("language", "direction"), [("he", "rtl"), ("ar-EG", "rtl"), ("de", None)])
def test_a_book_that_is_read_from_the_right_says_so(language: str, direction: str | None) -> None:
    texts = {"a": "words", "b": "english words"}
    topics = [topic("a", title="א"), topic("b", properties={"lang": "en"})]
    book = Book(make(of(texts, topics=topics, language=language))[0])
    pages = [page for name, page in book.xml.items() if name.endswith(".xhtml")]
    assert {page.get("dir") for page in pages} == {direction}
    (spine,) = [each for page in book.xml.values() for each in page.iter() if str(each.tag).endswith("}spine")]
    assert spine.get("page-progression-direction") == direction
    (note,) = [each for each in book.chapter("b").iter(HTML + "div") if each.get("lang") == "en"]
    assert note.get("dir") == (direction and "ltr")


def test_a_note_of_another_direction_says_so() -> None:
    topics = [topic("a", properties={"lang": "fa"})]
    chapter = Book(make(of({"a": "words"}, topics=topics))[0]).chapter("a")
    assert [each.get("dir") for each in chapter.iter(HTML + "div") if each.get("lang") == "fa"] == ["rtl"]


def test_code_and_tables_wrap() -> None:
    head = "|".join(f"h{number}" for number in range(12))
    book = Book(make(of({"a": f"```bash\ncurl x\n```\n\n|{head}|\n{'|-' * 12}|\n"}))[0])
    assert [table.get("class") for table in book.chapter("a").iter(HTML + "div")][-1] == "wide"
    style = (pkgutil.get_data("exporter.writers.epub", "book.css") or b"").decode()
    assert "pre, pre > code.sourceCode { white-space: pre-wrap; overflow-wrap: anywhere;" in style


def test_what_is_too_wide_for_a_telephone_says_of_each_cell_what_it_is() -> None:
    wide = "| Stack | Usual input | Main representations |\n|---|---|---|\n| OpenXLA | bewilderingly-long | StableHLO-compatible |"
    chapter = Book(make(of({"a": f"{wide}\n\n| a | b |\n|---|---|\n| 1 | 2 |"}))[0]).chapter("a")
    (stacked,) = [box for box in chapter.iter(HTML + "div") if box.get("class") == "stack"]
    assert [cell.get("data-label") for cell in stacked.iter(HTML + "td")] == [
        text(cell) for cell in stacked.iter(HTML + "th")
    ]
    assert not [cell for cell in chapter.iter(HTML + "td") if text(cell) == "1" and cell.attrib]
    assert not [*chapter.iter(HTML + "colgroup")]  # a page as wide as the reader's


def test_each_page_says_what_it_is(book: Book) -> None:
    headings = {}
    for name, page in book.xml.items():
        if "/text/ch" in name:
            heading = next(each for each in page.iter() if each.tag in (HTML + "h1", HTML + "h2"))
            headings[name] = (text(next(page.iter(HTML + "title"))), text(heading))
    assert len(headings) > 30
    assert all(title == heading for title, heading in headings.values())


def test_a_title_has_no_words_but_its_own() -> None:
    chapter = {"a": "text"}
    book = Book(make(of(chapter, topics=[topic("a", title="A & <b> x")]))[0])
    assert text(next(book.xml[book.page["a"]].iter(HTML + "title"))) == "1 A & <b> x"


def test_the_cover_is_a_picture_that_shops_take_and_the_first_page(book: Book) -> None:
    (item,) = [each for each in book.package.iter(OPF + "item") if each.get("properties") == "cover-image"]
    cover = book.files["EPUB/" + item.attrib["href"]]
    assert item.attrib["media-type"] == "image/png"
    assert imagesize.get(BytesIO(cover)) == (1400, 2100)
    assert next(iter(book.package.iter(OPF + "itemref"))).attrib["idref"] == "cover_xhtml"
    (drawing,) = book.xml["EPUB/text/cover.xhtml"].iter("{http://www.w3.org/2000/svg}svg")
    assert drawing.attrib["aria-label"] == "ML Compilers Knowledge Map"


def test_the_title_page_says_who_made_what_and_when() -> None:
    options = Options(
        title="T & <t>", author="A. Ünal", date="2026-03-02", edition="2.1", license="https://spdx.org/licenses/MIT"
    )
    book = Book(make(replace(of({"a": "x"}), summary="Sum & more"), options)[0])
    said = text(next(book.xml["EPUB/text/title_page.xhtml"].iter(HTML + "section")))
    for words in ("T & <t>", "Sum & more", "A. Ünal", "Edition 2.1 · 2 March 2026", "Licence: MIT"):
        assert words in said
    assert book.about("rights") == ["MIT"]


def test_menus_lead_to_contents_text_and_glossary(book: Book) -> None:
    kinds = [each.get(TYPE) for each in book.menu("landmarks").iter(HTML + "a")]
    assert kinds == ["titlepage", "toc", "bodymatter", "glossary"]
    (begin,) = [each for each in book.menu("landmarks").iter(HTML + "a") if each.get(TYPE) == "bodymatter"]
    assert text(begin) == "Learning Path"
    assert book.chapter("tensor-programming").get(TYPE) == "part"
    assert book.chapter("tensor-languages").get(TYPE) == "chapter"


def test_the_path_has_boxes_and_says_what_its_steps_build_on(book: Book, bundled: KnowledgeMap) -> None:
    (path,) = [book.ids[name, id] for name, id in book.ids if id == "id___path-0"]
    assert len([*path.iter(HTML + "input")]) == len(bundled.paths[0].steps)
    assert "Tensor Programming Builds on: ML Compilers Introduction" in text(path)


def test_a_part_says_what_is_in_it_before_its_own_text(book: Book) -> None:
    said = text(book.chapter("tensor-programming"))
    order = (
        "Writing computations on whole arrays",
        "also: Array Programming",
        "Builds on:",
        "In this part",
        "Tensor programming writes a computation as operators",
    )
    assert [said.index(words) for words in order] == sorted(said.index(words) for words in order)


def test_a_small_map_is_a_picture_that_says_its_arrows() -> None:
    topics = [topic("t"), *(topic(id, areas=("t",)) for id in "abc")]
    links = [Link(end, "requires", start, "", "", Source(f"{end}.md", 1)) for start, end in ("ab", "bc")]
    book = Book(make(of(dict.fromkeys("tabc", "x"), topics=topics, links=links))[0])
    (picture,) = book.chapter("t").iter(HTML + "img")
    assert picture.attrib["alt"] == "B – builds on: A; C – builds on: B"
    assert picture.attrib["src"].endswith(".svg")
    assert b"<script" not in book.files[normpath(join("EPUB/text", picture.attrib["src"]))]


def test_a_picture_is_never_called_by_its_file() -> None:
    (picture,) = Book(make(of({"a": "![](<file:crumb.png>)"}, {"crumb.png": png()}))[0]).chapter("a").iter(HTML + "img")
    assert picture.attrib["alt"] == "Picture in “A”"


def test_a_further_mark_of_a_footnote_opens_it() -> None:
    chapter = Book(make(of({"a": "One[^n] two[^n]\n\n[^n]: Said."}))[0]).chapter("a")
    marks = [each for each in chapter.iter(HTML + "a") if each.get(TYPE) == "noteref"]
    assert [(text(each), each.attrib["href"]) for each in marks] == [("1", "#fn1"), ("1", "#fn1")]


def test_what_nobody_has_written_is_listed_with_who_names_it() -> None:
    book = Book(make(of({"a": "[x](<missing:Nobody>)", "b": "[y](<missing:Nobody>) [z](<missing:Nowhere>)"}))[0])
    (page,) = [name for name, id in book.ids if id == "id___missing"]
    assert [text(item) for item in book.xml[page].iter(HTML + "li")] == ["Nobody – A · B", "Nowhere – B"]


def test_works_of_the_web_are_listed_once() -> None:
    text_ = (
        "[A long title of a thing](https://example.org/a) and [here](https://example.org/a), <https://example.org/b>"
    )
    book = Book(make(of({"a": text_}))[0])
    (page,) = [name for name, id in book.ids if id == "id___references"]
    assert [text(item) for item in book.xml[page].iter(HTML + "li")] == [
        "A long title of a thing https://example.org/a"
    ]
    book = Book(make(of({"a": text_}), Options(bibliography=False))[0])
    assert not [id for _, id in book.ids if id == "id___references"]


def test_the_package_says_what_the_book_is() -> None:
    options = Options(title="T & <t>", author="A. Ünal", date="2026-03-02")
    book = Book(make(german(), options)[0])
    assert [book.about(name) for name in ("title", "creator", "language")] == [["T & <t>"], ["A. Ünal"], ["de-AT"]]
    assert book.about("date")[0].startswith("2026-03-02")
    assert {page.get("lang") for name, page in book.xml.items() if name.endswith(".xhtml")} == {"de-AT"}
    assert book.contents() == [("Wie man dieses Buch benutzt", []), ("Lernpfad", []), ("Wald", ["Der „Baum“"])]
    assert text(next(book.xml["EPUB/nav.xhtml"].iter(HTML + "h1"))) == "Inhalt"


def test_an_edition_keeps_its_identifier_and_another_book_has_another() -> None:
    def identifiers(knowledge_map: KnowledgeMap) -> list[str]:
        return Book(make(knowledge_map)[0]).about("identifier")

    first = identifiers(of({"a": "First."}))
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", first[0])
    assert identifiers(of({"a": "Second.", "b": "More."})) == first
    assert identifiers(of({"a": "First."}, title="Other")) != first


def test_its_style_comes_with_the_package() -> None:
    packaged = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "package-data"
    ]
    assert [pattern for pattern in packaged["exporter"] if PurePath("exporter/writers/epub/book.css").match(pattern)]


def test_the_same_bytes_twice() -> None:
    data = make(everything())[0]
    assert make(everything())[0] == data
    assert Book(data).stamps == {(1980, 1, 1, 0, 0, 0)}


def test_a_note_that_cannot_be_read_is_told_and_the_book_is_there() -> None:
    data, (finding,) = make(of({"a": "Text."}, topics=(topic("a"), topic("b"))))
    assert (finding.code, finding.source) == ("unreadable-note", Source("b.md", 1))
    assert Book(data).contents() == [("How to use this book", []), ("Topics", ["A", "B"])]


def test_a_note_nested_too_deeply_is_told_and_printed_as_source() -> None:
    data, (finding,) = make(of({"a": "> " * 5000 + "deep", "b": "[up](<topic:a>)"}))
    assert (finding.code, finding.source) == ("note-as-source", Source("a.md", 1))
    book = Book(data)
    book.check()
    assert text(book.chapter("a")).endswith("> > > deep")
    assert text(book.chapter("b")).endswith("up")


@pytest.mark.parametrize("heading", ["#", "# !", "# <br>"])
def test_a_heading_without_words_takes_no_link_from_its_chapter(heading: str) -> None:
    book = Book(make(of({"a": f"{heading}\n\nText.", "b": "[up](<topic:a>)"}))[0])
    assert (book.page["a"], "a", "up") in book.links(book.page["b"])


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=hostile, title=hostile | st.text(max_size=9), formula=hostile)
def test_any_text_makes_a_book(body: str, title: str, formula: str) -> None:
    topics = (topic("a", title=title, aliases=(title,)), topic("b", title="Other"))
    formula = formula.replace("$", "")
    texts = {"a": body, "b": f"[up](<topic:a>) ${formula}$ $x{formula}$\n\n$$\n{formula}\n$$"}
    Book(make(of(texts, topics=topics, title=title, summary=title))[0]).check()
