"""What of the notes is in the outline, for each program that reads it."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

import listparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter import KnowledgeMap
from exporter.errors import OptionError
from exporter.testing import make_map, run_writer, topic
from exporter.writers import opml
from exporter.writers.opml import Options
from exporter.writers.opml.document import NAMESPACE
from exporter.writers.opml.profiles import PROFILES

ID = f"{{{NAMESPACE}}}id"
SINK = """\
Prose with a [web page](https://example.org/a?b=1&c=2), [[the oak](<topic:oak>) and code `x < 1`.

## Steps

Do this:

1. First, *see* [Oak](<topic:oak#Bark>)
2. Second
   - [ ] open
   - [x] done **well**
   - [/] half
   - [-] dropped

   ```sh
   # comment
   - not a list
   ```

#### Deeper <b>

- # a heading
- > no quote
- \\- no list
- 1\\. no number
- two links: [a](https://a.example/) and [b](https://b.example/x.opml)
- [paper](https://c.example/)
- [gone](<missing:Nowhere>) and ![a picture](<file:p.png>)
- note[^1]
- $a_1 * b_1$ and snake_case, 2 * 3 * 4, `__init__`
- \u05e9\u05dc\u05d5\u05dd \U0001f333 "q" 'a' &amp; &lt;i&gt;

| a | b |
|---|---|
| 1 | 2 |

```dataview
list
```

$$
x^2
$$

[^1]: the footnote
"""
WHOLE = Options(depth="all")


def sink(**fields: Any) -> KnowledgeMap:
    given = {"title": "Sink", "summary": "- what\n# it is", "tags": ("a/b",), **fields}
    return make_map(topic("oak", title="Oak tree"), topic("sink", **given), texts={"oak": "", "sink": SINK})


def written(knowledge_map: KnowledgeMap, options: Options = WHOLE) -> str:
    return run_writer(opml, knowledge_map, options).files["knowledge-map.opml"].decode()


def of(text: str, id: str = "sink") -> ElementTree.Element:
    (found,) = [each for each in ElementTree.fromstring(text.encode()).iter("outline") if each.get(ID) == id]
    return found


def lines(element: ElementTree.Element, level: int = 0) -> Iterator[str]:
    for each in element:
        yield f"{'  ' * level}{each.get('text')}"
        yield from lines(each, level + 1)


def inner(knowledge_map: KnowledgeMap, options: Options = WHOLE) -> list[str]:
    return [*lines(of(written(knowledge_map, options)))]


def profile(reader: str, **fields: Any) -> Options:
    return Options(**{"reader": reader, "depth": "all", **fields})


# How deep


def test_all_of_a_note_is_there_in_its_order() -> None:
    assert inner(sink()) == [
        "Prose with a web page, [the oak and code x < 1.",
        "Steps",
        "  Do this:",
        "    1. First, see Oak",
        "    2. Second",
        "      open",
        "      done well",
        "      [/] half",
        "      [-] dropped",
        "      sh",
        "  Deeper",
        "    a heading",
        "    no quote",
        "    - no list",
        "    1. no number",
        "    two links: a and b",
        "    paper",
        "    gone and a picture",
        "    note",
        "      the footnote",
        "    $a_1 * b_1$ and snake_case, 2 * 3 * 4, __init__",
        "    \u05e9\u05dc\u05d5\u05dd \U0001f333 \"q\" 'a' & <i>",
        "    a | b",
        "      1 | 2",
        "    $$ x^2 $$",
    ]


def test_depth_takes_headings_or_lists_alone_and_tells_what_is_left_out() -> None:
    assert inner(sink(), Options(depth="topics")) == []
    assert inner(sink(), Options(depth="headings")) == ["Steps", "  Deeper", "    a heading"]
    lists = inner(sink(), Options())
    assert lists[:3] == ["Steps", "  Do this:", "    1. First, see Oak"]
    assert "      the footnote" in lists and "      sh" in lists  # in items
    assert not [line for line in lists if line.strip()[:5] in ("Prose", "a | b", "$$ x^")]
    told = {each.code: each.message.split()[0] for each in run_writer(opml, sink(), Options()).findings}
    assert told["opml-prose"] == "4"  # a paragraph, a table, a query, a formula
    assert "opml-prose" not in {each.code for each in run_writer(opml, sink(), WHOLE).findings}


@pytest.mark.parametrize("depth", ["headings", "lists", "all"])
def test_footnotes_go_with_what_cites_them(depth: Any) -> None:
    text = "[^1]\n\nwords[^2]\n\n- item[^3]\n\n[^1]: one\n[^2]: two\n[^3]: three\n"
    knowledge_map = make_map(topic("sink"), texts={"sink": text})
    expected = {"headings": [], "lists": ["item", "  three"], "all": ["one", "words", "  two", "item", "  three"]}
    assert inner(knowledge_map, Options(depth=depth)) == expected[depth]


def test_each_loss_is_told_once() -> None:
    told = {each.code: each.message.split()[0] for each in run_writer(opml, sink(), WHOLE).findings}
    assert told == {"opml-html": "1", "opml-picture": "1", "opml-query": "1", "opml-task": "2"}


# Where


def test_a_topic_has_its_outline_in_its_home_area_alone() -> None:
    knowledge_map = make_map(
        topic("a"), topic("b"), topic("x", areas=("a", "b")), texts={"a": "", "b": "", "x": "- one\n"}
    )
    first, second = (
        each for each in ElementTree.fromstring(written(knowledge_map).encode()).iter("outline") if each.get(ID) == "x"
    )
    assert [*lines(first)] == ["one"]
    assert [*lines(second)] == []


def test_an_area_has_no_links_to_what_stands_in_it_anyway() -> None:
    text = "# The Area\n\n## Mine\n\n- [X](<topic:x>)\n- [Y](<topic:y>) - why\n\n## More\n\n- [X](<topic:x>) is good\n"
    knowledge_map = make_map(
        topic("a", title="The area"),
        *(topic(id, areas=("a",), summary="why") for id in "xy"),
        texts={"a": text, "x": "", "y": ""},
    )
    assert [*lines(of(written(knowledge_map), "a"))] == ["More", "  x is good".replace("x", "X"), "x", "y"]


def test_a_file_for_each_area_and_an_index() -> None:
    knowledge_map = make_map(
        topic("A/b"), topic("a b"), topic("x", areas=("A/b",)), topic("loose"),
        texts={"A/b": "", "a b": "", "x": "- one\n", "loose": "- two\n"},
    )  # fmt: skip
    files = run_writer(opml, make_map(topic("x")), Options(files="areas")).files
    assert [*files] == ["knowledge-map.opml"]  # there is no area
    with_empty = make_map(
        *knowledge_map.topics, parents={"A/b": None, "a b": None}, texts={"x": "- one\n", "loose": "- two\n"}
    )
    output = run_writer(opml, with_empty, Options(files="areas"))
    assert [*output.files] == ["knowledge-map.opml", "areas/A-b.opml", "areas/a-b-2.opml"]
    index = ElementTree.fromstring(output.files["knowledge-map.opml"])
    shown = [(each.get("text"), each.get("type"), each.get("url")) for each in index.iter("outline")]
    assert shown[:2] == [("A/b", "include", "areas/A-b.opml"), ("a b", "include", "areas/a-b-2.opml")]
    assert [text for text, _, _ in shown[2:]] == ["Further topics", "loose", "two"]
    assert [each.get("text") for each in ElementTree.fromstring(output.files["areas/A-b.opml"]).iter("outline")] == [
        "A/b",
        "x",
        "one",
    ]


def test_a_note_that_is_gone_is_a_line() -> None:
    assert inner(make_map(topic("sink"), texts={})) == []


# Dates


@pytest.mark.parametrize(
    ("properties", "shown"),
    [
        ({"Date Created": date(2024, 3, 1)}, "Fri, 01 Mar 2024 00:00:00 GMT"),
        ({"created": datetime(2024, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))}, "Thu, 29 Feb 2024 23:30:00 GMT"),
        ({"created_at": "2024-03-01T10:00"}, "Fri, 01 Mar 2024 10:00:00 GMT"),
        ({"date": "spring", "modified": "2024-03-01"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_created_is_a_date_of_rfc_822(properties: dict[str, Any], shown: str | None) -> None:
    assert of(written(sink(properties=properties))).get("created") == shown
    assert shown is None or parsedate_to_datetime(shown)


# Who reads it


def test_tasks_are_marked_as_each_reader_knows_them() -> None:
    def task(reader: str, number: int) -> dict[str, str]:
        steps = of(written(sink(), profile(reader))).findall("outline")
        second = next(each for each in steps if each.get("text") == "Steps").findall("outline/outline")[1]
        return dict([*second][number].attrib)

    assert task("any", 1) == {"text": "done well", "_status": "checked", "_complete": "true", "complete": "true"}
    assert task("any", 0) == {"text": "open", "_status": "unchecked"}
    assert task("omnioutliner", 1) == {"text": "done well", "_status": "checked"}
    assert task("workflowy", 1) == {"text": "done well", "_complete": "true"}
    assert task("dynalist", 1) == {"text": "done well", "complete": "true"}
    assert [task("logseq", number)["text"] for number in range(4)] == [
        "TODO open", "DONE done well", "DOING half", "CANCELED dropped",
    ]  # fmt: skip
    for reader in ("freeplane", "xmind", "strict"):
        assert [task(reader, number) for number in range(3)] == [
            {"text": "☐ open"}, {"text": "☑ done well"}, {"text": "[/] half"},
        ]  # fmt: skip


def test_strict_has_nothing_that_the_specification_does_not_have() -> None:
    options = profile("strict", link="https://example.org/{id}")
    root = ElementTree.fromstring(written(sink(properties={"created": "2024-01-01"}), options).encode())
    names = {name for each in root.iter("outline") for name in each.attrib}
    assert {name for name in names if not name.startswith("{")} == {"text", "type", "url", "category", "created"}
    assert all(url.startswith("https://") for each in root.iter("outline") if (url := each.get("url")))
    with pytest.raises(OptionError, match="'link' must begin with http"):
        profile("strict", link="obsidian://open?file={note}").check()


def test_workflowy_gets_html() -> None:
    shown = inner(sink(), profile("workflowy", link="obsidian://open?vault=V&file={note}"))
    page = '<a href="https://example.org/a?b=1&amp;c=2">web page</a>'
    oak = '[<a href="obsidian://open?vault=V&amp;file=oak.md">the oak</a>'
    assert shown[0] == f"Prose with a {page}, {oak} and code x &lt; 1."


def test_addresses_of_topics_are_where_the_reader_looks() -> None:
    leaf = make_map(topic("x", title="A leaf", summary="why"), texts={"x": ""})
    for reader, note, url in (
        ("any", "why", "https://example.org/x"),
        ("workflowy", "why\nhttps://example.org/x", None),
        ("logseq", "why\nhttps://example.org/x", None),
        ("omnioutliner", "why\nhttps://example.org/x", None),
    ):
        shown = of(written(leaf, profile(reader, link="https://example.org/{id}")), "x")
        assert (shown.get("_note"), shown.get("url")) == (note, url)
    shown = of(written(leaf, profile("freeplane", link="https://example.org/{id}")), "x")
    assert [(each.get("text"), each.get("url")) for each in shown] == [
        ("why", None), ("https://example.org/x", "https://example.org/x"),
    ]  # fmt: skip


def test_markdown_has_links_and_logseq_has_pages() -> None:
    shown = inner(sink(), profile("dynalist"))
    assert shown[0].startswith("Prose with a [web page](https://example.org/a?b=1&c=2), [the oak and")
    shown = inner(sink(), profile("logseq"))
    assert r"\[[the oak]([[Oak tree]]) and code x \< 1." in shown[0]
    assert "    [gone]([[Nowhere]]) and a picture" in shown
    assert r"    $a_1 * b_1$ and snake_case, 2 \* 3 \* 4, \_\_init\_\_" in shown


def test_code_stays_code() -> None:
    notes = {
        reader: next(
            each.get("_note")
            for each in of(written(sink(), profile(reader))).iter("outline")
            if each.get("text") == "sh"
        )
        for reader in ("any", "workflowy", "logseq")
    }
    assert notes == {
        "any": "    # comment\n    - not a list",
        "workflowy": "# comment\n- not a list",
        "logseq": "```sh\n# comment\n- not a list\n```",
    }
    assert "      # comment\n- not a list" in inner(sink(), profile("freeplane"))


def test_readers_without_notes_get_lines() -> None:
    shown = inner(sink(), profile("freeplane", link="https://example.org/{id}"))
    assert shown[:3] == ["• what", "• # it is", "https://example.org/sink"]


# Other people's readers


@pytest.mark.parametrize("reader", PROFILES)
def test_libxml_and_listparser_find_no_flaw(reader: str, bundled: KnowledgeMap) -> None:
    from lxml import etree

    for knowledge_map in (sink(), bundled):
        text = written(knowledge_map, profile(reader, link="https://example.org/{id}"))
        etree.fromstring(text.encode())
        assert not listparser.parse(text).bozo


@pytest.mark.slow
def test_npm_readers_give_every_line_note_link_and_task_back(
    node: Callable[[str, str], Any], bundled: KnowledgeMap
) -> None:
    for knowledge_map in (sink(), bundled):
        text = written(knowledge_map, profile("any"))

        def tree(element: Any, below: str) -> list[Any]:
            names = ("text", "_note", "url", "_complete")
            return [
                ({name: each[name] for name in names if each.get(name)}, tree(each, below))
                for each in element.get(below, [])
            ]

        def expected(element: ElementTree.Element) -> list[Any]:
            names = ("text", "_note", "url", "_complete")
            return [({name: value for name in names if (value := each.get(name))}, expected(each)) for each in element]

        (body,) = ElementTree.fromstring(text.encode()).findall("body")
        assert tree(node("opml", text)["body"], "subs") == expected(body)
        trimmed = json.loads(
            json.dumps(expected(body)), object_hook=lambda each: {k: v.strip() for k, v in each.items()}
        )
        assert json.dumps(tree(node("opml-to-json", text), "children")) == json.dumps(trimmed)


@pytest.mark.slow
def test_logseq_keeps_the_tree_the_tasks_and_the_code(node: Callable[[str, str], Any], bundled: KnowledgeMap) -> None:
    for knowledge_map in (sink(), bundled):
        text = written(knowledge_map, profile("logseq"))
        blocks = [block for block, _ in node("mldoc", text)[1]]
        headings = [block[1] for block in blocks if block[0] == "Heading"]
        (body,) = ElementTree.fromstring(text.encode()).findall("body")
        assert [each["level"] for each in headings] == [*levels(body)]
    blocks = [block for block, _ in node("mldoc", written(sink(), profile("logseq")))[1]]
    assert [block[1]["marker"] for block in blocks if block[0] == "Heading" and block[1].get("marker")] == [
        "TODO", "DONE", "DOING", "CANCELED",
    ]  # fmt: skip
    assert ["".join(block[1]["lines"]) for block in blocks if block[0] == "Src"] == ["# comment\n- not a list\n"]
    titles = [words(block[1]["title"]) for block in blocks if block[0] == "Heading"]
    assert {"a heading", "no quote", "- no list", "1. no number", "Deeper", "note", "gone and a picture"} <= {*titles}
    assert "$a_1 * b_1$ and snake_case, 2 * 3 * 4, __init__" in titles
    assert "Prose with a web page, [the oak and code x < 1." in titles
    assert {block[0] for block in blocks} == {"Heading", "Paragraph", "Src", "Displayed_Math"}


def levels(element: ElementTree.Element, level: int = 1) -> Iterator[int]:
    for each in element:
        yield level
        yield from levels(each, level + 1)


def words(inlines: list[Any]) -> str:
    """The words of mldoc's inlines."""
    found = ""
    for kind, value, *_ in inlines:
        if kind == "Plain":
            found += value
        elif kind == "Latex_Fragment":
            found += f"${value[1]}$"
        elif kind == "Link":
            found += words(value["label"])
        elif kind in ("Emphasis",):
            found += words(value[1])
        elif kind == "Tag":
            found += "#" + words(value)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["any", "freeplane"])
def test_freeplane_has_every_line_as_a_node(
    reader: str, freeplane: Callable[[str], Any], bundled: KnowledgeMap
) -> None:
    for knowledge_map in (sink(), bundled):
        text = written(knowledge_map, profile(reader, link="https://example.org/{id}"))
        root = freeplane(text)
        (top,) = root.findall("node")
        assert top.get("TEXT") == knowledge_map.title
        shown = [
            (node.get("TEXT"), len(node.findall("node")), node.get("LINK")) for node in top.iterdescendants("node")
        ]
        (body,) = ElementTree.fromstring(text.encode()).findall("body")
        assert shown == [(each.get("text"), len(each), each.get("url")) for each in body.iter("outline")]
        if reader == "freeplane":
            assert not [each for each in body.iter("outline") if "_note" in each.attrib]
            assert not [link for _, _, link in shown if link and link.endswith(".mm")]


@pytest.mark.book
def test_pandoc_has_the_words_of_every_line(bundled: KnowledgeMap) -> None:
    import pypandoc

    for knowledge_map in (sink(), bundled):
        text = written(knowledge_map, profile("any", text="html"))
        plain = pypandoc.convert_text(text, "plain", format="opml", extra_args=["--wrap=none"])
        (body,) = ElementTree.fromstring(text.encode()).findall("body")
        position = 0
        for each in body.iter("outline"):
            said = "".join(ElementTree.fromstring(f"<x>{each.get('text')}</x>").itertext()).split()
            for word in said:
                if word.isalnum():
                    position = plain.index(word, position)


# Bad input

TEXTS = st.lists(
    st.sampled_from(
        "# h|## h|###### h|- i|  - j|    - k|1. n|10) n|> q|> - q|> [!note] c|```|~~~|    code|$$|---|===|| a | b ||"
        "|---|---||<div>|</div>|<!--|%%|[^1]: f|x[^1]|- [ ] t|- [/] t|* |+ + x|[a](<topic:oak>)|![](<file:p.png>)|<b>\x00\x0b|"
        "\ue001\ue002 \ue003|words:|**b**|\U0001f333|\u202e|".split("|")
    ),
    max_size=12,
).map("\n".join)


@given(TEXTS, st.sampled_from([*PROFILES]), st.sampled_from(["headings", "lists", "all"]))
def test_any_text_is_an_outline_that_reads_back(text: str, reader: str, depth: Any) -> None:
    knowledge_map = make_map(topic("oak"), topic("x"), texts={"oak": "", "x": text})
    made = written(knowledge_map, Options(reader=reader, depth=depth))  # type: ignore[arg-type]
    for each in of(made, "x").iter("outline"):
        assert each.attrib["text"].strip()
        assert "<topic:" not in each.attrib["text"] or any(mark in text for mark in ("```", "~~~", "    ", "$$"))
        if PROFILES[reader].markup != "plain":  # there code is a note as it is, or in fences
            continue
        assert not any(line[:2] in ("- ", "# ", "* ", "> ") for line in each.get("_note", "").split("\n"))


@pytest.mark.slow
def test_levels_and_lists_without_end() -> None:
    deep = "".join(f"{'  ' * level}- level {level}\n" for level in range(200))
    long = "".join(f"{number}. item\n" for number in range(1, 5001))
    knowledge_map = make_map(topic("x"), texts={"x": f"{deep}\n# Long\n\n{long}"})
    output = run_writer(opml, knowledge_map, WHOLE)
    root = ElementTree.fromstring(output.files["knowledge-map.opml"])
    assert max(levels(root[1])) == 64
    assert [each.get("text") for each in root.iter("outline")][-1] == "5000. item"
    assert [(each.code, each.message.split()[0]) for each in output.findings] == [("opml-depth", "138")]
