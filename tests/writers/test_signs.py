"""A text of signs that mean something to Markdown, Typst, TeX or HTML comes back from each book as itself, wherever it stands."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from marks import examples
from writers.books import made
from writers.handbook.test_handbook import Book, of, topic

from exporter.model import LearningPath, Source, Step

pytestmark = pytest.mark.book

SIGNS = (
    *("= ", "== ", "- ", "-- ", "--- ", "+ ", "* ", "/ a: ", "1. ", "12) ", "> ", "# ", "|", "...", ":", "~", "_", "`", "```", "^", "%", "!", "?"),
    *("#x", "#x()", "#[", "$x$", "$$", "*b*", "_e_", "@a", "<a>", "<b>", "</b>", "&amp;", "&", "\\", "\\n", "\\u{41}", "//", "/*", "*/"),
    *("[", "]", "[[a]]", "](b)", "(", ")", "{", "}", "{{", "#let", "\\textbf{x}", "\\cap", "http://a.b", "'", '"', "[!note]", "[^1]", "::", "==x=="),
    *(".py", ";", "a", "Word", "é", "word two"),
)  # fmt: skip
texts = st.lists(st.sampled_from(SIGNS), min_size=1, max_size=4).map("".join).map(lambda text: " ".join(text.split()))
PLACES = """
{0}

{1} END1
more

- {2}
- x
  1. {3}

[{4}](<topic:a>) **{5}**.py *{6}*(x) ~~{7}~~[y] ==m {8}==;

| {9} | b |
|---|---|
| {10} | c |

## {11}

> [!note] {12}
> {13}

> [!question]- {14}
> {15}

> {16}

- [ ] {17}

words[^1] [{18}](<https://example.org/>) [{19}](<missing:Nobody>)

[^1]: {20}
"""
COUNT = 21
PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def escape(text: str) -> str:
    """The text in CommonMark, where it means nothing but itself (https://spec.commonmark.org/0.31.2/#backslash-escapes)."""
    return PUNCTUATION.sub(r"\\\g<0>", text)


def read_epub(data: bytes) -> str:
    with ZipFile(BytesIO(data)) as book:
        pages = [book.read(name) for name in book.namelist() if name.endswith(".xhtml")]
    return "".join("".join(etree.fromstring(page).itertext()) for page in pages)


def read_docx(data: bytes) -> str:
    document = Document(BytesIO(data))
    parts = [
        document.element,
        *(part.element for part in document.part.package.iter_parts() if hasattr(part, "element")),
    ]
    notes = [part.blob for part in document.part.package.iter_parts() if part.partname.endswith("/footnotes.xml")]
    return "".join("".join(part.itertext()) for part in [*parts, *map(etree.fromstring, notes)])


def plain(text: str) -> str:
    """The text without what a book may set its own way: white space, quotation marks, ligatures."""
    text = re.sub("[‘’‚“”„]", lambda mark: '"' if mark[0] in "“”„" else "'", text)
    for ligature, letters in (("ﬀ", "ff"), ("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬃ", "ffi")):
        text = text.replace(ligature, letters)
    return re.sub(r"[\s\u00ad\u200b\u2060]", "", text)


@pytest.mark.parametrize("name", ["handbook", "epub", "docx"])
@given(st.lists(texts, min_size=COUNT + 3, max_size=COUNT + 3))
@example(["1. Introduction"] * (COUNT + 3))
@example(["= 5"] * (COUNT + 3))
@example(["- x"] * (COUNT + 3))
@example(["/ a: b"] * (COUNT + 3))
@example(["== A =="] * (COUNT + 3))
@example(["+ 5"] * (COUNT + 3))
@settings(deadline=None, max_examples=examples(40))
def test_every_sign_comes_back(name: str, tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    ends = [f"{text or 'x'} E{number}." for number, text in enumerate(words)]
    note = PLACES.format(*map(escape, ends))
    path = LearningPath("p", ends[-1], (Step(ends[-2], ("a",), Source("Map.md", 3)),), Source("Map.md", 2))
    knowledge_map = of({"a": note}, topics=[topic("a", title=ends[-3])], paths=[path])
    data, findings = made(name, knowledge_map)
    if name == "handbook":
        text = Book(data, tmp_path_factory.mktemp("signs")).text
    else:
        text = read_epub(data) if name == "epub" else read_docx(data)
    assert findings == []
    printed = plain(text)
    assert [end for end in ends if plain(end) not in printed] == []
