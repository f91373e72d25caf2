"""A note's own properties as a graph can hold them: no tables, lists of one type, no reserved name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from exporter.model import KnowledgeMap, Topic
from exporter.views.graph.tables import DIGEST, RUN, SINCE, SOURCE, TEXT, TOPIC, Column, Type, Value

INT64 = range(-(2**63), 2**63)  # numbers that fit; others become text
RESERVED = {column.name for column in (*TOPIC, TEXT)} | {SOURCE, RUN, DIGEST, SINCE, ""}
PREFIX = "property_"
DAY = 10  # letters of a day
REMEMBERED = 1_000  # names and columns: most vaults have few properties
# A day, or a moment with or without its time zone, as Obsidian writes properties of these types; YAML 1.2 has no type for
# them. No more than microseconds, and no zone that no place on earth has.
MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ](?:[01]\d|2[0-3]):\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-](?:0\d|1[0-7]):[0-5]\d)?)?", re.ASCII
)
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
        value = _moment(value)
        kind = type_of(value)
        return _column(name, kind), value if kind != "text" else _text(value)
    items = [item for item in value if item is not None]
    fitting = [*map(_moment, items)]
    kinds = {type_of(item) for item in fitting}
    if len(kinds) == 1 and "text" not in kinds:
        return Column(name, kinds.pop(), many=True), tuple(fitting)
    return Column(name, "text", many=True), tuple(_text(item) for item in items)


def _is_definition(key: str, value: Any, topic: Topic, knowledge_map: KnowledgeMap) -> bool:
    """Whether the field `definition` says it already."""
    same = key == "definition" and isinstance(value, str)
    return same and " ".join(value.split()) == knowledge_map.definition(topic.id)


@lru_cache(REMEMBERED)
def _column(name: str, kind: Type) -> Column:
    return Column(name, kind, blank=kind == "text")


@lru_cache(REMEMBERED)
def _name(key: str) -> str:
    """The property's name; a reserved one gets a prefix, and so does one that looks as if it had got it."""
    name = UNFIT.sub("\ufffd", key)
    bare = name
    while bare.startswith(PREFIX):
        bare = bare.removeprefix(PREFIX)
    return PREFIX + name if bare in RESERVED else name


def _moment(value: Any) -> Any:
    """A text that is a day or a moment as that; what is no such text as it is."""
    if isinstance(value, str) and MOMENT.fullmatch(value):
        with suppress(ValueError):  # the 30th of February
            return date.fromisoformat(value) if len(value) == DAY else datetime.fromisoformat(value)
    return value


def type_of(value: Any) -> Type:
    """What a graph can hold a value as."""
    if isinstance(value, datetime):
        return "datetime" if value.tzinfo else "localdatetime"
    if isinstance(value, date):
        return "date"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) and value in INT64:
        return "integer"
    return "float" if isinstance(value, float) else "text"


def _text(value: Any) -> str:
    if isinstance(value, bool | int | float | list | tuple | Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
