"""The automatic tests of the accounts: what is planted is found, and nothing else."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import reference
from toolkit.diagnose.accounting import automatic, funding, postings

FIXTURES = Path(__file__).parents[1] / "fixtures" / "accounting"
S251, RULES = reference.table("s251_lines"), reference.table("posting_rules")
TEXT = dict.fromkeys(("line", "posting_id"), str)
PHASES = ("early_years", "special", "ap_pru", "post_school")
HNB = sorted(S251.loc[S251["funding"].str.startswith("HNB"), "line"])
NO_ASSUMPTIONS = pd.DataFrame({"assumption_id": [], "value": []})


def read(name: str) -> pd.DataFrame:
    frame = pd.read_csv(FIXTURES / f"{name}.csv", dtype=TEXT)
    if name == "spend_lines":
        frame = frame.assign(**dict.fromkeys(PHASES, float("nan")))
    return frame.astype({c: float for c in frame.columns if frame[c].dtype == "int64"}).astype(
        {c: int for c in ("financial_year", "academic_year") if c in frame}
    )


def accounts(**changed: object) -> automatic.Accounts:
    tables = {
        "dsg": read("dsg_position"),
        "lines": read("spend_lines"),
        "postings": read("ledger_postings"),
        "places": read("places"),
        "assumptions": NO_ASSUMPTIONS,
        "published": None,
    }
    return automatic.Accounts(**{**tables, **changed}, code="990", s251=S251, rules=RULES)


def found(**changed: object) -> list[tuple[str, int, str]]:
    hits = automatic.run(accounts(**changed)).hits
    return list(hits[["check", "year", "severity"]].itertuples(index=False, name=None))


WRITTEN_OFF = ("reserve", 202425, "ask")  # the fixture holds one write-off, which is asked about


def test_clean_accounts_bring_nothing_but_the_question_about_their_write_off() -> None:
    assert found() == [WRITTEN_OFF]


def planted(line: str, nature: str, amount: float = 12_600.0) -> pd.DataFrame:
    """Return the postings with one of a line's in two parts, the second of another nature."""
    clean = read("ledger_postings")
    at = clean.index[clean["line"].eq(line)][0]
    extra = clean.loc[[at]].assign(posting_id="X1", amount=amount, nature=nature)
    clean.loc[at, "amount"] -= amount
    return pd.concat([clean, extra], ignore_index=True)


@pytest.mark.parametrize(
    ("line", "nature", "check", "severity"),
    [
        ("1.2.5", "capital", "capital", "wrong"),
        ("1.2.3", "transport", "transport", "wrong"),
        ("1.2.1", "reserve", "reserve", "wrong"),
        ("1.2.2", "block_transfer", "block_transfer", "wrong"),
        ("1.0.2", "recoupment", "recoupment", "wrong"),
        ("1.2.3", "place_funding", "place_funding", "wrong"),
        ("1.2.5", "place_funding", "place_funding", "ask"),
        ("1.0.2", "revenue", "place_funding", "wrong"),
        ("1.0.2", "other", "place_funding", "ask"),
    ],
)
def test_a_posting_in_the_wrong_place_is_found_once(line, nature, check, severity) -> None:
    hits = found(postings=planted(line, nature))
    assert sorted(hits) == sorted([WRITTEN_OFF, (check, 202425, severity)])


@pytest.mark.parametrize(
    ("line", "nature", "severity"),
    [("1.4.11", "transport", "ask"), ("2.1.4", "transport", None), ("1.2.3", "other", None)],
)
def test_where_transport_may_stand(line, nature, severity) -> None:
    said = postings.verdict(line, nature, HNB, RULES)
    assert (said[1] if said else None) == severity


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1.2.1", "1.2.2", "1.2.3", "1.2.5"]),
            st.sampled_from(["capital", "transport", "reserve", "block_transfer", "recoupment"]),
            st.integers(1, 50_000),
        ),
        max_size=5,
    )
)
def test_all_that_is_planted_is_found_and_nothing_is_invented(plants) -> None:
    clean = read("ledger_postings")
    extra = pd.DataFrame(
        [(202425, f"X{i}", line, float(amount), nature, "Planted")
         for i, (line, nature, amount) in enumerate(plants)],
        columns=list(clean.columns),
    )  # fmt: skip
    mixed = pd.concat([clean, extra], ignore_index=True) if len(extra) else clean
    mixed = mixed.sample(frac=1, random_state=len(plants))
    caught = postings.misposted(mixed, S251, RULES)
    assert sorted(caught["posting_id"]) == sorted(extra["posting_id"])
    assert sorted(caught["check"]) == sorted(extra["nature"])


def changed(table: str, column: str, year: int, basis: str, by) -> pd.DataFrame:
    frame = read(table)
    at = frame["financial_year"].eq(year) & frame["basis"].eq(basis)
    if table == "spend_lines":
        at &= frame["line"].eq("1.2.3")
    frame.loc[at, column] = by(frame.loc[at, column])
    return frame


def minus(value):
    return -value


@pytest.mark.parametrize(
    ("column", "check"),
    [
        ("carried_forward", "deficit_arithmetic"),
        ("brought_forward", "deficit_arithmetic"),
        ("write_off", "deficit_arithmetic"),
    ],
)
def test_a_balance_that_does_not_add_up_is_found(column, check) -> None:
    dsg = changed("dsg_position", column, 202324, "outturn", lambda v: v + 5_000)
    hits = [h for h in found(dsg=dsg) if h != WRITTEN_OFF]
    assert (check, 202324, "wrong") in hits
    assert {h[0] for h in hits} <= {check, "brought_forward", "reserve"}


def test_a_wrong_closing_balance_is_not_blamed_on_the_year_after() -> None:
    dsg = changed("dsg_position", "carried_forward", 202324, "outturn", lambda v: v + 5_000)
    assert found(dsg=dsg) == [("deficit_arithmetic", 202324, "wrong"), WRITTEN_OFF]


@pytest.mark.parametrize("column", ["carried_forward", "brought_forward", "in_year_balance"])
@pytest.mark.parametrize(("year", "basis"), [(202324, "outturn"), (202425, "budget")])
def test_a_balance_with_the_wrong_sign_is_found_as_such_and_once(column, year, basis) -> None:
    dsg = changed("dsg_position", column, year, basis, minus)
    assert sorted(found(dsg=dsg)) == sorted([("signs", year, "wrong"), WRITTEN_OFF])


def test_a_year_that_opens_with_another_balance_is_found() -> None:
    dsg = read("dsg_position")
    last = dsg["financial_year"].eq(202526)
    dsg.loc[last, ["brought_forward", "carried_forward"]] += 1_000.0
    assert found(dsg=dsg) == [("brought_forward", 202526, "wrong"), WRITTEN_OFF]


def test_all_deficits_entered_as_surpluses_are_found_against_spend() -> None:
    dsg = read("dsg_position")
    columns = ["brought_forward", "in_year_balance", "carried_forward"]
    dsg = dsg.assign(write_off=0.0)
    dsg["carried_forward"] = dsg["brought_forward"] + dsg["in_year_balance"]
    dsg.loc[dsg["financial_year"].eq(202526), "brought_forward"] = -8_380_000.0
    dsg.loc[dsg["financial_year"].eq(202526), "carried_forward"] = -11_380_000.0
    assert found(dsg=dsg) == []
    dsg[columns] *= -1
    assert {h[0] for h in found(dsg=dsg)} == {"signs"}


@pytest.mark.parametrize(
    ("column", "by", "check"),
    [
        ("net", lambda v: v + 40_000, "signs"),  # 2 x income: it was added to spend
        ("income", minus, "signs"),
        ("gross", lambda v: v + 7_000, "line_arithmetic"),
    ],
)
def test_a_line_whose_sums_are_wrong_is_found(column, by, check) -> None:
    lines = changed("spend_lines", column, 202324, "outturn", by)
    assert (check, 202324, "wrong") in found(lines=lines, postings=read("ledger_postings"))


def test_budget_and_outturn_of_opposite_sign_are_found() -> None:
    lines = read("spend_lines")
    at = lines["basis"].eq("budget") & lines["line"].eq("1.2.5")
    money = ["primary", "secondary", "gross", "net"]
    lines.loc[at, money] *= -1
    hits = automatic.run(accounts(lines=lines)).hits
    assert "Budget and outturn have opposite signs" in hits["said"].tolist()


def test_spend_missing_from_the_ledger_breaks_the_tie_to_the_balance() -> None:
    lines = read("spend_lines")
    dropped = lines[~(lines["financial_year"].eq(202324) & lines["line"].eq("1.2.5"))]
    assert found(lines=dropped) == sorted([("block_ties", 202324, "ask"), WRITTEN_OFF])


@pytest.mark.parametrize(("share", "hit"), [(0.79, False), (0.99, True), (1.0, False)])
def test_postings_are_held_against_a_line_only_where_most_of_it_is_held(share, hit) -> None:
    rows = read("ledger_postings")
    at = rows["line"].eq("1.2.3")
    rows.loc[at, "amount"] *= share
    assert (("postings_tie", 202425, "ask") in found(postings=rows)) == hit


def test_postings_above_the_outturn_are_wrong() -> None:
    rows = read("ledger_postings")
    rows.loc[0, "amount"] += 100
    assert ("postings_tie", 202425, "wrong") in found(postings=rows)


@pytest.mark.parametrize(
    ("block", "transfer", "standing"),
    [
        (40_000_000, 200_000, funding.FORUM),  # exactly half a per cent
        (39_000_000, 200_000, funding.STATE),
        (None, 200_000, funding.UNKNOWN),
        (40_000_000, -50_000, funding.OUT),
    ],
)
def test_a_transfer_above_half_a_per_cent_needs_the_secretary_of_state(
    block, transfer, standing
) -> None:
    dsg = changed("dsg_position", "block_transfer_in", 202425, "outturn", lambda _: transfer)
    moved = funding.transfers(dsg, {}, block, ("Fixture",)).frame.set_index("financial_year")
    assert moved.loc[202425, "standing"] == standing
    limits = pd.DataFrame({"assumption_id": ["dsg.schools_block"], "value": [block]})
    tested = automatic.run(accounts(dsg=dsg, assumptions=limits)).hits
    over = tested[tested["check"].eq("block_transfer") & tested["year"].eq(202425)]
    assert len(over) == (standing == funding.STATE)


def test_transfers_without_a_schools_block_show_no_empty_columns() -> None:
    dsg = read("dsg_position")
    assert funding.shown(funding.transfers(dsg, {}, None, ("F",))) == ("transfer", "standing")
    assert "limit" in funding.shown(funding.transfers(dsg, {202425: 4e7}, None, ("F",)))


def test_the_published_schools_block_comes_before_the_assumption() -> None:
    published = pd.DataFrame(
        {"code": ["990", "867"], "financial_year": [202425, 202425], "schools_block": [1e8, 9e8]}
    )
    agreed = pd.DataFrame({"assumption_id": ["dsg.schools_block"], "value": [5e7]})
    assert funding.schools_blocks(published, "990", agreed) == ({202425: 1e8}, 5e7)
    assert funding.schools_blocks(None, "990", NO_ASSUMPTIONS) == ({}, None)


def allocations(before: float, after: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": ["990"],
            "financial_year": [202324],
            "high_needs_block": [before],
            "high_needs_block_after_deductions": [after],
        }
    )


@pytest.mark.parametrize(
    ("before", "after", "hits"),
    [(32e6, 27.7e6, 0), (32.2e6, 27.9e6, 0), (34e6, 29.7e6, 1), (32e6, 26e6, 1)],
)
def test_block_and_deduction_are_held_against_the_published_ones(before, after, hits) -> None:
    made = funding.deductions(read("dsg_position"), allocations(before, after), "990")
    assert len(made) == hits
    assert {h.check for h in made} <= {"recoupment"}


def test_a_deduction_that_jumps_is_asked_about() -> None:
    dsg = changed("dsg_position", "recoupment", 202425, "outturn", lambda v: v + 2_000_000)
    assert ("recoupment", 202425, "ask") in found(dsg=dsg)


@pytest.mark.parametrize(
    ("provision", "rate", "hits"),
    [("state_special", 10_660, 1), ("post16", 6_000, 0), ("ap_hospital", 18_000, 0)],
)
def test_a_place_rate_other_than_the_national_one_is_asked_about(provision, rate, hits) -> None:
    places = read("places")
    places.loc[places["provision_group"].eq(provision), "place_rate"] = rate
    assert len(funding.place_rates(places)) == hits


def test_a_check_counts_as_tested_only_where_its_tables_are_held() -> None:
    unread = {"lines": "spend_lines", "postings": "ledger_postings", "places": "places"}
    empty = {name: read(table).iloc[:0] for name, table in unread.items()}
    only_dsg = automatic.run(accounts(**empty)).tested
    assert "capital" not in only_dsg
    assert "block_ties" not in only_dsg
    assert only_dsg["deficit_arithmetic"] == "Tested on DSG position"
    everything = automatic.run(accounts()).tested
    assert everything["block_ties"] == "Tested on DSG position, spend lines"
    assert everything["postings_tie"] == "Tested on postings, spend lines"


def test_every_check_that_a_test_names_is_in_the_catalogue() -> None:
    known = set(reference.table("accounting_checks")["check_id"])
    assert set(RULES["check_id"]) - {""} <= known
    assert {c for _, *checks in automatic.ON.values() for c in checks} <= known


def test_the_tests_change_nothing() -> None:
    given_accounts = accounts()
    before = given_accounts.dsg.copy(deep=True), given_accounts.lines.copy(deep=True)
    automatic.run(given_accounts)
    pd.testing.assert_frame_equal(given_accounts.dsg, before[0])
    pd.testing.assert_frame_equal(given_accounts.lines, before[1])
