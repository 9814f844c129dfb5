"""What the charts draw: one measure over the areas, over the years, and over the map."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose.benchmarks import measures
from toolkit.diagnose.benchmarks.catalogue import Comparable
from toolkit.diagnose.benchmarks.groups import Company
from toolkit.diagnose.benchmarks.tables import UNIVERSE
from toolkit.diagnose.comparators import AREA, COUNTRY, ENGLAND, REGION

MEDIAN = "Median neighbour"
GROUPS = (AREA, COUNTRY, REGION, MEDIAN)


def over_areas(
    figures: pd.DataFrame, company: Company, measure: Comparable, sources: tuple[str, ...]
) -> Aggregate:
    """Return one measure in its latest year for the area, its neighbours and England.

    Returns:
        One row an `area` (a code): `value`, and `low` and `high`, its 95% interval. The label
        of an area whose figure looks wrong says so.
    """
    now = measures.latest(figures[figures["measure"].eq(measure.id)])
    wanted = [company.code, *company.neighbours, ENGLAND]
    frame = now[now["code"].isin(wanted)].drop_duplicates("code").rename(columns={"code": "area"})
    doubts = dict(zip(frame["area"], frame["doubt"], strict=True))
    labels = {c: _named(company, c, str(doubts[c])) for c in wanted if c in doubts}
    return _aggregate(frame, ("area",), measure, sources, labels, _label(frame, measure))


def over_years(
    figures: pd.DataFrame, company: Company, measure: Comparable, sources: tuple[str, ...]
) -> Aggregate:
    """Return one measure by `group` and `year`: the area, England, the region, the neighbours.

    The neighbours' value is the median of those with a figure in the year; the region's is its
    other authorities together. Only years in which the area has a figure.
    """
    rows = figures[figures["measure"].eq(measure.id)].drop_duplicates(["code", "year"])
    own = rows[rows["code"].eq(company.code)]
    rows = rows[rows["year"].isin(own["year"])]
    region = rows[rows["code"].isin(company.region)].groupby("year")[["numerator", "base"]].sum()
    scale = own["value"] / (own["numerator"] / own["base"])
    region_value = region["numerator"] / region["base"] * scale.median()
    beside = rows[rows["code"].isin(company.neighbours)].groupby("year")["value"].median()
    parts = [
        own.set_index("year")["value"].rename(AREA),
        rows[rows["code"].eq(ENGLAND)].set_index("year")["value"].rename(COUNTRY),
        region_value.rename(REGION),
        beside.rename(MEDIAN),
    ]
    wide = pd.concat(parts, axis=1).sort_index()
    long = wide.rename_axis("year").reset_index().melt("year", var_name="group").dropna()
    labels = {g: g for g in GROUPS}
    return _aggregate(long, ("group", "year"), measure, sources, labels, _label(own, measure))


def on_map(
    figures: pd.DataFrame,
    company: Company,
    measure: Comparable,
    layout: pd.DataFrame,
    sources: tuple[str, ...],
) -> Aggregate:
    """Return one measure of every authority of the tile map in the latest year.

    Args:
        figures: As `measures.figures` returns it.
        company: The area, and what each code is called.
        measure: What to draw.
        layout: The tile map: `code`, `name`, `column`, `row`.
        sources: The releases.

    Returns:
        One row an `area` (a code): `value` (missing where there is none), `tile_column` from
        the left and `tile_row` from the top. No row at all where the area is not on the map.
    """
    now = measures.latest(figures[figures["measure"].eq(measure.id)])
    placed = layout if company.code in set(layout["code"]) else layout.iloc[:0]
    frame = placed.merge(now, on="code", how="left").assign(
        area=placed["code"].to_numpy(),
        tile_column=placed["column"].astype(int).to_numpy(),
        tile_row=placed["row"].astype(int).to_numpy(),
    )
    doubt = frame["doubt"].fillna("")
    labels = {
        str(c): _named(company, str(c), d, n)
        for c, n, d in zip(frame["area"], frame["name"], doubt, strict=True)
    }
    made = _aggregate(frame, ("area",), measure, sources, labels, _label(now, measure))
    place = [Measure(f"tile_{c}", c.title(), "number", decimals=0) for c in ("column", "row")]
    return Aggregate(**{**vars(made), "measures": (*made.measures[:1], *place)})


def _named(company: Company, code: str, doubt: str, name: str = "") -> str:
    called = "England" if code == ENGLAND else company.names.get(code, name or code)
    if not doubt:
        return called
    is_settled = doubt.count("January") == doubt.count("(replaced)")
    return f"{called} ({'replaced' if is_settled else 'looks wrong'})"


def _label(rows: pd.DataFrame, measure: Comparable) -> str:
    if rows.empty:
        return measures.label(measure, "", "")
    first = rows.sort_values("year").iloc[-1]
    return measures.label(measure, str(first["period"]), str(first["base_name"]))


def _aggregate(
    frame: pd.DataFrame,
    dimensions: tuple[str, ...],
    measure: Comparable,
    sources: tuple[str, ...],
    labels: dict[str, str],
    label: str,
) -> Aggregate:
    periods: list[str] = list(frame["period"].dropna().unique()) if "period" in frame else []
    ends = {"low": "lower 95% limit", "high": "upper 95% limit"}
    held = {c: n for c, n in ends.items() if c in frame}
    return Aggregate(
        frame=frame.reset_index(drop=True),
        universe=UNIVERSE,
        dimensions=dimensions,
        measures=(
            Measure("value", label, measure.unit, decimals=1),
            *(Measure(c, n, measure.unit, decimals=1) for c, n in held.items()),
        ),
        source="published",
        sources=sources,
        method="",
        period="; ".join(periods),
        filters={"measure": measure.id},
        not_summed=("area", "group", "year", "measure"),
        labels={dimensions[0]: labels},
    )
