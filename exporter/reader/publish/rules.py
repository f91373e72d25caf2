"""Rules that say what is hidden or published: by path, tag, property or area. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, count
from typing import Any, Literal, NamedTuple

from exporter.errors import OptionError
from exporter.reader.batch import entries
from exporter.reader.batch.columns import Notes, canonical_name
from exporter.reader.names import key
from exporter.reader.vault.filters import Filters

SAME = ({"true", "yes", "on", "1"}, {"false", "no", "off", "0"})  # values that mean the same, however YAML spells them


class Rule(NamedTuple):
    """One rule as written, and what it looks at."""

    text: str
    kind: Literal["path", "tag", "property", "area"]
    name: str  # of the tag, property or area; the path itself
    value: str = ""  # of the property; "": any


def parse_rules(option: str, texts: Iterable[str]) -> list[Rule]:
    """Read the rules of an option.

    Raises:
        OptionError: one is none.
    """
    return [_parse(option, text) for text in texts]


def _parse(option: str, text: str) -> Rule:
    stripped = text.strip()
    if stripped.startswith("[[") and stripped.endswith("]]") and stripped[2:-2].strip():
        return Rule(text, "area", stripped[2:-2].partition("|")[0].strip())
    if stripped.startswith("#") and stripped.strip("#/ "):
        return Rule(text, "tag", stripped.strip("#/ ").lower())
    name, colon, value = stripped.partition(":")
    if colon and name.strip() and (not value or value[0] == " ") and stripped[0] != "/":
        return Rule(text, "property", canonical_name(name), value.strip().strip("\"'").lower())
    try:
        _filter("" if stripped.startswith(("#", "[[")) else stripped)
    except OptionError as error:
        hint = 'write "Folder/", \'/regular expression/\', "#tag", "key: value" or "[[Area]]"'
        raise OptionError(f"publish.{option}", f"{text!r} is no rule: {hint}") from error
    return Rule(text, "path", stripped)


def fit_paths(rules: Sequence[Rule], paths: Sequence[str]) -> Iterator[tuple[str, Rule]]:
    """Each file that a rule on paths fits, with that rule; letters compare without case."""
    for rule in rules:
        if rule.kind == "path":
            of_key = {key(path): path for path in paths}
            for path in _filter(rule.name).find_hidden(of_key):
                yield of_key[path], rule


def _filter(name: str) -> Filters:
    if name[:1] == name[-1:] == "/" and len(name) > 2:
        return Filters([f"/(?i){name[1:]}"])
    if "*" in name:  # as people write it elsewhere: within a folder, or ** across folders
        pattern = re.escape(key(name))
        for glob, regex in ((r"\*\*/", "(?:.*/)?"), (r"\*\*", ".*"), (r"\*", "[^/]*")):
            pattern = pattern.replace(glob, regex)
        return Filters([f"/(?i)^{pattern}/"])
    return Filters([key(name)])


def fit_notes(rules: Sequence[Rule], notes: Notes) -> Iterator[tuple[int, Rule]]:
    """Each note that a rule on tags or properties fits, by its number, with that rule."""
    rule_of: dict[str, Rule] = {}  # a tag as written: the rule that it fits
    tag_rules = [rule for rule in rules if rule.kind == "tag"]
    for tag in entries.first_tags(notes.tags) if tag_rules else ():
        for rule in tag_rules:
            if f"{tag.lower()}/".startswith(f"{rule.name}/"):
                rule_of.setdefault(tag, rule)
    for number in entries.with_tags(notes.tags, rule_of) if rule_of else ():
        yield from ((number, rule_of[tag]) for _, tag in notes.tags[number] if tag in rule_of)
    wanted = [rule for rule in rules if rule.kind == "property"]
    if wanted:
        spellings: dict[str, list[Rule]] = {}  # of a property's name: the rules on it
        for name in entries.words(notes.keys) | entries.property_names(notes.properties):
            if found := [rule for rule in wanted if rule.name == canonical_name(name)]:
                spellings[name] = found
        for name, found in spellings.items():
            fitting: dict[str | bool, list[Rule]] = {}  # by value: few values are said often
            for number, value in entries.property_values(notes.properties, name):
                if type(value) is not str and type(value) is not bool:
                    yield from ((number, rule) for rule in found if _says(value, rule.value))
                    continue
                if value not in fitting:
                    fitting[value] = [rule for rule in found if _says(value, rule.value)]
                for rule in fitting[value]:
                    yield number, rule
        if not spellings.keys().isdisjoint(entries.words(notes.keys)):
            yield from _fit_links(spellings, notes)
        yield from _fit_fields([rule for rule in wanted if rule.name in ("title", "aliases", "id")], notes)


def _fit_links(spellings: dict[str, list[Rule]], notes: Notes) -> Iterator[tuple[int, Rule]]:
    """The notes one of whose properties is a link that a rule names: `client: "[[Acme]]"` fits "client: Acme"."""
    for note, row in notes.rows(compress(count(), map(spellings.__contains__, notes.keys))):
        for rule in spellings[notes.keys[row]]:
            names = {notes.targets[row], notes.targets[row].rpartition("/")[2], notes.texts[row]}
            if _says([*names], rule.value.removeprefix("[[").removesuffix("]]")):
                yield note, rule


def _fit_fields(rules: Sequence[Rule], notes: Notes) -> Iterator[tuple[int, Rule]]:
    """The notes that a rule on a property fits which became a field of the topic."""
    for rule in rules:
        values: Iterable[Any] = notes.titles if rule.name == "title" else notes.aliases
        if rule.name == "id":
            values = [id_[0] if id_ else None for id_ in notes.ids]
        for number, value in enumerate(values):
            if value and _says([*value] if isinstance(value, tuple) else value, rule.value):
                yield number, rule


def _says(value: Any, wanted: str) -> bool:
    """Whether a property says a value: as its own, or as one of a list."""
    if isinstance(value, list):
        return any(_says(item, wanted) for item in value)
    if value is None or isinstance(value, dict):
        return False
    text = str(value).strip().lower()
    return (text == wanted or any(text in same and wanted in same for same in SAME)) if wanted else bool(text)
