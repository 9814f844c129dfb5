"""A fictional local area, complete: its returns, ledger, surveys and a published release.

Nobody in it exists. England's published rates make it look like an area; its names, numbers,
schools and money are drawn by chance, the same for the same seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toolkit.area import FILE, slug
from toolkit.errors import SettingsError
from toolkit.intake.fiction import release
from toolkit.intake.fiction.agreed import agreed_tables
from toolkit.intake.fiction.costs import costs
from toolkit.intake.fiction.errors import plant
from toolkit.intake.fiction.history import COMPLETE_FROM, history
from toolkit.intake.fiction.ledger import ledger
from toolkit.intake.fiction.returns import VERSIONS, sen2_return
from toolkit.intake.fiction.setup import START, setup_tables
from toolkit.intake.fiction.tables import area_tables, cost_table
from toolkit.intake.fiction.world import World, make_world
from toolkit.intake.sen2_fields import Form
from toolkit.intake.sen2_modules import Modules, write_modules

FEWEST, MOST = 100, 50_000  # below, the rates give nobody in some years; above, memory
RELEASE = "published/education-health-and-care-plans_2025_fictional.zip"
PLANTED, UNRECONCILED = "planted_errors.csv", "planted_unreconciled.csv"
STATISTICAL_NEIGHBOURS = 10


def write_fictional_area(
    folder: Path,
    *,
    name: str = "Exampleshire",
    plans: int = 3000,
    seed: int = 1,
    form: Form = "xml",
    la_code: str = "990",
    errors: Sequence[str] = (),
) -> Path:
    """Write a fictional area's folder, ready to be opened, and return it.

    It holds `area.toml`, the key, SEN2 returns of 2023 to 2026, an extract of the years before,
    every other table of the schedule that an LA supplies, a published release in which the
    area stands among others, and `planted_unreconciled.csv`: what of the ledger no placement
    explains. The same arguments give the same bytes; the form does not change the people.

    Args:
        folder: The area's folder; made where it is not there.
        name: Name of the area.
        plans: EHC plans in January 2026, 100 to 50,000.
        seed: Another seed gives another area.
        form: Form of the SEN2 returns: "xml", "csv" (nine files a year) or "workbook".
        la_code: A code that no LA has: 980 to 999.
        errors: Names of errors to plant in the inputs (`fiction.errors.KINDS`); what was planted
            where is written to `planted_errors.csv`.

    Raises:
        SettingsError: The name, number of plans, code or an error cannot be used.
    """
    _check(name, plans, la_code)
    neighbours = release.neighbours(la_code, name)
    world = make_world(plans, seed, la_code, release.growth_of(la_code), neighbours)
    inputs = folder / "inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    # Made anew it is another area: what releases of the last one told binds it in nothing.
    (folder / "private" / "releases" / "last.json").unlink(missing_ok=True)
    returns = {year: sen2_return(world, year) for year in VERSIONS}
    tables, unreconciled = _tables(world, name, plans)
    returns, tables, planted = plant(returns, tables, errors)
    _write_returns(returns, inputs, form)
    for table, frame in tables.items():
        _write_csv(frame, inputs / f"{table}.csv")
    release.write_release(folder / RELEASE, world, name, plans)
    _write_csv(unreconciled, folder / UNRECONCILED)
    if errors:
        _write_csv(planted, folder / PLANTED)
    _write_key(folder / "private", seed, la_code)
    _write_settings(folder, name, la_code, neighbours)
    return folder


def _check(name: str, plans: int, la_code: str) -> None:
    """Refuse a name that is none, a size that the rates cannot fill, and the code of a real LA."""
    slug(name)
    if not FEWEST <= plans <= MOST:
        raise SettingsError(
            f"a fictional area of {plans} plans cannot be made.",
            remedy=f"Use {FEWEST} to {MOST:,} plans.",
        )
    if not (la_code.isdigit() and len(la_code) == 3 and la_code >= "980"):
        raise SettingsError(
            f"'{la_code[:20]}' is not a code for a fictional area.",
            remedy="Use 980 to 999, which no local authority has.",
        )


def _tables(world: World, name: str, plans: int) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the schedule's tables other than what the returns hold, and what is unreconciled."""
    paid = costs(world)
    books = ledger(paid, world.streams["money"])
    tables = history(world)
    tables["placement_costs"] = cost_table(world, paid)
    tables |= {"spend_lines": books.spend_lines, "dsg_position": books.dsg_position}
    tables |= area_tables(world, plans)
    money = (books.spend_lines, books.dsg_position, paid)
    tables |= agreed_tables(*money, world.streams["agreed"])
    return tables | setup_tables(name), books.unreconciled


def _write_returns(returns: dict[int, Modules], inputs: Path, form: Form) -> None:
    """Write each return; CSV sets go to a folder a year, as COLLECT's downloads do."""
    for year, modules in returns.items():
        place = inputs / f"sen2_{year}" if form == "csv" else inputs
        write_modules(modules, place, form, VERSIONS[year])


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _write_key(private: Path, seed: int, la_code: str) -> None:
    """Write a key made from the seed: a real area's is random, a fictional one must repeat."""
    private.mkdir(parents=True, exist_ok=True)
    key = hashlib.sha256(f"fictional area {la_code}, seed {seed}".encode()).hexdigest()
    path = private / "key"
    path.write_text(f"{key}\n", encoding="ascii", newline="\n")
    path.chmod(0o600)


def _write_settings(folder: Path, name: str, la_code: str, neighbours: list[str]) -> None:
    """Write area.toml; posts are named, people are not."""
    region = release.areas(la_code, name)["region"].iloc[0]
    listed = ", ".join(f'"{code}"' for code in neighbours[:STATISTICAL_NEIGHBOURS])
    (folder / FILE).write_text(
        f"""# Settings of a fictional area. Nobody in it exists.
name = "{name}"
la_code = "{la_code}"
fictional = true
region = "{region}"
statistical_neighbours = [{listed}]
published = ["{RELEASE}"]
plans_complete_from = {COMPLETE_FROM}
start = "{START:%Y-%m-%d}"

[people]
send_lead = "Head of SEND"
director_of_childrens_services = "Director of Children's Services"
section_151_officer = "Director of Finance"
""",
        encoding="utf-8",
        newline="\n",
    )
