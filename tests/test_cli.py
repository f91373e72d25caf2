"""The command line: what goes in, what comes out, and on which channel."""

import io
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from command import SUMMARY, VAULT, lay, mlk_export, tree
from conftest import ROOT, TESTS

from exporter import console, read, writers
from exporter.reader.batch.core import describe_core
from exporter.reader.vault.conventions import LEFT_OUT

pytestmark = pytest.mark.slow  # most start the command

JSON = "out/json/knowledge-map.json"
FLAWED = {**VAULT, "Tree.md": "Grows on the [[Hill]]\nand in the [[Wood]].\n"}
FLAW = "vault/Tree.md:2: warning: no note is named 'Wood'; write it or fix the link [missing-note]"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a vault without flaws, where the command is run."""
    lay(tmp_path / "vault")
    return tmp_path


@pytest.fixture
def flawed(tmp_path: Path) -> Path:
    """A folder with a vault that has one flaw."""
    lay(tmp_path / "vault", FLAWED)
    return tmp_path


# -- where it reads and writes -----------------------------------------------------------------------------


def test_one_format_and_nothing_else_said(here: Path) -> None:
    run = mlk_export("--format", "json", cwd=here)
    assert (run.code, run.paths) == (0, [JSON])
    assert json.loads((here / JSON).read_text())["title"] == "Our map"


@pytest.mark.book
def test_in_a_vault_itself_its_output_is_not_read_at_the_next_run(tmp_path: Path) -> None:
    lay(tmp_path)
    first = mlk_export("--format", "all", cwd=tmp_path)
    before = tree(tmp_path / "out")
    second = mlk_export("--format", "all", cwd=tmp_path)
    assert first.code == second.code == 0
    assert first.paths == second.paths
    assert first.said[:-1] == second.said[:-1]
    assert tree(tmp_path / "out") == before
    assert len(json.loads((tmp_path / JSON).read_text())["topics"]) == 2


def test_a_folder_with_obsidians_settings_is_a_vault(tmp_path: Path) -> None:
    lay(tmp_path, {".obsidian/app.json": "{}", "notes/Hill.md": "A hill."})
    run = mlk_export("--format", "json", cwd=tmp_path)
    assert run.paths == [
        f"../{tmp_path.name}-export/json/knowledge-map.json"
    ]  # beside it: Obsidian shows what is in it


def test_without_a_vault_the_error_tells_how_to_name_one(tmp_path: Path) -> None:
    run = mlk_export("--format", "json", cwd=tmp_path)
    assert run.code == 2
    assert "no vault here" in run.error
    assert run.error.endswith("name yours: mlk-export FOLDER")


def test_vault_and_out_may_lie_anywhere(here: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    run = mlk_export("--format", "json", "--vault", "../vault", "--out", "deep/er", cwd=tmp_path / "elsewhere")
    assert run.paths == ["deep/er/json/knowledge-map.json"]
    assert (tmp_path / "elsewhere" / run.paths[0]).is_file()


def test_several_formats_come_in_the_order_asked_for_and_once(here: Path) -> None:
    run = mlk_export("-f", "opml", "--format", "json", "-f", "opml", cwd=here)
    assert run.paths == ["out/opml/knowledge-map.opml", JSON]


@pytest.mark.book
def test_all_is_every_format(here: Path) -> None:
    run = mlk_export("--format", "all", cwd=here)
    assert run.code == 0
    assert {Path(path).parts[1] for path in run.paths} == set(writers.built_in())
    assert {path.name for path in (here / "out").iterdir()} == set(writers.built_in())


def test_of_a_format_of_many_files_the_folder_is_printed(here: Path) -> None:
    lay(here / "vault", {f"Note {number}.md": "A note.\n" for number in range(20)})
    run = mlk_export("vault", "--format", "vocabulary,json", "--out", "out", cwd=here)
    assert run.paths == [f"out/vocabulary{os.sep}", JSON] and run.code == 0
    document = mlk_export("vault", "--format", "vocabulary", "--out", "out", "--output-format", "json", cwd=here)
    assert f"out/vocabulary/note-7{os.sep}index.html" in json.loads("\n".join(document.paths))["done"]


def test_all_does_not_hide_a_wrong_format(here: Path) -> None:
    run = mlk_export("--format", "all", "--format", "jsn", cwd=here)
    assert run.code == 2
    assert run.error.startswith("no format 'jsn'; nearest: json")


# -- how it is told what to do -------------------------------------------------------------------------------


def test_mappings_are_read_from_the_folder_of_that_name_or_the_one_named(here: Path) -> None:
    lay(here, {"mappings/opml.toml": 'no_area = "Left"\n', "mine/opml.toml": 'no_area = "Mine"\n'})
    lay(here / "vault", {"Pond.md": ""})
    file = here / "out/opml/knowledge-map.opml"
    mlk_export("--format", "opml", cwd=here)
    assert "Left" in file.read_text()
    mlk_export("--format", "opml", "--mappings", "mine", cwd=here)
    assert "Mine" in file.read_text()
    mlk_export("--format", "opml", "--mappings", "mine", "--set", 'opml.no_area="This run"', cwd=here)
    assert "This run" in file.read_text()


@pytest.mark.parametrize("folder", [".mlk-export", "mappings"])
def test_the_mappings_of_a_vault_go_with_it(here: Path, tmp_path: Path, folder: str) -> None:
    lay(here, {"mappings/vault.toml": 'language = "fr"\n', f"vault/{folder}/vault.toml": 'language = "de"\n'})
    lay(elsewhere := tmp_path / "elsewhere", {"mappings/vault.toml": 'language = "es"\n'})
    for cwd, vault in [(here, "vault"), (here / "vault", "."), (elsewhere, "../vault")]:
        run = mlk_export("--format", "json", "--vault", vault, cwd=cwd)
        assert json.loads((cwd / JSON).read_text())["language"] == "de"
        assert SUMMARY.fullmatch(run.said[-1])["mappings"] == str(Path(vault, folder))  # type: ignore[index]


def test_a_folder_without_a_mapping_is_not_the_one_that_is_meant(here: Path) -> None:
    lay(here, {"mappings/vault.toml": 'language = "fr"\n', "vault/mappings/Note.md": "A note.\n"})
    run = mlk_export("--format", "json", cwd=here)
    assert json.loads((here / JSON).read_text())["language"] == "fr"
    assert run.said[-1].endswith(", mappings: mappings")


@pytest.mark.parametrize("command", [["--format", "json"], ["check"], ["check", "--strict"]])
def test_the_last_line_names_the_mappings_only_if_there_are_any(flawed: Path, command: list[str]) -> None:
    for mappings in [None, "mappings"]:
        run = mlk_export(*command, cwd=flawed)
        (summary,) = (match for line in run.said if (match := SUMMARY.fullmatch(line)))
        assert summary["mappings"] == mappings
        lay(flawed, {"mappings/vault.toml": ""})


@pytest.mark.parametrize(
    ("file", "hint"),
    [
        ("valt.toml", "did you mean vault.toml?"),
        ("handbok.toml", "did you mean handbook.toml?"),
        ("zzz.toml", "known: canvas, "),
    ],
)
def test_a_mapping_that_nothing_obeys_is_told_and_stops_nothing(here: Path, file: str, hint: str) -> None:
    lay(here, {f"mappings/{file}": "", "mappings/opml.toml": ""})
    run = mlk_export("--format", "json", cwd=here)
    warnings = [line for line in run.said if line.startswith("Warning: ")]
    assert (run.code, len(warnings)) == (0, 1)
    assert warnings[0].startswith(f"Warning: mappings/{file}: nothing obeys a mapping of this name; {hint}")
    assert mlk_export("check", "--json", cwd=here).code == 0


def test_a_mapping_that_is_set_reaches_the_reader(here: Path) -> None:
    mlk_export("--format", "json", "--set", 'vault.language="de"', cwd=here)
    assert json.loads((here / JSON).read_text())["language"] == "de"


@pytest.mark.parametrize("command", [["--format", "json"], ["check"]])
def test_strict_fails_on_a_flaw_and_writes_nothing(flawed: Path, command: list[str]) -> None:
    before = tree(flawed)
    run = mlk_export(*command, "--strict", cwd=flawed)
    assert (run.code, run.paths) == (1, [])
    assert FLAW in run.said
    assert "--strict" in run.error
    assert len([line for line in run.said if SUMMARY.fullmatch(line)]) == 1
    assert tree(flawed) == before


@pytest.mark.parametrize("command", [["--format", "json"], ["check"]])
def test_strict_lets_a_vault_without_flaws_pass(here: Path, command: list[str]) -> None:
    assert mlk_export(*command, "--strict", cwd=here).code == 0


def test_the_bundled_vault_has_no_flaw() -> None:
    run = mlk_export("check", "--strict", cwd=ROOT)
    assert (run.code, run.findings) == (0, [])


def test_a_flaw_alone_is_no_failure(flawed: Path) -> None:
    run = mlk_export("--format", "json", cwd=flawed)
    assert (run.code, run.paths, run.said[0]) == (0, [JSON], FLAW)


def test_check_tells_the_flaws_and_writes_nothing(flawed: Path) -> None:
    before = tree(flawed)
    run = mlk_export("check", cwd=flawed)
    assert (run.code, run.paths, run.said[:-1]) == (0, [], [FLAW])
    assert tree(flawed) == before


def test_options_may_stand_before_or_behind_the_command(flawed: Path) -> None:
    (flawed / "elsewhere").mkdir()
    elsewhere = flawed / "elsewhere"
    before = mlk_export("--vault", "../vault", "--strict", "check", cwd=elsewhere)
    behind = mlk_export("check", "--vault", "../vault", "--strict", cwd=elsewhere)
    assert (before.code, before.findings) == (behind.code, behind.findings)
    assert before.code == 1


# -- what is no topic, and what is no vault ------------------------------------------------------------------


def test_what_is_left_out_is_told_in_a_line_before_the_summary(here: Path) -> None:
    days = {f"2024-03-{day}.md": "" for day in (15, 16, 17)}
    lay(here / "vault", {**days, ".obsidian/templates.json": '{"folder": "T"}', "T/t.md": "", "o.excalidraw.md": ""})
    for command in (["--format", "json"], ["check"], ["check", "--strict"]):
        run = mlk_export(*command, cwd=here)
        assert run.code == 0
        assert run.said[-2] == "left out: 3 daily notes, 1 drawing, 1 template; --all-notes takes them"
        assert run.said[-1].startswith("8 notes (2 topics, 1 map, 5 excluded), ")
        assert len(run.said) == 2
    for command in (["check", "--all-notes"], ["--all-notes", "check"], ["check", "--set", "vault.all_notes=true"]):
        assert mlk_export(*command, cwd=here).said[-1].startswith("8 notes (7 topics, 1 map, 0 excluded), ")
        assert not any("left out" in line for line in mlk_export(*command, cwd=here).said)


def test_of_one_note_the_line_says_it(here: Path) -> None:
    lay(here / "vault", {"2024-03-17.md": ""})
    assert mlk_export("check", cwd=here).said[-2] == "left out: 1 daily note; --all-notes takes it"


def test_each_kind_is_counted_in_words(tmp_path: Path) -> None:
    reading = read(lay(tmp_path))
    excluded = {f"{reason} {number}": reason for reason in LEFT_OUT for number in (1, 2)}
    some = excluded | {"n": "daily note", "x": "too large", "y": "excluded by 'y' in vault.toml"}
    told = console.left_out(reading._replace(statistics=reading.statistics._replace(excluded=some)))
    assert told == (
        "left out: 3 daily notes, 2 Kanban boards, 2 drawings, 2 empty notes, 2 notes with placeholders, "
        "2 periodic notes, 2 templates, 2 unlisted notes; --all-notes takes them"
    )
    assert console.left_out(reading) == ""


def test_what_is_hardly_a_vault_is_not_read_and_in_a_pipe_nobody_is_asked(here: Path) -> None:
    home = {name: str(here / "vault") for name in ("HOME", "USERPROFILE")}
    run = mlk_export("--format", "json", cwd=here, **home)
    assert (run.code, run.paths, len(run.said)) == (2, [], 1)
    assert run.error == (
        f"{(here / 'vault').resolve()}: is your home folder, hardly a vault; name the folder that holds your notes, "
        "or read this one with --any-folder"
    )
    assert mlk_export("--format", "json", "--any-folder", cwd=here, **home).paths == [JSON]
    assert mlk_export("check", "--set", "vault.any_folder=true", cwd=here, **home).code == 0


@pytest.mark.parametrize(("answer", "code"), [(b"y\n", 0), (b"\n", 2)])
@pytest.mark.parametrize(
    ("command", "done"),
    [(["check"], "3 notes ("), (["--format", "json"], "3 notes ("), (["init"], "then: mlk-export check")],
)
def test_on_a_terminal_somebody_is_asked_once(
    here: Path, command: list[str], answer: bytes, code: int, done: str
) -> None:
    if os.name == "nt":
        pytest.skip("no pseudo-terminals here")
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(here / "vault")}
    with subprocess.Popen(
        [sys.executable, "-m", "exporter", *command],
        cwd=here,
        env=environment,
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        os.write(ours, answer)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    assert process.returncode == code
    assert "is your home folder, hardly a vault. Read it? [y/N]: " in shown.decode()
    assert (done if code == 0 else "--any-folder") in shown.decode()
    assert shown.decode().count("Read it?") == 1


def test_formats_lists_each_with_what_it_is(tmp_path: Path) -> None:
    run = mlk_export("formats", cwd=tmp_path)
    assert run.code == 0
    assert [line.split()[0] for line in run.paths] == sorted(writers.built_in())
    assert all(len(line.split()) > 3 for line in run.paths)


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    said, core = mlk_export("--version", cwd=tmp_path).paths
    assert said == f"mlk-export, version {version('mlk-export')}"
    assert core == f"compiled core: {describe_core()}"


def test_the_help_shows_every_option_and_examples_that_work(here: Path) -> None:
    run = mlk_export("--help", cwd=here)
    text = "\n".join(run.paths)
    for word in (
        "--format",
        "--out",
        "--vault",
        "--mappings",
        "--set",
        "--strict",
        "check",
        "wanted",
        "explain",
        "path",
        "formats",
        "Examples:",
    ):
        assert word in text
    assert max(map(len, run.paths)) <= 90
    assert mlk_export("-h", cwd=here).paths == run.paths
    assert mlk_export("--format", "skos", "--set", 'skos.base="https://example.org/mine/"', cwd=here).code == 0
    assert mlk_export("--format", "canvas", "--format", "opml", cwd=here).code == 0


# -- exit codes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [[], ["--fromat", "json"], ["check", "--format", "json"]])
def test_words_that_make_no_sense_end_with_2_and_the_usage(here: Path, arguments: list[str]) -> None:
    run = mlk_export(*arguments, cwd=here)
    assert (run.code, run.paths) == (2, [])
    assert any("Usage:" in line for line in run.said)
    assert not (here / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["chek"], "'chek' is neither a command nor a folder; nearest: check"),
        (["--format", "json", "check"], "--format does not go with 'check'"),
        (["-f", "json", "--set", "indent=2"], "'indent=2' is not NAME.KEY=VALUE"),
        (["-f", "jsn"], "no format 'jsn'; nearest: json"),
        (["-f", "x"], "no format 'x'; known: "),
        (["-f", "json", "--vault", "nowhere"], "nowhere: no such folder; name the folder that holds your notes"),
        (["-f", "json", "--mappings", "nowhere"], "nowhere: no such folder; name the one with vault.toml"),
        (["-f", "json", "--set", "skos.base='x'"], "--set skos.base='x': this run has no 'skos'; known: json, vault"),
    ],
)
def test_what_was_typed_wrong_is_2_and_one_line(here: Path, arguments: list[str], told: str) -> None:
    run = mlk_export(*arguments, cwd=here)
    assert (run.code, run.paths, len(run.said)) == (2, [], 1)
    assert run.error.startswith(told)
    assert not (here / "out").exists()


# -- the channels ------------------------------------------------------------------------------------------------


@pytest.mark.book
def test_standard_output_has_only_paths_that_exist_one_a_line(flawed: Path) -> None:
    run = mlk_export("--format", "all", cwd=flawed)
    assert run.paths
    assert all((flawed / path).is_file() for path in run.paths)


def test_standard_error_has_findings_at_places_that_exist_and_one_summary(flawed: Path) -> None:
    small = TESTS / "vaults" / "small"
    run = mlk_export("--format", "json", "--format", "canvas", "--all", "--vault", small, cwd=flawed)
    assert run.findings
    for finding in run.findings:
        assert len(Path(finding.place).read_text(encoding="utf-8").splitlines()) >= finding.line >= 1
    assert len(run.said) == len(run.findings) + len(run.doubts) + 1
    summary = SUMMARY.fullmatch(run.said[-1])
    assert summary
    assert int(summary["findings"]) == len(run.findings)


def test_the_summary_counts(here: Path) -> None:
    (summary,) = mlk_export("check", cwd=here).said
    assert summary.startswith(
        "3 notes (2 topics, 1 map, 0 excluded), 2 topics (0 without a note), 1 area, 1 tag, "
        "3 links (3 resolved, 0 unresolved, 0 external), 0 findings, "
    )


def test_in_a_pipe_there_is_nothing_but_text(flawed: Path) -> None:
    run = mlk_export("--format", "all", cwd=flawed)
    assert all(line.isprintable() for line in [*run.paths, *run.said])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--format json", 0),
        ("--format json,opml", 0),
        ("--format json --strict", 1),
        ("check --json", 0),
        ("check --report --all", 0),
        ("explain Tree", 0),
        ("wanted", 0),
        ("formats", 0),
        ("help check", 0),
        ("--help", 0),
        ("--version", 0),
    ],
)
@pytest.mark.parametrize("stream", ["stdout", "stderr", "both"])
def test_a_reader_who_goes_away_is_no_error_and_the_work_is_done(
    flawed: Path, words: str, code: int, stream: str
) -> None:
    """As behind `| head`: the pipe is closed before the first word."""
    ours, theirs = os.pipe()
    os.close(ours)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    streams |= {name: theirs for name in streams if stream in (name, "both")}
    with subprocess.Popen(
        [sys.executable, "-m", "exporter", *words.split()],
        cwd=flawed,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        **streams,  # type: ignore[arg-type]
    ) as process:
        os.close(theirs)
        told = b"".join(part or b"" for part in process.communicate())
    assert process.returncode == code
    assert b"Traceback" not in told
    assert b"Exception" not in told
    assert (flawed / JSON).exists() == ("json" in words and "strict" not in words and "check" not in words)


HOSTILE = "a\x1b[31m\nb\x07\u202ec\u2028.md"


def test_control_characters_in_names_do_not_reach_the_terminal(here: Path) -> None:
    lay(here / "vault", {HOSTILE: "[[Nowhere]]"})
    run = mlk_export("--format", "json", "--out", "o\x1b]0;u\x07t", cwd=here)
    assert run.paths == ["o\\x1b]0;u\\x07t/json/knowledge-map.json"]
    assert [finding.code for finding in run.findings] == ["assumed-language", "missing-note", "unlinkable-name"]
    assert {finding.place for finding in run.findings[1:]} == {"vault/a\\x1b[31m\\nb\\x07\\u202ec\\u2028.md"}


def test_control_characters_in_errors_do_not_reach_the_terminal(here: Path) -> None:
    run = mlk_export("--format", "json", "--vault", "a\x1b[31m\nb", cwd=here)
    assert run.error.startswith("a\\x1b[31m\\nb: no such folder")


def test_names_in_other_scripts_are_printed_as_they_are(here: Path) -> None:
    name = "数学\u3000و\u200c🧑\u200d🌾\u00a0é.md"  # wide space, joiners, no-break space
    lay(here / "vault", {name: "[[Nowhere]]"})
    _, finding = mlk_export("check", cwd=here).findings  # the first: the language was assumed
    assert finding.place == f"vault/{name}"


def test_a_name_that_is_not_utf_8_is_told_and_no_crash(here: Path) -> None:
    (here / "vault" / os.fsdecode(b"caf\xe9.md")).write_text("x")
    run = mlk_export("--format", "json", cwd=here)
    assert (run.code, [finding.code for finding in run.findings]) == (0, ["bad-name"])


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_an_output_that_knows_few_characters_is_no_crash(here: Path, encoding: str) -> None:
    lay(here / "vault", {"数学.md": "[[Nowhere]]"})
    run = mlk_export("--format", "json", "--out", "außen", cwd=here, PYTHONIOENCODING=encoding)
    assert run.code == 0
    assert run.findings[-1].place == ("vault/数学.md" if encoding == "utf-8" else "vault/\\u6570\\u5b66.md")
    assert mlk_export("--format", "json", "--vault", "数", cwd=here, PYTHONIOENCODING=encoding).code == 2


# -- progress ----------------------------------------------------------------------------------------------------


def test_on_a_terminal_a_bar_is_shown_and_gone_at_the_end(flawed: Path) -> None:
    if os.name == "nt":
        pytest.skip("no pseudo-terminals here")
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "exporter", "--format", "json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"}
    with subprocess.Popen(command, cwd=flawed, env=environment, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # the other end is closed
            pass
        assert process.stdout
        assert process.stdout.read().decode() == f"{JSON}\n"
    os.close(ours)
    before, bar, after = shown.decode().partition("writing json")
    assert bar
    assert before == "\r"
    first, told, summary, end = after.split("\r\n")
    _, wiped, level = first.rsplit("\r", 2)
    assert wiped.isspace()
    assert (level, told) == ("1 warning: somebody should look", f"  {FLAW.replace(' warning:', '')}")
    assert SUMMARY.fullmatch(summary)
    assert end == ""


class Clock:
    """A clock that goes when it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(console.time, "perf_counter", lambda: self.now)


class Terminal(io.StringIO):
    """A terminal that remembers what was shown."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, there: bool = True) -> None:
        super().__init__()
        self.there = there
        monkeypatch.setattr(sys, "stderr", self)

    def isatty(self) -> bool:
        return self.there

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.getvalue().split("\r") if line]


def test_a_bar_is_shown_after_a_second_and_ten_times_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, terminal = Clock(monkeypatch), Terminal(monkeypatch)
    with console.Progress() as progress:
        for done in range(1, 1501):
            clock.now += 0.001
            progress.show("reading", done, 1500)
    assert terminal.lines[0].startswith("reading              [")
    assert " 1000 of 1500" in terminal.lines[0] or " 1001 of 1500" in terminal.lines[0]
    assert 5 <= len(terminal.lines) <= 7
    assert terminal.lines[-1] == ""


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, terminal = Clock(monkeypatch), Terminal(monkeypatch)
    with console.Progress() as progress:
        for done in range(1, 10):
            clock.now += 0.1
            progress.show("reading", done, 10)
    assert not terminal.getvalue()


def test_each_writer_is_shown_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)
    terminal = Terminal(monkeypatch)
    with console.Progress() as progress:
        for stage, done in (("writing skos", 0), ("writing skos", 0), ("writing opml", 1), ("writing opml", 1)):
            progress.show(stage, done, 2)
    assert terminal.lines == [
        f"writing skos         [{30 * '-'}] 0 of 2",
        f"writing opml         [{15 * '#'}{15 * '-'}] 1 of 2",
        "",
    ]


def test_in_a_pipe_no_bar_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, terminal = Clock(monkeypatch), Terminal(monkeypatch, there=False)
    with console.Progress() as progress:
        clock.now += 60
        progress.show("reading", 1, 2)
        progress.show("writing skos", 0, 1)
    assert not terminal.getvalue()


# -- the shell ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--format sk", ["skos"]),
        ("-f al", ["all"]),
        ("--format zz", [""]),
        ("che", ["check"]),
        ("--stri", ["--strict"]),
    ],
)
def test_the_shell_completes(tmp_path: Path, words: str, expected: list[str]) -> None:
    line = f"mlk-export {words}"
    environment = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)}
    run = mlk_export(cwd=tmp_path, _MLK_EXPORT_COMPLETE="bash_complete", **environment)
    assert run.paths == [word and f"plain,{word}" for word in expected]


def test_the_command_and_the_module_are_one(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("mlk-export")
    if not command.exists():
        pytest.skip("the project is not installed here, but run from its folder")
    done = subprocess.run([command, "--help"], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.splitlines() == mlk_export("--help", cwd=tmp_path).paths
