"""Canaries put into every input of a fictional area: each return, each table, each text column."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pandas as pd
import xlsxwriter

from safety.canaries import CHILDREN, TYPED, Child
from toolkit.intake import fictional
from toolkit.intake.fiction.returns import VERSIONS
from toolkit.intake.schedule import TABLES
from toolkit.intake.sen2_fields import Form, Modules, fields
from toolkit.intake.sen2_modules import read_modules, write_modules

PLANS = 200
FEW = {"simulations": 100}  # of a forecast: what leaves does not depend on their number
# Columns that an analyst may leave in an extract: known to identify, and one that is not.
BESIDE = {
    "Surname": "surname", "Forename": "forename", "Date of birth": "born", "Postcode": "postcode",
    "Email": "email", "Telephone": "phone", "Unique learner number": "uln",
}  # fmt: skip
PERSONAL = {
    "surname": "surname", "forename": "forename", "postcode": "postcode",
    "uniquelearnernumber": "uln", "personbirthdate": "born", "upn": "upn",
}  # fmt: skip


def planted_area(folder: Path, form: Form, plans: int = PLANS) -> Path:
    """Return a fictional area with canaries in all of its inputs.

    Its returns are of the form given; with "workbook" its tables are sheets of one too.
    """
    fictional.write_fictional_area(folder, plans=plans, form=form)
    inputs = folder / "inputs"
    returns = {year: read_modules(_paths(inputs, year, form)) for year in VERSIONS}
    old = _upns(returns[max(VERSIONS)])
    for year, modules in returns.items():
        for path in _paths(inputs, year, form):
            path.unlink()
        place = inputs / f"sen2_{year}" if form == "csv" else inputs
        write_modules(in_return(modules, old), place, form, VERSIONS[year])
    tables = {path.stem: in_table(path, old) for path in sorted(inputs.glob("*.csv"))}
    for name, frame in tables.items():
        frame.to_csv(inputs / f"{name}.csv", index=False, encoding="utf-8")
    if form == "workbook":
        _as_workbook(tables, inputs)
    return folder


def _paths(inputs: Path, year: int, form: Form) -> list[Path]:
    if form == "csv":
        return sorted((inputs / f"sen2_{year}").glob("*.csv"))
    return sorted(inputs.glob(f"SEN2_{year}_*"))


def _upns(modules: Modules) -> dict[str, Child]:
    """Return who of a return becomes which of the children, by the UPN that they had."""
    upns = [u for u in modules.frames["person"]["upn"].dropna() if u]
    return dict(zip(upns, CHILDREN, strict=False))


def in_return(modules: Modules, old: dict[str, Child]) -> Modules:
    """Return a return in which some persons are the children, with one in every wrong column."""
    frames = {name: frame.copy() for name, frame in modules.frames.items()}
    person = frames["person"]
    for upn, child in old.items():
        for column, what in PERSONAL.items():
            person.loc[modules.frames["person"]["upn"] == upn, column] = str(getattr(child, what))
    texts = _texts()
    for table, frame in frames.items():
        # From the end, a row for each column: what stands there is no longer what it should be.
        for at, field in enumerate(f for f in fields(table) if f.column in frame):
            if not field.identity and len(frame) > 2 * at:
                frame.loc[frame.index[-1 - at], field.column] = next(texts)
    return Modules(header={**modules.header, "SoftwareCode": CHILDREN[0].upn}, frames=frames)


def in_table(path: Path, old: dict[str, Child]) -> pd.DataFrame:
    """Return a table with the children's UPNs, columns of names beside, and one in every column."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame = frame.replace({upn: child.upn for upn, child in old.items()})
    texts, rows = _words(), list(frame.index)
    columns = [c.name for c in TABLES[path.stem].columns if c.type in ("text", "id")]
    for at, column in enumerate(c for c in columns if c in frame):
        frame.loc[rows[-1 - at % len(rows)], column] = next(texts)
    who = [CHILDREN[i % len(CHILDREN)] for i in range(len(frame))]
    for heading, what in BESIDE.items():
        if heading.lower() not in frame and what not in frame:
            frame[heading] = [str(getattr(child, what)) for child in who]
    return frame.assign(**{"Notes": [f"{c.forename} {c.surname}, {c.dates[1]}" for c in who]})


def _texts() -> Iterator[str]:
    """Yield what stands in a wrong column: names, numbers and dates in turn."""
    return cycle(f(c) for c in CHILDREN for f in (
        lambda c: f"{c.forename} {c.surname}", lambda c: c.upn, lambda c: c.dates[1],
        lambda c: c.postcode, lambda c: c.email))  # fmt: skip


def _words() -> Iterator[str]:
    """Yield what is typed into words: a name that stands nowhere else, and what identifies."""
    return cycle(f(c) for c in CHILDREN for f in (
        lambda c: " ".join(TYPED), lambda c: f"UPN {c.upn}", lambda c: f"of {c.postcode}",
        lambda c: c.email, lambda c: f"ring {c.phone}"))  # fmt: skip


def _as_workbook(tables: dict[str, pd.DataFrame], inputs: Path) -> None:
    with xlsxwriter.Workbook(str(inputs / "tables.xlsx"), {"strings_to_formulas": False}) as book:
        for name, frame in tables.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate([list(frame), *frame.to_numpy().tolist()]):
                sheet.write_row(at, 0, row)
            (inputs / f"{name}.csv").unlink()
