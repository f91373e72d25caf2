"""Which files there are, and that nothing but the vault is ever read."""

import os
from pathlib import Path

import pytest
from command import lay

from exporter import ExportError, VaultMapping, read
from exporter.reader.scan import Vault, scan

ODD = pytest.mark.skipif(os.name == "nt", reason="such files cannot be made on Windows")


def told(vault: Vault) -> list[tuple[str, str]]:
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
    found = scan(vault, 1)
    assert found.notes == ("B.MD", "n.md", "sub/a.md")
    assert found.attachments == ("C.Canvas", "a b/ü.pdf", "sub/p.png")
    assert found.findings == []


def test_our_own_output_is_no_vault(vault: Path) -> None:
    lay(vault, {"out/handbook/.manifest.json": "{}", "out/handbook/book.pdf": b"", "out/other.md": ""})
    assert scan(vault, 1).notes == ("n.md", "out/other.md")
    lay(vault, {".manifest.json": "{}"})  # the vault itself is what the user named
    assert scan(vault, 1).notes == ("n.md", "out/other.md")


@pytest.mark.parametrize(
    ("files", "message"), [({}, "no such folder"), ({"vault": ""}, "is a file"), ({"vault/a.txt": ""}, "no notes here")]
)
def test_no_vault(tmp_path: Path, files: dict[str, str], message: str) -> None:
    lay(tmp_path, files)
    with pytest.raises(ExportError, match=message):
        scan(tmp_path / "vault", 1)


@ODD
def test_links_are_not_followed(vault: Path) -> None:
    outside = vault.parent / "outside"
    for name, goal in {
        "out.md": outside / "secret.md",
        "out.png": outside / "secret.png",
        "folder": outside,
        "in.md": vault / "n.md",
        "in": vault / "sub",
        "up": vault,
        "gone.md": vault / "nowhere",
        "self": vault / "self",
        "self.md": vault / "self.md",
        "other": outside / "secret.txt",
    }.items():
        (vault / name).symlink_to(goal)
    found = scan(vault, 1)
    assert (found.notes, found.attachments) == (("n.md",), ("sub/p.png",))
    names = ["folder", "gone.md", "in", "in.md", "out.md", "out.png", "self.md", "up"]
    assert told(found) == [(name, "symbolic-link") for name in names]


@ODD
def test_what_only_looks_like_a_note(vault: Path) -> None:
    os.mkfifo(vault / "pipe.md")
    os.mkfifo(vault / "pipe.png")
    lay(vault, {"folder.md/a.md": "a"})
    found = scan(vault, 1)
    assert (found.notes, found.attachments) == (("folder.md/a.md", "n.md"), ("sub/p.png",))
    assert told(found) == [("folder.md", "folder-as-note"), ("pipe.md", "no-file")]
    with pytest.raises(OSError, match=r"pipe\.md"):
        found.read("pipe.md")


@ODD
def test_names_that_are_not_utf8(vault: Path) -> None:
    try:
        (vault / os.fsdecode(b"\xff.md")).write_bytes(b"")
        (vault / os.fsdecode(b"\xfe")).mkdir()
    except OSError:
        pytest.skip("this file system has no such names")
    (vault / os.fsdecode(b"\xfe") / "a.md").write_bytes(b"")
    (vault / "line\nbreak [[#^|.md").write_bytes(b"")
    found = scan(vault, 1)
    assert found.notes == ("line\nbreak [[#^|.md", "n.md")
    assert told(found) == [("?", "bad-name"), ("?.md", "bad-name")]


def test_large_notes_are_left_out(vault: Path) -> None:
    lay(vault, {"large.md": b"x" * 20_001, "just.md": b"x" * 20_000, "large.png": b"x" * 30_000})
    found = scan(vault, 0.02)
    assert (found.notes, found.attachments) == (("just.md", "n.md"), ("large.png", "sub/p.png"))
    assert told(found) == [("large.md", "large-note")]


def test_a_note_that_is_gone_when_it_is_read(vault: Path) -> None:
    lay(vault, {"a.md": "", "b.md": ""})

    def remove(done: int, total: int) -> None:
        (vault / "b.md").unlink(missing_ok=True)

    knowledge_map, findings = read(vault, VaultMapping(map="-"), remove)
    assert [topic.id for topic in knowledge_map.topics] == ["a", "n"]
    assert [(finding.source.file, finding.code) for finding in findings] == [("b.md", "unreadable-note")]


def test_a_folder_that_is_gone_when_it_is_listed(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(vault, {"gone/a.md": ""})
    listed = os.scandir

    def scandir(path: Path) -> object:
        if path.name == "gone":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = scan(vault, 1)
    assert found.notes == ("n.md",)
    assert told(found) == [("gone", "unreadable-folder")]
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
    content = read(vault, VaultMapping(map="-"))[0]
    assert content.file("sub/p.png") == b"picture"
    with pytest.raises(OSError):
        content.file(path)


def test_absolute_paths_are_not_read(vault: Path) -> None:
    content = read(vault, VaultMapping(map="-"))[0]
    for path in (vault / "n.md", vault.parent / "outside" / "secret.png"):
        with pytest.raises(OSError, match="vault"):
            content.file(str(path))
    with pytest.raises(OSError, match="vault"):
        content.file(f"//{vault}/n.md")


@ODD
def test_no_link_leads_out(vault: Path) -> None:
    """Not even one that came after the vault was listed."""
    content = read(vault, VaultMapping(map="-"))[0]
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
    assert read(link, VaultMapping(map="-"))[0].file("sub/p.png") == b"picture"
