"""saving.save: all or nothing, and nothing that a person made is removed or overwritten."""

import json
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from command import lay, tree

from exporter import ExportError, File, Finding, LeftError, Source, save
from exporter.saving import KILLED, MANIFEST, STAGING, folder, previous

OLD = {"same.txt": "one\n", "changed.txt": "old\n", "stale.txt": "gone soon\n", "deep/down/stale.txt": "this too\n"}
NEW = {"same.txt": "one\n", "changed.txt": "new\n", "deep/new.txt": "fresh\n"}


def files(texts: dict[str, str]) -> list[File]:
    return [File(path, text) for path, text in texts.items()]


def write(out: Path, texts: dict[str, str], name: str = "notes") -> list[Finding]:
    """Save these files as the writer NAME would have made them; gives the findings."""
    findings: list[Finding] = []
    save({name: files(texts)}, out, tell=findings.extend)
    return findings


def refused(out: Path, made: dict[str, Iterable[File | Finding]]) -> str:
    """Save, which must be refused and leave everything as it was; gives the message."""
    before = tree(out.parent)
    with pytest.raises(ExportError) as caught:
        save(made, out)
    assert tree(out.parent) == before
    return str(caught.value)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output folder in a folder of its own; not there yet."""
    (tmp_path / "parent").mkdir()
    return tmp_path / "parent" / "out"


# -- what is written -----------------------------------------------------------------------------------


def test_the_paths_come_in_the_writers_order_and_the_findings_with_them(out: Path) -> None:
    finding = Finding(Source("x.md", 1), "lost", "cannot be said")
    findings: list[Finding] = []
    made = {"b": [File("2.txt", ""), finding, File("1.txt", "")], "a": [File("3.txt", "")]}
    paths = save(made, out, tell=findings.extend)
    assert paths == [out / "b" / "2.txt", out / "b" / "1.txt", out / "a" / "3.txt"]
    assert findings == [finding]


def test_text_is_saved_as_utf_8_with_unix_line_ends(out: Path) -> None:
    save({"notes": [File("a.txt", "Größe\n数学\n"), File("b.bin", b"\r\n\xff")]}, out)
    assert (out / "notes" / "a.txt").read_bytes() == "Größe\n数学\n".encode()
    assert (out / "notes" / "b.bin").read_bytes() == b"\r\n\xff"


def test_content_may_come_in_parts(out: Path) -> None:
    save({"notes": [File("a.txt", (f"{n}\n" for n in range(3))), File("b.bin", iter([b"x", b"y"]))]}, out)
    assert (out / "notes" / "a.txt").read_bytes() == b"0\n1\n2\n"
    assert (out / "notes" / "b.bin").read_bytes() == b"xy"


def test_only_the_files_and_the_manifest_are_there(out: Path) -> None:
    write(out, NEW)
    expected = {"notes", "notes/deep", f"notes/{MANIFEST}", *(f"notes/{path}" for path in NEW)}
    assert set(tree(out)) == expected


def test_saving_the_same_twice_changes_nothing(out: Path) -> None:
    write(out, NEW)
    before = tree(out)
    assert write(out, NEW) == []
    assert tree(out) == before


def test_a_format_leaves_the_folders_of_others_alone(out: Path) -> None:
    write(out, OLD, "first")
    before = tree(out / "first")
    write(out, NEW, "second")
    assert tree(out / "first") == before


# -- what goes -------------------------------------------------------------------------------------------


def test_stale_files_of_the_last_run_go_and_folders_that_they_leave_empty(out: Path, tmp_path: Path) -> None:
    write(out, OLD)
    assert write(out, NEW) == []
    write(tmp_path / "clean", NEW)
    assert tree(out) == tree(tmp_path / "clean")
    write(out, {})
    assert set(tree(out)) == {"notes", f"notes/{MANIFEST}"}


def test_a_stale_file_that_is_gone_already_is_no_matter(out: Path) -> None:
    write(out, OLD)
    (out / "notes" / "stale.txt").unlink()
    assert write(out, NEW) == []


def test_a_folder_with_a_file_of_somebody_stays(out: Path) -> None:
    write(out, OLD)
    mine = lay(out, {"notes/deep/down/mine.txt": "mine"})
    write(out, {})
    assert (mine / "notes/deep/down/mine.txt").read_text() == "mine"


def test_what_killed_runs_left_goes_after_a_day(out: Path) -> None:
    long_ago = time.time() - KILLED - 60
    lay(out, {f"{STAGING}killed/notes/a.txt": "half", f"{STAGING}running/notes/a.txt": "half", ".new/mine.txt": "mine"})
    os.utime(out / f"{STAGING}killed", (long_ago, long_ago))
    os.utime(out / ".new", (long_ago, long_ago))
    write(out, NEW)
    assert {path.name for path in out.iterdir()} == {"notes", ".new", f"{STAGING}running"}


# -- what a person made stays ------------------------------------------------------------------------------


def test_a_file_that_a_person_made_is_neither_overwritten_nor_removed(out: Path) -> None:
    lay(out, {"notes/changed.txt": "mine"})
    told = refused(out, {"notes": files(NEW)})
    assert told.startswith(f"{out / 'notes' / 'changed.txt'}: was made by somebody else; move it away or delete it")


def test_a_file_that_a_person_made_beside_ours_stays(out: Path) -> None:
    write(out, OLD)
    lay(out, {"notes/mine.txt": "mine", "mine/too.txt": "mine"})
    write(out, NEW)
    write(out, {})
    assert (out / "notes" / "mine.txt").read_text() == (out / "mine" / "too.txt").read_text() == "mine"


def test_a_file_that_is_ours_to_the_byte_is_taken_over(out: Path) -> None:
    lay(out, {"notes/same.txt": "one\n"})
    assert write(out, NEW) == []
    write(out, {})
    assert not (out / "notes" / "same.txt").exists()


def test_a_file_that_a_person_changed_is_not_overwritten(out: Path) -> None:
    write(out, OLD)
    lay(out, {"notes/changed.txt": "mine"})
    told = refused(out, {"notes": files(NEW)})
    assert told.startswith(f"{out / 'notes' / 'changed.txt'}: was changed by somebody else")


def test_a_stale_file_that_a_person_changed_is_kept_and_told_once(out: Path) -> None:
    write(out, OLD)
    lay(out, {"notes/stale.txt": "mine"})
    (finding,) = write(out, NEW)
    assert (finding.code, finding.source) == ("kept-file", Source(str(out / "notes" / "stale.txt"), 1))
    assert (out / "notes" / "stale.txt").read_text() == "mine"
    assert write(out, {}) == []
    assert (out / "notes" / "stale.txt").read_text() == "mine"


def test_a_format_that_is_refused_is_left_and_the_others_are_written(out: Path) -> None:
    write(out, OLD, "second")
    lay(out, {"second/changed.txt": "mine"})
    before = tree(out / "second")
    with pytest.raises(LeftError) as caught:
        save({"first": files(NEW), "second": files(NEW), "third": files({"a.txt": "ours"})}, out)
    assert caught.value.lines == [
        f"{out / 'second' / 'changed.txt'}: was changed by somebody else; move it away or delete it, then export again; "
        "--overwrite replaces it"
    ]
    assert caught.value.paths == [*(out / "first" / path for path in NEW), out / "third" / "a.txt"]
    assert tree(out / "second") == before
    assert (out / "first" / "changed.txt").read_text() == "new\n"
    assert not list(out.glob(f"{STAGING}*"))


def test_who_asks_for_it_has_the_files_of_others_overwritten(out: Path) -> None:
    write(out, OLD)
    lay(out, {"notes/changed.txt": "mine", "notes/deep/new.txt": "mine, too", "notes/stale.txt": "mine as well"})
    findings: list[Finding] = []
    save({"notes": files(NEW)}, out, tell=findings.extend, overwrite=True)
    assert {path: (out / "notes" / path).read_text() for path in NEW} == NEW
    assert (out / "notes" / "stale.txt").read_text() == "mine as well"  # nobody writes it any more
    assert [finding.code for finding in findings] == ["kept-file"]


@pytest.mark.parametrize("text", ["one\n\ntwo\n", "one\r\ntwo\n", "one\n", "\n", "no end"])
def test_line_ends_that_git_has_changed_are_no_change(out: Path, text: str) -> None:
    write(out, {"a.txt": text, "stale.txt": text})
    for name in ("a.txt", "stale.txt"):
        lay(out, {f"notes/{name}": text.replace("\r\n", "\n").replace("\n", "\r\n")})
    if "\r" in text:  # nobody can tell any more which line ends it had
        assert "a.txt: was changed by somebody else" in refused(out, {"notes": files({"a.txt": "new\n"})})
        return
    assert write(out, {"a.txt": "new\n"}) == []
    assert set(tree(out / "notes")) == {"a.txt", MANIFEST}


def test_line_ends_are_told_apart_across_the_blocks_in_which_a_file_is_read(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "BLOCK", 2)
    write(out, {"a.txt": "a\nbc\n\n"})
    lay(out, {"notes/a.txt": "a\r\nbc\r\n\r\n"})
    assert write(out, {"a.txt": "new\n"}) == []
    lay(out, {"notes/a.txt": "new\r"})
    assert "was changed" in refused(out, {"notes": files({"a.txt": "newer\n"})})


# -- what another program holds ---------------------------------------------------------------------------


def hold(monkeypatch: pytest.MonkeyPatch, *names: str, times: int = 1000) -> list[str]:
    """Let files of these names be held by another program, as on Windows, so many times; gives what was tried."""
    tried: list[str] = []
    rename, unlink = Path.replace, Path.unlink

    def held(path: Path) -> None:
        if path.name in names:
            tried.append(path.name)
            if len(tried) <= times:
                raise PermissionError(13, "The process cannot access the file", str(path))

    def replace(self: Path, target: Path) -> Path:
        if STAGING not in str(target):
            held(target)
        return rename(self, target)

    def remove(self: Path, missing_ok: bool = False) -> None:
        held(self)
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(Path, "unlink", remove)
    monkeypatch.setattr(folder, "WAITS", (0, 0, 0))
    return tried


@pytest.mark.parametrize("before", [{}, OLD, NEW | {"deep/new.txt": "old"}])
@pytest.mark.parametrize("links", [True, False])
def test_a_format_with_a_file_that_is_held_is_left_whole_and_the_others_are_written(
    out: Path, before: dict[str, str], links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if before:
        write(out, before, "second")
    was = tree(out / "second")

    def no_links(self: Path, target: Path) -> None:
        raise OSError(1, "no hard links here")

    with monkeypatch.context() as patch:
        hold(patch, "new.txt")
        if not links:
            patch.setattr(Path, "hardlink_to", no_links)
        with pytest.raises(LeftError) as caught:
            save({"first": files({"a.txt": "ours"}), "second": files(NEW), "third": files({"a.txt": "ours"})}, out)
    assert caught.value.lines == [
        f"{out / 'second' / 'deep' / 'new.txt'}: cannot be written: The process cannot access the file; is it open in "
        "another program? close it there, or make its folder writable, then export again"
    ]
    assert tree(out / "second") == was
    assert {path.name for path in out.iterdir()} == {"first", "third", *(["second"] if before else [])}
    write(out, NEW, "second")
    assert {path: (out / "second" / path).read_text() for path in NEW} == NEW


def test_a_file_that_is_let_go_in_a_moment_is_written(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(out, OLD)
    tried = hold(monkeypatch, "changed.txt", times=3)
    assert write(out, NEW) == []
    assert tried == 4 * ["changed.txt"]


def test_a_file_that_is_held_and_does_not_change_is_no_matter(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(out, OLD)
    hold(monkeypatch, "same.txt")
    assert write(out, NEW) == []


def test_a_stale_file_that_is_held_goes_with_the_next_run(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(out, {**OLD, "stale too.txt": ""})
    with monkeypatch.context() as patch:
        hold(patch, "stale.txt")
        found = write(out, NEW)
    assert {(finding.code, Path(finding.source.file).name) for finding in found} == {("kept-file", "stale.txt")}
    assert "cannot be removed: The process cannot access the file; the next run tries again" in found[0].message
    assert not (out / "notes" / "stale too.txt").exists()
    assert write(out, NEW) == []
    assert not (out / "notes" / "stale.txt").exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_what_stops_a_run_between_two_files_leaves_the_format_as_it_was(
    out: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(out, OLD)
    before = tree(out)
    rename = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target.name == "new.txt":
            raise error
        return rename(self, target)

    with monkeypatch.context() as patch, pytest.raises((LeftError, KeyboardInterrupt)):
        patch.setattr(Path, "replace", replace)
        write(out, NEW)
    assert tree(out) == before


# -- what is in the way --------------------------------------------------------------------------------------


def test_a_folder_where_a_file_is_to_be_written_is_refused(out: Path) -> None:
    write(out, OLD)
    (out / "notes" / "new.txt").mkdir()
    told = refused(out, {"notes": files({**NEW, "new.txt": ""})})
    assert told.startswith(f"{out / 'notes' / 'new.txt'}: a folder stands where a file is to be written; move it away")


@pytest.mark.parametrize("path", ["notes", "notes/deep", "notes/deep/down"])
def test_a_file_where_a_folder_is_to_be_made_is_refused(out: Path, path: str) -> None:
    lay(out, {path: "mine"})
    told = refused(out, {"notes": files({"a.txt": "", "deep/down/b.txt": ""})})
    assert told.startswith(f"{out / path}: a file stands where a folder is to be made; move it away")


@pytest.mark.parametrize("path", ["../x.txt", "a/../../x.txt", "/x.txt", "..", "", ".", MANIFEST])
def test_a_path_that_leaves_the_writers_folder_is_refused(out: Path, path: str) -> None:
    write(out, OLD)
    assert f"notes: {path!r} is no path below" in refused(out, {"notes": [File("fine.txt", ""), File(path, "bad")]})


@pytest.mark.parametrize("paths", [("a", "a"), ("a", "./a"), ("a", "a/b"), ("a/b", "a")])
def test_one_path_twice_is_refused(out: Path, paths: tuple[str, str]) -> None:
    assert "is written twice" in refused(out, {"notes": [File(path, "") for path in paths]})


def test_links_that_lead_out_are_refused(out: Path, tmp_path: Path) -> None:
    outside = lay(tmp_path / "outside", {"target.txt": "theirs"})
    for link, goal in {"notes": outside, "notes/deep": outside, "notes/same.txt": outside / "target.txt"}.items():
        (out / link).parent.mkdir(parents=True, exist_ok=True)
        (out / link).symlink_to(goal)
        assert str(out / link) in refused(out, {"notes": files(NEW)})
        (out / link).unlink()
    assert tree(outside) == {"target.txt": b"theirs"}


@pytest.mark.parametrize("goal", ["mine.txt", "nowhere.txt", "same.txt"])
def test_a_link_of_somebody_is_not_overwritten(out: Path, goal: str) -> None:
    lay(out, {"notes/mine.txt": NEW["same.txt"]})
    (out / "notes" / "same.txt").symlink_to(goal)
    assert str(out / "notes" / "same.txt") in refused(out, {"notes": files(NEW)})


def test_a_stale_file_behind_a_link_is_not_removed(out: Path, tmp_path: Path) -> None:
    write(out, {"deep/stale.txt": "ours"})
    (out / "notes" / "deep").rename(tmp_path / "moved")
    (out / "notes" / "deep").symlink_to(tmp_path / "moved")
    write(out, {})
    assert (tmp_path / "moved" / "stale.txt").read_text() == "ours"


def test_the_output_folder_itself_may_be_a_link(out: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    out.symlink_to(tmp_path / "elsewhere")
    write(out, OLD)
    write(out, NEW)
    assert (tmp_path / "elsewhere" / "notes" / "changed.txt").read_text() == "new\n"


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "null", '"x"', "{}", '{"files": null}', '{"files": []}', '{"files": {"changed.txt": 5}}', "\0"],
)
def test_behind_a_damaged_manifest_nothing_is_touched(out: Path, damage: str) -> None:
    write(out, OLD)
    lay(out, {f"notes/{MANIFEST}": damage})
    assert "changed.txt: was made by somebody else" in refused(out, {"notes": files(NEW)})
    (out / "notes" / "changed.txt").unlink()
    write(out, NEW)
    assert (out / "notes" / "stale.txt").read_text() == OLD["stale.txt"]


def test_a_manifest_cannot_name_what_lies_outside(out: Path) -> None:
    write(out, OLD)
    manifest = json.loads((out / "notes" / MANIFEST).read_text())
    lay(out.parent, {"stale.txt": OLD["stale.txt"]})
    manifest["files"] |= dict.fromkeys(
        ("../../stale.txt", str(out.parent / "stale.txt")), manifest["files"]["stale.txt"]
    )
    (out / "notes" / MANIFEST).write_text(json.dumps(manifest))
    write(out, {})
    assert (out.parent / "stale.txt").exists()


# -- what fails --------------------------------------------------------------------------------------------


def failing(error: Exception) -> Iterator[File]:
    yield File("same.txt", "half")
    raise error


def failing_in_the_middle_of_a_file() -> Iterator[File]:
    def parts() -> Iterator[str]:
        yield "half"
        raise ZeroDivisionError

    yield File("same.txt", parts())


@pytest.mark.parametrize("error", [ExportError("no"), ZeroDivisionError("no"), KeyboardInterrupt()])
def test_a_writer_that_fails_leaves_everything_as_it_was(out: Path, error: Exception) -> None:
    write(out, OLD)
    before = tree(out)
    with pytest.raises(type(error)):
        save({"first": files(NEW), "notes": failing(error)}, out)
    assert tree(out) == before


def test_content_that_fails_leaves_everything_as_it_was(out: Path) -> None:
    write(out, OLD)
    before = tree(out)
    with pytest.raises(ZeroDivisionError):
        save({"first": files(NEW), "notes": failing_in_the_middle_of_a_file()}, out)
    assert tree(out) == before


def test_a_failing_first_run_leaves_no_empty_folder(out: Path) -> None:
    refused(out / "deep" / "down", {"notes": failing(ExportError("no"))})
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_an_error_with_a_way_out(out: Path) -> None:
    lay(out.parent, {"file": "mine"})
    for place in ("file", "file/x", "file/x/y"):
        told = refused(out.parent / place, {"notes": files(NEW)})
        assert told.startswith(f"{out.parent / place}: cannot be written: ")
        assert told.endswith("; choose another folder with --out")


# -- what was killed -----------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.slow
@pytest.mark.parametrize("before", [{}, OLD])
def test_a_run_that_was_killed_is_healed_by_the_next_one(
    out: Path, tmp_path: Path, before: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For every rename and removal: killed there, then run again with other goals, then as a clean run."""
    write(tmp_path / "clean", NEW, "first")
    write(tmp_path / "clean", NEW, "second")
    made = {"first": files(NEW), "second": files(NEW)}
    rename, unlink = Path.replace, Path.unlink
    killed = True
    last = 0
    while killed:
        last += 1
        here = out / str(last)
        if before:
            write(here, before, "first")
            write(here, before, "second")
        steps = iter(range(1, last))

        def step(steps: Iterator[int] = steps) -> None:
            if next(steps, None) is None:
                raise Killed

        def replace(self: Path, target: Path, step=step) -> Path:  # type: ignore[no-untyped-def]
            step()
            return rename(self, target)

        def remove(self: Path, missing_ok: bool = False, step=step) -> None:  # type: ignore[no-untyped-def]
            step()
            unlink(self, missing_ok)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", replace)
            patch.setattr(Path, "unlink", remove)
            try:
                save(made, here)
                killed = False
            except Killed:
                killed = True
        for path in (*OLD, *NEW):  # no file is ever half there
            for name in ("first", "second"):
                file = here / name / path
                assert not file.exists() or file.read_text() in (before.get(path), NEW.get(path))
        if last % 2:  # the next run may have other goals
            write(here, {"same.txt": "three\n"}, "first")
        findings: list[Finding] = []
        save(made, here, tell=findings.extend)
        assert findings == []
        assert tree(here) == tree(tmp_path / "clean")
    assert last > 2 * len(NEW) + 4  # each file and two manifests for each format, and the run that was not killed


def test_a_person_may_work_on_between_a_killed_run_and_the_next(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(out, OLD)
    rename = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target.name == "changed.txt":
            raise Killed
        return rename(self, target)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Path, "replace", replace)
        write(out, NEW)
    lay(out, {"notes/changed.txt": "mine", "notes/stale.txt": "mine"})
    assert "changed.txt: was changed by somebody else" in refused(out, {"notes": files(NEW)})
    (out / "notes" / "changed.txt").unlink()
    (finding,) = write(out, NEW)
    assert finding.source.file.endswith("stale.txt")


# -- what was made before --------------------------------------------------------------------------------------


def test_a_writer_is_given_what_it_made_as_it_stands_now(out: Path) -> None:
    assert dict(previous(out, "notes").files) == {}
    write(out, OLD)
    lay(out, {"notes/changed.txt": "by hand\n", "notes/theirs.txt": "never ours"})
    (out / "notes" / "stale.txt").unlink()
    files = previous(out, "notes").files
    assert dict(files) == {"same.txt": b"one\n", "changed.txt": b"by hand\n", "deep/down/stale.txt": b"this too\n"}
    assert "theirs.txt" not in files
    assert "stale.txt" not in files


@pytest.mark.parametrize("manifest", ["", "[]", '{"files": 3}', '{"files": {"same.txt": null}}', "\xff"])
def test_of_a_damaged_manifest_nothing_is_known(out: Path, manifest: str) -> None:
    write(out, OLD)
    (out / "notes" / MANIFEST).write_text(manifest)
    assert dict(previous(out, "notes").files) == {}


def test_files_behind_links_are_not_what_it_made(out: Path) -> None:
    write(out, OLD)
    lay(out.parent, {"secret.txt": "of somebody else"})
    (out / "notes" / "same.txt").unlink()
    (out / "notes" / "same.txt").symlink_to(out.parent / "secret.txt")
    assert "same.txt" not in previous(out, "notes").files


def merged(out: Path, based_on: bytes | None = None, text: str = "merged\n") -> dict[str, Iterable[File | Finding]]:
    before = previous(out, "notes").files["changed.txt"] if based_on is None else based_on
    return {"notes": [File("changed.txt", text, based_on=before)]}


def test_a_file_that_somebody_changed_is_replaced_by_one_that_is_based_on_it(out: Path) -> None:
    write(out, OLD)
    lay(out, {"notes/changed.txt": "by hand\n"})
    save(merged(out), out)
    assert (out / "notes" / "changed.txt").read_text() == "merged\n"
    save(merged(out, text="again\n"), out)
    assert (out / "notes" / "changed.txt").read_text() == "again\n"


@pytest.mark.parametrize("now", ["changed meanwhile\n", None])
def test_what_changed_since_it_was_read_is_not_replaced(out: Path, now: str | None) -> None:
    write(out, OLD)
    made = merged(out)
    if now is None:
        (out / "notes" / "changed.txt").unlink()
    else:
        lay(out, {"notes/changed.txt": now})
    assert (
        refused(out, made) == f"{out / 'notes' / 'changed.txt'}: was changed while this run was under way; export again"
    )


def test_our_own_version_is_not_replaced_either_if_another_was_read(out: Path) -> None:
    write(out, OLD)
    assert "under way" in refused(out, merged(out, b"some other version"))


def test_who_made_the_same_meanwhile_has_nothing_to_lose(out: Path) -> None:
    write(out, OLD)
    made = merged(out)
    lay(out, {"notes/changed.txt": "merged\n"})
    save(made, out)
    assert (out / "notes" / "changed.txt").read_text() == "merged\n"
