"""What IRIs are called in a syntax: worked out once for those that come again and again."""

from __future__ import annotations

from collections.abc import Callable

MOST = 1 << 16  # names that are kept; some 20 MB


class Names(dict[str, str]):
    """The text of each IRI; to look it up is faster than any function."""

    def __init__(self, make: Callable[[str], str]) -> None:
        self._make = make

    def __missing__(self, iri: str) -> str:
        name = self._make(iri)
        if len(self) < MOST:
            self[iri] = name
        return name


def namespace_end(iri: str) -> int:
    """Where the namespace of an IRI ends: behind its last slash or hash."""
    return max(iri.rfind("/"), iri.rfind("#")) + 1
