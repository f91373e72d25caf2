"""Which links are drawn: all that have a kind, and of the plain mentions the strongest few of each card.

An arrow leads forward, as one learns: what is required leads to what requires it. At most one goes from one topic
to another: several kinds share it, and a mention between two topics that have an arrow already adds nothing. What
holds both ways has two heads, or none where it is `related`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from exporter.model import IN_AREA, MENTIONS, RELATED, REQUIRES, KnowledgeMap, Link


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one topic to another."""

    start: str  # Topic.id
    end: str  # Topic.id
    heads: int  # 0, 1 (at the end) or 2
    kinds: tuple[str, ...]  # Link.kind, the one that says most first; of MENTIONS, it alone


def collect(knowledge_map: KnowledgeMap, most: int) -> tuple[list[Arrow], list[Link]]:
    """Give the arrows, at most so many mentions at any topic, and the first link of each mention left out."""
    kinds: dict[tuple[str, str], list[str]] = {}
    mentions: dict[tuple[str, str], list[Link]] = {}
    for link in knowledge_map.links:
        start, kind, end = link.start, link.kind, link.end
        if start == end or kind == IN_AREA:
            continue
        if kind == MENTIONS:
            if most:
                way = (start, end)
                mentions.setdefault(way if way[::-1] not in mentions else way[::-1], []).append(link)
            continue
        way = (end, start) if kind == REQUIRES else (start, end)
        if kind not in kinds.setdefault(way, []):
            kinds[way].append(kind)
    arrows = _typed_arrows(kinds)
    free = {pair: links for pair, links in mentions.items() if pair not in kinds and pair[::-1] not in kinds}
    drawn: Counter[str] = Counter()
    left_out = []
    for (start, end), links in sorted(free.items(), key=lambda mention: -len(mention[1])):
        if drawn[start] < most and drawn[end] < most:
            drawn[start] += 1
            drawn[end] += 1
            arrows.append(Arrow(start, end, 1 if all(link.start == start for link in links) else 2, (MENTIONS,)))
        else:
            left_out.append(links[0])
    return arrows, sorted(left_out, key=lambda link: link.source)


def _typed_arrows(kinds: dict[tuple[str, str], list[str]]) -> list[Arrow]:
    """One arrow for all kinds that lead one way; one for both ways where they are the same."""
    arrows = []
    done = set()
    for way, all_there in kinds.items():
        if way[::-1] in done:
            continue
        done.add(way)
        all_back = kinds.get(way[::-1], [])
        there, back = (sorted({*each} - {RELATED}, key=_rank) for each in (all_there, all_back))
        related = [RELATED] if RELATED in all_there or RELATED in all_back else []
        if there == back:
            arrows.append(Arrow(*way, 2 if there else 0, (*there, *related)))
        else:
            if there:
                arrows.append(Arrow(*way, 1, (*there, *related)))
            if back:
                arrows.append(Arrow(*way[::-1], 1, (*back, *([] if there else related))))
    return arrows


def _rank(kind: str) -> tuple[bool, str]:
    return kind != REQUIRES, kind
