"""JSON Canvas: the map as cards, groups and arrows, for Obsidian and other canvas programs.

Format: https://jsoncanvas.org/spec/1.0/. What stands there and where is the view `plane`; what its cards say is in
cards.py. What a note itself says (its tags, aliases and links to the web) is no loss: its card opens the note.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from exporter.errors import Finding, OptionError, pluralize
from exporter.model import NOTHING, File, KnowledgeMap, Previous, Topic
from exporter.views.plane.arrows import Arrow, collect
from exporter.views.plane.board import Board, Node, identity, one_line
from exporter.views.plane.layout import Layout, snap
from exporter.views.plane.sides import Sides
from exporter.writers.canvas.cards import Cards

FILE = "knowledge-map.canvas"
ALSO = "also in"  # on the arrow from a card to an area that is not its home
LEAST = {"card_width": 160, "card_height": 60, "gap": 40}  # px; smaller ones cannot be read


@dataclass(frozen=True)
class Options:
    """What mappings/canvas.toml may say."""

    vault: str = ""  # the vault's folder within the one that Obsidian opens; "": they are the same
    no_area: str = "Other topics"  # the group of topics that are in no area
    mentions: int = 1  # plain links drawn at one card, at most; typed links are all drawn
    card_width: int = 260  # px; lengths are rounded up to the grid of 20
    card_height: int = 120  # px
    gap: int = 80  # px between cards; a file card shows its name in it

    def check(self) -> None:
        """Refuse lengths with which a card cannot be read.

        Raises:
            OptionError: with the option's name and its least value.
        """
        for name, least in LEAST.items():
            if getattr(self, name) < least:
                raise OptionError(name, f"{name!r} must be {least} or more, not {getattr(self, name)}")


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Give the one canvas, and a finding for the words and one for the links that it leaves out.

    Raises:
        OptionError: a length of the options is too small.
    """
    options.check()
    board, cards = Board(knowledge_map, options.no_area), Cards(knowledge_map, options.vault)
    layout = Layout((snap(options.card_width), snap(options.card_height)), snap(options.gap))
    layout.arrange(board.lanes, board.areas, board.rest)
    arrows, left_out = collect(knowledge_map, options.mentions)
    nodes = [_node(node, cards) for node in [*board.groups, *board.cards]]
    yield File(FILE, _canvas(nodes, _edges(board, knowledge_map.topics, arrows)))

    unsaid = [topic for topic in knowledge_map.topics if topic.note and topic.summary]
    if unsaid:
        yield Finding(
            unsaid[0].source,
            "summary-not-shown",
            f"the map has words about {pluralize(len(unsaid), 'topic')}, this one first, that are not on the canvas:"
            " a file card shows the note alone; say them there",
        )
    if left_out and options.mentions > 0:
        yield Finding(
            left_out[0].source,
            "mention-not-drawn",
            f"{pluralize(len(left_out), 'mention')} without an arrow, this one first: a card has at most {options.mentions};"
            " raise 'mentions' in canvas.toml",
        )


def _node(node: Node, cards: Cards) -> dict[str, str | int]:
    box = node.box
    shape = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    return {"id": node.id, **cards.content(node), **shape, **({"color": node.colour} if node.colour else {})}


def _edges(board: Board, topics: Sequence[Topic], arrows: list[Arrow]) -> Iterator[dict[str, str]]:
    """The arrows of the paths, of the areas that are not a topic's home, and of the links."""
    for steps in board.steps:
        for step, following in pairwise(steps):
            yield _edge(step, following, ("right", "left") if step.box.y == following.box.y else ("bottom", "top"))
    sides = Sides([*(card.box for card in board.cards), *board.lanes])
    for topic in topics:
        card = board.topic[topic.id]
        for group in board.also_in(topic):
            pair = sides.choose(card.box, group.box, ALSO)
            yield _edge(card, group, pair, label=ALSO, colour=group.colour)
    chosen: dict[tuple[str, str], tuple[str, str]] = {}
    for arrow in arrows:
        start, end, label = board.topic[arrow.start], board.topic[arrow.end], one_line(arrow.label)
        back = chosen.get((arrow.end, arrow.start))
        pair = sides.choose(start.box, end.box, label, back and (back[1], back[0]))
        chosen[arrow.start, arrow.end] = pair
        yield _edge(start, end, pair, arrow.heads, label, board.colour(arrow.start) if label else "")


def _edge(
    start: Node, end: Node, sides: tuple[str, str], heads: int = 1, label: str = "", colour: str = ""
) -> dict[str, str]:
    ends = {}
    if heads == 0:
        ends = {"toEnd": "none"}
    elif heads == 2:
        ends = {"fromEnd": "arrow"}
    return {
        "id": identity("edge", start.id, end.id),
        "fromNode": start.id,
        "fromSide": sides[0],
        "toNode": end.id,
        "toSide": sides[1],
        **ends,
        **({"color": colour} if colour else {}),
        **({"label": label} if label else {}),
    }


def _canvas(nodes: list[dict[str, str | int]], edges: Iterator[dict[str, str]]) -> Iterator[str]:
    """The text of the file as Obsidian writes it: tabs, one node or edge a line, so that differences stay small."""
    yield '{\n\t"nodes":['
    yield from _lines(nodes)
    yield '],\n\t"edges":['
    yield from _lines(edges)
    yield "]\n}"


def _lines(things: Iterable[Mapping[str, str | int]]) -> Iterator[str]:
    before = "\n\t\t"
    for thing in things:
        yield before + json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
        before = ",\n\t\t"
    if before[0] == ",":
        yield "\n\t"
