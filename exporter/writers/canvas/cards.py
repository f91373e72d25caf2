"""What the nodes of a canvas say in JSON Canvas (https://jsoncanvas.org/spec/1.0/#nodes).

A note is a file card, so that Obsidian shows it and knows when it is renamed, unless the map has words about it with which the note
does not begin: then the card has these, and its title is a link. Steps and topics without a note are text cards, too.
They link in Markdown and not as `[[...]]`: the format says that text is Markdown, so every program shows the
link, and a percent-encoded path may hold any character.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from unicodedata import normalize
from urllib.parse import quote

from exporter.model import KnowledgeMap, Step, Topic, replace_surrogates
from exporter.views.plane.board import Node, one_line
from exporter.views.plane.sections import Section
from exporter.writers.canvas.options import Options

MARKUP = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>#~=$%&^"})
LIST = re.compile(r"^(\d*)(?=[-+.)])")  # what would begin a list, at the start of a line


class Cards:
    """Knows what each node says."""

    def __init__(
        self,
        knowledge_map: KnowledgeMap,
        options: Options,
        pages: Mapping[Section, str],
        explain: Callable[[str], tuple[str, str]],
    ) -> None:
        """Take the map, the canvas of each section that has one, and what gives a legend's words for a kind, and its colour."""
        self._map, self._explain = knowledge_map, explain
        self._vault, self._folder = (PurePosixPath(path.strip("/")) for path in (options.vault, options.folder))
        self._pages, self._summaries = pages, options.summaries
        self._worded: dict[str, bool] = {}  # by Topic.id: its card has the map's words

    def said(self, topic: Topic) -> str:
        """The text on the topic's card; "" where the card shows the note."""
        return "" if topic.note and not self._has_words(topic) else f"{topic.title} {topic.summary}"

    def content(self, node: Node) -> dict[str, str]:
        """The type of a node, its text, file or label, and the colour that it has of its own."""
        if node.step:
            return {"type": "text", "text": f"**{node.number}.** {self._link_topics(node.step)}".strip()}
        if node.sheet:
            return {"type": "file", "file": self._page(node.sheet)}
        if node.kind is not None:
            words, colour = self._explain(node.kind)
            return {"type": "text", "text": _markdown(words), **({"color": colour} if colour else {})}
        if node.topic is None:
            return {"type": "group", "label": node.label}
        if node.slip:
            return {"type": "text", "text": f"↗ {self._link(node.topic)}"}
        if node.topic.note and not self._has_words(node.topic):
            return {"type": "file", "file": self._path(node.topic.note)}
        words = LIST.sub(r"\1\\", _markdown(node.topic.summary), count=1)
        return {"type": "text", "text": f"**{self._link(node.topic)}**" + (f"\n\n{words}" if words else "")}

    def _has_words(self, topic: Topic) -> bool:
        """Whether its card has the map's words: there are some, and the note does not begin with them."""
        known = self._worded.get(topic.id)
        if known is None:
            words = topic.summary.casefold().split() if self._summaries else []
            known = bool(words) and not (
                topic.note and " ".join(words).rstrip(".") in " ".join(self._map.lead(topic.id).casefold().split())
            )
            self._worded[topic.id] = known
        return known

    def _link(self, topic: Topic) -> str:
        """The topic's title, as a link to its note."""
        title = _markdown(topic.title) or _markdown(topic.id)
        return f"[{title}]({quote(self._path(topic.note))})" if topic.note else title

    def _page(self, section: Section) -> str:
        """Where Obsidian finds the canvas of a section."""
        return str(self._folder / self._pages[section])

    def _path(self, note: str) -> str:
        """Where Obsidian finds the note, by the form of letters that it names files in on every system."""
        return normalize("NFC", replace_surrogates(str(self._vault / note)))

    def _link_topics(self, step: Step) -> str:
        """The step's words, its topics' names as links to their notes; those not named follow in brackets."""
        done, left, unnamed = "", one_line(step.text), []
        for topic in [self._map.topic[id] for id in step.topics]:
            if topic.note is None:
                continue
            url = quote(self._path(topic.note))
            names = (topic.title, PurePosixPath(topic.note).stem, *topic.aliases)
            at, name = next(((at, name) for name in map(one_line, names) if (at := _find(name, left)) >= 0), (-1, ""))
            if at < 0:
                unnamed.append(self._link(topic))
                continue
            before, name, left = left[:at], left[at : at + len(name)], left[at + len(name) :]
            done += f"{before.translate(MARKUP)}[{name.translate(MARKUP)}]({url})"
        return done + left.translate(MARKUP) + (f" ({', '.join(unnamed)})" if unnamed else "")


def _markdown(text: str) -> str:
    """Markdown that shows this plain text on one line."""
    return one_line(text).translate(MARKUP)


def _find(name: str, text: str) -> int:
    """Where the name stands in the text as whole words, in capitals or not; -1: nowhere."""
    if len(text.lower()) == len(text):  # nearly always; else the places would not be the same
        name, text = name.lower(), text.lower()
    at = text.find(name) if name else -1
    while at >= 0 and (text[at - 1 : at].isalnum() or text[at + len(name) :][:1].isalnum()):
        at = text.find(name, at + 1)
    return at
