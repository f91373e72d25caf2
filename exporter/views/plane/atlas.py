"""All sheets of a map: on which one a topic is, which arrows are drawn there, and how one sheet leads to others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from exporter.model import REQUIRES, KnowledgeMap
from exporter.views.plane.arrows import Arrow, collect
from exporter.views.plane.sections import Section, divide

STRONGEST = 2  # arrows between areas at one of them, on the overview


@dataclass(eq=False, slots=True)
class Sheet:
    """What one sheet is made of."""

    section: Section  # all that is not cut from it stands here
    parent: Section | None = None  # on whose sheet the card is that leads here; None: this is the overview
    around: list[Section] = field(default_factory=list)  # other sheets to which it leads: its parent, those beside it
    arrows: list[Arrow] = field(default_factory=list)  # of which one topic at least has its card here
    between: list[tuple[Section, Section]] = field(default_factory=list)  # from area to area, on the overview


class Atlas:
    """The sheets of a map, the overview first."""

    def __init__(self, knowledge_map: KnowledgeMap, no_area: str, most: int, mentions: int) -> None:
        """Take the map, the name of what is in no area, how many cards a sheet holds, and how many mentions a card."""
        arrows, self.left_out = collect(knowledge_map, mentions)
        self.kinds = sorted({kind for arrow in arrows for kind in arrow.kinds})
        self.wanted = {end for arrow in arrows for end in (arrow.start, arrow.end)}  # Topic.id
        self.home: dict[str, Section] = {}  # by Topic.id: on whose sheet its card is
        self.colour: dict[str, str] = {}  # by Topic.id: of its area
        self._top: dict[str, Section] = {}  # by Topic.id: the section of the overview
        overview = divide(knowledge_map, no_area, most)
        self.sheets = [Sheet(overview)]
        self._find(overview)
        sheet = {each.section: each for each in self.sheets}
        for arrow in arrows:
            for section in dict.fromkeys((self.home[arrow.start], self.home[arrow.end])):
                sheet[section].arrows.append(arrow)
        for number, each in enumerate(self.sheets):
            if each.parent:
                beside = (other.section for other in self.sheets[max(number - 1, 0) : number + 2])
                each.around = [*dict.fromkeys([each.parent, *(other for other in beside if other is not each.section)])]
        self.sheets[0].between = self._join_areas(arrows)

    def _find(self, overview: Section) -> None:
        """Go through all sections: which has a sheet, and what stands on it."""
        waiting = [(section, overview, section) for section in reversed(overview.sections)]
        while waiting:
            section, sheet, top = waiting.pop()
            if section.cut:
                self.sheets.append(Sheet(section, sheet))
                sheet = section
            for topic in (*([section.topic] if section.topic else []), *section.topics):
                self.home[topic.id], self.colour[topic.id], self._top[topic.id] = sheet, section.colour, top
            waiting += [(each, sheet, top) for each in reversed(section.sections)]

    def _join_areas(self, arrows: list[Arrow]) -> list[tuple[Section, Section]]:
        """What leads from area to area on the overview, where most is required first."""
        count: Counter[tuple[Section, Section]] = Counter()
        for arrow in arrows:
            way = self._top[arrow.start], self._top[arrow.end]
            if arrow.heads == 1 and arrow.kinds[0] == REQUIRES and way[0] is not way[1] and way[0].cut and way[1].cut:
                count[way] += 1
        drawn: Counter[Section] = Counter()
        between = []
        for (start, end), number in count.most_common():
            stronger = number > count[end, start] or (number == count[end, start] and (end, start) not in between)
            if stronger and drawn[start] < STRONGEST and drawn[end] < STRONGEST:
                drawn[start] += 1
                drawn[end] += 1
                between.append((start, end))
        return between
