"""The page of the bundled vault, opened."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from writers.html.pages import opened, save

from exporter import KnowledgeMap


@pytest.fixture(scope="session")
def file(bundled: KnowledgeMap, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(bundled, tmp_path_factory.mktemp("page"))


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    with opened(browser, file) as shown:
        yield shown.page
