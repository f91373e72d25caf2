"""At which sides of its two boxes an edge ends: a short curve that passes behind few cards.

A canvas stores no way for an edge, only its two sides. Between the middles of these a program draws a curve that
leaves and arrives at right angles, behind the cards, with the label half way.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

from exporter.views.plane.layout import LETTER, LINE, Box

OUTWARD = {"right": (1, 0), "bottom": (0, 1), "left": (-1, 0), "top": (0, -1)}
POINTS = 17  # a curve is looked at in so many places, however long it is: so this stays linear
BEND, BENDS = 0.3, (60, 300)  # how far a curve leaves a side straight on: a share of its length, within px
HIDDEN = 150  # px; so much longer may a curve be for one place less behind a card
COVERED = 450  # px; so much longer for a label that no card and no other label covers
NAME = 30  # px; so high stands the name of a file above its card
CELL = 240  # px; boxes are looked up by squares of this size

# The weights of a cubic Bezier curve's four points in each of those places; the middle one is half way.
WEIGHTS = [
    ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    for t in (number / (POINTS + 1) for number in range(1, POINTS + 1))
]


class Sides:
    """Knows what lies where, and where there is no room for a further label."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._boxes = _Boxes()
        self._labels = _Boxes()
        for box in boxes:
            self._boxes.add(box)
            self._labels.add(Box(box.x, box.y - NAME, box.width, NAME + box.height))

    def choose(self, start: Box, end: Box, label: str, other: tuple[str, str] | None = None) -> tuple[str, str]:
        """The side at which an edge leaves and the one at which it arrives; not the pair of an `other` edge."""
        ways = [_Way(start, leaving, end, arriving) for leaving in OUTWARD for arriving in OUTWARD]
        ways.sort(key=lambda way: way.length)  # stable: of equals the one that goes on to the right, then down
        best, least = ways[0], math.inf
        for way in ways:
            if way.length >= least:
                break
            if way.sides != other:
                cost = self._cost(way, label, least)
                if cost < least:
                    best, least = way, cost
        if label:
            (left, y), _, (right, _) = _label_at(best.points(), label)
            self._labels.add(Box(int(left), int(y) - LINE, int(right - left), 2 * LINE))
        return best.sides

    def _cost(self, way: _Way, label: str, least: float) -> float:
        """Its length and what it hides, in px; not counted on once it is no less than the least."""
        points = way.points()
        cost = way.length
        if label and any(self._labels.cover(point) for point in _label_at(points, label)):
            cost += COVERED
        for point in points:
            if cost >= least:
                break
            if self._boxes.cover(point):
                cost += HIDDEN
        return cost


class _Boxes:
    """Boxes that can be looked up by a point."""

    def __init__(self) -> None:
        self._near: defaultdict[tuple[int, int], list[Box]] = defaultdict(list)

    def add(self, box: Box) -> None:
        for column in range(box.x // CELL, (box.x + box.width) // CELL + 1):
            for row in range(box.y // CELL, (box.y + box.height) // CELL + 1):
                self._near[column, row].append(box)

    def cover(self, point: tuple[float, float]) -> bool:
        """Whether the point lies within one of them."""
        x, y = point
        near = self._near.get((int(x // CELL), int(y // CELL)), ())
        return any(box.x < x < box.x + box.width and box.y < y < box.y + box.height for box in near)


class _Way:
    """A curve from the middle of one side to the middle of another."""

    def __init__(self, start: Box, leaving: str, end: Box, arriving: str) -> None:
        self.sides = leaving, arriving
        a, b = _middle(start, leaving), _middle(end, arriving)
        bend = min(max(math.dist(a, b) * BEND, BENDS[0]), BENDS[1])
        c, d = _beside(a, leaving, bend), _beside(b, arriving, bend)
        self.length = math.dist(a, c) + math.dist(c, d) + math.dist(d, b)  # of the polygon around it
        self._corners = a, c, d, b

    def points(self) -> list[tuple[float, float]]:
        """Where it passes."""
        (ax, ay), (cx, cy), (dx, dy), (bx, by) = self._corners
        return [(a * ax + c * cx + d * dx + b * bx, a * ay + c * cy + d * dy + b * by) for a, c, d, b in WEIGHTS]


def _label_at(points: list[tuple[float, float]], label: str) -> tuple[tuple[float, float], ...]:
    """The left end, the middle and the right end of a label."""
    x, y = points[POINTS // 2]
    half = (len(label) + 2) * LETTER / 2
    return (x - half, y), (x, y), (x + half, y)


def _middle(box: Box, side: str) -> tuple[float, float]:
    across, down = OUTWARD[side]
    return box.x + box.width * (1 + across) / 2, box.y + box.height * (1 + down) / 2


def _beside(point: tuple[float, float], side: str, far: float) -> tuple[float, float]:
    across, down = OUTWARD[side]
    return point[0] + across * far, point[1] + down * far
