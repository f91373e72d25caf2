"""The picture of the map for a title page: a circle for each part, in their order, and arcs to what builds on it.

All measures are hundredths of the picture's width, from the top left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import sqrt

from exporter.model import IN_AREA, REQUIRES, KnowledgeMap
from exporter.views.body.text import label, title_of
from exporter.views.book.plan import Data, roman

Pair = tuple[str, str]  # Area.id

MOST = 60  # circles: of more, no one sees which is which
WIDEST = 20.0  # from circle to circle
LARGEST, SMALLEST = 6.5, 0.4  # a circle's radius; the smallest one's as a share of the largest one's
SHARE = 0.43  # of the way from circle to circle, that a radius may take
HIGHEST = 34.0  # of an arc
ARCS = 3  # for each circle, those of the most links
THIN, THICK = 0.16, 0.7  # lines
ROOM = 3.4  # of a radius, in which a number can be read; in smaller ones it stands below


def cover(knowledge_map: KnowledgeMap, numbers: Mapping[str, int], homes: Mapping[str, str | None]) -> Data | None:
    """Draw the parts of these numbers, by Area.id; `homes` are those of all other topics. None where there is nothing to see."""
    areas = list(numbers)
    circle = {area: area for area in areas}  # in which circle a part is
    if len(areas) > MOST:
        circle = {area: _top(knowledge_map, area) for area in areas}
        areas = [area for area in areas if circle[area] == area]
    if not 2 <= len(areas) <= MOST:
        return None
    place = {
        area: circle[home] for area, home in [*((area, area) for area in numbers), *homes.items()] if home in circle
    }
    sizes = Counter(place.values())
    needs, links = _arcs(knowledge_map, place, ARCS * len(areas))
    if not needs and not links:
        return None
    pitch = 100 / len(areas)
    largest = min(LARGEST, SHARE * pitch)
    most = max(sizes.values())
    radius = {area: max(SMALLEST, sqrt(sizes[area] / most)) * largest for area in areas}
    first, last = radius[areas[0]], min(100, WIDEST * len(areas)) - radius[areas[-1]]
    x = {area: first + (last - first) * position / (len(areas) - 1) for position, area in enumerate(areas)}
    widest = max(abs(x[a] - x[b]) for a, b in (*needs, *links)) / 2
    top = min(HIGHEST, widest)
    scale = top / widest
    heaviest = max(*needs.values(), *links.values(), 1)
    base = top + THICK

    def arc(pair: Pair, count: int) -> Data:
        start, end = (x[area] for area in pair)
        high = base - abs(start - end) / 2 * scale * 4 / 3
        width = THIN + (THICK - THIN) * sqrt(count / heaviest)
        return {
            "points": [(start, base), (start, high), (end, high), (end, base)],
            "width": width,
            "needs": pair in needs,
        }

    return {
        "width": 100,
        "height": base + largest + (0 if largest >= ROOM else 2 * ROOM),
        "circles": [
            {
                "label": label(area), "number": roman(numbers[area]), "title": title_of(knowledge_map.topic[area]),
                "topics": sizes[area], "x": x[area], "y": base, "radius": radius[area],
            }
            for area in areas
        ],
        "inside": largest >= ROOM,
        "arcs": [arc(pair, count) for kind in (links, needs) for pair, count in kind.items()],
    }  # fmt: skip


def _top(knowledge_map: KnowledgeMap, area: str) -> str:
    """The area at the top below which this one lies; of a circle of areas, one and the same."""
    seen = [area]
    while (parent := knowledge_map.area[seen[-1]].parent) and parent not in seen:
        seen.append(parent)
    return seen[-1] if not parent else min(seen[seen.index(parent) :])


def _arcs(knowledge_map: KnowledgeMap, place: Mapping[str, str], most: int) -> tuple[dict[Pair, int], dict[Pair, int]]:
    """From what is known before to what builds on it; between areas of which none needs the other; each with its links."""
    needs, links = Counter[Pair](), Counter[Pair]()
    order = {area: number for number, area in enumerate(dict.fromkeys(place.values()))}
    for link in knowledge_map.links:
        start, end = place.get(link.start), place.get(link.end)
        if start and end and start != end and link.kind != IN_AREA:
            if link.kind == REQUIRES:
                needs[end, start] += 1
            else:
                links[(start, end) if order[start] < order[end] else (end, start)] += 1
    for start, end in needs:
        links.pop((start, end), 0)
        links.pop((end, start), 0)
    heaviest = dict(needs.most_common(most))
    return heaviest, dict(links.most_common(max(0, most - len(heaviest))))
