"""What the real Obsidian read in 89 notes, and what we read in them: the same.

The archive (obsidian-tasks, MIT) is no part of the project: it lies in ../shared/data, or in the folder MLK_EXPORT_DATA.
"""

import json
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from exporter.reader.batch.read import read_columns
from exporter.reader.batch.resolve import Names
from exporter.reader.markdown.inline import shown_text
from exporter.reader.markdown.note import Note, parse

DATA = Path(os.environ.get("MLK_EXPORT_DATA") or ROOT.parent / "shared" / "data")
ARCHIVE = DATA / "obsidian-cache-oracle.tar.xz"
EXPLAINED: dict[tuple[str, str], str] = {}  # aspect and note: why we differ; today nowhere
Fixture = dict[str, Any]


@pytest.fixture(scope="module")
def fixtures(require: Callable[[bool, str], None], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fixture]:
    """By the note's name: its text, and Obsidian's metadata of it."""
    require(ARCHIVE.exists(), f"{ARCHIVE.name}, Obsidian's own metadata; name its folder with MLK_EXPORT_DATA")
    folder = tmp_path_factory.mktemp("oracle")
    with tarfile.open(ARCHIVE) as packed:
        packed.extractall(folder, filter="data")
    return {path.stem: json.loads(path.read_bytes()) for path in sorted(folder.rglob("*.json"))}


def cache(fixture: Fixture, key: str) -> list[Any]:
    return list(fixture["cachedMetadata"].get(key, ()))


def span(entry: Any) -> tuple[int, int]:
    """Obsidian's place of an entry: offsets in UTF-16 units."""
    return entry["position"]["start"]["offset"], entry["position"]["end"]["offset"]


def units(note: Note, offset: int) -> int:
    return len(note.text[:offset].encode("utf-16-le")) // 2


def headings(fixture: Fixture, note: Note) -> Iterator[Any]:
    yield [(*span(entry), entry["level"], entry["heading"]) for entry in cache(fixture, "headings")]
    yield [(units(note, h.start), units(note, h.end), h.level, h.text) for h in note.headings]


def items(fixture: Fixture, note: Note) -> Iterator[Any]:
    """The line of each, and of the item that it lies in; Obsidian has a negative number for none."""
    entries = cache(fixture, "listItems")
    yield [(entry["position"]["start"]["line"] + 1, max(entry["parent"] + 1, 0)) for entry in entries]
    lines = [note.line(item.start) for item in note.items]
    yield [(line, lines[item.parent] if item.parent >= 0 else 0) for line, item in zip(lines, note.items, strict=True)]


def links(fixture: Fixture, note: Note) -> Iterator[Any]:
    entries = cache(fixture, "links") + cache(fixture, "embeds")
    yield sorted((*span(entry), entry["link"], entry["original"], entry.get("displayText", "")) for entry in entries)
    yield sorted(
        (
            units(note, link.start),
            units(note, link.end),
            f"{link.target}#{link.anchor}" if link.anchor else link.target,
            note.text[link.start : link.end],
            shown_text(link),
        )
        for link in note.mentions
        if not link.external
    )


def tags(fixture: Fixture, note: Note) -> Iterator[Any]:
    yield [(span(entry)[0], entry["tag"]) for entry in cache(fixture, "tags")]
    yield [(units(note, offset), f"#{tag}") for offset, tag in note.tags]


def all_tags(fixture: Fixture, note: Note) -> Iterator[Any]:
    """With those of the properties."""
    yield fixture["getAllTags"]
    columns = read_columns([fixture["fileContents"].encode()])
    yield [f"#{tag}" for _, tag in columns.tags[0]]


def blocks(fixture: Fixture, note: Note) -> Iterator[Any]:
    yield sorted(fixture["cachedMetadata"].get("blocks", {}))
    yield sorted(note.block_ids)


def properties(fixture: Fixture, note: Note) -> Iterator[Any]:
    yield fixture["cachedMetadata"].get("frontmatter") or {}
    yield note.properties.values


@pytest.mark.parametrize("aspect", [headings, items, links, tags, all_tags, blocks, properties])
def test_we_read_what_obsidian_reads(
    aspect: Callable[[Fixture, Note], Iterator[Any]], fixtures: dict[str, Fixture]
) -> None:
    differences = {}
    for name, fixture in fixtures.items():
        obsidian, reader = aspect(fixture, parse(fixture["fileContents"].encode()))
        if obsidian != reader:
            differences[aspect.__name__, name] = obsidian, reader
    assert len(fixtures) == 89
    assert {pair: values for pair, values in differences.items() if pair not in EXPLAINED} == {}
    assert differences.keys() == {pair for pair in EXPLAINED if pair[0] == aspect.__name__}


def test_we_find_what_obsidian_finds(fixtures: dict[str, Fixture]) -> None:
    paths = {
        path for fixture in fixtures.values() for path in (fixture["filePath"], *fixture["resolveLinkToPath"].values())
    }
    names = Names(sorted(paths - {None}))
    links = [
        (fixture["filePath"], link, path)
        for fixture in fixtures.values()
        for link, path in fixture["resolveLinkToPath"].items()
    ]
    assert len(links) > 50
    for source, link, path in links:
        assert names.resolve(link.partition("#")[0], source).path == path, (source, link)
