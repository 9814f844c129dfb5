"""Heat maps and tile maps: classes of one hue, a key, and places that can be told apart."""

import itertools

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from tests.show.making import drawn, published
from toolkit import show
from toolkit.aggregate import Measure
from toolkit.show import palette, points
from toolkit.show.chart_tiles import short_names
from toolkit.show.classes import even, fifths
from toolkit.show.disclosure import Mask
from toolkit.show.shown import Shown

SHARE = Measure("v", "Share", "%")
PLACES = (Measure("column", "Column", "number"), Measure("row", "Row", "number"))
TILES = {"mark": "tiles", "x": "area", "y": "v", "column": "column", "row": "row"}


def heat(values, measure=SHARE):
    rows = [(2024 + i % 2, f"row {i // 2}", v) for i, v in enumerate(values)]
    frame = {"year": [r[0] for r in rows], "kind": [r[1] for r in rows], "v": [r[2] for r in rows]}
    told = published(frame, ["year", "kind"], measures=(measure,))
    return show.chart_view(told, mark="heatmap", x="year", y="v", colour="kind")


def tiles(values, names=None, **more):
    n = len(values)
    frame = {"area": [str(i) for i in range(n)], "v": values,
             "column": [i % 13 for i in range(n)], "row": [i // 13 for i in range(n)]}  # fmt: skip
    labels = {"area": {str(i): (names or {}).get(i, f"Area {i}") for i in range(n)}}
    told = published(frame, ["area"], measures=(SHARE, *PLACES), labels=labels)
    return show.chart_view(told, **TILES, **more)


def plot(view):
    return points.plot(Shown(view, Mask.single_cell(*view.aggregates)))


def svg_of(view):
    return BeautifulSoup(drawn(view), "html.parser").find("svg")


MEASURES = st.sampled_from([SHARE, Measure("v", "Rate", "number"), Measure("v", "Plans", "people")])


@given(st.lists(st.integers(0, 4000), min_size=2, max_size=12), MEASURES)
def test_every_figure_has_one_of_at_most_seven_classes_and_they_rise_with_it(values, measure):
    made = plot(heat([float(v) for v in values], measure))
    classes = even(made)
    assert 1 <= len(classes.classes) <= 7
    at = [classes.classes.index(classes.of(float(v))) for v in sorted(values)]
    assert at == sorted(at)


def test_classes_of_people_name_whole_numbers_without_a_gap():
    made = plot(heat([0.0, 5.0, 33.0, 41.0], Measure("v", "Plans", "people")))
    texts = [c.text.split(" to ") for c in even(made).classes]
    assert all(int(b[0]) == int(a[-1]) + 1 for a, b in itertools.pairwise(texts))


@given(st.lists(st.floats(0, 60), min_size=5, max_size=60))
@example([0.0, 0.0, 0.0, 0.1875, 0.15])  # 0.2 - 0.05 is a little above 0.15
def test_fifths_keep_figures_together_that_read_the_same(values):
    made = plot(tiles(values))
    classes = fifths(made)
    by_text = {}
    for value in values:
        by_text.setdefault(made.scale.text(value), set()).add(classes.of(value).text)
    assert all(len(found) == 1 for found in by_text.values())
    assert len(classes.classes) <= 5


def test_a_fifth_of_the_areas_is_in_each_class():
    made = plot(tiles([i / 10 for i in range(50)]))
    classes = fifths(made)
    held = [classes.of(p.y).text for p in made.points]
    assert [held.count(c.text) for c in classes.classes] == [10] * 5


@pytest.mark.parametrize("count", range(1, 8))
def test_steps_darken_from_first_to_last(count):
    colours = [colour for colour, _ in palette.steps(count)]
    assert len(colours) == count
    assert colours == sorted(colours, reverse=True)  # of one hue: by its red alone


def test_a_cell_without_a_row_is_named_as_not_available_rather_than_as_nought():
    view = heat([10.0, 20.0, 30.0])  # the fourth cell has no row
    texts = [t.get_text() for t in svg_of(view).find_all("text")]
    assert "not available" in texts
    assert {"10", "20", "30"} <= set(texts)


def test_a_heat_maps_table_has_the_columns_of_the_drawing():
    soup = BeautifulSoup(drawn(heat([10.0, 20.0, 30.0, 40.0])), "html.parser")
    heads = [th.get_text() for th in soup.find("thead").find_all("th")]
    assert heads == ["Kind", "2024", "2025"]


def test_the_first_area_has_a_thick_outline_and_the_others_a_thin_one_with_a_key():
    svg = svg_of(tiles([float(i) for i in range(40)], {7: "Kent", 8: "Hull"}, highlight=["7", "8"]))
    widths = sorted(
        p["stroke-width"] for p in svg.find_all("path") if p.get("stroke") == palette.INK
    )
    assert widths == ["1.5", "1.5", "3", "3"]  # a tile and the key, each
    texts = " ".join(t.get_text() for t in svg.find_all("text"))
    assert "Kent: 7%" in texts
    assert "To compare with: Hull" in texts


def test_the_alt_text_of_a_map_says_the_range_and_the_place_of_the_area():
    view = tiles(
        [float(i) for i in range(40)], {0: "Hull", 30: "Kent", 39: "York"}, highlight=["30"]
    )
    told = svg_of(view).find("desc").get_text()
    assert "40 areas, from 0% (Hull) to 39% (York). Kent: 30%." in told


def test_an_area_without_a_place_is_named_as_left_off_the_map():
    view = tiles([1.0, 2.0, 3.0])
    view.aggregates[0].frame.loc[1, "column"] = None
    soup = BeautifulSoup(drawn(view), "html.parser")
    assert "1 without a place on the map, in the table alone" in soup.get_text()
    assert len(soup.find("tbody").find_all("tr")) == 3


def test_short_names_are_all_different():
    names = ["Kent", "Kensington and Chelsea", "Kingston upon Thames", "Kirklees", "Knowsley",
             "Barnet", "Barnsley", "Barking and Dagenham", "Bath and N E Somerset"]  # fmt: skip
    short = short_names(dict(enumerate(names)))
    assert len(set(short.values())) == len(names)
    assert all(1 <= len(s) <= 3 for s in short.values())
    assert short[0] == "Ken"


@pytest.mark.parametrize("missing", ["column", "row"])
def test_tiles_need_their_places(missing):
    channels = {**TILES, missing: None}
    with pytest.raises(ValueError, match=f"'tiles' needs {missing}"):
        show.chart_view(tiles([1.0]).aggregates[0], **channels)
