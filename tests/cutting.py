"""Vaults for shards, exporting one whole and cut, and holding the two to one another."""

import json
import os
import random
import re
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from exporter.errors import Finding
from exporter.export import export_vault
from exporter.reader.options import ReadOptions
from exporter.run import Report, Run
from exporter.shards import export_shards, pack
from exporter.shards.pool import Engine, Pool, here
from exporter.shards.store import Store

FORMATS = ("json", "skos", "neo4j-bulk")
SETTINGS = ("json.lines=true", "skos.syntaxes=['n-triples']")
NEAREST = re.compile(r"; nearest: .*?(?=; (?:write it or|fix the link))")  # which nobody tells in shards
PART = re.compile(r"-\d{5}(?=\.[^.]+\Z)")


# ---------- vaults ----------


def write_vault(root: Path, files: dict[str, str]) -> Path:
    (root / ".obsidian").mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="\n")
    return root


# Each thing that is global, with its halves far apart in the order of the paths: so in two shards, if each has few notes.
SPLIT = {
    "Home.md": "---\ntags: [index]\n---\n# Home\n\nAll of it.\n\n## Areas\n\n- [[zz/Field]] - where things grow\n- [[Aa]]\n\n"
    "## Learning Path\n\n1. [[aa/one]]\n2. [[zz/two]]\n\n## Topics\n\n- [[Unwritten]]\n- A page: [Site](https://example.org/map)\n",
    "Aa.md": "Short. See [[zz/two#Second Heading]] and [[zz/two#^block]], [[zz/two#No such]] and [[zz/two#^none]].\n",
    "aa/one.md": "---\narea: '[[zz/Field]]'\nrequires: '[[zz/two]]'\naliases: [Uno]\nid: rival\n---\nThe first. #Big/Tree [[Unwritten]]\n",
    "aa/same.md": "One of two. [[Gone]], then [[zz/same]] and [[same]]. [x](https://example.org/a)\n",
    "aa/circle.md": "---\nup: '[[zz/circle b]]'\narea: '[[zz/circle b]]'\n---\nRound.\n",
    "aa/related.md": "---\nrelated: '[[zz/two]]'\nupstream: '[[zz/Field]]'\nchildren: '[[zz/below]]'\n---\nBeside. [[UNO]] [[Dos]]\n",
    "aa/exact.md": "---\nexactMatch: wd:Q42\niri: https://example.org/thing\ntitle: Twin\n---\n\n[[zz/two]] twice [[zz/two|again]].\n",
    "aa/index.md": "The folder's own. [[../zz/two]] [[.]]\n",
    "mm/middle.md": "---\norder: 2\nsee also: two\n---\n#big/tree #Other\n\n[[gone]] ![[zz/two]] ![[picture.png]] ![[nothing.png]]\n",
    "mm/a.b.md": "[[a.b]] [[c.pdf]] [x](zz/two.md) [y](../zz/two.md)\n",
    "zz/Field.md": "---\ntags: [field]\n---\n# The Field\n\nWhere things grow.\n",
    "zz/two.md": "---\nid: rival\naliases: [Dos]\n---\n# Two\n\nThe second. #BIG/tree/leaf ^block\n\n## Second Heading\n\n[[aa/one]]\n",
    "zz/same.md": "Two of two. [[Gone]] [Titled](https://example.org/a) [[aa/same]]\n",
    "zz/circle b.md": "---\narea: '[[aa/circle]]'\n---\nRound again.\n",
    "zz/below.md": "---\ntitle: Twin\nunknownrel: '[[aa/one]]'\nrequiers: '[[aa/one]]'\narea: Plain words\n---\n[[#Nowhere]] [[Home]]\n",
    "zz/late.md": "---\norder: 1\narea: '[[aa/related]]'\nrelated: '[[aa/related]]'\n---\n[[Middle]] [[MIDDLE]] [[zz/late]]\n",
}


def secret_vault(root: Path) -> Path:
    """Hidden notes in one shard, and all ways to name them in others; whatever is hidden has "zq" in a word."""
    files = {
        "Home.md": "---\ntags: [index]\n---\n## Areas\n\n- [[zz/Zqhidden]] - a zqsummary\n- [[zz/Shown]]\n",
        "aa/a.md": "See [[zz/Zqhidden]], [[Zqalias]] and [[zz/Half#Zqsection]], [[Zqhidden|the words]].\n\n<a href='zz/Zqhidden.md'>here</a>\n",
        "aa/b.md": "---\nrequires: ['[[Zqhidden]]', '[[zz/Shown]]']\nother: 'a [[zz/Zqhidden]] inside'\n---\n- [[zz/Zqhidden]] - all about it\n- [[Shown]]\n",
        "aa/c.md": "# About [[zz/Zqhidden]]\n\nText ![[plain.png]] [[plain.png]].\n",
        "aa/pic.md": "[[Names]] ![[zz/Zqhidden]] and obsidian://open?vault=x&file=zz%2FZqhidden\n",
        "zz/Zqhidden.md": "---\ndraft: true\naliases: [Zqalias]\n---\nThe zqwords of it. #zqtag [[zz/Shown]] ![[zzimages/zqpicture.png]] ![[zzimages/plain.png]]\n",
        "zz/Half.md": "# Half\n\nOpen. #open\n\n## Zqsection #private\n\nClosed zqclosed.\n\n## After\n\n> [!private] zqcallout\n> zqinside\n\nEnd.\n",
        "zz/Names.md": "[[aa/c#About zz/Zqhidden]], [[zz/Half#After]]\n",
        "zz/Shown.md": "Shown. [[aa/a]] [[zz/Zqhidden]]\n",
        "zz/Same/Zqhidden.md": "---\nprivate: true\n---\nAnother zqtwo.\n",
        "bb/Same name.md": "Visible. [[Names]]\n",
        "zz/Same name.md": "---\npublish: false\n---\nzqsame\n",
        "cc/d.md": "[[Same name]] is open.\n",
        "Board.canvas": json.dumps(
            {
                "nodes": [
                    {"id": "1", "type": "file", "file": "zz/Zqhidden.md", "x": 0, "y": 0, "width": 9, "height": 9},
                    {"id": "2", "type": "file", "file": "zz/Shown.md", "x": 0, "y": 0, "width": 9, "height": 9},
                    {
                        "id": "3",
                        "type": "text",
                        "text": "[[Zqhidden]] [[Nobody]]",
                        "x": 0,
                        "y": 0,
                        "width": 9,
                        "height": 9,
                    },
                ],
                "edges": [{"id": "4", "fromNode": "1", "toNode": "2", "label": "zqlabel"}],
            }
        ),
    }
    write_vault(root, files)
    (root / "zzimages").mkdir()
    for name in ("zqpicture.png", "plain.png"):
        (root / "zzimages" / name).write_bytes(b"\x89PNG")
    (root / "aa" / "plain.png").write_bytes(b"\x89PNG")
    return root


def generate(root: Path, notes: int = 2000, seed: int = 24) -> Path:
    """Notes with every kind of link, area, tag and collision; the same bytes for the same numbers."""
    chance = random.Random(seed)
    folders = [f"{letter}{number}" for letter in "abmxz" for number in range(4)]
    names = [f"note {number}" for number in range(notes - notes // 10)]
    names += [f"note {chance.randrange(notes // 2)}" for _ in range(notes // 10)]  # of the same name, elsewhere
    paths = sorted({f"{chance.choice(folders)}/{'deep/' * chance.randrange(2)}{name}.md" for name in names})
    files = {
        "Home.md": "---\ntags: [index]\nlang: en\n---\n# Everything\n\nWords of it.\n\n## Areas\n\n"
        + "".join(f"- [[{path[:-3]}]] - area {number}\n" for number, path in enumerate(paths[:: len(paths) // 12]))
        + "\n## Learning Path\n\n"
        + "".join(f"{number}. [[{path[:-3]}]]\n" for number, path in enumerate(paths[5 :: len(paths) // 9], 1))
        + "\n## Topics\n\n- [[Nobody wrote this]]\n- Bare words\n",
        "Other MOC.md": "".join(f"- [[{path[:-3]}]] - listed\n" for path in paths[3 :: len(paths) // 7]),
        "z9/Empty MOC.md": "---\ntags: [moc]\n---\nNothing listed.\n",
        ".obsidian/app.json": '{"userIgnoreFilters": ["x3/deep/"]}',
        ".obsidian/daily-notes.json": '{"folder": "Daily", "format": "YYYY-MM-DD"}',
        "Daily/2026-01-02.md": "[[note 1]]\n",
        "Board.canvas": json.dumps(
            {
                "nodes": [
                    {
                        "id": "1",
                        "type": "text",
                        "text": "[[note 1]] [[Missing one]]",
                        "x": 0,
                        "y": 0,
                        "width": 1,
                        "height": 1,
                    }
                ],
                "edges": [],
            }
        ),
        "pictures/p.png": "x",
    }
    aliases = [f"Alias {number}" for number in range(60)]
    for path in paths:

        def any_link(path: str = path) -> str:
            to = chance.choice(paths)[:-3]
            name = to.rpartition("/")[2]
            return chance.choice(
                (
                    f"[[{to}]]",
                    f"[[{name}]]",
                    f"[[{name}|words]]",
                    f"[[{name.upper()}]]",
                    f"[[{to}#Part]]",
                    f"[[{to}#^b1]]",
                    f"[[{to}#Lost]]",
                    f"![[{to}]]",
                    f"[w](<{to}.md>)",
                    f"[[Missing {chance.randrange(40)}]]",
                    "[[Other MOC]]",
                    f"[[{chance.choice(aliases)}]]",
                    "[[#Part]]",
                    f"[e{chance.randrange(3) or ''}](https://example.org/{chance.randrange(90)})",
                    "[[Nobody wrote this]]",
                    "[[Home]]",
                    "[[z9/Empty MOC]]",
                    "![[p.png]]",
                    "![[lost.png]]",
                    f"[[./{name}]]",
                    f"[[../{to}]]",
                    "[[2026-01-02]]",
                    f"`[[{to}]]`",
                )
            )

        properties = []
        if chance.random() < 0.5:
            for _ in range(chance.randrange(1, 4)):
                word = chance.choice("area up requires related see-also invented children parent".split())
                to = chance.choice(paths)[:-3].rpartition("/")[chance.choice((2, 2, 0)) and 2]
                value = chance.choice(
                    (
                        f"'[[{to}]]'",
                        f"'[[{to}]]'",
                        f"['[[{to}]]', '[[Missing {chance.randrange(9)}]]']",
                        "Plain area",
                        "[[Unquoted]]",
                    )
                )
                properties.append(f"{word}: {value}")
            properties += chance.choice(
                (
                    [],
                    ["order: 3"],
                    ["title: A title"],
                    [f"id: own-{chance.randrange(200)}"],
                    [f"aliases: [{chance.choice(aliases)}]"],
                )
            )
            properties += chance.choice(
                (
                    [],
                    [f"rating: {chance.randrange(5)}"],
                    ["when: 2026-01-02"],
                    ["list: [a, b]"],
                    ["exactMatch: wd:Q7"],
                    ["rating: good"],
                )
            )
            properties = [*{line.partition(":")[0]: line for line in properties}.values()]
        text = "---\n" + "\n".join(properties) + "\n---\n" if properties else ""
        text += chance.choice(("", f"# {chance.choice(('Called', 'Übung', 'note'))} {chance.randrange(900)}\n\n"))
        text += f"A sentence with {any_link()} and {any_link()}. Another, {any_link()}.\n\n"
        text += f"#{chance.choice(('tag', 'Tag', 'TAG/sub', 'tag/Sub', 'other'))}{chance.choice(('', '', '/deep'))}\n\n## Part\n\n"
        text += f"- {any_link()}\n- requires:: {any_link()}\n\nLast words ^b{chance.randrange(3)}\n"
        files[path] = text
    return write_vault(root, files)


# ---------- whole, and cut ----------


class Exported(NamedTuple):
    lines: dict[str, list[str]]  # by format and file, sorted
    findings: list[tuple[Any, ...]]
    digest: str  # of all that was written
    report: Report
    warnings: list[str]


def settings(formats: Sequence[str]) -> list[str]:
    return [each for each in SETTINGS if each.split(".")[0] in formats]


def no_mappings(out: Path) -> Path:
    """A folder that says nothing, so that nothing here is obeyed."""
    folder = out.parent / "mappings"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def whole(vault: Path, out: Path, formats: Sequence[str] = FORMATS, mappings: Path | None = None) -> Exported:
    report = export_vault(vault, formats, out, settings=settings(formats), mappings=mappings or no_mappings(out))
    return exported(out, report, [])


def cut(
    shards: Path,
    out: Path,
    formats: Sequence[str] = FORMATS,
    engine: str | Engine[Any, Any] = "here",
    work: Path | None = None,
    mappings: Path | None = None,
    **more: Any,
) -> Exported:
    warnings: list[str] = []
    run = Run(shards, mappings or no_mappings(out), settings(formats), warn=warnings.append)
    report = export_shards(
        run, str(shards), formats, str(out), engine=engine, work=str(work or out.with_suffix(".work")), **more
    )
    return exported(out, report, warnings)


def packed(vault: Path, to: Path, shards: int) -> Path:
    """A vault in so many shards, and one of what is no note."""
    notes = sum(1 for _ in vault.rglob("*.md"))
    pack(vault, Store(str(to)), ReadOptions(any_folder=True), -(-notes // shards))
    assert len([*to.glob("notes-*.parquet")]) == shards
    return to


def exported(out: Path, report: Report, warnings: list[str]) -> Exported:
    lines: dict[str, list[str]] = {}
    digest = sha256()
    for file in sorted(out.rglob("*")):
        if file.is_file():
            digest.update(f"{file.relative_to(out)}\0".encode() + file.read_bytes())
            if file.name[0] != "." and file.name != "README.md" and file.suffix != ".parquet":
                name = PART.sub("", str(file.relative_to(out)))
                lines.setdefault(name, []).extend(file.read_text(encoding="utf-8").split("\n"))
    found = sorted({told(finding) for finding in report.findings})
    return Exported(
        {name: sorted(filter(None, its)) for name, its in lines.items()}, found, digest.hexdigest(), report, warnings
    )


def told(finding: Finding) -> tuple[Any, ...]:
    return str(finding.source), finding.code, NEAREST.sub("", finding.message), finding.level, finding.formats


def hold_to_one_another(one: Exported, other: Exported) -> None:
    no_rows = {
        name for name in other.lines if name.endswith("-header.csv") and not other.lines[name.replace("-header", "")]
    }
    assert {name for name in other.lines if other.lines[name]} - no_rows == {
        name for name in one.lines if one.lines[name]
    }
    for name, lines in one.lines.items():
        assert [*set(lines) - set(other.lines[name])][:3] == [*set(other.lines[name]) - set(lines)][:3] == [], name
        assert other.lines[name] == lines, name
    assert [*set(one.findings) - set(other.findings)][:3] == [*set(other.findings) - set(one.findings)][:3] == []
    assert sorted(other.findings) == sorted(one.findings)
    same = one.report.reading.statistics._replace(orders=(), doubts={})
    assert other.report.reading.statistics._replace(orders=(), doubts={}) == same


# ---------- engines that hurt ----------


class Killed(NamedTuple):
    """A stage whose process is killed, once."""

    stage: Callable[[Any], Any]
    mark: str  # a file that is there behind it

    def __call__(self, item: Any) -> Any:
        if not Path(self.mark).exists():
            Path(self.mark).write_text("killed")
            os.kill(os.getpid(), signal.SIGKILL)
        return self.stage(item)


def killing(mark: Path, number: int) -> Engine[Any, Any]:
    """Processes, one of which is killed in the stage of this number."""
    stages, pool = iter(range(99)), Pool(2)

    def run(stage: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        return pool(Killed(stage, str(mark)) if next(stages) == number else stage, items)

    return run


def backwards(stage: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    """The last shard first."""
    for number in reversed(range(len(items))):
        yield number, stage(items[number])


def dying(number: int, after: int) -> Engine[Any, Any]:
    """The whole run is killed in the stage of this number, when so many shards are done."""
    stages = iter(range(99))

    def run(stage: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        dies = next(stages) == number
        for done, result in here(stage, items):
            yield done, result
            if dies and done + 1 == after:
                os.kill(os.getpid(), signal.SIGKILL)

    return run


if __name__ == "__main__":  # SHARDS OUT STAGE AFTER: a run that is killed
    cut(Path(sys.argv[1]), Path(sys.argv[2]), engine=dying(int(sys.argv[3]), int(sys.argv[4])))
