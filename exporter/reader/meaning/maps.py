"""Which notes are maps, and which of them is the vault's, that the others lie in. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from exporter.errors import Finding, OptionError
from exporter.model import VAULT, Source
from exporter.reader.batch.columns import Notes
from exporter.reader.batch.entries import first_tags, with_tags
from exporter.reader.batch.full import parse
from exporter.reader.batch.resolve import Names
from exporter.reader.markdown.note import Note
from exporter.reader.meaning.map_note import listed
from exporter.reader.meaning.missing import ENDING
from exporter.reader.names import NOTE, is_note, key, name_of
from exporter.reader.options import ReadOptions
from exporter.reader.vault.canvas import Canvas
from exporter.regex import regex

NAMES = ("home", "index", "readme", "start", "moc")  # of notes at the top that may be the map, the likeliest first
MOC = regex(r"\bmoc\b", re.IGNORECASE)  # a map of content, by its name


@dataclass(frozen=True)
class Material:
    """What was read of a vault's files, before anybody knows what it means."""

    vault_name: str  # of its folder
    notes: Notes
    canvases: Mapping[str, Canvas]  # by path
    names: Names  # of all files: which of them a link means
    read: Callable[[str], bytes]  # gives a note's bytes, by its path
    nameless: frozenset[str] = frozenset()  # keys of names that are hidden: no topic is made of them
    _tagged: dict[frozenset[str], dict[int, int]] = field(default_factory=dict, repr=False)  # what `tagged` has given

    def parse(self, path: str) -> Note:
        """A note in full, by its path."""
        return parse(self.read(path))

    @cached_property
    def tags(self) -> dict[str, tuple[int, int]]:
        """What `first_tags` gives of the notes."""
        return first_tags(self.notes.tags)

    @cached_property
    def called_moc(self) -> frozenset[int]:
        """The numbers of the notes whose names say that they are maps of content."""
        paths = self.notes.paths
        maybe = [number for number in self.names.index.holding("moc") if number < len(paths)]
        return frozenset(number for number in maybe if MOC.search(name_of(paths[number])))

    def tagged(self, words: Iterable[str]) -> dict[int, int]:
        """The numbers of the notes with one of these tags, in any case: the line of the first."""
        wanted = frozenset(map(str.lower, words))
        if wanted not in self._tagged:
            lines = self._tagged[wanted] = {}
            spellings = {tag for tag in self.tags if tag.lower() in wanted}
            for number in with_tags(self.notes.tags, spellings) if spellings else ():
                lines[number] = next(line for line, tag in self.notes.tags[number] if tag in spellings)
        return self._tagged[wanted]


def choose_map(material: Material, options: ReadOptions) -> tuple[int, list[Finding]]:
    """The number of the map note, -1 where there is none; and a finding where it is not clear which one it is.

    Raises:
        OptionError: `map` names no note.
    """
    notes, names = material.notes, material.names
    if options.map == "-":
        return -1, []
    if options.map:
        number = names.find(options.map, "")[0]
        if number < 0 and not material.nameless.isdisjoint((key(options.map), key(options.map.removesuffix(NOTE)))):
            message = "the note that `map` in vault.toml names is hidden, so there is no map; name another, or take the rule out"
            return -1, [Finding(VAULT, "hidden-map", message)]
        if not 0 <= number < len(notes.paths) or number in notes.lost:
            raise OptionError("map", f"{options.map!r} names no note; fix it, or leave `map` out")
        return number, []
    lines = map_candidates(material, options)
    tagged = _with_tags(material, options)
    root, is_clear = _root(material, lines, tagged) if len(lines) > 1 else (next(iter(lines), -1), True)
    if not is_clear:
        paths = [notes.paths[number] for number in lines]
        some = ", ".join(paths[:5]) + (", ..." if len(paths) > 5 else "")
        taken = f"{notes.paths[root]!r} is taken, and each other" if root >= 0 else "none is taken, and each"
        message = (
            f"{len(lines)} notes could be the map ({some}), and none of them leads to the others; {taken} "
            "is an area; name one as `map` in vault.toml"
        )
        other = next(number for number in [*lines][root < 0 :] if number != root)
        return root, [Finding(Source(notes.paths[other], lines[other]), "two-maps", message)]
    if root >= 0:
        return root, []
    words = " or ".join(f"#{tag}" for tag in options.map_tags)
    hint = f'tag one with {words}, or name it as `map` in vault.toml ("-": there is none)'
    return -1, [Finding(VAULT, "no-map", f"no note is the map; {hint}")]


def map_candidates(material: Material, options: ReadOptions) -> dict[int, int]:
    """The numbers of notes that may be the map, in order: the line that says so.

    They have a tag of maps; or they lie at the top, are called as maps or the vault are, and list notes.
    """
    lines = dict.fromkeys((number for number in _by_name(material) if _lists_notes(material, number)), 1)
    return dict(sorted((lines | _with_tags(material, options)).items()))


def possible_maps(material: Material, options: ReadOptions) -> set[int]:
    """The numbers of all notes that may be maps by their names and tags, or as they are named, whatever they list."""
    named = {number for number in (material.names.find(options.map, "")[0],) if options.map not in ("", "-")}
    possible = named.union(_by_name(material), material.tagged(options.map_tags), material.called_moc)
    return {number for number in possible if 0 <= number < len(material.notes.paths)}


def is_guess(material: Material, options: ReadOptions, root: int) -> bool:
    """Whether nobody says that the map is one, but its name."""
    return not options.map and root not in _with_tags(material, options)


def maps_within(material: Material, options: ReadOptions, root: int) -> list[int]:
    """The numbers of the other maps, those that the map leads to first and in its order.

    These are the notes with a tag of maps, and what is called a map and linked to from one. Without a `root`, -1, these
    are all that could be it.
    """
    notes = material.notes
    tagged = _with_tags(material, options)
    named = frozenset(_by_name(material))
    if root < 0:
        return [] if options.map else list(map_candidates(material, options))
    reached, seen = [root], {root}
    files_of = _files_of(notes)
    may_be = named.union(tagged, material.called_moc).difference(notes.lost)
    for number in reached:  # it grows
        for file in filter(may_be.__contains__, files_of(number)):
            if file not in seen:
                seen.add(file)
                if file in tagged or file in material.called_moc or _lists_notes(material, file):
                    reached.append(file)
    return [*reached[1:], *(number for number in sorted(tagged) if number not in seen)]


def _with_tags(material: Material, options: ReadOptions) -> dict[int, int]:
    """The numbers of the notes with a tag of maps: its line; where tags are but links, they have to list notes, too."""
    lines = material.tagged(options.map_tags)
    if lines and material.names.dialect.TAGS_ARE_LINKS:
        lines = {number: line for number, line in lines.items() if _lists_notes(material, number)}
    return lines


def _by_name(material: Material) -> list[int]:
    """The numbers of the notes at the top that are called as maps or the vault are, the likeliest first."""
    notes = material.notes
    numbers: list[int] = []
    dialect = material.names.dialect
    for name in (*dialect.MAPS, *NAMES, material.vault_name):
        for number in material.names.numbers_of(f"{name}{NOTE}"):
            if number < len(notes.paths) and "/" not in dialect.place(notes.paths[number]) and number not in notes.lost:
                numbers.append(number)
    return numbers


def _lists_notes(material: Material, number: int) -> bool:
    """Whether at least half of what a note lists are notes: then it is a map, though nobody says so."""
    if not material.notes.counts[number]:
        return False
    entries, names = listed(material.parse(material.notes.paths[number])), material.names
    lists = sum(any(_is_note(names, link.target) for link in links if not link.external) for links in entries)
    return 0 < len(entries) <= 2 * lists


def _is_note(names: Names, target: str) -> bool:
    """Whether a link leads to a note, or to one that nobody has written."""
    number = names.find(target, "")[0]
    if number >= 0:
        return is_note(names.paths[number])
    return bool(target) and (names.dialect.has_levels or not ENDING.search(target))


def _root(material: Material, candidates: Mapping[int, int], tagged: Mapping[int, int]) -> tuple[int, bool]:
    """The one of several maps that leads to the others, else the one whose name or place says that it is the first; or -1.

    And whether that is clear: no other has such a name, too.
    """
    files_of = _files_of(material.notes)
    lists = {number: {file for file in files_of(number) if file in candidates} for number in candidates}
    linked_from: dict[int, list[int]] = {number: [] for number in candidates}
    for number, files in lists.items():
        for file in files:
            linked_from[file].append(number)
    seen: set[int] = set()
    first = -1
    for number in candidates:  # walk by walk; if anyone leads to all others, whoever begins the last walk does
        if number not in seen:
            first = number
            seen |= _reach(number, lists, seen)
    leads = len(_reach(first, lists, ())) == len(candidates)
    rivals = sorted(_reach(first, linked_from, ())) if leads else list(candidates)  # those that lead back to it do, too
    if len(rivals) == 1:
        return rivals[0], True
    if not leads and len(tagged) == 1:
        return next(iter(tagged)), True
    if named := [number for number in _by_name(material) if number in rivals]:
        return named[0], leads or len(named) == 1
    depths = [material.notes.paths[number].count("/") for number in rivals]
    linked = [-len(lists[number]) if leads else 0 for number in rivals]
    for ranks in (linked, depths):
        if ranks.count(min(ranks)) == 1:
            return rivals[ranks.index(min(ranks))], True
    return -1, False


def _reach(start: int, ends: Mapping[int, Iterable[int]], without: Container[int]) -> set[int]:
    """What can be reached from here, over what is not among these."""
    reached, todo = {start}, [start]
    while todo:
        for end in ends[todo.pop()]:
            if end not in reached and end not in without:
                reached.add(end)
                todo.append(end)
    return reached


def _files_of(notes: Notes) -> Callable[[int], Sequence[int]]:
    """Gives where the links of a note lead."""
    ends = list(accumulate(notes.counts))
    return lambda number: notes.files[ends[number] - notes.counts[number] : ends[number]]
