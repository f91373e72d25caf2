"""Markdown that nobody would write."""

from hypothesis import strategies as st

PIECES = (
    *"[]()<>`$%#*_^:|!\\-+>=~&\"'\n\t 1aB.é數🙂\r\0",
    *(
        "[[a]]",
        "[[b#c|d]]",
        "![[e.png|9]]",
        "[f](g.md)",
        "![h](<i j>)",
        "<https://k.org>",
        "#l/m",
        "key:: [[n]]",
        "[o:: p]",
    ),
    *(
        "\n\n",
        "\n- ",
        "\n  - ",
        "\n1. ",
        "\n> ",
        "\n# ",
        "\n    ",
        "\n```\n",
        "\n~~~",
        "\n%%\n",
        "%%",
        "\n$$\n",
        "\n---\n",
    ),
    *(
        "\n<div>\n",
        "<!--",
        "-->",
        "<b>",
        "[^1]",
        "\n[^1]: ",
        " ^q",
        "\n===",
        "- [ ] ",
        "|-|",
        "---\na: b\n---\n",
        "]]",
        "](",
        "::",
    ),
)
markdown = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
