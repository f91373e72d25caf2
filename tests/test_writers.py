"""Every writer against its golden tree; a writer joins by lying in its folder.

tests/writers/NAME/expected/   the whole tree that it must make of tests/vaults/small, no more and no less
"""

import re
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from typing import Any

import pytest
from conftest import TESTS

from exporter import File, KnowledgeMap, ReadOptions, find, loaders, writers
from exporter.model import NOTHING
from exporter.options import OptionsFile
from exporter.testing import check_golden_tree, check_writer, run_writer
from exporter.writers import mapping_of

NAMES = list(writers.built_in())
BOOKS = ("docx", "epub", "handbook", "html")  # whose bytes change with pandoc and Typst; their own tests read them
GOLDEN = [name for name in NAMES if name not in BOOKS]
ALL = [*GOLDEN, *(pytest.param(name, marks=pytest.mark.book) for name in BOOKS)]


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_tree(name: str, small: KnowledgeMap, request: pytest.FixtureRequest) -> None:
    files = run_writer(find(name), small).files
    check_golden_tree(files, TESTS / "writers" / name / "expected", request.config.getoption("--update"))


@pytest.mark.parametrize("name", ["canvas", "json", "opml"])
def test_a_large_vault_is_never_one_string(name: str, small: KnowledgeMap) -> None:
    things = find(name).write(small, find(name).Options(), NOTHING)
    files = [thing for thing in things if isinstance(thing, File)]
    assert files and all(isinstance(file.content, Iterator) for file in files)


@pytest.mark.parametrize("name", ALL)
def test_the_rules_of_all(name: str) -> None:
    check_writer(find(name))


@pytest.mark.parametrize("name", ALL)
def test_an_empty_map_has_a_file_too(name: str) -> None:
    assert run_writer(find(name), KnowledgeMap()).files


@pytest.mark.parametrize("name", ALL)
def test_the_small_vault_twice(name: str, small: KnowledgeMap) -> None:
    """The same bytes; and each finding stands at a line that there is."""
    output = run_writer(find(name), small)
    assert output == run_writer(find(name), small)
    for finding in output.findings:
        lines = (TESTS / "vaults" / "small" / finding.source.file).read_text(encoding="utf-8").splitlines()
        assert 1 <= finding.source.line <= len(lines), finding


@pytest.mark.slow
def test_the_same_bytes_under_other_hash_seeds(with_hash_seed) -> None:  # type: ignore[no-untyped-def]
    code = (
        "from pathlib import Path; from exporter import find, read; from exporter.testing import run_writer\n"
        f"knowledge_map = read(Path({str(TESTS / 'vaults' / 'small')!r}))[0]\n"
        f"for name in {GOLDEN}: print(name, run_writer(find(name), knowledge_map))"
    )
    first, *others = (with_hash_seed(code, seed).splitlines() for seed in ("0", "1", "4242"))
    assert [line.partition(b" ")[0].decode() for line in first] == GOLDEN
    assert others == [first, first]


@pytest.mark.parametrize("name", [*NAMES, "vault"])
def test_the_mapping_shows_every_option(name: str) -> None:
    """Each option stands in mappings/NAME.toml as `option = value` or `[option]`, switched on or behind "# "."""
    module = None if name == "vault" else find(name)
    options = module.Options if module else ReadOptions
    name = getattr(module, "MAPPING", name)
    text = (TESTS.parent / "mappings" / f"{name}.toml").read_text(encoding="utf-8")
    OptionsFile(TESTS.parent / "mappings", name).load(options, writers.keys_of_others(name, module) if module else ())
    shown = set(re.findall(r"(?m)^(?:# ?)?(\w+) = |^(?:# ?)?\[(\w+)\]$", text))
    missing = {field.name for field in fields(options)} - {name for pair in shown for name in pair}
    assert not missing


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
