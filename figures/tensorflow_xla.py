"""Pictures of the note TensorFlow XLA."""

from figures.drawing import BLUE, LIGHT, Figure


def xla_path() -> Figure:
    """From frameworks through StableHLO and HLO to an executable."""
    figure = Figure(590, 210)
    for number, name in enumerate(("JAX", "TensorFlow", "PyTorch")):
        y = 30 + number * 60
        figure.box(10, y, 80, 30, name)
        figure.arrow([(90, y + 15), (120, 105 + (number - 1) * 8)])
    figure.box(120, 85, 84, 40, "StableHLO", LIGHT)
    figure.arrow([(204, 105), (232, 105)])
    figure.box(232, 85, 60, 40, "HLO", BLUE)
    figure.arrow([(274, 85), (274, 56), (250, 56), (250, 84)], BLUE)
    figure.text(262, 46, "passes", "middle", BLUE)
    for number, name in enumerate(("library call", "Triton", "own emitters")):
        y = 30 + number * 60
        figure.arrow([(292, 105 + (number - 1) * 8), (330, y + 15)])
        figure.box(330, y, 96, 30, name)
        figure.arrow([(426, y + 15), (466, 105 + (number - 1) * 8)])
    figure.box(466, 85, 114, 40, "executable\nbehind PJRT", LIGHT)
    return figure
