"""Live databases as targets: what a loader is, and which one knows an address.

A loader is a module of this folder, graph_store.py or neo4j.py. The scheme of the address names it, and only then it is
imported. graph_store.py replaces the graphs of an RDF store, over HTTP as web.py speaks it; neo4j.py brings a property
graph up to date, over Bolt as bolt.py speaks it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple, Protocol, cast

from exporter.errors import Finding, UsageError
from exporter.model import NOTHING, KnowledgeMap, Lock, Previous

NEO4J = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
LOADERS = {
    "http": "graph_store",
    "https": "graph_store",
    **dict.fromkeys(NEO4J, "neo4j"),
}  # scheme of an address: module
ADDRESSES = "http:// and https:// (an RDF graph store), neo4j:// and bolt://, with +s encrypted (Neo4j)"  # for people

Tick = Callable[[int, int], None]  # how much of how much is done


class Step(NamedTuple):
    """One change of the database. Nothing is changed before `do` is called."""

    name: str  # of the work, for the progress bar
    tell: Callable[[], str]  # what it would do: a line for --dry-run
    do: Callable[[Tick], str]  # do it; gives the line that tells what was done, "" where there was nothing to do


class Plan(NamedTuple):
    """What a vault makes of a database, step by step, and what the database cannot say of it."""

    findings: list[Finding]
    steps: list[Step]
    lock: Lock | None = None  # what must not be forgotten of what is published; kept before the first step


class Target(Protocol):
    """One database, by its address; nothing was sent to it yet."""

    @property
    def warnings(self) -> list[str]:
        """What the user should know before anything is sent."""

    def connect(self) -> None:
        """See that it is there and lets us in, before any work is done.

        Raises:
            ExportError: it is not, or does not.
        """

    def plan(self, knowledge_map: KnowledgeMap, options: Any, previous: Previous = NOTHING) -> Plan:
        """What there is to do, in order; it is safe to stop after each step, and to do all again."""

    def close(self) -> None:
        """End the connection, if there is one."""


class Loader(Protocol):
    """The whole contract of a loader's module."""

    @property
    def MAPPING(self) -> str:  # noqa: N802 - a constant
        """The writer whose mapping and --set it obeys: "skos"."""

    @property
    def Options(self) -> type[Any]:  # noqa: N802 - a class
        """What it obeys of that mapping: a frozen dataclass, as a writer's."""

    def target(self, address: str, environment: Mapping[str, str]) -> Target:
        """The database at an address, with the credentials that stand in the environment.

        Raises:
            ExportError: an address or credentials that cannot be meant.
        """


def find(address: str) -> Loader:
    """Import the loader for an address.

    Raises:
        UsageError: no loader knows the scheme; the address is not repeated, as it may hold a password.
    """
    scheme, colon, _ = address.partition("://")
    if not colon or scheme.lower() not in LOADERS:
        unknown = f"no loader for {scheme!r} addresses" if colon else "this is no address with '://'"
        raise UsageError(f"--to: {unknown}; known: {ADDRESSES}")
    return cast(Loader, import_module(f"{__name__}.{LOADERS[scheme.lower()]}"))
