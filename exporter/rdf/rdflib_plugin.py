"""Our Turtle for any graph of rdflib: `graph.serialize(format="mlk-turtle")`. Only rdflib loads this module.

https://rdflib.readthedocs.io/en/stable/plugins/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO, Any

import rdflib
from rdflib.serializer import Serializer
from rdflib.term import Node

from exporter.model import no_collection
from exporter.rdf.blank_nodes import Statement, name_blank_nodes
from exporter.rdf.names import namespace_end
from exporter.rdf.terms import RDF, Items, Literal, Record, Term
from exporter.rdf.turtle import shorten, turtle

TYPE, FIRST, REST, NIL = RDF + "type", RDF + "first", RDF + "rest", RDF + "nil"
PREFIX = re.compile(r"(?:[A-Za-z][A-Za-z0-9_-]*)?")  # rdflib reads none with a dot
NO_IRI = re.compile('[\x00-\x20<>"{}|^`\\\\]')
BySubject = dict[str, dict[str, list[Term]]]  # subject: predicate: objects


class TurtleSerializer(Serializer):
    """Writes a graph sorted, with the prefixes that it uses, a line for each object; the base is not used."""

    def serialize(self, stream: IO[bytes], base: str | None = None, encoding: str | None = None, **args: Any) -> None:
        """Write the graph as Turtle, which is always UTF-8.

        Raises:
            ValueError: something that RDF has no place for, such as an IRI with a blank in it.
        """
        with no_collection():
            records = list(_records(_group_by_subject(self.store)))
            spaces = {
                str(space): prefix for prefix, space in self.store.namespaces() if space and PREFIX.fullmatch(prefix)
            }
            used = {iri[: namespace_end(iri)] for iri in {*_iris(records)} if shorten(spaces, iri)[0] != "<"}
            for text in turtle(records, {space: prefix for space, prefix in spaces.items() if space in used}):
                stream.write(text.encode())


def _group_by_subject(graph: rdflib.Graph) -> BySubject:
    """Group a graph's statements by subject and predicate, as records have them."""
    by_subject: BySubject = {}
    blank: list[Statement] = []  # what concerns blank nodes
    iris: dict[str, str] = {}  # each once, looked at

    def iri(node: Node) -> str:
        text = str(node)
        if not isinstance(node, rdflib.URIRef) or (text not in iris and NO_IRI.search(text)):
            raise ValueError(f"{node!r} is no IRI that Turtle can write; percent-encode what an IRI may not hold")
        return iris.setdefault(text, text)

    def term(node: Node) -> str | Literal:
        if isinstance(node, rdflib.Literal):
            return Literal(str(node), node.language or "", iri(node.datatype) if node.datatype else "")
        return f"_:{node}" if isinstance(node, rdflib.BNode) else iri(node)

    for start, name, end in graph.triples((None, None, None)):
        if isinstance(start, rdflib.BNode) or isinstance(end, rdflib.BNode):
            subject = f"_:{start}" if isinstance(start, rdflib.BNode) else iri(start)
            blank.append((subject, iri(name), term(end)))
        else:
            by_subject.setdefault(iri(start), {}).setdefault(iri(name), []).append(term(end))
    blank = name_blank_nodes(blank)
    for subject, predicate, object in blank:
        by_subject.setdefault(subject, {}).setdefault(predicate, []).append(object)
    _make_lists(by_subject, blank)
    return by_subject


def _make_lists(by_subject: BySubject, blank: Iterable[Statement]) -> None:
    """Put statements that make a list into one piece: where they do so in the one usual way."""
    references: dict[str, list[tuple[str, str]]] = {}
    for subject, predicate, object in blank:
        if isinstance(object, str) and (object == NIL or object.startswith("_:")):
            references.setdefault(object, []).append((subject, predicate))

    def is_link(node: str) -> bool:
        """Whether a node does nothing but hold an IRI or a blank node and its place in one list."""
        about = by_subject.get(node, {})
        return (
            node.startswith("_:")
            and len(references.get(node, ())) == 1
            and about.keys() == {FIRST, REST}
            and len(about[FIRST]) == len(about[REST]) == 1
            and isinstance(about[FIRST][0], str)
        )

    for last, predicate in references.get(NIL, ()):
        node, nodes = last, []
        while predicate == REST and is_link(node):
            nodes.append(node)
            node, predicate = references[node][0]
        if nodes and predicate not in (FIRST, REST):
            items = Items(tuple(str(by_subject.pop(link)[FIRST][0]) for link in reversed(nodes)))
            objects = by_subject[node][predicate]
            objects[objects.index(nodes[-1])] = items


def _records(by_subject: BySubject) -> Iterator[Record]:
    """Subjects by name, blank nodes behind them; the class first, other predicates and objects by name."""
    for subject in sorted(by_subject, key=lambda name: (name.startswith("_:"), name)):
        about = by_subject[subject]
        ordered = sorted(about, key=lambda predicate: (predicate != TYPE, predicate))
        yield Record(subject, [(predicate, sorted(about[predicate], key=_order)) for predicate in ordered])


def _order(term: Term) -> tuple[int, Any]:
    return (0 if isinstance(term, str) else 1 if isinstance(term, Literal) else 2), term


def _iris(records: Iterable[Record]) -> Iterator[str]:
    """The IRIs that are written as names; that of the class's predicate is not."""
    for subject, statements in records:
        yield subject
        for predicate, objects in statements:
            if predicate != TYPE:
                yield predicate
            for term in objects:
                if isinstance(term, Items):
                    yield from term.iris
                else:
                    yield term if isinstance(term, str) else term.datatype
