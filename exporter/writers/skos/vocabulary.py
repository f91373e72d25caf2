"""The decisions: what stands above what, what is related, and what SKOS cannot say of this knowledge map."""

from __future__ import annotations

from collections import Counter

from exporter.errors import Finding
from exporter.model import IN_AREA, MENTIONS, KnowledgeMap, LearningPath, Link, Source, Topic
from exporter.writers.skos.hierarchy import Hierarchy
from exporter.writers.skos.options import Options
from exporter.writers.skos.terms import (
    DCT,
    LOCAL_NAME,
    NAMESPACES,
    OWL,
    PROV,
    RDFS,
    SKOS,
    TAG_PREFIX,
    VANN,
    XSD,
    absolute_iri,
    encoded,
    language_tag,
    one_line,
    prose,
)

RELATION = DCT + "relation"  # for what is related in a way that SKOS forbids or nobody has named


class Vocabulary:
    """A knowledge map as SKOS sees it: names, hierarchy, relations, and the findings."""

    def __init__(self, knowledge_map: KnowledgeMap, options: Options) -> None:
        options.check()
        self.map, self.options = knowledge_map, options
        self.properties = options.properties()
        self.language = language_tag(knowledge_map.language) or "und"
        self.findings: list[Finding] = []
        self.hierarchy, self.tag_hierarchy = Hierarchy(), Hierarchy()
        self.related: dict[str, dict[str, None]] = {}  # both ways
        self.loose: dict[str, dict[str, None]] = {}  # declared, but not possible in SKOS: dct:relation
        if self.language == "und":
            message = f"{knowledge_map.language!r} is no language tag, texts are marked 'und'; write 'en' or the like"
            self._find(knowledge_map.source, "skos-language", message)
        self._arrange()
        self._check_links()
        self._check_labels()
        self._check_definitions()
        self._check_references()
        self._check_paths()

    @property
    def scheme(self) -> str:
        """The scheme of the concepts. It is the base itself, as an id can be any word."""
        return self.options.base

    @property
    def tag_scheme(self) -> str:
        """The scheme of the tags and the namespace of their names; no encoded id has a slash."""
        return f"{self.options.base}tag/"

    def concept(self, id: str) -> str:
        """The IRI of a topic."""
        return self.options.base + encoded(id)

    def path(self, id: str) -> str:
        """The IRI of a learning path."""
        return f"{self.options.base}path/{encoded(id)}"

    def note(self, path: str) -> str:
        """The IRI of a note of the vault."""
        return f"{self.options.base}note/{'/'.join(map(encoded, path.split('/')))}"

    def label(self, item: Topic | LearningPath) -> str:
        """The preferred label, which is never empty."""
        return one_line(item.title) or one_line(item.id) or encoded(item.id)

    def definition(self, topic: Topic) -> tuple[str, str]:
        """What the concept is, and how it is used here: the note's words and the map's, or the map's for the first."""
        definition, summary = prose(self.map.definition(topic.id)), prose(topic.summary)
        if not definition:
            return summary, ""
        return definition, summary if summary != definition else ""

    def members(self, path: LearningPath) -> tuple[str, ...]:
        """The topics of all steps, each at its first place."""
        return tuple(dict.fromkeys(id for step in path.steps for id in step.topics))

    def notations(self) -> dict[str, str]:
        """The place of each area in the map: "1", "2", and "2.1" for the first below the second."""
        below: dict[str | None, list[str]] = {}
        for area in self.map.areas:
            parent = area.parent if area.parent in self.hierarchy.above.get(area.id, ()) else None
            below.setdefault(parent, []).append(area.id)
        found: dict[str, str] = {}
        waiting: list[tuple[str | None, str]] = [(None, "")]
        for parent, start in waiting:  # grows as it goes
            for place, id in enumerate(below.get(parent, ()), 1):
                found[id] = f"{start}{place}"
                waiting.append((id, f"{start}{place}."))
        return found

    def map_prefixes(self) -> dict[str, str]:
        """The namespaces used in the file of the concepts, and their prefixes."""
        used = {RDFS: bool(self.map.topics or self.map.paths), **self._scheme_namespaces()}
        used[PROV] = used[PROV] or any(topic.note for topic in self.map.topics)
        for kind in dict.fromkeys(link.kind for link in self.map.links if link.start != link.end):
            for namespace in NAMESPACES:
                used[namespace] = used.get(namespace, False) or self.properties.get(kind, "").startswith(namespace)
        prefixes = {namespace: prefix for namespace, prefix in NAMESPACES.items() if used.get(namespace)}
        if any(LOCAL_NAME.fullmatch(encoded(tag)) for topic in self.map.topics for tag in topic.tags):
            prefixes[self.tag_scheme] = TAG_PREFIX
        return {self.scheme: self.options.prefix, **prefixes}

    def tag_prefixes(self) -> dict[str, str]:
        """The namespaces used in the file of the tags, and their prefixes."""
        used = {RDFS: bool(self.map.tags), **self._scheme_namespaces()}
        return {self.tag_scheme: TAG_PREFIX, **{name: short for name, short in NAMESPACES.items() if used.get(name)}}

    def _scheme_namespaces(self) -> dict[str, bool]:
        dated = bool(self.options.created or self.options.modified)
        versioned, derived = bool(self.options.version), bool(self.map.source.file)
        return {DCT: True, SKOS: True, VANN: True, OWL: versioned, PROV: derived, XSD: dated}

    def _find(self, source: Source, code: str, message: str) -> None:
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
        for tag in self.map.tags:
            if tag.parent is not None and not self.tag_hierarchy.add(tag.id, tag.parent):
                self._find(
                    tag.source, "skos-circle", f"the tag {tag.id!r} would stand above itself; its parent is left out"
                )

    def _put_under(self, lower: str, upper: str, source: Source) -> None:
        if lower == upper:
            self._find(source, "skos-self", f"{lower!r} stands under itself, left out; remove the link")
        elif not self.hierarchy.add(lower, upper):
            self.loose.setdefault(lower, {})[upper] = None
            message = f"{lower!r} under {upper!r} would close a circle, written as dct:relation; remove one link of it"
            self._find(source, "skos-circle", message)

    def _check_links(self) -> None:
        unnamed: dict[str, Link] = {}
        count: Counter[str] = Counter()
        for link in self.map.links:
            if link.start == link.end:
                if link.kind not in (MENTIONS, IN_AREA):
                    self._find(
                        link.source, "skos-self", f"{link.start!r} {link.kind} itself, left out; remove the link"
                    )
            elif self.properties.get(link.kind) == SKOS + "related":
                self._relate(link)
            elif link.kind != IN_AREA and link.kind not in self.properties:
                unnamed.setdefault(link.kind, link)
                count[link.kind] += 1
        for kind, link in unnamed.items():
            message = (
                f"links of the kind {kind!r} ({count[kind]}) are written as dct:relation, which does not say the kind; "
                f"name a property for it under [relations] in mappings/skos.toml"
            )
            self._find(link.source, "skos-relation", message)

    def _relate(self, link: Link) -> None:
        """Both ways, unless one stands above the other (S27)."""
        if self.hierarchy.is_above(link.start, link.end) or self.hierarchy.is_above(link.end, link.start):
            self.loose.setdefault(link.start, {})[link.end] = None
            message = (
                f"{link.start!r} and {link.end!r} stand one above the other and cannot be skos:related as well, "
                f"written as dct:relation; remove one of the two"
            )
            self._find(link.source, "skos-related", message)
        else:
            self.related.setdefault(link.start, {})[link.end] = None
            self.related.setdefault(link.end, {})[link.start] = None

    def _check_labels(self) -> None:
        first: dict[str, Topic] = {}
        for topic in self.map.topics:
            other = first.setdefault(self.label(topic), topic)
            if other is not topic:
                message = f"a second concept is labelled {self.label(topic)!r}, the first: {other.source}; rename one"
                self._find(topic.source, "skos-same-label", message)

    def _check_definitions(self) -> None:
        lacking: dict[str, list[Topic]] = {"areas": [], "topics": []}
        for topic in self.map.topics:
            if not self.definition(topic)[0]:
                lacking["areas" if topic.id in self.map.area else "topics"].append(topic)
        for kind, topics in lacking.items():
            if topics:
                message = (
                    f"{kind} without a definition: {len(topics)}, first {self.label(topics[0])!r}; "
                    f"write `definition:` in the note or words behind its link in the map"
                )
                self._find(topics[0].source, "skos-no-definition", message)

    def _check_references(self) -> None:
        for reference in self.map.references:
            if absolute_iri(reference.url) is None:
                message = f"{reference.url!r} is no absolute address and left out; begin it with 'https://'"
                self._find(reference.source, "skos-address", message)

    def _check_paths(self) -> None:
        for path in self.map.paths:
            if any(step.text for step in path.steps):
                message = (
                    f"the words of the steps of {path.title!r} are left out: an ordered collection has only members"
                )
                self._find(path.source, "skos-step-text", message)
            seen: dict[str, None] = {}
            for step in path.steps:
                for id in step.topics:
                    if id in seen:
                        message = f"{id!r} is in {path.title!r} again, only its first place is kept; name it once"
                        self._find(step.source, "skos-repeated-step", message)
                    seen[id] = None
