"""HTML of a note as nodes: what tags mean, whatever their order, and never more work than there is text."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples

from exporter.views.body.html import DEEPEST, read_html
from exporter.views.body.nodes import string
from exporter.views.body.pandoc import Node

HOSTILE = {
    "divs": "<div>" * 50_000,
    "ends": "</div>" * 50_000,
    "angles": "<" * 100_000,
    "begun": "<a " * 50_000,
    "quotes": "<a b='" * 30_000,
    "comments": "<!--" * 50_000,
    "sections": "<![CDATA[" * 30_000,
    "tables": "<table><tr><td>" * 20_000,
    "cells": "<table><tr>" + "<td colspan=9999 rowspan=9999>x" * 10_000,
    "one long row": "<table><tr>" + "<td>x" * 20_000 + "<tr><td>" * 20_000 + "</table>",
    "crossed": "<b><i>" * 30_000 + "</b></i>" * 30_000,
    "items": "<ul><li>" * 30_000,
}


def raw(html: str) -> list[Node]:
    return [{"t": "RawBlock", "c": ["html", html]}]


def para(*inlines: str) -> Node:
    """A paragraph of words and, in angle brackets, tags."""
    return {
        "t": "Para",
        "c": [{"t": "RawInline", "c": ["html", each]} if each[:1] == "<" else string(each) for each in inlines],
    }


def outline(value: Any) -> Any:
    """Nodes as names and words: no attributes, no blanks."""
    if isinstance(value, dict):
        kind, content = value["t"], value.get("c")
        if kind in ("Str", "Space", "LineBreak", "HorizontalRule"):
            return content if kind == "Str" else {"LineBreak": "|", "Space": None}.get(kind, kind)
        if kind in ("Code", "CodeBlock", "Div", "Link", "Image", "Span"):
            return (kind, outline(content[1]))
        if kind == "Header":
            return (f"H{content[0]}", outline(content[2]))
        if kind == "OrderedList":
            return (kind, outline(content[1]))
        if kind == "Table":
            rows = [*content[3][1], *(row for body in content[4] for row in body[3])]
            return (kind, [[outline(cell[4]) for cell in cells] for _, cells in rows])
        return (kind, outline(content))
    if isinstance(value, list):
        return [made for each in value if (made := outline(each)) is not None]
    return value


@pytest.mark.parametrize(
    ("html", "made"),
    [
        ("<div>a</div>", [("Plain", ["a"])]),
        ("<p>a<p>b", [("Para", ["a"]), ("Para", ["b"])]),
        ("<details><summary>a</summary>b</details>", [("Para", [("Strong", ["a"])]), ("Para", ["b"])]),
        ("<ul><li>a<li>b<ol><li>c</ol></ul>", [("BulletList", [[("Plain", ["a"])], [("Plain", ["b"]), ("OrderedList", [[("Plain", ["c"])]])]])]),
        ("<table><tr><th>a<td>b<tr><td>c</table>", [("Table", [[[("Plain", ["a"])], [("Plain", ["b"])]], [[("Plain", ["c"])], []]])]),
        ("<h2>a <b>b</b></h2>", [("H2", ["a", ("Strong", ["b"])])]),
        ("<pre>a\n b &lt;</pre>", [("CodeBlock", "a\n b <")]),
        ("<blockquote>a</blockquote><hr>", [("BlockQuote", [("Plain", ["a"])]), "HorizontalRule"]),
        ("a<br/>b</br>", [("Plain", ["a", "|", "b"])]),
        ("<div><b>a</div>b", [("Para", [("Strong", ["a"])]), ("Para", ["b"])]),
        ("<b><div>a</div>b</b>", [("Para", ["a"]), ("Para", [("Strong", ["b"])])]),
        ("<i>a", [("Plain", ["a"])]),  # what nothing ends is words
        ("</p>a</div>", [("Plain", ["a"])]),
        ("<td>a</td><li>b</li>", [("Para", ["a"]), ("Para", ["b"])]),
        ("a &amp; &lt;b&gt; < c <3", [("Plain", ["a", "&", "<b>", "<", "c", "<", "3"])]),
        ("<script>a</script><style>b</style><!-- c --><template>d</template>e", [("Plain", ["e"])]),
        ("<a href='https://b.c'>a</a><img src=d.png alt=e>", [("Plain", [("Link", ["a"]), ("Image", ["e"])])]),
        ("<iframe src='https://b.c'></iframe><video>a</video>", [("Plain", [("Link", ["https://b.c"]), "a"])]),
        ("<center>a</center>", [("Div", [("Plain", ["a"])])]),
        ("<x-y>a</x-y>", [("Plain", ["a"])]),
    ],
)  # fmt: skip
def test_blocks(html: str, made: Any) -> None:
    assert outline(read_html(raw(html), {})) == made


@pytest.mark.parametrize(
    ("inlines", "made"),
    [
        (["x", "<sup>", "2", "</sup>"], [("Para", ["x", ("Superscript", ["2"])])]),
        (["<kbd>", "a", "</kbd>", "<mark>", "b", "</mark>"], [("Para", [("Code", "a"), ("Span", ["b"])])]),
        (["<u>", "a"], [("Para", ["a"])]),
        (["a", "<ul>", "<li>", "b", "</li>", "</ul>", "c"], [("Para", ["a"]), ("BulletList", [[("Plain", ["b"])]]), ("Para", ["c"])]),
        (["<!-- a -->"], []),
        (["a", "<script>", "b", "</script>"], [("Para", ["a"])]),
    ],
)  # fmt: skip
def test_lines(inlines: list[str], made: Any) -> None:
    assert outline(read_html([para(*inlines)], {})) == made


def test_markdown_stands_between_tags() -> None:
    blocks = [
        *raw("<table><tr><td>"),
        para("a"),
        *raw("</td><td>"),
        para("b"),
        *raw("</td></tr></table>\n<div>"),
        para("c"),
    ]
    assert outline(read_html(blocks, {})) == [
        ("Table", [[[("Para", ["a"])], [("Para", ["b"])]]]),
        ("Para", ["c"]),  # the last element is never ended, and holds nothing
    ]


def test_what_no_book_shows_is_named_once() -> None:
    left_out: dict[str, None] = {}
    read_html(raw("<IFRAME></IFRAME><p><blink>a</blink><blink>b</blink><!-- <c> -->"), left_out)
    assert [*left_out] == ["<iframe>", "<blink>"]


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_hostile_html_is_no_deeper_and_no_larger_than_it_may_be(html: str) -> None:
    made = read_html(raw(html), {})
    deepest, count = 0, 0
    waiting: list[tuple[Any, int]] = [(made, 0)]
    while waiting:
        value, depth = waiting.pop()
        deepest = max(deepest, depth)
        count += isinstance(value, dict)
        if isinstance(value, dict):
            waiting.append((value.get("c"), depth + 1))
        elif isinstance(value, list):
            waiting += [(each, depth) for each in value]
    assert deepest <= 4 * DEEPEST
    assert count <= 2 * len(html) + 10


PIECES = st.sampled_from(
    "<div> </div> <b> </b> <p> <td> </table> <table> <tr> <li> <ul> </ul> <details> <summary> <br> <!-- --> <a <pre>".split()
)


@given(st.lists(st.one_of(PIECES, st.integers(0, 99).map(lambda number: f"w{number} ")), max_size=40))
@settings(deadline=None, max_examples=examples(300))
def test_no_word_is_lost_and_none_moves(pieces: list[str]) -> None:
    """But for comments, and for cells and rows of tables, which move what stands between them to their front."""
    html = "".join(piece for piece in pieces if piece not in ("<!--", "-->", "<a"))
    words = [piece.strip() for piece in pieces if piece[0] == "w"]

    def said(value: Any) -> list[str]:
        if isinstance(value, dict) and value["t"] in ("CodeBlock", "Code"):
            return str(value["c"][1]).split()
        if isinstance(value, dict):
            return [value["c"]] if value["t"] == "Str" else said(value.get("c"))
        return [word for each in value for word in said(each)] if isinstance(value, list) else []

    found = " ".join(said(read_html(raw(html), {}))).split()
    if "<table>" in pieces:
        found, words = sorted(found), sorted(words)
    assert found == words
