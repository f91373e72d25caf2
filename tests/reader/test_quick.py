"""The fast reading of a note says what the full one says, or leaves the note to it; and it leaves few."""

import os
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples
from reader.generated import PIECES, markdown

from exporter.reader.markdown.front_matter import read_properties
from exporter.reader.markdown.note import decode, read
from exporter.reader.markdown.quick import read_quickly
from exporter.reader.markdown.record import NoteRecord, record_of

ARCHIVE = Path(os.environ.get("MLK_EXPORT_DATA") or ROOT.parent / "shared" / "data") / "obsidian-hub.tar.xz"

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


def both(text: str) -> tuple[NoteRecord | None, NoteRecord]:
    """What the fast reading says, and what the full one does."""
    text, _ = decode(text.encode(errors="replace"))
    properties = read_properties(text)
    return read_quickly(text, properties.end), record_of(read(text, properties, []))


@given(together | joined | markdown)
@settings(deadline=None, max_examples=examples(2000))
def test_they_agree_on_whatever_is_written(text: str) -> None:
    fast, full = both(text)
    assert fast is None or fast == full


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("---\nup: x\n---\n# A\n\nword [[a]] #b\n", True),
        # code
        ("```py\n[[a]] # b\n```\n[[c]]\n", True),
        ("````\n```\n[[a]]\n````\n\n~~~ x\n#b\n", True),
        ("- a\n  ```\n  [[b]]\n  ```\n", False),
        ("> ```\n> [[a]]\n> ```\n", False),
        ("a\n\n    words\n", True),
        ("a\n\n    [[b]]\n", False),
        ("a\n    [[b]]\n", True),
        ("- a\n\t- [[b]]\n\t\t- #c\n", True),
        ("# a\n\t- [[b]]\n", False),
        (f"{'[' * 102}]]![](d) [[a]]\n", True),
        (f"- {'>' * 1000}+ a < [[b]]\n", False),
        ("[](]()##d) #e\n", True),
        ("[]([)](a) [b](c)\n", True),
        ("-     a\n          b\n      [[c]]\n", False),
        ("`[[a]]` ``b` #c`` `[[d]]\n", True),
        ("`a\n[[b]]` c\n", False),
        # HTML, comments, formulas
        *(
            (f"[[a]]\n\n{html}\n\n[[c]]\n", True)
            for html in ("<div>\n[[b]]\n</div>", "<b>\n[[b]]", "<pre>\n\n[[b]]</pre>")
        ),
        *(
            (f"[[a]]\n\n{html}\n\n[[c]]\n", True)
            for html in ("<?\n\n[[b]]?>", "<!A\n\n[[b]]>", "<![CDATA[\n\n[[b]]]]>")
        ),
        ("<!-- [[a]]\n\n#b -->\n[[c]]\n", True),
        ("<b>a</b> [[b]] <a title='[[c]]'>#d</a>\n", True),
        ("a\n<b>\n[[c]]\n", True),
        ("- <div>\n  [[a]]\n", False),
        ("a %%[[b]] #c%%\n\n%%\n# d\n[[e]] k:: [[f]]\n%%\n", True),
        ("> %%\n> [[a]]\n> %%\n", False),
        ("$[[a]]$ costs $5 [[b]] or $6\n\n$$\n[[c]]\n$$\n[[d]]\n", True),
        ("$a\n[[b]]$ c\n", False),
        # headings
        ("# a ##\n##\n### [[b]] `c` #d\n####### e\n", True),
        ("   # a\n", False),
        ("> # a\n", False),
        ("a [[b]]\n===\n", False),
        ("a\n\n---\n\n[[b]]\n", True),
        # quotes, lists, callouts, footnotes, tables, block ids
        ("> - [[a]]\n> - [x] #b\n>   1. [[c]]\n\n> [!tip]- T [[d]]\n> > [!no]\n> > #e\n", True),
        ("- - [[a]]\n", False),
        ("- [ ] a [[b]] #c\n1) [x] [[d]]\n", True),
        ("a[^1] [^2]\n\n[^1]: [[b]] #c\n", True),
        ("a[^##b] [^#c] #d[^e##f]\n", True),
        ("[^1]: a\n\n    [[b]]\n", False),
        ("| a | b |\n|---|---|\n| [[c\\|d]] | #e |\n|#f|[g](h)|\n", True),
        ("a ^b-1\n\n- c ^D\n- e ^f\n\n^g\n\n# h ^i\n", True),
        ("a ^b\nc\n", False),
        ("> ^a\n", True),
        # links
        (r"\[[a]] \#b [\[c](d) \\[[e]]", True),
        ("[[a#b|c]] ![[d.png|9]] [[#e]] [[f#[^1]]] [[obsidian://g]] [[]] [[|h]]", True),
        ("[a](b 'c') ![d|9](<e f>) <https://g.h> [i](https://j.k) [](l#m)", True),
        ("[a [b](c) d](e) [![f](g)](h) [i [[j]] k](l) [[m [n](o) p]]", True),
        ("[a](b\n'c')\n", False),
        ("[a\n[[b]]](c)\n", False),
        ("[a #b][r] [c][]\n", True),
        ("[r]: #a\n", False),
        ("- [[a]]: b\n- [c](d): e\n- [f]: g\n", False),
        ("- [[a]]: b\n- [c](d): e\n> [!f] [g]: h\n", True),
        # tags, fields
        ("#a#b _#c_ (#d) #1 #e/f/ [#g](h) é#i\n", True),
        ("k:: v\n- *l*:: [[a]] b\n- [ ] m:: n\n\nx [o:: p] (q:: [[r]]) `s:: t` ^u\n", True),
    ],
)
def test_what_is_read_fast(text: str, is_read: bool) -> None:
    fast, full = both(text)
    assert (fast is not None) == is_read
    assert fast is None or fast == full


def assert_nearly_all(notes: Iterable[bytes]) -> None:
    pairs = [both(data.decode(errors="replace")) for data in notes]
    assert all(fast is None or fast == full for fast, full in pairs)
    assert sum(fast is not None for fast, _ in pairs) >= 0.99 * len(pairs) > 0


def test_our_notes_are_read_fast() -> None:
    assert_nearly_all(path.read_bytes() for path in sorted((ROOT / "vault").rglob("*.md")))


@pytest.mark.slow
def test_notes_of_others_are_read_fast(require: Callable[[bool, str], None]) -> None:
    require(ARCHIVE.is_file(), f"{ARCHIVE.name}, a public vault; name its folder with MLK_EXPORT_DATA")
    with tarfile.open(ARCHIVE) as packed:
        files = (packed.extractfile(member) for member in packed if member.isfile() and member.name.endswith(".md"))
        assert_nearly_all(file.read() for file in files if file)
