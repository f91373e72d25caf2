"""RDF/SKOS vocabulary as Turtle: areas and topics, the tags apart, learning paths as ordered collections.

https://www.w3.org/TR/skos-reference/ and https://www.w3.org/TR/turtle/

`knowledge-map.ttl` holds the scheme, its concepts and its learning paths; `tags.ttl` (where there are tags) holds
their own scheme, as most programs expect one scheme in a file. Every relation is written both ways, since one
program reads `hasTopConcept` alone and the next one only `topConceptOf`. A topic that lies in no area and under no
other topic is a top concept of its own: it stays within reach, and no area is invented.

A vocabulary says what a thing is and is called: bodies, further properties, the words and anchors of links, the
titles of references and a plain link of a note to itself are left out by intent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from exporter.errors import Finding
from exporter.model import File, KnowledgeMap, Lock
from exporter.writers.skos import prefixes
from exporter.writers.skos.options import Options
from exporter.writers.skos.records import deprecated_records, map_records, tag_records
from exporter.writers.skos.terms import Items, Literal, Record, Term
from exporter.writers.skos.turtle import turtle
from exporter.writers.skos.vocabulary import Vocabulary

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

__all__ = ["Options", "Part", "parts", "to_graph", "write"]


class Part(NamedTuple):
    """One scheme and what is in it: a file, or a named graph."""

    name: str  # of its file, without the ending
    iri: str  # of its scheme, which names the graph as well
    prefixes: dict[str, str]  # namespace: prefix
    records: Callable[[], Iterator[Record]]

    def turtle(self) -> Iterator[str]:
        """Yield it as Turtle."""
        return turtle(self.records(), self.prefixes)


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
    """Yield the two Turtle files and what SKOS cannot say.

    Raises:
        ExportError: an option that makes no valid RDF.
    """
    vocabulary = Vocabulary(knowledge_map, options)
    for part in parts(vocabulary):
        yield File(f"{part.name}.ttl", part.turtle())
    yield from vocabulary.findings
    if vocabulary.iris.lock:
        yield Lock(vocabulary.iris.lock)


def to_graph(knowledge_map: KnowledgeMap, options: Options) -> Graph:
    """Make an rdflib graph of the same statements, those of both files, for who goes on working with them.

    Raises:
        ExportError: an option that makes no valid RDF.
    """
    from rdflib import Graph, URIRef

    vocabulary = Vocabulary(knowledge_map, options)
    graph = Graph()
    for part in parts(vocabulary):
        for namespace, prefix in part.prefixes.items():
            graph.bind(prefix, namespace, replace=True)
        for subject, statements in part.records():
            start = URIRef(subject)
            for predicate, objects in statements:
                for term in objects:
                    graph.add((start, URIRef(predicate), _node(term, graph)))
    return graph


def _node(term: Term, graph: Graph) -> Node:
    import rdflib
    from rdflib.collection import Collection

    if isinstance(term, Literal):
        return rdflib.Literal(term.text, lang=term.language or None, datatype=term.datatype or None)
    if isinstance(term, Items):
        if not term.iris:
            return rdflib.RDF.nil
        return Collection(graph, rdflib.BNode(), [rdflib.URIRef(iri) for iri in term.iris]).uri
    return rdflib.URIRef(term)
