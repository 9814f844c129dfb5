"""Funnels and ranges: figures beside the limits and the others that they are judged by."""

import pytest
from bs4 import BeautifulSoup

from tests.show.making import drawn, published
from toolkit import show
from toolkit.aggregate import Measure
from toolkit.show import chart_funnel
from toolkit.show.points import Point

LIMITS = [
    Measure("rate", "Pupils with a plan", "%"),
    Measure("pupils", "Pupils", "people"),
    Measure("low", "99.8% limit, low", "%"),
    Measure("high", "99.8% limit, high", "%"),
    Measure("low95", "95% limit, low", "%"),
    Measure("high95", "95% limit, high", "%"),
    Measure("all", "All schools", "%"),
]
RANGES = [
    Measure("own", "Exampleshire", "per 1,000"),
    Measure("low", "Range of neighbours, low", "per 1,000"),
    Measure("high", "Range of neighbours, high", "per 1,000"),
    Measure("median", "Median of neighbours", "per 1,000"),
    Measure("england", "England", "per 1,000"),
]


def funnel(rates, **more):
    n = len(rates)
    pupils = [100 * (i + 1) for i in range(n)]
    frame = {"school": [f"School {i}" for i in range(n)], "pupils": pupils, "rate": rates,
             "low": [5 - 300 / p for p in pupils], "high": [5 + 300 / p for p in pupils],
             "low95": [5 - 200 / p for p in pupils], "high95": [5 + 200 / p for p in pupils],
             "all": [5.0] * n}  # fmt: skip
    told = published(frame, ["school"], measures=LIMITS)
    channels = {"x": "pupils", "y": "rate", "colour": "school", "low": "low", "high": "high"}
    channels |= {"inner": ("low95", "high95"), "middle": "all"}
    return show.chart_view(told, mark="funnel", **channels, **more)


def ranges(**more):
    frame = {"measure": ["Requests", "Plans"], "own": [5.0, 42.0], "low": [3.0, 30.0],
             "high": [6.0, 40.0], "median": [4.0, 35.0], "england": [4.5, 36.0]}  # fmt: skip
    told = published(frame, ["measure"], measures=RANGES)
    return show.chart_view(told, mark="range", x="measure", y="own", low="low", high="high",
                           middle="median", against="england", **more)  # fmt: skip


def soup_of(view):
    return BeautifulSoup(drawn(view), "html.parser")


def texts(view):
    return [t.get_text() for t in soup_of(view).find("svg").find_all("text")]


def test_only_schools_outside_the_outer_limits_and_those_brought_forward_are_named():
    # School 2: 300 pupils, limits 4 to 6. School 3: 400 pupils, limits 4.25 to 5.75.
    found = texts(funnel([5.0, 5.0, 6.1, 5.7, 5.0], highlight=["School 0"]))
    assert [t for t in found if t.startswith("School")] == ["School 0", "School 2"]


def test_limits_are_lines_of_which_the_inner_ones_are_dashed():
    soup = soup_of(funnel([5.0, 5.2, 6.1, 5.7, 5.0]))
    lines = [p for p in soup.find("svg").find_all("path") if p.get("stroke-width") == "1.25"]
    assert sorted(p["stroke-dasharray"] for p in lines) == ["1,0"] * 3 + ["5,4"] * 2
    said = (
        "dashed lines: 95% limit; solid lines: 99.8% limit; level line: All schools; lines smooth"
    )
    assert said in soup.find(class_="st-subtitle").get_text()


@pytest.mark.parametrize(
    ("third", "said"),
    [(6.1, "5 points, 1 outside the outer limits: School 2 6.1%."),
     (5.9, "5 points, all within the outer limits.")],
)  # fmt: skip
def test_the_alt_text_of_a_funnel_says_who_lies_outside(third, said):
    assert said in soup_of(funnel([5.0, 5.0, third, 5.7, 5.0])).find("desc").get_text()


def test_a_range_names_its_marks_and_writes_the_figure_of_each_row():
    soup = soup_of(ranges())
    assert {"5.0", "42.0"} <= set(texts(ranges()))
    assert soup.find(class_="st-subtitle").get_text() == (
        "diamond: Exampleshire (per 1,000); bar: Range of neighbours; "
        "short tick: Median of neighbours; long tick: England"
    )


def test_rows_on_scales_of_their_own_say_where_each_starts_and_ends():
    assert {"3.0", "6.0", "30.0", "40.0"} <= set(texts(ranges(scales="each")))
    assert texts(ranges(scales="each"))[0] == "Requests"  # in the order of the frame


def test_the_alt_text_of_ranges_gives_each_figure_beside_its_range():
    told = soup_of(ranges()).find("desc").get_text()
    assert "Plans: 42.0 per 1,000; Range of neighbours 30.0 to 40.0." in told


def test_the_table_of_ranges_holds_every_mark_of_the_drawing():
    heads = [th.get_text() for th in soup_of(ranges()).find("thead").find_all("th")]
    assert heads == ["Measure", *(f"{m.label} (per 1,000)" for m in (
        RANGES[0], RANGES[3], RANGES[4], RANGES[1], RANGES[2]))]  # fmt: skip


def test_the_alt_text_of_many_ranges_gives_the_highest_and_the_lowest():
    names = [f"Provision {i} with a name that takes a good deal of room" for i in range(13)]
    frame = {"measure": names, "own": [*range(20, 33)], "low": [10.0] * 13, "high": [40.0] * 13,
             "median": [22.0] * 13, "england": [23.0] * 13}  # fmt: skip
    told = published(frame, ["measure"], measures=RANGES)
    view = show.chart_view(told, mark="range", x="measure", y="own", low="low", high="high",
                           middle="median", against="england")  # fmt: skip
    text = soup_of(view).find("desc").get_text()
    assert "13 rows" in text
    assert f"Highest: {names[12]} 32.0" in text
    assert f"Lowest: {names[0]} 20.0" in text
    assert len(text) <= 400


def test_the_lines_of_a_funnel_are_the_limits_usual_around_a_point():
    at = [100.0 * (i + 1) for i in range(31)]
    points = [Point("", str(i), "", 5.0, False, at=a, middle=5.0) for i, a in enumerate(at)]
    exact = [5 + 300 / a**0.5 for a in at]
    assert chart_funnel._usual(list(zip(points, exact, strict=True))) == pytest.approx(exact)
    one_off = exact.copy()
    one_off[12] = 5.0
    assert chart_funnel._usual(list(zip(points, one_off, strict=True))) == pytest.approx(exact)


def test_a_point_on_its_limit_is_not_outside():
    third = 0.1 + 0.2  # a sum that is not quite 0.3
    point = Point("", "", "", third, False, at=1.0, low=0.0, high=0.3)
    assert chart_funnel.outside([point]) == []
