"""Dendron (https://wiki.dendron.so): dots in a note's name are levels, links have their words first. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from exporter.reader.dialects.dialect import Batch, Dialect, Folder, Index
from exporter.reader.dialects.signs import DENDRON, DENDRONS
from exporter.reader.dialects.slugs import anchors_of, slugs_of
from exporter.reader.markdown.front_matter import read_properties
from exporter.reader.markdown.note import Note, parse
from exporter.reader.names import NOTE, folder_of, name_of
from exporter.regex import regex

SCHEME = "dendron://"  # [[dendron://vault/note]]
RANGE = regex(r"(?:,-?\d+)?(?::(?:#.*)?)?\Z")  # behind an anchor: from so many lines on, up to another one
WHOLE = ("^begin", "^end", "*")  # anchors that mean no part by its name
# What may be read otherwise than in Obsidian
OTHERWISE = regex(rb"\[\[[^\[\]\n]*[|:,^*]|#[^\s#.]+\.|^tags:", re.MULTILINE)
LEVELS = regex(r"(?:\.[^\s.,;:!?#\[\](){}'\"`<>|]+)+")  # of a tag, behind its first
TAGS = regex(r"^tags:.*(?:\n[ \t]*-.*)*", re.MULTILINE)  # in the properties
DOT = regex(r"(?<=\S)\.(?=\S)")
TIMES = ("created", "updated")  # properties: milliseconds since 1970
DAY = r"\d{4}\.\d\d?\.\d\d?"
OTHER_VAULT = "another vault of the workspace, which is not in this folder; take the workspace's folder as the vault"


@dataclass(frozen=True)
class Dendron(Dialect):
    """A vault of a Dendron workspace, or the workspace with all of its vaults."""

    CALLED: ClassVar[str] = "a Dendron vault"
    names_parts: ClassVar[bool] = True
    has_levels: ClassVar[bool] = True
    MARKS: ClassVar[tuple[str, ...]] = ("published: false",)
    MAPS: ClassVar[tuple[str, ...]] = ("root",)
    vaults: tuple[tuple[str, str], ...] = ()  # what links call each, and its folder with "/"; "": this one
    daily: str = "daily.journal"  # levels above the names of daily notes
    templates: str = "template"  # the level of templates

    def rewrite(self, path: str, data: bytes) -> bytes:
        """`[[words|note]]` as `[[note|words]]`, other vaults' notes by their folders, `#a.b` as `#a/b`."""
        if not OTHERWISE.search(data):
            return data
        note = parse(data)
        if any(code == "not-utf8" for _, code, _ in note.problems):
            return data  # nobody would be told, were it written anew
        text = note.text
        edits = [
            (link.start, link.end, self._link(text[link.start : link.end]))
            for link in note.mentions
            if not link.text_end
        ]
        for start, tag in note.tags:
            if levels := LEVELS.match(text, start + 1 + len(tag)):
                edits.append((*levels.span(), levels[0].replace(".", "/")))
        if head := TAGS.search(text, 0, note.properties.end):
            edits.append((*head.span(), DOT.sub("/", head[0])))
        parts: list[str] = []
        position = 0
        for start, end, new in sorted(edits):
            if start >= position:  # else a link within the words of one
                parts += text[position:start], new
                position = end
        return "".join([*parts, text[position:]]).encode() if edits else data

    def _link(self, written: str) -> str:
        """A wikilink with its words behind; an address in <> as it is."""
        embed, brackets, inner = written.partition("[[")
        if not brackets:
            return written
        words, _, target = inner.removesuffix("]]").rpartition("|")
        bar, words = "\\|" if words.endswith("\\") else "|", words.removesuffix("\\").strip()
        name, _, anchor = target.strip().partition("#")
        if name.startswith(SCHEME):
            vault, _, rest = name.removeprefix(SCHEME).partition("/")
            folder = dict(self.vaults).get(vault)
            if folder is not None:
                words = words or rest
                name = folder + rest if len(self.vaults) > 1 else rest
        anchor = RANGE.sub("", anchor)
        shown = f"#{anchor}" if anchor and anchor not in WHOLE else ""
        return f"{embed}[[{name}{shown}{bar + words if words else ''}]]"

    def amend(self, batch: Batch, paths: Sequence[str], data: Sequence[bytes]) -> None:
        """Ids are random letters that no link uses, `desc` describes, times are milliseconds."""
        batch.titles = [
            title or name_of(path).rpartition(".")[2] for title, path in zip(batch.titles, paths, strict=True)
        ]
        batch.properties = list(batch.properties)  # dictionaries that may be changed
        for number, properties in enumerate(batch.properties):
            batch.ids[number] = None
            if isinstance(description := properties.get("desc"), str) and description:
                properties.setdefault("description", description)
                del properties["desc"]
            for name in TIMES:
                if type(time := properties.get(name)) is int and 10**11 < time < 10**13:
                    properties[name] = datetime.fromtimestamp(time / 1000, UTC).date().isoformat()

    def place(self, path: str) -> str:
        """Each level as a folder; the only vault's own folder is none."""
        folders = [folder for _, folder in self.vaults]
        inside = path.removeprefix(folders[0]) if len(folders) == 1 else path
        return f"{folder_of(inside)}/{name_of(inside).replace('.', '/')}{NOTE}".lstrip("/")

    def anchors(self, note: Note) -> Mapping[str, str]:
        """What GitHub would call the headings."""
        anchors = anchors_of(note)
        return {slug: anchors[heading] for slug, heading in [*slugs_of([each.text for each in note.headings])][::-1]}

    def left_out(self, path: str) -> str:
        """Daily notes and templates, by their names."""
        name = name_of(path)
        if name == self.templates or name.startswith(f"{self.templates}."):
            return "template"
        return "daily note" if re.fullmatch(rf"{re.escape(self.daily)}\.{DAY}", name) else ""

    def find(self, names: Index, target: str, folder: str) -> tuple[int, ...]:
        """Files of the vault's own `/assets/`, in a workspace."""
        folders = {within for _, within in self.vaults} if target[:1] == "/" else ()
        return (next((number for within in sorted(folders) if (number := names.at(within + target[1:])) >= 0), -1),)

    def unknown(self, target: str) -> str:
        """Notes of a vault that is not here."""
        return OTHER_VAULT if target.startswith(SCHEME) else ""


def find(folder: Folder) -> Dendron | None:
    """The vault whose workspace's settings are here, or in the folder above."""
    above = "../" if not folder.has(DENDRON) and folder.has(f"../{DENDRON}") else ""
    settings = read_properties(f"---\n{folder.read(above + DENDRON).decode(errors='replace')}\n---\n").values
    workspace = _table(settings, "workspace") or settings  # so it was before its version 4
    vaults = tuple(_vaults(workspace, folder, above))
    signs = [f"../{DENDRON}"] if vaults and above else [sign for sign in DENDRONS if folder.has(sign)]
    if not signs:
        return None
    journal = _table(workspace, "journal")
    daily = f"{_word(journal, 'dailyDomain') or 'daily'}.{_word(journal, 'name') or 'journal'}"
    templates = _word(_table(settings, "commands"), "templateHierarchy") or "template"
    return Dendron(signs[0], vaults=vaults, daily=daily, templates=templates)


def _vaults(workspace: Mapping[str, Any], folder: Folder, above: str) -> Iterator[tuple[str, str]]:
    """The workspace's vaults that are here: their names, and their folders with "/"."""
    vaults = workspace.get("vaults")
    for vault in vaults if isinstance(vaults, list) else ():
        if isinstance(vault, dict):
            path = _word(vault, "fsPath").strip("./")
            name = _word(vault, "name") or path.rpartition("/")[2]
            if above and path == folder.name:
                yield name, ""
            elif not above and folder.has(path):
                notes = "notes" if vault.get("selfContained") is True else ""
                yield name, "".join(f"{part}/" for part in (path, notes) if part)


def _table(settings: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = settings.get(key)
    return value if isinstance(value, dict) else {}


def _word(settings: Mapping[str, Any], key: str) -> str:
    value = settings.get(key)
    return value if isinstance(value, str) else ""
