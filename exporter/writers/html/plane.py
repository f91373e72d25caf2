"""The map as areas within one another and topics as boxes in them: as SVG, or as numbers from which the page draws it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from exporter.model import IN_AREA, REQUIRES, KnowledgeMap, Topic
from exporter.views.body.text import label, title_of
from exporter.views.plan.pen import HUES
from exporter.views.plan.text import wrap
from exporter.views.plane.board import Board
from exporter.views.plane.layout import Box, Layout
from exporter.views.plane.sections import divide, walk

CARD, GAP = (200, 60), 20  # px: width and height of a topic's box, as in page.css, and from box to box
TITLE, WORDS, LEADING = 26, 16, 20  # px: sizes of an area's title and a topic's words, as in page.css; line to line
BESIDE = 12  # px from a box's side to its words
NO_LIMIT = 1 << 60


class Plane:
    """Areas as boxes, within one another, and topics as boxes in them, in the map's order."""

    def __init__(self, knowledge_map: KnowledgeMap, no_area: str) -> None:
        self.map = knowledge_map
        root = divide(knowledge_map, no_area, NO_LIMIT)
        root.sections = [section for section in root.sections if not section.path]
        for number, top in enumerate(root.sections):
            for section in walk(top):
                section.guests = []  # a topic has one box
                section.colour = str(number % HUES)
        topics = {topic.id for topic in knowledge_map.topics}
        self.board = Board(root, topics, lambda topic: "", {})
        Layout(CARD, GAP).arrange([], self.board.top)

    @property
    def size(self) -> tuple[int, int]:
        """How wide and how high it is, in px."""
        boxes = self.board.top
        return (
            max((box.x + box.width for box in boxes), default=CARD[0]),
            max((box.y + box.height for box in boxes), default=CARD[1]),
        )

    def draw(self) -> tuple[str, str]:
        """All of it as SVG within HTML, and its style sheet; what a browser shows of it from afar and from near, page.css says."""
        hues = sorted({group.colour for group in self.board.groups}, key=int)
        return "".join(self._svg()), "".join(f".h{hue}{{color:var(--hue-{hue})}}" for hue in hues)

    def _svg(self) -> Iterator[str]:
        width, height = self.size
        yield f'<svg viewBox="{-GAP} {-GAP} {width + 2 * GAP} {height + 2 * GAP}" class="plane">'
        for group in self.board.groups:
            box = group.box
            yield f'<g class="area h{group.colour}"><rect x={box.x} y={box.y} width={box.width} height={box.height} />'
            for line in wrap(group.label, box.width - 2 * BESIDE, TITLE, 1, bold=True):
                yield f"<text x={box.x + BESIDE} y={box.y + TITLE + 10}>{escape(line)}</text>"
            yield "</g>"
        yield f'<path class="mentions" d="{self._strokes(typed=False)}"/><path class="requires" d="{self._strokes(typed=True)}"/>'
        for topic in self.map.topics:
            if card := self.board.topic.get(topic.id):
                yield self._card(card.box, topic)
        yield "</svg>"

    def _card(self, box: Box, topic: Topic) -> str:
        """A link to the topic, which says its name where its words do not."""
        title = title_of(topic)
        lines = wrap(title, CARD[0] - 2 * BESIDE, WORDS, 2)
        y = box.y + CARD[1] / 2 + WORDS * 0.36 - (len(lines) - 1) * LEADING / 2
        words = "\n".join(
            f"<text x={box.x + BESIDE} y={y + number * LEADING:g}>{escape(line)}</text>"
            for number, line in enumerate(lines)
        )
        told = "" if " ".join(lines) == title else f"<title>{escape(title)}</title>"
        return f"<a href=#{label(topic.id)}>{told}<rect x={box.x} y={box.y} />{words}</a>"

    def numbers(self) -> dict[str, object]:
        """The same as numbers."""
        boxes = ((group.box, group) for group in self.board.groups)
        cards = (self.board.topic.get(topic.id) for topic in self.map.topics)
        return {
            "size": self.size,
            "card": CARD,
            "areas": [[box.x, box.y, box.width, box.height, int(group.colour), group.label] for box, group in boxes],
            "cards": [[card.box.x, card.box.y] if card else None for card in cards],
        }

    def _strokes(self, typed: bool) -> str:
        """Straight lines from the middle of a box to that of another, each once."""
        pairs = {
            (min(link.start, link.end), max(link.start, link.end))
            for link in self.map.links
            if link.kind != IN_AREA and (link.kind == REQUIRES) == typed and link.start != link.end
        }
        middles = {id: (card.box.x + CARD[0] // 2, card.box.y + CARD[1] // 2) for id, card in self.board.topic.items()}
        ways = ((middles.get(start), middles.get(end)) for start, end in sorted(pairs))
        return "".join(f"M{start[0]} {start[1]}L{end[0]} {end[1]}" for start, end in ways if start and end)
