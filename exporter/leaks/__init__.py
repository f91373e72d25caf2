"""The last look at what was made, before any of it is saved: does it say what is hidden?

Names (titles, aliases, file names) are searched for whole; texts in runs of three to about ten words, sentence by sentence,
and numbers that may be an account's by themselves. All is compared word by word: case, escapes, hyphens, emphasis, tags
and line ends do not matter, so `**Doctor**`, `Rent%202024` and the id `rent-2024` are found. What the visible notes or
this program say themselves is no leak: a hidden note "Plan" does not forbid the word. Nor are letters, dates, and, in
what pandoc and Typst make, single words in ids and names of styles. What cannot be opened is an error.

words.py: text as words; runs.py: what is hidden as runs of them; needles.py: the search; own.py: what the program says;
documents.py: any file as passages (passage.py), with markup.py for XML and pdf.py for PDF.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Set
from itertools import accumulate, islice
from pathlib import Path
from typing import NamedTuple

from exporter.errors import ExportError
from exporter.leaks.documents import passages
from exporter.leaks.needles import Needle, Needles
from exporter.leaks.own import own_texts
from exporter.leaks.passage import Part, Passage
from exporter.leaks.runs import needles, shown
from exporter.leaks.words import BREAK, resolve, variants, words
from exporter.model import Secrets, no_collection

TOLD = 5  # leaks that an error names
BATCH = 1 << 20  # characters of visible text that are looked through together


class Leak(NamedTuple):
    """One place where an output says what is hidden."""

    place: str  # "json/knowledge-map.json:12", "handbook/handbook.pdf: page 3"
    words: str
    path: str  # of what is hidden
    name: bool  # the words are what it is called

    def __str__(self) -> str:
        return f'{self.place}: says "{self.words}", {"a name of" if self.name else "words of"} the hidden {self.path}'


class LeakError(ExportError):
    """An output says what is hidden."""

    def __init__(self, leaks: list[Leak]) -> None:
        super().__init__(
            f"{'; '.join(map(str, leaks))}; nothing was saved. Take it out of the notes that this format is made from;"
            " if it is no secret, let a visible note say it (docs/publish.md)"
        )
        self.leaks = leaks


def check(files: Iterable[tuple[str, Path]], secrets: Secrets) -> None:
    """Search files for what is hidden; each has the name to show, "handbook/handbook.pdf".

    Raises:
        LeakError: one says it; the first of them are named.
        ExportError: one cannot be opened.
    """
    with no_collection():
        search = _Search(secrets)
    if leaks := [*islice(search.leaks(files), TOLD)]:
        raise LeakError(leaks)


class _Search:
    def __init__(self, secrets: Secrets) -> None:
        self._needles = Needles(needles(secrets))
        self._forget(secrets.visible)
        self._knows_own = False

    def leaks(self, files: Iterable[tuple[str, Path]]) -> Iterator[Leak]:
        """Yield the leaks, one for each output and hidden note."""
        if not self._needles:
            return
        for name, file in files:
            told: set[str] = set()
            tails: dict[Part, list[str]] = {}
            for passage in passages(name, file):
                for leak in self._in_passage(passage, tails, told):
                    told.add(leak.path)
                    yield leak

    def _in_passage(self, passage: Passage, tails: dict[Part, list[str]], told: Set[str]) -> Iterator[Leak]:
        tail = tails.get(passage.part, []) if passage.follows else []
        single, names = passage.part == Part.TEXT, passage.part != Part.STYLE
        for text in variants(passage.text):
            said = tail + words(text)
            for start, needle in self._needles.find(said, single):
                if needle.path not in told and (names or not needle.name) and not self._is_own(needle):
                    place = passage.at(_line(text, start - len(tail)))
                    yield Leak(place, needle.words, needle.path, needle.name)
            if passage.follows:
                tails[passage.part] = said[max(len(said) - self._needles.longest + 1, 0) :]

    def _is_own(self, needle: Needle) -> bool:
        """Whether the program says it; looked up when there is something to look up."""
        if not self._knows_own:
            self._forget(own_texts())
            self._knows_own = True
        return needle not in self._needles

    def _forget(self, texts: Iterable[str]) -> None:
        """Search no more for what these say, as it is written or as it is shown."""
        batch: list[str] = []
        size = 0
        for text in texts:
            for form in dict.fromkeys((text, shown(text))):
                batch.append(resolve(form.replace("\0", " ")))
                size += len(form)
            if size > BATCH:
                self._needles.forget(words(BREAK.join(batch)))
                batch, size = [], 0
        self._needles.forget(words(BREAK.join(batch)))


def _line(text: str, word: int) -> int:
    """In which line of a text its word of this number stands, both counted from 0."""
    ends = [*accumulate(len(words(line)) for line in text.split("\n"))]
    return min(bisect_right(ends, max(word, 0)), len(ends) - 1) if word >= 0 else -1
