"""Text made to take long: the work grows as the text does, in every part of the reader that reads Markdown."""

import random
import signal
import sys
from collections.abc import Callable, Iterator
from itertools import count
from types import FrameType
from typing import Any

import pytest

from exporter.reader.markdown.note import parse
from exporter.reader.markdown.plain_text import to_text
from exporter.reader.markdown.record import record_of

pytestmark = pytest.mark.slow  # large texts

# Repeated, each of these has once cost some Markdown reader its linear time
REPEATED = (
    *("[[", "[[a|", "[[a", "[[a\n", "[[a]b", "[[[", "![[a", "](", "[](", "](a \"", "](a '", "](a (", "[x](<", "[](((", "[x](a(b", "[a](b) "),
    *("[[a#[^", "[[a#[^1]]]", "[a]: b\n", "[a]: b '", "[a]: b '\n", "[a]: <", "[a\\]", "[a]:", "[a]:\n", "- [a]: b\n", "[[a [](b) "),
    *("[", "[a ", "!", "![", "]", "]]", "[^", "[^a", "[^a]: x\n", "[^a]:\n\n", "`", "`a``b", "`\n", "```\n", "```\nx\n```\n", "\n~~~~\n```\n"),
    *("$", "$a ", "$a\\", "$$a", "$$\n", "$$a$", "<", "<a ", "<a\n", '<a b="', "<a b='c", "</a ", "<!", "<!--", "<!-- a\n\n", "<?", "<![CDATA[", "<div>\n"),
    *("%%", "%% ", "%%\n", "%%a%%\n", "%%a\n\n", "#", "#a", "#a ", "# ", "#\n", "# a\n", "a\n=\n", "a\n-\n", "---\n", "- - -\n", "***\n"),
    *("> ", ">", "> x\n\n", "\n>", "- ", "- x\n", "- \n", "* * ", "1. ", "10. x\n\n", "- [ ] 1. ", "-\n  ", "^", "^a ", "^a\n\n", " ^a\n"),
    *("::", "k:: [[a]] ^b\n", "(k:: [l:: ", "[k:: (l:: v)] ", "- [ ] k:: v\n", "%% k:: v %%\n", "a:: ", "a::\n", "[k::", "[k:: v] ", "(k::", "a:: [b", "*a ", "_a ", "**a", "~~", "==", "\\", "\\[", "|a", "&amp;", "é", "🙂"),
    *("\0", "\r", "a\r", "\r\n", "\n", "\n\n", " ", "\t", "\n \t", "a\n\n", "\ufeff", "word ", "a"),
)  # fmt: skip


def lines(line: Callable[[int], str], size: int) -> str:
    """Lines that grow, until there are so many characters."""
    parts: list[str] = []
    length = 0
    for number in count(1):
        parts.append(line(number))
        length += len(parts[-1]) + 1
        if length > size:
            return "\n".join(parts)
    raise AssertionError


BUILT: dict[str, Callable[[int], str]] = {
    "runs of backticks": lambda n: lines(lambda k: "`" * k, n).replace("\n", " "),
    "nested items": lambda n: lines(lambda k: f"{'  ' * k}- x", n),
    "nested numbers": lambda n: lines(lambda k: f"{'   ' * k}1. x", n),
    "nested quotes": lambda n: lines(lambda k: f"{'>' * k} x", n),
    "items on one line": lambda n: "- " * (n // 4) + "x\n" + " " * (n // 2) + "y",
    "blank lines below items": lambda n: "- " * (n // 8) + "x\n" + "\n" * (n // 2),
    "quoted blank lines below items": lambda n: "> " + "- " * (n // 8) + "x\n" + ">\n" * (n // 4),
    "lazy lines below quotes": lambda n: "> " * (n // 8) + "x\n" + "y\n" * (n // 4),
    "brackets in brackets": lambda n: "[" * (n // 2) + "a" + "]" * (n // 2),
    "links in links": lambda n: "[" * (n // 5) + "](a)" * (n // 5),
    "images in images": lambda n: "![" * (n // 6) + "](a)" * (n // 6),
    "parentheses": lambda n: "[a](" + "(" * (n // 2) + ")" * (n // 2),
    "open links, then closers": lambda n: "[[a " * (n // 8) + "\n" + "]]" * (n // 4),
    "escaped dollars": lambda n: "$a" + "\\$" * (n // 2),
    "title": lambda n: '[a](b "' + '\\"' * (n // 2),
    "attributes": lambda n: "<a" + " b=c" * (n // 4),
    "blanks in a tag": lambda n: "<a" + " " * n,
    "no break": lambda n: "- " * (n // 2) + "x",
    "no underline": lambda n: "a\n" + "=" * n + "x",
    "hashes": lambda n: "# a" + " #" * (n // 2) + "x",
    "fence": lambda n: "`" * (n // 2) + "\n" + "`" * (n // 2),
    "mark of a block": lambda n: "a" + " " * n + "^",
    "table": lambda n: "|a|b|\n|-|-|\n" + "|[[a\\|b]]|#c|\n" * (n // 15),
    "front matter without an end": lambda n: "---\n" + "a: b\n" * (n // 5),
    "keys": lambda n: "---\n" + lines(lambda k: f"k{k}: v", n) + "\n---\n",
    "a key twice": lambda n: "---\n" + "a: b\n" * (n // 5) + "---\n",
    "blanks behind a key": lambda n: "---\na" + " " * n + "\n---\n",
    "colons": lambda n: "---\n" + "a:b" * (n // 3) + "\n---\n",
    "list of tags": lambda n: "---\ntags:\n" + lines(lambda k: f"- t{k}", n) + "\n---\n",
}
for seed in range(3):
    BUILT[f"random marks {seed}"] = lambda n, seed=seed: "".join(  # type: ignore[misc]
        random.Random(seed).choices("[]()<>`$%#*_^:|!\\- a1\"'=~&" + "\n" * (seed % 2) + "[[]]" * seed, k=n)
    )
HOSTILE = {**{repr(piece): lambda n, piece=piece: piece * (n // len(piece)) for piece in REPEATED}, **BUILT}  # type: ignore[misc]


@pytest.fixture
def patience() -> Iterator[None]:
    """End a test that hangs; how long something takes is not judged."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        raise TimeoutError("this takes far too long")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def steps(run: Callable[[], object]) -> int:
    """How many functions are called: the same on every machine, unlike the time."""
    called = 0

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal called
        called += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        run()
    finally:
        sys.setprofile(None)
    return called


@pytest.mark.parametrize("name", HOSTILE)
def test_the_work_grows_as_the_text_does(name: str) -> None:
    few, many = (HOSTILE[name](size) for size in (2_000, 8_000))
    # four times the text: 16 times the work would be quadratic; random text varies
    for read in (lambda text: parse(text.encode()), to_text):
        read(few)  # what is imported by the first is no step of it
        assert steps(lambda: read(many)) < 8 * steps(lambda: read(few)) + 500  # noqa: B023 - called at once


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("patience")
def test_nothing_hangs(name: str) -> None:
    """What happens within one call, such as a regular expression, is no step: it shows in a large text alone."""
    text = HOSTILE[name](100_000)
    record_of(parse(text.encode()))
    to_text(text)


@pytest.mark.parametrize(
    "data",
    [b"\xfe\xff" * 200_000, b"\xff\xfe" + b"\xd8\x00" * 200_000, b"a" * 5_000_000, random.Random(1).randbytes(400_000)],
)
@pytest.mark.usefixtures("patience")
def test_bytes_that_are_no_text(data: bytes) -> None:
    parse(data)


@pytest.mark.usefixtures("patience")
def test_line_of_each_tag() -> None:
    properties = parse(HOSTILE["list of tags"](200_000).encode()).properties
    tags = properties.values["tags"]
    assert [properties.line_of("tags", tag) for tag in tags] == list(range(3, len(tags) + 3))
    for number in range(20_000):
        assert properties.line_of("tags", f"no {number}") == 2
