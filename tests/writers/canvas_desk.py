"""A folder with canvases in which a person works between runs of the writer, in memory."""

import json
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from exporter.errors import Finding
from exporter.model import KnowledgeMap, Previous
from exporter.testing import run_writer
from exporter.writers import canvas
from exporter.writers.canvas import Options

FILE = "knowledge-map.canvas"
BASE = ".merge-base.json"
Thing = dict[str, Any]
Page = dict[str, list[Thing]]


class Desk:
    """What stands there, and what was written of it."""

    def __init__(self, knowledge_map: KnowledgeMap | None = None, options: Options | None = None) -> None:
        self.files: dict[str, bytes] = {}
        self.written: dict[str, bytes] = {}
        self.options = options or Options(most_cards=1000)
        if knowledge_map:
            self.run(knowledge_map)

    def run(
        self,
        knowledge_map: KnowledgeMap,
        options: Options | None = None,
        is_hidden: Callable[[str], bool] | None = None,
    ) -> list[Finding]:
        """Export again, and do with the files what saving does; gives what was told of the canvases."""
        ours = {path: data for path, data in self.files.items() if path in self.written}
        same = {path for path, data in ours.items() if data == self.written[path]}
        previous = Previous(ours, as_written=same, folder="out/canvas", is_hidden=is_hidden)
        output = run_writer(canvas, knowledge_map, options or self.options, previous)
        for path in same - output.files.keys():
            del self.files[path]
        self.files |= output.files
        self.written = output.files
        return [finding for finding in output.findings if finding.code.startswith("canvas-")]

    def page(self, path: str = FILE) -> Page:
        page: Page = json.loads(self.files[path])
        return page

    def node(self, id: str, path: str = FILE) -> Thing:
        return next(node for node in self.page(path)["nodes"] if node["id"] == id)

    def card(self, note: str, path: str = FILE) -> Thing:
        """The card of a note, by its file's name without ending."""
        return next(node for node in self.page(path)["nodes"] if node.get("file") == f"{note}.md")

    def group(self, label: str, path: str = FILE) -> Thing:
        return next(node for node in self.page(path)["nodes"] if node.get("label") == label and node["type"] == "group")

    def edit(self, change: Callable[[Page], object], path: str = FILE) -> None:
        """Let a person change a canvas."""
        page = self.page(path)
        change(page)
        self.files[path] = text(page)

    def change(self, id: str, path: str = FILE, **entries: Any) -> None:
        """Let a person change keys of a node or an edge."""
        self.edit(
            lambda page: [thing.update(entries) for thing in page["nodes"] + page["edges"] if thing["id"] == id], path
        )


def text(page: Page, **how: Any) -> bytes:
    return json.dumps(page, ensure_ascii=False, **how).encode()


def overlap(one: Thing, other: Thing) -> bool:
    return bool(
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


def inside(inner: Thing, outer: Thing) -> bool:
    return bool(
        outer["x"] <= inner["x"]
        and outer["y"] <= inner["y"]
        and inner["x"] + inner["width"] <= outer["x"] + outer["width"]
        and inner["y"] + inner["height"] <= outer["y"] + outer["height"]
    )


def overlaps(page: Page) -> set[frozenset[str]]:
    """Pairs of nodes that lie upon one another; not what lies wholly in a group."""

    def pairs() -> Iterator[frozenset[str]]:
        for one, other in combinations(page["nodes"], 2):
            if overlap(one, other) and not any(
                group["type"] == "group" and inside(node, group) for node, group in ((one, other), (other, one))
            ):
                yield frozenset((one["id"], other["id"]))

    return set(pairs())
