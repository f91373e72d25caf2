"""Typst in a process of its own, held to a limit: what a note does to it does not reach the run.

Typst remembers what it has set, so a volume's rounds share a process; all memory is free again when that ends. The
process itself is typst_server.py.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any

from exporter.views.body.limits import Limit, LimitError, RefusalError

SERVER = Path(__file__).with_name("typst_server.py")


class Compiler:
    """Typst, in a process that is made when it is first asked, and anew after one has taken too much."""

    def __init__(self, limit: Limit, folder: Path) -> None:
        self._limit, self._folder = limit, folder
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Compiler:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def ask(self, function: str, files: Mapping[str, bytes], *arguments: object, **settings: object) -> Any:
        """What a function of Typst's makes of the files.

        Raises:
            RefusalError: it is wrong.
            LimitError: it takes too much.
        """
        process = self._process = self._process or self._start()
        assert process.stdin
        assert process.stdout
        watch = Timer(self._limit.patience, process.kill)
        watch.start()
        try:
            pickle.dump((self._limit.seconds, function, (files, *arguments), settings), process.stdin)
            process.stdin.flush()
            made, *refusal = pickle.load(process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError):
            self._end()
            raise LimitError(f"it takes {self._limit}") from None
        finally:
            watch.cancel()
        if refusal:
            raise RefusalError(*refusal)
        return made

    def _start(self) -> subprocess.Popen[bytes]:
        command = self._limit.command([sys.executable, "-P", str(SERVER)])
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=self._folder)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()
