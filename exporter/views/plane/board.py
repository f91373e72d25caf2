"""What stands on the canvas: a group for each area and path, a card for each topic and step.

An area's own note is the first card of its group. A topic has one card, in its home area; that it is in others
too is said by an arrow to them. A note is a file card, so that Obsidian shows it and knows when it is renamed.
Steps and topics without a note are text cards. These link in Markdown and not as `[[...]]`: the format says
that text is Markdown, so every program shows the link, and a percent-encoded path may hold any character.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from exporter.model import KnowledgeMap, LearningPath, Step, Topic, replace_surrogates
from exporter.views.plane.layout import Box, Group

COLOURS = "123456"  # the format's presets: red, orange, yellow, green, cyan, purple
STEPS_IN_A_ROW = 8  # at least, however narrow the areas are

MARKUP = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>#~=$%&^"})
LIST = re.compile(r"^(\d*)(?=[-+.)])")  # what would begin a list, at the start of a line


@dataclass(slots=True)
class Node:
    """A card or a group."""

    id: str
    box: Box
    content: dict[str, str]  # as the format wants it: type, and text, file or label
    colour: str = ""


class Board:
    """All groups and cards of a knowledge map; their boxes are yet to be placed."""

    def __init__(self, knowledge_map: KnowledgeMap, vault: str, no_area: str) -> None:
        self.lanes: list[Group] = []
        self.areas: list[Group] = []
        self.rest: list[Group] = []
        self.groups: list[Node] = []  # outer before inner: what comes later lies on top
        self.cards: list[Node] = []
        self.steps: list[list[Node]] = []  # the cards of each path
        self.topic: dict[str, Node] = {}  # the card of a topic
        self.area: dict[str, Node] = {}  # the group of an area
        self._map = knowledge_map
        self._vault = PurePosixPath(vault.strip("/"))
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
            content = {"type": "text", "text": f"**{number}.** {self._linked(step)}".strip()}
            steps.append(self._add_card(lane, identity("step", path.id, number), content, colour))
            lane.letters = max(lane.letters, len(f"{number}. {step.text}"))
        self.steps.append(steps)

    def _add_topic(self, group: Group, topic: Topic, colour: str = "") -> None:
        content = {"type": "text", "text": _text(topic)}
        if topic.note:
            content = {"type": "file", "file": self._path(topic.note)}
        self.topic[topic.id] = self._add_card(group, identity("topic", topic.id), content, colour)

    def _add_card(self, group: Group, id: str, content: dict[str, str], colour: str) -> Node:
        card = Node(id, Box(), content, colour)
        group.cards.append(card.box)
        self.cards.append(card)
        return card

    def _add_group(self, siblings: list[Group], id: str, label: str, colour: str = "") -> Group:
        group = Group()
        siblings.append(group)
        self.groups.append(Node(id, group, {"type": "group", "label": one_line(label)}, colour))
        return group

    def _path(self, note: str) -> str:
        """Where Obsidian finds the note."""
        return replace_surrogates(str(self._vault / note))

    def _linked(self, step: Step) -> str:
        """The step's words, its topics' names as links to their notes; those not named follow in brackets."""
        done, left, unnamed = "", one_line(step.text), []
        for topic in [self._map.topic[id] for id in step.topics]:
            if topic.note is None:
                continue
            url = quote(self._path(topic.note))
            names = (topic.title, PurePosixPath(topic.note).stem, *topic.aliases)
            at, name = next(((at, name) for name in map(one_line, names) if (at := _find(name, left)) >= 0), (-1, ""))
            if at < 0:
                unnamed.append(f"[{_markdown(topic.title) or _markdown(topic.id)}]({url})")
                continue
            before, name, left = left[:at], left[at : at + len(name)], left[at + len(name) :]
            done += f"{before.translate(MARKUP)}[{name.translate(MARKUP)}]({url})"
        return done + left.translate(MARKUP) + (f" ({', '.join(unnamed)})" if unnamed else "")


def identity(*parts: str | int) -> str:
    """The id of a node or an edge: always the same for what is always the same."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def one_line(text: str) -> str:
    """The text without line breaks and what a file in UTF-8 cannot hold."""
    return " ".join(replace_surrogates(text).split())


def _text(topic: Topic) -> str:
    """A topic without a note: its title and the map's words about it."""
    words = LIST.sub(r"\1\\", _markdown(topic.summary), count=1)
    return f"**{_markdown(topic.title) or _markdown(topic.id)}**" + (f"\n\n{words}" if words else "")


def _markdown(text: str) -> str:
    """Markdown that shows this plain text on one line."""
    return one_line(text).translate(MARKUP)


def _find(name: str, text: str) -> int:
    """Where the name stands in the text as whole words, in capitals or not; -1: nowhere."""
    if len(text.lower()) == len(text):  # nearly always; else the places would not be the same
        name, text = name.lower(), text.lower()
    at = text.find(name) if name else -1
    while at >= 0 and (text[at - 1 : at].isalnum() or text[at + len(name) :][:1].isalnum()):
        at = text.find(name, at + 1)
    return at
