"""EDN (https://github.com/edn-format/edn), as far as settings need it: a map of words, texts and lists. Pure."""

from __future__ import annotations

import re
from typing import Any

from exporter.regex import regex

TOKEN = regex(r'[\s,]+|;[^\n]*|"((?:[^"\\]|\\.)*)"|\\.|(#_)|#?([({\[])|([)}\]])|([^\s,;"(){}\[\]]+)|.', re.DOTALL)
ESCAPE = regex(r"\\(.)", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def read_edn(text: str) -> dict[str, Any]:
    """What a map says: keywords, symbols and numbers as words, lists of all kinds as lists; of what is none: nothing.

    A map within is a list of its keys and values.
    """
    stack: list[list[Any]] = [[]]
    skips: list[int] = []  # depths at which the next form is discarded

    def add(form: Any) -> None:
        if skips and skips[-1] == len(stack):
            skips.pop()
        else:
            stack[-1].append(form)

    for match in TOKEN.finditer(text):
        string, discard, opening, closing, word = match.groups()
        if string is not None:
            add(ESCAPE.sub(lambda escape: ESCAPES.get(escape[1], escape[1]), string))
        elif discard:
            skips.append(len(stack))
        elif opening:
            stack.append([])
        elif closing and len(stack) > 1:
            add(stack.pop())
        elif word:
            add(word)
    forms = next((form for form in stack[0] if isinstance(form, list)), [])
    return {key: value for key, value in zip(forms[::2], forms[1::2], strict=False) if isinstance(key, str)}
