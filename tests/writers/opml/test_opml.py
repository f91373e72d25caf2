import json
import subprocess
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import listparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporter import testing
from exporter.errors import ExportError, Finding
from exporter.model import KnowledgeMap, LearningPath, Link, Reference, Source, Step, Topic
from exporter.testing import MAP, make_map, run_writer
from exporter.writers import opml
from exporter.writers.opml import DEPTH, Options, write
from exporter.writers.opml.document import NAMESPACE

HERE = Path(__file__).parent
ID, NOTE, PATH = (f"{{{NAMESPACE}}}{name}" for name in ("id", "note", "path"))


def topic(id: str, title: str = "A title", **fields: Any) -> Topic:
    return testing.topic(id, title=title, **fields)


TOPICS = Options(depth="topics")  # the map alone


def outline(knowledge_map: KnowledgeMap, options: Options = Options()) -> str:  # noqa: B008 - frozen
    output = run_writer(opml, knowledge_map, options)
    assert [*output.files] == ["knowledge-map.opml"]
    return output.files["knowledge-map.opml"].decode()


def findings(knowledge_map: KnowledgeMap, options: Options = Options()) -> list[Finding]:  # noqa: B008 - frozen
    return run_writer(opml, knowledge_map, options).findings


def body(text: str) -> ElementTree.Element:
    found = ElementTree.fromstring(text.encode()).find("body")
    assert found is not None
    return found


def one(text: str) -> ElementTree.Element:
    """The only outline that stands for a topic."""
    (found,) = [element for element in body(text).iter("outline") if ID in element.attrib]
    return found


def legal(text: str) -> str:
    """The characters that https://www.w3.org/TR/xml/#charsets allows."""
    surrogates = range(0xD800, 0xE000)
    sound = ("\ufffd" if ord(character) in surrogates else character for character in text)
    allowed = (range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000))
    return "".join(c for c in sound if c in "\t\n\r" or any(ord(c) in part for part in allowed))


# The bundled vault


def test_bundled_vault_has_its_path_areas_and_topics(bundled: KnowledgeMap) -> None:
    path, *areas, loose = body(outline(bundled, TOPICS))
    assert path.get(PATH) == "learning-path"
    assert [step.get("text", "").split()[0] for step in path] == [
        "Read",
        "Learn",
        "Find",
        "Let",
        "Divide",
        "Pick",
        "Follow",
    ]
    assert [[named.get("text") for named in step] for step in path][1] == ["Tensor Programming", "Tensor Languages"]
    assert [area.get(ID) for area in areas] == [area.id for area in bundled.areas]
    assert len(areas) == 6
    assert [topic.get("text") for topic in areas[-1]] == ["Research Papers", "Learning Resources", "Community Forums"]
    assert loose.get("text") == "Further topics"
    assert len(loose) == 14


def test_bundled_vault_has_every_topic(bundled: KnowledgeMap) -> None:
    shown = {one.get(ID): one for one in body(outline(bundled, TOPICS)).iter("outline") if ID in one.attrib}
    assert sorted(shown) == sorted(topic.id for topic in bundled.topics)
    assert all(NOTE in one.attrib for one in shown.values())


def test_definition_and_summary_are_lines_of_the_note(bundled: KnowledgeMap) -> None:
    found = body(outline(bundled)).find(".//outline[@text='Tensor Languages']")
    assert found is not None
    definition, summary = found.get("_note", "").split("\n")
    assert definition == bundled.definition("tensor-languages")
    assert summary == "Small languages for describing array kernels"


# Other people's readers


def test_listparser_finds_no_flaw(bundled: KnowledgeMap) -> None:
    text = outline(bundled, Options(depth="topics", link="https://example.org/{id}"))
    read = listparser.parse(text)
    assert not read.bozo
    assert read.version == "opml2"
    assert read.meta.title == bundled.title
    written = {one.id for one in bundled.topics if one.note}
    assert {item.url.rsplit("/", 1)[1] for item in read.lists} == written - {"advanced-ml-topics"}  # nowhere a leaf
    assert ["ML Compiler Resources"] in next(item for item in read.lists if item.title == "Research Papers").categories
    dated = text.replace("<head>", "<head><dateModified>yesterday</dateModified>")
    assert listparser.parse(dated).bozo  # it does look


@pytest.mark.book
def test_pandoc_reads_the_outline(bundled: KnowledgeMap) -> None:
    blocks = pandoc(outline(bundled, TOPICS), "json")
    headings = [block["c"] for block in json.loads(blocks)["blocks"] if block["t"] == "Header"]
    expected = [element.get("text", "").split() for element in body(outline(bundled, TOPICS)).iter("outline")]
    assert [[part["c"] for part in inlines if part["t"] == "Str"] for _, _, inlines in headings] == expected
    assert [level for level, _, _ in headings[:4]] == [1, 2, 3, 2]


def test_head_and_outlines_are_as_the_specification_wants_them(bundled: KnowledgeMap) -> None:
    root = ElementTree.fromstring(outline(bundled, TOPICS).encode())
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert [part.tag for part in root] == ["head", "body"]
    dates = ["dateCreated", "dateModified"]
    assert [part.tag for part in root[0]] == ["title", *dates, "ownerName", "docs", f"{{{NAMESPACE}}}summary"]
    assert all(parsedate_to_datetime(root.findtext(f"head/{name}", "")).year == 2026 for name in dates)
    attributes = {name for element in root[1].iter("outline") for name in element.attrib}
    assert attributes == {"text", "_note", "category", ID, NOTE, PATH}
    assert all(element.get("text") for element in root[1].iter("outline"))


@pytest.mark.book
def test_text_as_html_keeps_what_pandoc_would_hide() -> None:
    hostile = make_map(topic("vector", "std::vector<int> & more", summary="not <b>bold</b>"))
    assert "vector<int> & more" in pandoc(outline(hostile, Options(text="html")), "plain")
    assert "not <b>bold</b>" in pandoc(outline(hostile, Options(text="html")), "plain")
    assert "<int>" not in pandoc(outline(hostile), "plain")
    assert [finding.code for finding in findings(hostile)] == ["opml-html"]
    assert findings(hostile, Options(text="html")) == []


def pandoc(text: str, goal: str) -> str:
    import pypandoc

    return str(pypandoc.convert_text(text, goal, format="opml", extra_args=["--wrap=none"]))


@pytest.mark.slow
def test_npm_opml_reads_the_outline(node: Callable[[str, str], Any], bundled: KnowledgeMap) -> None:
    read = node("opml", outline(bundled, TOPICS))
    path, *areas, loose = read["body"]["subs"]
    assert read["head"]["title"] == bundled.title
    assert [step["text"] for step in path["subs"]] == [step.text for step in bundled.paths[0].steps]
    assert [area["mlk:id"] for area in areas] == [area.id for area in bundled.areas]
    assert [len(area["subs"]) for area in [*areas, loose]] == [3, 4, 4, 5, 4, 3, 14]
    assert areas[1]["subs"][0]["_note"].count("\n") == 1


@pytest.mark.slow
def test_npm_opml_reads_hostile_text(node: Callable[[str, str], Any]) -> None:
    title = "\"'<&>]]>\t\r\nüλ数🙂 \u202eRTL\u202c " + "long " * 2000
    read = node("opml", outline(make_map(topic("a b/c#d%e\"f'ü", title, summary='one\n\n\ttwo "&<3\nthree'))))
    (shown,) = read["body"]["subs"][0]["subs"]
    assert shown["text"] == title
    assert shown["_note"] == 'one\n\ntwo "&<3\nthree'
    assert shown["mlk:id"] == "a b/c#d%e\"f'ü"
    with pytest.raises(subprocess.CalledProcessError):
        node("opml", "<opml><body><outline text='a & b'/></body></opml>")


def test_package_lock_names_no_registry() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text())
    assert all(lock["packages"][f"node_modules/{name}"]["integrity"] for name in ("mldoc", "opml", "opml-to-json"))
    assert not any("resolved" in package for package in lock["packages"].values())


# Hostile text


@st.composite
def maps(draw: st.DrawFn) -> KnowledgeMap:
    text = st.text(st.characters() | st.sampled_from("\ud800\udfff\x00\x0b\ufffe\uffff\r\n\t<&\"'>-#1. "), max_size=12)
    ids = draw(st.lists(text.filter(lambda id: legal(id) == id and id.strip()), unique=True, max_size=8))
    areas = ids[: draw(st.integers(0, len(ids)))]
    nested = {
        id: draw(st.sampled_from(areas[:place])) for place, id in enumerate(areas) if place and draw(st.booleans())
    }
    topics = []
    for id in ids:
        above = draw(st.lists(st.sampled_from(areas), unique=True)) if areas and id not in areas else []
        topics.append(
            topic(
                id,
                draw(text),
                summary=draw(text),
                areas=tuple(above) or tuple(nested[id] for _ in range(1) if id in nested),
                tags=tuple(draw(st.lists(text, max_size=3))),
                note=draw(st.none() | text.map("{}.md".format)),
                properties={"definition": draw(text)},
            )
        )
    named = st.lists(st.sampled_from(ids), max_size=3).map(tuple) if ids else st.just(())
    steps = tuple(Step(draw(text), draw(named), MAP) for _ in range(draw(st.integers(0, 3))))
    path = LearningPath(draw(text), draw(text), steps, MAP)
    return make_map(*topics, parents=nested, paths=(path,), language=draw(text), summary=draw(text))


@given(maps())
@settings(deadline=None)
def test_an_xml_reader_gets_every_text_back(knowledge_map: KnowledgeMap) -> None:
    path, *others = body(outline(knowledge_map))
    for shown, step in zip(path, knowledge_map.paths[0].steps, strict=True):
        assert shown.get("text") == legal(step.text)
        named = [shown] if ID in shown.attrib else shown  # a step that says nothing but its topic
        assert [one.get(ID) for one in named] == list(step.topics)
    places: dict[str, list[str | None]] = {}
    for parent in (element for other in others for element in other.iter("outline")):
        places.setdefault(parent.get(ID, ""), [])
        for child in parent:
            places.setdefault(child.get(ID, ""), []).append(parent.get(ID))
    for one in knowledge_map.topics:
        assert sorted(places[one.id], key=str) == sorted(one.areas) or places[one.id] == [None]
    for element in body(outline(knowledge_map)).iter("outline"):
        if ID in element.attrib:
            meant = knowledge_map.topic[element.attrib[ID]]
            assert element.attrib["text"] == (legal(meant.title) if legal(meant.title).strip() else meant.id)
            note = [*knowledge_map.definition(meant.id).splitlines(), *meant.summary.splitlines()]
            kept = element.get("_note", "").split("\n") if note else []
            for said, line in zip(kept, note, strict=True):
                assert said.removeprefix("• ") in (legal(line).strip(), legal(line).strip()[1:].strip())


@given(maps())
@settings(deadline=None)
def test_listparser_gets_every_title_back(knowledge_map: KnowledgeMap) -> None:
    read = listparser.parse(outline(knowledge_map, Options(link="https://example.org/?id={id}")))
    assert not read.bozo
    shown = {item.url: item.title for item in read.lists}
    for one in knowledge_map.topics:
        if one.note is not None and one.id not in knowledge_map.area:
            (title,) = {title for url, title in shown.items() if url == link_to(one.id)}
            assert title == (legal(one.title).strip() or one.id.strip())


def link_to(id: str) -> str:
    hexed = (f"%{byte:02X}" for byte in id.encode())
    plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
    return "https://example.org/?id=" + "".join(
        chr(byte) if chr(byte) in plain else code for byte, code in zip(id.encode(), hexed, strict=True)
    )


# Rules


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("- dash", "• dash"),
        ("  *  star", "• star"),
        ("*emphasis*", "• *emphasis*"),
        ("# heading", "• # heading"),
        ("> quote", "• > quote"),
        ("3. third", "• 3. third"),
        ("3.5 GHz", "3.5 GHz"),
        ("===", "• ==="),
        ("a - b # c", "a - b # c"),
    ],
)
def test_no_line_of_a_note_begins_a_block(line: str, shown: str) -> None:
    note = one(outline(make_map(topic("a", summary=f"first\n{line}")))).get("_note")
    assert note == f"first\n{shown}"


def test_line_breaks_and_tabs_are_written_as_references() -> None:
    text = outline(make_map(topic("a", "one\ttwo\rthree\nfour", summary="five\nsix")))
    assert 'text="one&#9;two&#13;three&#10;four"' in text
    assert '_note="five&#10;six"' in text


def test_categories_are_paths_of_areas_and_tags() -> None:
    outer, inner = topic("outer", "Tools, old/new"), topic("inner", "Inner", areas=("outer",))
    leaf = topic("leaf", "Leaf", areas=("inner", "outer"), tags=("ml", "ml/dsl"))
    text = outline(make_map(outer, inner, leaf, parents={"inner": "outer"}))
    categories = {element.get(ID): element.get("category") for element in body(text).iter("outline")}
    assert categories == {
        "outer": None,
        "inner": "/Tools old new",
        "leaf": "/Tools old new/Inner,/Tools old new,ml,ml/dsl",
    }


def test_nested_areas_nest_after_the_topics_beside_them() -> None:
    topics = [
        topic("outer"),
        topic("inner", areas=("outer",)),
        topic("x", areas=("outer",)),
        topic("y", areas=("inner",)),
    ]
    top = body(outline(make_map(*topics, parents={"inner": "outer"})))
    assert [area.get(ID) for area in top] == ["outer"]
    assert [element.get(ID) for element in top[0]] == ["x", "inner"]
    assert [element.get(ID) for element in top[0][1]] == ["y"]


@pytest.mark.slow
def test_a_long_chain_of_areas_is_flattened_and_told() -> None:
    names = [f"a{number}" for number in range(3000)]
    nested = dict(zip(names[1:], names, strict=False))
    topics = [topic(name, areas=(nested[name],) if name in nested else ()) for name in names]
    chain = make_map(*topics, topic("leaf", areas=(names[-1],)), parents=nested)
    level = deepest = 0
    seen = set()
    for event, element in events(outline(chain)):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
        seen.add(element.get(ID))
    assert deepest == DEPTH
    assert {*names, "leaf"} <= seen
    (told,) = findings(chain)
    assert (told.code, told.message.split()[0]) == ("opml-depth", str(3000 - DEPTH + 1))


def events(text: str) -> Iterator[tuple[str, ElementTree.Element]]:
    parser = ElementTree.XMLPullParser(["start", "end"])
    parser.feed(text)
    for event, element in parser.read_events():
        if isinstance(element, ElementTree.Element) and element.tag == "outline":
            yield str(event), element


def test_links_are_attributes_of_leaves_and_lines_elsewhere() -> None:
    knowledge_map = make_map(
        topic("area", summary="words"),
        topic("leaf", areas=("area",), note="a folder/Leaf & 1.md"),
        topic("none", areas=("area",), note=None),
    )
    area = body(outline(knowledge_map, Options(link="obsidian://open?vault=V&file={note}")))[0]
    assert area.get("url") is None
    assert area.get("_note") == "words\nobsidian://open?vault=V&file=area.md"
    assert (area[0].get("type"), area[0].get("url")) == (
        "link",
        "obsidian://open?vault=V&file=a%20folder%2FLeaf%20%26%201.md",
    )
    assert area[1].get("type") is None
    sited = body(outline(knowledge_map, Options(link="https://example.org/{note}")))[0]
    assert sited[0].get("url") == "https://example.org/a%20folder/Leaf%20%26%201.md"
    assert "url=" not in outline(knowledge_map)


def test_a_link_that_would_include_a_file_is_a_line() -> None:
    text = outline(make_map(topic("a")), Options(link="https://example.org/{id}.opml"))
    assert one(text).attrib.keys().isdisjoint({"type", "url"})
    assert one(text).get("_note") == "https://example.org/a.opml"


def test_a_link_that_is_the_same_for_all_topics_is_an_error() -> None:
    with pytest.raises(ExportError, match=r"'link' must have"):
        list(write(KnowledgeMap(), Options(link="https://example.org/")))


def test_the_title_of_the_rest_can_be_told() -> None:
    assert body(outline(make_map(topic("a")), Options(no_area="Weitere Themen")))[0].get("text") == "Weitere Themen"


def test_each_kind_of_loss_is_one_finding() -> None:
    lossy = make_map(
        topic("a", "A\x00", aliases=("b",), properties={"definition": "kept", "level": 1}),
        topic("b", aliases=("c",)),
        links=(
            Link("a", "mentions", "b", "", "", Source("a.md", 7)),
            Link("b", "mentions", "a", "", "", Source("b.md", 8)),
            Link("a", "requires", "b", "", "", Source("a.md", 9)),
        ),
        references=(Reference("a", "", "https://example.org", Source("a.md", 3)),),
    )
    told = [(str(finding.source), finding.code, finding.message.split()[0]) for finding in findings(lossy)]
    assert told == [
        ("a.md:7", "opml-link", "3"),
        ("a.md:1", "opml-alias", "2"),
        ("a.md:1", "opml-property", "1"),
        ("a.md:3", "opml-reference", "1"),
        ("a.md:1", "opml-character", "1"),
    ]
    assert findings(make_map(topic("a", areas=("b",)), topic("b"))) == []


def test_an_empty_map_is_an_outline() -> None:
    assert len(body(outline(KnowledgeMap()))) == 1  # the specification wants one at least
    assert not listparser.parse(outline(KnowledgeMap())).bozo
    assert findings(KnowledgeMap()) == []
