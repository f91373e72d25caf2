"""What the filters of a vault hide, and that none of them can break a run or make it endless."""

import json
import random
import re
import time
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporter.errors import OptionError
from exporter.reader.vault.filters import LARGEST, MOST, Filters, Problem


def hidden(filters: list[str], *paths: str) -> list[str]:
    return sorted(Filters(filters).find_hidden(paths))


def matches(pattern: str, path: str) -> bool:
    return hidden([f"/{pattern}/"], path) == [path]


def obsidians(content: str | bytes) -> tuple[Filters, list[Problem]]:
    """The filters of a file app.json, and what is wrong with it."""
    filters = Filters([])
    problems = filters.add_obsidians(lambda: content.encode() if isinstance(content, str) else content)
    return filters, problems


def app(*entries: object) -> str:
    """The file as Obsidian writes it: an entry a line, the first in line 4."""
    return json.dumps({"x": 1, "userIgnoreFilters": entries}, indent=2)


def test_starts_of_paths_and_patterns() -> None:
    paths = ["Te/a.md", "Te/b/c.md", "Tea.md", "x/Te/d.md", "n.md"]
    filters, problems = obsidians(app("Te/", "/\\/d\\.md$/", "nothing/", "/a/"))
    assert problems == []
    assert filters.find_hidden(paths) == {
        "Te/a.md": "ignored by Obsidian's filter 'Te/'",
        "Te/b/c.md": "ignored by Obsidian's filter 'Te/'",
        "Tea.md": "ignored by Obsidian's filter '/a/'",
        "x/Te/d.md": r"ignored by Obsidian's filter '/\\/d\\.md$/'",
    }
    assert Filters(["n", "Te"]).find_hidden(paths)["n.md"] == "excluded by 'n' in vault.toml"
    assert Filters([]).find_hidden(paths) == {}


def test_those_of_the_mapping_come_first() -> None:
    filters = Filters(["b"])
    assert filters.add_obsidians(lambda: app("a", "/b/").encode()) == []
    assert filters.find_hidden(["a", "b", "c"]) == {
        "a": "ignored by Obsidian's filter 'a'",
        "b": "excluded by 'b' in vault.toml",
    }


def test_letters_of_two_forms() -> None:
    paths = ["e\u0301/a.md", "\u00e9b.md", "z.md"]
    for text in ("\u00e9", "e\u0301", "/^\u00e9./"):
        assert hidden([text], *paths) == paths[:2], text


@pytest.mark.parametrize("wrong", ["", "/", "//", "/(/", "/(?=a)/", "/a{2000}/", "/(?:a{999}){9}/"])
def test_a_wrong_filter_of_the_mapping_ends_it(wrong: str) -> None:
    with pytest.raises(OptionError, match=r"\A'.*' (is|looks) .*; fix it, or take it out of `exclude`\Z") as caught:
        Filters(["a", wrong])
    assert caught.value.key == "exclude"


# Obsidian's settings


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("{\n\n,", 3),
        ("[" * 100_000, 1),
        ('{"userIgnoreFilters":' + "9" * 5000 + "}", 1),
        (b"\xff", 1),
        ('{"a": [],\n"userIgnoreFilters": "x"}', 2),
        ('{"userIgnoreFilters": {"a": 1}}', 1),
        ("[]", 1),
        ("3", 1),
    ],
)
def test_broken_settings_are_told(content: str | bytes, line: int) -> None:
    filters, problems = obsidians(content)
    assert [problem[:2] for problem in problems] == [(line, "bad-settings")]
    assert filters.find_hidden(["x"]) == {}


@pytest.mark.parametrize(
    "content", ["", " \n", "{}", '{"userIgnoreFilters": null}', '{"userIgnoreFilters": []}', "\ufeff{}"]
)
def test_settings_that_exclude_nothing(content: str) -> None:
    filters, problems = obsidians(content)
    assert (problems, filters.find_hidden(["x"])) == ([], {})


def test_settings_that_are_not_there_or_cannot_be_read() -> None:
    def read(error: OSError) -> bytes:
        raise error

    assert Filters([]).add_obsidians(lambda: read(FileNotFoundError(2, "No such file"))) == []
    ((line, code, message),) = Filters([]).add_obsidians(lambda: read(PermissionError(13, "Permission denied")))
    assert (line, code) == (1, "bad-settings")
    assert (
        message
        == "cannot be read, so which files Obsidian excludes is not known; set it anew in Obsidian (Permission denied)"
    )


def test_broken_filters_are_told_where_they_stand() -> None:
    filters, problems = obsidians(app("sub/", 3, "/(a/", "", {"a": 1}, "/a(?!b)/", "\ud800", "/\ud800/", "n"))
    lines = [(line, code) for line, code, _ in problems]
    # what is no text is told at the entry before
    assert lines == [(line, "bad-filter") for line in (4, 6, 7, 7, 11)]
    assert "looks ahead or back" in problems[4][2]
    for _, _, message in problems:
        assert message.encode()
    assert sorted(filters.find_hidden(["a.md", "n.md", "sub/a.md"])) == ["n.md", "sub/a.md"]


def test_too_many_filters_are_told_once() -> None:
    filters, problems = obsidians(app(*["x"] * MOST, "n", "m"))
    assert [code for _, code, _ in problems] == ["bad-filter"]
    assert filters.find_hidden(["m", "n"]) == {}


def test_patterns_share_one_limit() -> None:
    """So their number needs none of its own."""
    fitting = LARGEST // 500
    filters, problems = obsidians(app(*["/a{490}/"] * (fitting + 3), "/n/"))
    expected = "'/a{490}/' is too large, with the patterns before it; it hides nothing here"
    assert [message for _, _, message in problems] == [expected] * 3
    assert list(filters.find_hidden(["n"])) == ["n"]


# Regular expressions


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        (r"\.excalidraw\.md$", "a/b.excalidraw.md", "a/b.excalidraw.md.md"),
        (r"^(?:Archive|Old)\/", "Old/a.md", "x/Old/a.md"),
        (r"\d{4}-\d{2}-\d{2}", "Daily/2024-01-31.md", "Daily/2024-1-31.md"),
        (r"^[^/]+\.md$", "a.md", "b/a.md"),
        (r"(?<name>a)b{2,}?$", "xabbb", "xab"),
        (r"\bnote\b", "my note.md", "notes.md"),
        (r"\Bote", "note", "ote"),
        (r"[\]\-a-c\d]$", "x]", "xd"),
        (r"a.c", "a😀c", "a\nc"),
        (r"x{,3}]}", "x{,3}]}", "xxx]}"),
        (r"a{0}b{1,2}$", "cbb", "c"),
        (r"é+\/", "éé/", "e/"),
        (r"\w", "a", "é"),
        (r"[а-я]", "ж", "Ж"),
        (r"$", "a\n", None),
        (r"a$", "a", "a\n"),
    ],
)
def test_what_a_pattern_means(pattern: str, yes: str, no: str | None) -> None:
    assert matches(pattern, yes)
    assert no is None or not matches(pattern, no)


@pytest.mark.parametrize(
    "pattern",
    [
        *("(", ")", "a)", "(?", "(?<a", "[a", "[z-a]", "[]", "[^]", "a**", "*a", "a{3,2}", "a\\", "\\1", "\\k<a>"),
        *("(?<!a)b", "(?<=a)b", "a(?=b)", "^(?!a)", "\\u0041", "\\cA", "a{9999}"),
        *("((a{99}){99}){99}", "(((){9999}){9999}){9999}", "a" * 3000, "(" * 9999, "[a-z]" * 100_000),
    ],
)
def test_patterns_that_are_refused(pattern: str, capfd: pytest.CaptureFixture[str]) -> None:
    begun = time.process_time()
    with pytest.raises(OptionError):
        Filters([f"/{pattern}/"])
    assert time.process_time() - begun < 2
    assert capfd.readouterr() == ("", "")  # the library tells nothing by itself


@pytest.mark.parametrize(
    "pattern",
    [
        *("(a+)+$", "(a|a)*b", "(a*)*b", "(.*)*x$", "a*a*a*a*a*a*a*b", "(a?){99}a{99}b", ".*.*.*.*=", "(a|aa)+$"),
        *("(.*a){20}b", "(a|b)*a(a|b){80}c", "(?:a|.)*a.{200}c", "(?:(?:a|b|ab|ba)?){300}c$", "(?:[ab]?){900}c"),
    ],
)
def test_no_pattern_takes_long(pattern: str, capfd: pytest.CaptureFixture[str]) -> None:
    text = "".join(random.Random(1).choices("ab", k=4000))
    begun = time.process_time()
    hidden([f"/{pattern}/"], "a" * 4000, text, text[::-1], *(text[at : at + 50] for at in range(0, 3900, 10)))
    assert time.process_time() - begun < 5
    assert capfd.readouterr() == ("", "")


ATOMS = st.sampled_from(
    ["a", "b", "/", ".", r"\.", r"\d", r"\w", r"\W", "[ab]", "[^a/]", "[a-c.]", "1", r"\b", "^", r"\/"]
)
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"])).map(
            lambda p: f"(?:{p[0]}){p[1]}"
        ),
    ),
    max_leaves=8,
)
PATHS = st.lists(st.text("ab/é\u0301 .1c", min_size=1, max_size=8), unique=True, max_size=12)


@given(PATTERNS.filter(lambda pattern: pattern.strip("/")), PATHS)  # "///" is an empty filter
@settings(deadline=None)
def test_patterns_mean_what_they_mean_to_python(pattern: str, paths: list[str]) -> None:
    paths = [path for path in paths if path.isascii()]
    other = re.compile(pattern, re.ASCII)
    assert hidden([f"/{pattern}/"], *paths) == sorted(path for path in paths if other.search(path))


@given(st.text(max_size=30))
@settings(deadline=None)
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    filters, problems = obsidians(app(text, f"/{text}/"))
    assert len(problems) <= 2
    assert set(filters.find_hidden(["a/b.md"])) <= {"a/b.md"}


@given(PATHS, st.lists(st.text("abé ", min_size=1, max_size=3), max_size=4))
def test_starts_of_paths_hide_what_begins_so(paths: list[str], starts: list[str]) -> None:
    composed = tuple(normalize("NFC", start) for start in starts)
    assert hidden(starts, *paths) == sorted(path for path in paths if normalize("NFC", path).startswith(composed))
