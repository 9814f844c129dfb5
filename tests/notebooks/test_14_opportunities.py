"""Notebook 14: its headline figures a second way, and overlap through the real forecast."""

import csv
import json
from datetime import date
from functools import cache, partial
from pathlib import Path

import pandas as pd
import pytest

from tests.notebooks.running import publish_area
from toolkit import reference
from toolkit.area import Area, area_toml
from toolkit.diagnose import caseload, january
from toolkit.diagnose.forecast import local_mode, money_run
from toolkit.diagnose.opportunities import projected
from toolkit.intake.fictional import write_fictional_area
from toolkit.intake.opened import OpenArea
from toolkit.intake.store import open_area

RUN_DATE = date(2026, 11, 22)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def findings(folder: Path) -> dict[str, dict]:
    ledger = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    return {f["id"]: f for f in ledger["findings"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fictional_area(tmp_path_factory.mktemp("made") / "area", plans=300, seed=3)


@pytest.fixture(scope="module")
def release(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    few = {"simulations": 100}
    out = tmp_path_factory.mktemp("out")
    made = publish_area(folder, out, notebooks=["14"], run_date=RUN_DATE, parameters=few)
    assert [o.message for o in made.failures] == []
    return made.folder


def test_the_total_is_the_sum_of_the_rows_in_the_file(folder, release) -> None:
    given = rows_of(folder / "inputs" / "opportunities.csv")
    found = findings(release)["14.matrix.total"]
    assert (found["low"], found["high"]) == tuple(
        sum(float(row[end]) for row in given) for end in ("low", "high")
    )


def test_every_finding_has_a_range_and_an_outcome_for_children(release) -> None:
    own = {k: f for k, f in findings(release).items() if k.startswith("14.")}
    assert set(own) == {"14.matrix.total", "14.priority.first", "14.projected.total"}
    for found in own.values():
        assert found["low"] < found["high"]
        assert len(found["outcome"]) > 20


def test_the_page_holds_the_matrix_the_enablers_and_the_storyline(folder, release) -> None:
    page = (release / "14_opportunities.html").read_text(encoding="utf-8")
    for row in rows_of(folder / "inputs" / "opportunities.csv"):
        assert row["area_of_opportunity"] in page
        assert row["outcome"].replace("'", "&#39;") in page
    for label in reference.table("enablers")["label"]:
        assert label in page
    assert "6. Create the plan" in page


def test_an_area_without_opportunities_is_told_which_file_is_missing(tmp_path: Path) -> None:
    place = tmp_path / "empty"
    (place / "inputs").mkdir(parents=True)
    toml = area_toml(Area(name="Exampleshire", la_code="990", fictional=True))
    (place / "area.toml").write_text(toml, encoding="utf-8")
    made = publish_area(place, tmp_path / "out", notebooks=["14"], run_date=RUN_DATE)
    assert [(o.status, o.reason) for o in made.outcomes] == [("skipped", "It needs opportunities.")]
    assert made.outcomes[0].would_fill == "opportunities.csv"


def test_opportunities_alone_make_a_report(tmp_path: Path, folder: Path) -> None:
    place = tmp_path / "alone"
    (place / "inputs").mkdir(parents=True)
    toml = area_toml(Area(name="Exampleshire", la_code="990", fictional=True))
    (place / "area.toml").write_text(toml, encoding="utf-8")
    given = (folder / "inputs" / "opportunities.csv").read_bytes()
    (place / "inputs" / "opportunities.csv").write_bytes(given)
    made = publish_area(place, tmp_path / "out", notebooks=["14"], run_date=RUN_DATE)
    assert [o.status for o in made.outcomes] == ["executed"]
    assert set(findings(made.folder)) == {"14.matrix.total", "14.priority.first"}


@cache
def forecast(area_folder: Path) -> tuple[OpenArea, pd.DataFrame, local_mode.Model]:
    area = open_area(area_folder)
    people = ("plans", "placements", "censuses", "earlier_needs")
    own = january.stock(*(area.table_or_empty(name) for name in people))
    return area, own, local_mode.fit(own, area.table("plans"), area.table("population"))


def worth(folder: Path, changes: pd.DataFrame) -> pd.Series:
    """Return what levers are worth at the horizon, and together, by their name."""
    area, own, model = forecast(folder)
    held = {name: area.table_or_empty(name) for name in money_run.TABLES}
    held["mitigations"] = changes
    simulate = partial(local_mode.simulate, model, 5, 50, 1)
    plans, s251 = caseload.plans_by(own, sources=("Test",)), reference.table("s251_lines")
    money = money_run.run(simulate, held, own, s251, plans, ("Test",))
    found, _ = projected.through_levers(money.effects)
    last = found[found["financial_year"].eq(found["financial_year"].max())]
    return last.set_index("mitigation_id")["median"]


def test_the_same_change_listed_twice_is_not_worth_twice_as_much(folder) -> None:
    given = forecast(folder)[0].table("mitigations")
    half = given[given["mitigation_id"].eq("early_help")].assign(
        low=-50.0, high=-50.0, probability=100.0, ramp_months=0, delay_months=0, needs=None, cost=0
    )
    twice = pd.concat([half, half.assign(mitigation_id="again")], ignore_index=True)
    found = worth(folder, twice)
    assert found["early_help"] > 0
    assert found["total"] < 1.75 * found["early_help"]  # 75% of the flow, not 100%
    assert found["interaction"] < 0
