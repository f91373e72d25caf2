"""What is said of the vocabulary itself: by mappings/skos.toml, else by the properties of the map note.

https://www.dublincore.org/specifications/dublin-core/dcmi-terms/ and https://w3id.org/profile/vocpub for what is expected.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from exporter.model import KnowledgeMap
from exporter.rdf.terms import SCHEMA, Literal, one_line, percent_encode, prose, web_iri
from exporter.views.about import MAIL, NAMES, name_and_addresses, value
from exporter.views.skos.annotations import parse_day
from exporter.views.skos.options import Options

WORDS = re.compile(r"[\W_]+")


class Agent(NamedTuple):
    """Who made or publishes the vocabulary."""

    iri: str
    kind: str  # class
    name: str  # "": nothing but the IRI is known
    mail: str


class Metadata(NamedTuple):
    """What is said of the vocabulary; "" and None: nothing."""

    creator: Agent | None
    publisher: Agent | None
    license: str
    version: str
    created: Literal | None
    modified: Literal | None
    prefix: str
    description: str  # where the map says nothing of itself

    def agents(self) -> list[Agent]:
        """Creator and publisher where they have a name, each once."""
        return list({agent.iri: agent for agent in (self.creator, self.publisher) if agent and agent.name}.values())

    def lacking(self) -> list[str]:
        """What whoever publishes a vocabulary says of it, and this one does not."""
        agents = {"creator": self.creator, "publisher": self.publisher}
        lacking = [name for name, agent in agents.items() if agent is None]
        if not one_line(self.license):
            lacking.append("license")
        lacking += [f"{name}'s name" for name, agent in agents.items() if agent and not agent.name]
        days = {"created": self.created, "modified": self.modified}
        return lacking + [name for name, day in days.items() if day is None]


def read_metadata(knowledge_map: KnowledgeMap, options: Options, days: tuple[str, str]) -> Metadata:
    """Put together what is known; `days` are the first and the last on which a note was made or changed."""
    properties = {said: value(knowledge_map, said) for said in NAMES}

    def text(option: str) -> str:
        return str(getattr(options, option)) or properties[option]

    prefix = properties["prefix"]
    return Metadata(
        _agent(text("creator"), SCHEMA + "Person", options.base),
        _agent(text("publisher"), SCHEMA + "Organization", options.base),
        text("license"),
        prose(text("version")),
        parse_day(text("created")) or parse_day(days[0]),
        parse_day(text("modified")) or parse_day(days[1]),
        prefix if options.prefix == Options.prefix and options.is_free(prefix) else options.prefix,
        prose(properties["description"]),
    )


def _agent(text: str, kind: str, base: str) -> Agent | None:
    """Who is named as "Name <IRI> <mail>", of which any part may be missing."""
    text = one_line(text)
    if not text:
        return None
    name, addresses = name_and_addresses(text)
    iris = [iri for iri in map(web_iri, addresses) if iri]
    mails = [f"mailto:{match[1]}" for match in map(MAIL.fullmatch, addresses) if match]
    slug = percent_encode(WORDS.sub("-", name.lower()).strip("-") or name or text)
    return Agent(iris[0] if iris else f"{base}agent/{slug}", kind, name, mails[0] if mails else "")
