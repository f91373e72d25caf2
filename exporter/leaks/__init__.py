"""The last look at what was made, before any of it is saved: does it say what is hidden?

Names (titles, aliases, file names) are searched for whole; texts in runs of three to about ten words, sentence by sentence,
and numbers that may be an account's by themselves. All is compared word by word: case, escapes, hyphens, emphasis, tags
and line ends do not matter, so `**Doctor**`, `Rent%202024` and the id `rent-2024` are found. What the visible notes or
this program say themselves is no leak: a hidden note "Plan" does not forbid the word. Nor are letters, dates, and, in
what pandoc and Typst make, single words in ids and names of styles. What cannot be opened is an error.

words.py: text as words; runs.py: what is hidden as runs of them; needles.py: the search; own.py: what the program says;
documents.py: any file as passages (passage.py), with markup.py for XML,
page.py for what HTML holds in itself and pdf.py for PDF.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import accumulate, chain
from pathlib import Path
from typing import NamedTuple

from exporter.errors import ExportError
from exporter.leaks.documents import Piece, pieces
from exporter.leaks.needles import Needle, Needles
from exporter.leaks.own import own_texts
from exporter.leaks.passage import Part, Passage
from exporter.leaks.runs import needles, shown
from exporter.leaks.words import readable, resolve, variants, words
from exporter.model import Secrets, no_collection

TOLD = 5  # leaks that an error names
FEW = 500  # words that are looked for one by one
LONG = 5  # words that do not come together by chance


class Leak(NamedTuple):
    """One place where an output says what is hidden."""

    place: str  # "json/knowledge-map.json:12", "handbook/handbook.pdf: page 3"
    words: str
    path: str  # of what is hidden
    name: bool  # the words are what it is called

    def __str__(self) -> str:
        return f'{self.place}: says "{readable(self.words)}", {"a name of" if self.name else "words of"} the hidden {self.path}'


class LeakError(ExportError):
    """An output says what is hidden."""

    def __init__(self, leaks: list[Leak]) -> None:
        super().__init__(
            f"{'; '.join(map(str, leaks))}; nothing was saved. Take it out of the notes that this format is made from,"
            " or off the canvas; if it is no secret, let a visible note say it (docs/publish.md)"
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
    if leaks := search.leaks(files):
        raise LeakError(leaks[:TOLD])


class _Said:
    """A passage with its words."""

    def __init__(self, passage: Passage, text: str) -> None:
        self.passage, self.text, self.words = passage, text, words(text)

    def place(self, word: int) -> str:
        """Where the word of this number stands."""
        return self.passage.at(min(bisect_right(self._ends, word), len(self._ends) - 1))

    @cached_property
    def _ends(self) -> list[int]:
        """How many words there are up to the end of each line."""
        return list(accumulate(len(words(line)) for line in self.text.split("\n")))


def _counts(needle: Needle, part: Part) -> bool:
    """Whether it would be a secret told here."""
    return needle.length >= LONG if part == Part.LINES else part != Part.STYLE or not needle.name


class _Search:
    def __init__(self, secrets: Secrets) -> None:
        self._needles = Needles(needles(secrets))
        self._secrets = secrets

    def leaks(self, files: Iterable[tuple[str, Path]]) -> list[Leak]:
        """The leaks, one for each output and hidden note.

        What is said at all is found first, and most of it is innocent: a format of ten thousand pages says its own words on
        each. Only where something is left are all files searched for that.
        """
        files = [*files] if self._needles else []
        secret = self._said(files)
        for alibi in _ALIBIS.keys() - {needle.words for needle in secret}:
            del _ALIBIS[alibi]
        if secret:
            secret = forget(secret, self._secrets)
        leaks: dict[tuple[str, str], Leak] = {}
        for name, file in files if secret else ():
            self._needles = Needles(secret)
            for piece in pieces(name, file):
                for needle, said, word in self._in_piece(piece):
                    self._needles.discard(needle)
                    leak = Leak(said.place(word), needle.words, needle.path, needle.name)
                    leaks.setdefault((name, needle.path), leak)
        return [*leaks.values()]

    def _said(self, files: Iterable[tuple[str, Path]]) -> set[Needle]:
        """The needles that files say; those pieces are read that the last search for the same needles has not read."""
        known = {}
        if _LAST.sought == (sought := {*self._needles}):
            known = _LAST.said
        _LAST.sought, _LAST.said = sought, {}
        for name, file in files:
            for piece in pieces(name, file):
                said = known.get(piece.key)
                if said is None:
                    said = frozenset(needle for needle, _, _ in self._in_piece(piece))
                _LAST.said[piece.key] = said
        return {*chain(*_LAST.said.values())}

    def _in_piece(self, piece: Piece) -> Iterator[tuple[Needle, _Said, int]]:
        """Yield what a piece says, each time that it does."""
        before: dict[Part, _Said] = {}
        for passage in piece.passages:
            yield from self._in_passage(passage, before)

    def _in_passage(self, passage: Passage, before: dict[Part, _Said]) -> Iterator[tuple[Needle, _Said, int]]:
        """Yield what a passage says, read on from the last one of its part if it follows that, and where it begins."""
        last = before[passage.part] if passage.follows and passage.part in before else None
        tail = last.words[max(len(last.words) - self._needles.longest + 1, 0) :] if last else []
        for text in reversed(variants(passage.text)):
            said = _Said(passage, text)
            for start, needle in self._needles.find(tail + said.words, passage.part == Part.TEXT):
                if _counts(needle, passage.part):
                    word = start - len(tail)
                    yield (needle, last, len(last.words) + word) if last and word < 0 else (needle, said, word)
        before[passage.part] = said


class _Last:
    """What the last search was for, and what each piece said; who exports again, as `watch` does, has most of them again."""

    def __init__(self) -> None:
        self.sought: set[Needle] = set()
        self.said: dict[str, frozenset[Needle]] = {}  # by their keys


_LAST = _Last()


class Alibi(NamedTuple):
    """What says what is therefore no secret."""

    text: str
    note: str = ""  # its path; "": it is in none
    state: str = ""  # of the note; "": nobody knows

    def holds(self, secrets: Secrets, texts: Collection[str]) -> bool:
        """Whether it says what it said; `texts` are those that are in no note."""
        if not self.note:
            return self.text in texts
        is_same = self.state and secrets.state(self.note) == self.state
        return is_same or secrets.notes.get(self.note) == self.text


# By the words of a needle. Who exports again, as `watch` does, finds most of them as they were
_ALIBIS: dict[str, Alibi] = {}


def forget(secret: set[Needle], secrets: Secrets) -> set[Needle]:
    """Those of some needles that neither the program nor anything visible says, as it is written or as it is shown."""
    alibis = {alibi for needle in secret if (alibi := _ALIBIS.get(needle.words))}
    visible = [*own_texts(), *secrets.visible]
    texts = {*visible} if alibis else ()
    held = {alibi for alibi in alibis if alibi.holds(secrets, texts)}
    left = Needles({needle for needle in secret if _ALIBIS.get(needle.words) not in held})
    few = len(left.anchors) < FEW  # then they are looked for one by one, which is quicker than taking a text apart
    notes = (Alibi(text, path, secrets.state(path)) for path, text in secrets.notes.items())
    everything = chain(map(Alibi, visible), notes)
    for alibi in everything if left else ():
        if few and alibi.text.isascii() and not any(map(alibi.text.lower().__contains__, left.anchors)):
            continue
        for form in dict.fromkeys((alibi.text, shown(alibi.text))):
            for needle in left.take_out(words(resolve(form.replace("\0", " ")))):
                _ALIBIS[needle.words] = alibi
        if not left:
            break
    return {*left}
