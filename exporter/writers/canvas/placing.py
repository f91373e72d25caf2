"""Where things stand on a canvas that is merged: all that is there stays, and what is new finds room in its group."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from exporter.views.plane.layout import Box, snap
from exporter.writers.canvas.base import Base
from exporter.writers.canvas.document import Thing, number
from exporter.writers.canvas.page import Page
from exporter.writers.canvas.room import OUTER, Room, lies_in

PLACE = ("x", "y", "width", "height")


class Placing:
    """The places of what is new, and of what has to move."""

    def __init__(
        self,
        page: Page,
        stay: Mapping[str, Thing],
        was: Base,
        frames: Mapping[str, Thing],
        deleted: Collection[str],
        theirs: Collection[str],
        gap: int,
    ) -> None:
        """Find them.

        Args:
            page: what is made.
            stay: what stands there and stays; what is known under its id of the page.
            was: what was written last.
            frames: all that stood there; cards are looked for in the groups that go, too.
            deleted: ids of the page that a person has deleted.
            theirs: ids of the page whose cards a person has made.
            gap: px between two cards.
        """
        self.room = Room(gap)
        self._page, self._was, self._frames, self._deleted = page, was, frames, deleted
        self._made = {str(node["id"]): node for node in page.nodes}
        boxes = {id: box for id, thing in stay.items() if (box := box_of(thing.value))}
        self.moved = {id for id, box in boxes.items() if id not in theirs and self._changes_area(id, box)}
        before = {id: box for id, box in boxes.items() if id not in self.moved}
        for id, box in before.items():
            is_ours = id in self._made and id not in theirs
            self.room.add(id, box, stay[id].get("type") == "group", is_ours)
        self.new = [id for id in self._made if id not in stay and id not in deleted]
        self._fresh: set[str] = set()  # new groups, which hold what is new as it is made
        self.is_whole = len(self.new) == len(
            self._made
        )  # nothing of it stands there, so all of it stands as it is made
        if self.is_whole:
            self._place_page()
        else:
            self._place_groups([id for id in self.new if self._made[id]["type"] == "group"])
            new = {id: box for id in self.new if self._made[id]["type"] != "group" and (box := box_of(self._made[id]))}
            self._place_cards(
                {id: box for id in self._made if (box := new.get(id) or boxes.get(id)) and id not in before}
            )
        changed = {id: box for id, box in self.room.boxes.items() if before.get(id) is not box}
        self.places: dict[str, dict[str, Any]] = {
            id: dict(zip(PLACE, (box.x, box.y, box.width, box.height), strict=True)) for id, box in changed.items()
        }

    def _changes_area(self, id: str, box: Box) -> bool:
        """Whether a card lies in the group where it was put, and belongs into another by now."""
        was, made = self._was.nodes.get(id), self._made.get(id)
        home = self._page.within.get(id, OUTER)
        if not was or not made or made["type"] == "group" or home in {was.group, *self._deleted}:
            return False
        frame = box_of(self._frames[was.group].value) if was.group in self._frames else None
        return lies_in(box, frame) if frame else not was.group and (box.x, box.y) == (was.x, was.y)

    def _home(self, id: str) -> str:
        """The innermost group of ours around a node that is there."""
        group = self._page.within.get(id, OUTER)
        while group and group not in self.room.boxes:
            group = self._page.within.get(group, OUTER)
        return group

    def _place_page(self) -> None:
        """The whole page, below all there is."""
        boxes = {id: box for id, node in self._made.items() if (box := box_of(node))}
        across = down = 0
        if self.room.boxes and boxes:
            x, y = self.room.below()
            across, down = x - min(box.x for box in boxes.values()), y - min(box.y for box in boxes.values())
        for id, box in boxes.items():
            place = Box(box.x + across, box.y + down, box.width, box.height)
            self.room.add(id, place, self._made[id]["type"] == "group", is_ours=True)

    def _place_groups(self, new: list[str]) -> None:
        """New areas stand below all there is, or in the area in which they lie; what lies in them goes with them."""
        boxes = {id: box for id in new if (box := box_of(self._made[id]))}
        within = {id: self._page.within.get(id, OUTER) for id in boxes}
        top = {id: _size(box) for id, box in boxes.items() if within[id] not in boxes and not self._home(id)}
        placed = self.room.place_below(top, are_groups=True)
        for id, box in boxes.items():  # outer ones come before inner ones
            if within[id] in boxes:
                placed[id] = self._carry(box, within[id])
                self.room.add(id, placed[id], is_group=True, is_ours=True)
            elif id not in placed:
                placed |= self.room.place_all({id: _size(box)}, self._home(id), are_groups=True)
            self._fresh.add(id)

    def _place_cards(self, boxes: Mapping[str, Box]) -> None:
        """A card stands as it is made in a group that is new, else where there is room in its group."""
        by_home: dict[str, dict[str, tuple[int, int]]] = {}
        for id, box in boxes.items():
            home = self._home(id)
            made = box_of(self._made[id])
            if home in self._fresh and made and home == self._page.within.get(id) and _size(made) == _size(box):
                self.room.add(id, self._carry(made, home), is_group=False, is_ours=True)
            else:
                by_home.setdefault(home, {})[id] = _size(box)
        for home, sizes in by_home.items():
            self.room.place_all(sizes, home)

    def _carry(self, box: Box, group: str) -> Box:
        """A box that lies in a new group as it is made, where that group stands by now: another may have pushed it."""
        made, now = box_of(self._made[group]) or Box(), self.room.boxes[group]
        return Box(box.x + now.x - made.x, box.y + now.y - made.y, box.width, box.height)


def box_of(node: Any) -> Box | None:
    """Where a node stands; None: nowhere that could be drawn."""
    lengths: list[Any] = [node.get(key) for key in PLACE] if isinstance(node, dict) else [None]
    return Box(*lengths) if all(map(number, lengths)) and min(lengths[2:]) >= 0 else None


def _size(box: Box) -> tuple[int, int]:
    return snap(box.width), snap(box.height)
