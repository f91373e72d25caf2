"""A second run makes the same bytes as a first one, of what has not changed without pandoc and Typst."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from writers.handbook.test_handbook import png

from exporter.errors import Finding
from exporter.export import export_vault
from exporter.reader.batch import files as caches
from exporter.views.body import pandoc
from exporter.views.book import drawing
from exporter.writers.handbook.typesetting import Typesetter

FORMATS = {"epub": "handbook.epub", "docx": "handbook.docx", "handbook": "handbook.pdf"}
PAST = count(1_600_000_000)  # seconds: each file gets a time of its own, long ago
NOTES = {
    "Map": "# The map\n\n## Core Areas\n- [[Area]]\n\n## Key Topics by Area\n### Area\n- [[First]]\n- [[Second]]\n\n#index\n",
    "Area": "What it is about: [[First]].\n\n## Part\n\n1. one\n2. two\n",
    "First": "Words ==marked== and[^1] [[Second#Deep]] {{macro}} of \"quotes\".[^1]\n\n[^1]: Said *there*.\n\n$$\n\\sum_i x_i\n$$\n\n"
    "> [!question]- Why?\n> Because $x^2$.\n",
    "Second": "---\ndefinition: The second.\n---\n# Second\n\n```python\nx = 1  # a comment\n```\n\n## Deep\n\n- [ ] to do\n\n"
    "<b>bold</b> [web](https://example.org/a)\n",
    "Third": "![A square](p.png)\n\nFormula $\\unknown{x}$ and $y$.\n\n| a | b |\n|---|---|\n| [[First]] | <sub>x</sub> |\n",
    "Fourth": "> [!note] A box\n> With words and $z$.\n\n## In it\n\nText of the fourth.\n",
}  # fmt: skip
Run = Callable[..., tuple[bytes, list[Finding]]]


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    moment = next(PAST)
    os.utime(file, (moment, moment))


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    folder.mkdir()
    for name, text in NOTES.items():
        write(folder / f"{name}.md", text)
    (folder / "p.png").write_bytes(png())
    return folder


@pytest.fixture
def run(vault: Path, tmp_path: Path) -> Run:
    """Writes a format with the cache, or cold and elsewhere; gives the file and what was told."""

    def write_format(name: str, cold: bool = False, **options: Any) -> tuple[bytes, list[Finding]]:
        out, cache = tmp_path / ("cold" if cold else "out"), None if cold else tmp_path / "cache"
        report = export_vault(vault, [name], out, cache=cache, **options)
        return (out / name / FORMATS[name]).read_bytes(), report.findings

    return write_format


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    """The arguments of each call of pandoc."""
    made: list[list[str]] = []
    call = pandoc._run

    def record(arguments: list[str], *others: Any) -> bytes:
        made.append(arguments)
        return call(arguments, *others)

    monkeypatch.setattr(pandoc, "_run", record)
    yield made


def parsed(calls: list[list[str]]) -> int:
    """How many notes pandoc was given."""
    return sum(sum(file.endswith(".md") for file in call) // 2 for call in calls if "--file-scope" in call)


@pytest.mark.parametrize("name", FORMATS)
def test_after_each_kind_of_change_the_bytes_are_those_of_a_first_run(
    name: str, vault: Path, run: Run, calls: list[list[str]]
) -> None:
    run(name)
    assert parsed(calls) == 5  # the map is none of them
    write(vault / "Fourth.md", NOTES["Fourth"] + "\nMore of it, and [[Third]].\n")
    calls.clear()
    warm = run(name)
    assert parsed(calls) == 1
    assert warm == run(name, cold=True)
    write(vault / "Between.md", "A new note.\n\n## With a heading\n")  # so that all numbers behind it move
    assert run(name) == run(name, cold=True)
    (vault / "First.md").unlink()
    assert run(name) == run(name, cold=True)
    write(vault / "Map.md", NOTES["Map"].replace("The map", "Another title"))
    assert run(name) == run(name, cold=True)


@pytest.mark.parametrize("name", FORMATS)
def test_where_nothing_has_changed_nothing_is_made_again(
    name: str, vault: Path, run: Run, calls: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(name)
    assert [finding.code for finding in first[1]].count("formula-as-source") == 1
    calls.clear()
    with monkeypatch.context() as patch:
        patch.setattr(Typesetter, "_compile", lambda *_: pytest.fail("typeset"))
        patch.setattr(drawing, "_compile", lambda *_, **__: pytest.fail("drawn"))
        assert run(name) == first  # with what was told
    assert not [call for call in calls if not call[0].startswith("--print-default")]
    file = tmp_path / "out" / name / FORMATS[name]
    file.unlink()
    assert run(name) == first
    write(vault / "Third.md", NOTES["Third"])  # as it was, but later
    assert run(name) == run(name, cold=True)


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_told_names_the_line_where_it_stands_now(name: str, vault: Path, run: Run) -> None:
    """Though the book is the same where a property more stands above."""
    write(vault / "Fourth.md", NOTES["Fourth"] + "\n\U00010330 and $\\unknown{z}$.\n")
    book, findings = run(name)
    assert {finding.source.line for finding in findings if finding.source.file == "Fourth.md"} == {8}
    write(vault / "Fourth.md", "---\nrating: 5\n---\n" + NOTES["Fourth"] + "\n\U00010330 and $\\unknown{z}$.\n")
    assert run(name) == run(name, cold=True) != (book, findings)


@pytest.mark.parametrize("name", ["epub", "handbook"])
def test_another_picture_or_option_is_another_book(name: str, vault: Path, run: Run) -> None:
    first = run(name)[0]
    (vault / "p.png").write_bytes(png(9, 9))
    second = run(name)[0]
    assert second == run(name, cold=True)[0] != first
    third = run(name, settings=["handbook.backlinks=false"])[0]
    assert third == run(name, cold=True, settings=["handbook.backlinks=false"])[0] != second


def test_another_pandoc_takes_nothing_of_the_first(
    run: Run, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run("epub")
    calls.clear()
    monkeypatch.setattr(pandoc, "program", lambda: "another")
    assert run("epub") == first
    assert parsed(calls) == 5


def spoil(data: bytes) -> Iterator[bytes]:
    yield b""
    yield data[: len(data) // 2]
    yield data[:-9] + b"x" + data[-8:]
    yield data[:200] + b"\0" * 20 + data[220:]
    yield b"mlk-export made 1\n" + b"\xc1" * 99


def test_a_broken_cache_is_none(run: Run, tmp_path: Path) -> None:
    first = run("epub")
    (file,) = (tmp_path / "cache").iterdir()
    whole = file.read_bytes()
    for data in spoil(whole):
        file.write_bytes(data)
        (tmp_path / "out/epub/handbook.epub").unlink()
        assert run("epub") == first
    assert file.read_bytes() == whole


def test_what_is_hidden_now_is_not_in_the_book_of_a_cache_that_knows_it(vault: Path, run: Run) -> None:
    write(vault / "Second.md", NOTES["Second"] + "\nA zqsecret of [[First]].\n")
    run("epub")
    hidden = run("epub", hide=["Second.md"])
    assert hidden == run("epub", cold=True, hide=["Second.md"])


def test_formats_of_one_cache_do_not_get_in_each_others_way(run: Run, tmp_path: Path) -> None:
    first = {name: run(name) for name in FORMATS}
    assert {name: run(name) for name in FORMATS} == first
    (file,) = caches.kept(tmp_path / "cache")  # of fewer than a thousand notes nothing else is kept
    assert file.vault == str(tmp_path / "vault")
