"""Pictures of the note Compiler Construction Projects."""

from figures.drawing import BLUE, GREY, Figure

PROJECTS = (
    ("1 interpreter", "values"),
    ("2 optimizer", "a smaller graph"),
    ("3 loop generator", "C"),
    ("4 dialect", "LLVM IR"),
    ("5 tuner", "tile sizes"),
)


def projects_road() -> Figure:
    """The projects in their order, what each gives, and which of them checks the others."""
    figure = Figure(600, 150)
    for number, (name, gives) in enumerate(PROJECTS):
        x = 8 + number * 118
        figure.box(x, 66, 106, 36, name, "#fff" if number else BLUE)
        figure.text(x + 53, 126, gives, "middle")
        if number:
            figure.arrow([(x - 12, 84), (x, 84)])
            figure.arrow([(61, 30), (x + 53, 30), (x + 53, 66)], GREY, 1, "4 3")
    figure.line([(61, 66), (61, 30)], GREY, 1, "4 3")
    figure.text(300, 22, "checks", "middle", GREY)
    return figure
