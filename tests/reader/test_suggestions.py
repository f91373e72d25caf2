"""Which names are told as near to one that is missing, and that no names make the search slow."""

import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.reader.meaning.suggestions import Suggestions, _one_slip, index_names

NAMES = [
    "ml/Tensor", "Tensors", "Loop Tiling", "Operator Fusion Techniques", "TensorFlow XLA", "Café Notes", "a/readme",
    "b/readme", "Week 12", "ML Compilers Introduction", "Quantization Techniques", "机器学习编译器", "Research Papers",
    "Tensor Languages", "Query Planning", "AI", "2024-01-05", "car",
]  # fmt: skip


def suggestions(names: list[str]) -> Suggestions:
    return Suggestions(lambda: index_names(names), {})


@pytest.mark.parametrize(
    ("missing", "near"),
    [
        ("Tensr", ["Tensor", "Tensors"]),  # a letter is missing
        ("Tnesor", ["Tensor", "Tensors"]),  # two are swapped
        ("Tensoor", ["Tensors", "Tensor"]),  # one too many
        ("Tansor", ["Tensor", "Tensors"]),  # a wrong one
        ("loop-tiling", ["Loop Tiling"]),  # case and punctuation
        ("LoopTiling", ["Loop Tiling"]),
        ("Tiling", ["Loop Tiling"]),  # a word is missing
        ("Loop Tiling Basics", ["Loop Tiling"]),  # or too many
        ("Operator Fusion", ["Operator Fusion Techniques"]),
        ("operator fusions techniqe", ["Operator Fusion Techniques"]),
        ("Languages of Tensors", ["Tensor Languages"]),  # in another order
        ("Queries Planning", ["Query Planning"]),  # plurals
        ("Research Paper", ["Research Papers"]),
        ("Cafe note", ["Café Notes"]),  # accents
        ("机器学习编译", ["机器学习编译器"]),
        ("x/Loop Tiling", ["Loop Tiling"]),  # another folder
        ("x/Tensor", ["ml/Tensor", "Tensors"]),
        ("README", ["a/readme", "b/readme"]),  # which of them, only the folder tells
        ("Week 13", []),  # another number is another thing
        ("2024-01-06", []),
        ("cat", []),  # too short for a slip
        ("AI for Everybody and Everything", []),
        ("Unrelated", []),
        ("", []),
        ("?", []),
        ("/", []),
    ],
)
def test_what_is_near(missing: str, near: list[str]) -> None:
    assert list(suggestions(NAMES).near(missing)) == near


def test_the_order_of_the_names_does_not_matter() -> None:
    for missing in ("Tensr", "README", "Tiling", "x/readme"):
        assert suggestions(NAMES).near(missing) == suggestions(NAMES[::-1]).near(missing)


@given(st.lists(st.text(max_size=12), max_size=12), st.text(max_size=12))
def test_no_name_breaks_it(names: list[str], missing: str) -> None:
    nearest = suggestions(names).near(missing)
    assert len(nearest) <= 3
    assert {name.rpartition("/")[2] for name in nearest} <= {name.rpartition("/")[2] for name in names}


@given(st.text("abc", min_size=1, max_size=6), st.text("abc", max_size=6))
def test_one_slip_is_what_it_says(word: str, other: str) -> None:
    slips = {word[:k] + word[k + 1 :] for k in range(len(word))}
    slips |= {word[:k] + letter + word[k:] for k in range(len(word) + 1) for letter in "abc"}
    slips |= {word[:k] + letter + word[k + 1 :] for k in range(len(word)) for letter in "abc"}
    slips |= {word[:k] + word[k + 1] + word[k] + word[k + 2 :] for k in range(len(word) - 1)}
    assert _one_slip(word, other) == (other in slips)


@pytest.mark.slow
def test_many_and_long_names_are_no_trouble() -> None:
    """Ten times what it takes here, on a quiet machine: what is meant is that nothing grows with a square."""
    random = Random(1)
    names = [f"{random.choice(NAMES)} {random.choice(NAMES)} {number}" for number in range(20_000)]
    hostile = ["a" * 100_000] * 100 + ["same"] * 20_000 + ["".join(random.sample("abcdefghij", 10)) for _ in names]
    hostile += ["\u0300" * 100_000, "a " * 50_000, "s" * 100_000, "\u1100" * 100_000]
    start = time.process_time()
    nearest = suggestions([*names, *hostile])
    for number in range(1000):
        nearest.near(f"Missing {number}")
    for missing in ("a" * 100_000, "a " * 50_000, "\u0300" * 100_000, "/" * 100_000, "same", "abcdefghij", "smae"):
        nearest.near(missing)
    assert time.process_time() - start < 5
