"""Where cards and groups lie: rows of cards in a group, groups on shelves, everything on the 20 px grid.

Reading order is kept everywhere, left to right and then down, because the map's order is meaning. What is
chosen is only how many cards make a row and how many groups a shelf, so that the whole is about 1.6 times as
wide as it is high and wastes little room. Linear in the number of cards.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

GRID = 20  # px; what Obsidian snaps to
PADDING = 40  # px between the border of a group and what is in it
HEADING = 40  # px more at the top: a file card has its name above itself
AISLE = 40  # px more between groups than between cards: arrows run there, and labels stand above groups
ASPECT = 1.6  # width : height of the whole, about that of a screen
SHAPES = (0.5, 0.8, 1.2, 1.7, 2.4, 3.4)  # width : height of the cards of an area; each is tried
WIDTHS = 40  # so many widths of the shelves are tried with each
LINE, LETTER, MARGIN = 24, 8, 60  # px of text on a card: a line's height, a letter's width, the room around
SPARE = 0.4  # of a shelf's width or height: where more than that is missing, groups are not stretched
TALLEST = 400  # px; a card with more text than that is scrolled


@dataclass(slots=True)
class Box:
    """A card, or a group: its top left corner and its size in px."""

    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0


@dataclass(slots=True)
class Group(Box):
    """Cards of one size and, below them, further groups."""

    cards: list[Box] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    row: int = 1  # so many cards stand in a row at least, if there are as many
    letters: int = 0  # of the longest text on its cards, which grow for it
    columns: int = 1
    cell: tuple[int, int] = (0, 0)  # px from card to card, across and down
    card: tuple[int, int] = (0, 0)  # px, width and height of each

    @property
    def content(self) -> list[Box]:
        """All that lies in it directly."""
        return [*self.cards, *self.groups]


@dataclass(frozen=True)
class Layout:
    """The measures in px, multiples of the grid, and what is done with them."""

    card: tuple[int, int]  # width and height of a card
    gap: int  # between cards

    def arrange(self, lanes: list[Group], areas: list[Group], rest: list[Group]) -> None:
        """Place lanes on top, areas on shelves below them and the rest at the foot; the top left corner is 0, 0."""
        bands, nested, space = [*lanes, *rest], list(_walk(areas)), self.gap + AISLE
        counts = sorted({min(len(areas), round(len(areas) ** 0.5 * step / 8)) for step in range(1, WIDTHS + 1)})
        tries: list[tuple[float, float, int]] = []
        for shape in SHAPES:
            self._size_all(nested, shape)
            for count in counts:
                shelf = sum(area.width + space for area in areas[:count])
                width, height = _shelve(areas, shelf, space)
                width = self._span(bands, width)
                height += sum(band.height + space for band in bands)
                tries.append((_badness(width, height), shape, shelf))
        _, shape, shelf = min(tries)
        self._size_all(nested, shape)
        width, height = _shelve(areas, shelf, space)
        width = self._span(bands, width)
        _justify(areas, width)

        y = 0
        for lane in lanes:
            lane.y, y = y, y + lane.height + space
        for area in areas:
            area.y += y
        y += height + space if areas else 0
        for group in rest:
            group.y, y = y, y + group.height + space
        for group in [*bands, *nested]:
            self._place(group)

    def _size_all(self, nested: list[Group], shape: float) -> None:
        """Size groups of which each stands before those within it."""
        for group in reversed(nested):
            group.card = self.card
            group.cell = (self.card[0] + self.gap, self.card[1] + self.gap)
            room = sum((inner.width + self.gap) * (inner.height + self.gap) for inner in group.groups)
            shelf = max([math.sqrt(room * ASPECT), *(inner.width for inner in group.groups)])
            width, height = _shelve(group.groups, shelf, self.gap)
            group.columns = max(self._columns(group, shape), self._fitting(group, width + 2 * PADDING))
            group.width = 2 * PADDING + max(width, group.columns * group.cell[0] - self.gap)
            group.height = self._height(group) + (self.gap + height if height else 0)

    def _span(self, bands: list[Group], width: int) -> int:
        """Size groups that reach from side to side; gives the width, which may have to grow for them."""
        least = [self._columns(band, ASPECT) for band in bands]
        width = max([width, *(2 * PADDING + columns * (self.card[0] + self.gap) - self.gap for columns in least)])
        for band, columns in zip(bands, least, strict=True):
            band.columns = max(columns, self._fitting(band, width))
            band.width = width
            inside, across, high = width - 2 * PADDING, self.card[0], self.card[1]
            gap = self.gap
            if band.letters:
                across = (inside - (band.columns - 1) * gap) // band.columns
                across = min(across, self.card[0] * 3 // 2) // GRID * GRID
                lines = math.ceil(band.letters * LETTER / (across - MARGIN))
                high = min(max(high, snap(lines * LINE + MARGIN)), max(high, TALLEST))
                gap = min((inside - band.columns * across) // max(band.columns - 1, 1), 2 * gap) // GRID * GRID
            band.card, band.cell = (across, high), (across + gap, high + self.gap)
            band.height = self._height(band)
        return width

    def _columns(self, group: Group, shape: float) -> int:
        """How many cards make a row if they are to have that shape together."""
        count, (width, height) = len(group.cards), self.card
        wanted = math.sqrt(count * shape * (height + self.gap) / (width + self.gap))
        rows = math.ceil(count / max(1, round(wanted)))
        return max(math.ceil(count / rows), min(group.row, count))

    def _fitting(self, group: Group, width: int) -> int:
        """How many cards make a row in a group of that width."""
        return min(len(group.cards), (width - 2 * PADDING + self.gap) // (self.card[0] + self.gap))

    def _height(self, group: Group) -> int:
        """The height of a group that holds its cards alone."""
        rows = math.ceil(len(group.cards) / group.columns)
        return 2 * PADDING + HEADING + (rows - 1) * group.cell[1] + group.card[1]

    def _place(self, group: Group) -> None:
        """Place what is in a group that has its own place, and size its cards."""
        x, y = group.x + PADDING, group.y + PADDING + HEADING
        for number, card in enumerate(group.cards):
            row, column = divmod(number, group.columns)
            card.x, card.y = x + column * group.cell[0], y + row * group.cell[1]
            card.width, card.height = group.card
        _justify(group.groups, group.width - 2 * PADDING)
        for inner in group.groups:
            inner.x, inner.y = inner.x + x, inner.y + group.y + self._height(group) - PADDING + self.gap


def snap(length: float) -> int:
    """The next length on the grid."""
    return math.ceil(length / GRID) * GRID


def _walk(groups: list[Group]) -> Iterator[Group]:
    """These groups and all within them, each before its own."""
    waiting = list(groups)
    while waiting:
        group = waiting.pop()
        yield group
        waiting += group.groups


def _badness(width: int, height: int) -> float:
    """How far from the wanted aspect, and how much room is taken at all."""
    return abs(math.log(max(width, 1) / max(height, 1) / ASPECT)) + math.log(max(width * height, 1)) / 2


def _shelve(groups: list[Group], shelf: float, gap: int) -> tuple[int, int]:
    """Put them on shelves of that width, in their order, from 0, 0; gives the width and the height they take."""
    x = y = high = wide = 0
    for group in groups:
        if x and x + group.width > shelf:
            x, y, high = 0, y + high + gap, 0
        group.x, group.y = x, y
        x += group.width + gap
        high, wide = max(high, group.height), max(wide, x - gap)
    return wide, y + high


def _justify(groups: list[Group], width: int) -> None:
    """Let the groups of a shelf end on the same lines, below and at the right, where not much is missing."""
    for _, shelf in groupby(groups, key=lambda group: group.y):
        row = list(shelf)
        high = max(group.height for group in row)
        spare = width - (row[-1].x + row[-1].width)
        if spare > width * SPARE:
            spare = 0
        moved = 0
        for number, group in enumerate(row, start=1):
            grown = spare * number // len(row) // GRID * GRID  # by this group and those before it
            group.x += moved
            group.width += grown - moved
            moved = grown
            if high - group.height <= high * SPARE:
                group.height = high
