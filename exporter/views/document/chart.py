"""The small map with which a part opens: its topics as boxes, from what is to be known before to what builds on it.

Rows run downward in the manner of Sugiyama (https://en.wikipedia.org/wiki/Layered_graph_drawing), and a chain runs
along its row as text does. All measures are hundredths of the text's width, from the top left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, groupby, pairwise, permutations
from typing import Any

from exporter.model import RELATED, REQUIRES, KnowledgeMap, Topic
from exporter.views.document.text import label, title_of
from exporter.views.document.words import ENGLISH

Data = dict[str, Any]  # as chart.typ reads it
Pair = tuple[str, str]  # Topic.id: what is known before and what builds on it, or two that are related
Point = tuple[float, float]

BOXES, ROWS, IN_ROW = 24, 8, 4  # at most: what is readable, and not higher than a page
HEIGHT, BELOW = 7.5, 7.0  # of a box, and from it to the next row
SIZES = {3: (28.0, 8.0), 4: (20.5, 6.0)}  # a box's width and the gap beside it, by the number of columns
SWEEPS = 6
LANE = 1.4  # between lines that run side by side


def chart(knowledge_map: KnowledgeMap, topics: Sequence[Topic], words: Mapping[str, str] = ENGLISH) -> Data | None:
    """Draw the topics and the links between them; None where there is nothing to draw."""
    members = {topic.id: topic for topic in topics}
    before, related = _links(knowledge_map, members)
    linked = _most_linked([*before, *related], members)
    before, related = ([pair for pair in pairs if linked.issuperset(pair)] for pairs in (before, related))
    layer, closing = _layers([id for id in members if id in linked], before, related)
    rows, chains = _rows(layer)
    shown = {id for row in rows for id in row}
    if not shown:
        return None
    alone = [id for id in members if id not in linked] # noqa
    if len(alone) > max(IN_ROW, len(shown)) or len(alone) + len(shown) > BOXES:
        alone = []  # the list of the part's topics names them
    arrows = [pair for pair in _needed(before, closing, layer) if shown.issuperset(pair)]
    ...
