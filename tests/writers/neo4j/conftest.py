"""Two databases that nobody here wrote, each a process of its own on free ports of this machine.

ArcadeDB speaks Neo4j's protocol and comes with pip, so it is always there; it is sent the script statement by
statement. Neo4j Community comes from Maven, and `cypher-shell -f` loads the script. Its jars are fetched once into
the user's cache folder.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from maven import fetched
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import ClientError, ServiceUnavailable

PASSWORD = "only-for-tests"
POM = Path(__file__).with_name("pom.xml")
OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")  # of java.base, as Neo4j's own start script does
JAVA = [
    "-Xmx1g",
    "-XX:TieredStopAtLevel=1",
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED),
]  # quick to start
SETTINGS = """
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
server.memory.pagecache.size=128m
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
    """A running server and what the tests want of it."""

    def __init__(self, name: str, driver: Driver, load: Callable[["Database", str], None]) -> None:
        self.name, self.driver = name, driver
        self._load = load

    def load(self, script: str) -> None:
        self._load(self, script)

    def run(self, query: str, **parameters: Any) -> list[list[Any]]:
        database = "vault" if self.name == "arcadedb" else "neo4j"
        found = self.driver.execute_query(query, parameters_=parameters, database_=database)
        return [list(record.values()) for record in found.records]

    def one(self, query: str, **parameters: Any) -> Any:
        ((value,),) = self.run(query, **parameters)
        return value

    def dump(self) -> tuple[list[Any], list[Any]]:
        """All nodes and all relationships, in an order of their own."""
        nodes = [[sorted(labels), known] for labels, known in self.run("MATCH (n) RETURN labels(n), properties(n)")]
        links = self.run(
            "MATCH (a)-[r]->(b) RETURN labels(a)[0], a.`_source`, a.id, type(r), properties(r), b.`_source`, b.id"
        )
        return tuple(sorted(rows, key=lambda row: str(_sorted(row))) for rows in (nodes, links))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, _sorted(item)) for key, item in value.items())
    return [_sorted(item) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="session", params=["arcadedb", "neo4j"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, require: Callable[[bool, str], None]
) -> Iterator[Database]:
    home = tmp_path_factory.mktemp(request.param)
    yield from _arcadedb(home) if request.param == "arcadedb" else _neo4j(home, require)


@pytest.fixture
def database(server: Database) -> Database:
    """One of the databases, without data."""
    server.run("MATCH (n) DETACH DELETE n")
    return server


def _arcadedb(home: Path) -> Iterator[Database]:
    def load(database: Database, script: str) -> None:
        for statement in statements(script):
            database.run(statement)

    bolt, http = _free_ports(2)
    command = [sys.executable, "-c", ARCADEDB, str(home), PASSWORD, str(bolt), str(http)]
    with (home / "console.txt").open("wb") as console:
        process = subprocess.Popen(command, cwd=home, stdin=subprocess.PIPE, stdout=console, stderr=console)
    try:
        with _connected(bolt, "root", "vault", process, home) as driver:
            yield Database("arcadedb", driver, load)
    finally:
        process.communicate(timeout=60)  # the end of its input is the end of the server


def _neo4j(home: Path, require: Callable[[bool, str], None]) -> Iterator[Database]:
    java = shutil.which("java")
    said = subprocess.run([java, "-version"], capture_output=True, text=True).stderr if java else ""
    version = re.search(r'version "(\d+)', said)
    require(bool(version and int(version[1]) >= 17), "Java 17 or newer, for Neo4j")
    jars = fetched(POM, "neo4j", "Neo4j", require)
    (port,) = _free_ports(1)
    (home / "conf").mkdir()
    (home / "conf" / "neo4j.conf").write_text(SETTINGS.format(port=port))
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    admin = [java, *JAVA, "-cp", f"{jars}/*", "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", PASSWORD]
    subprocess.run(admin, env=environment, check=True, capture_output=True)

    def load(database: Database, script: str) -> None:
        file = home / "load.cypher"
        file.write_text(script, encoding="utf-8", newline="")
        login = {"NEO4J_URI": f"bolt://127.0.0.1:{port}", "NEO4J_USERNAME": "neo4j", "NEO4J_PASSWORD": PASSWORD}
        shell = [
            java,
            "-XX:TieredStopAtLevel=1",
            "-Dfile.encoding=UTF-8",
            "-cp",
            f"{jars}/*",
            "org.neo4j.shell.Main",
            "-f",
            str(file),
        ]
        done = subprocess.run(shell, env={**os.environ, **login}, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[:2000]
        assert done.stdout == ""

    main = ["org.neo4j.server.CommunityEntryPoint", f"--home-dir={home}", f"--config-dir={home / 'conf'}"]
    command = [java, *JAVA, "--enable-native-access=ALL-UNNAMED", "-cp", f"{jars}/*", *main, "--console-mode"]
    with (home / "console.txt").open("wb") as console:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console)
    try:
        with _connected(port, "neo4j", "neo4j", process, home) as driver:
            yield Database("neo4j", driver, load)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [free.getsockname()[1] for free in sockets]
    for free in sockets:
        free.close()
    return ports


def _connected(port: int, user: str, database: str, process: subprocess.Popen[bytes], home: Path) -> Driver:
    """Wait for the server; what it said is in the error if it does not come."""
    driver = GraphDatabase.driver(f"bolt://127.0.0.1:{port}", auth=(user, PASSWORD), notifications_min_severity="OFF")
    end = time.monotonic() + 120
    while True:
        try:
            driver.execute_query("RETURN 1", database_=database)
            return driver
        except (ServiceUnavailable, ClientError):  # no server yet, or no database yet
            if process.poll() is not None or time.monotonic() > end:
                driver.close()
                pytest.fail((home / "console.txt").read_text(errors="replace")[-2000:], pytrace=False)
            time.sleep(0.1)
