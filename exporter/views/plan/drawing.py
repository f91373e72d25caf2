"""The plan as SVG. What a program without style sheets needs stands in attributes; a style sheet has the dark colours alone."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Literal
from urllib.parse import quote

from exporter.model import KnowledgeMap, Topic
from exporter.views.languages import RTL, direction_of, language_or_english
from exporter.views.plan.colours import DARK, LIGHT, Theme
from exporter.views.plan.grid import Point
from exporter.views.plan.layout import LEADING, SIZE
from exporter.views.plan.pen import CASE, HUES, MIDDLE, OUTLINE, Look, Pen, Spot, escape, hue, letter, numeral, value
from exporter.views.plan.plan import ABOVE, BADGE, PILL, RING, SMALL, Station, name
from exporter.views.plan.sheet import KEY, PRINTED, Entry, Page, Sheet, words_of
from exporter.views.plan.text import clean

FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
LINE, PATH, BRANCH, NEED = 1.2, 0.7, 0.5, 0.28  # how wide strokes are
ARROW = 1.1  # long

Looks = Literal["auto", "light", "dark"]
Way = tuple[list[Spot], list[Spot]]  # as far as the arrow at its end, and the corners of this


def draw(knowledge_map: KnowledgeMap, sheet: Sheet, page: Page, theme: Looks = "light", link: str = "") -> str:
    """The whole file."""
    pen = Pen(DARK if theme == "dark" else LIGHT, mirror(knowledge_map, sheet))
    drawing = Drawing(knowledge_map, sheet, pen, link)
    return "\n".join([*_head(knowledge_map, sheet, page, theme, link), *drawing.content(), "</svg>"]) + "\n"


def _head(knowledge_map: KnowledgeMap, sheet: Sheet, page: Page, theme: Looks, link: str) -> Iterator[str]:
    wide, high = numeral(sheet.plan.layout.width), numeral(sheet.plan.layout.height)
    paper = PRINTED.get(page)
    size = f' width="{paper[0]:g}mm" height="{paper[1]:g}mm"' if paper else ""
    role = "group" if link else "img"  # in which nothing can be gone to
    told = f' role="{role}" aria-labelledby="plan-title plan-desc"'
    if language := clean(knowledge_map.language):
        told += f' xml:lang="{escape(language)}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}"{size}{told} font-family="{FONTS}">'
    yield f'<title id="plan-title">{escape(clean(knowledge_map.title) or "Plan")}</title>'
    yield f'<desc id="plan-desc">{escape(describe(knowledge_map, sheet))}</desc>'
    if theme == "auto":
        yield f"<style>@media screen and (prefers-color-scheme:dark){{{style(DARK)}}}</style>"
    fill = value(DARK if theme == "dark" else LIGHT, "paper")
    yield f'<rect width="{wide}" height="{high}" class="f-paper" fill="{fill}"/>'


def mirror(knowledge_map: KnowledgeMap, sheet: Sheet) -> float | None:
    """How wide a page is that is read from the right; None: it is read from the left."""
    direction = direction_of(language_or_english(knowledge_map.language)[0])
    return sheet.plan.layout.width if direction == RTL else None


def describe(knowledge_map: KnowledgeMap, sheet: Sheet) -> str:
    """What the plan shows, in words."""
    words, network = words_of(knowledge_map), sheet.plan.network
    told = [words["plan_said"], f"{sheet.count.text}."]
    areas = [name(knowledge_map, line.area) for line in network.lines if line.area]
    if areas:
        told.append(words["plan_lines"].format("; ".join(f"{letter(at)} {area}" for at, area in enumerate(areas))))
    if network.stops:
        stops = [f"{number} {name(knowledge_map, id)}" for number, id in network.stops]
        told.append(words["plan_stops"].format("; ".join(stops)))
    return " ".join(told)


class Drawing:
    """Draws a sheet, from what lies below to what lies above, by a pen."""

    def __init__(self, knowledge_map: KnowledgeMap, sheet: Sheet, pen: Pen, link: str = "") -> None:
        """`link` is the address of a topic, with `{id}` and `{note}` for its own."""
        self.map, self.sheet, self.pen, self.link = knowledge_map, sheet, pen, link
        self.plan, self.network = sheet.plan, sheet.plan.network

    def content(self) -> Iterator[str]:
        """All elements."""
        for words in self.sheet.title:
            yield self.pen.text(*words, "ink", bold=True)
        for words in self.sheet.summary:
            yield self.pen.text(*words, "quiet")
        for number in range(len(self.network.lines)):
            yield from self.line(number)
        yield from self.ways()
        for station in self.plan.stations.values():
            yield from self.station(station)
        yield self.begin("legend")
        for entry, words in self.sheet.legend:
            size_of = words.size / SIZE
            x, y = words.x - (KEY + 1) * size_of, words.y - words.size * MIDDLE
            yield from self.sample(entry, x, y, x + KEY * size_of, size_of)
            yield self.pen.text(*words, "ink")
        yield self.pen.text(*self.sheet.count, "quiet")
        yield self.end("legend")

    def begin(self, kind: str, title: str = "", id: str = "", **data: str) -> str:
        """The begin of a group; `data` are ids that a program finds it by."""
        name = f' id="{id}"' if id else ""
        told = f"\n<title>{escape(title)}</title>" if title else ""
        return f'<g class="{kind}"{name}{_data(**data)}>{told}'

    def end(self, kind: str) -> str:
        """The end of a group."""
        return "</g>"

    def line(self, number: int) -> Iterator[str]:
        """A line with the signs at its ends, or the heading of topics in no area."""
        line = self.network.lines[number]
        heading, more = self.plan.heading(number), self.plan.more(number)
        if heading:
            yield self.pen.text(heading.x, heading.y + LEADING * 0.75, SIZE, self.plan.no_area, "ink", bold=True)
        if line.area:
            first, last = self.plan.stations[line.stations[0]], self.plan.stations[line.stations[-1]]
            yield self.begin("line", name(self.map, line.area), f"line-{_id(line.area)}", area=line.area)
            yield self.pen.line([*self.plan.tracks[number]], number, LINE)
            yield self.pen.badge(first.x, first.y - ABOVE, BADGE, number)
            yield self.pen.badge(last.x, self.plan.tail(number), SMALL, number)
            yield self.end("line")
        if more:
            yield self.pen.text(more.x, more.y + LEADING * 0.75, SIZE, f"+{line.more}", "quiet")

    def ways(self) -> Iterator[str]:
        """What runs between lines: their branches, prerequisites, the path."""
        for (number, id), points in self.plan.branches.items():
            yield self.begin("branch", area=self.network.lines[number].area or "", topic=id)
            yield self.pen.stroke(points, "paper", BRANCH + CASE)
            yield self.pen.stroke(points, hue(number), BRANCH) + self.end("branch")
        trees = sorted(self.plan.needs.items(), key=lambda item: item[0][0])
        for start, tree in groupby(trees, key=lambda item: item[0][0]):
            line = self.plan.stations[start].line
            colour = hue(line) if self.network.lines[line].area else "quiet"
            ways = {end: _arrow(points, self.plan.stations[end]) for (_, end), points in tree}
            yield from self.pen.strokes((way for way, _ in ways.values()), Look(outline="paper", width=NEED + CASE))
            yield from self.needs(start, ways, colour)
        if self.plan.path:
            yield self.begin("path", id="learning-path")
            yield from self.pen.strokes(self.plan.path, Look(outline="paper", width=PATH + CASE))
            yield from self.pen.strokes(self.plan.path, Look(outline="ink", width=PATH))
            yield self.end("path")

    def needs(self, start: str, ways: Mapping[str, Way], colour: str) -> Iterator[str]:
        """What a topic requires, by Topic.id: the ways there, and their arrows."""
        for end, (way, arrow) in ways.items():
            yield self.begin("requires", start=start, end=end)
            yield self.pen.stroke(way, colour, NEED) + self.pen.polygon(arrow, colour) + self.end("requires")

    def station(self, station: Station) -> Iterator[str]:
        """A topic, as a link to it where there is an address."""
        topic = self.map.topic[station.id]
        area = self.network.lines[station.line].area or ""
        yield self.begin("station", name(self.map, topic.id), f"topic-{_id(topic.id)}", topic=topic.id, area=area)
        link = _link(self.link, topic)
        if link:
            yield f'<a href="{escape(link)}">'
        yield from self.sign(station, topic)
        yield ("</a>" if link else "") + self.end("station")

    def sign(self, station: Station, topic: Topic) -> Iterator[str]:
        """What is seen of a station."""
        if station.numbers:
            yield self.pen.stop(station.x, station.y, station.pill, station.numbers)
        yield self.pen.ring(station.x, station.y, topic.note is not None)
        y = station.box.y + LEADING / 2 + SIZE * MIDDLE
        for text in station.label:
            yield self.pen.text(station.box.x, y, SIZE, text, "ink" if topic.note else "quiet", bold=station.head)
            y += LEADING

    def sample(self, entry: Entry, x: float, y: float, end: float, size: float) -> Iterator[str]:
        """What an entry of the legend is about."""
        pen = self.pen
        middle = (x + end) / 2
        ends: list[Spot] = [(x, y), (end, y)]
        if entry.kind == "line":
            yield pen.line(ends, entry.line, LINE, size)
            yield pen.badge(x + BADGE * size, y, BADGE * size, entry.line)
        elif entry.kind == "path":
            yield pen.stroke(ends, "ink", PATH * size)
            yield pen.disc(middle - PILL * size, y, 2 * PILL * size, "1", size)
        elif entry.kind == "needs":
            tip = end - (2 * RING + 0.12) * size
            yield pen.stroke([(x, y), (tip - ARROW * size, y)], "0", NEED * size)
            yield pen.polygon(_triangle((tip, y), (1, 0), ARROW * size), "0")
            yield pen.ring(x + RING * size, y, True, size)
            yield pen.ring(end - RING * size, y, True, size)
        elif entry.kind == "several":
            yield pen.stroke(ends, hue(1), BRANCH * size)
            yield pen.ring(end - RING * size, y, True, size)
        else:
            yield pen.ring(middle, y, False, size)


def style(theme: Theme) -> str:
    """The colours of a theme as a style sheet, which come before those of the attributes."""
    names = ["paper", "ink", "quiet", *map(str, range(HUES))]
    rules = [f".f-{each}{{fill:{value(theme, each)}}}.s-{each}{{stroke:{value(theme, each)}}}" for each in names]
    return "".join(rules)


def _arrow(points: list[Point], end: Station) -> Way:
    """A way as far as the arrow at its end, and the corners of this."""
    (x, y), (last_x, last_y) = points[-1], points[-2]
    long = math.dist(points[-1], points[-2])
    along = (x - last_x) / long, (y - last_y) / long
    off = RING + 0.12  # from the middle of the station
    if end.numbers:
        off = end.gate[0] - end.left + OUTLINE if along == (1, 0) else PILL + OUTLINE
    tip = x - along[0] * off, y - along[1] * off
    return [*points[:-1], (tip[0] - along[0] * ARROW, tip[1] - along[1] * ARROW)], _triangle(tip, along, ARROW)


def _triangle(tip: Spot, along: Spot, long: float) -> list[Spot]:
    """The corners of an arrow."""
    x, y = tip[0] - along[0] * long, tip[1] - along[1] * long
    side_x, side_y = along[1] * long * 0.4, along[0] * long * 0.4
    return [tip, (x - side_x, y + side_y), (x + side_x, y - side_y)]


def _link(template: str, topic: Topic) -> str:
    """The topic's address; none for a topic that has no note."""
    if not template or topic.note is None:
        return ""
    safe = "" if "?" in template else "/"  # within a query a path has to be one word
    id, note = (quote(clean(part), safe=safe) for part in (topic.id, topic.note))
    return template.replace("{id}", id).replace("{note}", note)


def _id(id: str) -> str:
    """A topic's id without what an id in XML may not have."""
    return re.sub(r"[^\w.-]|_", lambda match: f"_{ord(match[0]):x}_", id)


def _data(**ids: str) -> str:
    """What a program finds an element by."""
    return "".join(f' data-{key}="{escape(clean(id))}"' for key, id in ids.items() if id)
