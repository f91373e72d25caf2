"""Nodes and edges that stand on a canvas under another id than they would have now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from exporter.writers.canvas.base import Base, digest
from exporter.writers.canvas.document import Thing
from exporter.writers.canvas.page import Page


def rename(page: Page, there: Mapping[str, Thing], drawn: Mapping[str, Thing], was: Base) -> tuple[Page, set[str]]:
    """The page with the ids of what stands there already, and those of cards that a person has made for a note.

    A note has one card on a page: one with its file stands for it, whether we have made it or a person has. An edge is that
    between the same two nodes.
    """
    known = _cards(page, there, was)

    def name(id: str) -> str:
        return known.get(id, id)

    nodes = [{**node, "id": name(str(node["id"]))} for node in page.nodes]
    edges = [{**edge, "fromNode": name(edge["fromNode"]), "toNode": name(edge["toNode"])} for edge in page.edges]
    made = {edge["id"] for edge in edges}
    ways = {(edge.get("fromNode"), edge.get("toNode")): id for id, edge in was.edges.items() if id not in made}
    for edge in edges if ways else ():
        if edge["id"] not in drawn and edge["id"] not in was.edges:
            edge["id"] = ways.pop((edge["fromNode"], edge["toNode"]), edge["id"])
    metadata = {key: name(entry) if isinstance(entry, str) else entry for key, entry in page.metadata.items()}
    within = {name(id): name(group) for id, group in page.within.items()}
    adopted = {id for id in known.values() if id not in was.nodes}
    return replace(page, nodes=nodes, edges=edges, within=within, metadata=metadata), adopted


def _cards(page: Page, there: Mapping[str, Thing], was: Base) -> dict[str, str]:
    """For nodes that do not stand there: the ids of others that nothing else has and that say the same; ours first."""
    made = {node["id"] for node in page.nodes}
    spare: dict[str, str] = {}
    for id, thing in there.items():
        if id not in made and (about := _about(thing.entries, id in was.nodes)):
            spare[about] = max(spare.get(about, ""), id, key=lambda id: (id in was.nodes, id))
    known = {}
    for node in page.nodes if spare else ():
        about = _about(node, is_ours=True)
        if node["id"] not in there and about in spare:
            known[str(node["id"])] = spare.pop(about)
    return known


def _about(node: Mapping[str, Any], is_ours: bool) -> str:
    """What a node is about: the file that it shows, else, of ours, its words; "": nobody can say."""
    file = node.get("file")
    if isinstance(file, str):
        return "" if node.get("subpath") else f"file {file}"
    return digest(node) if is_ours and node.get("type") == "text" else ""
