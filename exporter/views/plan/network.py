"""Which lines and stations a plan has, and what runs between them: all of a map, or as much as can be read on a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from exporter.model import IN_AREA, REQUIRES, KnowledgeMap

LINES = 24  # of areas, at most
APART = 8  # up to so many have columns of their own, and as many as they need
LONGEST = 30  # stations of a line, where there are more lines
STATIONS = 300  # in all
LONG = 12  # stations; a longer line is divided at the areas within its area, while there is room for more
STOPS, NEEDS = 120, 90  # of the path; prerequisites: what is drawn, at most


@dataclass
class Line:
    """Stations in the map's order."""

    area: str | None  # Area.id; None: topics in no area
    stations: list[str]  # Topic.id; an area's own topic is the first
    more: int = 0  # topics of it that are not shown


@dataclass
class Network:
    """What is to be drawn."""

    lines: list[Line] = field(default_factory=list)  # those of topics in no area come last
    line: dict[str, int] = field(default_factory=dict)  # by Topic.id, of all that is shown
    stops: list[tuple[int, str]] = field(default_factory=list)  # number of the step, Topic.id
    needs: list[tuple[str, str]] = field(default_factory=list)  # what is required, what requires it
    branches: list[tuple[int, str]] = field(default_factory=list)  # a line that has a topic of another one, too
    areas_left: int = 0  # out
    topics_left: int = 0
    stops_left: int = 0
    needs_left: int = 0


def choose(knowledge_map: KnowledgeMap) -> Network:
    """The network of a map."""
    path = next((path for path in knowledge_map.paths if any(step.topics for step in path.steps)), None)
    stops = [(number, id) for number, step in enumerate(path.steps if path else (), start=1) for id in step.topics]
    weight = Counter(end for link in knowledge_map.links if link.kind != IN_AREA for end in (link.start, link.end))
    on_path = {id for _, id in stops}
    network = Network(lines=_lines(knowledge_map))

    if len(network.lines) > LINES:
        importance = [sum(weight[each] + 1 for each in line.stations) for line in network.lines]
        places = sorted(range(len(importance)), key=lambda place: -importance[place])
        network.areas_left = len(places) - LINES
        network.lines = [network.lines[place] for place in sorted(places[:LINES])]
    filed = {id for line in network.lines for id in line.stations}
    loose = [topic.id for topic in knowledge_map.topics_in(None) if topic.id not in filed]
    longest = LONGEST if len(network.lines) > APART else STATIONS
    network.lines += [Line(None, loose)] if loose else []

    sizes = [len(line.stations) for line in network.lines]
    most = next((most for most in range(longest, 1, -1) if sum(min(size, most) for size in sizes) <= STATIONS), 1)
    for line in network.lines:
        line.more = max(len(line.stations) - most, 0)
        head = line.stations[0] if line.area else ""
        by_weight = sorted(line.stations, key=lambda id: (id != head, id not in on_path, -weight[id]))
        kept = set(by_weight[:most])
        line.stations = [id for id in line.stations if id in kept]
    network.line = {id: number for number, line in enumerate(network.lines) for id in line.stations}
    network.topics_left = len(knowledge_map.topics) - len(network.line)

    shown = [stop for stop in stops if stop[1] in network.line]
    network.stops = [stop for place, stop in enumerate(shown) if not place or stop != shown[place - 1]][:STOPS]
    network.stops_left = len({*stops}) - len({*network.stops})
    needs = _needs(knowledge_map, network)
    network.needs, network.needs_left = needs[:NEEDS], len(needs[NEEDS:])
    numbers = {line.area: number for number, line in enumerate(network.lines)}
    for id, here in network.line.items():
        others = dict.fromkeys(numbers[area] for area in knowledge_map.topic[id].areas if area in numbers)
        network.branches += [(number, id) for number in others if number != here]
    return network


def _lines(knowledge_map: KnowledgeMap) -> list[Line]:
    """A line for each area at the top, the long ones divided."""
    lines = [_line(knowledge_map, area.id, True) for area in knowledge_map.areas_in(None)]
    whole = {line.area: True for line in lines}  # whether all that is within is on it
    while True:
        longest = max(
            (
                line
                for line in lines
                if whole[line.area] and len(line.stations) > LONG and knowledge_map.areas_in(line.area)
            ),
            key=lambda line: len(line.stations),
            default=None,
        )
        inner = knowledge_map.areas_in(longest.area) if longest else ()
        if longest is None or not inner:
            return lines
        whole[longest.area] = False
        if len(lines) + len(inner) <= LINES:
            place = lines.index(longest)
            lines[place : place + 1] = [
                _line(knowledge_map, longest.area or "", False),
                *(_line(knowledge_map, area.id, True) for area in inner),
            ]
            whole |= {area.id: True for area in inner}


def _line(knowledge_map: KnowledgeMap, area: str, whole: bool) -> Line:
    """The topics whose home the area is, and those of the areas within it if it is whole."""
    stations: dict[str, None] = {}
    stack = [area]
    while stack:
        id = stack.pop()
        if id in stations:
            continue
        stations[id] = None
        if id != area and id not in knowledge_map.area:
            continue
        inner = dict.fromkeys(each.id for each in knowledge_map.areas_in(id))
        own = [
            each.id for each in knowledge_map.topics_in(id) if each.id not in knowledge_map.area and each.areas[0] == id
        ]
        stack += reversed([*own, *(inner if whole else ())])
    return Line(area, [*stations])


def _needs(knowledge_map: KnowledgeMap, network: Network) -> list[tuple[str, str]]:
    """Prerequisites that neither the order of a line nor others of them say."""
    place = {id: (number, order) for number, line in enumerate(network.lines) for order, id in enumerate(line.stations)}
    direct: dict[str, set[str]] = {}
    for link in knowledge_map.links:
        if link.kind == REQUIRES and link.start in place and link.end in place and link.start != link.end:
            direct.setdefault(link.start, set()).add(link.end)
    before = {id: _reach(direct, id) for id in direct}
    nothing: set[str] = set()
    needs = []
    for id, ends in direct.items():
        here, order = place[id]
        for end in ends:
            there, earlier = place[end]
            told = here == there and earlier < order and network.lines[here].area is not None
            # what another prerequisite requires itself goes without saying, unless they require one another
            others = (other for other in ends if end in before.get(other, nothing))
            if not told and all(other in before.get(end, nothing) for other in others):
                needs.append((end, id))
    return sorted(needs, key=lambda need: (_far(place, need), place[need[0]], place[need[1]]))


def _far(place: dict[str, tuple[int, int]], ids: Iterable[str]) -> int:
    first, second = (place[id] for id in ids)
    return abs(first[0] - second[0]) * 3 + abs(first[1] - second[1])


def _reach(direct: dict[str, set[str]], start: str) -> set[str]:
    """All that is required, directly or not."""
    seen: set[str] = set()
    waiting = [*direct.get(start, ())]
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting += direct.get(each, ())
    return seen
