"""What the vocabulary says of one thing, as HTML: each statement, in the order in which vocabularies are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from exporter.rdf.names import namespace_end
from exporter.rdf.terms import DCT, OWL, PROV, RDF, RDFS, SCHEMA, SKOS, VANN, XSD, Items, Literal, Record, Term
from exporter.writers.vocabulary.addresses import JSONLD, TURTLE
from exporter.writers.vocabulary.markup import items
from exporter.writers.vocabulary.page import Pages
from exporter.writers.vocabulary.resources import Kind, Resource, gather

DEFINITION, NOTATION, REPLACED = SKOS + "definition", SKOS + "notation", DCT + "isReplacedBy"
# Under which heading each property stands, and in which order; one that is nowhere else is a relation of the vault's own
HEADINGS: dict[str, tuple[str, ...]] = {
    "relations": (
        *(SKOS + name for name in ("broader", "narrower", "related")),
        *(DCT + name for name in ("requires", "isPartOf", "hasPart", "references", "relation")),
    ),
    "names": (SKOS + "prefLabel", SKOS + "altLabel"),
    "notes": tuple(SKOS + name for name in ("scopeNote", "note", "example", "historyNote", "editorialNote", "changeNote")),
    "filed": (DCT + "subject",),
    "elsewhere": (
        *(SKOS + f"{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")),
        RDFS + "seeAlso",
        DCT + "source",
    ),
    "about": (
        DCT + "replaces",
        *(DCT + name for name in ("creator", "publisher", "license", "language", "created", "modified")),
        *(SCHEMA + name for name in ("name", "email", "url")),
        OWL + "versionInfo",
        VANN + "preferredNamespacePrefix",
        VANN + "preferredNamespaceUri",
        SKOS + "inScheme",
        PROV + "wasDerivedFrom",
    ),
}  # fmt: skip
PLACED = {name for names in HEADINGS.values() for name in names}
ORDERED = (SKOS + "narrower",)  # whose order is the map's already
# What the page says elsewhere, or in other words: hidden labels are for a search alone (SKOS Reference, 5.1)
APART = {
    RDF + "type",
    DEFINITION,
    NOTATION,
    REPLACED,
    OWL + "deprecated",
    SKOS + "hiddenLabel",
    SKOS + "hasTopConcept",
    SKOS + "topConceptOf",
    SKOS + "member",
    SKOS + "memberList",
    RDFS + "isDefinedBy",
    DCT + "title",
    DCT + "description",
}
LONGEST_TRAIL = 8  # steps that are shown of what lies deep
MOST_TRAILS = 20


class Facts:
    """Makes the main part of pages."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.resources, self.markup = pages, pages.resources, pages.markup
        self._steps = {  # of learning paths: the place of each member
            path.iri: {member: place for place, member in enumerate(path.below)}
            for path in self.resources.are(Kind.COLLECTION)
        }

    def main(self, resource: Resource, record: Record, further: str = "") -> str:
        """What stands on the page of a resource; `further` comes behind the definition."""
        said, folder = gather(record), self.pages.addresses.folder(resource.iri)
        return (
            self.trails(resource, folder)
            + self.heading(resource, said)
            + self._deprecation(resource, said, folder)
            + "".join(self._paragraph(term) for term in said.get(DEFINITION, ()) if isinstance(term, Literal))
            + further
            + self._sections(resource, said, folder)
        )

    def of_note(self, resource: Resource, made: Sequence[str]) -> str:
        """What stands on the page of a note: what was made of it."""
        folder = self.pages.addresses.folder(resource.iri)
        rows = [(self.markup.word("made_of"), [self.pages.link(iri, folder) for iri in made]), self._address(resource)]
        return self.trails(resource, folder) + self.heading(resource, {}) + _rows(rows)

    def definition(self, record: Record) -> str:
        """The first words of what something is, for who lists pages."""
        terms = gather(record).get(DEFINITION, [])
        return " ".join(terms[0].text.split())[:300] if terms and isinstance(terms[0], Literal) else ""

    # ---------- the top ----------

    def trails(self, resource: Resource, folder: str) -> str:
        """The ways down to it, one for each thing that it lies directly below."""
        if resource is self.pages.scheme:
            return ""
        trails = [self._trail(upper, folder) for upper in resource.above[:MOST_TRAILS]] or [
            self._root(resource, folder)
        ]
        lists = "".join("<ol>" + "".join(f"<li>{step}</li>" for step in trail) + "</ol>" for trail in trails)
        return f'<nav class="trails" aria-label="{self.markup.say("trail")}">{lists}</nav>\n'

    def _root(self, resource: Resource, folder: str) -> list[str]:
        scheme = self.pages.scheme.iri
        roots = [scheme] if resource.scheme in (scheme, resource.iri) else [scheme, resource.scheme]
        return [self.pages.link(iri, folder) for iri in roots]

    def _trail(self, iri: str, folder: str) -> list[str]:
        of, way, resource = self.resources.of, [iri], self.resources.of[iri]
        while resource.above and len(way) < LONGEST_TRAIL:
            resource = of[resource.above[0]]
            way.append(resource.iri)
        steps = [self.pages.link(each, folder) for each in reversed(way)]
        return [*self._root(resource, folder), *(["…"] if resource.above else []), *steps]

    def heading(self, resource: Resource, said: dict[str, list[Term]]) -> str:
        """What it is, its number in the map, and what it is called."""
        vocabulary, kind = self.resources.vocabulary, resource.kind
        is_tag = kind is Kind.CONCEPT and resource.scheme == vocabulary.tag_scheme
        key = "tag" if is_tag else "note_of" if kind is Kind.NOTE else kind.name.lower()
        numbers = [term.text for term in said.get(NOTATION, ()) if isinstance(term, Literal) and not term.datatype]
        number = "".join(f'<span class="notation">{escape(text)}</span> ' for text in numbers)
        title = f"<h1>{number}{self.markup.text(resource.label)}</h1>"
        return f'<hgroup>\n<p class="kind">{self.markup.word(key)}</p>\n{title}\n</hgroup>\n'

    def _deprecation(self, resource: Resource, said: dict[str, list[Term]], folder: str) -> str:
        if not resource.is_deprecated:
            return ""
        heirs = ", ".join(self.pages.link(iri, folder) for iri in said.get(REPLACED, ()) if isinstance(iri, str))
        replaced = f" {self.markup.word('replaced_by')} <strong>{heirs}</strong>" if heirs else ""
        return f'<p class="deprecated" role="note">{self.markup.word("is_deprecated")}{replaced}</p>\n'

    def _paragraph(self, literal: Literal) -> str:
        return f'<p class="definition">{self.markup.text_with_language(literal)}</p>\n'

    # ---------- statements ----------

    def _sections(self, resource: Resource, said: dict[str, list[Term]], folder: str) -> str:
        own = tuple(sorted(said.keys() - PLACED - APART))
        sections = []
        for heading, names in HEADINGS.items():
            names = (*names, *own) if heading == "relations" else names
            rows = [row for name in names if name in said for row in self._row(name, said[name], resource, folder)]
            if heading == "filed":
                rows += self._paths_and_tags(resource, folder)
            if heading == "about":
                rows += [self._address(resource), self._data()]
            if rows:
                sections.append(f"<section>\n<h2>{self.markup.word(heading)}</h2>\n{_rows(rows)}</section>\n")
        return "".join(sections)

    def _row(self, name: str, terms: list[Term], resource: Resource, folder: str) -> Iterator[tuple[str, list[str]]]:
        if name == SKOS + "prefLabel":
            terms = [term for term in terms if term != resource.label]
        if name not in ORDERED and all(isinstance(term, str) for term in terms):
            terms = sorted(terms, key=lambda term: self.resources.place(str(term)))
        if values := [self._value(name, term, folder) for term in terms]:
            yield self._name(name, len(values)), values

    def _name(self, name: str, count: int) -> str:
        """What a property is called; one that we have no word for, by the end of its IRI."""
        local = name[namespace_end(name) :]
        called = self.markup.word(local) if name in PLACED else f'<a href="{escape(name)}">{escape(local)}</a>'
        return f"{called} <small>({count})</small>" if count > 1 and name in HEADINGS["relations"] else called

    def _value(self, name: str, term: Term, folder: str) -> str:
        if isinstance(term, str):
            return self.pages.link(term, folder)
        if isinstance(term, Items):
            return items([self.pages.link(iri, folder) for iri in term.iris])
        text = escape(term.text)
        if term.datatype == XSD + "date":
            return f'<time datetime="{text}">{text}</time>'
        is_address = term.datatype == XSD + "anyURI" or (name == DCT + "source" and not term.language)
        return self.markup.address(term.text) if is_address else self.markup.text_with_language(term)

    def _paths_and_tags(self, resource: Resource, folder: str) -> Iterator[tuple[str, list[str]]]:
        """What leads to it: learning paths, and what has the tag."""
        markup, link = self.markup, self.pages.link
        paths = []
        for iri in self.resources.collections.get(resource.iri, ()):
            members, place = self.resources.of[iri].below, self._steps[iri][resource.iri]
            words = [markup.word("step", place + 1, len(members))]
            words += [f"{markup.word('before')} {link(before, folder)}" for before in members[:place][-1:]]
            words += [f"{markup.word('after')} {link(after, folder)}" for after in members[place + 1 :][:1]]
            paths.append(f"{link(iri, folder)}: {'; '.join(words)}")
        if paths:
            yield markup.word("paths"), paths
        if concepts := self.resources.tagged.get(resource.iri):
            yield f"{markup.word('tagged')} <small>({len(concepts)})</small>", [link(iri, folder) for iri in concepts]

    def _address(self, resource: Resource) -> tuple[str, list[str]]:
        return self.markup.word("address"), [f"<code>{escape(resource.iri)}</code>"]

    def _data(self) -> tuple[str, list[str]]:
        return self.markup.word("data"), [f'<a href="{TURTLE}">Turtle</a>', f'<a href="{JSONLD}">JSON-LD</a>']


def _rows(rows: Iterable[tuple[str, list[str]]]) -> str:
    lines = "".join(f"<div><dt>{name}</dt><dd>{items(values)}</dd></div>\n" for name, values in rows)
    return f"<dl>\n{lines}</dl>\n"
