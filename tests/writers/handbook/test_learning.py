"""What makes the handbook a book to learn with: questions and answers, the path, what the notes point at."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
import pytest
from writers.handbook.test_handbook import MAP, Book, check_pages, filed, make, of, plain, read, topic

from exporter.model import MENTIONS, REQUIRES, LearningPath, Link, Source, Step
from exporter.writers.handbook import Options

__all__ = ["read"]  # a fixture


def check_numbers(book: Book) -> int:
    """Every link that is a number leads to the page of that name; gives how many there are."""
    said = [(goal, words.partition("–")[0]) for _, goal, words in book.links() if re.fullmatch(r"[\d–]+,?", words)]
    assert all(book.numbers[goal - 1] == number.strip(",") for goal, number in said)
    return len(said)


QUESTIONS = """Text.

> [!question]- Why **two** kernels with $x^2$?
> Since one is *not* enough: [B](<topic:b>).
>
> - A list
>
> ```python
> print(1)
> ```

> [!faq]-
> The kind is the question.

> [!question] Open, and so a box
> In its place.

> [!tip]- Folded, and no question
> In its place, too.

> [!help]- No answer

Last words.
"""


def test_questions_stand_at_the_end_and_answers_at_the_back(read: Callable[[bytes], Book]) -> None:
    data, findings = make(of({"a": QUESTIONS, "b": "> [!help]- And here?\n> Yes."}))
    assert findings == []
    book = read(data)
    text = book.text
    order = [
        "Last words.",
        "Review questions",
        "1.1 Why two kernels",
        "1.2 Question",
        "CHAPTER 2",
        "2.1 And here?",
        "Answers",
    ]
    order += ["1.1 Since one is not enough: B (p.", "A list", "print(1)", "1.2 The kind is", "2 B (p.", "2.1 Yes."]
    start = text.index("CHAPTER 1")
    for words in order:
        start = text.index(words, start)
    assert text.index("In its place. TIP Folded") < text.index("No answer") < text.index("Last words.")
    assert text.count("Since one is not enough") == 1
    asked = {goal: words for _, goal, words in book.links() if words.startswith("(answer: p.")}
    assert list(asked) == [book.outline[2][1]]
    back = [goal for page, goal, words in book.links() if page == book.outline[2][1] and re.fullmatch(r"\d\.\d", words)]
    assert [plain(part) for part, _, _ in book.outline] == ["How to use this book", "Topics", "Answers", "Index"]
    assert len(back) == 3
    assert set(back) <= {page for _, part, _ in book.outline[1:2] for page in (part, part + 1)}
    assert check_pages(book) >= 3


def test_of_a_question_in_a_list_nothing_stays_there(read: Callable[[bytes], Book]) -> None:
    item = "> [!question]- One?\n  > Yes.\n"
    text = f"Text.\n\n- {item}- {item}\n## Goals\n\n1. {item.replace('  >', '   >')}\n## End\n\n- {item}- stays"
    data, findings = make(of({"a": text}))
    assert findings == []  # a heading above questions is none without a text
    page = read(data).pages[-2]
    assert (page.count("•"), "Goals" in page, "• stays" in page, "1.4" in page) == (1, False, True, True), page


def test_an_answer_that_cannot_be_set_is_told_and_the_others_stand(read: Callable[[bytes], Book]) -> None:
    texts = {"a": "> [!question]- One?\n> $\\foo{1}$ and $y^2$", "b": "> [!question]- Two?\n> Good."}
    data, findings = make(of(texts))
    assert [(finding.code, finding.source.file) for finding in findings] == [("formula-as-source", "a.md")]
    text = read(data).text
    assert "\\foo{1}" in text
    assert "2.1 Good." in text


def test_addresses_are_numbered_once_in_the_order_of_the_book(read: Callable[[bytes], Book]) -> None:
    texts = {
        "a": "[One](https://one.org/x) and [Two](https://two.org), <https://bare.org>.",
        "b": "[again](https://one.org/x), [Three](mailto:c@d.org)[^1]\n\n[^1]: [Four](https://four.org)\n\n# [Five](https://five.org)\n\nEnd.",
    }
    book = read(make(of(texts))[0])
    assert "One [1] and Two [2], https://bare.org." in book.text
    assert "again [1], Three [3]" in book.text
    for line in (
        "[1] One. https://one.org/x, p. 1",
        "[2] Two. https://two.org, p. 1",
        "[3] Three. mailto:c@d.org, p. ",
    ):
        assert line in book.text
    assert "[4] Four" in book.text
    assert "[5] Five. https://five.org " in book.text  # of a heading, without a page
    assert check_numbers(book) >= 4 + 2  # and the index
    footnotes = read(make(of(texts), Options(bibliography=False))[0])
    assert "[1]" not in footnotes.text
    assert [plain(part) for part, _, _ in footnotes.outline] == ["How to use this book", "Topics", "Index"]


def test_missing_notes_are_marked_and_listed_with_their_pages(read: Callable[[bytes], Book]) -> None:
    texts = {"a": "See [it](<missing:No%20Note>), [this](<missing:%5B%22%23x>).", "b": "[No Note](<missing:No%20Note>)"}
    book = read(make(of(texts), Options(new_pages=True, two_sided=False))[0])
    one, two = int(book.number("a")), int(book.number("b"))
    assert two == one + 1
    listed = book.text[book.text.index("nobody has written, with the pages") :]
    assert f"No Note, p. {one}–{two}" in listed
    assert f'["#x, p. {one}' in listed
    assert "dotted line" in book.text
    assert check_numbers(book) == 2 + 2  # and the index


def test_steps_name_what_is_needed(read: Callable[[bytes], Book]) -> None:
    path = LearningPath("p", "Path", (Step("First b", ("b",), MAP), Step("Only words", (), MAP)), MAP)
    book = read(make(of({"a": "x", "b": "x"}, paths=(path,), links=(Link("b", REQUIRES, "a", "", "", MAP),)))[0])
    page = next(page for title, page, _ in book.outline if title == "Path")
    assert f"Builds on: A (p. {book.number('a')})" in " ".join(book.pages[page - 1].split())


@pytest.mark.parametrize(("order", "parts"), [("map", "a:1,2 b:3,4"), ("path", "b:4,3 a:2,1")])
def test_chapters_along_the_path(order: str, parts: str, read: Callable[[bytes], Book]) -> None:
    steps = tuple(Step(id, (id,), MAP) for id in ("t4", "t2"))
    topics = [topic("a"), topic("b"), *(topic(f"t{n}", areas=("a" if n < 3 else "b",)) for n in range(1, 5))]
    knowledge_map = filed(*topics, paths=(LearningPath("p", "Path", steps, MAP),))
    options = Options(order=order)  # type: ignore[arg-type]
    book = read(make(knowledge_map, options)[0])
    found = [
        f"{plain(part).lower()}:{','.join(plain(title)[1:] for title, _ in chapters)}"
        for part, _, chapters in book.outline
        if chapters
    ]
    assert found == parts.split()
    assert check_pages(book) >= 2


def test_the_front_is_counted_in_roman_numerals(read: Callable[[bytes], Book]) -> None:
    book = read(make(of({"a": "x", "b": "x"}), Options(author="Ann", date="2026-03-02", two_sided=True))[0])
    assert book.numbers[:4] == ["i", "ii", "iii", "iv"]
    first = book.numbers.index("1")
    assert first % 2 == 0  # a right page
    assert book.numbers[first:] == [str(number) for number in range(1, len(book.numbers) - first + 1)]
    assert "Ann 2 March 2026 Made from the map “Map”: 2 topics in 0 areas" in " ".join(book.pages[1].split())
    assert "Written by mlk-export" in book.pages[1]


def test_callouts_of_all_kinds_say_what_they_are_in_the_books_language(read: Callable[[bytes], Book]) -> None:
    kinds = "note abstract summary tldr info todo tip hint important success check done question help faq warning"
    kinds += " caution attention failure fail missing danger error bug example quote cite own"
    text = "\n\n".join(f"> [!{kind}] Title of {kind}\n> Text.\n" for kind in kinds.split())
    text += "\n\n> [!WARNING]\n> Bare.\n\n> [!tip]+ Tipp\n> Twice.\n\n> [!own-kind]\n> Own."
    german = read(make(of({"a": text}, language="de"))[0]).text
    for words in (
        "HINWEIS Title of note", "ZUSAMMENFASSUNG Title of tldr", "WICHTIG Title of important", "FRAGE Title of faq",
        "ACHTUNG Title of attention", "FEHLT Title of missing", "FEHLER Title of error", "ZITAT Title of cite",
        "OWN Title of own", "Text. Warnung Bare.", "Bare. Tipp Twice.", "Own-kind Own.",
    ):  # fmt: skip
        assert words in german


def test_a_note_in_another_language_is_hyphenated_and_quoted_as_its_own(read: Callable[[bytes], Book]) -> None:
    german = 'Er sagte "Ja" ' + "und Donaudampfschifffahrtsgesellschaft " * 20
    topics = (topic("a", properties={"lang": "de-AT"}), topic("b"), topic("c", properties={"lang": 5}))
    data, findings = make(of({"a": german, "b": german, "c": "x"}, topics=topics))
    assert findings == []
    book = read(data)
    assert "„Ja“" in book.text
    assert "“Ja”" in book.text
    assert {str(tag.Lang) for tag in tagged(book.pdf.Root.StructTreeRoot) if "/Lang" in tag} == {"de-AT"}


def test_a_part_opens_with_what_the_map_says_of_its_area(read: Callable[[bytes], Book]) -> None:
    topics = (topic("a", summary="All about a."), topic("one", areas=("a",), summary="All about one."))
    text = read(make(filed(*topics))[0]).text
    assert re.search(r"PART I A All about a\. In this part 1 One .* Text of a\.", text)
    assert text.count("All about one.") == 1  # in the list


def test_who_links_to_a_note_stands_on_the_page_of_its_last_words(read: Callable[[bytes], Book]) -> None:
    ids = [f"n{lines}" for lines in range(40, 56)]  # some end where a page does
    texts = {id: f"{'Line.' * 9}\n" * (int(id[1:]) - 2) + "\nThe very\nlast words." for id in ids}
    texts[ids[0]] += "\n\n> [!question]- Asked?\n> Yes."
    links = tuple(Link("z", MENTIONS, id, "", "", Source("z.md", 2)) for id in ids)
    book = read(make(of({**texts, "z": "Text."}, links=links), Options(new_pages=True))[0])
    pages = [page for page in book.pages if "Mentioned in: Z" in " ".join(page.split())]
    assert len(pages) == len(ids)
    assert all("last words." in page or "Asked?" in page for page in pages)
    assert len(book.pages) > len(ids) + 15  # some have two


def test_a_table_too_wide_for_a_page_is_a_list(read: Callable[[bytes], Book]) -> None:
    names = [f"c{number}" for number in range(5000)]
    table = "\n".join(f"|{'|'.join(cells)}|" for cells in (names, ["-"] * 5000, ["x"] * 5000))
    data, findings = make(of({"a": table}), Options(font_size=5))
    assert [(finding.code, finding.source.file) for finding in findings] == [("wide-table", "a.md")]
    text = read(data).text
    assert all(f"{name} " in text for name in names)


def test_words_that_never_end_break(read: Callable[[bytes], Book]) -> None:
    book = read(make(of({"a": "w" * 200_000 + " end"}))[0])
    assert sum(page.count("w") for page in book.pages) >= 200_000
    assert all(x < 595 for words in book.words for x, _, _ in words)


def tagged(element: Any) -> Iterator[Any]:
    """All tags below this one."""
    if isinstance(element, pikepdf.Array):
        for below in element:
            yield from tagged(below)
    elif isinstance(element, pikepdf.Dictionary):
        yield element
        yield from tagged(element.get("/K"))
