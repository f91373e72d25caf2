"""A canvas as data: read with its places, changed thing by thing, and written as Obsidian writes it.

Whoever has a canvas may keep more in it than the format knows (https://jsoncanvas.org/spec/1.0/): keys of plugins, numbers of
any size, things that are no nodes. So each node and edge keeps the text in which it stood, and what is not changed is written as
it was, to the letter; of a thing that is changed, so is every other key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

BLANK = re.compile(r"[ \t\n\r]*")
LINE_END = re.compile(r"\s*\n\s*")  # no string in JSON holds one
CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
DIGITS = 400  # of a whole number; with more it is read as JavaScript does
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # made once: there are many small things
FARTHEST = 10_000_000  # px; what lies further out, or is larger, lies nowhere


class CanvasError(ValueError):
    """A file that is no canvas: its line, and why."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


class Thing:
    """A node or an edge, or whatever stands in its place."""

    __slots__ = ("entries", "get", "id", "line", "text", "value")

    def __init__(self, value: Any, text: str, line: int = 0) -> None:
        """Take what JSON has there, the text in which it is written, and the line where it stood; 0: nowhere yet."""
        self.value, self.text, self.line = value, text, line
        self.entries: dict[str, Any] = value if isinstance(value, dict) else {}
        self.get = self.entries.get
        id = self.get("id")
        self.id: str = id if isinstance(id, str) else ""  # "": it has no name

    def change(self, entries: Mapping[str, Any]) -> Thing:
        """The same with some keys changed, or taken out by None; all others stay to the letter."""
        get = self.get
        for key, entry in entries.items():
            if get(key) != entry:
                break
        else:
            return self
        parts = _Scanner(self.text).members()
        for key, entry in entries.items():
            if entry is None:
                parts.pop(key, None)
            else:
                parts[key] = dump(entry)
        value = {**self.entries, **entries}
        text = ",".join(f"{dump(key)}:{part}" for key, part in parts.items())
        return Thing({key: entry for key, entry in value.items() if key in parts}, f"{{{text}}}", self.line)


@dataclass
class Document:
    """A whole canvas."""

    nodes: list[Thing] = field(default_factory=list)  # what comes later lies on top
    edges: list[Thing] = field(default_factory=list)
    others: dict[str, str] = field(default_factory=dict)  # other keys of the file, as they are written

    @property
    def content(self) -> tuple[list[str], list[str], dict[str, str]]:
        """What it says, however it is laid out."""
        return [node.text for node in self.nodes], [edge.text for edge in self.edges], self.others

    def line(self, thing: Thing) -> int:
        """Where a node or an edge stands in the text that `lines` gives."""
        things = [*self.nodes, None, *self.edges]
        return 3 + next((number for number, other in enumerate(things) if other is thing), -2)


def make(value: Mapping[str, Any]) -> Thing:
    """A node or an edge that is new."""
    return Thing(dict(value), dump(value))


def parse(data: bytes) -> Document:
    """Read a canvas; an empty file is one that was never drawn on.

    Raises:
        CanvasError: it is no JSON, or no canvas.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CanvasError(data.count(b"\n", 0, error.start) + 1, "is not UTF-8") from error
    if conflict := CONFLICT.search(text):
        raise CanvasError(text.count("\n", 0, conflict.start()) + 1, "a merge has left a conflict")
    scanner = _Scanner(text)
    document = Document()
    try:
        if scanner.peek():
            scanner.fill(document)
    except RecursionError as error:
        raise CanvasError(scanner.line, "lists lie in one another too deep") from error
    except ValueError as error:
        raise CanvasError(scanner.line, f"is no canvas: {error!s:.100}") from error
    return document


def lines(document: Document) -> Iterator[str]:
    """The text of the file as Obsidian writes it: tabs, one node or edge a line, so that differences stay small."""
    yield '{\n\t"nodes":['
    yield from _lines(document.nodes)
    yield '],\n\t"edges":['
    yield from _lines(document.edges)
    yield "]"
    for key, text in document.others.items():
        yield f",\n\t{dump(key)}:{text}"
    yield "\n}"


def dump(value: Any) -> str:
    """JSON without blanks; half a character, which no file in UTF-8 holds, as it may be escaped."""
    text = _encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def number(value: Any) -> bool:
    """Whether it is a length or a place in px that a canvas can have."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -FARTHEST <= value <= FARTHEST


def _lines(things: Iterable[Thing]) -> Iterator[str]:
    before = "\n\t\t"
    for thing in things:
        yield before + thing.text
        before = ",\n\t\t"
    if before[0] == ",":
        yield "\n\t"


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number in JSON")


class _Scanner:
    """Steps through one level of JSON, since only so it is known where a thing stands; what lies deeper is read as a whole."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self._counted, self._line = 0, 1
        whole = lambda digits: int(digits) if len(digits) < DIGITS else float(digits)  # noqa: E731
        self._decode = json.JSONDecoder(parse_constant=_refuse, parse_int=whole).raw_decode

    @property
    def line(self) -> int:
        """The line, counted from 1; it is asked for in order."""
        if self.at < self._counted:
            self._counted, self._line = 0, 1
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def fill(self, document: Document) -> None:
        """Read a whole canvas; of a key that stands twice the last holds, as in JavaScript.

        Raises:
            ValueError: it is none; `at` is where.
            RecursionError: its lists lie in one another too deep.
        """
        for key in self._keys():
            if key == "nodes":
                document.nodes = self._things()
            elif key == "edges":
                document.edges = self._things()
            else:
                document.others[key] = self._value().text
        if self.peek():
            raise ValueError("something stands behind its end")

    def members(self) -> dict[str, str]:
        """The keys of an object, each with the text of its value."""
        return {key: self._value().text for key in self._keys()}

    def peek(self) -> str:
        """The next character that is not blank; "" at the end."""
        blank = BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at
        return self.text[self.at : self.at + 1]

    def _things(self) -> list[Thing]:
        """A list of nodes or edges; null is none."""
        if self.peek() == "n" and self._value().value is None:
            return []
        return [self._value() for _ in self._items("[", "]")]

    def _keys(self) -> Iterator[str]:
        """Step through an object; stops before each value, which is to be read."""
        for _ in self._items("{", "}"):
            key = self._value().value
            self._step(":")
            if not isinstance(key, str):
                raise ValueError("the name of a value is no text")
            yield key

    def _items(self, begin: str, end: str) -> Iterator[None]:
        """Step through a pair of brackets; stops before each item, which is to be read."""
        self._step(begin)
        if self.peek() != end:
            yield
            while self.peek() == ",":
                self._step(",")
                yield
        self._step(end)

    def _step(self, character: str) -> None:
        if (actual := self.peek()) != character:
            raise ValueError(f"{actual!r} stands where {character!r} must" if actual else f"{character!r} is missing")
        self.at += 1

    def _value(self) -> Thing:
        """Read a value, with the text in which it stands, on one line."""
        self.peek()
        begin, line = self.at, self.line
        try:
            value, self.at = self._decode(self.text, begin)
        except json.JSONDecodeError as error:
            self.at = error.pos
            raise ValueError(error.msg) from error
        text = self.text[begin : self.at]
        return Thing(value, LINE_END.sub("", text) if "\n" in text else text, line)
