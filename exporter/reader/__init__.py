"""A vault -> (KnowledgeMap, findings): the only room that knows Markdown and Obsidian."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from exporter.errors import Finding
from exporter.model import KnowledgeMap, Source
from exporter.reader.interpret import interpret
from exporter.reader.mapping import VaultMapping
from exporter.reader.note import Note, parse
from exporter.reader.resolve import Names
from exporter.reader.scan import scan
from exporter.reader.text import VaultContent

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
    root: Path, mapping: VaultMapping | None = None, tick: Callable[[int, int], None] = lambda done, total: None
) -> tuple[KnowledgeMap, list[Finding]]:
    """Read the vault in the folder `root`: scan, parse, resolve, interpret.

    `tick` is told after each note how many were read, and of how many. A note that cannot be read is told
    and left out; the others are read.

    Returns:
        What the vault says, and its flaws sorted by file and line.

    Raises:
        ExportError: there is no such folder, it holds no note, or the mapping names a map that is not there.
    """
    mapping = mapping or VaultMapping()
    vault = scan(root, mapping.largest_note)
    findings = vault.findings
    notes: dict[str, Note] = {}
    for done, path in enumerate(vault.notes, start=1):
        try:
            notes[path] = parse(vault.read(path))
        except OSError as error:
            message = f"cannot be read: {error.strerror or error}; left out"
            findings.append(Finding(Source(path, 1), "unreadable-note", message))
        tick(done, len(vault.notes))
    names = Names([*notes, *vault.attachments])
    knowledge_map, topics, told = interpret(notes, names, mapping, vault.root.name)
    content = VaultContent(vault, names, topics.ids, topics.ghosts)
    return replace(knowledge_map, content=content), sorted([*findings, *told])
