"""One sheet as it is drawn: all cards placed, and the arrows between them.

An arrow that would lead far, or behind other cards, starts at a slip instead: a small card with the other topic's name,
in the group of the card that it leads to. So do all from and to other sheets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from exporter.model import REQUIRES, KnowledgeMap
from exporter.views.plane.arrows import Arrow
from exporter.views.plane.atlas import Atlas, Sheet
from exporter.views.plane.board import Board, Node, Said
from exporter.views.plane.layout import Layout
from exporter.views.plane.search import Search
from exporter.views.plane.sides import Sides

PATH = "path"  # the kind of the arrows from step to step
FAR = 1000  # px; a longer arrow is hard to follow
SLIPS, MOST = 4, 30  # slips below a card, and of those from and to other sheets on one
ROUNDS, ALL_ROUNDS = 4, 200  # of the search on a sheet, which mostly ends before, and of all together
PASSES = 5  # slips take room, and others lead far then


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow as it is drawn."""

    start: Node
    end: Node
    sides: tuple[str, str]  # where it leaves and where it arrives
    heads: int  # 0, 1 (at the end) or 2
    kind: str  # the first of its links', or PATH
    label: str


@dataclass(frozen=True, slots=True)
class Names:
    """What is written beside what the map says."""

    others: str  # the group of cards that lead to other sheets
    legend: str  # the group that says what the arrows mean; "": there is none
    label: Callable[[tuple[str, ...]], str]  # on an arrow of these kinds


@dataclass(frozen=True, slots=True)
class Drawing:
    """One sheet."""

    board: Board
    lines: list[Line]
    left_out: list[Arrow]  # from and to other sheets, beyond SLIPS and MOST


def draw(knowledge_map: KnowledgeMap, atlas: Atlas, sheet: Sheet, layout: Layout, names: Names, said: Said) -> Drawing:
    """Draw a sheet; `said` is the text of a topic's card, "" where the card shows the note."""
    far: set[Arrow] = set()
    for turn in range(PASSES):
        board = Board(sheet.section, atlas.wanted, said, atlas.colour)
        joined, left_out = _join(knowledge_map, board, sheet, far)
        around = [section for section in sheet.around if section not in board.sheet]
        if around:
            board.add_sheets(names.others, around)
        kinds = dict.fromkeys(kind for *_, arrow in joined for kind in arrow.kinds)
        if kinds and names.legend:
            board.add_legend(names.legend, sorted(kinds, key=lambda kind: (kind != REQUIRES, kind)))
        layout.arrange(board.lanes, board.top)
        search = Search(board.rows, [(start.box, end.box) for start, end, _ in joined])
        search.exchange(board.exchangeable, max(1, min(ROUNDS, ALL_ROUNDS // len(atlas.sheets))))
        board.take_order()
        layout.settle(board.lanes, board.top)
        lines, further = _lines(board, sheet, joined, names)
        if further <= far or turn == PASSES - 1:
            break
        far |= further
    return Drawing(board, [*_steps(board), *lines], left_out)


def _join(
    knowledge_map: KnowledgeMap, board: Board, sheet: Sheet, far: set[Arrow]
) -> tuple[list[tuple[Node, Node, Arrow]], list[Arrow]]:
    """Between which nodes the arrows go, and those left out; gives the board the slips that they need."""
    joined = [
        (
            board.home[board.sheet[start].id],
            board.home[board.sheet[end].id],
            Arrow(start.name, end.name, 1, (REQUIRES,)),
        )
        for start, end in sheet.between
        if start.hubs and end.hubs  # else their cards lie in one group
    ]
    left_out = []
    taken: Counter[str] = Counter()
    for arrow in sheet.arrows:
        start, end = board.topic.get(arrow.start), board.topic.get(arrow.end)
        if end and (start is None or arrow in far):
            near, other = end, arrow.start
        elif start and end is None:
            near, other = start, arrow.end
        else:
            near = None
        if near and (taken[near.id] == SLIPS or (taken.total() >= MOST and arrow not in far)):
            near = None
            if start is None or end is None:
                left_out.append(arrow)
        if near is None:
            if start and end:
                joined.append((start, end, arrow))
            continue
        taken[near.id] += 1
        slip = board.add_slip(near, knowledge_map.topic[other])
        joined.append((slip, end, arrow) if end is near else (near, slip, arrow))
    return joined, left_out


def _lines(
    board: Board, sheet: Sheet, joined: list[tuple[Node, Node, Arrow]], names: Names
) -> tuple[list[Line], set[Arrow]]:
    """The arrows with their sides, and those between groups that lead far or behind cards."""
    cards = Sides([*(card.box for card in board.cards), *board.lanes])
    groups = Sides([*board.lanes, *board.top] if sheet.between else [])
    chosen: dict[tuple[str, str], tuple[str, str]] = {}
    lines, far = [], set()
    for start, end, arrow in joined:
        back = chosen.get((end.id, start.id))
        label = names.label(arrow.kinds)
        sides = cards if start.id in board.home else groups
        way = sides.choose(start.box, end.box, label, back and (back[1], back[0]))
        chosen[start.id, end.id] = way.sides
        if (way.hidden or way.length > FAR) and board.home.get(start.id, start) is not board.home.get(end.id, end):
            far.add(arrow)
            if start.id not in board.home:  # of a group, as an area's is, no slip can be made
                continue
        lines.append(Line(start, end, way.sides, arrow.heads, arrow.kinds[0], label))
    return lines, far


def _steps(board: Board) -> Iterator[Line]:
    """From each step of a path to the next."""
    for steps in board.steps:
        for step, following in pairwise(steps):
            beside = step.box.y == following.box.y
            yield Line(step, following, ("right", "left") if beside else ("bottom", "top"), 1, PATH, "")
