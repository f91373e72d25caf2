"""Front matter: what YAML 1.2 makes of it, as Obsidian reads it, and where each thing stands."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples

from exporter.reader.batch.read import read_columns
from exporter.reader.markdown.front_matter import Properties, read_properties
from exporter.reader.markdown.note import decode

# What npm's `yaml` makes of each; yaml_traps.mjs records it
TRAPS = {
    trap["name"]: trap for trap in json.loads(Path(__file__).with_name("yaml_traps.json").read_text("utf-8"))["traps"]
}
DEVIATIONS = {
    "a template that nobody has filled in is no value; npm has a mapping whose key is '{ date }'": [
        "special: {{date}}",
        "special: {{date:YYYY-MM-DD}}",
        "special: [{{date}}]",
        "special: templates in a list",
    ],
    "YAML's own tags and versions: no note has them; a tag is dropped, and a value that cannot be of its type is told": [
        "special: !!float 1",
        "special: !!null x",
        'special: !!int "1"',
        "special: !!int x",
        "special: !!set {a, b}",
        "special: !!omap [a: 1]",
        "special: !!binary aGk=",
        "special: !!timestamp 2024-01-02",
        "directive: YAML 1.1",
    ],
    "half a character is none; told": ['escape: "\\ud83d"'],
    "what is no text of Markdown, or ends a line for YAML 1.2 alone, becomes U+FFFD": [
        "line: null character",
        "line: lone CR in words",
        "line: lone CR at the end",
    ],
    "a guard against texts that grow without end; told, npm has it at a hundred": ["anchor: eleven aliases"],
    "a slip of one of the two parsers, or of Python (1 is True), in what no note has": [
        "special: [b]: c",
        "number: 0xFFFFFFFFFFFFFFFFFF",
        "duplicate: 1 and true",
        "key: 1 beside true",
        "JSON: mapping in a mapping's key",
        "flow: a mapping as the value of a pair",
        "fold: double quotes with an escaped break",
        "block > of a blank line at the end",
        "block | of a blank line at the end",
        "line: three dots first",
    ],
}


def front(yaml: str) -> Properties:
    return read_properties(f"---\n{yaml}\n---\n")


@pytest.mark.parametrize(
    ("yaml", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("2024-01-02", "2024-01-02"),
        ("12:30", "12:30"),
        ("1:30:00", "1:30:00"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        ("-1", -1),
        ("--", "--"),
        ("[[Note]]", [["Note"]]),
        ('"[[Note]]"', "[[Note]]"),
        ("#a", None),
        ("a#b", "a#b"),
        ("!x y", "y"),
        ("\tb", "b"),
        ("{{date}}", None),
        ("<% now %>", "<% now %>"),
        ("it's", "it's"),
        ("a:b", "a:b"),
        ("{b: [1, c]}", {"b": [1, "c"]}),
        ("\n- #a\n- b", [None, "b"]),
        ("|\n  b\n  c: d", "b\nc: d\n"),
        (">\n  b\n  c", "b c\n"),
        ("'b\n  c'", "b c"),
        ("\n  <<: {b: 1}", {"<<": {"b": 1}}),
        ("{1: b, false: c, null: d}", {"1": "b", "false": "c", "": "d"}),
    ],
)
def test_values(yaml: str, value: Any) -> None:
    properties = front(f"a: {yaml}" if yaml[:1] not in ("\n", "\t") else f"a:{yaml}")
    assert (properties.values, properties.problems) == ({"a": value}, [])


def recorded(trap: dict[str, Any]) -> Any:
    """What Obsidian has of a trap: nothing where the parser finds an error, or no mapping."""
    result = trap.get("result")
    return result if isinstance(result, dict) else {}


def same(value: Any, other: Any) -> bool:
    """Equal and of one type; numbers as doubles, for JavaScript has no others."""
    if isinstance(other, dict) and other.keys() == {"$number"}:
        other = float(other["$number"])
    if isinstance(other, dict) and isinstance(value, dict):
        return value.keys() == other.keys() and all(same(value[key], other[key]) for key in value)
    if isinstance(other, list) and isinstance(value, list):
        return len(value) == len(other) and all(map(same, value, other))
    if type(value) in (int, float) and type(other) in (int, float):
        return float(value) == float(other) or (math.isnan(value) and math.isnan(other))
    return type(value) is type(other) and bool(value == other)


@pytest.mark.parametrize("name", TRAPS)
def test_traps(name: str) -> None:
    trap = TRAPS[name]
    text, _ = decode(f"---\n{trap['yaml']}\n---\n".encode())
    properties = read_properties(text)
    unusable = not isinstance(trap.get("result"), dict | None) or "error" in trap
    agree = same(properties.values, recorded(trap)) and bool(properties.problems) == unusable
    deviates = [reason for reason, names in DEVIATIONS.items() if name in names]
    assert agree != bool(deviates), (properties.values, properties.problems, trap, deviates)
    assert properties.end == len(text)


def test_each_deviation_is_a_trap() -> None:
    assert len(TRAPS) > 600
    assert {name for names in DEVIATIONS.values() for name in names} <= TRAPS.keys()
    assert len(DEVIATIONS) <= 6


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        ("a: 1\ntitle: Foo: bar", 3),
        ("a: @x", 2),
        ("a: `x`", 2),
        ("a: %x", 2),
        ("a: *x", 2),
        ('a: "x" y', 2),
        ("a: - b", 2),
        ('a: "C:\\Users"', 2),
        ("up: [[A]], [[B]]", 2),
        ("a:\n\tb: c", 3),
        ("a: 1\nb: 2\na: 3", 4),
        ('a: 1\n"a": 3', 3),
        ("a:\n  # it's\n  b: 1\n\n  b: 2\nc: 3", 6),
        ("a: [x]\nb: {\n  c: 1,\n  c: 2}", 5),
        ("a: 1\n\tb: 2", 3),
        ("\ta: 1", 2),
        ("a: 1\n...\nb: 2", 3),
        ("a: 1\n--- \nb: 2", 3),
        ("- a\n- b", 2),
        ("words", 2),
    ],
)
def test_what_is_wrong_and_where(yaml: str, line: int) -> None:
    properties = front(yaml)
    assert properties.values == {}
    assert [(number, code) for number, code, _ in properties.problems] == [(line, "bad-yaml")]
    assert properties.end == len(yaml) + 9


@pytest.mark.parametrize(
    ("text", "is_finding"),
    [("---\na: 1\n\ntext", True), ("---\n\ntext: x", False), ("---\n# x", False), ("---\n", False), ("a: 1", False)],
)
def test_front_matter_without_an_end(text: str, is_finding: bool) -> None:
    properties = read_properties(text)
    assert (properties.values, properties.end) == ({}, 0)
    assert [code for _, code, _ in properties.problems] == ["bad-yaml"] * is_finding


def test_where_the_keys_stand() -> None:
    properties = front("a: |\n  b: 1\n# c: 2\nc d: [\n  x]\n\"e\": 1\n'f': 2\ng:h: 3\nключ: 4\n-i: 5\n? j\n: 6")
    assert properties.lines == {"a": 2, "c d": 5, "e": 7, "f": 8, "g:h": 9, "ключ": 10, "-i": 11}
    assert set(properties.values) == {*properties.lines, "j"}


def test_one_key_in_two_cases_is_two() -> None:
    assert front("A: 1\na: 2").values == {"A": 1, "a": 2}


@pytest.mark.parametrize(
    ("yaml", "values"),
    [
        (
            '{"title":"Love, Work, and","path":"x/Love, Work, and.md","tags":["x"]}',
            {"title": "Love, Work, and", "path": "x/Love, Work, and.md", "tags": ["x"]},
        ),
        ('m: {"a":"P, Work, x","b":"Q, Work, y"}', {"m": {"a": "P, Work, x", "b": "Q, Work, y"}}),
        ("{'a':'b, c, d','e':'f, c, d'}", {"a": "b, c, d", "e": "f, c, d"}),
        (
            '{"a":{"b":"x, y","c":"z, y"},"d":[{"b":"x, y"},"y"]}',
            {"a": {"b": "x, y", "c": "z, y"}, "d": [{"b": "x, y"}, "y"]},
        ),
        ('{"a"\n:"b, c","d":"e, c"}', {"a": "b, c", "d": "e, c"}),
        ('{[a, b]:c, "b":1, d: b}', {"[ a, b ]": "c", "b": 1, "d": "b"}),
    ],
)
def test_json_needs_no_blank_behind_a_colon(yaml: str, values: dict[str, Any]) -> None:
    properties = front(yaml)
    assert (properties.values, properties.problems) == (values, [])


@pytest.mark.parametrize("yaml", ['{"a":1,"a":2}', 'm: {"a":1,b: 2,"a":3}', "{'a':x, y: [\"a\"], 'a':z}"])
def test_a_key_of_json_that_stands_twice_is_told(yaml: str) -> None:
    assert [code for _, code, _ in front(yaml).problems] == ["bad-yaml"]


def test_json_may_repeat_a_key_within() -> None:
    assert front('{\n"a": {\n"x": 1\n},\n"b": {\n"x": 2\n}\n}').values == {"a": {"x": 1}, "b": {"x": 2}}


@pytest.mark.parametrize(
    ("key", "words", "line"),
    [
        ("tags", "a", 3),
        ("tags", "ab", 4),
        ("tags", "tag", 5),
        ("tags", "nowhere", 2),
        ("flow", "[[A]]", 6),
        ("up", "[[B]]", 7),
        ("long", "there", 10),
        ("long", "hello there", 8),
        ("last", "there", 11),
        ("last", "last", 11),
        ("missing", "x", 1),
    ],
)
def test_line_of(key: str, words: str, line: int) -> None:
    yaml = 'tags:\n  - a\n  - ab\n  - "tag"\nflow: [q, "[[A]]", r]\nup: "[[B]]"\nlong: >\n  hello\n  there\nlast: there'
    assert front(yaml).line_of(key, words) == line


@pytest.mark.slow
@pytest.mark.parametrize(
    "yaml",
    [
        "? " * 100_000,
        "- " * 100_000,
        ": " * 100_000,
        "a: " + "[" * 100_000,
        "a: " + "{a: " * 100_000,
        "\n".join(f"{' ' * depth}a:" for depth in range(2_000)),
        "\n".join(f"k{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(40)).replace("*a-1", "x"),
        "a: &a [" + "x, " * 1000 + "]\nb: [" + "*a, " * 100_000 + "]",
        "a : " + ": " * 100_000 + "\t",
        '"a": ' * 100_000 + "\t",
        "a:\t" + "[]" * 100_000,
        "a: {" + "b, " * 100_000 + "}",
    ],
    ids=["? ", "- ", ": ", "[", "{", "deep", "aliases of aliases", "aliases", "tabs", "keys", "brackets", "one key"],
)
def test_what_would_break_the_yaml_parser(yaml: str) -> None:
    properties = front(yaml)
    assert (properties.values, [code for _, code, _ in properties.problems]) == ({}, ["bad-yaml"])


def test_aliases_and_depth_within_reason() -> None:
    assert front("a: &x [1]\nb: *x\nc: {d: *x}").values == {"a": [1], "b": [1], "c": {"d": [1]}}
    assert front("a: b *emphasis* & *more*").values == {"a": "b *emphasis* & *more*"}
    deep = front("a: " + "[" * 50 + "]" * 50).values["a"]
    while deep:
        (deep,) = deep


@given(st.text(st.sampled_from("ab: -\n'\"[]{}#&*!|>%@`?,\t0.~<é"), max_size=60))
@settings(deadline=None, max_examples=examples(300))
def test_no_yaml_breaks_it(yaml: str) -> None:
    properties = front(yaml)
    for key in properties.values:
        assert 1 <= properties.line_of(key, "a") <= yaml.count("\n") + 3
    assert all(1 <= line <= yaml.count("\n") + 4 for line, _, _ in properties.problems)


def test_whole_numbers_keep_their_digits() -> None:
    """Those of 64 bits as numbers, longer ones as words: no format holds them otherwise."""
    yaml = "a: 9007199254740993\nb: 12345678901234567890123\nc: [1, -12345678901234567890]\nd: {e: 123456789012345678901}\n"
    yaml += 'f: "12345678901234567890123"\ng: 1.5\nh: 1234567890123456789012.5\ni: 1e30\n'
    (properties,) = read_columns([f"---\n{yaml}---\n".encode()]).properties
    assert properties == {
        "a": 9007199254740993,
        "b": "12345678901234567890123",
        "c": [1, "-12345678901234567890"],
        "d": {"e": "123456789012345678901"},
        "f": "12345678901234567890123",
        "g": 1.5,
        "h": 1234567890123456789012.5,
        "i": 1e30,
    }


@pytest.mark.parametrize(
    ("yaml", "title", "aliases"),
    [
        ("title: 1984\naliases: [1984, 2.5]", "1984", ("1984", "2.5")),
        ("title: 1.10 # the tenth", "1.10", ()),
        ("title: true\naliases: [1, TRUE, 1.0]", "true", ("1", "TRUE", "1.0")),
        ("title:\n  2024\naliases:\n- 007\n- 1e3\n- 0x1F\n- yes\nb: 3", "2024", ("007", "1e3", "0x1F", "yes")),
        ("aliases: 1.50\ntitle: '2.50'", "2.50", ("1.50",)),
        ('{"title":1.50,"aliases":[2.50]}', "1.50", ("2.50",)),
        ("title:\naliases: [,]", "", ()),
    ],
)
def test_a_title_or_alias_that_is_a_number_is_what_was_written(yaml: str, title: str, aliases: tuple[str, ...]) -> None:
    columns = read_columns([f"---\n{yaml}\n---\n".encode()])
    assert (columns.titles, columns.aliases) == ([title], [aliases])


@pytest.mark.parametrize(
    ("yaml", "told"),
    [
        ("tags: bread, cake", [(2, "bad-tag", "[bread, cake]")]),
        ("a: 1\ntags:\n  - x\n  - #bread\n  - #cake", [(5, "bad-tag", "comment")]),
        ("tags: #bread #cake", [(2, "bad-tag", "comment")]),
        ("tags: '#bread #cake'", [(2, "bad-tag", "[bread, cake]")]),
        ("tag: bread\nalias: Loaf", [(2, "bad-tag", "`tags`"), (3, "bad-alias", "`aliases`")]),
        (
            "tags:\n- rye bread\n- '2024'\n- 7",
            [(5, "bad-tag", "7"), (3, "bad-tag", "rye bread"), (4, "bad-tag", "2024")],
        ),
        ("aliases:\n  - A\n  - Loaf: a kind of bread", [(4, "bad-alias", "quotes")]),
        ("title: [One, Two]", [(2, "bad-title", "quotes")]),
        ("a: 1\naliases:\n  - x\n  - #1", [(5, "bad-alias", "comment")]),
        ("title: #1 of all", [(2, "bad-title", "comment")]),
        ("tags: [a, b/c, '#d']\naliases: x", []),
        ("tags:\naliases: []\ntitle:", []),
        ("tags: # none yet\ntag:\nalias: ''", []),
        ("tags:\n- a\n-\n# b", []),
    ],
)
def test_tags_and_aliases_that_are_none_are_told(yaml: str, told: list[tuple[int, str, str]]) -> None:
    problems = read_columns([f"---\n{yaml}\n---\n".encode()]).problems
    assert [(line, code) for _, line, code, _ in problems] == [(line, code) for line, code, _ in told]
    assert all(words in message for (*_, message), (_, _, words) in zip(problems, told, strict=True))
