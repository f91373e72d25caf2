"""Which links follow from others: what leads back, holds both ways, or leads on. Pure, and bounded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from exporter.errors import Finding
from exporter.model import VAULT, Link
from exporter.reader.options import Implied

MOST = 200_000  # links that lead on, of one kind: a chain of a thousand notes has half a million


class Consequence(NamedTuple):
    """What follows, and what is not said of it."""

    links: list[Link]
    findings: list[Finding]


def imply(said: Iterable[Link], rules: Implied) -> Consequence:
    """The links that follow from these and are none of them, each with the place of the first that it follows from."""
    findings: list[Finding] = []
    of_kind: dict[str, list[Link]] = {}
    for link in said:
        of_kind.setdefault(link.kind, []).append(link)
    known = {(link.start, link.kind, link.end) for links in of_kind.values() for link in links}
    implied: list[Link] = []
    back = {other: one for one, other in rules.inverse.items()} | rules.inverse
    for kind in (*back, *rules.symmetric):
        for link in of_kind.get(kind, ()):
            _add(
                link._replace(start=link.end, kind=back.get(kind, kind), end=link.start, anchor="", text=""),
                known,
                implied,
            )
    for link in implied:
        of_kind.setdefault(link.kind, []).append(link)
    for kind in rules.transitive:
        onward = _lead_on(of_kind.get(kind, ()))
        if onward is None:
            message = (
                f"more than {MOST:,} links follow from those of the kind {kind!r}, so none of these is written; "
                "take it out of `transitive` in vault.toml"
            )
            findings.append(Finding(VAULT, "too-many-implied", message))
            continue
        for link in onward:
            _add(link, known, implied)
    return Consequence(sorted(implied, key=lambda link: (link.start, link.source, link.kind, link.end)), findings)


def _add(link: Link, known: set[tuple[str, str, str]], implied: list[Link]) -> None:
    if (link.start, link.kind, link.end) not in known:
        known.add((link.start, link.kind, link.end))
        implied.append(link)


def _lead_on(links: Sequence[Link]) -> list[Link] | None:
    """All that links of one kind lead to over others; None: too many."""
    after: dict[str, list[Link]] = {}
    for link in links:
        after.setdefault(link.start, []).append(link)
    onward: list[Link] = []
    for start, first in after.items():
        seen = {start}
        waiting = [(link, link.end) for link in reversed(first)]
        while waiting:
            origin, id_ = waiting.pop()
            if id_ in seen:
                continue
            seen.add(id_)
            if id_ != origin.end:
                onward.append(origin._replace(end=id_, anchor="", text=""))
                if len(onward) > MOST:
                    return None
            waiting += [(origin, link.end) for link in reversed(after.get(id_, ()))]
    return onward
