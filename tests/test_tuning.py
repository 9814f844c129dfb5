"""The tuning of the forecast gives the table that ships."""

import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
ZIP = ROOT.parent / "shared/data/ees_ehcp_2025/education-health-and-care-plans_2025.zip"


@pytest.mark.skipif(not ZIP.exists(), reason="the published release is not here")
def test_the_tuning_gives_the_table_that_ships(tmp_path: Path) -> None:
    made = tmp_path / "made.csv"
    script = ROOT / "bench/tune_forecast.py"
    subprocess.run([sys.executable, script, ZIP, "--write", made], check=True, capture_output=True)
    shipped = ROOT / "toolkit/reference/forecast_parameters.csv"
    assert made.read_text(encoding="utf-8") == shipped.read_text(encoding="utf-8")


@pytest.mark.parametrize("tails", [2.5, 10.0])
def test_the_tails_and_the_scale_of_errors_are_found(
    monkeypatch: pytest.MonkeyPatch, tails: float
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    fitted = importlib.import_module("forecast_widths").fitted
    errors = 0.3 * np.random.default_rng(1).standard_t(tails, 40_000)
    found, squared = fitted(errors, [np.ones(40_000)])
    assert found == tails
    assert np.sqrt(squared) == pytest.approx([0.3], rel=0.05)


def test_a_factor_is_drawn_to_that_of_all_as_far_as_januaries_disagree(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    drawn_together = importlib.import_module("forecast_widths").drawn_together
    apart = np.tile(np.linspace(-0.3, 0.3, 9), (3, 1))
    usual = apart[:, :7].mean()
    assert drawn_together(apart) == pytest.approx(apart[0])
    noise = np.random.default_rng(1).normal(0, 0.3, (3, 9))
    between = np.ptp(drawn_together(apart / 10 + noise)[:7])
    assert between < np.ptp((apart / 10 + noise).mean(axis=0)[:7]) / 2
    assert drawn_together(noise + usual)[:7].mean() == pytest.approx((noise + usual)[:, :7].mean())


@pytest.mark.parametrize(
    ("in_80", "in_95", "factor"),
    [
        ((70, 80, 90), (92, 95, 98), 1.0),  # both in their bands: left as it is
        ((80, 90, 100), (90, 95, 98), 2**-0.5),  # too many in the 80%: half of a step narrower
        ((60, 70, 80), (90, 95, 98), 2**0.5),  # too few: wider
        ((80, 90, 100), (80, 85, 90), 2.0),  # too many in one, too few in the other: wider
    ],
)
def test_a_factor_goes_no_further_than_to_the_end_of_a_band(
    monkeypatch: pytest.MonkeyPatch,
    in_80: tuple[float, ...],
    in_95: tuple[float, ...],
    factor: float,
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    widths = importlib.import_module("forecast_widths")
    monkeypatch.setattr(widths, "SCALES", np.array([0.5, 1.0, 2.0]))
    covered = np.array([in_80, in_95], dtype=float)[..., None]
    assert np.exp(widths.into_bands(covered)) == pytest.approx([factor])
