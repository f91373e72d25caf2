"""The compiled core says what the reader in Python says, column by column, or leaves the note to it; and it leaves few."""

import json
import os
import sys
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import pytest
from command import lay
from conftest import ROOT, TESTS
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples
from reader.fuzz import corpus
from reader.generated import NOTES, joined, markdown, together
from reader.test_hostile import HOSTILE, patience  # noqa: F401
from texts import HOSTILE as HOSTILE_TEXTS

from exporter import Reading, console, read
from exporter.errors import ExportError
from exporter.reader.batch.columns import BY_LINK, BY_NOTE, NO_WORDS, Columns, Vocabulary
from exporter.reader.batch.core import VARIABLE, describe_core, find_core
from exporter.reader.batch.read import read_columns
from exporter.reader.meaning.vocabulary import gather
from exporter.reader.options import ReadOptions
from exporter.reader.vault.plugins import PluginWords

DATA = Path(os.environ.get("MLK_EXPORT_DATA") or ROOT.parent / "shared" / "data")
TRAPS = [trap["yaml"] for trap in json.loads((TESTS / "reader" / "yaml_traps.json").read_text("utf-8"))["traps"]]
WORDS = gather(ReadOptions(), PluginWords({}, {}, [], [], [])).vocabulary
CALLOUTS = frozenset({"note", "tip", "todo"})
# Front matter, a line each; put together they make what nobody writes
LINES = (
    *("tags: a", "tags: [a, b/c]", "tags:", "tags: '#t'", "tags: 1", "- a", "  - b", "- a, b", "- ", "- '#t'", "# c", ""),
    *("up: [[a]]", "up: '[[a]]'", 'up: "[[a|b]]"', "up: a", "Up: [a, '[[b]]']", '- "[[a#b]]"', "- [[c]]", "- '[a](b)'", "see also: x [y]"),
    *("title: x [y]", "title: 1.10", "title:", "aliases: [a, 'b']", "aliases: a", "alias: x", "id: 5", "id: é", "id: ''", "id:"),
    *("x: 1.5", "x: -1.5", "x: 1e5", "x: 007", "x: 0x1", "x: true", "x: ~", "x: .inf", "x: 12345678901234567890", "date: 2020-01-31", "y: [1, null]"),
    "x: [b,\xa0]",
    *("k: '[[a]]'", "k: a [[b]] c", "k::", "é: è", "a b: c", "a.b/c: d", "'q': r", "null: x", "x: a: b", "x: a #b", "x: a#b", "x: |", "x: {a: b}", "x: &a b"),
)  # fmt: skip
front_matter = st.lists(st.sampled_from(LINES), max_size=8).map(lambda lines: "\n".join(["---", *lines, "---", ""]))


@pytest.fixture(scope="module")
def core() -> ModuleType:
    """The core; where it is not there, `MLK_EXPORT_REQUIRE=1` makes of it a failure."""
    found = find_core()
    if not found and os.environ.get("MLK_EXPORT_REQUIRE") == "1":
        pytest.fail(f"required here, but missing: the compiled core: {describe_core()}", pytrace=False)
    return found or pytest.skip(f"missing here: the compiled core: {describe_core()}")


def read_by(reader: str, notes: list[bytes], vocabulary: Vocabulary) -> Columns:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, reader)
        return read_columns(notes, vocabulary, CALLOUTS)


def as_lists(columns: Columns) -> Columns:
    for name in (*BY_NOTE, *BY_LINK):
        setattr(columns, name, list(getattr(columns, name)))
    return columns


def assert_equal(notes: Iterable[str | bytes], vocabulary: Vocabulary = WORDS) -> None:
    """Hold both readings to one another; values to their types and properties to their order, too."""
    batch = [note if isinstance(note, bytes) else note.encode(errors="replace") for note in notes]
    compiled, python = (as_lists(read_by(reader, batch, vocabulary)) for reader in ("compiled", "python"))
    if repr(compiled) != repr(python):  # which note is it?
        for note in batch if len(batch) > 1 else ():
            assert_equal([note], vocabulary)
        assert compiled == python
        assert repr(compiled) == repr(python)


def without_doubts(reading: Reading) -> Reading:
    """What both readings have: one of them has no doubts."""
    return reading._replace(statistics=reading.statistics._replace(doubts={}))


def doubts(notes: list[bytes]) -> list[str]:
    """Why notes are left to Python."""
    return [*read_by("compiled", notes, WORDS).doubts.elements()]


def notes_of(archive: str, require: Callable[[bool, str], None]) -> list[bytes]:
    path = DATA / f"{archive}.tar.xz"
    require(path.is_file(), f"{path.name}, a public vault; name its folder with MLK_EXPORT_DATA")
    with tarfile.open(path) as packed:
        files = [packed.extractfile(member) for member in packed if member.isfile() and member.name.endswith(".md")]
        return [file.read() for file in files if file]


@pytest.mark.parametrize("vocabulary", [WORDS, NO_WORDS], ids=["words", "no words"])
@pytest.mark.parametrize(
    "folder", ["vault", "docs", *(f"tests/vaults/{path.name}" for path in (TESTS / "vaults").iterdir())]
)
def test_our_vaults_are_read_alike(core: ModuleType, folder: str, vocabulary: Vocabulary) -> None:
    notes = [path.read_bytes() for path in sorted((ROOT / folder).rglob("*.md"))]
    assert notes
    assert_equal(notes, vocabulary)


@pytest.mark.slow
@pytest.mark.parametrize("archive", ["obsidian-hub", "obsidian-help-en"])
def test_public_vaults_are_read_alike(core: ModuleType, archive: str, require: Callable[[bool, str], None]) -> None:
    notes = notes_of(archive, require)
    assert_equal(notes)
    assert len(doubts(notes)) <= 0.01 * len(notes)
    assert "a bug of the core" not in doubts(notes)


@pytest.mark.slow
def test_notes_that_the_real_obsidian_read_are_read_alike(
    core: ModuleType, require: Callable[[bool, str], None]
) -> None:
    archive = DATA / "obsidian-cache-oracle.tar.xz"
    require(archive.exists(), f"{archive.name}, Obsidian's own metadata; name its folder with MLK_EXPORT_DATA")
    with tarfile.open(archive) as packed:
        files = [packed.extractfile(member) for member in packed if member.name.endswith(".json")]
        notes = [json.load(file)["fileContents"] for file in files if file]
    assert len(notes) > 50
    assert_equal(notes)


@pytest.mark.slow
def test_notes_that_a_fuzzer_found_are_read_alike(core: ModuleType) -> None:
    assert_equal(corpus())
    assert "a bug of the core" not in doubts(corpus())


def test_what_python_looks_at_is_seen_beside_bytes_that_are_no_text(core: ModuleType) -> None:
    """RE2 takes such a byte for no letter at all."""
    notes = [b"<b>\xff [[a]]", b"[\xffa]: x", "<b>[[a]]".encode("utf-16"), b"<b>\0 [[a]]"]
    assert_equal(notes)
    assert [*read_by("python", notes, WORDS).traits] == ["<"] * 4


def test_each_construct_is_read_alike(core: ModuleType) -> None:
    assert_equal(NOTES)
    assert not doubts([note.encode() for note in NOTES])


def test_signs_of_what_python_looks_at_are_seen(core: ModuleType) -> None:
    """Words that name links, addresses that are none, templates: alone, in quotes and items, and nearly so."""
    marks = (
        "",
        "> ",
        "- ",
        "  * ",
        "1. ",
        "12) ",
        "## ",
        "**",
        "- [ ] ",
        "> [!note] ",
        "> [!a] **",
        "é ",
        "x ",
        "\ufeff",
        "\t> > ",
    )
    words = [
        f"{before}{said}{behind}"
        for before in marks
        for said in (
            "requires",
            "See Also",
            "see_also",
            "see - also",
            "REQUIRES",
            "prerequisites",
            "Voraussetzungen",
            "siehe",
            "also",
        )
        for behind in (
            " [[a]]",
            ": [[a]]",
            "**: [[a]] [[b]]",
            ":\n- [[a]]",
            "\n\n- [[a]]\n- [[b]]",
            " x [[a]]",
            " { #i }\n\n- [[a]]",
            "s [[a]]",
        )
    ]
    others = [
        f"{before}{sign}"
        for before in marks
        for sign in (
            *("{{title}}", "{{{title}}}", "{{{{{date}}", "# {{``title}}", "{{ date:x }}", "{{time", "{{x}}", "<% x %>", "<%", "{{\u00a0title}}"),
            *("obsidian:///a", "obsidian://vault/a/b", "obsidian://open?vault=v&file=f", "obsidian://x?filepath=y", "obsidian://x?profile=y", "obsidian:x", "[a](obsidian://x y file=z)"),
            *("<a href='x'>", "<img\nSRC = x>", "<img data-src=x>", "<a x=href y>", "</a href=x>", "<x poſter=y>", "<img title='>' src=x>", "<a href\u00a0=x>", f"<a {'x' * 6000} href=y>"),
            *("<div>\n[[b]]\n</div>", "<div>\n\n[[b]]", "<b>x</b>\n[[b]]", "x <div>\n[[b]]", "<1>\n[[b]]"),
            *("[a]: b", "[^a]: b", "[]: b", "[a\n]: b", "x [a]: b", "[[a]]: b", f"[{'a' * 4990}é]: b"),
        )
    ]  # fmt: skip
    assert_equal(words)
    assert_equal([*others, *(f"---\nx: y\n---\n# H\n\n{text}\n\n[[c]]\n" for text in others)])
    assert_equal(f"[[a]]\n{text}" for text in (*words, *others))


lines_with_words = st.tuples(
    st.sampled_from(("", "", "> ", "- ", "  - ", "1. ", "## ", "**", "- [ ] ", "- []] ", "> [!note] ", "é ", "– ")),
    st.sampled_from(("requires", "See Also", "see/also", "see", "also", "prerequisites", "relations", "requireſ", "x y", "")),
    st.sampled_from((":", ": ", " ", "**: ", "：", ":: ", " { #i }", "|", " = ", "\n", "\n\n")),
    st.sampled_from(("[[a]]", "![[a|b]]", "[t](u)", "<http://x.y>", "[[a]", "[x]", "[[a]] and [[b]]", "[[a]] _and_ [b](c)", "")),
    st.sampled_from(("", "", ".", " x", " (y).", " (y) z", " - why", " -why", " #t #u", " # t", " ^id", " ^", "\n===")),
).map("".join)  # fmt: skip


@given(st.sampled_from(("", "---\nup: '[[a]]'\n---\n")), st.lists(lines_with_words | st.just(""), max_size=9))
@settings(deadline=None, max_examples=examples(800))
def test_words_that_name_links_are_read_alike(core: ModuleType, head: str, lines: list[str]) -> None:
    assert_equal([head + "\n".join(lines)])


def test_traps_of_yaml_are_read_alike(core: ModuleType) -> None:
    assert_equal(f"---\n{yaml}\n---\n" for yaml in TRAPS)
    lines = [f"---\n{line}\n---\n" for line in LINES]
    assert_equal(lines)
    assert len(doubts([line.encode() for line in lines])) < len(lines) / 2


def test_hostile_texts_are_read_alike(core: ModuleType) -> None:
    assert_equal(HOSTILE_TEXTS)
    assert_equal(
        f"---\nup: {text}\n---\n# {text}\n[[{text}|a]] k:: {text}\n#{text}\n[{text}]({text})\n"
        for text in HOSTILE_TEXTS
    )


@pytest.mark.slow
def test_texts_made_to_take_long_are_read_alike(core: ModuleType) -> None:
    for size in (100, 3_000):
        assert_equal(make(size) for make in HOSTILE.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("patience")
def test_texts_made_to_take_long_do_not(core: ModuleType, name: str) -> None:
    """Work that grows as the square of such a text would take minutes."""
    assert "a bug of the core" not in doubts([HOSTILE[name](400_000).encode(errors="replace")])


@given(
    st.lists(front_matter | st.just(""), max_size=1)
    .map("".join)
    .flatmap(lambda head: (together | joined | markdown).map(head.__add__))
)
@settings(deadline=None, max_examples=examples(800))
def test_whatever_is_written_is_read_alike(core: ModuleType, text: str) -> None:
    assert_equal([text])


@given(front_matter.map(str.encode) | st.binary(max_size=200) | st.text().map(str.encode))
@settings(deadline=None, max_examples=examples(300))
def test_whatever_stands_before_is_read_alike(core: ModuleType, data: bytes) -> None:
    assert_equal([data])
    assert "a bug of the core" not in doubts([data])


@pytest.mark.slow  # all of Unicode
def test_letters_are_those_of_the_python_that_runs(core: ModuleType) -> None:
    letters = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    expected = bytes(
        c.isspace() + 2 * c.isalnum() + 4 * c.isdigit() + 8 * c.isdecimal() + 16 * c.islower() + 32 * c.isupper()
        for c in letters
    )
    assert core.classes(letters) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    ["# H{c}#t{c}\n#a{c}b {c}#d\n", "k{c}l:: [[a]]{c}[[b]]\n", "---\nK{c}: {c}v\n---\n", "{c}_a_{c}b_ *{c}c*d\n"],
)
def test_letters_are_used_alike(core: ModuleType, text: str) -> None:
    """One of each page, and those in which systems and versions differ; as names, around tags and in emphasis."""
    codes = {
        *range(0x80, 0x1F000, 61),
        *range(0x80, 0x180),
        *range(0x2000, 0x2070),
        *map(ord, "İıſKßς𞤀𐐀ǅ²①٣๓Ⅷ\u0345\u1c89\ua7ce"),
    }
    assert_equal(text.replace("{c}", chr(code)) for code in sorted(codes) if not 0xD800 <= code <= 0xDFFF)


@pytest.mark.slow
def test_letters_of_two_cases_are_compared_alike(core: ModuleType) -> None:
    """Each of Unicode's, in the name of a field and as a word between links."""
    letters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    cased = [letter for letter in letters if letter.lower() != letter or letter.upper() != letter]
    assert_equal(["".join(f"K{letter}:: [[a]] {letter} [[b]] #{letter}\n\n" for letter in cased)])


def test_notes_are_in_their_places_among_doubts(core: ModuleType) -> None:
    """Doubts first, last and beside one another; notes with and without links."""
    notes = ["[[a]] [[b]]", "---\na: {b: '[[c]]'}\n---\n[[d]] #e", "", "\xff", "---\ntags: 1\n---\n", "[[f]]"]
    for shift in range(len(notes)):
        assert_equal([*notes[shift:], *notes[:shift]])
    columns = read_by("compiled", [note.encode("latin-1") for note in notes], WORDS)
    assert [len(getattr(columns, name)) for name in BY_NOTE] == [len(notes)] * len(BY_NOTE)
    assert {number for number, *_ in columns.problems} == {3, 4}


def test_doubts_are_counted(core: ModuleType, tmp_path: Path) -> None:
    lay(tmp_path, {"a.md": "---\na: {b: c}\n---\n", "b.md": "---\na: &x y\n---\n", "c.md": "%% x", "d.md": "[[a]]"})
    reading = read(tmp_path)
    assert reading.statistics.doubts == {"their YAML": 2, "open comments": 1}
    assert (
        console.doubts(reading) == "left to Python by the compiled core: 3 notes, for their YAML (2), open comments (1)"
    )


def test_who_reads_is_chosen(core: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "python")
    assert find_core() is None
    assert describe_core() == f"no ({VARIABLE} is python)"
    for chosen in ("compiled", ""):
        monkeypatch.setenv(VARIABLE, chosen)
        assert find_core() is core
        assert describe_core() == "yes"
    monkeypatch.setenv(VARIABLE, "rust")
    with pytest.raises(ExportError, match="set it to python or compiled"):
        find_core()


def test_without_the_core_all_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "exporter._native", None)
    monkeypatch.delattr("exporter._native", raising=False)
    monkeypatch.delenv(VARIABLE, raising=False)
    assert read_columns([b"[[a]]"]).targets == ["a"]
    assert describe_core().startswith("no (it was not built")
    monkeypatch.setenv(VARIABLE, "compiled")
    with pytest.raises(ExportError, match="install again where Rust is"):
        read_columns([b"[[a]]"])
