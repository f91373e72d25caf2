r"""Formulas as the book sets them: every command that pandoc knows, rules and rows, what is too wide or too high."""

import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typst
from writers.handbook.test_handbook import XHTML, Book, make, of, read  # noqa: F401 - a fixture

from exporter.model import NoStore
from exporter.views.body.pandoc import formulas_to_mathml
from exporter.views.body.tex import Tex
from exporter.writers import handbook
from exporter.writers.handbook.formula import to_typst
from exporter.writers.handbook.typesetting import Typesetter

COMMANDS = Path(__file__).with_name("commands.txt")
DELIMITERS = (
    r"( ) [ ] \{ \} | \| \langle \rangle \lfloor \rfloor \lceil \rceil \lvert \rvert \lVert \rVert \lbrace \rbrace \lbrack \rbrack"
    r" \vert \Vert / \backslash < > \llbracket \rrbracket \lgroup \rgroup \ulcorner \urcorner"
).split()
ENVIRONMENTS = (
    "align align* aligned alignat alignat* alignedat array bmatrix bmatrix* Bmatrix cases dcases rcases eqnarray eqnarray*"
    " flalign flalign* gather gather* gathered matrix matrix* multline multline* multlined pmatrix smallmatrix split vmatrix"
    " Vmatrix"
).split()
ARGUMENTS = {"alignat": "{2}", "alignat*": "{2}", "alignedat": "{2}", "array": "{c|c}"}
LETTERS = 595  # pt: the width of a page of A4
TERMS = [rf"\beta_{{{number}}} x_{number}" for number in range(14)]


def commands() -> Iterator[str]:
    shape = ""
    for line in COMMANDS.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            shape = line[3:]
        elif line and not line.startswith("# "):
            yield from (shape.replace("@", f"\\{name}") for name in line.split())


def typset(formulas: list[str]) -> list[str]:
    """What Typst is given for them, on a line of their own and within one."""
    note = Tex({}, {})
    given = [(display, note.rewrite(tex)) for display in (True, False) for tex in formulas]
    made = [
        to_typst(mathml or "", "alt", display)
        for (display, _), mathml in zip(given, formulas_to_mathml(given, NoStore()), strict=True)
    ]
    assert [tex for (_, tex), code in zip(given, made, strict=True) if not code] == []
    return made


def compile(formulas: list[str]) -> None:
    """Have all set by the book's own design, each in a context, so that all that is wrong is told."""
    design = (Path(handbook.__file__).parent / "book.typ").read_text(encoding="utf-8")
    begin, end = design.index("#let formula("), design.index("// A picture is as wide")
    lines = "\n\n".join(f"#context {{{formula}}}" for formula in formulas)
    typst.compile(f"{design[begin:end]}\n{lines}".encode(), ignore_system_fonts=True)


def test_every_command_that_pandoc_knows_is_set() -> None:
    names = list(commands())
    assert len(names) > 2900
    compile(typset(names))


def test_every_delimiter_and_environment_is_set() -> None:
    delimiters = [
        rf"\left{left} \frac{{a}}{{b}} \middle| x \right{right}" for left in DELIMITERS for right in (".", left)
    ]
    sizes = [rf"\{size} {sign} x" for size in ("big", "Bigl", "biggr", "Biggm") for sign in DELIMITERS[:-6]]
    rows = [rf"\begin{{{name}}}{ARGUMENTS.get(name, '')} a & b \\ c \end{{{name}}}" for name in ENVIRONMENTS]
    nested = [
        rf"\left\{{ {inner} \right. + \frac{{ {inner} }}{{2}}"
        for name, inner in zip(ENVIRONMENTS, rows, strict=True)
        if "matrix" in name or name.endswith(("ed", "edat", "array", "cases", "split"))
    ]
    compile(typset([*delimiters, *sizes, *rows, *nested]))


@pytest.mark.parametrize(
    ("tex", "signs"),
    [
        (r"A \cap \bigcap \sqcap \Cap B", "∩⋂⊓⋒"),
        (r"V \otimes \bigotimes \ominus \odot \bigodot \circleddash W", "⊗⨂⊖⊙⨀⊝"),
        ("∩ ⊗ ⊙", "∩⊗⊙"),
    ],
)
def test_signs_are_themselves(tex: str, signs: str) -> None:
    assert [
        re.sub(r'class\("normal", (.*?)\)', r"\1", typset([tex])[0]).count(f"\\u{{{ord(sign):x}}}") for sign in signs
    ] == [1] * len(signs)


@pytest.mark.parametrize(
    ("tex", "typst"),
    [
        (r"a\!b\,c", "a #h(-0.167em) b #h(0.167em) c"),
        (r"x\mathrm{kg}", 'x"kg"'),
        (r"|x| + \|y\|", r'class("normal", \u{7c}) x class("normal", \u{7c}) \u{2b} class("normal", \u{2225}) y class("normal", \u{2225})'),
        (r"\left(\frac{a}{b}\right.", r"lr(\u{28} frac(a, b) #h(0pt))"),
        (r"\left\{\begin{aligned}x&=1\\y&=2\end{aligned}\right.",
         r"""lr(\u{7b} mat(delim: #none, column-gap: #2em, row-gap: #.6em, display(x) & display(\u{3d}"1"); display(y) & display(\u{3d}"2")) #h(0pt))"""),
        (r"\begin{array}{|c|}\hline p\\\hline\end{array}+x", r"#ruled((center,), (0,1,), (0,1,), $p$) \u{2b} x"),
        (r"\begin{smallmatrix}a\\b\end{smallmatrix}", "mat(delim: #none, column-gap: #.35em, row-gap: #.05em, script(a); script(b))"),
        (r"\textcolor{red}{x}", '#text(fill: rgb("#ff0000"), $x$)'),
        (r"\boxed{x}\cancel{y}", "#boxed($ x $.body) cancel(y)"),
        (r"\sum\limits_i", r"attach(limits(\u{2211}), b: i)"),
        (r"\operatorname*{argmax}_x", 'attach(limits(op("argmax")), b: x)'),
        (r"\text{#let x = 1; $y$ \\ \"}", None),
    ],
)  # fmt: skip
def test_formulas_in_typst(tex: str, typst: str | None) -> None:
    made = formulas_to_mathml([(True, Tex({}, {}).rewrite(tex))], NoStore())[0]
    assert made
    code = to_typst(made, "alt", display=True)
    assert code == ("" if typst is None else f'formula("alt", $ {typst} $)')


def boxes(book: Book) -> list[list[tuple[float, float, float, float, str]]]:
    """Left, top, right and bottom of each word on each page."""
    data = subprocess.run(["pdftotext", "-bbox", book.file, "-"], capture_output=True, check=True).stdout
    return [
        [(*(float(word.attrib[side]) for side in ("xMin", "yMin", "xMax", "yMax")), word.text or "") for word in page.iter(f"{XHTML}word")]
        for page in ElementTree.fromstring(data).iter(f"{XHTML}page")
    ]  # fmt: skip


WIDE = "f(x) = " + " + ".join(TERMS)
NO_BREAK = r"\begin{pmatrix}" + " & ".join(f"y_{{{number}}}" for number in range(40)) + r"\end{pmatrix}"
ROWS = r" \\ ".join(rf"x_{{{number}}} &= {number}" for number in range(70))
TOO_LARGE = {
    "wide": (f"$${WIDE} + \\gamma$$", ["γ"]),
    "wider": (f"$${WIDE} + {WIDE} + \\gamma$$", ["γ"]),
    "a tag": (f"$${' + '.join(TERMS[:9])} + \\gamma \\tag{{9.9}}$$", ["γ", "(9.9)"]),
    "no break": (f"$${NO_BREAK}$$ and $u + {NO_BREAK} + v$", ["u", "v"]),
    "a long fraction": (rf"$\frac{{{WIDE}+{WIDE}}}{{2}} + \gamma$", ["γ"]),
    "rows": (rf"$$\begin{{align}} {ROWS} \end{{align}}$$", ["=69"]),
    "an array": (
        r"$$\begin{array}{c} " + r" \\ ".join(f"z{number}" for number in range(70)) + r" \end{array}$$",
        ["z69", "𝑧69"],
    ),
    "a brace": (rf"$$\left\{{\begin{{aligned}} {ROWS} \end{{aligned}}\right.$$", ["=69"]),
    "a sentence": (
        rf"$x$ $$\text{{{'and so on ' * 20}}} + \gamma$$ and $\text{{{'and so on ' * 20}}} + y$",
        ["γ", "y"],
    ),
    "in a list": (f"- a\n  - b\n    - $${' + '.join(TERMS[:7])} + \\gamma$$", ["γ"]),
    "in a callout": (f"> [!note] b\n> > [!tip]\n> > $${WIDE} + \\gamma$$", ["γ"]),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_is_too_large_is_broken_or_smaller(name: str, read: Callable[[bytes], Book]) -> None:  # noqa: F811
    text, last = TOO_LARGE[name]
    data, findings = make(of({"a": text}))
    assert findings == []
    book = read(data)
    body = [word for page in boxes(book)[3:] for word in page if 60 < word[1] < 780]
    assert all(left > 80 and right < LETTERS - 80 and bottom < 842 - 80 for left, _, right, bottom, _ in body)
    words = unicodedata.normalize("NFKC", "".join(word for *_, word in body))
    assert any(unicodedata.normalize("NFKC", each) in words for each in last)


def test_tags_stand_at_the_margin_and_eqref_leads_there(read: Callable[[bytes], Book]) -> None:  # noqa: F811
    text = (
        "$$\\newcommand{\\R}{\\mathbb{R}}$$\n\n$$E = mc^2 \\label{e} \\tag{1.1}$$\n\nBy $\\eqref{e}$, $x \\in \\R$.\n\n"
        "$$\\begin{align} a &= b \\tag{2}\\\\ &= c + d \\tag{3}\\end{align}$$"
    )
    data, findings = make(of({"a": text, "b": r"$\R$"}))
    assert [(finding.source.file, finding.code) for finding in findings] == [("b.md", "formula-as-source")]
    book = read(data)
    places = {
        word: (left, right) for page in boxes(book) for left, _, right, _, word in page if re.match(r"\(\d", word)
    }
    assert len({round(right) for word, (_, right) in places.items() if word in ("(2)", "(3)")}) == 1
    assert places["(2)"][1] == pytest.approx(LETTERS - 119, abs=40)
    assert any("(1.1)" in words for _, _, words in book.links())
    assert "ℝ" in book.text


def test_formulas_that_typst_refuses_cost_one_more_round(
    monkeypatch: pytest.MonkeyPatch,
    read: Callable[[bytes], Book],  # noqa: F811
) -> None:
    rounds = []
    compile = Typesetter._compile
    monkeypatch.setattr(Typesetter, "_compile", lambda self, *given: rounds.append(1) or compile(self, *given))
    spoilt = "exporter.writers.handbook.note_source.to_typst"
    monkeypatch.setattr(spoilt, lambda *given: to_typst(*given).replace('"13"', "unknown"))
    text = " ".join(f"${name} + 13$ ${name}$" for name in "abcdefgh")
    data, findings = make(of({"a": text, "b": text}))
    assert [finding.code for finding in findings] == ["formula-as-source"] * 16
    assert len(rounds) == 3
    assert read(data).text.count("h + 13") == 2


def test_formulas_alone_in_headings_are_words(read: Callable[[bytes], Book]) -> None:  # noqa: F811
    heading = rf"## ${NO_BREAK}$" "\n\n## $x^2$\n\n## $$z$$"
    data, findings = make(of({"a": heading}))
    assert findings == []
    assert "𝑧" in read(data).text
