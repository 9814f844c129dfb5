"""Every version of the SEN2 return, in every form, of every census, gives the same plans."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.journeys.conftest import PLANS, Said, new_area, toolkit
from toolkit.intake import combine, opened, schedule, store
from toolkit.intake.fiction.returns import VERSIONS, sen2_return
from toolkit.intake.fiction.world import World, make_world
from toolkit.intake.sen2_modules import write_modules

FORMS = ("xml", "csv", "workbook")
CENSUSES = (*VERSIONS, 2027)
BESIDE = ("private/key", "inputs/establishments.csv", "inputs/postcode_lookup.csv")


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(PLANS, 3, "990", 0.0, ["991"])


@pytest.fixture(scope="module")
def read(
    world: World, clean: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[int, str, str], tuple[Said, opened.OpenArea]]:
    """Return a function that checks an area with one return: what was said, and the area."""
    home = tmp_path_factory.mktemp("versions")
    done: dict[str, tuple[Said, opened.OpenArea]] = {}

    def checked(census: int, form: str, version: str) -> tuple[Said, opened.OpenArea]:
        name = f"{census}_{form}_{version}"
        if name not in done:
            area = new_area(home / name)
            for part in BESIDE:  # the key makes people of two areas comparable
                (area / part).parent.mkdir(exist_ok=True)
                shutil.copy(clean / part, area / part)
            write_modules(sen2_return(world, census), area / "inputs", form, version)  # type: ignore[arg-type]
            done[name] = toolkit("check", area), store.open_area(area)
        return done[name]

    return checked


Read = Callable[[int, str, str], tuple[Said, opened.OpenArea]]


def tables(area: opened.OpenArea, *names: str) -> dict[str, pd.DataFrame]:
    keys = {name: list(schedule.TABLES[name].key) for name in names}
    return {n: area.table_or_empty(n).sort_values(keys[n], ignore_index=True) for n in names}


@pytest.mark.parametrize("census", CENSUSES)
def test_a_census_gives_the_same_rows_to_check_in_every_form(census: int, read: Read) -> None:
    known = []
    for form in FORMS:
        said, area = read(census, form, VERSIONS.get(census, "1.3"))
        assert said.code == 0, said.text
        assert not [p for p in said.problems if p[0] == "Left out"]
        known.append(tables(area, *combine.PERSON_TABLES))
        assert set(known[-1]["plans"]["last_census"]) == {census}
        assert len(known[-1]["plans"]) > PLANS / 2
    for other in known[1:]:
        for name, table in known[0].items():
            pd.testing.assert_frame_equal(table, other[name])


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "1.3"])
@pytest.mark.parametrize("form", FORMS)
def test_a_version_gives_the_same_plans_as_the_newest(form: str, version: str, read: Read) -> None:
    _, newest = read(2025, "xml", "1.3")
    said, area = read(2025, form, version)
    assert said.code == 0, said.text
    wanted, found = tables(newest, "plans", "placements"), tables(area, "plans", "placements")
    for name, table in wanted.items():
        pd.testing.assert_frame_equal(found[name], table)
    assert area.has("reviews") is (version >= "1.2")  # older versions hold no date of a meeting


@pytest.mark.parametrize("form", FORMS)
def test_the_same_return_written_twice_is_the_same_to_the_byte(
    form: str, world: World, tmp_path: Path
) -> None:
    made = sen2_return(world, 2026)
    one, two = (write_modules(made, tmp_path / d, form, "1.3") for d in ("one", "two"))  # type: ignore[arg-type]
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]
