"""What writers of others are tested with: maps are whole, and a writer that breaks a rule is told which one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from exporter.errors import Finding
from exporter.model import BROADER, IN_AREA, REQUIRES, VAULT, File, KnowledgeMap, Lock, Previous, Source
from exporter.testing import check_golden_tree, check_writer, link, make_map, run_writer, sample_map, topic

# ---- maps ----


@pytest.mark.parametrize(
    "knowledge_map", [sample_map(), make_map(), make_map(links=[link("a", REQUIRES, "b")], parents={"c": "d"})]
)
def test_whatever_a_record_names_is_there(knowledge_map: KnowledgeMap) -> None:
    topics, areas = knowledge_map.topic, knowledge_map.area
    tags = {tag.id for tag in knowledge_map.tags}
    assert areas.keys() <= topics.keys()
    assert {area.parent for area in knowledge_map.areas} <= {None, *areas}
    assert all(area.parent is None or area.parent in topics[area.id].areas for area in knowledge_map.areas)
    assert {tag.parent for tag in knowledge_map.tags} <= {None, *tags}
    for each in knowledge_map.topics:
        assert {*each.tags} <= tags
        assert [each in knowledge_map.topics_in(area) for area in each.areas] == [True] * len(each.areas)
    assert all({link.start, link.end} <= topics.keys() for link in knowledge_map.links)
    assert all({*step.topics} <= topics.keys() for path in knowledge_map.paths for step in path.steps)


def test_a_map_in_a_few_words() -> None:
    knowledge_map = make_map(
        topic("oak", title="Oak", areas=("trees",), tags=("b/c", "a")),
        links=[link("oak", BROADER, "plant", 3)],
        parents={"trees": "plants"},
        texts={"oak": "Text."},
        files={"a.png": b"png"},
        language="de",
    )
    assert [(each.id, each.title, each.note) for each in knowledge_map.topics] == [
        ("oak", "Oak", "oak.md"),
        ("plants", "plants", None),
        ("trees", "trees", None),
        ("plant", "plant", None),
    ]
    assert [(area.id, area.parent) for area in knowledge_map.areas] == [("plants", None), ("trees", "plants")]
    assert [(tag.id, tag.parent) for tag in knowledge_map.tags] == [("a", None), ("b", None), ("b/c", "b")]
    assert [(each.start, each.kind, each.end, str(each.source)) for each in knowledge_map.links] == [
        ("oak", IN_AREA, "trees", "Map.md:1"),
        ("trees", IN_AREA, "plants", "Map.md:3"),
        ("oak", BROADER, "plant", "oak.md:3"),
    ]
    assert (knowledge_map.text("oak"), knowledge_map.file("a.png"), knowledge_map.language) == ("Text.", b"png", "de")
    with pytest.raises(FileNotFoundError):
        knowledge_map.file("b.png")


# ---- writers ----


@dataclass(frozen=True)
class Options:
    name: str = "a.txt"


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous) -> list[Any]:
    return [File(options.name, "text"), Finding(VAULT, "lost", "a word is lost"), Lock("kept")]


def writer(*things: Any, **parts: Any) -> Any:
    """A module that writes these things, or is otherwise as said."""
    told = {"write": lambda knowledge_map, options, previous: things} if things else {}
    return SimpleNamespace(**{"__doc__": "A writer.", "Options": Options, "write": write, **told, **parts})


def test_what_a_writer_makes() -> None:
    output = run_writer(writer(), KnowledgeMap(), Options("b.txt"))
    assert (output.files, [*map(str, output.findings)], output.lock) == (
        {"b.txt": b"text"},
        [".:1: note: a word is lost [lost]"],
        "kept",
    )
    assert run_writer(writer(File("a", iter("ab")), File("b/c", [b"c"])), KnowledgeMap()).files == {
        "a": b"ab",
        "b/c": b"c",
    }


def test_a_writer_that_keeps_the_rules() -> None:
    check_writer(writer())


def growing() -> Callable[..., list[File]]:
    """A writer that remembers."""
    calls: list[None] = []

    def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous) -> list[File]:
        calls.append(None)
        return [File("a.txt", "a\n" + "b" * len(calls))]

    return write


def greedy(knowledge_map: KnowledgeMap, options: Options, previous: Previous) -> list[File]:
    return [File("a.txt", knowledge_map.topics[0].title)]


def jealous(knowledge_map: KnowledgeMap, options: Options, previous: Previous) -> list[File]:
    return [File("a.txt", "")] if not previous.files else [File("b.txt", previous.files["b.txt"])]


def careless(knowledge_map: KnowledgeMap, options: Options, previous: Previous) -> list[File]:
    for each in knowledge_map.topics:
        each.properties.clear()  # type: ignore[attr-defined]
    return []


@dataclass
class Loose:
    name: str = ""


@dataclass(frozen=True)
class Demanding:
    name: str


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (writer(__doc__=""), "has no __doc__, so it is no writer"),
        (writer(Options=Loose), "Options must be a frozen dataclass"),
        (writer(Options=Demanding), "each field of Options must have a default: .*'name'"),
        (writer(write=lambda knowledge_map, options: []), "write must take (knowledge_map, options, previous): "),
        (writer(write=greedy), "an empty map is an error: IndexError: "),
        (writer(write=jealous), "what it has written before is an error: KeyError: 'b.txt'"),
        (writer(write=growing()), "the same map gives other bytes or findings: a.txt:2 is b'bbb', not b'bb'"),
        (writer(write=careless), "the map is not as it was: a writer may only read it"),
        (writer(File("../a", "")), "'../a' is no path"),
        (writer(File("a", ""), File("a", "")), "'a' is written twice"),
        (writer(Finding(VAULT, "Lost it", "x")), "a code is small words with hyphens between them"),
        (writer(Finding(VAULT, "lost", "x\ny")), "a message is one line"),
        (writer(Finding(Source("elsewhere.md", 1), "lost", "x")), "no place in the vault"),
        (writer(Finding(Source("oak.md", 0), "lost", "x")), "no place in the vault"),
    ],
)
def test_a_broken_rule_is_told(broken: Any, message: str) -> None:
    with pytest.raises(AssertionError, match=re.escape(message).replace(r"\.\*", ".*")):
        check_writer(broken)


def test_a_golden_tree(tmp_path: Path) -> None:
    check_golden_tree({"a": b"1\n2\n", "sub/b": b""}, tmp_path, update=True)
    check_golden_tree({"a": b"1\n2\n", "sub/b": b""}, tmp_path)
    with pytest.raises(AssertionError) as error:
        check_golden_tree({"a": b"1\n3\n", "c": b""}, tmp_path)
    assert ": sub/b is missing; c is new; a:2 is b'3\\n', not b'2\\n'; look at the change, then " in str(error.value)
    check_golden_tree({"c": b""}, tmp_path, update=True)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["c"]
