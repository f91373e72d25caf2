"""Notes that take all time and memory, in each format that is a book; and runs that are killed over them."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from command import lay
from conftest import ROOT
from writers.books import made
from writers.handbook.test_handbook import make, of

from exporter.views.body import pandoc
from exporter.views.body.nodes import string
from exporter.views.body.pandoc import Node
from exporter.writers.handbook import typesetting
from exporter.writers.handbook.typst_code import LONGEST_PARAGRAPH, emit
from exporter.writers.handbook.typst_tree import TypstTree

T = TypeVar("T")
pytestmark = [pytest.mark.book, pytest.mark.slow]

LINKS = "[a](b) " * 6000  # of which pandoc takes the square, in memory
PROSE = "A *line* of **ordinary** words that `goes` on as *others* do.\n\n" * 4000
OTHERS = {f"n{number}": f"Harmless words {number}. [next](<topic:n{(number + 1) % 9}>)" for number in range(9)}


@pytest.mark.parametrize("name", ["handbook", "epub", "docx"])
def test_a_note_that_pandoc_does_not_bear_is_printed_as_source(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "MEMORY", 128 << 20)
    monkeypatch.setattr(pandoc, "MEMORY_A_BYTE", 100)
    files, findings = made(name, of({**OTHERS, "links": LINKS}))
    assert [(finding.code, finding.source.file) for finding in findings] == [("note-as-source", "links.md")]
    assert "takes too much time or memory" in findings[0].message
    assert files


def test_a_note_that_typst_does_not_bear_is_printed_as_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(typesetting, "MEMORY", 180 << 20)  # from 130 to 200 will do
    monkeypatch.setattr(typesetting, "MEMORY_A_PAGE", 0)
    data, findings = make(of({**OTHERS, "prose": PROSE}))
    assert [(finding.code, finding.source.file) for finding in findings] == [("note-as-source", "prose.md")]
    assert "it takes more than" in findings[0].message
    (tmp_path / "a.pdf").write_bytes(data)
    said = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert said.count("Harmless words") == 9
    assert said.count("ordinary** words") == 4000


def test_a_very_long_paragraph_is_set_in_several() -> None:
    words = [f"w{number}" for number in range(20_000)]
    nodes = [
        string(f"{word} ") if number % 7 else {"t": "Emph", "c": [string(word)]} for number, word in enumerate(words)
    ]
    for inlines in (nodes, [string(" ".join(words))], [{"t": "Emph", "c": [string("y" * 99_999)]}]):
        pieces: list[object] = []
        emit([{"t": "Para", "c": inlines}], pieces.append)
        code = "".join(map(str, pieces))
        assert "".join(re.findall(r"[wy]\d*", code)) in ("".join(words), "y" * 99_999)
        paragraphs = code.split("parbreak()")
        assert len(paragraphs) == 1 or max(map(len, paragraphs)) < 3 * LONGEST_PARAGRAPH
        assert (len(paragraphs) > 9) == ("w" in code)


@pytest.mark.parametrize(("length", "coloured"), [(100, True), (100_000, False)])
def test_code_with_a_very_long_line_has_no_colours(length: int, coloured: bool) -> None:
    pieces: list[object] = []
    made: list[Node] = TypstTree.code(None, "json", f"[\n{'1, ' * (length // 3)}\n]")  # type: ignore[arg-type]
    emit(made, pieces.append)
    assert ('lang: "json"' in "".join(map(str, pieces))) == coloured


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize(
    ("name", "program", "text"), [("epub", "pandoc", LINKS * 10), ("handbook", "typst_server", PROSE * 2)]
)
def test_a_killed_run_leaves_no_program_behind(
    name: str, program: str, text: str, number: signal.Signals, tmp_path: Path
) -> None:
    vault, temporary = lay(tmp_path / "vault", {"Note.md": text}), tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "exporter", "--format", name, "--vault", str(vault), "--any-folder"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL, preexec_fn=_hear_signals
    ) as process:
        children = _wait(lambda: [pid for pid in _children(process.pid) if program in _command(pid)])
        process.send_signal(number)
        process.wait(timeout=60)
    assert process.returncode != 0
    _wait(lambda: not any(program in _command(pid) for pid in children))
    if number != signal.SIGKILL:
        assert not list(temporary.iterdir())


def _hear_signals() -> None:
    """Where the tests run in the background of a shell, they and their children are deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _children(parent: int) -> list[int]:
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = file.read_text().split(" ", 1)
        except OSError:  # it has ended
            continue
        if int(rest.rsplit(")", 1)[1].split()[1]) == parent:
            found.append(int(pid))
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("hold.py")[0]  # which is not it yet
    except OSError:
        return ""


def _wait(condition: Callable[[], T]) -> T:
    """What the condition says, once it says something."""
    for _ in range(1200):
        if met := condition():
            return met
        time.sleep(0.05)
    pytest.fail("it did not happen")
