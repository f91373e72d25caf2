"""What stands above what and what is related: decided so that SKOS allows it, with a finding where it does not.

https://www.w3.org/TR/skos-reference/#semantic-relations
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from exporter.errors import Finding, pluralize
from exporter.model import IN_AREA, MENTIONS, KnowledgeMap, Link, Source, Topic
from exporter.rdf.terms import DCT, SKOS
from exporter.views.skos.annotations import MATCHES, PREDICATES, Annotations
from exporter.views.skos.hierarchy import Hierarchy
from exporter.views.skos.matches import Matches

RELATION = DCT + "relation"  # for what is related in a way that SKOS forbids or nobody has named


class Relations:
    """The relations of the concepts and of the tags."""

    def __init__(
        self,
        knowledge_map: KnowledgeMap,
        properties: Mapping[str, str],
        matching: Iterable[tuple[Topic, Annotations]],
        is_internal: Callable[[str], bool],
    ) -> None:
        self.map, self.properties = knowledge_map, properties
        self.findings: list[Finding] = []
        self.hierarchy, self.tag_hierarchy = Hierarchy(), Hierarchy()
        self.related: dict[str, dict[str, None]] = {}  # both ways
        self.loose: dict[str, dict[str, None]] = {}  # declared, but not possible in SKOS: dct:relation
        self._arrange()
        self.matches = Matches(matching, self.hierarchy, is_internal)
        self.findings += self.matches.findings
        self._check_links()

    def has(self, id: str) -> bool:
        """Whether anything stands above, below or beside a topic."""
        return any(id in table for table in (self.hierarchy.above, self.hierarchy.below, self.related))

    def _add_finding(self, source: Source, code: str, message: str) -> None:
        self.findings.append(Finding(source, code, message))

    def _arrange(self) -> None:
        """Build the hierarchies: the map's areas first, so that they win over what a single note says."""
        for area in self.map.areas:
            if area.parent is not None:
                self._put_under(area.id, area.parent, area.source)
        for topic in self.map.topics:
            for upper in topic.areas:
                self._put_under(topic.id, upper, topic.source)
        for link in self.map.links:
            if self.properties.get(link.kind) == SKOS + "broader" and link.start != link.end:
                self._put_under(link.start, link.end, link.source)
        for lower, upper, via in self.hierarchy.remove_redundant():
            message = f"{lower!r} lies under {via!r}, which lies under {upper!r}; that it lies there itself is left out"
            self._add_finding(self.map.topic[lower].source, "skos-redundant", message)
        for tag in self.map.tags:
            if tag.parent is not None and not self.tag_hierarchy.add(tag.id, tag.parent):
                self._add_finding(
                    tag.source, "skos-circle", f"the tag {tag.id!r} would stand above itself; its parent is left out"
                )

    def _put_under(self, lower: str, upper: str, source: Source) -> None:
        if lower == upper:
            self._add_finding(source, "skos-self", f"{lower!r} stands under itself, left out; remove the link")
        elif not self.hierarchy.add(lower, upper):
            self.loose.setdefault(lower, {})[upper] = None
            message = f"{lower!r} under {upper!r} would close a circle, written as dct:relation; remove one link of it"
            self._add_finding(source, "skos-circle", message)

    def _check_links(self) -> None:
        unnamed: dict[str, Link] = {}
        count: Counter[str] = Counter()
        for link in self.map.links:
            if link.start == link.end:
                if link.kind not in (MENTIONS, IN_AREA):
                    self._add_finding(
                        link.source, "skos-self", f"{link.start!r} {link.kind} itself, left out; remove the link"
                    )
            elif self.properties.get(link.kind) == SKOS + "related":
                self._relate(link)
            elif link.kind != IN_AREA and link.kind not in self.properties:
                if PREDICATES.get(link.kind.replace("-", "")) in MATCHES:
                    message = (
                        f"{link.kind}: {link.end!r} is of this vocabulary, and a match is for others; written as "
                        f"dct:relation; use `related`, or make one note of the two"
                    )
                    self._add_finding(link.source, "skos-match", message)
                    continue
                unnamed.setdefault(link.kind, link)
                count[link.kind] += 1
        if unnamed:
            kinds = ", ".join(f"{kind!r} ({count[kind]})" for kind in unnamed)
            message = (
                f"{pluralize(count.total(), 'link')} without their kind, as dct:relation: {kinds}; "
                "name a property for each kind under [relations] in skos.toml"
            )
            self._add_finding(next(iter(unnamed.values())).source, "skos-relation", message)

    def _relate(self, link: Link) -> None:
        """Relate two topics both ways, unless one stands above the other (S27)."""
        above = self.hierarchy.is_above
        if above(link.start, link.end) or above(link.end, link.start) or self.matches.stand(link.start, link.end):
            self.loose.setdefault(link.start, {})[link.end] = None
            message = (
                f"{link.start!r} and {link.end!r} stand one above the other and cannot be skos:related as well, "
                f"written as dct:relation; remove one of the two"
            )
            self._add_finding(link.source, "skos-related", message)
        else:
            self.related.setdefault(link.start, {})[link.end] = None
            self.related.setdefault(link.end, {})[link.start] = None
