"""Pictures of the note LLM Serving Compilers."""

from figures.drawing import BLUE, GREY, LIGHT, WHITE, Figure

TABLE = {"a": (0, 1, 2, 6), "b": (3, 4), "c": (0, 1, 5)}  # as the note's program prints it
PAGES = 12


def paged_cache() -> Figure:
    """Requests with their lists of pages, and the pages."""
    figure = Figure(590, 200)
    side, left, top = 40, 60, 140
    used = {page: [name for name, pages in TABLE.items() if page in pages] for page in range(PAGES)}
    for page in range(PAGES):
        fill = BLUE if len(used[page]) > 1 else LIGHT if used[page] else WHITE
        figure.box(left + page * side, top, side, 30, str(page), fill)
    for number, (name, pages) in enumerate(TABLE.items()):
        x = left + 20 + number * 190
        figure.box(x, 22, 120, 28, f"{name}:  {', '.join(map(str, pages))}")
        for place, page in enumerate(pages):
            colour = BLUE if len(used[page]) > 1 else GREY
            start = (x + 30 + place * 26, 50)
            figure.arrow([start, (left + page * side + 12 + 8 * number, top)], colour)
    figure.text(left, 190, "blue: shared; white: free")
    return figure


def serving_timeline() -> Figure:
    """A fixed batch and continuous batching, in four places of a batch."""
    figure = Figure(590, 250)
    step, height, left = 20, 18, 70
    fixed = ((3, 9), (2, 20), (4, 6), (2, 13))  # steps of prefill and of decoding in each place
    top = 26
    figure.text(left, 16, "fixed batch", bold=True)
    begin = max(prefill for prefill, _ in fixed)
    for row, (_, decode) in enumerate(fixed):
        y = top + row * height
        figure.box(left, y, begin * step, height, fill=GREY)
        figure.box(left + begin * step, y, decode * step, height, fill=LIGHT, line=GREY)
        figure.box(left, y, 24 * step, height, fill="none")
    top = 140
    figure.text(left, top - 10, "continuous batching", bold=True)
    rows = (
        ((0, 1, 9), (10, 1, 13)),
        ((0, 1, 20),),
        ((0, 1, 6), (7, 6, 11)),
        ((0, 1, 13), (14, 1, 9)),
    )
    for row, requests in enumerate(rows):
        y = top + row * height
        for start, prefill, decode in requests:
            for chunk in range(prefill):
                figure.box(left + (start + chunk) * step, y, step, height, fill=BLUE if start else GREY)
            figure.box(left + (start + prefill) * step, y, decode * step, height, fill=LIGHT, line=GREY)
        figure.box(left, y, 24 * step, height, fill="none")
    figure.arrow([(left, 226), (left + 24 * step, 226)], GREY)
    figure.text(left + 24 * step, 242, "time", "end", GREY)
    figure.text(left, 242, "dark: prefill; light: decoding; white: empty places", colour=GREY)
    return figure
