"""Which files there are, and that nothing but the vault is ever read."""

import json
import math
import multiprocessing
import os
import pickle
import random
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from command import lay

from exporter import ExportError, ReadOptions, UsageError, read
from exporter.errors import DoubtError, OptionError
from exporter.model import VAULT
from exporter.options import load_options
from exporter.reader.batch import notes
from exporter.reader.batch.core import VARIABLE, find_core
from exporter.reader.vault import doubt
from exporter.reader.vault import scan as module
from exporter.reader.vault.files import TooLargeError, Vault
from exporter.reader.vault.scan import scan

ODD = pytest.mark.skipif(os.name == "nt", reason="such files cannot be made on Windows")


def codes(vault: Vault) -> list[tuple[str, str]]:
    return sorted((finding.source.file, finding.code) for finding in vault.findings)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """A vault with one note, beside a folder that nobody may read."""
    lay(tmp_path / "outside", {"secret.md": "secret", "secret.png": b"secret"})
    return lay(tmp_path / "vault", {"n.md": "note", "sub/p.png": b"picture"})


def test_what_there_is(vault: Path) -> None:
    lay(
        vault,
        {
            "B.MD": "",
            "sub/a.md": "",
            "x.txt": "",
            "md": "",
            "C.Canvas": "",
            "a b/ü.pdf": b"",
            ".hidden.md": "",
            ".git/c.md": "",
        },
    )
    scanned = scan(vault, 1)
    assert scanned.notes == ("B.MD", "n.md", "sub/a.md")
    assert scanned.attachments == ("C.Canvas", "a b/ü.pdf", "sub/p.png")
    assert scanned.findings == []


def test_our_own_output_is_no_vault(vault: Path) -> None:
    lay(vault, {"out/handbook/.manifest.json": "{}", "out/handbook/book.pdf": b"", "out/other.md": ""})
    assert scan(vault, 1).notes == ("n.md", "out/other.md")
    lay(vault, {".manifest.json": "{}"})  # the vault itself is what the user named
    assert scan(vault, 1).notes == ("n.md", "out/other.md")
    lay(vault, {".manifest.json": '{\n "files": {}\n}'})
    with pytest.raises(UsageError, match="holds what mlk-export has made, not notes"):
        scan(vault, 1)


@pytest.mark.parametrize(
    ("files", "message"), [({}, "no such folder"), ({"vault": ""}, "is a file"), ({"vault/a.txt": ""}, "no notes here")]
)
def test_no_vault(tmp_path: Path, files: dict[str, str], message: str) -> None:
    lay(tmp_path, files)
    with pytest.raises(ExportError, match=message):
        scan(tmp_path / "vault", 1)


@ODD
def test_links_to_files_and_into_the_vault_are_not_followed(vault: Path) -> None:
    outside = vault.parent / "outside"
    for name, target in {
        "out.md": outside / "secret.md",
        "out.png": outside / "secret.png",
        "in.md": vault / "n.md",
        "in": vault / "sub",
        "up": vault,
        "above": vault.parent,
        "gone.md": vault / "nowhere",
        "self": vault / "self",
        "self.md": vault / "self.md",
        "other": outside / "secret.txt",
    }.items():
        (vault / name).symlink_to(target)
    scanned = scan(vault, 1)
    assert (scanned.notes, scanned.attachments, scanned.links) == (("n.md",), ("sub/p.png",), {})
    names = ["above", "gone.md", "in", "in.md", "out.md", "out.png", "self.md", "up"]
    assert codes(scanned) == [(name, "symbolic-link") for name in names]
    assert scanned.excluded == dict.fromkeys(
        ("above/", "gone.md", "in.md", "in/", "out.md", "self.md", "up/"), "symbolic link"
    )
    for path in ("in/p.png", "up/n.md", "out.md", "above/outside/secret.md"):
        with pytest.raises(OSError):
            scanned.read(path)


@ODD
def test_a_folder_outside_is_followed(vault: Path) -> None:
    """And of two links whose folders overlap the first by path, whatever the order of the file system."""
    outside = lay(vault.parent / "outside", {"deep/d.md": "deep", ".git/config": "hidden", ".h.md": ""})
    (vault / "sub" / "z").symlink_to(outside)
    (vault / "t").symlink_to(outside / "deep")
    (vault / "sub" / "zz.md").symlink_to(outside)
    (outside / "round").symlink_to(outside)
    (outside / "back").symlink_to(vault)
    scanned = scan(vault, 1)
    assert scanned.notes == ("n.md", "sub/z/deep/d.md", "sub/z/secret.md")
    assert scanned.attachments == ("sub/p.png", "sub/z/secret.png")
    assert scanned.links == {"sub/z": str(outside.resolve())}
    assert codes(scanned) == [(name, "symbolic-link") for name in ("sub/z/back", "sub/z/round", "sub/zz.md", "t")]
    assert scanned.read("sub/z/deep/d.md") == b"deep"
    assert scanned.read("sub/z/secret.png") == b"secret"
    for path in (
        "sub/z/.git/config",
        "sub/z/.h.md",
        "sub/z/back/n.md",
        "sub/z/../x",
        "t/d.md",
        "sub/z/round/secret.md",
    ):
        with pytest.raises(OSError):
            scanned.read(path)


@ODD
def test_no_folder_is_followed_if_that_is_not_wanted(vault: Path) -> None:
    """Nothing is told of it, since somebody asked for it; links to files are told as ever."""
    lay(vault, {"mappings/vault.toml": "follow_links = false"})
    (vault / "sub" / "z").symlink_to(vault.parent / "outside")
    (vault / "in").symlink_to(vault / "sub")
    (vault / "file.md").symlink_to(vault / "n.md")
    scanned = scan(vault, 1, follow_links=load_options(vault / "mappings", "vault", ReadOptions).follow_links)
    assert (scanned.notes, scanned.attachments, scanned.links) == (("n.md",), ("sub/p.png",), {})
    assert scanned.excluded == dict.fromkeys(("file.md", "in/", "sub/z/"), "symbolic link")
    assert codes(scanned) == [("file.md", "symbolic-link")]
    with pytest.raises(OSError):
        scanned.read("sub/z/secret.md")


@ODD
def test_links_below_followed_links(vault: Path) -> None:
    other = lay(vault.parent / "other", {"o.md": "o"})
    lay(vault.parent / "outside", {"x/a.md": "a"})
    (vault / "l").symlink_to(vault.parent / "outside" / "x")
    (vault.parent / "outside" / "x" / "m.md").symlink_to(other)
    scanned = scan(vault, 1)
    assert scanned.notes == ("l/a.md", "l/m.md/o.md", "n.md")
    assert codes(scanned) == [("l/m.md", "folder-as-note")]
    assert scanned.read("l/m.md/o.md") == b"o"
    with pytest.raises(OSError):
        scanned.read("l/m.md")


@ODD
def test_what_is_swapped_for_a_link_does_not_leak(vault: Path) -> None:
    outside = vault.parent / "outside"
    lay(vault.parent / "target", {"deep/a.md": "a"})
    lay(vault, {"a/secret.md": "mine"})
    (vault / "l").symlink_to(vault.parent / "target")
    scanned = scan(vault, 1)
    assert scanned.notes == ("a/secret.md", "l/deep/a.md", "n.md")
    (vault / "a").rename(vault / "b")
    (vault / "a").symlink_to(outside)
    (vault / "l").unlink()
    (vault / "l").symlink_to(outside)
    lay(outside, {"deep/a.md": "secret"})
    for path in ("a/secret.md", "l/deep/a.md", "l/secret.md"):
        with pytest.raises(OSError):
            scanned.read(path)


@ODD
def test_what_is_swapped_while_notes_are_read_does_not_leak(vault: Path) -> None:
    lay(vault, {"a/b/c/secret.md": "mine", "a/b/e/n.md": "", "a/n.md": ""})
    lay(vault.parent / "outside", {"b/c/secret.md": "secret", "c/secret.md": "secret"})
    scanned = scan(vault, 1)
    assert [scanned.read(path) for path in ("n.md", "a/n.md", "a/b/e/n.md")] == [b"note", b"", b""]
    for path, target in (("a/b", "outside"), ("a", "outside")):
        (vault / path).rename(vault.parent / "elsewhere")
        (vault / path).symlink_to(vault.parent / target)
        with pytest.raises(PermissionError):
            scanned.read("a/b/c/secret.md")
        assert scanned.locate_folders(["a/b/c", ""]) == {"": f"{vault.resolve()}{os.sep}"}
        (vault / path).unlink()
        (vault.parent / "elsewhere").rename(vault / path)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_disk_does_not_matter(vault: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    lay(vault, {f"{folder}{name}.md": "" for folder in ("", "a/", "a b/", "a/b/", "a.c/", "Z/é/") for name in "abcZ1"})
    if os.name != "nt":
        (vault / "z").symlink_to(vault.parent / "outside")
        (vault / "y").symlink_to(vault.parent / "outside")
    expected = scan(vault, 1)
    listed = os.scandir

    class Shuffled:
        def __init__(self, path: str) -> None:
            self.entries = list(listed(path))
            random.Random(seed).shuffle(self.entries)

        def __enter__(self) -> Iterator[os.DirEntry[str]]:
            return iter(self.entries)

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", Shuffled)
    scanned = scan(vault, 1)
    assert (scanned.notes, scanned.attachments, scanned.links) == (expected.notes, expected.attachments, expected.links)
    assert list(scanned.notes) == sorted(scanned.notes)
    assert sorted(scanned.findings) == sorted(expected.findings)


@ODD
def test_the_core_lists_what_python_does(vault: Path) -> None:
    if not (core := find_core()):
        pytest.skip("the core is not there")
    names = [
        "a.md",
        "B.MD",
        ".md",
        ".a.md",
        "a.md.txt",
        "é/ü b.md",
        "é/.c.md.icloud",
        "z.md/a.md",
        "o/.manifest.json",
        "o/a.md",
    ]
    lay(
        vault,
        dict.fromkeys((*names, "a b/c.canvas", "node_modules/a.md", "x.org", ".git/a.md", "日/\U0001f600.md"), b"{}"),
    )
    lay(vault.parent / "outside", {"in/a.md": "a"})
    (vault / "link").symlink_to(vault.parent / "outside" / "in")
    (vault / "sub" / "link.md").symlink_to(vault / "n.md")
    os.mkfifo(vault / "pipe.md")
    if sys.platform == "linux":  # elsewhere there is no such name
        (vault / os.fsdecode(b"\xff.md")).write_bytes(b"")
    listing = core.Listing(vault.resolve(), math.inf, 2, False)
    assert scan(vault, 1, listing=listing) == (listed := scan(vault, 1))
    assert listed.notes == ("B.MD", "a.md", "link/a.md", "n.md", "z.md/a.md", "é/ü b.md", "日/\U0001f600.md")
    assert len(codes(listed)) == 4 + (sys.platform == "linux")


@ODD
def test_what_only_looks_like_a_note(vault: Path) -> None:
    os.mkfifo(vault / "pipe.md")
    os.mkfifo(vault / "pipe.png")
    lay(vault, {"folder.md/a.md": "a"})
    scanned = scan(vault, 1)
    assert (scanned.notes, scanned.attachments) == (("folder.md/a.md", "n.md"), ("sub/p.png",))
    assert codes(scanned) == [("folder.md", "folder-as-note"), ("pipe.md", "no-file")]
    assert scanned.excluded == {"pipe.md": "no ordinary file"}
    with pytest.raises(OSError, match=r"pipe\.md"):
        scanned.read("pipe.md")


@ODD
def test_names_that_are_not_utf8(vault: Path) -> None:
    try:
        (vault / os.fsdecode(b"\xff.md")).write_bytes(b"")
        (vault / os.fsdecode(b"\xfe")).mkdir()
    except OSError:
        pytest.skip("this file system has no such names")
    (vault / os.fsdecode(b"\xfe") / "a.md").write_bytes(b"")
    (vault / "line\nbreak [[#^|.md").write_bytes(b"")
    scanned = scan(vault, 1)
    assert scanned.notes == ("line\nbreak [[#^|.md", "n.md")
    assert codes(scanned) == [("?", "bad-name"), ("?.md", "bad-name")]
    assert scanned.excluded == {"\\xff.md": "name not UTF-8", "\\xfe/": "name not UTF-8"}


def test_large_notes_are_not_read(vault: Path) -> None:
    lay(vault, {"large.MD": b"x" * 20_001, "just.md": b"x" * 20_000, "large.png": b"x" * 30_000})
    scanned = scan(vault, 0.02)
    assert len(scanned.read("just.md")) == 20_000
    assert len(scanned.read("large.png")) == 30_000
    with pytest.raises(TooLargeError, match=r"has 0\.02 MB"):
        scanned.read("large.MD")
    with pytest.raises(TooLargeError):
        scanned.read("large.png", 1000)
    finding = scanned.leave_out("large.MD", pickle.loads(pickle.dumps(TooLargeError("has 9 MB"))))
    message = "has 9 MB and is left out; split it, or raise `largest_note` in vault.toml"
    assert (finding.source.file, finding.code, finding.message) == ("large.MD", "large-note", message)
    finding = scanned.leave_out("n.md", FileNotFoundError(2, "No such file"))
    assert (finding.code, finding.message) == (
        "unreadable-note",
        "cannot be read and is left out; fix its permissions (No such file)",
    )
    assert scanned.excluded == {"large.MD": "too large", "n.md": "cannot be read"}


@pytest.mark.parametrize("size", [0, 1, 7, 4096, 70_000])
@pytest.mark.parametrize("told_size", [0, 1, 7, 5000, 100_000])
def test_a_file_that_changes_while_it_is_read(
    vault: Path, monkeypatch: pytest.MonkeyPatch, size: int, told_size: int
) -> None:
    """The size is only a hint, and the system may give less than was asked for."""
    content = bytes(number % 251 for number in range(size))
    lay(vault, {"x.md": content})
    really, status = os.read, os.fstat
    monkeypatch.setattr(os, "fstat", lambda file: os.stat_result([*status(file)[:6], told_size, *status(file)[7:]]))
    assert scan(vault, 1).read("x.md") == content
    monkeypatch.setattr(os, "read", lambda file, number: really(file, min(number, 1 + size // 3)))
    assert size == told_size or scan(vault, 1).read("x.md") == content
    if size > 4000:
        with pytest.raises(TooLargeError):
            scan(vault, 0.004).read("x.md")


@pytest.mark.slow
def test_another_process_reads_it(vault: Path) -> None:
    scanned = scan(vault, 1)
    scanned.read("sub/p.png")
    assert pickle.loads(pickle.dumps(scanned)) == scanned
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(scanned.read, ["n.md", "sub/p.png"])) == [b"note", b"picture"]
        error = pool.submit(scanned.read, "../outside/secret.md").exception()
    assert isinstance(error, PermissionError)


def triples(stamps: Iterable[int]) -> list[tuple[int, ...]]:
    numbers = iter(stamps)
    return list(zip(numbers, numbers, numbers, strict=True))


def test_stamps_tell_what_changed(vault: Path) -> None:
    lay(vault, {"a/x.md": "1", "a/y.md": "1", "z.md": "1"})
    scanned = scan(vault, 1)
    before = triples(scanned.stamps(scanned.notes))
    status = (vault / "n.md").stat()
    assert before[scanned.notes.index("n.md")] == (status.st_mtime_ns, 4, status.st_ino)
    lay(vault, {"a/x.md": "12"})
    (vault / "a" / "new").write_bytes(b"2")
    (vault / "a" / "new").replace(vault / "a" / "y.md")
    (vault / "z.md").unlink()
    after = triples(scanned.stamps(scanned.notes))
    changed = [path for path, old, new in zip(scanned.notes, before, after, strict=True) if old != new]
    assert changed == ["a/x.md", "a/y.md", "z.md"]
    assert after[scanned.notes.index("z.md")] == (0, 0, 0)


def test_a_note_that_is_gone_when_it_is_read(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(vault, {"a.md": "", "b.md": ""})

    monkeypatch.setattr(notes, "BATCH", 1)

    def remove(done: int, total: int) -> None:
        (vault / "b.md").unlink(missing_ok=True)

    knowledge_map, findings, _ = read(vault, ReadOptions(map="-"), remove)
    assert [topic.id for topic in knowledge_map.topics] == ["a", "n"]
    assert [(finding.source.file, finding.code) for finding in findings] == [("b.md", "unreadable-note")]


def test_a_folder_that_is_gone_when_it_is_listed(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(vault, {"gone/a.md": ""})
    listed = os.scandir

    def scandir(path: str) -> object:
        if Path(path).name == "gone":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    scanned = scan(vault, 1)
    assert scanned.notes == ("n.md",)
    assert codes(scanned) == [("gone", "unreadable-folder")]
    assert scanned.excluded == {"gone/": "cannot be read"}
    with pytest.raises(ExportError, match="Permission denied"):
        scan(lay(vault / "gone"), 1)


@pytest.mark.parametrize(
    "path",
    [
        "../outside/secret.png",
        "sub/../../outside/secret.png",
        "sub/../n.md",
        "..",
        ".",
        "",
        "sub",
        "./n.md",
        ".hidden.png",
        ".git/x.png",
        "nowhere.png",
        "n.md/x",
        "a\0b",
        "\udcff\ud800",
        "x" * 5000,
    ],
)
def test_nothing_but_the_vault_is_read(vault: Path, path: str) -> None:
    lay(vault, {".hidden.png": b"secret", ".git/x.png": b"secret"})
    content = read(vault, ReadOptions(map="-"))[0]
    assert content.file("sub/p.png") == b"picture"
    with pytest.raises(OSError):
        content.file(path)


def test_absolute_paths_are_not_read(vault: Path) -> None:
    content = read(vault, ReadOptions(map="-"))[0]
    for path in (vault / "n.md", vault.parent / "outside" / "secret.png"):
        with pytest.raises(OSError, match="vault"):
            content.file(str(path))
    with pytest.raises(OSError, match="vault"):
        content.file(f"//{vault}/n.md")


@ODD
def test_no_link_leads_out(vault: Path) -> None:
    """Not even one that came after the vault was listed."""
    content = read(vault, ReadOptions(map="-"))[0]
    (vault / "out.png").symlink_to(vault.parent / "outside" / "secret.png")
    (vault / "folder").symlink_to(vault.parent / "outside")
    (vault / "sub" / "p.png").unlink()
    (vault / "sub" / "p.png").symlink_to(vault.parent / "outside" / "secret.png")
    for path in ("out.png", "folder/secret.png", "sub/p.png"):
        with pytest.raises(OSError, match=path):
            content.file(path)


@ODD
def test_the_vault_itself_may_be_a_link(vault: Path) -> None:
    link = vault.parent / "link"
    link.symlink_to(vault)
    assert scan(link, 1).notes == ("n.md",)
    assert read(link, ReadOptions(map="-"))[0].file("sub/p.png") == b"picture"


# Names


def test_names_that_no_link_can_hold(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["a#b", "a^b", "a[b", "a]b", "line\nbreak", " a", "\u3000a", "f#/ok", " f/ok", "ok (1), it's - fine!"]
    lay(vault, {f"{name}.md": "" for name in names} | {"p#.png": b"", "daily/#1.md": ""})
    for reader in ("python", "compiled") if find_core() else ("python",):
        monkeypatch.setenv(VARIABLE, reader)
        reading = read(vault, ReadOptions(map="-", exclude=("daily/",)))
        told = [finding.source.file for finding in reading.findings if finding.code == "unlinkable-name"]
        wrong = [f"{name}.md" for name in (" a", "a#b", "a[b", "a]b", "a^b", "line\nbreak", "\u3000a")]
        assert told == sorted([*wrong, "p#.png"])


def test_names_that_differ_by_case_or_form_alone(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(vault, dict.fromkeys(("A/b.md", "a/B.md", "a/é.md", "a/é.md", "a/É.md", "a/c.md", "c.md"), ""))
    if len(list((vault / "a").iterdir())) < 5:
        pytest.skip("this file system has no such names")
    for reader in ("python", "compiled") if find_core() else ("python",):
        monkeypatch.setenv(VARIABLE, reader)
        _, findings, statistics = read(vault)
        assert statistics.notes == 8
        told = [finding.source.file for finding in findings if finding.code == "same-name-but-case"]
        assert told == ["a/B.md", "a/É.md", "a/é.md"]


# What is excluded


def settings_of(vault: Path, filters: object) -> Path:
    return lay(vault, {".obsidian/app.json": json.dumps({"x": 1, "userIgnoreFilters": filters}, indent=2)})


def test_obsidians_excluded_files(vault: Path) -> None:
    lay(
        vault,
        dict.fromkeys(("Te/a.md", "Te/b/c.md", "Tea.md", "x/Te/d.md", "Te/e.canvas", "f.canvas", "Te/g.png"), ""),
    )
    settings_of(vault, ["Te/", "/\\/d\\.md$/", "nothing/"])
    scanned = scan(vault, 1)
    assert scanned.notes == ("Tea.md", "n.md")
    assert scanned.ignored == ("Te/a.md", "Te/b/c.md", "x/Te/d.md")
    assert (scanned.canvases, len(scanned.attachments)) == (("f.canvas",), 4)
    assert scanned.findings == []
    assert scanned.excluded == {
        "Te/a.md": "ignored by Obsidian's filter 'Te/'",
        "Te/b/c.md": "ignored by Obsidian's filter 'Te/'",
        "x/Te/d.md": r"ignored by Obsidian's filter '/\\/d\\.md$/'",
    }
    assert scanned.read("Te/a.md") == b""


def test_excludes_of_the_mapping(vault: Path) -> None:
    lay(vault, {"a/x.md": "", "a/y.md": "", "b.md": ""})
    scanned = scan(vault, 1, ("a/x", "/^b/"))
    assert scanned.notes == ("a/y.md", "n.md")
    assert scanned.excluded["a/x.md"] == "excluded by 'a/x' in vault.toml"
    assert scanned.ignored == ("a/x.md", "b.md")
    with pytest.raises(ExportError, match="every note is excluded"):
        scan(vault, 1, ("/md$/",))
    with pytest.raises(OptionError, match=r"'/\(/' is no pattern"):
        scan(vault, 1, ("/(/",))


def test_what_is_wrong_with_obsidians_settings_is_told(vault: Path) -> None:
    settings_of(vault, ["sub/", "/(a/", "n"])
    lay(vault, {"z.md": ""})
    scanned = scan(vault, 1)
    assert scanned.notes == ("z.md",)
    assert [str(finding.source) for finding in scanned.findings] == [".obsidian/app.json:5"]
    assert codes(scanned) == [(".obsidian/app.json", "bad-filter")]
    scanned = scan(lay(vault, {".obsidian/app.json": "x" * 1_000_001}), 1)
    assert (scanned.notes, codes(scanned)) == (("n.md", "z.md"), [(".obsidian/app.json", "bad-settings")])
    assert "(has 1 MB" in scanned.findings[0].message


@ODD
def test_settings_are_not_read_outside_the_vault(vault: Path) -> None:
    outside = lay(vault.parent / "outside", {"app.json": '{"userIgnoreFilters": ["n"]}'})
    (vault / ".obsidian").symlink_to(outside)
    assert codes(scan(vault, 1)) == [(".obsidian/app.json", "bad-settings")]
    (vault / ".obsidian").unlink()
    (vault / ".obsidian").mkdir()
    (vault / ".obsidian" / "app.json").symlink_to(outside / "app.json")
    assert codes(scan(vault, 1)) == [(".obsidian/app.json", "bad-settings")]
    (vault / ".obsidian" / "app.json").unlink()
    os.mkfifo(vault / ".obsidian" / "app.json")
    assert codes(scan(vault, 1)) == [(".obsidian/app.json", "bad-settings")]


@ODD
def test_every_note_is_accounted_for(vault: Path) -> None:
    """Below the root, what ends in .md and is not hidden is a note or excluded, itself or with its folder."""
    lay(
        vault,
        {"a/b.md": "", "a/C.MD": "", "a/ig/x.md": "", "ours/.manifest.json": "", "ours/y/z.md": "", "q.md/r.md": ""},
    )
    (vault / "d.md").symlink_to("n.md")
    (vault / "e").symlink_to("a")
    os.mkfifo(vault / "a" / "p.md")
    settings_of(vault, ["a/ig/"])
    scanned = scan(vault, 1)
    for folder, _, names in os.walk(vault, followlinks=True):
        for name in names:
            path = (Path(folder) / name).relative_to(vault).as_posix()
            if name.lower().endswith(".md"):
                above = [f"{parent.as_posix()}/" for parent in Path(path).parents]
                memberships = [
                    path in scanned.notes,
                    path in scanned.excluded,
                    any(each in scanned.excluded for each in above),
                ]
                assert memberships.count(True) == 1, path
    assert scanned.excluded["ours/"] == "output of mlk-export"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (
            "Dayly/",
            "'Dayly/', in `exclude` of vault.toml, fits no file; nearest folder: 'Daily/'; fix it or take it out",
        ),
        ("daily", "'daily', in `exclude` of vault.toml, fits no file; nearest folder: 'Daily/'; fix it or take it out"),
        ("Privat/", "'Privat/', in `exclude` of vault.toml, fits no file; nearest folder: 'Daily/Private/'; fix it "),
        ("./Daily/", "'./Daily/', in `exclude` of vault.toml, fits no file; nearest folder: 'Daily/'; fix it "),
        ("Xyz/", "'Xyz/', in `exclude` of vault.toml, fits no file; fix it or take it out"),
        ("/^Dayly/", "'/^Dayly/', in `exclude` of vault.toml, fits no file; fix it or take it out"),
    ],
)
def test_an_exclude_that_fits_nothing_is_told(vault: Path, entry: str, words: str) -> None:
    lay(vault, {"Daily/Private/x.md": ""})
    settings_of(vault, ["Nothing/"])  # of Obsidian's own nothing is told
    (finding,) = scan(vault, 1, (entry, "Daily/P")).findings
    assert (finding.source, finding.code) == (VAULT, "unused-filter")
    assert finding.message.startswith(words)


@pytest.mark.parametrize("entry", ["sub/", "/png$/", "c.", "ours/", ".trash/", "n", "/^n/"])
def test_an_exclude_that_fits_any_file_is_used(vault: Path, entry: str) -> None:
    """Whatever the file is, and even if another one hides it already."""
    lay(vault, {"c.canvas": "", "ours/.manifest.json": "{}", "a.md": ""})
    assert scan(vault, 1, ("n", "c.canvas", entry)).findings == []


# What nobody means


def test_what_others_wrote_is_no_part_of_a_vault(vault: Path) -> None:
    names = ["node_modules/p/README.md", "web/node_modules/q.md", "web/node_modules/q.png", ".trash/t.md", ".git/g.md"]
    lay(vault, dict.fromkeys([*names, "node_modules.md", "out/neo4j-bulk/README.md", "out/skos/a/b.md"], ""))
    lay(vault, {"out/neo4j-bulk/.manifest.json": "{}", "out/skos/.manifest.json": "{}"})
    scanned = scan(vault, 1)
    assert (scanned.notes, scanned.attachments) == (("n.md", "node_modules.md"), ("sub/p.png",))
    folders, ours = ("node_modules/", "web/node_modules/"), ("out/neo4j-bulk/", "out/skos/")
    reasons = {**dict.fromkeys(folders, "folder of dependencies"), **dict.fromkeys(ours, "output of mlk-export")}
    assert (scanned.excluded, scanned.findings) == (reasons, [])


def test_what_only_icloud_has_is_told(vault: Path) -> None:
    lay(vault, {"a/.Note.md.icloud": b"bplist00", ".p.png.icloud": b"", ".x.txt.icloud": b"", ".icloud": b""})
    scanned = scan(vault, 1)
    assert codes(scanned) == [("a/Note.md", "not-downloaded"), ("p.png", "not-downloaded")]
    assert scanned.excluded == {"a/Note.md": "not downloaded"}
    (vault / "n.md").unlink()
    with pytest.raises(ExportError, match="its notes lie in iCloud and not on this machine"):
        scan(vault, 1)


def test_some_folders_are_hardly_a_vault(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(vault))
    monkeypatch.setenv("USERPROFILE", str(vault))
    monkeypatch.setenv("TMPDIR", str(vault / "sub"))
    for folder, what in {
        vault: "is your home folder",
        vault.parent: "is the folder of all home folders",
        vault / "sub": "is the folder of temporary files",
        Path(vault.anchor): "is the root of a drive",
    }.items():
        with pytest.raises(
            DoubtError, match=f"{what}, hardly a vault; .* or read this one with --any-folder"
        ) as caught:
            scan(folder, 1)
        assert isinstance(caught.value, ExportError)
        assert caught.value.doubt == f"{folder.resolve()}: {what}, hardly a vault"
    assert scan(vault, 1, any_folder=True).notes == ("n.md",)
    assert read(vault, ReadOptions(any_folder=True)).statistics.topics == 1
    lay(vault, {".obsidian/app.json": "{}"})
    assert scan(vault, 1).notes == ("n.md",)


@ODD
@pytest.mark.parametrize("folder", ["/etc", "/usr", "/private/tmp", "C:\\Windows", "d:\\program files (x86)"])
def test_folders_of_the_system(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nobody/here")
    assert doubt.doubt(Path(folder)) == "a folder of the system"
    assert doubt.doubt(Path(folder, "notes")) == ""


def test_a_folder_that_shows_to_be_no_vault_is_left(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_FOREIGN", 6)
    monkeypatch.setattr(module, "MOST_FILES", 40)
    lay(vault, {f"env/site-packages/{number}/README.md": "" for number in range(6)})
    assert len(scan(vault, 1).notes) == 7
    lay(vault, {f"z/site-packages/{number}.md": "" for number in range(12)})
    with pytest.raises(
        DoubtError, match=r"has no folder \.obsidian, and more than 6 notes lie in folders of dependencies"
    ):
        scan(vault, 1)
    assert len(scan(vault, 1, any_folder=True).notes) == 19
    other = lay(vault.parent / "other", {f"{number % 5}/{number}.txt": "" for number in range(50)} | {"n.md": ""})
    with pytest.raises(DoubtError, match=r"has no folder \.obsidian, and more than 40 files lie in it: hardly a vault"):
        scan(other, 1)
    for folder in (vault, other):
        lay(folder, {".obsidian/app.json": "{}"})
        assert "n.md" in scan(folder, 1).notes
