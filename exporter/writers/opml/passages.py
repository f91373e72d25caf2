"""Which parts of a note are lines of its outline."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from exporter.model import Passage, nest

BETWEEN = re.compile(r"^[\s:–—-]+")  # a link and the words about it


def choose(passages: Sequence[Passage], depth: str) -> tuple[list[Passage], int]:
    """The parts that are shown, each one level below the one that it lies in; and how many are left out.

    With "lists" that is headings, items and what lies in items; and a paragraph or a callout in which a list lies.
    """
    if depth == "all":
        return [*passages], 0
    wanted = [False] * len(passages)
    item = 0  # level of the item that this lies in; 0: none
    for k, passage in enumerate(passages):
        if item and passage.level <= item:
            item = 0
        if depth == "headings":
            wanted[k] = passage.kind == "heading" and not item
        else:
            wanted[k] = bool(item) or passage.kind in ("heading", "item", "task")
        if not item and passage.kind in ("item", "task"):
            item = passage.level
    if depth == "lists":
        below = 0  # level of the next one that is wanted
        for k in range(len(passages) - 1, -1, -1):
            wanted[k] = wanted[k] or (below > passages[k].level and passages[k].kind != "heading")
            below = passages[k].level if wanted[k] else below
        cites = False  # whether what cites the footnotes that come now is wanted
        for k, passage in enumerate(passages):
            cites = wanted[k] if passage.kind != "footnote" else cites
            wanted[k] = wanted[k] or cites
    left_out = sum(not wants and passage.kind != "row" for wants, passage in zip(wanted, passages, strict=True))
    return [*nest(passages, wanted)], left_out


def without_links_to(summaries: Mapping[str, str], passages: list[Passage]) -> list[Passage]:
    """The same without items that are but links to these topics, with their summaries at most; and headings left empty."""
    wanted = [True] * len(passages)
    below, emptied = 0, 0  # level of the next one that is wanted, and of the next one that is not
    for k in range(len(passages) - 1, -1, -1):
        passage = passages[k]
        left_empty = passage.kind in ("heading", "paragraph") and emptied > passage.level
        if below <= passage.level and (left_empty or _is_link_to(summaries, passage)):
            wanted[k], emptied = False, passage.level
        else:
            below, emptied = passage.level, 0
    return [*nest(passages, wanted)]


def _is_link_to(summaries: Mapping[str, str], passage: Passage) -> bool:
    if passage.kind != "item" or len(passage.targets) != 1 or passage.targets[0].start:
        return False
    (target,) = passage.targets
    id = unquote(target.to.removeprefix("topic:").partition("#")[0])
    words = BETWEEN.sub("", passage.text[target.end :])
    return target.to.startswith("topic:") and id in summaries and words in ("", summaries[id])
