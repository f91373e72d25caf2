"""Findings as they are told: their levels, each once, what matters first, [findings], a baseline, GitHub and SARIF."""

import io
import json
import os
import platform
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import jsonschema
import pytest
from command import VAULT, lay, mlk_export
from conftest import ROOT
from npm import install

from exporter import ExportError, Finding, Source, UsageError, baseline, read, telling
from exporter.cli import terminal
from exporter.errors import CODES, LEVELS, Level, OptionError
from exporter.export import export_vault
from exporter.findings import Rules, failing, once
from exporter.options import load_options
from exporter.reader import ReadOptions
from exporter.run import Run

PAGE = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
HERE = Path("vault")
FLAWED = {**VAULT, "Tree.md": "Grows on the [[Hill]]\nand in the [[Wood]].\n", "Bad.md": "---\na: [\n---\n"}


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def finding(
    code: str, message: str = "", file: str = "a.md", line: int = 1, formats: str = "", **more: Level
) -> Finding:
    return Finding(Source(file, line), code, message or f"what {code} says", formats=tuple(formats.split()), **more)


def told(*findings: Finding, every: bool = False, stream: io.StringIO | None = None) -> list[str]:
    return list(telling.lines(findings, HERE, stream or io.StringIO(), every))


# -- levels ------------------------------------------------------------------------------------------------------


def test_the_page_and_the_program_give_each_code_the_same_level() -> None:
    assert dict(re.findall(r"^\| `([a-z0-9-]+)` \| (\w+) \|", PAGE, re.MULTILINE)) == LEVELS
    assert sum(len(codes.split()) for codes in CODES.values()) == len(LEVELS)  # none has two


def test_a_finding_has_the_level_of_its_code() -> None:
    levels = {code: finding(code).level for code in ("bad-yaml", "missing-note", "opml-link", "anki-deck")}
    assert levels == {"bad-yaml": "error", "missing-note": "warning", "opml-link": "note", "anki-deck": "note"}
    assert finding("anki-deck", level="error").level == "error"
    assert str(finding("bad-yaml", "x")) == "a.md:1: error: x [bad-yaml]"


def test_strict_means_a_level_and_what_is_worse() -> None:
    findings = [finding("opml-link"), finding("missing-note"), finding("bad-yaml")]
    assert [len(failing(findings, level)) for level in ("error", "warning", "note")] == [1, 2, 3]


# -- once, and what matters first ----------------------------------------------------------------------------------


def test_a_flaw_that_several_formats_have_is_one_that_names_them() -> None:
    same = [finding("dead-link", "x", formats=name) for name in ("docx", "epub", "docx")]
    assert once([*same, finding("dead-link", "y", formats="epub")]) == [
        finding("dead-link", "x", formats="docx epub"),
        finding("dead-link", "y", formats="epub"),
    ]
    assert told(finding("missing-picture", "x", formats="docx epub")) == [
        "vault/a.md:1: warning: x (docx, epub) [missing-picture]"
    ]
    assert told(finding("skos-base", "x", formats="skos")) == [
        "vault/a.md:1: warning: x [skos-base]"
    ]  # the code says it


def test_what_says_the_same_of_many_places_is_one_line() -> None:
    many = [finding("missing-note", "no 'B'", line=line) for line in (3, 5, 7)]
    assert told(*many) == ["vault/a.md:3: warning: no 'B' (and in 2 more places) [missing-note]"]
    assert len(told(*many, every=True)) == 3
    about_files = [finding("symbolic-link", "is not followed", file=name) for name in ("a.md", "b.md")]
    assert len(told(*about_files)) == 2  # nothing is quoted: each is about another thing
    assert len(told(*(finding("bad-yaml", "no 'B'", line=line) for line in (3, 5, 7)))) == 3  # where something is lost


def test_what_a_format_cannot_say_is_one_line() -> None:
    losses = [
        finding("opml-link", "3 links left out; the format json has them", formats="opml"),
        finding("opml-alias", "1 alias left out; the format json has them", formats="opml"),
        finding("raw-html", "<b> here", formats="docx epub"),
        finding("raw-html", "<i> here", formats="docx epub"),
    ]
    assert told(*losses) == [
        "vault: note: opml: 3 links left out; 1 alias left out [opml-link, opml-alias]",
        "vault: note: docx, epub: <b> here (and 1 more) [raw-html]",
    ]
    assert [line.partition(": note: ")[2] for line in told(*losses, every=True)] == [
        "3 links left out; the format json has them [opml-link]",
        "1 alias left out; the format json has them [opml-alias]",
        "<b> here (docx, epub) [raw-html]",
        "<i> here (docx, epub) [raw-html]",
    ]


def test_errors_come_first_then_what_is_rare() -> None:
    findings = [
        finding("no-map"),
        *(finding("missing-note", str(number)) for number in range(2)),
        finding("path-gap"),
        finding("bad-yaml"),
    ]
    assert [line.rpartition("[")[2] for line in told(*findings)] == [
        "bad-yaml]",
        "path-gap]",
        "missing-note]",
        "missing-note]",
        "no-map]",
    ]


def test_fifty_lines_are_shared_by_the_kinds_and_the_rest_is_counted() -> None:
    findings = [finding("missing-note", f"n{number}") for number in range(40_000)]
    findings += [finding("missing-file", f"f{number}") for number in range(30)]
    findings += [finding("path-gap", f"p{number}") for number in range(4)]
    *lines, last = told(*findings)
    assert Counter(line.rpartition("[")[2] for line in lines) == {
        "path-gap]": 4,
        "missing-file]": 23,
        "missing-note]": 23,
    }
    assert last == "... and 39,984 more: 39,977 missing-note, 7 missing-file; --all tells each"
    assert len(told(*findings, every=True)) == 40_034
    kinds = [finding(code) for code in LEVELS]  # more kinds than lines
    assert len(told(*kinds)) == 51


# -- on a terminal, and in a pipe ------------------------------------------------------------------------------------


def test_a_terminal_is_given_groups_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    flaws = finding("bad-yaml", "x\x1b[5m"), finding("missing-note", "y"), finding("no-map", "z")
    lines = told(*flaws, stream=Terminal())
    assert lines[:2] == [
        "\x1b[1;31m1 error\x1b[0m: something of the vault is lost",
        "  \x1b[1mvault/a.md:1\x1b[0m: x\\x1b[5m \x1b[2m[bad-yaml]\x1b[0m",
    ]
    plain = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in lines]
    assert plain[2:4] == ["1 warning: somebody should look", "  vault/a.md:1: y [missing-note]"]
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert told(*flaws, stream=Terminal()) == plain
    assert not any("\x1b" in line or line.startswith(" ") for line in told(*flaws))


# -- [findings] ------------------------------------------------------------------------------------------------------


def leveled(wishes: Mapping[str, object], *findings: Finding) -> list[tuple[str, str, str]]:
    return [(each.source.file, each.code, each.level) for each in Rules(wishes).apply(findings)]  # type: ignore[arg-type]


def test_rules_give_a_level_by_code_and_by_folder_and_the_last_one_counts() -> None:
    findings = [
        finding("missing-note"),
        finding("missing-note", file="In/b.md"),
        finding("missing-note", file="In[1]/c.md"),
        finding("missing-file"),
        finding("skos-base"),
    ]
    wishes = {
        "In/": {"missing-*": "off", "missing-note": "error"},
        "In[1]/": {"missing-note": "off"},
        "missing-*": "note",
        "missing-file": "error",
        "skos-*": "off",
    }
    assert leveled(wishes, *findings) == [
        ("a.md", "missing-note", "note"),
        ("In/b.md", "missing-note", "error"),
        ("a.md", "missing-file", "error"),
    ]
    assert leveled({"*/b.md": {"*": "off"}}, *findings[:3]) == [
        ("a.md", "missing-note", "warning"),
        ("In[1]/c.md", "missing-note", "warning"),
    ]


@pytest.mark.parametrize(
    ("mapping", "error"),
    [
        ('[findings]\nmissing-nte = "off"', "vault.toml:2: no finding has the code 'missing-nte'; did you mean 'missing-note'?"),
        ('[findings]\nx = "off"', "vault.toml:2: no finding has the code 'x'; docs/findings.md has all; a pattern, 'skos-*', names several"),
        ('[findings]\nmissing-note = "of"', "vault.toml:2: 'findings.missing-note' cannot be 'of'; did you mean 'off'?"),
        ('[findings]\nmissing-note = 3', "vault.toml:2: 'findings.missing-note' cannot be 3; known: error, warning, note, off"),
        ('[findings."Daily/"]\nmissing-nte = "off"', "vault.toml:2: no finding has the code 'missing-nte'; did you mean 'missing-note'?"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_table_is_told_with_its_line(tmp_path: Path, mapping: str, error: str) -> None:
    lay(tmp_path, {"vault.toml": f"{mapping}\n"})
    with pytest.raises(ExportError) as caught:
        load_options(tmp_path, "vault", ReadOptions)
    assert str(caught.value) == str(tmp_path / error)


def test_the_reader_and_the_writers_obey_the_table(tmp_path: Path) -> None:
    lay(tmp_path / "vault", FLAWED)
    lay(tmp_path / "vault/.mlk-export", {"vault.toml": '[findings]\nmissing-note = "off"\n"opml-*" = "error"\n'})
    report = export_vault(tmp_path / "vault", ["opml"], tmp_path / "out")
    assert [(each.code, each.level, each.formats) for each in report.findings] == [
        ("bad-yaml", "error", ()),
        ("opml-link", "error", ("opml",)),
        ("opml-prose", "error", ("opml",)),
    ]
    assert [each.code for each in read(tmp_path / "vault", ReadOptions(findings={"*": "off"})).findings] == []
    with pytest.raises(OptionError):
        ReadOptions(findings={"bad": "off"}).check()


def test_many_that_differ_in_a_name_alone_are_one_line_and_slips_stand_out() -> None:
    def missing(name: str, hint: str = "") -> Finding:
        return finding("missing-note", f"no note is named {name!r}{hint}; write it or fix the link")

    plans = [missing(name) for name in ("Ada's", 'Bob "B"', "C", "D", "E", "F", "F", "G")]
    slip, drawing = missing("Tre", "; nearest: Tree"), finding("drawing-embed", "'a' is a drawing")
    broken = [finding("bad-yaml", f"no YAML: {name!r}") for name in "abcdefg"]

    def told(findings: list[Finding], every: bool = False) -> list[str]:
        return [line.partition(": ")[2] for line in telling.lines(findings, HERE, io.StringIO(), every)]

    assert told([*plans, slip, drawing]) == [
        "warning: 'a' is a drawing [drawing-embed]",
        "warning: no note is named 'F'; write it or fix the link (and in 1 more place); likewise 6 more: "
        """"Ada's", 'Bob "B"', 'C', 'D', 'E', ...; `mlk-export wanted` lists them [missing-note]""",
        "warning: no note is named 'Tre'; nearest: Tree; write it or fix the link [missing-note]",
    ]
    assert len(told([*plans[:5], slip])) == 6
    assert len(told([*plans, slip], every=True)) == 9
    assert len(told(broken)) == 7  # something is lost in each


def test_many_that_quote_nothing_are_one_line_with_their_notes() -> None:
    same = [finding("bad-alias", "name it `aliases`", file=f"{name}.md") for name in "abcdefgh"]
    (line,) = telling.lines(same, HERE, io.StringIO())
    assert line.endswith(
        "a.md:1: warning: name it `aliases`; likewise 7 more: b.md, c.md, d.md, e.md, f.md, ...; --all tells each [bad-alias]"
    )


# -- a run -------------------------------------------------------------------------------------------------------------


def test_what_writing_brings_up_fails_a_strict_run_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path / "vault")
    monkeypatch.chdir(tmp_path)  # where no mappings are
    settings = ['vault.findings.opml-link="error"']
    with pytest.raises(ExportError, match=r"^1 error, and --strict=error allows none; nothing was written$"):
        export_vault(tmp_path / "vault", ["json", "opml"], tmp_path / "out", settings=settings, strict="error")
    assert not (tmp_path / "out").exists()
    assert export_vault(tmp_path / "vault", ["json", "opml"], tmp_path / "out", strict=True).paths


def test_who_listens_hears_each_flaw_once_and_the_report_names_the_formats(tmp_path: Path) -> None:
    heard: list[Finding] = []
    run = Run(lay(tmp_path / "vault"), tell=heard.extend)
    for name in ("docx", "epub"):
        run.tell([finding("dead-link", "x", formats=name)])
    assert heard == [finding("dead-link", "x", formats="docx")]
    assert run.findings == [finding("dead-link", "x", formats="docx epub")]


@pytest.mark.slow
def test_strict_takes_a_level_behind_an_equals_sign_alone(tmp_path: Path) -> None:
    lay(tmp_path / "vault", {**VAULT, "Tree.md": "[[Wood]] [[Hill]]"})
    for words, code in (
        (["check", "--strict"], 1),
        (["--strict", "check"], 1),
        (["check", "--strict=error"], 0),
        (["check", "--strict=warning"], 1),
        (["check", "--strict=loud"], 2),
        (["--strict=error", "-f", "json"], 0),
        (["--strict", "-f", "json"], 1),
    ):
        assert mlk_export(*words, cwd=tmp_path).code == code, words


# -- a baseline ----------------------------------------------------------------------------------------------------------


def test_a_baseline_holds_when_lines_move_and_tells_what_is_new(tmp_path: Path) -> None:
    vault, file = lay(tmp_path / "vault", FLAWED), tmp_path / "known.txt"
    assert baseline.write(file, read(vault).findings) == 2
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("#")
    assert lines[2] == "missing-note: Tree.md: 'Wood'"
    lay(vault, {"Tree.md": "New.\n\n[[Hill]], [[Wood]]\nand [[Sea]]", "Bad.md": "Good."})
    new, known, gone = baseline.compare(file, read(vault).findings)
    assert ([str(each.source) for each in new], known, gone) == (["Tree.md:4"], 1, 1)
    lay(vault, {"Woods.md": ""})  # now something is near, and the message says so
    assert len(baseline.compare(file, read(vault).findings).new) == 1


def test_an_apostrophe_is_no_quote() -> None:
    said = finding(
        "assumed-language", "nothing says the vault's language, so 'en' is assumed; write it in the vault's map"
    )
    assert telling.identity(said) == "assumed-language: a.md: 'en'"


def test_a_merged_baseline_is_the_lines_of_both_sides(tmp_path: Path) -> None:
    file = tmp_path / "known.txt"
    baseline.write(file, [finding("missing-note", "no 'A'")])
    text = file.read_text(encoding="utf-8")
    ours, theirs = (f"missing-note: a.md: '{name}'\r\n" for name in "BC")
    file.write_text(f"{text}<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n", encoding="utf-8")
    assert baseline.compare(file, [finding("missing-note", f"no '{name}'") for name in "ABC"]) == ([], 3, 0)


def test_nothing_but_a_baseline_is_overwritten_or_compared_with(tmp_path: Path) -> None:
    note = lay(tmp_path, {"Home.md": "words"}) / "Home.md"
    with pytest.raises(UsageError, match="is no baseline, so it is left as it is"):
        baseline.write(note, [])
    with pytest.raises(UsageError, match="is no baseline; write one"):
        baseline.compare(note, [])
    with pytest.raises(UsageError, match="no such baseline; write one with --write-baseline"):
        baseline.compare(tmp_path / "no.txt", [])
    with pytest.raises(ExportError, match="cannot be written"):
        baseline.write(tmp_path / "no" / "no.txt", [])
    assert note.read_text() == "words"


@pytest.mark.slow
def test_a_grown_vault_fails_for_what_is_new_alone(tmp_path: Path) -> None:
    lay(tmp_path / "vault", FLAWED)
    first = mlk_export("check", "--write-baseline", "known.txt", "--strict", cwd=tmp_path)
    assert (first.code, first.said[-1]) == (0, "known.txt: written; what it says is known from now on: 2")
    again = mlk_export("check", "--baseline", "known.txt", "--strict", cwd=tmp_path)
    assert (again.code, again.findings) == (0, [])
    assert again.said[-1] == "known.txt: 2 findings known"
    lay(tmp_path / "vault", {"Hill.md": "[[Sea]]", "Bad.md": "Good."})
    later = mlk_export("check", "--baseline", "known.txt", "--strict", cwd=tmp_path)
    assert (later.code, [each.message for each in later.findings], later.error) == (
        1,
        ["no note is named 'Sea'; write it or fix the link"],
        "1 warning, and --strict allows none",
    )
    assert "known.txt: 1 finding known; entries that are no finding any more: 1, write it anew" in later.said


@pytest.mark.slow
def test_a_part_says_nothing_of_what_a_baseline_knows_of_the_rest(tmp_path: Path) -> None:
    lay(tmp_path / "vault", {"A/One.md": "[[Wood]] #x", "A/Two.md": "", "B/Three.md": "[[Sea]]"})
    assert mlk_export("check", "--write-baseline", "known.txt", cwd=tmp_path).code == 0
    known = (tmp_path / "known.txt").read_text(encoding="utf-8")
    part = mlk_export("check", "--baseline", "known.txt", "--area", "A", "--strict", cwd=tmp_path)
    assert (part.code, part.findings, part.said[-1]) == (0, [], "known.txt: 1 finding known")
    for words in (["--area", "A"], ["--tag", "x"]):
        refused = mlk_export("check", "--write-baseline", "known.txt", *words, cwd=tmp_path)
        assert (refused.code, refused.error) == (
            2,
            "--write-baseline is of the whole vault; leave --area and --tag away",
        )
    assert (tmp_path / "known.txt").read_text(encoding="utf-8") == known


# -- for programs --------------------------------------------------------------------------------------------------------

# Of the specification, what is used here; strict, so that a property that is misspelt fails. https://docs.oasis-open.org/sarif/sarif/v2.1.0/
TEXT = {
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {"text": {"type": "string"}},
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}


def strictly(**properties: object) -> dict[str, object]:
    return {"type": "object", "required": [*properties], "additionalProperties": False, "properties": properties}


RULE = strictly(id={"type": "string"}, shortDescription=TEXT, defaultConfiguration=strictly(level=LEVEL))
PLACE = strictly(
    artifactLocation=strictly(uri={"type": "string", "pattern": r"\A[A-Za-z0-9_.~/:%-]+\Z"}),
    region=strictly(startLine={"type": "integer", "minimum": 1}),
)
RESULT = strictly(
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=TEXT,
    locations={"type": "array", "minItems": 1, "maxItems": 1, "items": strictly(physicalLocation=PLACE)},
    partialFingerprints={"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
)
RESULT["properties"]["properties"] = strictly(formats={"type": "array", "items": {"type": "string"}})  # type: ignore[index]
DRIVER = strictly(
    name={"const": "mlk-export"},
    version={"type": "string"},
    semanticVersion={"type": "string", "pattern": r"\A\d+\.\d+\.\d+\Z"},
    rules={"type": "array", "uniqueItems": True, "items": RULE},
)
SARIF = {
    **strictly(
        version={"const": "2.1.0"},
        runs={
            "type": "array",
            "items": strictly(
                tool=strictly(driver=DRIVER),
                columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                results={"type": "array", "items": RESULT},
            ),
        },
        **{"$schema": {"const": telling.SARIF}},
    )
}


@pytest.mark.slow
def test_the_validator_of_its_authors_accepts_sarif(tmp_path: Path, require: Callable[[bool, str], None]) -> None:
    require(platform.system() == "Linux" and platform.machine() == "x86_64", "the validator, on Linux with x86-64")
    tool = install(ROOT / "tests" / "sarif", require) / "@microsoft/sarif-multitool-linux/Sarif.Multitool"
    tool.chmod(0o755)  # its script of installation would, and is not run
    findings = [
        finding("bad-yaml", "no 'é' \x1b[31m \ud800", file="a b/ü#1.md", line=3),
        finding("kept-file", "left", file=(tmp_path / "x.ttl").as_posix()),
        finding("opml-link", "left out", file="", formats="opml docx"),
    ]

    def judge(text: str) -> str:
        (tmp_path / "vault.sarif").write_text(text, encoding="utf-8")
        command = [tool, "validate", "vault.sarif", "--output", "judged.sarif", "--log", "ForceOverwrite"]
        environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
        ).stdout

    for said in (findings, []):
        told = judge(telling.sarif(said, HERE))
        assert "Analysis completed successfully" in told and ": error " not in told, told
    assert ": error JSON" in judge(telling.sarif(findings, HERE).replace('"startLine": 3', '"startLine": "3"'))


def test_sarif_is_as_specified_and_says_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lay(tmp_path))
    findings = [
        finding("missing-note", "no 'Ä'\ud800", "Ä b/100 %.md", 7),
        finding("bad-yaml"),
        finding("raw-html", formats="docx epub"),
        Finding(Source("", 1), "no-map", "none"),
        finding("kept-file", file=(tmp_path / "out/x#1.ttl").as_posix()),
        *(finding("missing-note", f"no {number}") for number in range(99)),
    ]
    document = json.loads(telling.sarif(findings, HERE))
    jsonschema.validate(document, SARIF)
    (run,) = document["runs"]
    results, rules = run["results"], run["tool"]["driver"]["rules"]
    assert len(results) == len(findings)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in results)
    assert [result["level"] for result in results[:2]] == ["error", "warning"]
    at = {result["ruleId"]: result["locations"][0]["physicalLocation"] for result in reversed(results)}
    assert at["missing-note"] == {
        "artifactLocation": {"uri": "vault/%C3%84%20b/100%20%25.md"},
        "region": {"startLine": 7},
    }
    assert at["no-map"]["artifactLocation"]["uri"] == "vault"
    assert at["kept-file"]["artifactLocation"]["uri"] == "out/x%231.ttl"
    jsonschema.validate(json.loads(telling.sarif([], HERE)), SARIF)


def test_the_fingerprint_is_the_entry_of_a_baseline() -> None:
    (result,) = json.loads(telling.sarif([finding("missing-note", "no 'B'; near: C", line=9)], HERE))["runs"][0][
        "results"
    ]
    assert result["partialFingerprints"] == {"mlkExportFinding/v1": "missing-note: a.md: 'B'"}


def test_github_is_given_workflow_commands_that_nothing_can_break_out_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    findings = [
        finding("missing-note", "100 %\r\n::error::x", "a,b:c%\n.md", 7),
        finding("bad-yaml", "x"),
        Finding(Source("", 1), "no-map", "none"),
    ]
    assert list(telling.github(findings, tmp_path / "vault")) == [
        "::error file=vault/a.md,line=1,title=bad-yaml::x",
        "::warning file=vault/a%2Cb%3Ac%25%0A.md,line=7,title=missing-note::100 %25%0D%0A::error::x",
        "::notice title=no-map::none",
    ]


def test_what_is_urgent_is_told_to_people_once_and_is_an_annotation_too(capsys: pytest.CaptureFixture[str]) -> None:
    for form, told in (("text", 1), ("github", 2)):
        run = terminal.Terminal(Path("vault"), {"form": form})
        with pytest.raises(KeyError), run:
            run.tell([finding("scarce-memory", "the book needs more")])
            raise KeyError
        said = capsys.readouterr().err.splitlines()
        assert len(said) == told, said
        assert said[0] == "vault/a.md:1: warning: the book needs more [scarce-memory]"
    assert said[1] == "::warning file=vault/a.md,line=1,title=scarce-memory::the book needs more"


@pytest.mark.slow
def test_each_format_is_told_where_programs_look_for_it(tmp_path: Path) -> None:
    lay(tmp_path / "vault", FLAWED)
    github = mlk_export("check", "--output-format", "github", cwd=tmp_path)
    assert github.said[0].startswith("::error file=vault/Bad.md,line=3,title=bad-yaml::")
    quiet = mlk_export("check", "--output-format", "github", "--quiet", cwd=tmp_path)
    assert quiet.said == [line for line in github.said if line.startswith("::")]
    for command in (["check"], ["-f", "opml"]):
        sarif = mlk_export(*command, "--output-format=sarif", "--strict", cwd=tmp_path)
        assert (sarif.code, len(sarif.said)) == (1, 1)
        jsonschema.validate(json.loads("\n".join(sarif.paths)), SARIF)
    run = json.loads("\n".join(mlk_export("-f", "opml", "--json", cwd=tmp_path).paths))
    assert (run["format"], run["done"]) == ("mlk-export-run/1", ["out/opml/knowledge-map.opml"])
    assert [(each["level"], each["code"], each["formats"]) for each in run["findings"]] == [
        ("error", "bad-yaml", []),
        ("warning", "missing-note", []),
        ("note", "opml-link", ["opml"]),
        ("note", "opml-prose", ["opml"]),
    ]


@pytest.mark.slow
def test_what_others_tell_is_there_for_programs_too(tmp_path: Path) -> None:
    lay(tmp_path / "vault")

    def document(*words: str) -> dict[str, object]:
        run = mlk_export(*words, "--json", cwd=tmp_path)
        assert (run.code, run.said) == (0, [])
        return dict(json.loads("\n".join(run.paths)))

    explained = document("explain", "Tree")
    assert (explained["format"], explained["vault"]) == ("mlk-export-explain/1", "vault")
    assert {"file": "Tree.md", "line": 1, "text": "title: Tree (the file's name)"} in explained["lines"]  # type: ignore[operator]
    assert document("path", "Tree") == {
        "format": "mlk-export-path/1",
        "vault": "vault",
        "lines": [{"file": "Tree.md", "line": 1, "text": "Tree"}],
    }
    names = [each["name"] for each in document("formats")["formats"]]  # type: ignore[attr-defined]
    assert "skos" in names


@pytest.mark.slow
def test_what_was_found_is_told_when_a_run_ends_early(tmp_path: Path) -> None:
    lay(tmp_path / "vault", FLAWED)
    lay(tmp_path / "out/json", {"knowledge-map.json": "mine"})
    run = mlk_export("-f", "json", cwd=tmp_path)
    assert (run.code, [each.code for each in run.findings]) == (1, ["bad-yaml", "missing-note"])
