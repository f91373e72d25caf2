"""What one looks things up in: the glossary, the index, the references."""

import re
from collections.abc import Callable

import pytest
from writers.handbook.test_handbook import MAP, Book, make, of, read, topic

from exporter.model import KnowledgeMap, Link, Missing, NoStore, Want
from exporter.views.body.nodes import stringify
from exporter.views.body.pandoc import Trees
from exporter.views.body.terms import Term, mark_terms
from exporter.views.book.back_matter import index
from exporter.views.book.bibliography import Bibliography, work_of
from exporter.writers.handbook import Options

__all__ = ["read"]  # a fixture
TERMS = {  # the terms that a note defines, and what a glossary says of them
    "A **vault** is a folder with notes. See also [x](y).": [("vault", "a folder with notes.")],
    "- An *anagram* is a string of the same letters.": [("anagram", "a string of the same letters.")],
    "==Chunking== is the work of cutting.": [("Chunking", "the work of cutting.")],
    "Ein **Heap** ist ein Baum, der geordnet ist.": [("Heap", "ein Baum, der geordnet ist.")],
    "Un **assioma** è una proposizione vera.": [("assioma", "una proposizione vera.")],
    "A **$k$-heap** is a heap of $k$ children.": [("k-heap", "a heap of k children.")],
    "**CIDR (Classless)** is a way of saying.": [("CIDR (Classless)", "a way of saying.")],
    "A **filter** is a set such that:\n\n- one": [("filter", "")],  # which is no whole sentence
    "> [!definition] Compact set\n> Each cover has a finite part.": [("Compact set", "Each cover has a finite part.")],
    "# Definition: the integers, a priori bound, (arbitrary) product\n\nText.": [
        ("integers", ""),
        ("a priori bound", ""),
        ("(arbitrary) product", ""),
    ],
    "> [!def] Definition 2.1 (Filter)\n> Some set.\n> - x": [("Filter", "")],
    "##### _definition:_ path, closed path\n\nLet $x$ be.": [("path", ""), ("closed path", "")],
    "## Definition, theorem: classifying space\n\n$$x$$": [("classifying space", "")],
    "It has a part that is called *occupancy*, and more.": [("occupancy", "")],
    "Roofline:: A model of speed.": [("Roofline", "A model of speed.")],
    "Term\n: what it is, in pandoc. More.": [("Term", "what it is, in pandoc.")],
    "## Glossary\n\n### Theme\n\nA theme changes all that one sees.\n\n### Root\n\n**Leaf**: where all ends.\n\n# End\n\n**No**: words.": [
        ("Theme", "changes all that one sees."),
        ("Leaf", "where all ends."),
    ],
    "**FastAPI** is fully compatible.": [],
    "**Note:** is the state of it visible?": [],
    "**All of these are true** is a statement of it.": [],
    "This is **important** and is a thing.": [],
    "**http** is the same as this.": [],
    "> [!definition] Index\n> - [a](b)\n> - c": [],
    "> [!definition]\n> It is a thing.": [],
    "description:: A sentence of some words.": [],
    "## Definitions\n\nText.": [],
    "## Definitional equality\n\nText.": [],
    "**Pros**: it is a good thing.": [],
}


@pytest.mark.book
@pytest.mark.parametrize("text", TERMS)
def test_terms_that_a_note_defines(text: str) -> None:
    (tree,) = Trees([text], True, NoStore())
    assert tree is not None
    found: list[Term] = []
    waiting: list[object] = [mark_terms(tree, "A note")]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and node["t"] == "Term":
            found.append(node["c"])
        else:
            waiting += list(node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())[::-1]
    assert [(term.text, stringify(term.definition)) for term in found] == TERMS[text]
    words = stringify(node for block in tree if block["t"] == "Para" for node in block["c"])
    again = mark_terms(tree, "A note")
    assert stringify(
        node for block in again if block["t"] in ("Para", "Plain") for node in block["c"]
    ) == words.replace("==", "")


DEFINED = {
    "a": "A **vault** is a folder with $n^2$ notes.[^1] \n\n- A **tab group** is a row of tabs.\n\n[^1]: Foot.",
    "b": "A **vault** is a place.\n\nA *quark* is a part, see [there](<topic:a>).\n\n> [!definition] Root\n> Where all begins.",
    "c": "Émile:: A sentence about a man.",
}


def pages_from(book: Book, title: str) -> str:
    start = next(page for part, page, _ in book.outline if part == title)
    parts = [page for _, page, _ in book.outline if page > start]
    return " ".join(" ".join(book.pages[start - 1 : min(parts, default=len(book.pages) + 1) - 1]).split())


def test_the_glossary_has_the_terms_of_the_notes_with_their_pages(read: Callable[[bytes], Book]) -> None:
    book = read(make(of(DEFINED), Options(new_pages=True))[0])
    page = {id: book.number(id) for id in DEFINED}
    text = pages_from(book, "Glossary").replace("- ", "-")
    expected = [
        f"Émile — A sentence about a man. (p. {page['c']})",
        f"quark — a part, see there. (p. {page['b']})",
        f"Root — Where all begins. (p. {page['b']})",
        f"tab group — a row of tabs. (p. {page['a']})",
        "vault — a folder with 𝑛2 notes. (p. " + page["a"],  # once, and without its footnote
    ]
    assert [text.index(each) for each in expected] == sorted(text.index(each) for each in expected)
    assert text.count("vault —") == 1
    assert "Foot" not in text


@pytest.mark.parametrize(
    ("properties", "summary", "said"),
    [
        ({"definition": "A heap is a tree that is ordered."}, "", "Heap — a tree that is ordered."),
        ({"definition": "Heap orders its nodes."}, "", "Heap orders its nodes."),
        ({"definition": "An ordered tree."}, "", "Heap — An ordered tree."),
        ({"definition": "An ordered tree."}, "It is: an ordered tree.", ""),  # as the map says
        ({"description": "The heap is a tree that is ordered."}, "", "Heap — a tree that is ordered."),
        ({"description": "All about trees."}, "", ""),
    ],
)
def test_a_topics_definition_is_in_the_glossary_where_it_adds_something(
    properties: dict[str, str], summary: str, said: str, read: Callable[[bytes], Book]
) -> None:
    heap = topic("heap", properties=properties, summary=summary)
    terms = "\n\n".join(f"A **{word}** is a kind of thing." for word in ("ant", "bee", "cat", "dog", "eel"))
    texts = {"heap": "Text.", "b": terms, "c": "Text."}
    book = read(make(of(texts, topics=(heap, topic("b"), topic("c"))))[0])
    text = pages_from(book, "Glossary").partition(" Index ")[0]
    assert "eel — a kind of thing." in text
    assert said in text
    assert ("Heap" in text) == bool(said)


def test_no_glossary_of_the_chapters_nor_beside_ones_own(read: Callable[[bytes], Book]) -> None:
    topics = [topic(id, properties={"definition": f"What {id} is."}) for id in "abcdefg"]
    chapters = of(dict.fromkeys("abcdefg", "Text."), topics=topics)
    own = of(
        {"glossary": "\n\n".join(f"## {word}\n\nA {word} is a thing." for word in ("Ant", "Bee", "Cat", "Dog", "Eel"))}
    )
    for knowledge_map in (chapters, own):
        book = read(make(knowledge_map)[0])
        assert "Glossary" not in [part for part, _, _ in book.outline]
    assert "Ant, " in pages_from(book, "Index")


def test_the_index_has_terms_and_names_each_thing_once(read: Callable[[bytes], Book]) -> None:
    topics = (
        topic("a", title="Vault", aliases=("Quark", "Safe"), tags=("all", "tab-group")),
        topic("b", title="Other", aliases=("safe",), tags=("all",)),
        topic("c", title="Third", tags=("all", "rare")),
        *(topic(f"x{number}", title="Vault" if number == 7 else f"X {number}", tags=("all",)) for number in range(8)),
    )
    texts = {**DEFINED, **{f"x{number}": "Text." for number in range(8)}}
    book = read(make(of(texts, topics=topics), Options(new_pages=True, two_sided=False, backlinks=False))[0])
    a, b, c, last = (book.number(id) for id in ("a", "b", "c", "x7"))
    text = pages_from(book, "Index")
    assert "#all" not in text  # each note has it
    assert f"#rare, {c} " in text
    assert f"Vault, {a}, {b}, {last} " in text  # titles of two notes, and the term of both
    assert f"tab group, {a} " in text
    assert "#tab-group" not in text
    assert f"quark, {b}; see also Vault" in text
    assert "Safe, see Vault, Other" in text
    assert f"Émile, {c} " in text
    names = re.findall(r"[\w#][\w #-]*?(?=, (?:see|\d))", text)
    assert len({name.casefold() for name in names}) == len(names)


def test_tags_of_a_few_notes_are_entries_and_those_of_most_are_none() -> None:
    topics = [
        topic(
            f"n{number:03}",
            tags=("all", f"lecture/{number}", *[f"some{count}" for count in (6, 7, 25, 26) if number < count]),
        )
        for number in range(100)
    ]
    names = [entry.name for _, entries in index(KnowledgeMap(topics=tuple(topics)), []) for entry in entries]
    assert [name for name in names if name.startswith("#")] == ["#some25", "#some6", "#some7"]


def test_the_columns_of_the_index_end_at_the_same_height(read: Callable[[bytes], Book]) -> None:
    for count in (9, 150, 400):
        topics = tuple(
            topic(f"n{number}", title=f"{'AEIOU'[number % 5]} title {number}", note=None) for number in range(count)
        )
        knowledge_map = KnowledgeMap(topics=topics, paths=())
        area = topic("area", title="Area")
        links = tuple(Link(each.id, "in_area", "area", "", "", MAP) for each in topics)
        topics = (area, *(each._replace(areas=("area",)) for each in topics))
        knowledge_map = of({"area": "Text."}, topics=topics, links=links, parents={"area": None})
        book = read(make(knowledge_map)[0])
        start = next(page for part, page, _ in book.outline if part == "Index")
        last = book.words[-1]
        assert len(book.pages) >= start
        middle = float(book.pdf.pages[-1].MediaBox[2]) / 2
        numbered = [(x, y) for x, y, word in last if re.fullmatch(r"\d+", word)]
        foot = [max((y for x, y in numbered if (x > middle) == side and y < 740), default=0) for side in (False, True)]
        assert min(foot) > 0, count
        assert abs(foot[0] - foot[1]) < 70, count


# ---------- references ----------


@pytest.mark.parametrize(
    ("addresses", "work"),
    [
        (
            [
                "https://arxiv.org/abs/1706.03762", "http://www.arxiv.org/pdf/1706.03762v5.pdf", "10.48550/arXiv.1706.03762",
                "https://doi.org/10.48550/arXiv.1706.03762", "https://ar5iv.org/abs/1706.03762",
            ],
            "arxiv:1706.03762",
        ),
        (
            ["https://doi.org/10.1145/249.24", "https://dl.acm.org/doi/pdf/10.1145/249.24", "http://dx.doi.org/10.1145/249.24", "10.1145/249.24"],
            "doi:10.1145/249.24",
        ),
        (["https://youtu.be/dQw4w9WgXcQ?t=3", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"], "youtube:dQw4w9WgXcQ"),
        (["https://a.org/x/", "http://www.A.org/x?utm_source=y#part", "https://a.org/x/index.html"], "a.org/x"),
        (["https://a.org/#/route"], "a.org#/route"),
        (["https://a.org/x?b=1"], "a.org/x?b=1"),
        (["mailto:A@b.org"], "mailto:a@b.org"),
        (["http://[::1"], "http://[::1"),
    ],
)  # fmt: skip
def test_addresses_of_one_work(addresses: list[str], work: str) -> None:
    assert {work_of(address) for address in addresses} == {work}


def test_what_the_vault_says_of_a_work_is_in_the_references(read: Callable[[bytes], Book]) -> None:
    topics = (
        topic("text"),
        topic("paper", title="Attention Is All You Need", properties={"DOI": "10.48550/arXiv.1706.03762", "date": "2017-06-12", "authors": ["A. Vaswani", "N. Shazeer"]}),
        topic("clip", title="Sketch of the Engine", properties={"source": "https://e.org/notes/", "published": 1843}),
        topic("site", title="My site", properties={"url": "https://e.org/site", "date": "2020-01-01"}),
        topic("ada", title="Ada Lovelace"),
    )  # fmt: skip
    want = Want("clip", "author", "L. Menabrea", "", MAP)
    text = """[pdf](https://arxiv.org/pdf/1706.03762), [its site](https://e.org/site). [its repository](https://c.org/x).
[Sketch](http://www.e.org/notes?utm_source=x#a) [here](https://d.org), [TVM](https://t.org), [TVM](https://git.org/t),
[A Paper with a Long Title](https://p.org/x.pdf), [A paper with a long title](https://q.org/y), [Why?](https://w.org/#a),
[Why so](https://w.org/#b)"""
    knowledge_map = of(
        {"text": text, "paper": "x", "clip": "x", "site": "x", "ada": "x"},
        topics=topics,
        links=(Link("clip", "author", "ada", "", "", MAP),),
        missing=(Missing("L. Menabrea", True, (want,), MAP),),
    )
    book = read(make(knowledge_map, Options(new_pages=True, two_sided=False))[0])
    text = pages_from(book, "References")
    page = {each.id: book.number(each.id) for each in topics}
    one = page["text"]
    for line in (
        f"[1] A. Vaswani, N. Shazeer (2017). Attention Is All You Need. https://arxiv.org/pdf/1706.03762, p. {one}, {page['paper']}",
        f"[2] My site. https://e.org/site, p. {one}, {page['site']}",  # its date is that of the note
        f"[3] https://c.org/x, p. {one}",
        f"[4] Ada Lovelace, L. Menabrea (1843). Sketch of the Engine. https://e.org/notes/, p. {one}, {page['clip']}",
        f"[5] https://d.org, p. {one}",
        f"[6] TVM (t.org). https://t.org, p. {one}",
        f"[7] TVM (git.org). https://git.org/t, p. {one}",
        f"[8] A Paper with a Long Title. https://p.org/x.pdf, https://q.org/y, p. {one}",
        f"[9] Why so. https://w.org/, p. {one}",
    ):
        assert "".join(line.split()) in "".join(text.split()), line
    assert "[10]" not in text


def test_a_note_about_a_work_is_listed_with_its_author_though_nothing_cites_it(read: Callable[[bytes], Book]) -> None:
    clip = topic(
        "clip", title="Bits of Advice", properties={"url": "https://kk.org/x", "author": "Kevin Kelly", "year": 2020}
    )
    bookmark = topic("mark", title="A page", properties={"url": "https://m.org"})
    book = read(make(of({"clip": "Text.", "mark": "Text."}, topics=(clip, bookmark)))[0])
    text = pages_from(book, "References")
    assert f"[1] Kevin Kelly (2020). Bits of Advice. https://kk.org/x, p. {book.number('clip')}" in text
    assert "m.org" not in text


def test_many_authors_are_shortened() -> None:
    paper = topic(
        "p",
        properties={"creators": [{"firstName": "A.", "lastName": f"Name {n}"} for n in range(9)], "doi": "10.1000/x"},
    )
    bibliography = Bibliography(KnowledgeMap(topics=(paper,)), "and {} more")
    assert (
        bibliography.cite("https://doi.org/10.1000/X", "It")
        == bibliography.cite("https://doi.org/10.1000/x", "It")
        == 1
    )
    (work,) = bibliography.works()
    assert work.authors == "A. Name 0, A. Name 1, A. Name 2, A. Name 3, A. Name 4, A. Name 5 and 3 more"
