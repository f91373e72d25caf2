"""Typst sets the book, whatever the notes hold: what it refuses is replaced, told, and tried again.

The compiler is Typst (https://typst.app/docs/reference/); its complaints name a file and a place, which lead to the note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from exporter.errors import ExportError, Finding
from exporter.model import Source
from exporter.views.body.fonts import folders
from exporter.views.body.halving import in_batches
from exporter.views.body.limits import Limit, RefusalError, size_of
from exporter.views.book.edition import Edition
from exporter.writers.handbook.compiler import Compiler
from exporter.writers.handbook.note_source import NoteSource, refuse

MAIN = b'#import "book.typ": handbook\n#handbook\n'
STANDARDS = ["a-2a", "ua-1"]  # for archives and for screen readers: https://typst.app/docs/reference/pdf/
PLACE = re.compile(r"\b((?:note|opening|answers)-\d+\.typ):(\d+):(\d+)$", re.MULTILINE)
NO_GLYPH = re.compile(r"PDF/.* error: the text `\"(.*)\"` could not be displayed")
ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
# The limits of a volume, each at least twice of what Typst takes: 3.5 MB of memory and 0.03 s of CPU for a page.
SECONDS, SECONDS_A_PAGE = 60, 0.5
MEMORY, MEMORY_A_PAGE = 2 << 30, 8 << 20
PICTURE = 30  # bytes of memory for one of a picture's file: four for each pixel, and screenshots are packed tightly
SHOWN = 10  # missing characters that a finding names
IN_EXTRA = re.compile(  # Chinese, Japanese, Korean, emoji
    "[\u1100-\u11ff\u2600-\u27bf\u2b00-\u2bff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U0001f000-\U0001faff\U00020000-\U0003ffff]"
)


class Typesetter:
    """One book under way: its files, the notes in them, and at last the PDF."""

    def __init__(
        self, design: Mapping[str, bytes], folder: Path, notes: Sequence[NoteSource], edition: Edition, pages: float
    ) -> None:
        """Take what is to be set, on about so many pages."""
        self.files = {"main.typ": MAIN, **design}
        self.folder = folder  # with the pictures, and nothing else that Typst could read
        self.notes = {note.name: note for note in notes}
        self.source, self.timestamp = edition.map.source, edition.timestamp
        self.fonts = folders(edition.map.language)
        self.standards = STANDARDS
        self.missing: set[str] = set()  # characters that no font has
        self.pdf = b""
        self.pages: dict[str, str] = {}  # of the labels that book.json names, as they are printed
        memory = MEMORY + MEMORY_A_PAGE * int(pages) + PICTURE * size_of(folder)
        self.compiler = Compiler(Limit(SECONDS + int(SECONDS_A_PAGE * pages), memory), folder)

    def run(self, book: Mapping[str, Any]) -> Iterator[Finding]:
        """Set the book that book.json is to say. Each round that fails takes something out, or gives up the standards."""
        self.files["book.json"] = json.dumps(book, ensure_ascii=False).encode()
        self.pdf = b""
        with self.compiler:
            while not self.pdf:
                try:
                    self.pdf, warnings = self._compile(self.texts(), self.standards)
                except RefusalError as error:
                    complaints = ("\n" + error.diagnostic).split("\nerror: ")[1:]
                    if complaints and complaints[0].startswith("PDF/"):
                        yield from self._without_standards(complaints)
                        self.standards = []
                        continue
                    yield from list(self._take_out(complaints)) or self._take_out_alone(error)
                else:
                    yield from self._tell_warnings(warnings)
            if book.get("labels"):
                self.pages = self._find_pages()

    def texts(self) -> dict[str, str]:
        """The notes, as they are now."""
        return {name: note.typst() for name, note in self.notes.items()}

    def _find_pages(self) -> dict[str, str]:
        texts = {**self.files, **_encode(self.texts())}
        fonts = {"font_paths": self.fonts, "ignore_system_fonts": True}
        pages = self.compiler.ask("query", texts, "<places>", field="value", one=True, root=self.folder, **fonts)
        return dict(json.loads(pages))

    def _compile(self, notes: Mapping[str, str], standards: list[str]) -> tuple[bytes, list[str]]:
        pdf_and_warnings: tuple[bytes, list[str]] = self.compiler.ask(
            "compile_with_warnings",
            {**self.files, **_encode(notes)},
            root=self.folder,
            package_path=self.folder,
            package_cache_path=self.folder,
            font_paths=self.fonts,
            ignore_system_fonts=True,  # else the same vault looks different elsewhere
            pdf_standards=standards,
            timestamp=self.timestamp,
        )
        return pdf_and_warnings

    def _take_out(self, complaints: Sequence[str]) -> Iterator[Finding]:
        """Take out what the complaints point at; the next round, which tells all that is wrong in a note, takes the rest."""
        places = [(match, complaint) for complaint in complaints if (match := PLACE.search(complaint))]
        wrong = [
            (note := self.notes[match[1]], note.fragment_at(int(match[2]), int(match[3])), complaint.partition("\n")[0])
            for match, complaint in places
        ]
        for note, fragment, reason in wrong:
            note.apart = True
            if fragment:
                if not fragment.refused:
                    yield refuse(note.body, fragment, reason)
            elif not note.as_source:
                yield note.give_up(reason)

    def _take_out_alone(self, error: RefusalError) -> list[Finding]:
        """Have the notes printed as source that fail in a book where all others are empty."""
        empty = {name: note.anchors() for name, note in self.notes.items()}
        names = [name for name, note in self.notes.items() if not note.as_source]
        reasons: dict[str, str] = {}

        def call(some: Sequence[str]) -> Sequence[bool]:
            try:
                self._compile({**empty, **{name: self.notes[name].typst() for name in some}}, [])
            except RefusalError as refusal:
                reasons[some[0]] = str(refusal)
                raise
            return [True] * len(some)

        findings = []
        if self._bears(empty):
            made = in_batches(names, call, -(-len(names) // 2), lambda name: len(self.notes[name].source))
            findings = [
                self.notes[name].give_up(reasons[name]) for name, well in zip(names, made, strict=True) if not well
            ]
        if not findings:
            raise ExportError(
                f"the handbook cannot be typeset: {error}; this is a flaw of the format: please report it"
            )
        return findings

    def _bears(self, notes: Mapping[str, str]) -> bool:
        try:
            self._compile(notes, [])
        except RefusalError:
            return False
        return True

    def _without_standards(self, complaints: Sequence[str]) -> Iterator[Finding]:
        others = []
        for complaint in complaints:
            message = complaint.partition("\n")[0]
            text = NO_GLYPH.match(message)
            if text:
                self.missing |= set(ESCAPE.sub(lambda code: chr(int(code[1], 16)), text[1]))
            else:
                others.append(message)
        if others:
            yield Finding(
                self.source, "no-pdf-standard", f"the handbook is a plain PDF, for archives not fit: {others[0]}"
            )

    def tell_missing(self, texts: Iterable[tuple[Callable[[str], Source], str]]) -> Iterator[Finding]:
        """Tell where the characters stand that are printed as empty boxes."""
        untold = set(self.missing)
        for place, text in texts:
            missing = self.missing.intersection(text)
            untold -= missing
            if missing:
                yield self._missing(place(next(each for each in text if each in missing)), missing)
        if untold:
            yield self._missing(self.source, untold)

    def _missing(self, source: Source, characters: set[str]) -> Finding:
        some = "".join(sorted(characters)[:SHOWN]) + ("…" if len(characters) > SHOWN else "")
        message = f"printed as empty boxes, as no font of the handbook has them: {some}"
        if not self.fonts and IN_EXTRA.search("".join(characters)):
            message += "; pip install 'mlk-export[fonts]' brings Chinese, Japanese, Korean and emoji"
        return Finding(source, "missing-characters", message)

    def _tell_warnings(self, warnings: Sequence[str]) -> Iterator[Finding]:
        for message in dict.fromkeys(warnings):
            if "converge" in message:
                yield Finding(self.source, "unstable-pages", f"page numbers may be wrong: {message}; please report it")
            else:
                yield Finding(self.source, "typst-warning", f"something may look wrong in the handbook: {message}")


def _encode(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in texts.items()}
