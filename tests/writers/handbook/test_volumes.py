"""A long book in several volumes: cut where it should be, and right in what one says of another."""

import re
from pathlib import Path

import pytest
from writers.handbook.test_handbook import MAP, Book, check_pages, filed, of, topic

from exporter.errors import Finding
from exporter.model import REQUIRES, File, KnowledgeMap, LearningPath, Link, Step
from exporter.views.body.limits import machine_memory
from exporter.views.book.plan import roman
from exporter.writers.handbook import Options, write
from exporter.writers.handbook.typesetting import Typesetter

ELSEWHERE = re.compile(r"\(vol\. ([IVX]+), p\. (\d+)\)")


def volumes(knowledge_map: KnowledgeMap, pages: int, folder: Path) -> tuple[list[Book], list[Finding]]:
    things = list(write(knowledge_map, Options(volume_pages=pages)))
    files = [thing for thing in things if isinstance(thing, File)]
    assert [file.path for file in files] == [f"handbook-{number}.pdf" for number in range(1, len(files) + 1)]
    books = []
    for number, file in enumerate(files):
        assert isinstance(file.content, bytes)
        (folder / str(number)).mkdir()
        books.append(Book(file.content, folder / str(number)))
    return books, [thing for thing in things if isinstance(thing, Finding)]


def test_the_bundled_vault_in_volumes(bundled: KnowledgeMap, tmp_path: Path) -> None:
    books, findings = volumes(bundled, 60, tmp_path)
    assert [finding.code for finding in findings] == ["several-volumes"]
    assert len(books) > 3
    titles = [
        [title for part, _, chapters in book.outline for title in [part, *(c for c, _ in chapters)]] for book in books
    ]
    for written in (each for each in bundled.topics if each.note):
        there = sum(any(re.fullmatch(rf"(\w+ )?{re.escape(written.title)}", t) for t in each) for each in titles)
        assert there == 1 or (there > 1 and written.id in bundled.area)  # a long part goes on in the next volume
    compared = 0
    for number, book in enumerate(books, 1):
        assert check_pages(book) > 20
        assert str(book.pdf.docinfo["/Title"]) == f"{bundled.title}, Volume {roman(number)} of {roman(len(books))}"
        assert book.pdf.open_metadata().pdfa_status == "2A"
        assert ("Learning Path" in titles[number - 1]) == (number == 1)
        for each in bundled.topics:
            for found in re.finditer(rf"{re.escape(each.title)} {ELSEWHERE.pattern}", book.text):
                other = books[[roman(n + 1) for n in range(len(books))].index(found[1])]
                assert other is not book
                page = other.pages[other.numbers.index(found[2])]
                assert each.title in " ".join(page.split()), (each.title, found[0])
                assert found[2] == other.number(each.id)
                compared += 1
    assert compared > 100


def test_a_part_that_is_longer_than_a_volume_goes_on_in_the_next(tmp_path: Path) -> None:
    texts = {
        f"n{number:02}": f"{'word ' * 700} [next](<topic:n{(number + 1) % 12:02}#H>)\n\n## H\n\nEnd."
        for number in range(12)
    }
    path = LearningPath("p", "Path", (Step("The last", ("n11",), MAP),), MAP)
    books, _ = volumes(of(texts, paths=(path,)), 8, tmp_path)
    assert len(books) == 4
    chapters = [
        [title for part, _, chapters in book.outline if plain(part) == "Topics" for title, _ in chapters]
        for book in books
    ]
    assert [len(each) for each in chapters] == [3, 3, 3, 3]
    assert [title for each in chapters for title in each] == [f"{number + 1} N{number:02}" for number in range(12)]
    last = books[3].number("n11")
    assert f"vol. IV, p. {last}" in books[0].text
    beyond = [ELSEWHERE.findall(book.text) for book in books]
    assert [("II", books[1].number("n03__0"))] == beyond[0]
    assert [("I", books[0].number("n00__0"))] == beyond[3]


def plain(title: str) -> str:
    return re.sub(r"^([IVXLC]+|\d+) ", "", title)


def test_a_topic_at_home_elsewhere_leads_there(tmp_path: Path) -> None:
    topics = [
        topic("a"),
        topic("b"),
        topic("one", areas=("a", "b")),
        topic("two", areas=("b",)),
        topic("ghost", areas=("a",), note=None),
    ]
    links = (Link("two", REQUIRES, "one", "", "", MAP), Link("two", REQUIRES, "ghost", "", "", MAP))
    books, findings = volumes(filed(*topics, links=links), 1, tmp_path)
    assert len(books) == 2
    assert [finding.code for finding in findings] == ["several-volumes"]
    assert f"One — see Chapter 1 vol. I, p. {books[0].number('one')}" in books[1].text
    assert re.search(r"Builds on: One \(vol\. I, p\. \d+\) · Ghost \(vol\. I, p\. \d+\)", books[1].text)


@pytest.mark.parametrize(("goals", "times"), [("b a a", 3), ("b#H b a", 4), ("b#H b b#H", 4)])
def test_a_volume_is_set_again_only_where_a_page_that_it_names_is_another(
    goals: str, times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = []
    compile = Typesetter._compile
    monkeypatch.setattr(Typesetter, "_compile", lambda self, *given: rounds.append(1) or compile(self, *given))
    texts = {
        id: f"[link](<topic:{goal}>) {'word ' * 900}\n\n## H\n\nEnd."
        for id, goal in zip("abc", goals.split(), strict=True)
    }
    books, _ = volumes(of(texts), 1, tmp_path)
    assert len(books) == 3
    assert len(rounds) == times


def test_it_is_told_before_anything_is_set_that_memory_may_run_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exporter.writers.handbook.volumes.machine_memory", lambda: 20e6)
    things = write(of(dict.fromkeys("abc", "word " * 3000)), Options())
    finding = next(iter(things))
    assert isinstance(finding, Finding)
    assert finding.code == "scarce-memory"
    assert finding.message.startswith("some 24 pages need about 0.1 GB of memory, and there are 0.0: ")
    assert finding.message.endswith("set `volume_pages` to 2")
    monkeypatch.undo()
    assert machine_memory() > 1e8
    assert not [thing for thing in write(of({"a": "word"}), Options()) if isinstance(thing, Finding)]


@pytest.mark.parametrize("pages", [0, -1])
def test_volumes_have_pages(pages: int) -> None:
    with pytest.raises(Exception, match="volume_pages"):
        list(write(KnowledgeMap(), Options(volume_pages=pages)))
