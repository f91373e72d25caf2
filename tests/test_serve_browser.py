"""A page of `mlk-export serve` in Chromium: it is loaded again when a note changes, and its reader stays where he was."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from command import lay
from live import live
from ports import free_ports
from test_plugin import installed

sync_api = pytest.importorskip("playwright.sync_api", reason="missing here: playwright")

pytestmark = pytest.mark.slow

# A long page under a policy that allows nothing, with a part that scrolls by itself and is filled by a script of its own
PAGES = dedent('''
    """Titles as a long page."""

    import base64
    import hashlib
    from dataclasses import dataclass
    from html import escape

    from exporter import File

    SCRIPT = "document.getElementById('list').append(...Array.from({length: 200}, (_, n) => { const p = document.createElement('p'); p.textContent = n; return p; }));"
    DIGEST = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    HEAD = f"""<!doctype html><html><head><meta charset="utf-8"><title>Map</title>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{DIGEST}'">
    <style>#list {{ height: 200px; overflow: auto }} h2 {{ margin-bottom: 3000px }}</style></head><body>
    <div id="list"></div>"""


    @dataclass(frozen=True)
    class Options:
        pass


    def write(knowledge_map, options, previous):
        rows = "".join(f'<h2 id="{topic.id}">{escape(topic.title)}</h2>' for topic in knowledge_map.topics)
        yield File("map.html", f"{HEAD}{rows}<script>{SCRIPT}</script></body></html>")
''')


@pytest.fixture(scope="module")
def browser(require: Callable[[bool, str], None]) -> Iterator[Any]:
    """Chromium."""
    chromium = shutil.which("chromium")
    require(bool(chromium), "chromium")
    with sync_api.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


PLACES = "[scrollY, document.getElementById('list').scrollTop]"


def until(page: Any, expression: str, expected: object) -> None:
    """Ask until it is so; a page that is just loaded again knows nothing."""
    end, value = time.monotonic() + 60, None
    while value != expected:
        assert time.monotonic() < end, f"{expression} stays {value!r}"
        with suppress(sync_api.Error):
            value = page.evaluate(expression)


def test_the_reader_stays_where_he_was(tmp_path: Path, browser: Any) -> None:
    lay(tmp_path / "vault")
    path = installed(tmp_path / "installed", "pages", PAGES)
    (port,) = free_ports(1)
    with live("serve", "--format", "pages", "--port", str(port), cwd=tmp_path, PYTHONPATH=path) as run:
        page = browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{run.hear('http://')}#tree")
        until(page, "document.getElementById('list').children.length", 200)
        page.evaluate("scrollBy(0, -700); document.getElementById('list').scrollTop = 321")
        before = page.evaluate(PLACES)
        assert before[0] > 1000 and before[1] == 321
        lay(tmp_path / "vault", {"Tree.md": "# Oak\n"})
        until(page, "document.getElementById('tree').textContent", "Oak")
        until(page, PLACES, before)
        assert page.url.endswith("/map.html#tree")
        lay(tmp_path / "vault", {"Tree.md": "# Beech\n"})  # and a second time, for who listens again
        until(page, "document.getElementById('tree').textContent", "Beech")
        until(page, PLACES, before)
        assert [line for line in said if not re.search("ERR_INCOMPLETE_CHUNKED|favicon", line)] == []
        run.end()


def test_a_page_that_nobody_sees_waits_until_somebody_does(tmp_path: Path, browser: Any) -> None:
    """Browsers open six connections to a server: ten tabs would wait for one another for ever."""
    lay(tmp_path / "vault")
    path = installed(tmp_path / "installed", "pages", PAGES)
    (port,) = free_ports(1)
    with live("serve", "--format", "pages", "--port", str(port), cwd=tmp_path, PYTHONPATH=path) as run:
        address = run.hear("http://")
        page = browser.new_page()
        page.goto(address)
        page.evaluate(HIDE, True)
        lay(tmp_path / "vault", {"Tree.md": "# Oak\n"})
        run.hear("Tree.md changed")
        assert page.evaluate("document.getElementById('tree').textContent") == "Tree"
        page.evaluate(HIDE, False)
        until(page, "document.getElementById('tree').textContent", "Oak")
        run.end()


HIDE = """hidden => {
    Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
}"""
