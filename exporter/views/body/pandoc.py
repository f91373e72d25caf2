"""pandoc, called as a program: Markdown in, its syntax tree between, another format out.

The manual: https://pandoc.org/MANUAL.html; the tree: https://hackage.haskell.org/package/pandoc-types
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from exporter.errors import ExportError
from exporter.model import Store, key_of
from exporter.views.body.halving import in_batches
from exporter.views.body.limits import Limit, run, size_of

Node = dict[str, Any]  # {"t": type, "c": content}

BATCH = 200  # notes in one call: a start of pandoc costs more than a note, and the tree of a batch must fit in memory
LETTERS = 1 << 20  # in one call, unless a note has more: a limit that grows with them is near
MOST_FORMULAS = 5000  # in one call
# The limits, each several times of what pandoc takes of ordinary notes: 2 s and 180 MB for a MB of Markdown.
SECONDS, SECONDS_A_MB = 10, 5
MEMORY, MEMORY_A_BYTE = 1 << 30, 300
TREE = 4  # bytes of a tree that may take as much as one of Markdown: half of what they are, as Word's format takes more
PICTURE = 100  # bytes of a picture that take no more than one of Markdown
# Obsidian's Markdown is CommonMark with these; what is not here (citations, raw Typst, attributes) stays plain text.
MARKDOWN = "commonmark+autolink_bare_uris+footnotes+pipe_tables+strikeout+task_lists+tex_math_dollars"

# Highlights, macros, definitions and marks of ours: who looks for them looks at single words
MEANING = re.compile("==|\\{\\{|::|\\A:|[\ufffe\uffff]")
RAW = b'"t":"Raw'  # begins the nodes of HTML


class Trees:
    """The blocks of each Markdown text, parsed once: kept in a file, as who gets a tree changes it, and many take memory.

    Iterating gives trees of one's own; None where pandoc gives up on a text. Those of an earlier run are taken from the store.
    """

    def __init__(self, texts: Sequence[str], hard_line_breaks: bool, store: Store) -> None:
        self._source = MARKDOWN + ("+hard_line_breaks" if hard_line_breaks else "")
        pandoc = program()
        keys = [key_of("tree", pandoc, self._source, text) for text in texts]
        known = [store.get(key) for key in keys]
        missing = [number for number, tree in enumerate(known) if tree is None]
        parsed = in_batches([texts[number] for number in missing], self._parse, BATCH, len, LETTERS)
        self._file = tempfile.TemporaryFile(prefix="handbook-")  # noqa: SIM115 - it goes with the trees
        self._sizes: list[int] = []  # bytes of each tree as JSON; 0: pandoc gave up on it
        made = dict(zip(missing, parsed, strict=True))
        for number, key in enumerate(keys):
            tree = made[number] if number in made else known[number]
            if tree and number in made:
                store.put(key, tree)
            self._sizes.append(self._file.write(tree or b""))

    def __iter__(self) -> Iterator[list[Node] | None]:
        import msgspec

        position = 0
        for size in self._sizes:
            self._file.seek(position)  # others may read it, too
            data = self._file.read(size)
            position += size
            try:
                yield msgspec.json.decode(data) if data else None
            except RecursionError:
                yield None

    def _parse(self, batch: Sequence[str]) -> list[bytes]:
        """Parse some texts, each a file, so that neither footnotes nor an open code fence reach into the next."""
        import msgspec

        edge = border(*batch)
        with tempfile.TemporaryDirectory(prefix="handbook-") as folder:
            for number, text in enumerate(batch):
                Path(folder, f"{number}.md").write_text(text, encoding="utf-8", newline="\n")
            Path(folder, "border.md").write_text(edge, encoding="utf-8")
            files = [name for number in range(len(batch)) for name in (f"{number}.md", "border.md")]
            command = ["--sandbox", f"--from={self._source}", "--to=json", "--file-scope", *files]
            tree = _run(command, folder, sum(map(len, batch)))
        notes: list[list[Node]] = [[]]
        for block in msgspec.json.decode(tree)["blocks"]:
            if block == {"t": "Para", "c": [{"t": "Str", "c": edge}]}:
                notes.append([])
            else:
                notes[-1].append(block)
        trees = [msgspec.json.encode(note) for note in notes[:-1]]  # behind the last border there is nothing
        for number, tree in enumerate(trees):
            with suppress(RecursionError):  # who cannot walk so deep will tell
                if RAW not in tree:  # around tags, blanks are of the HTML
                    trees[number] = msgspec.json.encode(_join_words(notes[number]))
        return trees


def _join_words(value: Any) -> Any:
    """The tree with words and the spaces between them as one, but where signs or blanks mean something to us."""
    if isinstance(value, dict):
        return {key: _join_words(each) for key, each in value.items()} if isinstance(value.get("c"), list) else value
    if not isinstance(value, list):
        return value
    made: list[Any] = []
    for words, nodes in groupby(value, _is_words):
        group = list(nodes)
        if words and len(group) > 1:
            text = "".join(node.get("c", " ") for node in group)
            made += group if MEANING.search(text) else [{"t": "Str", "c": text}]
        else:
            made += map(_join_words, group)
    return made


def _is_words(node: Any) -> bool:
    return isinstance(node, dict) and node.get("t") in ("Str", "Space")


def borne(trees: Sequence[list[Node]], to: str) -> list[bool]:
    """Whether pandoc bears each of the trees on its way into a format."""

    def call(batch: Sequence[list[Node]]) -> list[bool]:
        with tempfile.TemporaryDirectory(prefix="handbook-") as folder:
            tree, size = _document([block for blocks in batch for block in blocks], {}, folder)
            _run(["--sandbox", "--from=json", f"--to={to}", "--mathml", "--output=-", tree], folder, size)
        return [True] * len(batch)

    return [bool(made) for made in in_batches(trees, call, BATCH)]


def formulas_to_mathml(formulas: Sequence[tuple[bool, str]], store: Store) -> list[str | None]:
    """MathML of TeX formulas, each with whether it is displayed; what pandoc does not know stays TeX, in a span."""
    pandoc = program()
    keys = [key_of("mathml", pandoc, str(display), tex) for display, tex in formulas]
    known = [store.get(key) for key in keys]
    missing = [number for number, mathml in enumerate(known) if mathml is None]
    made = dict(zip(missing, _to_mathml([formulas[number] for number in missing]), strict=True))
    for number, mathml in made.items():
        if mathml is not None:
            store.put(keys[number], mathml.encode())
    return [made[number] if mathml is None else mathml.decode() for number, mathml in enumerate(known)]


def _to_mathml(formulas: Sequence[tuple[bool, str]]) -> list[str | None]:
    math = [[{"t": "DisplayMath" if display else "InlineMath"}, tex] for display, tex in formulas]
    blocks = [[{"t": "Plain", "c": [{"t": "Math", "c": each}]}] for each in math]
    return to_html(blocks, MOST_FORMULAS)


def to_html(texts: Sequence[list[Node]], most: int = BATCH) -> list[str | None]:
    """HTML of some texts, each a list of blocks, with formulas as MathML; None where pandoc gives up on one."""
    trees = [(blocks, json.dumps(blocks)) for blocks in texts]

    def call(batch: Sequence[tuple[list[Node], str]]) -> list[str]:
        edge = f"<!-- {border(*(tree for _, tree in batch))} -->"
        end = {"t": "RawBlock", "c": ["html", edge]}
        with tempfile.TemporaryDirectory(prefix="handbook-") as folder:
            tree, size = _document([block for blocks, _ in batch for block in (*blocks, end)], {}, folder)
            arguments = ["--sandbox", "--from=json", "--to=html", "--mathml", "--wrap=none", tree]
            html = _run(arguments, folder, size).decode()
        return [text.strip() for text in html.split(edge)[:-1]]

    return in_batches(trees, call, most, lambda item: len(item[1]) // TREE, LETTERS)


def render(
    blocks: list[Node], about: Mapping[str, str | list[str]], folder: Path, arguments: Sequence[str], timestamp: int
) -> tuple[bytes, set[str]]:
    """A whole document, of which `about` says title, author and the like, and the formulas that pandoc left as TeX.

    In the folder are the pictures, and the files that the arguments name; `timestamp` is in seconds since 1970, UTC.
    Outside its sandbox, in which pandoc reads no picture and knows no date: the tree has no file but ours to read.
    """
    pictures = size_of(folder)
    given, size = _document(blocks, about, str(folder))
    alone = ["--data-dir=.", "--resource-path=."]  # whatever else this user has for pandoc
    command = ["--from=json", "--standalone", "--log=log.json", "--output=-", *alone, *arguments, given]
    dated = {"SOURCE_DATE_EPOCH": str(timestamp)}  # https://reproducible-builds.org/specs
    data = _run(command, str(folder), size + pictures // PICTURE, dated)
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


def _document(blocks: list[Node], about: Mapping[str, str | list[str]], folder: str) -> tuple[str, int]:
    """The file in the folder that holds the tree, and about how many bytes of Markdown that is."""
    meta = {key: _meta(value) for key, value in about.items() if value}
    document = {"pandoc-api-version": [1, 23, 1], "meta": meta, "blocks": blocks}
    tree = json.dumps(document)
    Path(folder, "tree.json").write_text(tree, encoding="ascii")
    return "tree.json", len(tree) // TREE


def _meta(value: str | list[str]) -> Node:
    return {"t": "MetaString", "c": value} if isinstance(value, str) else {"t": "MetaList", "c": [*map(_meta, value)]}


def _path() -> str:
    try:
        import pypandoc

        return str(pypandoc.get_pandoc_path())
    except (ImportError, OSError) as error:
        raise ExportError("books and the page need pandoc: pip install pypandoc_binary") from error


def program() -> str:
    """Which pandoc it is that makes things, for the keys under which they are kept: to ask it takes longer."""
    path = Path(_path())
    status = path.stat()
    return f"{path} {status.st_mtime_ns} {status.st_size}"


def _run(arguments: list[str], folder: str, size: int = 0, environment: Mapping[str, str] | None = None) -> bytes:
    """What pandoc gives, held to what so many bytes of Markdown may take.

    Raises:
        LimitError: it has taken more.
        RefusalError: it has failed.
    """
    limit = Limit(SECONDS + SECONDS_A_MB * size // 1_000_000, MEMORY + MEMORY_A_BYTE * size)
    return run([_path(), "+RTS", f"-M{limit.memory}", "-RTS", *arguments], limit, folder, environment or {})
