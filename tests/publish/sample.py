"""A small playbook with every kind of view, for the tests that look at finished pages."""

from __future__ import annotations

from pathlib import Path

from tests.publish.making import COUNTS, TABLE, finding, notebook

GROWTH = """
years = ["2020", "2021", "2022", "2023", "2024", "2025"]
index = pd.DataFrame({
    "group": ["This area"] * 6 + ["England"] * 6, "year": years * 2,
    "index": [100, 110, 121, 134, 149, 163, 100, 110.4, 121.5, 132.7, 147.9, 163.8],
    "share": [3.1, 3.4, 3.7, 4.1, 4.4, 4.8, 3.3, 3.7, 4.0, 4.3, 4.8, 5.3],
})
growth = Aggregate(
    frame=index, universe="Growth of EHC plans", dimensions=("group", "year"),
    measures=(Measure("index", "Index of plans, January 2020 = 100", "number"),
              Measure("share", "Pupils with a plan", "%")), source="published",
    sources=("DfE, Education, health and care plans, 2025 release",),
    method="Plans of each January over plans of January 2020, times 100.",
    period="January 2020 to January 2025",
)
"""
LINE = """
show.chart(growth, mark="line", x="year", y="index", colour="group",
           title="Plans in this area grew as fast as in England, to an index of {a}",
           cells={"a": growth.cell("index", group="This area", year=2025)})
"""
BAR = """
show.chart(plans, mark="bar", x="need", y="plans", facet="year",
           title="Autism is the most common primary need")
"""
SENTENCE = """
show.sentence("In January 2025 there were {now} plans, of which {asd} were for autism.",
              now=plans.cell("plans", year=2025, need="All"),
              asd=plans.cell("plans", year=2025, need="ASD"))
"""
COST = """
spend = Aggregate(
    frame=pd.DataFrame({"provision": ["state_special", "nmiss", "mainstream"],
                        "financial_year": ["202425"] * 3,
                        "cost": [24_310.0, 61_902.0, 9_815.0], "plans": [310, 84, 402]}),
    universe="Placements with a cost", dimensions=("provision", "financial_year"),
    measures=(Measure("cost", "Average cost of a placement", "£ per plan", ("plans",)),
              Measure("plans", "Placements", "people")), source="local",
    sources=("Exampleshire: cost of placements, 2024-25",),
    method="Yearly cost of placements open all year, over their number.", period="2024-25",
    labels={"provision": {"mainstream": "Mainstream school",
                          "state_special": "State special school",
                          "nmiss": "Independent or non-maintained special school"}},
)
"""
COST_FINDING = """
show.finding(Finding(
    id="10.cost", stage="Module 1", priority=9, criterion=2,
    sentence="A place in an independent or non-maintained special school cost {nmiss} on "
             "average in 2024-25, against {state} in a state special school.",
    cells={"nmiss": spend.cell("cost", provision="nmiss"),
           "state": spend.cell("cost", provision="state_special")},
    value=spend.cell("cost", provision="nmiss"), base=spend.cell("plans", provision="nmiss"),
    outcome="Children in these schools travel further; their reviews say if the place meets need."))
"""
OPEN = """
class Open:
    def has(self, *needs): return False
    def lacks(self, *needs): return list(needs)
    def called(self, need): return f"the table {need}"
    def filled_by(self, need): return f"{need}.csv"
"""
SECTION = 'show.section(Open(), "Deficit and recovery", needs=("dsg_position",));'
PART = 'show.section(Open(), "Mix of bands", needs=("top_ups",));'
WORDS = """
Plans are counted on **census day** each January. Two things move the number: *new plans* and
*ceased plans*. EHCPs, the HNB and SEN Support are explained in the glossary. See
[12. Capacity](11_capacity.ipynb) and the DfE's
[statistics](https://explore-education-statistics.service.gov.uk/find-statistics).

| Step | What is done |
|------|--------------|
| 1    | Plans open on census day are counted |
| 2    | Each January is divided by the first |
"""


def write(folder: Path) -> None:
    """Write the playbook."""
    notebook(
        folder, "10_high_level_trends", COUNTS + GROWTH + COST,
        "## How the caseload has grown" + WORDS, LINE, SENTENCE, finding("10", 5),
        "## Which needs\n\nRead the counts first: each share rests on them.", TABLE, BAR,
        "## What a placement costs\n\n### Average cost\n\nAn average hides a spread.",
        'show.table(spend, caption="Average cost of a placement, by provision, 2024-25")',
        COST_FINDING, OPEN, PART, "## Deficit and recovery\n\nWhat the DSG carries.", SECTION,
        title="High-level trends", needs=["plans"],
        question="How have the number of EHC plans and their cost grown, and where?",
    )  # fmt: skip
    notebook(
        folder, "11_capacity", COUNTS, "## Places", TABLE, finding("11", 7), title="Capacity",
        question="Do places match need?",
    )  # fmt: skip
    notebook(folder, "13_forecast", "1 / 0", title="Forecast", question="Where does it lead?")
    notebook(folder, "20_reviews", title="Case reviews", stage="Module 2", needs=["reviews"],
             question="Could needs have been met earlier?")  # fmt: skip
