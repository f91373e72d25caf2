"""The vault's topics in the making: their ids, titles, aliases and tags."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from unicodedata import normalize

from exporter.errors import Finding
from exporter.model import Source, Tag
from exporter.reader.columns import Notes
from exporter.reader.resolve import key

WORD = re.compile(r"[\W_]+")
DEEPEST = 30  # levels of a tag that lie in one another; each has the names of all above it in its id


@dataclass(slots=True)
class Draft:
    """A topic in the making."""

    id: str
    title: str
    source: Source
    note: str | None = None
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    properties: dict[str, Any] | None = None
    summary: str = ""


class Topics:
    """Every note but the map, and what the map or a folder names without there being a note."""

    def __init__(self, notes: Notes, map_number: int, findings: list[Finding]) -> None:
        self.drafts: dict[str, Draft] = {}  # by id
        self.ids: list[str | None] = [None] * len(notes.paths)  # by the note's number; None: the map, or not read
        self.ghosts: dict[str, str] = {}  # key of a name that no note has: its topic's id
        self.tags: dict[str, Tag] = {}  # by lower-case id
        self.alias_owners: dict[str, str] = {}  # key of an alias: the path of the first note that has it
        self.findings = findings
        self._tag_ids: dict[str, str] = {}  # a tag as written: its id
        self._name(notes, map_number)
        for number, path in enumerate(notes.paths):
            id_ = self.ids[number]
            tags = self._tags(path, notes.tags[number]) if notes.tags[number] else ()
            if id_ is None:
                continue
            aliases = notes.aliases[number]
            title = notes.titles[number] or name_of(path)
            self.drafts[id_] = Draft(id_, title, Source(path, 1), path, tags, aliases, notes.properties[number])
            for alias in aliases:
                self.alias_owners.setdefault(key(alias), path)

    def ghost(self, title: str, source: Source) -> str:
        """The id of the topic of this title that has no note."""
        id_ = self.ghosts.get(key(title))
        if id_ is None:
            id_ = self.ghosts[key(title)] = self._free(slug(title), title)
            self.drafts[id_] = Draft(id_, title, source)
        return id_

    def of_file(self, number: int) -> str | None:
        """The id of the topic of a file, by its number; None: it is the map, or no note."""
        return self.ids[number] if 0 <= number < len(self.ids) else None

    def folder(self, path: str, source: Source) -> str:
        """The id of the topic that stands for a folder, or for a tag with others below it."""
        taken = self.drafts.get(slug(path))
        id_ = slug(path) if taken and taken.note is None else self._free(slug(path), path)
        self.drafts.setdefault(id_, Draft(id_, path.rpartition("/")[2], source))
        return id_

    def _free(self, id_: str, name: str) -> str:
        return id_ if id_ and id_ not in self.drafts else _marked(id_ or "topic", name)

    def _name(self, notes: Notes, map_number: int) -> None:
        """Give every note its id: those that ask for one first, then the shortest paths."""
        owners: dict[str, list[int]] = {}
        for number, path in enumerate(notes.paths):
            if number != map_number and number not in notes.lost:
                asked = notes.ids[number]
                id_ = asked[0] if asked else slug(name_of(path))
                if id_ in owners:
                    owners[id_].append(number)
                else:
                    owners[id_] = [number]
        for id_, numbers in owners.items():
            first = None if id_ else ""
            if len(numbers) > 1:
                numbers.sort(key=lambda number: (not notes.ids[number], len(notes.paths[number]), notes.paths[number]))
            for number in numbers:
                if first is None:
                    first = notes.paths[number]
                    self.ids[number] = id_
                else:
                    self.ids[number] = self._another(id_, number, first, notes)

    def _another(self, id_: str, number: int, owner: str, notes: Notes) -> str:
        """An id for a note whose own is taken, or empty."""
        path, asked = notes.paths[number], notes.ids[number]
        new = _marked(id_ or "note", path)
        if id_:
            taken = f"belongs to {owner}" if asked else f"is taken by {owner}, which has the same name"
            message = f"the id {id_!r} {taken}; this note gets {new!r}; give it an `id` of its own"
            self.findings.append(Finding(Source(path, asked[1] if asked else 1), "duplicate-id", message))
        return new

    def _tags(self, path: str, written: list[tuple[int, str]]) -> tuple[str, ...]:
        """The ids of a note's tags."""
        known = self._tag_ids
        return tuple(dict.fromkeys([known.get(tag) or self._tag(tag, Source(path, line)) for line, tag in written]))

    def _tag(self, tag: str, source: Source) -> str:
        """The id of a tag; "a/b" brings "a" into being, and the first spelling of each is kept."""
        above: Tag | None = None
        for part in tag.split("/", DEEPEST):
            if part:
                id_ = f"{above.id}/{part}" if above else part
                above = self.tags.setdefault(id_.lower(), Tag(id_, above.id if above else None, source))
        assert above  # a tag has a word at least
        self._tag_ids[tag] = above.id
        return above.id


def slug(name: str) -> str:
    """A name as an id: letters and digits of any script in lower case, the rest as single hyphens."""
    return WORD.sub("-", (name if name.isascii() else normalize("NFC", name)).lower()).strip("-")


def name_of(path: str) -> str:
    """What a link calls the note: its file's name without the ending."""
    return path[path.rfind("/") + 1 : path.rfind(".")]


def _marked(id_: str, name: str) -> str:
    """An id that is taken, made unlike any other: by the name it is for and not by a count, so that it lives on."""
    return f"{id_}-{sha256(name.encode()).hexdigest()[:8]}"
