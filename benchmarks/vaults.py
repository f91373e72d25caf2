"""The vaults that are read: our own, two real ones from a local archive, and synthetic ones.

They are made by a process of their own, `python -m benchmarks.vaults FOLDER SOURCE`: a child's peak memory counts from
its parent's, so that the one who measures must stay small.
"""

import os
import random
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("MLK_EXPORT_DATA") or ROOT.parent / "shared" / "data").absolute()
LONG_AGO = 1_700_000_000  # seconds; a cache may doubt a note that was written just before it
WORDS = (
    "tensor kernel loop tile cache schedule operator graph memory layout thread warp vector matrix bound compute pass "
    "dialect fusion tuning cost model search scale buffer stride access register because which between under about "
    "the of and to in is as by for on it so read write form case work naïve café Übung résumé знание λόγος 東京 계산"
).split()


@dataclass(frozen=True)
class Vault:
    """A vault and where it comes from: a folder, an archive that holds one folder, or a number of notes."""

    name: str
    title: str
    source: Path | int

    @property
    def here(self) -> bool:
        """Whether it can be made."""
        return isinstance(self.source, int) or self.source.exists()

    def make(self, folder: Path) -> Path:
        """Put it below `folder`, where it may be changed, and say where."""
        command = [sys.executable, "-m", "benchmarks.vaults", str(folder / "vault"), str(self.source)]
        subprocess.run(command, check=True, cwd=ROOT)
        made = folder / "vault"
        return next(made.iterdir()) if str(self.source).endswith(".tar.xz") else made


KNOWN = (
    Vault("bundled", "bundled vault", ROOT / "vault"),
    Vault("help", "obsidian-help in English", DATA / "obsidian-help-en.tar.xz"),
    Vault("hub", "obsidian-hub", DATA / "obsidian-hub.tar.xz"),
    *(Vault(str(size), "synthetic vault", size) for size in (1_000, 10_000, 100_000, 1_000_000)),
)


def make(folder: Path, source: str) -> None:
    """Write the vault: a synthetic one, an archive's, or a copy."""
    if source.isdecimal():
        Synthetic(int(source)).write(folder)
    elif source.endswith(".tar.xz"):
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
    else:
        shutil.copytree(source, folder)


class Synthetic:
    """Notes of about 1.79 kB and 6 links, two folders deep; the same bytes for the same number.

    What makes real vaults hard is in it: 70 % have properties, 5 % of the links lead nowhere, links stand where they do
    not count (code, comments), words are not ASCII, and links go anywhere, so that no lookup is near another.
    """

    def __init__(self, notes: int) -> None:
        self.notes = notes - 1  # and the map
        self.chance = random.Random(notes).random
        self.stream = random.Random(notes).choices(WORDS, k=1 << 14)
        self.areas = [f"{number:02} {self.words(1).title()} {self.words(1)}" for number in range(40)]
        places = [f"{kind}/{word}" for kind in ("topic", "area", "status", "type") for word in WORDS[:40]]
        self.tags = [*places, *WORDS[:30]]

    def write(self, folder: Path) -> None:
        """Write note by note, so that a million fits."""
        (folder / ".obsidian").mkdir(parents=True, exist_ok=True)  # without it a million files are no vault
        for number in range(min(self.notes, 1000)):
            (folder / self.place(number)).mkdir(parents=True, exist_ok=True)
        write(folder / "Map.md", self.map())
        for number in range(self.notes):
            write(f"{folder}/{self.place(number)}/{self.name(number)}.md", self.note(number))

    def place(self, number: int) -> str:
        """The folder of a note: 40 areas with 25 parts."""
        return f"{self.areas[number % 40]}/Part {number // 40 % 25}"

    def name(self, number: int) -> str:
        """The name of a note, from its number alone: a list of a million would cost memory."""
        return f"{WORDS[number * 7 % len(WORDS)].title()} {WORDS[number * 31 % len(WORDS)]} {number}"

    def up_to(self, limit: int) -> int:
        return int(self.chance() * limit)

    def words(self, count: int) -> str:
        """So many of the words, from a place of the stream."""
        start = self.up_to(len(self.stream) - count)
        return " ".join(self.stream[start : start + count])

    def tag(self) -> str:
        return self.tags[self.up_to(len(self.tags))]

    def link(self) -> str:
        """A link in one of the ways of writing it; 5 % lead to no note."""
        number = self.up_to(self.notes)
        name = self.name(number)
        kind = self.chance()
        if kind < 0.60:
            return f"[[{name}]]"
        if kind < 0.75:
            return f"[[{name}|{self.words(2)}]]"
        if kind < 0.85:
            return f"[[{name}#Section {self.up_to(3)}]]"
        if kind < 0.90:
            return f"![[{name}#^b{number % 99}]]"
        if kind < 0.95:
            return f"[{self.words(2)}]({name.replace(' ', '%20')}.md)"
        return f"[[Missing {self.up_to(5000)}]]"

    def note(self, number: int) -> str:
        """Properties, a title, a paragraph, three sections of a paragraph, a list and now and then something else."""
        lines = self.properties(number) if self.chance() < 0.7 else []
        lines += [f"# {self.name(number)}", ""]
        lines += [f"{self.words(38)} {self.link()} {self.words(10)} #{self.tag()}", ""]
        for section in range(3):
            lines += [f"## Section {section}", ""]
            link = f" {self.link()}" if self.chance() < 0.6 else ""
            lines += [self.words(29 + self.up_to(20)) + link, ""]
            for _ in range(2 + self.up_to(4)):
                link = f" {self.link()}" if self.chance() < 0.25 else ""
                lines.append(("  - " if self.chance() < 0.33 else "- ") + self.words(3 + self.up_to(6)) + link)
            lines += ["", *self.something()]
        lines.append(f"{self.words(5)} ^b{number % 99}" if number % 4 else self.words(5))
        return "\n".join(lines) + "\n"

    def properties(self, number: int) -> list[str]:
        """Front matter; `up` makes a tree and `requires` no circle, as in a vault that somebody tends."""
        lines = ["---", f"created: 2024-{1 + self.up_to(12):02}-{1 + self.up_to(28):02}"]
        if self.chance() < 0.5:
            lines.append(f"title: {self.name(number)}")
        if self.chance() < 0.5:
            lines += ["tags:", f"  - {self.tag()}", f"  - {self.tag()}"]
        else:
            lines.append(f"tags: [{self.tag()}, {self.tag()}]")
        if self.chance() < 0.4:
            lines.append(f'aliases: ["{self.words(2)}"]')
        if number >= 40 and self.chance() < 0.2:
            lines.append(f'up: "[[{self.name(number // 40)}]]"')
        if number and self.chance() < 0.1:
            lines += ["requires:", f'  - "[[{self.name(self.up_to(number))}]]"']
        return [*lines, "---"]

    def something(self) -> list[str]:
        """In two of five sections: what a reader must know to see, or not to see, a link."""
        kind = self.up_to(25)
        if kind < 3:
            return ["```python", "# not a tag", "x = a[[0]]  # [[not a link]]", "```", ""]
        if kind < 5:
            return [f"> [!note] {self.words(3)}", f"> {self.words(12)} {self.link()}", ""]
        if kind == 5:
            return ["| a | b |", "|---|---|", f"| {self.words(2)} | [[{self.name(self.up_to(self.notes))}\\|x]] |", ""]
        if kind == 6:
            return [f"%% {self.words(3)} {self.link()} %%", ""]
        if kind == 7:
            return [f"Inline `code [[x]]`, $x^2$, ==mark== (key:: {self.words(1)})", f"field:: {self.words(2)}", ""]
        if kind == 8:
            return [f"<!-- {self.words(3)} {self.link()} -->", "", "$$", r"\sum_{i} x_i [[y]]", "$$", ""]
        if kind == 9:
            return [
                f"- [ ] {self.words(4)}",
                f"1. [{self.words(1)}](https://example.org/a%20b?c=d#e)[^1]",
                "",
                "[^1]: x",
                "",
            ]
        return []

    def map(self) -> str:
        """The knowledge map: 20 areas, a path of 40 steps, 1,000 topics by area."""
        names = [self.name(number) for number in range(min(self.notes, 1020))]
        lines = ["# The map", "", "## Core Areas", *(f"- [[{area}]] - {self.words(4)}" for area in names[:20]), ""]
        lines += ["## Learning Path", *(f"{k}. See [[{name}]]" for k, name in enumerate(names[20:60], start=1)), ""]
        lines += ["## Key Topics by Area"]
        for k, area in enumerate(names[:20]):
            lines += [f"### {area}", *(f"- [[{name}]] - {self.words(4)}" for name in names[20 + k :: 20]), ""]
        return "\n".join([*lines, "#index", ""])


def write(path: Path | str, text: str) -> None:
    """Write a note of long ago."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    os.write(descriptor, text.encode())
    os.utime(descriptor, (LONG_AGO, LONG_AGO))
    os.close(descriptor)


if __name__ == "__main__":
    make(Path(sys.argv[1]), sys.argv[2])
