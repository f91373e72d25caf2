"""The nodes that topics become: the tables that they share, and their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property

from exporter.errors import Finding
from exporter.model import KnowledgeMap, Topic
from exporter.views.graph.properties import fit, note_properties
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
        self._labels = {tag.casefold(): label for tag, label in options.labels.items()}
        self._properties: dict[str, dict[Column, Value]] = {}  # Topic.id: the note's own properties
        self.tables = self._tables(left_out)

    def properties(self, topic: Topic) -> Mapping[Column, Value]:
        """The note's own properties."""
        return self._properties.get(topic.id, {})

    def rows(self, table: Nodes) -> Iterator[Values]:
        """The topics of one table."""
        return (self._row(table, topic) for topic in self.tables[table])

    def _tables(self, left_out: set[str]) -> dict[Nodes, list[Topic]]:
        groups: dict[tuple[str, ...], dict[tuple[Column, ...], list[Topic]]] = {}
        for topic in self._map.topics:
            if topic.id not in left_out:
                columns = self._property_columns(topic)
                groups.setdefault(self._roles_of(topic), {}).setdefault(columns, []).append(topic)
        tables: dict[Nodes, list[Topic]] = {}
        for roles, sets in groups.items():
            shared: list[tuple[dict[str, Column], list[Topic]]] = []
            for columns, topics in sorted(sets.items(), key=lambda item: -len(item[1])):
                names = {column.name: column for column in columns}
                for wide, members in shared[-CANDIDATES:]:
                    agree = all(wide.get(name, column) == column for name, column in names.items())
                    if agree and len(wide) + sum(name not in wide for name in names) <= max(WIDEST, len(wide)):
                        wide.update(names)
                        members += topics
                        break
                else:
                    shared.append((names, [*topics]))
            for wide, members in shared:
                tables[Nodes("Topic", (*self._fixed, *wide.values()), roles)] = members
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
        return tuple(role for role in self.roles if role in roles)

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
            self._positions.get(topic.id),
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
    def _positions(self) -> dict[str, int]:
        """Where an area stands among its neighbours."""
        return {
            area.id: position
            for parent in (None, *self._map.area)
            for position, area in enumerate(self._map.areas_in(parent), 1)
        }
