"""How wide words are, with no font at hand, and where a label breaks into lines."""

from __future__ import annotations

import re
from unicodedata import combining, east_asian_width, normalize

# Advance widths of Helvetica and Arial in thousandths of the size, from the space to "~":
# https://partners.adobe.com/public/developer/en/font/Core14_AFMs.zip
ASCII = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 "
    "1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 "
    "333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
WIDTHS = {chr(32 + number): int(width) for number, width in enumerate(ASCII.split())}
OTHER, SQUARE = 700, 1050  # a letter of another alphabet; one of Chinese, Japanese or Korean, and an emoji
SAFE = 1.14  # other fonts are wider: DejaVu Sans by an eighth
BOLD = 1.07
ELLIPSIS = "…"
UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+"
)  # XML forbids, or turns text around
BREAK = re.compile(r"[ /_–—-]")  # a line may end behind it
JOINERS = "\u200d\ufe0e\ufe0f\u20e3"


def clean(text: str) -> str:
    """Words in a line, of characters that XML can hold."""
    return " ".join(UNFIT.sub(" ", text).split())


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide a text is at most, in the unit of its size."""
    return sum(map(_advance, text)) * size * SAFE * (BOLD if bold else 1) / 1000


def wrap(text: str, room: float, size: float, most: int, bold: bool = False) -> list[str]:
    """The text in so many lines at most, none wider than the room; what is too long ends in an ellipsis."""
    lines: list[str] = []
    rest = clean(text)
    while rest:
        if len(lines) == most - 1 and width(rest, size, bold) > room:
            lines.append(_head(rest, room - width(ELLIPSIS, size, bold), size, bold).rstrip() + ELLIPSIS)
            break
        head = _head(rest, room, size, bold)
        cut = len(head)
        if cut < len(rest) and rest[cut] != " ":
            cut = max((match.end() for match in BREAK.finditer(head)), default=cut)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return lines


def _head(text: str, room: float, size: float, bold: bool) -> str:
    """As much of a text as there is room for, one character at least, and no half of what is seen as one."""
    left = room / (size * SAFE * (BOLD if bold else 1) / 1000)
    end = 0
    for place, sign in enumerate(text):
        left -= _advance(sign)
        joined = combining(sign) or sign in JOINERS or (place and text[place - 1] == "\u200d")
        if not joined and place:
            end = place
        if left < 0 and end:
            return text[:end]
    return text


def _advance(sign: str) -> int:
    """The width of one character."""
    known = WIDTHS.get(sign)
    if known is not None:
        return known
    if combining(sign) or sign in JOINERS:
        return 0
    if east_asian_width(sign) in "WF" or sign > "\U0001efff":
        return SQUARE
    return WIDTHS.get(normalize("NFKD", sign)[0], OTHER)
