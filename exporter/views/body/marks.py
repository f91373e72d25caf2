"""Marks in TeX: what pandoc's MathML cannot say travels as a text of private characters at the head of a group.

`{\\text{MARK}...}` is left as it is by pandoc, and read again by the PDF's formulas; other books never see one.
"""

import re

FIRST = 0xE000  # of Unicode's private use area; behind it lie all of ASCII
PRIVATE = re.compile("[\ue000-\ue07f]")
MARK = re.compile(r"\\text\{([\ue000-\ue07f]+)\}")
SEPARATOR = ";"
REFERENCE = re.compile(r"\{\\text\{([\ue000-\ue07f]+)\}\\text\{([^{}]*)\}\}")


def encode(*words: str) -> str:
    """A mark of ASCII words."""
    return "\\text{" + "".join(chr(FIRST + ord(letter)) for letter in SEPARATOR.join(words)) + "}"


def decode(text: str) -> list[str]:
    """The words of a mark; none of another text."""
    if not text or not PRIVATE.match(text[0]):
        return []
    return "".join(chr(ord(letter) - FIRST) for letter in PRIVATE.findall(text)).split(SEPARATOR)


def unmark(tex: str) -> str:
    """The TeX without marks."""
    return MARK.sub("", tex)


def reference(tex: str) -> tuple[str, str]:
    """Where a formula leads that is nothing but a reference, and its words; "" for another one."""
    match = REFERENCE.fullmatch(tex)
    words = decode(match[1]) if match else []
    return (words[1], match[2]) if match and words[0] == "ref" else ("", "")
