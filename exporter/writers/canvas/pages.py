"""The canvases of a map: what stands on each as nodes and edges, with their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from exporter.errors import Finding, pluralize
from exporter.model import KnowledgeMap, Topic
from exporter.views.plane.arrows import Arrow, collect
from exporter.views.plane.board import Board, Node, identity, one_line
from exporter.views.plane.layout import Layout, snap
from exporter.views.plane.sides import Sides
from exporter.writers.canvas.cards import Cards
from exporter.writers.canvas.options import Options
from exporter.writers.canvas.page import Page

FILE = "knowledge-map.canvas"
ALSO = "also in"  # on the arrow from a card to an area that is not its home


def pages(knowledge_map: KnowledgeMap, options: Options) -> Iterator[Page | Finding]:
    """Give the one canvas, and a finding for the words and one for the links that it leaves out."""
    board, cards = Board(knowledge_map, options.no_area), Cards(knowledge_map, options.vault)
    layout = Layout((snap(options.card_width), snap(options.card_height)), snap(options.gap))
    layout.arrange(board.lanes, board.areas, board.rest)
    arrows, left_out = collect(knowledge_map, options.mentions)
    nodes = [_node(node, cards) for node in [*board.groups, *board.cards]]
    yield Page(FILE, nodes, list(_edges(board, knowledge_map.topics, arrows)), board.within)

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
