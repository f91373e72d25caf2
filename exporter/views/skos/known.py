"""What a vocabulary has decided with all concepts in view, handed on to who writes some of them: the shards of a vault (views/decided.py)."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from exporter.model import KnowledgeMap, Languages
from exporter.rdf.terms import Literal, language_tag
from exporter.views import decided
from exporter.views.skos.hierarchy import Hierarchy
from exporter.views.skos.iris import Iris
from exporter.views.skos.matches import Kinds, Matches
from exporter.views.skos.options import Options
from exporter.views.skos.relations import Relations
from exporter.views.skos.vocabulary import Vocabulary

VIEW = "skos"


class Decided(msgspec.Struct, array_like=True):
    """What was decided of the topics of a shard, by Topic.id."""

    usual: dict[str, str]  # the language of each script, for texts of which nobody says it
    iris: dict[str, str]  # of all topics whose IRI is not made from the id
    above: dict[str, list[str]]
    below: dict[str, list[str]]  # in their order
    related: dict[str, list[str]]
    loose: dict[str, list[str]]
    matches: dict[str, Kinds]
    labels: dict[str, str]  # of topics whose title is another's
    notations: dict[str, list[Literal]]


def hand_on(vocabulary: Vocabulary) -> None:
    """Put what was decided of each shard into the store of the map, if it is the head of some."""
    part = vocabulary.map.part
    decided.hand_on(vocabulary.map, VIEW, (_decided_of(vocabulary, ids) for ids in (part.shards if part else ())))


def _decided_of(vocabulary: Vocabulary, ids: Collection[str]) -> Decided:
    """What was decided of these topics."""
    relations = vocabulary.relations
    return Decided(
        vocabulary.usual,
        vocabulary.iris.named,
        {id_: above for id_ in ids if (above := relations.hierarchy.above.get(id_))},
        {id_: below for id_ in ids if (below := vocabulary.below(id_))},
        {id_: [*relations.related[id_]] for id_ in ids if id_ in relations.related},
        {id_: [*relations.loose[id_]] for id_ in ids if id_ in relations.loose},
        {id_: relations.matches.of[id_] for id_ in ids if id_ in relations.matches.of},
        {id_: vocabulary.qualified_labels[id_] for id_ in ids if id_ in vocabulary.qualified_labels},
        {id_: vocabulary.notations[id_] for id_ in ids if id_ in vocabulary.notations},
    )


def vocabulary_of(knowledge_map: KnowledgeMap, options: Options, lock: str | None) -> Vocabulary:
    """The vocabulary of a map; of a shard, what was decided of it.

    Raises:
        ExportError: an option that makes no valid RDF, or a lock that is damaged.
    """
    if knowledge_map.is_head:
        vocabulary = Vocabulary(knowledge_map, options, lock)
        hand_on(vocabulary)
        return vocabulary
    return KnownVocabulary(knowledge_map, options)


class KnownVocabulary(Vocabulary):
    """The concepts of a shard, as the whole vocabulary has decided."""

    def __init__(self, knowledge_map: KnowledgeMap, options: Options) -> None:
        """Take what was decided.

        Raises:
            ExportError: nothing was.
        """
        known = decided.take(knowledge_map, VIEW, Decided)
        self.map, self.options, self.properties = knowledge_map, options, options.properties()
        self.language = language_tag(knowledge_map.language) or "und"
        self._languages = Languages((), self.language)
        self._languages.__dict__["usual"] = known.usual
        self.iris = Iris.known(knowledge_map, options.base, known.iris)
        self.findings, self._leads = [], {}
        self.qualified_labels, self.notations = known.labels, known.notations
        self.relations = Relations.__new__(Relations)
        self.relations.hierarchy = Hierarchy()
        self.relations.hierarchy.above, self.relations.hierarchy.below = known.above, known.below
        self.relations.related = {id_: dict.fromkeys(ids) for id_, ids in known.related.items()}
        self.relations.loose = {id_: dict.fromkeys(ids) for id_, ids in known.loose.items()}
        self.relations.matches = Matches((), Hierarchy(), self.iris.has)
        self.relations.matches.of = known.matches
        if options.first_paragraph:
            for topic in knowledge_map.topics:
                if not knowledge_map.definition(topic.id):
                    self._read_lead(topic)
        self._check_references()

    def below(self, id: str) -> list[str]:
        """What stands directly below a topic, as it was ordered."""
        return self.relations.hierarchy.below.get(id, [])
