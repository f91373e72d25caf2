"""The plan of a map: every line, station, label and way, placed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from exporter.model import KnowledgeMap
from exporter.views.plan.grid import STEPS, Grid, Point
from exporter.views.plan.layout import ASIDE, EDGE, LEADING, MARGIN, SIZE, STRAIGHT, TRACK, Layout, label
from exporter.views.plan.network import Network
from exporter.views.plan.text import clean, width

UNIT = 2.5  # millimetres, on a page with labels of the usual size
RING, PILL = 0.8, 1.1  # half as wide are stations, and as high stops of the path
BADGE, SMALL = 1.25, 0.9  # half of the sign at a line's begin, at its end
ABOVE, BELOW = 3, 2.4  # where these are, from the stations
TURN = 5  # so far beyond the last station a line goes round to the next column
BEND = 2  # and so far before it goes aside, below a label of three lines
CLEAR = 0.45  # ways keep off labels so far at least
NUMBER = 1.5  # size of a stop's number
MOST_NUMBERS = 3  # at a topic that the path comes to again


@dataclass
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass
class Station:
    """A topic and where it is."""

    id: str
    line: int
    x: int
    y: int
    head: bool  # the area itself
    label: list[str]
    box: Box  # of the label
    numbers: str = ""  # of the stops

    @cached_property
    def left(self) -> float:
        """Where it ends at the left: its ring, or the numbers of its stops."""
        return self.x - RING if not self.numbers else self.x - TRACK + PILL - self.pill

    @property
    def gate(self) -> Point:
        """Where ways come to it: a stop of the path at its number, so that they need not cross path and line."""
        return (self.x - TRACK, self.y) if self.numbers else (self.x, self.y)

    @property
    def pill(self) -> float:
        """How wide the numbers' pill is."""
        return max(2 * PILL, width(self.numbers, NUMBER, bold=True) + 0.7)


@dataclass
class Plan:
    """All that is drawn, in units."""

    layout: Layout
    network: Network
    legend: Box
    stations: dict[str, Station] = field(default_factory=dict)  # by Topic.id
    tracks: list[list[Point]] = field(default_factory=list)  # corners of each line of an area; none of the others
    path: list[list[Point]] = field(default_factory=list)  # corners from stop to stop
    needs: dict[tuple[str, str], list[Point]] = field(default_factory=dict)  # what is required, what requires it
    branches: dict[tuple[int, str], list[Point]] = field(default_factory=dict)
    broken: int = 0  # how often the path has no way from stop to stop
    no_area: str = ""  # heading of the topics in no area

    def heading(self, number: int) -> Box | None:
        """The room for the words over topics in no area."""
        line = self.network.lines[number]
        if line.area is not None or not self.no_area:
            return None
        first = self.stations[line.stations[0]]
        return Box(
            first.x - RING, min(first.y - 2, first.box.y) - LEADING - 0.4, width(self.no_area, SIZE, bold=True), LEADING
        )

    def tail(self, number: int) -> float:
        """How high the sign at a line's end is."""
        last = self.stations[self.network.lines[number].stations[-1]]
        is_up = number < len(self.tracks) and self.tracks[number][-1][1] < last.y
        return last.y - BELOW if is_up else last.y + BELOW

    def more(self, number: int) -> Box | None:
        """The room for how many topics of a line are not shown."""
        line = self.network.lines[number]
        last = self.stations[line.stations[-1]]
        y = max(last.y + BELOW - 0.6, last.box.y + last.box.height + 0.2)
        if self.tail(number) < last.y:
            y = min(last.y - BELOW - LEADING + 0.6, last.box.y - LEADING - 0.2)
        return Box(last.x + ASIDE, y, width(f"+{line.more}", SIZE), LEADING) if line.more else None


def place(knowledge_map: KnowledgeMap, network: Network, layout: Layout, legend: Box, no_area: str) -> Plan:
    """Place stations and lines, then find ways for the path, for the branches and for what is required."""
    made = Plan(layout, network, legend, no_area=no_area)
    _stations(knowledge_map, made)
    grid = Grid(math.ceil(layout.width) + 1, math.ceil(layout.height) + 1)
    grid.clear(MARGIN / 2, layout.top - EDGE, layout.width - MARGIN / 2, layout.height - MARGIN / 2)
    _tracks(made, grid)
    _obstacles(made, grid)
    _path(made, grid)
    grid.rest()
    _branches(made, grid)
    _needs(made, grid)
    return made


def name(knowledge_map: KnowledgeMap, id: str) -> str:
    """What a topic is called: it has to be called something."""
    return clean(knowledge_map.topic[id].title) or clean(id)


def _stations(knowledge_map: KnowledgeMap, made: Plan) -> None:
    numbers: dict[str, dict[int, None]] = {}
    for number, id in made.network.stops:
        numbers.setdefault(id, {})[number] = None
    for number, line in enumerate(made.network.lines):
        for id, (x, y) in zip(line.stations, made.layout.stations(number), strict=True):
            head = id == line.area
            lines, wide = label(name(knowledge_map, id), made.layout.pitch, head)
            high = len(lines) * LEADING
            box = Box(x + ASIDE, y - high / 2, wide, high)
            mine = [str(each) for each in numbers.get(id, ())]
            told = ", ".join(mine[:MOST_NUMBERS]) + (", …" if len(mine) > MOST_NUMBERS else "")
            made.stations[id] = Station(id, number, x, y, head, lines, box, told)


def _tracks(made: Plan, grid: Grid) -> None:
    """From sign to sign: a line turns aside within a column, and round to the next one at its end."""
    for number, line in enumerate(made.network.lines):
        if line.area is None:
            continue
        places = made.layout.stations(number)
        down = 1  # or up: -1
        corners = [(places[0][0], places[0][1] - ABOVE)]
        for (x, y), (next_x, next_y) in pairwise(places):
            if next_x < x:
                corners += [(x, next_y - STRAIGHT - x + next_x), (next_x, next_y - STRAIGHT)]
            elif next_x > x:
                low, far = y + down * (TURN - BEND), y + down * TURN
                corners += [(x, low), (x + BEND, far), (next_x - BEND, far), (next_x, low)]
                down = -down
        corners.append((places[-1][0], places[-1][1] + down * math.ceil(BELOW)))
        made.tracks.append(corners)
        grid.occupy(_all_points(corners), keep_off=True)


def _all_points(corners: list[Point]) -> list[Point]:
    points = [corners[0]]
    for x, y in corners[1:]:
        while points[-1] != (x, y):
            here_x, here_y = points[-1]
            points.append((here_x + (x > here_x) - (x < here_x), here_y + (y > here_y) - (y < here_y)))
    return points


def _obstacles(made: Plan, grid: Grid) -> None:
    boxes = [station.box for station in made.stations.values()]
    for station in made.stations.values():
        grid.block(station.x - 1, station.y - 1, station.x + 1, station.y + 1)
        if station.numbers:
            grid.block(station.left - 1, station.y, station.x, station.y)
    for number, line in enumerate(made.network.lines):
        first, last = made.stations[line.stations[0]], made.stations[line.stations[-1]]
        boxes += [box for box in (made.heading(number), made.more(number)) if box]
        if line.area:
            boxes.append(Box(first.x - BADGE, first.y - ABOVE - BADGE, 2 * BADGE, 2 * BADGE))
            boxes.append(Box(last.x - SMALL, made.tail(number) - SMALL, 2 * SMALL, 2 * SMALL))
    for box in boxes:
        grid.block(box.x - CLEAR, box.y - CLEAR, box.x + box.width + CLEAR, box.y + box.height + CLEAR)
    legend = made.legend
    grid.block(legend.x - 1, legend.y - 1, legend.x + legend.width + 1, legend.y + legend.height + 1)


def _path(made: Plan, grid: Grid) -> None:
    """From stop to stop; where there is no way the numbers alone tell how it goes on."""
    coming: int | None = None
    for (_, start), (_, end) in zip(made.network.stops, made.network.stops[1:], strict=False):
        if start == end:
            continue
        a, b = made.stations[start], made.stations[end]
        open = {
            (each.x - across, each.y + down) for each in (a, b) for across, down in ((2, 0), (3, 0), (1, -1), (1, 1))
        }
        way = grid.find([((a.x - TRACK, a.y), coming)], (b.x - TRACK, b.y), sorted(open), anyhow=True)
        if way is None:
            made.broken += 1
            coming = None
            continue
        grid.occupy(way.points)
        (x, y), (end_x, end_y) = way.points[-2:]
        coming = STEPS.index((end_x - x, end_y - y))
        corners = way.corners()
        if made.path and made.path[-1][-1] == corners[0]:
            made.path[-1] += corners[1:]
        else:
            made.path.append(corners)


def _branches(made: Plan, grid: Grid) -> None:
    """From the station of a line that comes before to a topic that lies in another line."""
    for number, id in made.network.branches:
        end = made.stations[id]
        line = [made.stations[each] for each in made.network.lines[number].stations]
        start = min(line, key=lambda each: max(abs(each.x - end.x), abs(each.y - end.y)))
        way = grid.find([(start.gate, None), ((start.x, start.y), None)], end.gate, [*_around(start), *_around(end)])
        if way is not None:
            grid.occupy(way.points)
            made.branches[number, id] = way.corners()


def _needs(made: Plan, grid: Grid) -> None:
    """From what is required to what requires it; several from one topic are a tree."""
    trees: dict[str, dict[Point, int | None]] = {}
    for need in made.network.needs:
        start, end = (made.stations[id] for id in need)
        tree = trees.setdefault(start.id, {(start.x, start.y): None, start.gate: None})
        way = grid.find(tree.items(), end.gate, [*_around(start), *_around(end)], arrow=True)
        if way is None:
            made.network.needs_left += 1
            continue
        for before, here in pairwise(way.points[:-2]):
            if grid.is_free(here):  # and not where it crosses another
                tree[here] = STEPS.index((here[0] - before[0], here[1] - before[1]))
        grid.occupy(way.points)
        made.needs[need] = way.corners()


def _around(station: Station) -> Iterable[Point]:
    """The points that belong to a station, and where ways may come to it or leave it."""
    x, y = station.x, station.y
    if not station.numbers:
        return [(x + across, y + down) for across in (-1, 0, 1) for down in (-1, 0, 1)]
    right = [(x + across, y + down) for across in (0, 1) for down in (-1, 0, 1)]
    return [*right, *((each, y) for each in range(math.ceil(station.left) - 1, x - 1))]
