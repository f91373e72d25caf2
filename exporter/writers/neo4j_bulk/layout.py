"""Which files there are and what stands in them: rows in pieces, column by column, whatever form they are given.

The syntax of headers: https://neo4j.com/docs/operations-manual/current/import/#import-tool-header-format
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from exporter.views.graph import PropertyGraph, digest
from exporter.views.graph.tables import (
    COMMON,
    DIGEST,
    HAS_TAG,
    IMPLIED,
    KIND,
    LINK,
    NEXT,
    POSITION,
    REFERS_TO,
    RUN,
    SOURCE,
    STEP,
    WIDER_TAG,
    Column,
    Nodes,
    Relationships,
    Value,
    Values,
)

V = TypeVar("V")

Piece = list[Sequence[Value]]  # the values of some rows, a sequence for each column

TYPES = {"text": "string", "integer": "long", "float": "double"}  # others are called so by both
NAMES = {"Topic": "topics", "Tag": "tags", "LearningPath": "paths", "Reference": "references", "Missing": "missing"}
START, END, TYPE = Column(":START_ID"), Column(":END_ID"), Column(":TYPE")
MARKS = (Column(SOURCE), Column(RUN))
IMPORTED = "import"  # the run of all rows: the next load gives them its own, and a small edit stays a small diff
# Several types share a file, and which ones there are is known only when all was read: it has the columns of each.
COLUMNS = {
    ("Topic", "Topic"): (KIND, *dict.fromkeys((*LINK, POSITION, Column("home", "boolean"), *NEXT.columns))),
    ("Topic", "Tag"): HAS_TAG.columns,
    ("Tag", "Tag"): WIDER_TAG.columns,
    ("LearningPath", "Topic"): STEP.columns,
    ("Topic", "Reference"): REFERS_TO.columns,
    ("Topic", "Missing"): (KIND, *LINK),
}


class Data(NamedTuple):
    """What becomes one file of data; it can be read again and again."""

    name: str  # of the file, less its ending
    option: str  # of the command, which names the file: "--nodes=Knowledge:Topic"
    headers: list[str]
    columns: list[Column]
    pieces: Callable[[int], Iterator[Piece]]  # of so many rows at most


def files(graph: PropertyGraph, says: Callable[[str], bool]) -> Iterator[Data]:
    """Yield the files that have rows; a property whose name no header `says` is left out."""
    for number, table in enumerate(graph.tables, 1):  # those of topics stand first, and none of them is empty
        if (graph.is_cut and table.label == "Topic") or next(graph.rows(table), None):
            yield _nodes(graph, table, number, says)
    for start, end in graph.ends:
        if graph.may_have(start, end):
            yield _relationships(graph, start, end)


def _nodes(graph: PropertyGraph, table: Nodes, number: int, says: Callable[[str], bool]) -> Data:
    indexes = [index for index, column in enumerate(table.columns) if says(column.name)]
    columns = [*(table.columns[index] for index in indexes), Column(DIGEST), *MARKS]
    name = NAMES[table.label] + (f"-{number}" if table.label == "Topic" else "")

    def pieces(size: int) -> Iterator[Piece]:
        for rows in _batches(graph.rows(table), size):
            values = [*zip(*rows, strict=True)]
            digests = [digest(table, row) for row in rows]
            yield [*(values[index] for index in indexes), digests, *_marks(graph, len(rows))]

    option = f"--nodes={':'.join((COMMON, table.label, *table.roles))}"
    headers = [f"id:ID({table.label})", *(_header(column) for column in columns[1:])]
    return Data(name, option, headers, columns, pieces)


def _relationships(graph: PropertyGraph, start: str, end: str) -> Data:
    implied = [IMPLIED] if start == end == "Topic" and graph.has_implied else []
    columns = [START, END, TYPE, *COLUMNS[start, end], *implied, *MARKS]

    def pieces(size: int) -> Iterator[Piece]:
        for rows in _batches(graph.between(start, end), size):
            groups: dict[tuple[str, str | None], tuple[Relationships, list[Values]]] = {}
            for table, values in rows:
                assert isinstance(table, Relationships)
                groups.setdefault((table.type, table.kind), (table, []))[1].append(values)
            for table, group in groups.values():
                count = len(group)
                values_of: dict[Column, Sequence[Value]] = {TYPE: [table.type] * count, KIND: [table.kind] * count}
                values_of.update(zip((START, END, *table.columns), zip(*group, strict=True), strict=True))
                values_of.update(zip(MARKS, _marks(graph, count), strict=True))
                assert values_of.keys() - {KIND} <= {*columns}, f"{table.type}: a column has no place in {columns}"
                yield [values_of.get(column) or [None] * count for column in columns]

    headers = [f":START_ID({start})", f":END_ID({end})", ":TYPE", *(_header(column) for column in columns[3:])]
    return Data(f"{NAMES[start]}-to-{NAMES[end]}", "--relationships", headers, columns, pieces)


def _batches(rows: Iterable[V], size: int) -> Iterator[list[V]]:
    rows = iter(rows)
    while batch := [*islice(rows, size)]:
        yield batch


def _marks(graph: PropertyGraph, count: int) -> Piece:
    return [[graph.source] * count, [IMPORTED] * count]


def _header(column: Column) -> str:
    suffix = "[]" if column.many else ""
    return f"{column.name}:{TYPES.get(column.type, column.type)}{suffix}"
