"""What is asked of a whole column: of one of the core's in one call, of a list entry by entry. Pure.

A column's own methods in `native/src/` are the other half of each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, count
from typing import Any

Tags = Sequence[list[tuple[int, str]]]  # of each note: line and tag
Properties = Sequence[dict[str, Any]]  # of each note


def is_compiled(column: object) -> bool:
    """Whether a column is one of the core's."""
    return hasattr(column, "choose")


def choose(old: Any, new: Any, stretches: Sequence[tuple[int, int]]) -> Any:
    """The entries of two columns in these stretches; the new ones are numbered on."""
    if is_compiled(old):
        return old.choose(new if type(new) is type(old) else type(old)(new), stretches)
    size, chosen = len(old), old[:0]
    for first, behind in stretches:
        chosen.extend(old[first:behind])
        if behind > size:
            chosen.extend(new[max(first - size, 0) : behind - size])
    return chosen


def change(column: Any, entries: Mapping[int, Any]) -> Any:
    """The column with other entries at these places."""
    origins = [*range(len(column))]
    for further, number in enumerate(entries, len(column)):
        origins[number] = further
    return choose(column, [*entries.values()], [*stretches_of(origins)])


def stretches_of(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The numbers as stretches that follow one another: the first of each, and the one behind its last."""
    first = behind = -1
    for number in numbers:
        if number != behind:
            if behind > first:
                yield first, behind
            first = number
        behind = number + 1
    if behind > first:
        yield first, behind


def find(column: Sequence[str], part: str) -> list[int]:
    """The numbers of the texts in which this stands."""
    if is_compiled(column):
        return column.find(part)  # type: ignore[attr-defined, no-any-return]
    return [number for number, text in enumerate(column) if part in text]


def words(column: Sequence[str]) -> set[str]:
    """All that stands in a column of words."""
    if is_compiled(column):
        return {*column.distinct()}  # type: ignore[attr-defined]
    return {*column}


def first_tags(column: Tags) -> dict[str, tuple[int, int]]:
    """By tag, as it is written, the number of the first note that has it, and the line."""
    if is_compiled(column):
        return dict(column.first())  # type: ignore[attr-defined]
    tags: dict[str, tuple[int, int]] = {}
    for number, written in enumerate(column):
        for line, tag in written:
            tags.setdefault(tag, (number, line))
    return tags


def with_tags(column: Tags, tags: Collection[str]) -> list[int]:
    """The numbers of the notes that have one of these tags."""
    if is_compiled(column):
        return column.having({*tags})  # type: ignore[attr-defined, no-any-return]
    return [number for number, written in enumerate(column) if any(tag in tags for _, tag in written)]


def property_names(column: Properties) -> set[str]:
    """The names of all properties, as written."""
    if is_compiled(column):
        return {*column.names()}  # type: ignore[attr-defined]
    return set(chain.from_iterable(column))


def property_values(column: Properties, name: str) -> list[tuple[int, Any]]:
    """The numbers of the notes that have a property of this name, each with the value."""
    if is_compiled(column):
        return column.values(name)  # type: ignore[attr-defined, no-any-return]
    return [(number, properties[name]) for number, properties in enumerate(column) if name in properties]


def with_nested(column: Properties) -> list[int]:
    """The numbers of the notes one of whose properties is a list or a mapping."""
    if is_compiled(column):
        return column.nested()  # type: ignore[attr-defined, no-any-return]
    return [*compress(count(), (any(isinstance(value, list | dict) for value in each.values()) for each in column))]


def naming(column: Properties, names: Collection[str]) -> list[int]:
    """The numbers of the notes a word of whose properties, however deep, may be one of these files' names.

    Names are in lower case; what is not of ASCII may be any.
    """
    if is_compiled(column):
        return column.naming({*names})  # type: ignore[attr-defined, no-any-return]
    return [*compress(count(), (any(_may_name(value, names) for value in each.values()) for each in column))]


def _may_name(value: Any, names: Collection[str]) -> bool:
    if isinstance(value, str):
        return "." in value and (not value.isascii() or value.strip().rpartition("/")[2].lower() in names)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_may_name(item, names) for item in inner)
