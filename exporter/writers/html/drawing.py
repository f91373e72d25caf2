"""The map as it is drawn: an underground plan where all of it has room there, else areas as boxes with their topics in them.

Up to `MOST` topics the boxes are SVG; of more the page draws them itself, from numbers, as much as can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import NamedTuple

from exporter.model import IN_AREA, REQUIRES, KnowledgeMap
from exporter.views.body.text import label, title_of
from exporter.views.plan.colours import DARK, LIGHT
from exporter.views.plan.drawing import draw, style
from exporter.views.plan.pen import HUES
from exporter.views.plan.sheet import lay_out, measure
from exporter.views.plan.text import wrap
from exporter.views.plane.board import Board
from exporter.views.plane.layout import Box, Layout
from exporter.views.plane.sections import divide, walk

MOST = 1500  # topics that a browser shows as SVG without delay
CARD, GAP = (200, 60), 20  # px: width and height of a topic's box, and from box to box
TITLE, WORDS, LEADING = 26, 16, 20  # px: sizes of an area's title and a topic's words, and from line to line
BESIDE = 12  # px from a box's side to its words
NO_LIMIT = 1 << 60
# What the page has no use for: names, which are topics' there, and what its style sheet says
NEEDLESS = re.compile(
    ' (?:id|aria-labelledby|data-(?:area|start|end))="[^"]*"| (?:fill|stroke)="(?:#[0-9a-f]{6}|none)"| stroke-linejoin="round"'
)


class Drawing(NamedTuple):
    """The map."""

    svg: str  # "": the page draws it
    numbers: dict[str, object] | None  # from which it does: see docs/html.md


def draw_map(knowledge_map: KnowledgeMap, no_area: str) -> Drawing:
    """The best drawing for so many topics."""
    untitled = replace(knowledge_map, title="", summary="")
    network, _ = measure(untitled, "screen")
    whole = not network.topics_left and not network.areas_left
    if whole and len(network.lines) > 1 and (network.stops or network.needs):
        sheet = lay_out(untitled, "screen", no_area)
        svg = draw(untitled, sheet, "screen", "light", "#{id}")
        return Drawing(NEEDLESS.sub("", svg), None)
    plane = Plane(knowledge_map, no_area)
    if len(knowledge_map.topics) <= MOST:
        return Drawing("".join(plane.svg()), None)
    return Drawing("", plane.numbers())


def colours() -> str:
    """Both themes as a style sheet, for what is drawn as SVG and on a canvas; what is printed is light."""
    hues = zip(LIGHT.lines, DARK.lines, strict=True)
    named = "".join(f"--hue-{number}:light-dark({light},{dark});" for number, (light, dark) in enumerate(hues))
    return f"{style(LIGHT)}@media screen{{:root.dark{{{style(DARK)}}}}}:root{{{named}}}"


class Plane:
    """Areas as boxes, within one another, and topics as boxes in them, in the map's order."""

    def __init__(self, knowledge_map: KnowledgeMap, no_area: str) -> None:
        self.map = knowledge_map
        root = divide(knowledge_map, no_area, NO_LIMIT)
        root.sections = [section for section in root.sections if not section.path]
        for number, top in enumerate(root.sections):
            for section in walk(top):
                section.guests = []  # a topic has one box
                section.colour = str(number % HUES)
        topics = {topic.id for topic in knowledge_map.topics}
        self.board = Board(root, topics, lambda topic: "", {})
        Layout(CARD, GAP).arrange([], self.board.top)

    @property
    def size(self) -> tuple[int, int]:
        """How wide and how high it is, in px."""
        boxes = self.board.top
        return (
            max((box.x + box.width for box in boxes), default=CARD[0]),
            max((box.y + box.height for box in boxes), default=CARD[1]),
        )

    def svg(self) -> Iterator[str]:
        """All of it; what a browser shows of it from afar and from near, its style sheet says."""
        width, height = self.size
        yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-GAP} {-GAP} {width + 2 * GAP} {height + 2 * GAP}" class="plane">'
        for group in self.board.groups:
            yield f'<g class="area">{_rectangle(group.box, f"f-{group.colour} s-{group.colour}", 12)}'
            room = group.box.width - 2 * BESIDE
            for line in wrap(group.label, room, TITLE, 1, bold=True):
                yield f'<text x="{group.box.x + BESIDE}" y="{group.box.y + TITLE + 10}" font-size="{TITLE}">{escape(line)}</text>'
            yield "</g>"
        yield f'<path class="mentions" d="{self._strokes(typed=False)}"/>'
        yield f'<path class="requires" d="{self._strokes(typed=True)}"/>'
        for topic in self.map.topics:
            if card := self.board.topic.get(topic.id):
                yield f'<g class="station" data-topic="{escape(topic.id)}"><a href="#{label(topic.id)}" tabindex="-1">'
                yield _rectangle(card.box, "", 8) + f"<title>{escape(title_of(topic))}</title>"
                lines = wrap(title_of(topic), CARD[0] - 2 * BESIDE, WORDS, 2)
                y = card.box.y + CARD[1] / 2 + WORDS * 0.36 - (len(lines) - 1) * LEADING / 2
                for number, line in enumerate(lines):
                    yield f'<text x="{card.box.x + BESIDE}" y="{y + number * LEADING:g}" font-size="{WORDS}">{escape(line)}</text>'
                yield "</a></g>"
        yield "</svg>"

    def numbers(self) -> dict[str, object]:
        """The same as numbers."""
        boxes = ((group.box, group) for group in self.board.groups)
        cards = (self.board.topic.get(topic.id) for topic in self.map.topics)
        return {
            "size": self.size,
            "card": CARD,
            "areas": [[box.x, box.y, box.width, box.height, int(group.colour), group.label] for box, group in boxes],
            "cards": [[card.box.x, card.box.y] if card else None for card in cards],
        }

    def _strokes(self, typed: bool) -> str:
        """Straight lines from the middle of a box to that of another, each once."""
        pairs = {
            (min(link.start, link.end), max(link.start, link.end))
            for link in self.map.links
            if link.kind != IN_AREA and (link.kind == REQUIRES) == typed and link.start != link.end
        }
        middles = {id: (card.box.x + CARD[0] // 2, card.box.y + CARD[1] // 2) for id, card in self.board.topic.items()}
        ways = ((middles.get(start), middles.get(end)) for start, end in sorted(pairs))
        return "".join(f"M{start[0]} {start[1]}L{end[0]} {end[1]}" for start, end in ways if start and end)


def _rectangle(box: Box, colours: str, radius: int) -> str:
    look = f' class="{colours}"' if colours else ""
    return f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="{radius}"{look}/>'
