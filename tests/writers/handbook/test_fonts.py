"""Chinese, Japanese, Korean and emoji: told where the extra fonts are not there, printed where they are."""

import sys
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from extras import extra
from writers.handbook.test_handbook import Book, make, of, read  # noqa: F401 - a fixture

from exporter.model import KnowledgeMap
from exporter.views.body import fonts
from exporter.views.book.edition import Edition
from exporter.writers.handbook import Options, typesetting
from exporter.writers.handbook.typesetting import Typesetter

HELP = "pip install 'mlk-export[fonts]'"
TEXT = "漢字、**太字** and `コード`, 한국어, 😀 👩‍🔬 🇯🇵 ✅"


@pytest.fixture
def installed(require: Callable[[bool, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(extra("fonts", require))


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "folders", lambda language: [])


@pytest.mark.usefixtures("missing")
@pytest.mark.parametrize(("text", "helps"), [("木", True), ("한", True), ("😀", True), ("𒀀", False)])
def test_the_finding_names_the_extra_that_helps(text: str, helps: bool) -> None:
    _, (finding,) = make(of({"a": text}))
    assert finding.code == "missing-characters"
    assert (HELP in finding.message) == helps


@pytest.mark.usefixtures("installed")
def test_nothing_is_imported_to_find_them() -> None:
    assert len(fonts.folders()) == 5
    assert all(folder.is_dir() for folder in fonts.folders())
    assert not {fonts.EMOJI, fonts.HAN} & set(sys.modules)


@pytest.mark.usefixtures("installed")
def test_with_the_extra_they_are_printed_and_the_standards_hold(read: Callable[[bytes], Book]) -> None:  # noqa: F811
    data, findings = make(of({"a": TEXT}))
    assert findings == []
    for word in ("漢字、太字", "コード", "한국어", "😀", "🇯🇵"):
        assert word in read(data).text


@pytest.mark.usefixtures("installed")
def test_what_no_font_has_is_told_without_the_extra() -> None:
    _, (finding,) = make(of({"a": "漢字 and 𒀀"}))
    assert finding.message.endswith("has them: 𒀀")


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("language", "font"),
    [("ja", "JP"), ("ko-KR", "KR"), ("zh", "SC"), ("zh-Hans", "SC"), ("zh-Hant", "TC"), ("zh-TW", "TC"), ("en", "SC")],
)
def test_han_characters_are_written_as_the_language_writes_them(language: str, font: str, tmp_path: Path) -> None:
    design = {"book.typ": '#let handbook = { set document(title: "x"); "直骨" }'.encode()}
    book = Typesetter(design, tmp_path, [], Edition(KnowledgeMap(language=language), Options()), pages=1)
    assert list(book.run({})) == []
    (tmp_path / "book.pdf").write_bytes(book.pdf)
    with pikepdf.open(tmp_path / "book.pdf") as pdf:
        (name,) = (str(thing.BaseFont) for thing in pdf.objects if is_font(thing))
    assert f"NotoSans{font}" in name


def is_font(thing: object) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Type0"
