"""Packages of the extras that are large or not for every machine, fetched once into the user's cache folder."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

EXTRAS = {
    "diagrams": """
        merman==0.9.2 \
            --hash=sha256:6d25d3f599f7da4c6cac6508a5baaa64c84d009dbf240228e71eb495f04c1c08 \
            --hash=sha256:9319ab6d6460f0b1f13f2bbfaa42d14b31f4371065e63be0a1a74fa596a55055 \
            --hash=sha256:ef1d12f6ec39fd6c1d6d06aafb81fcb9430dbbf3d40c855c1ef08efa17548d0a
    """,
    "fonts": """
        deckr-fonts==0.2.0 --hash=sha256:6b3801ebb5c91c731a8677842097fbc77d448952201e0f39612bd0860ef52560
        justmytype-intl-cjk==0.1.0 --hash=sha256:06d9665542bfcad373716bb80583aa2d9bb2086a054fe11f706b9bd41e03f256
    """,
}
PIP = "-m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes"


def extra(name: str, require: Callable[[bool, str], None]) -> Path:
    """The folder with the packages of an extra; a download that broke off never counts."""
    wanted = EXTRAS[name]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mlk-export-tests"
    folder = cache / f"{name}-{sha256(wanted.encode()).hexdigest()[:8]}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as part:
        Path(part, "wanted.txt").write_text(wanted, encoding="utf-8")
        files = ["--requirement", f"{part}/wanted.txt", "--target", f"{part}/packages"]
        done = subprocess.run([sys.executable, *PIP.split(), *files], capture_output=True, text=True)
        require(done.returncode == 0, f"the extra {name} from PyPI: {done.stderr[:400]}")
        if not folder.is_dir():
            Path(part, "packages").rename(folder)
    return folder
