"""Names of blank nodes: made from what is said of them, so that a file changes only where its graph does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

from exporter.rdf.terms import Literal

ROUNDS = 64  # of looking at a node's neighbours, and theirs; what still looks the same then is numbered
Fact = tuple[str, str, str | Literal]  # subject, predicate, object; a blank node is a str that begins with "_:"


def named(facts: Sequence[Fact]) -> list[Fact]:
    """The same statements with names of our own for blank nodes.

    Nodes of which the same is said, by the same neighbours, are told apart by the names they had.
    """
    around: dict[str, list[tuple[str, str, str | Literal]]] = {}
    for subject, predicate, object in facts:
        if subject.startswith("_:"):
            around.setdefault(subject, []).append((">", predicate, object))
        if isinstance(object, str) and object.startswith("_:"):
            around.setdefault(object, []).append(("<", predicate, subject))
    colours = _told_apart(around)
    names: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for node in sorted(around):
        colour = colours[node]
        seen[colour] += 1
        names[node] = f"_:b{colour}" if seen[colour] == 1 else f"_:b{colour}-{seen[colour]}"
    return [
        (names.get(subject, subject), predicate, names.get(object, object) if isinstance(object, str) else object)
        for subject, predicate, object in facts
    ]


def _told_apart(around: dict[str, list[tuple[str, str, str | Literal]]]) -> dict[str, str]:
    """A colour for each node: another one where something else is said of it or of its neighbours."""
    colours = dict.fromkeys(around, "")
    alike, kinds = list(around), 1
    for _ in range(ROUNDS):
        colours |= {
            node: _hash(
                sorted(
                    f"{way}{predicate} {colours.get(other, other) if isinstance(other, str) else repr(other)}"
                    for way, predicate, other in around[node]
                )
            )
            for node in alike
        }
        count = Counter(colours.values())
        alike = [node for node in alike if count[colours[node]] > 1]
        if not alike or len(count) == kinds:
            break
        kinds = len(count)
    return colours


def _hash(words: list[str]) -> str:
    return blake2b("\n".join(words).encode(errors="surrogatepass"), digest_size=6).hexdigest()
