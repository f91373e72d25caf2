"""What was open once and is hidden now is gone from the database, too: of the ordinary vault (tests/vaults/ordinary)."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command import mlk_export
from conftest import TESTS
from graph_databases import Neo4j

from exporter.errors import ExportError
from exporter.load import load_vault

from .conftest import Store

ALL_OPEN = "vault.publish={hide = [], marks = [], callouts = [], properties = []}"
SECRET = re.compile("zq", re.IGNORECASE)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """A copy, as a load keeps the names of concepts in it."""
    return Path(shutil.copytree(TESTS / "vaults" / "ordinary", tmp_path / "Bread Brain"))


def said(database: Any) -> str:
    """All that a graph database holds, as text."""
    return "\n".join(line for lines in database.dump() for line in lines)


def test_a_graph_database(database: Any, vault: Path) -> None:
    def load(*settings: str, most: int | None = None) -> list[str]:
        lines: list[str] = []
        done: Callable[[str], None] = lines.append
        load_vault(
            vault,
            database.address,
            environment=database.login,
            settings=settings,
            with_text=True,
            max_delete=most,
            done=done,
        )
        return lines

    load(ALL_OPEN)
    assert {"zqgluten", "zqmoney", "zqrent"} <= set(re.findall(r"zq\w+", said(database).lower()))
    before = said(database)
    with pytest.raises(
        ExportError, match=r"22 of the 55 nodes .*removed \(\d+ \w+[^']*\);.* --max-delete 40"
    ):  # not unasked, and no name
        load()
    lines = load(most=100)
    assert not SECRET.search(said(database) + "\n".join(lines))
    assert said(database) != before
    database.clear()
    load()
    fresh = said(database)
    assert "No gluten worth the name" in fresh and "The first loaf with an open crumb" in fresh
    assert not SECRET.search(fresh)


def test_neo4j_by_the_command(neo4j: Neo4j, vault: Path) -> None:
    arguments = ("load", "--vault", vault, "--to", neo4j.address, "--with-text")
    run = mlk_export(*arguments, "--set", ALL_OPEN, cwd=vault.parent, **neo4j.login)
    assert run.code == 0, run.said
    assert SECRET.search(said(neo4j))
    run = mlk_export(*arguments, "--max-delete", "100", cwd=vault.parent, **neo4j.login)
    assert run.code == 0, run.said
    assert not SECRET.search(said(neo4j))
    assert not SECRET.search("\n".join([*run.paths, *run.said]))
    assert neo4j.one("MATCH (t:Topic) RETURN count(t)") == 23
    run = mlk_export(*arguments, cwd=vault.parent, **neo4j.login)
    assert run.paths[0] == f"{neo4j.one('MATCH (n) RETURN count(n)')} nodes, 0 new, 0 changed"


def test_a_graph_store(store: Store, vault: Path) -> None:
    def everything() -> str:
        return "\n".join(store.graph(iri).serialize(format="nt") for iri in store.graphs())

    load_vault(vault, store.address, environment={}, settings=[ALL_OPEN])
    assert SECRET.search(everything())
    lines: list[str] = []
    load_vault(vault, store.address, environment={}, done=lines.append)
    assert not SECRET.search(everything() + "\n".join(lines))
    assert "Salz &" in everything()
    assert "deprecated" not in everything()
