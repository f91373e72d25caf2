"""What is otherwise on Windows and macOS, where these tests do not run: the difference is simulated."""

import json
import os
import resource
import sys
import tempfile
from pathlib import Path
from textwrap import dedent
from unicodedata import normalize

import pytest
from command import lay, mlk_export

from exporter import export_vault, writers
from exporter.views.body import hold

BOOKS = {"handbook", "epub", "docx"}


@pytest.fixture
def without_typst(tmp_path: Path) -> str:
    """For PYTHONPATH: a machine for which there is no Typst."""
    code = """
        from importlib import util
        find = util.find_spec
        util.find_spec = lambda name, package=None: None if name == "typst" else find(name, package)
    """
    lay(tmp_path / "machine", {"sitecustomize.py": dedent(code)})
    return str(tmp_path / "machine")


@pytest.mark.slow
@pytest.mark.book
def test_without_typst_all_is_all_other_formats(tmp_path: Path, without_typst: str) -> None:
    lay(tmp_path / "vault")
    run = mlk_export("--format", "all", cwd=tmp_path, PYTHONPATH=without_typst)
    assert run.code == 0
    assert {Path(path).parts[1] for path in run.paths} == {*writers.built_in()} - BOOKS
    told = [line for line in run.said if line.startswith("left out: ")]
    assert {book for book in BOOKS for line in told if f"'{book}'" in line and "pip install typst" in line} == BOOKS


@pytest.mark.slow
def test_without_typst_a_book_says_what_is_missing(tmp_path: Path, without_typst: str) -> None:
    lay(tmp_path / "vault")
    run = mlk_export("--format", "word", cwd=tmp_path, PYTHONPATH=without_typst)
    assert run.code == 1
    assert run.error.startswith("format 'docx' cannot be used: books need typst (pip install typst)")
    assert not (tmp_path / "out").exists()


def test_what_is_made_is_not_for_its_maker_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows what is made in a folder of tempfile's keeps its rights, also when it is moved out."""
    monkeypatch.setattr(tempfile, "mkdtemp", lambda *given, **named: pytest.fail("a folder for this user alone"))
    lay(tmp_path / "vault")
    export_vault(tmp_path / "vault", ["json"], tmp_path / "out")
    assert not [*(tmp_path / "out").glob(".mlk*")]


def test_a_canvas_names_files_as_obsidian_does(tmp_path: Path) -> None:
    """macOS may give a name in its parts, which Obsidian puts together."""
    name = "Übung"
    lay(tmp_path / "vault", {f"{normalize('NFD', name)}.md": "Words.\n"})
    export_vault(tmp_path / "vault", ["canvas"], tmp_path / "out")
    text = (tmp_path / "out" / "canvas" / "knowledge-map.canvas").read_text(encoding="utf-8")
    files = [node["file"] for node in json.loads(text)["nodes"] if node["type"] == "file"]
    assert files == [f"{name}.md"]


def test_a_limit_that_a_system_does_not_know_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """macOS refuses to hold a process to a limit of memory."""
    begun: list[object] = []

    def refuse(kind: int, most: tuple[int, int]) -> None:
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(os, "execv", lambda *given: begun.append(given))
    hold.become(str(os.getppid()), "5", "1000000", "program", "word")
    assert begun == [("program", ("program", "word"))]
