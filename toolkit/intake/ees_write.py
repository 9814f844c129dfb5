"""Writes a release of "Education, health and care plans" as Explore Education Statistics does.

For fictional areas, whose published figures must look like published figures, and for tests.
The headings and labels are those of the release (see `toolkit/reference/ees_columns.csv`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd

from toolkit import reference
from toolkit.errors import InputError

MISSING = "x"  # the publisher's symbol for a figure that is not available
LEVELS = {"england": "National", "region": "Regional", "la": "Local authority"}
FLOW_TABLES = {
    "new": ("ees_new_plans", "new_ehc_plans"),
    "ceased": ("ees_ceased", "total_ceased"),
    "requests": ("ees_requests", "requests_received_in_year"),
    "assessments": ("ees_assessments", "assess_in_year"),
}
SUBTOTALS = {  # a subtotal of the release and the headings that it begins with
    "mainstream_total": ("mainstream_",),
    "special_total": ("special_",),
    "ap_pru_total": ("ap_pru_",),
    "fe_total": ("general_fe_tertiary_colleges", "specialist_post_16", "ukrlp_provider"),
    "ed_elsewhere": ("elective", "other_", "online", "w_settings", "neet"),
}
FIXED_TIME = (2025, 7, 1, 0, 0, 0)  # so that the same figures give the same bytes


def write_ees_zip(
    path: Path,
    caseload: pd.DataFrame,
    flows: pd.DataFrame | None = None,
    need_stock: pd.DataFrame | None = None,
    release: int = 2025,
    others: Mapping[str, pd.DataFrame] | None = None,
) -> Path:
    """Write a zip as a user downloads it, and return its path.

    Every frame has one row an area, year, topic and breakdown, with the columns year, level
    ("england", "region" or "la"), code, name, region_code, region_name, new_code, topic and
    breakdown (canonical: "total"/"total", "age"/"7", "sex"/"F"; a published label passes as
    it is), then any of the file's indicators under their canonical names. An indicator that is
    not given, or is missing, is written as "x"; a text such as "c" is written as it is.

    Args:
        path: Where the zip goes; its folder must exist.
        caseload: Plans at January: `ehcplans` and the provision columns. Subtotals and
            percentages that are not given are computed.
        flows: As above with a column `flow` (new, ceased, requests or assessments) and
            `people`, the total of the file; `year` is the calendar year.
        need_stock: Plans at January by need: `ehc_plans`, `number_asd` and so on.
        release: 2025 or 2026: which headings and labels to write.
        others: Further frames by table, as in {"ees_timeliness": frame}.

    Raises:
        InputError: A frame lacks a column that every file has, or the release is not known.
    """
    tables: dict[str, pd.DataFrame] = {"ees_caseload": with_subtotals(caseload)}
    if flows is not None:
        tables |= _flow_tables(flows)
    if need_stock is not None:
        tables["ees_need_stock"] = need_stock
    tables |= dict(others or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, frame in tables.items():
            name, text = ees_csv(table, frame, release)
            entry = zipfile.ZipInfo(f"data/{name}", FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode("utf-8-sig"))
    return path


def ees_csv(table: str, frame: pd.DataFrame, release: int = 2025) -> tuple[str, str]:
    """Return a file's name in the release and its text, for frames as in `write_ees_zip`."""
    layout = _file(table, release)
    academic = layout["period"] == "academic"
    out = pd.concat(
        [_identifiers(table, frame, layout, academic), _indicators(table, frame, release)], axis=1
    )
    buffer = io.StringIO()
    out.to_csv(buffer, index=False, lineterminator="\r\n")
    return layout["file"], buffer.getvalue()


def with_subtotals(caseload: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the release's subtotals and percentages where they are not given."""
    made = caseload.copy()
    leaves = _leaves(made)
    for subtotal, starts in SUBTOTALS.items():
        inside = [c for c in leaves if c.startswith(starts)]
        if subtotal not in made and inside:
            parts = made[inside].apply(pd.to_numeric, errors="coerce")
            made[subtotal] = parts.sum(axis=1, skipna=False)
    total = next((c for c in ("ehcplans", "new_ehc_plans") if c in made), None)
    for name in [*SUBTOTALS, "nm_early_years", "placement_unknown"]:
        if total and name in made and f"{name}_pc" not in made:
            share = pd.to_numeric(made[name], errors="coerce") / pd.to_numeric(made[total])
            made[f"{name}_pc"] = (100 * share).round(1)
    return made


def _leaves(frame: pd.DataFrame) -> list[str]:
    known = set(reference.table("provision_map")["ees_column"])
    return [c for c in frame.columns if c in known | {"special_academy", "special_free_school"}]


def _flow_tables(flows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    unknown = set(flows["flow"]) - set(FLOW_TABLES)
    if unknown:
        raise InputError(f"there is no flow '{min(unknown)}'.", remedy=f"Use {list(FLOW_TABLES)}.")
    made = {}
    for flow, (table, total) in FLOW_TABLES.items():
        rows = flows[flows["flow"] == flow].reset_index(drop=True)
        if len(rows):
            made[table] = rows.drop(columns="flow").rename(columns={"people": total})
    return made


def _file(table: str, release: int) -> Mapping[str, str]:
    files = reference.table("ees_files")
    found = files[(files["table"] == table) & (files["release"] == str(release))]
    if found.empty:
        raise InputError(
            f"the layout of '{table}' in the {release} release is not known.",
            remedy=f"Known tables: {', '.join(sorted(set(files['table'])))}.",
        )
    return {str(k): str(v) for k, v in found.iloc[0].items()}


def _identifiers(
    table: str, frame: pd.DataFrame, layout: Mapping[str, str], academic: bool
) -> pd.DataFrame:
    needed = ["year", "level", "code", "name", "region_code", "region_name", "new_code"]
    missing = [c for c in [*needed, "topic", "breakdown"] if c not in frame]
    if missing:
        raise InputError(f"the frame for {table} lacks {', '.join(missing)}.", remedy="Add them.")
    year, is_la = frame["year"].astype(int), frame["level"] == "la"
    periods = year.map(lambda y: f"{y - 1}{y % 100:02d}" if academic else str(y))
    labels = [
        _labels(table, str(t), str(b), layout)
        for t, b in zip(frame["topic"], frame["breakdown"], strict=True)
    ]
    below_england = frame["level"] != "england"
    return pd.DataFrame(
        {
            "time_period": periods,
            "time_identifier": "Academic year" if academic else "Calendar year",
            "geographic_level": frame["level"].map(LEVELS),
            "country_code": "E92000001",
            "country_name": "England",
            "region_code": frame["region_code"].where(below_england, ""),
            "region_name": frame["region_name"].where(below_england, ""),
            "new_la_code": frame["new_code"].where(is_la, ""),
            "old_la_code": frame["code"].where(is_la, ""),
            "la_name": frame["name"].where(is_la, ""),
            "breakdown_topic": [topic for topic, _ in labels],
            "breakdown": [breakdown for _, breakdown in labels],
        },
        index=frame.index,
    )


def _labels(table: str, topic: str, breakdown: str, layout: Mapping[str, str]) -> tuple[str, str]:
    """Return the published labels of a canonical topic and breakdown; an unknown one as it is."""
    if topic == "total":
        return layout["total_breakdown"], layout["total_breakdown"]
    return (
        _written("topic", "", topic, table, layout["release"]),
        _written("breakdown", topic, breakdown, table, layout["release"]),
    )


@cache
def _written(kind: str, topic: str, canonical: str, table: str, release: str) -> str:
    """Return how a table of a release writes a label: its own way first, then the common one."""
    known = reference.table("ees_aliases")
    known = known[
        (known["kind"] == kind)
        & (known["topic"] == topic)
        & (known["canonical"] == canonical)
        & (known["since"] <= release)
    ]
    own = known[[table in tables.split() for tables in known["written_in"]]]
    common = known[known["written_in"] == ""]
    for labels in (own, common, known):
        if len(labels):
            return str(labels.sort_values("since", kind="stable")["alias"].iloc[_newest(labels)])
    return canonical


def _newest(labels: pd.DataFrame) -> int:
    """Return the place of the first label of the newest release, the labels sorted by release."""
    return int((labels["since"] < labels["since"].max()).sum())


def _indicators(table: str, frame: pd.DataFrame, release: int) -> pd.DataFrame:
    columns = reference.table("ees_columns")
    columns = columns[
        (columns["table"] == table)
        & (columns["since"].replace("", "0").astype(int) <= release)
        & (columns["until"].replace("", "9999").astype(int) >= release)
    ]
    return pd.DataFrame(
        {
            heading: frame[name].map(_text) if name in frame else MISSING
            for name, heading in zip(columns["column"], columns["heading"], strict=True)
        },
        index=frame.index,
    )


def _text(value: object) -> str:
    """Return a figure as the release writes it: whole where it is whole, "x" where missing."""
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return MISSING
    number = float(value)  # type: ignore[arg-type]
    return str(int(number)) if number.is_integer() else str(number)
