"""At which sides of its two boxes an edge ends: a short curve that passes behind few cards.

A canvas stores no way for an edge, only its two sides. Between the middles of these a program draws a curve that
leaves and arrives at right angles, behind the cards, with the label half way.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from exporter.views.plane.layout import GRID, LETTER, LINE, Box, squares

OUTWARD = {"right": (1, 0), "bottom": (0, 1), "left": (-1, 0), "top": (0, -1)}
POINTS = 13  # a curve is looked at in so many places, however long it is: so this stays linear
BEND, BENDS = 0.3, (60, 300)  # how far a curve leaves a side straight on: a share of its length, within px
HIDDEN = 150  # px; so much longer may a curve be for one place less behind a card
COVERED = 450  # px; so much longer for a label that no card and no other label covers
NAME = 40  # px; so high stands the name of a file above its card

# The weights of a cubic Bezier curve's four points in each of those places; the middle one is half way.
WEIGHTS = [
    ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    for t in (number / (POINTS + 1) for number in range(1, POINTS + 1))
]
Corners = tuple[float, float, float, float, float, float, float, float]


class Way(NamedTuple):
    """A curve from the middle of one side to the middle of another."""

    length: float  # px, of the polygon around it
    hidden: int  # so many of its POINTS places lie behind cards
    sides: tuple[str, str]


class Sides:
    """Knows what lies where, and where there is no room for a further label."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._cards: set[tuple[int, int]] = set()
        self._labels: set[tuple[int, int]] = set()
        self._boxes = [*boxes]
        for box in self._boxes:
            self._cards.update(squares(box.x, box.y, box.width, box.height))

    def choose(self, start: Box, end: Box, label: str, other: tuple[str, str] | None = None) -> Way:
        """The side at which an edge leaves and the one at which it arrives; not the pair of an `other` edge."""
        ways = [_way(start, leaving, end, arriving) for leaving, arriving in _facing(start, end)]
        length, sides, corners = min(ways)
        if not label and sides != other and not self._hidden(corners, 1):
            return Way(length, 0, sides)
        ways = [_way(start, leaving, end, arriving) for leaving in OUTWARD for arriving in OUTWARD]
        ways.sort(key=lambda way: way[0])  # stable: of equals the one that goes on to the right, then down
        best, least, corners = Way(0, POINTS, ways[0][1]), math.inf, ways[0][2]
        for length, sides, here in ways:
            if length >= least:
                break
            if sides != other:
                covered = COVERED if label and not self._shows(here, label) else 0
                hidden = self._hidden(here, least - length - covered)
                cost = length + covered + HIDDEN * hidden
                if cost < least:
                    best, least, corners = Way(length, hidden, sides), cost, here
        if label:
            self._labels.update(_label_at(corners, label))
        return best

    def _hidden(self, corners: Corners, most: float) -> int:
        """How many places of the curve lie behind cards; not counted on where they cost more than `most`."""
        ax, ay, cx, cy, dx, dy, bx, by = corners
        cards, hidden = self._cards, 0
        for a, c, d, b in WEIGHTS:
            x, y = a * ax + c * cx + d * dx + b * bx, a * ay + c * cy + d * dy + b * by
            if (int(x // GRID), int(y // GRID)) in cards:
                hidden += 1
                if hidden * HIDDEN >= most:
                    break
        return hidden

    def _shows(self, corners: Corners, label: str) -> bool:
        """Whether nothing covers the label, be it the name above a card."""
        for box in self._boxes:
            self._labels.update(squares(box.x, box.y - NAME, box.width, NAME))
        self._boxes = []
        return not any(square in self._cards or square in self._labels for square in _label_at(corners, label))


def _facing(start: Box, end: Box) -> list[tuple[str, str]]:
    """The sides that two boxes have towards each other: mostly one of these ways is the shortest."""
    across = ("right", "left") if end.x >= start.x else ("left", "right")
    down = ("bottom", "top") if end.y >= start.y else ("top", "bottom")
    return [(leaving, arriving) for leaving in (across[0], down[0]) for arriving in (across[1], down[1])]


def _label_at(corners: Corners, label: str) -> list[tuple[int, int]]:
    """The squares of the grid in which a label stands."""
    ax, ay, cx, cy, dx, dy, bx, by = corners
    a, c, d, b = WEIGHTS[POINTS // 2]
    x, y = a * ax + c * cx + d * dx + b * bx, a * ay + c * cy + d * dy + b * by
    wide = (len(label) + 2) * LETTER
    return squares(int(x - wide / 2), int(y) - LINE // 2, wide, LINE)


def _way(start: Box, leaving: str, end: Box, arriving: str) -> tuple[float, tuple[str, str], Corners]:
    """The length of a curve, of the polygon around it, its sides, and the polygon."""
    (across, down), (inward, up) = OUTWARD[leaving], OUTWARD[arriving]
    ax, ay = start.x + start.width * (1 + across) / 2, start.y + start.height * (1 + down) / 2
    bx, by = end.x + end.width * (1 + inward) / 2, end.y + end.height * (1 + up) / 2
    bend = min(max(math.hypot(bx - ax, by - ay) * BEND, BENDS[0]), BENDS[1])
    cx, cy, dx, dy = ax + across * bend, ay + down * bend, bx + inward * bend, by + up * bend
    return 2 * bend + math.hypot(dx - cx, dy - cy), (leaving, arriving), (ax, ay, cx, cy, dx, dy, bx, by)
