"""Value as a share of spend: of each opportunity, of its setting and of all of them."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.opportunities.base import EVERY, Base
from toolkit.diagnose.opportunities.matrix import HIGH, LOW
from toolkit.diagnose.opportunities.rows import setting_labels

SHOWN = ("low", "high", "base", "share_low", "share_high")


def shares(
    opportunities: pd.DataFrame, settings: pd.DataFrame, on: Base, sources: tuple[str, ...]
) -> Aggregate:
    """Return value as a share of spend: each opportunity, then its setting, then all of them.

    Args:
        opportunities: As `rows.ready` returns it.
        settings: Reference table `opportunity_settings`.
        on: Spend by setting.
        sources: Where the opportunities come from.

    Returns:
        `low` and `high` (£ a year), `base` (£), `share_low` and `share_high` (% of the base).
        The base of an opportunity is the spend that it states, else that of its setting; of a
        setting ("All" opportunities) and of all settings, what is recorded.
    """
    ends = ["low", "high"]
    summed = opportunities.groupby("setting", sort=False)[ends].sum().reset_index()
    every = {"setting": EVERY, **opportunities[ends].sum().to_dict()}
    totals = pd.concat([summed, pd.DataFrame([every])]).assign(
        opportunity=EVERY, base_spend=float("nan")
    )
    columns = ["setting", "opportunity", *ends, "base_spend"]
    frame = on.beside(pd.concat([opportunities[columns], totals[columns]], ignore_index=True))
    frame["base"] = frame["base_spend"].fillna(frame["spend"])
    known = frame["base"].where(frame["base"] > 0)
    for end in ends:
        frame[f"share_{end}"] = 100 * frame[end] / known
    rests = (*on.rests_on, "base")
    return Aggregate(
        frame=frame,
        universe=on.universe,
        dimensions=("setting", "opportunity"),
        measures=(
            LOW,
            HIGH,
            Measure("base", "Spend that it is a share of", "£", on.rests_on),
            Measure("share_low", "Low, share of it", "%", rests),
            Measure("share_high", "High, share of it", "%", rests),
            *on.people,
        ),
        source="local" if on.is_local else "plan",
        sources=tuple(dict.fromkeys((*sources, *on.sources))),
        method=f"Base of a setting: {on.said}. Base of an opportunity: the spend that it states, "
        "else that of its setting. Reviews reach every plan, so that the bases do not add up.",
        not_summed=("financial_year", "year", "area", "setting", "opportunity"),
        labels={"setting": setting_labels(settings)},
    )
