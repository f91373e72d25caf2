r"""TeX as MathJax reads it, made TeX that pandoc knows: macros of a note, rules of arrays, tags, and a hundred commands.

MathJax's commands: https://docs.mathjax.org/en/latest/input/tex/macros/index.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import accumulate

from exporter.views.body.chemistry import chemistry
from exporter.views.body.colours import hexadecimal
from exporter.views.body.commands import KNOWN
from exporter.views.body.macros import (  # fmt: skip
    DEFINERS,
    LONGEST,
    MOST_STEPS,
    EndlessError,
    Macro,
    Macros,
    Stream,
    Tokens,
    expand,
    spell,
    tokens,
)
from exporter.views.body.marks import PRIVATE, encode

FONTS = {r"\bf": r"\mathbf", r"\rm": r"\mathrm", r"\it": r"\mathit", r"\cal": r"\mathcal", r"\tt": r"\mathtt", r"\sf": r"\mathsf",
    r"\scr": r"\mathscr", r"\mit": r"\mathit", r"\bfseries": r"\mathbf", r"\itshape": r"\mathit", r"\rmfamily": r"\mathrm"}  # fmt: skip
STYLES = {
    r"\displaystyle": "display",
    r"\textstyle": "inline",
    r"\scriptstyle": "script",
    r"\scriptscriptstyle": "sscript",
}
SIZES = (
    r"\tiny",
    r"\scriptsize",
    r"\footnotesize",
    r"\small",
    r"\normalsize",
    r"\large",
    r"\Large",
    r"\LARGE",
    r"\huge",
    r"\Huge",
)
TEXTS = (r"\text", r"\textrm", r"\textbf", r"\textit", r"\texttt", r"\textsf", r"\mbox")
OVERS = {r"\over": (r"\frac",), r"\atop": (r"\genfrac", "{.}", "{.}", "{0pt}", "{1}")}
ARROWS = {r"\xRightarrow": "⇒", r"\xLeftarrow": "⇐", r"\xleftrightarrow": "↔", r"\xLeftrightarrow": "⇔", r"\xhookrightarrow": "↪",
    r"\xhookleftarrow": "↩", r"\xmapsto": "↦", r"\xlongequal": "=", r"\xrightleftharpoons": "⇌", r"\xrightharpoonup": "⇀",
    r"\xtwoheadrightarrow": "↠", r"\xleftharpoonup": "↼"}  # fmt: skip
DEEPEST = 100  # groups within groups
UNITS = {"em": 1, "ex": 0.43, "pt": 0.1, "mu": 1 / 18, "px": 0.075, "cm": 2.85, "mm": 0.285, "in": 7.2, "pc": 1.2}
WIDTH = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*([a-z][a-z])")
BIG = re.compile(r"\\([bB]igg?)([lrm]?)$")
SLASHES = ("/", "\\backslash")
BARS = ("|", "\\|", "\\vert", "\\Vert")  # to pandoc they open, or close, and so take the blanks from a "+" beside them
GREEK = set(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho sigma varsigma"
    " tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega nabla partial".split()
)
SMALL = {"smallmatrix": "matrix", "psmallmatrix": "pmatrix", "bsmallmatrix": "bmatrix", "vsmallmatrix": "vmatrix"}
MATRICES = ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix")
OTHERS = {"dcases": "cases", "subarray": "array", "math": "equation", "displaymath": "equation", "xalignat": "alignat", "darray": "array",
    "xxalignat": "alignat"}  # fmt: skip
RULES = (r"\hline", r"\hdashline", r"\toprule", r"\midrule", r"\bottomrule")
COLUMN = re.compile(r"\*\{(\d+)\}\{([^{}]*)\}|[@!]\{[^{}]*\}|[pm]\{[^{}]*\}|([lcr|:])")
TAG = re.compile(r"\\tag(\*?)\s*\{([^{}]*)\}")
LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")
Label = tuple[str, str]  # the tag, as it is printed, and the place to which \ref leads


class Tex:
    """The formulas of one note, in their order: what one of them defines holds in those behind it."""

    def __init__(self, macros: Mapping[str, Macro], labels: Mapping[str, Label]) -> None:
        r"""Take the vault's macros, and what is known of each \label of the note."""
        self.macros, self.labels = Macros(macros), labels
        self.steps = 0

    def rewrite(self, tex: str) -> str:
        """The formula as pandoc knows it; "" where it only defines.

        Raises:
            EndlessError: a macro has no end, or the formula is too long or nested too deeply.
        """
        self.steps = 0
        given = tokens(PRIVATE.sub("", tex))
        depths = accumulate((token == "{") - (token == "}") for token in given)
        if max(depths, default=0) > DEEPEST:
            raise EndlessError("{")
        if "\\\\" in given and (rows := _rows_alone(given)):
            given = ["\\begin", "{", rows, "}", *given, "\\end", "{", rows, "}"]
        try:
            return spell(self.run(given)).strip()
        except RecursionError:
            raise EndlessError("{") from None

    def run(self, given: Tokens) -> Tokens:
        """The pieces as pandoc knows them."""
        stream, made = Stream(_without_over(given)), []
        while stream:
            token = stream.next()
            if token == "{":
                stream.push([token])
                made += ["{", *self.run(stream.argument()), "}"]
            elif token in BARS:
                made += ["\\mathord{", token, "}"]
            elif token[0] == "\\":
                made += self._command(token, stream)
            else:
                made.append(token)
        return made

    def _command(self, token: str, stream: Stream) -> Tokens:
        if token in DEFINERS:
            self.macros.define(token, stream)
            return []
        macro = self.macros.get(token)
        if macro and macro.old:
            token, macro = macro.body[0], None
        handler = HANDLERS.get(token)
        macro = macro or (None if handler else KNOWN.get(token))
        self.steps += bool(macro or handler)
        if macro:
            stream.push(expand(macro, stream))
        if self.steps > MOST_STEPS or len(stream) > LONGEST:
            raise EndlessError(token)
        if macro:
            return []
        if handler:
            return handler(self, token, stream)
        if match := BIG.match(token):
            sign = stream.argument() if stream.peek() == "{" else [stream.next()]
            if sign in (["."], []):
                return []
            return sign if sign[0] in SLASHES else [f"\\{match[1]}{match[2].replace('m', '')}", *sign]
        return [token]

    # ---- what commands become ----

    def _font(self, token: str, stream: Stream) -> Tokens:
        cell = stream.cell()
        if spell(cell).strip():
            stream.push([FONTS[token], "{", *cell, "}"])
        return []

    def _bold(self, token: str, stream: Stream) -> Tokens:
        """Letters as those of a text, which pandoc's MathML leaves upright."""
        pieces = self.run(stream.argument())
        if any(piece in TEXTS or piece[:6] in ("\\begin", "\\hspac", "\\opera", "\\color") for piece in pieces):
            return [token, "{", *pieces, "}"]
        made = ["{"]
        for piece in pieces:
            if piece.isascii() and piece.isalnum():
                made += ["{\\textbf{", piece, "}}"]
            else:
                made += [token, "{", piece, "}"] if piece[1:] in GREEK else [piece]
        return [*made, "}"]

    def _bracket(self, token: str, stream: Stream) -> Tokens:
        """Slashes do not grow with pandoc."""
        stream.peek()
        sign = stream.next()
        if sign not in SLASHES:
            return [token, sign] if sign in (*BARS, "") else [token, *self.run([sign])]
        return [sign] if token == "\\middle" else ["\\left.", sign] if token == "\\left" else [sign, "\\right."]

    def _substack(self, token: str, stream: Stream) -> Tokens:
        return ["{", encode("array", "small", "", ""), token, "{", *self.run(stream.argument()), "}", "}"]

    def _unicode(self, token: str, stream: Stream) -> Tokens:
        stream.optional()
        code = stream.word()
        try:
            sign = chr(int(code[1:], 16) if code[:1] in ("x", "U") else int(code))
        except (ValueError, OverflowError):
            return [token, "{", code, "}"]
        return ["\\text{", sign, "}"] if sign.isprintable() and sign not in "\\{}$%#&^_~" else []

    def _style(self, token: str, stream: Stream) -> Tokens:
        cell = self.run(stream.cell())
        return ["{", encode(STYLES[token]), *cell, "}"] if spell(cell).strip() else []

    def _drop(self, token: str, stream: Stream) -> Tokens:
        return []

    def _colour(self, token: str, stream: Stream) -> Tokens:
        stream.optional()
        colour = hexadecimal(stream.word())
        body = stream.argument() if token == "\\textcolor" or stream.peek() == "{" else stream.cell()
        return ["{", encode("color", colour) if colour else "", *self.run(body), "}"]

    def _operator(self, token: str, stream: Stream) -> Tokens:
        star = stream.accept("*")
        name = ["\\ " if piece.isspace() else piece for piece in self.run(stream.argument())]
        return [token, *"*" * star, "{", *name, "}"]

    def _text(self, token: str, stream: Stream) -> Tokens:
        """Words, and between them what is none: pandoc knows no command within a text that has an argument."""
        words, made, inner = [], [], Stream(stream.argument())
        while inner:
            piece = inner.next()
            if piece == "$":
                words.append(piece)
                while inner and (piece := inner.next()) != "$":
                    words.append(piece)
                words.append("$")
            elif piece in TEXTS or piece in (r"\textcolor", r"\color", r"\ref", r"\eqref", r"\emph", r"\underline"):
                if piece in (r"\textcolor", r"\color"):
                    colour = inner.argument()
                    coloured = [piece, "{", *colour, "}", "{", token, "{", *inner.argument(), "}", "}"]
                else:
                    body = inner.argument()
                    coloured = [piece, "{", *([token, "{", *body, "}"] if piece == r"\underline" else body), "}"]
                made += [token, "{", *words, "}", *self.run(coloured)]
                words = []
            else:
                words.append(piece)
        return [*made, token, "{", *words, "}"] if words or not made else made

    def _tag(self, token: str, stream: Stream) -> Tokens:
        words = "".join(stream.argument()) if stream.accept("*") else f"({stream.word()})"
        return ["{", encode("tag"), "\\qquad", "\\text{", words, "}}"]

    def _label(self, token: str, stream: Stream) -> Tokens:
        stream.argument()
        return []

    def _reference(self, token: str, stream: Stream) -> Tokens:
        words, place = self.labels.get(stream.word(), ("(???)", ""))
        if token == "\\ref":
            words = words.removeprefix("(").removesuffix(")")
        return ["{", encode("ref", place) if place else "", "\\text{", words, "}}"]

    def _chemistry(self, token: str, stream: Stream) -> Tokens:
        stream.push(["{", *tokens(chemistry(stream.word())), "}"])
        return []

    def _derivative(self, token: str, stream: Stream) -> Tokens:
        stream.accept("*")
        partial = token.startswith("\\p")
        sign = ["\\partial"] if partial else ["\\mathrm", "{", "d", "}"]
        power, groups = stream.optional(), [stream.argument()]
        while stream.peek() == "{" and len(groups) < (3 if partial else 2):
            groups.append(stream.argument())
        above, below = (groups[0], groups[1:]) if len(groups) > 1 else ([], groups)
        exponent = ["^", "{", *power, "}"] if power else []
        upper = [*sign, *(exponent or ["^", "2"] * (len(below) > 1)), *above]
        lower = [piece for group in below for piece in (*sign, "{", *group, "}", *exponent)]
        stream.push(["\\frac", "{", *upper, "}", "{", *lower, "}"])
        return []

    def _space(self, token: str, stream: Stream) -> Tokens:
        stream.accept("*")
        width = stream.word() if stream.peek() == "{" else ""
        while not width.endswith(tuple(UNITS)) and stream.peek() and len(width) < 12 and stream.peek() != "\\":
            width += stream.next()
        match = WIDTH.match(width)
        return [f"\\hspace{{{float(match[1]) * UNITS.get(match[2], 0):.3f}em}}"] if match else []

    def _negation(self, token: str, stream: Stream) -> Tokens:
        sign = self.run(stream.argument())
        if len(sign) == 1 and sign[0] in "*+-:./":
            return ["\\text{", sign[0], "\u0338}"]
        return ["\\nexists", " "] if sign == ["\\exists"] else [token, " ", *sign]

    def _sideset(self, token: str, stream: Stream) -> Tokens:
        left, right, base = (self.run(stream.argument()) for _ in range(3))
        return ["{", "}", *left, *base, *right]

    def _prescript(self, token: str, stream: Stream) -> Tokens:
        above, below, base = (self.run(stream.argument()) for _ in range(3))
        return ["{", "}", "^", "{", *above, "}", "_", "{", *below, "}", *base]

    def _arrow(self, token: str, stream: Stream) -> Tokens:
        below, above = self.run(stream.optional() or []), self.run(stream.argument())
        made = ["\\overset", "{", *above, "}", "{", ARROWS[token], "}"]
        return ["\\underset", "{", *below, "}", "{", *made, "}"] if below else made

    def _fraction(self, token: str, stream: Stream) -> Tokens:
        """Pandoc wants both brackets, or none."""
        left, right, rule, style = (stream.word() for _ in range(4))
        upper, lower = self.run(stream.argument()), self.run(stream.argument())
        parts = ["{", *upper, "}", "{", *lower, "}"]
        if rule in ("0pt", "0", "0em"):
            inner = ["\\genfrac", "{.}", "{.}", "{0pt}", "{1}", *parts]
        else:
            inner = ["\\dfrac" if style == "0" else "\\tfrac" if style == "1" else "\\frac", *parts]
        return ["\\left", left or ".", *inner, "\\right", right or "."] if left or right else inner

    # ---- environments ----

    def _environment(self, token: str, stream: Stream) -> Tokens:
        name = stream.word()
        if begin := self.macros.get(f"begin {name}"):
            inner = Stream(stream.environment())
            stream.push([*expand(begin, inner), *inner.rest(), *self.macros[f"end {name}"].body])
            return []
        body = Stream(stream.environment())
        small, bare = name in SMALL, name.removesuffix("*")
        bare = SMALL.get(bare, OTHERS.get(bare, bare))
        if bare in ("equation", "subequations"):
            return self.run(body.rest())
        if bare in ("rcases", "drcases"):
            rows, _ = self._rows(body.rest())
            return ["\\left.", "\\begin{array}{ll}", *rows, "\\end{array}", "\\right\\}"]
        opening, mark, ways = f"\\begin{{{bare}}}", "", ""
        if bare == "array":
            body.optional()
            ways = _columns(body.word())
            opening += "{" + ways.replace("|", "") + "}"
        elif bare in MATRICES and name.endswith("*"):
            body.optional()
        elif bare in ("alignat", "alignedat"):
            opening += "{" + body.word() + "}"
        elif bare in ("aligned", "gathered", "multlined", "split", "cases"):
            body.optional()
        rows, rules = self._rows(body.rest())
        if bare == "array":
            columns = ways.replace("|", "")
            down = [str(len(ways[:place].replace("|", ""))) for place, way in enumerate(ways) if way == "|"]
            across = [str(rule) for rule in rules]
            mark = encode("array", "array", ",".join(across), ",".join(down)) if columns else ""
        elif small:
            mark = encode("array", "small", "", "")
        elif bare in ("gathered", "multlined"):
            mark = encode("array", "display", "", "")
        made = [opening, *rows, f"\\end{{{bare}}}"]
        if mark and bare in MATRICES[1:]:
            fences = {"pmatrix": "()", "bmatrix": "[]", "vmatrix": "||"}[bare]
            matrix = ["{", mark, "\\begin{matrix}", *rows, "\\end{matrix}", "}"]
            return ["\\left", fences[0], *matrix, "\\right", fences[1]]
        return ["{", mark, *made, "}"] if mark else made

    def _rows(self, body: Tokens) -> tuple[Tokens, list[int]]:
        r"""The rows of an environment without rules, and below how many rows each rule stands."""
        made: Tokens = []
        rules: list[int] = []
        rows = depth = 0
        cell: Tokens = []
        stream = Stream(body)
        while stream:
            token = stream.next()
            depth += (token in ("\\begin", "{")) - (token in ("\\end", "}"))
            if not depth and token in RULES:
                rules.append(rows)
                stream.optional() if token != "\\hline" else None
            elif not depth and token in ("\\cline", "\\cmidrule"):
                stream.argument()
            elif not depth and token in ("&", "\\\\", "\\cr", "\\newline"):
                made += [*self.run(cell), "&" if token == "&" else "\\\\"]
                cell = []
                if token != "&":
                    rows += 1
                    stream.accept("*")
                    if stream.peek() == "[":
                        made += [] if _skip_length(stream) else ["{", "}"]
            elif token == "\\multicolumn" and not depth:
                span, _ = stream.word(), stream.argument()
                cell += ["{", *stream.argument(), "}"]
                extra = int(span) - 1 if span in set("123456789") else 0
                made += [*self.run(cell), *["&"] * extra]
                cell = []
            else:
                cell.append(token)
        made += self.run(cell)
        while made and (made[-1].isspace() or made[-1] == "\\\\"):
            made.pop()
        return made, rules


def _rows_alone(given: Tokens) -> str:
    """The environment for rows that stand in none; "" where none do."""
    depth = 0
    between: set[str] = set()
    for token in given:
        depth += (token in ("\\begin", "{", "\\left")) - (token in ("\\end", "}", "\\right"))
        if not depth:
            between.add(token)
    return "" if "\\\\" not in between else "align" if "&" in between else "gather"


def find_labels(tex: str) -> dict[str, str]:
    r"""The \\labels of a formula, each with the tag of its row as it is printed; those of rows without one have "(???)"."""
    if "\\label" not in tex:
        return {}
    found: dict[str, str] = {}
    for row in re.split(r"\\\\", tex):
        tag = TAG.search(row)
        words = (tag[2] if tag[1] else f"({tag[2].strip()})") if tag else "(???)"
        found |= dict.fromkeys((name.strip() for name in LABEL.findall(row)), words)
    return found


def _skip_length(stream: Stream) -> bool:
    """Read [...] where it says how high a row is: else it is mathematics."""
    inner = stream.optional() or []
    if WIDTH.match("".join(inner)):
        return True
    stream.push(["[", *inner, "]"])
    return False


def _columns(spec: str) -> str:
    """How the columns of an array stand: l, c, r, and | for a rule."""
    made = ""
    for match in COLUMN.finditer(spec):
        if match[1]:
            made += _columns(match[2]) * min(int(match[1]), 100) if "*" not in match[2] else ""
        elif match[3]:
            made += "|" if match[3] == ":" else match[3]
        elif match[0][0] in "pm":
            made += "l"
    return made or "c"


def _without_over(given: Tokens) -> Tokens:
    r"""{a \over b} as \frac{a}{b}."""
    if not any(over in given for over in OVERS):
        return given
    depth = 0
    for place, token in enumerate(given):
        depth += (token == "{") - (token == "}")
        if not depth and token in OVERS:
            return [*OVERS[token], "{", *given[:place], "}", "{", *given[place + 1 :], "}"]
    return given


Handler = Callable[[Tex, str, Stream], Tokens]
HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(FONTS, Tex._font),
    **dict.fromkeys(STYLES, Tex._style),
    **dict.fromkeys(SIZES, Tex._drop),
    **dict.fromkeys(TEXTS, Tex._text),
    **dict.fromkeys(ARROWS, Tex._arrow),
    **dict.fromkeys((r"\color", r"\textcolor"), Tex._colour),
    **dict.fromkeys((r"\ref", r"\eqref"), Tex._reference),
    **dict.fromkeys((r"\ce", r"\cf"), Tex._chemistry),
    **dict.fromkeys((r"\dv", r"\pdv", r"\derivative", r"\pderivative"), Tex._derivative),
    **dict.fromkeys((r"\kern", r"\mkern", r"\mskip", r"\hskip", r"\hspace", r"\mspace"), Tex._space),
    **dict.fromkeys((r"\mathbf", r"\mathbfup"), Tex._bold),
    **dict.fromkeys((r"\left", r"\middle", r"\right"), Tex._bracket),
    r"\begin": Tex._environment,
    r"\genfrac": Tex._fraction,
    r"\label": Tex._label,
    r"\not": Tex._negation,
    r"\operatorname": Tex._operator,
    r"\prescript": Tex._prescript,
    r"\sideset": Tex._sideset,
    r"\substack": Tex._substack,
    r"\tag": Tex._tag,
    r"\unicode": Tex._unicode,
}
