"""Links as the hub has them: from the body, from properties and from inline fields; wrong ones are told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exporter.errors import Finding
from exporter.model import BROADER, IN_AREA, MENTIONS, Link, Reference, Source
from exporter.reader.areas import Areas
from exporter.reader.inline import Mention, mention, shown
from exporter.reader.mapping import VaultMapping
from exporter.reader.note import Note, parse
from exporter.reader.plain import plain
from exporter.reader.resolve import Names, key
from exporter.reader.text import section
from exporter.reader.topics import Topics, name_of, texts

PROPERTY_LINK = re.compile(r"\s*\[\[((?:[^\[\]\n]|\](?!\])|\[(?!\[))+)\]\]\s*")  # nothing else may stand in the value
OWN_PROPERTIES = ("id", "title", "aliases", "tags")  # become fields of the topic


class Links:
    """Reads the links of one note after the other."""

    def __init__(
        self,
        notes: Mapping[str, Note],
        names: Names,
        mapping: VaultMapping,
        map_path: str,
        topics: Topics,
        areas: Areas,
        findings: list[Finding],
    ) -> None:
        self.notes, self.names, self.mapping, self.map_path = notes, names, mapping, map_path
        self.topics, self.areas, self.findings = topics, areas, findings
        self.links: list[Link] = []
        self.references: list[Reference] = []
        self.to_map: list[Source] = []  # links to the map itself, which is no topic

    def read(self, path: str, note: Note) -> None:
        """Read the links of a note's body and properties."""
        start = self.topics.ids[path]
        self.topics.drafts[start].properties = self._properties(start, path, note)
        fields = iter(sorted(note.fields))
        field = next(fields, None)
        for link in note.mentions:
            while field and field.end <= link.start:
                field = next(fields, None)
            place = Source(path, note.line(link.start))
            if link.external:
                self.references.append(Reference(start, plain(link.text) or link.target, link.target, place))
            else:
                kind = self._kind(field.key) if field and field.start <= link.start else MENTIONS
                self._add(start, kind, link, place)

    def file(self, link: Mention, place: Source, remark: str = "") -> str | None:
        """The file that a link means; a missing, ambiguous or half-right one is told, with the remark."""
        path, rivals = self.names.resolve(link.target, place.file)
        if path is None:
            if remark or key(link.target) not in self.topics.ghosts:
                self._missing(link, place, remark)
        elif rivals:
            others = ", ".join(rivals[:3])
            message = f"{link.target!r} may be {path} or {others}; {path} is taken; write the link with its folder"
            self.findings.append(Finding(place, "ambiguous-link", message))
        elif link.anchor and not link.anchor.startswith("[^"):
            note = self.notes.get(path)
            if note and section(note, link.anchor) is None:
                what = "block" if link.anchor.startswith("^") else "heading"
                message = f"{path} has no {what} {link.anchor!r}; mend the link or the {what}"
                self.findings.append(Finding(place, "missing-block" if what == "block" else "missing-heading", message))
        return path

    def _missing(self, link: Mention, place: Source, remark: str) -> None:
        name = link.target
        code = "missing-note"
        if owner := self.topics.alias_owners.get(key(name)):
            message = f"{name!r} is an alias, and a link needs the note's name: [[{name_of(owner)}|{name}]]"
        elif re.search(r"\.\w{1,5}$", name):
            code, message = "missing-file", f"no file is named {name!r}; mend the link or add the file"
        else:
            message = f"no note is named {name!r}; write it or mend the link"
        self.findings.append(Finding(place, code, f"{message}; {remark}" if remark else message))

    def _properties(self, start: str, path: str, note: Note) -> dict[str, Any]:
        """The note's own properties, less what became a field of the topic or a link."""
        kept: dict[str, Any] = {}
        for name, value in note.properties.values.items():
            if name.lower() in OWN_PROPERTIES:
                continue
            links = 0
            for text in texts(value):
                place = Source(path, note.properties.line_of(name, text.strip()))
                link = _property_link(text)
                if link and link.external:
                    self.references.append(Reference(start, plain(link.text) or link.target, link.target, place))
                elif link:
                    self._add(start, self._kind(name), link, place)
                    links += 1
                elif text.strip() and _canonical(name) in self.mapping.relations:
                    message = f'{name}: {text.strip()!r} is no link; write "[[{text.strip()}]]" in quotes'
                    self.findings.append(Finding(place, "plain-relation", message))
            if wanted := _unquoted(value):
                place = Source(path, note.properties.lines.get(name, 1))
                message = f'{name}: a link in YAML needs quotes: "[[{wanted}]]"'
                self.findings.append(Finding(place, "unquoted-link", message))
            if not links or links < (len(value) if isinstance(value, list) else 1):
                kept[name] = _without_brackets(value)
        return kept

    def _kind(self, name: str) -> str:
        """The kind of link that a property or field makes."""
        return self.mapping.relations.get(_canonical(name), _canonical(name))

    def _add(self, start: str, kind: str, link: Mention, place: Source) -> None:
        path = self.file(link, place)
        end = self.topics.ids.get(path) if path else self.topics.ghosts.get(key(link.target))
        if path and path == self.map_path:
            self.to_map.append(place)
        if end is None or end == start:
            return  # to an attachment, to the map, to nowhere (told), or within the note
        text = plain(shown(link))
        # "up" makes an area of what it names only where no map says what the areas are
        filing = kind == IN_AREA or (kind == BROADER and (end in self.areas.areas or not self.map_path))
        if filing and "properties" in self.areas.origins:
            self.areas.add(end, place)
            self.areas.file(start, end, "properties", place, text)
            return
        kind = BROADER if kind == IN_AREA else kind
        self.links.append(Link(start, kind, end, text, link.anchor, place))


def _property_link(text: str) -> Mention | None:
    """The link that a property's value is: one whole `[[link]]`, or one whole Markdown link (rule L7)."""
    if found := PROPERTY_LINK.fullmatch(text):
        return mention(found[1], 0, 0, embed=False)
    whole = text.strip()
    if whole.startswith("[") and whole.endswith(")"):
        links = parse(whole.encode(errors="replace")).mentions
        if len(links) == 1 and (links[0].start, links[0].end) == (0, len(whole)):
            return links[0]
    return None


def _canonical(name: str) -> str:
    return "-".join(name.lower().split())


def _unquoted(value: Any) -> str:
    """The name in `up: [[Note]]`, which is a list in a list to YAML."""
    inner = value[0] if isinstance(value, list) and len(value) == 1 else None
    return inner[0] if isinstance(inner, list) and len(inner) == 1 and isinstance(inner[0], str) else ""


def _without_brackets(value: Any) -> Any:
    """A property's value without Obsidian's own marks."""
    if isinstance(value, str):
        return plain(value) if "[[" in value else value
    if isinstance(value, list):
        return [_without_brackets(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_brackets(item) for name, item in value.items()}
    return value
