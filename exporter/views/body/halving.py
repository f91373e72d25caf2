"""Many things in one call of a program, and which of them it does not bear: found by halving."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import TypeVar

from exporter.views.body.limits import LimitError, RefusalError

A = TypeVar("A")
B = TypeVar("B")

FAILURES = (RefusalError, RecursionError)


def in_batches(
    items: Sequence[A],
    call: Callable[[Sequence[A]], Sequence[B]],
    most: int,
    weigh: Callable[[A], int] = lambda item: 0,
    heaviest: float = inf,
) -> list[B | None]:
    """What the call makes of each; None where it fails for one alone.

    Args:
        items: of any number.
        call: gives as many as it gets.
        most: items in one call.
        weigh: an item's weight.
        heaviest: the items of one call weigh no more, unless there is but one.
    """
    made: list[B | None] = [None] * len(items)
    weights = [weigh(item) for item in items]
    waiting = [(batch, True) for batch in reversed(_batches(weights, most, heaviest))]
    while waiting:
        batch, untried = waiting.pop()
        try:
            for number, result in zip(batch, call([items[number] for number in batch]), strict=True):
                made[number] = result
        except FAILURES as error:
            if len(batch) == 1:
                continue
            if untried and isinstance(error, LimitError):  # which takes long: likely the heaviest, so it is tried alone
                heavy = max(batch, key=lambda number: weights[number])
                waiting += [([number for number in batch if number != heavy], False), ([heavy], False)]
            else:
                middle = len(batch) // 2
                waiting += [(batch[middle:], untried), (batch[:middle], untried)]
    return made


def _batches(weights: Sequence[int], most: int, heaviest: float) -> list[list[int]]:
    """Numbers of items, in order, that go together."""
    batches: list[list[int]] = []
    weight = 0
    for number, own in enumerate(weights):
        if not batches or len(batches[-1]) == most or weight + own > heaviest:
            batches.append([])
            weight = 0
        batches[-1].append(number)
        weight += own
    return batches
