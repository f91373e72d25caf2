"""Parquet as neo4j-admin reads it: smaller than CSV, and each column has its type. https://parquet.apache.org/docs/"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from exporter.errors import OptionError
from exporter.views.cypher import format_value
from exporter.views.graph import replace_surrogates_in
from exporter.views.graph.tables import Column, Value
from exporter.writers.neo4j_bulk.layout import Data

if TYPE_CHECKING:
    import pyarrow

SAYABLE = re.compile(r"(?=\S)[^:()[\]{}\x00-\x1f]*(?<=\S)")  # of others something is cut off
ROWS = 4096  # made at once
MOMENTS = ("date", "localdatetime", "datetime")
GROUP = 32 << 20  # bytes after which a group of rows ends: neo4j-admin and we have a few of them in memory


def check() -> None:
    """Refuse before any work is done.

    Raises:
        OptionError: pyarrow is not installed.
    """
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise OptionError("parquet", "'parquet' needs pyarrow: pip install 'mlk-export[parquet]'") from error


def says_name(name: str) -> bool:
    """Whether a column can be called so."""
    return SAYABLE.fullmatch(name) is not None


def says(column: Column, value: Value) -> bool:
    """Whether a cell can hold it: an empty text is taken for none, and so is a list of days or moments."""
    return value != "" and not (column.many and column.type in MOMENTS)


def rows(data: Data) -> Iterator[bytes]:
    """Yield a file of data, group by group."""
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    fields = zip(data.headers, data.columns, strict=True)
    schema = pyarrow.schema([(header, _type(column)) for header, column in fields])
    sink = _Sink()
    with ParquetWriter(sink, schema) as writer:
        waiting: list[pyarrow.RecordBatch] = []
        for piece in data.pieces(ROWS):
            columns = zip(map(_sayable, data.columns, piece), schema.types, strict=True)
            arrays = [_array(values, kind) for values, kind in columns]
            waiting.append(pyarrow.RecordBatch.from_arrays(arrays, schema=schema))
            if sum(batch.nbytes for batch in waiting) > GROUP:
                writer.write_table(pyarrow.Table.from_batches(waiting))
                waiting = []
                yield from sink.take()
        writer.write_table(pyarrow.Table.from_batches(waiting, schema))
    yield from sink.take()


class _Sink(io.RawIOBase):
    """Keeps what is written until somebody takes it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        """Whether it can be written: always."""
        return True

    def tell(self) -> int:
        """Where the next byte goes: Parquet's footer says where each group begins."""
        return self._position

    def write(self, data: Any) -> int:
        """Keep a copy, as the writer uses its memory again."""
        self._parts.append(bytes(data))
        self._position += len(self._parts[-1])
        return len(self._parts[-1])

    def take(self) -> list[bytes]:
        """Give away what was written since the last time."""
        parts, self._parts = self._parts, []
        return parts


def _type(column: Column) -> pyarrow.DataType:
    import pyarrow

    types = {
        "integer": pyarrow.int64(),
        "float": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
    }
    type_ = types.get(column.type, pyarrow.string())  # of days and moments, too: the header says what they are
    return pyarrow.list_(type_) if column.many else type_


def _sayable(column: Column, values: Sequence[Any]) -> Sequence[Value]:
    """Days and moments as texts."""
    if column.type not in MOMENTS:
        return values
    return [None if value is None or column.many else format_value(value) for value in values]


def _array(values: Sequence[Value], type_: pyarrow.DataType) -> pyarrow.Array:
    import pyarrow

    try:
        return pyarrow.array(values, type_)
    except UnicodeEncodeError:  # half a character
        return pyarrow.array([*map(replace_surrogates_in, values)], type_)
