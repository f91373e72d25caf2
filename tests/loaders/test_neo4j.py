"""Loading into Neo4j: what real servers hold afterwards, what goes and what stays, and what is said where something is wrong."""

import os
import re
import resource
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command import Run, lay, mlk_export
from conftest import ROOT
from graph_databases import EVERY, PASSWORD, Neo4j, script
from maps import HERE, PROPERTIES, hostile_map, hostile_names, rich_map, wants
from ports import free_ports
from texts import hostile_texts

from exporter import loaders
from exporter.errors import ExportError
from exporter.loaders import Tick, bolt
from exporter.loaders import neo4j as loader
from exporter.model import (
    IN_AREA,
    MENTIONS,
    REQUIRES,
    Area,
    KnowledgeMap,
    LearningPath,
    Link,
    Missing,
    Reference,
    Step,
    Tag,
    replace_surrogates,
)
from exporter.options import load_options
from exporter.testing import link, topic


def quiet(done: int, total: int) -> None:
    assert 0 <= done <= total


def wheel(count: int) -> KnowledgeMap:
    """So many topics, each linked to the next two."""
    topics = tuple(topic(f"t{number}") for number in range(count))
    links = tuple(link(f"t{n}", MENTIONS, f"t{(n + step) % count}") for n in range(count) for step in (1, 2))
    return KnowledgeMap(title="Wheel", topics=topics, links=links)


def steps(database: Any, knowledge_map: KnowledgeMap, **options: Any) -> Iterator[loaders.Step]:
    with closing(loaders.find(database.address).target(database.address, database.login)) as target:
        target.connect()
        yield from target.plan(knowledge_map, loader.Options(**options)).steps


def load(database: Any, knowledge_map: KnowledgeMap, tick: Tick = quiet, **options: Any) -> list[str]:
    """What was done, in lines."""
    return [line for step in steps(database, knowledge_map, **options) if (line := step.do(tick))]


def dry_run(database: Any, knowledge_map: KnowledgeMap, **options: Any) -> list[str]:
    """What a dry run says of nodes, relationships and what goes."""
    return [step.tell() for step in steps(database, knowledge_map, **options)][1:4]


def refused(database: Any, knowledge_map: KnowledgeMap, **options: Any) -> str:
    with pytest.raises(ExportError) as error:
        load(database, knowledge_map, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


OLD = KnowledgeMap(
    title="Vault",
    topics=(topic("a", tags=("t", "u"), properties={"level": 1}), topic("b"), topic("c", note=None)),
    areas=(Area("a", None, HERE), Area("b", None, HERE)),
    tags=(Tag("t", None, HERE), Tag("u", None, HERE)),
    links=(
        link("a", MENTIONS, "b"),
        link("a", "uses", "c"),
        link("b", MENTIONS, "a"),
        link("b", IN_AREA, "a"),
        link("c", MENTIONS, "a"),
    ),
    paths=(LearningPath("p", "P", (Step("s", ("a", "b"), HERE), Step("s", ("c",), HERE)), HERE),),
    references=(Reference("a", "R", "https://example.org/", HERE),),
)
NEW = KnowledgeMap(
    title="Vault",
    topics=(topic("a", tags=("t",)), topic("c"), topic("d")),
    areas=(Area("c", None, HERE),),
    tags=(Tag("t", None, HERE),),
    links=(link("c", MENTIONS, "a"), link("d", REQUIRES, "a")),
    paths=(LearningPath("p", "P", (Step("s", ("a", "c"), HERE),), HERE),),
)


@pytest.mark.parametrize("database", EVERY, indirect=True)
@pytest.mark.parametrize("vault", ["small", "bundled"])
def test_it_makes_what_the_script_makes(database: Any, vault: str, request: pytest.FixtureRequest) -> None:
    knowledge_map = request.getfixturevalue(vault)
    load(database, knowledge_map)
    loaded = database.dump("_since", "_run")  # a script's is of the statement
    database.clear()
    database.load(script(knowledge_map))
    assert database.dump("_since", "_run") == loaded
    assert loaded[0] and loaded[1]


def test_values_of_all_types_and_what_is_missing_are_those_of_the_script(database: Any) -> None:
    knowledge_map = rich_map()
    if database.name == "arcadedb":  # of what the driver sends it keeps the moment, in UTC, and not the zone
        first, *others = knowledge_map.topics
        properties = {key: value for key, value in PROPERTIES.items() if key not in ("moment here", "moment there")}
        knowledge_map = replace(knowledge_map, topics=(first._replace(properties=properties), *others))
    load(database, knowledge_map, missing=True)
    loaded = database.dump("_since", "_run")
    assert database.one("MATCH (n:Missing) RETURN count(n)") == 2
    assert database.one("MATCH (n:Topic {id: 'a'}) RETURN n.day >= date('2024-01-01') AND n.day < date('2025-01-01')")
    database.clear()
    database.load(script(knowledge_map, missing=True))
    assert database.dump("_since", "_run") == loaded


def test_what_is_written_or_no_longer_asked_for_is_missing_no_more(database: Any) -> None:
    wish = Missing("Wish", True, wants("a", MENTIONS), HERE)
    knowledge_map = KnowledgeMap(title="Vault", topics=(topic("a"), topic("b")), missing=(wish,))
    load(database, knowledge_map, missing=True)
    assert "1 of the 3 nodes of 'Vault' would be removed (1 Missing)" in refused(database, knowledge_map)
    load(database, knowledge_map, max_delete=100)
    assert database.run("MATCH (n) RETURN n.id ORDER BY n.id") == [["a"], ["b"]]


@pytest.mark.parametrize("database", EVERY, indirect=True)
def test_loading_again_changes_nothing(database: Any, bundled: KnowledgeMap) -> None:
    nodes, relationships = load(database, bundled)[:2]
    before = database.dump()
    assert re.fullmatch(rf"{len(before[0])} nodes, {len(before[0])} new, 0 changed", nodes)
    assert re.fullmatch(rf"{len(before[1])} relationships, {len(before[1])} new", relationships)
    again = load(database, bundled)[:2]
    assert again == [f"{len(before[0])} nodes, 0 new, 0 changed", f"{len(before[1])} relationships, 0 new"]
    assert database.dump() == before
    before = database.dump("_run")
    database.load(script(bundled))
    assert database.dump("_run") == before
    loaded = database.dump()
    database.load(script(bundled))
    assert database.dump() == loaded


def test_what_leaves_the_vault_leaves_the_graph(database: Any) -> None:
    load(database, NEW)
    fresh = database.dump("_since")
    database.clear()
    load(database, OLD)
    *_, removed = (line for line in load(database, NEW, max_delete=100) if "index" not in line)
    assert database.dump("_since") == fresh
    # b, the tag u and the reference; a's link, tag u, reference and use of c, b's two, three STEPs less one, two NEXTs
    assert re.fullmatch(r"3 nodes and \d+ relationships removed", removed)


def test_a_dry_run_tells_it_before_and_changes_nothing(database: Any) -> None:
    nodes, relationships, removal = dry_run(database, OLD)
    load(database, OLD)
    before = database.dump()
    assert nodes == f"would write {len(before[0])} nodes, {len(before[0])} of them new"
    assert relationships == f"would write {len(before[1])} relationships, {len(before[1])} of them new"
    assert removal == "would remove 0 nodes and 0 relationships"
    nodes, relationships, removal = dry_run(database, NEW, max_delete=100)
    assert database.dump() == before
    done = load(database, NEW, max_delete=100)
    after = database.dump()
    assert nodes == f"would write {len(after[0])} nodes, 1 of them new"
    assert done[0].startswith(f"{len(after[0])} nodes, 1 new, ")
    new = re.fullmatch(rf"would write {len(after[1])} relationships, (\d+) of them new", relationships)
    assert new and done[1] == f"{len(after[1])} relationships, {new[1]} new"
    going = re.fullmatch(
        r"would remove 3 nodes \(Topic 'b', Tag 'u', Reference 'https://example.org/'\) and (\d+) relationships \((.*)\)",
        removal,
    )
    assert going and done[2] == f"3 nodes and {going[1]} relationships removed"
    assert sum(int(part.split()[0]) for part in going[2].split(", ")) == int(going[1])
    assert len(after[1]) == len(before[1]) + int(new[1]) - int(going[1])


def test_what_is_as_it_was_keeps_its_time(neo4j: Neo4j) -> None:
    load(neo4j, OLD)
    before = dict(neo4j.run("MATCH (n) RETURN n.id, n._since"))
    links = dict(neo4j.run("MATCH ()-[r]->() RETURN elementId(r), r._since"))
    load(
        neo4j,
        replace(
            OLD,
            topics=(OLD.topics[0]._replace(title="A"), *OLD.topics[1:]),
            links=(*OLD.links, link("c", MENTIONS, "b")),
        ),
    )
    changed = {id_ for id_, since in neo4j.run("MATCH (n) RETURN n.id, n._since") if since != before[id_]}
    assert changed == {"a"}
    new = [id_ for id_, since in neo4j.run("MATCH ()-[r]->() RETURN elementId(r), r._since") if since != links.get(id_)]
    assert len(new) == 1


def test_other_data_is_left_alone(database: Any) -> None:
    load(database, OLD, source="other")
    database.run("CREATE (a:Topic {id: 'a', title: 'foreign'})-[:MENTIONS]->(:Topic {id: 'b'}), (a)-[:OWN]->(:Person)")
    database.run(
        "MATCH (a:Topic {_source: 'other', id: 'a'}) MATCH (b:Topic {_source: 'other', id: 'b'}) "
        "CREATE (a)-[:MENTIONS {by: 'hand'}]->(b) SET a:Mine"
    )
    before = database.dump()
    load(database, OLD, source="mine")
    load(database, KnowledgeMap(), source="mine", max_delete=100)
    assert database.dump() == before
    load(database, OLD, source="other")
    assert database.dump() == before


def test_a_node_that_goes_takes_the_relationships_of_others_along(database: Any) -> None:
    load(database, OLD)
    database.run("MATCH (b:Topic {id: 'b'}) CREATE (:Person)-[:KNOWS]->(b)")
    load(database, NEW, max_delete=100)
    assert database.one("MATCH (n:Topic {id: 'b'}) RETURN count(n)") == 0
    assert database.one("MATCH (n:Person) RETURN count(n)") == 1


def test_a_role_that_is_lost_is_lost(database: Any) -> None:
    load(database, OLD)
    assert database.run("MATCH (n:Area) RETURN n.id ORDER BY n.id") == [["a"], ["b"]]
    assert database.run("MATCH (n:Topic) WHERE NOT n:Note RETURN n.id") == [["c"]]
    load(database, NEW, max_delete=100)
    assert database.run("MATCH (n:Area) RETURN n.id") == [["c"]]
    assert database.one("MATCH (n:Topic) WHERE NOT n:Note RETURN count(n)") == 0


def test_labels_and_types_of_the_mapping(database: Any) -> None:
    knowledge_map = KnowledgeMap(
        topics=(topic("a", tags=("Person/Author", "x")), topic("b", tags=("x",)), topic("c", tags=("personal",))),
        tags=(Tag("Person/Author", None, HERE), Tag("personal", None, HERE), Tag("x", None, HERE)),
        links=(link("a", "inspired by", "b"), link("a", "uses", "c")),
    )
    options = {"labels": {"person": "Person"}, "types": {"inspired by": "INFLUENCED_BY"}}
    load(database, knowledge_map, **options)
    assert database.run("MATCH (n:Person) RETURN n.id") == [["a"]]
    assert database.run("MATCH ()-[r]->(:Topic) RETURN type(r), r.kind ORDER BY r.kind") == [
        ["INFLUENCED_BY", "inspired by"],
        ["USES", "uses"],
    ]
    load(database, replace(knowledge_map, topics=(topic("a"), *knowledge_map.topics[1:])), max_delete=100, **options)
    assert database.run("MATCH (n:Person) RETURN n.id") == []


def test_a_share_that_is_no_percentage_is_told_with_its_place(tmp_path: Path) -> None:
    message = "'max_delete' must be a percentage, from 0 to 100, not 101"
    file = tmp_path / "neo4j.toml"
    file.write_text("source = 'x'\nmax_delete = 101", encoding="utf-8")
    with pytest.raises(ExportError, match=re.escape(f"{file}:2: {message}")):
        load_options(tmp_path, "neo4j", loader.Options)
    with pytest.raises(ExportError, match=re.escape(f"--set neo4j.max_delete=101: {message}")):
        load_options(tmp_path / "none", "neo4j", loader.Options, ["max_delete=101"])


def test_the_notes_text_comes_along_if_wanted(neo4j: Neo4j, bundled: KnowledgeMap) -> None:
    load(neo4j, bundled, with_text=True)
    texts = dict(neo4j.run("MATCH (n:Note) RETURN n.id, n.text"))
    assert texts == {each.id: bundled.text(each.id).strip() for each in bundled.topics if each.note}
    load(neo4j, bundled)
    assert neo4j.one("MATCH (n:Note) WHERE n.text IS NOT NULL RETURN count(n)") == 0


def test_relationships_carry_the_sentence(neo4j: Neo4j, bundled: KnowledgeMap) -> None:
    load(neo4j, bundled)
    rows = neo4j.run("MATCH (a)-[r]->(b) WHERE r.kind IS NOT NULL RETURN a.id, r.kind, b.id, r.sentence, r.line")
    first: dict[tuple[str, str, str], Link] = {}
    for each in bundled.links:
        first.setdefault((each.start, each.kind, each.end), each)
    assert {(a, kind, b): (sentence, line) for a, kind, b, sentence, line in rows} == {
        key: (bundled.sentence(each) or None, each.source.line) for key, each in first.items()
    }
    rows = neo4j.run("MATCH ()-[r:MENTIONS]->() WHERE r.sentence IS NOT NULL RETURN r.sentence, r.text")
    assert len(rows) > 100 and all(text in sentence for sentence, text in rows)


def test_hostile_texts_come_back_exactly(database: Any) -> None:
    knowledge_map = hostile_map()
    texts = [each.title for each in knowledge_map.topics]
    load(database, knowledge_map)
    order = "ORDER BY toInteger(split(n.id, ' ')[0])"
    rows = database.run(
        f"MATCH (n:Topic)-[r:MENTIONS]->() RETURN n.id, n.title, n.summary, n.aliases, n.value, r.text {order}"
    )
    assert rows == [
        [f"{n} {text}", text, text or None, [text, "", text], text, text or None]
        for n, text in enumerate(map(replace_surrogates, texts))
    ]
    before = database.dump()
    assert dry_run(database, knowledge_map) == [
        f"would write {len(before[0])} nodes, 0 of them new",
        f"would write {len(before[1])} relationships, 0 of them new",
        "would remove 0 nodes and 0 relationships",
    ]
    load(database, knowledge_map)
    assert database.dump() == before
    before = database.dump("_run")
    database.load(script(knowledge_map))
    assert database.dump("_run") == before


def test_hostile_names_come_back_exactly(neo4j: Neo4j) -> None:
    knowledge_map = hostile_names([text for text in hostile_texts() if len(text) < 1000][:120])
    names = [each.kind for each in knowledge_map.links]
    load(neo4j, knowledge_map)
    expected = {re.sub("[\0\ud800-\udfff]", "\ufffd", name): number for number, name in enumerate(names)}
    assert expected.items() <= neo4j.one("MATCH (n:Topic {id: 'a'}) RETURN properties(n)").items()
    kinds = [kind for (kind,) in neo4j.run("MATCH ()-[r]->() RETURN r.kind")]
    assert sorted(kinds) == sorted(map(replace_surrogates, names))


def test_properties_all_of_a_kind_and_none_alike_share_tables(neo4j: Neo4j) -> None:
    """A thousand notes with five properties each that no other has, and one that is a number here and a text there."""
    properties = [{**{f"p{n}-{k}": k for k in range(5)}, "mixed": n if n % 2 else str(n)} for n in range(1000)]
    topics = tuple(topic(f"t{n}", properties=each) for n, each in enumerate(properties))
    load(neo4j, KnowledgeMap(title="Many", topics=topics))
    for id_, stored in neo4j.run("MATCH (n:Topic) RETURN n.id, properties(n)"):
        expected = properties[int(id_[1:])]
        assert expected.items() <= stored.items()
        assert len(stored) == len(expected) + 9  # id, title, note, file, line and four marks


def test_the_schema_serves_those_who_ask(neo4j: Neo4j, bundled: KnowledgeMap) -> None:
    load(neo4j, bundled)
    neo4j.run("CALL db.awaitIndexes(60)")
    rows = neo4j.run("CALL db.index.fulltext.queryNodes('mlk_text', 'fusion') YIELD node RETURN node.id")
    assert ["operator-fusion-techniques"] in rows
    assert len(rows) < len(bundled.topics)
    names = {name for (name,) in neo4j.run("SHOW INDEXES YIELD name WHERE name STARTS WITH 'mlk_' RETURN name")}
    expected = {
        "mlk_topic",
        "mlk_tag",
        "mlk_learningpath",
        "mlk_reference",
        "mlk_missing",
        "mlk_topic_id",
        "mlk_knowledge_id",
        "mlk_text",
    }
    assert names == expected


def test_too_many_nodes_are_not_removed(database: Any) -> None:
    load(database, wheel(20))
    before = database.dump()
    fewer = replace(wheel(12), topics=(*wheel(12).topics, topic("new")))
    error = refused(database, fewer)
    assert "8 of the 20 nodes of 'Wheel' would be removed (8 Topic); nothing" in error
    assert error.endswith("; nothing was written or removed; if that is right, load again with --max-delete 40")
    assert database.dump() == before
    refused(database, fewer, max_delete=39)
    assert database.dump() == before
    load(database, fewer, max_delete=40)
    assert database.one("MATCH (n:Topic) RETURN count(n)") == 13


def test_too_many_relationships_are_not_removed(database: Any) -> None:
    load(database, wheel(20))
    fewer = replace(wheel(20), links=(*wheel(20).links[:28], link("t1", MENTIONS, "t19")))
    error = refused(database, fewer)
    assert "12 of the 40 relationships of 'Wheel' would be removed (12 MENTIONS); they stay, the others are" in error
    assert error.endswith("load again with --max-delete 30")
    assert database.one("MATCH ()-[r]->() RETURN count(r)") == 41
    load(database, fewer, max_delete=30)
    assert database.one("MATCH ()-[r]->() RETURN count(r)") == 29


def test_large_removals_go_in_parts(neo4j: Neo4j, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "REMOVED", 7)
    load(neo4j, wheel(50))
    neo4j.run("MATCH (n:Topic) CREATE (n)-[:OWN]->(:Person)")
    done = load(neo4j, KnowledgeMap(title="Wheel"), max_delete=100)
    assert "50 nodes and 100 relationships removed" in done
    assert neo4j.run("MATCH (n) RETURN DISTINCT labels(n)") == [[["Person"]]]


def test_a_relationship_that_finds_no_node_is_told_and_nothing_goes(database: Any) -> None:
    load(database, wheel(20))
    shrunk = replace(wheel(20), links=wheel(20).links[:39])
    constraints, nodes, relationships, *_ = (step for step in _planned(database, shrunk))
    constraints.do(quiet)
    nodes.do(quiet)
    database.run("MATCH (n:Topic {id: 't3'}) DETACH DELETE n")
    with pytest.raises(ExportError, match="4 of 39 MENTIONS relationships lost a node: somebody else removes nodes"):
        relationships.do(quiet)
    assert database.one("MATCH (:Topic {id: 't19'})-[r]->() RETURN count(r)") == 2
    load(database, shrunk)
    assert database.one("MATCH ()-[r]->() RETURN count(r)") == 39


def _planned(database: Any, knowledge_map: KnowledgeMap) -> list[loaders.Step]:
    target = loaders.find(database.address).target(database.address, database.login)
    target.connect()
    return list(target.plan(knowledge_map, loader.Options()).steps)


def test_rows_go_in_batches_by_number_and_size(neo4j: Neo4j, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    send = loader.Bolt.send

    def count(self: Any, query: str, rows: Any, **parameters: Any) -> bolt.Written:
        sent.append(len(rows))
        return send(self, query, rows, **parameters)

    monkeypatch.setattr(loader.Bolt, "send", count)
    monkeypatch.setattr(loader, "ROWS", 100)
    load(neo4j, wheel(250))
    assert sent == [100, 100, 50, 100, 100, 100, 100, 100]
    sent.clear()
    monkeypatch.setattr(loader, "SIZE", 5_000)
    load(neo4j, KnowledgeMap(topics=tuple(topic(f"l{n}", summary="x" * 2_000) for n in range(10))))
    assert sent == [3, 3, 3, 1]
    assert neo4j.one("MATCH (n:Topic) RETURN count(n)") == 260


# What can go wrong


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    lay(tmp_path / "vault")
    return tmp_path


def command(vault: Path, address: str, *arguments: str, **environment: str) -> Run:
    run = mlk_export("load", "--to", address, *arguments, cwd=vault, **environment)
    assert PASSWORD not in "".join([*run.paths, *run.said])
    return run


def test_the_command_loads(neo4j: Neo4j, vault: Path) -> None:
    run = command(vault, neo4j.address, **neo4j.login)
    assert (run.code, run.paths) == (0, ["3 nodes, 3 new, 0 changed", "2 relationships, 2 new"])
    assert len(run.said) == 1  # the summary
    run = mlk_export("load", "--dry-run", cwd=vault, NEO4J_URI=neo4j.address, **neo4j.login)
    assert run.code == 0 and "would write 3 nodes, 0 of them new" in run.paths
    run = command(vault, neo4j.address, "--with-text", **neo4j.login)
    assert run.paths[0] == "3 nodes, 0 new, 2 changed"
    assert neo4j.one("MATCH (n {id: 'hill'}) RETURN n.text") == "A hill."


def test_flags_that_do_not_go_with_a_graph_store(vault: Path) -> None:
    for flag in (["--max-delete", "5"], ["--with-text"]):
        run = command(vault, "http://localhost:3030/ds/data", *flag)
        assert run.code == 2 and run.said[-1] == f"Error: {flag[0]} does not go with skos"


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            {"NEO4J_PASSWORD": "wrong-Hunter2"},
            "it wants other credentials; set NEO4J_USERNAME and NEO4J_PASSWORD - it says: ",
        ),
        (
            {"NEO4J_USERNAME": "", "NEO4J_PASSWORD": ""},
            "it wants other credentials; set NEO4J_USERNAME and NEO4J_PASSWORD",
        ),
        (
            {"NEO4J_DATABASE": "nothing"},
            "there is no such database; set NEO4J_DATABASE to one of SHOW DATABASES - it says: ",
        ),
    ],
)
def test_what_the_server_refuses_is_one_clear_line(
    neo4j: Neo4j, vault: Path, environment: dict[str, str], message: str
) -> None:
    time.sleep(1 if "NEO4J_PASSWORD" in environment else 0)  # it counts wrong passwords
    run = command(vault, neo4j.address, **{**neo4j.login, **environment})
    assert (run.code, run.paths, len(run.said)) == (1, [], 1)
    assert run.error.startswith(f"{neo4j.address}: {message}")
    assert "Hunter2" not in run.error


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["neo4j", "bolt", "neo4j+s", "bolt+ssc"])
def test_where_no_server_is_one_clear_line(vault: Path, scheme: str) -> None:
    (port,) = free_ports(1)
    address = f"{scheme}://127.0.0.1:{port}"
    run = command(vault, address, NEO4J_PASSWORD="Hunter2")
    assert (run.code, run.paths, len(run.said)) == (1, [], 1)
    assert run.error.startswith(f"{address}: no Neo4j answers there; start it, or fix the address - it says: ")


def test_where_something_else_answers_is_one_clear_line(vault: Path, neo4j: Neo4j) -> None:
    def answer(listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(100)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=answer, args=(listener,), daemon=True).start()
        run = command(vault, f"bolt://127.0.0.1:{listener.getsockname()[1]}", NEO4J_PASSWORD="Hunter2")
        assert (run.code, len(run.said)) == (1, 1)
        assert ": no Neo4j answers there; start it, or fix the address - it says: " in run.error
    run = command(vault, neo4j.address.replace("bolt:", "bolt+s:"), **neo4j.login)
    assert (run.code, len(run.said)) == (1, 1)
    assert ": no Neo4j answers there" in run.error or "certificate is not trusted" in run.error


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("neo4j://", "--to: this is no address; write it as neo4j://localhost:7687"),
        ("bolt://localhost:x", "--to: this is no address"),
        (
            "bolt://localhost:7687/movies",
            "--to: this is no address; write it as neo4j://localhost:7687, and the database",
        ),
        ("neo4j://[::1", "--to: this is no address"),
        ("neo4j://me:Hunter2@localhost", "--to: no user and password in the address, where others see them; write neo"),
        ("neo4j+x://localhost", "--to: no loader for 'neo4j+x' addresses; known: "),
    ],
)
def test_addresses_that_cannot_be_meant_are_refused(vault: Path, address: str, message: str) -> None:
    run = command(vault, address)
    assert (run.code, run.paths) == (2, [])
    assert run.error.startswith(message)
    assert "Hunter2" not in run.error


def test_a_user_without_a_password_is_refused_where_nobody_can_be_asked(vault: Path) -> None:
    run = command(vault, "neo4j://localhost", NEO4J_USERNAME="me")
    assert run.error == "NEO4J_PASSWORD is not set; NEO4J_USERNAME and NEO4J_PASSWORD go together"


def test_on_a_terminal_the_password_is_asked_for(neo4j: Neo4j, vault: Path) -> None:
    if os.name == "nt":
        pytest.skip("no pseudo-terminals here")
    import pty

    arguments = [sys.executable, "-m", "exporter", "load", "--to", neo4j.address]
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(vault)
        os.execvpe(sys.executable, arguments, {**os.environ, "PYTHONPATH": str(ROOT)})
    shown = b""
    while b"Password of neo4j at 127.0.0.1: " not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, PASSWORD.encode() + b"\n")
    try:
        while part := os.read(terminal, 1000):
            shown += part
    except OSError:  # the other end is closed
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert b"3 nodes, 3 new, 0 changed" in shown
    assert PASSWORD.encode() not in shown


@pytest.mark.parametrize(
    ("address", "warned"),
    [
        ("neo4j://graphs.example:7687", True),
        ("bolt://192.0.2.1", True),
        ("neo4j+s://graphs.example", False),
        ("bolt+ssc://graphs.example", False),
        ("bolt://localhost", False),
        ("neo4j://127.0.0.1", False),
        ("neo4j://[::1]:7687", False),
    ],
)
def test_who_sends_notes_unencrypted_is_warned(address: str, warned: bool) -> None:
    warnings = loaders.find(address).target(address, {}).warnings
    assert len(warnings) == warned
    assert all("unencrypted; use neo4j+s:// if it can" in warning for warning in warnings)


def test_data_that_breaks_a_constraint_is_told(neo4j: Neo4j) -> None:
    for name in ("mlk_topic", "mlk_tag", "mlk_learningpath", "mlk_reference", "mlk_missing"):
        neo4j.run(f"DROP CONSTRAINT {name} IF EXISTS")
    neo4j.run("UNWIND [1, 2] AS n CREATE (:Topic {_source: 'Vault', id: 'twice'})")
    before = neo4j.dump()
    error = refused(neo4j, OLD, max_delete=100)
    assert "some nodes with the same _source and id were there before, made by another program" in error
    assert neo4j.dump() == before
    neo4j.clear()
    neo4j.run("CREATE CONSTRAINT own FOR (n:Topic) REQUIRE n.title IS UNIQUE")
    try:
        error = refused(neo4j, replace(OLD, topics=(*OLD.topics, topic("e", title="a"))))
        assert "a constraint of your own does not allow it; drop the constraint, or load into another" in error
    finally:
        neo4j.run("DROP CONSTRAINT own")
    load(neo4j, OLD)


@pytest.fixture
def fragile(tmp_path: Path, require: Callable[[bool, str], None]) -> Iterator[Neo4j]:
    """A server of its own that may be killed; it gives little memory to a transaction."""
    server = Neo4j(tmp_path / "home", require)
    with (tmp_path / "home" / "conf" / "neo4j.conf").open("a") as settings:
        settings.write("db.memory.transaction.max=16m\ndb.tx_log.rotation.size=1m\ndb.tx_log.preallocate=false\n")
    server.start()
    yield server
    server.stop()


def test_a_load_that_was_killed_is_healed_by_the_next(fragile: Neo4j, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "ROWS", 100)
    monkeypatch.setattr(bolt, "RETRIES", 1.0)
    load(fragile, wheel(1_000))
    half = replace(wheel(1_000), topics=(*wheel(1_000).topics[:950], topic("new")), links=wheel(950).links)
    ticks: list[int] = []

    def kill(done: int, total: int) -> None:
        ticks.append(done)
        if done > 500 and total > 1_500:  # among the relationships
            fragile.stop(kill=True)

    with pytest.raises(
        ExportError, match="the connection broke; what was written stays, nothing more was removed, and"
    ):
        load(fragile, half, kill)
    assert len(ticks) > 10
    fragile.start()
    assert fragile.one("MATCH (n:Topic) RETURN count(n)") == 1_001  # nothing went
    load(fragile, half)
    healed = fragile.dump("_since")
    fragile.clear()
    load(fragile, half)
    assert fragile.dump("_since") == healed


def test_a_server_that_comes_back_goes_on(fragile: Neo4j, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "ROWS", 100)
    killed: list[threading.Thread] = []

    def restart(done: int, total: int) -> None:
        if done > 500 and not killed:
            fragile.stop(kill=True)
            killed.append(threading.Thread(target=fragile.start))
            killed[0].start()

    load(fragile, wheel(1_000), restart)
    killed[0].join()
    assert fragile.one("MATCH ()-[r:MENTIONS]->() RETURN count(r)") == 2_000


def test_a_server_with_little_memory_gets_smaller_batches(fragile: Neo4j, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    write = bolt._write

    def count(transaction: Any, query: str, parameters: dict[str, Any]) -> bolt.Written:
        sent.append(len(parameters["rows"]))
        return write(transaction, query, parameters)

    monkeypatch.setattr(bolt, "_write", count)
    topics = tuple(topic(f"t{n}", summary=f"{n} " + "long words " * 90) for n in range(5_000))
    load(fragile, KnowledgeMap(title="Long", topics=topics))
    assert fragile.one("MATCH (n:Topic) RETURN count(n)") == 5_000
    assert sent[0] > sent[-1] and sum(sent) > 5_000


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="a disk is made full by a limit of Linux")
def test_a_full_disk_of_the_server_is_one_clear_line(fragile: Neo4j) -> None:
    load(fragile, wheel(500))
    assert fragile._process
    resource.prlimit(fragile._process.pid, resource.RLIMIT_FSIZE, (200_000, 200_000))
    more = tuple(topic(f"m{n}", summary="x" * 900) for n in range(9_000))
    error = refused(fragile, replace(wheel(450), topics=(*wheel(450).topics, *more)))
    assert "what was written stays, nothing more was removed, and the next load completes it" in error
    fragile.stop(kill=True)
    fragile.start()
    assert fragile.one("MATCH (n:Topic) WHERE n.id STARTS WITH 't' RETURN count(n)") == 500
