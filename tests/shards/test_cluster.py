"""Object stores and clusters: the bytes are those of this machine's own work."""

import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree

import cutting
import pytest
from conftest import ROOT, TESTS
from cutting import Exported, cut, packed
from ports import free_ports

from exporter.errors import ExportError
from exporter.reader.options import ReadOptions
from exporter.shards import pack
from exporter.shards.store import Store

pytestmark = pytest.mark.slow

BUCKET = "s3://wiki"
MOST_TRIES = 600  # tenths of a second until a server answers


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(MOST_TRIES):
        try:
            urllib.request.urlopen(address).close()
            return
        except urllib.error.HTTPError:
            return  # it answers
        except OSError:
            assert process.poll() is None
            time.sleep(0.1)
    pytest.fail("the server does not answer")


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Starts object stores on this machine."""
    log = (tmp_path_factory.mktemp("moto") / "log").open("wb")
    started: list[subprocess.Popen[bytes]] = []

    def start(**environment: str) -> str:
        (port,) = free_ports(1)
        command = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **environment})
        started.append(process)
        wait_for(f"http://127.0.0.1:{port}/moto-api/", process)
        return f"http://127.0.0.1:{port}"

    yield start
    for process in started:
        process.kill()
        process.wait()
    log.close()


@pytest.fixture
def bucket(stores: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> str:
    """An object store with a bucket, as the environment says."""
    address = stores()
    use(address, monkeypatch)
    urllib.request.urlopen(urllib.request.Request(f"{address}/wiki", method="PUT")).close()
    return address


def use(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("ENDPOINT_URL", address),
        ("REGION", "us-east-1"),
        ("ACCESS_KEY_ID", "x"),
        ("SECRET_ACCESS_KEY", "y"),
    ):
        monkeypatch.setenv(f"AWS_{name}", value)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Exported]:
    folder = tmp_path_factory.mktemp("here")
    vault = cutting.secret_vault(folder / "vault")
    shards = packed(vault, folder / "packed", 4)
    return vault, shards, cut(shards, folder / "out")


def download(address: str, to: Path) -> Path:
    from pyarrow.fs import LocalFileSystem, copy_files

    to.mkdir()
    copy_files(address, str(to), destination_filesystem=LocalFileSystem())
    return to


def test_from_a_bucket_to_a_bucket(bucket: str, here: tuple[Path, Path, Exported], tmp_path: Path) -> None:
    vault, shards, expected = here
    pack(vault, Store(f"{BUCKET}/packed"), ReadOptions(), 3)
    for name in [file.name for file in shards.glob("*.parquet")]:
        Store(f"{BUCKET}/given").write(name, [(shards / name).read_bytes()])
    command = [
        sys.executable,
        "-m",
        "exporter",
        "--vault",
        f"{BUCKET}/given",
        "--out",
        f"{BUCKET}/out",
        "--shards",
        "--mappings",
        tmp_path,
    ]
    command += [
        "--format",
        ",".join(cutting.FORMATS),
        *(word for each in cutting.settings(["skos"]) for word in ("--set", each)),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{BUCKET}/out/json/knowledge-map-00001.jsonl" in done.stdout.splitlines()
    out = download(f"{BUCKET}/out", tmp_path / "out")
    assert cutting.exported(out, expected.report, []).digest == expected.digest
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "writing: 5 of 5 shards were done" in again.stderr
    assert Store(f"{BUCKET}/packed").names(".parquet")[0] == "files.parquet"


def test_a_file_of_somebody_else_in_a_bucket(bucket: str, here: tuple[Path, Path, Exported], tmp_path: Path) -> None:
    _, shards, _ = here
    theirs = Store(f"{BUCKET}/full/json")
    theirs.write("knowledge-map-00001.jsonl", [b"theirs"])
    arguments = (str(shards), ["json"], f"{BUCKET}/full")
    run = cutting.Run(shards, tmp_path)
    with pytest.raises(ExportError, match=r"s3://wiki/full/json/knowledge-map-00001\.jsonl: was made by somebody else"):
        cutting.export_shards(run, *arguments, engine="here")
    assert theirs.read("knowledge-map-00001.jsonl") == b"theirs"
    cutting.export_shards(run, *arguments, engine="here", overwrite=True)
    assert theirs.read("knowledge-map-00001.jsonl") != b"theirs"


def test_a_bucket_without_rights_and_one_that_is_not_there(
    stores: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(stores(INITIAL_NO_AUTH_ACTION_COUNT="0"), monkeypatch)
    with pytest.raises(ExportError, match=r"s3://wiki/packed: cannot be listed: .*; look at its rights"):
        Store(f"{BUCKET}/packed").names()
    use(stores(), monkeypatch)
    with pytest.raises(ExportError, match=r"s3://none/x/a: cannot be written: .*; look at its rights"):
        Store("s3://none/x").write("a", [b"1"])


def test_a_bucket_that_says_try_again(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first answer to each question is "503 Slow Down": nobody sees that but by the clock."""
    store = Store(f"{BUCKET}/slow")
    store.write("a", [b"whole"])
    seen: set[str] = set()

    class Slow(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            question = f"{self.command} {self.path}"
            status, data, size = 503, b"<Error><Code>SlowDown</Code></Error>", ""
            if question in seen:
                request = urllib.request.Request(
                    f"{bucket}{self.path}", headers=dict(self.headers), method=self.command
                )
                try:
                    with urllib.request.urlopen(request) as response:
                        status, data, size = (
                            response.status,
                            response.read(),
                            response.headers.get("Content-Length") or "",
                        )
                except urllib.error.HTTPError as error:
                    status, data = error.code, error.read()
            seen.add(question)
            self.send_response(status)
            self.send_header("Content-Length", size or str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_HEAD = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_address[1]}")
        slow = Store(f"{BUCKET}/slow")
        assert slow.names() == ["a"]
        assert slow.read("a") == b"whole"
    finally:
        server.shutdown()
    assert len(seen) >= 3


# ---------- Ray ----------

ALONE = """
import fcntl, os, socket, struct, sys
with socket.socket() as some:  # lo is down in a new network namespace: SIOCSIFFLAGS, IFF_UP | IFF_RUNNING
    fcntl.ioctl(some, 0x8914, struct.pack("16sH14s", b"lo", 0x41, b""))
os.execvp(sys.argv[1], sys.argv[1:])
"""


def nobody_else() -> tuple[list[str], dict[str, str]]:
    """What runs a command so that nobody beyond this machine reaches it: without a network; else behind a token."""
    for unshare in (["unshare", "--net"], ["unshare", "--net", "--map-root-user"]):
        prefix = [*unshare, sys.executable, "-c", ALONE]
        try:
            if not subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
                return prefix, {}
        except OSError:
            break
    return [], {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": os.urandom(16).hex()}


def test_ray_makes_the_same_bytes(here: tuple[Path, Path, Exported], tmp_path: Path) -> None:
    """Also where a worker is killed, in each stage."""
    _, shards, expected = here
    prefix, environment = nobody_else()
    code = (
        "import cutting, sys; from pathlib import Path; from exporter.shards import cluster\n"
        "shards, out, mark = map(Path, sys.argv[1:])\n"
        "run, stages = cluster.connect(), iter(range(99))\n"
        "def engine(stage, items):\n"
        "    return run(cutting.Killed(stage, f'{mark}-{next(stages)}'), items)\n"
        "exported = cutting.cut(shards, out, engine=engine)\n"
        "import ray; out.with_name('said').write_text(f'{exported.digest} {ray.util.get_node_ip_address()}')\n"
    )
    environment |= {"PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}", "RAY_USAGE_STATS_ENABLED": "0", "RAY_TMPDIR": "/tmp"}
    command = [*prefix, sys.executable, "-c", code, str(shards), str(tmp_path / "out"), str(tmp_path / "mark")]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "said").read_text() == f"{expected.digest} 127.0.0.1"
    assert len([*tmp_path.glob("mark-*")]) == 5


@pytest.mark.java
def test_the_page_shows_what_spark_does(here: tuple[Path, Path, Exported], tmp_path: Path) -> None:
    """Where Java and pyspark are there, which the project does not bring."""
    pytest.importorskip("pyspark")
    page = (ROOT / "docs" / "shards.md").read_text(encoding="utf-8")
    code = page.partition("```python\n")[2].partition("```")[0]
    copytree(here[1], tmp_path / "shards")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", ""))),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = cutting.exported(tmp_path / "out", here[2].report, []).lines
    name = "json/knowledge-map.jsonl"
    assert lines[name] == here[2].lines[name]


def test_engines_that_are_not_there(here: tuple[Path, Path, Exported], tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no engine 'spark'; known: pool"):
        cut(here[1], tmp_path / "out", engine="spark")
