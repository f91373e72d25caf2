"""A command that stays, in a process of its own: what it says is waited for, and nothing is timed but despair."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Thread
from typing import IO, NamedTuple

from conftest import ROOT

DESPAIR = 60  # seconds after which nothing will come any more, however busy the machine is


class Line(NamedTuple):
    """What was said, and where."""

    text: str
    is_result: bool  # on standard output


class Live:
    """The command while it runs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.lines = process, list[Line]()
        self._said, self._ends = Condition(), 0
        self._read = {
            True: 0,
            False: 0,
        }  # lines up to the last one that was heard, by stream: which one is read first, nobody knows
        assert process.stdout and process.stderr
        streams = ((process.stdout, True), (process.stderr, False))
        self._threads = [Thread(target=self._listen, args=stream) for stream in streams]
        for thread in self._threads:
            thread.start()

    def _listen(self, stream: IO[str], is_result: bool) -> None:
        for line in stream:
            with self._said:
                self.lines.append(Line(line.rstrip("\n"), is_result))
                self._said.notify_all()
        with self._said:
            self._ends += 1
            self._said.notify_all()

    def hear(self, words: str) -> str:
        """Wait for the next line of a stream that holds these words; gives it."""

        def heard() -> int:
            """Its number."""
            for number, line in enumerate(self.lines, 1):
                if number > self._read[line.is_result] and words in line.text:
                    return number
            return 0

        with self._said:
            assert self._said.wait_for(lambda: self._ends == 2 or heard(), DESPAIR), (
                f"{words!r} did not come: {self.said}"
            )
            number = heard()
            assert number, f"it ended, and {words!r} did not come: {self.said}"
            line = self.lines[number - 1]
            self._read[line.is_result] = number
            return line.text

    @property
    def said(self) -> list[str]:
        return [line.text for line in self.lines]

    @property
    def paths(self) -> list[str]:
        return [line.text for line in self.lines if line.is_result]

    @property
    def news(self) -> list[str]:
        """What changed, of each export after the first."""
        return [line.text.partition(" changed: ")[0] for line in self.lines if " changed: " in line.text]

    @property
    def errors(self) -> list[str]:
        return [line.text for line in self.lines if line.text.startswith("Error: ")]

    def end(self, number: int = signal.SIGINT) -> int:
        """Send it a signal; gives its exit code when all that it said was heard."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        code = self.process.wait(DESPAIR)
        for thread in self._threads:
            thread.join()
        return code


def obey() -> None:
    """Let Ctrl+C be heard, as a suite that runs in the background is told to ignore it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def live(*arguments: str | Path, cwd: Path, **environment: str) -> Iterator[Live]:
    """Run the command in the folder `cwd`; that it shows no traceback is checked here for all tests."""
    path = os.pathsep.join([str(ROOT), environment.pop("PYTHONPATH", "")])
    process = subprocess.Popen(
        [sys.executable, "-m", "exporter", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", **environment, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="surrogateescape",
        preexec_fn=obey,
    )
    running = Live(process)
    try:
        yield running
    finally:
        process.kill()
        running.wait()
        assert process.stdout and process.stderr
        process.stdout.close()
        process.stderr.close()
    assert not any("Traceback" in line for line in running.said), running.said
