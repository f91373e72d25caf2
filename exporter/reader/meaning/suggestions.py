"""Which names are near one that is missing: what somebody may have meant. Pure, deterministic, in linear time.

Names are compared by their words, without case, accents, punctuation and plural. A word is near another if they are one
slip apart: a letter too much, missing, wrong, or two swapped. All such are found by a few look-ups, as each word
has a number that is the sum of its letters' numbers: a slip changes it by a letter's number, or not at all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from unicodedata import normalize

from exporter.reader.batch.core import find_core
from exporter.regex import regex

MOST = 3  # names that are suggested
LONGEST = 255  # characters that are compared; no file's name is longer
SHORTEST = 4  # letters of a word that may hold a slip: of shorter ones too many are near
ENOUGH = 0.65  # of the letters of two names that stand in words of both
ENOUGH_WITHIN = 0.5  # the same, if all words of one stand in the other
FARTHER = 0.25  # than the best: then it is not suggested
LETTERS = 36  # that are tried as the missing or the right one: the most frequent
CANDIDATES = 12  # names that are looked at closely for one that is missing
COMMON = 100  # names that have a word: of a more common one only so many are looked at
RARE = 50  # names that have a word: fewer than that are always looked at
BREAKS = regex(r"[^\w\n]+|_+")
ACCENTS = regex("[\u0300-\u036f]+")
PLURAL_Y = regex(r"ies\b")
PLURAL = regex(r"s\b(?<=[^\W\d]{2}[^\W\ds]s)")
SPREAD = 0x9E3779B97F4A7C15  # odd, without a pattern (the golden ratio in 64 bits)


class Suggestions:
    """Names that may be meant; an index of them is made when it is first asked for what is not in `answers`."""

    def __init__(self, index: Callable[[], Nearest], answers: dict[str, Sequence[str]]) -> None:
        """Take what makes the index; `answers` holds what was found before, and grows."""
        self._index = index
        self._nearest: Nearest | None = None
        self._answers = answers

    def begin(self) -> None:
        """Have the core make the index, as it will be asked for something."""
        self._nearest = self._index() if find_core() else None

    def near(self, name: str) -> Sequence[str]:
        """The nearest names, the best first, each as a link may spell it; none if nothing is near."""
        names = self._answers.get(name)
        if names is None:
            self._nearest = self._nearest or self._index()
            names = self._answers[name] = self._nearest.find(name)
        return names

    def forget(self) -> None:
        """Let the index go, which holds all names; what was found stays."""
        self._nearest = None


def index_names(names: Sequence[str]) -> Nearest:
    """The index of names, by the core where it is there."""
    core = find_core()
    return core.Nearest(names) if core else Nearest(names)


class Nearest:
    """An index of names, which may have folders; `native/src/suggestions.rs` is its other half."""

    def __init__(self, names: Iterable[str]) -> None:
        parts = [(name[name.rfind("/") + 1 :], name) for name in names]
        parts.sort(key=lambda part: len(part[0]))  # so the shortest of those with a word come first
        self._names = [name for _, name in parts]
        self._lasts = [last for last, _ in parts]
        self._words = [line.split() for line in _fold(self._lasts)]
        self._closed: defaultdict[str, list[int]] = defaultdict(list)  # words as one: the numbers of the names
        self._with: defaultdict[str, list[int]] = defaultdict(list)  # a word: the numbers of the names that have it
        self._sums: dict[int, list[str]] = {}  # number of a word: the words
        self._letters: list[int] = []  # numbers of letters
        closed, having = self._closed, self._with
        for number, words in enumerate(self._words):
            closed["".join(words)].append(number)
            for word in words:
                having[word].append(number)

    def find(self, name: str) -> list[str]:
        """The nearest names, the best first, each as a link may spell it."""
        last = name[name.rfind("/") + 1 :]
        (line,) = _fold([last])
        words = line.split()
        if not words:
            return []
        same = self._closed.get("".join(words), ())[:CANDIDATES]
        far = dict.fromkeys(same, 0.0) or self._by_words(words)
        best = sorted(far, key=lambda n: (round(far[n], 9), abs(len(self._lasts[n]) - len(last)), self._names[n]))
        near = [number for number in best[:MOST] if far[number] <= far[best[0]] + FARTHER]
        lasts = {self._lasts[number] for number in near}
        with_folders = "/" in name or last in lasts or len(lasts) < len(near)  # its folder tells it from others
        return [self._names[number] if with_folders else self._lasts[number] for number in near]

    def _by_words(self, words: list[str]) -> dict[int, float]:
        """The names that share words with this one, and how far they are: 0 is the same, 1 has nothing in common."""
        having = self._with
        shared = {word: (word,) if word in having else self._slips(word) for word in words}
        similar = sorted(
            {near for nears in shared.values() for near in nears}, key=lambda near: (len(having[near]), near)
        )
        if not similar:
            return {}
        first = having[similar[0]]
        if len(first) > COMMON and len(similar) > 1:  # then those that have the next one, too
            first = sorted({*first[: 20 * COMMON]}.intersection(having[similar[1]][: 20 * COMMON])) or first
        pool = dict.fromkeys(first[:COMMON])
        for near in similar[1:]:
            if len(having[near]) < RARE:
                pool.update(dict.fromkeys(having[near]))
        matching, all_words, most = set(similar).intersection, self._words, list(pool)
        if len(most) > CANDIDATES and len(similar) > 1:
            most.sort(key=lambda number: -len(matching(all_words[number])))
        digits = [word for word in words if word.isdigit()]
        size = sum(map(len, words))
        distances: dict[int, float] = {}
        for number in most[:CANDIDATES]:
            other_words = all_words[number]
            pairs = [(word, near) for word in words for near in shared[word] if near in other_words]
            both = sum([len(word) + len(near) for word, near in pairs])
            share = both / (size + sum(map(len, other_words)))
            if share < (ENOUGH_WITHIN if len(pairs) >= min(len(words), len(other_words)) else ENOUGH):
                continue
            if digits == [word for word in other_words if word.isdigit()]:  # "Week 12" is not near "Week 13"
                distances[number] = 1 - share + 0.01 * sum([word != near for word, near in pairs])
        return distances

    def _slips(self, word: str) -> list[str]:
        """The words one slip away from this one."""
        if len(word) < SHORTEST - 1 or word.isdigit():
            return []
        if not self._letters:
            words = [word for word in self._with if not word.isdigit()]
            frequent = Counter("".join(words)).most_common(LETTERS)
            self._letters = [NUMBERS[letter] for letter, _ in frequent]
            for other in words:
                self._sums.setdefault(sum(map(NUMBERS.__getitem__, other)), []).append(other)
        numbers = [NUMBERS[letter] for letter in dict.fromkeys(word)]
        total = sum([NUMBERS[letter] for letter in word])
        less = [total, *[total - number for number in numbers]]
        sums, letters = self._sums, self._letters
        reachable = {number for other in less for letter in letters if (number := other + letter) in sums}
        matches = [near for number in reachable.union(less) for near in sums.get(number, ())[:CANDIDATES]]
        return sorted([near for near in matches if len(word + near) >= 2 * SHORTEST - 1 and _one_slip(word, near)])


def _fold(names: Sequence[str]) -> list[str]:
    """Names in the form in which they are compared, with blanks between their words; all at once, as that is fast."""
    text = "\n".join([name[:LONGEST].replace("\n", " ") for name in names]).lower()
    if not text.isascii():
        text = ACCENTS.sub("", normalize("NFKD", text))
    return PLURAL.sub("", PLURAL_Y.sub("y", BREAKS.sub(" ", text))).split("\n")


class _Numbers(dict[str, int]):
    """A number for each letter; sums of different ones are hardly ever equal, and if so the words are compared."""

    def __missing__(self, letter: str) -> int:
        number = self[letter] = pow(ord(letter) + SPREAD, 3, 1 << 61)
        return number


NUMBERS = _Numbers()


def _one_slip(word: str, other: str) -> bool:
    """Whether one letter was added, left out or changed, or two beside one another swapped."""
    if abs(len(word) - len(other)) > 1:
        return False
    start, end, most = 0, 0, min(len(word), len(other))
    while start < most and word[start] == other[start]:
        start += 1
    while end < most - start and word[-1 - end] == other[-1 - end]:
        end += 1
    rest, other_rest = word[start : len(word) - end], other[start : len(other) - end]
    return max(len(rest), len(other_rest)) <= 1 or (len(rest) == 2 and rest == other_rest[::-1])
