"""Forecasts in a line chart: where they start, how sure they are, and what a key says of it."""

import pytest
from bs4 import BeautifulSoup

from tests.show.making import aggregate, drawn
from toolkit import show
from toolkit.aggregate import Measure
from toolkit.show import palette

ENDS = {"low": "95% range, low", "high": "95% range, high",
        "low80": "80% range, low", "high80": "80% range, high"}  # fmt: skip
MEASURES = (
    Measure("value", "EHC plans", "number", decimals=0),
    *(Measure(c, label, "number", decimals=0) for c, label in ENDS.items()),
)
FAN = {"mark": "line", "x": "year", "y": "value", "low": "low", "high": "high",
       "inner": ("low80", "high80"), "since": 2025}  # fmt: skip


def forecast(recorded="missing", scenarios=("Unmitigated",)):
    """Return plans recorded in 2024 and 2025 and forecast for 2026 and 2027."""
    rows = []
    for at, scenario in enumerate(scenarios):
        for year, value in zip(range(2024, 2028), (1000, 1100, 1200 - at * 40, 1300 - at * 90),
                               strict=True):  # fmt: skip
            wide = 60 * max(year - 2025, 0)
            ends = [value - wide, value + wide, value - wide / 2, value + wide / 2]
            known = year <= 2025 and recorded == "missing"
            rows.append((scenario, year, value, *([None] * 4 if known else ends)))
    columns = ["scenario", "year", "value", *ENDS]
    frame = {c: [r[i] for r in rows] for i, c in enumerate(columns)}
    return aggregate(frame, ["scenario", "year"], MEASURES, source="plan")


def soup_of(told, **more):
    return BeautifulSoup(drawn(show.chart_view(told, **FAN, **more)), "html.parser")


def test_two_ranges_are_shaded_the_inner_one_more_densely_and_the_key_names_both():
    soup = soup_of(forecast())
    areas = soup.find("svg").find_all("path", fill=palette.CATEGORIES[0])
    shades = [s for p in areas if (s := float(p.get("fill-opacity") or p.get("opacity") or 1)) < 1]
    assert len(shades) == 2
    assert shades[0] < shades[1]
    said = "dashed: forecast; dark shade: 80% range; light shade: 95% range"
    assert said in soup.find(class_="st-subtitle").get_text()


@pytest.mark.parametrize("recorded", ["missing", "as the figure"])
def test_the_line_is_dashed_after_the_last_recorded_year_and_the_rule_stands_there(recorded):
    svg = soup_of(forecast(recorded)).find("svg")
    lines = [p for p in svg.find_all("path") if p.get("stroke-width") == "2.5"]
    assert [p["stroke-dasharray"] for p in lines] == ["1,0", "6,4"]
    assert [p["d"].count("L") for p in lines] == [1, 2]  # 2024 to 2025, and 2025 to 2027
    assert "forecast" in svg.get_text(" ").split()
    at = [t.get_text() for t in svg.find_all("text")]
    assert at.count("2025") == 1


def test_scenarios_have_ranges_of_their_own_with_edges():
    told = forecast(scenarios=("Unmitigated", "Mitigated"))
    svg = soup_of(told, colour="scenario").find("svg")
    edges = {p["stroke"] for p in svg.find_all("path") if p.get("stroke-width") == "0.75"}
    assert edges == set(palette.CATEGORIES[:2])


def test_the_table_holds_the_ranges_and_says_where_there_are_none():
    table = soup_of(forecast()).find("table")
    heads = [th.get_text() for th in table.find("thead").find_all("th")]
    assert heads[-4:] == [ENDS[c] for c in ("low80", "high80", "low", "high")]
    rows = [[c.get_text() for c in tr.find_all("td")] for tr in table.find("tbody").find_all("tr")]
    assert rows[0] == ["1,000", *["[z]"] * 4]
    assert rows[3] == ["1,300", "1,240", "1,360", "1,180", "1,420"]


def test_the_alt_text_says_what_is_recorded_what_is_forecast_and_how_surely():
    told = soup_of(forecast()).find("desc").get_text()
    assert "1,000 in 2024, 1,100 in 2025, forecast 1,300 in 2027." in told
    assert "95% range 1,180 to 1,420 and 80% range 1,240 to 1,360." in told


def test_a_forecast_that_follows_no_year_of_the_chart_is_refused():
    with pytest.raises(ValueError, match="no year 1999 for its forecast to follow"):
        drawn(show.chart_view(forecast(), **{**FAN, "since": 1999}))


def test_an_inner_range_needs_two_measures_and_an_outer_one():
    for wrong in ({"inner": ("low80",)}, {"inner": ("low80", "high80"), "low": None}):
        with pytest.raises(ValueError, match="inner is a pair"):
            show.chart_view(forecast(), **{**FAN, **wrong})
