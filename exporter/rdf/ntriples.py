"""Records as N-Triples: a line for each statement, for programs that read line by line.

https://www.w3.org/TR/n-triples/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exporter.rdf.terms import RDF, Items, Literal, Record
from exporter.rdf.turtle import quote

FIRST, REST, NIL = f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"


def ntriples(records: Iterable[Record]) -> Iterator[str]:
    """Yield one text for each record; a list is written behind the record that has it."""
    lists = 0
    for subject, statements in records:
        lines: list[str] = []
        tail: list[str] = []
        for predicate, objects in statements:
            start = f"<{subject}> <{predicate}> "
            for term in objects:
                if isinstance(term, Items):
                    lists += 1
                    text, items = _list(term, f"_:list{lists}")
                    tail += items
                else:
                    text = _term(term)
                lines.append(f"{start}{text} .\n")
        yield "".join(lines + tail)


def _term(term: str | Literal) -> str:
    if isinstance(term, str):
        return f"<{term}>"
    text, language, datatype = term
    if language:
        return f"{quote(text)}@{language}"
    return f"{quote(text)}^^<{datatype}>" if datatype else quote(text)


def _list(items: Items, label: str) -> tuple[str, list[str]]:
    """What stands for the list, and the statements that make it; its nodes are numbered, so that equal lists are."""
    nodes = [*(f"{label}-{number}" for number in range(1, len(items.iris) + 1)), NIL]
    return nodes[0], [
        f"{node} {FIRST} <{iri}> .\n{node} {REST} {rest} .\n"
        for node, iri, rest in zip(nodes, items.iris, nodes[1:], strict=False)
    ]
