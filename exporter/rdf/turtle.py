"""Records as Turtle that diffs well: a block for each subject, a line for each object.

https://www.w3.org/TR/turtle/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from exporter.rdf.names import Names, namespace_end
from exporter.rdf.terms import LOCAL_NAME, RDF, Items, Literal, Record

UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f"}


def turtle(records: Iterable[Record], prefixes: dict[str, str]) -> Iterator[str]:
    """Yield the prefixes (of each namespace), then one text for each record."""
    yield head(prefixes)
    yield from blocks(records, prefixes)


def head(prefixes: dict[str, str]) -> str:
    """The prefixes, a line for each."""
    ordered = sorted(prefixes.items(), key=lambda item: item[1])
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for namespace, prefix in ordered)


def blocks(records: Iterable[Record], prefixes: dict[str, str]) -> Iterator[str]:
    """Yield one text for each record."""
    names, several = Names(partial(shorten, prefixes)), " ,\n        ".join
    for subject, statements in records:
        lines = []
        for predicate, objects in statements:
            name = "a" if predicate == RDF + "type" else names[predicate]
            terms = [names[term] if isinstance(term, str) else _term(term, names) for term in objects]
            lines.append(f"{name} {terms[0]}" if len(terms) == 1 else f"{name}\n        {several(terms)}")
        yield f"\n{names[subject]}\n    " + " ;\n    ".join(lines) + " .\n"


def shorten(prefixes: dict[str, str], iri: str) -> str:
    """The prefixed name where there is one that needs no backslash, else the whole IRI; a blank node as it is."""
    if iri.startswith("_:"):
        return iri
    end = namespace_end(iri)
    prefix, local = prefixes.get(iri[:end]), iri[end:]
    if prefix is None or (local and not LOCAL_NAME.fullmatch(local)):
        return f"<{iri}>"
    return f"{prefix}:{local}"


def quote(text: str) -> str:
    """A string, with backslashes before what cannot stand in it or cannot be seen; N-Triples has the same ones."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"' if text.isprintable() else f'"{UNSEEN.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    return SHORT.get(match[0]) or f"\\u{ord(match[0]):04X}"


def _term(term: Literal | Items, names: Names) -> str:
    if isinstance(term, Items):
        return "(\n" + "".join([f"        {names[iri]}\n" for iri in term.iris]) + "    )"
    text, language, datatype = term
    if language:
        return f"{quote(text)}@{language}"
    return f"{quote(text)}^^{names[datatype]}" if datatype else quote(text)
