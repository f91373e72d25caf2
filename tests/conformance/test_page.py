"""docs/conformance.md is what the tests say, and no rule is forgotten."""

import pytest
from conformance.rules import IDS, NOT_YET, page, rows
from conftest import ROOT

PAGE = ROOT / "docs" / "conformance.md"


def test_every_rule_has_one_row() -> None:
    assert sorted([*(row.rule.id for row in rows()), *NOT_YET]) == sorted(IDS)


def test_the_page_is_made_from_the_tests(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "accept it: python -m pytest --update tests/conformance"
