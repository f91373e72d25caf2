"""The order of the map in every format, also where somebody reads a file in its own order; vaults/ordered/ has it by hand.

Notes have different properties, so that they fall into several tables; two stand on one line; one lies in two areas.
"""

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Callable

import pytest
from conftest import TESTS

from exporter import KnowledgeMap, ReadOptions, find, read
from exporter.testing import run_writer

AREAS = {
    "zebra": ["n-10", "n-2", "common", "n-9"],
    "apple": ["nobody-has-written-it", "common", "ant", "x-2", "x-1", "x-9", "x-10"],
}
PATH = ["n-10", "n-9", "common", "ant"]
TOPICS = ["zebra", "apple", "n-10", "n-2", "common", "n-9", "nobody-has-written-it", "ant", "x-2", "x-1", "x-9", "x-10"]

Written = Callable[[str], dict[str, str]]


@pytest.fixture(scope="module")
def ordered() -> KnowledgeMap:
    return read(TESTS / "vaults" / "ordered", ReadOptions()).knowledge_map


@pytest.fixture
def written(ordered: KnowledgeMap) -> Written:
    return lambda name: {path: data.decode() for path, data in run_writer(find(name), ordered).files.items()}


def test_the_map_is_what_was_written_down(ordered: KnowledgeMap) -> None:
    assert {area.id: [topic.id for topic in ordered.topics_in(area.id)] for area in ordered.areas} == AREAS
    assert [topic.id for topic in ordered.topics] == TOPICS


def test_json(written: Written) -> None:
    data = json.loads(written("json")["knowledge-map.json"])
    assert [topic["id"] for topic in data["topics"]] == TOPICS
    assert [area["id"] for area in data["areas"]] == [*AREAS]
    assert [id_ for step in data["paths"][0]["steps"] for id_ in step["topics"]] == PATH


def test_rows_of_csv(written: Written) -> None:
    """Those of a table in the map's order, and what lies in an area in its own, though the topic lies in others before."""
    files = {
        name: [*csv.reader(text.splitlines())] for name, text in written("neo4j-bulk").items() if name[-4:] == ".csv"
    }
    tables = [[row[0] for row in rows] for name, rows in files.items() if re.fullmatch(r"topics-\d+\.csv", name)]
    assert len(tables) > 3
    for ids in tables:
        assert ids == [id_ for id_ in TOPICS if id_ in ids]
    links = files["topics-to-topics.csv"]
    assert [row[1::-1] for row in links if row[2] == "IN_AREA"] == [
        [area, id_] for area in AREAS for id_ in AREAS[area]
    ]
    assert [row[1] for row in files["paths-to-topics.csv"]] == PATH


def test_rows_of_cypher(written: Written) -> None:
    text = written("neo4j")["load.cypher"]
    (rows,) = re.findall(r"UNWIND split\('([^']*)'(?:(?!UNWIND)[^;])*MERGE \(a\)-\[r:IN_AREA", text)
    assert [row.split("|")[1::-1] for row in rows.split("\n")] == [[area, id_] for area in AREAS for id_ in AREAS[area]]


def test_outline(written: Written) -> None:
    path, *areas = ElementTree.fromstring(written("opml")["knowledge-map.opml"]).findall("body/outline")
    key = "{urn:mlk-export:opml}id"
    assert {area.get(key): [topic.get(key) for topic in area] for area in areas} == AREAS
    assert [topic.get(key) for step in path for topic in step] == PATH


def test_cards(written: Written, ordered: KnowledgeMap) -> None:
    """Read as a page is, row by row; a topic has one card, in its home."""
    nodes = json.loads(written("canvas")["knowledge-map.canvas"])["nodes"]
    groups = {node["label"]: node for node in nodes if node["type"] == "group"}
    for area, topics in AREAS.items():
        group = groups[ordered.topic[area].title]
        inside = [
            node
            for node in nodes
            if node["type"] == "file"
            and group["x"] <= node["x"] < group["x"] + group["width"]
            and group["y"] <= node["y"] < group["y"] + group["height"]
        ]
        notes = [node["file"] for node in sorted(inside, key=lambda node: (node["y"], node["x"]))]
        home = [id_ for id_ in (area, *topics) if id_ == area or ordered.topic[id_].areas[0] == area]
        assert notes == [note for id_ in home if (note := ordered.topic[id_].note)]


def test_stations(written: Written, ordered: KnowledgeMap) -> None:
    """Read down each line; the path's numbers are in its order."""
    name = "{http://www.w3.org/2000/svg}"
    root = ElementTree.fromstring(written("svg")["knowledge-map.svg"])
    places, numbers = {}, {}
    for station in root.iter(f"{name}g"):
        if station.get("class") == "station":
            id_ = station.attrib["data-topic"]
            places[id_] = next(float(ring.attrib["cy"]) for ring in station.iter(f"{name}circle"))
            texts = [text.text for text in station.iter(f"{name}text") if text.get("text-anchor") == "middle"]
            numbers[id_] = int("".join(text or "" for text in texts) or 0)
    for area, topics in AREAS.items():
        home = [id_ for id_ in (area, *topics) if id_ == area or ordered.topic[id_].areas[0] == area]
        assert home == sorted(home, key=lambda id_: places[id_])
    steps = [(number, id_) for number, step in enumerate(ordered.paths[0].steps, 1) for id_ in step.topics]
    assert [(numbers[id_], id_) for id_ in PATH] == steps


def test_pages(written: Written) -> None:
    def links(page: str) -> list[str]:
        return re.findall(r'href="(?:\.\./)*([\w-]+)/index.html"', page)

    files = written("vocabulary")
    for area, topics in AREAS.items():
        (narrower,) = re.findall(r"<dt>Narrower.*?</div>", files[f"{area}/index.html"])
        assert links(narrower) == topics
    (tree,) = re.findall(r'<section class="tree">(.*?)</section>', files["index.html"], re.DOTALL)
    top = [links(line)[0] for line in re.sub(r"<details.*?</details>", "", tree, flags=re.DOTALL).split("<li>")[1:]]
    assert top == [*AREAS]
    (path,) = [page for name, page in files.items() if name.startswith("path/") and name.endswith(".html")]
    (steps,) = re.findall(r"</h2>\n(<ol>.*?</ol>)", path, re.DOTALL)
    assert links(steps) == PATH


def test_turtle(written: Written) -> None:
    """SkoHub and others show what is narrower as it stands in the file."""
    text = written("skos")["knowledge-map.ttl"]
    for area, topics in AREAS.items():
        (block,) = re.findall(rf"^vault:{area}\n(.*?)\.\n\n", text, re.MULTILINE | re.DOTALL)
        (narrower,) = re.findall(r"skos:narrower([^;]*)", block)
        assert re.findall(r"vault:([\w-]+)", narrower) == topics
    (top,) = re.findall(r"skos:hasTopConcept([^;.]*)", text)
    assert re.findall(r"vault:([\w-]+)", top) == [*AREAS]
    (members,) = re.findall(r"skos:memberList \(([^)]*)\)", text)
    assert re.findall(r"vault:([\w-]+)", members) == PATH
    concepts = re.findall(r"^vault:([\w-]+)\n    a skos:Concept", text, re.MULTILINE)
    assert concepts == sorted(TOPICS), "a concept that moves to another area would move in the file, too"


@pytest.mark.book
def test_chapters(ordered: KnowledgeMap) -> None:
    """A part for each area; a topic has one chapter, in its home."""
    with zipfile.ZipFile(io.BytesIO(run_writer(find("epub"), ordered).files["handbook.epub"])) as book:
        (nav,) = (name for name in book.namelist() if name.endswith("nav.xhtml"))
        titles = re.findall(r"<a [^>]*>(?:<span[^>]*>\w+</span> )?([^<]+)</a>", book.read(nav).decode())
    ids = {topic.title: topic.id for topic in ordered.topics}
    chapters = [ids[title] for title in titles if title in ids]
    home = {area: [id_ for id_ in topics if ordered.topic[id_].areas[0] == area] for area, topics in AREAS.items()}
    assert chapters == [id_ for area in AREAS for id_ in (area, *home[area]) if ordered.topic[id_].note]
