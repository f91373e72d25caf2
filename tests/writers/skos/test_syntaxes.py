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
from rdflib import BNode, Dataset, Graph, Literal, URIRef, Variable, plugin
from rdflib.collection import Collection
from rdflib.compare import graph_diff, to_isomorphic
from rdflib.serializer import Serializer
from rdflib.term import Node
from writers.skos.test_skos import AREAS, hostile, knowledge_maps, link, linked, unused

from exporter.errors import ExportError
from exporter.model import File, KnowledgeMap, Reference, Source
from exporter.rdf import terms as own
from exporter.rdf.jsonld import jsonld
from exporter.rdf.ntriples import ntriples
from exporter.rdf.rdfxml import rdfxml
from exporter.rdf.terms import DCT, OWL, RDF, RDFS, SCHEMA, SKOS, XMLNS, XSD, Items, Record, prose, split
from exporter.rdf.trig import trig
from exporter.rdf.turtle import shorten, turtle
from exporter.views import skos
from exporter.writers.skos import Options, to_graph, write

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
    return {thing.path: "".join(thing.content) for thing in write(knowledge_map, options) if isinstance(thing, File)}


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
                return Literal(term.value, lang=term.language, datatype=None if term.language else term.datatype.value)
        raise TypeError(term)

    for quad in pyoxigraph.parse(text.encode(), format=FORMATS[ending][1], rename_blank_nodes=True):
        name = getattr(quad.graph_name, "value", "")
        yield name, (node(quad.subject), node(quad.predicate), node(quad.object))


READERS = (as_rdflib, as_pyoxigraph)


def graph_of(triples: Iterable[tuple[Node, Node, Node]]) -> Graph:
    """A graph in which neither the case of languages nor a named xsd:string makes a difference, as RDF 1.1 wants it."""
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(tuple(map(plain, triple)))
    return graph


def plain(node: Node) -> Node:
    if isinstance(node, Literal) and (node.language or str(node.datatype) == f"{XSD}string"):
        return Literal(str(node), lang=node.language and node.language.lower())
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


@pytest.mark.slow
def test_bundled(bundled: KnowledgeMap) -> None:
    check(bundled)


@pytest.mark.slow
def test_hash_seeds_make_no_difference(with_hash_seed: Callable[[str, str], bytes]) -> None:
    code = f"""
import sys
from pathlib import Path
from exporter import File, read
from exporter.views import skos
from exporter.writers.skos import Options, to_graph, write
knowledge_map, options = read(Path({str(TESTS / "vaults" / "small")!r}))[0], Options(syntaxes={tuple(ENDINGS)!r})
for thing in write(knowledge_map, options):
    sys.stdout.buffer.write("".join(thing.content if isinstance(thing, File) else str(thing)).encode())
from rdflib import plugin
from rdflib.serializer import Serializer
plugin.register("mlk-turtle", Serializer, "exporter.rdf.rdflib_plugin", "TurtleSerializer")
sys.stdout.buffer.write(to_graph(knowledge_map, options).serialize(format="mlk-turtle").encode())
"""
    first, second, third = (with_hash_seed(code, seed) for seed in ("0", "1", "4711"))
    assert first == second == third
    assert first.count(b"memberList") > 5


def test_content_comes_in_pieces() -> None:
    for thing in write(AREAS, ALL):
        if isinstance(thing, File):
            assert isinstance(thing.content, Iterator)
            expected = len(AREAS.tags if "tags" in thing.path else AREAS.topics)
            assert sum(1 for _ in thing.content) > expected


def test_each_part_in_each_syntax() -> None:
    assert list(files(AREAS)) == [
        *(f"{part}.{ending}" for ending in ("ttl", "jsonld", "nt", "rdf") for part in ("knowledge-map", "tags")),
        "vocabulary.trig",
    ]
    assert list(files(AREAS, Options(syntaxes=("n-triples", "n-triples")))) == ["knowledge-map.nt", "tags.nt"]
    assert list(files(AREAS, Options())) == ["knowledge-map.ttl", "tags.ttl"]
    with pytest.raises(ExportError, match="syntaxes"):
        files(AREAS, Options(syntaxes=()))


@pytest.mark.parametrize(("most", "times"), [(100, 1), (3, len(ENDINGS))])
def test_records_are_made_once(monkeypatch: pytest.MonkeyPatch, most: int, times: int) -> None:
    """Or for each syntax, where they are too many to be kept; the files are the same."""
    expected = {path: text for name in ENDINGS for path, text in files(AREAS, Options(syntaxes=(name,))).items()}
    made: list[object] = []
    map_records = skos.map_records
    monkeypatch.setattr(skos, "map_records", lambda vocabulary: (made.append(vocabulary), map_records(vocabulary))[1])
    monkeypatch.setattr("exporter.views.skos.MOST_KEPT", most)
    assert files(AREAS) == expected
    assert len(made) == times


def test_trig_has_a_graph_for_each_scheme() -> None:
    made = files(AREAS)
    for reader in READERS:
        found: dict[str, list[tuple[Node, Node, Node]]] = {}
        for name, triple in reader(made["vocabulary.trig"], "trig"):
            found.setdefault(name, []).append(triple)
        assert found.keys() == {BASE, f"{BASE}tag/"}
        for name, file in ((BASE, "knowledge-map.ttl"), (f"{BASE}tag/", "tags.ttl")):
            assert_same(graph_of(found[name]), graph_of(triple for _, triple in reader(made[file], "ttl")), name)
    assert made["vocabulary.trig"].count("@prefix skos:") == 1
    assert "".join(trig([(DCT, {DCT: "a"}, []), (SKOS, {SKOS: "b"}, [])])) == (
        f"@prefix a: <{DCT}> .\n@prefix b: <{SKOS}> .\n\na: {{\n}}\n\nb: {{\n}}\n"
    )


@pytest.mark.parametrize("local", ["", "a", "2", "_", "a.b-c", "50%25", "%2E", "a-"])
def test_names_that_need_no_backslash(local: str) -> None:
    assert shorten({DCT: "dct"}, f"{DCT}{local}") == f"dct:{local}"


@pytest.mark.parametrize("local", ["etc.", ".", "-a", "50%", "%g0", "a:b", "a'b", "é", "a~"])
def test_names_that_need_one_are_written_whole(local: str) -> None:
    assert shorten({DCT: "dct"}, f"{DCT}{local}") == f"<{DCT}{local}>"


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


@pytest.mark.slow
def test_texts_with_the_marks_of_each_syntax() -> None:
    text = "]]> &amp; <b a='\"'> \\n \\u0041 {{ }} @en ^^ שלום \u202e مرحبا \u2028 \ufeff \x00\x1b\ud800\r\n\t."
    check(
        replace(
            AREAS,
            title=text,
            summary=text,
            language="ar_EG",
            topics=tuple(topic._replace(title=text, summary=text, aliases=(f"{text}!",)) for topic in AREAS.topics),
        )
    )


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


@pytest.mark.slow
@pytest.mark.parametrize("property", ODD)
def test_links_of_odd_kinds(property: str) -> None:
    knowledge_map = linked(
        link("a", "1 kind", "b"),
        link("b", "1 kind", "a"),
        references=(Reference("a", "", "doi:10.1/x", Source("", 1)),),
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


@pytest.mark.slow
@pytest.mark.parametrize("prefix", ["rdf", "xml", "Xml2", "own", "id", "type", "prefLabel", "https", "mailto", "ns1"])
def test_odd_prefixes(prefix: str) -> None:
    urls = ("mailto:a@b.example", "https:a", "id:x", "type:y", "own://a/b?<>", "xml:z")
    references = tuple(Reference("leaf", "", url, Source("", 1)) for url in urls)
    check(replace(AREAS, references=references), replace(ALL, prefix=prefix))


@pytest.mark.slow
@settings(deadline=None)
@given(
    knowledge_maps(),
    st.sampled_from(
        [ALL, replace(ALL, base="https://a.example/#", prefix="type", relations={"other": "https://a.example/1&x"})]
    ),
)
def test_hostile_maps(knowledge_map: KnowledgeMap, options: Options) -> None:
    check(knowledge_map, options)


texts = hostile.map(prose)
iris = st.one_of(
    st.sampled_from(
        ["https://example.org/vault/", "https://example.org/vault/tag/", "mailto:a@b", "doi:10.1/x", "urn:a"]
    ),
    hostile.map(lambda text: own.absolute_iri(f"https://example.org/vault/{own.percent_encode(text)}")),
    hostile.map(lambda text: own.absolute_iri(f"https://a.example/{text}")),
).filter(bool)
literals = st.one_of(
    texts.map(own.Literal),
    st.builds(own.Literal, texts, st.sampled_from(["en", "de-AT", "zh-Hant-TW", "ar"]), st.just("")),
    st.builds(
        own.Literal,
        st.sampled_from(["", "x y", "<&>]]>"]),
        st.just(""),
        st.sampled_from([f"{XSD}anyURI", "https://example.org/vault/path/a/step", f"{SCHEMA}Text"]),
    ),
    st.sampled_from(
        [own.Literal("2025-01-31", datatype=f"{XSD}date"), own.Literal("true", datatype=f"{XSD}boolean")],
    ),
)
lists = st.builds(Items, st.lists(iris, max_size=3).map(tuple))
predicates = st.one_of(
    st.sampled_from([split(iri)[0] + split(iri)[1] for iri in ODD if iri.startswith("http") and iri != f"{RDF}type"]),
    st.sampled_from("prefLabel altLabel note scopeNote notation broader inScheme member memberList".split()).map(
        SKOS.__add__
    ),
    st.sampled_from("title description creator license created modified language isReplacedBy source".split()).map(
        DCT.__add__
    ),
    st.sampled_from([f"{OWL}deprecated", f"{OWL}versionInfo", f"{SCHEMA}name", f"{SCHEMA}url", f"{RDFS}label"]),
)
classes = st.sampled_from(
    [f"{SKOS}Concept", f"{SCHEMA}Person", "https://a.example/2025", f"{RDF}li", f"{RDF}Description"]
)
statements = st.lists(
    st.tuples(predicates, st.lists(st.one_of(iris, literals, lists), min_size=1, max_size=4)), min_size=1, max_size=5
)
prefix_tables = st.lists(
    st.sampled_from(
        [*SPACES, "https://example.org/vault/", "https://example.org/vault/tag/", "https://example.org/p/"]
    ),
    unique=True,
).flatmap(
    lambda spaces: st.lists(
        st.sampled_from("skos dct rdf xml id type title Concept doi mailto urn https a".split()),
        unique=True,
        min_size=len(spaces),
        max_size=len(spaces),
    ).map(lambda prefixes: dict(zip(spaces, prefixes, strict=True)))
)


@st.composite
def records(draw: st.DrawFn) -> list[Record]:
    subjects = draw(st.lists(iris.filter(lambda iri: iri.startswith("https:")), unique=True, min_size=1, max_size=3))
    made = []
    for subject in subjects:
        some = draw(statements)
        if draw(st.booleans()):
            some.insert(0, (f"{RDF}type", draw(st.lists(classes, min_size=1, max_size=2, unique=True))))
        made.append(Record(subject, some))
    return made


def graph_of_records(records: list[Record]) -> Graph:
    graph = Graph()

    def node(term: own.Term) -> Node:
        if isinstance(term, own.Literal):
            return Literal(term.text, lang=term.language or None, datatype=term.datatype or None)
        if isinstance(term, Items):
            members = [URIRef(iri) for iri in term.iris]
            return Collection(graph, BNode(), members).uri if members else URIRef(f"{RDF}nil")
        return URIRef(term)

    for subject, statements in records:
        for predicate, objects in statements:
            for term in objects:
                graph.add((URIRef(subject), URIRef(predicate), node(term)))
    return graph_of(graph)


def check_records(records: list[Record], prefixes: dict[str, str]) -> None:
    expected = graph_of_records(records)
    for ending, text in {
        "ttl": turtle(records, prefixes),
        "jsonld": jsonld(records, prefixes),
        "nt": ntriples(records),
        "rdf": rdfxml(records, prefixes),
        "trig": trig([(BASE, prefixes, records)]),
    }.items():
        whole = "".join(text)
        for reader in READERS:
            graph = graph_of(triple for _, triple in reader(whole, ending))
            assert_same(graph, expected, f"{ending}, {reader.__name__}:\n{whole}")


@pytest.mark.slow
@pytest.mark.parametrize(
    "prefixes",
    [{}, SPACES, {**SPACES, BASE: "doi"}, {SKOS: "id", DCT: "title", XSD: "rdf"}],
    ids=["none", "usual", "a scheme's", "a keyword's"],
)
@pytest.mark.parametrize(
    "property",
    [
        f"{RDF}type",
        f"{SKOS}prefLabel",
        f"{SKOS}broader",
        f"{SKOS}memberList",
        f"{SKOS}notation",
        f"{DCT}created",
        ODD[0],
    ],
)
def test_every_property_may_have_every_value(property: str, prefixes: dict[str, str]) -> None:
    values = [
        f"{BASE}a",
        BASE,
        f"{SKOS}Concept",
        "doi:10.1/x",
        own.Literal("a"),
        own.Literal("b", "en"),
        own.Literal("c", "de"),
        own.Literal("d", "de"),
        own.Literal("e", datatype=f"{SCHEMA}Text"),
        own.Literal("2025-01-31", datatype=f"{XSD}date"),
        Items((f"{BASE}a", "doi:10.1/x")),
        Items(()),
    ]
    some = [[value] for value in values] + [list(pair) for pair in zip(values, values[1:] + values[:1], strict=True)]
    check_records([Record(f"{BASE}{n}", [(property, terms)]) for n, terms in enumerate(some)], prefixes)
    check_records([Record(BASE, [(property, [value]) for value in values])], prefixes)


@settings(deadline=None)
@given(records(), prefix_tables)
def test_any_records(records: list[Record], prefixes: dict[str, str]) -> None:
    """What nobody writes today may be written tomorrow."""
    check_records(records, prefixes)


class TestPlugin:
    """`graph.serialize(format="mlk-turtle")`."""

    @pytest.fixture(scope="class", autouse=True)
    def registered(self) -> None:
        if not any(found.name == "mlk-turtle" for found in plugin.plugins(kind=Serializer)):
            plugin.register("mlk-turtle", Serializer, "exporter.rdf.rdflib_plugin", "TurtleSerializer")

    @pytest.mark.slow
    def test_the_files_again(self, bundled: KnowledgeMap) -> None:
        graph = to_graph(bundled, ALL)
        text = graph.serialize(format="mlk-turtle")
        assert_same(Graph().parse(data=text, format="turtle"), graph, "rdflib")
        assert {line for line in text.splitlines() if line.startswith("@prefix")} == {
            line
            for path, text in files(bundled).items()
            if path.endswith(".ttl")
            for line in text.splitlines()
            if line.startswith("@prefix")
        }
        assert "skos:memberList (\n        vault:" in text

    def test_blank_nodes_keep_their_names(self) -> None:
        more = "[] <https://a.example/p> [ <https://a.example/q> 1 ] , 2 ."
        texts = [
            Graph()
            .parse(data=f"{before} <https://a.example/a> <https://a.example/p> {items} .")
            .serialize(format="mlk-turtle")
            for before in ("", more)
            for items in ('[ <https://a.example/q> "1" ] , [ <https://a.example/q> "2" ]',) * 2
        ]
        assert texts[0] == texts[1]
        assert texts[2] == texts[3]
        assert set(texts[0].splitlines()) < set(texts[2].splitlines())

    @pytest.mark.parametrize(
        ("said", "lists"),
        [
            (":a :p (:b :c) , () .", 1),
            (":a :p (:b [ :q (:c) ]) .", 2),
            (":a :p _:l . :b :p _:l . _:l rdf:first :c ; rdf:rest () .", 0),
            (":a :p _:l . _:l rdf:first :c ; rdf:rest _:m . _:m rdf:first :c ; rdf:rest () . :b :p _:m .", 0),
            ("_:l rdf:first :c ; rdf:rest () .", 0),
            (":a :p _:l . _:l rdf:first :c ; rdf:rest _:l .", 0),
            (":a :p _:l . _:l rdf:first _:l ; rdf:rest () .", 0),
            ("_:l rdf:first _:l ; rdf:rest () .", 0),
            (":a :p _:l . _:l rdf:first :c , :d ; rdf:rest () .", 0),
            (":a :p _:l . _:l rdf:first :c ; rdf:rest () , :d .", 0),
            (":a :p _:l . _:l a rdf:List ; rdf:first :c ; rdf:rest () .", 0),
            (":a :p _:l . _:l rdf:rest () .", 0),
            (":a :p :l . :l rdf:first :c ; rdf:rest () .", 0),
            (":a :p (:b (:c)) .", 1),
            (":a :p (:b 1) .", 0),
            (":a rdf:rest (:b) .", 0),
            ("() :p (:b) .", 1),
            ("[] :p :a . [] :p :a .", 0),
            ("_:a :p _:b . _:b :p _:c . _:c :p _:a .", 0),
        ],
    )
    def test_blank_nodes(self, said: str, lists: int) -> None:
        graph = Graph().parse(data=f"@prefix : <https://a.example/> . @prefix rdf: <{RDF}> . {said}", format="turtle")
        text = graph.serialize(format="mlk-turtle")
        assert text.count("(\n") == lists
        for reader in READERS:
            assert_same(graph_of(triple for _, triple in reader(text, "ttl")), graph_of(graph), text)

    def test_what_is_no_rdf_is_refused(self) -> None:
        node, iri = BNode(), URIRef("https://a.example/")
        for triple in (
            (iri, node, iri),
            (Literal("a"), iri, iri),
            (iri, iri, Variable("a")),
            (iri, iri, URIRef("a b")),
        ):
            graph = Graph()
            graph.add(triple)
            with pytest.raises(ValueError, match="is no IRI"):
                graph.serialize(format="mlk-turtle")

    nodes = st.sampled_from([BNode(letter) for letter in "abcd"])
    names = st.sampled_from(
        ["https://a.example/a", "https://a.example/", "https://a.example/50%25", "https://a.example/é", "urn:a", SKOS]
    ).map(URIRef)
    pieces = st.sampled_from([f"{RDF}first", f"{RDF}rest", f"{RDF}rest", f"{RDF}type"]).map(URIRef)
    words = st.builds(
        Literal,
        st.text(
            st.one_of(st.sampled_from("\"'\\\r\n\t\x00\x7f\x85\u2028\ufeff\uffff"), st.characters(codec="utf-8")),
            max_size=5,
        ),
        lang=st.sampled_from([None, "en", "de-AT"]),
    )
    typed = st.sampled_from(["integer", "string", "date", "anyURI"]).map(
        lambda kind: Literal("1", datatype=f"{XSD}{kind}")
    )
    ends = st.one_of(nodes, names, st.just(URIRef(f"{RDF}nil")), words, typed)

    @settings(deadline=None)
    @given(
        st.lists(st.tuples(st.one_of(nodes, names), st.one_of(pieces, names), ends), max_size=10),
        st.lists(st.tuples(st.one_of(nodes, names), names, st.lists(st.one_of(nodes, names), max_size=3)), max_size=2),
        st.dictionaries(
            st.sampled_from(["", "a", "a.b", "x-y", "skos"]),
            st.sampled_from(["https://a.example/", "urn:", "https://a.example/50"]),
        ),
    )
    def test_any_graph(
        self,
        triples: list[tuple[Node, Node, Node]],
        lists: list[tuple[Node, Node, list[Node]]],
        prefixes: dict[str, str],
    ) -> None:
        graph = Graph()
        for prefix, space in prefixes.items():
            graph.bind(prefix, space, replace=True)
        for triple in triples:
            graph.add(triple)
        for subject, predicate, members in lists:
            graph.add((subject, predicate, Collection(graph, BNode(), members).uri if members else URIRef(f"{RDF}nil")))
        text = graph.serialize(format="mlk-turtle")
        assert unused(f"{text}\n\n") == []
        for reader in READERS:
            read = graph_of(triple for _, triple in reader(text, "ttl"))
            assert_same(read, graph_of(graph), f"{reader.__name__}:\n{text}")
