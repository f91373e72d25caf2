"""RDF/SKOS vocabulary in five syntaxes: areas and topics, the tags apart, learning paths as ordered collections.

https://www.w3.org/TR/skos-reference/; docs/skos.md says what becomes what.

`knowledge-map` holds the scheme, its concepts and its learning paths; `tags` and `deprecated` (where there are any) hold
schemes of their own, as most programs expect one scheme in a file. Every relation is written both ways, since one
program reads `hasTopConcept` alone and the next one only `topConceptOf`. A topic that lies in no area and under no
other topic is a top concept of its own: it stays within reach, and no area is invented.

A vocabulary says what a thing is and is called: bodies, properties that it has no use for, the words and anchors of links,
the titles of references and a plain link of a note to itself are left out by intent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from exporter.errors import Finding
from exporter.model import NOTHING, File, KnowledgeMap, Lock, Previous
from exporter.rdf.graph import graph_of
from exporter.rdf.jsonld import jsonld
from exporter.rdf.ntriples import ntriples
from exporter.rdf.rdfxml import rdfxml
from exporter.rdf.terms import Record
from exporter.rdf.trig import trig
from exporter.rdf.turtle import turtle
from exporter.views.skos import keep, parts
from exporter.views.skos.known import vocabulary_of
from exporter.views.skos.options import Options
from exporter.views.skos.vocabulary import Vocabulary

if TYPE_CHECKING:
    from rdflib import Graph

__all__ = ["KEYS_OF_OTHERS", "Options", "to_graph", "write"]

KEYS_OF_OTHERS = ("site",)  # of mappings/skos.toml, for the pages

# The file's ending and the function of each syntax; TriG holds all parts, and so is none of these.
SYNTAXES: dict[str, tuple[str, Callable[[Iterable[Record], dict[str, str]], Iterator[str]]]] = {
    "turtle": ("ttl", turtle),
    "json-ld": ("jsonld", jsonld),
    "n-triples": ("nt", lambda records, _: ntriples(records)),
    "rdf-xml": ("rdf", rdfxml),
}


def by_topic(options: Options) -> str:
    """Whether each line depends on one topic: "", as in N-Triples alone; else what to do instead."""
    return (
        "" if options.syntaxes == ("n-triples",) else 'syntaxes = ["n-triples"] in skos.toml, as the others are sorted'
    )


def write(
    knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING
) -> Iterator[File | Finding | Lock]:
    """Yield each part in each syntax that is asked for, and what SKOS cannot say.

    Raises:
        ExportError: an option that makes no valid RDF, or a lock that is damaged.
    """
    vocabulary = vocabulary_of(knowledge_map, options, previous.lock)
    schemes = parts(vocabulary)
    syntaxes = dict.fromkeys(options.syntaxes)
    if len(syntaxes) > 1:
        schemes = list(map(keep, schemes))
    for syntax in syntaxes:
        if syntax == "trig":
            yield File("vocabulary.trig", trig((part.iri, part.prefixes, part.records()) for part in schemes))
            continue
        ending, serialize = SYNTAXES[syntax]
        for part in schemes:
            yield File(f"{part.name}.{ending}", serialize(part.records(), part.prefixes))
    yield from vocabulary.findings
    if vocabulary.iris.lock:
        yield Lock(vocabulary.iris.lock)


def to_graph(knowledge_map: KnowledgeMap, options: Options) -> Graph:
    """Make an rdflib graph of the same statements, those of all files, for who goes on working with them.

    Raises:
        OptionError: an option that makes no valid RDF.
    """
    return graph_of(parts(Vocabulary(knowledge_map, options)))
