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
from PIL import Image, ImageChops

from benchmarks import commands, page
from benchmarks.measure import Row, measure
from benchmarks.vaults import ROOT, write

SIZES = (80, 320)  # notes
LARGE = 1_280  # measured once
PHOTOS = 20
TYPST, XELATEX = "Typst alone", "pandoc with xelatex"


@dataclass(frozen=True)
class Book:
    """The files that a command makes, of one book."""

    row: Row
    folder: Path
    pattern: str
    first: str = ""  # the name of the row that makes the same book for the first time

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
    yield (
        "| notes | command | pages | MB | wall s | CPU s | peak MB | MB a page "
        "| CPU, Typst = 1 | CPU, xelatex = 1 | CPU, first run = 1 |"
    )
    yield "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for notes in (*SIZES, LARGE) if large else SIZES:
        print(f"handbook of {notes} notes", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="mlk-export-benchmarks-") as folder:
            yield from _size(notes, runs, Path(folder))
    print("photos", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="mlk-export-benchmarks-") as folder:
        yield from _photos(runs, Path(folder))


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
            yield f"| {title} | {row.name}: {row.failure} | | | | | | | | | |"
            continue
        pages = _pages(book.files)
        page_memory = f"{row.peak / pages:.1f}" if pages and len(book.files) == 1 else ""  # volumes come one by one
        made = f"{pages or ''} | {sum(file.stat().st_size for file in book.files) / 1e6:.1f}"
        ratios = [f"{row.cpu / cpu[other]:.2f}" if other in cpu else "" for other in (TYPST, XELATEX, book.first)]
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
    if not large:
        books += _again(vault, folder)
    if large:
        (whole,) = commands.writing(vault, folder / "whole", ("handbook",))
        whole.name, whole.command = f"{whole.name}, one volume", [*whole.command, *commands.ONE_VOLUME]
        books.insert(1, Book(whole, folder / "whole", "out/handbook/*.pdf"))
    return books


def _again(vault: Path, folder: Path) -> list[Book]:
    """Second runs, each with a cache, a folder below and a vault of its own; the run that warms up is their first."""
    books = []
    for name, pattern in (("handbook", "*.pdf"), ("epub", "*.epub"), ("docx", "*.docx")):
        for what in ("one note changed", "nothing changed"):
            own = folder / f"{name}, {what}"
            shutil.copytree(vault, own / "vault")
            (row,) = commands.writing(own / "vault", own, (name,))
            first, row.name = row.name, f"{row.name}, {what}"
            row.command.remove("--no-cache")
            if what == "one note changed":
                row.before = commands.Change(own / "vault")
            books.append(Book(row, own, f"out/{name}/{pattern}", first))
    return books


def _photos(runs: int, folder: Path) -> Iterator[str]:
    """E-books of notes with a photo each, of 12 million pixels as a telephone takes them."""
    (folder / "vault").mkdir()
    for number in range(PHOTOS):
        noise = Image.effect_noise((4000, 3000), 24)
        shade = Image.linear_gradient("L").rotate(number * 17).resize(noise.size)
        photo = Image.merge("RGB", (noise, ImageChops.add(noise, shade, 2), shade))
        photo.save(folder / "vault" / f"{number}.jpg", quality=90)
        write(folder / "vault" / f"Note {number}.md", f"A photo.\n\n![Noise]({number}.jpg)\n")
    size = sum(path.stat().st_size for path in (folder / "vault").iterdir()) / 1e6
    rows = commands.writing(folder / "vault", folder, ("epub", "docx"))
    measure(rows, runs)
    for row, name in zip(rows, ("epub", "docx"), strict=True):
        made = (folder / "out" / name / f"handbook.{name}").stat().st_size / 1e6
        title = f"{PHOTOS} with photos, {size:.1f} MB" if row is rows[0] else ""
        yield f"| {title} | {row.name} | | {made:.1f} | {row.wall:.1f} | {row.cpu:.1f} | {row.peak:.0f} | | | |"


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
