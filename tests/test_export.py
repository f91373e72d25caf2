"""The library's face: export_vault and load_vault, as a watcher, a server or a notebook calls them."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from command import VAULT, lay
from conftest import ROOT

import exporter
from exporter import ExportError, Finding, UsageError, export_vault, load_vault, read
from exporter.reader.batch.core import find_core
from exporter.run import StrictError
from exporter.views.body import pandoc

FLAWED = {**VAULT, "Tree.md": "Grows on the [[Hill]] and in the [[Wood]].\n"}


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # where no mappings are: those of our own vault are not its
    return lay(tmp_path / "vault", FLAWED)


def test_it_returns_what_it_did(vault: Path, tmp_path: Path) -> None:
    report = export_vault(str(vault), ["json", "opml"], str(tmp_path / "out"))
    assert report.paths == [tmp_path / "out/json/knowledge-map.json", tmp_path / "out/opml/knowledge-map.opml"]
    assert all(path.exists() for path in report.paths)
    assert report.reading == read(vault)
    assert [finding.code for finding in report.findings if finding in report.reading.findings] == ["missing-note"]
    assert "opml-link" in [finding.code for finding in report.findings]


def test_findings_are_told_once_and_in_the_order_of_the_report(vault: Path, tmp_path: Path) -> None:
    told: list[Finding] = []
    batches: list[int] = []

    def tell(findings: Sequence[Finding]) -> None:
        told.extend(findings)
        batches.append(len(findings))

    report = export_vault(vault, ["opml", "canvas"], tmp_path / "out", tell=tell)
    assert told == report.findings
    assert batches[0] == len(report.reading.findings)
    assert set(batches[1:]) == {1}  # as soon as each is made


def test_it_tells_how_the_work_goes_on(vault: Path, tmp_path: Path) -> None:
    ticks: list[tuple[str, int, int]] = []
    export_vault(vault, ["json", "opml"], tmp_path / "out", tick=lambda *tick: ticks.append(tick))
    reading = [tick for tick in ticks if tick[0] == "reading"]
    assert reading == sorted(reading) and reading[-1] == ("reading", 3, 3)
    assert [*dict.fromkeys(ticks[len(reading) :])] == [("writing json", 0, 2), ("writing opml", 1, 2)]


def test_strictly_nothing_is_written(vault: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"^1 warning, and --strict allows none; nothing was written"):
        export_vault(vault, ["json"], tmp_path / "out", strict=True)
    assert not (tmp_path / "out").exists()


def test_what_comes_up_when_all_is_in_its_place_fails_a_strict_run(vault: Path, tmp_path: Path) -> None:
    """A file that is no longer written, and that somebody has changed."""
    out = tmp_path / "out"
    lay(vault, {"Tree.md": "Grows on the [[Hill]].\n"})
    settings = ["vault.language=en", "skos.base=https://example.org/"]
    (*_, stale) = export_vault(
        vault, ["skos"], out, settings=[*settings, "skos.syntaxes=['turtle', 'n-triples']"]
    ).paths
    stale.write_text("theirs")
    with pytest.raises(
        StrictError, match=r"^1 warning, and --strict allows none; it came up when all was in its place$"
    ) as end:
        export_vault(vault, ["skos"], out, settings=settings, strict=True)
    assert end.value.report and {path.suffix for path in end.value.report.paths} == {".ttl"}
    assert stale.read_text() == "theirs"


def test_what_makes_no_sense_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    for settings, kind in ((["skos"], UsageError), (["opml.depth=1"], ExportError), (["json.x=1"], ExportError)):
        with pytest.raises(kind):
            export_vault(tmp_path / "nowhere", ["json"], settings=settings)
    with pytest.raises(UsageError, match="--with-text does not go with opml"):
        export_vault(tmp_path / "nowhere", ["opml"], with_text=True)
    with pytest.raises(ExportError, match="no such folder"):
        export_vault(tmp_path / "nowhere", ["json"])


def test_a_database_that_is_not_there_is_an_error(vault: Path) -> None:
    with pytest.raises(ExportError, match="no loader"):
        load_vault(vault, "gopher://x")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> tuple[Counter[str], Counter[str]]:
    """How often each note was opened, and what pandoc was asked to read."""
    opened: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    really_open, really_run = os.open, pandoc._run

    def counting_open(path: Any, *rest: Any, **named: Any) -> int:
        opened[str(path)] += 1
        return really_open(path, *rest, **named)

    def counting_run(arguments: list[str], *rest: Any) -> bytes:
        asked[next((word for word in arguments if word.startswith("--from=")), "")] += 1
        return really_run(arguments, *rest)

    monkeypatch.setattr(os, "open", counting_open)
    monkeypatch.setattr(pandoc, "_run", counting_run)
    return opened, asked


@pytest.mark.book
def test_each_note_is_read_once_and_parsed_once_by_pandoc(
    counted: tuple[Counter[str], Counter[str]], tmp_path: Path
) -> None:
    opened, asked = counted
    export_vault(ROOT / "vault", ["all"], tmp_path / "out", mappings=ROOT / "mappings")
    notes = {
        path: count for path, count in opened.items() if path.startswith(str(ROOT / "vault")) and path.endswith(".md")
    }
    files = [str(path) for path in (ROOT / "vault").glob("**/*.md")]
    assert notes == (
        {} if find_core() else dict.fromkeys(files, 1)
    )  # the core opens them itself, and Python none again
    markdown = [count for source, count in asked.items() if "commonmark" in source]
    assert markdown == [2]  # for the books, and for the page, which has them in another order; a cache serves both
    assert asked["--from=json"] == 4  # formulas of the PDF, EPUB, DOCX, page


def test_notes_beyond_the_memory_are_read_again(vault: Path) -> None:
    texts = read(vault).knowledge_map, read(vault, memory=300).knowledge_map, read(vault, memory=10**6).knowledge_map
    assert len({text.text("tree") for text in texts}) == 1
    (vault / "Tree.md").write_text("Changed.\n")
    assert [text.text("tree") == "Changed.\n" for text in texts] == [True, True, False]


def test_the_public_names_are_listed_and_documented() -> None:
    assert dir(exporter) == sorted(exporter.__all__)
    for name in exporter.__all__:
        assert getattr(exporter, name) is not None, name
    code = "import exporter; help(exporter)"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in ("class KnowledgeMap(", "class Previous(", "export_vault(", "read(root", "save(made", "REQUIRES = "):
        assert name in shown, name
    assert f"\n    {exporter.__version__}\n" in shown


def test_importing_it_costs_next_to_nothing() -> None:
    code = "import sys, exporter; print(*(name for name in sys.modules if name.startswith('exporter')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"exporter", "exporter.version"}
