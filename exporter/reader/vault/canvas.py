"""The bytes of ONE canvas -> its links, with lines (JSON Canvas 1.0, https://jsoncanvas.org/spec/1.0/). Pure.

What Obsidian takes for links of a canvas (rule L8 of docs/conformance.md): the files of `file` nodes, and what the
Markdown of `text` nodes links to. `link` nodes lead out of the vault; groups and edges are no links. An edge with a label
between two notes, or texts that are but a link, is an arrow: it says how the notes are related.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, NoReturn

from exporter.reader.markdown.inline import Mention
from exporter.reader.markdown.note import Note, decode
from exporter.reader.markdown.note import parse as parse_note
from exporter.regex import regex

MOST_PROBLEMS = 20  # of one canvas; at the end stands how many more there are
LONGEST_LABEL, MOST_WORDS = 40, 4  # characters and words of an edge's label that is a kind of link
SPACE = regex(r"[ \t\n\r]*")
Problem = tuple[int, str, str]  # line, code, message


class CanvasLink(NamedTuple):
    """A link of a canvas, in the form that a note's has."""

    line: int  # of the node
    mention: Mention  # of a file: "/" and its path in the vault; its offsets mean nothing


class Arrow(NamedTuple):
    """An edge between notes, with what is written on it."""

    line: int
    start: Mention  # as in a CanvasLink
    end: Mention
    label: str


class Canvas(NamedTuple):
    """The links of one canvas, its arrows, and what is wrong with it."""

    links: list[CanvasLink]
    arrows: list[Arrow]
    problems: list[Problem]

    def tell(self, line: int, message: str) -> None:
        """Add a flaw of the file itself."""
        self.problems.append((line, "bad-canvas", message))


def parse(data: bytes, read: Callable[[bytes], Note] = parse_note) -> Canvas:
    """Read one canvas; whatever is wrong becomes a problem of it, never an exception. `read` reads Markdown."""
    text, problems = decode(data)
    canvas = Canvas([], [], problems)
    reading = _Json(text)
    nodes: list[tuple[int, Any]] = []
    edges: list[tuple[int, Any]] = []
    try:
        nodes, edges = reading.nodes_and_edges()
    except (ValueError, RecursionError) as error:
        why = "lists lie in one another too deep" if isinstance(error, RecursionError) else f"{error!s:.100}"
        canvas.tell(
            text.count("\n", 0, reading.at) + 1,
            f"cannot be read, so its links are not known; save it anew in Obsidian ({why})",
        )
    drawn: dict[str, Mention] = {}  # id of a node that stands for one note
    for line, node in _with_lines(text, nodes):
        first = len(canvas.links)
        _node(canvas, line, node, read)
        if len(canvas.links) == first + 1 and _is_note(node, canvas.links[first].mention):
            drawn[node["id"]] = canvas.links[first].mention
    for line, edge in _with_lines(text, edges):
        _edge(canvas, line, edge, drawn)
    if (more := len(canvas.problems) - MOST_PROBLEMS) > 1:
        canvas.problems[MOST_PROBLEMS:] = [(canvas.problems[MOST_PROBLEMS][0], "bad-canvas", f"and {more} more flaws")]
    return canvas


def _with_lines(text: str, values: list[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    """Values with their lines instead of their offsets, which come in order."""
    line, counted = 1, 0  # lines are counted up to this offset
    for at, value in values:
        line += text.count("\n", counted, at)
        counted = at
        yield line, value


def _is_note(node: Any, link: Mention) -> bool:
    """Whether a node with one link stands for what that leads to: by its file, or as a text that is but the link."""
    if link.external or not isinstance(node.get("id"), str):
        return False
    return node["type"] == "file" or len(node["text"].strip()) == link.end - link.start


def _edge(canvas: Canvas, line: int, edge: Any, drawn: Mapping[str, Mention]) -> None:
    """Add an edge with a label between nodes that stand for notes; Obsidian passes over one that is none."""
    if not isinstance(edge, dict):
        return
    ends = [drawn.get(node) for node in (edge.get("fromNode"), edge.get("toNode")) if isinstance(node, str)]
    label = edge.get("label")
    if len(ends) < 2 or not (ends[0] and ends[1]) or not isinstance(label, str):
        return
    label = " ".join(_join_surrogates(label).split())
    if not label or len(label) > LONGEST_LABEL or len(label.split()) > MOST_WORDS:
        return  # a sentence is no kind of link
    back, on = edge.get("fromEnd", "none") == "arrow", edge.get("toEnd", "arrow") == "arrow"
    if on or not back:
        canvas.arrows.append(Arrow(line, ends[0], ends[1], label))
    if back:
        canvas.arrows.append(Arrow(line, ends[1], ends[0], label))


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
        canvas.links.extend(CanvasLink(line, mention) for mention in note.mentions)
        canvas.problems.extend((line, code, message) for _, code, message in note.problems)
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

    def nodes_and_edges(self) -> tuple[list[tuple[int, Any]], list[tuple[int, Any]]]:
        """The nodes and the edges with their offsets; of a key that stands twice the last holds, as in JavaScript.

        Raises:
            ValueError: it is no JSON, or no canvas; `at` is where.
            RecursionError: its lists lie in one another too deep.
        """
        lists: dict[str, list[tuple[int, Any]]] = {"nodes": [], "edges": []}
        if not self._peek():
            return lists["nodes"], lists["edges"]  # a canvas that was never drawn on
        for _ in self._items("{", "}"):
            _, key = self._value()
            self._step(":")
            if not isinstance(key, str):
                raise ValueError("the name of a value is no text")
            if key == "nodes" or (key == "edges" and self._peek() == "["):
                lists[key] = [self._value() for _ in self._items("[", "]")]
            else:
                self._value()
        if self._peek():
            raise ValueError("something stands behind its end")
        return lists["nodes"], lists["edges"]

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
