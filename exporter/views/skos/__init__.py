"""The knowledge map as a SKOS vocabulary: decisions, then statements about them, scheme by scheme.

Decisions: vocabulary.py takes them; iris.py and lock.py name things for good, relations.py, hierarchy.py and matches.py
say what stands above and beside what, annotations.py reads what notes say of themselves, scheme.py what is said of the
vocabulary; known.py hands them on to the shards of a vault; options.py: what mappings/skos.toml may say. Statements: records.py, and prefixes.py, which namespaces they use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from exporter.rdf.terms import Record
from exporter.views.skos import prefixes
from exporter.views.skos.records import deprecated_records, map_records, tag_records
from exporter.views.skos.vocabulary import Vocabulary

__all__ = ["Part", "keep", "parts"]

MOST_KEPT = 200_000  # records, of some 3 kB; more are made anew each time


class Part(NamedTuple):
    """One scheme and what is in it: a file, or a named graph."""

    name: str  # of its file, without the ending
    iri: str  # of its scheme, which names the graph as well
    prefixes: dict[str, str]  # namespace: prefix
    records: Callable[[], Iterator[Record]]


def parts(vocabulary: Vocabulary) -> list[Part]:
    """Take a vocabulary apart into its schemes: that of the map first. Of a shard there is nothing else, and no short name."""
    if not vocabulary.map.is_head:
        return [Part("knowledge-map", vocabulary.scheme, {}, partial(map_records, vocabulary))]
    schemes = [Part("knowledge-map", vocabulary.scheme, prefixes.of_map(vocabulary), partial(map_records, vocabulary))]
    if vocabulary.map.tags:
        iri, records = vocabulary.tag_scheme, partial(tag_records, vocabulary)
        schemes.append(Part("tags", iri, prefixes.of_tags(vocabulary), records))
    if vocabulary.iris.deprecated:
        iri, records = vocabulary.deprecated_scheme, partial(deprecated_records, vocabulary)
        schemes.append(Part("deprecated", iri, prefixes.of_deprecated(vocabulary), records))
    return schemes


def keep(part: Part) -> Part:
    """The same part, whose records are made once, for who goes through them several times."""
    return part._replace(records=_Kept(part.records))


class _Kept:
    """The records of a part."""

    def __init__(self, make: Callable[[], Iterable[Record]]) -> None:
        """Take what makes the records."""
        self._make = make
        self._kept: list[Record] = []

    def __call__(self) -> Iterator[Record]:
        """Give the records in their order."""
        if self._kept:
            yield from self._kept
            return
        kept: list[Record] = []
        for number, record in enumerate(self._make()):
            if number < MOST_KEPT:
                kept.append(record)
            elif kept:
                kept.clear()
            yield record
        self._kept = kept
