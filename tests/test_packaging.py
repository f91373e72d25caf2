"""What people install and what runs in their repositories: the wheel, the sdist, the pre-commit hook, the GitHub action."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command import VAULT, lay
from conftest import ROOT, TESTS
from yaml12 import parse_yaml

from exporter import writers
from exporter.version import VERSION

pytestmark = pytest.mark.slow

FLAW = {**VAULT, "Tree.md": "Grows on the [[Hil]].\n"}
UV = [sys.executable, "-m", "uv", "--quiet"]
NO_CARGO = "/nowhere/cargo"  # for CARGO: as where there is no Rust
GIT = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]


def run(*command: str | Path, cwd: Path, code: int = 0, **environment: str) -> str:
    """What a command says on both streams; it has to end with this code."""
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="session", autouse=True)
def one_core() -> Iterator[None]:
    """Have the compiled core built as `make` has built it, and not anew by each who installs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARGO_TARGET_DIR", str(ROOT / "native" / "target"))
        patch.setenv("SETUPTOOLS_RUST_CARGO_PROFILE", "dev")
        yield


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as git has it, or would have it, in a repository of its own."""
    folder = tmp_path_factory.mktemp("project")
    for name in tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    run(*GIT, "init", "--quiet", cwd=folder)
    run(*GIT, "add", "--all", cwd=folder)
    run(*GIT, "commit", "--quiet", "--message", "As it stands", cwd=folder)
    return folder


def tracked() -> list[str]:
    names = subprocess.check_output([*GIT, "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, text=True).split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def wheel_and_sdist(project: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("dist")
    source = shutil.copytree(project, folder / "source", ignore=shutil.ignore_patterns(".git"))
    run(*UV, "build", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder, source, cwd=folder)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, sdist


@pytest.fixture(scope="session")
def clean(wheel_and_sdist: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel, what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("clean")
    run(*UV, "venv", "--seed", "--python", sys.executable, folder / "venv", cwd=folder)
    programs = folder / "venv" / "bin"
    given = ("--python", programs / "python", "--constraint", ROOT / "constraints.txt", wheel_and_sdist[0])
    run(*UV, "pip", "install", *given, cwd=folder)
    return programs


def test_the_wheel_has_all_of_the_package(wheel_and_sdist: tuple[Path, Path]) -> None:
    names = names_in(wheel_and_sdist[0])
    assert {name for name in names if not is_core(name)} == {name for name in tracked() if name.startswith("exporter/")}


def test_the_wheel_has_the_compiled_core(
    wheel_and_sdist: tuple[Path, Path], require: Callable[[bool, str], None]
) -> None:
    require(shutil.which("cargo") is not None, "cargo, of Rust 1.85 or newer")
    assert any(map(is_core, names_in(wheel_and_sdist[0])))
    assert "none-any" not in wheel_and_sdist[0].name


def test_without_rust_there_is_a_wheel_without_it(project: Path, tmp_path: Path) -> None:
    source = shutil.copytree(project, tmp_path / "source", ignore=shutil.ignore_patterns(".git"))
    command = (
        *UV,
        "build",
        "--wheel",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "--out-dir",
        tmp_path,
        source,
    )
    run(*command, cwd=tmp_path, CARGO=NO_CARGO)
    (wheel,) = tmp_path.glob("*.whl")
    assert names_in(wheel) == {name for name in tracked() if name.startswith("exporter/")}


def names_in(wheel: Path) -> set[str]:
    return {name for name in zipfile.ZipFile(wheel).namelist() if "dist-info" not in name}


def is_core(name: str) -> bool:
    return name.startswith("exporter/_native.")


def test_the_sdist_has_all_of_the_project(wheel_and_sdist: tuple[Path, Path]) -> None:
    with tarfile.open(wheel_and_sdist[1]) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}
    assert {*tracked()} <= names


def test_a_registry_takes_both(wheel_and_sdist: tuple[Path, Path]) -> None:
    run(sys.executable, "-m", "twine", "check", "--strict", *wheel_and_sdist, cwd=ROOT)


@pytest.mark.book
def test_the_wheel_makes_every_format(clean: Path, tmp_path: Path) -> None:
    shutil.copytree(TESTS / "vaults" / "small", tmp_path / "vault")
    run(clean / "mlk-export", "init", cwd=tmp_path)
    run(clean / "mlk-export", "--format", "all", cwd=tmp_path)
    made = {path.name: len([*path.iterdir()]) for path in (tmp_path / "out").iterdir() if path.is_dir()}
    assert made.keys() == {*writers.built_in()}
    assert all(made.values())


def test_uvx_runs_it_from_a_folder(project: Path) -> None:
    said = run(
        *UV,
        "tool",
        "run",
        "--python",
        sys.executable,
        "--from",
        ".",
        "mlk-export",
        "--version",
        cwd=project,
        CARGO=NO_CARGO,
    )
    assert VERSION in said.split()


@pytest.mark.parametrize(("vault", "code"), [(VAULT, 0), (FLAW, 1)])
def test_the_hook_stops_a_commit_that_breaks_a_link(
    vault: dict[str, str], code: int, project: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lay(tmp_path, vault)
    run(*GIT, "init", "--quiet", cwd=tmp_path)
    run(*GIT, "add", "--all", cwd=tmp_path)
    kept = str(tmp_path_factory.getbasetemp() / "pre-commit")  # the second time, it is there already
    hook = ("pre_commit", "try-repo", project, "mlk-export-check", "--all-files", "--verbose")
    said = run(sys.executable, "-m", *hook, cwd=tmp_path, code=code, PRE_COMMIT_HOME=kept, CARGO=NO_CARGO)
    assert re.search(r"check the vault\.+(Passed|Failed)", said)
    assert ("Tree.md:1: " in said and "missing-note" in said) == bool(code)


ACTION: dict[str, Any] = parse_yaml((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "name" in step}


def step(name: str, inputs: dict[str, str], clean: Path, cwd: Path, code: int = 0) -> str:
    """Run a step as GitHub does: `bash -e`, with the inputs in its environment."""
    values = {key: str(given["default"]) for key, given in ACTION["inputs"].items()} | inputs
    environment = {
        variable: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: values[match[1]], text)
        for variable, text in STEPS[name].get("env", {}).items()
    }
    github = {
        "PATH": f"{clean}{os.pathsep}{os.environ['PATH']}",
        "RUNNER_TEMP": str(cwd / "temp"),
        "GITHUB_OUTPUT": str(cwd / "output"),
        "GITHUB_ACTION_PATH": str(ROOT),
    }
    return run("bash", "-eo", "pipefail", "-c", STEPS[name]["run"], cwd=cwd, code=code, **environment, **github)


def test_the_action_is_one() -> None:
    command = ("check_jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml")
    run(sys.executable, "-m", *command, cwd=ROOT)
    assert not any("${{" in each.get("run", "") for each in STEPS.values()), "what was given could be a command"


def test_the_action_annotates_the_line(clean: Path, tmp_path: Path) -> None:
    lay(tmp_path / "notes", FLAW)
    said = step("Check", {"vault": "notes"}, clean, tmp_path, code=1)
    assert re.search(r"^::(warning|error) file=notes/Tree\.md,line=1[,:]", said, re.MULTILINE)
    lay(tmp_path / "notes", VAULT)
    step("Check", {"vault": "notes"}, clean, tmp_path)


def test_the_action_exports(clean: Path, tmp_path: Path) -> None:
    lay(tmp_path / "notes", VAULT)
    given = {"vault": "notes", "formats": "skos, opml", "arguments": "--set\nskos.base=https://example.org/hills/\n"}
    step("Export", given, clean, tmp_path)
    folder = tmp_path / "temp" / "mlk-export"
    assert (tmp_path / "output").read_text() == f"folder={folder}\n"
    assert {path.name for path in folder.iterdir() if path.is_dir()} == {"opml", "skos"}
    assert "https://example.org/hills/" in (folder / "skos" / "knowledge-map.ttl").read_text(encoding="utf-8")


def test_the_dockerfile_is_sound() -> None:
    """No engine runs here: it is read by a linter, and what it copies is there."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    if shutil.which("hadolint", path=Path(sys.executable).parent):
        run(Path(sys.executable).parent / "hadolint", "Dockerfile", cwd=ROOT)
    known = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE):
        for name in line.split():
            assert (ROOT / name).exists()
            assert f"!{name}" in known, "what is ignored is not copied"
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["65534"], "nobody"
