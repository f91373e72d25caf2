"""The knowledge map as a property graph: nodes and relationships in tables, row by row.

Knows neither Cypher nor CSV. Rows are made one by one, so that a graph of a million notes fits into memory.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from hashlib import blake2b
from itertools import chain, pairwise
from typing import TypeVar

from exporter.errors import Finding
from exporter.model import BROADER, IN_AREA, KnowledgeMap, LearningPath, Link, Source, Topic
from exporter.views.graph.properties import fitting, own_properties
from exporter.views.graph.tables import (
    AREA,
    HAS_TAG,
    LABELS,
    LINK,
    LINKS_TO,
    NEXT,
    NOTE,
    PATH,
    POSITION,
    REFERENCE,
    REFERS_TO,
    STEP,
    TAG,
    TAKEN,
    TEXT,
    TOPIC,
    WIDER_TAG,
    Column,
    Nodes,
    Options,
    Relationships,
    Row,
    Table,
    Value,
    Values,
)

__all__ = ["Options", "PropertyGraph", "batches", "digest"]

K = TypeVar("K")
V = TypeVar("V")

LONGEST_ID = 5_000  # bytes; https://neo4j.com/docs/cypher-manual/5/indexes/ : id and source share 8 KB
LONGEST_SOURCE = 500  # characters; it is a part of every key
WIDEST = 100  # columns of notes' own properties in one table
TRIED = 20  # tables into which rows may fit, so that a vault of all different notes takes no longer than others
NO_NAME = re.compile("[^A-Z0-9]+")


class PropertyGraph:
    """What a knowledge map becomes: `nodes`, then `relationships` between them."""

    def __init__(self, knowledge_map: KnowledgeMap, options: Options) -> None:
        """See how the topics share tables, and find what a graph cannot say.

        Raises:
            ExportError: an option that makes no graph.
        """
        options.check()
        self.source = (options.source or knowledge_map.title or "vault")[:LONGEST_SOURCE]
        self.roles = (AREA, NOTE, *dict.fromkeys(options.labels.values()))
        self.findings: list[Finding] = []
        self._map = knowledge_map
        self._types, self._with_text = options.types, options.with_text
        self._labels = {tag.casefold(): label for tag, label in options.labels.items()}
        self._left_out = {label: set[str]() for label in LABELS}  # ids that no index holds
        self._find_long_ids()
        self._own: dict[str, dict[Column, Value]] = {}  # Topic.id: the note's own properties
        self.topics = self._topic_tables()

    @cached_property
    def run(self) -> str:
        """Names what there is, not what it is like: what a load has not marked with it is no longer in the vault.

        Equal maps give equal runs, so loading again changes nothing.
        """
        run = blake2b(digest_size=8)
        known = self._map
        for topic in known.topics:
            links = [(link.kind, link.end) for link in known.links_from(topic.id)]
            urls = [reference.url for reference in known.references_of(topic.id)]
            run.update(repr((topic.id, topic.tags, links, urls)).encode(errors="surrogatepass"))
        others = [(area.id, area.parent) for area in known.areas], [(tag.id, tag.parent) for tag in known.tags]
        steps = [(path.id, [step.topics for step in path.steps]) for path in known.paths]
        run.update(repr((others, steps, self._types)).encode(errors="surrogatepass"))
        return run.hexdigest()

    @property
    def size(self) -> int:
        """About how many rows there are."""
        known = self._map
        return len(known.topics) + len(known.tags) + len(known.links) + len(known.references)

    def ids(self) -> dict[str, set[str]]:
        """The ids of all nodes, by label."""
        known = self._map
        ids = {
            "Topic": set(known.topic),
            "Tag": {tag.id for tag in known.tags},
            "LearningPath": {path.id for path in known.paths},
            "Reference": {reference.url for reference in known.references},
        }
        return {label: ids[label] - self._left_out[label] for label in LABELS}

    def nodes(self) -> Iterator[Row]:
        """The nodes with all their properties, table by table."""
        for table in self.tables:
            for values in self.rows(table):
                yield table, values

    @property
    def tables(self) -> list[Nodes]:
        """The tables of nodes; those that are not of topics may be empty."""
        return [*self.topics, TAG, PATH, REFERENCE]

    def rows(self, table: Nodes) -> Iterator[Values]:
        """The nodes of one table."""
        known = self._map
        if table.label == "Topic":
            return (self._topic_row(table, topic) for topic in self.topics[table])
        others: dict[str, Callable[[], Iterator[Values]]] = {
            "Tag": lambda: ((tag.id, *_place(tag.source)) for tag in known.tags),
            "LearningPath": lambda: (_path_row(path) for path in known.paths),
            "Reference": lambda: ((url,) for url in dict.fromkeys(reference.url for reference in known.references)),
        }
        return (values for values in others[table.label]() if values[0] not in self._left_out[table.label])

    @property
    def kinds(self) -> set[str]:
        """The vault's own words for its links."""
        return {link.kind for link in self._map.links}

    def own(self, topic: Topic) -> Mapping[Column, Value]:
        """The note's own properties."""
        return self._own.get(topic.id, {})

    def relationships(self) -> Iterator[Row]:
        """The relationships, whose nodes all exist; those of several types come mixed."""
        for start, end in self.ends:
            yield from self.between(start, end)

    @property
    def ends(self) -> list[tuple[str, str]]:
        """The labels that relationships lead from and to."""
        return [*self._makers]

    def between(self, start: str, end: str) -> Iterator[Row]:
        """The relationships between nodes of these labels."""
        starts, ends, rows = self._left_out[start], self._left_out[end], self._makers[start, end]()
        if not starts and not ends:
            return rows
        return (row for row in rows if row[1][0] not in starts and row[1][1] not in ends)

    @property
    def _makers(self) -> dict[tuple[str, str], Callable[[], Iterator[Row]]]:
        return {
            ("Topic", "Topic"): lambda: chain(self._links(), self._nexts()),
            ("Topic", "Tag"): self._has_tags,
            ("Tag", "Tag"): self._wider_tags,
            ("LearningPath", "Topic"): self._steps,
            ("Topic", "Reference"): self._refers_to,
        }

    def _topic_tables(self) -> dict[Nodes, list[Topic]]:
        """The tables of topics: those of the same labels share one, unless they say one property in two types.

        So a table has a column for each property of its topics, but only so many, as notes may be made to have all
        different ones.
        """
        groups: dict[tuple[str, ...], dict[tuple[Column, ...], list[Topic]]] = {}
        for topic in self._map.topics:
            if topic.id not in self._left_out["Topic"]:
                columns = self._fitting_properties(topic)
                groups.setdefault(self._roles_of(topic), {}).setdefault(columns, []).append(topic)
        tables: dict[Nodes, list[Topic]] = {}
        for roles, sets in groups.items():
            shared: list[tuple[dict[str, Column], list[Topic]]] = []
            for columns, topics in sorted(sets.items(), key=lambda known: -len(known[1])):
                names = {column.name: column for column in columns}
                for wide, members in shared[-TRIED:]:
                    agree = all(wide.get(name, column) == column for name, column in names.items())
                    if agree and len(wide) + sum(name not in wide for name in names) <= max(WIDEST, len(wide)):
                        wide.update(names)
                        members += topics
                        break
                else:
                    shared.append((names, [*topics]))
            for wide, members in shared:
                tables[Nodes("Topic", (*self._fixed, *wide.values()), roles)] = members
        return tables

    @property
    def _fixed(self) -> tuple[Column, ...]:
        return (*TOPIC, TEXT) if self._with_text else TOPIC

    def _roles_of(self, topic: Topic) -> tuple[str, ...]:
        roles = [AREA] * (topic.id in self._map.area) + [NOTE] * (topic.note is not None)
        for tag in topic.tags if self._labels else ():
            parts = tag.casefold().split("/")
            roles += [self._labels.get("/".join(parts[:count]), "") for count in range(1, len(parts) + 1)]
        return tuple(role for role in self.roles if role in roles)

    def _fitting_properties(self, topic: Topic) -> tuple[Column, ...]:
        """The columns of the note's own properties; their values are kept, and two of one name are told."""
        found: dict[str, tuple[Column, Value]] = {}
        for name, value in own_properties(topic, self._map) if topic.properties else ():
            if name in found:
                message = f"neo4j: two properties are called {name!r}, so the second is left out; rename one of them"
                self.findings.append(Finding(topic.source, "property-twice", message))
            else:
                found[name] = fitting(name, value)
        if found:
            self._own[topic.id] = dict(found.values())
        return tuple(sorted(column for column, _ in found.values()))

    def _find_long_ids(self) -> None:
        known = self._map
        tables: dict[str, Iterable[tuple[str, Source]]] = {
            "Topic": ((topic.id, topic.source) for topic in known.topics),
            "Tag": ((tag.id, tag.source) for tag in known.tags),
            "LearningPath": ((path.id, path.source) for path in known.paths),
            "Reference": ((reference.url, reference.source) for reference in known.references),
        }
        for label, ids in tables.items():
            for id_, source in ids:
                long = len(id_) * 4 > LONGEST_ID and len(id_.encode(errors="surrogatepass")) > LONGEST_ID
                if long and id_ not in self._left_out[label]:
                    self._left_out[label].add(id_)
                    message = f"neo4j: {id_[:40]!r}... is longer than {LONGEST_ID} bytes, so it is left out; shorten it"
                    self.findings.append(Finding(source, "long-id", message))

    def _topic_row(self, table: Nodes, topic: Topic) -> Values:
        known = self._map
        told: list[Value] = [
            topic.id,
            topic.title,
            topic.summary or None,
            known.definition(topic.id) or None,
            topic.aliases or None,
            topic.note or None,
            self._positions.get(topic.id),
            *_place(topic.source),
        ]
        if self._with_text:
            text = ""
            with suppress(OSError):  # it is gone since the vault was read
                text = known.text(topic.id).strip()
            told.append(text or None)
        own = self.own(topic)
        return (*told, *(own.get(column) for column in table.columns[len(told) :]))

    @cached_property
    def _positions(self) -> dict[str, int]:
        """Where an area stands among its neighbours."""
        return {
            area.id: position
            for parent in (None, *self._map.area)
            for position, area in enumerate(self._map.areas_in(parent), 1)
        }

    def _links(self) -> Iterator[Row]:
        known = self._map
        tables: dict[str, Relationships] = {}
        position = {
            (id_, area.id): position
            for area in known.areas
            for position, id_ in enumerate(dict.fromkeys(topic.id for topic in known.topics_in(area.id)), 1)
        }
        for topic in known.topics:
            links: Iterable[Link] = known.links_from(topic.id)
            area = known.area.get(topic.id)
            if area and area.parent is not None:
                links = chain([Link(area.id, BROADER, area.parent, "", "", area.source)], links)
            for link, count in _counted(((link.kind, link.end), link) for link in links):
                table = tables.get(link.kind) or tables.setdefault(link.kind, self._link_table(link.kind))
                told = (link.text or None, link.anchor or None, self._sentence(link), count)
                row = (link.start, link.end, *_place(link.source), *told)
                if link.kind == IN_AREA:
                    yield table, (*row, position.get((link.start, link.end)), topic.areas[:1] == (link.end,))
                else:
                    yield table, row

    def _sentence(self, link: Link) -> str | None:
        with suppress(OSError):  # the note is gone since the vault was read
            return self._map.sentence(link) or None
        return None

    def _link_table(self, kind: str) -> Relationships:
        if kind == IN_AREA:
            return Relationships("IN_AREA", "Topic", "Topic", (*LINK, POSITION, Column("home", "flag")), kind=kind)
        name = self._types.get(kind, "")
        if not name:
            letters = unicodedata.normalize("NFKD", kind.upper()).encode("ascii", "ignore").decode()
            name = NO_NAME.sub("_", letters).strip("_")
        if not name or name in TAKEN:
            name = LINKS_TO
        return Relationships(f"_{name}" if name[0].isdigit() else name, "Topic", "Topic", LINK, kind=kind)

    def _nexts(self) -> Iterator[Row]:
        for path in self._map.paths:
            stops: list[tuple[str, Source]] = []
            for step in path.steps:
                for id_ in dict.fromkeys(step.topics):
                    if not stops or stops[-1][0] != id_:
                        stops.append((id_, step.source))
            for position, ((start, _), (end, source)) in enumerate(pairwise(stops), 1):
                yield NEXT, (start, end, path.id, position, *_place(source))

    def _steps(self) -> Iterator[Row]:
        for path in self._map.paths:
            for position, step in enumerate(path.steps, 1):
                for order, id_ in enumerate(dict.fromkeys(step.topics), 1):
                    yield STEP, (path.id, id_, position, order, step.text or None, *_place(step.source))

    def _has_tags(self) -> Iterator[Row]:
        for topic in self._map.topics:
            for position, id_ in enumerate(dict.fromkeys(topic.tags), 1):
                yield HAS_TAG, (topic.id, id_, position, *_place(topic.source))

    def _wider_tags(self) -> Iterator[Row]:
        for tag in self._map.tags:
            if tag.parent is not None:
                yield WIDER_TAG, (tag.id, tag.parent, *_place(tag.source))

    def _refers_to(self) -> Iterator[Row]:
        known = self._map
        for topic in known.topics:
            for reference, count in _counted((found.url, found) for found in known.references_of(topic.id)):
                place = _place(reference.source)
                yield REFERS_TO, (topic.id, reference.url, *place, reference.title or None, count)


def batches(rows: Iterable[Row], most: int, size: int) -> Iterator[tuple[Table, list[Values]]]:
    """Sort rows by table, and give them away as soon as there are so many, or so many characters in them."""
    waiting: dict[Table, list[Values]] = {}
    sizes: dict[Table, int] = {}
    for table, values in rows:
        batch = waiting.setdefault(table, [])
        batch.append(values)
        sizes[table] = sizes.get(table, 0) + _length(values)
        if len(batch) >= most or sizes[table] >= size:
            yield table, batch
            waiting[table], sizes[table] = [], 0
    for table, batch in waiting.items():
        if batch:
            yield table, batch


def _length(values: Iterable[Value]) -> int:
    """How many characters of text there are."""
    length = 0
    for value in values:
        if isinstance(value, str):
            length += len(value)
        elif isinstance(value, tuple):
            length += _length(value)
    return length


def digest(table: Nodes, values: Values) -> str:
    """What a node is like, in 16 letters: a load that finds another digest has changed it.

    What is missing has no part in it, so a new column changes those nodes alone that have something to say there.
    """
    told = [(column.name, value) for column, value in zip(table.columns, values, strict=True) if value is not None]
    return blake2b(repr((table.roles, told)).encode(errors="surrogatepass"), digest_size=8).hexdigest()


def _place(source: Source) -> tuple[str | None, int]:
    return source.file or None, source.line


def _path_row(path: LearningPath) -> Values:
    return path.id, path.title, tuple(step.text for step in path.steps), *_place(path.source)


def _counted(found: Iterable[tuple[K, V]]) -> Iterator[tuple[V, int]]:
    """The first of each key, and how many there are."""
    first: dict[K, V] = {}
    counts: dict[K, int] = {}
    for key, value in found:
        first.setdefault(key, value)
        counts[key] = counts.get(key, 0) + 1
    return zip(first.values(), counts.values(), strict=True)
