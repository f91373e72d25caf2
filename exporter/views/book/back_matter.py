"""What stands at the end of the book: the glossary, and what the index has to find the pages of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from exporter.model import KnowledgeMap, Topic
from exporter.views.alphabet import letter_of, sort_key
from exporter.views.body.body import Body
from exporter.views.body.terms import GLOSSARY, IS_A, Term, end_of_name
from exporter.views.body.text import label, other_names, printable, title_of

Data = dict[str, Any]  # as book.typ reads it from book.json

FEWEST_TERMS = 5  # of a glossary: fewer are looked up in the index
MOST_OF_NOTES = 0.25  # that have a tag: of more it says nothing that one could look up
FEWEST_NOTES = 6  # that have it in any case
MOST_NOTES = 40
NO_LETTER = re.compile(r"[\W_]+")


@dataclass
class GlossaryEntry:
    """A term and what it is: a note's own definition in its text, or that of a topic."""

    title: str
    label: str  # of the place where it is explained
    aliases: list[str]
    definition: str  # of a topic
    continues: bool  # the definition goes on where the title ends
    term: Term | None = None  # with the definition as nodes of the tree, in the book's order the first


def glossary(knowledge_map: KnowledgeMap, bodies: Iterable[Body]) -> list[GlossaryEntry]:
    """The terms that notes define, and the topics with a definition, unless these are the chapters once more; by title.

    A definition that is the map's own summary is none, and a description must read as one: "A heap is ...". There is no
    glossary of a few terms, nor one beside a note that is the vault's own.
    """
    entries: dict[str, GlossaryEntry] = {}
    in_own = 0
    for body in bodies:
        own = GLOSSARY.match(title_of(body.topic))
        for term in body.terms:
            if term.definition and sort_key(term.text) not in entries:
                entries[sort_key(term.text)] = GlossaryEntry(term.text, term.label, [], "", term.continues, term)
                in_own += bool(own)
    topics = [entry for topic in knowledge_map.topics if (entry := _of_topic(knowledge_map, topic))]
    if 2 * len(topics) <= sum(1 for topic in knowledge_map.topics if topic.note):
        for entry in topics:
            entries[sort_key(entry.title)] = entry
    if len(entries) < FEWEST_TERMS or 2 * in_own > len(entries):
        return []
    return [entry for _, entry in sorted(entries.items())]


def _of_topic(knowledge_map: KnowledgeMap, topic: Topic) -> GlossaryEntry | None:
    said = printable(knowledge_map.definition(topic.id))
    if not said or sort_key(said).strip(" .") in sort_key(topic.summary):
        return None
    title, aliases = title_of(topic), other_names(topic)
    for name in (title, *aliases):
        if end := end_of_name(name, said):
            if match := IS_A.match(said, end):
                return GlossaryEntry(title, label(topic.id), aliases, said[match.end() :], False)
            if name == title:
                return GlossaryEntry(title, label(topic.id), aliases, said[end:].lstrip(), True)
            return GlossaryEntry(title, label(topic.id), aliases, said, False)
    is_own = "definition" in topic.properties
    return GlossaryEntry(title, label(topic.id), aliases, said, False) if is_own else None


@dataclass
class IndexEntry:
    """A name, and where what it means is."""

    name: str
    explained: list[str] = field(default_factory=list)  # labels: of chapters and of places in a text
    mentioned: list[str] = field(default_factory=list)  # labels of topics whose every mention counts
    tagged: list[str] = field(default_factory=list)  # labels of chapters
    see: list[list[str]] = field(default_factory=list)  # labels and titles
    term: str = ""  # the label of the place whose words are the name, where formulas are in it

    def labels(self) -> set[str]:
        """All that it leads to."""
        return {*self.explained, *self.mentioned, *self.tagged, *(name for name, _ in self.see)}


def index(knowledge_map: KnowledgeMap, bodies: Sequence[Body]) -> list[tuple[str, list[IndexEntry]]]:
    """Titles, terms that notes define, other names, which lead to the title, and tags; by their first letter.

    Names that differ in capitals and accents alone are one. A tag that many notes have is none.
    """
    entries: dict[str, IndexEntry] = {}

    def entry(name: str) -> IndexEntry:
        return entries.setdefault(sort_key(name), IndexEntry(name))

    for topic in knowledge_map.topics:
        own = entry(title_of(topic))
        own.mentioned.append(label(topic.id))
        if topic.note:
            own.explained.append(label(topic.id))
    for body in bodies:
        for term in body.terms:
            own = entry(term.text)
            if not own.explained and any(node["t"] != "Str" for node in term.name):
                own.term = term.label
            own.explained.append(term.label)
    for topic in knowledge_map.topics:
        for alias in other_names(topic):
            if sort_key(alias) != sort_key(title_of(topic)):
                entry(alias).see.append([label(topic.id), title_of(topic)])
    for tag, topics in _tags(knowledge_map).items():
        bare = sort_key(NO_LETTER.sub(" ", tag))
        own = entries[bare] if bare in entries else entry(f"#{printable(tag)}")
        own.tagged += topics
    ordered = sorted(entries.items(), key=lambda item: (letter_of(item[0]) != "", item))
    return [
        (letter, [entry for _, entry in group])
        for letter, group in groupby(ordered, key=lambda item: letter_of(item[0]))
    ]


def _tags(knowledge_map: KnowledgeMap) -> dict[str, list[str]]:
    """The labels of the notes that have each tag, but for tags that most of them have, or that end in a number alone."""
    notes = [topic for topic in knowledge_map.topics if topic.note]
    tagged: dict[str, list[str]] = {}
    for topic in notes:
        for tag in topic.tags:
            if not any(map(str.isalpha, tag.rpartition("/")[2])):
                continue  # a number, as of a lecture
            tagged.setdefault(tag, []).append(label(topic.id))
    most = min(max(FEWEST_NOTES, MOST_OF_NOTES * len(notes)), MOST_NOTES)
    return {tag: topics for tag, topics in tagged.items() if len(topics) <= most}
