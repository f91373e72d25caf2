"""What IRIs are called in a syntax: worked out once for those that come again and again."""

from __future__ import annotations

from collections.abc import Callable

MOST = 1 << 16  # names that are kept; some 20 MB


class Names(dict[str, str]):
    """The text of each IRI; looked up, it is faster than any function."""

    def __init__(self, make: Callable[[str], str]) -> None:
        self._make = make

    def __missing__(self, iri: str) -> str:
        if len(self) >= MOST:
            self.clear()
        name = self[iri] = self._make(iri)
        return name


def by_prefix(prefixes: dict[str, str]) -> list[tuple[str, str]]:
    """The prefixes and their namespaces, as a head has them."""
    return sorted((prefix, namespace) for namespace, prefix in prefixes.items())


def cut(iri: str) -> int:
    """Where the namespace of an IRI ends: behind its last slash or hash."""
    return max(iri.rfind("/"), iri.rfind("#")) + 1
