"""The vault's topics in the making: their ids, titles, aliases and tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from unicodedata import normalize

from exporter.errors import Finding
from exporter.model import Source, Tag
from exporter.reader.inline import TAG
from exporter.reader.note import Note
from exporter.reader.plain import plain
from exporter.reader.resolve import key
from exporter.reader.text import title_heading

WORD = re.compile(r"[\W_]+")
DEEPEST = 30  # levels of a tag that lie in one another; each has the names of all above it in its id


@dataclass
class Draft:
    """A topic in the making."""

    id: str
    title: str
    source: Source
    note: str | None = None
    summary: str = ""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    properties: dict[str, Any] = field(default_factory=dict)


class Topics:
    """Every note but the map, and what the map or a folder names without there being a note."""

    def __init__(self, notes: Mapping[str, Note], map_path: str, findings: list[Finding]) -> None:
        self.drafts: dict[str, Draft] = {}  # by id
        self.ids: dict[str, str] = {}  # path of a note: its topic's id
        self.ghosts: dict[str, str] = {}  # key of a name that no note has: its topic's id
        self.tags: dict[str, Tag] = {}  # by lower-case id
        self.alias_owners: dict[str, str] = {}  # key of an alias: the path of the first note that has it
        self.findings = findings
        self._name({path: note for path, note in notes.items() if path != map_path})
        for path, note in notes.items():
            if path == map_path:
                self._tag(path, note)
            else:
                self._draft(path, note)

    def ghost(self, title: str, source: Source) -> str:
        """The id of the topic of this title that has no note."""
        id_ = self.ghosts.get(key(title))
        if id_ is None:
            id_ = self.ghosts[key(title)] = self._free(slug(title), title)
            self.drafts[id_] = Draft(id_, title, source)
        return id_

    def folder(self, path: str, source: Source) -> str:
        """The id of the topic that stands for a folder, or for a tag with others below it."""
        taken = self.drafts.get(slug(path))
        id_ = slug(path) if taken and taken.note is None else self._free(slug(path), path)
        self.drafts.setdefault(id_, Draft(id_, path.rpartition("/")[2], source))
        return id_

    def _free(self, id_: str, name: str) -> str:
        return id_ if id_ and id_ not in self.drafts else _marked(id_ or "topic", name)

    def _name(self, notes: Mapping[str, Note]) -> None:
        """Give every note its id: those that ask for one first, then the shortest paths."""
        asked: dict[str, str] = {}
        for path, note in notes.items():
            value = note.properties.values.get("id")
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
                asked[path] = str(value).strip()
            elif value is not None:
                self._tell(path, note, "bad-id", "the property `id` must be one word; the file's name is taken")
        owners: dict[str, str] = {}
        for path in sorted(notes, key=lambda path: (path not in asked, len(path), path)):
            id_ = asked.get(path) or slug(name_of(path))
            if id_ in owners or not id_:
                new = _marked(id_ or "note", path)
                if id_:
                    taken = (
                        f"belongs to {owners[id_]}"
                        if path in asked
                        else f"is taken by {owners[id_]}, which has the same name"
                    )
                    message = f"the id {id_!r} {taken}; this note gets {new!r}; give it an `id` of its own"
                    self._tell(path, notes[path], "duplicate-id", message)
                id_ = new
            owners[id_] = path
        paths = {path: id_ for id_, path in owners.items()}
        self.ids = {path: paths[path] for path in notes}

    def _tell(self, path: str, note: Note, code: str, message: str) -> None:
        self.findings.append(Finding(Source(path, note.properties.lines.get("id", 1)), code, message))

    def _draft(self, path: str, note: Note) -> None:
        values = note.properties.values
        aliases = (alias.strip() for alias in texts(values.get("aliases")))
        draft = Draft(
            self.ids[path],
            title_of(path, note),
            Source(path, 1),
            path,
            tags=self._tag(path, note),
            aliases=tuple(dict.fromkeys(alias for alias in aliases if alias)),
        )
        self.drafts[draft.id] = draft
        for alias in draft.aliases:
            self.alias_owners.setdefault(key(alias), path)

    def _tag(self, path: str, note: Note) -> tuple[str, ...]:
        """The ids of a note's tags; "a/b" brings "a" into being, and the first spelling of each is kept."""
        found: dict[str, None] = {}
        for line, tag in tags_of(note):
            above: Tag | None = None
            for part in tag.split("/", DEEPEST):
                if part:
                    id_ = f"{above.id}/{part}" if above else part
                    parent = above.id if above else None
                    above = self.tags.setdefault(id_.lower(), Tag(id_, parent, Source(path, line)))
            if above:
                found[above.id] = None
        return tuple(found)


def slug(name: str) -> str:
    """A name as an id: letters and digits of any script in lower case, the rest as single hyphens."""
    return WORD.sub("-", normalize("NFC", name).lower()).strip("-")


def name_of(path: str) -> str:
    """What a link calls the note: its file's name without the ending."""
    return path.rpartition("/")[2].rpartition(".")[0]


def title_of(path: str, note: Note) -> str:
    """The property `title`, else the heading that opens the note, else the file's name."""
    title = note.properties.values.get("title")
    heading = title_heading(note)
    if isinstance(title, str) and title.strip():
        return " ".join(title.split())
    return (plain(heading.text) if heading else "") or name_of(path)


def tags_of(note: Note) -> list[tuple[int, str]]:
    """The tags of a note with their lines: its properties' first, then its body's (T5 and T6 of docs/conformance.md)."""
    found = []
    for name, value in note.properties.values.items():
        if name.lower() == "tags":
            for text in texts(value):
                tag = text.strip().removeprefix("#").strip("/")
                if TAG.fullmatch(f"#{tag}") and not tag.isdigit():
                    found.append((note.properties.line_of(name, text), tag))
    return found + [(note.line(offset), tag) for offset, tag in note.tags]


def texts(value: Any) -> Iterator[str]:
    """The texts of a property, which is one of them or a list."""
    return (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str))


def _marked(id_: str, name: str) -> str:
    """An id that is taken, made unlike any other: by the name it is for and not by a count, so that it lives on."""
    return f"{id_}-{sha256(name.encode()).hexdigest()[:8]}"
