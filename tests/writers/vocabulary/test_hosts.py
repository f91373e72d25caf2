"""Every IRI answers: from a host of plain files without a rule, and by the README's rules from a real Apache, here and at a w3id.org."""

import http.server
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from marks import need
from ports import free_ports
from rdflib import Graph, URIRef
from writers.vocabulary.site import vocabulary_graph, write

from exporter import KnowledgeMap
from exporter.model import LearningPath, Source, Step
from exporter.testing import make_map, topic

HERE = Source("Map.md", 1)
KNOWLEDGE_MAP = make_map(
    topic("Oak", areas=("trees",), tags=("wood/hard",), note="Some notes/Oak & co.md"),
    topic("oak", areas=("trees",)),
    topic("数 100%", areas=("trees",)),
    topic("CON"),
    topic("tag"),
    paths=(LearningPath("walk", "A walk", (Step("", ("Oak", "oak"), HERE),), HERE),),
    properties={"creator": "Ada"},
)
MODULES = "mpm_event authz_core dir mime rewrite unixd".split()
CONFIGURATION = """
ServerRoot "{made}"
ServerName localhost
Listen 127.0.0.1:{port}
PidFile "{made}/pid"
ErrorLog "{made}/errors"
Mutex pthread
DocumentRoot "{made}/root"
AllowEncodedSlashes On
<Directory "{made}/root">
AllowOverride All
Require all granted
DirectoryIndex index.html
AddType text/html .html
</Directory>
TypesConfig /dev/null
"""
TURTLE, JSONLD = "text/turtle", "application/ld+json"


class Answer(NamedTuple):
    address: str
    kind: str
    text: str


def ask(address: str, accept: str = "text/html,*/*;q=0.8") -> Answer:
    """What a browser or a program gets in the end."""
    request = urllib.request.Request(address, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return Answer(answer.url, answer.headers.get_content_type(), answer.read().decode())


def first_status(address: str) -> int:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(address, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def lay_out(folder: Path, knowledge_map: KnowledgeMap, **options: str) -> str:
    """Write the pages, and give what the README says to Apache."""
    files = write(knowledge_map, **options)
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    blocks = re.findall(r"```apache\n(.*?)```", files["README.md"].decode(), re.DOTALL)
    assert len(blocks) == 1
    return str(blocks[0])


def iris(base: str) -> list[str]:
    """Every IRI below the base that the vocabulary speaks of, be it as an object alone."""
    whole = vocabulary_graph(KNOWLEDGE_MAP, base=base)
    named = {
        str(term) for triple in whole for term in triple if isinstance(term, URIRef) and str(term).startswith(base)
    }
    return sorted(named - {f"{base}path/walk/step"})  # a datatype


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a host of plain files, and its folder."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", tmp_path
        server.shutdown()


@pytest.mark.slow
def test_a_host_of_plain_files_answers_all_but_what_the_readme_names(plain: tuple[str, Path]) -> None:
    host, folder = plain
    base = f"{host}vault/"
    lay_out(folder / "vault", KNOWLEDGE_MAP, base=base)
    moved = (
        (folder / "vault/README.md")
        .read_text()
        .partition("These IRIs cannot be paths")[2]
        .partition("In these IRIs")[0]
    )
    for iri in iris(base):
        if f"`{iri}`" not in moved:
            assert f"<code>{iri.replace('&', '&amp;')}</code>" in ask(iri).text
    assert {f"{base}{local}" for local in ("CON", "tag", "oak", "note/CON.md")} == set(
        re.findall(r"- `([^`]+)`: ", moved)
    )


@pytest.mark.slow
def test_of_hash_iris_the_document_answers(plain: tuple[str, Path]) -> None:
    host, folder = plain
    lay_out(folder / "vault", KNOWLEDGE_MAP, base=f"{host}vault#")
    answer = ask(f"{host}vault#Oak").text
    assert 'id="Oak"' in answer and 'id="tag/wood%2Fhard"' in answer


@pytest.fixture
def apache(require: Callable[[bool, str], None]) -> Iterator[tuple[str, Path]]:
    """The address of an Apache that obeys .htaccess, and its folder, which whoever it runs as may read."""
    need("server")
    program = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin") or shutil.which("httpd")
    require(program is not None, "Apache (apache2-bin)")
    modules = [path for path in map(Path, ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules")) if path.exists()]
    require(bool(modules), "Apache's modules")
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory() as made:
        root = Path(made, "root")
        root.mkdir()
        Path(made).chmod(0o755)
        settings = ""
        for name in MODULES:
            load = f"LoadModule {name}_module {modules[0]}/mod_{name}.so"
            settings += f"<IfModule !{name}_module>\n{load}\n</IfModule>\n"
        if os.geteuid() == 0:
            settings += "User nobody\nGroup #65534\n"
        Path(made, "httpd.conf").write_text(settings + CONFIGURATION.format(made=made, port=port))
        process = subprocess.Popen([str(program), "-X", "-f", f"{made}/httpd.conf"], stderr=subprocess.PIPE, text=True)
        try:
            for _ in range(100):
                if process.poll() is not None:
                    pytest.fail(f"Apache does not start: {process.stderr.read() if process.stderr else ''}")
                try:
                    ask(f"http://127.0.0.1:{port}/")
                except urllib.error.HTTPError:
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/", root
        finally:
            process.terminate()
            process.wait(30)


def check(base: str, place: str) -> None:
    """Each IRI answers as what it is asked for, from the folder."""
    for iri in iris(base):
        page = ask(iri)
        assert page.kind == "text/html" and page.address.startswith(place), iri
        assert f"<code>{iri.replace('&', '&amp;')}</code>" in page.text, iri
        if iri.startswith(f"{base}note/"):
            assert ask(iri, TURTLE).kind == "text/html"
            continue
        for kind, syntax in ((TURTLE, "turtle"), (JSONLD, "json-ld")):
            answer = ask(iri, kind)
            assert answer.kind == kind and answer.address.startswith(place), iri
            assert (URIRef(iri), None, None) in Graph().parse(data=answer.text, format=syntax), iri


@pytest.mark.server
def test_apache_where_the_pages_lie(apache: tuple[str, Path]) -> None:
    host, root = apache
    base = f"{host}vault/"
    (root / "vault").mkdir()
    (root / "vault" / ".htaccess").write_text(lay_out(root / "vault", KNOWLEDGE_MAP, base=base))
    check(base, base)
    assert first_status(f"{base}CON") == 303
    assert ask(f"{base}style.css", "text/css,*/*;q=0.1").text.startswith("/*")
    assert ask(f"{base}Oak/index.ttl", JSONLD).kind == TURTLE


@pytest.mark.server
def test_apache_as_at_w3id(apache: tuple[str, Path]) -> None:
    """The rules lie in a folder of their own and lead away, to the data as to the pages."""
    host, root = apache
    base, site = f"{host}trees/", f"{host}pages/"
    (root / "trees").mkdir()
    (root / "trees" / ".htaccess").write_text(lay_out(root / "pages", KNOWLEDGE_MAP, base=base, site=site))
    (root / "pages" / ".htaccess").write_text("AddType text/turtle .ttl\nAddType application/ld+json .jsonld\n")
    check(base, site)
    assert {first_status(iri) for iri in iris(base)} == {303}


@pytest.mark.server
def test_apache_as_at_w3id_with_hash_iris(apache: tuple[str, Path]) -> None:
    host, root = apache
    rules = lay_out(root / "pages", KNOWLEDGE_MAP, base=f"{host}trees#", site=f"{host}pages/")
    (root / "trees").mkdir()
    (root / "trees" / ".htaccess").write_text(rules)
    (root / "pages" / ".htaccess").write_text("AddType text/turtle .ttl\n")
    assert 'id="Oak"' in ask(f"{host}trees").text
    whole = Graph().parse(data=ask(f"{host}trees", TURTLE).text, format="turtle")
    assert (URIRef(f"{host}trees#tag/wood%2Fhard"), None, None) in whole
