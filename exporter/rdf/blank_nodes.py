"""Names of blank nodes: made from what is said of them, so that a file changes only where its graph does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

from exporter.rdf.terms import Literal

ROUNDS = 64  # of looking at a node's neighbours, and theirs; what still looks the same then is numbered
Statement = tuple[str, str, str | Literal]  # subject, predicate, object; a blank node is a str that begins with "_:"


def name_blank_nodes(statements: Sequence[Statement]) -> list[Statement]:
    """Give blank nodes names that come from what is said of them; the statements are otherwise the same.

    Nodes of which the same is said, by the same neighbours, are told apart by the names they had.
    """
    around: dict[str, list[tuple[str, str, str | Literal]]] = {}
    for subject, predicate, object in statements:
        if subject.startswith("_:"):
            around.setdefault(subject, []).append((">", predicate, object))
        if isinstance(object, str) and object.startswith("_:"):
            around.setdefault(object, []).append(("<", predicate, subject))
    colours = _colour(around)
    names: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for node in sorted(around):
        colour = colours[node]
        seen[colour] += 1
        names[node] = f"_:b{colour}" if seen[colour] == 1 else f"_:b{colour}-{seen[colour]}"
    return [
        (names.get(subject, subject), predicate, names.get(object, object) if isinstance(object, str) else object)
        for subject, predicate, object in statements
    ]


def _colour(around: dict[str, list[tuple[str, str, str | Literal]]]) -> dict[str, str]:
    """Give each node a colour (colour refinement): another one where something else is said of it or its neighbours."""
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
