"""Chemical formulas of the package mhchem as TeX: the usual part of https://mhchem.github.io/MathJax-mhchem/."""

from __future__ import annotations

import re

ARROWS = {"<-->": "⇄", "<=>>": "⇌", "<<=>": "⇌", "<->": "↔", "<=>": "⇌", "->": "→", "<-": "←", "→": "→", "⇌": "⇌"}
PIECE = re.compile(
    r"""(?P<arrow> <-->|<=>>|<<=>|<->|<=>|->|<-|[→⇌] )(?:\[(?P<above>[^\]]*)\])?(?:\[(?P<below>[^\]]*)\])?
      | \$(?P<math>[^$]*)\$
      | \^(?: \{(?P<raised>[^}]*)\} | (?P<bare>\d*[+-]|[\d.]+|[•*]) )
      | _(?: \{(?P<lowered>[^}]*)\} | (?P<low>[\w]+) )
      | (?P<mark> [\^v↑↓] )(?=\s|$)
      | (?P<word> [A-Z][a-z]? | [a-z]+ )
      | (?P<number> \d+(?:[./]\d+)? )
      | (?P<blank> \s+ )
      | (?P<command> \\[A-Za-z]+(?:\{[^}]*\})?|\\. )
      | (?P<sign> . )""",
    re.VERBOSE | re.DOTALL,
)
STATES = re.compile(r"\((?:aq|s|l|g|cr|am)\)")
GASES = {"^": r"\uparrow ", "↑": r"\uparrow ", "v": r"\downarrow ", "↓": r"\downarrow "}
BONDS = {"=": "{=}", "#": "{≡}", "*": r"{\cdot}", ".": r"{\cdot}", "~": r"\ "}


def chemistry(formula: str) -> str:
    """The TeX of what stands within \\ce{...}."""
    made: list[str] = []
    behind = ""  # what stands before: "atom", "number", "blank"; "" at the beginning of a part
    for match in PIECE.finditer(formula):
        kind = match.lastgroup if match.lastgroup not in ("above", "below") else "arrow"
        text = match[0]
        match kind:
            case "arrow":
                above, below = chemistry(match["above"] or ""), chemistry(match["below"] or "")
                arrow = (
                    rf"\overset{{{above}}}{{{ARROWS[match['arrow'].strip()]}}}"
                    if above
                    else ARROWS[match["arrow"].strip()]
                )
                made.append(rf"\;\underset{{{below}}}{{{arrow}}}\;" if below else rf"\;{arrow}\;")
                behind = ""
            case "math":
                made.append(f"{{{match['math']}}}")
                behind = "atom"
            case "raised" | "bare":
                made.append(f"^{{{_charge(match['raised'] or match['bare'])}}}")
            case "lowered" | "low":
                made.append(f"_{{{match['lowered'] or match['low']}}}")
            case "mark":
                made.append(rf"\,{GASES[text]}" if behind != "number" else text)
            case "word":
                made.append(rf"\mathrm{{{text}}}")
                behind = "atom"
            case "number":
                made.append(f"_{{{text}}}" if behind == "atom" else _amount(text))
                behind = behind if behind == "atom" else "number"
            case "blank":
                made.append(
                    r"\ " if behind == "atom" and formula[match.end() : match.end() + 1] not in "+-<>=→⇌^v" else ""
                )
                behind = ""
            case "command":
                made.append(text + " ")
                behind = "atom"
            case _:
                blank = behind == "" or behind == "number"
                if (
                    text in "+-−"
                    and not blank
                    and formula[match.end() : match.end() + 1] in ("", " ", ")", "]", "}", "^", "_")
                ):
                    made.append("^{+}" if text == "+" else "^{-}")
                elif text in "+-−":
                    made.append(f" {text} " if blank else "{-}" if text != "+" else "{+}")
                    behind = behind if not blank else ""
                elif text in ")]":
                    made.append(text)
                    behind = "atom"
                else:
                    made.append("\\{" if text == "{" else "\\}" if text == "}" else BONDS.get(text, text))
                    behind = "" if text in "*." or text in "([" else behind
    return "".join(made)


def _amount(number: str) -> str:
    above, slash, below = number.partition("/")
    return rf"\tfrac{{{above}}}{{{below}}}\," if slash else rf"{number}\,"


def _charge(text: str) -> str:
    return text.replace("•", r"\bullet ")
