"""The pictures of the README, from what the bundled vault becomes: `make pictures`. Look at them before you commit them."""

import csv
import json
import math
import re
import shutil
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import typst
from PIL import Image
from playwright.sync_api import ViewportSize, sync_playwright

ROOT = Path(__file__).parent.parent
OUT, PICTURES = ROOT / "out", ROOT / "docs" / "pictures"
SPREAD = "Operator Fusion Techniques"  # the chapter whose opening is shown, with the page before it
COLOURS = 64  # of a picture
CANVAS_WIDTH, PLAN_WIDTH = 1200, 1600  # pixels
WINDOW: ViewportSize = {"width": 1500, "height": 900}  # px of a browser's
MARGIN = 40  # px around a canvas, whose arrows may leave its groups
TOPIC = "operator-fusion-techniques"  # whose neighbours in the graph are shown
HOPS = 4  # so far away at most
GRAPH = (1200, 700)  # pt
KINDS = {"REQUIRES": "e9973f", "IN_AREA": "a882ff"}  # relationships that are shown
RADIUS, EDGE, APART = 37, 45, 100  # pt: of a circle, from the edge and from one another
PRESETS = {"1": "fb464c", "2": "e9973f", "3": "e0de71", "4": "44cf6e", "5": "53dfdd", "6": "a882ff"}  # Obsidian's own
MARKUP = re.compile(r"^#+ |\*+|\[([^\]]*)\]\([^)]*\)")
BESIDE = {"left": (0, 0.5), "right": (1, 0.5), "top": (0.5, 0), "bottom": (0.5, 1)}


def main() -> None:
    """Make all of them."""
    PICTURES.mkdir(exist_ok=True)
    save("handbook", spread(OUT / "handbook" / "handbook.pdf"))
    save("graph", graph(OUT / "neo4j-bulk"))
    save("plan", plan(OUT / "svg" / "knowledge-map.svg"))
    save("page", page(OUT / "html" / "knowledge-map.html"))
    save("canvas", canvas(json.loads((OUT / "canvas" / "knowledge-map.canvas").read_text(encoding="utf-8"))))


def save(name: str, picture: Image.Image) -> None:
    """As few bytes as it is legible with."""
    file = PICTURES / f"{name}.png"
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} kB", file=sys.stderr)


def page(html: Path) -> Image.Image:
    """The page in a browser, with what has to be known before the chapter's topic."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        shown = browser.new_page(viewport=WINDOW, reduced_motion="reduce")
        shown.goto(f"{html.as_uri()}#{TOPIC}?before")
        shown.wait_for_selector(".over circle")
        picture = Image.open(BytesIO(shown.screenshot()))
        browser.close()
    return picture


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


def graph(folder: Path) -> Image.Image:
    """What is near a topic by requirements and areas, as a graph database shows it."""
    title, links = {}, []
    for header in sorted(folder.glob("topics-*-header.csv")):
        for row in rows(header):
            if "title:string" in row:
                title[row["id:ID(Topic)"]] = row["title:string"]
            elif (kind := row[":TYPE"]) in KINDS and ":END_ID(Topic)" in row:
                links.append((row[":START_ID(Topic)"], kind, row[":END_ID(Topic)"]))
    seen = {TOPIC}
    for _ in range(HOPS):
        seen |= {id for link in links if link[0] in seen or link[2] in seen for id in (link[0], link[2])}
    pairs = {(start, end): kind for start, kind, end in sorted(links, reverse=True) if {start, end} <= seen}
    links = [(start, kind, end) for (start, end), kind in sorted(pairs.items())]
    place = spread_out(sorted({end for link in links for end in (link[0], link[2])}), links)
    code = [
        f'#set page(width: {GRAPH[0]}pt, height: {GRAPH[1]}pt, margin: 0pt, fill: white)\n#set text(font: "Libertinus Serif")'
    ]
    for start, kind, end in links:
        (x1, y1), (x2, y2) = place[start], place[end]
        angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
        turned = angle if abs(angle) <= 90 else angle + 180
        colour = f'rgb("{KINDS[kind]}")'
        code.append(f"#place(line(start: ({x1}pt, {y1}pt), end: ({x2}pt, {y2}pt), stroke: 1.6pt + {colour}))")
        back = RADIUS / math.dist(place[start], place[end])
        tip = (x2 - (x2 - x1) * back, y2 - (y2 - y1) * back)
        wings = [
            [at - 9 * go(math.radians(angle + turn)) for at, go in zip(tip, (math.cos, math.sin), strict=True)]
            for turn in (25, -25)
        ]
        points = ", ".join(f"({x}pt, {y}pt)" for x, y in (tip, *wings))
        code.append(f"#place(polygon(fill: {colour}, {points}))")
        label = f'box(width: 90pt, align(center, box(fill: white, inset: 1pt, text(size: 8.5pt, fill: {colour}.darken(30%), "{kind}"))))'
        code.append(f"#place(dx: {(x1 + x2) / 2 - 45}pt, dy: {(y1 + y2) / 2 - 5}pt, rotate({turned}deg, {label}))")
    areas = {end for _, kind, end in links if kind == "IN_AREA"}
    for id, (x, y) in place.items():
        colour = "4c8eda" if id == TOPIC else "a882ff" if id in areas else "57c7e3"
        words = f"text(size: 9pt, hyphenate: false, {json.dumps(title[id])})"
        shape = f'circle(radius: {RADIUS}pt, fill: rgb("{colour}").lighten(35%), stroke: 1.5pt + rgb("{colour}").darken(20%), align(center + horizon, {words}))'
        code.append(f"#place(dx: {x - RADIUS}pt, dy: {y - RADIUS}pt, {shape})")
    made: Any = typst.compile("\n".join(code).encode(), format="png", ppi=72)
    return Image.open(BytesIO(made))


def rows(header: Path) -> list[dict[str, str]]:
    """The rows of a table of the bulk import, by the names of its header."""
    table = header.with_name(header.name.replace("-header", ""))
    with header.open(encoding="utf-8", newline="") as names, table.open(encoding="utf-8", newline="") as values:
        return [*csv.DictReader(values, next(csv.reader(names)))]


def spread_out(ids: list[str], links: list[tuple[str, str, str]]) -> dict[str, tuple[float, float]]:
    """A place for each, by springs along the links (Fruchterman and Reingold, 1991), then stretched over the picture."""
    place = {id: [math.cos(turn), math.sin(turn)] for turn, id in enumerate(ids)}
    for round_ in range(400):
        push = {id: [0.0, 0.0] for id in ids}
        for a in ids:
            for b in ids:
                if a != b:
                    dx, dy = place[a][0] - place[b][0], place[a][1] - place[b][1]
                    near = max(dx * dx + dy * dy, 0.01)
                    push[a][0] += dx / near
                    push[a][1] += dy / near
        for start, _, end in links:
            dx, dy = place[end][0] - place[start][0], place[end][1] - place[start][1]
            far = math.hypot(dx, dy)
            for id, sign in ((start, 1), (end, -1)):
                push[id][0] += sign * dx * far
                push[id][1] += sign * dy * far
        for id in ids:
            force = math.hypot(*push[id])
            step = min(force, 0.1 * (1 - round_ / 400)) / max(force, 1e-9)
            place[id] = [place[id][0] + push[id][0] * step, place[id][1] + push[id][1] * step]
    axes = []
    for axis, length in enumerate(GRAPH):
        least, most = (choose(place[id][axis] for id in ids) for choose in (min, max))
        axes.append([EDGE + (place[id][axis] - least) / (most - least) * (length - 2 * EDGE) for id in ids])
    xs, ys = axes
    for _ in range(300):  # circles that touch make room for each other
        for a in range(len(ids)):
            for b in range(a):
                dx, dy = xs[a] - xs[b], ys[a] - ys[b]
                if (far := math.hypot(dx, dy)) < APART:
                    move = (APART - far) / 2 / max(far, 1)
                    xs[a], ys[a], xs[b], ys[b] = (
                        xs[a] + dx * move,
                        ys[a] + dy * move,
                        xs[b] - dx * move,
                        ys[b] - dy * move,
                    )
        xs, ys = (
            [min(max(at, EDGE), length - EDGE) for at in axis] for axis, length in zip((xs, ys), GRAPH, strict=True)
        )
    return {id: (x, y) for id, x, y in zip(ids, xs, ys, strict=True)}


def plan(svg: Path) -> Image.Image:
    """As Typst draws it."""
    code = f'#set page(width: {PLAN_WIDTH}pt, height: auto, margin: 0pt)\n#image("plan.svg", width: 100%)'
    made: Any = typst.compile({"main.typ": code.encode(), "plan.svg": svg.read_bytes()}, format="png", ppi=72)  # type: ignore[call-overload]
    return Image.open(BytesIO(made))


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
