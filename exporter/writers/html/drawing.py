"""The map as it is drawn: an underground plan where all of it has room there, else areas as boxes with their topics in them.

Up to `MOST` topics the boxes are SVG; of more the page draws them itself, from numbers, as much as can be seen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from exporter.model import KnowledgeMap
from exporter.views.plan.colours import DARK, LIGHT
from exporter.views.plan.sheet import lay_out, measure
from exporter.writers.html.plan import draw_plan
from exporter.writers.html.plane import Plane

MOST = 1500  # topics that a browser shows as SVG without delay


class Drawing(NamedTuple):
    """The map."""

    svg: str  # "": the page draws it
    style: str  # of the SVG
    numbers: dict[str, object] | None  # from which it does: see docs/html.md


def draw_map(knowledge_map: KnowledgeMap, no_area: str) -> Drawing:
    """The best drawing for so many topics."""
    untitled = replace(knowledge_map, title="", summary="")
    network, _ = measure(untitled, "screen")
    whole = not network.topics_left and not network.areas_left
    if whole and len(network.lines) > 1 and (network.stops or network.needs):
        return Drawing(*draw_plan(untitled, lay_out(untitled, "screen", no_area)), None)
    plane = Plane(knowledge_map, no_area)
    if len(knowledge_map.topics) <= MOST:
        return Drawing(*plane.draw(), None)
    return Drawing("", "", plane.numbers())


def colours(drawing: Drawing) -> str:
    """Both themes as a style sheet, for the page and the drawing on it; of the lines' colours those that it has."""
    named = {"paper": (LIGHT.paper, DARK.paper), "ink": (LIGHT.ink, DARK.ink), "quiet": (LIGHT.quiet, DARK.quiet)}
    hues = {f"hue-{number}": pair for number, pair in enumerate(zip(LIGHT.lines, DARK.lines, strict=True))}
    named |= {name: pair for name, pair in hues.items() if drawing.numbers or f"--{name})" in drawing.style}
    return f":root{{{''.join(f'--{name}:light-dark({light},{dark});' for name, (light, dark) in named.items())}}}"
