"""Stopped and started again: what was done is found, nothing half is taken for whole, and the bytes are the same."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import cutting
import pytest
from conftest import ROOT, TESTS
from cutting import Exported, cut, packed

from exporter.errors import ExportError
from exporter.shards import program
from exporter.shards.store import Store
from exporter.shards.tidy import LONGEST, forget_old

pytestmark = pytest.mark.slow

# Stages, where headings name what is hidden, so that hiding goes over the shards twice, and SKOS asks for first paragraphs
READING, HIDING, AGAIN, SKIMMING, WRITING = range(5)
SHARDS = 5  # and one of what is no note


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed")
    return packed(cutting.secret_vault(folder / "vault"), folder / "packed", SHARDS)


@pytest.fixture(scope="module")
def expected(shards: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return cut(shards, tmp_path_factory.mktemp("expected") / "out")


@pytest.mark.parametrize("stage", [READING, HIDING, AGAIN, SKIMMING, WRITING])
def test_a_killed_worker(stage: int, shards: Path, expected: Exported, tmp_path: Path) -> None:
    exported = cut(shards, tmp_path / "out", engine=cutting.killing(tmp_path / "mark", stage))
    assert (tmp_path / "mark").exists()
    assert exported.digest == expected.digest


def test_one_that_is_killed_again_and_again(shards: Path, tmp_path: Path) -> None:
    marks = iter(range(99))

    def engine(stage: object, items: object) -> object:
        return cutting.Pool(1)(Always(), items)  # type: ignore[arg-type]

    assert next(marks) == 0
    with pytest.raises(ExportError, match=r"killed again and again.*pack smaller shards"):
        cut(shards, tmp_path / "out", engine=engine)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


class Always:
    def __call__(self, item: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(("stage", "after", "told"), [(READING, 2, "reading: 2 of 6"), (WRITING, 4, "writing: 4 of 6")])
def test_a_killed_run(stage: int, after: int, told: str, shards: Path, expected: Exported, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, str(TESTS / "cutting.py"), str(shards), str(out), str(stage), str(after)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}"}
    died = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert not out.exists()
    again = cut(shards, out, work=out.with_suffix(".work"))
    assert f"{told} shards were done" in again.warnings
    assert again.digest == expected.digest


def test_a_full_disk(shards: Path, expected: Exported, tmp_path: Path) -> None:
    """What was written whole before it was full is not written again."""
    out = tmp_path / "out"
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500)); import cutting, sys; from pathlib import Path; "
        "cutting.cut(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}"}
    full = subprocess.run(
        [sys.executable, "-c", code, shards, out], env=environment, capture_output=True, text=True, check=False
    )
    assert "cannot be written: " in full.stderr and "what is done is not done again" in full.stderr, full.stderr
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1500
    assert not [*out.with_suffix(".work").rglob("*.part")]
    assert not out.exists()
    assert cut(shards, out).digest == expected.digest


def test_what_is_half_there_is_not_taken(shards: Path, expected: Exported, tmp_path: Path) -> None:
    """What a killed process was writing has another name; what somebody has torn is told, not read."""
    work = tmp_path / "out.work"
    (work / "notes").mkdir(parents=True)
    (work / "notes" / "00ff.1-2.part").write_bytes(b"half")
    assert cut(shards, tmp_path / "out").digest == expected.digest
    part = max((work / "notes").iterdir(), key=lambda file: file.stat().st_size)
    part.write_bytes(part.read_bytes()[:100])
    with pytest.raises(ExportError, match=r"is damaged; remove it and start again"):
        cut(shards, tmp_path / "out", work=work)


def test_two_runs_on_one_work_folder(shards: Path, expected: Exported, tmp_path: Path) -> None:
    """Each stage makes the same of the same, so they may take one another's."""
    command = [
        sys.executable,
        "-c",
        "import cutting, sys; from pathlib import Path; cutting.cut(*map(Path, sys.argv[1:3]), work=Path(sys.argv[3]))",
    ]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}"}
    outs = [tmp_path / name / "out" for name in ("one", "two")]
    runs = [
        subprocess.Popen([*command, str(shards), str(out), str(tmp_path / "work")], env=environment) for out in outs
    ]
    assert [run.wait() for run in runs] == [0, 0]
    digests = {cut(shards, out, work=tmp_path / "work").digest for out in outs}
    assert digests == {expected.digest}


def stored(work: Path) -> set[str]:
    return {file.relative_to(work).as_posix() for file in work.rglob("*") if file.is_file()}


def test_what_nobody_needs_any_more_goes(shards: Path, tmp_path: Path) -> None:
    """Of another state of the vault, not of other formats; nothing, while another run is at work."""
    vault, own, work = cutting.secret_vault(tmp_path / "vault"), tmp_path / "shards", tmp_path / "work"
    packed(vault, own, SHARDS)
    cut(own, tmp_path / "json", ["json"], work=work)
    of_json = stored(work)
    assert not [name for name in of_json if name.startswith("runs/") or name.endswith(".part")]
    cut(own, tmp_path / "neo4j", ["neo4j-bulk"], work=work)
    assert of_json < stored(work)
    before = stored(work)
    (vault / "aa" / "a.md").write_text("Now others: [[zz/Zqhidden]] and [[zz/Shown]].\n")
    packed(vault, own, SHARDS)
    (work / "notes" / "0a.7-ff.part").write_bytes(b"half")
    (work / "runs").mkdir(exist_ok=True)
    (work / "runs" / "another").write_bytes(b"")
    now = cut(own, tmp_path / "json", ["json"], work=work)
    assert before < stored(work)
    long_ago = (work / "runs" / "another").stat().st_mtime - LONGEST - 1
    os.utime(work / "runs" / "another", (long_ago, long_ago))
    again = cut(own, tmp_path / "json", ["json"], work=work)
    assert again.digest == now.digest
    assert "writing: 6 of 6 shards were done" in again.warnings
    left = stored(work) - {"runs/another"}
    assert left.isdisjoint({name for name in before if name.startswith("parts/")})
    cut(own, tmp_path / "fresh", ["json"], work=tmp_path / "other work")
    assert stored(tmp_path / "other work") == left


def test_another_program_of_the_same_version(shards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What other sources have made is made again; the same sources elsewhere are the same program."""
    work = tmp_path / "work"
    cut(shards, tmp_path / "out", ["json"], work=work)
    monkeypatch.setattr(program, "PACKAGE", copytree(program.PACKAGE, tmp_path / "elsewhere"))
    program.digest_program.cache_clear()
    assert "writing: 6 of 6 shards were done" in cut(shards, tmp_path / "out", ["json"], work=work).warnings
    (tmp_path / "elsewhere" / "writers" / "json.py").write_text("# other words\n")
    program.digest_program.cache_clear()
    assert cut(shards, tmp_path / "out", ["json"], work=work).warnings == []
    program.digest_program.cache_clear()


def test_copies_of_skeletons_that_nobody_fetched_for_a_day_go(tmp_path: Path) -> None:
    for name in ("own", "old", "new"):
        (tmp_path / name).write_bytes(b"")
        if name != "new":
            os.utime(tmp_path / name, (0, 0))
    forget_old(Store(str(tmp_path)), "own")
    assert stored(tmp_path) == {"own", "new"}
