"""What is hidden as needles: names whole, texts in runs of words that every format would leave together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, groupby

from exporter.leaks.needles import Needle
from exporter.leaks.words import UNSPACED, resolve, words
from exporter.model import Secrets

RUN = 8  # words that a run has at most, until a short rest is joined to it
# What formats show otherwise than it is written. A name says which part of it is read; the rest may be shown or not.
MARKUP = re.compile(
    r"""!?\[\[(?P<target>[^\[\]|]*)(?:\|(?P<alias>[^\[\]]*))?\]\]     # links and pictures
      | !?\[(?P<text>[^\[\]]*)\]\((?P<address>(?:[^()\n]|\([^()\n]*\))*)\)
      | (?P<ticks>`+)(?P<code>.+?)(?P=ticks)
      | (?P<dollars>\$\$?)(?P<formula>[^$\n]+)(?P=dollars)
      | (?P<url>[a-z][a-z0-9+.-]{1,20}://[^\s<>]+)
      | <(?P<tag>(?![a-z][a-z0-9+.-]*:)[/!]?[A-Za-z-][^<>]*)>
      | (?P<hash>\#[^\s\#,;]+)
      | \[[!^][^\[\]]*\][+-]? | %% | \^[\w-]+$ | \|  | \\ | ^\s*(?:[-*+]|\d+[.)])\s+(?:\[.\]\s)?""",
    re.VERBOSE | re.MULTILINE,
)
READ = ("alias", "target", "text", "code", "url", "hash")
EMPHASIS = re.compile(r"\*+|==|~~")
SENTENCE_END = re.compile(r"(?<=[.!?:;…])\s+|(?<=[。！？；：])")
FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
PROPERTY = re.compile(r"^(\s*(?:- )?[^\s:][^:\n]*:)(?=\s|$)", re.MULTILINE)
NUMBER = re.compile(r"(?<![\w.,])(?:[A-Z]{2}(?=\d\d))?[+(]{0,2}\d[\d ()/.\-]{4,40}\d(?!\w)")
# 2024-01-31, 31.1.2024, 12:30, 2019-2024, 20240131: such stand everywhere
YEAR = re.compile(r"(?:1\d|20)\d\d(?:[01]\d[0-3]\d(?:\d{4}|\d{6})?)?")
PART_OF_DATE = re.compile(r"\d{1,2}|w\d\d?|t\d\d")
ENDING = re.compile(r"\.[^.\s]{1,8}$")


def needles(secrets: Secrets) -> Iterator[Needle]:
    """Yield what is to be searched for."""
    for path, name in secrets.names:
        for called in {name, ENDING.sub("", name)} if path.endswith(name) else {name}:
            for found in _forms(called):
                if _is_name(found):
                    yield Needle(" ".join(found), len(found), path, True)
    for path, text in secrets.texts:
        for run in _runs_of(text):
            yield Needle(run, run.count(" ") + 1, path, False)


def shown(text: str) -> str:
    """Markdown as a reader sees it, roughly: links and code are their words, emphasis and pictures are nothing."""
    return EMPHASIS.sub("", MARKUP.sub(_show, text))


def _show(match: re.Match[str]) -> str:
    if match[0].startswith("!["):  # a picture has no words, or others
        return " "
    return next((part for name in READ if (part := match[name])), " " if match["tag"] is None else "")


def _forms(text: str) -> list[list[str]]:
    """The words of a text as it stands and as it is shown."""
    written, seen = words(resolve(text)), words(resolve(shown(text)))
    return [written] if written == seen else [written, seen]


def _is_name(name: list[str]) -> bool:
    """Whether a name says enough: "A", "07" and dates do not."""
    text = "".join(name)
    unspaced = len(UNSPACED.findall(text))
    letters = sum(map(str.isalpha, text)) - unspaced
    return (letters >= 3 or unspaced >= 2 or sum(map(str.isdigit, text)) >= 6) and not _is_date(name)


def _is_date(name: list[str]) -> bool:
    parts = sum(1 for word in name if PART_OF_DATE.fullmatch(word))
    years = sum(1 for word in name if YEAR.fullmatch(word))
    return parts + years == len(name) and (years > 0 or parts <= 3)


def _is_run(run: list[str]) -> bool:
    text = "".join(run)
    return len(run) >= 3 and (sum(map(str.isalpha, text)) >= 12 or len(UNSPACED.findall(text)) >= 8)


@lru_cache(maxsize=10_000)  # who exports again, as `watch` does, has the same texts to hide
def _runs_of(text: str) -> frozenset[str]:
    return frozenset(" ".join(run) for run in _runs(text))


def _runs(text: str) -> Iterator[list[str]]:
    front = FRONT_MATTER.match(text)
    lines = PROPERTY.sub("", front[1]).splitlines() if front else []
    lines += text[front.end() if front else 0 :].splitlines()
    for line in lines:
        for part in _parts(line.strip()):
            yield from _of_line(part)
    yield from _numbers(text)


def _parts(line: str) -> list[str]:
    """The items of a list as YAML has it, for it may be sorted elsewhere; else the line."""
    return line[1:-1].split(",") if line[:1] == "[" and line[-1:] == "]" and line[:2] != "[[" else [line]


def _of_line(line: str) -> Iterator[list[str]]:
    """The runs of a line between its links, code and formulas, those in them, and the line as a reader sees it."""
    pieces: list[tuple[str, bool]] = []  # as a reader sees them, and whether they stand between
    end = 0
    for match in MARKUP.finditer(line):
        pieces += [(line[end : match.start()], True), (_show(match), False)]
        end = match.end()
        for part in match.groupdict().values():
            for named in (part or "").split("#"):  # a note, and a heading of it
                yield from _of_text(named)
    pieces.append((line[end:], True))
    for piece, between in pieces:
        if between:
            yield from _of_text(piece)
    if len(pieces) > 1 or EMPHASIS.search(line):
        yield from _of_sight(pieces)


def _of_text(text: str) -> Iterator[list[str]]:
    """The runs of each sentence, as it may be shown without its neighbours; short ones in a row are taken as one."""
    said = (words(resolve(sentence)) for sentence in SENTENCE_END.split(text))
    for alone, sentences in groupby(said, _is_run):
        for sentence in sentences if alone else [[*chain(*sentences)]]:
            yield from filter(_is_run, _cut(sentence))


def _of_sight(pieces: list[tuple[str, bool]]) -> Iterator[list[str]]:
    """The runs of a line as a reader sees it; not those that are mostly links, for what is visible may be called so."""
    sentences: list[list[tuple[str, bool]]] = [[]]
    for piece, between in pieces:
        for number, part in enumerate(SENTENCE_END.split(EMPHASIS.sub("", piece))):
            if number:
                sentences.append([])
            sentences[-1] += [(word, between) for word in words(resolve(part))]
    for sentence in sentences:
        end = 0
        for run in _cut([word for word, _ in sentence]):
            start, end = end, end + len(run)
            if _is_run([word for word, between in sentence[start:end] if between]):
                yield run


def _cut(sentence: list[str]) -> list[list[str]]:
    """The words in runs; what is too short for one goes with the one before it."""
    runs: list[list[str]] = []
    for first in range(0, len(sentence), RUN):
        run = sentence[first : first + RUN]
        if runs and not (_is_run(run) and _is_run(runs[-1])):
            runs[-1] = runs[-1] + run
        else:
            runs.append(run)
    return runs


def _numbers(text: str) -> Iterator[list[str]]:
    """Numbers that may be a telephone's or an account's: six digits and more, and no date or round number."""
    for match in NUMBER.finditer(text):
        found = words(match[0])
        digits = "".join(filter(str.isdigit, match[0]))
        if len(digits) >= 6 and not digits.endswith("000") and not _is_date(found):
            yield found
