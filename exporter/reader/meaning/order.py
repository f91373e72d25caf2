"""The order of what the map does not order: by numbers in properties, by Longform's scenes, else as Obsidian lists files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from math import isfinite
from typing import Any, NamedTuple

from exporter.errors import Finding, pluralize
from exporter.model import Area, Source
from exporter.reader.batch.columns import canonical_name
from exporter.reader.batch.entries import property_values
from exporter.reader.markdown.note import Note
from exporter.reader.meaning.topics import Topics
from exporter.reader.names import NOTE, folder_of, key, natural_key
from exporter.reader.options import ORDER

SCENES = "longform"  # the property of the plugin Longform: {scenes: [a, b, [c]], sceneFolder: folder}
SHOWN = 40  # letters of a value that is told


class _Wrong(NamedTuple):
    """What one property says that is no number."""

    note: int
    value: object


class Order:
    """Where each topic stands among those beside it."""

    def __init__(
        self,
        topics: Topics,
        properties: tuple[str, ...],
        parse: Callable[[str], Note],
        rank: Callable[[str], int | None] = lambda path: None,
    ) -> None:
        """Read the properties that give an order.

        Args:
            topics: whose order is asked for.
            properties: their names; of those that a note has, the first one counts.
            parse: reads a note in full, to tell a line.
            rank: tells the place of a note or of a folder, before any property does.
        """
        self.topics, self._rank_of = topics, rank
        self.findings: list[Finding] = []
        self._ranks: dict[int, float] = {}  # by the note's number
        self._folders: dict[str, str] = {}  # a folder: its key
        if properties:
            self._read(properties, parse)

    def key(self, id_: str, folder: str | None = None) -> tuple[bool, float, str, str]:
        """What a topic is compared by; `folder`: the one that it stands for."""
        number = self.topics.numbers.get(id_)
        rank: float | None = self._rank_of(folder or ("" if number is None else self.topics.notes.paths[number]))
        if rank is None and number is not None:
            rank = self._ranks.get(number)
        if folder is not None:
            place = self._folder_key(folder)
        elif number is None:
            place = f"\1{natural_key(self.topics.title(id_))}"
        else:
            path = self.topics.notes.paths[number]
            above = folder_of(path)
            place = f"{self._folder_key(above)}\1{natural_key(path[len(above) and len(above) + 1 : -len(NOTE)])}"
        return rank is None, rank or 0, place, id_

    def arrange(self, areas: Mapping[str, Area], map_path: str, folders: Mapping[str, str]) -> dict[str, Area]:
        """The areas of the map as they stand there, then the others in order, each with those that lie in it.

        `folders` are those that areas stand for. No area may lie in itself.
        """
        arranged = {id_: area for id_, area in areas.items() if map_path and area.source.file == map_path}
        below: dict[str | None, list[str]] = {}
        for id_ in sorted(
            areas.keys() - arranged.keys(), key=lambda id_: self.key(id_, folders.get(id_)), reverse=True
        ):
            parent = areas[id_].parent
            below.setdefault(None if parent in arranged else parent, []).append(id_)
        waiting = below.get(None, [])
        while waiting:
            id_ = waiting.pop()
            arranged[id_] = areas[id_]
            waiting += below.get(id_, ())
        return arranged

    def _folder_key(self, folder: str) -> str:
        """Folders stand before files, and what lies in one behind it."""
        if folder not in self._folders:
            self._folders[folder] = "".join([f"\0{natural_key(part)}" for part in folder.split("/") if part])
        return self._folders[folder]

    def _read(self, properties: tuple[str, ...], parse: Callable[[str], Note]) -> None:
        values = self.topics.notes.properties
        wanted = {_spelling(name): number for number, name in enumerate(properties)}
        spellings = {name: wanted.get(_spelling(name)) for name in self.topics.property_names}
        turns = {name: turn for name, turn in spellings.items() if turn is not None}
        if not turns:
            return
        numbered: set[str] = set()  # properties that are a number somewhere
        wrong: dict[str, list[_Wrong]] = {}
        best: dict[int, int] = {}  # a note: which of the properties gave its rank
        of_note: dict[int, list[tuple[str, Any]]] = {}
        for name in sorted(turns):
            for note, value in property_values(values, name):
                of_note.setdefault(note, []).append((name, value))
        for note in sorted(of_note):
            for name, value in of_note[note]:
                turn = turns[name]
                if isinstance(value, dict) and _spelling(name) == SCENES:
                    ranks: Iterable[tuple[int, float]] = self._scenes(note, value)
                elif value is None or value == "":
                    continue
                elif (rank := _number(value)) is not None:
                    numbered.add(properties[turn])
                    ranks = [(note, rank)]
                else:
                    wrong.setdefault(name, []).append(_Wrong(note, value))
                    continue
                for ranked, rank in ranks:
                    if turn < best.get(ranked, len(properties)):
                        best[ranked], self._ranks[ranked] = turn, rank
        for name, flaws in sorted(wrong.items()):
            # "order: Primates" is another word, unless somebody says that it is a number
            if (asked := properties[turns[name]]) in numbered or asked not in ORDER:
                self._tell(name, flaws, parse)

    def _scenes(self, note: int, value: Mapping[str, Any]) -> Iterator[tuple[int, float]]:
        """The notes that a project of Longform lists, and their places."""
        paths = self.topics.notes.paths
        folder, inner = folder_of(paths[note]), str(value.get("sceneFolder") or "").strip("/")
        start = "/".join(filter(None, (folder, inner)))
        for place, name in enumerate(_flatten(value.get("scenes"))):
            number = self._numbers.get(key(f"{start}/{name}{NOTE}".lstrip("/")))
            if number is not None:
                yield number, place

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The numbers of notes, by the keys of their paths."""
        return {key(path): number for number, path in enumerate(self.topics.notes.paths)}

    def _tell(self, name: str, wrong: list[_Wrong], parse: Callable[[str], Note]) -> None:
        first = wrong[0]
        path = self.topics.notes.paths[first.note]
        line = parse(path).properties.lines.get(name, 1)
        others = len(wrong) - 1
        more = f", nor {'is' if others == 1 else 'are'} {pluralize(others, 'other')}" if others else ""
        message = (
            f"the property {name!r} orders notes, but {repr(first.value)[:SHOWN]} is no number{more}; "
            "write one, or name other properties as `order` in vault.toml"
        )
        self.findings.append(Finding(Source(path, line), "order-property", message))


def _spelling(name: str) -> str:
    return canonical_name(name).replace("-", "_")


def _number(value: object) -> float | None:
    """The number that a value is, or that it reads as."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _flatten(scenes: object) -> Iterator[str]:
    """The names in lists that may lie in one another, as indented scenes do."""
    waiting = [scenes]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += reversed(each)
        elif isinstance(each, str | int | float):
            yield str(each)
