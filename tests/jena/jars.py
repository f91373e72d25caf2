"""Apache Jena from Maven, fetched once into the user's cache folder."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

POM = Path(__file__).with_name("pom.xml")
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"


def command(require: Callable[[bool, str], None]) -> list[str]:
    """How a class of Jena is run; its name and arguments follow."""
    java = shutil.which("java")
    said = subprocess.run([java, "-version"], capture_output=True, text=True).stderr if java else ""
    version = re.search(r'version "(\d+)', said)
    require(bool(version and int(version[1]) >= 17), "Java 17 or newer, for Apache Jena")
    return [str(java), "-XX:TieredStopAtLevel=1", "-cp", f"{_jars(require)}/*"]  # quick to start


def _jars(require: Callable[[bool, str], None]) -> Path:
    """The folder with the jars; a download that broke off never counts."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mlk-export-tests"
    jars = cache / f"jena-{sha256(POM.read_bytes()).hexdigest()[:8]}"
    if jars.is_dir():
        return jars
    maven = shutil.which("mvn")
    require(maven is not None, "Maven, to fetch Apache Jena")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as part:
        copy = [str(maven), "-B", "-q", "-f", str(POM), COPY, "-DincludeScope=runtime"]
        done = subprocess.run([*copy, f"-DoutputDirectory={part}/jars"], capture_output=True, text=True)
        require(done.returncode == 0, f"Apache Jena from Maven: {done.stdout[:400]}")
        if not jars.is_dir():
            Path(part, "jars").rename(jars)
    return jars
