"""The knowledge map's meaning: topics, areas, learning paths, tags and links, from what the notes say. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from exporter.errors import ExportError, Finding
from exporter.model import KnowledgeMap, LearningPath, Reference, Source, Step, Topic
from exporter.reader.areas import Areas
from exporter.reader.inline import Mention
from exporter.reader.links import Links
from exporter.reader.map_note import Entry, Section, sections
from exporter.reader.mapping import VaultMapping
from exporter.reader.note import Note, heading_key
from exporter.reader.plain import plain
from exporter.reader.resolve import Names, key
from exporter.reader.topics import Topics, name_of, slug, tags_of, title_of


def interpret(
    notes: Mapping[str, Note], names: Names, mapping: VaultMapping, vault_name: str
) -> tuple[KnowledgeMap, Topics, list[Finding]]:
    """Make the tables of the hub (without its content), and tell what is wrong.

    Raises:
        ExportError: the mapping names a map that is not there.
    """
    findings: list[Finding] = []
    map_path = _choose_map(notes, names, mapping, vault_name, findings)
    topics = Topics(notes, map_path, findings)
    areas = Areas(mapping.areas_from if map_path else mapping.areas_without_map, topics, findings)
    links = Links(notes, names, mapping, map_path, topics, areas, findings)
    map_reading = _MapReading(map_path, mapping, topics, areas, links)
    if map_path:
        map_reading.read(notes[map_path])
    for path, note in notes.items():
        findings += (Finding(Source(path, line), code, message) for line, code, message in note.problems)
        if path != map_path:
            links.read(path, note)
    areas.file_by_names(topics.ids)
    areas.settle()
    if links.to_map:
        message = f"{len(links.to_map)} links lead to the map itself, which is no topic; they stand in no table"
        findings.append(Finding(min(links.to_map), "map-link", message))
    title, summary, language = vault_name, "", mapping.language or "en"
    if map_path:
        values = notes[map_path].properties.values
        title, summary = title_of(map_path, notes[map_path]), plain(notes[map_path].intro)
        language = mapping.language or str(values.get("lang") or values.get("language") or "en")
    return (
        KnowledgeMap(
            title,
            summary,
            language,
            source=Source(map_path, 1),
            topics=_topics(topics, areas, map_reading.order),
            areas=tuple(areas.areas.values()),
            tags=tuple(sorted(topics.tags.values(), key=lambda tag: (tag.id.lower().split("/"), tag.id))),
            links=tuple(
                sorted(
                    [*links.links, *(link for _, link in areas.filed.values())],
                    key=lambda link: (link.start, link.source, link.kind, link.end, link.text),
                )
            ),
            paths=tuple(map_reading.paths),
            references=tuple(sorted(links.references, key=lambda r: (r.topic, r.source, r.url, r.title))),
        ),
        topics,
        findings,
    )


def _choose_map(
    notes: Mapping[str, Note], names: Names, mapping: VaultMapping, vault_name: str, findings: list[Finding]
) -> str:
    """The path of the map note; "" where there is none."""
    if mapping.map == "-":
        return ""
    if mapping.map:
        path = names.resolve(mapping.map, "").path or ""
        if path not in notes:
            raise ExportError(f"vault.toml: map = {mapping.map!r}: no note has this name; mend it, or leave `map` out")
        return path
    wanted = {tag.lower() for tag in mapping.map_tags}
    found: dict[str, int] = {}  # path: line
    for path, note in notes.items():
        places = [line for line, tag in tags_of(note) if tag.lower() in wanted]
        if places or key(name_of(path)) == key(vault_name):
            found[path] = places[0] if places else 1
    if len(found) == 1:
        return next(iter(found))
    if found:
        paths = list(found)
        others = ", ".join(paths[:5]) + (", ..." if len(paths) > 5 else "")
        message = f"{len(found)} notes could be the map ({others}); none is taken; name one as `map` in vault.toml"
        findings.append(Finding(Source(paths[1], found[paths[1]]), "two-maps", message))
    else:
        tags = " or ".join(f"#{tag}" for tag in mapping.map_tags)
        hint = f'tag one with {tags}, or name it as `map` in vault.toml ("-": there is none)'
        findings.append(Finding(Source(".", 1), "no-map", f"no note is the map; {hint}"))
    return ""


def _topics(topics: Topics, areas: Areas, order: Mapping[str, int]) -> tuple[Topic, ...]:
    """The topics: areas first, then what is filed under each, then the rest; within these as the map says, then by id."""
    filed = areas.of_topics()
    place = {id_: number for number, id_ in enumerate(areas.areas)}
    last = len(order)

    def rank(id_: str) -> tuple[int, int, int, str]:
        if id_ in place:
            return 0, place[id_], 0, id_
        home = filed.get(id_)
        return (1, place[home[0]], order.get(id_, last), id_) if home else (2, 0, order.get(id_, last), id_)

    return tuple(
        Topic(
            draft.id,
            draft.title,
            draft.summary,
            filed.get(draft.id, ()),
            draft.tags,
            draft.aliases,
            draft.note,
            draft.properties,
            draft.source,
        )
        for draft in sorted(topics.drafts.values(), key=lambda draft: rank(draft.id))
    )


class _MapReading:
    """Reads the map note's lists into topics, areas and paths."""

    def __init__(self, path: str, mapping: VaultMapping, topics: Topics, areas: Areas, links: Links) -> None:
        self.path, self.mapping, self.topics, self.areas, self.links = path, mapping, topics, areas, links
        self.order: dict[str, int] = {}  # Topic.id: its place in the map
        self.paths: list[LearningPath] = []

    def read(self, note: Note) -> None:
        lists = sections(note, self.mapping)
        if not any(section.role in ("areas", "by area", "topics") for section in lists):
            for section in lists:  # no heading has a role of its own: then each is an area
                section.role = section.role or "by area"
        by_role = {
            role: [section for section in lists if section.role == role]
            for role in ("areas", "by area", "topics", "path", "")
        }
        for section in by_role["areas"]:
            self._areas(section)
        listed = bool(by_role["areas"])
        for section in by_role["by area"]:
            self._topics_by_area(section, note, listed)
        for section in by_role["topics"]:
            for entry in section.entries:
                self._entry(entry)
        for section in by_role["path"]:
            self._path(section)
        for section in by_role[""]:
            title = plain(section.heading.text) if section.heading else ""
            message = f"the heading {title!r} has no role, so its {len(section.entries)} entries are not read; name it in vault.toml"
            self._tell(section.line, "unread-section", message)
        if not self.order:
            self._tell(
                1,
                "empty-map",
                "the map lists nothing; put `- [[Note]] - words` under headings as vault.toml names them",
            )

    def _tell(self, line: int, code: str, message: str) -> None:
        self.links.findings.append(Finding(Source(self.path, line), code, message))

    def _entry(self, entry: Entry) -> list[str]:
        """The topics that an entry lists, and what it says of them."""
        place = Source(self.path, entry.line)
        found = self._linked([link for link in entry.links if not link.external], place)
        if not found and entry.title and not any(not link.external for link in entry.links):
            found = [self.topics.ghost(entry.title, place)]  # no note yet, or a page outside the vault
            self.links.references += (
                Reference(found[0], plain(link.text) or link.target, link.target, place) for link in entry.links
            )
        for id_ in found:
            self.order.setdefault(id_, len(self.order))
            draft = self.topics.drafts[id_]
            draft.summary = draft.summary or entry.summary
        return found

    def _linked(self, links: list[Mention], place: Source) -> list[str]:
        """The topics that links of the map name; a link to no note names a topic that has none yet."""
        found: dict[str, None] = {}
        for link in links:
            path = self.links.file(link, place, "here it is a topic without a note")
            id_ = self.topics.ids.get(path) if path else self.topics.ghost(link.target, place)
            if id_:
                found[id_] = None
        return list(found)

    def _areas(self, section: Section) -> None:
        nearest: dict[int, str | None] = {}  # id() of an entry: its area, or the one that it lies in
        for entry in section.entries:
            above = nearest[id(entry.parent)] if entry.parent else None
            area = next(iter(self._entry(entry)), None)
            if area:
                self.areas.add(area, Source(self.path, entry.line), above)
            nearest[id(entry)] = area or above

    def _topics_by_area(self, section: Section, note: Note, listed: bool) -> None:
        area = self._area_of_heading(section, note, listed)
        for entry in section.entries:
            for id_ in self._entry(entry):
                if area:
                    self.areas.file(id_, area, "map", Source(self.path, entry.line), entry.title)

    def _area_of_heading(self, section: Section, note: Note, listed: bool) -> str | None:
        """The area that a heading means: by the mapping, its link, an area's title or an area's alias."""
        heading = section.heading
        if heading is None:
            return None
        place = Source(self.path, section.line)
        title = plain(heading.text)
        known: dict[str, str] = {}
        for id_ in self.areas.areas:
            draft = self.topics.drafts[id_]
            for name in (draft.title, name_of(draft.note or ""), *draft.aliases):
                known.setdefault(heading_key(name), id_)
        wanted = {heading_key(name): area for name, area in self.mapping.area_names.items()}.get(heading_key(title))
        if wanted is not None:
            path = self.links.names.resolve(wanted, self.path).path
            area = self.topics.ids.get(path or "") or known.get(heading_key(wanted))
            if area is None:
                message = (
                    f"[area_names] of vault.toml says that {title!r} means {wanted!r}, but no area or note is called so"
                )
                self._tell(section.line, "unknown-area", message)
        else:
            own = [link for link in note.mentions if heading.start <= link.start < heading.end and not link.external]
            area = next(iter(self._linked(own, place)), None) or known.get(heading_key(title))
            if area is None and listed:
                hint = "link the heading to its area, give that area this alias, or name it under [area_names] of vault.toml"
                self._tell(section.line, "unknown-area", f"no area is called {title!r}, so it becomes one; {hint}")
        area = area or self.topics.ghost(title, place)
        self.order.setdefault(area, len(self.order))
        self.areas.add(area, place)
        return area

    def _path(self, section: Section) -> None:
        title = plain(section.heading.text) if section.heading else "Learning path"
        steps = []
        for entry in section.entries:
            if entry.parent is None:
                place = Source(self.path, entry.line)
                topics = self._linked([link for link in entry.all_links if not link.external], place)
                for id_ in topics:
                    self.order.setdefault(id_, len(self.order))
                steps.append(Step(entry.text, tuple(topics), place))
        if not steps:
            self._tell(section.line, "empty-path", f"the learning path {title!r} has no steps; number them 1. 2. 3.")
            return
        id_ = slug(title) or "path"
        same = sum(path.id == id_ or path.id.startswith(f"{id_}-") for path in self.paths)
        id_ = f"{id_}-{same + 1}" if same else id_
        self.paths.append(LearningPath(id_, title, tuple(steps), Source(self.path, section.line)))
