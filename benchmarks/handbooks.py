"""The handbook, beside what it cannot do without, Typst, and what one would use instead, pandoc with xelatex.

Typst alone compiles the very files that our writer hands to it for a book of one volume. pandoc is that of the wheel; xelatex comes from the system:
apt-get install texlive-xetex texlive-latex-recommended texlive-fonts-recommended lmodern.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from math import inf
from pathlib import Path

import pypandoc

from benchmarks import commands, page
from benchmarks.measure import Row, measure
from benchmarks.vaults import ROOT

SIZES = (80, 320)  # notes
LARGE = 1_280  # measured once
TYPST, XELATEX = "Typst alone", "pandoc with xelatex"


@dataclass(frozen=True)
class Book:
    """The files that a command makes, of one book."""

    row: Row
    folder: Path
    pattern: str

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.glob(self.pattern))


def lines(runs: int, large: bool) -> Iterator[str]:
    """The table: what each book costs, and how much of that Typst alone and xelatex would."""
    programs = f"Typst {version('typst')}, pandoc {pypandoc.get_pandoc_version()}, {_xelatex() or 'no xelatex'}"
    yield (
        f"{page.machine()}; {programs}; each command a process of its own, in turns, medians of {runs} runs "
        "(of one, where notes are more than a thousand); the peak is that of the largest process."
    )
    yield ""
    yield "| notes | command | pages | MB | wall s | CPU s | peak MB | MB a page | CPU, Typst = 1 | CPU, xelatex = 1 |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    for notes in (*SIZES, LARGE) if large else SIZES:
        print(f"handbook of {notes} notes", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="mlk-export-benchmarks-") as folder:
            yield from _size(notes, runs, Path(folder))


def _size(notes: int, runs: int, folder: Path) -> Iterator[str]:
    _python("lessons", str(folder), str(notes))
    _python("typesetting", str(folder / "vault"), str(folder / "typst.pickle"))
    books = _books(folder, notes == LARGE)
    measure([book.row for book in books], runs, slow=0 if notes == LARGE else inf)  # ratios want like with like
    size = sum(path.stat().st_size for path in (folder / "vault").iterdir()) / 1e6
    cpu = {book.row.name: book.row.cpu for book in books if book.row.runs}
    for book in books:
        row, title = book.row, f"{notes:,}, {size:.1f} MB" if book is books[0] else ""
        if not row.runs:
            yield f"| {title} | {row.name}: {row.failure} | | | | | | | | |"
            continue
        pages = _pages(book.files)
        page_memory = f"{row.peak / pages:.1f}" if pages and len(book.files) == 1 else ""  # volumes come one by one
        made = f"{pages or ''} | {sum(file.stat().st_size for file in book.files) / 1e6:.1f}"
        ratios = [f"{row.cpu / cpu[other]:.2f}" if other in cpu else "" for other in (TYPST, XELATEX)]
        yield f"| {title} | {row.name} | {made} | {row.wall:.1f} | {row.cpu:.1f} | {row.peak:.0f} | {page_memory} | {' | '.join(ratios)} |"


def _books(folder: Path, large: bool) -> list[Book]:
    vault, plain, xelatex = folder / "vault", sorted((folder / "plain").iterdir()), folder / "xelatex.pdf"
    alone = [sys.executable, "-m", "benchmarks.typesetting", str(folder / "typst.pickle")]
    pandoc = [pypandoc.get_pandoc_path(), "--pdf-engine=xelatex", "--toc", f"--output={xelatex}", *map(str, plain)]
    missing = "" if shutil.which("xelatex") else "not measured, xelatex is missing"
    handbook, epub, docx = commands.writing(vault, folder, ("handbook", "epub", "docx"))
    books = [
        Book(Row(TYPST, alone, commands.OURS), folder, "typst.pdf"),
        Book(handbook, folder, "out/handbook/*.pdf"),
        Book(Row(XELATEX, pandoc, failure=missing), folder, xelatex.name),
        Book(epub, folder, "out/epub/*.epub"),
        Book(docx, folder, "out/docx/*.docx"),
    ]
    if large:
        (whole,) = commands.writing(vault, folder / "whole", ("handbook",))
        whole.name, whole.command = f"{whole.name}, one volume", [*whole.command, *commands.ONE_VOLUME]
        books.insert(1, Book(whole, folder / "whole", "out/handbook/*.pdf"))
    return books


def _python(module: str, *arguments: str) -> None:
    """In a process of its own: this one must stay small."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def _pages(files: list[Path]) -> int:
    """0 where the format has none."""
    if files[0].suffix != ".pdf":
        return 0
    import pikepdf

    return sum(len(pikepdf.open(file).pages) for file in files)


def _xelatex() -> str:
    """Its version, "" where it is not installed."""
    if not shutil.which("xelatex"):
        return ""
    return subprocess.run(["xelatex", "--version"], capture_output=True, text=True).stdout.partition("\n")[0]
