"""The W3C's checker of HTML and CSS has nothing against the pages: https://validator.github.io/validator/."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import TESTS
from maven import java
from npm import install
from writers.vocabulary.site import write
from writers.vocabulary.test_vocabulary import TREES

from exporter import KnowledgeMap
from exporter.testing import sample_map

# It takes JSON in a page for a program, and a folder on a disk for no place at all; a browser tries the policy (test_browser.py).
MISTAKEN = ".*Content Security Policy.*"


@pytest.fixture(scope="module")
def checker(require: Callable[[bool, str], None]) -> Path:
    return install(TESTS / "writers/vocabulary/nu", require) / "vnu-jar/build/dist/vnu.jar"


def messages(checker: Path, path: Path, *options: str) -> list[str]:
    program = java(11)
    assert program
    command = [program, "-jar", str(checker), "--format", "json", "--filterpattern", MISTAKEN, *options, str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    return [f"{each['url']}:{each.get('lastLine')}: {each['message']}" for each in json.loads(done.stderr)["messages"]]


@pytest.mark.java
def test_no_page_has_an_error_or_a_warning(
    checker: Path, small: KnowledgeMap, tmp_path: Path, require: Callable[[bool, str], None]
) -> None:
    require(java(11) is not None, "Java 11 or newer")
    for name, knowledge_map in (
        ("small", small),
        ("trees", TREES),
        ("sample", sample_map()),
        ("empty", KnowledgeMap()),
    ):
        for path, data in write(knowledge_map).items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_bytes(data)
    assert messages(checker, tmp_path, "--skip-non-html") == []
    assert messages(checker, tmp_path / "small/style.css", "--css") == []
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad/bad.html").write_text("<!DOCTYPE html><p lang=x-->")
    assert len(messages(checker, tmp_path / "bad", "--skip-non-html")) > 1
