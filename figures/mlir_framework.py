"""Pictures of the note MLIR Framework."""

from figures.drawing import BLUE, LIGHT, Figure

LEVELS = ("linalg on tensors", "linalg on buffers", "scf loops on buffers", "cf branches", "llvm")
LOST = (
    "values that never change",
    "the name of the operation,\nand which loops are parallel",
    "loops and their bounds",
    "shapes and indices",
)


def lowering_levels() -> Figure:
    """The levels of a program, and what each step down gives up."""
    figure = Figure(440, 300)
    width, height, step = 180, 28, 62
    for number, name in enumerate(LEVELS):
        figure.box(20, 10 + number * step, width, height, name, LIGHT if number < 2 else "#fff")
    for number, words in enumerate(LOST):
        y = 10 + number * step + height
        figure.arrow([(110, y), (110, y + step - height)], BLUE, 2)
        figure.text(220, y + (step - height) / 2, words, colour=BLUE, centre=True)
    return figure
