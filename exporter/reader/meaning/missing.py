"""What links lead to and is not there: what it is, which names are near, and who wants it. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import NamedTuple

from exporter.model import Missing, Table, Want
from exporter.reader.batch.cache import Suggested
from exporter.reader.batch.resolve import Names
from exporter.reader.meaning.suggestions import Nearest, Suggestions
from exporter.reader.meaning.topics import Topics
from exporter.reader.names import NOTE, is_note, key, name_of
from exporter.reader.vault.scan import ATTACHMENTS
from exporter.regex import regex

ENDING = regex(r"\.\w{1,5}$")  # of a file that is no note
RELATIVE = ("./", "../", "/")  # beginnings of paths from the note's folder, or the vault's


class Lacked(NamedTuple):
    """Something that links lead to and is not there."""

    name: str  # as the first of them has it
    rows: list[int]  # the links of notes
    drawn: list[Want]  # those of canvases


class Near:
    """The names that are near those that no file has."""

    def __init__(self, names: Names, suggested: Suggested | None = None) -> None:
        """Begin to look among names; `suggested` are the nearest as far as an earlier run has found them, and grows."""
        before = suggested or Suggested({}, {})
        self.notes = Suggestions(lambda: _index(names, notes=True), before.notes)
        self.files = Suggestions(lambda: _index(names, notes=False), before.files)
        if names.paths and not before.notes:  # nothing was found before, and most vaults lack some note
            self.notes.begin()


class Lacking:
    """All that links lead to and is not there."""

    def __init__(self, topics: Topics, names: Names, near: Near) -> None:
        self.near = near
        self._topics, self._dialect = topics, names.dialect
        self._lacked: dict[tuple[str, bool], Lacked] = {}  # by its key; is it a note?

    def of(self, name: str) -> Lacked | None:
        """What a name means that leads nowhere; None: it is hidden, and links to it are forgotten."""
        note = is_note(name) or not ENDING.search(name)
        name = name[: -len(NOTE)] if is_note(name) else name
        if self._topics.is_hidden(name):
            return None
        return self._lacked.setdefault((key(name), note), Lacked(name, [], []))

    def describe(self, name: str, file: bool = False) -> tuple[str, str]:
        """Code and message of a name that no file has."""
        if not file and (owner := self._topics.alias_owners.get(key(name))):
            return (
                "missing-note",
                f"{name!r} is an alias, and a link needs the note's name: [[{name_of(owner)}|{name}]]",
            )
        ending = ENDING.search(name)
        if ending and self._dialect.has_levels and ending[0][1:].lower() not in ATTACHMENTS:
            ending = None
        note = ending[0] if ending and ending[0].lower() == NOTE else ""
        nearest = self.near.notes.near(name.removesuffix(note)) if note or not ending else self.near.files.near(name)
        hint = f"; nearest: {', '.join([near + note for near in nearest])}" if nearest else ""
        if file or ending:
            return "missing-file", f"no file is named {name!r}{hint}; fix the link or add the file"
        return "missing-note", f"no note is named {name!r}{hint}; write it or fix the link"

    def finish(self) -> None:
        """Let go what no further name needs, once all links are read."""
        self.near.notes.forget()
        self.near.files.forget()

    def table(self, want: Callable[[int], Want]) -> Table[Missing]:
        """What links name and nobody has written; what most notes want comes first. `want` makes the record of a link."""
        return Table(len(self._lacked), lambda: self._missing(want))

    def _missing(self, want: Callable[[int], Want]) -> list[Missing]:
        missing = []
        for (_, note), (name, rows, drawn) in self._lacked.items():
            wants = [*map(want, sorted(rows)), *drawn]
            wants.sort(key=lambda each: each.source)
            missing.append(Missing(name, note, tuple(wants), wants[0].source))
        missing.sort(key=rank)
        return missing

    def drawn(self) -> list[Missing]:
        """What canvases alone name, as the table would have it."""
        lacked = (
            (name, note, sorted(each.drawn, key=lambda want: want.source))
            for (_, note), each in self._lacked.items()
            for name in (each.name,)
            if each.drawn
        )
        return [Missing(name, note, tuple(wants), wants[0].source) for name, note, wants in lacked]


def rank(missing: Missing) -> tuple[int, int, str, bool]:
    """Where it stands in the table: what most notes want comes first."""
    files = {want.source.file for want in missing.wanted_by}
    return -len(files), -len(missing.wanted_by), missing.name, missing.note


def _index(names: Names, notes: bool) -> Nearest:
    """The index of all notes by their names without an ending, or of all other files."""
    if names.core:
        return names.core.Nearest.of(names.index, notes)  # type: ignore[no-any-return]
    return Nearest(path[: -len(NOTE)] if notes else path for path in names.paths if is_note(path) == notes)


def path_of(folder: str, target: str) -> str:
    """The path that a link in this folder means, if it says where to begin; else what it names."""
    if not target.startswith(RELATIVE):
        return target
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
