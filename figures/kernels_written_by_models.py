"""Pictures of the note Kernels Written by Models."""

from figures.drawing import BLUE, GREY, LIGHT, Figure


def kernel_writing_loop() -> Figure:
    """The loop of prompt, model, harness and memory, with the gates of the harness."""
    figure = Figure(560, 200)
    figure.box(20, 30, 90, 40, "prompt")
    figure.box(150, 30, 90, 40, "model")
    figure.box(280, 20, 190, 60, "", "none", BLUE, "", 2)
    for number, name in enumerate(("compiles", "is right", "is fast")):
        figure.box(288 + number * 60, 32, 54, 36, name, LIGHT)
    figure.text(375, 14, "harness", "middle", BLUE)
    figure.box(150, 140, 90, 40, "memory")
    figure.arrow([(110, 50), (150, 50)])
    figure.arrow([(240, 50), (280, 50)])
    figure.arrow([(470, 50), (510, 50)])
    figure.text(514, 50, "result", centre=True)
    figure.arrow([(375, 80), (375, 160), (240, 160)])
    figure.text(308, 152, "messages, times", "middle", GREY)
    figure.arrow([(150, 160), (65, 160), (65, 70)])
    return figure
