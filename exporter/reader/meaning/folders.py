"""The folders of a vault: which note stands for each, and which of them are areas of their own. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import accumulate

from exporter.reader.batch.core import find_core
from exporter.reader.names import NOTE, folder_of

OWN = ("index", "_index", "readme")  # names of notes that stand for the folder they lie in, the strongest first


class Folders:
    """The folders that hold topics."""

    def __init__(self, paths: Sequence[str], gone: Collection[int], fold: bool = True) -> None:
        """Look at the paths of notes; `gone` are the numbers of those that are no topics.

        `fold`: one that holds one folder alone is one with it, and that which holds all others is none.
        """
        self.notes: dict[str, int] = {}  # a folder that is an area: the number of the note that stands for it
        self.of_note: dict[int, str] = {}  # by the number of such a note that lies in its folder: that folder
        self._joined: dict[str, str] = {}  # a folder that is no area of its own: the one whose area it shares
        self.top: set[str] = set()  # folders that hold all others, so that they say nothing of what these hold
        self.names: dict[str, tuple[str, ...]] = {}  # a folder whose area others share: how these are called
        self.members, at = _by_folder(paths, gone)  # of each folder, without those in the folders that it holds
        self._sizes = {"": 0}  # how many notes a folder holds, without the one that stands for it
        self._sizes.update((folder, len(numbers)) for folder, numbers in self.members.items())
        self._below: dict[str, list[str]] = {}  # the folders in each that hold notes, at any depth
        for folder in [*self._sizes]:
            while folder and folder not in self._below:
                self._below[folder] = []
                folder = folder_of(folder)
        folders = sorted(self._below, key=lambda folder: -folder.count("/"))  # what lies in others comes first
        for folder in folders:
            self._find_note(folder, at)
        self._sizes[""] -= sum(f"/{name}" in at for name in OWN)
        for folder in folders:
            self._settle(folder, fold)
        if fold:
            self._find_top()

    def within(self, folder: str) -> list[str]:
        """The folders that are areas and hold this one, from the top; the last is its own, or the one that it shares."""
        return [outer for outer in accumulate(folder.split("/"), "{}/{}".format) if outer not in self._joined]

    def title(self, number: int) -> str:
        """What a note that stands for its folder is called where its own words are but "index"."""
        folder = self.of_note[number]
        while outer := self._joined.get(folder):
            folder = outer
        return folder.rpartition("/")[2]

    def _find_note(self, folder: str, at: dict[str, int]) -> None:
        """The note of a folder has its name and lies in it or beside it, or has one of the names that say so."""
        above, _, name = folder.rpartition("/")
        name = name.lower()
        beside = [f"{above}/{name}"] if name not in OWN else []  # else it stands for the folder above
        for place in (f"{folder}/{name}", *beside, *(f"{folder}/{own}" for own in OWN)):
            if (number := at.get(place)) is not None:
                self.notes[folder] = number
                if place not in beside:
                    self.of_note[number] = folder
                    self._sizes[folder] -= 1
                return

    def _settle(self, folder: str, fold: bool) -> None:
        """Find out what a folder is, once all that it holds are settled."""
        above = folder_of(folder)
        below, size = self._below[folder], self._sizes.get(folder, 0)
        if not (below or size):  # nothing but its own note, which is one of the folder above
            self._sizes[above] = self._sizes.get(above, 0) + 1
            return
        self._below.setdefault(above, []).append(folder)
        if fold and len(below) == 1 and not size:
            number, inner = self.notes.get(folder), self.notes.get(below[0])
            if number is None and inner is not None:
                self.notes[folder] = inner
            if number in (None, inner) or inner is None:
                self._joined[below[0]] = folder
                self.names[folder] = (below[0].rpartition("/")[2], *self.names.get(below[0], ()))

    def _find_top(self) -> None:
        folder, chain = "", []
        while len(below := self._below.get(folder, [])) == 1 and not self._sizes.get(folder):
            folder = below[0]
            chain.append(folder)
        if below:  # else it holds notes alone, and is their area
            self.top.update(chain)


def _by_folder(paths: Sequence[str], gone: Collection[int]) -> tuple[dict[str, list[int]], dict[str, int]]:
    """By folder the numbers of its notes; and by folder and name in lower case those of notes, which may stand for one."""
    if core := find_core():
        members, standing = core.by_folder(paths, set(gone), list(OWN))
        return dict(members), dict(reversed(standing))  # the first of a name counts
    folders: dict[str, list[int]] = {}
    at: dict[str, int] = {}
    for number, path in enumerate(paths):
        if number not in gone:
            cut = max(path.rfind("/"), 0)
            folder = path[:cut]
            at.setdefault(f"{folder}/{path[cut + 1 if cut else 0 : -len(NOTE)].lower()}", number)
            folders.setdefault(folder, []).append(number)
    return folders, at
