"""What a dialect is: the rules of the program for which a vault was written, where these are not Obsidian's. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from exporter.reader.markdown.note import Note


class Folder(Protocol):
    """The vault's folder, as far as settings lie in it; a path "../x" is of the folder above."""

    name: str  # its own, as in its path

    def has(self, path: str) -> bool:
        """Whether there is such a file or folder."""

    def read(self, path: str) -> bytes:
        """The bytes of a file; none, where it cannot be read."""


class Index(Protocol):
    """The vault's files by name: `batch.resolve.Names`."""

    paths: list[str]

    further: Mapping[str, str]  # paths by names that only the notes tell, once all are read: see `Dialect.names`

    def find(self, target: str, folder: str) -> tuple[int, ...]:
        """The numbers of the file that a link in this folder means, and of those that it may as well mean; or -1."""

    def at(self, path: str) -> int:
        """The number of the file of exactly this path, whatever its case; -1: there is none."""

    def numbers_of(self, name: str) -> list[int]:
        """The numbers of the files of this name, with its ending, whatever folder they lie in."""


class Batch(Protocol):
    """What some notes say, in columns: `batch.columns.Columns`, which explains each."""

    titles: Sequence[str]
    ids: list[tuple[str, int] | None]
    aliases: list[tuple[str, ...]]
    tags: Sequence[list[tuple[int, str]]]
    properties: Sequence[dict[str, Any]]
    levels: Sequence[str]
    headings: Sequence[str]
    blocks: Sequence[str]
    traits: Sequence[str]
    counts: Sequence[int]
    lines: Sequence[int]
    targets: Sequence[str]
    anchors: Sequence[str]
    texts: Sequence[str]
    flags: Sequence[int]
    keys: Sequence[str]
    problems: list[tuple[int, int, str, str]]


class AllNotes(Batch, Protocol):
    """What all notes say: `batch.columns.Notes`."""

    files: array[int]  # int32, an entry a link: the number of its file; -1: there is none

    def nowhere(self, beginning: str) -> set[str]:
        """The targets that begin so, of links that lead to no file of the vault."""


@dataclass(frozen=True)
class Dialect:
    """Obsidian's own rules; another dialect overrides what is otherwise in its program, and adds to the rest.

    All that a dialect has of the vault's settings are fields: what they say is in the cache's key by them.
    """

    CALLED: ClassVar[str] = "an Obsidian vault"
    # How the names of notes end that are not read, in lower case: what these are
    UNREAD: ClassVar[Mapping[str, str]] = {}
    LEVELS_ARE_NOTES: ClassVar[bool] = False  # whether each level of a path is a note, though nobody has written it
    TAGS_ARE_LINKS: ClassVar[bool] = False  # whether a tag names a note, if there is one, as `amend` says
    names_parts: ClassVar[bool] = False  # whether `anchors` says anything
    asks_first: ClassVar[bool] = False  # whether `first` is asked for every link, not but for names of several files
    first_for: ClassVar[str] = ""  # how the targets end for which `first` says anything
    has_levels: ClassVar[bool] = False  # whether what stands behind a dot of a name is a level, and no file's ending
    MARKS: ClassVar[tuple[str, ...]] = ()  # rules of `publish.marks`: what its notes say that are not published
    MAPS: ClassVar[tuple[str, ...]] = ()  # names of notes at the top that are the map if they list notes
    sign: str = ""  # the file that says so; "": the mapping, or nobody
    beside: str = ""  # what says that it is another program's, too

    def told(self) -> str:
        """How the vault is read, in a line; "" where there is nothing to tell."""
        if not self.sign:
            return ""
        also = f" ({self.beside} is, too: Obsidian's rules for links come first)" if self.beside else ""
        return (
            f'read as {self.called()}, as {self.sign} is there{also}; `dialect = "obsidian"` reads it as Obsidian does'
        )

    def called(self) -> str:
        """What the vault is, in a few words."""
        return self.CALLED

    def rewrite(self, path: str, data: bytes) -> bytes:
        """A note's bytes as Obsidian would have them, line by line: the one way in which anybody reads them."""
        return data

    def amend(self, batch: Batch, paths: Sequence[str], data: Sequence[bytes]) -> None:
        """Put into the columns of some notes what Obsidian would not read; `data` is as `rewrite` has left it."""

    def place(self, path: str) -> str:
        """The path that a note has by its program's levels: folders of "/", the last part with ".md"."""
        return path

    def places(self, batch: Batch, paths: Sequence[str]) -> list[str]:
        """The paths that notes have by its program's levels, once all are read."""
        return list(paths) if type(self).place is Dialect.place else list(map(self.place, paths))

    def first(self, names: Index, target: str, folder: str) -> tuple[int, ...]:
        """The files that a link in this folder means before Obsidian's rules are asked; see `asks_first`."""
        return (-1,)

    def find(self, names: Index, target: str, folder: str) -> tuple[int, ...]:
        """The files that a link means, by number, where Obsidian's rules find none."""
        return (-1,)

    def names(self, batch: AllNotes, paths: Sequence[str]) -> Mapping[str, str]:
        """Paths of notes by further names, in the spelling of `key`, once all notes are read: `[[an alias]]`."""
        return {}

    def anchors(self, note: Note) -> Mapping[str, str]:
        """How links may name parts of a note besides Obsidian's way, in lower case: the anchor that Obsidian would have.

        Only asked for notes that have not what a link names by Obsidian's rules, and if `names_parts` is true.
        """
        return {}

    def rank(self, path: str) -> int | None:
        """Where a note, or a folder, stands in the order that the settings give; None: they do not say."""
        return None

    def left_out(self, path: str) -> str:
        """Why a note is no topic, in one of the words of `vault.conventions.LEFT_OUT`; "": it may be one."""
        return ""

    def unknown(self, target: str) -> str:
        """What is not known here of a link that leads nowhere: told once for all such links; "": the link is wrong."""
        return ""
