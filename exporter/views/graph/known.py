"""What a graph has decided with all topics in view, handed on to who writes some of them: the shards of a vault (views/decided.py)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from exporter.model import KnowledgeMap, Topic
from exporter.views import decided
from exporter.views.graph.tables import Column, Nodes, Options
from exporter.views.graph.topics import Topics

VIEW = "graph"


class Decided(msgspec.Struct, array_like=True):
    """What was decided of the topics of a shard."""

    tables: list[tuple[tuple[str, ...], tuple[Column, ...]]]  # all that there are: roles and columns
    table_of: list[tuple[tuple[str, ...], tuple[Column, ...], int]]  # by a topic's roles and properties
    positions: dict[str, int]  # of areas among their neighbours, by Topic.id
    filings: list[tuple[str, str, int]]  # topic, area, and the topic's place in it
    implied: bool  # whether any link follows from others
    long: bool  # whether any topic, tag or path has an id that no index holds


class KnownTopics(Topics):
    """The topics of a shard in the tables of the whole graph."""

    def __init__(self, knowledge_map: KnowledgeMap, options: Options, left_out: set[str], decided: Decided) -> None:
        """Take what was decided; what properties cannot be was told already."""
        self._decided = decided
        super().__init__(knowledge_map, options, left_out)
        self.findings = []
        self.__dict__["positions"] = decided.positions

    def _tables(self, left_out: set[str]) -> dict[Nodes, list[Topic]]:
        tables = [Nodes("Topic", columns, roles) for roles, columns in self._decided.tables]
        table_of = {(roles, columns): number for roles, columns, number in self._decided.table_of}
        members: list[list[Topic]] = [[] for _ in tables]
        for topic in self._map.topics:
            if topic.id not in left_out:
                columns = self._property_columns(topic)
                members[table_of[self._roles_of(topic), columns]].append(topic)
        return dict(zip(tables, members, strict=True))


def hand_on(knowledge_map: KnowledgeMap, topics: Topics, long: bool) -> list[tuple[str, str, int]] | None:
    """Put what was decided of each shard into the store of the map, if it is the head of some.

    Returns:
        The filings of topics that lie in no shard; None: it is no head, so nobody has looked for them.
    """
    if not knowledge_map.part:
        return None
    shards = knowledge_map.part.shards
    tables = [(table.roles, table.columns) for table in topics.tables]
    number_of = {table: number for number, table in enumerate(topics.tables)}
    table_of = [(roles, columns, number_of[table]) for (roles, columns), table in topics.table_of.items()]
    pieces = [Decided(tables, table_of, {}, [], bool(knowledge_map.implied), long) for _ in shards]
    shard_of = {id_: piece for ids, piece in zip(shards, pieces, strict=True) for id_ in ids}
    for id_, position in topics.positions.items():
        if id_ in shard_of:
            shard_of[id_].positions[id_] = position
    own: list[tuple[str, str, int]] = []
    for filing in file_topics(knowledge_map):
        (shard_of[filing[0]].filings if filing[0] in shard_of else own).append(filing)
    decided.hand_on(knowledge_map, VIEW, pieces)
    return own


def take(knowledge_map: KnowledgeMap) -> Decided | None:
    """What was decided of the shard whose map this is; None: it is of none.

    Raises:
        ExportError: nothing was.
    """
    if knowledge_map.part is None or knowledge_map.is_head:
        return None
    return decided.take(knowledge_map, VIEW, Decided)


def file_topics(knowledge_map: KnowledgeMap) -> Iterator[tuple[str, str, int]]:
    """What lies in the areas, area by area and as each orders it: topic, area, and its place; a topic may lie in several."""
    for area in dict.fromkeys([*knowledge_map.area, *(area for topic in knowledge_map.topics for area in topic.areas)]):
        for position, topic in enumerate(knowledge_map.topics_in(area), 1):
            yield topic.id, area, position
