"""What stands where in the book: a part for each area, a chapter for each topic, in the map's order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf
from typing import Any

from exporter.model import BROADER, IN_AREA, MENTIONS, RELATED, REQUIRES, Area, KnowledgeMap, Topic
from exporter.views.body.sources import text_of
from exporter.views.body.text import kind_in_words, label, other_names, printable, title_of
from exporter.views.body.unprinted import nothing_else
from exporter.views.book.chart import chart
from exporter.views.translations import Translations

Data = dict[str, Any]  # as book.typ reads it from book.json

OBJECTIVES = frozenset(  # properties that say what one will be able to do
    ("objectives", "outcomes", "learning objectives", "learning outcomes", "learning goals", "lernziele")
)
BACKLINKS = 24  # that a chapter names, of more than one above it


class Plan:
    """The book's order, and the notes whose text it wants: a note's number is its position among them."""

    def __init__(
        self, knowledge_map: KnowledgeMap, words: Translations, with_backlinks: bool, along_paths: bool
    ) -> None:
        self.map, self.words, self.with_backlinks = knowledge_map, words, with_backlinks
        self.order = {topic.id: number for number, topic in enumerate(knowledge_map.topics)}
        self.notes: list[Topic] = []
        self.numbers: list[str] = []  # of their chapters and parts, as the book prints them
        self.unprinted = {topic.id: topic for topic in knowledge_map.topics if _is_unprinted(knowledge_map, topic)}
        self.followed: set[str] = set()  # Topic.id: after its text comes who links to it
        learnt = (id for path in knowledge_map.paths for step in path.steps for id in step.topics)
        self.turn = {id: turn for turn, id in enumerate(dict.fromkeys(learnt))} if along_paths else {}
        areas = list(_areas(knowledge_map))
        areas.sort(
            key=lambda area: min(self._turn(topic) for topic in (knowledge_map.topic[area.id], *self._topics_in(area)))
        )
        self.part_number = {area.id: number for number, area in enumerate(areas, 1)}
        self.members = {area.id: _once(self._sort(self._topics_in(area))) for area in areas}
        # the one place of each topic that is no area; topics that no area has are at home in None
        home = {
            id: area
            for area, topics in self.members.items()
            for id, topic in topics.items()
            if topic.areas[:1] == (area,)
        }
        self.home: dict[str, str | None] = {
            topic.id: home.get(topic.id) for topic in knowledge_map.topics if topic.id not in self.part_number
        }
        self.members_of_none = self._sort(
            topic for topic in knowledge_map.topics if self.home.get(topic.id, "") is None
        )
        self.chapter_number: dict[str, int] = {}
        for area in [*self.members, None]:
            for topic in self._chapters(area):
                self.chapter_number[topic.id] = len(self.chapter_number) + 1
        self.parts = [self._part(area.id) for area in areas]
        if self.members_of_none:
            self.parts.append(self._part(None))
        self.paths: list[Data] = [
            {
                "label": f"__path-{number}",
                "title": printable(path.title).strip() or "–",
                "steps": [
                    {"text": printable(step.text), "topics": [self._to_learn(id) for id in step.topics]}
                    for step in path.steps
                ],
            }
            for number, path in enumerate(knowledge_map.paths)
        ]

    def _turn(self, topic: Topic) -> float:
        """When a path comes to the topic, where the book goes along the paths."""
        return self.turn.get(topic.id, inf)

    def _sort(self, topics: Iterable[Topic]) -> list[Topic]:
        return sorted(topics, key=self._turn)

    def _to_learn(self, id: str) -> Data:
        """A topic of a step, and what has to be known before."""
        needed = dict.fromkeys(link.end for link in self.map.links_from(id) if link.kind == REQUIRES)
        name, title = self._label_and_title(id)
        return {"label": name, "title": title, "requires": [self._label_and_title(each) for each in needed]}

    def _topics_in(self, area: Area) -> Iterator[Topic]:
        yield from self.map.topics_in(area.id)
        for below in self.map.areas_in(area.id):
            yield self.map.topic[below.id]

    def _chapters(self, area: str | None) -> list[Topic]:
        members = self.members_of_none if area is None else self.members[area].values()
        return [topic for topic in members if self._has_chapter(topic) and self.home.get(topic.id, "") == area]

    def _has_chapter(self, topic: Topic) -> bool:
        return topic.note is not None and topic.id not in self.unprinted

    def _part(self, area: str | None) -> Data:
        if area is None:
            title = self.words["further" if self.part_number else "topics"]
            data: Data = {
                "label": "__further",
                "title": title,
                "aliases": [],
                "definition": "",
                "summary": "",
                "objectives": [],
                "body": None,
            }
            data |= {"links": [], "backlinks": [], "number": None}
            members = self.members_of_none
        else:
            data = self._card(self.map.topic[area], self.part_number[area])
            members = list(self.members[area].values())
        charted = [topic for topic in (*self._in_its_chart(area, members), *members) if topic.id not in self.unprinted]
        return {
            **data,
            "chart": chart(self.map, charted, self.words, self._part_of),
            # what nobody has written stands behind the chapters
            "entries": sorted(
                (self._entry(topic, area) for topic in members), key=lambda entry: entry["kind"] == "unwritten"
            ),
            "chapters": [self._card(topic, self.chapter_number[topic.id]) for topic in self._chapters(area)],
        }

    def _part_of(self, id: str) -> int:
        """The number of the part that a topic is or is in; 0 where it is in none."""
        return self.part_number.get(id) or self.part_number.get(self.home.get(id) or "", 0)

    def _in_its_chart(self, area: str | None, members: list[Topic]) -> list[Topic]:
        """The area's own topic, where one of its members builds on it or it on them."""
        if area is None:
            return []
        ids = {topic.id for topic in members}
        ends = [*self.map.links_from(area), *self.map.links_to(area)]
        linked = any(link.kind in (REQUIRES, RELATED) and ids & {link.start, link.end} for link in ends)
        return [self.map.topic[area]] if linked and area not in ids else []

    def _card(self, topic: Topic, number: int) -> Data:
        """What a part's or a chapter's opening says of its topic."""
        typed: dict[str, dict[str, list[str]]] = {}
        for link in self.map.links_from(topic.id):
            if link.kind not in (IN_AREA, MENTIONS):
                typed.setdefault(link.kind, {})[link.end] = self._label_and_title(link.end)
        for link in self.map.links_to(topic.id):
            if link.kind == RELATED:
                typed.setdefault(RELATED, {})[link.start] = self._label_and_title(link.start)
        seen: set[str] = set()
        lines: list[list[Any]] = []
        for kind in sorted(typed, key=lambda kind: (kind == RELATED) - (kind == REQUIRES)):  # each topic once
            ends = [typed[kind][id] for id in typed[kind] if id not in seen or kind not in (RELATED, BROADER)]
            seen.update(typed[kind])
            lines += [[kind_in_words(kind, self.words), ends]] if ends else []
        backlinks = list(self._backlinks(topic, set().union(*typed.values())))
        if backlinks:
            self.followed.add(topic.id)
        body = None
        if self._has_chapter(topic) or (topic.id in self.part_number and topic.note):
            body = len(self.notes)
            self.notes.append(topic)
            self.numbers.append(roman(number) if topic.id in self.part_number else str(number))
        return {
            "label": label(topic.id),
            "number": number,
            "title": title_of(topic),
            "aliases": other_names(topic),
            "definition": printable(self.map.definition(topic.id)),
            "summary": printable(topic.summary),
            "objectives": objectives(topic),
            "links": lines,
            "backlinks": backlinks,
            "body": body,
        }

    def _backlinks(self, topic: Topic, linked: set[str]) -> Iterator[Data]:
        """Who builds on the topic and who mentions it, in the map's order, each once and none that is `linked` already."""
        for kind in (REQUIRES, MENTIONS) if self.with_backlinks else ():
            starts = {link.start for link in self.map.links_to(topic.id) if link.kind == kind} - linked - {topic.id}
            known = sorted(starts, key=self.order.__getitem__)
            shown = known[:BACKLINKS] if len(known) > BACKLINKS + 1 else known
            more = self.words["more"].format(len(known) - len(shown)) if len(known) > len(shown) else ""
            if known:
                yield {
                    "word": self.words[f"by_{kind}"],
                    "topics": [self._label_and_title(id) for id in shown],
                    "more": more,
                }
            linked = linked | starts

    def _entry(self, topic: Topic, area: str | None) -> Data:
        """A line of the list with which a part opens."""
        number, reference = self.chapter_number.get(topic.id), None
        kind = "chapter"
        if not self._has_chapter(topic):
            kind, reference = "unwritten", self.words["only_unprinted" if topic.note else "unwritten"]
        if self.home.get(topic.id, "") != area:
            kind, number, reference = "elsewhere", None, f"{self.words['see']} {self._number_in_words(topic)}".rstrip()
        name, title = self._label_and_title(topic.id)
        return {
            "kind": kind, "label": name, "title": title, "number": number, "place": reference,
            "summary": printable(topic.summary),
        }  # fmt: skip

    def _number_in_words(self, topic: Topic) -> str:
        """The part or the chapter that the topic is, by its number; "" where it is none."""
        if part := self.part_number.get(topic.id):
            return f"{self.words['part']} {roman(part)}"
        chapter = self.chapter_number.get(topic.id)
        return f"{self.words['chapter']} {chapter}" if chapter else ""

    def _label_and_title(self, id: str) -> list[str]:
        return [label(id), title_of(self.map.topic[id])]


def roman(number: int) -> str:
    """The number of a part in capitals: 4 is IV."""
    digits = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")]
    text = ""
    for value, sign in [*digits, (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]:
        count, number = divmod(number, value)
        text += sign * count
    return text


def _areas(knowledge_map: KnowledgeMap) -> Iterator[Area]:
    """All areas, those below an area right after it; also those that are only below one another."""
    seen: set[str] = set()
    waiting = list(reversed(knowledge_map.areas_in(None)))
    for area in (None, *knowledge_map.areas):
        if area:
            waiting.append(area)
        while waiting:
            each = waiting.pop()
            if each.id not in seen:
                seen.add(each.id)
                yield each
                waiting.extend(reversed(knowledge_map.areas_in(each.id)))


def _is_unprinted(knowledge_map: KnowledgeMap, topic: Topic) -> bool:
    """Whether its note holds nothing that a book can show: no chapter."""
    if not topic.note or topic.id in knowledge_map.area:
        return False
    try:
        return nothing_else(text_of(knowledge_map, topic.id))
    except OSError:  # told where the texts are read
        return False


def objectives(topic: Topic) -> list[str]:
    """What one will be able to do, as the note's properties say."""
    for name, value in topic.properties.items():
        if name.casefold().replace("-", " ").replace("_", " ").strip() in OBJECTIVES:
            listed = value if isinstance(value, list) else [value]
            said = [printable(each).strip() for each in listed if isinstance(each, str)]
            if any(said):
                return list(filter(None, said))
    return []


def _once(topics: Iterable[Topic]) -> dict[str, Topic]:
    return {topic.id: topic for topic in topics}
