"""Pages that are written, opened and looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from browser import Opened, window
from PIL import Image
from playwright.sync_api import Browser, Page

from exporter import KnowledgeMap
from exporter.writers.html import Options, write


def save(knowledge_map: KnowledgeMap, folder: Path) -> Path:
    (file,) = (thing for thing in write(knowledge_map, Options()) if hasattr(thing, "path"))
    path = folder / file.path
    path.write_text(str(file.content), encoding="utf-8")
    return path


@contextmanager
def opened(browser: Browser, file: Path, address: str = "", **options: Any) -> Iterator[Opened]:
    """The page at an address; when it is left, it has complained of nothing and asked for nothing."""
    with window(browser, **options) as shown:
        shown.page.goto(file.as_uri() + address)
        yield shown
        assert shown.complaints == []
        assert shown.requests == []


def title(page: Page) -> str:
    return page.locator("#__text > article.on h2").inner_text()


def picture(page: Page, name: str = "") -> Image.Image:
    """What is seen of the page, or of an element."""
    seen = page.locator(name).screenshot() if name else page.screenshot()
    return Image.open(BytesIO(seen)).convert("RGB")
