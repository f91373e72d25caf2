"""The headings of a text, and how links name them: rules S1 and S2 of docs/conformance.md, for the reader and every view."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from exporter.regex import regex

PUNCTUATION = regex(r"[!\"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\r\n]+")


def heading_key(text: str) -> str:
    """What headings are compared by: without punctuation, in lower case (rule S2)."""
    return " ".join(PUNCTUATION.sub(" ", text).split()).lower()


class Outline:
    """The headings of a text by number, from 0, so that links can name them."""

    def __init__(self, levels: Sequence[int], texts: Iterable[str]) -> None:
        self._numbers: dict[str, list[int]] = {}  # by key: the headings that have it
        for number, text in enumerate(texts):
            self._numbers.setdefault(heading_key(text), []).append(number)
        self._ends = [len(levels)] * len(levels)  # of what each begins: the next one that is not below it
        self._above = [-1] * len(levels)  # the heading under which each stands; -1: none
        open_: list[int] = []
        for number, level in enumerate(levels):
            while open_ and levels[open_[-1]] >= level:
                self._ends[open_.pop()] = number
            self._above[number] = open_[-1] if open_ else -1
            open_.append(number)

    def find(self, anchor: str) -> tuple[int, int] | None:
        """The number of the heading that an anchor names, and of the next behind what it begins; None: there is none.

        "a#b" looks for each heading below the one before (rule S1); a "#" that nothing follows, as of "C#", says nothing.
        """
        start, end = -1, len(self._ends)
        for part in filter(None, anchor.split("#")):
            numbers = self._numbers.get(heading_key(part), [])
            k = bisect_right(numbers, start)
            if k == len(numbers) or numbers[k] >= end:
                return None
            start, end = numbers[k], self._ends[numbers[k]]
        return (start, end) if start >= 0 else None

    def lineage(self, number: int) -> list[int]:
        """The headings under which one stands, from the top, and itself."""
        numbers = [number]
        while (above := self._above[numbers[-1]]) >= 0:
            numbers.append(above)
        return numbers[::-1]
