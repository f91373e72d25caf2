"""A warm run says what a cold one says, whatever happened to the vault in between."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from command import lay, mlk_export
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples

from exporter import Reading, ReadOptions, read
from exporter.reader.batch import files as caches
from exporter.reader.batch import notes
from exporter.reader.batch.core import VARIABLE
from exporter.reader.meaning import missing

PAST = count(1_600_000_000)  # seconds: each file gets a time of its own, long ago
NAMES = ("a", "b", "Sub/a", "Sub/Gradient", "Sub/Deep/b", "d")
TEXTS = (
    "# Title\n\n[[b]] and [[Sub/a|words]] #tag/x ^block",
    "---\ntags: [one, two]\naliases: other\nup: '[[a]]'\nrating: 3.5\n---\n[[Nowhere]] [[a#Title]] [x](https://x.org)",
    "plain: `[[code]]`\n\n- [[d]]\n- [[Gradiant]] [[B]]\n\nrequires:: [[a]]",
    "---\nid: own\nbad: [yaml\n---\n[[b]] [[b]]",
    "---\nid: own\nnumber: 123456789012\n---\n[[#Here]]\n\n## Here\n\n![[p.png]] [[own]]",
    "",
)


@pytest.fixture(autouse=True)
def small_vaults_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "FEWEST", 0)
    monkeypatch.setattr(notes, "FEW", 0)


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    moment = next(PAST)
    os.utime(file, (moment, moment))


def both(vault: Path, cache: Path, **options: object) -> Reading:
    """Read warm and cold, and compare."""
    mapping = ReadOptions(map="-", **options)  # type: ignore[arg-type]
    warm = read(vault, mapping, cache=cache)
    cold = read(vault, mapping)
    assert warm[1] == cold[1]
    assert warm[0] == cold[0]
    assert repr(warm[0]) == repr(cold[0])  # equal and of one kind: no list for a tuple, no 1.0 for a 1
    return warm


def edit(vault: Path, name: str, text: str) -> None:
    write(vault / f"{name}.md", text)


def delete(vault: Path, name: str, _: str) -> None:
    (vault / f"{name}.md").unlink(missing_ok=True)


def rename(vault: Path, name: str, text: str) -> None:
    """To the name whose turn it is by the text; a file that is there gives way."""
    file, other = vault / f"{name}.md", vault / f"{NAMES[TEXTS.index(text)]}.md"
    if file.exists():
        other.parent.mkdir(parents=True, exist_ok=True)
        file.replace(other)


def touch(vault: Path, name: str, _: str) -> None:
    if (file := vault / f"{name}.md").exists():
        moment = next(PAST)
        os.utime(file, (moment, moment))


def attach(vault: Path, name: str, _: str) -> None:
    """Add an attachment, or take it away: the files' numbers change, and what links mean."""
    file = vault / f"{name}.png"
    if file.exists():
        file.unlink()
    else:
        write(file, "")


CHANGES = st.tuples(
    st.sampled_from([edit, delete, rename, touch, attach]), st.sampled_from(NAMES), st.sampled_from(TEXTS)
)


@pytest.mark.slow
@given(st.lists(st.lists(CHANGES, max_size=4), min_size=1, max_size=5))
@settings(max_examples=examples(60), deadline=None)
def test_warm_is_cold(rounds: list[list[tuple[Callable[[Path, str, str], None], str, str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        vault, cache = Path(folder, "vault"), Path(folder, "cache")
        write(vault / "always.md", "[[a]] [[d]] [[p.png]]")
        for number, name in enumerate(NAMES):
            write(vault / f"{name}.md", TEXTS[number])
        both(vault, cache)
        for changes in rounds:
            for change, name, text in changes:
                change(vault, name, text)
            both(vault, cache)
        assert len(list(cache.iterdir())) == 1


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The notes that are read from disk."""
    paths: list[str] = []
    real = notes.Work.read_all

    def counted(self: notes.Work, *words: Any) -> Iterator[notes.Batch]:
        for batch in real(self, *words):
            paths.extend(batch.paths)
            yield batch

    monkeypatch.setattr(notes.Work, "read_all", counted)
    return paths


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    for number, name in enumerate(NAMES):
        write(tmp_path / "vault" / f"{name}.md", TEXTS[number])
    return tmp_path / "vault"


def test_only_what_changed_is_read(vault: Path, tmp_path: Path, reads: list[str]) -> None:
    for expected in (sorted(f"{name}.md" for name in NAMES), [], []):
        read(vault, cache=tmp_path / "cache")
        assert sorted(reads) == expected
        reads.clear()
    write(vault / "b.md", "new")
    write(vault / "e.md", "new")
    read(vault, cache=tmp_path / "cache")
    assert reads == ["b.md", "e.md"]


@pytest.mark.slow
def test_another_process_knows_it(vault: Path, tmp_path: Path) -> None:
    """Whatever order its sets have."""
    code = (
        "import sys\n"
        "from exporter import read\n"
        "from exporter.reader.batch import notes\n"
        "notes.FEWEST = 0\n"
        "real = notes.Work.read_all\n"
        "notes.Work.read_all = lambda *words: (print('read') or batch for batch in real(*words))\n"
        "read(sys.argv[1], cache=sys.argv[2])\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code, str(vault), str(tmp_path / "cache")],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
        ).stdout
        for seed in ("1", "2", "3")
    ]
    assert said[0].startswith("read") and said[1:] == ["", ""]


def test_a_note_written_a_moment_ago_is_read_again(vault: Path, tmp_path: Path, reads: list[str]) -> None:
    """It may change once more within the grain of the clock, and look the same."""
    note = vault / "b.md"
    note.write_text("[[a]]")
    read(vault, cache=tmp_path / "cache")
    before = note.stat()
    note.write_text("[[d]]")
    os.utime(note, ns=(before.st_atime_ns, before.st_mtime_ns))
    reads.clear()
    knowledge_map, *_ = both(vault, tmp_path / "cache")
    assert "b.md" in reads
    assert [link.end for link in knowledge_map.links_from("b")] == ["d"]


def test_nearest_names_are_kept_with_the_names(vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def messages() -> list[str]:
        return [finding.message for finding in both(vault, tmp_path / "cache")[1] if "Gradiant" in finding.message]

    assert "nearest: Gradient" in messages()[0]
    with monkeypatch.context() as patch:
        patch.setattr(missing, "_index", None)  # nobody needs to look anew
        _, findings, _ = read(vault, ReadOptions(map="-"), cache=tmp_path / "cache")
        assert any("nearest: Gradient" in finding.message for finding in findings)
    (vault / "Sub" / "Gradient.md").unlink()
    assert "nearest" not in messages()[0]


def test_other_relations_make_another_cache(vault: Path, tmp_path: Path, reads: list[str]) -> None:
    write(vault / "b.md", "---\nfriend: words\n---\n")
    assert "plain-relation" not in [finding.code for finding in both(vault, tmp_path)[1]]
    assert "plain-relation" in [finding.code for finding in both(vault, tmp_path, relations={"friend": "related"})[1]]


def test_another_limit_makes_another_cache(vault: Path, tmp_path: Path) -> None:
    write(vault / "b.md", "x" * 2000)
    for largest, is_read in ((32.0, True), (0.001, False), (32.0, True)):
        knowledge_map, *_ = both(vault, tmp_path / "cache", largest_note=largest)
        assert ("b" in knowledge_map.topic) == is_read


@pytest.mark.parametrize("damage", ["empty", "cut", "bit", "garbage", "other", "folder"])
def test_a_damaged_cache_is_none(vault: Path, tmp_path: Path, damage: str, reads: list[str]) -> None:
    read(vault, cache=tmp_path / "cache")
    (file,) = (tmp_path / "cache").iterdir()
    data = file.read_bytes()
    if damage == "folder":
        file.unlink()
        file.mkdir()
    else:
        middle = len(data) // 2
        file.write_bytes(
            {
                "empty": b"",
                "cut": data[:-1],
                "bit": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
                "garbage": os.urandom(1000),
                "other": data.replace(caches.MAGIC, caches.KIND + b"0\n"),
            }[damage]
        )
    reads.clear()
    both(vault, tmp_path / "cache")
    assert len(reads) == 2 * len(NAMES)


def test_a_cache_is_for_its_owner_and_leaves_nothing_else(vault: Path, tmp_path: Path) -> None:
    read(vault, cache=tmp_path / "cache")
    (file,) = (tmp_path / "cache").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0 or os.name == "nt"
    assert sorted(path.name for path in vault.iterdir()) == ["Sub", "a.md", "b.md", "d.md"]


def test_a_cache_that_cannot_be_written_is_no_error(vault: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    both(vault, tmp_path / "file" / "below")


def test_numbers_that_do_not_fit_are_read_again(vault: Path, tmp_path: Path) -> None:
    write(vault / "a.md", f"---\nlarge: {10**30}\n---\n")
    both(vault, tmp_path / "cache")
    both(vault, tmp_path / "cache")


def test_small_vaults_have_none(vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    read(vault, cache=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_the_folder_is_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLK_EXPORT_CACHE", str(tmp_path))
    assert caches.folder() == tmp_path
    monkeypatch.delenv("MLK_EXPORT_CACHE")
    assert caches.folder().name == "mlk-export" or "mlk-export" in str(caches.folder())


def test_two_vaults_have_two(tmp_path: Path) -> None:
    lay(tmp_path / "one", {"a.md": "[[b]]"})
    lay(tmp_path / "two", {"a.md": "[[c]]"})
    both(tmp_path / "one", tmp_path / "cache")
    both(tmp_path / "two", tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 2


@pytest.mark.parametrize("file", ["names.py", "markdown/blocks.py", "batch/columns.py", "vault/scan.py"])
def test_another_version_of_any_file_of_the_reader_knows_nothing_of_it(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = tmp_path / "reader"
    shutil.copytree(Path(caches.__file__).parents[1], reader)
    before = caches.version([], reader)
    assert caches.version([], reader) == before
    os.utime(reader / file, (1, 1))
    assert caches.version([], reader) != before


def test_another_core_knows_nothing_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = [caches.version([], tmp_path / "reader")]
    (tmp_path / "_native.abi3.so").write_bytes(b"")
    versions.append(caches.version([], tmp_path / "reader"))
    monkeypatch.setenv(VARIABLE, "python")
    versions.append(caches.version([], tmp_path / "reader"))
    assert len({*versions}) == 3


def test_another_yaml_parser_or_python_knows_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Path(caches.__file__).parents[1]
    before = caches.version([], reader)
    with monkeypatch.context() as patch:
        patch.setattr(caches, "find_spec", lambda name: find_spec("json"))
        assert caches.version([], reader) != before
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version", "4.0")
        assert caches.version([], reader) != before


# -- room ------------------------------------------------------------------------------------------------------------

DAY = 24 * 60 * 60


def keep(folder: Path, letter: str, days: float, size: int = 100, vault: Path | None = None, name: str = "") -> Path:
    """Lay a cache that was used some days ago."""
    folder.mkdir(exist_ok=True)
    path = folder / (name or f"{letter * 32}.msgpack")
    head = caches.MAGIC + os.fsencode(vault or folder) + b"\n"
    path.write_bytes(head + b"x" * (size - len(head)))
    moment = time.time() - days * DAY
    os.utime(path, (moment, moment))
    return path


def test_who_saves_makes_room(vault: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    stale, kept = keep(folder, "a", 91), keep(folder, "b", 89)
    gone = keep(folder, "c", 0, vault=tmp_path / "nowhere")
    old = folder / ("d" * 32 + ".msgpack")
    old.write_bytes(b"mlk-export notes 1\n" + b"x" * 100)
    read(vault, cache=folder)
    assert not stale.exists() and not gone.exists()
    assert kept.exists() and old.exists()
    assert len([*folder.iterdir()]) == 3


def test_what_was_used_least_lately_goes_first_and_never_ones_own(
    vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cache"
    a, b, c, own = (keep(folder, letter, days, 1000) for letter, days in zip("abcd", (3, 1, 2, 4), strict=True))
    monkeypatch.setattr(caches, "MOST", 3000)
    caches.make_room(folder, own)
    assert {*folder.iterdir()} == {b, c, own}
    monkeypatch.setattr(caches, "MOST", 10)
    read(vault, cache=folder)
    (new,) = folder.iterdir()
    assert new not in (a, b, c, own)


def test_to_read_it_is_to_use_it(vault: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    read(vault, cache=folder)
    (own,) = folder.iterdir()
    before = own.read_bytes()
    os.utime(own, (1, 1))
    read(vault, cache=folder)
    assert own.read_bytes() == before
    assert time.time() - own.stat().st_mtime < DAY


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    folder = lay(tmp_path / "cache", {f"{'0' * 32}.msgpack": "theirs", "notes.msgpack": caches.MAGIC, "a/b": ""})
    (folder / f"{'1' * 32}.msgpack").symlink_to(folder / "notes.msgpack")
    (folder / f"{'2' * 32}.msgpack").mkdir()
    half = [keep(folder, "", days, name=f"{letter * 32}-x_1.part") for letter, days in (("3", 0.5), ("4", 2))]
    empty = folder / f"{'5' * 32}-abc.part"
    empty.touch()
    ours = keep(folder, "6", 1)
    before = {*folder.iterdir()} - {*half, empty, ours}
    caches.make_room(folder, folder / "own")
    assert {*folder.iterdir()} == before | {half[0], empty, ours}
    assert {file.path for file in caches.clear(folder)} == {half[0], empty, ours}
    assert {*folder.iterdir()} == before


def test_another_run_may_have_removed_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cache"
    first, second = keep(folder, "a", 100), keep(folder, "b", 100)
    real = Path.unlink

    def late(self: Path, missing_ok: bool = False) -> None:
        if self == first:
            real(self)  # the other run was quicker
        real(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", late)
    caches.make_room(folder, folder / "own")
    assert not first.exists() and not second.exists()


def test_a_folder_with_a_line_break_in_its_name_has_one_too(tmp_path: Path, reads: list[str]) -> None:
    vault, folder = tmp_path / "line\nbreak", tmp_path / "cache"
    write(vault / "a.md", "x")
    read(vault, cache=folder)
    read(vault, cache=folder)
    assert reads == ["a.md"]
    assert [file.vault for file in caches.kept(folder)] == [""]


@pytest.mark.slow
def test_the_command_tells_and_clears(tmp_path: Path) -> None:
    folder = tmp_path / "cache"

    def run(*words: str) -> list[str]:
        return mlk_export("cache", *words, cwd=tmp_path, MLK_EXPORT_CACHE=str(folder)).paths

    assert run() == [f"{folder}: 0 vaults, 0.0 MB"]
    keep(folder, "a", 1, 1_500_000)
    assert run() == [f"{folder}: 1 vault, 1.5 MB"]
    assert run("clear") == [f"{folder}: 1 vault, 1.5 MB removed"]
    assert run() == [f"{folder}: 0 vaults, 0.0 MB"]
