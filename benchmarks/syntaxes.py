"""The syntaxes of RDF: a million statements by our writers, by pyoxigraph and by rdflib, all from the same records."""

import sys

from benchmarks.commands import OURS
from benchmarks.measure import Row

TOPICS = 47_500  # make a million statements
WAYS = (
    "floor: N-Triples",
    "the records alone",
    "Turtle",
    "JSON-LD",
    "RDF/XML",
    "pyoxigraph, N-Triples",
    "pyoxigraph, Turtle",
    "rdflib, the graph alone",
    "rdflib, N-Triples",
    "rdflib, Turtle",
    "rdflib, mlk-turtle",
)


def rows() -> list[Row]:
    """The floor, our writers and the others; each makes the same map, and tells what came then."""
    command = [sys.executable, "-m", "benchmarks.statements"]
    return [Row(name, [*command, name], OURS, inside=True, tells_peak=True) for name in WAYS]


def title(floor: Row) -> str:
    """What is written, counted."""
    count = floor.said[3] if floor.said else 0
    return f"SKOS, {TOPICS:,} topics, {count:,.0f} statements; inside Python, peak MB above the knowledge map"
