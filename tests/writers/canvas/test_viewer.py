"""Canvases by what nobody here wrote: Obsidian's own typings, and a viewer in a real browser.

It draws each thing at its place, and all words in their cards.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest
from maps import topic
from npm import install
from PIL import Image

from exporter.model import REQUIRES, KnowledgeMap
from exporter.testing import link, make_map
from exporter.writers.canvas import Options, write

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent / "viewer"
SIZE = (1600, 1150)  # px of the window, whose lower part stays empty
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --hide-scrollbars --virtual-time-budget=8000"
)


class Shown(NamedTuple):
    """What is seen: cards by their ids, how the plane is shifted and shrunk, and a picture."""

    cards: dict[str, dict[str, Any]]
    scale: float
    left: float
    top: float
    picture: Image.Image


@pytest.fixture(scope="module")
def show(
    require: Callable[[bool, str], None], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[dict[str, Any], str], Shown]:
    """Open a canvas in Chromium, light or dark."""
    browser = shutil.which("chromium") or ""
    require(bool(browser), "chromium")
    modules = install(HERE, require)
    folder = tmp_path_factory.mktemp("viewer")
    shutil.copy(HERE / "page.html", folder)
    entry = 'export * from "json-canvas-viewer"'
    command = [modules / ".bin/esbuild", "--bundle", "--global-name=viewer", f"--outfile={folder / 'viewer.js'}"]
    subprocess.run(command, input=entry, text=True, cwd=modules, check=True, capture_output=True, timeout=60)

    def look(*arguments: str) -> bytes:
        own = [f"--user-data-dir={folder / 'profile'}", f"--window-size={SIZE[0]},{SIZE[1]}", *arguments]
        command = [browser, *FLAGS.split(), *own, (folder / "page.html").as_uri()]
        return subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120).stdout

    def show(canvas: dict[str, Any], theme: str) -> Shown:
        script = f"const theme = {json.dumps(theme)}, canvas = {json.dumps(canvas)}"
        (folder / "canvas.js").write_text(script, encoding="utf-8")
        (seen,) = re.findall('<pre id="seen">(.*?)</pre>', look("--dump-dom").decode(), re.DOTALL)
        told = json.loads(unescape(seen))
        look(f"--screenshot={folder / 'seen.png'}")
        cards = {card.pop("id"): card for card in told.pop("cards")}
        return Shown(cards, picture=Image.open(BytesIO((folder / "seen.png").read_bytes())).convert("RGB"), **told)

    return show


@pytest.fixture(scope="module")
def typings(require: Callable[[bool, str], None]) -> dict[str, Any]:
    """The schema of Obsidian's own typings of a canvas."""
    modules = install(HERE, require)
    command = [modules / ".bin/ts-json-schema-generator", "--path", modules / "obsidian/canvas.d.ts"]
    command += ["--type", "CanvasData", "--no-type-check", "--additional-properties"]
    done = subprocess.run(command, cwd=modules, check=True, capture_output=True, timeout=120)
    schema: dict[str, Any] = json.loads(done.stdout)
    return schema


def canvases(knowledge_map: KnowledgeMap) -> dict[str, Any]:
    made = (thing for thing in write(knowledge_map, Options()) if hasattr(thing, "path"))
    return {file.path: json.loads("".join(file.content)) for file in made if file.path.endswith(".canvas")}


def large() -> KnowledgeMap:
    """Two hundred topics in eight areas."""
    topics = [
        topic(f"t{n}", title=f"Topic {n}", areas=(f"t{n % 8}",) if n >= 8 else (), summary="says it in a few words")
        for n in range(200)
    ]
    links = [link(f"t{n}", REQUIRES, f"t{n // 3}") for n in range(8, 200)]
    return make_map(*topics, links=links, parents={f"t{n}": None for n in range(8)})


def check(canvas: dict[str, Any], shown: Shown) -> None:
    """Each card is drawn where the file has it, with all of its words; groups and cards are seen in the picture."""
    for node in canvas["nodes"]:
        x, y = shown.left + node["x"] * shown.scale, shown.top + node["y"] * shown.scale
        width, height = node["width"] * shown.scale, node["height"] * shown.scale
        if node["type"] == "text" or node.get("file", "").endswith(".md"):  # of others it shows a frame
            assert shown.cards[node["id"]]["box"] == pytest.approx([x, y, width, height], abs=1), node
        if node["type"] == "text":
            assert shown.cards[node["id"]]["hidden"] <= 1, node
        if node["type"] != "file":
            outside, *border = (shown.picture.getpixel((int(x) + dx, int(y + height / 2))) for dx in (-5, -1, 0, 1, 2))
            assert any(pixel != outside for pixel in border), node
    ids = {node["id"] for node in canvas["nodes"]}
    assert all({edge["fromNode"], edge["toNode"]} <= ids for edge in canvas["edges"])


def test_the_bundled_map_is_shown_in_light_and_dark(
    show: Callable[[dict[str, Any], str], Shown], bundled: KnowledgeMap
) -> None:
    (canvas,) = canvases(bundled).values()
    pictures = []
    for theme in ("light", "dark"):
        shown = show(canvas, theme)
        check(canvas, shown)
        pictures.append(shown.picture)
    light, dark = (sum(picture.resize((1, 1)).getpixel((0, 0))) for picture in pictures)
    assert light > dark


def test_an_overview_and_a_canvas_of_an_area_are_shown(show: Callable[[dict[str, Any], str], Shown]) -> None:
    made = canvases(large())
    assert len(made) > 8
    overview, area = made["knowledge-map.canvas"], next(made[path] for path in made if path.startswith("areas/"))
    for canvas in (overview, area):
        check(canvas, show(canvas, "light"))


def test_obsidians_own_typings_accept_all_canvases(typings: dict[str, Any], bundled: KnowledgeMap) -> None:
    made = [*canvases(bundled).values(), *canvases(large()).values()]
    for canvas in made:
        jsonschema.validate(canvas, typings)
    for part, key in (("nodes", "x"), ("nodes", "type"), ("edges", "toNode")):
        broken = json.loads(json.dumps(made[0]))
        del broken[part][0][key]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, typings)
