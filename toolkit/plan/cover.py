"""The cover sheet of an area: who it is, and which settings are still to be filled in."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.area import Area
from toolkit.plan.setup_dates import day, say_day
from toolkit.plan.setup_tables import OWN, STAGES, counted, plan_aggregate

TO_SET = "To be set in area.toml"
FOUND = "Files that were read"
FICTIONAL = "Made up: a fictional area"
DATA = {
    "local": "The area's own records",
    "published": "Published statistics; no records of the area's own plans",
}
NEIGHBOURS_SOURCE = "Children's services statistical neighbours, 2025"


def items(
    area: Area, authorities: pd.DataFrame, neighbours: pd.DataFrame, tier: str
) -> pd.DataFrame:
    """Return the lines of the cover sheet: item, value (text, "" where unknown), from.

    Args:
        area: The settings of the area.
        authorities: Reference table: code, name, region.
        neighbours: Reference table: code, rank, neighbour_code; used where the area names none.
        tier: "local" where the area's own records of plans are read, else "published".
    """
    names = dict(zip(authorities["code"], authorities["name"], strict=True))
    regions = dict(zip(authorities["code"], authorities["region"], strict=True))
    published = neighbours[neighbours["code"].eq(area.la_code)]
    published = published.assign(rank=pd.to_numeric(published["rank"])).sort_values("rank")
    codes = area.statistical_neighbours or tuple(published["neighbour_code"])
    region = area.region or regions.get(area.la_code, "")
    stages = [label for code, label in STAGES.items() if code in area.stages]
    people = area.people
    settings, listed = "Settings", "Published list"
    rows = [
        ("Local authority", area.name, settings),
        ("Code of the DfE", area.la_code, settings),
        ("Region", region, settings if area.region else listed),
        (
            "Statistical neighbours",
            "; ".join(names.get(code, code) for code in codes),
            settings if area.statistical_neighbours else listed,
        ),
        ("Tranche or wave", area.tranche, settings),
        ("SEND lead", people.send_lead, settings),
        ("Director of children's services", people.director_of_childrens_services, settings),
        ("Section 151 officer", people.section_151_officer, settings),
        ("First day", say_day(day(area.start, "start"), ""), settings),
        ("Stages switched on", "; ".join(stages), settings),
        (
            "Data",
            FICTIONAL if area.fictional else DATA[tier],
            settings if area.fictional else FOUND,
        ),
    ]
    return pd.DataFrame(rows, columns=["item", "value", "source"])


def sheet(lines: pd.DataFrame) -> Aggregate:
    """Return the cover sheet as a table; what is not known reads "To be set in area.toml"."""
    known = lines["value"].ne("")
    frame = lines.assign(
        value=lines["value"].where(known, TO_SET),
        source=lines["source"].where(known, "Nowhere yet"),
    )
    return plan_aggregate(
        frame,
        "Cover sheet of the area",
        ["item"],
        {"value": ("Entry", "text"), "source": ("From", "text")},
        method="Settings of the area; region and neighbours from published lists where not set.",
        sources=(OWN, NEIGHBOURS_SOURCE),
    )


def completeness(lines: pd.DataFrame) -> Aggregate:
    """Return one row: lines of the cover sheet, and those still to be filled in."""
    return counted(
        {
            "lines": (float(len(lines)), "Lines", "number"),
            "to_set": (float(lines["value"].eq("").sum()), "Still to be filled in", "number"),
        },
        "Cover sheet, counted",
        method="Counted from the cover sheet.",
    )
