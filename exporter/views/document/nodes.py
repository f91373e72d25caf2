"""Nodes of pandoc's tree: what one reads of them, their headings, and two wants of pandoc's Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from exporter.views.document.pandoc import Node
from exporter.views.document.text import printable

PARAGRAPHS = ("Para", "Plain")
BLANKS = ("Space", "SoftBreak", "LineBreak")
DEEPEST_HEADING = 6


def name_headings(blocks: list[Node], name: str, top_level: int) -> dict[str, str]:
    """Give each heading its level in the book and its label; returns the labels by what links call the headings."""
    headings = [heading for heading in _headings(blocks) if plain(heading["c"][2]).strip()]  # others are left out
    highest = min((heading["c"][0] for heading in headings), default=1)
    labels: dict[str, str] = {}
    level = top_level - 1
    for number, heading in enumerate(headings):
        # no level is left out on the way down: screen readers and PDF/UA count on it
        level = min(heading["c"][0] - highest + top_level, level + 1, DEEPEST_HEADING)
        key = heading_key(plain(heading["c"][2]))
        heading["c"][:2] = [level, [f"{name}__{number}", [], []]]
        if key:
            labels.setdefault(key, f"{name}__{number}")
    return labels


def _headings(blocks: list[Node]) -> Iterator[Node]:
    waiting = blocks[::-1]
    while waiting:
        block = waiting.pop()
        kind: str = block["t"]
        content: Any = block.get("c")
        if kind == "Header":
            yield block
        elif kind == "BlockQuote":
            waiting += content[::-1]
        elif kind in ("BulletList", "OrderedList"):
            items = content if kind == "BulletList" else content[1]
            waiting += [inner for item in items for inner in item][::-1]


def heading_key(anchor: str) -> str:
    """A heading as links name it: the last of "Heading#Sub-heading", whatever its case and punctuation."""
    return re.sub(r"[\W_]+", " ", anchor.rpartition("#")[2]).strip().casefold()


def plain(inlines: Iterable[Node]) -> str:
    """What one reads of the nodes."""
    text = []
    waiting = list(inlines)[::-1]
    while waiting:
        node = waiting.pop()
        kind: str = node["t"]
        content: Any = node.get("c")
        if kind == "Str":
            text.append(content)
        elif kind in ("Code", "Math"):
            text.append(content[1])
        elif kind in BLANKS:
            text.append(" ")
        elif kind in ("Link", "Image"):
            waiting += content[1][::-1]
        elif kind in ("Emph", "Strong", "Strikeout"):
            waiting += content[::-1]
        elif kind == "Span":
            waiting += content[1][::-1]
    return printable("".join(text))


def string(text: str) -> Node:
    """Words of ours."""
    return {"t": "Str", "c": text}


def joined(inlines: Iterable[Node]) -> list[Node]:
    """The nodes with words and the spaces between them as one; the first, which may look like a list's number, stays alone."""
    made: list[Node] = []
    for words, nodes in groupby(inlines, lambda node: node["t"] in ("Str", "Space")):
        if words:
            made.append(next(nodes))
            made += [string(text)] if (text := "".join(node.get("c", " ") for node in nodes)) else []
        else:
            made += nodes
    return made


def unbroken(inlines: list[Node]) -> list[Node]:
    """The nodes without the line breaks around formulas that have a line of their own."""
    displayed = [node["t"] == "Math" and node["c"][0]["t"] == "DisplayMath" for node in inlines]
    if not any(displayed):
        return inlines
    return [
        node
        for number, node in enumerate(inlines)
        if node["t"] != "LineBreak" or not any(displayed[max(number - 1, 0) : number + 2])
    ]


def highlighted(inlines: list[Node]) -> list[Node]:
    """The nodes with ==what is marked== marked."""
    if not any(node["t"] == "Str" and "==" in node["c"] for node in inlines):
        return inlines
    parts: list[Node | None] = []  # None: a "=="
    for node in inlines:
        if node["t"] != "Str":
            parts.append(node)
            continue
        for number, text in enumerate(node["c"].split("==")):
            parts += [None] * (number > 0) + [{"t": "Str", "c": text}] * bool(text)
    blank = [part is None or part["t"] in BLANKS for part in parts]
    made: list[Node] = []
    opening = -1
    for number, part in enumerate(parts):
        if part is not None:
            made.append(part)
        elif opening < 0 and not all(blank[number + 1 : number + 2]):
            opening = len(made)
            made.append({"t": "Str", "c": "=="})
        elif opening >= 0 and not blank[number - 1]:
            made[opening:] = [{"t": "Span", "c": [["", ["mark"], []], made[opening + 1 :]]}]
            opening = -1
        else:
            made.append({"t": "Str", "c": "=="})
    return made
