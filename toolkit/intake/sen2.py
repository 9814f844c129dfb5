"""The SEN2 return of a local authority, read into plans, requests, placements and reviews.

Whatever its form and version, the same data gives the same tables. Names, UPN, ULN, postcode
and birth date are turned into a pseudonym, a month and a locality on reading, and dropped.
"""

from __future__ import annotations

import pandas as pd

from toolkit.errors import InputError
from toolkit.intake import schedule, sen2_header, sen2_placements, sen2_plans
from toolkit.intake.loaded import Account, Loaded, Problem, SourceFile, file_sha256
from toolkit.intake.names import of_frame
from toolkit.intake.pseudonym import Pseudonyms
from toolkit.intake.sen2_fields import HEADER, SHEETS, TABLES, Form, Modules, among, own_id
from toolkit.intake.sen2_modules import read_modules, to_version
from toolkit.intake.sen2_people import PERSON, people
from toolkit.intake.sen2_plans import ACTIVE, ASSESSMENT, NAMED, REQUEST, Frames, finish
from toolkit.intake.sen2_problems import FILLS, Problems, Rule
from toolkit.intake.sen2_recognise import Return, recognise
from toolkit.intake.sen2_values import typed

__all__ = ["Return", "read_return", "recognise"]

NAMES = ("plans", "requests", "placements", "reviews")
NOTHING_TO_MEND = "Nothing to mend by itself."
IDLE = {  # modules whose rows may well carry nothing
    "person": "Persons without a request, plan or placement that could be used",
    "requests": "Requests of before the collection, with no plan that could be used",
}
KINDS: dict[Form, str] = {
    "xml": "SEN2 return (XML)",
    "csv": "SEN2 return (COLLECT CSV)",
    "workbook": "SEN2 return (workbook)",
}


def read_return(
    return_: Return,
    pseudonyms: Pseudonyms,
    la_code: str,
    establishments: pd.DataFrame,
    postcode_lookup: pd.DataFrame,
) -> Loaded:
    """Return plans, requests, placements and reviews, each with an Int64 `census_year`.

    A return that cannot be used at all gives empty tables and a problem that says why, so that
    it stops no other file.

    Args:
        return_: As `recognise` gives it.
        pseudonyms: The area's.
        la_code: The area's three-digit code: another LA's return is not used.
        establishments: urn, type, phase, provision_group; may be empty.
        postcode_lookup: postcode, locality, deprivation_decile; may be empty. Not stored.
    """
    try:
        modules = read_modules(return_.paths)
    except InputError as error:
        return _refused(return_, error)
    problems = Problems(modules)
    year = sen2_header.census_year(modules, return_.census_year, [p.name for p in return_.paths])
    if year is None:
        problems.once(
            HEADER,
            "sen2.no_year",
            "error",
            "It does not say of which January it is. None of it was used.",
            "Add a sheet 'Header' with a column 'year', or put the year into the file's name.",
        )
    if year is None or not sen2_header.check(modules, year, la_code, problems):
        return _loaded(return_, modules, {}, {}, problems, year)
    tables, used = _tables(modules, year, pseudonyms, establishments, postcode_lookup, problems)
    return _loaded(return_, modules, tables, used, problems, year)


def _tables(
    modules: Modules,
    year: int,
    pseudonyms: Pseudonyms,
    establishments: pd.DataFrame,
    postcodes: pd.DataFrame,
    problems: Problems,
) -> tuple[Frames, dict[str, int]]:
    """Return the tables of the schedule, and how many rows of each module they rest on."""
    census = sen2_header.census_date(year)
    frames = typed(to_version(modules, "1.3"), census, problems)
    day = pd.Timestamp(census)
    frames["people"] = people(frames.pop("person"), pseudonyms, day, postcodes, problems)
    made = {
        "plans": sen2_plans.plans(frames, census, problems),
        "requests": sen2_plans.requests(frames, problems),
        "placements": sen2_placements.placements(frames, establishments, year, problems),
        "reviews": sen2_plans.reviews(frames, problems),
    }
    used = _used(frames, made, problems)
    return {name: finish(name, table, year) for name, table in made.items()}, used


def _used(frames: Frames, made: Frames, problems: Problems) -> dict[str, int]:
    """Return how many rows of each module the tables rest on; what carries nothing is said."""
    plan, place, asked = made["plans"], made["placements"], made["requests"]
    active = frames["activeplans"]
    live = active[
        among(active[REQUEST], plan[REQUEST])
        | among(active[ACTIVE], place[ACTIVE])
        | among(active[ACTIVE], made["reviews"][ACTIVE])
    ]
    requests = set(asked[REQUEST]) | set(plan[REQUEST]) | set(live[REQUEST])
    owners = frames["requests"]
    persons = set(owners.loc[among(owners[REQUEST], requests), PERSON])
    rests_on = {  # the column by which a row is used, and those of its values that are
        "person": (PERSON, persons),
        "requests": (REQUEST, requests),
        "assessment": (ASSESSMENT, set(asked[ASSESSMENT].dropna()) | set(plan[ASSESSMENT])),
        "namedplan": (NAMED, set(plan[NAMED])),
        "plandetail": (NAMED, set(plan[NAMED])),
        "activeplans": (ACTIVE, set(live[ACTIVE])),
        "placementdetail": (own_id("placementdetail"), set(place[own_id("placementdetail")])),
        "senneed": (ACTIVE, set(live[ACTIVE])),
    }
    counts = {}
    for module, (column, values) in rests_on.items():
        rows = frames["people"] if module == "person" else frames[module]
        carries = among(rows[column], values)
        aside = among(rows[own_id(module)], problems.aside.get(module, ()))
        counts[module] = int((carries & ~aside).sum())
        if module in IDLE:
            rule: Rule = (module, "sen2.carries_nothing", "note", IDLE[module], NOTHING_TO_MEND)
            problems.count(rows[~carries & ~aside], rule)
    return counts


def _loaded(
    return_: Return,
    modules: Modules,
    tables: Frames,
    used: dict[str, int],
    problems: Problems,
    year: int | None,
) -> Loaded:
    """Return the result with an account of each module and the files that were read."""
    accounts = []
    for table in TABLES:
        read, rows = modules.rows_read.get(table, 0), used.get(table, 0)
        file = modules.files.get(table, return_.name)
        accounts.append(Account(FILLS[table], file, SHEETS[table], read, rows, read - rows))
    return Loaded(
        tables=tables or {n: finish(n, schedule.empty(n), 0) for n in NAMES},
        problems=problems.found,
        accounts=accounts,
        sources=_sources(return_, f"January {year}" if year else ""),
        names=of_frame(modules.frames.get("person", pd.DataFrame())),
    )


def _sources(return_: Return, release: str) -> list[SourceFile]:
    kind = KINDS[return_.form]
    return [SourceFile(p.name, kind, file_sha256(p), release) for p in return_.paths]


def _refused(return_: Return, error: InputError) -> Loaded:
    """Return empty tables, and the error as a problem."""
    found = Problem(
        code="sen2.unusable",
        severity="error",
        message=error.what[:1].upper() + error.what[1:],
        remedy=error.remedy,
        table="plans",
        file=error.where.split(",")[0] or return_.name,
    )
    return Loaded(
        tables={n: finish(n, schedule.empty(n), 0) for n in NAMES},
        problems=[found],
        sources=_sources(return_, ""),
    )
