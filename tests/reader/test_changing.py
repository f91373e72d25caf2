"""Notes that change, grow and vanish while they are read, folders without rights, a doubt in each note: by either reading."""

import contextlib
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from command import lay
from reader.test_native import core, without_doubts  # noqa: F401 - a fixture

from exporter import Reading, ReadOptions, read
from exporter.reader.batch.core import VARIABLE

pytestmark = pytest.mark.slow

NOBODY = 65534  # the user
STILL = {f"still {number}.md": f"# Still {number}\n\n[[still {number + 1}]] #t\n" for number in range(150)}


@pytest.fixture(params=["python", "compiled"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "compiled":
        request.getfixturevalue("core")
    monkeypatch.setenv(VARIABLE, request.param)
    return str(request.param)


def append(note: Path) -> None:
    with note.open("a") as stream:
        stream.write("\n[[still 1]]\n" * 100)


def replace(note: Path) -> None:
    beside = note.with_suffix(".new")
    beside.write_text("# Another\n\n[[still 2]]\n")
    beside.replace(note)


def become_a_folder(note: Path) -> None:
    note.unlink()
    note.mkdir()


CHANGES: dict[str, Callable[[Path], object]] = {
    "vanishes": Path.unlink,
    "grows": append,
    "is emptied": lambda note: os.truncate(note, 0),
    "is replaced": replace,
    "becomes a folder": become_a_folder,
    "becomes a link": lambda note: (note.unlink(), note.symlink_to("still 1.md")),
    "becomes a pipe": lambda note: (note.unlink(), os.mkfifo(note)),
}

GOING = ("vanishes", "becomes a folder", "becomes a link", "becomes a pipe")  # it may be gone before it is listed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks what is open")
@pytest.mark.parametrize("change", CHANGES)
def test_a_note_that_changes_while_it_is_read(reader: str, change: str, tmp_path: Path) -> None:
    """Whether it is read before or behind its change, nobody knows: it is there or told, and the others are as ever."""
    lay(tmp_path, {".obsidian/app.json": "{}", **STILL})
    expected = _of_still_notes(read(tmp_path, ReadOptions(map="-")))
    restless = [tmp_path / f"restless {number}.md" for number in range(150)]
    for note in restless:
        note.write_text("# Restless\n\n[[still 1]]\n")
    changing = threading.Thread(target=lambda: [CHANGES[change](note) for note in reversed(restless)])
    changing.start()
    reading = read(tmp_path, ReadOptions(map="-"))
    changing.join()
    assert _of_still_notes(reading) == expected
    there = {topic.note for topic in reading.knowledge_map.topics} | {
        finding.source.file for finding in reading.findings
    }
    assert {note.name for note in restless} <= there or change in GOING


def _of_still_notes(reading: Reading) -> list[object]:
    knowledge_map = reading.knowledge_map
    records = (*knowledge_map.topics, *knowledge_map.links)
    return [record for record in records if record.source.file.startswith("still")]


@contextlib.contextmanager
def without_rights() -> Iterator[None]:
    """As a user who is not root, whom no file is closed to."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has other rights")
@pytest.mark.parametrize(
    ("closed", "rights", "told"),
    [
        ("sub", 0o000, [("sub", "unreadable-folder")]),
        ("sub/a.md", 0o000, [("sub/a.md", "unreadable-note")]),
        ("sub", 0o444, None),  # its names can be read, and nothing else
    ],
)
def test_what_may_not_be_read_is_told(
    reader: str, closed: str, rights: int, told: list[tuple[str, str]] | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:  # the tests' own are root's alone
        vault = lay(Path(folder), {".obsidian/app.json": "{}", "b.md": "[[a]]\n", "sub/a.md": "[[b]]\n"})
        vault.chmod(0o755)
        read(vault)  # who has no rights may import nothing more
        (vault / closed).chmod(rights)
        try:
            with without_rights():
                reading = read(vault)
        finally:
            (vault / closed).chmod(0o755)
    flaws = [
        (finding.source.file, finding.code) for finding in reading.findings if finding.code.startswith("unreadable")
    ]
    assert flaws == told if told else {file.partition("/")[0] for file, _ in flaws} == {"sub"}
    assert "b" in reading.knowledge_map.topic


def test_a_doubt_in_each_of_ten_thousand_notes(core: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """What the core leaves to Python is put back where it was, between notes that it has read itself."""
    numbers = count()
    notes = {
        f"{number}.md": f"---\nx: {{y: {number}}}\nup: '[[{number + 1}]]'\n---\n[[{number + 2}]] #t\n"
        for number in range(10_000)
    }
    notes |= {f"plain {next(numbers)}.md": f"# Plain\n\n[[{number}]]\n" for number in range(0, 10_000, 20)}
    lay(tmp_path, {".obsidian/app.json": "{}", **notes})
    said = []
    for name in ("compiled", "python"):
        monkeypatch.setenv(VARIABLE, name)
        said.append(read(tmp_path, ReadOptions(map="-")))
    assert said[0].statistics.doubts == {"their YAML": 10_000}
    assert without_doubts(said[0]) == said[1]
    assert len(said[0].knowledge_map.topics) >= len(notes)
