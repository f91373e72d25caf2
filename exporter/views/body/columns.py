"""How wide the columns of a table want to be, by the letters in their cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exporter.views.body.nodes import rows_of
from exporter.views.body.pandoc import Node

PICTURE = 12  # letters, about


@dataclass
class Column:
    """In letters."""

    word: int = 1  # its longest word
    line: int = 1  # its longest line
    all: int = 0  # of all cells


def columns_of(table: Node) -> list[Column]:
    """Each column; cells that span several count for none."""
    columns = [Column() for _ in table["c"][2]]
    for cells in rows_of(table):
        if len(cells) != len(columns):
            continue
        for column, (_, _, _, _, blocks) in zip(columns, cells, strict=True):
            lines = _lines(blocks)
            column.word = max(column.word, *(len(word) for line in lines for word in line.split() or [""]))
            column.line = max(column.line, *map(len, lines))
            column.all += sum(map(len, lines))
    return columns


def _lines(blocks: list[Node]) -> list[str]:
    """What stands in a cell, about, line by line."""
    lines = [""]
    waiting: list[Any] = blocks[::-1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list | tuple):
            waiting += node[::-1]
        elif isinstance(node, dict):
            content: Any = node.get("c")
            match node["t"]:
                case "Str":
                    lines[-1] += content
                case "Space" | "SoftBreak":
                    lines[-1] += " "
                case "Code" | "Math":
                    lines[-1] += content[1]
                case "Image":
                    lines[-1] += "x" * PICTURE
                case "Note":
                    lines[-1] += "1"
                case "Link":
                    waiting.append(content[1])
                case "LineBreak":
                    lines.append("")
                case "Para" | "Plain" | "Header" | "CodeBlock":
                    lines.append("")
                    waiting.append(content)
                case _:
                    waiting.append(content)
    return lines
