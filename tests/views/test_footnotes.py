"""Footnotes apart from their marks, as pandoc reads them."""

import pytest

from exporter.model import NoStore
from exporter.views.body.footnotes import number_marks, take_footnotes
from exporter.views.body.nodes import stringify
from exporter.views.body.pandoc import Node, Trees
from exporter.views.body.text import mark_escapes

pytestmark = pytest.mark.book


def parse(markdown: str) -> tuple[list[Node], dict[str, list[Node]], list[str]]:
    """The blocks, what each footnote says by its label, the labels that marks in the blocks lead to."""
    text, marks = number_marks(mark_escapes(markdown))
    (tree,) = Trees([text], hard_line_breaks=True, store=NoStore())
    assert tree is not None
    blocks, footnotes = take_footnotes(tree, marks)
    cited = [footnotes.labels[number] for number in sorted(footnotes.cited)]
    return blocks, {footnotes.labels[number]: each for number, each in footnotes.blocks.items()}, cited


def words(blocks: list[Node]) -> str:
    return " / ".join(stringify(block["c"]) for block in blocks)


@pytest.mark.parametrize(
    ("markdown", "said", "notes"),
    [
        ("a[^1] b[^1]\n\n[^1]: c", "a b", {"1": "c"}),
        ("a[^1]\n[^1]: c", "a", {"1": "c"}),
        ("a[^A b]\n\n[^a  B]: c", "a", {"a  B": "c"}),
        ("a[^1]\n\n[^1]: b[^2]\n[^2]: c[^1]", "a", {"1": "b", "2": "c"}),
        ("a\n\n[^1]: see [^1]", "a", {"1": "see "}),
        ("[^s]: b\nlazy[^s]", "", {"s": "b lazy"}),
        ("> [^1]: b\n> then[^1]", None, {"1": "b then"}),
        ("a[^1] `b[^1]` $c[^1]$ \\[^1]\n\n[^1]: d", "a b[^1] c[^1] [^1]", {"1": "d"}),
        ("a[^2]\n\n[^1]: d", "a[^2]", {"1": "d"}),
        ("a[^1](b) c[^1]: d\n\n[^1]: e", "a(b) c: d", {"1": "e"}),
        ("a[^1]\n\n[^1]: b\n\n[^1]: c", "a", {"1": "c"}),  # two of one label are two; `labels` shows the last
        ("a[^2]: b[^1]\n\n[^1]: c", "a[^2]: b", {"1": "c"}),
        ("a b", "a b", {}),
    ],
)
def test_marks_and_definitions(markdown: str, said: str | None, notes: dict[str, str]) -> None:
    blocks, footnotes, _ = parse(markdown)
    if said is not None:
        assert words(blocks) == said
    assert {label: words(each) for label, each in footnotes.items()} == notes


def test_of_two_definitions_the_first_one_is_cited() -> None:
    text, marks = number_marks("a[^1]\n\n[^1]: b\n\n[^1]: c")
    (tree,) = Trees([text], hard_line_breaks=True, store=NoStore())
    _, footnotes = take_footnotes(tree or [], marks)
    assert [words(footnotes.blocks[number]) for number in footnotes.cited] == ["b"]


def test_code_keeps_what_looks_like_footnotes() -> None:
    blocks, footnotes, _ = parse("```\n[^1]: a [^1]\n```\n\nb[^1]\n\n[^1]: c\n\n    [^1]: d")
    assert blocks[0]["c"][1] == "[^1]: a [^1]"
    assert [block["t"] for block in footnotes["1"]] == ["Para", "Para"] or len(footnotes) == 1


def test_footnotes_that_cite_one_another_do_not_grow() -> None:
    chain = "\n".join(f"[^{number}]: x[^{number + 1}] y[^{number + 1}]" for number in range(200))
    _, footnotes, cited = parse(f"a[^0]\n\n{chain}\n[^200]: end")
    assert len(footnotes) == 201
    assert cited == ["0"]
    assert sum(len(str(blocks)) for blocks in footnotes.values()) < 100_000
