"""Checks of costs, spend and the Dedicated Schools Grant."""

from __future__ import annotations

import pandas as pd

from toolkit.intake.checks_hits import Frames, hits, pounds

# Amounts that are positive by definition; the others (a balance, a block transfer) may be either.
POSITIVE = {
    "placement_costs": (
        "place_funding", "top_up", "fee", "therapy", "transport", "health_contribution",
        "care_contribution",
    ),
    "spend_lines": (
        "early_years", "primary", "secondary", "special", "ap_pru", "post_school", "gross",
        "income",
    ),
    "dsg_position": ("hnb_before_deductions", "recoupment", "write_off"),
    "places": ("place_rate",),
    "mitigations": ("cost",),
    "opportunities": ("base_spend", "unit_value"),
}  # fmt: skip
TOLERANCE = 2  # £: up to four figures, each rounded to the pound


def negative(column: str, frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Rows with a negative amount in a column of positive ones."""
    return hits(frame, frame[column] < 0, value=pounds(frame[column]))


def nobody(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Costs of neither a person nor a provision."""
    return hits(frame, frame["person_id"].isna() & frame["provision_group"].isna())


def net_differs(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Spend lines whose net is not gross less income; a negative amount is named already."""
    income = frame["income"].fillna(0)
    expected = frame["gross"] - income
    sound = (frame["gross"] >= 0) & (income >= 0)
    wrong = sound & ((frame["net"] - expected).abs() > TOLERANCE)
    about = {"net": frame["net"], "gross": frame["gross"], "income": income, "expected": expected}
    return hits(frame, wrong, **{name: pounds(amount) for name, amount in about.items()})


def carried_forward_differs(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Years whose balance does not follow from its parts.

    Where it would follow from what the year before carried forward, brought_forward is at
    fault, and is named by the other check.
    """
    expected = _expected(frame, frame["brought_forward"])
    since = _expected(frame, _last_carried(frame))
    off = (frame["carried_forward"] - expected).abs() > TOLERANCE
    follows = (frame["carried_forward"] - since).abs() <= TOLERANCE
    about = {
        "carried": frame["carried_forward"],
        "brought": frame["brought_forward"],
        "in_year": frame["in_year_balance"],
        "write_off": frame["write_off"].fillna(0),
        "expected": expected,
    }
    return hits(frame, off & ~follows, **{name: pounds(value) for name, value in about.items()})


def brought_forward_differs(frame: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Years that do not begin where the year before ended.

    A year that begins where the one before should have ended is right: the carried_forward of
    the year before is at fault, and is named by the other check.
    """
    last = _last_carried(frame)
    should = _last(frame, _expected(frame, frame["brought_forward"]))
    brought = frame["brought_forward"]
    wrong = ((brought - last).abs() > TOLERANCE) & ~((brought - should).abs() <= TOLERANCE)
    year = (frame["financial_year"] // 100 - 1).astype("Int64")
    label = year.astype("str") + "-" + ((year + 1) % 100).astype("str").str.zfill(2)
    return hits(frame, wrong, brought=pounds(brought), carried=pounds(last), year=label)


def _expected(frame: pd.DataFrame, brought: pd.Series) -> pd.Series:
    return brought + frame["in_year_balance"] + frame["write_off"].fillna(0)


def _last_carried(frame: pd.DataFrame) -> pd.Series:
    """Return what the year before carried forward."""
    return _last(frame, frame["carried_forward"])


def _last(frame: pd.DataFrame, amounts: pd.Series) -> pd.Series:
    """Return an amount of the year before, of the basis that a year begins from.

    An outturn begins from the outturn before it. A budget or a forecast begins from whichever
    its own arithmetic fits best: the outturn before it, or the budget or forecast before it.
    """
    year = frame["financial_year"] // 100
    known = {
        (int(y), str(b)): float(a) for y, b, a in zip(year, frame["basis"], amounts, strict=True)
    }
    found = []
    for y, b, brought in zip(year, frame["basis"], frame["brought_forward"], strict=True):
        before = [known.get((int(y) - 1, basis)) for basis in (str(b), "outturn")]
        there = [amount for amount in before if amount is not None]
        away = [abs(amount - float(brought)) for amount in there]
        found.append(there[away.index(min(away))] if there else None)
    return pd.Series(found, index=frame.index, dtype="float64")
