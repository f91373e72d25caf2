"""Packages of npm that judge what is made, fetched once into the user's cache folder, as a package-lock.json has them."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mlk-export-tests"


def install(folder: Path, require: Callable[[bool, str], None]) -> Path:
    """The node_modules that the package-lock.json of a folder asks for."""
    npm = shutil.which("npm")
    require(bool(npm and shutil.which("node")), "node and npm")
    digest = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()[:12]
    goal = CACHE / f"npm-{folder.name}-{digest}"
    if not goal.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as made:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(folder / name, made)
            command = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=made, capture_output=True, text=True, timeout=300)
            require(done.returncode == 0, f"packages of npm; npm ci says: {done.stderr.strip()[-500:]}")
            shutil.copytree(made, goal, dirs_exist_ok=True, symlinks=True)
    return goal / "node_modules"
