"""SVG that Typst can draw: as the vault has it, or drawn from Mermaid (https://mermaid.js.org/syntax).

Tried in a process of its own, since an SVG or a diagram can be made to take all memory, or for ever.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

MEMORY = 2  # GB, on systems that hold a process to it
PATIENCE = 20  # seconds; most need a fifth of one
TOO_MUCH = f"drawing it takes more than {PATIENCE} seconds or {MEMORY} GB of memory; make it simpler"

MERMAID = {  # https://github.com/Latias94/merman/blob/main/docs/bindings/OPTIONS_JSON.md
    "svg": {"pipeline": "resvg-safe"},  # in which there is no HTML, and nothing to be loaded
    "layout": {"container_width": 600},  # pixels; what is as wide as its page then fits one of paper
    "site_config": {  # which the note's own directives may change
        "theme": "neutral",  # made for paper
        "look": "classic",
        "layout": "dagre",  # as Obsidian draws it
        "flowchart": {"minNodeWidth": 1, "padding": 10, "rankSpacing": 30},  # narrow, so that its words are large
    },
}


class DrawingError(Exception):
    """Why something cannot be drawn, and what to do."""


def compile_isolated(text: str, folder: Path, language: str = "svg") -> str:
    """The SVG, which may show files of the folder.

    Raises:
        ValueError: it, or the diagram, is broken.
        DrawingError: it is too much.
    """
    command = [sys.executable, "-P", __file__, language]
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, cwd=folder, timeout=PATIENCE, check=True
        )
    except subprocess.SubprocessError:
        raise DrawingError(TOO_MUCH) from None
    svg, reason = json.loads(done.stdout)
    if reason:
        raise ValueError(reason)
    return str(svg)


def _main(language: str) -> None:
    with contextlib.suppress(ImportError):  # on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY << 30, MEMORY << 30))
    import typst

    svg, reason = sys.stdin.buffer.read().decode(), ""
    compile: Any = typst.compile  # whose type hints want more than it does
    try:
        if language == "mermaid":
            svg = _draw(svg)
        compile(b"#image(bytes(sys.inputs.svg))", root=".", sys_inputs={"svg": svg}, ignore_system_fonts=True)
    except Exception as error:  # of many kinds
        reason = " ".join(getattr(error, "message", str(error)).split())[:200] or type(error).__name__
    print(json.dumps((svg, reason)))


def _draw(source: str) -> str:
    import merman

    svg: str = merman.Merman().render_svg(source, json.dumps(MERMAID))
    return svg.replace("overflow:hidden", "overflow:visible")  # our words may be wider than it thinks


if __name__ == "__main__":
    _main(sys.argv[1])
