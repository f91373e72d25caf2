"""What can be counted of where the cards of a map lie, and how well it reads.

H. Purchase, "Which aesthetic has the greatest effect on human understanding?" (1997): crossings before all else; Dunne and
Shneiderman, "Improving graph drawing readability by incorporating readability metrics" (2009): and lines behind cards.
"""

import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from exporter.views.plane.layout import Box
from exporter.views.plane.search import nearest_sides

COLUMNS = ("overlaps", "foreign", "crossings", "behind", "length", "forward", "aspect", "fill", "grid", "s")
Point = tuple[float, float]


@dataclass
class Map:
    """Cards in areas, and lines between them: from what is required to what requires it."""

    areas: list[list[int]]
    lines: list[tuple[int, int]]
    path: list[int]

    @property
    def home(self) -> dict[int, int]:
        """The area of each card."""
        return {card: area for area, cards in enumerate(self.areas) for card in cards}


@dataclass
class Placed:
    """What an engine has made: boxes of cards and groups; `lines` where it draws others than were asked for."""

    cards: dict[int, Box]
    groups: list[Box]
    seconds: float
    lines: list[tuple[int, int]] = field(default_factory=list)
    home: dict[int, int] = field(default_factory=dict)
    curves: dict[tuple[int, int], list[Point]] = field(default_factory=dict)  # where a line is no straight one


def row(made: Map, placed: Placed) -> list[str]:
    cards, home = placed.cards, placed.home or made.home
    drawn = placed.lines or made.lines
    ends = {
        way: nearest_sides(*((box.x, box.y, box.width, box.height) for box in map(cards.get, way) if box))
        for way in drawn
    }
    segments = [ends[way] for way in drawn]
    behind = 0
    for way in drawn:
        curve = placed.curves.get(way) or [ends[way][:2], ends[way][2:]]
        parts = [(*one, *other) for one, other in pairwise(curve)]
        behind += sum(any(_passes(part, box) for part in parts) for card, box in cards.items() if card not in way)
    crossings = sum(
        _cross(one, other)
        for (first, one), (second, other) in combinations(zip(drawn, segments, strict=True), 2)
        if not {*first} & {*second}
    )
    boxes = [*cards.values(), *placed.groups]
    wide = max(box.x + box.width for box in boxes) - min(box.x for box in boxes)
    high = max(box.y + box.height for box in boxes) - min(box.y for box in boxes)
    steps = [(cards[start], cards[end]) for start, end in pairwise(made.path)]
    return [
        str(_overlaps([*cards.values()]) + _overlaps(placed.groups)),
        str(_foreign(cards, home, placed.groups)),
        f"{crossings:,}",
        f"{behind:,}",
        f"{sum(math.dist(end[:2], end[2:]) for end in segments) / 1000:,.1f}",
        f"{sum(end.x > start.x or end.y > start.y for start, end in steps)}/{len(steps)}",
        f"{wide / high:.2f}",
        f"{sum(box.width * box.height for box in cards.values()) / (wide * high):.2f}",
        f"{sum(box.x % 20 == box.y % 20 == 0 for box in cards.values()) / len(cards):.2f}",
        f"{placed.seconds:.3f}",
    ]


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _overlaps(boxes: list[Box]) -> int:
    return sum(_overlap(one, other) for one, other in combinations(boxes, 2))


def _foreign(cards: dict[int, Box], home: dict[int, int], groups: list[Box]) -> int:
    """Cards that lie in a group beside others' cards: those of most areas in it are its own."""
    foreign = 0
    for group in groups:
        inside = Counter(home[card] for card, box in cards.items() if _overlap(group, box))
        foreign += inside.total() - max(inside.values(), default=0)
    return foreign


def _passes(line: tuple[float, float, float, float], box: Box) -> bool:
    """Whether the line goes through the box, less 2 px at its border."""
    ax, ay, bx, by = line
    first, last = 0.0, 1.0
    for a, b, low, high in ((ax, bx, box.x + 2, box.x + box.width - 2), (ay, by, box.y + 2, box.y + box.height - 2)):
        if a == b:
            if not low < a < high:
                return False
            continue
        enter, leave = sorted(((low - a) / (b - a), (high - a) / (b - a)))
        first, last = max(first, enter), min(last, leave)
        if first >= last:
            return False
    return True


def _cross(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    ax, ay, bx, by = one
    cx, cy, dx, dy = other
    if max(ax, bx) < min(cx, dx) or max(cx, dx) < min(ax, bx) or max(ay, by) < min(cy, dy) or max(cy, dy) < min(ay, by):
        return False

    def side(px: float, py: float, qx: float, qy: float, x: float, y: float) -> float:
        return (qx - px) * (y - py) - (qy - py) * (x - px)

    return (
        side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < -1e-9
        and side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < -1e-9
    )
