"""Pictures of the note ML Compilers Introduction."""

from figures.drawing import BLUE, GREY, LIGHT, Figure

# Of each stage: its form, what the layer is there, and what was decided on the way to the next
STAGES = (
    ("captured graph", "four operators", "what is fused"),
    ("graph after passes", "one group", "order and memory"),
    ("loops", "one nest of three", "instructions"),
    ("code", "one kernel", ""),
)


def compiler_stages() -> Figure:
    """The stages of a compiler with the layer at each."""
    figure = Figure(470, 292)
    width, height, step = 150, 32, 68
    figure.text(95, 18, "Python function", "middle")
    figure.arrow([(95, 24), (95, 46)], BLUE, 2)
    figure.text(190, 40, "types and shapes", colour=BLUE)
    for number, (form, layer, decided) in enumerate(STAGES):
        y = 46 + number * step
        figure.box(20, y, width, height, form, LIGHT)
        figure.text(330, y + height / 2, layer, centre=True)
        figure.line([(width + 20, y + height / 2), (322, y + height / 2)], GREY, dashes="3 3")
        if decided:
            figure.arrow([(95, y + height), (95, y + step)], BLUE, 2)
            figure.text(190, y + (step + height) / 2, decided, colour=BLUE, centre=True)
    return figure
