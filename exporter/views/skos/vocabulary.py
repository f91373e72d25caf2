"""The decisions: what each concept is called, how it is defined, what stands above what, what is related."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from exporter.errors import Finding, pluralize
from exporter.model import KnowledgeMap, Languages, LearningPath, Source, Topic
from exporter.rdf.terms import (
    Literal,
    Term,
    absolute_iri,
    language_tag,
    one_line,
    percent_encode,
    prose,
)
from exporter.views.skos.annotations import (
    ALT,
    DATES,
    DEFINITION,
    HIDDEN,
    LABELS,
    MATCHES,
    NOTATION,
    PREF,
    SCOPE,
    Annotations,
    fold_label,
    has_match,
    read_annotations,
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
        self._languages = Languages((topic.title for topic in knowledge_map.topics), self.language)
        self.iris = Iris(knowledge_map, options.base, lock, options.most_lost)
        self.findings = [*self.iris.findings]
        if self.language == "und":
            message = f"{knowledge_map.language!r} is no language tag, texts are marked 'und'; write 'en' or the like"
            self._add_finding(knowledge_map.source, "skos-language", message)
        self._place = {topic.id: number for number, topic in enumerate(knowledge_map.topics)}
        self._leads: dict[str, str] = {}  # first paragraphs that are definitions
        self.qualified_labels: dict[str, str] = {}  # labels of concepts whose title is another's label
        matching = ((topic, self.annotations(topic)) for topic in knowledge_map.topics if has_match(topic))
        self.relations = Relations(knowledge_map, self.properties, matching, self.iris.has)
        self.findings += self.relations.findings
        self._check_labels()
        self.notations = self._notations()
        self.external_iris: set[str] = set()  # IRIs that come from properties: predicates, datatypes, matches
        self._days: tuple[str, str] = ("", "")
        self._check_concepts()
        self._check_references()
        self._check_paths()
        self.metadata = read_metadata(knowledge_map, options, self._days)
        self._check_metadata()

    @property
    def usual(self) -> dict[str, str]:
        """The language of texts in each script of which nobody says it, by the titles of all topics."""
        return self._languages.usual

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
        return f"{self.options.base}path/{percent_encode(id)}"

    def note(self, path: str) -> str:
        """The IRI of a note of the vault."""
        return f"{self.options.base}note/{'/'.join(map(percent_encode, path.split('/')))}"

    def label(self, item: Topic | LearningPath) -> str:
        """The preferred label, which is never empty; of a topic whose title is another's label, with what it lies in."""
        return self.qualified_labels.get(item.id) or _title_of(item) if isinstance(item, Topic) else _title_of(item)

    def annotations(self, topic: Topic) -> Annotations:
        """Read what the topic's properties say."""
        return read_annotations(topic, self._languages, self.options.prefixes)

    def literal(self, text: str, language: str = "") -> Literal:
        """A text in its language: that of its note, "" where it names none, else what its letters say."""
        return Literal(text, language or self._languages.of(text))

    def labels(self, topic: Topic, annotations: Annotations) -> dict[str, list[Literal]]:
        """Preferred, alternative and hidden labels, each label once (S13) and one preferred in a language (S14)."""
        if not topic.aliases and not annotations.terms:
            return {PREF: [self.literal(self.label(topic), annotations.language)]}
        preferred = self._titles(topic, annotations)
        others: dict[Literal, str] = {}  # label: its kind
        for term in _literals(annotations, PREF):
            if preferred.setdefault(term.language, term.text) != term.text:
                others[term] = ALT
        for alias in topic.aliases:
            if text := one_line(alias):
                others[self.literal(text, annotations.language)] = ALT
        others.update((term, ALT) for term in _literals(annotations, ALT))
        if others:
            folded = {language: fold_label(text) for language, text in preferred.items()}
            for term in others:
                if fold_label(term.text) == folded.get(term.language):
                    others[term] = HIDDEN  # but for case, accents and marks it is the preferred one
        for term in _literals(annotations, HIDDEN):
            others.setdefault(term, HIDDEN)
        labels: dict[str, list[Literal]] = {PREF: [], ALT: [], HIDDEN: []}
        labels[PREF] += [Literal(text, language) for language, text in sorted(preferred.items())]
        for term, kind in sorted(others.items()):
            if preferred.get(term.language) != term.text:
                labels[kind].append(term)
        return labels

    def definitions(self, topic: Topic, annotations: Annotations) -> dict[str, list[Literal]]:
        """What the concept is: the note's words, its first paragraph, or the map's; and how it is used: the map's words."""
        definition = prose(self.map.definition(topic.id)) or self._leads.get(topic.id, "")
        summary = prose(topic.summary)
        definitions: dict[str, list[Literal]] = {DEFINITION: [], SCOPE: []}
        if definition or summary:
            first = self.literal(definition, annotations.language) if definition else self.literal(summary)
            definitions[DEFINITION].append(first)
        if definition and summary and summary != definition:
            definitions[SCOPE].append(self.literal(summary))
        if annotations.terms:
            languages = {term.language for term in definitions[DEFINITION]}
            for term in _literals(annotations, DEFINITION):
                if term.language not in languages:
                    languages.add(term.language)
                    definitions[DEFINITION].append(term)
            definitions[SCOPE] += [term for term in _literals(annotations, SCOPE) if term not in definitions[SCOPE]]
        return definitions

    def members(self, path: LearningPath) -> tuple[str, ...]:
        """The topics of all steps, each at its first place."""
        return tuple(dict.fromkeys(id for step in path.steps for id in step.topics))

    def below(self, id: str) -> list[str]:
        """What stands directly below a topic: sub-areas, then what is filed there, in the map's order; then the others."""
        below = self.relations.hierarchy.below.get(id, ())
        if len(below) < 2:
            return [*below]
        listed = [*(area.id for area in self.map.areas_in(id)), *(topic.id for topic in self.map.topics_in(id))]
        place = {each: number for number, each in enumerate(dict.fromkeys(listed))}
        return sorted(below, key=lambda each: (place.get(each, len(place)), self._place[each]))

    def notes_of(self, annotations: Annotations) -> dict[str, list[Term]]:
        """What else the properties say, by predicate; a day once."""
        elsewhere = (PREF, ALT, HIDDEN, DEFINITION, SCOPE, NOTATION, *MATCHES)  # they have rules of their own
        return {
            predicate: terms[:1] if predicate in DATES else sorted(set(terms), key=str)
            for predicate, terms in annotations.terms.items()
            if predicate not in elsewhere
        }

    def _titles(self, topic: Topic, annotations: Annotations) -> dict[str, str]:
        title = self.literal(self.label(topic), annotations.language)
        return {title.language: title.text}

    def _add_finding(self, source: Source, code: str, message: str) -> None:
        self.findings.append(Finding(source, code, message))

    def _add_finding_for_many(self, topics: list[Topic], code: str, noun: str, what: str, hint: str) -> None:
        """One finding for what many topics have in common."""
        if topics:
            message = f"{pluralize(len(topics), noun)} {what}, first {self.label(topics[0])!r}; {hint}"
            self._add_finding(topics[0].source, code, message)

    def _check_labels(self) -> None:
        """Tell concepts of one title apart: the first keeps it, the others get what they lie in (qSKOS ol)."""
        first: dict[str, Topic] = {}
        others: list[Topic] = []
        for topic in self.map.topics:
            if first.setdefault(_title_of(topic), topic) is not topic:
                others.append(topic)
        for topic in others:
            title = _title_of(topic)
            above = [_title_of(self.map.topic[id]) for id in self.relations.hierarchy.above.get(topic.id, ())]
            labels = [f"{title} ({words})" for words in (*above, one_line(topic.id), percent_encode(topic.id))]
            label = next((label for label in labels if label not in first), f"{title} ({self.concept(topic.id)})")
            first[label] = topic
            self.qualified_labels[topic.id] = label
            message = f"a second concept is called {title!r}, the first: {first[title].source}; it is labelled {label!r}; rename one"
            self._add_finding(topic.source, "skos-same-label", message)

    def _notations(self) -> dict[str, list[Literal]]:
        """The place of each area in the map: "1", "2", and "2.1" for the first below the second; else that in a path.

        One each: programs that show a concept by its notation show it twice where it has two.
        """
        notations: dict[str, list[Literal]] = {}
        below: dict[str | None, list[str]] = {}
        for area in self.map.areas:
            parent = area.parent if area.parent in self.relations.hierarchy.above.get(area.id, ()) else None
            below.setdefault(parent, []).append(area.id)
        waiting: list[tuple[str | None, str]] = [(None, "")]
        for parent, start in waiting:  # grows as it goes
            for number, id in enumerate(below.get(parent, ()), 1):
                notations[id] = [Literal(f"{start}{number}")]
                waiting.append((id, f"{start}{number}."))
        for path in self.map.paths:
            members = self.members(path)
            for number, id in enumerate(members, 1):
                text = str(number).rjust(len(str(len(members))), "0")  # in order for who sorts by letters, too
                notations.setdefault(id, [Literal(text, datatype=f"{self.path(path.id)}/step")])
        return notations

    def _check_concepts(self) -> None:
        """Look at each concept once: what it lacks, and what its properties say that cannot be."""
        lacking: dict[str, list[Topic]] = {"area": [], "topic": []}
        alone: list[Topic] = []
        repeated: list[Topic] = []
        owners = {term.text: id for id, terms in self.notations.items() for term in terms if not term.datatype}
        first, last = "", ""
        for topic in self.map.topics:
            if self.options.first_paragraph and not self.map.definition(topic.id):
                self._read_lead(topic)
            annotations = self.annotations(topic)
            if not self.definitions(topic, annotations)[DEFINITION]:
                lacking["area" if topic.id in self.map.area else "topic"].append(topic)
            if not self.relations.has(topic.id):
                alone.append(topic)
            if topic.aliases or annotations.terms:
                labels = [
                    *filter(None, map(one_line, topic.aliases)),
                    *chain(*(_literals(annotations, kind) for kind in LABELS)),
                ]
                if sum(map(len, self.labels(topic, annotations).values())) <= len(labels):  # and the title
                    repeated.append(topic)
            self.findings += annotations.findings
            if annotations.terms:
                self._check_annotations(topic, annotations, owners)
                for terms in (self.relations.matches.of.get(topic.id, {}), self.notes_of(annotations)):
                    self.external_iris.update(terms, iris_of(chain.from_iterable(terms.values())))
                days = [term.text for kind in DATES for term in _literals(annotations, kind)[:1]]
                first, last = min(filter(None, (first, *days)), default=""), max([last, *days])
        self._days = first, last
        hint = "write `definition:` in the note, a first paragraph, or words behind its link in the map"
        for kind, topics in lacking.items():
            self._add_finding_for_many(topics, "skos-no-definition", kind, "without a definition", hint)
        hint = "file it under an area, or say what it is `related` to"
        self._add_finding_for_many(alone, "skos-alone", "topic", "with nothing above, below or beside", hint)
        hint = "each is written once; remove it from the aliases"
        self._add_finding_for_many(repeated, "skos-alias", "topic", "with a title or alias that stands twice", hint)
        if not self.map.topics:
            self._add_finding(
                self.map.source,
                "skos-empty",
                "the vocabulary is empty, as no note is a topic; look at what `check` says is left out",
            )

    def _check_annotations(self, topic: Topic, annotations: Annotations, owners: dict[str, str]) -> None:
        titles = self._titles(topic, annotations)
        for term in _literals(annotations, PREF):
            if titles.setdefault(term.language, term.text) != term.text:
                message = f"{term.text!r} is a second title in {term.language!r} and becomes another label; keep one"
                self._add_finding(topic.source, "skos-title", message)
        notations = _literals(annotations, NOTATION)
        for term in notations:
            owner = owners.setdefault(term.text, topic.id)
            if owner != topic.id:
                message = f"the notation {term.text!r} is that of {owner!r} already and left out; choose another"
                self._add_finding(topic.source, "skos-notation", message)
            elif term != notations[0]:
                message = f"{term.text!r} is a second notation and left out; keep one"
                self._add_finding(topic.source, "skos-notation", message)
            else:
                self.notations[topic.id] = [term]

    def _read_lead(self, topic: Topic) -> None:
        try:
            lead = prose(self.map.lead(topic.id))
        except OSError:  # removed since the vault was read
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
        if self.options.base == Options.base:
            message = (
                'write base = "https://..." in skos.toml before you publish, as names cannot be changed later; '
                f"now they begin with {Options.base}, which is nobody's"
            )
            self._add_finding(self.map.source, "skos-base", message)
        if lacking := self.metadata.lacking():
            message = (
                f"nothing says the vocabulary's {', '.join(lacking)}; "
                "write them in skos.toml, or as properties of the map, before you publish"
            )
            self._add_finding(self.map.source, "skos-metadata", message)


def _title_of(item: Topic | LearningPath) -> str:
    return one_line(item.title) or one_line(item.id) or percent_encode(item.id)


def _literals(annotations: Annotations, predicate: str) -> list[Literal]:
    return [term for term in annotations.terms.get(predicate, ()) if isinstance(term, Literal)]


def iris_of(terms: Iterable[Term]) -> Iterable[str]:
    """The IRIs among some terms, those of datatypes too."""
    for term in terms:
        if isinstance(term, str):
            yield term
        elif isinstance(term, Literal) and term.datatype:
            yield term.datatype
