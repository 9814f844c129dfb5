"""The automatic tests run together: what the area's tables allow, and what they found."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.diagnose import dsg, ledger, years
from toolkit.diagnose.accounting import arithmetic, funding, hits, postings

OWN = "The area's own accounts"


@dataclass(frozen=True)
class Accounts:
    """The tables that the tests read; one that the area does not hold is empty.

    Attributes:
        dsg: Table `dsg_position`.
        lines: Table `spend_lines`.
        postings: Table `ledger_postings`.
        places: Table `places`.
        assumptions: Table `assumptions`.
        published: Published `dsg_allocations`; None where no file holds it.
        code: Code of the area, as the published table has it.
        s251: Reference table of Section 251 lines.
        rules: Reference table `posting_rules`.
    """

    dsg: pd.DataFrame = field(repr=False)
    lines: pd.DataFrame = field(repr=False)
    postings: pd.DataFrame = field(repr=False)
    places: pd.DataFrame = field(repr=False)
    assumptions: pd.DataFrame = field(repr=False)
    published: pd.DataFrame | None = field(repr=False)
    code: str
    s251: pd.DataFrame = field(repr=False)
    rules: pd.DataFrame = field(repr=False)


@dataclass(frozen=True)
class Checked:
    """What the tests found, and on what they could run.

    Attributes:
        hits: As `hits.frame` returns it.
        tested: For each check that could be tested, on what, in words.
    """

    hits: pd.DataFrame = field(repr=False)
    tested: dict[str, str]


ON = {  # what each table allows to be tested, and what it is called
    "dsg": (
        "DSG position",
        *("deficit_arithmetic", "brought_forward", "signs", "recoupment", "reserve"),
        "block_transfer",
    ),
    "lines": ("spend lines", "line_arithmetic", "signs", "block_ties"),
    "postings": (
        "postings",
        *("capital", "transport", "reserve", "block_transfer", "recoupment", "place_funding"),
        "postings_tie",
    ),
    "places": ("place rates", "place_funding"),
}
BOTH = {"block_ties": ("dsg", "lines"), "postings_tie": ("postings", "lines")}


def run(accounts: Accounts) -> Checked:
    """Return what every test found that the tables allow."""
    found: list[hits.Hit] = []
    if len(accounts.dsg):
        found += arithmetic.balances(accounts.dsg) + funding.write_offs(accounts.dsg)
        found += funding.deductions(accounts.dsg, accounts.published, accounts.code)
        found += funding.over_limit(transfers(accounts))
    if len(accounts.lines):
        found += arithmetic.lines(accounts.lines)
    if len(accounts.dsg) and len(accounts.lines):
        found += _ties(accounts)
    if len(accounts.postings):
        found += postings.hits(accounts.postings, accounts.s251, accounts.rules)
        found += postings.untied(accounts.postings, accounts.lines)
    found += funding.place_rates(accounts.places)
    return Checked(hits.frame(_once(found)), _tested(accounts))


def transfers(accounts: Accounts, sources: tuple[str, ...] = (OWN,)) -> Aggregate:
    """Return the transfers into the block, as `funding.transfers` does."""
    blocks = funding.schools_blocks(accounts.published, accounts.code, accounts.assumptions)
    return funding.transfers(accounts.dsg, *blocks, sources)


def _ties(accounts: Accounts) -> list[hits.Hit]:
    made: list[hits.Hit] = []
    for basis in ("budget", "outturn"):
        if accounts.lines["basis"].eq(basis).any() and accounts.dsg["basis"].eq(basis).any():
            kinds = ledger.by_kind(accounts.lines, accounts.s251, basis, (OWN,))
            made += arithmetic.ties(dsg.high_needs(accounts.dsg, kinds, basis, (OWN,)), basis)
    return made


def _once(found: list[hits.Hit]) -> list[hits.Hit]:
    """Return hits without those of a wrong sign that two tests of one balance both found."""
    said: set[tuple[str, int, str, str]] = set()
    kept = []
    for hit in found:
        key = (hit.check, hit.year, hit.where, hit.said)
        if hit.check != "signs" or key not in said:
            kept.append(hit)
        said.add(key)
    return kept


def _tested(accounts: Accounts) -> dict[str, str]:
    held = {name for name in ON if len(getattr(accounts, name))}
    named: dict[str, list[str]] = {}
    for table in (t for t in ON if t in held):
        for check in ON[table][1:]:
            on = BOTH.get(check, (table,))
            if set(on) <= held:
                named.setdefault(check, []).extend(ON[t][0] for t in on)
    return {check: f"Tested on {', '.join(on)}" for check, on in named.items()}


def period(accounts: Accounts) -> str:
    """Return the financial years that were tested, in words."""
    tables = [accounts.dsg, accounts.lines, accounts.postings]
    held = [t["financial_year"].dropna().astype(int) for t in tables if len(t)]
    return years.period(pd.concat(held)) if held else ""
