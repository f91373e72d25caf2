"""Notes that are changed at random are read alike by both readings; mutations.py looks for more of them, for hours."""

import random
from types import ModuleType

import pytest
from reader.fuzz import corpus
from reader.mutations import BATCH, differ, mutate, shrink, vaults_differ
from reader.test_native import core  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(5))
def test_mutations_are_read_alike(core: ModuleType, seed: int) -> None:  # noqa: F811
    notes, chance = corpus(), random.Random(seed)
    batches = [[mutate(notes, chance) for _ in range(BATCH)] for _ in range(4)]
    assert [shrink(batch, differ) for batch in batches if differ(batch)] == []
    assert not vaults_differ(batches[0])


def test_what_differs_is_made_small() -> None:
    assert shrink(b"xxaxxxbxx", lambda note: b"a" in note and b"b" in note) == b"ab"
    assert shrink([b"x", b"a", b"x"], lambda notes: b"a" in notes) == [b"a"]
