"""The questions of docs/neo4j.md are asked of a real Neo4j, and their answers are those that stand there, and are true."""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from conftest import ROOT
from graph_databases import REQUIRED, VERSIONS, Neo4j, script, statements
from neo4j import Transaction

from exporter import KnowledgeMap
from exporter.model import IN_AREA, MENTIONS, REQUIRES, Link, Source, Topic

PAGE = ROOT / "docs" / "neo4j.md"
WITHOUT_TABLE = ["What has changed since yesterday?"]  # its answer is of the day
PART = re.compile(r"^(#{2,3}) (.+)$", re.MULTILINE)
CYPHER = re.compile(r"^```cypher\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"(?:^\|.*\|\n)+", re.MULTILINE)
Rows = list[dict[str, Any]]


class Question(NamedTuple):
    """A heading of the page, the query under it, and its table: the names of the columns, then the rows."""

    words: str
    query: str
    table: list[list[str]]


def part(heading: str) -> str:
    """What stands under a heading of the page, down to the next of its level."""
    text = PAGE.read_text(encoding="utf-8")
    return re.split(r"^## ", text.split(f"\n## {heading}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


def questions() -> list[Question]:
    found = []
    for section in part("Questions").split("\n### ")[1:]:
        words, _, body = section.partition("\n")
        (query,) = CYPHER.findall(body)
        rest = CYPHER.sub("", body)
        tables = [[cells(line) for line in table.splitlines()] for table in TABLE.findall(rest)]
        assert len(tables) <= 1, words
        found.append(Question(words, query, [row for table in tables for row in table[:1] + table[2:]]))
    return found


def cells(line: str) -> list[str]:
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def shown(value: Any) -> str:
    """A value as a cell of the page."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    return "" if value is None else str(value)


def table(names: list[str], rows: Rows) -> list[list[str]]:
    return [names, *([shown(value) for value in row.values()] for row in rows)]


QUESTIONS = {question.words: question for question in questions()}


class Graph:
    """The bundled vault in a database."""

    def __init__(self, database: Neo4j) -> None:
        self.database = database

    def ask(self, words: str, language: str = "") -> tuple[list[str], Rows]:
        """Ask a question of the page; gives the names of the columns, and the rows."""
        query = language + QUESTIONS[words].query
        found = self.database.driver.execute_query(query, database_=self.database.database)
        return found.keys, [record.data() for record in found.records]

    def rows(self, words: str) -> Rows:
        return self.ask(words)[1]

    def plan(self, words: str) -> set[str]:
        """The operators by which the server would answer."""
        query = f"EXPLAIN {QUESTIONS[words].query}"
        found = self.database.driver.execute_query(query, database_=self.database.database)
        waiting, names = [found.summary.plan], set()
        while waiting:
            operator = waiting.pop()
            names.add(operator["operatorType"].partition("@")[0])
            waiting += operator.get("children", [])
        return names

    @contextmanager
    def trying(self) -> Iterator[Transaction]:
        """A transaction whose changes nobody else ever sees."""
        with (
            self.database.driver.session(database=self.database.database) as session,
            session.begin_transaction() as tx,
        ):
            yield tx
            tx.rollback()


@pytest.fixture(scope="module", params=VERSIONS)
def graph(request: pytest.FixtureRequest, servers: Callable[[str], Neo4j], bundled: KnowledgeMap) -> Graph:
    database = servers(request.param)
    database.clear()
    database.load(script(bundled))
    database.run("CALL db.awaitIndexes(60)")  # the full-text index is filled in the background
    database.run("CALL db.prepareForReplanning(60)")  # else plans are those for the empty database of a moment ago
    return Graph(database)


def mentioned(knowledge_map: KnowledgeMap) -> list[Link]:
    """The links between topics, without those that file a topic in an area."""
    return [link for link in knowledge_map.links if link.kind != IN_AREA]


def named(knowledge_map: KnowledgeMap, title: str) -> Topic:
    (found,) = (topic for topic in knowledge_map.topics if topic.title == title)
    return found


def titles(knowledge_map: KnowledgeMap, ids: Any) -> set[str]:
    return {knowledge_map.topic[id_].title for id_ in ids}


def requires(knowledge_map: KnowledgeMap) -> dict[str, set[str]]:
    """By title, what each topic requires itself."""
    found: dict[str, set[str]] = {topic.title: set() for topic in knowledge_map.topics}
    for link in knowledge_map.links:
        if link.kind == REQUIRES:
            found[knowledge_map.topic[link.start].title].add(knowledge_map.topic[link.end].title)
    return found


def test_the_page_asks_enough() -> None:
    assert 12 <= len(QUESTIONS) == len(questions())
    assert [words for words, question in QUESTIONS.items() if not question.table] == WITHOUT_TABLE


@pytest.mark.parametrize("words", QUESTIONS)
def test_the_answer_is_that_of_the_page(graph: Graph, words: str, request: pytest.FixtureRequest) -> None:
    names, rows = graph.ask(words)
    if words in WITHOUT_TABLE:
        assert names
        return
    if request.config.getoption("--update") and graph.database.version == REQUIRED:
        write_table(QUESTIONS[words], table(names, rows))
    expected = next(question.table for question in questions() if question.words == words)
    assert table(names, rows) == expected, "look at it, then accept it: pytest --update tests/test_neo4j_queries.py"
    if graph.database.version.startswith("20"):
        assert graph.ask(words, "CYPHER 25 ") == (names, rows)


def write_table(question: Question, rows: list[list[str]]) -> None:
    """Put the answer into the page, in place of the table or behind the query."""
    head, *others = ([cell.replace("|", r"\|") for cell in row] for row in rows)
    lines = [f"| {' | '.join(row)} |".replace("  ", " ") for row in (head, ["---"] * len(head), *others)]
    made = "\n".join([lines[0], lines[1].replace(" ", ""), *lines[2:], ""])
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(f"\n### {question.words}\n")
    ends = [found.start() for found in PART.finditer(rest)]
    body, after = rest[: ends[0]], rest[ends[0] :]
    if question.table:
        body = TABLE.sub(lambda _: made, body)
    else:
        body = CYPHER.sub(lambda found: f"{found[0]}\n\n{made.rstrip()}", body)
    PAGE.write_text(f"{before}\n### {question.words}\n{body}{after}", encoding="utf-8")


@pytest.mark.parametrize("words", QUESTIONS)
def test_indexes_are_used(graph: Graph, words: str) -> None:
    operators = graph.plan(words)
    assert not operators & {"AllNodesScan", "DirectedAllRelationshipsScan", "UndirectedAllRelationshipsScan"}
    if "Topic {id:" in QUESTIONS[words].query:
        assert operators & {"NodeIndexSeek", "NodeUniqueIndexSeek"}
        assert "NodeByLabelScan" not in operators
    if "REQUIRES*1.." in QUESTIONS[words].query:
        assert "VarLengthExpand(Pruning,BFS,All)" in operators  # each topic once, not each way to it


def test_what_comes_before_is_all_and_in_order(graph: Graph, bundled: KnowledgeMap) -> None:
    direct = requires(bundled)
    waiting, expected = ["FPGA Acceleration"], set[str]()
    while waiting:
        for title in direct[waiting.pop()] - expected:
            expected.add(title)
            waiting.append(title)
    learned: set[str] = set()
    for row in graph.rows("What must I know before FPGA Acceleration?"):
        assert direct[row["learn"]] <= learned
        learned.add(row["learn"])
    assert learned == expected
    assert len(learned) > 4


def test_what_comes_next_is_on_the_path_or_unlocked(graph: Graph, bundled: KnowledgeMap) -> None:
    direct = requires(bundled)
    (path,) = bundled.paths
    stops = [bundled.topic[id_].title for step in path.steps for id_ in step.topics]
    expected = {title: {"requires it"} for title in direct if "Tensor Programming" in direct[title]}
    expected.setdefault(stops[stops.index("Tensor Programming") + 1], set()).add("next on a path")
    rows = graph.rows("What should I learn after Tensor Programming?")
    assert {row["learn"]: set(row["why"]) for row in rows} == expected
    assert all(set(row["requires_also"]) == direct[row["learn"]] - {"Tensor Programming"} for row in rows)


def test_the_path_is_in_order_and_its_gaps_are_found(graph: Graph, bundled: KnowledgeMap) -> None:
    direct = requires(bundled)
    (path,) = bundled.paths
    expected, taught = [], set[str]()
    for position, step in enumerate(path.steps, 1):
        for id_ in step.topics:
            title = bundled.topic[id_].title
            expected.append((position, title, direct[title] - taught))
            taught.add(title)
    rows = graph.rows("What are the steps of the learning path, and what do they take for granted?")
    assert [(row["position"], row["learn"], set(row["not_taught_before"])) for row in rows] == expected
    with graph.trying() as tx:  # the path of the bundled vault has no gap, so one is made
        tx.run(
            "MATCH (a:Topic {id: 'tensor-programming'}) MATCH (b:Topic {id: 'systolic-arrays'}) "
            "CREATE (a)-[:REQUIRES {kind: 'requires'}]->(b)"
        )
        query = QUESTIONS["What are the steps of the learning path, and what do they take for granted?"].query
        missing = {row["learn"]: row["not_taught_before"] for row in tx.run(query).data()}
    assert missing["Tensor Programming"] == ["Systolic Arrays"]


def test_topics_on_no_path(graph: Graph, bundled: KnowledgeMap) -> None:
    on_path = {id_ for path in bundled.paths for step in path.steps for id_ in step.topics}
    expected: dict[str | None, set[str]] = defaultdict(set)
    for topic in bundled.topics:
        if topic.id not in on_path:
            expected[bundled.topic[topic.areas[0]].title if topic.areas else None].add(topic.title)
    rows = graph.rows("Which topics stand on no learning path?")
    assert {row["area_title"]: row["topics"] for row in rows} == {area: len(each) for area, each in expected.items()}
    assert all(row["some"] and expected[row["area_title"]].issuperset(row["some"]) for row in rows)


def test_the_way_is_the_shortest(graph: Graph, bundled: KnowledgeMap) -> None:
    beside: dict[str, Counter[str]] = defaultdict(Counter)
    said = Counter[str]()
    for link in mentioned(bundled):
        beside[link.start][link.end] += 1
        beside[link.end][link.start] += 1
        said[f"{bundled.topic[link.start].title} {link.kind} {bundled.topic[link.end].title}"] += 1
    start, end = named(bundled, "ML Compiler Tools").id, named(bundled, "FPGA Acceleration").id
    steps, ways, waiting = {start: 0}, {start: 1}, deque([start])
    while waiting:
        here = waiting.popleft()
        for there, links in beside[here].items():
            if there not in steps:
                steps[there], ways[there] = steps[here] + 1, 0
                waiting.append(there)
            if steps[there] == steps[here] + 1:
                ways[there] += ways[here] * links
    (row,) = graph.rows("What is the shortest way from ML Compiler Tools to FPGA Acceleration?")
    assert row["steps"] == len(row["links"]) == steps[end] == 2
    assert ways[end] == 1  # so that it is the same one each time
    assert all(words in said for words in row["links"])


def test_where_it_is_mentioned(graph: Graph, bundled: KnowledgeMap) -> None:
    first: dict[tuple[str, str], Link] = {}
    for link in bundled.links_to("systolic-arrays"):
        if link.kind != IN_AREA:
            first.setdefault((link.start, link.kind), link)
    expected = [[str(link.source), link.kind, bundled.sentence(link) or None] for link in first.values()]
    rows = graph.rows("Where is Systolic Arrays mentioned, and in which words?")
    assert sorted([*row.values()] for row in rows) == sorted(expected)
    assert all("rray" in row["sentence"] for row in rows if row["kind"] == MENTIONS)  # a link may say "an array"


def test_what_the_page_says_of_the_search_is_true(graph: Graph) -> None:
    def found(words: str) -> list[str]:
        query = QUESTIONS["Which topics speak of memory and layout?"].query.replace("memory layout", words)
        return [title for title, _ in graph.database.run(query)]

    assert found("memory AND layout") and found('"memory layout"') == []
    assert found("quantiz*")[0] == "Quantization Techniques"
    assert found("sistolic~")[0] == "Systolic Arrays"
    assert set(found("title:mlir")) == {"MLIR Framework", "MLIR Development Tools"}
    assert found("Accelerated Linear Algebra")[0] == "TensorFlow XLA"  # an alias
    assert found("layouts") != found("layout")  # no stems


def test_likeness_is_that_of_the_neighbours(graph: Graph, bundled: KnowledgeMap) -> None:
    near: dict[str, set[str]] = defaultdict(set)
    degree = Counter[str]()

    def join(a: str, b: str) -> None:
        near[a].add(b)
        near[b].add(a)
        degree.update((a, b))

    for start, _, end in {(link.start, link.kind, link.end) for link in bundled.links}:
        join(start, end)
    for topic in bundled.topics:
        for tag in topic.tags:
            join(topic.id, f"#{tag}")
    for id_, url in {(reference.topic, reference.url) for reference in bundled.references}:
        join(id_, url)
    (path,) = bundled.paths
    stops = [id_ for step in path.steps for id_ in step.topics]
    for id_ in stops:
        join("path", id_)
    for start, end in pairwise(stops):
        join(start, end)
    here = named(bundled, "Quantization Techniques").id
    shared = {topic.id: near[here] & near[topic.id] for topic in bundled.topics if topic.id != here}
    likeness = {
        id_: int(sum(Fraction(100, degree[other]) for other in others) + Fraction(1, 2)) / 100
        for id_, others in shared.items()
    }
    best = sorted(likeness, key=lambda id_: (-likeness[id_], bundled.topic[id_].title))[:8]
    rows = graph.rows("Which topics are like Quantization Techniques?")
    assert [row["alike"] for row in rows] == [bundled.topic[id_].title for id_ in best]
    for row, id_ in zip(rows, best, strict=True):
        assert row["in_common"] == len(shared[id_])
        assert row["likeness"] == likeness[id_]
        assert row["linked"] == (id_ in near[here])


def test_central_topics(graph: Graph, bundled: KnowledgeMap) -> None:
    ends = Counter((link.kind, link.end) for link in {link[:3]: link for link in mentioned(bundled)}.values())
    starts = Counter((link.kind, link.start) for link in mentioned(bundled) if link.kind == "related")
    expected = []
    for topic in bundled.topics:
        numbers = [ends[MENTIONS, topic.id], ends[REQUIRES, topic.id]]
        numbers.append(ends["related", topic.id] + starts["related", topic.id])
        expected.append([topic.title, *numbers])
    expected.sort(key=lambda row: (-sum(row[1:]), row[0]))
    assert [[*row.values()] for row in graph.rows("Which topics are the most central?")] == expected[:8]


def test_areas_and_their_links(graph: Graph, bundled: KnowledgeMap) -> None:
    expected = []
    for area in bundled.areas:
        inside = {topic.id for topic in bundled.topics_in(area.id)}
        links = {link[:3] for link in mentioned(bundled) if link.start in inside}
        counts = {
            other.id: sum(end in {topic.id for topic in bundled.topics_in(other.id)} for _, _, end in links)
            for other in bundled.areas
            if other.id != area.id
        }
        most = sorted((id_ for id_ in counts if counts[id_]), key=lambda id_: -counts[id_])[:3]
        written = sum(bundled.topic[id_].note is not None for id_ in inside)
        told = [f"{bundled.topic[id_].title} {counts[id_]}" for id_ in most]
        expected.append([bundled.topic[area.id].title, len(inside), written, told])
    rows = graph.rows("How large are the areas, and how strongly do they hang together?")
    assert [[*row.values()] for row in rows] == expected


def test_shared_references(graph: Graph, bundled: KnowledgeMap) -> None:
    by_url: dict[str, set[str]] = defaultdict(set)
    for reference in bundled.references:
        by_url[reference.url].add(bundled.topic[reference.topic].title)
    shared = sorted((url for url in by_url if len(by_url[url]) > 1), key=lambda url: (-len(by_url[url]), url))
    rows = graph.rows("Which outside links do several topics share?")
    assert [[*row.values()] for row in rows] == [[url, sorted(by_url[url])] for url in shared[:8]]


def test_what_is_not_written_and_what_nothing_links_to(graph: Graph, bundled: KnowledgeMap) -> None:
    linked = {link.end: link.start for link in mentioned(bundled)}
    rows = graph.rows("What is not written yet, and who links to it?")
    assert {row["missing"] for row in rows} == {topic.title for topic in bundled.topics if not topic.note}
    for row in rows:
        topic = named(bundled, row["missing"])
        assert row["named_in"] == str(topic.source)
        assert set(row["linked_from"]) == titles(bundled, (link.start for link in bundled.links_to(topic.id)))
    rows = graph.rows("Which topics does nothing link to?")
    assert {row["orphan"] for row in rows} == {topic.title for topic in bundled.topics if topic.id not in linked}
    for row in rows:
        topic = named(bundled, row["orphan"])
        assert (row["has_note"], row["is_area"]) == (topic.note is not None, topic.id in bundled.area)


def test_who_waits_for_a_note_is_told(graph: Graph, bundled: KnowledgeMap) -> None:
    """Each topic of the bundled vault has a note, so one is taken away."""
    topic = named(bundled, "Sparse Tensor Compilers")
    waiting = {bundled.topic[link.start].title for link in bundled.links_to(topic.id) if link.kind != IN_AREA}
    with graph.trying() as tx:
        tx.run("MATCH (topic:Topic {id: $id}) REMOVE topic:Note", id=topic.id)
        rows = tx.run(QUESTIONS["What is not written yet, and who links to it?"].query).data()
    assert [(row["missing"], set(row["linked_from"])) for row in rows] == [(topic.title, waiting)]
    assert waiting


def test_circles_are_found_once(graph: Graph) -> None:
    """The bundled vault has none, so they are made: of two topics, and of five."""
    with graph.trying() as tx:
        for start, end in (
            ("tensor-programming", "tensor-languages"),
            ("ml-compilers-introduction", "fpga-acceleration"),
        ):
            query = "MATCH (a:Topic {id: $a}) MATCH (b:Topic {id: $b}) CREATE (a)-[:REQUIRES {kind: 'requires'}]->(b)"
            tx.run(query, a=start, b=end)
        circles = [
            row["circle"] for row in tx.run(QUESTIONS["Does anything require itself, in a circle?"].query).data()
        ]
    assert ["Tensor Languages", "Tensor Programming", "Tensor Languages"] in circles
    (long,) = (circle for circle in circles if "FPGA Acceleration" in circle)
    assert long[0] == long[-1]
    assert len(set(long)) == len(long) - 1 == 6
    assert len(circles) == 2


def test_what_has_changed(graph: Graph, bundled: KnowledgeMap) -> None:
    question = QUESTIONS["What has changed since yesterday?"].query
    first, *_ = topics = [*bundled.topics]
    topics[0] = first._replace(summary="Something else")
    new = Link("systolic-arrays", MENTIONS, "community-forums", "", "", Source("Systolic Arrays.md", 99))
    links = sorted([*bundled.links, new], key=lambda link: (link.start, link.source))
    changed = replace(bundled, topics=tuple(topics), links=tuple(links))
    with graph.trying() as tx:
        everything = tx.run(question).data()
        assert len(everything) == 25 and all(row["itself"] for row in everything)
        tx.run("MATCH (n:Knowledge) SET n._since = n._since - duration('P2D')").consume()
        tx.run("MATCH (:Knowledge)-[r]->() SET r._since = r._since - duration('P2D')").consume()
        assert tx.run(question).data() == []
        for statement in statements(script(changed)):
            if not statement.startswith("CREATE"):
                tx.run(statement).consume()
        rows = tx.run(question).data()
        last = question.replace(question.partition("\n")[0], "MATCH (n:Knowledge) WITH max(n._since) AS since")
        assert first.title in {row["changed"] for row in tx.run(last).data()}
    assert [[*row.values()] for row in rows] == [
        [first.title, True, []],
        ["Systolic Arrays", False, ["Community Forums"]],
    ]


def test_one_vault_of_several_is_taken_out(graph: Graph, small: KnowledgeMap) -> None:
    before = graph.database.dump()
    for statement in statements(script(small, source="other")):
        graph.database.run(statement)
    assert graph.database.dump() != before
    (query,) = (query for query in CYPHER.findall(part("Taking a vault out again")) if "DELETE" in query)
    with graph.database.driver.session(database=graph.database.database) as session:
        session.run(query.replace("ML Compilers Knowledge Map", "other")).consume()  # a transaction of its own
    assert graph.database.dump() == before


def test_the_source_and_the_schema_are_those_that_the_page_names(graph: Graph, bundled: KnowledgeMap) -> None:
    assert graph.database.run("MATCH (n) RETURN DISTINCT n._source") == [[bundled.title]]
    (query,) = CYPHER.findall(part("Several vaults in one database"))
    assert len(graph.database.run(query)) == 1
    indexes = {name for (name,) in graph.database.run("SHOW INDEXES YIELD name WHERE name STARTS WITH 'mlk_'")}
    named = re.findall(r"`(mlk_[a-z_]+)`", part("The graph"))
    assert sorted(indexes) == sorted(named)
    _, drops = CYPHER.findall(part("Taking a vault out again"))
    assert sorted(re.findall(r"mlk_[a-z_]+", drops)) == sorted(named)
    with graph.trying() as tx:
        for statement in statements(drops):
            tx.run(statement).consume()
        assert tx.run("SHOW INDEXES YIELD name WHERE name STARTS WITH 'mlk_' RETURN name").data() == []


def test_the_page_names_all_labels_types_and_properties(graph: Graph) -> None:
    text = part("The graph") + part("Loading again")
    for (label,) in graph.database.run("MATCH (n) UNWIND labels(n) AS label RETURN DISTINCT label"):
        assert f"`{label}`" in text, label
    for (type_,) in graph.database.run("MATCH ()-[r]->() RETURN DISTINCT type(r)"):
        assert f"-[:{type_}]->" in text, type_
    both = "MATCH (n) RETURN keys(n) AS names UNION MATCH ()-[r]->() RETURN keys(r) AS names"
    for name in {name for (names,) in graph.database.run(both) for name in names}:
        assert f"`{name}`" in text, name
