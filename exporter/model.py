"""The hub: what a vault says (KnowledgeMap) and what is made of it (File). Imports nothing of ours.

Flat tables of records that name one another by id; every record knows its source. Records are named tuples: a
million of them cost little, and a knowledge map can be compared, sorted, pickled and dumped as it stands.
"""

from __future__ import annotations

import gc
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import PurePath
from typing import Any, NamedTuple, Protocol, TypeVar, overload

K = TypeVar("K")
V = TypeVar("V")
SURROGATE = re.compile("[\ud800-\udfff]")

IN_AREA = "in_area"  # Link.kind: start is filed under the area end
MENTIONS = "mentions"  # Link.kind: a plain link in the running text
REQUIRES = "requires"  # Link.kind: end has to be known before start
RELATED = "related"  # Link.kind: declared as related; holds both ways
BROADER = "broader"  # Link.kind: end is wider than start, and is no area


class Source(NamedTuple):
    """Where a fact stands: a path relative to the vault, with "/", and a line counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file or '.'}:{self.line}"

    def below(self, vault: PurePath) -> Source:
        """The same with the vault's own path before it; one that is absolute stays."""
        return Source(str(vault / self.file), self.line)


VAULT = Source("", 1)  # the vault as a whole


class Topic(NamedTuple):
    """One thing to know: mostly one note."""

    id: str  # lives as long as the note: from `id:` or from the file's name, never from the title
    title: str
    summary: str  # the map's words about it, plain text; "" where the map says nothing
    areas: tuple[str, ...]  # Area.id; the first is its home
    tags: tuple[str, ...]  # Tag.id, in the note's order
    aliases: tuple[str, ...]
    note: str | None  # path relative to the vault; None: the map names it, but nobody has written it
    properties: Mapping[str, Any]  # the note's own, less what became a field, a tag or a link
    source: Source


class Area(NamedTuple):
    """A role: the topic of the same id, under which others are filed."""

    id: str  # Topic.id
    parent: str | None  # Area.id
    source: Source


class Tag(NamedTuple):
    """A label; "a/b" lies under "a"."""

    id: str  # as first spelled, without "#"
    parent: str | None  # Tag.id
    source: Source  # its first use


class Link(NamedTuple):
    """One arrow between two topics that both exist."""

    start: str  # Topic.id
    kind: str  # IN_AREA, MENTIONS, or a word of the vault's own properties and fields: "requires"
    end: str  # Topic.id
    text: str  # what the reader of the note sees, plain text
    anchor: str  # "Heading", "Heading#Sub-heading", "^block" or ""
    source: Source


class Step(NamedTuple):
    """One step of a learning path: the map's words and the topics they name, in their order."""

    text: str  # plain text
    topics: tuple[str, ...]  # Topic.id; may be empty
    source: Source


class LearningPath(NamedTuple):
    """Steps in the order in which to learn."""

    id: str
    title: str
    steps: tuple[Step, ...]
    source: Source


class Reference(NamedTuple):
    """A link from a topic's note to something outside the vault."""

    topic: str  # Topic.id
    title: str
    url: str
    source: Source


@contextmanager
def no_collection() -> Iterator[None]:
    """Pause the garbage collector: what is built here is all kept, and looking through it again and again costs a third."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Table(Sequence[V]):
    """A table whose records are made when somebody first asks for one; how many there will be is known before.

    A run that only checks a vault never makes the million links that a writer would need.
    """

    def __init__(self, size: int, make: Callable[[], Iterable[V]]) -> None:
        self._size = size
        self._make: Callable[[], Iterable[V]] | None = make
        self._rows: tuple[V, ...] = ()

    @property
    def rows(self) -> tuple[V, ...]:
        """All records."""
        if self._make:
            with no_collection():
                self._rows = tuple(self._make())
            self._make = None  # what they were made from is needed no more
            assert len(self._rows) == self._size
        return self._rows

    @overload
    def __getitem__(self, place: int) -> V: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[V, ...]: ...

    def __getitem__(self, place: int | slice) -> V | tuple[V, ...]:
        return self.rows[place]

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[V]:
        return iter(self.rows)

    def __eq__(self, other: object) -> bool:
        return self.rows == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.rows)

    def __repr__(self) -> str:
        return repr(self.rows)

    def __reduce__(self) -> tuple[type, tuple[tuple[V, ...]]]:
        return tuple, (self.rows,)


class Content(Protocol):
    """What stands in the vault's files, read when asked for: a million notes must fit in memory."""

    def text(self, topic: Topic) -> str:
        """Give the topic's Markdown body; see `KnowledgeMap.text`."""

    def lead(self, topic: Topic) -> str:
        """Give the first paragraph; see `KnowledgeMap.lead`."""

    def sentence(self, link: Link) -> str:
        """Give the sentence with the link; see `KnowledgeMap.sentence`."""

    def file(self, path: str) -> bytes:
        """Give the bytes of an attachment of the vault."""

    def changed(self) -> int:
        """Give the time of the last change; see `KnowledgeMap.changed`."""


class NoContent:
    """The content of a knowledge map that was not read from files."""

    def text(self, topic: Topic) -> str:
        """There is none."""
        return ""

    def lead(self, topic: Topic) -> str:
        """There is none."""
        return ""

    def sentence(self, link: Link) -> str:
        """There is none."""
        return ""

    def file(self, path: str) -> bytes:
        """There is none."""
        raise FileNotFoundError(path)

    def changed(self) -> int:
        """There is none."""
        return 0


@dataclass(frozen=True)
class KnowledgeMap:
    """Everything that was read.

    Order is meaning: areas, topics and paths stand in the order of the map note, what the map does not
    name follows by id; tags stand by id, links and references by topic and then by place. So equal
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
    content: Content = field(default=NoContent(), compare=False, repr=False)

    @cached_property
    def topic(self) -> dict[str, Topic]:
        """Topics by id."""
        return {topic.id: topic for topic in self.topics}

    @cached_property
    def area(self) -> dict[str, Area]:
        """Areas by id."""
        return {area.id: area for area in self.areas}

    @cached_property
    def shared(self) -> dict[Any, Any]:
        """What views have made of this map, under keys of their own: the next format of a run need not make it again."""
        return {}

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the fields, and nothing that was made from them."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def areas_in(self, parent: str | None) -> tuple[Area, ...]:
        """The areas directly under this one; None asks for the top."""
        return self._areas_in.get(parent, ())

    def topics_in(self, area: str | None) -> tuple[Topic, ...]:
        """The topics filed directly in this area, in the map's order of that area; None: in no area, and none itself."""
        return self._topics_in.get(area, ())

    def links_from(self, id: str) -> tuple[Link, ...]:
        """The links that start at this topic, in the order of the table."""
        return self._links_from.get(id, ())

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

    def lead(self, id: str) -> str:
        """Read the first paragraph of the topic's note as plain text; "" without a note, or where it begins otherwise.

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

    def file(self, path: str) -> bytes:
        """Read an attachment that a text names as `file:PATH` (PATH percent-decoded, relative to the vault).

        Raises:
            OSError: it cannot be read, or it lies outside the vault.
        """
        return self.content.file(path)

    def changed(self) -> int:
        """When a note was changed last, in seconds since 1970, UTC; SOURCE_DATE_EPOCH in the environment wins.

        https://reproducible-builds.org/specs/source-date-epoch/

        Raises:
            ExportError: SOURCE_DATE_EPOCH is no number.
        """
        return self.content.changed()

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
    def _areas_in(self) -> dict[str | None, tuple[Area, ...]]:
        return _grouped((area.parent, area) for area in self.areas)

    @cached_property
    def _topics_in(self) -> dict[str | None, tuple[Topic, ...]]:
        members = [link for link in self.links if link.kind == IN_AREA]
        # what the map itself files comes first and in its lines' order, then what notes and folders say
        members.sort(key=lambda link: (link.source.file != self.source.file, link.source))
        filed = dict.fromkeys((link.end, link.start) for link in members)  # once, though map and note may both say it
        groups: dict[str | None, tuple[Topic, ...]] = {}
        groups.update(_grouped((area, self.topic[topic]) for area, topic in filed))
        groups[None] = tuple(topic for topic in self.topics if not topic.areas and topic.id not in self.area)
        return groups

    @cached_property
    def _links_from(self) -> dict[str, tuple[Link, ...]]:
        return _grouped((link.start, link) for link in self.links)

    @cached_property
    def _links_to(self) -> dict[str, tuple[Link, ...]]:
        return _grouped((link.end, link) for link in self.links)

    @cached_property
    def _references_of(self) -> dict[str, tuple[Reference, ...]]:
        return _grouped((reference.topic, reference) for reference in self.references)


def replace_surrogates(text: str) -> str:
    """The text with U+FFFD for each lone surrogate: half a character, which no file in UTF-8 can hold."""
    return SURROGATE.sub("\ufffd", text)


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    groups: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


@dataclass(frozen=True, slots=True)
class Lock:
    """What a writer wants to be given again by its next run, as `Previous.lock`: names that it must not forget."""

    content: str


@dataclass(frozen=True)
class Previous:
    """What a writer has made before, as it stands now, whoever has changed it since."""

    files: Mapping[str, bytes] = field(default_factory=dict)  # by `File.path`; read when somebody asks
    lock: str | None = None  # its last `Lock`; "": there is none yet; None: none can be kept


NOTHING = Previous()  # there was no earlier run


@dataclass(frozen=True, slots=True)
class File:
    """One file to be written, relative to the writer's own folder under `out/`."""

    path: str  # with "/"; not absolute, no ".."
    content: str | bytes | Iterable[str] | Iterable[bytes]  # text is saved as UTF-8 with "\n"
    # The version in `Previous.files` that this one was made from: it alone is replaced, and whatever else stands there by
    # then is left, with an error; None: what an earlier run of ours has left is replaced, and nothing else.
    based_on: bytes | None = None
