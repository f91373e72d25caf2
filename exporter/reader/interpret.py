"""The knowledge map's meaning: topics, areas, learning paths, tags and typed links, from what the notes say. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from unicodedata import normalize

from exporter.errors import ExportError, Finding
from exporter.model import (
    BROADER,
    IN_AREA,
    MENTIONS,
    Area,
    KnowledgeMap,
    LearningPath,
    Link,
    Reference,
    Source,
    Step,
    Tag,
    Topic,
)
from exporter.reader.map_note import Entry, Section, sections
from exporter.reader.mapping import VaultMapping
from exporter.reader.note import TAG, Mention, Note, mention, shown
from exporter.reader.plain import plain
from exporter.reader.resolve import Names, key
from exporter.reader.text import heading_key, section, title_heading

PROPERTY_LINK = re.compile(r"\s*(!?)\[\[((?:[^\[\]\n]|\](?!\])|\[(?!\[))+)\]\]\s*")
OWN_PROPERTIES = ("id", "title", "aliases", "tags")  # become fields of the topic
WORD = re.compile(r"[\W_]+")


def interpret(
    notes: Mapping[str, Note], names: Names, mapping: VaultMapping, vault_name: str
) -> tuple[KnowledgeMap, list[Finding], dict[str, str], dict[str, str]]:
    """Make the tables of the hub.

    Returns:
        The map (without content), the findings, the id of each note's topic by path, and the id of each
        topic without a note by the key of its name.
    """
    reading = _Reading(notes, names, mapping)
    reading.choose_map(vault_name)
    reading.name_topics()
    if reading.map_path:
        reading.read_map(notes[reading.map_path])
    for path, note in notes.items():
        reading.read_note(path, note)
    reading.file_by_folders_and_tags()
    return reading.tables(vault_name), reading.findings, reading.ids, reading.ghosts


@dataclass
class _Draft:
    """A topic in the making."""

    id: str
    title: str
    source: Source
    note: str | None = None
    summary: str = ""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    properties: dict[str, Any] = field(default_factory=dict)


class _Reading:
    def __init__(self, notes: Mapping[str, Note], names: Names, mapping: VaultMapping) -> None:
        self.notes, self.names, self.mapping = notes, names, mapping
        self.findings: list[Finding] = []
        self.map_path = ""
        self.ids: dict[str, str] = {}  # path: Topic.id
        self.ghosts: dict[str, str] = {}  # key of a name without a note: Topic.id
        self.topics: dict[str, _Draft] = {}
        self.order: dict[str, int] = {}  # Topic.id: its place in the map
        self.areas: dict[str, Area] = {}
        self.filed: dict[tuple[str, str], Link] = {}  # topic and area: the first that says so
        self.mapped: dict[str, Link] = {}  # Topic.id: where the map files it first
        self.links: list[Link] = []
        self.paths: list[LearningPath] = []
        self.references: list[Reference] = []
        self.tags: dict[str, Tag] = {}  # by lower-case id
        self.aliases: dict[str, str] = {}  # key of an alias: the path of a note that has it
        self.areas_listed = False  # the map has a list of its areas
        self.to_map: list[Source] = []

    def tell(self, file: str, line: int, code: str, message: str) -> None:
        self.findings.append(Finding(Source(file, line), code, message))

    # -- which note is the map -----------------------------------------------------------------------

    def choose_map(self, vault_name: str) -> None:
        wanted = self.mapping.map
        if wanted == "-":
            return
        if wanted:
            self.map_path = self.names.resolve(wanted, "").path or ""
            if self.map_path not in self.notes:
                raise ExportError(
                    f"mappings/vault.toml: map = {wanted!r}: no note has this name; mend it, or leave `map` out"
                )
            return
        tags = {tag.lower() for tag in self.mapping.map_tags}
        found = []
        for path, note in self.notes.items():
            places = [line for line, tag in _tags(note) if tag.lower() in tags]
            if places or key(_name(path)) == key(vault_name):
                found.append((path, places[0] if places else 1))
        if len(found) == 1:
            self.map_path = found[0][0]
        elif found:
            others = ", ".join(path for path, _ in found[:5]) + (", ..." if len(found) > 5 else "")
            message = f"{len(found)} notes could be the map ({others}); none is taken; name one as `map` in vault.toml"
            self.tell(*found[1], "two-maps", message)
        else:
            words = " or ".join(f"#{tag}" for tag in self.mapping.map_tags)
            message = f'no note is the map; tag one with {words}, or name it as `map` in vault.toml (`map = "-"`: there is none)'
            self.tell(".", 1, "no-map", message)

    # -- topics --------------------------------------------------------------------------------------

    def name_topics(self) -> None:
        """Give every note but the map its id: those that ask for one first, then the shortest paths."""
        asked: dict[str, tuple[str, int]] = {}
        for path, note in self.notes.items():
            value = note.properties.values.get("id")
            if value is not None and not isinstance(value, bool | list | dict | float) and str(value).strip():
                asked[path] = (str(value).strip(), note.properties.lines.get("id", 1))
            elif value is not None:
                self.tell(
                    path,
                    note.properties.lines.get("id", 1),
                    "bad-id",
                    "the property `id` must be a word; the file's name is taken",
                )
        taken: dict[str, str] = {}
        for path in sorted(self.notes, key=lambda path: (path not in asked, len(path), path)):
            if path == self.map_path:
                continue
            id_, line = asked.get(path, (slug(_name(path)), 1))
            if id_ in taken or not id_:
                new = f"{id_ or 'note'}-{sha256(path.encode()).hexdigest()[:8]}"
                if id_:
                    what = (
                        f"the id {id_!r} belongs to {taken[id_]}"
                        if path in asked
                        else f"{taken[id_]} has the same name"
                    )
                    message = f"{what}; this note's id is {new!r}; give it an `id` of its own"
                    self.tell(path, line, "duplicate-id", message)
                id_ = new
            taken[id_] = path
            self.ids[path] = id_
        for path, note in self.notes.items():
            if path != self.map_path:
                self._draft(path, note)

    def _draft(self, path: str, note: Note) -> None:
        values = note.properties.values
        title = values.get("title")
        heading = title_heading(note)
        if not (isinstance(title, str) and title.strip()):
            title = plain(heading.text) if heading else ""
        aliases = [alias for _, alias in _strings(values.get("aliases")) if alias]
        for alias in aliases:
            self.aliases.setdefault(key(alias), path)
        id_ = self.ids[path]
        self.topics[id_] = _Draft(
            id_,
            " ".join(title.split()) or _name(path),
            Source(path, 1),
            path,
            tags=self._tag_ids(path, note),
            aliases=tuple(dict.fromkeys(aliases)),
        )

    def _ghost(self, title: str, source: Source) -> str:
        """The topic of this title that has no note."""
        id_ = self.ghosts.get(key(title))
        if id_ is None:
            id_ = slug(title)
            if not id_ or id_ in self.topics:
                id_ = f"{id_ or 'topic'}-{sha256(title.encode()).hexdigest()[:8]}"
            self.ghosts[key(title)] = id_
            self.topics[id_] = _Draft(id_, title, source)
        return id_

    def _tag_ids(self, path: str, note: Note) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for line, tag in _tags(note):
            parts = [part for part in tag.split("/") if part]
            for depth in range(1, len(parts) + 1):
                name = "/".join(parts[:depth])
                parent = self.tags.get("/".join(parts[: depth - 1]).lower())
                if parent:
                    name = f"{parent.id}/{parts[depth - 1]}"
                self.tags.setdefault(name.lower(), Tag(name, parent.id if parent else None, Source(path, line)))
            if parts:
                found[self.tags["/".join(parts).lower()].id] = None
        return tuple(found)

    # -- the map note --------------------------------------------------------------------------------

    def read_map(self, note: Note) -> None:
        self._tag_ids(self.map_path, note)
        lists = sections(note, self.mapping)
        if not any(section.role in ("areas", "by area", "topics") for section in lists):
            for section in lists:  # no heading has a role: then each is an area
                section.role = section.role or "by area"
        for section in lists:
            if section.role == "areas":
                self._areas(section)
        for section in lists:
            if section.role == "by area":
                self._topics_by_area(section, note)
        for section in lists:
            if section.role == "topics":
                for entry in section.entries:
                    self._entry_topics(entry)
        for section in lists:
            if section.role == "path":
                self._path(section)
            elif not section.role:
                title = plain(section.heading.text) if section.heading else ""
                message = f"the heading {title!r} has no role, so its {len(section.entries)} entries are not read; name it in vault.toml"
                self.tell(self.map_path, section.line, "unread-section", message)
        if not (self.areas or self.order):
            message = "the map lists nothing; put list items `- [[Note]] - words` under headings as in vault.toml"
            self.tell(self.map_path, 1, "empty-map", message)

    def _entry_topics(self, entry: Entry) -> list[str]:
        """The topics that an entry lists, and what it says of them."""
        found: dict[str, None] = {}
        for link in entry.links:
            if not link.external and (id_ := self._map_topic(link, entry)):
                found[id_] = None
        if not found and not entry.links and entry.title:
            found[self._ghost(entry.title, Source(self.map_path, entry.line))] = None
        for link in entry.links:
            if link.external and not found and (title := plain(link.text) or link.target):
                found[self._ghost(title, Source(self.map_path, entry.line))] = None
                reference = Reference(next(iter(found)), title, link.target, Source(self.map_path, entry.line))
                self.references.append(reference)
        for id_ in found:
            self.order.setdefault(id_, len(self.order))
            if entry.summary and not self.topics[id_].summary:
                self.topics[id_].summary = entry.summary
        return list(found)

    def _map_topic(self, link: Mention, entry: Entry) -> str | None:
        path = self._file(link, self.map_path, entry.line, kept="it is a topic without a note")
        if path is None:
            return self._ghost(link.target, Source(self.map_path, entry.line)) if link.target else None
        return self.ids.get(path)

    def _areas(self, section: Section) -> None:
        made: dict[int, str] = {}  # id() of an entry: its area
        for entry in section.entries:
            for id_ in self._entry_topics(entry)[:1]:
                made[id(entry)] = id_
                above = entry.parent
                while above and id(above) not in made:
                    above = above.parent
                self._area(id_, Source(self.map_path, entry.line), made[id(above)] if above else None)
                self.areas_listed = True

    def _area(self, id_: str, source: Source, parent: str | None = None) -> None:
        self.order.setdefault(id_, len(self.order))
        if id_ not in self.areas:
            self.areas[id_] = Area(id_, parent if parent != id_ else None, source)

    def _topics_by_area(self, section: Section, note: Note) -> None:
        area = self._area_of_heading(section, note)
        for entry in section.entries:
            for id_ in self._entry_topics(entry):
                if area is not None and id_ != area:
                    self._file_under(id_, area, Source(self.map_path, entry.line), entry.title)

    def _area_of_heading(self, section: Section, note: Note) -> str | None:
        """The area that a heading means: by its link, its text as a title or an alias, or the mapping."""
        heading = section.heading
        if heading is None:
            return None
        title = plain(heading.text)
        known = {heading_key(self.topics[id_].title): id_ for id_ in reversed(self.areas)}
        by_alias = {heading_key(alias): id_ for id_ in reversed(self.areas) for alias in self.topics[id_].aliases}
        named = {heading_key(name): area for name, area in self.mapping.area_names.items()}
        if heading_key(title) in named:
            wanted = named[heading_key(title)]
            path = self.names.resolve(wanted, self.map_path).path
            id_ = (
                self.ids.get(path or "")
                or known.get(heading_key(wanted))
                or (wanted if wanted in self.topics else None)
            )
            if id_:
                self._area(id_, Source(self.map_path, section.line))
                return id_
            message = f"[area_names] in vault.toml: {title!r} means {wanted!r}, but there is no such area or note"
            self.tell(self.map_path, section.line, "unknown-area", message)
        for link in note.mentions:
            if heading.start <= link.start < heading.end and not link.external:
                path = self.names.resolve(link.target, self.map_path).path
                id_ = self.ids.get(path) if path else self._ghost(link.target, Source(self.map_path, section.line))
                if id_:
                    self._area(id_, Source(self.map_path, section.line))
                    return id_
        id_ = known.get(heading_key(title)) or by_alias.get(heading_key(title))
        if id_ is None:
            source = Source(self.map_path, section.line)
            if self.areas_listed:
                message = f"no area is called {title!r}, so it becomes one; link the heading to its area, give that area this alias, or name it under [area_names] in vault.toml"
                self.findings.append(Finding(source, "unknown-area", message))
            id_ = self._ghost(title, source)
            self._area(id_, source)
        return id_

    def _path(self, section: Section) -> None:
        title = plain(section.heading.text) if section.heading else "Learning path"
        steps = []
        for entry in section.entries:
            if entry.parent is None:
                topics: dict[str, None] = {}
                for link in entry.all_links:
                    if not link.external and (id_ := self._map_topic(link, entry)):
                        topics[id_] = None
                        self.order.setdefault(id_, len(self.order))
                steps.append(Step(entry.text, tuple(topics), Source(self.map_path, entry.line)))
        if not steps:
            self.tell(
                self.map_path,
                section.line,
                "empty-path",
                f"the learning path {title!r} has no steps; number them 1. 2. 3.",
            )
            return
        id_ = slug(title) or "path"
        if any(path.id == id_ for path in self.paths):
            id_ = f"{id_}-{sha256(f'{title}{len(self.paths)}'.encode()).hexdigest()[:8]}"
        self.paths.append(LearningPath(id_, title, tuple(steps), Source(self.map_path, section.line)))

    # -- the other notes -----------------------------------------------------------------------------

    def read_note(self, path: str, note: Note) -> None:
        for line, code, message in note.problems:
            self.tell(path, line, code, message)
        if path == self.map_path:
            return
        id_ = self.ids[path]
        self.topics[id_].properties = self._properties(id_, path, note)
        fields = iter(sorted(note.fields))
        current = next(fields, None)
        for link in note.mentions:
            while current and current.end <= link.start:
                current = next(fields, None)
            line = note.line(link.start)
            if link.external:
                self.references.append(Reference(id_, plain(link.text) or link.target, link.target, Source(path, line)))
                continue
            said = _canonical(current.key) if current and current.start <= link.start else ""
            self._link(id_, self._kind(said) if said else MENTIONS, link, path, line)

    def _properties(self, id_: str, path: str, note: Note) -> dict[str, Any]:
        """The note's own properties, less what becomes a field or a link; links become typed links."""
        kept: dict[str, Any] = {}
        for name, value in note.properties.values.items():
            if name.lower() in OWN_PROPERTIES:
                continue
            kind = self._kind(_canonical(name))
            links = 0
            strings = _strings(value)
            for raw, text in strings:
                if found := PROPERTY_LINK.fullmatch(raw):
                    link = mention(found[2], 0, 0, embed=False)
                    self._link(id_, kind, link, path, note.properties.line_of(name, raw.strip()))
                    links += 1
                elif text and _canonical(name) in self.mapping.relations:
                    message = f'{name}: {text!r} is no link; write "[[{text}]]" in quotes'
                    self.tell(path, note.properties.line_of(name, text), "plain-relation", message)
            if _unquoted(value):
                message = f'{name}: a link in YAML needs quotes: "[[{_unquoted(value)}]]"'
                self.tell(path, note.properties.lines.get(name, 1), "unquoted-link", message)
            if not links or links < len(strings):
                kept[name] = _without_brackets(value)
        return kept

    def _kind(self, name: str) -> str:
        return self.mapping.relations.get(name, name)

    def _link(self, start: str, kind: str, link: Mention, path: str, line: int) -> None:
        target = self._file(link, path, line)
        end = self.ids.get(target) if target else self.ghosts.get(key(link.target))
        if target and target == self.map_path:
            self.to_map.append(Source(path, line))
        if end is None or end == start:
            return  # to an attachment, to the map, to nowhere (told), or within the note
        if kind in (IN_AREA, BROADER):
            listed = self.mapping.areas_from if self.map_path else self.mapping.areas_without_map
            if "properties" in listed and (kind == IN_AREA or end in self.areas or not self.map_path):
                self._said_by_note(start, end, Source(path, line), plain(shown(link)))
                return
            kind = BROADER
        self.links.append(Link(start, kind, end, plain(shown(link)), link.anchor, Source(path, line)))

    def _said_by_note(self, start: str, end: str, source: Source, text: str) -> None:
        self._area(end, source)
        other = self.mapped.get(start)
        if other and (start, end) not in self.filed:
            title = self.topics[end].title
            message = (
                f"the note says area {title!r}, the map {self.topics[other.end].title!r} ({other.source}); both hold; "
                "mend one of them"
            )
            self.tell(source.file, source.line, "area-disagreement", message)
        self._file_under(start, end, source, text)

    def _file(self, link: Mention, path: str, line: int, kept: str = "") -> str | None:
        """The file that a link means; a missing, doubtful or half-right one is told."""
        target, rivals = self.names.resolve(link.target, path)
        if target is None:
            known = key(link.target) in self.ghosts
            if not known or kept:
                self._missing(link, path, line, kept)
        elif rivals:
            message = f"{link.target!r} may be {target} or {', '.join(rivals[:3])}; {target} is taken; write the link with its folder"
            self.tell(path, line, "ambiguous-link", message)
        elif link.anchor and not link.anchor.startswith("[^"):
            note = self.notes.get(target)
            if note and section(note, link.anchor) is None:
                what, code = (
                    ("block", "missing-block") if link.anchor.startswith("^") else ("heading", "missing-heading")
                )
                self.tell(path, line, code, f"{target} has no {what} {link.anchor!r}; mend the link or the {what}")
        return target

    def _missing(self, link: Mention, path: str, line: int, kept: str) -> None:
        name = link.target
        if owner := self.aliases.get(key(name)):
            message = f"{name!r} is an alias, and a link needs the note's name: [[{_name(owner)}|{name}]]"
        elif link.embed or "." in name.rpartition("/")[2][-5:]:
            self.tell(path, line, "missing-file", f"no file is named {name!r}; mend the link or add the file")
            return
        else:
            message = f"no note is named {name!r}; write it or mend the link"
        self.tell(path, line, "missing-note", f"{message}; {kept}" if kept else message)

    # -- areas ---------------------------------------------------------------------------------------

    def _file_under(self, topic: str, area: str, source: Source, text: str) -> None:
        link = self.filed.setdefault((topic, area), Link(topic, IN_AREA, area, text, "", source))
        if source.file == self.map_path:
            self.mapped.setdefault(topic, link)

    def file_by_folders_and_tags(self) -> None:
        """Areas from folders or nested tags, where the mapping says so."""
        listed = self.mapping.areas_from if self.map_path else self.mapping.areas_without_map
        notes = {folded: path for path in self.ids if (folded := path.rpartition(".")[0])}
        for origin in listed:
            for path, id_ in self.ids.items():
                if origin == "folders":
                    self._file_by_names(id_, [path.rpartition("/")[0]], Source(path, 1), notes)
                elif origin == "tags":
                    self._file_by_names(id_, self.topics[id_].tags, Source(path, 1), {})

    def _file_by_names(self, topic: str, names: Iterable[str], source: Source, notes: Mapping[str, str]) -> None:
        for name in names:
            area: str | None = None
            parts = name.split("/") if name else []
            for depth in range(1, len(parts) + 1):
                folder = "/".join(parts[:depth])
                note = notes.get(f"{folder}/{parts[depth - 1]}") or notes.get(folder)
                id_ = self.ids[note] if note else self._ghost_of_folder(folder, parts[depth - 1], source)
                if id_ != area:
                    self._area(id_, source, area)
                    area = id_
            if area and area != topic:
                self._file_under(topic, area, source, "")

    def _ghost_of_folder(self, folder: str, title: str, source: Source) -> str:
        id_ = slug(folder)
        if not id_ or (id_ in self.topics and self.topics[id_].note):
            id_ = f"{id_ or 'folder'}-{sha256(folder.encode()).hexdigest()[:8]}"
        self.topics.setdefault(id_, _Draft(id_, title, source))
        return id_

    # -- tables --------------------------------------------------------------------------------------

    def tables(self, vault_name: str) -> KnowledgeMap:
        areas = self._areas_without_circles()
        place: dict[str, tuple[int, ...]] = {id_: (number,) for number, id_ in enumerate(areas)}
        for (topic, area), _ in self.filed.items():
            place.setdefault(topic, (len(areas), place[area][0], self.order.get(topic, len(self.order))))
        unplaced = 2 * len(areas) + 1
        rank = {id_: place.get(id_, (unplaced, self.order.get(id_, len(self.order)))) for id_ in self.topics}
        by_topic: dict[str, list[str]] = {}
        for topic, area in self.filed:
            by_topic.setdefault(topic, []).append(area)
        topics = tuple(
            Topic(
                draft.id,
                draft.title,
                draft.summary,
                tuple(by_topic.get(draft.id, ())),
                draft.tags,
                draft.aliases,
                draft.note,
                draft.properties,
                draft.source,
            )
            for draft in sorted(self.topics.values(), key=lambda draft: (rank[draft.id], draft.id))
        )
        if self.to_map:
            message = f"{len(self.to_map)} links lead to the map itself, which is no topic; they stand in no table"
            self.findings.append(Finding(min(self.to_map), "map-link", message))
        note = self.notes.get(self.map_path)
        return KnowledgeMap(
            *self._heading(note, vault_name),
            source=Source(self.map_path, 1),
            topics=topics,
            areas=tuple(areas.values()),
            tags=tuple(sorted(self.tags.values(), key=lambda tag: (tag.id.lower().split("/"), tag.id))),
            links=tuple(
                sorted([*self.links, *self.filed.values()], key=lambda x: (x.start, x.source, x.kind, x.end, x.text))
            ),
            paths=tuple(self.paths),
            references=tuple(sorted(self.references, key=lambda x: (x.topic, x.source, x.url, x.title))),
        )

    def _heading(self, note: Note | None, vault_name: str) -> tuple[str, str, str]:
        if note is None:
            return vault_name, "", self.mapping.language or "en"
        values = note.properties.values
        heading = title_heading(note)
        title = values.get("title") if isinstance(values.get("title"), str) else None
        title = title or (plain(heading.text) if heading else "") or _name(self.map_path)
        language = self.mapping.language or values.get("lang") or values.get("language") or "en"
        return title, plain(note.intro), str(language)

    def _areas_without_circles(self) -> dict[str, Area]:
        """The areas with their parents: a topic that is filed under an area is, as an area, its child."""
        parents = {area.id: area.parent for area in self.areas.values()}
        for topic, area in self.filed:
            if topic in parents and parents[topic] is None:
                parents[topic] = area
        settled: set[str] = set()
        for id_ in parents:
            chain = [id_]
            while (parent := parents[chain[-1]]) and parent not in settled:
                if parent in chain:
                    parents[chain[-1]] = None
                    self.filed.pop((chain[-1], parent), None)
                    source = self.areas[chain[-1]].source
                    message = (
                        f"the area {chain[-1]!r} lies, through others, in itself; this is left out; mend one of {chain}"
                    )
                    self.tell(source.file, source.line, "area-circle", message)
                    break
                chain.append(parent)
            settled.update(chain)
        return {id_: replace(area, parent=parents[id_]) for id_, area in self.areas.items()}


def slug(name: str) -> str:
    """A name as an id: letters and digits of any script in lower case, the rest as single hyphens."""
    return WORD.sub("-", normalize("NFC", name).lower()).strip("-")


def _name(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _canonical(name: str) -> str:
    return "-".join(name.lower().split())


def _tags(note: Note) -> list[tuple[int, str]]:
    """The tags of a note with their lines: of its properties, then of its body (rules T5 and T6 of docs/conformance.md)."""
    found = []
    for name, value in note.properties.values.items():
        if name.lower() == "tags":
            for _, text in _strings(value):
                tag = text.removeprefix("#").strip("/")
                if (match := TAG.fullmatch(f"#{tag}")) and not tag.isdigit():
                    found.append((note.properties.line_of(name, text), match[1]))
    return found + [(note.line(offset), tag) for offset, tag in note.tags]


def _strings(value: Any) -> list[tuple[str, str]]:
    """The texts of a property, which is one or a list of them: as written, and trimmed."""
    items = value if isinstance(value, list) else [value]
    return [(item, item.strip()) for item in items if isinstance(item, str)]


def _unquoted(value: Any) -> str:
    """The name in `up: [[Note]]`, which is a list in a list to YAML."""
    inner = value[0] if isinstance(value, list) and len(value) == 1 else None
    return inner[0] if isinstance(inner, list) and len(inner) == 1 and isinstance(inner[0], str) else ""


def _without_brackets(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value) if "[[" in value else value
    if isinstance(value, list):
        return [_without_brackets(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_brackets(item) for name, item in value.items()}
    return value
