"""Review sessions and sign-off: who looked at the accounts, and who has agreed to the module."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.opportunities.rows import text

WANTED = 2  # review sessions: DBV diagnostic, module sessions
ROLES = {
    "dcs": "Director of children's services",
    "section_151": "Section 151 officer",
    "send_lead": "SEND lead",
}
DECISIONS = {
    "agreed": "Agreed",
    "agreed_with_changes": "Agreed with changes",
    "not_agreed": "Not agreed",
}
NOT_YET = "Not yet"


def log(reviews: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate:
    """Return the review sessions in order, with a row for each that is still to be held.

    Args:
        reviews: Table `accounting_reviews`; a session without a date is planned.
        sources: Where they come from.
    """
    rows = reviews.sort_values(["held_on", "review_id"], na_position="last")
    made = [
        (_day(day), _said(by), hours, _said(outcome))
        for day, by, hours, outcome in zip(
            rows["held_on"],
            text(rows["organisation"]),
            rows["hours"].astype("float64"),
            text(rows["outcome"]),
            strict=True,
        )
    ]
    missing = [(NOT_YET, "Not named", float("nan"), "Not held")] * max(0, WANTED - len(made))
    frame = pd.DataFrame([*made, *missing], columns=["held", "organisation", "hours", "outcome"])
    frame["session"] = [f"Session {at}" for at in range(1, len(frame) + 1)]
    return Aggregate(
        frame=frame,
        universe="Review sessions of accounting practice",
        dimensions=("session",),
        measures=(
            Measure("held", "Held on", "text"),
            Measure("organisation", "Reviewed by", "text"),
            Measure("hours", "Length", "hours", decimals=_decimals(frame["hours"])),
            Measure("outcome", "What came of it", "text"),
        ),
        source="plan",
        sources=(*sources, "DBV diagnostic, module sessions"),
        method="The diagnostic asks for two review sessions with somebody from outside.",
        not_summed=("session",),
    )


def _decimals(hours: pd.Series) -> int:
    """Return 0 for whole hours, which would otherwise print as "4.0"."""
    return 0 if hours.dropna().astype("float64").mod(1).eq(0).all() else 1


def _said(words: str) -> str:
    return words or "Not said"


def _blank(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def _day(day: pd.Timestamp) -> str:
    return NOT_YET if pd.isna(day) else f"{day.day} {day:%B %Y}"


def standing(reviews: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate:
    """Return one row: sessions held, wanted and missing, and the hours they took."""
    held = reviews[reviews["held_on"].notna()]
    row = {
        "part": "All",
        "held": float(len(held)),
        "wanted": float(WANTED),
        "missing": float(max(0, WANTED - len(held))),
        "hours": float(held["hours"].astype("float64").sum()),
    }
    return Aggregate(
        frame=pd.DataFrame([row]),
        universe="Review sessions of accounting practice, counted",
        dimensions=("part",),
        measures=(
            Measure("held", "Held", "number", decimals=0),
            Measure("wanted", "Wanted", "number", decimals=0),
            Measure("missing", "Missing", "number", decimals=0),
            Measure("hours", "Hours", "hours", decimals=_decimals(held["hours"])),
        ),
        source="plan",
        sources=sources,
        method="A session counts once it has a date.",
        not_summed=("part",),
    )


def told(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the sessions, which says where there are too few.

    Args:
        made: As `standing` returns it.
    """
    cells: dict[str, Cell | str] = {n: made.cell(n) for n in ("held", "wanted", "hours")}
    sentence = "Review sessions held: {held} of {wanted}, {hours} in all."
    if float(made.frame["missing"].iloc[0]) > 0:
        cells["missing"] = made.cell("missing")
        sentence += " Still to be held: {missing}. Until then the assessment is not complete."
    return sentence, cells


def signed(sign_offs: pd.DataFrame, module: str, sources: tuple[str, ...]) -> Aggregate:
    """Return the sign-off record of a module: one row a role, "Not yet" where none has signed.

    Args:
        sign_offs: Table `sign_offs`.
        module: Code of the stage, as in "module_1".
        sources: Where it comes from.
    """
    own = sign_offs[sign_offs["module"].eq(module)].set_index("role").to_dict("index")
    rows = []
    for role, label in ROLES.items():
        held = own.get(role, {})
        decision, note = (_blank(held.get(name)) for name in ("decision", "note"))
        day = _day(held.get("signed_on", pd.NaT))
        rows.append((label, DECISIONS.get(decision, NOT_YET), day, note or "None"))
    return Aggregate(
        frame=pd.DataFrame(rows, columns=["role", "decision", "day", "note"]),
        universe="Sign-off of the module",
        dimensions=("role",),
        measures=(
            Measure("decision", "Decision", "text"),
            Measure("day", "Signed on", "text"),
            Measure("note", "What should change", "text"),
        ),
        source="plan",
        sources=sources,
        method="Posts sign, never named people.",
        not_summed=("role",),
    )


def unsigned(record: Aggregate) -> str:
    """Return one sentence on who has still to decide.

    Args:
        record: As `signed` returns it.
    """
    frame = record.frame
    waiting = [str(role) for role in frame.loc[frame["decision"].eq(NOT_YET), "role"]]
    if not waiting:
        return "Every role has decided."
    return f"Still to decide: {'; '.join(waiting)}."
