"""Where lines and stations stand: lines run down in columns, stations in rows, labels to the right of them.

A column begins in the row in which the learning path comes to it, so that the path runs level from line to line and
down through the plan; where it has left a line, this one turns aside.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from exporter.views.plan.grid import Point
from exporter.views.plan.network import APART, Network
from exporter.views.plan.text import width, wrap

TRACK = 2  # the path runs so far left of a line
ASIDE = 1.7  # a label stands so far right of its line
GUTTER = 5.3  # between a label and the next line: for the path and others
SIZE, LEADING = 1.8, 2.2  # of labels
COLUMN, ROW = (24, 30), (6, 10)  # pitch: at least, and if there is room
WIDEST, HIGHEST = 34, 12
SHIFT = 6  # so far a line turns aside
ROWS = 10  # that a plan may have without being asked to by a long line
STRAIGHT = 4  # so long it runs upright again above the next station: as high as half a label
MARGIN = 6
FULL, GAIN = 0.5, 0.8  # share of a page that lines may fill before they are folded; what must be won by it
EDGE = 4  # left of the first line, below the last station


class Run(NamedTuple):
    """Stations of a line, one below the other."""

    line: int
    row: int  # the uppermost
    start: int  # the first station
    size: int
    up: bool = False  # the first one stands lowest


@dataclass
class Column:
    """Runs below one another."""

    runs: list[Run] = field(default_factory=list)
    turn: int | None = None  # the row after which they turn aside

    @property
    def end(self) -> int:
        """The first row that is free below."""
        return max((run.row + run.size for run in self.runs), default=0)


@dataclass
class Layout:
    """Where everything is, in units from the top left corner of the page."""

    width: float
    height: float
    scale: float  # of the page: 1 has labels of the usual size, 2 half as large ones
    columns: list[Column]
    lefts: list[int]  # of columns: where their lines are
    top: int  # where the first row is
    pitch: tuple[int, int]  # between columns, between rows
    rows: int
    shift: int

    def at(self, column: int, row: int) -> Point:
        """Where a station is."""
        turn = self.columns[column].turn
        aside = self.shift if turn is not None and row > turn else 0
        return self.lefts[column] - aside, self.top + row * self.pitch[1]

    def stations(self, line: int) -> list[Point]:
        """Where those of a line are, from its begin to its end."""
        places = []
        for number, column in enumerate(self.columns):
            for run in column.runs:
                if run.line == line:
                    rows = range(run.row, run.row + run.size)
                    places += [self.at(number, row) for row in (reversed(rows) if run.up else rows)]
        return places


def arrange(network: Network, page: tuple[float, float], head: int, foot: int) -> Layout:
    """Place all lines on a page of that size, which grows or shrinks in its proportions; head and foot are kept free."""
    areas = [number for number, line in enumerate(network.lines) if line.area is not None]
    loose = [number for number, line in enumerate(network.lines) if line.area is None]
    if len(areas) <= APART:
        columns = _fold(network, areas, page) or _stagger(network, areas)
        for number in loose:
            _add_loose(len(network.lines[number].stations), number, columns)
    else:
        columns = _stack(network, [*areas, *loose], page)
    rows = max((column.end for column in columns), default=1)
    shift = SHIFT if any(column.turn is not None for column in columns) else 0

    count = max(len(columns), 1)
    across = 2 * MARGIN + EDGE + shift + TRACK - GUTTER  # and the columns
    down = 2 * MARGIN + head + foot + 2 * EDGE  # and the rows

    def needed(column: int, row: int) -> float:
        return max((across + count * column) / page[0], (down + (rows - 1) * row) / page[1])

    ample = needed(COLUMN[1], ROW[1])
    scale = ample if ample <= 1 else max(1.0, needed(COLUMN[0], ROW[0]))
    room = [(page[0] * scale - across) / count, (page[1] * scale - down) / max(rows - 1, 1)]
    pitch = min(int(room[0] + 1e-6), WIDEST), min(int(room[1] + 1e-6), HIGHEST)
    scale = max(needed(*pitch), 0.5)  # what is left of the page beyond whole units makes all larger
    wide, high = page[0] * scale, page[1] * scale
    shift = min(shift, pitch[1] - STRAIGHT - 1)
    if shift < 3:
        shift = 0
    left = MARGIN + EDGE + shift
    lefts = [left + number * pitch[0] for number in range(len(columns))]
    return Layout(wide, high, scale, columns, lefts, math.ceil(MARGIN + head + EDGE), pitch, rows, shift)


def label(title: str, pitch: tuple[int, int], bold: bool) -> tuple[list[str], float]:
    """The lines of a station's label, and how wide the widest is."""
    lines = wrap(title, pitch[0] - ASIDE - GUTTER, SIZE, 3 if pitch[1] >= 8 else 2, bold)
    return lines, max((width(line, SIZE, bold) for line in lines), default=0.0)


def _stagger(network: Network, areas: Sequence[int]) -> list[Column]:
    """A column for each line, as far down as the path comes to it."""
    longest = max((len(network.lines[number].stations) for number in areas), default=0)
    most = max(longest, ROWS)
    first: dict[int, int] = {}
    last: dict[int, int] = {}  # the last stop on a line, by its place there
    row = 0
    for _, id in network.stops:
        number = network.line[id]
        line = network.lines[number]
        if line.area is None:
            continue
        place = line.stations.index(id)
        first.setdefault(number, min(max(row - place, 0), most - len(line.stations)))
        row = first[number] + place
        last[number] = max(place, last.get(number, 0))
    columns = []
    turned = 0
    for number in areas:
        top, size = first.get(number, 0), len(network.lines[number].stations)
        column = Column([Run(number, top, 0, size)])
        turn = max(turned, top + last.get(number, (size - 1) // 2))
        if len(areas) > 1 and turn < top + size - 1:  # stations are left to turn aside for
            column.turn = turned = turn
        columns.append(column)
    return columns


def _fold(network: Network, areas: Sequence[int], page: tuple[float, float]) -> list[Column]:
    """Columns of lines so long that they go down, up and down again; none where that wins no room."""
    sizes = [len(network.lines[number].stations) for number in areas]

    def cost(rows: int) -> float:
        columns = sum(math.ceil(size / rows) for size in sizes)
        return max(columns * COLUMN[0] / page[0], rows * ROW[0] / page[1])

    longest = max(sizes, default=1)
    rows = min(range(1, longest + 1), key=lambda rows: (cost(rows), -rows))
    if cost(longest) < FULL or cost(rows) > GAIN * cost(longest):
        return []
    columns = []
    for number, size in zip(areas, sizes, strict=True):
        count = math.ceil(size / rows)
        long = math.ceil(size / count)
        for part in range(count):
            start, up = part * long, part % 2 == 1
            here = min(long, size - start)
            columns.append(Column([Run(number, long - here if up else 0, start, here, up)]))
    return columns


def _add_loose(size: int, number: int, columns: list[Column]) -> None:
    """Topics in no area: below the first line, if there is room for them, else in columns of their own."""
    rows = max((column.end for column in columns), default=math.isqrt(2 * size))
    free = columns[0].end + 1 if columns else 0
    if columns and free + size <= max(rows, ROWS):
        columns[0].runs.append(Run(number, free, 0, size))
        return
    count = math.ceil(size / max(rows, 1))
    long = math.ceil(size / count)
    for start in range(0, size, long):
        columns.append(Column([Run(number, 0, start, min(long, size - start))]))


def _stack(network: Network, numbers: Sequence[int], page: tuple[float, float]) -> list[Column]:
    """Lines in as many columns as the page has room for, a row free between two."""
    sizes = [len(network.lines[number].stations) for number in numbers]

    def fill(rows: int) -> list[Column]:
        columns = [Column()]
        for number, size in zip(numbers, sizes, strict=True):
            below = columns[-1].end
            start = below + 1 if below else 0
            if start + size > rows:
                columns.append(Column())
                start = 0
            columns[-1].runs.append(Run(number, start, 0, size))
        return columns

    def cost(rows: int) -> tuple[float, int]:
        return max(len(fill(rows)) * COLUMN[0] / page[0], rows * ROW[0] / page[1]), rows

    return fill(min(range(max(sizes), sum(sizes) + len(sizes) + 1), key=cost))
