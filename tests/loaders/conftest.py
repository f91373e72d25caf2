"""Two graph stores that nobody here wrote, each a process of its own on a free port, and a server that says what it is told.

Oxigraph comes with pip, so it is always there; Fuseki comes from Maven (tests/jena).
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from jena import jars
from marks import need
from ports import free_ports
from rdflib import Graph

FUSEKI = "org.apache.jena.fuseki.main.cmds.FusekiServerCmd"
USER, PASSWORD = "writer", "only:for-tests"
# a dataset for all, one for a user who logs in, one that cannot be written
CONFIG = """
@prefix fuseki: <http://jena.apache.org/fuseki#> .
@prefix ja: <http://jena.hpl.hp.com/2005/11/Assembler#> .
[] a fuseki:Server ; fuseki:passwd "%s" ; fuseki:auth "basic" .
[] a fuseki:Service ; fuseki:name "ds" ; fuseki:dataset [ a ja:MemoryDataset ] ;
   fuseki:endpoint [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ] ,
       [ fuseki:operation fuseki:query ; fuseki:name "query" ] , [ fuseki:operation fuseki:update ; fuseki:name "update" ] .
[] a fuseki:Service ; fuseki:name "locked" ; fuseki:dataset [ a ja:MemoryDataset ] ; fuseki:allowedUsers "writer" ;
   fuseki:endpoint [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ] .
[] a fuseki:Service ; fuseki:name "fixed" ; fuseki:dataset [ a ja:MemoryDataset ] ;
   fuseki:endpoint [ fuseki:operation fuseki:gsp-r ; fuseki:name "data" ] .
"""


class Store:
    """A running store and what the tests want of it, by SPARQL."""

    def __init__(self, name: str, root: str, dataset: str, data: str) -> None:
        self.name, self.root = name, root
        self.address = f"{root}{dataset}/{data}"  # of its graphs
        self._query, self._update = f"{root}{dataset}/query", f"{root}{dataset}/update"

    def graph(self, iri: str) -> Graph:
        """What stands in one named graph."""
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
        return Graph().parse(data=self._ask(query, "application/n-triples"), format="nt")

    def graphs(self) -> dict[str, int]:
        """How many statements each named graph has."""
        query = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
        return {row["g"]["value"]: int(row["n"]["value"]) for row in self.select(query) if "g" in row}

    def select(self, query: str) -> list[dict[str, dict[str, str]]]:
        """The rows of an answer, as https://www.w3.org/TR/sparql11-results-json/ has them."""
        rows: list[dict[str, dict[str, str]]]
        rows = json.loads(self._ask(query, "application/sparql-results+json"))["results"]["bindings"]
        return rows

    def clear(self) -> None:
        self._post(self._update, "DROP ALL", "application/sparql-update")

    def _ask(self, query: str, media: str) -> str:
        return self._post(self._query, query, "application/sparql-query", Accept=media)

    def _post(self, url: str, text: str, media: str, **headers: str) -> str:
        with urlopen(Request(url, text.encode(), {"Content-Type": media, **headers}), timeout=60) as answer:
            return str(answer.read().decode())


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    program = shutil.which("oxigraph", path=sysconfig.get_path("scripts"))
    assert program, "pip installs it with the development packages"
    (port,) = free_ports(1)
    with running([program, "serve", "--bind", f"127.0.0.1:{port}"], port, tmp_path_factory.mktemp("oxigraph")):
        yield Store("oxigraph", f"http://127.0.0.1:{port}", "", "store")


@pytest.fixture(scope="session")
def fuseki(tmp_path_factory: pytest.TempPathFactory, require: Callable[[bool, str], None]) -> Iterator[Store]:
    jena = jars.command(require)
    (port,) = free_ports(1)
    home = tmp_path_factory.mktemp("fuseki")
    (home / "passwd").write_text(f"{USER}: {PASSWORD}\nreader: other\n")
    (home / "config.ttl").write_text(CONFIG % (home / "passwd").as_posix())
    with running([*jena, FUSEKI, "--localhost", f"--port={port}", f"--config={home / 'config.ttl'}"], port, home):
        yield Store("fuseki", f"http://127.0.0.1:{port}", "/ds", "data")


@pytest.fixture(params=["oxigraph", "fuseki"])
def store(request: pytest.FixtureRequest) -> Store:
    """One of the stores, empty."""
    store: Store = request.getfixturevalue(request.param)
    store.clear()
    return store


class running:  # noqa: N801 - used as a function
    """Run a server for as long as the block lasts; what it said is told if it does not come."""

    def __init__(self, command: list[str], port: int, home: Path) -> None:
        need("server")
        self.home, self.port = home, port
        with (home / "console.txt").open("wb") as console:
            self.process = subprocess.Popen(
                command, cwd=home, stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT
            )

    def __enter__(self) -> None:
        end = time.monotonic() + 120
        while True:
            try:
                urlopen(f"http://127.0.0.1:{self.port}/", timeout=10).close()
                return
            except HTTPError:
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    self.__exit__()
                    pytest.fail((self.home / "console.txt").read_text(errors="replace")[-2000:], pytrace=False)
                time.sleep(0.05)

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)


class Seen(NamedTuple):
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes


class Puppet:
    """A server that answers what it is told, in turn, and remembers what it was asked."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.port = server.server_port
        self.address = f"http://127.0.0.1:{self.port}/store"
        self.seen: list[Seen] = []
        self.answers: list[tuple[int, dict[str, str], str]] = []  # the last one stays

    def says(self, status: int, text: str = "", **headers: str) -> None:
        self.answers.append((status, {name.replace("_", "-"): value for name, value in headers.items()}, text))


@pytest.fixture
def puppet() -> Iterator[Puppet]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            the_puppet.seen.append(Seen(self.command, self.path, headers, body))
            status, reply_headers, text = (
                the_puppet.answers.pop(0) if len(the_puppet.answers) > 1 else (the_puppet.answers or [(204, {}, "")])[0]
            )
            self.send_response(status)
            for name, value in reply_headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_PUT = do_DELETE = do_GET = answer  # noqa: N815 - http.server's names

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    the_puppet = Puppet(server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield the_puppet
    server.shutdown()
    thread.join()
    server.server_close()


class Wire:
    """A way to a store that can be cut while a body is on it."""

    def __init__(self, address: str) -> None:
        rest = address.removeprefix("http://")
        host, _, path = rest.partition("/")
        self._target = (host.partition(":")[0], int(host.partition(":")[2]))
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.getsockname()[1]}/{path}"
        self.cuts: list[Callable[[bytes], int]] = []  # for each of the next requests: where in its body to cut
        self.tries = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:  # closed
                return
            self.tries += 1
            with client, socket.create_connection(self._target) as store:
                if self.cuts:
                    head, body = _request(client)
                    store.sendall(head + body[: self.cuts.pop(0)(body)])
                else:
                    back = threading.Thread(target=_pour, args=(store, client))
                    back.start()
                    _pour(client, store)
                    back.join()


def _request(client: socket.socket) -> tuple[bytes, bytes]:
    """The head of a request, and its whole body."""
    client.settimeout(30)
    request = b""
    while True:
        head, end, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if end and len(body) == (int(length[1]) if length else 0):
            return head + end, body
        part = client.recv(65536)
        assert part, "the loader hung up"
        request += part


def _pour(source: socket.socket, target: socket.socket) -> None:
    try:
        while part := source.recv(65536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
    except OSError:  # somebody has hung up
        pass


@pytest.fixture
def wire(store: Store) -> Iterator[Wire]:
    the_wire = Wire(store.address)
    yield the_wire
    the_wire.close()


@pytest.fixture(autouse=True)
def nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the user of this machine has set is none of the tests' business."""
    for name in list(os.environ):
        if name.startswith("GRAPH_STORE_") or name.lower() in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
            monkeypatch.delenv(name)
