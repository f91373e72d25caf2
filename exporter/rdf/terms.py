"""The terms of RDF: IRIs that every program accepts, and literals that every syntax can carry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import quote

from exporter.model import replace_surrogates

DCT = "http://purl.org/dc/terms/"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
VANN = "http://purl.org/vocab/vann/"
XSD = "http://www.w3.org/2001/XMLSchema#"
NAMESPACES = {
    DCT: "dct",
    OWL: "owl",
    PROV: "prov",
    RDFS: "rdfs",
    SCHEMA: "schema",
    SKOS: "skos",
    VANN: "vann",
    XSD: "xsd",
}
TAG_PREFIX = "tag"  # of the tags' own namespace

# the part of Turtle's PN_LOCAL that needs no backslash
LOCAL_NAME = re.compile(r"(?![.-])(?:[A-Za-z0-9_.-]++|%[0-9A-Fa-f]{2})++(?<!\.)")
UNRESERVED = re.compile(r"[A-Za-z0-9_-]+")  # most ids: nothing to encode
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")  # XML forbids most, no label needs the rest
# what XML may call an element (colons and letters beyond ASCII aside), at an IRI's end
XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
XMLNS = "http://www.w3.org/2000/xmlns/"  # a namespace that no document may declare
# words that RDF/XML keeps for itself: https://www.w3.org/TR/rdf-syntax-grammar/#section-Namespace
RESERVED_WORDS = (
    "RDF ID Description about parseType resource li nodeID datatype aboutEach aboutEachPrefix bagID".split()
)
BARE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
ABSOLUTE = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?://(?:[^/?#@]*@)?(?P<host>[^/?#:@]*)(?::[0-9]*)?(?=[/?#]|\Z)|(?!//))"
)
# https://www.rfc-editor.org/rfc/rfc5646#section-2.1, without extensions and private use
LANGUAGE = re.compile(
    r"[A-Za-z]{2,3}(-[A-Za-z]{3})?(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
)


_CASES = {2: str.upper, 4: str.title}  # a country, a script


class Literal(NamedTuple):
    """Text with a language, or with a datatype, or plain."""

    text: str
    language: str = ""
    datatype: str = ""


class Items(NamedTuple):
    """An RDF list of IRIs; the only thing that is written with blank nodes."""

    iris: tuple[str, ...]


Term = str | Literal | Items  # a bare str is an IRI


class Record(NamedTuple):
    """What is said of one subject: predicates in order, with at least one object each, in order."""

    subject: str
    statements: list[tuple[str, Sequence[Term]]]


def percent_encode(name: str) -> str:
    """Make one segment of an IRI: all but unreserved characters percent-encoded, nothing lost.

    "." and ".." would be resolved as steps of a path. A lone surrogate keeps its three bytes, so that names which
    differ in nothing else stay apart.
    """
    if UNRESERVED.fullmatch(name):
        return name
    segment = quote(name, safe="", errors="surrogatepass")
    return segment.replace(".", "%2E") if segment in (".", "..") else segment


def absolute_iri(url: str) -> str | None:
    """Encode what an IRI may not hold; None where it is no absolute IRI even then."""
    head, hash_, fragment = BARE_PERCENT.sub("%25", url.strip()).partition("#")
    safe = "!$%&'()*+,/:;=?@"
    iri = quote(head, safe, errors="surrogatepass") + hash_ + quote(fragment, safe, errors="surrogatepass")
    return iri if ABSOLUTE.match(iri) else None


def web_iri(url: str) -> str | None:
    """Encode an http or https IRI that names a host as `absolute_iri` does; None where it is no such IRI."""
    iri = absolute_iri(url)
    match = ABSOLUTE.match(iri) if iri else None
    return iri if match and match["scheme"].lower() in ("http", "https") and match["host"] else None


def prose(text: str) -> str:
    """Text as every syntax of RDF carries it: Unicode NFC, newlines as "\\n", nothing that XML forbids."""
    if not text.isprintable():
        text = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        text = replace_surrogates(text)
    return normalize("NFC", text).strip()


def one_line(text: str) -> str:
    """Text as `prose` gives it, on one line: for labels."""
    return " ".join(prose(text).split())


def language_tag(language: str) -> str | None:
    """Make "en-US" of "en_US"; None where it is no language tag."""
    tag = language.strip().replace("_", "-").lower()
    if not LANGUAGE.fullmatch(tag):
        return None
    first, *parts = tag.split("-")  # case means nothing, so one spelling is chosen: that of section 2.1.1
    return "-".join([first, *(_CASES.get(len(part), str.lower)(part) for part in parts)])


def split(iri: str) -> tuple[str, str] | None:
    """The namespace and the name by which RDF/XML can call a property or a class; None where it cannot."""
    match = XML_NAME.search(iri)
    if not match or (iri.startswith(RDF) and match[0] in RESERVED_WORDS) or iri[: match.start()] == XMLNS:
        return None
    return iri[: match.start()], match[0]
