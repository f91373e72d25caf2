"""What was written before, so that it is known what a person has changed since: the base of a three-way merge.

It lies beside the canvases, a line for each node and edge of ours, since what a program keeps in a canvas itself others throw
away. Of a text there is but a digest. Only what is made now stands in it: nothing about what is gone, or hidden since.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from exporter.writers.canvas.document import dump

FILE = ".merge-base.json"
VERSION = 1  # of the file
CONTENT = ("type", "text", "file", "subpath", "url", "label", "background", "backgroundStyle")  # of nodes
SIDES = ("fromSide", "toSide")
EDGE = ("fromNode", "toNode", "color", "label", "toEnd", "fromEnd")  # of edges, but for their sides
KEYS = (*EDGE[:2], *SIDES, *EDGE[2:])


class Node(NamedTuple):
    """A node as it was written."""

    group: str  # the id of the one in which it lies; "": none
    content: str  # its digest
    color: str  # "": none
    x: int  # px
    y: int


@dataclass
class Base:
    """The nodes and edges of ours on one canvas by their ids there; those too that a person has deleted since."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[str, dict[str, Any]] = field(default_factory=dict)  # the keys EDGE and SIDES
    slips: dict[str, str] = field(default_factory=dict)  # the id of a slip: that of the card that it stands for
    metadata: str = ""  # of the file, as text; "": none
    written: str = ""  # the digest of the file as we have written it last


def digest(node: Mapping[str, Any]) -> str:
    """What a node says, in short."""
    return sha256(dump([node.get(key) for key in CONTENT]).encode()).hexdigest()[:12]


def parse(data: bytes) -> dict[str, Base]:
    """What was written on each canvas, by its path; nothing where that cannot be read, for then it is not known."""
    bases = {}
    with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        document = json.loads(data)
        for path, page in document["pages"].items() if document["version"] == VERSION else ():
            nodes = {id: Node(*entry) for id, entry in page["nodes"].items()}
            edges = {id: _edge(entry) for id, entry in page["edges"].items()}
            bases[path] = Base(nodes, edges, dict(page["slips"]), page["metadata"], page["written"])
    return bases


def lines(bases: Mapping[str, Base]) -> Iterator[str]:
    """The text of the file."""
    yield f'{{"version":{VERSION},"pages":{{'
    for number, (path, base) in enumerate(sorted(bases.items())):
        yield f'{"," * (number > 0)}\n{dump(path)}:{{"nodes":{{'
        yield ",".join(f"\n{dump(id)}:{dump(node)}" for id, node in sorted(base.nodes.items()))
        yield '},\n"edges":{'
        yield ",".join(f"\n{dump(id)}:{dump(_values(edge))}" for id, edge in sorted(base.edges.items()))
        yield f'}},\n"slips":{dump(dict(sorted(base.slips.items())))}'
        yield f',\n"metadata":{dump(base.metadata)},\n"written":{dump(base.written)}}}'
    yield "\n}}\n"


def _values(edge: Mapping[str, Any]) -> list[Any]:
    """What an edge says, without the names of the keys and what it does not say at the end."""
    values = [edge.get(key) for key in KEYS]
    while values[-1] is None:
        values.pop()
    return values


def _edge(values: list[Any]) -> dict[str, Any]:
    return {key: value for key, value in zip(KEYS, values, strict=False) if value is not None}
