"""What became of every note and every link: that nothing was lost silently, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from exporter.reader.meaning.interpret import Meaning
from exporter.reader.meaning.proposals import Proposal, propose, propose_lines
from exporter.reader.names import is_note
from exporter.reader.options import AreaSource
from exporter.reader.vault.files import Vault


class Statistics(NamedTuple):
    """Of a vault: notes = topics + map + excluded + hidden, links = resolved + unresolved + external."""

    notes: int  # files below the root whose names end in .md; a folder that was not read counts as one
    topics: int  # notes that are topics
    map: int  # 1, or 0 where there is none
    excluded: dict[str, str]  # path of a note, or of a folder with "/" at its end: why it is no topic; sorted
    links: int  # in notes, in the map and in canvases; embeds are links
    resolved: int  # lead to a file, or to a topic that has no note
    unresolved: int  # lead nowhere; each is a finding
    external: int  # lead out of the vault
    hidden: dict[str, str]  # path of a note that is not to be seen: the rule that says so; sorted
    filed: dict[AreaSource, int]  # how many topics are filed by the map, by properties, ...; the most first
    orders: tuple[Proposal, ...]  # properties that could file topics, too, the likeliest first
    from_plugins: dict[str, dict[str, list[str]]]  # file of settings: the words for links that it adds, by their kinds
    dialect: str = ""  # how it was read, where not as Obsidian reads it, in a line
    doubts: Mapping[str, int] = {}  # why the core left notes to Python: how many of those that this run has read
    part: str = ""  # which part of the vault these numbers are of, in a line; "": all of it


def count(
    vault: Vault,
    meaning: Meaning,
    relations: Mapping[str, str],
    from_plugins: dict[str, dict[str, list[str]]],
    doubts: Mapping[str, int],
) -> Statistics:
    """Count; each number by its own way, so that a sum that does not hold shows a loss.

    `relations` are the properties that are read as links of a kind; `from_plugins` those of them that settings add.
    """
    notes = set(vault.notes) if vault.excluded else ()
    links = meaning.links
    hidden = {path: why for path, why in vault.hidden.items() if is_note(path)}
    return Statistics(
        len(vault.notes) + sum(path not in notes for path in vault.excluded) + len(hidden),
        len(meaning.topics.numbers),
        1 if meaning.knowledge_map.source.file else 0,
        dict(sorted(vault.excluded.items())),
        links.total,
        links.resolved,
        links.unresolved,
        links.external,
        hidden,
        dict(meaning.areas.filings.count_origins().most_common()),
        find_orders(vault, meaning, relations),
        from_plugins,
        vault.dialect.told(),
        doubts,
    )


def find_orders(
    vault: Vault, meaning: Meaning, relations: Mapping[str, str], everywhere: bool = False
) -> tuple[Proposal, ...]:
    """The properties that could file topics, too; lines of the text alone where nothing else orders the vault, or `everywhere`."""
    topics = meaning.topics
    orders = propose(topics, relations, meaning.links.rows)
    if everywhere or not (orders or meaning.knowledge_map.source.file):
        sizes = Counter(area for _, area in meaning.areas.filings).values()
        largest = max(len(topics) - sum(sizes), *sizes, 0)  # one area, or what lies in none
        if everywhere or 2 * largest > len(topics):
            orders += propose_lines(topics, meaning.links.names, relations, vault.read)
    return tuple(orders)
