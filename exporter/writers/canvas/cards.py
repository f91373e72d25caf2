"""What the nodes of the board say in JSON Canvas (https://jsoncanvas.org/spec/1.0/#nodes).

A note is a file card, so that Obsidian shows it and knows when it is renamed. Steps and topics without a note are text
cards. These link in Markdown and not as `[[...]]`: the format says that text is Markdown, so every program shows the
link, and a percent-encoded path may hold any character.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from unicodedata import normalize
from urllib.parse import quote

from exporter.model import KnowledgeMap, Step, Topic, replace_surrogates
from exporter.views.plane.board import Node, one_line

MARKUP = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>#~=$%&^"})
LIST = re.compile(r"^(\d*)(?=[-+.)])")  # what would begin a list, at the start of a line


class Cards:
    """Knows what each node says."""

    def __init__(self, knowledge_map: KnowledgeMap, vault: str) -> None:
        """Take the map, and the vault's folder within the one that Obsidian opens."""
        self._map, self._vault = knowledge_map, PurePosixPath(vault.strip("/"))

    def content(self, node: Node) -> dict[str, str]:
        """The type of a node, and its text, file or label."""
        if node.step:
            return {"type": "text", "text": f"**{node.number}.** {self._link_topics(node.step)}".strip()}
        if node.topic and node.topic.note:
            return {"type": "file", "file": self._path(node.topic.note)}
        if node.topic:
            return {"type": "text", "text": _text(node.topic)}
        return {"type": "group", "label": node.label}

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
                unnamed.append(f"[{_markdown(topic.title) or _markdown(topic.id)}]({url})")
                continue
            before, name, left = left[:at], left[at : at + len(name)], left[at + len(name) :]
            done += f"{before.translate(MARKUP)}[{name.translate(MARKUP)}]({url})"
        return done + left.translate(MARKUP) + (f" ({', '.join(unnamed)})" if unnamed else "")


def _text(topic: Topic) -> str:
    """A topic without a note: its title and the map's words about it."""
    words = LIST.sub(r"\1\\", _markdown(topic.summary), count=1)
    return f"**{_markdown(topic.title) or _markdown(topic.id)}**" + (f"\n\n{words}" if words else "")


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
