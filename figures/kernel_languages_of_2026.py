"""Picture of the note Kernel Languages of 2026."""

from figures.drawing import BLUE, GREY, WHITE, Figure

DECISIONS = ("tile", "memory", "layout", "copies", "roles")
FILLS = {"a": BLUE, "h": GREY, "-": WHITE}  # the author, a hint or override, compiler or tuner
LANGUAGES = {
    "Helion": "h--hh",
    "Triton": "a--hh",
    "cuTile": "a--h-",
    "TileLang": "aahh-",
    "ThunderKittens": "aahaa",
    "Pallas (GPU)": "aaaaa",
    "Gluon": "aaaaa",
    "CuTe DSL": "aaaaa",
}


def kernel_languages() -> Figure:
    """Languages against decisions, and who takes them."""
    figure = Figure(520, 250)
    left, top, width, height = 130, 34, 72, 24
    for column, decision in enumerate(DECISIONS):
        figure.text(left + column * width + width / 2, 24, decision, "middle", bold=True)
    for row, (name, who) in enumerate(LANGUAGES.items()):
        y = top + row * height
        figure.text(left - 10, y + height / 2, name, "end", centre=True)
        for column, letter in enumerate(who):
            figure.box(left + column * width, y, width, height, fill=FILLS[letter], thick=0.6)
    return figure
