"""Pictures of the note Operator Fusion Techniques."""

from figures.drawing import BLUE, GREY, LIGHT, Figure


def fused_loops() -> Figure:
    """Two kernels with an intermediate tensor in memory, and the fused one."""
    figure = Figure(560, 210)
    for x, title in ((10, "two kernels"), (300, "one kernel")):
        figure.text(x, 18, title, bold=True)
    figure.box(10, 30, 110, 52, "for i:\nt[i] = f(x[i])")
    figure.box(10, 128, 110, 52, "for i:\ny[i] = g(t[i])")
    figure.box(190, 20, 60, 170, "x\n\n\n\nt\n\n\n\ny", LIGHT)
    figure.text(220, 205, "main memory", "middle")
    figure.arrow([(190, 42), (120, 42)])
    figure.arrow([(120, 66), (190, 96)], BLUE, 2)
    figure.arrow([(190, 112), (120, 144)], BLUE, 2)
    figure.arrow([(120, 170), (190, 170)])
    figure.box(300, 66, 130, 78, "for i:\nt = f(x[i])\ny[i] = g(t)")
    figure.text(365, 162, "t: a register", "middle", BLUE)
    figure.box(490, 20, 60, 170, "x\n\n\n\n\n\n\n\ny", LIGHT)
    figure.text(520, 205, "main memory", "middle")
    figure.arrow([(490, 42), (430, 82)])
    figure.arrow([(430, 130), (490, 168)])
    return figure


def fusion_cycle() -> Figure:
    """The triangle of operators of which two must not be fused alone."""
    figure = Figure(360, 150)
    figure.box(20, 20, 250, 60, fill="none", line=GREY, dashes="5 4")
    figure.text(276, 54, "the candidate", colour=GREY)
    figure.box(40, 34, 44, 32, "A")
    figure.box(206, 34, 44, 32, "B")
    figure.box(123, 106, 44, 32, "C", LIGHT)
    figure.arrow([(84, 50), (206, 50)])
    figure.arrow([(72, 66), (128, 106)], BLUE, 2)
    figure.arrow([(162, 106), (218, 66)], BLUE, 2)
    return figure


def attention_tiles() -> Figure:
    """A row of tiles of the scores, with what is carried along."""
    figure = Figure(500, 230)
    side = 40
    for row in range(4):
        for column in range(5):
            current, done = (row, column) == (1, 3), row == 1 and column < 3
            figure.box(
                60 + column * side,
                50 + row * side,
                side,
                side,
                fill=BLUE if current else LIGHT if done else "#fff",
                line=GREY,
            )
    figure.arrow([(60, 36), (260, 36)])
    figure.text(160, 26, "keys and values", "middle")
    figure.text(48, 130, "queries", "middle", turn=-90)
    for number, (name, width) in enumerate((("max", 14), ("sum", 14), ("output", 90))):
        x = 300 + number * 40
        figure.box(x, 90, width, side, fill=LIGHT)
        figure.text(x + width / 2, 146, name, "middle")
    figure.arrow([(260, 110), (296, 110)], BLUE, 2)
    figure.text(390, 78, "rescaled after each tile", "middle", BLUE)
    return figure
