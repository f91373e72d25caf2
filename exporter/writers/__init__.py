"""What a writer is, and how one is found.

A writer is a module. Built in: whatever lies in this folder. From elsewhere: an entry point of the group
"mlk_export.writers" whose value is a module. docs/writers.md has a whole one.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any, Protocol, cast

from exporter.errors import ExportError, Finding, UsageError
from exporter.model import File, KnowledgeMap, Lock, Previous

GROUP = "mlk_export.writers"
ALL = "all"
ALIASES = {  # what else people call a format of ours
    "pdf": "handbook",
    "book": "handbook",
    "ebook": "epub",
    "word": "docx",
    "doc": "docx",
    "turtle": "skos",
    "ttl": "skos",
    "rdf": "skos",
    "vocab": "vocabulary",
    "skohub": "vocabulary",
    "cypher": "neo4j",
    "csv": "neo4j-bulk",
    "mindmap": "opml",
    "outline": "opml",
    "plan": "svg",
    "poster": "svg",
    "picture": "svg",
    "image": "svg",
    "metro": "svg",
    "htm": "html",
    "web": "html",
    "website": "html",
    "page": "html",
    "browser": "html",
}
# What people ask for and is not there: the formats that come nearest, and why
NEAREST = {
    "site xhtml pages": "html (one page with the map and every text) or vocabulary (a page for each concept)",
    "graph graphml gexf gephi dot graphviz yed network": "neo4j-bulk (CSV of nodes and relationships), svg (a plan of the map) or json",
    "md markdown obsidian txt text": "json (with --with-text it holds each note's Markdown) or docx",
    "png jpg jpeg webp tube": "svg (a plan of the map; with --set svg.png=true a PNG, too)",
    "diagram drawing mermaid excalidraw drawio": "svg (a plan of the map) or canvas (areas as groups, topics as cards)",
    "anki flashcards cards": "json (everything, for a script) or handbook (questions with answers at the back)",
    "odt rtf latex tex libreoffice pages": "docx (the book for a word processor)",
    "mobi azw azw3 kindle": "epub (which e-book readers and their shops take)",
    "xlsx xls excel tsv table sqlite sql parquet": "neo4j-bulk (CSV; with --set neo4j.parquet=true Parquet) or json",
    "jsonld json-ld ntriples n-triples nt trig rdfxml rdf-xml owl": "skos (with --set \"skos.syntaxes=['json-ld']\", or n-triples, rdf-xml, trig)",
    "xmind freemind freeplane mm workflowy dynalist logseq omnioutliner": "opml (an outline that these read; --set opml.reader=NAME)",
}


class Writer(Protocol):
    """The whole contract. The module's name is the format's, "_" for "-"; its docstring's first line is its help.

    A module that has `MAPPING` obeys the mapping and the --set of the format so named instead of its own. One whose
    mapping holds keys for others names these in `KEYS_OF_OTHERS`. One whose lines each depend on one topic says `by_topic`, so that
    it can write a vault in shards: True, or a function of its options that gives "", or else what to do instead.
    """

    @property
    def Options(self) -> type[Any]:  # noqa: N802 - a class
        """A frozen dataclass with a default for each field: what `mappings/NAME.toml` may say.

        Its method `check`, if it has one, raises OptionError for a value that makes no sense.
        """

    def write(self, knowledge_map: KnowledgeMap, options: Any, previous: Previous) -> Iterable[File | Finding | Lock]:
        """Yield what is made and a finding for each thing that the format cannot say.

        Pure: no clock, no network, no disk (a program may be called that has neither); equal arguments give
        equal files. Content may be an iterator, which is drained once, after `write` has gone on.
        """


def built_in() -> dict[str, str]:
    """The formats of this package and the module of each; imports none of them."""
    modules = (module.name for module in pkgutil.iter_modules(__path__))
    return {name.replace("_", "-"): f"{__name__}.{name}" for name in modules}


def names() -> dict[str, str]:
    """The formats that can be written here, by name: the built-in ones and those installed beside them.

    Raises:
        ExportError: two writers have one name.
    """
    modules = built_in()
    for name, module in _installed():
        if modules.setdefault(name, module) != module:
            raise ExportError(f"two writers are named {name!r}: {modules[name]} and {module}; uninstall one of them")
    return dict(sorted(modules.items()))


@cache
def _installed() -> list[tuple[str, str]]:
    """The formats installed beside ours, and the module of each: looked for once, as all packages are asked."""
    from importlib.metadata import entry_points  # which takes long, and most runs need none of others

    return [(entry.name, entry.value) for entry in entry_points(group=GROUP)]


def is_known(word: str) -> bool:
    """Whether a word is a format here, by one of its names."""
    return bool(word) and _name_of(word, names()) is not None


def choose(words: Iterable[str]) -> list[str]:
    """The formats that are meant: words may hold several with commas between them, in any case, by any of their names.

    Raises:
        UsageError: one is none.
    """
    known = names()
    chosen: dict[str, None] = {}
    for word in (word.strip() for text in words for word in text.split(",")):
        name = _name_of(word, known) if word else None
        if name is None:
            raise UsageError(_unknown(word, known))
        chosen[name] = None
    return list(chosen)


def _name_of(word: str, known: Iterable[str]) -> str | None:
    """The format that is called so; one that is installed under an alias of ours comes before it."""
    spelled = {name.lower(): name for name in [*known, ALL]}
    simple = word.lower().lstrip(".")
    return spelled.get(simple) or spelled.get(simple.replace("_", "-")) or ALIASES.get(simple)


def _unknown(word: str, known: Iterable[str]) -> str:
    """That there is no such format, and what is near."""
    from difflib import get_close_matches

    simple = word.lower().lstrip(".")
    if not simple:
        return f"a format is missing; known: {', '.join(known)}, {ALL}"
    words = {each: hint for group, hint in NEAREST.items() for each in group.split()}
    if simple in words:
        return f"no format {word!r}; nearest: {words[simple]}"
    near = get_close_matches(simple, [*known, ALL, *ALIASES], n=2)
    if not near and (meant := get_close_matches(simple, words, n=1)):
        return f"no format {word!r}; nearest: {words[meant[0]]}"
    if near:
        return f"no format {word!r}; nearest: {' or '.join(near)}"
    return f"no format {word!r}; known: {', '.join(known)}, {ALL}"


def find(name: str) -> Writer:
    """Import the one writer that is asked for.

    Raises:
        UsageError: no such format.
        ExportError: the writer's own dependency is not installed, or it is no writer.
    """
    modules = names()
    if name not in modules:
        raise UsageError(_unknown(name, modules))
    try:
        module = import_module(modules[name])
    except ImportError as error:
        raise ExportError(
            f"format {name!r} cannot be used: {error}; install what is missing, then try again"
        ) from error
    for part in ("Options", "write", "__doc__"):
        if not getattr(module, part, None):
            raise ExportError(f"format {name!r}: the module {modules[name]} has no {part}, so it is no writer")
    try:
        inspect.signature(module.write).bind(None, None, None)
    except TypeError as error:
        raise ExportError(
            f"format {name!r}: {modules[name]}.write must take (knowledge_map, options, previous); "
            "it was made for another version of mlk-export: update it, or add the third argument (docs/writers.md)"
        ) from error
    return cast(Writer, module)


def mapping_of(name: str, module: object) -> str:
    """The name of the mapping and the --set that a format, or a loader, obeys."""
    return str(getattr(module, "MAPPING", name))


def keys_of_others(name: str, module: Any) -> set[str]:
    """The keys of its mapping that only others obey: the writer whose mapping it is, or one that shares it.

    Raises:
        ExportError: there is no writer of that mapping's name.
    """
    owner: Any = find(mapping_of(name, module))
    keys = {*owner.Options.__dataclass_fields__, *getattr(owner, "KEYS_OF_OTHERS", ())}
    return keys - {*module.Options.__dataclass_fields__}
