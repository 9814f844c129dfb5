"""What a need of a notebook is called, and the file that would fill it, in words for a reader."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.intake import schedule

PUBLISHED = "published:"
RETURNED = ("plans", "requests", "placements", "reviews")  # what a SEN2 return holds
NAMES = {
    "own files": "files of the area's own",
    "provisions": "the provision of most placements",
    "censuses": "EHC plans open at a January census",
    "earlier_needs": "primary needs that an earlier return recorded otherwise",
}
PROPER = ("Dedicated Schools Grant", "Section 251")  # titles that begin with a name
FILES = {
    "own files": "the SEN2 return, or any file of the data schedule",
    "provisions": "establishments.csv, or the register of schools (edubasealldata.csv)",
    "censuses": "the SEN2 return, or plans.csv with plans open at a January census,",
    "earlier_needs": "an earlier SEN2 return",
    "published:caseload": "the DfE's zip 'Education, health and care plans'",
    "published:flows": "the DfE's zip 'Education, health and care plans'",
    "published:dsg_allocations": "the DSG allocations",
    "published:section251": "the Section 251 outturn",
    "published:measures": "the Local Authority Interactive Tool's measures",
    "published:sen_in_england": "the DfE's release 'Special educational needs in England'",
    "published:population": "the ONS population estimates",
    "published:population_2_18": "the DfE's high needs benchmarking tool",
    "published:high_needs_benchmarking": "the DfE's high needs benchmarking tool",
}


def called(need: str) -> str:
    """Return what a need is called for a reader, as in "placements of people with a plan"."""
    table = schedule.TABLES.get(need)
    if table is not None:
        proper = table.title[:2].isupper() or table.title.startswith(PROPER)
        return table.title if proper else table.title[:1].lower() + table.title[1:]
    if need in NAMES:
        return NAMES[need]
    name = need.removeprefix(PUBLISHED).removeprefix("ees_").replace("_", " ")
    return f"published {name}" if need.startswith(PUBLISHED) else f"'{name}'"


def fills(need: str) -> str:
    """Return the file that would fill a need, in words."""
    if need in RETURNED:
        return f"the SEN2 return, or {need}.csv"
    if need.startswith(f"{PUBLISHED}ees_"):
        return FILES[f"{PUBLISHED}caseload"]
    if need in FILES:
        return FILES[need]
    return f"{need.removeprefix(PUBLISHED)}.csv"


def files_for(needs: Sequence[str]) -> list[str]:
    """Return the files that would fill some needs, each once; one SEN2 return fills several."""
    files = ", ".join(f"{need}.csv" for need in needs if need in RETURNED)
    several = f"the SEN2 return, or {files}"
    return list(dict.fromkeys(several if need in RETURNED else fills(need) for need in needs))
