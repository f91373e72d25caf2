"""Typst sets the book, whatever the notes hold: what it refuses is replaced, told, and tried again.

The compiler is Typst (https://typst.app/docs/reference/); its complaints name a file and a place, which lead to the note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from exporter.errors import ExportError, Finding
from exporter.model import Source
from exporter.views.body.fonts import folders
from exporter.views.book.edition import Edition
from exporter.writers.handbook.note_source import NoteSource, refuse

MAIN = b'#import "book.typ": handbook\n#handbook\n'
STANDARDS = ["a-2a", "ua-1"]  # for archives and for screen readers: https://typst.app/docs/reference/pdf/
PLACE = re.compile(r"\b((?:note|opening|answers)-\d+\.typ):(\d+):(\d+)$", re.MULTILINE)
NO_GLYPH = re.compile(r"PDF/.* error: the text `\"(.*)\"` could not be displayed")
ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
EVICTION = 12  # small compilations after which Typst's cache, which would hold all volumes, is empty (measured)
SHOWN = 10  # missing characters that a finding names
IN_EXTRA = re.compile(  # Chinese, Japanese, Korean, emoji
    "[\u1100-\u11ff\u2600-\u27bf\u2b00-\u2bff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U0001f000-\U0001faff\U00020000-\U0003ffff]"
)


class Typesetter:
    """One book under way: its files, the notes in them, and at last the PDF."""

    def __init__(
        self, design: Mapping[str, bytes], folder: Path, notes: Sequence[NoteSource], edition: Edition
    ) -> None:
        self.files = {"main.typ": MAIN, **design}
        self.folder = folder  # with the pictures, and nothing else that Typst could read
        self.notes = {note.name: note for note in notes}
        self.source, self.timestamp = edition.map.source, edition.timestamp
        self.fonts = folders(edition.map.language)
        self.standards = STANDARDS
        self.missing: set[str] = set()  # characters that no font has
        self.pdf = b""

    def run(self, book: Mapping[str, Any]) -> Iterator[Finding]:
        """Set the book that book.json is to say. Each round that fails takes something out, or gives up the standards."""
        import typst

        self.files["book.json"] = json.dumps(book, ensure_ascii=False).encode()
        self.pdf = b""
        while not self.pdf:
            try:
                self.pdf, warnings = self._compile(self.texts(), self.standards)
            except typst.TypstError as error:
                complaints = ("\n" + error.diagnostic).split("\nerror: ")[1:]
                if complaints and complaints[0].startswith("PDF/"):
                    yield from self._without_standards(complaints)
                    self.standards = []
                    continue
                findings = list(self._take_out(complaints)) or self._take_out_alone(error)
            except RuntimeError as error:  # no place is known
                findings = self._take_out_alone(error)
            else:
                findings = list(self._tell_warnings(warnings))
            yield from findings

    def texts(self) -> dict[str, str]:
        """The notes, as they are now."""
        return {name: note.typst() for name, note in self.notes.items()}

    def find_pages(self) -> dict[str, str]:
        """The pages of the labels that book.json names, as they are printed; then what Typst remembers is let go."""
        import typst

        query: Any = typst.query
        pages = query(
            {**self.files, **_encode(self.texts())},
            "<places>",
            field="value",
            one=True,
            root=self.folder,
            font_paths=self.fonts,
            ignore_system_fonts=True,
        )
        for number in range(EVICTION):
            typst.compile(str(number).encode(), ignore_system_fonts=True)
        return dict(json.loads(pages))

    def _compile(self, notes: Mapping[str, str], standards: list[str]) -> tuple[bytes, list[Warning]]:
        import typst

        compile: Any = typst.compile_with_warnings  # whose type hints do not know files in memory
        pdf_and_warnings: tuple[bytes, list[Warning]] = compile(
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
                    yield refuse(note.topic, fragment, reason)
            elif not note.as_source:
                yield note.give_up(reason)

    def _take_out_alone(self, error: RuntimeError) -> list[Finding]:
        """Try each note in a book where all others are empty, and have printed as source what fails."""
        empty = {name: note.anchors() for name, note in self.notes.items()}
        findings = []
        for name, note in self.notes.items() if not self._refusal(empty) else ():
            reason = self._refusal({**empty, name: note.typst()})
            if reason and not note.as_source:
                findings.append(note.give_up(reason))
        if not findings:
            raise ExportError(
                f"the handbook cannot be typeset: {error}; this is a flaw of the format: please report it"
            )
        return findings

    def _refusal(self, notes: Mapping[str, str]) -> str:
        try:
            self._compile(notes, [])
        except RuntimeError as error:  # of which TypstError is a kind
            return str(error)
        return ""

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

    def tell_missing(self, texts: Iterable[tuple[Source, str]]) -> Iterator[Finding]:
        """Tell where the characters stand that are printed as empty boxes."""
        untold = set(self.missing)
        for source, text in texts:
            missing = self.missing.intersection(text)
            untold -= missing
            if missing:
                yield self._missing(source, missing)
        if untold:
            yield self._missing(self.source, untold)

    def _missing(self, source: Source, characters: set[str]) -> Finding:
        some = "".join(sorted(characters)[:SHOWN]) + ("…" if len(characters) > SHOWN else "")
        message = f"printed as empty boxes, as no font of the handbook has them: {some}"
        if not self.fonts and IN_EXTRA.search("".join(characters)):
            message += "; pip install 'mlk-export[fonts]' brings Chinese, Japanese, Korean and emoji"
        return Finding(source, "missing-characters", message)

    def _tell_warnings(self, warnings: Sequence[Warning]) -> Iterator[Finding]:
        for message in dict.fromkeys(map(str, warnings)):
            if "converge" in message:
                yield Finding(self.source, "unstable-pages", f"page numbers may be wrong: {message}; please report it")
            else:
                yield Finding(self.source, "typst-warning", f"something may look wrong in the handbook: {message}")


def _encode(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in texts.items()}
