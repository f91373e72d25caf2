"""A property graph's statements in Cypher: its schema, what loads a table's rows, what removes stale ones.

The script and the live load say the same; what differs is where a row's fields come from, and the marks.
https://neo4j.com/docs/cypher-manual/5/ ; https://neo4j.com/docs/cypher-manual/5/syntax/parsing/ has the rules of quoting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from exporter.views.graph.tables import (
    COMMON,
    DIGEST,
    LABELS,
    RUN,
    SINCE,
    SOURCE,
    Column,
    Nodes,
    Relationships,
    Scalar,
    Table,
)

# A load finds nodes by these, and no node is there twice. They come first.
CONSTRAINTS = tuple(
    f"CREATE CONSTRAINT mlk_{label.lower()} IF NOT EXISTS FOR (n:{label}) REQUIRE (n.{SOURCE}, n.id) IS UNIQUE"
    for label in LABELS
)
SEARCHED = ("title", "aliases", "summary", "definition", "text", "id")
# For those who ask. They come last, as an index is filled faster than kept up to date.
INDEXES = (
    "CREATE INDEX mlk_topic_id IF NOT EXISTS FOR (n:Topic) ON (n.id)",
    f"CREATE INDEX mlk_knowledge_id IF NOT EXISTS FOR (n:{COMMON}) ON (n.id)",
    f"CREATE FULLTEXT INDEX mlk_text IF NOT EXISTS FOR (n:{COMMON}) "
    f"ON EACH [{', '.join(f'n.{name}' for name in SEARCHED)}]",
)

# Neo4j replaces \uXXXX everywhere before it reads a statement, so a quote must never be written that way.
ESCAPES = str.maketrans(
    {chr(code): f"\\u{code:04x}" for code in (*range(0x20), 0x7F, 0x85, 0x2028, 0x2029, 0xFEFF)}
    | {"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f"}
    | {chr(code): "\ufffd" for code in range(0xD800, 0xE000)}  # half a character: UTF-8 cannot say it
)
NUMBERS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}

Read = Callable[[Column, int], str]  # the expression that reads a property from the field of this number


class Marks(NamedTuple):
    """The expressions for what a load writes on all that is its own."""

    source: str  # the vault's name in the graph
    run: str  # this load's, or this statement's; what bears another one is of an earlier load
    now: str  # when it was loaded
    is_old: str = "{} <> $run"  # whether the run of something, in place of {}, is an earlier load's


def quote(text: str) -> str:
    """Write a text between quotes."""
    return f"'{text.translate(ESCAPES)}'"


def quote_name(name: str) -> str:
    """Write a name between backticks; cypher-shell takes a bare backslash in it for an escape, Neo4j does not."""
    return "`" + name.replace("\\", r"\u005C").replace("`", "``") + "`"


def format_value(value: Scalar) -> str:
    """Write a value without quotes, as toInteger(), toFloat(), toBoolean(), date() and neo4j-admin read it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return NUMBERS.get(repr(value), repr(value)) if isinstance(value, float) else str(value)


def load(table: Table, marks: Marks, roles: Iterable[str], read: Read) -> str:
    """Give the clauses that load a row whose fields `read` finds: nodes have their digest behind their properties.

    Loading a row again changes nothing; `_since` stays as it is where a node is like before, or a relationship there.
    """
    clauses = _nodes(table, marks, roles, read) if isinstance(table, Nodes) else _relationships(table, marks, read)
    return "\n".join(clauses)


def _nodes(table: Nodes, marks: Marks, roles: Iterable[str], read: Read) -> Iterator[str]:
    new = f"f[{len(table.columns)}]"
    identity = f"{SOURCE}: {marks.source}, {RUN}: {marks.run}, {DIGEST}: {new}"
    since = f"{SINCE}: CASE WHEN n.{DIGEST} = {new} THEN n.{SINCE} ELSE {marks.now} END"
    yield f"MERGE (n:{table.label} {{{SOURCE}: {marks.source}, id: f[0]}})"
    yield f"SET n = {{{', '.join([identity, since, *_fields(table.columns, 0, read)])}}}"
    yield f"SET n:{':'.join([COMMON, *table.roles])}"
    others = [role for role in roles if role not in table.roles] if table.label == "Topic" else []
    if others:
        yield f"REMOVE n:{':'.join(others)}"


def _relationships(table: Relationships, marks: Marks, read: Read) -> Iterator[str]:
    fields = _fields(table.columns, 2, read)
    kind = [f"kind: {quote(table.kind)}"] if table.kind is not None else []
    key = [text for column, text in zip(table.columns, fields, strict=True) if column.name in table.key]
    properties = ", ".join([f"{RUN}: {marks.run}", *(text for text in fields if text not in key)])
    # The index is named, for while nodes are new Neo4j may think it quicker to look through all of them.
    for node, label, field in (("a", table.start, "f[0]"), ("b", table.end, "f[1]")):
        yield f"MATCH ({node}:{label} {{{SOURCE}: {marks.source}, id: {field}}})"
        yield f"USING INDEX SEEK {node}:{label}({SOURCE}, id)"
    yield f"MERGE (a)-[r:{table.type} {{{', '.join([f'{SOURCE}: {marks.source}', *kind, *key])}}}]->(b)"
    yield f"ON CREATE SET r.{SINCE} = {marks.now}"
    yield f"SET r += {{{properties}}}"


def _fields(columns: Iterable[Column], first: int, read: Read) -> list[str]:
    return [f"{_name(column.name)}: {read(column, number)}" for number, column in enumerate(columns, first)]


def _name(name: str) -> str:
    return name if name.isascii() and name.isidentifier() else quote_name(name)


def stale_relationships(marks: Marks) -> str:
    """Match as `r` the relationships of this source that an earlier load has left."""
    stale = f"r.{SOURCE} = {marks.source} AND {marks.is_old.format(f'r.{RUN}')}"
    return f"MATCH (n:{COMMON})-[r]->() WHERE n.{SOURCE} = {marks.source} AND {stale}"


def stale_nodes(marks: Marks) -> str:
    """Match as `n` the nodes of this source that an earlier load has left."""
    return f"MATCH (n:{COMMON}) WHERE n.{SOURCE} = {marks.source} AND {marks.is_old.format(f'n.{RUN}')}"
