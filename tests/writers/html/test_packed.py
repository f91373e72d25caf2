"""What the page carries of its scripts and its style sheet: without what is for their authors, and with short names."""

import minify
import pytest
from conftest import ROOT

HTML = ROOT / "exporter" / "writers" / "html"
SVG = ("base", "texts", "map", "search", "page")  # scripts of a page whose map is SVG, in their order
PACKED = {
    "page.css": ("text/css", ("page",)),
    "svg.js": ("application/javascript", SVG),
    "canvas.js": ("application/javascript", ("base", "texts", "map", "canvas", "search", "page")),
}


def pack(name: str) -> str:
    kind, parts = PACKED[name]
    text = "".join((HTML / "page" / f"{part}.{name.rpartition('.')[2]}").read_text(encoding="utf-8") for part in parts)
    packed: str = minify.string(kind, f"(()=>{{{text}}})()" if kind == "application/javascript" else text)
    return packed + "\n"


@pytest.mark.parametrize("name", PACKED)
def test_what_is_packed_is_what_stands_in_page(name: str, request: pytest.FixtureRequest) -> None:
    """They are written there, where people read them, and `make update` packs them."""
    if request.config.getoption("--update"):
        (HTML / "packed" / name).write_text(pack(name), encoding="utf-8", newline="\n")
    assert (HTML / "packed" / name).read_text(encoding="utf-8") == pack(name)
