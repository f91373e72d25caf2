"""What a run has made serves the next one only where nothing on which it depends is another: the bytes are those of a first run."""

import os
import time
from importlib import import_module
from pathlib import Path

import msgspec
import pytest
from command import lay
from writers.handbook.test_handbook import png

from exporter import Finding, read
from exporter.model import Store
from exporter.writers.html import Options, write
from exporter.writers.html.texts import SEEN, Look

NOTES = {
    "Home.md": "# Home\n\n## Things\n\n- [[Oak]]\n- [[Elm]]\n- [[Ash]]\n\n## Others\n\n- [[Elm]]\n- [[Oak]]\n",
    "Oak.md": "The oak. ![[Elm]] And [[Ash#Leaves|its leaves]], [[Birch]], `code`.\n\n[[Pine]]\n",
    "Elm.md": 'The elm, with <a href="Fern.md">a fern</a>, ![[Ash#Leaves]] and $\\mine{2}$.\n',
    "Ash.md": 'The ash.\n\n## Wood\n\nHard.\n\n## Leaves\n\nMany; ![[leaf.png]] and <img src="leaf.png">.\n',
    "deep/Pine.md": "---\naliases: [Fir]\n---\nThe pine. A sentence with [[Oak]] in it. ![web](https://example.org/a.png)\n\n![[nowhere]]\n",
    "Yew.md": "The yew is by [[Elm]].\n",
    "preamble.sty": "\\newcommand{\\mine}[1]{#1^2}",
}
CHANGES = {
    "a text": ("Oak.md", "Another oak."),
    "an embedded note": ("Elm.md", "The elm has changed."),
    "a section embedded in what is embedded": ("Ash.md", "## Leaves\n\nFew.\n"),
    "the heading that a link names": ("Ash.md", "The ash.\n\n## Leaves\n\nFirst now.\n\n## Wood\n\nSoft.\n"),
    "a picture": ("leaf.png", png(9, 9)),
    "a macro": ("preamble.sty", "\\newcommand{\\mine}[1]{#1^3}"),
    "a note that was missing": ("Birch.md", "The birch."),
    "an embed that was missing": ("nowhere.md", "It is somewhere now."),
    "an alias": ("Elm.md", "---\naliases: [Birch]\n---\nThe elm.\n"),
    "a title": ("Ash.md", "---\ntitle: Fraxinus\n---\nThe ash.\n\n## Leaves\n\nMany.\n"),
    "a sentence": ("deep/Pine.md", "The pine. Other words around [[Oak]] now.\n"),
    "a language": ("Elm.md", "---\nlang: de\n---\nDie Ulme.\n"),
    "a rival of the same name": ("other/Ash.md", "Another ash.\n\n## Leaves\n\nOther.\n"),
    "a link of HTML that leads somewhere now": ("Fern.md", "A fern."),
    "what is hidden": ("Elm.md", "---\nprivate: true\n---\nThe elm.\n"),
    "a property alone": ("Ash.md", "---\nheight: 3\n---\nThe ash.\n\n## Leaves\n\nMany; ![[leaf.png]].\n"),
    "a letter": ("Yew.md", "The ewe is by [[Elm]].\n"),
    "a sentence of a link": ("Yew.md", "The yew is now by [[Elm]].\n"),
    "a tag alone": ("Yew.md", "---\ntags: [tall]\n---\nThe yew is by [[Elm]].\n"),
    "tags": ("Ash.md", "---\ntags: [tall]\n---\nThe ash.\n\n## Leaves\n\nMany; ![[leaf.png]].\n"),
    "what it is": ("Ash.md", "---\ndescription: A tree.\n---\nThe ash.\n\n## Leaves\n\nMany; ![[leaf.png]].\n"),
    "the kind of a link": ("Oak.md", NOTES["Oak.md"].replace("[[Pine]]", "requires:: [[Pine]]")),
    "the order of an area": ("Home.md", NOTES["Home.md"].replace("- [[Oak]]\n- [[Elm]]", "- [[Elm]]\n- [[Oak]]")),
    "the order of an area alone": ("Home.md", NOTES["Home.md"].replace("- [[Elm]]\n- [[Oak]]", "- [[Oak]]\n- [[Elm]]")),
    "a line above links": ("Oak.md", "A line.\n\n" + NOTES["Oak.md"]),
    "an area more": ("Home.md", NOTES["Home.md"] + "\n### Needles\n\n- [[Pine]]\n"),
    "a learning path": ("Home.md", NOTES["Home.md"] + "\n## Learning path\n\n1. [[Elm]]\n2. [[Oak]]\n"),
    "the title of all": ("Home.md", NOTES["Home.md"].replace("# Home", "# Trees")),
    "nothing": ("Oak.md", NOTES["Oak.md"]),
}


DEFAULT = Options()


class Memory:
    """What was made, and how often it served."""

    def __init__(self) -> None:
        self.made: dict[str, bytes] = {}
        self.served = 0

    def get(self, key: str) -> bytes | None:
        self.served += key in self.made
        return self.made.get(key)

    def put(self, key: str, value: bytes) -> None:
        self.made[key] = value


def page(vault: Path, store: Memory | None = None, options: Options = DEFAULT) -> tuple[str, list[Finding]]:
    knowledge_map = read(vault)[0]
    if store:
        knowledge_map.shared[Store] = store
    things = [*write(knowledge_map, options)]
    (file,) = (thing for thing in things if not isinstance(thing, Finding))
    return str(file.content), [thing for thing in things if isinstance(thing, Finding)]  # type: ignore[union-attr]


def age(vault: Path, seconds: int) -> None:
    """Let files look as if they had been written so long ago, and not since."""
    for file in vault.rglob("*.*"):
        if file.stat().st_mtime > time.time() - seconds:
            os.utime(file, (then := time.time() - seconds, then))


@pytest.fixture(params=["small", "large", "settled"])
def vault(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vault whose page holds all articles; one whose page holds them in chunks; and one that nobody has changed of late."""
    if request.param != "small":
        document = import_module("exporter.writers.html.document")  # a function is called so, too
        monkeypatch.setattr(document, "WHOLE", 0)
        monkeypatch.setattr(document, "CHUNK", 1)
        monkeypatch.setattr("exporter.writers.html.drawing.MOST", 0)
    lay(tmp_path, NOTES)
    (tmp_path / "leaf.png").write_bytes(png())
    if request.param == "settled":
        age(tmp_path, 60)
    return tmp_path


@pytest.mark.parametrize("change", CHANGES)
def test_the_second_run_is_as_a_first_one(change: str, vault: Path) -> None:
    store, bare, without = Memory(), Memory(), Options(text=False)
    before = page(vault, store)
    assert store.served == 0 and before == page(vault)
    page(vault, bare, without)
    name, content = CHANGES[change]
    file = vault / name
    is_settled = time.time() - (vault / "Oak.md").stat().st_mtime > 30
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    if is_settled:
        age(vault, 30)
    made = page(vault, store)
    assert made == page(vault)
    assert (made == before) == (change == "nothing")
    assert page(vault, bare, without) == page(vault, None, without)


def test_only_what_has_changed_is_made(tmp_path: Path) -> None:
    lay(tmp_path, NOTES)
    (tmp_path / "leaf.png").write_bytes(png())
    store = Memory()
    page(tmp_path, store)
    notes = {key for key in store.made if key.startswith("web ")}
    assert len(notes) == 5
    for name, text, number in (
        ("deep/Pine.md", NOTES["deep/Pine.md"].replace("The pine", "A pine"), 1),
        ("Fern.md", "A new note; it wants [[Moss]].", 3),  # one links to it by HTML, and another embeds that
        ("Moss.md", "Another.", 4),
        ("Ash.md", "The ash.\n\n## Leaves\n\nFew.", 3),  # two notes embed it
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        page(tmp_path, store)
        made = {key for key in store.made if key.startswith("web ")} - notes
        assert len(made) == number, name
        notes |= made


def test_only_articles_that_say_it_are_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = import_module("exporter.writers.html.document")
    monkeypatch.setattr(document, "WHOLE", 0)
    monkeypatch.setattr(document, "CHUNK", 1)
    lay(tmp_path, NOTES)
    (tmp_path / "leaf.png").write_bytes(png())
    store = Memory()
    page(tmp_path, store)
    for text, number in (
        ("A line.\n\nThe yew is by [[Elm]].\n", 1),  # above a link
        ("---\ntitle: Taxus\n---\nThe yew is by [[Elm]].\n", 2),  # the elm's names who mentions it
        ("---\ntitle: Taxus\n---\nThe yew is by [[Elm]] and [[Pine]].\n", 3),
    ):
        before = {*store.made}
        (tmp_path / "Yew.md").write_text(text)
        page(tmp_path, store)
        assert sum(key.startswith("articles ") for key in {*store.made} - before) == number, text


def test_an_area_that_lies_elsewhere_now_leads_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = import_module("exporter.writers.html.document")
    monkeypatch.setattr(document, "WHOLE", 0)
    monkeypatch.setattr(document, "CHUNK", 1)
    lay(tmp_path, {"Wood.md": "", "Park.md": "", "Grove.md": "up:: [[Wood]]", "Lane.md": "up:: [[Park]]"})
    lay(tmp_path, {"Oak.md": "up:: [[Grove]]"})
    store = Memory()
    before = page(tmp_path, store)
    (tmp_path / "Grove.md").write_text("up:: [[Park]]")
    assert before != page(tmp_path, store) == page(tmp_path)


def test_looks_at_notes_serve_while_their_files_are_what_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, {**NOTES, "gone.md": "It goes."})
    age(tmp_path, 60)
    looked: list[bytes] = []
    look = Look.at
    monkeypatch.setattr(Look, "at", lambda data: looked.append(data) or look(data))
    store = Memory()
    page(tmp_path, store)
    assert len(looked) == 6
    looked.clear()
    (tmp_path / "gone.md").unlink()
    (tmp_path / "Yew.md").write_text("Another.")
    age(tmp_path, 30)
    page(tmp_path, store)
    assert looked == [b"Another."]
    assert {*msgspec.msgpack.decode(store.made[SEEN])} == {name for name in NOTES if name.endswith(".md")} - {"Home.md"}
