"""The pages in Chromium, from a disk: the search finds what is typed, the policy forbids nothing that a page needs."""

import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from writers.vocabulary.site import write
from writers.vocabulary.test_vocabulary import TREES

from exporter import KnowledgeMap
from exporter.testing import make_map, topic

pytestmark = pytest.mark.slow
HOSTILE = '</script><script>document.title="broken"</script><img src=x onerror=alert(1)>"\''


@pytest.fixture(scope="module")
def browser(require: Callable[[bool, str], None]) -> Iterator[Any]:
    require(find_spec("playwright") is not None, "playwright")
    program = shutil.which("chromium")
    require(program is not None, "chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open a page of a map's folder; what the browser complains of fails the test."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def visit(knowledge_map: KnowledgeMap, path: str, **options: Any) -> Any:
        for name, data in write(knowledge_map).items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(data)
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda request: request.url.startswith(("file:", "data:")) or complaints.append(request.url))
        page.goto((tmp_path / path.partition("?")[0]).as_uri() + "".join(path.partition("?")[1:]))
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not complaints


def found(page: Any) -> list[str]:
    return [" ".join(each.split()) for each in page.locator("#found li").all_inner_texts()]


def test_what_is_typed_is_found(visit: Callable[..., Any]) -> None:
    page = visit(TREES, "oak/index.html")
    page.get_by_role("searchbox").fill("EICH")
    page.get_by_role("button", name="Search").click()
    assert page.url.endswith("/search.html?q=EICH") and found(page) == ["Oak Eiche · trees"]
    query = page.get_by_label("Search the labels")
    query.fill("oke")  # a hidden label
    assert found(page) == ["Oak Oke · trees"] and page.get_by_role("status").inner_text() == "1 found"
    query.fill("بلوط")
    assert found(page) == ["Oak بلوط · trees"]
    query.fill("wood")
    assert found(page) == ["wood", "wood", "wood/hard wood"]  # a concept, then the tags
    query.fill("  ")
    assert found(page) == [] and page.get_by_role("status").inner_text() == ""
    query.fill("nowhere")
    assert page.get_by_role("status").inner_text() == "Nothing found"
    query.fill("walk")
    page.get_by_role("link", name="A walk").click()
    assert page.title() == "A walk – Trees & more"


def test_accents_and_case_do_not_matter_and_many_are_cut(visit: Callable[..., Any]) -> None:
    knowledge_map = make_map(
        topic("cafe", title="Café crème"), *(topic(f"n{number}", title=f"Note {number}") for number in range(150))
    )
    page = visit(knowledge_map, "search.html?q=CREME")
    assert found(page) == ["Café crème"]
    page.get_by_label("Search the labels").fill("note")
    assert len(found(page)) == 100 and page.get_by_role("status").inner_text() == "150 found, the first 100"


def test_a_title_that_would_run_is_read(visit: Callable[..., Any]) -> None:
    page = visit(make_map(topic("a", title=HOSTILE, aliases=(f"{HOSTILE} 2",)), title=HOSTILE), "a/index.html")
    assert page.get_by_role("heading", level=1).inner_text() == HOSTILE
    page = visit(make_map(topic("a", title=HOSTILE, aliases=(f"{HOSTILE} 2",)), title=HOSTILE), "search.html?q=script")
    assert found(page) == [HOSTILE] and page.title() == f"Search – {HOSTILE}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_by_day_and_by_night(visit: Callable[..., Any], scheme: str) -> None:
    """Nothing is wider than the screen, and what is read stands out from the page (WCAG 2, 1.4.3)."""
    long = make_map(
        topic("a", title="x" * 300, areas=("b",), properties={"definition": "y" * 300, "seeAlso": "z" * 300})
    )
    for path in ("a/index.html", "index.html", "letters.html", "search.html?q=x"):
        page = visit(long, path, viewport={"width": 320, "height": 600}, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
        contrasts = page.locator("h1, p, a, dt, small, summary, button").evaluate_all(CONTRASTS)
        assert len(contrasts) > 5 and min(contrasts) >= 4.5, path


CONTRASTS = """elements => {
  const light = colour => colour.match(/[0-9.]+/g).slice(0, 3).map(part => part / 255)
    .map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [.2126, .7152, .0722][place], 0);
  return elements.map(element => {
    let behind = element;
    while (getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
    const both = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(light);
    return (Math.max(...both) + .05) / (Math.min(...both) + .05);
  });
}"""


def test_without_scripts_all_is_read(visit: Callable[..., Any]) -> None:
    page = visit(TREES, "index.html", java_script_enabled=False)
    page.get_by_role("link", name="Oak").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Oak"
    page.get_by_role("link", name="A–Z").click()
    page.get_by_role("link", name="Q", exact=True).click()
    assert "letters.html#letter-" in page.url
