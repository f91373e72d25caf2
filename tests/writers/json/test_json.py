import json
import math
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from command import lay, mlk_export
from hypothesis import given, settings
from hypothesis import strategies as st

from exporter import find, model
from exporter import read as read_vault
from exporter.errors import Finding
from exporter.model import KnowledgeMap, NoContent, Source, Topic
from exporter.testing import make_map, run_writer, topic
from exporter.writers.json import FORMAT, Options, write

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "json.md").read_text(encoding="utf-8")
SCHEMA = json.loads((DOCS / "json.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
RECORDS = ["Source", "Topic", "Area", "Tag", "Link", "LearningPath", "Step", "Reference", "Missing", "Want"]
TABLES = ["topics", "areas", "tags", "links", "paths", "references", "implied", "missing"]


def text(knowledge_map: KnowledgeMap, **options: Any) -> str:
    output = run_writer(find("json"), knowledge_map, options=Options(**options))
    assert [*output.files] == ["knowledge-map.json"]
    return output.files["knowledge-map.json"].decode()


def findings(knowledge_map: KnowledgeMap) -> list[Finding]:
    return run_writer(find("json"), knowledge_map).findings


def document(knowledge_map: KnowledgeMap) -> dict[str, Any]:
    """The file, read by the strictest reader that Python has."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({name for name, _ in pairs}) == len(pairs)
        return dict(pairs)

    data = text(knowledge_map).encode()
    read: dict[str, Any] = json.loads(data, parse_constant=refuse, object_pairs_hook=unique)
    return read


def named(value: Any) -> Any:
    """A record as a dictionary, and so the records within it."""
    if hasattr(value, "_fields"):
        return {name: named(getattr(value, name)) for name in value._fields}
    return [named(inner) for inner in value] if isinstance(value, tuple) else value


def sound(value: Any) -> Any:
    """What `named` gives, as JSON can say it."""
    if isinstance(value, str):
        return "".join("\ufffd" if 0xD800 <= ord(character) < 0xE000 else character for character in value)
    if isinstance(value, list | tuple):
        return [sound(inner) for inner in value]
    if isinstance(value, dict):
        return {sound(name): sound(inner) for name, inner in value.items()}
    return value


def with_property(value: Any) -> KnowledgeMap:
    return make_map(topic("a", properties={"value": value}))


def written(value: Any) -> Any:
    return document(with_property(value))["topics"][0]["properties"]["value"]


# What is written


@pytest.mark.parametrize("vault", ["small", "bundled"])
def test_the_tables_are_those_of_the_hub(vault: str, request: pytest.FixtureRequest) -> None:
    knowledge_map: KnowledgeMap = request.getfixturevalue(vault)
    read = document(knowledge_map)
    VALIDATOR.validate(read)
    assert read["format"] == FORMAT
    for name in ("title", "summary", "language"):
        assert read[name] == getattr(knowledge_map, name)
    assert read["source"] == named(knowledge_map.source)
    for name in TABLES:
        assert read[name] == sound([named(record) for record in getattr(knowledge_map, name)])
        assert read[name] or name == "implied" or (vault, name) == ("bundled", "missing")


def test_bundled_vault(bundled: KnowledgeMap) -> None:
    read = document(bundled)
    assert [len(read[name]) for name in ("areas", "topics", "tags")] == [6, 43, 7]
    assert all(topic["note"] for topic in read["topics"])
    assert [len(path["steps"]) for path in read["paths"]] == [7]
    assert read["paths"][0]["steps"][1]["topics"] == ["tensor-programming", "tensor-languages"]
    assert findings(bundled) == []


def test_every_id_that_a_record_names_is_in_its_table(bundled: KnowledgeMap) -> None:
    read = document(bundled)
    topics, areas, tags = ({record["id"] for record in read[name]} for name in ("topics", "areas", "tags"))
    assert areas <= topics
    assert {area["parent"] for area in read["areas"]} <= areas | {None}
    assert {tag["parent"] for tag in read["tags"]} <= tags | {None}
    assert {id for topic in read["topics"] for id in topic["areas"]} <= areas
    assert {id for topic in read["topics"] for id in topic["tags"]} <= tags
    assert {id for link in read["links"] for id in (link["start"], link["end"])} <= topics
    assert {link["end"] for link in read["links"] if link["kind"] == "in_area"} <= areas
    assert {id for path in read["paths"] for step in path["steps"] for id in step["topics"]} <= topics
    assert {reference["topic"] for reference in read["references"]} <= topics
    assert {want["topic"] for missing in read["missing"] for want in missing["wanted_by"]} <= topics | {None}


def test_a_record_stands_on_one_line(bundled: KnowledgeMap) -> None:
    lines = text(bundled).split("\n")
    records = [json.loads(line.removesuffix(",")) for line in lines if line.startswith("{") and line != "{"]
    assert records == [record for name in TABLES for record in document(bundled)[name]]
    renamed = replace(bundled, topics=(bundled.topics[0]._replace(title="New"), *bundled.topics[1:]))
    changed = [new for old, new in zip(lines, text(renamed).split("\n"), strict=True) if old != new]
    assert [json.loads(line.removesuffix(","))["title"] for line in changed] == ["New"]


@pytest.mark.slow
def test_node_reads_the_same(require: Callable[[bool, str], None], bundled: KnowledgeMap) -> None:
    node = shutil.which("node")
    require(node is not None, "node, to parse JSON")
    script = "process.stdout.write(JSON.stringify(JSON.parse(require('node:fs').readFileSync(0, 'utf8'))))"
    hostile = replace(bundled, title='"\\\u2028</script>\x00\ud800🙂', summary="a\r\nb\tc")
    done = subprocess.run([str(node), "-e", script], input=text(hostile).encode(), capture_output=True, check=True)
    assert json.loads(done.stdout) == document(hostile)
    assert document(hostile)["title"] == '"\\\u2028</script>\x00\ufffd🙂'
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run([str(node), "-e", script], input=b'{"a": NaN}', capture_output=True, check=True)


def test_an_empty_map_is_a_valid_document() -> None:
    read = document(KnowledgeMap())
    VALIDATOR.validate(read)
    assert [read[name] for name in TABLES] == [[]] * len(TABLES)
    assert read["source"] == {"file": "", "line": 1}
    assert findings(KnowledgeMap()) == []


# The notes' texts


def test_texts_are_there_if_asked_for(bundled: KnowledgeMap) -> None:
    read = json.loads(text(bundled, text=True))
    VALIDATOR.validate(read)
    for known, record in zip(bundled.topics, read["topics"], strict=True):
        assert record.pop("text") == bundled.text(known.id).strip()
    assert read == document(bundled)


def test_links_of_texts_are_resolved_and_can_be_told_by_what_the_page_says(bundled: KnowledgeMap) -> None:
    topics = json.loads(text(bundled, text=True))["topics"]
    ids = {topic["id"] for topic in topics}
    texts = "\n".join(topic["text"] for topic in topics)
    ends = [unquote(end) for end in re.findall(r"\]\(<topic:([^#>]*)", texts)]
    assert len(ends) > 100
    assert ids.issuperset(ends)
    (pattern,) = re.findall(r"replace `(.+?)` by its first group", PAGE)
    plain = re.sub(pattern, r"\1", texts)
    assert not re.search("<(topic|file|missing):", plain)
    assert "why every stack in ML Compiler Frameworks begins with it" in plain


def test_texts_are_read_one_after_the_other(bundled: KnowledgeMap) -> None:
    """Of a large vault they would not fit into memory."""
    asked: list[str] = []

    class Counting(NoContent):
        def text(self, topic: Topic) -> str:
            asked.append(topic.id)
            return "text" * 10

    (file,) = write(replace(bundled, content=Counting()), Options(text=True))
    assert isinstance(file, model.File)
    for part in file.content:
        assert isinstance(part, str)
        assert len(asked) <= 1 or '"text": "text' in part or part.startswith((",", "\n", "}"))
        if len(asked) == 3:
            break
    assert asked == [topic.id for topic in bundled.topics if topic.note][:3]


def test_a_note_that_is_gone_has_no_text(tmp_path: Path) -> None:
    lay(tmp_path, {"a.md": "Text of a.\n", "b.md": "![[a]]\n\n%% said to nobody %%\n"})
    knowledge_map = read_vault(tmp_path).knowledge_map
    texts = [topic["text"] for topic in json.loads(text(knowledge_map, text=True))["topics"]]
    assert texts == ["Text of a.", "Text of a."]
    (tmp_path / "a.md").unlink()
    assert json.loads(text(read_vault(tmp_path).knowledge_map, text=True))["topics"][0]["id"] == "b"
    (tmp_path / "b.md").unlink()
    assert json.loads(text(knowledge_map, text=True))["topics"][0]["text"] == ""


def test_with_text_sets_the_option(tmp_path: Path) -> None:
    lay(tmp_path / "vault", {"a.md": "Said in a.\n"})
    for flag in (["--with-text"], ["--set", "json.text=true"]):
        run = mlk_export("--format", "json", "--format", "opml", *flag, cwd=tmp_path)
        assert run.code == 0, run.said
        assert '"text": "Said in a."' in (tmp_path / "out/json/knowledge-map.json").read_text(encoding="utf-8")
    run = mlk_export("--format", "opml", "--with-text", cwd=tmp_path)
    assert (run.code, "--with-text does not go with opml" in "\n".join(run.said)) == (2, True)
    run = mlk_export("--format", "json", "--set", "json.text='plain'", cwd=tmp_path)
    assert "'text' must be true or false, not 'plain'" in run.error


# Values of properties


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -1,
        2**53 - 1,
        1.5,
        1e308,
        "",
        "text\n",
        [],
        {},
        [1, [2, {"a": None}]],
        {"b": 1, "a": [True]},
    ],
)
def test_what_json_has_is_written_as_it_is(value: Any) -> None:
    assert written(value) == value
    assert type(written(value)) is type(value)
    assert findings(with_property(value)) == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2**53, "9007199254740992"),
        (-(2**64), "-18446744073709551616"),
        ((1, 2), [1, 2]),
        (PurePosixPath("a.md"), "a.md"),
        ({1: "one"}, {"1": "one"}),
    ],
)
def test_what_json_lacks_is_written_as_something_near(value: Any, shown: Any) -> None:
    assert written(value) == shown
    assert findings(with_property(value)) == []


def nested(levels: int, core: Any = "core") -> Any:
    value = core
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "shown", "said"),
    [
        pytest.param(math.nan, None, "property 'value': nan is no JSON number", id="nan"),
        pytest.param([1, -math.inf], [1, None], "property 'value.2': -inf is no JSON number", id="infinity"),
        pytest.param({"x": math.inf}, {"x": None}, "property 'value.x': inf is no JSON number", id="in a table"),
        pytest.param(1 << 20000, None, "property 'value': a number of 20001 bits is no JSON number", id="huge"),
        pytest.param({1: "a", "1": "b"}, {"1": "b"}, "'value.1': an earlier value has the same name", id="same name"),
        pytest.param(nested(33), nested(32, None), "lies deeper than 32 levels", id="deep"),
        pytest.param(nested(5000), nested(32, None), "lies deeper than 32 levels", id="very deep"),
    ],
)
def test_what_cannot_be_said_is_told(value: Any, shown: Any, said: str) -> None:
    (told,) = findings(with_property(value))
    assert (str(told.source), told.code) == ("a.md:1", "json-value")
    assert said in told.message
    assert written(value) == shown


# The schema and the page


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", RECORDS)
def test_schema_has_the_fields_of_the_hub(name: str) -> None:
    names = list(getattr(model, name)._fields)
    assert list(SCHEMA["$defs"][name]["properties"]) == names + (["text"] if name == "Topic" else [])  # an option
    assert SCHEMA["$defs"][name]["required"] == names
    assert SCHEMA["$defs"][name]["additionalProperties"] is False
    assert sorted(SCHEMA["$defs"]) == sorted(RECORDS)


def test_schema_has_the_tables_of_the_hub() -> None:
    names = ["format", *(field.name for field in fields(KnowledgeMap) if field.name not in ("content", "part"))]
    assert list(SCHEMA["properties"]) == SCHEMA["required"] == names == list(document(KnowledgeMap()))
    assert SCHEMA["additionalProperties"] is False
    assert SCHEMA["properties"]["format"]["const"] == FORMAT


BREAKS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another version": lambda read: read.update(format="mlk-export/2"),
    "a table is missing": lambda read: read.pop("tags"),
    "a table too many": lambda read: read.update(concepts=[]),
    "a field is missing": lambda read: read["topics"][0].pop("aliases"),
    "a field too many": lambda read: read["links"][0].update(weight=1),
    "null for an id": lambda read: read["topics"][0].update(id=None),
    "a number for a title": lambda read: read["paths"][0].update(title=1),
    "a line that is none": lambda read: read["areas"][0]["source"].update(line=0),
    "a step that is a string": lambda read: read["paths"][0]["steps"].append("read"),
    "a list for properties": lambda read: read["topics"][0].update(properties=[]),
}


@pytest.mark.parametrize("name", BREAKS)
def test_schema_refuses_a_broken_document(name: str, small: KnowledgeMap) -> None:
    read = document(small)
    assert VALIDATOR.is_valid(read)
    BREAKS[name](read)
    assert not VALIDATOR.is_valid(read)


def test_the_page_explains_every_field() -> None:
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
    homes = {
        "source": ["Source"], "topics": ["Topic"], "areas": ["Area"], "tags": ["Tag"], "links": ["Link"],
        "paths": ["LearningPath", "Step"], "references": ["Reference"], "missing": ["Missing", "Want"],
    }  # fmt: skip
    for title, names in homes.items():
        explained = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", sections[title], re.MULTILINE)
        kinds = (
            ["in_area", "mentions", "requires", "related", "broader"]
            if title == "links"
            else ["text"]
            if title == "topics"
            else []
        )
        known = [field for name in names for field in getattr(model, name)._fields]
        assert [name for name in explained if name not in kinds] == known
    assert re.findall(r"^\| `(\w+)` \|", sections["The object"], re.MULTILINE) == list(document(KnowledgeMap()))
    assert f"`{FORMAT}`" in PAGE


def test_the_example_of_the_page_is_a_document_as_it_is_written() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    read = json.loads(example)
    VALIDATOR.validate(read)
    assert text(from_document(read)) == example


def from_document(read: dict[str, Any]) -> KnowledgeMap:
    """The way back, which shows that nothing of the tables is lost."""

    def record(kind: str, values: dict[str, Any]) -> Any:
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        values["source"] = Source(**values["source"])
        for name, inner in (("steps", "Step"), ("wanted_by", "Want")):
            if name in values:
                values[name] = tuple(record(inner, each) for each in values[name])
        return getattr(model, kind)(**values)

    kinds = dict(
        zip(TABLES, ["Topic", "Area", "Tag", "Link", "LearningPath", "Reference", "Link", "Missing"], strict=True)
    )
    tables = {name: tuple(record(kind, values) for values in read[name]) for name, kind in kinds.items()}
    head = {name: read[name] for name in ("title", "summary", "language", "properties")}
    return KnowledgeMap(**head, source=Source(**read["source"]), **tables)


@pytest.mark.parametrize("vault", ["small", "bundled"])
def test_the_way_back_gives_an_equal_map(vault: str, request: pytest.FixtureRequest) -> None:
    knowledge_map: KnowledgeMap = request.getfixturevalue(vault)
    assert from_document(document(knowledge_map)) == knowledge_map


# Hostile text

TEXT = st.text(st.characters() | st.sampled_from('\ud800\udfff\x00\u2028"\\\r\n\t/</'), max_size=10)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | st.integers(), inner, max_size=3),
    max_leaves=8,
)
PLACES = st.builds(Source, TEXT, st.integers(1, 10**6))
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
PROPERTIES = st.dictionaries(TEXT, VALUES, max_size=3)
WANTS = st.lists(st.builds(model.Want, st.none() | TEXT, TEXT, TEXT, TEXT, PLACES), max_size=2).map(tuple)
STEPS = st.lists(st.builds(model.Step, TEXT, TEXTS, PLACES), max_size=2).map(tuple)
ROWS = {
    "topics": st.builds(Topic, TEXT, TEXT, TEXT, TEXTS, TEXTS, TEXTS, st.none() | TEXT, PROPERTIES, PLACES),
    "areas": st.builds(model.Area, TEXT, st.none() | TEXT, PLACES),
    "tags": st.builds(model.Tag, TEXT, st.none() | TEXT, PLACES),
    "links": st.builds(model.Link, TEXT, TEXT, TEXT, TEXT, TEXT, PLACES),
    "paths": st.builds(model.LearningPath, TEXT, TEXT, STEPS, PLACES),
    "references": st.builds(model.Reference, TEXT, TEXT, TEXT, PLACES),
    "missing": st.builds(model.Missing, TEXT, st.booleans(), WANTS, PLACES),
}
TABLE_ROWS = {name: st.lists(row, max_size=2).map(tuple) for name, row in ROWS.items()}
MAPS = st.builds(KnowledgeMap, title=TEXT, summary=TEXT, language=TEXT, source=PLACES, **TABLE_ROWS)


@given(MAPS)
@settings(deadline=None)
def test_any_map_gives_a_valid_document_that_says_the_same(knowledge_map: KnowledgeMap) -> None:
    read = document(knowledge_map)
    VALIDATOR.validate(read)
    for name in TABLES:
        told = [named(record) for record in getattr(knowledge_map, name)]
        for record in [*told, *read[name]]:
            record.pop("properties", None)  # their values have tests of their own
        assert read[name] == sound(told)
