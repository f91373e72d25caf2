"""Every syntax says what `to_graph` says, as rdflib and pyoxigraph read it, whatever stands in a vault."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pyoxigraph
import pytest
from conftest import TESTS
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat
from rdflib import BNode, Dataset, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.compare import graph_diff, to_isomorphic
from rdflib.term import Node
from writers.skos.test_skos import AREAS, hostile, knowledge_maps, link, linked

from exporter.errors import ExportError
from exporter.model import File, KnowledgeMap, Reference, Source
from exporter.writers.skos import Options, to_graph, write
from exporter.writers.skos import terms as own
from exporter.writers.skos.jsonld import jsonld
from exporter.writers.skos.ntriples import ntriples
from exporter.writers.skos.rdfxml import rdfxml
from exporter.writers.skos.terms import DCT, OWL, RDF, RDFS, SCHEMA, SKOS, XMLNS, XSD, Items, Record, prose, split
from exporter.writers.skos.trig import trig
from exporter.writers.skos.turtle import turtle

ENDINGS = {"turtle": "ttl", "json-ld": "jsonld", "n-triples": "nt", "rdf-xml": "rdf", "trig": "trig"}
FORMATS = {  # the names that rdflib and pyoxigraph have for them
    "ttl": ("turtle", RdfFormat.TURTLE),
    "jsonld": ("json-ld", RdfFormat.JSON_LD),
    "nt": ("nt", RdfFormat.N_TRIPLES),
    "rdf": ("xml", RdfFormat.RDF_XML),
    "trig": ("trig", RdfFormat.TRIG),
}
ALL = Options(syntaxes=tuple(ENDINGS))
SPACES = {space: prefix for space, prefix in own.NAMESPACES.items() if space != own.VANN}
BASE = "https://example.org/vault/"


def files(knowledge_map: KnowledgeMap, options: Options = ALL) -> dict[str, str]:
    return {
        thing.path: "".join(thing.content) for thing in write(knowledge_map, options) if isinstance(thing, File)
    }


def as_rdflib(text: str, ending: str) -> Iterator[tuple[str, tuple[Node, Node, Node]]]:
    """The statements of a file and the graphs they stand in, as rdflib reads them."""
    dataset = Dataset()
    dataset.parse(data=text, format=FORMATS[ending][0])
    for subject, predicate, object, graph in dataset.quads():
        yield str(graph or ""), (subject, predicate, object)


def as_pyoxigraph(text: str, ending: str) -> Iterator[tuple[str, tuple[Node, Node, Node]]]:
    """The same as pyoxigraph reads them."""

    def node(term: object) -> Node:
        match term:
            case pyoxigraph.NamedNode():
                return URIRef(term.value)
            case pyoxigraph.BlankNode():
                return BNode(term.value)
            case pyoxigraph.Literal():
                plain = term.language or term.datatype.value == f"{XSD}string"
                return Literal(term.value, lang=term.language, datatype=None if plain else term.datatype.value)
        raise TypeError(term)

    for quad in pyoxigraph.parse(text.encode(), format=FORMATS[ending][1], rename_blank_nodes=True):
        name = getattr(quad.graph_name, "value", "")
        yield name, (node(quad.subject), node(quad.predicate), node(quad.object))


READERS = (as_rdflib, as_pyoxigraph)


def graph_of(triples: Iterable[tuple[Node, Node, Node]]) -> Graph:
    """A graph in which the case of languages makes no difference."""
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(tuple(map(lowered, triple)))
    return graph


def lowered(node: Node) -> Node:
    if isinstance(node, Literal) and node.language:
        return Literal(str(node), lang=node.language.lower())
    return node


def assert_same(graph: Graph, expected: Graph, what: str) -> None:
    if to_isomorphic(graph) != to_isomorphic(expected):
        _, more, less = graph_diff(graph, expected)
        pytest.fail(f"{what}\nmore: {sorted(more)}\nless: {sorted(less)}", pytrace=False)


def check(knowledge_map: KnowledgeMap, options: Options = ALL) -> None:
    """What holds of every map in every syntax."""
    expected = graph_of(to_graph(knowledge_map, options))
    made = files(knowledge_map, options)
    for ending in ENDINGS.values():
        texts = {path: text for path, text in made.items() if path.endswith(f".{ending}")}
        assert all(text.endswith("\n") and "\r" not in text for text in texts.values())
        for reader in READERS:
            graph = graph_of(triple for text in texts.values() for _, triple in reader(text, ending))
            assert_same(graph, expected, f"{ending}, {reader.__name__}")


def test_small(small: KnowledgeMap) -> None:
    check(small)


def test_bundled(bundled: KnowledgeMap) -> None:
    check(bundled)


def test_each_part_in_each_syntax() -> None:
    assert list(files(AREAS)) == [
        *(f"{part}.{ending}" for ending in ("ttl", "jsonld", "nt", "rdf") for part in ("knowledge-map", "tags")),
        "knowledge-map.trig",
    ]
    assert list(files(AREAS, Options(syntaxes=("n-triples", "n-triples")))) == ["knowledge-map.nt", "tags.nt"]
    assert list(files(AREAS, Options())) == ["knowledge-map.ttl", "tags.ttl"]
    with pytest.raises(ExportError, match="syntaxes"):
        files(AREAS, Options(syntaxes=()))


def test_trig_has_a_graph_for_each_scheme() -> None:
    made = files(AREAS)
    for reader in READERS:
        found: dict[str, list[tuple[Node, Node, Node]]] = {}
        for name, triple in reader(made["knowledge-map.trig"], "trig"):
            found.setdefault(name, []).append(triple)
        assert found.keys() == {BASE, f"{BASE}tag/"}
        for name, file in ((BASE, "knowledge-map.ttl"), (f"{BASE}tag/", "tags.ttl")):
            assert_same(graph_of(found[name]), graph_of(triple for _, triple in reader(made[file], "ttl")), name)
    assert made["knowledge-map.trig"].count("@prefix skos:") == 1


def test_json_ld_reads_as_plain_json() -> None:
    made = json.loads(files(replace(AREAS, paths=()))["knowledge-map.jsonld"])
    nodes = {node["id"]: node for node in made["@graph"]}
    leaf = nodes["vault:leaf"]
    assert leaf["type"] == "Concept"
    assert leaf["prefLabel"] == {"en": "leaf"}
    assert leaf["altLabel"] == {"en": "Blade"}
    assert leaf["broader"] == ["vault:deep", "vault:other"]
    assert leaf["inScheme"] == BASE
    assert nodes[BASE]["title"] == {"en": "Map"}


ODD = [  # properties whose last name begins late, or is a prefix's, or said twice
    "https://example.org/p/1st",
    "https://example.org/x?y=1&z",
    "https://example.org/a(b",
    "https://example.org/ns#a.b-c",
    "https://example.org/vault/isOwn",
    "https://example.org/vault/tag/tagged",
    f"{RDF}_1",
    f"{RDF}type",
    "rdfs:seeAlso",
    "dct:subject",
    "dct:title",
    "skos:related",
    "owl:sameAs",
]


@pytest.mark.parametrize("property", ODD)
def test_links_of_odd_kinds(property: str) -> None:
    knowledge_map = linked(
        link("a", "1 kind", "b"), link("b", "1 kind", "a"), references=(Reference("a", "", "doi:10.1/x", Source("", 1)),)
    )
    for prefixes in ({}, {"doi": "https://doi.org/"}, {"doi": "https://example.org/p/"}):
        check(knowledge_map, replace(ALL, relations={"1 kind": property}, prefixes=prefixes))


@pytest.mark.parametrize(
    "property",
    ["https://example.org/2024", "https://example.org/a/", "dct:2", f"{RDF}li", f"{RDF}about", f"{XMLNS}a"],
)
def test_what_rdf_xml_cannot_write_is_refused(property: str) -> None:
    with pytest.raises(ExportError, match="must end in a name"):
        files(AREAS, Options(relations={"x": property}))
    iri = f"{DCT}2" if property == "dct:2" else property
    assert split(iri) is None
    with pytest.raises(ExportError, match="must end in a name"):
        list(rdfxml([Record("https://a.example/", [(iri, ["https://b.example/"])])], {}))


@pytest.mark.parametrize("prefix", ["rdf", "xml", "Xml2", "own", "id", "type", "prefLabel", "https", "mailto", "ns1"])
def test_odd_prefixes(prefix: str) -> None:
    urls = ("mailto:a@b.example", "https:a", "id:x", "type:y", "own://a/b?<>", "xml:z")
    references = tuple(Reference("leaf", "", url, Source("", 1)) for url in urls)
    check(replace(AREAS, references=references), replace(ALL, prefix=prefix))


@settings(deadline=None)
@given(
    knowledge_maps(),
    st.sampled_from(
        [ALL, replace(ALL, base="https://a.example/#", prefix="type", relations={"other": "https://a.example/1&x"})]
    ),
)
def test_hostile_maps(knowledge_map: KnowledgeMap, options: Options) -> None:
    check(knowledge_map, options)


names = st.text("aZ_1.-%", min_size=1, max_size=4).map(own.absolute_iri.__globals__["quote"])
