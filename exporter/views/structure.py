"""What the links of a map say of its shape: hubs, bridges, orphans, dead ends, and which notes are wanted.

A link is what somebody has written in a note; that the map or a folder files a topic is none. Which way it leads matters
for hubs and dead ends alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from exporter.model import IN_AREA, KnowledgeMap, Link, Source, Topic


class Place(NamedTuple):
    """A topic, and the number for which it is named."""

    topic: Topic
    number: int = 0


class Structure(NamedTuple):
    """What stands out; the most first, else in the map's order."""

    hubs: list[Place]  # that others link to, with how many do
    bridges: list[Place]  # that alone join others to the rest, with how many
    orphans: list[Place]  # notes with no link to or from another topic, and in no area but their folder's
    dead_ends: list[Place]  # notes that lead on to nothing, with how many topics link to them
    without_area: list[Place]  # notes in no area, where there are areas


class Wanted(NamedTuple):
    """A note that links lead to, or that the map names, and that nobody has written."""

    name: str
    topic: str | None  # Topic.id, where the map has it as a topic
    sources: list[Source]  # of the links to it and of its line in the map
    notes: int  # in which these stand
    called_so: list[str]  # notes of which it is a title or an alias, which is no target of links


def structure(knowledge_map: KnowledgeMap) -> Structure:
    """Look at all topics and links, in a time that grows as they do."""
    topics, size = knowledge_map.topics, len(knowledge_map.topics)
    index = {topic.id: row for row, topic in enumerate(topics)}
    pairs = {(index[link.start], index[link.end]) for link in _written(knowledge_map) if link.start != link.end}
    linked_by, leads_to = [0] * size, [0] * size  # how many topics
    neighbours: list[list[int]] = [[] for _ in topics]
    for start, end in pairs:
        leads_to[start] += 1
        linked_by[end] += 1
        if start < end or (end, start) not in pairs:
            neighbours[start].append(end)
            neighbours[end].append(start)
    filing = (link for link in knowledge_map.links if link.kind == IN_AREA and link.text)  # a folder has no words
    filed = {id_ for link in filing for id_ in (link.start, link.end)}
    ends = [Place(topic, linked_by[row]) for row, topic in enumerate(topics) if topic.note and not leads_to[row]]
    return Structure(
        _most(map(Place, topics, linked_by)),
        _most(Place(topics[row], number) for row, number in sorted(_joined(neighbours))),
        [Place(topic) for topic, number in ends if not number and topic.id not in filed],
        _most(place for place in ends if not knowledge_map.references_of(place.topic.id)),
        [Place(topic) for topic in knowledge_map.topics_in(None) if topic.note] if knowledge_map.areas else [],
    )


def wanted(knowledge_map: KnowledgeMap) -> list[Wanted]:
    """The notes that nobody has written, as far as somebody asks for them; what most notes ask for comes first."""
    notes: list[Wanted] = []
    on_map = {id_ for path in knowledge_map.paths for step in path.steps for id_ in step.topics}
    for topic in knowledge_map.topics:
        if topic.note is None:
            sources = [link.source for link in knowledge_map.links_to(topic.id) if link.kind != IN_AREA]
            if topic.source.file == knowledge_map.source.file or topic.id in on_map:
                sources.append(topic.source)
            if sources:
                notes.append(_want(topic.title, topic.id, sources, knowledge_map))
    for missing in knowledge_map.missing:
        if missing.note:
            notes.append(_want(missing.name, None, [want.source for want in missing.wanted_by], knowledge_map))
    return sorted(notes, key=lambda each: (-each.notes, -len(each.sources), each.name))


def _want(name: str, topic: str | None, sources: list[Source], knowledge_map: KnowledgeMap) -> Wanted:
    called_so = [other.note for other in knowledge_map.find(name) if other.note]
    return Wanted(name, topic, sorted(sources), len({source.file for source in sources}), called_so)


def _written(knowledge_map: KnowledgeMap) -> Iterator[Link]:
    """The links that stand in notes: a topic may be filed by one, a property, but not by its folder's name or the map."""
    topic = knowledge_map.topic
    for link in knowledge_map.links:
        if link.kind != IN_AREA or (link.text and link.source.file == topic[link.start].note):
            yield link


def _most(places: Iterable[Place]) -> list[Place]:
    return sorted((place for place in places if place.number), key=lambda place: -place.number)


def _joined(neighbours: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """The nodes of a graph that alone join others to the rest, and how many: all parts but the largest into which it falls.

    Each node is visited once, depth first, without recursion: https://doi.org/10.1145/362248.362272
    """
    size = len(neighbours)
    visited, lowest = [0] * size, [0] * size  # when, from 1; the earliest that its subtree leads back to
    below = [1] * size  # nodes of its subtree
    apart, largest = [0] * size, [0] * size  # nodes below that hang on this one alone; of these the largest part
    time = 0
    for root in range(size):
        if visited[root] or not neighbours[root]:
            continue
        time += 1
        visited[root] = lowest[root] = time
        path, members = [(root, iter(neighbours[root]))], [root]
        while path:
            node, others = path[-1]
            for other in others:
                if not visited[other]:
                    time += 1
                    visited[other] = lowest[other] = time
                    path.append((other, iter(neighbours[other])))
                    members.append(other)
                    break
                lowest[node] = min(lowest[node], visited[other])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[node])
                    below[above] += below[node]
                    if lowest[node] >= visited[above]:
                        apart[above] += below[node]
                        largest[above] = max(largest[above], below[node])
        others_of_all = len(members) - 1
        for node in members:
            if count := others_of_all - max(largest[node], others_of_all - apart[node]):
                yield node, count
