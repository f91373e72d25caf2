"""RDF/SKOS vocabulary in five syntaxes: areas and topics, the tags apart, learning paths as ordered collections.

https://www.w3.org/TR/skos-reference/; docs/skos.md says what becomes what.

`knowledge-map` holds the scheme, its concepts and its learning paths; `tags` and `deprecated` (where there are any) hold
schemes of their own, as most programs expect one scheme in a file. Every relation is written both ways, since one
program reads `hasTopConcept` alone and the next one only `topConceptOf`. A topic that lies in no area and under no
other topic is a top concept of its own: it stays within reach, and no area is invented.

A vocabulary says what a thing is and is called: bodies, properties that it has no use for, the words and anchors of links,
the titles of references and a plain link of a note to itself are left out by intent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from exporter.errors import Finding
from exporter.model import File, KnowledgeMap, Lock, no_collection
from exporter.writers.skos import prefixes
from exporter.writers.skos.jsonld import jsonld
from exporter.writers.skos.ntriples import ntriples
from exporter.writers.skos.options import Options
from exporter.writers.skos.rdfxml import rdfxml
from exporter.writers.skos.records import deprecated_records, map_records, tag_records
from exporter.writers.skos.terms import Items, Literal, Record
from exporter.writers.skos.trig import trig
from exporter.writers.skos.turtle import turtle
from exporter.writers.skos.vocabulary import Vocabulary

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

__all__ = ["Options", "Part", "graph_of", "parts", "to_graph", "write"]


class Part(NamedTuple):
    """One scheme and what is in it: a file, or a named graph."""

    name: str  # of its file, without the ending
    iri: str  # of its scheme, which names the graph as well
    prefixes: dict[str, str]  # namespace: prefix
    records: Callable[[], Iterator[Record]]


# The file's ending and the function of each syntax; TriG holds all parts, and so is none of these.
SYNTAXES: dict[str, tuple[str, Callable[[Iterable[Record], dict[str, str]], Iterator[str]]]] = {
    "turtle": ("ttl", turtle),
    "json-ld": ("jsonld", jsonld),
    "n-triples": ("nt", lambda records, _: ntriples(records)),
    "rdf-xml": ("rdf", rdfxml),
}


def parts(vocabulary: Vocabulary) -> list[Part]:
    """The schemes of a vocabulary: that of the map first."""
    made = [Part("knowledge-map", vocabulary.scheme, prefixes.of_map(vocabulary), partial(map_records, vocabulary))]
    if vocabulary.map.tags:
        iri, records = vocabulary.tag_scheme, partial(tag_records, vocabulary)
        made.append(Part("tags", iri, prefixes.of_tags(vocabulary), records))
    if vocabulary.iris.gone:
        iri, records = vocabulary.deprecated_scheme, partial(deprecated_records, vocabulary)
        made.append(Part("deprecated", iri, prefixes.of_deprecated(vocabulary), records))
    return made


def write(knowledge_map: KnowledgeMap, options: Options) -> Iterator[File | Finding | Lock]:
    """Yield each part in each syntax that is asked for, and what SKOS cannot say.

    Raises:
        ExportError: an option that makes no valid RDF.
    """
    vocabulary = Vocabulary(knowledge_map, options)
    made = parts(vocabulary)
    for syntax in dict.fromkeys(options.syntaxes):
        if syntax == "trig":
            yield File("vocabulary.trig", trig((part.iri, part.prefixes, part.records()) for part in made))
            continue
        ending, written = SYNTAXES[syntax]
        for part in made:
            yield File(f"{part.name}.{ending}", written(part.records(), part.prefixes))
    yield from vocabulary.findings
    if vocabulary.iris.lock:
        yield Lock(vocabulary.iris.lock)


def to_graph(knowledge_map: KnowledgeMap, options: Options) -> Graph:
    """Make an rdflib graph of the same statements, those of all files, for who goes on working with them.

    Raises:
        ExportError: an option that makes no valid RDF.
    """
    return graph_of(parts(Vocabulary(knowledge_map, options)))


def graph_of(parts: Iterable[Part]) -> Graph:
    """Make an rdflib graph of some parts, or of their records with other ones."""
    from rdflib import Graph, URIRef

    graph, iris = Graph(), lru_cache(maxsize=1 << 16)(URIRef)
    with no_collection():
        for part in parts:
            for namespace, prefix in part.prefixes.items():
                graph.bind(prefix, namespace, replace=True)
            for subject, statements in part.records():
                start = iris(subject)
                for predicate, objects in statements:
                    for term in objects:
                        end = iris(term) if isinstance(term, str) else _node(term, graph)
                        graph.add((start, iris(predicate), end))
    return graph


def _node(term: Literal | Items, graph: Graph) -> Node:
    import rdflib
    from rdflib.collection import Collection

    if isinstance(term, Literal):
        return rdflib.Literal(term.text, lang=term.language or None, datatype=term.datatype or None)
    if not term.iris:
        return rdflib.RDF.nil
    return Collection(graph, rdflib.BNode(), [rdflib.URIRef(iri) for iri in term.iris]).uri
