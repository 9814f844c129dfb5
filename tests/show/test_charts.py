import functools
import json
import re

import altair as alt
import pytest
from bs4 import BeautifulSoup
from defusedxml.ElementTree import fromstring

from tests.show import making
from tests.show.making import aggregate, by_need, growth, published, trend
from tests.show.marks import COUNTS, MARKS
from toolkit import show
from toolkit.aggregate import Measure
from toolkit.show import canvas, layout, palette
from toolkit.show.disclosure import Mask
from toolkit.show.shown import Shown
from toolkit.show.svg import _drawn, to_svg

SPEND = [
    Measure("first", "Spend, 2021-22", "£"),
    Measure("more", "More plans", "£"),
    Measure("cost", "Higher unit cost", "£"),
    Measure("last", "Spend, 2024-25", "£"),
]


def spend():
    rows = {"provision": ["All", "nmiss"], "first": [61.2e6, 9e6], "more": [9.4e6, 2e6],
            "cost": [4.1e6, 1e6], "last": [74.7e6, 12e6]}  # fmt: skip
    return aggregate(rows, ["provision"], SPEND, universe="Spend")


def shares():
    values = {2024: [60.0, 30.0, 10.0], 2025: [55.0, 33.0, 12.0]}
    rows = [(y, f"part {i}", v) for y, vs in values.items() for i, v in enumerate(vs)]
    frame = {"year": [r[0] for r in rows], "part": [r[1] for r in rows], "s": [r[2] for r in rows]}
    return published(frame, ["year", "part"], measures=(Measure("s", "Share", "%"),))


def rates():
    rows = {"area": ["Exampleshire", "Kent", "Hull"], "r": [4.9, 5.3, 5.8],
            "low": [4.5, 4.9, 5.4], "high": [5.4, 5.8, 6.3], "x": [1.0, 2.0, 3.0]}  # fmt: skip
    measures = [
        Measure("r", "Rate", "%"),
        Measure("low", "lower", "%"),
        Measure("high", "upper end", "%"),
        Measure("x", "Feasibility", "number"),
    ]
    return published(rows, ["area"], measures=measures)


def every_chart():
    yield show.chart_view(trend(), mark="line", x="year", y="plans", colour="need")
    yield show.chart_view(trend(), mark="line", x="year", y="plans", facet="need")
    yield show.chart_view(trend(), mark="bar", x="need", y="plans", where={"year": 2025})
    yield show.chart_view(shares(), mark="stacked", x="year", y="s", colour="part")
    yield show.chart_view(
        spend(), mark="waterfall", steps=["first", "more", "cost", "last"],
        where={"provision": "All"},
    )  # fmt: skip
    yield show.chart_view(rates(), mark="dot", x="area", y="r", low="low", high="high")
    yield show.chart_view(rates(), mark="scatter", x="x", y="r", colour="area")
    for name in ("fan", "heatmap", "tiles", "funnel", "range", "ranges of their own"):
        yield MARKS[name](COUNTS)


CHARTS = pytest.mark.parametrize("view", list(every_chart()), ids=lambda v: str(v.spec["mark"]))


drawn = functools.cache(making.drawn)  # a view is drawn once for all that is asked of it


def parsed(view):
    return BeautifulSoup(drawn(view), "html.parser")


@CHARTS
def test_a_chart_is_drawn_for_a_wide_and_for_a_narrow_page(view):
    svgs = parsed(view).find_all("svg")
    assert [s["class"] for s in svgs] == [["chart-wide"], ["chart-narrow"]]
    for svg, width in zip(svgs, (720, 320), strict=True):
        assert svg["role"] == "img"
        assert svg["width"] == "100%"
        assert float(svg["viewbox"].split()[2]) == pytest.approx(width, abs=12)


@CHARTS
def test_a_chart_is_vega_lite_as_altair_knows_it(view, monkeypatch):
    specs = []
    monkeypatch.setattr("toolkit.show.svg._drawn", lambda s: (specs.append(s), _drawn(s))[1])
    making.drawn(view)
    assert len(specs) == 2
    for spec in specs:
        alt.Chart.from_dict(json.loads(spec), validate=True)


@CHARTS
def test_a_chart_has_a_name_and_an_alt_text_of_its_own(view):
    ids = []
    for svg in parsed(view).find_all("svg"):
        title, description = svg.find("title"), svg.find("desc")
        assert svg["aria-labelledby"] == f"{title['id']} {description['id']}"
        assert 40 <= len(description.get_text()) <= 400
        ids += [title["id"], description["id"]]
    assert len(set(ids)) == 4


@CHARTS
def test_an_svg_holds_drawing_alone(view):
    svgs = re.findall(r"<svg.*?</svg>", drawn(view), re.DOTALL)
    assert svgs
    for svg in svgs:
        names = {e.tag.rpartition("}")[2] for e in fromstring(svg).iter()}
        assert names <= {"svg", "title", "desc", "g", "path", "rect", "line", "text", "tspan",
                         "defs", "clipPath", "circle"}  # fmt: skip
        assert not re.search(r"aria-label=|aria-roledescription|href|<style|script|onload", svg)


@CHARTS
def test_a_chart_carries_a_table_of_the_same_figures(view):
    soup = parsed(view)
    assert soup.find("details").find("table").find("td") is not None
    assert soup.find("summary").get_text() == "Figures of this chart as a table"


@CHARTS
def test_every_text_of_a_chart_has_enough_contrast(view):
    for svg in parsed(view).find_all("svg"):
        for text in svg.find_all("text"):
            fill = text.get("fill", "#000000")
            on = [palette.PAPER] if fill.upper() != palette.PAPER else list(DARK)
            assert min(contrast(fill, background) for background in on) >= 4.5, fill


DARK = ("#12436D", "#801650")  # the parts of a stack that carry white figures


@pytest.mark.parametrize("colour", palette.CATEGORIES)
def test_figures_within_a_part_of_a_stack_can_be_read(colour):
    ink = palette.PAPER if colour in DARK else palette.INK
    assert contrast(ink, colour) >= 4.5


def contrast(a, b):
    """Return the contrast ratio of WCAG 2.2."""
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    colour = {"black": "#000000", "white": "#ffffff"}.get(colour, colour)
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_hidden_figure_is_in_no_part_of_a_chart():
    # 4,321 is hidden as the complement of 3: it must be in no coordinate, label or text.
    told = by_need({"ASD": 8000, "SEMH": 7000, "VI": 4321, "MSI": 3})
    html = drawn(show.chart_view(told, mark="bar", x="need", y="plans"))
    assert "[c]" in html
    assert "8,000" in html
    assert "4,321" not in html
    assert "4321" not in html
    bars = BeautifulSoup(html, "html.parser").find("svg").find_all("path", fill="#12436D")
    assert len(bars) == 2


def test_a_hidden_figure_breaks_its_line():
    rows = {"year": [2021, 2022, 2023, 2024, 2025], "plans": [600, 700, 3, 800, 900]}
    view = show.chart_view(aggregate(rows, ["year"]), mark="line", x="year", y="plans")
    svg = parsed(view).find("svg")
    lines = [p["d"] for p in svg.find_all("path") if p.get("stroke-width") == "2.5"]
    assert len(lines) == 2
    assert all(d.count("L") == 1 for d in lines)
    assert "[c]" in svg.get_text()


def test_a_chart_of_hidden_figures_alone_says_so():
    view = show.chart_view(by_need({"MSI": 3, "VI": 2}), mark="bar", x="need", y="plans")
    soup = parsed(view)
    assert soup.find("svg") is None
    assert "No chart: every figure is hidden or not available." in soup.get_text()


def test_the_finding_is_the_title_and_the_unit_stands_under_it():
    cell = growth(54.0).cell("growth", need="ASD")
    view = show.chart_view(
        by_need(), mark="bar", x="need", y="plans", where={"year": 2025},
        title="Plans {g:change} in five years", cells={"g": cell},
    )  # fmt: skip
    soup = parsed(view)
    assert soup.find(class_="st-title").get_text() == "Plans grew by 54% in five years"
    assert soup.find(class_="st-subtitle").get_text() == "EHC plans (people); 2025"
    assert soup.find("svg").find("title").get_text() == "Plans grew by 54% in five years"


def test_no_more_than_four_categories_are_coloured():
    rows = [(y, f"n{i}", 100 * i + y - 2000) for y in (2024, 2025) for i in range(6)]
    frame = {"year": [r[0] for r in rows], "n": [r[1] for r in rows], "plans": [r[2] for r in rows]}
    view = show.chart_view(aggregate(frame, ["year", "n"]), mark="line", x="year", y="plans",
                           colour="n")  # fmt: skip
    svg = parsed(view).find("svg")
    strokes = {p["stroke"] for p in svg.find_all("path") if p.get("stroke-width") == "2.5"}
    assert strokes == {palette.CATEGORIES[0]}
    names = [t.get_text() for t in svg.find_all("text")]
    assert [names.count(f"n{i}") for i in range(6)] == [1] * 6  # each panel under its own name


def test_lines_differ_by_dash_and_shape_and_not_by_colour_alone():
    told = aggregate(trend().frame.query("need != 'VI' and need != 'MSI'"), ["year", "need"])
    view = show.chart_view(told, mark="line", x="year", y="plans", colour="need")
    paths = parsed(view).find("svg").find_all("path")
    lines = [p for p in paths if p.get("stroke-width") == "2.5"]
    assert len({p["stroke"] for p in lines}) == len({p.get("stroke-dasharray") for p in lines}) == 2


def test_series_brought_forward_leave_the_others_grey():
    view = show.chart_view(
        trend(), mark="line", x="year", y="plans", colour="need", highlight=["ASD"]
    )
    lines = [p["stroke"] for p in parsed(view).find("svg").find_all("path") if p.get("stroke")]
    assert palette.CATEGORIES[0] in lines
    assert palette.GREY in lines
    assert palette.CATEGORIES[1] not in lines


def test_a_range_is_shaded_and_named():
    rows = {"year": [2024, 2025, 2026], "plans": [1000, 1100, 1200], "low": [None, None, 1100],
            "high": [None, None, 1310]}  # fmt: skip
    measures = (Measure("plans", "EHC plans", "number"), Measure("low", "80% range: low", "number"),
                Measure("high", "high", "number"))  # fmt: skip
    told = aggregate(rows, ["year"], measures, source="plan")
    soup = parsed(show.chart_view(told, mark="line", x="year", y="plans", low="low", high="high"))
    assert soup.find("svg").find("path", attrs={"fill-opacity": "0.18"}) or soup.find("svg").find(
        "path", opacity="0.18"
    )
    assert "dashed: forecast; shaded: 80% range: low to high" in soup.get_text()
    assert "Range 1,100 to 1,310." in soup.find("desc").get_text()
    assert "[z] not applicable" in soup.get_text()


def test_a_waterfall_writes_each_step_with_its_sign_on_one_scale():
    view = show.chart_view(
        spend(), mark="waterfall", steps=["first", "more", "cost", "last"],
        where={"provision": "All"},
    )  # fmt: skip
    text = parsed(view).find("svg").get_text(" ")
    for expected in ("£61.2 million", "+£9.4 million", "+£4.1 million", "£74.7 million"):
        assert expected in text


def test_a_waterfall_over_rows_takes_its_ends_as_levels():
    rows = {"part": ["start", "pupils", "rate", "end"], "v": [1000.0, 120.0, 420.0, 1540.0]}
    told = published(rows, ["part"], measures=(Measure("v", "Plans", "number"),))
    text = (
        parsed(show.chart_view(told, mark="waterfall", x="part", y="v")).find("svg").get_text(" ")
    )
    assert "+420" in text
    assert "+1,540" not in text


def test_a_dimension_that_is_neither_drawn_nor_held_is_named():
    view = show.chart_view(trend(), mark="bar", x="need", y="plans")
    with pytest.raises(ValueError, match="does not say which 'year' it draws"):
        drawn(view)


def test_a_total_is_drawn_only_where_its_dimension_is_not():
    rows = {"year": [2024, 2024, 2025, 2025], "need": ["ASD", "All"] * 2, "plans": [10, 20, 30, 40]}
    told = aggregate(rows, ["year", "need"])
    over = parsed(show.chart_view(told, mark="line", x="year", y="plans"))
    assert [td.get_text() for td in over.find_all("td")] == ["20", "40"]
    by = parsed(show.chart_view(told, mark="bar", x="need", y="plans", where={"year": 2025}))
    assert [td.get_text() for td in by.find_all("td")] == ["30"]


def test_a_bar_chart_is_sorted_and_years_keep_their_order():
    svg = parsed(show.chart_view(rates(), mark="bar", x="area", y="r")).find("svg")
    assert [t.get_text() for t in svg.find_all("text")][:3] == ["5.8%", "5.3%", "4.9%"]
    rows = {"year": [2024, 2025], "plans": [100, 900]}
    view = show.chart_view(aggregate(rows, ["year"]), mark="bar", x="year", y="plans")
    svg = parsed(view).find("svg")
    assert [t.get_text() for t in svg.find_all("text")][:2] == ["100", "900"]


def test_an_svg_with_anything_that_does_not_draw_is_refused(monkeypatch):
    for bad in ("<script/>", "<a/>", "<image/>", "<foreignObject/>", "<style/>"):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">{bad}</svg>'
        monkeypatch.setattr("toolkit.show.svg._drawn", lambda _, svg=svg: svg)
        with pytest.raises(Exception, match="draws nothing"):
            to_svg(canvas.Drawing({}), "i", layout.WIDE, "t", "d")


def test_ids_within_an_svg_carry_its_prefix(monkeypatch):
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><defs>'
        '<clipPath id="clip0"><rect/></clipPath></defs><g clip-path="url(#clip0)"><rect/></g></svg>'
    )
    monkeypatch.setattr("toolkit.show.svg._drawn", lambda _: svg)
    made = to_svg(canvas.Drawing({}), "v1", layout.WIDE, "t", "d")
    assert 'id="v1-clip0"' in made
    assert "url(#v1-clip0)" in made


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 154, [0, 50, 100, 150]), (0, 0.9, [0, 0.2, 0.4, 0.6, 0.8]), (-3, 12, [-5, 0, 5, 10])],
)
def test_ticks_are_round_and_the_axis_ends_a_little_over_the_largest(low, high, expected):
    values, (foot, head) = layout.axis(low, high)
    assert [v for v in values if v <= high] == expected
    assert foot == values[0]
    assert high < head < high * 1.5


@pytest.mark.parametrize("high", [0.4, 1, 2, 3, 7, 12, 2500])
def test_an_axis_of_people_has_whole_steps(high):
    assert all(v % 1 == 0 for v in layout.axis(0.0, high, whole=True)[0])


def test_a_tiny_chart_of_plans_shows_no_half_a_plan():
    told = published({"year": [2024, 2025], "plans": [1, 2]}, ["year"])
    svg = parsed(show.chart_view(told, mark="line", x="year", y="plans")).find("svg")
    assert "0.5" not in svg.get_text(" ").split()


def test_the_alt_text_of_small_panels_names_every_panel():
    text = parsed(show.chart_view(trend(), mark="line", x="year", y="plans", facet="need"))
    told = text.find("desc").get_text()
    for name in making.LABELS["need"].values():
        assert name in told


def test_the_alt_text_of_many_long_panels_says_the_range_over_them():
    names = [f"Provision {i} with a name that takes a good deal of room" for i in range(9)]
    rows = {"year": [2020] * 9 + [2025] * 9, "kind": names * 2,
            "plans": [*range(10, 100, 10), *range(110, 200, 10)]}  # fmt: skip
    view = show.chart_view(published(rows, ["year", "kind"]), mark="line", x="year", y="plans",
                           facet="kind")  # fmt: skip
    told = parsed(view).find("desc").get_text()
    assert f"In 2025 from 110 ({names[0]}) to 190 ({names[8]})." in told
    assert f"In 2020 from 10 ({names[0]}) to 90 ({names[8]})." in told


def test_labels_are_kept_apart_and_above_the_foot():
    placed = layout.spread([10, 12, 300], [20, 20, 20], 310)
    assert placed[1] - placed[0] >= 20
    assert placed[2] <= 300


@pytest.mark.parametrize("text", ["", "a" * 300, "a-b " * 100, "Kingston upon Hull, City of"])
def test_wrapped_labels_fit(text):
    lines = layout.wrap(text, 100, 14)
    assert 1 <= len(lines) <= 3
    assert all(layout.text_width(line, 14) <= 125 for line in lines)


def test_a_tree_prints_each_driver_with_its_change():
    measures = [
        Measure("spend", "Spend", "£"),
        Measure("caseload", "Caseload", "people"),
        Measure("unit_cost", "Unit cost", "£ per plan", ("caseload",)),
        Measure("growth", "Growth", "%"),
    ]
    rows = {"provision": ["All", "ms", "nmiss"], "spend": [74.7e6, 40e6, 34.7e6],
            "caseload": [1543, 1540, 3], "unit_cost": [48412.0, 26000.0, 1e6],
            "growth": [22.0, 10.0, 40.0]}  # fmt: skip
    told = aggregate(rows, ["provision"], measures, universe="Caseload")
    view = show.tree_view(told, by="provision", value="spend", parts=["caseload", "unit_cost"],
                          changes={"spend": "growth"}, title="What drives spend")  # fmt: skip
    soup = parsed(view)
    text = soup.get_text(" ", strip=True)
    assert "£74.7 million" in text
    assert "(grew by 22%)" in text
    assert soup.find("ul", class_="st-tree")["aria-labelledby"] == "t-heading"
    assert len(soup.find("ul", class_="st-groups").find_all("li")) == 2
    assert "1,540" not in text  # the complement of the 3
    assert "£1 million per plan" not in text
    assert "[c] hidden" in text


def test_a_drawing_never_sees_a_raw_aggregate():
    view = show.chart_view(by_need({"ASD": 500, "MSI": 3}), mark="bar", x="need", y="plans")
    shown = Shown(view, Mask.single_cell(*view.aggregates))
    assert shown.protected[0].aggregate.frame.empty
    assert shown.protected[0].frame["plans"].isna().tolist() == [False, True]
