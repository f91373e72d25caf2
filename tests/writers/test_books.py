"""What holds for every format that is a book."""

from collections.abc import Mapping
from pathlib import Path
from subprocess import CalledProcessError

import pytest
from maps import topic
from writers.books import made
from writers.handbook.test_handbook import of

from exporter.model import KnowledgeMap
from exporter.views.body import pandoc
from exporter.views.body.text import other_names
from exporter.views.book.edition import BookOptions, Edition

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

    def refusing(arguments: list[str], folder: str, environment: Mapping[str, str] | None = None) -> bytes:
        tree = Path(folder, "tree.json")
        if tree.exists() and refused in tree.read_text():
            refusals.append(arguments)
            raise CalledProcessError(1, arguments)
        return run(arguments, folder, environment)

    monkeypatch.setattr(pandoc, "_run", refusing)
    texts = {f"n{number}": "[next](<topic:a>) **good** $good$" for number in range(5)}
    _, findings = made(name, of({"a": "# H\n\n**bad** $bad$", **texts}))
    assert refusals
    assert [(finding.code, finding.source.file) for finding in findings] == [(code, "a.md")]


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
