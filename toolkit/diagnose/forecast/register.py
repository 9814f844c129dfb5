"""The register of assumptions: every figure of the forecast traced to what it rests on.

Needs the table `assumptions`; the model's own defaults and what was measured stand in it too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.forecast.assumed import (
    DEFAULT,
    MEASURED,
    NOT_AGREED,
    Assumed,
    Assumption,
)

# Which assumptions stand behind which figure; "*" stands for every member of a family.
FLOWS = ("growth.joiners", "join.rate", "leave.rate", "move.rate")
CASELOAD = ("years.later_census", *FLOWS, "mitigation.*")
SPEND = (*CASELOAD, "unit_cost.*", "spend.unmatched", "inflation.*", "line.*")
INCOME = ("income.*",)
FIGURES: Mapping[str, tuple[str, ...]] = {
    "EHC plans": (*FLOWS, "mitigation.*"),
    "Caseload of a financial year": CASELOAD,
    "Spend on placements": (*CASELOAD, "unit_cost.*", "inflation.*"),
    "Budget lines linked to plans": SPEND,
    "Other budget lines": ("line.*", "inflation.general"),
    "Transport": (*CASELOAD, "inflation.transport"),
    "Income of the high needs block": INCOME,
    "In-year balance": (*SPEND, *INCOME, "dsg.other_blocks"),
    "Balance carried forward": (*SPEND, *INCOME, "dsg.other_blocks", "write_off", "government.*"),
    "Figures in real terms": ("inflation.general",),
    "Deficit beside reserves": ("reserves.general", "override.end"),
}
OPTIONAL = ("line.*", "mitigation.*")  # families that may have no member
ON_PEOPLE = ("unit_cost.", "join.", "leave.", "move.")
MANY = 2  # members of a family that are still written out
UNREAD = "Nothing: no figure of the forecast reads it"
ELSEWHERE = ("baseline.", "chain.", "opportunities.")  # read by other parts of the playbook


def register(assumed: Assumed, sources: tuple[str, ...]) -> Aggregate:
    """Return the register: one row an assumption.

    Returns:
        `assumption` (id), `meaning`, `value`, `low`, `high` (in `unit`), `origin`, `agreed_by`,
        `moves` (the figures that it moves; a row that nothing reads says so).
    """
    rows = [
        {
            "assumption": one.id,
            "meaning": one.meaning,
            "value": _value(one),
            "range": _range(one),
            "unit": _unit(one.unit),
            "origin": one.source,
            "agreed_by": one.agreed_by,
            "moves": moves(one),
        }
        for one in assumed
    ]
    texts = {
        "meaning": "What it says",
        "value": "Value",
        "range": "80% interval",
        "unit": "Unit",
        "origin": "Source",
        "agreed_by": "Agreed by",
        "moves": "What it moves",
    }
    return Aggregate(
        frame=pd.DataFrame(rows, columns=["assumption", *texts]),
        universe="Assumptions of the forecast",
        dimensions=("assumption",),
        measures=tuple(Measure(c, label, "text") for c, label in texts.items()),
        source="plan",
        sources=sources,
        method="The area's own rows go before what was measured on its records, and that before "
        "the defaults of the model.",
        not_summed=("assumption",),
    )


def moves(one: Assumption) -> str:
    """Return which figures an assumption moves, in words."""
    if one.moves:
        return one.moves
    if one.id.startswith(ELSEWHERE):
        return "Nothing of the forecast: another part of the playbook reads it"
    found = [figure for figure, ids in FIGURES.items() if any(_fits(one.id, i) for i in ids)]
    return "; ".join(found) or UNREAD


def _fits(name: str, pattern: str) -> bool:
    if pattern.endswith(".*"):
        return name.startswith(pattern.removesuffix("*"))
    return name == pattern or name.startswith(f"{pattern}.")


def behind(figure: str, assumed: Assumed) -> list[str]:
    """Return the ids of the assumptions that a figure of the forecast rests on.

    Raises:
        KeyError: There is no such figure.
    """
    ids = FIGURES[figure]
    return [one.id for one in assumed if any(_fits(one.id, pattern) for pattern in ids)]


def untraced(assumed: Assumed) -> list[str]:
    """Return each figure that lacks an assumption it rests on, in words; empty where none does."""
    held = [one.id for one in assumed]
    return [
        f"{figure}: {pattern}"
        for figure, ids in FIGURES.items()
        for pattern in ids
        if pattern not in OPTIONAL and not any(_fits(name, pattern) for name in held)
    ]


def traced(assumed: Assumed, sources: tuple[str, ...]) -> Aggregate:
    """Return for each figure of the forecast the assumptions that it rests on, by id.

    A family of more than two is written once, with their number.
    """
    rows = [(figure, ", ".join(_by_family(behind(figure, assumed)))) for figure in FIGURES]
    return Aggregate(
        frame=pd.DataFrame(rows, columns=["figure", "assumptions"]),
        universe="Figures of the forecast and their assumptions",
        dimensions=("figure",),
        measures=(Measure("assumptions", "Assumptions", "text"),),
        source="plan",
        sources=sources,
        method="Each figure is computed from these and from recorded figures alone.",
        not_summed=("figure",),
    )


def _by_family(ids: Sequence[str]) -> list[str]:
    families: dict[str, list[str]] = {}
    for name in ids:
        families.setdefault(name.split(".", maxsplit=1)[0], []).append(name)
    written = [
        [f"{family}.* ({len(names)})"] if len(names) > MANY else names
        for family, names in families.items()
    ]
    return [name for names in written for name in names]


def summary(assumed: Assumed, sources: tuple[str, ...]) -> Aggregate:
    """Return one row: how many assumptions there are, agreed, measured, and still defaults."""
    every = list(assumed)
    defaults = [one for one in every if one.source.startswith(DEFAULT)]
    agreed = [one for one in every if one.agreed_by != NOT_AGREED]
    unread = [one for one in every if moves(one) == UNREAD]
    row = {
        "all": len(every),
        "agreed": len(agreed),
        "defaults": len(defaults),
        "unread": len(unread),
    }
    labels = {
        "all": "Assumptions",
        "agreed": "Agreed or measured",
        "defaults": "Defaults of the model",
        "unread": "Read by no figure",
    }
    return Aggregate(
        frame=pd.DataFrame([row]),
        universe="Assumptions of the forecast",
        dimensions=(),
        measures=tuple(Measure(c, text, "number", decimals=0) for c, text in labels.items()),
        source="plan",
        sources=sources,
        method="Counted in the register.",
    )


def told(found: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on how much of the register is agreed, and its cells."""
    sentence = (
        "The forecast rests on {all} assumptions: {agreed} are agreed or measured, and {defaults} "
        "are still defaults of the model."
    )
    return sentence, {c: found.cell(c) for c in ("all", "agreed", "defaults")}


def of_mitigations(mitigations: pd.DataFrame) -> Sequence[Assumption]:
    """Return each planned change as an assumption: its range, and what it moves."""
    return [
        Assumption(
            f"mitigation.{name}",
            str(meaning),
            (float(low) + float(high)) / 2,
            float(low),
            float(high),
            "% of the flow it acts on",
            "Table of mitigations",
            "As the mitigations",
            "The forecast with the planned changes",
        )
        for name, meaning, low, high in zip(
            mitigations["mitigation_id"],
            mitigations["meaning"],
            mitigations["low"],
            mitigations["high"],
            strict=True,
        )
    ]


def _unit(unit: str) -> str:
    return unit or "Not stated"


def _value(one: Assumption) -> str:
    """Return an assumption's value in words.

    A price or a rate that was measured on people is not written here: it stands in a table that
    hides it where it rests on few of them.
    """
    if one.agreed_by == MEASURED and one.id.startswith(ON_PEOPLE):
        return "Measured: see its table"
    return _said(one.value, one.unit)


def _said(value: float | None, unit: str) -> str:
    """Return a value as a reader has it, with its sign of pounds or of a year."""
    if value is None:
        return "None"
    if unit == "financial year":
        return f"{int(value) // 100}-{int(value) % 100:02d}"
    if unit.startswith("£"):
        sign = "−" if value < 0 else ""
        return f"{sign}£{abs(value):,.0f}"
    return f"{round(value, 2):,g}".replace("-", "−")


def _range(one: Assumption) -> str:
    if one.low is None or one.high is None:
        return "Not uncertain"
    return f"{_said(one.low, one.unit)} to {_said(one.high, one.unit)}"
