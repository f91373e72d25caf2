"""The vault's topics in the making: their ids, titles, aliases and tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, compress, count
from typing import Any

from exporter.errors import Finding
from exporter.model import Source, Tag, Topic
from exporter.reader.batch.columns import Notes
from exporter.reader.batch.core import find_core
from exporter.reader.batch.entries import first_tags, property_names
from exporter.reader.digests import sha256
from exporter.reader.meaning.folders import OWN, Folders
from exporter.reader.names import NOTE, folder_of, key, name_of, slug

SLUGS = frozenset(map(slug, OWN))
DEEPEST = 30  # levels of a tag that lie in one another; each has the names of all above it in its id


class Topics:
    """Every note but the map, and what the map or a folder names without there being a note."""

    def __init__(
        self,
        notes: Notes,
        map_number: int,
        nameless: frozenset[str] = frozenset(),
        places: Sequence[str] | None = None,
        tags: Mapping[str, tuple[int, int]] | None = None,
    ) -> None:
        """Name the topic of each note.

        Args:
            notes: what they say.
            map_number: the number of the map, -1 where there is none.
            nameless: keys of names that are hidden.
            places: the notes' paths by the levels of a dialect, which nobody folds; None: these are the folders.
            tags: what `first_tags` gives of the notes, if it was asked already.
        """
        self.notes = notes
        self.map_number, self.nameless = map_number, nameless
        self.findings: list[Finding] = []
        self.folders = Folders(places or notes.paths, {map_number, *notes.lost}, fold=places is None)
        self.ids: list[str | None] = [None] * len(notes.paths)  # by the note's number; None: the map, or not read
        self._of_folders: dict[str, str] = {}  # a folder as an id: that of the note "index" that stands for it
        self.numbers = self._assign_ids()
        self.others: dict[str, Topic] = {}  # by id: topics that have no note
        self._paths: dict[str, str] = {}  # by id: the folder for which such a topic stands
        self.words: dict[str, str] = {}  # key of a title or an alias that plain words in a property mean: the topic
        self.ghosts: dict[str, str] = {}  # key of a name that no note has: its topic's id
        self.summaries: dict[str, str] = {}  # by id: what the map says
        self.tags: dict[str, Tag] = {}  # by lower-case id
        self.tag_ids: dict[str, str] = {}  # a tag as written: its id
        for tag, (number, line) in (first_tags(notes.tags) if tags is None else tags).items():
            self.tag_ids[tag] = self._add_tag(tag, Source(notes.paths[number], line))

    def __len__(self) -> int:
        return len(self.numbers) + len(self.others)

    def __contains__(self, id_: str) -> bool:
        return id_ in self.numbers or id_ in self.others

    def __iter__(self) -> Iterator[str]:
        return chain(self.numbers, self.others)

    def title(self, id_: str) -> str:
        """The property `title`, else the heading that opens the note, else the file's name.

        Where these are but "Index" or the like, the title is that of the folder for which the note stands.
        """
        number = self.numbers.get(id_)
        return self.others[id_].title if number is None else self._title(number)

    def _title(self, number: int) -> str:
        title = self.notes.titles[number] or name_of(self.notes.paths[number])
        if number in self.folders.of_note and title.lower() in OWN:
            return self.folders.title(number)
        return title

    def source(self, id_: str) -> Source:
        """Where a topic stands: its note, or what names it."""
        number = self.numbers.get(id_)
        return self.others[id_].source if number is None else Source(self.notes.paths[number], 1)

    def names(self, id_: str) -> tuple[str, ...]:
        """All that a topic is called: its title, its file's or its folder's name, its aliases."""
        number = self.numbers.get(id_)
        if number is None:
            return self.others[id_].title, *self.folders.names.get(self._paths.get(id_, ""), ())
        folder = self.folders.of_note.get(number)
        name = folder.rpartition("/")[2] if folder else name_of(self.notes.paths[number])
        return self.title(id_), name, *self.notes.aliases[number]

    def tags_of(self, number: int) -> tuple[str, ...]:
        """The ids of a note's tags, in its order."""
        return tuple(dict.fromkeys([self.tag_ids[tag] for _, tag in self.notes.tags[number]]))

    def tag(self, written: str) -> Tag:
        """The record of a tag, by its words in a note."""
        return self.tags[self.tag_ids[written].lower()]

    def topic(self, id_: str, areas: tuple[str, ...]) -> Topic:
        """The record of a topic that is filed under these areas."""
        number = self.numbers.get(id_)
        summary = self.summaries.get(id_, "")
        if number is None:
            return self.others[id_]._replace(summary=summary, areas=areas)
        notes = self.notes
        path = notes.paths[number]
        title = self._title(number)
        aliases, properties = notes.aliases[number], notes.properties[number]
        return Topic(id_, title, summary, areas, self.tags_of(number), aliases, path, properties, Source(path, 1))

    def is_hidden(self, title: str) -> bool:
        """Whether a title that no note has is hidden."""
        return bool(self.nameless) and key(title) in self.nameless

    def ghost(self, title: str, source: Source) -> str | None:
        """The id of the topic of this title that has no note; None: it is hidden."""
        if self.is_hidden(title):
            return None
        id_ = self.ghosts.get(key(title))
        if id_ is None:
            id_ = slug(title)
            of_folder = self._of_folders.get(id_)
            id_ = self.ghosts[key(title)] = of_folder or self._free_id(id_, title)
            if not of_folder:
                self.others[id_] = Topic(id_, title, "", (), (), (), None, {}, source)
        return id_

    def add_levels(self, places: Sequence[str]) -> None:
        """Make topics of what the notes lie in by these paths, where it is no note: `[[A]]`, if there is `A/B` alone."""
        known = {place[:-3] for place in places}
        for place, path in zip(places, self.notes.paths, strict=True):
            while (place := folder_of(place)) and place not in known:
                known.add(place)
                self.ghost(place, Source(path, 1))

    def of_file(self, number: int) -> str | None:
        """The id of the topic of a file, by its number; None: it is the map, or no note."""
        return self.ids[number] if 0 <= number < len(self.ids) else None

    def folder(self, path: str, source: Source) -> str:
        """The id of the topic that stands for a folder, or for a tag with others below it."""
        id_ = slug(path)
        if id_ not in self.others:
            id_ = self._free_id(id_, path)
            self.others.setdefault(id_, Topic(id_, path.rpartition("/")[2], "", (), (), (), None, {}, source))
        self._paths[id_] = path
        return id_

    @cached_property
    def property_names(self) -> set[str]:
        """The names of all properties that are neither fields of topics nor links, as written."""
        return property_names(self.notes.properties)

    def own_id(self, number: int) -> str:
        """The id that a note's place gives it: the file's name, where that is but "index" its folder, or its path."""
        path = self.notes.paths[number]
        if name_of(path).lower() in OWN:
            return slug(self.folders.of_note.get(number) or path[: -len(NOTE)])
        return slug(name_of(path))

    def naming_folder(self, number: int) -> str | None:
        """The folder that gives a note its id; None: the note's own name does, or its property."""
        folder = self.folders.of_note.get(number)
        own = folder and name_of(self.notes.paths[number]).lower() in OWN and not self.notes.ids[number]
        return folder if own else None

    @cached_property
    def alias_owners(self) -> dict[str, str]:
        """The first note that has an alias, by the alias's key; made when a link leads nowhere."""
        owners: dict[str, str] = {}
        for number in compress(count(), self.notes.aliases):
            for alias in self.notes.aliases[number]:
                owners.setdefault(alias.lower() if alias.isascii() else key(alias), self.notes.paths[number])
        return owners

    def _free_id(self, id_: str, name: str) -> str:
        return id_ if id_ and id_ not in self else _id_with_hash(id_ or "topic", name)

    def _assign_ids(self) -> dict[str, int]:
        """Give every note its id: those that ask for one first, then the shortest paths. Gives the note of each id."""
        notes, ids = self.notes, self.ids
        core = find_core()
        ids[:] = core.slugs(notes.paths) if core else [slug(name_of(path)) for path in notes.paths]
        for number in [*compress(count(), map(SLUGS.__contains__, ids))]:
            ids[number] = self.own_id(number)
        for number in compress(count(), notes.ids):
            if asked := notes.ids[number]:
                ids[number] = asked[0]
        gone = {self.map_number, *notes.lost} - {-1}
        for number in gone:
            ids[number] = None
        numbers = _numbers_of(ids)
        if "" in numbers or len(numbers) + len(gone) < len(ids):
            self._part_rivals()
            numbers = _numbers_of(ids)
        for number in self.folders.of_note:
            if (folder := self.naming_folder(number)) and (new := ids[number]):
                self._of_folders[slug(folder)] = new
        return numbers

    def _part_rivals(self) -> None:
        """Give the notes that have one id, or none, each its own."""
        notes, ids = self.notes, self.ids
        taken = {id_ for id_, size in Counter(ids).items() if id_ is not None and (size > 1 or not id_)}
        rivals: dict[str, list[int]] = {}
        for number in compress(count(), map(taken.__contains__, ids)):
            rivals.setdefault(ids[number] or "", []).append(number)
        for id_, numbers in rivals.items():
            numbers.sort(
                key=lambda number: (
                    not notes.ids[number],
                    self.naming_folder(number) is not None,  # a folder without a note gives way, too
                    len(notes.paths[number]),
                    notes.paths[number],
                )
            )
            for number in numbers:
                first = id_ and number == numbers[0]
                ids[number] = id_ if first else self._replacement_id(id_, number, notes.paths[numbers[0]])

    def _replacement_id(self, id_: str, number: int, owner: str) -> str:
        """An id for a note whose own is taken, or empty."""
        path, asked = self.notes.paths[number], self.notes.ids[number]
        folder = self.naming_folder(number)
        new = _id_with_hash(id_ or "note", folder or path)
        if id_:
            reason = f"belongs to {owner!r}" if asked else f"is taken by {owner!r}, which has the same name"
            if folder:
                reason = f"of its folder is taken by {owner!r}"
            message = f"the id {id_!r} {reason}; this note gets {new!r}; give it an `id` of its own"
            self.findings.append(Finding(Source(path, asked[1] if asked else 1), "duplicate-id", message))
        return new

    def _add_tag(self, tag: str, source: Source) -> str:
        """The id of a tag; "a/b" brings "a" into being, and the first spelling of each is kept."""
        above: Tag | None = None
        for part in tag.split("/", DEEPEST):
            if part:
                id_ = f"{above.id}/{part}" if above else part
                above = self.tags.setdefault(id_.lower(), Tag(id_, above.id if above else None, source))
        assert above  # a tag has a word at least
        return above.id


def _numbers_of(ids: Sequence[str | None]) -> dict[str, int]:
    """The number of each id, without None; of several that are the same, the last."""
    numbers: dict[Any, int] = dict(zip(ids, count(), strict=False))
    numbers.pop(None, None)
    return numbers


def _id_with_hash(id_: str, name: str) -> str:
    """An id that is taken, made unlike any other: by the name it is for and not by a count, so that it lives on."""
    return f"{id_}-{sha256(name.encode())[:8]}"
