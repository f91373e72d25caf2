"""The compiled core gives the first paragraphs and the sentences of links that Python gives, or leaves the note to it."""

import pickle
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import pytest
from command import lay
from conftest import ROOT, TESTS
from hypothesis import example, given, settings
from hypothesis import strategies as st
from marks import examples
from reader.fuzz import corpus
from reader.generated import joined, markdown, together
from reader.test_hostile import HOSTILE, patience  # noqa: F401
from reader.test_native import core, front_matter, notes_of  # noqa: F401
from texts import HOSTILE as HOSTILE_TEXTS

from exporter import read
from exporter.reader.batch.core import VARIABLE
from exporter.reader.content.paragraph import NEVER, NUMBERED, OFTEN
from exporter.reader.content.sentences import Sentences
from exporter.reader.markdown.inline import shown_text
from exporter.reader.markdown.note import lead, parse
from exporter.reader.markdown.plain_text import LAST_TAGS, to_text

# What leads and sentences turn on; put together they make what nobody writes
PIECES = (
    *("[[a]]", "[[a#b|c. D]]", "![[e]]", "[f. G](h)", "[i](https://j.k)", "<https://l.m>", "www.n.o", "x://y", "`= p`", "`q. R`"),
    *(". ", "! ", "? ", "… ", "... ", "。", "！", ".) ", '." ', " e.g. ", " no. 1", "1. ", " A. B", " etc. x", " a.k.a. ", ": ", "：", "-"),
    *("\n", "\n\n", "\n> ", "\n- ", "\n  ", "\n\t- ", "\n1. ", "\n# ", "\n|", "|-|-|", "|", "\n> [!note] ", "[ ] ", "\n[^1]: ", "\n===\n"),
    *("%%", "<!--", "-->", "<br>", "<BR/>", "k:: ", "(k:: v)", "[k:: v]", " ^id", "#tag", " #t/u ", "```", "~~~", "**", "_", "\\", "&amp;", "&hearts;"),
    *("A", "b", "word ", "Über ", "ß", "ǅ", "²", "٣", "東京", "\ue000", "\ue001", "\ue002x\ue003", "\x1e", "and", "ОR", "или"),
)  # fmt: skip
pieces = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def assert_equal(native: ModuleType, notes: Iterable[str | bytes]) -> int:
    """Hold both to one another: first paragraphs, sentences of links and of what is none; how many are left to Python."""
    doubts = 0
    for note in notes:
        data = note if isinstance(note, bytes) else note.encode(errors="replace")
        text = data.decode(errors="replace")
        assert native.to_text(text) in (to_text(text), None)
        said = native.read_lead(data)
        assert said in (LAST_TAGS.sub("", to_text(lead(data))), None)
        compiled = native.Sentences(data)
        parsed = parse(data)
        python = Sentences(parsed.text)
        links = [link for link in parsed.mentions if not link.external]
        asked = [(parsed.line(link.start), to_text(shown_text(link)), link.anchor) for link in links]
        asked += [(line, words, "x") for line, words, _ in asked[:2]]  # a dialect's anchor
        asked += [(line, words, "") for line in range(-1, 8) for words in ("", "a", "A b")]
        answers = [(compiled.of(*each), python.of(*each)) for each in asked]
        assert [one for one, other in answers if one not in (other, None)] == []
        doubts += said is None or any(one is None for one, _ in answers)
    return doubts


def test_our_vaults(core: ModuleType) -> None:  # noqa: F811
    folders = (ROOT / "vault", ROOT / "docs", TESTS / "vaults")
    notes = [path.read_bytes() for folder in folders for path in sorted(folder.rglob("*.md"))]
    assert assert_equal(core, notes) <= 0.05 * len(notes)


@pytest.mark.slow
@pytest.mark.parametrize("archive", ["obsidian-hub", "obsidian-help-en"])
def test_public_vaults(core: ModuleType, archive: str, require: Callable[[bool, str], None]) -> None:  # noqa: F811
    notes = notes_of(archive, require)
    notes = notes[:: len(notes) // 1000 + 1]  # the hub's are much alike
    assert assert_equal(core, notes) <= 0.01 * len(notes)


@pytest.mark.slow
def test_notes_that_a_fuzzer_found(core: ModuleType) -> None:  # noqa: F811
    assert_equal(core, corpus())


def test_hostile_texts(core: ModuleType) -> None:  # noqa: F811
    assert_equal(core, (f"{text}\n[[{text}|a]] k:: {text}. B {text}\n\n> [!{text}] {text}" for text in HOSTILE_TEXTS))


def test_words_before_a_stop(core: ModuleType) -> None:  # noqa: F811
    words = {*NEVER, *NUMBERED, *OFTEN, "a.k.a", "a.bcd", "X", "É", "ß", "1", "٣", "word"}
    cases = {case for word in words for case in (word, word.lower(), word.upper(), word.title())}
    assert_equal(core, (f"A {word}. B [[b]] ({word}. 1 [[c]] {word}. d [[e]] {word}." for word in sorted(cases)))


@given(
    st.lists(front_matter, max_size=1)
    .map("".join)
    .flatmap(lambda head: (pieces | together | joined | markdown).map(head.__add__))
)
@example("٣. a")
@settings(deadline=None, max_examples=examples(800))
def test_whatever_is_written(core: ModuleType, text: str) -> None:  # noqa: F811
    assert_equal(core, [text])


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("patience")
def test_texts_made_to_take_long_do_not(core: ModuleType, name: str) -> None:  # noqa: F811
    """Work that grows as the square of such a text would take minutes."""
    data = HOSTILE[name](400_000).encode(errors="replace")
    core.read_lead(data)
    core.to_text(data.decode())
    sentences = core.Sentences(data)
    for line in range(1, 20):
        sentences.of(line, "a", "")


def test_what_is_doubtful_is_asked_of_python(core: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """The core does not know the names of entities; a sentence before one is its own."""
    text = "One [[b]] two.\n\nIn &hearts; a [[b]]. And &hearts; more.\n\nLast [[b]]."
    notes = {"a.md": f"&hearts; words.\n\n{text}", "b.md": text}
    given = {}
    for reader in ("python", "compiled"):
        monkeypatch.setenv(VARIABLE, reader)
        knowledge_map = read(lay(tmp_path / reader, notes)).knowledge_map
        leads = [knowledge_map.lead(id) for id in ("a", "b")]
        given[reader] = leads, [knowledge_map.sentence(link) for link in knowledge_map.links if link.start == "a"]
    assert given["compiled"] == given["python"]
    assert given["python"] == (["♥ words.", "One b two."], ["One b two.", "In ♥ a b.", "Last b."])
    assert core.read_lead(notes["a.md"].encode()) is None
    link = knowledge_map.links[0]
    assert pickle.loads(pickle.dumps(knowledge_map)).sentence(link) == knowledge_map.sentence(link)
