"""The fictional area's schools and colleges, and who goes to which.

A pool is a set of establishments that a person of some provision and phase may go to; a person
keeps the same one until provision or phase changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit import reference
from toolkit.intake.fiction.flows import NONE, YEARS, Ints, Stock
from toolkit.intake.fiction.national import NEEDS, PROVISIONS, ees_share

FIRST_URN = 990_001  # above every URN that is in use
FIRST_UKPRN = 19_900_001  # the register's begin with 100
CHANGE_SCHOOL = 0.015  # a year, for no other reason than a move: a choice
PHASES = ("primary", "secondary", "post16")
# Plans to an establishment in England, January 2025: plans in the group over establishments in
# Schools, pupils and their characteristics, rounded. At least so many whatever the area's size.
SIZES = {
    ("mainstream", "primary"): (15, 4),
    ("mainstream", "secondary"): (75, 2),
    ("rp_unit", "primary"): (150, 1),
    ("rp_unit", "secondary"): (220, 1),
    ("state_special", "all"): (600, 2),
    ("nmiss", "all"): (160, 3),
    ("ap_hospital", "all"): (1500, 1),
    ("post16", "all"): (900, 2),
}
# Published column -> type of establishment as in Get Information about Schools.
TYPES = {
    "mainstream_la_maintained": "Community school",
    "mainstream_academy": "Academy converter",
    "mainstream_free_school": "Free schools",
    "special_la_maintained": "Community special school",
    "special_academy_free": "Academy special converter",
    "special_independent": "Other independent special school",
    "special_non_maintained": "Non-maintained special school",
    "mainstream_independent": "Other independent school",
    "ap_pru_la_maintained": "Pupil referral unit",
    "ap_pru_academy": "Academy alternative provision converter",
    "ap_pru_free_school": "Free schools alternative provision",
    "general_fe_tertiary_colleges": "Further education",
    "specialist_post_16_institutions": "Special post 16 institution",
    "ukrlp_provider": "",  # in the register of learning providers, not of schools
}
PHASE_NAMES = {"primary": "Primary", "secondary": "Secondary", "all": "Not applicable"}
KINDS = {
    ("mainstream", "primary"): "Primary School",
    ("mainstream", "secondary"): "High School",
    ("state_special", "all"): "Special School",
    ("nmiss", "all"): "House School",
    ("ap_hospital", "all"): "Centre",
    ("post16", "all"): "College",
}
DESIGNATED = ("SLD", "SEMH", "ASD", "MLD", "PMLD", "SLCN", "PD")
LIKING = 4.0  # how much likelier a special school is for those whom it is designated for


@dataclass(frozen=True)
class Schools:
    """Establishments: one row each, and the pools by provision and phase.

    Attributes:
        frame: urn, ukprn, name, provision, phase, ees_column, designated_need, weight, and
            sen_unit and resourced_provision (0 or 1) for the entries of units: a unit has
            its school's URN in a row of its own.
    """

    frame: pd.DataFrame

    def pool(self, provision: str, phase: str) -> Ints:
        """Return the rows of a pool; "all" establishments are in the pool of every phase."""
        rows = self.frame["provision"].eq(provision) & self.frame["phase"].isin([phase, "all"])
        return np.flatnonzero(rows)


def schools(plans: int, rng: np.random.Generator) -> Schools:
    """Return the establishments that an area of so many plans has."""
    rows: list[dict[str, object]] = []
    for (provision, phase), (size, least) in SIZES.items():
        if provision == "rp_unit":
            continue
        number = max(round(plans / size), least)
        rows += _group(provision, phase, number, rng)
    frame = pd.DataFrame(rows)
    registered = frame["ees_column"].ne("ukrlp_provider")
    order = np.arange(len(frame))
    frame["urn"] = np.where(registered, (FIRST_URN + order).astype(str), "")
    frame["ukprn"] = np.where(registered, "", (FIRST_UKPRN + order).astype(str))
    names = reference.table("fictional_names").query("kind == 'school'")["name"].tolist()
    frame["name"] = [_name(i, str(k), names) for i, k in enumerate(frame.pop("kind"))]
    return Schools(_with_units(frame, plans, rng).reset_index(drop=True))


def _group(
    provision: str, phase: str, number: int, rng: np.random.Generator
) -> list[dict[str, object]]:
    """Return one group's establishments; each type has its published share of them."""
    columns, share = ees_share(2025)[provision]
    kept = sorted((-s, c) for c, s in zip(columns, share, strict=True) if c in TYPES)
    up_to = np.cumsum([-s for s, _ in kept]) / -sum(s for s, _ in kept)
    at = np.searchsorted(up_to, (np.arange(number) + 0.5) / number)
    special = provision == "state_special"
    return [
        {
            "provision": provision,
            "phase": phase,
            "ees_column": kept[i][1],
            "kind": KINDS[provision, phase],
            "designated_need": DESIGNATED[n % len(DESIGNATED)] if special else "",
            "weight": float(rng.gamma(4.0)),
            "sen_unit": 0,
            "resourced_provision": 0,
        }
        for n, i in enumerate(at)
    ]


def _with_units(frame: pd.DataFrame, plans: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return the schools with a row for each SEN unit or resourced provision that they have."""
    parts = [frame]
    for phase in ("primary", "secondary"):
        size, least = SIZES["rp_unit", phase]
        state = frame["provision"].eq("mainstream") & frame["phase"].eq(phase)
        rows = np.flatnonzero(state)
        number = min(max(round(plans / size), least), len(rows))
        chosen = frame.iloc[np.sort(rng.choice(rows, number, replace=False))]
        unit = (np.arange(number) % 3 == 0).astype(int)
        need = np.array(["ASD", "SLCN", "HI"])[np.arange(number) % 3]
        column = chosen["ees_column"] + np.where(unit == 1, "_senunit", "_resourced_provision")
        parts.append(
            chosen.assign(
                provision="rp_unit", sen_unit=unit, resourced_provision=1 - unit,
                ees_column=column, designated_need=need, weight=rng.gamma(4.0, size=number),
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _name(number: int, kind: str, names: list[str]) -> str:
    """Return a school's name: a second word once all first words are used up."""
    first, turn = names[number % len(names)], number // len(names)
    return f"{first} {kind}" if turn == 0 else f"{first} {names[turn * 7 % len(names)]} {kind}"


def attend(people: Stock, known: Schools, rng: np.random.Generator) -> Ints:
    """Return people x Januaries: the row of the establishment, or NONE without one."""
    made = np.full(people.provision.shape, NONE, dtype=np.int64)
    for at in range(len(YEARS)):
        provision = people.provision[:, at]
        phase = phase_of(people.age + at)
        if at:
            made[:, at] = np.where(_same(people, made, at), made[:, at - 1], NONE)
            moves = rng.random(len(provision)) < CHANGE_SCHOOL
            made[moves, at] = NONE
        for place, phase_at in _pools(provision, phase, made[:, at]):
            made[place, at] = pick(
                known,
                PROVISIONS[provision[place[0]]],
                PHASES[phase_at],
                people.need[place, at],
                rng,
            )
    return made


def _same(people: Stock, made: Ints, at: int) -> npt.NDArray[np.bool_]:
    """Return who may stay: the provision is the same, and no other school is due by age."""
    unchanged = people.provision[:, at] == people.provision[:, at - 1]
    by_age = phase_of(people.age + at) == phase_of(people.age + at - 1)
    phased = np.isin(
        people.provision[:, at], [PROVISIONS.index(p) for p in ("mainstream", "rp_unit")]
    )
    sixth_form = phased & (phase_of(people.age + at) == PHASES.index("post16"))
    return np.asarray(unchanged & (by_age | ~phased | sixth_form))


def _pools(provision: Ints, phase: Ints, found: Ints) -> list[tuple[Ints, int]]:
    """Return those who need an establishment: their places, by provision and phase."""
    schooled = [PROVISIONS.index(provision) for provision, _ in SIZES]
    wanting = np.isin(provision, schooled) & (found == NONE)
    made = []
    for p in sorted(set(schooled)):
        for f in range(len(PHASES)):
            place = np.flatnonzero(wanting & (provision == p) & (phase == f))
            if len(place):
                made.append((place, f))
    return made


def pick(known: Schools, provision: str, phase: str, need: Ints, rng: np.random.Generator) -> Ints:
    """Return an establishment of the right kind for each need given."""
    phased = provision in ("mainstream", "rp_unit")
    pool = known.pool(provision, "secondary" if phased and phase == "post16" else phase)
    rows = known.frame.iloc[pool]
    weight = rows["weight"].to_numpy(dtype=float)
    liked = np.array([[d == n for d in rows["designated_need"]] for n in NEEDS])
    chances = weight * np.where(liked, LIKING, 1.0)
    up_to = (chances / chances.sum(axis=1, keepdims=True)).cumsum(axis=1)
    drawn = rng.random(len(need))
    at = (up_to[need] <= drawn[:, None]).sum(axis=1).clip(max=len(pool) - 1)
    return np.asarray(pool[at])


def phase_of(age: Ints) -> Ints:
    """Return the place in PHASES for ages at 31 August; under fives count with primary."""
    return np.asarray((age >= 11).astype(np.int64) + (age >= 16))


def establishments(known: Schools) -> pd.DataFrame:
    """Return the table `establishments`: provision is to be found from the type."""
    rows = known.frame[known.frame["provision"].ne("rp_unit") & known.frame["urn"].ne("")]
    return pd.DataFrame(
        {
            "urn": rows["urn"],
            "name": rows["name"],
            "type": rows["ees_column"].map(TYPES),
            "phase": rows["phase"].map(PHASE_NAMES),
            "provision_group": "",
        }
    ).reset_index(drop=True)
