"""What is done with blocks of any note."""

import pytest

from exporter.views.body.nodes import drop_empty_headings, string
from exporter.views.body.pandoc import Node


def heading(level: int, title: str) -> Node:
    return {"t": "Header", "c": [level, ["", [], []], [string(title)]]}


TEXT: Node = {"t": "Para", "c": [string("Words.")]}


@pytest.mark.parametrize(
    ("blocks", "dropped"),
    [
        ([TEXT, heading(2, "Next"), heading(2, "Ideas")], ["Next", "Ideas"]),
        ([heading(2, "Mine"), heading(2, "Of an embedded note"), TEXT], []),  # or of one that is higher
        ([heading(3, "Mine"), heading(1, "Of an embedded note"), TEXT, heading(2, "Next")], ["Next"]),
        ([heading(1, "Mere"), heading(2, "Headings")], []),
        ([], []),
    ],
)
def test_only_at_the_end_headings_are_known_to_be_empty(blocks: list[Node], dropped: list[str]) -> None:
    kept, told = drop_empty_headings(blocks)
    assert told == dropped
    assert len(kept) == len(blocks) - len(dropped)
