"""What is searched for, and finding it: sequences of words, by a hash of the first few of them.

One pass over the words for needles of one word, one for those of two, one for all others by their first three. What
begins so is looked up with as many words as it has, up to five, and then compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

HEAD = 3  # words of a needle that are looked for everywhere
KEY = 5  # words by which a needle is known, if it has so many


class Needle(NamedTuple):
    """Words that nobody may read."""

    words: str  # with a space between them
    length: int
    path: str  # of what is hidden
    name: bool  # it is called so; else it says so


class Needles:
    """A set of them."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._known: dict[int, tuple[Needle, ...]] = {}
        self._heads: dict[int, set[int]] = {size: set() for size in range(1, HEAD + 1)}  # by words: hashes of them
        self.longest = 0  # words
        for needle in needles:
            key = _key(needle)
            there = self._known.get(key, ())
            if all(needle.words != other.words for other in there):
                self._known[key] = (*there, needle)
                head = needle.words.split(" ", HEAD)[:HEAD]
                self._heads[len(head)].add(hash(tuple(head)))
                self.longest = max(self.longest, needle.length)

    def __len__(self) -> int:
        return sum(map(len, self._known.values()))

    def __contains__(self, needle: Needle) -> bool:
        return needle in self._known.get(_key(needle), ())

    def forget(self, words: Sequence[str]) -> None:
        """Search no more for what these words say."""
        for needle in {needle for _, needle in self.find(words)}:
            key = _key(needle)
            if rest := tuple(other for other in self._known[key] if other != needle):
                self._known[key] = rest
            else:
                del self._known[key]

    def find(self, words: Sequence[str], single: bool = True) -> Iterator[tuple[int, Needle]]:
        """Yield the needles that the words say, with the numbers of their first words; `single`: those of one word too."""
        for size, heads in self._heads.items():
            if heads and (single or size > 1):
                keys = map(hash, zip(*(words[first:] for first in range(size)), strict=False))
                for start in [number for number, key in enumerate(keys) if key in heads]:
                    for length in range(size, KEY + 1) if size == HEAD else (size,):
                        yield from self._begin(words, start, length)

    def _begin(self, words: Sequence[str], start: int, length: int) -> Iterator[tuple[int, Needle]]:
        """Yield the needles that begin here and are known by so many words."""
        for needle in self._known.get(hash(tuple(words[start : start + length])), ()):
            if " ".join(words[start : start + needle.length]) == needle.words:
                yield start, needle


def _key(needle: Needle) -> int:
    return hash(tuple(needle.words.split(" ", KEY)[:KEY]))
