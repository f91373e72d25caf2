"""Records as TriG: each scheme in a graph of its own, named as the scheme, all in one file.

https://www.w3.org/TR/trig/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exporter.rdf.terms import Record
from exporter.rdf.turtle import blocks, head, shorten


def trig(parts: Iterable[tuple[str, dict[str, str], Iterable[Record]]]) -> Iterator[str]:
    """Yield the prefixes of all parts, then each part: its name, and one text for each of its records."""
    parts = list(parts)
    prefixes = {namespace: prefix for _, namespaces, _ in parts for namespace, prefix in namespaces.items()}
    yield head(prefixes)
    for name, _, records in parts:
        yield f"\n{shorten(prefixes, name)} {{\n"
        yield from blocks(records, prefixes)
        yield "}\n"
