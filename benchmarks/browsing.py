"""What the page of `--format html` weighs, how soon it opens and how smoothly it moves, beside other programs that draw the same map.

A page for each: ours as a user gets it, theirs with the same topics at the same places and the same links, bundled by esbuild and
no text. All are opened in Chromium in turns, in a window of their own, and moved by the mouse. What others draw of 10,000 topics are all links, ours
draws those of the topic that is chosen.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from benchmarks import page, vaults
from benchmarks.commands import EXPORTER, OURS
from benchmarks.measure import PLAIN
from benchmarks.peers import FOLDER, HERE, Peer
from exporter import KnowledgeMap, read
from exporter.model import IN_AREA
from exporter.writers.html.plane import CARD, Plane

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

LOCK = HERE / "browsing" / "package-lock.json"
LIBRARIES = Peer("browsing", hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12], "", "npm ci", ())
OTHERS = (
    "force-graph",
    "vis-network",
    "cytoscape",
    "sigma",
    "json-canvas-viewer",
    "svg",
    "canvas",
)  # a driver each, in peers/browsing
TITLES = {"svg": "SVG, no library", "canvas": "canvas, no library"}
SIZES = ("bundled", "1000", "10000")  # vaults
WINDOW = {"width": 1400, "height": 900}
MOVES = 24  # of the hand, and turns of the wheel
PATIENCE = 6.0  # seconds for the moves of a page
LIMIT = 60_000  # milliseconds for a page to open
FLAGS = ["--no-sandbox", "--disable-gpu"]
WORD = "kernel"  # which is in titles and texts of all maps
ARTICLES = re.compile(r'<article .*?</article>\n?|<script type="text/plain".*?</script>\n?', re.DOTALL)

# Milliseconds from the navigation to the frame after the one in which all is drawn first
OPENED = """window.opened = new Promise((done) => addEventListener("load", async () => {
  setTimeout(done, LIMIT, null);
  await window.drawn;
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(performance.now()))));
}))""".replace("LIMIT", str(LIMIT))
# Milliseconds from each frame that follows a move of the mouse to the next
BEGIN = """() => {
  window.frames_ = [];
  let last = 0, asked = false;
  for (const name of ["pointermove", "wheel"]) addEventListener(name, () => (asked = true), { capture: true, passive: true });
  const frame = (now) => {
    if (last) window.frames_.push(now - last);
    [last, asked] = [asked ? now : 0, false];
    window.asked_ = requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""
END = "() => (cancelAnimationFrame(window.asked_), window.frames_)"
# Milliseconds from a word to the frame that has the first hits, and until the texts are searched
SEARCH = """(word) => new Promise((done) => {
  const query = document.getElementById("__query");
  const told = [];
  const start = performance.now();
  new MutationObserver((changes) => {
    for (const _ of changes) told.push(0);
    if (told.length === 1) requestAnimationFrame(() => setTimeout(() => (window.first = performance.now() - start)));
    if (told.length > 1) {
      const all = performance.now() - start;
      setTimeout(() => done([window.first, all]), 200);
    }
  }).observe(document.getElementById("__count"), { childList: true });
  query.value = word;
  query.dispatchEvent(new Event("input"));
})"""


@dataclass
class Candidate:
    """A page, and what was measured of it; milliseconds."""

    name: str
    file: Path
    frame: int = 0  # bytes without articles
    packed: int = 0  # the same by gzip
    opening: list[float] = field(default_factory=list)
    panning: list[float] = field(default_factory=list)
    zooming: list[float] = field(default_factory=list)
    first_hits: list[float] = field(default_factory=list)
    all_hits: list[float] = field(default_factory=list)
    heap: list[float] = field(default_factory=list)  # MB
    failure: str = ""

    def __post_init__(self) -> None:
        frame = ARTICLES.sub("", self.file.read_text(encoding="utf-8")).encode()
        self.frame, self.packed = len(frame), len(gzip.compress(frame, 9))


def lines(runs: int) -> Iterator[str]:
    """The table, a map in its turn."""
    program = shutil.which("chromium")
    failure = LIBRARIES.install() if program else "chromium is missing"
    if failure or not program:
        yield failure
        return
    from playwright.sync_api import sync_playwright

    yield from _head(program, runs)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="mlk-export-benchmarks-") as folder:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for vault in (vault for vault in vaults.KNOWN if vault.name in SIZES):
            print(f"{vault.title}, {vault.name}", file=sys.stderr)
            place = Path(folder) / vault.name
            place.mkdir()
            known, candidates = _candidates(vault.make(place), place, browser)
            for turn in range(runs + 1):
                for candidate in candidates if turn % 2 == 0 else candidates[::-1]:
                    _measure(browser, candidate, warm=turn == 0)
            yield from _rows(known, candidates)
        browser.close()


def _head(program: str, runs: int) -> Iterator[str]:
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    wanted = json.loads((HERE / "browsing" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    libraries = ", ".join(f"{name} {wanted[name]}" for name in OTHERS if name in wanted)
    yield (
        f"{page.machine()}; Chromium {version} without a GPU; {libraries}; each page opened in turns, medians of {runs} runs after "
        "one that warms up, frames of all of them."
    )
    yield ""
    yield (
        "| topics, links | page | kB | without texts, kB | by gzip | opening, ms | ours = 1 | pan, ms a frame, 95 % | zoom, ms a frame, 95 % "
        "| first hits, all texts, ms | heap, MB |"
    )
    yield f"|---|---|{'---:|' * 9}"


def _rows(known: KnowledgeMap, candidates: list[Candidate]) -> Iterator[str]:
    title = f"{len(known.topics):,}, {len(_links(known)):,}"
    ours = median(candidates[0].opening) if candidates[0].opening else 0.0
    for candidate in candidates:
        sizes = candidate.file.stat().st_size, candidate.frame, candidate.packed
        opening = median(candidate.opening) if candidate.opening else 0.0
        cells = [
            *(f"{size / 1000:,.0f}" for size in sizes),
            *([f"{opening:,.0f}", f"{opening / ours:.2f}"] if opening else [candidate.failure, ""]),
            *map(_frames, (candidate.panning, candidate.zooming)),
            f"{median(candidate.first_hits):,.0f}, {median(candidate.all_hits):,.0f}" if candidate.all_hits else "",
            f"{median(candidate.heap):,.0f}" if candidate.heap else "",
        ]
        yield f"| {title} | {candidate.name} | {' | '.join(cells)} |"
        title = ""


def _frames(times: list[float]) -> str:
    return f"{median(times):,.0f}, {quantiles(times, n=20)[-1]:,.0f}" if len(times) > 1 else ""


# ---------- pages ----------


def _candidates(vault: Path, place: Path, browser: Browser) -> tuple[KnowledgeMap, list[Candidate]]:
    """Ours, and a page for each of the others, whose map has the room that ours has."""
    out = place / "out"
    command = [*EXPORTER, "--format", "html", "--vault", str(vault), "--out", str(out), "--no-cache"]
    subprocess.run(command, env={**PLAIN, **OURS}, check=True, capture_output=True)
    ours = out / "html" / "knowledge-map.html"
    known = read(vault).knowledge_map
    with _window(browser) as shown:
        shown.goto(ours.as_uri(), timeout=LIMIT)
        room = shown.locator("#__map").bounding_box()
    data = json.dumps(_numbers(known), ensure_ascii=False).replace("<", "\\u003c")
    candidates = [Candidate("ours", ours)]
    for name in OTHERS:
        file = place / f"{name}.html"
        file.write_text(_page(data, _bundle(name), room or WINDOW), encoding="utf-8")
        candidates.append(Candidate(TITLES.get(name, name), file))
    return known, candidates


def _numbers(known: KnowledgeMap) -> dict[str, Any]:
    """Topics by their middles, in px, with the number of the area that they lie in."""
    plane = Plane(known, "")
    cards = (plane.board.topic[topic.id].box for topic in known.topics)
    areas = {area.id: number for number, area in enumerate(known.areas)}
    homes = (areas.get(topic.areas[0] if topic.areas else topic.id, 0) for topic in known.topics)
    return {
        "nodes": [
            {"title": topic.title, "x": box.x + CARD[0] // 2, "y": box.y + CARD[1] // 2, "area": area}
            for topic, box, area in zip(known.topics, cards, homes, strict=True)
        ],
        "links": _links(known),
        "card": CARD,
        "size": plane.size,
    }


def _links(known: KnowledgeMap) -> list[tuple[int, int]]:
    """Which topics are linked, each pair once, as far as areas do not say it."""
    number = {topic.id: at for at, topic in enumerate(known.topics)}
    pairs = (sorted((number[link.start], number[link.end])) for link in known.links if link.kind != IN_AREA)
    return sorted({(start, end) for start, end in pairs if start != end})


def _bundle(name: str) -> str:
    command = [
        str(FOLDER / "browsing/node_modules/.bin/esbuild"),
        f"{name}.js",
        "--bundle",
        "--minify",
        "--format=iife",
    ]
    return subprocess.run(command, cwd=FOLDER / "browsing", capture_output=True, text=True, check=True).stdout


def _page(data: str, script: str, room: Any) -> str:
    return (
        '<!doctype html><meta charset="utf-8"><style>body { margin: 0 } '
        f"#map {{ width: {room['width']:.0f}px; height: {room['height']:.0f}px; overflow: hidden }}</style>"
        f'<div id="map"></div><script type="application/json" id="data">{data}</script><script>{script}</script>'
    )


# ---------- in the browser ----------


class _window:  # noqa: N801 - a context
    """A window with nothing remembered."""

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context(viewport=WINDOW, reduced_motion="reduce", bypass_csp=True)  # type: ignore[arg-type]

    def __enter__(self) -> Page:
        shown = self._context.new_page()
        shown.set_default_timeout(LIMIT)
        shown.add_init_script(OPENED)
        return shown

    def __exit__(self, *_: object) -> None:
        self._context.close()


def _measure(browser: Browser, candidate: Candidate, warm: bool) -> None:
    """Open a page once, and move it; the first time only to see that it does."""
    from playwright.sync_api import Error

    if candidate.failure:
        return
    with _window(browser) as shown:
        try:
            shown.goto(candidate.file.as_uri(), timeout=LIMIT)
            opening = shown.evaluate("window.opened")
            if opening is None:
                candidate.failure = f"not there after {LIMIT / 1000:.0f} s"
                return
            heap = _heap(shown.context.new_cdp_session(shown))
            ours = shown.locator("#__map").count() > 0
            x, y, reach = _middle(shown, "#__map" if ours else "#map")
            if warm:
                _try(shown, candidate, x, y, reach)
                print(f"  {candidate.name}: {opening:.0f} ms", file=sys.stderr)
                return
            candidate.opening.append(opening)
            candidate.heap.append(heap / 1e6)
            candidate.panning += _frames_of(shown, lambda: _pan(shown, x, y, reach))
            candidate.zooming += _frames_of(shown, lambda: _zoom(shown, x, y))
            if ours:
                first, all_texts = shown.evaluate(SEARCH, WORD)
                candidate.first_hits.append(first)
                candidate.all_hits.append(all_texts)
        except Error as error:
            candidate.failure = f"failed: {error.message.splitlines()[0]}"


def _middle(shown: Page, name: str) -> tuple[float, float, float]:
    """The middle of the map, and how far the hand may go from there."""
    box = shown.locator(name).bounding_box()
    if not box:
        raise SystemExit(f"no {name} on the page")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"] / 3


def _try(shown: Page, candidate: Candidate, x: float, y: float, reach: float) -> None:
    """See that the hand and the wheel change what is seen: a page that stands still has quick frames."""
    seen = shown.screenshot()
    for move in (lambda: _pan(shown, x, y, reach, 3), lambda: _zoom(shown, x, y, 2)):
        move()
        shown.wait_for_timeout(1000)
        again = shown.screenshot()
        if again == seen:
            candidate.failure = "does not move"
        seen = again


def _frames_of(shown: Page, move: Callable[[], None]) -> list[float]:
    shown.evaluate(BEGIN)
    move()
    times: list[float] = shown.evaluate(END)
    return times


def _pan(shown: Page, x: float, y: float, reach: float, moves: int = MOVES) -> None:
    """Take the map by its middle and lead it to and fro."""
    end = time.monotonic() + PATIENCE
    shown.mouse.move(x, y)
    shown.mouse.down()
    for turn in range(1, moves + 1):
        part = turn / moves * 2
        shown.mouse.move(x + reach * (1 - abs(1 - part)), y + turn % 5)
        if time.monotonic() > end:
            break
    shown.mouse.up()


def _zoom(shown: Page, x: float, y: float, moves: int = MOVES) -> None:
    """Turn the wheel, first towards what is seen."""
    end = time.monotonic() + PATIENCE
    shown.mouse.move(x, y)
    for turn in range(moves):
        shown.mouse.wheel(0, -100 if turn < moves / 2 + 1 else 100)
        if time.monotonic() > end:
            break


def _heap(session: CDPSession) -> float:
    """Bytes of what the script holds."""
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"])
