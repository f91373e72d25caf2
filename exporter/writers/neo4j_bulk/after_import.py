"""What the files cannot hold, as statements to run after the import: so nothing is lost, and nothing renamed.

That is little: empty lists, a property called `price (EUR)`, in Parquet lists of days. https://neo4j.com/docs/cypher-manual/5/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from exporter.views.cypher import format_value, quote, quote_name
from exporter.views.graph import PropertyGraph
from exporter.views.graph.properties import type_of
from exporter.views.graph.tables import ALIASES, KIND, PATH, SOURCE, TITLE, Column, Value

ROWS = 1_000  # in a statement


def statements(
    graph: PropertyGraph, says_name: Callable[[str], bool], says: Callable[[Column, Value], bool]
) -> Iterator[str]:
    """Yield what sets the properties whose names or values the files do not `say`."""
    source = quote(graph.source)
    groups: dict[tuple[str, str], list[str]] = {}  # label, property: rows
    for label, id_, column, value in _values(graph):
        if not says_name(column.name) or not says(column, value):
            groups.setdefault((label, column.name), []).append(f"[{quote(id_)}, {_literal(value)}]")
    for (label, name), rows in groups.items():
        for first in range(0, len(rows), ROWS):
            yield (
                f"UNWIND [{', '.join(rows[first : first + ROWS])}] AS row\n"
                f"MATCH (n:{label} {{{SOURCE}: {source}, id: row[0]}})\nSET n.{quote_name(name)} = row[1]"
            )
    if not says(KIND, "") and "" in graph.kinds:  # NEXT is the one without a kind
        links = f"MATCH (n:Topic)-[r]->(:Topic|Missing) WHERE n.{SOURCE} = {source} AND r.{SOURCE} = {source}"
        yield f"{links} AND type(r) <> 'NEXT' AND r.kind IS NULL\nSET r.kind = ''"


def _values(graph: PropertyGraph) -> Iterator[tuple[str, str, Column, Value]]:
    """Yield what may be unsayable: the properties of notes, and our columns that are lists or may be blank."""
    for topics in graph.topics.tables.values():
        for topic in topics:
            yield "Topic", topic.id, TITLE, topic.title
            if topic.aliases:
                yield "Topic", topic.id, ALIASES, topic.aliases
            for column, value in graph.topics.properties(topic).items():
                yield "Topic", topic.id, column, value
    for row in graph.rows(PATH):
        for column, value in zip(PATH.columns, row, strict=True):
            if column.many or column.blank:
                yield "LearningPath", str(row[0]), column, value


def _literal(value: Value) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, bool):
        return format_value(value)
    if isinstance(value, date):
        return f"{type_of(value)}('{format_value(value)}')"
    # in text: NaN, and -2^63
    return f"toFloat('{format_value(value)}')" if isinstance(value, float) else f"toInteger('{value}')"
