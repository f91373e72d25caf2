"""The graph as a Cypher script: statements that load it, then statements that remove what the vault no longer has.

The rows of a statement are ONE text, a line for each row, which the statement takes apart with `split()`: Neo4j
reads that ten times faster than a map for each row, and parameters are not for a script. The separators are
characters that no value of the statement has, so that every value comes back as it was.

`_run` is of a statement, made of its rows, and the last statements name all of them: were it of the whole, each new link
would change every statement in the differences that people read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import chain, islice

from exporter.views import cypher
from exporter.views.cypher import ESCAPES, format_value, quote
from exporter.views.graph import PropertyGraph, batches, digest
from exporter.views.graph.tables import ID, Column, Nodes, Table, Value, Values

ROWS = 5_000  # in a statement, and in a transaction
SIZE = 1_000_000  # characters in a statement, unless a single row has more
# The server keeps the last 1,000 statements in mind, each with five times its length, and that has to fit into its
# memory; so the longer a script, the smaller its statements, down to a 20th. Each costs some 25 ms besides its rows.
LONG = 125_000  # rows
SMALLEST = 20

# No quotes and no semicolons in comments, so that any splitter of statements finds its way.
HEAD = r"""// A knowledge map for Neo4j 4.4 or newer, any edition. Load it with
//
//     cypher-shell -u neo4j -f load.cypher
//
// Loading it again changes nothing. After a new export it brings the graph up to date. The statements at the end remove
// what was written under the same _source before and is no longer in the vault: leave them out to keep it. Nodes and
// relationships with another _source, or with none, are left alone. Properties that were added to our nodes by hand do
// not outlive a load, and relationships of a node that goes do not either. If loading breaks off, load again.
// Each statement is plain Cypher: drivers, the Browser and Aura take them too, one by one and in this order.
//
// Nodes have the label Knowledge and one of these. All have an id, and file and line where the vault says them.
//   (:Topic)         title, summary, definition, aliases, and the properties of the note: {a: {b: 1}} is named a.b, a
//                    list of different things is a list of texts, a name that is taken becomes property_NAME. A day
//                    such as 2026-01-31 is a date, and one with a time of day a localdatetime, or a datetime with its zone
//   (:Topic:Note)    a topic that has a note, and the path of its file. Others are not written yet
//   (:Topic:Area)    a topic under which others are filed, and its position among its neighbours
//   (:Tag)           title, the same as its id
//   (:LearningPath)  title, steps (the words of each)
//   (:Reference)     the id is the address of something outside the vault, title, no file and line
//   (:Missing)       a note that links lead to and nobody has written, if the mapping asks for it: title, the same as its id
//
// Relationships, each with file and line
//   (topic)-[:IN_AREA]->(area)      position within the area, home is true for the first area of the topic
//   (narrower)-[:BROADER]->(wider)  areas, topics and tags
//   (topic)-[:HAS_TAG]->(tag)       position
//   (topic)-[:MENTIONS]->(topic)    a plain link
//   (topic)-[:REQUIRES]->(topic)    the end has to be known first
//   (topic)-[:RELATED]->(topic)     holds both ways: match it without an arrow
//   (path)-[:STEP]->(topic)         position of the step, order within it, text
//   (topic)-[:NEXT]->(topic)        from one topic of a learning path to the next: path (its id), position
//   (topic)-[:REFERS_TO]->(reference)  text, count
//   (topic)-[:MENTIONS]->(missing)  a link to a note that is missing, or of another type as between topics
// Other properties with links in them are types of their own: inspired by is INSPIRED_BY, and LINKS_TO where that
// gives no name or a taken one. Every relationship that is a link has kind (the word of the vault), text (what the
// reader sees), anchor (the heading or block it leads to), sentence (in which it stands) and count: several links of
// one kind between the same two topics are one relationship, with the place and the words of the first.
//
// All have _source (the vault), _run (of the statement) and _since (the time since which it is so: of a node, since it was
// last changed, of a relationship, since it is there). Nodes have _digest, by which a change is known.
//
// In the texts below each line is one row, which split() cuts into the fields f[0], f[1], ... A separator ends each
// field, and another one begins each item of a list and each text that may be empty or missing. They are characters
// that the values of the statement do not have.

"""
REMOVAL = """// What the vault no longer has. Leave the next two statements out to keep it.

"""

SEPARATORS = "\n|~^\t\x1f\x1e\x1d\x1c"  # of rows, fields, items: the first that no text has; else others
OTHERS = (range(0xE000, 0xF900), range(0x10000, 0x110000))
ESCAPED = re.compile(f"[{''.join(map(re.escape, map(chr, ESCAPES)))}]")
READ = {
    "text": "{0}",
    "integer": "toInteger({0})",
    "float": "toFloat({0})",
    "boolean": "toBoolean({0})",
    "date": "date({0})",
    "localdatetime": "localdatetime({0})",
    "datetime": "datetime({0})",
}
OF_NOTHING = ("integer", "float", "boolean")  # whose functions make null of an empty text


def script(graph: PropertyGraph) -> Iterator[str]:
    """Yield the script in pieces."""
    source, runs = quote(graph.source), []
    share = min(max(graph.size // LONG, 1), SMALLEST)
    yield HEAD
    for statement in cypher.CONSTRAINTS:
        yield f"{statement};\n"
    yield "\n"
    for rows in (graph.nodes(), graph.relationships()):  # apart, as all nodes have to be there first
        for table, batch in batches(rows, ROWS // share, SIZE // share):
            marks = cypher.Marks(source, quote(_run(table, batch)), "datetime()")
            runs.append(marks.run)
            yield _load(table, batch, marks, graph.topics.roles)
    yield REMOVAL
    marks = cypher.Marks(source, "", "", is_old=f"NOT {{}} IN [{', '.join(runs)}]")
    yield f"{cypher.stale_relationships(marks)}\nDELETE r;\n\n"
    yield f"{cypher.stale_nodes(marks)}\nDETACH DELETE n;\n\n"
    for statement in cypher.INDEXES:
        yield f"{statement};\n"


def _run(table: Table, rows: list[Values]) -> str:
    """The mark of a statement: another one wherever something else is loaded."""
    return blake2b(repr((table, rows)).encode(errors="surrogatepass"), digest_size=8).hexdigest()


def _columns(table: Table) -> tuple[Column, ...]:
    return table.columns if isinstance(table, Nodes) else (ID, ID, *table.columns)


def _cell(column: Column, value: Value) -> str | list[str]:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ["", *map(format_value, value)]
    return [str(value)] if column.blank else format_value(value)


def _load(table: Table, batch: list[Values], marks: cypher.Marks, roles: Iterable[str]) -> str:
    """One statement: the rows, how to take them apart, and what becomes of them."""
    columns = _columns(table)
    rows = [[_cell(column, value) for column, value in zip(columns, values, strict=True)] for values in batch]
    if isinstance(table, Nodes):
        for row, values in zip(rows, batch, strict=True):
            row.append(digest(table, values))
    texts = "".join("".join(cell) for row in rows for cell in row)
    separators = chain(SEPARATORS, map(chr, chain(*OTHERS)))
    row_end, field_end, item_start = islice((character for character in separators if character not in texts), 3)
    escape = ESCAPED.search(texts + field_end + item_start) is not None
    lines = []
    for row in rows:
        cells = [item_start + item_start.join(cell) if isinstance(cell, list) else cell for cell in row]
        line = field_end.join([*cells, ""])
        lines.append(line.translate(ESCAPES) if escape else line)
    line_end = row_end if row_end == "\n" else row_end.translate(ESCAPES)
    clauses = cypher.load(table, marks, roles, lambda column, number: _read(column, f"f[{number}]", quote(item_start)))
    return (
        f"UNWIND split('{line_end.join(lines)}', {quote(row_end)}) AS row\n"
        f"WITH split(row, {quote(field_end)}) AS f\n{clauses};\n\n"
    )


def _read(column: Column, cell: str, item_start: str) -> str:
    """The expression that reads a property from its cell; what is missing is null."""
    if column.many:
        items = f"split({cell}, {item_start})[2..]"
        if column.type != "text":
            items = f"[item IN {items} | {READ[column.type].format('item')}]"
        return f"CASE WHEN {cell} <> '' THEN {items} END"
    if column.blank:
        return f"split({cell}, {item_start})[1]"
    if column == ID:
        return cell
    read = READ[column.type].format(cell)
    return read if column.type in OF_NOTHING else f"CASE WHEN {cell} <> '' THEN {read} END"
