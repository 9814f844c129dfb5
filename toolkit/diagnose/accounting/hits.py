"""Hits: what an automatic test of the accounts found, in one form for all tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import pandas as pd

from toolkit.aggregate import Aggregate, Measure

Severity = Literal["wrong", "ask"]
WRONG: Severity = "wrong"
ASK: Severity = "ask"
WORDS = {WRONG: "To put right", ASK: "To ask about"}
BASES = {"outturn": "Outturn", "budget": "Budget", "forecast": "Forecast"}


class Hit(NamedTuple):
    """One thing that a test found.

    Attributes:
        check: The check of the catalogue that it belongs to.
        year: Financial year, as in 202425.
        where: The line, the basis or the table that it stands in.
        amount: What is at stake (£).
        severity: "wrong" where a rule is broken, "ask" where somebody has to say if it is.
        said: What was found, in words without a figure.
    """

    check: str
    year: int
    where: str
    amount: float
    severity: Severity
    said: str


def frame(hits: Iterable[Hit]) -> pd.DataFrame:
    """Return hits as a frame with the columns of `Hit`, the wrong ones first."""
    made = pd.DataFrame(list(hits), columns=list(Hit._fields)).drop_duplicates()
    order = made["severity"].map({WRONG: 0, ASK: 1})
    made = made.assign(order=order).sort_values(["order", "check", "year", "where"], kind="stable")
    return made.drop(columns="order").reset_index(drop=True)


def found(
    hits: pd.DataFrame, catalogue: pd.DataFrame, sources: tuple[str, ...], period: str = ""
) -> Aggregate:
    """Return what the tests found, one row a check, year, place and finding.

    Args:
        hits: As `frame` returns it.
        catalogue: Reference table `accounting_checks`.
        sources: Where the figures come from.
        period: The years that were tested, in words.

    Returns:
        `amount` (£), `times` (how often) and `severity` in words. Several postings of one kind
        in one line are one row, so that no single payment is shown.
    """
    rows = hits.assign(severity=hits["severity"].map(WORDS))
    keys = ["severity", "check", "financial_year", "where", "found"]
    rows = rows.rename(columns={"year": "financial_year", "said": "found"})
    summed = (
        rows.groupby(keys, sort=False)
        .agg(amount=("amount", "sum"), times=("amount", "size"))
        .reset_index()
    )
    return Aggregate(
        frame=summed.astype({"times": float}),
        universe="What the tests of the accounts found",
        dimensions=("check", "financial_year", "where", "found"),
        measures=(
            Measure("severity", "Verdict", "text"),
            Measure("amount", "Amount", "£", decimals=0),
            Measure("times", "Times", "number", decimals=0),
        ),
        source="local",
        sources=sources,
        method="Rules applied to the tables as entered. 'To put right' breaks a rule; 'to ask "
        "about' may be right, and somebody has to say why.",
        period=period,
        not_summed=("check", "financial_year", "where", "found"),
        labels={"check": dict(zip(catalogue["check_id"], catalogue["title"], strict=True))},
    )
