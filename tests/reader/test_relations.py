"""Links of a kind, in every way that people write them; tests/vaults/relations has each once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command import lay, mlk_export
from conftest import TESTS
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples
from reader.generated import PIECES
from reader.test_publish import seen

from exporter import ReadOptions, read, writers
from exporter.model import File, KnowledgeMap, Link
from exporter.reader.batch.columns import NO_WORDS, Vocabulary
from exporter.reader.batch.read import read_columns
from exporter.reader.meaning import implied
from exporter.reader.meaning.vocabulary import gather
from exporter.reader.options import Implied
from exporter.reader.vault.plugins import PluginWords

VAULT = TESTS / "vaults" / "relations"
WORDS = gather(ReadOptions(), PluginWords({}, {}, [], [], [])).vocabulary
EXPECTED = """
Properties.md:2   properties in_area flour
Properties.md:4   properties requires water
Properties.md:4   properties requires salt
Properties.md:5   properties related oven
Properties.md:8   properties requires yeast
Properties.md:9   properties made-by baker
Properties.md:9   properties made-by miller
Properties.md:11  properties contradicts sugar
Properties.md:16  properties related rye
Properties.md:19  properties sources book
Properties.md:21  properties sources novel
Properties.md:22  properties lead baker
Lists.md:3        lists requires water
Lists.md:4        lists requires salt
Lists.md:4        lists requires yeast
Lists.md:5        lists requires oven
Lists.md:6        lists related rye
Lists.md:7        lists in_area flour
Lists.md:8        lists requires baker
Lists.md:9        lists mentions sugar
Lists.md:10       lists mentions miller
Lists.md:11       lists mentions book
Lists.md:12       lists mentions novel
Lists.md:14       lists related wheat
Lists.md:14       lists related spelt
Lists.md:16       lists related barley
Headings.md:3     headings mentions water
Headings.md:7     headings requires flour
Headings.md:8     headings requires yeast
Headings.md:9     headings mentions sugar
Headings.md:11    headings mentions baker
Headings.md:13    headings requires salt
Headings.md:17    headings requires oven
Headings.md:21    headings mentions miller
Headings.md:24    headings related rye
Headings.md:25    headings related wheat
Headings.md:25    headings related spelt
Headings.md:27    headings mentions book
Headings.md:30    headings related barley
Headings.md:31    headings mentions novel
Headings.md:34    headings related pan
Headings.md:34    headings related bowl
Down.md:2         rye in_area down
Down.md:3         wheat in_area down
Down.md:3         spelt in_area down
Slips.md:2        slips reqires water
Slips.md:4        slips reqires salt
Slips.md:5        slips inspired-by baker
Fields.md:2       fields in_area baker
Fields.md:3       miller in_area fields
Fields.md:4       fields related rye
Fields.md:5       fields precedes oven
Fields.md:6       fields source book
Fields.md:7       fields jumps novel
Table.canvas:9    pan requires oven
Table.canvas:10   bowl stands-in pan
"""


def told(links: Any) -> list[str]:
    return sorted(f"{link.source} {link.start} {link.kind} {link.end}" for link in links)


def kinds(folder: Path, files: dict[str, str], **options: Any) -> list[tuple[str, str, str]]:
    """Start, kind and end of the links of such a vault, which has the notes A to F besides."""
    lay(folder, {**{f"{name}.md": "" for name in "ABCDEF"}, **files})
    options = {"map": "-", "areas_without_map": (), **options}
    return [(link.start, link.kind, link.end) for link in read(folder, ReadOptions(**options)).knowledge_map.links]


def test_each_way_to_write_them() -> None:
    reading = read(VAULT)
    assert told(reading.knowledge_map.links) == sorted(" ".join(line.split()) for line in EXPECTED.split("\n") if line)
    assert [finding.code for finding in reading.findings] == ["no-map", "plain-relation", "unknown-relation"]
    assert str(reading.findings[1]).startswith(
        "Properties.md:13: warning: contradicts: 'What a baker says' is no link, nor the name"
    )
    assert str(reading.findings[2]).startswith(
        "Slips.md:2: warning: 'reqires' makes 2 links of a kind of its own; nearest: requires;"
    )
    assert {area.id for area in reading.knowledge_map.areas} == {"flour", "down", "baker", "fields"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- requires [[A]]", "requires"),
        ("* Requires: [[A]].", "requires"),
        ("1. **requires:** [[A]]", "requires"),
        ("- _requires_ **[[A]]**", "requires"),
        ("- 🔗 See_also: [[A]]", "related"),
        ("- relates_to [a](A.md) ^block", "related"),
        ("- requires [[A]] #must", "requires"),
        ("requires: [[A]]", "requires"),
        ("**Prerequisites:** [[A]] – the basics", "requires"),
        ("先修知识：[[A]]", "requires"),
        ("Смотрите также: [[A]]", "related"),
        ("> [!tip]\n> related: [[A]]", "related"),
        ("- area: [[A]]", "broader"),
        # no relation
        ("requires [[A]]", "mentions"),
        ("- it requires [[A]]", "mentions"),
        ("- an item\n  requires: [[A]]", "mentions"),
        ("- requires [[A]] and patience", "mentions"),
        ("- [ ] requires: [[A]]", "mentions"),
        ("| requires: | [[A]] |\n| - | - |", "mentions"),
        ("- needs: [[A]]", "mentions"),
        ("- requires:: what [[A]] says", "mentions"),
        ("requires: see [[A]]", "mentions"),
    ],
)
def test_a_word_before_a_link(tmp_path: Path, text: str, expected: str) -> None:
    assert kinds(tmp_path, {"n.md": f"Words.\n\n{text}\n"}) == [("n", expected, "a")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Prerequisites\n\n- [[A]]\n- [[B]]: words\n", "requires requires"),
        ("## 🔗 Related notes ##\n[[A]] · [[B]]\n", "related related"),
        ("Related\n-------\n* [[A]]\n\n## Other\n* [[B]]\n", "related mentions"),
        ("## Voraussetzungen\n\nErst [[A]] lesen.\n- [[B]]\n", "mentions requires"),
        ("## See also {#see}\n> - [[A]]\n\n### More\n1. [[B]]\n", "related related"),
        ("## Related\n- [[A]]\n# Else\n- [[B]]\n", "related mentions"),
        ("### Depends on\n- [[A]]\n  - words\n  - [[B]]\n", "requires requires"),
        ("Related:\n\n- [[A]]\n\nwords\n- [[B]]\n", "related mentions"),
        ("- **Related**\n    - [[A]]\n- [[B]]\n", "related mentions"),
        ("> [!abstract]- Related\n> - [[A]]\n\n- [[B]]\n", "related mentions"),
        ("## Related\n- up: [[A]]\n- [[B]]\n", "broader related"),
        ("## Relations\n- inspired_by [[A]] (as told)\n- requires [[B]]\n", "inspired_by requires"),
        ("## Relations\n- [[A]]\n- it is all that one needs of [[B]]\n", "mentions mentions"),
        ("## Related\n- x:: [[A]]\n- [[B]] x\n", "x related"),
        # none
        ("# Related\n- [[A]]\n- [[B]]\n", "mentions mentions"),  # the note's own title
        ("```\n## Related\n```\n- [[A]]\n- [[B]]\n", "mentions mentions"),
        ("## Areas\n- [[A]]\n- [[B]]\n", "mentions mentions"),
        ("## Related work\n- [[A]]\n- [[B]]\n", "mentions mentions"),
        ("Related are\n- [[A]]\n- [[B]]\n", "mentions mentions"),
    ],
)
def test_a_word_above_a_list(tmp_path: Path, text: str, expected: str) -> None:
    assert " ".join(kind for _, kind, _ in kinds(tmp_path, {"n.md": text})) == expected


def test_a_heading_below_the_title(tmp_path: Path) -> None:
    assert kinds(tmp_path, {"n.md": "# Bread\n\n# Related\n- [[A]]\n"}) == [("n", "related", "a")]


def test_the_mapping_says_which_words(tmp_path: Path) -> None:
    text = "## Basics\n- [[A]]\n\n## Prerequisites\n- [[B]]\n- needs: [[C]]\n- requires: [[D]]\n"
    options = {"requires_headings": ("Basics",), "relations": {"Needs": "requires", "made_by": "author"}}
    assert kinds(tmp_path / "own", {"n.md": "- made by [[A]]\n"}, **options) == [("n", "author", "a")]
    assert [kind for _, kind, _ in kinds(tmp_path / "theirs", {"n.md": text}, **options)] == [
        "requires",
        "mentions",
        "requires",
        "mentions",
    ]


SAID = (
    "\n- requires ",
    "\n- related: ",
    "Up: ",
    "\n## Related\n",
    "See also\n---\n",
    "\n**Related**\n",
    "> [!x] Up\n> ",
)


@settings(max_examples=examples(300))
@given(st.lists(st.sampled_from((*PIECES, *SAID)), max_size=40).map("".join))
def test_words_change_nothing_but_the_kind(note: str) -> None:
    """Neither what is a link, nor the key of one in a field, nor a link that leads out."""
    data = [note.encode(errors="replace"), f"## Related\n{note}\n- requires [[A]]".encode(errors="replace")]
    before, after = read_columns(data, NO_WORDS), read_columns(data, Vocabulary(words=WORDS.words))
    given_keys = [(key, other) for key, other in zip(before.keys, after.keys, strict=True) if key != other]
    assert all(not key and other in WORDS.kinds for key, other in given_keys)
    after.keys = before.keys
    assert after == before


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ('links: {requires: ["[[A]]"], see_also: "[[B]]"}', "requires a, related b"),
        ('x:\n  y:\n    z: "[[A]]"', "z a"),
        ('requires: {hard: "[[A]]", soft: ["[[B]]"]}', "requires a, requires b"),
        ('sources: [{link: "[[A]]", page: 3}, {note: "[b](B.md)"}]', "sources a, sources b"),
        ('relations: [{kind: "Depends on", object: "[[A]]"}]', "requires a"),
        ('relations:\n- predicate: "[[opposes]]"\n  to: ["[[A]]", "[[B]]"]', "opposes a, opposes b"),
        ('relationships: [{type: related, target: "[[A]]", note: "[[B]]"}]', "related a, related b"),
        ('refs: [{type: requires, target: "[[A]]"}, {type: book, target: "[[B]]"}]', "requires a, refs b"),
        ('links: [{type: x}, {target: "[[A]]"}, "[[B]]", [["[[C]]"]]]', "links b, links a, links c"),
        ('meta: {relations: [{type: x, target: A, note: "words only"}]}', "x a"),
        ('links: [{type: web, name: "A page", link: b}]', ""),
        ('links: [{type: web, target: "https://a.org"}, {rel: 3, to: "[[A]]"}]', "links a"),
        ('links: {a: "About [[A]]."}', ""),
    ],
)
def test_nested_properties(tmp_path: Path, yaml: str, expected: str) -> None:
    links = kinds(tmp_path, {"n.md": f"---\n{yaml}\n---\n"})
    assert ", ".join(f"{kind} {end}" for _, kind, end in links) == expected


def test_a_link_in_a_nested_property_may_lead_nowhere(tmp_path: Path) -> None:
    lay(tmp_path, {"n.md": '---\nrelations:\n  list:\n    - "[[n#Nowhere]]"\n    - "[[Nobody]]"\n---\n'})
    reading = read(tmp_path)
    assert [(finding.source.line, finding.code) for finding in reading.findings if finding.source.file] == [
        (4, "missing-heading"),
        (5, "missing-note"),
    ]
    assert reading.statistics.links == reading.statistics.resolved + reading.statistics.unresolved == 2
    assert reading.knowledge_map.topics[0].properties == {"relations": {"list": ["n > Nowhere", "Nobody"]}}


def test_the_name_of_a_note_is_a_link_where_one_is_meant(tmp_path: Path) -> None:
    yaml = "requires: [A, b, c-1, ./D.md, Nobody]\nrelations:\n  - {type: x, to: E}\n  - {type: x, to: 'https://a.org'}\nother: F"
    files = {"n.md": f"---\n{yaml}\n---\n", "C.md": "---\nid: c-1\n---\n"}
    assert kinds(tmp_path, files) == [
        ("n", "requires", "a"),
        ("n", "requires", "b"),
        ("n", "requires", "c-1"),
        ("n", "requires", "d"),
        ("n", "x", "e"),
    ]
    reading = read(tmp_path, ReadOptions(map="-"))
    assert [finding.code for finding in reading.findings] == ["plain-relation"]
    statistics = reading.statistics
    assert (statistics.links, statistics.resolved, statistics.unresolved) == (5, 5, 0)


def test_what_lies_below_is_turned_round(tmp_path: Path) -> None:
    files = {
        "Map.md": "## Areas\n- [[A]]\n",
        "A.md": "down:: [[B]]\n",
        "B.md": '---\nchildren: ["[[C#Part|see]]"]\n---\n',
        "C.md": "## Part\n",
    }
    assert kinds(tmp_path, files, map="Map", areas_from=("map", "properties")) == [
        ("b", "in_area", "a"),
        ("c", "broader", "b"),
    ]
    reading = read(tmp_path, ReadOptions(map="-"))
    assert {(area.id, area.parent) for area in reading.knowledge_map.areas} == {("a", None), ("b", "a")}
    (link,) = reading.knowledge_map.links_from("c")
    assert (link.text, link.anchor, str(link.source)) == ("B", "", "B.md:2")


def drawn(*edges: dict[str, Any]) -> str:
    cards = [{"id": name, "type": "file", "file": f"{name}.md"} for name in "ABC"]
    return json.dumps({"nodes": cards, "edges": [{"fromNode": "A", "toNode": "B", **edge} for edge in edges]})


@pytest.mark.parametrize(
    ("edge", "expected"),
    [
        ({"label": "requires"}, [("a", "requires", "b")]),
        ({"label": " Depends\non "}, [("a", "requires", "b")]),
        ({"label": "leads to"}, [("a", "leads-to", "b")]),
        ({"label": "requires", "fromEnd": "arrow", "toEnd": "none"}, [("b", "requires", "a")]),
        ({"label": "x", "fromEnd": "arrow"}, [("a", "x", "b"), ("b", "x", "a")]),
        ({"label": "related", "toEnd": "none"}, [("a", "related", "b")]),
        ({"label": "child"}, [("b", "broader", "a")]),
        ({"label": "up", "toNode": "C"}, []),  # the note says it
        ({"label": "x", "toNode": "A"}, []),
        ({"label": "x", "toNode": "Z"}, []),
        ({"label": "x", "toNode": 3}, []),
        ({"label": 3}, []),
        ({"label": ""}, []),
        ({}, []),
        ({"label": "is what one thinks of first"}, []),
    ],
)
def test_labels_of_arrows(tmp_path: Path, edge: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    links = kinds(tmp_path, {"A.md": "up:: [[C]]", "n.canvas": drawn(edge)})
    assert sorted(link for link in links if link != ("a", "broader", "c")) == expected


@pytest.mark.parametrize("edges", ["null", "3", "{}", '[3, null, {"fromNode": []}]'])
def test_edges_that_are_none(tmp_path: Path, edges: str) -> None:
    assert kinds(tmp_path, {"n.canvas": f'{{"nodes": [], "edges": {edges}}}'}) == []
    assert [finding.code for finding in read(tmp_path).findings] == ["no-map"]


def test_a_vault_says_each_arrow_once(tmp_path: Path) -> None:
    files = {"a.canvas": drawn({"label": "x"}, {"label": "X"}), "b.canvas": drawn({"label": "x"})}
    assert kinds(tmp_path, files) == [("a", "x", "b")]
    reading = read(tmp_path, ReadOptions(map="-"))
    assert len(reading.knowledge_map.links) == len([*reading.knowledge_map.links])


BREADCRUMBS, EXCALIBRAIN = ".obsidian/plugins/breadcrumbs/data.json", ".obsidian/plugins/excalibrain/data.json"


def test_hierarchies_of_breadcrumbs_3(tmp_path: Path) -> None:
    hierarchy = {"up": ["Teacher"], "same": ["Peer"], "down": ["Pupil"], "next": ["Then"], "prev": ["requires"]}
    text = "Teacher:: [[A]]\nPeer:: [[B]]\nPupil:: [[C]]\nThen:: [[D]]\nrequires:: [[E]]\n- then [[F]]\n"
    files = {"n.md": text, BREADCRUMBS: json.dumps({"userHiers": [hierarchy]})}
    assert sorted(kinds(tmp_path, files)) == [
        ("c", "broader", "n"),
        ("n", "broader", "a"),
        ("n", "related", "b"),
        ("n", "requires", "e"),
        ("n", "then", "d"),
        ("n", "then", "f"),
    ]
    run = mlk_export("check", "--vault", ".", cwd=tmp_path)
    line = f"{BREADCRUMBS}: takes Teacher as broader; Peer as related; Pupil as narrower; Then as a kind of its own;"
    assert any(said.startswith(line) for said in run.said)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"userHiers": 3, "edge_fields": "up", "edge_field_groups": {}, "implied_relations": []}',
        '{"userHiers": [3, {"up": "x"}], "edge_fields": [3, {"label": 4}], "edge_field_groups": [3, {"label": 4}]}',
        '{"implied_relations": {"transitive": [3, {"close_field": "x", "chain": [3]}, {"close_field": "x", "chain": 4}]}}',
        '{"hierarchy": {"parents": [3, ""], "children": "x"}}',
        '{"hierarchy": 3}',
    ],
)
@pytest.mark.parametrize("file", [BREADCRUMBS, EXCALIBRAIN])
def test_settings_that_say_nothing(tmp_path: Path, text: str, file: str) -> None:
    assert kinds(tmp_path, {"n.md": "up:: [[A]]", file: text}) == [("n", "broader", "a")]
    assert {finding.code for finding in read(tmp_path).findings} <= {"no-map", "bad-settings"}


def test_the_mapping_says_otherwise(tmp_path: Path) -> None:
    files = {"n.md": "Guild:: [[A]]\nOrder:: [[B]]", EXCALIBRAIN: '{"hierarchy": {"parents": ["Guild", "Order"]}}'}
    assert kinds(tmp_path, files, relations={"guild": "guild"}) == [("n", "guild", "a"), ("n", "broader", "b")]


@pytest.mark.parametrize(
    ("word", "near"),
    [("reqires", "requires"), ("Relatd", "related"), ("see_alsso", "see-also"), ("inspired-by", ""), ("cost", "")],
)
def test_a_word_that_is_nearly_known(tmp_path: Path, word: str, near: str) -> None:
    lay(tmp_path, {"A.md": f"{word}:: [[B]]\n\nSo [{word}:: [[B]]].", "B.md": ""})
    findings = [finding for finding in read(tmp_path).findings if finding.code == "unknown-relation"]
    assert [f"nearest: {near};" in finding.message for finding in findings] == ([True] if near else [])


# -- what follows --------------------------------------------------------------------------------------------


CHAIN = {
    "A.md": "requires:: [[B]]\nrelated:: [[C]]",
    "B.md": "requires:: [[C]]",
    "C.md": "requires:: [[A]]\nnext:: [[D]]",
}
RULES = Implied(True, {"next": "prev"}, ("related",), ("prerequisites",))


def followers(knowledge_map: KnowledgeMap) -> list[str]:
    return [f"{link.source} {link.start} {link.kind} {link.end}" for link in knowledge_map.implied]


def implying(folder: Path, **options: Any) -> KnowledgeMap:
    lay(folder, {**{f"{name}.md": "" for name in "ABCDEF"}, **CHAIN})
    return read(folder, ReadOptions(map="-", areas_without_map=(), **options)).knowledge_map


def test_what_follows_is_apart_and_on_request(tmp_path: Path) -> None:
    plain, more = implying(tmp_path), implying(tmp_path, implied=RULES)
    assert [*plain.links] == [*more.links]
    assert plain.implied == ()
    assert followers(more) == [
        "A.md:1 a requires c",
        "B.md:1 b requires a",
        "A.md:2 c related a",
        "C.md:1 c requires b",
        "C.md:2 d prev c",
    ]


def test_every_format_marks_what_follows(tmp_path: Path) -> None:
    plain, more = implying(tmp_path), implying(tmp_path, implied=RULES)

    def made(name: str, knowledge_map: KnowledgeMap, **options: Any) -> str:
        writer = writers.find(name)
        things = writer.write(knowledge_map, writer.Options(**options))
        return "".join("".join(map(str, thing.content)) for thing in things if isinstance(thing, File))

    document = json.loads(made("json", more))
    assert json.loads(made("json", plain))["implied"] == []
    assert [(link["start"], link["kind"], link["end"]) for link in document["implied"]] == [
        (link.start, link.kind, link.end) for link in more.implied
    ]
    assert made("neo4j", more).count("|true") == len(more.implied)
    assert "implied: toBoolean" in made("neo4j", more)
    assert "implied" not in made("neo4j", plain)
    assert "implied:boolean" in made("neo4j-bulk", more)
    assert "implied:boolean" not in made("neo4j-bulk", plain)
    relations = {"requires": "dct:requires", "prev": "https://example.org/prev"}
    before, after = made("skos", plain, relations=relations), made("skos", more, relations=relations)
    assert after.count("dct:requires") == before.count("dct:requires")  # a statement more, of the same subjects
    assert "https://example.org/prev" in after
    assert "https://example.org/prev" not in before
    for name in ("canvas", "opml"):
        assert made(name, more) == made(name, plain)


def test_rules_of_breadcrumbs(tmp_path: Path) -> None:
    knowledge_map = read(VAULT, ReadOptions(implied=Implied(write=True))).knowledge_map
    assert {link.kind for link in knowledge_map.implied} == {"related"}  # no `precedes` leads on to another there
    rules = json.loads((VAULT / BREADCRUMBS).read_text(encoding="utf-8"))
    lay(tmp_path, {"A.md": "precedes:: [[B]]", "B.md": "precedes:: [[C]]", "C.md": "", BREADCRUMBS: json.dumps(rules)})
    assert followers(read(tmp_path, ReadOptions(implied=Implied(write=True))).knowledge_map) == ["A.md:1 a precedes c"]


def test_a_long_chain_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(implied, "MOST", 3)
    options = ReadOptions(map="-", implied=replace(RULES, symmetric=("requires",)))
    lay(tmp_path, {**{f"{name}.md": "" for name in "ABCDEF"}, **CHAIN, "D.md": "requires:: [[A]]"})
    reading = read(tmp_path, options)
    assert "too-many-implied" in [finding.code for finding in reading.findings]
    assert {link.kind for link in reading.knowledge_map.implied} == {"requires", "prev"}


def test_ten_thousand_in_a_row_are_refused_at_once() -> None:
    links = [Link(f"{n}", "requires", f"{n + 1}", "", "", implied.VAULT._replace(line=n + 1)) for n in range(10_000)]
    rules = Implied(transitive=("requires",))
    consequence = implied.imply(links, rules)
    assert (consequence.links, [finding.code for finding in consequence.findings]) == ([], ["too-many-implied"])
    assert len(implied.imply(links[:500], rules).links) == 499 * 500 // 2


# -- what is hidden ------------------------------------------------------------------------------------------

SECRET = "Zqx"


@pytest.mark.parametrize(
    "files",
    [
        {"n.md": f'---\nrelations: {{requires: "[[{SECRET}]]", up: "[[A]]"}}\n---\n'},
        {"n.md": f'---\nrelationships:\n  - type: requires\n    target: "[[{SECRET}]]"\n---\n'},
        {"n.md": f'---\nrelationships:\n  - type: "[[{SECRET}]]"\n    target: "[[A]]"\n---\n'},
        {"n.md": f"---\nrequires: [{SECRET}, A]\nrelations: [{{type: x, target: {SECRET}}}]\n---\n"},
        {"n.md": f"- requires [[{SECRET}]]\n- requires [[A]]\n"},
        {"n.md": f"## Related\n- [[{SECRET}]]: words\n- [[A]]\n"},
        {"n.canvas": drawn({"label": "x"}, {"label": "x", "toNode": SECRET}, {"label": f"about {SECRET}"}).replace(
            '"nodes": [', f'"nodes": [{{"id": "{SECRET}", "type": "file", "file": "{SECRET}.md"}}, '
        )},
    ],
)  # fmt: skip
@pytest.mark.parametrize("how", [{}, {"hide": (f"{SECRET}.md",)}])
def test_no_link_leads_to_what_is_hidden(tmp_path: Path, files: dict[str, str], how: dict[str, Any]) -> None:
    head = "---\npublish: false\n---\n" if not how else ""
    notes = {f"{name}.md": f"{name}." for name in "ABC"} | {f"{SECRET}.md": f"{head}Nothing to see."}
    _, text = seen(lay(tmp_path, {**notes, **files}), **how)
    assert SECRET.lower() not in text.lower()
    assert "Nothing to see" not in text


@pytest.mark.parametrize(
    "text",
    [
        '---\nlinks: {boss: "[[A]]", up: "[[B]]"}\n---\n',
        '---\nlinks:\n  - {type: Boss, target: "[[A]]"}\n  - {type: up, target: "[[B]]"}\n---\n',
        '---\nboss: {requires: "[[A]]"}\nup: "[[B]]"\n---\n',
        '---\nlinks: {deep: [{boss: "a word or two"}], up: "[[B]]"}\n---\n',
    ],
)
def test_a_hidden_property_is_hidden_within_others(tmp_path: Path, text: str) -> None:
    lay(tmp_path, {"A.md": "", "B.md": "", "n.md": text})
    reading, written = seen(tmp_path, properties=("boss",))
    assert [(link.kind, link.end) for link in reading.knowledge_map.links_from("n")] == [("in_area", "b")]
    assert "boss" not in written.lower()
    assert "word or two" not in written


def test_a_hidden_property_is_no_word_of_a_text(tmp_path: Path) -> None:
    lay(tmp_path, {"A.md": "", "n.md": "- related [[A]]\n\n## Related\n- [[A]]\n"})
    reading, _ = seen(tmp_path, properties=("related",))
    assert {link.kind for link in reading.knowledge_map.links} == {"mentions"}
