"""A million statements, written in one way: `python -m benchmarks.statements NAME` tells what that took.

Seconds, seconds of CPU, megabytes above the knowledge map, lines. What all have in common, the map and the decisions of
the vocabulary, is made before, and its seconds do not count.
"""

import gc
import io
import random
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph
from rdflib import plugin
from rdflib.serializer import Serializer

from benchmarks.syntaxes import TOPICS
from benchmarks.vaults import WORDS
from exporter.model import (
    IN_AREA,
    MENTIONS,
    RELATED,
    REQUIRES,
    Area,
    KnowledgeMap,
    LearningPath,
    Link,
    Reference,
    Source,
    Step,
    Tag,
    Topic,
)
from exporter.rdf.graph import graph_of
from exporter.rdf.terms import RDF, XSD, Items, Literal
from exporter.views.skos import Part, parts
from exporter.views.skos.options import Options
from exporter.views.skos.vocabulary import Vocabulary
from exporter.writers.skos import SYNTAXES

STATUS = Path("/proc/self/status")


def knowledge_map(topics: int) -> KnowledgeMap:
    """Topics in areas below areas, with tags, aliases, links, references and a long learning path."""
    chance = random.Random(topics)
    stream = chance.choices(WORDS, k=1 << 14)

    def words(count: int) -> str:
        start = chance.randrange(len(stream) - count)
        return " ".join(stream[start : start + count])

    source, ids = Source("Map.md", 1), [f"{words(2).replace(' ', '-')}-{number}" for number in range(topics)]
    areas = [Area(id, None if place < 20 else ids[place % 20], source) for place, id in enumerate(ids[:200])]
    tags = [Tag(f"tag/{word}", None, source) for word in WORDS]
    filed = [() if place < 20 else (ids[place % (20 if place < 200 else 200)],) for place in range(topics)]
    kinds = [MENTIONS] * 4 + [REQUIRES, RELATED]
    links = [Link(id, IN_AREA, above[0], "", "", source) for id, above in zip(ids, filed, strict=True) if above]
    links += [Link(id, kind, chance.choice(ids), "", "", source) for id in ids for kind in kinds]
    return KnowledgeMap(
        title="A large map",
        source=source,
        topics=[
            Topic(
                id=id,
                title=f"{id.replace('-', ' ').title()}",
                summary=words(12),
                areas=above,
                tags=tuple({tag.id: None for tag in chance.choices(tags, k=2)}),
                aliases=(words(2), f"{words(1)} {place}"),
                note=f"{above[0] if above else 'top'}/{id}.md",
                properties={"definition": words(20)},
                source=source,
            )
            for place, (id, above) in enumerate(zip(ids, filed, strict=True))
        ],
        areas=areas,
        tags=tags,
        links=links,
        paths=[LearningPath("path", "The path", (Step("", tuple(ids[:2000]), source),), source)],
        references=[
            Reference(id, "", f"https://example.org/{place}?a=b&c={id}", source) for place, id in enumerate(ids)
        ],
    )


class Sink(io.RawIOBase):
    """Takes bytes and forgets them; knows how many lines they were."""

    lines = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.lines += data.count(b"\n")
        return len(data)


def ours(syntax: str) -> Callable[[list[Part], Sink], None]:
    """Our writer of a syntax."""

    def write(made: list[Part], sink: Sink) -> None:
        for part in made:
            for text in SYNTAXES[syntax][1](part.records(), part.prefixes):
                sink.write(text.encode())

    return write


def records(made: list[Part], sink: Sink) -> None:
    """What all of ours begin with."""
    for part in made:
        for _ in part.records():
            pass


def by_pyoxigraph(syntax: pyoxigraph.RdfFormat) -> Callable[[list[Part], Sink], None]:
    """The same statements, one by one."""

    def write(made: list[Part], sink: Sink) -> None:
        for part in made:
            prefixes = {prefix: namespace for namespace, prefix in part.prefixes.items()}
            pyoxigraph.serialize(triples(part), sink, syntax, prefixes=prefixes)

    return write


def triples(part: Part) -> Iterator[pyoxigraph.Triple]:
    """The records as pyoxigraph's statements."""
    iri = pyoxigraph.NamedNode
    first, rest, nil = (iri(f"{RDF}{name}") for name in ("first", "rest", "nil"))

    def node(term: str | Literal) -> pyoxigraph.NamedNode | pyoxigraph.Literal:
        if isinstance(term, str):
            return iri(term)
        if term.language:
            return pyoxigraph.Literal(term.text, language=term.language)
        return pyoxigraph.Literal(term.text, datatype=iri(term.datatype or f"{XSD}string"))

    for subject, statements in part.records():
        start = iri(subject)
        for predicate, objects in statements:
            name = iri(predicate)
            for term in objects:
                if isinstance(term, Items):
                    nodes = [*(pyoxigraph.BlankNode() for _ in term.iris), nil]
                    yield pyoxigraph.Triple(start, name, nodes[0])
                    for place, item in enumerate(term.iris):
                        yield pyoxigraph.Triple(nodes[place], first, iri(item))
                        yield pyoxigraph.Triple(nodes[place], rest, nodes[place + 1])
                else:
                    yield pyoxigraph.Triple(start, name, node(term))


def by_rdflib(format: str) -> Callable[[list[Part], Sink], None]:
    """A graph of rdflib, then one of its serializers."""

    def write(made: list[Part], sink: Sink) -> None:
        graph = graph_of(made)
        if format:
            graph.serialize(sink, format=format)

    return write


WAYS = {
    "floor: N-Triples": ours("n-triples"),
    "the records alone": records,
    "Turtle": ours("turtle"),
    "JSON-LD": ours("json-ld"),
    "RDF/XML": ours("rdf-xml"),
    "pyoxigraph, N-Triples": by_pyoxigraph(pyoxigraph.RdfFormat.N_TRIPLES),
    "pyoxigraph, Turtle": by_pyoxigraph(pyoxigraph.RdfFormat.TURTLE),
    "rdflib, the graph alone": by_rdflib(""),
    "rdflib, N-Triples": by_rdflib("nt"),
    "rdflib, Turtle": by_rdflib("turtle"),
    "rdflib, mlk-turtle": by_rdflib("mlk-turtle"),
}


def main(name: str) -> None:
    """Make the map, write it in one way, and tell."""
    plugin.register("mlk-turtle", Serializer, "exporter.rdf.rdflib_plugin", "TurtleSerializer")
    made = knowledge_map(TOPICS)
    made.topic, made.area, made.links_from(""), made.references_of("")  # indexes of the map's own
    gc.collect()
    before = memory("VmRSS")
    vocabulary, sink = Vocabulary(made, Options()), Sink()
    start, used = time.perf_counter(), time.process_time()
    WAYS[name](parts(vocabulary), sink)
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    print(wall, cpu, memory("VmHWM") - before, sink.lines, file=sys.stderr)


def memory(what: str) -> float:
    """Megabytes that this process has, or has had at most; where Linux does not tell, both are what it had at most."""
    if STATUS.exists() and (found := re.search(rf"{what}:\s*(\d+) kB", STATUS.read_text())):
        return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    main(sys.argv[1])
