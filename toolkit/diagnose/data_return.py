"""The data return: what came, what is wrong with it, and what can be run on it now.

These functions count problems; they never hold a value from a record, since a report shows
what they return.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.evidence import Finding

FEW = 5  # the DfE's threshold: 1 to 5 children are never told exactly
ROUNDED = 100  # to so many data points
SEVERITIES = {
    "error": "Left out",
    "unused": "Not used",
    "warning": "Used, with care",
    "note": "To know",
}


def rows_accounted(accounts: pd.DataFrame, titles: Mapping[str, str]) -> Aggregate:
    """Return rows read, used and set aside for each table and kind of file.

    Args:
        accounts: `table`, `kind`, `file` (a number for each file), `rows_read`, `rows_used` and
            `rows_set_aside`, one row a part of a file.
        titles: For a table, its title.

    Returns:
        One row a `table` and `kind`: `files`, `read`, `used`, `set_aside`, with
        read = used + set aside.
    """
    summed = accounts.groupby(["table", "kind"], sort=True).agg(
        files=("file", "nunique"),
        read=("rows_read", "sum"),
        used=("rows_used", "sum"),
        set_aside=("rows_set_aside", "sum"),
    )
    return Aggregate(
        frame=summed.reset_index(),
        universe="Rows of the data return",
        dimensions=("table", "kind"),
        measures=(
            Measure("files", "Files", "number", decimals=0),
            Measure("read", "Rows read", "number", decimals=0),
            Measure("used", "Rows used", "number", decimals=0),
            Measure("set_aside", "Rows set aside", "number", decimals=0),
        ),
        source="plan",
        sources=("The files supplied",),
        method="Every row that was read is either used or set aside with a reason.",
        labels={"table": titles},
    )


def problem_counts(
    problems: pd.DataFrame, titles: Mapping[str, str], of_people: Collection[str]
) -> Aggregate:
    """Return how often each problem was met, worst first; no value of any record.

    Args:
        problems: `code`, `severity` (a key of `SEVERITIES`), `table`, `rule` (what the rule looks
            for, in general words) and `remedy`, one row a problem.
        titles: For a table, its title.
        of_people: Tables that hold records of people: there a small number could point at one.

    Returns:
        One row a `code`, `table` and `severity`: one rule sets a row aside where the column is
        required and leaves a cell blank elsewhere. With `rule`, `count` and `remedy`.
    """
    frame = problems.assign(
        order=problems["severity"].map({s: i for i, s in enumerate(SEVERITIES)})
    )
    summed = frame.groupby(["order", "severity", "code", "table"], sort=True).agg(
        rule=("rule", "first"), count=("code", "size"), remedy=("remedy", "first")
    )
    table = summed.reset_index().sort_values(["order", "count"], ascending=[True, False])
    few = table["table"].isin(of_people) & table["count"].le(FEW)
    table["count"] = table["count"].map("{:,}".format).mask(few, f"{FEW} or fewer")
    return Aggregate(
        frame=table.drop(columns="order").reset_index(drop=True),
        universe="Problems of the data return",
        dimensions=("code", "table", "severity"),
        measures=(
            Measure("rule", "What was found", "text"),
            Measure("count", "How often", "text"),
            Measure("remedy", "What to do", "text"),
        ),
        source="plan",
        sources=("The files supplied",),
        method="Each problem is counted once. Values are shown only by `toolkit check`, on the "
        "analyst's own screen.",
        labels={"table": {"": "The file as a whole", **titles}, "severity": SEVERITIES},
    )


def readiness(
    needs: pd.DataFrame, held: Sequence[str], files_for: Callable[[Sequence[str]], Sequence[str]]
) -> Aggregate:
    """Return for each notebook how much of what it can use is there, and what is missing.

    Args:
        needs: `number`, `title`, `need` (a table or a published frame), `must` (True where the
            notebook cannot run without it) and `one_of` (True where it cannot run without at
            least one of these), one row a notebook and need.
        held: The needs that are there.
        files_for: Gives the files that would fill some needs.

    Returns:
        One row a `notebook`: `score` (% of its needs that are there), `state` ("Can run in
        full", "Can run in part", "Cannot run yet") and `missing`, the files that would fill
        the rest.
    """
    rows = []
    for (number, title), own in needs.groupby(["number", "title"], sort=True):
        there = own["need"].isin(held)
        lacking = files_for(own.loc[~there, "need"].tolist())
        chosen = there[own["one_of"]]
        blocked = bool((own["must"] & ~there).any()) or (len(chosen) > 0 and not chosen.any())
        state = (
            "Cannot run yet" if blocked else "Can run in full" if there.all() else "Can run in part"
        )
        missing = "; ".join(lacking) or "Nothing"
        rows.append((f"{number} {title}", 100 * there.mean(), state, missing))
    return Aggregate(
        frame=pd.DataFrame(rows, columns=["notebook", "score", "state", "missing"]),
        universe="Readiness of the notebooks",
        dimensions=("notebook",),
        measures=(
            Measure("score", "Inputs held", "%"),
            Measure("state", "What it can do now", "text"),
            Measure("missing", "What would complete it", "text"),
        ),
        source="plan",
        sources=("The files supplied",),
        method="Score = inputs held / inputs that the notebook can use.",
    )


def request_tracker(
    tables: pd.DataFrame, tracker: pd.DataFrame, held: Sequence[str], faulty: Sequence[str]
) -> Aggregate:
    """Return the data request: one row a table of the schedule, with where it stands.

    Args:
        tables: `table`, `title`, `needed_by`, `comes_from`, one row a table.
        tracker: Table `data_request`, or an empty one.
        held: Tables that were read.
        faulty: Tables of which a file could not be used.

    Returns:
        One row a `table`: `status`, `owner`, `deadline`, `comes_from` and `needed_by`.
    """
    asked = tracker.drop_duplicates("table").set_index("table")
    owner = asked["owner"].fillna("") if len(asked) else pd.Series(dtype="str")
    deadline = asked["deadline"].dt.strftime("%d %B %Y") if len(asked) else pd.Series(dtype="str")
    status = [
        "Received, with errors" if t in faulty else "Received" if t in held else "Not received"
        for t in tables["table"]
    ]
    table = tables.assign(
        status=status,
        owner=tables["table"].map(owner).fillna("Not named"),
        deadline=tables["table"].map(deadline).fillna("Not set"),
    )
    columns = ["table", "status", "owner", "deadline", "comes_from", "needed_by"]
    return Aggregate(
        frame=table[columns].reset_index(drop=True),
        universe="Data request",
        dimensions=("table",),
        measures=(
            Measure("status", "Status", "text"),
            Measure("owner", "Owner", "text"),
            Measure("deadline", "Deadline", "text"),
            Measure("comes_from", "Comes from", "text"),
            Measure("needed_by", "Needed by notebooks", "text"),
        ),
        source="plan",
        sources=("Data schedule", "Data request tracker"),
        method="A file that cannot be used holds up only the notebooks that need it.",
        labels={"table": dict(zip(tables["table"], tables["title"], strict=True))},
    )


def hard_to_supply(tracker: pd.DataFrame, titles: Mapping[str, str]) -> Aggregate:
    """Return the tables that are hard to supply, with who supplies them and how it is paid for.

    Args:
        tracker: Table `data_request`.
        titles: For a table, its title.

    Returns:
        One row a `table` marked hard to supply: `owner`, `deadline` and `grant`.
    """
    hard = tracker[tracker["hard_to_supply"].eq(1).fillna(False).astype(bool)]
    grant = hard["grant_used"].eq(1).fillna(False).astype(bool)
    frame = pd.DataFrame(
        {
            "table": hard["table"],
            "owner": hard["owner"].fillna("Not named"),
            "deadline": hard["deadline"].dt.strftime("%d %B %Y").fillna("Not set"),
            "grant": ["Data grant" if paid else "Not from the data grant" for paid in grant],
        }
    )
    return Aggregate(
        frame=frame.reset_index(drop=True),
        universe="Data that is hard to supply",
        dimensions=("table",),
        measures=(
            Measure("owner", "Owner", "text"),
            Measure("deadline", "Deadline", "text"),
            Measure("grant", "Paid for by", "text"),
        ),
        source="plan",
        sources=("Data request tracker",),
        method="As marked by the owners in the tracker. Start these first.",
        labels={"table": titles},
    )


def data_points_finding(cells: int) -> Finding | None:
    """Return the finding on how many data points were read; None where there are too few to tell.

    It is rounded down to hundreds: with the rows of one short table at hand, an exact figure
    could tell in how many of them an optional column holds something.

    Args:
        cells: Cells of the area's own tables that hold something.
    """
    if cells < ROUNDED:
        return None
    counted = Aggregate(
        frame=pd.DataFrame({"part": ["All"], "points": [cells // ROUNDED * ROUNDED]}),
        universe="Data points read",
        dimensions=("part",),
        measures=(Measure("points", "Data points read", "number", decimals=0),),
        source="plan",
        sources=("The files supplied",),
        method=f"Cells of the area's own files that hold something, in the rows that are used; "
        f"rounded down to {ROUNDED}.",
    )
    return Finding(
        id="01.data_points",
        stage="Evaluation & Setup",
        sentence="The diagnostic rests on {points} data points of the area's own files or more.",
        cells={"points": counted.cell("points", part="All")},
        value=counted.cell("points", part="All"),
        criterion=2,
        priority=5,
    )


def readiness_finding(ready: Aggregate) -> Finding:
    """Return the finding on how many notebooks can run now."""
    frame = ready.frame
    total = pd.DataFrame(
        {
            "part": ["All"],
            "run": [int(frame["state"].ne("Cannot run yet").sum())],
            "notebooks": [len(frame)],
        }
    )
    counted = Aggregate(
        frame=total,
        universe="Notebooks that can run",
        dimensions=("part",),
        measures=(
            Measure("run", "Notebooks that can run", "number", decimals=0),
            Measure("notebooks", "Notebooks", "number", decimals=0),
        ),
        source="plan",
        sources=ready.sources,
        method=ready.method,
    )
    return Finding(
        id="01.readiness",
        stage="Evaluation & Setup",
        sentence="{run} of {notebooks} notebooks can run on the data supplied, in full or in part.",
        cells={
            "run": counted.cell("run", part="All"),
            "notebooks": counted.cell("notebooks", part="All"),
        },
        value=counted.cell("run", part="All"),
        base=counted.cell("notebooks", part="All"),
        criterion=2,
        priority=10,
    )
