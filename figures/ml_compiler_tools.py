"""Pictures of the note ML Compiler Tools."""

from figures.drawing import BLUE, LIGHT, Figure

BRANCHES = (
    ("a wrong result", "compare\nstage by stage", "bisect\nthe passes"),
    ("too slow", "timeline:\ngaps, copies, breaks", "counters of\none kernel"),
    ("no result", "reduce\nthe input", "read the\nmessage"),
)


def tools_tree() -> Figure:
    """What to do first for a result that is wrong, slow or missing."""
    figure = Figure(560, 220)
    figure.box(10, 92, 80, 36, "what is\nwrong?")
    for row, (symptom, first, then) in enumerate(BRANCHES):
        y = 14 + row * 72
        figure.arrow([(90, 110), (130, y + 24)])
        figure.box(130, y, 110, 48, symptom, line=BLUE)
        figure.arrow([(240, y + 24), (270, y + 24)])
        figure.box(270, y, 140, 48, first, LIGHT)
        figure.arrow([(410, y + 24), (440, y + 24)])
        figure.box(440, y, 110, 48, then, LIGHT)
    return figure
