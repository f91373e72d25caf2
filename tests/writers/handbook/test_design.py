"""What makes the handbook a book: its title page, how parts open, and what no page's end parts."""

import importlib
import re
from collections.abc import Callable
from datetime import date

import pytest
from writers.handbook.test_handbook import MAP, Book, check_pages, filed, make, of, png, read, topic
from writers.handbook.test_print_standards import tags

from exporter import KnowledgeMap
from exporter.model import RELATED, REQUIRES, Link, Source
from exporter.testing import link, make_map
from exporter.writers.handbook import Options
from exporter.writers.handbook.typesetting import Typesetter

__all__ = ["read"]  # a fixture

pytestmark = pytest.mark.book
Read = Callable[[bytes], Book]
ABOUT = {
    "authors": ["Ann Poe <ann@example.org>", "[[Bob]]"],
    "version": "2.0",
    "issued": date(2026, 3, 2),
    "modified": date(2026, 4, 1),
    "license": "https://creativecommons.org/licenses/by/4.0/",
}


def lines(page: str) -> str:
    return " ".join(page.split())


def areas(count: int) -> KnowledgeMap:
    """So many areas of two topics, each of which builds on the one before."""
    topics = [topic(f"{kind}{n}", areas=() if kind == "a" else (f"a{n}",)) for kind in "abc" for n in range(count)]
    links = [Link(f"a{n + 1}", REQUIRES, f"a{n}", "", "", MAP) for n in range(count - 1)]
    return filed(*topics, links=links, properties=ABOUT)


def test_the_title_page_says_who_when_and_under_which_licence(read: Read) -> None:
    data, findings = make(areas(3))
    assert findings == []
    book = read(data)
    assert lines(book.pages[0]) == "Map I II III Ann Poe, Bob Edition 2.0 · 2 March 2026 Licence: CC BY 4.0"
    assert ("https://creativecommons.org/licenses/by/4.0/", "Licence: CC BY 4.0") in [
        (goal, words) for page, goal, words in book.links() if page == 1 and isinstance(goal, str)
    ]
    circles = [(words, goal) for page, goal, words in book.links() if page == 1 and isinstance(goal, int)]
    assert circles == [("I", 5), ("II", 6), ("III", 7)]  # behind contents and plan
    assert "each circle is a part" in lines(book.pages[1])
    options = Options(author="Zoe", edition="3", date="2027-01-31", license="Mine")
    book = read(make(areas(1), options)[0])
    assert lines(book.pages[0]) == "Map Zoe Edition 3 · 31 January 2027 Licence: Mine"  # one part is no picture
    assert str(book.pdf.docinfo["/Author"]) == "Zoe"


def test_the_picture_of_sixty_parts_is_on_the_title_page(read: Read) -> None:
    book = read(make(areas(60), Options(index=False))[0])
    assert len([1 for page, goal, _ in book.links() if page == 1 and isinstance(goal, int)]) >= 60
    words = {word for _, _, word in book.words[0]}
    assert {"I", "XXX", "LX"} <= words
    assert "Licence: CC BY 4.0" in lines(book.pages[0])


def test_the_plan_is_a_page_on_its_side(read: Read) -> None:
    knowledge_map = filed(*areas(2).topics, links=[link("a1", REQUIRES, "a0")], language="de", properties=ABOUT)
    data, findings = make(knowledge_map)
    assert findings == []
    book = read(data)
    (number,) = [at for at, page in enumerate(book.pdf.pages) if page.mediabox[2] > page.mediabox[3]]
    assert lines(book.pages[number]).startswith("Die Karte A B")
    assert {"A0", "C1", "vorher", "Bereiche,"} <= {word for _, _, word in book.words[number]}
    assert "Die Karte" in lines(book.pages[number - 1])  # the contents
    alternatives = [str(tag.Alt) for tag in tags(book.pdf.Root.StructTreeRoot) if "/Alt" in tag]
    assert "Eine Karte nach Art eines U-Bahn-Plans: 2 Bereiche, 6 Themen. Linien: A A0; B A1." in alternatives


@pytest.mark.parametrize(
    ("links", "options"),
    [
        ([], Options()),  # nothing leads from line to line
        ([link("a1", REQUIRES, "a0")], Options(plan=False)),
        ([link("a1", REQUIRES, "a0")], Options(paper="a5")),  # too small to be read
    ],
)
def test_a_plan_that_tells_nothing_is_not_there(links: list[Link], options: Options, read: Read) -> None:
    book = read(make(filed(*areas(2).topics, links=links), options)[0])
    assert all(page.mediabox[2] < page.mediabox[3] for page in book.pdf.pages)


def test_signs_without_a_font_are_no_boxes_in_titles(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("exporter.writers.handbook.book_data")
    monkeypatch.setattr(module, "folders", lambda language: [])
    topics = (topic("a", title="🍞"), topic("b", title="Rye 🥖 bread"))
    data, findings = make(of({"a": "x", "b": "x"}, topics=topics, title="🍞 Bread"))
    assert findings == []
    book = read(data)
    assert lines(book.pages[0]).startswith("Bread")
    assert "Rye bread" in book.text


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A part with all that it may open with, behind another one."""
    topics = (
        topic("first"),
        topic("other", areas=("first",)),
        topic("stub", areas=("first",)),
        topic("part", summary="What it is about.", properties={"objectives": ["bake bread", "judge flour"]}),
        topic("ghost", areas=("part",), note=None, source=Source("Map.md", 4)),
        topic("told", areas=("part",), note=None, summary="Told of.", source=Source("Map.md", 5)),
        topic("one", areas=("part",)),
        topic("two", areas=("part",)),
        topic("queries", areas=("part",)),
        topic("drawings", areas=("part",)),
    )
    texts = {
        "part": "Text of the part.\n\n## Goals\n\n### Learning outcomes\n\nTo knead.\n\n## After\n\nMore.\n\n### Next",
        "one": "## Part\n\nA [link](<topic:part#Learning outcomes>).\n\n## After\n\nText of one.\n\n## Empty\n",
        "two": "Text (see [One](<topic:one>), or *[Part](<topic:part>)*), [One](<topic:one>).",
        "queries": "## Books\n\n![Books.base](<file:Books.base>)\n\n```dataview\nLIST\n```\n",
        "drawings": "![Plan](<file:a/Plan.excalidraw.md>)",
        "other": "x",
        "first": "x",
        "stub": "![[not a link]]",
    }
    links = [Link(*ends, "", "", MAP) for ends in (
        ("two", REQUIRES, "one"), ("two", RELATED, "one"), ("one", REQUIRES, "other"), ("one", RELATED, "told"), ("ghost", RELATED, "told"),
    )]  # fmt: skip
    data, findings = make(make_map(*topics, texts=texts, links=links))
    assert sorted((finding.code, finding.message.partition(":")[2].strip()) for finding in findings) == [
        ("empty-heading", "'Next' of 'Part', 'Empty' of 'One'; write what belongs there"),
        ("not-in-book", "Queries, Drawings; their parts list them"),
    ]
    return Book(data, tmp_path_factory.mktemp("opened"))


def test_a_part_opens_with_its_overview(opened: Book) -> None:
    page = lines(opened.pages[opened.destinations["part"] - 1])
    order = [
        "PART II", "Part", "What it is about.", "Learning objectives", "bake bread", "judge flour", "Learning outcomes", "To knead.",
        "Ghost", "Told", "One", "Two", "What builds on what.", "leads to what builds on it", "· related", "· I another part", "In this part", "One", "Told",
        "not written yet", "Not written yet: Ghost", "A query or a drawing, not in this book: Queries · Drawings", "Text of the part.",
        "Goals", "After", "More.",
    ]  # fmt: skip
    assert re.search(".*".join(map(re.escape, order)), page), page
    assert page.count("To knead.") == 1
    assert check_pages(opened) > 5


def test_notes_of_mere_queries_are_no_chapters(opened: Book) -> None:
    chapters = [chapter for _, _, chapters in opened.outline for chapter, _ in chapters]
    assert [re.sub(r"^\d+ ", "", chapter) for chapter in chapters] == ["Other", "Stub", "One", "Two"]
    assert "[query" not in opened.text


def test_headings_without_text_are_left_out(opened: Book) -> None:
    assert "Next" not in opened.text
    assert "Empty" not in opened.text


def test_headings_of_parts_look_as_those_of_chapters(opened: Book) -> None:
    sizes = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">After<', opened._pdftotext("-bbox"))
    assert len(sizes) == 2
    assert len({round(float(high) - float(low), 1) for low, high in sizes}) == 1


def test_brackets_in_brackets_are_a_comma_and_a_topic_is_named_once(opened: Book) -> None:
    one, part = opened.number("one"), opened.number("part")
    around = "" if opened.destinations["one"] == opened.destinations["two"] else one
    see = f"(see One{f', p. {around}' if around else ''}, or Part, p. {part}), One"
    assert see in opened.text
    two = opened.text[opened.text.rindex("Two") - 200 :]
    assert "Builds on: One" in opened.text
    assert "Related: One" not in two


def test_the_example_of_a_page_number_is_true(opened: Book) -> None:
    assert f"as here: First (p. {opened.number('first')}). On a screen" in lines(opened.pages[1])


def test_no_page_is_blank_but_for_binding(opened: Book, read: Read) -> None:
    assert all(page.strip() for page in opened.pages)
    bound = read(make(areas(3), Options(two_sided=True, index=False))[0])
    assert [bound.destinations[f"a{n}"] % 2 for n in range(3)] == [1, 1, 1]
    assert not all(page.strip() for page in bound.pages)


@pytest.mark.parametrize("formula", ["$$\nE = mc^2\n$$", "\n\n$$\nE = mc^2\n$$\n"], ids=["within", "alone"])
def test_a_formula_stands_on_the_page_of_its_sentence(formula: str, read: Read) -> None:
    texts = {
        f"n{count}": "line\n\n" * count + f"A sentence that begins and leads to {formula} and so goes on{count}."
        for count in range(20, 50)
    }
    for spaced in ("indent", "space"):
        book = read(make(of(texts), Options(new_pages=True, backlinks=False, index=False, paragraphs=spaced))[0])  # type: ignore[arg-type]
        pages = [page for page in map(lines, book.pages) if "leads to" in page]
        assert len(pages) == len(texts)
        assert all("𝐸" in page or "E =" in page for page in pages)
        if formula.startswith("$"):
            assert all("goes on" in page for page in pages)


def test_what_leads_to_a_list_stands_on_its_page(read: Read) -> None:
    texts = {f"n{count}": "line\n\n" * count + "It leads to:\n\n- first\n- second" for count in range(20, 50)}
    book = read(make(of(texts), Options(new_pages=True, backlinks=False, index=False))[0])
    pages = [page for page in map(lines, book.pages) if "leads to:" in page]
    assert len(pages) == len(texts)
    assert all("first" in page for page in pages)


def test_no_line_is_stretched_before_a_picture(read: Read) -> None:
    text = "Baked! [Country loaf](<topic:a>) ![crumb](<file:crumb.png>)"
    book = read(make(of({"a": text}, {"crumb.png": png(2000, 400)}))[0])
    words = [(x, word) for page in book.words for x, _, word in page]
    at = {word: x for x, word in words}
    assert at["loaf"] - at["Baked!"] < 80


def test_short_paragraphs_are_parted_by_space_and_long_ones_by_an_indent(read: Read) -> None:
    short, long = "\n\n".join(["Short one."] * 8), "\n\n".join(["Long words, and more of them. " * 12] * 4)

    def starts(text: str, options: Options) -> set[int]:
        book = read(make(of({"a": text}), options)[0])
        return {round(x - len(word) / 9) for page in book.words for x, _, word in page if word in ("Short", "Long")}

    assert len(starts(short, Options(index=False))) == 1
    assert len(starts(short, Options(index=False, paragraphs="indent"))) > 1
    assert len(starts(long, Options(index=False, paragraphs="space"))) < len(starts(long, Options(index=False)))


def test_the_page_of_an_answer_is_not_parted(read: Read) -> None:
    texts = {f"n{n}": f"x\n\n> [!question]- {'Why ' * n}?\n> So." for n in range(1, 40)}
    book = read(make(of(texts), Options(index=False))[0])
    found = [line for page in book.pages for line in page.splitlines() if "(answer:" in line]
    assert len(found) == 39
    assert all(re.search(r"\(answer: p\. \d+\)", line) for line in found)


def test_the_bar_of_a_callout_is_where_its_lines_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    texts = Typesetter.texts
    monkeypatch.setattr(Typesetter, "texts", lambda self: said.extend(texts(self).values()) or texts(self))
    callout = "> [!note] Words\n> More."
    topics = (topic("a"), topic("b", properties={"lang": "he"}))
    _, findings = make(make_map(*topics, texts={"a": callout, "b": callout}))
    assert findings == []
    sides = [re.findall(r'callout\("note",\s*"[^"]*",\s*(\w+)', text) for text in dict.fromkeys(said)]
    assert sides == [["left"], ["right"]]
