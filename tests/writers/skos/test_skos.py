"""SKOS as rdflib and pyoxigraph read it: the same statements, and none that the SKOS Reference forbids."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store, parse
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, PROV, RDFS, SKOS, XSD

from exporter import testing
from exporter.errors import ExportError, Finding, OptionError
from exporter.model import (
    BROADER,
    IN_AREA,
    MENTIONS,
    RELATED,
    REQUIRES,
    Area,
    File,
    KnowledgeMap,
    LearningPath,
    Link,
    Reference,
    Source,
    Step,
    Tag,
    Topic,
)
from exporter.options import OptionsFile, load_options
from exporter.testing import link
from exporter.writers import skos
from exporter.writers.skos import KEYS_OF_OTHERS, Options, to_graph, write

ROOT = Path(skos.__file__).parents[2]
BASE = Namespace("https://example.org/vault/")
HERE = Source("Note.md", 1)
PREFIXES = (
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>"
)
SAMPLE = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix : <https://example.org/> .\n"

# Each rule asks for what must not be; beside it stands a graph that breaks it.
RULES = {
    "S7, S8: top concepts one way": (
        """ASK { { ?x skos:topConceptOf ?s FILTER NOT EXISTS { ?s skos:hasTopConcept ?x . ?x skos:inScheme ?s } }
        UNION { ?s skos:hasTopConcept ?x FILTER NOT EXISTS { ?x skos:topConceptOf ?s } } }""",
        ":s skos:hasTopConcept :x .",
    ),
    "S9: a scheme that is a concept": (
        "ASK { ?x a skos:Concept, skos:ConceptScheme }",
        ":x a skos:Concept, skos:ConceptScheme .",
    ),
    "S13: an alternative label that is the preferred one": (
        "ASK { ?x skos:prefLabel ?label ; skos:altLabel ?label }",
        ':x skos:prefLabel "a"@en ; skos:altLabel "a"@en .',
    ),
    "S14: two preferred labels in a language": (
        "ASK { ?x skos:prefLabel ?a, ?b FILTER(lang(?a) = lang(?b) && !sameTerm(?a, ?b)) }",
        ':x skos:prefLabel "a"@en, "b"@en .',
    ),
    "S19, S20: a relation of what is no concept": (
        """ASK { ?x skos:broader|skos:narrower|skos:related ?y
        FILTER NOT EXISTS { ?x a skos:Concept . ?y a skos:Concept } }""",
        ":x skos:broader :y . :x a skos:Concept .",
    ),
    "S23, S25: a relation one way": (
        """ASK { { ?x skos:broader ?y FILTER NOT EXISTS { ?y skos:narrower ?x } }
        UNION { ?x skos:narrower ?y FILTER NOT EXISTS { ?y skos:broader ?x } }
        UNION { ?x skos:related ?y FILTER NOT EXISTS { ?y skos:related ?x } } }""",
        ":x skos:related :y .",
    ),
    "S27: related to an ancestor": (
        "ASK { ?x skos:related ?y . { ?x skos:broader+ ?y } UNION { ?y skos:broader+ ?x } }",
        ":x skos:related :z ; skos:broader :y . :y skos:broader :z .",
    ),
    "S35: two lists": (
        "ASK { ?c skos:memberList ?a, ?b FILTER(?a != ?b) }",
        ":c skos:memberList (:x), (:y) .",
    ),
    "S36: the list and the members differ": (
        """ASK { { ?c skos:memberList/rdf:rest*/rdf:first ?m FILTER NOT EXISTS { ?c skos:member ?m } }
        UNION { ?c a skos:OrderedCollection ; skos:member ?m
        FILTER NOT EXISTS { ?c skos:memberList/rdf:rest*/rdf:first ?m } } }""",
        ":c skos:memberList (:x :y) ; skos:member :x .",
    ),
    "C29: a member listed twice": (
        "ASK { ?c skos:memberList/rdf:rest* ?a, ?b . ?a rdf:first ?m . ?b rdf:first ?m FILTER(?a != ?b) }",
        ":c skos:memberList (:x :y :x) .",
    ),
    "S37: a collection that is a concept or a scheme": (
        """ASK { VALUES ?collection { skos:Collection skos:OrderedCollection } ?x a ?collection, ?other
        FILTER(?other IN (skos:Concept, skos:ConceptScheme)) }""",
        ":x a skos:OrderedCollection, skos:Concept .",
    ),
    "a circle": ("ASK { ?x skos:broader+ ?x }", ":x skos:broader :y . :y skos:broader :x ."),
    "an orphan": (
        "ASK { ?x a skos:Concept FILTER NOT EXISTS { ?x skos:broader*/skos:topConceptOf ?s } }",
        ":x a skos:Concept .",
    ),
    "a top concept with broader": (
        "ASK { ?x skos:topConceptOf ?s ; skos:broader ?y }",
        ":x skos:topConceptOf :s ; skos:broader :y .",
    ),
    "no label, or none with a language": (
        """ASK { ?x a ?type FILTER(?type IN (skos:Concept, skos:ConceptScheme, skos:Collection))
        FILTER NOT EXISTS { ?x skos:prefLabel ?label FILTER(lang(?label) != "" && str(?label) != "") } }""",
        ':x a skos:Concept ; skos:prefLabel ""@en .',
    ),
    "two notations": ("ASK { ?x skos:notation ?a, ?b FILTER(?a != ?b) }", ':x skos:notation "1", "2" .'),
    "a notation of two concepts": (
        "ASK { ?x skos:notation ?n . ?y skos:notation ?n FILTER(?x != ?y) }",
        ':x skos:notation "1" . :y skos:notation "1" .',
    ),
}


def topic(id: str, **more: object) -> Topic:
    return testing.topic(id, **{"note": None, "source": HERE, **more})


def files(knowledge_map: KnowledgeMap, options: Options | None = None) -> dict[str, str]:
    made = write(knowledge_map, options or Options())
    return {thing.path: "".join(thing.content) for thing in made if isinstance(thing, File)}


def findings(knowledge_map: KnowledgeMap, options: Options | None = None) -> list[Finding]:
    return [thing for thing in write(knowledge_map, options or Options()) if isinstance(thing, Finding)]


def codes(knowledge_map: KnowledgeMap, options: Options | None = None) -> list[str]:
    """Without what is told of nearly every map that is made here."""
    usual = ("skos-no-definition", "skos-alone", "skos-metadata", "skos-base")
    return [finding.code for finding in findings(knowledge_map, options) if finding.code not in usual]


def graph_of(knowledge_map: KnowledgeMap, options: Options | None = None) -> Graph:
    graph = Graph()
    for text in files(knowledge_map, options).values():
        graph.parse(data=text, format="turtle")
    return graph


def broken(turtle: str) -> list[str]:
    store = Store()
    store.load(turtle.encode(), format=RdfFormat.TURTLE)
    return [rule for rule, (question, _) in RULES.items() if store.query(f"{PREFIXES} {question}")]


def check(knowledge_map: KnowledgeMap, options: Options | None = None) -> None:
    """All that holds of every map."""
    made = files(knowledge_map, options)
    graph = to_graph(knowledge_map, options or Options())
    assert isomorphic(graph_of(knowledge_map, options), graph)
    triples = [triple for text in made.values() for triple in parse(text.encode(), format=RdfFormat.TURTLE)]
    assert len(set(map(str, triples))) == len(graph)  # agents stand in each file
    for text in made.values():
        assert broken(text) == []
        assert unused(text) == []
        assert text.endswith(" .\n")
        assert "\r" not in text
        subjects = re.findall(r"^(?!@prefix)(\S+)$", text, re.MULTILINE)
        assert len(subjects) == len(set(subjects)) == len(re.findall(r"^    a(?: |$)", text, re.MULTILINE))


def unused(turtle: str) -> list[str]:
    """Prefixes that are declared and never used."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>]*>', "", turtle)
    declared = re.findall(r"^@prefix (\S+):", bare, re.MULTILINE)
    body = bare[bare.index("\n\n") :]
    return [prefix for prefix in declared if not re.search(rf"[\s^]{prefix}:", body)]


AREAS = KnowledgeMap(
    "Map",
    "What it is about.",
    source=Source("Map.md", 1),
    topics=(
        topic("wide", note="Wide.md"),
        topic("deep", areas=("wide",)),
        topic("leaf", areas=("deep", "other"), tags=("a/b", "c"), aliases=("leaf", "Blade", "Blade")),
        topic("other"),
        topic("alone", summary="Map's words.", properties={"definition": "Own words."}),
        topic("scheme", summary="Only the map's."),
    ),
    areas=(Area("wide", None, HERE), Area("deep", "wide", HERE), Area("other", None, HERE)),
    tags=(Tag("a", None, HERE), Tag("a/b", "a", HERE), Tag("c", None, HERE)),
)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_a_graph_that_breaks_it(rule: str) -> None:
    assert rule in broken(SAMPLE + RULES[rule][1])


def test_unused_prefix_is_found() -> None:
    assert unused(
        '@prefix a: <https://a.example/> .\n@prefix b: <https://b.example/> .\n\n<x>\n    a:p " b:c" .\n'
    ) == ["b"]


def test_small(small: KnowledgeMap) -> None:
    check(small)


@pytest.mark.slow
def test_bundled(bundled: KnowledgeMap) -> None:
    check(bundled)
    graph = graph_of(bundled)
    concepts = set(graph.subjects(SKOS.inScheme, URIRef(BASE))) & set(graph.subjects(RDF.type, SKOS.Concept))
    assert concepts == {BASE[topic.id] for topic in bundled.topics}
    assert len(concepts) == 43
    tops = set(graph.objects(URIRef(BASE), SKOS.hasTopConcept))
    areas = {BASE[area.id]: str(number) for number, area in enumerate(bundled.areas, 1)}
    steps = {BASE[id] for path in bundled.paths for step in path.steps for id in step.topics}
    notations = list(graph.subject_objects(SKOS.notation))
    assert {subject: str(number) for subject, number in notations if not number.datatype} == areas
    assert {subject for subject, number in notations if number.datatype} == steps - areas.keys()
    listed = [BASE[id] for path in bundled.paths for step in path.steps for id in step.topics]
    assert all(str(number) == f"{listed.index(subject) + 1:02}" for subject, number in notations if number.datatype)
    assert tops - {BASE[area.id] for area in bundled.areas} == {BASE[topic.id] for topic in bundled.topics_in(None)}
    assert len(tops) == 20
    assert len(set(graph.objects(URIRef(BASE + "tag/"), SKOS.hasTopConcept))) == 4
    assert {str(note) for topic in concepts for note in graph.objects(topic, PROV.wasDerivedFrom)} == {
        f"{BASE}note/{quote(topic.note or topic.source.file)}" for topic in bundled.topics
    }
    mentions = {(BASE[a.start], BASE[a.end]) for a in bundled.links if a.kind == MENTIONS and a.start != a.end}
    assert set(graph.subject_objects(DCTERMS.references)) == mentions
    requires = {(BASE[a.start], BASE[a.end]) for a in bundled.links if a.kind == REQUIRES}
    assert set(graph.subject_objects(DCTERMS.requires)) == requires != set()
    assert [finding.code for finding in findings(bundled)] == ["skos-base"]
    (words,) = graph.objects(None, SKOS.note)
    assert [line[:3] for line in words.split("\n")] == [f"{n}. " for n in range(1, 8)]


def test_a_base_that_nobody_has_chosen_is_told_with_the_line_to_write() -> None:
    (told,) = [finding for finding in findings(KnowledgeMap()) if finding.code == "skos-base"]
    assert told.message == (
        'write base = "https://..." in skos.toml before you publish, as names cannot be changed later; '
        "now they begin with https://example.org/vault/, which is nobody's"
    )
    assert "skos-base" not in [finding.code for finding in findings(KnowledgeMap(), Options("https://me.example/"))]


def test_path_in_order(bundled: KnowledgeMap) -> None:
    graph = graph_of(bundled)
    for path in bundled.paths:
        iri = URIRef(f"{BASE}path/{path.id}")
        listed = list(Collection(graph, graph.value(iri, SKOS.memberList)))
        assert listed == [BASE[id] for step in path.steps for id in step.topics]
        assert len(listed) == 12
        assert set(graph.objects(iri, RDF.type)) == {SKOS.Collection, SKOS.OrderedCollection}
        assert graph.value(iri, SKOS.prefLabel) == Literal(path.title, "en")


def test_empty_map() -> None:
    check(KnowledgeMap())
    assert list(files(KnowledgeMap())) == ["knowledge-map.ttl"]
    assert codes(KnowledgeMap()) == ["skos-empty"]


def test_areas_topics_and_tags() -> None:
    check(AREAS)
    graph = graph_of(AREAS)
    notations = {str(subject): str(number) for subject, number in graph.subject_objects(SKOS.notation)}
    assert notations == {str(BASE.wide): "1", str(BASE.deep): "1.1", str(BASE.other): "2"}
    assert set(graph.objects(BASE.leaf, SKOS.broader)) == {BASE.deep, BASE.other}
    assert set(graph.objects(URIRef(BASE), SKOS.hasTopConcept)) == {BASE.wide, BASE.other, BASE.alone, BASE.scheme}
    assert set(graph.objects(BASE.leaf, SKOS.altLabel)) == {Literal("Blade", "en")}
    assert graph.value(BASE.alone, SKOS.definition) == Literal("Own words.", "en")
    assert graph.value(BASE.alone, SKOS.scopeNote) == Literal("Map's words.", "en")
    assert graph.value(BASE.scheme, SKOS.definition) == Literal("Only the map's.", "en")
    assert graph.value(BASE.scheme, SKOS.scopeNote) is None
    assert graph.value(BASE.wide, PROV.wasDerivedFrom) == URIRef(BASE + "note/Wide.md")
    assert graph.value(URIRef(BASE), PROV.wasDerivedFrom) == URIRef(BASE + "note/Map.md")
    assert set(graph.objects(BASE.leaf, DCTERMS.subject)) == {URIRef(BASE + "tag/a%2Fb"), URIRef(BASE + "tag/c")}
    assert graph.value(URIRef(BASE + "tag/a%2Fb"), SKOS.broader) == URIRef(BASE + "tag/a")


def test_a_missing_definition_is_told_once_for_each_kind() -> None:
    messages = [finding.message for finding in findings(AREAS) if finding.code == "skos-no-definition"]
    assert [message.partition(";")[0] for message in messages] == [
        "3 areas without a definition, first 'wide'",
        "1 topic without a definition, first 'leaf'",
    ]


def linked(*links: Link, **more: object) -> KnowledgeMap:
    record = KnowledgeMap(topics=(topic("a"), topic("b"), topic("c", areas=("a",))), areas=(Area("a", None, HERE),))
    return replace(record, links=links, **more)


def test_related_goes_both_ways() -> None:
    knowledge_map = linked(link("b", RELATED, "c"), link("c", RELATED, "b"))
    check(knowledge_map)
    assert set(graph_of(knowledge_map).subject_objects(SKOS.related)) == {(BASE.b, BASE.c), (BASE.c, BASE.b)}
    assert codes(knowledge_map) == []


def test_related_to_an_ancestor_is_a_mere_relation() -> None:
    knowledge_map = linked(link("a", BROADER, "b"), link("b", RELATED, "c"))
    check(knowledge_map)
    graph = graph_of(knowledge_map)
    assert not list(graph.subject_objects(SKOS.related))
    assert list(graph.subject_objects(DCTERMS.relation)) == [(BASE.b, BASE.c)]
    assert codes(knowledge_map) == ["skos-related"]


def test_a_circle_is_not_closed() -> None:
    knowledge_map = linked(link("a", BROADER, "b"), link("b", BROADER, "c"))
    check(knowledge_map)
    graph = graph_of(knowledge_map)
    assert set(graph.subject_objects(SKOS.broader)) == {(BASE.a, BASE.b), (BASE.c, BASE.a)}
    assert list(graph.subject_objects(DCTERMS.relation)) == [(BASE.b, BASE.c)]
    assert codes(knowledge_map) == ["skos-circle"]


def test_circles_of_areas_and_tags_are_not_closed() -> None:
    knowledge_map = KnowledgeMap(
        topics=(topic("a"), topic("b")),
        areas=(Area("a", "b", HERE), Area("b", "a", HERE)),
        tags=(Tag("x", "y", HERE), Tag("y", "x", HERE)),
    )
    check(knowledge_map)
    assert codes(knowledge_map) == ["skos-circle", "skos-circle"]


def test_links_to_itself_are_left_out() -> None:
    knowledge_map = linked(*(link("a", kind, "a") for kind in (MENTIONS, REQUIRES, RELATED, BROADER)))
    check(knowledge_map)
    assert not [triple for triple in graph_of(knowledge_map) if triple[0] == triple[2]]
    assert codes(knowledge_map) == ["skos-self"] * 3


def test_other_kinds_of_links() -> None:
    knowledge_map = linked(link("a", "part of", "b"), link("b", "part of", "c"), link("b", "sees", "c"))
    assert set(graph_of(knowledge_map).subject_objects(DCTERMS.relation)) == {(BASE.a, BASE.b), (BASE.b, BASE.c)}
    assert codes(knowledge_map) == ["skos-relation"]
    assert any("'part of' (2), 'sees' (1);" in finding.message for finding in findings(knowledge_map))
    options = Options(relations={"part of": "skos:broader", "sees": "https://schema.org/isBasedOn"})
    check(knowledge_map, options)
    graph = graph_of(knowledge_map, options)
    assert set(graph.subject_objects(SKOS.broader)) == {(BASE.a, BASE.b), (BASE.c, BASE.a)}
    assert list(graph.subject_objects(URIRef("https://schema.org/isBasedOn"))) == [(BASE.b, BASE.c)]
    assert codes(knowledge_map, options) == ["skos-circle"]
    check(linked(link("a", "near", "b")), Options(relations={"near": "rdfs:seeAlso"}))


def test_references() -> None:
    urls = (
        "https://example.org/a b?q=ä",
        "https://example.org/a b?q=ä",
        "www.example.org",
        "https://example.org/5%#a#b",
    )
    knowledge_map = linked(references=tuple(Reference("a", "", url, HERE) for url in urls))
    check(knowledge_map)
    assert set(graph_of(knowledge_map).objects(BASE.a, RDFS.seeAlso)) == {
        URIRef("https://example.org/a%20b?q=%C3%A4"),
        URIRef("https://example.org/5%25#a%23b"),
    }
    assert codes(knowledge_map) == ["skos-address"]


def test_a_topic_named_twice_in_a_path_keeps_its_first_place() -> None:
    steps = (Step("One", ("b", "a"), HERE), Step("", (), HERE), Step("", ("c", "b"), Source("Map.md", 7)))
    knowledge_map = linked(paths=(LearningPath("p", "Path", steps, HERE), LearningPath("empty", "", (), HERE)))
    check(knowledge_map)
    graph = graph_of(knowledge_map)
    assert list(Collection(graph, graph.value(URIRef(BASE + "path/p"), SKOS.memberList))) == [BASE.b, BASE.a, BASE.c]
    assert graph.value(URIRef(BASE + "path/p"), SKOS.note) == Literal("1. One", "en")
    assert codes(knowledge_map) == ["skos-repeated-step"]
    assert Source("Map.md", 7) in [finding.source for finding in findings(knowledge_map)]


def test_one_label_for_two_concepts() -> None:
    knowledge_map = KnowledgeMap(topics=(topic("a", title="Same"), topic("b", title=" Same\n")))
    check(knowledge_map)
    assert codes(knowledge_map) == ["skos-same-label"]
    assert set(graph_of(knowledge_map).objects(None, SKOS.prefLabel)) >= {
        Literal("Same", "en"),
        Literal("Same (b)", "en"),
    }


@pytest.mark.parametrize(("language", "written"), [("en_US", "en-US"), ("de", "de"), ("zh-Hant-TW", "zh-Hant-TW")])
def test_language(language: str, written: str) -> None:
    knowledge_map = KnowledgeMap(topics=(topic("a"),), language=language)
    assert f'skos:prefLabel "a"@{written} ' in files(knowledge_map)["knowledge-map.ttl"]
    assert codes(knowledge_map) == []


def test_no_language() -> None:
    knowledge_map = KnowledgeMap(topics=(topic("a"),), language="Klingon (spoken)")
    check(knowledge_map)
    assert 'skos:prefLabel "a"@und ' in files(knowledge_map)["knowledge-map.ttl"]
    assert codes(knowledge_map) == ["skos-language"]


def test_texts_that_some_syntax_cannot_carry() -> None:
    title = 'a"b\\c\x00\x0b\ud800\r\nd\t\u0085e\u0301'
    graph = graph_of(KnowledgeMap(topics=(topic("a", title=title, summary=title),)))
    assert graph.value(BASE.a, SKOS.prefLabel) == Literal('a"b\\c\ufffd d é', "en")
    assert graph.value(BASE.a, SKOS.definition) == Literal('a"b\\c\ufffd\nd\té', "en")


def test_hostile_ids_stay_apart() -> None:
    ids = (
        "a b",
        "a%20b",
        "a/b",
        "tag",
        "tag/x",
        "path",
        "note",
        "scheme",
        "..",
        ".",
        "~",
        "-a",
        "\ud800",
        "\udfff",
        "#",
        "ä",
    )
    knowledge_map = KnowledgeMap(topics=tuple(map(topic, ids)), tags=tuple(Tag(id, None, HERE) for id in ids))
    check(knowledge_map)
    concepts = {str(concept) for concept in graph_of(knowledge_map).subjects(RDF.type, SKOS.Concept)}
    assert len(concepts) == 2 * len(ids)
    assert {BASE + "%2E", BASE + "%2E%2E", BASE + "tag/%2E%2E"} < concepts
    assert not [iri for iri in concepts if iri.endswith(("/.", "/.."))]


def test_scheme() -> None:
    options = Options(
        base="https://data.example/v#",
        prefix="v",
        creator="https://orcid.org/0000-0001",
        publisher="A house",
        license="https://creativecommons.org/licenses/by/4.0/",
        version="1.0",
        created="2025-01-31",
        modified="2025-02-28",
    )
    check(AREAS, options)
    graph, scheme = graph_of(AREAS, options), URIRef("https://data.example/v#")
    assert graph.value(scheme, DCTERMS.title) == graph.value(scheme, SKOS.prefLabel) == Literal("Map", "en")
    assert graph.value(scheme, SKOS.definition) == Literal("What it is about.", "en")
    assert graph.value(scheme, DCTERMS.creator) == URIRef("https://orcid.org/0000-0001")
    house = URIRef("https://data.example/v#agent/a-house")
    assert graph.value(scheme, DCTERMS.publisher) == house
    assert graph.value(house, RDF.type) == URIRef("https://schema.org/Organization")
    assert graph.value(house, URIRef("https://schema.org/name")) == Literal("A house")
    assert graph.value(scheme, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert graph.value(scheme, DCTERMS.created) == Literal("2025-01-31", datatype=XSD.date)
    assert "\nv:leaf\n" in files(AREAS, options)["knowledge-map.ttl"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"base": "https://example.org"},
        {"base": "obsidian://vault/"},
        {"base": "https://example.org/a b/"},
        {"base": "http:///"},
        {"prefix": "skos"},
        {"prefix": "tag"},
        {"prefix": "a b"},
        {"created": "yesterday"},
        {"modified": "20250131"},
        {"relations": {"x": "isPartOf"}},
        {"relations": {"x": "dct:"}},
        {"relations": {"x": "skos:narrower"}},
        {"relations": {"x": "http://www.w3.org/2004/02/skos/core#member"}},
        {"relations": {IN_AREA: "dct:isPartOf"}},
    ],
    ids=str,
)
def test_options_that_make_no_valid_rdf(wrong: dict[str, object]) -> None:
    with pytest.raises(OptionError) as caught:
        files(KnowledgeMap(), Options(**wrong))
    assert caught.value.key.partition(".")[0] in wrong
    assert f"'{caught.value.key}'" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "setting", "message"),
    [
        ("\nbase = 'me'", "base='me'", "'base' must be an http(s) IRI that ends with '/' or '#', not 'me'"),
        ("\ncreated = 'now'", "created='now'", "'created' must be a day such as '2025-01-31', not 'now'"),
        ("\nsyntaxes = []", "syntaxes=[]", "'syntaxes' is empty; name some of turtle, json-ld,"),
        (
            "[relations]\nx = 'skos:member'",
            "relations.x='skos:member'",
            "'relations.x' cannot be 'skos:member'; of SKOS only skos:related and skos:broader will do",
        ),
        (
            "[prefixes]\nwd = 'https://wikidata.org'",
            "prefixes.wd='https://wikidata.org'",
            "'prefixes.wd' must be an http(s) IRI that ends with '/' or '#', not 'https://wikidata.org'",
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_place(tmp_path: Path, text: str, setting: str, message: str) -> None:
    file = tmp_path / "skos.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ExportError, match=re.escape(f"{file}:2: {message}")):
        load_options(tmp_path, "skos", Options)
    file.unlink()
    with pytest.raises(ExportError, match=re.escape(f"--set skos.{setting}: {message}")):
        load_options(tmp_path, "skos", Options, [setting])


def test_the_mapping_names_every_option_with_its_default() -> None:
    assert OptionsFile(ROOT / "mappings", "skos").load(Options, KEYS_OF_OTHERS) == Options()
    text = (ROOT / "mappings" / "skos.toml").read_text(encoding="utf-8")
    named = [field.name for field in fields(Options)]
    assert all(re.search(rf"^\[?{name}\b", text, re.MULTILINE) for name in named)


@pytest.mark.slow
def test_hash_seeds_make_no_difference(with_hash_seed: Callable[[str, str], bytes]) -> None:
    code = f"""
import sys
from pathlib import Path
from exporter import ReadOptions, read
from exporter.writers.skos import Options, write
from exporter.options import load_options
root = Path({str(ROOT)!r})
for thing in write(read(root / "vault", load_options(root / "mappings", "vault", ReadOptions))[0], Options()):
    sys.stdout.buffer.write("".join(getattr(thing, "content", str(thing))).encode())
"""
    first, second, third = (with_hash_seed(code, seed) for seed in ("0", "1", "4711"))
    assert first == second == third
    assert b"skos:memberList" in first


def test_content_comes_in_pieces() -> None:
    file = next(thing for thing in write(AREAS, Options()) if isinstance(thing, File))
    assert isinstance(file.content, Iterator)
    assert sum(1 for _ in file.content) > len(AREAS.topics)


hostile = st.text(
    st.one_of(
        st.sampled_from("\"'\\<>{}|^`#%/?&:;,.~-_ \n\r\t\x00\x0b\u0085\u202e\ufffe😀é"),
        st.characters(exclude_categories=()),
    ),
    max_size=8,
)
names = st.one_of(
    st.sampled_from(["a", "scheme", "tag", "path", "note", "..", ".", "a/b", "a b"]), hostile.filter(bool)
)


@st.composite
def knowledge_maps(draw: st.DrawFn) -> KnowledgeMap:
    ids = draw(st.lists(names, unique=True, max_size=6))
    tag_ids = draw(st.lists(names, unique=True, max_size=3))
    if not ids:
        return KnowledgeMap(draw(hostile), draw(hostile), draw(hostile))
    id, some = st.sampled_from(ids), st.lists(st.sampled_from(ids), max_size=3).map(tuple)
    areas = draw(st.lists(id, unique=True, max_size=3))
    parent = st.sampled_from([None, *areas])
    filed = st.lists(st.sampled_from(areas), unique=True, max_size=2).map(tuple) if areas else st.just(())
    tagged = st.lists(st.sampled_from(tag_ids), max_size=2).map(tuple) if tag_ids else st.just(())
    kinds = st.sampled_from([MENTIONS, REQUIRES, RELATED, BROADER, IN_AREA, "other"])
    texts = st.lists(hostile, max_size=3).map(tuple)
    definitions = st.fixed_dictionaries({}, optional={"definition": hostile})
    return KnowledgeMap(
        title=draw(hostile),
        summary=draw(hostile),
        language=draw(st.sampled_from(["en", "en_US", "de", "", "x y"])),
        source=Source(draw(hostile), 1),
        topics=tuple(
            Topic(
                one,
                draw(hostile),
                draw(hostile),
                draw(filed),
                draw(tagged),
                draw(texts),
                draw(st.none() | hostile),
                draw(definitions),
                HERE,
            )
            for one in ids
        ),
        areas=tuple(Area(one, draw(parent), HERE) for one in areas),
        tags=tuple(Tag(one, draw(st.sampled_from([None, *tag_ids])), HERE) for one in tag_ids),
        links=tuple(draw(st.lists(st.builds(Link, id, kinds, id, hostile, hostile, st.just(HERE)), max_size=8))),
        paths=tuple(
            LearningPath(
                one, draw(hostile), draw(st.lists(st.builds(Step, hostile, some, st.just(HERE))).map(tuple)), HERE
            )
            for one in draw(st.lists(names, unique=True, max_size=2))
        ),
        references=tuple(
            draw(
                st.lists(
                    st.builds(
                        Reference, id, hostile, st.one_of(hostile, hostile.map("http://a/".__add__)), st.just(HERE)
                    ),
                    max_size=3,
                )
            )
        ),
    )


@pytest.mark.slow
@settings(deadline=None)
@given(
    knowledge_maps(),
    st.sampled_from([Options(), Options(base="https://a.example/#", relations={"other": "skos:related"})]),
)
def test_hostile_maps(knowledge_map: KnowledgeMap, options: Options) -> None:
    check(knowledge_map, options)
