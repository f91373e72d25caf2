"""A vault in shards: what no machine holds at once is read and written shard by shard, to the same lines.

    pack      a folder               -> shards: Parquet files of paths and content, cut by sorted paths (pack.py)
    parse     a shard                -> its columns (parse.py)
    skeleton  the columns of all     -> what is global, decided once: ids, areas, tags, typed links (skeleton.py, flat.py)
    write     a shard, the skeleton  -> its lines in each format, its findings (write.py, known.py)
    finish    what all have written  -> parts in order, findings in order, the manifest (finish.py, upload.py)

Each stage is a function from files to files, whose names are digests of what they were made from, so anybody may repeat
it, in whatever order, and what was done is not done again. shard.py: what a shard is; store.py: folders and buckets;
veil.py: what is hidden, and taking it out before anybody understands it; formats.py: which formats can be cut;
program.py: what names the program that made a part; tidy.py: what nobody needs any more; pool.py, cluster.py,
engines.py: the engines, which map a stage over shards.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from exporter import saving
from exporter.errors import ExportError, Level, UsageError, pluralize
from exporter.export import find_writers, load_all
from exporter.reader import Reading as VaultReading
from exporter.reader.batch.core import find_core
from exporter.reader.batch.files import folder as caches
from exporter.reader.dialects import Dialect
from exporter.reader.meaning.vocabulary import gather
from exporter.reader.names import is_note
from exporter.reader.options import ReadOptions
from exporter.reader.publish.selection import Rules
from exporter.reader.publish.visible import parts_of
from exporter.reader.statistics import Statistics
from exporter.reader.vault.files import Vault
from exporter.reader.vault.scan import scan_names
from exporter.run import Report, Run, freeze_objects, level_of
from exporter.shards.engines import find_engine
from exporter.shards.finish import Head
from exporter.shards.flat import FOLDER as SKELETON
from exporter.shards.formats import refuse_whole
from exporter.shards.pack import NOTES, pack, refuse_dialect
from exporter.shards.parse import FOLDER as NOTES_READ
from exporter.shards.parse import Parsed, Reading, parse
from exporter.shards.pool import Engine, memory
from exporter.shards.program import digest_program, digest_writer
from exporter.shards.shard import ENDING, Listings, ShardVault, list_shards, unreadable
from exporter.shards.skeleton import Visible, Whole, make_skeleton
from exporter.shards.store import Store, find_pyarrow, is_address
from exporter.shards.tidy import at_work, tidy
from exporter.shards.upload import upload
from exporter.shards.veil import RESULTS, see
from exporter.shards.write import DECIDED, LEADS, Format, Task, Writing, find_leads, write
from exporter.shards.write import FOLDER as PARTS
from exporter.writers import Writer, mapping_of

__all__ = ["export_shards", "pack"]

PACKED = "packed"  # of the work folder: the shards of a folder of notes
PRIVATE = 0o700  # of the folder with what is made on the way: hidden notes are in it


def export_shards(
    run: Run,
    vault: str,
    formats: Iterable[str],
    out: str,
    *,
    engine: str | Engine[Any, Any] = "",
    work: str = "",
    notes: int = NOTES,
    strict: bool | Level = False,
    overwrite: bool = False,
    with_text: bool = False,
) -> Report:
    """Read a vault shard by shard, and write it in some formats below `out/NAME/`, a part for each shard.

    Args:
        run: knows the mappings, and who is told what.
        vault: the folder, or the address, of the shards; or a folder of notes.
        formats: their names.
        out: the folder, or the address, to write below.
        engine: "pool", processes of this machine; "here", this one; "ray", a cluster, at RAY_ADDRESS; or a function as these
            are, which maps a stage over shards.
        work: the folder, or the address, of what is made on the way, hidden notes among it; it may be removed at any time. "":
            the user's folder of caches; for an address beside the output.
        notes: how many go into a shard, where `vault` is a folder of notes, which are packed first.
        strict: write nothing if there is a finding of this level, or of a worse one; True: a warning or an error.
        overwrite: replace files below `out` that somebody else has changed or made, too.
        with_text: the same for the key `with_text`, wherever a format knows it.

    Raises:
        ExportError: something is wrong that the user can fix; `out` is then as it was.
    """
    find_pyarrow()
    chosen = find_writers(formats, run)
    options = load_all(run, chosen, with_text=with_text)
    refuse_whole(chosen, options)
    if not is_address(out):
        saving.check_place(Path(out))
    _refuse_locks(run, vault, chosen)
    place = _workshop(work or _beside(vault, out))
    map_over = find_engine(engine)
    written = tuple(_format(name, writer, options[name]) for name, writer in chosen.items())
    with at_work(place), freeze_objects():
        store = _shards_of(run, vault, place, notes)
        return _export(run, store, place, map_over, written, out, level_of(strict), overwrite)


def _export(
    run: Run,
    store: Store,
    place: Store,
    map_over: Engine[Any, Any],
    formats: tuple[Format, ...],
    out: str,
    strict: Level | None,
    overwrite: bool,
) -> Report:
    """The four stages; then what nobody needs any more goes."""
    listings = list_shards(store)
    listed = _sort_out(listings, run.read_options())
    reading, read_options, from_plugins = _how_to_read(listed, run.read_options(), store, place)
    parsed = _told(run, map_over, "reading", partial(parse, reading), listings.shards)
    listings, parsed, listed = _without_unreadable(listings, parsed, listed, read_options)
    visible, bones = see(listings, listed, parsed, reading, read_options, partial(_told, run, map_over))
    whole = make_skeleton(listings.vault, visible, bones, place, read_options, memory())
    writing = Writing(reading, whole.digest, formats, dict(read_options.relations))
    tasks = [Task(number, each) for number, each in enumerate(visible.parsed)]
    find = partial(_told, run, map_over, "skimming", partial(find_leads, reading), visible.parsed)
    head = Head(whole, writing, place, tasks, find)
    _told(run, map_over, "writing", partial(write, writing), tasks)
    run.secrets = visible.secrets
    statistics = _count(whole, head, from_plugins)
    report = _finish(run, head, statistics, [each.name for each in formats], out, read_options, strict, overwrite)
    tidy(place, _needed(parsed, visible, whole))
    return report


def _beside(vault: str, out: str) -> str:
    """Where what is made on the way lies, where nobody says it: not below the output, as that is what others see."""
    if is_address(out):
        return f"{out.rstrip('/')}.work"
    return str(caches() / f"shards-{blake2b(Store(vault).place.encode(errors='replace'), digest_size=8).hexdigest()}")


def _workshop(place: str) -> Store:
    """The place of what is made on the way, for this user's eyes alone."""
    store = Store(place)
    if store.folder:
        try:
            Path(store.folder).mkdir(PRIVATE, parents=True, exist_ok=True)
        except OSError as error:
            raise ExportError(
                f"{place}: cannot be written: {error.strerror}; choose another folder with --work"
            ) from error
    return store


def _shards_of(run: Run, vault: str, work: Store, notes: int) -> Store:
    """The shards of a vault: those that are there, else a folder's notes, packed."""
    there = Store(vault)
    if is_address(vault) or not Path(vault).is_dir() or there.names(ENDING):
        return there
    packed = Store(f"{work.place}/{PACKED}")
    _, findings = pack(Path(vault), packed, run.read_options(), notes, run.tick)
    run.tell(findings)
    return packed


def _refuse_locks(run: Run, vault: str, chosen: Mapping[str, Writer]) -> None:
    """Refuse a format that must not forget names, and has some to remember. An address has none but beside its mappings.

    Raises:
        UsageError: there is one.
    """
    folders = run.locks if not is_address(vault) else [run.obeyed] if run.obeyed else []
    for name, writer in chosen.items():
        mapping = mapping_of(name, writer)
        if folders and saving.read_lock(folders, mapping):
            raise UsageError(
                f"--shards: {mapping}.lock remembers names that notes have had, and is not read in shards, so these would "
                "change; export without --shards, or move the lock away"
            )


def _sort_out(listings: Listings, options: ReadOptions) -> ShardVault:
    """Which of the listed files are notes.

    Raises:
        UsageError: there is none, or they are written for another program than Obsidian.
    """
    paths = (path for shard in listings.shards for path in shard.paths if path)
    vault = scan_names(listings.vault, paths, listings.settings, options, listings.findings)
    refuse_dialect(vault)
    of_vault = {each.name: getattr(vault, each.name) for each in fields(Vault)}
    return ShardVault(**{**of_vault, "dialect": Dialect()})


def _how_to_read(
    vault: ShardVault, options: ReadOptions, store: Store, work: Store
) -> tuple[Reading, ReadOptions, dict[str, dict[str, list[str]]]]:
    """How each shard is read, the options with the words of the vault's plugins, and these."""
    options, vocabulary, from_plugins = gather(options, vault.plugins)
    parts = parts_of(Rules(options.publish), options.publish)
    callouts = frozenset(parts.callouts)
    reading = Reading(
        store.place, work.place, vocabulary, callouts, parts, vault.largest, bool(find_core()), digest_program()
    )
    return reading, options, from_plugins


def _needed(parsed: Iterable[Parsed], visible: Visible, whole: Whole) -> dict[str, set[str]]:
    """What of the work folder the next run can use, if the vault is as it is; other formats may be asked for."""
    hidden, veils = visible.made
    notes, shown = {each.key for each in parsed}, {each.key for each in visible.parsed}
    of_skeleton = {whole.digest}
    return {
        NOTES_READ: notes | hidden,
        RESULTS: hidden,
        LEADS: shown,
        SKELETON: of_skeleton | veils,
        PARTS: of_skeleton,
        DECIDED: of_skeleton,
    }


def _format(name: str, writer: Any, options: Any) -> Format:
    """A format as any process can write it."""
    return Format(name, writer.__name__, digest_writer(writer), options)


def _told(run: Run, map_over: Engine[Any, Any], stage: str, work: Any, items: Sequence[Any]) -> list[Any]:
    """Map a stage over shards, and tell how it goes on."""
    results: list[Any] = [None] * len(items)
    run.tick(f"{stage} shards", 0, len(items))
    for done, (number, result) in enumerate(map_over(work, items), 1):
        results[number] = result
        run.tick(f"{stage} shards", done, len(items))
    if were_done := sum(result is True or getattr(result, "was_done", False) for result in results):
        run.warn(f"{stage}: {were_done} of {pluralize(len(items), 'shard')} were done")
    return results


def _without_unreadable(
    listings: Listings, parsed: Sequence[Parsed], vault: ShardVault, options: ReadOptions
) -> tuple[Listings, list[Parsed], ShardVault]:
    """The shards that could be read; each other is told, and the vault is as if it were not there."""
    findings = [unreadable(each.listing.name, ExportError(each.why)) for each in parsed if not each.key]
    if not findings:
        return listings, [*parsed], vault
    left = [each for each in parsed if each.key]
    listings = listings._replace(shards=[each.listing for each in left], findings=listings.findings + findings)
    return listings, left, _sort_out(listings, options)


def _finish(
    run: Run,
    head: Head,
    statistics: Statistics,
    chosen: Iterable[str],
    out: str,
    options: ReadOptions,
    strict: Level | None,
    overwrite: bool,
) -> Report:
    """Put what was written into its place."""
    findings = head.findings(run.rules(options))
    reading = VaultReading(head.knowledge_map, findings, statistics)
    run.tell(findings)
    run.refuse(reading, strict)
    made = {name: head.files(name) for name in chosen}

    def inspect(files: Sequence[tuple[str, Path]]) -> None:
        run.inspect(files)
        run.refuse(reading, strict)

    if is_address(out):
        with tempfile.TemporaryDirectory() as folder:
            saving.save(made, Path(folder), (), run.tell, inspect)
            paths = upload(Path(folder), made, out, overwrite)
    else:
        paths = saving.save(made, Path(out), (), run.tell, inspect, overwrite)
    run.refuse(reading, strict, paths)
    return Report(reading, paths, run.findings, run.obeyed)


def _count(whole: Whole, head: Head, from_plugins: dict[str, dict[str, list[str]]]) -> Statistics:
    """What became of every note and link; which properties could order the vault is not looked for."""
    vault, meaning = whole.view.vault, whole.meaning
    notes = {*vault.notes}
    return Statistics(
        len(notes) + sum(path not in notes for path in vault.excluded) + sum(map(is_note, vault.hidden)),
        len(meaning.topics.numbers),
        1 if meaning.knowledge_map.source.file else 0,
        dict(sorted(vault.excluded.items())),
        *head.counts(),
        {path: why for path, why in vault.hidden.items() if is_note(path)},
        dict(meaning.areas.filings.count_origins().most_common()),
        (),
        from_plugins,
        vault.dialect.told(),
    )
