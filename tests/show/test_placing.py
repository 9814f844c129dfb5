"""Where labels go: beside their points, on no other label, and none without its place."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from tests.show.making import drawn, published
from toolkit import show
from toolkit.aggregate import Measure
from toolkit.show import placing, words

SPOTS = st.lists(st.tuples(st.floats(0, 600), st.floats(0, 300)), min_size=1, max_size=6)


def boxes(points, sizes):
    """Return the rectangles of the labels where they were placed."""
    for (x, y), (w, h), where in zip(
        points, sizes, placing.beside(points, sizes, points, (620.0, 320.0)), strict=True
    ):
        left = x - placing.GAP - w if where.is_left else x + placing.GAP
        middle = y + where.shift
        yield placing.Box(left, middle - h / 2, left + w, middle + h / 2)


@given(SPOTS)
def test_each_name_stays_within_the_drawing(points):
    for box in boxes(points, [(200.0, 18.0)] * len(points)):
        assert box.left >= 0
        assert box.right <= 620


def test_names_of_points_on_one_level_do_not_meet():
    points = [(280.0, 100.0), (520.0, 100.0), (300.0, 104.0)]
    placed = list(boxes(points, [(190.0, 18.0)] * 3))
    assert not any(a.overlaps(b) for i, a in enumerate(placed) for b in placed[i + 1 :])


@pytest.mark.parametrize(
    ("low", "high", "name"),
    [
        ("95% range, low", "95% range, high", "95% range"),
        ("Low end of 80%", "High end of 80%", "80% range"),
        ("99.8% limit: lower", "99.8% limit: upper", "99.8% limit"),
        ("Range of neighbours, low", "Range of neighbours, high", "Range of neighbours"),
        ("Lowest neighbour", "Highest neighbour", "Lowest neighbour to highest neighbour"),
        ("80% range: low", "high", "80% range: low to high"),
    ],
)
def test_a_range_has_one_name_where_its_ends_share_it(low, high, name):
    assert words.range_name(low, high) == name


def svg_of(view, at=0):
    return BeautifulSoup(drawn(view), "html.parser").find_all("svg")[at]


def test_the_names_of_steps_below_nought_stand_clear_of_their_figures():
    rows = {"part": ["Autumn 2024", "Savings", "Autumn 2025"], "v": [-27.2e6, -15.6e6, -42.8e6]}
    told = published(rows, ["part"], measures=(Measure("v", "Balance", "£"),))
    svg = svg_of(show.chart_view(told, mark="waterfall", x="part", y="v"))
    texts = {t.get_text(): t for t in svg.find_all("text")}
    across = {
        name: float(t["transform"].partition("(")[2].split(",")[0]) for name, t in texts.items()
    }
    widest = across["−£42.8 million"] - len("−£42.8 million") * 6
    assert all(across[name] < widest for name in rows["part"])


def test_every_column_of_a_heat_map_by_place_is_named_at_either_width():
    places = ["Castle Hill", "Eastfield", "Moor End", "Northgate", "Riverside", "The Commons"]
    rows = {"place": places * 2, "need": ["ASD"] * 6 + ["SEMH"] * 6, "v": range(12)}
    told = published(rows, ["place", "need"], measures=(Measure("v", "Share", "%"),))
    view = show.chart_view(told, mark="heatmap", x="place", y="v", colour="need")
    for at in (0, 1):
        texts = " ".join(t.get_text(" ") for t in svg_of(view, at).find_all("text"))
        assert all(word in texts for place in places for word in place.split())


@pytest.mark.parametrize("since", [2020, 2024, 2026])
def test_the_start_and_the_end_of_a_forecast_are_named_on_the_axis(since):
    years = list(range(2014, 2032))
    told = published({"year": years, "v": years}, ["year"], measures=(Measure("v", "V", "people"),))
    view = show.chart_view(told, mark="line", x="year", y="v", since=since)
    texts = [t.get_text() for t in svg_of(view).find_all("text")]
    assert {str(since), "2031"} <= set(texts)


def test_a_line_that_ends_early_says_where():
    rows = {"made": ["2024", "2024", "2025", "2025"], "year": [2026, 2027, 2027, 2028],
            "v": [10.0, 20.0, 30.0, 40.0]}  # fmt: skip
    told = published(rows, ["made", "year"], measures=(Measure("v", "V", "number"),))
    text = svg_of(show.chart_view(told, mark="line", x="year", y="v", colour="made")).get_text(" ")
    assert "2024 20 in 2027" in " ".join(text.split())
    assert "2025 40" in " ".join(text.split())
