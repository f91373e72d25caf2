"""What is searched for, and finding it: sequences of words, by a hash of the first few of them.

A few passes over the words of a text, each in C: so many words are taken together, hashed, and looked up. What is found
so is compared word by word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

SIZES = (5, 3, 2, 1)  # words that are looked up together: as many as a needle has, at most


class Needle(NamedTuple):
    """Words that nobody may read."""

    words: str  # with a space between them
    length: int
    path: str  # of what is hidden
    name: bool  # it is called so; else it says so


class Needles:
    """A set of them."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._known: dict[int, dict[int, tuple[Needle, ...]]] = {size: {} for size in SIZES}
        self.longest = 0  # words
        for needle in needles:
            known, key = self._place(needle)
            there = known.get(key, ())
            if all(needle.words != other.words for other in there):
                known[key] = (*there, needle)
                self.longest = max(self.longest, needle.length)

    def __len__(self) -> int:
        return sum(len(known) for known in self._known.values())

    def __contains__(self, needle: Needle) -> bool:
        known, key = self._place(needle)
        return needle in known.get(key, ())

    def forget(self, words: Sequence[str]) -> None:
        """Search no more for what these words say."""
        for _, needle in [*self.find(words)]:
            known, key = self._place(needle)
            if rest := tuple(other for other in known.get(key, ()) if other != needle):
                known[key] = rest
            else:
                known.pop(key, None)

    def find(self, words: Sequence[str], single: bool = True) -> Iterator[tuple[int, Needle]]:
        """Yield each needle that the words say, with the number of its first word; `single`: those of one word too."""
        for size, known in self._known.items():
            if not known or (size == 1 and not single):
                continue
            keys = [*map(hash, zip(*(words[first:] for first in range(size)), strict=False))]
            for key in known.keys() & keys:
                yield from self._confirm(words, keys, key, known.get(key, ()))

    def _confirm(
        self, words: Sequence[str], keys: list[int], key: int, needles: Sequence[Needle]
    ) -> Iterator[tuple[int, Needle]]:
        left, start = [*needles], -1
        while left:
            try:
                start = keys.index(key, start + 1)
            except ValueError:
                return
            for needle in [*left]:
                if " ".join(words[start : start + needle.length]) == needle.words:
                    left.remove(needle)  # the first place is enough
                    yield start, needle

    def _place(self, needle: Needle) -> tuple[dict[int, tuple[Needle, ...]], int]:
        size = next(size for size in SIZES if size <= needle.length)
        return self._known[size], hash(tuple(needle.words.split(" ", size)[:size]))
