"""Pictures of the note Community Forums."""

from figures.drawing import GREY, LIGHT, Figure

PARTS = (
    ("expected and seen", "is it a fault at all?"),
    ("versions, machine", "is it mended already?"),
    ("the smallest program", "can I see it, too?"),
    ("the whole message", "where does it come from?"),
    ("what was measured", "is the difference real?"),
    ("what was searched for", "has it been asked before?"),
)


def report_parts() -> Figure:
    """The parts of a report, and the question that each saves."""
    figure = Figure(430, 230)
    for number, (part, question) in enumerate(PARTS):
        y = 8 + number * 36
        figure.box(10, y, 180, 30, part, LIGHT)
        figure.text(206, y + 15, question, colour=GREY, italic=True, centre=True)
    return figure
