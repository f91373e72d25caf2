"""A vault in shards says what it says whole: the same lines, the same findings, whoever does the work and however often."""

from collections.abc import Callable
from pathlib import Path

import cutting
import pyarrow
import pytest
from conftest import TESTS
from cutting import Exported, cut, hold_to_one_another, packed, whole
from pyarrow.parquet import write_table

from exporter.reader.options import ReadOptions
from exporter.shards import pack
from exporter.shards.store import Store

pytestmark = pytest.mark.slow


def split(root: Path) -> Path:
    return cutting.write_vault(root, cutting.SPLIT)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Exported]:
    """2,000 notes in 8 shards, and their ordinary export."""
    folder = tmp_path_factory.mktemp("large")
    vault = cutting.generate(folder / "vault")
    return packed(vault, folder / "packed", 8), whole(vault, folder / "whole")


@pytest.fixture(scope="module")
def in_shards(large: tuple[Path, Exported], tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return cut(large[0], tmp_path_factory.mktemp("here") / "out")


def test_the_lines_are_those_of_the_ordinary_export(large: tuple[Path, Exported], in_shards: Exported) -> None:
    hold_to_one_another(large[1], in_shards)
    kinds = {finding[1] for finding in in_shards.findings}
    assert kinds >= set(  # so that the vault is one to compare by
        "ambiguous-link duplicate-id missing-note missing-file missing-heading missing-block map-link unquoted-link path-gap "
        "skos-related skos-same-label skos-no-definition skos-redundant skos-relation".split()
    )


@pytest.mark.parametrize("engine", ["pool", cutting.backwards], ids=["pool", "backwards"])
def test_whoever_does_the_work_it_is_the_same_bytes(
    engine: object, large: tuple[Path, Exported], in_shards: Exported, tmp_path: Path
) -> None:
    assert cut(large[0], tmp_path / "out", engine=engine).digest == in_shards.digest  # type: ignore[arg-type]


def test_what_was_done_is_not_done_again(large: tuple[Path, Exported], in_shards: Exported, tmp_path: Path) -> None:
    first = cut(large[0], tmp_path / "out", ["json"])
    again = cut(large[0], tmp_path / "again", work=tmp_path / "out.work")
    assert not first.warnings
    assert again.warnings == ["reading: 9 of 9 shards were done"]
    assert again.digest == in_shards.digest
    third = cut(large[0], tmp_path / "again", work=tmp_path / "out.work")
    assert third.warnings == [f"{stage}: 9 of 9 shards were done" for stage in ("reading", "skimming", "writing")]
    assert third.digest == in_shards.digest


@pytest.mark.parametrize("shards", [1, 3, 16])
def test_each_global_thing_is_decided_across_shards(shards: int, tmp_path: Path) -> None:
    """A note's rival for an id, an area's note, a tag's second spelling, an anchor's heading, a circle of areas."""
    vault = cutting.write_vault(tmp_path / "vault", cutting.SPLIT)
    ordinary = whole(vault, tmp_path / "whole")
    hold_to_one_another(ordinary, cut(packed(vault, tmp_path / "packed", shards), tmp_path / "out"))
    told = {finding[1] for finding in ordinary.findings}
    assert told >= set("duplicate-id area-circle missing-heading missing-block map-link skos-same-label".split())


@pytest.mark.parametrize("make", [split, cutting.secret_vault])
@pytest.mark.parametrize("core", ["python", "compiled"])
def test_shards_that_somebody_has_dealt(
    make: Callable[[Path], Path], core: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each third path, in no order; with the core, and without."""
    if core == "compiled":
        pytest.importorskip("exporter._native", reason="missing here: the compiled core")
    monkeypatch.setenv("MLK_EXPORT_CORE", core)
    vault = make(tmp_path / "vault")
    files = sorted(path.relative_to(vault).as_posix() for path in vault.rglob("*") if path.is_file())
    for number in range(3):
        paths = files[number::3][::-1]
        contents = [(vault / path).read_bytes() for path in paths]
        (tmp_path / "dealt" / "vault").mkdir(parents=True, exist_ok=True)
        write_table(
            pyarrow.table({"path": paths, "content": contents}), tmp_path / "dealt" / "vault" / f"{number}.parquet"
        )
    ordinary = whole(vault, tmp_path / "whole")
    hold_to_one_another(ordinary, cut(tmp_path / "dealt" / "vault", tmp_path / "out"))


@pytest.mark.parametrize("shards", [1, 4, 13])
def test_nothing_hidden_is_said_in_another_shard(shards: int, tmp_path: Path) -> None:
    vault = cutting.secret_vault(tmp_path / "vault")
    ordinary = whole(vault, tmp_path / "whole")
    exported = cut(packed(vault, tmp_path / "packed", shards), tmp_path / "out")
    hold_to_one_another(ordinary, exported)
    said = repr((exported.lines, exported.findings)).casefold()
    assert "zq" not in said
    assert "half" in said


@pytest.mark.parametrize("name", ["ordinary", "small", "wanted", "folders", "ordered", "properties", "relations"])
def test_vaults_that_others_wrote(name: str, tmp_path: Path) -> None:
    vault, formats = TESTS / "vaults" / name, ["json", "neo4j-bulk"]  # one has a lock of names
    own = vault / ".mlk-export"
    mappings = own if own.is_dir() else tmp_path
    notes = len([path for path in vault.rglob("*.md") if ".mlk" not in str(path)])
    shards = packed(vault, tmp_path / "packed", notes) if name != "ordinary" else pack_few(vault, tmp_path / "packed")
    ordinary = whole(vault, tmp_path / "whole", formats, mappings)
    hold_to_one_another(ordinary, cut(shards, tmp_path / "out", formats, mappings=mappings))


def pack_few(vault: Path, to: Path) -> Path:
    pack(vault, Store(str(to)), ReadOptions(), 3)
    return to
