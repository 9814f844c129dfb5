"""The set-up tables: who takes part, what will be done, and how far it has come.

Written as an area would have them some weeks into the diagnostic: one lead role is not filled,
one file is late, and one activity is covered by work that was done before.
"""

from __future__ import annotations

import pandas as pd

from toolkit import reference

START = pd.Timestamp("2026-03-02")  # the first day of the diagnostic
OWNERS = {
    "setup": "SEND lead",
    "module_1": "Finance business partner",
    "module_2": "Head of inclusion",
    "module_3": "Programme manager",
    "grant": "SEND lead",
}
LEFT_OUT = "M2.7"  # an activity that this area has switched off
PROVED = {"M2.4": "full", "M1.2": "partial", "M3.4": "none"}
STAKEHOLDERS = (
    (
        "la",
        "{name} Council",
        "Director of children's services",
        5,
        5,
        4,
        "Children's leadership team",
    ),
    ("la", "{name} Council", "Section 151 officer", 4, 5, 3, "Finance board"),
    ("la", "{name} Council", "Head of SEND", 5, 4, 5, "SEND partnership board"),
    ("education", "{name} Schools Forum", "Chair", 4, 4, 3, "Schools forum"),
    ("education", "{name} Primary Heads", "Chair", 4, 3, 3, "Headteachers' briefing"),
    ("education", "{name} Special Heads", "Chair", 5, 4, 4, "Special heads' meeting"),
    (
        "health",
        "{name} Integrated Care Board",
        "Designated clinical officer",
        4,
        4,
        2,
        "SEND partnership board",
    ),
    ("health", "{name} Community Trust", "Head of therapies", 3, 3, 2, ""),
    ("parent_carers", "{name} Parent Carer Forum", "Co-chair", 5, 4, 3, "Monthly forum meeting"),
    ("cyp", "{name} Youth Council", "Participation worker", 4, 2, 2, ""),
    ("other", "{name} College Group", "Head of inclusive learning", 3, 3, 3, ""),
)
ROLES = {
    "comms": ("Communications manager", "Corporate communications"),
    "finance": ("Finance business partner", "Children's finance"),
    "voice": ("", ""),
    "workshops": ("Improvement adviser", "Transformation"),
    "data": ("SEND data manager", "Business intelligence"),
}
GROUPS = {
    "steering": (
        ("Director of children's services", "la"),
        ("Section 151 officer", "la"),
        ("Schools forum chair", "education"),
        ("Designated clinical officer", "health"),
        ("Parent carer forum co-chair", "parent_carers"),
    ),
    "working": (
        ("Head of SEND", "la"),
        ("SEND data manager", "la"),
        ("Finance business partner", "la"),
        ("Special school headteacher", "education"),
        ("Head of therapies", "health"),
    ),
}
MEETINGS = (
    ("Ask health for waiting times", "Head of inclusion", 11, "done"),
    ("Name someone for the voice of the person", "SEND lead", 12, "under_way"),
    ("Agree the dates of the case reviews", "SEND lead", 18, "under_way"),
    ("Send the ledger by placement", "Finance business partner", 21, "not_started"),
)
ASKED = {  # table: owner, day it is due, day it came (None: not yet), hard to supply
    "plans": ("SEND data manager", 7, 4, 0),
    "requests": ("SEND data manager", 7, 4, 0),
    "placements": ("SEND data manager", 7, 6, 0),
    "placement_costs": ("Finance business partner", 14, 17, 1),
    "spend_lines": ("Finance business partner", 14, 9, 0),
    "dsg_position": ("Finance business partner", 14, 9, 0),
    "places": ("Place planning officer", 14, 12, 0),
    "population": ("Public health analyst", 14, 5, 0),
    "services": ("Head of inclusion", 21, None, 1),
    "survey_responses": ("Improvement adviser", 35, None, 0),
}


def setup_tables(name: str) -> dict[str, pd.DataFrame]:
    """Return the set-up tables of an area, by name."""
    return {
        "stakeholders": _stakeholders(name),
        "engagement": _engagement(),
        "sessions": _sessions(),
        "roles": pd.DataFrame([{"role": r, "post": p, "team": t} for r, (p, t) in ROLES.items()]),
        "groups": _groups(),
        "activities": _activities(),
        "checklist": _checklist(),
        "existing_evidence": _existing_evidence(),
        "meetings": _meetings(),
        "attendance": _attendance(),
        "data_request": _data_request(),
    }


def _day(days: int) -> str:
    return f"{START + pd.Timedelta(days=days):%Y-%m-%d}"


def _stakeholders(name: str) -> pd.DataFrame:
    columns = [
        "stakeholder_group",
        "organisation",
        "role",
        "interest",
        "influence",
        "relationship",
        "forum",
    ]
    made = pd.DataFrame(STAKEHOLDERS, columns=columns)
    made["organisation"] = [text.format(name=name) for text in made["organisation"]]
    made.insert(0, "stakeholder_id", range(1, len(made) + 1))
    return made


def _engagement() -> pd.DataFrame:
    """Return the catalogue's engagements, one row a group; those of the set-up have begun."""
    known = reference.table("engagements")
    rows = []
    wanted = ["engagement_id", "engagement", "stage", "groups"]
    for engagement_id, text, stage, groups in known[wanted].to_numpy():
        for at, group in enumerate(groups.split("; "), 1):
            done = "1" if stage == "setup" and group != "cyp" else ("0" if stage == "setup" else "")
            rows.append(
                {
                    "engagement_id": f"{engagement_id}.{at}",
                    "stage": stage,
                    "stakeholder_group": group,
                    "engagement": text,
                    "forum": "",
                    "planned": 1,
                    "actual": done,
                }
            )
    return pd.DataFrame(rows)


def _sessions() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "session_id": "setup.kick_off",
                "hours": 2.5,
                "how_many": "",
                "first_date": _day(9),
                "why": "Held with the partnership board",
            },
            {
                "session_id": "m2.case_reviews",
                "hours": "",
                "how_many": 4,
                "first_date": _day(63),
                "why": "A fourth, for post-16",
            },
        ]
    )


def _groups() -> pd.DataFrame:
    rows = [
        {"group_name": group, "member": member, "stakeholder_group": side}
        for group, members in GROUPS.items()
        for member, side in members
    ]
    return pd.DataFrame(rows)


def _activities() -> pd.DataFrame:
    """Return the catalogue's activities with owner and dates: a stage begins when one has ended."""
    known = reference.table("activities")
    weeks = reference.table("stages").set_index("stage")["weeks"].astype(int)
    begins = weeks.cumsum() - weeks
    start = [_day(7 * int(begins[s])) for s in known["stage"]]
    end = [_day(7 * int(begins[s] + weeks[s]) - 3) for s in known["stage"]]
    return pd.DataFrame(
        {
            "activity_id": known["activity_id"],
            "on": (known["activity_id"] != LEFT_OUT).astype(int),
            "owner": known["stage"].map(OWNERS),
            "start": start,
            "end": end,
        }
    )


def _checklist() -> pd.DataFrame:
    known = reference.table("activities").query("starred == '1'")
    status = {"setup": "done", "module_1": "under_way"}
    due = _activities().set_index("activity_id")["end"]
    return pd.DataFrame(
        {
            "activity_id": known["activity_id"],
            "status": known["stage"].map(status).fillna("not_started"),
            "owner": known["stage"].map(OWNERS),
            "due": known["activity_id"].map(due),
        }
    ).reset_index(drop=True)


def _existing_evidence() -> pd.DataFrame:
    titles = {
        "Multi-agency case audit": "2024-04-01",
        "High needs recovery plan": "2025-05-01",
        "SEND strategy": "2023-06-01",
    }
    done = zip(titles.items(), PROVED.items(), strict=True)
    return pd.DataFrame(
        [
            {
                "evidence_id": at,
                "title": title,
                "date": date,
                "owner": "SEND lead",
                "activity_id": activity,
                "strength": strength,
            }
            for at, ((title, date), (activity, strength)) in enumerate(done, 1)
        ]
    )


def _meetings() -> pd.DataFrame:
    rows = [
        {
            "meeting_date": _day(7 * (at // 2)),
            "action": action,
            "owner": owner,
            "due": _day(due),
            "status": status,
        }
        for at, (action, owner, due, status) in enumerate(MEETINGS)
    ]
    return pd.DataFrame(rows)


def _attendance() -> pd.DataFrame:
    rows = []
    for session, absent in (
        ("setup.kick_off", "Head of therapies"),
        ("m1.training", "Section 151 officer"),
    ):
        for member, side in dict([m for group in GROUPS.values() for m in group]).items():
            if session == "setup.kick_off" or side == "la":
                rows.append(
                    {
                        "session_id": session,
                        "attendee": member,
                        "stakeholder_group": side,
                        "attended": int(member != absent),
                    }
                )
    return pd.DataFrame(rows)


def _data_request() -> pd.DataFrame:
    rows = [
        {
            "table": table,
            "owner": owner,
            "deadline": _day(due),
            "received": "" if came is None else _day(came),
            "hard_to_supply": hard,
            "grant_used": hard,
        }
        for table, (owner, due, came, hard) in ASKED.items()
    ]
    return pd.DataFrame(rows)
