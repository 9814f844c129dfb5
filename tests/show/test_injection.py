import json
from html.parser import HTMLParser

import pytest
from defusedxml.ElementTree import fromstring

from tests.hostile import IN_VIEWS as PAYLOADS
from tests.show.making import aggregate, drawn
from toolkit import show
from toolkit.aggregate import Measure
from toolkit.evidence import Finding
from toolkit.show import markup

KNOWN = frozenset(
    {
        *("div", "p", "b", "span", "table", "caption", "thead", "tbody", "tr", "th", "td", "dl"),
        *("dt", "dd", "figure", "figcaption", "details", "summary", "ul", "li", "svg", "title"),
        *("desc", "g", "path", "rect", "line", "text", "tspan", "defs", "clippath", "circle"),
    }
)


class Elements(HTMLParser):
    """Collects what a page would build: its elements, their attributes, its comments."""

    def __init__(self):
        super().__init__()
        self.found, self.comments = [], []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data):
        self.comments.append(data)


def told_of(texts):
    """An aggregate with a text in every column, label, heading and note that takes one."""
    text = texts[0]
    measures = (
        Measure("plans", text, "people"),
        Measure("low", text, "people", where={"end": "low"}),
        Measure("high", text, "people", where={"end": "high"}),
        Measure("said", text, "text"),
    )
    rows = [(year, k) for year in (2024, 2025) for k in (*texts, "other")]
    frame = {
        "year": [r[0] for r in rows],
        "k": [r[1] for r in rows],
        "plans": [500 + 10 * i for i in range(len(rows))],
        "low": [400 + 10 * i for i in range(len(rows))],
        "high": [600 + 10 * i for i in range(len(rows))],
        "said": [text] * len(rows),
    }
    return aggregate(
        frame, ["year", "k"], measures, universe=text, sources=(text,), method=text, period=text,
        labels={"k": {"other": text + "."}}, filters={"area": text},
    )  # fmt: skip


TITLE = "{t} and {c}"


def cells_of(told, text):
    return {"t": text, "c": told.cell("said", year=2025, k=text)}


def views(text):
    """Every kind of view but charts, with one text in every place that takes one."""
    told = told_of([text])
    cells, value = cells_of(told, text), told.cell("plans", year=2025, k=text)
    yield show.table_view(told, text, note=text)
    yield show.table_view(told, text, ["plans"], across="k")
    yield show.sentence_view(TITLE, cells)
    yield show.finding_view(
        Finding(text, text, TITLE, cells, value, value, value, value, outcome=text)
    )
    yield show.left_out_view(text, [text], [text])
    yield show.tree_view(told, by="k", value="plans", parts=["low"], where={"year": 2025},
                         title=TITLE, cells=cells, note=text)  # fmt: skip


def charts(texts):
    """Every kind of chart, with the texts as its categories, series, panels and words."""
    told, few = told_of(texts), told_of(texts[:2])
    words = {"title": TITLE, "note": texts[0]}
    for mark, one in (("line", told), ("line", few), ("stacked", few)):
        yield show.chart_view(one, mark=mark, x="year", y="plans", colour="k",
                              cells=cells_of(one, texts[0]), **words)  # fmt: skip
    for mark in ("bar", "dot", "waterfall"):
        yield show.chart_view(told, mark=mark, x="k", y="plans", where={"year": 2025},
                              cells=cells_of(told, texts[0]), **words)  # fmt: skip
    yield show.chart_view(few, mark="line", x="k", y="plans", facet="year", low="low", high="high")
    yield show.chart_view(few, mark="line", x="year", y="plans", facet="k")
    yield show.chart_view(told, mark="scatter", x="low", y="plans", colour="k",
                          where={"year": 2025}, highlight=[texts[0]])  # fmt: skip


def assert_inert(html):
    """Fail where a text became an element, an attribute or a comment."""
    page = Elements()
    page.feed(html)
    names = {name for name, _ in page.found}
    attributes = {a for _, own in page.found for a in own}
    assert names <= KNOWN, names - KNOWN
    assert not [a for a in attributes if a.startswith("on") or a in ("href", "src", "style")]
    assert not page.comments
    html.encode("utf-8")
    assert "\x00" not in html
    assert "\x1b" not in html


@pytest.mark.parametrize("text", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_text_stays_a_text_wherever_it_stands(text):
    for view in views(text):
        assert_inert(drawn(view))


@pytest.mark.parametrize("first", range(0, len(PAYLOADS), 10))
def test_each_svg_is_inert_well_formed_and_references_nothing(first):
    for view in charts(PAYLOADS[first : first + 10]):
        html = drawn(view)
        assert_inert(html)
        start, end = html.index("<svg"), html.rindex("</svg>") + len("</svg>")
        root = fromstring(f"<both>{html[start:end]}</both>", forbid_dtd=True)
        for element in root.iter():
            assert not [a for a in element.attrib if "href" in a or a.startswith("on")]
            references = [v for v in element.attrib.values() if "url(" in v]
            assert all(r.startswith("url(#t-") for r in references)


@pytest.mark.parametrize("text", PAYLOADS, ids=range(len(PAYLOADS)))
def test_the_json_form_holds_a_text_as_it_is(text):
    for view in views(text):
        again = show.View.from_json(json.loads(json.dumps(view.to_json())))
        assert again.to_json() == view.to_json()


def test_a_name_of_an_element_is_no_place_for_a_text():
    with pytest.raises(ValueError, match="no name of an element"):
        markup.tag("p onclick=x", "text")
    with pytest.raises(ValueError, match="no name of an element"):
        markup.tag("p", "text", **{"x><script": "1"})


def test_half_a_character_is_left_out_of_a_page():
    told = told_of(["a"])
    assert_inert(drawn(show.table_view(told, "lone \ud800 surrogate", note="\ud800")))
    assert_inert(drawn(show.chart_view(told, mark="bar", x="k", y="plans", where={"year": 2025},
                                       title="\ud800")))  # fmt: skip


def test_control_characters_fall_away():
    assert markup.plain("a\x00b\x1bc\ud800d\te\x7f") == "abcd e"
