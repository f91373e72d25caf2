"""What is asked of all notes and all links, the compiled core answers as the reader in Python does."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import pytest
from command import lay
from conftest import ROOT, TESTS
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples
from reader.test_native import core  # noqa: F401

from exporter import ReadOptions, read
from exporter.reader.batch.columns import Columns, Notes
from exporter.reader.batch.core import VARIABLE
from exporter.reader.batch.late import name_parts
from exporter.reader.batch.resolve import Index, Names, links_to, nowhere, renumber, resolve
from exporter.reader.dialects import Dialect
from exporter.reader.dialects.dendron import Dendron
from exporter.reader.dialects.docs import Docs, Foam, Plain
from exporter.reader.markdown.record import EXTERNAL, PLAIN, TAGGED
from exporter.reader.meaning.folders import Folders
from exporter.reader.meaning.rows import survey
from exporter.reader.meaning.suggestions import Nearest
from exporter.reader.names import name_of, slug
from exporter.reader.publish.visible import find_hidden

pytestmark = pytest.mark.slow
PARTS = [
    "a",
    "A",
    "b",
    "a.b",
    "README",
    "_index",
    "x y",
    "É",
    "é",
    "e\u0301",
    "日本",
    "Σς",
    "İ",
    "ẞ",
    "ǅ",
    "a\xa0b",
    "❤️ 🎉",
    "—",
]
names = st.sampled_from(PARTS) | st.text(max_size=4).map(lambda text: text.replace("/", ""))
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
notes = st.lists(names.filter(bool), min_size=1, max_size=3).map("/".join).map("{}.md".format)
files = st.builds(str.__add__, paths, st.sampled_from([".md", ".MD", ".png", ".canvas"]))
links = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "", "", "/", "./", "../"]),
    st.lists(names | st.sampled_from(["..", ".", ""]), max_size=3).map("/".join),
    st.sampled_from(["", "", ".md", ".png"]),
)


@given(st.lists(files, max_size=12, unique=True), st.lists(st.tuples(links, paths), max_size=12))
def test_links_lead_to_the_same_files(core: ModuleType, files: list[str], links: list[tuple[str, str]]) -> None:  # noqa: F811
    compiled, python = core.Index(files), Index(files)
    for word in ("moc", "a", ".md"):
        assert compiled.holding(word) == python.holding(word)
    for link, folder in links:
        numbers = python.by_rules(link, folder)
        assert compiled.by_rules(link, folder) == numbers
        assert compiled.at(link) == python.at(link)
        assert compiled.numbers_of(link) == python.numbers_of(link)
        only = python.exact(link)
        assert compiled.exact(link) == only
        assert only is None or numbers == (only,)


@given(st.lists(files, min_size=1, max_size=12, unique=True), st.data())
def test_a_batch_of_links_leads_to_the_same_files(core: ModuleType, files: list[str], data: st.DataObject) -> None:  # noqa: F811
    numbers = data.draw(st.lists(st.sampled_from(range(len(files))), max_size=3))
    counts = [data.draw(st.integers(0, 4)) for _ in numbers]
    targets = [data.draw(links | st.sampled_from(files)) for _ in range(sum(counts))]
    flags = [data.draw(st.sampled_from([0, EXTERNAL])) for _ in targets]
    found = []
    for reader in ("python", "compiled"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(VARIABLE, reader)
            for dialect in (Dialect(), Plain(), Docs(), Foam(), Dendron()):
                columns = Columns(targets=targets, flags=flags, counts=counts)
                found.append(resolve(columns, numbers, Names(files, dialect)))
    assert found[:5] == found[5:]


ADDRESSES = [
    "FILE:a",
    "file",
    "obsidian:///a",
    "OBSIDIAN://vault/a",
    "obsidian://x?y\nPath=z",
    "obſidian:///a",
    "obsidian://x",
    "",
]


@given(
    st.lists(st.tuples(st.integers(-1, 4), st.sampled_from([0, EXTERNAL]), st.sampled_from(ADDRESSES) | links)),
    st.lists(st.integers(0, 5)),
)
def test_the_same_links_may_lead_to_what_is_hidden(core: ModuleType, rows: list[Any], hidden: list[int]) -> None:  # noqa: F811
    columns = zip(("files", "flags", "targets"), zip(*rows, strict=True), strict=True) if rows else ()
    notes = Notes(**{name: list(column) for name, column in columns})
    found = []
    for reader in ("python", "compiled"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(VARIABLE, reader)
            found.append([list(numbers) for numbers in find_hidden(notes, hidden)])
    assert found[0] == found[1]


@given(st.lists(st.tuples(st.integers(-1, 4), st.sampled_from(["/a", "/", "a/b", "", "//é"])), max_size=8), st.data())
def test_links_are_chosen_by_where_they_lead(
    core: ModuleType,  # noqa: F811
    rows: list[tuple[int, str]],
    data: st.DataObject,
) -> None:
    files, targets = [file for file, _ in rows], [target for _, target in rows]
    chosen = data.draw(st.sets(st.integers(-1, 4)))
    numbers = [*data.draw(st.permutations(range(-1, 4))), -1]
    found = []
    for reader in ("python", "compiled"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(VARIABLE, reader)
            found.append((links_to(files, chosen), nowhere(files, targets, "/"), renumber(files, numbers)))
    assert found[0] == found[1]


def test_each_character_of_a_name_is_compared_alike(core: ModuleType) -> None:  # noqa: F811
    """Beside others that it might change, or be changed by."""
    numbers = [*range(0x3100), *range(0x3100, 0xD800, 7), *range(0xF900, 0x10000), *range(0x1F000, 0x20000)]
    files = [f"xÉ{chr(number)} A{chr(number)}É" for number in numbers if number != ord("/")]
    compiled, python = core.Index(files), Index(files)
    assert [*map(compiled.numbers_of, files)] == [*map(python.numbers_of, files)]
    assert core.slugs([f"{name}.md" for name in files]) == [slug(name) for name in files]


WORDS = [
    "tensor",
    "Tensors",
    "tensro",
    "query",
    "queries",
    "Café",
    "cafe",
    "ﬁt",
    "12",
    "13",
    "a_b",
    "x",
    "학교",
    "glass",
    "Glas",
]
titles = st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=4).map(" ".join)


@given(st.lists(titles | st.builds("{}/{}".format, titles, titles), max_size=40), st.lists(titles, max_size=8))
def test_the_same_names_are_near(core: ModuleType, names: list[str], missing: list[str]) -> None:  # noqa: F811
    compiled, python = core.Nearest(names), Nearest(names)
    for name in missing:
        assert compiled.find(name) == python.find(name)


def test_an_index_of_names_asks_python_nothing_once_it_is_begun(core: ModuleType) -> None:  # noqa: F811
    """Python may be ending by then. `find` waits for it with the interpreter's lock in hand, so a question would stay."""
    ask = f"import {core.__name__} as core; print(*core.Nearest(['Ὀδύσσεια ਗੁਰ', 'Ελληνικά']).find('Οδυσσεια ਗੁਰ'))"
    run = subprocess.run([sys.executable, "-X", "utf8", "-c", ask], capture_output=True, timeout=60, encoding="utf-8")
    assert run.stdout == "Ὀδύσσεια ਗੁਰ\n", run.stderr


HEADINGS = ["a", "A!", "b", "É", "e\u0301", "x y", "Σς", "", "#", "^"]
lines = st.lists(st.sampled_from(HEADINGS), max_size=5)
anchors = st.one_of(
    st.just(""),
    st.lists(st.sampled_from(HEADINGS), min_size=1, max_size=3).map("#".join),
    st.sampled_from(HEADINGS).map("^{}".format),
    st.text(max_size=3),
)


@given(st.lists(anchors | st.sampled_from(["a b", "^ a", "\u00a0"])))
def test_the_same_anchors_may_be_names_of_a_dialect(core: ModuleType, anchors: list[str]) -> None:  # noqa: F811
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "python")
        python = name_parts(anchors)
    assert core.name_parts(anchors) == python


rows = st.tuples(
    st.integers(-1, 6),
    st.sampled_from([0, 0, 1, EXTERNAL, TAGGED, PLAIN]),
    st.sampled_from(["", "up"]),
    anchors,
    st.sampled_from(["x", "X", "y"]),
)


@given(st.lists(st.tuples(lines, lines, st.lists(rows, max_size=4)), max_size=5), st.integers(-1, 4))
def test_the_same_links_are_odd(core: ModuleType, notes: list[Any], map_number: int) -> None:  # noqa: F811
    columns = Notes(
        paths=["x.md"] * len(notes),
        levels=["".join(str(1 + len(text) % 3) for text in headings) for headings, _, _ in notes],
        headings=["\n".join(headings) for headings, _, _ in notes],
        blocks=["\n".join(blocks).lower() for _, blocks, _ in notes],
        counts=[len(links) for _, _, links in notes],
    )
    for _, _, links in notes:
        for file, flags, word, anchor, target in links:
            columns.files.append(-1 if flags & (EXTERNAL | TAGGED) else file)
            columns.flags.append(flags)
            columns.keys.append(word)
            columns.anchors.append(anchor)
            columns.targets.append(target)
    map_number = min(map_number, len(notes) - 1)
    is_topic = [number < len(notes) and number != map_number for number in range(8)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "python")
        python = survey(columns, is_topic, map_number)
        patch.setenv(VARIABLE, "compiled")
        assert survey(columns, is_topic, map_number) == python


@given(st.lists(notes, max_size=12, unique=True), st.sets(st.integers(0, 11), max_size=3))
def test_ids_and_folders_are_the_same(core: ModuleType, paths: list[str], gone: set[int]) -> None:  # noqa: F811
    assert core.slugs(paths) == [slug(name_of(path)) for path in paths]
    found = []
    for reader in ("python", "compiled"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(VARIABLE, reader)
            folders = Folders(paths, gone)
            found.append((list(folders.members.items()), folders.notes, folders.of_note, folders.top, folders.names))
    assert found[0] == found[1]


def said_of(vault: Path) -> list[Any]:
    """All that a reading says of a vault, by the reader in Python and by the core, which must be the same."""
    said: list[Any] = []
    for reader in ("python", "compiled"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(VARIABLE, reader)
            whole, findings, statistics = read(vault, ReadOptions(any_folder=True))
            tables = (whole.topics, whole.areas, whole.tags, whole.links, whole.paths, whole.references, whole.missing)
            about = (whole.title, whole.summary, whole.language, whole.source, dict(whole.properties))
            said.append((about, *map(list, tables), findings, statistics._replace(doubts={})))
    return said


@pytest.mark.parametrize("folder", ["vault", *(f"tests/vaults/{path.name}" for path in (TESTS / "vaults").iterdir())])
def test_our_vaults_mean_the_same(core: ModuleType, folder: str) -> None:  # noqa: F811
    python, compiled = said_of(ROOT / folder)
    assert compiled == python


LINES = st.builds(
    "{}[[{}{}]]{}".format, st.sampled_from(["", "- ", "up:: ", "# "]), links, anchors.map("#{}".format), titles
)
texts = st.builds(
    "---\n{}\n---\n{}\n".format,
    st.sampled_from(["", "id: a", "tags: moc", "up: b", "aliases: [x y]"]),
    st.lists(LINES, max_size=5).map("\n".join),
)
safe = st.lists(st.sampled_from(PARTS[:-3]), min_size=1, max_size=3).map("/".join).map("{}.md".format)


@settings(max_examples=examples(40))
@given(st.dictionaries(safe, texts, min_size=1, max_size=8))
def test_any_vault_means_the_same(core: ModuleType, notes: dict[str, str]) -> None:  # noqa: F811
    with TemporaryDirectory() as folder:
        python, compiled = said_of(lay(Path(folder), notes))
    assert compiled == python
