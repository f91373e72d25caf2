"""The knowledge map as lines of an outline, in the language of the program that reads it, from top to bottom.

A topic stands wherever the map puts it. With its note's own outline in it it stands once: an area where it lies, any other
topic in its home area, or among those that are in no area; elsewhere it is a line with its note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from exporter.model import Area, KnowledgeMap, LearningPath, Passage, Source, Target, Topic
from exporter.views.body.unprinted import of_language
from exporter.views.date import CREATED, moments
from exporter.writers.opml.losses import Losses
from exporter.writers.opml.options import Options
from exporter.writers.opml.passages import choose, without_links_to
from exporter.writers.opml.profiles import Attributes
from exporter.writers.opml.xml_text import xml_safe

DEPTH = 64  # outlines within outlines; some readers refuse more
ADDRESS = re.compile(r"(?i)(?!javascript:|vbscript:|data:)(?:[a-z][a-z0-9+.-]+://|mailto:|tel:)\S")
WEB = re.compile(r"(?i)https?://\S")


class Line(NamedTuple):
    """One outline; what follows with a higher level lies within it."""

    level: int  # counted from 1
    text: str
    note: str = ""  # lines below it
    links: tuple[tuple[str, str], ...] = ()  # words and address, of what the text itself does not say
    attributes: Attributes = ()


class Lines:
    """Makes the lines of one map."""

    def __init__(self, knowledge_map: KnowledgeMap, options: Options, losses: Losses) -> None:
        self._map, self._options, self._losses = knowledge_map, options, losses
        self._profile = options.profile
        self._seen: set[str] = set()  # topics that have a line
        self._area_paths: dict[tuple[str, ...], str] = {}  # of titles, by `Topic.areas`
        self._told: set[str] = set()  # those whose own outline has been given

    def paths(self) -> Iterator[Line]:
        """Each learning path with its steps, and their topics."""
        for path in self._map.paths:
            yield self._heading(1, path)
            for step in path.steps:
                topics = [self._map.topic[id] for id in step.topics]
                if step.text and [topic.title for topic in topics] == [step.text]:  # nothing is said but the topic
                    yield self._topic(2, topics[0])
                    continue
                self._losses.look_at(step.text, step.source)
                yield Line(2, self._profile.say(step.text))
                yield from (self._topic(3, topic) for topic in topics)

    def area(self, top: Area) -> Iterator[Line]:
        """An area with its topics, then the areas in it; no recursion, for a chain may be long."""
        stack, deep = [(1, top)], self._options.depth != "topics"
        while stack:
            level, area = stack.pop()
            topics = self._map.topics_in(area.id)
            yield self._topic(level, self._map.topic[area.id])
            if deep:
                yield from self._inner(level, self._map.topic[area.id], {topic.id for topic in topics})
            for topic in topics:
                role = self._map.area.get(topic.id)
                if role is None or role.parent != area.id:  # else it comes below, with all that lies in it
                    yield self._topic(level + 1, topic)
                if deep and role is None and topic.areas[:1] == (area.id,):
                    yield from self._inner(level + 1, topic)
            stack += [(level + 1, inner) for inner in reversed(self._map.areas_in(area.id))]

    def rest(self) -> Iterator[Line]:
        """The topics that are in no area."""
        topics = self._map.topics_in(None)
        if topics:
            yield Line(1, self._profile.say(self._options.no_area))
        for topic in topics:
            yield self._topic(2, topic)
            if self._options.depth != "topics":
                yield from self._inner(2, topic)

    def included(self, area: Area, path: str) -> Line:
        """An area whose outline is another file."""
        line = self._topic(1, self._map.topic[area.id])
        return line._replace(links=(), attributes=(("type", "include"), ("url", path), *line.attributes))

    def _heading(self, level: int, path: LearningPath) -> Line:
        self._losses.look_at(path.title, path.source)
        return Line(level, self._profile.say(path.title), attributes=(("mlk:path", path.id),))

    def _inner(self, level: int, topic: Topic, inside: Set[str] = frozenset()) -> Iterator[Line]:
        """The outline of a topic's note, once; an area's without the links to what stands in it anyway."""
        if topic.note is None or topic.id in self._told:
            return
        self._told.add(topic.id)
        passages: tuple[Passage, ...] = ()
        with suppress(OSError):  # the note was removed since the vault was read
            passages = self._map.passages(topic.id)
        shown, left_out = choose(passages, self._options.depth)
        if left_out:
            self._losses.count("prose", topic.source, left_out)
        if inside:
            shown = without_links_to({id: self._map.topic[id].summary for id in inside}, shown)
        for passage in shown:
            if passage.kind == "code" and of_language(passage.mark):
                self._losses.count("query", topic.source)
            else:
                yield self._passage(level, passage, topic.source)

    def _topic(self, level: int, topic: Topic) -> Line:
        profile, title, definition = self._profile, topic.title, self._map.definition(topic.id)
        text = f"{topic.id} {title} {topic.summary} {definition}"
        if topic.id not in self._seen:
            self._seen.add(topic.id)
            self._losses.look_at(text, topic.source)
        said = [part for part in (definition, topic.summary) if part]
        if not text.isprintable():  # nearly always it is, and each is one line
            said = [xml_safe(line) for part in said for line in part.splitlines()]
            title = title if xml_safe(title).strip() else ""
        return Line(
            level,
            profile.say(title if title and not title.isspace() else topic.id),
            "\n".join([profile.note_line(line.strip()) for line in said]),
            (("", url),) if self._options.link and (url := self._url(topic)) else (),
            (
                ("category", self._category(topic)),
                ("created", _date(topic) if topic.properties else ""),
                ("mlk:id", topic.id),
                ("mlk:note", topic.note or ""),
            ),
        )

    def _passage(self, above: int, passage: Passage, source: Source) -> Line:
        """A line for a part of a note."""
        profile, losses = self._profile, self._losses
        losses.look_at(passage.text, source)
        if passage.pictures:
            losses.count("picture", source, passage.pictures)
        level = above + passage.level
        if passage.kind == "code":
            return self._code(level, passage)
        text, links = self._linked(passage) if xml_safe(passage.text).strip() else ("\u2026", ())
        number = "" if passage.number is None else f"{passage.number}. "
        attributes: Attributes = ()
        if passage.kind == "task":
            known = passage.mark in " xX" or passage.mark in profile.signs
            sign = profile.signs.get(passage.mark, "" if known else f"[{passage.mark}] ")
            if not known:
                losses.count("task", source)
            attributes = profile.done if passage.mark in "xX" else profile.undone
            text = f"{sign}{number}{text}"
        else:
            text = f"{number}{text}"
        return Line(level, text, "", links, attributes)

    def _code(self, level: int, passage: Passage) -> Line:
        """Code of one line is a text, of more a note."""
        profile = self._profile
        if "\n" not in passage.text or not profile.notes:
            text = (
                f"`{passage.text}`"
                if profile.markup == "markdown" and "`" not in passage.text
                else profile.say(passage.text)
            )
            return Line(level, text)
        return Line(level, profile.say(passage.mark or "code"), profile.code(passage.text, passage.mark))

    def _linked(self, passage: Passage) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The words of a passage with its links, as far as a text can say them; and the others."""
        text, say = passage.text, self._profile.say
        if not passage.targets:
            return say(text), ()
        parts: list[str] = []
        links: list[tuple[str, str]] = []
        at = 0
        for target in passage.targets:
            if target.start < at:  # within another
                continue
            words = text[target.start : target.end]
            said = self._target(words, target)
            parts += [say(text[at : target.start]), said if isinstance(said, str) else say(words)]
            links += [] if isinstance(said, str) else [said]
            at = target.end
        return "".join([*parts, say(text[at:])]), tuple(links)

    def _target(self, words: str, target: Target) -> str | tuple[str, str]:
        """A link as the text says it, or its words and address."""
        profile = self._profile
        kind, _, name = target.to.partition(":")
        if kind in ("topic", "missing", "file"):
            name = unquote(name.partition("#")[0])
            topic = self._map.topic.get(name) if kind == "topic" else None
            title = topic.title if topic else name if kind == "missing" else ""
            page, url = profile.page(words, title), self._url(topic) if topic else ""
            self._losses.links += 1 if topic and (page or url) else 0
            if page or not url:
                return page or profile.say(words)
        else:
            url = target.to
            if not (WEB if profile.web else ADDRESS).match(url):
                return profile.say(words)
            self._losses.references += 1
        return profile.link(words, url) or (words, url)

    def _url(self, topic: Topic) -> str:
        """The topic's address; none for a topic that has no note."""
        template = self._options.link
        if not template or topic.note is None:
            return ""
        safe = "" if "?" in template else "/"  # within a query a path has to be one word
        id, note = (quote(xml_safe(part), safe=safe) for part in (topic.id, topic.note))
        return template.replace("{id}", id).replace("{note}", note)

    def _category(self, topic: Topic) -> str:
        """Areas as paths of titles from the top, "/Area/Inner area", then tags, which have no slash in front."""
        paths = self._area_paths.get(topic.areas)
        if paths is None:
            each = ("/" + "/".join(reversed(list(self._upwards(id)))) for id in topic.areas)
            paths = self._area_paths[topic.areas] = ",".join(each)
        return ",".join(filter(None, (paths, *map(_tag_path, topic.tags)))) if topic.tags else paths

    def _upwards(self, id: str) -> Iterator[str]:
        for _ in range(DEPTH):
            yield _word(self._map.topic[id].title)
            parent = self._map.area[id].parent
            if parent is None:
                return
            id = parent


@lru_cache(maxsize=10_000)  # a tag has many topics
def _tag_path(tag: str) -> str:
    return "/".join(map(_word, tag.split("/"))) if "/" in tag else _word(tag)


def _word(text: str) -> str:
    """Text without the separators of categories."""
    return " ".join(text.replace(",", " ").replace("/", " ").split())


def _date(topic: Topic) -> str:
    """When a note was made, by its properties: https://www.rfc-editor.org/rfc/rfc822#section-5."""
    moment = next(moments(topic.properties, CREATED), None)
    return rfc_822(moment) if moment else ""


def rfc_822(moment: datetime) -> str:
    """A date as OPML writes it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
