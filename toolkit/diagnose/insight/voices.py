"""What each group of people said: what they named most, where they differ, and their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from toolkit.aggregate import Aggregate, Cell
from toolkit.diagnose.insight import beside, heard, labels, quoted, said
from toolkit.diagnose.insight.weigh import Weights
from toolkit.evidence import Finding

TOP = 3  # factors that a sentence names; a choice
PRIORITY = 91  # of all groups alike: no voice comes before another
NAMED = ["factor", "share", "low", "high", "base", "areas"]
FIRST = "{base} {people} answered in {areas} areas. Most often they name {name} ({share})"
NOT_APART = "On no factor do they clearly differ from another group."
TOO_LITTLE = "Too few areas show what two groups said, so they are not set beside others."


@dataclass(frozen=True)
class Voice:
    """What one group of people said.

    Attributes:
        code: Its code, as in "cyp".
        name: What it is called.
        named: As `heard.named` returns it.
        compared: As `beside.beside` returns it.
        words: As `quoted.of_group` returns it.
    """

    code: str
    name: str
    named: Aggregate
    compared: Aggregate
    words: Aggregate

    @property
    def title(self) -> str:
        """What its section is called where it is left out."""
        return f"What {labels.plain(self.name)} said"

    @property
    def caption(self) -> str:
        """The caption of the table of what it names."""
        return f"What {labels.plain(self.name)} name, most often first"

    @property
    def need(self) -> str:
        """What its section needs: the start of the ids of its findings."""
        return f"22.factor.{self.code}"

    def finding(self) -> Finding:
        """Return the finding on the factors that the group names most often."""
        rows = self.named.frame.head(TOP)
        first, *others = rows["factor"].tolist()
        cells = {c: self.named.cell(c, factor=first) for c in ("base", "areas", "share")}
        then = [f"{_name(self.named, code)} ({{share_{code}}})" for code in others]
        cells |= {f"share_{code}": self.named.cell("share", factor=code) for code in others}
        told = FIRST.replace("{people}", labels.plain(self.name))
        told = told.replace("{name}", _name(self.named, first))
        low, high = (self.named.cell(c, factor=first) for c in ("low", "high"))
        return Finding(
            id=f"50.voice.{self.code}",
            stage=said.STAGE,
            sentence=f"{told}{f', then {_listed(then)}' if then else ''}.",
            cells=cells,
            value=cells["share"],
            low=low,
            high=high,
            base=cells["base"],
            priority=PRIORITY,
        )

    @property
    def apart(self) -> Aggregate:
        """Where it clearly differs from another group."""
        return beside.clear(self.compared)

    def difference(self) -> tuple[str, Mapping[str, Cell]]:
        """Return a sentence on where it differs most from another group, and its cells."""
        frame = self.apart.frame.sort_values("gap", kind="stable")
        if frame.empty:
            return (NOT_APART if len(self.compared.frame) else TOO_LITTLE), {}
        ends = (("more", frame.iloc[-1]), ("less", frame.iloc[0]))
        told = {
            how: {"factor": str(row["factor"]), "other_group": str(row["other_group"])}
            for how, row in ends
            if (row["gap"] > 0) == (how == "more")
        }
        parts = [self._difference(how, **where) for how, where in told.items()]
        cells = {how: self.compared.cell("gap", **where) for how, where in told.items()}
        return f"They name {', and '.join(parts)}.", cells

    def _difference(self, how: str, factor: str, other_group: str) -> str:
        whom = labels.plain(self.compared.labels["other_group"][other_group])
        return f"{_name(self.compared, factor)} {how} often than {whom} do ({{{how}:signed}})"


def voice(
    findings: pd.DataFrame,
    areas: pd.DataFrame,
    code: str,
    weights: Weights,
    minimum: int,
    cited: Sequence[str],
) -> Voice:
    """Return what one group of people said; its tables are empty where it is not heard.

    Args:
        findings: The findings of all areas.
        areas: The areas: no quotation may name one.
        code: The code of the group, as in "cyp".
        weights: "plans" or "equal"; areas weigh by the people of the group who answered.
        minimum: A factor of which fewer areas show a figure is left out.
        cited: The sources.
    """
    groups, factors = labels.labels("respondent"), labels.labels("component")
    named = heard.named(findings, code, factors, minimum, cited)
    # Of a group that is not heard nothing is told: few words could be known for one area's.
    known = findings if len(named.frame) else findings.iloc[:0]
    apart = beside.beside(known, code, groups, factors, weights, minimum, cited)
    return Voice(code, groups[code], named, apart, quoted.of_group(known, areas, code, cited))


def _name(of: Aggregate, code: str) -> str:
    return f"“{of.labels['factor'][code]}”"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(p for p in (", ".join(parts[:-1]), parts[-1]) if p)
