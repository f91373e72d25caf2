"""One model, seven formats: the bundled vault counted in each, by programs that nobody here wrote.

Neo4j's part stands in tests/writers/neo4j/, as it needs a server. Here: pyoxigraph and rdflib, PyJSONCanvas,
pdftotext and pikepdf, listparser, and plain JSON.
"""

import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import ROOT

from exporter import KnowledgeMap

pytestmark = pytest.mark.book  # every format of the bundled vault

MAP = "ML Compilers Knowledge Map.md"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make run` makes, made once."""
    folder = tmp_path_factory.mktemp("run") / "out"
    command = [sys.executable, "-m", "exporter", "--format", "all", "--out", str(folder)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "44 notes (43 topics, 1 map, 0 excluded), 43 topics (0 without a note), 6 areas, 7 tags," in ran.stderr
    return folder


def test_the_map_is_the_one_that_was_asked_for(bundled: KnowledgeMap) -> None:
    """Six areas, seven steps, the 33 topics and three tags of the map that was asked for, and ten further topics."""
    assert [area.id for area in bundled.areas] == [
        "ml-compilers-introduction", "tensor-programming", "ml-compiler-optimization",
        "advanced-ml-topics", "ml-compiler-tools", "ml-compiler-resources",
    ]  # fmt: skip
    assert [len(bundled.topics_in(area.id)) for area in bundled.areas] == [3, 4, 4, 5, 4, 3]
    assert [topic.id for topic in bundled.topics_in(None)][:4] == [
        "quantization-techniques", "layout-transformations", "fpga-acceleration", "compiler-pipeline-design",
    ]  # fmt: skip
    (path,) = bundled.paths
    assert [step.topics for step in path.steps] == [
        ("ml-compilers-introduction",),
        ("tensor-programming", "tensor-languages"),
        ("ml-compiler-optimization", "model-optimization-strategies"),
        ("hardware-aware-compilation",),
        ("parallel-computing-ml", "custom-hardware-ml"),
        ("ml-compiler-tools", "compiler-construction-projects"),
        ("ml-compiler-resources", "research-papers"),
    ]
    assert all(topic.note for topic in bundled.topics)
    assert len(bundled.topics) == 33 + 10
    assert {"index", "learning-path", "ml-compilers"} < {tag.id for tag in bundled.tags}
    assert bundled.source.file == MAP


def test_the_map_keeps_every_row_of_the_seed(bundled: KnowledgeMap) -> None:
    """Each note is a real one: a definition, three paragraphs and three links at least."""
    for topic in bundled.topics:
        if topic.note:
            text = bundled.text(topic.id)
            prose = re.sub(r"(?s)```.*?```", "", text)
            paragraphs = [
                p for p in re.split(r"\n\s*\n", prose) if len(p.split()) >= 20 and not p.startswith(("#", "|", "-"))
            ]
            assert len(paragraphs) >= 3, topic.id
            assert len(set(re.findall(r"<topic:([^#>]+)", text)) - {topic.id}) >= 3, topic.id
            assert bundled.definition(topic.id).endswith("."), topic.id
            assert topic.summary, topic.id


@pytest.mark.slow
def test_no_flaw_in_the_bundled_vault() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "exporter", "check", "--strict"], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.count("\n") == 1


def test_skos(out: Path, bundled: KnowledgeMap) -> None:
    import rdflib
    from pyoxigraph import RdfFormat, parse
    from rdflib.collection import Collection
    from rdflib.namespace import RDF, SKOS

    files = sorted((out / "skos").glob("*.ttl"))
    graph = rdflib.Graph()
    for file in files:
        graph.parse(file)
    triples = {str(triple) for file in files for triple in parse(file.read_bytes(), format=RdfFormat.TURTLE)}
    assert len(triples) == len(graph)  # who made it stands in each file

    def id_of(iri: rdflib.term.Node) -> str:
        return unquote(str(iri).rpartition("/")[2])

    tags = {s for s in graph.subjects(RDF.type, SKOS.Concept) if "/tag/" in str(s)}
    topics = {id_of(s): s for s in graph.subjects(RDF.type, SKOS.Concept) if s not in tags}
    assert {unquote(str(tag).partition("/tag/")[2]) for tag in tags} == {tag.id for tag in bundled.tags}
    assert set(topics) == set(bundled.topic)
    for id_, iri in topics.items():
        assert rdflib.Literal(bundled.topic[id_].title, "en") in set(graph.objects(iri, SKOS.prefLabel))
    for area in bundled.areas:
        members = {id_of(iri) for iri in graph.objects(topics[area.id], SKOS.narrower)}
        assert members == {topic.id for topic in bundled.topics_in(area.id)}
    (ordered,) = graph.subjects(RDF.type, SKOS.OrderedCollection)
    items = [id_of(item) for item in Collection(graph, graph.value(ordered, SKOS.memberList))]
    assert items == [topic for step in bundled.paths[0].steps for topic in step.topics]


def test_canvas(out: Path, bundled: KnowledgeMap) -> None:
    from pyjsoncanvas import Canvas

    text = (out / "canvas" / "knowledge-map.canvas").read_text(encoding="utf-8")
    canvas = Canvas.from_json(text)
    texts = [node.text for node in canvas.nodes if node.type.value == "text"]
    cards = [match for text in texts if (match := re.match(r"\*\*\[([^]]+)\]\(([^)]+)\)\*\*", text))]
    shown = {(match[1], unquote(match[2])) for match in cards}  # with the map's words; none begins its note with these
    assert len(cards) == len(shown)
    assert shown == {(topic.title, topic.note) for topic in bundled.topics if topic.note}
    groups = [node.label for node in canvas.nodes if node.type.value == "group"]
    titles = [bundled.topic[area.id].title for area in bundled.areas]
    assert [label for label in groups if label in titles] == titles
    steps = [node for node in canvas.nodes if node.type.value == "text" and re.match(r"\W*\d\.?\W", node.text)]
    assert [int(re.search(r"\d", node.text)[0]) for node in sorted(steps, key=lambda node: node.x)] == list(range(1, 8))


def test_handbook(out: Path, bundled: KnowledgeMap, require: Callable[[bool, str], None]) -> None:
    import pikepdf

    require(shutil.which("pdftotext") is not None, "pdftotext (poppler-utils)")
    file = out / "handbook" / "handbook.pdf"
    with pikepdf.open(file) as pdf, pdf.open_outline() as outline:
        parts = [re.sub(r"^[IVX]+\.?\s+", "", item.title) for item in outline.root]
        chapters = [re.sub(r"^\d+\.?\s+", "", child.title) for item in outline.root for child in item.children]
    titles = [bundled.topic[area.id].title for area in bundled.areas]
    assert [part for part in parts if part in titles] == titles
    written = [topic.title for topic in bundled.topics if topic.note and topic.id not in bundled.area]
    assert [chapter for chapter in chapters if chapter in written] == written
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout
    flat = " ".join(text.split())
    for topic in bundled.topics:
        assert topic.title in flat, topic.title
    places = [flat.index(" ".join(step.text.split()[:3])) for step in bundled.paths[0].steps]
    assert places == sorted(places)


def test_opml(out: Path, bundled: KnowledgeMap) -> None:
    import xml.etree.ElementTree as ElementTree

    import listparser

    file = out / "opml" / "knowledge-map.opml"
    assert not listparser.parse(io.BytesIO(file.read_bytes()).read()).bozo
    tree = ElementTree.parse(file)
    outlines = list(tree.iter("outline"))
    ids = {value for outline in outlines for name, value in outline.attrib.items() if name.endswith("}id")}
    assert ids == set(bundled.topic)
    path, *rest = tree.find("body")
    assert [[child.get("text") for child in step] for step in path] == [
        [bundled.topic[id_].title for id_ in step.topics] for step in bundled.paths[0].steps
    ]
    assert [outline.get("text") for outline in rest[:6]] == [bundled.topic[area.id].title for area in bundled.areas]
    for outline, area in zip(rest, bundled.areas, strict=False):
        topics = [child for child in outline if child.get("{urn:mlk-export:opml}id")]  # behind the area's own headings
        assert [child.get("text") for child in topics] == [topic.title for topic in bundled.topics_in(area.id)]


def test_svg(out: Path, bundled: KnowledgeMap) -> None:
    """Each topic is a station, on the line of its home; the path's stops have the numbers of its steps."""
    import xml.etree.ElementTree as ElementTree

    root = ElementTree.parse(out / "svg" / "knowledge-map.svg").getroot()
    name = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{name}title") == bundled.title
    stations = [each for each in root.iter(f"{name}g") if each.get("class") == "station"]
    assert {each.attrib["data-topic"] for each in stations} == set(bundled.topic)
    for each in stations:
        topic = bundled.topic[each.attrib["data-topic"]]
        assert each.findtext(f"{name}title") == topic.title
        home = topic.id if topic.id in bundled.area else topic.areas[0] if topic.areas else None
        assert each.get("data-area") == home
    lines = [each.attrib["data-area"] for each in root.iter(f"{name}g") if each.get("class") == "line"]
    assert lines == [area.id for area in bundled.areas]


def test_vocabulary(out: Path, bundled: KnowledgeMap) -> None:
    """Each topic has a page with its title, and the tree of the vocabulary has the map's order."""
    import lxml.html

    for topic in bundled.topics:
        page = lxml.html.parse(out / "vocabulary" / topic.id / "index.html")
        assert page.find(".//h1").text_content().endswith(topic.title)
    tree = lxml.html.parse(out / "vocabulary" / "index.html").find(".//section[@class='tree']")
    tops = [each.get("href").partition("/")[0] for each in tree.findall("ul/li/a")]
    assert [id_ for id_ in tops if id_ in bundled.area] == [area.id for area in bundled.areas_in(None)]
    for item in tree.iter("li"):
        id_ = item.find("a").get("href").partition("/")[0]
        below = [each.get("href").partition("/")[0] for each in item.findall("details/ul/li/a")]
        assert below == [topic.id for topic in bundled.topics_in(id_)] if id_ in bundled.area and below else not below
    steps = lxml.html.parse(out / "vocabulary" / "path" / bundled.paths[0].id / "index.html").findall(
        ".//section/ol/li/a"
    )
    members = dict.fromkeys(id_ for step in bundled.paths[0].steps for id_ in step.topics)
    assert [each.get("href").split("/")[-2] for each in steps] == [*members]


def test_json(out: Path, bundled: KnowledgeMap) -> None:
    data = json.loads((out / "json" / "knowledge-map.json").read_text(encoding="utf-8"))
    assert [topic["id"] for topic in data["topics"]] == [topic.id for topic in bundled.topics]
    assert [area["id"] for area in data["areas"]] == [area.id for area in bundled.areas]
    assert [step["topics"] for step in data["paths"][0]["steps"]] == [
        list(step.topics) for step in bundled.paths[0].steps
    ]
    assert len(data["links"]) == len(bundled.links)
    assert data["areas"][0]["source"] == {"file": MAP, "line": bundled.areas[0].source.line}
