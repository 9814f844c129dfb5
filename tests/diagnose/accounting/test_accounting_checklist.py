"""The checklist, the review sessions, the sign-off and the briefing."""

from pathlib import Path

import pandas as pd
import pytest

from toolkit import reference
from toolkit.diagnose import dsg
from toolkit.diagnose.accounting import briefing, checklist, hits, postings, reviews
from toolkit.diagnose.accounting.automatic import Checked
from toolkit.diagnose.accounting.hits import Hit

FIXTURES = Path(__file__).parents[1] / "fixtures" / "accounting"
CATALOGUE = reference.table("accounting_checks")
CITED = ("Fixture",)


@pytest.fixture
def ratings() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "checks.csv", parse_dates=["reviewed_on"])


def made(ratings: pd.DataFrame, *found: Hit):
    tested = {"capital": "Tested on postings", "transport": "Tested on postings"}
    return checklist.checklist(CATALOGUE, ratings, Checked(hits.frame(found), tested), CITED)


CAPITAL = Hit("capital", 202425, "1.2.5", 12_600.0, "wrong", "Building work")
TRANSPORT = Hit("transport", 202425, "1.2.3", 900.0, "wrong", "Taxis")


@pytest.mark.parametrize(
    ("check", "standing"),
    [
        ("place_funding", checklist.HANDLED),
        ("recoupment", checklist.IN_ORDER),
        ("capital", checklist.CONTRADICTED),
        ("transport", checklist.FOUND),
        ("deployment_note", checklist.NO_EVIDENCE),
        ("accruals", checklist.NO_ACTION),
        ("joint_funding", checklist.NO_OWNER),
        ("our_own", checklist.NO_REVIEWER),
        ("schools_forum", checklist.TO_RATE),
    ],
)
def test_a_check_says_what_is_missing(ratings, check, standing) -> None:
    frame = made(ratings, CAPITAL, TRANSPORT).frame.set_index("check")
    assert frame.loc[check, "standing"] == standing


def test_all_checks_of_the_catalogue_are_there_in_its_order_and_own_ones_last(ratings) -> None:
    found = made(ratings)
    assert found.frame["check"].tolist() == [*CATALOGUE["check_id"], "our_own"]
    assert found.labels["check"]["our_own"] == "our_own (own check)"


def test_a_check_without_a_test_shows_no_nought(ratings) -> None:
    frame = made(ratings, CAPITAL).frame.set_index("check")
    assert frame.loc["capital", "found"] == "1 to put right"
    assert frame.loc["transport", "found"] == "Nothing"
    assert frame.loc["accruals", "found"] == "Not tested"
    assert frame.loc["accruals", "tested"] == checklist.UNTESTED


def test_what_is_to_be_done_comes_red_first_and_holds_what_the_data_speaks_against(ratings) -> None:
    found = checklist.to_do(made(ratings, CAPITAL, TRANSPORT))
    assert found.frame["check"].tolist() == list(found.labels["check"])
    assert found.frame["check"].tolist() == [
        "accruals",
        "joint_funding",
        "place_funding",
        "capital",
        "transport",
    ]


def test_a_blank_is_said_and_only_rated_checks_have_evidence_to_show(ratings) -> None:
    found = made(ratings)
    assert not found.frame[["evidence", "action", "owner"]].eq("").any().any()
    assert set(checklist.rated(found).frame["check"]) == set(ratings["check_id"])


@pytest.mark.parametrize(
    ("wrong", "ask", "said"),
    [(2, 0, "2 to put right"), (1, 3, "1 to put right, 3 to ask about"), (0, 0, "Nothing")],
)
def test_what_the_data_shows_is_said_in_words(wrong, ask, said) -> None:
    assert checklist.said_of(wrong, ask) == said


def test_the_counts_add_up_to_the_checks(ratings) -> None:
    row = checklist.counts(made(ratings, CAPITAL, TRANSPORT)).frame.iloc[0]
    assert row["checks"] == len(CATALOGUE) + 1
    assert row[["red", "amber", "green", "unrated"]].sum() == row["checks"]
    assert (row["red"], row["amber"], row["contradicted"], row["speaking"]) == (2, 1, 1, 2)


def test_every_check_has_a_question_and_a_document_and_no_document_has_a_paragraph_number() -> None:
    assert CATALOGUE["question"].str.endswith("?").all()
    assert CATALOGUE["document"].str.len().gt(10).all()
    assert (
        not CATALOGUE["document"]
        .str.contains(r"para|regulation \d|section \d+\.", case=False)
        .any()
    )


def test_hits_of_one_kind_in_one_line_are_one_row_so_that_no_payment_stands_alone() -> None:
    twice = hits.frame([CAPITAL, CAPITAL._replace(amount=400.0), TRANSPORT])
    found = hits.found(twice, CATALOGUE, CITED).frame.set_index("check")
    assert found.loc["capital", "amount"] == 13_000
    assert found.loc["capital", "times"] == 2


def test_no_hits_make_an_empty_table() -> None:
    assert hits.found(hits.frame([]), CATALOGUE, CITED).frame.empty


@pytest.mark.parametrize(
    ("dates", "held", "missing"),
    [
        (["2025-11-05", "2025-11-19"], 2, 0),
        (["2025-11-05", None], 1, 1),
        ([], 0, 2),
        (["2025-11-05", "2025-11-19", "2025-12-01"], 3, 0),
    ],
)
def test_two_review_sessions_are_wanted_and_fewer_are_flagged(dates, held, missing) -> None:
    table = sessions(dates)
    found = reviews.standing(table, CITED)
    assert (found.cell("held").value, found.cell("missing").value) == (held, missing)
    assert ("not complete" in reviews.told(found)[0]) == (missing > 0)
    assert len(reviews.log(table, CITED).frame) == max(len(dates), 2)


def sessions(dates: list) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "review_id": [str(i) for i in range(len(dates))],
            "held_on": pd.to_datetime(pd.Series(dates, dtype="object")),
            "organisation": pd.Series(["Reviewer"] * len(dates), dtype="object"),
            "hours": pd.Series([4.0] * len(dates), dtype="float64"),
            "outcome": pd.Series([None] * len(dates), dtype="object"),
        }
    )


def test_sign_off_names_three_roles_and_who_has_still_to_decide() -> None:
    table = pd.DataFrame(
        {
            "module": ["module_1", "module_1", "module_2"],
            "role": ["dcs", "section_151", "send_lead"],
            "decision": ["agreed_with_changes", None, "agreed"],
            "signed_on": pd.to_datetime(["2025-12-01", None, "2025-12-03"]),
            "note": ["Show the reserves", None, None],
        }
    )
    record = reviews.signed(table, "module_1", CITED)
    assert record.frame["decision"].tolist() == ["Agreed with changes", "Not yet", "Not yet"]
    assert record.frame["day"].tolist() == ["1 December 2025", "Not yet", "Not yet"]
    assert reviews.unsigned(record) == "Still to decide: Section 151 officer; SEND lead."


def test_a_deficit_stands_beside_the_reserves() -> None:
    table = pd.read_csv(FIXTURES / "dsg_position.csv").query("basis == 'outturn'")
    balance = dsg.position(table, "outturn", CITED)
    held = pd.DataFrame(
        {"assumption_id": ["reserves.general", "override.end"], "value": [14_760_000, 202728]}
    )
    found = briefing.reserves(balance, held, CITED)
    assert found.cell("share").value == pytest.approx(50)
    assert found.frame["override"].tolist() == ["2027-28"]
    unknown = briefing.reserves(balance, held.iloc[1:], CITED)
    assert "not entered" in briefing.told(unknown)[0]
    assert "{share}" in briefing.told(found)[0]


def test_the_summary_of_postings_counts_and_adds_up() -> None:
    rows = pd.read_csv(FIXTURES / "ledger_postings.csv", dtype={"line": str})
    rows.loc[0, "nature"] = "capital"
    s251, rules = (reference.table(n) for n in ("s251_lines", "posting_rules"))
    found = postings.summary(rows, s251, rules, CITED)
    assert (found.cell("tested").value, found.cell("wrong").value) == (len(rows), 1)
    assert found.cell("amount").value == rows.loc[0, "amount"]
    assert postings.finding(found).outcome
