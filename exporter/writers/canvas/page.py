"""One canvas as it is made of the map, before anybody has moved anything: what is handed on to be merged and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Page:
    """A canvas: nodes and edges as JSON Canvas has them (https://jsoncanvas.org/spec/1.0/)."""

    path: str  # "knowledge-map.canvas", "areas/GPU Architecture.canvas"
    nodes: list[dict[str, str | int]]  # groups first, outer before inner: what comes later lies on top
    edges: list[dict[str, str]]
    within: dict[str, str]  # the id of a node: the id of the innermost group in which it lies
    slips: Mapping[str, str]  # the id of a slip: that of the card on this canvas that it stands for
    metadata: Mapping[str, object] = field(
        default_factory=dict
    )  # for Advanced Canvas; "metadata" of the file, unless empty
