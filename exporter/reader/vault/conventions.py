"""Placeholder until merge."""

TEMPLATE = "template"
DAILY = "daily note"
PERIODIC = "periodic note"
BOARD = "Kanban board"
DRAWING = "drawing"
PLACEHOLDER = "note with placeholders"
EMPTY = "empty note"
LEFT_OUT = (TEMPLATE, DAILY, PERIODIC, BOARD, DRAWING, PLACEHOLDER, EMPTY)
