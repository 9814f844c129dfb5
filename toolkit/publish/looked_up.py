"""What the DfE publishes of an area, as the counts that the area's own reports split further.

Nobody needs those reports to know it, and a reader can subtract from it: whoever protects them
takes it for known.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from toolkit.aggregate import Aggregate
from toolkit.diagnose import (
    age_shift,
    caseload,
    characteristics,
    demography,
    needs,
    starts,
    timeliness,
    topics,
)
from toolkit.intake.opened import OpenArea

NOBODY = pd.DataFrame(columns=["year", "age", "persons"])  # no rates are asked for


def tables(area: OpenArea) -> Iterator[Aggregate]:
    """Yield the published counts of an area (people), under the keys that its own counts have.

    Plans at each January by provision, primary need, age, sex and ethnic group; new plans of
    each calendar year by age and primary need; plans issued in time. They are those of the
    release as the DfE has it, whatever point of it the area replaced with another. They name
    no source, since nothing shows them.

    Args:
        area: The opened area; nothing is yielded where no release holds it.
    """
    code = area.settings.la_code
    dfe = {n: area.published(n) for n in topics.TABLES if area.has(f"published:{n}")}
    listed = area.published_or_empty("caseload")
    yield caseload.published_plans(listed, code, ())
    yield caseload.published_plans(listed, code, (), by_provision=False)
    by_caseload = dfe.get("ees_caseload")
    ages = demography.published_ages(by_caseload, code)
    yield from _stock(ages, "age")
    if len(ages):
        yield demography.by_group(ages, "published", ())
    yield from _stock(needs.published_mix(dfe.get("ees_need_stock"), code), "primary_need")
    for topic, trait in characteristics.TOPICS.items():
        found = characteristics.published(by_caseload, code, topic)
        yield from _stock(found.rename(columns={"value": trait}), trait)
    if len(fresh := needs.published_mix(dfe.get("ees_need_new"), code)):
        yield needs.new_plans(fresh, "published", (), {})
    if len(new := starts.published(dfe.get("ees_new_plans"), code)):
        yield age_shift.by_year(new, "published", ())
        yield starts.by_age(new, NOBODY, "published", ())
        yield starts.by_age(new, NOBODY, "local", ())  # in bands, where few plans start
    if len(issued := timeliness.published(dfe.get("ees_timeliness"), code)):
        yield timeliness.by_year(issued, issued.iloc[:0], "published", ())


def _stock(frame: pd.DataFrame, dimension: str) -> Iterator[Aggregate]:
    """Yield plans by January and one dimension, where there are any."""
    if len(frame):
        yield Aggregate(
            frame=frame,
            universe=caseload.UNIVERSE,
            dimensions=("year", dimension),
            measures=(caseload.PLANS,),
            source="published",
            sources=(),
            method="",
            period="",
        )
