"""A SEN2 return in any form and version, as `Modules`, in and out.

Rows hang together by their ids. A row whose parent is not there, or whose id another row has,
is set aside and reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from toolkit.errors import InputError
from toolkit.intake import (
    sen2_csv_write,
    sen2_sheets,
    sen2_workbook_write,
    sen2_xml,
    sen2_xml_write,
)
from toolkit.intake.schedule import TEXT
from toolkit.intake.sen2_fields import (
    HEADER,
    PARENTS,
    SHEETS,
    TABLES,
    Form,
    Modules,
    among,
    check_version,
    columns,
    fields,
    own_id,
    parent_id,
    tidy,
)
from toolkit.intake.sen2_problems import Problems, Rule

__all__ = ["Modules", "read_modules", "to_version", "write_modules"]


def read_modules(paths: Sequence[Path]) -> Modules:
    """Return the modules of one return: an XML file, COLLECT's CSV files, or a workbook.

    Raises:
        InputError: The file cannot be used at all.
    """
    kinds = {p.suffix.lower() for p in paths}
    if kinds == {".csv"}:
        return _joined(sen2_sheets.read_csv(paths))
    if len(paths) != 1:
        raise InputError("a SEN2 return is one XML file, one workbook, or COLLECT's CSV files.")
    if kinds == {".xml"}:
        return _joined(sen2_xml.read(paths[0]))
    return _joined(sen2_sheets.read_workbook(paths[0]))


def write_modules(modules: Modules, folder: Path, form: Form, version: str) -> list[Path]:
    """Write a return in one form and version; return the files, in the order of the tables.

    Args:
        modules: Frames need only the columns that they have something to say in; an id column
            and the id of the parent always. Order, row numbers and all else are made.
        folder: Where to write; made where it is not there.
        form: "xml" (one file), "csv" (COLLECT's nine files) or "workbook" (a sheet a module).
        version: "1.0" and "1.1" (GenderCurrent; RES and WPB of the active plan), "1.2" or "1.3".
    """
    writers = {
        "xml": sen2_xml_write.write,
        "csv": sen2_csv_write.write,
        "workbook": sen2_workbook_write.write,
    }
    if form not in writers:
        raise InputError(f"'{form}' is no form of a SEN2 return.", remedy="Use xml, csv, workbook.")
    made = to_version(modules, check_version(version))
    folder.mkdir(parents=True, exist_ok=True)
    return writers[form](made, folder, version)


def _joined(modules: Modules) -> Modules:
    """Return the modules without rows that share an id or have no parent, each reported."""
    problems = Problems(modules)
    frames = dict(modules.frames)
    for table in TABLES:
        frame = frames[table]
        shared = frame[own_id(table)].duplicated() | frame[own_id(table)].isna()
        about = "the record has no id of its own, or one that an earlier record has"
        rule: Rule = (table, "sen2.id_shared", "error", f"{about}. It was set aside.", EXPORT)
        problems.each(frame[shared], rule, own_id(table))
        frame = frame[~shared]
        if table != "person":
            frame = _with_parent(table, frame, frames[PARENTS[table]], problems)
        frames[table] = frame.reset_index(drop=True)
    return replace(modules, frames=frames, problems=problems.found)


EXPORT = "Export the return again from the case system."


def _with_parent(
    table: str, frame: pd.DataFrame, parents: pd.DataFrame, problems: Problems
) -> pd.DataFrame:
    """Return the rows whose parent is there."""
    orphan = ~among(frame[parent_id(table)], parents[own_id(PARENTS[table])])
    above = SHEETS[PARENTS[table]]
    if orphan.all() and len(frame) > 1:
        what = f"No record belongs to one of '{above}': all {len(frame)} were set aside."
        problems.once(table, "sen2.orphan", "error", what, EXPORT, column=parent_id(table))
    else:
        what = f"The record belongs to none of '{above}'. It was set aside."
        rule: Rule = (table, "sen2.orphan", "error", what, EXPORT)
        problems.each(frame[orphan], rule, parent_id(table))
    return frame[~orphan]


def to_version(modules: Modules, version: str) -> Modules:
    """Return the modules with what a version holds; fields that it does not have are blank.

    RES and WPB stood on the active plan before 1.2 and stand on the placement since: they move
    to and from the plan's current main placement.
    """
    frames = {t: _whole(t, modules.frames.get(t, pd.DataFrame())) for t in TABLES}
    for name in ("res", "wpb"):
        frames |= _move(frames, name, up=version < "1.2")
    kept = {t: _held(t, frame, version) for t, frame in frames.items()}
    unheld = {f.element for f in fields(HEADER) if not f.held_by(version)}
    header = {k: v for k, v in modules.header.items() if k not in unheld}
    return replace(modules, header=header, frames=kept)


def _whole(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with all columns of its table, as they are where they are all there."""
    return frame if tuple(frame.columns) == columns(table) else tidy(table, frame)


def _move(frames: dict[str, pd.DataFrame], name: str, *, up: bool) -> dict[str, pd.DataFrame]:
    """Return both frames with a field filled on the plan (up) or on its placement (down)."""
    plans, places = frames["activeplans"], frames["placementdetail"]
    plan = own_id("activeplans")
    main = _current_main(places)
    if up:
        found = places.loc[main].drop_duplicates(plan).set_index(plan)[name]
        plans = plans.assign(**{name: plans[name].fillna(plans[plan].map(found).astype(TEXT))})
    else:
        found = plans.drop_duplicates(plan).set_index(plan)[name]
        moved = places[plan].map(found).astype(TEXT).where(main)
        places = places.assign(**{name: places[name].fillna(moved)})
    return {"activeplans": plans, "placementdetail": places}


def _current_main(places: pd.DataFrame) -> pd.Series[bool]:
    """Return which rows are their plan's main placement: rank 1, not left, else the first."""
    ranked = pd.DataFrame(
        {
            "plan": places[parent_id("placementdetail")],
            "second": places["placementrank"].fillna("1").str.startswith("2"),
            "left": places["leavingdate"].notna(),
        }
    ).sort_values(["second", "left"], kind="stable")
    first = ~ranked.duplicated("plan") & ranked["plan"].notna()
    return first.reindex(places.index).astype(bool)


def _held(table: str, frame: pd.DataFrame, version: str) -> pd.DataFrame:
    """Return a frame with the fields blank that a version does not have."""
    unheld = [f.column for f in fields(table) if not f.held_by(version)]
    return frame.assign(**dict.fromkeys(unheld, pd.Series(pd.NA, index=frame.index, dtype=TEXT)))
