"""The problems of one SEN2 return, collected without ever holding who a person is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from toolkit.intake.loaded import Problem, Severity, row_word
from toolkit.intake.sen2_fields import ROW, SHEETS, Modules, fields
from toolkit.intake.values_dates import take_apart

# Which table of the schedule each module fills.
FILLS = {
    "sen2": "plans",
    "person": "plans",
    "requests": "requests",
    "assessment": "requests",
    "namedplan": "plans",
    "plandetail": "placements",
    "activeplans": "plans",
    "placementdetail": "placements",
    "senneed": "plans",
}
WITHHELD = "(withheld)"
READ_AS_BLANK = "It was read as blank."
LIMIT = 1000  # problems of one kind in one column that are listed one by one
# What looks like a UPN, a ULN, a postcode or a full date of birth wherever it stands.
TELLS_WHO = re.compile(
    r"[A-Z]\d{11}[0-9A-Z]|\d{10}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.IGNORECASE
)


# Module, code, severity, message and remedy of a kind of problem.
Rule = tuple[str, str, Severity, str, str]


class Problems:
    """Collects problems; a value that says who a person is never enters one."""

    def __init__(self, modules: Modules) -> None:
        """Start with what reading the files met, and learn what must not be repeated."""
        self.files = dict(modules.files)
        self.found = list(modules.problems)
        self.aside: dict[str, set[str]] = {}  # module -> ids of the rows that were set aside
        self._secret = _identities(modules.frames.get("person", pd.DataFrame()))

    def once(
        self,
        module: str,
        code: str,
        severity: Severity,
        message: str,
        remedy: str,
        row: int | None = None,
        column: str = "",
    ) -> None:
        """Add one problem about a module as a whole."""
        self.found.append(
            Problem(
                code=code,
                severity=severity,
                message=message,
                remedy=remedy,
                table=FILLS[module],
                file=self.files.get(module, ""),
                sheet=SHEETS[module],
                row=row,
                column=column,
            )
        )

    def count(self, rows: pd.DataFrame, rule: Rule, column: str = "") -> None:
        """Add one problem for all rows together, with their number; none where there is no row."""
        if len(rows):
            module, code, severity, message, remedy = rule
            word = row_word(self.files.get(module, ""))
            text = f"{message}: {len(rows)} ({rows_named(rows, word)})."
            first = rows[ROW].min()
            self.once(module, code, severity, text, remedy, int(first), column)

    def each(
        self,
        rows: pd.DataFrame,
        rule: Rule,
        column: str = "",
        values: Iterable[Any] = (),
        hints: Iterable[str] = (),
        plain: str = "",
    ) -> None:
        """Add one problem for each row; from the thousandth on, one for all that remain.

        Args:
            rows: The rows concerned, with their `row`.
            rule: Module, code, severity, message and remedy; "{value}" stands for the value.
            column: Heading of the column concerned.
            values: The value of each row as the file has it; withheld where it tells who.
            hints: For each row, what the remedy should say besides.
            plain: What is wrong in words that name no value, as `Problem` has it.
        """
        module, code, severity, message, remedy = rule
        numbers = [None if pd.isna(n) else int(n) for n in rows[ROW]]
        shown = [self.shown(v) for v in values] or [""] * len(numbers)
        said = list(hints) or [""] * len(numbers)
        for number, value, hint in list(zip(numbers, shown, said, strict=True))[:LIMIT]:
            text = message.replace("{value}", value)
            how = f"{hint} {remedy}".strip()
            self.found.append(
                Problem(
                    code=code,
                    severity=severity,
                    message=text,
                    remedy=how,
                    table=FILLS[module],
                    file=self.files.get(module, ""),
                    sheet=SHEETS[module],
                    row=number,
                    column=column,
                    value="" if value == WITHHELD else value,
                    plain=plain,
                )
            )
        if len(numbers) > LIMIT:
            more = message.replace("'{value}'", "such a value").replace("{value}", "the value")
            rest = len(numbers) - LIMIT
            text = f"{rest} more rows, from this one on: {more}"
            self.once(module, code, severity, text, remedy, numbers[LIMIT], column)
            self.found[-1] = replace(self.found[-1], plain=plain, count=rest)

    def raised(self, rows: pd.DataFrame, rule: Rule, column: str, lost: str) -> pd.DataFrame:
        """Return the rows whose cell nobody has named; of the others, make the problem an error.

        So a cell is named once: that it could not be read, and what that has cost.

        Args:
            rows: Rows that are not used because of the cell, with their `row`.
            rule: Its module is the one that the cell stands in.
            column: Heading of the column concerned.
            lost: What was set aside, as in "The row was set aside."
        """
        sheet = SHEETS[rule[0]]
        at = {
            p.row: i
            for i, p in enumerate(self.found)
            if (p.sheet, p.column) == (sheet, column) and p.message.endswith(READ_AS_BLANK)
        }
        named = rows[ROW].isin(list(at))
        for number in rows.loc[named, ROW]:
            p = self.found[at[number]]
            text = p.message.removesuffix(READ_AS_BLANK) + lost
            self.found[at[number]] = replace(p, severity="error", message=text)
        return rows[~named]

    def shown(self, value: Any) -> str:
        """Return a value as a problem may show it: cut short, withheld where it tells who."""
        text = "" if value is None or pd.isna(value) else str(value).strip()
        if _plain(text) in self._secret or TELLS_WHO.search(text):
            return WITHHELD
        return text if len(text) <= 40 else f"{text[:40]}..."


def rows_named(rows: pd.DataFrame, word: str = "row", limit: int = 10) -> str:
    """Return row numbers as words, as in "rows 4, 9 and 2 more"."""
    numbers = sorted(int(n) for n in rows[ROW].dropna())
    if not numbers:
        return "no row"
    first = ", ".join(str(n) for n in numbers[:limit])
    more = f" and {len(numbers) - limit} more" if len(numbers) > limit else ""
    return f"{word}{'s' if len(numbers) > 1 else ''} {first}{more}"


def _identities(person: pd.DataFrame) -> set[str]:
    """Return everything in the person module that says who somebody is, case-folded."""
    columns = [f.column for f in fields("person") if f.identity and f.column in person.columns]
    return {_plain(str(v)) for c in columns for v in person[c].dropna().unique()} - {""}


def _plain(text: str) -> str:
    """Return a text for comparison: case-folded, a date in whatever form as 2014-3-28."""
    taken = take_apart(text.strip())
    day = f"{taken.year}-{taken.month}-{taken.day}"
    return text.strip().casefold() if taken.code else day
