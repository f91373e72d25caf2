"""A note's front matter: YAML 1.2, as Obsidian reads it (https://yaml.org/spec/1.2.2/)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

# Exactly "---" on the first line, and again alone on a later one
FRONT_MATTER = re.compile(r"---\n(?:(.*?)\n)?---(?:\n|\Z)", re.DOTALL)
KEY = re.compile(
    r"^(?:\"([^\"\n]+)\"|'([^'\n]+)'|([^\s#'\"\[\]{},&*!|>%@`-][^:\n]*?|-[^\s:][^:\n]*?))[ \t]*:(?=\s|$)", re.MULTILINE
)
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
        line = self.lines.get(key, 1)
        for number, text in enumerate(self.raw.split("\n")[line - 2 :], start=line):
            if words in text:
                return number
        return line


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
    for key in KEY.finditer(raw):
        name = key[1] or key[2] or key[3]
        line = raw.count("\n", 0, key.start()) + 2
        if name in result.lines:
            message = f"the property {name!r} stands twice (also on line {result.lines[name]}); none is read until one is removed"
            return Properties(raw=raw, end=found.end(), problems=[(line, "bad-yaml", message)])
        result.lines[name] = line
    if not raw.strip():
        return result
    import yaml12

    try:
        values = _plain(yaml12.parse_yaml(raw))
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


def _plain(value: Any) -> Any:
    """Plain Python values, as deep as they go: tags are dropped, keys become text."""
    if isinstance(value, dict):
        return {key if isinstance(key, str) else _words(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return _plain(value.value) if hasattr(value, "value") else str(value)


def _words(key: Any) -> str:
    key = _plain(key)
    return (
        {None: "null", True: "true", False: "false"}.get(key, str(key))
        if not isinstance(key, dict | list)
        else str(key)
    )
