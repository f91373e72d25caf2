"""Pictures of the note Graph Capture and Dynamic Shapes."""

from figures.drawing import BLUE, GREY, LIGHT, Figure


def call_through_guards() -> Figure:
    """What happens to a call: versions in turn, then a capture or eager execution."""
    figure = Figure(590, 190)
    y, width = 60, 92  # of the guards
    figure.text(6, y + 20, "call", bold=True, centre=True)
    figure.arrow([(32, y + 20), (60, y + 20)])
    for number, x in enumerate((60, 220)):
        figure.box(x, y, width, 40, f"guards of\nversion {number}")
        figure.arrow([(x + 46, y + 40), (x + 46, y + 84)], BLUE, 2)
        figure.text(x + 54, y + 66, "hold", colour=BLUE)
        figure.box(x, y + 84, width, 34, f"version {number} runs", BLUE)
        figure.text(x + 126, y + 12, "fail", "middle")
        if number == 0:
            figure.arrow([(x + width, y + 20), (x + 160, y + 20)])
    figure.arrow([(312, y + 20), (410, y + 20)])
    figure.box(410, y, 100, 40, "capture and\ncompile", LIGHT)
    figure.arrow([(460, y + 40), (460, y + 101), (312, y + 101)], GREY, dashes="4 3")
    figure.text(470, y + 76, "a new version")
    figure.arrow([(366, y + 20), (366, 22), (480, 22)])
    figure.text(374, 14, "limit reached")
    figure.box(480, 8, 100, 30, "runs eagerly")
    return figure
