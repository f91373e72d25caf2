"""What is filed under what: by the map, by properties, by folders, by nested tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate, chain
from operator import itemgetter

from exporter.errors import Finding
from exporter.model import IN_AREA, Area, Link, Source, make_record
from exporter.reader.meaning.folders import Folders
from exporter.reader.meaning.topics import Topics
from exporter.reader.names import slug
from exporter.reader.options import AreaSource


class Filings(Mapping[tuple[str, str], tuple[AreaSource, Link]]):
    """Who said first that a topic lies in an area, by both; what folders say has no record before it is asked for."""

    def __init__(self, source: Callable[[str], Source]) -> None:
        """Take what tells where a topic stands."""
        self._source = source
        self.said: dict[tuple[str, str], tuple[AreaSource, Link]] = {}  # by all others than folders
        self.by_folder: dict[str, str] = {}  # topics that nobody else files: the areas of their folders

    def __getitem__(self, pair: tuple[str, str]) -> tuple[AreaSource, Link]:
        topic, area = pair
        if self.by_folder.get(topic) == area:
            return "folders", Link(topic, IN_AREA, area, "", "", self._source(topic))
        return self.said[pair]

    def __contains__(self, pair: object) -> bool:
        return pair in self.said or pair in self.by_folder.items()  # type: ignore[operator]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return chain(self.said, self.by_folder.items())

    def __len__(self) -> int:
        return len(self.said) + len(self.by_folder)

    def remove(self, topic: str, area: str) -> None:
        """Take a topic out of an area, if it is filed there."""
        self.said.pop((topic, area), None)
        if self.by_folder.get(topic) == area:
            del self.by_folder[topic]

    def count_origins(self) -> Counter[AreaSource]:
        """How many topics are filed by each."""
        pairs = dict.fromkeys((topic, origin) for (topic, _), (origin, _) in self.said.items())
        counts: Counter[AreaSource] = Counter(origin for _, origin in pairs)
        if self.by_folder:
            counts["folders"] += len(self.by_folder)
        return counts


class Areas:
    """The areas, and the topics filed under them; `origins` says who may file, the strongest first."""

    def __init__(self, origins: tuple[AreaSource, ...], topics: Topics) -> None:
        self.origins = origins
        self.topics = topics
        self.findings: list[Finding] = []
        self.areas: dict[str, Area] = {}  # by id, in order
        self.filings = Filings(topics.source)
        self.folders: dict[str, str] = {}  # by id: the folder, or the nested tag, that an area stands for
        self.loose: set[str] = set()  # topics that lie in no area, as the map says
        self.outvoted: list[tuple[str, str, AreaSource, Source]] = []  # topic, area, who said so after that, and where

    def add(self, id_: str, source: Source, parent: str | None = None) -> None:
        """Make a topic an area, unless it is one."""
        if id_ not in self.areas:
            self.areas[id_] = Area(id_, parent if parent != id_ else None, source)

    def file(self, topic: str, area: str, origin: AreaSource, source: Source, text: str = "") -> None:
        """File a topic under an area, unless nobody may file by this origin; who said it first counts."""
        if origin not in self.origins or topic == area:
            return
        filings, pair = self.filings, (topic, area)
        if pair in filings.said or filings.by_folder.get(topic) == area:
            self.outvoted.append((topic, area, origin, source))
        else:
            filings.said[pair] = origin, Link(topic, IN_AREA, area, text, "", source)

    def file_listed(self, area: str, path: str, listed: Iterable[tuple[str, int, str]]) -> None:
        """File topics under an area, as a map lists them: each with the line and the words that do."""
        if "map" not in self.origins:
            return
        said, by_folder = self.filings.said, self.filings.by_folder
        for topic, line, text in listed:
            source, pair = make_record(Source, (path, line)), (topic, area)
            if pair in said or by_folder.get(topic) == area:
                self.outvoted.append((topic, area, "map", source))
            elif topic != area:
                said[pair] = "map", make_record(Link, (topic, IN_AREA, area, text, "", source))

    def file_by_names(self) -> None:
        """File what nobody else has filed by its folder or its nested tags, where these are origins."""
        topics = self.topics
        on_map = {*self.areas, *self.loose} if "map" in self.origins else set()  # these have a place
        for origin in self.origins:
            placed = {topic for topic, _ in self.filings} | on_map
            if origin == "folders":
                self._file_by_folders(placed)
            elif origin == "tags":
                for number, id_ in enumerate(topics.ids):
                    if id_ and topics.notes.tags[number] and id_ not in placed:
                        for tag in topics.tags_of(number):
                            above = accumulate(tag.split("/"), "{}/{}".format)
                            if area := self._area(above, topics.source(id_)):
                                self.file(id_, area, origin, topics.source(id_))

    def _file_by_folders(self, placed: set[str]) -> None:
        """File what has no place yet by its folder; a note that stands for its folder by the next."""
        folders, ids, source = self.topics.folders, self.topics.ids, self.topics.source
        of_note, by_folder = folders.of_note, self.filings.by_folder
        standing = [(folder, id_) for n, folder in sorted(of_note.items()) if (id_ := ids[n]) and id_ not in placed]
        elsewhere = {n for id_ in placed if (n := self.topics.numbers.get(id_)) is not None} | of_note.keys()
        inside = {
            folder: numbers if elsewhere.isdisjoint(numbers) else [n for n in numbers if n not in elsewhere]
            for folder, numbers in folders.members.items()
            if folder
        }
        for folder, numbers in sorted(filter(itemgetter(1), inside.items()), key=itemgetter(1)):
            topics = list(filter(None, map(ids.__getitem__, numbers)))
            if area := self._area(folders.within(folder), source(topics[0]), folders):
                by_folder.update(dict.fromkeys(topics, area))
                by_folder.pop(area, None)  # it does not lie in itself
        for folder, id_ in sorted(standing, key=lambda note: -note[0].count("/")):
            if id_ not in self.areas and (area := self._area(folders.within(folder)[:-1], source(id_), folders)):
                by_folder[id_] = area

    def _area(self, names: Iterable[str], source: Source, folders: Folders | None = None) -> str | None:
        """The area of the last of these folders, or nested tags, each of which lies in the one before; None: there is none."""
        area: str | None = None
        for name in names:
            id_ = self.topics.of_file(folders.notes.get(name, -1)) if folders else None
            if folders and name in folders.top and (id_ or slug(name)) not in self.areas:
                continue  # it would be the area of everything
            id_ = id_ or self.topics.folder(name, source)
            self.add(id_, source, area)
            self.folders.setdefault(id_, name)
            area = id_
        return area

    def by_topic(self) -> dict[str, tuple[str, ...]]:
        """The areas of each topic that is filed anywhere, in the order of the origins."""
        ranked: dict[str, list[tuple[int, str]]] = {}
        for (topic, area), (origin, _) in self.filings.said.items():
            ranked.setdefault(topic, []).append((self.origins.index(origin), area))
        filed: dict[str, tuple[str, ...]] = {topic: (area,) for topic, area in self.filings.by_folder.items()}
        for topic, areas in ranked.items():
            filed[topic] = tuple(area for _, area in sorted(areas, key=itemgetter(0)))
        return filed

    def within(self, ids: Iterable[str]) -> set[str]:
        """These topics, and all that is filed under those of them that are areas, at any depth."""
        inside = set(ids)
        if inside.isdisjoint(self.areas):
            return inside
        below: dict[str, list[str]] = {}
        for topic, area in self.filings:
            below.setdefault(area, []).append(topic)
        for id_, its in self.areas.items():
            if its.parent:
                below.setdefault(its.parent, []).append(id_)
        waiting, inside = list(inside), set()
        while waiting:
            id_ = waiting.pop()
            if id_ not in inside:
                inside.add(id_)
                waiting += below.get(id_, ())
        return inside

    def settle(self) -> None:
        """Give areas that are filed under others their parents, and tell where notes and the map disagree."""
        said, by_folder = self.filings.said, self.filings.by_folder
        of_areas = [pair for pair in said if pair[0] in self.areas]
        for topic, area in [*of_areas, *((topic, by_folder[topic]) for topic in self.areas if topic in by_folder)]:
            if self.areas[topic].parent is None:
                self.areas[topic] = self.areas[topic]._replace(parent=area)
        stated = [(topic, area, link) for (topic, area), (origin, link) in said.items() if origin == "properties"]
        by_map: dict[str, Link] = {}  # topic: its first place on the map
        for (topic, _), (origin, link) in said.items() if stated else ():
            if origin == "map":
                by_map.setdefault(topic, link)
        for topic, area, link in stated:
            if other := by_map.get(topic):
                title = self.topics.title
                message = (
                    f"the note says area {title(area)!r}, the map {title(other.end)!r} ({other.source}); "
                    "both hold; fix one of them"
                )
                self.findings.append(Finding(link.source, "area-disagreement", message))
        self._cut_circles()

    def _cut_circles(self) -> None:
        settled: set[str] = set()
        for id_ in list(self.areas):
            chain, last = {id_: None}, id_
            while (parent := self.areas[last].parent) and parent not in settled:
                if parent in chain:
                    area = self.areas[last] = self.areas[last]._replace(parent=None)
                    self.filings.remove(area.id, parent)
                    circle = list(chain)
                    names = ", ".join(circle[circle.index(parent) :])
                    message = (
                        f"the areas {names} lie in one another; {area.id} is taken out of {parent}; fix one of them"
                    )
                    self.findings.append(Finding(area.source, "area-circle", message))
                    break
                chain[parent], last = None, parent
            settled.update(chain)
