"""Text of the vault on its way into Typst: what Typst would run is quoted."""

import re

from exporter.views.body.text import printable

ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})
BREAK = "\u200b"  # where a word may go on in the next line; the design sets it as nothing
LONGEST_LINE = 40  # letters of code that stand on one line in any book
LONG_WORD = re.compile(r"\S{30,}")
JOINT = re.compile(r"[._/:,(=-]|\w{16}")  # after which a long word may go on in the next line


def breakable(text: str) -> str:
    """The text with places where words that may be longer than a line can break."""
    return LONG_WORD.sub(lambda word: JOINT.sub(rf"\g<0>{BREAK}", word[0]), text)


def literal(text: str) -> str:
    """The text as a string of Typst's: nothing in it is run (https://typst.app/docs/reference/foundations/str/)."""
    return f'"{printable(text).translate(ESCAPES)}"'


def code_literal(code: str) -> str:
    """The code as a string of Typst's, in which long words of long lines can break."""
    lines = map(_line, printable(code).split("\n"))
    return '"{}"'.format("\\n".join(lines))


def _line(line: str) -> str:
    escaped = line.translate(ESCAPES)
    return breakable(escaped) if len(line) > LONGEST_LINE else escaped
