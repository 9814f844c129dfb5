"""What an analyst should know about a file of the EHC plans release, in plain words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.intake.ees_layout import breakdowns, topics
from toolkit.intake.loaded import Problem
from toolkit.intake.published_csv import Sheet

KEY = ["year", "level", "code", "topic", "breakdown"]
ROUNDING = 0.15  # percentage points that a published percentage may differ by rounding


def not_a_figure(sheet: Sheet, heading: str, raw: pa.Table, unread: np.ndarray) -> Problem:
    """Return a warning about values that are neither numbers nor symbols, naming the first."""
    row = int(unread.argmax())
    return Problem(
        code="published.not_a_figure",
        severity="warning",
        message=f"{int(unread.sum())} values are neither a number nor a symbol of the publisher. "
        "They are taken as missing.",
        remedy="Download the file again; do not edit it in a spreadsheet.",
        file=sheet.file,
        sheet=sheet.member,
        row=row + 2,
        column=heading,
        value=str(raw[heading][row])[:60],
    )


def row_problems(sheet: Sheet, frame: pd.DataFrame, unplaced: pd.Series) -> list[Problem]:
    """Return a warning for rows without a known area or year, and for rows that repeat one."""
    problems = []
    repeated = frame.duplicated(KEY) & ~unplaced
    for rows, code, message in (
        (unplaced, "published.no_area", "rows name no area or year that is known"),
        (repeated, "published.repeated_row", "rows repeat an area, year and breakdown"),
    ):
        if rows.any():
            problems.append(
                Problem(
                    code=code,
                    severity="warning",
                    message=f"{int(rows.sum())} {message}. They are set aside.",
                    remedy="Compare the file with the publisher's; download it again.",
                    file=sheet.file,
                    sheet=sheet.member,
                    row=int(rows.to_numpy().argmax()) + 2,
                )
            )
    return problems


def label_problems(sheet: Sheet, labels: pd.DataFrame) -> list[Problem]:
    """Name the topics, ages, placements and years that no alias is known for."""
    known = set(topics().values())
    strange = sorted(set(labels["topic"]) - known)
    ours = {c for (t, _), c in breakdowns().items() if t in known} | {"total"}
    checked = labels[labels["topic"].isin(known - {"ethnicity"})].drop_duplicates()
    strange += sorted(set(checked["breakdown"]) - ours)
    if not strange:
        return []
    return [
        Problem(
            code="published.new_label",
            severity="note",
            message=f"Labels that are new since the known releases: {', '.join(strange[:10])}. "
            "They are kept as published.",
            remedy="Add them to toolkit/reference/ees_aliases.csv if a table should use them.",
            file=sheet.file,
            sheet=sheet.member,
        )
    ]


def percentage_problems(sheet: Sheet, frame: pd.DataFrame) -> list[Problem]:
    """Name the areas whose published percentages of need do not follow from their numbers."""
    if "number_asd" not in frame:
        return []
    wrong = pd.Series(False, index=frame.index)
    for column in [c for c in map(str, frame) if c.startswith("number_")]:
        percent = f"{column.removeprefix('number_').removeprefix('need_')}_pc"
        if percent in frame:
            computed = 100 * frame[column] / frame["ehc_plans"]
            wrong |= (computed - frame[percent]).abs() > ROUNDING
    names = sorted(set(frame.loc[wrong, "name"]))
    if not names:
        return []
    return [
        Problem(
            code="published.percentages",
            severity="note",
            message=f"In {int(wrong.sum())} rows ({', '.join(names[:5])}) the published "
            "percentages do not follow from the published numbers.",
            remedy="Nothing to do: the Toolkit computes shares from the numbers.",
            file=sheet.file,
            sheet=sheet.member,
        )
    ]
