"""What every test may use; see tests/README.md."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import marks
import pytest
from browser import browser  # noqa: F401 - a fixture
from graph_databases import database, neo4j, servers  # noqa: F401 - fixtures
from hypothesis import settings

from exporter import KnowledgeMap, ReadOptions, read
from exporter.options import load_options

TESTS = Path(__file__).parent
ROOT = TESTS.parent

settings.register_profile("patient", max_examples=50, deadline=None)  # no test is timed: a busy machine would fail it
settings.load_profile("patient")
settings.register_profile("thorough", max_examples=500, deadline=None)
settings.register_profile("quick", max_examples=10, deadline=None)  # pytest --hypothesis-profile=quick


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update", action="store_true", help="accept today's output as the expected one, then read the diff"
    )


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marks.mark(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    marks.begin(item)
    try:
        return (yield)
    finally:
        marks.end()


@pytest.fixture(scope="session", autouse=True)
def cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the user's own cache; the commands that tests run inherit this."""
    os.environ["MLK_EXPORT_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    os.environ.pop("CI", None)  # where hidden notes are not named


@pytest.fixture(scope="session")
def small() -> KnowledgeMap:
    """tests/vaults/small: a little of everything; the writers' golden trees are made of it."""
    return read(TESTS / "vaults" / "small")[0]


@pytest.fixture(scope="session")
def bundled() -> KnowledgeMap:
    """The vault that ships with the project, read as `make run` reads it."""
    return read(ROOT / "vault", load_options(ROOT / "mappings", "vault", ReadOptions))[0]


@pytest.fixture(scope="session")
def require() -> Callable[[bool, str], None]:
    """Skip where something lacks that pip does not bring; in CI, where it must be there, fail."""

    def check(there: bool, what: str) -> None:
        if not there and os.environ.get("MLK_EXPORT_REQUIRE") == "1":
            pytest.fail(f"required here, but missing: {what}", pytrace=False)
        if not there:
            pytest.skip(f"missing here: {what}")

    return check


@pytest.fixture(scope="session")
def with_hash_seed() -> Callable[[str, str], bytes]:
    """Run Python code in a process of its own with this PYTHONHASHSEED; gives its standard output."""

    def run(code: str, seed: str) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        return subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True).stdout

    return run
