"""Tile maps: a square for each area where it lies, in five steps of one hue."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from toolkit.show import canvas, layout, palette, words
from toolkit.show.classes import SWATCH, Classes, empty_layers, fifths, key
from toolkit.show.layout import Size
from toolkit.show.points import Plot, Point

TILE_MOST = 40.0
LETTERS_FROM = 27.0  # pixels of a tile from which letters have room
ROOMY = 34.0  # pixels of a tile in which letters need not be small
LETTERS = 3
OWN, OTHERS = 3.0, 1.5  # how thick the outline of the first area is, and of the others


def tile_chart(made: Plot, size: Size, highlight: Sequence[str]) -> canvas.Drawing:
    """Return a tile map; the first area brought forward has a thick outline, others a thin one."""
    points = [p for p in made.points if None not in p.tile]
    left, top = (min(float(p.tile[i] or 0) for p in points) for i in (0, 1))
    across, down = (max(float(p.tile[i] or 0) for p in points) for i in (0, 1))
    side = min(TILE_MOST, (size.width - 10.0) / (across - left + 1))
    place = {
        p.x: (2 + (float(p.tile[0] or 0) - left) * side, 2 + (float(p.tile[1] or 0) - top) * side)
        for p in points
    }
    classes = fifths(made)
    layers = _tiles(points, place, side, classes)
    drawn = {p.x for p in points}
    layers += _outlines(points, place, side, classes, [c for c in highlight if c in drawn])
    if side >= LETTERS_FROM:
        layers += _letters(made, points, place, side, classes, size)
    below = (down - top + 1) * side + 16
    named, below = _outline_key(made, size, [c for c in highlight if c in drawn], below)
    drawn_key, bottom = key(made, classes, size, below)
    layers += canvas.gathered([*named, *drawn_key])
    return canvas.finish(canvas.pixels(layers, size.width - 8.0, bottom))


Place = Mapping[str, tuple[float, float]]


def _box(place: Place, point: Point, side: float, inset: float) -> canvas.Row:
    x, y = place[point.x]
    return {"x": x + inset, "y": y + inset, "x2": x + side - inset, "y2": y + side - inset}


def _tiles(
    points: Sequence[Point], place: Place, side: float, classes: Classes
) -> list[canvas.Layer]:
    layers = []
    for one in classes.classes:
        own = [p for p in points if p.y is not None and classes.of(p.y) is one]
        boxes = [_box(place, p, side, 0.75) for p in own]
        layers.append(canvas.boxes(boxes, one.colour, palette.GREY, 0.5))
    gone = {
        h: [_box(place, p, side, 0.75) for p in points if p.y is None and p.hidden is h]
        for h in (True, False)
    }
    return [*layers, *empty_layers(gone[True], gone[False])]


def _outlines(
    points: Sequence[Point], place: Place, side: float, classes: Classes, highlight: Sequence[str]
) -> list[canvas.Layer]:
    """Return the tiles brought forward, each within a ring of white that shows its outline."""
    rings: list[canvas.Layer] = []
    tiles: list[canvas.Layer] = []
    for code in reversed(highlight):  # the first lies on top
        point = next(p for p in points if p.x == code)
        width = OWN if code == highlight[0] else OTHERS
        ring = _box(place, point, side, 0.75)
        rings.append(canvas.boxes([ring], palette.PAPER, palette.INK, width))
        inner = _box(place, point, side, width / 2 + 2.25)
        if point.y is None:
            tiles += empty_layers(*(([inner], []) if point.hidden else ([], [inner])))
        else:
            colour = classes.of(point.y).colour
            tiles.append(canvas.boxes([inner], colour, palette.GREY, 0.5))
    return [*canvas.gathered(rings), *canvas.gathered(tiles)]


def _letters(
    made: Plot,
    points: Sequence[Point],
    place: Place,
    side: float,
    classes: Classes,
    size: Size,
) -> list[canvas.Layer]:
    """Return the letters of each area in its tile; what is hatched stays without."""
    short = short_names({p.x: made.x_names[p.x] for p in points})
    small = size if side >= ROOMY else Size(size.name, size.width, 12)
    layers = []
    for one in classes.classes:
        own = [p for p in points if p.y is not None and classes.of(p.y) is one]
        rows = [
            {"x": place[p.x][0] + side / 2, "y": place[p.x][1] + side / 2 + 1, "text": short[p.x]}
            for p in own
        ]
        layers.append(canvas.texts(rows, small, one.ink, align="center"))
    return layers


def short_names(names: Mapping[str, str]) -> dict[str, str]:
    """Return at most three letters for each name, no two the same.

    The initials of names of several words, or the first letters, or letters further on.
    """
    found: dict[str, str] = {}
    for code, name in sorted(names.items(), key=lambda i: i[1]):
        taken = set(found.values())
        found[code] = next((s for s in _shorts(name) if s not in taken), name[:LETTERS])
    return found


def _shorts(name: str) -> list[str]:
    parts = [w for w in name.replace("-", " ").replace(",", " ").split() if w[:1].isupper()]
    letters = [c for c in name if c.isalpha()]
    initials = "".join(w[0] for w in parts)[:LETTERS]
    first = "".join(letters[:LETTERS])
    further = ["".join((*letters[:2], c)) for c in letters[LETTERS:]]
    further += ["".join((letters[0], *pair)) for pair in itertools.pairwise(letters[2:])]
    return [*([initials] if len(parts) > 1 else []), first, *further]


def _outline_key(
    made: Plot, size: Size, highlight: Sequence[str], top: float
) -> tuple[list[canvas.Layer], float]:
    """Return what the outlines stand for, with the figure of the first area."""
    layers: list[canvas.Layer] = []
    for code, width in zip(highlight[:2], (OWN, OTHERS), strict=False):
        box = {"x": 2.0, "y": top, "x2": 2.0 + SWATCH, "y2": top + SWATCH}
        layers.append(canvas.boxes([box], palette.PAPER, palette.INK, width))
        text = _said(made, code) if width == OWN else _others(made, highlight[1:])
        lines = layout.wrap(text, size.width - SWATCH - 24, size.font, most=4)
        row = {"x": SWATCH + 10, "y": top + SWATCH / 2 + 1, "text": lines}
        layers.append(canvas.texts([row], size, fontWeight="bold" if width == OWN else "normal"))
        top += max(SWATCH + 8, len(lines) * size.line + 6)
    return layers, top + (4 if highlight else 0)


def _said(made: Plot, code: str) -> str:
    point = next(p for p in made.points if p.x == code)
    figure = words.HIDDEN if point.hidden else made.text(point.y)
    return f"{made.x_names[code]}: {figure}"


def _others(made: Plot, codes: Sequence[str]) -> str:
    if len(codes) > 6:
        return f"{len(codes)} areas to compare with"
    return f"To compare with: {words.listed([made.x_names[c] for c in codes])}"
