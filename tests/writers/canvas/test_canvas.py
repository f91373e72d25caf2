import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pypandoc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyjsoncanvas import Canvas, CanvasValidationError, GroupNode, TextNode
from writers.canvas_desk import overlap

from exporter import testing
from exporter.errors import ExportError, Finding
from exporter.model import (
    IN_AREA,
    MENTIONS,
    RELATED,
    REQUIRES,
    Area,
    KnowledgeMap,
    LearningPath,
    Link,
    Source,
    Step,
    Topic,
)
from exporter.testing import MAP, link, make_map, run_writer
from exporter.views.plane.drawing import PATH
from exporter.views.plane.layout import Box
from exporter.views.plane.sides import Sides
from exporter.writers import canvas as canvas_writer
from exporter.writers.canvas import Options, write
from exporter.writers.canvas.pages import COLOURS

ROOT = Path(__file__).parents[3]
COLOUR = re.compile("[1-6]|#[0-9a-f]{6}")
PATH_COLOUR = COLOURS[PATH]
SIDES = {"top", "right", "bottom", "left"}
Thing = dict[str, Any]


def text(knowledge_map: KnowledgeMap, options: Options | None = None) -> str:
    output = run_writer(canvas_writer, knowledge_map, options)
    assert [path for path in output.files if not path.startswith(".")] == ["knowledge-map.canvas"]
    return output.files["knowledge-map.canvas"].decode()


def canvas(knowledge_map: KnowledgeMap, options: Options | None = None) -> dict[str, list[Thing]]:
    made: dict[str, list[Thing]] = json.loads(text(knowledge_map, options))
    return made


def findings(knowledge_map: KnowledgeMap, options: Options | None = None) -> list[Finding]:
    return run_writer(canvas_writer, knowledge_map, options).findings


def inside(inner: Thing, outer: Thing) -> bool:
    return bool(
        outer["x"] < inner["x"]
        and outer["y"] < inner["y"]
        and inner["x"] + inner["width"] < outer["x"] + outer["width"]
        and inner["y"] + inner["height"] < outer["y"] + outer["height"]
    )


def group_of(card: Thing, made: dict[str, list[Thing]]) -> Thing:
    """The innermost group around the card."""
    around = [node for node in made["nodes"] if node["type"] == "group" and inside(card, node)]
    return min(around, key=lambda group: group["width"] * group["height"])


def flaws(made: dict[str, list[Thing]]) -> list[str]:
    """What the format, Obsidian or the eye would not accept; PyJSONCanvas does not look at these."""
    told = []
    nodes, edges = made["nodes"], made["edges"]
    groups = [node for node in nodes if node["type"] == "group"]
    cards = [node for node in nodes if node["type"] != "group"]
    told += [f"id twice: {id}" for id, count in Counter(t["id"] for t in nodes + edges).items() if count > 1]
    told += [f"id: {t['id']}" for t in nodes + edges if len(t["id"]) != 16 or set(t["id"]) - set("0123456789abcdef")]
    told += ["a group is not first"] if nodes[: len(groups)] != groups else []
    for node in nodes:
        lengths = [node[key] for key in ("x", "y", "width", "height")]
        told += [f"not on the grid: {node}" for length in lengths if type(length) is not int or length % 20]
        told += [f"too small: {node}"] if min(lengths[2:]) < 60 else []
    told += [f"colour: {t}" for t in nodes + edges if "color" in t and not COLOUR.fullmatch(str(t["color"]))]
    told += [f"colour that is no text: {t}" for t in nodes + edges if type(t.get("color", "")) is not str]
    told += [f"cards overlap: {a} {b}" for a, b in combinations(cards, 2) if overlap(a, b)]
    told += [f"card across a border: {c}" for c in cards for g in groups if overlap(c, g) and not inside(c, g)]
    told += [f"card in no group: {card}" for card in cards if not any(inside(card, group) for group in groups)]
    for before, after in combinations(groups, 2):
        if overlap(before, after) and not inside(after, before):
            told.append(f"groups overlap, or the inner one lies below: {before} {after}")
    ids = {node["id"] for node in nodes}
    told += [f"leads nowhere: {edge}" for edge in edges if not {edge["fromNode"], edge["toNode"]} <= ids]
    told += [f"sides: {edge}" for edge in edges if not {edge.get("fromSide"), edge.get("toSide")} <= SIDES]
    ways = Counter((edge["fromNode"], edge["toNode"]) for edge in edges)
    told += [f"drawn twice: {way}" for way, count in ways.items() if count > 1 or way[0] == way[1]]
    lines = Counter(
        frozenset([(edge["fromNode"], edge.get("fromSide")), (edge["toNode"], edge.get("toSide"))]) for edge in edges
    )
    told += [f"one edge upon another: {line}" for line, count in lines.items() if count > 1]
    return told


def topic(id: str, *areas: str, note: bool = True, **fields: Any) -> Topic:
    return testing.topic(id, areas=areas, note=f"{id}.md" if note else None, **fields)


def mapped(
    *topics: Topic, areas: tuple[str, ...] = (), links: Iterable[Link] = (), steps: tuple[Step, ...] = ()
) -> KnowledgeMap:
    path = LearningPath("path", "Learning path", steps, MAP)
    return make_map(*topics, links=links, parents=dict.fromkeys(areas), paths=(path,) if steps else ())


def arrows(*links: Link, options: Options | None = None) -> list[tuple[str, str, str, str]]:
    """The edges between the topics a, b, c and d as text: from, heads, to, what the legend or the label says."""
    made = canvas(mapped(*map(topic, "abcd"), links=links), options)
    name = {node["id"]: node.get("file", "")[:1] for node in made["nodes"]}
    legend = {node["color"]: node["text"][2:] for node in made["nodes"] if node.get("color", "").startswith("#")}
    assert flaws(made) == []
    heads = {("none", "none"): "--", ("none", "arrow"): "->", ("arrow", "arrow"): "<->"}
    return [
        (
            name[edge["fromNode"]],
            heads[edge.get("fromEnd", "none"), edge.get("toEnd", "arrow")],
            name[edge["toNode"]],
            edge.get("label") or legend.get(edge.get("color", ""), ""),
        )
        for edge in made["edges"]
    ]


# The bundled vault, read back by PyJSONCanvas


@pytest.fixture(scope="module")
def read_back(bundled: KnowledgeMap) -> Canvas:
    made = Canvas.from_json(text(bundled))
    assert made.validate()
    return made


def test_every_area_is_a_group(bundled: KnowledgeMap, read_back: Canvas) -> None:
    labels = [node.label for node in read_back.nodes if isinstance(node, GroupNode)]
    areas = [bundled.topic[area.id].title for area in bundled.areas]
    assert len(areas) == 6
    assert labels == ["Learning Path", *areas, "Other topics", "Legend"]


def test_every_topic_is_a_card(bundled: KnowledgeMap) -> None:
    """With the map's words, and its title as a link, where there are some; else the note, or the title."""
    texts = [node["text"].split("\n\n") for node in canvas(bundled)["nodes"] if node.get("text", "").startswith("**")]
    worded = {parts[0]: parts[1] for parts in texts if len(parts) == 2}
    with_words = [topic for topic in bundled.topics if topic.summary]
    assert worded == {f"**[{one.title}]({quote(one.note or '')})**": one.summary for one in with_words}
    alone = [parts[0] for parts in texts if len(parts) == 1]
    assert len(alone) == 7  # the steps' numbers


def test_a_card_shows_the_note_where_that_says_it_all(bundled: KnowledgeMap) -> None:
    made = canvas(bundled, Options(summaries=False))
    assert flaws(made) == []
    files = [node["file"] for node in made["nodes"] if node["type"] == "file"]
    assert len(files) == 43
    assert sorted(files) == sorted(topic.note for topic in bundled.topics if topic.note)


def test_the_path_is_seven_cards_in_a_row(bundled: KnowledgeMap, read_back: Canvas) -> None:
    steps = [node for node in read_back.nodes if isinstance(node, TextNode)][:7]
    assert [step.text[:6] for step in steps] == [f"**{number}.**" for number in range(1, 8)]
    assert [step.x for step in steps] == sorted(step.x for step in steps)
    assert len({step.y for step in steps}) == 1
    for step, following in pairwise(steps):
        (edge,) = [e for e in read_back.edges if e.fromNode == step.id and e.toNode == following.id]
        assert (edge.fromSide.value, edge.toSide.value) == ("right", "left")
    ids = {step.id for step in steps}
    assert len([edge for edge in read_back.edges if edge.fromNode in ids or edge.toNode in ids]) == 6


def test_advanced_canvas_presents_the_path(bundled: KnowledgeMap) -> None:
    """It keeps keys of its own only beside a version, and starts at a node."""
    made = json.loads(text(bundled))
    first = made["metadata"].pop("startNode")
    assert made["metadata"] == {"version": "1.0-1.0", "frontmatter": {}}
    assert [node["text"][:6] for node in made["nodes"] if node["id"] == first] == ["**1.**"]
    assert "metadata" not in json.loads(text(mapped(topic("a"))))


def test_typed_links_are_all_drawn_forward(bundled: KnowledgeMap) -> None:
    made = canvas(bundled)
    named = {node["id"]: re.search(r"\[([^]]*)\]", node.get("text", "")) for node in made["nodes"]}
    titles = {id: match[1] for id, match in named.items() if match}
    drawn = Counter((titles[e["fromNode"]], titles[e["toNode"]]) for e in made["edges"] if e["color"] != PATH_COLOUR)
    required = {(link.end, link.start) for link in bundled.links if link.kind == REQUIRES}
    related = {(link.start, link.end) for link in bundled.links if link.kind == RELATED}
    either = {frozenset(ends) for ends in required | related}
    assert len(required) > 20
    assert {(bundled.topic[start].title, bundled.topic[end].title) for start, end in required} <= {*drawn}
    assert {frozenset(ends) for ends in drawn} == {frozenset(bundled.topic[id].title for id in ends) for ends in either}
    assert max(drawn.values()) == 1


def test_the_bundled_canvas_has_no_flaws(bundled: KnowledgeMap) -> None:
    made = canvas(bundled)
    assert flaws(made) == []
    card = {match[1]: node for node in made["nodes"] if (match := re.match(r"\*\*\[([^]]*)", node.get("text", "")))}
    wide = max(node["x"] + node["width"] for node in made["nodes"])
    high = max(node["y"] + node["height"] for node in made["nodes"])
    assert 1.2 < wide / high < 2.2
    for area in bundled.areas:
        own, *members = [bundled.topic[area.id], *bundled.topics_in(area.id)]
        places = [card[topic.title] for topic in [own, *members] if topic.note]
        assert {group_of(place, made)["label"] for place in places} == {own.title}
        assert places[0] == min(places, key=lambda node: (node["y"], node["x"]))  # the area's own note
        assert places[0]["color"] == group_of(places[0], made)["color"]
    groups = [node for node in made["nodes"] if node["type"] == "group"]
    assert groups[1:7] == sorted(groups[1:7], key=lambda node: (node["y"], node["x"]))
    assert [group["color"] for group in groups[1:7]] == list("123456")


def test_few_arrows_pass_behind_a_card(bundled: KnowledgeMap) -> None:
    """As a program draws them: curves that leave and arrive at right angles."""
    made = canvas(bundled)
    box = {node["id"]: node for node in made["nodes"]}
    cards = [node for node in made["nodes"] if node["type"] != "group"]
    behind = [
        (edge["id"], card["id"])
        for edge in made["edges"]
        for card in cards
        if any(
            card["x"] < x < card["x"] + card["width"] and card["y"] < y < card["y"] + card["height"]
            for x, y in curve(box[edge["fromNode"]], edge["fromSide"], box[edge["toNode"]], edge["toSide"])
        )
    ]
    assert len({edge for edge, _ in behind}) <= len(made["edges"]) / 5


def curve(start: Thing, leaving: str, end: Thing, arriving: str) -> list[tuple[float, float]]:
    out = {"right": (1, 0), "bottom": (0, 1), "left": (-1, 0), "top": (0, -1)}
    (ux, uy), (vx, vy) = out[leaving], out[arriving]
    ax, ay = start["x"] + start["width"] * (1 + ux) / 2, start["y"] + start["height"] * (1 + uy) / 2
    bx, by = end["x"] + end["width"] * (1 + vx) / 2, end["y"] + end["height"] * (1 + vy) / 2
    bend = min(max(math.dist((ax, ay), (bx, by)) * 0.3, 60), 300)
    points = []
    for number in range(1, 50):
        t = number / 50
        a, c, d, b = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
        points.append(
            (
                a * ax + c * (ax + ux * bend) + d * (bx + vx * bend) + b * bx,
                a * ay + c * (ay + uy * bend) + d * (by + vy * bend) + b * by,
            )
        )
    return points


def test_what_is_left_out_is_told(bundled: KnowledgeMap) -> None:
    assert findings(bundled) == []
    (words,) = findings(bundled, Options(summaries=False))
    assert words.code == "summary-not-shown"
    assert "43 topics" in words.message
    (mentions,) = findings(bundled, Options(mentions=1))
    assert mentions.code == "mention-not-drawn"
    everything = Options(mentions=1000)
    missing = len(canvas(bundled, everything)["edges"]) - len(canvas(bundled, Options(mentions=1))["edges"])
    assert missing > 10
    assert mentions.message.startswith(f"{missing} mentions ")
    assert findings(bundled, everything) == []


def test_the_small_vault(small: KnowledgeMap) -> None:
    made = canvas(small, Options(summaries=False))
    assert Canvas.from_json(text(small)).validate()
    assert flaws(made) == flaws(canvas(small)) == []
    cards = [node for node in made["nodes"] if node["type"] == "file"]
    assert sorted(node["file"] for node in cards) == sorted(topic.note for topic in small.topics if topic.note)


@pytest.mark.slow
def test_equal_maps_give_equal_bytes(with_hash_seed: Callable[[str, str], bytes]) -> None:
    code = (
        "import sys; from pathlib import Path; from exporter import read; from exporter.writers import canvas\n"
        f"file, *_ = canvas.write(read(Path({str(ROOT / 'vault')!r}))[0], canvas.Options(mentions=5))\n"
        "sys.stdout.buffer.write(''.join(file.content).encode())"
    )
    assert len(with_hash_seed(code, "1")) > 10_000
    assert with_hash_seed(code, "1") == with_hash_seed(code, "2")


def test_one_line_each(bundled: KnowledgeMap) -> None:
    lines = text(bundled).split("\n")
    assert lines[:2] == ["{", '\t"nodes":[']
    things = [json.loads(line.strip("\t,")) for line in lines if line.startswith("\t\t")]
    assert things == canvas(bundled)["nodes"] + canvas(bundled)["edges"]


def test_an_empty_map() -> None:
    assert canvas(KnowledgeMap()) == {"nodes": [], "edges": []}
    assert findings(KnowledgeMap()) == []


# What stands where


def test_a_topic_of_two_areas_has_one_card_and_a_slip_in_the_other_area() -> None:
    made = canvas(mapped(topic("a"), topic("b"), topic("c", "a", "b"), areas=("a", "b")))
    assert flaws(made) == []
    (card,) = [node for node in made["nodes"] if node.get("file") == "c.md"]
    (slip,) = [node for node in made["nodes"] if node.get("text") == "↗ [c](c.md)"]
    assert group_of(card, made)["label"] == "a"
    assert group_of(slip, made)["label"] == "b"
    assert made["edges"] == []


def test_an_area_that_is_but_a_name_has_no_card() -> None:
    bare, worded, wanted = topic("a", note=False), topic("b", note=False, summary="Words"), topic("c", note=False)
    links = (link("d", REQUIRES, "c"),)
    made = canvas(mapped(bare, worded, wanted, topic("d", "c"), areas=("a", "b", "c"), links=links))
    assert flaws(made) == []
    texts = [node["text"] for node in made["nodes"] if node["type"] == "text"]
    assert texts == ["**b**\n\nWords", "**c**", "→ leads to"]


def test_an_area_lies_within_its_parent_and_has_its_colour() -> None:
    flat = mapped(
        topic("a"), topic("b"), topic("c", "a"), topic("d", "c"), topic("e", "d", "a"), areas=("a", "b", "c", "d")
    )
    parents = {"c": "a", "d": "c"}
    nested = replace(flat, areas=tuple(area._replace(parent=parents.get(area.id)) for area in flat.areas))
    made = canvas(nested)
    assert flaws(made) == []
    groups = {node["label"]: node for node in made["nodes"] if node["type"] == "group"}
    assert inside(groups["d"], groups["c"])
    assert inside(groups["c"], groups["a"])
    assert [groups[label]["color"] for label in "abcd"] == ["1", "2", "1", "1"]
    assert made["edges"] == []  # e is in a already, because d is


@pytest.mark.slow
def test_areas_may_be_nested_deeply() -> None:
    ids = [f"n{number}" for number in range(1500)]
    areas = tuple(Area(id, before, MAP) for before, id in zip([None, *ids], ids, strict=False))
    made = canvas(KnowledgeMap(topics=tuple(map(topic, ids)), areas=areas), Options(most_cards=3000))
    assert len(made["nodes"]) == 3000
    assert all(inside(inner, outer) for outer, inner in pairwise(made["nodes"][:1500]))


def test_colours_begin_again_after_six() -> None:
    ids = "abcdefg"
    made = canvas(mapped(*map(topic, ids), areas=tuple(ids)))
    assert [node["color"] for node in made["nodes"] if node["type"] == "group"] == list("1234561")


def test_a_long_path_goes_on_in_further_rows() -> None:
    steps = tuple(Step(f"Step {number}", (), Source("Map.md", number)) for number in range(1, 31))
    made = canvas(mapped(steps=steps))
    assert flaws(made) == []
    cards = made["nodes"][1:]
    assert cards == sorted(cards, key=lambda node: (node["y"], node["x"]))
    assert {(edge["fromSide"], edge["toSide"]) for edge in made["edges"]} == {("right", "left"), ("bottom", "top")}


def test_cards_of_a_path_grow_with_their_words() -> None:
    short, long = (
        canvas(mapped(steps=(Step(words, (), MAP),)))["nodes"][1]["height"]
        for words in ("Read", "Read this and that. " * 20)
    )
    assert short == 120
    assert 300 <= long <= 400


def test_cards_grow_with_wide_letters() -> None:
    """Each letter of Chinese is as wide as two of Latin."""
    words, wide = "word " * 20, "数学" * 25
    heights = [
        next(node["height"] for node in canvas(mapped(topic("a", summary=text)))["nodes"] if node["type"] == "text")
        for text in ("short", words, wide, words * 30)
    ]
    assert heights[0] < heights[1] == heights[2] < heights[3] == 240


def test_paths_of_files() -> None:
    here, below = (canvas(mapped(topic("Ümlaut #1")), Options(vault=vault)) for vault in ("", "/notes/ml/"))
    assert here["nodes"][1]["file"] == "Ümlaut #1.md"
    assert below["nodes"][1]["file"] == "notes/ml/Ümlaut #1.md"


def test_the_name_of_what_is_in_no_area() -> None:
    assert canvas(mapped(topic("a")), Options(no_area="Übriges"))["nodes"][0]["label"] == "Übriges"


def test_ids_outlive_titles_and_places() -> None:
    before = mapped(topic("a"), topic("b"), topic("c", "a"), areas=("a", "b"), links=(link("b", REQUIRES, "c"),))
    renamed = [topic._replace(title=f"New {topic.title}") for topic in before.topics]
    after = replace(before, topics=tuple(renamed), areas=before.areas[::-1])
    ids = [
        {node["id"] for node in made["nodes"] if "label" in node or "file" in node}
        for made in map(canvas, (before, after))
    ]
    assert ids[0] == ids[1]
    assert len(ids[0]) == 3 + 3


# Text, read back by pandoc


@pytest.mark.book
@pytest.mark.parametrize(
    "words",
    [
        "*a* _b_ `c` [d](e) [[f]] <g> &amp; ~~h~~ #i $j$ ==k== %%l%% ^m \\n",
        "1. not a list",
        "- not a list",
        "+ 12) neither",
        "# no heading",
        "> no quotation",
        "![no image](x.png)",
        'a\n\n---\n\nb "c"',
        "العربية 🌱 日本語",
    ],
)
def test_text_is_shown_as_it_is(words: str) -> None:
    node = canvas(mapped(topic("a", title=words, summary=words, note=False)))["nodes"][1]
    shown = json.loads(pypandoc.convert_text(node["text"], "json", format="commonmark"))["blocks"]
    assert [block["t"] for block in shown] == ["Para", "Para"]
    strong, plain = shown[0]["c"], shown[1]["c"]
    assert [part["t"] for part in strong] == ["Strong"]
    for parts in (strong[0]["c"], plain):
        assert "".join(" " if part["t"] == "Space" else part["c"] for part in parts) == " ".join(words.split())


@pytest.mark.book
def test_steps_link_to_notes() -> None:
    step = Step("Learn FIRST (the IR) and IR, then dig: (soil)", ("The IR", "IR", "[x]", "none"), MAP)
    topics = topic("The IR"), topic("IR"), topic("[x]", title="Not in the text"), topic("none", note=False)
    made = canvas(mapped(*topics, steps=(step,)), Options(vault="my notes"))
    (node,) = [node for node in made["nodes"] if node.get("text", "").startswith("**1.**")]
    (block,) = json.loads(pypandoc.convert_text(node["text"], "json", format="commonmark"))["blocks"]
    links = [part["c"] for part in block["c"] if part["t"] == "Link"]
    assert ["".join(part.get("c", " ") for part in parts) for _, parts, _ in links] == [
        "the IR",
        "IR",
        "Not in the text",
    ]
    assert [unquote(target) for _, _, (target, _) in links] == [
        f"my notes/{name}.md" for name in ("The IR", "IR", "[x]")
    ]
    assert pypandoc.convert_text(node["text"], "plain", format="commonmark", extra_args=["--wrap=none"]).strip() == (
        "1. Learn FIRST (the IR) and IR, then dig: (soil) (Not in the text)"
    )


def test_half_characters_are_replaced() -> None:
    made = text(mapped(topic("a\ud800", title="b\udfff", note=False), topic("c\udc00")))
    assert made.encode().decode().count("\ufffd") == 2


# Arrows


def test_kinds_are_colours() -> None:
    made = arrows(link("a", REQUIRES, "b"), link("b", RELATED, "c"), link("c", "inspired\nby", "d"))
    assert made == [("b", "->", "a", "leads to"), ("b", "--", "c", RELATED), ("c", "->", "d", "inspired by")]


def test_the_legend_names_each_kind_once() -> None:
    links = [link("a", REQUIRES, "b"), link("b", REQUIRES, "c"), link("c", "see", "d")]
    made = canvas(mapped(*map(topic, "abcd"), links=links), Options(leads_to="führt zu", legend="Zeichen"))
    (group,) = [node for node in made["nodes"] if node.get("label") == "Zeichen"]
    legend = [node for node in made["nodes"] if node is not group and inside(node, group)]
    assert [node["text"] for node in legend] == ["→ führt zu", "→ see"]
    assert [node["color"] for node in legend] == [made["edges"][0]["color"], made["edges"][2]["color"]]
    without = canvas(mapped(*map(topic, "abcd"), links=links), Options(legend=""))
    assert len(without["nodes"]) == len(made["nodes"]) - 3


def test_a_kind_whose_colour_is_another_s_has_a_label() -> None:
    ids = [f"t{number}" for number in range(9)]
    links = [link("t0", f"kind {end}", end) for end in ids[1:]]
    labels = [edge.get("label") for edge in canvas(mapped(*map(topic, ids), links=links))["edges"]]
    assert labels == [None] * 5 + ["kind t6", "kind t7", "kind t8"]


def test_what_is_said_both_ways_is_one_arrow() -> None:
    assert arrows(link("a", REQUIRES, "b"), link("b", REQUIRES, "a")) == [("b", "<->", "a", "leads to")]
    assert arrows(link("a", RELATED, "b"), link("b", RELATED, "a")) == [("a", "--", "b", RELATED)]
    both = link("a", MENTIONS, "b"), link("b", MENTIONS, "a")
    assert arrows(*both, options=Options(mentions=1)) == [("a", "<->", "b", "")]
    assert arrows(*both) == []


def test_several_kinds_share_an_arrow() -> None:
    assert arrows(link("a", RELATED, "b"), link("a", REQUIRES, "b")) == [("b", "->", "a", "leads to, related")]
    assert arrows(link("a", RELATED, "b"), link("b", REQUIRES, "a")) == [("a", "->", "b", "leads to, related")]
    assert arrows(link("a", "inspired by", "b"), link("a", REQUIRES, "b"), link("b", RELATED, "a")) == [
        ("a", "->", "b", "inspired by, related"),
        ("b", "->", "a", "leads to"),
    ]


def test_a_mention_beside_a_typed_link_is_not_drawn() -> None:
    links = link("a", REQUIRES, "b"), link("a", MENTIONS, "b"), link("b", MENTIONS, "a"), link("a", MENTIONS, "a")
    assert arrows(*links, options=Options(mentions=1)) == [("b", "->", "a", "leads to")]
    assert findings(mapped(*map(topic, "abcd"), links=links)) == []


def test_the_strongest_mentions_are_drawn() -> None:
    links = [
        link("a", MENTIONS, "b"),
        link("a", MENTIONS, "c", 2),
        link("a", MENTIONS, "c", 3),
        link("b", MENTIONS, "d"),
    ]
    assert arrows(*links, options=Options(mentions=1)) == [("a", "->", "c", ""), ("b", "->", "d", "")]
    assert len(arrows(*links, options=Options(mentions=2))) == 3
    assert arrows(*links, options=Options(mentions=0)) == []
    (finding,) = findings(mapped(*map(topic, "abcd"), links=tuple(links)), Options(mentions=1))
    assert (finding.source, finding.code) == (Source("a.md", 1), "mention-not-drawn")
    assert finding.message.startswith("1 mention ")


def test_an_edge_avoids_the_card_between() -> None:
    cards = [Box(x, 0, 260, 120) for x in (0, 340, 680)]
    sides = Sides(cards)
    assert sides.choose(cards[0], cards[1], "").sides == ("right", "left")
    assert sides.choose(cards[1], cards[0], "").sides == ("left", "right")
    assert sides.choose(cards[0], cards[2], "").sides != ("right", "left")
    assert sides.choose(cards[0], cards[1], "", other=("right", "left")).sides != ("right", "left")
    assert Sides([cards[0], cards[2]]).choose(cards[0], cards[2], "").sides == ("right", "left")


def test_labels_keep_apart() -> None:
    left, right = Box(0, 0, 260, 120), Box(900, 0, 260, 120)
    sides = Sides([left, right])
    assert sides.choose(left, right, "requires").sides == ("right", "left")
    assert sides.choose(left, right, "").sides == ("right", "left")
    assert sides.choose(left, right, "requires").sides != ("right", "left")  # a label is there already


# Options


def test_the_mapping_shows_every_default() -> None:
    shown = tomllib.loads((ROOT / "mappings" / "canvas.toml").read_text(encoding="utf-8"))
    assert shown == asdict(Options())


@pytest.mark.parametrize("name", ["card_width", "card_height", "gap"])
def test_too_small(name: str) -> None:
    with pytest.raises(ExportError, match=name):
        list(write(KnowledgeMap(), replace(Options(), **{name: 10})))


def test_other_sizes(bundled: KnowledgeMap) -> None:
    made = canvas(bundled, Options(card_width=331, card_height=61, gap=45, summaries=False))
    assert flaws(made) == []
    files = [node for node in made["nodes"] if node["type"] == "file"]
    assert {node["width"] for node in files} == {340}
    assert min(node["height"] for node in files) == 80


# Whatever the map


HOSTILE = st.one_of(
    st.sampled_from(
        ['"', "\\", "]]>", "\x00\x1b\u2028", "\n\n- x", "[[a|b]]", "‮abc", "🌱" * 90, "x" * 2000, "\ud800", ""]
    ),
    st.text(st.characters(), max_size=20),
)


@st.composite
def maps(draw: st.DrawFn) -> KnowledgeMap:
    ids = [f"{number} {draw(HOSTILE)}" for number in range(draw(st.integers(1, 60)))]
    count = draw(st.integers(0, min(8, len(ids))))
    areas = [
        Area(id, draw(st.sampled_from([None, *ids[:number]])) if number else None, Source("Map.md", number + 1))
        for number, id in enumerate(ids[:count])
    ]
    some_areas = st.lists(st.sampled_from(ids[:count]), max_size=2, unique=True) if count else st.just([])
    source = MAP
    topics = []
    for number, id in enumerate(ids):
        chosen = tuple(area for area in draw(some_areas) if area != id)
        note = f"{number}.md" if draw(st.booleans()) else None
        topics.append(Topic(id, draw(HOSTILE), draw(HOSTILE), chosen, (), (draw(HOSTILE),), note, {}, source))
    kinds = st.sampled_from([REQUIRES, RELATED, MENTIONS, MENTIONS, "inspired by", '"\n'])
    ends = st.sampled_from(ids)
    drawn = draw(st.lists(st.tuples(ends, kinds, ends), max_size=80))
    links = [Link(start, kind, end, "", "", source) for start, kind, end in drawn]
    links += [Link(topic.id, IN_AREA, area, "", "", source) for topic in topics for area in topic.areas]
    step = st.builds(Step, HOSTILE, st.lists(ends, max_size=3).map(tuple), st.just(source))
    paths = [
        LearningPath(f"path {number}", draw(HOSTILE), tuple(draw(st.lists(step, max_size=12))), source)
        for number in range(draw(st.integers(0, 2)))
    ]
    return KnowledgeMap(topics=tuple(topics), areas=tuple(areas), links=tuple(links), paths=tuple(paths))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(maps(), st.integers(0, 3))
def test_any_map(knowledge_map: KnowledgeMap, mentions: int) -> None:
    options = Options(mentions=mentions, summaries=False, most_cards=1000)  # one canvas, whatever the map
    made = json.loads(text(knowledge_map, options).encode())
    assert flaws(made) == []
    steps = sum(len(path.steps) for path in knowledge_map.paths)
    cards = [node for node in made["nodes"] if node["type"] == "file"]
    assert len(cards) == sum(one.note is not None for one in knowledge_map.topics)
    assert sum(bool(re.match(r"\*\*\d+\.\*\*", node.get("text", ""))) for node in made["nodes"]) == steps
    card = {node["file"]: node for node in cards}
    for one in knowledge_map.topics:
        home = one if one.id in knowledge_map.area else knowledge_map.topic.get(one.areas[0]) if one.areas else None
        if home and home.note and one.note:
            assert group_of(card[one.note], made) == group_of(card[home.note], made)
    drawn = Counter(end for edge in made["edges"] if "color" not in edge for end in (edge["fromNode"], edge["toNode"]))
    assert max(drawn.values(), default=0) <= mentions
    if made["nodes"]:
        assert Canvas.from_json(json.dumps({key: made[key] for key in ("nodes", "edges")})).validate()


# The checks can fail


def spoiled(change: Callable[[dict[str, list[Thing]]], object]) -> dict[str, list[Thing]]:
    links = (link("a", REQUIRES, "c"), link("d", REQUIRES, "c"))
    made = canvas(mapped(topic("a"), topic("b"), topic("c", "a"), topic("d", "b"), areas=("a", "b"), links=links))
    assert flaws(made) == []
    change(made)
    return made


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        (lambda made: made["nodes"][3].update(x=made["nodes"][2]["x"], y=made["nodes"][2]["y"]), "cards overlap"),
        (lambda made: made["nodes"][3].update(x=made["nodes"][3]["x"] - 100), "card across a border"),
        (lambda made: made["nodes"][3].update(x=20_000), "card in no group"),
        (lambda made: made["nodes"][1].update(x=made["nodes"][0]["x"] + 20), "groups overlap"),
        (lambda made: made["nodes"].reverse(), "a group is not first"),
        (lambda made: made["nodes"][2].update(x=41), "not on the grid"),
        (lambda made: made["nodes"][2].update(x=40.0), "not on the grid"),
        (lambda made: made["nodes"][2].update(color=1), "colour"),
        (lambda made: made["nodes"][2].update(id=made["edges"][0]["id"]), "id twice"),
        (lambda made: made["edges"][0].update(toNode="0" * 16), "leads nowhere"),
        (lambda made: made["edges"][0].pop("fromSide"), "sides"),
        (lambda made: made["edges"].append({**made["edges"][0], "id": "0" * 16}), "drawn twice"),
    ],
)
def test_flaws_are_found(change: Callable[[dict[str, list[Thing]]], object], flaw: str) -> None:
    assert any(told.startswith(flaw) for told in flaws(spoiled(change)))


def test_pyjsoncanvas_refuses_a_dangling_edge() -> None:
    made = spoiled(lambda made: made["edges"][0].update(toNode="0" * 16))
    with pytest.raises(CanvasValidationError):
        Canvas.from_json(json.dumps(made)).validate()
