"""The canvases of a map: what stands on each as nodes and edges, with their places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from exporter.errors import Finding, pluralize
from exporter.model import BROADER, MENTIONS, RELATED, REQUIRES, KnowledgeMap
from exporter.views.plane.arrows import Arrow
from exporter.views.plane.atlas import Atlas
from exporter.views.plane.board import Node, identity, one_line
from exporter.views.plane.drawing import PATH, SLIPS, Line, Names, draw
from exporter.views.plane.layout import Layout, snap
from exporter.writers.canvas.cards import Cards
from exporter.writers.canvas.names import files
from exporter.writers.canvas.options import Options
from exporter.writers.canvas.page import Page

# Of arrows, none of which is one of the six that areas have; to be seen on white and on black
COLOURS = {PATH: "#d6408f", REQUIRES: "#3b7dd8", RELATED: "#8a8f98", BROADER: "#a0703c", MENTIONS: ""}
FURTHER = ("#1f9e8f", "#7a5cd6", "#b8860b", "#6b8e23", "#c2542d")  # of other kinds, in turn


def pages(knowledge_map: KnowledgeMap, options: Options) -> Iterator[Page | Finding]:
    """Give the canvases, the overview first, and a finding for each kind of thing that they leave out."""
    atlas = Atlas(knowledge_map, options.no_area, options.most_cards, max(options.mentions, 0))
    paths = files([sheet.section for sheet in atlas.sheets])
    kinds = _Kinds(atlas.kinds, options.leads_to)
    cards = Cards(knowledge_map, options, paths, kinds.explain)
    layout = Layout((snap(options.card_width), snap(options.card_height)), snap(options.gap))
    names = Names(one_line(options.others), one_line(options.legend), kinds.label)
    left_out: Counter[Arrow] = Counter()
    for sheet in atlas.sheets:
        drawing = draw(knowledge_map, atlas, sheet, layout, names, cards.said)
        left_out.update(drawing.left_out)
        board = drawing.board
        nodes = [_node(node, cards) for node in [*board.groups, *board.cards]]
        edges = [_edge(line, kinds.colour(line.kind)) for line in drawing.lines]
        # What Advanced Canvas begins a presentation with; it drops keys of its own where one of these is not there
        first = {"version": "1.0-1.0", "frontmatter": {}, "startNode": board.steps[0][0].id} if board.steps else {}
        slips = {
            card.id: home.id
            for card in board.cards
            if card.slip and card.topic and (home := board.topic.get(card.topic.id))
        }
        yield Page(paths[sheet.section], nodes, edges, board.within, slips, first)

    unsaid = [topic for topic in knowledge_map.topics if topic.note and topic.summary]
    if unsaid and not options.summaries:
        yield Finding(
            unsaid[0].source,
            "summary-not-shown",
            f"the map has words about {pluralize(len(unsaid), 'topic')}, this one first, that are not on the canvas:"
            " a file card shows the note alone; say them there, or set 'summaries' in canvas.toml",
        )
    if atlas.left_out and options.mentions > 0:
        yield Finding(
            atlas.left_out[0].source,
            "mention-not-drawn",
            f"{pluralize(len(atlas.left_out), 'mention')} without an arrow, this one first: a card has at most"
            f" {options.mentions}; raise 'mentions' in canvas.toml",
        )
    nowhere = [arrow for arrow, count in left_out.items() if count == 2]  # on both canvases
    if nowhere:
        yield Finding(
            knowledge_map.topic[nowhere[0].end].source,
            "arrow-not-drawn",
            f"{pluralize(len(nowhere), 'link')} between canvases without an arrow, the first at this topic: on a canvas stand"
            f" at most {SLIPS} topics of others; put what belongs together into one area",
        )


class _Kinds:
    """How arrows of each kind look, and what they are called."""

    def __init__(self, kinds: list[str], leads_to: str) -> None:
        further = [kind for kind in kinds if kind not in COLOURS]
        self._colours = COLOURS | {kind: FURTHER[number % len(FURTHER)] for number, kind in enumerate(further)}
        self._unlike = {*COLOURS, *further[: len(FURTHER)]}  # a colour says which one it is
        self._leads_to = leads_to

    def colour(self, kind: str) -> str:
        return self._colours[kind]

    def label(self, kinds: tuple[str, ...]) -> str:
        """What stands on an arrow: nothing where its colour says it."""
        return "" if len(kinds) == 1 and kinds[0] in self._unlike else ", ".join(map(self._name, kinds))

    def explain(self, kind: str) -> tuple[str, str]:
        """The legend's words for a kind, and its colour."""
        return f"{'—' if kind == RELATED else '→'} {self._name(kind)}", self._colours[kind]

    def _name(self, kind: str) -> str:
        return one_line(self._leads_to if kind == REQUIRES else kind)


def _node(node: Node, cards: Cards) -> dict[str, str | int]:
    box, content = node.box, cards.content(node)
    shape = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    return {"id": node.id, **content, **shape, **({"color": node.colour} if node.colour else {})}


def _edge(line: Line, colour: str) -> dict[str, str]:
    ends = {}
    if line.heads == 0:
        ends = {"toEnd": "none"}
    elif line.heads == 2:
        ends = {"fromEnd": "arrow"}
    return {
        "id": identity("edge", line.start.id, line.end.id),
        "fromNode": line.start.id,
        "fromSide": line.sides[0],
        "toNode": line.end.id,
        "toSide": line.sides[1],
        **ends,
        **({"color": colour} if colour else {}),
        **({"label": line.label} if line.label else {}),
    }
