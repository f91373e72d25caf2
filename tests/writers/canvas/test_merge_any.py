"""Whatever a person does with a canvas, and whatever becomes of the vault: what the person made is there, and nothing is hit."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marks import examples
from writers.canvas_desk import Desk, Page, Thing, inside, overlaps, text

from exporter.model import MENTIONS, RELATED, REQUIRES, KnowledgeMap, LearningPath, Step
from exporter.testing import MAP, link, make_map, topic
from exporter.writers.canvas import Options

pytestmark = pytest.mark.slow
NAMES = [f"n{number}" for number in range(40)]
PLACE = ("x", "y", "width", "height")
VALUES = st.sampled_from([1.5, 2.50, 1e300, 0, "", None, [], {"a": [1.0]}, "x\u2028🌱", True])


@st.composite
def vaults(draw: st.DrawFn) -> KnowledgeMap:
    """A map of some of the notes, each in one of four areas or in none; areas lie in one another."""
    ids = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=30))
    areas = st.sampled_from([(), ("A",), ("A",), ("B",), ("C",), ("D",)])
    topics = [
        topic(
            id,
            areas=draw(areas),
            note=f"{id}.md" if draw(st.integers(0, 5)) else None,
            summary=draw(st.sampled_from(["", "old", "new"])),
        )
        for id in ids
    ]
    ends = st.sampled_from(ids or ["n0"])
    kinds = st.sampled_from([REQUIRES, RELATED, MENTIONS])
    links = [
        link(start, kind, end) for start, kind, end in draw(st.lists(st.tuples(ends, kinds, ends), max_size=12)) if ids
    ]
    steps = tuple(Step(f"Step {number}", (id,), MAP) for number, id in enumerate(ids[: draw(st.integers(0, 6))]))
    paths = (LearningPath("path", "Path", steps, MAP),) if steps else ()
    parents = {"B": draw(st.sampled_from([None, "A"])), "C": draw(st.sampled_from([None, "A", "B"]))}
    return make_map(*topics, links=links, parents=parents, paths=paths)


@st.composite
def edits(draw: st.DrawFn, page: Page, number: int) -> Page:
    """What a person does: moves, resizes, colours, writes, draws, deletes, groups."""
    nodes, edges = page["nodes"], page["edges"]
    small = st.integers(-60, 60).map(lambda steps: steps * 15)
    for at in range(draw(st.integers(0, 7))):
        kind = draw(
            st.sampled_from(
                "move move group resize colour write keys delete undraw card frame draw style float".split()
            )
        )
        node = draw(st.sampled_from(nodes)) if nodes else {}
        edge = draw(st.sampled_from(edges)) if edges else {}
        if kind == "move" and node:
            node.update(x=node["x"] + draw(small), y=node["y"] + draw(small))
        elif kind == "group" and node.get("type") == "group":
            x, y, frame = draw(small), draw(small), dict(node)
            for other in nodes:
                if inside(other, frame):
                    other.update(x=other["x"] + x, y=other["y"] + y)
        elif kind == "resize" and node:
            node.update(width=draw(st.integers(60, 900)), height=draw(st.integers(60, 900)))
        elif kind == "float" and node:
            node.update(x=node["x"] + 0.5)
        elif kind == "colour" and node:
            node.update(color=draw(st.sampled_from(["1", "#ff0000"])))
        elif kind == "write" and "text" in node:
            node["text"] += " - mine"
        elif kind == "write" and "label" in node:
            node["label"] += " - mine"
        elif kind == "keys" and node:
            node["plugin"] = draw(VALUES)
        elif kind == "delete" and node:
            nodes.remove(node)
            edges[:] = [edge for edge in edges if node["id"] not in (edge["fromNode"], edge["toNode"])]
        elif kind == "undraw" and edge:
            edges.remove(edge)
        elif kind == "style" and edge:
            edge.update(
                draw(st.sampled_from([{"label": "mine"}, {"color": "#abcdef"}, {"fromSide": "top"}, {"toEnd": "none"}]))
            )
        elif kind in ("card", "frame"):
            shape = dict(
                zip(
                    PLACE,
                    (draw(small), draw(small), draw(st.integers(10, 700)), draw(st.integers(10, 700))),
                    strict=True,
                )
            )
            what: Thing = {"type": "text", "text": "mine"} if kind == "card" else {"type": "group"}
            nodes.append({"id": f"own {number} {at}", **what, **shape, "plugin": draw(VALUES)})
        elif kind == "draw" and node:
            end = draw(st.sampled_from(nodes))
            edges.append(
                {"id": f"own {number} {at}", "fromNode": node["id"], "toNode": end["id"], "plugin": draw(VALUES)}
            )
    return page


def by_id(things: list[Thing]) -> dict[str, Thing]:
    return {thing["id"]: thing for thing in things}


def without(thing: Thing, *keys: str) -> str:
    return json.dumps({key: value for key, value in thing.items() if key not in keys})


def check(before: Page, after: Page, made: Page) -> None:
    """Hold a merged canvas to what stood there; `made` is what would be made of the map alone."""
    was, now, ours = by_id(before["nodes"]), by_id(after["nodes"]), by_id(made["nodes"])
    frames = [
        (old, (now[id]["x"] - old["x"], now[id]["y"] - old["y"]))
        for id, old in was.items()
        if old["type"] == "group" and id in now and not id.startswith("own")
    ]
    for id, old in was.items():
        if id.startswith("own") or (id in ours and id in now):
            new = now[id]
            shift = new["x"] - old["x"], new["y"] - old["y"]
            grown = (
                old["type"] == "group"
                and not id.startswith("own")
                and new["width"] >= old["width"]
                and new["height"] >= old["height"]
            )
            assert grown or (new["width"], new["height"]) == (old["width"], old["height"]) or id in ours
            if id.startswith("own"):
                assert without(new, "x", "y") == without(old, "x", "y")
                assert shift == (0, 0) or any(inside(old, frame) and moved == shift for frame, moved in frames)
            else:
                assert old.get("color") == new.get("color") and old.get("plugin") == new.get("plugin")
                if "mine" in old.get("text", "") + old.get("label", ""):
                    assert (old.get("text"), old.get("label")) == (new.get("text"), new.get("label"))
    lines = by_id(after["edges"])
    for edge in before["edges"]:
        if edge["id"].startswith("own"):
            assert without(lines[edge["id"]]) == without(edge)
        elif edge["id"] in lines:
            new = lines[edge["id"]]
            assert all(
                new.get(key) == edge[key]
                for key, mine in (("label", "mine"), ("color", "#abcdef"))
                if edge.get(key) == mine
            )
    present = now.keys() & was.keys()
    fresh = overlaps(after) - overlaps(before)
    assert not fresh, [(was.get(id), now[id]) for pair in fresh for id in pair]
    assert present or not was.keys() & ours.keys()


@settings(max_examples=examples(100), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_a_person_and_the_vault_do(data: st.DataObject) -> None:
    desk = Desk(data.draw(vaults()), Options(mentions=2, most_cards=data.draw(st.sampled_from([20, 20, 1000]))))
    for number in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(sorted(path for path in desk.files if path.endswith(".canvas"))))
        page = data.draw(edits(desk.page(path), number))
        desk.files[path] = text(page, indent=data.draw(st.sampled_from([None, "\t"])))
        knowledge_map = data.draw(vaults())
        before = {path: desk.page(path) for path in desk.files if path.endswith(".canvas")}
        desk.run(knowledge_map)
        made = Desk(knowledge_map, desk.options)
        for path, page in before.items():
            if path in desk.files:
                check(page, desk.page(path), made.page(path) if path in made.files else {"nodes": [], "edges": []})
            else:
                assert not any(thing["id"].startswith("own") for thing in page["nodes"])
        desk.run(knowledge_map)
        files: dict[str, Any] = dict(desk.files)
        desk.run(knowledge_map)
        assert desk.files == files
