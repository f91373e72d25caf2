"""The nodes that topics become: the tables that they share, and their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from itertools import chain
from pathlib import PurePosixPath

from exporter.errors import Finding
from exporter.model import KnowledgeMap, Topic
from exporter.views.graph.properties import PREFIX, fit, note_properties
from exporter.views.graph.rows import file_and_line
from exporter.views.graph.tables import AREA, NOTE, TEXT, TOPIC, Column, Nodes, Options, Value, Values

WIDEST = 100  # columns of notes' own properties in one table
CANDIDATES = 20  # tables into which rows may fit, so that a vault of all different notes takes no longer than others


class Topics:
    """The `tables` of topics: those of the same labels share one, unless they say one property in two types.

    So a table has a column for each property of its topics, but only so many, as notes may be made to have all
    different ones.
    """

    def __init__(self, knowledge_map: KnowledgeMap, options: Options, left_out: set[str]) -> None:
        self.roles = (AREA, NOTE, *dict.fromkeys(options.labels.values()))
        self.findings: list[Finding] = []
        self._map, self._with_text = knowledge_map, options.with_text
        rules = {rule.removeprefix("#"): label for rule, label in options.labels.items()}
        self._labels = {rule.casefold(): label for rule, label in rules.items() if ":" not in rule}  # by tag
        by_value = [(*rule.partition(":")[::2], label) for rule, label in rules.items() if ":" in rule]
        self._labels_by_value = [(_folded(name), _folded(value), label) for name, value, label in by_value]
        self._properties: dict[str, dict[Column, Value]] = {}  # Topic.id: the note's own properties
        # Those of the same roles and properties are in one table, which may have further properties
        self.table_of: dict[tuple[tuple[str, ...], tuple[Column, ...]], Nodes] = {}
        self.tables = self._tables(left_out)

    def properties(self, topic: Topic) -> Mapping[Column, Value]:
        """The note's own properties."""
        return self._properties.get(topic.id, {})

    def rows(self, table: Nodes) -> Iterator[Values]:
        """The topics of one table."""
        part = self._map.part
        return (self._row(table, topic) for topic in self.tables[table] if part is None or topic.id in part.ids)

    def _tables(self, left_out: set[str]) -> dict[Nodes, list[Topic]]:
        groups: dict[tuple[str, ...], dict[tuple[Column, ...], list[Topic]]] = {}
        for topic in self._map.topics:
            if topic.id not in left_out:
                columns = self._property_columns(topic)
                groups.setdefault(self._roles_of(topic), {}).setdefault(columns, []).append(topic)
        tables: dict[Nodes, list[Topic]] = {}
        order = {topic.id: number for number, topic in enumerate(self._map.topics)}
        for roles, sets in groups.items():
            shared: list[tuple[dict[str, Column], list[tuple[Column, ...]]]] = []
            for columns in sorted(sets, key=lambda columns: -len(sets[columns])):
                names = {column.name: column for column in columns}
                for wide, members in shared[-CANDIDATES:]:
                    agree = all(wide.get(name, column) == column for name, column in names.items())
                    if agree and len(wide) + sum(name not in wide for name in names) <= max(WIDEST, len(wide)):
                        wide.update(names)
                        members.append(columns)
                        break
                else:
                    shared.append((names, [columns]))
            for wide, members in shared:
                table = Nodes("Topic", (*self._fixed, *sorted(wide.values())), roles)
                self.table_of.update(((roles, columns), table) for columns in members)
                topics = chain(tables.get(table, ()), *(sets[columns] for columns in members))
                tables[table] = sorted(topics, key=lambda topic: order[topic.id])
        return tables

    @property
    def _fixed(self) -> tuple[Column, ...]:
        return (*TOPIC, TEXT) if self._with_text else TOPIC

    def _roles_of(self, topic: Topic) -> tuple[str, ...]:
        roles = set[str]()
        if topic.id in self._map.area:
            roles.add(AREA)
        if topic.note is not None:
            roles.add(NOTE)
        for tag in topic.tags if self._labels else ():
            parts = tag.casefold().split("/")
            roles |= {self._labels.get("/".join(parts[:count]), "") for count in range(1, len(parts) + 1)}
        if self._labels_by_value:
            said = self._said_by(topic)
            roles |= {label for name, value, label in self._labels_by_value if (name, value) in said}
        return tuple(role for role in self.roles if role in roles)

    def _said_by(self, topic: Topic) -> set[tuple[str, str]]:
        """The note's properties, each with each value; with "" for any; a link has the name of the note it leads to."""
        said = [
            (key.removeprefix(PREFIX), item)
            for key, value in note_properties(topic, self._map)
            for item in (value if isinstance(value, list | tuple) else [value])
        ]
        for link in self._map.links_from(topic.id):
            end = self._map.topic[link.end]
            said += [(link.kind, name) for name in (end.title, PurePosixPath(end.note or "").stem, link.text)]
        said += self._wants.get(topic.id, ())
        pairs = {(_folded(name), _folded(str(value))) for name, value in said if value not in (None, "")}
        return pairs | {(name, "") for name, _ in pairs}

    @cached_property
    def _wants(self) -> dict[str | None, list[tuple[str, str]]]:
        """The kinds of links to what is missing, and its names, by Topic.id."""
        wants: dict[str | None, list[tuple[str, str]]] = {}
        for missing in self._map.missing:
            for want in missing.wanted_by:
                wants.setdefault(want.topic, []).append((want.kind, missing.name))
        return wants

    def _property_columns(self, topic: Topic) -> tuple[Column, ...]:
        """Keep the values of the note's own properties and give their columns; two of one name are a finding."""
        properties: dict[str, tuple[Column, Value]] = {}
        for name, value in note_properties(topic, self._map) if topic.properties else ():
            if name in properties:
                message = f"neo4j: two properties are called {name!r}, so the second is left out; rename one of them"
                self.findings.append(Finding(topic.source, "property-twice", message))
            else:
                properties[name] = fit(name, value)
        if properties:
            self._properties[topic.id] = dict(properties.values())
        return tuple(sorted(column for column, _ in properties.values()))

    def _row(self, table: Nodes, topic: Topic) -> Values:
        values: list[Value] = [
            topic.id,
            topic.title,
            topic.summary or None,
            self._map.definition(topic.id) or None,
            topic.aliases or None,
            topic.note or None,
            self.positions.get(topic.id),
            *file_and_line(topic.source),
        ]
        if self._with_text:
            text = ""
            with suppress(OSError):  # the note was removed since the vault was read
                text = self._map.text(topic.id).strip()
            values.append(text or None)
        properties = self.properties(topic)
        return (*values, *(properties.get(column) for column in table.columns[len(values) :]))

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where an area stands among its neighbours."""
        return {
            area.id: position
            for parent in (None, *self._map.area)
            for position, area in enumerate(self._map.areas_in(parent), 1)
        }


def _folded(words: str) -> str:
    """What a rule's words are compared by, and the kind of link that a property's name makes."""
    return "-".join(words.casefold().split())
