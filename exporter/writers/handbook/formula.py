"""TeX formulas, repaired where pandoc's Typst is wrong (measured with pandoc 3.9)."""

import re

DETERMINANT = re.compile(r"\\begin\{vmatrix\}(.*?)\\end\{vmatrix\}", re.DOTALL)
GROWING_NORM = re.compile(r"(\\left|\\right)\\\|")
NORM = re.compile(r"\\\|([^|]{1,60}?)\\\|")
AMPERSAND = re.compile(r"(?<!\\)\\&")
# Only |x|, |E_1|, |\alpha|: anything more may be a condition such as P(A|B) + P(C|D).
SIZE = re.compile(r"(?<![\w\\)\]}|])\|(\\?\w+(?:\{\w*\})?)\|(?!\|)")


def tidy(tex: str) -> str:
    """The formula with bars that open and close: pandoc's are relations, and the index stands below them."""
    tex = AMPERSAND.sub(r"\\text{\\&}", tex)
    tex = DETERMINANT.sub(r"\\left|\\begin{matrix}\1\\end{matrix}\\right|", tex)
    tex = GROWING_NORM.sub(r"\1\\Vert ", tex)
    tex = NORM.sub(r"\\left\\Vert \1\\right\\Vert ", tex)
    return tex if "{array}" in tex else SIZE.sub(r"\\left|\1\\right|", tex)  # where {|c|c|} draws rules


def fix(typst: str) -> str:
    """Pandoc's formula with the one bracket that Typst would refuse, Vmatrix's."""
    return typst.replace('mat(delim: "||"', 'mat(delim: "‖"')
