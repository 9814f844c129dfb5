"""What is needed to run a workshop or a training day: kits to print, and the parts of a day."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.plan.setup_tables import PACK, number, plan_aggregate, text

PARTS = ("Facilitator's guide", "Poll", "Prompt", "Capture sheet")  # every kit has all four
SOURCES = (PACK, "Phase One of the programme used participatory workshop methods")


def kit(kits: pd.DataFrame, name: str) -> Aggregate:
    """Return one kit to print: its parts in order, what to do or ask, and the minutes.

    Raises:
        KeyError: There is no kit of that name.
    """
    rows = kits[kits["kit"].eq(name)]
    if rows.empty:
        raise KeyError(f"no kit '{name}'; there are {', '.join(kits['kit'].unique())}")
    minutes = [f"{each} minutes" if each else "" for each in text(rows["minutes"])]
    frame = rows.assign(minutes=minutes, step=text(rows["number"]))
    return plan_aggregate(
        frame,
        f"Workshop kit: {rows['workshop'].iloc[0]}",
        ["part", "step"],
        {"text": ("What to do, ask or write down", "text"), "minutes": ("Time", "text")},
        method="A kit for a mixed group without a consultant; the wording is the Toolkit's own.",
        source="reference",
        sources=SOURCES,
    )


def kits_table(kits: pd.DataFrame) -> Aggregate:
    """Return the kits with their length and how many polls and prompts each has."""
    rows = kits.assign(
        minutes=number(kits["minutes"]).fillna(0.0),
        poll=kits["part"].eq("Poll").astype("float64"),
        prompt=kits["part"].eq("Prompt").astype("float64"),
    )
    sums = rows.groupby("workshop", sort=False)[["minutes", "poll", "prompt"]].sum().reset_index()
    return plan_aggregate(
        sums,
        "Workshop kits",
        ["workshop"],
        {
            "minutes": ("Minutes", "number"),
            "poll": ("Polls", "number"),
            "prompt": ("Prompts", "number"),
        },
        method="Each kit has a facilitator's guide, polls, prompts and a capture sheet.",
        source="reference",
        sources=SOURCES,
    )


def training_pack(parts: pd.DataFrame, sessions: pd.DataFrame) -> Aggregate:
    """Return the parts of the training days: theory, and exercises on the fictional area.

    Args:
        parts: Catalogue: session_id, day, kind, topic, exercise, notebook.
        sessions: Catalogue of sessions, for their names.
    """
    names = dict(zip(sessions["session_id"], sessions["session"], strict=True))
    frame = parts.assign(
        session=parts["session_id"].map(names),
        day=text(parts["day"]),
        exercise=text(parts["exercise"], "Theory only"),
        notebook=text(parts["notebook"]),
    )
    return plan_aggregate(
        frame,
        "Training pack",
        ["session", "day", "kind"],
        {
            "topic": ("Topic", "text"),
            "exercise": ("Exercise on the fictional area", "text"),
            "notebook": ("Notebooks", "text"),
        },
        method="Two days for each module, half theory and half exercise, on made-up data only.",
        source="reference",
        sources=(PACK,),
    )
