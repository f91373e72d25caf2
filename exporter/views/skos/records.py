"""The statements, subject by subject, in their final order: every syntax writes these and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exporter.model import IN_AREA, LearningPath, Tag, Topic
from exporter.rdf.terms import (
    DCT,
    OWL,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    VANN,
    XSD,
    Items,
    Literal,
    Record,
    Term,
    absolute_iri,
    one_line,
    percent_encode,
    prose,
    web_iri,
)
from exporter.views.skos.relations import RELATION
from exporter.views.skos.vocabulary import Vocabulary


def map_records(vocabulary: Vocabulary) -> Iterator[Record]:
    """The scheme and who made it, the concepts by their IRIs, so that none moves with its area, and the paths.

    What stands below a concept or on a path has the map's order; objects that have no order are sorted.
    """
    knowledge_map = vocabulary.map
    if knowledge_map.is_head:
        title = one_line(knowledge_map.title)
        tops = [topic.id for topic in knowledge_map.topics if topic.id not in vocabulary.relations.hierarchy.above]
        summary = prose(knowledge_map.summary) or vocabulary.metadata.description
        fallback = f"{len(knowledge_map.topics)} concepts from the notes of {title or 'a vault'}."
        yield _scheme(
            vocabulary,
            vocabulary.scheme,
            vocabulary.metadata.prefix,
            vocabulary.literal(title) if title else Literal("Knowledge map", "en"),
            vocabulary.literal(summary) if summary else Literal(fallback, "en"),
            list(map(vocabulary.concept, tops)),
        )
        yield from _agents(vocabulary)
    replaced = vocabulary.iris.replaced()
    for topic in sorted(knowledge_map.own("topics"), key=lambda topic: vocabulary.concept(topic.id)):
        yield _concept(vocabulary, topic, replaced)
    for path in knowledge_map.own("paths"):
        yield _collection(vocabulary, path)


def tag_records(vocabulary: Vocabulary) -> Iterator[Record]:
    """The scheme of the tags, then the tags in the map's order."""
    title = one_line(vocabulary.map.title) or "Knowledge map"
    tops = [tag.id for tag in vocabulary.map.tags if tag.id not in vocabulary.relations.tag_hierarchy.above]
    yield _scheme(
        vocabulary,
        vocabulary.tag_scheme,
        "tag",
        vocabulary.literal(f"{title}: tags"),
        Literal(f"The tags of the notes of {title}.", "en"),
        [vocabulary.tag_scheme + percent_encode(id) for id in tops],
    )
    yield from _agents(vocabulary)
    for tag in vocabulary.map.tags:
        yield _tag(vocabulary, tag)


def deprecated_records(vocabulary: Vocabulary) -> Iterator[Record]:
    """The scheme of the concepts that no note is any more, and these: whoever links to one learns what became of it."""
    title = one_line(vocabulary.map.title) or "Knowledge map"
    scheme = vocabulary.deprecated_scheme
    yield _scheme(
        vocabulary,
        scheme,
        "deprecated",
        vocabulary.literal(f"{title}: deprecated"),
        Literal(f"Concepts that were once part of {title}.", "en"),
        [concept.iri for concept in vocabulary.iris.deprecated],
    )
    yield from _agents(vocabulary)
    for concept in vocabulary.iris.deprecated:
        yield _record(
            concept.iri,
            (RDF + "type", [SKOS + "Concept"]),
            (SKOS + "inScheme", [scheme]),
            (RDFS + "isDefinedBy", [scheme]),
            (SKOS + "topConceptOf", [scheme]),
            (SKOS + "prefLabel", [vocabulary.literal(concept.title or concept.iri)]),
            (SKOS + "definition", [Literal(f"A concept that was once part of {title}.", "en")]),
            (SKOS + "historyNote", [Literal(f"No note of {title} is this concept any more.", "en")]),
            (OWL + "deprecated", [Literal("true", datatype=XSD + "boolean")]),
            (DCT + "isReplacedBy", [concept.replaced_by] if concept.replaced_by else []),
        )


def _scheme(
    vocabulary: Vocabulary, iri: str, prefix: str, title: Literal, definition: Literal, tops: list[str]
) -> Record:
    metadata = vocabulary.metadata
    return _record(
        iri,
        (RDF + "type", [SKOS + "ConceptScheme"]),
        (DCT + "title", [title]),
        (SKOS + "prefLabel", [title]),
        (SKOS + "definition", [definition]),
        (DCT + "description", [definition]),
        (DCT + "language", [Literal(vocabulary.language)]),
        (DCT + "creator", [metadata.creator.iri] if metadata.creator else []),
        (DCT + "publisher", [metadata.publisher.iri] if metadata.publisher else []),
        (DCT + "license", _name(metadata.license)),
        (DCT + "created", [metadata.created] if metadata.created else []),
        (DCT + "modified", [metadata.modified] if metadata.modified else []),
        (OWL + "versionInfo", [Literal(metadata.version)] if metadata.version else []),
        (VANN + "preferredNamespacePrefix", [Literal(prefix)]),
        (VANN + "preferredNamespaceUri", [Literal(iri)]),
        (SKOS + "historyNote", [Literal("Made by mlk-export from a vault of Markdown notes.", "en")]),
        (PROV + "wasDerivedFrom", _origin(vocabulary, vocabulary.map.source.file)),
        (SKOS + "hasTopConcept", tops),
    )


def _agents(vocabulary: Vocabulary) -> Iterator[Record]:
    """Who made and who publishes it, as programs that check vocabularies want them: with a class and a name."""
    for agent in vocabulary.metadata.agents():
        yield _record(
            agent.iri,
            (RDF + "type", [agent.kind]),
            (SCHEMA + "name", [Literal(agent.name)]),
            (SCHEMA + "email", [Literal(agent.mail, datatype=XSD + "anyURI")] if agent.mail else []),
            (SCHEMA + "url", [Literal(agent.iri, datatype=XSD + "anyURI")]),
        )


def _concept(vocabulary: Vocabulary, topic: Topic, replaced: dict[str, list[str]]) -> Record:
    hierarchy, iri = vocabulary.relations.hierarchy, vocabulary.concept
    subject, annotations = iri(topic.id), vocabulary.annotations(topic)
    labels, definitions = vocabulary.labels(topic, annotations), vocabulary.definitions(topic, annotations)
    relations = _relations(vocabulary, topic)
    urls = [absolute_iri(reference.url) for reference in vocabulary.map.references_of(topic.id)]
    return _record(
        subject,
        (RDF + "type", [SKOS + "Concept"]),
        (SKOS + "inScheme", [vocabulary.scheme]),
        (RDFS + "isDefinedBy", [vocabulary.scheme]),
        (SKOS + "topConceptOf", [] if topic.id in hierarchy.above else [vocabulary.scheme]),
        (SKOS + "notation", vocabulary.notations.get(topic.id, ())),
        *labels.items(),
        *definitions.items(),
        (SKOS + "broader", sorted(map(iri, hierarchy.above.get(topic.id, ())))),
        (SKOS + "narrower", list(map(iri, vocabulary.below(topic.id)))),
        (SKOS + "related", sorted(map(iri, vocabulary.relations.related.get(topic.id, ())))),
        *((kind, sorted(iris)) for kind, iris in vocabulary.relations.matches.of.get(topic.id, {}).items()),
        (DCT + "subject", sorted(vocabulary.tag_scheme + percent_encode(id) for id in dict.fromkeys(topic.tags))),
        *((name, sorted(map(iri, ends))) for name, ends in sorted(relations.items())),
        *(sorted(vocabulary.notes_of(annotations).items()) if annotations.terms else ()),
        (DCT + "replaces", replaced.get(subject, ())),
        (RDFS + "seeAlso", sorted({url for url in urls if url})),
        (PROV + "wasDerivedFrom", _origin(vocabulary, topic.note or topic.source.file)),
    )


def _relations(vocabulary: Vocabulary, topic: Topic) -> dict[str, dict[str, None]]:
    """The ends of the topic's directed links by property; what SKOS itself says is the vocabulary's to decide."""
    ends: dict[str, dict[str, None]] = {}
    for link in vocabulary.map.links_from(topic.id):
        name = vocabulary.properties.get(link.kind, RELATION)
        if link.kind != IN_AREA and link.end != topic.id and not name.startswith(SKOS):
            ends.setdefault(name, {})[link.end] = None
    for link in vocabulary.map.implied_from(topic.id):
        name = vocabulary.properties.get(link.kind, SKOS)  # what SKOS says itself follows by its own rules
        if link.kind != IN_AREA and not name.startswith(SKOS):
            ends.setdefault(name, {})[link.end] = None
    if topic.id in vocabulary.relations.loose:
        ends.setdefault(RELATION, {}).update(vocabulary.relations.loose[topic.id])
    return ends


def _collection(vocabulary: Vocabulary, path: LearningPath) -> Record:
    """A learning path; a Collection by name too, since most programs do not know that an ordered one is one."""
    members = [vocabulary.concept(id) for id in vocabulary.members(path)]
    title = one_line(vocabulary.map.title)
    definition = f"A learning path of {len(path.steps)} steps through {len(members)} topics{title and f' of {title}'}."
    words = prose("\n".join(f"{number}. {step.text}" for number, step in enumerate(path.steps, 1) if step.text))
    return _record(
        vocabulary.path(path.id),
        (RDF + "type", [SKOS + "Collection", SKOS + "OrderedCollection"]),
        (SKOS + "inScheme", [vocabulary.scheme]),
        (RDFS + "isDefinedBy", [vocabulary.scheme]),
        (SKOS + "prefLabel", [vocabulary.literal(vocabulary.label(path))]),
        (SKOS + "definition", [Literal(definition, "en")]),
        (SKOS + "note", [vocabulary.literal(words)] if words else []),
        (SKOS + "member", members),
        (SKOS + "memberList", [Items(tuple(members))]),
        (PROV + "wasDerivedFrom", _origin(vocabulary, path.source.file)),
    )


def _tag(vocabulary: Vocabulary, tag: Tag) -> Record:
    """A tag; its label is the whole of "a/b", which alone is unique."""
    scheme, hierarchy = vocabulary.tag_scheme, vocabulary.relations.tag_hierarchy
    label = one_line(tag.id) or percent_encode(tag.id)
    return _record(
        scheme + percent_encode(tag.id),
        (RDF + "type", [SKOS + "Concept"]),
        (SKOS + "inScheme", [scheme]),
        (RDFS + "isDefinedBy", [scheme]),
        (SKOS + "topConceptOf", [] if tag.id in hierarchy.above else [scheme]),
        (SKOS + "prefLabel", [vocabulary.literal(label)]),
        (SKOS + "definition", [Literal(f"What the notes tagged #{label} have in common.", "en")]),
        (SKOS + "broader", sorted(scheme + percent_encode(id) for id in hierarchy.above.get(tag.id, ()))),
        (SKOS + "narrower", [scheme + percent_encode(id) for id in hierarchy.below.get(tag.id, ())]),
        (PROV + "wasDerivedFrom", _origin(vocabulary, tag.source.file)),
    )


def _record(subject: str, *statements: tuple[str, Sequence[Term]]) -> Record:
    return Record(subject, [statement for statement in statements if statement[1]])


def _origin(vocabulary: Vocabulary, file: str) -> list[Term]:
    """The note that a record comes from."""
    return [vocabulary.note(file)] if file else []


def _name(text: str) -> Sequence[Term]:
    """An address as an IRI, anything else as words."""
    return [web_iri(text) or Literal(one_line(text))] if one_line(text) else []
