"""The map as it is drawn: an underground plan where all of it has room there, else areas as boxes with their topics in them.

Up to `MOST` topics the boxes are SVG; of more the page draws them itself, from numbers, as much as can be seen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from html import escape
from typing import NamedTuple

from exporter.model import IN_AREA, REQUIRES, KnowledgeMap
from exporter.views.body.text import label, title_of
from exporter.views.plan.colours import DARK, LIGHT
from exporter.views.plan.drawing import draw
from exporter.views.plan.pen import HUES
from exporter.views.plan.sheet import lay_out, measure
from exporter.views.plan.text import wrap
from exporter.views.plane.board import Board
from exporter.views.plane.layout import Box, Layout
from exporter.views.plane.sections import divide, walk

MOST = 1500  # topics that a browser shows as SVG without delay
CARD, GAP = (200, 60), 20  # px: width and height of a topic's box, and from box to box
TITLE, WORDS, LEADING = 26, 16, 20  # px: sizes of an area's title and a topic's words, as in page.css; line to line
BESIDE = 12  # px from a box's side to its words
NO_LIMIT = 1 << 60
# What the page has no use for: names, what its outline says better, and groups of what is by itself
NEEDLESS = re.compile(
    ' (?:xmlns|xml:lang|role|id|aria-labelledby|data-[a-z]+|stroke-linejoin)="[^"]*"|<title id=.*?</title>|<desc.*?</desc>|\\n(?!<text)',
    re.DOTALL,
)
ALONE = re.compile('<g class="requires">(.*?)</g>')
STATION = re.compile('<g class="station"><title>(.*?)</title>(?:<a [^>]*>)?(.*?)(?:</a>)?</g>', re.DOTALL)
LOOK = re.compile(
    '(?: (?:class="[fs]-[^"]*"|(?:fill|stroke|stroke-[a-z]+|font-size|font-weight|text-anchor)="[^"]*"))+'
)
ATTRIBUTE = re.compile(' ([a-z-]+)="([^"]*)"')
LINK = re.compile("<a .*?</a>", re.DOTALL)
QUOTED = re.compile('="([\\w.-]+)"(?= )')  # what HTML reads without quotes


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
        sheet = lay_out(untitled, "screen", no_area)
        svg = ALONE.sub(r"\1", NEEDLESS.sub("", draw(untitled, sheet, "screen")))
        ids = iter(sheet.plan.stations)
        return Drawing(*_dress(STATION.sub(lambda match: _station(next(ids), *match.groups()), svg)), None)
    plane = Plane(knowledge_map, no_area)
    if len(knowledge_map.topics) <= MOST:
        return Drawing(*_dress("".join(plane.svg())), None)
    return Drawing("", "", plane.numbers())


def colours(drawing: Drawing) -> str:
    """Both themes as a style sheet, for the page and the drawing on it; of the lines' colours those that it has."""
    named = {"paper": (LIGHT.paper, DARK.paper), "ink": (LIGHT.ink, DARK.ink), "quiet": (LIGHT.quiet, DARK.quiet)}
    hues = {f"hue-{number}": pair for number, pair in enumerate(zip(LIGHT.lines, DARK.lines, strict=True))}
    named |= {name: pair for name, pair in hues.items() if drawing.numbers or f"--{name})" in drawing.style}
    return f":root{{{''.join(f'--{name}:light-dark({light},{dark});' for name, (light, dark) in named.items())}}}"


def _station(id: str, title: str, body: str) -> str:
    """A station as a link to its topic, which says its name where its words do not."""
    said = " ".join(re.findall(">([^<]*)</text>", body))
    told = "" if said.endswith(title) else f"<title>{title}</title>"
    return f'<a href="#{label(id)}">{told}{body}</a>'


def _dress(svg: str) -> tuple[str, str]:
    """The drawing with classes instead of the attributes that say how it looks, and their style sheet: each look stands once."""
    looks: dict[str, str] = {}
    svg = LOOK.sub(lambda match: f' class="{looks.setdefault(match[0], f"p{len(looks)}")}"', svg)
    rules = {f".{name}": ";".join(_declare(look)) for look, name in looks.items()}
    links = "".join(LINK.findall(svg))
    for sign in ("circle", "text"):  # of stations, most of which look alike
        for name, _ in Counter(re.findall(f'<{sign} [^>]*class="(p[0-9]+)"', links)).most_common(1):
            usual = re.compile(f'(<{sign} [^>]*) class="{name}"')
            svg = LINK.sub(partial(_sub, usual), svg)
            rules[f"a {sign}"] = rules[f".{name}"]
    return QUOTED.sub(r"=\1", svg), "".join(f"{name}{{{rule}}}" for name, rule in rules.items())


def _sub(usual: re.Pattern[str], match: re.Match[str]) -> str:
    return usual.sub(r"\1", match[0])


def _declare(look: str) -> Iterator[str]:
    """Attributes as CSS, with colours by their names: both themes have them."""
    said = dict(ATTRIBUTE.findall(look))
    for name in said.pop("class", "").split():
        what, _, colour = name.partition("-")
        variable = f"hue-{colour}" if colour.isdigit() else colour
        yield f"{'fill' if what == 'f' else 'stroke'}:var(--{variable})"
    for name, value in said.items():
        if name not in ("fill", "stroke") or value == "none":
            yield f"{name}:{value}{'px' * name.endswith('-size')}"


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
                yield f'<text x="{group.box.x + BESIDE}" y="{group.box.y + TITLE + 10}">{escape(line)}</text>'
            yield "</g>"
        yield f'<path class="mentions" d="{self._strokes(typed=False)}"/>'
        yield f'<path class="requires" d="{self._strokes(typed=True)}"/>'
        for topic in self.map.topics:
            if card := self.board.topic.get(topic.id):
                title = title_of(topic)
                lines = wrap(title, CARD[0] - 2 * BESIDE, WORDS, 2)
                y = card.box.y + CARD[1] / 2 + WORDS * 0.36 - (len(lines) - 1) * LEADING / 2
                words = (
                    f'<text x="{card.box.x + BESIDE}" y="{y + number * LEADING:g}">{escape(line)}</text>'
                    for number, line in enumerate(lines)
                )
                yield _station(topic.id, escape(title), _rectangle(card.box, "", 8) + "\n".join(words))
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
