"""The map as JSON in the page: what its script works with, and what other programs may read. docs/html.md explains each field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from exporter.model import IN_AREA, KnowledgeMap, Topic, replace_surrogates
from exporter.views.body.text import printable, title_of
from exporter.views.web import embed

FORMAT = "mlk-export-map/1"  # the number rises when a field goes or comes to mean something else


def document(knowledge_map: KnowledgeMap, chunks: Mapping[str, int], **more: Any) -> str:
    """The JSON, which may stand in HTML as it is.

    Args:
        knowledge_map: the map.
        chunks: by Topic.id the number of the chunk that has its article, where articles stand in chunks.
        more: further fields, which the page alone needs.
    """
    number = {topic.id: at for at, topic in enumerate(knowledge_map.topics)}
    tags = {
        tag: at for at, tag in enumerate(dict.fromkeys(tag for topic in knowledge_map.topics for tag in topic.tags))
    }
    ends: dict[tuple[int, str], dict[int, None]] = {}  # of links, by their start and kind
    for link in knowledge_map.links:
        if link.kind != IN_AREA:  # which `areas` says
            ends.setdefault((number[link.start], link.kind), {})[number[link.end]] = None
    kinds = {kind: at for at, kind in enumerate(dict.fromkeys(kind for _, kind in ends))}
    made = json.dumps(
        {
            "format": FORMAT,
            "title": printable(knowledge_map.title),
            "summary": printable(knowledge_map.summary),
            "language": knowledge_map.language,
            "topics": [_topic(topic, number, tags, chunks.get(topic.id)) for topic in knowledge_map.topics],
            "areas": [(number[area.id], number.get(area.parent or "")) for area in knowledge_map.areas],
            "tags": [printable(tag) for tag in tags],
            "kinds": [*kinds],
            "links": [(start, kinds[kind], *to) for (start, kind), to in ends.items()],
            "paths": [
                {
                    "id": path.id,
                    "title": printable(path.title),
                    "steps": [[number[id] for id in step.topics] for step in path.steps],
                }
                for path in knowledge_map.paths
            ],
            **more,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return embed(replace_surrogates(made))


def _topic(topic: Topic, number: Mapping[str, int], tags: Mapping[str, int], chunk: int | None) -> Mapping[str, Any]:
    """A topic, without what it has not."""
    said: dict[str, Any] = {"id": topic.id, "title": title_of(topic)}
    if summary := printable(topic.summary):
        said["summary"] = summary
    if topic.areas:
        said["areas"] = [number[id] for id in topic.areas]
    if topic.tags:
        said["tags"] = [tags[tag] for tag in topic.tags]
    if topic.aliases:
        said["aliases"] = topic.aliases
    if chunk is not None:
        said["chunk"] = chunk
    return said
