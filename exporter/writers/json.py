"""JSON for programs in any language: the whole knowledge map as tables of records that name one another by id.

`docs/json.md` explains each field and what is promised, `docs/json.schema.json` says the same as a JSON Schema.
Values are such that every JSON reader holds them alike (https://www.rfc-editor.org/rfc/rfc7493). A record
stands on one line, so that two exports can be compared line by line.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exporter.errors import Finding
from exporter.model import (
    NOTHING,
    Area,
    File,
    KnowledgeMap,
    LearningPath,
    Link,
    Previous,
    Reference,
    Source,
    Step,
    Tag,
    Topic,
    replace_surrogates,
)

FORMAT = "mlk-export/1"  # the number rises when a field goes or comes to mean something else
HEAD = ("title", "summary", "language", "source", "properties")
TABLES = ("topics", "areas", "tags", "links", "paths", "references")
SAFE = 2**53 - 1  # a larger whole number is rounded by readers that know floating point alone
BITS = 4096  # of the largest whole number that is written
DEPTH = 32  # lists and tables within a property; some readers refuse more


@dataclass(frozen=True)
class Options:
    """What `mappings/json.toml` may say: nothing, for programs rely on finding everything."""


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Yield `knowledge-map.json` and a finding for each value of a property that JSON cannot hold."""
    yield File("knowledge-map.json", _document(knowledge_map))
    owners = ((owner.properties, owner.source) for owner in knowledge_map.topics)
    for properties, source in ((knowledge_map.properties, knowledge_map.source), *owners):
        told: list[str] = []
        _plain(properties, (), told)
        yield from (Finding(source, "json-value", message) for message in told)


def _document(knowledge_map: KnowledgeMap) -> Iterator[str]:
    line = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    yield f'{{\n"format": {line(FORMAT)}'
    for name in HEAD:
        yield replace_surrogates(f',\n"{name}": {line(_record(getattr(knowledge_map, name)))}')
    for name in TABLES:
        yield f',\n"{name}": ['
        comma = ""
        for record in getattr(knowledge_map, name):
            yield replace_surrogates(f"{comma}\n{line(_record(record))}")
            comma = ","
        yield "\n]" if comma else "]"
    yield "\n}\n"


def _record(value: Any) -> Any:
    """A record under the names of its fields, in their order, and so are the records within it."""
    match value:
        case Topic():
            return {**value._asdict(), "properties": _plain(value.properties, (), []), "source": _record(value.source)}
        case Source() | Area() | Tag() | Link() | LearningPath() | Step() | Reference():
            return {name: _record(inner) for name, inner in zip(value._fields, value, strict=True)}
        case tuple():
            return [_record(inner) for inner in value]
        case Mapping():
            return _plain(value, (), [])
    return value


def _plain(value: object, place: tuple[str, ...], told: list[str]) -> Any:
    """The value as JSON can say it; `told` gets a message for each that is lost."""
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
            return _lost(place, f"{number} is no JSON number", told)
        case Mapping() | list() | tuple() if len(place) > DEPTH:
            return _lost(place, f"lies deeper than {DEPTH} levels", told)
        case Mapping():
            table: dict[str, Any] = {}
            for key, inner in value.items():
                name = replace_surrogates(str(key))
                if name in table:
                    _lost((*place, name), "an earlier value has the same name in JSON", told)
                table[name] = _plain(inner, (*place, name), told)
            return table
        case list() | tuple():
            return [_plain(inner, (*place, str(number)), told) for number, inner in enumerate(value, 1)]
    return str(value)


def _lost(place: tuple[str, ...], why: str, told: list[str]) -> None:
    told.append(f"property {'.'.join(place)!r}: {why} and is left out; change it in the note")
