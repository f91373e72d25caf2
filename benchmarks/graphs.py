"""Neo4j: the live load, the script and the bulk import into a real server, beside a bare loop over the same rows.

Java and Maven have to be there (docs/testing.md). The server is the tests', with the just-in-time compiler as it is
delivered; cold is one that was just started, warm the same one later. A bare loop is what somebody would write who has
the rows ready: one constraint a label, no marks, nothing counted and nothing removed.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import page
from benchmarks.statements import knowledge_map
from benchmarks.vaults import ROOT
from exporter import save, writers
from exporter.loaders import neo4j as loader
from exporter.model import IN_AREA, KnowledgeMap, Link, NoContent
from exporter.views.graph import Options, PropertyGraph, batches
from exporter.views.graph.tables import Relationships, Row

sys.path.insert(0, str(ROOT / "tests"))

import graph_databases
from graph_databases import REQUIRED, Neo4j

LINKS = 6  # of a topic
SIZES = (10_000, 100_000)  # topics
LARGE = 300_000  # for the bulk import
MILLION = 1_000_000
SENTENCE = "It stands in a sentence of the usual length, which says something of "
WIPE = (
    "MATCH ()-[r]->() WITH r LIMIT 20000 DELETE r RETURN count(*)",
    "MATCH (n) WITH n LIMIT 20000 DELETE n RETURN count(*)",
)


class Content(NoContent):
    """Every link stands in a sentence."""

    def sentence(self, link: Link) -> str:
        return f"{SENTENCE}{link.end}."


def topics_and_links(topics: int) -> KnowledgeMap:
    """So many topics, with definitions and aliases, and six links of each; no tags, no areas."""
    known = knowledge_map(topics)
    return KnowledgeMap(
        title="Benchmark",
        topics=[topic._replace(areas=(), tags=()) for topic in known.topics],
        links=[link for link in known.links if link.kind != IN_AREA],
        content=Content(),
    )


def lines(runs: int, million: bool) -> Iterator[str]:
    """The table: seconds, rows a second, and the share of the bare loop's rate."""
    graph_databases.QUICK = "-XX:+UseG1GC"  # not quick to start, but as it is delivered
    yield f"{page.machine()}; Neo4j {REQUIRED} with 1 GB of heap, for the import 4 GB; medians of {runs} rounds at most."
    yield ""
    yield "| rows | way | s, cold server | s, warm | rows a second, warm | of the bare loop's, cold and warm |"
    yield "|---|---|---:|---:|---:|---:|"
    for topics in SIZES:
        yield from _size(topics_and_links(topics), runs if topics == SIZES[0] else 1)
    yield from _bulk(topics_and_links(MILLION if million else LARGE))


def _size(known: KnowledgeMap, runs: int) -> Iterator[str]:
    count = len(known.topics) + len({(link.start, link.kind, link.end) for link in known.links})
    ways: dict[str, list[Callable[[Neo4j], float]]] = {  # what is measured stands last
        "bare loop": [_clear, lambda server: _bare(server, known)],
        "live load": [_clear, lambda server: _live(server, known)],
        "live load again": [lambda server: _live(server, known)],
        "script by cypher-shell": [_clear, lambda server: _script(server, known)],
        "script again": [lambda server: _script(server, known)],
    }
    cold: dict[str, float] = {}
    for name in ("bare loop", "live load", "script by cypher-shell"):
        with _server() as server:
            cold[name] = ways[name][-1](server)
            print(f"  {count} rows, {name}: {cold[name]:.1f} s cold", file=sys.stderr)
    warm: dict[str, list[float]] = {name: [] for name in ways}
    with _server() as server:
        _live(server, known)
        for _ in range(runs):
            for name, steps in ways.items():
                *before, way = steps
                for step in before:
                    step(server)
                warm[name].append(way(server))
                print(f"  {count} rows, {name}: {warm[name][-1]:.1f} s", file=sys.stderr)
    bare = median(warm["bare loop"])
    for name in ways:
        seconds, first = median(warm[name]), cold.get(name)
        shares = [f"{cold['bare loop'] / first:.0%}"] if first else []
        shares.append(f"{bare / seconds:.0%}")
        title = f"{len(known.topics):,} topics, {len(known.links):,} links" if name == "bare loop" else ""
        told = f"{first:.1f}" if first else ""
        yield f"| {title} | {name} | {told} | {seconds:.1f} | {count / seconds:,.0f} | {', '.join(shares)} |"


def _bulk(known: KnowledgeMap) -> Iterator[str]:
    count = len(known.topics) + len({(link.start, link.kind, link.end) for link in known.links})
    with tempfile.TemporaryDirectory(prefix="mlk-export-benchmarks-") as folder:
        start = time.perf_counter()
        bulk = writers.find("neo4j-bulk")
        paths = save({"neo4j-bulk": bulk.write(known, bulk.Options())}, Path(folder))
        written = time.perf_counter() - start
        size = sum(path.stat().st_size for path in paths) / 1e6
        readme = next(path for path in paths if path.name == "README.md").read_text()
        command = readme.partition("neo4j-admin ")[2].partition("```")[0].replace("\\\n", " ").split()
        home = Path(tempfile.mkdtemp())
        server = Neo4j(home / "home", _require, REQUIRED, heap="4g")
        start = time.perf_counter()
        done = server.admin(*command, folder=paths[0].parent)
        imported = time.perf_counter() - start
        shutil.rmtree(home)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    title = f"{len(known.topics):,} topics, {len(known.links):,} links"
    print(f"  {count} rows, bulk: written in {written:.1f} s, imported in {imported:.1f} s", file=sys.stderr)
    yield f"| {title} | neo4j-bulk, written ({size:,.0f} MB) | | {written:.1f} | {count / written:,.0f} | |"
    yield f"| | neo4j-bulk, imported | | {imported:.1f} | {count / imported:,.0f} | |"


class _server:  # noqa: N801 - a context
    """A server that was just started, with nothing in it."""

    def __enter__(self) -> Neo4j:
        self._home = Path(tempfile.mkdtemp())
        self._server = Neo4j(self._home / "home", _require)
        self._server.start()
        return self._server

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        shutil.rmtree(self._home)


def _require(there: bool, what: str) -> None:
    if not there:
        raise SystemExit(f"missing here: {what}")


def _clear(server: Neo4j) -> float:
    for query in WIPE:
        while server.one(query):
            pass
    for kind in ("CONSTRAINT", "INDEX"):
        for (name,) in server.run(f"SHOW {kind}{'S' if kind == 'CONSTRAINT' else 'ES'} YIELD name"):
            server.run(f"DROP {kind} {name} IF EXISTS")
    return 0.0


def _live(server: Neo4j, known: KnowledgeMap) -> float:
    """All of a load but reading the vault, and with making the rows."""
    start = time.perf_counter()
    target = loader.target(server.address, server.login)
    target.connect()
    for step in target.plan(known, loader.Options()).steps:
        step.do(lambda done, total: None)
    target.close()
    return time.perf_counter() - start


def _script(server: Neo4j, known: KnowledgeMap) -> float:
    """The load alone; writing the script is a part of `--format neo4j`, measured elsewhere."""
    file = next(iter(writers.find("neo4j").write(known, Options())))
    text = "".join(file.content)
    start = time.perf_counter()
    server.load(text)
    return time.perf_counter() - start


def _bare(server: Neo4j, known: KnowledgeMap) -> float:
    """The driver and the rows, which are made before."""
    graph = PropertyGraph(known, Options())
    sent = [*_statements(graph.nodes()), *_statements(graph.relationships())]
    start = time.perf_counter()
    server.run("CREATE CONSTRAINT bare IF NOT EXISTS FOR (n:Topic) REQUIRE n.id IS UNIQUE")
    for query, rows in sent:
        server.driver.execute_query(query, rows=rows, database_=server.database)
    return time.perf_counter() - start


def _statements(rows: Iterator[Row]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for table, batch in batches(rows, loader.ROWS, loader.SIZE):
        first = 2 if isinstance(table, Relationships) else 0
        names = [column.name for column in table.columns]
        properties = [
            {name: value for name, value in zip(names, values[first:], strict=True) if value is not None}
            for values in batch
        ]
        if isinstance(table, Relationships):
            query = (
                f"UNWIND $rows AS row MATCH (a:{table.start} {{id: row.start}}) MATCH (b:{table.end} {{id: row.end}}) "
                f"MERGE (a)-[r:{table.type}]->(b) SET r = row.properties"
            )
            ends = [{"start": values[0], "end": values[1]} for values in batch]
        else:
            query = f"UNWIND $rows AS row MERGE (n:{table.label} {{id: row.id}}) SET n = row.properties"
            ends = [{"id": values[0]} for values in batch]
        yield query, [{**end, "properties": known} for end, known in zip(ends, properties, strict=True)]
