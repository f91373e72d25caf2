"""mappings/NAME.toml and --set: what they may say, and what is told where they are wrong."""

import re
import tomllib
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from command import lay, mlk_export
from conftest import ROOT

from exporter import ExportError, OptionError, ReadOptions, UsageError, writers
from exporter.loaders import neo4j as neo4j_loader
from exporter.options import OptionsFile, load_options


@dataclass(frozen=True)
class Options:
    base: str = "https://example.org/"
    depth: int = 2
    size: float = 10.5
    cover: bool = True
    paper: Literal["a4", "a5"] = "a4"
    tags: tuple[str, ...] = ("index",)
    order: tuple[Literal["map", "folders"], ...] = ("map",)
    names: dict[str, str] = field(default_factory=lambda: {"up": "broader"})


def loaded(folder: Path, text: str | bytes = "", *settings: str) -> Options:
    lay(folder, {"book.toml": text})
    return load_options(folder, "book", Options, settings)


def error(folder: Path, text: str | bytes = "", *settings: str) -> str:
    with pytest.raises(ExportError) as caught:
        loaded(folder, text, *settings)
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(str(folder / "book.toml"), "book.toml")


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_options(tmp_path, "book", Options) == Options()
    assert load_options(tmp_path / "nowhere", "book", Options) == Options()


def test_an_empty_file_keeps_the_defaults(tmp_path: Path) -> None:
    assert loaded(tmp_path, "# depth = 3\n") == Options()


def test_every_kind_of_value_is_read(tmp_path: Path) -> None:
    text = """
        base = "https://me.example/"
        depth = 3
        size = 11.5
        cover = false
        paper = "a5"
        tags = ["moc", "map"]
        order = ["folders", "map"]
        [names]
        "part of" = "isPartOf"
    """
    expected = Options(
        "https://me.example/", 3, 11.5, False, "a5", ("moc", "map"), ("folders", "map"), {"part of": "isPartOf"}
    )
    assert loaded(tmp_path, text) == expected


def test_a_whole_number_may_stand_for_a_number(tmp_path: Path) -> None:
    size = loaded(tmp_path, "size = 11").size
    assert (size, type(size)) == (11.0, float)


def test_a_table_of_the_file_replaces_the_default_one(tmp_path: Path) -> None:
    assert loaded(tmp_path, '[names]\na = "b"').names == {"a": "b"}


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    assert loaded(tmp_path, b"\xef\xbb\xbfdepth = 4\r\ncover = false\r\n") == Options(depth=4, cover=False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\n\ndeepth = 1\n", "book.toml:3: unknown key 'deepth'; did you mean 'depth'?"),
        ('cover = true\n"papr" = "a4"', "book.toml:2: unknown key 'papr'; did you mean 'paper'?"),
        ("depth = 1\n\n[name]\na = 'b'", "book.toml:3: unknown key 'name'; did you mean 'names'?"),
        ("depth = 1\nname.a = 'b'", "book.toml:2: unknown key 'name'; did you mean 'names'?"),
        ("tags-of = 1\ntags = ['a']\n", "book.toml:1: unknown key 'tags-of'; did you mean 'tags'?"),
        (
            "x = 1",
            "book.toml:1: unknown key 'x'; known: base, depth, size, cover, paper, tags, order, names",
        ),
    ],
)
def test_an_unknown_key_is_an_error_with_its_line_and_what_was_meant(tmp_path: Path, text: str, told: str) -> None:
    assert error(tmp_path, text) == told


def test_where_nothing_can_be_set_the_error_says_so(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Nothing:
        pass

    lay(tmp_path, {"json.toml": "indent = 2"})
    with pytest.raises(ExportError, match="unknown key 'indent'; known: none"):
        load_options(tmp_path, "json", Nothing)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("base = 1", "'base' must be a string, not 1"),
        ("depth = '1'", "'depth' must be a whole number, not '1'"),
        ("depth = 1.0", "'depth' must be a whole number, not 1.0"),
        ("depth = true", "'depth' must be a whole number, not True"),
        ("size = '1'", "'size' must be a number, not '1'"),
        ("size = false", "'size' must be a number, not False"),
        ("cover = 'no'", "'cover' must be true or false, not 'no'"),
        ("cover = 0", "'cover' must be true or false, not 0"),
        ("tags = 'moc'", "'tags' must be a list, not 'moc'"),
        ("tags = ['moc', 1]", "'tags[1]' must be a string, not 1"),
        ("names = 'a'", "'names' must be a table, not 'a'"),
        ("names = ['a']", "'names' must be a table, not ['a']"),
        ("names.up = 1", "'names.up' must be a string, not 1"),
        ("[[names]]\nup = 'a'", "'names' must be a table, not [{'up': 'a'}]"),
        ("paper = 'A4'", "'paper' cannot be 'A4'; known: a4, a5"),
        ("paper = 'letter'", "'paper' cannot be 'letter'; known: a4, a5"),
        ("paper = ['a4']", "'paper' cannot be ['a4']; known: a4, a5"),
        ("order = ['folder']", "'order[0]' cannot be 'folder'; did you mean 'folders'?"),
    ],
)
def test_a_value_of_the_wrong_kind_is_an_error_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    assert error(tmp_path, f"# a comment\n\n{text}\n") == f"book.toml:3: {told}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("depth = 1\nbase = https://example.org/\n", 2),
        ("\n\n[names\n", 3),
        ("depth = 1\ndepth = 2\n", 2),
        ("depth = 1\n\nbase = '''never\nended\n", 4),
        ("depth =", 1),
    ],
)
def test_what_is_not_toml_is_an_error_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    assert error(tmp_path, text).startswith(f"book.toml:{line}: not TOML: ")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[names]\n# none yet\n[names]\na = 'b'\n", "put these lines below its first [...]"),
        ("depth = 1\ndepth = 2\n", "keep one of the two lines"),
        ("base = https://example.org/\n", 'a text stands in quotes: key = "text"'),
        ("base: x\n", "write key = value, and # before a remark"),
    ],
)
def test_who_has_never_seen_toml_is_told_what_to_do(tmp_path: Path, text: str, hint: str) -> None:
    assert error(tmp_path, text).endswith(f"; {hint}")


def test_bytes_that_are_not_utf_8_are_an_error_with_their_line(tmp_path: Path) -> None:
    told = "book.toml:2: byte 0xE9 is not UTF-8; save it as UTF-8"
    assert error(tmp_path, b"depth = 1\nbase = 'Caf\xe9'\n") == told


def test_a_mapping_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "book.toml").mkdir()
    with pytest.raises(ExportError, match=r"book\.toml:1: cannot be read: Is a directory"):
        load_options(tmp_path, "book", Options)


def test_a_setting_wins_over_the_file_and_the_last_setting_over_the_others(tmp_path: Path) -> None:
    options = loaded(tmp_path, "depth = 3\ncover = false\n", "depth=4", "depth=5", 'base="x"')
    assert options == Options(depth=5, cover=False, base="x")


def test_a_setting_changes_one_entry_of_a_table_and_keeps_the_others(tmp_path: Path) -> None:
    assert loaded(tmp_path, "", 'names.down="narrower"').names == {"up": "broader", "down": "narrower"}
    text = "[names]\na = '1'\nb = '2'\n"
    assert loaded(tmp_path, text, 'names.b="3"', 'names."c d"="4"').names == {"a": "1", "b": "3", "c d": "4"}


def test_a_setting_does_not_change_the_defaults_of_the_next_run(tmp_path: Path) -> None:
    loaded(tmp_path, "", 'names.down="narrower"')
    assert loaded(tmp_path).names == {"up": "broader"}


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("deepth=1", "--set book.deepth=1: unknown key 'deepth'; did you mean 'depth'?"),
        ("depth='1'", "--set book.depth='1': 'depth' must be a whole number, not '1'"),
        ("paper='a3'", "--set book.paper='a3': 'paper' cannot be 'a3'; known: a4, a5"),
        ("paper=a3", "--set book.paper=a3: 'paper' cannot be 'a3'; known: a4, a5"),
        ("base.x=1", "--set book.base.x=1: 'base' must be a string, not {'x': 1}"),
        ("deepth=x y", "--set book.deepth=x y: unknown key 'deepth'; did you mean 'depth'?"),
        ("tags=moc", "--set book.tags=moc: 'tags' must be a list; write --set \"book.tags=['moc']\""),
        ("tags=[moc]", "--set book.tags=[moc]: 'tags' must be a list; write --set \"book.tags=['one', 'two']\""),
        ("depth=two", "--set book.depth=two: 'depth' must be a whole number; write --set \"book.depth=12\""),
        ("size=11pt", "--set book.size=11pt: 'size' must be a number; write --set \"book.size=12\""),
        ("cover=yes", "--set book.cover=yes: 'cover' must be true or false; write --set \"book.cover=true\""),
        ("names=up", "--set book.names=up: 'names' must be a table; write --set \"book.names={ KEY = 1 }\""),
        ("depth=", "--set book.depth=: 'depth' must be a whole number; write --set \"book.depth=12\""),
        ("=1", "--set book.=1: the key cannot be read; write --set book.KEY=VALUE"),
        ("names.=1", "--set book.names.=1: the key cannot be read; write --set book.KEY=VALUE"),
        ('"depth=1', '--set book."depth=1: the key cannot be read; write --set book.KEY=VALUE'),
    ],
)
def test_a_wrong_setting_is_an_error_that_repeats_it(tmp_path: Path, setting: str, told: str) -> None:
    assert error(tmp_path, "depth = 3", setting) == told


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("https://example.org/#", "https://example.org/#"),
        ('"https://example.org/"', "https://example.org/"),  # as a shell leaves what stands in other quotes
        ("'https://example.org/'", "https://example.org/"),  # cmd.exe
        (" two words ", "two words"),
        ("it's = 1 # not two", "it's = 1 # not two"),
        ("2024", "2024"),
        ("true", "true"),
        ("[one]", "[one]"),
        ("", ""),
        ('""', ""),
        ('"', '"'),
        (r'"a \"b\" c"', 'a "b" c'),
        ("größer", "größer"),
    ],
)
def test_a_text_stands_as_it_was_typed_or_in_quotes(tmp_path: Path, typed: str, base: str) -> None:
    assert loaded(tmp_path, "", f"base={typed}").base == base
    assert loaded(tmp_path, "", f'"base" = {typed}').base == base
    assert loaded(tmp_path, "", f"names.up={typed}").names == {"up": base}


def test_a_word_of_a_choice_needs_no_quotes_either(tmp_path: Path) -> None:
    assert loaded(tmp_path, "", "paper=a5").paper == loaded(tmp_path, "", 'paper="a5"').paper == "a5"


def test_a_key_may_have_any_letters_and_in_quotes_any_signs(tmp_path: Path) -> None:
    assert loaded(tmp_path, "", "names.später=requires").names == {"up": "broader", "später": "requires"}
    assert loaded(tmp_path, "", 'names."a=b.c"=x=y').names == {"up": "broader", "a=b.c": "x=y"}


def test_what_was_typed_wrong_is_told_apart_from_what_a_file_says(tmp_path: Path) -> None:
    for text, settings, kind in (
        ("depth = 0", [], ExportError),
        ("", ["depth=0"], UsageError),
        ("", ["dpth=0"], UsageError),
    ):
        lay(tmp_path, {"book.toml": text})
        with pytest.raises(kind) as caught:
            load_options(tmp_path, "book", Checked, settings)
        assert type(caught.value) is kind


# -- values that make no sense ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Checked(Options):
    def check(self) -> None:
        if self.depth < 1:
            raise OptionError("depth", f"depth {self.depth} must be at least 1")
        for name, kind in self.names.items():
            if kind == "bad":
                raise OptionError(f"names.{name}", f"names.{name} {kind!r} will not do")


@pytest.mark.parametrize(
    ("text", "settings", "told"),
    [
        ("cover = true\ndepth = 0\n", [], "book.toml:2: depth 0 must be at least 1"),
        ("[names]\na = 'x'\n'b c' = 'bad'\n", [], "book.toml:3: names.b c 'bad' will not do"),
        ("names = { a = 'x', b = 'bad' }", [], "book.toml:1: names.b 'bad' will not do"),
        ("\nnames.b = 'bad'", [], "book.toml:2: names.b 'bad' will not do"),
        ("depth = 1", ["depth=0"], "--set book.depth=0: depth 0 must be at least 1"),
        ("depth = 0", ["depth=1"], ""),
        ("", ["depth=3", "depth=-1"], "--set book.depth=-1: depth -1 must be at least 1"),
    ],
)
def test_a_wrong_value_is_told_with_its_place(tmp_path: Path, text: str, settings: list[str], told: str) -> None:
    lay(tmp_path, {"book.toml": text})
    if not told:
        assert load_options(tmp_path, "book", Checked, settings).depth == 1
        return
    with pytest.raises(ExportError) as caught:
        load_options(tmp_path, "book", Checked, settings)
    assert str(caught.value).replace(f"{tmp_path}/", "") == told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        ("handbook", "volume_pages = 0", "'volume_pages' must be at least 1, not 0"),
        ("handbook", "font_size = 300", "'font_size' must be between 4 and 40 points, not 300"),
        ("handbook", 'date = "tomorrow"', "'date' must be a day such as 2026-01-31, not 'tomorrow'"),
        ("epub", "contents_depth = 0", "'contents_depth' must be at least 1, not 0"),
        ("docx", "contents_depth = 0", "'contents_depth' must be at least 1, not 0"),
        ("canvas", "gap = 1", "'gap' must be 40 or more, not 1"),
        ("opml", 'link = "https://x/"', "'link' must have {id} or {note} in it, not be 'https://x/'"),
    ],
)
def test_every_format_tells_it_with_file_and_line(tmp_path: Path, name: str, line: str, told: str) -> None:
    lay(tmp_path / "vault")
    mapping = "handbook" if name in ("epub", "docx") else name
    lay(tmp_path, {f"mappings/{mapping}.toml": f"# ours\n{line}\n"})
    run = mlk_export("--format", name, cwd=tmp_path)
    assert (run.code, run.error) == (1, f"mappings/{mapping}.toml:2: {told}")
    assert not (tmp_path / "out").exists()
    (tmp_path / "mappings" / f"{mapping}.toml").write_text("")
    setting = f"{mapping}.{line.replace(' = ', '=')}"
    assert mlk_export("--format", name, "--set", setting, cwd=tmp_path).error == f"--set {setting}: {told}"


def test_a_format_passes_over_the_keys_of_others_that_share_its_mapping(tmp_path: Path) -> None:
    lay(tmp_path, {"book.toml": 'depth = 3\nleather = "red"\n'})
    assert OptionsFile(tmp_path, "book").load(Options, {"leather"}) == Options(depth=3)
    assert "unknown key 'leather'" in error(tmp_path, 'leather = "red"')
    lay(tmp_path, {"book.toml": "leathr = 1\n"})
    with pytest.raises(ExportError, match="did you mean 'leather'"):
        OptionsFile(tmp_path, "book").load(Options, {"leather"})


# -- the mappings that are shipped ---------------------------------------------------------------------------

MAPPINGS = sorted((ROOT / "mappings").glob("*.toml"))


def shapes(name: str) -> list[type[Any]]:
    """The options that obey the mapping of this name."""
    if name == "vault":
        return [ReadOptions]
    modules = {each: writers.find(each) for each in writers.built_in()}
    obeying: list[Any] = [module for each, module in modules.items() if writers.mapping_of(each, module) == name]
    return [module.Options for module in obeying] + [neo4j_loader.Options] * (name == "neo4j")


def entries(line: str) -> dict[str, Any]:
    """What a line of TOML says by itself; nothing, where it is words or goes on in the next one."""
    try:
        return tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return {}


def _one_line(match: re.Match[str]) -> str:
    return "# " + match[0].removeprefix("# ").replace("\n#", " ")


def defaults_shown(file: Path) -> dict[str, Any]:
    """What a mapping shows as defaults: the lines that hold, and those behind "# "; not our vault's table. Indented: examples."""
    lines = []
    # a list may go on to a line with its "]" alone
    text = re.sub(r"^# \w+ = \[\n(?:#   .*\n)+# \]$", _one_line, file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for line in text.splitlines():
        commented = line.removeprefix("# ")
        if commented != line and commented[:1] != " " and entries(commented):
            lines.append(commented)
        elif not line.startswith("#"):
            lines.append(line)
    shown = tomllib.loads("\n".join(lines))
    if file.stem == "vault":
        assert shown.pop("area_names")
    return shown


def with_tuples(table: dict[str, Any]) -> dict[str, Any]:
    kinds: dict[type, Any] = {list: tuple, dict: with_tuples}
    return {key: kinds.get(type(value), lambda same: same)(value) for key, value in table.items()}


@pytest.mark.parametrize("file", MAPPINGS, ids=lambda file: file.stem)
def test_a_mapping_shows_every_option_with_its_default(file: Path) -> None:
    shown = with_tuples(defaults_shown(file))
    expected: dict[str, Any] = {}
    for shape in shapes(file.stem):
        for each in fields(shape):
            value = getattr(shape(), each.name)
            if is_dataclass(value):
                keys = [key.name for key in fields(value) if key.metadata.get("key", True)]
                value = {key: getattr(value, key) for key in keys}
            assert expected.setdefault(each.name, value) == value, f"two defaults of {each.name}"
    expected.pop("area_names", None)
    assert shown == expected


def test_what_a_mapping_shows_is_read() -> None:
    """So that the test above compares something."""
    shown = {file.stem: defaults_shown(file) for file in MAPPINGS}
    assert shown["vault"]["exclude"] == []
    assert shown["vault"]["relations"]["see-also"] == "related"
    assert shown["skos"]["prefixes"]["wd"] == "http://www.wikidata.org/entity/"
    assert shown["neo4j"]["labels"] == {}
    assert shown["canvas"]["card_width"] == 260
    assert shown["vault"]["publish"]["callouts"] == ["private"]
    assert shown["json"] == {"text": False, "lines": False}
