"""A whole run without a terminal: read the vault, write formats or load a database, save, tell what was found.

The command line, a library user, a server or a watcher call these functions; docs/library.md shows how.
"""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from unicodedata import normalize

from exporter import loaders, saving, writers
from exporter.errors import CODES, ExportError, Finding, Level, OptionError, UsageError, pluralize
from exporter.findings import Rules, failing, once
from exporter.model import File, KnowledgeMap, Lock, Previous, Secrets, Store, no_collection
from exporter.options import OptionsFile, Settings, find_mappings, find_strangers, shorter, typed
from exporter.reader import Reading, ReadOptions, understand
from exporter.reader.batch.made import Made
from exporter.reader.part import take_part
from exporter.reader.publish.rules import parse_rules
from exporter.reader.vault.doubt import vault_around
from exporter.writers import Writer, keys_of_others, mapping_of

Told = tuple[Any, ...]  # a finding, whatever its level and formats
Tell = Callable[[Sequence[Finding]], None]  # findings that were made together
Tick = Callable[[str, int, int], None]  # a stage, how much of it is done, and of how much
StrPath = str | os.PathLike[str]

MEMORY = 64_000_000  # bytes of notes that are kept while formats are written, so that each is read once


class Report(NamedTuple):
    """What a run has done."""

    reading: Reading
    paths: list[Path]  # that were written, in the order of the formats
    findings: list[Finding]  # all, each once: the vault's flaws, then what writing brought up, with its formats
    mappings: Path | None  # the folder of mappings that was obeyed; None: there was none


class StrictError(ExportError):
    """There are findings of a level at which none is allowed."""

    def __init__(self, findings: Sequence[Finding], report: Report | None = None) -> None:
        """Take the findings that are not allowed, and what else is to be told of a run that has written nothing."""
        counts = Counter(finding.level for finding in findings)
        told = " and ".join(pluralize(counts[level], level) for level in CODES if counts[level])
        option = "--strict" if counts["warning"] else "--strict=error"
        super().__init__(f"{told}, and {option} allows none{'; nothing was written' if report else ''}")
        self.report = report


class Run:
    """What a run knows before it reads: the vault, its mappings, who is told what."""

    def __init__(
        self,
        vault: StrPath,
        mappings: StrPath | None = None,
        settings: Iterable[str] = (),
        *,
        hide: Iterable[str] = (),
        only: Iterable[str] = (),
        areas: Sequence[str] = (),
        tags: Sequence[str] = (),
        cache: StrPath | None = None,
        workers: int = 0,
        tell: Tell = lambda findings: None,
        tick: Tick = lambda stage, done, total: None,
        warn: Callable[[str], None] = lambda warning: None,
    ) -> None:
        """Take what `export_vault` explains.

        Raises:
            ExportError: there is no folder of mappings, or a setting is none.
        """
        self.vault = Path(vault)
        self.mappings = Path(mappings) if mappings else find_mappings(self.vault)
        if mappings and not self.mappings.is_dir():
            what = "is a file, not a folder" if self.mappings.exists() else "no such folder"
            raise UsageError(f"{self.mappings}: {what}; name the one with vault.toml and NAME.toml with --mappings")
        self.settings = Settings(settings)
        self._hide, self._only = tuple(hide), tuple(only)
        for flag, rules in (("--hide", self._hide), ("--only", self._only)):
            try:
                parse_rules(flag, rules)
            except OptionError as error:
                raise UsageError(f"{flag}: {error}") from error
        self._areas, self._tags = tuple(areas), tuple(tags)
        self.secrets: Secrets | None = None  # what must stand in no output
        self._rest: set[str] = set()  # where a part is asked for: notes of the others, and titles of what has none
        self._shown: frozenset[str] = frozenset()  # where there are secrets: the notes that are none
        self.cache, self.workers = Path(cache) if cache else None, workers
        self._found: list[Finding] = []
        self._told: set[Told] = set()
        self._rules = Rules({})
        self._tell, self.tick, self.warn = tell, tick, warn
        self._files: dict[str, OptionsFile] = {}
        files = sorted(self.mappings.glob("*.toml"))
        self.obeyed = self.mappings if files else None
        self.locks = saving.lock_folders(self.vault, self.obeyed)
        if self.vault.is_dir() and (around := vault_around(self.vault)):
            part, whole = self.vault.resolve().relative_to(around).as_posix(), f"{shorter(around)}{os.sep}"
            warn(
                f"Warning: this folder is a part of a vault, which begins at {whole}, so links to its other notes lead "
                f'nowhere; name the vault: mlk-export {typed(whole)}, and for this part of it add --only "{part}/"'
            )
        known = {"vault", *writers.built_in()}
        if any(file.stem not in known for file in files):  # else what is installed beside them need not be looked for
            for stranger in find_strangers(files, {"vault", *writers.names()}):
                warn(f"Warning: {stranger}")

    def tell(self, findings: Iterable[Finding]) -> None:
        """Remember findings and pass them on, each once, as formats may find the same: the one way that they go."""
        found = list(self._rules.apply(findings))
        self._found += found
        new = [finding for finding in once(found) if finding[:3] not in self._told]
        self._told.update(finding[:3] for finding in new)
        if new:
            self._tell(new)

    @property
    def findings(self) -> list[Finding]:
        """All that was told, each with the formats that found it."""
        return once(self._found)

    def file(self, name: str) -> OptionsFile:
        """The mapping of this name, read once."""
        if name not in self._files:
            self._files[name] = OptionsFile(self.mappings, name, self.settings[name])
        return self._files[name]

    def read_options(self) -> ReadOptions:
        """How the vault is to be understood."""
        options = self.file("vault").load(ReadOptions)
        publish = options.publish
        return replace(options, publish=replace(publish, hide=publish.hide + self._hide, only_now=self._only))

    def read(self, memory: int = 0) -> Reading:
        """Read the vault, and tell nothing yet; `memory` bytes of notes are kept for who asks for their texts."""
        options = self.read_options()
        self._rules = Rules(options.findings)
        with no_collection(), self.file("vault").locate_errors():
            tick = partial(self.tick, "reading")
            reading, evidence = understand(self.vault, options, tick, self.workers, self.cache, memory)
        self.secrets, self._shown = evidence.secrets, frozenset(evidence.vault.notes if evidence.secrets else ())
        if not self.is_part:
            return reading
        part = take_part(reading, evidence, self._areas, self._tags)
        self._rest = {topic.note or topic.title for topic in reading.knowledge_map.topics} - {
            topic.note or topic.title for topic in part.knowledge_map.topics
        }
        return part

    def store(self, knowledge_map: KnowledgeMap) -> Made | None:
        """Let views find what earlier runs have made of the notes; None where nothing is kept."""
        if not self.cache:
            return None
        made = Made(self.cache, self.vault)
        knowledge_map.shared[Store] = made
        return made

    def withhold(self, lock: str | None) -> tuple[str | None, list[str]]:
        """A lock without what is hidden or in no part of this run, and the lines that were taken out: see `saving.withhold`."""
        if not (lock and (self.secrets or self._rest)):
            return lock, []
        secret = self.secrets.names if self.secrets else ()
        paths, names = {path for path, _ in secret}, {name.casefold() for _, name in secret}
        return saving.withhold(
            lock,
            lambda note, title: (
                note in paths
                or (title.casefold() in names and note not in self._shown)
                or (note or title) in self._rest
            ),
        )

    @property
    def is_hidden(self) -> Callable[[str], bool] | None:
        """Whether a path in the vault, in whatever form of letters, is one that nobody may see; None: nothing is hidden."""
        if not self.secrets:
            return None
        paths = {normalize("NFC", path) for path, _ in self.secrets.names}
        return lambda path: normalize("NFC", path) in paths

    @property
    def is_part(self) -> bool:
        """Whether a part of the vault was asked for."""
        return bool(self._areas or self._tags)

    def inspect(self, files: Sequence[tuple[str, Path]]) -> None:
        """Search what was made for what is hidden.

        Raises:
            LeakError: it is there.
        """
        if self.secrets:
            from exporter import leaks  # most runs hide nothing

            mappings = (file.words(without="publish") for file in self._files.values())  # its rules name what is hidden
            leaks.check(files, self.secrets._replace(visible=chain(self.secrets.visible, mappings)))

    def read_and_tell(self, strict: Level | None = None) -> Reading:
        """Read the vault and tell its flaws.

        Raises:
            StrictError: it has one, and `strict` allows none.
        """
        reading = self.read(MEMORY)
        self.tell(reading.findings)
        self.refuse(reading, strict)
        return reading

    def refuse(self, reading: Reading, strict: Level | None) -> None:
        """End the run if findings of the level `strict`, or of a worse one, were told.

        Raises:
            StrictError: there are some.
        """
        if strict and (findings := failing(self.findings, strict)):
            raise StrictError(findings, Report(reading, [], self.findings, self.obeyed))


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
        workers: how many processes read a large vault; 0: as many as may be started safely.
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
    chosen = _find_writers(formats, run)
    obeys = {name: mapping_of(name, writer) for name, writer in chosen.items()}
    shapes = {obeys[name]: writer.Options for name, writer in chosen.items()}
    for key, flag, is_asked in (("with_text", "--with-text", with_text), ("relayout", "--relayout", relayout)):
        if is_asked:
            run.settings.add(key, "true", shapes, flag)
    run.settings.check_names({"vault", *obeys.values()}, obeys)
    options = {
        name: run.file(obeys[name]).load(writer.Options, keys_of_others(name, writer))
        for name, writer in chosen.items()
    }
    saving.check_place(Path(out))
    level = _level(strict)
    reading = run.read_and_tell(level)
    store = run.store(reading.knowledge_map)

    def inspect(files: Sequence[tuple[str, Path]]) -> None:
        run.inspect(files)
        run.refuse(reading, level)

    with _freeze_objects():
        made = {
            name: _write(run, number, len(chosen), name, writer, reading.knowledge_map, options[name], Path(out))
            for number, (name, writer) in enumerate(chosen.items())
        }
        try:
            paths = saving.save(made, Path(out), run.locks, run.tell, inspect, overwrite)
        except saving.LeftError as error:
            error.report = Report(reading, error.paths, run.findings, run.obeyed)
            raise
        finally:
            if store:
                store.save()
    return Report(reading, paths, run.findings, run.obeyed)


def load_vault(
    vault: StrPath,
    address: str,
    *,
    environment: Mapping[str, str] = os.environ,
    mappings: StrPath | None = None,
    settings: Iterable[str] = (),
    hide: Iterable[str] = (),
    only: Iterable[str] = (),
    with_text: bool = False,
    max_delete: int | None = None,
    strict: bool | Level = False,
    dry_run: bool = False,
    cache: StrPath | None = None,
    workers: int = 0,
    tell: Tell = lambda findings: None,
    tick: Tick = lambda stage, done, total: None,
    warn: Callable[[str], None] = lambda warning: None,
    done: Callable[[str], None] = lambda line: None,
) -> Report:
    """Read a vault once, and bring the database at an address up to date with it.

    Args:
        vault: the folder with the notes.
        address: the database; its scheme says which kind it is.
        environment: holds the credentials.
        max_delete: percent of what is there that may be removed; None takes what the mapping says.
        dry_run: change nothing, but give `done` what each step would do.
        warn: is told what the user should know before anything is sent.
        done: is told what each step has done.
        mappings, settings, hide, only, with_text, strict, cache, workers, tell, tick: as for `export_vault`.

    Raises:
        ExportError: something is wrong that the user can fix; it is safe to load again.
    """
    loader = loaders.find(address)
    with closing(loader.target(address, environment)) as target:
        run = Run(
            vault,
            mappings,
            settings,
            hide=hide,
            only=only,
            cache=cache,
            workers=workers,
            tell=tell,
            tick=tick,
            warn=warn,
        )
        name, shapes = loader.MAPPING, {loader.MAPPING: loader.Options}
        if max_delete is not None:
            run.settings.add("max_delete", str(max_delete), shapes, "--max-delete")
        if with_text:
            run.settings.add("with_text", "true", shapes, "--with-text")
        run.settings.check_names({"vault", name}, {})
        options = run.file(name).load(loader.Options, keys_of_others(name, loader))
        for warning in target.warnings:
            run.warn(f"Warning: {warning}")
        target.connect()
        level = _level(strict)
        reading = run.read_and_tell(level)
        with _freeze_objects(), run.file(name).locate_errors():
            lock, withheld = run.withhold(saving.read_lock(run.locks, name))
            if run.secrets:
                _look_for_leaks(run, name, reading.knowledge_map, Previous(lock=lock))
            plan = target.plan(reading.knowledge_map, options, Previous(lock=lock))
            run.tell(finding._replace(formats=(name,)) for finding in plan.findings)
            run.refuse(reading, level)
            if plan.lock and not dry_run:
                _keep_lock(Lock(saving.restore(plan.lock.content, withheld)), run, name)
            for step in plan.steps:
                tick(step.name, 0, 1)
                if line := step.tell() if dry_run else step.do(partial(tick, step.name)):
                    done(line)
    return Report(reading, [], run.findings, run.obeyed)


def _level(strict: bool | Level) -> Level | None:
    return ("warning" if strict else None) if isinstance(strict, bool) else strict


def _look_for_leaks(run: Run, name: str, knowledge_map: KnowledgeMap, before: Previous) -> None:
    """Search for what is hidden before anything is sent, in files of the format that says what a loader sends.

    Raises:
        LeakError: it is there.
    """
    writer = writers.find(name)
    options = run.file(name).load(writer.Options, keys_of_others(name, writer))
    with TemporaryDirectory() as folder:
        saving.save({name: writer.write(knowledge_map, options, before)}, Path(folder), inspect=run.inspect)


def _keep_lock(lock: Lock, run: Run, name: str) -> None:
    """Keep what must not be forgotten, before anything is sent."""
    try:
        if refusal := saving.keep_lock(lock, run.locks, name):
            run.tell([refusal])
    except OSError as error:
        raise ExportError(f"{error.filename}: cannot be written: {error.strerror}; nothing was sent") from error


def _find_writers(formats: Iterable[str], run: Run) -> dict[str, Writer]:
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


def _write(
    run: Run, number: int, total: int, name: str, writer: Writer, knowledge_map: KnowledgeMap, options: Any, out: Path
) -> Iterator[File | Finding | Lock]:
    """What a writer makes, once somebody asks for it."""
    run.tick(f"writing {name}", number, total)
    mapping = mapping_of(name, writer)
    before = saving.previous(out, name, run.locks)
    lock, withheld = run.withhold(before.lock)
    with run.file(mapping).locate_errors():
        for thing in writer.write(knowledge_map, options, replace(before, lock=lock, is_hidden=run.is_hidden)):
            if isinstance(thing, Finding):
                yield thing._replace(formats=(name,))
            elif not isinstance(thing, Lock):
                yield thing
            elif not run.is_part:  # who sees a part alone cannot tell what is gone
                yield Lock(saving.restore(thing.content, withheld))
            run.tick(f"writing {name}", number, total)


@contextmanager
def _freeze_objects() -> Iterator[None]:
    """Let the garbage collector not look through what was read before, again and again: it is kept to the end."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
