"""What properties say of a concept: labels, notes, days and matches, in their languages; wrong ones are told."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from command import lay
from rdflib import RDF, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, SKOS, XSD
from writers.skos.test_skos import AREAS, BASE, check, codes, files, findings, graph_of, linked, topic

from exporter import ReadOptions, read
from exporter.errors import ExportError
from exporter.model import RELATED, KnowledgeMap, Link, Source
from exporter.views.skos.annotations import expand, fold_label, parse_day
from exporter.writers.skos import Options

SCHEMA = Namespace("https://schema.org/")
WD = Namespace("http://www.wikidata.org/entity/")


def map_with(**properties: object) -> KnowledgeMap:
    """A map of one topic with these properties, whose names may have "_" for "@"."""
    named = {name.replace("__", "@"): value for name, value in properties.items()}
    return KnowledgeMap(topics=(topic("a", title="Tiling", aliases=("Blocking",), properties=named),))


@pytest.mark.parametrize(
    ("properties", "predicate", "values"),
    [
        ({}, SKOS.prefLabel, [Literal("Tiling", "en")]),
        ({"lang": "de"}, SKOS.prefLabel, [Literal("Tiling", "de")]),
        ({"language": "en_GB"}, SKOS.altLabel, [Literal("Blocking", "en-GB")]),
        ({"title__de": "Kachelung"}, SKOS.prefLabel, [Literal("Kachelung", "de"), Literal("Tiling", "en")]),
        ({"aliases__de": ["Blockung", " "]}, SKOS.altLabel, [Literal("Blocking", "en"), Literal("Blockung", "de")]),
        ({"alt labels": "Loop tiling"}, SKOS.altLabel, [Literal("Blocking", "en"), Literal("Loop tiling", "en")]),
        ({"misspellings": ["Tileing", " "]}, SKOS.hiddenLabel, [Literal("Tileing", "en")]),
        ({"hiddenLabel__de": "Kachlung"}, SKOS.hiddenLabel, [Literal("Kachlung", "de")]),
        ({"alias": "TILING"}, SKOS.hiddenLabel, [Literal("TILING", "en")]),
        ({"definition": "What it is.", "definition__de": "Was es ist."}, SKOS.definition, [Literal("Was es ist.", "de"), Literal("What it is.", "en")]),
        ({"description__fr": "Ce que c'est."}, SKOS.definition, [Literal("Ce que c'est.", "fr")]),
        ({"scope note": "Of loops."}, SKOS.scopeNote, [Literal("Of loops.", "en")]),
        ({"example": ["One", "Two"], "example__de": "Drei"}, SKOS.example, [Literal("Drei", "de"), Literal("One", "en"), Literal("Two", "en")]),
        ({"history_note": "New"}, SKOS.historyNote, [Literal("New", "en")]),
        ({"editorial-note": "?"}, SKOS.editorialNote, [Literal("?", "en")]),
        ({"Change Note": "x"}, SKOS.changeNote, [Literal("x", "en")]),
        ({"notation": 4.5}, SKOS.notation, [Literal("4.5")]),
        ({"created": "2025-01-31"}, DCTERMS.created, [Literal("2025-01-31", datatype=XSD.date)]),
        ({"updated": "2025-01-31T10:00:00+02:00"}, DCTERMS.modified, [Literal("2025-01-31", datatype=XSD.date)]),
        ({"modified": ["2025-01-31", "2026-01-31"]}, DCTERMS.modified, [Literal("2025-01-31", datatype=XSD.date)]),
        ({"source": "https://example.org/x"}, DCTERMS.source, [Literal("https://example.org/x")]),
        ({"source": "A book"}, DCTERMS.source, [Literal("A book", "en")]),
        ({"exactMatch": "wd:Q42"}, SKOS.exactMatch, [WD.Q42]),
        ({"exact match": "https://www.wikidata.org/wiki/Q42"}, SKOS.exactMatch, [WD.Q42]),
        ({"close-match": ["dbr:Loop_nest_optimization", "<https://x.example/y>"]}, SKOS.closeMatch, [URIRef("http://dbpedia.org/resource/Loop_nest_optimization"), URIRef("https://x.example/y")]),
        ({"broadMatch": "wd:Q1", "narrowMatch": "wd:Q2", "relatedMatch": "wd:Q3"}, SKOS.relatedMatch, [WD.Q3]),
    ],
    ids=str,
)  # fmt: skip
def test_properties_that_say_something(
    properties: dict[str, object], predicate: URIRef, values: list[Literal | URIRef]
) -> None:
    knowledge_map = map_with(**properties)
    check(knowledge_map)
    assert sorted(graph_of(knowledge_map).objects(BASE.a, predicate)) == sorted(values)
    assert codes(knowledge_map) == []


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"lang": "Klingon (spoken)"}, "skos-language"),
        ({"title__a b": "x"}, "skos-language"),
        ({"title__en": "Other"}, "skos-title"),  # S14
        ({"title__de": ["A", "B"]}, "skos-title"),
        ({"created": "yesterday"}, "skos-property"),
        ({"created": "2025-02-30"}, "skos-property"),
        ({"exactMatch": "Q42"}, "skos-property"),
        ({"exactMatch": "unknown:Q42"}, "skos-property"),
        ({"exactMatch": f"{BASE}b"}, "skos-match"),  # qSKOS mri
        ({"exactMatch": "wd:Q1", "broadMatch": "wd:Q1"}, "skos-match"),  # S46
        ({"exactMatch": "wd:Q1", "relatedMatch": ["wd:Q1", "wd:Q2"]}, "skos-match"),
        ({"misspelling": "\x00"}, "skos-property"),
    ],
    ids=str,
)
def test_properties_that_cannot_be(properties: dict[str, object], code: str | None) -> None:
    knowledge_map = map_with(**properties)
    check(knowledge_map)
    assert codes(knowledge_map) == ([code] if code else [])
    graph = graph_of(knowledge_map)
    preferred = list(graph.objects(BASE.a, SKOS.prefLabel))
    assert len({label.language for label in preferred}) == len(preferred)
    exact, broad = set(graph.objects(BASE.a, SKOS.exactMatch)), set(graph.objects(BASE.a, SKOS.broadMatch))
    assert not exact & (broad | set(graph.objects(BASE.a, SKOS.relatedMatch)))


def test_labels_have_the_language_of_their_letters() -> None:
    said = {"definition": "Ремесло.", "scopeNote": "A craft."}
    topics = (
        topic("a", title="机器学习", aliases=("Машинное обучение", "ML")),
        topic("b", title="한국어", properties={"lang": "en", **said}),
        topic("c", title="Baking", properties=said),
    )
    graph = graph_of(KnowledgeMap(topics=topics, title="手册", language="de"))
    assert graph.value(BASE.a, SKOS.prefLabel) == Literal("机器学习", "zh")
    assert set(graph.objects(BASE.a, SKOS.altLabel)) == {Literal("Машинное обучение", "ru"), Literal("ML", "de")}
    assert graph.value(BASE.b, SKOS.prefLabel) == Literal("한국어", "en")
    assert graph.value(BASE.b, SKOS.definition) == Literal("Ремесло.", "en")
    assert graph.value(BASE.c, SKOS.definition) == Literal("Ремесло.", "ru")
    assert graph.value(BASE.c, SKOS.scopeNote) == Literal("A craft.", "de")
    assert Literal("手册", "zh") in set(graph.objects(None, DCTERMS.title))


def test_an_alias_that_is_the_title_is_told_and_left_out() -> None:
    knowledge_map = KnowledgeMap(topics=(topic("a", title="A", aliases=("A", "B")),))
    assert codes(knowledge_map) == ["skos-alias"]
    assert list(graph_of(knowledge_map).objects(BASE.a, SKOS.altLabel)) == [Literal("B", "en")]


def test_a_notation_belongs_to_one_concept() -> None:
    topics = (topic("wide"), topic("b", properties={"notation": 1}), topic("c", properties={"notation": "x"}))
    topics += (topic("d", properties={"notation": "x"}), topic("e", properties={"notation": ["y", "z"]}))
    knowledge_map = KnowledgeMap(topics=topics, areas=AREAS.areas[:1])
    check(knowledge_map)
    notations = {(subject, str(value)) for subject, value in graph_of(knowledge_map).subject_objects(SKOS.notation)}
    assert notations == {(BASE.wide, "1"), (BASE.c, "x"), (BASE.e, "y")}
    assert codes(knowledge_map) == ["skos-notation"] * 3


def test_a_match_within_the_vocabulary_is_a_mere_relation() -> None:
    knowledge_map = linked(Link("b", "exactmatch", "c", "c", "", Source("B.md", 3)))
    assert list(graph_of(knowledge_map).subject_objects(DCTERMS.relation)) == [(BASE.b, BASE.c)]
    (finding,) = [finding for finding in findings(knowledge_map) if finding.code == "skos-match"]
    assert finding.source == Source("B.md", 3)


def test_a_way_that_a_longer_one_says_is_left_out() -> None:
    topics = (topic("wide"), topic("deep", areas=("wide",)), topic("leaf", areas=("wide", "deep")))
    knowledge_map = KnowledgeMap(topics=topics, areas=AREAS.areas[:2])
    check(knowledge_map)
    graph = graph_of(knowledge_map)
    assert set(graph.objects(BASE.leaf, SKOS.broader)) == {BASE.deep}
    assert set(graph.objects(BASE.wide, SKOS.narrower)) == {BASE.deep}
    assert codes(knowledge_map) == ["skos-redundant"]


def test_concepts_that_stand_alone_are_told_once() -> None:
    messages = [finding.message for finding in findings(AREAS) if finding.code == "skos-alone"]
    assert len(messages) == 1
    assert messages[0].startswith("2 topics with nothing above, below or beside, first 'alone'; ")
    beside = replace(AREAS, links=(Link("alone", RELATED, "scheme", "", "", Source("A.md", 1)),))
    assert "skos-alone" not in [finding.code for finding in findings(beside)]


def test_the_first_paragraph_defines(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "A.md": "# A\n\nThe *first* of [[B|two]].\nAnd a line. #x #y/z\n\nMore.\n",
            "B.md": "---\ndefinition: Its own.\n---\nNot this.\n",
            "C.md": "- a list\n\nNot this.\n",
            "D.md": "k:: v\n",
            "E.md": "## Part\n\nNot this.\n",
            "F.md": "| a |\n|---|\n",
        },
    )
    knowledge_map = read(tmp_path, ReadOptions(map="-"))[0]
    graph = graph_of(knowledge_map)
    defined = {id: graph.value(BASE[id], SKOS.definition) for id in knowledge_map.topic}
    assert {id: str(words) for id, words in defined.items() if words} == {
        "a": "The first of two. And a line.",
        "b": "Its own.",
    }
    without = graph_of(knowledge_map, Options(first_paragraph=False))
    assert without.value(BASE.a, SKOS.definition) is None
    (tmp_path / "A.md").unlink()  # after it was read
    assert graph_of(knowledge_map).value(BASE.a, SKOS.definition) is None


# The scheme


def test_the_map_says_what_the_mapping_does_not() -> None:
    properties = {
        "creator": "Ada Lovelace <https://orcid.org/0000-0001>", "publisher": ["A house", "Another"], "Licence": "CC BY",
        "version": 2, "created": "2025-01-31", "modified": "2025-02-28", "prefix": "v", "description": "Words.",
    }  # fmt: skip
    knowledge_map = replace(AREAS, summary="", properties=properties)
    check(knowledge_map)
    graph, scheme, ada = graph_of(knowledge_map), URIRef(BASE), URIRef("https://orcid.org/0000-0001")
    assert graph.value(scheme, DCTERMS.creator) == ada
    assert graph.value(ada, RDF.type) == SCHEMA.Person
    assert graph.value(ada, SCHEMA.name) == Literal("Ada Lovelace")
    assert graph.value(scheme, DCTERMS.publisher) == URIRef(f"{BASE}agent/a-house")
    assert graph.value(scheme, DCTERMS.license) == Literal("CC BY")
    assert graph.value(scheme, SKOS.definition) == Literal("Words.", "en")
    assert "\nv:leaf\n" in files(knowledge_map)["knowledge-map.ttl"]
    assert "skos-metadata" not in [finding.code for finding in findings(knowledge_map)]
    other = graph_of(knowledge_map, Options(license="https://x.example/l", prefix="w", created="2024-01-01"))
    assert other.value(scheme, DCTERMS.license) == URIRef("https://x.example/l")
    assert other.value(scheme, DCTERMS.created) == Literal("2024-01-01", datatype=XSD.date)


def test_days_come_from_the_notes() -> None:
    topics = (
        topic("a", properties={"created": "2025-03-01", "modified": "2025-05-01"}),
        topic("b", properties={"created": "2025-02-01"}),
        topic("c", properties={"updated": "2025-06-01"}),
    )
    graph = graph_of(KnowledgeMap(topics=topics))
    assert str(graph.value(URIRef(BASE), DCTERMS.created)) == "2025-02-01"
    assert str(graph.value(URIRef(BASE), DCTERMS.modified)) == "2025-06-01"


@pytest.mark.parametrize(
    ("written", "iri", "name", "mail"),
    [
        ("Ada", f"{BASE}agent/ada", "Ada", None),
        ("Ada Lovelace <ada@example.org>", f"{BASE}agent/ada-lovelace", "Ada Lovelace", "mailto:ada@example.org"),
        ("https://orcid.org/0000-0001", "https://orcid.org/0000-0001", None, None),
        ("é ü", f"{BASE}agent/%C3%A9-%C3%BC", "é ü", None),
        ("…", f"{BASE}agent/%E2%80%A6", "…", None),
    ],
)
def test_agents(written: str, iri: str, name: str | None, mail: str | None) -> None:
    options = Options(creator=written)
    check(AREAS, options)
    graph = graph_of(AREAS, options)
    assert graph.value(URIRef(BASE), DCTERMS.creator) == URIRef(iri)
    assert graph.value(URIRef(iri), SCHEMA.name) == (Literal(name) if name else None)
    assert graph.value(URIRef(iri), SCHEMA.email) == (Literal(mail, datatype=XSD.anyURI) if mail else None)


@pytest.mark.parametrize(
    "wrong", [{"prefixes": {"a b": "https://x.example/"}}, {"prefixes": {"skos": "https://x.example/"}}, {"prefixes": {"x": "x"}}, {"most_lost": 101}, {"prefix": "wd"}], ids=str
)  # fmt: skip
def test_options_that_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(ExportError, match=re.escape(next(iter(wrong)))):
        files(KnowledgeMap(), Options(**wrong))  # type: ignore[arg-type]


def test_own_prefixes() -> None:
    options = Options(prefixes={"loc": "http://id.loc.gov/authorities/subjects/"})
    knowledge_map = map_with(exactMatch="loc:sh123")
    check(knowledge_map, options)
    assert "skos:exactMatch loc:sh123" in files(knowledge_map, options)["knowledge-map.ttl"]


@pytest.mark.parametrize(
    ("label", "other", "same"),
    [("Auto-Tuning", "autotuning", True), ("Café", "cafe", True), ("C++", "C", False), ("GPU", "GPUs", False)],
)
def test_variants(label: str, other: str, same: bool) -> None:
    assert (fold_label(label) == fold_label(other)) == same


def test_days_and_iris() -> None:
    assert parse_day("2025-01-31 10:00") == ("2025-01-31", "", str(XSD.date))
    assert parse_day("2025-01-31x") is parse_day("20250131") is None
    assert expand("wd:a b", {"wd": str(WD)}) == f"{WD}a%20b"
    assert expand("urn:x", {}) is None
