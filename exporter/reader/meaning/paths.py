"""Whether what has to be known before a step of a learning path comes before it, and a path where none is. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

from exporter.errors import Finding
from exporter.model import VAULT, LearningPath, Source, Step
from exporter.reader.names import slug

TITLE = "Learning path"  # of one that is made
SHOWN = 5  # topics of a circle that are named
Place = TypeVar("Place")  # of a link, as `where` tells it
Title = Callable[[str], str]
Within = Callable[[Iterable[str]], set[str]]


def check_paths(
    paths: Sequence[LearningPath],
    required: Iterable[tuple[str, str, Place]],
    where: Callable[[Place], Source],
    title: Title,
    within: Within,
) -> Iterator[Finding]:
    """Tell circles of what is required, and of each path the steps that come too early and those that are lacking.

    Args:
        paths: the learning paths.
        required: where the links of the kind `REQUIRES` begin and end, and their places.
        where: what tells a place.
        title: what a topic is called, by its id.
        within: some topics, and all that is filed under them.
    """
    needs: dict[str, dict[str, Place]] = {}  # a topic: what it requires, and where that is said
    for start, end, place in required:
        if start != end:
            needs.setdefault(start, {}).setdefault(end, place)
    in_circle: set[tuple[str, str]] = set()
    for circle in _circles(needs, where):
        links = [*zip(circle, [*circle[1:], circle[0]], strict=True)]
        in_circle.update(links)
        names = [repr(title(id_)) for id_ in circle]
        first, *others = [where(needs[start][end]) for start, end in links]
        places = [*map(str, others)]
        for parts in (names, places):
            parts[SHOWN:] = ["..."] if len(parts) > SHOWN else []
        way = " -> ".join([*names, names[0]])
        message = f"topics require one another: {way} ({', '.join(places)}); take one `requires` out"
        yield Finding(first, "requires-circle", message)
    # who names an area names what lies in it
    named = within(id_ for path in paths for step in path.steps for id_ in step.topics) if paths else set()
    for path in paths:
        yield from _check(path, needs, where, named, in_circle, title)


def make_path(
    required: Iterable[tuple[str, str, object]],
    key: Callable[[str], Any],
    title: Title,
    source: Callable[[str], Source],
) -> LearningPath | None:
    """A path through all that requires or is required; None: nothing is.

    What is required comes before, as near as can be; else the topics stand by their keys.

    Args:
        required: where the links of the kind `REQUIRES` begin and end, and their places.
        key: what topics are compared by.
        title: what a topic is called.
        source: where it stands.
    """
    needs: dict[str, set[str]] = {}
    for start, end, _ in required:
        needs.setdefault(start, set()).add(end)
        needs.setdefault(end, set())
    ids: dict[str, None] = {}
    seen: set[str] = set()
    walk: list[tuple[str, Iterator[str]]] = [("", iter(sorted(needs, key=key)))]
    while walk:
        here, ahead = walk[-1]
        for id_ in ahead:
            if id_ not in seen:
                seen.add(id_)
                walk.append((id_, iter(sorted(needs[id_], key=key))))
                break
        else:
            ids[here] = None
            walk.pop()
    del ids[""]
    steps = tuple(Step(title(id_), (id_,), source(id_)) for id_ in ids)
    return LearningPath(slug(TITLE), TITLE, steps, VAULT) if steps else None


def _check(
    path: LearningPath,
    needs: dict[str, dict[str, Place]],
    where: Callable[[Place], Source],
    named: set[str],
    in_circle: set[tuple[str, str]],
    title: Title,
) -> Iterator[Finding]:
    """Look at what each step requires by itself; what is behind that is told once that is a step."""
    steps: dict[str, tuple[int, Step]] = {}
    for number, step in enumerate(path.steps):
        for id_ in step.topics:
            first = steps.setdefault(id_, (number, step))
            if first[0] < number:
                message = f"the step {title(id_)!r} is a step already ({first[1].source}); take one out"
                yield Finding(step.source, "path-repeat", message)
    lacking: set[str] = set()
    for id_, (number, step) in steps.items():
        for end, place in needs.get(id_, {}).items():
            later = steps.get(end)
            if later and later[0] > number and (id_, end) not in in_circle:
                message = (
                    f"the step {title(id_)!r} requires {title(end)!r} ({where(place)}), a later step ({later[1].source}); "
                    "change their order"
                )
                yield Finding(step.source, "path-order", message)
            elif end not in named and end not in lacking:
                lacking.add(end)
                message = (
                    f"the step {title(id_)!r} requires {title(end)!r} ({where(place)}), which is no step; "
                    f"name it in this step or in one before"
                )
                yield Finding(step.source, "path-gap", message)


def _circles(needs: dict[str, dict[str, Place]], where: Callable[[Place], Source]) -> Iterator[list[str]]:
    """One circle of each knot of topics that require one another, beginning where it is said first."""
    for knot in _knots(needs):
        start = min(knot, key=lambda id_: min(where(place) for end, place in needs[id_].items() if end in knot))
        # the shortest way back, level by level
        before: dict[str, str] = {}
        level = [start]
        while start not in before:
            ahead: list[str] = []
            for id_ in level:
                for end in needs[id_]:
                    if end in knot and end not in before:
                        before[end] = id_
                        ahead.append(end)
            level = ahead
        circle = [start]
        while (id_ := before[circle[-1]]) != start:
            circle.append(id_)
        yield [start, *reversed(circle[1:])]


def _knots(needs: Mapping[str, Collection[str]]) -> Iterator[set[str]]:
    """The strongly connected components of more than one topic, by Tarjan's algorithm without recursion."""
    required = {*chain.from_iterable(needs.values())}
    needs = {id_: [end for end in ends if end in needs] for id_, ends in needs.items() if id_ in required}  # no others
    found: dict[str, int] = {}  # when each topic was met
    lowest: dict[str, int] = {}
    stack: dict[str, None] = {}
    for root in needs:
        if root in found:
            continue
        found[root] = lowest[root] = len(found)
        stack[root] = None
        walk = [(root, iter(needs[root]))]
        while walk:
            here, ends = walk[-1]
            for end in ends:
                if end not in found:
                    found[end] = lowest[end] = len(found)
                    stack[end] = None
                    walk.append((end, iter(needs.get(end, ()))))
                    break
                if end in stack:
                    lowest[here] = min(lowest[here], found[end])
            else:
                walk.pop()
                if walk:
                    above = walk[-1][0]
                    lowest[above] = min(lowest[above], lowest[here])
                if lowest[here] == found[here]:
                    knot: set[str] = set()
                    while here not in knot:
                        id_, _ = stack.popitem()
                        knot.add(id_)
                    if len(knot) > 1:
                        yield knot
