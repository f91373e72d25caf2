"""Inline Markdown as plain text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples

from exporter.reader.markdown.plain_text import to_text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("plain words", "plain words"),
        ("  two \n lines\t", "two lines"),
        ("**bold** *it* _it_ __bold__ ***both*** ==hi== ~~no~~", "bold it it bold both hi no"),
        ("**a *b* c** *a **b** c*", "a b c a b c"),
        ("**[[x]]**, *`y`*", "x, y"),
        ("Rye^[grain, not [[x]]] `a^[b]` c\\^[d] x^2", "Rye a^[b] c^[d] x^2"),
        ("a*b*c x_y_z snake_case __init__", "abc x_y_z snake_case init"),
        ("5 * 3 * 2, a = b, x == y, ~5", "5 * 3 * 2, a = b, x == y, ~5"),
        ("**open *too", "**open *too"),
        ("[[a]] [[a#b]] [[a|b c]] [[#d]] ![[e.png|9]]", "a a > b b c d e.png"),
        ("[a *b*](c) ![d|9](e) [![f](g)](h) [i [j] k](l)", "a b d f i [j] k"),
        ("<https://a.org/b_c_d>", "https://a.org/b_c_d"),
        ("[a](b [c] (d)", "[a](b [c] (d)"),
        ("`a*b*` `` ` `` ``[[x]]``", "a*b* ` [[x]]"),
        ("`open", "`open"),
        ("a %%b%% c <!-- d --> e<br>f</i>", "a c ef"),
        ("a < b <c", "a < b <c"),
        ("a[^1] b[c]", "a b[c]"),
        ("\\*a\\* \\[\\[b\\]\\] \\\\ \\a", "*a* [[b]] \\ \\a"),
        ("a &amp; b &copy; &#65;&#x42; &nope; &", "a & b © AB &nope; &"),
        ("$a_1 * b_2$ $5 and $6", "$a_1 * b_2$ $5 and $6"),
        ("#tag", "#tag"),
        ("", ""),
        ("\ue000*a*", "a"),
        ("日本の**知識**です", "日本の知識です"),
    ],
)
def test_plain(markdown: str, text: str) -> None:
    assert to_text(markdown) == text


@given(st.text(st.sampled_from("ab *_~=`[]()<>!|\\$%#&;^\n"), max_size=80))
@settings(deadline=None, max_examples=examples(300))
def test_it_takes_away_and_adds_nothing(markdown: str) -> None:
    text = to_text(markdown)
    assert text == " ".join(text.split())
    assert set(text) <= {*markdown.replace("\n", " "), " ", ">"}  # "[[a#b]]" is "a > b"


@given(st.lists(st.text("abé1.", min_size=1), min_size=1).map(" ".join))
@settings(deadline=None)
def test_words_stay(words: str) -> None:
    assert to_text(words) == to_text(f"**{words}**") == to_text(f"[{words}](x)") == to_text(f"`{words}`") == words
