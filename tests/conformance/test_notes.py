"""What a note says: the rules S (subpaths), L (links), T (tags), P (properties) and B (structure); see rules.py."""
# ruff: noqa: N802 - the rules are called S1, L1, T1 ...

from pathlib import Path

import pytest
from command import lay
from conformance.rules import ONE_DESCRIPTION, SETTLED, rule

from exporter import ReadOptions, Topic, read
from exporter.outline import heading_key
from exporter.reader.markdown.note import Note, parse
from exporter.reader.markdown.plain_text import to_text
from exporter.reader.markdown.record import record_of


def note(markdown: str) -> Note:
    return parse(markdown.encode())


def part(markdown: str, anchor: str) -> str | None:
    """The text of what an anchor names."""
    section = note(markdown).section(anchor)
    return markdown[section[0] : section[1]].strip() if section else None


def targets(markdown: str) -> list[str]:
    return [link.target for link in note(markdown).mentions]


def tags(markdown: str) -> list[str]:
    return [tag for _, tag in note(markdown).tags]


def topic(folder: Path, markdown: str) -> Topic:
    """The topic of the one note of a vault."""
    lay(folder, {"n.md": markdown})
    (only_topic,) = read(folder, ReadOptions(map="-"))[0].topics
    return only_topic


@rule("S1", "`#a#b`: each heading is looked for under the one before", ONE_DESCRIPTION, "CORB, HLP")
def test_S1_headings_are_walked_down() -> None:
    text = "# A\n## X\none\n# B\n## X\ntwo\n### Y\nthree\n"
    assert part(text, "X") == "## X\none"
    assert part(text, "B#X") == "## X\ntwo\n### Y\nthree"
    assert part(text, "B#Y") == "### Y\nthree"
    assert part(text, "A#Y") is None
    assert part(text, "X#B") is None


@rule("S2", "headings are compared without case and punctuation, which counts as a blank", ONE_DESCRIPTION, "CORB")
def test_S2_headings_are_compared_without_punctuation() -> None:
    assert heading_key("wifi 2.4 vs 5.0") == heading_key("WiFi  2 4 vs [5 0]")
    assert part("# Wifi: 2.4 [vs] 5\nx\n", "wifi 2 4 vs 5") == "# Wifi: 2.4 [vs] 5\nx"
    assert heading_key("a-b") != heading_key("a b")
    assert heading_key("don't") != heading_key("don t")


@rule(
    "S3",
    "block ids: letters, digits, hyphens, in any case; kept in lower case",
    SETTLED,
    "HLP, REL 0.9.6, REL 0.14.0, CORB",
)
def test_S3_block_ids_in_any_case() -> None:
    assert part("one ^My-Id\n", "^mY-iD") == "one ^My-Id"
    assert list(note("one ^a_b\n\ntwo ^ä\n\nthree^x\n\nfour ^ok \n").block_ids) == ["ok"]


@rule(
    "S4",
    "`#[^1]` means a footnote; `#page=3` and `#height=400` a place in a PDF; another `#x` on an image is a style",
    ONE_DESCRIPTION,
    "CORB, HLP",
    remark="none of them is looked for among headings; `[[Note#[^1]]]` ends with its last two brackets",
)
def test_S4_what_is_no_heading(tmp_path: Path) -> None:
    text = "[[b#[^1]]] [[b#[^1]|one]] ![[p.pdf#page=3]] [[p.pdf#height=400]] ![[i.png#left|100]] ![](i.png#round)"
    lay(tmp_path, {"a.md": text, "b.md": "x[^1]\n\n[^1]: y\n", "p.pdf": "", "i.png": ""})
    knowledge_map, findings, _ = read(tmp_path, ReadOptions(map="-", areas_without_map=()))
    assert findings == []
    assert [(link.end, link.anchor, link.text) for link in knowledge_map.links] == [
        ("b", "[^1]", "b"),
        ("b", "[^1]", "one"),
    ]
    assert [text[link.start : link.end] for link in note(text).mentions] == text.replace(" ", "\n").split()


@rule("S5", "a heading is kept as written, with its links and marks", SETTLED, "OTF, MVM")
def test_S5_a_heading_is_kept_as_written() -> None:
    headings = note("# A link in a [[x]] *y*\n\n###### six ##\n\n####### seven\n").headings
    assert [(heading.level, heading.text) for heading in headings] == [(1, "A link in a [[x]] *y*"), (6, "six")]


@rule("S6", "a block id ends a paragraph or an item, or stands alone behind a list, a quote, a table", SETTLED, "HLP")
def test_S6_where_a_block_id_stands() -> None:
    assert part("one\ntwo ^a\n\nthree\n", "^a") == "one\ntwo ^a"
    assert part("- one\n- two ^a\n- three\n", "^a") == "two ^a"
    assert part("x\n\n- one\n  - two\n\n- three\n\n^a\n", "^a") == "- one\n  - two\n\n- three"
    assert part("x\n\n> [!tip]\n> one\n\n^a\n", "^a") == "> [!tip]\n> one"
    assert part("> one\n> two ^a\n", "^a") == "> one\n> two ^a"
    assert part("x\n\n| a |\n|---|\n| b |\n\n^a\n", "^a") == "| a |\n|---|\n| b |"
    assert part("x\n\n```py\ny\n```\n\n^a\n", "^a") == "```py\ny\n```"
    assert part("one ^a two\n", "^a") is None


@rule("L1", "embeds, and their sizes: `|100` and `|100x145` behind an embed", SETTLED, "OTF, HLP")
def test_L1_embeds_and_their_sizes() -> None:
    parsed = note(
        "![[a]] ![[b.png|100]] ![[b.png|alt|10x20]] ![c|100](d.png) ![250](d.png) [[e|100]] ![[f|1x]]"
    ).mentions
    assert [(link.target, link.text, link.embed) for link in parsed] == [
        ("a", "", True),
        ("b.png", "", True),
        ("b.png", "alt", True),
        ("d.png", "c", True),
        ("d.png", "", True),
        ("e", "100", False),
        ("f", "1x", True),
    ]
    assert [link.embed for link in note("\\![[a]] !\\[[b]] ! [[c]]").mentions] == [False, False]


@rule("L2", "links count in headings, items, tables, callouts, footnotes, emphasis", SETTLED, "OTF")
@pytest.mark.parametrize(
    "markdown",
    [
        "# [[a]]",
        "- x\n  1. [[a]]",
        "|x|\n|-|\n|[[a]]|",
        "> [!tip] [[a]]",
        "> x\n> > [[a]]",
        "[^1]: [[a]]",
        "**_[[a]]_**",
        "==[[a]]==",
    ],
)
def test_L2_links_count_everywhere_in_the_text(markdown: str) -> None:
    assert targets(markdown) == ["a"]


@rule(
    "L3",
    "links and tags in `%%` count, headings and items in such a block do not",
    SETTLED,
    "OTF, MVM",
    remark="a text (`KnowledgeMap.text`) leaves comments out",
)
def test_L3_comments_of_obsidian_hide_no_links() -> None:
    parsed = note("x %%[[a]] #b%% y\n\n%%\n# No\n- [[c]] #d\n%%\n\n# Yes\n")
    assert [link.target for link in parsed.mentions] == ["a", "c"]
    assert [tag for _, tag in parsed.tags] == ["b", "d"]
    assert [heading.text for heading in parsed.headings] == ["Yes"]
    assert not parsed.items


@rule(
    "L4",
    "nothing in HTML comments, blocks and tags counts; behind the comment, the blank line, the tag the text goes on",
    SETTLED,
    "OTF, CYA, HLP, CommonMark 4.6",
)
@pytest.mark.parametrize(
    "markdown",
    [
        "x <!-- [[a]] #b --> y",
        "<!--\n\n[[a]] #b\n\n-->",
        "<div>\n[[a]] #b\n</div>",
        '<a title="[[a]] #b">x</a>',
        "<style>\n\n.x { color: #fff }\n</style>",
        "<!-- [[a]]",
    ],
)
def test_L4_html_hides_all(markdown: str) -> None:
    assert not targets(markdown) and not tags(markdown)


def test_L4_html_ends() -> None:
    """Behind the comment, the blank line, the tag the text goes on: CommonMark 4.6."""
    assert targets("<!-- x -->\n[[a]]\n\n<div>x\n\n[[b]]\n\n<b>x</b> [[c]] a<b [[d]]\n") == ["a", "b", "c", "d"]


@rule(
    "L5",
    "nothing in code (inline, fenced, indented) and formulas (`$`, `$$`) counts; runs of backticks pair by length; a price is no formula",
    SETTLED,
    "OTF, CYA 138 to 140, CommonMark 6.1",
)
@pytest.mark.parametrize(
    "markdown",
    [
        "`[[a]] #b`",
        "``[[a]] ` #b``",
        "```\n[[a]] #b\n```",
        "````\n```\n[[a]] #b\n````",
        "~~~ ``` x\n[[a]]\n```\n #b\n~~~",
        "```\n[[a]]\n``` no closer\n #b",
        "x\n\n    [[a]] #b",
        "x\n\n\t[[a]]\n\n\t #b",
        "$[[a]] #b$",
        "$$\n[[a]]\n #b\n$$",
        "x $$[[a]] #b$$",
    ],
)
def test_L5_code_and_formulas_hide_all(markdown: str) -> None:
    assert not targets(markdown) and not tags(markdown)


def test_L5_what_is_neither_code_nor_formula() -> None:
    """Runs of backticks pair by length; a price is no formula: OTF (observed), CommonMark 6.1."""
    assert targets("`x [[a]] ``y [[b]]") == ["a", "b"]
    assert targets("\\`[[a]]\\` from $5 [[b]] to $6 \\$[[c]]\\$") == ["a", "b", "c"]


@rule("L6", r"`\[\[x\]\]` is no link", SETTLED, "OTF")
def test_L6_escaped_brackets() -> None:
    assert targets("\\[\\[a\\]\\] \\[[b]] [\\[c]] \\\\[[d]]") == ["d"]


@rule(
    "L7",
    "a property is a link if it is one whole `[[link]]` or `[Markdown](link)`, alone, in a list or in other properties",
    SETTLED,
    "OTF, REL 1.4.0, REL 1.11.0 for Markdown links, ODU",
    differs="`up: [[x]]` without quotes, which is no link, is taken for one and told; in a property that makes links of a known kind, the name of a "
    "note alone is one (docs/relations.md)",
)
def test_L7_links_in_properties(tmp_path: Path) -> None:
    front = 'up: "[[a]]"\nnext: ["[[b|B]]", x, "[[a]] and [[b]]"]\nsee: [[a]]\nsame: "text [[a]]"\n'
    front += 'deep: {list: [{up: "[[b#There]]", page: 3}]}\n'
    front += 'md: "[the b](b.md#There)"\nno: "[a](a.md) [b](b.md)"\nweb: "[page](https://example.org)"\n'
    lay(tmp_path, {"n.md": f"---\n{front}---\n", "a.md": "", "b.md": "# There"})
    knowledge_map, findings, _ = read(tmp_path, ReadOptions(map="-", areas_without_map=()))
    assert [(link.kind, link.end, link.text, link.anchor) for link in knowledge_map.links] == [
        ("broader", "a", "a", ""),
        ("next", "b", "B", ""),
        ("see", "a", "a", ""),
        ("broader", "b", "b > There", "There"),
        ("md", "b", "the b", "There"),
    ]
    assert [(r.topic, r.title, r.url, r.source.line) for r in knowledge_map.references] == [
        ("n", "page", "https://example.org", 9)
    ]
    assert [(finding.source.line, finding.code) for finding in findings] == [(4, "unquoted-link")]


@rule(
    "L10",
    "`[text][name]` with `[name]: target` elsewhere is a link of its own kind, apart from the others; the tags in its text count",
    SETTLED,
    "API, CYA, CommonMark 4.7",
    differs="no link is made, as Obsidian keeps these apart from its links (`referenceLinks`); a definition says nothing",
    remark="`[name]: [[Note]]` is taken as words and a link, which nobody knows",
)
@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[x #a][r] [#b][] #c\n\n[r]: n.md#d\n", ["a", "b", "c"]),
        ("[r]: #a\n[s]: <#b> '#c\n #d'\n[t]:\n#e\n#f\n", ["f"]),
        ("> [r]: #a\n> #b\n\n- [s]: #c\n- #d\n", ["b", "d"]),
        ("[r\n s]: #a (t)\n===\n#b\n", ["b"]),
        ("x\n[r]: #a\n", ["a"]),
        ("[r]: #a b\n", ["a"]),
        ("[^1]: #a\n\n[ ]: #b\n", ["a", "b"]),
        ("[#a]:\n", ["a"]),
    ],
)
def test_L10_definitions_say_nothing(markdown: str, expected: list[str]) -> None:
    assert tags(markdown) == expected
    assert targets(markdown) == []


def test_L10_what_stands_around_definitions() -> None:
    assert note("[r]: u\n\nwords\n").intro == "words"
    assert note("[r]: u 'a\nb'\nwords\n").intro == "words"
    assert [heading.text for heading in note("[r]: u\n===\n\n[r]: u\na\n===\n").headings] == ["a"]
    assert targets("[r]: [[a]]\n\n[r] [[b]]: [[c]]\n") == ["a", "b", "c"]


@rule(
    "T1",
    "what a tag is made of: anything but blanks and most punctuation; not digits alone",
    SETTLED,
    "HLP issue 816 (read in Obsidian), OTF",
)
@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("#1984", []),
        ("#1990s #y1984 #2/3", ["1990s", "y1984", "2/3"]),
        ("#café #日本 #✅x #a-b_c", ["café", "日本", "✅x", "a-b_c"]),
        ("#‼ # #\u2019", []),
        ("#a.b #c, #d! #e:f", ["a", "c", "d", "e"]),
        ("#a/b/c", ["a/b/c"]),
    ],
)
def test_T1_what_a_tag_is_made_of(markdown: str, expected: list[str]) -> None:
    assert tags(markdown) == expected


@rule("T2", "a blank of any kind stands before it; any punctuation blocks it", SETTLED, "CYA 138")
def test_T2_a_blank_stands_before_a_tag() -> None:
    assert tags("#a\n#b\t#c\u00a0#d\u3000#e") == ["a", "b", "c", "d", "e"]
    assert tags('(#a) "#b" .#c —#d $#e x#f') == []


@rule(
    "T3",
    "or the end of another token",
    SETTLED,
    "CYA 140, OTF",
    differs="within an address, and in what Markdown elsewhere has behind a heading, `{ #id }`, there is no tag",
)
@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("#a#b", ["a", "b"]),
        ("#a/#b", ["a", "b"]),
        ("_#a_ x_#b_ **#c** ==#d==", ["a", "b", "c", "d"]),
        ("x\n\n|#a|#b|\n|-|-|\n|#c| #d |", ["a", "b", "c", "d"]),
        ("[#a](u) [x #b](u)", ["a", "b"]),
        ("\\[#a", ["a"]),
        ("[[x]]#a", []),
        ("https://a.org/b#c https://a.org/?q=#d https://a.org/O_#e http://a.org/~#f https://a.org/*#g #h", ["h"]),
        ("color=#ffffff a~#b ~~#c~~ x|#d", ["c"]),
        ("=#a=", []),  # the sign at the end is not the one before the first
        ("a | #b\n--|--\nc|#d", ["b", "d"]),
        ("> - |#a|\n\nx\n\n- y|#b", ["a"]),
        ("# A { #b }\n\n## C { #d .e } ##\n\n# F #g {: #h }\n\nI { #j }\n===\n\n# `k` { #l }\n\nm { #n }", ["g", "n"]),
    ],
)
def test_T3_what_else_may_stand_before_a_tag(markdown: str, expected: list[str]) -> None:
    assert tags(markdown) == expected


@rule("T4", "one tag in any case, the first spelling shown; `a/b` lies under `a`", SETTLED, "HLP")
def test_T4_one_tag_in_any_case(tmp_path: Path) -> None:
    lay(tmp_path, {"n.md": "#Big/One #big/one #BIG #big/Two\n"})
    knowledge_map = read(tmp_path, ReadOptions(map="-"))[0]
    assert knowledge_map.topic["n"].tags == ("Big/One", "Big", "Big/Two")
    assert [(tag.id, tag.parent) for tag in knowledge_map.tags] == [
        ("Big", None),
        ("Big/One", "Big"),
        ("Big/Two", "Big"),
    ]


@rule(
    "T5",
    "tags in properties: a list, or one word, under `tags`; `tag` is gone",
    SETTLED,
    "OTF, REL 1.9.3, CORB",
    remark="what is none is told (`bad-tag`)",
)
@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("tags: [a, '#b', c/d]", ("a", "b", "c/d")),
        ("tags: a", ("a",)),
        ("TAGS: [a]", ("a",)),
        ("tags: a, b", ()),
        ("tags: a b", ()),
        ("tags: [1984, true, x, '1985']", ("x",)),
        ("tag: a", ()),
        ("tags:", ()),
    ],
)
def test_T5_tags_in_properties(tmp_path: Path, front: str, expected: tuple[str, ...]) -> None:
    assert topic(tmp_path, f"---\n{front}\n---\n").tags == expected


@rule(
    "T6",
    "the properties' tags come first, then the body's in their order",
    SETTLED,
    "OTF",
    differs="each tag once, as a topic has it or has it not",
)
def test_T6_properties_come_first(tmp_path: Path) -> None:
    assert topic(tmp_path, "---\ntags: [c, a]\n---\n#b #a\n").tags == ("c", "a", "b")


@rule("T7", "no tags in other properties: a hash in a text is a hash", SETTLED, "HLP")
def test_T7_no_tags_in_other_properties(tmp_path: Path) -> None:
    assert topic(tmp_path, '---\nremark: "see #a"\n---\n').tags == ()


@rule(
    "P1",
    "properties stand from a first line that is exactly `---` to the next such line",
    SETTLED,
    "CORB, REL 1.1.13",
)
@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("---\na: 1\n---\n", {"a": 1}),
        ("---\na: 1\n---", {"a": 1}),
        ("---\r\na: 1\r\n---\r\n", {"a": 1}),
        ("\ufeff---\na: 1\n---\n", {"a": 1}),
        ("---\na: 1\n...\n", {}),
        ("--- \na: 1\n---\n", {}),
        ("\n---\na: 1\n---\n", {}),
        (" ---\na: 1\n---\n", {}),
        ("----\na: 1\n----\n", {}),
    ],
)
def test_P1_where_the_properties_stand(text: str, values: dict[str, int]) -> None:
    assert note(text).properties.values == values


@rule("P2", "no properties between the two lines, or written as JSON", SETTLED, "OTF")
def test_P2_empty_and_json() -> None:
    assert note("---\n---\n[[a]]").properties.values == {}
    assert targets("---\n---\n[[a]]") == ["a"]
    assert note('---\n{"a": [1, "b"]}\n---\n').properties.values == {"a": [1, "b"]}


@rule(
    "P3",
    "`aliases`: one or a list; `alias` is gone since 1.9",
    SETTLED,
    "OTF, HLP, REL 1.4.1",
    differs="a number is an alias, too, as it is written; `alias` and what is no text are told (`bad-alias`)",
)
def test_P3_aliases(tmp_path: Path) -> None:
    assert topic(tmp_path, "---\naliases: [b, c, 4]\n---\n").aliases == ("b", "c", "4")
    assert topic(tmp_path, "---\naliases: one two\n---\n").aliases == ("one two",)
    assert topic(tmp_path, "---\nalias: b\n---\n").aliases == ()


@rule("P4", "numbers and truth values have types, dates and times stay text", SETTLED, "OTF")
def test_P4_dates_stay_text() -> None:
    front = "a: 2024-01-02\nb: 2024-01-02T10:00:00\nc: 12:30\nd: 1.5\ne: true\nf:\n"
    values = note(f"---\n{front}---\n").properties.values
    assert values == {"a": "2024-01-02", "b": "2024-01-02T10:00:00", "c": "12:30", "d": 1.5, "e": True, "f": None}


@rule(
    "P5",
    "invalid YAML or a key twice, at any depth: no properties, the body is read",
    SETTLED,
    "REL 1.4.9, YAML",
    differs="the finding `bad-yaml` tells the line; the few texts that YAML's parsers read differently are listed in `tests/reader/test_front_matter.py`",
)
@pytest.mark.parametrize("front", ["a: [", "a: 1\na: 2", "a: b: c", "up: [[A]], [[B]]", "\ta: @b"])
def test_P5_broken_properties_are_none(front: str) -> None:
    parsed = note(f"---\n{front}\n---\n[[a]]\n")
    assert parsed.properties.values == {}
    assert [code for _, code, _ in parsed.problems] == ["bad-yaml"]
    assert [link.target for link in parsed.mentions] == ["a"]


@rule(
    "P6",
    "a note's title is its file's name",
    SETTLED,
    "MVM",
    differs="the property `title`, else the heading that opens the note, else the file's name",
)
def test_P6_the_title(tmp_path: Path) -> None:
    assert topic(tmp_path, "x\n\n# Late\n").title == "n"
    assert topic(tmp_path, "# First *one*\n").title == "First one"
    assert topic(tmp_path, "---\ntitle: Best\n---\n# First\n").title == "Best"


@rule("B1", "headings as in CommonMark", SETTLED, "HLP, CommonMark 4.2, CommonMark 4.3")
@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("#no\n# yes", [(1, "yes")]),
        ("one\n===\ntwo\n---\n", [(1, "one"), (2, "two")]),
        ("- # in a list\n\n> ## in a quote", [(1, "in a list"), (2, "in a quote")]),
        ("   ### three\n    # code", [(3, "three")]),
        ("##\n# a #\n# b#\n# c \\#", [(2, ""), (1, "a"), (1, "b#"), (1, "c \\#")]),
    ],
)
def test_B1_headings(markdown: str, expected: list[tuple[int, str]]) -> None:
    assert [(heading.level, heading.text) for heading in note(markdown).headings] == expected


@rule("B2", "each list item knows the one it lies in", SETTLED, "OTF")
def test_B2_items_and_what_they_lie_in() -> None:
    parsed = note("- a\n  - b\n    1. c\n- d\n\n* e\n\n+ f\n> - g\n>   - h\n")
    assert [item.parent for item in parsed.items] == [-1, 0, 1, -1, -1, -1, -1, 6]
    assert [item.ordered for item in parsed.items] == [False, False, True, False, False, False, False, False]


@rule(
    "B3",
    "tasks, and the items within them: a number behind a task's box begins an item of its own; items in callouts count",
    SETTLED,
    "OTF",
)
def test_B3_tasks() -> None:
    parsed = note("- [ ] 1. a\n- [x] 2 b\n1) [?] c\n\n> [!todo]\n> - [ ] d\n")
    assert [parsed.line(item.start) for item in parsed.items] == [1, 1, 2, 3, 6]
    assert [item.parent for item in parsed.items] == [-1, 0, -1, -1, -1]


@rule(
    "B4",
    "callouts: `> [!type]`, in any case, of any type, folded (`-`) or not (`+`), nested, with a title",
    SETTLED,
    "OTF, HLP",
    remark="links, tags and block ids in title and body count as in any quote; the type is none of its words, and the title no sentence of the note",
)
@pytest.mark.parametrize("head", ["[!tip]", "[!TIP]-", "[!My own|wide]+", "[!no such type]"])
def test_B4_callouts(head: str) -> None:
    text = f"> {head} Title [[a]] #b\n> body [[c]] #d ^e\n>\n> > {head}\n> > - [[f]] #g ^h\n\n  > {head} ^i\n"
    assert targets(text) == ["a", "c", "f"]
    assert tags(text) == ["b", "d", "g"]
    assert list(note(text).block_ids) == ["e", "h", "i"]
    assert part(text, "^h") == "> > - [[f]] #g ^h"
    assert note(text).intro == "body [[c]] #d"


@rule(
    "B5",
    "footnotes: `[^id]` marks and defines; what stands in a definition counts",
    SETTLED,
    "REL 1.8.0",
    remark="inline ones (`^[...]`) are plain text",
)
def test_B5_footnotes() -> None:
    parsed = note("x[^1] y[^a b] z[^long-id]\n\n[^1]: see [[a]]\n\n    and [[b]]\n")
    assert [parsed.text[start:end] for start, end in parsed.footnotes] == ["1", "long-id", "1"]
    assert [link.target for link in parsed.mentions] == ["a", "b"]


@rule("B6", "`==words==` are marked, and nothing else", SETTLED, "HLP")
def test_B6_marked_words(tmp_path: Path) -> None:
    assert to_text("a ==b *c*== d = e") == "a b c d = e"
    assert topic(tmp_path, "# The ==best== one\n").title == "The best one"
    assert part("# The ==best== one\n", "The best one") == "# The ==best== one"
    assert targets("==[[a]]==") == ["a"]


@rule(
    "B7",
    "a place is a line and a column from 0 on, and an offset, both in UTF-16 units",
    SETTLED,
    "OTF",
    differs="what we tell is a line, counted from 1 as every editor does, and the same in any unit; within the reader offsets "
    "are code points, and `tests/conformance/test_oracle.py` converts them",
)
def test_B7_places() -> None:
    parsed = note("🙂🙂\n\n🙂 [[a]]\n")
    (link,) = parsed.mentions
    assert (link.start, parsed.line(link.start)) == (6, 3)  # in UTF-16 units: 9
    assert [line for line, *_ in record_of(parsed).links] == [3]
