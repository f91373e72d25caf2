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
    percent_encode,
)
from exporter.views.skos.vocabulary import Vocabulary


def of_map(vocabulary: Vocabulary) -> dict[str, str]:
    """The namespaces of the file of the concepts, with the short name of each."""
    knowledge_map = vocabulary.map
    used = _of_scheme(vocabulary)
    if knowledge_map.topics or knowledge_map.paths:
        used.add(RDFS)
    topics, paths = knowledge_map.topics, knowledge_map.paths
    if any(topic.note or topic.source.file for topic in topics) or any(path.source.file for path in paths):
        used.add(PROV)
    kinds = {link.kind for link in (*knowledge_map.links, *knowledge_map.implied) if link.start != link.end}
    iris = [*vocabulary.external_iris, *(vocabulary.properties.get(kind, "") for kind in kinds)]
    custom = {namespace: prefix for prefix, namespace in vocabulary.options.prefixes.items()}
    for namespace in (*NAMESPACES, *custom):
        if any(iri.startswith(namespace) for iri in iris):
            used.add(namespace)
    prefixes = {vocabulary.scheme: vocabulary.metadata.prefix, **_with_prefixes(used)}
    prefixes.update((namespace, prefix) for namespace, prefix in custom.items() if namespace in used)
    if any(LOCAL_NAME.fullmatch(percent_encode(tag)) for topic in knowledge_map.topics for tag in topic.tags):
        prefixes[vocabulary.tag_scheme] = TAG_PREFIX
    return prefixes


def of_tags(vocabulary: Vocabulary) -> dict[str, str]:
    """The namespaces of the file of the tags, with the short name of each."""
    used = {RDFS, *_of_scheme(vocabulary)}
    if any(tag.source.file for tag in vocabulary.map.tags):
        used.add(PROV)
    return {vocabulary.tag_scheme: TAG_PREFIX, **_with_prefixes(used)}


def of_deprecated(vocabulary: Vocabulary) -> dict[str, str]:
    """The namespaces of the file of the deprecated concepts, with the short name of each."""
    return {vocabulary.scheme: vocabulary.metadata.prefix, **_with_prefixes({RDFS, OWL, XSD, *_of_scheme(vocabulary)})}


def _of_scheme(vocabulary: Vocabulary) -> set[str]:
    metadata = vocabulary.metadata
    used = {DCT, SKOS, VANN}
    if metadata.version:
        used.add(OWL)
    if vocabulary.map.source.file:
        used.add(PROV)
    if metadata.created or metadata.modified:
        used.add(XSD)
    if metadata.agents():
        used |= {SCHEMA, XSD}
    return used


def _with_prefixes(used: Iterable[str]) -> dict[str, str]:
    return {namespace: prefix for namespace, prefix in NAMESPACES.items() if namespace in used}
