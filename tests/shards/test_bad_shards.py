"""Shards that others wrote, and wrongly; and places that are not as they should be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cutting
import pyarrow
import pytest
from cutting import cut, packed
from pyarrow.parquet import write_table

from exporter.errors import ExportError, UsageError
from exporter.saving import LeftError
from exporter.shards import flat
from exporter.shards.store import Store

pytestmark = pytest.mark.slow

NOTES = {"a.md": b"[[b]] [[Lost]]\n", "b.md": b"# B\n\nWords. [[c]]\n", "c.md": b"[[a]] #tag\n"}


def shard(folder: Path, name: str, notes: dict[str, Any], **columns: Any) -> None:
    folder.mkdir(exist_ok=True)
    table = {"path": [*notes], "content": [*notes.values()], **columns}
    write_table(
        pyarrow.table({name: values for name, values in table.items() if values is not None}),
        folder / f"{name}.parquet",
    )


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    folder = tmp_path / "shards"
    for path, content in NOTES.items():
        shard(folder, path[0], {path: content})
    return folder


def found(exported: cutting.Exported, code: str) -> list[str]:
    return [f"{place}: {message}" for place, its, message, *_ in exported.findings if its == code]


def ids(exported: cutting.Exported) -> set[str]:
    return {line.split('"')[7] for line in exported.lines["json/knowledge-map.jsonl"] if '"table": "topics"' in line}


def test_two_columns_from_elsewhere_will_do(shards: Path, tmp_path: Path) -> None:
    """Texts and dictionaries as well as bytes, further columns, and an order of their own."""
    shard(shards, "d", {"d.md": "[[a]]"}, stars=[3])
    path = pyarrow.array(["f.md", "e.md"]).dictionary_encode()
    write_table(pyarrow.table({"content": ["[[e]]", "[[d]]"], "path": path}), shards / "e.parquet")
    assert ids(cut(shards, tmp_path / "out", ["json"])) == {"a", "b", "c", "d", "e", "f"}


def test_an_empty_shard(shards: Path, tmp_path: Path) -> None:
    before = cut(shards, tmp_path / "before", ["json"])
    for name in ("0", "b2", "z"):
        write_table(
            pyarrow.table({"path": pyarrow.array([], "string"), "content": pyarrow.array([], "binary")}),
            shards / f"{name}.parquet",
        )
    assert cut(shards, tmp_path / "out", ["json"]).lines == before.lines


def test_a_shard_of_a_single_huge_note(shards: Path, tmp_path: Path) -> None:
    shard(shards, "huge", {"huge.md": b"[[a]] and words\n" * 70_000})
    mappings = tmp_path / "own"
    mappings.mkdir()
    (mappings / "vault.toml").write_text("largest_note = 1\n")
    exported = cut(shards, tmp_path / "out", ["json"], mappings=mappings)
    assert found(exported, "large-note") == [
        "huge.md:1: has 1.12 MB, too many, and is left out; split it, or raise `largest_note` in vault.toml"
    ]
    assert ids(exported) == {"a", "b", "c"}


@pytest.mark.parametrize(("name", "paths"), [("b2", ["b.md"]), ("z", ["x.md", "y.md", "x.md"])])
def test_a_path_that_stands_twice(name: str, paths: list[str], shards: Path, tmp_path: Path) -> None:
    write_table(pyarrow.table({"path": paths, "content": [b""] * len(paths)}), shards / f"{name}.parquet")
    where = "in b.parquet and in b2.parquet" if name == "b2" else "twice in z.parquet"
    with pytest.raises(ExportError, match=f"'{paths[0]}' stands {where}; a vault has each path once"):
        cut(shards, tmp_path / "out", ["json"])


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"path": None}, "has no column 'path'"),
        ({"content": None}, "has no column 'content'"),
        ({"path": [7]}, "the column 'path' is int64; it must be a text"),
        ({"path": [b"a.md"]}, "the column 'path' is binary; it must be a text"),
        ({"content": [1.5]}, "the column 'content' is double; it must be bytes or a text"),
        ({"content": [["a"]]}, "the column 'content' is list<"),
    ],
)
def test_a_column_that_is_missing_or_something_else(
    columns: dict[str, Any], why: str, shards: Path, tmp_path: Path
) -> None:
    shard(shards, "bad", {"x.md": b""}, **columns)
    with pytest.raises(UsageError) as refusal:
        cut(shards, tmp_path / "out", ["json"])
    assert why in str(refusal.value)
    assert "bad.parquet" in str(refusal.value)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("../out.md", "leads out of the vault"),
        ("x/../../out.md", "leads out of the vault"),
        ("/etc/note.md", "leads out of the vault"),
        ("C:/note.md", "leads out of the vault"),
        ("x//y.md", "no plain path"),
        ("x\\y.md", "is no file's"),
        ("x\0.md", "is no file's"),
        ("", "is empty"),
        (None, "is empty"),
        (b"caf\xe9.md", "is not UTF-8"),
    ],
)
def test_a_path_that_is_none_in_a_vault(path: Any, why: str, shards: Path, tmp_path: Path) -> None:
    """It is told, with its row, and left out; the other rows are read."""
    kind = pyarrow.binary() if isinstance(path, bytes) else pyarrow.string()
    paths = pyarrow.array([path, b"fine.md" if isinstance(path, bytes) else "fine.md"], kind)
    if isinstance(path, bytes):  # as a program writes it that does not look
        paths = pyarrow.StringArray.from_buffers(2, paths.buffers()[1], paths.buffers()[2])
    write_table(pyarrow.table({"path": paths, "content": [b"secret", b"[[a]]"]}), shards / "odd.parquet")
    exported = cut(shards, tmp_path / "out", ["json"])
    (told,) = found(exported, "bad-name")
    assert told.startswith("odd.parquet:1: row 1: the path ")
    assert why in told
    assert ids(exported) == {"a", "b", "c", "fine"}


def test_what_is_of_no_vault_is_passed_over(shards: Path, tmp_path: Path) -> None:
    shard(
        shards,
        "more",
        {".trash/x.md": b"", ".obsidian/app.json": b"{}", "x/.git/y.md": b"", "p.png": None, "t.txt": b""},
    )
    exported = cut(shards, tmp_path / "out", ["json"])
    assert ids(exported) == {"a", "b", "c"}
    assert not found(exported, "bad-name")


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def torn(data: bytes) -> bytes:
    """Whole at its ends, so that its paths can be listed, and no longer what it was within."""
    middle = data.index(b"Words")
    return data[: middle - 8] + bytes(12) + data[middle + 4 :]


@pytest.mark.parametrize(
    "harm", [half, torn, lambda data: b"", lambda data: b"PAR1 no such thing"], ids="half torn empty other".split()
)
def test_a_shard_that_cannot_be_read_is_told_and_the_others_are_written(
    harm: Callable[[bytes], bytes], shards: Path, tmp_path: Path
) -> None:
    table = pyarrow.table({"path": ["b.md"], "content": [NOTES["b.md"]]})
    write_table(table, shards / "b.parquet", compression="none", use_dictionary=False, write_page_checksum=True)
    (shards / "b.parquet").write_bytes(harm((shards / "b.parquet").read_bytes()))
    exported = cut(shards, tmp_path / "out", ["json"])
    assert ids(exported) == {"a", "c"}
    (told,) = found(exported, "unreadable-shard")
    assert told.startswith("b.parquet:1: this shard cannot be read and is left out, with all its notes (")
    assert found(exported, "missing-note") == [
        "a.md:1: no note is named 'Lost'; write it or fix the link",
        "a.md:1: no note is named 'b'; write it or fix the link",
    ]


def test_no_shards_at_all(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no shards here \(\*\.parquet\); make them with: mlk-export pack FOLDER"):
        cut(tmp_path / "nowhere", tmp_path / "out", ["json"])
    shard(tmp_path / "shards", "a", {"readme.txt": b""})
    with pytest.raises(UsageError, match="no notes here; a shard has the paths of notes"):
        cut(tmp_path / "shards", tmp_path / "out", ["json"])


def test_somebody_elses_parts_stay(shards: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "out" / "json" / "knowledge-map-00002.jsonl"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs")
    with pytest.raises(LeftError, match=r"knowledge-map-00002\.jsonl: was made by somebody else"):
        cut(shards, tmp_path / "out", ["json"])
    assert [*theirs.parent.iterdir()] == [theirs]
    assert theirs.read_text() == "theirs"
    assert cut(shards, tmp_path / "out", ["json"], overwrite=True).lines["json/knowledge-map.jsonl"]


def test_parts_that_are_too_many_go(shards: Path, tmp_path: Path) -> None:
    cut(shards, tmp_path / "out", ["json"])
    (shards / "c.parquet").unlink()
    cut(shards, tmp_path / "out", ["json"])
    names = [file.name for file in sorted((tmp_path / "out" / "json").glob("*.jsonl"))]
    assert names == ["knowledge-map-00000.jsonl", "knowledge-map-00001.jsonl", "knowledge-map-00002.jsonl"]


def test_another_versions_skeleton(shards: Path, tmp_path: Path) -> None:
    cut(shards, tmp_path / "out", ["json"])
    (file,) = (tmp_path / "out.work" / "skeleton").iterdir()
    data = file.read_bytes()
    other = tmp_path / "other"
    other.write_bytes(data.replace(b"skeleton 4 ", b"skeleton 3 ", 1))
    with pytest.raises(ExportError, match="was made by another version; remove it and start again"):
        flat.Skeleton(other)
    other.write_bytes(b"")
    with pytest.raises(ExportError, match="cannot be read"):
        flat.Skeleton(other)


def test_a_skeleton_that_does_not_fit(shards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exporter.shards.memory", lambda: 50)
    with pytest.raises(
        ExportError, match=r"the skeleton of 3 notes has [\d,]+ bytes, and 50 fit here; take machines with more"
    ):
        cut(shards, tmp_path / "out", ["json"])
    assert not (tmp_path / "out").exists()


def test_how_large_a_skeleton_is(tmp_path: Path) -> None:
    """Each eighth note lists a hundred others with words about them, deep in folders; bytes a note as docs/shards.md has it."""
    names = [f"Section {number % 40}/Chapter {number % 80}/The note of number {number}" for number in range(800)]
    files = {f"{name}.md": f"See [[{name}#Part]]. #tag\n" for name in names}
    for place in range(0, 800, 8):
        listed = [names[(place * 7 + 3 * number) % 800] for number in range(100)]
        lines = [f"- [[{name}]] - of {place * number % 997} words about it\n" for number, name in enumerate(listed)]
        files[f"{names[place]}.md"] = f"---\ntags: [moc]\n---\n{''.join(lines)}"
    files["Home.md"] = "---\ntags: [index]\n---\n" + "".join(f"- [[{name}]]\n" for name in names[::8])
    vault = cutting.write_vault(tmp_path / "vault", files)
    exported = cut(packed(vault, tmp_path / "packed", 4), tmp_path / "out", ["json"])
    assert sum('"kind": "in_area"' in line for line in exported.lines["json/knowledge-map.jsonl"]) > 800
    (file,) = (tmp_path / "out.work" / "skeleton").iterdir()
    assert 50 < file.stat().st_size / 800 <= 250


def test_what_a_worker_holds_of_a_skeleton_does_not_grow(tmp_path: Path) -> None:
    """All else is mapped; of topics that no note has, and of notes that are closed, too."""
    heads = []
    for notes in (300, 1500):
        vault = cutting.generate(tmp_path / str(notes) / "vault", notes)
        words = {
            f"f/note of {number}.md": f"---\narea: Subject {number}\n---\nWords.\n" for number in range(notes // 10)
        }
        lists = {f"lists/{number} MOC.md": f"- [[note of {number}]] - words\n" for number in range(notes // 10)}
        drawings = {
            f"d/{number}.excalidraw.md": "---\nexcalidraw-plugin: parsed\n---\n" for number in range(notes // 10)
        }
        cutting.write_vault(vault, words | lists | drawings)
        out = tmp_path / str(notes) / "out"
        cut(packed(vault, tmp_path / str(notes) / "packed" / "vault", 2), out, ["json"])
        (file,) = (out.with_suffix(".work") / "skeleton").iterdir()
        skeleton = flat.Skeleton(file)
        assert min(map(len, (skeleton.ghosts, skeleton.closed))) >= notes // 10
        heads.append(len(skeleton.section("head")))
    assert max(heads) - min(heads) <= 8  # a number of more digits


@pytest.mark.parametrize(
    ("formats", "told"),
    [
        (
            ["handbook"],
            "handbook is made of the whole vault at once: take a part of the vault without --shards .*, or volumes",
        ),
        (
            ["epub", "docx", "svg", "html", "vocabulary"],
            "epub is made .*; docx is made .*; svg is .*; html is .*; vocabulary is",
        ),
        (["canvas"], "canvas is made of the whole vault at once: take one canvas an area"),
        (["opml"], "opml is made of the whole vault at once: take one outline an area"),
        (["neo4j"], "neo4j is made of the whole vault at once: take neo4j-bulk"),
    ],
)
def test_what_is_whole_says_so(formats: list[str], told: str, shards: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"--shards: {told}"):
        cut(shards, tmp_path / "out", formats)
    assert not (tmp_path / "out.work").exists()


@pytest.mark.parametrize(
    ("name", "setting", "told"),
    [
        ("skos", "skos.syntaxes=['turtle']", r"skos cannot be cut so: set syntaxes = \[.n-triples.\] in skos.toml"),
        ("skos", "skos.syntaxes=['n-triples', 'trig']", "skos cannot be cut so"),
        (
            "json",
            "json.text=true",
            "json cannot be cut so: set text = false in json.toml, as a note's text shows parts of others",
        ),
        ("neo4j-bulk", "neo4j.with_text=true", "neo4j-bulk cannot be cut so: set with_text = false in neo4j.toml"),
        ("neo4j-bulk", "neo4j.missing=true", "neo4j-bulk cannot be cut so: set missing = false in neo4j.toml"),
        (
            "neo4j-bulk",
            "neo4j.labels.'type: x'='X'",
            "neo4j-bulk cannot be cut so: set labels by tags alone in neo4j.toml",
        ),
    ],
)
def test_options_that_cannot_be_cut_say_so(
    name: str, setting: str, told: str, shards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "SETTINGS", (setting,))
    monkeypatch.setattr(cutting, "settings", lambda formats: [setting])
    with pytest.raises(UsageError, match=f"--shards: {told}"):
        cut(shards, tmp_path / "out", [name])


def test_names_that_a_lock_remembers(shards: Path, tmp_path: Path) -> None:
    """In shards nobody reads it, and names that were given out must not change."""
    mappings = tmp_path / "own"
    mappings.mkdir()
    (mappings / "skos.toml").write_text("base = 'https://example.org/'\n")
    (mappings / "skos.lock").write_text('{"iri":"a","title":"a","note":"a.md"}\n')
    with pytest.raises(UsageError, match=r"--shards: skos\.lock remembers names that notes have had"):
        cut(shards, tmp_path / "out", ["skos"], mappings=mappings)


def test_a_vault_of_another_program(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "mkdocs.yml").write_text("site_name: x\n")
    (vault / "a.md").write_text("a")
    with pytest.raises(
        UsageError, match=r"is documentation by MkDocs, as mkdocs\.yml is there, and shards are read by Obsidian's"
    ):
        packed(vault, tmp_path / "packed", 1)


def test_a_place_that_is_none(shards: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nosuch://x/y: no address of an object store; write it as s3://bucket/folder"):
        Store("nosuch://x/y").names()
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot be written"):
        cut(shards, tmp_path / "out", ["json"], work=tmp_path / "file")
