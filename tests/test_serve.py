"""`mlk-export serve`: what its server gives and to whom, and that a page is told of each change."""

import hashlib
import re
import socket
import sys
from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from textwrap import dedent

import pytest
from command import lay, mlk_export, tree
from live import live
from ports import free_ports
from test_plugin import installed

from exporter.errors import ExportError
from exporter.serve import EVENTS, Server, admit, with_reload

POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-abc='"
PAGE = f"""<!doctype html>
<html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>Map</title></head>
<body><p>ä</p></body></html>
"""
PAGES = dedent('''
    """Titles as a page."""

    from dataclasses import dataclass
    from html import escape

    from exporter import File


    @dataclass(frozen=True)
    class Options:
        pass


    def write(knowledge_map, options, previous):
        rows = "".join(f'<h2 id="{topic.id}">{escape(topic.title)}</h2>' for topic in knowledge_map.topics)
        yield File("map.html", f"""PAGE""".replace("<p>ä</p>", rows))
''').replace("PAGE", PAGE)


@pytest.fixture
def pages(tmp_path: Path) -> str:
    """A writer of pages, installed; for PYTHONPATH."""
    return installed(tmp_path / "installed", "pages", PAGES)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that shows a page and a picture; beside them lies what it does not."""
    files = {"map.html": PAGE, "a b/ä.svg": "<svg/>", "sub/index.html": PAGE, "style.css": "p {}", "data.ttl": "."}
    lay(tmp_path / "out/html", {**files, ".manifest.json": "{}", "other.html": "not shown"})
    lay(tmp_path, {"secret.html": "secret"})
    with Server(0) as server:
        show(server, tmp_path, *files)
        yield server


def show(server: Server, here: Path, *names: str) -> bool:
    folder = here / "out/html"
    return server.show(folder, {folder / name: (folder / name).read_bytes() for name in names})


def port_of(server: Server | int) -> int:
    return server if isinstance(server, int) else int(server.address.rpartition(":")[2].strip("/"))


def ask(server: Server | int, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", port_of(server), timeout=60)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def events(server: Server | int) -> Iterator[str]:
    """The versions that a page is told."""
    connection = HTTPConnection("127.0.0.1", port_of(server), timeout=60)
    connection.request("GET", EVENTS)
    response = connection.getresponse()
    assert response.getheader("Content-Type") == "text/event-stream"
    while line := response.readline().decode():
        if line.startswith("data: "):
            yield line.removeprefix("data: ").strip()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/map.html", "text/html; charset=utf-8"),
        ("/map.html?x=1", "text/html; charset=utf-8"),
        ("/sub/", "text/html; charset=utf-8"),
        ("/a%20b/%C3%A4.svg", "image/svg+xml"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/data.ttl", "application/octet-stream"),
    ],
)
def test_what_is_shown_is_given(server: Server, path: str, kind: str) -> None:
    response, content = ask(server, path)
    assert (response.status, response.getheader("Content-Type")) == (200, kind)
    assert content and response.getheader("Content-Length") == str(len(content))
    assert response.getheader("Cache-Control") == "no-cache"
    assert response.getheader("Cross-Origin-Resource-Policy") == "same-origin"
    head, nothing = ask(server, path, "HEAD")
    assert (head.status, nothing) == (200, b"")
    assert head.getheader("Content-Length") == response.getheader("Content-Length")
    same, nothing = ask(server, path, If_None_Match=str(response.getheader("ETag")))
    assert (same.status, nothing) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/.manifest.json",
        "/other.html",
        "/sub",
        "/a%20b/",
        "/../../secret.html",
        "/%2e%2e/%2e%2e/secret.html",
        "/sub/../map.html",
        "/\\map.html",
        "/map.html%00",
        "/etc/passwd",
    ],
)
def test_nothing_else_is(server: Server, path: str) -> None:
    response, content = ask(server, path)
    assert response.status == 404 and b"secret" not in content and b"not shown" not in content


def test_its_root_leads_to_the_page(server: Server, tmp_path: Path) -> None:
    response, _ = ask(server, "/")
    assert (response.status, response.getheader("Location")) == (302, "/map.html")
    lay(tmp_path / "out/html", {"index.html": PAGE})
    show(server, tmp_path, "map.html", "index.html")
    assert ask(server, "/")[0].status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{}", "127.0.0.1", "127.0.0.1:1", "localhost.evil:{}", ""]
)
def test_who_comes_by_another_name_is_refused(server: Server, host: str) -> None:
    """A page of somebody else whose name leads to this machine by now: DNS rebinding."""
    for path in ("/map.html", EVENTS, "/"):
        response, content = ask(server, path, Host=host.format(port_of(server)))
        assert response.status == 403 and b"sha256" not in content
    assert ask(server, "/map.html", Host=f"localhost:{port_of(server)}")[0].status == 200


def test_who_names_no_host_is_refused(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", port_of(server)), 60) as connection:
        connection.sendall(b"GET /map.html HTTP/1.0\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_can_be_sent(server: Server, method: str) -> None:
    response, _ = ask(server, "/map.html", method)
    assert (response.status, response.getheader("Allow")) == (405, "GET, HEAD")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere 127.0.0.2 is no address of this machine")
def test_it_listens_on_one_address_alone(server: Server) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port_of(server)), 60)


def test_a_page_is_told_each_version_and_the_file_is_not_touched(server: Server, tmp_path: Path) -> None:
    before = tree(tmp_path)
    heard = events(server)
    first = next(heard)
    assert f'data === "{first}"' in ask(server, "/map.html")[1].decode()
    show(server, tmp_path, "map.html", "a b/ä.svg", "sub/index.html", "style.css", "data.ttl")  # nothing is new
    assert tree(tmp_path) == before
    lay(tmp_path / "out/html", {"map.html": PAGE.replace("ä", "ö")})
    show(server, tmp_path, "map.html")
    second = next(heard)
    content = ask(server, "/map.html")[1].decode()
    assert second != first and f'data === "{second}"' in content and "<p>ö</p>" in content


def test_before_anything_is_made_a_page_waits_for_it(tmp_path: Path) -> None:
    with Server(0) as server:
        response, content = ask(server, "/")
        assert response.status == 503 and b"EventSource" in content
        heard = events(server)
        waiting = next(heard)
        lay(tmp_path / "out/html", {"map.html": PAGE})
        show(server, tmp_path, "map.html")
        assert next(heard) != waiting


def test_what_somebody_has_taken_away_is_told(server: Server, tmp_path: Path) -> None:
    (tmp_path / "out/html/map.html").unlink()
    response, content = ask(server, "/map.html")
    assert response.status == 404 and b"export it again" in content


def test_a_server_that_ends_ends_its_pages_too(tmp_path: Path) -> None:
    with Server(0) as server:
        heard = events(server)
        next(heard)
    assert list(heard) == []


def test_the_script_may_run_and_listen_and_nothing_else_may_more() -> None:
    page = with_reload(PAGE, "v1")
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = re.findall(r'content="(default-src[^"]*)"', page)
    assert policy.replace("&#x27;", "'") == f"{POLICY} 'sha256-{digest}'; connect-src 'self'"
    assert page.replace(policy, POLICY).startswith(PAGE)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("default-src 'none'", "default-src 'none'; script-src X; connect-src 'self'"),
        ("DEFAULT-SRC 'self'", "default-src 'self'; script-src 'self' X; connect-src 'self' 'self'"),
        ("script-src 'none'; script-src *", "script-src X"),
        ("script-src 'unsafe-inline'", "script-src 'unsafe-inline'"),
        ("script-src 'unsafe-inline' 'nonce-a'", "script-src 'unsafe-inline' 'nonce-a' X"),
        ("script-src-elem 'self'; script-src 'none'", "script-src-elem 'self' X; script-src 'none'"),
        ("img-src data:;; ", "img-src data:"),
        ("connect-src 'none'", "connect-src 'self'"),
        ("", ""),
    ],
)
def test_policies_of_other_pages(policy: str, expected: str) -> None:
    assert admit(policy, "X") == expected


def test_a_port_that_is_taken_is_told_before_anything_is_made(tmp_path: Path) -> None:
    lay(tmp_path / "vault")
    with Server(0) as server:
        port = port_of(server)
        with pytest.raises(ExportError, match=f"port {port} cannot be used: .*--port {port + 1}"):
            Server(port)
        run = mlk_export("serve", "--format", "json", "--port", str(port), cwd=tmp_path)
    assert run.code == 1 and run.error.startswith(f"port {port} cannot be used: ")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_what_was_typed_wrong_ends_it(tmp_path: Path) -> None:
    lay(tmp_path / "vault")
    run = mlk_export("serve", "--format", "json", "--port", "0", cwd=tmp_path)
    assert run.code == 2 and run.error == "format 'json' has no page that a browser could show; name another one"
    run = mlk_export("serve", "--format", "json,svg", "--port", "0", cwd=tmp_path)
    assert run.code == 2 and run.error == "serve: one format at a time; name one"
    assert not tree(tmp_path / "out/svg")


def wait_for(port: int, words: str) -> bytes:
    """Ask for the page until it holds the words, as a browser does whenever it is told; gives the page."""
    for _ in events(port):
        if words.encode() in (page := ask(port, "/map.html")[1]):
            return page
    raise AssertionError(words)


@pytest.mark.slow
def test_a_note_that_changes_changes_the_page(tmp_path: Path, pages: str) -> None:
    lay(tmp_path / "vault", {".mlk-export/vault.toml": "language = \n"})
    lay(tmp_path / "vault")
    (port,) = free_ports(1)
    with live("serve", "--format", "pages", "--port", str(port), cwd=tmp_path, PYTHONPATH=pages) as run:
        run.hear("Error: vault/.mlk-export/vault.toml:1: not TOML")
        assert run.hear("http://") == f"http://127.0.0.1:{port}/"
        lay(tmp_path / "vault", {".mlk-export/vault.toml": "language = 'de'\n"})
        wait_for(port, "Tree")
        lay(tmp_path / "vault", {"Tree.md": "# Oak\n"})
        wait_for(port, "Oak")
        lay(tmp_path / "vault", {"Tree.md": "---\na: [\n---\n# Beech\n"})
        run.hear("until this is mended")
        page = ask(port, "/map.html")[1]
        assert b"Oak" in page and b"Beech" not in page
        lay(tmp_path / "vault", {"Tree.md": "# Beech\n"})
        wait_for(port, "Beech")
        assert run.end() == 0
    assert run.paths == [f"http://127.0.0.1:{port}/"]
    assert "EventSource" not in (tmp_path / "out/pages/map.html").read_text()
