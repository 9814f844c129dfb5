"""Headline figures of notebook 50, computed a second way from the ledgers themselves."""

import datetime
import json
import re
from math import sqrt
from pathlib import Path
from statistics import median

import pytest

from tests.notebooks import running
from toolkit.intake.fiction.ledgers import write_ledgers
from toolkit.publish.insight import publish_insight

DAY = datetime.date(2026, 11, 22)


@pytest.fixture(scope="module", params=["plans", "equal"])
def made(request, tmp_path_factory) -> tuple[dict, list[dict], str, Path]:
    """Return the report's findings, the areas' ledgers and how areas weigh."""
    home = tmp_path_factory.mktemp(request.param)
    write_ledgers(home, DAY, seed=3, hide=False)
    given = {"run_date": DAY, "parameters": {"weights": request.param}, "way": running.way()}
    release = publish_insight(home, home / "insight", **given)
    ledgers = [json.loads(p.read_text())["findings"] for p in sorted(home.glob("*/findings.json"))
               if p.parent.name != "insight"]  # fmt: skip
    areas = [{f["id"]: f for f in ledger} for ledger in ledgers]
    return {f["id"]: f for f in release.findings}, areas, request.param, release.folder


def test_the_share_of_cases_is_theirs_added_up(made):
    told, areas, _, _ = made
    cases = [area["21.different.all.all"] for area in areas]
    count, base = (sum(c[k] for c in cases) for k in ("value", "base"))
    assert (count, base) == (1073, 1650)
    z, share = 1.959964, count / base
    middle, half = (
        share + z * z / (2 * base),
        z * sqrt(share * (1 - share) / base + (z / (2 * base)) ** 2),
    )
    ends = [100 * (middle + sign * half) / (1 + z * z / base) for sign in (-1, 1)]
    found = told["50.different.all"]
    assert found["value"] == 65
    assert [found["low"], found["high"]] == pytest.approx(ends, abs=0.5)


def test_growth_is_that_of_all_plans_or_of_the_mean_area(made):
    told, areas, weights, _ = made
    grown = [(a["10.growth.plans"]["value"], a["10.growth.plans"]["base"]) for a in areas]
    first = [base / (1 + value / 100) for value, base in grown]
    whole = 100 * (sum(b for _, b in grown) / sum(first) - 1)
    each = sum(v for v, _ in grown) / len(grown)
    assert told["50.growth.plans"]["value"] == pytest.approx(
        whole if weights == "plans" else each, abs=0.5
    )


def test_the_forecast_of_all_areas_is_theirs_added_up(made):
    told, areas, _, _ = made
    own = [area["13.plans.unmitigated"] for area in areas]
    found = told["50.forecast.plans"]
    assert [found[k] for k in ("value", "low", "high")] == pytest.approx(
        [sum(f[k] for f in own) for k in ("value", "low", "high")], abs=0.5
    )


def test_the_middle_half_of_areas_stands_beside_a_mean(made):
    told, areas, _, folder = made
    values = [area["12.timeliness.verdict"]["value"] for area in areas]
    page = re.sub(r"<[^>]+>", " ", (folder / "50_insight_2_key.html").read_text(encoding="utf-8"))
    assert f"{len(values)} areas" in told["50.timeliness"]["sentence"]
    assert str(round(median(values))) in page


def test_each_weight_is_named_where_it_is_used(made):
    _, _, weights, folder = made
    page = (folder / "50_insight_2_key.html").read_text(encoding="utf-8")
    other = {"plans": "Every area weighs the same.", "equal": "Areas weigh by"}[weights]
    assert other not in page


def test_the_grant_for_schools_is_54_9_percent_of_the_grants(made):
    told, areas, _, _ = made
    amounts = {k: v["value"] for a in areas for k, v in a.items() if k.startswith("40.grant")}
    assert len(amounts) == 6
    schools = sum(a["40.grant.schools"]["value"] for a in areas)
    total = sum(v["value"] for a in areas for k, v in a.items() if k.startswith("40.grant"))
    assert (
        told["50.grant.schools"]["value"] == pytest.approx(100 * schools / total, abs=0.05) == 54.9
    )
