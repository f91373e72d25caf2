"""Notes that a fuzzer found on its way through the reader's code: none raises, and both readings agree."""

import pytest
from reader.fuzz import check, corpus

pytestmark = pytest.mark.slow  # hundreds of notes


def test_the_corpus_is_read() -> None:
    notes = corpus()
    assert len(notes) > 500
    for note in notes:
        check(note)
