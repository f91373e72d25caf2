"""What a reading gives, and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # who only names these need not wait for them
    from exporter.errors import Finding
    from exporter.model import KnowledgeMap, Secrets
    from exporter.reader.batch.resolve import Names
    from exporter.reader.meaning.interpret import Meaning
    from exporter.reader.statistics import Statistics
    from exporter.reader.vault.canvas import Canvas
    from exporter.reader.vault.files import Vault


class Reading(NamedTuple):
    """What was read of a vault: its knowledge map, its flaws, and how many notes and links there are."""

    knowledge_map: KnowledgeMap
    findings: list[Finding]  # its flaws, sorted by file and line
    statistics: Statistics


class Evidence(NamedTuple):
    """What a reading was made from, so that it can be explained, and what nobody may see of it."""

    vault: Vault
    names: Names
    canvases: Mapping[str, Canvas]
    meaning: Meaning
    secrets: Secrets | None  # what must stand in no output; None: nothing is hidden
