"""Nodes and edges that stand on a canvas under another id than they would have now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from exporter.writers.canvas.base import CONTENT, EDGE, SIDES, Base, digest
from exporter.writers.canvas.document import Thing
from exporter.writers.canvas.page import Page


def rename(page: Page, there: Mapping[str, Thing], was: Base) -> tuple[Page, set[str]]:
    """The page with the ids of what stands there already, and those of cards that a person has made for a note.

    A note has one card on a page: one with its file stands for it, whether we have made it or a person has. An edge is that
    between the same two nodes, and it is drawn as it was, to a card or to a slip that stands for it.
    """
    known = _cards(page, there, was)

    def name(id: str) -> str:
        return known.get(id, id)

    nodes = [{**node, "id": name(str(node["id"]))} for node in page.nodes]
    edges = [{**edge, "fromNode": name(edge["fromNode"]), "toNode": name(edge["toNode"])} for edge in page.edges]
    metadata = {key: name(entry) if isinstance(entry, str) else entry for key, entry in page.metadata.items()}
    within = {name(id): name(group) for id, group in page.within.items()}
    slips = {name(id): name(card) for id, card in page.slips.items()}
    adopted = {id for id in known.values() if id not in was.nodes}
    renamed = replace(page, nodes=nodes, edges=edges, within=within, slips=slips, metadata=metadata)
    return _draw_as_before(renamed, there, was), adopted


def _draw_as_before(page: Page, there: Mapping[str, Thing], was: Base) -> Page:
    """The page with each edge between the nodes between which it was drawn: whether it needs a slip, only the first run asks."""
    made = {edge["id"] for edge in page.edges}
    before = {_way(edge, was.slips): id for id, edge in was.edges.items() if id not in made}
    edges = [edge for edge in page.edges if edge["id"] in was.edges]
    needless: set[str] = set()
    needed = {end for edge in edges for end in (edge["fromNode"], edge["toNode"])}
    drawn = []
    for edge in page.edges:
        id = before.pop(_way(edge, page.slips), "") if edge["id"] not in was.edges else ""
        old = {key: was.edges[id][key] for key in (*EDGE[:2], *SIDES)} if id else {}
        drawn.append({**edge, **old, "id": id or edge["id"]})
        needless.update({edge["fromNode"], edge["toNode"]} & page.slips.keys() if id else ())
        needed.update((drawn[-1]["fromNode"], drawn[-1]["toNode"]))
    nodes = [node for node in page.nodes if node["id"] not in needless - needed]
    missing = sorted((needed & was.slips.keys()) - {str(node["id"]) for node in nodes})
    within = dict(page.within)
    for slip in missing:  # it says what it said
        there_now = there[slip].entries if slip in there else {"type": "text"}
        nodes.append({**{key: there_now[key] for key in CONTENT if key in there_now}, "id": slip})
        within[slip] = was.nodes[slip].group
    slips = {id: card for id, card in (was.slips | dict(page.slips)).items() if id in needed}
    return replace(page, nodes=nodes, edges=drawn, within=within, slips=slips)


def _way(edge: Mapping[str, Any], slips: Mapping[str, str]) -> tuple[str, str]:
    """The cards between which an edge leads, at last."""
    start, end = edge.get("fromNode", ""), edge.get("toNode", "")
    return slips.get(start, start), slips.get(end, end)


def _cards(page: Page, there: Mapping[str, Thing], was: Base) -> dict[str, str]:
    """For nodes that do not stand there: the ids of others that nothing else has and that say the same; ours first."""
    made = {str(node["id"]) for node in page.nodes}
    ours, new = was.nodes.keys() - was.slips.keys(), made - was.nodes.keys() - page.slips.keys()
    spare: dict[str, str] = {}
    for id, thing in there.items():
        if id not in made and (about := _about(thing.entries, id in ours)):
            spare[about] = max(spare.get(about, ""), id, key=lambda id: (id in was.nodes, id))
    known = {}
    for node in page.nodes if spare else ():
        about = _about(node, node["id"] in new)
        if node["id"] not in there and about in spare:
            known[str(node["id"])] = spare.pop(about)
    return known


def _about(node: Mapping[str, Any], by_words: bool) -> str:
    """What a node is about: the file that it shows, else its words; "": nobody can say."""
    file = node.get("file")
    if isinstance(file, str):
        return "" if node.get("subpath") else f"file {file}"
    return digest(node) if by_words and node.get("type") == "text" else ""
