"""Neo4j: a Cypher script that loads the map into a graph database, again and again.

The language: https://neo4j.com/docs/cypher-manual/5/introduction/. `load.cypher` is made of plain statements for
`cypher-shell -f load.cypher`; its head says what it loads. `graph.py` sees the map as nodes and relationships,
`script.py` writes them down. The notes' text and the map's own summary and language stay in the vault.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from exporter.errors import Finding
from exporter.model import File, KnowledgeMap
from exporter.writers.neo4j.graph import unsaid
from exporter.writers.neo4j.script import script

SOURCE_LENGTH = 500  # characters; it is a part of every key


@dataclass(frozen=True)
class Options:
    """What `mappings/neo4j.toml` may say."""

    source: str = ""  # marks what this vault has written; "": the map's title, or "vault" where it has none


def write(knowledge_map: KnowledgeMap, options: Options) -> Iterator[File | Finding]:
    """Yield `load.cypher`, and a finding for each id and each property that a graph cannot have."""
    source = (options.source or knowledge_map.title or "vault")[:SOURCE_LENGTH]
    yield File("load.cypher", script(knowledge_map, source))
    yield from unsaid(knowledge_map)
