"""From what the core has begun to the reading of a vault: scan, parse, resolve, hide, interpret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from exporter.errors import Finding
from exporter.findings import Rules
from exporter.model import replace_surrogates
from exporter.reader.ahead import Ahead
from exporter.reader.batch.cache import Cache
from exporter.reader.batch.late import settle
from exporter.reader.batch.notes import Work, read_notes
from exporter.reader.batch.resolve import Names, tell_odd_names
from exporter.reader.content.content import VaultContent
from exporter.reader.meaning.interpret import interpret
from exporter.reader.meaning.maps import Material, choose_map, maps_within
from exporter.reader.meaning.vocabulary import gather
from exporter.reader.options import ReadOptions
from exporter.reader.publish.visible import View, hide
from exporter.reader.reading import Evidence, Reading
from exporter.reader.statistics import count
from exporter.reader.vault import canvas
from exporter.reader.vault.files import Vault
from exporter.reader.vault.scan import scan


def understand(
    root: Path,
    options: ReadOptions,
    ahead: Ahead,
    start: int,
    threads: int,
    tick: Callable[[int, int], None],
    memory: int,
) -> tuple[Reading, Evidence]:
    """Read the vault in the folder `root`; `start` is the time (ns) when it was begun, `threads` the core's."""
    vault = scan(
        root,
        options.largest_note,
        options.exclude,
        options.follow_links,
        memory,
        all_notes=options.all_notes,
        any_folder=options.any_folder,
        dialect=options.dialect,
        listing=ahead.listing,
        is_stamped=ahead.is_stamped,
    )
    if options.publish.marks:  # else nobody wants any
        marks = (*options.publish.marks, *vault.dialect.MARKS)
        options = replace(options, publish=replace(options.publish, marks=marks))
    names = Names([*vault.notes, *vault.ignored, *vault.attachments], vault.dialect)
    vault.findings.extend(tell_odd_names(names, vault.ignored))
    options, vocabulary, from_plugins = gather(options, vault.plugins)
    callouts = frozenset(kind.strip().lower() for kind in options.publish.callouts)
    depends_on = [
        repr((vocabulary.kinds, sorted(vocabulary.told), vocabulary.words)),  # a set's order differs from run to run
        f"largest note: {vault.largest}",
        f"callouts: {sorted(callouts)}",
        repr(vault.dialect),
    ]
    store = Cache(ahead.kept, depends_on, start) if ahead.kept else None
    work = Work(vault, names, vocabulary, callouts)
    notes, findings = read_notes(work, threads, tick, store)
    vault.seen.paths, vault.seen.stamps = notes.paths, notes.stamps
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
