"""Columns of the compiled core are sequences, as lists are; and buffers, which anybody may read."""

import pickle
from array import array
from collections.abc import Callable
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.reader.batch import entries as entries_
from exporter.reader.batch.core import find_core

pytestmark = pytest.mark.skipif(not find_core(), reason="missing here: the compiled core")
KINDS = ("TextColumn", "WordColumn", "TagColumn", "PropertyColumn")
texts = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), max_size=8)
VALUES = (
    None,
    True,
    False,
    -1,
    2**62,
    1.5,
    "é",
    "a/X.y ",
    [],
    ["x", [1, None, ".PNG", "/x.PNG"]],
    {"a": [{}], 1: 0.5},
    2**70,
)  # of properties
bounds = st.none() | st.integers(-10, 10)


def make(kind: str) -> Callable[..., Any]:
    made: Callable[..., Any] = getattr(find_core(), kind)
    return made


def entries(kind: str, texts: list[str]) -> list[Any]:
    """What a column of this kind may hold: made of a text's letters, each a tag on the line of its number, or a property."""
    if kind == "PropertyColumn":
        return [{letter: VALUES[number % len(VALUES)] for number, letter in enumerate(text)} for text in texts]
    return [[*enumerate(text, 1)] for text in texts] if kind == "TagColumn" else texts


@pytest.mark.parametrize("kind", KINDS)
@given(texts, st.builds(slice, bounds, bounds, bounds.filter(lambda step: step != 0)))
def test_a_column_is_a_sequence(kind: str, texts: list[str], part: slice) -> None:
    expected, other = entries(kind, texts), entries(kind, [*texts[1:], *texts[:1], "x"])
    column = make(kind)(expected)
    assert list(column) == expected == [column[number] for number in range(len(column))]
    assert [column[-1 - number] for number in range(len(column))] == expected[::-1]
    assert list(column[part]) == expected[part]
    assert column == expected and expected == column and column == make(kind)(iter(expected))
    assert column != [*expected, expected[:1]] and column != other and column != 1
    assert all(entry in column for entry in expected) and "not there" not in column and 1 not in column
    for number in (len(expected), -len(expected) - 1):
        with pytest.raises(IndexError):
            column[number]


@pytest.mark.parametrize("kind", KINDS)
@given(texts, texts)
def test_a_column_grows(kind: str, first: list[str], second: list[str]) -> None:
    before, behind = entries(kind, first), entries(kind, second)
    for more in (behind, make(kind)(behind), iter(behind)):
        column = make(kind)(before)
        assert list(column) == before
        column.extend(more)
        assert list(column) == before + behind
    with pytest.raises(TypeError):
        column.extend([1])


@pytest.mark.parametrize("kind", KINDS)
@given(texts, texts, st.data())
def test_entries_of_two_columns_are_chosen(kind: str, first: list[str], second: list[str], data: st.DataObject) -> None:
    both = entries(kind, first) + entries(kind, second)
    number = st.integers(0, len(both))
    stretches = data.draw(st.lists(st.tuples(number, number).map(lambda ends: (min(ends), max(ends))), max_size=4))
    chosen = make(kind)(entries(kind, first)).choose(make(kind)(entries(kind, second)), stretches)
    assert list(chosen) == [entry for start, behind in stretches for entry in both[start:behind]]


def answers(column: Any, kind: str) -> list[Any]:
    """What a column says of itself as a whole."""
    if kind == "TagColumn":
        first = entries_.first_tags(column)
        return [first, list(first), *(entries_.with_tags(column, {tag, "b"}) for tag in "aA")]
    if kind == "PropertyColumn":
        values = [entries_.property_values(column, name) for name in ("a", "A", "not there")]
        naming = [entries_.naming(column, names) for names in (set(), {"x.y"}, {"x.png"})]
        return [sorted(entries_.property_names(column)), values, entries_.with_nested(column), naming]
    found = [entries_.find(column, part) for part in ("", "a", "é", "ab")]
    return [found, sorted(entries_.words(column)) if kind == "WordColumn" else ""]


@pytest.mark.parametrize("kind", KINDS)
@given(texts | st.lists(st.text("aAbBé", max_size=4)), st.data())
def test_a_column_answers_as_a_list_does(kind: str, texts: list[str], data: st.DataObject) -> None:
    written = entries(kind, texts)
    start = data.draw(st.integers(0, len(written)))
    for column, expected in ((make(kind)(written), written), (make(kind)(written)[start:], written[start:])):
        assert repr(answers(column, kind)) == repr(answers(expected, kind))
        changed = {
            number: written[0] for number in data.draw(st.sets(st.integers(0, len(expected)))) if number < len(expected)
        }
        assert list(entries_.change(column, changed)) == [changed.get(n, entry) for n, entry in enumerate(expected)]


@pytest.mark.parametrize("kind", KINDS)
@given(texts)
def test_a_column_can_be_sent(kind: str, texts: list[str]) -> None:
    expected = entries(kind, texts)
    assert pickle.loads(pickle.dumps(make(kind)(expected))) == expected


@given(texts)
def test_texts_are_what_arrow_has(expected: list[str]) -> None:
    column = make("TextColumn")(expected)
    data, offsets = column.buffers()
    ends = array("i", offsets)
    assert [data[ends[n] : ends[n + 1]].decode() for n in range(len(expected))] == expected
    assert make("TextColumn").of_buffers(data, offsets) == expected


@given(texts)
def test_words_are_their_numbers(expected: list[str]) -> None:
    column = make("WordColumn")(expected)
    data, offsets, numbers = column.buffers()
    words = make("TextColumn").of_buffers(data, offsets)
    assert list(words) == list(dict.fromkeys(expected))
    assert [words[number] for number in array("I", numbers)] == expected
    assert make("WordColumn").of_buffers(data, offsets, numbers) == expected
    for number in range(len(expected)):
        column[number] = expected[number] = "new"
    assert list(column) == expected
    with pytest.raises(IndexError):
        column[len(expected)] = "x"


@pytest.mark.parametrize(
    ("data", "offsets"),
    [
        (b"ab", [0, 1]),
        (b"ab", [1, 2]),
        (b"ab", [0, 2, 1, 2]),
        (b"ab", [0, 3]),
        (b"ab", [0, -1, 2]),
        (b"\xff", [0, 1]),
        ("é".encode(), [0, 1, 2]),
        (b"", []),
    ],
)
def test_what_is_no_text_is_told(data: bytes, offsets: list[int]) -> None:
    with pytest.raises(ValueError, match="no texts"):
        make("TextColumn").of_buffers(data, array("i", offsets).tobytes())


@pytest.mark.parametrize(("words", "numbers"), [(["a"], b"\1\0\0\0"), (["a", "a"], b"\0\0\0\0"), (["a"], b"\0\0\0")])
def test_what_are_no_words_is_told(words: list[str], numbers: bytes) -> None:
    with pytest.raises(ValueError, match="no words"):
        make("WordColumn").of_buffers(*make("TextColumn")(words).buffers(), numbers)


@given(texts)
def test_tags_that_are_alike_are_one_object(texts: list[str]) -> None:
    expected = entries("TagColumn", texts)
    column = make("TagColumn")(expected)
    data, offsets, lines, numbers, ends = column.buffers()
    pairs = list(zip(array("I", lines), make("TextColumn").of_buffers(data, offsets), strict=True))
    assert pairs == list(dict.fromkeys(tag for tags in expected for tag in tags))
    assert [pairs[number] for number in array("I", numbers)] == [tag for tags in expected for tag in tags]
    assert list(array("I", ends)) == [*accumulate(map(len, expected))]
    assert len({id(tag) for tags in list(column) for tag in tags}) == len(pairs)


@pytest.mark.parametrize(
    ("words", "lines", "numbers", "ends"),
    [
        (["a"], [1], [1], [1]),  # no such pair
        (["a"], [1, 2], [0], [1]),
        (["a", "a"], [1, 1], [0], [1]),  # twice
        (["a"], [1], [0], []),
        (["a"], [1], [0], [0]),
        (["a"], [1], [0], [2]),
        (["a"], [1], [0], [1, 0, 1]),
    ],
)
def test_what_are_no_tags_is_told(words: list[str], lines: list[int], numbers: list[int], ends: list[int]) -> None:
    buffers = (array("I", column).tobytes() for column in (lines, numbers, ends))
    with pytest.raises(ValueError, match="no tags"):
        make("TagColumn").of_buffers(*make("TextColumn")(words).buffers(), *buffers)


def test_a_value_that_only_python_has_stays_what_it_is_and_is_not_kept() -> None:
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep]
    expected = [{"a": 1, "b": 10**30}, {"b": (1,), "c": deep, "d": ["\ud800"]}, {}]
    column = make("PropertyColumn")(expected[:1])
    column.extend(make("PropertyColumn")(expected[1:]))
    assert list(column) == expected == list(column[:])
    with pytest.raises(TypeError, match="nothing that could be kept"):
        column.buffers()


@pytest.mark.parametrize(
    ("properties", "ends"),
    [
        (b"\0\0\0\0", [4]),  # no value
        (b"\1\0\0\0\0", [5]),  # of no name
        (b"\0\0\0\0\5\2\0\0\0a", [10]),
        (b"\0\0\0\0\6\1\0\0\0", [9]),
        (b"\0\0\0\0\7\1\0\0\0\0", [10]),
        (b"\0\0\0\0\3\0", [6]),
        (b"\0\0\0\0\x08\0\0\0\0", [9]),  # what only Python has
        (b"\0\0\0\0\x09", [5]),
        (b"\0\0\0\0\0", []),
        (b"\0\0\0\0\0", [6]),
        (b"\0\0\0\0\0", [5, 0]),
    ],
)
def test_what_are_no_properties_is_told(properties: bytes, ends: list[int]) -> None:
    names = make("TextColumn")(["a"]).buffers()
    with pytest.raises(ValueError, match="no properties"):
        make("PropertyColumn").of_buffers(*names, properties, array("I", ends).tobytes())
