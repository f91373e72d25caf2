"""What is done with rows of any table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any

from exporter.model import Source, replace_surrogates
from exporter.views.graph.tables import Nodes, Row, Table, Value, Values


def file_and_line(source: Source) -> tuple[str | None, int]:
    """Give a source as the columns `FILE_AND_LINE` hold it."""
    return source.file or None, source.line


def digest(table: Nodes, values: Values) -> str:
    """Tell in 16 letters what a node is like: a load that finds another digest has changed it.

    What is missing has no part in it, so a new column changes those nodes alone that have something to say there.
    """
    values_by_name = [
        (column.name, value) for column, value in zip(table.columns, values, strict=True) if value is not None
    ]
    return blake2b(repr((table.roles, values_by_name)).encode(errors="surrogatepass"), digest_size=8).hexdigest()


def replace_surrogates_in(value: Any) -> Any:
    """Put U+FFFD for each half of a character into a value, or into all of a row."""
    if isinstance(value, str):
        return replace_surrogates(value)
    return tuple(map(replace_surrogates_in, value)) if isinstance(value, list | tuple) else value


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
