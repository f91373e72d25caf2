"""A few records by themselves, with the namespaces and names that they use and no others: a file of one concept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exporter.rdf.jsonld import jsonld
from exporter.rdf.names import namespace_end
from exporter.rdf.terms import RDF, Items, Literal, Record
from exporter.rdf.turtle import turtle


def turtle_of(records: Sequence[Record], prefixes: dict[str, str]) -> str:
    """The records as Turtle; `prefixes` are all that there are, by namespace."""
    return "".join(turtle(records, _prefixes_of(records, prefixes)))


def jsonld_of(records: Sequence[Record], prefixes: dict[str, str]) -> str:
    """The records as JSON-LD; `prefixes` are all that there are, by namespace."""
    names = {name for _, statements in records for name, _ in statements}
    names.update(
        term
        for _, statements in records
        for name, terms in statements
        if name == RDF + "type"
        for term in terms
        if isinstance(term, str)
    )
    return "".join(jsonld(records, _prefixes_of(records, prefixes), names))


def _prefixes_of(records: Sequence[Record], prefixes: dict[str, str]) -> dict[str, str]:
    namespaces = {iri[: namespace_end(iri)] for iri in _iris(records)}
    return {namespace: prefix for namespace, prefix in prefixes.items() if namespace in namespaces}


def _iris(records: Sequence[Record]) -> Iterator[str]:
    for subject, statements in records:
        yield subject
        for name, terms in statements:
            yield name
            for term in terms:
                if isinstance(term, Literal):
                    yield term.datatype
                elif isinstance(term, Items):
                    yield from term.iris
                else:
                    yield term
