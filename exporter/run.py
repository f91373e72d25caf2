"""One run of the program: what it was told, what it has read, what it tells."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exporter import console
from exporter.errors import ExportError, Finding

if TYPE_CHECKING:
    from exporter.reader import Reading, VaultMapping


def echo(text: str, err: bool = False) -> None:
    """Print one line, whatever stands in the names of files."""
    click.echo(console.printable(text, sys.stderr if err else sys.stdout), err=err)


class Run:
    """One run: where it reads, what it was told to change, what it found."""

    def __init__(
        self, vault: Path | None, mappings: Path | None, settings: tuple[str, ...], no_cache: bool = False
    ) -> None:
        self.start = time.perf_counter()
        self.vault = vault or _vault_here()
        self.mappings = mappings or Path("mappings")
        if mappings and not mappings.is_dir():
            raise ExportError(f"{mappings}: no such folder; name the one with vault.toml and NAME.toml with --mappings")
        self.settings: dict[str, list[str]] = {}
        for setting in settings:
            name, dot, entry = setting.partition(".")
            if not dot or "=" not in entry:
                raise click.BadParameter(
                    f"{setting!r} is not NAME.KEY=VALUE, as in skos.base='\"https://...\"'", param_hint="--set"
                )
            self.settings.setdefault(name, []).append(entry)
        self.no_cache = no_cache
        self.found = 0
        self.counts = ""

    def options(self, name: str, shape: type[Any]) -> Any:
        """What mappings/NAME.toml and --set say."""
        from exporter.options import load_options

        return load_options(self.mappings, name, shape, self.settings.get(name, ()))

    def add(self, flag: str, setting: str, shapes: dict[str, type[Any]]) -> None:
        """A flag that is short for --set NAME.KEY=VALUE, for each name that knows the key."""
        knowing = [name for name, shape in shapes.items() if setting.partition("=")[0] in shape.__dataclass_fields__]
        if not knowing:
            raise click.UsageError(f"{flag} does not go with {', '.join(shapes)}")
        for name in knowing:
            self.settings.setdefault(name, []).append(setting)

    def all_used(self, names: set[str]) -> None:
        """Refuse a --set for what this run does not read or write."""
        for name in self.settings:
            if name not in names:
                raise ExportError(
                    f"--set {name}.{self.settings[name][0]}: this run has no {name!r}; known: {', '.join(sorted(names))}"
                )

    def mapping(self) -> VaultMapping:
        """How the vault is to be understood."""
        from exporter import reader

        mapping: VaultMapping = self.options("vault", reader.VaultMapping)
        return mapping

    def read(self, quiet: bool = False) -> Reading:
        """Read the vault."""
        from exporter import reader
        from exporter.model import no_collection

        mapping = self.mapping()
        with console.Progress() as progress:

            def tick(done: int, total: int) -> None:
                if not quiet:
                    progress.show("reading", done, total)

            # where processes cannot be forked, a library must not start any by itself; a program may
            workers = 0 if sys.platform == "linux" else os.cpu_count() or 1
            with no_collection():
                reading = reader.survey(self.vault, mapping, tick, workers, self.cache())
                gc.freeze()  # it is kept to the end, so no collection need look through it
        self.counts = console.summary(reading)
        return reading

    def read_and_tell(self, strict: bool) -> Reading:
        """Read the vault and tell its flaws, which end the run if it is strict."""
        reading = self.read()
        self.tell(reading.findings)
        if strict and self.found:
            self.end()
            self.fail_if_flawed()
        return reading

    def cache(self) -> Path | None:
        """The folder in which it is kept what was read."""
        from exporter.reader.batch.cache import folder

        return None if self.no_cache else folder()

    def tell(self, findings: list[Finding]) -> None:
        """Print findings."""
        self.found += len(findings)
        self.say(console.told(findings, self.vault))

    def tell_at_once(self, things: Iterable[Any], progress: console.Progress) -> Iterator[Any]:
        """Print the findings among what a writer makes: the next thing may take minutes, or more memory than there is."""
        for thing in things:
            if isinstance(thing, Finding):
                progress.clear()
                self.tell([thing])
            else:
                yield thing

    def say(self, lines: Iterable[str]) -> None:
        """Print lines for people."""
        for line in lines:
            echo(line, err=True)

    def end(self) -> None:
        """Print the summary."""
        seconds = time.perf_counter() - self.start
        echo(f"{self.counts}, {self.found} findings, {seconds:.2f} seconds", err=True)

    def fail_if_flawed(self) -> None:
        """Flaws are a failure under --strict."""
        if self.found:
            raise ExportError(f"{self.found} flaws in the vault, and --strict allows none; nothing was written")


def _vault_here() -> Path:
    if Path("vault").is_dir():
        return Path("vault")
    if Path(".obsidian").is_dir() or next(Path().glob("*.md"), None):
        return Path()
    raise ExportError(
        "no vault here: this folder has neither a folder vault/ nor notes (*.md); name yours with --vault FOLDER"
    )
