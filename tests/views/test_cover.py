"""The picture of the map on the title page: what its data promise, for any number of parts."""

from itertools import pairwise
from typing import Any

import pytest

from exporter import KnowledgeMap
from exporter.model import MENTIONS, REQUIRES
from exporter.testing import link, make_map, topic
from exporter.views.book.cover import cover
from exporter.views.book.plan import Plan
from exporter.views.translations import ENGLISH


def parts(count: int, *links: tuple[int, str, int], topics: int = 2) -> KnowledgeMap:
    """Areas of a few topics; links are between the first topics of the parts of these numbers, from 0."""
    areas = [topic(f"a{number}") for number in range(count)]
    members = [topic(f"t{number}-{each}", areas=(f"a{number}",)) for number in range(count) for each in range(topics)]
    given = tuple(link(f"t{start}-0", kind, f"t{end}-0") for start, kind, end in links)
    return make_map(*areas, *members, links=given)


def drawn(knowledge_map: KnowledgeMap) -> dict[str, Any] | None:
    plan = Plan(knowledge_map, ENGLISH, True, False)
    return cover(knowledge_map, plan.part_number, plan.home)


@pytest.mark.parametrize("count", [2, 3, 7, 19, 60])
def test_circles_stand_side_by_side_in_their_order(count: int) -> None:
    data = drawn(parts(count, *((number + 1, REQUIRES, number) for number in range(count - 1))))
    assert data
    circles = data["circles"]
    assert [circle["title"] for circle in circles] == [f"a{number}" for number in range(count)]
    assert all(one["x"] + one["radius"] < other["x"] - other["radius"] for one, other in pairwise(circles))
    assert circles[0]["x"] - circles[0]["radius"] >= -0.01
    assert circles[-1]["x"] + circles[-1]["radius"] <= 100.01
    for arc in data["arcs"]:
        assert all(-0.01 <= x <= 100.01 and y <= data["height"] for x, y in arc["points"])
        (_, start), (_, out), *_ = arc["points"]
        assert start - (start - out) * 3 / 4 >= 0  # its highest point is in the picture
    assert circles[0]["y"] + circles[0]["radius"] <= data["height"]


def test_arcs_lead_from_what_comes_before_and_other_links_are_thin() -> None:
    data = drawn(parts(3, (1, REQUIRES, 0), (1, MENTIONS, 0), (0, MENTIONS, 2), (2, MENTIONS, 0), (2, REQUIRES, 2)))
    assert data
    x = [circle["x"] for circle in data["circles"]]
    arcs = [(x.index(arc["points"][0][0]), x.index(arc["points"][-1][0]), arc["needs"]) for arc in data["arcs"]]
    assert arcs == [(0, 2, False), (0, 1, True)]
    assert data["arcs"][0]["width"] > data["arcs"][1]["width"]  # two links, one link


def test_a_part_of_more_topics_is_larger() -> None:
    knowledge_map = parts(2, (1, REQUIRES, 0))
    more = make_map(*knowledge_map.topics, topic("extra", areas=("a1",)), links=tuple(knowledge_map.links))
    data = drawn(more)
    assert data
    assert [circle["topics"] for circle in data["circles"]] == [3, 4]
    assert data["circles"][0]["radius"] < data["circles"][1]["radius"]


def test_where_there_is_nothing_to_see_there_is_no_picture() -> None:
    assert drawn(parts(0)) is drawn(parts(1)) is drawn(parts(5)) is None
    assert drawn(parts(61, (1, REQUIRES, 0), topics=1)) is None


def test_of_many_parts_those_at_the_top_are_drawn() -> None:
    areas = [topic(f"a{number}") for number in range(3)]
    below = [topic(f"b{number}") for number in range(60)]
    parents = {each.id: None for each in areas} | {each.id: f"a{number % 3}" for number, each in enumerate(below)}
    data = drawn(make_map(*areas, *below, parents=parents, links=(link("b1", REQUIRES, "b0"),)))
    assert data
    assert [(circle["title"], circle["topics"]) for circle in data["circles"]] == [("a0", 21), ("a1", 21), ("a2", 21)]
    assert len(data["arcs"]) == 1
