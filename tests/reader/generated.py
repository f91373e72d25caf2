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

# What people write, a line each; put together they make what nobody writes
LINES = (
    *("", "", "", "  ", "word", "two words  ", "\tword", "    word", "a  \tb", "é 🙂 數", "{{x}}", "a | b", "\\", "\0"),
    *("# H [[h]] #t", "## H `c` ##", "###", "#", "####### x", "   # H", "    # H", "> # H", "- # H", ">#x", "# H ^id", "# k:: v ^id #"),
    *("===", "---", "-", "***", "- ---", "* * *", "> ---", "  ==="),
    *("[[a]] ![[b#c|d]]", "[[a]b]]", "[[[a]]]", "[[]] [[|a]] [[#a]]", "[[ a # b ]]", "![[a.png|9]]", "[[a\\|b]]", "[[a", "b]]", "a]]"),
    *("[[a#[^1]]]", "[[a#[^1]|b]]", "[[a [b](c) d]]", "[[obsidian://a]]", "\\[[a]]", "!\\[[a]]", "[[a]](b)"),
    *("[a](b.md#c) [d](<e f> 'g')", "[a]( b )", "[a](b\nc)", "[a\nb](c)", "[](a#b)", "![a|9](b.png)", "[a [b](c) d](e)", "[![a](b)](c)"),
    *("[a [[b]] c](d)", "[[a](b)", "[a](https://b.c/#d)", "<https://a.b/#c>", "[a](obsidian://b)", "https://a.b/#c", "[a](b", "](c)", "[a]()"),
    *("[r]: a.md", "[r]: #a", "[r]:", "#a 'b'", "[r]: [[a]]", "[a #b][r]", "> [r]: #a", "[r", "s]: #a", "- [r]: <#a>", "[r\\]: #a"),
    *("#a #b/c, #d! #1 #2x", "#a#b _#c_ |#d|", "(#a) x#b \\#c", "[#a](b) [#c]", "#a/ #_b_"),
    *("https://a.b/?c=#d https://a.b/_#e", "a=#b ~~#c a|#d", "`https://a`_#b", "# H { #i }", "# H #t {: #i } #", "## `c` { #i .j }", "H { #i }", "--|--"),
    *("`[[a]]`", "`` [[a]] ` #b ``", "`[[a]] #b", "a` [[b]]", "```", "```py", "``` a ``` [[b]]", "  ```", "    ```", "````", "~~~", "> ```", "- ```"),
    *("$[[a]]$", "$5 [[a]] $6", "$[[a]]", "$$", "$$ [[a]] $$", "$$ a", "> $$", "%%", "%% [[a]] #b %%", "%% [[a]]", "> %%", "%% k:: [[a]] %%"),
    *("<div>", "</div>", "<b>a</b> [[a]]", "<b>", "<pre>", "</pre>", "<!-- [[a]] -->", "<!-- a", "-->", "<!-->", "<!--->", "<?a", "?>", "<!A", "<![CDATA[", "]]>", "a <b [[c]]"),
    *('<a b="[[c]]">d</a>', "<span>[a](b)</span>", "<a\nb>", "<"),
    *("- [[a]]", "  - [[a]]", "    - [[a]]", "\t- [[a]]", "-     [[a]]", "-\t[[a]]", "- - [[a]]", "1. [[a]]", "2) [[a]]", "10. a", "+ a"),
    *("- [ ] a #b", "- [x] [[a]]", "- [ ] 1. a", "- [ ] k:: v", "> [[a]]", "> - [[a]]", ">     [[a]]", "> > [[a]]", ">a", ">", "> [!tip]- T [[a]] #b", "- > a"),
    *("a[^1]", "[^1]: [[a]]", "    [[a]]", "[^1]: k:: v", "a ^id", "^id", "> a ^id", "- a ^Id", "a ^id b", "a ^b ^c", "|a|b ^c", "| [[a\\|b]] | #c |", "|---|"),
    *("k:: v", "k:: [[a]] b", "- k:: [[a]]", "*k l*:: v ^id", "[k:: v] (l:: [[a]])", "(k:: [l:: [[a]]])", "`k:: v`", "k::v a::b", "_k_:: 🙂 `v`", "| k:: v |", "2. k:: v"),
)  # fmt: skip

together = st.lists(st.sampled_from(LINES), max_size=12).map("\n".join)
joined = st.lists(st.lists(st.sampled_from((*LINES, *PIECES)), min_size=1, max_size=3).map("".join)).map("\n".join)

# Each construct in a few lines, where passes over the whole text would go wrong
NOTES = (
    "---\nup: x\n---\n# A\n\nword [[a]] #b\n",
    # code
    "```py\n[[a]] # b\n```\n[[c]]\n",
    "````\n```\n[[a]]\n````\n\n~~~ x\n#b\n",
    "- a\n  ```\n  [[b]]\n  ```\n",
    "> ```\n> [[a]]\n> ```\n",
    "a\n\n    words\n",
    "a\n\n    [[b]]\n",
    "a\n    [[b]]\n",
    "- a\n\t- [[b]]\n\t\t- #c\n",
    "# a\n\t- [[b]]\n",
    f"{'[' * 102}]]![](d) [[a]]\n",
    f"- {'>' * 1000}+ a < [[b]]\n",
    "[](]()##d) #e\n",
    "[]([)](a) [b](c)\n",
    "-     a\n          b\n      [[c]]\n",
    "`[[a]]` ``b` #c`` `[[d]]\n",
    "`a\n[[b]]` c\n",
    # HTML, comments, formulas
    *(f"[[a]]\n\n{html}\n\n[[c]]\n" for html in ("<div>\n[[b]]\n</div>", "<b>\n[[b]]", "<pre>\n\n[[b]]</pre>")),
    *(f"[[a]]\n\n{html}\n\n[[c]]\n" for html in ("<?\n\n[[b]]?>", "<!A\n\n[[b]]>", "<![CDATA[\n\n[[b]]]]>")),
    "<!-- [[a]]\n\n#b -->\n[[c]]\n",
    "<b>a</b> [[b]] <a title='[[c]]'>#d</a>\n",
    "a\n<b>\n[[c]]\n",
    "- <div>\n  [[a]]\n",
    "a %%[[b]] #c%%\n\n%%\n# d\n[[e]] k:: [[f]]\n%%\n",
    "> %%\n> [[a]]\n> %%\n",
    "$[[a]]$ costs $5 [[b]] or $6\n\n$$\n[[c]]\n$$\n[[d]]\n",
    "$a\n[[b]]$ c\n",
    # headings
    "# a ##\n##\n### [[b]] `c` #d\n####### e\n",
    "   # a\n",
    "> # a\n",
    "a [[b]]\n===\n",
    "a\n\n---\n\n[[b]]\n",
    # quotes, lists, callouts, footnotes, tables, block ids
    "> - [[a]]\n> - [x] #b\n>   1. [[c]]\n\n> [!tip]- T [[d]]\n> > [!no]\n> > #e\n",
    "- - [[a]]\n",
    "- [ ] a [[b]] #c\n1) [x] [[d]]\n",
    "a[^1] [^2]\n\n[^1]: [[b]] #c\n",
    "a[^##b] [^#c] #d[^e##f]\n",
    "[^1]: a\n\n    [[b]]\n",
    "| a | b |\n|---|---|\n| [[c\\|d]] | #e |\n|#f|[g](h)|\n",
    "a ^b-1\n\n- c ^D\n- e ^f\n\n^g\n\n# h ^i\n",
    "a ^b\nc\n",
    "> ^a\n",
    # links
    r"\[[a]] \#b [\[c](d) \\[[e]]",
    "[[a#b|c]] ![[d.png|9]] [[#e]] [[f#[^1]]] [[obsidian://g]] [[]] [[|h]]",
    "[a](b 'c') ![d|9](<e f>) <https://g.h> [i](https://j.k) [](l#m)",
    "[a [b](c) d](e) [![f](g)](h) [i [[j]] k](l) [[m [n](o) p]]",
    "[a](b\n'c')\n",
    "[a\n[[b]]](c)\n",
    "[a #b][r] [c][]\n",
    "[r]: #a\n",
    "- [[a]]: b\n- [c](d): e\n- [f]: g\n",
    "- [[a]]: b\n- [c](d): e\n> [!f] [g]: h\n",
    # tags, fields
    "#a#b _#c_ (#d) #1 #e/f/ [#g](h) é#i\n",
    "k:: v\n- *l*:: [[a]] b\n- [ ] m:: n\n\nx [o:: p] (q:: [[r]]) `s:: t` ^u\n",
)
