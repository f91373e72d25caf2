"""The script is loaded into real databases, and what is there then is compared with the hub."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from difflib import ndiff
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from command import lay, mlk_export
from graph_databases import EVERY, script
from maps import HERE, PROPERTIES, hostile_map, hostile_names, rich_map
from neo4j.exceptions import ClientError, Neo4jError
from ports import free_ports
from texts import HOSTILE, hostile_texts

from exporter.errors import ExportError, Finding, OptionError
from exporter.loaders import neo4j as loader
from exporter.model import (
    BROADER,
    IN_AREA,
    MENTIONS,
    RELATED,
    REQUIRES,
    Area,
    KnowledgeMap,
    LearningPath,
    Missing,
    Reference,
    Source,
    Step,
    Tag,
    Want,
)
from exporter.options import OptionsFile, load_options
from exporter.testing import link, topic
from exporter.views.graph import PropertyGraph
from exporter.writers import neo4j_bulk
from exporter.writers.neo4j import KEYS_OF_OTHERS, Options, write
from exporter.writers.neo4j.script import HEAD, REMOVAL

HALF = re.compile("[\ud800-\udfff]")


def findings(knowledge_map: KnowledgeMap) -> list[Finding]:
    return [made for made in write(knowledge_map, Options()) if isinstance(made, Finding)]


def without_empty(**fields: Any) -> dict[str, Any]:
    """What the graph holds of these fields of the hub: nothing stands for nothing."""
    return {name: value for name, value in fields.items() if value not in ("", None)}


def without_marks(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in ("_source", "_run", "_digest", "_since")}


def native(value: Any) -> Any:
    """Python's own for the driver's days and moments."""
    if isinstance(value, list):
        return [native(item) for item in value]
    if not hasattr(value, "to_native"):
        return value
    value = value.to_native()
    offset = getattr(value, "utcoffset", lambda: None)()
    return value if offset is None else value.replace(tzinfo=timezone(offset))


def types(database: Any) -> Counter[str]:
    return Counter(type_ for (type_,) in database.run("MATCH ()-[r]->() RETURN type(r)"))


@pytest.mark.parametrize("database", EVERY, indirect=True)
def test_bundled_vault_is_all_there(database: Any, bundled: KnowledgeMap) -> None:
    database.load(script(bundled), as_users_do=True)
    assert database.one("MATCH (n:Area) RETURN count(n)") == 6
    assert database.one("MATCH (n:Topic) WHERE n.note IS NOT NULL RETURN count(n)") == 43
    assert database.one("MATCH (n:Topic) WHERE n.note IS NULL RETURN count(n)") == 0
    assert database.one("MATCH (n:Tag) RETURN count(n)") == 7
    assert database.one("MATCH (n) WHERE n._source <> $source RETURN count(n)", source=bundled.title) == 0

    stored = {each["id"]: without_marks(each) for (each,) in database.run("MATCH (n:Topic) RETURN properties(n)")}
    assert stored.keys() == bundled.topic.keys()
    for each in bundled.topics:
        source = {"file": each.source.file, "line": each.source.line}
        fields = without_empty(summary=each.summary, definition=bundled.definition(each.id), note=each.note, **source)
        expected = {"id": each.id, "title": each.title, **fields}
        if each.aliases:
            expected["aliases"] = list(each.aliases)
        properties = {key: value for key, value in each.properties.items() if key != "definition"}
        if each.id in bundled.area:
            expected["position"] = [area.id for area in bundled.areas].index(each.id) + 1
        assert stored[each.id] == {**expected, **properties}

    assert {id_ for (id_,) in database.run("MATCH (n:Area) RETURN n.id")} == bundled.area.keys()
    assert {id_ for (id_,) in database.run("MATCH (n:Tag) RETURN n.id")} == {tag.id for tag in bundled.tags}
    for area in bundled.areas:
        query = "MATCH (n:Topic)-[r:IN_AREA]->(:Area {id: $id}) RETURN n.id ORDER BY r.position"
        assert [id_ for (id_,) in database.run(query, id=area.id)] == [each.id for each in bundled.topics_in(area.id)]
    for each in bundled.topics:
        query = "MATCH (:Topic {id: $id})-[r:HAS_TAG]->(n:Tag) RETURN n.id ORDER BY r.position"
        assert tuple(id_ for (id_,) in database.run(query, id=each.id)) == each.tags


def test_bundled_path_keeps_its_order(database: Any, bundled: KnowledgeMap) -> None:
    database.load(script(bundled))
    (path,) = bundled.paths
    assert len(path.steps) == 7
    assert database.run("MATCH (n:LearningPath) RETURN n.id, n.title, n.steps") == [
        [path.id, path.title, [step.text for step in path.steps]]
    ]
    query = (
        "MATCH (:LearningPath)-[r:STEP]->(n:Topic) RETURN r.position, n.id, r.text, r.line ORDER BY r.position, r.order"
    )
    assert database.run(query) == [
        [position, id_, step.text, step.source.line]
        for position, step in enumerate(path.steps, 1)
        for id_ in step.topics
    ]
    stops = [id_ for step in path.steps for id_ in step.topics]
    query = "MATCH (a)-[r:NEXT {path: $path}]->(b) RETURN a.id, b.id ORDER BY r.position"
    assert database.run(query, path=path.id) == [[a, b] for a, b in pairwise(stops) if a != b]


def test_bundled_links_are_all_there(database: Any, bundled: KnowledgeMap) -> None:
    database.load(script(bundled))
    query = "MATCH (a:Topic)-[r]->(b:Topic) WHERE r.kind IS NOT NULL RETURN a.id, r.kind, b.id, r.count"
    counts = {(start, kind, end): count for start, kind, end, count in database.run(query)}
    assert counts == Counter((each.start, each.kind, each.end) for each in bundled.links)
    query = "MATCH (:Topic)-[r:REFERS_TO]->(n:Reference) RETURN n.id, r.count"
    urls: Counter[str] = Counter()
    for url, count in database.run(query):
        urls[url] += count
    assert urls == Counter(reference.url for reference in bundled.references)


@pytest.mark.parametrize("vault", ["small", "bundled"])
def test_second_load_changes_nothing(database: Any, vault: str, request: pytest.FixtureRequest) -> None:
    text = script(request.getfixturevalue(vault))
    database.load(text)
    before = database.dump()
    database.load(text)
    assert before[0]
    assert database.dump() == before


def test_line_ends_of_another_system_do_no_harm(database: Any, small: KnowledgeMap) -> None:
    text = script(small)
    database.load(text, as_users_do=True)
    before = database.dump("_since")
    database.run("MATCH (n) DETACH DELETE n")
    database.load(text.replace("\n", "\r\n"), as_users_do=True)
    assert database.dump("_since") == before


def test_what_leaves_the_vault_leaves_the_graph(database: Any) -> None:
    old = KnowledgeMap(
        title="Vault",
        topics=(topic("a", tags=("t", "u"), properties={"level": 1}), topic("b"), topic("c")),
        areas=(Area("a", None, HERE), Area("b", None, HERE)),
        tags=(Tag("t", None, HERE), Tag("u", None, HERE)),
        links=(link("a", MENTIONS, "b"), link("a", "uses", "c"), link("b", MENTIONS, "a"), link("c", MENTIONS, "a")),
        paths=(LearningPath("p", "P", (Step("s", ("a", "b"), HERE), Step("s", ("c",), HERE)), HERE),),
        references=(Reference("a", "R", "https://example.org/", HERE),),
    )
    new = KnowledgeMap(
        title="Vault",
        topics=(topic("a", tags=("t",)), topic("c")),
        areas=(Area("c", None, HERE),),
        tags=(Tag("t", None, HERE),),
        links=(link("c", MENTIONS, "a"),),
        paths=(LearningPath("p", "P", (Step("s", ("a", "c"), HERE),), HERE),),
    )
    database.load(script(new))
    fresh = database.dump("_since")
    database.run("MATCH (n) DETACH DELETE n")
    database.load(script(old))
    assert types(database)["USES"] == 1
    database.load(script(new))
    assert database.dump("_since") == fresh
    assert database.run("MATCH (n:Area) RETURN n.id") == [["c"]]


def test_broken_off_load_is_healed_by_the_next(database: Any, small: KnowledgeMap) -> None:
    text = script(small)
    database.load(text)
    complete = database.dump("_since")
    ends = [match.end() for match in re.finditer(r";\n\n", text)]
    database.run("MATCH (n) DETACH DELETE n")
    database.load(script(replace(small, topics=(*small.topics, topic("ghost"))), source=small.title))
    database.load(text[: ends[len(ends) // 2]])
    assert database.dump("_since") != complete
    database.load(text)
    assert database.dump("_since") == complete


def test_other_data_is_left_alone(database: Any) -> None:
    ids = KnowledgeMap(topics=(topic("a"), topic("b")), links=(link("a", MENTIONS, "b"),))
    database.load(script(ids, source="other"))
    database.run(
        "CREATE (a:Topic {id: 'a', title: 'foreign'})-[:MENTIONS]->(:Topic {id: 'b'}), (a)-[:OWN]->(:Person {id: 'x'})"
    )
    database.run(
        "MATCH (a:Topic {_source: 'other', id: 'a'}) MATCH (b:Topic {_source: 'other', id: 'b'}) "
        "CREATE (a)-[:MENTIONS {by: 'hand'}]->(b)"
    )
    before = database.dump()
    database.load(script(ids, source="mine"))
    assert database.one("MATCH (n:Topic) RETURN count(n)") == 6
    database.load(script(KnowledgeMap(), source="mine"))
    assert database.dump() == before


def test_empty_map_is_a_script_that_loads(database: Any) -> None:
    database.load(script(KnowledgeMap()))
    assert database.dump() == ([], [])
    assert findings(KnowledgeMap()) == []


def test_ids_are_unique_within_a_source(neo4j: Any, small: KnowledgeMap) -> None:
    database = neo4j
    database.load(script(small, source="mine"))
    again = "CREATE (:Topic {_source: $source, id: $id})"
    with pytest.raises(ClientError):
        database.run(again, source="mine", id=small.topics[0].id)
    database.run(again, source="other", id=small.topics[0].id)


@pytest.mark.parametrize("database", EVERY, indirect=True)
def test_own_properties_come_back_exactly(database: Any) -> None:
    expected = {
        **{key: value for key, value in PROPERTIES.items() if key not in ("nothing", "table", "empty table")},
        "larger": str(2**63),
        "gaps": [1, 2],
        "mixed": ["1", "a", "true", "2.5", '{"k": [null]}'],
        "table.inner.deep": 1,
        "day": date(2024, 2, 29),
        "first day": date(1, 1, 1),
        "moment": datetime(2024, 2, 29, 10),
        "moment with a space": datetime(2024, 2, 29, 23, 59, 59, 123456),
        "moment here": datetime(2024, 2, 29, 10, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        "moment there": datetime(2024, 2, 29, 10, tzinfo=UTC),
        "days": [date(2024, 2, 29), date(2024, 3, 1)],
        "moments": [datetime(2024, 2, 29, 10), datetime(2024, 3, 1, 10, 0, 1)],
        "table.list": ["x"],
        "definition": "What it is.",
        "title": "a",
        "property_title": "a title of its own",
        "property_property_title": "another",
        "property__run": "mine",
        "property_": "nameless",
    }
    del expected[""], expected["_run"]
    knowledge_map = KnowledgeMap(topics=(topic("a", properties=PROPERTIES), topic("b", properties={"whole": "text"})))
    database.load(script(knowledge_map))
    stored = {
        key: native(value)
        for key, value in without_marks(database.one("MATCH (n:Topic {id: 'a'}) RETURN properties(n)")).items()
    }
    expected |= {"id": "a", "note": "a.md", "file": "a.md", "line": 1}
    assert {key: (type(value), repr(value)) for key, value in stored.items()} == {
        key: (type(value), repr(value)) for key, value in expected.items()
    }
    assert database.one("MATCH (n:Topic {id: 'b'}) RETURN n.whole") == "text"
    assert findings(knowledge_map) == []


def test_number_that_is_none_comes_back(database: Any) -> None:
    database.load(script(KnowledgeMap(topics=(topic("a", properties={"odd": float("nan")}),))))
    assert str(database.one("MATCH (n:Topic) RETURN n.odd")) == "nan"


def test_two_properties_of_one_name_are_told(database: Any) -> None:
    knowledge_map = KnowledgeMap(topics=(topic("a", properties={"x": {"y": 1}, "x.y": 2}),))
    database.load(script(knowledge_map))
    assert database.one("MATCH (n:Topic) RETURN n.`x.y`") == 1
    (finding,) = findings(knowledge_map)
    assert (finding.source, finding.code) == (Source("a.md", 1), "property-twice")
    assert "'x.y'" in finding.message


def test_id_that_no_index_holds_is_told(database: Any) -> None:
    long, fits = "é" * 2_501, "é" * 2_500
    knowledge_map = KnowledgeMap(
        title="title " * 1_000,
        topics=(topic("a"), topic(long), topic(fits)),
        links=(link("a", MENTIONS, long), link("a", MENTIONS, fits)),
        references=(Reference("a", "picture", "data:" + "x" * 5_000, Source("a.md", 4)),),
    )
    database.load(script(knowledge_map))
    assert database.run("MATCH (a:Topic)-[]->(b) RETURN a.id, b.id") == [["a", fits]]
    assert database.one("MATCH (n) RETURN count(n)") == 2
    places = [(str(finding.source), finding.code) for finding in findings(knowledge_map)]
    assert places == [(f"{long}.md:1", "long-id"), ("a.md:4", "long-id")]


def test_links_of_one_kind_between_two_topics_are_one_relationship(database: Any) -> None:
    links = (
        link("a", MENTIONS, "b", 3, "first", "Heading"),
        link("a", MENTIONS, "b", 5, "second"),
        link("a", REQUIRES, "b", 7),
        link("a", MENTIONS, "a", 8),
        link("b", MENTIONS, "a", 2),
    )
    database.load(script(KnowledgeMap(topics=(topic("a"), topic("b")), links=links)))
    rows = database.run("MATCH (a)-[r:MENTIONS]->(b) RETURN a.id, b.id, properties(r) ORDER BY a.id, r.line")
    first = {"kind": "mentions", "text": "first", "anchor": "Heading", "file": "a.md", "line": 3, "count": 2}
    assert [[a, b, without_marks(properties)] for a, b, properties in rows] == [
        ["a", "b", first],
        ["a", "a", {"kind": "mentions", "file": "a.md", "line": 8, "count": 1}],
        ["b", "a", {"kind": "mentions", "file": "b.md", "line": 2, "count": 1}],
    ]
    assert types(database) == {"MENTIONS": 3, "REQUIRES": 1}


def test_kinds_become_types(database: Any) -> None:
    kinds = {
        RELATED: "RELATED",
        BROADER: "BROADER",
        "inspired by": "INSPIRED_BY",
        "Inspired-By": "INSPIRED_BY",
        "größer als": "GROSSER_ALS",
        "2nd try": "_2ND_TRY",
        "c++": "C",
        "依赖": "LINKS_TO",
        "?!": "LINKS_TO",
        "": "LINKS_TO",
        "links to": "LINKS_TO",
        "next": "LINKS_TO",  # as a type it means something else
        "step": "LINKS_TO",
        "in area": "LINKS_TO",
        "x`]->() DETACH DELETE a //": "X_DETACH_DELETE_A",
    }
    links = tuple(link("a", kind, "b") for kind in kinds)
    text = script(KnowledgeMap(topics=(topic("a"), topic("b")), links=links))
    database.load(text)
    database.load(text)
    rows = database.run("MATCH (:Topic {id: 'a'})-[r]->(:Topic {id: 'b'}) RETURN r.kind, type(r)")
    assert sorted(rows) == sorted([kind, type_] for kind, type_ in kinds.items())


def test_every_node_has_a_title(database: Any, bundled: KnowledgeMap) -> None:
    database.load(script(replace(rich_map(), title="Vault"), missing=True))
    assert database.run("MATCH (n:Knowledge) WHERE n.title IS NULL RETURN n") == []
    titles = dict(database.run("MATCH (n:Reference) RETURN n.id, n.title"))
    assert titles == {"https://example.org/": "R", "https://example.org/nameless": "https://example.org/nameless"}
    assert database.run("MATCH (n:Tag) RETURN n.title ORDER BY n.title") == [["t"], ["t/u"]]


def test_missing_notes_are_there_if_asked_for(database: Any) -> None:
    database.load(script(rich_map()))
    assert database.one("MATCH (n:Missing) RETURN count(n)") == 0
    database.load(script(rich_map(), missing=True))
    query = "MATCH (a:Topic)-[r]->(n:Missing) RETURN a.id, type(r), r.kind, r.line, r.count, n.id ORDER BY a.id, r.line"
    assert database.run(query) == [
        ["a", "MENTIONS", "mentions", 3, 2, "Wish"],
        ["a", "REQUIRES", "requires", 4, 1, "Wish"],
        ["c", "LINKS_TO", "", 3, 1, "Wish"],
    ]
    assert database.run("MATCH (n:Missing) RETURN n.id, n.file, n.line ORDER BY n.id") == [
        ["Map only", "Map.md", 1],
        ["Wish", "Map.md", 1],
    ]
    database.load(script(rich_map()))
    assert database.one("MATCH (n:Missing) RETURN count(n)") == 0


LABELS = {
    "person": "ByTag",
    "#tree/old": "ByNested",
    "type: person": "Person",
    "Kind Of:  Big Thing": "Big",
    "level: 3": "Third",
    "done: true": "Done",
    "born:": "Born",
    "table.k: v": "Nested",
}


@pytest.mark.parametrize(
    ("fields", "labels"),
    [
        ({"tags": ("Person/author",)}, {"ByTag"}),
        ({"tags": ("tree/old/oak",)}, {"ByNested"}),
        ({"tags": ("persons", "tree")}, set()),
        ({"properties": {"type": "Person"}}, {"Person"}),
        ({"properties": {"Type": ["place", " PERSON "]}}, {"Person"}),
        ({"properties": {"type": "personal"}}, set()),
        ({"properties": {"types": "person"}}, set()),
        ({"properties": {"kind  of": "big thing", "level": 3, "done": True}}, {"Big", "Third", "Done"}),
        ({"properties": {"level": "3", "born": "1990-01-01"}}, {"Third", "Born"}),
        ({"properties": {"born": None, "type": {"person": 1}}}, set()),
        ({"properties": {"born": ""}}, set()),
        ({"properties": {"table": {"k": ["v"]}}}, {"Nested"}),
    ],
)
def test_labels_by_tag_and_by_property(fields: dict[str, Any], labels: set[str]) -> None:
    text = script(KnowledgeMap(topics=(topic("a", **fields),)), labels=LABELS)
    (said,) = re.findall(r"^SET n:Knowledge:Note(\S*?);?$", text, re.MULTILINE)
    assert set(said.split(":")) - {""} == labels


def test_a_label_by_a_property_that_is_a_link() -> None:
    """To a note by its title or its file's name, and to a note that nobody has written."""
    missing = Missing("Place", True, (Want("c", "type", "Place", "", HERE),), HERE)
    topics = (topic("a"), topic("b"), topic("c"), topic("p", title="A person", note="Kinds/Person.md"))
    links = (link("a", "type", "p", text="who"), link("b", "see", "p"))
    knowledge_map = KnowledgeMap(topics=topics, links=links, missing=(missing,))
    for words, label in (("type: person", "a"), ("type: a PERSON", "a"), ("type:place", "c"), ("see: person", "b")):
        text = script(knowledge_map, labels={words: "Found"})
        (row,) = re.findall(r"UNWIND split\('([^']*)'[^;]*SET n:Knowledge:Note:Found", text)
        assert row.partition("|")[0] == label


def test_rows_of_a_table_are_in_the_order_of_the_map() -> None:
    """Whatever properties their notes have."""
    topics = tuple(topic(f"t{n}", properties={f"p{n % 3}": 1} if n % 4 else {}) for n in range(20))
    graph = PropertyGraph(KnowledgeMap(topics=topics), Options())
    (table,) = graph.topics.tables
    assert [row[0] for row in graph.rows(table)] == [each.id for each in topics]


def test_areas_and_tags_have_wider_ones(database: Any) -> None:
    knowledge_map = KnowledgeMap(
        topics=(topic("top"), topic("inner"), topic("leaf", areas=("inner", "top")), topic("other")),
        areas=(Area("top", None, HERE), Area("inner", "top", HERE)),
        tags=(Tag("ml", None, HERE), Tag("ml/dsl", "ml", HERE)),
        links=(link("leaf", IN_AREA, "inner"), link("leaf", IN_AREA, "top"), link("leaf", BROADER, "other", 2)),
    )
    database.load(script(knowledge_map))
    wider = database.run("MATCH (a)-[r:BROADER]->(b) RETURN a.id, b.id, r.file, r.line ORDER BY a.id")
    assert wider == [["inner", "top", "Map.md", 1], ["leaf", "other", "leaf.md", 2], ["ml/dsl", "ml", "Map.md", 1]]
    homes = database.run(
        "MATCH (:Topic {id: 'leaf'})-[r:IN_AREA]->(a:Area) RETURN a.id, r.home, r.position ORDER BY a.id"
    )
    assert homes == [["inner", True, 1], ["top", False, 1]]


def test_path_may_come_back_and_rest(database: Any) -> None:
    steps = (("Start", ("a",)), ("Both", ("a", "b")), ("Rest a while", ()), ("Back", ("a", "b")))
    path = LearningPath("p", "Path", tuple(Step(text, ids, Source("Map.md", 9)) for text, ids in steps), HERE)
    text = script(KnowledgeMap(topics=(topic("a"), topic("b")), paths=(path, path._replace(id="q"))))
    database.load(text)
    database.load(text)
    assert database.one("MATCH (n:LearningPath {id: 'p'}) RETURN n.steps") == [words for words, _ in steps]
    for id_ in ("p", "q"):
        query = "MATCH (:LearningPath {id: $id})-[r:STEP]->(n) RETURN r.position, r.order, n.id ORDER BY r.position, r.order"
        assert database.run(query, id=id_) == [[1, 1, "a"], [2, 1, "a"], [2, 2, "b"], [4, 1, "a"], [4, 2, "b"]]
        query = "MATCH (a)-[r:NEXT {path: $id}]->(b) RETURN r.position, a.id, b.id ORDER BY r.position"
        assert database.run(query, id=id_) == [[1, "a", "b"], [2, "b", "a"], [3, "a", "b"]]


def test_many_rows_go_into_several_statements(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["exporter.writers.neo4j.script"], "ROWS", 500)
    count = 1_200
    topics = tuple(topic(f"t{n}", properties={"number": n}) for n in range(count))
    links = tuple(link(f"t{n}", MENTIONS, f"t{(n * 7) % count}") for n in range(count))
    text = script(KnowledgeMap(topics=topics, links=links))
    assert text.count("MERGE (n:Topic") == 3
    database.load(text)
    assert database.one("MATCH (n:Topic) RETURN count(n)") == count
    assert database.one("MATCH (n:Topic) WHERE 't' + toString(n.number) = n.id RETURN count(n)") == count
    assert database.one("MATCH (:Topic)-[r:MENTIONS]->(:Topic) RETURN count(r)") == count


@pytest.mark.parametrize("database", EVERY, indirect=True)
def test_hostile_texts_come_back_exactly(database: Any) -> None:
    text = script(hostile_map())
    seen = [HALF.sub("\ufffd", each.title) for each in hostile_map().topics]  # half a character cannot be written
    database.load(text, as_users_do=True)
    order = "ORDER BY toInteger(split(n.id, ' ')[0])"
    rows = database.run(f"MATCH (n:Topic) RETURN n.id, n.title, n.summary, n.note, n.aliases, n.value, n.list {order}")
    assert rows == [
        [f"{n} {text}", text, text or None, text or None, [text, "", text], text, [text, text]]
        for n, text in enumerate(seen)
    ]
    rows = database.run(f"MATCH (n:Topic)-[r:MENTIONS]->() RETURN r.text, r.anchor {order}")
    assert rows == [[text or None, text or None] for text in seen]
    assert database.one("MATCH (n:LearningPath) RETURN n.steps") == seen
    rows = database.run(f"MATCH (n:Tag)<-[:HAS_TAG]-(m) WHERE m.id = n.id RETURN n.id {order}")
    assert rows == [[f"{n} {text}"] for n, text in enumerate(seen)]
    rows = database.run(f"MATCH (n:Reference)<-[r:REFERS_TO]-() RETURN n.id, r.text {order}")
    assert rows == [[f"{n} {text}", text or None] for n, text in enumerate(seen)]
    assert database.run("MATCH (n) RETURN DISTINCT n._source") == [[HALF.sub("\ufffd", hostile_map().title)]]
    before = database.dump()
    database.load(text, as_users_do=True)
    assert database.dump() == before


@pytest.mark.parametrize("database", EVERY, indirect=True)
def test_hostile_names_come_back_exactly(database: Any) -> None:
    # ArcadeDB does not know \u005C in a name; Neo4j does
    texts = [text for text in hostile_texts() if len(text) < 1000 and (database.name == "neo4j" or "\\" not in text)]
    knowledge_map = hostile_names(texts[:80])
    names = [each.kind for each in knowledge_map.links]
    database.load(script(knowledge_map), as_users_do=True)
    stored = database.one("MATCH (n:Topic {id: 'a'}) RETURN properties(n)")
    expected = {re.sub("[\0\ud800-\udfff]", "\ufffd", name): number for number, name in enumerate(names)}
    assert expected.items() <= stored.items()
    kinds = [kind for (kind,) in database.run("MATCH ()-[r]->() RETURN r.kind ORDER BY r.kind")]
    assert sorted(kinds) == sorted(HALF.sub("\ufffd", name) for name in names)


def test_quotes_alone_would_not_do(database: Any) -> None:
    """The hostile texts can tell: with plain quotes around them, many are refused or come back as something else."""
    wrong = 0
    for text in HOSTILE:
        try:
            wrong += database.one(f"RETURN '{HALF.sub('', text)}'") != text
        except Neo4jError:
            wrong += 1
    assert wrong > 5


def test_comments_are_ours_alone() -> None:
    texts = ["// a", "/* b */", "\n// c\n", "';\n// d\n//'"]
    topics = tuple(topic(text, title=text, properties={text: text}) for text in texts)
    links = tuple(link(text, text, text) for text in texts)
    text = script(KnowledgeMap(title="// e", topics=topics, links=links))
    strings = re.compile(r"'(?:[^'\\]|\\.)*'|`[^`]*`", re.DOTALL)
    assert text.startswith(HEAD)
    rest = strings.sub("", text.removeprefix(HEAD).replace(REMOVAL, ""))
    assert "//" not in rest and "/*" not in rest
    comments = HEAD + REMOVAL
    assert comments.isascii() and all(line.startswith("//") or not line for line in comments.split("\n"))
    assert not set(comments) & set(";'\"`")  # so that whoever splits the script needs to know nothing of comments


def test_a_new_link_is_a_small_difference(small: KnowledgeMap) -> None:
    """Its row, the mark of its statement, and the two statements that remove what has no mark of this script."""
    before, same = script(small).split("\n"), script(small).split("\n")
    assert before == same
    after = script(replace(small, links=(*small.links, link("worms", MENTIONS, "soil")))).split("\n")
    changed = [line for line in ndiff(before, after) if line[0] in "+-"]
    assert len(changed) <= 10, changed  # a row whose neighbour is new ends otherwise, so it is changed, too
    marks = re.findall(r"_run: '([0-9a-f]{16})'", "\n".join(after))
    assert len(set(marks)) == len(marks) > 9
    removals = re.findall(r"NOT [nr]\._run IN \[(.*)\]", "\n".join(after))
    assert removals == [", ".join(f"'{mark}'" for mark in marks)] * 2


@pytest.mark.slow
def test_same_bytes_under_any_hash_seed(with_hash_seed: Callable[[str, str], bytes]) -> None:
    vault = Path(__file__).parents[2] / "vaults" / "small"
    code = (
        "import sys; from pathlib import Path; from exporter import read; from exporter.writers.neo4j import *\n"
        f"file = next(write(read(Path({str(vault)!r}))[0], Options()))\n"
        "sys.stdout.buffer.write(''.join(file.content).encode())"
    )
    assert with_hash_seed(code, "1") == with_hash_seed(code, "2") != b""


def test_mapping_shows_the_defaults() -> None:
    folder = Path(__file__).parents[3] / "mappings"
    assert (folder / "neo4j.toml").exists()
    assert OptionsFile(folder, "neo4j").load(Options, KEYS_OF_OTHERS) == Options()


@pytest.mark.parametrize(
    ("options", "key", "message"),
    [
        (
            {"labels": {"t": "Topic"}},
            "labels.t",
            "'labels.t' cannot be 'Topic'; choose letters, digits and '_', and none",
        ),
        ({"labels": {"type: person": "Missing"}}, "labels.type: person", "'labels.type: person' cannot be 'Missing'"),
        ({"labels": {": person": "Person"}}, "labels.: person", "'labels.: person' names no property; write it before"),
        ({"labels": {"t": "x:y"}}, "labels.t", "'labels.t' cannot be 'x:y'; choose letters"),
        ({"types": {"uses": "NEXT"}}, "types.uses", "'types.uses' cannot be 'NEXT'; choose letters"),
        ({"types": {"uses": "`]->() DELETE"}}, "types.uses", "'types.uses' cannot be '`]->() DELETE'; choose letters"),
        ({"types": {IN_AREA: "IN"}}, "types.in_area", "'types.in_area': lying in an area is always IN_AREA; remove"),
    ],
)
def test_options_that_make_no_graph_are_refused(options: dict[str, Any], key: str, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        list(write(KnowledgeMap(), Options(**options)))
    assert caught.value.key == key
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("shape", [Options, neo4j_bulk.Options, loader.Options])
def test_a_wrong_value_is_told_with_its_place(tmp_path: Path, shape: type[Options]) -> None:
    file = tmp_path / "neo4j.toml"
    file.write_text("[labels]\nperson = 'Area'", encoding="utf-8")
    with pytest.raises(
        ExportError, match=rf"^{re.escape(str(file))}:2: 'labels.person' cannot be 'Area'; choose letters"
    ):
        load_options(tmp_path, "neo4j", shape)
    file.unlink()
    with pytest.raises(ExportError, match=r"^--set neo4j\.types\.uses='STEP': 'types.uses' cannot be 'STEP'; choose"):
        load_options(tmp_path, "neo4j", shape, ["types.uses='STEP'"])


def test_one_mapping_serves_all_who_make_this_graph(tmp_path: Path) -> None:
    text = "".join(
        (
            "source = 'mine'\nwith_text = true\nmax_delete = 7\nparquet = false\n",
            "[labels]\nperson = 'Person'\n[types]\nuses = 'USES'\n",
        )
    )
    lay(tmp_path, {"vault/a.md": "#person\n", "mappings/neo4j.toml": text})
    run = mlk_export("--format", "neo4j", "--format", "neo4j-bulk", cwd=tmp_path)
    assert run.code == 0, run.said
    assert "SET n:Knowledge:Note:Person" in (tmp_path / "out/neo4j/load.cypher").read_text(encoding="utf-8")
    assert '"mine"' in (tmp_path / "out/neo4j-bulk/topics-1.csv").read_text(encoding="utf-8")
    (port,) = free_ports(1)
    run = mlk_export("load", "--to", f"bolt://127.0.0.1:{port}", "--max-delete", "5", cwd=tmp_path, NEO4J_PASSWORD="x")
    assert "no Neo4j answers there" in run.error  # so the mapping was read, which comes first
