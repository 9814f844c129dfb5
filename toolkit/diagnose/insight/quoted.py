"""What people said in their own words, as areas cleared it to be shared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.diagnose.insight import build, labels
from toolkit.diagnose.insight.pick import pick

MOST = 3  # quotations of a group; a choice


def by_role(
    findings: pd.DataFrame, areas: pd.DataFrame, roles: Mapping[str, str], cited: Sequence[str]
) -> Aggregate:
    """Return what people said, by role, without the area: role, words. Roles without are absent.

    Words that name one of the areas are left out.
    """
    picked = pick(findings, "22.quote.{role}.{number}")
    said = picked[picked["role"].isin(roles) & picked["text"].ne("")]
    said = (
        without_areas(said, areas).drop_duplicates(["role", "text"]).sort_values(["role", "text"])
    )
    order = {role: at for at, role in enumerate(roles)}
    said = said.sort_values("role", key=lambda c: c.map(order), kind="stable", ignore_index=True)
    frame = said.assign(number=[str(at) for at in range(1, len(said) + 1)],
                        who=said["role"].map(dict(roles)))  # fmt: skip
    return build.table(
        frame.rename(columns={"text": "words"}),
        ("number",),
        (build.measure("who", "Role", "text"), build.measure("words", "In their words", "text")),
        called="Words of people who took part",
        method="Quoted as the areas cleared them to be shared, without the area; "
        "words that name an area are left out.",
        cited=cited,
    )


def of_group(
    findings: pd.DataFrame, areas: pd.DataFrame, code: str, cited: Sequence[str]
) -> Aggregate:
    """Return a few words of a group, as areas cleared them: words.

    Drawn by lot (the order of their SHA-256), so that nobody picks what suits a case; the same
    ledgers give the same words. Words that name an area are left out.
    """
    picked = pick(findings, "22.quote.{role}.{number}")
    own = picked[picked["role"].eq(code)].drop_duplicates("text")
    free = without_areas(own, areas)
    lot = sorted(free["text"], key=lambda text: sha256(text.encode()).hexdigest())[:MOST]
    frame = pd.DataFrame({"number": [str(at + 1) for at in range(len(lot))], "words": lot})
    return build.table(
        frame,
        ("number",),
        (build.measure("words", "In their words", "text"),),
        called=f"Words of {labels.plain(labels.labels('respondent')[code])}",
        method=f"At most {MOST}, drawn by lot from what areas cleared to be shared, without the "
        "area; words that name an area are left out.",
        cited=cited,
    )


def without_areas(quoted: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Return the quotations that name none of the areas; columns as they are."""
    names = "|".join(re.escape(str(name)) for name in areas["name"])
    told = quoted["text"].str.contains(rf"\b(?:{names})\b", flags=re.IGNORECASE, regex=True)
    return quoted[~told] if names else quoted
