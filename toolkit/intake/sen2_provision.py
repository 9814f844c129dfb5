"""Which of the provision groups a placement belongs to.

In this order: a place in resourced provision or a SEN unit; the URN, through the
establishments; the SEN setting; a UKPRN without a URN from 16. What none of these settles is
`unknown`, and counted.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit import reference
from toolkit.intake.schedule import TEXT

POST16_FROM = 16  # a UKPRN without a URN is a college or training provider only from here on


def establishment_groups(establishments: pd.DataFrame) -> pd.Series[Any]:
    """Return the provision group of each URN: its own, else that of its GIAS type.

    Args:
        establishments: urn, type, phase, provision_group, as text.
    """
    types = reference.table("establishment_types")
    by_type = dict(zip(types["type"].str.casefold(), types["provision"], strict=True))
    made = establishments.reindex(columns=["urn", "type", "phase", "provision_group"])
    text = made.astype(TEXT)
    group = text["provision_group"].where(text["provision_group"].fillna("") != "")
    of_type = text["type"].str.strip().str.casefold().map(by_type).astype(TEXT)
    # A type that takes all ages is post-16 where the register says so.
    old = text["phase"].str.strip().str.casefold().isin({"16 plus"}) & of_type.eq("mainstream")
    group = group.fillna(of_type.mask(old, "post16"))
    return pd.Series(group.to_numpy(), index=_urn(text["urn"]), dtype=TEXT).groupby(level=0).first()


def provision_groups(places: pd.DataFrame, establishments: pd.DataFrame) -> pd.DataFrame:
    """Return `provision_group` of each placement, and `settled_by`, which says what gave it.

    Args:
        places: urn, ukprn, sen_setting (text), sen_unit, resourced_provision (Int64), age
            (completed years at the start of the academic year).
        establishments: As for `establishment_groups`.
    """
    by_urn = establishment_groups(establishments)
    settings = reference.table("sen_settings").set_index("sen_setting")["provision"]
    unit = places["sen_unit"].eq(1).fillna(False) | places["resourced_provision"].eq(1).fillna(
        False
    )
    found = _urn(places["urn"]).map(by_urn).astype(TEXT)
    setting = places["sen_setting"].map(settings).astype(TEXT)
    college = (
        places["ukprn"].notna() & places["urn"].isna() & places["age"].ge(POST16_FROM).fillna(False)
    )
    steps = [
        ("unit", unit.astype(bool), pd.Series("rp_unit", index=places.index, dtype=TEXT)),
        ("urn", found.notna() & found.ne("unknown"), found),
        ("setting", setting.notna(), setting),
        ("ukprn", college.astype(bool), pd.Series("post16", index=places.index, dtype=TEXT)),
    ]
    group = pd.Series(pd.NA, index=places.index, dtype=TEXT)
    by = pd.Series("", index=places.index, dtype=TEXT)
    for name, applies, value in steps:
        now = group.isna() & applies
        group, by = group.mask(now, value), by.mask(now, name)
    return pd.DataFrame({"provision_group": group.fillna("unknown"), "settled_by": by})


def _urn(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return URNs as bare digits."""
    return values.astype(TEXT).str.strip().str.replace(r"\.0+$", "", regex=True)
