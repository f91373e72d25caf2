"""However many processes read a vault, and whatever happens to them, the result is the same."""

import os
import pickle
import signal
import subprocess
import sys
import threading
from multiprocessing import active_children
from pathlib import Path

import pytest
from conftest import ROOT

from exporter import ReadOptions, read
from exporter.reader.batch import processes
from exporter.reader.batch.columns import NO_WORDS
from exporter.reader.batch.resolve import Names
from exporter.reader.vault.scan import scan

MAP = ReadOptions(map="-")


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """Forty notes that link to one another, by names that are ambiguous, missing, or in properties."""
    for number in range(40):
        folder = tmp_path / f"part {number % 3}"
        folder.mkdir(exist_ok=True)
        text = f"---\ntags: [t{number % 5}]\nup: '[[note 1]]'\n---\n# Note {number}\n\n[[note {number * 7 % 50}]] [[twin]] #x\n"
        (folder / f"note {number}.md").write_text(text, encoding="utf-8")
        (folder / "twin.md").write_text(f"[[note {number}#Note {number}|words]] [u](https://e.org/{number})")
    (tmp_path / "start.md").write_text("[[twin]]", encoding="utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def for_small_vaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "MANY", 0)
    monkeypatch.setattr(processes, "BATCH", 3)


@pytest.mark.slow
@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.parametrize("number", [2, 3, 20])
def test_the_number_of_processes_does_not_matter(
    vault: Path, start: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if start == "fork" and sys.platform != "linux":
        pytest.skip("processes are forked on Linux alone")
    monkeypatch.setattr(processes, "START", start)
    expected = read(vault, MAP, workers=1)
    assert read(vault, MAP, workers=number) == expected
    assert len(expected[0].topics) > 40 and len(expected[0].links) > 80
    assert {finding.code for finding in expected[1]} == {"missing-note", "ambiguous-link", "duplicate-id"}
    assert active_children() == []


def test_an_unreadable_note_is_told_by_whoever_reads_it(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (0, 20, 39):
        note = next(vault.rglob(f"note {number}.md"))
        note.write_bytes(b"x" * 2000)
    mapping = ReadOptions(map="-", largest_note=0.001)
    expected = read(vault, mapping, workers=1)
    assert [finding.code for finding in expected[1]].count("large-note") == 3
    assert read(vault, mapping, workers=3) == expected


def test_the_work_of_a_process_that_is_gone_is_done_by_another(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = read(vault, MAP, workers=1)
    main = os.getpid()
    real = processes.Work.read

    def killed(self: processes.Work, numbers: range) -> processes.Batch:
        if os.getpid() != main:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, numbers)

    monkeypatch.setattr(processes, "START", "fork")
    monkeypatch.setattr(processes.Work, "read", killed)
    assert read(vault, MAP, workers=3) == expected
    assert active_children() == []


def test_an_error_ends_the_others_too(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def tick(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(vault, MAP, tick, workers=3)
    assert active_children() == []


def test_progress_is_told_in_order(vault: Path) -> None:
    ticks: list[tuple[int, int]] = []
    read(vault, MAP, lambda done, total: ticks.append((done, total)), workers=3)
    assert ticks == sorted(ticks)
    assert ticks[-1] == (44, 44)


def test_a_program_with_threads_is_not_forked() -> None:
    assert processes.processors() >= 1
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    assert processes.processors() == 1
    stop.set()
    thread.join()


def test_work_can_be_sent(vault: Path) -> None:
    """Nothing that a process needs is left to what it inherits."""
    listed = scan(vault)
    work = processes.Work(listed, Names([*listed.notes, *listed.attachments]), NO_WORDS)
    assert pickle.loads(pickle.dumps(work)).read(range(5)) == work.read(range(5))


def test_interrupted_from_the_keyboard_it_ends_quietly(vault: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from exporter import ReadOptions, read\n"
        "from exporter.reader.batch import processes\n"
        "processes.MANY, processes.BATCH = 0, 1\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored where the tests run in the background
        "def tick(done, total): os.killpg(0, signal.SIGINT)\n"
        "try: read(Path(sys.argv[1]), ReadOptions(map='-'), tick, workers=3)\n"
        "except KeyboardInterrupt: print('ended')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(vault)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        start_new_session=True,
    )
    assert run.stdout == "ended\n"
    assert run.stderr == ""
