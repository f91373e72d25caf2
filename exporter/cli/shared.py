"""What all commands have in common: their options, the folder that they are given, and how they end."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from exporter import console
from exporter.cli.places import find_vault, is_vault
from exporter.cli.terminal import echo, silence
from exporter.cli.words import Folder, Setting, expand
from exporter.errors import DoubtError, ExportError, UsageError

WRONG, TYPED_WRONG, STOPPED = 1, 2, 130  # exit codes; the last is 128 and the signal's number, as shells have it

FOLDERS = click.argument("folders", nargs=-1, type=Folder(), metavar="[FOLDER]")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output: docs/check.md.")
WITH_TEXT = click.option("--with-text", is_flag=True, help="Neo4j, JSON: each note's Markdown, too, as `text`.")
ANY_FOLDER = click.option(
    "--any-folder", is_flag=True, help="Read a folder that is hardly a vault, such as a whole disk."
)
EVERY = click.option("--all", "every", is_flag=True, help="Tell each finding, however many and alike they are.")
STRICT = click.option(
    "--strict",
    type=click.Choice(["warning", "error"]),
    metavar="[=error]",
    help="Write nothing and fail if there are errors or warnings; --strict=error: errors.",
)
OUT = click.option(
    "--out", type=Folder(), help="Folder to write below: OUT/NAME/.  [default: out/; for Obsidian's vaults beside them]"
)
OVERWRITE = click.option(
    "--overwrite", is_flag=True, help="Replace what somebody else has changed or made below OUT, too."
)
VAULT = click.option("--vault", type=Folder(), help="The same as FOLDER.  [default: this folder, or vault/ in it]")


def findings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """How findings are told, and when they fail a run."""
    for option in (
        AS_JSON,
        click.option(
            "--output-format",
            "form",
            type=click.Choice(["text", "json", "github", "sarif"]),
            help="How findings are told: as annotations of GitHub, or as one document on standard output.  [default: text]",
        ),
        EVERY,
        STRICT,
    ):
        command = option(command)
    return command


def part_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that choose a part of the vault."""
    for option in (
        click.option("--tag", "tags", multiple=True, metavar="NAME", help="Only what has this tag, or one below it."),
        click.option("--area", "areas", multiple=True, metavar="NAME", help="Only what lies in this area."),
    ):
        command = option(command)
    return command


def shared_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command takes which reads a vault."""
    for option in (
        click.option("--quiet", "-q", is_flag=True, help="Say nothing but what was made, and errors."),
        ANY_FOLDER,
        click.option(
            "--all-notes", is_flag=True, help="Daily notes, templates, drawings and their like are topics, too."
        ),
        click.option(
            "--no-cache",
            is_flag=True,
            help="Read every note and make all anew, not only what has changed since the last run.",
        ),
        click.option(
            "--set",
            "settings",
            type=Setting(),
            multiple=True,
            metavar="NAME.KEY=VALUE",
            help="One entry of mappings/NAME.toml for this run: text as it stands, all else in TOML. May be repeated.",
        ),
        click.option(
            "--only",
            multiple=True,
            metavar="RULE",
            help='Publish what fits alone: "Folder/", "#tag", "key: value" or "[[Area]]". May be repeated.',
        ),
        click.option(
            "--hide", multiple=True, metavar="RULE", help="Hide what fits, too, as [publish] of vault.toml does."
        ),
        click.option(
            "--mappings",
            type=Folder(),
            help="Folder with vault.toml and NAME.toml.  [default: the vault's own, else mappings/]",
        ),
        VAULT,
    ):
        command = option(command)
    return command


def nice_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Show what the user can fix without a traceback, and let bugs through with theirs: the one place for it."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except DoubtError as error:
            if not _ask(f"{error.doubt}. Read it?"):
                raise _end(error) from error
            return wrapped(*args, **{**kwargs, "any_folder": True})
        except ExportError as error:
            raise _end(error) from error
        except KeyboardInterrupt as error:
            echo("", err=True)  # ends the line with "^C"
            echo("Stopped.", err=True)
            raise click.exceptions.Exit(STOPPED) from error

    return wrapped


def end_in_order() -> None:
    """A run that is told to end takes its programs and temporary folders with it, as one that is interrupted does."""
    with contextlib.suppress(ValueError):  # not the main thread
        for name in {"SIGTERM", "SIGHUP"} & set(signal.Signals.__members__):
            if signal.getsignal(number := signal.Signals[name]) is signal.SIG_DFL:
                signal.signal(number, lambda which, _: sys.exit(128 + which))


def _end(error: ExportError) -> click.exceptions.Exit:
    """Print what is wrong; gives the end of the run."""
    for line in getattr(error, "lines", [str(error)]):
        echo(f"Error: {line}", err=True)
    return click.exceptions.Exit(TYPED_WRONG if isinstance(error, UsageError) else WRONG)


def _ask(question: str) -> bool:
    """Ask who sits at a terminal; in a pipe nobody would answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return click.confirm(console.terminal_safe(question, sys.stderr), err=True)


def merge_options(context: click.Context, options: dict[str, Any]) -> dict[str, Any]:
    """A command's options, which may stand before its name, too; its vault is the one that was named, wherever it was.

    Raises:
        UsageError: several were, or none is here.
    """
    above = context.parent.params if context.parent else {}
    merged = {name: value or above.get(name, value) for name, value in options.items()}
    folders = merged.pop("folders", None) or ()
    named = [*folders, *filter(None, [merged.get("vault")])]
    commands = context.command.commands if isinstance(context.command, click.Group) else ()
    merged["vault"] = find_vault(one_folder(named, commands))
    return merged


def refuse_others(context: click.Context, command: click.Command) -> None:
    """Refuse options before a command that it does not have.

    Raises:
        UsageError: there is one.
    """
    known = {parameter.name for parameter in command.params}
    for parameter in context.command.params:
        given = context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
        if given and parameter.name not in known:
            raise UsageError(f"{max(parameter.opts, key=len)} does not go with {command.name!r}")


def one_folder(named: Sequence[Path], commands: Iterable[str] = ()) -> Path | None:
    """The one folder that was named; None: there was none. What else a word may be is told: `commands`, a format.

    Raises:
        UsageError: there are several, or the word is no folder and looks like something else.
    """
    if not named:
        return None
    names = list(dict.fromkeys(map(str, named)))
    if names[1:] and Path(whole := " ".join(names)).is_dir():
        raise UsageError(f'{whole}: write the name of a folder with blanks in quotes: "{whole}"')
    word = next((name for name in names if not Path(name).is_dir()), "")
    if word and (hint := _what_else(word, commands)):
        raise UsageError(hint)
    if names[1:]:
        quotes = "; write a name or a value with blanks in quotes" if word != names[0] else ""
        raise UsageError(
            f"{word}: no such folder{quotes}" if word else f"{', '.join(names)}: one run reads one vault; name one"
        )
    return named[0]


def take_apart(words: Sequence[str]) -> tuple[str, tuple[Path, ...]]:
    """The name of a note, whose words may come without quotes, and the vault's folder, before or behind it, if it is there."""
    for folder, name in ((words[-1], words[:-1]), (words[0], words[1:])):
        path = Path(expand(folder))
        if name and os.path.isdir(path) and (is_vault(path) or path.name != folder):  # noqa: PTH112 - a long name is none
            return " ".join(name), (path,)
    return " ".join(words), ()


def _what_else(word: str, commands: Iterable[str]) -> str:
    """What a word may be that stands where a folder is expected, and is none."""
    from difflib import get_close_matches

    from exporter import writers

    if '"' in word:
        return f"{word}: a quote is left in the name; write the folder without a backslash before the closing quote"
    if writers.is_known(word):
        return f"{word!r} is a format, and formats are named with --format: mlk-export FOLDER --format {word}"
    if word in ("error", "warning"):
        return f"{word!r} is a level, which stands behind an equals sign: --strict={word}"
    if word in commands:
        return f"{word!r} is a command, and commands come first: mlk-export {word} FOLDER"
    if Path(word).name == word and not Path(word).exists() and (near := get_close_matches(word, commands, n=1)):
        return f"{word!r} is neither a command nor a folder; nearest: {near[0]}"
    path = Path(word)
    folders = [] if path.exists() else [folder.name for folder in path.parent.glob("*/") if folder.name[0] != "."]
    if near := get_close_matches(path.name, folders, n=1):
        return f"{word}: no such folder; nearest: {path.with_name(near[0])}"
    return ""


class Commands(click.Group):
    """Commands; where none is named, the words that there are name the folder to export."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Find out whether a command is meant, which may stand behind the folder; write out `--strict`, which takes no word."""
        args = ["--strict=warning" if word == "--strict" else word for word in args]
        if not args:
            return super().parse_args(ctx, args)
        _, words, _ = self.make_parser(ctx).parse_args(args=list(args))
        if words and words[0] not in self.commands and words[1:] and words[1] in self.commands:
            args = [*args[: len(args) - len(words)], words[1], words[0], *words[2:]]
        elif not words or words[0] not in self.commands:
            ctx.allow_interspersed_args = True  # options may stand behind the folder
            folders = click.Command.parse_args(self, ctx, args)
            ctx.args = []
            ctx.params["folders"] = tuple(Folder().convert(word, None, ctx) for word in folders)
            return []
        return super().parse_args(ctx, args)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Take the words apart, or print the help; nobody has to read it to its end."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except BrokenPipeError as error:
            silence(sys.stdout)
            raise click.exceptions.Exit(0) from error

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[click.shell_completion.CompletionItem]:
        """Complete commands and options, else folders."""
        from click.shell_completion import CompletionItem

        return super().shell_complete(ctx, incomplete) or [CompletionItem(incomplete, type="dir")]
