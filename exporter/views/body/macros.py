r"""TeX in its smallest pieces, and macros: \newcommand and its like, whose words stand in for them.

Nothing is run: a macro is replaced so often at most, and what has no end is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_STEPS = 5000  # replacements in one formula
LONGEST = 50_000  # pieces that a formula may become
TOKEN = re.compile(r"\\(?:[A-Za-z@]+|[\s\S])|%[^\n]*\n?|\s+|[^\\%\s]")
DEFINERS = {"\\newcommand", "\\renewcommand", "\\providecommand", "\\def", "\\gdef", "\\edef", "\\xdef", "\\let",
    "\\DeclareMathOperator", "\\DeclarePairedDelimiter", "\\newenvironment", "\\renewenvironment"}  # fmt: skip
Tokens = list[str]


class EndlessError(Exception):
    """A macro without an end, by its name."""


@dataclass(frozen=True)
class Macro:
    """What a command stands for: #1, #2, ... are its arguments, the first of which may have a default."""

    body: Tokens
    arguments: int = 0
    default: Tokens | None = None
    old: bool = False  # the command that it names, whatever it is later


def tokens(tex: str) -> Tokens:
    """The TeX in its smallest pieces, without comments."""
    return [token for token in TOKEN.findall(tex) if token[0] != "%"]


class Stream:
    """Pieces that are yet to be read."""

    def __init__(self, given: Sequence[str]) -> None:
        self._waiting = [*given[::-1]]  # the last comes first

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)

    def push(self, more: Sequence[str]) -> None:
        """Have these read next."""
        self._waiting += more[::-1]

    def next(self) -> str:
        """The next piece, "" where none is left."""
        return self._waiting.pop() if self._waiting else ""

    def peek(self) -> str:
        """The next piece that is not blank, which stays."""
        while self._waiting and self._waiting[-1].isspace():
            self._waiting.pop()
        return self._waiting[-1] if self._waiting else ""

    def accept(self, token: str) -> bool:
        """Whether this comes next; if so, it is read."""
        accepted = self.peek() == token
        if accepted:
            self._waiting.pop()
        return accepted

    def argument(self) -> Tokens:
        """The next group without its braces, or the next piece."""
        if self.accept("{"):
            return self._until("}")
        return [self._waiting.pop()] if self.peek() else []

    def optional(self) -> Tokens | None:
        """What stands in [...]; None where nothing does."""
        return self._until("]") if self.accept("[") else None

    def word(self) -> str:
        """An argument as it is written."""
        return "".join(self.argument()).strip()

    def _until(self, end: str) -> Tokens:
        read: Tokens = []
        depth = 0
        while self._waiting:
            token = self._waiting.pop()
            if not depth and token == end:
                break
            depth += (token == "{") - (token == "}")
            read.append(token)
        return read

    def cell(self) -> Tokens:
        """What is left of the cell, or of what stands between brackets that grow."""
        read: Tokens = []
        depth = 0
        while self._waiting:
            token = self._waiting[-1]
            if not depth and token in ("&", "\\\\", "\\end", "\\right", "\\middle"):
                break
            depth += (token in ("\\begin", "\\left", "{")) - (token in ("\\end", "\\right", "}"))
            read.append(self._waiting.pop())
        return read

    def environment(self) -> Tokens:
        """All before the end of an environment, which is read, too."""
        read: Tokens = []
        depth = 0
        while self._waiting:
            token = self._waiting.pop()
            if token == "\\end" and not depth:
                self.argument()
                break
            depth += (token == "\\begin") - (token == "\\end")
            read.append(token)
        return read

    def rest(self) -> Tokens:
        """All that is left."""
        read, self._waiting = self._waiting[::-1], []
        return read


class Macros(dict[str, Macro]):
    r"""Macros by what calls them: "\name", or "begin name" and "end name" for an environment."""

    def define(self, definer: str, stream: Stream) -> None:
        """Read a definition."""
        star = stream.accept("*")
        if definer in ("\\def", "\\gdef", "\\edef", "\\xdef"):
            name, arguments = stream.argument(), 0
            while stream.peek() not in ("{", ""):
                arguments += stream.next() == "#"
            self._keep("".join(name), Macro(stream.argument(), arguments))
        elif definer == "\\let":
            name = stream.argument()
            stream.accept("=")
            other = stream.next()
            self._keep("".join(name), self.get(other) or Macro([other or "\\relax"], old=True))
        elif definer == "\\DeclareMathOperator":
            self._keep(stream.word(), Macro(["\\operatorname", *"*" * star, "{", *stream.argument(), "}"]))
        elif definer == "\\DeclarePairedDelimiter":
            name, left, right = stream.argument(), stream.argument(), stream.argument()
            self._keep("".join(name), Macro(["\\left", *left, "#", "1", "\\right", *right], 1))
        else:
            named, number = stream.word(), "".join(stream.optional() or ())
            arguments = int(number) if number in set("123456789") else 0
            default = stream.optional() if arguments else None
            body = Macro(stream.argument(), arguments, default)
            if definer.endswith("environment"):
                self[f"begin {named}"], self[f"end {named}"] = body, Macro(stream.argument())
            elif definer != "\\providecommand" or named not in self:
                self._keep(named, body)

    def _keep(self, name: str, macro: Macro) -> None:
        if name[:1] == "\\":
            self[name] = macro


def expand(macro: Macro, stream: Stream) -> Tokens:
    """The words of a macro, with its arguments, which are read."""
    arguments: list[Tokens] = []
    if macro.default is not None:
        given = stream.optional()
        arguments.append(macro.default if given is None else given)
    while len(arguments) < macro.arguments:
        arguments.append(stream.argument())
    made: Tokens = []
    body = iter(macro.body)
    for token in body:
        number = next(body, "") if token == "#" else ""
        if number and number in "123456789" and int(number) <= len(arguments):
            made += arguments[int(number) - 1]
        else:
            made += [token, number] if number else [token]
        if len(made) > LONGEST:
            break
    return made


def spell(pieces: Sequence[str]) -> str:
    r"""The pieces as TeX: a letter behind a command must not become a part of its name."""
    made: Tokens = []
    for piece in pieces:
        if made and piece[:1].isalpha() and made[-1][0] == "\\" and made[-1][-1:].isalpha():
            made.append(" ")
        if piece:
            made.append(piece)
    return "".join(made)
