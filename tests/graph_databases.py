"""Graph databases that nobody here wrote, each a process of its own on free ports of this machine.

ArcadeDB speaks Neo4j's protocol and comes with pip, so it is always there. Neo4j Community comes from Maven, its jars
are fetched once into the user's cache folder: the long-term line, which is required in CI, and the newest where a Java
is there that runs it. docs/testing.md says how to run them by hand.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from marks import need
from maven import fetched, java
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import ClientError, ServiceUnavailable
from ports import free_ports

from exporter.model import File, KnowledgeMap
from exporter.views import cypher
from exporter.writers.neo4j import Options, write

PASSWORD = "only-for-tests"
POM = Path(__file__).parent / "neo4j" / "pom.xml"
VERSIONS = {"5.26.30": 17, "2026.09.0": 21}  # of Neo4j, and the oldest Java for it
REQUIRED = "5.26.30"
EVERY = [
    "arcadedb",
    *VERSIONS,
]  # for the tests in which versions may differ: pytest.mark.parametrize("database", EVERY, indirect=True)
MAIN = {"5": "CommunityEntryPoint", "2026": "Neo4jCommunity"}
OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")  # of java.base, as Neo4j's own start script does
QUICK = "-XX:TieredStopAtLevel=1"  # quick to start
SETTINGS = """
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
server.memory.pagecache.size=128m
server.directories.import=import
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
"""
ARCADEDB = """
import sys
import arcadedb_embedded
root, password, bolt, http = sys.argv[1:]
plugin = "Bolt:com.arcadedb.bolt.BoltProtocolPlugin"
settings = {"server_plugins": plugin, "bolt_port": int(bolt), "http_port": int(http)}
server = arcadedb_embedded.create_server(root_path=root, root_password=password, config=settings)
server.start()
server.create_database("vault")
sys.stdin.read()
server.stop()
"""
TOKEN = re.compile(r"'(?:[^'\\]|\\.)*'|`[^`]*`|//[^\n]*\n|;|[^'`;/]+|.", re.DOTALL)


def script(knowledge_map: KnowledgeMap, **options: Any) -> str:
    """The script that loads a map."""
    (file,) = (made for made in write(knowledge_map, Options(**options)) if isinstance(made, File))
    assert file.path == "load.cypher"
    return "".join(file.content)


def statements(script: str) -> Iterator[str]:
    """Cut a script at each ";" that is not within quotes or a comment, and leave the comments out."""
    parts: list[str] = []
    for token in TOKEN.findall(script):
        if token == ";":
            yield "".join(parts).strip()
            parts = []
        elif not token.startswith("//"):
            parts.append(token)
    assert not "".join(parts).strip(), "the script ends within a statement"


class Database:
    """A server and what the tests want of it."""

    name: str
    user: str
    database: str
    port: int
    driver: Driver

    @property
    def address(self) -> str:
        return f"bolt://127.0.0.1:{self.port}"

    @property
    def login(self) -> dict[str, str]:
        """The environment in which a program finds its way in."""
        return {"NEO4J_USERNAME": self.user, "NEO4J_PASSWORD": PASSWORD, "NEO4J_DATABASE": self.database}

    def load(self, script: str, as_users_do: bool = False) -> None:
        """Run a script, statement by statement; or by the program that users run it with, where there is one."""
        for statement in statements(script):
            self.run(statement)

    def run(self, query: str, **parameters: Any) -> list[list[Any]]:
        found = self.driver.execute_query(query, parameters_=parameters, database_=self.database)
        return [list(record.values()) for record in found.records]

    def one(self, query: str, **parameters: Any) -> Any:
        ((value,),) = self.run(query, **parameters)
        return value

    def clear(self) -> None:
        self.run("MATCH (n) DETACH DELETE n")

    def dump(self, *but: str) -> tuple[list[str], list[str]]:
        """All nodes and all relationships as texts, in their order, but for some properties."""
        nodes = [[sorted(labels), known] for labels, known in self.run("MATCH (n) RETURN labels(n), properties(n)")]
        links = self.run(
            "MATCH (a)-[r]->(b) RETURN labels(a), a.`_source`, a.id, type(r), properties(r), labels(b), b.id"
        )
        links = [[sorted(row[0]), *row[1:5], sorted(row[5]), row[6]] for row in links]
        for known in [*(known for _, known in nodes), *(row[4] for row in links)]:
            for name in but:
                known.pop(name, None)
        return sorted(map(str, map(_sorted, nodes))), sorted(map(str, map(_sorted, links)))

    def connect(self, process: subprocess.Popen[bytes], console: Path) -> None:
        """Wait for the server; what it said is in the error if it does not come."""
        self.driver = GraphDatabase.driver(self.address, auth=(self.user, PASSWORD), notifications_min_severity="OFF")
        end = time.monotonic() + 120
        while True:
            try:
                self.driver.verify_connectivity()  # does not try again by itself
                self.run("RETURN 1")
                return
            except (ServiceUnavailable, ClientError):  # no server yet, or no database yet
                if process.poll() is not None or time.monotonic() > end:
                    self.driver.close()
                    pytest.fail(console.read_text(errors="replace")[-2000:], pytrace=False)
                time.sleep(0.1)


class ArcadeDB(Database):
    """ArcadeDB, which makes no full-text index by Cypher."""

    name, user, database = "arcadedb", "root", "vault"

    def __init__(self, home: Path) -> None:
        need("server")
        self.port, http = free_ports(2)
        command = [sys.executable, "-c", ARCADEDB, str(home), PASSWORD, str(self.port), str(http)]
        with (home / "console.txt").open("wb") as console:
            self._process = subprocess.Popen(command, cwd=home, stdin=subprocess.PIPE, stdout=console, stderr=console)
        self.connect(self._process, home / "console.txt")

    def load(self, script: str, as_users_do: bool = False) -> None:
        for statement in statements(script):
            if not statement.startswith("CREATE FULLTEXT INDEX"):
                self.run(statement)

    def stop(self) -> None:
        self.driver.close()
        self._process.communicate(timeout=60)  # the end of its input is the end of the server


class Neo4j(Database):
    """Neo4j Community; it can be stopped, killed and started again, and its admin tool run while it is down."""

    name, user, database = "neo4j", "neo4j", "neo4j"

    def __init__(
        self, home: Path, require: Callable[[bool, str], None], version: str = REQUIRED, heap: str = "1g"
    ) -> None:
        need("server")
        program = java(VERSIONS[version])
        if program is None and version != REQUIRED:
            pytest.skip(f"Neo4j {version} needs Java {VERSIONS[version]} or newer")
        require(program is not None, f"Java {VERSIONS[version]} or newer, for Neo4j")
        self.home, self.version, self.heap, self._require = home, version, heap, require
        self._java = str(program)
        self._jars = fetched(POM, f"neo4j-{version}", "Neo4j", require, f"-Dneo4j.version={version}")
        (self.port,) = free_ports(1)
        (home / "conf").mkdir(parents=True)
        (home / "import").mkdir()
        (home / "conf" / "neo4j.conf").write_text(SETTINGS.format(port=self.port))
        done = self.admin("dbms", "set-initial-password", PASSWORD)
        assert done.returncode == 0, done.stderr
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        main = f"org.neo4j.server.{MAIN[self.version.partition('.')[0]]}"
        folders = [f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}"]
        command = [*self._command(), "--enable-native-access=ALL-UNNAMED", "-cp", f"{self._jars}/*", main, *folders]
        console = self.home / "console.txt"
        with console.open("ab") as out:
            self._process = subprocess.Popen(
                [*command, "--console-mode"], stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        self.connect(self._process, console)

    def stop(self, kill: bool = False) -> None:
        if self._process:
            self.driver.close()
            if kill:
                self._process.kill()
            else:
                self._process.terminate()
            self._process.wait(timeout=60)
            self._process = None

    def admin(self, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run `neo4j-admin`, in a folder; for an import the server has to be down."""
        environment = {**os.environ, "NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
        command = [*self._command(), "-cp", f"{self._jars}/*", "org.neo4j.cli.AdminTool", *arguments]
        return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)

    def shell(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a script by `cypher-shell -f`."""
        jars = fetched(POM, "cypher-shell", "cypher-shell", self._require, "-Pshell")
        file = self.home / "load.cypher"
        file.write_text(script, encoding="utf-8", newline="")
        command = [self._java, QUICK, "-Dfile.encoding=UTF-8", "-cp", f"{jars}/*", "org.neo4j.shell.Main"]
        environment = {**os.environ, "NEO4J_URI": self.address, **self.login}
        return subprocess.run([*command, "-f", str(file)], env=environment, capture_output=True, text=True)

    def load(self, script: str, as_users_do: bool = False) -> None:
        """Users have cypher-shell: here in one version alone, as it is the same program for all, and starts in seconds."""
        if as_users_do and self.version == REQUIRED:
            done = self.shell(script)
            assert (done.returncode, done.stdout) == (0, ""), done.stderr[:2000]
        else:
            super().load(script)

    def _command(self) -> list[str]:
        opened = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
        return [self._java, f"-Xmx{self.heap}", QUICK, *opened]


@pytest.fixture(scope="session")
def servers(
    tmp_path_factory: pytest.TempPathFactory, require: Callable[[bool, str], None]
) -> Iterator[Callable[[str], ArcadeDB | Neo4j]]:
    """Servers by name, each started when a test first asks for it."""
    started: dict[str, ArcadeDB | Neo4j] = {}

    def server(name: str) -> ArcadeDB | Neo4j:
        if name not in started:
            home = tmp_path_factory.mktemp("server")
            if name == "arcadedb":
                started[name] = ArcadeDB(home)
            else:
                neo4j = Neo4j(home, require, name)
                neo4j.start()
                started[name] = neo4j
        return started[name]

    yield server
    for known in started.values():
        known.stop()


@pytest.fixture(params=["arcadedb", REQUIRED])
def database(
    request: pytest.FixtureRequest, servers: Callable[[str], ArcadeDB | Neo4j], monkeypatch: pytest.MonkeyPatch
) -> ArcadeDB | Neo4j:
    """Two databases in turn, without data: what is said in plain Cypher is not asked of each version of Neo4j."""
    server = servers(request.param)
    if server.name == "arcadedb":  # a constraint there forbids to make a node and to label it in one transaction
        monkeypatch.setattr(cypher, "CONSTRAINTS", ())
    server.clear()
    return server


@pytest.fixture
def neo4j(servers: Callable[[str], Neo4j]) -> Neo4j:
    """The Neo4j that CI requires, without data."""
    server = servers(REQUIRED)
    server.clear()
    return server


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, _sorted(item)) for key, item in value.items())
    return [_sorted(item) for item in value] if isinstance(value, list) else value
