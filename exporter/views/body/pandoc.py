"""pandoc, called as a program: Markdown in, its syntax tree between, another format out.

The manual: https://pandoc.org/MANUAL.html; the tree: https://hackage.haskell.org/package/pandoc-types
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from exporter.errors import ExportError

Node = dict[str, Any]  # {"t": type, "c": content}
A = TypeVar("A")
B = TypeVar("B")

BATCH = 200  # notes in one call: a start of pandoc costs more than a note, and the tree of a batch must fit in memory
MOST_FORMULAS = 5000  # in one call
# Obsidian's Markdown is CommonMark with these; what is not here (citations, raw Typst, attributes) stays plain text.
MARKDOWN = "commonmark+autolink_bare_uris+footnotes+pipe_tables+strikeout+task_lists+tex_math_dollars"


class Trees:
    """The blocks of each Markdown text, parsed once: kept in files, as who gets a tree changes it, and many take memory.

    Iterating gives trees of one's own; None where pandoc gives up on a text.
    """

    def __init__(self, texts: Sequence[str], hard_line_breaks: bool) -> None:
        self._source = MARKDOWN + ("+hard_line_breaks" if hard_line_breaks else "")
        self._folder = tempfile.TemporaryDirectory(prefix="handbook-")
        self._batches: list[tuple[Path, str]] = []  # the file of each, and the border between its texts
        self._first: list[list[Node] | None] | None = _in_batches(texts, self._parse)  # for who asks first
        self._refused = [tree is None for tree in self._first]

    def __iter__(self) -> Iterator[list[Node] | None]:
        if self._first is not None:
            trees, self._first = self._first, None
            yield from trees
            return
        again = (tree for file, edge in self._batches for tree in _cut(file.read_bytes(), edge))
        for refused in self._refused:
            yield None if refused else next(again)

    def _parse(self, batch: Sequence[str]) -> list[list[Node]]:
        """Parse some texts, each a file, so that neither footnotes nor an open code fence reach into the next."""
        edge = border(*batch)
        with tempfile.TemporaryDirectory(prefix="handbook-") as folder:
            for number, text in enumerate(batch):
                Path(folder, f"{number}.md").write_text(text, encoding="utf-8", newline="\n")
            Path(folder, "border.md").write_text(edge, encoding="utf-8")
            files = [name for number in range(len(batch)) for name in (f"{number}.md", "border.md")]
            tree = _run(["--sandbox", f"--from={self._source}", "--to=json", "--file-scope", *files], folder)
        trees = _cut(tree, edge)
        kept = Path(self._folder.name, f"{len(self._batches)}.json")
        kept.write_bytes(tree)
        self._batches.append((kept, edge))
        return trees


def _cut(tree: bytes, edge: str) -> list[list[Node]]:
    """The blocks of each text of a batch, behind each of which stands the border."""
    notes: list[list[Node]] = [[]]
    for block in json.loads(tree)["blocks"]:
        if block == {"t": "Para", "c": [{"t": "Str", "c": edge}]}:
            notes.append([])
        else:
            notes[-1].append(block)
    return notes[:-1]


def to_typst(notes: Sequence[list[Node]]) -> list[str | None]:
    """Each list of blocks as Typst markup; None where pandoc gives up on one."""

    def call(batch: Sequence[list[Node]]) -> list[str]:
        edge = "// " + border(json.dumps(batch))
        blocks = [block for note in batch for block in (*note, {"t": "RawBlock", "c": ["typst", edge]})]
        with tempfile.TemporaryDirectory(prefix="handbook-") as folder:
            tree = _document(blocks, {}, folder)
            return (
                _run(["--sandbox", "--from=json", "--to=typst", "--wrap=none", tree], folder).decode().split(edge)[:-1]
            )

    return _in_batches(notes, call)


def formulas_to_mathml(formulas: Sequence[tuple[bool, str]]) -> list[str | None]:
    """MathML of TeX formulas, each with whether it is displayed; what pandoc does not know stays TeX, in a span."""

    def call(batch: Sequence[tuple[bool, str]]) -> list[str]:
        math = [[{"t": "DisplayMath" if display else "InlineMath"}, tex] for display, tex in batch]
        edge = f"<!-- {border(json.dumps(math))} -->"
        end = {"t": "RawBlock", "c": ["html", edge]}
        blocks = [block for each in math for block in ({"t": "Plain", "c": [{"t": "Math", "c": each}]}, end)]
        with tempfile.TemporaryDirectory(prefix="handbook-") as folder:
            tree = _document(blocks, {}, folder)
            arguments = ["--sandbox", "--from=json", "--to=html", "--mathml", "--wrap=none", tree]
            html = _run(arguments, folder).decode()
        return [text.strip() for text in html.split(edge)[:-1]]

    return _in_batches(formulas, call, MOST_FORMULAS)


def render(
    blocks: list[Node], about: Mapping[str, str | list[str]], folder: Path, arguments: Sequence[str], timestamp: int
) -> tuple[bytes, set[str]]:
    """A whole document, of which `about` says title, author and the like, and the formulas that pandoc left as TeX.

    In the folder are the pictures, and the files that the arguments name; `timestamp` is in seconds since 1970, UTC.
    Outside its sandbox, in which pandoc reads no picture and knows no date: the tree has no file but ours to read.
    """
    given = _document(blocks, about, str(folder))
    alone = ["--data-dir=.", "--resource-path=."]  # whatever else this user has for pandoc
    command = ["--from=json", "--standalone", "--log=log.json", "--output=-", *alone, *arguments, given]
    data = _run(command, str(folder), {"SOURCE_DATE_EPOCH": str(timestamp)})  # https://reproducible-builds.org/specs
    log = json.loads((folder / "log.json").read_bytes())
    return data, {entry["contents"] for entry in log if entry["type"] == "CouldNotConvertTeXMath"}


@cache
def own_file(name: str) -> bytes:
    """A file that pandoc brings with it, as its manual names it."""
    return _run([f"--print-default-data-file={name}"], ".")


@cache
def own_template(name: str) -> bytes:
    """Its template for a format."""
    return _run([f"--print-default-template={name}"], ".")


def border(*texts: str) -> str:
    """A word that stands in none of the texts, as it is made from them."""
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()


def _document(blocks: list[Node], about: Mapping[str, str | list[str]], folder: str) -> str:
    """The file in the folder that holds the tree."""
    meta = {key: _meta(value) for key, value in about.items() if value}
    document = {"pandoc-api-version": [1, 23, 1], "meta": meta, "blocks": blocks}
    Path(folder, "tree.json").write_text(json.dumps(document), encoding="ascii")
    return "tree.json"


def _meta(value: str | list[str]) -> Node:
    return {"t": "MetaString", "c": value} if isinstance(value, str) else {"t": "MetaList", "c": [*map(_meta, value)]}


def _run(arguments: list[str], folder: str, environment: Mapping[str, str] | None = None) -> bytes:
    try:
        import pypandoc

        command = [pypandoc.get_pandoc_path(), *arguments]
    except (ImportError, OSError) as error:
        raise ExportError("the handbook needs pandoc: pip install pypandoc_binary") from error
    given = {**os.environ, **(environment or {})}
    done = subprocess.run(command, capture_output=True, cwd=folder, check=True, env=given)
    return done.stdout


def _in_batches(items: Sequence[A], call: Callable[[Sequence[A]], list[B]], size: int = BATCH) -> list[B | None]:
    """Call for many at once; where that fails, for half as many, until the one that fails is alone."""
    made: list[B | None] = []
    waiting = [items[start : start + size] for start in reversed(range(0, len(items), size))]
    while waiting:
        batch = waiting.pop()
        try:
            made += call(batch)
        except (subprocess.CalledProcessError, RecursionError):
            if len(batch) == 1:
                made.append(None)
            else:
                middle = len(batch) // 2
                waiting += [batch[middle:], batch[:middle]]
    return made
