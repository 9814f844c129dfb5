from pathlib import Path

import pandas as pd
import pytest

from toolkit.diagnose import services

FIXTURES = Path(__file__).parent / "fixtures" / "patterns"


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "services.csv")


@pytest.fixture
def used(table) -> pd.DataFrame:
    made = services.utilisation(table, ("Fixture",))
    return services.in_year(made, 202425).frame.set_index("service")


def test_utilisation_is_demand_over_capacity(used) -> None:
    known = used["utilisation"].dropna()
    assert known.to_dict() == {"Speech and language therapy": 150, "Outreach": 90}
    both = used.loc[known.index]
    assert (100 * both["demand"] / both["capacity"]).eq(known).all()


@pytest.mark.parametrize("service", ["Autism team", "Parent advice", "Sensory team"])
def test_unknown_stays_unknown_and_is_never_0(used, service) -> None:
    assert pd.isna(used.loc[service, "utilisation"])
    assert used.loc[service, "judged"] == services.UNKNOWN


def test_the_sentence_counts_services_and_not_children(table) -> None:
    made = services.in_year(services.utilisation(table, ("Fixture",)), 202425)
    _, cells = services.told(made)
    assert [cells[c].value for c in ("over", "services", "unknown")] == [1, 5, 3]
    assert not list(cells["over"].aggregate.counts())
    assert "2024-25" in cells.values()


def test_services_under_the_fewest_people_are_not_ranked(table) -> None:
    frame = services.effectiveness(table, 202425, ("Fixture",)).frame.set_index("service")
    assert frame["rank"].dropna().to_dict() == {
        **{"Outreach": 1, "Speech and language therapy": 2, "Sensory team": 3}
    }
    assert "fewer than 30" in frame.loc["Autism team", "ranked"]
    assert frame.loc["Parent advice", "ranked"] == "Outcome not recorded"


def test_an_outcome_rate_has_its_range_on_the_people_it_rests_on(table) -> None:
    frame = services.effectiveness(table, 202425, ("Fixture",)).frame.set_index("service")
    of = frame.loc["Sensory team"]
    assert (of["low"], of["high"]) == pytest.approx((30.94, 49.80), abs=0.01)
    assert frame.loc["Autism team", "high"] - frame.loc["Autism team", "low"] > 15


def test_the_best_and_the_worst_are_named_among_those_ranked(table) -> None:
    sentence, cells = services.told_effectiveness(
        services.effectiveness(table, 202425, ("Fixture",))
    )
    assert (cells["best"], cells["worst"]) == ("Outreach", "Sensory team")
    one = services.effectiveness(table, 202324, ("Fixture",))
    assert services.told_effectiveness(one)[1] == {}
    assert "{high}" in sentence


def test_demand_is_the_same_count_wherever_it_stands(table) -> None:
    made = services.in_year(services.utilisation(table, ("Fixture",)), 202425)
    reach = services.effectiveness(table, 202425, ("Fixture",))
    shown = {key: value for key, value, _ in made.counts()}
    assert all(shown.get(k, v) == v for k, v, _ in reach.counts())
    assert set(shown) & {k for k, _, _ in reach.counts()}


def test_ranked_services_are_placed_by_reach_and_outcome_and_no_others(table) -> None:
    frame = services.effectiveness(table, 202425, ("Fixture",)).frame.set_index("service")
    placed = frame.loc[frame["quadrant"].ne(""), "quadrant"]
    assert placed.to_dict() == {
        "Speech and language therapy": "Reaches many, outcome met more often",
        "Outreach": "Reaches many, outcome met more often",
        "Sensory team": "Reaches few, outcome met less often",
    }


def test_an_outcome_rate_is_hidden_with_the_few_whom_it_counts(table) -> None:
    made = services.effectiveness(table, 202425, ("Fixture",))
    assert made.measure("rate").rests_on == ("met", "base")
    met = made.frame.set_index("service")["met"].dropna()
    assert met.to_dict() == {
        "Speech and language therapy": 210,
        "Outreach": 24,
        "Autism team": 28,
        "Sensory team": 40,
    }
