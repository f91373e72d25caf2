"""The namespaces that each file uses, and their short names: no other is declared."""

from __future__ import annotations

from collections.abc import Iterable

from exporter.rdf.terms import (
    DCT,
    LOCAL_NAME,
    NAMESPACES,
    OWL,
    PROV,
    RDFS,
    SCHEMA,
    SKOS,
    TAG_PREFIX,
    VANN,
    XSD,
    encoded,
)
from exporter.views.skos.vocabulary import Vocabulary


def of_map(vocabulary: Vocabulary) -> dict[str, str]:
    """Those of the file of the concepts, with the short name of each."""
    knowledge_map = vocabulary.map
    used = _of_scheme(vocabulary)
    if knowledge_map.topics or knowledge_map.paths:
        used.add(RDFS)
    topics, paths = knowledge_map.topics, knowledge_map.paths
    if any(topic.note or topic.source.file for topic in topics) or any(path.source.file for path in paths):
        used.add(PROV)
    kinds = {link.kind for link in knowledge_map.links if link.start != link.end}
    iris = [*vocabulary.used, *(vocabulary.properties.get(kind, "") for kind in kinds)]
    theirs = {namespace: prefix for prefix, namespace in vocabulary.options.prefixes.items()}
    for namespace in (*NAMESPACES, *theirs):
        if any(iri.startswith(namespace) for iri in iris):
            used.add(namespace)
    found = {vocabulary.scheme: vocabulary.metadata.prefix, **_named(used)}
    found.update((namespace, prefix) for namespace, prefix in theirs.items() if namespace in used)
    if any(LOCAL_NAME.fullmatch(encoded(tag)) for topic in knowledge_map.topics for tag in topic.tags):
        found[vocabulary.tag_scheme] = TAG_PREFIX
    return found


def of_tags(vocabulary: Vocabulary) -> dict[str, str]:
    """Those of the file of the tags."""
    used = {RDFS, *_of_scheme(vocabulary)}
    if any(tag.source.file for tag in vocabulary.map.tags):
        used.add(PROV)
    return {vocabulary.tag_scheme: TAG_PREFIX, **_named(used)}


def of_deprecated(vocabulary: Vocabulary) -> dict[str, str]:
    """Those of the file of the concepts that are no more."""
    return {vocabulary.scheme: vocabulary.metadata.prefix, **_named({RDFS, OWL, XSD, *_of_scheme(vocabulary)})}


def _of_scheme(vocabulary: Vocabulary) -> set[str]:
    told = vocabulary.metadata
    used = {DCT, SKOS, VANN}
    if told.version:
        used.add(OWL)
    if vocabulary.map.source.file:
        used.add(PROV)
    if told.created or told.modified:
        used.add(XSD)
    if told.agents():
        used |= {SCHEMA, XSD}
    return used


def _named(used: Iterable[str]) -> dict[str, str]:
    return {namespace: prefix for namespace, prefix in NAMESPACES.items() if namespace in used}
