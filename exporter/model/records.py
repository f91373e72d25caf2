"""The records of the hub: each is a named tuple, names others by id, and knows its source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any, NamedTuple

IN_AREA = "in_area"  # Link.kind: start is filed under the area end
MENTIONS = "mentions"  # Link.kind: a plain link in the running text
REQUIRES = "requires"  # Link.kind: end has to be known before start
RELATED = "related"  # Link.kind: declared as related; holds both ways
BROADER = "broader"  # Link.kind: end is wider than start, and is no area
make_record: Callable[..., Any] = (
    tuple.__new__
)  # of a type and its fields: a third of the cost, where there are millions


class Source(NamedTuple):
    """Where a fact stands: a path relative to the vault, with "/", and a line counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file or '.'}:{self.line}"

    def below(self, vault: PurePath) -> Source:
        """The source with the vault's own path before it; one that is absolute stays."""
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


class Want(NamedTuple):
    """A link to what the vault does not have."""

    topic: str | None  # Topic.id of the note where it stands; None: it stands in the map or in a canvas
    kind: str  # as a link's
    text: str  # what the reader of the note sees, plain text
    anchor: str
    source: Source


class Missing(NamedTuple):
    """What links lead to and the vault does not have, nor the map as a topic."""

    name: str  # as the first link has it, without ".md"
    note: bool  # a note of this name would do; False: it is another file, such as a picture
    wanted_by: tuple[Want, ...]  # by place
    source: Source  # the first of these


class Reference(NamedTuple):
    """A link from a topic's note to something outside the vault."""

    topic: str  # Topic.id
    title: str
    url: str
    source: Source
