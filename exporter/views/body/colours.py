"""Colours as TeX names them: https://www.w3.org/TR/css-color-4/#named-colors, and those of dvips that are used."""

import re

HEXADECIMAL = re.compile(r"#?([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})$")
COLOURS = {
    "aqua": "00ffff", "black": "000000", "blue": "0000ff", "brown": "a52a2a", "coral": "ff7f50", "crimson": "dc143c", "cyan": "00aeef",
    "darkblue": "00008b", "darkgreen": "006400", "darkorange": "ff8c00", "darkred": "8b0000", "deeppink": "ff1493", "dodgerblue": "1e90ff",
    "forestgreen": "228b22", "fuchsia": "ff00ff", "gold": "ffd700", "goldenrod": "daa520", "gray": "808080", "green": "008000",
    "grey": "808080", "hotpink": "ff69b4", "indianred": "cd5c5c", "indigo": "4b0082", "khaki": "f0e68c", "lavender": "e6e6fa",
    "lightblue": "add8e6", "lightgreen": "90ee90", "lightgray": "d3d3d3", "lime": "00ff00", "limegreen": "32cd32", "magenta": "ff00ff",
    "maroon": "800000", "mediumseagreen": "3cb371", "navy": "000080", "olive": "808000", "orange": "ffa500", "orangered": "ff4500",
    "orchid": "da70d6", "peru": "cd853f", "pink": "ffc0cb", "plum": "dda0dd", "purple": "800080", "red": "ff0000", "royalblue": "4169e1",
    "salmon": "fa8072", "seagreen": "2e8b57", "sienna": "a0522d", "silver": "c0c0c0", "skyblue": "87ceeb", "slateblue": "6a5acd",
    "springgreen": "00ff7f", "steelblue": "4682b4", "tan": "d2b48c", "teal": "008080", "tomato": "ff6347", "turquoise": "40e0d0",
    "violet": "ee82ee", "white": "ffffff", "yellow": "ffff00", "yellowgreen": "9acd32", "cornflowerblue": "6495ed", "emerald": "00a99d",
}  # fmt: skip


def hexadecimal(name: str) -> str:
    """The colour as "#rrggbb"; "" where it is not known."""
    match = HEXADECIMAL.match(name)
    known = match[1] if match else COLOURS.get(name.strip().casefold(), "")
    return f"#{known}" if known else ""
