"""Records as Turtle that diffs well: a block for each subject, a line for each object.

https://www.w3.org/TR/turtle/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial

from exporter.writers.skos.terms import LOCAL_NAME, RDF, Items, Literal, Record, Term

Shorten = Callable[[str], str]


def turtle(records: Iterable[Record], prefixes: dict[str, str]) -> Iterator[str]:
    """Yield the prefixes (of each namespace), then one text for each record."""
    # properties, classes, areas and tags come again and again
    shorten = lru_cache(maxsize=4096)(partial(_shorten, prefixes))
    for namespace, prefix in sorted(prefixes.items(), key=lambda item: item[1]):
        yield f"@prefix {prefix}: <{namespace}> .\n"
    for subject, statements in records:
        lines = [_statement(predicate, objects, shorten) for predicate, objects in statements]
        yield f"\n{shorten(subject)}\n    " + " ;\n    ".join(lines) + " .\n"


def _statement(predicate: str, objects: list[Term], shorten: Shorten) -> str:
    name = "a" if predicate == RDF + "type" else shorten(predicate)
    if len(objects) == 1:
        return f"{name} {_term(objects[0], shorten)}"
    return f"{name}\n        " + " ,\n        ".join([_term(term, shorten) for term in objects])


def _term(term: Term, shorten: Shorten) -> str:
    if isinstance(term, str):
        return shorten(term)
    if isinstance(term, Items):
        return "(\n" + "".join([f"        {shorten(iri)}\n" for iri in term.iris]) + "    )"
    return _literal(term, shorten)


def _literal(term: Literal, shorten: Shorten) -> str:
    text = term.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    if term.language:
        return f'"{text}"@{term.language}'
    return f'"{text}"^^{shorten(term.datatype)}' if term.datatype else f'"{text}"'


def _shorten(prefixes: dict[str, str], iri: str) -> str:
    """The prefixed name where there is one that needs no backslash, else the whole IRI."""
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix, local = prefixes.get(iri[:cut]), iri[cut:]
    if prefix is None or (local and not LOCAL_NAME.fullmatch(local)):
        return f"<{iri}>"
    return f"{prefix}:{local}"
