"""Colours of lines, which differ for the colour-blind, too, and are clear on paper and on a dark screen.

After M. Okabe and K. Ito (https://jfly.uni-koeln.de/color/) and P. Tol (https://personal.sron.nl/~pault/), made darker
on white and lighter on black until each has a contrast of 3 to 1 and more, as https://www.w3.org/TR/WCAG22/#non-text-contrast has it.
"""

from typing import NamedTuple


class Theme(NamedTuple):
    """Colours as CSS has them."""

    paper: str
    ink: str  # text, stations, the learning path
    quiet: str  # what has to be known before; words that matter less
    lines: tuple[str, ...]  # of areas; what is written on them has the paper's colour


LIGHT = Theme(
    "#ffffff",
    "#14171c",
    "#56606d",
    (
        "#0072b2",
        "#c84a00",
        "#008561",
        "#a8418f",
        "#8c6a00",
        "#21799f",
        "#882255",
        "#5a7500",
        "#4b3fa0",
        "#b03030",
        "#00757a",
        "#7a5230",
    ),
)
DARK = Theme(
    "#14171c",
    "#f2f4f7",
    "#a3adba",
    (
        "#4aa8e0",
        "#ff8a47",
        "#2cc79a",
        "#e08bcb",
        "#e3b52c",
        "#8fd0f2",
        "#e0789f",
        "#b3cf4a",
        "#a79cf5",
        "#ff8080",
        "#4fd0d3",
        "#cfa27a",
    ),
)
