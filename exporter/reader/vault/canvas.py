"""The bytes of ONE canvas -> its links, with lines (JSON Canvas 1.0, https://jsoncanvas.org/spec/1.0/). Pure.

What Obsidian takes for links of a canvas (rule L8 of docs/conformance.md): the files of `file` nodes, and what the
Markdown of `text` nodes links to. `link` nodes lead out of the vault; groups and edges are no links.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from exporter.reader.markdown.inline import Mention
from exporter.reader.markdown.note import Note, decode
from exporter.reader.markdown.note import parse as parse_note

MOST_PROBLEMS = 20  # of one canvas; at the end stands how many more there are
SPACE = re.compile(r"[ \t\n\r]*")
Problem = tuple[int, str, str]  # line, code, message


class CanvasLink(NamedTuple):
    """A link of a canvas, in the form that a note's has."""

    line: int  # of the node
    mention: Mention  # of a file: "/" and its path in the vault; its offsets mean nothing


@dataclass
class Canvas:
    """The links of one canvas, and what is wrong with it."""

    links: list[CanvasLink] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def tell(self, line: int, message: str) -> None:
        """Add a flaw of the file itself."""
        self.problems.append((line, "bad-canvas", message))


def parse(data: bytes, read: Callable[[bytes], Note] = parse_note) -> Canvas:
    """Read one canvas; whatever is wrong becomes a problem of it, never an exception. `read` reads Markdown."""
    text, problems = decode(data)
    canvas = Canvas(problems=problems)
    reading = _Json(text)
    nodes: list[tuple[int, Any]] = []
    try:
        nodes = reading.nodes()
    except (ValueError, RecursionError) as error:
        why = "lists lie in one another too deep" if isinstance(error, RecursionError) else f"{error!s:.100}"
        canvas.tell(text.count("\n", 0, reading.at) + 1, f"cannot be read: {why}; its links are not known")
    line, counted = 1, 0  # lines are counted up to this offset
    for at, node in nodes:
        line += text.count("\n", counted, at)
        counted = at
        _node(canvas, line, node, read)
    if (more := len(canvas.problems) - MOST_PROBLEMS) > 1:
        canvas.problems[MOST_PROBLEMS:] = [(canvas.problems[MOST_PROBLEMS][0], "bad-canvas", f"and {more} more flaws")]
    return canvas


def _node(canvas: Canvas, line: int, node: Any, read: Callable[[bytes], Note]) -> None:
    """Add the links of one node."""
    kind = node.get("type") if isinstance(node, dict) else None
    if not isinstance(kind, str):
        return canvas.tell(line, "a node must be an object with a type; it is passed over")
    if kind == "group":
        return None
    name = {"file": "file", "text": "text", "link": "url"}.get(kind)
    if name is None:
        return canvas.tell(line, f"{kind!r:.50} is no type of node in JSON Canvas 1.0; it is passed over")
    value = node.get(name)
    if not isinstance(value, str) or (not value and kind != "text"):
        return canvas.tell(line, f"a node of type {kind!r} must say its {name!r}; it is passed over")
    value = _join_surrogates(value)
    if kind == "link":
        canvas.links.append(CanvasLink(line, _mention(value, external=True)))
    elif kind == "file":
        subpath = node.get("subpath", "")
        if not isinstance(subpath, str):
            canvas.tell(line, "the subpath of a file must be a text; it is passed over")
            subpath = ""
        canvas.links.append(CanvasLink(line, _mention(f"/{value}", _join_surrogates(subpath).removeprefix("#"))))
    elif value:
        note = read(b"\n" + value.encode())  # a line before it: what it begins with is no properties
        canvas.links += (CanvasLink(line, mention) for mention in note.mentions)
        canvas.problems += ((line, code, message) for _, code, message in note.problems)
    return None


def _mention(target: str, anchor: str = "", external: bool = False) -> Mention:
    return Mention(start=0, end=0, target=target, anchor=anchor, text="", embed=False, external=external)


def _join_surrogates(text: str) -> str:
    """The text with U+FFFD for each lone surrogate and a character for each pair, as JSON may escape it in halves."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Json:
    """Steps through the top of the file, since only so it is known where a node stands; a node is read as a whole."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._decode = json.JSONDecoder(parse_constant=_refuse_number).raw_decode

    def nodes(self) -> list[tuple[int, Any]]:
        """The nodes with their offsets; of a key that stands twice the last holds, as in JavaScript.

        Raises:
            ValueError: it is no JSON, or no canvas; `at` is where.
            RecursionError: its lists lie in one another too deep.
        """
        nodes: list[tuple[int, Any]] = []
        if not self._peek():
            return nodes  # a canvas that was never drawn on
        for _ in self._items("{", "}"):
            _, key = self._value()
            self._step(":")
            if not isinstance(key, str):
                raise ValueError("the name of a value is no text")
            if key == "nodes":
                nodes = [self._value() for _ in self._items("[", "]")]
            else:
                self._value()
        if self._peek():
            raise ValueError("something stands behind its end")
        return nodes

    def _items(self, begin: str, end: str) -> Iterator[None]:
        """Step through a pair of brackets; stops before each item, which is to be read."""
        self._step(begin)
        if self._peek() != end:
            yield
            while self._peek() == ",":
                self._step(",")
                yield
        self._step(end)

    def _peek(self) -> str:
        """The next character that is not blank; "" at the end."""
        space = SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at
        return self.text[self.at : self.at + 1]

    def _step(self, character: str) -> None:
        if (actual := self._peek()) != character:
            raise ValueError(f"{actual!r} stands where {character!r} must" if actual else f"{character!r} is missing")
        self.at += 1

    def _value(self) -> tuple[int, Any]:
        """Read a value, with its offset."""
        self._peek()
        begin = self.at
        try:
            value, self.at = self._decode(self.text, begin)
        except json.JSONDecodeError as error:
            self.at = error.pos
            raise ValueError(error.msg) from error
        return begin, value


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number in JSON")
