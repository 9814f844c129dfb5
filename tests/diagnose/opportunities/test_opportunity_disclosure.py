"""What the opportunities show of few children: nothing."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from toolkit import reference
from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.diagnose.opportunities import base, impact, projected, shares, value
from toolkit.diagnose.opportunities.rows import ready
from toolkit.show.disclosure import Register, protect

FIXTURES = Path(__file__).parents[1] / "fixtures" / "opportunities"
SETTINGS = reference.table("opportunity_settings")
CITED = ("Fixture",)


def read(name: str) -> pd.DataFrame:
    return ready(pd.read_csv(FIXTURES / f"{name}.csv"), SETTINGS)


def unit_costs(costed: dict[str, int]) -> Aggregate:
    every = {**costed, "All": sum(costed.values())}
    frame = pd.DataFrame(
        [(202425, p, n, 10_000.0 * n) for p, n in every.items()],
        columns=["financial_year", "provision", "costed", "spend"],
    )
    measures = (
        Measure("costed", "People with a cost in the year", "people"),
        Measure("spend", "Spend", "£", ("costed",)),
    )
    return Aggregate(
        frame,
        UNIVERSE,
        ("financial_year", "provision"),
        measures,
        "local",
        CITED,
        "",
        not_summed=("financial_year", "year", "opportunity"),
    )


def test_a_base_on_few_children_is_hidden_with_its_shares_and_its_neighbour_by_subtraction() -> (
    None
):
    unit = unit_costs({"mainstream": 90, "rp_unit": 3, "nmiss": 30, "state_special": 40})
    rows = read("matrix_a").assign(base_spend=float("nan"))
    every = shares.shares(rows, SETTINGS, base.recorded(unit, SETTINGS), CITED)
    totals = every.frame[every.frame["opportunity"].eq("All")].reset_index(drop=True)
    found = replace(every, frame=totals)
    register = Register()
    for aggregate in (unit, found):
        register.add(aggregate)
    mask = register.solve()
    hidden = protect(found, mask).hidden.set_index(found.frame["setting"])
    assert mask.unguarded == ()
    assert hidden.loc["units", ["base", "share_low", "share_high"]].all()
    assert not hidden["low"].any()
    shown = ~hidden["base"]
    assert shown.drop(["All", "reviews", "units"]).sum() < 2, "one other is hidden with it"


def hidden(found: Aggregate) -> pd.DataFrame:
    register = Register()
    register.add(found)
    mask = register.solve()
    assert mask.unguarded == ()
    return protect(found, mask).hidden.set_index(found.frame["opportunity"])


def test_a_change_for_a_handful_of_children_shows_neither_how_many_nor_what_one_is_worth() -> None:
    marks = hidden(value.values(read("opportunities"), CITED))
    few = marks.loc["Return at phase transfer"]
    assert few[["reach", "unit_value", "full"]].all()
    assert not few[["low", "high"]].any()
    assert not marks.drop("Return at phase transfer").to_numpy().any()


def test_a_lever_that_could_reach_few_shows_no_pounds() -> None:
    levers = pd.read_csv(FIXTURES / "levers.csv", parse_dates=["start"])
    worth = projected.checked(pd.read_csv(FIXTURES / "attribution.csv"))
    reached = {"early_help": 120.0, "rp_places": 3.0, "All": 900.0}
    found = projected.projected(worth, read("opportunities"), levers, reached, CITED)
    register = Register()
    register.add(found)
    marks = protect(found, register.solve()).hidden.groupby(found.frame["lever"])["median"].all()
    assert marks.to_dict() == {
        "All": False,
        "early_help": False,
        "interaction": False,
        "rp_places": True,
    }


def test_the_impact_of_a_change_for_a_handful_of_children_hides_how_many() -> None:
    levers = pd.read_csv(FIXTURES / "levers.csv", parse_dates=["start"])
    kpis = reference.table("lever_kpis")
    found = impact.impact(read("opportunities"), levers, kpis, {}, CITED)
    assert hidden(found)["reach"].to_dict() == {
        "Support before a request": False,
        "Top-ups that follow need": False,
        "Places near home": False,
        "Return at phase transfer": True,
    }
