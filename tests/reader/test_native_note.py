"""The compiled core reads a note in full as Python does: all that it says, and every place."""

import json
import tarfile
from collections.abc import Callable, Iterable
from types import ModuleType

import pytest
from conftest import ROOT, TESTS
from hypothesis import example, given, settings
from hypothesis import strategies as st
from marks import examples
from reader.fuzz import corpus
from reader.generated import NOTES, joined, markdown, together
from reader.test_hostile import HOSTILE, patience  # noqa: F401
from reader.test_native import DATA, core, front_matter, notes_of  # noqa: F401
from reader.test_native_content import pieces
from texts import HOSTILE as HOSTILE_TEXTS

from exporter.reader import ReadOptions
from exporter.reader.batch import full
from exporter.reader.markdown import note
from exporter.reader.meaning.map_note import Listed, list_entries, sections, to_listed

# What places turn on: where blocks, items and comments begin and end, letters of several bytes, ids of blocks
PIECES = (
    *("\n", "\n", "\n\n", "  ", "\t", "    ", "> ", "- ", "* ", "2) ", "10. ", "# ", "### ", "===\n", "---\n", "- [x] ", "```\n", "[^a]: "),
    *(" ^id", "^id\n", "\n^i-2", "é", "東京", "\U0001f5fa", "\u00a0", "\r", "\x00", "\ufeff", "a", "b c", "#tag", "k:: v", "(k:: v)"),
    *("%%", "%% x\n", "<!--", "-->", "<!-->", "<!-- x -->", "<div>", "</div>\n", "<b>", "$$", "`", "\\", "|", "|-|\n", "[r]: x\n"),
    *(" - ", ": ", "\u2014 ", "\n  > ", "- [[a]]\n", "\n  - [[b]] - c"),
    *("[[n#^b|w]]", "![[e|100]]", "[t](u%20v#w)", "![i|5x5](p)", "[a ![b](c) d](e)", "<http://x.y>", "^[f", "]", "[^a]", "[[n#[^1]]]"),
)  # fmt: skip
OPTIONS = ReadOptions()
pieces_of_places = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def assert_equal(notes: Iterable[str | bytes]) -> None:
    for written in notes:
        data = written if isinstance(written, bytes) else written.encode(errors="replace")
        python = note.parse(data)
        assert full.parse(data) == python
        (listed,) = list_entries([data], OPTIONS)
        assert listed is None or listed == in_python(python)


def in_python(written: note.Note) -> list[Listed]:
    """What the lists of a map list."""
    return [to_listed(entry) for section in sections(written, OPTIONS) for entry in section.entries]


def test_lists_of_maps(core: ModuleType) -> None:  # noqa: F811
    """All that tells what an item lists; a number, a path and a table are left to Python."""
    items = ("[[a]]", "[[a]] ", "[[a|b *c*]] - d [[e]]", "[[a]] [[b]]: c", "a - b", "[x] [[a]]", "[x]", "![[a]]", "![a](http://b)",
        "[a](http://b) – c", "[a](b.md)", "a: [[b]] - c", "[[a]]\n  > b - c\n  d", "%% - %% [[a]] - b", "[[a - b]] - c", "<!-- : --> a",
        "[[a#b]]\n  - [[#c]]", "é [[é]] — 東", "[[a]]\u00a0-\u00a0b", "")  # fmt: skip
    texts = ["\n".join(f"- {item}" for item in items), *(f"# a [[b]]\n> - {item}\n>   - [[a]]" for item in items)]
    maps = [text.encode() for text in texts]
    assert list(list_entries(maps, OPTIONS)) == [in_python(note.parse(each)) for each in maps]
    left = [b"1. [[a]]", b"## Learning path\n- [[a]]", b"- a\n\n|a|b|\n|-|-|\n|[[c]]|d|"]
    assert list(list_entries([*left, maps[0]], OPTIONS)) == [None, None, None, in_python(note.parse(maps[0]))]
    assert list(list_entries([], OPTIONS)) == []


def test_our_vaults(core: ModuleType) -> None:  # noqa: F811
    folders = (ROOT / "vault", ROOT / "docs", TESTS / "vaults")
    assert_equal(path.read_bytes() for folder in folders for path in sorted(folder.rglob("*.md")))


@pytest.mark.slow
@pytest.mark.parametrize("archive", ["obsidian-hub", "obsidian-help-en"])
def test_public_vaults(core: ModuleType, archive: str, require: Callable[[bool, str], None]) -> None:  # noqa: F811
    assert_equal(notes_of(archive, require))


@pytest.mark.slow
def test_notes_that_the_real_obsidian_read(core: ModuleType, require: Callable[[bool, str], None]) -> None:  # noqa: F811
    archive = DATA / "obsidian-cache-oracle.tar.xz"
    require(archive.exists(), f"{archive.name}, Obsidian's own metadata; name its folder with MLK_EXPORT_DATA")
    with tarfile.open(archive) as packed:
        files = [packed.extractfile(member) for member in packed if member.name.endswith(".json")]
        assert_equal(json.load(file)["fileContents"] for file in files if file)


@pytest.mark.slow
def test_notes_that_a_fuzzer_found(core: ModuleType) -> None:  # noqa: F811
    assert_equal(corpus())


def test_each_construct(core: ModuleType) -> None:  # noqa: F811
    assert_equal(NOTES)
    assert_equal(f"> é {text}\n- 東 {text}" for text in NOTES)


def test_hostile_texts(core: ModuleType) -> None:  # noqa: F811
    assert_equal(f"{text}\n[[{text}|a]] k:: {text}. #{text}\n\n> [!{text}] {text} ^{text}" for text in HOSTILE_TEXTS)


@given(
    st.lists(front_matter, max_size=1)
    .map("".join)
    .flatmap(lambda head: (pieces_of_places | pieces | together | joined | markdown).map(head.__add__))
)
@example("%%\n%%\n^a")
@example("[r]: x\n===\n<!--\n```")
@settings(deadline=None, max_examples=examples(2000))
def test_whatever_is_written(core: ModuleType, text: str) -> None:  # noqa: F811
    assert_equal([text])


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("patience")
def test_texts_made_to_take_long_do_not(core: ModuleType, name: str) -> None:  # noqa: F811
    """Work that grows as the square of such a text would take minutes."""
    core.read_note(HOSTILE[name](400_000), 0)


def test_what_is_no_unicode_is_left_to_python(core: ModuleType) -> None:  # noqa: F811
    assert core.read_note("[[a]]\ud800", 0) is None
    assert full.read("[[a]]\ud800").mentions == note.parse(b"[[a]]").mentions
