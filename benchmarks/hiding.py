"""What it costs to hide notes of obsidian-hub: choosing them, redacting what leads to them, looking into what was made."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import page, vaults
from benchmarks.commands import EXPORTER, OURS
from benchmarks.measure import Row, measure
from benchmarks.page import Part

NOTHING = ["--set", "vault.publish.marks=[]", "--set", "vault.publish.callouts=[]"]
HIDING = {
    "nothing hidden": NOTHING,
    "2 notes hidden by #private": [],
    "2,811 notes hidden by a folder": ["--hide", "01 - Community/"],
}
COMMANDS = {
    "check --no-cache": ["check", "--no-cache"],
    "--format neo4j": ["--format", "neo4j", "--no-cache"],
    "--format neo4j --with-text": ["--format", "neo4j", "--with-text", "--no-cache"],
}


def lines(runs: int) -> Iterator[str]:
    """The table: each command with nothing hidden, as a floor, and with something."""
    vault = next(vault for vault in vaults.KNOWN if vault.name == "hub")
    if not vault.here:
        yield f"{vault.title} is left out: its archive is not there (MLK_EXPORT_DATA)"
        return
    with tempfile.TemporaryDirectory(prefix="mlk-export-benchmarks-") as folder:
        place = Path(folder)
        common = ["--vault", str(vault.make(place))]
        parts = []
        for name, command in COMMANDS.items():
            out = [] if command[0] == "check" else ["--out", str(place / "out")]
            rows = [
                Row(f"`{name}`, {what}", [*EXPORTER, *command, *common, *out, *options], OURS)
                for what, options in HIDING.items()
            ]
            measure(rows, runs)
            parts.append(Part(vault.title, rows))
        yield from page.costs(parts, runs)
