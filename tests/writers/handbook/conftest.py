"""The printed handbook of the bundled vault, made once for the programs that read it."""

from pathlib import Path

import pytest
from writers.handbook.test_handbook import make

from exporter import KnowledgeMap
from exporter.model import Topic


@pytest.fixture(scope="session")
def handbook(bundled: KnowledgeMap, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file: Path = tmp_path_factory.mktemp("handbook") / "bundled.pdf"
    file.write_bytes(make(bundled)[0])
    return file


@pytest.fixture(scope="session")
def written(bundled: KnowledgeMap) -> list[Topic]:
    """The topics that have a note, so that the book has a heading for each."""
    return [topic for topic in bundled.topics if topic.note]
