import numpy as np
import pytest

from tests.diagnose.forecast import small_area
from toolkit.diagnose import caseload
from toolkit.diagnose.forecast import fans, local_mode
from toolkit.diagnose.forecast.levers import Lever
from toolkit.diagnose.forecast.local_what_if import SIMULATIONS, WhatIf
from toolkit.show import chart_views, views

MODEL = small_area.model()
LEVERS = (
    Lever("help", "join", -30, -20, start=0, meaning="Outreach"),
    Lever("fees", "unit_cost", -5, -2, start=0),
)


@pytest.fixture
def question() -> WhatIf:
    stock, _, _ = small_area.frames()
    places = np.full((3, len(MODEL.axes.provisions)), np.inf)
    places[:, MODEL.axes.provisions.index("state_special")] = 90
    plans = caseload.plans_by(stock, sources=("test",))
    return WhatIf(MODEL, plans, LEVERS, places, {"state_special": "Special schools"}, years=3)


def at_end(question: WhatIf, **values: float) -> dict[str, float]:
    frame = question.answer(values).aggregate.frame
    return frame[frame["year"].eq(2028)].set_index("scenario")["value"].to_dict()


def test_what_moves_plans_can_be_moved(question: WhatIf) -> None:
    assert [c.name for c in question.controls] == ["growth", "help", "places.state_special"]
    assert all(c.low <= c.value <= c.high for c in question.controls)


def test_untouched_it_says_what_the_forecast_says(question: WhatIf) -> None:
    paths = local_mode.simulate(MODEL, 3, SIMULATIONS, 1, places=question.places)
    assert at_end(question)[fans.UNMITIGATED] == np.median(paths.by()[:, 3])


def test_a_lever_at_nothing_leaves_both_scenarios_the_same(question: WhatIf) -> None:
    ends = at_end(question, help=0)
    assert ends[fans.MITIGATED] == ends[fans.UNMITIGATED]
    assert at_end(question)[fans.MITIGATED] < ends[fans.MITIGATED]


def test_growth_moves_both_scenarios_and_back_again(question: WhatIf) -> None:
    before, fast, after = (at_end(question, **v) for v in ({}, {"growth": 20}, {}))
    assert all(fast[s] > before[s] for s in before)
    assert after == before


def test_places_move_where_children_are_and_not_how_many(question: WhatIf) -> None:
    at = MODEL.axes.provisions.index("state_special")
    few, many = (question.scenarios({"places.state_special": x})[fans.UNMITIGATED] for x in (0, 20))
    assert few.by("provision")[:, 1, at].max() <= 90
    assert many.by("provision")[:, 1, at].mean() > few.by("provision")[:, 1, at].mean()
    assert (few.by()[:, 1] == many.by()[:, 1]).all()


def test_the_answer_can_be_drawn_and_said(question: WhatIf) -> None:
    answer = question.answer({})
    assert chart_views.chart_view(answer.aggregate, **answer.chart)
    assert views.sentence_view(answer.sentence, answer.cells)
