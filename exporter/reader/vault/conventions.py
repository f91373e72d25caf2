"""Notes that are no topics by convention, by path: templates, daily notes, drawings (rule V4 of docs/conformance.md). Pure.

The vault itself says which they are: Obsidian's core plugins and some of the others by their settings, Excalidraw by the
names of its files. The reasons stand here for those, too, that the notes themselves tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple
from unicodedata import decimal, normalize

from exporter.reader.vault import files
from exporter.reader.vault.filters import BadFilterError, search_of
from exporter.reader.vault.settings import OBSIDIAN, Key, Problem, Settings
from exporter.regex import regex

TEMPLATE = "template"
DAILY = "daily note"
PERIODIC = "periodic note"
BOARD = "Kanban board"
DRAWING = files.DRAWING
PLACEHOLDER = "note with placeholders"
EMPTY = "empty note"
UNLISTED = "unlisted note"
LEFT_OUT = (TEMPLATE, DAILY, PERIODIC, BOARD, DRAWING, PLACEHOLDER, EMPTY, UNLISTED)

CORE = f"{OBSIDIAN}/core-plugins.json"
DAILY_NOTES = f"{OBSIDIAN}/daily-notes.json"
PERIODIC_NOTES = f"{OBSIDIAN}/plugins/periodic-notes/data.json"
JOURNALS = f"{OBSIDIAN}/plugins/journals/data.json"
TEMPLATES = {  # file: its entry for the folder of templates
    f"{OBSIDIAN}/templates.json": "folder",
    f"{OBSIDIAN}/plugins/templater-obsidian/data.json": "templates_folder",
    f"{OBSIDIAN}/plugins/quickadd/data.json": "templateFolderPath",
}
PERIODS = {  # of Periodic Notes: the name before and since its calendar sets, its format unless it says one
    "daily": ("day", "YYYY-MM-DD"),
    "weekly": ("week", "gggg-[W]ww"),
    "monthly": ("month", "YYYY-MM"),
    "quarterly": ("quarter", "YYYY-[Q]Q"),
    "yearly": ("year", "YYYY"),
}
SETS = "calendarSets"
DATE = "YYYY-MM-DD"
ISO_DATE = regex(r"(?:.*/)?\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\.md", re.DOTALL)
DRAWN = ".excalidraw.md"
NATIVE_DIGIT = regex(r"[^\D0-9]")
MOST = 50  # rules, so that no settings make a run endless
LONGEST = 200  # characters of a format
JOURNAL_NAME = regex(r"\{\{date(?::([^{}]*))?\}\}")

# Moment's tokens (momentjs.com/docs/#/displaying/format), in its order, and what each may print, in any language
TOKEN = regex(
    r"\[([^\[]*)\]|(\\)?([Hh]mm(?:ss)?|Mo|MM?M?M?|Do|DDDo|DD?D?D?|ddd?d?|do?|wo|ww?|Wo|WW?|Qo?|N{1,5}|Y{4,6}|YY?|y{1,4}"
    r"|gg(?:ggg?)?|GG(?:GGG?)?|[eEaAxX]|hh?|HH?|kk?|mm?|ss?|S{1,9}|zz?|ZZ?|LTS|LT|LL?L?L?|l{1,4})|(.)",
    re.DOTALL,
)
LETTER = r"[A-Za-z\x{80}-\x{10ffff}]"
NAME = rf"(?:{LETTER}+(?:-{LETTER}+)?\.?|\d\d?[\x{{6708}}\x{{c6d4}}])"  # "March", "févr.", "terça-feira", "3月"
WEEKDAY = rf"(?:{NAME}(?: {LETTER}+)?)"  # "Dydd Llun"
ORDINAL = r"-?[A-Za-z.\x{80}-\x{10ffff}]{0,4}"  # the "rd" of "3rd", the "-я" of "3-я"
PRINTED = {
    token: pattern
    for pattern, tokens in (
        (r"\d{4}", "YYYY gggg GGGG"),
        (r"\d\d", "YY gg GG HH hh kk mm ss SS"),
        (r"[+-]?\d{1,6}", "Y YYYYY YYYYYY ggggg GGGGG y yy yyy yyyy"),
        ("[1-4]", "Q"),
        ("(?:1[0-2]|[1-9])", "M"),
        ("(?:1[0-2]|0[1-9])", "MM"),
        (r"(?:[12]\d|3[01]|[1-9])", "D"),
        (r"(?:[12]\d|3[01]|0[1-9])", "DD"),
        (r"\d{1,3}", "DDD"),
        (r"\d{3}", "DDDD SSS"),
        ("[0-7]", "d e E"),
        (r"(?:[1-4]\d|5[0-3]|[1-9])", "w W"),
        (r"(?:[1-4]\d|5[0-3]|0[1-9])", "ww WW"),
        (NAME, "MMM MMMM a A"),
        (WEEKDAY, "dd ddd dddd"),
        (r"\d\d?", "H h k m s"),
        (r"\d{3,4}", "Hmm hmm"),
        (r"\d{5,6}", "Hmmss hmmss"),
        (r"\d+", "S SSSS SSSSS SSSSSS SSSSSSS SSSSSSSS SSSSSSSSS x X"),
        (r"[+-]\d\d:?\d\d", "Z ZZ"),
    )
    for token in tokens.split()
}


class Rule(NamedTuple):
    """The notes below a folder that fit, and why they are no topics."""

    reason: str  # one of LEFT_OUT
    settings: str  # the file that says so
    start: str  # of the path: a folder with "/" at its end, or "" for the vault
    depth: int = -1  # how many "/" stand behind it; -1: any number
    fits: Callable[[bytes], object] = bool  # what stands behind it, in UTF-8


class Conventions:
    """What the settings of a vault say of its templates and daily notes."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        """Take the settings; `read` gives the bytes of one of their files."""
        self.rules: list[Rule] = []
        self.problems: list[tuple[str, Problem]] = []  # with the file
        self._read = read
        for path, key in TEMPLATES.items():
            with_templates = self._open(path, "which notes are templates is not known")
            if folder := self._folder(with_templates, key):
                self._add(Rule(TEMPLATE, path, folder))
            self._close(with_templates)
        unknown = "which notes are daily notes is not known"
        core, daily = self._open(CORE, unknown), self._open(DAILY_NOTES, unknown)
        self.by_name = not (core.there or daily.there)  # nobody says anything of daily notes
        enabled = "daily-notes" in core.values if isinstance(core.values, list) else core.get(bool, "daily-notes")
        if daily.there or enabled:
            self._add_dated(DAILY, daily, DATE)
        self._close(core)
        self._close(daily)
        self._add_periodic()
        self._add_journals()

    def find(self, paths: Sequence[str]) -> dict[str, Rule]:
        """The notes that are no topics, each with the rule that says so."""
        matches: dict[str, Rule] = {}
        names = [path if path.isascii() else _plain(path) for path in paths] if self.rules else []
        for rule in self.rules:
            begin, depth, fits = len(rule.start), rule.depth, rule.fits
            for path, name in zip(paths, names, strict=True):
                if (
                    name.startswith(rule.start)
                    and depth in (-1, name.count("/", begin))
                    and fits(name[begin:].encode())
                ):
                    matches.setdefault(path, rule)
        for path in [path for path in paths if path[-6:-5] == "-" or path[-4:-3] == "w"]:  # few need a closer look
            if path.endswith(DRAWN):
                matches.setdefault(path, Rule(DRAWING, "", ""))
            elif self.by_name and ISO_DATE.fullmatch(path):
                matches.setdefault(path, Rule(DAILY, "", ""))
        return matches

    def _open(self, path: str, unknown: str) -> Settings:
        return Settings(path, lambda: self._read(path), unknown)

    def _close(self, settings: Settings) -> None:
        self.problems += ((settings.path, problem) for problem in settings.problems)

    def _add(self, rule: Rule) -> None:
        if len(self.rules) < MOST:
            self.rules.append(rule)

    def _add_periodic(self) -> None:
        """Those of Periodic Notes, in both shapes of its settings."""
        settings = self._open(PERIODIC_NOTES, "which notes are periodic notes is not known")
        for name, (new_name, form) in PERIODS.items():
            reason = DAILY if name == "daily" else PERIODIC
            if settings.get(bool, name, "enabled"):
                self._add_dated(reason, settings, form, name)
            for number, _ in enumerate((settings.get(list, SETS) or [])[:MOST]):
                if settings.get(bool, SETS, number, new_name, "enabled"):
                    self._add_dated(reason, settings, form, SETS, number, new_name)
        self._close(settings)

    def _add_journals(self) -> None:
        """Those of Journals, where a name is a date and the folder is one."""
        settings = self._open(JOURNALS, "which notes are journals is not known")
        for name in list(settings.get(dict, "journals") or ())[:MOST]:
            keys = ("journals", name)
            template = JOURNAL_NAME.fullmatch(settings.get(str, *keys, "nameTemplate") or "{{date}}")
            if template and "{{" not in (settings.get(str, *keys, "folder") or ""):
                form = template[1] or settings.get(str, *keys, "dateFormat") or DATE
                daily = settings.get(str, *keys, "write", "type") == "day"
                self._add_dated(DAILY if daily else PERIODIC, settings, DATE, *keys, form=form)
        self._close(settings)

    def _add_dated(self, reason: str, settings: Settings, default: str, *keys: Key, form: str = "") -> None:
        """Notes whose names are dates: the folder, the format and the template below these keys."""
        form = _plain(form or settings.get(str, *keys, "format") or "").strip().strip("/") or default
        folder = self._folder(settings, *keys, "folder")
        if folder is not None:
            try:
                pattern = translate(form)
                search, _ = search_of(rf"\A{pattern}\.md\z")
                if folder or r"\d" in pattern.replace(
                    NAME, ""
                ):  # else, as with MMMM, any word in the vault's own folder fits
                    self._add(Rule(reason, settings.path, folder, form.count("/"), search))
            except BadFilterError as error:
                settings.tell((*keys, "format"), f"{form!r:.100} {error}")
        for key in ("template", "templatePath"):
            if template := (self._folder(settings, *keys, key) or "").removesuffix("/").removesuffix(".md"):
                self._add(Rule(TEMPLATE, settings.path, f"{template}.md", fits=lambda rest: not rest))

    def _folder(self, settings: Settings, *keys: Key) -> str | None:
        """A folder as Obsidian takes it, with "/" at its end; "" for the vault's own, None for one outside of it."""
        value = _plain(settings.get(str, *keys) or "").replace("\\", "/").replace("\xa0", " ")
        parts = [part for part in map(str.strip, value.split("/")) if part not in ("", ".")]
        if ".." in parts or re.match("[A-Za-z]:", value):
            settings.tell(keys, f"{value!r:.100} leads out of the vault")
            return None
        return "".join(f"{part}/" for part in parts)


def _plain(path: str) -> str:
    """A path with composed letters and the digits 0 to 9, as Moment prints those of the language."""
    return NATIVE_DIGIT.sub(lambda match: str(decimal(match[0])), normalize("NFC", path))


def translate(form: str) -> str:
    """A format of Moment as a regular expression for what it may print, in any language.

    Raises:
        BadFilterError: nobody knows what it prints.
    """
    if len(form) > LONGEST:
        raise BadFilterError("is too long")
    parts = []
    for literal, escaped, token, other in (match.groups(default="") for match in TOKEN.finditer(form)):
        if token and not escaped:
            core = token.removesuffix("o")
            if core not in PRINTED:
                raise BadFilterError(f"prints what differs from place to place ({token}); write it as {DATE!r}")
            parts.append(PRINTED[core] + ORDINAL * (core != token))
        else:
            parts.append(re.sub(r"[!-/:-@\[-`{-~]", r"\\\g<0>", literal or token or other.replace("\\", "")))
    return "".join(parts)
