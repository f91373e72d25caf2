"""Pictures of the note ML Compiler Resources."""

from figures.drawing import BLUE, GREY, LIGHT, Figure

WEEKS = (
    ("introduction", 1),
    ("tensors", 1),
    ("optimization", 4),
    ("infrastructure", 2),
    ("hardware", 2),
    ("serving", 1),
    ("projects", 1),
)
HOURS = 5  # a week


def plan_weeks() -> Figure:
    """Twelve weeks by what they are about, and the hours that have passed."""
    figure = Figure(580, 130)
    week, side = 0, 46
    for number, (name, count) in enumerate(WEEKS):
        x = 14 + week * side
        fill = BLUE if name == "optimization" else LIGHT if number % 2 else "#fff"
        for each in range(count):
            figure.box(x + each * side, 40, side, 34, str(week + each + 1), fill)
            figure.text(x + (each + 1) * side, 92, str((week + each + 1) * HOURS), "middle", GREY)
        figure.text(x + count * side / 2, 30 if number % 2 else 14, name, "middle")
        week += count
    figure.text(290, 116, "hours", "middle", GREY)
    return figure
