"""A note's own properties as a graph can hold them: no tables, lists of one type, no reserved name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from exporter.model import KnowledgeMap, Topic
from exporter.views.graph.tables import DIGEST, RUN, SINCE, SOURCE, TEXT, TOPIC, Column, Value

INT64 = range(-(2**63), 2**63)  # numbers that fit; others become text
RESERVED = {column.name for column in (*TOPIC, TEXT)} | {SOURCE, RUN, DIGEST, SINCE, ""}
PREFIX = "property_"
UNFIT = re.compile("[\x00\ud800-\udfff]")  # cannot be in a property's name


def note_properties(topic: Topic, knowledge_map: KnowledgeMap) -> Iterator[tuple[str, Any]]:
    """Yield the note's properties without tables: `{a: {b: 1}}` is `a.b`; nothing that is empty but a text or a list."""
    waiting = [*topic.properties.items()][::-1]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [(f"{key}.{inner}", value[inner]) for inner in value][::-1]
        elif value is not None and not _is_definition(key, value, topic, knowledge_map):
            yield _name(key), value


def fit(name: str, value: Any) -> tuple[Column, Value]:
    """Fit a value to what a graph can hold: a list has items of one type and none that is missing."""
    if not isinstance(value, list | tuple):
        kind = _type(value)
        return Column(name, kind, blank=kind == "text"), value if kind != "text" else _text(value)
    items = [item for item in value if item is not None]
    kinds = {_type(item) for item in items}
    if len(kinds) == 1 and "text" not in kinds:
        return Column(name, kinds.pop(), many=True), tuple(items)
    return Column(name, "text", many=True), tuple(_text(item) for item in items)


def _is_definition(key: str, value: Any, topic: Topic, knowledge_map: KnowledgeMap) -> bool:
    """Whether the field `definition` says it already."""
    same = key == "definition" and isinstance(value, str)
    return same and " ".join(value.split()) == knowledge_map.definition(topic.id)


def _name(key: str) -> str:
    """The property's name; a reserved one gets a prefix, and so does one that looks as if it had got it."""
    name = UNFIT.sub("\ufffd", key)
    bare = name
    while bare.startswith(PREFIX):
        bare = bare.removeprefix(PREFIX)
    return PREFIX + name if bare in RESERVED else name


def _type(value: Any) -> Literal["text", "integer", "float", "boolean"]:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) and value in INT64:
        return "integer"
    return "float" if isinstance(value, float) else "text"


def _text(value: Any) -> str:
    if isinstance(value, bool | int | float | list | tuple | Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
