"""RDF graph stores (Fuseki, Oxigraph, GraphDB): each scheme of the SKOS vocabulary is a named graph.

By the SPARQL 1.1 Graph Store HTTP Protocol, https://www.w3.org/TR/sparql11-http-rdf-update/: PUT replaces a graph, so
loading again updates, and nothing of an older vault stays.

RDF/XML is sent before Turtle is tried. Fuseki takes the end of a connection for the end of the file, whatever
Content-Length says, and half of a Turtle file can be a good one, half of an XML file never: so what breaks off half-way
leaves the old graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from tempfile import TemporaryFile
from urllib.parse import quote, unquote, urlsplit

from exporter.errors import ExportError, UsageError, pluralize
from exporter.loaders import Plan, Step, Tick
from exporter.loaders.web import PASSWORD, TOKEN, USERNAME, Answer, Credentials, Server, is_loopback, parse_address
from exporter.model import NOTHING, KnowledgeMap, Lock, Previous
from exporter.rdf.rdfxml import rdfxml
from exporter.rdf.terms import Items
from exporter.rdf.turtle import turtle
from exporter.views.skos import Part, parts
from exporter.views.skos.options import Options
from exporter.views.skos.vocabulary import Vocabulary

__all__ = ["MAPPING", "GraphStore", "Options", "target"]

MAPPING = "skos"
UNKNOWN_SYNTAX = 415
EXAMPLE = "http://localhost:3030/DATASET/data"
# https://www.w3.org/TR/turtle/#grammar-production-IRIREF
IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|\\^`]+')
HINTS = {
    400: "it does not accept what was sent",
    401: f"it wants other credentials; set {USERNAME} and {PASSWORD}, or {TOKEN}",
    403: f"these credentials may not write there; set {USERNAME} and {PASSWORD}, or {TOKEN}, of a user who may",
    404: "no graph store is there; fix the path: /DATASET/data for Fuseki, /store for Oxigraph",
    405: "it can be read there, but not written; name the address for writing (/DATASET/data for Fuseki) or allow it",
    413: "the graph is too large for it; raise the limit of the server or of the proxy before it",
    UNKNOWN_SYNTAX: "it takes neither RDF/XML nor Turtle; name the address of a graph store: /DATASET/data for Fuseki, /store for Oxigraph",
}


def target(address: str, environment: Mapping[str, str]) -> GraphStore:
    """The store at an address: https://host/ds/data, or with ?graph=IRI for where the map is to go.

    Raises:
        ExportError: an address or credentials that cannot be meant.
    """
    return GraphStore(address, environment)


class GraphStore:
    """A graph store, and how its graphs are named: `URL?graph=IRI` (indirect graph identification)."""

    def __init__(self, address: str, environment: Mapping[str, str]) -> None:
        self._url, self._query, self.graph = _split(address)
        credentials = Credentials(environment)
        self._server = Server(self._url, credentials)
        parts = urlsplit(self._url)
        self.warnings: list[str] = []
        if credentials.header and parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            self.warnings.append(f"the credentials go to {parts.hostname} unencrypted; use https:// if it can")

    def connect(self) -> None:
        """Do nothing: there is nothing to ask of every graph store, so the first graph that is put shows it."""

    def plan(self, knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Plan:
        """Put the map after the tags, and remove what is no more after it: no reader sees a map whose tags are missing.

        Raises:
            ExportError: an option that makes no valid RDF, a lock that is damaged, or one graph for two schemes.
        """
        vocabulary = Vocabulary(knowledge_map, options, previous.lock)
        first, *others = parts(vocabulary)
        graph = self.graph or first.iri
        stale = [iri for iri in _schemes(vocabulary) if iri not in {first.iri, *(part.iri for part in others)}]
        if graph in {*stale, *(part.iri for part in others)}:
            raise UsageError(f"--to: <{graph}> is the graph of other concepts than the map's; name another ?graph=IRI")
        steps = [self._put(part, part.iri) for part in others]
        steps.append(self._put(first, graph))
        steps += [self._remove(iri) for iri in stale]
        return Plan(vocabulary.findings, steps, Lock(vocabulary.iris.lock) if vocabulary.iris.lock else None)

    def close(self) -> None:
        """Do nothing: each request is a connection of its own."""

    def put(self, graph: str, bodies: Iterable[tuple[str, Iterable[str]]]) -> None:
        """Replace a graph by the first of the bodies, each with its media type, whose syntax the store takes.

        Raises:
            ExportError: there is no room for the file, no answer, or the store refuses.
        """
        for media, texts in bodies:
            with TemporaryFile() as body:  # complete before anything is sent, so its length is known; and no memory
                try:
                    body.writelines(text.encode() for text in texts)
                    body.flush()
                except OSError as error:
                    raise ExportError(f"temporary file: {error.strerror}; make room, or set TMPDIR") from error
                answer = self._server.send("PUT", self._address(graph), body, media)
            if answer.status != UNKNOWN_SYNTAX:
                break
        if not 200 <= answer.status < 300:
            raise self._refusal("PUT", graph, answer)

    def delete(self, graph: str) -> bool:
        """Remove a graph; tells whether it was there.

        Raises:
            ExportError: there is no answer, or the store refuses.
        """
        answer = self._server.send("DELETE", self._address(graph))
        if not (200 <= answer.status < 300 or answer.status == 404):
            raise self._refusal("DELETE", graph, answer)
        return answer.status != 404

    def _put(self, part: Part, graph: str) -> Step:
        size = pluralize(_triples(part), "triple")

        def do(tick: Tick) -> str:
            self.put(graph, _bodies(part))
            return f"{graph} {size}"

        return Step(graph, lambda: f"would put {graph} {size} to {self._server.public_address}", do)

    def _remove(self, graph: str) -> Step:
        return Step(
            graph,
            lambda: f"would remove {graph} from {self._server.public_address}, if it is there",
            lambda tick: f"{graph} removed" if self.delete(graph) else "",
        )

    def _address(self, graph: str) -> str:
        return f"{self._url}?{self._query}graph={quote(graph, safe='')}"

    def _refusal(self, method: str, graph: str, answer: Answer) -> ExportError:
        if 300 <= answer.status < 400 and answer.location:
            hint = f"it has moved; try --to {answer.location}"
        elif answer.status >= 500:
            hint = "look into the server's log, then load again"
        else:
            hint = HINTS.get(answer.status, "fix what it asks for")
        text = f" - it says: {answer.text}" if answer.text else ""
        status = f"{answer.status} {answer.reason}".strip()
        return ExportError(f"{self._server.public_address}: {method} of <{graph}>: {status}: {hint}{text}")


def _split(address: str) -> tuple[str, str, str | None]:
    """Split an address: itself, the rest of its query ready to be followed by more, and the graph that it names."""
    parts = parse_address(address, EXAMPLE, f"{USERNAME} and {PASSWORD}")
    if "#" in address:
        raise UsageError("--to: a '#' in ?graph=IRI is written %23, else it ends the address")
    graph, others = None, []
    for pair in filter(None, parts.query.split("&")):
        name, _, value = pair.partition("=")
        if name == "default":
            raise UsageError("--to: the default graph is not for one vocabulary alone; leave ?default away")
        if name != "graph":
            others.append(pair)
        elif graph is None and IRI.fullmatch(unquote(value)):
            graph = unquote(value)
        else:
            raise UsageError("--to: ?graph= must be followed by one absolute IRI, percent-encoded")
    url = parts._replace(path=_percent_encode(parts.path or "/"), query="", fragment="").geturl()
    return url, "".join(f"{_percent_encode(pair)}&" for pair in others), graph


def _percent_encode(text: str) -> str:
    """Encode a path or a query so that nothing is in it that HTTP cannot say."""
    return quote(text, safe="/%:@!$&'()*+,;=~?")


def _schemes(vocabulary: Vocabulary) -> list[str]:
    """The schemes that a vocabulary can have beside the map's; a graph of one that it has no longer is removed."""
    return [vocabulary.tag_scheme, vocabulary.deprecated_scheme]


def _bodies(part: Part) -> Iterator[tuple[str, Iterable[str]]]:
    yield "application/rdf+xml", rdfxml(part.records(), part.prefixes)
    yield "text/turtle; charset=utf-8", turtle(part.records(), part.prefixes)


def _triples(part: Part) -> int:
    """How many statements it makes: those of an RDF list's cells are two for each item."""
    terms = (term for record in part.records() for _, objects in record.statements for term in objects)
    return sum(1 + 2 * len(term.iris) if isinstance(term, Items) else 1 for term in terms)
