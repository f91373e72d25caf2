"""Where other programs would put the cards of a map, and where ours does: what can be counted of how it reads.

Graphviz lays out by `dot`, `fdp` and `osage`, ELK by `layered` and `rectpacking` and dagre by its only way; all are told the areas
as clusters. A line goes between the nearest sides of its cards, straight on, for all alike; only what ours draws is looked at
as the curves that it is, where it passes behind cards.
"""

import json
import math
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator

from benchmarks import page
from benchmarks.legibility import COLUMNS, Map, Placed, Point, row
from benchmarks.peers import FOLDER, Peer
from exporter.model import REQUIRES, KnowledgeMap
from exporter.testing import link, make_map, topic
from exporter.views.plane.atlas import Atlas
from exporter.views.plane.drawing import Line, Names, draw
from exporter.views.plane.layout import Box, Group, Layout
from exporter.views.plane.search import Search
from exporter.views.plane.sides import BEND, BENDS, OUTWARD

WIDTH, HEIGHT, GAP = 260, 120, 80  # px
SIZES = ((6, 30), (10, 200), (20, 1000))  # areas, topics
LIMIT = 120.0  # seconds
LIBRARIES = (
    Peer("elkjs", "0.12.1", "", "npm", ()),
    Peer("dagre", "0.8.5", "", "npm", ()),
)
POINTS = 32  # of a curve


def make(areas: int, topics: int) -> Map:
    """Areas of about the same size; each topic requires an earlier one of its area, and some one of anywhere."""
    chance = random.Random(topics)
    home = [number * areas // topics for number in range(topics)]
    members = [[card for card in range(topics) if home[card] == area] for area in range(areas)]
    lines = set()
    for cards in members:
        for number, card in enumerate(cards[1:], 1):
            lines.add((cards[0] if chance.random() < 0.5 and number < 12 else cards[chance.randrange(number)], card))
    while len(lines) < topics * 3 // 2:
        start = chance.randrange(topics)
        end = chance.randrange(topics) if chance.random() < 0.5 else chance.choice(members[home[start]])
        if start < end:
            lines.add((start, end))
    steps = [
        members[number * areas // 7][number * areas % 7 % len(members[number * areas // 7])] for number in range(7)
    ]
    return Map(members, sorted(lines), steps)


def lines(runs: int) -> Iterator[str]:
    """The table, each engine in its turn."""
    failures = {peer.name: peer.install() for peer in LIBRARIES}
    yield (
        f"{page.machine()}; {_version()}, "
        + ", ".join(f"{peer.name} {peer.version}" for peer in LIBRARIES)
        + f"; seconds of CPU, inside the program where it is one of JavaScript, the least of {runs} runs at most."
    )
    yield ""
    yield f"| topics, lines | engine | {' | '.join(COLUMNS)} |"
    yield f"|---|---|{'---:|' * len(COLUMNS)}"
    for areas, topics in SIZES:
        made = make(areas, topics)
        title = f"{topics:,}, {len(made.lines):,}"
        for name, engine in ENGINES.items():
            failure = failures.get(name.split()[0], "")
            placed = None
            for _ in range(1 if failure else runs):
                try:
                    again = engine(made)
                except (subprocess.SubprocessError, OSError) as error:
                    failure = (
                        f"not done after {LIMIT:.0f} s" if isinstance(error, subprocess.TimeoutExpired) else "failed"
                    )
                    break
                placed = again if placed is None or again.seconds < placed.seconds else placed
                if placed.seconds > 2:
                    break
            cells = row(made, placed) if placed else [failure, *[""] * (len(COLUMNS) - 1)]
            yield f"| {title} | {name} | {' | '.join(cells)} |"
            title = ""


# ---------- ours ----------


def _ours(made: Map, rounds: int) -> Placed:
    start = time.process_time()
    cards = {card: Box() for area in made.areas for card in area}
    groups = [Group(cards=[cards[card] for card in area]) for area in made.areas]
    Layout((WIDTH, HEIGHT), GAP).arrange([], groups)
    rows = [group.cards for group in groups]
    Search(rows, [(cards[one], cards[other]) for one, other in made.lines]).exchange(rows, rounds)
    return Placed(cards, [*groups], time.process_time() - start)


def _drawn(made: Map) -> Placed:
    """As `--format canvas` draws it, on one sheet: what leads far starts at a small card beside its end."""
    known = _known(made)
    start = time.process_time()
    atlas = Atlas(known, "", 10**6, 0)
    drawing = draw(
        known, atlas, atlas.sheets[0], Layout((WIDTH, HEIGHT), GAP), Names("", "", lambda _: ""), lambda _: ""
    )
    seconds = time.process_time() - start
    board = drawing.board
    number = {node.id: count for count, node in enumerate(board.cards, 10**6)}
    number |= {board.topic[str(card)].id: card for area in made.areas for card in area}
    group = {node.id: count for count, node in enumerate(board.groups)}
    return Placed(
        {number[node.id]: node.box for node in board.cards},
        [node.box for node in board.groups],
        seconds,
        [(number[line.start.id], number[line.end.id]) for line in drawing.lines],
        {number[node.id]: group[board.home[node.id].id] for node in board.cards},
        {(number[line.start.id], number[line.end.id]): _curve(line) for line in drawing.lines},
    )


def _curve(line: Line) -> list[Point]:
    """As a program draws it: out of one side and into another at right angles."""
    ends = []
    for box, side in ((line.start.box, line.sides[0]), (line.end.box, line.sides[1])):
        across, down = OUTWARD[side]
        ends.append((box.x + box.width * (1 + across) / 2, box.y + box.height * (1 + down) / 2, across, down))
    (ax, ay, *out), (bx, by, *back) = ends
    bend = min(max(math.dist((ax, ay), (bx, by)) * BEND, BENDS[0]), BENDS[1])
    corners = ((ax, ay), (ax + out[0] * bend, ay + out[1] * bend), (bx + back[0] * bend, by + back[1] * bend), (bx, by))
    points = []
    for t in (number / POINTS for number in range(POINTS + 1)):
        weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
        points.append(
            (
                sum(w * x for w, (x, _) in zip(weights, corners, strict=True)),
                sum(w * y for w, (_, y) in zip(weights, corners, strict=True)),
            )
        )
    return points


def _known(made: Map) -> KnowledgeMap:
    names = [f"Area {number}" for number in range(len(made.areas))]
    topics = [topic(str(card), areas=(names[area],)) for area, cards in enumerate(made.areas) for card in cards]
    links = [link(str(end), REQUIRES, str(start)) for start, end in made.lines]
    unwritten = [topic(name, note=None) for name in names]
    return make_map(*unwritten, *topics, links=links, parents=dict.fromkeys(names))


# ---------- others ----------


def _graphviz(made: Map, engine: str) -> Placed:
    if not shutil.which("dot"):
        raise OSError("dot is missing")
    clusters = "\n".join(
        f"subgraph cluster_{area} {{ margin=40; {'; '.join(f'n{card}' for card in cards)} }}"
        for area, cards in enumerate(made.areas)
    )
    ways = "\n".join(f"n{start} -> n{end}" for start, end in made.lines)
    size = f"width={WIDTH / 72}, height={HEIGHT / 72}"
    code = (
        f'digraph {{ rankdir=LR; node [shape=box, fixedsize=true, label="", {size}]; nodesep=1; {clusters}\n{ways} }}'
    )
    before = time.perf_counter()
    run = subprocess.run(
        ["dot", f"-K{engine}", "-Tjson0"], input=code, capture_output=True, text=True, timeout=LIMIT, check=True
    )
    seconds = time.perf_counter() - before
    cards, groups = {}, []
    for thing in json.loads(run.stdout)["objects"]:
        if "pos" in thing:
            x, y = map(float, thing["pos"].split(","))
            cards[int(thing["name"][1:])] = Box(round(x - WIDTH / 2), round(-y - HEIGHT / 2), WIDTH, HEIGHT)
        elif "bb" in thing:
            left, low, right, high = map(float, thing["bb"].split(","))
            groups.append(Box(round(left), round(-high), round(right - left), round(high - low)))
    return Placed(cards, groups, seconds)


def _library(made: Map, name: str, way: str) -> Placed:
    graph = {"areas": made.areas, "lines": made.lines, "width": WIDTH, "height": HEIGHT, "gap": GAP, "way": way}
    run = subprocess.run(
        ["node", str(FOLDER / name / f"{name}.mjs")],
        input=json.dumps(graph),
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=True,
    )
    said = json.loads(run.stdout)
    cards = {int(card): Box(round(x), round(y), WIDTH, HEIGHT) for card, (x, y) in said["cards"].items()}
    return Placed(cards, [Box(*map(round, box)) for box in said["groups"]], said["seconds"])


ENGINES: dict[str, Callable[[Map], Placed]] = {
    "ours: the map's order": lambda made: _ours(made, 0),
    "ours: cards exchanged": lambda made: _ours(made, 4),
    "ours: as drawn, with small cards": _drawn,
    "Graphviz dot": lambda made: _graphviz(made, "dot"),
    "Graphviz fdp": lambda made: _graphviz(made, "fdp"),
    "Graphviz osage": lambda made: _graphviz(made, "osage"),
    "elkjs layered": lambda made: _library(made, "elkjs", "layered"),
    "elkjs rectpacking": lambda made: _library(made, "elkjs", "rectpacking"),
    "dagre": lambda made: _library(made, "dagre", "LR"),
}


def _version() -> str:
    run = subprocess.run(["dot", "-V"], capture_output=True, text=True) if shutil.which("dot") else None
    return f"Graphviz {run.stderr.split('version ')[1].split()[0]}" if run else "no Graphviz"
