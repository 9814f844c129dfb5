"""Samples for case reviews and surveys: stratified, seeded, pseudonymous.

The list of a sample is for the analyst alone: it names pseudonyms, never people, and the area
finds the child by the pseudonym in its own system. Each function takes DataFrames and returns
a new one or an `Aggregate`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.caseload import NO_LABELS, Labels

UNIVERSE = "Plans in the cohorts that case reviews and surveys look into"
SEED = 2026
CASE_REVIEWS, FEWEST_REVIEWS = 67, 5  # cases of the DBV example, in three sessions of four hours
SURVEY, FEWEST_SURVEY = 400, 20
# What a reviewer needs, and no more; the names are those of the table `case_reviews`.
FIELDS = ("pseudonym", "cohort", "age_group", "need", "actual_provision")
WEIGHTS = ("stratum_size", "stratum_sample", "stratum_weight")
# Age, need and provision make the cohorts, so that a weighted sample has them as they are.
TRAITS: Mapping[str, str] = {
    "sex": "Sex",
    "locality": "Locality",
    "deprivation": "Deprivation of the home",
}
FIFTHS = {str(i): f"Fifth {i} of 5" for i in range(2, 5)}
FIFTHS = {"1": "Most deprived fifth", **FIFTHS, "5": "Least deprived fifth"}
SEXES = {"F": "Female", "M": "Male"}
MARGIN = "Margin of a share, percentage points either way"
Z95 = 1.96  # of the normal distribution, for a 95% interval


def frame(
    assigned: pd.DataFrame, shortlist: list[str], year: int, plans: pd.DataFrame
) -> pd.DataFrame:
    """Return the people of the shortlisted cohorts at one January, one row a person.

    Args:
        assigned: As `cohorts.assign` returns it.
        shortlist: Codes of the cohorts.
        year: The January.
        plans: Table `plans`, for the deprivation of the home: `deprivation`, a fifth, 1 being
            the most deprived.
    """
    there = assigned[assigned["year"].eq(year) & assigned["cohort"].isin(shortlist)]
    people = there.drop_duplicates("person_id").sort_values("person_id").reset_index(drop=True)
    latest = plans.drop_duplicates("person_id", keep="last").set_index("person_id")
    decile = people["person_id"].map(latest["deprivation_decile"])
    return people.assign(deprivation=((decile + 1) // 2).astype("Int64").astype("string"))


def allocate(sizes: Mapping[str, int], size: int, fewest: int) -> dict[str, int]:
    """Return how many to draw from each stratum.

    In proportion to the strata, by largest remainder, but at least `fewest` in each (all, where
    it has fewer). Where the minima together exceed `size`, they win and the sample is larger.

    Args:
        sizes: How many people each stratum has.
        size: How many to draw in all.
        fewest: The minimum of a stratum.

    Raises:
        ValueError: `size` or `fewest` is below 0.
    """
    if size < 0 or fewest < 0:
        raise ValueError("A sample cannot have fewer than no people.")
    drawn = {name: min(fewest, n) for name, n in sizes.items()}
    left = min(size, sum(sizes.values())) - sum(drawn.values())
    total = sum(sizes.values())
    ideal = {name: size * n / total if total else 0.0 for name, n in sizes.items()}
    while left > 0:
        # Whoever is furthest below their share comes next; ties in the order of the names.
        open_ = [name for name, n in sizes.items() if drawn[name] < n]
        next_ = max(sorted(open_), key=lambda name: ideal[name] - drawn[name])
        drawn[next_] += 1
        left -= 1
    return drawn


def draw(people: pd.DataFrame, size: int, fewest: int, seed: int = SEED) -> pd.DataFrame:
    """Return the people drawn, with the weight of their stratum; the cohorts are the strata.

    The order of drawing comes from a hash of the seed and the pseudonym, so that the same seed
    gives the same rows whatever the order of the records, and a child who joins later leaves the
    order of all others as it was.

    Args:
        people: As `frame` returns it.
        size: How many to draw in all.
        fewest: The minimum of each stratum.
        seed: Any whole number.

    Returns:
        The rows drawn, with `stratum_size`, `stratum_sample` and `stratum_weight` (size /
        sample); the weights of all rows add up to the people in the frame.
    """
    place = [hashlib.sha256(f"{seed}|{p}".encode()).hexdigest() for p in people["person_id"]]
    ranked = people.assign(place=place).sort_values(["place", "person_id"])
    sizes = {str(name): int(n) for name, n in ranked["cohort"].value_counts().items()}
    taken = allocate(sizes, size, fewest)
    rank = ranked.groupby("cohort").cumcount()
    drawn = ranked[rank < ranked["cohort"].map(taken).astype(float)]
    drawn = drawn.assign(
        stratum_size=drawn["cohort"].map(sizes).astype(int),
        stratum_sample=drawn["cohort"].map(taken).astype(int),
    )
    drawn = drawn.assign(stratum_weight=drawn["stratum_size"] / drawn["stratum_sample"])
    return drawn.sort_values(["cohort", "place"]).drop(columns="place").reset_index(drop=True)


def listed(
    drawn: pd.DataFrame, names: Mapping[str, str], id_name: str = "review_id", prefix: str = "CR"
) -> pd.DataFrame:
    """Return the list to work from: an id, `FIELDS`, then `WEIGHTS`, and nothing else.

    Args:
        drawn: As `draw` returns it.
        names: What each cohort is called.
        id_name: What the id is called: as in the table that the answers go into.
        prefix: What an id starts with.
    """
    number = [f"{prefix}{i:03d}" for i in range(1, len(drawn) + 1)]
    made = drawn.assign(
        pseudonym=drawn["person_id"],
        cohort=drawn["cohort"].map(names).fillna(drawn["cohort"]),
        need=drawn["primary_need"],
        actual_provision=drawn["provision"],
        stratum_weight=drawn["stratum_weight"].round(4),
    )
    made.insert(0, id_name, number)
    return made[[id_name, *FIELDS, *WEIGHTS]]


def strata(
    people: pd.DataFrame,
    samples: Mapping[str, pd.DataFrame],
    sources: tuple[str, ...],
    names: Mapping[str, str],
) -> Aggregate:
    """Return how many are in each cohort, and how many of them each sample takes.

    Args:
        people: As `frame` returns it.
        samples: By name, as {"reviews": ..., "survey": ...}, what `draw` returned.
        sources: Where the plans come from.
        names: What each cohort is called.

    Returns:
        One row a cohort and "All": `frame` (people), and a column for each sample (people).
    """
    table = people.groupby("cohort").size().rename("frame").to_frame().astype(float)
    for name, drawn in samples.items():
        table[name] = drawn.groupby("cohort").size().reindex(table.index).fillna(0.0)
    table.loc["All"] = table.sum()
    counts = [
        Measure(name, LABELS.get(name, name), "people", where={"sampled": name}) for name in samples
    ]
    return Aggregate(
        frame=table.rename_axis("cohort").reset_index(),
        universe=UNIVERSE,
        dimensions=("cohort",),
        measures=(Measure("frame", "Plans in the cohort", "people"), *counts),
        source="local",
        sources=sources,
        method="Drawn at random within each cohort, in proportion to its size, with a minimum "
        "in each. The seed fixes who is drawn.",
        not_summed=("area", "sampled"),
        labels={"cohort": names},
    )


LABELS = {"reviews": "Drawn for case reviews", "survey": "Drawn for the survey"}


def representativeness(
    people: pd.DataFrame,
    drawn: pd.DataFrame,
    sources: tuple[str, ...],
    sample: str = "reviews",
    labels: Labels = NO_LABELS,
) -> Aggregate:
    """Return the sample beside the frame, for each trait that reviewers may ask about.

    Args:
        people: As `frame` returns it.
        drawn: As `draw` returns it.
        sources: Where the plans come from.
        sample: The name of the sample, as in `strata`.
        labels: For a dimension, what its codes are called.

    Returns:
        One row a `trait` and `value`: `in_frame`, `in_sample` and their totals (people),
        `frame_share` (%), `sample_share` (%, weighted by stratum) and `difference` (pp).
    """
    held = [t for t in TRAITS if t in people and people[t].notna().any()]
    empty = pd.DataFrame(columns=["trait", "value", "in_frame", "in_sample", "weight"])
    parts = [_trait(people, drawn, t, labels) for t in held]
    table = pd.concat(parts, ignore_index=True) if parts else empty
    weights = float(drawn["stratum_weight"].sum()) or 1.0
    table["frame_all"], table["sample_all"] = float(len(people)), float(len(drawn))
    table["frame_share"] = 100 * table["in_frame"] / max(len(people), 1)
    table["sample_share"] = 100 * table["weight"] / weights
    table["difference"] = table["sample_share"] - table["frame_share"]
    apart, taken = ("trait", "value"), {"sampled": sample}
    both = ("in_sample", "sample_all", "in_frame")
    return Aggregate(
        frame=table.drop(columns="weight"),
        universe=UNIVERSE,
        dimensions=apart,
        measures=(
            Measure("in_frame", "In the cohorts", "people"),
            Measure("in_sample", "In the sample", "people", where=taken),
            Measure("frame_all", "All in the cohorts", "people", without=apart),
            Measure("sample_all", "All in the sample", "people", where=taken, without=apart),
            Measure("frame_share", "Share in the cohorts", "%", ("in_frame", "frame_all")),
            Measure("sample_share", "Share in the sample, weighted", "%", both),
            Measure("difference", "Difference", "pp", both, decimals=0),
        ),
        source="local",
        sources=sources,
        method="Each child of the sample counts with the weight of the cohort: plans in the "
        "cohort / drawn from it. A difference by chance is to be expected in a small sample.",
        not_summed=("area", "sampled", "trait"),
    )


def _trait(people: pd.DataFrame, drawn: pd.DataFrame, trait: str, labels: Labels) -> pd.DataFrame:
    """Return people in the frame and the sample, and the weight of the latter, by value."""
    every, some = (f[trait].fillna("unknown").astype(str) for f in (people, drawn))
    table = every.value_counts().sort_index().rename("in_frame").to_frame().astype(float)
    table["in_sample"] = some.value_counts().astype(float)
    table["weight"] = drawn["stratum_weight"].groupby(some).sum()
    own = {"sex": SEXES, "deprivation": FIFTHS}.get(trait, {})
    names = {**own, **labels.get(trait, {}), "unknown": "Not recorded"}
    named = [names.get(str(value), str(value)) for value in table.index]
    return table.fillna(0.0).assign(trait=TRAITS[trait], value=named).reset_index(drop=True)


SHOWN = ("in_frame", "frame_share", "in_sample", "sample_share", "difference")


def precision(
    people: pd.DataFrame, samples: Mapping[str, pd.DataFrame], sources: tuple[str, ...]
) -> Aggregate:
    """Return how closely each sample can tell a share of all in the cohorts.

    Returns:
        One row a `sample`: `frame` and `drawn` (people) and `margin` (percentage points), half
        the width of the 95% interval of a share of 50% if everybody answers, with Kish's
        design effect of the weights and the correction for a finite frame.
    """
    rows = []
    for name, drawn in samples.items():
        w = drawn["stratum_weight"].to_numpy(float)
        n, whole = len(drawn), len(people)
        effective = w.sum() ** 2 / (w**2).sum() if n else float("nan")
        unseen = 1 - n / whole if whole else float("nan")
        rows.append((name, whole, n, 100 * Z95 * np.sqrt(0.25 / effective * unseen)))
    table = pd.DataFrame(rows, columns=["sample", "frame", "drawn", "margin"])
    return Aggregate(
        frame=table.astype({"frame": float, "drawn": float}),
        universe=UNIVERSE,
        dimensions=("sample",),
        measures=(
            Measure("frame", "Plans in the cohorts", "people", without=("sample",)),
            Measure(
                "drawn", "Drawn", "people", without=("sample",), where_column={"sampled": "sample"}
            ),
            Measure("margin", MARGIN, "number", ("drawn", "frame"), decimals=0),
        ),
        source="local",
        sources=sources,
        method="Margin = 1.96 x sqrt(0.25 / effective sample x share not drawn); the effective "
        "sample is the sample over Kish's design effect of its weights. It holds if everybody "
        "drawn takes part.",
        not_summed=("area", "sampled"),
        labels={"sample": LABELS},
    )


def told(made: Aggregate, sample: str) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on how closely a sample can tell a share, and its cells."""
    sentence = (
        "{drawn} of {frame} children and young people are drawn: a share of half would be known "
        "to within {margin} percentage points either way."
    )
    return sentence, {c: made.cell(c, sample=sample) for c in ("drawn", "frame", "margin")}
