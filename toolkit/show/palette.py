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
# Steps of the first hue from light to dark, apart in grey as well; text in a step reads in the
# ink of the same place with a contrast of at least 4.5 to 1.
STEPS = ("#E8F0F7", "#C9DBEA", "#A6C2DC", "#7FA6CC", "#5A8ABA", "#3A6B9C", "#12436D")
STEP_INKS = (*(INK,) * 5, *(PAPER,) * 2)
SPREAD = {1: (3,), 2: (1, 5), 3: (0, 3, 6), 4: (0, 2, 4, 6), 5: (0, 2, 3, 5, 6)}
FONT = "Arial, Helvetica, sans-serif"  # all as wide as the one that texts are measured in


def text_colour(colour: str) -> str:
    """Return a colour for text of a category that reads on white."""
    return TEXT_COLOURS.get(colour, colour)


def steps(count: int) -> list[tuple[str, str]]:
    """Return so many steps of one hue, at most seven, each with the ink for text in it."""
    places = SPREAD.get(count, range(len(STEPS))[-count:])
    return [(STEPS[i], STEP_INKS[i]) for i in places]
