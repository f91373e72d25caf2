"""The knowledge map's meaning: topics, areas, learning paths, tags and links, from what the notes say. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import accumulate
from typing import NamedTuple

from exporter.errors import Finding
from exporter.model import (
    REQUIRES,
    VAULT,
    KnowledgeMap,
    LearningPath,
    Reference,
    Source,
    Step,
    Table,
    Topic,
    spread,
    usual_language,
)
from exporter.outline import heading_key
from exporter.reader.batch.cache import Suggested
from exporter.reader.batch.full import parse, to_text
from exporter.reader.batch.resolve import Names
from exporter.reader.markdown.inline import Mention
from exporter.reader.markdown.note import Note
from exporter.reader.markdown.plain_text import LAST_TAGS
from exporter.reader.meaning.areas import Areas
from exporter.reader.meaning.implied import imply
from exporter.reader.meaning.links import Links
from exporter.reader.meaning.map_note import Entry, Listed, Section, list_entries, sections, to_listed
from exporter.reader.meaning.maps import Material, choose_map, is_guess, maps_within
from exporter.reader.meaning.missing import ENDING, Near
from exporter.reader.meaning.order import Order
from exporter.reader.meaning.paths import check_paths, make_path
from exporter.reader.meaning.topics import Topics
from exporter.reader.meaning.words import find_words, tell_flaws
from exporter.reader.names import folder_of, key, name_of, slug
from exporter.reader.options import AreaSource, ReadOptions

AT_ONCE = 500  # maps that are read at once
SHARE = 20  # one title of so many may have letters that English has not


class Meaning(NamedTuple):
    """What the notes mean, and what it was made from."""

    knowledge_map: KnowledgeMap  # without its content
    topics: Topics
    areas: Areas
    links: Links
    findings: list[Finding]


def interpret(
    material: Material,
    options: ReadOptions,
    suggested: Suggested | None = None,
    chosen: tuple[int, list[Finding]] | None = None,
    nearest: bool = True,
) -> Meaning:
    """Make the tables of the hub, and tell what is wrong.

    `suggested` holds the nearest names to missing ones, as far as an earlier run has found them; it grows. `chosen` is
    what `choose_map` gives of this material, if it was asked already. `nearest`: names near missing ones are told.

    Raises:
        OptionError: `map` names no note.
    """
    notes, names = material.notes, material.names
    number, of_choice = chosen or choose_map(material, options)
    findings = [*of_choice]
    near = Near(names if nearest else names.of(()), suggested)  # the core looks while all else is made
    places = names.dialect.places(notes, notes.paths)
    topics = Topics(notes, number, material.nameless, places if places != notes.paths else None, material.tags)
    within = maps_within(material, options, number)
    without_map: tuple[AreaSource, ...] = ("map", *options.areas_without_map) if within else options.areas_without_map
    areas = Areas(options.areas_from if number >= 0 else tuple(dict.fromkeys(without_map)), topics)
    if names.dialect.LEVELS_ARE_NOTES:
        topics.add_levels(places)
    links = Links(topics, areas, names, options.relations, near)
    path = notes.paths[number] if number >= 0 else ""
    map_reading = _MapReading(number, options, topics, areas, names)
    title, summary, said, properties = material.vault_name, "", options.language, {}
    note = material.parse(path) if path else None
    if note:
        map_reading.read(note, is_guess(material, options, number))
        values, properties = note.properties.values, notes.properties[number]
        title = notes.titles[number] or name_of(path)
        title = material.vault_name if key(title) in names.dialect.MAPS else title
        summary = LAST_TAGS.sub("", to_text(note.intro))
        said = said or str(values.get("lang") or values.get("language") or "")
    map_reading.read_maps(within, material.read)
    some = spread(len(notes.paths))
    titles = [notes.titles[number] or name_of(notes.paths[number]) for number in some]
    by_words = "" if said else usual_language(titles, [notes.headings[number] for number in some])
    language = said or by_words or "en"
    strange = 0 if said or by_words == "en" else sum(not title.isascii() for title in titles)
    if (by_words or "en") != "en" or strange * SHARE > len(titles):  # where nearly all are plain, it is hardly another
        hint = f"write `lang: {language}`, or what it is, in the map, or `language` in vault.toml"
        message = f"nothing says the vault's language, so {language!r} is assumed; {hint}"
        findings.append(Finding(Source(path, 1), "assumed-language", message))
    find_words(topics, links.rows.plain, options.relations, "properties" in areas.origins)
    links.read()
    map_reading.fill_maps(within)
    for canvas_path, canvas in material.canvases.items():
        links.read_canvas(canvas_path, canvas)
    links.lacking.finish()
    areas.file_by_names()
    areas.settle()
    order = Order(topics, options.order, material.parse, names.dialect.rank)
    areas.areas = order.arrange(areas.areas, path, areas.folders)
    paths = map_reading.paths
    if options.path_from == "requires" and not paths:
        last = len(map_reading.order)
        made = make_path(
            links.ends_of(REQUIRES),
            lambda id_: (map_reading.order.get(id_, last), order.key(id_)),
            topics.title,
            topics.source,
        )
        paths = [made] if made else []
    filed = (link for _, link in areas.filings.values())
    consequence = imply([*links.typed(), *filed] if options.implied.write else (), options.implied)
    return Meaning(
        KnowledgeMap(
            title,
            summary,
            language,
            source=Source(path, 1),
            properties=properties,
            topics=Table(len(topics), lambda: _topics(topics, areas, map_reading.order, order)),
            areas=tuple(areas.areas.values()),
            tags=tuple(sorted(topics.tags.values(), key=lambda tag: (tag.id.lower().split("/"), tag.id))),
            links=Table(links.size + len(areas.filings), links.table),
            paths=tuple(paths),
            references=links.references(map_reading.references),
            implied=tuple(consequence.links),
            missing=links.missing,
        ),
        topics,
        areas,
        links,
        [
            *tell_flaws(notes),
            *findings,
            *topics.findings,
            *map_reading.findings,
            *map_reading.tell_foreign_mapping(note),
            *links.findings,
            *links.tell_unknown(),
            *links.tell_unknown_words(),
            *consequence.findings,
            *areas.findings,
            *order.findings,
            *check_paths(map_reading.paths, links.ends_of(REQUIRES), links.source, topics.title, areas.within),
        ],
    )


def _topics(topics: Topics, areas: Areas, of_map: Mapping[str, int], order: Order) -> Iterator[Topic]:
    """The topics: areas first, then what is filed under each, then the rest; within these as the map says, then in order."""
    filed = areas.by_topic()
    groups: dict[str, list[str]] = {area: [] for area in areas.areas}
    rest: list[str] = []
    for id_ in topics:
        if id_ not in areas.areas:
            home = filed.get(id_)
            (groups[home[0]] if home else rest).append(id_)
    last = len(of_map)
    for group in (*groups.values(), rest):
        group.sort(key=lambda id_: (of_map.get(id_, last), order.key(id_)))
    for group in (list(areas.areas), *groups.values(), rest):
        for id_ in group:
            yield topics.topic(id_, filed.get(id_, ()))


class _MapReading:
    """Reads the map note's lists into topics, areas and paths."""

    def __init__(self, number: int, options: ReadOptions, topics: Topics, areas: Areas, names: Names) -> None:
        self.options, self.topics, self.areas, self.names = options, topics, areas, names
        self.guess = False
        self.root = self.number = number  # of the map, and of the one that is read; -1: there is none
        self.path = names.paths[number] if number >= 0 else ""
        self.files: dict[str, int] = {}  # by target of a link of the map that is read: the file's number, or -1
        self._rows = [0, *accumulate(topics.notes.counts)]  # of each note, the number of its first link
        self.order: dict[str, int] = {}  # Topic.id: its position in the map, from 0
        self.paths: list[LearningPath] = []
        self.references: list[Reference] = []  # pages outside the vault that it lists
        self.findings: list[Finding] = []

    def read(self, note: Note, guess: bool) -> None:
        """Read the map; words of one that is but a guess name nothing unless they are a note's name."""
        self.guess = guess
        self._take(self.number)
        lists = sections(note, self.options)
        areas_are_named = any(section.role in ("areas", "by area") for section in lists)
        for section in lists:
            if section.heading is None or (note.opens and section.heading == note.headings[0]):
                section.role = section.role or "unfiled"  # the title of the map is no area of it
            elif not areas_are_named:
                section.role = section.role or "by area"  # no heading says which are the areas: then each is one
        by_role = {
            role: [section for section in lists if section.role == role]
            for role in ("areas", "by area", "topics", "unfiled", "path", "")
        }
        for section in by_role["areas"]:
            self._read_areas(section)
        listed = bool(by_role["areas"])
        for section in by_role["by area"]:
            self._read_topics_by_area(section, note, listed)
        for section in by_role["topics"]:
            for entry in section.entries:
                self.areas.loose.update(self._read_entry(entry, Source(self.path, entry.line)))
        for section in by_role["unfiled"]:
            for entry in section.entries:
                self._read_entry(entry, Source(self.path, entry.line))
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

    def read_maps(self, numbers: Sequence[int], read: Callable[[str], bytes]) -> None:
        """Read the other maps: each is an area, in which lies what it lists."""
        paths = self.topics.notes.paths
        maps = [(area, number) for number in numbers if (area := self.topics.of_file(number))]
        for area, number in maps:
            self.order.setdefault(area, len(self.order))
            self.areas.add(area, Source(paths[number], 1))
        for first in range(0, len(maps), AT_ONCE):
            some = maps[first : first + AT_ONCE]
            data = [read(paths[number]) for _, number in some]
            for (area, number), its, entries in zip(some, data, list_entries(data, self.options), strict=True):
                reading = copy(self)  # what it finds goes to the same tables
                reading._take(number)
                reading._read_map(area, its, entries)

    def _read_map(self, area: str, data: bytes, entries: Iterable[Listed] | None) -> None:
        """Read a map whose notes lie in this area, whatever its headings; `entries` are all that it lists, if that is known."""
        if entries is not None:
            self._file(entries, area)
            return
        for section in sections(parse(data), self.options):
            if section.role != "path":
                self._file(map(to_listed, section.entries), area)
            elif section.entries:
                self._read_path(section)

    def _file(self, entries: Iterable[Listed], area: str) -> None:
        """File what entries list under an area."""
        self.areas.file_listed(area, self.path, self._read_listed(entries))

    def _read_listed(self, entries: Iterable[Listed]) -> Iterator[tuple[str, int, str]]:
        """The topics that entries list, each with the line and the words that do."""
        of_file, order, find = self.topics.of_file, self.order, self._find
        for line, targets, text, summary in entries:
            ids: Iterable[str | None]
            if targets is not None:
                ids = [of_file(find(target)) for target in targets]
                if len(targets) > 1:
                    ids = dict.fromkeys(ids)
            elif named := self._named(text):
                ids, summary = [named[0]], summary or named[1]
            else:
                continue
            for id_ in ids:
                if id_ is None:
                    continue
                order.setdefault(id_, len(order))
                if summary:
                    self.topics.summaries.setdefault(id_, summary)
                yield id_, line, text

    def fill_maps(self, numbers: Sequence[int]) -> None:
        """File what links to a map that lists nothing, unless a property files it; once all links are read."""
        ids, notes = self.topics.ids, self.topics.notes
        full = {area for (_, area), (origin, _) in self.areas.filings.said.items() if origin == "map"}
        empty = {number: area for number in numbers if (area := ids[number]) and area not in full}
        if not empty:
            return
        elsewhere = {topic for (topic, _), (origin, _) in self.areas.filings.said.items() if origin == "properties"}
        for number, row in notes.rows(notes.links_to(empty)):
            id_ = ids[number]
            if id_ and id_ not in elsewhere and id_ not in self.areas.areas:
                source = Source(notes.paths[number], notes.lines[row])
                self.areas.file(id_, empty[notes.files[row]], "map", source, notes.texts[row])

    def _tell(self, line: int, code: str, message: str) -> None:
        self.findings.append(Finding(Source(self.path, line), code, message))

    def _take(self, number: int) -> None:
        """Read the map of this number from now on; where its links lead is known."""
        notes, first, behind = self.topics.notes, self._rows[number], self._rows[number + 1]
        self.number, self.path = number, notes.paths[number]
        leading = zip(notes.targets[first:behind], notes.files[first:behind], strict=True)
        self.files = {target: file for target, file in leading if file >= 0}

    def _find(self, target: str) -> int:
        """The number of the file that a link of the map means, or -1."""
        number = self.files.get(target)
        if number is None:
            number = self.files[target] = self.names.find(target, folder_of(self.path))[0]
        return number

    def _read_entry(self, entry: Entry, source: Source, ghosts: bool = True) -> list[str]:
        """The topics that an entry lists, and what it says of them; `ghosts`: those without a note among them."""
        ids = self._topics_of(entry.links, source, ghosts)
        summary = entry.summary
        if not entry.links and (named := self._named(entry.title)):
            ids, summary = [named[0]], summary or named[1]
        if not ids and entry.title and not any(not link.external for link in entry.links):
            ghost = (
                self.topics.ghost(entry.title, source) if ghosts and not self.guess else None
            )  # no note yet, or a page outside the vault
            if not ghost:
                return []
            ids = [ghost]
            self.references.extend(
                Reference(ghost, to_text(link.text) or link.target, link.target, source) for link in entry.links
            )
        for id_ in ids:
            self.order.setdefault(id_, len(self.order))
            if summary:
                self.topics.summaries.setdefault(id_, summary)
        return ids

    def _named(self, words: str) -> tuple[str, str] | None:
        """The topic of the only note that words without a link name, whole or before a colon; and what is behind it."""
        name, _, behind = words.partition(":")
        for title, rest in ((words, ""), (name.rstrip(), behind.strip())):
            numbers = self.names.find(title, folder_of(self.path)) if title else (-1,)
            if len(numbers) == 1 and numbers[0] >= 0 and (id_ := self.topics.of_file(numbers[0])):
                return id_, rest
        return None

    def _topics_of(self, links: list[Mention], source: Source, ghosts: bool = True) -> list[str]:
        """The topics that links of the map name; a link to no note names a topic that has none yet, if `ghosts`."""
        ids: dict[str, None] = {}
        for link in links:
            if link.external or not link.target:
                continue  # it leads out of the vault, or to the map itself
            number = self._find(link.target)
            id_ = self.topics.of_file(number)
            if number < 0 and ghosts and not (link.embed and ENDING.search(link.target)):
                id_ = self.topics.ghost(link.target, source)
            if id_:
                ids[id_] = None
        return list(ids)

    def _read_areas(self, section: Section) -> None:
        nearest: dict[int, str | None] = {}  # id() of an entry: its area, or the one that it lies in
        for entry in section.entries:
            above = nearest[id(entry.parent)] if entry.parent else None
            source = Source(self.path, entry.line)
            area = next(iter(self._read_entry(entry, source)), None)
            if area:
                self.areas.add(area, source, above)
            nearest[id(entry)] = area or above

    def _read_topics_by_area(self, section: Section, note: Note, listed: bool) -> None:
        area = self._area_of_heading(section, note, listed)
        hidden = section.heading is not None and area is None
        for entry in section.entries:
            source = Source(self.path, entry.line)
            for id_ in self._read_entry(entry, source, ghosts=not hidden):
                if area:
                    self.areas.file(id_, area, "map", source, entry.title)

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
            links = [link for link in note.mentions if heading.start <= link.start < heading.end]
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
        title = to_text(section.heading.text) if section.heading else ""
        title = title or ("Learning path" if self.number == self.root else name_of(self.path))
        steps = []
        for entry in section.entries:
            if entry.parent is None:
                source = Source(self.path, entry.line)
                topics = self._topics_of(entry.all_links, source)
                text = entry.text
                if not entry.all_links and (named := self._named(text)):
                    topics = [named[0]]
                for id_ in topics:
                    self.order.setdefault(id_, len(self.order))
                if text:
                    steps.append(Step(text, tuple(topics), source))
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
