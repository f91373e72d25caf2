"""Notes that a fuzzer found on its way through the reader's code: none raises, and both readings agree."""

from reader.fuzz import check, corpus


def test_the_corpus_is_read() -> None:
    notes = corpus()
    assert len(notes) > 500
    for note in notes:
        check(note)
