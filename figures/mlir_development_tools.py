"""Pictures of the note MLIR Development Tools."""

from figures.drawing import BLUE, GREY, LIGHT, Figure


def mlir_loop() -> Figure:
    """Write, run, check, reduce, and again."""
    figure = Figure(520, 150)
    for number, name in enumerate(("write\na pass", "run it\non a text", "check\nby patterns", "reduce\nthe input")):
        x = 10 + number * 132
        figure.box(x, 20, 100, 48, name, LIGHT if number == 2 else "#fff")
        if number:
            figure.arrow([(x - 32, 44), (x, 44)], BLUE if number == 3 else "#000", 2 if number == 3 else 1)
    figure.text(390, 14, "fails", "middle", BLUE)
    figure.arrow([(456, 68), (456, 110), (60, 110), (60, 68)], BLUE, 2)
    figure.text(258, 130, "a few lines of text that show the fault", "middle", GREY)
    return figure
