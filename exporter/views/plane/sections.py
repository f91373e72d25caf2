"""How a map is divided into sheets, each small enough to be looked at: a map of few cards is one, a large one has an
overview, a sheet for each area, and more where an area is large itself.

A section is what stands together: an area with those within it, the topics of no area, a path. From the innermost
out, each holds at most so many cards: the largest of those within it is cut off, becomes a sheet of its own and
leaves one card that leads to it. Where a section's own cards are too many they are cut into parts, and where
sections are too many, neighbours are put together. The overview is cut into all its areas, not only the largest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from exporter.model import KnowledgeMap, LearningPath, Step, Topic

COLOURS = "123456"  # of areas, in turn
STEPS = 3  # of an overview's cards, the steps of all paths may be one in so many; else each path has a sheet
HUBS = 3  # topics of an area on the overview, at most

Key = tuple[str | int, ...]


@dataclass(eq=False, slots=True)
class Section:
    """A group of cards with further sections within it."""

    key: Key  # always the same for what is always the same
    title: str
    name: str = ""  # of its sheet; the title may be polished, this is the note's
    topic: Topic | None = None  # of an area
    path: LearningPath | None = None
    topics: list[Topic] = field(default_factory=list)  # that have their home here
    guests: list[Topic] = field(default_factory=list)  # that are filed here, too, and have their home elsewhere
    steps: list[tuple[int, Step]] = field(default_factory=list)  # of the path, counted from 1
    sections: list[Section] = field(default_factory=list)
    colour: str = ""  # one of COLOURS; "": none
    weight: int = 0  # cards on the sheet where it stands
    cut: bool = False  # it has a sheet of its own
    hubs: list[Topic] = field(default_factory=list)  # what stands beside the card that leads to it

    @property
    def own(self) -> int:
        """Its own cards, one at least: an empty group takes room, too."""
        return max(
            "fold" not in self.key, (self.topic is not None) + len(self.topics) + len(self.guests) + len(self.steps)
        )


def divide(knowledge_map: KnowledgeMap, no_area: str, most: int) -> Section:
    """Give the overview, or the only sheet, with all sections below it; at most so many cards stand on a sheet."""
    root = Section(("map",), knowledge_map.title)
    root.sections = [*_paths(knowledge_map), *_areas(knowledge_map)]
    loose = [*knowledge_map.topics_in(None)]
    if loose:
        root.sections.append(Section(("rest",), no_area, no_area, topics=loose))
    if sum(section.own for section in walk(root)) - root.own <= most:
        return root
    for section in [*walk(root)][:0:-1]:  # inner before outer
        _settle(section, most)
    paths = [section for section in root.sections if section.path]
    others = [section for section in root.sections if not section.path]
    for section in others:
        section.cut = True
    if sum(path.weight for path in paths) * STEPS > most:
        for path in paths:
            path.cut, path.weight = True, 1
        if len(paths) * STEPS > most:
            paths = _fold(("paths",), paths, most // STEPS, most)
    room = most - sum(path.weight for path in paths)
    if len(others) > room:
        others = _fold(root.key, others, room, most)
    root.sections = [*paths, *others]
    _add_hubs(knowledge_map, others, room // max(len(others), 1) - 1)
    return root


def walk(section: Section) -> Iterator[Section]:
    """The section and all within it, each before its own."""
    waiting = [section]
    while waiting:
        section = waiting.pop()
        yield section
        waiting += reversed(section.sections)


def _paths(knowledge_map: KnowledgeMap) -> Iterator[Section]:
    for path in knowledge_map.paths:
        if path.steps:
            title = path.title or path.id
            yield Section(("path", path.id), title, title, path=path, steps=[*enumerate(path.steps, 1)])


def _areas(knowledge_map: KnowledgeMap) -> list[Section]:
    """The areas at the top, in the map's order; those within one have its colour."""
    top: list[Section] = []
    waiting = [(area, top, COLOURS[number % len(COLOURS)]) for number, area in enumerate(knowledge_map.areas_in(None))][
        ::-1
    ]
    while waiting:
        area, siblings, colour = waiting.pop()
        topic = knowledge_map.topic[area.id]
        title = topic.title or area.id
        section = Section(("area", area.id), title, PurePosixPath(topic.note or title).stem or title, topic)
        section.colour = colour
        for member in knowledge_map.topics_in(area.id):
            home = member.id if member.id in knowledge_map.area else member.areas[0]
            if home == area.id:
                section.topics.append(member)
            elif not _lies_in(knowledge_map, home, area.id):
                section.guests.append(member)
        siblings.append(section)
        waiting += [(inner, section.sections, colour) for inner in reversed(knowledge_map.areas_in(area.id))]
    return top


def _lies_in(knowledge_map: KnowledgeMap, inner: str | None, outer: str) -> bool:
    while inner is not None and inner != outer:
        inner = knowledge_map.area[inner].parent
    return inner == outer


def _settle(section: Section, most: int) -> None:
    """Cut off what is too much for one sheet; the sections within it are settled already."""
    inner = section.sections
    section.weight = section.own + sum(each.weight for each in inner)
    for each in sorted(inner, key=lambda each: -each.weight):
        if section.weight <= most:
            return
        section.weight += 1 - each.weight
        each.weight, each.cut = 1, True
    if section.weight > most and section.own > most - min(len(inner), most // 2):
        section.sections = [*_parts(section, most), *inner]
        section.topics, section.guests, section.steps = [], [], []
    room = most - section.own
    if len(section.sections) > room:
        section.sections = _fold(section.key, section.sections, room, most)
    section.weight = section.own + sum(each.weight for each in section.sections)


def _parts(section: Section, most: int) -> Iterator[Section]:
    """Its own cards, as many as a sheet holds at a time, each part cut off."""
    steps, filed = (
        section.steps,
        [*((topic, False) for topic in section.topics), *((each, True) for each in section.guests)],
    )
    for number, start in enumerate(range(0, len(steps) + len(filed), most), 1):
        part = Section(
            (*section.key, number), f"{section.title} {number}", f"{section.name} {number}", path=section.path
        )
        part.colour, part.weight, part.cut = section.colour, 1, True
        part.steps, here = steps[start : start + most], filed[start : start + most]
        part.topics = [topic for topic, guest in here if not guest]
        part.guests = [topic for topic, guest in here if guest]
        yield part


def _fold(key: Key, inner: list[Section], room: int, most: int) -> list[Section]:
    """Put neighbours together into at most so many sections, each of which has a sheet."""
    least = -(-len(inner) // room)
    bundles: list[list[Section]] = []
    weight = most
    for each in inner:
        each.cut, each.weight = False, each.own + sum(below.weight for below in each.sections)
        if not bundles or (len(bundles[-1]) >= least and weight + each.weight > most):
            bundles.append([])
            weight = 0
        bundles[-1].append(each)
        weight += each.weight
    folded = []
    for number, bundle in enumerate(bundles, 1):
        first, last = bundle[0], bundle[-1]
        each = first
        if first is not last:
            title, name = f"{first.title} – {last.title}", f"{first.name} to {last.name}"
            each = Section((*key, "fold", number), title, name, sections=bundle, colour=first.colour)
            _settle(each, most)
        each.weight, each.cut = 1, True
        folded.append(each)
    return folded


def _add_hubs(knowledge_map: KnowledgeMap, sections: list[Section], count: int) -> None:
    """Beside the card that leads to a section: its own note, and the topics in it that most links lead to or start from."""
    if count < 1:
        return
    links = knowledge_map.links_from, knowledge_map.links_to
    for section in sections:
        inside = [topic for each in walk(section) for topic in (each.topic, *each.topics) if topic]
        if section.topic:
            inside.remove(section.topic)
        degree = {topic.id: sum(len(each(topic.id)) for each in links) for topic in inside}
        linked = sorted((topic for topic in inside if degree[topic.id] > 1), key=lambda topic: -degree[topic.id])
        own = [section.topic] if section.topic and (section.topic.note or section.topic.summary) else []
        section.hubs = [*own, *linked][: min(count, HUBS)]
