"""A folder of pages as a browser has it: parsed by the rules of HTML, without a mercy for errors."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5rdf
from rdflib import BNode, Graph, URIRef
from rdflib.compare import to_isomorphic

from exporter import KnowledgeMap
from exporter.rdf.graph import graph_of
from exporter.testing import run_writer
from exporter.views.skos import parts
from exporter.views.skos.vocabulary import Vocabulary
from exporter.writers import vocabulary
from exporter.writers.vocabulary import Options

PLACE = "https://example.org/vault/"


def write(knowledge_map: KnowledgeMap, **options: Any) -> dict[str, bytes]:
    """The files, by path."""
    return run_writer(vocabulary, knowledge_map, Options(**options)).files


@lru_cache(maxsize=512)
def parse(page: bytes) -> Element:
    """A page as its document; any error is one, be it one that browsers put up with."""
    parser = html5rdf.HTMLParser(strict=True, namespaceHTMLElements=False)
    root = parser.parse(page.decode())
    assert isinstance(root, Element)
    return root


def pages(files: dict[str, bytes]) -> dict[str, Element]:
    return {path: parse(data) for path, data in files.items() if path.endswith(".html")}


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def shown(element: Element) -> str:
    """All that somebody reads on a page."""
    main = element.find(".//main")
    assert main is not None
    return text(main)


def facts(element: Element) -> dict[str, list[str]]:
    """What a page says, by the name of what is said, without numbers behind it."""
    rows = [(row.find("dt"), row.find("dd")) for row in element.iter("div")]
    return {
        re.sub(r" \(\d+\)$", "", text(name)): [text(item) for item in value.iter("li")] or [text(value)]
        for name, value in rows
        if name is not None and value is not None
    }


def targets(path: str, element: Element) -> Iterator[tuple[str, str]]:
    """The files and fragments that a page leads to, as addresses relative to it mean them."""
    for tag, attribute in (("a", "href"), ("link", "href"), ("form", "action")):
        for each in element.iter(tag):
            address = each.get(attribute)
            if address is not None and not urlsplit(address).scheme:
                whole = urlsplit(urljoin(f"http://host/{quote(path)}", address))
                yield unquote(whole.path)[1:], unquote(whole.fragment)


def data_in(element: Element) -> list[str]:
    """The JSON-LD that stands in a page."""
    return [each.text or "" for each in element.iter("script") if each.get("type") == "application/ld+json"]


def graph(texts: list[str], syntax: str) -> Graph:
    whole = Graph()
    for each in texts:
        whole.parse(data=each, format=syntax)
    return whole


def vocabulary_graph(knowledge_map: KnowledgeMap, **options: Any) -> Graph:
    """All that the format skos says."""
    return graph_of(parts(Vocabulary(knowledge_map, Options(**options))))


def same(one: Graph, other: Graph) -> bool:
    return to_isomorphic(one) == to_isomorphic(other)


def without_lists(whole: Graph) -> Graph:
    """A graph without its lists, which are there once more in each file: their members are compared by themselves."""
    made = Graph()
    for subject, predicate, object in whole:
        if not isinstance(subject, BNode):
            made.add((subject, predicate, URIRef("of:list") if isinstance(object, BNode) else object))
    return made
