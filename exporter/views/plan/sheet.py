"""A page with the plan on it: title, plan, legend, and what is left out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

from exporter.errors import pluralize
from exporter.model import KnowledgeMap
from exporter.views.plan.layout import EDGE, MARGIN, SIZE, TRACK, Layout, arrange
from exporter.views.plan.network import Network, choose
from exporter.views.plan.plan import ABOVE, BELOW, UNIT, Box, Plan, name, place
from exporter.views.plan.text import clean, width, wrap

Page = Literal["a3", "a4", "screen"]
PAGES = {
    "a3": (420.0, 297.0),
    "a4": (420.0, 297.0),
    "screen": (480.0, 270.0),
}  # millimetres that the design has; A4 is A3 made smaller
PRINTED = {"a3": (420.0, 297.0), "a4": (297.0, 210.0)}  # millimetres
TITLE, SUMMARY = 4.0, 1.9  # sizes
LONGEST = 40.0  # name of a line in the legend
KEYED = 12  # lines that the legend names at most
KEY, GAP = 6.0, 3.0  # in the legend: how wide a sample is, from entry to entry

Kind = Literal["line", "path", "needs", "several", "unwritten"]
WORDS: dict[Kind, str] = {
    "line": "an area with its topics, in order",
    "path": "the learning path, step by step",
    "needs": "to be known before",
    "several": "a topic of this area, too",
    "unwritten": "not written yet",
}


class Words(NamedTuple):
    """A line of text, and where it begins."""

    x: float
    y: float  # of its base line
    size: float
    text: str


class Entry(NamedTuple):
    """What the legend has a sample of."""

    kind: Kind
    line: int  # of which the sample is
    text: str


@dataclass
class Sheet:
    """All that is on the page, in units."""

    plan: Plan
    title: list[Words]
    summary: list[Words]
    legend: list[tuple[Entry, Words]]
    count: Words  # how much is shown


def lay_out(knowledge_map: KnowledgeMap, page: Page, no_area: str) -> Sheet:
    """The page of a map."""
    network = choose(knowledge_map)
    wide, high = (each / UNIT for each in PAGES[page])
    count = _count(knowledge_map, network)
    size, room = 1.0, wide
    for _ in range(3):  # the page's size depends on how high the title is, and that on the page's size
        title, summary, head = _head(knowledge_map, size, room - 2 * MARGIN)
        layout = arrange(network, (wide, high), head, 0)
        size, room = max(layout.scale, 1.0), layout.width
    key = (1 + size) / 2
    for entries in (_entries(knowledge_map, network, True), _entries(knowledge_map, network, False)):
        corner = _corner(layout, network, *_box(entries, count, key))
        if corner:
            legend, told = _upright(entries, count, corner, key)
            break
    else:
        for _ in range(2):
            foot = math.ceil(2 * GAP * key)
            layout = arrange(network, (wide, high), head, foot)
            size = max(layout.scale, 1.0)
            key = (1 + size) / 2
            title, summary, head = _head(knowledge_map, size, layout.width - 2 * MARGIN)
        corner = Box(MARGIN, layout.height - MARGIN - 1.5 * GAP * key, layout.width - 2 * MARGIN, 1.5 * GAP * key)
        legend, told = _level(entries, count, corner, key)
    plan = place(knowledge_map, network, layout, corner, clean(no_area))
    return Sheet(plan, title, summary, legend, told)


def _head(knowledge_map: KnowledgeMap, size: float, room: float) -> tuple[list[Words], list[Words], int]:
    """Title, summary, and how high both are."""
    title = wrap(knowledge_map.title, room, TITLE * size, 2, bold=True)
    summary = wrap(knowledge_map.summary, room * 0.8, SUMMARY * size, 3)
    y = MARGIN - 1.0
    lines: list[list[Words]] = [[], []]
    for group, size_of, texts in ((0, TITLE * size, title), (1, SUMMARY * size, summary)):
        for text in texts:
            y += size_of * 1.25 if group == 0 else size_of * 1.4
            lines[group].append(Words(MARGIN, y - size_of * 0.2, size_of, text))
    return lines[0], lines[1], math.ceil(y - MARGIN + 1 + 2 * bool(title or summary))


def _entries(knowledge_map: KnowledgeMap, network: Network, keyed: bool) -> list[Entry]:
    """What there is to be explained; keyed: each line by itself, unless there are many."""
    areas = [line.area for line in network.lines if line.area]
    if keyed and len(areas) <= KEYED:
        lines = [Entry("line", number, name(knowledge_map, area)) for number, area in enumerate(areas)]
        lines = [entry._replace(text=wrap(entry.text, LONGEST, SIZE, 1)[0]) for entry in lines]
    else:
        lines = [Entry("line", 0, WORDS["line"])][: len(areas)]
    there: dict[Kind, bool] = {
        "path": bool(network.stops),
        "needs": bool(network.needs),
        "several": bool(network.branches),
        "unwritten": any(knowledge_map.topic[id].note is None for id in network.line),
    }
    return [*lines, *(Entry(kind, 0, WORDS[kind]) for kind, is_there in there.items() if is_there)]


def _count(knowledge_map: KnowledgeMap, network: Network) -> str:
    """How much of the map is shown."""
    told = []
    for noun, left, total in (
        ("area", network.areas_left, len(knowledge_map.areas)),
        ("topic", network.topics_left, len(knowledge_map.topics)),
    ):
        told.append(f"{total - left} of {pluralize(total, noun)}" if left else pluralize(total, noun))
    return ", ".join(told)


def _box(entries: list[Entry], count: str, size: float) -> tuple[float, float]:
    """How large a legend is whose entries stand below one another."""
    widest = max([width(count, SIZE), *(KEY + 1 + width(entry.text, SIZE) for entry in entries)])
    return widest * size, ((len(entries) + 1) * GAP - 0.6) * size


def _upright(entries: list[Entry], count: str, box: Box, size: float) -> tuple[list[tuple[Entry, Words]], Words]:
    ys = [box.y + (1.8 + GAP * number) * size for number in range(len(entries) + 1)]
    x = box.x + (KEY + 1) * size
    legend = [(entry, Words(x, y, SIZE * size, entry.text)) for entry, y in zip(entries, ys, strict=False)]
    return legend, Words(box.x, ys[-1], SIZE * size, count)


def _level(entries: list[Entry], count: str, box: Box, size: float) -> tuple[list[tuple[Entry, Words]], Words]:
    """Entries side by side, smaller if they have to be."""
    y = box.y + box.height - 0.6 * size
    wide = sum(KEY + 4 + width(entry.text, SIZE) for entry in entries) + width(count, SIZE)
    size = min(size, box.width / wide)
    legend = []
    x = box.x
    for entry in entries:
        legend.append((entry, Words(x + (KEY + 1) * size, y, SIZE * size, entry.text)))
        x += (KEY + 4 + width(entry.text, SIZE)) * size
    return legend, Words(box.x + box.width - width(count, SIZE * size), y, SIZE * size, count)


def _corner(layout: Layout, network: Network, wide: float, high: float) -> Box | None:
    """A free corner that has room for a box: at the top right or at the bottom left or right."""
    columns = layout.columns
    if not columns:
        return None
    first = [min(row for _, row in column.lines) for column in columns]
    end = [column.end(network) for column in columns]
    top, bottom = layout.top - EDGE, layout.height - MARGIN
    left, right = float(MARGIN), layout.width - MARGIN
    for number in range(len(columns) - 1, -1, -1):
        fits = right - layout.lefts[number] + layout.shift >= wide
        low = layout.at(0, min(first[number:]))[1] - ABOVE - 3
        if fits and low - top >= high:
            return Box(right - wide, top, wide, high)
        if fits and bottom - _below(layout, end[number:]) >= high:
            return Box(right - wide, bottom - high, wide, high)
    for number in range(len(columns)):
        x = (layout.lefts[number + 1] - layout.shift - 2 * TRACK) if number + 1 < len(columns) else right
        if x - left >= wide and bottom - _below(layout, end[: number + 1]) >= high:
            return Box(left, bottom - high, wide, high)
    return None


def _below(layout: Layout, ends: list[int]) -> float:
    """Where there is nothing more of some columns."""
    return layout.at(0, max(ends) - 1)[1] + BELOW + 4
