"""What stands above what: areas over topics, tags over tags."""

from __future__ import annotations


class Hierarchy:
    """What stands directly above and below what; it never has a circle."""

    def __init__(self) -> None:
        self.above: dict[str, list[str]] = {}
        self.below: dict[str, list[str]] = {}

    def add(self, lower: str, upper: str) -> bool:
        """Put one under the other; False, and nothing done, where that would close a circle."""
        if upper in self.above.get(lower, ()):
            return True
        if lower == upper or self.is_above(lower, upper):
            return False
        self.above.setdefault(lower, []).append(upper)
        self.below.setdefault(upper, []).append(lower)
        return True

    def remove_redundant(self) -> list[tuple[str, str, str]]:
        """Take away what a longer way says as well (qSKOS hr): lower, upper, and what lies between them."""
        removed: list[tuple[str, str, str]] = []
        for lower, uppers in self.above.items():
            if len(uppers) > 1:
                for upper in list(uppers):
                    via = next((other for other in uppers if other != upper and self.is_above(upper, other)), None)
                    if via is not None:
                        uppers.remove(upper)
                        self.below[upper].remove(lower)
                        removed.append((lower, upper, via))
        return removed

    def is_above(self, upper: str, lower: str) -> bool:
        """Whether one is an ancestor of the other: a walk up, as hierarchies are flat and wide."""
        if upper not in self.below:
            return False
        seen: dict[str, None] = {}
        waiting = list(self.above.get(lower, ()))
        while waiting:
            id = waiting.pop()
            if id == upper:
                return True
            if id not in seen:
                seen[id] = None
                waiting += self.above.get(id, ())
        return False
