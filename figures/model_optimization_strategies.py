"""Pictures of the note Model Optimization Strategies."""

from figures.drawing import BLUE, GREY, LIGHT, Figure


def folded_graph() -> Figure:
    """A small graph before and after folding; what disappears is grey."""
    figure = Figure(560, 185)
    figure.text(10, 18, "before", bold=True)
    figure.text(330, 18, "after", bold=True)
    boxes = (
        (10, 90, "x", "none"),
        (64, 84, "convo-\nlution", "#fff"),
        (136, 84, "batch\nnorm", LIGHT),
        (208, 90, "relu", "#fff"),
    )
    for x, y, words, fill in boxes:
        height = 44 if y == 84 else 32
        figure.box(x, y, 56 if x != 10 else 36, height, words, fill if fill != "none" else "#fff")
    for start, end in ((46, 64), (120, 136), (192, 208)):
        figure.arrow([(start, 106), (end, 106)])
    figure.arrow([(264, 106), (284, 106)])
    figure.box(64, 30, 56, 30, "w, b", LIGHT)
    figure.arrow([(92, 60), (92, 84)])
    figure.box(128, 30, 72, 30, "γ, β, μ, σ²", LIGHT)
    figure.arrow([(164, 60), (164, 84)])
    figure.text(10, 160, "gray: constants, and what\nis absorbed into them", colour=GREY)
    figure.box(330, 90, 36, 32, "x")
    figure.arrow([(366, 106), (386, 106)])
    figure.box(386, 78, 100, 56, "convolution,\nrelu", "#fff")
    figure.arrow([(486, 106), (510, 106)])
    figure.box(400, 30, 72, 30, "w′, b′", BLUE)
    figure.arrow([(436, 60), (436, 78)])
    figure.text(330, 160, "blue: computed once,\nby the compiler", colour=BLUE)
    return figure
