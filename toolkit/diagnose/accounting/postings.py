"""Postings of the high needs ledger that stand where they do not belong."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.diagnose.accounting.hits import ASK, WRONG, Hit
from toolkit.diagnose.opportunities.rows import listed
from toolkit.evidence import Finding

EVERYWHERE, HIGH_NEEDS = "any", "high_needs"


def verdict(
    line: str, nature: str, high_needs: Collection[str], rules: pd.DataFrame
) -> tuple[str, str, str] | None:
    """Return what is wrong with a posting: check, severity and words; None where nothing is.

    Args:
        line: Section 251 line that it is charged to.
        nature: What it pays for, a code of `posting_nature`.
        high_needs: The lines that the high needs block pays for.
        rules: Reference table `posting_rules`; the first that fits holds, and one without a
            check says that all is well.
    """
    own = rules[rules["nature"].eq(nature)]
    for where, check, severity, said in own[["where", "check_id", "severity", "said"]].itertuples(
        index=False, name=None
    ):
        fits = where == EVERYWHERE or (where == HIGH_NEEDS and line in high_needs)
        if fits or line in listed(str(where)):
            return (str(check), str(severity), str(said)) if check else None
    return None


def misposted(postings: pd.DataFrame, s251: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Return the postings that stand where they do not belong, with what is wrong with them.

    Args:
        postings: Table `ledger_postings`.
        s251: Reference table of Section 251 lines.
        rules: Reference table `posting_rules`.

    Returns:
        The rows of the table, with `check`, `severity` and `said`. For the analyst alone: one
        posting may be one child's.
    """
    high_needs = set(s251.loc[s251["funding"].str.startswith("HNB"), "line"])
    pairs = postings[["line", "nature"]].astype(str).drop_duplicates()
    judged = {
        (line, nature): verdict(line, nature, high_needs, rules)
        for line, nature in pairs.itertuples(index=False, name=None)
    }
    keys = zip(postings["line"].astype(str), postings["nature"].astype(str), strict=True)
    wrong = pd.DataFrame(
        [judged[key] or (None, None, None) for key in keys],
        columns=["check", "severity", "said"],
        index=postings.index,
    )
    both = postings.join(wrong)
    return both[both["check"].notna()].reset_index(drop=True)


def hits(postings: pd.DataFrame, s251: pd.DataFrame, rules: pd.DataFrame) -> list[Hit]:
    """Return a hit for each posting that stands where it does not belong."""
    labels = dict(zip(s251["line"], s251["label"], strict=True))
    return [
        Hit(
            str(row["check"]),
            int(row["financial_year"]),
            f"{row['line']} {labels.get(str(row['line']), '')}".strip(),
            float(row["amount"]),
            row["severity"],
            str(row["said"]),
        )
        for row in misposted(postings, s251, rules).to_dict("records")
    ]


POUND = 1.0  # what rounding may leave
NEARLY = 0.8  # of a line: with fewer of its postings held, they are a sample, not the ledger


def untied(postings: pd.DataFrame, lines: pd.DataFrame) -> list[Hit]:
    """Return a hit for each line whose postings do not add up to its outturn.

    A line of which less than four fifths is held is a sample, and is not held against it.

    Args:
        postings: Table `ledger_postings`.
        lines: Table `spend_lines`.
    """
    made = []
    for row in covered(postings, lines).to_dict("records"):
        year, where = int(row["financial_year"]), str(row["line"])
        gap = float(row["posted"] - row["net"])
        if gap > POUND:
            said = "The postings come to more than the outturn"
            made.append(Hit("postings_tie", year, where, gap, WRONG, said))
        elif gap < -POUND and row["posted"] >= NEARLY * row["net"]:
            said = "The postings come to less than the outturn"
            made.append(Hit("postings_tie", year, where, gap, ASK, said))
    return made


def covered(postings: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Return `posted` and `net` (outturn, £) by `financial_year` and `line` that both hold."""
    outturn = lines[lines["basis"].eq("outturn")]
    net = outturn["net"].fillna(outturn["gross"] - outturn["income"].fillna(0))
    keys = ["financial_year", "line"]
    given = outturn.assign(net=net)[[*keys, "net"]]
    posted = postings.groupby(keys)["amount"].sum().rename("posted").reset_index()
    return posted.merge(given, on=keys, how="inner")


def coverage(postings: pd.DataFrame, lines: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate:
    """Return how much of the outturn of the lines the postings cover, by financial year."""
    summed = covered(postings, lines).groupby("financial_year")[["posted", "net"]].sum()
    summed["share"] = 100 * summed["posted"] / summed["net"].where(summed["net"] > 0)
    frame = summed.reset_index().astype({"financial_year": int})
    return Aggregate(
        frame=frame,
        universe="Postings that were tested",
        dimensions=("financial_year",),
        measures=(
            Measure("posted", "Postings held", "£"),
            Measure("net", "Net outturn of their lines", "£"),
            Measure("share", "Share of it", "%", ("posted", "net")),
        ),
        source="local",
        sources=sources,
        method="Sum of the postings beside the net outturn of the lines that they stand in.",
        period=years.period(frame["financial_year"]),
        not_summed=("financial_year",),
    )


def summary(
    postings: pd.DataFrame, s251: pd.DataFrame, rules: pd.DataFrame, sources: tuple[str, ...]
) -> Aggregate:
    """Return one row: postings tested, how many are to put right and to ask about, and the £."""
    bad = misposted(postings, s251, rules)
    wrong, ask = bad[bad["severity"].eq(WRONG)], bad[bad["severity"].eq(ASK)]
    row = {
        "part": "All",
        "tested": float(len(postings)),
        "wrong": float(len(wrong)),
        "amount": float(wrong["amount"].abs().sum()),
        "ask": float(len(ask)),
    }
    return Aggregate(
        frame=pd.DataFrame([row]),
        universe="Postings of the high needs ledger",
        dimensions=("part",),
        measures=(
            Measure("tested", "Postings tested", "number", decimals=0),
            Measure("wrong", "To put right", "number", decimals=0),
            Measure("amount", "Amount to put right", "£"),
            Measure("ask", "To ask about", "number", decimals=0),
        ),
        source="local",
        sources=sources,
        method="Each posting's line is held against what it pays for. The amount adds up sizes, "
        "income and spend alike.",
        period=years.period(postings["financial_year"].dropna().astype(int)),
        not_summed=("part",),
    )


def told(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on what the postings show, and its cells."""
    names = ("tested", "wrong", "amount", "ask")
    cells: dict[str, Cell | str] = {name: made.cell(name) for name in names}
    return (
        "Postings tested: {tested}. To put right: {wrong}, {amount} in all. To ask about: {ask}.",
        cells,
    )


def finding(made: Aggregate) -> Finding:
    """Return the finding on postings that stand where they do not belong.

    Args:
        made: As `summary` returns it.
    """
    cells = {name: made.cell(name) for name in ("tested", "wrong", "amount")}
    return Finding(
        id="15.postings.misposted",
        stage="Module 1",
        sentence="Of {tested} postings tested in the high needs ledger, {wrong} stand where they "
        "do not belong: {amount} in all.",
        cells=cells,
        value=cells["amount"],
        outcome="Money that is charged rightly is there for the support in children's plans.",
        criterion=2,
        priority=50,
    )
