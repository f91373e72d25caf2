"""For the tests of a writer: knowledge maps in a few words, what the writer makes of them, and the rules that all keep.

    import my_writer
    from exporter.testing import check_golden_tree, check_writer, make_map, run_writer, topic

    def test_my_writer():
        check_writer(my_writer)
        knowledge_map = make_map(topic("oak", title="Oak", areas=("trees",)), topic("trees"))
        assert run_writer(my_writer, knowledge_map).files["titles.txt"] == b"Oak\\ntrees\\n"

Nothing here needs pytest: what is wrong is an AssertionError with a plain message.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import is_dataclass
from itertools import accumulate, zip_longest
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from exporter.errors import Finding
from exporter.model import (
    BROADER,
    IN_AREA,
    MENTIONS,
    NOTHING,
    RELATED,
    REQUIRES,
    VAULT,
    Area,
    File,
    KnowledgeMap,
    LearningPath,
    Link,
    Lock,
    Missing,
    NoContent,
    Passage,
    Previous,
    Reference,
    Source,
    Step,
    Tag,
    Topic,
    Want,
)
from exporter.reader.content.passages import read_passages
from exporter.writers import Writer

MAP = Source("Map.md", 1)  # the map note of the maps that are made here
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # of a finding


# ---------- maps in a few words ----------


def topic(id: str, **fields: Any) -> Topic:
    """A topic with a note, `ID.md`, titled as its id; `fields` are those of `Topic` that are to be otherwise."""
    note = fields.get("note", f"{id}.md")
    defaults = {"title": id, "summary": "", "areas": (), "tags": (), "aliases": (), "properties": {}}
    return Topic(id, **{**defaults, "note": note, "source": Source(note or MAP.file, 1), **fields})


def link(start: str, kind: str, end: str, line: int = 1, text: str = "", anchor: str = "") -> Link:
    """A link from line `line`, counted from 1, of the note `START.md`; `kind` is MENTIONS, REQUIRES, any word."""
    return Link(start, kind, end, text, anchor, Source(f"{start}.md", line))


def make_map(
    *topics: Topic,
    links: Iterable[Link] = (),
    parents: Mapping[str, str | None] | None = None,
    texts: Mapping[str, str] | None = None,
    files: Mapping[str, bytes] | None = None,
    **fields: Any,
) -> KnowledgeMap:
    """A map that is whole: whatever a record names has a record of its own.

    Args:
        topics: in their order. What is named as an area is one, and the map note files the topic there; tags have
            their records, "a/b" below "a". What is no topic yet becomes one that nobody has written.
        links: all but those into areas.
        parents: the area in which an area lies, by its id, and None at the top: for an area that is empty, or lies
            elsewhere than in the first area of its topic.
        texts: Markdown by Topic.id, as `KnowledgeMap.text` gives it; another topic's note cannot be read then.
        files: attachments, by path.
        fields: others of `KnowledgeMap`: `title`, `language`, `paths`, `references`, ...
    """
    parents, links = parents or {}, tuple(links)
    homes: dict[str, str | None] = {each.id: each.areas[0] for each in topics if each.areas}
    homes.update(parents)
    areas = dict.fromkeys(area for area in parents.values() if area is not None and area not in parents)
    areas |= dict.fromkeys([*parents, *(area for each in topics for area in each.areas)])
    topics += tuple(_unwritten({each.id for each in topics}, areas, homes, links))
    filed = (
        Link(each.id, IN_AREA, area, each.title, "", Source(MAP.file, line))
        for line, each in enumerate(topics, 1)
        for area in each.areas
    )
    defaults: dict[str, Any] = {"title": "Map", "source": MAP, "tags": _tags(topics)}
    if texts is not None or files is not None:
        defaults["content"] = _Notes(texts or {}, files or {})
    return KnowledgeMap(
        topics=topics,
        areas=tuple(Area(id, homes.get(id), MAP) for id in areas),
        links=(*filed, *links),
        **{**defaults, **fields},
    )


def _unwritten(
    ids: Set[str], areas: Iterable[str], homes: Mapping[str, str | None], links: Iterable[Link]
) -> Iterator[Topic]:
    """The topics that areas and links name beside these."""
    named = dict.fromkeys([*areas, *(id for each in links for id in (each.start, each.end))])
    for id in named:
        if id not in ids:
            home = homes.get(id)
            yield topic(id, note=None, areas=() if home is None else (home,))


def sample_map() -> KnowledgeMap:
    """A little of everything that a map can hold, and texts that hurt who does not escape them."""
    hostile = '<b>"it\'s" & `that`</b> \\ {0} $x$ %s #panic() 数 é'
    properties = {"level": 3, "cost": 0.5, "done": True, "empty": None, "words": ["a", hostile], "table": {"k": "v"}}
    oak = topic(
        "oak", title="Oak", summary=hostile, areas=("trees", "plants"), tags=("tree/old", "wood"), properties=properties
    )
    return make_map(
        topic("plants", title="Plants", summary="What grows."),
        topic("trees", title="Trees", areas=("plants",)),
        oak,
        topic("elm", title=hostile, aliases=("Ulmus", hostile), areas=("trees",), properties={"definition": "A tree."}),
        topic("a b/c#d", title="Alone", note="Sub folder/a b.md"),
        links=[
            link("oak", MENTIONS, "elm", 3, "the elm", "Leaves"),
            link("elm", RELATED, "oak", 4),
            link("elm", REQUIRES, "soil", 5, hostile),
            link("oak", BROADER, "plants", 6),
            link("oak", "inspired by", "elm", 7),
        ],
        parents={"meadows": None},
        texts={
            "plants": "# All\n\nText with *marks*, `code` and [oak](<topic:oak#Leaves>).\n",
            "trees": "",
            "oak": f"## Leaves\n\n{hostile}\n\n- [ ] a task\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
            "elm": "[nowhere](<missing:Nowhere>)\n\n> [!note] Mind\n> this\n\n```\ncode\n```\n",
            "a b/c#d": "[the web](https://example.org/a?b=1&c=2)\n",
        },
        summary=hostile,
        paths=(LearningPath("path", "Path", (Step("Oak & elm", ("oak", "elm"), MAP), Step("Rest", (), MAP)), MAP),),
        references=(Reference("a b/c#d", "the web", "https://example.org/a?b=1&c=2", Source("Sub folder/a b.md", 1)),),
        missing=(
            Missing("Nowhere", True, (Want("elm", MENTIONS, "nowhere", "", Source("elm.md", 1)),), Source("elm.md", 1)),
        ),
    )


def _tags(topics: Iterable[Topic]) -> tuple[Tag, ...]:
    tags: dict[str, Tag] = {}
    for each in topics:
        for name in each.tags:
            for id in accumulate(name.split("/"), "{}/{}".format):
                tags.setdefault(id, Tag(id, id.rpartition("/")[0] or None, each.source))
    return tuple(tags[id] for id in sorted(tags))


class _Notes(NoContent):
    """Texts by Topic.id and attachments by path; what is not among them cannot be read."""

    def __init__(self, texts: Mapping[str, str], files: Mapping[str, bytes]) -> None:
        self._texts, self._files = texts, files

    def text(self, topic: Topic) -> str:
        if topic.id not in self._texts:
            raise FileNotFoundError(2, "No such file", topic.id)
        return self._texts[topic.id]

    def passages(self, topic: Topic) -> tuple[Passage, ...]:
        return read_passages(self.text(topic), topic.title)

    def file(self, path: str) -> bytes:
        if path not in self._files:
            raise FileNotFoundError(2, "No such file", path)
        return self._files[path]


# ---------- what a writer makes ----------


class Output(NamedTuple):
    """What a writer has made of a map."""

    files: dict[str, bytes]  # by `File.path`
    findings: list[Finding]
    lock: str | None  # None: the writer keeps none


def run_writer(
    writer: Writer, knowledge_map: KnowledgeMap, options: Any = None, previous: Previous = NOTHING
) -> Output:
    """What a writer makes, in memory: all is collected first and contents are read then, as a run does.

    Args:
        writer: the module.
        knowledge_map: what it is to write.
        options: its `Options`; None takes the defaults.
        previous: what it has made before.

    Raises:
        AssertionError: two files have one path, or one lies outside the writer's own folder.
        ExportError: the writer refuses the map or its options.
    """
    things = list(writer.write(knowledge_map, options or writer.Options(), previous))
    files: dict[str, bytes] = {}
    for thing in things:
        if isinstance(thing, File):
            path = PurePosixPath(thing.path)
            _hold(path.name != "" and not path.is_absolute() and ".." not in path.parts, f"{thing.path!r} is no path")
            _hold(thing.path not in files, f"{thing.path!r} is written twice")
            files[thing.path] = _content(thing)
    locks = [thing.content for thing in things if isinstance(thing, Lock)]
    return Output(files, [thing for thing in things if isinstance(thing, Finding)], locks[-1] if locks else None)


def _content(file: File) -> bytes:
    parts = [file.content] if isinstance(file.content, str | bytes) else file.content
    return b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)


# ---------- what must hold ----------


def check_writer(writer: Writer) -> None:
    """Hold a writer to the rules that all keep; it is run a few times, on an empty map and on `sample_map`.

    It is a module with a docstring, a frozen dataclass `Options` in which each field has a default, and `write`, which
    takes (knowledge_map, options, previous). An empty map is no error, nor is what it has written before. It leaves the
    map as it is and makes the same bytes of it again. Its findings have a code and name a place of the vault.

    Raises:
        AssertionError: it breaks a rule; the message says which one.
    """
    _check_contract(writer)
    _try(writer, "an empty map", KnowledgeMap())
    knowledge_map = sample_map()
    output = _try(writer, "sample_map()", knowledge_map)
    _hold(knowledge_map == sample_map(), "the map is not as it was: a writer may only read it")
    again = _try(writer, "sample_map() for the second time", knowledge_map)
    _hold(again == output, f"the same map gives other bytes or findings: {_difference(again.files, output.files)}")
    _try(writer, "what it has written before", knowledge_map, Previous(output.files, output.lock))
    places = _files_of(knowledge_map)
    for finding in output.findings:
        _hold(CODE.fullmatch(finding.code) is not None, f"{finding}: a code is small words with hyphens between them")
        _hold(finding.message != "" and "\n" not in finding.message, f"{finding}: a message is one line")
        _hold(finding.source.file in places and finding.source.line >= 1, f"{finding}: no place in the vault")


def check_golden_tree(actual: Mapping[str, bytes], expected: Path, update: bool = False) -> None:
    """Compare what a writer makes, content by path, with the files of a folder: no more and no less.

    `update` makes the folder as it is wanted; then read the diff.

    Raises:
        AssertionError: they differ; the message names the first difference of each file.
    """
    if update:
        for path in _tree(expected).keys() - actual.keys():
            (expected / path).unlink()
        for path, data in actual.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_bytes(data)
    difference = _difference(actual, _tree(expected))
    _hold(not difference, f"{expected}: {difference}; look at the change, then accept it with update=True")


def _check_contract(writer: Writer) -> None:
    for part in ("__doc__", "Options", "write"):
        _hold(bool(getattr(writer, part, None)), f"{writer!r} has no {part}, so it is no writer")
    shape = writer.Options
    _hold(is_dataclass(shape) and shape.__dataclass_params__.frozen, "Options must be a frozen dataclass")  # type: ignore[attr-defined]
    try:
        shape()
    except TypeError as error:
        raise AssertionError(f"each field of Options must have a default: {error}") from error
    try:
        inspect.signature(writer.write).bind(None, None, None)
    except TypeError as error:
        raise AssertionError(f"write must take (knowledge_map, options, previous): {error}") from error


def _try(writer: Writer, name: str, knowledge_map: KnowledgeMap, previous: Previous = NOTHING) -> Output:
    try:
        return run_writer(writer, knowledge_map, previous=previous)
    except AssertionError:
        raise
    except Exception as error:
        raise AssertionError(f"{name} is an error: {type(error).__name__}: {error}") from error


def _files_of(knowledge_map: KnowledgeMap) -> set[str]:
    """The vault itself and all of its files that a record stands in."""
    tables = (knowledge_map.topics, knowledge_map.areas, knowledge_map.tags, knowledge_map.links)
    records = [record for table in (*tables, knowledge_map.paths, knowledge_map.references) for record in table]
    return {VAULT.file, knowledge_map.source.file, *(record.source.file for record in records)}


def _tree(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _difference(actual: Mapping[str, bytes], expected: Mapping[str, bytes]) -> str:
    """What differs, path by path; "" where nothing does."""
    differences = [f"{path} is missing" for path in sorted(expected.keys() - actual.keys())]
    differences += [f"{path} is new" for path in sorted(actual.keys() - expected.keys())]
    for path in sorted(actual.keys() & expected.keys()):
        lines = zip_longest(actual[path].splitlines(True), expected[path].splitlines(True), fillvalue=b"")
        for number, (line, old) in enumerate(lines, 1):
            if line != old:
                differences.append(f"{path}:{number} is {line[:200]!r}, not {old[:200]!r}")
                break
    return "; ".join(differences)


def _hold(rule: bool, message: str) -> None:
    """Raise what `assert` would, but with `python -O` too."""
    if not rule:
        raise AssertionError(message)
