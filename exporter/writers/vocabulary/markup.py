"""HTML in small pieces, each text escaped and in its language: https://html.spec.whatwg.org/"""

from __future__ import annotations

from html import escape

from exporter.rdf.terms import Literal
from exporter.views.languages import ENGLISH, direction_of, language_or_english
from exporter.writers.vocabulary.words import LANGUAGES

MANY = 12  # values, beyond which they are set in columns
FOLLOWED = ("http://", "https://", "mailto:")  # what an address may begin with to be a link


class Markup:
    """Texts as the pages of a vocabulary have them, whose own language needs no mark."""

    def __init__(self, language: str) -> None:
        """Take the tag of the vocabulary's language."""
        self.language = language
        spoken, _ = language_or_english(language)
        self.direction = direction_of(spoken)
        self._words = LANGUAGES.get(spoken, LANGUAGES[ENGLISH])
        self._marks = "" if spoken in LANGUAGES else self.marks(Literal("", ENGLISH))

    def phrase(self, key: str) -> str:
        """Words of our own as they are, with "{}" where something is to be put in."""
        return self._words[key]

    def say(self, key: str, *values: object) -> str:
        """Words of our own for an attribute."""
        return escape(self.phrase(key).format(*values))

    def word(self, key: str, *values: object) -> str:
        """Words of our own in a text."""
        said = self.say(key, *values)
        return f"<span{self._marks}>{said}</span>" if self._marks else said

    def marks(self, literal: Literal) -> str:
        """The attributes that tell a text's language and direction, where these are not the page's."""
        if not literal.language or literal.language == self.language:
            return ""
        direction = direction_of(literal.language.partition("-")[0])
        turned = "" if direction == self.direction else f' dir="{direction}"'
        return f' lang="{escape(literal.language)}"{turned}'

    def text(self, literal: Literal) -> str:
        """A text, as an element where it needs marks."""
        marks, shown = self.marks(literal), escape(literal.text)
        return f"<span{marks}>{shown}</span>" if marks else shown

    def text_with_language(self, literal: Literal) -> str:
        """A text, and its language in letters where it is another one."""
        told = f' <small class="language">{escape(literal.language)}</small>' if self.marks(literal) else ""
        return self.text(literal) + told

    def link(self, address: str, literal: Literal, classes: str = "") -> str:
        """A link whose words are a text."""
        named = f' class="{classes}"' if classes else ""
        return f'<a href="{escape(address)}"{named}{self.marks(literal)}>{escape(literal.text)}</a>'

    def address(self, iri: str) -> str:
        """An address as a link to it, if it is one that a browser should follow."""
        shown = escape(iri)
        return f'<a href="{shown}">{shown}</a>' if iri.lower().startswith(FOLLOWED) else f"<code>{shown}</code>"


def items(values: list[str]) -> str:
    """Some things as a list, one bare."""
    if len(values) == 1:
        return values[0]
    many = ' class="many"' if len(values) > MANY else ""
    return f"<ul{many}>" + "".join([f"<li>{value}</li>" for value in values]) + "</ul>"
