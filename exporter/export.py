"""Formats: read a vault once, write it in some of them, save, tell what was found.

The command line, a library user, a server or a watcher call this; docs/library.md shows how.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from exporter import saving, writers
from exporter.errors import ExportError, Finding, Level
from exporter.model import File, KnowledgeMap, Lock
from exporter.reader.batch.made import Made
from exporter.run import Report, Run, StrPath, Tell, Tick, freeze_objects, level_of
from exporter.writers import Writer, keys_of_others, mapping_of


def export_vault(
    vault: StrPath,
    formats: Iterable[str],
    out: StrPath = "out",
    *,
    mappings: StrPath | None = None,
    settings: Iterable[str] = (),
    hide: Iterable[str] = (),
    only: Iterable[str] = (),
    areas: Sequence[str] = (),
    tags: Sequence[str] = (),
    with_text: bool = False,
    relayout: bool = False,
    strict: bool | Level = False,
    overwrite: bool = False,
    cache: StrPath | None = None,
    made: Made | None = None,
    workers: int = 0,
    tell: Tell = lambda findings: None,
    tick: Tick = lambda stage, done, total: None,
    warn: Callable[[str], None] = lambda warning: None,
) -> Report:
    """Read a vault once, and write it in some formats below `out/NAME/`.

    What a format must not forget (SKOS: its names) is kept as `NAME.lock`: beside the mappings, else in `.mlk-export` of
    the vault.

    Args:
        vault: the folder with the notes.
        formats: their names, or what else they are called, as "pdf"; "all" is every one that can be used here.
        out: the folder to write below.
        mappings: the folder with `vault.toml` and `NAME.toml`; None takes the vault's own, `.mlk-export` or `mappings` in
            it, else `mappings` here, if one is there.
        settings: entries of mappings for this run, "NAME.KEY=VALUE": a text as it stands, all else in TOML.
        hide: further rules of what is not to be seen, for this run: "Folder/", "#tag", "key: value" or "[[Area]]".
        only: rules of what alone is to be seen in this run.
        areas: names of areas, to write a part of the vault: what lies in one of them.
        tags: tags, to write a part of the vault: what has one of them, or one below it; with `areas` what has both.
        with_text: the same for the key `with_text`, wherever a format knows it.
        relayout: the same for the key `relayout`.
        strict: write nothing if there is a finding of this level, or of a worse one; True: a warning or an error.
        overwrite: replace files below `out` that somebody else has changed or made, too.
        cache: the folder in which it is kept what was read, so that the next run reads only what has changed.
        made: what runs of this process have made of the notes, which goes on from one to the next; whoever gives it saves it.
            None: it is read from `cache`, and saved there.
        workers: how many threads of the compiled core read the notes; 0: as many as there are processors.
        tell: is given findings as soon as they are made.
        tick: is told how the work goes on: the stage, how much of it is done, and of how much.
        warn: is told what the user should know besides: a format of "all" that cannot be used here.

    Raises:
        LeftError: some formats could not be put in their places, and are as they were; its `report` has the others.
        ExportError: something is wrong that the user can fix; `out` is then as it was.
    """
    run = Run(
        vault,
        mappings,
        settings,
        hide=hide,
        only=only,
        areas=areas,
        tags=tags,
        cache=cache,
        workers=workers,
        tell=tell,
        tick=tick,
        warn=warn,
    )
    chosen = find_writers(formats, run)
    options = load_all(run, chosen, with_text=with_text, relayout=relayout)
    saving.check_place(Path(out))
    level = level_of(strict)
    reading = run.read_and_tell(level)
    store = run.store(reading.knowledge_map, made)

    def inspect(files: Sequence[tuple[str, Path]]) -> None:
        run.inspect(files)
        run.refuse(reading, level)

    with freeze_objects():
        parts = {
            name: _write(run, number, len(chosen), name, writer, reading.knowledge_map, options[name], Path(out))
            for number, (name, writer) in enumerate(chosen.items())
        }
        try:
            paths = saving.save(parts, Path(out), run.locks, run.tell, inspect, overwrite)
        except saving.LeftError as error:
            error.report = Report(reading, error.paths, run.findings, run.obeyed)
            raise
        finally:
            if made:
                made.end_run()
            elif store:
                store.save()
    run.refuse(reading, level, paths)  # for what was found when files were put in their places
    return Report(reading, paths, run.findings, run.obeyed)


def find_writers(formats: Iterable[str], run: Run) -> dict[str, Writer]:
    """The writers that were asked for; of "all" those that can be used, and the others are told."""
    asked = writers.choose(formats)
    chosen: dict[str, Writer] = {}
    for name in dict.fromkeys([*asked, *(writers.names() if writers.ALL in asked else ())]):
        if name == writers.ALL:
            continue
        try:
            chosen[name] = writers.find(name)
        except ExportError as error:
            if name in asked:
                raise
            run.warn(f"left out: {error}")
    return chosen


def load_all(run: Run, chosen: Mapping[str, Writer], **flags: bool) -> dict[str, Any]:
    """The options of the formats; each flag that is set is the same for its key, wherever a format knows it.

    Raises:
        ExportError: an entry of a mapping is wrong.
    """
    obeys = {name: mapping_of(name, writer) for name, writer in chosen.items()}
    shapes = {obeys[name]: writer.Options for name, writer in chosen.items()}
    for flag, is_asked in flags.items():
        if is_asked:
            run.settings.add(flag, "true", shapes, f"--{flag.replace('_', '-')}")
    run.settings.check_names({"vault", *obeys.values()}, obeys)
    return {
        name: run.file(obeys[name]).load(writer.Options, keys_of_others(name, writer))
        for name, writer in chosen.items()
    }


def _write(
    run: Run, number: int, total: int, name: str, writer: Writer, knowledge_map: KnowledgeMap, options: Any, out: Path
) -> Iterator[File | Finding | Lock]:
    """What a writer makes, once somebody asks for it."""
    run.tick(f"writing {name}", number, total)
    mapping = mapping_of(name, writer)
    before = saving.previous(out, name, run.locks, mapping)
    lock, withheld = run.withhold(before.lock)
    with run.file(mapping).locate_errors():
        for thing in writer.write(knowledge_map, options, before._replace(lock=lock, is_hidden=run.is_hidden)):
            if isinstance(thing, Finding):
                yield thing._replace(formats=(name,))
            elif not isinstance(thing, Lock):
                yield thing
            elif not run.is_part:  # who sees a part alone cannot tell what is gone
                yield Lock(saving.restore(thing.content, withheld), mapping)
            run.tick(f"writing {name}", number, total)
