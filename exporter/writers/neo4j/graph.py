"""The knowledge map as a property graph: tables of nodes and relationships, and the rows of each. Knows no Cypher.

Rows of several tables come mixed, in the map's order, so that no table has to be held in memory.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, Literal, NamedTuple, TypeVar

from exporter.errors import Finding
from exporter.model import BROADER, IN_AREA, KnowledgeMap, LearningPath, Link, Source, Topic

K = TypeVar("K")
V = TypeVar("V")

WHOLE = range(-(2**63), 2**63)  # numbers that fit; others become text
LONGEST_ID = 5_000  # bytes; https://neo4j.com/docs/cypher-manual/5/indexes/ : id and source share 8 KB
RUN = "_run"  # the properties by which a later load finds what this one wrote
SOURCE = "_source"


class Column(NamedTuple):
    """A property: its name and what it holds. A "said" is a text that is left out when it says nothing."""

    name: str
    type: Literal["text", "said", "whole", "number", "flag"]
    many: bool = False  # a list of it


@dataclass(frozen=True)
class Nodes:
    """Nodes of one label; the first column is their id."""

    label: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Property:
    """One more property of topics that exist, and what it makes of them; a row is the topic's id and the value."""

    column: Column
    role: str = ""  # label


@dataclass(frozen=True)
class Relationships:
    """Relationships of one type; a row begins with the ids of start and end."""

    type: str
    start: str  # label
    end: str  # label
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()  # columns that tell two relationships between the same nodes apart
    kind: str | None = None  # the vault's own word, where it is a link; always a part of the key


Table = Nodes | Property | Relationships
Value = str | int | float | bool | tuple[str, ...] | tuple[int, ...] | tuple[float, ...] | tuple[bool, ...] | None
Row = tuple[Table, tuple[Value, ...]]

ID = Column("id", "text")
TITLE = Column("title", "text")
POSITION = Column("position", "whole")
PLACE = (Column("file", "said"), Column("line", "whole"))
# A topic links to another as often as its text names it; the graph has one relationship for all of them, with their
# number and the words of the first, for whoever asks about a graph asks whether two topics are linked, and each
# path would be found many times over.
LINK = (*PLACE, Column("text", "said"), Column("anchor", "said"), Column("count", "whole"))

TOPIC = Nodes(
    "Topic",
    (
        ID,
        TITLE,
        Column("summary", "said"),
        Column("definition", "said"),
        Column("aliases", "text", many=True),
        Column("note", "said"),
        *PLACE,
    ),
)
AREA = Property(POSITION, "Area")
TAG = Nodes("Tag", (ID, *PLACE))
PATH = Nodes("LearningPath", (ID, TITLE, Column("steps", "text", many=True), *PLACE))
REFERENCE = Nodes("Reference", (ID,))
LABELS = ("Topic", "Tag", "LearningPath", "Reference")  # each node has one of them

HAS_TAG = Relationships("HAS_TAG", "Topic", "Tag", (POSITION, *PLACE))
WIDER_TAG = Relationships("BROADER", "Tag", "Tag", PLACE)
STEP = Relationships(
    "STEP", "LearningPath", "Topic", (POSITION, Column("order", "whole"), Column("text", "said"), *PLACE), ("position",)
)
NEXT = Relationships("NEXT", "Topic", "Topic", (Column("path", "text"), POSITION, *PLACE), ("path", "position"))
REFERS_TO = Relationships("REFERS_TO", "Topic", "Reference", (*PLACE, Column("text", "said"), Column("count", "whole")))
LINKS_TO = "LINKS_TO"  # the type of a kind that gives no name of its own
TAKEN = {"HAS_TAG", "IN_AREA", "NEXT", "REFERS_TO", "STEP"}  # mean something, so no other kind may be called so

RESERVED = {column.name for column in TOPIC.columns} | {POSITION.name, SOURCE, RUN, ""}
PREFIX = "property_"
UNFIT = re.compile("[\x00\ud800-\udfff]")  # cannot be in a property's name
NO_NAME = re.compile("[^A-Z0-9]+")


def nodes(knowledge_map: KnowledgeMap) -> Iterator[Row]:
    """The nodes with the properties that all of their table have."""
    return (row for row, _ in _nodes(knowledge_map) if _fits(row))


def properties(knowledge_map: KnowledgeMap) -> Iterator[Row]:
    """What only some topics have: the role of an area, and the notes' own properties."""
    for parent in (None, *knowledge_map.area):
        for position, area in enumerate(knowledge_map.areas_in(parent), 1):
            yield AREA, (area.id, position)
    for topic in knowledge_map.topics:
        values: dict[str, Any] = {}
        for name, value in _own(topic, knowledge_map):
            values.setdefault(name, value)
        for name, value in values.items():
            column, fitting = _fitting(name, value)
            yield Property(column), (topic.id, fitting)


def unsaid(knowledge_map: KnowledgeMap) -> Iterator[Finding]:
    """A finding for each id that no index holds, and for each property of a note that has the name of another one."""
    for row, source in _nodes(knowledge_map):
        if not _fits(row):
            id_ = str(row[1][0])
            message = f"neo4j: {id_[:40]!r}... is longer than {LONGEST_ID} bytes, so it is left out; shorten it"
            yield Finding(source, "long-id", message)
    for topic in knowledge_map.topics:
        seen: set[str] = set()
        for name, _ in _own(topic, knowledge_map):
            if name in seen:
                message = f"neo4j: two properties are called {name!r}, so the second is left out; rename one of them"
                yield Finding(topic.source, "property-twice", message)
            seen.add(name)


def relationships(knowledge_map: KnowledgeMap) -> Iterator[Row]:
    """The relationships; their nodes exist by then."""
    yield from _links(knowledge_map)
    for topic in knowledge_map.topics:
        for position, id_ in enumerate(dict.fromkeys(topic.tags), 1):
            yield HAS_TAG, (topic.id, id_, position, topic.source.file, topic.source.line)
    for tag in knowledge_map.tags:
        if tag.parent is not None:
            yield WIDER_TAG, (tag.id, tag.parent, tag.source.file, tag.source.line)
    for path in knowledge_map.paths:
        yield from _steps(path)
    for topic in knowledge_map.topics:
        for reference, count in _counted((found.url, found) for found in knowledge_map.references_of(topic.id)):
            place = reference.source
            yield REFERS_TO, (topic.id, reference.url, place.file, place.line, reference.title, count)


def _nodes(knowledge_map: KnowledgeMap) -> Iterator[tuple[Row, Source]]:
    for topic in knowledge_map.topics:
        place = topic.source
        told = (topic.title, topic.summary, knowledge_map.definition(topic.id), topic.aliases, topic.note)
        yield (TOPIC, (topic.id, *told, place.file, place.line)), place
    for tag in knowledge_map.tags:
        yield (TAG, (tag.id, tag.source.file, tag.source.line)), tag.source
    for path in knowledge_map.paths:
        steps = tuple(step.text for step in path.steps)
        yield (PATH, (path.id, path.title, steps, path.source.file, path.source.line)), path.source
    seen: set[str] = set()
    for reference in knowledge_map.references:
        if reference.url not in seen:
            yield (REFERENCE, (reference.url,)), reference.source
        seen.add(reference.url)


def _fits(row: Row) -> bool:
    """Whether an index can hold the node's id; a relationship to a node that is not there is none."""
    id_ = str(row[1][0])
    return len(id_) * 4 <= LONGEST_ID or len(id_.encode(errors="surrogatepass")) <= LONGEST_ID


def _links(knowledge_map: KnowledgeMap) -> Iterator[Row]:
    tables: dict[str, Relationships] = {}
    position = {
        (id_, area.id): position
        for area in knowledge_map.areas
        for position, id_ in enumerate(dict.fromkeys(topic.id for topic in knowledge_map.topics_in(area.id)), 1)
    }
    for topic in knowledge_map.topics:
        links: Iterable[Link] = knowledge_map.links_from(topic.id)
        area = knowledge_map.area.get(topic.id)
        if area and area.parent is not None:
            links = chain([Link(area.id, BROADER, area.parent, "", "", area.source)], links)
        for link, count in _counted(((link.kind, link.end), link) for link in links):
            table = tables.get(link.kind) or tables.setdefault(link.kind, _link_table(link.kind))
            row = (link.start, link.end, link.source.file, link.source.line, link.text, link.anchor, count)
            if link.kind == IN_AREA:
                yield table, (*row, position.get((link.start, link.end)), topic.areas[:1] == (link.end,))
            else:
                yield table, row


def _counted(found: Iterable[tuple[K, V]]) -> Iterator[tuple[V, int]]:
    """The first of each key, and how many there are."""
    first: dict[K, V] = {}
    counts: dict[K, int] = {}
    for key, value in found:
        first.setdefault(key, value)
        counts[key] = counts.get(key, 0) + 1
    return zip(first.values(), counts.values(), strict=True)


def _link_table(kind: str) -> Relationships:
    if kind == IN_AREA:
        return Relationships("IN_AREA", "Topic", "Topic", (*LINK, POSITION, Column("home", "flag")), kind=kind)
    letters = unicodedata.normalize("NFKD", kind.upper()).encode("ascii", "ignore").decode()
    name = NO_NAME.sub("_", letters).strip("_")
    if not name or name in TAKEN:
        name = LINKS_TO
    return Relationships(f"_{name}" if name[0].isdigit() else name, "Topic", "Topic", LINK, kind=kind)


def _steps(path: LearningPath) -> Iterator[Row]:
    stops: list[tuple[str, Source]] = []
    for position, step in enumerate(path.steps, 1):
        for order, id_ in enumerate(dict.fromkeys(step.topics), 1):
            yield STEP, (path.id, id_, position, order, step.text, step.source.file, step.source.line)
            if not stops or stops[-1][0] != id_:
                stops.append((id_, step.source))
    for position, ((start, _), (end, source)) in enumerate(pairwise(stops), 1):
        yield NEXT, (start, end, path.id, position, source.file, source.line)


def _own(topic: Topic, knowledge_map: KnowledgeMap) -> Iterator[tuple[str, Any]]:
    """The note's properties, without tables: `{a: {b: 1}}` is `a.b`. Nothing that is empty but a text or a list."""
    waiting = [*topic.properties.items()][::-1]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [(f"{key}.{inner}", value[inner]) for inner in value][::-1]
        elif value is not None and not _is_definition(key, value, topic, knowledge_map):
            yield _name(key), value


def _is_definition(key: str, value: Any, topic: Topic, knowledge_map: KnowledgeMap) -> bool:
    """Whether the field `definition` says it already."""
    same = key == "definition" and isinstance(value, str)
    return same and " ".join(value.split()) == knowledge_map.definition(topic.id)


def _name(key: str) -> str:
    """The property's name; one of ours gets a prefix, and so does one that looks as if it had got it."""
    name = UNFIT.sub("\ufffd", key)
    bare = name
    while bare.startswith(PREFIX):
        bare = bare.removeprefix(PREFIX)
    return PREFIX + name if bare in RESERVED else name


def _fitting(name: str, value: Any) -> tuple[Column, Value]:
    """The value as a graph can hold it: a list has items of one type and none that is missing."""
    if not isinstance(value, list | tuple):
        kind = _type(value)
        return Column(name, kind), value if kind != "text" else _text(value)
    items = [item for item in value if item is not None]
    kinds = {_type(item) for item in items}
    if len(kinds) == 1 and "text" not in kinds:
        return Column(name, kinds.pop(), many=True), tuple(items)
    return Column(name, "text", many=True), tuple(_text(item) for item in items)


def _type(value: Any) -> Literal["text", "whole", "number", "flag"]:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int) and value in WHOLE:
        return "whole"
    return "number" if isinstance(value, float) else "text"


def _text(value: Any) -> str:
    if isinstance(value, bool | int | float | list | tuple | Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
