"""The plan of the map on a page of its own, as an underground plan: what the writer `svg` draws, without its title."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from exporter.model import KnowledgeMap
from exporter.views.plan.drawing import describe, draw
from exporter.views.plan.layout import SIZE
from exporter.views.plan.plan import UNIT
from exporter.views.plan.sheet import PAGES, Page, lay_out, measure

PAGE: Page = "a3"  # the form of a page on its side
SMALLEST = 5.5  # points of a label that can be read
POINT = 25.4 / 72  # millimetres


class Underground(NamedTuple):
    """A plan, and what it shows in words."""

    svg: str
    said: str


def draw_plan(knowledge_map: KnowledgeMap, width: float) -> Underground | None:
    """The plan, so many millimetres wide; None where nothing leads from line to line, or nobody could read it."""
    untitled = replace(knowledge_map, title="", summary="")
    largest = SIZE * UNIT / POINT * width / PAGES[PAGE][0]  # points of a label
    network, scale = measure(untitled, PAGE)
    if largest / max(scale, 1) < SMALLEST or len(network.lines) < 2 or not (network.stops or network.needs):
        return None
    sheet = lay_out(untitled, PAGE)
    if largest / max(sheet.plan.layout.scale, 1) < SMALLEST:  # with a legend below
        return None
    return Underground(draw(untitled, sheet, PAGE), describe(knowledge_map, sheet))
