import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pypandoc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyjsoncanvas import Canvas, CanvasValidationError, FileNode, GroupNode, TextNode

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
from exporter.views.plane.layout import Box
from exporter.views.plane.sides import Sides
from exporter.writers import canvas as canvas_writer
from exporter.writers.canvas import Options, write

ROOT = Path(__file__).parents[3]
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


def overlap(one: Thing, other: Thing) -> bool:
    return bool(
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


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
    told += [f"colour: {t}" for t in nodes + edges if "color" in t and t["color"] not in list("123456")]
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
    """The edges between the topics a, b, c and d as text: from, heads, to, label."""
    made = canvas(mapped(*map(topic, "abcd"), links=links), options)
    name = {node["id"]: node.get("file", "")[:1] for node in made["nodes"]}
    assert flaws(made) == []
    heads = {("none", "none"): "--", ("none", "arrow"): "->", ("arrow", "arrow"): "<->"}
    return [
        (
            name[edge["fromNode"]],
            heads[edge.get("fromEnd", "none"), edge.get("toEnd", "arrow")],
            name[edge["toNode"]],
            edge.get("label", ""),
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
    assert labels == [*areas, "Other topics", "Learning Path"]


def test_every_topic_is_a_card(bundled: KnowledgeMap, read_back: Canvas) -> None:
    files = [node.file for node in read_back.nodes if isinstance(node, FileNode)]
    assert len(files) == 31
    assert sorted(files) == sorted(topic.note for topic in bundled.topics if topic.note)
    texts = [node.text for node in read_back.nodes if isinstance(node, TextNode)]
    without_note = [topic.title for topic in bundled.topics if topic.note is None]
    assert len(without_note) == 2
    assert [f"**{title}**" for title in without_note] == texts[:2]
    assert len(texts) == 2 + 7


def test_the_path_is_seven_cards_in_a_row(bundled: KnowledgeMap, read_back: Canvas) -> None:
    steps = [node for node in read_back.nodes if isinstance(node, TextNode)][2:]
    assert [step.text[:6] for step in steps] == [f"**{number}.**" for number in range(1, 8)]
    assert [step.x for step in steps] == sorted(step.x for step in steps)
    assert len({step.y for step in steps}) == 1
    for step, following in pairwise(steps):
        (edge,) = [e for e in read_back.edges if e.fromNode == step.id and e.toNode == following.id]
        assert (edge.fromSide.value, edge.toSide.value) == ("right", "left")
    ids = {step.id for step in steps}
    assert len([edge for edge in read_back.edges if edge.fromNode in ids or edge.toNode in ids]) == 6


def test_typed_links_are_all_drawn(bundled: KnowledgeMap, read_back: Canvas) -> None:
    file = {node.id: node.file for node in read_back.nodes if isinstance(node, FileNode)}
    drawn = {frozenset([file[e.fromNode], file[e.toNode]]): e.label for e in read_back.edges if e.label}
    typed = [link for link in bundled.links if link.kind in (REQUIRES, RELATED)]
    assert len(typed) > 30
    for one in typed:
        ends = frozenset([bundled.topic[one.start].note, bundled.topic[one.end].note])
        assert one.kind in drawn[ends].split(", ")


def test_the_bundled_canvas_has_no_flaws(bundled: KnowledgeMap) -> None:
    made = canvas(bundled)
    assert flaws(made) == []
    card = {node["file"]: node for node in made["nodes"] if node["type"] == "file"}
    wide = max(node["x"] + node["width"] for node in made["nodes"])
    high = max(node["y"] + node["height"] for node in made["nodes"])
    assert 1.2 < wide / high < 2.2
    for area in bundled.areas:
        own, *members = [bundled.topic[area.id], *bundled.topics_in(area.id)]
        places = [card[topic.note] for topic in [own, *members] if topic.note]
        assert {group_of(place, made)["label"] for place in places} == {own.title}
        assert places == sorted(places, key=lambda node: (node["y"], node["x"]))  # the map's order
        assert places[0]["color"] == group_of(places[0], made)["color"]
    groups = [node for node in made["nodes"] if node["type"] == "group"]
    assert groups[:6] == sorted(groups[:6], key=lambda node: (node["y"], node["x"]))
    assert [group["color"] for group in groups[:6]] == list("123456")


def test_what_is_left_out_is_told(bundled: KnowledgeMap) -> None:
    words, mentions = findings(bundled)
    assert (words.code, mentions.code) == ("summary-not-shown", "mention-not-drawn")
    assert "31 topics" in words.message
    everything = Options(mentions=1000)
    missing = len(canvas(bundled, everything)["edges"]) - len(canvas(bundled)["edges"])
    assert missing > 10
    assert mentions.message.startswith(f"{missing} mentions ")
    assert findings(bundled, everything) == [words]
    assert findings(bundled, Options(mentions=0)) == [words]


def test_the_small_vault(small: KnowledgeMap) -> None:
    made = canvas(small)
    assert Canvas.from_json(text(small)).validate()
    assert flaws(made) == []
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


def test_a_topic_of_two_areas_has_one_card_and_an_arrow_to_the_other_area() -> None:
    made = canvas(mapped(topic("a"), topic("b"), topic("c", "a", "b"), areas=("a", "b")))
    assert flaws(made) == []
    (card,) = [node for node in made["nodes"] if node.get("file") == "c.md"]
    (other,) = [node for node in made["nodes"] if node.get("label") == "b"]
    assert group_of(card, made)["label"] == "a"
    (edge,) = made["edges"]
    assert (edge["fromNode"], edge["toNode"], edge["label"]) == (card["id"], other["id"], "also in")


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
    made = canvas(KnowledgeMap(topics=tuple(map(topic, ids)), areas=areas))
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
    ids = [sorted(thing["id"] for thing in made["nodes"] + made["edges"]) for made in (canvas(before), canvas(after))]
    assert ids[0] == ids[1]


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


def test_kinds_are_labels() -> None:
    made = arrows(link("a", REQUIRES, "b"), link("b", RELATED, "c"), link("c", "inspired\nby", "d"))
    assert made == [("a", "->", "b", REQUIRES), ("b", "--", "c", RELATED), ("c", "->", "d", "inspired by")]


def test_what_is_said_both_ways_is_one_arrow() -> None:
    assert arrows(link("a", REQUIRES, "b"), link("b", REQUIRES, "a")) == [("a", "<->", "b", REQUIRES)]
    assert arrows(link("a", RELATED, "b"), link("b", RELATED, "a")) == [("a", "--", "b", RELATED)]
    assert arrows(link("a", MENTIONS, "b"), link("b", MENTIONS, "a")) == [("a", "<->", "b", "")]


def test_several_kinds_share_an_arrow() -> None:
    assert arrows(link("a", RELATED, "b"), link("a", REQUIRES, "b")) == [("a", "->", "b", "requires, related")]
    assert arrows(link("a", RELATED, "b"), link("b", REQUIRES, "a")) == [("b", "->", "a", "requires, related")]
    assert arrows(link("a", "inspired by", "b"), link("b", REQUIRES, "a"), link("b", RELATED, "a")) == [
        ("a", "->", "b", "inspired by, related"),
        ("b", "->", "a", REQUIRES),
    ]


def test_a_mention_beside_a_typed_link_is_not_drawn() -> None:
    links = link("a", REQUIRES, "b"), link("a", MENTIONS, "b"), link("b", MENTIONS, "a"), link("a", MENTIONS, "a")
    assert arrows(*links) == [("a", "->", "b", REQUIRES)]
    assert findings(mapped(*map(topic, "abcd"), links=links)) == []


def test_the_strongest_mentions_are_drawn() -> None:
    links = [
        link("a", MENTIONS, "b"),
        link("a", MENTIONS, "c", 2),
        link("a", MENTIONS, "c", 3),
        link("b", MENTIONS, "d"),
    ]
    assert arrows(*links) == [("a", "->", "c", ""), ("b", "->", "d", "")]
    assert len(arrows(*links, options=Options(mentions=2))) == 3
    assert arrows(*links, options=Options(mentions=0)) == []
    (finding,) = findings(mapped(*map(topic, "abcd"), links=tuple(links)))
    assert (finding.source, finding.code) == (Source("a.md", 1), "mention-not-drawn")
    assert finding.message.startswith("1 mention ")


def test_an_edge_avoids_the_card_between() -> None:
    cards = [Box(x, 0, 260, 120) for x in (0, 340, 680)]
    sides = Sides(cards)
    assert sides.choose(cards[0], cards[1], "") == ("right", "left")
    assert sides.choose(cards[1], cards[0], "") == ("left", "right")
    assert sides.choose(cards[0], cards[2], "") != ("right", "left")
    assert sides.choose(cards[0], cards[1], "", other=("right", "left")) != ("right", "left")
    assert Sides([cards[0], cards[2]]).choose(cards[0], cards[2], "") == ("right", "left")


def test_labels_keep_apart() -> None:
    left, right = Box(0, 0, 260, 120), Box(900, 0, 260, 120)
    sides = Sides([left, right])
    assert sides.choose(left, right, "requires") == ("right", "left")
    assert sides.choose(left, right, "") == ("right", "left")
    assert sides.choose(left, right, "requires") != ("right", "left")  # a label is there already


# Options


def test_the_mapping_shows_every_default() -> None:
    shown = tomllib.loads((ROOT / "mappings" / "canvas.toml").read_text(encoding="utf-8"))
    assert shown == asdict(Options())


@pytest.mark.parametrize("name", ["card_width", "card_height", "gap"])
def test_too_small(name: str) -> None:
    with pytest.raises(ExportError, match=name):
        list(write(KnowledgeMap(), replace(Options(), **{name: 10})))


def test_other_sizes(bundled: KnowledgeMap) -> None:
    made = canvas(bundled, Options(card_width=331, card_height=61, gap=45))
    assert flaws(made) == []
    assert {(node["width"], node["height"]) for node in made["nodes"] if node["type"] == "file"} == {(340, 80)}


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
    options = Options(mentions=mentions)
    made = json.loads(text(knowledge_map, options).encode())
    assert flaws(made) == []
    steps = sum(len(path.steps) for path in knowledge_map.paths)
    cards = [node for node in made["nodes"] if node["type"] != "group"]
    assert len(cards) == len(knowledge_map.topics) + steps
    card = {node["file"]: node for node in cards if node["type"] == "file"}
    for one in knowledge_map.topics:
        home = one if one.id in knowledge_map.area else knowledge_map.topic.get(one.areas[0]) if one.areas else None
        if home and home.note and one.note:
            assert group_of(card[one.note], made) == group_of(card[home.note], made)
    on_paths = sum(len(path.steps) - 1 for path in knowledge_map.paths if path.steps)
    plain = [edge for edge in made["edges"] if "label" not in edge][on_paths:]
    drawn = Counter(end for edge in plain for end in (edge["fromNode"], edge["toNode"]))
    assert max(drawn.values(), default=0) <= mentions
    if made["nodes"]:
        assert Canvas.from_json(json.dumps(made)).validate()


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
