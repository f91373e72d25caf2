r"""What MathJax knows, as pandoc knows it; a macro is \newcommand's or the vault's."""

import pytest

from exporter.model import NoStore
from exporter.testing import make_map, topic
from exporter.views.body.body import Body
from exporter.views.body.chemistry import chemistry
from exporter.views.body.formulas import rewrite_formulas, vault_macros
from exporter.views.body.macros import EndlessError, Macros, Stream, tokens
from exporter.views.body.marks import decode, unmark
from exporter.views.body.pandoc import Node, formulas_to_mathml
from exporter.views.body.tex import Tex, find_labels

REWRITTEN = {
    r"\textcolor{red}{x+y}": "{x+y}",
    r"\color{red}{x}y": "{x}y",
    r"\cfrac{1}{2}": r"\dfrac{1}{2}",
    r"{a \over b}": r"{\frac{a }{ b}}",
    r"a+{b \over {c \over d}}": r"a+{\frac{b }{ {\frac{c }{ d}}}}",
    r"{\rm d}x": r"{\mathrm{ d}}x",
    r"{\bf A}x": r"{{ {\textbf{A}}}}x",
    r"\mathbf{x_1}": r"{{\textbf{x}}_{\textbf{1}}}",
    r"\Bbb R \frak g": r"\mathbb{R} \mathfrak{g}",
    r"\not\exists \not *": "\\nexists  \\text{*\u0338}",
    r"\set{x}": r"\{x\}",
    r"\smash{x}": "{x}",
    r"x\tag{1.1}": r"x{\qquad\text{(1.1)}}",
    r"x\tag*{A}\notag": r"x{\qquad\text{A}}",
    r"\eqref{e} \ref{e} \ref{f}": r"{\text{(7)}} {\text{7}} {\text{???}}",
    r"\ket{\psi}": r"\left|\psi\right\rangle ",
    r"\dv{f}{x}": r"\frac{\mathrm{d}f}{\mathrm{d}{x}}",
    r"\pdv{f}{x}{y}": r"\frac{\partial^2f}{\partial{x}\partial{y}}",
    r"\dv[2]{x}": r"\frac{\mathrm{d}^{2}}{\mathrm{d}{x}^{2}}",
    r"\kern3pt\mkern-18mu\hspace{1cm}": r"\hspace{0.300em}\hspace{-1.000em}\hspace{2.850em}",
    r"\operatorname*{arg max}_x": r"\operatorname*{arg\ max}_x",
    r"\begin{array}{|c|r|}\hline a & b\\\hline\end{array}": "{\\begin{array}{cr} a & b\\end{array}}",
    r"\begin{array}{*{2}{c}@{x}l} a\end{array}": r"{\begin{array}{ccl} a\end{array}}",
    r"\begin{align*}a&=b\\[2pt]&=c\end{align*}": r"\begin{align}a&=b\\&=c\end{align}",
    r"\begin{align}a\\[b]\\[-.5ex]c\end{align}": r"\begin{align}a\\{}[b]\\c\end{align}",
    r"a\\b": r"\begin{gather}a\\b\end{gather}",
    r"|x| + \left|y\right|": r"\mathord{|}x\mathord{|} + \left|y\right|",
    r"\big/ \bigm\| \left. a \middle/ b\right.": r"/ \big\| \left. a / b\right.",
    r"\text{a \textcolor{red}{b} c}": r"\text{a }{\text{b}}\text{ c}",
    r"\newcommand{\R}{\mathbb{R}}\newcommand\n[2][1]{n_#1(#2)}\R\n{x}\n[2]{y}": r"\mathbb{R}n_1(x)n_2(y)",
    r"\def\pair#1#2{(#1,#2)}\pair ab": "(a,b)",
    r"\let\eps=\varepsilon\eps x": r"\varepsilon x",
    r"\let\old\phi\renewcommand{\phi}{\old'}\phi": r"\phi'",
    r"\DeclareMathOperator*{\am}{argmax}\am_x": r"\operatorname*{argmax}_x",
    r"\newenvironment{v}{\left(\begin{matrix}}{\end{matrix}\right)}\begin{v}1\end{v}": r"\left(\begin{matrix}1\end{matrix}\right)",
    "x % a comment\ny": "x y",
}  # fmt: skip
CHEMISTRY = {
    "H2O": r"\mathrm{H}_{2}\mathrm{O}",
    "SO4^2-": r"\mathrm{S}\mathrm{O}_{4}^{2-}",
    "Na+": r"\mathrm{Na}^{+}",
    "^{227}_{90}Th": r"^{227}_{90}\mathrm{Th}",
    "[Fe(CN)6]^3-": r"[\mathrm{Fe}(\mathrm{C}\mathrm{N})_{6}]^{3-}",
    "2H2 + O2 -> 2H2O": r"2\,\mathrm{H}_{2} + \mathrm{O}_{2}\;→\;2\,\mathrm{H}_{2}\mathrm{O}",
    "A <=>[k] B v": r"\mathrm{A}\;\overset{\mathrm{k}}{⇌}\;\mathrm{B}\,\downarrow ",
    "CuSO4*5H2O": r"\mathrm{Cu}\mathrm{S}\mathrm{O}_{4}{\cdot}5\,\mathrm{H}_{2}\mathrm{O}",
    "CH2=CH2": r"\mathrm{C}\mathrm{H}_{2}{=}\mathrm{C}\mathrm{H}_{2}",
}
ENDLESS = [r"\def\a{\a}\a", r"\def\a{\b}\def\b{x\a}\a", r"\def\a{\b\b}\def\b{\c\c}\def\c{\d\d}" + "".join(
    rf"\def\{x}{{\{y}\{y}\{y}\{y}}}" for x, y in zip("defghijk", "efghijkl", strict=True)) + r"\a"]  # fmt: skip


@pytest.mark.parametrize(("tex", "rewritten"), REWRITTEN.items())
def test_what_pandoc_does_not_know_is_said_in_what_it_knows(tex: str, rewritten: str) -> None:
    assert unmark(Tex({}, {"e": ("(7)", "place")}).rewrite(tex)) == rewritten.strip()


@pytest.mark.book
def test_pandoc_understands_all_of_it() -> None:
    made = [unmark(Tex({}, {}).rewrite(tex)) for tex in (*REWRITTEN, *(rf"\ce{{{each}}}" for each in CHEMISTRY))]
    for tex, mathml in zip(made, formulas_to_mathml([(True, tex) for tex in made], NoStore()), strict=True):
        assert mathml and mathml.startswith("<math"), tex


@pytest.mark.parametrize(("formula", "tex"), CHEMISTRY.items())
def test_chemistry(formula: str, tex: str) -> None:
    assert chemistry(formula) == tex


@pytest.mark.parametrize("tex", ENDLESS)
def test_a_macro_without_an_end_is_told(tex: str) -> None:
    with pytest.raises(EndlessError):
        Tex({}, {}).rewrite(tex)


def test_macros_hold_from_formula_to_formula() -> None:
    note = Tex({}, {})
    assert note.rewrite(r"\newcommand{\R}{\mathbb{R}}") == ""
    assert note.rewrite(r"x\in\R") == r"x\in\mathbb{R}"
    assert Tex({}, {}).rewrite(r"x\in\R") == r"x\in\R"


def test_an_item_that_only_defines_is_gone_and_one_that_was_empty_stays() -> None:
    def item(tex: str) -> list[Node]:
        return [{"t": "Plain", "c": [{"t": "Math", "c": [{"t": "InlineMath"}, tex]}]}]

    numbering = [1, {"t": "Decimal"}, {"t": "Period"}]
    tree: list[Node] = [
        {"t": "BulletList", "c": [item(r"\def\x{y}"), item(r"\x"), []]},
        {"t": "OrderedList", "c": [numbering, [item(r"\def\z{y}")]]},
    ]
    body = Body(topic("a"), "", "", 3, None, lambda kind, words: None)
    assert list(rewrite_formulas(tree, body, {})) == []
    assert tree[0]["c"][1:] == [[]]
    assert tree[0]["c"][0][0]["c"][0]["c"][1] == "y"
    assert tree[1] == {"t": "Div", "c": [["", [], []], []]}


def test_marks_say_what_pandoc_does_not_know_and_a_note_has_none() -> None:
    marked = Tex({}, {}).rewrite(r"\textcolor{#fa0}{x}")
    assert decode(marked.removeprefix("{\\text{")) == ["color", "#fa0"]
    assert Tex({}, {}).rewrite(rf"\text{{{marked[7:9]}}}") == r"\text{}"


def test_a_label_has_the_tag_of_its_row() -> None:
    assert find_labels(r"a\tag{1}\label{x}\\b\label{y}\\c\label{z}\tag*{Z}") == {"x": "(1)", "y": "(???)", "z": "Z"}


@pytest.mark.parametrize(
    ("files", "known"),
    [
        ({"preamble.sty": rb"\newcommand{\R}{R} % a comment" b"\nwords " rb"\def\N{N}"}, [r"\R", r"\N"]),
        ({"preamble.tex": rb"\newcommand{\Q}{Q}"}, [r"\Q"]),
        ({"preamble.sty": b"\xff\\def"}, []),
        ({}, []),
    ],
)  # fmt: skip
def test_the_macros_of_a_vault_are_those_of_extended_mathjax(files: dict[str, bytes], known: list[str]) -> None:
    assert [*vault_macros(make_map(files=files))] == known


def test_a_stream_reads_groups() -> None:
    stream = Stream(tokens(r"{a{b}}[c] \d x"))
    assert (stream.argument(), stream.optional(), stream.optional(), stream.word()) == (
        ["a", "{", "b", "}"], ["c"], None, r"\d",
    )  # fmt: skip
    macros = Macros()
    macros.define(r"\newcommand", Stream(tokens(r"{\x}[1]{#1}")))
    assert macros[r"\x"].arguments == 1
