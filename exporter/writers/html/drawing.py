"""The map as it is drawn: an underground plan where all of it has room there, else areas as boxes with their topics in them.

Up to `MOST` topics the boxes are SVG; of more the page draws them itself, from numbers, as much as can be seen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from exporter.model import KnowledgeMap, bytes_of, get_record, key_of, put_record
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
    """The best drawing for so many topics; that of an earlier run, if it would be the same."""
    store, key = knowledge_map.store, key_of("map", no_area, bytes_of(_drawn(knowledge_map)))
    drawing = get_record(store, key, Drawing)
    if not drawing:
        drawing = _draw(knowledge_map, no_area)
        put_record(store, key, drawing)
    return drawing


def _drawn(knowledge_map: KnowledgeMap) -> tuple[object, ...]:
    """All that a drawing depends on."""
    areas = [(area.id, area.parent) for area in knowledge_map.areas]
    return (
        knowledge_map.language,
        [(topic.id, topic.title, topic.summary, topic.areas, topic.note) for topic in knowledge_map.topics],
        [(id, parent, [topic.id for topic in knowledge_map.topics_in(id)]) for id, parent in [*areas, (None, None)]],
        [(link.start, link.kind, link.end) for link in knowledge_map.links],
        knowledge_map.paths,
    )


def _draw(knowledge_map: KnowledgeMap, no_area: str) -> Drawing:
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
