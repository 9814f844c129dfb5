"""The register of schools and colleges: Get Information about Schools, all establishments."""

from __future__ import annotations

import pandas as pd

from toolkit.intake.loaded import Loaded
from toolkit.intake.published_csv import Sheet
from toolkit.intake.published_reader import Reader, gives, loaded, numbers, rows_of, without

TEXT = {  # our column -> heading of edubasealldata*.csv, in lower case
    "urn": "urn",
    "ukprn": "ukprn",
    "name": "establishmentname",
    "type": "typeofestablishment (name)",
    "phase": "phaseofeducation (name)",
    "la_code": "la (code)",
    "status": "establishmentstatus (name)",
    "resourced_provision_type": "typeofresourcedprovision (name)",
}
NUMBERS = {
    "sen_unit_capacity": "senunitcapacity",
    "sen_unit_on_roll": "senunitonroll",
    "resourced_provision_capacity": "resourcedprovisioncapacity",
    "resourced_provision_on_roll": "resourcedprovisiononroll",
}


def read(sheet: Sheet) -> Loaded:
    """Return `establishments`: one row a school or college, text and four counts of places.

    A column that the file lacks is "" (text) or missing (numbers). Closed schools stay in: a
    past placement may be at one.
    """
    rows, problems, read_rows = rows_of(sheet)
    empty = pd.Series("", index=rows.index)
    text = {ours: rows.get(heading, empty) for ours, heading in TEXT.items()}
    counts = {ours: numbers(rows.get(heading, empty)) for ours, heading in NUMBERS.items()}
    frame = pd.DataFrame({**text, **counts})
    frame, bad = without(
        sheet,
        frame,
        ~frame["urn"].str.fullmatch(r"\d{5,7}") | frame["urn"].duplicated(),
        "published.no_urn",
        "have no URN of their own",
        "Download the file again; do not edit it in a spreadsheet.",
    )
    return loaded(sheet, {"establishments": frame}, problems + bad, read_rows, len(frame))


READERS = (
    Reader(
        "Get Information about Schools (DfE)",
        gives(
            "urn|establishmentname|typeofestablishment (name)|phaseofeducation (name)",
            "establishments",
        ),
        read,
    ),
)
