"""Every writer against its golden tree; a writer joins by lying in its folder.

tests/writers/NAME/expected/   the whole tree that it must make of tests/vaults/small, no more and no less
"""

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from conftest import TESTS

from exporter import File, Finding, KnowledgeMap, ReadOptions, find, loaders, writers
from exporter.options import OptionsFile
from exporter.writers import mapping_of

NAMES = list(writers.built_in())
BOOKS = ("docx", "epub", "handbook")  # whose bytes change with pandoc and Typst; their own tests read them
GOLDEN = [name for name in NAMES if name not in BOOKS]


def content(file: File) -> bytes:
    parts = [file.content] if isinstance(file.content, str | bytes) else file.content
    return b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)


def written(name: str, knowledge_map: KnowledgeMap) -> dict[str, bytes]:
    module = find(name)
    return {
        thing.path: content(thing)
        for thing in module.write(knowledge_map, module.Options())
        if not isinstance(thing, Finding)
    }


def tree(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_tree(name: str, small: KnowledgeMap, request: pytest.FixtureRequest) -> None:
    expected = TESTS / "writers" / name / "expected"
    actual = written(name, small)
    if request.config.getoption("--update"):
        for path in set(tree(expected)) - set(actual):
            (expected / path).unlink()
        for path, data in actual.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_bytes(data)
    assert actual == tree(expected), f"look at the change, then accept it: pytest --update -k {name}"


@pytest.mark.parametrize("name", NAMES)
def test_the_same_bytes_twice(name: str, small: KnowledgeMap) -> None:
    assert written(name, small) == written(name, small)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_same_bytes_under_other_hash_seeds(name: str, with_hash_seed) -> None:  # type: ignore[no-untyped-def]
    code = (
        "import hashlib, sys; from pathlib import Path; from exporter import find, read, File\n"
        f"module = find({name!r}); knowledge_map = read(Path({str(TESTS / 'vaults' / 'small')!r}))[0]\n"
        "for thing in module.write(knowledge_map, module.Options()):\n"
        "    if isinstance(thing, File):\n"
        "        parts = [thing.content] if isinstance(thing.content, (str, bytes)) else thing.content\n"
        "        data = b''.join(p if isinstance(p, bytes) else p.encode() for p in parts)\n"
        "        print(thing.path, hashlib.sha256(data).hexdigest())\n"
        "    else:\n"
        "        print(thing)\n"
    )
    outputs = {with_hash_seed(code, seed) for seed in ("0", "1", "4242")}
    assert len(outputs) == 1
    assert outputs.pop().strip()


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_map_is_no_error(name: str) -> None:
    assert written(name, KnowledgeMap())


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_knows_its_place(name: str, small: KnowledgeMap) -> None:
    module = find(name)
    for thing in module.write(small, module.Options()):
        if isinstance(thing, Finding):
            lines = (TESTS / "vaults" / "small" / thing.source.file).read_text(encoding="utf-8").splitlines()
            assert 1 <= thing.source.line <= len(lines), thing
            assert thing.code == thing.code.lower()
            assert " " not in thing.code


@pytest.mark.parametrize("name", [*NAMES, "vault"])
def test_the_mapping_shows_every_option(name: str) -> None:
    """Each option stands in mappings/NAME.toml as `option = value` or `[option]`, switched on or behind "# "."""
    module = None if name == "vault" else find(name)
    options = module.Options if module else ReadOptions
    name = getattr(module, "MAPPING", name)
    text = (TESTS.parent / "mappings" / f"{name}.toml").read_text(encoding="utf-8")
    OptionsFile(TESTS.parent / "mappings", name).load(options, keys_of_all(name))
    shown = set(re.findall(r"(?m)^(?:# ?)?(\w+) = |^(?:# ?)?\[(\w+)\]$", text))
    missing = {field.name for field in fields(options)} - {name for pair in shown for name in pair}
    assert not missing


def keys_of_all(name: str) -> set[str]:
    """The keys that a mapping may hold, for whomever."""
    owner = find(name) if name in NAMES else None
    return {*names_of(owner), *getattr(owner, "KEYS_OF_OTHERS", ())} if owner else set()


def names_of(obeying: Any) -> set[str]:
    return {field.name for field in fields(obeying.Options)}


@pytest.mark.parametrize("name", NAMES)
def test_who_owns_a_mapping_names_the_keys_of_those_who_share_it(name: str) -> None:
    owner = find(name)
    sharing = [module for each in NAMES if mapping_of(each, module := find(each)) == name]
    for each in {*loaders.LOADERS.values()}:
        module = import_module(f"exporter.loaders.{each}")
        if name == module.MAPPING:
            sharing.append(module)
    foreign = set[str]().union(*map(names_of, sharing)) - names_of(owner)
    assert sorted(getattr(owner, "KEYS_OF_OTHERS", ())) == sorted(foreign)
