"""The IRI of each concept: the note's own word first, then what it was before, then its id."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import NamedTuple
from unicodedata import normalize

from exporter.errors import Finding
from exporter.model import KnowledgeMap, Source, Topic, replace_surrogates
from exporter.rdf.terms import one_line, percent_encode, web_iri
from exporter.views.skos import lock
from exporter.views.skos.lock import Entry

FEW = 3  # concepts that may be lost before it is asked whether this is the vault that the lock is of
RESERVED = ("agent/", "deprecated/", "note/", "path/", "tag/")  # below the base: no concept of the map lies there
MARKED = re.compile(r"-[0-9a-f]{8}\Z")  # an id that another note had first


class Deprecated(NamedTuple):
    """A concept that was written once and is no more."""

    iri: str
    title: str
    replaced_by: str  # the IRI of what has taken its place; "": nothing is known


class Iris:
    """Gives every topic an IRI, no two the same, and knows those that are deprecated."""

    def __init__(self, knowledge_map: KnowledgeMap, base: str, locked: str | None, most_lost: int) -> None:
        self.map, self.base = knowledge_map, base
        self.findings: list[Finding] = []
        self.deprecated: list[Deprecated] = []  # sorted by IRI
        self.lock = ""  # what is to be remembered; "": nothing is
        self._iris: dict[str, str] = {}  # Topic.id: its IRI
        self._owners: dict[str, str] = {}  # IRI: Topic.id
        notes = {topic.note for topic in knowledge_map.topics if topic.note} if locked else ()
        entries = lock.parse(locked, notes) if locked else []
        self._assign_named(bool(entries))
        matched, unmatched = self._match(entries)
        lost = [entry for entry in unmatched if not entry.deprecated]
        living = sum(not entry.deprecated for entry in entries)
        if len(lost) > FEW and len(lost) * 100 > most_lost * living:
            message = (
                f"the lock skos.lock knows {living} concepts, and {len(lost)} of them are not in this vault, so it is "
                f"neither used nor changed; if it is of this vault, raise `most_lost` in skos.toml, else move the lock away"
            )
            self._add_finding(knowledge_map.source, "skos-lock", message)
            entries, matched, unmatched, locked = [], {}, [], None
        for id, entry in matched.items():
            self._assign(id, self._absolute(entry.iri))
        if entries or self._owners:
            self._assign_others({self._absolute(entry.iri) for entry in entries})
        if locked is not None:
            deprecated = self._deprecate(unmatched)
            self.lock = "".join(lock.dump([*map(self._entry, knowledge_map.topics), *deprecated]))

    @classmethod
    def known(cls, knowledge_map: KnowledgeMap, base: str, named: dict[str, str]) -> Iris:
        """The IRIs of topics of which was decided with all others in view; `named` are those that no id makes."""
        iris = cls.__new__(cls)
        iris.map, iris.base, iris.findings, iris.deprecated, iris.lock = knowledge_map, base, [], [], ""
        iris._iris, iris._owners = {**named}, {iri: id for id, iri in named.items()}
        return iris

    @property
    def named(self) -> dict[str, str]:
        """The IRIs by Topic.id that are not made from the id alone."""
        return {id: iri for id, iri in self._iris.items() if iri != self.base + percent_encode(id)}

    def __getitem__(self, id: str) -> str:
        iri = self._iris.get(id)
        if iri is None:
            iri = self._iris[id] = self.base + percent_encode(id)  # asked for again with every link
        return iri

    def has(self, iri: str) -> bool:
        """Whether an IRI is of this vocabulary."""
        return iri.startswith(self.base) or iri in self._owners

    def replaced(self) -> dict[str, list[str]]:
        """The deprecated IRIs that each IRI has taken the place of."""
        replaced: dict[str, list[str]] = {}
        for concept in self.deprecated:
            if concept.replaced_by:
                replaced.setdefault(concept.replaced_by, []).append(concept.iri)
        return replaced

    def _assign_named(self, has_lock: bool) -> None:
        """Assign the IRIs that notes name: one in full by `iri`, or, where there is a lock, the one that `id` makes."""
        ids = []
        for topic in self.map.topics:
            value = topic.properties.get("iri")
            if value is not None:
                self._assign_property(topic, value)
            if has_lock and topic.id not in self._iris and _has_own_id(topic):
                ids.append(topic.id)
        for id in ids:
            if self.base + percent_encode(id) not in self._owners:
                self._assign(id, self.base + percent_encode(id))

    def _assign_property(self, topic: Topic, value: object) -> None:
        iri = web_iri(value) if isinstance(value, str) else None
        if iri is None:
            why = "is no http(s) IRI"
        elif iri == self.base or iri.startswith(tuple(self.base + path for path in RESERVED)):
            why = "is kept for what is no concept of the map (S9, S37)"
        elif iri in self._owners:
            why = f"belongs to {self.map.topic[self._owners[iri]].source.file} already"
        else:
            self._assign(topic.id, iri)
            return
        self._add_finding(
            topic.source, "skos-iri", f"the property `iri`, {value!r}, {why}; another one is made from the id"
        )

    def _match(self, entries: list[Entry]) -> tuple[dict[str, Entry], list[Entry]]:
        """Find the entry of each topic that was written before, by Topic.id; and the entries that no topic has."""
        if not entries:
            return {}, []
        unmatched = {entry.iri: entry for entry in entries if self._absolute(entry.iri) not in self._owners}
        owners = {*self._owners.values()}
        topics = [topic for topic in self.map.topics if topic.id not in owners]
        notes = {topic.note for topic in self.map.topics if topic.note}
        moved = [entry for entry in unmatched.values() if entry.note not in notes]
        matched: dict[str, Entry] = {}

        def match(candidates: Iterable[Entry], entry_words: EntryWords, topic_words: TopicWords) -> None:
            """Pair what has a word in common with one entry and one topic alone."""
            topics_by_word, entries_by_word = _by_word(topics, topic_words), _by_word(candidates, entry_words)
            for word, same_entries in entries_by_word.items():
                same_topics = topics_by_word.get(word, [])
                if len(same_entries) == len(same_topics) == 1:
                    (entry,), (topic,) = same_entries, same_topics
                    if topic.id not in matched and entry.iri in unmatched:
                        matched[topic.id] = unmatched.pop(entry.iri)

        for deprecated in (False, True):
            candidates = [entry for entry in entries if entry.deprecated == deprecated]
            match(candidates, lambda entry: [entry.note], lambda topic: [topic.note or ""])
            candidates = [entry for entry in moved if entry.deprecated == deprecated]
            match(candidates, lambda entry: [entry.id or entry.iri], lambda topic: [percent_encode(topic.id)])
        renamed = [entry for entry in moved if entry.note and not entry.deprecated]
        topics = [topic for topic in topics if topic.note and topic.id not in matched]
        match(renamed, _names, lambda topic: map(_fold, topic.aliases))
        match(renamed, lambda entry: [entry.title], lambda topic: [one_line(topic.title)])
        match(renamed, lambda entry: [entry.mark], lambda topic: [lock.mark(self.map, topic)])
        return matched, [*unmatched.values()]

    def _assign(self, id: str, iri: str) -> None:
        self._owners[iri] = id
        if iri != self.base + percent_encode(id):
            self._iris[id] = iri

    def _assign_others(self, reserved: set[str]) -> None:
        """Make IRIs from ids; where one is, or was, another concept's, from the note's path as well."""
        owners = {*self._owners.values()}
        for topic in self.map.topics:
            if topic.id not in owners:
                iri, salt = self.base + percent_encode(topic.id), topic.note or topic.id
                while iri in self._owners or iri in reserved:
                    salt = sha256(salt.encode(errors="surrogatepass")).hexdigest()
                    iri = self.base + percent_encode(f"{topic.id}-{salt[:8]}")
                self._assign(topic.id, iri)

    def _deprecate(self, unmatched: list[Entry]) -> list[Entry]:
        """Remember what no topic is any more, with what has taken its place."""
        if not unmatched:
            return []
        by_note = {topic.note: topic for topic in self.map.topics if topic.note}
        by_name = _by_word(self.map.topics, lambda topic: {*map(_fold, (*topic.aliases, *_replaces(topic)))})
        entries: list[Entry] = []
        for entry in unmatched:
            iri = self._absolute(entry.iri)
            words = {_fold(iri), _fold(entry.iri), _fold(entry.id), *_names(entry)} - {""}
            heirs = {topic.id for word in words for topic in by_name.get(word, [])}
            heir = by_note[entry.note].id if entry.note in by_note else heirs.pop() if len(heirs) == 1 else ""
            heir_iri = self[heir] if heir else self._absolute(entry.replaced_by) if entry.replaced_by else ""
            self.deprecated.append(Deprecated(iri, entry.title, heir_iri))
            replaced_by = self._relative(heir_iri)
            entries.append(
                Entry(entry.iri, entry.title, entry.id, entry.note, deprecated=True, replaced_by=replaced_by)
            )
            if not heir_iri:
                message = (
                    f"{entry.title!r} ({iri}) is no note any more; it is written as deprecated; name it in the note that "
                    f"takes its place, as an alias or as `replaces: {entry.id or entry.iri}`"
                )
                self._add_finding(self.map.source, "skos-gone", message)
        self.deprecated.sort()
        return entries

    def _entry(self, topic: Topic) -> Entry:
        iri, id = self._relative(self[topic.id]), percent_encode(topic.id)
        note, mark = replace_surrogates(topic.note or ""), lock.mark(self.map, topic)
        return Entry(iri, one_line(topic.title), "" if id == iri else id, note, mark)

    def _relative(self, iri: str) -> str:
        """Shorten an IRI to what the lock has: without the base, which may be another one day."""
        return iri.removeprefix(self.base)

    def _absolute(self, iri: str) -> str:
        return iri if "://" in iri else self.base + iri

    def _add_finding(self, source: Source, code: str, message: str) -> None:
        self.findings.append(Finding(source, code, message))


EntryWords = Callable[[Entry], Iterable[str]]
TopicWords = Callable[[Topic], Iterable[str]]


def _by_word(things: Iterable[object], words: Callable[..., Iterable[str]]) -> dict[str, list]:  # type: ignore[type-arg]
    by_word: dict[str, list[object]] = {}
    for thing in things:
        for word in words(thing):
            if word:
                by_word.setdefault(word, []).append(thing)
    return by_word


def _fold(name: str) -> str:
    return normalize("NFC", name).casefold()


def _stem(path: str) -> str:
    return path[path.rfind("/") + 1 :].rpartition(".")[0]


def _names(entry: Entry) -> set[str]:
    """What the concept of an entry was called: its title, and its file."""
    return {_fold(entry.title), _fold(_stem(entry.note))}


def _replaces(topic: Topic) -> list[str]:
    value = topic.properties.get("replaces")
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _has_own_id(topic: Topic) -> bool:
    """Whether the id is the note's own word: it is not made from the file's name."""
    letters = [
        "".join(filter(str.isalnum, _fold(name))) for name in (MARKED.sub("", topic.id), _stem(topic.note or ""))
    ]
    return topic.note is not None and letters[0] != letters[1]
