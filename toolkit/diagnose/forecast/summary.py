"""What the forecast concludes: findings with their range, their base and what they mean.

Each takes a table that another module of the forecast has made.
"""

from __future__ import annotations

from dataclasses import replace

from toolkit.aggregate import Aggregate
from toolkit.diagnose import years
from toolkit.diagnose.forecast import attribution, fans
from toolkit.evidence import Finding

STAGE = "Module 1"
ONE_SCENARIO = fans.UNMITIGATED


def plans(table: Aggregate, scenario: str = ONE_SCENARIO) -> Finding:
    """Return the finding on the number of plans at the end of the forecast.

    Its period is from the January that the forecast starts at, however far back the table goes:
    forecasts of areas whose histories differ in length are of one time.

    Args:
        table: As `scenario_tables.fan` returns it without a dimension.
        scenario: Which scenario.
    """
    start, end = int(table.frame["counted_in"].max()), int(table.frame["year"].max())
    table = replace(table, period=f"January {start} to January {end}")
    then = {"year": end, "scenario": scenario}
    now = table.cell("count", year=start, scenario=scenario)
    return Finding(
        id=f"13.plans.{scenario}",
        stage=STAGE,
        sentence=f"{fans.name_of(table, scenario)}, {{now}} EHC plans in January {start} become "
        f"{{then}} in January {end}; 80% of simulations lie between {{low}} and {{high}}.",
        cells={
            "now": now,
            "then": table.cell("value", **then),
            "low": table.cell("low80", **then),
            "high": table.cell("high80", **then),
        },
        value=table.cell("value", **then),
        low=table.cell("low80", **then),
        high=table.cell("high80", **then),
        base=now,
        outcome="Each plan is a child or young person whose support has to be there on the day: "
        "places, therapists and staff are to be planned for these numbers.",
        criterion=2,
        priority=92,
    )


def deficit(carried: Aggregate, scenario: str = ONE_SCENARIO) -> Finding:
    """Return the finding on the DSG balance at the end of the forecast.

    Args:
        carried: As `money_tables.balances` returns it for the balance carried forward.
        scenario: Which scenario.
    """
    last = int(carried.frame["financial_year"].max())
    at = {"financial_year": last, "scenario": scenario}
    return Finding(
        id=f"13.deficit.{scenario}",
        stage=STAGE,
        sentence=f"{fans.name_of(carried, scenario)}, the DSG stands at {{carried}} at the end of "
        f"{years.label(last)}; 80% of simulations lie between {{low}} and {{high}}. That supposes "
        "that places are added where they are needed.",
        cells={
            "carried": carried.cell("value", **at),
            "low": carried.cell("low80", **at),
            "high": carried.cell("high80", **at),
        },
        value=carried.cell("value", **at),
        low=carried.cell("low80", **at),
        high=carried.cell("high80", **at),
        base=carried.cell("count", **at),
        outcome="The money pays for support that these children's plans set out in law; a lower "
        "deficit is good news only where their needs are still met.",
        criterion=2,
        priority=95,
    )


def probability(chances: Aggregate, scenario: str = fans.MITIGATED) -> Finding:
    """Return the finding on the chance that the last year ends without an in-year deficit.

    Args:
        chances: As `money_tables.probability` returns it.
        scenario: Which scenario.
    """
    last, name = int(chances.frame["financial_year"].max()), fans.name_of(chances, scenario)
    at = {"financial_year": last, "scenario": scenario}
    return Finding(
        id=f"13.balance.{scenario}",
        stage=STAGE,
        # "Of simulations": none of a thousand is no proof that it cannot be.
        sentence=f"{name}, {years.label(last)} ends without an in-year deficit "
        "in {chance} of simulations, the model's probability of balance.",
        cells={"chance": chances.cell("probability", **at)},
        value=chances.cell("probability", **at),
        base=chances.cell("count", **at),
        outcome="A budget in balance is one that can promise support for years to come.",
        criterion=2,
        priority=85,
    )


def changes(effect: Aggregate) -> Finding:
    """Return the finding on what the planned changes are worth in the last year.

    Args:
        effect: As `attribution.cash_and_avoided` returns it.
    """
    last = int(effect.frame["financial_year"].max())
    net = {"financial_year": last, "kind": attribution.NET}
    return Finding(
        id="13.changes.net",
        stage=STAGE,
        sentence=f"In {years.label(last)} the planned changes leave the balance better by {{net}} "
        "({low} to {high}): {cash} of cash released and {avoided} of cost avoided, less "
        "{cost:size} that the changes cost.",
        cells={
            "net": effect.cell("value", **net),
            "low": effect.cell("low80", **net),
            "high": effect.cell("high80", **net),
            "cash": effect.cell("value", financial_year=last, kind=attribution.CASH),
            "avoided": effect.cell("value", financial_year=last, kind=attribution.AVOIDED),
            "cost": effect.cell("value", financial_year=last, kind=attribution.COST),
        },
        value=effect.cell("value", **net),
        low=effect.cell("low80", **net),
        high=effect.cell("high80", **net),
        base=effect.cell("count", **net),
        outcome="The changes are there for children first: needs met earlier, nearer home, and "
        "adulthood prepared; each mitigation names its own.",
        criterion=2,
        priority=80,
    )


def missed(found: Aggregate) -> Finding:
    """Return the finding on people whom services expect and the forecast does not count.

    Args:
        found: As `missed.alert` returns it.
    """
    return Finding(
        id="13.missed.cohorts",
        stage=STAGE,
        sentence="Services know of {missing} children and young people who are coming and whom "
        "the forecast does not count.",
        cells={"missing": found.cell("missing")},
        value=found.cell("missing"),
        outcome="Without a place planned for them, these children will wait, or go far from home.",
        criterion=2,
        priority=88,
    )
