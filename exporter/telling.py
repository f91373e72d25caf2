"""How findings are told: to people, what matters first and no more than they read; to GitHub; as SARIF. Knows no click."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple, TextIO
from urllib.parse import quote

from exporter.console import json_text, terminal_safe
from exporter.errors import CODES, LEVELS, Finding, Level, pluralize
from exporter.model import replace_surrogates
from exporter.regex import regex
from exporter.version import VERSION

MOST = 50  # lines of findings, unless all are asked for
FEW = 5  # findings that differ in a name alone, and have a line each
LISTS = {"missing-note": "`mlk-export wanted` lists them"}
CLAUSE = 150  # characters of a message that stands among others in a line
URGENT = ("scarce-memory",)  # told at once, since the run may not live to its end
WHAT: dict[Level, str] = {
    "error": "something of the vault is lost",
    "warning": "somebody should look",
    "note": "good to know: what a format cannot say, or the vault does not",
}
COLOURS: dict[Level, str] = {"error": "1;31", "warning": "1;33", "note": "36"}  # ANSI, as compilers have them
BOLD, FAINT = "1", "2"
# What a finding quotes of the vault; no apostrophe. The mark comes before the look back, so that it is found fast
QUOTED = regex(r"""'(?<!\w')[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*\"""")
SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
GITHUB: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}


class Row(NamedTuple):
    """What is told in a line: one finding, or several that are alike."""

    finding: Finding  # the first
    message: str
    codes: tuple[str, ...]
    number: int  # of the findings that it stands for
    has_place: bool


def count_levels(findings: Iterable[Finding]) -> str:
    """ "5 findings (1 error, 4 warnings)"."""
    counts = Counter(map(attrgetter("level"), findings))
    levels = ", ".join(pluralize(counts[level], level) for level in CODES if counts[level])
    return pluralize(counts.total(), "finding") + (f" ({levels})" if levels else "")


def lines(findings: Sequence[Finding], vault: Path, stream: TextIO, every: bool = False) -> Iterator[str]:
    """Findings for people, as this stream may be given them: grouped and coloured on a terminal, else plain lines."""
    grouped = stream.isatty()
    paint = _paint if grouped and _wants_colours() else lambda text, colour: text
    rows, shown = _rows(findings, every)
    for level, of_level in groupby(shown, lambda row: row.finding.level):
        if grouped:
            count = pluralize(sum(row.number for row in rows if row.finding.level == level), level)
            more = "; --all tells each" if level == "note" and not every else ""
            yield f"{paint(count, COLOURS[level])}: {WHAT[level]}{more}"
        for row in of_level:
            source = row.finding.source.below(vault)
            place = terminal_safe(str(source) if row.has_place else str(vault), stream)
            message = terminal_safe(row.message, stream)
            codes = paint(f"[{', '.join(row.codes)}]", FAINT)
            if grouped:
                faint = level == "note"
                yield f"  {paint(place, FAINT if faint else BOLD)}: {paint(message, FAINT) if faint else message} {codes}"
            else:
                yield f"{place}: {level}: {message} {codes}"
    yield from _rest(rows, shown)


def github(findings: Sequence[Finding], vault: Path, every: bool = False) -> Iterator[str]:
    """Findings as GitHub's workflow commands, which it shows at the lines of a pull request.

    https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
    """
    rows, shown = _rows(findings, every)
    for row in shown:
        finding = row.finding
        properties = {"title": ", ".join(row.codes)}
        if row.has_place and finding.source.file:
            properties = {"file": _from_here(finding, vault), "line": str(finding.source.line), **properties}
        named = ",".join(f"{key}={_escape(value, ':,')}" for key, value in properties.items())
        yield f"::{GITHUB[finding.level]} {named}::{_escape(row.message)}"
    yield from _rest(rows, shown)


def sarif(findings: Iterable[Finding], vault: Path) -> str:
    """All findings as one document in SARIF 2.1.0, which code hosts and editors read; each on a line of its own."""
    findings = in_order(findings)
    codes = sorted({finding.code for finding in findings})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": code.replace("-", " ").capitalize()},
            "defaultConfiguration": {"level": LEVELS.get(code, "note")},
        }
        for code in codes
    ]
    driver = {"name": "mlk-export", "version": VERSION, "semanticVersion": VERSION, "rules": rules}
    number = {code: index for index, code in enumerate(codes)}
    results = ",\n".join(json_text(_result(finding, number[finding.code], vault)) for finding in findings)
    head = f'"tool": {json_text({"driver": driver})}, "columnKind": "unicodeCodePoints"'
    return f'{{\n"$schema": {json_text(SARIF)},\n"version": "2.1.0",\n"runs": [{{{head}, "results": [\n{results}\n]}}]\n}}\n'


def identity(finding: Finding) -> str:
    """What a finding is of, in a line, wherever it stands: its code, its note, and what it quotes.

    Not its line, as lines move; and no other words, as they name what is near, count, or are said better next year.
    """
    quoted = " ".join(dict.fromkeys(QUOTED.findall(finding.message)))
    text = f"{finding.code}: {finding.source.file or '.'}{': ' if quoted else ''}{quoted}"
    return replace_surrogates(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]", "\ufffd", text))


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """What is worst first, else as they were found."""
    levels = list(CODES)
    return sorted(findings, key=lambda finding: levels.index(finding.level))


def in_order_of_rows(rows: Iterable[Row]) -> list[Row]:
    """What is worst first; then what is rare, since one of a kind is a slip, and hundreds are how somebody writes."""
    rows, levels = list(rows), list(CODES)
    counts = Counter((row.finding.level, row.codes) for row in rows)
    first = {row.codes: place for place, row in reversed(list(enumerate(rows)))}
    return sorted(
        rows,
        key=lambda row: (levels.index(row.finding.level), counts[row.finding.level, row.codes], first[row.codes]),
    )


def condense(findings: Iterable[Finding]) -> Iterator[Row]:
    """A row for those that are alike, and one for all that is no flaw in each format, or set of them.

    Alike are those of one code that quote the same: a name that is missing in many places, a heading in many notes. But each
    error is told, as it says where something is lost.
    """
    alike: dict[tuple[object, ...], list[Finding]] = {}
    likewise: dict[tuple[object, ...], list[Finding]] = {}  # by all but the place: what most quote is sought once
    for number, finding in enumerate(findings):
        same = likewise.get(finding[1:])
        if same is None:
            key: tuple[object, ...] = finding.formats
            if finding.level == "error":
                key = (number,)
            elif finding.level == "warning" or not finding.formats:
                key = (finding.code, finding.level, key, *(QUOTED.findall(finding.message) or [number]))
            same = alike.setdefault(key, [])
            if number not in key:
                likewise[finding[1:]] = same
        same.append(finding)
    for same in alike.values():
        first = same[0]
        if len(same) == 1:
            yield _row(first)
        elif first.level == "note" and first.formats:
            yield _losses(same)
        else:
            places = pluralize(len(same) - 1, "more place")
            yield Row(first, f"{_message(first)} (and in {places})", (first.code,), len(same), True)


def gather(rows: Iterable[Row]) -> list[Row]:
    """One row for many of a code that differ in what they quote alone: so what stands alone, as a slip does, is seen.

    A name to which another one is near has a message of its own. Errors are told each.
    """
    rows = list(rows)
    alike: dict[tuple[object, ...], list[int]] = {}
    for place, row in enumerate(rows):
        if row.has_place and row.finding.level != "error":
            shape = QUOTED.sub("''", row.finding.message)
            alike.setdefault((row.codes, row.finding.level, row.finding.formats, shape), []).append(place)
    for places in alike.values():
        if len(places) > FEW:
            first, *others = sorted((rows[place] for place in places), key=lambda row: -row.number)
            names = [(QUOTED.findall(row.finding.message) or [row.finding.source.file])[0] for row in others]
            named = ", ".join(names[:FEW]) + (", ..." if len(names) > FEW else "")
            listed = LISTS.get(first.finding.code, "--all tells each")
            number = first.number + sum(row.number for row in others)
            message = f"{first.message}; likewise {len(others)} more: {named}; {listed}"
            one = first._replace(message=message, number=number)
            for place in places:
                rows[place] = one
    return list({id(row): row for row in rows}.values())


def share(rows: Sequence[Row]) -> list[Row]:
    """The rows that are shown: what is rare whole, so that what is frequent gets the lines that are left, in equal parts.

    Of what is frequent those rows are shown that stand for most: the names that are wanted most.
    """
    counts = Counter((row.finding.level, row.codes) for row in rows)
    part, left, kinds = {}, MOST, len(counts)
    of_errors = MOST // 2 // max(1, sum(level == "error" for level, _ in counts))  # at least: of each kind of errors
    for kind, count in sorted(counts.items(), key=lambda entry: (entry[0][0] != "error", entry[1])):
        part[kind] = min(count, max(1, left // kinds, of_errors if kind[0] == "error" else 0))
        left, kinds = left - part[kind], kinds - 1
    chosen = []
    for place, row in sorted(enumerate(rows), key=lambda numbered: -numbered[1].number):
        kind = row.finding.level, row.codes
        if part[kind]:
            part[kind] -= 1
            chosen.append(place)
    return [rows[place] for place in sorted(chosen)[:MOST]]


def _rows(findings: Iterable[Finding], every: bool) -> tuple[list[Row], list[Row]]:
    """All rows, and those that are shown; `every`: each finding is one."""
    if every:
        rows = [_row(finding) for finding in in_order(findings)]
        return rows, rows
    rows = in_order_of_rows(gather(condense(findings)))
    return rows, share(rows)


def _row(finding: Finding) -> Row:
    return Row(finding, _message(finding), (finding.code,), 1, True)


def _message(finding: Finding) -> str:
    """The message, and the formats that it is of where the code does not say it."""
    formats = [name for name in finding.formats if not finding.code.startswith(f"{name}-")]
    return f"{finding.message} ({', '.join(formats)})" if formats else finding.message


def _losses(findings: Sequence[Finding]) -> Row:
    """What formats cannot say, in one line: the first of each kind in short, and how many there are."""
    of_code: dict[str, list[Finding]] = {}
    for finding in findings:
        of_code.setdefault(finding.code, []).append(finding)
    clauses = []
    for same in of_code.values():
        clause = same[0].message.partition("; ")[0]
        if len(clause) > CLAUSE:
            clause = f"{clause[:CLAUSE].rpartition(' ')[0].rstrip(',')} ..."
        clauses.append(clause + (f" (and {len(same) - 1:,} more)" if len(same) > 1 else ""))
    message = f"{', '.join(findings[0].formats)}: {'; '.join(clauses)}"
    return Row(findings[0], message, tuple(of_code), len(findings), False)


def _rest(rows: Sequence[Row], shown: Sequence[Row]) -> Iterator[str]:
    """How many findings of which code are not among the rows that are shown."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts[", ".join(row.codes)] += row.number
    for row in shown:
        counts[", ".join(row.codes)] -= row.number
    rest = [f"{count:,} {codes}" for codes, count in counts.most_common() if count > 0]
    if rest:
        yield f"... and {counts.total():,} more: {', '.join(rest)}; --all tells each"


def _wants_colours() -> bool:
    """https://no-color.org"""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _paint(text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m"


def _escape(text: str, further: str = "") -> str:
    """A value as a workflow command wants it."""
    for character in f"%\r\n{further}":
        text = text.replace(character, f"%{ord(character):02X}")
    return replace_surrogates(text)


def _from_here(finding: Finding, vault: Path) -> str:
    """The path from this folder, as hosts of code want it, where it lies in it."""
    path = vault / finding.source.file
    here = path.absolute()
    return here.relative_to(Path.cwd()).as_posix() if here.is_relative_to(Path.cwd()) else path.as_posix()


def _result(finding: Finding, rule: int, vault: Path) -> dict[str, Any]:
    path = _from_here(finding, vault)
    is_absolute = Path(path).is_absolute()
    address = Path(path).as_uri() if is_absolute else quote(replace_surrogates(path))
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.level,
        "message": {"text": replace_surrogates(finding.message)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": address},
                    "region": {"startLine": finding.source.line},
                }
            }
        ],
        "partialFingerprints": {"mlkExportFinding/v1": identity(finding)},
    }
    if finding.formats:
        result["properties"] = {"formats": finding.formats}
    return result
