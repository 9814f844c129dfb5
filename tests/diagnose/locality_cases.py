"""Plans and costs by locality, small enough to count by hand."""

import pandas as pd

SOURCES = ("Fixture",)
NEEDS = ("ASD", "SEMH", "SLCN", "VI")
PLACES = ("North", "South", "Coast", None)


def stock(counts: dict[tuple[str | None, str], int], year: int = 2025) -> pd.DataFrame:
    """Return plans of one January by locality and need."""
    rows = [(year, *key, "mainstream", "5-10") for key, n in counts.items() for _ in range(n)]
    columns = ["year", "locality", "primary_need", "provision", "age_group"]
    return pd.DataFrame(rows, columns=columns)


COSTS = pd.DataFrame(
    # a: North, 100 and 50; b: North, no cost; c: South, 30; d: nowhere, 20; e: not in January
    [("a", 100.0), ("a", 50.0), ("c", 30.0), ("d", 20.0), ("e", 999.0)],
    columns=["person_id", "top_up"],
).assign(financial_year=202324, place_funding=0.0, fee=0.0, therapy=0.0)  # fmt: skip
