"""Maps of many notes: an overview and a canvas for each area, none of which is large, and which lead to one another."""

import json
import re
from collections import Counter, defaultdict
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyjsoncanvas import Canvas
from writers.canvas.test_canvas import flaws, group_of, inside, maps

from exporter.model import RELATED, REQUIRES, Area, KnowledgeMap, LearningPath, Source, Step, replace_surrogates
from exporter.testing import MAP, link, make_map, run_writer, topic
from exporter.writers import canvas as canvas_writer
from exporter.writers.canvas import Options

OVERVIEW = "knowledge-map.canvas"
EXTRA = 40  # cards at most on a canvas beside those of the map: to other canvases, of their topics, of the legend
Canvases = dict[str, dict[str, list[dict[str, Any]]]]


def canvases(knowledge_map: KnowledgeMap, options: Options | None = None, most: int = 100) -> Canvases:
    """All canvases by path; each is sound, none is large, all lead to one another, and each topic has a card on one of them."""
    options = options or Options(most_cards=most)
    output = run_writer(canvas_writer, knowledge_map, options)
    made: Canvases = {path: json.loads(content) for path, content in output.files.items() if path.endswith(".canvas")}
    assert next(iter(made)) == OVERVIEW
    led: defaultdict[str, set[str]] = defaultdict(set)
    homes: Counter[str] = Counter()
    for path, page in made.items():
        assert flaws(page) == []
        assert Canvas.from_json(json.dumps({key: page[key] for key in ("nodes", "edges")})).validate()
        cards = [node for node in page["nodes"] if node["type"] != "group"]
        assert len(cards) <= options.most_cards + (EXTRA if path != OVERVIEW else len(page["edges"]) and 9)
        for node in cards:
            if node.get("file", "").endswith(".canvas"):
                led[path].add(str(PurePosixPath(node["file"]).relative_to(options.folder or ".")))
            elif path != OVERVIEW or len(made) == 1:
                homes[note_of(node)] += 1
    assert {note: count for note, count in homes.items() if note} == {
        replace_surrogates(topic.note): 1 for topic in knowledge_map.topics if topic.note
    }
    assert {target for targets in led.values() for target in targets} <= {*made}
    reached, waiting = {OVERVIEW}, [OVERVIEW]
    while waiting:
        for target in led[waiting.pop()] - reached:
            reached.add(target)
            waiting.append(target)
    assert reached == {*made}
    assert len({path.casefold() for path in made}) == len(made)
    return made


def note_of(node: dict[str, Any]) -> str:
    """The note whose card it is; "" where it is another's."""
    match = re.match(r"\*\*\[.*?\]\(([^)]*)\)\*\*", node.get("text", ""))
    return str(node.get("file", "")) or (unquote(match[1]) if match else "")


def areas(count: int, each: int, **fields: Any) -> KnowledgeMap:
    """So many areas with so many topics in each."""
    ids = [f"Area {number}" for number in range(count)]
    topics = [topic(f"{id} topic {number}", areas=(id,)) for id in ids for number in range(each)]
    return make_map(*map(topic, ids), *topics, parents=dict.fromkeys(ids), **fields)


def test_a_map_of_a_hundred_cards_is_one_canvas() -> None:
    assert [*canvases(areas(4, 24))] == [OVERVIEW]
    assert [*canvases(areas(4, 25))] == [OVERVIEW, *(f"areas/Area {number}.canvas" for number in range(4))]


@pytest.mark.slow
def test_the_overview_has_the_path_and_what_most_links_lead_to() -> None:
    steps = tuple(Step(f"Step {number}", (f"Area {number} topic 3",), Source("Map.md", number)) for number in range(5))
    links = [link(f"Area {n} topic {m}", REQUIRES, f"Area {n} topic 7") for n in range(5) for m in range(4)]
    across = [link(f"Area 1 topic {m}", REQUIRES, f"Area 0 topic {m}") for m in range(9)]
    made = canvases(areas(5, 40, links=links + across, paths=(LearningPath("p", "Path", steps, MAP),)))
    page = made[OVERVIEW]
    groups = {node["label"]: node for node in page["nodes"] if node["type"] == "group"}
    assert [*groups] == ["Path", *(f"Area {number}" for number in range(5)), "Legend"]
    for number in range(5):
        here = [node for node in page["nodes"] if "file" in node and inside(node, groups[f"Area {number}"])]
        names = [node["file"] for node in here]
        assert names[:2] == [f"canvas/areas/Area {number}.canvas", f"Area {number}.md"]
        assert f"Area {number} topic 7.md" in names[2:]
    (edge,) = [edge for edge in page["edges"] if edge["color"] != page["edges"][0]["color"]]
    label = {node["id"]: node.get("label") for node in page["nodes"]}
    assert (label[edge["fromNode"]], label[edge["toNode"]]) == ("Area 0", "Area 1")


def test_links_to_another_canvas_are_small_cards_at_both_ends() -> None:
    links = [link("Area 1 topic 5", REQUIRES, "Area 0 topic 2"), link("Area 2 topic 1", RELATED, "Area 1 topic 5")]
    made = canvases(areas(4, 40, links=links))
    shown = {}
    for path, page in made.items():
        text = {node["id"]: node.get("text") or node.get("file") for node in page["nodes"]}
        shown[path] = [(text[edge["fromNode"]], text[edge["toNode"]]) for edge in page["edges"]]
    zero, one, two = (f"Area {n}%20topic {m}.md".replace(" ", "%20") for n, m in ((0, 2), (1, 5), (2, 1)))
    assert shown["areas/Area 0.canvas"] == [("Area 0 topic 2.md", f"↗ [Area 1 topic 5]({one})")]
    assert shown["areas/Area 1.canvas"] == [
        (f"↗ [Area 0 topic 2]({zero})", "Area 1 topic 5.md"),
        (f"↗ [Area 2 topic 1]({two})", "Area 1 topic 5.md"),
    ]
    assert shown["areas/Area 2.canvas"] == [("Area 2 topic 1.md", f"↗ [Area 1 topic 5]({one})")]
    assert shown["areas/Area 3.canvas"] == []


def test_a_canvas_leads_back_and_on() -> None:
    page = canvases(areas(5, 30))["areas/Area 2.canvas"]
    leads = [node for node in page["nodes"] if node.get("file", "").endswith(".canvas")]
    names = [PurePosixPath(node["file"]).stem for node in leads]
    assert names == ["knowledge-map", "Area 1", "Area 3"]
    assert {group_of(node, page)["label"] for node in leads} == {"Other canvases"}


def test_where_the_canvases_lie() -> None:
    made = canvases(areas(5, 30), Options(folder="maps/ml/"))
    assert "maps/ml/areas/Area 0.canvas" in [node.get("file") for node in made[OVERVIEW]["nodes"]]
    assert "areas/Area 0.canvas" in [
        node.get("file") for node in canvases(areas(5, 30), Options(folder=""))[OVERVIEW]["nodes"]
    ]


@pytest.mark.slow
def test_a_large_area_has_several_canvases() -> None:
    made = canvases(areas(1, 5000))
    assert 50 <= len(made) <= 54
    assert {"areas/Area 0.canvas", "areas/Area 0 1.canvas", "areas/Area 0 50.canvas"} <= {*made}


@pytest.mark.slow
def test_a_thousand_small_areas_are_put_together() -> None:
    made = canvases(areas(1000, 1))
    assert 15 < len(made) < 40
    assert "areas/Area 0 to Area 49.canvas" in made
    (page,) = [page for path, page in made.items() if path.startswith("areas/Area 0 to")]
    assert {"Area 0", "Area 7"} <= {node.get("label") for node in page["nodes"]}


def test_areas_within_areas_are_cut_off_where_they_are_large() -> None:
    parents: dict[str, str | None] = {"All": None, "Large": "All", "Small": "All", "Within": "Large"}
    many = [topic(f"l{number}", areas=("Large",)) for number in range(90)]
    few = [topic(f"s{number}", areas=("Small",)) for number in range(20)]
    inner = [topic(f"w{number}", areas=("Within",)) for number in range(30)]
    made = canvases(make_map(*map(topic, parents), *many, *few, *inner, parents=parents))
    assert {*made} == {OVERVIEW, *(f"areas/{name}.canvas" for name in ("All", "Large", "Within"))}
    labels = [node.get("label") for node in made["areas/All.canvas"]["nodes"] if node["type"] == "group"]
    assert labels == ["All", "Small", "Other canvases"]


@pytest.mark.slow
def test_deep_areas() -> None:
    ids = [f"n{number}" for number in range(700)]
    deep = tuple(Area(id, before, MAP) for before, id in zip([None, *ids], ids, strict=False))
    made = canvases(KnowledgeMap(topics=tuple(map(topic, ids)), areas=deep))
    assert 8 <= len(made) <= 10


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 35])
def test_long_paths(count: int) -> None:
    paths = tuple(
        LearningPath(
            f"p{n}", f"Path {n}", tuple(Step(f"Step {m}", (), MAP) for m in range(300 if count == 1 else 60)), MAP
        )
        for n in range(count)
    )
    made = canvases(areas(2, 60, paths=paths))
    steps = [node for page in made.values() for node in page["nodes"] if "Step" in node.get("text", "")]
    assert len(steps) == (300 if count == 1 else 60) * count
    assert sum(path.startswith("paths/") for path in made) >= max(3, count)
    for page in made.values():
        numbers = [int(match[1]) for node in page["nodes"] if (match := re.match(r"\*\*(\d+)\.", node.get("text", "")))]
        assert numbers == [*range(numbers[0], numbers[0] + len(numbers))] if numbers else True
        assert bool(numbers) == ("metadata" in page)


NAMES = [
    "a/b\\c",
    'a:b*c?"<>|#^[d]',
    "CON",
    "nul.txt",
    "",
    " . ",
    "Straße",
    "STRASSE",
    "a\u202eb\x00\n",
    "\ud800",
    "数" * 90,
    "." * 9,
]


@pytest.mark.slow
def test_names_of_files() -> None:
    topics = [topic(f"{name}-{n}", title=name, note=None, areas=()) for n, name in enumerate(NAMES * 2)]
    inner = [topic(f"{area.id} {n}", areas=(area.id,)) for area in topics for n in range(9)]
    made = canvases(make_map(*topics, *inner, parents={area.id: None for area in topics}))
    assert len(made) == 2 * len(NAMES) + 1
    for path in made:
        name = PurePosixPath(path).name
        assert not re.search(r'[\\:*?"<>|#^\[\]\x00-\x1f\u202e]', name)
        assert len(name.encode()) < 200
        assert PurePosixPath(name).stem.strip(" .") == PurePosixPath(name).stem
        assert not re.fullmatch(r"(?i)(con|nul)(\..*)?", PurePosixPath(name).stem)


def test_a_name_outlives_the_title() -> None:
    knowledge_map = areas(5, 30)
    renamed = [one._replace(title="New") if one.id == "Area 3" else one for one in knowledge_map.topics]
    after = canvases(KnowledgeMap(topics=tuple(renamed), areas=knowledge_map.areas, links=knowledge_map.links))
    assert [*after] == [*canvases(knowledge_map)]


@pytest.mark.slow
def test_one_note_more_moves_no_card_of_another_area() -> None:
    before, after = canvases(areas(6, 30)), canvases(make_map(*areas(6, 30).topics, topic("new", areas=("Area 2",))))
    assert before.keys() == after.keys()
    changed = [path for path in before if before[path] != after[path]]
    assert changed == ["areas/Area 2.canvas"]


@pytest.mark.slow
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(maps(), st.integers(20, 40))
def test_any_map_in_small_canvases(knowledge_map: KnowledgeMap, most: int) -> None:
    notes = [topic.note for topic in knowledge_map.topics if topic.note]
    assert len({*notes}) == len(notes)
    canvases(knowledge_map, Options(most_cards=most, summaries=False))
