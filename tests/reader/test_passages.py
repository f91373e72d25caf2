"""The parts of a note's text: what they are, what lies in what, and where their links are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.model import Passage
from exporter.reader.content.passages import read_passages
from exporter.reader.markdown.plain_text import to_text


def parts(text: str, title: str = "Title") -> list[str]:
    """Each part on a line, as deep as it lies: its kind, what it is marked with, its text."""
    return [shown(passage) for passage in read_passages(text, title)]


def shown(passage: Passage) -> str:
    number = "" if passage.number is None else f" {passage.number}"
    mark = f" [{passage.mark}]" if passage.mark else ""
    return f"{'  ' * (passage.level - 1)}{passage.kind}{number}{mark}: {passage.text}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Words\nof *one* paragraph.\n\nAnother.", ["paragraph: Words of one paragraph.", "paragraph: Another."]),
        # headings: of whatever level, set in either way, none, empty
        ("## A\n#### B\n### C\n# D", ["heading: A", "  heading: B", "  heading: C", "heading: D"]),
        ("A\n===\n\nB\n---\nx", ["heading: A", "  heading: B", "    paragraph: x"]),
        ("# \nx\n\n## \n\n- y", ["paragraph: x", "item: y"]),
        # the title again
        ("#tag\n\n# *Title*!\n\n## A", ["paragraph: #tag", "heading: A"]),
        ("## A\n\n## The Title", ["heading: A", "heading: The Title"]),
        # lists
        ("- a\n  - b\n\n    more\n- c\n  > q", ["item: a", "  item: b", "    paragraph: more", "item: c", "  paragraph: q"]),
        ("3. a\n3. b\n\nx\n\n1) c", ["item 3: a", "item 4: b", "paragraph: x", "item 1: c"]),
        ("1. a\n   1. b\n   2. c\n2. d\n   1. e", ["item 1: a", "  item 1: b", "  item 2: c", "item 2: d", "  item 1: e"]),
        ("- [ ] a\n- [x] b\n- [/] c\n1. [-] d", ["task [ ]: a", "task [x]: b", "task [/]: c", "task 1 [-]: d"]),
        ("- [ ]\n- [x](u) y", ["item: [ ]", "item: x y"]),
        ("-\n-\n  - a\n- b", ["item: a", "item: b"]),
        ("- # A\n  - b\n- - c", ["heading: A", "  item: b", "item: c"]),
        # what announces a list has it
        ("Do:\n\n- a\n- b\n\nEnd.", ["paragraph: Do:", "  item: a", "  item: b", "paragraph: End."]),
        ("**Do**\n- a\n\n## H\n- b", ["paragraph: Do", "  item: a", "heading: H", "  item: b"]),
        ("- x\n\n  Do:\n\n  - a\n\n- y", ["item: x", "  paragraph: Do:", "    item: a", "item: y"]),
        ("Do:\n\nNot this.\n\n- a", ["paragraph: Do:", "paragraph: Not this.", "item: a"]),
        # quotes and callouts
        ("> a\n>\n> - b\n\nc", ["paragraph: a", "item: b", "paragraph: c"]),
        (
            "> [!note]- See *it*\n> a\n> - b\n>\n> > [!tip|x]\n> > c\n>\n> d\n\ne",
            ["callout [note]: See it", "  paragraph: a", "  item: b", "  callout [tip]: Tip", "    paragraph: c",
             "  paragraph: d", "paragraph: e"],
        ),
        ("> [!a] A\n>\n> x\n>\n> [!b] B\n> y", ["callout [a]: A", "  paragraph: x", "callout [b]: B", "  paragraph: y"]),
        ("- > [!warning]\n  > a\n- b", ["callout [warning]: Warning", "  paragraph: a", "item: b"]),
        # tables
        ("| a | b |\n|---|:-:|\n| 1 \\| 2 | |\n| | |\n", ["table: a | b", "  row: 1 | 2 |"]),
        ("above\na | b\n--|--\n1 | 2", ["paragraph: above", "table: a | b", "  row: 1 | 2"]),
        ("| |\n|-|\n| 1 |", ["row: 1"]),
        # code, formulas, HTML
        ("```py x\n  # a\n\n    b\n```", ["code [py]: # a\n\n  b"]),
        ("- i\n  ~~~\n  # a\n    b\n  ~~~\n- j", ["item: i", "  code: # a\n  b", "item: j"]),
        ("    a\n      b\n\n    c\n\nx", ["code: a\n  b\n\nc", "paragraph: x"]),
        ("```\nopen", ["code: open"]),
        ("$$\nx^2\n$$\n\n$$y$$ and $z$", ["formula: $$ x^2 $$", "paragraph: $$y$$ and $z$"]),
        ("<div>\na <b>b</b>\n</div>\n\n<script>\nno\n</script>", ["paragraph: a b"]),
        ("a<br>b <u>c</u>", ["paragraph: a b c"]),
        # pictures, footnotes, links to nowhere
        ("![](<file:a/b%20c.png#width=3>)\n\n![alt](<file:x.png>)", ["paragraph: b c.png", "paragraph: alt"]),
        ("- a[^1] b[^2]\n  - c[^1]\n\n[^1]: One *x*\n[^3]: Never", ["item: a b", "  footnote: One x", "  item: c"]),
        ("a [b]() `[c]()`\n\n[d]()", ["paragraph: a [b]() [c]()", "paragraph: d"]),
        ("a ^id\n\n^other\n\n---\n\nb", ["paragraph: a", "paragraph: b"]),
    ],
)  # fmt: skip
def test_what_lies_in_what(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


def test_links_are_places_in_the_plain_text() -> None:
    text = "*[a **b**](<topic:x%20y#H>)*, <https://a_b_c.example>, [![p](<file:p.png>)](https://c.example) and `[d](e)`"
    (passage,) = read_passages(text, "")
    assert passage.text == "a b, https://a_b_c.example, p and [d](e)"
    assert [(passage.text[start:end], to) for start, end, to in passage.targets] == [
        ("a b", "topic:x%20y#H"), ("https://a_b_c.example", "https://a_b_c.example"), ("p", "https://c.example"),
    ]  # fmt: skip
    assert passage.pictures == 1


MARKS = "# |## |- |  - |1. |> |> [!x] |```|~~~|    |$$|| a |||-|-||<div>|<!--|-->|%%|[^1]: |[^1]|[ ] |* |__|`|[x](y)|\n|\n\n|w |:"


@given(st.lists(st.sampled_from(MARKS.split("|")) | st.text(max_size=3), max_size=30).map("".join))
def test_any_text_has_parts_that_nest_and_say_something(text: str) -> None:
    level = 0
    for passage in read_passages(text, ""):
        assert 1 <= passage.level <= level + 1
        level = passage.level
        assert passage.text.strip()
        assert "\n" not in passage.text or passage.kind == "code"
        assert all(0 <= start < end <= len(passage.text) for start, end, _ in passage.targets)


@given(st.text("ab *_`[]()!\\", max_size=30).filter(lambda text: "]()" not in text and "![" not in text))
def test_words_are_those_of_the_plain_text(text: str) -> None:
    """The marks that say where links are change nothing of what is read."""
    (passage,) = read_passages(f"w{text}", "")
    assert passage.text == to_text(f"w{text}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("> [!a]\n" * 20_000, 2),
        ("> [!a]\n>\n" * 10_000, 10_000),
        ("".join(f"{'> ' * (1 + k % 50)}[!a]\n" for k in range(20_000)), 51),
        ("- a:\n" * 20_000, 20_000),
        ("".join(f"{'  ' * k}- a\n" for k in range(1_000)), 1_000),
        ("| a |\n" * 20_000 + "|-|\n" * 3, 4),
        ("x[^1] " * 20_000 + "\n\n[^1]: y", 2),
        ("[a](b) " * 20_000, 1),
        ("    a\n\n" * 5_000, 1),
        ("1. a\n" * 20_000, 20_000),
        ("**a " * 20_000, 1),
    ],
    ids=range(11),
)
def test_hostile_text_is_read_in_one_pass(text: str, number: int) -> None:
    """Whatever looks back or ahead from each line would take minutes here."""
    assert len(read_passages(text, "")) == number
