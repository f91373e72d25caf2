"""A process of its own that tries and draws pictures, one after the other, since each can be made to take all memory, or for ever.

What is too much ends the process; the next picture gets a new one. SVG is taken as the vault has it, or drawn from Mermaid
(https://mermaid.js.org/syntax); what has too many pixels for an e-book is made smaller by Pillow (https://pillow.readthedocs.io).
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import weakref
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Event, Timer
from typing import Any

MEMORY = 2  # GB, on systems that hold a process to it
PATIENCE = 20  # seconds for a picture; most need a hundredth of one
TOO_MUCH = f"drawing it takes more than {PATIENCE} seconds or {MEMORY} GB of memory; make it simpler"

PPI = 200  # pixels per inch of what is drawn or made smaller here
CSS_PPI = 96
LARGEST = (round(8.27 * PPI), round(11.69 * PPI))  # pixels of a picture that fills a page of A4
ORIENTATION = 0x0112  # of EXIF
EXACT = b"VP8L"  # begins what a WebP holds that lost nothing: https://developers.google.com/speed/webp
QUALITY = 88  # of a JPEG, of 100

# On white, as e-books are read on dark pages, too; no larger than 20 inches, as an SVG may claim any size.
PAGE = b"""#set page(width: auto, height: auto, margin: 0pt, fill: white)
#context {
  let (width, height) = measure(image(sys.inputs.file))
  image(sys.inputs.file, width: width * calc.min(1, 1440pt / calc.max(width, height)))
}"""

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


class Workshop:
    """The process, which may show files of the folder; none is started before there is something to do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._done = 0  # by this process
        self._end: Callable[[], object] = lambda: None

    def check(self, file: str, jpeg: bool) -> None:
        """Try a bitmap of the folder alone: of a broken one Typst does not say which note shows it.

        Raises:
            ValueError: it is broken.
            DrawingError: it is too much.
        """
        self._ask("check", file, "pdf" if jpeg else "svg")  # as Typst takes a JPEG into a PDF as it is

    def check_svg(self, svg: str) -> None:
        """Try an SVG; raises as `check` does."""
        self._ask("check_svg", svg)

    def draw_mermaid(self, source: str) -> str:
        """The SVG of a diagram; raises as `check` does."""
        return str(self._ask("draw_mermaid", source))

    def render(self, file: str, target: str, fonts: list[Path]) -> int:
        """Make a PNG of an SVG of the folder; gives its own width in CSS pixels. Raises as `check` does."""
        return int(self._ask("render", file, target, [*map(str, fonts)]))

    def reduce(self, file: str, target: str, width: int) -> str:
        """Make a bitmap of the folder no larger than it is shown, as `target` with its kind; gives the smaller file.

        The width is in CSS pixels, 0: as a page has room. Raises as `check` does.
        """
        return str(self._ask("reduce", file, target, width))

    def _ask(self, task: str, *arguments: Any) -> Any:
        """Have the process do it; one that has done others before may have left too little memory, and a new one tries again."""
        while True:
            fresh = self._done == 0
            answer, late = self._tell(json.dumps([task, *arguments]))
            if answer:
                made, reason = json.loads(answer)
                if reason:
                    raise ValueError(reason)
                return made
            if fresh or late:
                raise DrawingError(TOO_MUCH)

    def _tell(self, line: str) -> tuple[bytes, bool]:
        """What the process answers, b"" where it ended; and whether it was ended for being late."""
        process = self._process or self._start()
        assert process.stdin and process.stdout
        late = Event()

        def give_up() -> None:
            late.set()
            process.kill()

        timer = Timer(PATIENCE, give_up)
        timer.start()
        try:
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = b""
        finally:
            timer.cancel()
        self._done += 1
        if not answer.endswith(b"\n"):
            self.close()
            answer = b""
        return answer, late.is_set()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", __file__, str(PATIENCE)]
        self._process = process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=self.folder
        )
        self._end = weakref.finalize(self, _end, process)
        return process

    def close(self) -> None:
        """End the process; the next picture gets a new one."""
        self._end()
        self._process, self._done = None, 0


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    with process:  # closes its pipes, and waits
        pass


# ---------- in the process ----------


@cache
def _compiler(*fonts: str) -> Any:
    """What compiles with these folders of fonts, which are read once."""
    import typst

    return typst.Compiler(root=".", font_paths=[*fonts], ignore_system_fonts=True).compile


class _Worker:
    """What the process does; each task gives what it made."""

    def __init__(self) -> None:
        self.compile = _compiler()

    def check(self, file: str, kind: str) -> None:
        self.compile(b"#image(sys.inputs.file)", sys_inputs={"file": file}, format=kind)

    def check_svg(self, svg: str) -> None:
        self.compile(b"#image(bytes(sys.inputs.svg))", sys_inputs={"svg": svg}, format="pdf")

    def draw_mermaid(self, source: str) -> str:
        import merman

        svg: str = merman.Merman().render_svg(source, json.dumps(MERMAID))
        svg = svg.replace("overflow:hidden", "overflow:visible")  # our words may be wider than it thinks
        self.check_svg(svg)
        return svg

    def render(self, file: str, target: str, fonts: list[str]) -> int:
        compile = _compiler(*fonts)  # which the others do without
        data = compile(PAGE, sys_inputs={"file": file}, format="png", ppi=PPI)
        Path(target).write_bytes(data)
        return round(int.from_bytes(data[16:20]) * CSS_PPI / PPI)

    def reduce(self, file: str, target: str, width: int) -> str:
        from PIL import Image, ImageOps

        Image.MAX_IMAGE_PIXELS = None  # what is too large was refused before
        given = Image.open(file)
        size = given.size[::-1] if given.getexif().get(ORIENTATION, 1) > 4 else given.size  # it lies on its side
        widest = min(LARGEST[0], width * PPI // CSS_PPI or LARGEST[0])
        fits = size[0] <= widest and size[1] <= LARGEST[1]
        if given.format == "GIF" or (fits and given.format != "WEBP"):  # whose frames may be many; Word shows no WebP
            return file
        picture: Any = ImageOps.exif_transpose(given)
        has_alpha = picture.has_transparency_data
        if picture.mode in ("P", "PA", "1") or (has_alpha and picture.mode not in ("RGBA", "LA")):
            picture = picture.convert("RGBA" if has_alpha else "RGB")
        before = max(picture.size)
        picture.thumbnail((widest, LARGEST[1]), Image.Resampling.LANCZOS)
        about = {"icc_profile": given.info.get("icc_profile")}
        if density := given.info.get("dpi"):  # so that it is printed as large as it was
            about["dpi"] = tuple(float(each) * max(picture.size) / before for each in density)
        is_exact = has_alpha or (given.format == "WEBP" and EXACT in Path(file).read_bytes())
        if given.format in ("JPEG", "WEBP") and not is_exact:
            target += ".jpg"
            picture.save(target, "JPEG", quality=QUALITY, optimize=True, **about)
        else:
            target += ".png"
            picture.save(target, "PNG", **about)  # to optimize it takes three times as long, for a hundredth
        if given.format != "WEBP" and os.path.getsize(target) >= os.path.getsize(file):  # noqa: PTH202
            return file
        return target


def _main(patience: int) -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library may print is no answer
    worker = _Worker()
    for line in sys.stdin.buffer:
        _limit(patience)
        task, *arguments = json.loads(line)
        made, reason = None, ""
        try:
            made = getattr(worker, task)(*arguments)
        except Exception as error:  # of many kinds
            if isinstance(error, MemoryError):
                os._exit(1)
            reason = " ".join(getattr(error, "message", str(error)).split())[:200] or type(error).__name__
        answers.write(json.dumps((made, reason)).encode() + b"\n")
        answers.flush()


def _limit(patience: int) -> None:
    """So much memory, and as much time for the next picture, should nobody be there any more to wait for it."""
    with contextlib.suppress(
        ImportError, ValueError, OSError
    ):  # on Windows; where a system does not hold to it, as macOS
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        seconds = int(used.ru_utime + used.ru_stime) + 4 * patience  # of all its threads
        resource.setrlimit(resource.RLIMIT_CPU, (seconds if hard < 0 else min(seconds, hard), hard))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY << 30, MEMORY << 30))


if __name__ == "__main__":
    _main(int(sys.argv[1]))
