"""What the handbook's writer hands to Typst, compiled again with nothing around it.

`python -m benchmarks.typesetting VAULT FILE` keeps what `--format handbook` hands over; `python -m benchmarks.typesetting
FILE` compiles it into a PDF beside the file. Pictures are not kept, the vault must have none.
"""

import pickle
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from benchmarks.commands import MAPPINGS, ONE_VOLUME


def keep(vault: str, kept: Path) -> None:
    """Run the command with a Typst that writes down what it is given; what it is given last is what becomes the book."""
    from exporter.cli import main
    from exporter.writers.handbook.compiler import Compiler

    ask = Compiler.ask

    def keeping(self: Compiler, function: str, files: Mapping[str, bytes], *given: object, **settings: object) -> Any:
        kept.write_bytes(pickle.dumps((files, settings)))
        return ask(self, function, files, *given, **settings)

    Compiler.ask = keeping  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as out:
        handbook = ["--format", "handbook", "--no-cache", "--vault", vault, *MAPPINGS, "--out", out, *ONE_VOLUME]
        main(handbook, standalone_mode=False)


def compile_kept(kept: Path) -> None:
    """Compile it, in a folder where nothing else is."""
    files, settings = pickle.loads(kept.read_bytes())
    with tempfile.TemporaryDirectory() as empty:
        folders = dict.fromkeys(("root", "package_path", "package_cache_path"), empty)
        pdf, _ = typst.compile_with_warnings(files, **settings | folders)
    kept.with_suffix(".pdf").write_bytes(pdf)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        keep(sys.argv[1], Path(sys.argv[2]))
    else:
        compile_kept(Path(sys.argv[1]))
