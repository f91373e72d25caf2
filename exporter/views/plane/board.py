"""What stands on a plane: a group for each area and path, a card for each topic and step; their boxes are yet to be placed.

An area's own note is the first card of its group. A topic has one card, in its home area; that it is in others
too is for arrows to say.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from exporter.model import KnowledgeMap, LearningPath, Step, Topic, replace_surrogates
from exporter.views.plane.layout import Box, Group

COLOURS = "123456"  # of areas, in turn
STEPS_IN_A_ROW = 8  # at least, however narrow the areas are


@dataclass(slots=True)
class Node:
    """A card, of a topic or of a step, or a group, which has a label."""

    id: str
    box: Box
    colour: str = ""  # one of COLOURS; "": none
    label: str = ""
    topic: Topic | None = None
    step: Step | None = None
    number: int = 0  # of the step, from 1


class Board:
    """All groups and cards of a knowledge map."""

    def __init__(self, knowledge_map: KnowledgeMap, no_area: str) -> None:
        """Take the map; `no_area` is the label of the group of topics that are in no area."""
        self.lanes: list[Group] = []
        self.areas: list[Group] = []
        self.rest: list[Group] = []
        self.groups: list[Node] = []  # outer before inner: what comes later lies on top
        self.cards: list[Node] = []
        self.steps: list[list[Node]] = []  # the cards of each path
        self.topic: dict[str, Node] = {}  # the card of a topic
        self.area: dict[str, Node] = {}  # the group of an area
        self._map = knowledge_map
        self._add_areas()
        loose = knowledge_map.topics_in(None)
        if loose:
            rest = self._add_group(self.rest, identity("rest"), no_area)
            for topic in loose:
                self._add_topic(rest, topic)
        for path in knowledge_map.paths:
            if path.steps:
                self._add_path(path)

    def also_in(self, topic: Topic) -> list[Node]:
        """The groups of the topic's areas in which its card does not lie."""
        around: list[str] = []
        area = self._home(topic)
        while area is not None:
            around.append(area)
            area = self._map.area[area].parent
        return [self.area[other] for other in topic.areas if other not in around]

    def colour(self, topic: str) -> str:
        """The colour of the area in which the topic's card lies; "" in none."""
        home = self._home(self._map.topic[topic])
        return self.area[home].colour if home else ""

    @property
    def within(self) -> dict[str, str]:
        """Node.id of a card or a group: that of the group in which it lies."""
        around = {
            id(box): group.id for group in self.groups if isinstance(group.box, Group) for box in group.box.content
        }
        return {node.id: around[id(node.box)] for node in [*self.groups, *self.cards] if id(node.box) in around}

    def _home(self, topic: Topic) -> str | None:
        """The area in whose group the topic's card lies."""
        return topic.id if topic.id in self._map.area else next(iter(topic.areas), None)

    def _add_areas(self) -> None:
        """Areas in the map's order, each before those within it, which have its colour."""
        top = self._map.areas_in(None)
        waiting = [(area, self.areas, COLOURS[number % len(COLOURS)]) for number, area in enumerate(top)][::-1]
        while waiting:
            area, siblings, colour = waiting.pop()
            topic = self._map.topic[area.id]
            group = self._add_group(siblings, identity("area", area.id), topic.title or area.id, colour)
            self.area[area.id] = self.groups[-1]
            self._add_topic(group, topic, colour)
            for member in self._map.topics_in(area.id):
                if self._home(member) == area.id and member.id not in self.topic:
                    self._add_topic(group, member)
            waiting += [(inner, group.groups, colour) for inner in reversed(self._map.areas_in(area.id))]

    def _add_path(self, path: LearningPath) -> None:
        """A lane of steps, each in the colour of the area that its first topic is in."""
        lane = self._add_group(self.lanes, identity("path", path.id), path.title or path.id)
        lane.row = STEPS_IN_A_ROW
        steps = []
        for number, step in enumerate(path.steps, 1):
            colour = self.colour(step.topics[0]) if step.topics else ""
            steps.append(
                self._add(lane, Node(identity("step", path.id, number), Box(), colour, step=step, number=number))
            )
            lane.letters = max(lane.letters, len(f"{number}. {step.text}"))
        self.steps.append(steps)

    def _add_topic(self, group: Group, topic: Topic, colour: str = "") -> None:
        self.topic[topic.id] = self._add(group, Node(identity("topic", topic.id), Box(), colour, topic=topic))

    def _add(self, group: Group, card: Node) -> Node:
        group.cards.append(card.box)
        self.cards.append(card)
        return card

    def _add_group(self, siblings: list[Group], id: str, label: str, colour: str = "") -> Group:
        group = Group()
        siblings.append(group)
        self.groups.append(Node(id, group, colour, one_line(label)))
        return group


def identity(*parts: str | int) -> str:
    """The id of a node or an edge: always the same for what is always the same."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def one_line(text: str) -> str:
    """The text without line breaks and what a file in UTF-8 cannot hold."""
    return " ".join(replace_surrogates(text).split())
