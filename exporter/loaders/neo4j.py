"""Neo4j: the property graph of the format neo4j, brought up to date in a running database.

What is written is marked with the vault (`_source`) and this load (`_run`). So what an earlier load has left is known at
the end, and removed: never before everything was written, never of another source, and never more than a share.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from exporter.errors import ExportError, OptionError, pluralize
from exporter.loaders import Plan, Step, Tick
from exporter.loaders.bolt import UNFINISHED, Bolt, Written
from exporter.model import NOTHING, KnowledgeMap, Previous, replace_surrogates
from exporter.views import cypher, graph
from exporter.views.graph import PropertyGraph, batches, digest, replace_surrogates_in
from exporter.views.graph.tables import (
    COMMON,
    LABELS,
    NEXT,
    RUN,
    SINCE,
    SOURCE,
    STEP,
    Column,
    Nodes,
    Relationships,
    Row,
    Table,
    Values,
)

__all__ = ["MAPPING", "Options", "Sync", "target"]

MAPPING = "neo4j"
ROWS = 5_000  # in a transaction
SIZE = 2_000_000  # characters in a transaction, unless a single row has more
REMOVED = 10_000  # relationships or nodes in a transaction that removes
AHEAD = 2  # batches that wait while one is under way
EXAMPLES = 5  # ids that are named of what would be removed
LIVE = cypher.Marks("$source", "$run", "$now")
RELATIONSHIPS = f"MATCH (n:{COMMON})-[r]->(m) WHERE n.{SOURCE} = $source AND r.{SOURCE} = $source"


@dataclass(frozen=True)
class Options(graph.Options):
    """What `mappings/neo4j.toml` says of the graph, and of a load."""

    max_delete: int = 20  # percent of a source's nodes, or of its relationships, that may be removed

    def check(self) -> None:
        """Refuse what would make no graph, or a share that is none.

        Raises:
            OptionError: a name that no label or type can have, or no percentage.
        """
        super().check()
        if not 0 <= self.max_delete <= 100:
            raise OptionError("max_delete", f"'max_delete' must be a percentage, from 0 to 100, not {self.max_delete}")


def target(address: str, environment: Mapping[str, str]) -> Neo4j:
    """The database at an address, with the credentials of NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE.

    Raises:
        ExportError: an address or credentials that cannot be meant.
    """
    return Neo4j(Bolt(address, environment))


class Neo4j:
    """A Neo4j database as a target."""

    def __init__(self, bolt: Bolt) -> None:
        self._bolt = bolt
        self.warnings: list[str] = []
        if bolt.unencrypted:
            self.warnings.append(f"notes and password go to {bolt.host} unencrypted; use neo4j+s:// if it can")

    def connect(self) -> None:
        """Log in.

        Raises:
            ExportError: nobody answers, or not to these credentials, or there is no such database.
        """
        self._bolt.connect()

    def plan(self, knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Plan:
        """Plan constraints, nodes, relationships, then what is removed, then indexes.

        Raises:
            ExportError: an option that makes no graph, or too much would be removed.
        """
        property_graph = PropertyGraph(knowledge_map, options)
        sync = Sync(self._bolt, property_graph, options.max_delete)
        sync.refuse_to_remove_many_nodes()
        steps = [
            Step("constraints", sync.tell_constraints, sync.make_constraints),
            Step("nodes", sync.tell_nodes, sync.write_nodes),
            Step("relationships", sync.tell_relationships, sync.write_relationships),
            Step("removing", sync.tell_removal, sync.remove),
            Step("indexes", sync.tell_indexes, sync.make_indexes),
        ]
        return Plan(property_graph.findings, steps)

    def close(self) -> None:
        """End the connection."""
        self._bolt.close()


class Sync:
    """One load: what the database has of this source, what is written, what is removed."""

    def __init__(self, bolt: Bolt, graph: PropertyGraph, max_delete: int) -> None:
        self._bolt, self._graph, self._max_delete = bolt, graph, max_delete
        self._marks = {"source": replace_surrogates(graph.source), "run": graph.run, "now": datetime.now(UTC)}
        self._new_relationships = 0

    @cached_property
    def _present_ids(self) -> dict[str, set[str]]:
        """The ids that this source has in the database, by label."""
        query = f"MATCH (n:{{}}) WHERE n.{SOURCE} = $source AND n.id IS NOT NULL RETURN collect(n.id)"
        source = self._marks["source"]
        return {label: set(self._bolt.run(query.format(label), source=source)[0][0]) for label in LABELS}

    @cached_property
    def _planned_ids(self) -> dict[str, set[str]]:
        """The ids that this source is to have there, by label."""
        return {label: {replace_surrogates(id_) for id_ in ids} for label, ids in self._graph.ids().items()}

    def _stale_nodes(self) -> list[str]:
        """The nodes that are to be removed, as they may be shown."""
        return [
            f"{label} {id_!r}"
            for label, ids in self._present_ids.items()
            for id_ in sorted(ids - self._planned_ids[label])
        ]

    def refuse_to_remove_many_nodes(self) -> None:
        """Compare the ids before anything is written.

        Raises:
            ExportError: too many nodes would be removed.
        """
        stale, present = self._stale_nodes(), sum(map(len, self._present_ids.values()))
        labels = Counter(node.partition(" ")[0] for node in stale)  # no ids: some may be hidden now
        which = ", ".join(f"{count} {label}" for label, count in sorted(labels.items()))
        self._refuse(len(stale), present, "node", which, "nothing was written or removed")

    def _refuse(self, stale: int, present: int, noun: str, which: str, done: str) -> None:
        if stale * 100 > self._max_delete * present:
            share = -(-stale * 100 // present)  # rounded up, so that it will do
            raise ExportError(
                f"{self._bolt.public_address}: {stale} of the {pluralize(present, noun)} of {self._graph.source!r} would be removed ({which}); "
                f"{done}; if that is right, load again with --max-delete {share}"
            )

    def tell_constraints(self) -> str:
        """Say for --dry-run which constraints would be made."""
        return (
            f"would make {len(cypher.CONSTRAINTS)} constraints, where they are missing, in {self._bolt.public_address}"
        )

    def make_constraints(self, tick: Tick) -> str:
        """Make the constraints, one by one and apart from data: Neo4j wants it so."""
        for number, statement in enumerate(cypher.CONSTRAINTS):
            tick(number, len(cypher.CONSTRAINTS))
            self._bolt.run(statement)
        return ""

    def tell_nodes(self) -> str:
        """Say for --dry-run how many nodes would be written."""
        new = sum(len(ids - self._present_ids[label]) for label, ids in self._planned_ids.items())
        return f"would write {pluralize(sum(map(len, self._planned_ids.values())), 'node')}, {new} of them new"

    def write_nodes(self, tick: Tick) -> str:
        """Write all nodes, those that are there already too."""
        written, new = self._write(self._graph.nodes(), sum(map(len, self._planned_ids.values())), tick)
        ((touched,),) = self._bolt.run(
            f"MATCH (n:{COMMON}) WHERE n.{SOURCE} = $source AND n.{SINCE} = $now RETURN count(n)", **self._marks
        )
        return f"{pluralize(written, 'node')}, {new} new, {touched - new} changed"

    def tell_relationships(self) -> str:
        """Say for --dry-run how many relationships would be written; the database is asked for each that it has."""
        new = self._planned - self._present
        return f"would write {pluralize(len(self._planned), 'relationship')}, {len(new)} of them new"

    def write_relationships(self, tick: Tick) -> str:
        """Write all relationships, those that are there already too.

        Raises:
            ExportError: some were not written, as somebody else has removed their nodes.
        """
        written, self._new_relationships = self._write(self._graph.relationships(), self._graph.size, tick)
        return f"{pluralize(written, 'relationship')}, {self._new_relationships} new"

    def tell_removal(self) -> str:
        """Say for --dry-run what would be removed."""
        nodes, relationships = self._stale_nodes(), self._present - self._planned
        types = sorted(Counter(key[0] for key in relationships).items())
        which_nodes = f" ({_first_few(nodes)})" if nodes else ""
        which_types = f" ({', '.join(f'{count} {type_}' for type_, count in types)})" if types else ""
        return (
            f"would remove {pluralize(len(nodes), 'node')}{which_nodes} "
            f"and {pluralize(len(relationships), 'relationship')}{which_types}"
        )

    def remove(self, tick: Tick) -> str:
        """Remove what an earlier load has left: relationships first, so that no transaction is larger than meant.

        Raises:
            ExportError: too many relationships would be removed between nodes that stay.
        """
        if not any(self._present_ids.values()):
            return ""
        old = f"r.{RUN} <> $run"
        lost = f"{old} AND n.{RUN} = $run AND m.{RUN} = $run"  # though both of its nodes stay
        sums = ", ".join(f"sum(CASE WHEN {which} THEN 1 ELSE 0 END)" for which in (old, lost))
        types = self._bolt.run(f"{RELATIONSHIPS} RETURN type(r), count(r), {sums} ORDER BY type(r)", **self._marks)
        present, stale, removed = (sum(row[column] for row in types) for column in (1, 2, 3))
        which = ", ".join(f"{count} {type_}" for type_, *_, count in types if count)
        before = present - self._new_relationships
        self._refuse(removed, before, "relationship", which, "they stay, the others are written")
        total = stale + len(self._stale_nodes())
        self._remove(cypher.stale_relationships(LIVE), "r", 0, total, tick)
        self._remove(f"{cypher.stale_nodes(LIVE)} MATCH (n)-[r]-()", "r", stale, total, tick)  # made by others
        nodes = self._remove(cypher.stale_nodes(LIVE), "n", stale, total, tick)
        return f"{pluralize(nodes, 'node')} and {pluralize(stale, 'relationship')} removed" if nodes or stale else ""

    def _remove(self, which: str, what: str, done: int, total: int, tick: Tick) -> int:
        """Delete what is matched, so many in a transaction; gives their number."""
        removed = 0
        while True:
            query = f"{which} WITH DISTINCT {what} LIMIT {REMOVED} DELETE {what} RETURN count(*)"
            count = int(self._bolt.run(query, **self._marks)[0][0])
            removed += count
            tick(done + removed, total)
            if count < REMOVED:
                return removed

    def tell_indexes(self) -> str:
        """Say for --dry-run which indexes would be made."""
        return f"would make {len(cypher.INDEXES)} indexes, where they are missing"

    def make_indexes(self, tick: Tick) -> str:
        """Make the indexes; a server that cannot make one has loaded all the same."""
        left_out = []
        for number, statement in enumerate(cypher.INDEXES):
            tick(number, len(cypher.INDEXES))
            try:
                self._bolt.run(statement)
            except ExportError as error:
                left_out.append(f"index left out: {error}")
        return "\n".join(left_out)

    @cached_property
    def _present(self) -> set[Values]:
        """What tells each relationship of this source in the database from the others."""
        query = f"{RELATIONSHIPS} RETURN type(r), r.kind, n.id, m.id, r.path, CASE WHEN type(r) IN $keyed THEN r.position END"
        keyed = [table.type for table in (STEP, NEXT)]
        return set(map(tuple, self._bolt.run(query, keyed=keyed, **self._marks)))

    @cached_property
    def _planned(self) -> set[Values]:
        """What tells each relationship that this source is to have from the others."""
        keys: set[Values] = set()
        for table, values in self._graph.relationships():
            assert isinstance(table, Relationships)
            values_by_name = dict(zip((column.name for column in table.columns), values[2:], strict=True))
            key = [values_by_name[name] if name in table.key else None for name in ("path", "position")]
            keys.add((table.type, *replace_surrogates_in((table.kind, *values[:2], *key))))
        return keys

    def _write(self, rows: Iterable[Row], total: int, tick: Tick) -> tuple[int, int]:
        """Send rows in batches, one after the other, while the next are made; gives how many there are, and new ones.

        Raises:
            ExportError: the server refuses, or has written fewer than were sent.
        """
        written = new = 0
        waiting: deque[tuple[Table, int, Future[Written]]] = deque()

        def wait() -> None:
            nonlocal written, new
            table, sent, future = waiting.popleft()
            done = future.result()
            if done.matched != sent:
                what = table.type if isinstance(table, Relationships) else table.label
                raise ExportError(
                    f"{self._bolt.public_address}: {sent - done.matched} of {sent} {what} relationships lost a node: somebody else "
                    f"removes nodes while this load goes on; {UNFINISHED}"
                )
            written, new = written + sent, new + done.created
            tick(written, max(total, written))

        with ThreadPoolExecutor(1) as pool:
            try:
                for table, batch in batches(rows, ROWS, SIZE):
                    query = f"UNWIND $rows AS f\n{cypher.load(table, LIVE, self._graph.topics.roles, _field)}\nRETURN count(*)"
                    sent = [(*row, digest(table, row)) for row in batch] if isinstance(table, Nodes) else batch
                    waiting.append((table, len(sent), pool.submit(self._bolt.send, query, sent, **self._marks)))
                    if len(waiting) > AHEAD:
                        wait()
                while waiting:
                    wait()
            finally:
                pool.shutdown(cancel_futures=True)
        return written, new


def _field(column: Column, number: int) -> str:
    return f"f[{number}]"


def _first_few(things: list[str]) -> str:
    """List the first few things."""
    return ", ".join(things[:EXAMPLES]) + (", ..." if len(things) > EXAMPLES else "")
