"""What is no topic by convention, as the vault's settings and the names of files say, and that no settings end a run."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from command import lay
from hypothesis import given, settings
from hypothesis import strategies as st

from exporter import ReadOptions, read
from exporter.reader.explain import explain
from exporter.reader.vault.conventions import (
    CORE,
    DAILY,
    DAILY_NOTES,
    DRAWING,
    JOURNALS,
    LEFT_OUT,
    MOST,
    PERIODIC,
    PERIODIC_NOTES,
    TEMPLATE,
    TEMPLATES,
    Conventions,
    translate,
)
from exporter.reader.vault.filters import BadFilterError, search_of
from exporter.reader.vault.scan import scan

CORE_TEMPLATES, TEMPLATER, QUICKADD = TEMPLATES
ODD = pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")


def said(files: dict[str, Any]) -> Conventions:
    """What these files of settings say; a text stands for itself."""

    def give(path: str) -> bytes:
        if path not in files:
            raise FileNotFoundError(path)
        value = files[path]
        return value if isinstance(value, bytes) else (value if isinstance(value, str) else json.dumps(value)).encode()

    return Conventions(give)


def found(files: dict[str, Any], *paths: str) -> dict[str, str]:
    """The paths that are left out, each with the reason; no settings are wrong."""
    conventions = said(files)
    assert conventions.problems == []
    return {path: rule.reason for path, rule in conventions.find(paths).items()}


def test_the_reasons() -> None:
    assert (
        *("template", "daily note", "periodic note", "Kanban board", "drawing"),
        *("note with placeholders", "empty note", "unlisted note"),
    ) == LEFT_OUT


# -- templates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "key"),
    [(CORE_TEMPLATES, "folder"), (TEMPLATER, "templates_folder"), (QUICKADD, "templateFolderPath")],
)
@pytest.mark.parametrize("folder", ["Meta/Templates", "/Meta//Templates/", " Meta/ Templates ", "Meta\\Templates"])
def test_folders_of_templates(file: str, key: str, folder: str) -> None:
    paths = ["Meta/Templates/a.md", "Meta/Templates/b/c.md", "Meta/Templates.md", "x/Meta/Templates/d.md"]
    assert found({file: {key: folder}}, *paths) == dict.fromkeys(paths[:2], TEMPLATE)


@pytest.mark.parametrize("folder", ["", "/", ".", None])
def test_the_vault_itself_is_no_folder_of_templates(folder: str | None) -> None:
    assert found({CORE_TEMPLATES: {"folder": folder}, TEMPLATER: {"templates_folder": folder}}, "a.md") == {}


def test_letters_of_two_forms() -> None:
    assert found({CORE_TEMPLATES: {"folder": "Mod\u00e8les"}}, "Mode\u0300les/a.md") == {"Mode\u0300les/a.md": TEMPLATE}


def test_the_note_that_new_notes_begin_with_is_a_template() -> None:
    daily = {DAILY_NOTES: {"template": "Meta/Day"}, PERIODIC_NOTES: {"weekly": {"enabled": True, "template": "W.md"}}}
    assert found(daily, "Meta/Day.md", "W.md", "Meta/Day 2.md", "x/W.md") == dict.fromkeys(
        ["Meta/Day.md", "W.md"], TEMPLATE
    )


# -- daily and periodic notes ------------------------------------------------------------------------------------


def test_only_what_fits_the_format_is_a_daily_note() -> None:
    files = {DAILY_NOTES: {"folder": "Journal", "format": "YYYY/MM/YYYY-MM-DD"}}
    yes = "Journal/2024/03/2024-03-17.md"
    no = [
        "Journal/2024-03-17.md",
        "Journal/2024/03/ideas.md",
        "2024/03/2024-03-17.md",
        "Journal/2024/03/2024-03-17 b.md",
    ]
    assert found(files, yes, *no) == {yes: DAILY}


@pytest.mark.parametrize(
    ("files", "left_out"),
    [
        ({CORE: ["graph", "daily-notes"]}, ["2024-03-17.md"]),
        ({CORE: {"daily-notes": True}}, ["2024-03-17.md"]),
        ({CORE: {"daily-notes": False}}, []),
        ({CORE: ["graph"]}, []),
        ({CORE: {"daily-notes": False}, DAILY_NOTES: {}}, ["2024-03-17.md"]),
        ({DAILY_NOTES: {"folder": "", "format": ""}}, ["2024-03-17.md"]),
        ({DAILY_NOTES: {"folder": "/", "format": None}}, ["2024-03-17.md"]),
        ({DAILY_NOTES: {"folder": "a"}}, ["a/2024-03-17.md"]),
        ({}, ["2024-03-17.md", "a/2024-03-17.md"]),  # nobody says anything of them
    ],
)
def test_where_daily_notes_lie_and_what_they_are_called(files: dict[str, Any], left_out: list[str]) -> None:
    paths = ["2024-03-17.md", "a/2024-03-17.md", "2024-13-17.md", "2024-03-17 x.md", "12024-03-17.md", "x2024-03-17.md"]
    assert found(files, *paths) == dict.fromkeys(left_out, DAILY)


PERIODS = {
    "daily": {"enabled": True, "folder": "D"},
    "weekly": {"enabled": True, "folder": "P", "format": ""},
    "monthly": {"enabled": True, "folder": "P"},
    "quarterly": {"enabled": False, "folder": "P"},
    "yearly": {"enabled": True, "folder": "Y", "format": "[Year] YYYY"},
}
NEW_NAMES = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year"}


@pytest.mark.parametrize(
    "shape", [PERIODS, {"calendarSets": [{"id": "x"}, {NEW_NAMES[name]: value for name, value in PERIODS.items()}]}]
)
def test_periodic_notes_in_both_shapes(shape: dict[str, Any]) -> None:
    paths = ["D/2024-03-17.md", "P/2024-W11.md", "P/2024-03.md", "P/2024-Q1.md", "Y/Year 2024.md", "Y/2024.md"]
    expected = {
        "D/2024-03-17.md": DAILY,
        **dict.fromkeys(["P/2024-W11.md", "P/2024-03.md", "Y/Year 2024.md"], PERIODIC),
    }
    assert found({PERIODIC_NOTES: shape, CORE: []}, *paths) == expected


def test_journals() -> None:
    journals = {
        "days": {"write": {"type": "day"}, "folder": "J", "dateFormat": "DD.MM.YYYY", "nameTemplate": "{{date}}"},
        "weeks": {"write": {"type": "week"}, "folder": "J", "nameTemplate": "{{date:gggg-[W]ww}}"},
        "odd": {"write": {"type": "day"}, "folder": "J/{{date:YYYY}}", "nameTemplate": "{{date}}"},
        "other": {"write": {"type": "day"}, "folder": "J", "nameTemplate": "{{title}}"},
    }
    paths = ["J/17.03.2024.md", "J/2024-W11.md", "J/2024-03-17.md", "J/x.md"]
    expected = {"J/17.03.2024.md": DAILY, "J/2024-W11.md": PERIODIC}
    assert found({JOURNALS: {"journals": journals}, CORE: []}, *paths) == expected


def test_a_format_without_a_number_needs_a_folder_of_its_own() -> None:
    """Else any word would be a month."""
    periodic = {"enabled": True, "format": "MMMM"}
    assert found({PERIODIC_NOTES: {"monthly": periodic}}, "Bread.md") == {}
    assert found({PERIODIC_NOTES: {"monthly": {**periodic, "folder": "M"}}}, "M/March.md") == {"M/March.md": PERIODIC}


MOMENT = [  # what Moment 2.30 prints
    ("YYYY-MM-DD", "2019-02-06", "2019-02-32"),
    ("D.M.YY", "6.2.19", "6.13.19"),
    ("YYYYMMDDHHmmss", "20190206010711", "20190206"),
    ("dddd, MMMM Do YYYY", "Wednesday, February 6th 2019", "Wednesday, February 2019"),
    ("dddd, MMMM Do YYYY", "Mittwoch, Februar 6. 2019", "Mittwoch Februar 6. 2019"),
    ("ddd D MMM YYYY", "mer. 6 févr. 2019", "mer. 6 2 2019"),
    ("ddd D MMM YYYY", "qua 6 fev 2019", "6 fev 2019"),
    ("YYYY-MM-DD dddd", "2019-02-06 quarta-feira", "2019-02-06 "),
    ("YYYY-MM-DD dddd", "2019-02-06 Dydd Mercher", "2019-02-06 1"),
    ("YYYY-MM-DD dddd", "2019-02-06 星期三", "2019-02-06-星期三"),
    ("YYYY年M月D日", "2019年2月6日", "2019-2-6"),
    ("MMMM YYYY", "2月 2019", "22 2019"),
    ("YYYY-MM-DD", "٢٠١٩-٠٢-٠٦", "٢٠١٩-٠٢"),
    ("YYYY-MM-DD", "२०१९-०२-०६", "२०१९"),
    ("Do MMMM", "6-е февраль", "февраль"),
    ("gggg-[W]ww", "2019-W06", "2019-W54"),
    ("[Week] w [of] gggg", "Week 6 of 2019", "Week 0 of 2019"),
    ("YYYY-[Q]Q", "2019-Q1", "2019-Q5"),
    ("Qo [quarter]", "1st quarter", "5th quarter"),
    ("DDDD DDD DDDo", "037 37 37th", "37 37 37"),
    ("YYYY-MM-DD[ (]ddd[)]", "2019-02-06 (Wed)", "2019-02-06 Wed"),
    ("MMM.DD", "Feb.06", "Feb06"),
    ("[[a]]YYYY", "[a]2019", "a2019"),
    (r"\YYYY YYYY", "YYYY 2019", "2019 2019"),
    ("HHmm hh A", "0107 01 AM", "0107 01"),
    ("X x", "1549415231 1549415231000", "1549415231"),
    ("Z ZZ", "+00:00 -0100", "00:00 0100"),
    ("YY+*?.(MM", "19+*?.(02", "1919.(02"),
]


@pytest.mark.parametrize(("form", "yes", "no"), MOMENT)
def test_what_moment_prints(form: str, yes: str, no: str) -> None:
    files = {DAILY_NOTES: {"folder": "D", "format": form}}
    assert found(files, f"D/{yes}.md", f"D/{no}.md") == {f"D/{yes}.md": DAILY}


@given(st.text(max_size=40))
@settings(deadline=None)
def test_any_format_is_a_pattern_or_refused(form: str) -> None:
    try:
        pattern = translate(form)
    except BadFilterError:
        return
    try:
        search, size = search_of(rf"\A{pattern}\z")
    except BadFilterError:
        assert any("\ud800" <= sign <= "\udfff" for sign in form)
        return
    assert size > 0
    assert not search(b"\0" * 50)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="[]\\"), min_size=1, max_size=40))
@settings(deadline=None)
def test_a_literal_means_itself(text: str) -> None:
    search, _ = search_of(rf"\A{translate(f'[{text}]')}\z")
    assert search(text.encode())
    assert not search(text.encode() + b"x")


# -- drawings ----------------------------------------------------------------------------------------------------


def test_drawings_are_known_by_their_names_not_by_their_folder() -> None:
    plugin = {".obsidian/plugins/obsidian-excalidraw-plugin/data.json": {"folder": "Excalidraw"}}
    paths = ["Excalidraw/Oven.excalidraw.md", "x.excalidraw.md", "Excalidraw/How I draw.md", "excalidraw.md"]
    assert found(plugin, *paths) == dict.fromkeys(paths[:2], DRAWING)


# -- in a vault ----------------------------------------------------------------------------------------------------

BREAD = {
    ".obsidian/app.json": '{"userIgnoreFilters": ["Old/"]}',
    DAILY_NOTES: '{"folder": "Daily"}',
    CORE_TEMPLATES: '{"folder": "Templates"}',
    "Bread.md": "Rises, see [[2024-03-17]].\n\n![[2024-03-18]]\n",
    "Daily/2024-03-17.md": "Baked [[Bread]].\n",
    "Daily/2024-03-18.md": "A good crumb.\n",
    "Daily/Plan.md": "For [[Bread]].\n",
    "Templates/T.md": "# {{title}}\n",
    "Old/2024-03-19.md": "",
    "Oven.excalidraw.md": "",
}


def test_they_are_no_topics_but_links_lead_to_them(tmp_path: Path) -> None:
    knowledge_map, findings, statistics = read(lay(tmp_path, BREAD))
    assert sorted(topic.id for topic in knowledge_map.topics if topic.note) == ["bread", "plan"]
    assert statistics.excluded == {
        "Daily/2024-03-17.md": DAILY,
        "Daily/2024-03-18.md": DAILY,
        "Old/2024-03-19.md": "ignored by Obsidian's filter 'Old/'",
        "Oven.excalidraw.md": DRAWING,
        "Templates/T.md": TEMPLATE,
    }
    assert (statistics.notes, statistics.topics, statistics.unresolved) == (7, 2, 0)
    assert [finding.code for finding in findings] == ["no-map"]
    assert "A good crumb." in knowledge_map.text("bread")


def test_who_wants_them_gets_them(tmp_path: Path) -> None:
    statistics = read(lay(tmp_path, BREAD), ReadOptions(all_notes=True)).statistics
    assert statistics.topics == 6
    assert list(statistics.excluded) == ["Old/2024-03-19.md"]


def test_what_somebody_wrote_is_the_reason(tmp_path: Path) -> None:
    excluded = scan(lay(tmp_path, BREAD), exclude=["Daily/2024-03-17"]).excluded
    assert excluded["Daily/2024-03-17.md"] == "excluded by 'Daily/2024-03-17' in vault.toml"
    assert excluded["Daily/2024-03-18.md"] == DAILY
    assert excluded["Old/2024-03-19.md"] == "ignored by Obsidian's filter 'Old/'"


def test_where_nothing_else_is_they_are_the_topics(tmp_path: Path) -> None:
    days = {f"2024-03-{day}.md": "" for day in range(10, 15)}
    scanned = scan(lay(tmp_path, days))
    assert (list(scanned.notes), scanned.excluded) == (sorted(days), {})
    assert scan(lay(tmp_path, {"n.md": ""})).notes == ("n.md",)


def test_explain_says_which_settings_say_so(tmp_path: Path) -> None:
    lay(tmp_path, BREAD)
    first, text = explain("2024-03-17", tmp_path)[0]
    assert str(first).endswith("2024-03-17.md:1")
    assert text == "this note is no topic: daily note (.obsidian/daily-notes.json says so; --all-notes takes it)"
    assert explain("Oven.excalidraw", tmp_path)[0][1].endswith(": drawing (by its name; --all-notes takes it)")
    assert explain("Old/2024-03-19", tmp_path)[0][1].endswith(": ignored by Obsidian's filter 'Old/'")


# -- settings that hold anything ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "content", "line", "words"),
    [
        (CORE_TEMPLATES, '{\n"folder": 3}', 2, "folder must be a text; which notes are templates is not known"),
        (CORE_TEMPLATES, "[]", 1, "what it says must be an object; which notes are templates is not known"),
        (CORE_TEMPLATES, '{\n\n"folder": "../x"}', 3, "folder '../x' leads out of the vault; "),
        (TEMPLATER, '{"templates_folder": "C:\\\\x"}', 1, "templates_folder 'C:/x' leads out of the vault; "),
        (DAILY_NOTES, '{"folder": "a",\n"format": ["x"]}', 2, "format must be a text; which notes are daily notes"),
        (DAILY_NOTES, '{\n"format": "LL"}', 2, "format 'LL' prints what differs from place to place (LL); "),
        (DAILY_NOTES, '{\n"format": "' + "Y" * 300 + '"}', 2, "format 'YYY"),
        (DAILY_NOTES, b"\xff", 1, "cannot be read, so "),
        (DAILY_NOTES, "[" * 100_000, 1, "cannot be read, so "),
        (CORE, '{"x": 1,\n"daily-notes": "yes"}', 2, "daily-notes must be true or false; "),
        (PERIODIC_NOTES, '{"daily": {},\n"weekly": {\n"enabled": 1}}', 3, "weekly.enabled must be true or false; "),
        (PERIODIC_NOTES, '{\n"calendarSets": {}}', 2, "calendarSets must be a list; "),
        (PERIODIC_NOTES, '{\n"calendarSets": [3]}', 2, "calendarSets.0 must be an object; "),
        (
            JOURNALS,
            '{"journals": {"x":\n[]}}',
            1,
            "journals.x must be an object; which notes are journals is not known",
        ),
    ],
)
def test_wrong_settings_are_told_with_their_line(file: str, content: str | bytes, line: int, words: str) -> None:
    told = said({file: content}).problems
    assert [(path, problem[:2]) for path, problem in told] == [(file, (line, "bad-settings"))]
    assert told[0][1][2].startswith(words)
    assert len(told[0][1][2]) < 300


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(["D", "YYYY-MM", "../x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "folder",
                        "format",
                        "template",
                        "templates_folder",
                        "templateFolderPath",
                        "daily-notes",
                        "enabled",
                    ),
                    *(
                        "daily",
                        "weekly",
                        "calendarSets",
                        "day",
                        "week",
                        "journals",
                        "write",
                        "type",
                        "nameTemplate",
                        "x",
                    ),
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)
FILES = [*TEMPLATES, CORE, DAILY_NOTES, PERIODIC_NOTES, JOURNALS]


@given(
    st.dictionaries(st.sampled_from(FILES), VALUES), st.lists(st.text("D/2024-03.md", max_size=12).map("{}.md".format))
)
@settings(deadline=None)
def test_no_settings_end_a_run(files: dict[str, Any], paths: list[str]) -> None:
    conventions = said(files)
    matches = conventions.find(paths)
    assert set(matches) <= set(paths)
    assert {rule.reason for rule in matches.values()} <= set(LEFT_OUT)
    assert {file for file, _ in conventions.problems} <= set(files)
    for _, (line, code, message) in conventions.problems:
        assert (line > 0, code) == (True, "bad-settings")
        assert message.encode(errors="surrogatepass")


@given(st.dictionaries(st.sampled_from(FILES), st.binary(max_size=60)))
def test_no_bytes_end_a_run(files: dict[str, bytes]) -> None:
    assert {file for file, _ in said(files).problems} <= set(files)


def test_many_rules_are_no_endless_work() -> None:
    sets = [{"day": {"enabled": True, "format": f"YYYY[{number}]"}} for number in range(10 * MOST)]
    assert len(said({PERIODIC_NOTES: {"calendarSets": sets}}).rules) == MOST


def test_large_settings_are_told(tmp_path: Path) -> None:
    scanned = scan(lay(tmp_path, {"n.md": "", DAILY_NOTES: b"[" + b" " * 1_000_000 + b"]"}))
    (finding,) = scanned.findings
    assert (finding.source.file, finding.code) == (DAILY_NOTES, "bad-settings")
    assert finding.message.endswith("(has 1 MB, too many)")


@ODD
@pytest.mark.parametrize("link", [".obsidian/plugins", ".obsidian/plugins/templater-obsidian", TEMPLATER])
def test_settings_outside_the_vault_are_not_read(tmp_path: Path, link: str) -> None:
    vault = lay(tmp_path / "vault", {"n.md": "", "T/t.md": "", DAILY_NOTES: "{}"})
    outside = lay(tmp_path / "outside", {TEMPLATER: '{"templates_folder": "T"}'})
    (vault / link).parent.mkdir(parents=True, exist_ok=True)
    (vault / link).symlink_to(outside / link)
    scanned = scan(vault)
    assert scanned.notes == ("T/t.md", "n.md")
    assert [(finding.source.file, finding.code) for finding in scanned.findings] == [(TEMPLATER, "bad-settings")]


@ODD
def test_a_folder_of_settings_outside_is_told_once(tmp_path: Path) -> None:
    vault = lay(tmp_path / "vault", {"n.md": "", "T/t.md": ""})
    outside = lay(tmp_path / "o", {"app.json": "{}", "templates.json": '{"folder": "T"}', "daily-notes.json": "{}"})
    (vault / ".obsidian").symlink_to(outside)
    scanned = scan(vault)
    assert scanned.notes == ("T/t.md", "n.md")
    assert [finding.source.file for finding in scanned.findings] == [".obsidian/app.json"]
