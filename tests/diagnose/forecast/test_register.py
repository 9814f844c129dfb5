"""The register: every figure traced, every default named; principles and baselines beside it."""

import pandas as pd
import pytest
from money_cases import assumptions, base, fixture, mitigations

from toolkit.diagnose.forecast import (
    baseline_methods,
    horizon,
    principles,
    register,
)
from toolkit.diagnose.forecast.assumed import Assumed, Assumption, assumed
from toolkit.errors import SettingsError

FLOWS = [Assumption(n, "Measured", 1.0, source="Records") for n in register.FLOWS]


def whole() -> Assumed:
    on = base()
    rows = [a for a in on.assumed if not a.is_default and a.agreed_by != "Fixed"]
    planned = register.of_mitigations(mitigations({}))
    return assumed(assumptions(inflation__fee=4.0), *rows, *FLOWS, *planned)


def test_every_figure_of_the_forecast_is_traced() -> None:
    assert register.untraced(whole()) == []
    for figure in register.FIGURES:
        assert register.behind(figure, whole())


def test_a_figure_whose_assumption_is_missing_is_named() -> None:
    gone = Assumed({a.id: a for a in whole() if a.id != "income.hnb"})
    assert "In-year balance: income.*" not in register.untraced(gone)  # two others are left
    bare = Assumed({a.id: a for a in whole() if not a.id.startswith("income.")})
    assert "In-year balance: income.*" in register.untraced(bare)
    assert register.untraced(base().assumed) != []  # nobody said how plans grow


def test_every_assumption_says_what_it_moves() -> None:
    shown = register.register(whole(), ()).frame.set_index("assumption")
    assert shown["moves"].ne("").all()
    assert "both balances" in shown.at["spend.unmatched", "moves"]
    assert "placement" in shown.at["inflation.fee", "moves"]


def test_a_misspelt_id_moves_nothing_and_says_so() -> None:
    odd = assumed(assumptions(inflaton__fees=4.0))
    shown = register.register(odd, ()).frame.set_index("assumption")
    assert shown.at["inflaton.fees", "moves"] == register.UNREAD
    assert register.summary(odd, ()).frame["unread"].tolist() == [1]


def test_a_price_that_was_measured_on_people_is_not_written_past_disclosure_control() -> None:
    shown = register.register(whole(), ()).frame.set_index("assumption")
    assert shown.at["unit_cost.nmiss", "value"] == "Measured: see its table"
    agreed = register.register(base(unit_cost__nmiss=66_000.0).assumed, ())
    assert agreed.frame.set_index("assumption").at["unit_cost.nmiss", "value"] == "£66,000"


def test_a_family_is_written_once() -> None:
    shown = register.traced(whole(), ()).frame.set_index("figure")["assumptions"]
    assert "unit_cost.* (3)" in shown["Balance carried forward"]
    assert shown["Deficit beside reserves"] == "override.end, reserves.general"


def test_values_are_written_with_their_unit() -> None:
    known = assumed(assumptions(reserves__general=-1_234_567.0))
    shown = register.register(known, ()).frame.set_index("assumption")
    assert shown.at["reserves.general", "value"] == "−£1,234,567"
    assert shown.at["override.end", "value"] == "2027-28"
    assert shown.at["inflation.general", "range"] == "1 to 4"


@pytest.mark.parametrize("years", [1, 5])
def test_a_horizon_of_one_to_five_years_is_accepted(years: int) -> None:
    assert horizon.check_horizon(years) == years


@pytest.mark.parametrize("years", [0, 6, -1, True, 2.5])
def test_any_other_horizon_is_refused_with_a_reason(years: object) -> None:
    with pytest.raises(SettingsError, match="Choose a whole number from 1 to 5"):
        horizon.check_horizon(years)  # type: ignore[arg-type]


TODAY = pd.Timestamp("2025-03-01")


def states(versions: pd.DataFrame, compared: int, tables: set[str]) -> dict[str, str]:
    own = assumptions(income__hnb=3.0, inflation__general=2.5, override__end=202728.0)
    found = principles.checked(versions, compared, frozenset(tables), assumed(own), TODAY, ())
    return dict(zip(found.frame["principle"], found.frame["met"], strict=True))


def test_there_are_four_principles_and_a_full_area_meets_them() -> None:
    held = {"pipeline", "mitigations", "services", "chain"}
    assert states(fixture("versions.csv"), 3, held) == dict.fromkeys(principles.PRINCIPLES, "Met")
    assert len(principles.PRINCIPLES) == 4


def test_a_first_forecast_of_finance_alone_is_a_snapshot() -> None:
    none = fixture("versions.csv").head(0)
    found = principles.checked(none, 0, frozenset(), assumed(pd.DataFrame()), TODAY, ()).frame
    met = dict(zip(found["principle"], found["met"], strict=True))
    assert met == {
        "continuous": "Not yet", "informed": "Not yet", "reviewed": "Not yet",
        "national": "Partly",
    }  # fmt: skip
    assert found["next_step"].ne("").all()


def test_an_old_forecast_is_not_continuous() -> None:
    old = fixture("versions.csv").assign(made_on="2020-01-01")
    assert states(old, 1, {"chain"})["continuous"] == "Partly"


def test_baseline_methods_give_the_stated_values() -> None:
    found = baseline_methods.by_method([1000.0, 1100.0, 1200.0, 1300.0, 1500.0])
    assert found["latest"] == 1500
    assert found["mean"] == 1220
    assert found["trend"] == pytest.approx(1460)
    weights = [0.7**4, 0.7**3, 0.7**2, 0.7, 1]
    values = [1000, 1100, 1200, 1300, 1500]
    assert found["weighted"] == pytest.approx(
        sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
    )


def test_methods_stand_side_by_side_with_who_agreed_and_a_gap_is_never_bridged() -> None:
    signed = assumptions(baseline__plans=1_450.0)
    found = baseline_methods.compare(fixture("history.csv"), signed, "local", ()).frame
    plans, new = found.iloc[0], found.iloc[1]
    assert plans["trend"] == pytest.approx(1460)
    assert plans["signed_off"] == "Group"
    assert plans["signed_value"] == 1450
    assert new["years"] == "No baseline: 2022 missing"
    assert pd.isna(new["mean"])
    assert new["signed_off"] == "Not yet"
