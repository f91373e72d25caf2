"""Pictures of the note Learning Resources."""

from figures.drawing import BLACK, BLUE, Figure


def learning_gaps() -> Figure:
    """Three fields, and what closes the gap in each."""
    figure = Figure(520, 365)
    fields = ((190, 130, "compilers", (70, 30)), (330, 130, "machines", (450, 30)), (260, 240, "models", (400, 330)))
    for x, y, name, at in fields:
        figure.circle(x, y, 115, BLACK)
        figure.text(*at, name, "middle", bold=True)
    figure.text(130, 105, "Toy tutorial,\nAdvanced\ncompilers", "middle", centre=True)
    figure.text(392, 105, "scaling book,\nModern GPU\nprogramming", "middle", centre=True)
    figure.text(260, 300, "Deep learning systems", "middle", centre=True)
    figure.text(260, 168, "machine\nlearning\ncompilation", "middle", BLUE, centre=True)
    return figure
