"""The checklist: each check's rating by people, beside what the data shows, and what follows."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.accounting.automatic import Checked
from toolkit.diagnose.accounting.hits import ASK, WRONG
from toolkit.diagnose.opportunities.rows import text
from toolkit.evidence import Finding

RATINGS = {"red": "Red", "amber": "Amber", "green": "Green"}
UNRATED = "Not rated"
UNTESTED = "No automatic test"
NOT_NAMED = "Not named"
COLUMNS = ("rating", "evidence", "action", "owner", "reviewer")
SHOWN = ("rating", "found", "tested", "standing")
ACTIONS = ("rating", "standing", "action", "owner")
EVIDENCE = ("rating", "evidence", "reviewer", "reviewed")
TOLD = ("checks", "red", "amber", "green", "unrated", "speaking", "contradicted")
RULES = ("question", "why", "document")
CONTRADICTED = "Rated green, but the data shows something to put right"
FOUND = "Not rated, and the data shows something to put right"
TO_RATE = "To be rated"
NO_EVIDENCE, NO_ACTION, NO_OWNER = "No evidence named", "No action named", "No owner named"
NO_REVIEWER, HANDLED, IN_ORDER = "Not reviewed yet", "Action and owner named", "In order"


def checklist(
    catalogue: pd.DataFrame, ratings: pd.DataFrame, tests: Checked, sources: tuple[str, ...]
) -> Aggregate:
    """Return every check with its rating, what the data shows, and what is missing.

    Args:
        catalogue: Reference table `accounting_checks`.
        ratings: Table `accounting_checks`; a check of the area's own comes after the catalogue's.
        tests: What the automatic tests found.
        sources: Where the ratings come from.

    Returns:
        One row a `check`: `rating`, `found` (how often the data shows something to put right or
        to ask about, in words), `tested`, `standing`, `evidence`, `action`, `owner`,
        `reviewer`, `reviewed`, and of the catalogue `question`, `why` and `document`.
    """
    frame = _joined(catalogue, ratings)
    for column, severity in (("wrong", WRONG), ("ask", ASK)):
        counts = tests.hits.loc[tests.hits["severity"].eq(severity), "check"].value_counts()
        frame[column] = [
            float(counts.get(check, 0)) if check in tests.tested else float("nan")
            for check in frame["check"]
        ]
    frame["tested"] = [tests.tested.get(check, UNTESTED) for check in frame["check"]]
    frame["standing"] = [standing(row) for row in frame.to_dict("records")]
    frame["found"] = [said_of(*pair) for pair in zip(frame["wrong"], frame["ask"], strict=True)]
    frame["rating"] = frame["rating"].map(RATINGS).fillna(UNRATED)
    named = [*COLUMNS[1:], "reviewed"]
    frame[named] = frame[named].replace("", NOT_NAMED)
    return Aggregate(
        frame=frame,
        universe="Checks of accounting practice",
        dimensions=("check",),
        measures=_measures(),
        source="plan",
        sources=sources,
        method="Ratings, evidence and actions are people's. The tests apply rules to the tables, "
        "and cannot rate a check: a test that finds nothing proves nothing about what is not in "
        "the tables.",
        not_summed=("check",),
        labels={"check": _titles(catalogue, frame["check"])},
    )


def said_of(wrong: float, ask: float) -> str:
    """Return what the tests of one check found, in words; both are missing where none ran."""
    if pd.isna(wrong):
        return "Not tested"
    parts = [f"{n:.0f} to {what}" for n, what in ((wrong, "put right"), (ask, "ask about")) if n]
    return ", ".join(parts) or "Nothing"


def _joined(catalogue: pd.DataFrame, ratings: pd.DataFrame) -> pd.DataFrame:
    own = ratings.rename(columns={"check_id": "check"})
    own = own.assign(check=text(own["check"]), **{c: text(own[c]) for c in COLUMNS})
    own["reviewed"] = [_day(d) for d in own["reviewed_on"]]
    known = catalogue.rename(columns={"check_id": "check"})
    known = known[["check", "question", "why", "document"]]
    both = known.merge(own.drop(columns="reviewed_on"), on="check", how="outer", sort=False)
    place = {check: at for at, check in enumerate(known["check"])}
    both["order"] = both["check"].map(place).fillna(len(place))
    both = both.sort_values(["order", "check"], kind="stable").drop(columns="order")
    return both.fillna("").reset_index(drop=True)


def _day(day: pd.Timestamp) -> str:
    return "" if pd.isna(day) else f"{day.day} {day:%B %Y}"


def _titles(catalogue: pd.DataFrame, checks: pd.Series) -> dict[str, str]:
    known = dict(zip(catalogue["check_id"], catalogue["title"], strict=True))
    return {check: known.get(check, f"{check} (own check)") for check in checks}


def _measures() -> tuple[Measure, ...]:
    texts = {
        "rating": "Rating",
        "found": "The data shows",
        "tested": "Automatic test",
        "standing": "Standing",
        "evidence": "Evidence",
        "action": "Action",
        "owner": "Owner",
        "reviewer": "Reviewer",
        "reviewed": "Reviewed on",
        "question": "Question",
        "why": "Why it matters",
        "document": "Where the rule stands",
    }
    return tuple(Measure(name, label, "text") for name, label in texts.items())


def standing(row: dict[str, object] | dict[object, object]) -> str:
    """Return the first thing that is missing of a check, in words.

    Args:
        row: `rating` (a code, "" where not rated), `wrong`, `evidence`, `action`, `owner` and
            `reviewer`.
    """
    held = {str(name): value for name, value in row.items()}
    rating, wrong = held["rating"], float(str(held["wrong"])) > 0
    if rating == "":
        return FOUND if wrong else TO_RATE
    if rating == "green":
        steps = [(wrong, CONTRADICTED), (not held["evidence"], NO_EVIDENCE)]
    else:
        steps = [(not held["action"], NO_ACTION), (not held["owner"], NO_OWNER)]
    steps.append((not held["reviewer"], NO_REVIEWER))
    last = IN_ORDER if rating == "green" else HANDLED
    return next((said for missing, said in steps if missing), last)


def to_do(made: Aggregate) -> Aggregate:
    """Return the checks that are red or amber, or that the data speaks against, worst first.

    Args:
        made: As `checklist` returns it.
    """

    frame = made.frame
    order = {"Red": 0, "Amber": 1}
    open_ones = frame["rating"].isin(list(order)) | frame["standing"].isin([CONTRADICTED, FOUND])
    rows = frame[open_ones]
    rows = rows.assign(order=rows["rating"].map(order).fillna(2)).sort_values(
        "order", kind="stable"
    )
    known = made.labels["check"]
    return replace(
        made,
        frame=rows.drop(columns="order").reset_index(drop=True),
        labels={"check": {check: known[check] for check in rows["check"]}},
    )


def rated(made: Aggregate) -> Aggregate:
    """Return the checks that somebody has rated, for their evidence and reviewer.

    Args:
        made: As `checklist` returns it.
    """
    rows = made.frame[made.frame["rating"].ne(UNRATED)]
    return replace(made, frame=rows.reset_index(drop=True))


def counts(made: Aggregate) -> Aggregate:
    """Return one row: checks in all, by rating, tested, and rated green against the data."""
    frame = made.frame
    row = {
        "part": "All",
        "checks": float(len(frame)),
        **{code: float(frame["rating"].eq(word).sum()) for code, word in RATINGS.items()},
        "unrated": float(frame["rating"].eq(UNRATED).sum()),
        "tested": float(frame["tested"].ne(UNTESTED).sum()),
        "speaking": float(frame["wrong"].gt(0).sum()),
        "contradicted": float(frame["standing"].eq(CONTRADICTED).sum()),
    }
    headings = {
        "checks": "Checks",
        "red": "Red",
        "amber": "Amber",
        "green": "Green",
        "unrated": "Not rated",
        "tested": "Tested",
        "speaking": "With something to put right",
        "contradicted": "Rated green against the data",
    }
    return Aggregate(
        frame=pd.DataFrame([row]),
        universe="Checks of accounting practice, counted",
        dimensions=("part",),
        measures=tuple(Measure(n, label, "number", decimals=0) for n, label in headings.items()),
        source="plan",
        sources=made.sources,
        method=made.method,
        not_summed=("part",),
    )


def told(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the ratings, and its cells.

    Args:
        made: As `counts` returns it.
    """
    cells: dict[str, Cell | str] = {name: made.cell(name) for name in TOLD}
    return (
        "Checks of accounting practice: {checks}. Rated red: {red}, amber: {amber}, green: "
        "{green}, not yet: {unrated}. The data shows something to put right in {speaking}, of "
        "which rated green: {contradicted}.",
        cells,
    )


def finding(made: Aggregate) -> Finding:
    """Return the finding on the state of accounting practice.

    Args:
        made: As `counts` returns it.
    """
    sentence, _ = told(made)
    cells = {name: made.cell(name) for name in TOLD}
    return Finding(
        id="15.checks.ratings",
        stage="Module 1",
        sentence=sentence,
        cells=cells,
        value=cells["red"],
        outcome="Families and schools can trust what is said of the money for children's support.",
        criterion=2,
        priority=40,
    )
