"""Neo4j: a Cypher script that loads the map into a graph database, again and again.

The language: https://neo4j.com/docs/cypher-manual/5/introduction/. `load.cypher` is made of plain statements for
`cypher-shell -f load.cypher`; its head says what it loads. The same graph goes to a running server by
`mlk-export load --to neo4j://...` and into an empty one by the format neo4j-bulk. script.py writes the statements.
"""

from __future__ import annotations

from collections.abc import Iterator

from exporter.errors import Finding
from exporter.model import NOTHING, File, KnowledgeMap, Previous
from exporter.views.graph import Options, PropertyGraph
from exporter.writers.neo4j.script import script

__all__ = ["KEYS_OF_OTHERS", "Options", "write"]

KEYS_OF_OTHERS = ("parquet", "max_delete")  # of mappings/neo4j.toml, for neo4j-bulk and the live load


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Yield `load.cypher`, and a finding for each id and each property that a graph cannot have.

    Raises:
        OptionError: an option that makes no graph.
    """
    graph = PropertyGraph(knowledge_map, options)
    yield File("load.cypher", script(graph))
    yield from graph.findings
