"""Footnotes apart from what cites them: pandoc puts a copy at each mark, without end where a footnote cites itself."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from exporter.views.body.nodes import string
from exporter.views.body.pandoc import Node
from exporter.views.body.text import MARK

LABEL = re.compile(r"\\[\s\S]|\[\^((?:[^\[\]\\]|\\[\s\S]){1,999})\](:?)")
PLACEHOLDER = re.compile(rf"\[\^{MARK}(\d+)\]{MARK}?")
LIST = "\ufffe"  # begins the paragraph that cites every definition; no character, either
OPENS_LINK = "(["  # behind a mark, which is none of a link's


@dataclass
class Marks:
    """The marks and definitions of one text, numbered; a definition is one if pandoc says so."""

    labels: list[str] = field(default_factory=list)  # of each, as written
    definitions: list[int] = field(default_factory=list)  # which of them may be some


@dataclass
class Footnotes:
    """What the footnotes of one note say, by number, and where each label leads."""

    labels: dict[int, str] = field(default_factory=dict)
    blocks: dict[int, list[Node]] = field(default_factory=dict)
    marks: Counter[int] = field(default_factory=Counter)  # how many each has
    cited: set[int] = field(default_factory=set)  # those with a mark that is not in a footnote


def number_marks(markdown: str) -> tuple[str, Marks]:
    """The Markdown with each mark and definition under a name of its own, so that no footnote holds another.

    Its first paragraph cites all definitions; `take_footnotes` takes it out, and puts the marks where they belong.
    """
    marks = Marks()
    if "[^" not in markdown or "]:" not in markdown:
        return markdown, marks
    defined = {_key(match[1]) for match in LABEL.finditer(markdown) if match[1] and match[2]}
    if not defined:
        return markdown, marks

    def number(match: re.Match[str]) -> str:
        if not match[1] or _key(match[1]) not in defined:
            return match[0]
        if match[2]:
            marks.definitions.append(len(marks.labels))
        marks.labels.append(match[1])
        apart = MARK if match.end() < len(markdown) and markdown[match.end()] in OPENS_LINK and not match[2] else ""
        return f"[^{MARK}{len(marks.labels) - 1}]{match[2]}{apart}"

    text = LABEL.sub(number, markdown)
    cited = " ".join(f"[^{MARK}{number}]" for number in marks.definitions)
    return f"{LIST} {cited}\n\n{text}", marks


def take_footnotes(blocks: list[Node], marks: Marks) -> tuple[list[Node], Footnotes]:
    """The note's blocks with a `Note` at each mark, which holds the number of its footnote, and the footnotes."""
    footnotes = Footnotes()
    if not marks.labels:
        return blocks, footnotes
    cited = [node for node in blocks[0]["c"] if node["t"] != "Space"][1:]
    numbers: dict[str, int] = {}  # by label: of two definitions the first one counts
    for number, node in zip(marks.definitions, cited, strict=True):
        if node["t"] == "Note":
            footnotes.labels[number] = marks.labels[number]
            footnotes.blocks[number] = node["c"]
            numbers.setdefault(_key(marks.labels[number]), number)

    def put(value: Any) -> Any:
        if isinstance(value, str):  # code, a formula, an address: what was written
            return PLACEHOLDER.sub(lambda match: f"[^{marks.labels[int(match[1])]}]", value) if MARK in value else value
        if isinstance(value, dict):
            return {key: put(each) for key, each in value.items()}
        if not isinstance(value, list):
            return value
        made: list[Any] = []
        for each in value:
            if isinstance(each, dict) and each["t"] == "Str":  # most are: they stay as they are
                made += words(each["c"]) if MARK in each["c"] else [each]
            else:
                made.append(put(each))
        return made

    def words(text: str) -> list[Node]:
        made: list[Node] = []
        position = 0
        for match in PLACEHOLDER.finditer(text):
            number = numbers.get(_key(marks.labels[int(match[1])]))
            if number is not None:
                made += [string(put(text[position : match.start()])), {"t": "Note", "c": number}]
                footnotes.marks[number] += 1
                position = match.end()
        return [node for node in (*made, string(put(text[position:]))) if node["c"] != ""]

    body = put(blocks[1:])
    footnotes.cited = set(footnotes.marks)
    for number in footnotes.blocks:
        footnotes.blocks[number] = put(footnotes.blocks[number])
    return body, footnotes


def _key(label: str) -> str:
    return " ".join(label.casefold().split())
