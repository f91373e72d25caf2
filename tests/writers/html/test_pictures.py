"""The page as pictures, compared with one another and with where the plan says that things are: no font or version changes that."""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from browser import PHONE
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Browser, Page, expect
from pypdfium2 import PdfDocument
from writers.html.pages import opened, picture, save

from exporter import KnowledgeMap
from exporter.testing import make_map, topic
from exporter.views.body.text import label
from exporter.views.plan.colours import DARK, LIGHT, Theme
from exporter.views.plan.drawing import LINE
from exporter.views.plan.pen import HUES, OUTLINE, SCALE
from exporter.views.plan.plan import RING
from exporter.views.plan.sheet import Sheet, lay_out

pytestmark = pytest.mark.slow

SHARP = 4  # dots for a pixel, so that a ring is some dots wide
SHADE = 8  # of 255
FADED = 120  # brightness of ink that is dimmed, at least
OVER = {"light": "#d9480f", "dark": "#ff9d5c"}  # a way that is lit up, page.css
THEMES: dict[str, Theme] = {"light": LIGHT, "dark": DARK}
Colour = tuple[int, ...]

SCENES: dict[str, tuple[str, dict[str, Any]]] = {
    "map": ("", {}),
    "map, dark": ("", {"color_scheme": "dark"}),
    "topic": ("#systolic-arrays", {}),
    "topic on a phone": ("#systolic-arrays", {"viewport": PHONE, "has_touch": True}),
    "heading": ("#mlir-framework__3", {}),
    "route": ("#tpu-architecture?before", {}),
    "search": ("#?q=systolic", {}),
}


def rgb(colour: str) -> Colour:
    return tuple(bytes.fromhex(colour[1:]))


def alike(one: Colour, other: Colour, tolerance: int = 3) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def difference(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int] | None:
    """The box around all that differs by more than the shade that a browser's rounding makes at the edge of a letter."""
    assert one.size == other.size
    return ImageChops.difference(one, other).point(lambda part: part if part > SHADE else 0).getbbox()


def settle(page: Page) -> None:
    """Wait until all is drawn, and no hand is over it."""
    page.mouse.move(0, 0)
    page.evaluate(
        "async () => { await document.fonts.ready; for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame) }"
    )


def seen(page: Page) -> Image.Image:
    settle(page)
    return picture(page)


class Plan:
    """Where the plan has its things on the screen, in dots, reckoned from its own numbers."""

    def __init__(self, sheet: Sheet, page: Page) -> None:
        settle(page)
        self.picture = picture(page)
        self.sheet = sheet
        pane = page.locator("#__map").bounding_box()
        assert pane
        x, y, width, height = map(float, str(page.locator("#__map > svg").get_attribute("viewBox")).split())
        self.scale = min(pane["width"] / width, pane["height"] / height) * SHARP
        self.left = (pane["x"] + pane["width"] / 2) * SHARP - (x + width / 2) * self.scale
        self.top = (pane["y"] + pane["height"] / 2) * SHARP - (y + height / 2) * self.scale

    def dot(self, x: float, y: float) -> Colour:
        """The colour at a place of the plan."""
        place = self.left + x * SCALE * self.scale, self.top + y * SCALE * self.scale
        found = self.picture.getpixel((int(place[0]), int(place[1])))
        assert isinstance(found, tuple)
        return found

    def ring(self, id: str) -> list[Colour]:
        """Colours around a station."""
        station, radius = self.sheet.plan.stations[id], RING - OUTLINE / 2
        angles = [math.pi * (0.25 + n / 2) for n in range(4)]
        return [self.dot(station.x + radius * math.cos(a), station.y + radius * math.sin(a)) for a in angles]

    def middle(self, id: str) -> Colour:
        station = self.sheet.plan.stations[id]
        return self.dot(station.x, station.y)

    def along(self, number: int) -> Iterator[Colour]:
        """Colours beside the middle of a line, where it has no stripes."""
        points = self.sheet.plan.tracks[number]
        for (x, y), (end_x, end_y) in pairwise(points):
            long = math.hypot(end_x - x, end_y - y)
            across = -(end_y - y) / long * LINE * 0.36, (end_x - x) / long * LINE * 0.36
            for step in range(1, 30):
                part = step / 30
                for side in (1, -1):
                    yield self.dot(x + (end_x - x) * part + across[0] * side, y + (end_y - y) * part + across[1] * side)


@pytest.fixture(scope="module")
def sheet(bundled: KnowledgeMap) -> Sheet:
    return lay_out(replace(bundled, title="", summary=""), "screen")


# ---------- where things are ----------


@pytest.mark.parametrize("scheme", THEMES)
def test_stations_and_lines_are_where_the_plan_has_them(
    browser: Browser, file: Path, sheet: Sheet, scheme: str
) -> None:
    theme = THEMES[scheme]
    with opened(browser, file, color_scheme=scheme, device_scale_factor=SHARP) as shown:
        plan = Plan(sheet, shown.page)
    for id in sheet.plan.stations:
        assert alike(plan.middle(id), rgb(theme.paper)), id
        assert all(alike(dot, rgb(theme.ink)) for dot in plan.ring(id)), id
    for number, line in enumerate(sheet.plan.network.lines):
        if line.area:
            dots = [*plan.along(number)]
            right = sum(alike(dot, rgb(theme.lines[number % HUES])) for dot in dots)
            assert right > len(dots) * 0.6, line.area  # the rest lies under what crosses it


def test_what_is_found_stands_out(browser: Browser, file: Path, sheet: Sheet, bundled: KnowledgeMap) -> None:
    with opened(browser, file, "#?q=%23level%2Fadvanced", device_scale_factor=SHARP) as shown:
        expect(shown.page.locator("#__hits li").first).to_be_visible()
        shown.page.evaluate("document.getElementById('__hits').hidden = true")
        plan = Plan(sheet, shown.page)
    tagged = {each.id for each in bundled.topics if "level/advanced" in each.tags}
    assert len(tagged) > 5
    for id in sheet.plan.stations:
        for dot in plan.ring(id):
            assert alike(dot, rgb(LIGHT.ink)) if id in tagged else min(dot) > FADED, id


@pytest.mark.parametrize("scheme", THEMES)
def test_a_route_goes_through_its_stations(
    browser: Browser, file: Path, sheet: Sheet, bundled: KnowledgeMap, scheme: str
) -> None:
    goal = "tpu-architecture"
    with opened(browser, file, f"#{goal}?before", color_scheme=scheme, device_scale_factor=SHARP) as shown:
        plan = Plan(sheet, shown.page)
        pane = shown.page.locator("#__map").bounding_box()
    way = [*(each.id for each in bundled.prerequisites(goal)), goal]
    assert pane and len(way) > 4
    for id, station in sheet.plan.stations.items():
        lit = (
            [
                alike(plan.dot(station.x + x, station.y + y), rgb(OVER[scheme]))
                for x, y in ((0.9, 0), (0, 0.9), (0, -0.9))
            ]
            if id in way
            else []
        )
        assert all(lit), id
        assert id in way or not alike(plan.middle(id), rgb(OVER[scheme])), id
    for axis, (start, long) in enumerate(((pane["x"], pane["width"]), (pane["y"], pane["height"]))):
        where = [
            (
                (plan.left, plan.top)[axis]
                + (sheet.plan.stations[id].x, sheet.plan.stations[id].y)[axis] * SCALE * plan.scale
            )
            / SHARP
            for id in way
        ]
        assert start < min(where) and max(where) < start + long  # all of it is in sight


def test_no_words_of_the_map_lie_upon_others(browser: Browser, file: Path) -> None:
    with opened(browser, file) as shown:
        settle(shown.page)
        boxes = shown.page.eval_on_selector_all(
            "#__map text", "texts => texts.map(each => [each.textContent, each.getBoundingClientRect().toJSON()])"
        )
    assert len(boxes) > 100
    for at, (words, box) in enumerate(boxes):
        for others, other in boxes[:at]:
            wide = min(box["right"], other["right"]) - max(box["left"], other["left"])
            high = min(box["bottom"], other["bottom"]) - max(box["top"], other["top"])
            assert wide <= 0 or high <= box["height"] * 0.35, (words, others)  # a box has room for what hangs below


WIDE, NARROW, SMALL = (1400, 1101), (1100, 801), (800, 390, 320)  # widths of windows


@pytest.mark.parametrize("width", [*WIDE, *NARROW, *SMALL])
def test_regions_lie_beside_one_another(browser: Browser, file: Path, width: int) -> None:
    """Three columns; in a narrower window the map above the text; on a phone one region at a time."""
    low = 700
    with opened(browser, file, "#systolic-arrays", viewport={"width": width, "height": low}) as shown:
        settle(shown.page)
        boxes = {}
        for name in ("header", "#__outline", "#__map", "#__text", "#__views"):
            if box := shown.page.locator(name).bounding_box():
                boxes[name] = box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]
    top, text = boxes["header"][3], boxes["#__text"]
    if width in SMALL:
        bar = boxes["#__views"][1]
        expected = {"#__text": (0, top, width, bar), "#__views": (0, bar, width, low)}
    else:
        side = boxes["#__outline"][2]
        expected = {"#__outline": (0, top, side, low)}
        if width in WIDE:
            expected |= {"#__map": (side, top, text[0], low), "#__text": (text[0], top, width, low)}
        else:
            expected |= {"#__map": (side, top, width, text[1]), "#__text": (side, text[1], width, low)}
    expected["header"] = 0, 0, width, top
    assert boxes.keys() == expected.keys()
    for name, (left, upper, right, lower) in expected.items():
        assert boxes[name] == pytest.approx((left, upper, right, lower), abs=0.5), name
        assert right - left > 200 and lower - upper > 50, name


def test_nothing_is_wider_than_a_phone(browser: Browser, file: Path, bundled: KnowledgeMap) -> None:
    with opened(browser, file, viewport=PHONE, has_touch=True) as shown:
        for each in bundled.topics:
            for address in (label(each.id), f"{label(each.id)}?before"):
                shown.page.evaluate("name => location.hash = name", address)
                expect(shown.page.locator(f"#{label(each.id)}.on")).to_be_visible()
                beyond = shown.page.evaluate(
                    "[document.documentElement, document.getElementById('__text')].map(each => each.scrollWidth - each.clientWidth)"
                )
                assert beyond == [0, 0], address


def test_areas_have_their_names_where_the_map_was_hidden_first(browser: Browser, tmp_path: Path) -> None:
    topics = [topic(f"t{n}", title=f"Topic {n}", areas=(f"t{n % 3}",) if n > 2 else (), note="") for n in range(40)]
    made = make_map(*topics, parents=dict.fromkeys(("t0", "t1", "t2")))
    with opened(browser, save(made, tmp_path), "#t9", viewport=PHONE) as shown:
        shown.page.locator("#__views [data-view=map]").click()
        settle(shown.page)
        found = shown.page.evaluate(
            "['.area rect', '.names text'].map(each => [...document.querySelectorAll(each)].map(each => each.getBoundingClientRect().toJSON()))"
        )
    areas, names = found
    assert len(areas) == len(names) == 3
    for area, name in zip(areas, names, strict=True):
        assert area["left"] < name["left"] and name["right"] <= area["right"]
        assert area["top"] < name["top"] + 1 and name["bottom"] < area["bottom"] and name["height"] > 10


# ---------- the same, and other ----------


@pytest.mark.parametrize("scene", SCENES)
def test_the_same_page_is_the_same_picture(browser: Browser, file: Path, scene: str) -> None:
    """Opened twice, and loaded again."""
    address, options = SCENES[scene]
    pictures = []
    for _ in range(2):
        with opened(browser, file, address, **options) as shown:
            pictures.append(seen(shown.page))
            shown.page.reload()
            pictures.append(seen(shown.page))
    assert {difference(pictures[0], each) for each in pictures} == {None}


def test_scenes_differ(browser: Browser, file: Path) -> None:
    """Or nothing would be compared above."""
    pictures = []
    for address, options in SCENES.values():
        with opened(browser, file, address, **options) as shown:
            pictures.append(seen(shown.page))
    assert all(difference(one, other) for one, other in combinations(pictures, 2) if one.size == other.size)


def test_what_is_known_and_the_theme_are_there_after_a_reload(browser: Browser, file: Path) -> None:
    with opened(browser, file, "#systolic-arrays") as shown:
        before = seen(shown.page)
        shown.page.locator("#__theme").click()
        shown.page.locator("article.on .tools input").check()
        shown.page.evaluate("document.activeElement.blur()")
        changed = seen(shown.page)
        assert difference(before, changed)
        shown.page.reload()
        assert difference(changed, seen(shown.page)) is None


def walk(page: Page, topic: str) -> None:
    """A click on the topic's station, as a hand does it."""
    box = page.locator(f'#__map a[href="#{topic}"] circle').bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(f"#{topic}.on")).to_be_visible()


def test_an_address_leads_where_clicks_do(browser: Browser, file: Path) -> None:
    with opened(browser, file, "#tpu-architecture") as shown:
        topic = seen(shown.page)
    with opened(browser, file, "#tpu-architecture?before") as shown:
        route = seen(shown.page)
    with opened(browser, file) as shown:
        settle(shown.page)
        walk(shown.page, "tpu-architecture")
        assert difference(topic, seen(shown.page)) is None
        shown.page.locator("article.on .tools a").click()
        expect(shown.page.locator("#__route")).to_be_visible()
        assert difference(route, seen(shown.page)) is None


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}], ids=["desk", "phone"])
def test_back_leads_to_what_was_in_sight(browser: Browser, file: Path, options: dict[str, Any]) -> None:
    """Text, map and outline as they had been left, and forward, too."""
    with opened(browser, file, **options) as shown:
        page = shown.page
        if options:
            page.locator("#__views [data-view=outline]").click()
        link = page.locator("#__outline .tree a", has_text="MLIR Framework")
        link.scroll_into_view_if_needed()
        pictures = [seen(page)]
        link.click()
        expect(page.locator("#mlir-framework.on")).to_be_visible()
        back = page.locator("#mlir-framework .backlinks a").first
        back.scroll_into_view_if_needed()
        if not options:
            page.keyboard.press("+")
        pictures.append(seen(page))
        back.click()
        expect(page.locator("#mlir-framework")).to_be_hidden()
        pictures.append(seen(page))
        assert all(difference(one, other) for one, other in combinations(pictures, 2))
        for at, turn in ((1, page.go_back), (0, page.go_back), (1, page.go_forward), (2, page.go_forward)):
            turn()
            expect(page.locator("#mlir-framework")).to_be_visible(visible=at == 1)
            assert difference(pictures[at], seen(page)) is None, at


def test_dark_is_dark_everywhere_but_in_pictures(browser: Browser, file: Path) -> None:
    """No colour that is the same by day and by night; pictures are as they were drawn."""
    seen_at, drawn_at = {}, {}
    for scheme in THEMES:
        with opened(browser, file, "#systolic-arrays", color_scheme=scheme) as shown:
            seen_at[scheme] = seen(shown.page)
            shown.page.locator("article.on img").first.scroll_into_view_if_needed()
            drawn = picture(shown.page, "article.on img >> nth=0")
            drawn_at[scheme] = drawn.crop((4, 4, drawn.width - 4, drawn.height - 4))  # without its round corners
    assert difference(*drawn_at.values()) is None
    same = ImageChops.difference(*seen_at.values()).convert("L").point(lambda part: 255 * (part <= SHADE))
    assert same.filter(ImageFilter.MinFilter(3)).getbbox() is None  # edges of letters have shades that may be in both


# ---------- paper ----------


def printed(page: Page) -> PdfDocument:
    settle(page)
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "2cm")
    return PdfDocument(page.pdf(format="A4", margin=margin, print_background=True))


@pytest.mark.parametrize("address", ["", "#systolic-arrays"], ids=["map", "topic"])
def test_paper_is_the_same_by_night(browser: Browser, file: Path, address: str) -> None:
    papers = []
    for scheme in THEMES:
        with opened(browser, file, address, color_scheme=scheme) as shown:
            papers.append([each.render(scale=2).to_pil().convert("RGB") for each in printed(shown.page)])
    day, night = papers
    assert len(day) == len(night) > 1
    for at, each in enumerate(day):
        assert difference(each, night[at]) is None, at
        assert difference(each, Image.new("RGB", each.size, "white")), at
    hues = {rgb(colour) for colour in LIGHT.lines[:6]}
    there = {colour for each in day for _, colour in each.getcolors(1 << 24) or ()}
    assert (hues <= there) == (address == "")


def test_paper_has_room_for_all(browser: Browser, file: Path) -> None:
    """A browser prints a page smaller that is wider than paper: a capital of a title of 16.3 points is some 11.7 high."""
    with opened(browser, file, "#mlir-framework") as shown:  # which has long lines of code
        text = printed(shown.page)[0].get_textpage()
    _, low, _, high = text.get_charbox(text.get_text_range().index("MLIR Framework"))
    assert 10.5 < high - low < 13
