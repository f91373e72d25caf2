"""The relationships, type by type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, pairwise
from typing import ClassVar, TypeVar

from exporter.model import BROADER, IN_AREA, KnowledgeMap, Link, Missing, Source
from exporter.views.graph.rows import file_and_line
from exporter.views.graph.tables import (
    HAS_TAG,
    IMPLIED,
    LINK,
    LINKS_TO,
    NEXT,
    POSITION,
    REFERS_TO,
    RESERVED_TYPES,
    STEP,
    WIDER_TAG,
    Column,
    Relationships,
    Row,
    Values,
)

K = TypeVar("K")
V = TypeVar("V")

NO_NAME = re.compile("[^A-Z0-9]+")


class Connections:
    """What leads from node to node; `BETWEEN` has what makes the rows, by the labels of start and end."""

    def __init__(
        self,
        knowledge_map: KnowledgeMap,
        types: Mapping[str, str],
        missing: Sequence[Missing],
        filings: Callable[[], Iterable[tuple[str, str, int]]],
        implied: bool,
    ) -> None:
        """Take what there is.

        Args:
            knowledge_map: the topics and their links.
            types: the type of relationship by a link's kind, where the mapping names one.
            missing: what links lead to and is not there.
            filings: gives what of the part lies in areas: topic, area, and its place there.
            implied: whether any link follows from others.
        """
        self._map, self._types, self._missing = knowledge_map, types, missing
        self._all_filings, self._has_implied = filings, implied
        self._columns = (*LINK, IMPLIED) if implied else LINK
        filing = (*self._columns, POSITION, Column("home", "boolean"))
        self._in_area = Relationships("IN_AREA", "Topic", "Topic", filing, kind=IN_AREA)

    def _of_topics(self) -> Iterator[Row]:
        return chain(self._links(), self._implied(), self._nexts())

    def _links(self) -> Iterator[Row]:
        knowledge_map = self._map
        tables: dict[str, Relationships] = {}
        sentences: dict[tuple[str, str], str] = {}  # of what files topics: cheap in the order of the table alone
        for topic in knowledge_map.own("topics"):
            links: Iterable[Link] = knowledge_map.links_from(topic.id)
            area = knowledge_map.area.get(topic.id)
            if area and area.parent is not None:
                links = chain([Link(area.id, BROADER, area.parent, "", "", area.source)], links)
            for link, count in _count(((link.kind, link.end), link) for link in links):
                if link.kind == IN_AREA:
                    if sentence := self._sentence(link):
                        sentences[link.start, link.end] = sentence
                    continue
                table = tables.get(link.kind) or tables.setdefault(link.kind, self._link_table(link.kind))
                yield table, self._link(link, count, self._sentence(link))
        yield from self._filings(sentences)

    def _filings(self, sentences: Mapping[tuple[str, str], str]) -> Iterator[Row]:
        """What lies in the areas, area by area and as each orders it: a topic may lie in several."""
        knowledge_map = self._map
        for topic, area, position in self._all_filings():
            links = [link for link in knowledge_map.links_from(topic) if link.kind == IN_AREA and link.end == area]
            row = self._link(links[0], len(links), sentences.get((topic, area)))
            yield self._in_area, (*row, position, knowledge_map.topic[topic].areas[:1] == (area,))

    def _implied(self) -> Iterator[Row]:
        """What follows from the links."""
        for link in self._map.own("implied"):
            row = self._link(link, 1, None, implied=True)
            if link.kind == IN_AREA:
                yield self._in_area, (*row, None, False)
            else:
                yield self._link_table(link.kind), row

    def _link(self, link: Link, count: int, sentence: str | None, implied: bool | None = None) -> Values:
        words = (link.text or None, link.anchor or None, sentence)
        mark = (implied,) if self._has_implied else ()
        return link.start, link.end, *file_and_line(link.source), *words, count, *mark

    def _sentence(self, link: Link) -> str | None:
        with suppress(OSError):  # the note was removed since the vault was read
            return self._map.sentence(link) or None
        return None

    def _link_table(self, kind: str, end: str = "Topic") -> Relationships:
        name = self._types.get(kind, "")
        if not name:
            letters = unicodedata.normalize("NFKD", kind.upper()).encode("ascii", "ignore").decode()
            name = NO_NAME.sub("_", letters).strip("_")
        if not name or name in RESERVED_TYPES:
            name = LINKS_TO
        return Relationships(f"_{name}" if name[0].isdigit() else name, "Topic", end, self._columns, kind=kind)

    def _nexts(self) -> Iterator[Row]:
        for path in self._map.own("paths"):
            stops: list[tuple[str, Source]] = []
            for step in path.steps:
                for id_ in dict.fromkeys(step.topics):
                    if not stops or stops[-1][0] != id_:
                        stops.append((id_, step.source))
            for position, ((start, _), (end, source)) in enumerate(pairwise(stops), 1):
                yield NEXT, (start, end, path.id, position, *file_and_line(source))

    def _steps(self) -> Iterator[Row]:
        for path in self._map.own("paths"):
            for position, step in enumerate(path.steps, 1):
                for order, id_ in enumerate(dict.fromkeys(step.topics), 1):
                    yield STEP, (path.id, id_, position, order, step.text or None, *file_and_line(step.source))

    def _has_tags(self) -> Iterator[Row]:
        for topic in self._map.own("topics"):
            for position, id_ in enumerate(dict.fromkeys(topic.tags), 1):
                yield HAS_TAG, (topic.id, id_, position, *file_and_line(topic.source))

    def _wider_tags(self) -> Iterator[Row]:
        for tag in self._map.own("tags"):
            if tag.parent is not None:
                yield WIDER_TAG, (tag.id, tag.parent, *file_and_line(tag.source))

    def _refers_to(self) -> Iterator[Row]:
        for topic in self._map.own("topics"):
            references = self._map.references_of(topic.id)
            for reference, count in _count((reference.url, reference) for reference in references):
                source = file_and_line(reference.source)
                yield REFERS_TO, (topic.id, reference.url, *source, reference.title or None, count)

    def _wants(self) -> Iterator[Row]:
        for missing in self._missing:
            links = (
                Link(want.topic, want.kind, missing.name, want.text, want.anchor, want.source)
                for want in missing.wanted_by
                if want.topic is not None
            )
            for link, count in _count(((link.start, link.kind), link) for link in links):
                yield self._link_table(link.kind, "Missing"), self._link(link, count, self._sentence(link))

    # Of the class, as an object with methods of its own goes only when the garbage collector finds it
    BETWEEN: ClassVar[Mapping[tuple[str, str], Callable[[Connections], Iterator[Row]]]] = {
        ("Topic", "Topic"): _of_topics,
        ("Topic", "Tag"): _has_tags,
        ("Tag", "Tag"): _wider_tags,
        ("LearningPath", "Topic"): _steps,
        ("Topic", "Reference"): _refers_to,
        ("Topic", "Missing"): _wants,
    }


def _count(pairs: Iterable[tuple[K, V]]) -> Iterator[tuple[V, int]]:
    """Give the first value of each key, and how many there are."""
    first: dict[K, V] = {}
    counts: dict[K, int] = {}
    for key, value in pairs:
        first.setdefault(key, value)
        counts[key] = counts.get(key, 0) + 1
    return zip(first.values(), counts.values(), strict=True)
