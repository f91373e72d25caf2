"""`mlk-export watch`: what becomes of each change, of mistakes while somebody types, of a vault that goes and comes back."""

import gc
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from command import lay, mlk_export, tree
from conftest import TESTS
from live import live
from test_plugin import installed

from exporter.cli import live as commands
from exporter.reader.batch.files import folder
from exporter.watch import watch

pytestmark = pytest.mark.slow  # each starts the command, or exports many times

JSON, SKOS = Path("out/json/knowledge-map.json"), Path("out/skos/knowledge-map.ttl")
TAGS = SKOS.with_name("tags.ttl")
BOTH = ("--format", "json", "--format", "skos", "--set", "skos.base=https://example.net/")
FIRST = " seconds"  # in the line that ends an export


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a vault, where the command is run."""
    lay(tmp_path / "vault")
    return tmp_path


def test_a_change_is_in_the_files_that_it_concerns_and_the_others_stay(here: Path) -> None:
    with live("watch", *BOTH, cwd=here) as run:
        run.hear(FIRST)
        before = {path: path.stat() for path in (here / SKOS, here / SKOS.parent / ".manifest.json")}
        lay(here / "vault", {"Tree.md": "Grows on the [[Hill]].\n\n![[Hill]] \n"})
        assert run.hear("changed").startswith("Tree.md changed: 1 file written, ")
        for path, status in before.items():
            now = path.stat()
            assert (now.st_ino, now.st_mtime_ns) == (status.st_ino, status.st_mtime_ns), path
        lay(here / "vault", {"Tree.md": "# Oak\n\nGrows on the [[Hill]].\n"})
        assert run.hear("changed").startswith("Tree.md changed: 2 files written, ")
        assert "Oak" in (here / JSON).read_text() and "Oak" in (here / SKOS).read_text()
        (here / "vault/Tree.md").touch()
        assert run.hear("changed").startswith("Tree.md changed: nothing to write, ")
        (here / "vault/Tree.md").unlink()
        run.hear("changed")
        assert "Oak" not in (here / JSON).read_text()
        assert run.end() == 0
    assert run.paths == [*map(str, (JSON, SKOS, TAGS, JSON, JSON, SKOS, JSON, SKOS))]


def test_what_it_leaves_is_what_an_export_makes(here: Path) -> None:
    with live("watch", *BOTH, cwd=here) as run:
        run.hear(FIRST)
        lay(here / "vault", {"New.md": "---\nup: '[[Hill]]'\n---\nText.\n"})
        run.hear("New.md changed")
        run.end()
    left = tree(here / "out")
    shutil.rmtree(here / "out")
    assert mlk_export(*BOTH, "--no-cache", cwd=here).code == 0
    assert tree(here / "out") == left


@pytest.mark.book
def test_what_was_made_of_notes_is_kept_for_other_runs_at_the_end(here: Path) -> None:
    with live("watch", "--format", "html", cwd=here) as run:
        run.hear(FIRST)
        lay(here / "vault", {"Tree.md": "Grows on the [[Hill]], since long ago.\n"})
        run.hear("Tree.md changed")
        run.end()
    assert any(b"since long ago" in file.read_bytes() for file in folder().iterdir())


def test_a_finding_is_told_when_it_is_new_and_when_it_is_mended(here: Path) -> None:
    lay(here / "vault", {"Hill.md": "See [[Nowhere]].\n"})
    with live("watch", "--format", "json", cwd=here) as run:
        assert run.hear("missing-note").startswith("vault/Hill.md:1: warning: no note is named 'Nowhere'")
        run.hear(FIRST)
        lay(here / "vault", {"Hill.md": "A line more.\n\nSee [[Nowhere]].\n", "Tree.md": "See [[Elsewhere]].\n"})
        assert run.hear("missing-note").startswith("vault/Tree.md:1: warning: no note is named 'Elsewhere'")
        assert "1 new finding" in run.hear("changed")
        lay(here / "vault", {"Hill.md": "Nothing.\n"})
        assert "1 finding mended, 1 left" in run.hear("changed")
        lay(here / "vault", {"Tree.md": "Nothing.\n"})
        assert "1 finding mended, none left" in run.hear("changed")
        lay(here / "vault", {"Hill.md": "See [[Nowhere]].\n"})
        run.hear("no note is named 'Nowhere'")
        run.hear("changed")
        run.end()
    assert sum("missing-note" in line for line in run.said) == 3


def test_a_note_that_is_saved_in_the_middle_of_a_line_is_waited_for(here: Path) -> None:
    lay(here / "vault", {"Tree.md": "---\nid: oak\ntags: [a]\n---\nGrows.\n"})
    with live("watch", *BOTH, cwd=here) as run:
        run.hear(FIRST)
        before = tree(here / "out") | tree(here / "vault/.mlk-export")
        lay(here / "vault", {"Tree.md": "---\nid: oak\ntags: [a, b\n---\nGrows.\n"})
        assert run.hear("bad-yaml").startswith("vault/Tree.md:4: error: the properties cannot be read")
        assert run.hear("until this is mended").startswith("vault/Tree.md:4: all stays as it is")
        assert tree(here / "out") | tree(here / "vault/.mlk-export") == before
        lay(here / "vault", {"Tree.md": "---\nid: oak\ntags: [a, b]\n---\nGrows.\n"})
        assert "1 finding mended, 1 left" in run.hear("changed")
        assert tree(here / "out") != before and "oak" in (here / JSON).read_text()
        run.end()
    assert run.errors == []


def test_who_goes_on_means_it_as_it_is(here: Path) -> None:
    with live("watch", "--format", "json", cwd=here) as run:
        run.hear(FIRST)
        lay(here / "vault", {"Tree.md": "---\ntags: [a, b\n---\nGrows.\n"})
        run.hear("until this is mended")
        lay(here / "vault", {"Hill.md": "# Mountain\n"})
        run.hear("Hill.md changed")
        assert "Mountain" in (here / JSON).read_text()
        lay(here / "vault", {"Tree.md": "---\ntags: [a, b\n---\nGrows well.\n"})
        run.hear("Tree.md changed")  # it is known by now
        run.end()
    assert sum("bad-yaml" in line for line in run.said) == 1


def test_a_broken_mapping_is_told_once_and_what_was_made_stays(here: Path) -> None:
    with live("watch", "--format", "json", cwd=here) as run:
        run.hear(FIRST)
        before = tree(here / "out")
        lay(here, {"mappings/vault.toml": "languag = 'de'\n"})
        error = run.hear("Error: ")
        assert error.startswith("Error: mappings/vault.toml:1: unknown key 'languag'")
        assert error.endswith("what was made before stays")
        lay(here / "vault", {"Tree.md": "# Oak\n"})
        lay(here, {"mappings/json.toml": "text = true\n"})
        lay(here, {"mappings/vault.toml": "language = 'de'\n"})
        run.hear("changed: 1 file written")
        assert len(run.errors) == 1 and tree(here / "out") != before
        written = json.loads((here / JSON).read_text())
        assert written["language"] == "de" and any("text" in topic for topic in written["topics"])
        run.end()


def test_a_mapping_that_is_broken_from_the_start_is_waited_for(here: Path) -> None:
    lay(here / "vault", {".mlk-export/vault.toml": "language = \n"})
    with live("watch", "--format", "json", cwd=here) as run:
        run.hear("Error: vault/.mlk-export/vault.toml:1: not TOML")
        lay(here / "vault", {".mlk-export/vault.toml": "language = 'de'\n"})
        run.hear("changed: 1 file written")
        run.end()


def test_under_strict_a_flaw_ends_an_export_and_not_the_command(here: Path) -> None:
    with live("watch", "--format", "json", "--strict", cwd=here) as run:
        run.hear(FIRST)
        before = tree(here / "out")
        lay(here / "vault", {"Tree.md": "# Oak\n\nSee [[Nowhere]].\n"})
        run.hear("vault/Tree.md:3: warning: no note is named 'Nowhere'")
        assert run.hear("Error: ").startswith("Error: 1 warning, and --strict allows none; nothing was written")
        assert tree(here / "out") == before
        lay(here / "vault", {"Tree.md": "# Oak\n"})
        run.hear("changed: 1 file written, 1 finding mended, none left")
        run.end()


def test_a_file_that_somebody_has_changed_is_left_and_the_other_formats_are_written(here: Path) -> None:
    with live("watch", *BOTH, cwd=here) as run:
        run.hear(FIRST)
        (here / SKOS).write_text("mine\n")
        lay(here / "vault", {"Tree.md": "# Oak\n"})
        run.hear(str(JSON))
        assert run.hear("Error: ").startswith(f"Error: {SKOS}: was changed by somebody else")
        assert (here / SKOS).read_text() == "mine\n" and "Oak" in (here / JSON).read_text()
        (here / SKOS).unlink()
        lay(here / "vault", {"Tree.md": "# Oak \n"})
        run.hear(str(SKOS))
        run.end()


def test_a_vault_that_goes_is_told_once_and_read_when_it_is_back(here: Path) -> None:
    with live("watch", "--format", "json", cwd=here) as run:
        run.hear(FIRST)
        before = tree(here / "out")
        (here / "vault").rename(here / "elsewhere")
        assert run.hear("is gone") == "vault: is gone; it is watched again when it is back"
        assert tree(here / "out") == before
        lay(here / "elsewhere", {"Tree.md": "# Oak\n"})
        (here / "elsewhere").rename(here / "vault")
        run.hear("changed: 1 file written")
        lay(here / "vault", {"Tree.md": "# Beech\n"})
        run.hear("Tree.md changed")  # it is watched as before
        shutil.rmtree(here / "vault")
        run.hear("is gone")
        lay(here / "vault")
        run.hear("changed: 1 file written")
        assert run.end() == 0
    assert sum("is gone" in line for line in run.said) == 2


@pytest.mark.parametrize("poll", [(), ("--poll",)])
def test_what_it_writes_itself_is_no_change(here: Path, poll: tuple[str, ...]) -> None:
    """Output and locks in the vault; what Obsidian, git and editors write beside the notes is none, either."""
    with live("watch", *BOTH, *poll, "--out", "vault/made/of it", cwd=here) as run:
        run.hear(FIRST)
        assert (here / "vault/.mlk-export/skos.lock").exists()
        for number in range(3):
            lay(here / "vault", {".git/index": str(number), ".obsidian/workspace.json": f"[{number}]"})
            lay(here / "vault", {"node_modules/a/b.md": str(number), ".trash/c.md": str(number), ".d.md.swp": "x"})
            lay(here / "vault", {"Tree.md": f"# Oak {number}\n"})
            os.utime(here / "vault/Tree.md", (2e9 + number, 2e9 + number))  # a poll sees what is a second newer
            run.hear("Tree.md changed: 2 files written")
        run.end()
    assert run.news == ["Tree.md"] * 3


def test_settings_of_obsidian_are_watched(here: Path) -> None:
    lay(here / "vault", {".obsidian/app.json": "{}"})
    with live("watch", "vault", "--format", "json", "--out", "out", cwd=here) as run:
        run.hear(FIRST)
        lay(here / "vault", {".obsidian/app.json": '{"userIgnoreFilters": ["Tree.md"]}'})
        run.hear(".obsidian/app.json changed: 1 file written")
        run.end()
    assert "Grows" not in (here / JSON).read_text()


def test_thousands_of_files_at_once_are_all_there_at_the_end(here: Path) -> None:
    with live("watch", "--format", "json", cwd=here) as run:
        run.hear(FIRST)
        lay(here / "vault", {f"Notes/{number}/Note {number}.md": "Text.\n" for number in range(2000)})
        lay(here / "vault", {"Last.md": "# The last one\n"})
        while '"The last one"' not in (here / JSON).read_text():
            run.hear("changed")
        run.end()
    titles = {topic["title"] for topic in json.loads((here / JSON).read_text())["topics"]}
    assert {f"Note {number}" for number in range(2000)} <= titles


def test_a_disk_that_tells_nothing_is_polled_where_the_environment_says_so(here: Path) -> None:
    with live("watch", "--format", "json", cwd=here, WATCHFILES_FORCE_POLLING="1") as run:
        run.hear(FIRST)
        lay(here / "vault", {"Tree.md": "# Oak\n"})
        later = time.time() + 5  # it sees what is newer by a second
        os.utime(here / "vault/Tree.md", (later, later))
        run.hear("Tree.md changed: 1 file written")
        run.end()


def test_as_json_each_export_is_a_line(here: Path) -> None:
    with live("watch", "--format", "json", "--json", cwd=here) as run:
        run.hear('"done"')
        lay(here / "vault", {"Tree.md": "See [[Nowhere]].\n"})
        run.hear("Nowhere")
        run.end()
    first, second = map(json.loads, run.paths)
    assert first["format"] == second["format"] == "mlk-export-run/1"
    assert (first["done"], second["done"]) == ([str(JSON)], [str(JSON)])
    assert [finding["code"] for finding in second["findings"]] == ["missing-note"]


SLOW = '''
    """Says that it is in the middle, and stays there."""

    import sys
    import time
    from dataclasses import dataclass

    from exporter import File


    @dataclass(frozen=True)
    class Options:
        pass


    def write(knowledge_map, options, previous):
        yield File("a.txt", "".join(topic.title for topic in knowledge_map.topics))
        if any(topic.title == "Oak" for topic in knowledge_map.topics):
            print("in the middle", file=sys.stderr, flush=True)
            time.sleep(600)
        yield File("b.txt", "b")
'''


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_ends_it_in_the_middle_leaves_all_whole(here: Path, tmp_path: Path, number: int) -> None:
    path = installed(tmp_path / "installed", "slow", dedent(SLOW))
    with live("watch", "--format", "json,slow", cwd=here, PYTHONPATH=path) as run:
        run.hear(FIRST)
        before = tree(here / "out")
        lay(here / "vault", {"Tree.md": "# Oak\n"})
        run.hear("in the middle")
        assert run.end(number) == 0
    assert run.said[-1] == "Stopped." and tree(here / "out") == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_with_0_where_somebody_says_so(here: Path, number: int) -> None:
    with live("watch", "--format", "json", cwd=here) as run:
        run.hear(FIRST)
        assert run.end(number) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["vault", "--format", "jsn"], "no format 'jsn'; nearest: json"),
        (["vlt"], "vlt: no such folder; nearest: vault"),
        (["vault", "--set", "json.x=1"], "--set json.x=1: unknown key 'x'"),
        (["vault", "--mappings", "none"], "none: no such folder"),
        (["vault", "--out", "vault/Tree.md"], "vault/Tree.md is a file"),
    ],
)
def test_what_was_typed_wrong_ends_it_at_once(here: Path, arguments: list[str], told: str) -> None:
    run = mlk_export("watch", "--format", "json", *arguments, cwd=here)
    assert run.code == 2 and told in run.error


def test_options_may_stand_before_the_command(here: Path) -> None:
    with live("--format", "json", "--quiet", "watch", "vault", cwd=here) as run:
        run.hear(str(JSON))
        run.end()
    assert run.said[:1] == [str(JSON)]


def test_the_first_batch_comes_when_all_is_watched(tmp_path: Path) -> None:
    """So what changes while it is used is in the next one."""
    lay(tmp_path / "vault")
    batches = watch(tmp_path / "vault", None, [])
    assert next(batches) == []
    lay(tmp_path / "vault", {"Tree.md": "changed", "Folder/New.md": "new"})
    told: set[str] = set()
    while not {"Tree.md", "Folder"} <= told:
        told |= set(next(batches) or ())
    assert told <= {"Tree.md", "Folder", "Folder/New.md"}


def test_a_system_that_watches_no_more_files_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError("OS file watch limit reached.")
        yield

    monkeypatch.setattr("watchfiles.watch", refuse)
    with pytest.raises(Exception, match=r"cannot be watched: OS file watch limit reached\..*--poll"):
        next(watch(lay(tmp_path / "vault"), None, []))


def typed(vault: Path) -> dict[str, Any]:
    """The options of a command line that names a vault alone."""
    flags = ("all_notes", "any_folder", "no_cache", "quiet", "every", "overwrite")
    lists = ("settings", "hide", "only", "areas", "tags")
    return {"vault": vault, "mappings": None, **dict.fromkeys(flags, False), **dict.fromkeys(lists, ())}


def test_what_is_stopped_while_it_tells_tells_nothing_twice(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    exports = commands.Live(("json",), here / "out", typed(here / "vault"))
    assert exports.build([])
    lay(here / "vault", {"Tree.md": "See [[Nowhere]].\n"})

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(exports, "print", stop)  # which comes behind the findings
    with pytest.raises(KeyboardInterrupt):
        exports.build(["Tree.md"])
    assert capsys.readouterr().err.count("no note is named 'Nowhere'") == 1


def test_days_of_watching_take_no_memory(tmp_path: Path) -> None:
    """After each export there is as much as after the one before: no objects stay, and no text."""
    vault = tmp_path / "vault"
    shutil.copytree(TESTS / "vaults" / "ordinary", vault)
    options = {**typed(vault), "quiet": True}
    exports = commands.Live(("json", "skos", "opml", "canvas"), tmp_path / "out", options)
    sizes = {}
    for number in range(61):
        tag = "abc"[number % 3]
        lay(
            vault,
            {"Bread/Scoring.md": f"# Scoring {number % 4}\n\nA text #{tag}, [[Shaping]] and [[Missing {tag}]].\n"},
        )
        assert exports.build(["Bread/Scoring.md"])
        gc.collect()
        sizes[number] = len(gc.get_objects()), sys.getallocatedblocks()
    objects, blocks = (now - then for now, then in zip(sizes[60], sizes[12], strict=True))  # of the same note
    assert objects < 48 and blocks < 4800, (objects, blocks)  # of 48 exports, whose vault has thousands
