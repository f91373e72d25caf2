"""The small map with which a part opens: its topics as boxes, from what is to be known before to what builds on it.

Layers run downward in the manner of Sugiyama (https://en.wikipedia.org/wiki/Layered_graph_drawing); a chain runs along
its row, as text does. All measures are hundredths of the text's width, from the top left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, groupby, pairwise, permutations
from typing import Any

from exporter.model import RELATED, REQUIRES, KnowledgeMap, Topic
from exporter.views.body.text import label, title_of
from exporter.views.translations import ENGLISH

Data = dict[str, Any]  # as chart.typ reads it
Row = tuple[list[str], bool]  # Topic.id; whether each builds on the one at its left
Line = tuple[str, str, int]  # what is known before, what builds on it, and one of:
CLOSING, ARROW, PLAIN = -1, 0, 1  # an arrow that closes a cycle, any other arrow, two that are only related
Point = tuple[float, float]

BOXES, ROWS, COLUMNS = 24, 8, 4  # at most: more cannot be read, or is higher than a page
ENOUGH = 6  # boxes with lines, for a part of any size; in small ones half of the topics
STUBS = 3  # numbers of other parts at a box
ALONE = 8  # boxes without a line, at most: of more, the list of the part's topics says enough
SIZES = {3: (28.0, 8.0), 4: (20.5, 6.0)}  # a box's width and the gap to the next, by the number of columns
HEIGHT, PITCH = 7.5, 15.0  # of a box, and from row to row
BESIDE = (0, 1.4, -1.4, 0.7, -0.7)  # from the middle of a gap to the lines that pass there
SWEEPS = 8


def chart(
    knowledge_map: KnowledgeMap,
    topics: Sequence[Topic],
    words: Mapping[str, str] = ENGLISH,
    part_of: Callable[[str], int] = lambda id: 0,
) -> Data | None:
    """Draw the topics and the links between them; None where few are linked. `part_of` gives the number of a topic's part."""
    titles = {topic.id: " ".join(title_of(topic).split()) for topic in topics}
    links = _most_linked(_links(knowledge_map, titles))
    linked = {id for line in links for id in line[:2]}
    if not links or len(linked) < min(len(titles) / 2, ENOUGH):
        return None
    layer, lines = _layers([id for id in titles if id in linked], links)
    rows = [*_rows(layer, {first for first, _, kind in lines if kind == ARROW})]
    alone = [id for id in titles if id not in linked]
    if len(alone) <= min(ALONE, BOXES - len(linked)):
        rows += [(row, False) for row in _split(alone)]
    plane = Plane(rows[:ROWS], lines)
    shown = [id for id in titles if id in plane.row]
    lines = [line for id in shown for line in lines if line[1] == id and line[0] in plane.row]
    arrows = [(plane.route(*line), line[2] != PLAIN) for line in lines]
    says = {kind: words[RELATED if kind == PLAIN else REQUIRES].lower() for kind in (CLOSING, ARROW, PLAIN)}
    more = len(titles) - len(shown)
    return {
        "boxes": [
            {"label": label(id), "title": titles[id], **plane.box(id), **_stubs(knowledge_map, id, titles, part_of)}
            for id in shown
        ],
        "arrows": [{"points": points, "head": head} for points, head in arrows],
        "width": 100,
        "height": max(len(plane.rows) * PITCH - PITCH + HEIGHT, *(y for points, _ in arrows for _, y in points)),
        "alt": "; ".join(f"{titles[then]} – {says[kind]}: {titles[first]}" for first, then, kind in lines),
        "caption": words["chart"],
        "arrow": words["chart_arrow"] if any(head for _, head in arrows) else "",
        "line": words["chart_line"] if not all(head for _, head in arrows) else "",
        "stub": words["chart_stub"],
        "stubs": STUBS,
        "more": words["more"].format(more) if more else "",
    }


class Plane:
    """Boxes in their places, and lines that go around them."""

    def __init__(self, rows: Sequence[Row], lines: Sequence[Line]) -> None:
        columns = max(3, *(len(row) for row, _ in rows))
        self.width, self.gap = SIZES[columns]
        half = (self.width + self.gap) / 2
        self.x = {id: 50 + half * (column + 1 - columns) for id, column in _places(rows, lines, columns).items()}
        self.row = {id: number for number, (row, _) in enumerate(rows) for id in row}
        self.rows = [sorted(self.x[id] for id in row) for row, _ in rows]  # the middles of the boxes
        self.lanes: dict[tuple[int, int], list[tuple[str, int]]] = {}  # row and x: whose lines pass there

    def box(self, id: str) -> dict[str, float]:
        """Place and size of the topic's box."""
        return {"x": self.x[id] - self.width / 2, "y": self.row[id] * PITCH, "width": self.width, "height": HEIGHT}

    def route(self, start: str, end: str, kind: int) -> list[Point]:
        """The line from box to box as cubic Bézier curves: a point, and three more for each curve."""
        first, last = self.row[start], self.row[end]
        if first > last:
            return self.route(end, start, kind)[::-1]
        # each kind leaves and enters boxes at a place of its own, so that none hides another
        x, target = (self.x[id] + kind * self.width / 4 for id in (start, end))
        y = first * PITCH + HEIGHT
        if first == last:
            left, right = sorted((self.x[start], self.x[end]))
            if kind == CLOSING or any(left < other < right for other in self.rows[first]):
                return [(x, y), (x, y + HEIGHT * 0.8), (target, y + HEIGHT * 0.8), (target, y)]
            edge = self.width / 2 if left == self.x[start] else -self.width / 2
            return [(self.x[start] + edge, y - HEIGHT / 2)] * 2 + [(self.x[end] - edge, y - HEIGHT / 2)] * 2
        points = [(x, y)]
        for row in range(first + 1, last):
            x = self._lane(row, x, target, (start, kind))
            points += [(x, row * PITCH), (x, row * PITCH + HEIGHT)]
        path = points[:1]
        for (x, y), (to, low) in pairwise([*points, (target, last * PITCH)]):
            path += [(x, (y + low) / 2), (to, (y + low) / 2), (to, low)]
        return path

    def _lane(self, row: int, x: float, target: float, owner: tuple[str, int]) -> float:
        """Where a line passes between the boxes of a row, with the least way to the side; lines from one box share it."""
        sides = [0, *(at + side for at in self.rows[row] for side in (-self.width / 2, self.width / 2)), 100]
        free = [(a + self.gap / 2, b - self.gap / 2) for a, b in zip(sides[::2], sides[1::2], strict=True)]
        lanes = [max(a, min(x, b)) for a, b in free if b - a > -0.01]
        lane = min(lanes, key=lambda lane: (round(abs(lane - x) + abs(lane - target), 3), abs(lane - x)))
        owners = self.lanes.setdefault((row, round(lane)), [])
        owners += [owner] if owner not in owners else []
        return lane + BESIDE[owners.index(owner) % len(BESIDE)]


def _stubs(
    knowledge_map: KnowledgeMap, id: str, inside: Collection[str], part_of: Callable[[str], int]
) -> dict[str, list[int]]:
    """The other parts in which is what the topic builds on, and what builds on it: their numbers, and one more than are shown."""

    def numbers(ends: Iterable[str]) -> list[int]:
        return sorted({part for end in ends if end not in inside and (part := part_of(end))})[: STUBS + 1]

    return {
        "before": numbers(link.end for link in knowledge_map.links_from(id) if link.kind == REQUIRES),
        "after": numbers(link.start for link in knowledge_map.links_to(id) if link.kind == REQUIRES),
    }


def _links(knowledge_map: KnowledgeMap, ids: Iterable[str]) -> list[Line]:
    """What is between these topics, once each pair; that they are related matters where neither needs the other."""
    order = {id: number for number, id in enumerate(ids)}
    links = [link for id in order for link in knowledge_map.links_from(id) if link.end in order and link.end != id]
    lines = {(link.end, link.start): ARROW for link in links if link.kind == REQUIRES}
    for start, end in ((link.start, link.end) for link in links if link.kind == RELATED):
        if (start, end) not in lines and (end, start) not in lines:
            lines[(start, end) if order[start] < order[end] else (end, start)] = PLAIN
    return [(*pair, kind) for pair, kind in lines.items()]


def _most_linked(lines: Sequence[Line]) -> list[Line]:
    """As many lines as there is room for their topics, first those between the topics with the most."""
    count = Counter(id for line in lines for id in line[:2])
    ranked = sorted(lines, key=lambda line: -count[line[0]] - count[line[1]])
    chosen = {*[*dict.fromkeys(id for line in ranked for id in line[:2])][:BOXES]}
    return [line for line in lines if chosen.issuperset(line[:2])]


def _layers(ids: Sequence[str], links: Sequence[Line]) -> tuple[dict[str, int], list[Line]]:
    """How many topics are to be known before each, one after the other; the lines, less what others imply."""
    before = [(first, then) for first, then, kind in links if kind == ARROW]
    lines = [line for line in links if line[2] == PLAIN]
    done: list[str] = []

    def visit(*path: str) -> None:
        for pair in [pair for pair in before if pair[0] == path[-1]]:
            if pair[1] in path:
                lines.append((*pair, CLOSING))
                before.remove(pair)
            elif pair[1] not in done:
                visit(*path, pair[1])
        done.append(path[-1])

    for id in ids:
        if id not in done:
            visit(id)
    layer, above = dict.fromkeys(ids, 0), dict[str, set[str]]()
    for id in reversed(done):
        needs = [first for first, then in before if then == id]
        implied = set[str]().union(*(above[need] for need in needs))
        above[id] = implied.union(needs)
        layer[id] = max((layer[need] + 1 for need in needs), default=0)
        lines += [(need, id, ARROW) for need in needs if need not in implied]
    ordered = set(chain(*before))
    for id in ids:
        if id not in ordered:  # what is only related stands beside the other
            layer[id] = min((layer[end] for *ends, _ in links if id in ends for end in ordered & {*ends}), default=0)
    return layer, lines


def _rows(layer: Mapping[str, int], leading: Collection[str]) -> Iterator[Row]:
    """Chains, and the other layers, in which what leads further stands nearer to it."""
    layers = [[id for id in layer if layer[id] == number] for number in range(max(layer.values()) + 1)]
    for single, group in groupby(layers, key=lambda ids: len(ids) == 1):
        for ids in [[*chain(*group)]] if single else [sorted(ids, key=leading.__contains__) for ids in group]:
            yield from ((row, single) for row in _split(ids))


def _split(ids: Sequence[str]) -> list[list[str]]:
    """Rows of about one length."""
    count = -(-len(ids) // COLUMNS)
    return [[*ids[len(ids) * n // count : len(ids) * (n + 1) // count]] for n in range(count)]


def _places(rows: Sequence[Row], lines: Sequence[Line], columns: int) -> dict[str, int]:
    """Where boxes stand, in half columns: each row in turn takes the order and places nearest to what it is linked with."""
    columns_of: dict[str, int] = {}

    def settle(row: Sequence[str], fixed: bool) -> None:
        own = [line for line in lines if not set(row).isdisjoint(line[:2])]
        orders: Iterable[Sequence[str]] = [row] if fixed else permutations(row)
        spots = [s for s in combinations(range(2 * columns - 1), len(row)) if all(b - a > 1 for a, b in pairwise(s))]
        tries = [columns_of | dict(zip(order, spot, strict=True)) for order in orders for spot in spots]

        def cost(tried: dict[str, int]) -> int:
            far = sum((tried[a] - tried[b]) ** 2 for a, b, _ in own if a in tried and b in tried)
            return 100 * far + sum((tried[id] - columns + 1) ** 2 for id in row)  # else near to the middle

        nearest = min(tries, key=cost)
        columns_of.update(nearest)

    for sweep in range(SWEEPS):
        for row in rows[:: -1 if sweep % 2 else 1]:
            settle(*row)
    return columns_of
