"""Our own commands, and the floor below them."""

import os
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path

from benchmarks.measure import PLAIN, Row
from benchmarks.vaults import LONG_AGO, ROOT

EXPORTER = [sys.executable, "-m", "exporter"]
MAPPINGS = ["--mappings", str(ROOT / "mappings")]
ONE_VOLUME = ["--set", "handbook.volume_pages=1000000"]
OURS = {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}  # this exporter, whatever lies in the working folder
# The formats of the large vault: its book takes minutes, and is measured where the handbook is worked on
FORMATS = ("json", "skos", "neo4j", "opml", "canvas", "svg")
# Walk the folders, and do with each note what is asked for; tell the seconds, the notes and the bytes
FLOOR = """
import os, sys, time
start, used = time.perf_counter(), time.process_time()
stack, what, notes, size = [sys.argv[1]], sys.argv[2], 0, 0
while stack:
    for entry in os.scandir(stack.pop()):
        if entry.name[0] == ".":
            continue
        if entry.is_dir(follow_symlinks=False):
            stack.append(entry.path)
        elif entry.name.endswith(".md") and entry.is_file(follow_symlinks=False):
            notes += 1
            if "stat" in what:
                entry.stat()
            if "read" in what:
                descriptor = os.open(entry.path, os.O_RDONLY)
                while block := os.read(descriptor, 1 << 16):
                    size += len(block)
                os.close(descriptor)
print(time.perf_counter() - start, time.process_time() - used, notes, size, file=sys.stderr)
"""
READ = """
import sys, time
from pathlib import Path
from exporter import read
start, used = time.perf_counter(), time.process_time()
reading = read(sys.argv[1])
print(file=sys.stderr)
print(time.perf_counter() - start, time.process_time() - used, file=sys.stderr)
"""


def program() -> list[Row]:
    """What every command costs before it does anything."""
    return [
        Row("`python -c pass`", [sys.executable, "-c", "pass"]),
        Row("`mlk-export --help`", [*EXPORTER, "--help"], OURS),
    ]


def floor(vault: Path) -> list[Row]:
    """What the disk costs: reading the bytes, what a cache adds to it, and what a cache cannot save."""
    return [
        Row(name, [sys.executable, "-c", FLOOR, str(vault), name], inside=inside)
        for name, inside in (
            ("floor: walk and read", False),
            ("floor: walk, stat and read", False),
            ("floor: walk and stat", False),
            ("floor inside Python: walk and read", True),
        )
    ]


def reading(vault: Path, folder: Path) -> list[Row]:
    """`check`, and what a program that imports ours waits for. `folder` holds the caches, never the user's own."""
    check = [*EXPORTER, "check", "--vault", str(vault), *MAPPINGS]
    cold, kept = folder / "cold", folder / "kept"
    fresh = {**OURS, "MLK_EXPORT_CACHE": str(cold)}
    warm = {**OURS, "MLK_EXPORT_CACHE": str(kept)}

    def forget() -> None:
        shutil.rmtree(cold, ignore_errors=True)

    if offers("--no-cache", "check"):
        rows = [
            Row("`check --no-cache`", [*check, "--no-cache"], fresh, forget),
            Row("`check`, no cache yet", check, fresh, forget),
            Row("`check`, nothing changed", check, warm),
            Row("`check`, one note changed", check, warm, Change(vault)),
        ]
    else:
        rows = [Row("`check`", check, fresh, forget)]
    return [*rows, Row("`exporter.read`, inside Python", [sys.executable, "-c", READ, str(vault)], fresh, forget, True)]


def beside(vault: Path, folder: Path, sources: Path) -> list[Row]:
    """The same `check` by the program of another checkout, whose folder's name tells it from ours."""
    check = [*EXPORTER, "check", "--vault", str(vault), "--mappings", str(sources / "mappings")]
    environment = {"PYTHONPATH": str(sources), "PYTHONSAFEPATH": "1", "MLK_EXPORT_CACHE": str(folder / "beside")}
    return [
        Row(f"`check --no-cache`, {sources.name}", [*check, "--no-cache"], environment),
        Row(f"`check`, nothing changed, {sources.name}", check, environment),
    ]


def writing(vault: Path, folder: Path, formats: tuple[str, ...]) -> list[Row]:
    """A whole run for each format."""
    common = ["--vault", str(vault), *MAPPINGS, *(["--no-cache"] if offers("--no-cache") else [])]
    environment = {**OURS, "MLK_EXPORT_CACHE": str(folder / "cold")}
    return [
        Row(f"`--format {name}`", [*EXPORTER, "--format", name, "--out", str(folder / "out"), *common], environment)
        for name in formats
    ]


def offers(option: str, *command: str) -> bool:
    """Whether the program, or its command, has the option."""
    run = subprocess.run([*EXPORTER, *command, "--help"], capture_output=True, text=True, env={**PLAIN, **OURS})
    return option in run.stdout


class Change:
    """Adds a line to the vault's first note, in the past: a cache may doubt a note that was written just now."""

    def __init__(self, vault: Path) -> None:
        notes = (path for path in vault.rglob("*.md") if path.is_file())
        self.note = min(path for path in notes if not any(part[0] == "." for part in path.relative_to(vault).parts))
        self.times = count(LONG_AGO + 1)

    def __call__(self) -> None:
        """Do it once more."""
        with self.note.open("a", encoding="utf-8") as stream:
            stream.write("\nChanged.\n")
        second = next(self.times)
        os.utime(self.note, (second, second))
