"""What a note's properties say of its concept: labels, notes, dates and matches, each in its language.

A property is known by its name without case, blanks, hyphens and underscores; "@de" behind it is its language:
`title@de: Kachelung`. https://www.w3.org/TR/skos-reference/#labels, #notes, #notations and #mapping
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from unicodedata import combining, normalize

from exporter.errors import Finding
from exporter.model import Languages, Topic
from exporter.rdf.terms import (
    DCT,
    SKOS,
    XSD,
    Literal,
    Term,
    absolute_iri,
    language_tag,
    one_line,
    prose,
    web_iri,
)
from exporter.views.about import day_of

PREF, ALT, HIDDEN = SKOS + "prefLabel", SKOS + "altLabel", SKOS + "hiddenLabel"
DEFINITION, SCOPE, NOTATION = SKOS + "definition", SKOS + "scopeNote", SKOS + "notation"
EXACT, CLOSE, BROAD, NARROW, RELATED = (
    SKOS + f"{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")
)
MATCHES = (EXACT, CLOSE, BROAD, NARROW, RELATED)
CREATED, MODIFIED = DCT + "created", DCT + "modified"
PREDICATES = {
    "title": PREF,
    "preflabel": PREF,
    "aliases": ALT,
    "alias": ALT,
    "altlabel": ALT,
    "altlabels": ALT,
    "hiddenlabel": HIDDEN,
    "hiddenlabels": HIDDEN,
    "misspelling": HIDDEN,
    "misspellings": HIDDEN,
    "definition": DEFINITION,
    "description": DEFINITION,
    "scopenote": SCOPE,
    "notation": NOTATION,
    **{name.lower(): SKOS + name for name in ("example", "historyNote", "editorialNote", "changeNote")},
    **{match.removeprefix(SKOS).lower(): match for match in MATCHES},
    "created": CREATED,
    "datecreated": CREATED,
    "modified": MODIFIED,
    "updated": MODIFIED,
    "datemodified": MODIFIED,
    "lastmodified": MODIFIED,
    "source": DCT + "source",
}
LABELS = (PREF, ALT, HIDDEN)
DATES = (CREATED, MODIFIED)
PREFIXES = {"wd": "http://www.wikidata.org/entity/", "dbr": "http://dbpedia.org/resource/"}
NAME = re.compile(r"([^@]*)(?:@(.*))?", re.DOTALL)
BLANKS = re.compile(r"[\s_-]+")
WIKIDATA = re.compile(r"https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/([QPL]\d+)")
VARIANT = re.compile(r"[\s_'’.-]+")


class Annotations(NamedTuple):
    """What the properties of a note say."""

    language: str  # that the note names; "": none, so that the letters of each text say it
    terms: dict[str, list[Term]]  # by predicate; labels and notes without their languages' rules applied
    findings: list[Finding]


def read_annotations(topic: Topic, languages: Languages, prefixes: Mapping[str, str]) -> Annotations:
    """Read the properties of a topic; `languages` knows those of texts of which nobody says it."""
    language = ""
    if not topic.properties:
        return Annotations(language, {}, [])
    terms: dict[str, list[Term]] = {}
    findings: list[Finding] = []
    marked = topic.properties.get("lang") or topic.properties.get("language")
    if marked:
        tag = language_tag(marked) if isinstance(marked, str) else None
        if tag is None:
            message = f"{marked!r} is no language tag; the map's is taken; write 'en' or the like"
            findings.append(Finding(topic.source, "skos-language", message))
        language = tag or languages.language
    for name, value in topic.properties.items():
        predicate, marked = _meaning(name)
        if not predicate:
            continue
        tag = language_tag(marked) if marked else language
        if tag is None:
            message = f"{name!r}: {marked!r} is no language tag and left out; write '@de' or the like"
            findings.append(Finding(topic.source, "skos-language", message))
            continue
        if predicate == DEFINITION and not marked:
            continue  # the knowledge map says it, which knows which of two comes first
        for text in _texts(value):
            term = _term(predicate, text, tag or languages.of(text), prefixes)
            if term is None:
                message = f"{name}: {text!r} {_complaint(predicate)} and is left out"
                findings.append(Finding(topic.source, "skos-property", message))
            else:
                terms.setdefault(predicate, []).append(term)
    return Annotations(language, terms, findings)


def has_match(topic: Topic) -> bool:
    """Whether the topic has a match with something elsewhere."""
    return any(_meaning(name)[0] in MATCHES for name in topic.properties)


@lru_cache(maxsize=4096)
def _meaning(name: str) -> tuple[str, str]:
    """The predicate that a property means, and the language that its name ends with; "": none."""
    match = NAME.fullmatch(name)
    assert match
    return PREDICATES.get(BLANKS.sub("", match[1]).lower(), ""), (match[2] or "").strip()


def _texts(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list | tuple) else (value,):
        if isinstance(item, str | int | float | date) and not isinstance(item, bool) and str(item).strip():
            yield str(item).strip()


def _term(predicate: str, text: str, language: str, prefixes: Mapping[str, str]) -> Term | None:
    if predicate in DATES:
        return parse_day(text)
    if predicate in MATCHES:
        return expand(text, prefixes)
    if predicate == NOTATION:
        return Literal(one_line(text)) if one_line(text) else None
    if predicate == DCT + "source":
        return Literal(prose(text), "" if web_iri(text) else language)
    words = one_line(text) if predicate in LABELS else prose(text)
    return Literal(words, language) if words else None


def _complaint(predicate: str) -> str:
    """What is wrong with a value that makes no term of this predicate."""
    if predicate in DATES:
        return "is no day such as 2025-01-31"
    return "is no IRI such as wd:Q42 or https://..." if predicate in MATCHES else "holds no text"


def parse_day(text: str) -> Literal | None:
    """Give the day of a date or of a moment; None: there is no such day."""
    day = day_of(text)
    return Literal(day.isoformat(), datatype=XSD + "date") if day else None


def expand(text: str, prefixes: Mapping[str, str]) -> str | None:
    """Give the IRI of what is elsewhere, written in full or as "wd:Q42"; a page of Wikidata gives what it is about."""
    text = text.removeprefix("<").removesuffix(">")
    if page := WIKIDATA.fullmatch(text):
        return PREFIXES["wd"] + page[1]
    prefix, colon, local = text.partition(":")
    if colon and prefix in prefixes and local:
        return absolute_iri(prefixes[prefix] + local)
    return web_iri(text)


def fold_label(label: str) -> str:
    """Make labels equal that only differ in case, accents or marks: one is a misspelling, for a search alone."""
    letters = "".join([letter for letter in normalize("NFKD", label) if not combining(letter)])
    return VARIANT.sub("", letters).casefold()
