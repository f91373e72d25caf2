"""How Sphinx (https://www.sphinx-doc.org) makes the site of these pages: `make docs`. Nothing in it is loaded from elsewhere."""

from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

DOCS = Path(__file__).parent
ROOT = DOCS.parent

project = html_title = "mlk-export"
author = copyright = "The mlk-export authors"
extensions = ["myst_parser"]
html_theme = "furo"
html_show_sphinx = False
myst_heading_anchors = 4  # links to headings, as GitHub has them
suppress_warnings = ["misc.highlighting_failure"]  # Cypher of 2025 is new to it


def name_files(_app: Sphinx, doctree: nodes.document) -> None:
    """What lies in the project beside these pages is named, not linked."""
    for link in [*doctree.findall(pending_xref)]:
        target = ROOT / link["reftarget"].replace("../", "")
        if DOCS not in target.parents and (target.exists() or target.with_suffix(".md").exists()):
            link.replace_self(link.children)


def setup(app: Sphinx) -> None:
    """Take part in the build."""
    app.connect("doctree-read", name_files)
