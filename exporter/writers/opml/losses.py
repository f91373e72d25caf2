"""What an outline cannot say: counted while it is written, told once for each kind, at the first of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from exporter.errors import Finding, pluralize
from exporter.model import IN_AREA, KnowledgeMap, Source
from exporter.views.date import CREATED, fold
from exporter.writers.opml.options import Options
from exporter.writers.opml.xml_text import UNFIT

JSON = "the format json has them"  # the hint of most findings
HTML = re.compile(r"<[A-Za-z/!?]|&#?\w+;")
KEPT = frozenset({"definition", "description", *CREATED})  # properties that an outline has
# Of what is counted: the finding's code, what one is called, what becomes of it, what to do
KINDS = {
    "character": ("opml-character", "text", "without characters that XML forbids", "delete them in the notes"),
    "html": (
        "opml-html",
        "text",
        "with what looks like HTML",
        'where the reader hides it, name the reader in opml.toml, or set text = "html"',
    ),
    "depth": ("opml-depth", "line", "beside the one above, not in it, as 64 levels are the most", "nest them less deeply"),
    "prose": ("opml-prose", "part with prose, a table or code", "left out", 'depth = "all" in opml.toml takes them'),
    "picture": ("opml-picture", "picture", "left out, but for the words that stand for it", JSON),
    "query": ("opml-query", "block with a plugin's query or drawing", "left out", "write down what it shows"),
    "task": ("opml-task", "task", "neither open nor done, shown as open with the sign in its box", 'use "[ ]" or "[x]"'),
}  # fmt: skip


class Losses:
    """What one run leaves out."""

    def __init__(self, knowledge_map: KnowledgeMap, options: Options) -> None:
        self._knowledge_map, self._options = knowledge_map, options
        self._plain = options.profile.markup == "plain"
        self._counts: dict[str, tuple[Source, int]] = {}  # by kind: the first, and how many
        self.links = self.references = 0  # to topics and to the web, that the outline has
        self.watched = 0  # files that have been written to their end

    def watch(self, parts: Iterator[str]) -> Iterator[str]:
        """A file's parts; tells that all of them have been taken."""
        yield from parts
        self.watched += 1

    def count(self, kind: str, source: Source, number: int = 1) -> None:
        """Count one of KINDS."""
        first, before = self._counts.get(kind, (source, 0))
        self._counts[kind] = (first, before + number)

    def look_at(self, text: str, source: Source) -> None:
        """Count a text that not every reader gets as it is."""
        if not text.isprintable() and UNFIT.search(text):
            self.count("character", source)
        if self._plain and ("<" in text or "&" in text) and HTML.search(text):
            self.count("html", source)

    def findings(self) -> Iterator[Finding]:
        """One for each kind: what of the map has no place, then what was counted."""
        knowledge_map, topics = self._knowledge_map, self._knowledge_map.topics
        links = [link for link in knowledge_map.links if link.kind != IN_AREA]
        kinds = ", ".join(dict.fromkeys(repr(link.kind) for link in links))
        what = f"between topics left out, as an outline only nests: {kinds}"
        yield from _tell([link.source for link in links], self.links, "opml-link", "link", what)
        aliased = [topic.source for topic in topics if topic.aliases]
        yield from _tell(aliased, 0, "opml-alias", "topic", "without aliases")
        further = [topic.source for topic in topics if not KEPT.issuperset(map(fold, topic.properties))]
        yield from _tell(further, 0, "opml-property", "topic", "without further properties")
        outside = [reference.source for reference in knowledge_map.references]
        yield from _tell(outside, self.references, "opml-reference", "link", "to the web left out")
        for kind, (code, noun, what, hint) in KINDS.items():
            if kind in self._counts:
                source, number = self._counts[kind]
                yield Finding(source, code, f"{pluralize(number, noun)} {what}; {hint}")
        if self._options.profile.loses:
            message = f"{self._options.profile.loses}; docs/opml.md says what each program reads"
            yield Finding(knowledge_map.source, "opml-reader", message)


def _tell(sources: Sequence[Source], kept: int, code: str, noun: str, what: str) -> Iterator[Finding]:
    """One finding for all sources but those that are kept, at the first."""
    if len(sources) > kept:
        yield Finding(sources[0], code, f"{pluralize(len(sources) - kept, noun)} {what}; {JSON}")
