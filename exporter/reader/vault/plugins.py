"""What the plugins Breadcrumbs and ExcaliBrain are told about the words for links, by their settings in the vault. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from exporter.reader.vault.settings import OBSIDIAN, Problem, Settings

BREADCRUMBS = f"{OBSIDIAN}/plugins/breadcrumbs/data.json"
EXCALIBRAIN = f"{OBSIDIAN}/plugins/excalibrain/data.json"
UNKNOWN = "what its words for links mean is not known"
MEANINGS = {  # of a direction; "": a kind of its own
    "up": "broader",
    "same": "related",
    "down": "narrower",
    "next": "",
    "prev": "",
    "parents": "broader",
    "children": "narrower",
    "leftFriends": "related",
    "rightFriends": "",
    "previous": "",
}
DIRECTIONS = ("up", "same", "down", "next", "prev")
ROLES = ("parents", "children", "leftFriends", "rightFriends", "previous", "next")
# What ExcaliBrain has in its lists from the start, and is said of much else: `source: "[[Book]]"` is no wider topic
VAGUE = frozenset(
    "u north origin inception source d south e n w j west east before after jump jumps similar supports alternatives advantages pros"
    " opposes disadvantages missing cons friend friends challenger".split()
) | {"leads to", "contributes to", "nurtures", "parent domain"}
MOST = 500  # words of one plugin


class PluginWords(NamedTuple):
    """The words of plugins, as written."""

    kinds: dict[
        str, tuple[str, str]
    ]  # a word: the kind that it means, "" for one of its own, and the file that says so
    inverse: dict[str, str]
    symmetric: list[str]
    transitive: list[str]
    problems: list[tuple[str, Problem]]  # with the file


def read_plugins(read: Callable[[str], bytes]) -> PluginWords:
    """Read the settings; `read` gives the bytes of one of their files."""
    words = PluginWords({}, {}, [], [], [])
    breadcrumbs = Settings(BREADCRUMBS, lambda: read(BREADCRUMBS), UNKNOWN)
    excalibrain = Settings(EXCALIBRAIN, lambda: read(EXCALIBRAIN), UNKNOWN)
    if breadcrumbs.there:
        _read_breadcrumbs(breadcrumbs, words)
    if excalibrain.there:
        for role in ROLES:
            fields = _texts(excalibrain.get(list, "hierarchy", role))
            _add(words, excalibrain, role, [field for field in fields if field.lower() not in VAGUE])
    for settings in (breadcrumbs, excalibrain):
        words.problems.extend((settings.path, problem) for problem in settings.problems)
    return words


def _read_breadcrumbs(settings: Settings, words: PluginWords) -> None:
    """Hierarchies of version 3, fields in groups of version 4."""
    for key in ("userHiers", "userHierarchies", "hierarchies"):
        for number, hierarchy in enumerate((settings.get(list, key) or [])[:MOST]):
            keys: tuple[str | int, ...] = (key, number)
            if isinstance(hierarchy, dict) and isinstance(hierarchy.get("dirs"), dict):
                keys = (*keys, "dirs")
            of = {direction: _texts(settings.get(list, *keys, direction)) for direction in DIRECTIONS}
            for direction, fields in of.items():
                _add(words, settings, direction, fields)
            words.symmetric.extend(of["same"])
            for one, other in (("up", "down"), ("next", "prev")):
                if of[one] and of[other]:
                    words.inverse[of[one][0]] = of[other][0]
    grouped: set[str] = set()
    for number, group in enumerate((settings.get(list, "edge_field_groups") or [])[:MOST]):
        label = settings.get(str, "edge_field_groups", number, "label") if isinstance(group, dict) else ""
        fields = _texts(settings.get(list, "edge_field_groups", number, "fields")) if label else []
        if label and (direction := label.lower().removesuffix("s")) in DIRECTIONS:
            _add(words, settings, direction, fields)
            grouped.update(fields)
    for each in settings.get(list, "edge_fields") or []:
        label = each.get("label") if isinstance(each, dict) else each
        if isinstance(label, str) and label not in grouped:
            _add(words, settings, label if label in DIRECTIONS else "next", [label])
    for chain, close, reverse in _rules(settings):
        if chain == [close]:
            if reverse:
                words.symmetric.append(close)
        elif len(chain) == 1 and reverse:
            words.inverse.setdefault(chain[0], close)
        elif chain == [close, close] and not reverse:
            words.transitive.append(close)


def _rules(settings: Settings) -> Iterator[tuple[list[str], str, bool]]:
    """Of each rule for what is implied: the fields that follow one another, the one that closes them, and whether back."""
    implied = settings.get(dict, "implied_relations") or {}
    for rule in _list(implied.get("transitive"))[:MOST]:
        if isinstance(rule, dict) and isinstance(rule.get("close_field"), str):
            chain = [link.get("field") if isinstance(link, dict) else None for link in _list(rule.get("chain"))]
            if all(isinstance(name, str) for name in chain):
                yield [str(name) for name in chain], rule["close_field"], rule.get("close_reversed") is True


def _add(words: PluginWords, settings: Settings, direction: str, fields: list[str]) -> None:
    for field in fields[:MOST]:
        words.kinds.setdefault(field, (MEANINGS[direction], settings.path))


def _texts(value: list[Any] | None) -> list[str]:
    return [text.strip() for text in value or [] if isinstance(text, str) and text.strip()]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
