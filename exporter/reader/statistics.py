"""What became of every note and every link: that nothing was lost silently, in numbers."""

from __future__ import annotations

from typing import NamedTuple

from exporter.reader.meaning.interpret import Meaning
from exporter.reader.names import is_note
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
    from_plugins: dict[str, dict[str, list[str]]]  # file of settings: the words for links that it adds, by their kinds
    dialect: str = ""  # how it was read, where not as Obsidian reads it, in a line


def count(vault: Vault, meaning: Meaning, from_plugins: dict[str, dict[str, list[str]]]) -> Statistics:
    """Count; each number by its own way, so that a sum that does not hold shows a loss."""
    notes = set(vault.notes)
    links = meaning.links
    hidden = {path: why for path, why in vault.hidden.items() if is_note(path)}
    return Statistics(
        len(notes) + sum(path not in notes for path in vault.excluded) + len(hidden),
        len(meaning.topics.numbers),
        1 if meaning.knowledge_map.source.file else 0,
        dict(sorted(vault.excluded.items())),
        links.total,
        links.resolved,
        links.unresolved,
        links.external,
        hidden,
        from_plugins,
        vault.dialect.told(),
    )
