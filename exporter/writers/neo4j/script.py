"""Nodes and relationships as Cypher: statements that load, then statements that remove what the vault no longer has.

The rows of a statement are ONE text, a line for each row, which the statement takes apart with `split()`: Neo4j
reads that ten times faster than a map for each row, and parameters are not for a script. The separators are
characters that no value of the statement has, so that every value comes back as it was.
https://neo4j.com/docs/cypher-manual/5/syntax/parsing/ has the rules of quoting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain, islice

from exporter.model import KnowledgeMap
from exporter.writers.neo4j.graph import (
    LABELS,
    RUN,
    SOURCE,
    Column,
    Nodes,
    Property,
    Row,
    Table,
    Value,
    nodes,
    properties,
    relationships,
)

# The server keeps the last 1,000 statements in mind, each with five times its length: that has to fit into its memory.
ROWS = 500  # in a statement, and in a transaction
SIZE = 50_000  # characters in a statement, unless a single row has more

HEAD = r"""// A knowledge map for Neo4j 4.4 or newer, any edition. Load it with
//
//     cypher-shell -u neo4j -f load.cypher
//
// Loading it again changes nothing. After a new export it brings the graph up to date: what was written under the
// same _source before and is no longer in the vault is removed, at the end. Nodes and relationships with another
// _source, or with none, are left alone; but properties that were added to ours by hand do not outlive a load, nor do
// relationships of a node that goes. If loading breaks off, load again.
// Each statement is plain Cypher: drivers, the Browser and Aura take them too, one by one and in this order.
//
// Nodes, each with id, file and line (where the vault says so):
//   (:Topic)         title, summary, definition, aliases, note (its file; none: not written yet) and the note's own
//                    properties: {a: {b: 1}} is `a.b`, a list of different things is a list of texts, and one whose
//                    name is taken is called property_NAME
//   (:Topic:Area)    a topic under which others are filed; position among its neighbours
//   (:Tag)
//   (:LearningPath)  title, steps (the words of each)
//   (:Reference)     its id is the address of something outside the vault; no file and line
//
// Relationships, each with file and line:
//   (topic)-[:IN_AREA]->(area)      position within the area; home is true for the topic's first area
//   (narrower)-[:BROADER]->(wider)  areas, topics and tags
//   (topic)-[:HAS_TAG]->(tag)       position
//   (topic)-[:MENTIONS]->(topic)    a plain link
//   (topic)-[:REQUIRES]->(topic)    the end has to be known first
//   (topic)-[:RELATED]->(topic)     holds both ways: match it without an arrow
//   (path)-[:STEP]->(topic)         position of the step, order within it, text
//   (topic)-[:NEXT]->(topic)        from one topic of a learning path to the next: path (its id), position
//   (topic)-[:REFERS_TO]->(reference)  text, count
// Other properties with links in them are types of their own: "inspired by" is INSPIRED_BY, and LINKS_TO where that
// gives no name or a taken one. Every relationship that is a link has kind (the vault's word), text (what the
// reader sees), anchor (the heading or block it leads to) and count: several links of one kind between the same
// two topics are one relationship, with the place and the text of the first.
//
// In the texts below each line is one row, which split() cuts into the fields f[0], f[1], ... A separator ends each
// field and begins each item of a list; it is a character that the values do not have. What is empty is left out,
// except a title and what a note's property says.

"""

READ = {
    "text": "{0}",
    "said": "CASE WHEN {0} <> '' THEN {0} END",
    "whole": "toInteger({0})",
    "number": "toFloat({0})",
    "flag": "toBoolean({0})",
}
NUMBERS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}  # as toFloat() reads them

# Neo4j replaces \uXXXX everywhere before it reads the script, so a quote must never be written that way.
ESCAPES = str.maketrans(
    {chr(code): f"\\u{code:04x}" for code in (*range(0x20), 0x7F, 0x85, 0x2028, 0x2029, 0xFEFF)}
    | {"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f"}
    | {chr(code): "\ufffd" for code in range(0xD800, 0xE000)}  # half a character: UTF-8 cannot say it
)
SEPARATORS = "\n\t|;\x1f\x1e\x1d\x1c"  # of rows, fields, items: the first that no text has; else others
OTHERS = (range(0xE000, 0xF900), range(0x10000, 0x110000))


def script(knowledge_map: KnowledgeMap, source: str) -> Iterator[str]:
    """Yield the script in pieces.

    Each load marks what it writes with its run, so that what bears another one is of an earlier load. The run
    is made of what the script says: equal maps give equal scripts. So all is written twice, first for the sum.
    """
    run = sha256()
    for statement in _statements(knowledge_map, source, ""):
        run.update(statement.encode())
    yield HEAD
    yield from _statements(knowledge_map, source, run.hexdigest()[:16])


def _statements(knowledge_map: KnowledgeMap, source: str, run: str) -> Iterator[str]:
    mark = f"{SOURCE}: {quoted(source)}"
    marks = f"{mark}, {RUN}: '{run}'"
    for label in LABELS:
        yield (
            f"CREATE CONSTRAINT mlk_{label.lower()} IF NOT EXISTS\n"
            f"FOR (n:{label}) REQUIRE (n.{SOURCE}, n.id) IS UNIQUE;\n\n"
        )
    yield "CREATE INDEX mlk_topic_id IF NOT EXISTS FOR (n:Topic) ON (n.id);\n\n"
    for rows in (nodes(knowledge_map), properties(knowledge_map), relationships(knowledge_map)):
        for table, batch in _batches(rows):
            yield _load(table, batch, mark, marks)
    # `id IS NOT NULL` lets the constraint's index find the nodes of this source
    ours = f"n.{SOURCE} = {quoted(source)} AND n.id IS NOT NULL"
    for label in LABELS:
        stale = f"r.{SOURCE} = {quoted(source)} AND r.{RUN} <> '{run}'"
        yield f"MATCH (n:{label})-[r]->()\nWHERE {ours} AND {stale}\nDELETE r;\n\n"
    yield f"MATCH (n:Area)\nWHERE n.{SOURCE} = {quoted(source)} AND n.position IS NULL\nREMOVE n:Area;\n\n"
    for label in LABELS:
        stale = f"n.{RUN} <> '{run}'"
        yield f"MATCH (n:{label})\nWHERE {ours} AND {stale}\nDETACH DELETE n;\n\n"


def quoted(text: str) -> str:
    """A text between quotes."""
    return f"'{text.translate(ESCAPES)}'"


def quoted_name(name: str) -> str:
    """A name between backticks; cypher-shell takes a bare backslash in it for an escape, Neo4j does not."""
    return "`" + name.replace("\\", r"\u005C").replace("`", "``") + "`"


@dataclass(slots=True)
class _Batch:
    """Rows of one table that wait for their statement."""

    rows: list[list[str | list[str]]] = field(default_factory=list)
    size: int = 0  # characters


def _batches(rows: Iterable[Row]) -> Iterator[tuple[Table, _Batch]]:
    """Sort the rows by table, and give them away as soon as they fill a statement."""
    waiting: dict[Table, _Batch] = {}
    for table, values in rows:
        batch = waiting.get(table) or waiting.setdefault(table, _Batch())
        cells = [[_cell(item) for item in value] if isinstance(value, tuple) else _cell(value) for value in values]
        batch.rows.append(cells)
        batch.size += sum(sum(map(len, cell)) if isinstance(cell, list) else len(cell) for cell in cells)
        if len(batch.rows) >= ROWS or batch.size >= SIZE:
            yield table, batch
            waiting[table] = _Batch()
    for table, batch in waiting.items():
        if batch.rows:
            yield table, batch


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return NUMBERS.get(repr(value), repr(value))
    return str(value)


def _load(table: Table, batch: _Batch, mark: str, marks: str) -> str:
    """One statement: the rows, how to take them apart, and what becomes of them."""
    texts = "".join("".join(cell) for row in batch.rows for cell in row)
    separators = chain(SEPARATORS, map(chr, chain(*OTHERS)))
    row_end, field_end, item_start = islice((character for character in separators if character not in texts), 3)
    lines = (
        "".join(
            ("".join(map(item_start.__add__, cell)) if isinstance(cell, list) else cell) + field_end for cell in row
        )
        for row in batch.rows
    )
    line_end = row_end if row_end == "\n" else row_end.translate(ESCAPES)
    rows = line_end.join(line.translate(ESCAPES) for line in lines)
    clauses = "\n".join(_clauses(table, mark, marks, quoted(item_start)))
    return (
        f"UNWIND split('{rows}', {quoted(row_end)}) AS row\nWITH split(row, {quoted(field_end)}) AS f\n{clauses};\n\n"
    )


def _clauses(table: Table, mark: str, marks: str, item_start: str) -> Iterator[str]:
    if isinstance(table, Nodes):
        yield f"MERGE (n:{table.label} {{{mark}, id: f[0]}})"
        yield f"SET n = {{{', '.join([marks, *_fields(table.columns, 0, item_start)])}}}"
    elif isinstance(table, Property):
        yield f"MATCH (n:Topic {{{mark}, id: f[0]}})"
        role = f", n:{table.role}" if table.role else ""
        yield f"SET n.{quoted_name(table.column.name)} = {_read(table.column, 1, item_start)}{role}"
    else:
        kind = [f"kind: {quoted(table.kind)}"] if table.kind is not None else []
        fields = _fields(table.columns, 2, item_start)
        key = [text for column, text in zip(table.columns, fields, strict=True) if column.name in table.key]
        yield f"MATCH (a:{table.start} {{{mark}, id: f[0]}})"
        yield f"MATCH (b:{table.end} {{{mark}, id: f[1]}})"
        yield f"MERGE (a)-[r:{table.type} {{{', '.join([mark, *kind, *key])}}}]->(b)"
        yield f"SET r = {{{', '.join([marks, *kind, *fields])}}}"


def _fields(columns: Iterable[Column], first: int, item_start: str) -> list[str]:
    return [f"{column.name}: {_read(column, at, item_start)}" for at, column in enumerate(columns, first)]


def _read(column: Column, at: int, item_start: str) -> str:
    """The expression that reads a property from its field."""
    if not column.many:
        return READ[column.type].format(f"f[{at}]")
    items = f"tail(split(f[{at}], {item_start}))"
    return items if column.type == "text" else f"[item IN {items} | {READ[column.type].format('item')}]"
