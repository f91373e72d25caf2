"""Loading into graph stores: what Oxigraph and Fuseki hold afterwards, and what is said where something is wrong."""

import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command import VAULT, lay, mlk_export
from conftest import ROOT
from ports import free_ports
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import SKOS

from exporter import KnowledgeMap, loaders, read
from exporter.cli.terminal import Terminal
from exporter.errors import ExportError
from exporter.load import load_vault
from exporter.loaders import Plan, Step, graph_store, web
from exporter.loaders.graph_store import GraphStore
from exporter.writers.skos import Options, to_graph

from .conftest import PASSWORD, USER, Puppet, Store, Wire

BASE = "https://example.org/vault/"
TAGS = f"{BASE}tag/"
TURTLE = "text/turtle"
OLD = [(TURTLE, ["<https://example.org/old> <https://example.org/is> 1 , 2 .\n"])]  # two statements


def load(address: str, knowledge_map: KnowledgeMap, options: Options | None = None, **environment: str) -> list[str]:
    """What the command does, without a process of its own; gives its lines."""
    plan = loaders.find(address).target(address, environment).plan(knowledge_map, options or Options())
    return [step.do(lambda done, total: None) for step in plan.steps]


def alike(one: Graph, other: Graph) -> bool:
    """The same statements; a store may write a language in small letters: RFC 5646, 2.1.1."""
    return isomorphic(_small(one), _small(other))


def _small(graph: Graph) -> Graph:
    small = Graph()
    for start, name, end in graph:
        if isinstance(end, Literal) and end.language:
            end = Literal(str(end), lang=end.language.lower())
        small.add((start, name, end))
    return small


def vault(folder: Path, **files: str) -> KnowledgeMap:
    return read(lay(folder, {**VAULT, **{f"{name}.md": text for name, text in files.items()}}))[0]


@pytest.fixture
def old(store: Store) -> Store:
    """A store in which the map's graph holds two statements."""
    GraphStore(store.address, {}).put(BASE, OLD)
    assert store.graphs() == {BASE: 2}
    return store


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """No waiting before a further try; gives the seconds that it would have been."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


# -- what stands in the store ----------------------------------------------------------------------------------


def test_the_command_loads_what_the_vault_says(store: Store, bundled: KnowledgeMap, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "vault", tmp_path / "notes")  # a lock is made in it
    where = ("--vault", "notes", "--set", 'vault.map="ML Compilers Knowledge Map.md"')
    run = mlk_export("load", "--to", store.address, *where, cwd=tmp_path)
    assert run.code == 0, run.said
    held = store.graphs()
    assert run.paths == [f"{iri} {held[iri]} triples" for iri in (TAGS, BASE)]
    assert alike(store.graph(BASE) + store.graph(TAGS), to_graph(bundled, Options()))


def test_the_small_vault_too(store: Store, small: KnowledgeMap) -> None:
    load(store.address, small)
    assert alike(store.graph(BASE) + store.graph(TAGS), to_graph(small, Options()))


def test_loading_again_changes_nothing(store: Store, small: KnowledgeMap) -> None:
    first = load(store.address, small)
    before = store.graph(BASE)
    assert load(store.address, small) == first
    assert alike(store.graph(BASE), before)
    assert store.graphs() == {BASE: len(before), TAGS: len(store.graph(TAGS))}


def test_a_changed_vault_replaces_and_other_graphs_stay(store: Store, small: KnowledgeMap, tmp_path: Path) -> None:
    GraphStore(store.address, {}).put("https://example.org/theirs", OLD)
    load(store.address, small)
    other = vault(tmp_path, Pond="Lies below the [[Hill]]. #wet\n")
    load(store.address, other)
    assert alike(store.graph(BASE) + store.graph(TAGS), to_graph(other, Options()))
    assert store.graphs()["https://example.org/theirs"] == 2


def test_the_graph_of_tags_that_are_gone_is_removed(store: Store, tmp_path: Path) -> None:
    load(store.address, vault(tmp_path))
    assert set(store.graphs()) == {BASE, TAGS}
    bare = vault(tmp_path, Map=VAULT["Map.md"].replace("#index", ""))
    assert not bare.tags
    tags_gone = load(store.address, bare)
    assert [line for line in tags_gone if line][1:] == [f"{TAGS} removed"]
    assert alike(store.graph(BASE), to_graph(bare, Options()))
    assert set(store.graphs()) == {BASE}
    assert [line for line in load(store.address, bare) if line] == tags_gone[:1]  # there is nothing to remove


def test_deprecated_concepts_have_a_graph_as_long_as_there_are_any(store: Store, tmp_path: Path) -> None:
    mapped = lay(tmp_path, {"mappings/skos.toml": ""})
    lay(mapped / "vault", {**VAULT, "Pond.md": "Lies below the [[Hill]].\n"})
    assert mlk_export("load", "--to", store.address, cwd=mapped).code == 0
    assert (mapped / "mappings/skos.lock").is_file()  # what was published is remembered
    (mapped / "vault/Pond.md").unlink()
    mlk_export("load", "--to", store.address, cwd=mapped)
    assert set(store.graphs()) == {BASE, TAGS, f"{BASE}deprecated/"}
    lay(mapped / "vault", {"Pond.md": "Lies below the [[Hill]].\n"})
    run = mlk_export("load", "--to", store.address, cwd=mapped)
    assert run.paths[-1] == f"{BASE}deprecated/ removed"
    assert set(store.graphs()) == {BASE, TAGS}


def test_the_map_goes_where_the_address_says(store: Store, small: KnowledgeMap) -> None:
    graph = "https://example.org/größe?a+b=c&d#e"
    address = f"{store.address}?graph=https%3A%2F%2Fexample.org%2Fgr%C3%B6%C3%9Fe%3Fa+b%3Dc%26d%23e"
    lines = load(address, small)
    held = store.graphs()
    assert set(held) == {graph, TAGS}
    assert lines[:2] == [f"{TAGS} {held[TAGS]} triples", f"{graph} {held[graph]} triples"]


def test_a_base_that_nobody_has_chosen_is_told() -> None:
    codes = {}
    for base in (BASE, "https://me.example/"):
        plan = GraphStore("http://localhost/data", {}).plan(KnowledgeMap(), Options(base))
        codes[base] = [finding.code for finding in plan.findings]
    assert codes[BASE].count("skos-base") == 1
    assert "skos-base" not in codes["https://me.example/"]


def test_a_base_of_its_own(store: Store, small: KnowledgeMap) -> None:
    base = "https://example.org/a%20b/vocabulary#"
    load(store.address, small, Options(base=base))
    assert set(store.graphs()) == {base, f"{base}tag/"}


def test_a_dry_run_tells_the_same_and_sends_nothing(old: Store, small: KnowledgeMap, tmp_path: Path) -> None:
    lay(tmp_path / "mappings", {"skos.toml": ""})
    arguments = [*("--to", old.address), "--vault", str(ROOT / "tests/vaults/small")]
    dry = mlk_export("load", *arguments, "--dry-run", cwd=tmp_path)
    assert dry.code == 0
    assert old.graphs() == {BASE: 2}
    assert not (tmp_path / "mappings/skos.lock").exists()
    run = mlk_export("load", *arguments, cwd=tmp_path)
    removals = [f"would remove {BASE}deprecated/ from {old.address}, if it is there"]
    assert dry.paths == [f"would put {line} to {old.address}" for line in run.paths] + removals
    assert dry.findings == run.findings


# -- nothing is lost where something goes wrong ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("media", "broken"),
    [
        (TURTLE, ["<https://example.org/new> a <https://example.org/New> .\n", "<https://example.org/a> <b c> 1 .\n"]),
        ("application/rdf+xml", ['<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n', "</rdf:R>\n"]),
    ],
    ids=["turtle", "xml"],
)
def test_a_graph_that_the_store_cannot_read_leaves_the_old_one(old: Store, media: str, broken: list[str]) -> None:
    before = old.graph(BASE)
    with pytest.raises(ExportError, match=r"PUT of <https://example.org/vault/>: 400 Bad Request: .* - it says: ."):
        GraphStore(old.address, {}).put(BASE, [(media, broken)])
    assert alike(old.graph(BASE), before)


def within_a_name(body: bytes) -> int:
    """About half of the body, in the middle of a name."""
    return body.index(b"skos:prefLabel", len(body) // 2) + 5


def between_subjects(body: bytes) -> int:
    """About half of the body, just where all is said of a subject; in Turtle, what was sent is whole."""
    return body.index(b"\n\n", len(body) // 2) + 2


CUTS = pytest.mark.parametrize("cut", [within_a_name, between_subjects])


@CUTS
def test_a_connection_that_dies_half_way_leaves_the_old_graph(
    old: Store, wire: Wire, small: KnowledgeMap, at_once: list[float], cut: Callable[[bytes], int]
) -> None:
    before = old.graph(BASE)
    step = GraphStore(wire.address, {}).plan(small, Options()).steps[1]
    wire.cuts = 4 * [cut]
    with pytest.raises(ExportError, match=r"the connection broke off, 4 times; .* then load again"):
        step.do(lambda done, total: None)
    assert (wire.tries, at_once) == (4, [1, 2, 4])
    assert alike(old.graph(BASE), before)


@CUTS
def test_a_connection_that_dies_is_tried_again(
    old: Store, wire: Wire, small: KnowledgeMap, at_once: list[float], cut: Callable[[bytes], int]
) -> None:
    step = GraphStore(wire.address, {}).plan(small, Options()).steps[1]
    wire.cuts = 2 * [cut]
    assert step.do(lambda done, total: None) == f"{BASE} {len(old.graph(BASE))} triples"
    assert (wire.tries, len(at_once)) == (3, 2)
    load(old.address, small)
    assert alike(old.graph(BASE) + old.graph(TAGS), to_graph(small, Options()))


def test_tags_come_before_the_map_and_go_after_it(puppet: Puppet, small: KnowledgeMap, tmp_path: Path) -> None:
    load(puppet.address, small)
    bare = vault(tmp_path, Map=VAULT["Map.md"].replace("#index", ""))
    load(puppet.address, bare)
    quoted = "https%3A%2F%2Fexample.org%2Fvault%2F"
    assert [(seen.method, seen.path.removeprefix(f"/store?graph={quoted}")) for seen in puppet.seen] == [
        *[("PUT", "tag%2F"), ("PUT", ""), ("DELETE", "deprecated%2F")],
        *[("PUT", ""), ("DELETE", "tag%2F"), ("DELETE", "deprecated%2F")],
    ]


def test_where_the_map_is_refused_no_graph_is_removed(puppet: Puppet, tmp_path: Path) -> None:
    bare = vault(tmp_path, Map=VAULT["Map.md"].replace("#index", ""))
    puppet.says(507)
    with pytest.raises(ExportError, match=r"507 Insufficient Storage: look into the server's log, then load again"):
        load(puppet.address, bare)
    assert [seen.method for seen in puppet.seen] == ["PUT"]


def test_what_was_done_before_an_error_is_told(puppet: Puppet, tmp_path: Path) -> None:
    lay(tmp_path / "vault")
    puppet.says(201)
    puppet.says(403)
    run = mlk_export("load", "--to", puppet.address, cwd=tmp_path)
    assert (run.code, len(run.paths)) == (1, 1)
    assert run.paths[0].startswith(f"{TAGS} ")
    assert f"PUT of <{BASE}>: 403 Forbidden: " in run.error


# -- the request -----------------------------------------------------------------------------------------------


def test_the_body_has_a_type_and_a_length(puppet: Puppet, small: KnowledgeMap) -> None:
    load(puppet.address, small)
    for seen in puppet.seen[:2]:
        assert seen.headers["content-type"] == "application/rdf+xml"
        assert int(seen.headers["content-length"]) == len(seen.body)
        assert "transfer-encoding" not in seen.headers
        assert "authorization" not in seen.headers
        assert seen.headers["user-agent"] == "mlk-export"
    assert alike(
        Graph().parse(data=puppet.seen[0].body, format="xml") + Graph().parse(data=puppet.seen[1].body, format="xml"),
        to_graph(small, Options()),
    )


def test_a_store_that_takes_no_xml_gets_turtle(puppet: Puppet, small: KnowledgeMap) -> None:
    puppet.says(415)
    puppet.says(201)
    load(puppet.address, small)
    turtle = puppet.seen[1]
    assert turtle.headers["content-type"] == "text/turtle; charset=utf-8"
    assert alike(
        Graph().parse(data=puppet.seen[0].body, format="xml"), Graph().parse(data=turtle.body, format="turtle")
    )


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("", "?graph=g%3Ax"),
        ("?", "?graph=g%3Ax"),
        ("?context=a%20b&x", "?context=a%20b&x&graph=g%3Ax"),
        ("?graph=urn:y&k=v", "?k=v&graph=g%3Ax"),
    ],
)
def test_the_rest_of_the_query_is_kept(puppet: Puppet, query: str, sent: str) -> None:
    GraphStore(puppet.address + query, {}).delete("g:x")
    assert puppet.seen[0].path == f"/store{sent}"


def test_letters_that_http_cannot_say_are_encoded(puppet: Puppet) -> None:
    GraphStore(f"{puppet.address}/Größe 1", {}).delete("g:x")
    assert puppet.seen[0].path == "/store/Gr%C3%B6%C3%9Fe%201?graph=g%3Ax"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("ftp://localhost/ds", "--to: no loader for 'ftp' addresses; known: http:// and https://"),
        ("localhost:3030/ds/data", "--to: this is no address with '://'; known: http:// and https://"),
        ("http://", "--to: this is no address; write it as http://localhost:3030/DATASET/data"),
        ("http://localhost:x/ds", "--to: this is no address; write it as"),
        ("http://[::1/ds", "--to: this is no address; write it as"),
        ("http://localhost/data?graph=https://e.org/#", "--to: a '#' in ?graph=IRI is written %23"),
        ("http://localhost/data?graph=", "--to: ?graph= must be followed by one absolute IRI"),
        ("http://localhost/data?graph=words", "--to: ?graph= must be followed by one absolute IRI"),
        ("http://localhost/data?graph=http://a%20b", "--to: ?graph= must be followed by one absolute IRI"),
        ("http://localhost/data?graph=a:b&graph=c:d", "--to: ?graph= must be followed by one absolute IRI"),
        ("http://localhost/data?default", "--to: the default graph is not for one vocabulary alone"),
        (f"http://localhost/data?graph={TAGS}", f"--to: <{TAGS}> is the graph of other concepts than the map's"),
        (f"http://localhost/data?graph={BASE}deprecated/", f"--to: <{BASE}deprecated/> is the graph of other concepts"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused(tmp_path: Path, address: str, message: str) -> None:
    lay(tmp_path / "vault")
    run = mlk_export("load", "--to", address, "--dry-run", cwd=tmp_path)
    assert (run.code, run.paths) == (2, [])
    assert run.error.startswith(message)


# -- credentials -----------------------------------------------------------------------------------------------

LOGIN = {"GRAPH_STORE_USERNAME": USER, "GRAPH_STORE_PASSWORD": PASSWORD}


def test_a_store_that_wants_a_password_gets_it(fuseki: Store, small: KnowledgeMap) -> None:
    locked = fuseki.address.replace("/ds/", "/locked/")
    assert len(load(locked, small, **LOGIN)) == 3
    for environment, message in (
        ({}, "401 Unauthorized: it wants other credentials; set GRAPH_STORE_USERNAME and GRAPH_STORE_PASSWORD, or "),
        ({**LOGIN, "GRAPH_STORE_PASSWORD": "wrong"}, "401 Unauthorized: it wants other credentials; set "),
        (
            {"GRAPH_STORE_USERNAME": "reader", "GRAPH_STORE_PASSWORD": "other"},
            "403 Forbidden: these credentials may not write there; set ",
        ),
    ):
        with pytest.raises(ExportError) as error:
            load(locked, small, **environment)
        assert message in str(error.value)


def test_fuseki_says_where_nothing_can_be_put(fuseki: Store, small: KnowledgeMap) -> None:
    for dataset, message in (
        ("/fixed/data", "405 Method Not Allowed: it can be read there, but not written"),
        ("/ds/query", "405 Method Not Allowed: it can be read there, but not written"),
        ("/nothing/data", "404 Not Found: no graph store is there; fix the path: /DATASET/data for Fuseki"),
    ):
        with pytest.raises(ExportError) as error:
            load(fuseki.root + dataset, small)
        assert message in str(error.value)


def test_the_headers_that_carry_them(puppet: Puppet) -> None:
    GraphStore(puppet.address, {**LOGIN, "GRAPH_STORE_PASSWORD": "pä:ß"}).delete("g:x")
    GraphStore(puppet.address, {"GRAPH_STORE_TOKEN": "a.b-c=="}).put("g:x", OLD)
    assert [seen.headers["authorization"] for seen in puppet.seen] == [
        "Basic " + b64encode("writer:pä:ß".encode()).decode(),
        "Bearer a.b-c==",
    ]


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"GRAPH_STORE_USERNAME": "u"}, "GRAPH_STORE_PASSWORD is not set; GRAPH_STORE_USERNAME and"),
        ({"GRAPH_STORE_PASSWORD": "Hunter2"}, "GRAPH_STORE_USERNAME is not set; GRAPH_STORE_USERNAME and"),
        (
            {"GRAPH_STORE_USERNAME": "u", "GRAPH_STORE_PASSWORD": "Hunter2", "GRAPH_STORE_TOKEN": "Hunter3"},
            "GRAPH_STORE_TOKEN is set beside GRAPH_STORE_USERNAME or GRAPH_STORE_PASSWORD; unset",
        ),
        ({"GRAPH_STORE_USERNAME": "u:v", "GRAPH_STORE_PASSWORD": "Hunter2"}, "GRAPH_STORE_USERNAME holds a ':'"),
        ({"GRAPH_STORE_TOKEN": "Hunter2\r\nHost: evil"}, "GRAPH_STORE_TOKEN holds a blank, a line break or"),
        ({"GRAPH_STORE_TOKEN": "Hunter2 Hunter3"}, "GRAPH_STORE_TOKEN holds a blank, a line break or"),
    ],
)
def test_credentials_that_cannot_be_meant_are_refused(
    tmp_path: Path, puppet: Puppet, environment: dict[str, str], message: str
) -> None:
    lay(tmp_path / "vault")
    run = mlk_export("load", "--to", puppet.address, cwd=tmp_path, **environment)
    assert (run.code, run.paths, puppet.seen) == (1, [], [])
    assert run.error.startswith(message)
    assert not any("Hunter" in line for line in run.said)


@pytest.mark.parametrize("user", ["me:Hunter2@", "Hunter2@", ":Hunter2@", "me:Hun%40ter2@"])
def test_a_password_in_the_address_is_refused_and_not_repeated(tmp_path: Path, puppet: Puppet, user: str) -> None:
    lay(tmp_path / "vault")
    run = mlk_export("load", "--to", puppet.address.replace("127.", f"{user}127."), cwd=tmp_path)
    assert (run.code, run.paths, puppet.seen) == (2, [], [])
    assert run.error.startswith("--to: no user and password in the address, where others see them; write http://127.")
    assert not any("ter2" in line for line in run.said)


@pytest.mark.parametrize(
    "address", ["http://me:Hunter2@[x/", "http://me:Hunter2/x@h/", "me:Hunter2@h", "x://me:Hunter2@h"]
)
def test_a_broken_address_is_not_repeated(tmp_path: Path, address: str) -> None:
    lay(tmp_path / "vault")
    run = mlk_export("load", "--to", address, cwd=tmp_path)
    assert run.code == 2
    assert not any("Hunter" in line for line in run.said)


SECRETS = {"token": {"GRAPH_STORE_TOKEN": "Hunter2"}, "password": {**LOGIN, "GRAPH_STORE_PASSWORD": "Hunter2"}}


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404, 409, 413, 415, 500])
def test_no_answer_makes_the_credentials_appear(tmp_path: Path, puppet: Puppet, kind: str, status: int) -> None:
    basic = b64encode(b"writer:Hunter2").decode()
    puppet.says(status, f"You sent Hunter2, {basic}", Location=f"http://me:Hunter2@h/{basic}?key=Hunter2")
    lay(tmp_path / "vault")
    run = mlk_export("load", "--to", f"{puppet.address}?key=Hunter9", cwd=tmp_path, **SECRETS[kind])
    assert run.code == (status != 200)
    output = "\n".join([*run.paths, *run.said])
    assert "Hunter" not in output
    if kind == "password":
        assert basic not in output
    assert all(seen.headers["authorization"] for seen in puppet.seen)


@pytest.mark.parametrize(
    ("address", "environment", "warned"),
    [
        ("http://graphs.example/ds", LOGIN, True),
        ("http://192.168.1.2/ds", LOGIN, True),
        ("http://graphs.example/ds", {}, False),
        ("https://graphs.example/ds", LOGIN, False),
        ("http://localhost/ds", LOGIN, False),
        ("http://127.0.0.1:3030/ds", LOGIN, False),
        ("http://[::1]:3030/ds", LOGIN, False),
    ],
)
def test_who_sends_credentials_unencrypted_is_warned(
    tmp_path: Path, address: str, environment: dict[str, str], warned: bool
) -> None:
    lay(tmp_path / "vault")
    run = mlk_export("load", "--to", address, "--dry-run", cwd=tmp_path, **environment)
    assert run.code == 0
    assert [line for line in run.said if line.startswith("Warning: the credentials go to ")] == (
        [f"Warning: the credentials go to {address.split('/')[2]} unencrypted; use https:// if it can"]
        if warned
        else []
    )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_told_and_not_followed(puppet: Puppet, small: KnowledgeMap, status: int) -> None:
    puppet.says(status, Location="https://elsewhere.example/new/data?graph=x")
    with pytest.raises(ExportError, match=r"it has moved; try --to https://elsewhere.example/new/data$"):
        load(puppet.address, small, **LOGIN)
    assert len(puppet.seen) == 1


def test_a_redirect_may_name_a_path_alone(puppet: Puppet, small: KnowledgeMap) -> None:
    puppet.says(308, Location="/new/data")
    with pytest.raises(ExportError) as error:
        load(puppet.address, small)
    assert str(error.value).endswith(f"try --to http://127.0.0.1:{puppet.port}/new/data")


@pytest.mark.parametrize("location", ["", "http://[x"])
def test_a_redirect_to_nowhere_is_a_refusal(puppet: Puppet, location: str) -> None:
    puppet.says(307, Location=location)
    with pytest.raises(ExportError, match="DELETE of <g:x>: 307 Temporary Redirect: fix what it asks for"):
        GraphStore(puppet.address, {}).delete("g:x")


def test_a_proxy_is_obeyed_but_not_for_this_machine(puppet: Puppet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{puppet.port}")
    GraphStore("http://graphs.example/ds", {}).delete("g:x")
    assert puppet.seen[0].path == "http://graphs.example/ds?graph=g%3Ax"
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_ports(1)[0]}")
    GraphStore(puppet.address, {}).delete("g:x")
    assert puppet.seen[1].path == "/store?graph=g%3Ax"


# -- answers, and none ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "400 Bad Request: it does not accept what was sent - it says: so it is"),
        (401, "401 Unauthorized: it wants other credentials; set GRAPH_STORE_USERNAME and GRAPH_STORE_PASSWORD, or "),
        (403, "403 Forbidden: these credentials may not write there; set GRAPH_STORE_USERNAME and "),
        (404, "404 Not Found: no graph store is there; fix the path: /DATASET/data for Fuseki, /store for Oxigraph"),
        (405, "405 Method Not Allowed: it can be read there, but not written; name the address for writing"),
        (409, "409 Conflict: fix what it asks for - it says: so it is"),
        (413, "the graph is too large for it; raise the limit of the server or of the proxy before it"),
        (415, "415 Unsupported Media Type: it takes neither RDF/XML nor Turtle; name the address of a graph store"),
        (500, "500 Internal Server Error: look into the server's log, then load again - it says: so it is"),
    ],
)
def test_a_refusal_says_what_to_do(puppet: Puppet, small: KnowledgeMap, status: int, message: str) -> None:
    puppet.says(status, "\n so\n  it is \n")
    with pytest.raises(ExportError) as error:
        load(puppet.address, small)
    assert str(error.value).startswith(f"{puppet.address}: PUT of <{TAGS}>: ")
    assert message in str(error.value)
    assert len(puppet.seen) == (2 if status == 415 else 1)


def test_a_web_page_and_a_long_speech_are_not_repeated(puppet: Puppet, small: KnowledgeMap) -> None:
    puppet.says(500, "<p>so it is", Content_Type="text/html; charset=utf-8")
    puppet.says(400, "so it is " * 1000)
    with pytest.raises(ExportError, match=r"then load again$"):
        load(puppet.address, small)
    with pytest.raises(ExportError) as error:
        load(puppet.address, small)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again(puppet: Puppet, at_once: list[float], status: int) -> None:
    puppet.says(status)
    puppet.says(status, Retry_After="7")
    puppet.says(status, Retry_After="86400")
    puppet.says(204)
    GraphStore(puppet.address, {}).put("g:x", OLD)
    assert [seen.body for seen in puppet.seen] == 4 * [OLD[0][1][0].encode()]
    assert at_once == [1, 7, 60]


def test_but_not_for_ever(puppet: Puppet, at_once: list[float]) -> None:
    puppet.says(503, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT")
    with pytest.raises(ExportError, match=r"DELETE of <g:x>: 503 Service Unavailable: look into the server's log"):
        GraphStore(puppet.address, {}).delete("g:x")
    assert (len(puppet.seen), at_once) == (4, [1, 2, 4])


def test_what_is_not_there_need_not_be_removed(puppet: Puppet) -> None:
    for status, existed in ((404, False), (200, True), (204, True)):
        puppet.answers.clear()
        puppet.says(status)
        assert GraphStore(puppet.address, {}).delete("g:x") is existed


class Listener:
    """A server that does one thing to whoever connects."""

    def __init__(self, do: Callable[[socket.socket], None]) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.do = do
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:  # closed
                return
            with client:
                self.do(client)


@pytest.fixture
def listener() -> Iterator[Callable[[Callable[[socket.socket], None]], int]]:
    listeners: list[Listener] = []

    def make(do: Callable[[socket.socket], None]) -> int:
        listeners.append(Listener(do))
        return listeners[-1].port

    yield make
    for each in listeners:
        each.server.close()


Listening = Callable[[Callable[[socket.socket], None]], int]


def test_a_server_that_refuses_a_large_body_while_it_comes_is_understood(listener: Listening) -> None:
    def refuse(client: socket.socket) -> None:
        client.recv(1000)
        client.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large")
        time.sleep(0.2)  # then it hangs up, though more is on the way

    port = listener(refuse)
    with pytest.raises(ExportError, match=r"413 Too Large: the graph is too large for it; .* - it says: too large"):
        GraphStore(f"http://127.0.0.1:{port}/", {}).put(
            "g:x", [(TURTLE, ("<a:b> <c:d> 1 .\n" for _ in range(1_000_000)))]
        )


def test_a_server_that_does_not_answer_is_not_waited_for_for_ever(
    listener: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "ANSWER", 0.2)
    done = threading.Event()

    def wait(_: socket.socket) -> None:
        done.wait(5)

    port = listener(wait)
    with pytest.raises(ExportError, match=r"no answer in time \(30 seconds to connect, 0 to answer\); look whether"):
        GraphStore(f"http://127.0.0.1:{port}/", {}).put("g:x", OLD)
    done.set()


def test_a_server_that_hangs_up_each_time(listener: Listening, at_once: list[float]) -> None:
    def listen(client: socket.socket) -> None:
        client.recv(1000)

    port = listener(listen)
    with pytest.raises(ExportError, match="the connection broke off, 4 times; look into the server's log, then load"):
        GraphStore(f"http://127.0.0.1:{port}/", {}).delete("g:x")
    assert at_once == [1, 2, 4]


def test_a_server_that_speaks_something_else(listener: Listening) -> None:
    def greet(client: socket.socket) -> None:
        client.recv(1000)
        client.sendall(b"220 mail.example ESMTP\r\n")

    with pytest.raises(ExportError, match="what answers there does not speak HTTP; fix the port"):
        GraphStore(f"http://127.0.0.1:{listener(greet)}/", {}).delete("g:x")


def test_no_server(small: KnowledgeMap, at_once: list[float]) -> None:
    address = f"http://127.0.0.1:{free_ports(1)[0]}/ds/data"
    with pytest.raises(ExportError) as error:
        load(address, small)
    assert str(error.value) == f"{address}: no server listens there; start it, or fix host and port"
    assert not at_once


def test_no_such_host(small: KnowledgeMap) -> None:
    with pytest.raises(ExportError, match=r"^http://no.such.host.invalid/ds: no such host; fix its name, or look"):
        load("http://no.such.host.invalid/ds?graph=a:b", small)


def test_a_server_without_tls(puppet: Puppet, small: KnowledgeMap) -> None:
    with pytest.raises(ExportError, match=r"no TLS: .*; if it speaks plain HTTP, begin the address with http://"):
        load(puppet.address.replace("http:", "https:"), small)


@pytest.fixture
def safe(tmp_path: Path, puppet: Puppet, listener: Listening, require: Callable[[bool, str], None]) -> tuple[str, Path]:
    """A server with TLS whose certificate nobody has signed; its address, and the certificate."""
    program = shutil.which("openssl")
    require(program is not None, "openssl, to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    new = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([str(program), *new, *name], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def answer(client: socket.socket) -> None:
        try:
            with context.wrap_socket(client, server_side=True) as secured:
                secured.recv(65536)
                secured.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        except OSError:  # it does not trust us
            pass

    return f"https://localhost:{listener(answer)}/store", certificate


def test_a_certificate_that_nobody_signed_is_not_trusted(
    safe: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, certificate = safe
    with pytest.raises(
        ExportError, match=r"its certificate is not trusted: .*; if it is your own, name it in SSL_CERT_F"
    ):
        GraphStore(address, LOGIN).delete("g:x")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert GraphStore(address, LOGIN).delete("g:x")


def test_a_disk_without_room_is_told(puppet: Puppet, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_: object) -> None: ...

        def writelines(self, lines: Iterator[bytes]) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(graph_store, "TemporaryFile", Full)
    with pytest.raises(ExportError, match="temporary file: No space left on device; make room, or set TMPDIR"):
        GraphStore(puppet.address, {}).put("g:x", OLD)
    assert not puppet.seen


# -- as every command --------------------------------------------------------------------------------------------


def test_findings_and_strict_are_those_of_an_export(puppet: Puppet, tmp_path: Path) -> None:
    lay(tmp_path / "vault", {**VAULT, "Tree.md": "Grows on the [[Hill]] and in the [[Wood]].\n"})
    export = mlk_export("--format", "skos", cwd=tmp_path)
    run = mlk_export("load", "--to", puppet.address, cwd=tmp_path)
    assert (run.code, run.findings) == (0, export.findings)
    puppet.seen.clear()
    for strict in (["load", "--strict", "--to", puppet.address], ["--strict", "load", "--to", puppet.address]):
        refused = mlk_export(*strict, cwd=tmp_path)
        assert (refused.code, refused.paths, puppet.seen) == (1, [], [])
        assert "--strict" in refused.error


def test_the_mapping_and_set_reach_it(puppet: Puppet, tmp_path: Path) -> None:
    lay(tmp_path / "vault")
    lay(tmp_path / "mine", {"skos.toml": 'base = "https://example.org/mine/"\n'})
    run = mlk_export("load", "--to", puppet.address, "--mappings", "mine", cwd=tmp_path)
    assert run.paths[0].startswith("https://example.org/mine/")
    run = mlk_export("load", "--to", puppet.address, "--set", 'skos.base="https://example.org/run/"', cwd=tmp_path)
    assert run.paths[0].startswith("https://example.org/run/")
    run = mlk_export("load", "--to", puppet.address, "--set", "opml.x=1", cwd=tmp_path)
    assert run.error == "--set opml.x=1: this run has no 'opml'; known: skos, vault"


def test_a_mapping_folder_that_cannot_be_written_stops_it(puppet: Puppet, tmp_path: Path) -> None:
    lay(tmp_path, {"mappings/skos.toml": ""})
    lay(tmp_path / "vault")
    (tmp_path / "mappings/.skos.lock.new").mkdir()
    run = mlk_export("load", "--to", puppet.address, cwd=tmp_path)
    assert (run.code, run.paths, puppet.seen) == (1, [], [])
    assert run.error == "mappings/.skos.lock.new: cannot be written: File exists; nothing was sent"


def test_on_a_terminal_a_bar_is_shown_and_gone_before_the_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = {"nodes": "one", "links": "", "rest": "two"}
    steps = [Step(name, lambda: "", lambda tick, line=line: line) for name, line in done.items()]
    monkeypatch.setattr(GraphStore, "plan", lambda *_: Plan([], steps))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    lay(tmp_path, VAULT)
    with Terminal(tmp_path) as terminal:
        load_vault(tmp_path, "http://localhost", tick=terminal.show, done=lambda line: terminal.print([line]))
    out, err = capsys.readouterr()
    assert out == "one\ntwo\n"
    bars = [line.split() for line in err.split("\r") if line.strip()]
    assert [(bar[0], bar[-3:]) for bar in bars] == [(name, ["0", "of", "1"]) for name in done]
    assert not err.rpartition("\r")[2].strip()


def test_wrong_usage_is_2(puppet: Puppet, tmp_path: Path) -> None:
    lay(tmp_path / "vault")
    assert mlk_export("load", cwd=tmp_path).code == 2
    assert mlk_export("--format", "skos", "load", "--to", puppet.address, cwd=tmp_path).code == 2
    assert not puppet.seen


# -- the documentation -------------------------------------------------------------------------------------------


def test_the_turtle_of_the_documentation_is_turtle_and_names_our_graphs() -> None:
    page = (ROOT / "docs" / "load.md").read_text(encoding="utf-8")
    fuseki, skosmos = (Graph().parse(data=block) for block in re.findall(r"```turtle\n(.*?)```", page, re.DOTALL))
    assert len(fuseki) > 10
    graphs = skosmos.objects(predicate=URIRef("http://purl.org/net/skosmos#sparqlGraph"))
    assert sorted(map(str, graphs)) == [BASE, TAGS]


def test_the_query_of_the_documentation_finds_areas_and_topics(store: Store, bundled: KnowledgeMap) -> None:
    load(store.address, bundled)
    page = (ROOT / "docs" / "load.md").read_text(encoding="utf-8")
    (query,) = re.findall(r"```sparql\n(.*?)```", page, re.DOTALL)
    rows = [(row["area"]["value"], row["topic"]["value"]) for row in store.select(query)]
    graph = to_graph(bundled, Options())
    labels = {concept: label for concept, label in graph.subject_objects(SKOS.prefLabel) if label.language == "en"}
    assert rows == sorted(
        (str(labels[area]), str(labels[topic]))
        for area in graph.subjects(SKOS.topConceptOf, URIRef(Options().base))
        for topic in graph.objects(area, SKOS.narrower)
    )
