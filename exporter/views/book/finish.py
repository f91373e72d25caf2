"""What can be said of a book's tree only where it is whole."""

from __future__ import annotations

from typing import Any

from exporter.views.body.nodes import string
from exporter.views.body.pandoc import Node
from exporter.views.body.transformation import AGAIN
from exporter.views.book.blocks import of_kind


def finish(blocks: list[Node], page_level: int, direction: str) -> None:
    """Give further marks of a footnote the number of the first one; code is read from the left, whatever stands around it."""
    first: dict[str, tuple[int, int]] = {}  # by name: page and number
    again: list[tuple[Node, str, int]] = []  # on which page
    count = page = 0
    waiting: list[Any] = blocks[::-1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node[::-1]
        elif isinstance(node, dict):
            kind: str = node["t"]
            content: Any = node.get("c")
            if kind == "Header" and content[0] <= page_level:
                count, page = 0, page + 1
            if kind == "CodeBlock" and direction:
                node |= {"t": "Div", "c": [["", [], [["dir", "ltr"]]], [{"t": kind, "c": content}]]}
            elif kind == "Note":
                count += 1
            elif kind == "Span" and content[1] and content[1][0]["t"] == "Note":
                first[content[0][0]] = page, count + 1
            elif kind == "Link" and content[0][1] == [AGAIN]:
                again.append((node, content[2][0][1:], page))
            waiting.append(content)
    for node, name, page in again:
        place, number = first.get(name, (-1, 0))
        node["c"][1] = [string(str(number) if number else "*")]
        if page_level and place == page:  # as pandoc names them
            node["c"][0][2] = of_kind("noteref")
            node["c"][2][0] = f"#fn{number}"
