"""What plugins make of a note: the rules D; see rules.py."""
# ruff: noqa: N802 - the rules are called D1, D2

from pathlib import Path
from typing import Any

import pytest
from command import lay
from conformance.rules import SETTLED, rule

from exporter import ReadOptions, read
from exporter.reader.batch.read import read_columns
from exporter.reader.markdown.note import parse
from exporter.reader.markdown.record import record_of

MAPPING = ReadOptions(map="-", areas_without_map=())


def fields(markdown: str) -> list[tuple[str, str]]:
    """Key and value of each field, as written."""
    parsed = parse(markdown.encode())
    return [(field.key, parsed.text[field.start : field.end]) for field in parsed.fields]


def properties(markdown: str) -> dict[str, Any]:
    """What the topic of such a note has."""
    return read_columns([markdown.encode()]).properties[0]


@rule(
    "D1",
    "Dataview's fields: `key:: value` on its own line, `[key:: value]` and `(key:: value)` within one; with a link it is "
    "a typed link, without one a property of the page",
    SETTLED,
    "DV",
    differs="what stands in code, HTML or a formula says nothing; behind `::` stands a blank, a link or nothing "
    "(`std::vector` is no field); a value stays text; links within a sentence are plain links; the front matter's property wins, where Dataview makes a list of both; "
    "the topic's title, tags, aliases and id come from the front matter alone",
)
@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("key:: value", [("key", "value")]),
        ("key::[[a]] b", [("key", "[[a]] b")]),
        ("- **two words**:: x\n- [ ] key:: v\n", [("two words", "x")]),
        ("- [x] a [key:: v]\n", [("key", "v")]),
        ("# my_key/2:: x\n> _key_ :: y\n", [("my_key/2", "x"), ("key", "y")]),
        ("✅ done 🎉:: yes", [("done 🎉", "yes")]),
        ("a.b:: x\n\na, b:: x\n\n| key:: x |", []),
        ("a:: b [k:: v] (l:: w)", [("k", "v"), ("l", "w")]),
        ("[k:: a [l:: b]] [m:: a (n:: b)]", [("k", "a [l:: b]"), ("m", "a (n:: b)"), ("n", "b")]),
        (r"[k:: a \] b] [l:: c", [("k", r"a \] b")]),
        ("std::vector (std::move) a::b", []),
        ("key:: value ^id", [("key", "value")]),
        ("%%key:: value%%", [("key", "value")]),
        ("`key:: v`\n\n```\nkey:: v\n```\n\n    key:: v\n\n<div>\nkey:: v\n</div>", []),
        (f"key:: {'a' * 32_768}\n\n[key:: {'a' * 32_700}]", [("key", "a" * 32_700)]),
    ],
)
def test_D1_which_fields_there_are(markdown: str, expected: list[tuple[str, str]]) -> None:
    assert fields(markdown) == expected


def test_D1_without_a_link_they_are_properties() -> None:
    text = (
        "Rating:: **5** of\u00a0[5](https://a.org)\nseen::\n\nup:: [[a]]\nsee:: x [[a]] y\n[mood:: good] [Mood:: bad]\n"
    )
    assert properties(text) == {"Rating": "5 of 5", "seen": None, "mood": ["good", "bad"]}
    assert record_of(parse(text.encode())).fields[:2] == [(1, "Rating", "5 of 5"), (2, "seen", "")]
    assert properties("---\nMy key: 1\nsee: '[[a]]'\n---\nmy-key:: 2\nsee:: b\nother:: 3") == {
        "My key": 1,
        "other": "3",
    }
    assert properties("title:: a\nTags:: b\naliases:: c\nid:: d\n- [ ] x [due:: 2026-01-01]") == {}


def test_D1_with_a_link_they_are_typed_links(tmp_path: Path) -> None:
    text = "Requires:: [[a]], [[b|B]]\n\nx [made by:: [[a]]] [[b]]\n- [ ] requires:: [[a]]\n"
    lay(tmp_path, {"n.md": text, "a.md": "", "b.md": ""})
    assert [(link.kind, link.end) for link in read(tmp_path, MAPPING)[0].links] == [
        ("requires", "a"),
        ("requires", "b"),
        ("made-by", "a"),
        ("mentions", "b"),
        ("mentions", "a"),
    ]


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        ("[[a]]", True),
        ("[[a]], [[b|words]]; [words](b.md) and **[[a]]** / [[b]].", True),
        ("[[a]] #tag", True),
        ("[[a]] und [[b]] и [[a]]", True),
        ("![[a]] [w](https://a.org)", True),
        ("The party met [[a]] at [[b]].", False),
        ("[[a]] (from `code`)", False),
        ("[[a]] 2", False),
    ],
)
@pytest.mark.parametrize("field", ["x:: {}", "- (x:: {})", "Words [x:: {}] words"])
def test_D1_links_within_a_sentence_are_plain(value: str, typed: bool, field: str) -> None:
    columns = read_columns([field.format(value).encode()])
    assert set(columns.keys) == {"x" if typed else ""}
    assert len(columns.keys) == value.count("[[") + value.count("](")


@rule(
    "D2",
    "Breadcrumbs' fields: `up`, `down`, `same`, `next`, `prev`, from properties or Dataview's fields; each implies the "
    "reverse one",
    SETTLED,
    "BC",
    differs="`up` is `broader`, `down` is the same, turned round, the others are kinds of their own, unless the plugin's settings "
    "put them in a direction (all of `same` is `related`); a link that is implied is written on request alone, and marked",
)
def test_D2_kinds_of_breadcrumbs(tmp_path: Path) -> None:
    text = '---\nup: "[[a]]"\nnext: "[[b]]"\n---\ndown:: [[b]]\nsame:: [[a]] [prev:: [[b]]]\nprev:: [[a]]\n'
    lay(tmp_path, {"n.md": text, "a.md": "", "b.md": "", "Map.md": "# Map\n\n## Topics\n\n- [[n]]\n"})
    mapping = ReadOptions(map="Map")
    assert [(link.start, link.kind, link.end) for link in read(tmp_path, mapping)[0].links] == [
        ("b", "broader", "n"),
        ("n", "broader", "a"),
        ("n", "next", "b"),
        ("n", "mentions", "a"),
        ("n", "prev", "b"),
        ("n", "prev", "a"),
    ]
