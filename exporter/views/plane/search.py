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
STEP = 80  # px between two looks at what a line passes; less than a card is high

Place = tuple[int, int, int, int]  # x, y, width and height


class Search:
    """The places of one sheet: what a line costs depends only on the two between which it goes."""

    def __init__(self, groups: Sequence[Sequence[Box]], lines: Sequence[tuple[Box, Box]]) -> None:
        """Take the cards of each group, placed, and the two ends of each line; one that does not end at cards is passed over."""
        self._boxes = [box for group in groups for box in group]
        self._group = [number for number, group in enumerate(groups) for _ in group]  # of a place
        self._at = {id(box): number for number, box in enumerate(self._boxes)}  # the place of a card
        self._places = [(box.x, box.y, box.width, box.height) for box in self._boxes]
        self._cost: dict[tuple[int, int], float] = {}  # by two places
        self._alike: dict[tuple[int, int, int], float] = {}  # by a group, and how far apart its places are
        self._covered = {square: number for number, place in enumerate(self._places) for square in squares(*place)}
        self._joined: dict[int, list[int]] = {}  # id(card): of the cards at the other ends of its lines
        for start, end in lines:
            if id(start) in self._at and id(end) in self._at:
                self._joined.setdefault(id(start), []).append(id(end))
                self._joined.setdefault(id(end), []).append(id(start))

    def exchange(self, groups: Sequence[Sequence[Box]], rounds: int) -> None:
        """Exchange cards of each of these; so many times at most each is asked for the place that it would have."""
        restless = {*self._joined}  # what they are joined to has moved since they were asked
        for _ in range(rounds):
            for group in groups:
                self._improve(group, restless)
        for box in self._boxes:
            box.x, box.y = self._places[self._at[id(box)]][:2]

    def _improve(self, group: Sequence[Box], restless: set[int]) -> None:
        at, places, joined = self._at, self._places, self._joined
        holder = {at[id(box)]: id(box) for box in group}
        for card in map(id, group):
            if card not in restless:
                continue
            restless.discard(card)
            ends = [places[at[other]] for other in joined[card]]
            x, y = sum(end[0] for end in ends) / len(ends), sum(end[1] for end in ends) / len(ends)
            near = sorted([(abs(places[place][0] - x) + abs(places[place][1] - y), place) for place in holder])
            here, alone = at[card], self._total(card)
            best, most = here, float(WORTH)
            for _, place in near[:NEAREST]:
                gain = self._gain(card, holder[place], alone) if place != here else 0
                if gain > most:
                    best, most = place, gain
            if best != here:
                other = holder[best]
                at[card], at[other] = best, here
                holder[best], holder[here] = card, other
                restless.update(joined[card], joined.get(other, ()))

    def _gain(self, one: int, other: int, alone: float) -> float:
        """By how much the lines of two cards cost less if these take each other's places; 0 where the first, which costs `alone`, has no gain."""
        at = self._at
        at[one], at[other] = at[other], at[one]
        gain = alone - self._total(one)
        after = self._total(other) if gain > 0 else 0
        at[one], at[other] = at[other], at[one]
        return gain + self._total(other) - after if gain > 0 else 0

    def _total(self, card: int) -> float:
        """What its lines cost."""
        at, cost, here, total = self._at, self._cost, self._at[card], 0.0
        for far in self._joined.get(card, ()):
            pair = (here, at[far])
            total += cost[pair] if pair in cost else self._measure(pair)
        return total

    def _measure(self, pair: tuple[int, int]) -> float:
        """What a line costs; between places of one group it depends only on how far they are apart."""
        one, other = sorted(pair)
        (ax, ay, _, _), (bx, by, _, _) = self._places[one], self._places[other]
        if self._group[one] == self._group[other]:
            key = (self._group[one], bx - ax, by - ay)
            if key not in self._alike:
                self._alike[key] = self._look(one, other)
            cost = self._alike[key]
        else:
            cost = self._look(one, other)
        self._cost[pair] = self._cost[pair[::-1]] = cost
        return cost

    def _look(self, one: int, other: int) -> float:
        """The length of the line between the nearest sides of two places, and what it passes behind."""
        ax, ay, bx, by = nearest_sides(self._places[one], self._places[other])
        length = math.hypot(bx - ax, by - ay)
        steps = int(length / STEP) + 1
        dx, dy = (bx - ax) / steps, (by - ay) / steps
        passed = {
            self._covered.get((int(ax + dx * step) // GRID, int(ay + dy * step) // GRID)) for step in range(1, steps)
        } - {None, one, other}
        return length + BEHIND * len(passed)


def nearest_sides(one: Place, other: Place) -> tuple[float, float, float, float]:
    """The middles of the two sides that are nearest to each other, of boxes that do not overlap."""
    (ax, ay, aw, ah), (bx, by, bw, bh) = one, other
    right, down = bx + bw / 2 >= ax + aw / 2, by + bh / 2 >= ay + ah / 2
    ends = (
        (px, py, qx, qy)
        for px, py in ((ax + aw * right, ay + ah / 2), (ax + aw / 2, ay + ah * down))
        for qx, qy in ((bx + bw * (not right), by + bh / 2), (bx + bw / 2, by + bh * (not down)))
    )
    return min(ends, key=lambda end: (end[2] - end[0]) ** 2 + (end[3] - end[1]) ** 2)
