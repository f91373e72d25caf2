"""What is printed: statistics, a bar, for people; JSON documents, for programs. Knows nothing of click."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from exporter.errors import Finding, pluralize
from exporter.model import Source, replace_surrogates
from exporter.regex import regex

if TYPE_CHECKING:
    from exporter.reader import Reading
    from exporter.reader.batch.files import Kept
    from exporter.reader.options import AreaSource
    from exporter.views.structure import Place, Structure, Wanted

# Control characters, line and paragraph separators, marks that reverse the order of letters, bytes that are no UTF-8
HARMFUL = regex("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
PATIENCE = 1.0  # seconds before a progress bar appears
FIRST = "reading"  # the stage with which every run begins
NAMED = 5  # words of a plugin that are named
SHOWN = 3  # of what is alike: hidden notes, properties that could file
ORIGINS: dict[AreaSource, str] = {"map": "the map", "properties": "properties", "folders": "folders", "tags": "tags"}
FIRST_OF = 10  # of what stands out in the map, unless all is asked for
MOST_WANTED = 3  # that are named in the report's line
# the JSON documents and their versions; docs/check.md
CHECK, WANTED, RUN = "mlk-export-check/1", "mlk-export-wanted/1", "mlk-export-run/1"
# Parts of the report: what they are, and what the number of a topic says
PARTS = {
    "hubs": ("hubs, to which most topics link", " (linked to by {})"),
    "bridges": ("bridges, without which others have no link to the rest", " (joins {})"),
    "orphans": ("orphans, notes with no link to or from another topic", ""),
    "dead_ends": ("dead ends, notes that lead on to nothing", " (linked to by {})"),
    "without_area": ("in no area", ""),
}


def terminal_safe(text: str, stream: TextIO) -> str:
    """The text without what would move, colour or turn round the terminal's, and as its encoding can say it."""
    text = HARMFUL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def summary(reading: Reading) -> str:
    """What became of every note and every link, in a line."""
    knowledge_map, statistics = reading.knowledge_map, reading.statistics
    topics, hidden = len(knowledge_map.topics), len(statistics.hidden)
    return (
        f"{pluralize(statistics.notes, 'note')} ({pluralize(statistics.topics, 'topic')}, {statistics.map} map, "
        f"{len(statistics.excluded)} excluded{f', {hidden} hidden' if hidden else ''}), {pluralize(topics, 'topic')} ({topics - statistics.topics} without a note), "
        f"{pluralize(len(knowledge_map.areas), 'area')}, {pluralize(len(knowledge_map.tags), 'tag')}, "
        f"{pluralize(statistics.links, 'link')} "
        f"({statistics.resolved} resolved, {statistics.unresolved} unresolved, {statistics.external} external)"
    )


def left_out(reading: Reading) -> str:
    """What is no topic by convention, in a line; "" where there is nothing."""
    from exporter.reader.vault.conventions import LEFT_OUT

    counts = Counter(reason for reason in reading.statistics.excluded.values() if reason in LEFT_OUT)
    if not counts:
        return ""
    parts = ", ".join(
        pluralize(number, reason) for reason, number in sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    )
    return f"left out: {parts}; --all-notes takes {'them' if counts.total() > 1 else 'it'}"


def order(reading: Reading) -> str:
    """What gives the vault its areas, and what else could, in a line; "" where a map does and nothing else was found."""
    filed, orders = reading.statistics.filed, reading.statistics.orders
    if not orders and (reading.statistics.map or filed.keys() <= {"map"}):
        return ""
    by = ", ".join(f"{ORIGINS[origin]} ({pluralize(number, 'topic')})" for origin, number in filed.items())
    line = f"areas: {len(reading.knowledge_map.areas)}{f', from {by}' if by else ''}"
    for number, (word, notes, areas) in enumerate(orders[:SHOWN]):
        entry = f'{json.dumps(word, ensure_ascii=False)} = "in_area"'
        line += f"; {pluralize(notes, 'note')} have `{word}`: "
        line += f"{areas} areas" if number else f"`{entry}` under [relations] of vault.toml makes {areas} areas of it"
    return line


def doubts(reading: Reading) -> str:
    """How many notes the compiled core has left to Python, which is slower, and why, in a line; "" where it left none."""
    counts = reading.statistics.doubts
    if not counts:
        return ""
    reasons = ", ".join(f"{reason} ({number:,})" for reason, number in counts.items())
    return f"left to Python by the compiled core: {pluralize(sum(counts.values()), 'note')}, for {reasons}"


def words_of_plugins(reading: Reading) -> Iterator[str]:
    """What the settings of plugins say of the words for links: a line for each file."""
    for file, kinds in reading.statistics.from_plugins.items():
        parts = []
        for kind, words in kinds.items():
            more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
            own = "a kind of its own" if len(words) == 1 else "kinds of their own"
            parts.append(f"{', '.join(words[:NAMED])}{more} as {kind or own}")
        yield f"{file}: takes {'; '.join(parts)}; [relations] in vault.toml can say otherwise"


def hidden(reading: Reading, shown: int | None = SHOWN) -> Iterator[str]:
    """Which notes are hidden and why: a line for each rule, with so many notes; None: with all."""
    paths: dict[str, list[str]] = {}
    for path, why in reading.statistics.hidden.items():
        paths.setdefault(why, []).append(path)
    for why, of_rule in sorted(paths.items()):
        names = ", ".join(of_rule[:shown])
        rest = len(of_rule[shown:]) if shown is not None else 0
        more = f" and {rest:,} more" if rest and names else ""
        named = f": {names}{more}" if names else ""
        yield f"{why}: {pluralize(len(of_rule), 'note')}{named}{' (--all names each)' if rest else ''}"


def report(shape: Structure, wants: Sequence[Wanted], vault: Path, every: bool = False) -> Iterator[str]:
    """What stands out in the map: the first few of each kind; `every`: all."""
    for name, (what, remark) in PARTS.items():
        places: Sequence[Place] = getattr(shape, name)
        shown = places if every else places[:FIRST_OF]
        count = "" if name == "hubs" and places else f" {len(places) or 'none'}"  # nearly all are linked to
        yield f"{what}:{count}"
        for topic, number in shown:
            yield f"  {topic.source.below(vault)}: {topic.title}{remark.format(pluralize(number, 'topic'))}"
        if len(places) > len(shown) and name != "hubs":
            yield f"  ... and {len(places) - len(shown):,} more (--all tells each)"
    first = [f"{want.name} ({pluralize(want.notes, 'note')})" for want in wants[:MOST_WANTED]]
    more = ", ...; `mlk-export wanted` tells each" if len(wants) > MOST_WANTED else ""
    yield f"wanted notes: {len(wants) or 'none'}{': ' if wants else ''}{', '.join(first)}{more}"


def wanted(wants: Iterable[Wanted], vault: Path) -> Iterator[str]:
    """Notes that nobody has written, a line each: the first place that asks for it, its name, how many ask."""
    for name, _, sources, notes, called_so in wants:
        links = f", {len(sources)} times" if len(sources) > notes else ""
        hint = f"; a name of {', '.join(called_so)}, to which links do not lead by it" if called_so else ""
        yield f"{sources[0].below(vault)}: {name} (wanted by {pluralize(notes, 'note')}{links}{hint})"


def lines_document(command: str, vault: Path, lines: Iterable[tuple[Source, str]]) -> bytes:
    """What `explain` or `path` tells as one JSON document in UTF-8, a line of theirs a line."""
    rows = [{"file": source.file or ".", "line": source.line, "text": text} for source, text in lines]
    return _document({"format": f"mlk-export-{command}/1", "vault": vault.as_posix()}, {"lines": rows})


def formats_document(formats: Iterable[tuple[str, str, list[str]]]) -> bytes:
    """The formats, what each makes and what else it may be called, as one JSON document in UTF-8."""
    rows = [{"name": name, "about": about, "aliases": aliases} for name, about, aliases in formats]
    return _document({"format": "mlk-export-formats/1"}, {"formats": rows})


def init_document(vault: Path, folder: Path, **files: Sequence[Path]) -> bytes:
    """What `init` has done as one JSON document in UTF-8."""
    head = {"format": "mlk-export-init/1", "vault": vault.as_posix(), "folder": folder.as_posix()}
    return _document(head, {name: [path.as_posix() for path in paths] for name, paths in files.items()})


def cache_document(folder: Path, files: Sequence[Kept], cleared: bool) -> bytes:
    """What is kept, or was until now, as one JSON document in UTF-8, a file a line."""
    rows = [{"file": file.path.name, "vault": file.vault, "bytes": file.size} for file in files]
    return _document({"format": "mlk-export-cache/1", "folder": folder.as_posix(), "cleared": cleared}, {"files": rows})


def wanted_document(wants: Iterable[Wanted], vault: Path) -> bytes:
    """The same as one JSON document in UTF-8, a note a line."""
    rows = [
        {**want._asdict(), "sources": [{"file": file, "line": line} for file, line in want.sources]} for want in wants
    ]
    return _document({"format": WANTED, "vault": vault.as_posix()}, {"wanted": rows})


def document(
    reading: Reading,
    vault: Path,
    findings: Sequence[Finding] | None = None,
    shape: Structure | None = None,
    every: bool = False,
    done: Sequence[str] | None = None,
) -> bytes:
    """The counts and all findings as one JSON document in UTF-8, a finding a line; equal vaults give equal bytes.

    `findings` are all that were told; None: the vault's. `done` is what came of a run: the paths that it wrote, or what it did to a database; None: nothing was to be done.
    """
    knowledge_map, statistics = reading.knowledge_map, reading.statistics
    findings = reading.findings if findings is None else findings
    counts = {
        "notes": {
            "found": statistics.notes,
            "topics": statistics.topics,
            "map": statistics.map,
            "excluded": len(statistics.excluded),
            "hidden": len(statistics.hidden),
        },
        "topics": len(knowledge_map.topics),
        "areas": len(knowledge_map.areas),
        "filed": {origin: statistics.filed.get(origin, 0) for origin in ORIGINS},
        "tags": len(knowledge_map.tags),
        "links": {
            "found": statistics.links,
            "resolved": statistics.resolved,
            "unresolved": statistics.unresolved,
            "external": statistics.external,
        },
        "findings": len(findings),
    }
    head: dict[str, Any] = {
        "format": CHECK if done is None else RUN,
        "vault": vault.as_posix(),
        "dialect": statistics.dialect,
        "counts": counts,
    }
    if shape:
        head["report"] = {name: _part(getattr(shape, name), every) for name in PARTS}
    tables: dict[str, list[Any]] = {} if done is None else {"done": [*done]}
    tables["orders"] = [{"property": word, "notes": notes, "areas": areas} for word, notes, areas in statistics.orders]
    for name, notes in (("excluded", statistics.excluded), ("hidden", statistics.hidden)):
        tables[name] = [{"path": path, "reason": reason} for path, reason in notes.items()]
    tables["findings"] = [
        {
            "file": source.file or ".",
            "line": source.line,
            "level": level,
            "code": code,
            "message": message,
            "formats": formats,
        }
        for source, code, message, level, formats in findings
    ]
    return _document(head, tables)


def _part(places: Sequence[Place], every: bool) -> dict[str, Any]:
    rows = [
        {
            "topic": topic.id,
            "title": topic.title,
            "file": topic.source.file,
            "line": topic.source.line,
            "number": number,
        }
        for topic, number in (places if every else places[:FIRST_OF])
    ]
    return {"found": len(places), "first": rows}


def _document(head: dict[str, Any], tables: dict[str, list[Any]]) -> bytes:
    """One JSON object: what stands in its head a line each, and each row of its tables."""
    parts = [f"{json_text(name)}: {json_text(value)}" for name, value in head.items()]
    for name, rows in tables.items():
        lines = ",\n".join(map(json_text, rows))
        parts.append(f"{json_text(name)}: [\n{lines}\n]" if rows else f"{json_text(name)}: []")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def json_text(value: Any) -> str:
    """JSON that is harmless on a terminal, too."""
    text = replace_surrogates(json.dumps(value, ensure_ascii=False))
    return HARMFUL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class Progress:
    """A bar on a terminal while the work goes on, gone when it is done; nothing in a pipe."""

    def __init__(self) -> None:
        self.next = time.perf_counter() + PATIENCE
        self.drawn = False
        self._stage = FIRST

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Wipe the bar, so that a line can be printed."""
        if self.drawn:
            self._draw("")
            self.drawn = False

    def show(self, stage: str, done: int, total: int) -> None:
        """Draw the bar: after a second at the earliest, and ten times a second at most.

        A stage that follows another is drawn at once, as it may be long until its first thing is done.
        """
        now = time.perf_counter()
        begins, self._stage = stage not in (FIRST, self._stage), stage
        if begins or now >= self.next:
            self.next = now + 0.1
            if sys.stderr.isatty():
                self.drawn = True
                bar = "#" * (30 * done // max(total, 1))
                self._draw(f"{stage:20.20} [{bar:-<30}] {done} of {total}")

    def _draw(self, line: str) -> None:
        sys.stderr.write(f"\r{line:<79}\r")
        sys.stderr.flush()
