"""The remaining tables of the schedule, as files of the LA would have them."""

from __future__ import annotations

import pandas as pd

from toolkit.intake.fiction import surroundings, voices
from toolkit.intake.fiction.costs import MONEY, ledger_view
from toolkit.intake.fiction.return_rows import iso
from toolkit.intake.fiction.schools import establishments
from toolkit.intake.fiction.surroundings import years
from toolkit.intake.fiction.world import World


def cost_table(world: World, paid: pd.DataFrame) -> pd.DataFrame:
    """Return the table `placement_costs`, with what identifies a person for `person_id`.

    Most rows have a UPN; where there is none, the ULN or else name and birth date stand.
    """
    rows = ledger_view(paid)
    who = world.people.loc[rows["person"]].reset_index(drop=True)
    nameless = who["upn"].ne("") | who["uln"].ne("")
    return pd.DataFrame(
        {
            "financial_year": rows["year"].map(years),
            "upn": who["upn"],
            "uln": who["uln"].where(who["upn"].eq(""), ""),
            "surname": who["surname"].mask(nameless, ""),
            "forename": who["forename"].mask(nameless, ""),
            "birth_date": iso(who["birth_date"]).mask(nameless, ""),
            "provision_group": rows["provision"],
            "band": rows["band"],
            "weeks_funded": rows["weeks_funded"],
            **{name: rows[name] for name in MONEY},
        }
    )


def area_tables(world: World, plans: int) -> dict[str, pd.DataFrame]:
    """Return the tables about the area, its services and its voices, by name."""
    rng = world.streams["area"]
    people = surroundings.population(plans)
    return {
        "establishments": establishments(world.schools),
        "postcode_lookup": surroundings.postcode_lookup(world),
        "population": people,
        "pupils": surroundings.pupils(world, people),
        "places": surroundings.places(world, rng),
        "deflators": surroundings.deflators(),
        "services": voices.services(world, rng),
        "case_reviews": voices.case_reviews(world, rng),
        "survey_responses": voices.survey_responses(rng),
    }
