"""The text of one note on its way into a book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from exporter.errors import Finding
from exporter.model import KnowledgeMap, Locatable, Source, Topic
from exporter.views.body.footnotes import Footnotes, Marks
from exporter.views.body.pandoc import Node
from exporter.views.body.terms import Term
from exporter.views.languages import language_of

BEGINNING = 2000  # characters of a text whose letters say its language


@dataclass
class Body:
    """A note: its Markdown, then its tree."""

    topic: Topic
    number: str  # of its chapter or part, as the book prints it; "" has none
    text: str  # Markdown
    top_level: int  # of its headings, in the book
    language: tuple[str, str | None] | None  # and region, where the note's properties name one
    locate: Callable[[Locatable, str], Source | None]  # where in the vault's files something of the text stands
    marks: Marks = field(default_factory=Marks)  # of footnotes in the Markdown that pandoc reads
    footnotes: Footnotes = field(default_factory=Footnotes)
    empty_headings: list[str] = field(default_factory=list)  # which the book leaves out
    left_out: dict[str, None] = field(default_factory=dict)  # tags of HTML
    opens_part: bool = False  # what one will be able to do stands apart from its text
    opening: list[Node] = field(default_factory=list)  # that section
    opening_names: list[str] = field(default_factory=list)  # labels in it
    blocks: list[Node] = field(default_factory=list)
    answers: list[Node] = field(default_factory=list)  # to the questions with which the blocks end
    names: list[str] = field(default_factory=list)  # labels in the blocks and the opening
    terms: list[Term] = field(default_factory=list)  # which it defines
    answer_names: list[str] = field(default_factory=list)  # labels in the answers
    findings: list[Finding] = field(default_factory=list)  # what of it is lost
    too_deep: bool = False  # no tree: the Markdown is all there is

    @classmethod
    def of(
        cls, knowledge_map: KnowledgeMap, topic: Topic, number: str, text: str, top_level: int, marks: Marks
    ) -> Body:
        """The body of a topic's text, in the language that the note names, else that its letters say."""
        named = topic.properties.get("lang") or topic.properties.get("language")
        spoken = named or knowledge_map.languages.of(text[:BEGINNING])
        language = language_of(spoken) if spoken != knowledge_map.language else None
        return cls(topic, number, text, top_level, language, partial(knowledge_map.locate, topic.id), marks)
