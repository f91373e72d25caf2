"""The pictures of the README, from what the bundled vault becomes: `make pictures`. Look at them before you commit them."""

import json
import math
import re
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import typst
from PIL import Image

ROOT = Path(__file__).parent.parent
OUT, PICTURES = ROOT / "out", ROOT / "docs" / "pictures"
SPREAD = "Operator Fusion Techniques"  # the chapter whose opening is shown, with the page before it
COLOURS = 64  # of a picture
CANVAS_WIDTH = 1200  # pixels
MARGIN = 40  # px around a canvas, whose arrows may leave its groups
PRESETS = {"1": "fb464c", "2": "e9973f", "3": "e0de71", "4": "44cf6e", "5": "53dfdd", "6": "a882ff"}  # Obsidian's own
MARKUP = re.compile(r"^#+ |\*+|\[([^\]]*)\]\([^)]*\)")
BESIDE = {"left": (0, 0.5), "right": (1, 0.5), "top": (0.5, 0), "bottom": (0.5, 1)}


def main() -> None:
    """Make all of them."""
    PICTURES.mkdir(exist_ok=True)
    save("handbook", spread(OUT / "handbook" / "handbook.pdf"))
    save("canvas", canvas(json.loads((OUT / "canvas" / "knowledge-map.canvas").read_text(encoding="utf-8"))))


def save(name: str, picture: Image.Image) -> None:
    """As few bytes as it is legible with."""
    file = PICTURES / f"{name}.png"
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} kB", file=sys.stderr)


def spread(pdf: Path) -> Image.Image:
    """Two pages that face each other, of which one opens the chapter."""
    document = pypdfium2.PdfDocument(pdf)
    headings = (entry for entry in document.get_toc() if entry.get_title().endswith(SPREAD))
    destination = next(headings).get_dest()
    number = (
        (destination.get_index() + 1) // 2 * 2 - 1 if destination else 1
    )  # pages are counted from 0, left ones are odd
    pages = [document[each].render(scale=0.95).to_pil() for each in (number, number + 1)]
    width, height = pages[0].size
    both = Image.new("RGB", (2 * width + 1, height), "#bbbbbb")
    for place, page in enumerate(pages):
        both.paste(page, (place * (width + 1), 0))
    return both


def canvas(nodes_and_edges: dict[str, Any]) -> Image.Image:
    """The boxes and arrows where the file has them (https://jsoncanvas.org/spec/1.0)."""
    nodes = nodes_and_edges["nodes"]
    left, top = (min(node[key] for node in nodes) - MARGIN for key in "xy")
    width = max(node["x"] + node["width"] for node in nodes) - left + MARGIN
    height = max(node["y"] + node["height"] for node in nodes) - top + MARGIN
    code = [f"#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: white)"]
    by_id = {node["id"]: node for node in nodes}
    code += [box(node, left, top) for node in nodes if node["type"] == "group"]
    code += [arrow(edge, by_id, left, top) for edge in nodes_and_edges.get("edges", ())]
    code += [box(node, left, top) for node in nodes if node["type"] != "group"]
    made: Any = typst.compile("\n".join(code).encode(), format="png", ppi=72 * CANVAS_WIDTH / width)
    return Image.open(BytesIO(made))


def box(node: dict[str, Any], left: int, top: int) -> str:
    """A card or a group, with its first line."""
    colour = hue(node)
    group = node["type"] == "group"
    words = node.get("label") or node.get("text") or Path(node.get("file", "")).stem
    name = json.dumps(MARKUP.sub(r"\1", words.strip().split("\n")[0])[:90], ensure_ascii=False)
    size, fill = (34, f'rgb("{colour}").lighten(90%)') if group else (22, "white")
    place = f"#place(dx: {node['x'] - left}pt, dy: {node['y'] - top}pt, "
    shape = f'rect(width: {node["width"]}pt, height: {node["height"]}pt, radius: 10pt, stroke: 3pt + rgb("{colour}"), fill: {fill}'
    return f"{place}{shape}, inset: 14pt, text(size: {size}pt, {'weight: 600, ' if group else ''}{name})))"


def arrow(edge: dict[str, Any], nodes: dict[str, Any], left: int, top: int) -> str:
    """A curve from side to side, which leaves and arrives at right angles, and its head."""
    points = []
    for end in ("from", "to"):
        node = nodes[edge[f"{end}Node"]]
        across, down = BESIDE[edge.get(f"{end}Side", "right")]
        points.append((node["x"] - left + across * node["width"], node["y"] - top + down * node["height"]))
    bend = min(max(math.dist(*points) * 0.3, 60), 300)
    for end, (x, y) in zip(("from", "to"), points[:], strict=True):
        across, down = BESIDE[edge.get(f"{end}Side", "right")]
        points.append((x + (across - 0.5) * 2 * bend * (down == 0.5), y + (down - 0.5) * 2 * bend * (across == 0.5)))
    a, b, c, d = (f"({x}pt, {y}pt)" for x, y in points)
    code = f'#place(curve(stroke: 4pt + rgb("{hue(edge)}"), curve.move({a}), curve.cubic({c}, {d}, {b})))'
    if edge.get("toEnd") != "none":
        (x, y), (before, above) = points[1], points[3]
        length = math.dist((x, y), (before, above))
        u, v = (before - x) / length * 22, (above - y) / length * 22
        corners = ((x, y), (x + u - v / 2, y + v + u / 2), (x + u + v / 2, y + v - u / 2))
        code += f'#place(polygon(fill: rgb("{hue(edge)}"), {", ".join(f"({x}pt, {y}pt)" for x, y in corners)}))'
    return code


def hue(thing: dict[str, Any]) -> str:
    """The colour of a node or an edge in hexadecimal digits."""
    colour = thing.get("color", "")
    return PRESETS.get(colour, colour.removeprefix("#") or "999999")


if __name__ == "__main__":
    main()
