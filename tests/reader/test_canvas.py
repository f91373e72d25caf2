"""What a canvas links to, and that no file can break the reading of it."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporter.reader.markdown.note import Note
from exporter.reader.markdown.note import parse as parse_note
from exporter.reader.vault import canvas as canvases
from exporter.reader.vault.canvas import parse


def links(data: bytes) -> list[tuple[int, str, str]]:
    """Line, target and anchor of the links of a canvas that is right."""
    canvas = parse(data)
    assert canvas.problems == []
    return [(line, link.target, link.anchor) for line, link in canvas.links]


def problems(data: bytes | str) -> list[tuple[int, str]]:
    """Line and code of what is wrong."""
    return [(line, code) for line, code, _ in parse(data if isinstance(data, bytes) else data.encode()).problems]


def drawn(*nodes: dict[str, Any]) -> bytes:
    """A canvas as Obsidian writes it: a node a line, indented by tabs."""
    lines = ",\n".join(f"\t\t{json.dumps(node, ensure_ascii=False, separators=(',', ':'))}" for node in nodes)
    return (
        f'{{\n\t"nodes":[\n{lines}\n\t],\n\t"edges":[\n\t\t{{"id":"e","fromNode":"a","toNode":"b"}}\n\t]\n}}'.encode()
    )


def test_files_are_links_by_their_path() -> None:
    data = drawn(
        {"id": "a", "x": 0, "y": 0, "width": 1, "height": 1, "type": "file", "file": "a b/n.md"},
        {"type": "file", "file": "n.md", "subpath": "#Head#Sub"},
        {"type": "file", "file": "n.md", "subpath": "#^block", "color": "1"},
        {"type": "file", "file": "ü#|[].png"},
    )
    assert links(data) == [
        (3, "/a b/n.md", ""),
        (4, "/n.md", "Head#Sub"),
        (5, "/n.md", "^block"),
        (6, "/ü#|[].png", ""),
    ]


def test_text_is_read_as_a_note_is() -> None:
    text = "---\nup: [[Prop]]\n---\n# See [[n#h|words]] and ![[p.png]]\n\n`[[code]]` [web](https://x.y) %%[[c]]%%"
    canvas = parse(drawn({"type": "group"}, {"type": "text", "text": text}, {"type": "text", "text": ""}))
    assert canvas.problems == []
    links = [(line, link.target, link.anchor, link.embed, link.external) for line, link in canvas.links]
    assert links == [
        (4, "Prop", "", False, False),
        (4, "n", "h", False, False),
        (4, "p.png", "", True, False),
        (4, "https://x.y", "", False, True),
        (4, "c", "", False, False),
    ]


def test_another_reader_of_markdown() -> None:
    asked: list[bytes] = []

    def read(data: bytes) -> Note:
        asked.append(data)
        note = parse_note(b"[[x]]")
        note.problems.append((7, "some-code", "some words"))
        return note

    canvas = parse(drawn({"type": "text", "text": "ü"}), read)
    assert (asked, [link.target for _, link in canvas.links]) == ([b"\n\xc3\xbc"], ["x"])
    assert canvas.problems == [(3, "some-code", "some words")]


def test_addresses_lead_out_and_groups_nowhere() -> None:
    canvas = parse(
        drawn({"type": "link", "url": "https://x.y/[[a]]"}, {"type": "group", "label": "[[no]]", "background": "p.png"})
    )
    ((line, link),) = canvas.links
    assert (line, link.target, link.external, canvas.problems) == (3, "https://x.y/[[a]]", True, [])


def test_lines_of_files_written_otherwise() -> None:
    nodes = [{"type": "file", "file": f"{number}.md"} for number in range(3)]
    assert [line for line, _, _ in links(json.dumps({"nodes": nodes}).encode())] == [1, 1, 1]
    assert [line for line, _, _ in links(json.dumps({"edges": [], "nodes": nodes}, indent=1).encode())] == [4, 8, 12]
    assert links(b'\xef\xbb\xbf{"nodes":[]}') == []


@pytest.mark.parametrize("data", [b"", b" \n", b"{}", b'{"nodes":[]}', b'{"edges":[],"nodes":[],"x":null}'])
def test_an_empty_canvas_is_none_the_worse(data: bytes) -> None:
    assert links(data) == []


def test_of_two_lists_of_nodes_the_last_holds() -> None:
    assert links(b'{"nodes":[1,{}],"nodes":[\n{"type":"file","file":"a","file":"b"}]}') == [(2, "/b", "")]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("nope", 1),
        ("[]", 1),
        ('{"nodes":{}}', 1),
        ('{"nodes":[\n{"type":"file"\n"file":"a"}]}', 3),
        ('{"nodes":[],}', 1),
        ('{"nodes":[{},]}', 1),
        ('{"nodes":[]}\n x', 2),
        ('{"nodes":[]', 1),
        ('{"nodes"', 1),
        ('{"nodes":[', 1),
        ("{1:2}", 1),
        ('{"nodes":[\n\nNaN]}', 3),
        ('{"x":Infinity}', 1),
        ('{"x":-Infinity}', 1),
        ('{"x":' + "9" * 5000 + "}", 1),
        ('{"x":' + "[" * 100_000, 1),
        ('{"nodes":[\n' + '{"a":' * 100_000, 2),
        ("\1", 1),
        ('{"x":"\n"}', 1),
    ],
)
def test_what_is_no_canvas(data: str, line: int) -> None:
    assert problems(data) == [(line, "bad-canvas")]
    assert parse(data.encode()).links == []


@pytest.mark.parametrize(
    "node",
    [
        1,
        "file",
        None,
        [],
        {},
        {"type": 1},
        {"type": "image"},
        {"type": "file"},
        {"type": "file", "file": 1},
        {"type": "file", "file": ""},
        {"type": "text"},
        {"type": "text", "text": []},
        {"type": "link", "url": None},
    ],
)
def test_a_wrong_node_is_passed_over(node: Any) -> None:
    data = drawn(node, {"type": "file", "file": "a.md"})
    assert problems(data) == [(3, "bad-canvas")]
    assert [(line, link.target) for line, link in parse(data).links] == [(4, "/a.md")]


def test_a_wrong_subpath_is_passed_over() -> None:
    data = drawn({"type": "file", "file": "a.md", "subpath": 3})
    assert problems(data) == [(3, "bad-canvas")]
    assert [(link.target, link.anchor) for _, link in parse(data).links] == [("/a.md", "")]


def test_bytes_and_characters_that_are_none() -> None:
    assert problems(b'{\n"x":"\xff"}') == [(2, "not-utf8")]
    data = rb'{"nodes":[{"type":"file","file":"\ud800.md"},{"type":"text","text":"[[\udc00]] [[\ud83d\ude00]]"}]}'
    assert [target for _, target, _ in links(data)] == ["/\ufffd.md", "\ufffd", "😀"]


def test_many_flaws_are_told_in_few_lines() -> None:
    problems = parse(drawn(*[{"type": "x"}] * 1000)).problems
    assert len(problems) == canvases.MOST_PROBLEMS + 1
    assert problems[-1] == (23, "bad-canvas", "and 980 more flaws")


@pytest.mark.slow
def test_20_megabytes() -> None:
    data = drawn(
        *[{"id": "0123456789abcdef", "type": "file", "file": "a/b.md"}] * 200_000, {"type": "text", "text": "x" * 10**7}
    )
    begun = time.process_time()
    all_links = links(data)
    assert time.process_time() - begun < 30
    assert (len(data) > 20_000_000, len(all_links), all_links[-1][0]) == (True, 200_000, 200_002)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["nodes", "type", "file", "text", "url", "subpath", "x"]), inner, max_size=5)
    ),
    max_leaves=12,
)
NODES = st.fixed_dictionaries(
    {"type": st.sampled_from(["file", "text", "link", "group"])},
    optional={"file": st.text() | JSON, "text": st.text() | JSON, "url": JSON, "subpath": st.text() | JSON},
)


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    parse(data)


@given(JSON, st.lists(NODES | JSON, max_size=5), st.sampled_from([None, 0, 2]), st.booleans())
@settings(deadline=None)
def test_any_json(other: Any, nodes: list[Any], indent: int | None, ascii_only: bool) -> None:
    """No exception, every link that a right node holds, and all can be printed."""
    data = json.dumps({"x": other, "nodes": nodes}, indent=indent, ensure_ascii=ascii_only)
    canvas = parse(data.encode(errors="surrogatepass"))
    expected = [
        node["file"]
        for node in nodes
        if isinstance(node, dict) and node.get("type") == "file" and isinstance(node.get("file"), str) and node["file"]
    ]
    assert len([link for _, link in canvas.links if link.target.startswith("/")]) >= len(expected)
    lines = data.count("\n") + 1
    assert all(1 <= link.line <= lines and link.mention.target.encode() is not None for link in canvas.links)
    assert all(1 <= line <= lines and message.encode() and code for line, code, message in canvas.problems)
