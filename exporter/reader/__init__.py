"""A vault -> (KnowledgeMap, findings): the only room that knows Markdown and Obsidian.

Its wings, in the order of the work: vault/: which files there are; markdown/: what one note says; batch/: what all notes
say, and where their links lead; publish/: what of it may be seen; meaning/: the tables of the hub; content/: the notes'
texts, when somebody asks. dialects/: other programs' rules, where they are not Obsidian's.
Its own files: names.py: paths, and how names are compared; digests.py: digests; options.py: how a vault is to be understood;
statistics.py: what became of every note and link; part.py: a part of what was read; explain.py: why a note has its id, areas and links, and what to read before it.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from exporter.errors import Finding
from exporter.findings import Rules
from exporter.model import KnowledgeMap, Secrets, no_collection, replace_surrogates
from exporter.reader.batch.cache import Cache
from exporter.reader.batch.core import find_core
from exporter.reader.batch.late import settle
from exporter.reader.batch.notes import Work, processors, read_notes
from exporter.reader.batch.resolve import Names, tell_same_names
from exporter.reader.content.text import VaultContent
from exporter.reader.meaning.interpret import Meaning, interpret
from exporter.reader.meaning.maps import Material, choose_map, maps_within
from exporter.reader.meaning.vocabulary import gather
from exporter.reader.options import Publish, ReadOptions
from exporter.reader.publish.visible import View, hide
from exporter.reader.statistics import Statistics, count
from exporter.reader.vault import canvas
from exporter.reader.vault.files import Vault
from exporter.reader.vault.scan import scan

__all__ = ["Publish", "ReadOptions", "Reading", "Statistics", "read"]


class Reading(NamedTuple):
    """What was read of a vault: its knowledge map, its flaws, and how many notes and links there are."""

    knowledge_map: KnowledgeMap
    findings: list[Finding]  # its flaws, sorted by file and line
    statistics: Statistics


class Evidence(NamedTuple):
    """What a reading was made from, so that it can be explained, and what nobody may see of it."""

    vault: Vault
    names: Names
    canvases: Mapping[str, canvas.Canvas]
    meaning: Meaning
    secrets: Secrets | None  # what must stand in no output; None: nothing is hidden


def read(
    root: str | PathLike[str],
    options: ReadOptions | None = None,
    tick: Callable[[int, int], None] = lambda done, total: None,
    workers: int = 0,
    cache: str | PathLike[str] | None = None,
    memory: int = 0,
) -> Reading:
    """Read the vault in the folder `root`: scan, parse, resolve, interpret.

    A note that cannot be read becomes a finding and is left out; the others are read.

    Args:
        root: the folder with the notes.
        options: how they are to be understood.
        tick: is told now and then how many notes were read, and of how many.
        workers: how many threads of the compiled core read the notes; 0: as many as there are processors. The result is the same.
        cache: the folder in which it is kept what was read, so that the next run reads only what has changed.
        memory: bytes of notes that are kept for who asks for their texts.

    Raises:
        DoubtError: the folder is hardly a vault, and `any_folder` is not set.
        UsageError: there is no such folder, or it holds no note.
        ExportError: it cannot be read.
        OptionError: an option names what is not there, or makes no sense.
    """
    return understand(Path(root), options or ReadOptions(), tick, workers, Path(cache) if cache else None, memory)[0]


@no_collection(long=True)
def understand(
    root: Path,
    options: ReadOptions,
    tick: Callable[[int, int], None],
    workers: int,
    cache: Path | None,
    memory: int = 0,
) -> tuple[Reading, Evidence]:
    """Read the vault as `read` does, and keep what is known of it."""
    start, threads = time.time_ns(), workers or processors()
    store: Cache | None = None

    def begin(real: Path) -> bool:
        nonlocal store
        store = Cache(cache, real, start) if cache else None
        return store is not None and store.path.exists()

    vault = scan(
        root,
        options.largest_note,
        options.exclude,
        options.follow_links,
        memory,
        all_notes=options.all_notes,
        any_folder=options.any_folder,
        dialect=options.dialect,
        core=find_core(),
        threads=threads,
        begin=begin,
    )
    if options.publish.marks:  # else nobody wants any
        marks = (*options.publish.marks, *vault.dialect.MARKS)
        options = replace(options, publish=replace(options.publish, marks=marks))
    names = Names([*vault.notes, *vault.ignored, *vault.attachments], vault.dialect)
    vault.findings.extend(tell_same_names(names))
    options, vocabulary, from_plugins = gather(options, vault.plugins)
    callouts = frozenset(kind.strip().lower() for kind in options.publish.callouts)
    depends_on = [
        repr((vocabulary.kinds, sorted(vocabulary.told), vocabulary.words)),  # a set's order differs from run to run
        f"largest note: {vault.largest}",
        f"callouts: {sorted(callouts)}",
        repr(vault.dialect),
    ]
    if store:
        store.depend_on(depends_on)
    work = Work(vault, names, vocabulary, callouts)
    notes, findings = read_notes(work, threads, tick, store)
    doubts = dict(notes.doubts.most_common())
    names.further = vault.dialect.names(notes, notes.paths)
    notes = settle(notes, names, vault.read)
    canvases, lost = _read_canvases(vault)
    everything = View(vault, names, notes, canvases, findings + lost)
    material = _material(everything)
    chosen = choose_map(material, options)
    number = chosen[0]
    view = hide(
        everything,
        work,
        options,
        notes.paths[number] if number >= 0 else "",
        lambda: {notes.paths[within] for within in maps_within(material, options, number)},
        lambda: interpret(material, options, chosen=chosen),
    )
    suggested = store.suggestions(view.names) if store else None
    same = view.notes is notes
    meaning = interpret(material if same else _material(view), options, suggested, chosen if same else None)
    if store:
        store.save()
    content = VaultContent(view.vault, view.names, view.notes, meaning.topics.ids, meaning.topics.ghosts)
    knowledge_map = replace(meaning.knowledge_map, content=content)
    findings = list(Rules(options.findings).apply(sorted([*view.vault.findings, *view.findings, *meaning.findings])))
    reading = Reading(knowledge_map, findings, count(view.vault, meaning, options.relations, from_plugins, doubts))
    return reading, Evidence(view.vault, view.names, view.canvases, meaning, view.secrets)


def _material(view: View) -> Material:
    vault_name = replace_surrogates(view.vault.root.name)
    return Material(vault_name, view.notes, view.canvases, view.names, view.vault.read, view.nameless)


def _read_canvases(vault: Vault) -> tuple[dict[str, canvas.Canvas], list[Finding]]:
    """What the canvases say, by path, and a finding for each that cannot be read."""
    canvases: dict[str, canvas.Canvas] = {}
    findings: list[Finding] = []
    for path in vault.canvases:
        try:
            canvases[path] = canvas.parse(vault.read(path, vault.largest))
        except OSError as error:
            findings.append(vault.leave_out(path, error))
            del vault.excluded[path]  # it is no note
    return canvases, findings
