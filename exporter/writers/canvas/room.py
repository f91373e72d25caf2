"""Where there is room on a canvas that somebody has arranged: free places in a group, and groups that grow.

What stands there stays. A group without room grows to the side on which it moves the least, down if it moves nothing: groups
of ours that it would hit are pushed as far as it grows, with what is in them; what a person has put outside of our groups is
never hit. Boxes are looked up by squares, so that nothing is searched through.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from heapq import heapify, heappop, heappush

from exporter.views.plane.layout import AISLE, GRID, HEADING, PADDING, Box, snap

CELL = 400  # px; boxes are looked up by squares of this size
MOST_CELLS = 400  # a box in more squares is looked at each time
APART = 40  # px between boxes, if they were so before; the name of a file stands above its card
GROWTHS = 20  # of a group in one run; one is nearly always enough
LARGE = 4000  # px; a card of that size hides all behind it
OUTER = ""  # in the place of a group: the canvas itself

Boxes = dict[str, Box]  # by the id of a node
Sizes = Mapping[str, tuple[int, int]]  # width and height in px


class Room:
    """The boxes of a canvas."""

    def __init__(self, gap: int) -> None:
        """Take the room between two cards in px."""
        self.boxes: Boxes = {}
        self.ours: set[str] = set()  # that may be pushed
        self._gap = gap
        self._groups: set[str] = set()
        self._cells: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
        self._wide: set[str] = set()

    def add(self, id: str, box: Box, is_group: bool, is_ours: bool) -> None:
        """Put a box where it is."""
        self.boxes[id] = box
        if is_ours:
            self.ours.add(id)
        if is_group:
            self._groups.add(id)
        self._index(id, box, present=True)

    def place_all(self, sizes: Sizes, group: str, are_groups: bool = False) -> Boxes:
        """Places for new boxes, by their sizes, in a group, which grows if it must; outside, if it cannot.

        They are taken from now on; `group` OUTER means the canvas itself.
        """
        placed: Boxes = {}
        free: dict[tuple[int, int], Iterator[Box]] = {}
        waiting = dict(sizes)
        growths = GROWTHS
        while waiting:
            id, size = next(iter(waiting.items()))
            if size not in free:
                free[size] = self._free(group, size)
            box = next(free[size], None)
            if box is not None:
                placed[id] = box
                self.add(id, box, are_groups, is_ours=True)
                del waiting[id]
            elif group and growths and self._grow(group, [*waiting.values()]):
                free.clear()
                growths -= 1
            else:
                return placed | self.place_below(waiting, are_groups)
        return placed

    def place_below(self, sizes: Sizes, are_groups: bool = False) -> Boxes:
        """Places for new boxes in rows under all there is; they are taken from now on."""
        x, y = self.below()
        placed: Boxes = {}
        left, right, high = x, x + self._bounds().width, 0
        for id, (width, height) in sizes.items():
            if x > left and x + width > right:
                x, y, high = left, y + high + self._gap + AISLE, 0
            placed[id] = Box(x, y, width, height)
            self.add(id, placed[id], are_groups, is_ours=True)
            x, high = x + width + self._gap + AISLE, max(high, height)
        return placed

    def below(self) -> tuple[int, int]:
        """The left end of a row under all there is."""
        bounds = self._bounds()
        return snap(bounds.x), snap(bounds.y + bounds.height + self._gap + AISLE) if self.boxes else 0

    def cards(self) -> list[Box]:
        """The boxes of the cards; not of those that nobody could look at as a whole."""
        boxes = [box for id, box in self.boxes.items() if id not in self._groups]
        return [
            Box(*map(int, (box.x, box.y, box.width, box.height))) for box in boxes if max(box.width, box.height) < LARGE
        ]

    # ---------- free places ----------

    def _free(self, group: str, size: tuple[int, int]) -> Iterator[Box]:
        """The free places in a group, row by row; each is taken before the next is asked for."""
        frame = self.boxes[group] if group else self._bounds()
        inner = _content_box(frame) if group else frame
        rows = [snap(inner.y), *{snap(box.y + box.height + self._gap) for box in self._upon(group)}]
        heapify(rows)
        last = -math.inf
        while rows:
            y = heappop(rows)
            if last < y and inner.y <= y <= inner.y + inner.height - size[1]:
                last = y
                yield from self._row(inner, y, size, group)
                heappush(rows, y + size[1] + self._gap)

    def _row(self, inner: Box, y: int, size: tuple[int, int], group: str) -> Iterator[Box]:
        x = snap(inner.x)
        while x + size[0] <= inner.x + inner.width:
            box = Box(x, y, *size)
            hits = [self.boxes[id] for id in self._near(box, APART) if not self._is_around(id, group)]
            if not hits:
                yield box
                x += size[0]
            else:
                x = max(x + GRID, snap(max(hit.x + hit.width for hit in hits) + self._gap))

    def _upon(self, group: str) -> list[Box]:
        """The boxes that lie in a group, or upon its border."""
        frame = self.boxes[group] if group else self._bounds()
        return [self.boxes[id] for id in self._near(frame) if not self._is_around(id, group)]

    def _is_around(self, id: str, group: str) -> bool:
        """Whether a node is the group itself or one around it, which is in nobody's way, as a card that covers it is."""
        return id in self._groups and bool(group) and lies_in(self.boxes[group], self.boxes[id])

    def _bounds(self) -> Box:
        """The box around all."""
        if not self.boxes:
            return Box()
        left, top = (min(getattr(box, side) for box in self.boxes.values()) for side in "xy")
        right = max(box.x + box.width for box in self.boxes.values())
        return Box(left, top, right - left, max(box.y + box.height for box in self.boxes.values()) - top)

    # ---------- growth ----------

    def _grow(self, group: str, sizes: list[tuple[int, int]]) -> bool:
        """Make room for so many more boxes at the end of a group; gives whether it could."""
        frame, gap = self.boxes[group], self._gap
        width, height = max(wide for wide, _ in sizes), max(high for _, high in sizes)
        inner, content = _content_box(frame), [box for box in self._upon(group) if lies_in(box, frame)]
        rows = math.ceil(len(sizes) / max(1, (inner.width + gap) // (width + gap)))
        columns = math.ceil(len(sizes) / max(1, (inner.height + gap) // (height + gap)))
        bottom = max([inner.y - gap, *(box.y + box.height for box in content)]) + rows * (height + gap)
        right = max([inner.x - gap, *(box.x + box.width for box in content)]) + columns * (width + gap)
        wider = max(0, snap(snap(inner.x) + width - inner.x - inner.width))
        higher = max(0, snap(snap(inner.y) + height - inner.y - inner.height))
        below = max(snap(bottom - inner.y - inner.height), higher, GRID)
        beside = max(snap(right - inner.x - inner.width), wider, GRID)
        plan = self._plan(group, wider, below, (0, below))
        if plan is None or self._moved(plan) > (0, 0):
            plans = [plan, self._plan(group, beside, higher, (beside, 0))]
            plan = min((plan for plan in plans if plan is not None), key=self._moved, default=None)
        for id, box in (plan or {}).items():
            self._index(id, self.boxes[id], present=False)
            self.boxes[id] = box
            self._index(id, box, present=True)
        return plan is not None

    def _moved(self, plan: Boxes) -> tuple[int, int]:
        """How much a plan moves: things of a person, and things at all."""
        moved = [id for id, box in plan.items() if self._is_moved(id, box)]
        return sum(id not in self.ours for id in moved), len(moved)

    def _is_moved(self, id: str, box: Box) -> bool:
        return (box.x, box.y) != (self.boxes[id].x, self.boxes[id].y)

    def _plan(self, group: str, wider: int, higher: int, step: tuple[int, int]) -> Boxes | None:
        """The new boxes of all that changes if a group grows and what it hits goes a step; None: it cannot."""
        old = self.boxes[group]
        around = {id for id in self._near(old) if id in self._groups and lies_in(old, self.boxes[id])}
        plan = {group: Box(old.x, old.y, old.width + wider, old.height + higher)}
        waiting = [group]
        while waiting:
            id = waiting.pop()
            for outer in sorted(around - {id}):
                if lies_in(self.boxes[id], self.boxes[outer]):
                    frame = plan.get(outer, self.boxes[outer])
                    grown = _stretch(frame, plan[id])
                    if outer in self.ours and grown is not None:
                        plan[outer] = grown
                        waiting.append(outer)
                    elif outer not in self.ours and not lies_in(plan[id], frame):
                        return None  # it would break out of a person's group
            pushed = self._unit(id) if self._is_moved(id, plan[id]) else []
            for hit in self._hits(id, plan):
                if hit in plan:
                    return None  # a step is not enough
                pushed += self._unit(self._outermost(hit, around))
            for other in pushed:
                if other in around or not other:
                    return None
                if other not in plan:
                    box = self.boxes[other]
                    plan[other] = Box(box.x + step[0], box.y + step[1], box.width, box.height)
                    waiting.append(other)
        return plan

    def _hits(self, id: str, plan: Boxes) -> Iterator[str]:
        """What the new box of a node touches, or comes near to, that its old one did not; what moves moves alike."""
        old, new = self.boxes[id], plan[id]
        moves = self._is_moved(id, new)
        changed = [other for other, box in plan.items() if not (moves and self._is_moved(other, box))]
        for other in dict.fromkeys([*self._near(new, APART), *changed]):
            box = self.boxes[other]
            now = plan.get(other, box)
            alike = moves and self._is_moved(other, now)
            if other == id or alike or (other in self._groups and lies_in(old, box)):
                continue
            if any(_hit(new, now, apart) and not _hit(old, box, apart) for apart in (0, APART)):
                yield other

    def _outermost(self, id: str, around: Collection[str]) -> str:
        """What is pushed where a node is hit: the outermost group with it but those `around`; "": it must not be pushed."""
        over = [other for other in self._near(self.boxes[id]) if self._lies_in(id, other)]
        outer = max([id, *(other for other in over if other not in around)], key=lambda other: _area(self.boxes[other]))
        stands_free = outer not in self._groups and not any(other in self.ours for other in over)
        return "" if outer not in self.ours or stands_free else outer

    def _unit(self, id: str) -> list[str]:
        """A node and, of a group, all that lies in it or upon its border; [""]: a thing of a person lies there."""
        if id not in self._groups:
            return [id]
        near = [other for other in self._near(self.boxes[id]) if not self._lies_in(id, other)]
        return [other if other in self.ours or self._lies_in(other, id) else "" for other in near]

    def _lies_in(self, id: str, group: str) -> bool:
        return id != group and group in self._groups and lies_in(self.boxes[id], self.boxes[group])

    # ---------- the index ----------

    def _near(self, box: Box, apart: int = 0) -> list[str]:
        """The boxes that touch one, or come nearer to it than so many px, in the order of their ids."""
        cells = _cells(box, apart)
        ids = self._wide.union(*(self._cells.get(cell, ()) for cell in cells)) if cells else self.boxes
        return sorted(id for id in ids if _hit(box, self.boxes[id], apart))

    def _index(self, id: str, box: Box, present: bool) -> None:
        for place in [self._cells[cell] for cell in _cells(box, 0)] or [self._wide]:
            if present:
                place.add(id)
            else:
                place.discard(id)


def _hit(one: Box, other: Box, apart: int = 0) -> bool:
    """Whether two boxes overlap, or are nearer than so many px."""
    return (
        one.x < other.x + other.width + apart
        and other.x < one.x + one.width + apart
        and one.y < other.y + other.height + apart
        and other.y < one.y + one.height + apart
    )


def lies_in(inner: Box, outer: Box) -> bool:
    """Whether a box lies wholly within another."""
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def _content_box(group: Box) -> Box:
    """Where in a group cards may stand."""
    top = PADDING + HEADING
    return Box(group.x + PADDING, group.y + top, group.width - 2 * PADDING, group.height - top - PADDING)


def _area(box: Box) -> float:
    return box.width * box.height


def _stretch(group: Box, content: Box) -> Box | None:
    """The group, grown at the right and below until the content lies in it; None: it does already."""
    wide = max(group.width, snap(content.x + content.width + PADDING - group.x))
    high = max(group.height, snap(content.y + content.height + PADDING - group.y))
    return Box(group.x, group.y, wide, high) if (wide, high) != (group.width, group.height) else None


def _cells(box: Box, apart: int) -> list[tuple[int, int]]:
    """The squares that a box lies in; none: they are too many."""
    left, right = (box.x - apart) // CELL, (box.x + box.width + apart) // CELL
    top, bottom = (box.y - apart) // CELL, (box.y + box.height + apart) // CELL
    if (right - left + 1) * (bottom - top + 1) > MOST_CELLS:
        return []
    columns, rows = range(int(left), int(right) + 1), range(int(top), int(bottom) + 1)
    return [(column, row) for column in columns for row in rows]
