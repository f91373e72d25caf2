"""A note's front matter: YAML 1.2, as Obsidian reads it (https://yaml.org/spec/1.2.2/)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

# Exactly "---" on the first line, and again alone on a later one
FRONT_MATTER = re.compile(r"---\n(?:(.*?)\n)?---(?:\n|\Z)", re.DOTALL)
KEY = re.compile(  # at the margin: quoted, or words without ": "
    r"^(?:\"([^\"\n]+)\"[ \t]*+|'([^'\n]+)'[ \t]*+|((?:[^\s#'\"\[\]{},&*!|>%@`:-]|-(?=[^\s:]))[^:\n]*+(?::(?=\S)[^:\n]*+)*+))"
    r":(?=\s|$)",
    re.MULTILINE,
)
TAB = re.compile(r"^([^\s\"'#:][^\n:]*+:)\t+", re.MULTILINE)  # legal behind a key, but not for this parser
MORE_DOCUMENTS = re.compile(r"^(?:---|\.\.\.)(?=\s)", re.MULTILINE)
ANCHOR = re.compile(r"(?<![^\s\[{,:-])&([^\s\[\]{},]+)")
ALIAS = re.compile(r"(?<![^\s\[{,:-])\*([^\s\[\]{},]+)")
MOST_ALIASES = (
    10  # each may repeat what it names, which may hold others: ten give forty times the text, thirty a gigabyte
)
MOST_LINES = 1000  # of one value, in which words are looked for
DEEP = re.compile(r"^[ \t?:-]{500}", re.MULTILINE)  # some thousand levels end the whole process within the YAML parser
AT_LINE = re.compile(r"line (\d+)")


@dataclass
class Properties:
    """The properties of one note; keys as written."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)  # key: its line, counted from 1
    raw: str = ""  # the YAML itself, which begins on line 2
    end: int = 0  # the offset at which the note's body begins
    problems: list[tuple[int, str, str]] = field(default_factory=list)  # line, code, message

    def line_of(self, key: str, words: str) -> int:
        """The line of some words within the value of a key; where they are not found, the key's own."""
        if (key, words) in self._places:
            return self._places[key, words]
        line = self.lines.get(key, 1)
        for number, text in enumerate(self._texts[line - 2 : line - 2 + MOST_LINES] if line > 1 else (), start=line):
            if number > line and text and text[0] not in " \t-":
                break  # the next key
            if words in (text if number > line else text.partition(":")[2]):
                return number
        return line

    @cached_property
    def _texts(self) -> list[str]:
        return self.raw.split("\n")

    @cached_property
    def _places(self) -> dict[tuple[str, str], int]:
        """The line of each value and list item that fills one: by its key and its words, without quotes."""
        keys = {line: key for key, line in self.lines.items()}
        places: dict[tuple[str, str], int] = {}
        key = ""
        for number, text in enumerate(self._texts, start=2):
            if number in keys:
                key, text = keys[number], text.partition(":")[2]
            places.setdefault((key, text.strip().removeprefix("- ").strip().strip("\"'")), number)
        return places


def properties(text: str) -> Properties:
    """Read the front matter at the head of a note; what is not YAML becomes a problem, and the body is still read."""
    found = FRONT_MATTER.match(text)
    if not found:
        if text.startswith("---\n") and KEY.match(text, 4):
            problem = (1, "bad-yaml", "the front matter has no end; put a line with --- below the properties")
            return Properties(problems=[problem])
        return Properties()
    raw = found[1] or ""
    result = Properties(raw=raw, end=found.end())
    line, counted = 2, 0
    for key in KEY.finditer(raw):
        name = key[1] or key[2] or key[3].rstrip()
        line = raw.count("\n", counted, key.start()) + line
        counted = key.start()
        if name in result.lines and not raw.startswith("{"):
            message = f"the property {name!r} stands twice (also on line {result.lines[name]}); none is read until one is removed"
            return Properties(raw=raw, end=found.end(), problems=[(line, "bad-yaml", message)])
        result.lines.setdefault(name, line)
    if not raw.strip():
        return result
    if flaw := _hostile(raw):
        line = raw.count("\n", 0, flaw[0]) + 2
        result.problems.append((line, "bad-yaml", f"the properties {flaw[1]}; none of them is read"))
        return result
    import yaml12

    try:
        values = _plain(yaml12.parse_yaml(TAB.sub(r"\1 ", raw) if "\t" in raw else raw))
    except (ValueError, RecursionError) as error:
        told = re.sub(r"^YAML parse error: | at byte .*", "", str(error).strip().split("\n")[0]) or "cannot be read"
        at = AT_LINE.search(str(error))
        message = f"the properties are not YAML: {told}; put values with special characters in quotes"
        result.problems.append((int(at[1]) + 1 if at else 1, "bad-yaml", message))
        return result
    if isinstance(values, dict):
        result.values = values
    elif values is not None:
        result.problems.append(
            (2, "bad-yaml", "the front matter is no list of `property: value` lines; nothing of it is read")
        )
    return result


def _hostile(raw: str) -> tuple[int, str] | None:
    """What would make the YAML parser run out of memory or of stack, or read less than there is; and its place."""
    if found := MORE_DOCUMENTS.search(raw):
        return found.start(), f"hold a second YAML document, which begins with {found[0]!r}"
    if found := DEEP.search(raw):
        return found.start(), "are nested too deep"
    anchors = {found[1].rstrip(":") for found in ANCHOR.finditer(raw)} if "&" in raw else ()
    aliases = [found.start() for found in ALIAS.finditer(raw) if found[1].rstrip(":") in anchors] if anchors else []
    if len(aliases) > MOST_ALIASES:
        return aliases[MOST_ALIASES], f"hold more than {MOST_ALIASES} YAML aliases (*name)"
    return None


def _plain(value: Any) -> Any:
    """Plain Python values, as deep as they go: YAML's own tags are dropped, keys become text."""
    if isinstance(value, dict):
        # a key that is a list or a mapping is a template that nobody has filled in: "date: {{date}}"
        items = {word: _plain(item) for key, item in value.items() if (word := _word(key)) is not None}
        return items if items or not value else None
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return _plain(value.value) if hasattr(value, "value") else str(value)


def _word(key: Any) -> str | None:
    """A key as text; None: it is no word."""
    key = _plain(key)
    if isinstance(key, str):
        return key
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    return str(key) if isinstance(key, int | float) else None
