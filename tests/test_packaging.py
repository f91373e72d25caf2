"""What people install and what runs in their repositories: the wheel, the sdist, the pre-commit hook, the GitHub action."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command import VAULT, lay, tree
from conftest import ROOT, TESTS
from yaml12 import parse_yaml

from exporter import writers
from exporter.version import VERSION

pytestmark = pytest.mark.slow

FLAW = {**VAULT, "Tree.md": "Grows on the [[Hil]].\n"}
UV = [sys.executable, "-m", "uv", "--quiet"]
NO_CARGO = "/nowhere/cargo"  # for CARGO: as where there is no Rust
NO_RUST = {"PATH": str(Path(sys.executable).parent), "MLK_EXPORT_CORE": "", "MLK_EXPORT_REQUIRE": ""}
# What is tested without the core: each rule of Obsidian, notes, and what a cache keeps of them
FORMATS = "json,skos,neo4j,opml,canvas"  # those that need no book
WITHOUT_RUST = ["conformance", *(f"reader/test_{name}.py" for name in ("native", "note", "cache"))]
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
    """Have what the compiled core needs built as `make` has built it, and not anew by each who installs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARGO_TARGET_DIR", str(ROOT / "native" / "target"))
        patch.setenv("SETUPTOOLS_RUST_CARGO_PROFILE", "dev")
        patch.setenv("CARGO_INCREMENTAL", "0")  # it is built once
        yield


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as git has it, or would have it, in a repository of its own."""
    folder = tmp_path_factory.mktemp("project")
    for name in tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    run(*GIT, "init", "--quiet", cwd=folder)
    run(*GIT, "add", "--all", cwd=folder)
    run(*GIT, "commit", "--quiet", "--message", "As it stands", cwd=folder)
    return folder


def tracked() -> list[str]:
    names = subprocess.check_output([*GIT, "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, text=True).split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def wheel_and_sdist(project: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """As `make wheel` makes them; where there is no Rust, or no Linux, as anybody does."""
    folder = tmp_path_factory.mktemp("dist")
    source = shutil.copytree(project, folder / "source", ignore=shutil.ignore_patterns(".git"))
    if shutil.which("cargo") and sys.platform == "linux":
        run(source / ".ci" / "wheel", sys.executable, folder, cwd=folder, CRATE_FLAGS="-C opt-level=0")
    else:
        run(*UV, "build", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder, source, cwd=folder)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, sdist


@pytest.fixture(scope="session")
def pure(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel made where there is no Rust."""
    folder = tmp_path_factory.mktemp("pure")
    source = shutil.copytree(project, folder / "source", ignore=shutil.ignore_patterns(".git"))
    given = ("--no-build-isolation", "--python", sys.executable, "--out-dir", folder)
    run(*UV, "build", "--wheel", *given, source, cwd=folder, **NO_RUST)
    (wheel,) = folder.glob("*.whl")
    return wheel


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


def test_the_wheel_is_for_every_python_and_old_systems(
    wheel_and_sdist: tuple[Path, Path], require: Callable[[bool, str], None]
) -> None:
    """It would not be there if auditwheel had refused it; so here is what the linker wrote, as nobody repairs that."""
    require(shutil.which("cargo") is not None and sys.platform == "linux", "cargo, of Rust 1.85 or newer, on Linux")
    wheel = wheel_and_sdist[0]
    assert {*wheel.stem.split("-")[2:4]} == {"cp311", "abi3"}
    assert "manylinux2014_" in wheel.stem.split("-")[4]
    (core,) = filter(is_core, names_in(wheel))
    versions = re.findall(rb"GLIBC_2\.(\d+)", zipfile.ZipFile(wheel).read(core))
    assert 0 < max(map(int, versions)) <= 17


def test_the_wheel_reads_by_the_core(clean: Path, tmp_path: Path, require: Callable[[bool, str], None]) -> None:
    require(shutil.which("cargo") is not None, "cargo, of Rust 1.85 or newer")
    lay(tmp_path)
    assert "compiled core: yes" in run(clean / "mlk-export", "--version", cwd=tmp_path)
    run(clean / "mlk-export", "check", cwd=tmp_path, MLK_EXPORT_CORE="compiled")


def test_without_rust_there_is_a_wheel_without_the_core(pure: Path) -> None:
    assert names_in(pure) == {name for name in tracked() if name.startswith("exporter/")}


def test_without_rust_all_is_read_and_written_alike(pure: Path, project: Path, tmp_path: Path) -> None:
    """The wheel without the core passes the reader's tests, and makes of the bundled vault what the core makes."""
    python = tmp_path / "venv" / "bin" / "python"
    run(*UV, "venv", "--python", sys.executable, tmp_path / "venv", cwd=tmp_path)
    run(*UV, "pip", "install", "--no-deps", "--python", python, pure, cwd=tmp_path, **NO_RUST)
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip()
    # What the tests need, but not the project, since a line of a .pth file is a folder whose own such files are not read
    Path(packages, "others.pth").write_text(sysconfig.get_path("purelib"))
    assert "compiled core: no (it was not built" in run(python, "-m", "exporter", "--version", cwd=tmp_path, **NO_RUST)
    for name, program in (("without", python), ("with", sys.executable)):
        given = ("--vault", ROOT / "vault", "--mappings", ROOT / "mappings", "--no-cache", "--out", tmp_path / name)
        run(program, "-m", "exporter", "--format", FORMATS, *given, cwd=tmp_path, **NO_RUST)
    assert tree(tmp_path / "without") == tree(tmp_path / "with")
    quick = ("-m", "not (slow or server or java or book)", "--hypothesis-profile=quick", "-p", "no:cacheprovider")
    chosen = [project / "tests" / name for name in WITHOUT_RUST]
    said = run(python, "-P", "-m", "pytest", "-q", "-rs", *quick, *chosen, cwd=project, **NO_RUST)
    assert "the compiled core: no (it was not built" in said


def names_in(wheel: Path) -> set[str]:
    return {name for name in zipfile.ZipFile(wheel).namelist() if "dist-info" not in name and name[-1] != "/"}


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
    revision = run(*GIT, "rev-parse", "HEAD", cwd=project).strip()
    hooks = f"repos: [{{repo: '{project}', rev: {revision}, hooks: [{{id: mlk-export-check}}]}}]\n"
    lay(tmp_path, {**vault, ".pre-commit-config.yaml": hooks})
    run(*GIT, "init", "--quiet", cwd=tmp_path)
    run(*GIT, "add", "--all", cwd=tmp_path)
    kept = str(tmp_path_factory.getbasetemp() / "pre-commit")  # the second time, it is there already
    command = (sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose")
    given = {"PRE_COMMIT_HOME": kept, "PIP_NO_COMPILE": "1", "CARGO": NO_CARGO}
    said = run(*command, cwd=tmp_path, code=code, **given)
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
