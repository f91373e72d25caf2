"""A run, whatever comes of it: the vault and its mappings, what is hidden, who is told what.

export.py writes formats, load.py brings databases up to date, and `check` ends when the vault is read.
"""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from exporter import saving, writers
from exporter.errors import CODES, DoubtError, ExportError, Finding, Level, OptionError, UsageError, pluralize
from exporter.findings import Flaws, Rules, failing
from exporter.model import KnowledgeMap, Secrets, Store, no_collection
from exporter.options import MAPPINGS, OptionsFile, Settings, find_mappings, find_strangers, shorter, typed
from exporter.reader import Reading, ReadOptions, understand
from exporter.reader.options import Publish
from exporter.reader.vault.doubt import vault_around

if TYPE_CHECKING:
    from exporter.reader.batch.made import Made

Tell = Callable[[Sequence[Finding]], None]  # findings that were made together
Tick = Callable[[str, int, int], None]  # a stage, how much of it is done, and of how much
StrPath = str | os.PathLike[str]

PAUSE = 100_000  # objects that are made between two looks of the garbage collector, instead of 700: some 10 MB
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
        outcome = ""
        if report:
            outcome = "; it came up when all was in its place" if report.paths else "; nothing was written"
        super().__init__(f"{told}, and {option} allows none{outcome}")
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
            if not rules:
                continue
            from exporter.reader.publish.rules import parse_rules

            try:
                parse_rules(flag, rules)
            except OptionError as error:
                raise UsageError(f"{flag}: {error}") from error
        self._areas, self._tags = tuple(areas), tuple(tags)
        self.secrets: Secrets | None = None  # what must stand in no output
        self._rest: set[str] = set()  # where a part is asked for: notes of the others, and titles of what has none
        self._shown: frozenset[str] = frozenset()  # where there are secrets: the notes that are none
        self.cache, self.workers = Path(cache) if cache else None, workers
        self._flaws = Flaws()
        self._rules = Rules({})
        self._tell, self.tick, self.warn = tell, tick, warn
        self._files: dict[str, OptionsFile] = {}
        files = sorted(self.mappings.glob("*.toml"))
        self.obeyed = self.mappings if files else None
        self.locks = saving.lock_folders(self.vault, self.obeyed)
        if self.vault.is_dir() and (around := vault_around(self.vault)):
            part, whole = self.vault.resolve().relative_to(around).as_posix(), f"{shorter(around)}{os.sep}"
            hint = f'name the vault: mlk-export {typed(whole)}, and for this part of it add --only "{part}/"'
            if not mappings:
                self._doubt_part(around, hint)
            warn(
                f"Warning: this folder is a part of a vault, which begins at {whole}, so links to its other notes lead "
                f"nowhere; {hint}"
            )
        known = {"vault", *writers.built_in()}
        if any(file.stem not in known for file in files):  # else what is installed beside them need not be looked for
            for stranger in find_strangers(files, {"vault", *writers.names()}):
                warn(f"Warning: {stranger}")

    def _doubt_part(self, around: Path, hint: str) -> None:
        """Refuse a part of a vault whose mapping hides something, which would not be hidden here.

        Raises:
            DoubtError: the part has no mapping of its own, and nobody has said that it is to be read all the same.
        """
        own, whole = ([folder / MAPPINGS, folder / "mappings"] for folder in (self.vault, around))
        rules = next((folder for folder in whole if (folder / "vault.toml").is_file()), None)
        if not rules or self.mappings in own or (self.mappings.is_dir() and rules.samefile(self.mappings)):
            return
        hides = OptionsFile(rules, "vault").load(ReadOptions).publish != Publish()
        if hides and not self.read_options().any_folder:
            file = shorter(rules / "vault.toml")
            why = f"lies in a vault in which {file} hides notes, and it would hide none here"
            raise DoubtError(self.vault, why, hint)

    def tell(self, findings: Iterable[Finding]) -> None:
        """Remember findings and pass them on, each once, as formats may find the same: the one way that they go."""
        if new := self._flaws.add(self._rules.apply(findings)):
            self._tell(new)

    @property
    def findings(self) -> list[Finding]:
        """All that was told, each with the formats that found it."""
        return [*self._flaws]

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

    def rules(self, options: ReadOptions) -> Rules:
        """Which level each finding gets from now on."""
        self._rules = Rules(options.findings)
        return self._rules

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
        from exporter.reader.part import take_part

        part = take_part(reading, evidence, self._areas, self._tags)
        self._rest = {topic.note or topic.title for topic in reading.knowledge_map.topics} - {
            topic.note or topic.title for topic in part.knowledge_map.topics
        }
        return part

    def store(self, knowledge_map: KnowledgeMap, made: Made | None) -> Made | None:
        """Let views find what earlier runs have made of the notes, of this process or others; None where nothing is kept."""
        from exporter.reader.batch.made import Made

        made = made or (Made(self.cache, self.vault) if self.cache else None)
        if made:
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

    def refuse(self, reading: Reading, strict: Level | None, paths: Sequence[Path] = ()) -> None:
        """End the run if findings of the level `strict`, or of a worse one, were told; `paths` are written already.

        Raises:
            StrictError: there are some.
        """
        if strict and (findings := failing(self.findings, strict)):
            raise StrictError(findings, Report(reading, [*paths], self.findings, self.obeyed))


def level_of(strict: bool | Level) -> Level | None:
    """The level at which a run fails; None: at none."""
    return ("warning" if strict else None) if isinstance(strict, bool) else strict


@contextmanager
def freeze_objects() -> Iterator[None]:
    """Let the garbage collector not look through what was read before, again and again: it is kept to the end.

    Nor often through what writers make, most of which is text and goes by itself.
    """
    before = gc.get_threshold()
    gc.set_threshold(PAUSE, *before[1:])
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
