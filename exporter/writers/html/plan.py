"""The underground plan as the page has it: with what its style sheet and its outline do not say, and each look once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from exporter.model import KnowledgeMap
from exporter.views.body.text import label
from exporter.views.plan.colours import LIGHT
from exporter.views.plan.drawing import NEED, Drawing, Way, mirror
from exporter.views.plan.layout import SIZE
from exporter.views.plan.pen import OUTLINE, SCALE, Look, Pen, Spot, escape, numeral
from exporter.views.plan.plan import RING, Station, name
from exporter.views.plan.sheet import Sheet

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# How most signs of stations look
USUAL = {"circle": Look("paper", "ink", OUTLINE), "text": Look("ink", size=SIZE)}
FORMS = {"circle": {"r": RING - OUTLINE / 2}, "text": {}}


def draw_plan(knowledge_map: KnowledgeMap, sheet: Sheet) -> tuple[str, str]:
    """The plan as SVG within HTML, and its style sheet."""
    pen = PagePen(mirror(knowledge_map, sheet))
    content = "".join(PageDrawing(knowledge_map, sheet, pen).content())
    size = f"{numeral(sheet.plan.layout.width)} {numeral(sheet.plan.layout.height)}"
    return f'<svg viewBox="0 0 {size}">{content}</svg>', pen.style()


class PagePen(Pen):
    """Writes looks, and how large things are, as classes; and strokes that look alike as one path, from spot to spot."""

    def __init__(self, mirror: float | None) -> None:
        super().__init__(LIGHT, mirror)
        self.usual = False  # while a station is drawn
        self._classes: dict[str, str] = {}  # by what they say

    def shape(
        self, tag: str, place: Mapping[str, float], form: Mapping[str, float], look: Look, text: str | None = None
    ) -> str:
        """An element whose class says all but where it is."""
        usual = self.usual and USUAL.get(tag) == look and FORMS[tag] == form
        said = "" if usual else self._class(look, form)
        said += "".join(f" {name}={numeral(length)}" for name, length in place.items())
        return f"<{tag}{said} />" if text is None else f"<{tag}{said}>{escape(text)}</{tag}>"

    def strokes(self, ways: Iterable[Iterable[Spot]], look: Look) -> Iterator[str]:
        """One path."""
        yield self._path("".join(map(self._way, ways)), look)

    def polygons(self, shapes: Iterable[Iterable[Spot]], colour: str) -> Iterator[str]:
        """One path, too."""
        yield self._path("".join(f"{self._way(spots)}z" for spots in shapes), Look(colour))

    def style(self) -> str:
        """What the classes say."""
        usual = {f"a {tag}": ";".join(_declare(look, FORMS[tag])) for tag, look in USUAL.items()}
        rules = {**usual, **{f".{name}": said for said, name in self._classes.items()}}
        return f"#__map{{{''.join(f'{name}{{{said}}}' for name, said in rules.items())}}}"

    def _class(self, look: Look, form: Mapping[str, float]) -> str:
        names = [self._classes.setdefault(said, self._next()) for said in _declare(look, form)]
        return f" class={names[0]}" if len(names) == 1 else f' class="{" ".join(names)}"'

    def _next(self) -> str:
        number = len(self._classes)
        return LETTERS[number % 26] + str(number // 26 or "")

    def _path(self, data: str, look: Look) -> str:
        return f'<path{self._class(look, {})} d="{data}"/>'

    def _way(self, spots: Iterable[Spot]) -> str:
        """Steps from spot to spot: https://www.w3.org/TR/SVG2/paths.html#PathData."""
        places = [(round(self.x(x) * SCALE * 10), round(y * SCALE * 10)) for x, y in spots]  # tenths, which add up
        made = "M" + _pair(*places[0])
        for (last_x, last_y), (x, y) in pairwise(places):
            across, down = x - last_x, y - last_y
            if across and down:
                made += "l" + _pair(across, down)
            else:
                made += f"h{_tenths(across)}" if across else f"v{_tenths(down)}"
        return made


class PageDrawing(Drawing):
    """Draws all of a page but its paper; what is by itself is in no group, as the style sheet dims one by one."""

    pen: PagePen

    def begin(self, kind: str, title: str = "", id: str = "", **data: str) -> str:
        """A group, if it is one of the style sheet's or has a name."""
        if kind == "legend":
            return "<g class=legend>"
        return f"<g><title>{escape(title)}</title>" if title else ""

    def end(self, kind: str) -> str:
        """The end of what `begin` began."""
        return "</g>" if kind in ("legend", "line") else ""

    def needs(self, start: str, ways: Mapping[str, Way], colour: str) -> Iterator[str]:
        """What a topic requires, in two elements."""
        yield from self.pen.strokes((way for way, _ in ways.values()), Look(outline=colour, width=NEED))
        yield from self.pen.polygons((arrow for _, arrow in ways.values()), colour)

    def station(self, station: Station) -> Iterator[str]:
        """A link to the topic, which says its name where its words do not."""
        topic = self.map.topic[station.id]
        title = name(self.map, topic.id)
        told = "" if " ".join(station.label) == title else f"<title>{escape(title)}</title>"
        self.pen.usual = True
        sign = "\n".join(self.sign(station, topic))  # or its words would be one
        self.pen.usual = False
        yield f"<a href=#{label(topic.id)}>{told}{sign}</a>"


def _declare(look: Look, form: Mapping[str, float]) -> list[str]:
    """A look in CSS: colours of lines, and all else, which lines share.

    Colours have their names, as both themes have them. A path, which has no form, is not filled by itself.
    """
    colours = {"fill": look.fill or ("none" if form else ""), "stroke": look.outline}
    hues = [f"{name}:var(--hue-{colour})" for name, colour in colours.items() if colour.isdigit()]
    said = [
        f"{name}:{colour if colour == 'none' else f'var(--{colour})'}"
        for name, colour in colours.items()
        if colour and not colour.isdigit()
    ]
    if look.outline:
        said.append(f"stroke-width:{numeral(look.width)}")
    if look.dashes:
        said.append(f"stroke-dasharray:{' '.join(map(numeral, look.dashes))}")
    said += ["stroke-linecap:round"] * look.round
    said += [f"font-size:{numeral(look.size)}px"] * bool(look.size) + ["font-weight:700"] * look.bold
    said += [f"text-anchor:{look.anchor}"] * (look.anchor != "start")
    said += [f"{name}:{numeral(length)}px" for name, length in form.items()]
    return [";".join(each) for each in (hues, said) if each]


def _pair(x: int, y: int) -> str:
    return f"{_tenths(x)}{' ' * (y >= 0)}{_tenths(y)}"


def _tenths(number: int) -> str:
    return f"{number / 10:g}"
