"""CSV as neo4j-admin reads it: texts in quotes, what is missing is nothing at all, a list's items behind one another.

https://neo4j.com/docs/operations-manual/current/import/#import-tool-header-format
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from exporter.model import replace_surrogates
from exporter.views.cypher import format_value
from exporter.views.graph.tables import Column, Value
from exporter.writers.neo4j_bulk.layout import Data

DELIMITER = "\x1f"  # ends the items of a list
UNSAYABLE = re.compile(r"[(){}\r\n]")  # a header takes them for its own, wherever they stand
ROWS = 256  # made at once; more are no faster
BUFFER = 1 << 22  # characters of UTF-16 that a row may have, unless the command says more
QUOTE, QUOTES = '"', '""'


def says_name(name: str) -> bool:
    """Whether a header can hold it."""
    return not UNSAYABLE.search(name)


def says(column: Column, value: Value) -> bool:
    """Whether a cell can hold it: an empty list is taken for none, and so is one with nothing but an empty text."""
    return not isinstance(value, tuple) or _list(column, value) != ""


def header(data: Data) -> str:
    """The line that stands in a file of its own, so that nobody has to look into a large one."""
    return ",".join(_cells(Column("header"), data.headers)) + "\n"


class Rows:
    """The lines of a file of data."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._longest: int | None = None

    def __iter__(self) -> Iterator[bytes]:
        longest = 0
        for piece in self._data.pieces(ROWS):
            cells = [_cells(column, values) for column, values in zip(self._data.columns, piece, strict=True)]
            lines = [*map(",".join, zip(*cells, strict=True))]
            text = "\n".join([*lines, ""])
            if len(text) > BUFFER // 2:
                longest = max(longest, *(len(line.encode("utf-16-le", "surrogatepass")) // 2 for line in lines))
            try:
                yield text.encode()
            except UnicodeEncodeError:
                yield replace_surrogates(text).encode()
        self._longest = longest

    @property
    def longest(self) -> int:
        """How many characters of UTF-16 the longest line has, where one is long; read again if nobody has yet."""
        if self._longest is None:
            for _ in self:
                pass
        return self._longest or 0


def _cells(column: Column, values: Sequence[Any]) -> list[str]:
    if column.many:
        values = [(value and _list(column, value)) or None for value in values]
    elif column.type != "text":
        return ["" if value is None else format_value(value) for value in values]
    return ["" if value is None else f'"{value.replace(QUOTE, QUOTES)}"' for value in values]


def _list(column: Column, items: Sequence[Any]) -> str:
    """What stands in the cell, or "" where it would be read as another list."""
    text = DELIMITER.join(items if column.type == "text" else map(format_value, items))
    return text if text.count(DELIMITER) < len(items) else ""
