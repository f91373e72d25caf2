"""What pages say of one another: the label and the neighbours of each thing that has an IRI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import unquote

from exporter.rdf.terms import DCT, OWL, PROV, RDF, SCHEMA, SKOS, Items, Literal, Record, Term, one_line
from exporter.views.skos import Part, keep, parts
from exporter.views.skos.vocabulary import Vocabulary

PREF, ALT, HIDDEN = SKOS + "prefLabel", SKOS + "altLabel", SKOS + "hiddenLabel"
BROADER, NARROWER, TOP = SKOS + "broader", SKOS + "narrower", SKOS + "hasTopConcept"
MEMBERS, SUBJECT, ORIGIN = SKOS + "memberList", DCT + "subject", PROV + "wasDerivedFrom"


class Kind(Enum):
    """What has a page."""

    SCHEME = SKOS + "ConceptScheme"
    CONCEPT = SKOS + "Concept"
    COLLECTION = SKOS + "OrderedCollection"
    AGENT = SCHEMA + "Person"
    NOTE = PROV + "Entity"  # of which nothing is said but what was made of it


@dataclass(slots=True)
class Resource:
    """What other pages say of one."""

    iri: str
    kind: Kind
    label: Literal  # the one that is shown: in the map's language, if there is one
    scheme: str
    labels: dict[str, Sequence[Literal]] = field(default_factory=dict)  # by their kind
    above: Sequence[str] = ()
    below: Sequence[str] = ()  # in the map's order
    is_deprecated: bool = False


class Resources:
    """All that the vocabulary speaks of, by IRI, in the order of its files; and what leads back."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary, self.language = vocabulary, vocabulary.language
        self.parts: list[Part] = list(map(keep, parts(vocabulary)))
        self.of: dict[str, Resource] = {}
        self.tagged: dict[str, list[str]] = {}  # the concepts with a tag, by its IRI
        self.collections: dict[str, list[str]] = {}  # that a concept is in
        self.made_of: dict[str, list[str]] = {}  # by the IRI of a note
        self._place = {vocabulary.concept(topic.id): place for place, topic in enumerate(vocabulary.map.topics)}
        notes = vocabulary.note("")
        for part in self.parts:
            for record in part.records():
                self._add(part, record, notes)
        for concepts in self.tagged.values():
            concepts.sort(key=self.place)
        for iri in self.made_of:
            self.of[iri] = Resource(
                iri, Kind.NOTE, Literal(one_line(unquote(iri.removeprefix(notes)))), vocabulary.scheme
            )

    def place(self, iri: str) -> tuple[int, str]:
        """Where it stands in the map's order; what is in none comes last, by its IRI."""
        return self._place.get(iri, len(self._place)), iri

    def concepts(self, scheme: str) -> list[Resource]:
        """The concepts of a scheme, in the map's order."""
        those = [each for each in self.of.values() if each.kind is Kind.CONCEPT and each.scheme == scheme]
        return sorted(those, key=lambda each: self.place(each.iri))

    def are(self, kind: Kind) -> list[Resource]:
        """All of a kind."""
        return [each for each in self.of.values() if each.kind is kind]

    def _add(self, part: Part, record: Record, notes: str) -> None:
        said = gather(record)
        members = [iri for items in said.get(MEMBERS, ()) if isinstance(items, Items) for iri in items.iris]
        kind, known = kind_of(record), self.of.get(record.subject)
        if known is None or known.kind is Kind.AGENT:  # which each file has, and which may be a concept, too
            self.of[record.subject] = Resource(
                record.subject,
                kind,
                self._label(said),
                part.iri,
                {name: literals for name in (PREF, ALT, HIDDEN) if (literals := _literals(said.get(name, ())))},
                _iris(said.get(BROADER, ())),
                members or _iris(said.get(NARROWER, []) or said.get(TOP, [])),
                OWL + "deprecated" in said,
            )
        for member in members:
            self.collections.setdefault(member, []).append(record.subject)
        for tag in _iris(said.get(SUBJECT, ())):
            self.tagged.setdefault(tag, []).append(record.subject)
        for origin in _iris(said.get(ORIGIN, ())):
            if origin.startswith(notes):
                self.made_of.setdefault(origin, []).append(record.subject)

    def _label(self, said: Mapping[str, Sequence[Term]]) -> Literal:
        literals = _literals(said.get(PREF) or said.get(SCHEMA + "name") or ())
        return next((each for each in literals if each.language == self.language), literals[0])


def gather(record: Record) -> dict[str, list[Term]]:
    """What a record says by its predicates, of which a vault may have given one to two kinds of links."""
    said: dict[str, list[Term]] = {}
    for predicate, terms in record.statements:
        said.setdefault(predicate, []).extend(terms)
    return said


def kind_of(record: Record) -> Kind:
    """What a record is about."""
    classes = dict(record.statements[:1])[RDF + "type"]
    return next((kind for kind in Kind if kind.value in classes), Kind.AGENT)


def _literals(terms: Iterable[Term]) -> list[Literal]:
    return [term for term in terms if isinstance(term, Literal)]


def _iris(terms: Iterable[Term]) -> list[str]:
    return [term for term in terms if isinstance(term, str)]
