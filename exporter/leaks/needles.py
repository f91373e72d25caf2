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
        self._known: dict[str, Needle] = {}  # by their words
        self._heads: dict[int, set[int]] = {size: set() for size in range(1, HEAD + 1)}  # by length: hashes of words
        self._lengths: dict[int, tuple[int, ...]] = {}  # of those that begin with these words, by their hash
        shared: dict[tuple[int, ...], tuple[int, ...]] = {}
        for needle in needles:
            if needle is self._known.setdefault(needle.words, needle):
                first = needle.words.split(" ", KEY)[:KEY]
                self._heads[min(len(first), HEAD)].add(hash(tuple(first[:HEAD])))
                key = hash(tuple(first))
                lengths = tuple(sorted({*self._lengths.get(key, ()), needle.length}))
                self._lengths[key] = shared.setdefault(lengths, lengths)
        self.longest = max((needle.length for needle in self._known.values()), default=0)  # words

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, needle: Needle) -> bool:
        return needle.words in self._known

    def forget(self, words: Sequence[str]) -> None:
        """Search no more for what these words say."""
        for _, needle in self.find(words):
            self._known.pop(needle.words, None)

    def find(self, words: Sequence[str], single: bool = True) -> Iterator[tuple[int, Needle]]:
        """Yield the needles that the words say, with the numbers of their first words; `single`: those of one word too."""
        for size, heads in self._heads.items():
            if heads and (single or size > 1):
                keys = map(hash, zip(*(words[first:] for first in range(size)), strict=False))
                for start in [number for number, key in enumerate(keys) if key in heads]:
                    for known_by in range(size, KEY + 1) if size == HEAD else (size,):
                        for length in self._lengths.get(hash(tuple(words[start : start + known_by])), ()):
                            if needle := self._known.get(" ".join(words[start : start + length])):
                                yield start, needle
