"""What stands on the command line, as click takes it: folders, formats, settings, names of notes; and how shells complete it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exporter.cli.places import find_vault
from exporter.errors import ExportError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

NO_NAME = (errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL)  # what no file can be called
MOST_NOTES = 50_000  # files that are looked at for a completion
BLANKS = str.maketrans({sign: f"\\{sign}" for sign in " \t\"'\\$`&|;<>()*?[]#~!{}"})


def expand(text: str) -> str:
    """A path with the home folder for "~"; what names nobody's home stays as it is."""
    return os.path.expanduser(text)  # noqa: PTH111 - Path's raises where there is no such user


class Folder(click.Path):
    """A folder; "~" is the home folder also where the shell leaves it, as in --vault=~/Notes."""

    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Give the path as it was typed, "~" apart."""
        text = os.fspath(value)
        if not text.strip():
            self.fail("no folder is named; leave the option away, or name one", param, ctx)
        path = Path(expand(text))
        try:
            path.stat()
        except OSError as error:
            if error.errno in NO_NAME:
                self.fail(f"{text:.80}: {error.strerror}", param, ctx)
        return path

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Leave it to the shell, which knows folders."""
        return [_item(incomplete, type="dir")]


class Format(click.ParamType[str]):
    """Names of formats, with commas between them."""

    name = "name"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the last of the names; what else formats are called only where somebody has begun with it."""
        from exporter import writers

        before, comma, last = incomplete.rpartition(",")
        known = [*writers.names(), "all"]
        names = [name for name in known if name.startswith(last.lower())]
        names += [alias for alias in writers.ALIASES if last and alias.startswith(last.lower()) and not names]
        return [_item(f"{before}{comma}{name}") for name in names]


class Setting(click.ParamType[str]):
    """An entry of a mapping for one run: NAME.KEY=VALUE."""

    name = "setting"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the name of the mapping, then its key; no values."""
        return [_item(word) for word in dict.fromkeys(_settings(incomplete)) if word.startswith(incomplete)]


class NoteName(click.ParamType[str]):
    """What names a note: its name, path, alias, id."""

    name = "note"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the names of notes, by their files: reading them would take too long."""
        named = ctx.params.get("vault") or (ctx.parent.params.get("vault") if ctx.parent else None)
        try:
            vault = find_vault(named)
        except ExportError:
            return []
        begin = incomplete.removeprefix("[[").casefold()
        names = sorted({name for name in _notes(vault) if name.casefold().startswith(begin)})
        escape = os.environ.get("_MLK_EXPORT_COMPLETE", "").startswith("bash")  # the other shells do so themselves
        return [_item(name.translate(BLANKS) if escape else name) for name in names]


def _item(word: str, type: str = "plain") -> CompletionItem:
    from click.shell_completion import CompletionItem  # only shells ask for it

    return CompletionItem(word, type=type)


def _settings(incomplete: str) -> Iterator[str]:
    """All keys of the mapping that was begun, else the names of the mappings."""
    from exporter import writers
    from exporter.reader.options import ReadOptions

    name, dot, _ = incomplete.partition(".")
    if name == "vault":
        yield from _keys(f"{name}.", ReadOptions)
        return
    for each in writers.names():
        with suppress(ExportError):  # one that cannot be used
            writer = writers.find(each)
            mapping = writers.mapping_of(each, writer)
            if not dot:
                yield f"{mapping}."
            elif mapping == name:
                yield from _keys(f"{name}.", writer.Options)
    if not dot:
        yield "vault."


def _keys(before: str, shape: Any) -> Iterator[str]:
    options = shape()
    for each in fields(shape):
        if each.metadata.get("key", True):
            value = getattr(options, each.name)
            inner = is_dataclass(value)
            yield from _keys(f"{before}{each.name}.", type(value)) if inner else [f"{before}{each.name}="]


def _notes(vault: Path) -> Iterable[str]:
    """The names of notes, as their files are called; of very many the first."""
    names: list[str] = []
    for _, folders, files in islice(os.walk(vault), MOST_NOTES):
        folders[:] = [folder for folder in folders if folder[0] != "." and folder != "node_modules"]
        names += [name[:-3] for name in files if name[-3:].lower() == ".md" and name[0] != "."]
        if len(names) > MOST_NOTES:
            break
    return names
