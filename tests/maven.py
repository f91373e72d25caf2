"""Programs from Maven, fetched once into the user's cache folder, and the Java that runs them."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from marks import need

COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"


def java(oldest: int) -> str | None:
    """A Java of this version or newer: that of the PATH, of JAVA_HOME, or one beside it."""
    need("java", "server")
    home = os.environ.get("JAVA_HOME")
    beside = sorted(Path("/usr/lib/jvm").glob("*/bin/java"))
    for program in (shutil.which("java"), home and f"{home}/bin/java", *map(str, beside)):
        if program and Path(program).exists():
            said = subprocess.run([program, "-version"], capture_output=True, text=True).stderr
            version = re.search(r'version "(\d+)', said)
            if version and int(version[1]) >= oldest:
                return program
    return None


def fetched(pom: Path, name: str, title: str, require: Callable[[bool, str], None], *options: str) -> Path:
    """The folder with the jars that a pom names; a download that broke off never counts."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mlk-export-tests"
    folder = cache / f"{name}-{sha256(pom.read_bytes()).hexdigest()[:8]}"
    if folder.is_dir():
        return folder
    maven = shutil.which("mvn")
    require(maven is not None, f"Maven, to fetch {title}")
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "maven.lock").open("w") as lock, tempfile.TemporaryDirectory(dir=cache) as part:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Maven's own store is not made for two at once
        copy = [str(maven), "-B", "-q", "-f", str(pom), COPY, "-DincludeScope=runtime", *options]
        done = subprocess.run([*copy, f"-DoutputDirectory={part}/jars"], capture_output=True, text=True)
        require(done.returncode == 0, f"{title} from Maven: {done.stdout[:400]}")
        if not folder.is_dir():
            Path(part, "jars").rename(folder)
    return folder
