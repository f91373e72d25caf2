"""The same notes give the same bytes, whenever their files were changed; what says a book's date."""

import os
import shutil
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from conftest import TESTS
from lxml import etree
from maps import topic
from writers.books import made
from writers.handbook.test_handbook import of

from exporter import ExportError, KnowledgeMap, find, read, writers
from exporter.testing import run_writer
from exporter.views.date import UNDATED, timestamp
from exporter.writers.handbook import Options

BOOKS = ("docx", "epub", "handbook", "html")
ALL = [name if name not in BOOKS else pytest.param(name, marks=pytest.mark.book) for name in writers.built_in()]


@pytest.fixture(autouse=True)
def no_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.mark.parametrize("name", ALL)
def test_when_files_were_changed_plays_no_part(name: str, tmp_path: Path) -> None:
    made = []
    for number, day in enumerate((0, 1_000_000_000)):
        copy = tmp_path / str(number) / "small"
        shutil.copytree(TESTS / "vaults" / "small", copy)
        for place, file in enumerate(sorted(copy.rglob("*"))):
            os.utime(file, (day + place, day + place))
        made.append(run_writer(find(name), read(copy)[0]))
    assert made[0].files == made[1].files
    assert made[0].findings == made[1].findings


def day(year: int, month: int, day: int, *clock: int) -> int:
    return int(datetime(year, month, day, *clock, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("own", "notes", "said"),
    [
        ({"date": "2024-05-06"}, [{"modified": "2025-01-01"}], day(2024, 5, 6)),
        ({"modified": "2024-05-07", "created": "2020-01-01"}, [], day(2024, 5, 7)),
        ({"Last modified": "2024-05-07T10:00:00+02:00"}, [], day(2024, 5, 7, 8)),
        (
            {"updated": "soon"},
            [{"updated": "2023-02-03 04:05"}, {"last_modified": "2023-02-02"}],
            day(2023, 2, 3, 4, 5),
        ),
        ({}, [{"date": ["2021-01-01", "2022-02-02"]}, {"created": "2021-09-09"}], day(2022, 2, 2)),
        ({}, [{"date": "2021-02-30"}, {"date": 2021}, {"due": "2030-01-01"}], UNDATED),
        ({}, [{"date": "0001-01-01"}, {"date": "9999-12-31T23:00-05:00"}], UNDATED),
        ({"date": "1950-01-01"}, [], 0),
        ({}, [], UNDATED),
    ],
)
def test_what_says_a_books_date(own: dict[str, Any], notes: list[dict[str, Any]], said: int) -> None:
    topics = [topic(f"n{number}", properties=properties) for number, properties in enumerate(notes)]
    assert timestamp(KnowledgeMap(properties=own), topics) == said


@pytest.mark.parametrize(("epoch", "said"), [("86400", 86400), ("9" * 30, 253_402_300_799), ("", day(2024, 5, 6))])
def test_the_environment_says_it_better(epoch: str, said: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_text("---\ndate: 2024-05-06\n---\nA.")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    knowledge_map = read(tmp_path)[0]
    assert timestamp(knowledge_map, knowledge_map.topics) == said


def test_an_environment_that_makes_no_sense(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_text("A.")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")
    with pytest.raises(ExportError, match="SOURCE_DATE_EPOCH is 'today'"):
        timestamp(read(tmp_path)[0], [])


@pytest.mark.book
def test_each_book_has_the_date() -> None:
    dated = of({"a": "A."}, topics=(topic("a", properties={"modified": "2024-05-06T07:08:09"}),))
    with pikepdf.open(BytesIO(made("handbook", dated)[0])) as pdf:
        assert str(pdf.docinfo["/CreationDate"]) == "D:20240506070809Z"
    with zipfile.ZipFile(BytesIO(made("epub", dated)[0])) as book:
        package = etree.fromstring(book.read("EPUB/content.opf"))
        assert package.xpath("//*[@property='dcterms:modified']/text()") == ["2024-05-06T07:08:09Z"]
        assert {entry.date_time[:3] for entry in book.infolist()} == {(1980, 1, 1)}, "the first day that ZIP knows"
    with zipfile.ZipFile(BytesIO(made("docx", dated)[0])) as book:
        core = etree.fromstring(book.read("docProps/core.xml"))
        assert core.xpath("//*[local-name()='modified']/text()") == ["2024-05-06T07:08:09Z"]


@pytest.mark.book
def test_the_day_of_a_note_is_not_printed_but_that_of_the_option() -> None:
    dated = of({"a": "A."}, topics=(topic("a", properties={"modified": "2024-05-06"}),))
    for options, printed in ((Options(), False), (Options(date="2024-05-07"), True)):
        with zipfile.ZipFile(BytesIO(made("docx", dated, options)[0])) as book:
            assert (b"7 May 2024" in book.read("word/document.xml")) is printed
            assert b"6 May" not in book.read("word/document.xml")
