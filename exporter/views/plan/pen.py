"""What plans are drawn with: strokes, signs and words as elements of SVG, in a theme's colours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

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


class Pen:
    """Knows the colours, and whether all is the other way round."""

    def __init__(self, theme: Theme, mirror: float | None) -> None:
        """Take the theme.

        Args:
            theme: the colours of the attributes.
            mirror: the width of the page, if what is read begins at its right; None: it begins at the left.
        """
        self.theme, self.mirror = theme, mirror

    def stroke(self, spots: Iterable[Spot], colour: str, width: float, more: str = "") -> str:
        """A stroke from spot to spot."""
        return f'<polyline points="{self._points(spots)}"{self.look("", colour, width)} stroke-linejoin="round"{more}/>'

    def line(self, spots: list[Spot], number: int, width: float, size: float = 1) -> str:
        """An area's line, with what tells it from others without its colour."""
        stroke = self.stroke(spots, hue(number), width * size)
        wide, *dash = [float(each) * size for each in STRIPES[(number + number // HUES) % len(STRIPES)].split()] or [0]
        dashes = f' stroke-dasharray="{" ".join(map(numeral, dash))}" stroke-linecap="round"' if dash else ""
        return stroke + (self.stroke(spots, "paper", wide, dashes) if wide else "")

    def polygon(self, spots: Iterable[Spot], colour: str) -> str:
        """A filled shape."""
        return f'<polygon points="{self._points(spots)}"{self.look(colour)}/>'

    def box(self, x: float, y: float, width: float, height: float, radius: float, look: str) -> str:
        """A box with round corners."""
        left = self._x(x if self.mirror is None else x + width)
        place = f'x="{left}" y="{numeral(y)}" width="{numeral(width)}" height="{numeral(height)}"'
        return f'<rect {place} rx="{numeral(radius)}"{look}/>'

    def badge(self, x: float, y: float, half: float, number: int) -> str:
        """The sign of a line."""
        box = self.box(x - half, y - half, 2 * half, 2 * half, half * 0.35, self.look(hue(number)))
        return box + self.sign(x, y, half * 1.4, letter(number))

    def disc(self, left: float, y: float, width: float, numbers: str, size: float = 1) -> str:
        """The numbers of a stop."""
        box = self.box(left, y - PILL * size, width, 2 * PILL * size, PILL * size, self.look("ink"))
        return box + self.sign(left + width / 2, y, NUMBER * size, numbers)

    def stop(self, x: float, y: float, width: float, numbers: str) -> str:
        """A stop: its numbers on the path, joined with the station on the line."""
        left = x - TRACK + PILL - width
        look = self.look("paper", "ink", OUTLINE)
        return self.box(left, y - PILL, x + PILL - left, 2 * PILL, PILL, look) + self.disc(left, y, width, numbers)

    def ring(self, x: float, y: float, written: bool, size: float = 1) -> str:
        """A station; one that nobody has written has gaps."""
        place = f'<circle cx="{self._x(x)}" cy="{numeral(y)}" r='
        inner = f'{place}"{numeral((RING - OUTLINE / 2) * size)}"'
        if written:
            return f"{inner}{self.look('paper', 'ink', OUTLINE * size)}/>"
        gaps = f' stroke-dasharray="{numeral(DASH * size)}"'
        outer = f'{place}"{numeral(RING * size)}"{self.look("paper")}/>'
        return f"{outer}{inner}{self.look('', 'ink', OUTLINE * size)}{gaps}/>"

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
        weight = ' font-weight="bold"' if bold else ""
        side = f' text-anchor="{anchor}"' if anchor != "start" else ""
        place = f'x="{self._x(x)}" y="{numeral(y)}" font-size="{numeral(size)}"'
        return f"<text {place}{weight}{side}{self.look(colour)}>{escape(text)}</text>"

    def look(self, fill: str, outline: str = "", width: float = 0) -> str:
        """Colours as attributes, and their names for the style sheet."""
        names = [f"f-{fill}"] * bool(fill) + [f"s-{outline}"] * bool(outline)
        stroke = f' stroke="{value(self.theme, outline)}" stroke-width="{numeral(width)}"' if outline else ""
        return f' class="{" ".join(names)}" fill="{value(self.theme, fill) if fill else "none"}"{stroke}'

    def _points(self, spots: Iterable[Spot]) -> str:
        return " ".join(f"{self._x(x)},{numeral(y)}" for x, y in spots)

    def _x(self, x: float) -> str:
        return numeral(x if self.mirror is None else self.mirror - x)


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
