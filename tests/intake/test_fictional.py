"""A fictional area is complete, looks like England, repeats to the byte, and reads well."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from stdnum.gb import upn

from toolkit.area import read_area
from toolkit.errors import SettingsError
from toolkit.intake import fictional, published, schedule, schedule_files, sen2
from toolkit.intake.fiction import national, surroundings
from toolkit.intake.fiction.errors import KINDS
from toolkit.intake.fiction.flows import FIRST
from toolkit.intake.fiction.plans import census_days
from toolkit.intake.fiction.returns import sen2_return
from toolkit.intake.fiction.world import World, make_world
from toolkit.intake.pseudonym import Pseudonyms, read_or_make_key

AS_OF = dt.date(2026, 4, 1)
SMALL, LARGE = 150, 20_000
PERSON_TABLES = ("plans", "placements", "requests", "reviews")


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(LARGE, 1, "990", 0.0, ["991"])


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fictional.write_fictional_area(tmp_path_factory.mktemp("area") / "a", plans=600, seed=7)


def csv(folder: Path, table: str) -> pd.DataFrame:
    return pd.read_csv(folder / "inputs" / f"{table}.csv", dtype=str, keep_default_na=False)


def read(folder: Path) -> tuple[dict[str, pd.DataFrame], list[schedule_files.Problem]]:
    names = Pseudonyms(read_or_make_key(folder / "private"))
    files = sorted((folder / "inputs").glob("*.csv"))
    loaded = schedule_files.read(files, {}, names, read_area(folder).la_code, AS_OF, alone=False)
    return loaded.tables, loaded.problems


def read_returns(folder: Path) -> list[sen2.Loaded]:
    tables, _ = read(folder)
    names = Pseudonyms(read_or_make_key(folder / "private"))
    files = sorted(p for p in (folder / "inputs").rglob("*") if p.is_file())
    return [
        sen2.read_return(r, names, "990", tables["establishments"], tables["postcode_lookup"])
        for r in sen2.recognise(files)
    ]


def hashes(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def open_at(held: pd.DataFrame, day: np.datetime64) -> pd.Series[bool]:
    return held["arrived"].le(day) & ~held["plan_cease"].le(day)


# England's rates


def test_plans_grow_as_in_england(world: World) -> None:
    days = census_days()
    plans = [int(open_at(world.held, d).sum()) for d in days[1:9]]
    assert plans[-1] == LARGE
    assert plans[6] / plans[0] == pytest.approx(638_745 / 353_995, rel=0.06)
    growth = np.diff(np.log(plans))
    assert (growth > 0.06).all()
    assert (growth < 0.14).all()
    assert growth[4:6].mean() > growth[2:4].mean()  # faster after 2022 than before, as in England


def test_the_stock_is_that_of_the_simulation_at_every_census(world: World) -> None:
    for at, day in enumerate(census_days()):
        simulated = world.stock.provision[:, at] >= 0
        assert (open_at(world.held, day).to_numpy() == simulated).all()


def test_everyone_has_one_main_placement_at_most_and_it_is_the_provision_simulated(
    world: World,
) -> None:
    for census in range(2019, 2027):
        placed = surroundings.at_census(world, census)
        assert placed["person"].is_unique
        at = world.stock.provision[placed["person"], census - FIRST]
        assert (np.array(national.PROVISIONS)[at] == placed["provision"]).all()
        unplaced = (world.stock.provision[:, census - FIRST] == national.UNKNOWN).sum()
        held = (world.stock.provision[:, census - FIRST] >= 0).sum()
        assert len(placed) == held - unplaced


def test_ages_of_january_2025_are_near_the_published_ones(world: World) -> None:
    held = world.stock.provision[:, 2025 - FIRST] >= 0
    ages = np.bincount(world.stock.age[held] + 2025 - FIRST, minlength=26)
    england = national.by_age("stock", 2025).sum(axis=1)
    assert np.abs(ages / ages.sum() - england / england.sum()).max() < 0.01


def test_needs_of_january_2025_are_near_the_published_ones(world: World) -> None:
    held = world.stock.provision[:, 2025 - FIRST] >= 0
    needs = np.bincount(world.stock.need[held, 2025 - FIRST], minlength=len(national.NEEDS))
    england = national.by_need().sum(axis=1)
    assert np.abs(needs / needs.sum() - england / england.sum()).max() < 0.02


@pytest.mark.parametrize("census", [2019, 2022, 2025])
def test_provisions_are_near_the_published_ones(world: World, census: int) -> None:
    at = world.stock.provision[:, census - FIRST]
    shares = np.bincount(at[at >= 0], minlength=len(national.PROVISIONS)) / (at >= 0).sum()
    assert np.abs(shares - national.provision_share(census)).max() < 0.06  # an area leans


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_plans_cease_and_begin_at_the_published_rates(world: World, year: int) -> None:
    held = open_at(world.held, census_days()[year - FIRST]).sum()
    ceased = world.held["plan_cease"].dt.year.eq(year).sum()
    new = (world.held["arrived"].dt.year.eq(year) & ~world.stock.moved_in).sum()
    england = national.england_plans()[year]
    assert ceased / held == pytest.approx(national.flow("ceased")[year] / england, abs=0.008)
    assert new / held == pytest.approx(national.flow("new")[year] / england, abs=0.02)


def test_reasons_for_ceasing_are_near_the_published_ones(world: World) -> None:
    reasons = world.held.loc[world.held["plan_cease"].dt.year.isin([2023, 2024]), "cease_reason"]
    codes, shares = national.cease_reasons_of_all()
    found = reasons.value_counts(normalize=True).reindex(codes).fillna(0.0)
    assert np.abs(found.to_numpy() - shares).max() < 0.03


def test_requests_and_their_outcomes_are_near_the_published_ones(world: World) -> None:
    asked = world.requests[world.requests["request_date"].dt.year.eq(2023)]
    new = (world.held["arrived"].dt.year.eq(2023) & ~world.stock.moved_in).sum()
    england = national.flow("requests")[2023] / national.flow("new")[2023]
    assert len(asked) / new == pytest.approx(england, rel=0.15)
    refused = asked["request_outcome"].eq("N").mean()
    assert refused == pytest.approx(0.24, abs=0.04)


def test_a_person_has_one_upn_and_it_is_valid_but_of_no_real_authority(world: World) -> None:
    numbers = world.people["upn"][world.people["upn"].ne("")]
    assert numbers.is_unique
    assert (numbers.str[1:4] == "990").all()
    assert all(upn.calc_check_digit(n[1:]) == n[0] for n in numbers.head(2000))
    assert not any(upn.is_valid(n) for n in numbers.head(50))


def test_nobody_is_born_after_their_plan_or_keeps_it_to_26(world: World) -> None:
    born = world.people["birth_date"].iloc[: len(world.held)]
    assert (world.held["plan_start"] > born).all()
    assert not (world.held["plan_cease"] >= born + pd.DateOffset(years=26)).any()


def test_a_plan_follows_its_request_and_a_refused_request_has_no_plan(world: World) -> None:
    led = world.requests[world.requests["assessment_outcome"].eq("Y")]
    start = world.held["plan_start"].loc[led["person"]].to_numpy()
    assert (led["assessment_outcome_date"].to_numpy() == start).all()
    assert led["request_date"].lt(led["assessment_outcome_date"]).all()
    refused = world.requests[world.requests["request_outcome"].eq("N")]
    assert refused["assessment_outcome"].eq("").all()
    assert refused["person"].lt(len(world.held)).any()  # some are agreed later


# The returns


def test_a_return_never_tells_what_came_later(world: World) -> None:
    made = sen2_return(world, 2024)
    for frame in made.frames.values():
        for column in frame.columns[frame.columns.str.contains("date|meeting|lastreview|draft")]:
            assert frame[column].max() <= "2024-01-18", column


def test_every_plan_of_a_return_is_in_the_next_one_or_has_ceased(world: World) -> None:
    first, second = sen2_return(world, 2024), sen2_return(world, 2025)
    open_then = first.frames["namedplan"].query("ceasedate == ''")["namedplantableid"]
    rows = first.frames["requests"].set_index("requeststableid")["persontableid"]
    people = set(rows.loc[open_then])
    later = second.frames["requests"].set_index("requeststableid")["persontableid"]
    assert people <= set(later.loc[second.frames["namedplan"]["namedplantableid"]])


def test_the_code_for_down_syndrome_is_used_from_2025_only(world: World) -> None:
    needs = {y: set(sen2_return(world, y).frames["senneed"]["sentype"]) for y in (2024, 2025)}
    assert "DS" not in needs[2024]
    assert "DS" in needs[2025]


def test_plans_issued_before_the_year_of_a_return_have_placeholders_for_requests(
    world: World,
) -> None:
    made = sen2_return(world, 2025)
    requests = made.frames["requests"]
    historical = requests[requests["requestoutcome"].eq("H")]
    assert historical["receiveddate"].eq("").all()
    plans = made.frames["namedplan"].set_index("namedplantableid")["startdate"]
    own = set(historical["requeststableid"]) & set(plans.index)
    moved = made.frames["activeplans"].set_index("requeststableid")["transferla"]
    old = plans.loc[sorted(own)]
    assert ((old < "2024-01-01") | moved.loc[old.index].ne("")).all()


# The area's folder


@pytest.mark.parametrize("form", ["xml", "csv"])
def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path, form: str) -> None:
    first, again, other = (
        hashes(fictional.write_fictional_area(tmp_path / str(i), plans=100, seed=seed, form=form))
        for i, seed in enumerate((3, 3, 4))
    )
    assert first == again
    same = {name for name in first if first[name] == other.get(name)}
    returns = {name for name in first if name.endswith((".xml", "_person.csv"))}
    assert len(returns) == 4
    assert not same & {"inputs/plans.csv", "private/key", *returns}


@pytest.mark.parametrize("form", ["csv", "workbook"])
def test_every_form_holds_the_same_people(tmp_path: Path, form: str) -> None:
    as_xml = fictional.write_fictional_area(tmp_path / "xml", plans=SMALL, seed=5)
    other = fictional.write_fictional_area(tmp_path / form, plans=SMALL, seed=5, form=form)
    for one, two in zip(sorted_returns(as_xml), sorted_returns(other), strict=True):
        for table in PERSON_TABLES:
            keys = [k for k in schedule.TABLES[table].key if k in one.tables[table]]
            left, right = (t.tables[table].sort_values(keys, ignore_index=True) for t in (one, two))
            pd.testing.assert_frame_equal(left, right, check_like=True)


def sorted_returns(folder: Path) -> list[sen2.Loaded]:
    return sorted(read_returns(folder), key=lambda r: int(r.tables["plans"]["census_year"].max()))


def test_every_table_reads_without_an_error(area: Path) -> None:
    tables, problems = read(area)
    assert [p.message for p in problems if p.severity == "error"] == []
    written = {p.stem for p in (area / "inputs").glob("*.csv")}
    assert written == set(tables)
    for name, table in tables.items():
        assert len(table) == len(csv(area, name)), name


def test_every_return_reads_without_an_error(area: Path) -> None:
    returns = read_returns(area)
    assert len(returns) == 4
    for part in returns:
        assert [p.message for p in part.problems if p.severity == "error"] == []
        assert len(part.tables["plans"]) > 0


def test_history_and_returns_speak_of_the_same_people(area: Path) -> None:
    tables, _ = read(area)
    history = tables["plans"]
    open_2022 = set(history.loc[history["plan_cease"].isna(), "person_id"])
    first = read_returns(area)[0].tables["plans"]
    assert len(open_2022) > 100
    assert open_2022 <= set(first["person_id"])


def test_published_counts_are_the_stock_of_the_returns(area: Path) -> None:
    known = published.load([area / fictional.RELEASE]).table("caseload")
    own = known[known["code"].eq("990")]
    total = own[own["provision"].eq("total")].set_index("year")["plans"]
    for part in read_returns(area)[:3]:
        plans = part.tables["plans"]
        census = int(plans["census_year"].max())
        day = pd.Timestamp(census_days()[census - FIRST])
        held = plans[plans["plan_cease"].isna() | plans["plan_cease"].gt(day)]
        assert total[census] == len(held)
    tables, _ = read(area)
    history = tables["plans"]
    for census in range(2019, 2023):
        day = pd.Timestamp(census_days()[census - FIRST])
        held = history["plan_start"].le(day) & ~history["plan_cease"].le(day)
        assert total[census] == held.sum()


@pytest.mark.parametrize("census", [2023, 2024, 2025])
def test_published_provisions_are_those_of_the_placements_in_the_return(
    area: Path, census: int
) -> None:
    known = published.load([area / fictional.RELEASE]).table("caseload")
    own = known[known["code"].eq("990") & known["year"].eq(census)]
    wanted = own.set_index("provision")["plans"].drop("total")
    part = sorted_returns(area)[census - 2023]
    day = pd.Timestamp(census_days()[census - FIRST])
    plans, placed = part.tables["plans"], part.tables["placements"]
    held = plans.loc[plans["plan_cease"].isna() | plans["plan_cease"].gt(day), "person_id"]
    main = placed[placed["rank"].eq(1) & placed["person_id"].isin(held)]
    main = main[main["entry_date"].le(day) & ~main["leaving_date"].lt(day)]
    found = main["provision_group"].value_counts().reindex(wanted.index).fillna(0)
    found["unknown"] += len(held) - len(main)
    assert found.to_dict() == wanted.to_dict()


def test_the_release_holds_the_area_among_others_and_their_sum_is_england(area: Path) -> None:
    known = published.load([area / fictional.RELEASE])
    caseload = known.table("caseload")
    totals = caseload[caseload["provision"].eq("total")].groupby(["year", "level"])["plans"].sum()
    wide = totals.unstack()
    assert (wide["la"] == wide["england"]).all()
    assert (wide["region"] == wide["england"]).all()
    las = set(caseload.loc[caseload["level"].eq("la"), "code"])
    assert "990" in las
    assert set(read_area(area).statistical_neighbours) < las - {"990"}
    assert known.problems == []


def test_no_code_of_a_fictional_area_is_a_real_one() -> None:
    real = set(pd.read_csv(reference_path("local_authorities"), dtype=str)["code"])
    fictional_codes = set(pd.read_csv(reference_path("fictional_areas"), dtype=str)["code"])
    assert real & fictional_codes == set()


def reference_path(name: str) -> Path:
    return Path(national.__file__).parents[2] / "reference" / f"{name}.csv"


def test_the_dsg_adds_up_to_the_pound_and_the_deficit_grows(area: Path) -> None:
    position = csv(area, "dsg_position")
    money = [c for c in position.columns if c not in ("financial_year", "basis")]
    position[money] = position[money].astype(int)
    closing = position["brought_forward"] + position["in_year_balance"] + position["write_off"]
    assert (closing == position["carried_forward"]).all()
    actual = position[position["basis"].ne("budget")].reset_index(drop=True)
    opening = actual["carried_forward"].shift().dropna().astype(int)
    assert (actual["brought_forward"].iloc[1:] == opening).all()
    assert actual["carried_forward"].iloc[-1] < 3 * actual["carried_forward"].iloc[1] < 0


def test_the_balance_of_the_year_is_income_less_the_high_needs_lines(area: Path) -> None:
    position, lines = csv(area, "dsg_position"), csv(area, "spend_lines")
    block = lines["line"].str.startswith(("1.0.", "1.2."))
    spend = lines[block].assign(net=lines["net"].astype(int))
    by_year = spend.groupby(["financial_year", "basis"])["net"].sum()
    for row in position.to_dict("records"):
        income = sum(
            int(row[c])
            for c in (
                "hnb_before_deductions", "block_transfer_in", "other_income", "other_blocks_balance"
            )
        ) - int(row["recoupment"])  # fmt: skip
        assert income - by_year[row["financial_year"], row["basis"]] == int(row["in_year_balance"])


def test_linked_lines_are_the_placements_and_the_planted_difference(area: Path) -> None:
    paid = csv(area, "placement_costs")
    of_plans = ["place_funding", "top_up", "fee", "therapy"]
    paid["cost"] = paid[of_plans].astype(int).sum(axis=1)
    by_person = paid.groupby("financial_year")["cost"].sum()
    lines = csv(area, "spend_lines").query("basis != 'budget'")
    linked = lines[lines["line"].isin(["1.0.2", "1.2.1", "1.2.2", "1.2.3", "1.2.11"])]
    ledger = linked.assign(gross=linked["gross"].astype(int)).groupby("financial_year")["gross"]
    recouped = csv(area, "dsg_position").query("basis != 'budget'").set_index("financial_year")
    planted = pd.read_csv(area / fictional.UNRECONCILED, dtype={"financial_year": str})
    planted = planted[~planted["line"].str.startswith("2.")]
    difference = planted.groupby("financial_year")["amount"].sum()
    total = ledger.sum() + recouped["recoupment"].astype(int)
    assert (total == by_person + difference).all()
    assert (difference > 0).all()


def test_gross_is_the_sum_of_the_phases_where_they_are_given(area: Path) -> None:
    lines = csv(area, "spend_lines")
    phases = lines[["early_years", "primary", "secondary", "special", "ap_pru", "post_school"]]
    given = phases.ne("").all(axis=1)
    assert given.sum() > 50
    assert (phases[given].astype(int).sum(axis=1) == lines.loc[given, "gross"].astype(int)).all()
    assert (lines["gross"].astype(int) - lines["income"].astype(int)).equals(
        lines["net"].astype(int)
    )


@pytest.mark.parametrize(
    ("provision", "low", "high"),
    [("state_special", 24_000, 29_000), ("nmiss", 55_000, 75_000), ("mainstream", 6000, 11_000)],
)
def test_unit_costs_of_2023_24_are_like_the_published_ones(
    area: Path, provision: str, low: int, high: int
) -> None:
    paid = csv(area, "placement_costs").query(
        "financial_year == '202324' and provision_group == @provision"
    )
    cost = paid[["place_funding", "top_up", "fee", "therapy"]].astype(int).sum(axis=1)
    unit = cost.sum() / (paid["weeks_funded"].astype(int).sum() / 52)
    assert low < unit < high


def test_nobody_is_named_in_what_may_leave_the_inputs(area: Path) -> None:
    outside = [area / "area.toml", area / fictional.UNRECONCILED]
    assert not any(re.search(r"[A-Z]990\d{8}", p.read_text(encoding="utf-8")) for p in outside)


def test_names_have_apostrophes_and_accents(area: Path) -> None:
    text = next((area / "inputs").glob("SEN2_2026*.xml")).read_text(encoding="utf-8")
    assert "&apos;" in text or "O'" in text or "&#x27;" in text
    assert "é" in text or "ë" in text or "ï" in text


def test_one_lead_role_is_not_filled(area: Path) -> None:
    assert csv(area, "roles")["post"].eq("").sum() == 1


def test_the_settings_say_that_the_area_is_fictional(area: Path) -> None:
    settings = read_area(area)
    assert settings.fictional
    assert settings.plans_complete_from == 2019
    assert len(settings.statistical_neighbours) == 10
    assert all((area / p).is_file() for p in settings.published)


@pytest.mark.parametrize("plans", [100])
def test_a_very_small_area_can_be_made_and_read(tmp_path: Path, plans: int) -> None:
    made = fictional.write_fictional_area(tmp_path / "a", plans=plans, name="St. Lorne")
    _, problems = read(made)
    assert [p.message for p in problems if p.severity == "error"] == []
    last = sorted_returns(made)[-1].tables["plans"]
    assert last["plan_cease"].isna().sum() == plans


@pytest.mark.parametrize("form", ["csv", "xml"])
def test_each_planted_error_is_found_by_its_rule_and_nothing_else_is(
    tmp_path: Path, form: str
) -> None:
    made = fictional.write_fictional_area(tmp_path / "a", plans=300, form=form, errors=list(KINDS))
    planted = pd.read_csv(made / fictional.PLANTED, dtype=str, keep_default_na=False)
    assert list(planted["error"]) == list(KINDS)
    _, problems = read(made)
    in_files = {(p.file, p.row, p.code) for p in problems}
    for row in planted[planted["module"].eq("")].to_dict("records"):
        assert (row["file"], int(row["row"]), row["code"]) in in_files, row["error"]
    rows = {(f, int(r)) for f, r in zip(planted["file"], planted["row"], strict=True)}
    expected = {"dsg.brought_forward_differs"}  # a budget opens with the outturn, not the budget
    told = [p for p in problems if p.severity != "note" and p.code not in expected]
    assert {(p.file, p.row) for p in told} <= rows
    in_returns = [p.code for part in read_returns(made) for p in part.problems]
    for row in planted[planted["module"].ne("")].to_dict("records"):
        assert row["code"] in in_returns, row["error"]


def test_without_errors_asked_for_no_list_of_them_is_written(area: Path) -> None:
    assert not (area / fictional.PLANTED).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"plans": 99}, "99 plans"),
        ({"plans": 50_001}, "50001 plans"),
        ({"la_code": "301"}, "'301'"),
        ({"la_code": "979"}, "'979'"),
        ({"name": 'Example"shire'}, "is not a name"),
        ({"plans": 150, "errors": ["typo"]}, "'typo'"),
    ],
)
def test_what_cannot_be_made_is_refused_in_words(
    tmp_path: Path, wrong: dict[str, object], said: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        fictional.write_fictional_area(tmp_path / "a", **wrong)  # type: ignore[arg-type]


RELEASED = Path(__file__).parents[3] / "shared/data/ees_ehcp_2025"


@pytest.mark.published
@pytest.mark.skipif(not RELEASED.is_dir(), reason="the published release is not beside the repo")
def test_the_mixes_are_those_of_the_published_release() -> None:
    released = published.load(sorted(RELEASED.glob("*.zip")))
    caseload = released.table("caseload")
    england = caseload[caseload["level"].eq("england")]
    for year in range(2019, 2026):
        own = england[england["year"].eq(year)].set_index("provision")["plans"]
        assert national.england_plans()[year] == own["total"]
        rows = pd.read_csv(reference_path("england_mix_placements"))
        rows = rows[rows["census_year"].eq(year) & rows["provision"].ne("total")]
        held = rows.groupby("provision")["plans"].sum()
        known = own.drop("total").dropna()
        assert held.reindex(known.index).fillna(0).to_dict() == known.to_dict()
    flows = released.table("flows").query("level == 'england'")
    for name in ("new", "ceased", "requests"):
        rows = flows[flows["flow"].eq(name)].dropna(subset=["people"])
        assert national.flow(name) == dict(zip(rows["year"], rows["people"], strict=True))


def test_the_postings_of_a_line_add_up_to_what_the_ledger_has_for_it(area: Path) -> None:
    lines = pd.read_csv(area / "inputs" / "spend_lines.csv")
    posted = pd.read_csv(area / "inputs" / "ledger_postings.csv")
    year = posted["financial_year"].unique()
    outturn = lines[lines["financial_year"].isin(year) & lines["basis"].eq("outturn")]
    net = outturn.set_index("line")["net"]
    by_line = posted.groupby("line")["amount"].sum()
    assert by_line.to_dict() == net[by_line.index].to_dict()


def test_an_earlier_forecast_adds_up_year_by_year(area: Path) -> None:
    versions = pd.read_csv(area / "inputs" / "forecast_versions.csv")
    for _, rows in versions.groupby(["version", "scenario"]):
        assert rows["carried_forward"].diff().iloc[1:].tolist() == pytest.approx(
            rows["in_year_balance"].iloc[1:].tolist(), abs=1
        )
