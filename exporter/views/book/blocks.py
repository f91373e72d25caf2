"""Nodes of pandoc's tree that the book itself says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exporter.views.body.nodes import string
from exporter.views.body.pandoc import Node

SPACE: Node = {"t": "Space"}


def header(level: int, name: str, title: list[Node], kind: str = "") -> Node:
    """A heading; `kind` is what it begins, for e-books: https://www.w3.org/TR/epub-ssv-11/, https://www.w3.org/TR/dpub-aria/."""
    return {"t": "Header", "c": [level, [name, [], of_kind(kind) if kind else []], title]}


def of_kind(kind: str) -> list[list[str]]:
    """What an e-book's page says of an element, to readers and to those who have it read out."""
    return [["epub:type", kind], ["role", f"doc-{kind}"]]


def div(kind: str, blocks: list[Node], name: str = "") -> Node:
    """Blocks of a class."""
    return {"t": "Div", "c": [[name, [kind] if kind else [], []], blocks]}


def span(kind: str, inlines: list[Node], name: str = "") -> Node:
    """Words of a class."""
    return {"t": "Span", "c": [[name, [kind], []], inlines]}


def link(name: str, inlines: list[Node]) -> Node:
    """Words that lead to what has this name."""
    return {"t": "Link", "c": [["", [], []], inlines, [f"#{name}", ""]]}


def links(targets: Iterable[Sequence[str]]) -> list[Node]:
    """Titles that lead to what has their names, one after the other."""
    made: list[Node] = []
    for name, title in targets:
        made += [*([SPACE, string("·"), SPACE] if made else []), link(name, [string(title)])]
    return made


def web(address: str, text: str) -> Node:
    """Words that lead out of the book."""
    return {"t": "Link", "c": [["", [], []], [string(text)], [address, ""]]}


def para(inlines: list[Node]) -> Node:
    """A paragraph."""
    return {"t": "Para", "c": inlines}


def plain(inlines: list[Node]) -> Node:
    """Words of an item, without the distance of a paragraph."""
    return {"t": "Plain", "c": inlines}


def strong(text: str) -> Node:
    """What stands out."""
    return {"t": "Strong", "c": [string(text)]}


def emph(text: str) -> Node:
    """What is said aside."""
    return {"t": "Emph", "c": [string(text)]}


def bullets(items: Iterable[list[Node]]) -> Node:
    """A list."""
    return {"t": "BulletList", "c": list(items)}


def ordered(items: Iterable[list[Node]]) -> Node:
    """A numbered list."""
    return {"t": "OrderedList", "c": [[1, {"t": "Decimal"}, {"t": "Period"}], list(items)]}


def minor(inlines: list[Node]) -> Node:
    """A heading that no contents list."""
    return div("minor", [para(inlines)])


def figure(file: str, alt: str, caption: str) -> Node:
    """A picture as wide as there is room."""
    image = {"t": "Image", "c": [["", [], []], [string(alt)], [file, ""]]}
    return {"t": "Figure", "c": [["", ["chart"], []], [None, [plain([string(caption)])]], [plain([image])]]}
