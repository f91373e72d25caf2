"""Pictures of the note Role of compilers in ML workflows."""

import itertools

from figures.drawing import BLUE, GREY, LIGHT, Figure

LANES = (
    ("author", "writes the model"),
    ("framework", "captures a graph"),
    ("compiler", "makes a program"),
    ("runtime", "loads, launches"),
    ("device", "runs kernels"),
)


def workflow_lanes() -> Figure:
    """Who does what on the way from a model to kernels, and what comes back."""
    figure = Figure(590, 262)
    height, width = 50, 116
    places = []
    for number, (party, work) in enumerate(LANES):
        y, x = 6 + number * height, 80 + number * 96
        figure.line([(0, y + height), (590, y + height)], LIGHT)
        figure.text(6, y + height / 2, party, bold=True, centre=True)
        places.append((x, y + 9))
        figure.box(x, y + 9, width, height - 18, work, LIGHT if party == "compiler" else "#fff")
    for (x, y), (u, v) in itertools.pairwise(places):
        figure.arrow([(x + width / 2, y + 32), (x + width / 2, v + 16), (u, v + 16)], BLUE, 2)
    (x, y), (u, v) = places[2], places[3]
    figure.arrow([(u + width - 30, v), (u + width - 30, y + 16), (x + width, y + 16)], GREY, dashes="4 3")
    figure.text(u + width - 24, y + 30, "new shape")
    (x, y), (u, v) = places[0], places[4]
    figure.arrow([(u + width - 8, v), (u + width - 8, y + 16), (x + width, y + 16)], GREY, dashes="4 3")
    figure.text(u + width - 14, y + 30, "profile", "end")
    return figure
