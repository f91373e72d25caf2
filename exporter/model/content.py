"""What stands in the vault's files beside the tables: texts and attachments, read when asked for."""

from __future__ import annotations

from typing import Literal, Protocol

from exporter.model.passage import Passage
from exporter.model.records import Link, Source, Topic

# What `KnowledgeMap.locate` looks for: a picture, one without words or a link by its target, HTML by the name of its tag, a formula by its
# TeX, a footnote by its label, code by what it says, a table by how many columns it has, words of the text that is no
# code, words anywhere in the note
Locatable = Literal["picture", "wordless", "link", "tag", "formula", "footnote", "code", "table", "text", "words"]


class Content(Protocol):
    """What stands in the vault's files, read when asked for: a million notes must fit in memory."""

    def text(self, topic: Topic) -> str:
        """Give the topic's Markdown body; see `KnowledgeMap.text`."""

    def passages(self, topic: Topic) -> tuple[Passage, ...]:
        """Give the parts of the text; see `KnowledgeMap.passages`."""

    def lead(self, topic: Topic) -> str:
        """Give the first paragraph; see `KnowledgeMap.lead`."""

    def sentence(self, link: Link) -> str:
        """Give the sentence with the link; see `KnowledgeMap.sentence`."""

    def locate(self, topic: Topic, kind: Locatable, words: str) -> Source | None:
        """Give the place of something in the topic's text; see `KnowledgeMap.locate`."""

    def file(self, path: str) -> bytes:
        """Give the bytes of an attachment of the vault."""

    def state(self, path: str) -> str:
        """Give what tells the state of a note; see `KnowledgeMap.state`."""

    def source_date_epoch(self) -> int | None:
        """Give SOURCE_DATE_EPOCH; see `KnowledgeMap.source_date_epoch`."""


class NoContent:
    """The content of a knowledge map that was not read from files."""

    def text(self, topic: Topic) -> str:
        """Give no text."""
        return ""

    def passages(self, topic: Topic) -> tuple[Passage, ...]:
        """Give no parts."""
        return ()

    def lead(self, topic: Topic) -> str:
        """Give no first paragraph."""
        return ""

    def sentence(self, link: Link) -> str:
        """Give no sentence."""
        return ""

    def locate(self, topic: Topic, kind: Locatable, words: str) -> Source | None:
        """Find nothing."""
        return None

    def file(self, path: str) -> bytes:
        """Find no attachment."""
        raise FileNotFoundError(path)

    def state(self, path: str) -> str:
        """Give nothing."""
        return ""

    def source_date_epoch(self) -> int | None:
        """Give nothing: no environment says when this was made."""
        return None
