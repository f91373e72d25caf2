"""What the notes show as code runs, and prints what they say."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from notes.blocks import VAULT, Block, blocks

LONGEST = 35  # lines of a listing
WIDEST = 76  # letters of a line: as wide as a page of the book
SECONDS = 60
LANGUAGES = {"python", "mlir", "output", "mermaid", "text", "cpp", "console"}
# "`iree-opt --canonicalize` prints:" between two blocks says that the second is the first after the passes
PASSES = re.compile(r"`iree-opt ([^`]*)`[^`]*:$")

PYTHON = [block for block in blocks("python") if not block.is_illustrative]
MLIR = [block for block in blocks("mlir") if not block.is_illustrative]


def name_of(block: Block) -> str:
    return f"{block.note}:{block.line}"


def run(command: list[str], folder: Path, text: str = "") -> str:
    result = subprocess.run(
        command, cwd=folder, input=text, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("block", PYTHON, ids=name_of)
def test_python_prints_what_the_note_says(block: Block, tmp_path: Path) -> None:
    (tmp_path / "block.py").write_text(block.code, encoding="utf-8")
    printed = run([sys.executable, "-W", "error", "block.py"], tmp_path)
    assert printed == block.output, "mend the block below it; one in `output` has to follow"


@pytest.mark.parametrize("block", PYTHON, ids=name_of)
def test_python_needs_nothing_but_numpy(block: Block) -> None:
    imports = re.findall(r"^\s*(?:import|from) (\w+)", block.code, re.MULTILINE)
    assert {*imports} - sys.stdlib_module_names <= {"numpy"}


@pytest.mark.parametrize("block", [*blocks("python", "mlir", "cpp", "output")], ids=name_of)
def test_listings_fit_a_page(block: Block) -> None:
    lines = block.code.splitlines()
    assert len(lines) <= LONGEST or block.language != "python"
    assert max(map(len, lines), default=0) <= WIDEST


@pytest.mark.parametrize("block", MLIR, ids=name_of)
def test_mlir_is_right(block: Block, tmp_path: Path) -> None:
    """It is parsed and verified; and what a note says that passes make of it they make of it."""
    tool = shutil.which("iree-opt", path=str(Path(sys.executable).parent))
    assert tool, "pip install iree-base-compiler"
    parsed = run([tool, "-"], tmp_path, block.code)
    if passes := PASSES.search(block.above):
        (before,) = [each for each in MLIR if each.note == block.note and each.line < block.line][-1:]
        assert run([tool, *passes[1].split(), "-"], tmp_path, before.code) == parsed


def test_what_is_not_run_says_so_and_what_it_follows() -> None:
    for block in blocks("python", "mlir", "cpp"):
        if block.is_illustrative:
            assert "](http" in block.above, f"{name_of(block)}: say which page it follows"
        else:
            assert block.language != "cpp", f"{name_of(block)}: it cannot be run, so say that it is illustrative"


def test_every_block_says_its_language() -> None:
    for path in VAULT.rglob("*.md"):
        fences = re.findall(r"^```(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert {*fences[::2]} <= LANGUAGES and {*fences[1::2]} <= {""}, path.name
