"""Notes that a fuzzer found on its way through the reader's code: none raises."""

import pytest
from reader.fuzz import check, corpus

from exporter.reader.batch.core import VARIABLE

pytestmark = pytest.mark.slow  # hundreds of notes


def test_the_corpus_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "python")
    notes = corpus()
    assert len(notes) > 500
    for note in notes:
        check(note)
