"""The knowledge map as a property graph: nodes and relationships in tables, row by row.

Knows neither Cypher nor CSV. Rows are made one by one, so that a graph of a million notes fits into memory.

tables.py: which labels, types and columns there are, and what mappings/neo4j.toml may say; topics.py: the nodes of
topics and the tables that they share; properties.py: a note's own properties as a graph can hold them;
relationships.py: the relationships, type by type; rows.py: what is done with rows of any table; known.py: what of it is decided once for the shards of a vault. All of them together
are a PropertyGraph, here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from hashlib import blake2b

from exporter.errors import Finding
from exporter.model import KnowledgeMap, Source
from exporter.views.graph import known
from exporter.views.graph.relationships import Connections
from exporter.views.graph.rows import batches, digest, file_and_line, replace_surrogates_in
from exporter.views.graph.tables import LABELS, MISSING, PATH, REFERENCE, TAG, Nodes, Options, Row, Values
from exporter.views.graph.topics import Topics

__all__ = ["Options", "PropertyGraph", "batches", "digest", "replace_surrogates_in"]

LONGEST_ID = 5_000  # bytes; https://neo4j.com/docs/cypher-manual/5/indexes/ : id and source share 8 KB
SHORT = LONGEST_ID // 4  # characters that are no more bytes
LONGEST_SOURCE = 500  # characters; it is a part of every key


class PropertyGraph:
    """What a knowledge map becomes: `nodes`, then `relationships` between them."""

    def __init__(self, knowledge_map: KnowledgeMap, options: Options) -> None:
        """See how the topics share tables, and find what a graph cannot say.

        Raises:
            OptionError: an option that makes no graph.
        """
        options.check()
        self.source = (options.source or knowledge_map.title or "vault")[:LONGEST_SOURCE]
        self._map, self._types = knowledge_map, options.types
        self._missing = [each for each in knowledge_map.missing if each.note] if options.missing else []
        self._left_out = {label: set[str]() for label in LABELS}  # ids that no index holds
        self.findings = [*self._long_ids()]
        decided = known.take(knowledge_map)
        if decided:
            self.topics: Topics = known.KnownTopics(knowledge_map, options, self._left_out["Topic"], decided)
        else:
            self.topics = Topics(knowledge_map, options, self._left_out["Topic"])
        self.findings += self.topics.findings
        # Ids that no index holds, be they in another part: the head has seen all but addresses, which no two parts share
        self._has_long = any(self._left_out.values()) or bool(decided and decided.long)
        self.has_implied = decided.implied if decided else bool(knowledge_map.implied)  # links that follow from others
        own = decided.filings if decided else known.hand_on(knowledge_map, self.topics, self._has_long)

        def filings() -> Iterable[tuple[str, str, int]]:
            return known.file_topics(knowledge_map) if own is None else own

        self._connections = Connections(knowledge_map, options.types, self._missing, filings, self.has_implied)

    @property
    def is_cut(self) -> bool:
        """Whether this is a part of a graph: then others have rows where it has none."""
        return self._map.part is not None

    @cached_property
    def run(self) -> str:
        """Names a load by what there is, not what it is like: what it has not marked so is no longer in the vault.

        Equal maps give equal runs, so loading again changes nothing.
        """
        run = blake2b(digest_size=8)
        knowledge_map = self._map
        for topic in knowledge_map.topics:
            links = [(link.kind, link.end) for link in knowledge_map.links_from(topic.id)]
            urls = [reference.url for reference in knowledge_map.references_of(topic.id)]
            run.update(repr((topic.id, topic.tags, links, urls)).encode(errors="surrogatepass"))
        areas: list[tuple[str, str | None]] = [(area.id, area.parent) for area in knowledge_map.areas]
        tags = [(tag.id, tag.parent) for tag in knowledge_map.tags]
        areas += [(link.start, f"{link.kind} {link.end}") for link in knowledge_map.implied]
        steps = [(path.id, [step.topics for step in path.steps]) for path in knowledge_map.paths]
        wants = [(each.name, [(want.topic, want.kind) for want in each.wanted_by]) for each in self._missing]
        run.update(repr(((areas, tags), steps, self._types, *wants)).encode(errors="surrogatepass"))
        return run.hexdigest()

    @property
    def size(self) -> int:
        """About how many rows there are."""
        knowledge_map = self._map
        tables = (
            knowledge_map.topics,
            knowledge_map.tags,
            knowledge_map.links,
            knowledge_map.references,
            self._missing,
        )
        return sum(map(len, tables))

    def ids(self) -> dict[str, set[str]]:
        """The ids of all nodes, by label."""
        return {label: {id_ for id_, _ in ids} - self._left_out[label] for label, ids in self._ids()}

    def nodes(self) -> Iterator[Row]:
        """The nodes with all their properties, table by table."""
        for table in self.tables:
            for values in self.rows(table):
                yield table, values

    @property
    def tables(self) -> list[Nodes]:
        """The tables of nodes; those that are not of topics may be empty."""
        return [*self.topics.tables, TAG, PATH, REFERENCE, MISSING]

    def rows(self, table: Nodes) -> Iterator[Values]:
        """The nodes of one table."""
        knowledge_map = self._map
        if table.label == "Topic":
            return self.topics.rows(table)
        others: dict[str, Callable[[], Iterator[Values]]] = {
            "Tag": lambda: ((tag.id, tag.id, *file_and_line(tag.source)) for tag in knowledge_map.own("tags")),
            "LearningPath": lambda: (
                (path.id, path.title, tuple(step.text for step in path.steps), *file_and_line(path.source))
                for path in knowledge_map.own("paths")
            ),
            "Reference": lambda: iter(knowledge_map.addresses().items() if knowledge_map.is_head else ()),
            "Missing": lambda: ((each.name, each.name, *file_and_line(each.source)) for each in self._missing),
        }
        return (values for values in others[table.label]() if not _is_long(str(values[0])))

    @property
    def kinds(self) -> set[str]:
        """The vault's own words for its links."""
        wants = {want.kind for each in self._missing for want in each.wanted_by}
        return wants.union(link.kind for link in (*self._map.links, *self._map.implied))

    def relationships(self) -> Iterator[Row]:
        """The relationships, whose nodes all exist; those of several types come mixed."""
        for start, end in self.ends:
            yield from self.between(start, end)

    @property
    def ends(self) -> list[tuple[str, str]]:
        """The labels that relationships lead from and to."""
        return [*Connections.BETWEEN]

    def between(self, start: str, end: str) -> Iterator[Row]:
        """The relationships between nodes of these labels."""
        rows = Connections.BETWEEN[start, end](self._connections)
        if not self._has_long:
            return rows
        return (row for row in rows if not (_is_long(str(row[1][0])) or _is_long(str(row[1][1]))))

    def may_have(self, start: str, end: str) -> bool:
        """Whether there are relationships between nodes of these labels, be it in another part of the graph."""
        if self.is_cut and self._map.is_head and start == "Topic":
            has_tags = end == "Tag" and any(topic.tags for topic in self._map.topics)
            return end == "Topic" or has_tags or (end == "Reference" and bool(self._map.addresses()))
        return next(self.between(start, end), None) is not None

    def _long_ids(self) -> Iterator[Finding]:
        """Leave out the nodes whose ids no index can hold."""
        for label, ids in self._ids():
            for id_, source in ids:
                if len(id_) > SHORT and _is_long(id_) and id_ not in self._left_out[label]:
                    self._left_out[label].add(id_)
                    message = f"neo4j: {id_[:40]!r}... is longer than {LONGEST_ID} bytes, so it is left out; shorten it"
                    yield Finding(source, "long-id", message)

    def _ids(self) -> Iterator[tuple[str, Iterable[tuple[str, Source]]]]:
        """The ids that stand in the map, label by label, and where; an address may come more than once."""
        knowledge_map = self._map
        yield "Topic", ((topic.id, topic.source) for topic in knowledge_map.topics)
        yield "Tag", ((tag.id, tag.source) for tag in knowledge_map.tags)
        yield "LearningPath", ((path.id, path.source) for path in knowledge_map.paths)
        yield "Missing", ((each.name, each.source) for each in self._missing)
        yield "Reference", ((reference.url, reference.source) for reference in knowledge_map.references)


def _is_long(id_: str) -> bool:
    """Whether no index holds an id."""
    return len(id_) > SHORT and len(id_.encode(errors="surrogatepass")) > LONGEST_ID
