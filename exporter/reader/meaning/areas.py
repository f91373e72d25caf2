"""What is filed under what: by the map, by properties, by folders, by nested tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from exporter.errors import Finding
from exporter.model import IN_AREA, Area, Link, Source
from exporter.reader.meaning.folders import Folders
from exporter.reader.meaning.topics import Topics
from exporter.reader.names import folder_of, slug
from exporter.reader.options import AreaSource


class Areas:
    """The areas, and the topics filed under them; `origins` says who may file, the strongest first."""

    def __init__(self, origins: tuple[AreaSource, ...], topics: Topics) -> None:
        self.origins = origins
        self.topics = topics
        self.findings: list[Finding] = []
        self.areas: dict[str, Area] = {}  # by id, in order
        self.filings: dict[tuple[str, str], tuple[AreaSource, Link]] = {}  # topic and area: who said so first
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
        if (topic, area) in self.filings:
            self.outvoted.append((topic, area, origin, source))
        else:
            self.filings[topic, area] = origin, Link(topic, IN_AREA, area, text, "", source)

    def file_by_names(self, paths: Sequence[str], ids: Sequence[str | None]) -> None:
        """File what nobody else has filed by its folder or its nested tags, where these are origins.

        `paths` and `ids` are those of the notes, by the levels of a dialect, and of their topics.
        """
        on_map = {*self.areas, *self.loose} if "map" in self.origins else set()  # these have a place
        for origin in self.origins:
            ids_filed = {topic for topic, _ in self.filings} | on_map
            notes = [(path, id_) for path, id_ in zip(paths, ids, strict=True) if id_ and id_ not in ids_filed]
            if origin == "folders":
                self._file_by_folders(notes)
            elif origin == "tags":
                for _, id_ in notes:
                    for tag in self.topics.tags_of(self.topics.numbers[id_]):
                        above = accumulate(tag.split("/"), "{}/{}".format)
                        if area := self._area(above, self.topics.source(id_)):
                            self.file(id_, area, origin, self.topics.source(id_))

    def _file_by_folders(self, notes: Iterable[tuple[str, str]]) -> None:
        """File notes, of which the path and the topic are given, by their folders; one that stands for its folder by the next."""
        folders, numbers, source = self.topics.folders, self.topics.numbers, self.topics.source
        of_folders: list[tuple[str, str]] = []  # folder and topic of notes that stand for a folder
        areas: dict[str, str | None] = {}
        for path, id_ in notes:
            if folder := folders.of_note.get(numbers[id_]):
                of_folders.append((folder, id_))
            elif folder := folder_of(path):
                if folder not in areas:
                    areas[folder] = self._area(folders.within(folder), source(id_), folders)
                if area := areas[folder]:
                    self.file(id_, area, "folders", source(id_))
        for folder, id_ in sorted(of_folders, key=lambda note: -note[0].count("/")):
            if id_ not in self.areas and (area := self._area(folders.within(folder)[:-1], source(id_), folders)):
                self.file(id_, area, "folders", source(id_))

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
        for (topic, area), (origin, _) in self.filings.items():
            ranked.setdefault(topic, []).append((self.origins.index(origin), area))
        return {
            topic: tuple(area for _, area in sorted(areas, key=lambda pair: pair[0])) for topic, areas in ranked.items()
        }

    def within(self, ids: Iterable[str]) -> set[str]:
        """These topics, and all that is filed under those of them that are areas, at any depth."""
        below: dict[str, list[str]] = {}
        for topic, area in self.filings:
            below.setdefault(area, []).append(topic)
        for id_, its in self.areas.items():
            if its.parent:
                below.setdefault(its.parent, []).append(id_)
        inside: set[str] = set()
        waiting = list(ids)
        while waiting:
            id_ = waiting.pop()
            if id_ not in inside:
                inside.add(id_)
                waiting += below.get(id_, ())
        return inside

    def settle(self) -> None:
        """Give areas that are filed under others their parents, and tell where notes and the map disagree."""
        by_map: dict[str, Link] = {}  # topic: its first place on the map
        for (topic, area), (origin, link) in self.filings.items():
            if topic in self.areas and self.areas[topic].parent is None:
                self.areas[topic] = self.areas[topic]._replace(parent=area)
            if origin == "map":
                by_map.setdefault(topic, link)
        for (topic, area), (origin, link) in self.filings.items():
            if origin == "properties" and (other := by_map.get(topic)):
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
                    self.filings.pop((area.id, parent), None)
                    circle = list(chain)
                    names = ", ".join(circle[circle.index(parent) :])
                    message = (
                        f"the areas {names} lie in one another; {area.id} is taken out of {parent}; fix one of them"
                    )
                    self.findings.append(Finding(area.source, "area-circle", message))
                    break
                chain[parent], last = None, parent
            settled.update(chain)
