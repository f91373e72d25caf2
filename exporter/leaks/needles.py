"""What is searched for, and finding it: sequences of words, each by the longest of them and the one beside it.

One pass over the words asks of each whether it is the longest of any needle, which few are; with its neighbour it says
how many words may stand before it and in all, and what they would be is looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple


class Needle(NamedTuple):
    """Words that nobody may read."""

    words: str  # with a space between them
    length: int
    path: str  # of what is hidden
    name: bool  # it is called so; else it says so


class Needles:
    """A set of them."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._known: dict[str, Needle] = {}  # by their words
        self.anchors: Collection[str] = set()  # the longest word of each: long ones are rare
        self._shapes: dict[
            tuple[str, str], tuple[tuple[int, int], ...]
        ] = {}  # by two words: words before them, and in all
        self.longest = 0  # words of one
        anchors: set[str] = set()
        shared: dict[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]] = {}
        for needle in needles:
            if needle is self._known.setdefault(needle.words, needle):
                words = needle.words.split(" ")
                anchor = max(words, key=len)
                anchors.add(anchor)
                if len(words) > 1:
                    at = min(words.index(anchor), len(words) - 2)
                    pair = words[at], words[at + 1]
                    shapes = tuple(sorted({*self._shapes.get(pair, ()), (at, len(words))}))
                    self._shapes[pair] = shared.setdefault(shapes, shapes)
                self.longest = max(self.longest, len(words))
        self.anchors = anchors

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[Needle]:
        return iter(self._known.values())

    def take_out(self, words: Sequence[str]) -> list[Needle]:
        """Search no more for what these words say; gives it."""
        said = [needle for _, needle in self.find(words)]
        for needle in said:
            self.discard(needle)
        return said

    def discard(self, needle: Needle) -> None:
        """Search no more for a needle."""
        self._known.pop(needle.words, None)

    def find(self, words: Sequence[str], single: bool = True) -> Iterator[tuple[int, Needle]]:
        """Yield the needles that the words say, with the numbers of their first words; `single`: those of one word too."""
        anchors, known, shapes, last = self.anchors, self._known, self._shapes, len(words) - 1
        for number in [number for number, word in enumerate(words) if word in anchors]:
            if single and (needle := known.get(words[number])):
                yield number, needle
            for first in (number - 1, number):
                if 0 <= first < last:
                    for before, length in shapes.get((words[first], words[first + 1]), ()):
                        start = first - before
                        if start >= 0 and (needle := known.get(" ".join(words[start : start + length]))):
                            yield start, needle
