"""Databases: read a vault once, and bring one up to date with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from exporter import loaders, saving, writers
from exporter.errors import ExportError, Level
from exporter.model import KnowledgeMap, Lock, Previous
from exporter.run import Report, Run, StrPath, Tell, Tick, freeze_objects, level_of
from exporter.writers import keys_of_others


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
        level = level_of(strict)
        reading = run.read_and_tell(level)
        with freeze_objects(), run.file(name).locate_errors():
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
