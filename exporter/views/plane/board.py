"""One sheet: a group for each section, a card for each topic and step; their boxes are yet to be placed.

An area's own note is the first card of its group; one without a note and without words has none, as the group's name
says it all, unless an arrow needs it. A topic has one card, in its home area; in the others it is filed in lies a slip, a small card
with its name. A section that has a sheet of its own is a card that leads there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

from exporter.model import Step, Topic, replace_surrogates
from exporter.views.plane.layout import Box, Group, letters
from exporter.views.plane.sections import Section

STEPS_IN_A_ROW = 8  # at least, however narrow the areas are
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
PARAGRAPH = 28  # letters; so much room takes the end of one

Said = Callable[[Topic], str]


@dataclass(slots=True, eq=False)
class Node:
    """A card of a topic, of a step, of a sheet, of a kind of arrows; or a group, which has a label."""

    id: str
    box: Box
    colour: str = ""  # of a section; "": none
    label: str = ""
    topic: Topic | None = None
    step: Step | None = None
    number: int = 0  # of the step, from 1
    sheet: Section | None = None  # to which a card leads
    slip: bool = False  # a small card: a topic's name alone
    kind: str | None = None  # of the arrows that it explains


class Board:
    """All groups and cards of one sheet."""

    def __init__(self, section: Section, wanted: Container[str], said: Said, colour: Mapping[str, str]) -> None:
        """Take the section that has the sheet.

        Areas that are `wanted` by arrows have a card; `said` is the text of a topic's card, "" where it shows the note;
        `colour` is that of a topic's area. Both are asked for by Topic.id.
        """
        self.lanes: list[Group] = []
        self.top: list[Group] = []  # all others that lie in no group
        self.groups: list[Node] = []  # outer before inner: what comes later lies on top
        self.cards: list[Node] = []
        self.steps: list[list[Node]] = []  # the cards of each path
        self.topic: dict[str, Node] = {}  # the card of a topic
        self.sheet: dict[Section, Node] = {}  # the card that leads to a section's sheet
        self.home: dict[str, Node] = {}  # Node.id of a card: its group
        self.slips: dict[tuple[str, str], Node] = {}  # by Node.id of the card above it, or of the group, and Topic.id
        self._wanted, self._said, self._colour = wanted, said, colour
        self._add_sections(section)

    def add_slip(self, beside: Node, topic: Topic) -> Node:
        """A slip with the topic's name below a card; the one that lies in its group, if there is one."""
        group = self.home[beside.id]
        slip = self.slips.get((group.id, topic.id)) or self.slips.get((beside.id, topic.id))
        if slip is None:
            slip = self._add_slip(beside, group, topic)
            _group(group).below.setdefault(id(beside.box), []).append(slip.box)
        return slip

    def take_order(self) -> None:
        """Let the cards of each group stand in the list as they have been exchanged."""
        for group in self.groups:
            _group(group).cards.sort(key=lambda card: (card.y, card.x))

    def add_sheets(self, label: str, sections: list[Section]) -> None:
        """A group before all others with cards that lead to other sheets."""
        group = self._add_group(self.top, identity("sheets"), label)
        self.top.insert(0, self.top.pop())
        for section in sections:
            self._add_sheet(group, section)

    def add_legend(self, label: str, kinds: list[str]) -> None:
        """A group behind all others with a slip for each kind of arrows."""
        group = self._add_group(self.top, identity("legend"), label)
        for kind in kinds:
            sample = Node(identity("legend", kind), Box(), kind=kind)
            _group(group).slips.append(sample.box)
            self._hold(group, sample)

    @property
    def rows(self) -> list[list[Box]]:
        """The cards of each group."""
        return [_group(group).cards for group in self.groups]

    @property
    def exchangeable(self) -> list[list[Box]]:
        """Cards of each group that may take one another's places: not an area's own, which is the first."""
        members: dict[str, list[Box]] = {}
        for card in self.cards:
            if card.topic and not card.colour and not card.slip:
                members.setdefault(self.home[card.id].id, []).append(card.box)
        return [*members.values()]

    @property
    def within(self) -> dict[str, str]:
        """Node.id of a card or a group: that of the group in which it lies."""
        around = {id(inner): group.id for group in self.groups for inner in _group(group).groups}
        inner = {group.id: around[id(group.box)] for group in self.groups if id(group.box) in around}
        return inner | {card: group.id for card, group in self.home.items()}

    def _add_sections(self, root: Section) -> None:
        """Sections in their order, each before those within it."""
        inner = root.sections if root.key[0] == "map" or "fold" in root.key else [root]
        leading = [each for each in inner if each.cut and each is not root and not each.hubs]
        waiting = [(each, self._siblings(each)) for each in inner if each not in leading][::-1]
        while waiting:
            section, siblings = waiting.pop()
            label, colour = one_line(section.title), section.colour
            group = self._add_group(siblings, identity(*section.key), label, colour)
            if section.cut and section is not root:
                self._add_sheet(group, section)
                for topic in section.hubs:
                    self._add_topic(group, topic, colour if topic is section.topic else "")
                continue
            self._fill(group, section)
            further = []
            for each in section.sections:
                if each.cut:
                    self._add_sheet(group, each)
                else:
                    further.append((each, _group(group).groups))
            waiting += further[::-1]
        if leading:
            group = self._add_group(self.lanes if self.top else self.top, identity(*root.key), one_line(root.title))
            for each in leading:
                self._add_sheet(group, each)

    def _siblings(self, section: Section) -> list[Group]:
        return self.lanes if section.path else self.top

    def _fill(self, group: Node, section: Section) -> None:
        """The section's own cards and slips."""
        if section.topic and (section.topic.note or section.topic.summary or section.topic.id in self._wanted):
            self._add_topic(group, section.topic, section.colour)
        for topic in section.topics:
            self._add_topic(group, topic)
        for topic in section.guests:
            _group(group).slips.append(self._add_slip(group, group, topic).box)
        if section.path and section.steps:
            lane = _group(group)
            lane.row = STEPS_IN_A_ROW
            lane.letters = max(letters(f"{number}. {one_line(step.text)}") for number, step in section.steps)
            cards = [
                Node(
                    identity("step", section.path.id, number),
                    Box(),
                    self._colour.get(step.topics[0], "") if step.topics else "",
                    step=step,
                    number=number,
                )
                for number, step in section.steps
            ]
            for card in cards:
                self._put(group, card)
            self.steps.append(cards)

    def _add_sheet(self, group: Node, section: Section) -> None:
        card = Node(identity("sheet", *section.key), Box(), section.colour, sheet=section)
        self.sheet[section] = card
        self._put(group, card)

    def _add_topic(self, group: Node, topic: Topic, colour: str = "") -> None:
        card = Node(identity("topic", topic.id), Box(), colour, topic=topic)
        words = self._said(topic)
        if words:
            lane = _group(group)
            lane.letters = max(lane.letters, letters(words) + PARAGRAPH)
        self.topic[topic.id] = card
        self._put(group, card)

    def _add_slip(self, beside: Node, group: Node, topic: Topic) -> Node:
        slip = Node(identity("slip", beside.id, topic.id), Box(), topic=topic, slip=True)
        self.slips[beside.id, topic.id] = slip
        _group(group).name = max(_group(group).name, letters(topic.title) + 2)
        self._hold(group, slip)
        return slip

    def _put(self, group: Node, card: Node) -> None:
        _group(group).cards.append(card.box)
        self._hold(group, card)

    def _hold(self, group: Node, card: Node) -> None:
        self.cards.append(card)
        self.home[card.id] = group

    def _add_group(self, siblings: list[Group], id: str, label: str, colour: str = "") -> Node:
        group = Group()
        siblings.append(group)
        self.groups.append(Node(id, group, colour, label))
        return self.groups[-1]


def _group(node: Node) -> Group:
    assert isinstance(node.box, Group)
    return node.box


def identity(*parts: str | int) -> str:
    """The id of a node or an edge: always the same for what is always the same."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def one_line(text: str) -> str:
    """The text without line breaks, control characters and what a file in UTF-8 cannot hold."""
    return " ".join(CONTROLS.sub(" ", replace_surrogates(text)).split())
