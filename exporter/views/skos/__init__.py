"""The knowledge map as a SKOS vocabulary: decisions, then statements about them, scheme by scheme.

Decisions: vocabulary.py takes them; iris.py and lock.py name things for good, relations.py, hierarchy.py and matches.py
say what stands above and beside what, annotations.py reads what notes say of themselves, scheme.py what is said of the
vocabulary; options.py: what mappings/skos.toml may say. Statements: records.py, and prefixes.py, which namespaces they use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from exporter.rdf.terms import Record
from exporter.views.skos import prefixes
from exporter.views.skos.records import deprecated_records, map_records, tag_records
from exporter.views.skos.vocabulary import Vocabulary

__all__ = ["Part", "parts"]


class Part(NamedTuple):
    """One scheme and what is in it: a file, or a named graph."""

    name: str  # of its file, without the ending
    iri: str  # of its scheme, which names the graph as well
    prefixes: dict[str, str]  # namespace: prefix
    records: Callable[[], Iterator[Record]]


def parts(vocabulary: Vocabulary) -> list[Part]:
    """Take a vocabulary apart into its schemes: that of the map first."""
    schemes = [Part("knowledge-map", vocabulary.scheme, prefixes.of_map(vocabulary), partial(map_records, vocabulary))]
    if vocabulary.map.tags:
        iri, records = vocabulary.tag_scheme, partial(tag_records, vocabulary)
        schemes.append(Part("tags", iri, prefixes.of_tags(vocabulary), records))
    if vocabulary.iris.deprecated:
        iri, records = vocabulary.deprecated_scheme, partial(deprecated_records, vocabulary)
        schemes.append(Part("deprecated", iri, prefixes.of_deprecated(vocabulary), records))
    return schemes
