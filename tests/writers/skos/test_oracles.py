"""The vocabulary as programs see it that nobody here wrote: skosify, pyshacl, voc4cat, pyoxigraph and rapper.

Each is shown a defect as well, and finds it. What they complain of all the same stands in LEFT, with the reason.
"""

import logging
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import skosify  # type: ignore[import-untyped]
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse
from rdflib import Graph, URIRef
from rdflib.compare import graph_diff
from rdflib.namespace import DCTERMS, OWL, SH, SKOS

from exporter.model import (
    NOTHING,
    RELATED,
    REQUIRES,
    Area,
    File,
    KnowledgeMap,
    LearningPath,
    Lock,
    Previous,
    Reference,
    Source,
    Step,
    Tag,
    Topic,
)
from exporter.testing import link
from exporter.writers.skos import Options, write

pytestmark = pytest.mark.slow  # programs of others

BASE = Options.base
HERE = Source("Garden.md", 1)
OPTIONS = Options(
    creator="Ada Lovelace <ada@example.org>",
    publisher="A house <https://example.org/house>",
    license="https://creativecommons.org/licenses/by/4.0/",
    version="1.0",
    created="2025-01-31",
    modified="2025-02-28",
)
MATCHES = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
MAPS = ("bundled", "small", "large")
PROFILES = ("vocpub-5.2", "vp4cat-5.3")  # of those that voc4cat brings, the newest of each line
ONE_LABEL = "asks for one label in all; SKOS has one in each language (S14), and so has vp4cat"
# By program and file: a rule that is not met, and why. A concept that nobody defined is no surprise: `undefined`.
LEFT = {("vocpub-5.2", "knowledge-map"): {"prefLabel": ONE_LABEL}}
# by the ending of a file: how pyoxigraph and rapper call its syntax; "": rapper does not read it
SYNTAXES = {
    ".ttl": (RdfFormat.TURTLE, "turtle"),
    ".nt": (RdfFormat.N_TRIPLES, "ntriples"),
    ".rdf": (RdfFormat.RDF_XML, "rdfxml"),
    ".trig": (RdfFormat.TRIG, "trig"),
    ".nq": (RdfFormat.N_QUADS, "nquads"),
    ".jsonld": (RdfFormat.JSON_LD, ""),
}
GOOD = """
@prefix : <https://garden.example/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:garden a skos:ConceptScheme ; skos:prefLabel "Garden"@en ; skos:definition "What grows."@en ;
    dct:created "2025-01-31"^^xsd:date ; dct:modified "2025-02-28"^^xsd:date ;
    dct:creator :ada ; dct:publisher :house ; dct:license <https://example.org/licence> ;
    prov:wasDerivedFrom :note ; skos:hasTopConcept :plant .
:ada a schema:Person ; schema:name "Ada" ; schema:email "mailto:ada@example.org"^^xsd:anyURI .
:house a schema:Organization ; schema:name "House" ; schema:url "https://example.org"^^xsd:anyURI .
:plant a skos:Concept ; skos:prefLabel "Plant"@en ; skos:definition "It grows."@en ; skos:inScheme :garden ;
    rdfs:isDefinedBy :garden ; skos:topConceptOf :garden ; skos:narrower :rose ; prov:wasDerivedFrom :note .
:rose a skos:Concept ; skos:prefLabel "Rose"@en ; skos:definition "It stings."@en ; skos:inScheme :garden ;
    rdfs:isDefinedBy :garden ; skos:broader :plant ; prov:wasDerivedFrom :note .
:walk a skos:OrderedCollection, skos:Collection ; skos:prefLabel "Walk"@en ; skos:definition "Both."@en ;
    skos:inScheme :garden ; rdfs:isDefinedBy :garden ; prov:wasDerivedFrom :note ; skos:member :plant, :rose ;
    skos:memberList (:plant :rose) .
"""
# The same with a defect: the rule that tells it, and how to make it.
DEFECTS = [
    ("S9", "INSERT DATA { :garden a skos:Concept }"),
    ("S9", "INSERT DATA { :rose skos:hasTopConcept :plant }"),
    ("S12", "INSERT DATA { :rose skos:altLabel 7 }"),
    ("S13", 'INSERT DATA { :rose skos:hiddenLabel "Rose"@en }'),
    ("S14", 'INSERT DATA { :rose skos:prefLabel "Briar"@en }'),
    ("S14", 'INSERT DATA { :rose skos:prefLabel "Rose", "Briar" }'),
    ("S19, S20", "INSERT DATA { :rose skos:closeMatch :walk }"),
    ("S27", "INSERT DATA { :plant skos:related :rose }"),
    ("S35", "INSERT DATA { :walk skos:memberList (:rose :plant) }"),
    ("S36", "DELETE DATA { :walk skos:member :rose }"),
    ("S37", "INSERT DATA { :walk a skos:ConceptScheme }"),
    ("S37", "INSERT DATA { :walk skos:topConceptOf :garden }"),
    ("S37", "INSERT DATA { :rose skos:inScheme :walk }"),
    ("S46", "INSERT DATA { :rose skos:exactMatch :x ; skos:broadMatch :x }"),
    ("VocPub 2.1.02", "INSERT DATA { :other a skos:ConceptScheme }"),
    ("VocPub 2.1.04", "DELETE WHERE { :garden skos:prefLabel ?x }"),
    ("VocPub 2.1.04", "DELETE WHERE { :garden skos:definition ?x }"),
    ("VocPub 2.1.05", "DELETE WHERE { :garden dct:created ?x }"),
    ("VocPub 2.1.05", 'INSERT DATA { :garden dct:modified "2025-03-01"^^xsd:date }'),
    ("VocPub 2.1.06", "DELETE WHERE { :garden dct:creator ?x }"),
    ("VocPub 2.1.06", 'INSERT DATA { :garden dct:publisher "House" }'),
    ("VocPub 2.1.06", "DELETE WHERE { :ada a ?x }"),
    ("VocPub 2.1.07", "DELETE WHERE { :garden prov:wasDerivedFrom ?x }"),
    ("VocPub 2.1.08", "DELETE WHERE { :rose skos:broader ?x } ; DELETE WHERE { ?x skos:narrower :rose }"),
    ("VocPub 2.1.08", "INSERT DATA { :plant skos:broader :rose }"),
    ("VocPub 2.1.09", "DELETE WHERE { :plant skos:topConceptOf ?x } ; DELETE WHERE { ?x skos:hasTopConcept :plant }"),
    ("VocPub 2.1.13", "DELETE WHERE { :garden dct:license ?x }"),
    ("VocPub 2.2.01", "DELETE WHERE { :walk skos:definition ?x }"),
    ("VocPub 2.2.01", "DELETE WHERE { :walk skos:prefLabel ?x }"),
    ("VocPub 2.2.02", "DELETE WHERE { :walk prov:wasDerivedFrom ?x }"),
    ("VocPub 2.2.03", "DELETE WHERE { :walk skos:inScheme ?x }"),
    ("VocPub 2.2.03", "DELETE WHERE { :walk rdfs:isDefinedBy ?x }"),
    ("VocPub 2.2.04", "INSERT DATA { :bouquet a skos:Collection }"),
    ("VocPub 2.3.01", "DELETE WHERE { :rose skos:prefLabel ?x }"),
    ("VocPub 2.3.01", "DELETE WHERE { :rose skos:definition ?x }"),
    ("VocPub 2.3.02", "DELETE WHERE { :rose rdfs:isDefinedBy ?x }"),
    ("VocPub 2.3.03", "DELETE WHERE { :rose skos:inScheme ?x }"),
    ("VocPub 2.3.04", "DELETE WHERE { :rose prov:wasDerivedFrom ?x }"),
    ("VocPub 2.3.10", "INSERT DATA { :rose skos:notation :x }"),
    ("VocPub 2.3.12", 'INSERT DATA { :rose prov:wasDerivedFrom "a note" }'),
    ("VocPub 2.3.14", 'INSERT DATA { :rose dct:replaces "briar" }'),
    ("VocPub 2.3.15", 'INSERT DATA { :rose dct:isReplacedBy "briar" }'),
    ("VocPub 2.3.17", 'INSERT DATA { :rose dct:created "2025" }'),
    ("VocPub 2.3.18", 'INSERT DATA { :rose dct:modified "today" }'),
    ("VocPub 2.3.20", "INSERT DATA { :rose skos:related :nowhere }"),
    ("VocPub 2.4.02", "DELETE WHERE { :ada schema:name ?x }"),
    ("VocPub 2.4.03", "DELETE WHERE { :ada schema:email ?x }"),
    ("VocPub 2.4.03", "DELETE WHERE { :house schema:url ?x }"),
]

Ask = Callable[[Graph], set[tuple[str, str]]]


@pytest.fixture(scope="session")
def large() -> KnowledgeMap:
    """300 topics: areas three deep, topics in several of them, every kind of link, two paths, nested tags."""
    tops = [f"area-{a}" for a in range(4)]
    middle = {f"{top}-{b}": top for top in tops for b in range(3)}
    deep = {f"{area}-{c}": area for area in middle for c in range(2)}
    areas = [Area(top, None, HERE) for top in tops]
    areas += [Area(area, parent, HERE) for area, parent in {**middle, **deep}.items()]
    names = [f"topic-{n}" for n in range(300 - len(areas))]
    tags = [f"kind/{n}" for n in range(6)]
    topics = [topic(area.id, (area.parent,) if area.parent else ()) for area in areas]
    for n, name in enumerate(names):
        homes = dict.fromkeys([list(deep)[n % 24], list(deep)[n * 7 % 24]]) if n % 3 else {list(deep)[n % 24]: None}
        if n % 50 == 1:
            homes[tops[n % 24 // 6]] = None  # the area that stands over the first one as well
        topics.append(topic(name, tuple(homes), (tags[n % 6], "season"), (f"Alias {n}", name.title())))
    links = [link(names[n], REQUIRES, names[n - 1]) for n in range(1, len(names))]
    links += [link(names[n], RELATED, names[n - 13]) for n in range(13, len(names), 5)]
    links.append(link(names[0], RELATED, next(iter(deep))))  # which it stands under
    return KnowledgeMap(
        "A large garden",
        "All that grows in it.",
        source=HERE,
        topics=topics,
        areas=areas,
        tags=[Tag(id, id.rpartition("/")[0] or None, HERE) for id in sorted({"kind", "season", *tags})],
        links=links,
        paths=[path("short", names[:10]), path("long", names[200:100:-1])],
        references=[Reference(name, "", f"https://example.org/{name}", HERE) for name in names[::7]],
    )


def topic(id: str, areas: tuple[str, ...], tags: tuple[str, ...] = (), aliases: tuple[str, ...] = ()) -> Topic:
    properties = {"definition": f"What {id} is."}
    if id.endswith("7"):
        properties |= {"title@de": f"Thema {id}", "exactMatch": f"https://other.example/{id}"}
    if id.endswith("8"):
        properties |= {"broadMatch": "https://other.example/all", "closeMatch": f"https://other.example/{id}"}
    return Topic(id, f"The {id}", f"{id} in the map.", areas, tags, aliases, f"{id}.md", properties, HERE)


def path(id: str, names: list[str]) -> LearningPath:
    steps = [Step(f"Step {n}", tuple(names[n : n + 2]), HERE) for n in range(0, len(names), 2)]
    return LearningPath(id, f"The {id} path", tuple(steps), HERE)


@pytest.fixture(params=MAPS)
def knowledge_map(request: pytest.FixtureRequest) -> KnowledgeMap:
    """Each of the maps."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, KnowledgeMap)
    return found


def saved(
    knowledge_map: KnowledgeMap, folder: Path, options: Options = OPTIONS, previous: Previous = NOTHING
) -> list[Path]:
    """The files as they lie on the disk."""
    found = []
    for thing in write(knowledge_map, options, previous):
        if isinstance(thing, File):
            pieces = [thing.content] if isinstance(thing.content, str | bytes) else thing.content
            data = b"".join(piece if isinstance(piece, bytes) else piece.encode() for piece in pieces)
            found.append(folder / thing.path)
            found[-1].write_bytes(data)
    return found


def undefined(knowledge_map: KnowledgeMap, file: Path) -> set[str]:
    """The concepts that neither a note nor the map defines; the writer tells them, and can do no more."""
    graph = Graph().parse(file)
    concepts = {f"{BASE}{topic.id}" for topic in knowledge_map.topics if not topic.summary and not topic.note}
    return {iri for iri in concepts if (URIRef(iri), None, None) in graph}


def planted(folder: Path, *defects: str) -> Path:
    """The good vocabulary with some defects, as a file."""
    graph = Graph().parse(data=GOOD, format="turtle")
    for defect in defects:
        graph.update(defect)
    graph.serialize(folder / "planted.ttl", format="turtle", encoding="utf-8")
    return folder / "planted.ttl"


# ---- skosify: https://github.com/NatLibFi/Skosify


def fixed(file: Path) -> tuple[Graph, Graph]:
    """What skosify took away and what it added, with the options that its command line has from the start."""
    before, after = Graph().parse(file), skosify.skosify(str(file), **skosify.config())
    _, removed, added = graph_diff(before, after)
    return removed, added


def test_skosify_has_nothing_to_fix(
    knowledge_map: KnowledgeMap, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    files = saved(knowledge_map, tmp_path)
    assert [file.name for file in files] == ["knowledge-map.ttl", "tags.ttl"]
    for file in files:
        removed, added = fixed(file)
        assert len(removed) == 0
        graph = Graph().parse(file)
        # The one thing it adds: a match with a concept elsewhere, seen from there, or what follows from it (S41, S43, S44).
        matched = {(start, end) for kind in MATCHES for start, end in graph.subject_objects(kind)}
        assert {(start, end) for start, _, end in added} <= matched | {(end, start) for start, end in matched}
    assert caplog.messages == []


def test_skosify_finds_a_defect(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    assert [len(graph) for graph in fixed(planted(tmp_path))] == [0, 0]
    assert caplog.messages == []
    removed, _ = fixed(planted(tmp_path, "INSERT DATA { :plant skos:related :rose }"))
    assert len(removed) == 1
    assert "connected by both skos:broaderTransitive and skos:related" in caplog.messages[-1]
    fixed(planted(tmp_path, "INSERT DATA { :thorn a skos:Concept ; skos:broader :rose, :plant }"))
    assert "Redundant hierarchical relationship" in caplog.messages[-1]


# ---- pyshacl and our own shapes


def test_the_shapes_pass(knowledge_map: KnowledgeMap, tmp_path: Path, complaints: Ask) -> None:
    for file in saved(knowledge_map, tmp_path):
        defects = complaints(Graph().parse(file))
        unexplained = {(rule, node) for rule, node in defects if rule not in LEFT.get(("shapes", file.stem), {})}
        assert unexplained == {("VocPub 2.3.01", node) for node in undefined(knowledge_map, file)}


def test_the_shapes_are_right(shapes: Graph, complaints: Ask) -> None:
    assert complaints(Graph().parse(data=GOOD, format="turtle")) == set()
    rules = {str(message).partition(":")[0] for message in shapes.objects(None, SH.message)}
    assert rules == {rule for rule, _ in DEFECTS}


@pytest.mark.parametrize(("rule", "defect"), DEFECTS)
def test_the_shapes_find_a_defect(rule: str, defect: str, tmp_path: Path, complaints: Ask) -> None:
    assert rule in {rule for rule, _ in complaints(Graph().parse(planted(tmp_path, defect)))}


# ---- voc4cat, which brings VocPub's own shapes: https://github.com/nfdi4cat/voc4cat-tool


def voc4cat(file: Path, *options: str) -> set[tuple[str, str]]:
    """What `voc4cat check` complains of: the shape, where it has a name, else the number in its words; and the node."""
    program = f"{sysconfig.get_path('scripts')}/voc4cat"
    done = subprocess.run([program, "check", *options, file], capture_output=True, text=True, check=False)
    text = re.sub(r"\x1b\[\d+m", "", done.stdout + done.stderr)
    found = set()
    for shape, node, words in re.findall(
        r"Source Shape: <(.*?)>\s+Focus Node: <(.*?)>.*?Message: (.*?)\n\n", text, re.DOTALL
    ):
        number = re.search(r"Requirement ([\d.]+)", words)
        found.add((shape.rpartition("/")[2] if "/" in shape or not number else number[1], node))
    assert bool(found) == bool(done.returncode), text
    return found


@pytest.mark.parametrize("profile", PROFILES)
def test_voc4cat_passes(knowledge_map: KnowledgeMap, profile: str, tmp_path: Path) -> None:
    for file in saved(knowledge_map, tmp_path):
        defects = voc4cat(file, "--profile", profile)
        unexplained = {(rule, node) for rule, node in defects if rule not in LEFT.get((profile, file.stem), {})}
        assert unexplained == {("definition", node) for node in undefined(knowledge_map, file)}


def test_voc4cat_wants_the_mail_of_a_person(small: KnowledgeMap, tmp_path: Path) -> None:
    """With an IRI alone VocPub is not satisfied, vp4cat is."""
    options = replace(OPTIONS, creator="Ada Lovelace <https://orcid.org/0000-0001>")
    file = saved(small, tmp_path, options)[0]
    defects = {profile: voc4cat(file, "--profile", profile) for profile in PROFILES}
    assert ("2.4.3", "https://orcid.org/0000-0001") in defects["vocpub-5.2"]
    assert not {rule for rule, _ in defects["vp4cat-5.3"]} & {"creator", "2.4.3"}


def test_voc4cat_finds_a_defect(tmp_path: Path) -> None:
    profile = ("--profile", "vp4cat-5.3")
    assert voc4cat(planted(tmp_path), *profile) == set()
    defects = voc4cat(planted(tmp_path, "DELETE WHERE { :rose skos:definition ?x }"), *profile)
    assert defects == {("definition", "https://garden.example/rose")}


# ---- all of them, of the file with the concepts that are no more


def test_what_is_no_more_passes_too(
    small: KnowledgeMap, tmp_path: Path, complaints: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    before = replace(small, topics=(*small.topics, topic("earth", ()), topic("lost", ())))
    lock = next(thing.content for thing in write(before, OPTIONS, Previous(lock="")) if isinstance(thing, Lock))
    files = {file.stem: file for file in saved(small, tmp_path, previous=Previous(lock=lock))}
    graph = Graph().parse(files["deprecated"])
    assert {*graph.subjects(OWL.deprecated)} == {URIRef(f"{BASE}{id}") for id in ("earth", "lost")}
    assert [*graph.subject_objects(DCTERMS.isReplacedBy)] == [(URIRef(f"{BASE}earth"), URIRef(f"{BASE}soil"))]
    assert [len(statements) for statements in fixed(files["deprecated"])] == [0, 0]
    assert caplog.messages == []
    assert {rule for rule, _ in complaints(graph)} <= LEFT.get(("shapes", "deprecated"), {}).keys()
    for profile in PROFILES:
        assert {rule for rule, _ in voc4cat(files["deprecated"], "--profile", profile)} <= LEFT.get(
            (profile, "deprecated"), {}
        ).keys()


# ---- pyoxigraph, and rapper: https://librdf.org/raptor/


def everything() -> Options:
    """All syntaxes that there are."""
    known = {field.name for field in fields(Options)}
    more: dict[str, Any] = {"syntaxes": ("turtle", "json-ld", "n-triples", "rdf-xml", "trig")}
    return replace(OPTIONS, **{name: value for name, value in more.items() if name in known})


def triples(content: bytes, syntax: RdfFormat) -> Dataset:
    """What a file says, with blank nodes named by what is said of them; the graph that it is said in is left out."""
    found = Dataset(Quad(a.subject, a.predicate, a.object) for a in parse(content, format=syntax, base_iri=BASE))
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return found


def test_every_file_says_the_same_to_pyoxigraph(knowledge_map: KnowledgeMap, tmp_path: Path) -> None:
    files = saved(knowledge_map, tmp_path, everything())
    turtle = {file.stem: file.read_bytes() for file in files if file.suffix == ".ttl"}
    assert turtle
    for file in files:
        wanted = [turtle[file.stem]] if file.stem in turtle else [*turtle.values()]
        assert triples(file.read_bytes(), SYNTAXES[file.suffix][0]) == triples(b"".join(wanted), RdfFormat.TURTLE)


def rapper(file: Path) -> tuple[bytes, str]:
    """The file as N-Quads, and what rapper complains of."""
    command = ["rapper", "-q", "-i", SYNTAXES[file.suffix][1], "-o", "nquads", str(file), BASE]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.stdout, done.stderr.decode()


def test_every_file_says_the_same_to_rapper(
    knowledge_map: KnowledgeMap, tmp_path: Path, require: Callable[[bool, str], None]
) -> None:
    require(shutil.which("rapper") is not None, "rapper, of raptor2-utils")
    for file in saved(knowledge_map, tmp_path, everything()):
        syntax, name = SYNTAXES[file.suffix]
        if name:
            read, output = rapper(file)
            assert output == ""
            assert triples(read, RdfFormat.N_QUADS) == triples(file.read_bytes(), syntax)


def test_pyoxigraph_and_rapper_find_a_defect(tmp_path: Path, require: Callable[[bool, str], None]) -> None:
    broken, other = tmp_path / "broken.ttl", tmp_path / "other.ttl"
    broken.write_text("<a> <b> <c d> .", encoding="utf-8")
    other.write_text("<a> <b> <c> .", encoding="utf-8")
    with pytest.raises(SyntaxError):
        triples(broken.read_bytes(), RdfFormat.TURTLE)
    statement = Quad(*(NamedNode(BASE + name) for name in "abc"))
    assert triples(other.read_bytes(), RdfFormat.TURTLE) == Dataset([statement])
    require(shutil.which("rapper") is not None, "rapper, of raptor2-utils")
    assert "error" in rapper(broken)[1].lower()
    assert rapper(other)[1] == ""
