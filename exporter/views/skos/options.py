"""What mappings/skos.toml may say, and whether it makes valid RDF."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from exporter.errors import OptionError
from exporter.model import BROADER, IN_AREA, MENTIONS, RELATED, REQUIRES
from exporter.rdf.terms import DCT, LOCAL_NAME, NAMESPACES, SKOS, TAG_PREFIX, split, web_iri
from exporter.views.skos.annotations import PREFIXES

PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
RESERVED_PREFIXES = (*NAMESPACES.values(), TAG_PREFIX)
PROPERTIES = {
    MENTIONS: DCT + "references",
    REQUIRES: DCT + "requires",
    RELATED: SKOS + "related",
    BROADER: SKOS + "broader",
}

Syntax = Literal["turtle", "json-ld", "n-triples", "rdf-xml", "trig"]


@dataclass(frozen=True)
class Options:
    """The names in the web, what is told about the vocabulary, and the properties of the vault's own kinds of links."""

    base: str = "https://example.org/vault/"  # IRI before every id; ends with "/" or "#"
    prefix: str = "vault"  # short name of `base` in Turtle
    syntaxes: tuple[Syntax, ...] = ("turtle",)  # of the files; each says the same
    creator: str = ""  # a person: "Name <IRI> <mail>", or some of it; where it is empty, the map's property says it
    publisher: str = ""  # an organisation, in the same way
    license: str = ""  # IRI or words
    version: str = ""
    created: str = ""  # YYYY-MM-DD
    modified: str = ""  # YYYY-MM-DD
    first_paragraph: bool = True  # of a note that says no `definition`, is one
    prefixes: dict[str, str] = field(default_factory=lambda: dict(PREFIXES))  # of IRIs in properties: "wd:Q42"
    most_lost: int = 50  # percent of the concepts in the lock that may be missing; else it is of another vault
    relations: dict[str, str] = field(default_factory=dict)  # kind of link: property, an IRI or "dct:isPartOf"

    def check(self) -> None:
        """Refuse what would make broken RDF.

        Raises:
            OptionError: with the option's name and what it must look like.
        """
        _check_namespace("base", self.base)
        if not self.is_free(self.prefix):
            reserved = ", ".join((*RESERVED_PREFIXES, *self.prefixes))
            message = f"'prefix' cannot be {self.prefix!r}; choose letters, digits, '-' or '_', and none of {reserved}"
            raise OptionError("prefix", message)
        if not self.syntaxes:
            raise OptionError("syntaxes", f"'syntaxes' is empty; name some of {', '.join(get_args(Syntax))}")
        for name in ("created", "modified"):
            if not _is_day(getattr(self, name)):
                raise OptionError(name, f"{name!r} must be a day such as '2025-01-31', not {getattr(self, name)!r}")
        for prefix, iri in self.prefixes.items():
            key = f"prefixes.{prefix}"
            if not PREFIX.fullmatch(prefix) or prefix in RESERVED_PREFIXES:
                raise OptionError(key, f"{key!r}: this prefix is taken, or no word; choose another one")
            _check_namespace(key, iri)
        if not 0 <= self.most_lost <= 100:
            raise OptionError("most_lost", f"'most_lost' must be a percentage, from 0 to 100, not {self.most_lost}")
        self.properties()

    def is_free(self, prefix: str) -> bool:
        """Whether a prefix can be that of the base."""
        return PREFIX.fullmatch(prefix) is not None and prefix not in (*RESERVED_PREFIXES, *self.prefixes)

    def properties(self) -> dict[str, str]:
        """The property of each kind of link that has one.

        Raises:
            OptionError: no property, or one that would break the hierarchy.
        """
        if IN_AREA in self.relations:
            key = f"relations.{IN_AREA}"
            raise OptionError(key, f"{key!r}: lying in an area is always skos:broader; remove this line")
        return PROPERTIES | {kind: _property(kind, name) for kind, name in self.relations.items()}


def _check_namespace(key: str, iri: str) -> None:
    if web_iri(iri) != iri or not iri.endswith(("/", "#")):
        raise OptionError(key, f"{key!r} must be an http(s) IRI that ends with '/' or '#', not {iri!r}")


def _property(kind: str, name: str) -> str:
    """The IRI of a property that is written as one, or as "dct:isPartOf"."""
    key, (prefix, _, local) = f"relations.{kind}", name.partition(":")
    spaces = {short: namespace for namespace, short in NAMESPACES.items()}
    iri = spaces[prefix] + local if prefix in spaces and LOCAL_NAME.fullmatch(local) else name
    if web_iri(iri) != iri:
        raise OptionError(key, f"{key!r} must be an http(s) IRI or a name as 'dct:isPartOf', not {name!r}")
    if split(iri) is None:
        raise OptionError(key, f"{key!r} must end in a name that begins with a letter, for RDF/XML, not in {name!r}")
    if iri.startswith(SKOS) and iri not in (SKOS + "related", SKOS + "broader"):
        raise OptionError(key, f"{key!r} cannot be {name!r}; of SKOS only skos:related and skos:broader will do")
    return iri


def _is_day(text: str) -> bool:
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
