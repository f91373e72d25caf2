"""What stands out in a map and what is wanted: `check --report`, `wanted`, and the table `missing` they share with writers.

vaults/wanted/ has it all; what is right was written down by hand.
"""

import json
import re
import shutil
from pathlib import Path

import pytest
from command import lay, mlk_export
from conftest import ROOT, TESTS
from hypothesis import given
from hypothesis import strategies as st

from exporter import KnowledgeMap, ReadOptions, find, read
from exporter.model import MENTIONS, REQUIRES
from exporter.testing import link, make_map, run_writer, topic
from exporter.views.structure import Place, structure, wanted

VAULT = TESTS / "vaults" / "wanted"
WANTED = [  # name, links to it (None: the map or a canvas) with their lines
    ("Soil", True, [("elm", 6), ("oak", 3), ("oak", 5), ("oak", 5), (None, 1)]),
    ("Plants/Root", True, [("hedge", 1), ("hedge", 1)]),
    ("Plant", True, [("oak", 2)]),
    ("Plants/Moss", True, [(None, 2)]),
    ("Root", True, [("hedge", 1)]),
    ("Well", True, [(None, 17)]),
    ("Wych elm", True, [("elm", 6)]),
    ("oak.png", False, [("oak", 5)]),
]
LINES = """\
vault/Elm.md:6: Soil (wanted by 3 notes, 5 times)
vault/Home.md:5: Ferns (wanted by 2 notes)
vault/Plants/Hedge.md:1: Plants/Root (wanted by 1 note, 2 times)
vault/Oak.md:2: Plant (wanted by 1 note)
vault/Plan.canvas:2: Plants/Moss (wanted by 1 note)
vault/Plants/Hedge.md:1: Root (wanted by 1 note)
vault/Home.md:17: Well (wanted by 1 note)
vault/Elm.md:6: Wych elm (wanted by 1 note; a name of Elm.md, to which links do not lead by it)
"""
REPORT = """\
hubs, to which most topics link:
  vault/Elm.md:1: Elm (linked to by 2 topics)
  vault/Plants/Pond.md:1: Pond (linked to by 2 topics)
  vault/Home.md:5: Ferns (linked to by 1 topic)
  vault/Oak.md:1: Oak (linked to by 1 topic)
  vault/Plants/Hedge.md:1: Hedge (linked to by 1 topic)
  vault/Plants/Newt.md:1: Newt (linked to by 1 topic)
  vault/Plants/Toad.md:1: Toad (linked to by 1 topic)
bridges, without which others have no link to the rest: 4
  vault/Elm.md:1: Elm (joins 3 topics)
  vault/Plants/Hedge.md:1: Hedge (joins 3 topics)
  vault/Plants/Pond.md:1: Pond (joins 2 topics)
  vault/Trees.md:1: Trees (joins 1 topic)
orphans, notes with no link to or from another topic: 1
  vault/Rain.md:1: Rain
dead ends, notes that lead on to nothing: 1
  vault/Plants/Toad.md:1: Toad (linked to by 1 topic)
in no area: 1
  vault/Rain.md:1: Rain
wanted notes: 8: Soil (3 notes), Ferns (2 notes), Plants/Root (1 note), ...; `mlk-export wanted` tells each
"""


@pytest.fixture(scope="module")
def vault() -> KnowledgeMap:
    return read(VAULT).knowledge_map


@pytest.fixture
def here(tmp_path: Path) -> Path:
    shutil.copytree(VAULT, tmp_path / "vault")
    return tmp_path


# -- what is missing -----------------------------------------------------------------------------------------------


def test_missing_is_what_was_written_down(vault: KnowledgeMap) -> None:
    """Whatever the spelling and the form of the link; not what is hidden, nor what only a hidden note asks for."""
    told = [
        (each.name, each.note, [(want.topic, want.source.line) for want in each.wanted_by]) for each in vault.missing
    ]
    assert told == WANTED
    soil, type_ = vault.missing[0], vault.missing[2]
    assert [(want.kind, want.text, want.anchor) for want in soil.wanted_by] == [
        (MENTIONS, "soil", ""),
        (REQUIRES, "Soil", ""),
        (MENTIONS, "good earth", ""),
        (MENTIONS, "clay", "Clay"),
        (MENTIONS, "Soil", ""),
    ]
    assert type_.wanted_by[0].kind == "type"
    assert all(each.source == each.wanted_by[0].source for each in vault.missing)


def test_each_unresolved_link_is_missing_once_or_names_a_topic_of_the_map() -> None:
    for folder in (VAULT, TESTS / "vaults" / "small", TESTS / "vaults" / "ordinary"):
        reading = read(folder)
        of_map = sum("here it is a topic without a note" in finding.message for finding in reading.findings)
        links = sum(len(each.wanted_by) for each in reading.knowledge_map.missing)
        assert links == reading.statistics.unresolved - of_map > 0


def test_no_format_tells_what_only_a_hidden_note_wants(vault: KnowledgeMap) -> None:
    for name, options in (("json", {"text": True}), ("neo4j", {"missing": True}), ("neo4j-bulk", {"missing": True})):
        writer = find(name)
        text = b"".join(run_writer(writer, vault, writer.Options(**options)).files.values()).decode()
        assert "Soil" in text
        assert not re.search("pills|doctor|physician", text, re.IGNORECASE)


def test_another_run_over_a_cache_says_the_same(here: Path, vault: KnowledgeMap) -> None:
    for _ in range(2):
        assert read(here / "vault", cache=here / "cache").knowledge_map.missing == vault.missing


def test_what_may_be_no_name_does_no_harm(tmp_path: Path) -> None:
    names = [
        "../../out",
        "./",
        "..",
        "a/../b",
        ".hidden",
        "/x",
        "C:\\x",
        "é",
        "É",
        "e\u0301",
        "#",
        "^a",
        "\u202e",
        "x" * 6000,
    ]
    lay(tmp_path, {"n/a.md": "\n\n".join(f"[[{name}]] [a](<{name}>)" for name in names), "n/b.md": "[[é]]"})
    reading = read(tmp_path, ReadOptions())
    missing = {each.name: each for each in reading.knowledge_map.missing}
    assert {"out", ".hidden", "x", "é"} <= missing.keys()
    assert {want.topic for want in missing["é"].wanted_by} == {"a", "b"}
    assert sum(len(each.wanted_by) for each in missing.values()) == reading.statistics.unresolved
    assert run_writer(find("neo4j"), reading.knowledge_map, find("neo4j").Options(missing=True)).files


@pytest.mark.slow
def test_wanted_lists_what_most_notes_ask_for_first(here: Path) -> None:
    run = mlk_export("wanted", cwd=here)
    assert (run.code, run.said, run.paths) == (0, [], LINES.splitlines())
    assert mlk_export("wanted", "--limit", "2", cwd=here).paths == LINES.splitlines()[:2]
    assert mlk_export("wanted", "--limit", "0", cwd=here).paths == []
    assert mlk_export("wanted", "--limit", "-1", cwd=here).code == 2
    lay(here, {"full/a.md": "[[a]]\n"})
    assert mlk_export("wanted", "--vault", "full", cwd=here).paths == []


@pytest.mark.slow
def test_wanted_as_json(here: Path) -> None:
    run = mlk_export("wanted", "--json", "--limit", "2", cwd=here)
    said = json.loads("\n".join(run.paths))
    soil, ferns = said.pop("wanted")
    assert said == {"format": "mlk-export-wanted/1", "vault": "vault"}
    assert soil["sources"][0] == {"file": "Elm.md", "line": 6}
    assert (soil["name"], soil["topic"], soil["notes"], len(soil["sources"]), soil["called_so"]) == (
        "Soil",
        None,
        3,
        5,
        [],
    )
    assert (ferns["name"], ferns["topic"], ferns["notes"]) == ("Ferns", "ferns", 2)
    page = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
    for field in {*said, *soil, "wanted"}:
        assert f"`{field}`" in page, field


# -- what stands out -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_report(here: Path) -> None:
    run = mlk_export("check", "--report", cwd=here)
    assert (run.code, run.paths) == (0, REPORT.splitlines())
    assert mlk_export("check", cwd=here).paths == []
    said = json.loads("\n".join(mlk_export("check", "--report", "--json", cwd=here).paths))
    report = said["report"]
    assert report["hubs"]["first"][0] == {"topic": "elm", "title": "Elm", "file": "Elm.md", "line": 1, "number": 2}
    assert {name: part["found"] for name, part in report.items()} == {
        "hubs": 7, "bridges": 4, "orphans": 1, "dead_ends": 1, "without_area": 1,
    }  # fmt: skip
    page = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
    for field in {"report", *report, *report["hubs"], *report["hubs"]["first"][0]}:
        assert f"`{field}`" in page, field


@pytest.mark.slow
def test_of_many_ten_are_told(tmp_path: Path) -> None:
    lay(tmp_path / "vault", {f"n{number:02}.md": "" if number else "A word.\n" for number in range(12)})
    told = mlk_export("check", "--report", cwd=tmp_path).paths
    start = told.index("orphans, notes with no link to or from another topic: 12")
    assert told[start + 11] == "  ... and 2 more (--all tells each)"
    assert sum("vault/n" in line for line in mlk_export("check", "--report", "--all", cwd=tmp_path).paths) == 12


def titles(places: list[Place]) -> list[tuple[str, int]]:
    return [(place.topic.title, place.number) for place in places]


def test_a_property_that_files_is_a_link_and_a_folder_is_none(tmp_path: Path) -> None:
    lay(tmp_path, {"a.md": 'up:: "[[b]]"\n', "b.md": "", "F/c.md": "", "d.md": '---\nup: "[[b]]"\n---\n'})
    shape = structure(read(tmp_path).knowledge_map)
    assert titles(shape.orphans) == [("c", 0)]
    assert ("b", 2) in titles(shape.hubs)


def test_an_empty_map_has_nothing_that_stands_out() -> None:
    assert not any(structure(KnowledgeMap()))
    assert wanted(KnowledgeMap()) == []


def test_a_chain_of_a_hundred_thousand() -> None:
    count = 100_000
    links = [link(f"t{n}", MENTIONS, f"t{n + 1}") for n in range(count - 1)]
    shape = structure(make_map(*(topic(f"t{n}") for n in range(count)), links=links))
    assert len(shape.bridges) == count - 2
    assert [place.number for place in shape.bridges[:3]] == [count // 2 - 1, count // 2 - 1, count // 2 - 2]


@given(st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=14))
def test_bridges_are_what_parts_the_map(pairs: set[tuple[int, int]]) -> None:
    """Against taking each topic out, and counting what then hangs apart from the largest part of its own."""
    links = [link(f"t{a}", MENTIONS, f"t{b}") for a, b in sorted(pairs)]
    shape = structure(make_map(*(topic(f"t{n}") for n in range(9)), links=links))
    expected = {}
    for node in range(9):
        (own,) = (part for part in parts(pairs, set(range(9))) if node in part)
        left = parts(pairs, own - {node})
        if len(left) > 1:
            expected[f"t{node}"] = len(own) - 1 - max(map(len, left))
    assert {place.topic.id: place.number for place in shape.bridges} == expected


def parts(pairs: set[tuple[int, int]], nodes: set[int]) -> list[set[int]]:
    """The parts in which nodes hang together."""
    rest, found = set(nodes), []
    while rest:
        part = {rest.pop()}
        while more := {b for pair in pairs for a, b in (pair, pair[::-1]) if a in part and b in rest}:
            part |= more
            rest -= more
        found.append(part)
    return found


def test_what_is_wanted_in_several_spellings_is_wanted_once(tmp_path: Path) -> None:
    notes = {
        "Home.md": "- [[Home page]]\n",
        "p/a.md": "[[foo]] [[Foo]] [[foo]] [b](./Bar.md)\nup:: [[FOO]]\n",
        "q/b.md": "[b](../p/bar.md) [c](./Bar.md)\n[[q/bar]] [[Home page]]\n",
    }
    lay(tmp_path, notes)
    reading = read(tmp_path, ReadOptions(map="Home"))
    missing = {
        each.name: [(want.topic, want.text, want.kind, want.source.line) for want in each.wanted_by]
        for each in reading.knowledge_map.missing
    }
    assert missing == {
        "foo": [
            ("a", "foo", "mentions", 1),
            ("a", "Foo", "mentions", 1),
            ("a", "foo", "mentions", 1),
            ("a", "FOO", "broader", 2),
        ],
        "p/Bar": [("a", "b", "mentions", 1), ("b", "b", "mentions", 1)],
        "q/Bar": [("b", "c", "mentions", 1), ("b", "q/bar", "mentions", 2)],
    }
