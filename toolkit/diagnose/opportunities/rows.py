"""The table of opportunities made ready: blanks as text, each area of opportunity named once."""

from __future__ import annotations

import pandas as pd

TEXTS = (
    *("setting", "area_of_opportunity", "outcome", "evidence_ids", "evidence_grade"),
    *("enablers", "workstream", "mitigation_id"),
)
NUMBERS = ("low", "high", "base_spend", "volume", "unit_value", "ramp_months", "feasibility")
NO_STREAM = "No workstream yet"
OWN = "What service and finance have agreed"


def ready(opportunities: pd.DataFrame, settings: pd.DataFrame) -> pd.DataFrame:
    """Return the opportunities in the order of their settings, blanks as "" or missing numbers.

    Args:
        opportunities: Table `opportunities`; a column that it leaves out is added, empty.
        settings: Reference table `opportunity_settings`.

    Returns:
        The columns of the table, and `opportunity`: the area of opportunity, with "(2)" where
        it stands twice, so that each row is one cell.
    """
    made = opportunities.copy()
    for name in TEXTS:
        made[name] = text(made[name]) if name in made else ""
    for name in NUMBERS:
        given = made[name] if name in made else pd.Series(float("nan"), index=made.index)
        made[name] = pd.to_numeric(given).astype("float64")
    named = made["area_of_opportunity"]
    repeat = made.groupby(named).cumcount() + 1
    made["opportunity"] = named.where(repeat.eq(1), named + " (" + repeat.astype(str) + ")")
    made["workstream"] = made["workstream"].where(made["workstream"].ne(""), NO_STREAM)
    place = {name: at for at, name in enumerate(settings["setting"])}
    order = made["setting"].map(place).fillna(len(place))
    return made.assign(_order=order).sort_values("_order", kind="stable", ignore_index=True)


def text(column: pd.Series) -> pd.Series:
    """Return a column as stripped text, "" where it is blank."""
    held = column.astype("object")
    return held.where(held.notna(), "").map(lambda value: str(value).strip()).astype("object")


def listed(value: str) -> list[str]:
    """Return the parts of a text that are parted by semicolons, without blanks."""
    return [part.strip() for part in value.split(";") if part.strip()]


def setting_labels(settings: pd.DataFrame) -> dict[str, str]:
    """Return what each setting is called, in the order of the matrix."""
    return dict(zip(settings["setting"], settings["label"], strict=True))
