"""The knowledge map's meaning: topics, areas, learning paths, tags and links, from what the notes say. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from exporter.errors import Finding, OptionError
from exporter.model import VAULT, KnowledgeMap, LearningPath, Reference, Source, Step, Table, Topic, usual_language
from exporter.outline import heading_key
from exporter.reader.batch.cache import Suggested
from exporter.reader.batch.columns import Notes
from exporter.reader.batch.resolve import Names
from exporter.reader.markdown.inline import Mention
from exporter.reader.markdown.note import Note
from exporter.reader.markdown.plain_text import LAST_TAGS, to_text
from exporter.reader.meaning.areas import Areas
from exporter.reader.meaning.links import Links
from exporter.reader.meaning.map_note import Entry, Section, sections
from exporter.reader.meaning.topics import Topics
from exporter.reader.names import NOTE, folder_of, key, name_of, slug
from exporter.reader.options import ReadOptions
from exporter.reader.vault.canvas import Canvas


class Material(NamedTuple):
    """What was read of a vault's files, before anybody knows what it means."""

    vault_name: str  # of its folder
    notes: Notes
    canvases: Mapping[str, Canvas]  # by path
    names: Names  # of all files: which of them a link means
    parse: Callable[[str], Note]  # reads a note in full, by its path
    nameless: frozenset[str] = frozenset()  # keys of names that are hidden: no topic is made of them


class Meaning(NamedTuple):
    """What the notes mean, and what it was made from."""

    knowledge_map: KnowledgeMap  # without its content
    topics: Topics
    areas: Areas
    links: Links
    findings: list[Finding]


def interpret(material: Material, options: ReadOptions, suggested: Suggested | None = None) -> Meaning:
    """Make the tables of the hub, and tell what is wrong.

    `suggested` holds the nearest names to missing ones, as far as an earlier run has found them; it grows.

    Raises:
        OptionError: `map` names no note.
    """
    notes, names = material.notes, material.names
    number, findings = choose_map(material, options)
    topics = Topics(notes, number, material.nameless)
    areas = Areas(options.areas_from if number >= 0 else options.areas_without_map, topics)
    links = Links(topics, areas, names, options.relations, suggested or Suggested({}, {}))
    path = notes.paths[number] if number >= 0 else ""
    map_reading = _MapReading(path, options, topics, areas, names)
    title, summary, said, properties = material.vault_name, "", options.language, {}
    note = material.parse(path) if path else None
    if note:
        map_reading.read(note)
        values, properties = note.properties.values, notes.properties[number]
        title, summary = notes.titles[number] or name_of(path), LAST_TAGS.sub("", to_text(note.intro))
        said = said or str(values.get("lang") or values.get("language") or "")
    titles = [title or name_of(path) for title, path in zip(notes.titles, notes.paths, strict=True)]
    language = said or usual_language(titles) or "en"
    if not said and not "".join(titles).isascii():  # where all are, it is hardly another
        hint = f"write `lang: {language}`, or what it is, in the map, or `language` in vault.toml"
        message = f"nothing says the vault's language, so {language!r} is assumed; {hint}"
        findings.append(Finding(Source(path, 1), "assumed-language", message))
    links.read()
    for canvas_path, canvas in material.canvases.items():
        links.read_canvas(canvas_path, canvas)
    areas.file_by_names(notes.paths, topics.ids)
    areas.settle()
    return Meaning(
        KnowledgeMap(
            title,
            summary,
            language,
            source=Source(path, 1),
            properties=properties,
            topics=Table(len(topics), lambda: _topics(topics, areas, map_reading.order)),
            areas=tuple(areas.areas.values()),
            tags=tuple(sorted(topics.tags.values(), key=lambda tag: (tag.id.lower().split("/"), tag.id))),
            links=Table(links.size + len(areas.filings), links.table),
            paths=tuple(map_reading.paths),
            references=links.references(map_reading.references),
        ),
        topics,
        areas,
        links,
        [
            *(Finding(Source(notes.paths[note], line), code, text) for note, line, code, text in notes.problems),
            *findings,
            *topics.findings,
            *map_reading.findings,
            *map_reading.tell_foreign_mapping(note),
            *links.findings,
            *areas.findings,
        ],
    )


def choose_map(material: Material, options: ReadOptions) -> tuple[int, list[Finding]]:
    """The number of the map note, -1 where there is none; and a finding where it is not clear which one it is.

    Raises:
        OptionError: `map` names no note.
    """
    notes, names = material.notes, material.names
    if options.map == "-":
        return -1, []
    if options.map:
        number = names.find(options.map, "")[0]
        if number < 0 and not material.nameless.isdisjoint((key(options.map), key(options.map.removesuffix(NOTE)))):
            message = "the note that `map` in vault.toml names is hidden, so there is no map; name another, or take the rule out"
            return -1, [Finding(VAULT, "hidden-map", message)]
        if not 0 <= number < len(notes.paths) or number in notes.lost:
            raise OptionError("map", f"{options.map!r} names no note; fix it, or leave `map` out")
        return number, []
    lines = map_candidates(material, options)
    if len(lines) == 1:
        return next(iter(lines)), []
    if lines:
        paths = [notes.paths[number] for number in lines]
        others = ", ".join(paths[:5]) + (", ..." if len(paths) > 5 else "")
        message = f"{len(lines)} notes could be the map ({others}); none is taken; name one as `map` in vault.toml"
        return -1, [Finding(Source(paths[1], list(lines.values())[1]), "two-maps", message)]
    words = " or ".join(f"#{tag}" for tag in options.map_tags)
    hint = f'tag one with {words}, or name it as `map` in vault.toml ("-": there is none)'
    return -1, [Finding(VAULT, "no-map", f"no note is the map; {hint}")]


def map_candidates(material: Material, options: ReadOptions) -> dict[int, int]:
    """The numbers of notes that are named after the vault or have a tag of maps, in order: the line that says so."""
    notes, name = material.notes, f"{material.vault_name}.md"
    map_tags = {tag.lower() for tag in options.map_tags}
    lines = dict.fromkeys((number for number in material.names.numbers_of(name) if number < len(notes.paths)), 1)
    for number, tags in enumerate(notes.tags):
        for line, tag in tags:
            if tag.lower() in map_tags:
                lines[number] = line
                break
    return dict(sorted(lines.items()))


def _topics(topics: Topics, areas: Areas, order: Mapping[str, int]) -> Iterator[Topic]:
    """The topics: areas first, then what is filed under each, then the rest; within these as the map says, then by id."""
    filed = areas.by_topic()
    groups: dict[str, list[str]] = {area: [] for area in areas.areas}
    rest: list[str] = []
    for id_ in topics:
        if id_ not in areas.areas:
            home = filed.get(id_)
            (groups[home[0]] if home else rest).append(id_)
    last = len(order)
    for group in (*groups.values(), rest):
        group.sort()
        if order:
            group.sort(key=lambda id_: order.get(id_, last))
    for group in (list(areas.areas), *groups.values(), rest):
        for id_ in group:
            yield topics.topic(id_, filed.get(id_, ()))


class _MapReading:
    """Reads the map note's lists into topics, areas and paths."""

    def __init__(self, path: str, options: ReadOptions, topics: Topics, areas: Areas, names: Names) -> None:
        self.path, self.options, self.topics, self.areas, self.names = path, options, topics, areas, names
        self.order: dict[str, int] = {}  # Topic.id: its position in the map, from 0
        self.paths: list[LearningPath] = []
        self.references: list[Reference] = []  # pages outside the vault that it lists
        self.findings: list[Finding] = []

    def read(self, note: Note) -> None:
        lists = sections(note, self.options)
        if not any(section.role in ("areas", "by area", "topics") for section in lists):
            for section in lists:  # no heading has a role of its own: then each is an area
                section.role = section.role or "by area"
        by_role = {
            role: [section for section in lists if section.role == role]
            for role in ("areas", "by area", "topics", "path", "")
        }
        for section in by_role["areas"]:
            self._read_areas(section)
        listed = bool(by_role["areas"])
        for section in by_role["by area"]:
            self._read_topics_by_area(section, note, listed)
        for section in by_role["topics"]:
            for entry in section.entries:
                self._read_entry(entry)
        for section in by_role["path"]:
            self._read_path(section)
        for section in by_role[""]:
            title = to_text(section.heading.text) if section.heading else ""
            entries = "1 entry is" if len(section.entries) == 1 else f"{len(section.entries)} entries are"
            message = f"the heading {title!r} has no role, so its {entries} not read; name it in vault.toml"
            self._tell(section.line, "unread-section", message)
        if not (self.order or self.topics.nameless):
            self._tell(
                1,
                "empty-map",
                "the map lists nothing; put `- [[Note]] - words` under headings as vault.toml names them",
            )

    def tell_foreign_mapping(self, note: Note | None) -> Iterator[Finding]:
        """Tell if nothing that [area_names] names is here; once the map, if there is one, and the areas are read."""
        named = self.options.area_names
        here = {heading_key(name) for id_ in self.areas.areas for name in self.topics.names(id_)}
        here |= {heading_key(to_text(heading.text)) for heading in (note.headings if note else ())}
        if (
            named
            and not self.topics.nameless
            and not any(
                heading_key(heading) in here or heading_key(area) in here or self.names.find(area, "")[0] >= 0
                for heading, area in named.items()
            )
        ):
            areas = f"none of the {len(named)} areas" if len(named) > 1 else "no area"
            message = (
                f"{areas} that [area_names] of vault.toml names is in this vault; is this another vault's mapping?"
            )
            message += " Name yours with --mappings, or take the entries out"
            yield Finding(VAULT, "foreign-mapping", message)

    def _tell(self, line: int, code: str, message: str) -> None:
        self.findings.append(Finding(Source(self.path, line), code, message))

    def _read_entry(self, entry: Entry, ghosts: bool = True) -> list[str]:
        """The topics that an entry lists, and what it says of them; `ghosts`: those without a note among them."""
        source = Source(self.path, entry.line)
        ids = self._topics_of([link for link in entry.links if not link.external], source)
        if not ids and entry.title and not any(not link.external for link in entry.links):
            ghost = (
                self.topics.ghost(entry.title, source) if ghosts else None
            )  # no note yet, or a page outside the vault
            if not ghost:
                return []
            ids = [ghost]
            self.references.extend(
                Reference(ghost, to_text(link.text) or link.target, link.target, source) for link in entry.links
            )
        for id_ in ids:
            self.order.setdefault(id_, len(self.order))
            if entry.summary:
                self.topics.summaries.setdefault(id_, entry.summary)
        return ids

    def _topics_of(self, links: list[Mention], source: Source) -> list[str]:
        """The topics that links of the map name; a link to no note names a topic that has none yet."""
        ids: dict[str, None] = {}
        folder = folder_of(self.path)
        for link in links:
            if not link.target:
                continue  # the map itself
            number = self.names.find(link.target, folder)[0]
            id_ = self.topics.of_file(number) if number >= 0 else self.topics.ghost(link.target, source)
            if id_:
                ids[id_] = None
        return list(ids)

    def _read_areas(self, section: Section) -> None:
        nearest: dict[int, str | None] = {}  # id() of an entry: its area, or the one that it lies in
        for entry in section.entries:
            above = nearest[id(entry.parent)] if entry.parent else None
            area = next(iter(self._read_entry(entry)), None)
            if area:
                self.areas.add(area, Source(self.path, entry.line), above)
            nearest[id(entry)] = area or above

    def _read_topics_by_area(self, section: Section, note: Note, listed: bool) -> None:
        area = self._area_of_heading(section, note, listed)
        hidden = section.heading is not None and area is None
        for entry in section.entries:
            for id_ in self._read_entry(entry, ghosts=not hidden):
                if area:
                    self.areas.file(id_, area, "map", Source(self.path, entry.line), entry.title)

    def _area_of_heading(self, section: Section, note: Note, listed: bool) -> str | None:
        """The area that a heading means: by the mapping, its link, an area's title or an area's alias."""
        heading = section.heading
        if heading is None:
            return None
        source = Source(self.path, section.line)
        title = to_text(heading.text)
        ids_by_name: dict[str, str] = {}
        for id_ in self.areas.areas:
            for name in self.topics.names(id_):
                ids_by_name.setdefault(heading_key(name), id_)
        area_name = {heading_key(name): area for name, area in self.options.area_names.items()}.get(heading_key(title))
        if area_name is not None:
            number = self.names.find(area_name, "")[0]
            area = self.topics.of_file(number) or ids_by_name.get(heading_key(area_name))
            if area is None and not self.topics.is_hidden(area_name):
                message = f"[area_names] of vault.toml says that {title!r} means {area_name!r}, but no area or note is called so"
                self._tell(section.line, "unknown-area", message)
        else:
            links = [link for link in note.mentions if heading.start <= link.start < heading.end and not link.external]
            area = next(iter(self._topics_of(links, source)), None) or ids_by_name.get(heading_key(title))
            if area is None and listed and title and not self.topics.is_hidden(title):
                hint = "link the heading to its area, give that area this alias, or name it under [area_names] of vault.toml"
                self._tell(section.line, "unknown-area", f"no area is called {title!r}, so it becomes one; {hint}")
        area = area or (self.topics.ghost(title, source) if title else None)
        if area is None:  # it is hidden
            return None
        self.order.setdefault(area, len(self.order))
        self.areas.add(area, source)
        return area

    def _read_path(self, section: Section) -> None:
        title = to_text(section.heading.text) if section.heading else "Learning path"
        steps = []
        for entry in section.entries:
            if entry.parent is None:
                source = Source(self.path, entry.line)
                topics = self._topics_of([link for link in entry.all_links if not link.external], source)
                for id_ in topics:
                    self.order.setdefault(id_, len(self.order))
                if entry.text:
                    steps.append(Step(entry.text, tuple(topics), source))
        if not steps:
            if not self.topics.nameless:  # else they may be hidden
                self._tell(
                    section.line, "empty-path", f"the learning path {title!r} has no steps; number them 1. 2. 3."
                )
            return
        id_ = slug(title) or "path"
        same = sum(path.id == id_ or path.id.startswith(f"{id_}-") for path in self.paths)
        id_ = f"{id_}-{same + 1}" if same else id_
        self.paths.append(LearningPath(id_, title, tuple(steps), Source(self.path, section.line)))
