"""What one note says, and where; and that no text whatever breaks the reading of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples
from reader.generated import markdown

from exporter.reader.batch.read import read_columns
from exporter.reader.markdown.note import Note, parse


def note(text: str) -> Note:
    return parse(text.encode())


def written(parsed: Note) -> list[str]:
    return [parsed.text[link.start : link.end] for link in parsed.mentions]


def fields(text: str) -> list[tuple[str, str]]:
    parsed = note(text)
    return [(field.key, parsed.text[field.start : field.end]) for field in parsed.fields]


def test_links_as_written() -> None:
    text = "a [[b|c]] ![[d]] [e](f) ![g|9](<h i> 't') <https://j.org>\n\n> - [k\n>   l](m \"n\") [[o#p]]\n"
    assert written(note(text)) == [
        "[[b|c]]",
        "![[d]]",
        "[e](f)",
        "![g|9](<h i> 't')",
        "<https://j.org>",
        '[k\n>   l](m "n")',
        "[[o#p]]",
    ]
    assert [link.text for link in note(text).mentions] == ["c", "", "e", "g", "", "k\nl", ""]


def test_a_link_around_an_image_comes_first() -> None:
    assert written(note("[![[a]] ![b](c)](https://d.org)")) == ["[![[a]] ![b](c)](https://d.org)", "![[a]]", "![b](c)"]


def test_where_the_text_of_a_markdown_link_ends() -> None:
    parsed = note("> [a [b]\n> c](d) ![e|7](f) [[g]]")
    assert [parsed.text[link.text_end : link.end] for link in parsed.mentions] == ["](d)", "](f)", parsed.text]


@given(markdown)
@settings(deadline=None, max_examples=examples(300))
def test_places_are_right_whatever_is_written(text: str) -> None:
    parsed = note(text)
    for link in parsed.mentions:
        raw = parsed.text[link.start : link.end]
        assert raw.startswith(("!", "[", "<")) and raw.endswith(("]]", ")", ">"))
        assert link.embed == raw.startswith("!")
        if "\n" not in raw:  # read again alone, it says the same
            (again, *_) = note(f"x {raw}").mentions
            assert again[2:7] == link[2:7]
    for offset, tag in parsed.tags:
        assert parsed.text.startswith(f"#{tag}", offset)
    assert parsed.mentions == sorted(parsed.mentions)
    assert parsed.tags == sorted(parsed.tags)
    assert [heading.start for heading in parsed.headings] == sorted(heading.start for heading in parsed.headings)
    assert [item.start for item in parsed.items] == sorted(item.start for item in parsed.items)
    assert all(item.start < item.text <= item.end <= len(parsed.text) for item in parsed.items)
    assert all(-1 <= item.parent < number for number, item in enumerate(parsed.items))
    spans = [*parsed.comments, *parsed.footnotes, *(block[:2] for block in parsed.block_ids.values())]
    spans += [(heading.start, heading.end) for heading in parsed.headings] + [field[:2] for field in parsed.fields]
    assert all(parsed.properties.end <= start <= end <= len(parsed.text) for start, end in spans)
    assert all(1 <= line <= parsed.line(len(parsed.text)) for line, _, _ in parsed.problems)


@given(st.binary(max_size=300) | markdown.map(lambda text: text.encode("utf-16")))
@settings(deadline=None, max_examples=examples(300))
def test_no_bytes_break_it(data: bytes) -> None:
    parse(data)


@given(markdown, markdown)
@settings(deadline=None)
def test_line_ends_do_not_matter(front: str, body: str) -> None:
    text = f"---\n{front}\n---\n{body}".replace("\r", "")
    assert parse(text.replace("\n", "\r\n").encode()) == parse(text.encode()) == parse(b"\xef\xbb\xbf" + text.encode())


def test_lines() -> None:
    parsed = note("a\n\nb\n")
    assert [parsed.line(offset) for offset in range(6)] == [1, 1, 2, 3, 3, 4]


@pytest.mark.parametrize(
    ("data", "text", "problems"),
    [
        (b"a\nb \xff c\n\xfe", "a\nb \ufffd c\n\ufffd", [2]),
        ("\ufeffa é".encode("utf-16-le"), "a é", [1]),
        ("\ufeffa é".encode("utf-16-be"), "a é", [1]),
        (b"\xef\xbb\xbfa\r\nb\rc", "a\nb\rc", []),
        (b"a\1b", "a\1b", []),
        (b"", "", []),
    ],
)
def test_bytes_into_text(data: bytes, text: str, problems: list[int]) -> None:
    parsed = parse(data)
    assert parsed.text == text
    assert [(line, code) for line, code, _ in parsed.problems] == [(line, "not-utf8") for line in problems]


@pytest.mark.parametrize(
    ("data", "line", "told"),
    [
        (b"\0" * 256, 1, "holds nothing but NUL bytes"),
        (b"# Title\n\nwords\n" + b"\0" * 512, 4, "holds 512 NUL bytes"),
        (b"a\0b", 1, "holds 1 NUL byte,"),
        ("# Title\nwords".encode("utf-16-le"), 1, "looks like UTF-16 without its mark"),
        ("# Title\nwords".encode("utf-16-be"), 1, "looks like UTF-16 without its mark"),
    ],
)
def test_nul_bytes_are_told(data: bytes, line: int, told: str) -> None:
    ((at, code, message),) = parse(data).problems
    assert (at, code) == (line, "nul-bytes")
    assert message.startswith(told)


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ("words\n\n%%\n\nall the rest\n\n## B\n", "%%"),
        ("> %%\n> a\n\nmore %%\n%%\nb", "%%"),
        ("<!-- never\n\nrest", "<!--"),
        ("%% a %%\n\n%% b\nc\n", "%% b"),
        ("%%\na\n%%\nb\n", ""),
        ("a %% b\n", ""),
        ("`%%` and 100%%\n\n```\n%%\n```\n", ""),
        ("<!-- a -->\n`<!--`\n", ""),
        ("words\n%%\n", ""),  # nothing is lost
    ],
)
def test_a_comment_without_an_end_is_found(body: str, at: str) -> None:
    text = f"---\nx: 1\n---\n{body}"
    assert parse(text.encode()).unclosed == (text.count("\n", 0, text.index(at)) + 1 if at else 0)
    problems = read_columns([text.encode()]).problems
    assert [code for _, _, code, _ in problems] == ["unclosed-comment"] * bool(at)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("key:: value", [("key", "value")]),
        ("- key:: [[a]]\n- *two words* :: x", [("key", "[[a]]"), ("two words", "x")]),
        ("a [k:: v] b (l:: [[w]] x) c", [("k", "v"), ("l", "[[w]] x")]),
        ("[k:: a (b] (l:: [c)", [("k", "a (b"), ("l", "[c")]),
        ("[k:: [[x]]]", [("k", "[[x]]")]),
        ("a [k:: v]\nl:: w", [("k", "v"), ("l", "w")]),
        ("m:: a [k:: v]", [("k", "v")]),
        ("> key:: v\n> more\n> l:: w", [("key", "v"), ("l", "w")]),
        ("key::", [("key", "")]),
        ("std::vector and a::b", []),
        ("`k:: v` and `[k:: v]`", []),
        ("[x](k::%20v) [[k:: v]]", []),
        ("[k:: v", []),
        ("::", []),
    ],
)
def test_fields(text: str, expected: list[tuple[str, str]]) -> None:
    assert fields(text) == expected


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("a %%b%% c %%d%% e", ["%%b%%", "%%d%%"]),
        ("a <!-- b --> c", ["<!-- b -->"]),
        ("%%\na\n%%\nb", ["%%\na\n%%"]),
        ("<!--\n\na", ["<!--\n\na"]),
        ("> %%\n> a\n> %%", ["%%\n> a\n> %%"]),
        ("a %% b", []),
        ("`%%a%%`", []),
        ("a ^b\n\nc ^b", [" ^b", " ^b"]),
        ("a\n\n^b", ["^b"]),
    ],
)
def test_what_no_reader_sees(text: str, hidden: list[str]) -> None:
    parsed = note(text)
    assert [parsed.text[start:end] for start, end in parsed.comments] == hidden


@pytest.mark.parametrize(
    ("text", "intro"),
    [
        ("a\nb\n\nc", "a\nb"),
        ("# t\n\na", "a"),
        ("%%\nx\n%%\n<!-- y -->\n\na", "a"),
        ("## t\n\na", ""),
        ("# t\n\n## u\n\na", ""),
        ("# t\n\n# u\n\na", ""),
        ("- x\n\na", ""),
        ("> [!tip]- a\n> b\n\nc", "b"),
        ("> [!abstract] Related\n> - [[A]]\n> - [b](B.md)\n\nc", "c"),
        ("- [[A]], [[B]] and #t\n\nc", "c"),
        ("- [[A]]\n\n> c", "c"),
        ("- [[A]]\n- x\n\nc", ""),
        ("#t #u/v\n\nc", "c"),
        ("#t\nC #u\n#v", "C #u\n#v"),
        ("status:: #done\n\nc", "c"),
        ("a:: b\nc\nd :: e", "c"),
        ("[a:: b] (c:: d [[E]])\n\nf [g:: h] i", "f  i"),
        ("std::vector is `a::b`, see [[C::D]]", "std::vector is `a::b`, see [[C::D]]"),
        ("`= this.role` `$= dv.x`\n\nc `= this.y` d", "c  d"),
        ("`$=x`\n\nc `d=e`", "c `d=e`"),
        ("[[A]]\n\nc", "c"),
        ("[[A]] | [b](B.md) · ![[C]] und [d](https://d.org)\n\nf", "f"),
        ("[[A]]\nis b", "[[A]]\nis b"),
        ("up: [[A]]\n**Date:** 2020-01-02\nC", "C"),
        ("![[a.png]]\nB", "B"),
        ("https://a.org/b <https://c.org>\n\nwww.d.org\n\nf", "f"),
        ("00:05\n\n00:10 - 1:02:03\n\nc", "c"),
        ("Focus of the day:\n\n**Focus** —\n\n**Focus:**\n\nC", "C"),
        ("A is b. It has *parts*:\n\nc", "A is b."),
        ("a 1: b", "a 1: b"),
        ("| a | b |\n|---|---|\n\na | b\n--- | ---\n\nc", "c"),
        ("[^1]: a\n\nb[^1]", "b[^1]"),
        ("$$\nx\n$$\n\n$y$, `z`\n\nc", "c"),
        ("Focus:\n\n# t\n\na", "a"),
        ("# t\n\nFocus:\n\n## u\n\na", ""),
        ("> [!tip]\n> b", "b"),
        ("[!a](b) c", "[!a](b) c"),
        ("[a]: b\n\nc", "c"),
        ("```\nx\n```\na", "a"),
        ("", ""),
    ],
)
def test_the_intro_is_the_first_sentence(text: str, intro: str) -> None:
    assert note(text).intro == intro


def test_the_first_of_two_block_ids_counts() -> None:
    parsed = note("one ^a\n\ntwo ^A\n")
    assert parsed.text[slice(*parsed.block_ids["a"])] == "one ^a"


def test_links_in_links_end_somewhere() -> None:
    parsed = note("![" * 5000 + "](a)" * 5000)
    assert 0 < len(parsed.mentions) <= 100
