"""Which matches with concepts elsewhere can stand together: with one another and with the map's own hierarchy.

https://www.w3.org/TR/skos-reference/#mapping: an exact match, which is symmetric and transitive, is no other match (S46);
what is related does not stand above or below (S27), and broad and related matches are such relations, too (S41).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from exporter.errors import Finding
from exporter.model import Topic
from exporter.rdf.terms import SKOS
from exporter.views.skos.annotations import BROAD, EXACT, MATCHES, NARROW, RELATED, Annotations
from exporter.views.skos.hierarchy import Hierarchy

Kinds = dict[str, list[str]]  # kind of match: IRIs


class Matches:
    """The matches of all concepts; those that contradict others are left out, with a finding."""

    def __init__(
        self, matching: Iterable[tuple[Topic, Annotations]], hierarchy: Hierarchy, is_internal: Callable[[str], bool]
    ) -> None:
        self.findings: list[Finding] = []
        self.of: dict[str, Kinds] = {}  # by Topic.id
        self._parents: dict[str, str] = {}  # of what is one by exact matches (union-find)
        self._hierarchy: Hierarchy | None = None  # with what is elsewhere; None: nothing there stands above or below
        rows: list[tuple[Topic, str, str]] = []
        for topic, (_, terms, _) in matching:
            for kind in MATCHES:
                for iri in dict.fromkeys(map(str, terms.get(kind, ()))):
                    if is_internal(iri):
                        message = f"{iri} is of this vocabulary, and a match is for others; use `related`"
                        self._add_finding(topic, message)
                    else:
                        rows.append((topic, kind, iri))
        if any(kind in (BROAD, NARROW) for _, kind, _ in rows):
            self._hierarchy = Hierarchy()
            for lower, uppers in hierarchy.above.items():
                for upper in uppers:
                    self._hierarchy.add(_node(lower), _node(upper))
        for topic, kind, iri in rows:
            if kind == EXACT:
                self._parents[self._root(_node(topic.id))] = self._root(iri)
        for topic, kind, iri in sorted(rows, key=lambda row: row[1] == RELATED):  # once the hierarchy is complete
            if why := self._forbids(_node(topic.id), kind, iri):
                self._add_finding(topic, f"{iri} {why} and is no {kind.removeprefix(SKOS)} as well; left out")
            else:
                self.of.setdefault(topic.id, {}).setdefault(kind, []).append(iri)

    def stand(self, one: str, other: str) -> bool:
        """Whether one of two topics stands above the other by way of what is elsewhere."""
        return self._stand(_node(one), _node(other))

    def _add_finding(self, topic: Topic, message: str) -> None:
        self.findings.append(Finding(topic.source, "skos-match", message))

    def _forbids(self, node: str, kind: str, iri: str) -> str:
        """Why a match cannot be; "" if it can, and then it is part of the hierarchy."""
        if kind in (BROAD, NARROW, RELATED) and self._root(node) == self._root(iri):
            return "is an exact match"
        if kind in (BROAD, NARROW) and self._hierarchy:
            lower, upper = (node, iri) if kind == BROAD else (iri, node)
            return "" if self._hierarchy.add(lower, upper) else "stands on the other side"
        return "stands above or below" if kind == RELATED and self._stand(node, iri) else ""

    def _stand(self, one: str, other: str) -> bool:
        hierarchy = self._hierarchy
        return hierarchy is not None and (hierarchy.is_above(one, other) or hierarchy.is_above(other, one))

    def _root(self, name: str) -> str:
        while (parent := self._parents.get(name, name)) != name:
            name = parent
        return name


def _node(id: str) -> str:
    """Name a topic among IRIs, none of which begins with a blank."""
    return f" {id}"
