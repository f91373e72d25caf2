"""However many threads read a vault, and whatever happens to its files, the result is that of Python alone."""

import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from command import lay
from conftest import ROOT
from reader.test_native import without_doubts

from exporter import Reading, ReadOptions, read
from exporter.reader.batch import notes
from exporter.reader.batch.columns import NO_WORDS
from exporter.reader.batch.core import VARIABLE, find_core
from exporter.reader.batch.resolve import Names
from exporter.reader.vault.files import ENTRY
from exporter.reader.vault.scan import scan

MAP = ReadOptions(map="-")


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """Forty notes that link to one another, by names that are ambiguous, missing, or in properties."""
    for number in range(40):
        folder = tmp_path / f"part {number % 3}"
        folder.mkdir(exist_ok=True)
        text = f"---\ntags: [t{number % 5}]\nup: '[[note 1]]'\n---\n# Note {number}\n\n[[note {number * 7 % 50}]] [[twin]] #x\n"
        (folder / f"note {number}.md").write_text(text, encoding="utf-8")
        (folder / "twin.md").write_text(f"[[note {number}#Note {number}|words]] [u](https://e.org/{number})")
    (tmp_path / "start.md").write_text("[[twin]]", encoding="utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def in_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "BATCH", 3)


def read_in_python(vault: Path, options: ReadOptions = MAP) -> Reading:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "python")
        return read(vault, options)


@pytest.mark.parametrize("threads", [0, 1, 2, 20])
def test_the_number_of_threads_does_not_matter(vault: Path, threads: int) -> None:
    expected = read_in_python(vault)
    assert read(vault, MAP, workers=threads) == expected
    assert len(expected[0].topics) > 40 and len(expected[0].links) > 80
    assert {finding.code for finding in expected[1]} == {"missing-note", "ambiguous-link", "duplicate-id"}


def test_what_cannot_be_read_is_told_alike(vault: Path) -> None:
    for number in (0, 20, 39):
        note = next(vault.rglob(f"note {number}.md"))
        note.write_bytes(b"x" * 2000)
    options = ReadOptions(map="-", largest_note=0.001)
    expected = read_in_python(vault, options)
    assert [finding.code for finding in expected[1]].count("large-note") == 3
    reading = read(vault, options)
    assert without_doubts(reading) == expected
    assert reading.statistics.doubts == ({"files that it does not open": 3} if find_core() else {})


@pytest.mark.skipif(os.name == "nt", reason="no such files on Windows")
def test_nothing_but_ordinary_files_of_the_vault_is_opened(
    vault: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Links, pipes and folders that have come since the files were listed."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "note 1.md").write_text("[[secret]]")
    listed = scan(vault)
    work = notes.Work(listed, Names([*listed.notes, *listed.attachments]), NO_WORDS)
    replaced = {name: next(vault.rglob(f"note {name}.md")) for name in (1, 2, 3, 4)}
    for path in replaced.values():
        path.unlink()
    replaced[1].symlink_to(outside / "note 1.md")
    os.mkfifo(replaced[2])
    replaced[3].mkdir()
    (vault / "part 0").rename(vault / "moved")
    (vault / "part 0").symlink_to(outside)
    (outside / "note 0.md").write_text("[[secret]]")
    read, findings = notes.read_some(work, range(len(listed.notes)), 2, lambda done, total: None)
    assert "secret" not in list(read.targets)
    left_out = {finding.source.file for finding in findings}
    assert left_out >= {str(path.relative_to(vault)) for path in replaced.values()} | {"part 0/note 0.md"}
    assert {listed.notes[number] for number in read.lost} == left_out


def test_stamps_are_those_of_python(vault: Path) -> None:
    listed = scan(vault)
    work = notes.Work(listed, Names(listed.notes), NO_WORDS)
    (vault / "start.md").unlink()
    expected = listed.stamps(listed.notes)
    assert list(expected[-3:]) == [0, 0, 0] and all(expected[:-3])
    assert work.stamps(3) == expected
    read, _ = notes.read_some(work, range(len(listed.notes)), 2, lambda done, total: None)
    assert read.stamps == expected


@pytest.mark.skipif(not find_core() or os.name == "nt", reason="missing here: the compiled core, or links")
@pytest.mark.parametrize("threads", [1, 5])
def test_folders_are_listed_alike_and_with_stamps(
    vault: Path, threads: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    lay(outside, {"n.md": "", "deeper/m.md": ""})
    odd = {
        "a/b.md/c.md": "",
        "a/.git/x.md": "",
        "node_modules/x.md": "",
        "Ä ö/ü.md": "",
        "a/p.png": "",
        "made/.manifest.json": "{}",
    }
    lay(vault, {**odd, "made/deeper/x.md": "", "a/b/c/d/e.md": "", "a/b.MD": "", "empty/.x": ""})
    (vault / "a" / "link").symlink_to(outside)
    (vault / "a" / "note.md").symlink_to(outside / "n.md")
    expected = scan(vault)
    listing = find_core().Listing(vault.resolve(), math.inf, threads, True)
    listed = scan(vault, listing=listing, is_stamped=True)
    assert listed == expected
    assert {"a/link/deeper/m.md", "a/b.md/c.md", "Ä ö/ü.md", "a/b/c/d/e.md"} <= {*listed.notes}
    work = notes.Work(listed, Names(listed.notes), NO_WORDS)
    stamps = expected.stamps(expected.notes)
    (vault / "start.md").write_text("is not looked at again", encoding="utf-8")
    (outside / "n.md").write_text("is, as its folder was not listed then", encoding="utf-8")
    assert all(stamps[::3]) and changed(work.stamps(threads), stamps, listed.notes) == ["a/link/n.md"]
    assert changed(work.stamps(threads), stamps, listed.notes) == [
        "a/link/n.md",
        "start.md",
    ]  # what was known is let go


def changed(new: Sequence[int], old: Sequence[int], paths: Sequence[str]) -> list[str]:
    """The paths of the notes whose stamps differ."""
    pairs = enumerate(zip(new, old, strict=True))
    return sorted({paths[place // 3] for place, (one, other) in pairs if one != other})


@pytest.mark.skipif(not find_core(), reason="missing here: the compiled core")
def test_bytes_are_kept_for_who_asks_for_text(vault: Path) -> None:
    (vault / "doubt.md").write_text("---\na: {b: c}\n---\n")
    listed = scan(vault, memory=10**6)
    work = notes.Work(listed, Names(listed.notes), NO_WORDS)
    notes.read_some(work, range(len(listed.notes)), 2, lambda done, total: None)
    assert listed.memory.notes == {path: (vault / path).read_bytes() for path in listed.notes}
    assert listed.memory.room == 10**6 - sum(len(note) + ENTRY for note in listed.memory.notes.values())


@pytest.mark.skipif(not find_core(), reason="missing here: the compiled core")
def test_no_more_bytes_are_kept_than_there_is_room_for(vault: Path) -> None:
    room = 5 * ENTRY + 400
    listed = scan(vault, memory=room)
    work = notes.Work(listed, Names(listed.notes), NO_WORDS)
    notes.read_some(work, range(len(listed.notes)), 1, lambda done, total: None)
    kept = listed.memory.notes
    assert kept == {path: (vault / path).read_bytes() for path in kept}
    assert 0 <= listed.memory.room == room - sum(len(note) + ENTRY for note in kept.values()) < 2 * ENTRY


def test_an_error_ends_all(vault: Path) -> None:
    def tick(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(vault, MAP, tick)


def test_progress_is_told_in_order(vault: Path) -> None:
    """Of what the core leaves to Python, too, note by note."""
    for number in range(5):
        (vault / f"doubt {number}.md").write_text("---\na: {b: c}\n---\n")
    ticks: list[tuple[int, int]] = []
    read(vault, MAP, lambda done, total: ticks.append((done, total)))
    assert len(ticks) > 5
    assert ticks == sorted(ticks)
    assert ticks[-1] == (49, 49)


def test_interrupted_from_the_keyboard_it_ends_quietly(vault: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from exporter import ReadOptions, read\n"
        "from exporter.reader.batch import notes\n"
        "notes.BATCH = 1\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored where the tests run in the background
        "def tick(done, total): os.killpg(0, signal.SIGINT)\n"
        "try: read(Path(sys.argv[1]), ReadOptions(map='-'), tick)\n"
        "except KeyboardInterrupt: print('ended')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(vault)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        start_new_session=True,
    )
    assert run.stdout == "ended\n"
    assert run.stderr == ""
