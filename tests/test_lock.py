"""What a writer must not forget: given to it as `previous.lock`, kept beside its mapping or in the vault's own folder."""

import errno
import json
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest
from command import VAULT, lay, mlk_export, tree
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples
from msgspec.structs import replace

from exporter import ExportError, File, Finding, save
from exporter.model import Lock
from exporter.run import Run
from exporter.saving import lock_folders, previous, restore, withhold
from exporter.views.skos import lock as skos_lock
from exporter.views.skos.lock import Entry

NAMED = "# A remark\n" + "".join(
    f'{{"iri":"{name}","title":"{name.title()}","note":"{folder}{name}.md"}}\n'
    for name, folder in (("a", ""), ("c", "Private/"), ("e", ""))
)


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    assert previous(tmp_path / "out", "notes").lock is None
    save({"notes": [Lock("1"), File("a.txt", "")]}, tmp_path / "out")
    assert not [*tmp_path.rglob("*.lock")]


def test_the_lock_is_read(tmp_path: Path) -> None:
    assert previous(tmp_path / "out", "notes", [tmp_path]).lock == ""
    lay(tmp_path, {"notes.lock": "é\r\n"})
    assert previous(tmp_path / "out", "notes", [tmp_path]).lock == "é\n"


def test_a_lock_that_cannot_be_read_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "notes.lock").write_bytes(b"\xff")
    with pytest.raises(ExportError, match=r"notes\.lock: cannot be read"):
        previous(tmp_path / "out", "notes", [tmp_path])


def test_a_conflict_of_a_merge_ends_the_run(tmp_path: Path) -> None:
    lay(tmp_path, {"notes.lock": "a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n"})
    with pytest.raises(ExportError, match=r"notes\.lock:2: a merge has left a conflict; keep the lines of both sides"):
        previous(tmp_path / "out", "notes", [tmp_path])


def test_it_is_kept_once_all_is_written(tmp_path: Path) -> None:
    out, folder = tmp_path / "out", tmp_path / "made when needed"
    save({"notes": [Lock("1"), File("a.txt", "")]}, out, [folder])
    assert (folder / "notes.lock").read_text() == "1"
    before = (folder / "notes.lock").stat().st_mtime_ns
    save({"notes": [File("a.txt", ""), Lock("1")]}, out, [folder])
    assert (folder / "notes.lock").stat().st_mtime_ns == before
    with pytest.raises(ExportError):
        save({"notes": [Lock("2"), File("../a.txt", "")]}, out, [folder])
    assert (folder / "notes.lock").read_text() == "1"
    assert sorted(path.name for path in folder.iterdir()) == ["notes.lock"]


def test_formats_that_share_a_mapping_share_its_lock(tmp_path: Path) -> None:
    """So that a name that one of them has published is known to the other, whichever of the two is saved."""
    out, folders = tmp_path / "out", [tmp_path]
    save({"pages": [Lock("1", "notes"), File("a.txt", "")]}, out, folders)
    assert [path.name for path in tmp_path.glob("*.lock")] == ["notes.lock"]
    assert previous(out, "pages", folders, "notes").lock == previous(out, "notes", folders).lock == "1"
    (out / "notes").mkdir()
    (out / "notes" / "a.txt").write_text("somebody else's")
    with pytest.raises(ExportError, match="notes"):
        save({name: [Lock("2", "notes"), File("a.txt", "new")] for name in ("pages", "notes")}, out, folders)
    assert previous(out, "notes", folders).lock == "2"


def test_an_old_one_is_kept_where_it_lies(tmp_path: Path) -> None:
    folders = [lay(tmp_path / name, {}) for name in ("first", "second", "third")]
    lay(folders[1], {"notes.lock": "1"})
    lay(folders[2], {"notes.lock": "of somebody else"})
    assert previous(tmp_path / "out", "notes", folders).lock == "1"
    save({"notes": [Lock("2"), File("a.txt", "")]}, tmp_path / "out", folders)
    assert (folders[1] / "notes.lock").read_text() == "2"
    assert not (folders[0] / "notes.lock").exists()


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_where_nobody_may_write_it_is_told_and_the_run_goes_on(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Finding] = []
    real = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(code, "not here", str(self))

    (tmp_path / "out" / "notes").mkdir(parents=True)
    monkeypatch.setattr(Path, "replace", lambda self, to: (refuse if to.suffix == ".lock" else real)(self, to))
    assert save({"notes": [Lock("1"), File("a.txt", "")]}, tmp_path / "out", [tmp_path], told.extend)
    assert [(finding.source.file, finding.code) for finding in told] == [
        (str(tmp_path / "notes.lock"), "unwritable-lock")
    ]
    assert told[0].message.startswith("cannot be written: not here; so a note that is renamed will have another name")


def test_a_link_in_its_way_leads_nowhere(tmp_path: Path) -> None:
    lay(tmp_path, {"mine": "x", "locks/.keep": ""})
    (tmp_path / "locks" / ".notes.lock.new").symlink_to(tmp_path / "mine")
    save({"notes": [Lock("1"), File("a.txt", "")]}, tmp_path / "out", [tmp_path / "locks"])
    assert (tmp_path / "mine").read_text() == "x"
    assert (tmp_path / "locks" / "notes.lock").read_text() == "1"
    assert not (tmp_path / "locks" / "notes.lock").is_symlink()


def test_something_in_its_way_ends_the_run(tmp_path: Path) -> None:
    lay(tmp_path, {"notes.lock/folder": ""})
    with pytest.raises(ExportError, match="cannot be written"):
        save({"notes": [Lock("1"), File("a.txt", "")]}, tmp_path / "out", [tmp_path])


# -- where it lies ---------------------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a vault, where the command is run."""
    lay(tmp_path / "vault", VAULT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("mapping", "place"),
    [
        (None, "vault/.mlk-export"),
        ("vault/.mlk-export", "vault/.mlk-export"),
        ("vault/mappings", "vault/mappings"),
        ("mappings", "mappings"),
    ],
)
def test_a_new_one_lies_with_the_mappings_else_in_the_vaults_own_folder(
    here: Path, mapping: str | None, place: str
) -> None:
    lay(here, {f"{mapping}/opml.toml": ""} if mapping else {})
    assert Run("vault").locks[0] == Path(place)


def test_an_old_one_is_found_as_mappings_come_and_go(here: Path) -> None:
    places = [Path("vault/.mlk-export"), Path("vault/mappings"), Path("mappings")]
    assert Run("vault").locks == places
    lay(here, {"mine/skos.toml": ""})
    assert Run("vault", "mine").locks == [Path("mine"), *places]


def test_the_one_of_the_folder_here_is_not_for_a_vault_elsewhere(here: Path) -> None:
    lay(here, {"elsewhere/.keep": "", "mappings/skos.lock": NAMED})
    assert Path("mappings") in lock_folders(Path("vault"), None)
    assert Path("mappings") not in lock_folders(Path("..") / "other", None)


@pytest.mark.slow
@pytest.mark.parametrize("mapped", [False, True])
def test_from_the_command_line(tmp_path: Path, mapped: bool) -> None:
    lay(tmp_path / "vault", VAULT)
    if mapped:
        lay(tmp_path / "mappings", {"opml.toml": ""})
    file = tmp_path / ("mappings/skos.lock" if mapped else "vault/.mlk-export/skos.lock")
    assert mlk_export("--format", "skos", cwd=tmp_path).code == 0
    lock = file.read_text()
    (tmp_path / "vault" / "Tree.md").rename(tmp_path / "vault" / "Oak.md")
    lay(tmp_path / "vault", {"Map.md": VAULT["Map.md"].replace("Tree", "Oak")})
    run = mlk_export("--format", "skos", "--strict=error", cwd=tmp_path)
    assert run.code == 0
    told = (tmp_path / "out" / "skos" / "knowledge-map.ttl").read_text()
    assert "vault:tree\n    a skos:Concept" in told
    assert 'skos:prefLabel "Oak"@en' in told
    assert file.read_text() != lock
    assert [*tmp_path.rglob("*.lock")] == [file]
    before = tree(tmp_path)
    assert mlk_export("check", cwd=tmp_path).code == 0
    assert tree(tmp_path) == before
    assert mlk_export("--format", "skos", "--format", "opml", cwd=tmp_path).code == 0


@pytest.mark.slow
def test_one_of_the_first_form_is_read_and_written_anew(tmp_path: Path) -> None:
    lay(tmp_path / "vault", {"Oak.md": "---\naliases: Tree\n---\nA tree.\n", "Pond.md": "Wet.\n"})
    entry = '{"iri":"plant","title":"Tree","note":"Tree.md"}'
    old = f'{{"about": "What this is.",\n"concepts": [\n{entry},\n{entry.replace("plant", "bog").replace("Tree", "Bog")}\n]}}\n'
    lay(tmp_path, {"mappings/skos.lock": old})
    assert mlk_export("--format", "skos", cwd=tmp_path).code == 0
    first, *lines = (tmp_path / "mappings/skos.lock").read_text().splitlines()
    assert first.startswith("# ")
    assert [json.loads(line)["iri"] for line in lines] == ["bog", "plant", "pond"]
    assert "vault:plant\n    a skos:Concept" in (tmp_path / "out/skos/knowledge-map.ttl").read_text()


# -- lines that a writer must not see ----------------------------------------------------------------------------------


def test_lines_about_hidden_notes_are_withheld_and_put_back() -> None:
    lock, withheld = withhold(NAMED, lambda note, title: note.startswith("Private/"))
    assert "Private" not in lock
    assert lock.splitlines()[0] == "# A remark"
    assert [json.loads(line)["iri"] for line in withheld] == ["c"]
    new = lock.replace('{"iri":"e"', '{"iri":"b","title":"B"}\n{"iri":"d","title":"D"}\n{"iri":"e"')
    assert [line[:10] for line in restore(new, withheld).splitlines()[1:]] == [f'{{"iri":"{x}"' for x in "abcde"]


def test_an_iri_that_was_given_away_meanwhile_stays_with_the_note_that_can_be_seen() -> None:
    lock, withheld = withhold(NAMED, lambda note, title: title == "C")
    new = lock + '{"iri":"c","title":"Public","note":"c.md"}\n'
    assert restore(new, withheld).count('"iri":"c"') == 1
    assert "Private" not in restore(new, withheld)


@pytest.mark.parametrize("lock", ["", "Hill\nTree", "\n", '{"iri":"a"}', '[]\n{\n{}\n{"note":1}\n'])
def test_a_lock_with_nothing_to_be_hidden_is_left_as_it_is(lock: str) -> None:
    assert withhold(lock, lambda note, title: note == "a.md") == (lock, [])
    assert restore(lock, []) == lock


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4)
ENTRIES = st.builds(
    Entry,
    iri=WORDS,
    title=WORDS,
    note=st.sampled_from(["", "a.md", "b.md", "é\u2028.md"]),
    mark=st.sampled_from(["", "1", "2"]),
)


def lock_of(entries: list[Entry]) -> str:
    return "".join(skos_lock.dump({entry.iri: entry for entry in entries}.values()))


@given(st.lists(ENTRIES, max_size=6), st.sets(st.sampled_from(["a.md", "é\u2028.md", "z.md"])))
@settings(max_examples=examples(100))
def test_what_was_withheld_comes_back_as_it_was(entries: list[Entry], paths: set[str]) -> None:
    lock = lock_of(entries)
    seen, withheld = withhold(lock, lambda note, title: note in paths)
    assert not {entry.note for entry in skos_lock.parse(seen)} & paths
    assert restore(seen, withheld) == lock


# -- branches ------------------------------------------------------------------------------------------------------------


class Branches(NamedTuple):
    """A lock, how it has gone on on two branches, and the notes that there are when both are merged."""

    base: list[Entry]
    ours: list[Entry]
    theirs: list[Entry]
    notes: set[str]
    merged: set[tuple[str, str, bool]]  # IRI, note, whether it is gone


@st.composite
def branches(draw: st.DrawFn) -> Branches:
    """Notes are made on either branch or on both, are renamed or removed on one, and say something else on any."""
    made = Branches([], [], [], set(), set())
    for iri in draw(st.lists(WORDS, min_size=1, max_size=12, unique=True)):
        where = draw(st.sampled_from(["base", "ours", "theirs", "both"]))
        entry = Entry(iri, f"Title of {iri}", note=f"{iri}.md", mark="0")
        later = entry
        if where == "base":
            made.base.append(entry)
            change = draw(st.sampled_from(["", "rename", "remove"]))
            if change == "rename":
                later = Entry(iri, f"New {iri}", note=f"Sub/{iri}.md", mark="0")
            elif change == "remove":
                later = Entry(iri, entry.title, note=entry.note, deprecated=True)
        changer = draw(st.sampled_from(["ours", "theirs"]))
        for side, entries in (("ours", made.ours), ("theirs", made.theirs)):
            if where in ("base", "both", side):
                now = later if side == changer else entry
                entries.append(now if now.deprecated else replace(now, mark=draw(st.sampled_from(["0", side]))))
        if not later.deprecated:
            made.notes.add(later.note)
        made.merged.add((iri, later.note, later.deprecated))
    return made


@pytest.mark.slow
@given(branches())
@settings(max_examples=examples(60), deadline=None)
def test_two_branches_are_merged_by_their_lines(made: Branches) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("base", "ours", "theirs"):
            Path(folder, name).write_text(lock_of(getattr(made, name)), encoding="utf-8", newline="")
        command = ["git", "merge-file", "-p", "--union", "ours", "base", "theirs"]
        merged = subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout.decode()
    entries = skos_lock.parse(merged, made.notes)
    assert sorted((entry.iri, entry.note, entry.deprecated) for entry in entries) == sorted(made.merged)
    assert skos_lock.parse(lock_of(entries)) == sorted(entries, key=lambda entry: entry.iri)


@pytest.mark.parametrize("notes", [set(), {"One.md", "Two.md"}])
def test_whose_an_iri_is_is_never_guessed(notes: set[str]) -> None:
    a, b = (lock_of([Entry("a", "A", note=note)]) for note in ("One.md", "Two.md"))
    with pytest.raises(ExportError, match=r"skos\.lock:4: 'a' stands in line 2, too, .*; remove one of the two lines"):
        skos_lock.parse(a + b, notes)
    assert [entry.note for entry in skos_lock.parse(a + b, {"Two.md"})] == ["Two.md"]


def test_what_has_taken_a_place_is_never_guessed() -> None:
    gone = Entry("a", "A", note="A.md", deprecated=True)
    none, b, c = (lock_of([replace(gone, replaced_by=heir)]) for heir in ("", "b", "c"))
    assert [entry.replaced_by for entry in skos_lock.parse(b + none)] == ["b"]
    with pytest.raises(ExportError, match=r"skos\.lock:4: 'a' stands in line 2, too"):
        skos_lock.parse(b + c)
