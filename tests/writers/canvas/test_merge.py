"""A canvas that is brought up to date in place: what stays, what changes, what is told, and what is done with bad ones."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from command import lay, tree
from pyjsoncanvas import Canvas
from writers.canvas_desk import BASE, FILE, Desk, Page, inside, overlaps, text

from exporter import ExportError, KnowledgeMap, LeftError, export_vault
from exporter.errors import PreviousError
from exporter.leaks import LeakError
from exporter.model import RELATED, LearningPath, Step, Topic
from exporter.testing import MAP, link, make_map, topic
from exporter.views.plane.board import identity
from exporter.writers.canvas import Options
from exporter.writers.canvas.base import Base
from exporter.writers.canvas.document import parse
from exporter.writers.canvas.merge import Merge
from exporter.writers.canvas.page import Page as Made

BACKUP = f"{FILE}.bak"
OWN: dict[str, Any] = {
    "id": "mine",
    "type": "text",
    "text": "remember",
    "x": -900.5,
    "y": 0,
    "width": 200,
    "height": 90,
    "z": [1e3],
}


def vault(*topics: Topic, **fields: Any) -> KnowledgeMap:
    """Areas A and B, each with two notes, and a path of two steps."""
    notes = [topic(f"{area}{number}", areas=(area,)) for area in "ab" for number in (1, 2)]
    steps = (Step("Begin", ("a1",), MAP), Step("Go on", ("b1",), MAP))
    defaults: dict[str, Any] = {
        "links": [link("a1", "made by", "b1"), link("a2", RELATED, "b2")],
        "paths": (LearningPath("path", "Path", steps, MAP),),
    }
    return make_map(*(topics or notes), **(defaults | fields))


def notes(*names: str) -> list[Topic]:
    """Notes in the area that their first letter names."""
    return [topic(name, areas=(name[0],)) for name in names]


def arrow(start: str, end: str) -> str:
    """The id of an arrow between topics."""
    return identity("edge", identity("topic", start), identity("topic", end))


def codes(desk: Desk, knowledge_map: KnowledgeMap, **how: Any) -> list[str]:
    return [finding.code for finding in desk.run(knowledge_map, **how)]


def add(thing: dict[str, Any], kind: str = "nodes") -> Callable[[Page], object]:
    return lambda page: page[kind].append(thing)


# What a person does stays


def test_a_run_for_nothing_changes_nothing() -> None:
    desk = Desk(vault())
    files = dict(desk.files)
    assert codes(desk, vault()) == []
    assert desk.files == files
    assert files.keys() == {FILE, BASE}


@pytest.mark.parametrize("how", [{"indent": 2}, {"sort_keys": True}, {"separators": (", ", ": ")}])
def test_another_form_of_the_same_canvas_is_left_as_it_is(how: dict[str, Any]) -> None:
    desk = Desk(vault())
    desk.files[FILE] = b"\xef\xbb\xbf" + text(desk.page(), **how)
    files = dict(desk.files)
    assert codes(desk, vault()) == []
    assert desk.files == files


def test_what_a_person_has_done_with_ours_stays_and_what_is_new_comes() -> None:
    desk = Desk(vault())
    card, group = desk.card("a1"), desk.group("b")
    desk.change(card["id"], x=-1000, y=33, width=500, color="#123456", plugin={"a": 1.0})
    desk.change(group["id"], label="Better", width=group["width"] + 900, color="4")
    desk.edit(add(OWN))
    desk.edit(add({"id": "arrow", "fromNode": "mine", "toNode": card["id"]}, "edges"))
    before = desk.page()
    assert codes(desk, vault(*notes("a1", "a2", "a3", "b1", "b2"))) == []
    after = desk.page()
    kept = [thing for kind in after.values() for thing in kind]
    assert all(thing in kept for kind in before.values() for thing in kind)
    assert inside(desk.card("a3"), desk.group("a"))
    assert len(after["nodes"]) == len(before["nodes"]) + 1


def test_keys_and_numbers_of_others_stay_to_the_letter() -> None:
    desk = Desk(vault())
    card = json.dumps(desk.card("a1"), separators=(",", ":"))
    odd = card.replace('"type"', '"p":[1.50,1e400,12345678901234567890123],"type"')
    own = '{"id": "mine", "type":"text","text":"\\ud800\\u00e9","x":1.0,"y":-0,"width":1E2,"height":60}'
    data = (
        desk.files[FILE]
        .decode()
        .replace(card, f"{odd},\n\t\t{own},null,3,{{}}")
        .replace('"edges"', '"z":{"a" : 1.0},"edges"')
    )
    desk.files[FILE] = data.encode()
    steps = (Step("Begin anew", ("a1",), MAP),)
    desk.run(vault(paths=(LearningPath("path", "Path", steps, MAP),)))
    after = desk.files[FILE].decode()
    assert odd in after and own in after and '"z":{"a" : 1.0}' in after and "\t\tnull,\n\t\t3,\n\t\t{},\n" in after
    assert "Begin anew" in after and "Go on" not in after


def test_our_words_are_brought_up_to_date_unless_a_person_has_changed_them() -> None:
    words = lambda first, second: vault(  # noqa: E731
        topic("a", title=first),
        topic("b"),
        topic("x", areas=("a",), note=None, summary=first),
        topic("y", note=None, summary=second),
    )
    desk = Desk(words("one", "one"))
    desk.change(identity("topic", "y"), text="mine")
    assert codes(desk, words("two", "two")) == []
    assert desk.node(identity("topic", "x"))["text"].endswith("two")
    assert desk.node(identity("topic", "y"))["text"] == "mine"
    assert desk.node(identity("area", "a"))["label"] == "two"
    desk.run(words("three", "three"))
    assert desk.node(identity("topic", "x"))["text"].endswith("three")
    assert desk.node(identity("topic", "y"))["text"] == "mine"


def test_a_topic_that_gets_a_note_becomes_its_card_in_place() -> None:
    desk = Desk(vault(*notes("a1"), topic("x", areas=("a",), note=None)))
    before = desk.node(identity("topic", "x"))
    desk.run(vault(*notes("a1", "ax"), topic("x", areas=("a",))))
    after = desk.node(identity("topic", "x"))
    assert after == {
        **{key: before[key] for key in before if key not in ("text", "type")},
        "type": "file",
        "file": "x.md",
    }


def test_arrows_are_brought_up_to_date_but_for_what_a_person_has_set() -> None:
    desk = Desk(vault())
    typed, related = arrow("a1", "b1"), arrow("a2", "b2")
    desk.change(typed, color="#ff0000", fromSide="top")
    desk.change(related, label="is like")
    changed = [link("a1", kind, "b1") for kind in (RELATED, "inspired by")] + [link("a2", "made by", "b2")]
    desk.run(vault(links=changed))
    edges = {edge["id"]: edge for edge in desk.page()["edges"]}
    assert [edges[typed][key] for key in ("label", "color", "fromSide")] == ["inspired by, related", "#ff0000", "top"]
    assert edges[related]["label"] == "is like" and "toEnd" not in edges[related]
    assert codes(desk, vault(links=[])) == ["canvas-kept", "canvas-kept"]
    assert {typed, related} <= {edge["id"] for edge in desk.page()["edges"]}
    assert codes(desk, vault(links=[])) == []


def test_what_a_person_has_deleted_stays_deleted_and_relayout_brings_it_back() -> None:
    desk = Desk(vault())
    gone = desk.card("a1")["id"]

    def delete(page: Page) -> None:
        page["nodes"] = [node for node in page["nodes"] if node["id"] != gone]
        page["edges"] = [edge for edge in page["edges"][1:] if gone not in (edge["fromNode"], edge["toNode"])]

    desk.edit(delete)
    before = desk.files[FILE]
    for _ in range(2):
        (finding,) = desk.run(vault())
        assert finding.code == "canvas-deleted" and "(2)" in finding.message
        assert desk.files[FILE] == before
    desk.run(vault(*notes("a1", "a2", "b1", "b2", "b3")))
    assert gone not in {node["id"] for node in desk.page()["nodes"]}
    assert codes(desk, vault(), options=Options(relayout=True)) == ["canvas-relayout"]
    assert desk.files[FILE] == Desk(vault()).files[FILE]
    assert identity("topic", "b3") in desk.files[BACKUP].decode()


def test_a_card_is_known_by_its_file_when_obsidian_has_renamed_the_note() -> None:
    desk = Desk(vault())
    card = desk.card("a1")
    desk.change(card["id"], file="a9.md", x=-2000)
    renamed = vault(*notes("a9", "a2", "b1", "b2"), links=[link("a9", "made by", "b1")], paths=())
    desk.run(renamed)
    after = desk.page()
    assert desk.card("a9") == {**card, "file": "a9.md", "x": -2000}
    assert [(edge["fromNode"], edge["id"]) for edge in after["edges"]] == [(card["id"], arrow("a1", "b1"))]
    assert codes(desk, vault(*notes("a2", "b1", "b2"), links=[], paths=())) == []
    assert card["id"] not in {node["id"] for node in desk.page()["nodes"]}


def test_a_card_that_a_person_has_made_for_a_note_is_not_doubled_and_never_removed() -> None:
    desk = Desk(vault())
    own = {**OWN, "type": "file", "file": "a3.md"}
    desk.edit(add(own))
    desk.run(vault(*notes("a1", "a2", "a3", "b1", "b2"), links=[link("a3", "made by", "b1")], paths=()))
    assert [node for node in desk.page()["nodes"] if node.get("file") == "a3.md"] == [own]
    assert [edge["fromNode"] for edge in desk.page()["edges"]] == ["mine"]
    assert codes(desk, vault()) == []
    assert desk.card("a3") == own


# What goes


def test_what_is_gone_goes_unless_a_person_has_changed_it() -> None:
    desk = Desk(vault(*notes("a1", "a2", "a3", "a4", "b1", "b2")))
    desk.change(desk.card("a3")["id"], x=3000)  # a place is no change
    desk.change(desk.card("a4")["id"], color="1")
    desk.edit(add({"id": "arrow", "fromNode": desk.card("a2")["id"], "toNode": desk.card("b1")["id"]}, "edges"))
    findings = desk.run(vault(*notes("a1", "b1", "b2"), links=[]))
    assert [finding.code for finding in findings] == ["canvas-kept", "canvas-kept"]
    lines = desk.files[FILE].decode().splitlines()
    assert [json.loads(lines[finding.source.line - 1].rstrip(","))["file"] for finding in findings] == [
        "a2.md",
        "a4.md",
    ]
    assert findings[0].source.file == f"out/canvas/{FILE}"
    files = {node.get("file") for node in desk.page()["nodes"]}
    assert {"a2.md", "a4.md"} <= files and "a3.md" not in files
    assert codes(desk, vault(*notes("a1", "b1", "b2"), links=[])) == []


@pytest.mark.parametrize("moved", [False, True])
def test_a_topic_of_another_area_moves_alone_unless_it_was_dragged_out(moved: bool) -> None:
    desk = Desk(vault())
    if moved:
        desk.change(desk.card("a1")["id"], x=-3000)
    before = desk.page()
    desk.run(vault(*notes("a2", "b1", "b2"), topic("a1", areas=("b",))))
    after = {node["id"]: node for node in desk.page()["nodes"]}
    places = [
        node["id"]
        for node in before["nodes"]
        if (node["x"], node["y"]) != (after[node["id"]]["x"], after[node["id"]]["y"])
    ]
    assert places == ([] if moved else [identity("topic", "a1")])
    assert inside(desk.card("a1"), desk.group("b")) is not moved
    assert overlaps(desk.page()) == set()


def test_a_new_area_comes_below_with_what_lies_in_it() -> None:
    desk = Desk(vault())
    before = desk.page()["nodes"]
    desk.run(vault(*notes("a1", "a2", "b1", "b2", "c1", "c2"), topic("d1", areas=("d",)), parents={"d": "c"}))
    after = desk.page()
    assert [node for node in after["nodes"] if node in before] == before
    outer, inner = desk.group("c"), desk.group("d")
    assert inside(inner, outer) and inside(desk.card("c2"), outer) and inside(desk.card("d1"), inner)
    assert outer["y"] > max(node["y"] + node["height"] for node in before) and overlaps(after) == set()
    at = [node["type"] for node in after["nodes"]]
    assert at == sorted(at, key=lambda kind: kind != "group")


# Room


def test_many_changes_move_nothing() -> None:
    """20 notes more, 5 less, 10 cards and a group moved by hand."""
    rng = random.Random(3)
    areas = [f"area{rng.randrange(10)}" for _ in range(220)]
    make = lambda numbers: make_map(*(topic(f"n{number}", areas=(areas[number],)) for number in numbers))  # noqa: E731
    desk = Desk(make(range(200)))
    nodes = desk.page()["nodes"]
    for node in rng.sample([node for node in nodes if node["type"] == "file"], 10):
        desk.change(node["id"], x=node["x"] + 37, y=node["y"] - 15)
    for node in nodes:
        if inside(node, nodes[0]):
            desk.change(node["id"], y=node["y"] - 3000)
    before = desk.page()
    assert overlaps(before) == set()
    gone = set(rng.sample(range(200), 5))
    assert codes(desk, make(number for number in range(220) if number not in gone)) == []
    after = {node["id"]: node for node in desk.page()["nodes"]}
    assert len(after) == len(before["nodes"]) + 15
    for node in before["nodes"]:
        if node["id"] in after:
            assert (after[node["id"]]["x"], after[node["id"]]["y"]) == (node["x"], node["y"])
    groups = [node for node in after.values() if node["type"] == "group"]
    assert all(
        any(inside(node, group) for group in groups)
        for id, node in after.items()
        if id not in {n["id"] for n in before["nodes"]}
    )
    assert overlaps(desk.page()) == set()


def crowd(count: int) -> KnowledgeMap:
    """Four areas of many notes each, of which the first grows."""
    sizes = {"a": count, "b": 9, "c": 9, "d": 9}
    return make_map(
        *(topic(f"{area}{number}", areas=(area,)) for area, size in sizes.items() for number in range(size))
    )


def test_only_groups_that_would_be_hit_are_pushed_with_what_is_in_them() -> None:
    desk = Desk(crowd(9))
    frame = desk.group("a")
    under = [
        node
        for node in desk.page()["nodes"]
        if node["type"] == "group" and node["y"] > frame["y"] and node["x"] < frame["x"] + frame["width"]
    ]
    wall = {**OWN, "id": "wall", "x": frame["x"] - 300, "y": 0, "width": 100, "height": 4000}
    side = {**wall, "id": "side", "x": max(node["x"] + node["width"] for node in desk.page()["nodes"]) + 60}
    desk.edit(lambda page: page["nodes"].extend([wall, side]))
    before = {node["id"]: node for node in desk.page()["nodes"]}
    desk.run(crowd(40))
    after = {node["id"]: node for node in desk.page()["nodes"]}
    assert overlaps(desk.page()) == set()
    shifts = {id: (after[id]["x"] - node["x"], after[id]["y"] - node["y"]) for id, node in before.items()}
    assert shifts["wall"] == shifts["side"] == (0, 0)
    pushed = {id for id, shift in shifts.items() if shift != (0, 0)}
    assert pushed and pushed == {
        id for id, node in before.items() if any(inside(node, before[group["id"]]) for group in under)
    }
    assert len({shifts[id] for id in pushed}) == 1
    assert all(inside(desk.card(f"a{number}"), desk.group("a")) for number in range(9, 40))


def test_a_person_s_things_are_never_hit() -> None:
    desk = Desk(crowd(9))
    frame = desk.group("a")
    own = [
        {**OWN, "id": "below", "x": frame["x"] + 10, "y": frame["y"] + frame["height"] + 30, "width": 20, "height": 20},
        {**OWN, "id": "beside", "x": frame["x"] + frame["width"] + 30, "y": frame["y"] + 20, "width": 20, "height": 20},
        {**OWN, "id": "frame", "type": "group", "x": -50, "y": -50, "width": 9000, "height": 9000},
    ]
    desk.edit(lambda page: page["nodes"].extend(own))
    before = desk.page()["nodes"]
    desk.run(crowd(30))
    after = desk.page()["nodes"]
    assert [node for node in after if node in before] == before
    assert overlaps(desk.page()) == set()
    assert len(after) == len(before) + 21


# Without what was remembered


@pytest.mark.parametrize(
    "base",
    [
        None,
        b"",
        b"{}",
        b'{"version":1,"pages":3}',
        b"<<<<<<< HEAD\n",
        b'{"version":1,"pages":{"a":{"nodes":{"x":[1]}}}}',
    ],
)
def test_without_the_base_all_that_may_be_a_person_s_stays(base: bytes | None) -> None:
    desk = Desk(vault(*notes("a1", "a2", "b1", "b2"), topic("x", areas=("a",), note=None, summary="one")))
    if base is None:
        del desk.files[BASE]
    else:
        desk.files[BASE] = base
    desk.change(desk.card("a1")["id"], x=-4000)
    before = desk.page()
    after_that = vault(*notes("a1", "a3", "b1", "b2"), topic("x", areas=("a",), note=None, summary="two"))
    assert codes(desk, after_that) == []
    after = desk.page()
    assert [node for node in after["nodes"] if node in before["nodes"]] == before["nodes"]
    assert inside(desk.card("a3"), desk.group("a")) and overlaps(after) == set()
    assert desk.files[BACKUP] == text(before)
    assert desk.card("a2")  # it might be a person's


def test_a_canvas_of_an_earlier_version_that_nobody_has_touched_is_laid_out_anew() -> None:
    desk = Desk(vault())
    del desk.files[BASE], desk.written[BASE]
    more = vault(*notes("a1", "b1", "c1"))
    assert codes(desk, more) == []
    assert desk.files == Desk(more).files


@pytest.mark.parametrize("emptied", [b"", b"{}", b'{"nodes":[],"edges":[]}', b'{"nodes":null}', b" \n"])
def test_an_emptied_canvas_is_made_anew(emptied: bytes) -> None:
    desk = Desk(vault())
    desk.files[FILE] = emptied
    assert codes(desk, vault()) == []
    assert desk.page() == Desk(vault()).page()


def test_a_canvas_that_was_deleted_is_made_anew() -> None:
    desk = Desk(vault())
    del desk.files[FILE]
    assert codes(desk, vault()) == []
    assert desk.files == Desk(vault()).files
