"""Neo4j, all at once: files for neo4j-admin's import into an empty database, the quickest way for large vaults.

The graph is the one that the format neo4j makes, and mappings/neo4j.toml speaks for both; only `_since` is left out,
for a writer has no clock. https://neo4j.com/docs/operations-manual/current/import/

layout.py: which files there are and what stands in them; csv.py and parquet.py: their two forms; after_import.py: what
they cannot hold, as statements to run after the import. The README with the command is written here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from exporter.errors import Finding
from exporter.model import NOTHING, File, KnowledgeMap, Previous
from exporter.views import cypher, graph
from exporter.views.graph import PropertyGraph
from exporter.writers.neo4j_bulk import after_import, csv, parquet
from exporter.writers.neo4j_bulk.layout import files

__all__ = ["MAPPING", "Options", "write"]

MAPPING = "neo4j"  # whose mapping and --set it obeys

README = """# A knowledge map for a new Neo4j database

Files for `neo4j-admin`, which fills an empty database many times faster than a running server can. For Neo4j 5.26 or
newer, any edition. Where the database is there already, use the format `neo4j` or `mlk-export load`.

1. Stop the server, if it runs.

2. In this folder, as the user who runs the server:
{import_}
   A database that has had data is refused. With `--overwrite-destination=true` it is replaced: all that is in it goes.
{memory}
3. Start the server, then make the indexes, and set what such files cannot say (empty lists, some names of properties):

   ```sh
   cypher-shell -u neo4j -d neo4j -f schema.cypher
   ```

The format `neo4j` and `mlk-export load` bring the graph up to date from then on. What is in it stands at the head of the
former's `load.cypher`; `_since` alone is missing until something changes.
"""
COMMAND = """
   ```sh
   neo4j-admin database import full neo4j \\
     {options}
   ```
"""
EMPTY = "\n   There is nothing to import: the map is empty.\n"
MEMORY = """
   A row has {longest:,} characters, so the buffers are large; if memory runs out, set the variable `HEAP_SIZE=8g`.
"""
CHECKS = ["--strict=true", "--bad-tolerance=0"]
AS_CSV = ["--multiline-fields=true", "--array-delimiter=U+001F"]
AS_PARQUET = ["--input-type=parquet"]
MIB = 1 << 20
PARTS = r"-\d{5}\."  # behind a file's name: the parts of it, as a regular expression


@dataclass(frozen=True)
class Options(graph.Options):
    """What `mappings/neo4j.toml` says of the graph, and of these files."""

    parquet: bool = False  # Parquet instead of CSV

    def check(self) -> None:
        """Refuse what would make no graph, or files that cannot be made here.

        Raises:
            OptionError: a name that no label or type can have, or Parquet without pyarrow.
        """
        super().check()
        if self.parquet:
            parquet.check()


def by_topic(options: Options) -> str:
    """Whether each line depends on one topic: ""; else what to do instead."""
    if options.with_text:
        return "with_text = false in neo4j.toml, as a note's text shows parts of others"
    if options.missing:
        return "missing = false in neo4j.toml, as what is missing is called as the first of all notes has it; json tells it"
    if any(":" in rule.removeprefix("#") for rule in options.labels):
        return "labels by tags alone in neo4j.toml, as those by a value look at what others are called"
    return ""


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Yield the files, what to run before and after, and a finding for each thing that a graph cannot have.

    Raises:
        OptionError: an option that makes no graph, or Parquet without pyarrow.
    """
    form = parquet if options.parquet else csv
    property_graph = PropertyGraph(knowledge_map, options)
    is_head, is_cut = knowledge_map.is_head, property_graph.is_cut
    if is_head:  # the first, as it can be made before the shards are
        after = after_import.statements(property_graph, form.says_name, form.says)
        schema = chain(cypher.CONSTRAINTS, after, cypher.INDEXES, ["CALL db.awaitIndexes(300)"])
        yield File("schema.cypher", (f"{statement};\n" for statement in schema), once=True)
    arguments = [*CHECKS, *(AS_PARQUET if options.parquet else AS_CSV)]
    tables: list[csv.Rows] = []
    for data in files(property_graph, form.says_name):
        there = f"./{data.name}{PARTS if is_cut else '.'}{'parquet' if options.parquet else 'csv'}"
        if options.parquet:
            yield File(f"{data.name}.parquet", parquet.rows(data))
            arguments.append(_quoted(f"{data.option}={there}"))
        else:
            tables.append(csv.Rows(data))
            if is_head:
                yield File(f"{data.name}-header.csv", csv.header(data), once=True)
            yield File(f"{data.name}.csv", tables[-1])
            arguments.append(_quoted(f"{data.option}=./{data.name}-header.csv,{there}"))
    if is_head:
        yield File("README.md", _readme(arguments, [] if is_cut else tables), once=True)
    yield from property_graph.findings


def _quoted(argument: str) -> str:
    """An argument as a shell takes it."""
    return f"'{argument}'" if "\\" in argument else argument


def _readme(arguments: list[str], tables: list[csv.Rows]) -> Iterator[str]:
    """The last file, as only who has written the rows knows how long they are."""
    longest, memory = max((rows.longest for rows in tables), default=0), ""
    if longest >= csv.BUFFER:
        arguments = [*arguments, f"--read-buffer-size={1 << (longest // MIB).bit_length()}m"]
        memory = MEMORY.format(longest=longest)
    has_nodes = any(argument.lstrip("'").startswith("--nodes") for argument in arguments)
    command = COMMAND.format(options=" \\\n     ".join(arguments)) if has_nodes else EMPTY
    yield README.format(import_=command, memory=memory)
