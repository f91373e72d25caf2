"""A real browser, driven by Playwright: pages that are opened from the disk or by an address, and what they do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:  # which takes long to import, and most tests need none
    from playwright.sync_api import Browser, Page

WINDOW = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 800}
OWN = ("file:", "data:", "blob:")  # what a page may ask for that asks nobody


class Opened(NamedTuple):
    """A page, and what must stay empty: what it complained of, and what it asked for elsewhere."""

    page: Page
    complaints: list[str]
    requests: list[str]


@pytest.fixture(scope="module")
def browser(require: Callable[[bool, str], None]) -> Iterator[Browser]:
    program = shutil.which("chromium")
    require(bool(program), "chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@contextmanager
def window(browser: Browser, **options: Any) -> Iterator[Opened]:
    """A new window, with nothing remembered."""
    context = browser.new_context(**{"viewport": WINDOW, "reduced_motion": "reduce", **options})
    opened = Opened(context.new_page(), [], [])
    opened.page.on("console", lambda message: opened.complaints.append(message.text))
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.page.on("dialog", lambda dialog: (opened.complaints.append(dialog.message), dialog.dismiss()))
    opened.page.on("request", lambda request: note(request.url, opened.requests))
    yield opened
    context.close()


def note(address: str, requests: list[str]) -> None:
    if not address.startswith(OWN):
        requests.append(address)
