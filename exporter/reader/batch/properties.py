"""What a note's properties mean: fields of the topic, links, and the rest, which stay properties. Pure.

`native/src/properties.rs` is its other half.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from exporter.reader.batch.columns import NESTED, OWN, UNQUOTED, Vocabulary, canonical_name, texts
from exporter.reader.markdown.front_matter import Properties
from exporter.reader.markdown.inline import TAG, Mention, mention
from exporter.reader.markdown.note import parse
from exporter.reader.markdown.plain_text import to_text
from exporter.reader.markdown.record import PLAIN, QUIET, LinkRow, link_row
from exporter.regex import regex

GONE = {"tag": ("tags", "bad-tag"), "alias": ("aliases", "bad-alias")}  # properties that Obsidian has read up to 1.8
# Of an entry such as `{type: requires, target: "[[X]]"}`: the names of both, and of the properties that list such
KINDS = ("type", "rel", "relation", "kind", "predicate", "relationship", "relation_type", "link_type")
ENDS = ("target", "to", "object", "note")
TARGETS = frozenset("target to note link object topic page name value values items list targets notes links".split())
LISTS = frozenset("relationships relationship relations relation edges connections".split())
RELATION_LISTS = LISTS | {"links"}
LONGEST_KIND = 60  # characters
LONG_NUMBER = regex(r"(?<![\w.+-])[+-]?\d{18,}(?![\w.])")  # YAML's parser rounds what is no 64-bit number
PROPERTY_LINK = regex(r"\s*\[\[((?:[^\[\]\n]|\](?!\])|\[(?!\[))+)\]\]\s*")  # nothing else may stand in the value


class FrontMatter:
    """What a note's properties say: fields of the topic, links, and the rest, which stay properties."""

    def __init__(self, properties: Properties, vocabulary: Vocabulary, names: dict[str, str]) -> None:
        self.properties, self.kinds = properties, vocabulary.kinds
        self.title = ""
        self.id: tuple[str, int] | None = None
        self.aliases: tuple[str, ...] = ()
        self.tags: list[tuple[int, str]] = []
        self.links: list[LinkRow] = []
        self.rest: dict[str, Any] = {}
        self.problems: list[tuple[int, str, str]] = []
        self.holds_brackets = False  # in the words of a property, which may be links
        self.odd_tags = False  # there are words for tags that Obsidian takes for none, as "a, b" since its 1.9
        for name, value in properties.values.items():
            spelling = names.get(name)
            if spelling is None:
                spelling = names[name] = canonical_name(name)
            if spelling in GONE and value:
                new, code = GONE[spelling]
                message = f"Obsidian reads `{name}` no longer, nor is it read here; name it `{new}`"
                self.problems.append((properties.lines.get(name, 1), code, message))
            if spelling == "tags":
                self._add_tags(name, value)
            elif spelling == "tag":
                self.odd_tags = True
                self.rest[name] = value
            elif spelling == "title":
                self.holds_brackets |= "[" in str(value)
                self.title = self.title or " ".join("".join(self._words(name, value)[:1]).split())
            elif spelling == "aliases":
                aliases = [alias.strip() for alias in self._words(name, value)]
                self.holds_brackets |= any("[" in alias for alias in aliases)
                self.aliases = tuple(dict.fromkeys([*self.aliases, *filter(None, aliases)]))
            elif spelling == "id":
                self._read_id(name, value)
            elif spelling in vocabulary.told or (type(value) is str and "[" in value) or type(value) in NESTED:
                self._add_value(name, value, spelling in vocabulary.told)
            else:
                self.rest[name] = value  # as nearly all are

    def keep_digits(self) -> None:
        """Take whole numbers that are too long for a number as the words that they are, with all their digits."""
        digits = {float(number): number for number in LONG_NUMBER.findall(self.properties.raw)}
        if digits:
            self.rest = _with_digits(self.rest, digits)

    def _words(self, name: str, value: Any) -> list[str]:
        """The texts of a property, numbers and truth values as they were written; what is none is told."""
        words = []
        for item in value if isinstance(value, list) and name.lower() != "title" else [value]:
            if isinstance(item, str):
                words.append(item)
            elif isinstance(item, int | float):
                words.append(self.properties.written(name, item))
            elif item is None:
                if line := self.properties.comment_of(name):
                    message = f"{name}: what begins with '#' is a comment to YAML; put it in quotes"
                    self.problems.append((line, "bad-title" if name.lower() == "title" else "bad-alias", message))
                    break
            else:
                message = f"{name}: an item is no text to YAML; put it in quotes"
                line = self.properties.line_of(name, next(iter(item), "") if isinstance(item, dict) else "")
                self.problems.append((line, "bad-title" if name.lower() == "title" else "bad-alias", message))
        return words

    def _add_tags(self, name: str, value: Any) -> None:
        if (value is None or (isinstance(value, list) and None in value)) and (
            line := self.properties.comment_of(name)
        ):
            message = f"{name}: what begins with '#' is a comment to YAML; write the tag without it, or in quotes"
            self.problems.append((line, "bad-tag", message))
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, str | None):
                written = self.properties.written(name, item) if isinstance(item, int | float) else "an item"
                message = f"{name}: {written} is no tag; a tag is a word with a letter"
                self.problems.append((self.properties.line_of(name, written), "bad-tag", message))
        for text in texts(value):
            tag = text.strip().removeprefix("#").strip("/")
            if TAG.fullmatch(f"#{tag}") and not tag.isdigit():
                self.tags.append((self.properties.line_of(name, text), tag))
                continue
            self.odd_tags = True
            if text.strip():
                words = text.replace(",", " ").replace("#", " ").split()
                several = "," in text or "#" in text.strip()[1:]
                hint = f"write a list, [{', '.join(words)}]" if several else "a tag is one word with a letter"
                message = f"{name}: {text.strip()!r} is no tag; {hint}"
                self.problems.append((self.properties.line_of(name, text), "bad-tag", message))

    def _read_id(self, name: str, value: Any) -> None:
        line = self.properties.lines.get(name, 1)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            self.id = str(value).strip(), line
        elif value is not None:
            self.problems.append((line, "bad-id", "the property `id` must be one word; the file's name is taken"))

    def _add_value(self, name: str, value: Any, relation: bool) -> None:
        links = 0
        for text in texts(value):
            link = _property_link(text) if "[" in text else None
            if link:
                self.links.append(link_row(link, self.properties.line_of(name, text.strip()), name))
                links += not link.external
                continue
            self.holds_brackets |= "[" in text
            if relation:
                self._add_plain(name, text, name)
        if relation:
            for number in value if isinstance(value, list) else [value]:
                if isinstance(number, int | float) and not isinstance(number, bool):
                    self._add_plain(name, self.properties.written(name, number), name, PLAIN | QUIET)
        if isinstance(value, list):
            for target in self._unquoted_links(name, value, relation):
                line = self.properties.line_of(name, target)
                self.links.append(link_row(mention(target, 0, 0, embed=False), line, name))
                self.problems.append((line, UNQUOTED, f'{name}: "[[{target}]]"'))
                links += 1
        if isinstance(value, dict) or (isinstance(value, list) and not NESTED.isdisjoint(map(type, value))):
            self.holds_brackets |= "[" in str(value)[1:]
            for leaf in self._leaves(value, (name,)):
                self._add_leaf(name, *leaf)
        if isinstance(value, list) and None in value:  # an item without a word says nothing
            value = [item for item in value if item is not None]
        if not links or links < (len(value) if isinstance(value, list) else 1):
            self.rest[name] = _without_brackets(value)

    def _unquoted_links(self, name: str, value: list[Any], relation: bool) -> Iterator[str]:
        """The names in `up: [[Note]]`, which is a list in a list to YAML, and in a list of such; a number may be a relation's."""
        for item in [value, *value]:
            inner = item[0] if isinstance(item, list) and len(item) == 1 else None
            words = inner[0] if isinstance(inner, list) and len(inner) == 1 else None
            if relation and isinstance(words, int | float):
                words = self.properties.written(name, words)
            if isinstance(words, str) and f"[[{words}" in self.properties.raw:  # else it is in quotes, or a list
                yield words

    def _add_plain(self, name: str, text: str, key: str, flags: int = PLAIN) -> None:
        """Add what may be a note's name, where a link is meant."""
        if text := text.strip():
            self.links.append((self.properties.line_of(name, text), text, "", text, flags, key))

    def _leaves(self, value: Any, keys: tuple[str, ...], within: bool = False) -> Iterator[tuple[Any, str, bool]]:
        """What stands in a property within others, the word that says of which kind a link is, and whether it must be one.

        That is what an entry says of its kind, as in `{type: requires, target: "[[X]]"}`; else of the keys that lead to it
        the innermost that is a known word, else the innermost that names anything.
        """
        if isinstance(value, list):
            for item in value:
                if within or type(item) in NESTED:
                    yield from self._leaves(item, keys, within=True)
        elif isinstance(value, dict):
            names = {*map(canonical_name, keys)}
            kind = kind_of_entry(value)
            if names.isdisjoint(RELATION_LISTS) and canonical_name(kind) not in self.kinds:
                kind = ""
            end = next((end for end in ENDS if end in value), "") if not names.isdisjoint(LISTS) else ""
            for key, item in value.items():
                if kind and canonical_name(key) in TARGETS:
                    must = canonical_name(key) == end
                    yield from ((each, kind, must) for each in (item if isinstance(item, list) else [item]))
                elif not (kind and canonical_name(key) in KINDS):
                    yield from self._leaves(item, (*keys, key), within=True)
        else:
            known = (key for key in reversed(keys) if canonical_name(key) in self.kinds)
            named = (key for key in reversed(keys) if canonical_name(key) not in TARGETS)
            yield value, next(known, next(named, keys[0])), False

    def _add_leaf(self, name: str, value: Any, key: str, must: bool) -> None:
        """Add what stands in a property within others, if it is a link."""
        if not isinstance(value, str):
            return
        link = _property_link(value) if "[" in value else None
        if link:
            self.links.append(link_row(link, self.properties.line_of(name, value.strip()), key))
        elif must and "://" not in value:
            self._add_plain(name, value, key)


def kind_of_entry(entry: Mapping[str, Any]) -> str:
    """The kind in an entry such as `{type: requires, target: "[[X]]"}`; "": it is none."""
    words = {canonical_name(key): value for key, value in entry.items()}
    kind = next((words[key] for key in KINDS if isinstance(words.get(key), str)), "")
    return to_text(kind).strip() if len(kind) <= LONGEST_KIND and not TARGETS.isdisjoint(words) else ""


def add_fields(properties: dict[str, Any], fields: list[tuple[int, str, str]], front: dict[str, Any]) -> None:
    """Add what fields say to the properties; those of the front matter come first, a field that stands twice is a list."""
    names_in_use = {canonical_name(name) for name in front} | OWN
    values_of: dict[str, tuple[str, list[str | None]]] = {}
    for _, name, value in fields:
        values_of.setdefault(canonical_name(name), (name, []))[1].append(value or None)
    for word, (name, values) in values_of.items():
        if word not in names_in_use:
            properties[name] = values if len(values) > 1 else values[0]


def _with_digits(value: Any, digits: Mapping[float, str]) -> Any:
    """A value with these numbers as they were written."""
    if isinstance(value, dict):
        return {name: _with_digits(item, digits) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_digits(item, digits) for item in value]
    return digits.get(value, value) if isinstance(value, float) else value


def _property_link(text: str) -> Mention | None:
    """The link that a property's value is: one `[[link]]` or one Markdown link, and nothing else (rule L7)."""
    if match := PROPERTY_LINK.fullmatch(text):
        return mention(match[1], 0, 0, embed=False)
    stripped = text.strip()
    if stripped.startswith("[") and stripped.endswith(")"):
        links = parse(stripped.encode(errors="replace")).mentions
        if len(links) == 1 and (links[0].start, links[0].end) == (0, len(stripped)):
            return links[0]
    return None


def _without_brackets(value: Any) -> Any:
    """A property's value without Obsidian's own marks."""
    if isinstance(value, str):
        return to_text(value) if "[[" in value else value
    if isinstance(value, list):
        return [_without_brackets(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_brackets(item) for name, item in value.items()}
    return value
