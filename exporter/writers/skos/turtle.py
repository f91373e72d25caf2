"""Records as Turtle that diffs well: a block for each subject, a line for each object.

https://www.w3.org/TR/turtle/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from exporter.writers.skos.names import Names, by_prefix, cut
from exporter.writers.skos.terms import LOCAL_NAME, RDF, Items, Record, Term

UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f"}


def turtle(records: Iterable[Record], prefixes: dict[str, str]) -> Iterator[str]:
    """Yield the prefixes (of each namespace), then one text for each record."""
    yield head(prefixes)
    yield from blocks(records, prefixes)


def head(prefixes: dict[str, str]) -> str:
    """The prefixes, a line for each."""
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in by_prefix(prefixes))


def blocks(records: Iterable[Record], prefixes: dict[str, str]) -> Iterator[str]:
    """Yield one text for each record."""
    names = Names(partial(shortened, prefixes))
    for subject, statements in records:
        lines = [_statement(predicate, objects, names) for predicate, objects in statements]
        yield f"\n{names[subject]}\n    " + " ;\n    ".join(lines) + " .\n"


def shortened(prefixes: dict[str, str], iri: str) -> str:
    """The prefixed name where there is one that needs no backslash, else the whole IRI; a blank node as it is."""
    if iri.startswith("_:"):
        return iri
    end = cut(iri)
    prefix, local = prefixes.get(iri[:end]), iri[end:]
    if prefix is None or (local and not LOCAL_NAME.fullmatch(local)):
        return f"<{iri}>"
    return f"{prefix}:{local}"


def quoted(text: str) -> str:
    """A string with what cannot stand in it, or cannot be seen, behind backslashes; N-Triples has the same ones."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"' if text.isprintable() else f'"{UNSEEN.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    return SHORT.get(found[0]) or f"\\u{ord(found[0]):04X}"


def _statement(predicate: str, objects: list[Term], names: Names) -> str:
    name = "a" if predicate == RDF + "type" else names[predicate]
    if len(objects) == 1:
        return f"{name} {_term(objects[0], names)}"
    return f"{name}\n        " + " ,\n        ".join([_term(term, names) for term in objects])


def _term(term: Term, names: Names) -> str:
    if isinstance(term, str):
        return names[term]
    if isinstance(term, Items):
        return "(\n" + "".join([f"        {names[iri]}\n" for iri in term.iris]) + "    )"
    text, language, datatype = term
    if language:
        return f"{quoted(text)}@{language}"
    return f"{quoted(text)}^^{names[datatype]}" if datatype else quoted(text)
