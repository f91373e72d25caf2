"""`python -m exporter` is `mlk-export`."""

from exporter.cli import main

main(prog_name="mlk-export")
