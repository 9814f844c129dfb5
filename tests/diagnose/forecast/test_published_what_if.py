"""The what-if question on published figures."""

import pytest
from published_cases import panel, released, tuned

from toolkit.diagnose import caseload
from toolkit.diagnose.forecast import published_mode
from toolkit.diagnose.forecast.paths import ranges
from toolkit.diagnose.forecast.published_what_if import SIMULATIONS, PublishedWhatIf


@pytest.fixture(scope="module")
def question() -> PublishedWhatIf:
    plans = caseload.published_plans(released(), "903", ("Test",), by_provision=False)
    return PublishedWhatIf(panel(), "903", plans, tuned(), ahead=3)


def at_the_end(question: PublishedWhatIf, **values: float) -> float:
    frame = question.answer(values).aggregate.frame
    return float(frame.loc[frame["year"].idxmax(), "value"])


def test_the_starting_values_give_the_forecast_itself(question: PublishedWhatIf) -> None:
    made = published_mode.forecast(
        question.panel, ["903"], 2025, 3, SIMULATIONS, question.seed, question.tuned
    )["903"]
    assert at_the_end(question) == ranges(made.by())["median"][-1]


@pytest.mark.parametrize(("name", "less", "more"), [("growth", 50, 150), ("shock", -2, 2)])
def test_more_growth_means_more_plans(
    question: PublishedWhatIf, name: str, less: float, more: float
) -> None:
    few, many = (at_the_end(question, **{name: value}) for value in (less, more))
    assert few < at_the_end(question) < many


def test_fewer_years_end_sooner(question: PublishedWhatIf) -> None:
    assert question.answer({"years": 1}).aggregate.frame["year"].max() == 2026


def test_the_sentence_and_the_chart_name_figures_of_the_answer(question: PublishedWhatIf) -> None:
    answer = question.answer({})
    assert {"now", "then", "low", "high"} <= set(answer.cells)
    assert answer.chart["since"] == "2025"
