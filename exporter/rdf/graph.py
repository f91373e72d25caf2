"""Records as a graph of rdflib, for who goes on working with them. https://rdflib.readthedocs.io/"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from exporter.model import no_collection
from exporter.rdf.terms import Items, Literal, Record

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node


class Statements(Protocol):
    """Some records, and the namespaces that they use."""

    @property
    def prefixes(self) -> dict[str, str]:
        """The short name of each namespace."""

    @property
    def records(self) -> Callable[[], Iterator[Record]]:
        """Gives all records, each time it is called."""


def graph_of(parts: Iterable[Statements]) -> Graph:
    """Make one graph of all the statements."""
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
