"""Other programs that read such vaults: how each is installed, into benchmarks/.peers/, and run."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Row

HERE = Path(__file__).parent
FOLDER = HERE.parent / ".peers"
LIMIT = 300.0  # seconds for a run
INSTALLING = 900.0  # seconds
GRAPH = "import pathlib, sys, obsidiantools.api as api; api.Vault(pathlib.Path(sys.argv[1])).connect().gather()"


@dataclass(frozen=True)
class Peer:
    """A program and what it makes of a vault; a `VAULT` in the command stands for the folder."""

    name: str
    version: str
    makes: str
    installed_by: str  # pip, npm, cargo, or npm ci by a package-lock.json
    command: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return FOLDER / self.name

    def row(self, vault: Path) -> Row:
        """Its run on a vault."""
        program, *rest = [str(vault) if word == "VAULT" else word for word in self.command]
        found = shutil.which(program, path=f"{self.folder}{os.pathsep}{os.environ.get('PATH', '')}") or program
        private = {"FOAM_TELEMETRY": "0", "FOAM_CONFIG_HOME": str(self.folder / "settings")}
        return Row(f"{self.name} {self.version}", [found, *rest], private, limit=LIMIT)

    def install(self) -> str:
        """Install it if it is not there; say what went wrong, "" if nothing did."""
        ready = self.folder / ".ready"
        if ready.exists() and ready.read_text() == self.version:
            return ""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (FOLDER / ".gitignore").write_text("*\n")
        print(f"installing {self.name}", file=sys.stderr)
        for command in self.steps():
            if not shutil.which(command[0]):
                return f"not installed: {command[0]} is missing"
            try:
                run = subprocess.run(command, capture_output=True, text=True, timeout=INSTALLING, cwd=self.folder)
            except subprocess.TimeoutExpired:
                return f"not installed: {self.installed_by} took too long"
            if run.returncode:
                print(run.stderr[-2000:], file=sys.stderr)
                return f"not installed: {self.installed_by} failed with exit code {run.returncode}"
        ready.write_text(self.version)
        return ""

    def steps(self) -> list[list[str]]:
        """The commands that install it."""
        if self.installed_by == "pip":
            pip = [str(self.folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
            return [[sys.executable, "-m", "venv", "."], [*pip, f"{self.name}=={self.version}"]]
        if self.installed_by == "npm":
            npm = ["npm", "install", "--prefix", ".", "--no-audit", "--no-fund", "--ignore-scripts"]
            if (driver := HERE / f"{self.name}.mjs").exists():
                shutil.copy(driver, self.folder)
            return [[*npm, f"{self.name}@{self.version}"]]
        shutil.copytree(HERE / self.name, self.folder, dirs_exist_ok=True)
        if self.installed_by == "npm ci":
            return [["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]]
        return [["cargo", "build", "--release", "--quiet"]]


def _in(name: str, path: str) -> str:
    return str(FOLDER / name / path)


PEERS = (
    Peer(
        "obsidiantools",
        "0.11.0",
        "a graph, tags, properties, plain text",
        "pip",
        (_in("obsidiantools", "bin/python"), "-c", GRAPH, "VAULT"),
    ),
    Peer(
        "foam-cli",
        "0.46.0",
        "a graph, tags, properties",
        "npm",
        (_in("foam-cli", "node_modules/.bin/foam"), "graph", "--workspace", "VAULT", "--format", "json"),
    ),
    Peer(
        "vault-triplifier",
        "2.5.3",
        "RDF statements, note by note",
        "npm",
        ("node", _in("vault-triplifier", "vault-triplifier.mjs"), "VAULT"),
    ),
    Peer(
        "obsidian-parser",
        "0.9.4",
        "a graph's edges, on all cores",
        "cargo",
        (_in("obsidian-parser", "target/release/probe"), "VAULT"),
    ),
)
