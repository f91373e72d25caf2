"""What plans are drawn with: strokes, signs and words as elements of SVG, in a theme's colours.

How a shape looks and where it is are told apart, so that a pen can write either in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from exporter.views.plan.colours import LIGHT, Theme
from exporter.views.plan.layout import TRACK
from exporter.views.plan.plan import NUMBER, PILL, RING

SCALE = 10  # user units for a unit of the plan, so that most numbers are whole
MIDDLE = 0.36  # of a font's size, from the middle of a capital or digit to its base line
OUTLINE = 0.32  # how wide the outline of a station is
CASE = 0.35  # paper beside a stroke that crosses others
STRIPES = ("", "0.3", "0.3 0.7 1.1", "0.5 0.01 1.1")  # on lines, for black and white: width, dash and gap
DASH = 2 * 3.1416 * (RING - OUTLINE / 2) / 10  # around a topic that is not written yet
HUES = len(LIGHT.lines)
REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
LEFT_TO_RIGHT = re.compile("[A-Za-z\u00c0-\u058f\u0900-\u1fff\u3040-\ud7ff]")

Anchor = Literal["start", "middle", "end"]
Spot = tuple[float, float]


class Look(NamedTuple):
    """What of a shape a style sheet can say; lengths in units of the plan."""

    fill: str = ""  # name of a colour; "": none
    outline: str = ""
    width: float = 0  # of the outline
    dashes: tuple[float, ...] = ()
    round: bool = False  # ends of dashes
    size: float = 0  # of words
    bold: bool = False
    anchor: Anchor = "start"


class Pen:
    """Knows the colours, and whether all is the other way round."""

    def __init__(self, theme: Theme, mirror: float | None) -> None:
        """Take the theme.

        Args:
            theme: the colours of the attributes.
            mirror: the width of the page, if what is read begins at its right; None: it begins at the left.
        """
        self.theme, self.mirror = theme, mirror

    # ---------- elements ----------

    def shape(
        self, tag: str, place: Mapping[str, float], form: Mapping[str, float], look: Look, text: str | None = None
    ) -> str:
        """An element that stands at a place; `form` is how large it is."""
        said = "".join(f' {name}="{numeral(length)}"' for name, length in {**place, **form}.items())
        end = "/>" if text is None else f">{escape(text)}</{tag}>"
        return f"<{tag}{said}{self._attributes(look)}{end}"

    def strokes(self, ways: Iterable[Iterable[Spot]], look: Look) -> Iterator[str]:
        """Strokes that look alike, each from spot to spot."""
        for spots in ways:
            yield f'<polyline points="{self._points(spots)}"{self._attributes(look, join=True)}/>'

    def polygons(self, shapes: Iterable[Iterable[Spot]], colour: str) -> Iterator[str]:
        """Filled shapes."""
        for spots in shapes:
            yield f'<polygon points="{self._points(spots)}"{self._attributes(Look(colour))}/>'

    def _attributes(self, look: Look, join: bool = False) -> str:
        """Looks as attributes, with the names of colours for a style sheet."""
        words = f' font-size="{numeral(look.size)}"' if look.size else ""
        words += ' font-weight="bold"' if look.bold else ""
        words += f' text-anchor="{look.anchor}"' if look.anchor != "start" else ""
        names = [f"f-{look.fill}"] * bool(look.fill) + [f"s-{look.outline}"] * bool(look.outline)
        stroke = ""
        if look.outline:
            stroke = f' stroke="{value(self.theme, look.outline)}" stroke-width="{numeral(look.width)}"'
        more = ' stroke-linejoin="round"' if join else ""
        more += f' stroke-dasharray="{" ".join(map(numeral, look.dashes))}"' if look.dashes else ""
        more += ' stroke-linecap="round"' if look.round else ""
        fill = value(self.theme, look.fill) if look.fill else "none"
        return f'{words} class="{" ".join(names)}" fill="{fill}"{stroke}{more}'

    def _points(self, spots: Iterable[Spot]) -> str:
        return " ".join(f"{numeral(self.x(x))},{numeral(y)}" for x, y in spots)

    def x(self, x: float) -> float:
        """Where a place lies on the page."""
        return x if self.mirror is None else self.mirror - x

    # ---------- what is made of them ----------

    def stroke(self, spots: Iterable[Spot], colour: str, width: float) -> str:
        """A stroke from spot to spot."""
        return "".join(self.strokes([spots], Look(outline=colour, width=width)))

    def polygon(self, spots: Iterable[Spot], colour: str) -> str:
        """A filled shape."""
        return "".join(self.polygons([spots], colour))

    def line(self, spots: list[Spot], number: int, width: float, size: float = 1) -> str:
        """An area's line, with what tells it from others without its colour."""
        stroke = self.stroke(spots, hue(number), width * size)
        wide, *dash = [float(each) * size for each in STRIPES[(number + number // HUES) % len(STRIPES)].split()] or [0]
        stripes = Look(outline="paper", width=wide, dashes=tuple(dash), round=bool(dash))
        return stroke + ("".join(self.strokes([spots], stripes)) if wide else "")

    def box(self, x: float, y: float, width: float, height: float, radius: float, look: Look) -> str:
        """A box with round corners."""
        place = {"x": self.x(x if self.mirror is None else x + width), "y": y}
        return self.shape("rect", place, {"width": width, "height": height, "rx": radius}, look)

    def badge(self, x: float, y: float, half: float, number: int) -> str:
        """The sign of a line."""
        box = self.box(x - half, y - half, 2 * half, 2 * half, half * 0.35, Look(hue(number)))
        return box + self.sign(x, y, half * 1.4, letter(number))

    def disc(self, left: float, y: float, width: float, numbers: str, size: float = 1) -> str:
        """The numbers of a stop."""
        box = self.box(left, y - PILL * size, width, 2 * PILL * size, PILL * size, Look("ink"))
        return box + self.sign(left + width / 2, y, NUMBER * size, numbers)

    def stop(self, x: float, y: float, width: float, numbers: str) -> str:
        """A stop: its numbers on the path, joined with the station on the line."""
        left = x - TRACK + PILL - width
        look = Look("paper", "ink", OUTLINE)
        return self.box(left, y - PILL, x + PILL - left, 2 * PILL, PILL, look) + self.disc(left, y, width, numbers)

    def ring(self, x: float, y: float, written: bool, size: float = 1) -> str:
        """A station; one that nobody has written has gaps."""
        place, inner = {"cx": self.x(x), "cy": y}, {"r": (RING - OUTLINE / 2) * size}
        if written:
            return self.shape("circle", place, inner, Look("paper", "ink", OUTLINE * size))
        gaps = Look("", "ink", OUTLINE * size, (DASH * size,))
        outer = self.shape("circle", place, {"r": RING * size}, Look("paper"))
        return outer + self.shape("circle", place, inner, gaps)

    def sign(self, x: float, y: float, size: float, text: str) -> str:
        """A letter or number within a shape."""
        return self.text(x, y + size * MIDDLE, size, text, "paper", bold=True, anchor="middle")

    def text(
        self, x: float, y: float, size: float, text: str, colour: str, bold: bool = False, anchor: Anchor = "start"
    ) -> str:
        """Words in a line; what is read from the right says so by signs, which more programs know than attributes."""
        if anchor == "start" and self.mirror is not None:
            anchor = "end"
        first = RIGHT_TO_LEFT.search(text)
        if first and not LEFT_TO_RIGHT.search(text, 0, first.start()):
            text = f"\u2067{text}\u2069"
        look = Look(colour, size=size, bold=bold, anchor=anchor)
        return self.shape("text", {"x": self.x(x), "y": y}, {}, look, text)


def letter(number: int) -> str:
    """What stands at the ends of a line."""
    return chr(ord("A") + number)


def hue(number: int) -> str:
    """The name of a line's colour."""
    return str(number % HUES)


def value(theme: Theme, colour: str) -> str:
    """A colour by its name: a field of the theme, or the number of one for lines."""
    return theme.lines[int(colour)] if colour.isdigit() else str(getattr(theme, colour))


def numeral(length: float) -> str:
    """A length in user units."""
    return f"{round(length * SCALE, 1):g}"


def escape(text: str) -> str:
    """Text as XML has it."""
    return re.sub('[&<>"]', lambda match: REFERENCES[match[0]], text)
