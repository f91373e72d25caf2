"""Programs held to a limit, and which of many notes breaks one."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.model import NoStore
from exporter.views.body import pandoc
from exporter.views.body.halving import in_batches
from exporter.views.body.limits import Limit, LimitError, RefusalError, run

AMPLE = Limit(60, 1 << 30)


@pytest.mark.slow
def test_a_program_within_its_limit_says_what_it_says(tmp_path: Path) -> None:
    code = "import os; print(os.environ['WORD'], os.getcwd())"
    assert run([sys.executable, "-c", code], AMPLE, tmp_path, {"WORD": "hi"}).decode().split() == ["hi", str(tmp_path)]
    with pytest.raises(RefusalError, match="what is wrong") as refused:
        run([sys.executable, "-c", "import sys; sys.exit('what is wrong')"], AMPLE, tmp_path, {})
    assert not isinstance(refused.value, LimitError)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to all of it")
def test_a_program_beyond_its_limit_is_ended(tmp_path: Path) -> None:
    with pytest.raises(LimitError, match=r"it takes more than 1 seconds or 1\.1 GB of memory"):
        run([sys.executable, "-c", "while True: pass"], Limit(1, 1 << 30), tmp_path, {})
    with pytest.raises(RefusalError, match="MemoryError"):
        run([sys.executable, "-c", "bytearray(1 << 29)"], Limit(60, 1 << 28), tmp_path, {})


@pytest.mark.slow
def test_a_program_that_only_waits_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exporter.views.body.limits.WAITING", 1)
    with pytest.raises(LimitError):
        run([sys.executable, "-c", "import time; time.sleep(600)"], Limit(1, 1 << 30), tmp_path, {})


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=30), st.integers(1, 9), st.integers(0, 20),
    st.sampled_from([RefusalError, LimitError]),
)  # fmt: skip
def test_what_fails_is_found_and_all_else_is_made(
    items: list[tuple[bool, int]], most: int, heaviest: int, error: type[RefusalError]
) -> None:
    def call(some: Sequence[tuple[int, tuple[bool, int]]]) -> list[int]:
        assert 0 < len(some) <= most
        assert len(some) == 1 or sum(weight for _, (_, weight) in some) <= heaviest
        assert [number for number, _ in some] == sorted(number for number, _ in some)
        if any(bad for _, (bad, _) in some):
            raise error("bad")
        return [number for number, _ in some]

    made = in_batches(list(enumerate(items)), call, most, lambda item: item[1][1], heaviest)
    assert made == [None if bad else number for number, (bad, _) in enumerate(items)]


@pytest.mark.parametrize(("error", "most"), [(LimitError, 3), (RefusalError, 1 + 2 * 7)])
def test_the_heaviest_is_tried_first_where_a_trial_is_dear(error: type[RefusalError], most: int) -> None:
    calls = []

    def call(some: Sequence[int]) -> Sequence[int]:
        calls.append(some)
        if 50 in some:
            raise error("bad")
        return some

    weigh = {50: 9}
    made = in_batches(range(100), call, 100, lambda item: weigh.get(item, 1))
    assert [item for item in range(100) if made[item] is None] == [50]
    assert len(calls) <= most


@pytest.mark.book
def test_trees_stand_in_the_notes_order_however_they_were_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The heaviest is tried alone, so before others that stand before it; both times that the trees are asked for."""
    run = pandoc._run

    def failing(arguments: list[str], folder: str, size: int = 0) -> bytes:
        texts = [file.read_text() for file in Path(folder).glob("*.md")]
        if any("bad" in text for text in texts):
            raise LimitError("bad")
        return run(arguments, folder, size)

    monkeypatch.setattr(pandoc, "_run", failing)
    texts = ["one", "two", "heavy " * 9, "bad", "five"]
    trees = pandoc.Trees(texts, hard_line_breaks=False, store=NoStore())
    for _ in range(3):
        made = list(trees)
        assert made[3] is None
        words = [json.dumps(tree) for tree in made]
        assert [word in text for word, text in zip(("one", "two", "heavy", "null", "five"), words, strict=True)] == (
            [True] * 5
        )
