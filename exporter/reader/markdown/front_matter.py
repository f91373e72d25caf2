"""A note's front matter: YAML 1.2 (https://yaml.org/spec/1.2.2/), as npm's `yaml` reads it, which Obsidian uses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from math import isfinite
from typing import Any

from exporter.reader.markdown.patterns import JOINT
from exporter.reader.markdown.yaml_keys import find_keys
from exporter.regex import regex

KEY = regex(  # at the margin: quoted, or words without ": "
    r"^(?:\"([^\"\n]+)\"[ \t]*+|'([^'\n]+)'[ \t]*+|((?:[^\s#'\"\[\]{},&*!|>%@`:-]|-(?=[^\s:]))[^:\n]*+(?::(?=\S)[^:\n]*+)*+))"
    r":(?=\s|$)",
    re.MULTILINE,
)
ODD = regex(r"\{|(?<![^\s\[,])[&!](?=\S)|(?<!\S)\?(?=\s)|[\"']:(?=\S)")  # keys that need a closer look
WORD = regex(r"(?!(?:null|true|false)\Z)[^\W\d][\w-]*", re.IGNORECASE)  # text as it stands
DOCUMENT = regex(r"^(?:---|\.\.\.)(?=\s)", re.MULTILINE)
ANCHOR = regex(r"(?<![^\s\[{,:-])&([^\s\[\]{},]+)")
ALIAS = regex(r"(?<![^\s\[{,:-])\*([^\s\[\]{},]+)")
MOST_ALIASES = (
    10  # each may repeat what it names, which may hold others: ten give forty times the text, thirty a gigabyte
)
MOST_LINES = 1000  # of one value, in which words are looked for
MOST_LETTERS = 10_000
BEFORE = ("- ", ": ", ", ")  # what a value or an item may stand behind
MARGIN = regex(r"\n[^\s-]|#")  # another key, or a comment
DEEPEST = 500
DEEP = regex(rf"^[ \t?:-]{{{DEEPEST}}}", re.MULTILINE)  # some thousand levels end the process in the YAML parser
AT_LINE = regex(r"line (\d+)")
WORDS = regex(r"[^\s\[\]{},:]+")
COMMENT_AS_VALUE = regex(r"(?:^|-)[ \t]+#[^\s#]")  # behind a colon or the dash of an item
LONE_RETURN = regex(r"\r(?!\n)")
SURROGATES = regex(r"\\u([Dd][89ABab]..)\\u([Dd][C-Fc-f]..)")  # how JSON escapes an emoji
PLAIN_TYPES = frozenset((str, int, float, bool, type(None)))


class FrontMatterError(ValueError):
    """What is wrong with the YAML and is not the parser's to say, and where."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at


@dataclass
class Properties:
    """The properties of one note; keys as written."""

    values: dict[str, Any] = field(default_factory=dict)
    raw: str = ""  # the YAML itself
    end: int = 0  # the offset at which the note's body begins
    problems: list[tuple[int, str, str]] = field(default_factory=list)  # line, code, message
    mark: str = "\n"  # what stands between the YAML and the "---" before and behind it

    @property
    def first(self) -> int:
        """The line on which the YAML begins."""
        return 2 if self.mark == "\n" else 1

    @cached_property
    def lines(self) -> dict[str, int]:
        """The line of each key, counted from 1; found when asked for, as most notes' never are."""
        lines: dict[str, int] = {}
        line, counted = self.first, 0
        for key in KEY.finditer(self.raw):
            line += self.raw.count("\n", counted, key.start())
            counted = key.start()
            lines.setdefault(key[1] or key[2] or key[3].rstrip(), line)
        return lines

    def written(self, key: str, value: float) -> str:
        """A number or a truth value of this key as it was written: "1.10", where YAML reads 1.1."""
        words = next(
            (
                word
                for word in WORDS.findall(self._value_of(key))
                if (type(read := _resolve_key(word)), read) == (type(value), value)
            ),
            "",
        )
        return words or _key_text(value)

    def comment_of(self, key: str) -> int:
        """The line of a "#" with which an item of this key begins, so that YAML takes it for a comment; 0: there is none."""
        match = COMMENT_AS_VALUE.search(self._value_of(key)) if "#" in self.raw else None
        return self.lines.get(key, 1) + self._value_of(key).count("\n", 0, match.start()) if match else 0

    def _value_of(self, key: str) -> str:
        """What stands behind a key, up to the next one."""
        line = self.lines.get(key, 0)
        if line < self.first:
            return self.raw[:MOST_LETTERS]
        first, *rest = self._texts[line - self.first : line - self.first + MOST_LINES]
        more = takewhile(lambda text: not text or text[0] in " \t-#]}", rest)
        return "\n".join([first.partition(":")[2], *more])[:MOST_LETTERS]

    def line_of(self, key: str, words: str) -> int:
        """The line of some words within the value of a key; where they are not found, the key's own."""
        raw = self.raw
        at = -1 if raw.startswith(f"{key}:") else raw.find(f"\n{key}:")
        if words and (at >= 0 or raw.startswith(f"{key}:")):
            value = at + len(key) + 2
            offset = raw.find(words, value, value + MOST_LETTERS)
            end = offset + len(words)
            before = raw[offset - 2 : offset]
            # As nearly always: there it is, whole, and no other key comes before it
            if (
                offset >= 0
                and (before in BEFORE or before[-1:] in "\"'[")
                and raw[end : end + 1] in "\"'\n,]"
                and not MARGIN.search(raw, value, offset)
            ):
                return raw.count("\n", 0, offset) + self.first
        return self._line_of(key, words)

    def _line_of(self, key: str, words: str) -> int:
        if (key, words) in self._lines_of_values:
            return self._lines_of_values[key, words]
        line, first = self.lines.get(key, 0), self.first
        lines = self._texts[line - first : line - first + MOST_LINES] if line >= first else ()
        line = max(line, 1)
        for number, text in enumerate(lines, start=line):
            if number > line and text and text[0] not in " \t-":
                break  # the next key
            if words in (text if number > line else text.partition(":")[2]):
                return number
        return line

    @cached_property
    def _texts(self) -> list[str]:
        return self.raw.split("\n")

    @cached_property
    def _lines_of_values(self) -> dict[tuple[str, str], int]:
        """The line of each value and list item that fills one: by its key and its words, without quotes."""
        keys = {line: key for key, line in self.lines.items()}
        lines: dict[tuple[str, str], int] = {}
        key = ""
        for number, text in enumerate(self._texts, start=self.first):
            if number in keys:
                key, text = keys[number], text.partition(":")[2]
            lines.setdefault((key, text.strip().removeprefix("- ").strip().strip("\"'")), number)
        return lines


def read_properties(text: str) -> Properties:
    """Read the front matter at the head of a note; what is not YAML becomes a problem, and the body is still read."""
    if not text.startswith(("---\n", f"---{JOINT}")):
        return Properties()
    mark = text[3]
    last = text.find(f"{mark}---\n", 3)  # exactly "---", alone on its line
    if last < 0 and text.endswith(f"{mark}---"):
        last = len(text) - 4
    if last < 0:
        message = "the front matter has no end; put a line with --- below the properties"
        return Properties(problems=[(1, "bad-yaml", message)] if KEY.match(text, 4) else [])
    raw = text[4:last].removeprefix("\ufeff")
    end = min(last + 5, len(text))
    try:
        return Properties(_values(raw), raw, end, mark=mark)
    except FrontMatterError as error:
        line, message = raw.count("\n", 0, error.at) + 2, str(error)
    except (ValueError, RecursionError) as error:
        reason = re.sub(r"^YAML parse error: | at byte .*", "", str(error).strip().split("\n")[0]) or "cannot be read"
        at = AT_LINE.search(str(error))
        line = int(at[1]) + 1 if at else 1
        message = f"the properties cannot be read; put values with special characters in quotes (not YAML: {reason})"
    return Properties({}, raw, end, [(line, "bad-yaml", message)], mark)


def _values(raw: str) -> dict[str, Any]:
    """What the YAML says; in most notes the parser's own dictionary as it is."""
    _check(raw)
    if "\t" in raw or "\r" in raw or "\0" in raw:
        raw = _repair(raw)
    documents = _documents(raw)
    if len(documents) > 1:
        *_, begin = DOCUMENT.finditer(raw)
        message = f"the properties hold a second YAML document, which begins with {begin[0]!r}; none of them is read"
        raise FrontMatterError(begin.start(), message)
    values = documents[0] if documents else None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise FrontMatterError(0, "the front matter is no list of `property: value` lines; nothing of it is read")
    # as many keys as there are colons that could follow one, and nothing odd: then none stands twice
    colons = raw.count(": ") + raw.count(":\n") + (1 if raw.endswith(":") else 0)
    if (colons != len(values) and not _each_once(raw, values, colons)) or (
        ("{" in raw or "&" in raw or "!" in raw or "? " in raw or '":' in raw or "':" in raw) and ODD.search(raw)
    ):
        _check_keys(raw)
    for key, value in values.items():
        kind = type(value)
        if type(key) is not str or (
            kind not in PLAIN_TYPES and (kind is not list or not PLAIN_TYPES.issuperset(map(type, value)))
        ):
            return {_key_text(key): _to_plain(value) for key, value in values.items()}
    return values


def _documents(yaml: str) -> list[Any]:
    """The documents of a YAML text; all are asked for, as the parser is silent about what follows the first."""
    import yaml12

    try:
        return yaml12.parse_yaml(yaml, multi=True)
    except ValueError:
        joined = SURROGATES.sub(_join, yaml)
        if joined == yaml:
            raise
        return yaml12.parse_yaml(joined, multi=True)


def _join(pair: re.Match[str]) -> str:
    """Two halves of a character as YAML escapes the whole."""
    try:
        return f"\\U{ord(bytes.fromhex(pair[1] + pair[2]).decode('utf_16_be')):08x}"
    except ValueError:
        return pair[0]


def _check(raw: str) -> None:
    """Refuse what would make the YAML parser run out of memory or of stack."""
    if len(raw) >= DEEPEST and (match := DEEP.search(raw)):
        raise FrontMatterError(match.start(), "the properties are nested too deep; none of them is read")
    if "&" in raw and "*" in raw:
        anchors = {match[1].rstrip(":") for match in ANCHOR.finditer(raw)}
        aliases = [match.start() for match in ALIAS.finditer(raw) if match[1].rstrip(":") in anchors]
        if len(aliases) > MOST_ALIASES:
            message = f"the properties hold more than {MOST_ALIASES} YAML aliases (*name); none of them is read"
            raise FrontMatterError(aliases[MOST_ALIASES], message)


def _repair(raw: str) -> str:
    """The YAML without what it may hold, but this parser stumbles over, as a tab behind a colon."""
    # to the parser, a null character ends all and a carriage return ends the line
    raw = LONE_RETURN.sub("\ufffd", raw).replace("\0", "\ufffd")
    if "\t" not in raw:
        return raw
    characters = list(raw)
    for key in find_keys(raw):
        if key.tab:
            message = "the properties are indented by tabs; put spaces in their place; none of them is read"
            raise FrontMatterError(key.start, message)
        if raw[key.end : key.end + 1] == "\t":
            characters[key.end] = " "
    return "".join(characters)


def _check_keys(raw: str) -> None:
    """Refuse a mapping that has a key twice, as npm's `yaml` does; this parser takes the last one."""
    first: dict[tuple[int, Any], int] = {}
    for key in find_keys(raw):
        if key.mapping < 0:
            continue
        value = _resolve_key(key.words)
        before = first.setdefault((key.mapping, value), key.start)
        if before != key.start:
            line = raw.count("\n", 0, before) + 2
            message = f"the property {value!r} stands twice (also on line {line}); none is read until one is removed"
            raise FrontMatterError(key.start, message)


def _resolve_key(words: str) -> Any:
    """The value of a key: 1 for "0x1", but the text for "'1'"."""
    if WORD.fullmatch(words):
        return words
    try:
        (value,) = _documents(words) or [None]
    except ValueError:
        return words
    return words if isinstance(value, list | dict) else _to_plain(value)


def _each_once(raw: str, values: dict[str, Any], colons: int) -> bool:
    """Whether more colons than keys are no sign of a key that stands twice: they are of mappings within, or of texts."""
    count = _count(values)
    if count != len(values) or "''" in raw:
        return count == colons
    names = [key[1] or key[2] or key[3].rstrip() for key in KEY.finditer(raw)]
    return len(names) == count and values.keys() == set(names)


def _count(value: Any) -> int:
    """How many keys the mappings within a value have."""
    if isinstance(value, dict):
        return len(value) + sum(map(_count, value.values()))
    return sum(map(_count, value)) if isinstance(value, list) else 0


def _to_plain(value: Any) -> Any:
    """Plain Python values, as deep as they go: YAML's own tags are dropped, keys become text."""
    if isinstance(value, dict):
        # a mapping as the only key, and no value: a template that nobody has filled in, "date: {{date}}"
        if len(value) == 1 and isinstance(getattr(next(iter(value)), "value", None), dict) and None in value.values():
            return None
        return {_key_text(key): _to_plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_to_plain(item) for item in value]
    return _to_plain(value.value) if hasattr(value, "value") else value


def _key_text(key: Any) -> str:
    """A key as text, as JavaScript has it."""
    if isinstance(key, str):
        return key
    if isinstance(key, dict):
        items = [
            _key_text(name) if value is None else f"{_key_text(name)}: {_key_text(value)}"
            for name, value in key.items()
        ]
        items = [f"? {item}" if item[:1] in ("{", "[") else item for item in items]
        return f"{{ {', '.join(items)} }}" if items else "{}"
    if isinstance(key, list):
        return f"[ {', '.join(map(_key_text, key))} ]" if key else "[]"
    if key is None or isinstance(key, bool):
        return {None: "", True: "true", False: "false"}[key]
    if isinstance(key, float):
        if not isfinite(key):
            return "NaN" if key != key else "Infinity" if key > 0 else "-Infinity"
        return str(int(key)) if key.is_integer() and abs(key) < 1e21 else str(key)
    return _key_text(key.value) if hasattr(key, "value") else str(key)
