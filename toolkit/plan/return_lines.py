"""Which of our codes each line of a return counts, and which lines cannot be told apart."""

from __future__ import annotations

from toolkit.diagnose.january import AGE_GROUPS

Rows = dict[str, tuple[str, ...]]

AGES: Rows = {
    "Under 5": ("0-4",),
    "5 to 10": ("5-10",),
    "11 to 15": ("11-15",),
    "16 to 19": ("16-19",),
    "20 to 25": ("20-25",),
}
AGES_POST16: Rows = {name: AGES[name] for name in ("16 to 19", "20 to 25")}
NEEDS: Rows = {
    "Autistic spectrum disorder": ("ASD",),
    "Down syndrome": ("DS",),
    "Hearing impairment": ("HI",),
    "Moderate learning difficulty": ("MLD",),
    "Multi-sensory impairment": ("MSI",),
    "Physical disability": ("PD",),
    "Profound and multiple learning difficulty": ("PMLD",),
    "Severe learning difficulty": ("SLD",),
    "Social, emotional and mental health": ("SEMH",),
    "Specific learning difficulty": ("SPLD",),
    "Speech, language and communication needs": ("SLCN",),
    "Vision impairment": ("VI",),
    "Other difficulty or disability": ("OTH",),
    "Not recorded": ("unknown",),
}
# The DSG management plan has no line for Down syndrome, which has a code of its own only since
# the return of 2025; until then such plans were recorded as OTH.
DSG_NEEDS: Rows = {
    **{name: codes for name, codes in NEEDS.items() if codes not in (("DS",), ("OTH",))},
    "Other difficulty or disability": ("OTH", "DS"),
    "SEN support but no specialist assessment": (),
}
DSG_PROVISIONS: Rows = {
    "Mainstream schools or academies": ("mainstream",),
    "Resourced provision or SEN units": ("rp_unit",),
    "Maintained special schools or special academies": ("state_special",),
    "Non-maintained special or independent schools": ("nmiss",),
    "Hospital schools or alternative provision": ("ap_hospital",),
    "Post-16 and further education": ("post16",),
    "Other": ("other", "early_years", "unknown"),
}
LSRP_PROVISIONS: Rows = {
    "Early years, including private and voluntary providers": ("early_years",),
    "Mainstream schools or academies, with support bases": ("mainstream",),
    "Specialist bases in mainstream": ("rp_unit",),
    "Maintained special schools or academies": ("state_special",),
    "Non-maintained special or independent, all arrangements": ("nmiss",),
    "Alternative provision, with hospital schools": ("ap_hospital",),
    "Post-16, mainstream and specialist together": ("post16",),
    "EHE, EOTAS and other, together": ("other",),
    "Placement not recorded": ("unknown",),
}
# A specialist base counts as post-16 from 16 on: told apart where ages are held.
BASE_16 = "rp_unit_16"
LSRP_PROVISIONS_BY_AGE: Rows = {
    "Early years, including private and voluntary providers": ("early_years",),
    "Mainstream schools or academies, with support bases": ("mainstream",),
    "Specialist bases in mainstream, aged up to 15": ("rp_unit",),
    "Maintained special schools or academies": ("state_special",),
    "Non-maintained special or independent, all arrangements": ("nmiss",),
    "Alternative provision, with hospital schools": ("ap_hospital",),
    "Post-16, mainstream and specialist institutions together": ("post16",),
    "Mainstream post-16 specialist provision (specialist base, aged 16 to 25)": (BASE_16,),
    "EHE, EOTAS and other, together": ("other",),
    "Placement not recorded": ("unknown",),
}
LSRP_PROVISION_NOTES = (
    "Support bases in mainstream are paid by schools and rarely recorded: they count with "
    "mainstream here.",
    "The return asks for some lines more finely than a forecast can support: independent places "
    "by who arranged them, post-16 by kind of institution, EHE, EOTAS and other one by one, and "
    "hospital schools with other. They stand together here; part them by the latest records.",
)
LSRP_NEED_TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "LSRP 7.1": ("early years", ("early_years",)),
    "LSRP 7.2": ("mainstream, with support bases", ("mainstream",)),
    "LSRP 7.3": ("specialist bases in mainstream", ("rp_unit",)),
    "LSRP 7.4": ("maintained special schools or academies", ("state_special",)),
    "LSRP 7.5": ("non-maintained special or independent schools", ("nmiss",)),
    "LSRP 7.6": ("alternative provision or hospital schools", ("ap_hospital",)),
    "LSRP 7.7": ("post-16", ("post16",)),
}
SPECIALIST_ASSESSMENT = "SEN support but no specialist assessment"
NO_SPECIALIST_ASSESSMENT = (
    f"The grid's line '{SPECIALIST_ASSESSMENT}' is a code of the school census; SEN2 has none "
    "such. It is blank; plans without a recorded need stand in their own line."
)


def group_of_age(age: int) -> str:
    """Return the age group of a completed year of age."""
    return next(name for name, (low, high) in AGE_GROUPS.items() if low <= age <= high)


def ages_by_group(ages: tuple[str, ...]) -> Rows:
    """Return, for each line by age, the single years of age that it counts."""
    return {
        line: tuple(a for a in ages if group_of_age(int(a)) in groups)
        for line, groups in AGES.items()
    }
