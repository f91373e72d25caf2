"""The knowledge map: all tables, and how records are found in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, TypeVar
from unicodedata import normalize

from exporter.model.content import Content, Locatable, NoContent
from exporter.model.language import Languages
from exporter.model.part import BY_TOPIC, Part
from exporter.model.passage import Passage
from exporter.model.records import (
    IN_AREA,
    REQUIRES,
    VAULT,
    Area,
    LearningPath,
    Link,
    Missing,
    Reference,
    Source,
    Tag,
    Topic,
)
from exporter.model.store import NoStore, Store

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class KnowledgeMap:
    """Everything that was read.

    Order is meaning: areas, topics and paths stand in the order of the map note, what the map does not
    name follows as its properties say, then as a person sorts names (2 before 10); tags stand by id, links and references by topic and then by place,
    what is missing by how many notes want it. So equal
    vaults give equal tables, and equal tables equal bytes.
    """

    title: str = ""
    summary: str = ""  # plain text
    language: str = "en"  # BCP 47
    source: Source = VAULT  # the map note; the vault itself where there is none
    properties: Mapping[str, Any] = field(default_factory=dict)  # the map note's own, as a topic's
    topics: Sequence[Topic] = ()
    areas: Sequence[Area] = ()
    tags: Sequence[Tag] = ()
    links: Sequence[Link] = ()
    paths: Sequence[LearningPath] = ()
    references: Sequence[Reference] = ()
    implied: Sequence[Link] = ()  # what follows from the links, where it is asked for: no `links_from` has them
    missing: Sequence[Missing] = ()
    content: Content = field(default=NoContent(), compare=False, repr=False)
    part: Part | None = field(
        default=None, compare=False, repr=False
    )  # of a vault in shards; None: all is to be written

    @cached_property
    def topic(self) -> dict[str, Topic]:
        """Topics by id."""
        return {topic.id: topic for topic in self.topics}

    @cached_property
    def area(self) -> dict[str, Area]:
        """Areas by id."""
        return {area.id: area for area in self.areas}

    @cached_property
    def languages(self) -> Languages:
        """In which language a text is, as far as its letters say; a note's own property `lang` says it better."""
        return Languages((topic.title for topic in self.topics), self.language)

    @cached_property
    def shared(self) -> dict[Any, Any]:
        """What views have made of this map, under keys of their own: the next format of a run need not make it again."""
        return {}

    @property
    def store(self) -> Store:
        """What earlier runs have made of these notes, if anything is kept."""
        store: Store = self.shared.setdefault(Store, NoStore())
        return store

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the fields, and nothing that was made from them."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @property
    def is_head(self) -> bool:
        """Whether what is of no topic is to be written with this map: its title, tags, paths; so it is, if it is whole."""
        return self.part is None or self.part.number == 0

    def own(self, table: str) -> Iterable[Any]:
        """The records of a table that are to be written with this map: all, if it is no part of a vault in shards."""
        records: Sequence[Any] = getattr(self, table)
        if self.part is None:
            return records
        if table in BY_TOPIC:
            return (record for record in records if record[0] in self.part.ids)
        return records if self.is_head else ()

    def filings(self) -> Iterable[Link]:
        """The links that file a topic under an area, in whatever order."""
        return (link for link in self.links if link.kind == IN_AREA)

    def addresses(self) -> dict[str, str]:
        """What the topics' notes name outside the vault, each once with what it is called first, else its address."""
        titles: dict[str, str] = {}
        for reference in self.references:
            titles[reference.url] = titles.get(reference.url) or reference.title
        return {url: title or url for url, title in titles.items()}

    def find(self, name: str) -> tuple[Topic, ...]:
        """The topics that a person may mean by a name, in the map's order; none where nothing is called so.

        That of this id, else all whose title, note or alias is called so, in capitals or not.
        """
        topic = self.topic.get(name)
        return (topic,) if topic else self._by_name.get(_fold(name), ())

    def prerequisites(self, id: str) -> tuple[Topic, ...]:
        """All that has to be known before a topic, directly or not, in an order in which it can be learnt.

        By the links of the kind `REQUIRES`; of topics that require one another, the one that is asked for comes last.
        """
        order: list[str] = []
        seen, path = {id}, [(id, iter(self._required_by(id)))]
        while path:
            here, needed = path[-1]
            for each in needed:
                if each not in seen:
                    seen.add(each)
                    path.append((each, iter(self._required_by(each))))
                    break
            else:
                order.append(here)
                path.pop()
        return tuple(self.topic[each] for each in order[:-1])

    def areas_in(self, parent: str | None) -> tuple[Area, ...]:
        """The areas directly under this one; None asks for the top."""
        return self._areas_in.get(parent, ())

    def topics_in(self, area: str | None) -> tuple[Topic, ...]:
        """The topics filed directly in this area, in the map's order of that area; None: in no area, and none itself."""
        return self._topics_in.get(area, ())

    def links_from(self, id: str) -> tuple[Link, ...]:
        """The links that start at this topic, in the order of the table."""
        return self._links_from.get(id, ())

    def implied_from(self, id: str) -> tuple[Link, ...]:
        """The implied links that start at this topic."""
        return self._implied_from.get(id, ())

    def links_to(self, id: str) -> tuple[Link, ...]:
        """The links that end at this topic, in the order of the table."""
        return self._links_to.get(id, ())

    def references_of(self, id: str) -> tuple[Reference, ...]:
        """The references of this topic's note."""
        return self._references_of.get(id, ())

    def text(self, id: str) -> str:
        """Read the topic's note as Markdown, front matter and title heading left out; "" without a note.

        Nothing of Obsidian is left in it: links to topics are `[text](<topic:ID#anchor>)` with ID and anchor
        percent-encoded, attachments `![alt](<file:PATH>)`, with `#width=PIXELS` where the note says how wide an image is, embedded notes are expanded, comments are gone.
        A link to what the vault does not have is `[text](<missing:TARGET>)`, one to a note left out its bare text.

        Raises:
            OSError: the note can no longer be read.
        """
        topic = self.topic[id]
        return self.content.text(topic) if topic.note else ""

    def passages(self, id: str) -> tuple[Passage, ...]:
        """Read the topic's text part by part: headings, items, paragraphs, each with its links; () without a note.

        Raises:
            OSError: the note can no longer be read.
        """
        topic = self.topic[id]
        return self.content.passages(topic) if topic.note else ()

    def lead(self, id: str) -> str:
        """Read the first paragraph of the topic's note that holds a sentence, as plain text; "" where it begins otherwise.

        Raises:
            OSError: the note can no longer be read.
        """
        topic = self.topic[id]
        return self.content.lead(topic) if topic.note else ""

    def sentence(self, link: Link) -> str:
        """Read the sentence in which the link stands, as plain text; "" where it stands in none: a property, a canvas.

        Cheap for links in the order of the table, as the last notes are kept.

        Raises:
            OSError: the note can no longer be read.
        """
        return self.content.sentence(link)

    def locate(self, id: str, kind: Locatable, words: str) -> Source | None:
        """Where something of the topic's text first stands: in its own note, else in one that it embeds; None: nobody knows.

        For who has something to tell of it, as the note is read again.
        """
        topic = self.topic[id]
        return self.content.locate(topic, kind, words) if topic.note else None

    def file(self, path: str) -> bytes:
        """Read an attachment that a text names as `file:PATH` (PATH percent-decoded, relative to the vault).

        Raises:
            OSError: it cannot be read, or it lies outside the vault.
        """
        return self.content.file(path)

    def state(self, path: str) -> str:
        """What tells that `file` gives of a note what it gave before, without reading it: for a key; "" where it must be read."""
        return self.content.state(path)

    def source_date_epoch(self) -> int | None:
        """What SOURCE_DATE_EPOCH in the environment says: seconds since 1970, UTC; None: it is not set.

        https://reproducible-builds.org/specs/source-date-epoch/

        Raises:
            ExportError: SOURCE_DATE_EPOCH is no number.
        """
        return self.content.source_date_epoch()

    def definition(self, id: str) -> str:
        """What the topic is, in a sentence or two of plain text; "" where the note does not say.

        Its property `definition`, else `description`; the summary is the map's word and not taken.
        """
        properties = self.topic[id].properties
        for key in ("definition", "description"):
            value = properties.get(key)
            if isinstance(value, str) and value.strip():
                return " ".join(value.split())
        return ""

    @cached_property
    def _by_name(self) -> dict[str, tuple[Topic, ...]]:
        """Topics by all that they are called, without regard to capitals."""
        names = (
            (dict.fromkeys(map(_fold, (topic.title, PurePosixPath(topic.note or "").stem, *topic.aliases))), topic)
            for topic in self.topics
        )
        return _group((name, topic) for folded, topic in names for name in folded if name)

    def _required_by(self, id: str) -> list[str]:
        """What a topic requires, in the map's order."""
        ends = {link.end for link in self.links_from(id) if link.kind == REQUIRES}
        return sorted(ends, key=self._order.__getitem__) if len(ends) > 1 else [*ends]

    @cached_property
    def _order(self) -> dict[str, int]:
        return {topic.id: number for number, topic in enumerate(self.topics)}

    @cached_property
    def _areas_in(self) -> dict[str | None, tuple[Area, ...]]:
        return _group((area.parent, area) for area in self.areas)

    @cached_property
    def _topics_in(self) -> dict[str | None, tuple[Topic, ...]]:
        members = [*self.filings()]
        map_file, topic, order = self.source.file, self.topic, self._order

        def rank(link: Link) -> tuple[int, int, int]:
            maps, (file, line) = (map_file, topic[link.end].note), link.source  # an area may be a map itself
            return (maps.index(file), line, order[link.start]) if file in maps else (2, 0, order[link.start])

        # what the map files comes first, in its lines' order (the table's within a line), then the area's own map's,
        # then what notes and folders say
        members.sort(key=rank)
        filed = dict.fromkeys((link.end, link.start) for link in members)  # once, though map and note may both say it
        groups: dict[str | None, tuple[Topic, ...]] = {}
        groups.update(_group((area, self.topic[topic]) for area, topic in filed))
        groups[None] = tuple(topic for topic in self.topics if not topic.areas and topic.id not in self.area)
        return groups

    @cached_property
    def _links_from(self) -> dict[str, tuple[Link, ...]]:
        return _group((link.start, link) for link in self.links)

    @cached_property
    def _implied_from(self) -> dict[str, tuple[Link, ...]]:
        return _group((link.start, link) for link in self.implied)

    @cached_property
    def _links_to(self) -> dict[str, tuple[Link, ...]]:
        return _group((link.end, link) for link in self.links)

    @cached_property
    def _references_of(self) -> dict[str, tuple[Reference, ...]]:
        return _group((reference.topic, reference) for reference in self.references)


def _fold(name: str) -> str:
    return " ".join(normalize("NFC", name).casefold().split())


def _group(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    groups: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}
