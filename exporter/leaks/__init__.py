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


class _Said(NamedTuple):
    """A passage with its words."""

    passage: Passage
    text: str
    words: list[str]

    def place(self, word: int) -> str:
        """Where the word of this number stands."""
        ends = accumulate(len(words(line)) for line in self.text.split("\n"))
        return self.passage.at(next((line for line, end in enumerate(ends) if end > word), 0))


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
            before: dict[Part, _Said] = {}
            for passage in passages(name, file):
                for leak in self._in_passage(passage, before, told):
                    told.add(leak.path)
                    yield leak

    def _in_passage(self, passage: Passage, before: dict[Part, _Said], told: Set[str]) -> Iterator[Leak]:
        """Yield the leaks of a passage, read on from the last one of its part if it follows that."""
        last = before[passage.part] if passage.follows and passage.part in before else None
        tail = last.words[max(len(last.words) - self._needles.longest + 1, 0) :] if last else []
        for text in reversed(variants(passage.text)):
            said = _Said(passage, text, words(text))
            for start, needle in self._needles.find(tail + said.words, passage.part == Part.TEXT):
                named = passage.part != Part.STYLE or not needle.name
                if named and needle.path not in told and not self._is_own(needle):
                    word = start - len(tail)
                    place = last.place(len(last.words) + word) if last and word < 0 else said.place(word)
                    yield Leak(place, needle.words, needle.path, needle.name)
        before[passage.part] = said

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
