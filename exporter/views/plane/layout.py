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
from unicodedata import east_asian_width

GRID = 20  # px; what Obsidian snaps to
PADDING = 40  # px between the border of a group and what is in it
HEADING = 40  # px more at the top: a file card has its name above itself
AISLE = 40  # px more between groups than between cards: arrows run there, and labels stand above groups
ASPECT = 1.6  # width : height of the whole, about that of a screen
SHAPES = (0.5, 0.8, 1.2, 1.7, 2.4, 3.4)  # width : height of the cards of an area; each is tried
WIDTHS = 40  # so many widths of the shelves are tried with each
LINE, LETTER, MARGIN = 24, 8, 60  # px of text on a card: a line's height, a letter's width, the room around
SPARE = 0.4  # of a shelf's width or height: where more than that is missing, groups are not stretched
TALL, TALLEST = 240, 400  # px; a card with more text than that is scrolled: a topic's, and a step's
SLIP, SLIPS = 60, 120  # px; the height of a slip, a small card with a name alone, and that of one with a long name
ROWS, WIDEST = 2, 8  # of slips there are so few rows, but for that no more columns
EDGE = 36  # px; the room above and below the name on a slip
BETWEEN = 40  # px between slips, which have no name above themselves


@dataclass(slots=True)
class Box:
    """A card, or a group: its top left corner and its size in px."""

    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0


@dataclass(slots=True)
class Group(Box):
    """Cards of one size, each with slips right below it; below all of them further slips, and then further groups."""

    cards: list[Box] = field(default_factory=list)
    below: dict[int, list[Box]] = field(default_factory=dict)  # slips by id(card)
    slips: list[Box] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    row: int = 1  # so many cards stand in a row at least, if there are as many
    letters: int = 0  # of the longest text on its cards, which grow for it
    name: int = 0  # letters of the longest name on its slips, which grow likewise
    columns: int = 1
    cell: tuple[int, int] = (0, 0)  # px from card to card, across and down
    card: tuple[int, int] = (0, 0)  # px, width and height of each
    slip: int = SLIP  # px, the height of each

    @property
    def inside(self) -> int:
        """The height of its cards and slips, and of the room for one card where it has none of both."""
        gap = self.cell[1] - self.card[1]
        high = sum(self.cell[1] + self.depth(row) * (self.slip + BETWEEN) for row in self.rows)
        rows = math.ceil(len(self.slips) / self.columns)
        if not high and not rows:
            return 0 if self.groups else self.card[1]
        return high - (gap if high else BETWEEN) + rows * (self.slip + BETWEEN)

    @property
    def rows(self) -> list[list[Box]]:
        """Its cards as they stand beside one another."""
        return [self.cards[start : start + self.columns] for start in range(0, len(self.cards), self.columns)]

    def depth(self, row: list[Box]) -> int:
        """How many slips lie below a card of the row at most."""
        return max(len(self.below.get(id(card), ())) for card in row) if self.below else 0


@dataclass(frozen=True)
class Layout:
    """The measures in px, multiples of the grid, and what is done with them."""

    card: tuple[int, int]  # width and height of a card
    gap: int  # between cards

    def arrange(self, lanes: list[Group], groups: list[Group]) -> None:
        """Place lanes on top and groups on shelves below them; the top left corner is 0, 0."""
        nested, space = [*_walk(groups)], self.gap + AISLE
        counts = sorted({min(len(groups), round(len(groups) ** 0.5 * step / 8)) for step in range(1, WIDTHS + 1)})
        tries: list[tuple[float, float, int]] = []
        for shape in SHAPES:
            self._size_all(nested, shape)
            for count in counts:
                shelf = sum(group.width + space for group in groups[:count])
                width, height = _shelve(groups, shelf, space)
                width = self._span(lanes, width)
                height += sum(lane.height + space for lane in lanes)
                tries.append((_badness(width, height), shape, shelf))
        _, shape, shelf = min(tries)
        self._size_all(nested, shape)
        self._settle(lanes, groups, shelf)

    def settle(self, lanes: list[Group], groups: list[Group]) -> None:
        """Place all once more, as wide as it is, since cards have been exchanged, and slips lie below others now."""
        nested = [*_walk(groups)]
        shelf = max((group.x + group.width for group in groups), default=0) + self.gap + AISLE
        for group in reversed(nested):
            self._size_height(group, _shelve(group.groups, group.width - 2 * PADDING, self.gap)[1])
        self._settle(lanes, groups, shelf)

    def _settle(self, lanes: list[Group], groups: list[Group], shelf: float) -> None:
        space = self.gap + AISLE
        width, _ = _shelve(groups, shelf, space)
        width = self._span(lanes, width)
        _justify(groups, width)
        y = 0
        for lane in lanes:
            lane.y, y = y, y + lane.height + space
        for group in groups:
            group.y += y
        for group in [*lanes, *_walk(groups)]:
            self._place(group)

    def _size_all(self, nested: list[Group], shape: float) -> None:
        """Size groups of which each stands before those within it."""
        for group in reversed(nested):
            self._size_cards(group, self.card[0], self.gap, TALL)
            room = sum((inner.width + self.gap) * (inner.height + self.gap) for inner in group.groups)
            shelf = max([math.sqrt(room * ASPECT), *(inner.width for inner in group.groups)])
            width, height = _shelve(group.groups, shelf, self.gap)
            group.columns = max(self._columns(group, shape), self._fitting(group, width + 2 * PADDING))
            group.width = 2 * PADDING + max(width, group.columns * group.cell[0] - self.gap)
            self._size_height(group, height)

    def _size_height(self, group: Group, height: int) -> None:
        """Size a group in which the groups take that height."""
        inside = group.inside
        group.height = 2 * PADDING + HEADING + inside + height + (self.gap if inside and height else 0)

    def _span(self, lanes: list[Group], width: int) -> int:
        """Size groups that reach from side to side; gives the width, which may have to grow for them."""
        for lane in lanes:
            self._size_cards(lane, self.card[0], self.gap, TALLEST)
        least = [self._columns(lane, ASPECT) for lane in lanes]
        width = max([width, *(2 * PADDING + columns * (self.card[0] + self.gap) - self.gap for columns in least)])
        for lane, columns in zip(lanes, least, strict=True):
            lane.columns = max(columns, self._fitting(lane, width))
            lane.width = width
            inside, across, gap = width - 2 * PADDING, self.card[0], self.gap
            if lane.letters:
                across = (inside - (lane.columns - 1) * gap) // lane.columns
                across = min(across, self.card[0] * 3 // 2) // GRID * GRID
                gap = min((inside - lane.columns * across) // max(lane.columns - 1, 1), 2 * gap) // GRID * GRID
            self._size_cards(lane, across, gap, TALLEST)
            lane.height = 2 * PADDING + HEADING + lane.inside
        return width

    def _size_cards(self, group: Group, across: int, gap: int, most: int) -> None:
        """Give its cards that width, and the height that their text wants, `most` px at most."""
        lines, names = (math.ceil(count * LETTER / (across - MARGIN)) for count in (group.letters, group.name))
        high = max(self.card[1], min(snap(lines * LINE + MARGIN), most)) if group.letters else self.card[1]
        group.slip = max(SLIP, min(snap(names * LINE + EDGE), SLIPS))
        group.card, group.cell = (across, high), (across + gap, high + self.gap)

    def _columns(self, group: Group, shape: float) -> int:
        """How many cards make a row if they are to have that shape together."""
        count, (across, down) = max(len(group.cards), 1), group.cell
        down += round(sum(map(len, group.below.values())) / count * (group.slip + BETWEEN))
        wanted = math.sqrt(count * shape * down / across)
        rows = math.ceil(count / max(1, round(wanted)))
        slips = min(math.ceil(len(group.slips) / ROWS), WIDEST)
        return max(math.ceil(count / rows), min(group.row, count), slips)

    def _fitting(self, group: Group, width: int) -> int:
        """How many cards make a row in a group of that width."""
        count = max(len(group.cards), len(group.slips), 1)
        return min(count, (width - 2 * PADDING + self.gap) // (self.card[0] + self.gap))

    def _place(self, group: Group) -> None:
        """Place what is in a group that has its own place, and size its cards."""
        x, y = group.x + PADDING, group.y + PADDING + HEADING
        (across, down), (width, height) = group.cell, group.card
        top, step = y, group.slip + BETWEEN
        for row in group.rows:
            for column, card in enumerate(row):
                card.x, card.y, card.width, card.height = x + column * across, top, width, height
                for number, slip in enumerate(group.below.get(id(card), ())):
                    slip.x, slip.y = card.x, top + height + BETWEEN + number * step
                    slip.width, slip.height = width, group.slip
            top += down + group.depth(row) * step
        top -= self.gap - BETWEEN if group.cards else 0
        for number, slip in enumerate(group.slips):
            row_number, column = divmod(number, group.columns)
            slip.x, slip.y, slip.width, slip.height = x + column * across, top + row_number * step, width, group.slip
        _justify(group.groups, group.width - 2 * PADDING)
        inside = group.inside
        for inner in group.groups:
            inner.x, inner.y = inner.x + x, inner.y + y + inside + (self.gap if inside else 0)


def letters(text: str) -> int:
    """How wide a text is: Chinese, Japanese, Korean letters and emoji count as two."""
    if text.isascii():
        return len(text)
    return len(text) + sum(east_asian_width(letter) in "WF" for letter in text)


def squares(x: int, y: int, width: int, height: int) -> list[tuple[int, int]]:
    """The squares of the grid that a box covers, by column and row."""
    columns, rows = range(x // GRID, -(-(x + width) // GRID)), range(y // GRID, -(-(y + height) // GRID))
    return [(column, row) for column in columns for row in rows]


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
