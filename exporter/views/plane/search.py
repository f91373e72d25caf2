"""Which card of a group takes which of its places, so that arrows are short and pass behind few cards.

Cards of a group are exchanged as long as that helps: nearly as well as a map that is optimized as a whole (dot, ELK)
would have it, but no card leaves its group or the grid, and who reads row by row finds the map's order wherever no
arrow speaks against it. No chance is in it, and the work is bounded: equal maps give equal places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from exporter.views.plane.layout import GRID, Box, squares

BEHIND = 400  # px; so much longer may an arrow be for one card less that it passes behind
WORTH = 20  # px; what gains less leaves the map's order alone
NEAREST = 8  # places of a group around the middle of what a card is joined to: these are tried
STEP = 60  # px between two looks at what a line passes; less than a card is high


class Search:
    """The places of one sheet: what an arrow costs depends only on the two between which it goes."""

    def __init__(self, boxes: Sequence[Box], lines: Sequence[tuple[Box, Box]]) -> None:
        """Take all cards, placed, and the two ends of each line; what is no card is left where it is."""
        self._boxes = boxes
        self._at = {id(box): number for number, box in enumerate(boxes)}  # the place of a card
        self._places = [(box.x, box.y, box.width, box.height) for box in boxes]
        self._cost: dict[tuple[int, int], float] = {}
        self._covered = self._cover()
        self._joined: dict[int, list[int]] = {}  # id(card): of the cards at the other ends of its lines
        for start, end in lines:
            if id(start) in self._at and id(end) in self._at:
                self._joined.setdefault(id(start), []).append(id(end))
                self._joined.setdefault(id(end), []).append(id(start))

    def exchange(self, groups: Sequence[Sequence[Box]], rounds: int) -> None:
        """Exchange cards of each group; so many times at most each is asked for the place that it would have."""
        waiting = [group for group in groups if len(group) > 1]
        for _ in range(rounds):
            waiting = [group for group in waiting if self._improve(group)]
        for box in self._boxes:
            box.x, box.y = self._places[self._at[id(box)]][:2]

    def _improve(self, group: Sequence[Box]) -> bool:
        at, better = self._at, False
        holder = {at[id(box)]: id(box) for box in group}
        for box in group:
            card = id(box)
            joined = self._joined.get(card)
            if not joined:
                continue
            x = sum(self._places[at[other]][0] for other in joined) / len(joined)
            y = sum(self._places[at[other]][1] for other in joined) / len(joined)
            near = sorted(holder, key=lambda place: abs(self._places[place][0] - x) + abs(self._places[place][1] - y))
            best, most = at[card], float(WORTH)
            for place in near[:NEAREST]:
                gain = self._gain(card, holder[place]) if place != at[card] else 0
                if gain > most:
                    best, most = place, gain
            if best != at[card]:
                other = holder[best]
                at[card], at[other] = best, at[card]
                holder[at[card]], holder[at[other]] = card, other
                better = True
        return better

    def _gain(self, one: int, other: int) -> float:
        """By how much the lines of two cards cost less if these take each other's places."""
        before = self._total(one, other)
        at = self._at
        at[one], at[other] = at[other], at[one]
        after = self._total(one, other)
        at[one], at[other] = at[other], at[one]
        return before - after

    def _total(self, one: int, other: int) -> float:
        at, cost, total = self._at, self._cost, 0.0
        for card in (one, other):
            here = at[card]
            for far in self._joined.get(card, ()):
                there = at[far]
                pair = (here, there) if here < there else (there, here)
                known = cost.get(pair)
                if known is None:
                    known = cost[pair] = self._measure(*pair)
                total += known
        return total

    def _measure(self, one: int, other: int) -> float:
        """The length of the line between the nearest sides of two places, and what it passes behind."""
        ax, ay, bx, by = nearest_sides(self._places[one], self._places[other])
        length = math.hypot(bx - ax, by - ay)
        steps = int(length / STEP) + 1
        dx, dy = (bx - ax) / steps, (by - ay) / steps
        covered = self._covered
        passed = {
            covered.get((int(ax + dx * step) // GRID, int(ay + dy * step) // GRID)) for step in range(1, steps)
        } - {None, one, other}
        return length + BEHIND * len(passed)

    def _cover(self) -> dict[tuple[int, int], int]:
        """The squares of the grid that lie in a card."""
        return {square: number for number, place in enumerate(self._places) for square in squares(*place)}


def nearest_sides(
    one: tuple[int, int, int, int], other: tuple[int, int, int, int]
) -> tuple[float, float, float, float]:
    """The middles of the two sides that are nearest to each other, of boxes as x, y, width and height."""
    ax, ay, aw, ah = one
    bx, by, bw, bh = other
    return min(
        (
            (px, py, qx, qy)
            for px, py in ((ax + aw, ay + ah / 2), (ax + aw / 2, ay + ah), (ax, ay + ah / 2), (ax + aw / 2, ay))
            for qx, qy in ((bx, by + bh / 2), (bx + bw / 2, by), (bx + bw, by + bh / 2), (bx + bw / 2, by + bh))
        ),
        key=lambda ends: (ends[2] - ends[0]) ** 2 + (ends[3] - ends[1]) ** 2,
    )
