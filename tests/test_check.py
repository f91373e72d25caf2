"""`check` and `explain`: that every note and every link is accounted for, in numbers, in JSON and for one note."""

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from command import SUMMARY, VAULT, Run, lay, mlk_export
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples

from exporter import Reading, ReadOptions, read
from exporter.cli.commands import COMMANDS
from exporter.reader.batch.resolve import Names
from exporter.reader.explain import rule
from exporter.reader.statistics import Statistics

pytestmark = pytest.mark.slow  # most start the command

FLAWED = {**VAULT, "Tree.md": "Grows on the [[Hill]]\nand in the [[Hil]].\n"}
FLAW = "no note is named 'Hil'; nearest: Hill; write it or fix the link"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a vault without flaws, where the command is run."""
    lay(tmp_path / "vault")
    return tmp_path


def codes(reading: Reading) -> Counter[str]:
    return Counter(finding.code for finding in reading.findings)


# -- the account -----------------------------------------------------------------------------------------------


def assert_sums(statistics: Statistics) -> None:
    assert statistics.notes == statistics.topics + statistics.map + len(statistics.excluded)
    assert statistics.links == statistics.resolved + statistics.unresolved + statistics.external


NAMES = ["Ash", "Birch", "Cedar", "Elm", "Fir"]  # each is at most one file
FOLDERS = ["", "in/", "in/deep/", "Templates/", "big/"]
LINKS = st.lists(st.sampled_from([*NAMES, "Nowhere", "Niemand", "", "https://a.b/c"]), max_size=6)
FORMS = ("[[{}]]", "![[{}]]", "[x](<{}>)", "- [[{}|words]]", "key:: [[{}]]")


def written(links: list[str], forms: list[str]) -> str:
    """A note with these links, a line each; "" is the note itself."""
    return "".join(
        f"\n[x]({link})\n" if ":" in link else f"\n{form.format(link or '#')}\n"
        for link, form in zip(links, forms, strict=True)
        if link or "<" not in form
    )


@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_every_note_and_link_is_accounted_for(data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        root = Path(name).resolve() / "vault"
        lay(root, {"Root.md": ""})
        written_links: list[tuple[str, str]] = []  # of which note, to what
        lost: set[str] = set()  # names that are no file of the vault
        for stem in data.draw(st.lists(st.sampled_from(NAMES), unique=True)):
            folder = data.draw(st.sampled_from(FOLDERS))
            links = data.draw(LINKS)
            forms = [data.draw(st.sampled_from(FORMS)) for _ in links]
            if data.draw(st.booleans(), label="a link to a file") and os.name != "nt":
                lost.add(stem)
                (root / folder).mkdir(parents=True, exist_ok=True)
                (root / folder / f"{stem}.md").symlink_to(root / "Root.md")
                continue
            text = written(links, forms) + ("x" * 5000 if folder == "big/" else "")
            lay(root, {f"{folder}{stem}.md": text})
            if folder != "big/":
                written_links += [
                    (stem, link) for link, form in zip(links, forms, strict=True) if link or "<" not in form
                ]
        listed: list[str] = []
        if mapped := data.draw(st.booleans(), label="a map"):
            listed = data.draw(st.lists(st.sampled_from([*NAMES, "Nowhere"]), max_size=4))
            lines = "".join(f"- [[{link}]] - words\n" for link in listed)
            lay(root, {"Map.md": f"#index\n\n## Areas\n{lines}\n## Else\nSee [[Niemand]] and [[Root]].\n"})
            written_links += [("Map", link) for link in [*listed, "Niemand", "Root"]]
        if drawn := data.draw(st.lists(st.sampled_from([*NAMES, "Nowhere"]), max_size=3)):
            nodes = [{"type": "text", "text": f"[[{link}]] [x](https://a.b)"} for link in drawn]
            nodes += [{"type": "file", "file": "Root.md"}, {"type": "file", "file": "in/Root.md"}]
            lay(root, {"in/drawn.canvas": json.dumps({"nodes": nodes})})
            written_links += [("drawn", link) for link in [*drawn, *["https://a.b"] * len(drawn), "Root", "Lost root"]]
        exclude = data.draw(st.sampled_from([(), ("Templates/",)]))

        reading = read(root, ReadOptions(largest_note=0.004, exclude=exclude, areas_without_map=()))
        statistics = reading.statistics
        assert_sums(statistics)
        files = list(root.rglob("*.md"))
        excluded = {
            path.relative_to(root).as_posix()
            for path in files
            if path.is_symlink() or path.parent.name == "big" or (exclude and path.parent.name == "Templates")
        }
        assert statistics.notes == len(files)
        assert statistics.map == mapped
        assert set(statistics.excluded) == excluded
        assert statistics.topics == sum(topic.note is not None for topic in reading.knowledge_map.topics)
        hidden = {path.stem for path in files if exclude and path.parent.name == "Templates"}
        links = [(start, end) for start, end in written_links if start not in hidden]
        names = {path.stem for path in files} - lost
        ghosts = set(listed) - names
        leads = [
            end in names or not end or (end in ghosts and start != "Map") for start, end in links if ":" not in end
        ]
        assert statistics.links == len(links)
        assert statistics.external == sum(":" in end for _, end in links)
        assert statistics.resolved == sum(leads)
        assert statistics.unresolved == codes(reading)["missing-note"] + codes(reading)["missing-file"]


def test_exclusions_have_reasons(tmp_path: Path) -> None:
    lay(tmp_path, {"a.md": "[[t]]", "T/t.md": "", ".obsidian/app.json": '{"userIgnoreFilters": ["T/"]}'})
    lay(tmp_path, {"big.md": "x" * 2000, "out/.manifest.json": "{}", "out/x.md": ""})
    if os.name != "nt":
        (tmp_path / "link.md").symlink_to("a.md")
        (tmp_path / "again").symlink_to(".")
    statistics = read(tmp_path, ReadOptions(map="-", largest_note=0.001)).statistics
    reasons = {
        "T/t.md": "ignored by Obsidian's filter 'T/'",
        "again/": "symbolic link",
        "big.md": "too large",
        "link.md": "symbolic link",
        "out/": "output of mlk-export",
    }
    assert {path: why for path, why in reasons.items() if os.name != "nt" or "link" not in why} == statistics.excluded
    assert list(statistics.excluded) == sorted(statistics.excluded)
    assert (statistics.topics, statistics.links, statistics.resolved) == (1, 1, 1)
    assert_sums(statistics)


def test_links_of_the_map_are_told_wherever_they_stand(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {"M.md": "#index\nSee [[Gone]] and ![[no.png]].\n\n## Areas\n- [[A]]\n- [[Later]]\n", "A.md": "[[Later]]"},
    )
    reading = read(tmp_path)
    endings = [(finding.source.line, finding.message.rpartition("; ")[2]) for finding in reading.findings]
    assert endings == [
        (2, "fix the link or add the file"),
        (2, "write it or fix the link"),
        (6, "here it is a topic without a note"),
    ]
    assert reading.statistics._replace(excluded={})[4:8] == (5, 2, 3, 0)


def test_a_map_in_a_folder_resolves_as_any_note_there(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {"maps/M.md": "#index\n## Areas\n- [[./A]]\n- [[B]]\n", "maps/A.md": "", "maps/B.md": "", "C/B.md": ""},
    )
    reading = read(tmp_path)
    assert [reading.knowledge_map.topic[area.id].note for area in reading.knowledge_map.areas] == [
        "maps/A.md",
        "maps/B.md",
        None,  # the folder C
    ]


# -- canvases --------------------------------------------------------------------------------------------------


def test_links_of_canvases_are_resolved_and_told(tmp_path: Path) -> None:
    nodes = [
        {"type": "file", "file": "x/Note.md", "subpath": "#Gone"},
        {"type": "file", "file": "Note.md"},
        {"type": "text", "text": "[[Note]] [[Nots]] [[#here]] [[two]]"},
        {"type": "link", "url": "https://a.b"},
        {"type": "odd"},
    ]
    lines = ",\n".join(map(json.dumps, nodes))
    lay(tmp_path, {"c.canvas": f'{{"nodes":[\n{lines}]}}', "x/Note.md": "# Here\n", "a/two.md": "", "b/two.md": ""})
    reading = read(tmp_path, ReadOptions(map="-", areas_without_map=()))
    findings = [(finding.source, finding.code) for finding in reading.findings if finding.source[0] == "c.canvas"]
    assert findings == [
        (("c.canvas", 2), "missing-heading"),
        (("c.canvas", 3), "missing-file"),
        (("c.canvas", 4), "ambiguous-link"),
        (("c.canvas", 4), "missing-note"),
        (("c.canvas", 6), "bad-canvas"),
    ]
    messages = [finding.message for finding in reading.findings]
    assert "no file is named 'Note.md'; nearest: x/Note.md; fix the link or add the file" in messages
    assert "no note is named 'Nots'; nearest: Note; write it or fix the link" in messages
    assert reading.knowledge_map.links == ()
    assert reading.statistics._replace(excluded={})[4:8] == (7, 4, 2, 1)


def test_a_canvas_that_is_too_large_is_told_and_no_note(tmp_path: Path) -> None:
    lay(tmp_path, {"a.md": "", "c.canvas": 2000 * " "})
    reading = read(tmp_path, ReadOptions(map="-", largest_note=0.001))
    assert codes(reading) == {"large-note": 1}
    assert_sums(reading.statistics)
    assert reading.statistics.excluded == {}


# -- for people ------------------------------------------------------------------------------------------------

MANY = {f"n{k:02}.md": "[[Hil]]\n[[Gone]]\n" if k < 3 else "[[Hil]]\n" for k in range(20)}


def test_findings_that_are_alike_are_told_once_with_their_number(here: Path) -> None:
    lay(here / "vault", MANY)
    run = mlk_export("check", cwd=here)
    assert [(finding.place, finding.line, finding.level, finding.message) for finding in run.findings] == [
        ("vault/n00.md", 1, "warning", f"{FLAW} (and in 19 more places)"),
        ("vault/n00.md", 2, "warning", "no note is named 'Gone'; write it or fix the link (and in 2 more places)"),
    ]
    summary = SUMMARY.fullmatch(run.said[-1])
    assert summary
    assert (summary["findings"], summary["unresolved"]) == ("23", "23")


def test_all_tells_each(here: Path) -> None:
    lay(here / "vault", MANY)
    run = mlk_export("check", "--all", cwd=here)
    assert len(run.findings) == len(run.said) - 1 == 23


def test_fifty_lines_are_told_and_the_rest_counted(here: Path) -> None:
    wrong = {
        f"Wood {k}.md": f"[[Wood {59 - k}#Side {k}]]\n[[Wod {k}]]" for k in range(60)
    }  # each with another name near
    lay(here / "vault", {**wrong, "Bad.md": "---\na: [\n---\n"})
    run = mlk_export("check", cwd=here)
    told = Counter((finding.level, finding.code) for finding in run.findings)
    assert told == {("error", "bad-yaml"): 1, ("warning", "missing-heading"): 24, ("warning", "missing-note"): 25}
    assert run.findings[0].code == "bad-yaml"
    assert run.said[-2] == "... and 71 more: 36 missing-heading, 35 missing-note; --all tells each"
    assert ", 121 findings (1 error, 120 warnings), " in run.said[-1]


# -- for programs ----------------------------------------------------------------------------------------------


def document(run: Run) -> dict[str, Any]:
    assert run.said == [] or run.code
    parsed: dict[str, Any] = json.loads("\n".join(run.paths))
    return parsed


def test_json_says_all(tmp_path: Path) -> None:
    lay(tmp_path / "vault", {**FLAWED, "T/t.md": "", "mappings/x": ""})
    lay(tmp_path, {"mappings/vault.toml": 'exclude = ["T/"]'})
    assert document(mlk_export("check", "--json", cwd=tmp_path)) == {
        "format": "mlk-export-check/1",
        "vault": "vault",
        "dialect": "",
        "counts": {
            "notes": {"found": 4, "topics": 2, "map": 1, "excluded": 1, "hidden": 0},
            "topics": 2,
            "areas": 1,
            "filed": {"map": 1, "properties": 0, "folders": 0, "tags": 0},
            "tags": 1,
            "links": {"found": 4, "resolved": 3, "unresolved": 1, "external": 0},
            "findings": 1,
        },
        "orders": [],
        "excluded": [{"path": "T/t.md", "reason": "excluded by 'T/' in vault.toml"}],
        "hidden": [],
        "findings": [
            {
                "file": "Tree.md",
                "line": 2,
                "level": "warning",
                "code": "missing-note",
                "message": FLAW,
                "formats": [],
            }
        ],
    }


def test_json_is_the_same_each_time_and_told_whole(here: Path) -> None:
    lay(here / "vault", MANY)
    first = mlk_export("check", "--json", cwd=here)
    assert first == mlk_export("check", "--json", cwd=here, PYTHONIOENCODING="ascii", PYTHONHASHSEED="7")
    assert len(document(first)["findings"]) == 23  # type: ignore[arg-type]


def test_json_and_strict(tmp_path: Path) -> None:
    lay(tmp_path / "vault", FLAWED)
    run = mlk_export("check", "--json", "--strict", cwd=tmp_path)
    assert (run.code, len(run.said)) == (1, 1)
    assert "--strict" in run.error
    assert document(run)["format"] == "mlk-export-check/1"


def test_json_holds_no_half_characters_and_nothing_that_moves_a_terminal(here: Path) -> None:
    lay(
        here / "vault",
        {"c.canvas": '{"nodes":[{"type":"file","file":"x\\ud800.md"}]}', "a\u202eb.md": "[[\u202e\x9b\x7f]]"},
    )
    run = mlk_export("check", "--json", cwd=here)
    text = "\n".join(run.paths)
    assert all(line.isprintable() for line in run.paths)
    assert "a\\u202eb.md" in text
    files = [finding["file"] for finding in document(run)["findings"]]  # type: ignore[attr-defined]
    assert "a\u202eb.md" in files


def test_the_page_names_every_field(here: Path) -> None:
    page = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
    printed = document(mlk_export("check", "--json", cwd=here))
    counts: dict[str, object] = printed["counts"]  # type: ignore[assignment]
    fields = {*printed, *counts, *counts["notes"], *counts["links"]}  # type: ignore[misc]
    for field in fields | {"path", "reason", "file", "line", "level", "code", "message", "formats"}:
        assert f"`{field}`" in page, field


# -- explain -----------------------------------------------------------------------------------------------------


def explained(run: Run) -> list[str]:
    assert (run.code, run.said) == (0, []), run.said
    return run.paths


@pytest.fixture(scope="module")
def why() -> Callable[[str], list[str]]:
    """What is explained of a note of the bundled vault."""
    return lambda note: explained(mlk_export("explain", note, cwd=ROOT))


def test_a_note_of_the_bundled_vault(why: Callable[[str], list[str]]) -> None:
    lines = why("Tensor Languages")
    for line in (
        "vault/Tensor Programming/Tensor Languages.md:2: id: tensor-languages (the property `id`)",
        "vault/Tensor Programming/Tensor Languages.md:1: title: Tensor Languages (the file's name)",
        "vault/Tensor Programming/Tensor Languages.md:4: alias: Tensor DSLs (links need the note's name)",
        "vault/ML Compilers Knowledge Map.md:40: area: tensor-programming (the map lists it there; its home)",
        "vault/Tensor Programming/Tensor Languages.md:9: tag: learning-path (the property `tags`)",
        "vault/Tensor Programming/Tensor Languages.md:12: link requires: [[Tensor Programming]] -> Tensor Programming/Tensor Programming.md: the only file of this name (R5)",
        "vault/Tensor Programming/Tensor Programming.md:39: links here: [[Tensor Languages]]",
    ):
        assert line in lines
    assert any(
        line.startswith("vault/ML Compilers Knowledge Map.md:25: step 2 of 7 of 'Learning Path'") for line in lines
    )


def test_the_page_shows_what_is_printed(why: Callable[[str], list[str]]) -> None:
    shown = (
        (ROOT / "docs" / "command-line.md")
        .read_text(encoding="utf-8")
        .partition('$ mlk-export explain "tensor languages"\n')[2]
    )
    lines = shown.partition("```")[0].splitlines()
    assert len(lines) > 5
    assert set(lines) <= set(why("tensor languages"))


@pytest.mark.parametrize(
    "note",
    [
        "Tensor Programming/Tensor Languages.md",
        "vault/Tensor Programming/Tensor Languages.md",
        "tensor languages",
        "Tensor DSLs",
        "tensor-languages",
    ],
)
def test_a_note_is_named_by_path_name_alias_or_id(why: Callable[[str], list[str]], note: str) -> None:
    assert why(note) == why("Tensor Languages")


def test_every_line_begins_with_a_place_that_exists(why: Callable[[str], list[str]]) -> None:
    for note in ("Tensor Languages", "ML Compilers Knowledge Map", "performance-optimization-principles"):
        for line in why(note):
            file, number, _ = line.split(":", 2)
            assert 1 <= int(number) <= (ROOT / file).read_text(encoding="utf-8").count("\n") + 1


def test_the_map_is_explained(why: Callable[[str], list[str]]) -> None:
    assert why("ML Compilers Knowledge Map")[0].endswith("this note is the map, and no topic (it has the tag #index)")


SMALL = {
    **VAULT,
    "a/Wood.md": "---\nid: tree\ntags: [b/c]\ntitle: W\nup: '[[Hill]]'\nnear: '[[Tree]]'\n---\n[[Wood]] [[b/Wood]] [[#x]] #B",
    "b/Wood.md": "[[Nowher]] [[p.png]] ![[Q.png]] [[T/t]] [[Map]] [[Wood]] [[Hill#No]] [[./Wood]] [[/Hill]] [[hill.md]]",
    "p.png": "",
    "T/t.md": "",
    "Nowhere.md": "---\nid: [x]\n---\n",
}


def test_canvases_and_what_says_so_twice(here: Path) -> None:
    nodes = [{"type": "file", "file": "Tree.md"}, {"type": "text", "text": "[[Tree]] and [[Later]]"}]
    lay(here / "vault", {"c.canvas": json.dumps({"nodes": nodes}), "Tree.md": "---\nup: '[[Hill]]'\n---\n"})
    lay(here / "vault", {"Map.md": VAULT["Map.md"] + "- [[Later]]\n"})
    lines = explained(mlk_export("explain", "Tree", cwd=here))
    assert "vault/Map.md:8: area: hill (the map lists it there; its home)" in lines
    assert "vault/Tree.md:2: area: hill (a property or field says so; filed there already, by: map)" in lines
    assert "vault/c.canvas:1: links here: [[Tree]] of the canvas" in lines
    assert "vault/c.canvas:1: links here: a node of the canvas" in lines
    lines = explained(mlk_export("explain", "later", cwd=here))
    assert lines[0] == "vault/Map.md:11: id: later (from the name; nobody has written a note of it)"
    assert "vault/c.canvas:1: links here: [[Later]] of the canvas" in lines
    (unresolved,) = [line for line in explained(mlk_export("explain", "Map", cwd=here)) if "-> nothing" in line]
    assert unresolved.endswith("no note is named 'Later'; write it or fix the link; here it is a topic without a note")


def test_a_small_vault(here: Path) -> None:
    lay(here / "vault", SMALL)
    lay(here, {"mappings/vault.toml": "exclude = ['T/']"})
    lines = explained(mlk_export("explain", "a/Wood.md", cwd=here))
    for line in (
        "vault/a/Wood.md:2: id: tree (the property `id`)",
        "vault/a/Wood.md:4: title: W (the property `title`)",
        "vault/a/Wood.md:5: area: hill (a property or field says so; its home)",
        "vault/a/Wood.md:3: tag: b/c (the property `tags`; under b)",
        "vault/a/Wood.md:8: tag: b (in the text; first spelled so at a/Wood.md:3)",
        "vault/a/Wood.md:5: link up: [[Hill]] -> Hill.md: the only file of this name (R5); it files the topic there",
        "vault/a/Wood.md:6: link near: [[Tree]] -> Tree.md: the only file of this name (R5)",
        "vault/a/Wood.md:8: link [[Wood]] -> a/Wood.md: of 2 the one in the note's own folder (R10)",
        "vault/a/Wood.md:8: link [[b/Wood]] -> b/Wood.md: the exact path (R8)",
        "vault/a/Wood.md:8: link [[#x]] -> a/Wood.md: the note itself (R1); it has no heading 'x'",
    ):
        assert line in lines, line
    lines = explained(mlk_export("explain", "vault/b/Wood.md", cwd=here))
    for line in (
        "vault/b/Wood.md:1: id: wood (the file's name)",
        "vault/b/Wood.md:1: title: Wood (the file's name)",
        "vault/b/Wood.md:1: area: b (its folder; its home)",
        "vault/b/Wood.md:1: link [[Nowher]] -> nothing: no note is named 'Nowher'; nearest: Nowhere; write it or fix the link",
        "vault/b/Wood.md:1: link [[p.png]] -> p.png: the only file of this name (R5) by its whole file name (R4); an attachment",
        "vault/b/Wood.md:1: link [[T/t]] -> T/t.md: the exact path (R8); no topic: excluded by 'T/' in vault.toml",
        "vault/b/Wood.md:1: link [[Map]] -> Map.md: the only file of this name (R5); the map, and no topic",
        "vault/b/Wood.md:1: link [[Hill#No]] -> Hill.md: the only file of this name (R5); it has no heading 'No'",
        "vault/b/Wood.md:1: link [[./Wood]] -> b/Wood.md: this exact path from the note's folder (R6)",
        "vault/b/Wood.md:1: link [[/Hill]] -> Hill.md: this exact path from the vault's root (R7)",
        "vault/b/Wood.md:1: link [[hill.md]] -> Hill.md: the only file of this name (R5) by its whole file name (R4)",
        "vault/a/Wood.md:8: links here: [[b/Wood]]",
    ):
        assert line in lines, line
    assert explained(mlk_export("explain", "t", cwd=here)) == [
        "vault/T/t.md:1: this note is no topic: excluded by 'T/' in vault.toml",
        "vault/b/Wood.md:1: links here: [[T/t]]",
    ]
    line = explained(mlk_export("explain", "Tree.md", cwd=here))[0]
    assert line.startswith("vault/Tree.md:1: id: tree-")
    assert "the file's name gives 'tree', which a/Wood.md has; so a hash of the path marks it" in line
    assert any(line.endswith("[bad-id]") for line in explained(mlk_export("explain", "Nowhere", cwd=here)))


def test_a_topic_without_a_note_is_explained(here: Path) -> None:
    lay(here / "vault", {"Map.md": "#index\n\n## Topics\n- [[Unwritten]]\n"})
    assert "nobody has written a note of it" in explained(mlk_export("explain", "Unwritten", cwd=here))[0]


def test_names_that_are_ambiguous_or_unknown(here: Path) -> None:
    lay(here / "vault", SMALL)
    run = mlk_export("explain", "Wood", cwd=here)
    assert (run.code, run.paths) == (2, [])
    assert run.error == "'Wood' may be any of a/Wood.md, b/Wood.md; name one by its path or id"
    run = mlk_export("explain", "Hil", cwd=here)
    assert (run.code, run.error) == (2, "no note or topic is named 'Hil'; nearest: Hill")
    for unknown in ("xyzzy", "", "/", ".obsidian/app.json"):
        assert "name it by its path, name, alias or id" in mlk_export("explain", unknown, cwd=here).error


# -- path --------------------------------------------------------------------------------------------------------


def test_the_page_shows_a_way() -> None:
    shown = (
        (ROOT / "docs" / "command-line.md")
        .read_text(encoding="utf-8")
        .partition('path "hardware-aware compilation"\n')[2]
    )
    lines = shown.partition("```")[0].splitlines()
    assert lines[-1].endswith(": Hardware-Aware Compilation")
    assert explained(mlk_export("path", "hardware-aware compilation", cwd=ROOT)) == lines


def test_a_way_is_in_reading_order_with_its_topic_last(here: Path) -> None:
    notes = {
        "Map.md": "#index\n\n## Topics\n- [[Z]]\n- [[A]]\n- [[Unwritten]]\n",
        "A.md": "---\ntitle: Alpha\nrequires: ['[[Z]]', '[[B]]', '[[Unwritten]]']\n---\n",
        "B.md": "requires:: [[C]]\n",
        "C.md": "requires:: [[A]]\n",  # a circle
        "Z.md": "alone",
    }
    lay(here / "vault", notes)
    assert explained(mlk_export("path", "Alpha", cwd=here)) == [
        "vault/Z.md:1: Z",
        "vault/Map.md:6: Unwritten (no note yet)",
        "vault/C.md:1: C",
        "vault/B.md:1: B",
        "vault/A.md:1: Alpha",
    ]
    assert explained(mlk_export("path", "vault/Z.md", cwd=here)) == ["vault/Z.md:1: Z"]
    assert explained(mlk_export("path", "unwritten", cwd=here)) == ["vault/Map.md:6: Unwritten (no note yet)"]


def test_a_way_to_what_is_no_topic(here: Path) -> None:
    lay(here / "vault", SMALL)
    run = mlk_export("path", "Hil", cwd=here)
    assert (run.code, run.error) == (2, "no note or topic is named 'Hil'; nearest: Hill")
    run = mlk_export("path", "Map", cwd=here)
    assert (run.code, run.paths) == (2, [])
    assert run.error.startswith("'Map.md' is no topic, so nothing comes before it")


def test_a_note_that_cannot_be_read(here: Path) -> None:
    lay(here / "vault", {"Big.md": 2000 * "x"})
    lay(here, {"mappings/vault.toml": "largest_note = 0.001"})
    assert explained(mlk_export("explain", "Big", cwd=here)) == ["vault/Big.md:1: this note is no topic: too large"]


PARTS = ["A", "a", "B", "b.md", "A.md", "x/A", "./A", "../A", "/A", "/x/A", "x/B", "y/x/A", "p.png", "A.b", ""]
PATHS = ["A.md", "x/A.md", "y/A.md", "y/x/A.md", "B.md", "x/B.md", "zz/B.md", "yy/B.md", "A.b.md", "p.png", "x/p.png"]


@given(
    st.lists(st.sampled_from(PATHS), unique=True, min_size=1),
    st.sampled_from(PARTS),
    st.sampled_from(["", "x", "y", "y/x"]),
)
def test_the_rule_that_is_told_is_one_that_decides(paths: list[str], target: str, folder: str) -> None:
    names = Names(paths)
    if not target:
        assert rule(names, target, folder, (0,)) == "the note itself (R1)"
        return
    numbers = names.find(target, folder)
    if numbers[0] < 0:
        return
    reason, path = rule(names, target, folder, numbers), paths[numbers[0]]
    stem = target.removesuffix(".md").rpartition("/")[2].lower()
    same = [other for other in paths if other.lower().rpartition("/")[2] in (stem, f"{stem}.md")]
    assert ("(R6)" in reason) == target.startswith("."), reason
    assert ("(R7)" in reason) == target.startswith("/"), reason
    assert ("(R12)" in reason) == (len(numbers) > 1), reason
    if "(R5)" in reason:
        assert same == [path]
    if "(R8)" in reason:
        assert path.lower() in (target.lower(), f"{target.lower()}.md")
    if "(R10)" in reason:
        assert path.rpartition("/")[0] == folder
    if "(R11)" in reason:
        assert all(len(path) <= len(other) for other in same if other.lower().endswith(f"/{target.lower()}.md"))


def test_of_a_hidden_note_the_rule_is_told_and_no_more(tmp_path: Path) -> None:
    here = lay(tmp_path, {"vault/Doctor.md": "---\npublish: false\n---\n[[Tree]]", "vault/Tree.md": "x [[Doctor]]"})
    assert explained(mlk_export("explain", "doctor", cwd=here)) == [
        "vault/Doctor.md:1: nothing of it is published: hidden by 'publish: false'"
    ]
    assert not [line for line in explained(mlk_export("explain", "Tree", cwd=here)) if "Doctor" in line]


def test_check_tells_what_is_hidden_by_which_rule(tmp_path: Path) -> None:
    notes = {f"vault/P/{number}.md": "x" for number in range(5)}
    here = lay(tmp_path, {**notes, "vault/A.md": "x", "vault/B.md": "---\ndraft: true\n---\n"})
    run = mlk_export("check", "--hide", "P/", "--set", "vault.map='-'", cwd=here)
    assert run.said[:2] == [
        "hidden by 'P/': 5 notes: P/0.md, P/1.md, P/2.md and 2 more (--all names each)",
        "hidden by 'draft: true': 1 note: B.md",
    ]
    assert "1 topic, 0 map, 0 excluded, 6 hidden)" in run.said[2]
    for words, environment in (([], {"CI": "true"}), (["--output-format=github"], {})):  # where others read the log
        run = mlk_export("check", "--hide", "P/", "--set", "vault.map='-'", *words, cwd=here, **environment)
        assert run.said[:2] == [
            "hidden by 'P/': 5 notes (--all names each)",
            "hidden by 'draft: true': 1 note (--all names each)",
        ]
    assert "P/4.md" in mlk_export("check", "--all", "--hide", "P/", cwd=here).said[1]
    told = json.loads("\n".join(mlk_export("check", "--json", "--only", "A.md", cwd=here).paths))
    assert told["counts"]["notes"] == {"found": 7, "topics": 1, "map": 0, "excluded": 0, "hidden": 6}
    assert told["hidden"][0] == {"path": "B.md", "reason": "hidden by 'draft: true'"}


def test_every_command_has_a_document(tmp_path: Path) -> None:
    """`help` alone has none."""
    lay(tmp_path, {"vault/Map.md": "- [[A]] - one\n", "vault/A.md": "requires:: [[B]]\n"})
    cache = tmp_path / "kept"
    arguments = {"explain": ["A"], "path": ["A"]}
    formats = {}
    for command in COMMANDS:
        if command.name not in (None, "help", "load"):  # which prints what an export does, about a database
            run = mlk_export(
                command.name, *arguments.get(command.name, []), "--json", cwd=tmp_path, MLK_EXPORT_CACHE=str(cache)
            )
            formats[command.name] = document(run)["format"]
            assert run.said == []
    assert formats == {name: f"mlk-export-{name}/1" for name in formats}
    written = document(mlk_export("init", "--json", cwd=tmp_path))
    assert written["written"] == [] and written["folder"] == "vault/.mlk-export"
    assert "vault/.mlk-export/vault.toml" in written["kept"]


def test_what_is_kept_as_a_document(tmp_path: Path) -> None:
    lay(tmp_path, {f"vault/{number}.md": "x" for number in range(1200)})
    cache = tmp_path / "kept"
    mlk_export("check", cwd=tmp_path, MLK_EXPORT_CACHE=str(cache))
    told = document(mlk_export("cache", "--json", cwd=tmp_path, MLK_EXPORT_CACHE=str(cache)))
    (file,) = told["files"]
    assert not told["cleared"] and file["vault"] == str(tmp_path / "vault")
    assert (cache / file["file"]).stat().st_size == file["bytes"]
    cleared = document(mlk_export("cache", "clear", "--json", cwd=tmp_path, MLK_EXPORT_CACHE=str(cache)))
    assert cleared == {**told, "cleared": True}
    assert document(mlk_export("cache", "--json", cwd=tmp_path, MLK_EXPORT_CACHE=str(cache)))["files"] == []
