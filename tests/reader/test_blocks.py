"""Lines into blocks: CommonMark's traps, and Obsidian's additions."""

import pytest

from exporter.reader.markdown.blocks import Block, Item, blocks


def seen(text: str) -> list[str]:
    """The blocks in short: "=" and the level of a heading, "-" an item, "%" and "<" comments, else the text."""
    signs = {"heading": "={}", "comment": "%", "hidden": "<", "text": ""}
    return [
        "-" if isinstance(block, Item) else signs[block.kind].format(block.level) + block.content
        for block in blocks(text, 0)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\n\nc", ["a\nb", "c"]),
        ("  a\n   b\n", ["a\nb"]),
        # fences
        ("```\na\n```\nb", ["b"]),
        ("````\n```\na\n````\nb", ["b"]),
        ("```\na\n~~~\n```\nb", ["b"]),
        ("```\na\n ```\nb", ["b"]),
        ("```\na\n    ```\nb", []),
        ("```\na\n``` x\nb", []),
        ("```a`b\nc", ["```a`b\nc"]),
        ("~~~ a`b ~\nc\n~~~\nd", ["d"]),
        ("a\n```\nb\n```\nc", ["a", "c"]),
        ("- ```\n  a\n  ```\n  b", ["-", "b"]),
        ("- ```\n  a\nb\n```\nc", ["-", "b"]),
        ("> ```\n> a\nb", ["b"]),
        ("> ```\n> a\n> ```\n> b", ["b"]),
        ("1. a\n\n   ```\n   b\n   ```\n   c\n", ["-", "a", "c"]),
        # indented code
        ("    a\n\n\tb\nc", ["c"]),
        ("a\n    b", ["a\nb"]),
        ("- a\n\n      b\n\n  c", ["-", "a", "c"]),
        ("-     a\n\n  b", ["-", "b"]),
        ("-\ta\n\n\tb\n\n\t\tc", ["-", "a", "b"]),
        ("# a\n\tb", ["=1a"]),
        ("\t- a", []),
        (">     a\n> b", ["b"]),
        (">\ta\n>\t\tb", ["a\nb"]),
        # definitions of targets alone are no heading: what underlines them is a paragraph, which others end
        ("[a]: b\n===\n```\nc\n```\nd", ["===", "d"]),
        ("[a]: b\n===\nc\n\nd", ["===\nc", "d"]),
        ("> [a]: b\n> ===\n> ```\n> c", ["==="]),
        ("- [a]: b\n  ===\n- c", ["-", "===", "-", "c"]),
        # HTML
        ("<div>\na\n</div>\nb\n\nc", ["c"]),
        ("a\n<div>\nb\n\nc", ["a", "c"]),
        ("a\n<b>\nc", ["a\n<b>\nc"]),
        ("<b>\na\n\nc", ["c"]),
        ("> a\n<b>\nc", ["a\n<b>\nc"]),
        ("<b>a</b>\nc", ["<b>a</b>\nc"]),
        ("<pre>\na\n\nb</pre>\nc", ["c"]),
        ("<!-- a\n\nb --> c\nd", ["<<!-- a\n\nb -->", "d"]),
        ("<!-- a --> b\nc", ["<<!-- a -->", "c"]),
        ("<?a\n\nb?>\nc", ["c"]),
        ("<!A\n\nb>\nc\n", ["c"]),
        ("<![CDATA[\n\na]]>\nb", ["b"]),
        ("- <div>\na", ["-", "a"]),
        # headings
        ("# a\n## b ##\n#c\n", ["=1a", "=2b", "#c"]),
        ("a\nb\n===\nc\n---", ["=1a\nb", "=2c"]),
        ("> a\n===", ["a\n==="]),
        ("> a\n---", ["a"]),
        ("> [!b] c\n> ---\n> d", ["[!b] c", "d"]),  # the title of a callout is no heading
        ("[!b] c\n---", ["=2[!b] c"]),
        ("- a\n  ===\n", ["-", "=1a"]),
        ("a\n\n===", ["a", "==="]),
        ("===", ["==="]),
        ("a\n = =", ["a\n= ="]),
        ("a\n    ---", ["a\n---"]),
        # thematic breaks
        ("a\n***\nb\n - - -\n_ _ _\nc", ["a", "b", "c"]),
        ("* a\n* * *\n* b", ["-", "a", "-", "b"]),
        # lists
        ("- a\n  - b\n - c\n", ["-", "a", "-", "b", "-", "c"]),
        ("a\n- b", ["a", "-", "b"]),
        ("a\n2. b", ["a\n2. b"]),
        ("a\n1. b", ["a", "-", "b"]),
        ("a\n-\nb", ["=2a", "b"]),
        ("a\n*\nb", ["a\n*\nb"]),
        ("-\n  a", ["-", "a"]),
        ("-\n\n  a", ["-", "a"]),
        ("- - a\n    b\n", ["-", "-", "a\nb"]),
        ("1234567890. a", ["1234567890. a"]),
        ("-a\n1.b\n+", ["-a\n1.b\n+"]),
        ("- a\n\nb", ["-", "a", "b"]),
        ("10) a\n\n    b\n", ["-", "a", "b"]),
        # lazy continuation
        ("> a\nb\n\nc", ["a\nb", "c"]),
        ("> - a\nb", ["-", "a\nb"]),
        ("- a\nb", ["-", "a\nb"]),
        ("> a\n\n> b", ["a", "b"]),
        ("> # a\nb", ["=1a", "b"]),
        ("> > a\n> b\n>\n> c", ["a\nb", "c"]),
        (">a\n >b\n  >  c", ["a\nb\nc"]),
        ("> - a\n>\n>   b\n>\n> c", ["-", "a", "b", "c"]),
        # definitions of targets
        ("[a]: b\n[c]: <d e> 'f'\ng", ["g"]),
        ("[a]:\n  b\n  'c\n  d' \ne", ["e"]),
        ("[a\nb\\]]: c", []),
        ("[a]: b 'c' d\n[e]: f", ["[a]: b 'c' d\n[e]: f"]),
        ("[a]: b\n'c' d", ["'c' d"]),
        ("a\n[b]: c", ["a\n[b]: c"]),
        ("[a]: b\n===\nc", ["===\nc"]),
        ("[a]: b\nc\n===", ["=1c"]),
        ("> - [a]: b\n> - c", ["-", "-", "c"]),
        ("[a]:\n\n[]: b\n\n[a]: [[b]]\n\n[a [b]]: c", ["[a]:", "[]: b", "[a]: [[b]]", "[a [b]]: c"]),
        # Obsidian's
        ("%%\na\n# b\n%%\nc", ["%%%\na\n# b\n%%", "c"]),
        ("%% a %%\nb", ["%% a %%\nb"]),
        ("a\n%% b\nc\n\nd %% e\nf", ["a", "%%% b\nc\n\nd %% e", "f"]),
        ("%%\na", ["%%%\na"]),
        ("- %%\n  a\nb", ["-", "%%%\na", "b"]),
        ("$$\n# a\n\n$$\nb", ["b"]),
        ("$$ a $$\nb", ["$$ a $$\nb"]),
        ("$$\na", ["$$\na"]),
        ("[^1]: a\n\n    b\n\n        c\n\nd", ["[^1]: a", "b", "d"]),
        ("- [ ] 1. a\n- [ ] # b", ["-", "-", "a", "-", "[ ] # b"]),
    ],
)
def test_blocks(text: str, expected: list[str]) -> None:
    assert seen(text) == expected


def test_the_text_begins_where_it_is_told_to() -> None:
    text = "---\na: 1\n---\n# b\n"
    (block,) = blocks(text, 13)
    assert isinstance(block, Block) and (block.start, block.end, block.content) == (13, 16, "b")


def test_each_position_of_a_text_is_known() -> None:
    text = "> - one\n>   two\n> three\n\n#  four #\n"
    for block in blocks(text, 0):
        if isinstance(block, Block):
            for position, character in enumerate(block.content):
                assert text[block.offset(position)] == character
            assert block.start <= block.offset(0) and block.offset(len(block.content)) <= block.end


def test_where_items_begin_and_end() -> None:
    text = "- a\n  - b\n\n    c\n- d\n\ne\n"
    items = [block for block in list(blocks(text, 0)) if isinstance(block, Item)]
    assert [text[item.start : item.end] for item in items] == ["- a\n  - b\n\n    c\n", "- b\n\n    c\n", "- d\n\n"]
    assert [text[item.text] for item in items] == ["a", "b", "d"]


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("a\n\nb", "a"),
        ("a\n- b\n- c\n\nd", "- b\n- c"),
        ("- b\n\n* c\n\nd", "* c"),
        ("```\na\n\nb\n```\nd", "```\na\n\nb\n```"),
        ("    a\n    b\nd", "    a\n    b"),
        ("> a\n\n> b\n\nd", "> b"),
        ("d", ""),
        ("a\n***\nd", "***"),
        ("<div>\na\n\nd", "<div>\na"),
    ],
)
def test_the_block_before(text: str, before: str) -> None:
    *_, last = blocks(text, 0)
    assert isinstance(last, Block) and last.before is not None
    assert text[slice(*last.before)].strip("\n") == before


def test_the_block_before_is_not_known_within_another() -> None:
    *_, last = blocks("- a\n\n  b", 0)
    assert isinstance(last, Block) and last.before is None
