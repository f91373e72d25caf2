"""A canvas as it is made of the map, and the one that stands there: what a person has done with it stays.

A node or an edge is known by its id, and the card of a note also by its file, which Obsidian changes when the note is renamed.
Ours are those that are made now, and those that the base names, which was kept with them (base.py); all else is a person's,
and is not touched. What lies where is never changed: only what is new finds a place (placing.py), and a card whose topic is in
another area now, if it still lay in the old one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from exporter.views.plane.sides import Sides
from exporter.writers.canvas.base import CONTENT, EDGE, SIDES, Base, Node, digest
from exporter.writers.canvas.document import Document, Thing, dump, make
from exporter.writers.canvas.page import Page
from exporter.writers.canvas.placing import PLACE, Placing
from exporter.writers.canvas.renaming import rename

STYLE = {"id", "color", *PLACE, *CONTENT}


class Merge:
    """One canvas, merged: `document`, the `base` for the next run, and what became of things that a person has touched."""

    def __init__(
        self, page: Page, old: Document, was: Base, gap: int, is_hidden: Callable[[str], bool] = lambda file: False
    ) -> None:
        """Merge.

        Args:
            page: what is made now.
            old: what stands there.
            was: what was written last.
            gap: px between two cards.
            is_hidden: whether the file of a card must not be seen.
        """
        self.kept: list[Thing] = []  # that were ours; what they show is gone, and they were changed
        self.hidden: list[Thing] = []  # cards that were taken off, whatever a person had done with them
        self.deleted = 0  # nodes and edges that a person has deleted, and that would be made
        self.touched = False  # a person has changed anything at all
        self._was, self._is_hidden = was, is_hidden
        self._there = {thing.id: thing for thing in reversed(old.nodes) if thing.id}  # the first of each id
        self._drawn = {thing.id: thing for thing in reversed(old.edges) if thing.id}
        self._page, self._adopted = rename(page, self._there, was)
        self._made = {str(node["id"]): node for node in self._page.nodes}
        self._arrows = {edge["id"]: edge for edge in self._page.edges}
        self._deleted = {id for id in self._made if id in was.nodes and id not in self._there}
        self._all_sides: Sides | None = None
        self._chosen: dict[str, dict[str, str]] = {}  # by the id of an edge, if they were chosen anew
        self.base = Base()
        self.document = Document()
        self._merge_nodes(old, gap)
        self._merge_edges(old)
        self._merge_others(old)
        self.touched |= bool(self.deleted or self.kept or self.hidden)

    # ---------- nodes ----------

    def _merge_nodes(self, old: Document, gap: int) -> None:
        """The nodes that stay, in their order, and behind them those that are new; new groups behind the first groups."""
        theirs = filter(self._is_theirs, old.edges)
        held = {end for edge in theirs for end in (edge.get("fromNode"), edge.get("toNode")) if isinstance(end, str)}
        stay = [
            (thing.id if self._is_first(thing) else f"\0{number}", merged)
            for number, thing in enumerate(old.nodes)
            if (merged := self._node(thing, held))
        ]
        self._placing = Placing(self._page, dict(stay), self._was, self._there, self._deleted, self._adopted, gap)
        places = self._placing.places
        new = {id: node for id, node in self._made.items() if id not in self._there and id not in self._deleted}
        nodes = [thing.change(places.get(key, {})) for key, thing in stay]
        fresh = [make({**node, **places[id]}) for id, node in new.items()]
        first = next((at for at, thing in enumerate(nodes) if thing.get("type") != "group"), len(nodes))
        nodes[first:first] = [thing for thing in fresh if thing.get("type") == "group"]
        self.document.nodes = nodes + [thing for thing in fresh if thing.get("type") != "group"]
        self.deleted += len(self._deleted)
        self.base.slips = dict(self._page.slips)
        self.base.nodes = {id: self._node_entry(id) for id in self._made if id not in self._adopted}

    def _is_first(self, thing: Thing) -> bool:
        return thing.id != "" and self._there[thing.id] is thing

    def _node(self, thing: Thing, held: set[str]) -> Thing | None:
        """What becomes of a node that stands there; None: it goes. `held` are those with an edge of a person."""
        if not self._is_first(thing):
            self.touched = True
            return thing
        was, made = self._was.nodes.get(thing.id), self._made.get(thing.id)
        if was is None:
            self.touched |= made is None or any(thing.get(key) != made.get(key) for key in (*CONTENT, *PLACE))
            return thing
        changed = digest(thing.value) != was.content
        self.touched |= changed or (thing.get("x"), thing.get("y")) != (was.x, was.y)
        if made is not None:
            return thing if changed else thing.change({key: made.get(key) for key in CONTENT})
        file = thing.get("file")
        if isinstance(file, str) and self._is_hidden(file):
            self.hidden.append(thing)
            return None
        more = any(value for key, value in thing.value.items() if key not in STYLE)
        if changed or more or thing.id in held or (thing.get("color") or "") != was.color:
            self.kept.append(thing)
            return thing
        return None

    def _node_entry(self, id: str) -> Node:
        """What the next run must know; where a person has moved it, that is not where we put it."""
        made, was, thing = self._made[id], self._was.nodes.get(id), self._there.get(id)
        place: Any = {**(was._asdict() if was else made), **self._placing.places.get(id, {})}
        if (
            was
            and id not in self._placing.moved
            and (thing is None or (thing.get("x"), thing.get("y")) != (was.x, was.y))
        ):
            place = was._asdict()
        content = digest(made)
        if was and id in self._was.slips and (thing is None or digest(thing.entries) == content):
            content = was.content  # of a slip that is not made any more, but needed still
        color = was.color if was else str(made.get("color", ""))
        return Node(self._page.within.get(id, ""), content, color, place["x"], place["y"])

    # ---------- edges ----------

    def _is_theirs(self, edge: Thing) -> bool:
        """Whether an edge is a person's."""
        return (
            not edge.id
            or self._drawn[edge.id] is not edge
            or not (edge.id in self._arrows or edge.id in self._was.edges)
        )

    def _merge_edges(self, old: Document) -> None:
        """The edges that stay, in their order, and behind them those that are new."""
        ids = {thing.id for thing in self.document.nodes}
        gone = {thing.id for thing in self.hidden}
        edges: list[Thing] = []
        for thing in old.edges:
            if not self._is_theirs(thing):
                edges += self._edge(thing, ids)
            elif gone.isdisjoint(ends(thing)):
                self.touched = True
                edges.append(thing)
        for id, made in self._arrows.items():
            if made["fromNode"] not in ids or made["toNode"] not in ids:
                if id in self._was.edges and self._deleted.intersection((made["fromNode"], made["toNode"])):
                    self.base.edges[id] = self._was.edges[id]  # it stays deleted, too
                continue
            if id not in self._drawn and id in self._was.edges:
                self.deleted += 1
            elif id not in self._drawn:
                edges.append(make({**made, **self._sides(made)}))
            was = self._was.edges.get(id, made)
            entry = {key: made[key] for key in EDGE if key in made}
            self.base.edges[id] = entry | {key: self._chosen.get(id, was).get(key, "") for key in SIDES}
        self.document.edges = edges

    def _edge(self, thing: Thing, ids: set[str]) -> list[Thing]:
        """What becomes of an edge of ours that stands there."""
        was, made = self._was.edges.get(thing.id), self._arrows.get(thing.id)
        before: dict[str, Any] = was or made or {}
        same = [key for key in EDGE if thing.get(key) == before.get(key)]
        changed = len(same) < len(EDGE)
        self.touched |= changed
        if not ids.issuperset(ends(thing)):
            return []
        if made is None:
            if changed:
                self.kept.append(thing)
            return [thing] if changed else []
        if was is None:
            return [thing]
        entries: dict[str, Any] = {key: made.get(key) for key in same}
        if self._placing.moved.intersection(ends(thing)) and all(thing.get(key) == was.get(key) for key in SIDES):
            entries |= self._sides(made)
        return [thing.change(entries)]

    def _sides(self, edge: dict[str, str]) -> dict[str, str]:
        """The sides of an edge that is drawn anew, by where its ends lie now."""
        boxes = self._placing.room.boxes
        start, end = boxes.get(edge["fromNode"]), boxes.get(edge["toNode"])
        sides = {key: edge[key] for key in SIDES if key in edge}
        if start and end and not self._placing.is_whole:
            self._all_sides = self._all_sides or Sides(self._placing.room.cards())
            sides = dict(zip(SIDES, self._all_sides.choose(start, end, edge.get("label", "")).sides, strict=True))
        self._chosen[edge["id"]] = sides
        return sides

    # ---------- the rest of the file ----------

    def _merge_others(self, old: Document) -> None:
        """Other keys of the file: ours is what Advanced Canvas wants to know."""
        others = dict(old.others)
        metadata = dump(self._page.metadata) if self._page.metadata else ""
        if _compact(others.get("metadata", "")) == self._was.metadata:
            others = {key: text for key, text in others.items() if key != "metadata"}
            if metadata:
                others["metadata"] = old.others["metadata"] if self._was.metadata == metadata else metadata
        self.touched |= any(key != "metadata" for key in others)
        self.base.metadata = metadata
        self.document.others = others


def ends(edge: Thing) -> list[str]:
    """The ids of the nodes between which an edge leads."""
    return [end for end in (edge.get("fromNode"), edge.get("toNode")) if isinstance(end, str)]


def _compact(text: str) -> str:
    """JSON without blanks."""
    return dump(json.loads(text)) if text else ""
