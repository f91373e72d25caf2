"""Programs that read OPML and that nobody here wrote, fetched once into the user's cache folder."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from npm import CACHE, install

HERE = Path(__file__).parent
STYLESHEET = "xslt/opml2mm.xsl"


@pytest.fixture(scope="session")
def node(require: Callable[[bool, str], None]) -> Callable[[str, str], Any]:
    """What a package of npm understands of an outline: `opml`, `opml-to-json` or `mldoc`, as package-lock.json has it."""
    modules = install(HERE, require)

    def read(package: str, text: str) -> Any:
        environment = {**os.environ, "NODE_PATH": str(modules)}
        command = ["node", str(HERE / "read.cjs"), package]
        done = subprocess.run(command, input=text.encode(), capture_output=True, env=environment, check=True)
        return json.loads(done.stdout)

    return read


@pytest.fixture(scope="session")
def freeplane(require: Callable[[bool, str], None]) -> Callable[[str], Any]:
    """Freeplane's own reading of an outline: the stylesheet that it imports OPML with, out of Debian's package."""
    from lxml import etree

    stylesheet = CACHE / "freeplane-opml2mm.xsl"
    if not stylesheet.exists():
        require(bool(shutil.which("apt-get") and shutil.which("dpkg-deb")), "apt-get, for Freeplane's stylesheet")
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            fetch = ["apt-get", "-qq", "download", "freeplane"]
            done = subprocess.run(fetch, cwd=folder, capture_output=True, text=True, timeout=300)
            packages = [*Path(folder).glob("freeplane*.deb")]
            require(bool(packages), f"Debian's package freeplane: {done.stderr.strip()[-300:]}")
            subprocess.run(["dpkg-deb", "-x", str(packages[0]), f"{folder}/x"], check=True)
            for jar in filter(Path.is_file, Path(folder, "x").rglob("*.jar")):  # some are links to other packages
                with ZipFile(jar) as archive:
                    if STYLESHEET in archive.namelist():
                        stylesheet.write_bytes(archive.read(STYLESHEET))
        require(stylesheet.exists(), f"{STYLESHEET} in Debian's package freeplane")
    transform = etree.XSLT(etree.parse(stylesheet))
    return lambda text: transform(etree.fromstring(text.encode())).getroot()
