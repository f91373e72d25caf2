"""The small map of a part: what its data promise, whatever the links are, and that Typst draws it by the standards."""

import io
import json
from collections.abc import Callable, Iterable
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import typst
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples

from exporter import KnowledgeMap
from exporter.model import MENTIONS, RELATED, REQUIRES
from exporter.testing import link, topic
from exporter.views.book.chart import chart
from exporter.views.translations import TRANSLATIONS

Pair = tuple[str, str]  # what is known before, and what builds on it
Data = dict[str, Any]

DESIGN = ROOT / "exporter" / "views" / "book" / "chart.typ"
PAGE = """
#import "chart.typ": draw-chart
#set document(title: "Map")
#set page(paper: "{paper}")
#set text(lang: "en", size: {size}pt, font: "Libertinus Serif")
#let chart = json("chart.json")
= Map
#draw-chart(chart, rgb("#1f4e79"), luma(38%), (name, body) => link(label(name), body))
#for box in chart.boxes [== #box.title #label(box.label)]
"""


def of(ids: Iterable[str], before: Iterable[Pair] = (), related: Iterable[Pair] = (), **titles: str) -> KnowledgeMap:
    links = [link(then, REQUIRES, first) for first, then in before] + [link(a, RELATED, b) for a, b in related]
    return KnowledgeMap(topics=tuple(topic(id, title=titles.get(id, id)) for id in ids), links=tuple(links))


def drawn(knowledge_map: KnowledgeMap) -> Data:
    data = chart(knowledge_map, knowledge_map.topics)
    assert data
    return data


def rows(data: Data) -> list[list[str]]:
    """Titles as they stand, from left to right and then down."""
    heights = sorted({box["y"] for box in data["boxes"]})
    boxes = sorted(data["boxes"], key=lambda box: box["x"])
    return [[box["title"] for box in boxes if box["y"] == y] for y in heights]


def at(data: Data, point: list[float]) -> str:
    """The title of the box on whose border the point lies."""
    x, y = point
    (title,) = [
        box["title"]
        for box in data["boxes"]
        if (x in edges(box)[::2] and edges(box)[1] <= y <= edges(box)[3])
        or (y in edges(box)[1::2] and edges(box)[0] <= x <= edges(box)[2])
    ]
    return str(title)


def edges(box: Data) -> tuple[float, float, float, float]:
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def apart(one: tuple[float, ...], other: tuple[float, ...], by: float) -> bool:
    return one[2] + by <= other[0] or other[2] + by <= one[0] or one[3] + by <= other[1] or other[3] + by <= one[1]


def arrows(data: Data, head: bool) -> list[Pair]:
    return [
        (at(data, each["points"][0]), at(data, each["points"][-1])) for each in data["arrows"] if each["head"] == head
    ]


def closure(pairs: Iterable[Pair]) -> set[Pair]:
    found = set(pairs)
    while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= more
    return found


@st.composite
def maps(draw: st.DrawFn) -> KnowledgeMap:
    ids = [f"t{number}" for number in range(draw(st.integers(0, 40)))]
    if not ids:
        return of(ids)
    ends = st.tuples(
        st.sampled_from(ids), st.sampled_from([REQUIRES, REQUIRES, RELATED, MENTIONS]), st.sampled_from(ids)
    )
    links = draw(st.lists(ends, max_size=60, unique=True))
    return KnowledgeMap(topics=of(ids).topics, links=tuple(link(*each) for each in sorted(links)))


@settings(deadline=None, max_examples=examples(300))
@given(maps())
def test_whatever_the_links_are(knowledge_map: KnowledgeMap) -> None:
    data = chart(knowledge_map, knowledge_map.topics)
    assert data == chart(knowledge_map, knowledge_map.topics)
    typed = [each for each in knowledge_map.links if each.kind != MENTIONS and each.start != each.end]
    joined = {id for each in typed for id in (each.start, each.end)}
    assert (data is None) == (not typed or len(joined) < min(len(knowledge_map.topics) / 2, 6))
    if not data:
        return
    data = json.loads(json.dumps(data))
    boxes, titles = data["boxes"], [box["title"] for box in data["boxes"]]
    assert titles == sorted({*titles}, key=lambda id: int(id[1:]))  # once each, in the map's order
    assert 2 <= len(boxes) <= 24
    left = len(knowledge_map.topics) - len(boxes)
    assert data["more"] == (f"and {left} more" if left else "")

    frame = (0, 0, data["width"], data["height"])
    assert all(apart(edges(one), edges(other), 5) for one, other in combinations(boxes, 2))
    assert all(not apart(edges(box), frame, 0) for box in boxes)
    corners = [*map(edges, boxes), *((x, y, x, y) for each in data["arrows"] for x, y in each["points"])]
    assert all(frame[0] <= x and frame[1] <= y and w <= frame[2] and h <= frame[3] for x, y, w, h in corners)
    for each in data["arrows"]:
        points = each["points"]
        for start in range(0, len(points) - 1, 3):  # a Bézier curve lies within its four points' hull
            xs, ys = zip(*points[start : start + 4], strict=True)
            hull = (min(xs), min(ys), max(xs), max(ys))
            assert all(apart(edges(box), hull, 0) for box in boxes)

    shown = {*titles}
    requires = {(each.end, each.start) for each in typed if each.kind == REQUIRES and {each.start, each.end} <= shown}
    heads, lines = arrows(data, True), arrows(data, False)
    assert len({*heads}) == len(heads)
    assert {*heads} <= requires
    assert closure(heads) == closure(requires)  # what is not drawn follows from what is
    place = {title: (y, x) for y, row in enumerate(rows(data)) for x, title in enumerate(row)}
    assert all(place[a] < place[b] or (b, a) in closure(requires) for a, b in requires)
    related = {frozenset((each.start, each.end)) for each in typed if each.kind == RELATED}
    needed = {frozenset(pair) for pair in requires}
    assert sorted(map(sorted, lines)) == sorted(sorted(pair) for pair in related - needed if pair <= shown)
    assert data["alt"].count(";") + 1 == len(data["arrows"])


def test_a_chain_reads_as_text_does() -> None:
    data = drawn(of("abcdefgh", pairwise("abcdefgh")))
    assert rows(data) == [[*"abcd"], [*"efgh"]]
    assert data["alt"].startswith("b – builds on: a; c – builds on: b; ")


def test_layers_from_what_is_known_before() -> None:
    knowledge_map = of("edcba", ["ab", "ac", "bd", "cd", "ad"], ["be", "bc"])  # type: ignore[list-item]
    assert [sorted(row) for row in rows(drawn(knowledge_map))] == [["a"], ["b", "c", "e"], ["d"]]
    assert ("a", "d") not in arrows(drawn(knowledge_map), True)  # as it follows


def test_a_cycle_begins_where_the_map_does() -> None:
    data = drawn(of("abcd", [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]))
    assert rows(data) == [["a", "b", "c", "d"]]
    assert ("c", "a") in arrows(data, True)


def test_topics_without_links_stand_below_if_they_are_few() -> None:
    assert rows(drawn(of("abcd", [("a", "b")])))[1:] == [["c", "d"]]
    chain = [(f"t{number}", f"t{number + 1}") for number in range(5)]
    many = drawn(of((f"t{number}" for number in range(20)), chain))
    assert (rows(many), many["more"]) == ([["t0", "t1", "t2"], ["t3", "t4", "t5"]], "and 14 more")


def test_few_links_are_no_map() -> None:
    assert chart(of("abcde", [("a", "b")]), of("abcde").topics) is None
    assert chart(of("abcd", [("a", "b")]), of("abcd").topics)


def test_links_to_other_parts_are_their_numbers() -> None:
    links = [("x", "a"), ("a", "b"), ("b", "y"), ("b", "z"), ("w", "a"), ("b", "n")]
    knowledge_map = of("abwxyzn", links)
    part = {"w": 2, "x": 12, "y": 9, "z": 9, "n": 0}
    data = chart(knowledge_map, knowledge_map.topics[:2], part_of=part.__getitem__)
    assert data
    assert [(box["title"], box["before"], box["after"]) for box in data["boxes"]] == [
        ("a", [2, 12], []),
        ("b", [], [9]),
    ]


def test_the_key_names_what_is_drawn() -> None:
    assert (drawn(of("ab", ["ab"]))["arrow"], drawn(of("ab", ["ab"]))["line"]) == ("leads to what builds on it", "")  # type: ignore[list-item]
    assert (drawn(of("ab", [], ["ab"]))["arrow"], drawn(of("ab", [], ["ab"]))["line"]) == ("", "related")  # type: ignore[list-item]


def test_of_hundreds_those_with_the_most_links() -> None:
    ids = [f"t{number}" for number in range(500)]
    data = drawn(of(ids, [("t499", id) for id in ids[:499]]))
    assert data["more"] == "and 476 more"
    assert rows(data)[0] == ["t499"]
    pairs = drawn(of(ids, zip(ids[:250], ids[250:], strict=True)))
    assert len(arrows(pairs, True)) == 12


def test_nothing_to_draw() -> None:
    assert chart(of("ab", ["aa"]), of("ab").topics) is None  # type: ignore[list-item]
    assert chart(of("ab", [("a", "b")]), of("a").topics) is None


def test_the_words_are_those_of_the_book() -> None:
    pairs = [(f"t{number}", f"t{number + 1}") for number in range(1, 5)]
    knowledge_map = of((f"t{number}" for number in range(20)), [("t0", "t1")], pairs)
    data = chart(knowledge_map, knowledge_map.topics, TRANSLATIONS["de"])
    assert data
    assert data["alt"].startswith("t1 – setzt voraus: t0; t2 – verwandt: t1; ")
    assert (data["more"], data["line"]) == ("und 14 weiteren", "verwandt")


@pytest.mark.slow
def test_the_same_in_every_process(with_hash_seed: Callable[[str, str], bytes]) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'tests')!r})\n"
        "from views.test_chart import chart, of\n"
        "ids = [f't{n}' for n in range(30)]\n"
        "pairs = [(a, b) for n, a in enumerate(ids) for m, b in enumerate(ids) if n * m % 11 == 3]\n"
        "known = of(ids, pairs, [(b, a) for a, b in pairs][:5])\n"
        "print(chart(known, known.topics))"
    )
    assert with_hash_seed(code, "1") == with_hash_seed(code, "2")


HOSTILE = {
    "a": "A title of many, many words that nobody should ever have given to any note at all",
    "b": '"quotes" #panic() ] [ $x$ \\ *bold* _it_ @ref <lab>',
    "c": "שלום עולם",
    "d": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "e": "line\nbreak // /* `raw`",
    "f": " ",
}


@pytest.mark.book
@pytest.mark.parametrize(("paper", "size"), [("a4", 10.5), ("a5", 10.5), ("a5", 40), ("us-letter", 4)])
def test_typst_draws_it_by_the_standards(paper: str, size: float, tmp_path: Path) -> None:
    knowledge_map = of("abcdefgh", [*pairwise("abcdb"), ("b", "e"), ("a", "f")], [("d", "e")], **HOSTILE)
    files = {
        "main.typ": PAGE.format(paper=paper, size=size).encode(),
        "chart.typ": DESIGN.read_bytes(),
        "chart.json": json.dumps(data := drawn(knowledge_map)).encode(),
    }
    compile: Any = typst.compile_with_warnings  # whose type hints do not know files in memory
    pdf, warnings = compile(files, root=tmp_path, ignore_system_fonts=True, pdf_standards=["a-2a", "ua-1"])
    assert not warnings
    with pikepdf.open(io.BytesIO(pdf)) as book:
        (figure,) = [
            each for each in book.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"
        ]
        assert str(figure.Alt) == data["alt"]
        links = [each for page in book.pages for each in page.get("/Annots", [])]
        assert len(links) == len({str(each.Dest) for each in links}) == len(data["boxes"])  # each to its own heading
        assert all(str(each.Contents).strip() for each in links)
