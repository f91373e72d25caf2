"""The plan is read back by programs that nobody here wrote: an XML parser, Pillow for how wide words are, Typst.

`Picture` knows SVG and no more: what is a stroke, a word, a station. Each rule of a plan is a check of it.
"""

import re
from functools import cache
from io import BytesIO
from itertools import combinations, pairwise
from math import dist, hypot
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples
from PIL import Image, ImageFont
from texts import HOSTILE

from exporter import KnowledgeMap, testing
from exporter.errors import Finding, OptionError
from exporter.model import REQUIRES, LearningPath, Source, Step
from exporter.testing import link, make_map, run_writer
from exporter.views.plan.colours import DARK, LIGHT, Theme
from exporter.writers import svg
from exporter.writers.svg import Options

SVG = "{http://www.w3.org/2000/svg}"
HERE = Source("Map.md", 1)
NEAR = 0.2  # user units: coordinates are rounded to tenths
TITLES = ["A", "Sorting", "Abstract Syntax Trees", "Pneumonoultramicroscopicsilicovolcanoconiosis", "知識の地図と論理学の基礎", "خريطة المعرفة",
          "word " * 60, "state-of-the-art/cross-platform_build-systems", "", "👩‍👩‍👧 family", "Iiiii", "WWWWWWWW MMMMMMMM", *HOSTILE]  # fmt: skip


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return (
            min(self.right, other.right) - max(self.left, other.left) > NEAR
            and min(self.bottom, other.bottom) - max(self.top, other.top) > NEAR
        )


class Stroke(NamedTuple):
    points: list[tuple[float, float]]
    width: float


class Picture:
    """What a reader of SVG sees."""

    def __init__(self, data: bytes) -> None:
        self.root = ElementTree.fromstring(data)
        self.width, self.height = (float(each) for each in self.root.attrib["viewBox"].split()[2:])
        legend = self.root.find(f"{SVG}g[@class='legend']")
        assert legend is not None
        inside = set(legend.iter())
        self.strokes = [
            Stroke(
                [tuple(map(float, spot.split(","))) for spot in each.attrib["points"].split()],
                float(each.attrib["stroke-width"]),
            )  # type: ignore[misc]
            for each in self.root.iter(f"{SVG}polyline")
            if each not in inside and "s-paper" not in each.attrib["class"]
        ]
        self.labels = [box_of(each) for each in self.root.iter(f"{SVG}text") if each.get("text-anchor") != "middle"]
        self.stations = self.groups("station")
        rings = [circle_of(station) for station in self.stations]
        self.circles = [circle for circle in rings if circle]

    def groups(self, name: str) -> list[ElementTree.Element]:
        return [each for each in self.root.iter(f"{SVG}g") if each.get("class") == name]

    def check(self) -> None:
        """Only level, upright and diagonal strokes; nothing lies upon anything else, nothing off the page."""
        for stroke in self.strokes:
            for (x, y), (next_x, next_y) in pairwise(stroke.points):
                across, down = abs(next_x - x), abs(next_y - y)
                assert min(across, down, abs(across - down)) <= NEAR, stroke
        for label in self.labels:
            assert label.left >= 0 and label.top >= 0 and label.right <= self.width and label.bottom <= self.height, (
                label
            )
        for label, other in combinations(self.labels, 2):
            assert not label.overlaps(other), (label, other)
        for label in self.labels:
            for x, y, radius in self.circles:
                assert not label.overlaps(Box(x - radius, y - radius, x + radius, y + radius)), label
            for stroke in self.strokes:
                assert not any(hits(ends, label, stroke.width / 2) for ends in pairwise(stroke.points)), (label, stroke)
        for (x, y, radius), (other_x, other_y, other) in combinations(self.circles, 2):
            assert hypot(x - other_x, y - other_y) > radius + other
        for group in ("requires", "path", "branch"):
            for each in self.groups(group):
                self.check_passes_no_station(each)
        ids = [each.attrib["id"] for each in self.root.iter() if "id" in each.attrib]
        assert len(ids) == len({*ids})

    def check_passes_no_station(self, group: ElementTree.Element) -> None:
        for line in group.iter(f"{SVG}polyline"):
            points: list[Any] = [tuple(map(float, spot.split(","))) for spot in line.attrib["points"].split()]
            half = float(line.attrib["stroke-width"]) / 2 if "s-paper" not in line.attrib["class"] else 0
            for x, y, radius in self.circles:
                if min(dist((x, y), end) for end in (points[0], points[-1])) > 40:  # it begins or ends at others
                    assert all(far((x, y), ends) >= radius + half for ends in pairwise(points)), (points, x, y)


def numbers_of(station: ElementTree.Element) -> list[ElementTree.Element]:
    """The numbers of a station on the path."""
    return [each for each in station.iter(f"{SVG}text") if each.get("text-anchor") == "middle"]


def circle_of(station: ElementTree.Element) -> tuple[float, float, float] | None:
    circles = list(station.iter(f"{SVG}circle"))
    if not circles:
        return None
    x, y = float(circles[0].attrib["cx"]), float(circles[0].attrib["cy"])
    return x, y, max(float(each.attrib["r"]) + float(each.get("stroke-width", 0)) / 2 for each in circles)


@cache
def font() -> ImageFont.FreeTypeFont:
    made = ImageFont.load_default(100)
    assert isinstance(made, ImageFont.FreeTypeFont)
    return made


def box_of(text: ElementTree.Element) -> Box:
    """Where words are, by a font that is like the one asked for."""
    x, y, size = (float(text.attrib[key]) for key in ("x", "y", "font-size"))
    words = re.sub("[\u2067\u2069]", "", text.text or "")
    width = font().getlength(re.sub("[^\x20-\x7e]", "n", words)) * size / 100
    width += size * 0.45 * len(re.findall("[\u2e80-\ud7ff\uf900-\ufaff]", words))  # of a square the "n" above is a half
    left = x - width if text.get("text-anchor") == "end" else x
    return Box(left, y - 0.72 * size, left + width, y + 0.2 * size)


def far(spot: tuple[float, float], ends: tuple[Any, Any]) -> float:
    """How far a spot is from a piece of a stroke."""
    (x1, y1), (x2, y2) = ends
    long = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = max(0.0, min(1.0, ((spot[0] - x1) * (x2 - x1) + (spot[1] - y1) * (y2 - y1)) / long)) if long else 0.0
    return hypot(spot[0] - x1 - share * (x2 - x1), spot[1] - y1 - share * (y2 - y1))


def hits(ends: tuple[Any, Any], box: Box, margin: float) -> bool:
    """Whether a piece of a stroke comes into a box, by Liang and Barsky."""
    (x1, y1), (x2, y2) = ends
    low, high = 0.0, 1.0
    grown = Box(
        box.left - margin + NEAR, box.top - margin + NEAR, box.right + margin - NEAR, box.bottom + margin - NEAR
    )
    for start, step, least, most in ((x1, x2 - x1, grown.left, grown.right), (y1, y2 - y1, grown.top, grown.bottom)):
        if not step:
            if not least < start < most:
                return False
            continue
        first, second = sorted(((least - start) / step, (most - start) / step))
        low, high = max(low, first), min(high, second)
    return low < high


def drawn(knowledge_map: KnowledgeMap, **options: Any) -> Picture:
    output = run_writer(svg, knowledge_map, Options(**options))
    assert [*output.files] == ["knowledge-map.svg"]
    return Picture(output.files["knowledge-map.svg"])


def told(knowledge_map: KnowledgeMap) -> list[Finding]:
    return run_writer(svg, knowledge_map).findings


def topic(id: str, *areas: str, **fields: Any) -> testing.Topic:
    return testing.topic(id, areas=areas, **fields)


def path(*steps: tuple[str, ...]) -> tuple[LearningPath, ...]:
    return (LearningPath("path", "Path", tuple(Step("", step, HERE) for step in steps), HERE),)


def check_stops(picture: Picture, stops: list[str]) -> None:
    """The path comes to its numbers in their order."""
    spots = {}
    for station in picture.stations:
        for disc in station.findall(f"{SVG}rect[@class='f-ink']"):
            left, width, height = (float(disc.attrib[key]) for key in ("x", "width", "height"))
            spots[station.attrib["data-topic"]] = left + width - height / 2
    rings = {station.attrib["data-topic"]: circle_of(station) for station in picture.stations}
    (group,) = picture.groups("path")
    lines = [each for each in group.iter(f"{SVG}polyline") if "s-ink" in each.attrib["class"]]
    points: list[Any] = [tuple(map(float, spot.split(","))) for line in lines for spot in line.attrib["points"].split()]
    place = 0
    for id in stops:
        ring = rings[id]
        assert ring
        here = next(
            number for number in range(place, len(points) - 1)
            if far((spots[id], ring[1]), (points[number], points[number + 1])) < 1
        )  # fmt: skip
        place = here


@st.composite
def maps(draw: st.DrawFn) -> KnowledgeMap:
    count = draw(st.integers(0, 24))
    areas = [f"area {number}" for number in range(draw(st.integers(0, 6)))]
    ids = [f"t{number}" for number in range(count)]
    title = st.sampled_from(TITLES)
    filed = st.lists(st.sampled_from(areas), max_size=2, unique=True) if areas else st.just([])
    written = st.sampled_from(["t.md", None])
    topics = [topic(id, *draw(filed), title=draw(title), note=draw(written)) for id in ids]
    heads = [topic(id, title=draw(title)) for id in areas]
    every = st.sampled_from([*ids, *areas]) if ids or areas else st.nothing()
    links = draw(st.lists(st.builds(link, every, st.just(REQUIRES), every), max_size=25)) if ids or areas else []
    steps = draw(st.lists(st.lists(every, max_size=2).map(tuple), max_size=14)) if ids or areas else []
    parents = {id: draw(st.sampled_from([None, *areas[:number]])) for number, id in enumerate(areas)}
    language = draw(st.sampled_from(["en", "ar"]))
    return make_map(
        *heads, *topics, links=links, parents=parents, paths=path(*steps), language=language, title=draw(title)
    )


@pytest.mark.slow
@settings(max_examples=examples(20), deadline=None)
@given(maps(), st.sampled_from(["a3", "screen"]))
def test_nothing_lies_upon_anything_else(knowledge_map: KnowledgeMap, page: str) -> None:
    picture = drawn(knowledge_map, page=page)
    picture.check()
    shown = [station.attrib["data-topic"] for station in picture.stations]
    assert sorted(shown) == sorted(each.id for each in knowledge_map.topics)


def test_the_bundled_map(bundled: KnowledgeMap) -> None:
    picture = drawn(bundled)
    picture.check()
    shown = [station.attrib["data-topic"] for station in picture.stations]
    assert sorted(shown) == sorted(each.id for each in bundled.topics)
    assert [line.attrib["data-area"] for line in picture.groups("line")] == [area.id for area in bundled.areas]
    stops = [id for step in bundled.paths[0].steps for id in step.topics]
    check_stops(picture, stops)
    told_numbers = {
        station.attrib["data-topic"]: text.text for station in picture.stations for text in numbers_of(station)
    }
    assert told_numbers == {
        id: str(number) for number, step in enumerate(bundled.paths[0].steps, 1) for id in step.topics
    }
    (left_out,) = told(bundled)
    assert left_out.code == "svg-left-out"
    assert int(re.findall(r"(\d+) prerequisites", left_out.message)[0]) < 10, "nearly all of it has room"
    assert picture.width / picture.height == pytest.approx(420 / 297, abs=0.001)
    assert (picture.root.attrib["width"], picture.root.attrib["height"]) == ("420mm", "297mm")


def test_an_area_is_a_line_in_the_maps_order(bundled: KnowledgeMap) -> None:
    """Read down, the stations of a line are the area and its topics."""
    picture = drawn(bundled)
    for area in bundled.areas:
        mine = [each for each in picture.stations if each.get("data-area") == area.id]
        mine.sort(key=lambda each: (circle_of(each) or (0, 0, 0))[1])
        assert [each.attrib["data-topic"] for each in mine] == [
            area.id,
            *(each.id for each in bundled.topics_in(area.id)),
        ]


def test_what_is_required_is_drawn_unless_the_line_says_it() -> None:
    links = [link("b", REQUIRES, "a"), link("c", REQUIRES, "a"), link("d", REQUIRES, "c"), link("d", REQUIRES, "a")]
    links.append(link("a", REQUIRES, "e"))
    topics = [topic("a", "x"), topic("b", "x"), topic("e", "x"), topic("c", "y"), topic("d", "z")]
    picture = drawn(make_map(*topics, links=links))
    arrows = {(each.attrib["data-start"], each.attrib["data-end"]) for each in picture.groups("requires")}
    assert arrows == {("a", "c"), ("c", "d"), ("e", "a")}, "b follows a on its line; that d needs a follows from c"


def test_topics_that_require_one_another() -> None:
    links = [link("a", REQUIRES, "b"), link("b", REQUIRES, "a"), link("c", REQUIRES, "a"), link("c", REQUIRES, "b")]
    picture = drawn(make_map(topic("a", "x"), topic("b", "y"), topic("c", "z"), links=links))
    arrows = {(each.attrib["data-start"], each.attrib["data-end"]) for each in picture.groups("requires")}
    assert arrows == {("a", "b"), ("b", "a"), ("a", "c"), ("b", "c")}


def test_a_topic_of_two_areas_has_a_branch_of_the_other() -> None:
    picture = drawn(make_map(topic("a", "x", "y"), topic("b", "x"), topic("c", "y")))
    (branch,) = picture.groups("branch")
    assert (branch.attrib["data-area"], branch.attrib["data-topic"]) == ("y", "a")
    picture.check()


def test_a_topic_that_nobody_has_written_has_gaps() -> None:
    picture = drawn(make_map(topic("a", "x"), topic("b", "x", note=None)))
    gaps = {
        each.attrib["data-topic"]: any("stroke-dasharray" in ring.attrib for ring in each.iter())
        for each in picture.stations
    }
    assert gaps == {"a": False, "b": True, "x": True}


def test_a_stop_that_the_path_comes_to_again() -> None:
    topics = [topic("a", "x"), topic("b", "y"), topic("c", "y")]
    picture = drawn(make_map(*topics, paths=path(("a",), ("b",), ("a",), (), ("c", "c"))))
    numbers = {each.attrib["data-topic"]: [text.text for text in numbers_of(each)] for each in picture.stations}
    assert numbers == {"a": ["1, 3"], "b": ["2"], "c": ["5"], "x": [], "y": []}
    check_stops(picture, ["a", "b", "a", "c"])
    picture.check()


@pytest.mark.parametrize(
    ("areas", "topics", "steps"),
    [(0, 1, 1), (1, 0, 0), (0, 33, 10), (1, 200, 100), (3, 40, 60), (40, 200, 20)],
)
@pytest.mark.slow
def test_large_and_small(areas: int, topics: int, steps: int) -> None:
    made = [topic(f"t{n}", *([f"area {n % areas}"] if areas else []), title=TITLES[n % 7]) for n in range(topics)]
    heads = [topic(f"area {n}", title=f"Area {n}") for n in range(areas)]
    stops = [(f"t{n * 7 % topics}",) for n in range(steps)]
    knowledge_map = make_map(*heads, *made, parents={f"area {n}": None for n in range(areas)}, paths=path(*stops))
    picture = drawn(knowledge_map)
    picture.check()
    every = areas + topics <= 300 and areas <= 24 and (areas <= 8 or topics <= 30 * areas)
    assert (len(picture.stations) == areas + topics) == every


def test_areas_within_areas() -> None:
    """A long line is divided at them; all others have them as stations."""
    deep = {f"a{n}": f"a{n - 1}" if n else None for n in range(12)}
    picture = drawn(make_map(*(topic(f"t{n}", f"a{n}") for n in range(12)), parents=deep))
    picture.check()
    assert len(picture.stations) == 24
    assert len(picture.groups("line")) > 1
    few = drawn(make_map(topic("a", "inner"), topic("b", "outer"), parents={"outer": None, "inner": "outer"}))
    assert [line.attrib["data-area"] for line in few.groups("line")] == ["outer"]
    assert [each.attrib["data-topic"] for each in few.stations] == ["outer", "b", "inner", "a"]


@pytest.mark.slow
def test_ten_thousand_topics() -> None:
    """What is linked most is shown, all else is counted, in a file that opens at once."""
    topics = [topic(f"t{n}", f"area {n % 60}") for n in range(10_000)]
    links = [link(f"t{n}", REQUIRES, f"t{n // 50}") for n in range(1, 10_000)]
    knowledge_map = make_map(*topics, links=links)
    output = run_writer(svg, knowledge_map)
    picture = Picture(output.files["knowledge-map.svg"])
    picture.check()
    assert 200 < len(picture.stations) <= 300
    assert len(output.files["knowledge-map.svg"]) < 500_000
    (finding,) = output.findings
    assert finding.code == "svg-left-out"
    assert "36 areas, 9772 topics" in finding.message
    assert f"{10_060 - 9772} of 10060 topics" in "".join(picture.root.itertext())


@pytest.mark.parametrize("title", TITLES)
def test_titles_that_hurt(title: str) -> None:
    topics = [topic("a", "x", title=title), topic("b", "x", title="Other"), topic("x", title=title)]
    knowledge_map = make_map(*topics, title=title, summary=title)
    picture = drawn(knowledge_map, no_area=title)
    picture.check()
    names = [each.findtext(f"{SVG}title") for each in picture.stations]
    shown = " ".join(
        re.sub("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]", " ", title).split()
    )
    assert names == [shown or "x", shown or "a", "Other"]


def test_ids_are_ids() -> None:
    """Whatever a topic's id is, an element has one of its own."""
    ids = ["a b", "a_20_b", "a&b", 'a"b', "a<b", "é", "plan-title", "learning-path", "\ud800"]
    picture = drawn(make_map(*map(topic, ids)))
    assert len(picture.stations) == len(ids)
    picture.check()
    assert all(re.fullmatch(r"topic-[\w.-]+", each.attrib["id"]) for each in picture.stations)


def test_a_map_that_is_read_from_the_right() -> None:
    topics = [topic("a", "x", title="أساسيات"), topic("b", "x", title="GPU"), topic("c", "y", title="شبكات")]
    from_left, from_right = (drawn(make_map(*topics, language=language)) for language in ("en", "ar"))
    from_right.check()
    for left, right in zip(from_left.stations, from_right.stations, strict=True):
        (x, y, _), (mirrored, same, _) = circle_of(left) or (0, 0, 0), circle_of(right) or (0, 0, 0)
        assert (x + mirrored, y) == (pytest.approx(from_left.width), same)


def test_a_file_that_stands_alone(bundled: KnowledgeMap) -> None:
    """No script, nothing from elsewhere; what it is stands in words."""
    output = run_writer(svg, bundled)
    root = Picture(output.files["knowledge-map.svg"]).root
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= set(
        "svg title desc style rect g text polyline polygon circle".split()
    )
    text = output.files["knowledge-map.svg"].decode()
    assert re.findall(r"https?://[^\"]*|url\(|@import|href|data:", text) == ["http://www.w3.org/2000/svg"]
    assert root.attrib["role"] == "img"
    words = {each.attrib["id"]: each.text or "" for each in root if each.tag in (f"{SVG}title", f"{SVG}desc")}
    assert root.attrib["aria-labelledby"].split() == [*words]
    assert words["plan-title"] == bundled.title
    assert "6 areas, 43 topics. Lines: A ML" in words["plan-desc"]
    assert "7 Research Papers" in words["plan-desc"]


def test_links_where_somebody_wants_them() -> None:
    topics = [topic("a b", "x", note="A & B/ü.md"), topic("c", "x", note=None)]
    picture = drawn(make_map(*topics), link="https://example.org/{id}?of={note}")
    links = [each.attrib["href"] for each in picture.root.iter(f"{SVG}a")]
    assert links == ["https://example.org/a%20b?of=A%20%26%20B%2F%C3%BC.md"]
    picture.check()


@pytest.mark.parametrize(
    ("options", "word"),
    [({"link": "https://example.org"}, "link"), ({"png_width": 99}, "png_width"), ({"png_width": 10_001}, "png_width")],
)
def test_options_that_make_no_sense(options: dict[str, Any], word: str) -> None:
    with pytest.raises(OptionError) as caught:
        Options(**options).check()
    assert caught.value.key == word


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colour: str, other: str) -> float:
    high, low = sorted((luminance(colour), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_contrast(theme: Theme) -> None:
    """Words as WCAG's level AA wants them, also letters in a line's colour; all else by far."""
    assert contrast(theme.ink, theme.paper) >= 15
    for colour in (theme.quiet, *theme.lines):
        assert contrast(colour, theme.paper) >= 4.5, colour
    assert len({*theme.lines}) == len(LIGHT.lines)


def test_dark_colours_stand_in_the_style_sheet_alone(bundled: KnowledgeMap) -> None:
    """Whoever knows no style sheets sees the light ones; each name in it is one of the drawing's, and the other way round."""
    by_theme = {}
    for theme in ("auto", "light", "dark"):
        root = drawn(bundled, theme=theme).root
        styles = [each.text or "" for each in root.iter(f"{SVG}style")]
        assert bool(styles) == (theme == "auto")
        by_theme[theme] = {each.attrib[key] for each in root.iter() for key in ("fill", "stroke") if key in each.attrib}
        names = {name for each in root.iter() for name in each.get("class", "").split() if re.match("[fs]-", name)}
        if styles:
            assert names <= {*re.findall(r"\.([fs]-\w+)\{", styles[0])}
            assert styles[0].startswith("@media screen and (prefers-color-scheme:dark){")
    assert by_theme["auto"] == by_theme["light"]
    assert by_theme["auto"] & by_theme["dark"] == {"none", *({LIGHT.ink} & {DARK.paper})}


@pytest.mark.book
def test_a_picture_of_dots(bundled: KnowledgeMap) -> None:
    """By Typst: where the first station is, is its line's colour beside its ring."""
    output = run_writer(svg, bundled, Options(png=True, png_width=1000))
    image = Image.open(BytesIO(output.files["knowledge-map.png"])).convert("RGB")
    assert image.width == 1000
    assert image.height == pytest.approx(1000 * 297 / 420, abs=2)
    picture = Picture(output.files["knowledge-map.svg"])
    scale = 1000 / picture.width
    x, y = picture.strokes[0].points[-1]
    colour = image.getpixel((round(x * scale), round((y - 20) * scale)))
    assert colour == tuple(int(LIGHT.lines[0][place : place + 2], 16) for place in (1, 3, 5))
    assert [finding.code for finding in output.findings] == ["svg-left-out"]


@pytest.mark.book
def test_signs_that_typst_has_no_font_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exporter.writers.svg.picture.folders", lambda language: [])
    output = run_writer(svg, make_map(topic("a", title="知識 😀")), Options(png=True, png_width=100))
    assert [*output.files] == ["knowledge-map.svg", "knowledge-map.png"]
    (finding,) = output.findings
    assert (finding.code, "3 signs" in finding.message) == ("svg-png", True)


def test_without_typst_the_png_alone_is_missing(bundled: KnowledgeMap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    output = run_writer(svg, bundled, Options(png=True))
    assert [*output.files] == ["knowledge-map.svg"]
    assert [finding.code for finding in output.findings] == ["svg-png", "svg-left-out"]


def test_a_new_topic_moves_no_line(bundled: KnowledgeMap) -> None:
    """What is new comes at the end of its line; all lines stay in their places, and all other stations of it."""

    def rings(picture: Picture) -> dict[str, Any]:
        return {each.attrib["data-topic"]: circle_of(each) for each in picture.stations}

    fields = {"topics": (*bundled.topics, topic("new", "tensor-programming", title="New"))}
    links = (*bundled.links, link("new", "in_area", "tensor-programming"))
    more = KnowledgeMap(**{**bundled.__getstate__(), **fields, "links": links})
    before, after = rings(drawn(bundled)), rings(drawn(more))
    assert after.keys() - before.keys() == {"new"}
    assert {id for id in before if before[id] != after[id]} == set()
