"""A page with the plan on it: title, plan, legend, and what is left out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

from exporter.model import KnowledgeMap
from exporter.views.languages import language_or_english, words_in
from exporter.views.plan.layout import EDGE, MARGIN, SIZE, TRACK, Layout, arrange
from exporter.views.plan.network import Network, choose
from exporter.views.plan.plan import TURN, UNIT, Box, Plan, name, place
from exporter.views.plan.text import clean, width, wrap
from exporter.views.translations import Translations

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
SAID: dict[Kind, str] = {  # in the words of a language
    "line": "plan_line",
    "path": "plan_path",
    "needs": "plan_needs",
    "several": "plan_several",
    "unwritten": "unwritten",
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


class Head(NamedTuple):
    """What stands above the plan."""

    title: list[Words]
    summary: list[Words]
    height: int


@dataclass
class Sheet:
    """All that is on the page, in units."""

    plan: Plan
    title: list[Words]
    summary: list[Words]
    legend: list[tuple[Entry, Words]]
    count: Words  # how much is shown


def words_of(knowledge_map: KnowledgeMap) -> Translations:
    """What the page says itself, in the language of the map."""
    return words_in(language_or_english(knowledge_map.language)[0])


def measure(knowledge_map: KnowledgeMap, page: Page) -> tuple[Network, float]:
    """What would be drawn, and how much smaller than usual at least: soon told, as no way is looked for."""
    network = choose(knowledge_map)
    return network, _fit(knowledge_map, network, page, legend=False)[0].scale


def lay_out(knowledge_map: KnowledgeMap, page: Page, no_area: str = "") -> Sheet:
    """The page of a map; `no_area` stands over the topics in no area, "": what the map's language has for it."""
    network, words = choose(knowledge_map), words_of(knowledge_map)
    count = _count(knowledge_map, network, words)
    layout, head, size = _fit(knowledge_map, network, page, legend=False)
    for keyed in (True, False):
        entries = _entries(knowledge_map, network, words, keyed)
        corner = _corner(layout, *_box(entries, count, size))
        if corner:
            legend, told = _upright(entries, count, corner, size)
            break
    else:
        layout, head, size = _fit(knowledge_map, network, page, legend=True)
        high = 1.5 * GAP * size
        corner = Box(MARGIN, layout.height - MARGIN - high, layout.width - 2 * MARGIN, high)
        legend, told = _level(entries, count, corner, size)
    plan = place(knowledge_map, network, layout, corner, clean(no_area or words["further"]))
    return Sheet(plan, head.title, head.summary, legend, told)


def _fit(knowledge_map: KnowledgeMap, network: Network, page: Page, legend: bool) -> tuple[Layout, Head, float]:
    """The layout, what stands above it, and what its legend is enlarged by, which may need room below.

    How large a page is depends on how high its title is, and that on the page: on one that is none the narrower, at
    the second time.
    """
    wide, high = (each / UNIT for each in PAGES[page])
    scale = 1.0
    for _ in range(2):
        head = _head(knowledge_map, max(scale, 1.0), wide * scale - 2 * MARGIN)
        size = (
            1 + max(scale, 1.0)
        ) / 2  # between that of labels, which are small on a large page, and that of the title
        layout = arrange(network, (wide, high), head.height, math.ceil(2 * GAP * size) if legend else 0)
        scale = layout.scale
    return layout, head, size


def _head(knowledge_map: KnowledgeMap, size: float, room: float) -> Head:
    """Title and summary, as large on every page."""
    y = MARGIN - 1.0
    groups: list[list[Words]] = []
    for text, letters, leading, share, most, bold in (
        (knowledge_map.title, TITLE * size, 1.25, 1.0, 2, True),
        (knowledge_map.summary, SUMMARY * size, 1.4, 0.8, 3, False),
    ):
        lines = wrap(text, room * share, letters, most, bold)
        groups.append(
            [Words(MARGIN, y + (n * leading - 0.2) * letters, letters, line) for n, line in enumerate(lines, 1)]
        )
        y += len(lines) * leading * letters
    return Head(groups[0], groups[1], math.ceil(y - MARGIN + 1 + 2 * any(groups)))


def _entries(knowledge_map: KnowledgeMap, network: Network, words: Translations, keyed: bool) -> list[Entry]:
    """What there is to be explained; keyed: each line by itself, unless there are many."""
    areas = [line.area for line in network.lines if line.area]
    if keyed and len(areas) <= KEYED:
        lines = [Entry("line", number, name(knowledge_map, area)) for number, area in enumerate(areas)]
        lines = [entry._replace(text=wrap(entry.text, LONGEST, SIZE, 1)[0]) for entry in lines]
    else:
        lines = [Entry("line", 0, words[SAID["line"]])][: len(areas)]
    there: dict[Kind, bool] = {
        "path": bool(network.stops),
        "needs": bool(network.needs),
        "several": bool(network.branches),
        "unwritten": any(knowledge_map.topic[id].note is None for id in network.line),
    }
    return [*lines, *(Entry(kind, 0, words[SAID[kind]]) for kind, is_there in there.items() if is_there)]


def _count(knowledge_map: KnowledgeMap, network: Network, words: Translations) -> str:
    """How much of the map is shown."""
    told = []
    for noun, left, total in (
        ("plan_area", network.areas_left, len(knowledge_map.areas)),
        ("plan_topic", network.topics_left, len(knowledge_map.topics)),
    ):
        if left:
            told.append(words[f"{noun}s_of"].format(total - left, total))
        elif total:
            told.append(words[noun if total == 1 else f"{noun}s"].format(total))
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
    size = min(size, box.width / max(wide, 1))
    legend = []
    x = box.x
    for entry in entries:
        legend.append((entry, Words(x + (KEY + 1) * size, y, SIZE * size, entry.text)))
        x += (KEY + 4 + width(entry.text, SIZE)) * size
    return legend, Words(box.x + box.width - width(count, SIZE * size), y, SIZE * size, count)


def _corner(layout: Layout, wide: float, high: float) -> Box | None:
    """A free corner that has room for a box: at the top right or at the bottom left or right."""
    columns = layout.columns
    if not columns:
        return None
    first = [min(run.row for run in column.runs) for column in columns]
    end = [column.end for column in columns]
    top, bottom = layout.top - EDGE, layout.height - MARGIN
    left, right = float(MARGIN), layout.width - MARGIN
    for number in range(len(columns) - 1, -1, -1):
        fits = right - layout.lefts[number] + layout.shift >= wide
        low = layout.at(0, min(first[number:]))[1] - TURN - 2
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
    return layout.at(0, max(ends) - 1)[1] + TURN + 2
