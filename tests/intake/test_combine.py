from dataclasses import replace

import pandas as pd
import pytest

from toolkit.area import Area
from toolkit.intake import combine, schedule
from toolkit.intake.loaded import Account, Loaded

AREA = Area(name="Exampleshire", la_code="990", fictional=True)
DATES = pd.DataFrame(
    {
        "census_year": ["2023", "2024", "2025"],
        "census_date": ["2023-01-19", "2024-01-18", "2025-01-16"],
    }
)


def plans(*rows: tuple[str, str, str | None], census: int | None = None) -> Loaded:
    frame = schedule.empty("plans").reindex(range(len(rows)))
    frame["person_id"] = [r[0] for r in rows]
    frame["plan_start"] = pd.to_datetime([r[1] for r in rows])
    frame["plan_cease"] = pd.to_datetime([r[2] for r in rows])
    if census is not None:
        frame["census_year"] = pd.array([census] * len(rows), dtype="Int64")
    return Loaded(tables={"plans": frame})


def test_the_latest_return_knows_better() -> None:
    first = plans(("p1", "2020-01-01", None), census=2023)
    later = plans(("p1", "2020-01-01", "2023-06-01"), census=2024)
    found = combine.combine(Loaded(), [later, first]).tables["plans"].iloc[0]
    assert found["plan_cease"] == pd.Timestamp("2023-06-01")
    assert (found["first_census"], found["last_census"], found["in_history"]) == (2023, 2024, False)


def test_a_plan_of_both_history_and_return_is_one_plan() -> None:
    together = combine.combine(
        plans(("p1", "2020-01-01", None)), [plans(("p1", "2020-01-01", None), census=2023)]
    ).tables["plans"]
    assert len(together) == 1
    assert together["in_history"].tolist() == [True]


def test_no_row_is_lost_or_made() -> None:
    history = plans(("p1", "2018-01-01", "2019-05-01"), ("p2", "2019-01-01", None))
    returned = plans(("p2", "2019-01-01", None), ("p3", "2022-01-01", None), census=2023)
    keys = combine.combine(history, [returned]).tables["plans"][["person_id", "plan_start"]]
    assert sorted(keys["person_id"]) == ["p1", "p2", "p3"]


def with_needs(*needs: str | None, ceased: str | None = None) -> dict[str, pd.DataFrame]:
    """Return the tables of one plan: its need in plans.csv, and in the returns from 2023 on."""
    parts = []
    for census, need in zip((None, 2023, 2024), needs, strict=True):
        one = plans(("p1", "2020-01-01", ceased if census == 2024 else None), census=census)
        one.tables["plans"]["primary_need"] = pd.array([need], dtype="str")
        parts.append(one)
    return combine.combine(parts[0], parts[1:]).tables


def earlier(tables: dict[str, pd.DataFrame]) -> list[tuple[object, ...]]:
    rows = tables["earlier_needs"][["census_year", "primary_need"]].astype(object)
    return [tuple(v if pd.notna(v) else None for v in row) for row in rows.to_numpy()]


@pytest.mark.parametrize(
    ("needs", "kept"),
    [
        (("ASD", "ASD", "ASD"), []),
        (("SLCN", "ASD", "ASD"), [(None, "SLCN")]),
        (("SLCN", "SLCN", "ASD"), [(None, "SLCN"), (2023, "SLCN")]),
        (("ASD", None, "ASD"), [(2023, None)]),
        (("ASD", "ASD", None), [(None, "ASD"), (2023, "ASD")]),  # open, and no longer recorded
    ],
)
def test_a_need_that_was_recorded_otherwise_is_kept(needs, kept) -> None:
    tables = with_needs(*needs)
    assert tables["plans"]["primary_need"].fillna("").tolist() == [needs[-1] or ""]
    assert earlier(tables) == kept
    assert list(tables["earlier_needs"]) == list(combine.empty("earlier_needs"))


def test_a_plan_that_ceased_keeps_the_need_of_the_return_before() -> None:
    tables = with_needs("SLCN", "ASD", None, ceased="2023-06-01")
    assert tables["plans"]["primary_need"].tolist() == ["ASD"]
    assert earlier(tables) == [(None, "SLCN")]


def requests(outcome: str, decided: str | None, census: int) -> Loaded:
    frame = schedule.empty("requests").reindex(range(1))
    frame["person_id"], frame["request_date"] = ["p1"], pd.to_datetime(["2022-10-01"])
    frame["request_outcome"], frame["request_outcome_date"] = [outcome], pd.to_datetime([decided])
    frame["census_year"] = pd.array([census], dtype="Int64")
    return Loaded(tables={"requests": frame})


def test_a_later_placeholder_does_not_hide_what_was_decided() -> None:
    returns = [requests("Y", "2022-11-10", 2023), requests("H", None, 2024)]
    found = combine.combine(Loaded(), returns).tables["requests"].iloc[0]
    assert found["request_outcome"] == "Y"
    assert found["request_outcome_date"] == pd.Timestamp("2022-11-10")


def test_a_placeholder_alone_stays_one() -> None:
    found = combine.combine(Loaded(), [requests("H", None, 2024)]).tables["requests"].iloc[0]
    assert found["request_outcome"] == "H"


def covered(loaded: Loaded, area: Area = AREA) -> list[tuple[int, str]]:
    frame = combine.censuses(loaded.tables, area, DATES)
    return [(int(y), o) for y, o in zip(frame["census_year"], frame["origin"], strict=True)]


def test_each_return_covers_its_own_january_and_history_those_before() -> None:
    history = plans(("p1", "2018-01-01", "2020-05-01"), ("p2", "2019-01-01", None))
    both = combine.combine(history, [plans(("p2", "2019-01-01", None), census=2023)])
    assert covered(both) == [
        (2021, "history"),
        (2022, "history"),
        (2023, "return"),
    ]


def test_the_analyst_may_say_from_when_the_history_is_complete() -> None:
    history = plans(("p1", "2018-01-01", "2020-05-01"))
    area = AREA.model_copy(update={"plans_complete_from": 2019})
    both = combine.combine(history, [plans(("p1", "2018-01-01", None), census=2023)])
    assert covered(both, area)[0] == (2019, "history")


NEWEST = ("p2", "2025-09-01", None)


@pytest.mark.parametrize(
    ("ended", "years"),
    [
        pytest.param(None, [2025], id="open plans alone"),
        pytest.param("2025-06-01", [2025], id="an end in the year of the extract"),
        pytest.param("2024-06-01", [2025], id="an end in the year before"),
        pytest.param("2023-06-01", [2024, 2025], id="two Januaries since the first end"),
    ],
)
def test_an_extract_of_open_plans_counts_at_its_last_january(
    ended: str | None, years: list[int]
) -> None:
    # Whoever left before is not among them, so an earlier January would come out too small.
    history = plans(("p1", "2018-01-01", None), ("p3", "2018-01-01", ended), NEWEST)
    both = combine.combine(history, [])
    assert covered(both) == [(year, "history") for year in years]
    told = combine.extract(both.tables, AREA, combine.censuses(both.tables, AREA, DATES))
    is_extract = ended is None or ended.startswith("2025")
    assert [p.code for p in told] == ["plans.open_only"] * is_extract


def test_open_plans_beside_a_return_add_no_january() -> None:
    both = combine.combine(
        plans(("p1", "2018-01-01", None)), [plans(("p1", "2018-01-01", None), census=2023)]
    )
    assert covered(both) == [(2023, "return")]


def test_plans_open_at_no_january_are_set_aside_with_the_reason() -> None:
    history = replace(plans(NEWEST), accounts=[Account("plans", "plans.csv", "", 1, 1, 0)])
    both = combine.combine(history, [])
    assert covered(both) == []
    left = combine.without_uncounted(both, combine.censuses(both.tables, AREA, DATES))
    assert "plans" not in left.tables
    assert left.accounts == [Account("plans", "plans.csv", "", 1, 0, 1)]
    assert [p.code for p in left.problems] == ["plans.no_january"]
    assert "plans" in both.tables  # what was given is as it was


@pytest.mark.parametrize(("year", "day"), [(2019, 17), (2020, 16), (2026, 15)])
def test_a_census_stands_on_the_third_thursday_of_january(year: int, day: int) -> None:
    assert combine.third_thursday(year) == pd.Timestamp(year, 1, day)


def test_plans_that_vanish_between_returns_are_named() -> None:
    first = plans(("p1", "2020-01-01", None), ("p2", "2020-01-01", "2023-03-01"), census=2023)
    later = plans(("p3", "2020-01-01", None), census=2024)
    tables = combine.combine(Loaded(), [first, later]).tables
    problems = combine.vanished(tables, combine.censuses(tables, AREA, DATES))
    assert [p.code for p in problems] == ["plans.vanished"]
    assert problems[0].message.startswith("1 plans open in the 2023 return")


def test_a_lookup_of_postcodes_is_never_kept() -> None:
    history = Loaded(tables={"postcode_lookup": schedule.empty("postcode_lookup")})
    assert "postcode_lookup" not in combine.combine(history, []).tables
