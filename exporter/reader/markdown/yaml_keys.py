"""The keys of a YAML text (https://yaml.org/spec/1.2.2/) with their places, which no parser that we know tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from exporter.regex import regex

TOKEN = regex(  # of YAML outside of [...] and {...}
    r"(?P<line>\n *+)|(?P<blank>[ \t\r]++(?:#[^\n]*+)?|(?<![^ \n])#[^\n]*+)|(?P<mark>[-?:](?=[ \t\r\n]|\Z))|(?P<open>[\[{])"
    r"|(?P<quoted>\"(?:[^\"\\]|\\.)*+\"?|'(?:[^']|'')*+'?)|(?P<name>[&!][^ \t\r\n]*+)|(?P<block>[|>][-+0-9]*+(?=[ \t\r\n]|\Z))"
    r"|(?P<words>.(?:[^ \t\r\n:]|:(?=[^ \t\r\n])|[ \t\r]++(?=[^ \t\r\n#:]|:[^ \t\r\n]))*+)",
    re.DOTALL,
)
FLOW_TOKEN = regex(  # of YAML within them
    r"(?P<blank>[ \t\r\n]++(?:#[^\n]*+)?)|(?P<mark>[-?:](?=[ \t\r\n\[\]{},]|\Z))|(?P<open>[\[{])|(?P<close>[\]}])|(?P<comma>,)"
    r"|(?P<quoted>\"(?:[^\"\\]|\\.)*+\"?|'(?:[^']|'')*+'?)|(?P<name>[&!][^ \t\r\n\[\]{},]*+)"
    r"|(?P<words>.(?:[^ \t\r\n:\[\]{},]|:(?=[^ \t\r\n\[\]{},])|[ \t\r]++(?=[^ \t\r\n#:\[\]{},]|:[^ \t\r\n\[\]{},]))*+)",
    re.DOTALL,
)
COLON = regex(r"[ \t]*+:(?=[ \t\r\n]|\Z)")  # what makes words a key
FLOW_COLON = regex(r"[ \t\r\n]*+:(?=[ \t\r\n\[\]{},]|\Z)")
JSON_COLON = regex(r"[ \t\r\n]*+:")  # behind quotes or brackets within [...] and {...}: as JSON has it, without a blank


class Key(NamedTuple):
    """A key of a YAML text, or what stands where one could."""

    mapping: int  # the number of the mapping that has it; -1: none that could have it twice
    start: int
    end: int  # behind its colon
    words: str  # as written
    tab: bool = False  # its line is indented by one


def find_keys(raw: str) -> Iterator[Key]:
    """Each key of a YAML text at any depth, in linear time; of a text that is no YAML: something."""
    blocks: list[tuple[int, int]] = []  # column and number of each open mapping
    flows: list[int] = []  # each open [...], as -1, and {...}, as its number
    number = line = position = 0
    margin = -1  # what is indented deeper goes on with the value
    node = asked = explicit = -1  # where an anchor or tag begins; columns of a "?" before its key, its value
    fresh = False  # within {...}: a key comes next
    lead, tab = True, False  # nothing but blanks and marks was on the line so far; a tab among them

    def mapping(column: int) -> int:
        """The number of the mapping whose keys stand in this column."""
        nonlocal number, margin
        leave(column)
        if not blocks or blocks[-1][0] < column:
            number += 1
            blocks.append((column, number))
        margin = column
        return blocks[-1][1]

    def leave(column: int) -> None:
        while blocks and blocks[-1][0] > column:
            blocks.pop()

    while position < len(raw):
        match = (FLOW_TOKEN if flows else TOKEN).match(raw, position)
        assert match
        kind, start, position = match.lastgroup, match.start(), match.end()
        if "\n" in match[0]:
            line = start + match[0].rindex("\n") + 1
        if kind == "open":
            number += 1
            flows.append(number if match[0] == "{" else -1)
            fresh, lead, asked = True, False, -1
        elif kind == "close":
            flows.pop()
            fresh = False
            if flows and (colon := JSON_COLON.match(raw, position)):
                position = colon.end()
        elif kind == "comma":
            fresh = True
        elif flows:
            if kind in ("words", "quoted"):
                colon = (FLOW_COLON if kind == "words" else JSON_COLON).match(raw, position)
                position = colon.end() if colon else position
                yield Key(flows[-1] if fresh else -1, start, position, match[0])
                fresh = False
            elif match[0] == ":":
                yield Key(flows[-1] if fresh else -1, start, position, "")
                fresh = False
        elif kind == "line":
            node, lead, tab = -1, True, False
        elif kind == "blank":
            tab = tab or (lead and "\t" in match[0])
        elif kind == "mark":
            column = start - line
            if match[0] != ":":
                leave(column)
                margin = column
                asked = explicit = column if match[0] == "?" else -1
            elif column == explicit or not lead:
                margin = column if column == explicit else max(margin, 0)
                asked = explicit = -1
                yield Key(-1, start, position, "")
            else:
                yield Key(mapping(column), start, position, "", tab)
        elif kind == "name":
            node = start if node < 0 else node
        elif kind == "block":
            position = _value_end(raw, position, margin)
        elif kind in ("words", "quoted"):
            begin = start if node < 0 else node
            colon = COLON.match(raw, position)
            if colon:
                position = colon.end()
                yield Key(mapping(begin - line), begin, position, match[0], tab)
            else:
                if asked >= 0:
                    yield Key(mapping(asked), begin, position, match[0], tab)
                if kind == "words":
                    position = _value_end(raw, position, margin)
            node = asked = -1
            lead = False


def _value_end(raw: str, position: int, margin: int) -> int:
    """Where the lines end that are blank or indented deeper than the margin."""
    while (position := raw.find("\n", position)) >= 0:
        end = raw.find("\n", position + 1)
        line = raw[position + 1 : end if end >= 0 else len(raw)]
        words = line.lstrip(" ")
        if margin < 0 or (words.strip("\t\r") and len(line) - len(words) <= margin):
            return position
        position += 1
    return len(raw)
