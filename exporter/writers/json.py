"""JSON for programs in any language: the whole knowledge map as tables of records that name one another by id.

`docs/json.md` explains each field and what is promised, `docs/json.schema.json` says the same as a JSON Schema.
Values are such that every JSON reader holds them alike (https://www.rfc-editor.org/rfc/rfc7493). A record
stands on one line, so that two exports can be compared line by line.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from exporter.errors import Finding
from exporter.model import (
    NOTHING,
    Area,
    File,
    KnowledgeMap,
    LearningPath,
    Link,
    Missing,
    Previous,
    Reference,
    Source,
    Step,
    Tag,
    Topic,
    Want,
    replace_surrogates,
)

FORMAT = "mlk-export/1"  # the number rises when a field goes or comes to mean something else
HEAD = ("title", "summary", "language", "source", "properties")
TABLES = ("topics", "areas", "tags", "links", "paths", "references", "implied", "missing")
SAFE = 2**53 - 1  # a larger whole number is rounded by readers that know floating point alone
BITS = 4096  # of the largest whole number that is written
LINE = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
DEPTH = 32  # lists and tables within a property; some readers refuse more


@dataclass(frozen=True)
class Options:
    """What `mappings/json.toml` may say; all else is always there, for programs rely on finding everything."""

    text: bool = field(default=False, metadata={"obeys": "with_text"})  # each topic's text, as Markdown
    lines: bool = False  # one record a line (JSON Lines), each with the name of its table, instead of one document


def by_topic(options: Options) -> str:
    """Whether each line depends on one topic: ""; else what to do instead. The texts of notes show parts of others."""
    return "text = false in json.toml, as a note's text shows parts of others" if options.text else ""


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Yield `knowledge-map.json`, or `.jsonl`, and a finding for each value of a property that JSON cannot hold."""
    if options.lines or knowledge_map.part:
        yield File("knowledge-map.jsonl", _lines(knowledge_map, options.text))
    else:
        yield File("knowledge-map.json", _document(knowledge_map, options.text))
    head = [(knowledge_map.properties, knowledge_map.source)] if knowledge_map.is_head else []
    owners = ((topic.properties, topic.source) for topic in knowledge_map.own("topics"))
    for properties, source in (*head, *owners):
        conversion = _Conversion()
        conversion.convert(properties)
        yield from (Finding(source, "json-value", message) for message in conversion.losses)


def _document(knowledge_map: KnowledgeMap, with_text: bool) -> Iterator[str]:
    yield f'{{\n"format": {LINE(FORMAT)}'
    for name in HEAD:
        yield replace_surrogates(f',\n"{name}": {LINE(_record(getattr(knowledge_map, name)))}')
    for name in TABLES:
        yield f',\n"{name}": ['
        comma = ""
        for record in getattr(knowledge_map, name):
            yield replace_surrogates(f"{comma}\n{LINE(_values(name, record, knowledge_map, with_text))}")
            comma = ","
        yield "\n]" if comma else "]"
    yield "\n}\n"


def _lines(knowledge_map: KnowledgeMap, with_text: bool) -> Iterator[str]:
    """The same records, a line each that depends on nothing before it; the first is what the document has at its head."""
    if knowledge_map.is_head:
        head = {name: _record(getattr(knowledge_map, name)) for name in HEAD}
        yield replace_surrogates(f"{LINE({'table': 'map', 'format': FORMAT, **head})}\n")
    for name in TABLES:
        for record in knowledge_map.own(name):
            values = _values(name, record, knowledge_map, with_text)
            yield replace_surrogates(f"{LINE({'table': name, **values})}\n")


def _values(name: str, record: Any, knowledge_map: KnowledgeMap, with_text: bool) -> dict[str, Any]:
    values: dict[str, Any] = _record(record)
    if with_text and name == "topics":
        values["text"] = _text(record, knowledge_map)
    return values


def _text(topic: Topic, knowledge_map: KnowledgeMap) -> str:
    with suppress(OSError):  # the note was removed since the vault was read
        return knowledge_map.text(topic.id).strip()
    return ""


def _record(value: Any) -> Any:
    """A record under the names of its fields, in their order, and so are the records within it."""
    match value:
        case str() | int() | None:  # as most are
            return value
        case Topic():
            return {
                **value._asdict(),
                "properties": _Conversion().convert(value.properties),
                "source": _record(value.source),
            }
        case Source() | Area() | Tag() | Link() | LearningPath() | Step() | Reference() | Missing() | Want():
            return {name: _record(inner) for name, inner in zip(value._fields, value, strict=True)}
        case tuple():
            return [_record(inner) for inner in value]
        case Mapping():
            return _Conversion().convert(value)
    return value


class _Conversion:
    """Makes a property's value one that JSON can say; `losses` tells what it cannot."""

    def __init__(self) -> None:
        self.losses: list[str] = []

    def convert(self, value: object, path: tuple[str, ...] = ()) -> Any:
        """The value as JSON can say it; `path` are the keys and numbers that lead to it."""
        match value:
            case None | bool() | str():
                return value
            case int() if abs(value) <= SAFE:
                return value
            case int() if value.bit_length() <= BITS:
                return str(value)
            case float() if math.isfinite(value):
                return value
            case int() | float():
                number = str(value) if isinstance(value, float) else f"a number of {value.bit_length()} bits"
                return self._lose(path, f"{number} is no JSON number")
            case Mapping() | list() | tuple() if len(path) > DEPTH:
                return self._lose(path, f"lies deeper than {DEPTH} levels")
            case Mapping():
                table: dict[str, Any] = {}
                for key, inner in value.items():
                    name = replace_surrogates(str(key))
                    if name in table:
                        self._lose((*path, name), "an earlier value has the same name in JSON")
                    table[name] = self.convert(inner, (*path, name))
                return table
            case list() | tuple():
                return [self.convert(inner, (*path, str(number))) for number, inner in enumerate(value, 1)]
        return str(value)

    def _lose(self, path: tuple[str, ...], why: str) -> None:
        self.losses.append(f"property {'.'.join(path)!r}: {why} and is left out; change it in the note")
