import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.area import Area, area_toml, parse_area, read_area, slug
from toolkit.errors import SettingsError


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Bristol, City of", "bristol-city-of"),
        ("St. Helens", "st-helens"),
        ("Kingston upon Hull, City of", "kingston-upon-hull-city-of"),
        ("King's Lynn & West", "kings-lynn-west"),
    ],
)
def test_real_names_become_folder_names(name: str, expected: str) -> None:
    assert slug(name) == expected


@pytest.mark.parametrize(
    "name", ["../../etc", "..", "a\x00b", "CON", "<script>", "a/b", "a\\b", "", "-", "{{7*7}}"]
)
def test_a_name_that_could_leave_its_folder_is_refused(name: str) -> None:
    with pytest.raises(SettingsError):
        slug(name)


@given(st.text(max_size=300))
def test_a_slug_is_always_one_plain_folder_name(name: str) -> None:
    try:
        made = slug(name)
    except SettingsError:
        return
    assert made
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(made) <= 60


def test_a_misspelt_setting_stops_the_run_and_names_the_right_one() -> None:
    with pytest.raises(SettingsError, match="Did you mean disclosure"):
        parse_area({"name": "Exampleshire", "la_code": "990", "disclosur": "dfe"})


@pytest.mark.parametrize(
    ("setting", "value"),
    [("la_code", "99"), ("disclosure", "none"), ("name", "x/y"), ("statistical_neighbours", ["1"])],
)
def test_a_wrong_value_is_named_with_its_setting(setting: str, value: object) -> None:
    with pytest.raises(SettingsError, match=setting):
        parse_area({"name": "Exampleshire", "la_code": "990", setting: value})


def test_a_replaced_point_needs_a_reason() -> None:
    point = {"area": "316", "year": 2025, "plans": 2900}
    with pytest.raises(SettingsError, match="why"):
        parse_area({"name": "Exampleshire", "la_code": "990", "replaced": [point]})


def test_settings_written_are_the_settings_read() -> None:
    area = Area(name='King\'s "Lynn"'.replace('"', ""), la_code="990", fictional=True,
                published=("a b/c.zip", "C:\\data"), plans_complete_from=2019)  # fmt: skip
    assert parse_area(tomllib.loads(area_toml(area))) == area


def test_a_file_that_is_not_toml_is_named_without_a_traceback(tmp_path) -> None:
    (tmp_path / "area.toml").write_text("name = Exampleshire", encoding="utf-8")
    with pytest.raises(SettingsError, match="not written as TOML"):
        read_area(tmp_path)
