"""A small pen for figures in SVG: black, two greys and one blue, so that a picture reads in print without colour, too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import atan2, cos, pi, sin
from xml.sax.saxutils import escape, quoteattr

BLACK, GREY, LIGHT, BLUE, WHITE = "#000", "#777", "#ddd", "#2563a8", "#fff"
SIZE = 12  # of a label, px: 9 points in print, where 600 px are as wide as the text
FAMILY = "Libertinus Serif, Georgia, serif"
HEAD = 7  # length of an arrow's head, px

Point = tuple[float, float]


class Figure:
    """A picture of so many pixels, at most 600 wide; a pixel is 0.75 points in print."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.parts: list[str] = []

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        text: str = "",
        fill: str = WHITE,
        line: str = BLACK,
        colour: str = "",
        thick: float = 1,
        dashes: str = "",
        size: float = SIZE,
    ) -> None:
        """A rectangle with a text of one or several lines in its middle."""
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self.parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{fill}"'
            f' stroke="{line}" stroke-width="{_n(thick)}"{dashed}/>'
        )
        if text:
            colour = colour or (WHITE if fill in (BLACK, BLUE, GREY) else BLACK)
            self.text(x + width / 2, y + height / 2, text, "middle", colour, size, centre=True)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        anchor: str = "start",
        colour: str = BLACK,
        size: float = SIZE,
        bold: bool = False,
        italic: bool = False,
        centre: bool = False,
        turn: float = 0,
        on_lines: bool = False,
    ) -> None:
        """Lines of words, the first with its foot at `y`; with `centre` their middle is there.

        `anchor`: start, middle, end; `on_lines`: it stands over what was drawn before.
        """
        lines = text.split("\n")
        step = 1.25 * size
        if centre:
            y += 0.35 * size - step * (len(lines) - 1) / 2
        style = (' font-weight="bold"' if bold else "") + (' font-style="italic"' if italic else "")
        # a white edge, so that a line behind it is no strike
        halo = f' paint-order="stroke" stroke="{WHITE}" stroke-width="3" stroke-linejoin="round"' if on_lines else ""
        turned = f' transform="rotate({_n(turn)} {_n(x)} {_n(y)})"' if turn else ""
        for number, words in enumerate(lines):
            self.parts.append(
                f'<text x="{_n(x)}" y="{_n(y + number * step)}" text-anchor="{anchor}" fill="{colour}"'
                f' font-size="{_n(size)}"{style}{halo}{turned}>{escape(words)}</text>'
            )

    def line(
        self, points: Sequence[Point], colour: str = BLACK, thick: float = 1, dashes: str = "", fill: str = "none"
    ) -> None:
        """A line through points, x and y of each."""
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        places = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self.parts.append(
            f'<polyline points="{places}" fill="{fill}" stroke="{colour}" stroke-width="{_n(thick)}"{dashed}/>'
        )

    def arrow(self, points: Sequence[Point], colour: str = BLACK, thick: float = 1, dashes: str = "") -> None:
        """A line through points with a head at its end."""
        (x0, y0), (x, y) = points[-2:]
        angle = atan2(y - y0, x - x0)
        back = [(x - HEAD * cos(angle + turn), y - HEAD * sin(angle + turn)) for turn in (pi / 7, -pi / 7)]
        foot = (x - HEAD * cos(angle) * 0.8, y - HEAD * sin(angle) * 0.8)
        self.line([*points[:-1], foot], colour, thick, dashes)
        places = " ".join(f"{_n(a)},{_n(b)}" for a, b in ((x, y), *back))
        self.parts.append(f'<polygon points="{places}" fill="{colour}"/>')

    def dot(self, x: float, y: float, radius: float = 4, fill: str = BLACK, line: str = BLACK) -> None:
        """A circle around a point."""
        self.parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{fill}" stroke="{line}"/>')

    def circle(self, x: float, y: float, radius: float, line: str = BLACK) -> None:
        """A circle without a ground, so that others show through."""
        self.parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="none" stroke="{line}"/>')

    def grid(
        self,
        x: float,
        y: float,
        rows: int,
        columns: int,
        side: float,
        filled: Iterable[tuple[int, int]] = (),
        fill: str = BLUE,
        line: str = GREY,
    ) -> None:
        """Squares in rows and columns; those of `filled`, row and column of each, have a colour."""
        marked = set(filled)
        for row in range(rows):
            for column in range(columns):
                self.box(
                    x + column * side,
                    y + row * side,
                    side,
                    side,
                    fill=fill if (row, column) in marked else WHITE,
                    line=line,
                    thick=0.6,
                )

    def svg(self) -> str:
        """The picture as a file."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(self.width)}" height="{_n(self.height)}"'
            f' viewBox="0 0 {_n(self.width)} {_n(self.height)}" font-family={quoteattr(FAMILY)}>'
        )
        ground = f'<rect width="{_n(self.width)}" height="{_n(self.height)}" fill="{WHITE}"/>'
        return "\n".join([head, ground, *self.parts, "</svg>\n"])


def _n(value: float) -> str:
    """A number as short as it may be: the same on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
