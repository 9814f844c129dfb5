"""The commands over all areas: what they write, and that the same seed writes the same bytes."""

from pathlib import Path

import pandas as pd
import pytest

from tests.journeys.conftest import toolkit
from toolkit import forecasting, reference
from toolkit.diagnose import caseload
from toolkit.diagnose.forecast import backtest, own_errors, published_parameters
from toolkit.intake.fictional import RELEASE, write_fictional_area

ZIP = (
    Path(__file__).parents[2] / "shared/data/ees_ehcp_2025/education-health-and-care-plans_2025.zip"
)


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEND_TOOLKIT_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def zip_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the real release where it is at hand, else a fictional one."""
    if ZIP.exists():
        return ZIP
    place = tmp_path_factory.mktemp("fictional") / "a"
    return write_fictional_area(place, plans=300, seed=2) / RELEASE


@pytest.fixture(scope="module")
def held(zip_path: Path) -> forecasting.Released:
    return forecasting.released([zip_path])


def test_the_csv_has_one_row_an_area_january_and_provision(zip_path: Path, tmp_path: Path) -> None:
    said = toolkit("forecast", zip_path, "--all", "--csv", tmp_path / "f.csv", "--simulations", 60)
    assert said.code == 0, said.text
    made = pd.read_csv(tmp_path / "f.csv", dtype={"old_la_code": str})
    assert tuple(made.columns) == forecasting.COLUMNS
    areas = made["old_la_code"].nunique()
    assert areas == len(forecasting.released([zip_path]).panel.current())
    assert len(made) == areas * 3 * (len(forecasting.PROVISIONS) + 1)
    in_order = made[["p2_5", "p10", "median", "p90", "p97_5"]].to_numpy()
    assert (in_order[:, 1:] >= in_order[:, :-1]).all()
    assert (in_order >= 0).all()


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(
    zip_path: Path, held: forecasting.Released, tmp_path: Path
) -> None:
    code = held.panel.current()[0]
    written = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        place = tmp_path / f"{name}.csv"
        flags = ("--area", code, "--csv", place, "--simulations", 60, "--seed", seed)
        assert toolkit("forecast", zip_path, *flags).code == 0
        written.append(place.read_bytes())
    assert written[0] == written[1] != written[2]


def test_an_area_is_forecast_the_same_alone_as_among_all(held: forecasting.Released) -> None:
    code = held.panel.current()[3]
    alone = forecasting.forecast(held, [code], 3, 60, 1)
    among = forecasting.forecast(held, [], 3, 60, 1)
    among = among[among["old_la_code"].eq(code)].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, among)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--csv", "f.csv"), "Which areas"),
        (("--area", "000", "--csv", "f.csv"), "000"),
        (("--all", "--years", "6", "--csv", "f.csv"), "5"),
        (("--all", "--csv", "no_such_folder/f.csv"), "written"),
    ],
)
def test_a_mistake_is_a_sentence(
    zip_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: tuple, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = toolkit("forecast", zip_path, *flags, "--simulations", 60)
    assert said.code != 0
    assert words in said.text
    assert "Traceback" not in said.text


def test_a_file_without_a_caseload_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    said = toolkit("backtest", tmp_path / "other.csv")
    assert said.code == 3
    assert "other.csv" in said.text


@pytest.mark.skipif(not ZIP.exists(), reason="the published release is not here")
def test_the_total_beats_every_simple_rule_at_every_horizon(held: forecasting.Released) -> None:
    rows = forecasting.scored(held, simulations=300)
    total = rows[rows["provision"].eq(backtest.TOTAL)]
    for _, group in total.groupby("horizon"):
        out = {
            name: ((group[name] - group["actual"]).abs() / group["actual"]).mean()
            for name in ("median", *forecasting.RULE_COLUMNS)
        }
        assert min(out, key=lambda name: out[name]) == "median"


@pytest.mark.skipif(not ZIP.exists(), reason="the published release is not here")
def test_an_areas_own_errors_are_those_of_the_back_test_over_all(
    held: forecasting.Released,
) -> None:
    tuned = published_parameters.read(reference.table("forecast_parameters"))
    own = own_errors.own_errors(held.panel, "867", tuned, ("Release",)).frame
    model = backtest.published_model(tuned)
    rows = backtest.replay(held.panel, model, simulations=own_errors.SIMULATIONS)
    same = rows[rows["code"].eq("867") & rows["provision"].eq(backtest.TOTAL)]
    assert own["forecast"].tolist() == same.sort_values(["origin", "year"])["median"].tolist()


def test_the_seven_provisions_of_the_csv_are_the_first_of_ours() -> None:
    assert caseload.PROVISIONS[:7] == forecasting.PROVISIONS
