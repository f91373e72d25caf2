"""Plain words where a property or a field means a link: those that file a topic are taken, the others are told. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from exporter.errors import Finding, pluralize
from exporter.model import BROADER, IN_AREA, Source
from exporter.reader.batch.columns import PLAIN, UNQUOTED, Notes, canonical_name
from exporter.reader.batch.resolve import Names
from exporter.reader.meaning.areas import Areas
from exporter.reader.names import folder_of, key

WORDS = re.compile(r"(?=.*\w)(?!.*(?:\[\[|://)).{1,60}")  # of a name; longer ones are a sentence


def tell_flaws(notes: Notes) -> Iterator[Finding]:
    """What is wrong with notes, but for plain words; links without quotes are told once, as where there is one there are many."""
    unquoted = []
    for number, line, code, message in notes.problems:
        if code == UNQUOTED:
            unquoted.append((number, line, message))
        elif code != PLAIN:
            yield Finding(Source(notes.paths[number], line), code, message)
    if unquoted:
        number, line, example = unquoted[0]
        count = len({number for number, _, _ in unquoted})
        subject = f"{pluralize(count, 'note')} {'has' if count == 1 else 'have'}"
        message = (
            f"{subject} links in properties without quotes, which Obsidian does not read; "
            f"they are taken as meant; write {example}"
        )
        yield Finding(Source(notes.paths[number], line), UNQUOTED, message)


def file_words(areas: Areas, names: Names, relations: Mapping[str, str]) -> Iterator[Finding]:
    """File notes under the areas that plain words name; tell the words that name none where a link has to stand.

    `category: Books` means the note of that name, title or alias. Where there is none, and the property names areas, it
    is a topic without a note; `parent: Books` must mean a note.
    """
    topics, notes = areas.topics, areas.topics.notes
    words = [_Words(number, line, *said.split("\0", 2)) for number, line, code, said in notes.problems if code == PLAIN]
    named = {canonical_name(each.name) for each in words if each.form == "text"}
    called = _Called(areas, names)
    for number, line, form, name, text in words:
        source, start, word = Source(notes.paths[number], line), topics.ids[number], canonical_name(name)
        kind = relations.get(word, "")
        if start and kind in (IN_AREA, BROADER) and "properties" in areas.origins and WORDS.fullmatch(text):
            if form == "number" and word not in named:
                continue  # `area: 1200` says how large it is
            area = called.find(text, folder_of(source.file))
            if kind == IN_AREA and area is None:
                if topics.is_hidden(text):
                    continue
                area = topics.ghost(text, source)
            if area and (kind == IN_AREA or area in areas.areas or topics.map_number < 0):
                if area != start:
                    areas.add(area, source)
                    areas.file(start, area, "properties", source, text)
                continue
        if form == "text":
            yield Finding(source, PLAIN, f'{name}: {text!r} is no link; write "[[{text}]]" in quotes')


class _Words(NamedTuple):
    """Plain words of a note."""

    number: int  # of the note
    line: int
    form: str  # see `plain_words`
    name: str  # of the property or field
    text: str


class _Called:
    """Finds topics by what they are called."""

    def __init__(self, areas: Areas, names: Names) -> None:
        self.topics, self.names = areas.topics, names

    def find(self, name: str, folder: str) -> str | None:
        """The topic of the note of this name, as a link in this folder means it, else of the only one with this title or alias."""
        number = self.names.find(name, folder)[0]
        return self.topics.of_file(self._titles.get(key(name), -1) if number < 0 else number)

    @cached_property
    def _titles(self) -> dict[str, int]:
        """The number of the note that has a title or an alias; -1: there are several."""
        numbers: dict[str, int] = {}
        notes = self.topics.notes
        for number, (title, aliases) in enumerate(zip(notes.titles, notes.aliases, strict=True)):
            for name in {key(title), *map(key, aliases)}:
                numbers[name] = -1 if name in numbers else number
        return numbers
