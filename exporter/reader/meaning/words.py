"""Plain words where a property or a field means a link, and other flaws of notes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from exporter.errors import Finding, pluralize
from exporter.model import BROADER, IN_AREA, Source
from exporter.reader.batch.columns import UNQUOTED, Notes, canonical_name
from exporter.reader.markdown.record import QUIET
from exporter.reader.meaning.topics import Topics
from exporter.reader.names import key
from exporter.regex import regex

WORDS = regex(r"(?=.*\w)(?!.*(?:\[\[|://)).{1,60}")  # of a name; longer ones are a sentence
NUMBER = regex(r"[-+.\d]+(?:[eE][-+]?\d+)?")


def tell_flaws(notes: Notes) -> Iterator[Finding]:
    """What is wrong with notes; links without quotes are told once, as where there is one there are many."""
    unquoted = []
    for number, line, code, message in notes.problems:
        if code == UNQUOTED:
            unquoted.append((number, line, message))
        else:
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


def find_words(topics: Topics, rows: Sequence[int], relations: Mapping[str, str], areas: bool) -> None:
    """Say which topics plain words mean that are no note's name: `rows` are those links; `areas`: whether properties may file.

    `category: Books` means the only note with that title or alias. Where there is none, and the property names areas, it
    is a topic without a note; `parent: Books` must mean a note.
    """
    notes = topics.notes
    named = {canonical_name(notes.keys[row]) for row in rows if not notes.flags[row] & QUIET}
    titles = _find_titles(topics) if rows else {}
    for number, row in notes.rows(row for row in rows if notes.files[row] < 0):
        text, word = notes.targets[row], canonical_name(notes.keys[row])
        kind = relations.get(word, "")
        if topics.ids[number] is None or kind not in (IN_AREA, BROADER) or not WORDS.fullmatch(text):
            continue
        if notes.flags[row] & QUIET and word not in named and NUMBER.fullmatch(text):
            continue  # `area: 1200` says how large it is
        if id_ := topics.of_file(titles.get(key(text), -1)):
            topics.words[key(text)] = id_
        elif kind == IN_AREA and areas:
            topics.ghost(text, Source(notes.paths[number], notes.lines[row]))


def _find_titles(topics: Topics) -> dict[str, int]:
    """The number of the note that has a title or an alias; -1: there are several."""
    numbers: dict[str, int] = {}
    for number, (title, aliases) in enumerate(zip(topics.notes.titles, topics.notes.aliases, strict=True)):
        for name in {key(title), *map(key, aliases)}:
            numbers[name] = -1 if name in numbers else number
    return numbers
