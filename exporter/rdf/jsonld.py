"""Records as JSON-LD that reads as plain JSON: short keys, texts by language, a line for each value.

https://www.w3.org/TR/json-ld11/
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import partial

from exporter.rdf.names import Names, namespace_end
from exporter.rdf.terms import (
    DCT,
    OWL,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    VANN,
    XSD,
    Items,
    Literal,
    Record,
    Term,
)

# What a property's values mostly are, so that they need few words.
TEXT, LINK, LIST, DAY, PLAIN, CLASS = "text", "link", "list", "day", "plain", "class"
TERMS = {
    (
        TEXT,
        SKOS,
    ): "prefLabel altLabel hiddenLabel note changeNote definition editorialNote example historyNote scopeNote",
    (TEXT, DCT): "title description",
    (LINK, SKOS): (
        "inScheme hasTopConcept topConceptOf broader narrower related exactMatch closeMatch broadMatch narrowMatch "
        "relatedMatch member"
    ),
    (LINK, DCT): (
        "creator publisher license subject relation references requires isPartOf hasPart isReplacedBy replaces"
    ),
    (LINK, RDFS): "isDefinedBy seeAlso",
    (LINK, PROV): "wasDerivedFrom",
    (LIST, SKOS): "memberList",
    (DAY, DCT): "created modified",
    (PLAIN, SKOS): "notation",
    (PLAIN, DCT): "language source",
    (PLAIN, OWL): "deprecated versionInfo",
    (PLAIN, SCHEMA): "name email url",
    (PLAIN, VANN): "preferredNamespacePrefix preferredNamespaceUri",
    (CLASS, SKOS): "Concept ConceptScheme Collection OrderedCollection",
    (CLASS, SCHEMA): "Person Organization",
}
quote = json.JSONEncoder(ensure_ascii=False).encode


def jsonld(records: Iterable[Record], prefixes: dict[str, str], used: Container[str] | None = None) -> Iterator[str]:
    """Yield the context, then one text for each record.

    Args:
        records: what is said.
        prefixes: namespace: prefix.
        used: the properties and classes that the context has names for, among which those of all records must be; None:
            all that may be met.
    """
    nodes = _Nodes(prefixes, used)
    yield f'{{\n"@context": {{\n  {nodes.context()}\n}},\n"@graph": ['
    comma = ""
    for subject, statements in records:
        lines = ",\n  ".join([nodes.line(predicate, objects) for predicate, objects in _once(statements)])
        yield f'{comma}\n{{\n  "{nodes.id}": {nodes.names[subject]},\n  {lines}\n}}'
        comma = ","
    yield "\n]\n}\n"


class _Nodes:
    """How nodes and their properties are written; a name of the context gives way to a prefix that is the same word."""

    def __init__(self, prefixes: dict[str, str], used: Container[str] | None) -> None:
        reserved = {*prefixes.values()}
        self.prefixes = prefixes
        self.id, self.type = ("@id" if "id" in reserved else "id"), ("@type" if "type" in reserved else "type")
        self.names = Names(partial(_shorten, prefixes, self.id))
        self.terms = {
            f"{namespace}{word}": (word, shape)
            for (shape, namespace), words in TERMS.items()
            for word in words.split()
            if namespace in prefixes
            and word not in reserved
            and (shape != DAY or XSD in prefixes)
            and (used is None or f"{namespace}{word}" in used)
        }
        self.classes = Names(lambda iri: f'"{self.terms[iri][0]}"' if iri in self.terms else self.names[iri])

    def context(self) -> str:
        """The prefixes and the names that the file may use, a line for each."""
        entries = {prefix: quote(namespace) for namespace, prefix in self.prefixes.items()}
        entries = dict(sorted(entries.items()))
        entries |= {name: f'"@{name}"' for name in (self.id, self.type) if name[0] != "@"}
        for iri, (word, shape) in self.terms.items():
            more = {
                TEXT: ', "@container": "@language"',
                LINK: ', "@type": "@id"',
                LIST: ', "@type": "@id", "@container": "@list"',
                DAY: f', "@type": {self.names[XSD + "date"]}',
            }.get(shape)
            entries[word] = f'{{"@id": {self.names[iri]}{more}}}' if more else self.names[iri]
        return ",\n  ".join(f'"{name}": {text}' for name, text in entries.items())

    def line(self, predicate: str, objects: Sequence[Term]) -> str:
        """A property with its values; where they are not what its name is made for, it stands under its IRI."""
        word, shape = self.terms.get(predicate, ("", PLAIN))
        if shape == LINK:
            values = [self.names[term] if isinstance(term, str) else self._value(term, LINK) for term in objects]
            return f'"{word}": {_array(values)}'
        if shape == TEXT:
            return self._texts(predicate, word, objects)
        if predicate == RDF + "type":
            classes = [self.classes[term] for term in objects if isinstance(term, str)]
            if len(classes) == len(objects) and "{" not in {name[0] for name in classes}:
                return f'"{self.type}": {_array(classes)}'
        first = objects[0]
        if shape == LIST and isinstance(first, Items) and len(objects) == 1:
            return f'"{word}": {_lines([self.names[iri] for iri in first.iris])}'
        key = f'"{word}"' if word and shape != LIST else self.names[predicate]
        return f"{key}: {_array([self._value(term, shape) for term in objects])}"

    def _texts(self, predicate: str, word: str, objects: Sequence[Term]) -> str:
        """Texts by language; what has none stands behind them, under the property's IRI."""
        by_language: dict[str, list[str]] = {}
        others: list[str] = []
        for term in objects:
            if isinstance(term, Literal) and term.language:
                by_language.setdefault(term.language, []).append(quote(term.text))
            else:
                others.append(self._value(term, PLAIN))
        lines: list[str] = []
        entries = [
            f'"{language}": {texts[0]}' if len(texts) == 1 else f'"{language}": [{", ".join(texts)}]'
            for language, texts in by_language.items()
        ]
        if entries:
            lines.append(f'"{word}": {{{entries[0]}}}' if len(entries) == 1 else f'"{word}": {_lines(entries, "{}")}')
        if others:
            lines.append(f"{self.names[predicate]}: {_array(others)}")
        return ",\n  ".join(lines)

    def _value(self, term: Term, shape: str) -> str:
        """A value in as few words as its property allows."""
        if isinstance(term, str):
            name = self.names[term]
            return name if shape == LINK or name[0] == "{" else f'{{"{self.id}": {name}}}'
        if isinstance(term, Items):
            return f'{{"@list": [{", ".join([self._value(iri, PLAIN) for iri in term.iris])}]}}'
        text, language, datatype = term
        if language:
            return f'{{"@language": "{language}", "@value": {quote(text)}}}'
        if datatype:
            coerced = shape == DAY and datatype == XSD + "date"
            return quote(text) if coerced else f'{{"@type": {self.names[datatype]}, "@value": {quote(text)}}}'
        return f'{{"@value": {quote(text)}}}' if shape in (LINK, DAY) else quote(text)


def _shorten(prefixes: dict[str, str], id: str, iri: str) -> str:
    """The compact IRI where there is one, else the whole; as a node that knows no such prefix where it looks like one."""
    end = namespace_end(iri)
    if iri[:end] in prefixes and end < len(iri):
        return quote(f"{prefixes[iri[:end]]}:{iri[end:]}")
    scheme, _, rest = iri.partition(":")
    if scheme in prefixes.values() and not rest.startswith("//"):
        return f'{{"@context": {{{quote(scheme)}: null}}, "{id}": {quote(iri)}}}'
    return quote(iri)


def _once(statements: Sequence[tuple[str, Sequence[Term]]]) -> Iterable[tuple[str, Sequence[Term]]]:
    """Each predicate once: of two equal keys a reader would forget the first."""
    if len(dict(statements)) == len(statements):
        return statements
    together: dict[str, list[Term]] = {}
    for predicate, objects in statements:
        together.setdefault(predicate, []).extend(objects)
    return together.items()


def _array(values: list[str]) -> str:
    """One value bare, several a line each."""
    return values[0] if len(values) == 1 else _lines(values)


def _lines(values: list[str], brackets: str = "[]") -> str:
    next_line = ",\n    "
    return f"{brackets[0]}\n    {next_line.join(values)}\n  {brackets[1]}" if values else brackets
