"""What holds for every format that is a book."""

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from maps import topic
from writers.books import made
from writers.handbook.test_handbook import of

from exporter.model import KnowledgeMap
from exporter.testing import make_map
from exporter.views.body import pandoc
from exporter.views.body.limits import RefusalError
from exporter.views.body.text import other_names
from exporter.views.book.edition import BookOptions, Edition
from exporter.writers.handbook.note_source import NoteSource

pytestmark = pytest.mark.book


@pytest.mark.parametrize(
    ("name", "refused", "code"),
    [
        ("docx", '{"t": "Strong", "c": [{"t": "Str", "c": "bad"}]}', "note-as-source"),
        ("epub", '{"t": "Strong", "c": [{"t": "Str", "c": "bad"}]}', "note-as-source"),
        ("handbook", '{"t": "Math", "c": [{"t": "InlineMath"}, "bad"]}', "formula-as-source"),
    ],
)
def test_what_pandoc_refuses_is_told_and_printed_as_source(
    name: str, refused: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = pandoc._run
    refusals = []

    def refusing(arguments: list[str], folder: str, size: int = 0, given: Mapping[str, str] | None = None) -> bytes:
        tree = Path(folder, "tree.json")
        if tree.exists() and refused in tree.read_text():
            refusals.append(arguments)
            raise RefusalError("bad")
        return run(arguments, folder, size, given)

    monkeypatch.setattr(pandoc, "_run", refusing)
    texts = {f"n{number}": "[next](<topic:a>) **good** $good$" for number in range(5)}
    _, findings = made(name, of({"a": "# H\n\n**bad** $bad$", **texts}))
    assert refusals
    assert [(finding.code, finding.source.file) for finding in findings] == [(code, "a.md")]


OPENING = "## Objectives\n\n- A **quark** is a small thing. **bad**\n\n## More\n\nText of [it](<topic:a#Objectives>)."


@pytest.mark.parametrize("name", ["docx", "epub"])
def test_an_opening_that_pandoc_refuses_is_printed_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = pandoc._run

    def refusing(arguments: list[str], folder: str, size: int = 0, given: Mapping[str, str] | None = None) -> bytes:
        tree = Path(folder, "tree.json")
        if tree.exists() and '{"t": "Strong", "c": [{"t": "Str", "c": "bad"}]}' in tree.read_text():
            raise RefusalError("bad")
        return run(arguments, folder, size, given)

    monkeypatch.setattr(pandoc, "_run", refusing)
    knowledge_map = make_map(topic("a"), topic("b", areas=("a",)), texts={"a": OPENING, "b": "x"})
    data, findings = made(name, knowledge_map)
    assert [(finding.code, finding.source.file) for finding in findings] == [("note-as-source", "a.md")]
    with ZipFile(BytesIO(data)) as archive:
        files = [archive.read(file).decode() for file in archive.namelist() if file.endswith(("ml", "document.xml"))]
    assert sum(file.count("small thing") for file in files) == 1


def test_an_opening_stands_where_its_note_is_printed_as_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its names is in one of both: to two places no index can lead."""
    compose = NoteSource.compose

    def refusing(source: NoteSource) -> None:
        if source.name == "note-0.typ":
            raise RecursionError
        compose(source)

    monkeypatch.setattr(NoteSource, "compose", refusing)
    _, findings = made("handbook", make_map(topic("a"), topic("b", areas=("a",)), texts={"a": OPENING, "b": "x"}))
    assert [(finding.code, finding.source.file) for finding in findings] == [("note-as-source", "a.md")]


@pytest.mark.parametrize(
    ("title", "aliases", "printed"),
    [
        ("Anna", ("Anna", "A. B."), ["A. B."]),
        ("Anna", ("anna ", "Ann", "Ann", " "), ["Ann"]),
        ("Straße", ("STRASSE",), []),
        ("Anna", (), []),
    ],
)
def test_an_alias_that_is_the_title_is_not_printed(title: str, aliases: tuple[str, ...], printed: list[str]) -> None:
    anna = topic("a", title=title, aliases=aliases, properties={"definition": "x"})
    edition = Edition(KnowledgeMap(topics=(anna,)), BookOptions())
    assert other_names(anna) == printed
    (part,) = edition.plan.parts
    assert [chapter["aliases"] for chapter in part["chapters"]] == [printed]


@pytest.mark.parametrize("name", ["epub", "docx"])
def test_the_glossary_leads_to_where_a_term_is_explained(name: str) -> None:
    texts = {"a": "A **vault** is a folder of $n$ [notes](<topic:b>).[^1]\n\n[^1]: Foot.", "b": "\n\n".join(
        f"A *{word}* is a kind of thing." for word in ("ant", "bee", "cat", "dog")
    )}  # fmt: skip
    data, findings = made(name, of(texts))
    assert findings == []
    with ZipFile(BytesIO(data)) as archive:
        text = "".join(
            archive.read(file).decode() for file in archive.namelist() if file.endswith(("html", "document.xml"))
        )
    end = text[text.rindex("Glossary") :]
    names = ["ant", "bee", "cat", "dog", "vault"]
    labels = re.findall(r'(?:href="[^"#]*#|w:anchor=")([ab]__d\d)"', end)
    assert labels == ["b__d1", "b__d2", "b__d3", "b__d4", "a__d1"]
    for label in labels:
        assert re.search(rf'(?:id|w:name)="{label}"', text)
    places = [re.search(rf">{word}<", end) for word in names]
    assert [place.start() for place in places if place] == sorted(place.start() for place in places if place)
    assert all(places)
    assert "Foot" not in end
    assert "a folder of" in end


@pytest.mark.parametrize("name", ["handbook", "epub", "docx"])
def test_a_heading_in_an_answer_is_no_section_of_the_book(name: str) -> None:
    """Answers stand behind all chapters, where it would follow on no heading above it; links to it still arrive."""
    text = (
        "## First\n\nSee [the start](<topic:a#At the start>).\n\n> [!question]- Where?\n> ##### At the start\n> Here, aaqa.\n>\n"
        "> ###### Or later\n> There, bbqa.\n"
    )
    knowledge_map = make_map(topic("a", title="A"), texts={"a": text})
    data, findings = made(name, knowledge_map)
    assert not [finding for finding in findings if finding.code in ("no-pdf-standard", "dead-link")]
    if name == "epub":
        with ZipFile(BytesIO(data)) as book:
            pages = [book.read(path).decode() for path in book.namelist() if path.endswith(".xhtml")]
        (page,) = (page for page in pages if "aaqa" in page)
        assert re.findall(r"<h[1-6]", page) == ["<h1"]
        (target,) = set(re.findall(r'href="(?:[^"]*)#([^"]+)">the start<', "".join(pages)))
        assert f'id="{target}"' in page
    if name == "handbook":
        assert b"pdfuaid" in data
