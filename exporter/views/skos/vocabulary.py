"""The decisions: what each concept is named and said to be, what stands above what, what is related, what is told."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from exporter.errors import Finding
from exporter.model import KnowledgeMap, LearningPath, Source, Topic
from exporter.rdf.terms import (
    Literal,
    Term,
    absolute_iri,
    encoded,
    language_tag,
    one_line,
    prose,
)
from exporter.views.skos.annotations import (
    ALT,
    CREATED,
    DATES,
    DEFINITION,
    HIDDEN,
    LABELS,
    MATCHES,
    MODIFIED,
    NOTATION,
    PREF,
    SCOPE,
    Said,
    annotated,
    says_match,
    variant,
)
from exporter.views.skos.iris import Iris
from exporter.views.skos.options import Options
from exporter.views.skos.relations import Relations
from exporter.views.skos.scheme import read_metadata


class Vocabulary:
    """A knowledge map as SKOS sees it: names, hierarchy, relations, and the findings."""

    def __init__(self, knowledge_map: KnowledgeMap, options: Options, lock: str | None = None) -> None:
        """Take all decisions.

        Args:
            knowledge_map: what was read.
            options: what mappings/skos.toml says.
            lock: which IRI each concept has had, as `iris.lock` of the run before; "": none yet; None: keep none.

        Raises:
            ExportError: an option that makes no valid RDF, or a lock that is damaged.
        """
        options.check()
        self.map, self.options = knowledge_map, options
        self.properties = options.properties()
        self.language = language_tag(knowledge_map.language) or "und"
        self.iris = Iris(knowledge_map, options.base, lock, options.most_lost)
        self.findings = [*self.iris.findings]
        if self.language == "und":
            message = f"{knowledge_map.language!r} is no language tag, texts are marked 'und'; write 'en' or the like"
            self._add_finding(knowledge_map.source, "skos-language", message)
        self._leads: dict[str, str] = {}  # first paragraphs that are definitions
        self._qualified: dict[str, str] = {}  # labels of concepts whose title is another's label
        matching = ((topic, self.said(topic)) for topic in knowledge_map.topics if says_match(topic))
        self.relations = Relations(knowledge_map, self.properties, matching, self.iris.has)
        self.findings += self.relations.findings
        self._check_labels()
        self.notations = self._notations()
        self.used: set[str] = set()  # IRIs that come from properties: predicates, datatypes, matches
        self._days: tuple[str, str] = ("", "")
        self._check_concepts()
        self._check_references()
        self._check_paths()
        self.metadata = read_metadata(knowledge_map, options, self._days)
        self._check_metadata()

    @property
    def scheme(self) -> str:
        """The scheme of the concepts. It is the base itself, as an id can be any word."""
        return self.options.base

    @property
    def tag_scheme(self) -> str:
        """The scheme of the tags and the namespace of their names; no encoded id has a slash."""
        return f"{self.options.base}tag/"

    @property
    def deprecated_scheme(self) -> str:
        """The scheme of the concepts that are no more."""
        return f"{self.options.base}deprecated/"

    def concept(self, id: str) -> str:
        """The IRI of a topic."""
        return self.iris[id]

    def path(self, id: str) -> str:
        """The IRI of a learning path."""
        return f"{self.options.base}path/{encoded(id)}"

    def note(self, path: str) -> str:
        """The IRI of a note of the vault."""
        return f"{self.options.base}note/{'/'.join(map(encoded, path.split('/')))}"

    def label(self, item: Topic | LearningPath) -> str:
        """The preferred label, which is never empty; of a topic whose title is another's label, with what it lies in."""
        return self._qualified.get(item.id) or _title(item) if isinstance(item, Topic) else _title(item)

    def said(self, topic: Topic) -> Said:
        """What the topic's properties say."""
        return annotated(topic, self.language, self.options.prefixes)

    def labels(self, topic: Topic, said: Said) -> dict[str, list[Literal]]:
        """Preferred, alternative and hidden labels, each label once (S13) and one preferred in a language (S14)."""
        if not topic.aliases and not said.terms:
            return {PREF: [Literal(self.label(topic), said.language)]}
        preferred = {said.language: self.label(topic)}
        others: dict[Literal, str] = {}  # label: its kind
        for term in _literals(said, PREF):
            if preferred.setdefault(term.language, term.text) != term.text:
                others[term] = ALT
        for alias in topic.aliases:
            if text := one_line(alias):
                others[Literal(text, said.language)] = ALT
        others.update((term, ALT) for term in _literals(said, ALT))
        if others:
            plain = {language: variant(text) for language, text in preferred.items()}
            for term in others:
                if variant(term.text) == plain.get(term.language):
                    others[term] = HIDDEN  # but for case, accents and marks it is the preferred one
        for term in _literals(said, HIDDEN):
            others.setdefault(term, HIDDEN)
        found = {PREF: [Literal(text, language) for language, text in sorted(preferred.items())], ALT: [], HIDDEN: []}
        for term, kind in sorted(others.items()):
            if preferred.get(term.language) != term.text:
                found[kind].append(term)
        return found

    def definitions(self, topic: Topic, said: Said) -> dict[str, list[Literal]]:
        """What the concept is: the note's words, its first paragraph, or the map's; and how it is used: the map's words."""
        definition, summary = (
            prose(self.map.definition(topic.id)) or self._leads.get(topic.id, ""),
            prose(topic.summary),
        )
        found: dict[str, list[Literal]] = {DEFINITION: [], SCOPE: []}
        if definition or summary:
            first = Literal(definition, said.language) if definition else Literal(summary, self.language)
            found[DEFINITION].append(first)
        if definition and summary and summary != definition:
            found[SCOPE].append(Literal(summary, self.language))
        if said.terms:
            known = {term.language for term in found[DEFINITION]}
            for term in _literals(said, DEFINITION):
                if term.language not in known:
                    known.add(term.language)
                    found[DEFINITION].append(term)
            found[SCOPE] += [term for term in _literals(said, SCOPE) if term not in found[SCOPE]]
        return found

    def members(self, path: LearningPath) -> tuple[str, ...]:
        """The topics of all steps, each at its first place."""
        return tuple(dict.fromkeys(id for step in path.steps for id in step.topics))

    def notes_of(self, said: Said) -> dict[str, list[Term]]:
        """What else the properties say, by predicate; a day once."""
        taken = (PREF, ALT, HIDDEN, DEFINITION, SCOPE, NOTATION, *MATCHES)
        return {
            predicate: terms[:1] if predicate in DATES else sorted(set(terms), key=str)
            for predicate, terms in said.terms.items()
            if predicate not in taken
        }

    def _add_finding(self, source: Source, code: str, message: str) -> None:
        self.findings.append(Finding(source, code, message))

    def _add_finding_for_many(self, topics: list[Topic], code: str, what: str, way: str) -> None:
        """One finding for what many topics have in common."""
        if topics:
            message = f"{what}: {len(topics)}, first {self.label(topics[0])!r}; {way}"
            self._add_finding(topics[0].source, code, message)

    def _check_labels(self) -> None:
        """Tell concepts of one title apart: the first keeps it, the others get what they lie in (qSKOS ol)."""
        first: dict[str, Topic] = {}
        again: list[Topic] = []
        for topic in self.map.topics:
            if first.setdefault(_title(topic), topic) is not topic:
                again.append(topic)
        for topic in again:
            title = _title(topic)
            above = [_title(self.map.topic[id]) for id in self.relations.hierarchy.above.get(topic.id, ())]
            labels = [f"{title} ({words})" for words in (*above, one_line(topic.id), encoded(topic.id))]
            label = next((label for label in labels if label not in first), f"{title} ({self.concept(topic.id)})")
            first[label] = topic
            self._qualified[topic.id] = label
            message = f"a second concept is called {title!r}, the first: {first[title].source}; it is labelled {label!r}; rename one"
            self._add_finding(topic.source, "skos-same-label", message)

    def _notations(self) -> dict[str, list[Literal]]:
        """The place of each area in the map: "1", "2", and "2.1" for the first below the second; else that in a path.

        One each: programs that show a concept by its notation show it twice where it has two.
        """
        found: dict[str, list[Literal]] = {}
        below: dict[str | None, list[str]] = {}
        for area in self.map.areas:
            parent = area.parent if area.parent in self.relations.hierarchy.above.get(area.id, ()) else None
            below.setdefault(parent, []).append(area.id)
        waiting: list[tuple[str | None, str]] = [(None, "")]
        for parent, start in waiting:  # grows as it goes
            for place, id in enumerate(below.get(parent, ()), 1):
                found[id] = [Literal(f"{start}{place}")]
                waiting.append((id, f"{start}{place}."))
        for path in self.map.paths:
            members = self.members(path)
            for place, id in enumerate(members, 1):
                number = str(place).rjust(len(str(len(members))), "0")  # in order for who sorts by letters, too
                found.setdefault(id, [Literal(number, datatype=f"{self.path(path.id)}/step")])
        return found

    def _check_concepts(self) -> None:
        """Look at each concept once: what it lacks, and what its properties say that cannot be."""
        lacking: dict[str, list[Topic]] = {"areas": [], "topics": []}
        alone: list[Topic] = []
        repeated: list[Topic] = []
        owners = {term.text: id for id, terms in self.notations.items() for term in terms if not term.datatype}
        first, last = "", ""
        for topic in self.map.topics:
            if self.options.first_paragraph and not self.map.definition(topic.id):
                self._read_lead(topic)
            said = self.said(topic)
            if not self.definitions(topic, said)[DEFINITION]:
                lacking["areas" if topic.id in self.map.area else "topics"].append(topic)
            if not self.relations.has(topic.id):
                alone.append(topic)
            if topic.aliases or said.terms:
                written = [
                    *filter(None, map(one_line, topic.aliases)),
                    *chain(*(_literals(said, kind) for kind in LABELS)),
                ]
                if sum(map(len, self.labels(topic, said).values())) <= len(written):  # and the title
                    repeated.append(topic)
            for code, message in said.problems:
                self._add_finding(topic.source, code, message)
            if said.terms:
                self._check_said(topic, said, owners)
                for terms in (self.relations.matches.of.get(topic.id, {}), self.notes_of(said)):
                    self.used.update(terms, used(chain.from_iterable(terms.values())))
                days = [term.text for term in (*_literals(said, CREATED)[:1], *_literals(said, MODIFIED)[:1])]
                first, last = min([day for day in (first, *days) if day], default=""), max([last, *days])
        self._days = first, last
        way = "write `definition:` in the note, a first paragraph, or words behind its link in the map"
        for kind, topics in lacking.items():
            self._add_finding_for_many(topics, "skos-no-definition", f"{kind} without a definition (qSKOS uc)", way)
        way = "file it under an area, or say what it is `related` to"
        self._add_finding_for_many(
            alone, "skos-alone", "concepts that nothing stands above, below or beside (qSKOS oc)", way
        )
        way = "each is written once; remove it from the aliases"
        self._add_finding_for_many(repeated, "skos-alias", "notes with a title or alias that stands twice (S13)", way)
        if not self.map.topics:
            self._add_finding(
                self.map.source, "skos-empty", "there is no concept, so the scheme has no top (qSKOS otc)"
            )

    def _check_said(self, topic: Topic, said: Said, owners: dict[str, str]) -> None:
        titles = {said.language: self.label(topic)}
        for term in _literals(said, PREF):
            if titles.setdefault(term.language, term.text) != term.text:
                message = (
                    f"{term.text!r} is a second title in {term.language!r} and becomes another label (S14); keep one"
                )
                self._add_finding(topic.source, "skos-title", message)
        own = _literals(said, NOTATION)
        for term in own:
            owner = owners.setdefault(term.text, topic.id)
            if owner != topic.id:
                message = (
                    f"the notation {term.text!r} is that of {owner!r} already (qSKOS anr) and left out; choose another"
                )
                self._add_finding(topic.source, "skos-notation", message)
            elif term != own[0]:
                message = f"{term.text!r} is a second notation and left out; keep one"
                self._add_finding(topic.source, "skos-notation", message)
            else:
                self.notations[topic.id] = [term]

    def _read_lead(self, topic: Topic) -> None:
        try:
            lead = prose(self.map.lead(topic.id))
        except OSError:  # it is gone since the vault was read
            return
        if lead:
            self._leads[topic.id] = lead

    def _check_references(self) -> None:
        for reference in self.map.references:
            if absolute_iri(reference.url) is None:
                message = f"{reference.url!r} is no absolute address and left out; begin it with 'https://'"
                self._add_finding(reference.source, "skos-address", message)

    def _check_paths(self) -> None:
        for path in self.map.paths:
            seen: dict[str, None] = {}
            for step in path.steps:
                for id in step.topics:
                    if id in seen:
                        message = f"{id!r} is in {path.title!r} again, only its first place is kept; name it once"
                        self._add_finding(step.source, "skos-repeated-step", message)
                    seen[id] = None

    def _check_metadata(self) -> None:
        if lacking := self.metadata.lacking():
            message = f"who publishes a vocabulary says its {', '.join(lacking)}: in mappings/skos.toml or as properties of the map"
            self._add_finding(self.map.source, "skos-metadata", message)


def _title(item: Topic | LearningPath) -> str:
    return one_line(item.title) or one_line(item.id) or encoded(item.id)


def _literals(said: Said, predicate: str) -> list[Literal]:
    return [term for term in said.terms.get(predicate, ()) if isinstance(term, Literal)]


def used(terms: Iterable[Term]) -> Iterable[str]:
    """The IRIs among some terms, those of datatypes too."""
    for term in terms:
        if isinstance(term, str):
            yield term
        elif isinstance(term, Literal) and term.datatype:
            yield term.datatype
