"""Where an area stands: never among its own neighbours, ties honest, doubts never silent."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.diagnose.benchmarks import catalogue, groups, measures, outliers, position, verdict
from toolkit.diagnose.benchmarks.groups import Company
from toolkit.diagnose.comparators import ENGLAND

FIXTURES = Path(__file__).parents[1] / "fixtures" / "benchmarks"
KNOWN = catalogue.catalogue({"primary_need": {c: c for c in ("ASD", "SEMH", "SLCN", "HI")}})
NEIGHBOURS = tuple(str(c) for c in range(102, 112))
COMPANY = Company("101", "E12000001", ("102",), NEIGHBOURS, {"104": "Dogwood, City of"})


def rows(values: dict[str, float], measure: str = "mix.nmiss", base: float = 1000, **more: object):
    """Return figures of one measure: a share (%) for each code."""
    frame = pd.DataFrame({"code": list(values), "numerator": [v * base / 100 for v in
                                                             values.values()]})  # fmt: skip
    told = {"measure": measure, "year": 2025, "period": "January 2025", "base": float(base),
            "base_name": "", "doubt": "", "given": np.nan, **more}  # fmt: skip
    return measures.valued(frame.assign(**told), KNOWN)


def judged(frame: pd.DataFrame, company: Company = COMPANY) -> pd.Series:
    made = position.judge(frame, company, KNOWN)
    assert len(made) == 1
    return made.iloc[0]


def ten(own: float, step: float = 1.0) -> dict[str, float]:
    """Return an area and ten neighbours at 20, 21, ... 29, so that their median is 24.5."""
    return {"101": own} | {c: 20 + step * i for i, c in enumerate(NEIGHBOURS)} | {ENGLAND: 24.0}


def test_an_area_is_never_among_its_own_neighbours() -> None:
    caseload = pd.DataFrame(
        {
            "year": 2025,
            "level": "la",
            "code": ["101", "102", "103"],
            "name": ["Alderby", "Birchwick", "Cedarham"],
            "region_code": ["E12000001", "E12000001", "E12000002"],
        }
    )
    made = groups.company(caseload, "101", ["102", "101", "103", "102"])
    assert made.neighbours == ("102", "103")
    assert made.region == ("102",)


@given(st.floats(0, 100))
def test_its_own_figure_never_moves_the_median_nor_the_range(own) -> None:
    found = judged(rows(ten(own)))
    assert (found["median"], found["lowest"], found["highest"]) == pytest.approx((24.5, 20, 29))
    assert found["neighbours"] == 10
    assert found["distance"] == pytest.approx(own - 24.5)


def test_neighbours_without_a_figure_are_counted_out() -> None:
    values = ten(24)
    found = judged(rows({c: v for c, v in values.items() if c not in ("110", "111")}))
    assert (found["neighbours"], found["listed"]) == (8, 10)


def test_the_rest_of_the_region_is_without_the_area() -> None:
    found = judged(rows(ten(90)))
    assert found["region"] == pytest.approx(20)


@pytest.mark.parametrize(
    ("own", "rank", "tied"),
    [(30.0, 1, 1), (29.0, 1, 2), (28.96, 1, 2), (20.0, 10, 2), (19.0, 11, 1)],
)
def test_rank_one_is_the_highest_and_what_prints_alike_is_shared(own, rank, tied) -> None:
    found = judged(rows(ten(own), base=10_000))
    assert (found["rank"], found["tied"], found["areas"]) == (rank, tied, 11)


def test_england_has_no_rank_among_its_areas() -> None:
    assert judged(rows(ten(25) | {ENGLAND: 99.0}))["rank"] == 5


@pytest.mark.parametrize("measure", ["rate.total", "mix.nmiss", "need.ASD"])
def test_a_figure_that_looks_wrong_is_shown_and_not_judged(measure) -> None:
    frame = rows(ten(80), measure)
    frame.loc[frame["code"].eq("101"), "doubt"] = "January 2025"
    found = judged(frame)
    assert not np.isnan(found["area"])
    assert np.isnan(found["rank"])
    assert not found["outlier"]
    assert found["verdict"] == verdict.DOUBTFUL


def test_a_replaced_figure_is_judged() -> None:
    frame = rows(ten(80))
    frame.loc[frame["code"].eq("101"), "doubt"] = "January 2025 (replaced)"
    found = judged(frame)
    assert found["is_judged"]
    assert found["verdict"].endswith("high on both tests")


def test_a_doubt_in_its_base_alone_leaves_a_figure_judged_and_named() -> None:
    frame = rows(ten(80), "ceased.mean")
    frame.loc[frame["code"].eq("101"), "doubt"] = "January 2023"
    found = judged(frame)
    assert found["is_judged"]
    assert found["doubt"] == "January 2023"


def test_a_neighbour_whose_figure_looks_wrong_is_named() -> None:
    frame = rows(ten(24))
    frame.loc[frame["code"].isin(["104", "105"]), "doubt"] = "January 2025"
    found = judged(frame)
    assert found["doubt_others"] == "Dogwood, City of (January 2025); 105 (January 2025)"


def ready_made(plans: int) -> pd.DataFrame:
    given_ones = rows(ten(80), "appeals.rate")
    given_ones = given_ones.assign(numerator=np.nan, base=np.nan, low=np.nan, high=np.nan)
    own_plans = rows({"101": 10}, "new.rate", base=plans)
    return pd.concat([given_ones, own_plans], ignore_index=True)


@pytest.mark.parametrize(("plans", "is_judged"), [(99, False), (100, True)])
def test_a_figure_without_its_base_is_not_judged_for_a_handful_of_plans(plans, is_judged) -> None:
    made = position.judge(ready_made(plans), COMPANY, KNOWN).set_index("measure")
    assert made.loc["appeals.rate", "is_judged"] == is_judged


def test_a_part_that_nobody_is_in_is_left_out() -> None:
    nobody = rows(dict.fromkeys(ten(0), 0.0), "reason.not_rec")
    assert position.judge(nobody, COMPANY, KNOWN).empty


def planted() -> pd.DataFrame:
    table = pd.read_csv(FIXTURES / "planted.csv", index_col="measure")
    return pd.concat(
        [rows({str(c): float(v) for c, v in row.items()}, str(m)) for m, row in table.iterrows()],
        ignore_index=True,
    )


def test_a_planted_outlier_is_the_only_one_that_is_found() -> None:
    made = position.judge(planted(), COMPANY, KNOWN)
    assert made.loc[made["outlier"].astype(bool), "measure"].tolist() == ["mix.nmiss"]


def test_the_same_outlier_on_few_plans_is_chance() -> None:
    few = planted()
    few = few[few["measure"].eq("mix.nmiss")]
    values = dict(zip(few["code"], few["value"], strict=True))
    assert not judged(rows(values, base=29))["outlier"]
    assert judged(rows(values, base=300))["outlier"]


@pytest.mark.parametrize(("count", "is_found"), [(7, False), (8, True)])
def test_few_neighbours_flag_nothing(count, is_found) -> None:
    others = np.array([20.0 + i % 4 for i in range(count)])
    assert outliers.among_neighbours(60.0, 55.0, 65.0, others) == is_found


def test_where_most_figures_read_the_same_none_is_an_outlier() -> None:
    others = np.array([0.0] * 7 + [0.01, 0.02, 0.03])
    assert np.isnan(outliers.robust_z(5.0, others))
    assert not outliers.among_neighbours(5.0, 4.0, 6.0, others)


def test_of_normal_figures_about_one_in_eighty_is_flagged() -> None:
    drawn = np.random.default_rng(5).normal(50, 5, size=(4000, 11))
    nan = float("nan")
    flags = [outliers.among_neighbours(r[0], nan, nan, r[1:]) for r in drawn]
    assert np.mean(flags) == pytest.approx(1 / 80, abs=0.006)


@pytest.mark.parametrize(("count", "is_found"), [(29, False), (30, True)])
def test_england_is_judged_among_thirty_areas_or_more(count, is_found) -> None:
    others = np.array([40.0 + i % 9 for i in range(count)])
    assert outliers.among_all(90.0, 88.0, 92.0, others) == is_found


def verdicts() -> list[object]:
    table = pd.read_csv(FIXTURES / "verdicts.csv")
    return [pytest.param(row, id=row["claim"]) for row in table.to_dict("records")]


@pytest.mark.parametrize("row", verdicts())
def test_the_verdict_is_two_tests_in_words(row) -> None:
    figure = row["value"], row["low"], row["high"]
    england = verdict.against_england(*figure, row["england"])
    among = verdict.against_neighbours(*figure, row["lowest"], row["highest"], row["neighbours"])
    assert verdict.in_words(england, among) == row["words"]
    assert verdict.in_short(england, among) == row["short"]


@pytest.mark.parametrize(("own", "is_outlier"), [(25.4, False), (25.6, True)])
def test_a_share_within_a_point_of_the_median_is_no_outlier(own, is_outlier) -> None:
    close = ten(own, step=0.02) | {ENGLAND: 20.1}
    close |= {c: v + 4.4 for c, v in close.items() if c in NEIGHBOURS}  # 24.4 to 24.58
    assert judged(rows(close, base=1e6))["outlier"] == is_outlier
