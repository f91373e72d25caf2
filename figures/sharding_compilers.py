"""Picture of the note Sharding Compilers."""

from figures.drawing import BLUE, GREY, LIGHT, WHITE, Figure


def sharding_propagation() -> Figure:
    """A layer's graph with marks given by the user and marks derived from them."""
    figure = Figure(590, 220)
    given, derived = BLUE, GREY
    boxes = {
        "x": (6, 90, "data, –", given), "w1": (110, 10, "–, model", given),
        "h": (196, 90, "data, model", derived), "w2": (300, 10, "model, –", derived),
        "y": (386, 90, "data, –", derived), "z": (500, 90, "data, –", derived),
    }  # fmt: skip
    for name, (x, y, mark, colour) in boxes.items():
        figure.box(x, y, 84, 44, fill=WHITE, line=colour, thick=2 if colour == given else 1)
        figure.text(x + 42, y + 17, name, "middle", bold=True)
        figure.text(x + 42, y + 35, mark, "middle", colour)
    figure.arrow([(90, 112), (196, 112)])
    figure.arrow([(152, 54), (206, 90)])
    figure.arrow([(280, 112), (386, 112)])
    figure.arrow([(342, 54), (396, 90)])
    figure.arrow([(470, 112), (500, 112)])
    figure.line([(48, 134), (48, 196), (542, 196)])
    figure.arrow([(542, 196), (542, 134)])
    figure.text(295, 190, "residual", "middle")
    figure.box(378, 142, 100, 22, "sum over model", LIGHT, BLUE)
    return figure
