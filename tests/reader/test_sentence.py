"""The sentence in which a link stands: what is a paragraph, where a sentence ends, and text made to take long."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from command import lay
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples
from reader.generated import markdown
from reader.test_hostile import REPEATED

from exporter import KnowledgeMap, ReadOptions, read
from exporter.model import Link, Source
from exporter.reader.content.paragraph import LONGEST, _to_plain
from exporter.reader.content.sentences import Sentences
from exporter.reader.markdown.inline import shown_text
from exporter.reader.markdown.note import parse
from exporter.reader.markdown.plain_text import to_text
from exporter.reader.markdown.record import record_of
from exporter.reader.vault.files import Vault

MAP = """\
---
tags: [moc]
---
# Map

## Areas

- [[Area]] - What it is about. And more.

## Topics by area

### Area

- [[X]], [[Y]] - Two at once
- **[[Z]]**: the third. It has *two* sentences
- Ghost - nobody wrote it
"""


def one(text: str, words: str = "X") -> str:
    """The sentence of the link that stands on the line with its mark `@`, or on the first line with a link."""
    lines = text.split("\n")
    line = next((k for k, line in enumerate(lines, 1) if "@" in line), 0)
    line = line or next(k for k, line in enumerate(lines, 1) if "[[" in line or "](" in line)
    return Sentences(text.replace("@", "")).of(line, words)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        # a paragraph, hard-wrapped or not
        ("One [[X]] two.", "One X two."),
        ("a\n\nOne\n[[X]]\ntwo.\n\nb", "One X two."),
        ("# n\nOne [[X]]\n# m", "One X"),
        ("a\n***\nOne [[X]]\n***\nb", "One X"),
        ("```\na\n\n```\nOne [[X]]\ntwo", "One X two"),
        # headings
        ("a\n## On [[X]] ##\nb", "On X"),
        ("a\n\nOn [[X]]\n===\nb", "On X"),
        # lists, tasks: an item is on its own, its further lines belong to it
        ("- a\n- One [[X]]\n- b", "One X"),
        ("a:\n- One [[X]]\n  - b", "One X"),
        ("1. a\n2. One [[X]]\n   two\n3. b", "One X two"),
        ("- a\n\n    One [[X]]\n    two\n\nb", "One X two"),
        ("- a\n\n\tOne [[X]]", "One X"),
        ("- a\n\t- One [[X]]\n\t\t- b", "One X"),
        ("- [ ] One [[X]]", "One X"),
        ("- a\n- [x] One [[X]]\n  two", "One X two"),
        ("[x] One [[X]]", "[x] One X"),
        ("a\n    - b [[X]]", "a - b X"),
        # quotes and callouts
        ("> One [[X]]", "One X"),
        ("> a\n>\n> One\n> [[X]]\ntwo", "One X two"),
        ("> - a\n> - One [[X]]", "One X"),
        ("> [!note]- On [[X]]\n> a", "On X"),
        ("> [!note] a\n> One [[X]]", "One X"),
        ("> [!note]\xa0On [[X]]", "On X"),
        ("> [!note]\n> One [[X]]", "One X"),
        # tables: a cell is on its own
        ("| a | b |\n|---|:-:|\n| One [[X]] | two |", "One X"),
        ("| a | b |\n|---|---|\n| One | two [[Y\\|X]] |", "two X"),
        ("a | One [[X]]\n--|--\nb | c", "One X"),
        ("| a |\n|---|\n| `|` \\| [[X]] |", "| | X"),
        ("| a |\n|---|\n| b<br>One [[X]]<br/>c |", "One X"),
        ("a | One [[X]]", "a | One X"),
        # block ids, comments, footnotes, line breaks in HTML
        ("One [[X]] two ^id1", "One X two"),
        ("- One [[X]] ^id1\n- a", "One X"),
        ("One %%a. B%% [[X]] <!-- c. D --> two", "One X two"),
        ("[^1]: One [[X]]", "One X"),
        ("a[^1]. One[^1] [[X]].[^1] Two.", "One X."),
        ("a<br>One [[X]]<br />b", "One X"),
        # an embed on a line of its own
        ("a\n![[X]]\nb", "X"),
        # lines with labels are no running text, a single one may be
        ("Plugin: a\nAuthor: [[X]]\n**Year**: 1", "Author: X"),
        ("This is said\nhere: [[X]]", "This is said here: X"),
        # marks within the sentence, and such as go over several
        ("*One* **[[X]]** `two` $3$ [four](https://a.org)", "One X two $3$ four"),
        ("**Ah. One [[X]] two. So**", "One X two."),
        ("[[A. B|X]] is. Two.", "X is."),
    ],
)
def test_paragraph(text: str, sentence: str) -> None:
    assert one(text) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Ah. [[X]] is it. So.", "X is it."),
        ("What? One [[X]]! Two.", "One X!"),
        ("So… One [[X]]... Two.", "One X..."),
        ("so... [[x]] [[X]]", "so... x X"),
        ('He said "no." "One [[X]]." (Two.)', '"One X."'),
        ("a (see [[X]].) Two.", "a (see X.)"),
        ("これ。あれは[[X]]です。そして！", "あれはXです。"),
        ("它是“[[X]]。”然后", "它是“X。”"),
        ("Ένα. Το [[X]] είναι. Δύο", "Το X είναι."),
        # no end: lower case follows, unless it is a link
        ("one. two [[X]]", "one. two X"),
        ("One. [[x]] and [[X]]. two", "x and X. two"),
        # abbreviations
        *(
            (f"One {word} [[X]] two. Three.", f"One {word} X two.")
            for word in ("e.g.", "i.e.", "(cf.", "vs.", "Dr.", "Mr.", "Fig.", "J.", "J. R.", "U.S.", "z.B.", "al.")
        ),
        ("One etc. [[x]] [[X]]. Two", "One etc. x X."),
        ("One etc. Two [[X]].", "Two X."),
        ("One No. 5 [[X]]. Two", "One No. 5 X."),
        ("No. One [[X]]. Two", "One X."),
        ("1. One [[X]]. Two", "One X."),
        ("a\n\n| 1. One [[X]]. Two |\n|-|", "1. One X."),
        ("Since v1.2 and 3.14 [[X]] 4.5. Two", "Since v1.2 and 3.14 X 4.5."),
        ("See https://a.org/b.C?d. [[X]]", "X"),
        # never within a link or code
        ("One [[Y|A. B! C]] [[X]]. Two.", "One A. B! C X."),
        ("One [A. B](https://c.org) [[X]]. Two.", "One A. B X."),
        ("One `a. B` [[X]]. Two.", "One a. B X."),
        # a field is no sentence, one within running text is
        ("requires:: [[X]]", ""),
        ("- **requires**:: [[X]], [[Y]]", ""),
        ("a\nrequires:: [[X]]\nb", ""),
        ("(requires:: [[X]])", ""),
        ("[requires:: [[X]]], (up:: [[Y]])", ""),
        ("One (requires:: [[X]]) two. Three", "One (requires:: X) two."),
        ("a:: b\nOne [[X]]", "One X"),
        # nobody sees it
        ("%%\n\n[[X]]\n\n%%", ""),
        ("One %%[[X]]%% two", ""),
        ("%% One [[X]] %%", ""),
        ("<!--\n\n%% @X %%\n-->", ""),
        # properties
        ('---\nup: "[[X]]"\n---\nOne [[X]]', ""),
    ],
)
def test_sentence(text: str, sentence: str) -> None:
    assert one(text) == sentence


def test_the_first_of_the_line_is_taken() -> None:
    text = "One [[X]]. Two [[X]].\nThree [[X]]. Four [[X#a|X]]. Five [[Y|X]]."
    sentences = Sentences(text)
    assert sentences.of(1, "X") == "One X."
    assert sentences.of(2, "X") == "Three X."
    assert sentences.of(2, "X", "a") == "Four X."


def test_what_the_link_shows() -> None:
    assert one("One [[X#a]].", "X > a") == "One X > a."
    assert one("One [](X.md). Two.", "X.md") == "One X.md."
    assert one("One [[X|*x*]].", "x") == "One *x*."
    assert one("One ![[X.md|9]]. Two.", "X.md") == "One X.md."
    assert one("One [![a. B](b.png) c](X.md). Two.", "a. B c") == "One a. B c."


def test_nothing_is_found() -> None:
    sentences = Sentences("One [[X]].\n\n```\ncode\n```\n")
    for line, words in [(1, "Y"), (1, ""), (2, "X"), (4, "X"), (6, "X"), (7, "X"), (0, "X"), (-1, "X"), (10**9, "X")]:
        assert sentences.of(line, words) == ""


def test_a_long_one_is_cut_around_the_link() -> None:
    before, behind = "before " * 100, "behind " * 100
    sentence = one(f"Ah. {before}[[X]] {behind}. Two.")
    assert sentence.startswith("…before ") and sentence.endswith(" behind…") and " X " in sentence
    assert LONGEST - 20 < len(sentence) <= LONGEST
    assert one(f"[[X]] {behind}").startswith("X behind ")
    assert one(f"{before}[[X]]").endswith(" before X")
    assert one("字" * 1000 + "[[X]]" + "字" * 1000) == f"…{'字' * 248}X{'字' * 249}…"
    assert len(one(f"[[X|{'x' * 1000}]] b", "x" * 1000)) <= LONGEST


def vault(folder: Path) -> KnowledgeMap:
    notes = {
        "Map.md": MAP,
        "X.md": '---\nup: "[[Y]]"\n---\nOne. Two [[Y]].\n\nrequires:: [[Z]]\n',
        "Y.md": "a\r\n\r\nOne\r\n[[Z]]. Two.",
        **{f"{name}.md": "" for name in ("Z", "Area")},
        "c.canvas": '{"nodes": [{"id": "a", "type": "text", "text": "One [[X]]."}]}',
    }
    lay(folder, notes)
    return read(folder, ReadOptions())[0]


def test_the_knowledge_map_gives_it(tmp_path: Path) -> None:
    knowledge_map = vault(tmp_path)
    sentences = {(link.start, link.kind, link.end): knowledge_map.sentence(link) for link in knowledge_map.links}
    assert sentences == {
        ("x", "in_area", "area"): "X, Y - Two at once",
        ("y", "in_area", "area"): "X, Y - Two at once",
        ("z", "in_area", "area"): "Z: the third.",
        ("ghost", "in_area", "area"): "Ghost - nobody wrote it",
        ("x", "broader", "y"): "",
        ("x", "mentions", "y"): "Two Y.",
        ("x", "requires", "z"): "",
        ("y", "mentions", "z"): "One Z.",
    }
    assert KnowledgeMap().sentence(knowledge_map.links[0]) == ""


def test_other_files_and_vanished_ones(tmp_path: Path) -> None:
    knowledge_map = vault(tmp_path)
    link = Link("x", "mentions", "y", "X", "", Source("c.canvas", 1))
    assert knowledge_map.sentence(link) == ""
    assert knowledge_map.sentence(link._replace(source=Source("X.md", 99))) == ""
    assert knowledge_map.sentence(link._replace(text="", source=Source("gone.md", 1))) == ""
    with pytest.raises(OSError):
        knowledge_map.sentence(link._replace(source=Source("gone.md", 1)))


def test_the_notes_of_the_last_links_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the table, in which the map's own links stand between those of the notes, each is read once."""
    knowledge_map = vault(tmp_path)
    asked: list[str] = []
    read_file = Vault.read
    monkeypatch.setattr(Vault, "read", lambda self, path: (asked.append(path), read_file(self, path))[1])
    for link in knowledge_map.links:
        knowledge_map.sentence(link)
    assert len(asked) == len({link.source.file for link in knowledge_map.links})


@given(markdown)
@settings(deadline=None, max_examples=examples(500))
def test_every_link_of_any_text(text: str) -> None:
    note = parse(text.encode("utf-8", errors="surrogatepass"))
    sentences = Sentences(note.text)
    visible = " ".join(to_text(note.text).split())
    for line, _, anchor, words, _, _ in record_of(note).links:
        sentence = sentences.of(line, words, anchor)
        assert sentence == " ".join(sentence.split()) and len(sentence) <= LONGEST
        assert not set(sentence) & set("\ue001\ue002\ue003")
        if words in visible and len(words) < LONGEST and words == to_text(words):
            assert sentence == "" or words in sentence


@given(st.text(max_size=60), st.integers(-2, 9), st.text(max_size=5))
@settings(deadline=None, max_examples=examples(300))
def test_any_text_and_any_question(text: str, line: int, words: str) -> None:
    sentence = Sentences(text).of(line, words)
    assert "\n" not in sentence and len(sentence) <= LONGEST


@given(
    st.lists(st.sampled_from([*"ab []|#^%!()\n:", "[[a]]", "[[b#c|d]]", "![[e|9]]", "[f](g.md)", "]("]), max_size=12)
)
@settings(deadline=None, max_examples=examples(1000))
def test_the_quick_way_to_plain_text_agrees(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert _to_plain(text) == to_text(text)


MANY = 20_000
LONG: dict[str, Callable[[int], tuple[str, int]]] = {  # the k-th piece, and its line
    "one sentence": lambda k: (f"[[n{k}]] and some words of running text which go on ", 1),
    "sentences": lambda k: (f"The [[n{k}]] and **some** words of running text. ", 1),
    "lines": lambda k: (f"[[n{k}]] and words.\n", k + 1),
    "items": lambda k: (f"1. [[n{k}]] and words.\n", k + 1),
    "cells": lambda k: (f"[[n{k}]] and words. | ", 1),
    "fields": lambda k: (f"(k:: [[n{k}]]) words ", 1),
    "labels": lambda k: (f"Key: [[n{k}]]\n", k + 1),
    "hidden": lambda k: (f"%%\n[[n{k}]]\n\n%%\n", 4 * k + 2),
    "code": lambda k: (f"    [[n{k}]]\n\n", 2 * k + 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG)
def test_many_links_take_no_time_without_end(name: str) -> None:
    pieces = [LONG[name](k) for k in range(MANY)]
    text = "".join([piece for piece, _ in pieces])
    start = time.process_time()
    sentences = Sentences(f"{text}\n|-|\n")
    results = [sentences.of(line, f"n{k}") for k, (_, line) in enumerate(pieces)]
    assert time.process_time() - start < 20  # about one second; what is quadratic takes minutes
    assert all(map(str.__contains__, results, [f"n{k}" for k in range(MANY)])) or not any(results)


@pytest.mark.slow
@pytest.mark.parametrize("piece", REPEATED, ids=repr)
def test_hostile(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    last = text.count("\n") + 1
    start = time.process_time()
    for note in (f"[[n]] {text}", f"{text} [[n]]", f"{text}\n\n[[n]]. X"):
        sentences = Sentences(note)
        for line in (1, last // 2, last, last + 2):
            sentences.of(line, "n")
            sentences.of(line, "absent")
    assert time.process_time() - start < 20


def test_shown_words_are_those_of_the_table() -> None:
    """`Link.text` is made so; a link is found by it."""
    note = parse(b"One [[X|**b**]]. Two [[X]].")
    assert [to_text(shown_text(link)) for link in note.mentions] == ["b", "X"]
