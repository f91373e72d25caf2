"""What our shapes say of a graph; see shapes.ttl."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import SH

SHAPES = Path(__file__).with_name("shapes.ttl")


@pytest.fixture(scope="session")
def shapes() -> Graph:
    """Our shapes."""
    return Graph().parse(SHAPES, format="turtle")


@pytest.fixture(scope="session")
def complaints(shapes: Graph) -> Callable[[Graph], set[tuple[str, str]]]:
    """Ask pyshacl: each rule that a graph breaks, and the node that breaks it; warnings too."""

    def ask(graph: Graph) -> set[tuple[str, str]]:
        _, report, _ = validate(graph, shacl_graph=shapes)
        results = [*report.objects(None, SH.result)]
        return {
            (str(report.value(result, SH.resultMessage)).partition(":")[0], str(report.value(result, SH.focusNode)))
            for result in results
        }

    return ask
