"""Titles of all topics as plain text, one a line."""

from collections.abc import Iterator
from dataclasses import dataclass

from exporter import File, Finding, KnowledgeMap, Previous


@dataclass(frozen=True)
class Options:
    """What `mappings/titles.toml` may say."""

    bullet: str = ""  # stands before each title


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous) -> Iterator[File | Finding]:
    """Yield `titles.txt`, and a finding for each topic that the map does not describe."""
    yield File("titles.txt", (f"{options.bullet}{topic.title}\n" for topic in knowledge_map.topics))
    for topic in knowledge_map.topics:
        if not topic.summary:
            yield Finding(topic.source, "no-summary", f"nothing is said about {topic.title!r}; describe it in the map")
