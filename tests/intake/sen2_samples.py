"""A small SEN2 return, made by hand, and what is needed to read it."""

# ruff: noqa: E501 (a record a line is what a person can read)

from __future__ import annotations

import pandas as pd
from stdnum.gb import upn

from toolkit.intake import schedule, sen2
from toolkit.intake.loaded import Loaded
from toolkit.intake.pseudonym import Pseudonyms
from toolkit.intake.sen2_fields import TABLES, Modules, own_id, parent_id, tidy
from toolkit.intake.sen2_modules import write_modules

LA = "991"
PSEUDONYMS = Pseudonyms(b"a key of the area, 32 bytes long!")
HEADER = {
    "Collection": "SEN2",
    "Year": "2025",
    "ReferenceDate": "2025-01-16",
    "SourceLevel": "L",
    "LEA": LA,
    "SoftwareCode": "Made by hand",
    "Release": "1",
    "SerialNo": "1",
    "DateTime": "2025-02-03T10:00:00",
}


def rows(table: str, *records: str) -> pd.DataFrame:
    """Return records written as "column=value; column=value" as a table's frame."""
    made = [
        dict(part.strip().split("=", 1) for part in record.split(";") if part.strip())
        for record in records
    ]
    names = {"id": own_id(table), "of": parent_id(table)}
    return tidy(table, pd.DataFrame(made).rename(columns=names))


def sample() -> Modules:
    """Return seven persons, each with another kind of case; nothing is wrong with any."""
    person = rows(
        "person",
        f"id=1; of=1; surname=O'Neill; forename=Zoë; personbirthdate=2012-03-14; sex=F; ethnicity=WBRI; postcode=zz1 1aa; upn={good_upn(1)}",
        f"id=2; of=1; surname=Ng; forename=Li; personbirthdate=2020-08-31; sex=M; ethnicity=CHNE; postcode=ZZ1 1AB; upn={good_upn(2)}",
        f"id=3; of=1; surname=Brown & Sons; forename=<Al>; personbirthdate=2015-09-01; sex=M; upn={good_upn(3)}",
        f"id=4; of=1; surname=Patel; forename=Asha; personbirthdate=2014-01-05; sex=F; upn={good_upn(4)}",
        f"id=5; of=1; surname=Jones; forename=Rhys; personbirthdate=2005-11-20; sex=M; upn={good_upn(5)}",
        "id=6; of=1; surname=Smith; forename=Jo; personbirthdate=2007-05-02; sex=F; uniquelearnernumber=1234567890",
        "id=7; of=1; surname=Null; forename=Na; personbirthdate=2018-02-28; sex=F; upnunknown=UN1",
    )  # fmt: skip
    requests = rows(
        "requests",
        "id=1; of=1; receiveddate=2017-01-10; rya=0; requestoutcome=H; requestmediation=0; requesttribunal=0",
        "id=2; of=2; receiveddate=2024-02-01; requestsource=1; rya=0; requestoutcomedate=2024-03-01; requestoutcome=Y; requestmediation=0; requesttribunal=0",
        "id=3; of=3; receiveddate=2024-05-01; requestsource=2; rya=0; requestoutcomedate=2024-06-01; requestoutcome=N; requestmediation=1; requesttribunal=0",
        "id=4; of=4; receiveddate=2023-11-15; requestsource=2; requestoutcome=H; requestmediation=0; requesttribunal=0",
        "id=5; of=5; receiveddate=2014-02-01; requestoutcome=H",
        "id=6; of=6; receiveddate=2016-02-01; requestoutcome=H",
        "id=7; of=7; receiveddate=2024-12-20; requestsource=5; requestoutcome=A; requestmediation=0; requesttribunal=0",
    )  # fmt: skip
    assessment = rows(
        "assessment",
        "id=1; of=1; assessmentoutcome=H",
        "id=2; of=2; assessmentoutcome=Y; assessmentoutcomedate=2024-06-20; assessmentmediation=0; assessmenttribunal=1; othermediation=0; othertribunal=0; week20=0",
        "id=4; of=4; assessmentoutcome=Y; assessmentoutcomedate=2024-04-03; week20=1",
        "id=5; of=5; assessmentoutcome=H",
        "id=6; of=6; assessmentoutcome=H",
    )  # fmt: skip
    namedplan = rows(
        "namedplan",
        "id=1; of=1; startdate=2017-06-01; pb=0; oa=0",
        "id=2; of=2; startdate=2024-06-20; pb=1; oa=0; dp=A",
        "id=4; of=4; startdate=2024-04-03; pb=0",
        "id=5; of=5; startdate=2014-09-15; ceasedate=2024-08-31; ceasereason=3; pb=0",
        "id=6; of=6; startdate=2016-07-01; planres=A; pb=0",
    )
    plandetail = rows(
        "plandetail",
        "id=1; of=1; urn=100001; placementrank=1; senunitindicator=0; resourcedprovisionindicator=0",
        "id=2; of=4; urn=100003; placementrank=1; senunitindicator=0; resourcedprovisionindicator=1",
    )
    activeplans = rows(
        "activeplans",
        "id=1; of=1; reviewmeeting=2024-03-05; reviewoutcome=M; lastreview=2024-04-01",
        "id=2; of=2",
        "id=4; of=4",
        "id=5; of=5; reviewmeeting=2024-02-02; reviewoutcome=C; lastreview=2024-02-20",
        "id=6; of=6; transferla=990; reviewmeeting=2024-10-01; reviewoutcome=A",
    )
    placementdetail = rows(
        "placementdetail",
        "id=1; of=1; urn=100001; placementrank=1; entrydate=2023-09-01; senunitindicator=0; resourcedprovisionindicator=0",
        "id=2; of=1; urn=100002; placementrank=2; entrydate=2023-09-01; senunitindicator=0; resourcedprovisionindicator=0",
        "id=3; of=2; sensetting=EYP; placementrank=1; entrydate=2024-09-01; senunitindicator=0; resourcedprovisionindicator=0",
        "id=4; of=4; placementrank=1; entrydate=2024-04-15",
        "id=5; of=5; urn=100004; placementrank=1; entrydate=2021-09-01; leavingdate=2024-07-19; senunitindicator=0; resourcedprovisionindicator=0",
        "id=6; of=6; ukprn=10000001; placementrank=1; entrydate=2023-09-05; senunitindicator=0; resourcedprovisionindicator=0; res=A",
    )  # fmt: skip
    senneed = rows(
        "senneed",
        "id=1; of=1; sentype=ASD; sentyperank=1",
        "id=2; of=1; sentype=SEMH; sentyperank=2",
        "id=3; of=2; sentype=DS; sentyperank=1",
        "id=4; of=4; sentype=SLCN; sentyperank=1",
        "id=5; of=5; sentype=MLD; sentyperank=1",
        "id=6; of=6; sentype=PMLD; sentyperank=1",
    )
    frames = (
        person,
        requests,
        assessment,
        namedplan,
        plandetail,
        activeplans,
        placementdetail,
        senneed,
    )
    return Modules(header=dict(HEADER), frames=dict(zip(TABLES, frames, strict=True)))


def good_upn(number: int) -> str:
    """Return a made-up UPN whose check letter fits."""
    digits = f"801200005{number:03d}"
    return upn.calc_check_digit(digits) + digits


def establishments() -> pd.DataFrame:
    """Return four schools, one with a provision group of its own."""
    made = pd.DataFrame(
        {
            "urn": ["100001", "100002", "100003", "100004"],
            "name": ["A", "B", "C", "D"],
            "type": [
                "Community special school",
                "Academy converter",
                "Community school",
                "Unheard of",
            ],
            "phase": ["Not applicable", "Primary", "Primary", "16 plus"],
            "provision_group": [None, None, None, "post16"],
        }
    )
    return made.astype(schedule.TEXT)


def lookup() -> pd.DataFrame:
    """Return localities of two postcodes."""
    made = pd.DataFrame({"postcode": ["ZZ11AA", "ZZ1  1AB"], "locality": ["North", "South"]})
    return made.astype(schedule.TEXT).assign(deprivation_decile=pd.array([2, 9], dtype="Int64"))


def load(modules: Modules, folder, form: str = "xml", version: str = "1.3") -> Loaded:
    """Return a return written and read back."""
    write_modules(modules, folder, form, version)
    return load_folder(folder)


def load_folder(folder, la_code: str = LA) -> Loaded:
    """Return the one return in a folder."""
    (only,) = sen2.recognise([folder])
    return sen2.read_return(only, PSEUDONYMS, la_code, establishments(), lookup())


def changed(modules: Modules, table: str, row: int, **cells: str | None) -> Modules:
    """Return the modules with some cells of one row changed; row 0 is the first."""
    frame = modules.frames[table].copy()
    for column, value in cells.items():
        frame.loc[row, column] = value
    return Modules(dict(modules.header), {**modules.frames, table: frame})
