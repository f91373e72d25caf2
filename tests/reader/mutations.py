"""Look for notes that the two readings read differently, or that make the core panic: mutations of notes that there are.

cd tests; python -m reader.mutations 3600 FOLDER [SEED]     # so many seconds; what is found is made small and put into FOLDER

`fuzz.py` is led by the coverage of the code in Python, which says nothing of the core's; this one knows what notes are made of.
"""

import json
import random
import sys
import tarfile
import time
from collections.abc import Callable
from hashlib import sha256
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest
from command import lay
from conftest import ROOT
from reader.fuzz import corpus
from reader.generated import LINES as TEXT_LINES
from reader.generated import PIECES
from reader.test_hostile import HOSTILE
from reader.test_native import DATA, LINES, TRAPS, WORDS, doubts, read_by, without_doubts

from exporter import Reading, read
from exporter.reader.batch.columns import BY_LINK, BY_NOTE, Columns, Vocabulary
from exporter.reader.batch.core import VARIABLE, describe_core, find_core

LARGEST = 3000  # bytes of a note before it is changed
BATCH = 40  # notes that are read at once
MOST = 20  # times that something is found: there is enough to do
# Of the notes of a vault: what they name in links, some of them twice
NAMES = [
    f"{folder}{name}.md"
    for folder in ("", "b/", "É/")
    for name in ("A", "b", "c d", "e.f", "g", "h", "i j", "k", "l", "m", "n", "o", "é", "MOC")
]
SNIPPETS = [piece.encode(errors="replace") for piece in (*PIECES, *TEXT_LINES, *LINES)]
# Letters in which systems, versions and rules differ; broken UTF-8, line ends
ODD = (
    *(letter.encode() for letter in "\x00\x0b\x0c\x1c\x85\xa0\u2028\u3000\ufeffİıſß²①٣Ⅷ\u0301\u0345\u200b𞤀🙂"),
    *(b"\xff", b"\xc3", b"\xed\xa0\x80", b"\r", b"\r\n"),
)


def seeds() -> list[bytes]:
    """Notes to begin with: ours, public ones where they are, those that hurt."""
    folders = ("vault", "docs", "tests/vaults")
    notes = [path.read_bytes() for folder in folders for path in sorted((ROOT / folder).rglob("*.md"))]
    for archive in ("obsidian-hub", "obsidian-help-en"):
        notes += _archived(archive, ".md")
    notes += (json.loads(file)["fileContents"].encode() for file in _archived("obsidian-cache-oracle", ".json"))
    notes += corpus()
    notes += (f"---\n{yaml}\n---\n".encode(errors="replace") for yaml in TRAPS)
    notes += (make(300).encode(errors="replace") for make in HOSTILE.values())
    return notes


def _archived(name: str, suffix: str) -> list[bytes]:
    path = DATA / f"{name}.tar.xz"
    if not path.exists():
        return []
    with tarfile.open(path) as packed:
        files = [packed.extractfile(member) for member in packed if member.isfile() and member.name.endswith(suffix)]
        return [file.read() for file in files if file]


def mutate(notes: list[bytes], chance: random.Random) -> bytes:
    """One of the notes, or a part of it, changed in one to eight places."""
    note = bytearray(_part(chance.choice(notes), chance, LARGEST))
    for _ in range(chance.randint(1, 8)):
        start = chance.randint(0, len(note))
        end = min(len(note), start + chance.choice((0, 0, 1, 2, 8, 60)))
        kind = chance.random()
        if kind < 0.35:
            new = chance.choice(SNIPPETS)
        elif kind < 0.45:
            new = b"\n" + chance.choice(SNIPPETS) + b"\n"
        elif kind < 0.55:
            new = b""
        elif kind < 0.65:
            new = chance.choice(ODD)
        elif kind < 0.75:
            new = bytes(note[start:end]) * chance.randint(2, 5)
        elif kind < 0.85:
            new = _part(chance.choice(notes), chance, 200)
        elif kind < 0.95:  # indented, quoted, an item
            new = chance.choice((b"\n", b"\n  ", b"\n\t", b"\n> ", b"\n- ", b"\n\n    "))
        else:
            start, end, new = 0, 0, b"---\n" + chance.choice(SNIPPETS) + b"\n---\n"
        note[start:end] = new
    return bytes(note)


def _part(note: bytes, chance: random.Random, size: int) -> bytes:
    start = chance.choice((0, chance.randint(0, max(0, len(note) - size))))
    return note[start : start + size]


def differ(notes: list[bytes], vocabulary: Vocabulary = WORDS) -> bool:
    """Whether the readings of these notes differ, or one of them fails."""
    core = find_core()
    assert core, describe_core()
    try:
        compiled, python = (_say_columns(read_by(reader, notes, vocabulary)) for reader in ("compiled", "python"))
        return compiled != python or "a bug of the core" in doubts(notes)
    except Exception:  # whatever it is, it is found
        return True


def _say_columns(columns: Columns) -> str:
    return repr([columns.problems, *([*getattr(columns, name)] for name in (*BY_NOTE, *BY_LINK))])


def vaults_differ(notes: list[bytes]) -> bool:
    """Whether all that is said of a vault of these notes differs: tables, findings, first paragraphs, sentences."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        lay(Path(folder), {".obsidian/app.json": "{}", **dict(zip(NAMES, notes, strict=False))})
        said = []
        for reader in ("compiled", "python"):
            patch.setenv(VARIABLE, reader)
            try:
                said.append(_say(read(folder)))
            except Exception:
                return True
        return said[0] != said[1]


def _say(reading: Reading) -> str:
    knowledge_map = reading.knowledge_map
    leads = [knowledge_map.lead(topic.id) for topic in knowledge_map.topics]
    sentences = [knowledge_map.sentence(link) for link in knowledge_map.links]
    return repr((without_doubts(reading), leads, sentences))


T = TypeVar("T", bytes, list[bytes])


def shrink(whole: T, holds: Callable[[T], bool]) -> T:
    """A part of a note, or of notes, of which it still holds, and of none that lacks a piece more."""
    size = len(whole) // 2
    while size:
        start = 0
        while start < len(whole):
            if holds(less := whole[:start] + whole[start + size :]):
                whole = less
            else:
                start += size
        size //= 2
    return whole


def _look(seconds: float, folder: Path, seed: int) -> int:
    """Look for so long; how many were found."""
    folder.mkdir(parents=True, exist_ok=True)
    notes, chance, end, found = seeds(), random.Random(seed), time.monotonic() + seconds, 0
    print(f"{len(notes):,} notes to begin with", flush=True)
    for turn in count(1):
        batch = [mutate(notes, chance) for _ in range(BATCH)]
        small = [shrink(note, lambda less: differ([less])) for note in batch if differ([note])] if differ(batch) else []
        if not small and turn % 10 == 0 and vaults_differ(batch):
            small = shrink(batch, lambda less: vaults_differ(less))
        for note in small:
            (folder / sha256(note).hexdigest()[:12]).write_bytes(note)
            print(repr(note.decode(errors="backslashreplace")), flush=True)
        found += bool(small)
        if turn % 2500 == 0 or time.monotonic() > end:
            print(f"{turn * BATCH:,} notes read by both, {turn // 10:,} vaults, {found} times differently", flush=True)
        if time.monotonic() > end or found == MOST:
            return found
    raise AssertionError


if __name__ == "__main__":
    sys.exit(bool(_look(float(sys.argv[1]), Path(sys.argv[2]), int((*sys.argv[3:], 1)[0]))))
