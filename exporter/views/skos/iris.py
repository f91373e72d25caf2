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
ROOMS = ("agent/", "deprecated/", "note/", "path/", "tag/")  # below the base: they hold no concepts of the map
MARKED = re.compile(r"-[0-9a-f]{8}\Z")  # an id that another note had first


class Gone(NamedTuple):
    """A concept that was written once and is no more."""

    iri: str
    title: str
    by: str  # the IRI of what has taken its place; "": nothing is known


class Iris:
    """Gives every topic an IRI, no two the same, and knows those that are gone."""

    def __init__(self, knowledge_map: KnowledgeMap, base: str, locked: str | None, most_lost: int) -> None:
        self.map, self.base = knowledge_map, base
        self.findings: list[Finding] = []
        self.gone: list[Gone] = []  # sorted by IRI
        self.lock = ""  # what is to be remembered; "": nothing is
        self._own: dict[str, str] = {}  # Topic.id: its IRI
        self._given: dict[str, str] = {}  # IRI: Topic.id
        entries = lock.parse(locked) if locked else []
        self._take_asked(bool(entries))
        found, left = self._known(entries)
        lost = [entry for entry in left if not entry.gone]
        living = sum(not entry.gone for entry in entries)
        if len(lost) > FEW and len(lost) * 100 > most_lost * living:
            message = (
                f"the lock skos.lock knows {living} concepts, and {len(lost)} of them are not in this vault, so it is "
                f"neither used nor changed; if it is of this vault, raise `most_lost` in skos.toml, else move the lock away"
            )
            self._add_finding(knowledge_map.source, "skos-lock", message)
            entries, found, left, locked = [], {}, [], None
        for id, entry in found.items():
            self._give(id, self._whole(entry.iri))
        if entries or self._given:
            self._give_the_rest({self._whole(entry.iri) for entry in entries})
        if locked is not None:
            gone = self._retire(left)
            self.lock = "".join(lock.dump([*map(self._entry, knowledge_map.topics), *gone]))

    def __getitem__(self, id: str) -> str:
        iri = self._own.get(id)
        if iri is None:
            iri = self._own[id] = self.base + percent_encode(id)  # asked for again with every link
        return iri

    def has(self, iri: str) -> bool:
        """Whether an IRI is of this vocabulary."""
        return iri.startswith(self.base) or iri in self._given

    def replaced(self) -> dict[str, list[str]]:
        """By IRI: those whose place it has taken."""
        found: dict[str, list[str]] = {}
        for gone in self.gone:
            if gone.by:
                found.setdefault(gone.by, []).append(gone.iri)
        return found

    def _take_asked(self, locked: bool) -> None:
        """IRIs that notes name: a whole one by `iri`, or the one that `id` makes."""
        ids = []
        for topic in self.map.topics:
            asked = topic.properties.get("iri")
            if asked is not None:
                self._take_iri(topic, asked)
            if locked and topic.id not in self._own and _has_own_id(topic):
                ids.append(topic.id)
        for id in ids:
            if self.base + percent_encode(id) not in self._given:
                self._give(id, self.base + percent_encode(id))

    def _take_iri(self, topic: Topic, asked: object) -> None:
        iri = web_iri(asked) if isinstance(asked, str) else None
        if iri is None:
            why = "is no http(s) IRI"
        elif iri == self.base or iri.startswith(tuple(self.base + room for room in ROOMS)):
            why = "is kept for what is no concept of the map (S9, S37)"
        elif iri in self._given:
            why = f"belongs to {self.map.topic[self._given[iri]].source.file} already"
        else:
            self._give(topic.id, iri)
            return
        self._add_finding(
            topic.source, "skos-iri", f"the property `iri`, {asked!r}, {why}; another one is made from the id"
        )

    def _known(self, entries: list[Entry]) -> tuple[dict[str, Entry], list[Entry]]:
        """The entry of each topic that was written before, by Topic.id; and the entries that no topic has."""
        if not entries:
            return {}, []
        left = {entry.iri: entry for entry in entries if self._whole(entry.iri) not in self._given}
        given = {*self._given.values()}
        topics = [topic for topic in self.map.topics if topic.id not in given]
        notes = {topic.note for topic in self.map.topics if topic.note}
        moved = [entry for entry in left.values() if entry.note not in notes]
        found: dict[str, Entry] = {}

        def match(candidates: Iterable[Entry], words: Callable[[Entry], Iterable[str]], names: Names) -> None:
            """Pair what has a word in common with one entry and one topic alone."""
            ours, theirs = _by_word(topics, names), _by_word(candidates, words)
            for word, some in theirs.items():
                both = some, ours.get(word, [])
                if len(both[0]) == len(both[1]) == 1 and both[1][0].id not in found and both[0][0].iri in left:
                    found[both[1][0].id] = left.pop(both[0][0].iri)

        for gone in (False, True):
            match([e for e in entries if e.gone == gone], lambda entry: [entry.note], lambda topic: [topic.note or ""])
            match(
                [e for e in moved if e.gone == gone],
                lambda entry: [entry.id or entry.iri],
                lambda topic: [percent_encode(topic.id)],
            )
        renamed = [entry for entry in moved if entry.note and not entry.gone]
        topics = [topic for topic in topics if topic.note and topic.id not in found]
        match(renamed, _names, lambda topic: map(_folded, topic.aliases))
        match(renamed, lambda entry: [entry.title], lambda topic: [one_line(topic.title)])
        match(renamed, lambda entry: [entry.mark], lambda topic: [lock.mark(self.map, topic)])
        return found, [*left.values()]

    def _give(self, id: str, iri: str) -> None:
        self._given[iri] = id
        if iri != self.base + percent_encode(id):
            self._own[id] = iri

    def _give_the_rest(self, reserved: set[str]) -> None:
        """IRIs made from ids; where one is, or was, another concept's, from the note's path as well."""
        given = {*self._given.values()}
        for topic in self.map.topics:
            if topic.id not in given:
                iri, salt = self.base + percent_encode(topic.id), topic.note or topic.id
                while iri in self._given or iri in reserved:
                    salt = sha256(salt.encode(errors="surrogatepass")).hexdigest()
                    iri = self.base + percent_encode(f"{topic.id}-{salt[:8]}")
                self._give(topic.id, iri)

    def _retire(self, left: list[Entry]) -> list[Entry]:
        """What no topic is any more stays known, with what has taken its place."""
        if not left:
            return []
        by_note = {topic.note: topic for topic in self.map.topics if topic.note}
        by_name = _by_word(self.map.topics, lambda topic: {*map(_folded, (*topic.aliases, *_replaces(topic)))})
        gone: list[Entry] = []
        for entry in left:
            iri = self._whole(entry.iri)
            words = {_folded(iri), _folded(entry.iri), _folded(entry.id), *_names(entry)} - {""}
            heirs = {topic.id for word in words for topic in by_name.get(word, [])}
            heir = by_note[entry.note].id if entry.note in by_note else heirs.pop() if len(heirs) == 1 else ""
            by = self[heir] if heir else self._whole(entry.by) if entry.by else ""
            self.gone.append(Gone(iri, entry.title, by))
            gone.append(Entry(entry.iri, entry.title, entry.id, entry.note, gone=True, by=self._local(by)))
            if not by:
                message = (
                    f"{entry.title!r} ({iri}) is no note any more; it is written as deprecated; name it in the note that "
                    f"takes its place, as an alias or as `replaces: {entry.id or entry.iri}`"
                )
                self._add_finding(self.map.source, "skos-gone", message)
        self.gone.sort()
        return gone

    def _entry(self, topic: Topic) -> Entry:
        iri, id = self._local(self[topic.id]), percent_encode(topic.id)
        note, mark = replace_surrogates(topic.note or ""), lock.mark(self.map, topic)
        return Entry(iri, one_line(topic.title), "" if id == iri else id, note, mark)

    def _local(self, iri: str) -> str:
        """An IRI as the lock has it: without the base, which may be another one day."""
        return iri.removeprefix(self.base)

    def _whole(self, iri: str) -> str:
        return iri if "://" in iri else self.base + iri

    def _add_finding(self, source: Source, code: str, message: str) -> None:
        self.findings.append(Finding(source, code, message))


Names = Callable[[Topic], Iterable[str]]


def _by_word(things: Iterable[object], words: Callable[..., Iterable[str]]) -> dict[str, list]:  # type: ignore[type-arg]
    found: dict[str, list[object]] = {}
    for thing in things:
        for word in words(thing):
            if word:
                found.setdefault(word, []).append(thing)
    return found


def _folded(name: str) -> str:
    return normalize("NFC", name).casefold()


def _stem(path: str) -> str:
    return path[path.rfind("/") + 1 :].rpartition(".")[0]


def _names(entry: Entry) -> set[str]:
    """What a concept was called."""
    return {_folded(entry.title), _folded(_stem(entry.note))}


def _replaces(topic: Topic) -> list[str]:
    value = topic.properties.get("replaces")
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _has_own_id(topic: Topic) -> bool:
    """Whether the id is the note's own word: it is not made from the file's name."""
    letters = [
        "".join(filter(str.isalnum, _folded(name))) for name in (MARKED.sub("", topic.id), _stem(topic.note or ""))
    ]
    return topic.note is not None and letters[0] != letters[1]
