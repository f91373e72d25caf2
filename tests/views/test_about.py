"""What the map note's properties say of the whole, for SKOS and books alike."""

from datetime import date
from typing import Any

import pytest

from exporter import KnowledgeMap
from exporter.views.about import day_of, license_name, name_and_addresses, value, values


@pytest.mark.parametrize(
    ("properties", "said", "right"),
    [
        ({"Author": "Ann"}, "creator", ["Ann"]),
        ({"creator": "", "authors": ["Ann", " ", "[[People/Bob Roe|Bob]]"]}, "creator", ["Ann", "Bob"]),
        ({"authors": ["[[People/Bob Roe]]"]}, "creator", ["Bob Roe"]),
        ({"edition": 2}, "version", ["2"]),
        ({"Date Published": date(2026, 3, 2)}, "issued", ["2026-03-02"]),
        ({"rights": {"a": 1}}, "license", []),
        ({"title": "x"}, "creator", []),
    ],
)
def test_properties(properties: dict[str, Any], said: str, right: list[str]) -> None:
    knowledge_map = KnowledgeMap(properties=properties)
    assert values(knowledge_map, said) == right
    assert value(knowledge_map, said) == "".join(right[:1])


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Ann Poe <https://ann.example> <ann@example.org>", ("Ann Poe", ["https://ann.example", "ann@example.org"])),
        ("https://ann.example", ("", ["https://ann.example"])),
        ("ann@example.org", ("", ["ann@example.org"])),
        ("Ann", ("Ann", [])),
    ],
)
def test_who_is_named(text: str, right: tuple[str, list[str]]) -> None:
    assert name_and_addresses(text) == right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("https://spdx.org/licenses/MIT", "MIT"),
        ("https://spdx.org/licenses/GPL-3.0-or-later.html", "GPL-3.0-or-later"),
        ("https://opensource.org/license/mit", "mit"),
        ("https://creativecommons.org/licenses/by-sa/4.0/deed.de", "CC BY-SA 4.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://example.org/my-licence", "https://example.org/my-licence"),
        ("All rights reserved", "All rights reserved"),
    ],
)
def test_licences_have_names(text: str, right: str) -> None:
    assert license_name(text) == right


def test_days() -> None:
    assert day_of("2026-03-02T10:00") == day_of(" 2026-03-02 ") == date(2026, 3, 2)
    assert day_of("2026-02-30") is day_of("March") is day_of("") is None
