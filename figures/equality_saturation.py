"""Pictures of the note Equality Saturation."""

from figures.drawing import BLUE, GREY, Figure

WIDE, HIGH, GAP = 58, 30, 8

# The classes, the first that of the whole program, and the operations in each; operands are classes
BEFORE = {"R": ["P / 2"], "P": ["a * 2"], "a": ["a"], "2": ["2"], "1": ["1"]}
AFTER = {"R = a": ["a", "P / 2", "a * 1"], "P": ["a * 2", "a << 1"], "2": ["2"], "1": ["1", "2 / 2"]}


def e_graph_rounds() -> Figure:
    """The classes of (a*2)/2 before and after saturation, each a frame around its operations."""
    figure = Figure(520, 320)
    for title, classes, left in (("before", BEFORE, 10), ("saturated", AFTER, 230)):
        figure.text(left, 18, title, bold=True)
        for row, (name, operations) in enumerate(classes.items()):
            x, y = left + 44, 32 + row * (HIGH + 3 * GAP)
            colour = GREY if row else BLUE
            wide = len(operations) * (WIDE + GAP) + GAP
            figure.text(x - 8, y + HIGH / 2 + GAP, name, "end", colour, centre=True)
            figure.box(x, y, wide, HIGH + 2 * GAP, "", "none", colour, "", 1 if row else 2, "5 3")
            for number, words in enumerate(operations):
                figure.box(x + GAP + number * (WIDE + GAP), y + GAP, WIDE, HIGH, words)
    return figure
