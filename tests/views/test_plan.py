"""How the plan's labels break into lines, and ways through its grid."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import HOSTILE

from exporter.views.plan.grid import Grid
from exporter.views.plan.text import ELLIPSIS, clean, width, wrap

TEXTS = st.one_of(
    st.text(max_size=80), st.sampled_from(HOSTILE), st.sampled_from(["a-b/c d_e " * 5, "知識の地図 " * 5])
)


@given(TEXTS, st.floats(8, 60), st.integers(1, 4), st.booleans())
def test_lines_fit_and_lose_nothing_but_what_an_ellipsis_stands_for(
    text: str, room: float, most: int, bold: bool
) -> None:
    lines = wrap(text, room, 2, most, bold)
    assert len(lines) <= most
    assert all(width(line, 2, bold) <= room or len(line) <= 12 for line in lines)  # one sign, with what is joined to it
    told, whole = "".join(lines).replace(" ", ""), clean(text).replace(" ", "")
    assert told == whole or (told.endswith(ELLIPSIS) and whole.startswith(told[:-1]))


def test_words_break_where_a_reader_would_break_them() -> None:
    assert wrap("Compiler Construction Projects", 18, 2, 3) == ["Compiler", "Construction", "Projects"]
    assert wrap("state-of-the-art", 10, 2, 3) == ["state-of-", "the-art"]
    assert wrap("👩‍👩‍👧👩‍👩‍👧", 8, 2, 3) == ["👩‍👩‍👧", "👩‍👩‍👧"]
    assert wrap("", 8, 2, 3) == []


@pytest.fixture
def grid() -> Grid:
    made = Grid(30, 30)
    made.clear(1, 1, 28, 28)
    return made


def test_a_way_goes_around_what_is_closed(grid: Grid) -> None:
    grid.block(10, 5, 12, 28)
    way = grid.find([((5, 15), None)], (20, 15), [])
    assert way
    assert not any(10 <= x <= 12 and y >= 5 for x, y in way.points)
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(way.points)]
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) <= 1 for a, b in pairwise(steps)), "it bends by 45 degrees at most"
    grid.block(10, 1, 12, 28)
    assert grid.find([((5, 15), None)], (20, 15), []) is None


def test_strokes_cross_and_never_run_together(grid: Grid) -> None:
    first = grid.find([((5, 15), None)], (25, 15), [])
    assert first
    assert first.points == [(x, 15) for x in range(5, 26)]
    grid.occupy(first.points)
    second = grid.find([((15, 5), None)], (15, 25), [])
    assert second
    assert second.points == [(15, y) for y in range(5, 26)], "straight across"
    third = grid.find([((3, 15), None)], (27, 15), [])
    assert third
    shared = {frozenset(edge) for edge in pairwise(first.points)} & {frozenset(edge) for edge in pairwise(third.points)}
    assert not shared


def test_an_arrow_has_room(grid: Grid) -> None:
    way = grid.find([((5, 5), None)], (20, 9), [], arrow=True)
    assert way
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(way.points)]
    assert len({*steps[-3:]}) == 1
