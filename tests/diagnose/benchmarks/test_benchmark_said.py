"""What a reader sees: cautions, marks, the map, and the area's own newer census."""

from collections import deque

import numpy as np
import pandas as pd
import pytest

from toolkit import reference, show
from toolkit.diagnose import timeliness
from toolkit.diagnose.benchmarks import catalogue, measures, own, pictures, position, tables, told
from toolkit.diagnose.benchmarks.groups import Company
from toolkit.diagnose.comparators import AREA, COUNTRY, ENGLAND, REGION
from toolkit.show.disclosure import Register

KNOWN = catalogue.catalogue({})
NEIGHBOURS = tuple(str(c) for c in range(102, 112))
NAMES = {"101": "Alderby", "102": "Hull, City of", "103": "Cedarham"}
COMPANY = Company("101", "", ("102",), NEIGHBOURS, NAMES)


def shares(measure: str, own_share: float, doubts: dict[str, str] | None = None, year: int = 2025):
    codes = ["101", *NEIGHBOURS, ENGLAND]
    values = [own_share, *(20 + i for i in range(10)), 24]
    frame = pd.DataFrame({"code": codes, "numerator": [v * 10 for v in values]})
    told_ = {"measure": measure, "year": year, "period": f"January {year}", "base": 1000.0,
             "base_name": "aged 0 to 25 (mid-2024)", "given": np.nan}  # fmt: skip
    frame = frame.assign(**told_, doubt=[(doubts or {}).get(c, "") for c in codes])
    return measures.valued(frame, KNOWN)


def judged(*parts: pd.DataFrame) -> pd.DataFrame:
    return position.judge(pd.concat(parts, ignore_index=True), COMPANY, KNOWN)


def test_nothing_is_said_where_nothing_looks_wrong() -> None:
    made = judged(shares("mix.nmiss", 40))
    assert told.caution(made, "mix") == ""
    assert tables.note(tables.of_theme(made, (), "mix")) == ""


def test_a_section_says_first_that_its_own_figure_looks_wrong() -> None:
    made = judged(shares("mix.nmiss", 40, {"101": "January 2025"}))
    said = told.caution(made, "mix")
    assert said.startswith("Take care: this area's own published figure for January 2025")
    assert told.furthest(made, "mix") == ""
    assert told.caution(made, "needs") == ""


def test_a_neighbour_whose_name_holds_a_comma_is_named_whole() -> None:
    made = judged(
        shares("mix.nmiss", 40, {"102": "January 2025", "103": "January 2025"}),
        shares("mix.post16", 40, {"102": "January 2025"}),
    )
    said = told.caution(made, "mix")
    assert "care: Hull, City of (January 2025); Cedarham (January 2025). They" in said


def test_a_figure_of_the_analyst_is_told_as_such() -> None:
    made = judged(shares("mix.nmiss", 40, {"101": "January 2025 (replaced)"}))
    assert "for January 2025 is the analyst's" in told.caution(made)


def test_a_figure_that_rests_on_a_doubt_is_marked_and_the_mark_explained() -> None:
    made = tables.of_theme(judged(shares("mix.nmiss", 40, {"103": "January 2025"})), (), "mix")
    assert made.labels["measure"]["mix.nmiss"].endswith(" [u]")
    assert "Cedarham (January 2025)" in tables.note(made)


def test_fewer_neighbours_than_listed_are_told() -> None:
    part = shares("mix.nmiss", 40)
    made = judged(part[~part["code"].isin(["110", "111"])])
    assert "at least 8 of 10" in tables.note(tables.of_theme(made, (), "mix"))


@pytest.mark.parametrize(
    ("first", "second", "most"),
    [(40, 60, "mix.post16"), (40, 24, "mix.nmiss"), (28.9, 24, "mix.nmiss")],
)
def test_the_measure_furthest_from_its_neighbours_is_named(first, second, most) -> None:
    made = judged(shares("mix.nmiss", first), shares("mix.post16", second))
    assert told.furthest(made, "mix") == most


def test_one_outside_the_range_comes_before_a_larger_distance_within_it() -> None:
    wide = shares("mix.other", 24)
    wide.loc[wide["code"].isin(["102", "103"]), "value"] = [1.0, 99.0]
    wide.loc[wide["code"].eq("101"), ["value", "low", "high"]] = [80.0, 78.0, 82.0]
    made = judged(wide, shares("mix.nmiss", 33))
    assert told.furthest(made, "mix") == "mix.nmiss"


def test_what_the_law_asks_for_stands_after_the_verdict() -> None:
    made = tables.of_theme(judged(shares("mix.nmiss", 40)), (), "mix")
    found = told.finding(made, "mix.nmiss", "timeliness.verdict", 80, besides=timeliness.LAW)
    assert found.sentence.endswith(f"{{verdict}}. {timeliness.LAW}")


def test_a_finding_holds_its_verdict_interval_and_named_base() -> None:
    made = tables.of_theme(judged(shares("mix.nmiss", 40)), (), "mix")
    found = told.finding(made, "mix.nmiss", "mix.furthest", 90)
    assert found.id == "12.mix.furthest"
    assert found.value.value == 40
    assert found.low.value < 40 < found.high.value
    assert found.base.measure.label == "EHC plans"
    text = show.draw(show.finding_view(found), Register().solve(), "t")
    assert "Above England and above every statistical neighbour: high on both tests." in text


def test_the_chart_over_areas_holds_the_area_its_neighbours_and_england() -> None:
    frame = shares("rate.total", 40, {"103": "January 2025"})
    made = pictures.over_areas(frame, COMPANY, KNOWN["rate.total"], ())
    assert set(made.frame["area"]) == {"101", *NEIGHBOURS, ENGLAND}
    assert made.labels["area"]["103"] == "Cedarham (looks wrong)"
    assert made.measure("value").label == "EHC plans per 1,000 aged 0 to 25 (mid-2024)"


def test_over_the_years_the_median_is_of_the_neighbours_alone() -> None:
    frame = pd.concat([shares("rate.total", 10 * i, year=2020 + i) for i in (1, 2)])
    made = pictures.over_years(frame, COMPANY, KNOWN["rate.total"], ()).frame
    wide = made.pivot(index="year", columns="group", values="value")
    assert wide[pictures.MEDIAN].tolist() == pytest.approx([245, 245])
    assert wide[AREA].tolist() == pytest.approx([100, 200])
    assert wide[REGION].tolist() == pytest.approx([200, 200])
    assert wide[COUNTRY].tolist() == pytest.approx([240, 240])


def test_a_year_of_flows_is_told_beside_its_mean() -> None:
    each = [shares("ceased.rate", 5.0 + i, year=2022 + i).assign(period=str(2022 + i))
            for i in range(3)]  # fmt: skip
    mean = shares("ceased.mean", 6.0, year=2024).assign(
        numerator=180.0, base=3000.0, period="2022 to 2024"
    )
    made = tables.by_year(pd.concat([*each, mean]), COMPANY, ()).frame.set_index("year")
    assert made.index.tolist() == ["2022", "2023", "2024", "Mean of 2022 to 2024"]
    assert made["ceased"].tolist() == [50, 60, 70, 60]


TILES = reference.table("la_tiles")
TODAY = reference.table("local_authorities").query("current == '1'")


def test_every_local_authority_of_today_has_one_tile() -> None:
    assert sorted(TILES["code"]) == sorted(TODAY["code"])
    assert len(TILES) == 153


def test_no_two_authorities_share_a_tile() -> None:
    assert not TILES.duplicated(["column", "row"]).any()


def test_tiles_have_the_names_of_the_authorities_and_a_source() -> None:
    names = TODAY.set_index("code")["name"]
    assert TILES.set_index("code")["name"].equals(names.loc[TILES["code"]])
    assert set(TILES["source"]) == {"Layout made for the Toolkit"}


@pytest.mark.parametrize("region", sorted(set(TODAY["region"])))
def test_the_tiles_of_a_region_hang_together(region) -> None:
    codes = set(TODAY.loc[TODAY["region"].eq(region), "code"])
    own = TILES[TILES["code"].isin(codes)]
    places = {(int(c), int(r)) for c, r in zip(own["column"], own["row"], strict=True)}
    reached, queue = set(), deque([min(places)])
    while queue:
        column, row = at = queue.popleft()
        if at in reached:
            continue
        reached.add(at)
        near = {(column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)}
        queue += near & places
    assert reached == places


@pytest.mark.parametrize(
    ("north", "south"), [("929", "886"), ("815", "926"), ("860", "908"), ("302", "306")]
)
def test_north_is_up(north, south) -> None:
    row = TILES.set_index("code")["row"].astype(int)
    assert row[north] < row[south]


def test_the_map_holds_every_tile_and_a_gap_where_there_is_no_figure() -> None:
    frame = shares("rate.total", 40)
    frame["code"] = frame["code"].replace({"101": "867", "102": "886"})
    company = Company("867", "", (), ("886",), {"867": "Bracknell Forest"})
    made = pictures.on_map(frame, company, KNOWN["rate.total"], TILES, ())
    values = made.frame.set_index("area")["value"]
    assert len(values) == 153
    assert values["867"] == 400
    assert np.isnan(values["316"])


def test_an_area_that_is_not_on_the_map_has_none() -> None:
    made = pictures.on_map(shares("rate.total", 40), COMPANY, KNOWN["rate.total"], TILES, ())
    assert made.frame.empty


def people(counts: dict[str, int]) -> pd.DataFrame:
    rows = [(2026, p) for p, n in counts.items() for _ in range(n)]
    return pd.DataFrame([(2025, "mainstream"), *rows], columns=["year", "provision"])


def test_the_own_newer_census_stands_beside_the_published_shares() -> None:
    stock = people({"mainstream": 60, "nmiss": 40})
    made = own.mix(stock, judged(shares("mix.nmiss", 30)), (), {})
    row = made.frame.set_index("provision").loc["nmiss"]
    assert (row["plans"], row["base"], row["share"]) == (40, 100, 40)
    assert (row["published"], row["median"], row["england"]) == pytest.approx((30, 24.5, 24))
    assert made.frame["share"].sum() == pytest.approx(100)
    assert own.newest(stock) == 2026


def test_small_own_counts_are_hidden_and_every_own_share_with_them() -> None:
    stock = people({"mainstream": 60, "nmiss": 3, "post16": 4, "state_special": 33})
    made = own.mix(stock, judged(shares("mix.nmiss", 30)), (), {})
    register = Register()
    register.add(made)
    mask = register.solve()
    assert mask.unguarded == ()
    text = str(show.draw(show.table_view(made, "Own"), mask, "t"))
    assert "[c]" in text
    assert ">3.0<" not in text
    assert ">60.0<" in text


def test_the_own_newer_rate_rests_on_the_base_of_the_published_one() -> None:
    stock = people({"mainstream": 60, "nmiss": 40})
    made = own.rate(stock, judged(shares("rate.total", 30)), ())
    assert made.frame["rate"].iloc[0] == pytest.approx(1000 * 100 / 1000)
    assert made.measure("rate").rests_on == ("plans",)
    assert own.rate(stock, judged(shares("mix.nmiss", 30)), ()) is None


def test_a_finding_says_which_doubtful_point_it_rests_on() -> None:
    refused = shares("mix.nmiss", 40, {"101": "January 2023"}).assign(
        measure="requests.refused", period="2022"
    )
    made = tables.of_theme(judged(refused), (), "work")
    found = told.finding(made, "requests.refused", "refused", 80)
    assert found.sentence.endswith(
        "Take care: its published figure for January 2023, behind this one or returned with it, "
        "looks wrong."
    )


def test_the_spread_of_the_neighbours_says_what_is_far() -> None:
    wide = shares("mix.nmiss", 60)
    others = wide["code"].isin(NEIGHBOURS)
    wide.loc[others, "value"] = 24.5 + 5 * (wide.loc[others, "value"] - 24.5)
    made = judged(wide, shares("mix.post16", 33))  # 35.5 points away, and 8.5
    assert told.furthest(made, "mix") == "mix.post16"


def test_a_neighbour_is_named_once_with_all_of_its_doubtful_points() -> None:
    made = judged(
        shares("mix.nmiss", 24, {"103": "January 2025"}),
        shares("mix.post16", 24, {"103": "January 2024, January 2025"}),
    )
    assert "with care: Cedarham (January 2024, January 2025). They" in told.caution(made)
