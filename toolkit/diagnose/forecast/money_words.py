"""Sentences on the money of a forecast. Each names its year, its range and its scenario."""

from __future__ import annotations

from toolkit.aggregate import Aggregate, Cell
from toolkit.diagnose import years
from toolkit.diagnose.forecast import deficit, fans
from toolkit.diagnose.forecast.deficit import Balance

Told = tuple[str, dict[str, Cell | str]]


def balance(shown: Aggregate, scenario: str = fans.UNMITIGATED) -> Told:
    """Return one sentence on the balance at the last outturn and at the end of the forecast.

    Args:
        shown: As `money_tables.balances` returns it for the balance carried forward, in cash.
        scenario: Which scenario.
    """
    own = shown.frame[shown.frame["scenario"].eq(scenario)]
    recorded = own.loc[own["low80"].isna(), "financial_year"]
    last = int(own["financial_year"].max())
    cells = _at(shown, last, scenario)
    if recorded.empty:
        return "{changes}, the DSG stands at {then} at the end of {year} ({low} to {high}).", cells
    was = int(recorded.max())
    sentence = (
        "{changes}, the DSG balance goes from {now} at the end of {base} to {then} at the end of "
        "{year} ({low} to {high})."
    )
    now = shown.cell("value", financial_year=was, scenario=scenario)
    return sentence, {**cells, "now": now, "base": years.label(was)}


def _at(shown: Aggregate, year: int, scenario: str) -> dict[str, Cell | str]:
    at = {"financial_year": year, "scenario": scenario}
    return {
        "changes": fans.name_of(shown, scenario),
        "then": shown.cell("value", **at),
        "year": years.label(year),
        "low": shown.cell("low80", **at),
        "high": shown.cell("high80", **at),
    }


def year_of_balance(chances: Aggregate, found: Balance, scenario: str) -> Told:
    """Return one sentence on the first year in balance, or that none is, and its chance.

    Args:
        chances: As `money_tables.probability` returns it.
        found: The balance of the scenario.
        scenario: Which scenario.
    """
    first, _ = deficit.year_of_balance(found)
    last = found.financial_years[-1]
    cells: dict[str, Cell | str] = {
        "changes": fans.name_of(chances, scenario),
        "last": years.label(last),
        "chance": chances.cell("probability", financial_year=last, scenario=scenario),
    }
    if first is None:
        sentence = (
            "{changes}, most futures keep an in-year deficit in every year up to {last}; the "
            "probability that {last} ends without one is {chance}."
        )
        return sentence, cells
    sentence = (
        "{changes}, the middle of the futures is without an in-year deficit from {first} on; for "
        "{last} the probability is {chance}."
    )
    return sentence, {**cells, "first": years.label(first)}


def spend(shown: Aggregate) -> Told:
    """Return one sentence on how much of the rise of spend is plans and how much is prices.

    Args:
        shown: As `money_tables.real_and_nominal` returns it.
    """
    first, last = (int(shown.frame["financial_year"].agg(end)) for end in ("min", "max"))
    sentence = (
        "Spend of the high needs block goes from {was} in {first} to {then} in {last} ({low} to "
        "{high}); at the unit costs of {first} it would be {plain}."
    )
    return sentence, {
        "was": shown.cell("value", financial_year=first),
        "first": years.label(first),
        "then": shown.cell("value", financial_year=last),
        "last": years.label(last),
        "low": shown.cell("low80", financial_year=last),
        "high": shown.cell("high80", financial_year=last),
        "plain": shown.cell("plain", financial_year=last),
    }
