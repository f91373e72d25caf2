"""What a writer must not forget: given to it as `previous.lock`, kept beside its mapping."""

from pathlib import Path

import pytest
from command import VAULT, lay, mlk_export

from exporter import ExportError, File, save
from exporter.model import Lock
from exporter.saving import previous


def test_without_a_mapping_nothing_is_kept(tmp_path: Path) -> None:
    lay(tmp_path, {"notes.lock": "old"})
    assert previous(tmp_path / "out", "notes", tmp_path).lock is None
    assert previous(tmp_path / "out", "notes").lock is None


def test_beside_a_mapping_the_lock_is_read(tmp_path: Path) -> None:
    lay(tmp_path, {"notes.toml": ""})
    assert previous(tmp_path / "out", "notes", tmp_path).lock == ""
    lay(tmp_path, {"notes.lock": "é\n"})
    assert previous(tmp_path / "out", "notes", tmp_path).lock == "é\n"


def test_a_lock_that_cannot_be_read_ends_the_run(tmp_path: Path) -> None:
    lay(tmp_path, {"notes.toml": ""})
    (tmp_path / "notes.lock").write_bytes(b"\xff")
    with pytest.raises(ExportError, match=r"notes\.lock: cannot be read"):
        previous(tmp_path / "out", "notes", tmp_path)


def test_it_is_kept_once_all_is_written(tmp_path: Path) -> None:
    out, mappings = tmp_path / "out", lay(tmp_path / "mappings", {"notes.toml": ""})
    save({"notes": [Lock("1"), File("a.txt", "")]}, out, mappings)
    assert (mappings / "notes.lock").read_text() == "1"
    before = (mappings / "notes.lock").stat().st_mtime_ns
    save({"notes": [File("a.txt", ""), Lock("1")]}, out, mappings)
    assert (mappings / "notes.lock").stat().st_mtime_ns == before
    with pytest.raises(ExportError):
        save({"notes": [Lock("2"), File("../a.txt", "")]}, out, mappings)
    assert (mappings / "notes.lock").read_text() == "1"
    assert sorted(path.name for path in mappings.iterdir()) == ["notes.lock", "notes.toml"]


def test_without_a_mapping_a_lock_is_let_go(tmp_path: Path) -> None:
    save({"notes": [Lock("1"), File("a.txt", "")]}, tmp_path / "out", tmp_path)
    assert not (tmp_path / "notes.lock").exists()


def test_a_lock_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    lay(tmp_path, {"notes.toml": "", "notes.lock/folder": ""})
    with pytest.raises(ExportError, match="cannot be written"):
        save({"notes": [Lock("1"), File("a.txt", "")]}, tmp_path / "out", tmp_path)


@pytest.mark.slow
def test_from_the_command_line(tmp_path: Path) -> None:
    lay(tmp_path / "vault", VAULT)
    mlk_export("--format", "skos", cwd=tmp_path)
    assert not (tmp_path / "mappings").exists()
    lay(tmp_path / "mappings", {"skos.toml": ""})
    mlk_export("--format", "skos", cwd=tmp_path)
    lock = (tmp_path / "mappings" / "skos.lock").read_text()
    (tmp_path / "vault" / "Tree.md").rename(tmp_path / "vault" / "Oak.md")
    lay(tmp_path / "vault", {"Map.md": VAULT["Map.md"].replace("Tree", "Oak")})
    run = mlk_export("--format", "skos", "--strict", cwd=tmp_path)
    assert run.code == 0
    told = (tmp_path / "out" / "skos" / "knowledge-map.ttl").read_text()
    assert "vault:tree\n    a skos:Concept" in told
    assert 'skos:prefLabel "Oak"@en' in told
    assert (tmp_path / "mappings" / "skos.lock").read_text() != lock
    assert mlk_export("check", cwd=tmp_path).code == 0
    assert mlk_export("--format", "skos", "--format", "opml", cwd=tmp_path).code == 0
