"""A vault -> (KnowledgeMap, findings): the only room that knows Markdown and Obsidian."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from exporter.errors import Finding
from exporter.model import KnowledgeMap, no_collection
from exporter.reader.batch.cache import Cache
from exporter.reader.batch.processes import Work, processors, read_notes
from exporter.reader.batch.resolve import Names
from exporter.reader.content.text import VaultContent
from exporter.reader.markdown.note import parse
from exporter.reader.meaning.interpret import Understood, interpret
from exporter.reader.options import VaultMapping
from exporter.reader.statistics import Account, accounted
from exporter.reader.vault import canvas
from exporter.reader.vault.scan import Vault, scan

__all__ = ["Account", "Reading", "VaultMapping", "read", "survey"]


class Reading(NamedTuple):
    """What was read of a vault."""

    knowledge_map: KnowledgeMap
    findings: list[Finding]  # its flaws, sorted by file and line
    account: Account


class Evidence(NamedTuple):
    """What a reading was made from, so that it can be explained."""

    vault: Vault
    names: Names
    canvases: dict[str, canvas.Canvas]
    understood: Understood


def read(
    root: Path,
    mapping: VaultMapping | None = None,
    tick: Callable[[int, int], None] = lambda done, total: None,
    workers: int = 0,
    cache: Path | None = None,
) -> tuple[KnowledgeMap, list[Finding]]:
    """Read the vault in the folder `root`: scan, parse, resolve, interpret.

    `tick` is told now and then how many notes were read, and of how many. A note that cannot be read is told
    and left out; the others are read. Large vaults are read by so many processes as `workers` says, or as many
    as there are processors; the result is the same. In the folder `cache` it is kept what was read, so that the
    next run reads only what has changed.

    Returns:
        What the vault says, and its flaws sorted by file and line.

    Raises:
        ExportError: there is no such folder, it holds no note, or the mapping names a map that is not there.
    """
    reading = survey(root, mapping, tick, workers, cache)
    return reading.knowledge_map, reading.findings


def survey(
    root: Path,
    mapping: VaultMapping | None = None,
    tick: Callable[[int, int], None] = lambda done, total: None,
    workers: int = 0,
    cache: Path | None = None,
) -> Reading:
    """Read the vault as `read` does, and give an account of it, too."""
    return understand(root, mapping or VaultMapping(), tick, workers, cache)[0]


@no_collection()
def understand(
    root: Path, mapping: VaultMapping, tick: Callable[[int, int], None], workers: int, cache: Path | None
) -> tuple[Reading, Evidence]:
    """Read the vault as `read` does, and keep what is known of it."""
    vault = scan(root, mapping.largest_note, mapping.exclude, mapping.follow_links)
    names = Names([*vault.notes, *vault.ignored, *vault.attachments])
    kept = Cache(cache, vault.root, [*mapping.relations, f"largest note: {vault.largest}"]) if cache else None
    notes, findings = read_notes(Work(vault, names, frozenset(mapping.relations)), workers or processors(), tick, kept)
    canvases, lost = _canvases(vault)
    near = kept.near if kept else None
    understood = interpret(notes, names, lambda path: parse(vault.read(path)), mapping, vault.root.name, canvases, near)
    if kept:
        kept.save()
    content = VaultContent(vault, names, notes, understood.topics.ids, understood.topics.ghosts)
    knowledge_map = replace(understood.knowledge_map, content=content)
    findings = sorted([*vault.findings, *findings, *lost, *understood.findings])
    reading = Reading(knowledge_map, findings, accounted(vault, understood))
    return reading, Evidence(vault, names, canvases, understood)


def _canvases(vault: Vault) -> tuple[dict[str, canvas.Canvas], list[Finding]]:
    """What the canvases say; those that cannot be read are told."""
    found: dict[str, canvas.Canvas] = {}
    findings: list[Finding] = []
    for path in vault.canvases:
        try:
            found[path] = canvas.parse(vault.read(path, vault.largest))
        except OSError as error:
            findings.append(vault.unread(path, error))
            del vault.excluded[path]  # it is no note
    return found, findings
