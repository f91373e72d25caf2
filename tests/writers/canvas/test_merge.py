"""A canvas that is brought up to date in place: what stays, what changes, what is told, and what is done with bad ones."""

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from command import lay, tree
from pyjsoncanvas import Canvas
from writers.canvas_desk import BASE, FILE, Desk, Page, inside, overlap, overlaps, text

from exporter import ExportError, KnowledgeMap, LeftError, export_vault
from exporter.leaks import LeakError
from exporter.model import RELATED, REQUIRES, LearningPath, Step, Topic
from exporter.testing import MAP, link, make_map, topic
from exporter.views.plane.board import identity
from exporter.writers.canvas import Options
from exporter.writers.canvas.base import Base
from exporter.writers.canvas.document import parse
from exporter.writers.canvas.merge import Merge
from exporter.writers.canvas.page import Page as Made

BACKUP = f"{FILE}.bak"
SCHEMA = json.loads((Path(__file__).parent / "canvas.schema.json").read_text(encoding="utf-8"))
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
    changed = [link("a1", RELATED, "b1"), link("a2", "made by", "b2")]
    desk.run(vault(links=changed))
    edges = {edge["id"]: edge for edge in desk.page()["edges"]}
    assert [edges[typed][key] for key in ("toEnd", "color", "fromSide")] == ["none", "#ff0000", "top"]
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


def test_a_card_with_words_is_known_by_them_when_its_topic_has_another_id() -> None:
    def make(id: str) -> KnowledgeMap:
        named = topic(id, title="x", note=None, areas=("a",))
        return vault(*notes("a1"), named, links=[link(id, "made by", "a1")], paths=())

    desk = Desk(make("x"))
    card = desk.node(identity("topic", "x"))
    desk.change(card["id"], x=5000)
    before = desk.page()
    assert codes(desk, make("y")) == []
    assert desk.page() == before


def test_a_card_that_a_person_has_made_for_a_note_is_not_doubled_and_never_removed() -> None:
    desk = Desk(vault())
    own = {**OWN, "type": "file", "file": "a3.md"}
    desk.edit(add(own))
    desk.run(vault(*notes("a1", "a2", "a3", "b1", "b2"), links=[link("a3", "made by", "b1")], paths=()))
    assert [node for node in desk.page()["nodes"] if node.get("file") == "a3.md"] == [own]
    assert [edge["fromNode"] for edge in desk.page()["edges"]] == ["mine"]
    assert codes(desk, vault()) == []
    assert desk.card("a3") == own


def test_an_arrow_is_drawn_as_it_was_to_a_card_or_to_a_slip() -> None:
    """Whether it needs a slip depends on where all cards would lie; so only the first run asks."""
    names = [f"{area}{number}" for area in "abcdef" for number in range(4)]
    links = [link(f"a{number}", "made by", f"{area}{number}") for area in "bcdef" for number in range(4)]
    links += [link(f"{area}2", "made by", f"{area}3") for area in "abcdef"]
    make = lambda names, links: make_map(*notes(*names), links=links)  # noqa: E731
    desk = Desk(make(names, links))
    slips = json.loads(desk.files[BASE])["pages"][FILE]["slips"]
    assert slips and len(slips) < len(links)
    gone = next(iter(slips))
    desk.edit(
        lambda page: page.update(
            nodes=[node for node in page["nodes"] if node["id"] != gone],
            edges=[edge for edge in page["edges"] if gone not in (edge["fromNode"], edge["toNode"])],
        )
    )
    before = desk.page()
    for more in range(1, 4):
        extra = [f"{area}{number}" for area in "abf" for number in range(4, 4 + more)]
        desk.run(make([*names, *extra], [*links, link("b1", "made by", "b2")]))
        after = desk.page()
        ends = {edge["id"]: (edge["fromNode"], edge["toNode"]) for edge in after["edges"]}
        assert {edge["id"]: (edge["fromNode"], edge["toNode"]) for edge in before["edges"]}.items() <= ends.items()
        assert len(ends) == len(before["edges"]) + 1
        assert len(after["nodes"]) == len(before["nodes"]) + len(extra)


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


def test_a_card_that_covers_a_group_is_in_the_way() -> None:
    desk = Desk(vault())
    cover = {**desk.group("a"), "id": "cover", "type": "text", "text": "mine"}
    desk.edit(add(cover))
    desk.run(vault(*notes("a1", "a3", "b1", "b2")))  # the place of a2 is free, but nobody would see what lies there
    assert inside(desk.card("a3"), desk.group("a")) and not overlap(desk.card("a3"), cover)


def test_what_is_new_outside_of_all_groups_lies_in_none() -> None:
    desk = Desk(make_map(*notes("a1", "a2", "a3", "a4"), topic("free")))
    group = desk.group("Other topics")
    desk.change(desk.card("free")["id"], x=60, y=100)  # so that the other group is around all there is
    desk.edit(lambda page: page["nodes"].remove(group))
    desk.run(make_map(*notes("a1", "a2"), topic("new")))
    assert not any(overlap(desk.card("new"), node) for node in desk.page()["nodes"] if node.get("file") != "new.md")


def test_cards_of_a_new_group_are_where_it_was_pushed() -> None:
    """By an area that grows for a new one in it, both in the same run."""
    free = [topic(f"n{number}") for number in range(22)]
    links = [link("n0", REQUIRES, "A1")]
    first = make_map(*free, *notes("A1"), parents={"B": None, "C": None}, links=links)
    desk = Desk(first, Options(most_cards=20))
    desk.run(make_map(free[0], parents={"B": None, "A": None, "C": "A"}))
    assert overlaps(desk.page()) == set() and inside(desk.card("n0"), desk.group("Other topics"))


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


# Pages


def test_pages_come_and_go_and_nothing_of_a_person_is_lost() -> None:
    few, many = (
        make_map(*(topic(f"{area}{number}", areas=(area,)) for area in "abc" for number in range(count)))
        for count in (4, 15)
    )
    desk = Desk(few, Options(most_cards=30))
    desk.edit(add(OWN))
    desk.run(many)
    pages = [path for path in desk.files if path.endswith(".canvas")]
    assert len(pages) > 2 and OWN in desk.page()["nodes"] and overlaps(desk.page()) == set()
    area = next(path for path in pages if path != FILE)
    desk.edit(add({**OWN, "id": "other"}), area)
    moved = next(path for path in pages if path not in (FILE, area))
    desk.change(desk.page(moved)["nodes"][-1]["id"], moved, x=7000)
    told = desk.run(few)
    assert sorted(finding.source.file for finding in told) == sorted(f"out/canvas/{path}" for path in (area, moved))
    assert {finding.code for finding in told} == {"canvas-left"}
    assert OWN in desk.page()["nodes"] and desk.page(area) == {"nodes": [{**OWN, "id": "other"}], "edges": []}
    assert b"7000" in desk.files[f"{moved}.bak"]
    assert [finding.source.file for finding in desk.run(few)] == [f"out/canvas/{area}"]
    assert moved not in desk.files and overlaps(desk.page()) == set()
    assert codes(desk, many) == []
    assert {**OWN, "id": "other"} in desk.page(area)["nodes"] and overlaps(desk.page(area)) == set()
    assert b"7000" in desk.files[f"{moved}.bak"]


# Backups


def test_the_backup_is_the_canvas_as_a_person_has_left_it_last() -> None:
    desk = Desk(vault())
    desk.run(vault(*notes("a1", "b1", "c1")))
    assert BACKUP not in desk.files  # nobody has changed anything
    desk.edit(add(OWN))
    left = desk.files[FILE]
    for names in (("a1", "b1", "c1"), ("a1", "b1", "c1", "c2"), ("a1", "b1", "c1", "c2", "c3")):
        desk.run(vault(*notes(*names)))
        assert desk.files.get(BACKUP) == (left if "c2" in names else None)
    desk.run(vault(*notes("a1", "b1")))  # takes cards away
    assert b"c3.md" in desk.files[BACKUP]


# What is hidden


def hidden(path: str) -> bool:
    return path.startswith("Secret")


def test_a_hidden_note_leaves_the_canvas_the_backup_and_the_base() -> None:
    secret = topic("s", title="Secret plan", note="Secret plan.md", areas=("a",))
    desk = Desk(
        vault(*notes("a1", "b1"), secret, topic("t", title="Secret too", note=None), links=[link("s", RELATED, "a1")])
    )
    card = next(node for node in desk.page()["nodes"] if node.get("file") == "Secret plan.md")
    desk.edit(add({"id": "arrow", "fromNode": card["id"], "toNode": desk.card("b1")["id"]}, "edges"))
    desk.change(card["id"], color="1", x=-5000)
    desk.edit(add(OWN))
    left = vault(*notes("a1", "b1"), links=[])
    findings = desk.run(left, is_hidden=hidden)
    assert [finding.code for finding in findings] == ["canvas-hidden"] and "Secret" not in findings[0].message
    assert BACKUP in desk.files and OWN in json.loads(desk.files[BACKUP])["nodes"]
    for data in desk.files.values():
        assert b"Secret" not in data and card["id"].encode() not in data
    files = dict(desk.files)
    assert codes(desk, left, is_hidden=hidden) == [] and desk.files == files


def test_a_backup_from_before_something_was_hidden_goes() -> None:
    secret = topic("s", title="Secret plan", note="Secret plan.md", areas=("a",))
    desk = Desk(vault(*notes("a1", "b1"), secret))
    desk.edit(add(OWN))
    desk.run(vault(*notes("a1", "b1", "c1"), secret))
    assert b"Secret" in desk.files[BACKUP]
    desk.files[FILE] = desk.written[FILE]
    desk.run(vault(*notes("a1", "b1", "c1")), is_hidden=hidden)
    assert not any(b"Secret" in data for data in desk.files.values())


def test_the_canvas_of_a_hidden_area_goes() -> None:
    areas = "Secret", "b", "c"
    make = lambda areas: make_map(*(topic(f"{area}{n}", areas=(area,)) for area in areas for n in range(12)))  # noqa: E731
    desk = Desk(make(areas), Options(most_cards=20))
    (path,) = (path for path in desk.files if "Secret" in path)
    desk.change(desk.page(path)["nodes"][-1]["id"], path, x=9000)
    desk.run(make((*areas, "d")))
    desk.run(make(areas))
    assert path in desk.files
    desk.written[path] = desk.files[path]
    assert codes(desk, make(areas[1:]), is_hidden=hidden) == []
    assert not any("Secret" in path or b"Secret" in data for path, data in desk.files.items())


def test_a_run_that_hides_something(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "vault/Map.md": "# Areas\n- [[A]]\n",
            "vault/A.md": "[[Zebra crossing]]",
            "vault/Zebra crossing.md": "up:: [[A]]",
        },
    )
    run = lambda **how: export_vault(tmp_path / "vault", ["canvas"], tmp_path / "out", **how)  # noqa: E731
    run()
    canvas = tmp_path / "out" / "canvas" / FILE
    page = json.loads(canvas.read_bytes())
    card = next(node for node in page["nodes"] if node.get("file") == "Zebra crossing.md")
    card["color"] = "5"
    canvas.write_bytes(text(page))
    report = run(hide=["Zebra crossing.md"])
    assert "canvas-hidden" in {finding.code for finding in report.findings}
    assert not any("Zebra" in data for data in map(str, tree(tmp_path / "out").items()))
    page = json.loads(canvas.read_bytes())
    page["nodes"].append({**OWN, "text": "see Zebra crossing"})
    canvas.write_bytes(text(page))
    with pytest.raises(LeakError, match=rf"canvas/{FILE}:\d+: says"):
        run(hide=["Zebra crossing.md"])
    assert canvas.read_bytes() == text(page)


# What cannot be read, and what stands in the way

BAD = {
    "[]": "is no canvas",
    "null": "is no canvas",
    "nonsense": "is no canvas",
    '{"nodes":[\n<<<<<<< HEAD\n{}\n=======\n>>>>>>> other\n]}': "a merge has left a conflict",
    '{"nodes":{}}': "is no canvas",
    '{"nodes":[{"x":NaN}]}': "is no canvas",
    '{"nodes":[' + "[" * 100_000: "too deep",
    '{"nodes":[]} x': "is no canvas",
}


@pytest.mark.parametrize("data", [*map(str.encode, BAD), b"\xff\xfe{\0}\0"])
def test_what_is_no_canvas_is_left_and_the_others_are_written(data: bytes, tmp_path: Path) -> None:
    lay(tmp_path, {"vault/A.md": "[[B]]", "vault/B.md": ""})
    run = lambda **how: export_vault(tmp_path / "vault", ["canvas", "opml"], tmp_path / "out", **how)  # noqa: E731
    run()
    canvas = tmp_path / "out" / "canvas" / FILE
    canvas.write_bytes(data)
    lay(tmp_path, {"vault/C.md": ""})
    before = tree(tmp_path / "out" / "canvas")
    with pytest.raises(LeftError) as caught:
        run()
    (line,) = caught.value.lines
    assert line.startswith(
        f"{canvas}:{2 if b'<<<' in data else 1}: {BAD.get(data.decode('latin-1'), 'is not UTF-8')}"[:-8]
    )
    assert "--relayout" in line
    assert tree(tmp_path / "out" / "canvas") == before
    assert [path.parent.name for path in caught.value.paths] == ["opml"]
    run(relayout=True)
    assert canvas.with_name(BACKUP).read_bytes() == data
    assert "C.md" in canvas.read_text()


ODD: list[Any] = [
    *(
        None,
        3,
        "x",
        [],
        {},
        {"id": 3},
        {"id": "a"},
        {"id": "b", "type": "text", "x": None, "y": 0, "width": 1, "height": 1},
    ),
    {"id": "far", "type": "text", "text": "", "x": 10**30, "y": -(10**400), "width": 1e308, "height": 5},
    {"id": "wide", "type": "group", "x": -(10**6), "y": 5000, "width": 10**7, "height": 10},
    {"id": "negative", "type": "text", "text": "", "x": 0, "y": 0, "width": -500, "height": -1},
    {"id": "flat", "type": "link", "url": "https://example.org", "x": 0.5, "y": 0.5, "width": 0, "height": 0},
]


def test_odd_things_are_kept_as_they_are() -> None:
    desk = Desk(vault())
    twin = {**desk.card("a1"), "x": 4000, "text": "a twin"}
    lost = [{"id": "e", "fromNode": "nowhere", "toNode": "far"}, None, {"id": []}, {"id": "f", "fromNode": 3}]
    desk.edit(lambda page: (page["nodes"].extend([*ODD, twin]), page["edges"].extend(lost)))
    desk.edit(lambda page: page.update({"own": {"a": [1.5]}, "metadata": 3}))
    before: Any = desk.page()
    desk.run(vault(*notes("a1", "a2", "a3", "b1", "b2", "c1")))
    after: Any = desk.page()
    changed = [thing for kind in ("nodes", "edges") for thing in before[kind] if thing not in after[kind]]
    assert [thing["label"] for thing in changed] == ["a"]  # which has grown
    assert after["own"] == {"a": [1.5]} and after["metadata"] == 3
    files = dict(desk.files)
    desk.run(vault(*notes("a1", "a2", "a3", "b1", "b2", "c1")))
    assert desk.files == files


def test_what_somebody_else_has_put_there_is_not_overwritten(tmp_path: Path) -> None:
    lay(tmp_path, {"vault/A.md": "", f"out/canvas/{FILE}": "{}", "out/canvas/knowledge-map (conflict).canvas": "[]"})
    before = tree(tmp_path / "out")
    with pytest.raises(LeftError, match="was made by somebody else"):
        export_vault(tmp_path / "vault", ["canvas"], tmp_path / "out")
    assert tree(tmp_path / "out") == before
    (tmp_path / "out" / "canvas" / FILE).unlink()
    assert export_vault(tmp_path / "vault", ["canvas"], tmp_path / "out").paths == [tmp_path / "out" / "canvas" / FILE]
    assert (tmp_path / "out/canvas/knowledge-map (conflict).canvas").read_text() == "[]"


def test_a_canvas_that_changes_while_the_run_works_is_not_overwritten(tmp_path: Path) -> None:
    lay(tmp_path, {"vault/A.md": ""})
    export_vault(tmp_path / "vault", ["canvas"], tmp_path / "out")
    lay(tmp_path, {"vault/B.md": ""})
    canvas = tmp_path / "out" / "canvas" / FILE
    ticks: list[str] = []

    def tick(stage: str, done: int, total: int) -> None:
        ticks.append(stage)
        if ticks.count("writing canvas") == 2:  # the canvas has been read, and something yielded
            canvas.write_text("mine")

    with pytest.raises(LeftError, match="while this run was under way"):
        export_vault(tmp_path / "vault", ["canvas"], tmp_path / "out", tick=tick)
    assert canvas.read_text() == "mine"


def test_the_flag_and_the_key(tmp_path: Path) -> None:
    lay(tmp_path, {"vault/A.md": ""})
    with pytest.raises(ExportError, match="--relayout does not go with opml"):
        export_vault(tmp_path / "vault", ["opml"], tmp_path / "out", relayout=True)


# What programs expect of a canvas


def test_a_merged_canvas_is_valid() -> None:
    desk = Desk(vault())
    desk.change(desk.card("a1")["id"], x=-1000, color="#123456")
    desk.edit(add({**OWN, "x": -900, "z": None}))
    desk.run(vault(*notes("a1", "a3", "b1", "c1"), topic("b2", areas=("a",))))
    page = desk.page()
    jsonschema.validate(page, SCHEMA)
    known = {
        key: [{name: value for name, value in thing.items() if name != "z"} for thing in page[key]]
        for key in ("nodes", "edges")
    }
    assert Canvas.from_json(json.dumps(known)).validate()


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.pop("nodes"),
        lambda page: page["nodes"][0].pop("x"),
        lambda page: page["nodes"][0].update(x=1.5),
        lambda page: page["nodes"][0].update(type="card"),
        lambda page: page["nodes"][-1].update(color=1),
        lambda page: page["nodes"][-1].update(color="7"),
        lambda page: page["edges"][0].update(fromSide="middle"),
        lambda page: page["edges"][0].pop("toNode"),
    ],
)
def test_the_schema_refuses(change: Callable[[Page], object]) -> None:
    page = Desk(vault()).page()
    jsonschema.validate(page, SCHEMA)
    change(page)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(page, SCHEMA)


# Size


@pytest.mark.slow
def test_the_work_grows_with_the_canvas_and_not_with_its_square() -> None:
    def seconds(count: int) -> float:
        nodes: list[dict[str, Any]] = []
        within = {}
        for number in range(count):
            area, at = divmod(number, 100)
            x, y = area % 10 * 4000, area // 10 * 3000
            if not at:
                nodes.append(
                    {"id": f"g{area}", "type": "group", "label": "", "x": x, "y": y, "width": 3520, "height": 2160}
                )
            at_x, at_y = x + 40 + at % 10 * 340, y + 80 + at // 10 * 200
            nodes.append(
                {
                    "id": f"n{number}",
                    "type": "file",
                    "file": f"{number}.md",
                    "x": at_x,
                    "y": at_y,
                    "width": 260,
                    "height": 120,
                }
            )
            within[f"n{number}"] = f"g{area}"
        first = Merge(Made("x", nodes, [], within, {}), parse(b""), Base(), 80)
        more = [{**node, "id": f"{node['id']} new", "file": "x.md"} for node in nodes[1 : count : count // 50]]
        within |= {node["id"]: within.get(node["id"].split()[0], "") for node in more}
        start = time.process_time()
        Merge(Made("x", [*nodes, *more], [], within, {}), first.document, first.base, 80)
        return time.process_time() - start

    small, large = (min(seconds(count) for _ in range(3)) for count in (1_000, 8_000))
    assert large < 30 * small  # eight times as many: 8 where it is linear, 64 where it is not
