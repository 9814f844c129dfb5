"""Hostile text in names, labels and words stays text: judged by what a browser does."""

import json

import pytest

from tests.hostile import IN_PAGES as PAYLOADS
from tests.publish.making import COUNTS, TABLE, finding, notebook

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "Kingston & Hull, City of (St. Mary's) - North"  # every kind of character a name may have


def hostile(folder):
    """Write a notebook with every payload in every place where a text may come from data."""
    labels = json.dumps(dict(enumerate(PAYLOADS)))
    code = f"""
payloads = {{str(k): v for k, v in {labels}.items()}}
texts = list(payloads.values())
all_of_them = " | ".join(texts).replace("{{", "{{{{").replace("}}", "}}}}")
labelled = Aggregate(
    frame=pd.DataFrame({{"need": list(payloads), "name": texts,
                         "plans": [100 + 7 * int(k) for k in payloads]}}),
    universe=texts[0], dimensions=("need",), source="local", period=texts[1],
    measures=(Measure("plans", texts[2], "people"), Measure("name", texts[3], "text")),
    sources=tuple(texts), method=" ".join(texts), labels={{"need": payloads}},
    filters={{"area": texts[4]}},
)
show.table(labelled, caption=" ".join(texts), note=" ".join(texts))
show.chart(labelled, mark="bar", x="need", y="plans", title=all_of_them, note=" ".join(texts))
show.sentence(all_of_them + " {{a}} {{b}}", a=labelled.cell("name", need="5"), b=texts[6])
show.finding(Finding(
    id="10.x", stage=texts[0], sentence=all_of_them + " {{a}}", outcome=" ".join(texts),
    cells={{"a": labelled.cell("plans", need="1")}}, value=labelled.cell("plans", need="1")))
show.views.left_out_view(texts[0], texts, texts)
"""
    words = ["\n\n".join(PAYLOADS), "\n\n".join(f"## {p}" for p in PAYLOADS),
             "\n".join(f"- {p}\n  > {p}" for p in PAYLOADS),
             "| a |\n|---|\n" + "\n".join(f"| {p} |" for p in PAYLOADS)]  # fmt: skip
    notebook(folder, "10_hostile", COUNTS + code, words=words, title=PAYLOADS[0],
             question=" ".join(PAYLOADS))  # fmt: skip
    notebook(folder, "11_named", COUNTS, TABLE, finding("11"), stage=PAYLOADS[2])


@pytest.fixture(scope="module")
def release(publish_to):
    return publish_to(hostile, NAME)


@pytest.mark.parametrize("name", ["10_hostile.html", "11_named.html", "index.html"])
def test_no_payload_runs_or_asks_for_anything(release, visit, tmp_path, name):
    policy = "Content-Security-Policy"
    unguarded = tmp_path / name  # without the policy, so that escaping is judged alone
    unguarded.write_text((release / name).read_text().replace(policy, "X-None"))
    for path in (release / name, unguarded):
        page = visit(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for link in page.query_selector_all("main a:not([href^='#'])"):
            assert link.get_attribute("href").split("#")[0].endswith((".html", ".json"))
        page.mouse.move(400, 400)
        page.wait_for_timeout(300)
        assert page.said == []
        assert page.evaluate("window.__pwn") is None
        assert page.asked == [path.as_uri()]
        assert page.evaluate("document.querySelectorAll('script, iframe, base').length") == 0
        assert page.url == path.as_uri()


def test_every_payload_is_read_as_the_text_that_it_is(release, visit):
    page = visit(release / "10_hostile.html")
    text = page.evaluate("document.querySelector('main').textContent")
    for payload in PAYLOADS:
        assert payload in text


def test_an_areas_name_is_shown_as_it_is_written(release, visit):
    page = visit(release / "index.html")
    assert page.inner_text("h1") == f"SEND diagnostic: {NAME}"
    assert release.name == "kingston-hull-city-of-st-marys-north"
