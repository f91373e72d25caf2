"""The page in a browser: what one sees, types, clicks and prints; and that nobody is left out of it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browser import PHONE, Opened
from maps import hostile_map
from npm import install
from PIL import Image, ImageStat
from playwright.sync_api import Browser, Page, expect
from pypdfium2 import PdfDocument
from writers.handbook.test_handbook import of
from writers.html.pages import opened, picture, save, title

from exporter import KnowledgeMap
from exporter.model import (
    IN_AREA,
    MENTIONS,
    REQUIRES,
    VAULT,
    Content,
    LearningPath,
    NoContent,
    Step,
    Topic,
    replace_surrogates,
)
from exporter.testing import link, make_map, topic
from exporter.views.body.text import label

pytestmark = pytest.mark.slow


def test_the_page_is_light(file: Path) -> None:
    """All but what the notes say, as benchmarks/browsing.py weighs it."""
    frame = re.sub(r"<article .*?</article>\n?", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert 50_000 < len(frame.encode()) <= 60_000


def test_it_opens_on_the_map(page: Page, bundled: KnowledgeMap) -> None:
    expect(page.locator("h1")).to_have_text(bundled.title)
    assert page.locator("#__map svg a").count() == len(bundled.topics)
    assert page.locator("#__outline .tree a").count() == len(bundled.topics)
    expect(page.locator("#__about")).to_be_visible()
    assert page.locator("#__text > article:visible").count() == 0


def test_search(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("systolic arr")
    first = page.locator("#__hits li").first
    expect(first.locator("b")).to_have_text("Systolic Arrays")
    page.keyboard.press("ArrowDown")
    expect(page.locator('#__hits li[aria-selected="true"]')).to_have_count(1)
    expect(first).to_have_attribute("aria-selected", "false")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert title(page) == "Systolic Arrays"
    expect(page.locator("#__hits")).to_be_hidden()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("MULTI-LEVEL intermediate", "MLIR Framework"),  # another name
        ("#level/intermediate mlir framework", "MLIR Framework"),  # a tag
        ("FlashAttention kernels", "Attention Kernels"),  # words of the text
    ],
)
def test_what_search_looks_into(page: Page, words: str, found: str) -> None:
    page.locator("#__query").fill(words)
    expect(page.locator("#__hits b", has_text=found).first).to_be_visible()


def test_search_that_finds_nothing_says_so(page: Page) -> None:
    page.locator("#__query").fill("qwertzuiop")
    expect(page.locator("#__count")).to_have_text("0 found")
    expect(page.locator("#__hits")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#__count")).to_have_text("")


def test_a_tag_searches(page: Page) -> None:
    page.evaluate("location.hash = 'mlir-framework'")
    page.locator("article.on .tags a").first.click()
    expect(page.locator("#__query")).to_have_value("#ml-compilers")
    expect(page.locator("#__hits li").first).to_be_visible()


def test_links_move_text_and_map(page: Page) -> None:
    page.locator('#__map a[href="#mlir-framework"]').dispatch_event("click")
    assert title(page) == "MLIR Framework"
    page.locator("article.on .relations a", has_text="Tensor Programming").first.click()
    assert title(page) == "Tensor Programming"
    expect(page.locator("#__map a.on")).to_have_attribute("href", "#tensor-programming")
    expect(page.locator("#__outline .tree a[aria-current=true]")).to_have_text("Tensor Programming")
    page.go_back()
    assert title(page) == "MLIR Framework"
    page.go_back()
    expect(page.locator("#__about")).to_be_visible()
    page.go_forward()
    assert title(page) == "MLIR Framework"


def test_an_address_of_a_heading(browser: Browser, file: Path) -> None:
    with opened(browser, file, "#mlir-framework__3") as shown:
        assert title(shown.page) == "MLIR Framework"
        expect(shown.page.locator("#mlir-framework__3")).to_be_in_viewport()


def test_backlinks_say_their_sentences(browser: Browser, file: Path, bundled: KnowledgeMap) -> None:
    said = next(
        each
        for each in bundled.links_to("mlir-framework")
        if each.kind == MENTIONS and len(bundled.sentence(each)) > len(each.text) + 20
    )
    with opened(browser, file, "#mlir-framework") as shown:
        item = shown.page.locator("article.on .backlinks li", has_text=bundled.topic[said.start].title).first
        assert " ".join(bundled.sentence(said).split()) in " ".join(item.inner_text().split())


def test_what_must_be_known_before(page: Page, bundled: KnowledgeMap) -> None:
    """For every topic what the hub says, in its order, as a way on the map."""
    for each in bundled.topics:
        page.evaluate("name => location.hash = name", f"{label(each.id)}?before")
        expect(page.locator("#__route .end")).to_have_text(each.title)
        items = page.locator("#__route li").all_inner_texts()
        order = [*bundled.prerequisites(each.id), each]
        assert [item.strip() for item in items] == [topic.title for topic in order]
        assert page.locator("#__map .over circle").count() == (len(order) if len(order) > 1 else 0)
    page.locator("#__route .button").click()
    expect(page.locator("#__route")).to_be_hidden()
    assert page.locator("#__map .over circle").count() == 0


def test_what_is_known_stays_known(page: Page) -> None:
    boxes = page.locator("#__outline .path input")
    told = page.locator("#__outline .path .progress").first
    expect(told).to_contain_text(f"0 of {boxes.count()} known")
    boxes.first.check()
    page.reload()
    expect(told).to_contain_text(f"1 of {boxes.count()} known")
    page.locator("#__outline .path a").first.click()
    expect(page.locator("article.on .tools input")).to_be_checked()
    page.locator("article.on .tools input").uncheck()
    expect(told).to_contain_text(f"0 of {boxes.count()} known")


def test_keys_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    for _ in range(300):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.tree a')?.textContent") == "MLIR Framework":
            break
    page.keyboard.press("Enter")
    assert title(page) == "MLIR Framework"
    page.locator("#__map").focus()
    box = page.locator("#__map > svg").get_attribute("viewBox")
    for key in ("ArrowLeft", "ArrowDown", "+", "-", "0"):
        page.keyboard.press(key)
        expect(page.locator("#__map > svg")).not_to_have_attribute("viewBox", str(box))
        box = page.locator("#__map > svg").get_attribute("viewBox")


def test_the_wheel_zooms_and_the_hand_moves(page: Page) -> None:
    svg = page.locator("#__map > svg")
    area = page.locator("#__map").bounding_box()
    assert area
    page.mouse.move(area["x"] + 300, area["y"] + 300)
    whole = [float(each) for each in str(svg.get_attribute("viewBox")).split()]
    page.mouse.wheel(0, -240)
    expect(svg).not_to_have_attribute("viewBox", " ".join(f"{each:g}" for each in whole))
    near = [float(each) for each in str(svg.get_attribute("viewBox")).split()]
    assert near[2] < whole[2]
    page.mouse.down()
    page.mouse.move(area["x"] + 400, area["y"] + 350, steps=4)
    page.mouse.up()
    page.wait_for_timeout(50)
    moved = [float(each) for each in str(svg.get_attribute("viewBox")).split()]
    assert moved[0] < near[0] and moved[1] < near[1] and moved[2] == near[2]


def test_an_answer_opens(browser: Browser, file: Path) -> None:
    with opened(browser, file, "#systolic-arrays") as shown:
        question = shown.page.locator("article.on .question").first
        expect(question.locator(".answer")).to_be_hidden()
        question.locator("summary").click()
        expect(question.locator(".answer")).to_be_visible()


def test_formulas_code_and_pictures(browser: Browser, file: Path) -> None:
    with opened(browser, file, "#systolic-arrays") as shown:
        shown.page.locator("article.on img").first.scroll_into_view_if_needed()
        shown.page.wait_for_function("document.querySelector('article.on img').naturalWidth > 0")
        assert shown.page.locator("article.on img:not([alt])").count() == 0
        assert shown.page.locator("article.on pre .kw").count()
        assert shown.page.locator("article math").count()


def printed(page: Page) -> str:
    return "\n".join(each.get_textpage().get_text_range() for each in PdfDocument(page.pdf()))


def test_paper_has_what_is_read(browser: Browser, file: Path) -> None:
    with opened(browser, file, "#mlir-framework", color_scheme="dark") as shown:
        shown.page.wait_for_selector("article.on")
        text = printed(shown.page)
    assert "MLIR is a kit for building compilers" in text and "Community Forums" not in text
    with opened(browser, file) as shown:
        text = printed(shown.page)
    assert "Community Forums" in text and "MLIR is a kit for building compilers" not in text


def test_a_phone_shows_one_view_at_a_time(browser: Browser, file: Path) -> None:
    with opened(browser, file, viewport=PHONE, has_touch=True) as shown:
        page = shown.page
        views = {name: page.locator(f"#__{name}") for name in ("map", "outline", "text")}
        for name, view in views.items():
            page.locator(f"#__views button[data-view={name}]").tap()
            expect(view).to_be_visible()
            assert [each for each in views if views[each].is_visible()] == [name]
        page.locator("#__views button[data-view=outline]").tap()
        page.locator("#__outline .tree a", has_text="MLIR Framework").tap()
        assert title(page) == "MLIR Framework" and views["text"].is_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_day_and_night(browser: Browser, file: Path) -> None:
    def brightness(shown: Opened) -> float:
        return float(ImageStat.Stat(picture(shown.page).convert("L")).mean[0])

    with opened(browser, file, "#systolic-arrays", color_scheme="light") as shown:
        day = brightness(shown)
        shown.page.locator("#__theme").click()
        night = brightness(shown)
        shown.page.reload()
        assert brightness(shown) == pytest.approx(night, abs=3)
    with opened(browser, file, "#systolic-arrays", color_scheme="dark") as shown:
        assert brightness(shown) == pytest.approx(night, abs=3)
    assert day > 190 and night < 60


def test_without_script_the_texts_can_be_read(browser: Browser, file: Path) -> None:
    with opened(browser, file, "#mlir-framework", java_script_enabled=False) as shown:
        expect(shown.page.locator("#mlir-framework")).to_be_in_viewport()
        expect(shown.page.locator("#__outline .tree a").first).to_be_visible()


def test_the_json_says_what_the_map_does(file: Path, bundled: KnowledgeMap) -> None:
    """As a program reads it that knows docs/html.md."""
    found = re.search(r'id="__data">(.*?)</script>', file.read_text(encoding="utf-8"))
    assert found
    data = json.loads(found[1])
    ids = [each["id"] for each in data["topics"]]
    links = {(ids[start], data["kinds"][kind], ids[end]) for start, kind, *ends in data["links"] for end in ends}
    assert links == {(each.start, each.kind, each.end) for each in bundled.links if each.kind != IN_AREA}
    assert sum(len(row) - 2 for row in data["links"]) == len(links)
    for said, each in zip(data["topics"], bundled.topics, strict=True):
        assert [ids[number] for number in said.get("areas", [])] == [*each.areas]
        assert [data["tags"][number] for number in said.get("tags", [])] == [*each.tags]
    areas = {(ids[area], None if parent is None else ids[parent]) for area, parent in data["areas"]}
    assert areas == {(area.id, area.parent) for area in bundled.areas}
    steps = [[[ids[number] for number in step] for step in path["steps"]] for path in data["paths"]]
    assert steps == [[[*step.topics] for step in path.steps] for path in bundled.paths]


def test_what_nobody_has_written_is_on_the_plan_and_steps_of_words_alone_have_a_box(
    browser: Browser, tmp_path: Path
) -> None:
    topics = [
        topic(f"t{n}", title=f"Topic {n}", areas=(f"t{n % 2}",), note=None if n == 7 else f"t{n}.md") for n in range(9)
    ]
    path = LearningPath("p", "Way", (Step("Take a walk", (), VAULT), Step("Topic 3", ("t3",), VAULT)), VAULT)
    links = [link(f"t{n}", REQUIRES, f"t{n - 1}") for n in range(3, 9)]
    made = make_map(*topics, links=links, parents={"t0": None, "t1": None}, paths=(path,))
    with opened(browser, save(made, tmp_path)) as shown:
        shown.page.locator('#__map svg:not(.plane) a[href="#t7"]').dispatch_event("click")
        expect(shown.page.locator("article.on .unwritten")).to_be_visible()
        boxes = shown.page.locator("#__outline .path input")
        expect(boxes).to_have_count(2)
        shown.page.get_by_label("Take a walk").check()
        shown.page.reload()
        expect(boxes.first).to_be_checked()
        expect(boxes.last).not_to_be_checked()


# ---------- for everybody ----------


@pytest.fixture(scope="module")
def axe(require: Callable[[bool, str], None]) -> str:
    return (install(Path(__file__).parent, require) / "axe-core/axe.min.js").read_text(encoding="utf-8")


class Excerpt(NoContent):
    """Two of the notes: a judge of accessibility looks at each element of a page, and all notes alike."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def text(self, topic: Topic) -> str:
        return self._content.text(topic) if topic.id in ("mlir-framework", "attention-kernels") else ""


@pytest.fixture(scope="module")
def excerpt(bundled: KnowledgeMap, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(replace(bundled, content=Excerpt(bundled.content)), tmp_path_factory.mktemp("excerpt"))


@pytest.mark.parametrize("address", ["", "#mlir-framework", "#attention-kernels?before", "#?q=compiler"])
@pytest.mark.parametrize(
    "options",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": PHONE}],
    ids=["light", "dark", "phone"],
)
def test_nobody_is_left_out(browser: Browser, excerpt: Path, axe: str, address: str, options: dict[str, Any]) -> None:
    with opened(browser, excerpt, address, bypass_csp=True, **options) as shown:
        shown.page.wait_for_timeout(100)
        shown.page.evaluate(axe)
        told = shown.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [(each["id"], each["nodes"][0]["html"][:150]) for each in told["violations"]] == []
        assert len(told["passes"]) > 20


# ---------- other maps ----------


def many(count: int) -> KnowledgeMap:
    """Topics in forty areas; one of fifty has a note."""
    topics = [
        topic(
            f"t{n}",
            title=f"Topic {n} of many",
            areas=(f"t{n % 40}",) if n >= 40 else (),
            note=f"t{n}.md" if n % 50 == 0 else None,
        )
        for n in range(count)
    ]
    links = [link(f"t{n}", REQUIRES if n % 2 else MENTIONS, f"t{n // 3}") for n in range(40, count)]
    texts = {f"t{n}": f"Words of number {n}, and {'long ' * 40}needle{n}." for n in range(0, count, 50)}
    return make_map(*topics, links=links, parents={f"t{n}": None for n in range(40)}, texts=texts)


@pytest.mark.parametrize(("count", "tag"), [(1000, "svg"), (10_000, "canvas")])
def test_many_topics(browser: Browser, tmp_path: Path, count: int, tag: str) -> None:
    with opened(browser, save(many(count), tmp_path)) as shown:
        page = shown.page
        expect(page.locator(f"#__map > {tag}")).to_be_visible()
        picture = Image.open(BytesIO(page.locator("#__map").screenshot())).convert("RGB")
        assert len(picture.getcolors(1 << 20) or ()) > 20
        page.locator("#__query").fill("needle750.")
        expect(page.locator("#__hits b")).to_have_text("Topic 750 of many")
        page.locator("#__query").press("Enter")
        expect(page.locator("article.on .text")).to_contain_text("Words of number 750,")
        page.evaluate(f"location.hash = 't{count - 1}?before'")
        expect(page.locator("#__route .end")).to_have_text(f"Topic {count - 1} of many")


def test_a_click_on_a_card_of_many(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, save(many(2000), tmp_path), "#t777") as shown:
        expect(shown.page.locator("article.on h2")).to_have_text("Topic 777 of many")
        area = shown.page.locator("#__map").bounding_box()
        assert area
        for across, down in ((230, 0), (-230, 0), (0, 85), (0, -85)):  # beside it, where there is one
            shown.page.mouse.click(area["x"] + area["width"] / 2 + across, area["y"] + area["height"] / 2 + down)
        expect(shown.page.locator("article.on h2")).not_to_have_text("Topic 777 of many")


HOSTILE = """
</script><script>document.title = "caught"; alert(1)</script>
<img src=x onerror="alert(2)"> <svg onload="alert(3)"><script>alert(4)</script></svg>
<base href="http://evil.example/"><meta http-equiv="refresh" content="0;url=http://evil.example/">
<link rel="stylesheet" href="http://evil.example/a.css"><iframe src="http://evil.example/"></iframe>
<a href="javascript:alert(5)">one</a> [two](javascript:alert%286%29) [three](data:text/html,<script>alert(7)</script>)
[four](vbscript:alert) ![five](http://evil.example/a.png) <style>body { display: none }</style>
<form action="http://evil.example/"><input name=a></form> <div id="__map" onclick="alert(8)">six</div>

$\\href{javascript:alert(9)}{x}$ and $\\text{</script><script>alert(10)</script>}$

```html
</pre></code></script><script>alert(11)</script>
```
"""


@pytest.mark.parametrize("count", [1, 3000], ids=["in the page", "in chunks"])
def test_nothing_of_a_note_runs(browser: Browser, tmp_path: Path, count: int) -> None:
    names = [
        "</script><script>alert(0)</script>",
        "\"'><img src=x onerror=alert(0)>",
        "..",
        "CON",
        "a#b?c%20d",
        "🦀 ü",
        "a" * 5000,
    ]
    ids = [*names, "evil", *(f"n{n}" for n in range(count))]
    words = {id: HOSTILE + "W" * 100_000 if id == "evil" else f"Harmless. {'Words. ' * 100}" for id in ids}
    knowledge_map = of(words)
    file = save(replace(knowledge_map, title="</title><script>alert(0)</script>"), tmp_path)
    with opened(browser, file) as shown:
        for id in [*names, "evil"]:
            shown.page.evaluate("name => location.hash = name", quote(label(id)))
            expect(shown.page.locator(f"[id='{label(id)}'].on")).to_be_visible()
            expect(shown.page.locator("article.on h2")).to_be_visible()
            assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert "caught" not in shown.page.title()
            for address in shown.page.eval_on_selector_all("#__text a", "links => links.map(each => each.href)"):
                assert re.match("(?:https?|file|mailto):", address), address


def test_hostile_words_everywhere(browser: Browser, tmp_path: Path) -> None:
    hostile = hostile_map()
    file = save(hostile, tmp_path)
    with opened(browser, file) as shown:
        assert shown.page.locator("#__outline .tree a").count() >= len(hostile.topics)
        data = json.loads(shown.page.locator("#__data").inner_text())
        assert [each["id"] for each in data["topics"]] == [replace_surrogates(each.id) for each in hostile.topics]


def test_from_the_right(browser: Browser, tmp_path: Path) -> None:
    topics = [topic(f"t{n}", title=f"موضوع {n}", areas=("t0",) if n else (), note=f"t{n}.md") for n in range(9)]
    made = make_map(*topics, parents={"t0": None})
    made = replace(made, title="خريطة", language="ar", content=of({f"t{n}": "كلمات" for n in range(9)}).content)
    with opened(browser, save(made, tmp_path), "#t3") as shown:
        assert shown.page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        outline, text = (shown.page.locator(each).bounding_box() for each in ("#__outline", "#__text"))
        assert outline and text and outline["x"] > text["x"]
