"""What the tests of the whole program share: lay a vault down, run the command in a process of its own, look at the files."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from conftest import ROOT

FINDING = re.compile(r"(.+?):(\d+): (error|warning|note): (.+) \[([a-z0-9-]+)\]")
SUMMARY = re.compile(
    r"(?P<notes>\d+) notes? \((?P<topics>\d+) topics?, (?P<map>\d) map, (?P<excluded>\d+) excluded(?:, (?P<hidden>\d+) hidden)?\), "
    r"\d+ topics? \(\d+ without a note\), \d+ areas?, \d+ tags?, (?P<links>\d+) links? \((?P<resolved>\d+) resolved, "
    r"(?P<unresolved>\d+) unresolved, (?P<external>\d+) external\), (?P<findings>\d+) findings?(?: \([^)]+\))?, \d+\.\d\d seconds"
    r"(?:, mappings: (?P<mappings>.+))?"
)
MAP = "# Our map\n\n## Areas\n- [[Hill]] - what rises\n\n## Topics by Area\n### Hill\n- [[Tree]]\n\n#index\n"
VAULT = {"Map.md": MAP, "Hill.md": "A hill.\n", "Tree.md": "Grows on the [[Hill]].\n"}  # a vault without a flaw


class Told(NamedTuple):
    """A finding as printed."""

    place: str
    line: int
    level: str
    message: str
    code: str


class Run(NamedTuple):
    """What one run said, in lines."""

    code: int
    paths: list[str]  # standard output
    said: list[str]  # standard error

    @property
    def findings(self) -> list[Told]:
        found = (FINDING.fullmatch(line) for line in self.said)
        return [Told(match[1], int(match[2]), match[3], match[4], match[5]) for match in found if match]

    @property
    def doubts(self) -> list[str]:
        """The line of what the compiled core has left to Python, where there is a core and `--all` asks."""
        return [line for line in self.said if line.startswith("left to Python by the compiled core")]

    @property
    def error(self) -> str:
        """The one error; a traceback is never one."""
        errors = [line for line in self.said if line.startswith("Error: ")]
        assert len(errors) == 1, self.said
        return errors[0].removeprefix("Error: ")


def mlk_export(*arguments: str | Path, cwd: Path, **environment: str) -> Run:
    """Run the command in the folder `cwd`; that it shows no traceback is checked here for all tests."""
    path = os.pathsep.join([str(ROOT), environment.pop("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "exporter", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1", **environment, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    out, err = (stream.decode("utf-8", "surrogateescape") for stream in (done.stdout, done.stderr))
    assert "Traceback" not in err, err
    return Run(done.returncode, out.split("\n")[:-1], err.split("\n")[:-1])


def lay(folder: Path, files: Mapping[str, str | bytes] = VAULT) -> Path:
    """Write the files below the folder; gives the folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def tree(folder: Path) -> dict[str, bytes | str | None]:
    """All that lies below a folder: the bytes of files, where links lead, None for folders."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink())
        if path.is_symlink()
        else path.read_bytes()
        if path.is_file()
        else None
        for path in sorted(folder.rglob("*"))
    }
