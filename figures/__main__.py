"""Draw all pictures of the bundled vault anew: python -m figures"""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import figures
from figures.drawing import Figure

FOLDER = Path(__file__).parent.parent / "vault" / "figures"


def draw_all() -> Iterator[tuple[str, str]]:
    """Each picture: the name of its file, and the file."""
    for module in pkgutil.iter_modules(figures.__path__):
        if module.name not in ("drawing", "__main__"):
            made = importlib.import_module(f"figures.{module.name}")
            for name, draw in vars(made).items():
                if not name.startswith("_") and getattr(draw, "__module__", "") == made.__name__ and callable(draw):
                    figure = draw()
                    assert isinstance(figure, Figure), f"figures/{module.name}.py: {name} gives no Figure"
                    yield f"{name.replace('_', '-')}.svg", figure.svg()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, svg in draw_all():
        (FOLDER / name).write_text(svg, encoding="utf-8")
