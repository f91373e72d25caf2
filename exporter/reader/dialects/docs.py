"""Folders of documentation (MkDocs, Docusaurus, Jekyll, Hugo, mdBook, VitePress) and Foam's: links as addresses. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from exporter.reader.dialects.dialect import AllNotes, Batch, Dialect, Folder, Index
from exporter.reader.dialects.slugs import anchors_of, slugs_of
from exporter.reader.markdown.front_matter import read_properties
from exporter.reader.markdown.note import Note
from exporter.reader.names import NOTE, folder_of, is_note, key, lies_within, name_of
from exporter.regex import regex

PAGES = ("index", "readme", "_index")  # notes that an address of their folder leads to, the first that is there
HTML = regex(r"\.html?\Z", re.IGNORECASE)
# Where an element or a text begins that has an id: <a id="x">, <a name="x">, { #x }, {: #x }
ID = regex(
    r"<[A-Za-z][\w-]*+(?=[\s/])[^<>]{0,2000}?\s(?:id|name)=[\"']?([^\s\"'<>]+)|\{:?[ \t]*#([\w:.-]+)[^{}\n]{0,200}\}"
)
# What may stand between an id and the heading that has it: the rest of the tag, others, marks
ONLY_MARKS = regex(r"[^<>]*>(?:<[^<>]*>|\{[^{}]*\}|[\s>*_-])*")
FARTHEST = 2000  # characters between them
DOCS_DIR = regex(r"^docs_dir:[ \t]*[\"']?([^\"'#\n]+?)[\"']?[ \t]*(?:#|$)", re.MULTILINE)
NAV = regex(r"^nav:.*(?:\n(?:[ \t#-].*)?)*", re.MULTILINE)
# Settings: in the folder, or in the one above if that keeps its notes in a folder of this name
SETTINGS = (
    ("mkdocs.yml", "documentation by MkDocs", "docs"),
    ("mkdocs.yaml", "documentation by MkDocs", "docs"),
    ("docusaurus.config.js", "documentation by Docusaurus", "docs"),
    ("docusaurus.config.ts", "documentation by Docusaurus", "docs"),
    ("docusaurus.config.mjs", "documentation by Docusaurus", "docs"),
    ("book.toml", "a book by mdBook", "src"),
    ("hugo.toml", "a site by Hugo", "content"),
    ("hugo.yaml", "a site by Hugo", "content"),
    (".vitepress", "documentation by VitePress", ""),
    (".vuepress", "documentation by VuePress", ""),
    (".gitbook.yaml", "a book by GitBook", ""),
    ("SUMMARY.md", "a book by mdBook or GitBook", ""),
    ("_sidebar.md", "documentation by docsify", ""),
    ("_config.yml", "a site by Jekyll", ""),
)
ROOTS = ("docs", "public", "static", "content", "src", "source")  # folders in which programs have the root of a site
FOAM = "foam.foam-vscode"  # Foam's name as an extension of VS Code
ADDRESSES = frozenset(("permalink", "slug", "url"))  # properties that say where a site has a note
DATED = regex(r"/\d{4}/\d\d/\d\d/")  # an address of a post, as Jekyll and Docusaurus make it
POST = regex(r"(?:\A|/)(\d{4})-(\d\d)-(\d\d)-([^/]+)\Z")  # and its file
POSTS = regex(r"(?:\A|/)_?posts\Z")  # a folder that stands in no address
DEEPEST = 3  # parts of an address that may stand before the folder's own
BELOW = "\0"  # stands for what lacks before an address, instead of being too much
FEWEST = 2  # addresses that must lead to notes, so that what stands before them is taken for the folder's own
SITE = "an address from the root of a site, of which this folder is but a part; take the folder that holds all as the vault"
MDX = "MDX is Markdown with JavaScript in it, and is not read"
TEMPLATES = "what stands in {{ }} or {% %} is filled in by the site's own program"


@dataclass(frozen=True)
class Plain(Dialect):
    """No settings are here: Obsidian's rules, and where they find nothing those of documentation."""

    names_parts: ClassVar[bool] = True
    first_for: ClassVar[str] = NOTE
    MAPS: ClassVar[tuple[str, ...]] = ("summary", "_sidebar")  # of mdBook and GitBook, of docsify
    vault: str = ""  # the folder's name, with which addresses may begin

    def anchors(self, note: Note) -> Mapping[str, str]:
        """What the ids of a note name, and what programs call its headings."""
        anchors = [*anchors_of(note), ""]  # the last: of what stands above all headings
        names = {"top": ""}
        for id_, heading in _ids(note):
            names.setdefault(id_, anchors[heading])
        for slug, heading in slugs_of([heading.text for heading in note.headings]):
            names.setdefault(slug, anchors[heading])
        return names

    def first(self, names: Index, target: str, folder: str) -> tuple[int, ...]:
        """A note with its ending is first looked for from the folder of the link's note, as everywhere but in Obsidian."""
        return self._relative(names, target, folder) if target.endswith(NOTE) else (-1,)

    def find(self, names: Index, target: str, folder: str) -> tuple[int, ...]:
        """The note of an address: "folder/", "page.html", "../page/", "page?version=2", "/page" from the root."""
        return (next(filter(lambda number: number >= 0, map(names.at, _pages(target, folder))), -1),)

    def _relative(self, names: Index, target: str, folder: str) -> tuple[int, ...]:
        return self.find(names, target, folder) if target[:1] != "/" else (-1,)

    def names(self, batch: AllNotes, paths: Sequence[str]) -> Mapping[str, str]:
        """The notes of addresses from a site's root: what stands before the folder's own, or lacks, is found by trying."""
        addresses = batch.nowhere("/")
        if not addresses:
            return {}
        notes = {key(path): path for path in paths}
        for path, properties in zip(paths, batch.properties, strict=True):
            if not ADDRESSES.isdisjoint(properties):
                for value in map(properties.get, ADDRESSES):
                    if isinstance(value, str) and value[:1] == "/":
                        notes.setdefault(f"{key(value).strip('/')}{NOTE}", path)
        if any(map(DATED.search, addresses)):
            for path in paths:
                if post := POST.search(key(path)):
                    address = "/".join(post.groups())
                    notes.setdefault(address, path)
                    notes.setdefault(f"{POSTS.sub('', folder_of(key(path)))}/{address}".lstrip("/"), path)
        total, notes_of = Counter[str](), dict[str, dict[str, str]]()
        for address in addresses:
            parts = address[1:].split("/")
            for depth in range(min(len(parts), DEEPEST + 1)):
                prefix, rest = "/".join(parts[:depth]), "/".join(parts[depth:])
                total[prefix] += 1
                if note := next(filter(None, map(notes.get, map(key, _pages(rest, "")))), None):
                    notes_of.setdefault(prefix, {})[key(address)] = note
        if missing := {key(address) for address in addresses}.difference(*notes_of.values()):
            total[BELOW] = len(missing)
            notes_of[BELOW] = _find_below(missing, notes)
        further: dict[str, str] = {}
        for prefix, found in sorted(notes_of.items(), key=lambda pair: -len(pair[1])):
            own = prefix in ("", self.vault) or prefix.endswith(f"/{self.vault}")
            if own or (len(found) >= FEWEST and 2 * len(found) >= total[prefix]):
                further = {**found, **further}
        return further

    def unknown(self, target: str) -> str:
        """Addresses of a site of which this folder is a part, and what a program has yet to fill in."""
        if "{{" in target or "{%" in target:
            return TEMPLATES
        if target.endswith(".mdx"):
            return MDX
        return SITE if target[:1] == "/" and not target.endswith(NOTE) else ""


@dataclass(frozen=True)
class Docs(Plain):
    """A program that makes a site of the folder: a link is first an address, relative to its note."""

    asks_first: ClassVar[bool] = True
    first_for: ClassVar[str] = ""
    MARKS: ClassVar[tuple[str, ...]] = ("published: false",)  # as Jekyll has it
    program: str = "documentation"
    nav: tuple[str, ...] = ()  # paths of notes in the order of the site's navigation

    def called(self) -> str:
        """The program's name is among its settings."""
        return self.program

    def first(self, names: Index, target: str, folder: str) -> tuple[int, ...]:
        """Every relative address, with an ending or without."""
        return self._relative(names, target, folder)

    def rank(self, path: str) -> int | None:
        """The place in the navigation: of a folder, that of the first note in it."""
        return self._ranks.get(path)

    @cached_property
    def _ranks(self) -> dict[str, int]:
        ranks: dict[str, int] = {}
        for rank, note in enumerate(self.nav):
            path = note
            while path:
                ranks.setdefault(path, rank)
                path = folder_of(path)
        return ranks


class Foam(Plain):
    """Foam (https://foamnotes.com): wikilinks as Obsidian has them, Markdown links as VS Code has them."""

    CALLED: ClassVar[str] = "a Foam workspace"

    def amend(self, batch: Batch, paths: Sequence[str], data: Sequence[bytes]) -> None:
        """`alias: one, two` gives aliases, as it did in Obsidian."""
        batch.properties = list(batch.properties)  # dictionaries that may be changed
        for number, properties in enumerate(batch.properties):
            for name in [name for name in properties if name.lower() == "alias"]:
                value = properties.pop(name)
                words = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
                aliases = (str(word).strip() for word in words if word is not None)
                batch.aliases[number] = tuple(dict.fromkeys([*batch.aliases[number], *filter(None, aliases)]))
        batch.problems[:] = [each for each in batch.problems if each[2] != "bad-alias" or "`alias`" not in each[3]]

    def find(self, names: Index, target: str, folder: str) -> tuple[int, ...]:
        """A folder's name leads to its index, wherever the folder lies."""
        numbers = super().find(names, target, folder)
        if numbers[0] < 0 and target[:1] not in ("", ".", "/"):
            for page in PAGES:
                ending = key(f"/{target.rstrip('/')}/{page}{NOTE}")
                indexes = names.numbers_of(page + NOTE)
                if found := sorted(number for number in indexes if f"/{key(names.paths[number])}".endswith(ending)):
                    return tuple(found)
        return numbers


def find(folder: Folder) -> Docs | None:
    """The documentation whose settings are here, or in the folder above."""
    for file, program, home in SETTINGS:
        for place in (file, f"../{file}") if home else (file,):
            if folder.has(place):
                settings = folder.read(place).decode(errors="replace") if file.startswith("mkdocs") else ""
                said = DOCS_DIR.search(settings)
                notes = said[1].strip("./") if said else home
                above = place != file
                if not above or notes == folder.name:
                    nav = (note if above else f"{notes}/{note}".lstrip("/") for note in _nav(settings))
                    return Docs(place, vault=folder.name, program=program, nav=tuple(nav))
    return None


def _nav(settings: str) -> Iterator[str]:
    """The notes in the navigation of mkdocs.yml, in its order; the rest of it may have tags that only Python knows."""
    match = NAV.search(settings)
    waiting = [read_properties(f"---\n{match[0]}\n---\n").values.get("nav")] if match else []
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, str) and is_note(entry):
            yield entry
        elif isinstance(entry, list | dict):
            waiting += [*(entry if isinstance(entry, list) else entry.values())][::-1]


def find_foam(folder: Folder) -> Foam | None:
    """The Foam workspace whose settings are here: templates of its own, or VS Code is told to have it."""
    if folder.has(".foam"):
        return Foam(".foam", vault=folder.name)
    for file, sign in ((".vscode/extensions.json", FOAM), (".vscode/settings.json", '"foam.')):
        if folder.has(file) and sign in folder.read(file).decode(errors="replace"):
            return Foam(file, vault=folder.name)
    return None


def _pages(address: str, folder: str) -> Iterator[str]:
    """The paths that an address may mean in a note of this folder, the likeliest first."""
    path = address.partition("?")[0].removeprefix("@site")
    bases = ["", *ROOTS] if path[:1] == "/" else [folder]
    if path.startswith("../") and not path.endswith(NOTE):
        bases.append(f"{folder}/page")  # many a program gives each page a folder: "../x/" is then beside it
    for base in bases:
        if (inside := lies_within(base, path.lstrip("/"))) is None:
            continue
        page = HTML.sub("", inside.rstrip("/"))
        if page != inside and name_of(f"{page}.") == "index":
            page = folder_of(page)
        if page:
            yield page
            yield f"{page}{NOTE}"
        for name in PAGES:
            yield f"{page}/{name}{NOTE}".lstrip("/")


def _find_below(addresses: Collection[str], notes: Mapping[str, str]) -> dict[str, str]:
    """The notes of addresses that begin at a folder of the vault: at the one where most of them lie."""
    by_name: dict[str, list[str]] = {}
    for path in notes:
        by_name.setdefault(name_of(path), []).append(path)
    below: dict[str, dict[str, str]] = {}
    for address in addresses:
        for page in _pages(address[1:], ""):
            for path in by_name.get(name_of(page), ()) if page.endswith(NOTE) else ():
                if path.endswith(f"/{page}"):
                    below.setdefault(path[: -len(page)], {}).setdefault(address, notes[path])
    return max(below.values(), key=len, default={})


def _ids(note: Note) -> Iterator[tuple[str, int]]:
    """The ids that a note gives its parts, in lower case, each with the number of the heading that it leads to."""
    starts = [heading.start for heading in note.headings]
    for match in ID.finditer(note.text, note.properties.end):
        number = bisect_right(starts, match.start())
        below = starts[number] if match[1] and number < len(starts) else -1
        if 0 <= below - match.end() < FARTHEST and ONLY_MARKS.fullmatch(note.text, match.end(), below):
            number += 1
        yield (match[1] or match[2]).lower(), number - 1
