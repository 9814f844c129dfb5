"""Colours, lines and type of every chart.

The colours are those of the Government Analysis Function ("Data visualisation: colours in
charts", 2023), in its order: at most four categories, each told apart by its label, its dash
or its shape as well.
"""

from __future__ import annotations

CATEGORIES = ("#12436D", "#28A197", "#801650", "#F46A25")
MOST_CATEGORIES = len(CATEGORIES)
# The same hues darkened until text in them has a contrast of 4.5 to 1 on white (WCAG 1.4.3).
TEXT_COLOURS = {"#28A197": "#1B6F68", "#F46A25": "#B0430C", "#949494": "#595959"}
DASHES = ((1, 0), (6, 3), (2, 3), (8, 3, 2, 3))
SHAPES = ("circle", "square", "triangle-up", "diamond")
GREY = "#949494"  # what stands back; 3.03 to 1 on white
INK, INK_FAINT, GRID, PAPER = "#0B0C0C", "#505A5F", "#DEE0E2", "#FFFFFF"
RISE, FALL, LEVEL = "#F46A25", "#28A197", "#12436D"
FONT = "Arial, Helvetica, sans-serif"  # vl-convert measures it as Liberation Sans everywhere


def text_colour(colour: str) -> str:
    """Return a colour for text of a category that reads on white."""
    return TEXT_COLOURS.get(colour, colour)
