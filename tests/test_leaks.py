"""The leak check: what is hidden is found in every format, wherever it stands, and nothing else is."""

import gzip
import io
import json
import re
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

import marks
import pikepdf
import pytest
from command import lay, tree
from conftest import TESTS
from hypothesis import given, settings
from hypothesis import strategies as st

from exporter import ExportError, File, KnowledgeMap, find, save, writers
from exporter.leaks import LeakError, check, documents
from exporter.leaks.passage import Passage
from exporter.model import NOTHING, VAULT, Missing, Secrets, Topic, Want
from exporter.testing import make_map, run_writer, topic

SENTENCE = "The blood test of last Monday says that nothing can be done any more."
TITLE, ALIAS, SLUG = "Doctor Miller", "Our physician", "doctor-miller"
NOTE = "Private/Doctor Miller.md"
HIDDEN = f"# {TITLE}\n\nHe called. {SENTENCE} Then we went home.\n\nAccount: DE89 3704 0044 0532 0130 00\n"
VISIBLE = ["# Oak\n\nA tree that lives for long, and a plan for it.\n", "Oak", "Trees", "Map", "trees", "oak"]
BOOKS = ("docx", "epub", "handbook", "html")
SYNTAXES = ("turtle", "trig", "n-triples", "json-ld", "rdf-xml")


def secrets(*names: str, texts: tuple[str, ...] = (), visible: tuple[str, ...] = ()) -> Secrets:
    return Secrets(((NOTE, name) for name in names), ((NOTE, text) for text in texts), [*VISIBLE, *visible])


def all_secrets() -> Secrets:
    return secrets(TITLE, ALIAS, texts=(HIDDEN,))


def leaks(file: Path, said: Secrets) -> list[tuple[str, str]]:
    """Where a file says what is hidden, and in which words; the hidden note must be named, too."""
    try:
        check([(file.name, file)], said)
    except LeakError as error:
        assert all(leak.path == NOTE for leak in error.leaks)
        return [(leak.place, leak.words) for leak in error.leaks]
    return []


def in_text(folder: Path, text: str, said: Secrets, name: str = "a.txt") -> list[tuple[str, str]]:
    return leaks(lay(folder, {name: text}) / name, said)


def test_what_was_no_secret_is_one_when_no_note_says_it_any_more(tmp_path: Path) -> None:
    """A process that exports again remembers which note says what; that note may have changed since."""
    text, note = f"{TITLE} came.", f"{TITLE} is famous.\n"
    assert in_text(tmp_path, text, secrets(TITLE, visible=(note,))) == []
    assert in_text(tmp_path, text, secrets(TITLE, visible=(note,))) == []
    assert in_text(tmp_path, text, secrets(TITLE)) == [("a.txt:1", "doctor miller")]
    assert in_text(tmp_path, text, secrets(TITLE, visible=("Of the doctor Miller.",))) == []
    assert in_text(tmp_path, text, secrets(TITLE, texts=(HIDDEN,))) == [("a.txt:1", "doctor miller")]


def test_a_note_in_its_state_is_not_read_again_to_see_what_it_says(tmp_path: Path) -> None:
    text, path = f"{TITLE} came.", "Famous.md"
    reads: list[str] = []

    class Notes(dict[str, str]):
        def __getitem__(self, path: str) -> str:
            reads.append(path)
            return super().__getitem__(path)

        def get(self, path: str, default: str | None = None) -> str | None:  # type: ignore[override]
            return self[path] if path in self else default  # noqa: SIM401 - which is this

        def items(self) -> Any:
            return ((path, self[path]) for path in self)

    def found(state: str, **notes: str) -> list[tuple[str, str]]:
        said = Notes({f"{name}.md": note for name, note in notes.items()})
        return in_text(
            tmp_path, text, secrets(TITLE)._replace(notes=said, state=lambda path: state if path in said else "")
        )

    assert found("one", Famous=f"{TITLE} is famous.") == []
    assert reads == [path]
    assert found("one", Famous=f"{TITLE} is famous.") == []
    assert reads == [path]
    assert found("two", Famous="Nobody is.") == [("a.txt:1", "doctor miller")]
    assert found("three", Famous=f"{TITLE} is famous again.") == []
    assert found("three", Other="Nobody is.") == [("a.txt:1", "doctor miller")]  # it is hidden by now
    assert found("", Famous=f"{TITLE} is famous.") == []  # nobody knows its state
    assert found("", Famous="Nobody is.") == [("a.txt:1", "doctor miller")]


# ---------- every format's own output ----------


def options_of(name: str) -> Iterator[tuple[str, Any]]:
    options = find(name).Options
    if name == "skos":
        for syntax in SYNTAXES:
            yield f"skos {syntax}", options(syntaxes=(syntax,))
    elif name == "neo4j-bulk":
        yield "neo4j-bulk csv", options()
        yield "neo4j-bulk parquet", options(parquet=True)
    elif name == "json":
        yield "json", options(text=True)
    else:
        yield name, options()


FORMATS = [
    pytest.param(name, options, id=id, marks=[pytest.mark.book] if name in BOOKS else [])
    for name in writers.built_in()
    for id, options in options_of(name)
]
PLANTS: dict[str, tuple[Topic, str]] = {
    "title": (topic("x", title=TITLE, areas=("trees",)), "doctor miller"),
    "alias": (topic("x", areas=("trees",), aliases=(ALIAS,)), "our physician"),
    "id": (topic(f"{SLUG}-2", areas=("trees",), title="x"), "doctor miller"),
    "sentence": (topic("x", areas=("trees",), summary=SENTENCE, properties={"definition": SENTENCE}), "the blood test"),
}
# Where a format has no place for it: a book has ids of its own, a canvas shows the note, and that has its title; a plan has titles alone.
NOWHERE = {("docx", "id"), ("epub", "id"), ("handbook", "id"), ("canvas", "alias"), ("canvas", "id")}
NOWHERE |= {("opml", "alias"), ("svg", "alias"), ("svg", "sentence")}


def planted(name: str, plant: str) -> KnowledgeMap:
    hidden = PLANTS[plant][0]
    if name == "canvas":  # it shows a note, and a title where there is none
        hidden = hidden._replace(note=None)
    return make_map(topic("oak", title="Oak", areas=("trees",)), hidden, texts={"oak": VISIBLE[0], hidden.id: ""})


SAID = [
    pytest.param(*format.values, plant, id=f"{format.id} {plant}", marks=format.marks)
    for format in FORMATS
    for plant in PLANTS
    if (format.values[0], plant) not in NOWHERE
]


@pytest.mark.parametrize(("name", "options", "plant"), SAID)
def test_what_is_hidden_is_found_and_nothing_is_saved(name: str, options: Any, plant: str, tmp_path: Path) -> None:
    clean = make_map(topic("oak", title="Oak", areas=("trees",)), texts={"oak": VISIBLE[0]})
    inspect = lambda files: check(files, all_secrets())  # noqa: E731
    writer = find(name)
    assert save({name: writer.write(clean, options, NOTHING)}, tmp_path / "out", inspect=inspect)
    before = tree(tmp_path)
    with pytest.raises(LeakError) as caught:
        made = {"opml": find("opml").write(clean, find("opml").Options(), NOTHING)} if name != "opml" else {}
        save(
            {**made, name: writer.write(planted(name, plant), options, NOTHING)},
            tmp_path / "out",
            inspect=inspect,
        )
    assert tree(tmp_path) == before
    leak = caught.value.leaks[0]
    assert leak.place.startswith(f"{name}/") and re.search(
        r":\d+$|: page \d+$|: outside|: .+ of rows \d|/index\.html$", leak.place
    )
    assert leak.words.startswith(PLANTS[plant][1])
    assert leak.place in str(caught.value) and NOTE in str(caught.value) and "nothing was saved" in str(caught.value)


@pytest.mark.parametrize(("name", "options"), [("json", {"text": True}), ("neo4j", {"missing": True})])
@pytest.mark.parametrize("where", ["text", "missing"])
def test_what_is_written_on_request_is_searched_too(
    name: str, options: dict[str, Any], where: str, tmp_path: Path
) -> None:
    wish = Missing(TITLE, True, (Want("oak", "mentions", "", "", VAULT),), VAULT)
    planted = make_map(
        topic("oak", title="Oak", areas=("trees",)),
        texts={"oak": SENTENCE if where == "text" else VISIBLE[0]},
        missing=(wish,) if where == "missing" else (),
    )
    if (name, where) == ("neo4j", "text"):
        options = {"with_text": True}
    made = {name: find(name).write(planted, find(name).Options(**options), NOTHING)}
    with pytest.raises(LeakError):
        save(made, tmp_path / "out", inspect=lambda files: check(files, all_secrets()))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["application/ld+json", "application/json"])
@pytest.mark.parametrize(
    "inside", ['"Doctor\\nMiller"', '"\\u0044octor Mi\\u006cler"', '"\\"Doctor\\" Miller"', f'"{SLUG}"']
)
def test_what_json_in_html_says_is_found(tmp_path: Path, kind: str, inside: str) -> None:
    page = f'<html><head><script type="{kind}">{{"a": {inside}}}</script></head><body><p>Oak</p></body></html>'
    assert in_text(tmp_path, page, all_secrets(), "a.html") == [("a.html:1", "doctor miller")]
    long = f'{{"a": "{"Oak, " * 300_000}", "b": {inside}}}'  # read in several pieces
    page = f'<html><head><script type="{kind}">{long}</script></head></html>'
    assert in_text(tmp_path, page, all_secrets(), "b.html") == [("b.html:1", "doctor miller")]


def test_strings_of_json_in_html_are_not_read_as_one(tmp_path: Path) -> None:
    page = '<script type="application/json">["Doctor","Miller"]</script><p>a "Doctor" "Miller"</p>'
    assert in_text(tmp_path, page.partition("<p>")[0], all_secrets(), "a.html") == []
    assert in_text(tmp_path, page, all_secrets(), "b.html") == [("b.html:1", "doctor miller")]
    assert in_text(tmp_path, '<script>say("Doctor\\nMiller")</script>', all_secrets(), "c.html") == []


def test_each_of_many_files_is_named_with_its_place(tmp_path: Path) -> None:
    """Though what they say is known once it is found in one."""
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text("Oak\n" if name == "b.txt" else f"Oak\n{TITLE}\n")
    with pytest.raises(LeakError) as caught:
        check([(name, tmp_path / name) for name in ("a.txt", "b.txt", "c.txt")], all_secrets())
    assert [leak.place for leak in caught.value.leaks] == ["a.txt:2", "c.txt:2"]


OTHER = Secrets(
    [("a", name) for name in ("Zebra crossing", "Kilimanjaro", "Quagga.md", "Q", "2024-01-31", "Normal", "Body Text")]
    + [
        ("b", name)
        for name in ("Index", "Contents", "Concept", "Note", "Table of Contents", "Source Code", "Hyperlink")
    ]
    + [
        ("c", name)
        for name in ("Title", "Chapter", "Learning Path", "Topic", "prefLabel", "outline", "default", "Words")
    ],
    [("d", HIDDEN), ("e", "Contents: How to use this book\n"), ("f", "created: 2024-01-31\ntags: [garden, flora]\n")],
    [path.read_text(encoding="utf-8") for path in (TESTS / "vaults" / "small").rglob("*.md")]
    + [path.stem for path in (TESTS / "vaults" / "small").rglob("*.md")],
)


@pytest.mark.parametrize(("name", "options"), FORMATS)
def test_no_false_alarm_in_the_small_vault(name: str, options: Any, small: KnowledgeMap, tmp_path: Path) -> None:
    inspect = lambda files: check(files, OTHER)  # noqa: E731
    assert save({name: find(name).write(small, options, NOTHING)}, tmp_path / "out", inspect=inspect)


# ---------- places in books that no writer fills yet ----------


@pytest.fixture(scope="module")
def books(small: KnowledgeMap, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("books")
    for name in BOOKS:
        for path, data in run_writer(find(name), small).files.items():
            (folder / path).write_bytes(data)
    return folder


def rewrite(archive: Path, to: Path, member: str, change: Callable[[str], str]) -> Path:
    """Copy a ZIP with one member changed."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == member:
                assert change(data.decode()) != data.decode()
                data = change(data.decode()).encode()
            new.writestr(info, data)
    return to


@pytest.mark.book
@pytest.mark.parametrize(
    ("book", "member", "old", "new"),
    [
        ("docx", "docProps/core.xml", "</cp:coreProperties>", f"<dc:subject>{TITLE}</dc:subject></cp:coreProperties>"),
        ("docx", "docProps/app.xml", "</Properties>", f"<Company>{TITLE}</Company></Properties>"),
        ("docx", "docProps/custom.xml", "</Properties>", f"<p><v>{SENTENCE}</v></p></Properties>"),
        ("docx", "word/footnotes.xml", "</w:footnotes>", f"<w:t>{SENTENCE}</w:t></w:footnotes>"),
        ("docx", "word/document.xml", 'descr="', f'descr="{TITLE} '),
        ("docx", "word/document.xml", "</w:body>", "<w:t>The blood te</w:t></w:r>\n<w:r><w:rPr><w:b /></w:rPr><w:t>st of last Monday "
         "says that nothing</w:t></w:body>".replace("\n", "")),
        ("docx", "word/_rels/document.xml.rels", 'Target="http', f'Target="http://x.org/{quote(TITLE)}" T="http'),
        ("docx", "word/styles.xml", "</w:styles>", f"<!-- {SENTENCE} --></w:styles>"),
        ("epub", "EPUB/text/ch003.xhtml", "<p>", f'<p><img src="a.png" alt="{TITLE}" />'),
        ("epub", "EPUB/text/ch003.xhtml", "<p>", "<p>The <em>blood</em> <a href='#x'>test</a> of<br/>last Mon<b>day</b> says that nothing"),
        ("epub", "EPUB/text/ch003.xhtml", "<p>", f'<p id="topic-{SLUG}-1">'),
        ("epub", "EPUB/text/ch003.xhtml", "<p>", f"<p><![CDATA[{SENTENCE}]]>"),
        ("epub", "EPUB/nav.xhtml", "</a>", " Doctor&#160;Miller</a>"),
        ("epub", "EPUB/toc.ncx", "<text>", "<text>Doctor&#xA0;Miller "),
        ("epub", "EPUB/content.opf", "</dc:title>", f" {TITLE}</dc:title>"),
        ("epub", "EPUB/styles/stylesheet1.css", "{", f"{{ /* {SENTENCE} */"),
    ],
)  # fmt: skip
def test_it_is_found_in_every_part_of_an_archive(
    books: Path, tmp_path: Path, book: str, member: str, old: str, new: str
) -> None:
    changed = rewrite(
        books / f"handbook.{book}", tmp_path / f"a.{book}", member, lambda text: text.replace(old, new, 1)
    )
    [(place, words)] = leaks(changed, all_secrets())
    assert re.fullmatch(rf"a\.{book}: {re.escape(member)}:\d+", place)
    assert words.startswith(("doctor miller", "the blood test of last monday"))


@pytest.mark.book
def test_names_of_members_and_archives_in_archives(books: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(books / "handbook.epub", "x.epub")
        archive.writestr("y.docx", (books / "handbook.docx").read_bytes())
        archive.writestr(f"media/{SLUG}.png", b"\x89PNG")
    assert leaks(tmp_path / "a.zip", all_secrets()) == [(f"a.zip: media/{SLUG}.png", "doctor miller")]
    hidden = rewrite(books / "handbook.docx", tmp_path / "b.docx", "docProps/core.xml", lambda text: text + SENTENCE)
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("y.docx", hidden.read_bytes())
    [(place, _)] = leaks(tmp_path / "c.zip", all_secrets())
    assert place.startswith("c.zip: y.docx: docProps/core.xml:")


def plant_in_pdf(pdf: pikepdf.Pdf, where: str) -> None:
    if where == "info":
        pdf.docinfo["/Keywords"] = f"trees, {TITLE}"
    elif where == "bookmark":
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(f"Größe: {TITLE}", 0))
    elif where == "xmp":
        with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:description"] = SENTENCE
    elif where == "link":
        link = {"/Type": pikepdf.Name.Annot, "/Subtype": pikepdf.Name.Link, "/Rect": [0, 0, 9, 9]}
        action = pikepdf.Dictionary({"/S": pikepdf.Name.URI, "/URI": f"https://x.org/{quote(TITLE)}"})
        pdf.pages[0].obj["/Annots"] = pdf.make_indirect([pikepdf.Dictionary({**link, "/A": action})])
    elif where == "destination":
        names = pikepdf.Dictionary({"/Names": [f"note-{SLUG}", [pdf.pages[0].obj, pikepdf.Name.Fit]]})
        pdf.Root["/Names"] = pikepdf.Dictionary({"/Dests": names})
    elif where == "alternative text":
        pdf.Root["/StructTreeRoot"]["/K"][0]["/Alt"] = f"a picture (of {TITLE})"
    elif where == "attachment":
        pdf.attachments["a.txt"] = pikepdf.AttachedFileSpec(pdf, SENTENCE.encode(), filename="a.txt")


@pytest.mark.book
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "object streams"])
@pytest.mark.parametrize("where", ["info", "bookmark", "xmp", "link", "destination", "alternative text", "attachment"])
def test_it_is_found_outside_of_a_pdfs_pages(books: Path, tmp_path: Path, where: str, packed: bool) -> None:
    with pikepdf.open(books / "handbook.pdf") as pdf:
        plant_in_pdf(pdf, where)
        mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
        pdf.save(tmp_path / "a.pdf", object_stream_mode=mode)
    assert leaks(books / "handbook.pdf", all_secrets()) == []
    [(place, words)] = leaks(tmp_path / "a.pdf", all_secrets())
    assert place.startswith("a.pdf") and words.startswith(("doctor miller", "the blood test"))


@pytest.fixture(scope="module")
def long_pdf(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Typeset a text in German on small pages with a running head and foot, so that words and sentences are parted."""
    import typst

    def set_(text: str) -> Path:
        folder = tmp_path_factory.mktemp("long")
        head = (
            '#set page(width: 6cm, height: 7cm, margin: 1cm, numbering: "1 / 1", header: [Ein Kopf])\n'
            '#set text(lang: "de", hyphenate: true, size: 10pt)\n#set par(justify: true)\n'
        )
        (folder / "a.typ").write_text(head + text, encoding="utf-8")
        (folder / "a.pdf").write_bytes(typst.compile(folder / "a.typ"))
        return folder / "a.pdf"

    return set_


@pytest.mark.book
def test_words_parted_at_the_lines_and_sentences_at_the_pages_of_a_pdf(long_pdf: Callable[[str], Path]) -> None:
    """Each run of a long text is found by itself, wherever lines and pages end."""
    import pypdfium2

    sentences = [
        f"Die Donaudampfschifffahrtsgesellschaft beförderte {word} Bücherregale und Straßenverkehrsordnungen."
        for word in "Ahorn Birken Chrysanthemen Disteln Eichen Fichten Ginster Hasel Iris Jasmin Kiefern Linden".split()
    ]
    pdf = long_pdf("\n".join(sentences))
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) > 3
    for sentence in sentences:
        assert sentence not in "".join(pages)  # each is parted somewhere
        [(place, _)] = leaks(pdf, secrets(texts=(sentence,)))
        assert re.fullmatch(r"a\.pdf: page \d", place)
    assert leaks(pdf, secrets(texts=("Die Donaudampfschifffahrtsgesellschaft beförderte Pinien.",))) == []


@pytest.mark.book
def test_short_things_below_one_another_are_not_read_on(long_pdf: Callable[[str], Path]) -> None:
    pdf = long_pdf("= Hidden\n\n= Garden\n\nBeneath the oak #linebreak() behind the old house of my grandfather.")
    assert leaks(pdf, secrets("Hidden garden")) == []
    assert leaks(pdf, secrets("Old house of my grandfather")) != []
    assert leaks(pdf, secrets(texts=("Beneath the oak behind the old house",))) != []
    assert leaks(pdf, secrets(texts=("my grandfather's house; the old house of my",))) != []


# ---------- how words compare ----------

FOUND = {
    "emphasis": "The **blood** test of _last_ Monday says that nothing can be ~~done~~",
    "two lines": "The blood test of last\nMonday says that\r\n  nothing can",
    "capitals": SENTENCE.upper(),
    "percents": quote(SENTENCE),
    "entities": "".join(f"&#{ord(character)};" for character in SENTENCE),
    "entities twice": escape("The blood test of last Monday says that &nbsp;&auml;".replace(" ", "&#32;")),
    "a slug": re.sub(r"\W+", "-", SENTENCE.lower()),
    "underscores": SENTENCE.replace(" ", "_"),
    "a soft hyphen": SENTENCE.replace("blood", "blo\u00adod").replace("nothing", "noth\u200bing"),
    "a hyphen at the line's end": SENTENCE.replace("blood", "blo-\nod").replace("nothing", "noth\u2010\n  ing"),
    "no-break spaces": SENTENCE.replace(" ", "\u00a0"),
    "ligatures and wide forms": SENTENCE.replace("last", "laſt").replace("M", "Ｍ"),
    "half of it": "The blood test of last Monday says that",
    "its end only": "nothing can be done any more.",
}


@pytest.mark.parametrize("text", FOUND.values(), ids=FOUND)
def test_the_same_words(text: str, tmp_path: Path) -> None:
    assert [words[:3] for _, words in in_text(tmp_path, f"x\n{text}\nx\n", all_secrets())] in (["the"], ["not"])


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("Die Überprüfung der Größe ergab nichts Gutes.", normalize("NFD", "Die Überprüfung der Größe ergab nichts Gutes.")),
        (normalize("NFD", "Die Überprüfung der Größe ergab nichts."), "die überprüfung der grösse ergab nichts"),
        ("我们昨天去医院检查了身体。", "听说我们昨天去医院检查了身体"),
        ("秘密の会議は明日の午後です。", "……秘密の会議は明日の午後です"),
        ("พรุ่งนี้เราจะไปโรงพยาบาล", "และพรุ่งนี้เราจะไปโรงพยาบาลด้วย"),
        ("हिन्दी में लिखा हुआ गुप्त वाक्य यहाँ है", "* हिन्दी में लिखा हुआ गुप्त वाक्य यहाँ है।"),
        ("He doesn't know that we've moved.", "He doesn’t know that we’ve moved"),
        ("We met [[Anna|our friend]] at the station yesterday.", "We met our friend at the station yesterday"),
        ("We met [[Anna|our friend]] at the station yesterday.", "met [[X]] and at the station yesterday"),
        ("Use `rm` to remove the evidence quickly.", "Use rm to remove the evidence quickly"),
        ("The un**believ**able story of it all.", "The unbelievable story of it all"),
        ("The un**believ**able story of it all.", "The un**believ**able story of it all"),
        ("- [ ] burn the old letters tonight", "burn the old letters tonight"),
        ("> [!warning]- Keep this from the neighbours", "Keep this from the neighbours"),
        ("| name | who knows about the affair |", "who knows about the affair"),
        ("---\nreason: because he drinks too much\n---\nx\n", '"because he drinks too much"'),
        ("secret:: because he drinks too much", "because he drinks too much"),
        ("Call 030 / 1234567 any time", "tel. 030-1234567"),
        ("see https://example.org/private/letters/anna-1987", "https://example.org/private/letters/anna-1987"),
        ("```\npassword = swordfish-forever\n```\n", "password = swordfish-forever"),
    ],
)  # fmt: skip
def test_texts_of_all_kinds_and_scripts(hidden: str, shown: str, tmp_path: Path) -> None:
    assert len(in_text(tmp_path, f"before {shown} behind\n", secrets(texts=(hidden,)))) == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Doctor Miller.md", "doctor-miller"),
        ("Doctor Miller.md", "dr/Doctor%20Miller.md"),
        ("Doctor-Miller", "doctor_miller"),
        ("Kündigung", "note/k%C3%BCndigung"),
        ("Kündigung", normalize("NFD", "kündigung")),
        ("Rent (2024)", "rent-2024-1a2b3c"),
        ("日記", "今日の日記です"),
        ("Office", "oﬃce"),
        ("0151 234567", "+0151/234567"),
        ("AT&T bill", "AT&amp;T bill"),
    ],
)
def test_names_and_slugs(name: str, shown: str, tmp_path: Path) -> None:
    said = Secrets([(f"Private/{name}", name)], [], [])
    with pytest.raises(LeakError) as caught:
        check([("a.txt", lay(tmp_path, {"a.txt": f"one\ntwo ({shown})\n"}) / "a.txt")], said)
    assert str(caught.value).startswith("a.txt:2: says ") and f"a name of the hidden Private/{name};" in str(
        caught.value
    )


# ---------- no false alarm ----------


@pytest.mark.parametrize(
    ("names", "texts", "visible", "output"),
    [
        (["Plan"], [], ["We need a plan."], "A plan, a Plan, PLANS"),
        (["A", "Q4", "07", "x-y"], [], [], "a q4 07 x y"),
        (["2024-01-31", "20240131", "31.1.2024", "2024-W05"], [], [], "2024-01-31 20240131 31.1.2024 2024-W05"),
        (["Miller"], [], [], "The Millers and their Millersville"),
        ([], ["How are you?\n- yes\n- no\n"], [], "How are you? yes no"),
        ([], ["## Meeting\nWho was there, and what was said?\n"], ["Who was there, and what was said?"], "Who was there, and what was said"),
        ([], ["See the great [[Plan]] for all details."], ["See the great plan for [all](x.md) details."], "see the great plan for all details"),
        ([], ["- [[Alpha project]], [[Beta project]], [[Gamma project]]"], ["Alpha project", "Beta project"], "alpha project beta project gamma project"),
        ([], ["---\ntags: [alphabet, zebra, animals]\ncreated: 2024-01-31\n---\n"], [], '"tags": ["alphabet", "zebra", "animals"], "created": "2024-01-31"'),
        ([], ["As in [[Alpha beta project#Gamma delta]]"], ["Alpha beta project"], "alpha beta project gamma delta"),
        ([], ["#alphabet #animals #zebra #crossing"], [], "alphabet animals zebra crossing"),
        ([], ["In 2019-2024 it cost 1.000.000 at 12:30:45"], [], "2019-2024, 1000000, 12:30:45"),
        (["Anna B"], [], [], '{"names": ["Anna", "B"]}'),
    ],
)  # fmt: skip
def test_no_false_alarm(names: list[str], texts: list[str], visible: list[str], output: str, tmp_path: Path) -> None:
    said = secrets(*names, texts=tuple(texts), visible=tuple(visible))
    assert in_text(tmp_path, output, said, "a.json") == []


# ---------- what cannot be opened, what is large ----------


def encrypted(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="x", user=""))
    return out.getvalue()


def blank_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    return out.getvalue()


def zipped(data: bytes, flag: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", data)
    archived = bytearray(out.getvalue())
    archived[6] |= flag
    archived[archived.rfind(b"PK\1\2") + 8] |= flag
    return bytes(archived)


def page_with(article: str, whole: bytes | None = None) -> bytes:
    """A page with an article that its script opens."""
    data = b64encode(whole or zlib.compress(json.dumps({"oak": article}).encode())).decode()
    return f'<p>An oak.</p><script type="text/plain" id="__chunk-0">{data}</script>'.encode()


def drawing(text: str) -> str:
    svg = b64encode(f"<svg><text>{text}</text></svg>".encode()).decode()
    return f'<img alt="" src="data:image/svg+xml;base64,{svg}">'


@pytest.mark.parametrize(
    "page",
    [page_with(f"<p>{SENTENCE}</p>"), page_with(drawing(TITLE)), drawing(SENTENCE).encode()],
    ids=["an article", "a drawing in an article", "a drawing"],
)
def test_it_is_found_in_what_a_page_holds_packed(page: bytes, tmp_path: Path) -> None:
    file = lay(tmp_path, {"a.html": page}) / "a.html"
    [(place, words)] = leaks(file, all_secrets())
    assert place == "a.html" and words.startswith(("doctor miller", "the blood test"))


def test_who_exports_again_searches_the_pieces_that_are_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def passages(place: str, line: int, markup: str, *others: Any) -> Iterator[Passage]:
        read.append(markup)
        yield from read_markup(place, line, markup, *others)

    read_markup = documents.markup.passages
    monkeypatch.setattr(documents.markup, "passages", passages)
    head, oak, elm = (
        "<h1>Trees</h1>\n",
        '<article id="oak">An oak.</article>\n',
        '<article id="elm">An elm.</article>\n',
    )

    def search(*articles: str, said: Secrets | None = None) -> list[tuple[str, str]]:
        read.clear()
        page = f"{head}{''.join(articles)}".encode()
        return leaks(lay(tmp_path, {"a.html": page}) / "a.html", said or all_secrets())

    assert (search(oak, elm), read) == ([], [head, oak, elm])
    assert (search(oak, elm), read) == ([], [])
    changed = elm.replace("An", "Another")
    assert (search(oak, changed), read) == ([], [changed])
    betrayed = oak.replace("An oak", f"An oak of {TITLE}")
    assert search(betrayed, changed) == [("a.html:2", "doctor miller")]
    assert search(changed, betrayed) == [("a.html:3", "doctor miller")], "it stands elsewhere now"
    assert search(oak, changed) == []
    assert search(oak, changed, said=secrets("Another elm")) == [("a.html:3", "another elm")], "hidden only now"
    packed = page_with("<p>Pine.</p>").decode()
    assert (search(packed), "<p>Pine.</p>" in read) == ([], True)
    assert (search(oak, packed), "<p>Pine.</p>" in read) == ([], False)
    assert search(oak, page_with(f"<p>{TITLE}</p>").decode()) == [("a.html", "doctor miller")]


def test_an_attribute_without_quotes_is_read(tmp_path: Path) -> None:
    """The page has them, as HTML does without quotes where no blank is."""
    page = f"<p>An oak.</p><a href=#{SLUG} class=x>Elm</a>".encode()
    assert leaks(lay(tmp_path, {"a.html": page}) / "a.html", all_secrets()) == [("a.html:1", "doctor miller")]


def test_the_bytes_of_a_picture_are_no_words(tmp_path: Path) -> None:
    """A name may be among the letters that stand for them."""
    page = b'<p><img src="data:image/png;base64,AAAA/Zq7/AAA="></p>'
    assert leaks(lay(tmp_path, {"a.html": page}) / "a.html", secrets("Zq7")) == []


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.html", page_with("", b"no zlib"), "what is packed in it cannot be opened"),
        ("a.html", page_with("", zlib.compress(b"{}" * 999)[:-5]), "what is packed in it cannot be opened"),
        ("a.pdf", b"no PDF at all", "is no pdf that can be opened"),
        ("a.pdf", b"%PDF-1.7\n" + b"x" * 2000, "cannot be opened"),
        ("a.pdf", encrypted(blank_pdf()), "is encrypted"),
        ("a.epub", zipped(b"x" * 99)[:60], "cannot be opened"),
        ("a.docx", b"<xml/>", "is no docx that can be opened"),
        ("a.zip", zipped(b"secret", flag=1), "is encrypted"),
        ("a.zip", zipped(b"0" * (1 << 27)), "holds much more than it seems to"),
        ("a.csv.gz", gzip.compress(b"x" * 99)[:-9], "cannot be opened"),
        ("a.parquet", b"PAR1 and nothing more", "cannot be opened"),
        ("a.rar", b"Rar!\x1a\7\0", "is no rar that can be opened"),
    ],
)
def test_what_cannot_be_opened_is_an_error(name: str, data: bytes, why: str, tmp_path: Path) -> None:
    file = lay(tmp_path, {name: data}) / name
    with pytest.raises(ExportError, match=f"(?s){re.escape(name)}.*{why}.*nothing was saved"):
        check([(f"x/{name}", file)], all_secrets())


@pytest.mark.slow
def test_an_archive_that_lies_about_itself_is_an_error_or_found(tmp_path: Path) -> None:
    data = zipped(SENTENCE.encode())
    for place in range(len(data)):
        broken = bytearray(data)
        broken[place] ^= 0xFF
        file = lay(tmp_path, {"a.zip": bytes(broken)}) / "a.zip"
        try:
            check([("a.zip", file)], all_secrets())
        except ExportError:
            continue
        with zipfile.ZipFile(file) as archive:  # a time or a name of no matter, and what was said cannot be read
            assert not any(
                SENTENCE.encode() in archive.read(member) for member in archive.infolist() if not member.is_dir()
            )


def test_pictures_are_passed_over_but_not_their_names(tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + SENTENCE.encode()
    lay(tmp_path, {"a.png": picture, f"{SLUG}.png": picture, "b.png": SENTENCE.encode()})
    assert leaks(tmp_path / "a.png", all_secrets()) == []
    assert leaks(tmp_path / f"{SLUG}.png", all_secrets()) == [(f"{SLUG}.png", "doctor miller")]
    assert len(leaks(tmp_path / "b.png", all_secrets())) == 1  # that is none
    for text in ("BM", "RIFF", "true", "OTTO", "ID3", "II*"):
        assert len(in_text(tmp_path, f"{text} {SENTENCE}", all_secrets(), "c")) == 1


def test_gzip_is_opened(tmp_path: Path) -> None:
    file = lay(tmp_path, {"a.csv.gz": gzip.compress(f'"x","y"\n"{SENTENCE}"\n'.encode())}) / "a.csv.gz"
    assert [place for place, _ in leaks(file, all_secrets())] == ["a.csv.gz:2"]


def test_five_are_named_of_many(tmp_path: Path) -> None:
    names = [(f"p/{number}.md", f"Hidden thing {number}") for number in range(9)]
    file = lay(tmp_path, {"a.txt": "\n".join(name for _, name in names)}) / "a.txt"
    with pytest.raises(LeakError) as caught:
        check([("a.txt", file)], Secrets(names, [], []))
    assert len(caught.value.leaks) == 5 and "\n" not in str(caught.value)


def test_nothing_is_inspected_where_nobody_asks_and_a_run_without_files_is_inspected_too(tmp_path: Path) -> None:
    seen: list[list[str]] = []

    def inspect(files: Any) -> None:
        assert all(file.read_text() == "x" for _, file in files)
        seen.append([name for name, _ in files])

    save(
        {"b": [File("d/2.txt", "x"), File("1.txt", "x")], "a": [File("3.txt", "x")]}, tmp_path / "out", inspect=inspect
    )
    save({}, tmp_path / "out", inspect=inspect)
    assert seen == [["b/d/2.txt", "b/1.txt", "a/3.txt"], []]


@pytest.mark.parametrize("ending", ["txt", "json", "xml", "md"])
@pytest.mark.slow
def test_chunks_overlap(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a chunk ends in it, a sentence is found, at its line."""
    for name, size in (("CHUNK", 64), ("LEAST", 32), ("MOST", 128), ("OVERLAP", 96)):
        monkeypatch.setattr(documents, name, size)
    for before in range(32):
        text = f"{'y ' * before}\n{SENTENCE}\n{'z ' * 80}"
        assert in_text(tmp_path, text, secrets(texts=(SENTENCE,)), f"a.{ending}")[0][0] == f"a.{ending}:2", before


@pytest.mark.slow
def test_ten_thousand_hidden_notes(tmp_path: Path) -> None:
    words = [
        f"{a}{b}" for a in "ka lo mi ne pu ra se ti vo za".split() for b in "bel dan fil gor hum jas kep lin".split()
    ]

    def sentence(number: int) -> str:
        return " ".join(words[number // 80**power % 80] for power in range(3)) + f" stands in note number{number}."

    hidden = [(f"h/{number}.md", f"{sentence(number)}\n" * 3) for number in range(10_000)]
    text = "\n".join(sentence(number) for number in range(10_000, 60_000))
    file = lay(tmp_path, {"a.txt": text, "b.txt": f"{text}\n{sentence(7_777)}"}) / "a.txt"
    names = [(path, f"Note of {sentence(number)[:20]}") for number, (path, _) in enumerate(hidden)]
    check([("a.txt", file)], Secrets(names, hidden, []))
    with pytest.raises(LeakError, match=r"^b\.txt:50001: .*words of the hidden h/7777\.md;"):
        check([("a.txt", file), ("b.txt", tmp_path / "b.txt")], Secrets(names, hidden, []))


# ---------- a property ----------

WORD = st.text("abcdefghijklmnopqrstuvwxyzäöüßéñЖщλ", min_size=4, max_size=9)
SENTENCES = st.lists(WORD, min_size=4, max_size=20).map(" ".join)
ESCAPES: dict[str, Callable[[str], str]] = {
    "a.txt": lambda text: text,
    "b.md": lambda text: re.sub(r"\w+", r"*\g<0>*", text),
    "c.json": lambda text: json.dumps({"x": [text]}),
    "d.jsonld": lambda text: json.dumps({"x": [text]}, ensure_ascii=False, indent=1),
    "e.xml": lambda text: f"<a b='c'>{escape(text).encode('ascii', 'xmlcharrefreplace').decode()}</a>",
    "f.html": lambda text: f"<p title='{escape(text)}'>x</p>",
    "g.ttl": lambda text: f"<https://example.org/{quote(text)}> a skos:Concept .",
    "h.cypher": lambda text: "SET n.x = '{}'".format(text.replace("\\", r"\\").replace("'", r"\'")),
    "i.csv": lambda text: '1,"{}"'.format(text.replace('"', '""')),
    "j.txt": lambda text: text.replace(" ", "\n").upper(),
    "k.txt": lambda text: normalize("NFD", text.replace(" ", "-")),
    "l.unknown": lambda text: json.dumps(text.replace(" ", "\t")),
}


@pytest.mark.slow
@settings(max_examples=marks.examples(300))
@given(SENTENCES, st.lists(SENTENCES, max_size=5), st.sampled_from(sorted(ESCAPES)), st.data())
def test_a_sentence_is_found_wherever_it_is_planted_and_nothing_without_it(
    tmp_path_factory: pytest.TempPathFactory, hidden: str, others: list[str], name: str, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp()
    said = f" {hidden.casefold()} "
    others = [other for other in others if not {*hidden.casefold().split()} & {*other.casefold().split()}]
    write = ESCAPES[name]
    clean = [write(other) for other in others]
    assert in_text(folder, "\n".join(clean), secrets(texts=(hidden,)), name) == []
    place = data.draw(st.integers(0, len(clean)))
    lines = [*clean[:place], write(hidden), *clean[place:]]
    found = in_text(folder, "\n".join(lines), secrets(texts=(hidden,)), name)
    assert len(found) == 1 and found[0][0].startswith(f"{name}:")
    assert f" {normalize('NFKC', found[0][1])} " in normalize("NFKC", said)


@pytest.mark.parametrize("separator", ["~", "~~~^^", "^", "|", "\x1f", "\\u001F", "^^\\t\\t", "\n", "\t"])
def test_fields_of_a_row_in_cypher_are_no_sentence(separator: str, tmp_path: Path) -> None:
    """One string holds many rows there; what ends one field and begins the next was never said together."""
    file = tmp_path / "load.cypher"
    file.write_text(f"WITH 'a sly fox{separator}jumps over walls~1' AS rows\n", encoding="utf-8")
    secrets = Secrets([], [("Private.md", "A sly fox jumps over walls.")], [])
    check([("neo4j/load.cypher", file)], secrets)
    file.write_text(f"WITH 'x{separator}a sly fox jumps over walls{separator}y' AS rows\n", encoding="utf-8")
    with pytest.raises(LeakError):
        check([("neo4j/load.cypher", file)], secrets)
