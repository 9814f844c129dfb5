import pandas as pd
import pytest

from toolkit.diagnose import service_effects
from toolkit.diagnose.services import FEWEST

TABLE = pd.DataFrame(
    {
        "financial_year": [202425] * 4 + [202324],
        "service": ["Outreach", "Therapy", "Autism team", "Parent advice", "Outreach"],
        "conversion_rate": [10, 20, 50, None, 90],
        "conversion_base": [100, FEWEST, FEWEST - 1, 40, 100],
        "survey_score": [4.0, 5.0, 3.0, 2.0, 1.0],
        "survey_base": [100, FEWEST, FEWEST - 1, None, 100],
    }
)


@pytest.fixture
def converted():
    return service_effects.conversion(TABLE, 202425, ("Fixture",))


@pytest.fixture
def scored():
    return service_effects.survey(TABLE, 202425, ("Fixture",))


def test_only_services_with_a_figure_and_its_base_have_a_row(converted, scored) -> None:
    assert list(converted.frame["service"]) == ["Outreach", "Therapy", "Autism team"]
    assert list(scored.frame["service"]) == ["Outreach", "Therapy", "Autism team"]


def test_services_under_the_minimum_are_not_ranked(converted, scored) -> None:
    for made in (converted, scored):
        rank = made.frame.set_index("service")["rank"]
        assert sorted(rank.dropna()) == [1, 2]
        assert pd.isna(rank["Autism team"])
        assert made.frame["ranked"].iloc[2] == service_effects.NOT_RANKED


def test_the_lowest_share_and_the_highest_score_rank_first(converted, scored) -> None:
    assert converted.frame.set_index("service").loc["Outreach", "rank"] == 1
    assert scored.frame.set_index("service").loc["Therapy", "rank"] == 1


def test_a_share_rests_on_the_people_that_it_counts(converted) -> None:
    row = converted.frame.set_index("service").loc["Outreach"]
    assert (row["converted"], row["base"]) == (10, 100)
    assert (row["low"], row["high"]) == pytest.approx((5.52, 17.44), abs=0.01)  # Wilson, 10 of 100
    assert converted.measure("rate").rests_on == ("converted", "base")


def test_the_range_of_a_score_is_the_widest_that_its_answers_allow(scored) -> None:
    row = scored.frame.set_index("service").loc["Outreach"]
    half = 1.959964 * (3 / 100) ** 0.5  # (5 - 4)(4 - 1) = 3, over 100 answers
    assert (row["low"], row["high"]) == pytest.approx((4 - half, 4 + half))
    top = scored.frame.set_index("service").loc["Therapy"]
    assert (top["low"], top["high"]) == (5, 5)


def test_the_sentence_names_only_services_that_are_ranked(converted) -> None:
    _, cells = service_effects.told(converted)
    assert (cells["least"], cells["most"]) == ("Outreach", "Therapy")
    few = service_effects.conversion(TABLE.iloc[2:], 202425, ())
    assert service_effects.told(few)[1] == {}


def test_columns_that_nobody_filled_give_no_row() -> None:
    blank = TABLE.assign(conversion_rate=None, survey_score=None)
    assert service_effects.conversion(blank, 202425, ()).frame.empty
    assert service_effects.survey(blank, 202425, ()).frame.empty
