"""The settings behind the lines of table 6 that a forecast has to keep together, as recorded."""

from __future__ import annotations

import pandas as pd

from toolkit.plan.return_lines import DSG_PROVISIONS
from toolkit.plan.returns import Table, table

TOGETHER = ("nmiss", "ap_hospital", "post16", "other")
SETTINGS = {  # SEN2 SENSetting, where there is no URN or UKPRN
    "OLA": "Other arrangements by the local authority",
    "OPA": "Other arrangements by parents",
    "EHE": "Elective home education",
    "EYP": "Early years provider",
    "OTH": "Other",
    "NEET": "Not in education, employment or training",
    "NIEC": "Not in education, notice to cease the plan issued",
    "NIEO": "Not in education for another reason",
}
NOT_KNOWN = "kind not recorded"
NOTES = (
    "Years are calendar years: a year's figure is that of the January census after it.",
    "Recorded alone: these are the figures to part the lines of table 6 by. A school or college "
    "is named by its type in the register of establishments, others by the SENSetting of SEN2.",
)


def settings_table(
    people: pd.DataFrame,
    placements: pd.DataFrame,
    establishments: pd.DataFrame,
    censuses: pd.DataFrame,
) -> Table:
    """Return recorded plans by setting within the provisions of `TOGETHER`, by calendar year.

    Args:
        people: As `january.stock` returns it.
        placements: Table `placements`.
        establishments: Table `establishments`: `urn` and `type`; may be empty.
        censuses: `census_year` and `census_date`.
    """
    types = establishments.drop_duplicates("urn").set_index("urn")["type"]
    parts = []
    for year, date in zip(censuses["census_year"], censuses["census_date"], strict=True):
        here = people[people["year"].eq(year) & people["provision"].isin(TOGETHER)]
        there = _main_on(placements, date).reindex(here["person_id"])
        kind = there["sen_setting"].map(SETTINGS).astype(object)
        kind = kind.fillna(there["urn"].map(types)).fillna(NOT_KNOWN)
        parts.append(here.assign(kind=kind.to_numpy(), calendar=int(year) - 1))
    rows = pd.concat(parts) if parts else people.iloc[:0].assign(kind="", calendar=0)
    counted = rows.groupby(["provision", "kind", "calendar"]).size().unstack(fill_value=0)
    order = {code: i for i, code in enumerate(TOGETHER)}
    counted = counted.sort_index(key=lambda level: level.map(lambda v: order.get(v, v)))
    names = {codes[0]: name for name, codes in DSG_PROVISIONS.items()}
    lines = [f"{names[provision]}: {kind}" for provision, kind in counted.index]
    frame = counted.set_axis(lines).rename_axis(index=None, columns=None)
    return table("LSRP 6 settings", "Lines of table 6 that stand together", frame, None, NOTES)


def _main_on(placements: pd.DataFrame, date: pd.Timestamp) -> pd.DataFrame:
    """Return the main placement of each person on a date: `urn` and `sen_setting`."""
    there = (placements["entry_date"] <= date) & ~(placements["leaving_date"] < date)
    current = placements[there].sort_values(["rank", "entry_date"], ascending=[True, False])
    return current.drop_duplicates("person_id").set_index("person_id")[["urn", "sen_setting"]]
