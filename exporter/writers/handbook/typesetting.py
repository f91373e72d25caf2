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
from exporter.writers.handbook.note_source import NoteSource, refusal

MAIN = b'#import "book.typ": handbook\n#handbook\n'
STANDARDS = ["a-2a", "ua-1"]  # for archives and for screen readers: https://typst.app/docs/reference/pdf/
PLACE = re.compile(r"\b((?:note|answers)-\d+\.typ):(\d+):(\d+)$", re.MULTILINE)
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
        self, design: Mapping[str, bytes], folder: Path, sheets: Sequence[NoteSource], edition: Edition
    ) -> None:
        self.files = {"main.typ": MAIN, **design}
        self.folder = folder  # with the pictures, and nothing else that Typst could read
        self.sheets = {sheet.name: sheet for sheet in sheets}
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
                findings = list(self._mended(complaints)) or self._mended_alone(error)
            except RuntimeError as error:  # no place is known
                findings = self._mended_alone(error)
            else:
                findings = list(self._warned(warnings))
            yield from findings

    def texts(self) -> dict[str, str]:
        """The notes, as they are now."""
        return {name: sheet.typst() for name, sheet in self.sheets.items()}

    def places(self) -> dict[str, str]:
        """The pages of the labels that book.json names, as they are printed; then what Typst remembers is let go."""
        import typst

        query: Any = typst.query
        found = query(
            {**self.files, **_encoded(self.texts())},
            "<places>",
            field="value",
            one=True,
            root=self.folder,
            font_paths=self.fonts,
            ignore_system_fonts=True,
        )
        for number in range(EVICTION):
            typst.compile(str(number).encode(), ignore_system_fonts=True)
        return dict(json.loads(found))

    def _compile(self, notes: Mapping[str, str], standards: list[str]) -> tuple[bytes, list[Warning]]:
        import typst

        compile: Any = typst.compile_with_warnings  # whose type hints do not know files in memory
        made: tuple[bytes, list[Warning]] = compile(
            {**self.files, **_encoded(notes)},
            root=self.folder,
            package_path=self.folder,
            package_cache_path=self.folder,
            font_paths=self.fonts,
            ignore_system_fonts=True,  # else the same vault looks different elsewhere
            pdf_standards=standards,
            timestamp=self.timestamp,
        )
        return made

    def _mended(self, complaints: Sequence[str]) -> Iterator[Finding]:
        """Take out what the complaints point at; of each note the first alone, as it moves the places of the others."""
        mended: set[str] = set()
        for complaint in complaints:
            place = PLACE.search(complaint)
            if not place or place[1] in mended:
                continue
            mended.add(place[1])
            sheet, reason = self.sheets[place[1]], complaint.partition("\n")[0]
            insert = sheet.insert_at(int(place[2]), int(place[3]))
            if insert and not insert.refused:
                yield refusal(sheet.topic, insert, reason)
            elif not sheet.as_source:
                yield sheet.give_up(reason)

    def _mended_alone(self, error: RuntimeError) -> list[Finding]:
        """Try each note in a book where all others are empty, and have printed as source what fails."""
        empty = {name: sheet.anchors() for name, sheet in self.sheets.items()}
        findings = []
        for name, sheet in self.sheets.items() if not self._refusal(empty) else ():
            reason = self._refusal({**empty, name: sheet.typst()})
            if reason and not sheet.as_source:
                findings.append(sheet.give_up(reason))
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

    def missing_in(self, texts: Iterable[tuple[Source, str]]) -> Iterator[Finding]:
        """Tell where the characters stand that are printed as empty boxes."""
        untold = set(self.missing)
        for source, text in texts:
            lost = self.missing.intersection(text)
            untold -= lost
            if lost:
                yield self._lost(source, lost)
        if untold:
            yield self._lost(self.source, untold)

    def _lost(self, source: Source, characters: set[str]) -> Finding:
        some = "".join(sorted(characters)[:SHOWN]) + ("…" if len(characters) > SHOWN else "")
        message = f"printed as empty boxes, as no font of the handbook has them: {some}"
        if not self.fonts and IN_EXTRA.search("".join(characters)):
            message += "; pip install 'mlk-export[fonts]' brings Chinese, Japanese, Korean and emoji"
        return Finding(source, "missing-characters", message)

    def _warned(self, warnings: Sequence[Warning]) -> Iterator[Finding]:
        for message in dict.fromkeys(map(str, warnings)):
            if "converge" in message:
                yield Finding(self.source, "unstable-pages", f"page numbers may be wrong: {message}; please report it")
            else:
                yield Finding(self.source, "typst-warning", f"something may look wrong in the handbook: {message}")


def _encoded(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in texts.items()}
