import functools
import re
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marks import examples

from exporter import testing
from exporter.errors import Finding, OptionError
from exporter.model import (
    MENTIONS,
    RELATED,
    REQUIRES,
    KnowledgeMap,
    LearningPath,
    Link,
    Source,
    Step,
    Topic,
)
from exporter.testing import MAP, make_map, run_writer
from exporter.views.book.plan import roman
from exporter.writers import handbook
from exporter.writers.handbook import Options

XHTML = "{http://www.w3.org/1999/xhtml}"
PRINTED = re.compile(r"(?:p\.|S\.) (\d+)\)?\W*$")


# ---------- small maps ----------


def topic(id: str, **fields: Any) -> Topic:
    return testing.topic(id, **{"title": id.capitalize(), **fields})


def of(texts: Mapping[str, str], files: Mapping[str, bytes] | None = None, **fields: Any) -> KnowledgeMap:
    """A map of notes in no area."""
    topics = fields.pop("topics", map(topic, texts))
    return make_map(*topics, texts=texts, files=files, **fields)


def filed(*topics: Topic, **fields: Any) -> KnowledgeMap:
    """A map of notes that have a text each."""
    return make_map(*topics, **{"texts": {each.id: f"Text of {each.id}." for each in topics}, **fields})


# ---------- the book, read by poppler and qpdf ----------


def make(knowledge_map: KnowledgeMap, options: Options = Options()) -> tuple[bytes, list[Finding]]:  # noqa: B008 - frozen
    output = run_writer(handbook, knowledge_map, options)
    assert [*output.files] == ["handbook.pdf"]
    return output.files["handbook.pdf"], output.findings


class Book:
    """A PDF as its reader sees it."""

    def __init__(self, data: bytes, folder: Path) -> None:
        self.file = folder / "handbook.pdf"
        self.file.write_bytes(data)
        self.pdf = pikepdf.open(self.file)

    def _pdftotext(self, *options: str) -> str:
        done = subprocess.run(["pdftotext", *options, self.file, "-"], capture_output=True, check=True)
        return done.stdout.decode()

    @functools.cached_property
    def pages(self) -> list[str]:
        return self._pdftotext("-layout").replace("\u2060", "").split("\f")[:-1]

    @functools.cached_property
    def text(self) -> str:
        return " ".join(" ".join(self.pages).split())

    @functools.cached_property
    def words(self) -> list[list[tuple[float, float, str]]]:
        """The middle of each word on each page, with y from below as in PDF, and the word."""
        pages = ElementTree.fromstring(self._pdftotext("-bbox")).iter(f"{XHTML}page")
        return [
            [
                (
                    (float(word.attrib["xMin"]) + float(word.attrib["xMax"])) / 2,
                    float(page.attrib["height"]) - (float(word.attrib["yMin"]) + float(word.attrib["yMax"])) / 2,
                    word.text or "",
                )
                for word in page.iter(f"{XHTML}word")
            ]
            for page in pages
        ]

    @functools.cached_property
    def outline(self) -> list[tuple[str, int, list[tuple[str, int]]]]:
        """(part, page, [(chapter, page)]), pages from 1."""
        with self.pdf.open_outline() as outline:
            return [
                (
                    item.title,
                    self.page(item.destination),
                    [(below.title, self.page(below.destination)) for below in item.children],
                )
                for item in outline.root
            ]

    @functools.cached_property
    def numbers(self) -> list[str]:
        """What each page is called: i, ii, 1, 2."""
        return [page.label for page in self.pdf.pages]

    def number(self, id: str) -> str:
        """Of the page where the topic stands."""
        return self.numbers[self.destinations[id] - 1]

    def page(self, destination: Any) -> int:
        return 1 + next(n for n, page in enumerate(self.pdf.pages) if page.obj.objgen == destination[0].objgen)

    @functools.cached_property
    def destinations(self) -> dict[str, int]:
        names = pikepdf.NameTree(self.pdf.Root.Names.Dests)
        return {
            name: self.page(goal.D if isinstance(goal, pikepdf.Dictionary) else goal) for name, goal in names.items()
        }

    def links(self) -> Iterator[tuple[int, Any, str]]:
        """Each link: its page, where it leads (a page number, or an address), the words printed in it.

        What follows at once and leads to the same place is one: Typst may make a link of each word.
        """
        for (page, _, goal), group in groupby(self._links(), key=lambda link: link[:3]):
            yield page, goal, " ".join(words for *_, words in group if words)

    def _links(self) -> Iterator[tuple[int, str, Any, str]]:
        for number, page in enumerate(self.pdf.pages):
            for link in page.get("/Annots", []):
                corners = [float(edge) for edge in link.get("/QuadPoints", link.Rect)]  # one or more lines
                lines = [corners[start : start + 8] for start in range(0, len(corners), 8)]
                boxes = [(min(line[::2]), min(line[1::2]), max(line[::2]), max(line[1::2])) for line in lines]
                inside = [
                    word
                    for x, y, word in self.words[number]
                    if any(left <= x <= right and low - 2 <= y <= high + 2 for left, low, right, high in boxes)
                ]
                if "/Dest" in link:
                    goal: Any = link.Dest
                    named = isinstance(goal, pikepdf.String | pikepdf.Name)
                    page_of_goal = self.destinations[str(goal)] if named else self.page(goal)
                    yield number + 1, str(goal) if named else repr(list(goal[1:])), page_of_goal, " ".join(inside)
                else:
                    yield number + 1, "", str(link.A.URI), " ".join(inside)


@pytest.fixture
def read(tmp_path: Path, require: Callable[[bool, str], None]) -> Callable[[bytes], Book]:
    require(shutil.which("pdftotext") is not None, "pdftotext (apt install poppler-utils)")
    return lambda data: Book(data, tmp_path)


def plain(title: str) -> str:
    """A bookmark without its number."""
    return re.sub(r"^([IVXLC]+|\d+) ", "", title)


def check_pages(book: Book) -> int:
    """Every page number that a link prints is that of the page to which it leads; gives how many there are."""
    checked = 0
    for page, goal, words in book.links():
        if isinstance(goal, int):
            assert 1 <= goal <= len(book.pages), words
            printed = PRINTED.search(words)
            if printed:
                checked += 1
                assert printed[1] == book.numbers[goal - 1], f"page {page}: {words!r} leads to page {goal}"
    return checked


# ---------- the vault that ships ----------


@pytest.fixture(scope="module")
def printed(bundled: KnowledgeMap) -> tuple[bytes, list[Finding]]:
    return make(bundled)


@pytest.fixture
def book(printed: tuple[bytes, list[Finding]], read: Callable[[bytes], Book]) -> Book:
    return read(printed[0])


def test_the_bundled_vault_has_no_findings(printed: tuple[bytes, list[Finding]]) -> None:
    assert printed[1] == []


def test_a_part_per_area_and_a_chapter_per_topic_in_the_maps_order(book: Book, bundled: KnowledgeMap) -> None:
    expected = [("How to use this book", []), ("The map", []), *((path.title, []) for path in bundled.paths)]
    for area in bundled.areas:
        chapters = [each.title for each in bundled.topics_in(area.id) if each.note and each.areas[0] == area.id]
        expected.append((bundled.topic[area.id].title, chapters))
    expected.append(("Further topics", [each.title for each in bundled.topics_in(None) if each.note]))
    expected += [(title, []) for title in ("Answers", "Glossary", "References", "Index")]
    assert [
        (plain(part), [plain(chapter) for chapter, _ in chapters]) for part, _, chapters in book.outline
    ] == expected
    assert len(bundled.areas) == 6
    assert sum(len(chapters) for _, chapters in expected) + len(bundled.areas) == 43


def test_each_bookmark_leads_to_its_heading(book: Book) -> None:
    for part, page, chapters in book.outline:
        for title, number in [(part, page), *chapters]:
            assert plain(title) in " ".join(book.pages[number - 1].split())


def test_links_lead_where_they_say(book: Book, bundled: KnowledgeMap) -> None:
    assert check_pages(book) > 100
    heading = {plain(title): page for part, page, chapters in book.outline for title, page in [(part, page), *chapters]}
    for each in bundled.topics:
        if each.note:
            assert book.destinations[each.id] == heading[each.title], each.id
    assert {goal for _, goal, _ in book.links()} >= set(heading.values()) - {
        heading[title] for title in ("How to use this book", "Learning Path", "Answers", "References", "Index")
    }


def test_the_contents_print_each_page(book: Book) -> None:
    contents = " ".join("".join(book.text.split("Contents", 3)[1:3]).split())
    for part, page, chapters in book.outline:
        for title, number in [(part, page), *chapters]:
            assert re.search(rf"{re.escape(title)}[ .]*{book.numbers[number - 1]}\b", contents), title


def test_the_learning_path_is_a_page_of_steps_in_order(book: Book, bundled: KnowledgeMap) -> None:
    (path,) = bundled.paths
    page = next(page for title, page, _ in book.outline if title == path.title)
    text = " ".join(" ".join(book.pages[page - 1 : page + 1]).split())  # it may go over two
    places = [text.index(" ".join(step.text.split())) for step in path.steps]
    assert len(places) == 7
    assert places == sorted(places)
    goals = [goal for at, goal, words in book.links() if at in (page, page + 1) and PRINTED.search(words)]
    named = []
    for id in (id for step in path.steps for id in step.topics):
        needed = [link.end for link in bundled.links_from(id) if link.kind == REQUIRES]
        named += [book.destinations[each] for each in [id, *needed]]
    assert len(named) > 20
    assert goals == named


def test_definitions_aliases_and_typed_links_are_printed(book: Book, bundled: KnowledgeMap) -> None:
    text = book.text.replace("- ", "-")
    for each in bundled.topics:
        if each.note:
            assert bundled.definition(each.id)[:40] in text, each.id
            assert ("also: " + ", ".join(each.aliases))[:40] in text or not each.aliases
    needing = {link.start for link in bundled.links if link.kind == REQUIRES}
    assert len(needing) > 20
    on_the_path = {id for path in bundled.paths for step in path.steps for id in step.topics}
    assert text.count("Builds on: ") == len(needing) + len(needing & on_the_path)


def test_the_index_has_the_pages_that_mention_a_topic(read: Callable[[bytes], Book]) -> None:
    """Each chapter has a page of its own, so pages are known without the book."""
    texts = dict.fromkeys("abcdefg", "Text.")
    for start in "bcdf":
        texts[start] = "To [here](<topic:a>), [there](<topic:a#Part>) and [nowhere](<topic:ghost>)."
    texts["a"] = "## Part\n\nText, and [more](<topic:g>)."
    ghost = topic("ghost", note=None, title="Ghost")
    topics = [topic(id, title=f"Title {id}", tags=("even",) if id in "bdf" else ()) for id in texts]
    topics[0] = topics[0]._replace(aliases=("Émile", "Title A"))
    knowledge_map = of(texts, topics=(*topics, ghost))
    book = read(make(knowledge_map, Options(new_pages=True, two_sided=False, backlinks=False))[0])
    first = int(book.number("a"))
    page = {id: str(first + number) for number, id in enumerate(texts)}
    start = next(page for part, page, _ in book.outline if part == "Index")
    text = " ".join(" ".join(book.pages[start - 1 :]).split())
    assert f"Title a, {page['a']}, {page['b']}–{page['d']}, {page['f']} " in text
    assert f"Title g, {page['a']}, {page['g']} " in text
    assert f"Title e, {page['e']} " in text
    assert f"Ghost, {page['b']}–{page['d']}, {page['f']} " in text
    assert f"#even, {page['b']}, {page['d']}, {page['f']} " in text
    assert "Émile, see Title a" in text
    assert "Title A" not in text  # the same words
    assert text.index("#even") < text.index("Émile") < text.index("Ghost") < text.index("Title a,")


def test_the_index_leads_where_it_says(book: Book) -> None:
    start = next(page for part, page, _ in book.outline if part == "Index")
    said = [(goal, words.rstrip(",")) for at, goal, words in book.links() if at >= start]
    numbers = [(goal, words.partition("–")[0]) for goal, words in said if re.fullmatch(r"\d+(–\d+)?", words)]
    assert len(numbers) > 100
    assert all(book.numbers[goal - 1] == number for goal, number in numbers)


def test_the_book_without_its_back(read: Callable[[bytes], Book]) -> None:
    knowledge_map = of({"a": "\n\n".join(f"A **thing {letter}** is a kind of thing." for letter in "abcde")})
    parts = [part for part, _, _ in read(make(knowledge_map)[0]).outline]
    assert parts == ["How to use this book", "Topics", "Glossary", "Index"]
    bare = make(knowledge_map, Options(index=False, glossary=False))[0]
    assert [part for part, _, _ in read(bare).outline] == parts[:2]


def test_a_chapter_ends_with_those_that_lead_to_it(read: Callable[[bytes], Book]) -> None:
    ids = ["a", "b", "c", "d"]
    links = tuple(
        Link(start, kind, end, end, "", Source(f"{start}.md", 2))
        for start, kind, end in (
            ("d", MENTIONS, "a"), ("b", MENTIONS, "a"), ("b", MENTIONS, "a"), ("a", MENTIONS, "a"), ("c", REQUIRES, "a"),
            ("c", MENTIONS, "a"), ("a", RELATED, "b"), ("a", MENTIONS, "b"),
        )
    )  # fmt: skip
    knowledge_map = of({id: f"Text {id}." for id in ids}, links=links)
    options = Options(page_numbers=False, font_size=5)  # all on one page
    text = " ".join(read(make(knowledge_map, options)[0]).text.split())
    assert "Related: B Text a. Prepares for: C Mentioned in: D CHAPTER 2" in text  # b is said already
    assert "Related: A Text b. CHAPTER 3" in text
    without = read(make(knowledge_map, Options(backlinks=False))[0]).text
    assert "Mentioned in" not in without
    assert "Prepares for" not in without


def test_of_many_that_lead_to_a_chapter_some_are_named(read: Callable[[bytes], Book]) -> None:
    def book(count: int) -> str:
        ids = [f"n{number:02}" for number in range(count)]
        links = tuple(Link(id, MENTIONS, "hub", "", "", Source(f"{id}.md", 2)) for id in ids)
        knowledge_map = of({"hub": "Hub.", **dict.fromkeys(ids, "Text.")}, links=links)
        return " ".join(read(make(knowledge_map, Options(page_numbers=False))[0]).text.split())

    assert "N23 · N24 CHAPTER 2" in book(25)
    assert "N22 · N23 and 16 more CHAPTER 2" in book(40)


def test_the_pdf_is_tagged_titled_and_has_no_holes(book: Book, bundled: KnowledgeMap) -> None:
    assert book.pdf.Root.MarkInfo.Marked
    assert str(book.pdf.Root.Lang) == bundled.language
    assert str(book.pdf.docinfo["/Title"]) == bundled.title
    metadata = book.pdf.open_metadata()
    assert (metadata.pdfa_status, metadata["pdfuaid:part"]) == ("2A", "1")
    checked = subprocess.run(["pdfinfo", book.file], capture_output=True, text=True)
    assert checked.returncode == 0
    assert book.pdf.check_pdf_syntax() == []


@pytest.mark.parametrize("paper", ["a4", "a5", "us-letter"])
def test_other_papers_and_one_side(paper: Any, bundled: KnowledgeMap, read: Callable[[bytes], Book]) -> None:
    data, findings = make(bundled, Options(paper=paper, two_sided=False, new_pages=True, contents_depth=3, font_size=9))
    book = read(data)
    assert findings == []
    assert all(page.strip() for page in book.pages)  # no empty pages
    sizes = {"a4": (595, 842), "a5": (420, 595), "us-letter": (612, 792)}
    assert tuple(round(float(edge)) for edge in book.pdf.pages[0].MediaBox[2:]) == sizes[paper]
    assert check_pages(book) > 100
    for number, (page, words) in enumerate(zip(book.pdf.pages, book.words, strict=True), 1):
        assert all(20 < x < float(page.MediaBox[2]) - 20 for x, _, _ in words), number


# ---------- where a topic stands ----------


def test_a_topic_of_two_areas_has_one_chapter_and_a_line_in_the_other(read: Callable[[bytes], Book]) -> None:
    knowledge_map = filed(topic("a"), topic("b"), topic("one", areas=("a", "b")), topic("two", areas=("b",)))
    book = read(make(knowledge_map)[0])
    assert [(plain(part), [plain(c) for c, _ in chapters]) for part, _, chapters in book.outline[1:]] == [
        ("A", ["One"]),
        ("B", ["Two"]),
        ("Index", []),
    ]
    assert "One — see Chapter 1" in book.text
    assert check_pages(book) == 1  # the example; entries print the number alone
    assert book.text.count("Text of one.") == 1


def test_areas_below_areas_and_areas_in_a_circle_are_parts(read: Callable[[bytes], Book]) -> None:
    parents = {"a": None, "b": "a", "c": "d", "d": "c"}
    book = read(make(of(dict.fromkeys("abcd", "x"), parents=parents))[0])
    assert [part for part, _, _ in book.outline[1:]] == ["I A", "II B", "III C", "IV D", "Index"]
    assert "B — see Part II" in book.text


def test_links_to_unwritten_topics_lead_to_their_line(read: Callable[[bytes], Book]) -> None:
    knowledge_map = filed(
        topic("a"), topic("one", areas=("a",)), topic("ghost", areas=("a",), note=None, source=Source("Map.md", 4)),
        links=(Link("one", REQUIRES, "ghost", "", "", MAP),),
        paths=(LearningPath("p", "Path", (Step("See the ghost", ("ghost",), MAP),), MAP),),
    )  # fmt: skip
    book = read(make(knowledge_map)[0])
    assert "Not written yet: Ghost" in book.text
    goals = {goal for _, goal, words in book.links() if words.startswith("Ghost")}
    assert ["Not written yet: Ghost" in " ".join(book.pages[goal - 1].split()) for goal in goals] == [True]
    assert check_pages(book) >= 1


def test_related_holds_both_ways_and_other_kinds_speak_for_themselves(read: Callable[[bytes], Book]) -> None:
    links = (
        Link("a", RELATED, "b", "", "", MAP),
        Link("a", "inspired by", "c", "", "", MAP),
        Link("b", "date", "c", "", "", MAP),
    )
    book = read(make(of({"a": "x", "b": "x", "c": "x"}, links=links))[0])
    assert "Related: B" in book.text
    assert "Related: A" in book.text
    assert "Inspired by: C" in book.text
    assert "Date: C" in book.text


def test_german(read: Callable[[bytes], Book]) -> None:
    knowledge_map = of({"a": 'Der „Baum“ und "Wald": [B](<topic:b>)' + "\n\nText" * 60, "b": "Text"}, language="de-AT")
    book = read(make(knowledge_map, Options(date="2026-03-02", author="Eine Studentin"))[0])
    for words in ("Inhalt", "Themen", "KAPITEL 1", "2.3.2026", "Eine Studentin", "„Wald“"):
        assert words in book.text
    assert str(book.pdf.Root.Lang) == "de-AT"
    assert re.search(r"B \(S\. \d+\)", book.text)
    assert check_pages(book) == 2  # one is the example


def test_numbers_of_parts() -> None:
    assert [roman(number) for number in (1, 4, 9, 14, 40, 99, 400, 1994)] == [
        "I", "IV", "IX", "XIV", "XL", "XCIX", "CD", "MCMXCIV",
    ]  # fmt: skip


# ---------- what notes hold ----------


def test_footnotes_of_two_notes_stay_apart(read: Callable[[bytes], Book]) -> None:
    book = read(make(of({"a": "One.[^1]\n\n[^1]: Of the first.", "b": "Two.[^1]\n\n[^1]: Of the second."}))[0])
    assert book.text.count("Of the first.") == 1
    assert book.text.count("Of the second.") == 1


def test_a_note_ends_where_its_file_ends(read: Callable[[bytes], Book]) -> None:
    data, findings = make(of({"a": "```\nnever closed", "b": "# Heading of b\n\n<!-- never closed", "c": "*Third*"}))
    book = read(data)
    assert findings == []
    assert [[plain(title) for title, _ in chapters] for _, _, chapters in book.outline] == [[], ["A", "B", "C"], []]
    assert "Third" in book.text
    assert "*Third*" not in book.text


def test_links_to_headings_lead_to_the_heading(read: Callable[[bytes], Book]) -> None:
    long = "Text.\n\n" * 80
    texts = {
        "a": "[x](<topic:b#Far%20away%21>) and [y](<topic:b#nowhere>) and [z](<topic:gone>)",
        "b": f"{long}## Far away\n\n{long}",
    }
    book = read(make(of(texts), Options(two_sided=False))[0])
    goals = [goal for _, goal, words in book.links() if words[:1] in ("x", "y", "z")]
    assert len(goals) == 2  # z is plain text
    assert "Far away" in book.pages[goals[0] - 1]
    assert goals[1] == book.destinations["b"]
    assert check_pages(book) >= 1


def test_addresses_are_printed_for_paper_but_once(read: Callable[[bytes], Book]) -> None:
    data, findings = make(
        of({"a": "[site](https://example.org/a) [again](https://example.org/a) <https://example.org/b>"})
    )
    book = read(data)
    assert book.text.count("https://example.org/a") == 1
    assert book.text.count("https://example.org/b") == 1
    assert {goal for _, goal, _ in book.links() if isinstance(goal, str)} == {
        "https://example.org/a",
        "https://example.org/b",
    }
    assert findings == []


def test_links_that_paper_cannot_follow_are_told(read: Callable[[bytes], Book]) -> None:
    data, (finding,) = make(of({"a": "[run](javascript:alert(1)) and [file](<file:a%20b.pdf>)"}))
    assert finding.code == "dead-link"
    assert "a b.pdf" in finding.message
    assert "run and file" in read(data).text


def test_callouts_tasks_marks_and_quotes(read: Callable[[bytes], Book]) -> None:
    text = (
        "> [!warning]- Mind the **gap**\n> Body.\n\n> [!tip]\n> Nested below.\n\n- [ ] open\n- [x] done\n\n"
        '==marked *words*== a == b, "quoted"\n\n> plain quote'
    )
    book = read(make(of({"a": text}))[0])
    for words in (
        "Mind the gap Body.",
        "Tip Nested below.",
        "open done",
        "marked words a == b",
        "“quoted”",
        "plain quote",
    ):
        assert words in book.text
    assert "[!" not in book.text


def test_line_breaks_are_kept_or_filled(read: Callable[[bytes], Book]) -> None:
    knowledge_map = of({"a": "first\nsecond"})
    assert "first second" not in "\n".join(read(make(knowledge_map)[0]).pages)
    assert "first second" in "\n".join(read(make(knowledge_map, Options(line_breaks=False))[0]).pages)


def test_html_that_a_book_cannot_show_is_told_and_its_words_stay(read: Callable[[bytes], Book]) -> None:
    text = "Press <kbd>Esc</kbd>, a<br>b.\n\n<div>stays</div>\n\n<!-- nothing to tell -->\n\n<marquee>runs</marquee> <blink>on</blink>"
    data, (finding,) = make(of({"a": text}))
    assert (finding.code, finding.source) == ("raw-html", Source("a.md", 1))
    assert finding.message.startswith("HTML that a book cannot show: <marquee>, <blink>; its words stay")
    assert "Press Esc, a b. stays runs on" in read(data).text


def test_formulas_that_fail_are_code_and_the_others_are_set(read: Callable[[bytes], Book]) -> None:
    good = r"$\sum_{i=1}^n |x_i|$, $\begin{vmatrix}a&b\\c&d\end{vmatrix}$, $\begin{Vmatrix}a\end{Vmatrix}$, $\|v\|_2$, $a \& b$"
    data, findings = make(of({"a": rf"{good}, $\unknown{{x}}$", "b": "Fine: $y$", "c": r"$$\bad{z}$$"}))
    book = read(data)
    assert [(finding.source.file, finding.code) for finding in findings] == [
        ("a.md", "formula-as-source"),
        ("c.md", "formula-as-source"),
    ]
    assert r"\unknown{x}" in findings[0].message
    assert r"\unknown{x}" in book.text
    assert r"\bad{z}" in book.text
    assert r"\sum" not in book.text


def png(width: int = 4, height: int = 4) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress((b"\0" + b"\xf0\x80\x10" * width) * height))
        + chunk(b"IEND", b"")
    )


def test_pictures_are_printed_and_what_is_none_is_told(read: Callable[[bytes], Book]) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
    files = {
        "my pic.png": png(), "drawn.svg": svg.format("<rect/>").encode(), "broken.png": png()[:20], "text.png": b"hello",
        "reads.svg": svg.format('<image href="file:///etc/passwd"/>').encode(),
    }  # fmt: skip
    names = ["my%20pic.png", "drawn.svg", "broken.png", "text.png", "reads.svg", "gone.png"]
    text = (
        "\n\n".join(f"![alt {n}](<file:{name}>)" for n, name in enumerate(names))
        + "\n\n![web](https://example.org/x.png)"
    )
    data, findings = make(of({"a": text}, files))
    book = read(data)
    assert [finding.code for finding in findings] == ["missing-picture"] * 3  # one for each reason
    told = " ".join(finding.message for finding in findings)
    assert all(name in told for name in [*names[2:], "example.org"])
    assert sum(len(page.get_images()) for page in book.pdf.pages) == 1  # the other one is drawn
    for shown in ("alt 2", "alt 3", "alt 4", "alt 5", "web"):
        assert shown in book.text
    assert "alt 0" not in book.text


def test_pictures_are_as_wide_as_the_note_says_and_no_larger_than_there_is_room(read: Callable[[bytes], Book]) -> None:
    texts = {
        "a": "![a](<file:p.png#width=100>)\n\nIn ![b](<file:p.png#width=40>) line.\n\n- ![c](<file:p.png#width=9999>)\n\n![](<file:p.png>)"
    }
    data, findings = make(of(texts, {"p.png": png()}))
    assert [(finding.code, finding.source.file) for finding in findings] == [("picture-without-words", "a.md")]
    assert "'p.png'" in findings[0].message
    book = read(data)
    with pikepdf.open(book.file) as pdf:
        widths = [round(float(m[0])) for page in pdf.pages for m in drawn(page)]
    assert widths[:2] == [75, 30]
    assert 300 < widths[2] < 595
    assert widths[3] < 75  # its own


def drawn(page: pikepdf.Page) -> Iterator[list[Any]]:
    """The matrix of each image that a page draws: its first number is the width in points."""
    matrix: list[Any] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "cm":
            matrix = list(operands)
        elif str(operator) == "Do" and "/Width" in page.Resources.XObject[str(operands[0])]:
            yield matrix


def test_characters_without_a_font_are_told_and_the_standard_is_given_up(read: Callable[[bytes], Book]) -> None:
    texts = {"a": "Plain.", "b": "Signs: 𒀀 and 𒁀", "c": "By entity: &#73728;"}
    data, findings = make(of(texts))
    assert [(finding.code, finding.source.file) for finding in findings] == [("missing-characters", "b.md")]
    assert "𒀀" in findings[0].message
    assert "𒁀" in findings[0].message
    assert read(data).pdf.open_metadata().pdfa_status == ""


def test_an_unreadable_note_is_told() -> None:
    _, (finding,) = make(of({"a": "x"}, topics=map(topic, "ab")))
    assert (finding.code, finding.source.file) == ("unreadable-note", "b.md")


# ---------- hostile ----------

HOSTILE = {
    "inject": '#panic() #read("/etc/passwd") #import "@preview/x:1.0.0" ] ] [ ) ( } { $ $$ \\ <label> @ref *a _b `c // /* */\n'
    "= x\n+ y\n/ t: u\n\n```{=typst}\n#panic()\n```\n\n`#panic()`{=typst} &#35;panic&#40;&#41; &#2;",
    "math": r'$#panic()$ $"#panic()"$ $\text{"); #panic("}$ $\operatorname{\#panic()}$ $\mathrm{\#read("/etc/passwd")}$ $\frac{a}{$',
    "link": '[x](<topic:a"]#panic()>) [l](https://example.org/"]#panic()) ![i](<file:"]#panic().png>) [e]() [s](https://)',
    "quotes": "> " * 400 + "deep",
    "lists": "\n".join("  " * depth + "- x" for depth in range(90)),
    "emphasis": "**a *b " * 400 + " c* d**" * 400,
    "table": "|" + "a|" * 60 + "\n|" + "-|" * 60 + "\n" + ("|" + "cell|" * 60 + "\n") * 60,
    "loop": "[me](<topic:loop>) [x](<topic:loop#x>)",
    "code": "`````\n````\n```\n#panic()\n`````\n\n`` ` `` " + "x" * 5000,
    "heads": "###### six\n\n# one\n\n### three [l](<topic:loop>) $x$ `c`[^1]\n\n#\n\n[^1]: # In a footnote",
    "signs": "\ud800 \x00 \x1b \u202e \ufeff \u2028 \uffff a\r\nb\rc \u05d0\u05d1 \u0627\u0644",
}


def test_hostile_notes_neither_run_nor_stop_the_book(read: Callable[[bytes], Book]) -> None:
    evil = '#panic() ] " \\ #read("/etc/passwd") $x$ \ud800 \x00'
    topics = (
        topic("area", title=evil, aliases=(evil,), properties={"definition": evil}, summary=evil),
        *(topic(id, areas=("area",), title=f"{evil} {id}") for id in HOSTILE),
        topic(" ", title=""), topic("", title="\n"), topic('a/b "c" #d %e <é>'), topic("last", title="Last " * 80),
    )  # fmt: skip
    knowledge_map = filed(
        *topics, texts={each.id: HOSTILE.get(each.id, "harmless text") for each in topics},
        links=tuple(Link(id, evil, "loop", evil, "", MAP) for id in HOSTILE),
        paths=(LearningPath("p", evil, (Step(evil, ("inject", "quotes"), MAP),), MAP),), summary=evil,
    )  # fmt: skip
    data, findings = make(knowledge_map, Options(title=evil, author=evil))
    book = read(data)
    assert "root:" not in book.text
    assert book.text.count("harmless text") == 5
    assert len(book.outline[3][2]) == len(HOSTILE)
    assert {finding.source.file for finding in findings if finding.code == "note-as-source"} <= {
        "quotes.md",
        "lists.md",
        "emphasis.md",
    }
    assert check_pages(book) > 5
    assert not [finding for finding in findings if finding.code in ("unstable-pages", "no-pdf-standard")]


marks = st.sampled_from(["#", "[", "]", "(", ")", "{", "}", "$", "`", "*", "_", "~", "=", "<", ">", "@", '"', "'", "\\", "|", "\n", " ", "- ", "/*", "//", ";", ":", "&", "!", "^"])  # fmt: skip
words = st.sampled_from(["a", "b c", "panic()", "\\frac", "\\left", "[^1]", "\n\n", "> [!note]", "```", "|-|-|", "---", "# ", "1. ", "<br>", "==", "- [ ] "])  # fmt: skip
hostile = st.lists(marks | words | st.text(max_size=4), max_size=40).map("".join)


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=hostile, title=hostile, formula=hostile)
def test_any_text_makes_a_book(body: str, title: str, formula: str) -> None:
    topics = (topic("a", title=title, aliases=(title,)), topic("b", title="Other"))
    formula = formula.replace("$", "")
    texts = {"a": body, "b": f"${formula}$ $x{formula}$\n\n$$\n{formula}\n$$"}
    data, _ = make(of(texts, topics=topics, title=title))
    assert data.startswith(b"%PDF-1.7")


# ---------- the file ----------


def test_an_empty_map_is_a_page(read: Callable[[bytes], Book]) -> None:
    data, findings = make(KnowledgeMap())
    book = read(data)
    assert findings == []
    assert len(book.pages) == 1
    assert "Handbook" in book.text


def test_the_same_bytes_twice(printed: tuple[bytes, list[Finding]], bundled: KnowledgeMap) -> None:
    assert make(bundled)[0] == printed[0]


@pytest.mark.parametrize(
    "options", [Options(date="tomorrow"), Options(contents_depth=0), Options(font_size=0), Options(font_size=1000)]
)
def test_options_that_make_no_sense(options: Options) -> None:
    with pytest.raises(OptionError) as caught:
        make(KnowledgeMap(), options)
    assert caught.value.key in str(caught.value)
    assert getattr(options, caught.value.key) != getattr(Options(), caught.value.key)


def test_many_notes_are_several_batches_and_links_at_a_pages_end_have_numbers(read: Callable[[bytes], Book]) -> None:
    texts = {f"note-{n}": f"Body {n}. [next](<topic:note-{(n + 1) % 230}>)" for n in range(230)}
    data, findings = make(of(texts), Options(two_sided=False))
    book = read(data)
    assert findings == []
    assert [plain(title) for title, _ in book.outline[1][2]] == [f"Note-{n}" for n in range(230)]
    elsewhere = [goal for page, goal, words in book.links() if words.startswith("next") and goal != page]
    assert len(elsewhere) > 20
    assert check_pages(book) == len(elsewhere) + 1  # the example
