"""A vault -> (KnowledgeMap, findings): the only room that knows Markdown and Obsidian."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from exporter.errors import Finding
from exporter.model import KnowledgeMap
from exporter.reader.cache import Cache
from exporter.reader.interpret import interpret
from exporter.reader.mapping import VaultMapping
from exporter.reader.resolve import Names
from exporter.reader.scan import scan
from exporter.reader.text import VaultContent
from exporter.reader.workers import Work, processors, read_notes

__all__ = ["VaultMapping", "read"]


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pause the garbage collector: what is built here is all kept, and looking through it again and again costs a third."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@_no_collection()
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
    mapping = mapping or VaultMapping()
    vault = scan(root, mapping.largest_note)
    names = Names([*vault.notes, *vault.ignored, *vault.attachments])
    kept = Cache(cache, vault.root, mapping.relations) if cache else None
    notes, findings = read_notes(Work(vault, names, frozenset(mapping.relations)), workers or processors(), tick, kept)
    content = VaultContent(vault, names)
    knowledge_map, topics, told = interpret(notes, names, content.parsed, mapping, vault.root.name)
    content.ids = dict(zip(notes.paths, topics.ids, strict=True))
    content.ghosts = topics.ghosts
    return replace(knowledge_map, content=content), sorted([*vault.findings, *findings, *told])
