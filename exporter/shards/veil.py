"""What is hidden, in shards: chosen once by the reader's own rules, then taken out of each shard before anybody understands it.

A note may name what is hidden in another shard. So each shard is shown every hidden file and all that has a name in common
with one: then whatever a link, an address or a property of it may mean is found as in the whole vault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from exporter.errors import ExportError, pluralize
from exporter.reader.batch import entries
from exporter.reader.batch.columns import Notes, choose
from exporter.reader.batch.notes import Work
from exporter.reader.batch.read import read_columns
from exporter.reader.batch.resolve import Names, resolve, tell_odd_names
from exporter.reader.markdown.record import EXTERNAL
from exporter.reader.meaning.interpret import interpret
from exporter.reader.meaning.maps import choose_map, maps_within
from exporter.reader.names import NOTE, folder_of, is_note, key
from exporter.reader.options import ReadOptions
from exporter.reader.publish.selection import Rules, Selection, find_left_out, names_of, select
from exporter.reader.publish.visible import Hiding, View, renumber_files, used
from exporter.reader.vault import canvas
from exporter.shards import flat
from exporter.shards.parse import FOLDER, Parsed, Reading, Stored, columns_of, freeze, load, work_key
from exporter.shards.shard import Contents, Listings, ShardVault, read_notes
from exporter.shards.skeleton import Bones, Visible, gather, material_of
from exporter.shards.store import Store

RESULTS = "hidden"  # of the work folder


class Veil(msgspec.Struct):
    """What is hidden, for every shard."""

    hidden: dict[str, str]  # path: why
    called: dict[str, tuple[str, ...]]  # what each is called
    nameless: tuple[str, ...]  # titles of hidden topics that have no note
    cut: list[str]  # paths of notes that have hidden parts
    maps: list[str]  # paths of the notes whose lists say what there is
    contents: dict[str, bytes]  # of the notes whose parts a link of another shard may name
    renamed: dict[str, list[int]]  # of these, those with headings that lead to what is hidden: their lines that do


class Result(msgspec.Struct):
    """What was found in hiding the notes of a shard."""

    key: str  # of what is left of it
    renamed: dict[str, tuple[bytes, list[int]]]  # notes with headings that lead to what is hidden
    only: list[str]  # attachments that notes use which are hidden or redacted
    used: list[str]  # attachments that visible notes use


class Hide(NamedTuple):
    """What is to be hidden, and how notes are read."""

    reading: Reading
    veil: str  # its digest


MapOver = Callable[[str, Callable[[Any], Any], list[Any]], list[Any]]  # maps a stage, which has a name, over shards


def see(
    listings: Listings,
    vault: ShardVault,
    parsed: list[Parsed],
    reading: Reading,
    options: ReadOptions,
    map_over: MapOver,
) -> tuple[Visible, Bones]:
    """Find out what may be seen, and have each shard take out what is not.

    Args:
        listings: what the shards hold.
        vault: which of their files are notes.
        parsed: what was made of each shard.
        reading: how notes are read.
        options: what is hidden, among others.
        map_over: an engine.

    Raises:
        ExportError: everything is hidden.
        OptionError: a rule is none.
    """
    store, work = Store(reading.shards), Store(reading.work)
    all_listings = [each.listing for each in parsed]
    vault = replace(vault, contents=Contents(store, all_listings, listings.canvases))
    bones = gather(parsed, work, vault, options)
    vault.findings.extend(tell_odd_names(bones.names, vault.ignored))
    canvases = {path: canvas.parse(listings.canvases[path]) for path in vault.canvases}
    view = View(vault, bones.names, bones.notes, canvases, [])
    material = material_of(listings.vault, view)
    chosen = choose_map(material, options)
    map_path = bones.notes.paths[chosen[0]] if chosen[0] >= 0 else ""
    left_out = {} if options.all_notes else find_left_out(bones.notes, map_path)
    told = [_as_judged(bones, bones.notes), _as_judged(bones, bones.others)]
    selection = select(
        Rules(options.publish),
        told,
        bones.names.paths,
        map_path,
        lambda: interpret(material, options, chosen=chosen, nearest=False),
    )
    there = {*bones.notes.paths, *bones.others.paths}
    cut = there.intersection(bones.rest.cut) - selection.hidden.keys()
    if not (selection.hidden or selection.nameless or cut):
        visible = Visible(vault, parsed, canvases, frozenset(), left_out, selection.findings, None)
        return visible, bones
    if not any(path not in selection.hidden for path in vault.notes):
        total, why = pluralize(len(vault.notes), "note"), min(selection.hidden.values())
        raise ExportError(f"{vault.root}: nothing is left to be published of {total}; one is {why}; change [publish]")
    maps = {map_path, *(bones.notes.paths[number] for number in maps_within(material, options, chosen[0]))}
    veil = Veil(
        dict(sorted(selection.hidden.items())),
        names_of((bones.notes, bones.others), selection.hidden),
        selection.nameless,
        sorted(cut),
        sorted(maps),
        {path: vault.contents[path] for path in vault.in_order(sorted(cut))},
        {},
    )
    results, digest = _hide_all(veil, bones.names.paths, parsed, reading, map_over)
    made = {result.key for result in results}, {digest}
    if renamed := {path: found for result in results for path, found in result.renamed.items()}:
        veil.contents |= {path: data for path, (data, _) in sorted(renamed.items())}
        veil.renamed = {path: lines for path, (_, lines) in sorted(renamed.items())}
        results, digest = _hide_all(veil, bones.names.paths, parsed, reading, map_over)
        made[0].update(result.key for result in results)
        made[1].add(digest)
    hiding = _of_whole(veil, view, reading)
    canvases = {path: hiding.redact_canvas(path, each) for path, each in canvases.items() if path not in veil.hidden}
    orphans = {path for result in results for path in result.only} - {
        path for result in results for path in result.used
    }
    hidden = veil.hidden | dict.fromkeys(sorted(orphans - _drawn(canvases, bones.names)), "only hidden notes use it")
    seen = renumber_files(view, hidden, {}).vault
    assert isinstance(seen, ShardVault)
    parsed = [each._replace(key=result.key) for each, result in zip(parsed, results, strict=True)]
    bones = gather(parsed, work, seen, options)
    shown = {*seen.notes, *seen.ignored}
    redacted = Contents(store, all_listings, {**listings.canvases, **bones.rest.redacted}, shown)
    seen = replace(seen, contents=redacted)
    left_out = {path: why for path, why in left_out.items() if path not in hidden}
    findings = [finding for finding in selection.findings if finding.source.file not in hidden]
    secrets = hiding.secrets(View(seen, bones.names, bones.notes, canvases, []))
    return Visible(seen, parsed, canvases, frozenset(hiding.nameless), left_out, findings, secrets, made), bones


def _as_judged(bones: Bones, notes: Notes) -> Notes:
    """What notes say to the rules that hide."""
    number_of = {path: number for number, path in enumerate(notes.paths)}
    judged = [
        (number_of[path], *rest)
        for number, *rest in bones.rest.judged
        if (path := bones.rest.paths[number]) in number_of
    ]
    if not judged:
        return notes
    return replace(
        notes,
        tags=entries.change(notes.tags, {number: tags for number, tags, _ in judged}),
        properties=entries.change(notes.properties, {number: properties for number, _, properties in judged}),
    )


def _hide_all(
    veil: Veil, paths: list[str], parsed: list[Parsed], reading: Reading, map_over: MapOver
) -> tuple[list[Result], str]:
    """What was found in hiding the notes of each shard, and the digest of what said what to hide."""
    writer = flat.Writer()
    writer.add_paths(paths)
    writer.add_index("by name", ((flat.key_hash(key(path[path.rfind("/") + 1 :])), n) for n, path in enumerate(paths)))
    writer.add("veil", msgspec.msgpack.encode(veil, order="deterministic"))
    digest, _ = flat.save(writer, Store(reading.work))
    return map_over("hiding", partial(hide, Hide(reading, digest)), parsed), digest


def _of_whole(veil: Veil, view: View, reading: Reading) -> Hiding:
    """What hides in the whole vault, for what lies in no shard."""
    nothing = view._replace(notes=Notes(), canvases={})
    work = Work(view.vault, view.names, reading.vocabulary, reading.callouts)
    selection = Selection(veil.hidden, veil.nameless, [])
    return Hiding(
        nothing, work, Notes(), reading.parts, selection, veil.cut, {*veil.maps}, veil.called, _as_sets(veil.renamed)
    )


def _as_sets(lines: Mapping[str, list[int]]) -> dict[str, set[int]]:
    return {path: {*some} for path, some in lines.items()}


def _drawn(canvases: Mapping[str, canvas.Canvas], names: Names) -> set[str]:
    """The files that canvases show."""
    links = ((path, link.target) for path, each in canvases.items() for _, link in each.links if not link.external)
    numbers = (names.find(target, folder_of(path))[0] for path, target in links if target)
    return {names.paths[number] for number in numbers if number >= 0}


def hide(hidden: Hide, parsed: Parsed) -> Result:
    """Take what is hidden out of a shard, unless what is left of it is there."""
    reading = hidden.reading
    work = Store(reading.work)
    key_ = work_key("hide", parsed.key, hidden.veil)
    if work.has(f"{RESULTS}/{key_}"):
        return msgspec.msgpack.decode(work.read(f"{RESULTS}/{key_}"), type=Result)
    covered = flat.mapped(work, hidden.veil)
    veil = msgspec.msgpack.decode(covered.section("veil"), type=Veil)
    said = load(work, parsed.key)
    there = read_notes(Store(reading.shards), parsed.listing)
    contents = {path: data for path, data in there.items() if data is not None}
    names = Names([*said.paths, *_named(said.columns, said.paths, veil, covered)])
    notes = Notes(**columns_of(said.columns), paths=said.paths)
    notes.files, notes.rivals = resolve(notes, range(len(said.paths)), names)
    vault = ShardVault(Path(), tuple(said.paths), contents={**veil.contents, **contents}, largest=reading.largest)
    hiding = Hiding(
        View(vault, names, notes, {}, []),
        Work(vault, names, reading.vocabulary, reading.callouts),
        Notes(),
        reading.parts,
        Selection(dict(veil.hidden), veil.nameless, []),
        {*veil.cut},
        {*veil.maps},
        veil.called,
        {path: lines for path, lines in _as_sets(veil.renamed).items() if path not in contents},
    )
    affected = sorted(path for path in hiding.affected if path in contents and path not in veil.hidden)
    redacted = {path: hiding.redactor(path, contents[path]) for path in affected}
    stored = said.stored
    left = [number for number, path in enumerate(said.paths) if path not in veil.hidden]
    fresh = read_columns(redacted.values(), reading.vocabulary, reading.callouts)
    place = {path: len(said.paths) + number for number, path in enumerate(affected)}
    origins = [place.get(said.paths[number], number) for number in left]
    columns = Notes(**dict(choose(said.columns, fresh, origins)), paths=[said.paths[number] for number in left])
    now = {origin: number for number, origin in enumerate(origins)}
    old = [(now[number], line, code, text) for number, line, code, text in said.columns.problems if number in now]
    new = [(now[number + len(said.paths)], line, code, text) for number, line, code, text in fresh.problems]
    lost = [(now[number], why) for number, why in stored.lost if number in now]
    kept = Stored({}, columns.paths, sorted(old + new), lost, redacted=redacted)
    work.write(f"{FOLDER}/{key_}", freeze(columns, kept))
    visible = Names(path for path in names.paths if path not in veil.hidden)
    columns.files, _ = resolve(columns, range(len(columns.paths)), visible)
    changed = veil.hidden.keys() | redacted.keys()
    only = {
        path for path in used(notes, names.paths, changed.__contains__) if not is_note(path) and path not in veil.hidden
    }
    now_used = {path for path in used(columns, visible.paths, lambda note: True) if not is_note(path)}
    renamed = {path: (contents[path], sorted(hiding.lines[path])) for path in sorted(hiding.renamed)}
    result = Result(key_, renamed, sorted(only), sorted(now_used))
    work.write(f"{RESULTS}/{key_}", [msgspec.msgpack.encode(result)])
    return result


def _named(columns: Any, own: list[str], veil: Veil, covered: flat.Skeleton) -> Iterator[str]:
    """The files of others that a shard may name in whatever way, so far as it matters for what is hidden."""
    keys = _keys_of(columns.targets, columns.flags, own)
    closed = (*veil.hidden, *veil.cut, *veil.renamed)
    keys.update(key(path.rpartition("/")[2]) for path in closed)
    for name in (*veil.nameless, *(name for names in veil.called.values() for name in names)):
        last = key(name).rpartition("/")[2]
        keys.update((last, last + NOTE))
    mine = {*own}
    return (path for path in covered.paths(covered.numbers_of(keys)) if path not in mine)


def _keys_of(targets: Iterable[str], flags: Iterable[int], paths: Iterable[str]) -> set[str]:
    """The names that files may have which links of these notes mean."""
    keys: set[str] = set()
    for target, flag in {*zip(targets, flags, strict=True)}:
        if target and not flag & EXTERNAL:
            name = key(target.rpartition("/")[2])
            keys.update((name, name + NOTE))
    if keys & {"..", "."}:  # a folder's name, then
        parts = {part for path in paths for part in key(folder_of(path)).split("/")}
        keys.update(*((part, part + NOTE) for part in parts))
    return keys
