"""What lies where on the grid, and ways through it: level, upright or at 45 degrees, over no label and no station."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

Point = tuple[int, int]
STEPS = (
    (1, 0),
    (1, 1),
    (0, 1),
    (-1, 1),
    (-1, 0),
    (-1, -1),
    (0, -1),
    (1, -1),
)  # the axis of a step is its number modulo 4
LENGTH = (10, 14) * 4
TURN = (
    0,
    18,
    60,
    120,
    200,
    120,
    60,
    18,
)  # what it costs to go on in another of the eight directions; within a way at most 45 degrees
CROSS = 45  # what it costs to cross a stroke
BEND = 4  # in `used`: a stroke ends or bends here, and is not to be crossed
EFFORT, PATIENCE = 15_000, 100_000  # points that are looked at for one way, for all of a kind: about a second


class Way(NamedTuple):
    """A polyline, by all points of the grid that it touches."""

    points: list[Point]

    @property
    def crosses_itself(self) -> bool:
        """Whether it makes a loop."""
        middles = {(a[0] + b[0], a[1] + b[1]) for a, b in pairwise(self.points)}
        return len({*self.points}) < len(self.points) or len(middles) < len(self.points) - 1

    def corners(self) -> list[Point]:
        """Its ends and bends."""
        points = self.points
        inner = [
            b
            for a, b, c in zip(points, points[1:], points[2:], strict=False)
            if (b[0] - a[0], b[1] - a[1]) != (c[0] - b[0], c[1] - b[1])
        ]
        return [points[0], *inner, points[-1]]


class Grid:
    """Points that are free, taken for good, or on a stroke."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._blocked = bytearray(b"\x01" * (width * height))
        self._used: dict[int, int] = {}  # by point: the axis of the stroke there, or BEND
        self._edges: set[tuple[int, int]] = set()  # pieces of strokes: their ends, the smaller first
        self._near: dict[int, int] = {}  # by point: axes, as bits, along which a line is too near
        self.rest()
        self._deltas = tuple(x + y * width for x, y in STEPS)

    def clear(self, left: float, top: float, right: float, bottom: float) -> None:
        """Open what lies within; all else stays closed."""
        self._fill(left, top, right, bottom, 0)

    def block(self, left: float, top: float, right: float, bottom: float) -> None:
        """Close the points within."""
        self._fill(left, top, right, bottom, 1)

    def _fill(self, left: float, top: float, right: float, bottom: float, value: int) -> None:
        first, last = max(int(-(-left // 1)), 1), min(int(right // 1), self.width - 2)
        for y in range(max(int(-(-top // 1)), 1), min(int(bottom // 1), self.height - 2) + 1):
            for x in range(first, last + 1):
                self._blocked[y * self.width + x] = value

    def occupy(self, points: list[Point], keep_off: bool = False) -> None:
        """Put a stroke there; with `keep_off` none may run beside it at once."""
        numbers = [y * self.width + x for x, y in points]
        axes = [self._deltas.index(b - a) % 4 for a, b in pairwise(numbers)]
        for place, number in enumerate(numbers):
            around = {*axes[max(place - 1, 0) : place + 1]}
            straight = 0 < place < len(numbers) - 1 and len(around) == 1 and number not in self._used
            self._used[number] = around.pop() if straight else BEND
        for a, b, axis in zip(numbers, numbers[1:], axes, strict=False):
            self._edges.add((min(a, b), max(a, b)))
            if keep_off:
                for number in (a, b):
                    for delta in self._deltas:
                        self._near[number + delta] = self._near.get(number + delta, 0) | 1 << axis

    def rest(self) -> None:
        """Look for ways of another kind with new patience."""
        self._patience = {1: PATIENCE, 2: PATIENCE}  # by haste

    def is_free(self, point: Point) -> bool:
        """Whether there is no stroke at a point."""
        return point[1] * self.width + point[0] not in self._used

    def find(
        self,
        starts: Collection[tuple[Point, int | None]],
        end: Point,
        open: Iterable[Point],
        arrow: bool = False,
        anyhow: bool = False,
    ) -> Way | None:
        """The way with the fewest bends and crossings; None: there is none.

        Args:
            starts: where it may begin, and in which direction one comes there, if in any.
            end: where it ends.
            open: points that are closed to others.
            arrow: it ends in one, for which it has to go straight on for three steps.
            anyhow: where there is no other way, a longer one that bends beside a crossing will do.
        """
        ours = [y * self.width + x for x, y in open]
        before = [self._blocked[number] for number in ours]
        for number in ours:
            self._blocked[number] = 0
        try:
            last = self._last_steps(end) if arrow else {}
            way = self._search(starts, end, last, 1, True)
            return self._search(starts, end, last, 2, False) if way is None and anyhow else way
        finally:
            for number, value in zip(ours, before, strict=True):
                self._blocked[number] = value

    def _last_steps(self, end: Point) -> dict[int, list[Point]]:
        """From where an end can be reached straight on: by point * 9 + direction, the points that follow."""
        found = {}
        for direction, (step_x, step_y) in enumerate(STEPS):
            points = [(end[0] - far * step_x, end[1] - far * step_y) for far in (2, 1, 0)]
            numbers = [y * self.width + x for x, y in points]
            free = not any(number in self._used or self._blocked[number] for number in numbers[:2])
            if free and not any(
                (min(edge), max(edge)) in self._edges or (direction % 2 and self._cuts(*edge, step_x))
                for edge in pairwise(numbers)
            ):
                found[numbers[0] * 9 + direction] = points[1:]
        return found

    def _cuts(self, here: int, there: int, step_x: int) -> bool:
        """Whether a step at 45 degrees would cut the corner of a label."""
        return bool(self._blocked[here + step_x] or self._blocked[there - step_x])

    def _search(
        self,
        starts: Collection[tuple[Point, int | None]],
        end: Point,
        last: dict[int, list[Point]],
        haste: int,
        strict: bool,
    ) -> Way | None:
        """A* (https://doi.org/10.1109/TSSC.1968.300136); a state is a point * 9 + the direction one comes in, 8 for none; in haste the way may be longer."""
        wide, blocked, used, edges, near = self.width, self._blocked, self._used, self._edges, self._near
        end_x, end_y = end
        goal = end_y * wide + end_x
        best: dict[int, int] = {}
        came: dict[int, int] = {}
        queue: list[tuple[int, int, int]] = []
        for (x, y), start in starts:
            state = (y * wide + x) * 9 + (8 if start is None else start)
            best[state] = 0
            heappush(queue, (haste * _far(end_x - x, end_y - y), 0, state))
        begin = set(best)
        for _ in range(EFFORT):
            if not queue or not self._patience[haste]:
                return None
            self._patience[haste] -= 1
            _, cost, state = heappop(queue)
            if cost > best[state]:
                continue
            here, direction = divmod(state, 9)
            if state in last or (here == goal and not last):
                way = Way([*self._back(came, state), *last.get(state, ())])
                return None if way.crosses_itself else way
            first = state in begin
            # no bend beside a crossing: it would be hidden, or be taken for one of the other stroke
            straight = not first and (here in used or (strict and self._crosses(came[state], state, begin)))
            for turn in (0,) if straight else range(8) if first else (0, 1, 7):
                going = (direction + turn) % 8 if direction < 8 else turn
                there = here + self._deltas[going]
                axis = going % 4
                bends = strict and turn and not first
                if blocked[there] or ((here, there) if here < there else (there, here)) in edges:
                    continue
                more = LENGTH[going] + (TURN[turn] if direction < 8 else 0)
                if going % 2:
                    step_x = STEPS[going][0]
                    if self._cuts(here, there, step_x):
                        continue
                    a, b = here + step_x, there - step_x
                    if ((a, b) if a < b else (b, a)) in edges:
                        if bends:
                            continue
                        more += CROSS
                if there != goal:
                    stroke = used.get(there)
                    if stroke is not None:
                        if bends or stroke in (BEND, axis):
                            continue
                        more += CROSS
                    if near.get(there, 0) >> axis & 1:
                        continue
                next = there * 9 + going
                if cost + more < best.get(next, 1 << 60):
                    best[next] = cost + more
                    came[next] = state
                    y, x = divmod(there, wide)
                    heappush(queue, (cost + more + haste * _far(end_x - x, end_y - y), cost + more, next))
        return None

    def _crosses(self, before: int, state: int, begin: set[int]) -> bool:
        """Whether the last step began on another stroke, or went across one between two points."""
        start, (here, direction) = before // 9, divmod(state, 9)
        if before not in begin and start in self._used:
            return True
        step_x = STEPS[direction][0]
        ends = start + step_x, here - step_x
        return direction % 2 == 1 and (min(ends), max(ends)) in self._edges

    def _back(self, came: dict[int, int], state: int) -> Iterator[Point]:
        """The points of a way from its beginning."""
        states = [state]
        while states[-1] in came:
            states.append(came[states[-1]])
        for each in reversed(states):
            y, x = divmod(each // 9, self.width)
            yield x, y


def _far(x: int, y: int) -> int:
    """No way between two points that lie so far apart is shorter."""
    x, y = abs(x), abs(y)
    return 10 * max(x, y) + 4 * min(x, y)
