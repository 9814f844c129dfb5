# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   toolkit:
#     needs_any:
#     - plans
#     - published:caseload
#     number: '10'
#     question: How have the number of plans and the cost of a plan grown, and where?
#     stage: Module 1
#     title: High-level trends
# ---

# %% [markdown]
# # High-level trends
#
# **Question.** How have the number of EHC plans and the cost of a plan grown, and where?
#
# **Why.** What the high needs block (HNB) spends on plans is the number of plans (the
# caseload) times what one costs (the unit cost). Each of the two is taken apart here, until it
# is clear where to ask why. The children come first: a plan is there to meet a need, and a
# smaller number of plans is by itself no good news.
#
# **Uses** the published statistics of every area; with the area's own SEN2 return and finance
# files, all of it. What is missing is named where it would stand, with the file that fills it.

# %% tags=["parameters"]
area_folder: str = "demo"  # an area's folder, or the fictional one that ships
interactive: bool = True  # False when run by papermill

# %% [markdown] tags=["analyst"]
# Open the area. Its files are read once, checked, and kept in its private folder.

# %%
from toolkit import reference, show
from toolkit.diagnose import baselines, caseload, comparators, decompose, drivers
from toolkit.diagnose import dsg, explain, growth, ledger, spend
from toolkit.intake.store import open_area

area = open_area(area_folder)
code, labels = area.settings.la_code, area.labels

# %% [markdown]
# ## How many plans there are
#
# The area's own count of plans open at each January census comes first, where its records are
# held. It stands beside the figure that the DfE published.

# %%
own = caseload.stock(
    area.table_or_empty("plans"),
    area.table_or_empty("placements"),
    area.table_or_empty("censuses"),
)
published = area.published_or_empty("caseload")
totals = comparators.replace_points(comparators.totals(published), area.replaced_points)

# %% [markdown]
# ### Own records beside the published figure
#
# A difference is worth a question: the DfE's figure may hold corrections that the area's does not.

# %%
if show.section(area, "Own records beside the published figure", needs=("plans", "published:caseload")):
    beside = comparators.beside_published(own, totals, code)
    show.table(beside, caption="EHC plans each January, own records and published")

# %% [markdown]
# ### Growth beside England, the region and statistical neighbours
#
# Each group starts at 100, so that areas of different size can be compared. A group holds only
# areas with a figure in every January, and never this area itself.

# %%
if show.section(area, "Growth beside England, the region and neighbours", needs=("published:caseload",)):
    groups = comparators.comparators(published, code, area.neighbours)
    known = comparators.with_local(totals, own, code) if area.tier == "local" else totals
    index = growth.index_by_group(known, groups, area.cited("plans", "published:caseload"), area.tier == "local")
    grown = growth.growth_of_groups(index)
    sentence, cells = growth.compared(grown)
    show.chart(index, mark="line", x="year", y="index", colour="group", title=sentence, cells=cells)
    show.table(grown, caption="Growth in EHC plans, first January to last")
    show.finding(growth.growth_finding(grown))

# %% [markdown]
# ### Published figures that need care
#
# Some figures look wrong in the release itself. They are named here and used as they are,
# unless somebody has replaced them in `area.toml`, with a reason.

# %%
if show.section(area, "Published figures that need care", needs=("published:caseload",)):
    names = dict(zip(published["code"], published["name"], strict=True))
    doubtful = comparators.doubtful(totals, groups, names, area.cited("published:caseload"))
    show.table(doubtful, caption="Published figures of this area and its comparators that need care")

# %% [markdown]
# ## Where the plans are
#
# Plans by provision, in the seven groups of the DSG management plan. Non-maintained early years
# and placements not recorded stand apart. The DfE's collection changed in 2023: a change of mix
# between January 2022 and January 2023 may come from that alone.

# %%
cited = area.cited("plans", "placements") if area.tier == "local" else area.cited("published:caseload")
by_provision = (
    caseload.plans_by(own, "provision", sources=cited, labels=labels)
    if area.tier == "local"
    else caseload.published_plans(published, code, cited, labels=labels)
)
shares = caseload.shares(by_provision)
first, last = caseload.span(by_provision)

# %% [markdown]
# Read the number of plans first: it is what each share rests on.

# %%
moved = caseload.change_by(by_provision, "provision", first, last)
sentence, cells = caseload.biggest_move(moved)
show.chart(shares, mark="line", x="year", y="plans", facet="provision", title=sentence, cells=cells)
show.table(moved, caption="EHC plans by provision, first January to last", columns=list(caseload.SHOWN))
show.sentence(sentence, **cells)

# %% [markdown]
# ## What the plans cost
#
# Spend on a placement is its place funding, top-up, fees and therapy, gross. Home to school
# transport is paid from elsewhere and stands apart. A census stands in January and a financial
# year runs from April to March; the table says how the two are aligned.

# %%
finance = ("plans", "placement_costs")
if show.section(area, "Caseload, unit cost and spend by year", needs=finance):
    spent = spend.placement_spend(area.table("placement_costs"), own)
    unit = spend.unit_costs(spent, by_provision, area.cited(*finance))
    whole = spend.whole_area(unit)
    sentence, cells = spend.told(whole)
    show.chart(whole, mark="line", x="financial_year", y="unit_cost", title=sentence, cells=cells)
    show.table(whole, caption="Caseload x unit cost = spend, by financial year", columns=["caseload", "unit_cost", "spend"])

# %% [markdown]
# ### By provision
#
# The same three figures for each provision. The provisions add up to the area.

# %%
if show.section(area, "Unit cost by provision", needs=finance):
    start, end = spend.span(unit)
    shown = spend.provisions_only(unit)
    show.chart(shown, mark="line", x="financial_year", y="unit_cost", facet="provision", title="Unit cost by provision")
    show.table(spend.in_year(unit, end), caption="Caseload, unit cost and spend by provision, latest year", columns=["caseload", "unit_cost", "spend"])

# %% [markdown]
# ### The driver tree
#
# Every box is the product, or the sum, of the boxes under it.

# %%
if show.section(area, "Driver tree", needs=finance):
    tree = drivers.tree(unit, start, end)
    changes = {node: f"{node}_growth" for node in drivers.NODES}
    show.tree(tree, by="provision", value="spend", parts=("caseload", "unit_cost"), changes=changes, title="What spend on placements is made of")

# %% [markdown]
# ### Why spend changed: more plans, or dearer plans?
#
# The change is split exactly, to the pound. "Both at once" is what more plans at a higher unit
# cost add together; it belongs to neither alone.

# %%
if show.section(area, "Why spend changed", needs=finance):
    split = decompose.two_years(unit, start, end)
    effects = decompose.price_volume_mix(split)
    sentence, cells = decompose.told(effects)
    show.chart(effects, mark="waterfall", x="effect", y="value", title=sentence, cells=cells)
    show.table(effects, caption="Change in spend on placements by cause in the arithmetic")
    show.table(split, caption="The same by provision", columns=list(decompose.SHOWN))
    show.table(decompose.year_by_year(unit), caption="The same year by year, all plans together")
    show.finding(decompose.finding(effects, by_provision))

# %% [markdown]
# ### In real terms
#
# Cash rises with prices. In the prices of the latest year, what is left is the rise above
# general inflation.

# %%
if show.section(area, "Unit cost in real terms", needs=(*finance, "deflators")):
    real = spend.real_terms(unit, area.table("deflators"))
    show.table(real, caption="Unit cost in cash and in real terms", columns=["unit_cost", "real", "index_value"])

# %% [markdown]
# ## The ledger, the high needs block and the DSG
#
# The block also pays for children without a plan: support services, alternative provision,
# inclusion. So its lines are parted into those linked to plans and the others. Transport and
# the administration of SEN are paid outside the block and stand beside it.

# %%
if show.section(area, "High needs lines of the ledger", needs=("spend_lines",)):
    lines = ledger.by_kind(area.table("spend_lines"), reference.table("s251_lines"), "outturn", area.cited("spend_lines"))
    show.table(lines, caption="Net spend by kind of line, outturn")
    show.chart(lines, mark="line", x="financial_year", y="net", facet="kind", title="Net spend by kind of line, outturn")

# %% [markdown]
# ### Finance tied to operations
#
# What the placements cost, child by child, beside what the ledger says. What does not
# reconcile is named, never spread out.

# %%
if show.section(area, "Placement costs reconciled to the ledger", needs=(*finance, "spend_lines", "dsg_position")):
    recoupment = dsg.recoupment(area.table("dsg_position"), "outturn")
    tied = ledger.reconciliation(spent, lines, recoupment)
    show.table(tied, caption="Placement costs beside the ledger")
    sentence, cells = ledger.unreconciled(tied)
    show.sentence(sentence, **cells)

# %% [markdown]
# ### The high needs block in year
#
# What the block had, what it spent, and how that ties to the DSG. Deficits are negative.

# %%
if show.section(area, "High needs block in year", needs=("spend_lines", "dsg_position")):
    block = dsg.high_needs(area.table("dsg_position"), lines, "outturn", area.cited("spend_lines", "dsg_position"))
    show.table(block, caption="What the high needs block had, outturn", columns=list(dsg.FUNDING))
    show.table(block, caption="What it spent, and its in-year balance, outturn", columns=list(dsg.BALANCE))
    show.table(block, caption="How that ties to the in-year balance of the whole DSG", columns=list(dsg.TO_DSG))

# %% [markdown]
# ### How the DSG balance built up
#
# Each year closes with what it opened with, plus the in-year balance, plus what was written off.

# %%
if show.section(area, "How the DSG balance built up", needs=("dsg_position",)):
    balance = dsg.position(area.table("dsg_position"), "outturn", area.cited("dsg_position"))
    sentence, cells = dsg.told(balance)
    show.chart(balance, mark="line", x="financial_year", y="carried_forward", title=sentence, cells=cells)
    show.table(balance, caption="DSG balance, outturn, and whether it adds up")

# %% [markdown]
# The £ above stand for children's support. The finding says both together.

# %%
if show.section(area, "What the balance stands for", needs=("dsg_position", "plans")):
    show.finding(dsg.deficit_finding(balance, caseload.plans_by(own, sources=area.cited("plans"))))

# %% [markdown]
# ### Published high needs allocation
#
# Where the area's own accounts are not held, the published allocation says what the government
# gave. It is funding, not spend: no price can be read from it.

# %%
if show.section(area, "Published allocation for each plan", needs=("published:caseload", "published:dsg_allocations")):
    given = area.cited("published:dsg_allocations", "published:caseload")
    allocation = dsg.allocation_per_plan(area.published("dsg_allocations"), totals, code, given)
    show.table(allocation, caption="High needs block allocation, in total and for each plan (funding, not spend)")

# %% [markdown]
# ## How much of the growth can be explained
#
# More pupils, and more pupils with SEN Support, would by themselves bring more plans. What they
# do not account for is left for case reviews to ask about.

# %%
if show.section(area, "Explained and unexplained growth", needs=("pupils",)):
    two_ends = explain.ends(area.table("pupils"))
    parts = explain.explained(two_ends, area.cited("pupils"))
    sentence, cells = explain.told(parts)
    show.chart(parts, mark="waterfall", x="part", y="plans", title=sentence, cells=cells)
    show.table(parts, caption="Growth in pupils with a plan, by what goes with it", columns=["plans", "share"])
    show.finding(explain.finding(parts))

# %% [markdown]
# **Questions for the case reviews about the other factors.** Do needs come to light later, or
# grow while families wait? Could support without a plan have met the need? Did a request come
# because that support was missing, unknown or not trusted? Did practice or thresholds change?
# Which ages, needs and places does it come from?
#
# ## Where to look next
#
# Provisions ranked by what they add to the change. Size and speed stand beside it.

# %%
if show.section(area, "Where spend grew most", needs=finance):
    ranked = drivers.where_to_look(split, "spend")
    show.table(ranked, caption="Provisions ranked by change in spend", columns=list(drivers.SHOWN))
    show.finding(drivers.priority_finding(ranked, "spend", "Whether children in this provision have their needs met there."))

# %% [markdown]
# The same by the number of plans, which needs no finance.

# %%
by_plans = drivers.where_to_look(moved, "plans")
show.table(by_plans, caption="Provisions ranked by change in plans", columns=list(drivers.SHOWN))
show.finding(drivers.priority_finding(by_plans, "plans", "Whether children in this provision have their needs met there."))

# %% [markdown]
# ## Baselines
#
# The agreed starting point of each key variable. An owner is named in `assumptions.csv`, in a
# row such as `baseline.plans`.

# %%
flows = area.published_or_empty("flows")
history = (
    baselines.local_history(own, area.table("plans"), area.table_or_empty("requests"), area.table("censuses"))
    if area.tier == "local"
    else baselines.published_history(totals, flows, code)
)
kind = "local" if area.tier == "local" else "published"
agreed = baselines.baselines(history, area.table_or_empty("assumptions"), kind, cited)
show.table(agreed, caption="Baselines of the key variables")

# %% [markdown]
# ## What to do next
#
# 1. Take the two or three provisions at the top of the ranking to the steering group.
# 2. Go on to notebook 11 for the ages, needs and localities behind them.
# 3. Put the questions about the other factors to the case reviews.
# 4. Fill what was left out: each note above names the file.
