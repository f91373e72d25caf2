"""What was made of notes is kept for the next run: how long, how much, and for whom."""

import os
import shutil
from pathlib import Path

import pytest

from exporter.model import key_of
from exporter.reader.batch import files as caches
from exporter.reader.batch import made
from exporter.reader.batch.made import Made


def keep(folder: Path, vault: Path, **entries: bytes) -> None:
    store = Made(folder, vault)
    for key, value in entries.items():
        store.put(key, value)
    store.save()


def test_the_next_run_finds_it(tmp_path: Path) -> None:
    keep(tmp_path, tmp_path, a=b"1", b=b"")
    store = Made(tmp_path, tmp_path)
    assert (store.get("a"), store.get("b"), store.get("c")) == (b"1", b"", None)
    (file,) = tmp_path.iterdir()
    if os.name == "posix":
        assert file.stat().st_mode & 0o77 == 0  # for this user's eyes alone


def test_another_vault_finds_nothing(tmp_path: Path) -> None:
    keep(tmp_path, tmp_path / "one", a=b"1")
    assert Made(tmp_path, tmp_path / "two").get("a") is None


def test_nothing_is_written_where_nothing_is_new(tmp_path: Path) -> None:
    Made(tmp_path / "none", tmp_path).save()
    assert not (tmp_path / "none").exists()
    keep(tmp_path, tmp_path, a=b"1")
    (file,) = tmp_path.iterdir()
    before = file.stat().st_mtime_ns, file.stat().st_ino
    store = Made(tmp_path, tmp_path)
    store.save()
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_what_is_used_stays_and_what_is_not_goes(tmp_path: Path) -> None:
    keep(tmp_path, tmp_path, used=b"1", forgotten=b"2")
    for number in range(made.OLDEST + 1):
        store = Made(tmp_path, tmp_path)
        assert store.get("used") == b"1"
        store.put(f"new {number}", b"")
        store.save()
    store = Made(tmp_path, tmp_path)
    assert (store.get("used"), store.get("forgotten"), store.get(f"new {number}")) == (b"1", None, b"")


def test_what_was_used_long_ago_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "MOST", 10)
    keep(tmp_path, tmp_path, a=b"1234")
    keep(tmp_path, tmp_path, b=b"1234")
    keep(tmp_path, tmp_path, c=b"1234")
    store = Made(tmp_path, tmp_path)
    assert (store.get("a"), store.get("b"), store.get("c")) == (None, b"1234", b"1234")
    keep(tmp_path, tmp_path, d=b"12345678901")  # more than there may be: nothing is written
    assert Made(tmp_path, tmp_path).get("d") is None


def test_a_process_that_stays_keeps_it_from_run_to_run(tmp_path: Path) -> None:
    store = Made(tmp_path, tmp_path)
    store.put("used", b"1")
    store.put("forgotten", b"2")
    store.end_run()
    assert not [*tmp_path.iterdir()], "it is not written before somebody saves it"
    for number in range(made.OLDEST + 1):
        assert store.get("used") == b"1"
        store.put(f"new {number}", b"")
        store.end_run()
    assert (store.get("forgotten"), store.get("used"), store.get("new 0")) == (None, b"1", b"")
    store.save()
    assert Made(tmp_path, tmp_path).get("used") == b"1"


def test_another_version_of_the_program_knows_nothing_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "exporter"
    shutil.copytree(made.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(made, "PACKAGE", package)
    keep(tmp_path / "cache", tmp_path, a=b"1")
    assert Made(tmp_path / "cache", tmp_path).get("a") == b"1"
    os.utime(package / "views" / "body" / "pandoc.py", (1, 1))
    assert Made(tmp_path / "cache", tmp_path).get("a") is None


def test_it_is_one_of_the_caches_that_are_told_and_cleared(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    keep(folder, tmp_path / "gone", a=b"1")
    (file,) = caches.kept(folder)
    assert file.vault == str(tmp_path / "gone")
    keep(folder, tmp_path, a=b"1")  # which makes room: that vault is not there
    assert [file.vault for file in caches.kept(folder)] == [str(tmp_path)]
    caches.clear(folder)
    assert not [*folder.iterdir()]


def test_a_key_tells_its_parts_apart() -> None:
    assert len({key_of("k", "ab", "c"), key_of("k", "a", "bc"), key_of("k", "abc"), key_of("l", "abc")}) == 4
    assert key_of("k", "a\ud800") == key_of("k", "a\ud800".encode("utf-8", "surrogatepass"))
