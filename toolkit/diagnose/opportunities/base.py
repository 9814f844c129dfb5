"""What each setting spends: the base that the value of an opportunity is a share of.

The base is the spend that was recorded on placements, by the provisions of the setting, in the
latest closed year. It rests on the people whom it was spent on, each provision keyed as the
unit costs are, so that a base is hidden wherever one of its provisions is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import years
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.diagnose.opportunities.rows import listed

EVERY = "All"
NOTHING = pd.DataFrame({"setting": pd.Series(dtype="object"), "spend": pd.Series(dtype="float64")})


@dataclass(frozen=True)
class Base:
    """Spend by setting.

    Attributes:
        frame: One row a setting, and "All": `spend` (£; missing where it is not known), and for
            each provision `costed_<provision>`, the people whom it was spent on.
        people: The measures of those people.
        said: What the base is, in words.
        sources: Where it comes from.
        is_local: Whether it comes from records of people.
    """

    frame: pd.DataFrame = field(repr=False)
    people: tuple[Measure, ...]
    said: str
    sources: tuple[str, ...]
    is_local: bool

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The names of the columns of people that a figure on a base rests on."""
        return tuple(m.column for m in self.people)

    @property
    def universe(self) -> str:
        """What a figure on it counts: the universe of the people that it rests on."""
        return UNIVERSE if self.is_local else "Opportunities, as a share of spend"

    def beside(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows by `setting` with the spend and the people of their setting beside them."""
        return rows.merge(self.frame, on="setting", how="left", validate="m:1")


def recorded(unit: Aggregate, settings: pd.DataFrame) -> Base:
    """Return the spend on placements by setting, in the latest year of the unit costs.

    Args:
        unit: As `spend.unit_costs` returns it, by `financial_year` and `provision`.
        settings: Reference table `opportunity_settings`.
    """
    if unit.frame.empty:
        return Base(NOTHING.copy(), (), "spend on placements, of no closed year", (), is_local=True)
    year = int(unit.frame["financial_year"].max())
    held = unit.frame[unit.frame["financial_year"].eq(year)].set_index("provision")
    named = zip(settings["setting"], settings["provisions"], strict=True)
    parts = {str(setting): listed(str(provisions)) for setting, provisions in named}
    rows = [_row(setting, own, held) for setting, own in {**parts, EVERY: [EVERY]}.items()]
    frame = pd.DataFrame(rows)
    counted = [c.removeprefix("costed_") for c in frame.columns if c.startswith("costed_")]
    return Base(
        frame=frame,
        people=tuple(_people(provision, year) for provision in counted),
        said=f"spend on placements in {years.label(year)} (place funding, top-up, fees and "
        "therapy; gross, transport apart)",
        sources=unit.sources,
        is_local=True,
    )


def _row(setting: str, provisions: list[str], held: pd.DataFrame) -> dict[str, object]:
    own = [p for p in provisions if p in held.index]
    spend = float(held.loc[own, "spend"].sum()) if own else float("nan")
    costed = {f"costed_{p}": float(held["costed"][p]) for p in own}
    return {"setting": setting, "spend": spend, **costed}


def _people(provision: str, year: int) -> Measure:
    return Measure(
        f"costed_{provision}",
        "People with a cost in the year",
        "people",
        where={"financial_year": str(year), "provision": provision},
        without=("setting", "opportunity"),
    )


def stated(opportunities: pd.DataFrame, settings: pd.DataFrame) -> Base:
    """Return the spend that the opportunities state themselves, where no cost is recorded.

    A setting has one only where all of its opportunities state the same.

    Args:
        opportunities: As `rows.ready` returns it.
        settings: Reference table `opportunity_settings`.
    """
    given = opportunities.dropna(subset="base_spend").groupby("setting")["base_spend"]
    agreed = {s: float(v.iloc[0]) for s, v in given if v.nunique() == 1}
    names = [*settings["setting"], EVERY]
    frame = pd.DataFrame({"setting": names, "spend": [agreed.get(s, float("nan")) for s in names]})
    return Base(frame, (), "spend as stated with the opportunities", (), is_local=False)
